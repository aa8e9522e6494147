"""Exercises of chapter 3: the slope from the output, backpropagation on a chain, its price."""

# ruff: noqa: RUF059 - the solutions are as the page shows them

from nnlib import scalar, sigmoid
from nnlib.exercises.backward import CONTRACT, HALF
from nnlib.exercises.chapter01 import chain_cases
from nnlib.exercises.engine import Edit, Exercise

QUESTIONS = "chapter 3, 'Three small questions'"
SHARED = "chapter 3, 'The part they share'"
BACK = "chapter 3, 'One layer back'"
EQUATIONS = "chapter 3, 'Four equations'"
COUNT = "chapter 3, 'Why backwards'"


def sigmoid_slope(a):
    return a * (1 - a)


def backprop_1d(w, b, x, y):
    z, a = scalar.forward(w, b, x)
    dw, db = [0.0] * len(w), [0.0] * len(w)
    delta = (a[-1] - y) * sigmoid_slope(a[-1])
    for l in reversed(range(len(w))):
        if l < len(w) - 1:
            delta = w[l + 1] * delta * sigmoid_slope(a[l + 1])
        db[l] = delta
        dw[l] = a[l] * delta
    return dw, db


def multiplications(layers):
    alone, backward = 0, 1
    for behind in range(layers):
        factors = 2 + 2 * behind
        alone += (factors - 1) + factors
        backward += 1 if behind == 0 else 3
    return alone, backward


def _activation_cases(rng):
    return [(0.5,), (float(sigmoid(2.0)),), (float(rng.uniform(0.6, 0.9)),), (0.0,), (1.0,)]


def _backprop_cases(rng):
    targets = (1.0, 0.0, 1.0, 0.3, 0.8)
    return [(*case, y) for case, y in zip(chain_cases(rng), targets, strict=True)]


MISS = "(a[-1] - y)"
LAST = " * sigmoid_slope(a[-1])"
HIDDEN = " * sigmoid_slope(a[l + 1])"
OVER = "w[l + 1] * delta"
STORED = "db[l] = delta\n        dw[l] = a[l] * delta"
END = "    return dw, db"
BOTH = "(factors - 1) + factors"

# fmt: off
SLOPES = (
    Edit({"a * (1 - a)": "sigmoid(a) * (1 - sigmoid(a))"}, "the slope at a and not at z",
         "a is squashed a second time. Written in a, the slope needs no sigmoid.", CONTRACT),
    Edit({"a * (1 - a)": "sigmoid(a)"}, "squashed without a slope",
         "This is an output, not a slope.", CONTRACT),
    Edit({"(1 - a)": "(a - 1)"}, "the sign is flipped",
         "The sigmoid rises everywhere, so its slope is never negative.", CONTRACT),
    Edit({"a * (1 - a)": "1 - a"}, "one factor is missing",
         "The slope is small at both ends: a times (1 - a).", CONTRACT, ({"a * (1 - a)": "a"},)),
    Edit({"(1 - a)": "1 - a"}, "the brackets are missing",
         "a * 1 - a is 0 everywhere: the brackets keep 1 - a together.", CONTRACT),
    Edit({"(1 - a)": "(1 + a)"}, "a sum and not a difference",
         "The second factor is what a lacks to reach 1.", CONTRACT),
    Edit({"a * (1 - a)": "1 - a**2"}, "another squash",
         "This is the slope of tanh. The sigmoid's is a - a**2.", CONTRACT),
)
CHAINS = (
    Edit({MISS: f"2 * {MISS}"}, "a factor 2",
         "This is the gradient of (a - y)^2. The cost has a 1/2 that cancels the 2.", HALF),
    Edit({MISS: f"0.5 * {MISS}"}, "half the gradient",
         "The 1/2 of the cost is cancelled by the 2 of the square: dC/da is a - y.", QUESTIONS),
    Edit({MISS: "(y - a[-1])"}, "the sign is flipped",
         "This is y - a at the start, or the step that lowers the cost. The gradient starts with a "
         "- y.", QUESTIONS),
    Edit({MISS: "(z[-1] - y)"}, "z for the output",
         "The cost compares the activation with the target, not the pre-activation: start with a - "
         "y.", QUESTIONS),
    Edit({f"{MISS} * ": ""}, "the miss is left out",
         "This is the slope of the output, whatever the target is. The last delta has the factor a "
         "- y, too.", QUESTIONS),
    Edit({LAST: "", HIDDEN: ""}, "no slope anywhere",
         "Every squash on the path gives a factor, the slope of the sigmoid there.", QUESTIONS),
    Edit({LAST: ""}, "the slope at the output is missing",
         "a - y is the slope of the cost with respect to a. delta is the slope with respect to z, "
         "one squash further back.", SHARED),
    Edit({HIDDEN: ""}, "the slope of the hidden units is missing",
         "Going one layer back crosses a weight and a squash: two factors.", BACK),
    Edit({LAST: f"{LAST} ** 2", HIDDEN: f"{HIDDEN} ** 2"}, "the slope twice",
         "Every squash is crossed once, and multiplies the error by its slope once.", BACK),
    Edit({f"{MISS}{LAST}": f"{MISS}\n    miss, delta = delta, delta{LAST}",
         f"{OVER}{HIDDEN}": f"(miss := w[l + 1] * miss){HIDDEN}"}, "the bare miss is carried back",
         "What goes back over a weight is delta, the miss times its slope. Here the slopes of the "
         "units passed are left out on the way.", BACK),
    Edit({"sigmoid_slope(": "sigmoid.derivative("}, "the slope at a and not at z",
         "The sigmoid is applied to a, which has been squashed already. From a the slope is a(1 - "
         "a).", CONTRACT),
    Edit({LAST: " * sigmoid.derivative(a[-1])"}, "the slope at a and not at z, at the output",
         "At the output, the sigmoid is applied to a, which has been squashed already.", CONTRACT),
    Edit({HIDDEN: " * sigmoid.derivative(a[l + 1])"},
         "the slope at a and not at z, on the way back",
         "On the way back, the sigmoid is applied to a, which has been squashed already.",
         CONTRACT),
    Edit({"slope(a[-1])": "slope(z[-1])", "slope(a[l + 1])": "slope(z[l])"},
         "z(1 - z) for the slope",
         "The short form a(1 - a) wants the activation, and it was given z.", CONTRACT),
    Edit({LAST: " * a[-1]", HIDDEN: " * a[l + 1]"}, "the squash for its slope",
         "The activation a is where its slope belongs: a(1 - a).", QUESTIONS),
    Edit({"slope(a[-1])": "slope(a[-2])", "slope(a[l + 1])": "slope(a[l])"},
         "the slope one place off",
         "a[0] is x, so the activation of unit l is a[l + 1]: its slope is a[l + 1] * (1 - a[l + "
         "1]).", EQUATIONS),
    Edit({"slope(a[l + 1])": "slope(a[l])"}, "the slope of the hidden units one place off",
         "a[0] is x, so the activation of hidden unit l is a[l + 1]: its slope is a[l + 1] * (1 - "
         "a[l + 1]).", EQUATIONS),
    Edit({"slope(a[l + 1])": "slope(a[l + 2])"}, "the slope of the unit after",
         "The error crosses the squash of the unit it arrives at: the error of unit l takes the "
         "slope at z[l].", BACK),
    Edit({"w[l + 1]": "w[l]"}, "the weight of the wrong layer",
         "Between unit l and the cost lies the weight that leads onwards, w[l + 1]; w[l] comes "
         "before the unit.", BACK),
    Edit({"w[l + 1]": "w[(l + 2) % len(w)]"}, "an index that wraps around",
         "This weight is one unit too far on, and past the last unit the index wraps around to the "
         "first.", BACK),
    Edit({"w[l + 1] * ": ""}, "no weight on the way back",
         "Going one layer back crosses a weight and a squash: two factors.", BACK),
    Edit({OVER: "(a[l + 1] - y)"}, "every unit is compared with y",
         "Only the output is compared with y. A hidden unit gets its error from the next one: w[l "
         "+ 1] * delta, times its own slope.", BACK),
    Edit({OVER: "(a[l] - y)"}, "the activation before every unit is compared with y",
         "Only the output is compared with y. A hidden unit gets its error from the next one: w[l "
         "+ 1] * delta, times its own slope.", BACK),
    Edit({OVER: "w[l + 1] * (a[l + 1] - y)"}, "every unit is compared with y, times a weight",
         "Only the output is compared with y. What the weight w[l + 1] brings back is the delta of "
         "the next unit, and not a[l + 1] - y.", BACK),
    Edit({OVER: f"{OVER} * (a[l + 1] - y)"}, "a miss for every unit, beside its error",
         "Only the output is compared with y, so a - y is a factor of the last delta and of no "
         "other.", BACK),
    Edit({"a[l] * delta": "a[l + 1] * delta"}, "the activation of the unit itself",
         "A weight multiplies what comes in: w[l] meets the activation before its unit.", SHARED),
    Edit({"a[l] * delta": "[x, *z][l] * delta"}, "the pre-activation for the activation",
         "What comes in over a weight has been squashed: dw takes a of the unit before, not its z.",
         SHARED),
    Edit({"a[l] * delta": "w[l] * delta"}, "the weight for the activation",
         "The slope of w * a with respect to w is a, what comes in, and not w.", SHARED),
    Edit({"a[l] * delta": "delta"}, "the side factor is missing in dw",
         "db is delta times 1; dw is delta times the activation that comes in.", SHARED),
    Edit({STORED: "db[l] = b[l] * delta\n        dw[l] = a[l] * delta"}, "db is multiplied by b",
         "A nudge of b moves z by the same amount whatever b is: the side factor is 1.", SHARED),
    Edit({"db[l] = delta": "db[l] = 0.0"}, "the biases are forgotten",
         "Every db is still 0. A bias takes the error as it is.", SHARED),
    Edit({"db[l] = delta": "db[l] = 1.0"}, "a slope of 1 for every bias",
         "1 is the slope of z with respect to the bias. The slope of the cost has the error in it.",
         SHARED),
    Edit({END: f"    db = [*db[1:], db[0]]; dw = [v * d for v, d in zip(a, db)]\n{END}"},
         "one layer off", "Each delta belongs to the w and b of its own unit.", EQUATIONS,
         ({STORED: "db[l - 1] = delta\n        dw[l - 1] = a[l] * delta"},
         {END: f"    db = [*db[1:], db[-1]]; dw = [v * d for v, d in zip(a, db)]\n{END}"})),
    Edit({"reversed(range(len(w)))": "[len(w) - 1]"}, "the last unit only",
         "The units before the last are still zero. Carry the error back and fill them too.", BACK),
    Edit({END: "    return dw[::-1], db[::-1]"}, "the last layer first",
         "The walk goes backwards, the lists do not: dw[0] belongs to w[0].", EQUATIONS),
    Edit({END: "    return db, dw"}, "dw and db are swapped", "Return dw first, then db.",
         EQUATIONS),
)
COUNTS = (
    Edit({BOTH: "factors + (factors + 1)"}, "factors counted, not multiplications",
         "Three factors are joined by two multiplications.", COUNT),
    Edit({BOTH: "factors"}, "the biases are left out",
         "Each layer has two parameters: count the products for b as well.", COUNT),
    Edit({BOTH: "factors - 1"}, "the weights are left out",
         "Each layer has two parameters: count the products for w as well.", COUNT),
    Edit({BOTH: "2 * factors"}, "as many for b as for w",
         "The product for w has one factor more, the activation that comes in.", COUNT,
         ({BOTH: "2 * (factors - 1)"},)),
    Edit({"2 * behind": "behind"}, "one factor for each layer crossed",
         "Each layer further from the cost adds a weight and a slope: two factors.", COUNT),
    Edit({" + 2 * behind": ""}, "no factors for the layers crossed",
         "Each layer further from the cost adds a weight and a slope to both products.", COUNT),
    Edit({"alone +=": "alone ="}, "the first layer alone",
         "The counts of all layers add up: alone +=.", COUNT),
    Edit({"1 if behind == 0 else 3": "0 if behind == 0 else 2"}, "the gradients are left out",
         "Each dw takes one more multiplication: delta times the activation that comes in.", COUNT),
    Edit({"else 3": "else 2"}, "one multiplication per layer back",
         "Going one layer back takes two: the weight and the slope.", COUNT),
    Edit({"backward = 0, 1": "backward = 0, 2"}, "every delta takes two",
         "The first delta takes one multiplication: there is no weight between it and the cost.",
         COUNT),
    Edit({"backward = 0, 1": "backward = 0, 0"}, "the first delta is not counted",
         "The first delta is a product too, of the miss and a slope: one multiplication.", COUNT),
    Edit({"range(layers)": "range(layers - 1)"}, "one layer too few",
         "range(layers) counts the layers from 0: all of them take part.", COUNT),
    Edit({"range(layers)": "range(layers + 1)"}, "one layer too many",
         "range(layers) counts the layers from 0: the input is none of them.", COUNT),
    Edit({"    return": "        return"}, "the last layer only",
         "The return is inside the loop, which ends with the last layer: move it out.", COUNT),
    Edit({"return alone, backward": "return backward, alone"}, "the two counts are swapped",
         "Return the parameter-by-parameter count first.", COUNT),
)
# fmt: on

EXERCISES = (
    Exercise(
        name="sigmoid_slope",
        reference=sigmoid_slope,
        cases=_activation_cases,
        hints=(
            "The argument has been squashed already. Which of the two forms of the slope needs no "
            "further squash?",
            "The slope is sigmoid(z) times one minus sigmoid(z). What is sigmoid(z) called?",
            "sigmoid(z) is a. So the slope is a times (1 - a).",
        ),
        wrong=SLOPES,
    ),
    Exercise(
        name="backprop_1d",
        reference=backprop_1d,
        cases=_backprop_cases,
        parts=("dw", "db"),
        last_first=True,
        hints=(
            "Forward first: every z and a is needed on the way back. scalar.forward gives both.",
            "Start at the output: the last delta is (a - y) times the slope there. What can you "
            "read off a delta for its own b and w?",
            "Going one layer back: times the weight that leads onwards, w[l + 1], times the slope "
            "a(1 - a) of this layer.",
            "In lists counted from 0, the activation that w[l] multiplies is a[l], because a[0] "
            "is x; the activation of unit l itself is a[l + 1]. "
            "for l in reversed(range(len(w))): if l is the last, start; otherwise, go one layer "
            "back.",
        ),
        wrong=CHAINS,
    ),
    Exercise(
        name="multiplications",
        reference=multiplications,
        cases=lambda rng: [(layers,) for layers in (1, 2, 3, 10, 1000)],
        parts=("alone", "backward"),
        hints=(
            "A product of n factors takes n - 1 multiplications. Count the last layer first: two "
            "factors for its b, three for its w.",
            "Each layer further from the cost adds two factors to both products. On the way back, "
            "the first delta takes one multiplication, every further delta two, every dw one.",
            "Layer by layer from the cost: 1 + 2, 3 + 4, 5 + 6, ... alone; and "
            "1 + 2 * (layers - 1) + layers backwards.",
        ),
        wrong=COUNTS,
    ),
)
