"""Exercises of chapter 7: many paths, index by index."""

# ruff: noqa: B905 - the solutions are as the page shows them

import numpy as np

from nnlib import forward, sigmoid
from nnlib.exercises import networks
from nnlib.exercises.backward import (
    ADD,
    CONTRACT,
    EQUATIONS,
    HALF,
    HIDDEN_SLOPE,
    LAST,
    LOOPS,
    WINS,
    backprop,
    loop_mistakes,
)
from nnlib.exercises.engine import Edit, Exercise

SLOPE = "sigmoid.derivative(z_j)"
PATH = "slope += W[j, k] * delta[j]"
CROSSED = " * a[k] * (1 - a[k])"


def last_layer(a_before, z, y):
    dw, db = [], []
    for z_j, y_j in zip(z, y, strict=True):
        delta_j = (sigmoid(z_j) - y_j) * sigmoid.derivative(z_j)
        db.append(delta_j)
        dw.append([a_k * delta_j for a_k in a_before])
    return dw, db


def layer_back(W, delta, a):
    back = []
    for k in range(len(a)):
        slope = 0.0
        for j in range(len(delta)):
            slope += W[j, k] * delta[j]
        back.append(slope * a[k] * (1 - a[k]))
    return back


def backprop_loops(network, x, y):
    a = [table[0] for table in forward(network, x[None, :]).a]
    dW = [np.zeros(layer.W.shape) for layer in network]
    db = [np.zeros(layer.b.shape) for layer in network]
    delta = [(a_j - y_j) * a_j * (1 - a_j) for a_j, y_j in zip(a[-1], y)]
    for l in reversed(range(len(network))):
        for j in range(len(delta)):
            db[l][j] = delta[j]
            for k in range(len(a[l])):
                dW[l][j, k] = a[l][k] * delta[j]
        if l > 0:
            delta = layer_back(network[l].W, delta, a[l])
    return dW, db


def _outer(delta, a_before):
    return np.outer(delta, a_before).tolist(), delta


def _last_layer_cases(rng):
    cases = [([0.74, 0.31], [-0.16, 0.91, 0.39], [1.0, 0.0, 1.0])]
    for before, units in ((3, 1), (1, 2), (3, 3)):
        z = rng.normal(size=units).tolist()
        cases.append((rng.random(before).tolist(), z, rng.uniform(0, 1, units).tolist()))
    return cases


def _layer_back_cases(rng):
    W = networks.EXAMPLE[1].W
    cases = [(W.copy(), [-0.13, 0.15, -0.1], [0.74, 0.31])]
    for units, before in ((2, 2), (1, 3), (2, 4), (3, 1)):
        delta = rng.normal(scale=0.2, size=units).tolist()
        cases.append((rng.normal(size=(units, before)), delta, rng.random(before).tolist()))
    return cases


def _network_cases(rng):
    cases = [networks.example()]
    for sizes in ([1, 3, 2, 1], [2, 2, 2, 2], [3, 1, 2], [2, 4]):
        network = networks.draw(rng, sizes)
        cases.append((network, *networks.sample(rng, network)))
    return cases


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
            Edit(
                {"delta_j = ": "delta_j = 2 * "},
                "a factor 2",
                "This is the gradient of a cost without the 1/2, which cancels the 2 of the "
                "square.",
                HALF,
            ),
            Edit(
                {"delta_j = ": "delta_j = 0.5 * "},
                "half the gradient",
                "The 1/2 of the cost is cancelled by the 2 of the square: dC/da_j is a_j - y_j.",
                LAST,
            ),
            Edit(
                {"sigmoid(z_j) - y_j": "y_j - sigmoid(z_j)"},
                "the sign is flipped",
                "This starts with y_j - a_j. The gradient starts with a_j - y_j.",
                LAST,
            ),
            Edit(
                {SLOPE: f"{SLOPE} / len(y)"},
                "a mean over the outputs",
                "The cost of one sample adds up its outputs; nothing is divided by their number.",
                LAST,
            ),
            Edit(
                {f" * {SLOPE}": ""},
                "the slope is missing",
                "a_j - y_j is the slope of the cost with respect to a_j. The error is the slope "
                "with respect to z_j, one squash further back.",
                LAST,
            ),
            Edit(
                {SLOPE: "sigmoid.derivative(sigmoid(z_j))"},
                "the slope at a and not at z",
                "The sigmoid is applied to a_j, which has been squashed already.",
                CONTRACT,
            ),
            Edit(
                {SLOPE: "z_j * (1 - z_j)"},
                "z(1 - z) for the slope",
                "The short form of the slope wants the activation, and it was given z.",
                CONTRACT,
            ),
            Edit(
                {SLOPE: "sigmoid(z_j) * (1 - z_j)"},
                "a misprinted slope, 1 - z",
                "The second factor of the slope is 1 - sigmoid(z), not 1 - z.",
                LAST,
            ),
            Edit(
                {SLOPE: "sigmoid(z_j) * sigmoid(1 - z_j)"},
                "a misprinted slope, sigmoid(1 - z)",
                "The second factor of the slope is 1 - sigmoid(z), not sigmoid(1 - z).",
                LAST,
            ),
            Edit(
                {SLOPE: "sigmoid(z_j)"},
                "the squash for its slope",
                "sigmoid(z_j) is the activation a_j. Its slope is a_j (1 - a_j).",
                LAST,
            ),
            Edit(
                {f"(sigmoid(z_j) - y_j) * {SLOPE}": SLOPE},
                "the miss is left out",
                "This is the slope of the output, whatever the target is. Its other factor is "
                "a_j - y_j.",
                LAST,
            ),
            Edit(
                {"(sigmoid(z_j) - y_j)": "(z_j - y_j)"},
                "z for the output",
                "The cost compares the activation with the target, not the pre-activation.",
                LAST,
            ),
            Edit(
                {"return dw, db": "return [list(column) for column in zip(*dw)], db"},
                "one list for each k",
                "dw[j][k] belongs to the weight into j from k: one list for each output j, like "
                "the rows of W.",
                LAST,
            ),
            Edit(
                {"[a_k * delta_j for": "[delta_j for"},
                "the side factor is missing in dw",
                "db is the error times 1; dw is the error times the activation that comes in.",
                LAST,
            ),
            Edit(
                {"return dw, db": "return _outer(len(z) * [sum(db)], a_before)"},
                "one error for all outputs",
                "Each output has an error of its own. Its weights and its bias lead to no other "
                "output.",
                LAST,
            ),
            Edit(
                {"return dw, db": "return db, dw"},
                "dw and db are swapped",
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
            Edit(
                {"slope += ": "slope = "},
                "the last path only",
                "An assignment in the loop overwrites the paths before it: start at zero and add "
                "with +=.",
                WINS,
            ),
            Edit(
                {"range(len(delta))": "range(1)"},
                "the first path only",
                "This is the path through one unit of the next layer. Add the paths through all of "
                "them.",
                ADD,
            ),
            Edit(
                {"W[j, k]": "W[k, j]"},
                "a row for a column",
                "W[k, j] is a weight into unit k of the next layer. The paths out of unit k are "
                "W[j, k], a column.",
                ADD,
            ),
            Edit(
                {f"slope{CROSSED}": f"[W[j, k] * delta[j]{CROSSED} for j in range(len(delta))]"},
                "the paths are not added",
                "These are the shares of the separate paths. The error of unit k is their sum.",
                ADD,
            ),
            Edit(
                {f"slope{CROSSED}": f"slope{CROSSED} / len(delta)"},
                "a mean over the paths",
                "The shares of the paths are added, not averaged: the cost feels all of them.",
                ADD,
            ),
            Edit(
                {f"slope{CROSSED}": f"W[:, k].sum() * sum(delta){CROSSED}"},
                "weights and errors summed apart",
                "Multiply along each path first, then add: a product of sums is not a sum of "
                "products.",
                ADD,
            ),
            Edit(
                {CROSSED: ""},
                "the slope is missing",
                "The sum is the slope of the cost with respect to a_k. The one with respect to z_k "
                "has one factor more, the slope of the squash.",
                ADD,
            ),
            Edit(
                {CROSSED: " * sigmoid.derivative(a[k])"},
                "the slope at a and not at z",
                "The sigmoid is applied to a, which has been squashed already. From a the slope is "
                "a(1 - a).",
                CONTRACT,
            ),
            Edit(
                {CROSSED: " * a[k]"},
                "the squash for its slope",
                "a_k is the activation. Its slope is a_k (1 - a_k).",
                ADD,
            ),
            Edit(
                {
                    PATH: f"slope = (slope + W[j, k] * delta[j]){CROSSED}",
                    f"slope{CROSSED}": "slope",
                },
                "the slope at every step of the sum",
                "All paths leave through one squash: multiply by its slope once, after the sum.",
                ADD,
            ),
            Edit(
                {
                    "for k in range(len(a)):": "slope = 0.0\n    for k in range(len(a)):",
                    "        slope = 0.0\n        for j": "        for j",
                },
                "the sum is not set back to zero",
                "Each k starts a sum of its own: the zero belongs inside the loop over k.",
                LOOPS,
            ),
            Edit(
                {"W[j, k] * ": ""},
                "the weights are missing",
                "Each path crosses a wire: the error of unit j counts W[j, k] times.",
                ADD,
            ),
            Edit(
                {"slope += ": "slope -= "},
                "the sign is flipped",
                "Going back only multiplies and adds; the sign was settled at the output.",
                ADD,
            ),
        ),
    ),
    networks.network_exercise(
        name="backprop_loops",
        reference=backprop_loops,
        forms=(backprop,),
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
            Edit(
                {"W, delta, a[l])": "W, delta, a[l + 1])"},
                "the slope of the next layer",
                "The error arrives at the layer before network[l], and crosses the squash there: "
                "layer_back wants a[l], not a[l + 1].",
                EQUATIONS,
                forms=({HIDDEN_SLOPE: HIDDEN_SLOPE.replace("l - 1", "l")},),
            ),
            Edit(
                {"W, delta, a[l])": "W, delta, a[l - 1])"},
                "the slope of the layer before",
                "The error arrives at the layer before network[l], and crosses the squash there: "
                "layer_back wants a[l], not a[l - 1].",
                EQUATIONS,
                forms=(
                    {"derivative(z[l - 1])": "derivative_from_output(a[l - 1])"},
                    {HIDDEN_SLOPE: HIDDEN_SLOPE.replace("l - 1", "l - 2")},
                ),
            ),
            *loop_mistakes(),
        ),
    ),
)
