"""Exercises of chapter 3: the slope from the output, backpropagation on a chain, its price."""

import math

from nnlib import scalar
from nnlib.exercises.chapter01 import chain_cases
from nnlib.exercises.engine import Exercise, Wrong

QUESTIONS = "chapter 3, 'Three small questions'"
SHARED = "chapter 3, 'The part they share'"
BACK = "chapter 3, 'One layer back'"
EQUATIONS = "chapter 3, 'Four equations'"
COUNT = "chapter 3, 'Why backwards'"
HALF = "chapter 3, 'A half goes missing'"
CONTRACT = "chapter 3, 'Give it z, or give it a'"


def _sigmoid(z):
    return 1 / (1 + math.exp(-z))


# sigmoid_slope


def sigmoid_slope(a):
    """Return the slope of the sigmoid where its value is a."""
    return a * (1 - a)


def _activation_cases(rng):
    return [(0.5,), (_sigmoid(2.0),), (float(rng.uniform(0.6, 0.9)),), (0.0,), (1.0,)]


def _slope_at_a(a):
    return _sigmoid(a) * (1 - _sigmoid(a))


# backprop_1d


def backprop_1d(w, b, x, y):
    """Return dC/dw and dC/db of a chain, as lists."""
    gradients = scalar.backward(w, b, x, y)
    return list(gradients.dw), list(gradients.db)


def _backprop_cases(rng):
    targets = (1.0, 0.0, 1.0, 0.3, 0.8)
    return [(*case, y) for case, y in zip(chain_cases(rng), targets, strict=True)]


def _true_slope(z, a, layer):
    return sigmoid_slope(a[layer + 1])


def _no_slope(z, a, layer):
    return 1.0


def _slope_one_place_off(z, a, layer):
    return sigmoid_slope(a[layer])


def _slope_of_the_unit_after(z, a, layer):
    return sigmoid_slope(a[layer + 2])


def _slope_of_z_as_a(z, a, layer):
    return sigmoid_slope(z[layer])


def _slope_of_a_as_z(z, a, layer):
    return _slope_at_a(a[layer + 1])


def _weight_ahead(w, layer):
    return w[layer + 1]


def _mistaken(output_slope=_true_slope, hidden_slope=_true_slope, weight=_weight_ahead, shift=0):
    """Return a backward pass in which one of the factors can be a wrong one."""

    def answer(w, b, x, y):
        z, a = scalar.forward(w, b, x)
        delta = [0.0] * len(w)
        delta[-1] = (a[-1] - y) * output_slope(z, a, len(w) - 1)
        for layer in reversed(range(len(w) - 1)):
            delta[layer] = weight(w, layer) * hidden_slope(z, a, layer) * delta[layer + 1]
        return [a[layer + shift] * d for layer, d in enumerate(delta)], delta

    return answer


def _each_compared_with_y(behind=0, carried=lambda w, delta, layer: 1.0):
    """Every hidden unit has a miss of its own, of the activation so many places behind."""

    def answer(w, b, x, y):
        z, a = scalar.forward(w, b, x)
        delta = [0.0] * len(w)
        for layer in reversed(range(len(w))):
            hidden = layer < len(w) - 1
            miss = a[layer + 1 - (behind if hidden else 0)] - y
            factor = carried(w, delta, layer) if hidden else 1.0
            delta[layer] = factor * miss * _true_slope(z, a, layer)
        return [v * d for v, d in zip(a[:-1], delta, strict=True)], delta

    return answer


def _scaled(factor):
    def answer(w, b, x, y):
        dw, db = backprop_1d(w, b, x, y)
        return [factor * v for v in dw], [factor * v for v in db]

    return answer


def _only_deltas(w, b, x, y):
    _, db = backprop_1d(w, b, x, y)
    return db, db


def _one_layer_off(w, b, x, y):
    _, a = scalar.forward(w, b, x)
    _, db = backprop_1d(w, b, x, y)
    off = [*db[1:], db[0]]
    return [v * d for v, d in zip(a[:-1], off, strict=True)], off


def _last_layer_first(w, b, x, y):
    dw, db = backprop_1d(w, b, x, y)
    return dw[::-1], db[::-1]


def _biases_include_b(w, b, x, y):
    dw, db = backprop_1d(w, b, x, y)
    return dw, [bias * d for bias, d in zip(b, db, strict=True)]


# multiplications


def multiplications(layers):
    """Return the multiplications for a gradient: parameter by parameter, and backwards."""
    return 2 * layers**2 + layers, 3 * layers - 1


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
        wrong=(
            Wrong(
                "the slope at a and not at z",
                _slope_at_a,
                "a is squashed a second time. Written in a, the slope needs no sigmoid.",
                CONTRACT,
            ),
            Wrong(
                "squashed without a slope",
                _sigmoid,
                "This is an output, not a slope.",
                CONTRACT,
            ),
            Wrong(
                "the sign is flipped",
                lambda a: a * (a - 1),
                "The sigmoid rises everywhere, so its slope is never negative.",
                CONTRACT,
            ),
            Wrong(
                "one factor is missing",
                lambda a: 1 - a,
                "The slope is small at both ends: a times (1 - a).",
                CONTRACT,
            ),
        ),
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
        wrong=(
            Wrong(
                "a factor 2",
                _scaled(2.0),
                "This is the gradient of (a - y)^2. The cost has a 1/2 that cancels the 2.",
                HALF,
            ),
            Wrong(
                "half the gradient",
                _scaled(0.5),
                "The 1/2 of the cost is cancelled by the 2 of the square: dC/da is a - y.",
                QUESTIONS,
            ),
            Wrong(
                "the sign is flipped",
                _scaled(-1.0),
                "This is y - a at the start, or the step that lowers the cost. The gradient starts "
                "with a - y.",
                QUESTIONS,
            ),
            Wrong(
                "no slope anywhere",
                _mistaken(output_slope=_no_slope, hidden_slope=_no_slope),
                "Every squash on the path gives a factor, the slope of the sigmoid there.",
                QUESTIONS,
            ),
            Wrong(
                "the slope at the output is missing",
                _mistaken(output_slope=_no_slope),
                "a - y is the slope of the cost with respect to a. delta is the slope with respect "
                "to z, one squash further back.",
                SHARED,
            ),
            Wrong(
                "the slope of the hidden units is missing",
                _mistaken(hidden_slope=_no_slope),
                "Going one layer back crosses a weight and a squash: two factors.",
                BACK,
            ),
            Wrong(
                "the slope at a and not at z",
                _mistaken(output_slope=_slope_of_a_as_z, hidden_slope=_slope_of_a_as_z),
                "The sigmoid is applied to a, which has been squashed already. From a the slope is "
                "a(1 - a).",
                CONTRACT,
            ),
            Wrong(
                "z(1 - z) for the slope",
                _mistaken(output_slope=_slope_of_z_as_a, hidden_slope=_slope_of_z_as_a),
                "The short form a(1 - a) wants the activation, and it was given z.",
                CONTRACT,
            ),
            Wrong(
                "the slope one place off",
                _mistaken(output_slope=_slope_one_place_off, hidden_slope=_slope_one_place_off),
                "a[0] is x, so the activation of unit l is a[l + 1]: its slope is "
                "a[l + 1] * (1 - a[l + 1]).",
                EQUATIONS,
            ),
            Wrong(
                "the slope of the hidden units one place off",
                _mistaken(hidden_slope=_slope_one_place_off),
                "a[0] is x, so the activation of hidden unit l is a[l + 1]: its slope is "
                "a[l + 1] * (1 - a[l + 1]).",
                EQUATIONS,
            ),
            Wrong(
                "the slope of the unit after",
                _mistaken(hidden_slope=_slope_of_the_unit_after),
                "The error crosses the squash of the unit it arrives at: the error of unit l takes "
                "the slope at z[l].",
                BACK,
            ),
            Wrong(
                "the weight of the wrong layer",
                _mistaken(weight=lambda w, layer: w[layer]),
                "Between unit l and the cost lies the weight that leads onwards, w[l + 1]; w[l] "
                "comes before the unit.",
                BACK,
            ),
            Wrong(
                "no weight on the way back",
                _mistaken(weight=lambda w, layer: 1.0),
                "Going one layer back crosses a weight and a squash: two factors.",
                BACK,
            ),
            Wrong(
                "every unit is compared with y",
                _each_compared_with_y(),
                "Only the output is compared with y. A hidden unit gets its error from the next "
                "one: w[l + 1] * delta, times its own slope.",
                BACK,
            ),
            Wrong(
                "the activation before every unit is compared with y",
                _each_compared_with_y(behind=1),
                "Only the output is compared with y. A hidden unit gets its error from the next "
                "one: w[l + 1] * delta, times its own slope.",
                BACK,
            ),
            Wrong(
                "every unit is compared with y, times a weight",
                _each_compared_with_y(carried=lambda w, delta, layer: w[layer + 1]),
                "Only the output is compared with y. What the weight w[l + 1] brings back is the "
                "delta of the next unit, and not a[l + 1] - y.",
                BACK,
            ),
            Wrong(
                "a miss for every unit, beside its error",
                _each_compared_with_y(
                    carried=lambda w, delta, layer: w[layer + 1] * delta[layer + 1]
                ),
                "Only the output is compared with y, so a - y is a factor of the last delta and of "
                "no other.",
                BACK,
            ),
            Wrong(
                "the activation of the unit itself",
                _mistaken(shift=1),
                "A weight multiplies what comes in: w[l] meets the activation before its unit.",
                SHARED,
            ),
            Wrong(
                "the side factor is missing in dw",
                _only_deltas,
                "db is delta times 1; dw is delta times the activation that comes in.",
                SHARED,
            ),
            Wrong(
                "one layer off",
                _one_layer_off,
                "Each delta belongs to the w and b of its own unit.",
                EQUATIONS,
            ),
            Wrong(
                "the last layer first",
                _last_layer_first,
                "The walk goes backwards, the lists do not: dw[0] belongs to w[0].",
                EQUATIONS,
            ),
            Wrong(
                "dw and db are swapped",
                lambda w, b, x, y: backprop_1d(w, b, x, y)[::-1],
                "Return dw first, then db.",
                EQUATIONS,
            ),
            Wrong(
                "db is multiplied by b",
                _biases_include_b,
                "A nudge of b moves z by the same amount whatever b is: the side factor is 1.",
                SHARED,
            ),
        ),
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
        wrong=(
            Wrong(
                "factors counted, not multiplications",
                lambda layers: (2 * layers**2 + 3 * layers, 3 * layers - 1),
                "Three factors are joined by two multiplications.",
                COUNT,
            ),
            Wrong(
                "the biases are left out",
                lambda layers: (layers * (layers + 1), 3 * layers - 1),
                "Each layer has two parameters: count the products for b as well.",
                COUNT,
            ),
            Wrong(
                "the weights are left out",
                lambda layers: (layers**2, 3 * layers - 1),
                "Each layer has two parameters: count the products for w as well.",
                COUNT,
            ),
            Wrong(
                "the gradients are left out",
                lambda layers: (2 * layers**2 + layers, 2 * layers - 1),
                "Each dw takes one more multiplication: delta times the activation that comes in.",
                COUNT,
            ),
            Wrong(
                "one multiplication per layer back",
                lambda layers: (2 * layers**2 + layers, 2 * layers),
                "Going one layer back takes two: the weight and the slope.",
                COUNT,
            ),
            Wrong(
                "every delta takes two",
                lambda layers: (2 * layers**2 + layers, 3 * layers),
                "The first delta takes one multiplication: there is no weight between it and the "
                "cost.",
                COUNT,
            ),
            Wrong(
                "the two counts are swapped",
                lambda layers: multiplications(layers)[::-1],
                "Return the parameter-by-parameter count first.",
                COUNT,
            ),
        ),
    ),
)
