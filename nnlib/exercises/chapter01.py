"""Exercises of chapter 1: the chain forward, the cost, and targets out of reach."""

import math

from nnlib import scalar
from nnlib.exercises.engine import Exercise, Wrong

UNIT = "chapter 1, 'One unit'"
CHAIN = "chapter 1, 'Three in a row'"
COST = "chapter 1, 'How wrong'"
REACH = "chapter 1, 'Targets out of reach'"


def _sigmoid(z):
    return 1 / (1 + math.exp(-z))


# forward_1d


def forward_1d(w, b, x):
    """Return z and a of a chain, as lists; a starts with x."""
    z, a = scalar.forward(w, b, x)
    return list(z), list(a)


def chain_cases(rng):
    """(w, b, x): the chain of the text, a single unit, and random chains."""
    cases = [([-0.9, -1.3, 1.7], [0.2, 0.4, -0.5], 1.5), ([0.8], [-0.3], -2.0)]
    for length in (2, 4, 5):
        w, b = rng.normal(size=(2, length)).tolist()
        cases.append((w, b, float(rng.normal())))
    return cases


def _every_unit_reads_x(w, b, x):
    z = [wl * x + bl for wl, bl in zip(w, b, strict=True)]
    return z, [x] + [_sigmoid(v) for v in z]


def _without_bias(w, b, x):
    return forward_1d(w, [0.0] * len(b), x)


def _bias_multiplies(w, b, x):
    return forward_1d(b, w, x)


def _no_squash_between(w, b, x):
    z = []
    for wl, bl in zip(w, b, strict=True):
        z.append(wl * (z[-1] if z else x) + bl)
    return z, [x] + [_sigmoid(v) for v in z]


def _no_squash_at_all(w, b, x):
    z = []
    for wl, bl in zip(w, b, strict=True):
        z.append(wl * (z[-1] if z else x) + bl)
    return z, [x, *z]


def _no_last_squash(w, b, x):
    z, a = forward_1d(w, b, x)
    return z, [*a[:-1], z[-1]]


def _input_left_out(w, b, x):
    z, a = forward_1d(w, b, x)
    return z, a[1:]


def _activations_twice(w, b, x):
    _, a = forward_1d(w, b, x)
    return a[1:], a


def _swapped(w, b, x):
    return forward_1d(w, b, x)[::-1]


# mean_cost


def mean_cost(outputs, targets):
    """Return the mean of half the squared differences."""
    halves = [0.5 * (a - y) ** 2 for a, y in zip(outputs, targets, strict=True)]
    return sum(halves) / len(halves)


def _output_cases(rng):
    cases = [([0.6, 0.3], [1.0, 0.0]), ([0.9], [1.0])]
    for n in (3, 8):
        cases.append((rng.random(n).tolist(), rng.integers(0, 2, n).astype(float).tolist()))
    return cases


def _one_sample(place, divided):
    """The cost of the sample at one place, perhaps divided by the number of samples."""

    def answer(outputs, targets):
        alone = mean_cost([outputs[place]], [targets[place]])
        return alone / len(outputs) if divided else alone

    return answer


def _differences(outputs, targets):
    return [a - y for a, y in zip(outputs, targets, strict=True)]


def _mean(values):
    return sum(values) / len(values)


# lowest_cost


def lowest_cost(targets, low, high):
    """Return the lowest mean cost of outputs that stay between low and high."""
    return mean_cost([min(max(y, low), high) for y in targets], targets)


def _reach_cases(rng):
    return [
        ([-1.0, 1.0], 0.0, 1.0),
        ([-1.0, -1.0, 1.0, 1.0, 1.0], 0.0, 1.0),
        ([0.0, 1.0, 1.0], 0.0, 1.0),
        ([-1.0, 1.0, 3.0], -1.0, 1.0),
        (rng.normal(scale=3, size=6).tolist(), -1.0, 1.0),
    ]


def _middle_for_all(targets, low, high):
    return mean_cost([(low + high) / 2] * len(targets), targets)


def _always_an_end(targets, low, high):
    best = [low if abs(y - low) < abs(y - high) else high for y in targets]
    return mean_cost(best, targets)


def _one_answer_for_all(targets, low, high):
    best = min(max(_mean(targets), low), high)
    return mean_cost([best] * len(targets), targets)


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
        wrong=(
            Wrong(
                "every unit reads x",
                _every_unit_reads_x,
                "This puts the units side by side. In a row, unit 2 reads the activation of "
                "unit 1.",
                CHAIN,
            ),
            Wrong(
                "the bias is left out",
                _without_bias,
                "z is weight times what comes in, plus the bias.",
                UNIT,
            ),
            Wrong(
                "weight and bias have changed places",
                _bias_multiplies,
                "The weight multiplies what comes in; the bias is added.",
                UNIT,
            ),
            Wrong(
                "the pre-activation is passed on",
                _no_squash_between,
                "The next unit reads a, the squashed number, and not z.",
                CHAIN,
            ),
            Wrong(
                "no squash",
                _no_squash_at_all,
                "Each unit squashes its z: a is the sigmoid of z.",
                UNIT,
            ),
            Wrong(
                "the last squash is missing",
                _no_last_squash,
                "The last unit is a unit like the others: its output is sigmoid(z).",
                CHAIN,
            ),
            Wrong(
                "the input is left out of a",
                _input_left_out,
                "a starts with a[0] = x, so it has one item more than z.",
                CHAIN,
            ),
            Wrong(
                "activations given as pre-activations",
                _activations_twice,
                "z is what a unit has before the squash.",
                UNIT,
            ),
            Wrong("z and a are swapped", _swapped, "Return z first, then a.", CHAIN),
        ),
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
        wrong=(
            Wrong(
                "the 1/2 is missing",
                lambda outputs, targets: 2 * mean_cost(outputs, targets),
                "This is the mean squared error, twice the cost of this book.",
                COST,
            ),
            Wrong(
                "a sum and not a mean",
                lambda outputs, targets: len(outputs) * mean_cost(outputs, targets),
                "Divide by the number of samples, or the cost grows with every sample added. "
                "(`quadratic` reads a flat list as one sample, and adds up without dividing.)",
                COST,
            ),
            Wrong(
                "only the first sample is counted",
                _one_sample(0, divided=True),
                "The `return` is inside the loop, so the loop ends with the first sample: move it "
                "out.",
                COST,
            ),
            Wrong(
                "only the first sample is counted, without a division",
                _one_sample(0, divided=False),
                "The `return` is inside the loop, so the loop ends with the first sample: move it "
                "out, and divide by the number of samples.",
                COST,
            ),
            Wrong(
                "only the last sample is counted",
                _one_sample(-1, divided=True),
                "Each sample overwrites the one before it: add to the total, `total +=`.",
                COST,
            ),
            Wrong(
                "only the last sample is counted, without a division",
                _one_sample(-1, divided=False),
                "Each sample overwrites the one before it: add to the total, `total +=`, and "
                "divide by the number of samples.",
                COST,
            ),
            Wrong(
                "the square is missing",
                lambda outputs, targets: 0.5 * _mean(_differences(outputs, targets)),
                "Without the square, one output that is too high pays for one that is too low.",
                COST,
            ),
            Wrong(
                "the distance and not its square",
                lambda outputs, targets: (
                    0.5 * _mean([abs(d) for d in _differences(outputs, targets)])
                ),
                "The difference is squared, not stripped of its sign.",
                COST,
            ),
            Wrong(
                "the mean is squared",
                lambda outputs, targets: 0.5 * _mean(_differences(outputs, targets)) ** 2,
                "Square each difference first, then take the mean: the mean of the differences "
                "can be 0 when every answer is wrong.",
                COST,
            ),
            Wrong(
                "a root too many",
                lambda outputs, targets: math.sqrt(mean_cost(outputs, targets)),
                "The cost is the mean itself, without a square root.",
                COST,
            ),
        ),
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
        wrong=(
            Wrong(
                "every target counted as reachable",
                lambda targets, low, high: 0.0,
                "A target of -1 lies outside (0, 1): the best answer to it is 0, and that costs "
                "1/2.",
                REACH,
            ),
            Wrong(
                "the 1/2 is missing",
                lambda targets, low, high: 2 * lowest_cost(targets, low, high),
                "One sample costs half the square of its difference.",
                COST,
            ),
            Wrong(
                "a sum and not a mean",
                lambda targets, low, high: len(targets) * lowest_cost(targets, low, high),
                "Divide by the number of targets.",
                COST,
            ),
            Wrong(
                "the middle of the range for every sample",
                _middle_for_all,
                "The network may answer each sample as it likes: as near to its target as the "
                "range allows.",
                REACH,
            ),
            Wrong(
                "always an end of the range",
                _always_an_end,
                "A target inside the range can be met: its best answer is the target itself.",
                REACH,
            ),
            Wrong(
                "one answer for all targets",
                _one_answer_for_all,
                "The network may answer each sample differently: take the best answer to each "
                "target.",
                REACH,
            ),
            Wrong(
                "only the lower end counts",
                lambda targets, low, high: lowest_cost(targets, low, math.inf),
                "A target above high is out of reach too.",
                REACH,
            ),
            Wrong(
                "only the upper end counts",
                lambda targets, low, high: lowest_cost(targets, -math.inf, high),
                "A target below low is out of reach too.",
                REACH,
            ),
        ),
    ),
)
