"""Exercises of chapter 7: many paths, index by index."""

import math

import numpy as np

from nnlib.exercises import networks
from nnlib.exercises.engine import Exercise, Wrong

LAST = "chapter 7, 'The last layer brings nothing new'"
ADD = "chapter 7, 'Multiply along, add across'"
EQUATIONS = "chapter 7, 'Four equations with indices'"
LOOPS = "chapter 7, 'In loops'"
WINS = "chapter 7, 'The last path wins'"
HALF = "chapter 3, 'A half goes missing'"
CONTRACT = "chapter 3, 'Give it z, or give it a'"


def _sigmoid(z):
    return 1 / (1 + math.exp(-z))


# last_layer


def _errors(z, y):
    outputs = [_sigmoid(v) for v in z]
    return [(a - t) * a * (1 - a) for a, t in zip(outputs, y, strict=True)]


def _with_errors(delta, a_before):
    return [[a * d for a in a_before] for d in delta], delta


def last_layer(a_before, z, y):
    """Return dC/dw (a list for each unit) and dC/db of the last layer."""
    return _with_errors(_errors(z, y), a_before)


def _last_layer_cases(rng):
    cases = [([0.74, 0.31], [-0.16, 0.91, 0.39], [1.0, 0.0, 1.0])]
    for before, units in ((3, 1), (1, 2), (3, 3)):
        z = rng.normal(size=units).tolist()
        cases.append((rng.random(before).tolist(), z, rng.uniform(0, 1, units).tolist()))
    return cases


def _last_with(error):
    def answer(a_before, z, y):
        return _with_errors([error(v, t) for v, t in zip(z, y, strict=True)], a_before)

    return answer


def _last_scaled(factor):
    def answer(a_before, z, y):
        by = factor(y) if callable(factor) else factor
        return _with_errors([by * d for d in _errors(z, y)], a_before)

    return answer


def _slope_at_output(z, t):
    a = _sigmoid(z)
    return (a - t) * _sigmoid(a) * (1 - _sigmoid(a))


def _last_transposed(a_before, z, y):
    delta = _errors(z, y)
    return [[a * d for d in delta] for a in a_before], delta


def _last_without_input(a_before, z, y):
    delta = _errors(z, y)
    return [[d] * len(a_before) for d in delta], delta


def _one_error_for_all(a_before, z, y):
    return _with_errors([sum(_errors(z, y))] * len(z), a_before)


# layer_back


def layer_back(W, delta, a):
    """Return the errors of the layer before, for sigmoid units."""
    return [v * k * (1 - k) for v, k in zip((W.T @ delta).tolist(), a, strict=True)]


def _layer_back_cases(rng):
    W = networks.EXAMPLE[1].W
    cases = [(W.copy(), [-0.13, 0.15, -0.1], [0.74, 0.31])]
    for units, before in ((2, 2), (1, 3), (2, 4), (3, 1)):
        delta = rng.normal(scale=0.2, size=units).tolist()
        cases.append((rng.normal(size=(units, before)), delta, rng.random(before).tolist()))
    return cases


def _back_with(slopes, slope=lambda a: a * (1 - a)):
    def answer(W, delta, a):
        return [float(v) * slope(k) for v, k in zip(slopes(W, np.array(delta)), a, strict=True)]

    return answer


def _slope_inside_the_loop(W, delta, a):
    back = []
    for k in range(len(a)):
        slope = 0.0
        for j in range(len(delta)):
            slope = (slope + W[j, k] * delta[j]) * a[k] * (1 - a[k])
        back.append(float(slope))
    return back


def _carried_over(W, delta, a):
    back, slope = [], 0.0
    for k in range(len(a)):
        for j in range(len(delta)):
            slope += W[j, k] * delta[j]
        back.append(float(slope) * a[k] * (1 - a[k]))
    return back


def _not_added(W, delta, a):
    return [
        [float(W[j, k] * d) * v * (1 - v) for j, d in enumerate(delta)] for k, v in enumerate(a)
    ]


# backprop_loops


def backprop_loops(network, x, y):
    """Return dW and db of one sample."""
    return networks.backprop(network, x, y)


def _network_cases(rng):
    cases = [networks.example()]
    for sizes in ([1, 3, 2, 1], [2, 2, 2, 2], [3, 1, 2], [2, 4]):
        network = networks.draw(rng, sizes)
        cases.append((network, *networks.sample(rng, network)))
    return cases


def _own_activation(delta, a_before, a_own):
    rows = range(len(delta)), range(len(a_before))
    return np.array([[a_own[k] * delta[j] for k in rows[1]] for j in rows[0]])


def _slope_of_another_layer(off):
    """The loops of the chapter, with layer_back given the activations so many layers off.

    Where the layers differ in width, the number of activations decides how many errors come out.
    """

    def answer(network, x, y):
        _, a = networks.pass_forward(network, x)
        dW = [np.zeros_like(layer.W) for layer in network]
        db = [np.zeros_like(layer.b) for layer in network]
        delta = (a[-1] - y) * a[-1] * (1 - a[-1])
        for l in reversed(range(len(network))):
            for j in range(len(delta)):
                db[l][j] = delta[j]
                for k in range(len(a[l])):
                    dW[l][j, k] = a[l][k] * delta[j]
            if l > 0:
                delta = [
                    sum(network[l].W[j, k] * delta[j] for j in range(len(delta))) * v * (1 - v)
                    for k, v in enumerate(a[l + off])
                ]
        return dW, db

    return answer


EXERCISES = (
    Exercise(
        name="last_layer",
        reference=last_layer,
        cases=_last_layer_cases,
        parts=("dw", "db"),
        hints=(
            "Each output has a path of its own: take one j at a time, as in a chain.",
            "The error of output j is (a_j - y_j) times the slope at z_j, with a_j the sigmoid of "
            "z_j.",
            "db gets the error as it is. dw gets one list: the error times each number of "
            "a_before.",
        ),
        wrong=(
            Wrong(
                "a factor 2",
                _last_scaled(2.0),
                "This is the gradient of a cost without the 1/2, which cancels the 2 of the "
                "square.",
                HALF,
            ),
            Wrong(
                "half the gradient",
                _last_scaled(0.5),
                "The 1/2 of the cost is cancelled by the 2 of the square: dC/da_j is a_j - y_j.",
                LAST,
            ),
            Wrong(
                "the sign is flipped",
                _last_scaled(-1.0),
                "This starts with y_j - a_j. The gradient starts with a_j - y_j.",
                LAST,
            ),
            Wrong(
                "a mean over the outputs",
                _last_scaled(lambda y: 1 / len(y)),
                "The cost of one sample adds up its outputs; nothing is divided by their number.",
                LAST,
            ),
            Wrong(
                "the slope is missing",
                _last_with(lambda z, t: _sigmoid(z) - t),
                "a_j - y_j is the slope of the cost with respect to a_j. The error is the slope "
                "with respect to z_j, one squash further back.",
                LAST,
            ),
            Wrong(
                "the slope at a and not at z",
                _last_with(_slope_at_output),
                "The sigmoid is applied to a_j, which has been squashed already.",
                CONTRACT,
            ),
            Wrong(
                "z(1 - z) for the slope",
                _last_with(lambda z, t: (_sigmoid(z) - t) * z * (1 - z)),
                "The short form of the slope wants the activation, and it was given z.",
                CONTRACT,
            ),
            Wrong(
                "a misprinted slope, 1 - z",
                _last_with(lambda z, t: (_sigmoid(z) - t) * _sigmoid(z) * (1 - z)),
                "The second factor of the slope is 1 - sigmoid(z), not 1 - z.",
                LAST,
            ),
            Wrong(
                "a misprinted slope, sigmoid(1 - z)",
                _last_with(lambda z, t: (_sigmoid(z) - t) * _sigmoid(z) * _sigmoid(1 - z)),
                "The second factor of the slope is 1 - sigmoid(z), not sigmoid(1 - z).",
                LAST,
            ),
            Wrong(
                "z for the output",
                _last_with(lambda z, t: (z - t) * _sigmoid(z) * (1 - _sigmoid(z))),
                "The cost compares the activation with the target, not the pre-activation.",
                LAST,
            ),
            Wrong(
                "one list for each k",
                _last_transposed,
                "dw[j][k] belongs to the weight into j from k: one list for each output j, like "
                "the rows of W.",
                LAST,
            ),
            Wrong(
                "the side factor is missing in dw",
                _last_without_input,
                "db is the error times 1; dw is the error times the activation that comes in.",
                LAST,
            ),
            Wrong(
                "one error for all outputs",
                _one_error_for_all,
                "Each output has an error of its own. Its weights and its bias lead to no other "
                "output.",
                LAST,
            ),
            Wrong(
                "dw and db are swapped",
                lambda a_before, z, y: last_layer(a_before, z, y)[::-1],
                "Return dw first, then db.",
                LAST,
            ),
        ),
    ),
    Exercise(
        name="layer_back",
        reference=layer_back,
        cases=_layer_back_cases,
        hints=(
            "Take one k at a time. How many paths lead on from unit k, and what does each carry?",
            "The path through unit j carries W[j, k] times delta[j]. Start at zero and add them "
            "all up.",
            "When the sum for k is complete, multiply it once by the slope of unit k, "
            "a[k] * (1 - a[k]), and append it.",
        ),
        wrong=(
            Wrong(
                "the last path only",
                _back_with(lambda W, delta: W[-1] * delta[-1]),
                "An assignment in the loop overwrites the paths before it: start at zero and add "
                "with +=.",
                WINS,
            ),
            Wrong(
                "the first path only",
                _back_with(lambda W, delta: W[0] * delta[0]),
                "This is the path through one unit of the next layer. Add the paths through all of "
                "them.",
                ADD,
            ),
            Wrong(
                "a row for a column",
                _back_with(lambda W, delta: [W[k] @ delta for k in range(W.shape[1])]),
                "W[k, j] is a weight into unit k of the next layer. The paths out of unit k are "
                "W[j, k], a column.",
                ADD,
            ),
            Wrong(
                "the paths are not added",
                _not_added,
                "These are the shares of the separate paths. The error of unit k is their sum.",
                ADD,
            ),
            Wrong(
                "a mean over the paths",
                _back_with(lambda W, delta: W.T @ delta / len(delta)),
                "The shares of the paths are added, not averaged: the cost feels all of them.",
                ADD,
            ),
            Wrong(
                "weights and errors summed apart",
                _back_with(lambda W, delta: W.sum(axis=0) * delta.sum()),
                "Multiply along each path first, then add: a product of sums is not a sum of "
                "products.",
                ADD,
            ),
            Wrong(
                "the slope is missing",
                _back_with(lambda W, delta: W.T @ delta, slope=lambda a: 1.0),
                "The sum is the slope of the cost with respect to a_k. The one with respect to z_k "
                "has one factor more, the slope of the squash.",
                ADD,
            ),
            Wrong(
                "the slope at a and not at z",
                _back_with(
                    lambda W, delta: W.T @ delta,
                    slope=lambda a: _sigmoid(a) * (1 - _sigmoid(a)),
                ),
                "The sigmoid is applied to a, which has been squashed already. From a the slope is "
                "a(1 - a).",
                CONTRACT,
            ),
            Wrong(
                "the slope at every step of the sum",
                _slope_inside_the_loop,
                "All paths leave through one squash: multiply by its slope once, after the sum.",
                ADD,
            ),
            Wrong(
                "the sum is not set back to zero",
                _carried_over,
                "Each k starts a sum of its own: the zero belongs inside the loop over k.",
                LOOPS,
            ),
            Wrong(
                "the weights are missing",
                _back_with(lambda W, delta: np.full(W.shape[1], delta.sum())),
                "Each path crosses a wire: the error of unit j counts W[j, k] times.",
                ADD,
            ),
            Wrong(
                "the sign is flipped",
                _back_with(lambda W, delta: -(W.T @ delta)),
                "Going back only multiplies and adds; the sign was settled at the output.",
                ADD,
            ),
        ),
    ),
    Exercise(
        name="backprop_loops",
        reference=backprop_loops,
        cases=_network_cases,
        parts=("dW", "db"),
        last_first=True,
        hints=(
            "Start at the output: the list of errors delta, one for each output, as in last_layer.",
            "With the errors of a layer in hand, that layer's gradients are one product each: "
            "db[l][j] and dW[l][j, k].",
            "In lists counted from 0, a[l] is what network[l] reads, and a[l + 1] what it gives.",
            "To go one layer back, layer_back(network[l].W, delta, a[l]) gives the errors of the "
            "layer before.",
            "for l in reversed(range(len(network))): fill db[l] and dW[l] from delta; then, if "
            "l > 0, replace delta by layer_back of it.",
        ),
        wrong=(
            Wrong(
                "a factor 2",
                networks.scaled(2.0),
                "This is the gradient of a cost without the 1/2, which cancels the 2 of the "
                "square.",
                HALF,
            ),
            Wrong(
                "half the gradient",
                networks.scaled(0.5),
                "The 1/2 of the cost is cancelled by the 2 of the square: dC/da_j is a_j - y_j.",
                LAST,
            ),
            Wrong(
                "the sign is flipped",
                networks.scaled(-1.0),
                "This starts with y_j - a_j, or is the step that lowers the cost. The gradient "
                "starts with a_j - y_j.",
                LAST,
            ),
            Wrong(
                "a mean over the outputs",
                networks.scaled(lambda y: 1 / len(y)),
                "The cost of one sample adds up its outputs; nothing is divided by their number.",
                LAST,
            ),
            Wrong(
                "the last path only",
                networks.mistaken(back=lambda W, own, delta: W[-1] * delta[-1]),
                "An assignment in the loop overwrites the paths before it: start at zero and add "
                "with +=.",
                WINS,
            ),
            Wrong(
                "the first path only",
                networks.mistaken(back=lambda W, own, delta: W[0] * delta[0]),
                "This is the path through one unit of the next layer. Add the paths through all of "
                "them.",
                ADD,
            ),
            Wrong(
                "a row for a column",
                networks.mistaken(back=lambda W, own, delta: W @ delta),
                "W[k, j] is a weight into unit k of the next layer. The paths out of unit k are "
                "W[j, k], a column.",
                ADD,
            ),
            Wrong(
                "the weights of the wrong layer",
                networks.mistaken(back=lambda W, own, delta: own.T @ delta),
                "Between a unit and the cost lie the weights that lead onwards, those of the next "
                "layer.",
                EQUATIONS,
            ),
            Wrong(
                "no slope anywhere",
                networks.mistaken(networks.no_slope, networks.no_slope),
                "Every squash on a path gives a factor, the slope of the sigmoid there.",
                EQUATIONS,
            ),
            Wrong(
                "the slope at the output is missing",
                networks.mistaken(output_slope=networks.no_slope),
                "a_j - y_j is the slope of the cost with respect to a_j. The error is the slope "
                "with respect to z_j, one squash further back.",
                LAST,
            ),
            Wrong(
                "the slope of the hidden units is missing",
                networks.mistaken(hidden_slope=networks.no_slope),
                "After the sum over the paths comes the slope of the unit that they leave.",
                ADD,
            ),
            Wrong(
                "the slope at a and not at z",
                networks.mistaken(networks.slope_at_a, networks.slope_at_a),
                "The sigmoid is applied to a, which has been squashed already. From a the slope is "
                "a(1 - a).",
                CONTRACT,
            ),
            Wrong(
                "z(1 - z) for the slope",
                networks.mistaken(networks.slope_of_z, networks.slope_of_z),
                "The short form a(1 - a) wants the activation, and it was given z.",
                CONTRACT,
            ),
            Wrong(
                "the slope of the next layer",
                _slope_of_another_layer(1),
                "The error arrives at the layer before network[l], and crosses the squash there: "
                "layer_back wants a[l], not a[l + 1].",
                EQUATIONS,
            ),
            Wrong(
                "the slope of the layer before",
                _slope_of_another_layer(-1),
                "The error arrives at the layer before network[l], and crosses the squash there: "
                "layer_back wants a[l], not a[l - 1].",
                EQUATIONS,
            ),
            Wrong(
                "the activation of the layer itself",
                networks.mistaken(product=_own_activation),
                "A weight multiplies what comes in: the activations of the layer before, a[l].",
                EQUATIONS,
            ),
            Wrong(
                "the side factor is missing in dW",
                networks.mistaken(
                    product=lambda delta, a, own: np.outer(delta, np.ones_like(a)),
                ),
                "db is the error times 1; dW is the error times the activation that comes in.",
                EQUATIONS,
            ),
            Wrong(
                "dW is transposed",
                networks.mistaken(product=lambda delta, a, own: np.outer(a, delta)),
                "dW[l][j, k] belongs to the weight into j from k: the error chooses the row, the "
                "activation the column.",
                EQUATIONS,
            ),
            Wrong(
                "the error of the wrong layer",
                networks.one_layer_off,
                "Each error belongs to the weights and biases of its own layer: fill dW[l] before "
                "you go back.",
                LOOPS,
            ),
            Wrong(
                "the last layer only",
                networks.last_layer_only,
                "The layers before the last are still zero. Carry the errors back and fill them "
                "too.",
                LOOPS,
            ),
            Wrong(
                "the last layer first",
                networks.last_layer_first,
                "The walk goes backwards, the lists do not: dW[0] belongs to network[0].",
                LOOPS,
            ),
            Wrong(
                "dW and db are swapped",
                lambda network, x, y: networks.backprop(network, x, y)[::-1],
                "Return dW first, then db.",
                LOOPS,
            ),
        ),
    ),
)
