"""Exercises of chapter 4: a step against the gradient, what it promises, and training."""

from nnlib import scalar
from nnlib.exercises.chapter01 import chain_cases
from nnlib.exercises.engine import Edit, Exercise

DROP = "chapter 4, 'The promised drop'"
SAMPLES = "chapter 4, 'Many samples, one step'"
LENGTH = "chapter 4, 'Too small, too large'"
TRAINING = "chapter 4, 'The chain learns'"
SIGN = "chapter 4, 'A plus for a minus'"


def step(w, b, dw, db, rate):
    """One step against the gradient, as the chapter has it."""
    new_w = [w_l - rate * s for w_l, s in zip(w, dw, strict=True)]
    new_b = [b_l - rate * s for b_l, s in zip(b, db, strict=True)]
    return new_w, new_b


def promised_change(dw, db, rate):
    return -rate * sum(s**2 for s in [*dw, *db])


def fitting_rate(w, b, x, y, rate):
    def cost_at(w, b):
        return 0.5 * (scalar.forward(w, b, x)[1][-1] - y) ** 2

    dw, db, _ = scalar.backward(w, b, x, y)
    while True:
        delivered = cost_at(*step(w, b, dw, db, rate)) - cost_at(w, b)
        if delivered <= 0.5 * promised_change(dw, db, rate):
            return rate
        rate = rate / 2


def train_1d(w, b, xs, ys, rate, steps):
    for _ in range(steps):
        dw, db = [0.0] * len(w), [0.0] * len(b)
        for x_i, y_i in zip(xs, ys, strict=True):
            one = scalar.backward(w, b, x_i, y_i)
            for l in range(len(w)):
                dw[l] += one.dw[l] / len(xs)
                db[l] += one.db[l] / len(xs)
        w, b = step(w, b, dw, db, rate)
    return w, b


def _promise_cases(rng):
    return [
        ([0.3, -0.2], [0.1, 0.4], 0.5),
        ([-2.0], [1.0], 3.0),
        (rng.normal(size=3).tolist(), rng.normal(size=3).tolist(), 0.1),
    ]


def _rate_cases(rng):
    cases = []
    for w, b, x in chain_cases(rng)[:2]:
        y = float(scalar.forward(w, b, x)[1][-1] < 0.5)  # a wrong answer: there is much to learn
        cases.append((w, b, x, y, 100.0))
    w, b, x = chain_cases(rng)[0]
    # The last but one overshoots its target: the first step it tries raises the cost.
    # That from 0.5 raises the cost by more than half of what it promised to lower it.
    overshooting = [(w, b, x, 0.5, 100.0), (w, b, x, 0.7, 1000.0)]
    return [(w, b, x, 1.0, 100.0), *cases, *overshooting, (w, b, x, 1.0, 0.1)]


def _training_cases(rng):
    cases = []
    for place, (w, b, _) in enumerate(chain_cases(rng)):
        xs = [-3.0, -1.0, 2.0] if place == 0 else rng.uniform(-5, 5, size=3 + place).tolist()
        cases.append((w, b, xs, [float(x > 0) for x in xs], 2.0, 3 + place))
    return cases


SQUARES = "sum(s**2 for s in [*dw, *db])"
DELIVERED = "cost_at(*step(w, b, dw, db, rate)) - cost_at(w, b)"
HALVED = "        rate = rate / 2"
RESET = "        dw, db = [0.0] * len(w), [0.0] * len(b)\n"
ONE = "one = scalar.backward(w, b, x_i, y_i)"
STEP = "        w, b = step(w, b, dw, db, rate)\n"
EACH = "zip(xs, ys, strict=True)"

# fmt: off
PROMISES = (
    Edit({"-rate": "rate"}, "the sign is missing",
         "The step goes downhill: the promised change in cost is negative.", DROP),
    Edit({"s**2": "s"}, "the slopes are not squared",
         "Slope times nudge: the nudge contains the slope once more.", DROP),
    Edit({"s**2": "abs(s)"}, "the sizes of the slopes",
         "Slope times nudge: the nudge contains the slope once more. Square each.", DROP),
    Edit({SQUARES: f"{SQUARES} ** 0.5"}, "the size and not its square",
         "The promise is minus rate times the sum of squares, without a root.", DROP),
    Edit({SQUARES: "sum([*dw, *db]) ** 2"}, "the sum is squared",
         "Square each slope first, then add: every parameter keeps its own promise.", DROP),
    Edit({SQUARES: f"{SQUARES} / len([*dw, *db])"}, "a mean and not a sum",
         "The promises of the parameters add up: nothing is divided by their number.", DROP),
    Edit({", *db": ""}, "the biases are left out",
         "The biases take a step too, and their squares count as well.", DROP),
    Edit({"*dw, ": ""}, "the weights are left out",
         "The weights take a step too, and their squares count as well.", DROP),
    Edit({"-rate * ": "-"}, "the learning rate is missing",
         "A step twice as long promises twice as much: multiply by the rate.", DROP),
    Edit({"-rate": "-(rate**2)"}, "the learning rate is squared",
         "The nudge has the rate in it once, and the slope not at all.", DROP),
    Edit({"-rate": "-rate / 2"}, "half of it",
         "There is no 1/2 here: it belongs to the cost, and the slopes have used it up.", DROP),
)
RATES = (
    Edit({HALVED: "        return rate"}, "the first rate is returned",
         "The rate has to be tried: compare what the step delivers with its promise.", DROP),
    Edit({"delivered <= 0.5": "abs(delivered) >= -0.5"}, "the sign is dropped",
         "A step that raises the cost delivers the opposite of its promise, however large the "
         "change.", DROP),
    Edit({"<=": ">="}, "the comparison is the wrong way round",
         "The promise is negative, so at least half of it means that delivered is below 0.5 * "
         "promised.", DROP),
    Edit({"0.5 * promised_change(dw, db, rate)": "0"}, "any fall is enough",
         "A step may lower the cost and still break its promise: ask for half of it.", LENGTH),
    Edit({"0.5 * promised": "promised"}, "the whole promise is asked for",
         "Half of the promise is enough: delivered <= 0.5 * promised.", LENGTH),
    Edit({"return rate": "return rate / 2"}, "halved once too often",
         "Return the rate that passed, before it is halved again.", LENGTH),
    Edit({HALVED: f"{STEP}{HALVED}"}, "a step for every try",
         "Each try starts from the same place: do not overwrite w and b.", LENGTH),
    Edit({HALVED: f"{STEP}        dw, db, _ = scalar.backward(w, b, x, y)\n{HALVED}"},
         "a step for every try, and a new gradient",
         "Each try starts from the same place, with the same slopes: do not overwrite w and b, and "
         "call scalar.backward once, before the loop.", LENGTH),
    Edit({HALVED: "        return rate / 2"}, "halved only once",
         "An `if` halves the rate only once. Halve it until the step fits: `while`.", LENGTH),
    Edit({"rate / 2": "rate / 10"}, "a tenth and not a half",
         "Halve the rate, or a larger one that fits is passed over.", LENGTH),
    Edit({"b, x)[1][-1] - y": "b, 1.5)[1][-1] - 1.0"}, "the cost of another sample",
         "The chapter's `cost` uses x = 1.5 and y = 1, not the arguments x and y. Write one that "
         "uses them.", DROP),
    Edit({"0.5 * (scalar": "(scalar"}, "the cost lacks its 1/2",
         "Twice the cost falls twice as far. scalar.backward gives the slopes of the cost with the "
         "1/2.", DROP),
    Edit({"return rate": "return delivered"}, "the change and not the rate",
         "Return the rate, not what it delivers.", LENGTH),
    Edit({DELIVERED: "cost_at(w, b) - cost_at(*step(w, b, dw, db, rate))"}, "before minus after",
         "What the step delivers is the cost after it minus the cost before it.", DROP),
    Edit({"db, rate)) -": "db, -rate)) -"}, "a step uphill",
         "The step goes against the gradient. `step` puts in the minus: hand it the rate as it is.",
         SIGN),
)
#: mistakes of many steps against a gradient, also where each is of a batch (chapter 11)
DESCENTS = (
    Edit({" / len(xs)": ""}, "a sum and not a mean",
         "The cost is the mean over the samples: divide the sum of the slopes by their number.",
         SAMPLES, ({"db, rate)": "db, rate * len(rows))"},)),
    Edit({"w, b, x_i": "*start, x_i", "    for _": "    start = w, b\n    for _"},
         "the slopes of the start, over and over",
         "The slopes belong to one place. After a step they have to be computed again.", TRAINING,
         ({"gradients(network": "gradients(start",
         "    rng =": "    start = network\n    rng ="},)),
    Edit({"db, rate)": "db, -rate)"}, "the gradient is added",
         "The gradient points to where the cost rises: subtract it.", SIGN),
    Edit({"db, rate)": "db, 1.0)"}, "the learning rate is missing",
         "The step is the learning rate times the gradient.", SIGN),
    Edit({"db, rate)": "[0 * v for v in db], rate)"}, "the biases stay",
         "The biases take a step too.", SAMPLES),
    Edit({"b, dw, db, r": "b, [0 * v for v in dw], db, r"}, "the weights stay",
         "The weights take a step too.", SAMPLES,
         ({"network, dW, db, r": "network, [0 * v for v in dW], db, r"},)),
    Edit({"range(steps)": "range(steps - 1)"}, "one round too few",
         "Count the rounds: range(n) makes exactly n of them.", TRAINING,
         ({"range(epochs)": "range(epochs - 1)"},)),
    Edit({"    return": "        return"}, "one round only",
         "The return is inside the outer loop, which ends with its first round: move it out.",
         TRAINING),
    Edit({"w, b = step": "step"}, "nothing moves",
         "What `step` returns is made and thrown away: keep it under the old name.", TRAINING,
         ({"network = step": "step"},)),
    Edit({"return w, b": "return b, w"}, "w and b are swapped",
         "Return the weights first, then the biases.", TRAINING,
         ({"    return [W": "    network = [(b, W, _) for W, b, _ in network]\n    return [W"},)),
)
TRAININGS = (
    Edit({ONE: f"{ONE}\n            w, b = step(w, b, one.dw, one.db, rate)", STEP: ""},
         "a step after every sample",
         "Here w and b change inside the loop over the samples, so the samples see different "
         "networks. Collect all slopes first, then take one step.", SAMPLES),
    Edit({ONE: f"{ONE}\n            w, b = step(w, b, one.dw, one.db, rate / len(xs))", STEP: ""},
         "a small step after every sample",
         "Here w and b change inside the loop over the samples, so the samples see different "
         "networks. Collect all slopes first, then take one step.", SAMPLES),
    Edit({STEP: f"    {STEP}"}, "a step after every sample, with the slopes so far",
         "The step is inside the loop over the samples. Collect all slopes first, then take one "
         "step.", SAMPLES),
    Edit({"+= ": "= ", " / len(xs)": ""}, "the last sample overwrites the others",
         "dw and db hold the slopes of the last sample only. Add, starting at zero.", SAMPLES),
    Edit({"+= ": "= "}, "the last sample overwrites the others, and is divided",
         "dw and db hold the slopes of the last sample only. Add, starting at zero.", SAMPLES),
    Edit({EACH: "[(xs[0], ys[0])]", " / len(xs)": ""}, "the first sample only",
         "The mean runs over all samples.", SAMPLES, ({EACH: "[(xs[0], ys[0])]"},)),
    Edit({f"    for _ in range(steps):\n{RESET}": f"{RESET[4:]}    for _ in range(steps):\n"},
         "the slopes of earlier steps stay in",
         "dw and db have to start at zero in every step, not only in the first one.", TRAINING),
    Edit({EACH: "[(sum(xs) / len(xs), sum(ys) / len(ys))]", " / len(xs)\n": "\n"},
         "the mean of the samples as one sample",
         "A network bends: its gradient at the mean input is not the mean of its gradients.",
         SAMPLES),
    Edit({"dw, db, rate": "db, dw, rate"}, "the slopes of weights and biases are swapped",
         "step takes dw first, then db.", TRAINING),
    *DESCENTS,
)
# fmt: on

EXERCISES = (
    Exercise(
        name="promised_change",
        reference=promised_change,
        cases=_promise_cases,
        hints=(
            "A parameter that is nudged promises slope times nudge. How large is each nudge here?",
            "Each nudge is minus rate times the slope. So each promise is minus rate times the "
            "slope squared.",
            "Add up s ** 2 over the slopes in dw and in db, and multiply by -rate.",
        ),
        wrong=PROMISES,
    ),
    Exercise(
        name="fitting_rate",
        reference=fitting_rate,
        cases=_rate_cases,
        hints=(
            "You need two numbers for each rate you try: what the step promises and what it "
            "delivers. The slopes are the same for all of them.",
            "The promise is promised_change(dw, db, rate). What the step delivers is the cost "
            "after it minus the cost before it, both for the x and y of the arguments.",
            "A while loop: compute both for the present rate, return it if "
            "delivered <= 0.5 * promised, halve it if not. Every try starts from the same w and b.",
        ),
        wrong=RATES,
    ),
    Exercise(
        name="train_1d",
        reference=train_1d,
        cases=_training_cases,
        parts=("w", "b"),
        rtol=1e-8,
        hints=(
            "One loop over the steps, and in it one loop over the samples. In which of them do w "
            "and b change?",
            "In each step, add up the slopes of all samples at the same w and b. Then take one "
            "step.",
            "Start each step with dw and db full of zeros. Add one.dw[l] / len(xs) for each "
            "sample, where one = scalar.backward(w, b, x_i, y_i).",
            "After the loop over the samples, still inside the loop over the steps: "
            "w, b = step(w, b, dw, db, rate).",
        ),
        wrong=TRAININGS,
    ),
)
