"""Exercises of chapter 1: the chain forward, the cost, and targets out of reach."""

from nnlib import sigmoid
from nnlib.exercises.engine import Edit, Exercise

UNIT = "chapter 1, 'One unit'"
CHAIN = "chapter 1, 'Three in a row'"
COST = "chapter 1, 'How wrong'"
REACH = "chapter 1, 'Targets out of reach'"


def forward_1d(w, b, x):
    z, a = [], [x]
    for w_l, b_l in zip(w, b, strict=True):
        z.append(w_l * a[-1] + b_l)
        a.append(float(sigmoid(z[-1])))
    return z, a


def mean_cost(outputs, targets):
    total = 0.0
    for a, y in zip(outputs, targets, strict=True):
        total += 0.5 * (a - y) ** 2
    return total / len(outputs)


def lowest_cost(targets, low, high):
    best = [min(max(y, low), high) for y in targets]
    return mean_cost(best, targets)


def chain_cases(rng):
    """(w, b, x): the chain of the text, a single unit, and random chains."""
    cases = [([-0.9, -1.3, 1.7], [0.2, 0.4, -0.5], 1.5), ([0.8], [-0.3], -2.0)]
    for length in (2, 4, 5):
        w, b = rng.normal(size=(2, length)).tolist()
        cases.append((w, b, float(rng.normal())))
    return cases


def _output_cases(rng):
    cases = [([0.6, 0.3], [1.0, 0.0]), ([0.9], [1.0])]
    for n in (3, 8):
        cases.append((rng.random(n).tolist(), rng.integers(0, 2, n).astype(float).tolist()))
    return cases


def _reach_cases(rng):
    return [
        ([-1.0, 1.0], 0.0, 1.0),
        ([-1.0, -1.0, 1.0, 1.0, 1.0], 0.0, 1.0),
        ([0.0, 1.0, 1.0], 0.0, 1.0),
        ([-1.0, 1.0, 3.0], -1.0, 1.0),
        (rng.normal(scale=3, size=6).tolist(), -1.0, 1.0),
    ]


BEST = "min(max(y, low), high)"
ALL = "mean_cost(best, targets)"
# fmt: off
#: mistakes of a forward pass, also where a layer has many units (chapter 5)
PASSES = (
    Edit({"a[-1]": "x"}, "every unit reads x",
         "This puts the units side by side. In a row, each reads what the one before it gives: the "
         "last item of a.", CHAIN),
    Edit({" + b_l": ""}, "the bias is left out", "z is weight times what comes in, plus the bias.",
         UNIT, ({" + b)": ")"},)),
    Edit({" + b_l": " - b_l"}, "the bias is subtracted",
         "z is weight times what comes in, plus the bias.", UNIT, ({" + b)": " - b)"},)),
    Edit({"a[-1]": "(z or a)[-1]"}, "the pre-activation is passed on",
         "What is read next is a, the squashed number, and not z.", CHAIN),
    Edit({"float(sigmoid(z[-1]))": "z[-1]"}, "no squash",
         "Each unit squashes its z: a is the squash of z.", UNIT, ({"sigma(z[-1])": "z[-1]"},)),
    Edit({"return z, a": "return z, [*a[:-1], z[-1]]"}, "the last squash is missing",
         "The end is like the rest: the output is squashed too.", CHAIN),
    Edit({"return z, a": "return z, a[1:]"}, "the input is left out of a",
         "a starts with a[0] = x, so it has one item more than z.", CHAIN),
    Edit({"return z, a": "return a[1:], a"}, "activations given as pre-activations",
         "z is what a unit has before the squash.", UNIT),
    Edit({"return z, a": "return a, z"}, "z and a are swapped", "Return z first, then a.", CHAIN),
    Edit({"    return": "        return"}, "the first step only",
         "The return is inside the loop, which ends with its first round: move it out.", CHAIN),
)
CHAINS = (
    Edit({"w_l * a[-1] + b_l": "b_l * a[-1] + w_l"}, "weight and bias have changed places",
         "The weight multiplies what comes in; the bias is added.", UNIT),
    Edit({"a[-1] + b_l": "(a[-1] + b_l)"}, "the bias is added too early",
         "First weight times what comes in, then the bias: the weight does not multiply it.", UNIT),
    Edit({" + b_l": "", "sigmoid(z[-1])": "sigmoid(z[-1]) + b_l"}, "the bias is added too late",
         "The bias belongs to z: it is added before the squash.", UNIT),
    *PASSES,
)
COSTS = (
    Edit({"0.5 * ": ""}, "the 1/2 is missing",
         "This is the mean squared error, twice the cost of this book.", COST),
    Edit({"0.5 * ": "0.25 * "}, "the 1/2 counts twice",
         "The 1/2 stands before the square, once: not inside of it, and not again at the end.",
         COST),
    Edit({" / len(outputs)": ""}, "a sum and not a mean",
         "Divide by the number of samples, or the cost grows with every sample added. (`quadratic` "
         "reads a flat list as one sample, and adds up without dividing.)", COST),
    Edit({"    return": "        return"}, "only the first sample is counted",
         "The `return` is inside the loop, so the loop ends with the first sample: move it out.",
         COST),
    Edit({"    return total / len(outputs)": "        return total"},
         "only the first sample is counted, without a division",
         "The `return` is inside the loop, so the loop ends with the first sample: move it out, "
         "and divide by the number of samples.", COST),
    Edit({"+=": "="}, "only the last sample is counted",
         "Each sample overwrites the one before it: add to the total, `total +=`.", COST),
    Edit({"+=": "=", " / len(outputs)": ""}, "only the last sample is counted, without a division",
         "Each sample overwrites the one before it: add to the total, `total +=`, and divide by "
         "the number of samples.", COST),
    Edit({" ** 2": ""}, "the square is missing",
         "Without the square, one output that is too high pays for one that is too low.", COST),
    Edit({"(a - y) ** 2": "abs(a - y)"}, "the distance and not its square",
         "The difference is squared, not stripped of its sign.", COST),
    Edit({"0.5 * (a - y) ** 2": "a - y",
         "total / len(outputs)": "0.5 * (total / len(outputs)) ** 2"}, "the mean is squared",
         "Square each difference first, then take the mean: the mean of the differences can be 0 "
         "when every answer is wrong.", COST),
    Edit({"total / len(outputs)": "(total / len(outputs)) ** 0.5"}, "a root too many",
         "The cost is the mean itself, without a square root.", COST),
    Edit({"a - y": "a + y"}, "a sum and not a difference",
         "The miss is what lies between output and target: a - y.", COST),
)
LOWEST = (
    Edit({BEST: "y"}, "every target counted as reachable",
         "A target of -1 lies outside (0, 1): the best answer to it is 0, and that costs 1/2.",
         REACH),
    Edit({ALL: f"2 * {ALL}"}, "the 1/2 is missing",
         "One sample costs half the square of its difference.", COST),
    Edit({ALL: f"len(best) * {ALL}"}, "a sum and not a mean", "Divide by the number of targets.",
         COST),
    Edit({"    best": "    targets = [y for y in targets if not low <= y <= high]\n    best"},
         "the mean over the misses alone",
         "Targets that can be met are samples too: they cost 0, and the mean runs over all.", COST),
    Edit({BEST: "(low + high) / 2"}, "the middle of the range for every sample",
         "The network may answer each sample as it likes: as near to its target as the range "
         "allows.", REACH),
    Edit({BEST: "(low if abs(y - low) < abs(y - high) else high)"}, "always an end of the range",
         "A target inside the range can be met: its best answer is the target itself.", REACH),
    Edit({BEST: "max(min(y, low), high)"}, "min and max have changed places",
         "max(min(y, low), high) is high, whatever y is. The smaller of y and high is min(y, "
         "high).", REACH),
    Edit({"max(y": "max(sum(targets) / len(targets)"}, "one answer for all targets",
         "The network may answer each sample differently: take the best answer to each target.",
         REACH),
    Edit({BEST: "max(y, low)"}, "only the lower end counts",
         "A target above high is out of reach too.", REACH),
    Edit({BEST: "min(y, high)"}, "only the upper end counts",
         "A target below low is out of reach too.", REACH),
    Edit({ALL: "best"}, "the answers and not their cost",
         "These are the best answers. What do they cost? mean_cost.", REACH),
)
# fmt: on

EXERCISES = (
    Exercise(
        name="forward_1d",
        reference=forward_1d,
        cases=chain_cases,
        parts=("z", "a"),
        hints=(
            "Write down what unit 2 reads. It is not x.",
            "Keep a list of activations that starts as [x]. Each unit reads its last item.",
            "In a loop over zip(w, b): append w times the last activation plus b to z, "
            "then append the sigmoid of that to a.",
        ),
        wrong=CHAINS,
    ),
    Exercise(
        name="mean_cost",
        reference=mean_cost,
        cases=_output_cases,
        hints=(
            "First the cost of one sample, then the mean of all.",
            "One sample costs half the square of output minus target.",
            "Add 0.5 * (a - y) ** 2 over zip(outputs, targets), then divide by how many there are.",
        ),
        wrong=COSTS,
    ),
    Exercise(
        name="lowest_cost",
        reference=lowest_cost,
        cases=_reach_cases,
        hints=(
            "What is the best answer to one target, if you may answer anything between low and "
            "high?",
            "The best answer is the target itself if it lies between low and high, and the nearer "
            "end otherwise.",
            "min(max(y, low), high) is the best answer to y. The rest is mean_cost.",
        ),
        wrong=LOWEST,
    ),
)
