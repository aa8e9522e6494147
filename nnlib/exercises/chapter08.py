"""Exercises of chapter 8: the four equations in vectors and matrices."""

import numpy as np

from nnlib import sigmoid
from nnlib.exercises import networks
from nnlib.exercises.backward import (
    ADD,
    CARD,
    CONTRACT,
    ENTRY,
    FUNCTION,
    OUTER,
    SQUEEZE,
    TURNED,
    backprop,
)
from nnlib.exercises.engine import Edit, Exercise, Wrong
from nnlib.exercises.judge import gradient_exercise

SLOPE = " * sigmoid.derivative(z)"
EACH, MEAN, STEPPED = "zip(X, Y, strict=True)", " / len(X)", "return new_W, new_b"


def hadamard(u, v):
    return np.array([u_j * v_j for u_j, v_j in zip(u, v, strict=True)])


def error_back(W, delta, z):
    return (W.T @ delta) * sigmoid.derivative(z)


def descend(network, X, Y, learning_rate):
    new_W = [layer.W.copy() for layer in network]
    new_b = [layer.b.copy() for layer in network]
    for x, y in zip(X, Y, strict=True):
        dW, db = backprop(network, x, y)
        for l in range(len(network)):
            new_W[l] -= learning_rate * dW[l] / len(X)
            new_b[l] -= learning_rate * db[l] / len(X)
    return new_W, new_b


def _vector_cases(rng):
    return [
        (np.array([6.0, 7.0, 2.0]), np.array([3.0, 5.0, 9.0])),
        (np.array([1, 3]), np.array([0.5, 0.5])),
        (np.array([0.25, -1.5, 2.0]), np.array([3, 1, -2])),
        (rng.normal(size=1), rng.normal(size=1)),
        (rng.normal(size=4), rng.normal(size=4)),
    ]


def _back_cases(rng):
    W = networks.EXAMPLE[1].W
    cases = [(W.copy(), np.array([-0.13, 0.15, -0.1]), np.array([1.05, -0.8]))]
    for units, before in ((2, 2), (1, 3), (2, 4), (3, 1)):
        delta = rng.normal(scale=0.2, size=units)
        cases.append((rng.normal(size=(units, before)), delta, rng.normal(size=before)))
    return cases


def _batch_cases(rng):
    cases = []
    for sizes, samples, rate in (([2, 2, 3], 3, 0.5), ([1, 3, 2, 1], 4, 2.0), ([2, 2, 2], 2, 0.1)):
        network = networks.draw(rng, sizes)
        X = rng.normal(size=(samples, sizes[0]))
        cases.append((network, X, rng.uniform(0.1, 0.9, size=(samples, sizes[-1])), rate))
    return cases


def _with(network, new_W, new_b):
    pairs = zip(network, new_W, new_b, strict=True)
    return [layer._replace(W=W, b=b) for layer, W, b in pairs]


def _steps(network, new_W, new_b, factor):
    dW = [factor * (W - layer.W) for layer, W in zip(network, new_W, strict=True)]
    return dW, [factor * (b - layer.b) for layer, b in zip(network, new_b, strict=True)]


def _new_weights_on_the_way_back(network, X, Y, learning_rate):
    """Each layer is moved before the errors are carried back across it."""
    passes = [networks.pass_forward(network, x) for x in X]
    deltas = [
        (a[-1] - y) * network[-1].activation.derivative(z[-1])
        for (z, a), y in zip(passes, Y, strict=True)
    ]
    new_W, new_b = [], []
    for l in reversed(range(len(network))):
        dW = sum(np.outer(d, a[l]) for d, (_, a) in zip(deltas, passes, strict=True)) / len(X)
        W = network[l].W - learning_rate * dW
        new_W.insert(0, W)
        new_b.insert(0, network[l].b - learning_rate * sum(deltas) / len(X))
        if l > 0:
            sigma = network[l - 1].activation
            deltas = [
                (W.T @ d) * sigma.derivative(z[l - 1])
                for d, (z, _) in zip(deltas, passes, strict=True)
            ]
    return new_W, new_b


EXERCISES = (
    Exercise(
        name="hadamard",
        reference=hadamard,
        cases=_vector_cases,
        hints=(
            "Entry j of the result takes entry j of u and entry j of v, and nothing else.",
            "If you fill an array: what kind of numbers does it hold? Whole numbers cannot hold "
            "0.5.",
            "For arrays, u * v is this product. With a loop: collect u[j] * v[j] in a list, then "
            "np.array of it.",
        ),
        wrong=(
            Edit(
                {"strict=True)]": "strict=True)], dtype=u.dtype"},
                "cut off to whole numbers, like u",
                "zeros_like(u) holds whole numbers if u does, and cuts off everything after the "
                "decimal point.",
                ENTRY,
            ),
            Edit(
                {"strict=True)]": "strict=True)], dtype=v.dtype"},
                "cut off to whole numbers, like v",
                "zeros_like(v) holds whole numbers if v does, and cuts off everything after the "
                "decimal point.",
                ENTRY,
            ),
            Edit(
                {"np.array(": "sum("},
                "the dot product",
                "The products were added up. Keep them apart: one number for each entry.",
                ENTRY,
            ),
            Edit(
                {"u_j * v_j for": "u_j * v for"},
                "each with each",
                "This is the outer product, a table. Here entry j meets entry j only.",
                OUTER,
            ),
            Edit(
                {"u_j * v_j for": "u_j + v_j for"},
                "a sum",
                "The entries are multiplied, not added.",
                ENTRY,
            ),
            Edit(
                {"u_j * v_j for": "[u_j * v_j] for"},
                "as a column",
                "A vector has one axis.",
                SQUEEZE,
            ),
        ),
    ),
    Exercise(
        name="error_back",
        reference=error_back,
        cases=_back_cases,
        hints=(
            "Two things happen: the errors come back over the wires, and cross a squash.",
            "The sum over all paths out of unit k runs down column k of W. Which matrix has the "
            "columns of W as rows?",
            "W.T @ delta is the sum over the paths. Multiply it, entry by entry, by "
            "sigmoid.derivative(z).",
        ),
        wrong=(
            Edit(
                {"W.T @": "W @"},
                "the transpose is missing",
                "W @ delta adds along the rows of W. The paths out of a unit are a column: "
                "W.T @ delta.",
                TURNED,
            ),
            Edit(
                {SLOPE: ""},
                "the slope is missing",
                "This is the slope of the cost with respect to a. With respect to z there is one "
                "factor more, the slope of the squash.",
                TURNED,
            ),
            Edit(
                {f"(W.T @ delta){SLOPE}": f"W.T @ (delta{SLOPE})"},
                "the slope before the sum",
                "The brackets come first: add the paths, then cross the squash of each unit.",
                TURNED,
            ),
            Edit(
                {"(W.T @ delta)": "W.T * delta"},
                "a star for the matrix product",
                "The star multiplies entry by entry. The sum over the paths is the product @.",
                TURNED,
            ),
            Edit(
                {".derivative": ""},
                "the squash for its slope",
                "sigmoid(z) is the activation. Its slope is sigmoid.derivative(z).",
                TURNED,
            ),
            Edit(
                {"derivative(z)": "derivative(sigmoid(z))"},
                "the slope at a and not at z",
                "The sigmoid is applied twice. The slope is taken at z.",
                CONTRACT,
            ),
            Edit(
                {SLOPE: " * z * (1 - z)"},
                "z(1 - z) for the slope",
                "The short form of the slope wants the activation, and it was given z.",
                CONTRACT,
            ),
            Edit(
                {"W.T @ delta": "W * delta[:, None]"},
                "the paths are not added",
                "* multiplies entry by entry and adds nothing up. The matrix product W.T @ delta "
                "does both.",
                TURNED,
            ),
            Edit(
                {f"(W.T @ delta){SLOPE}": f"W.T * delta{SLOPE}[:, None]"},
                "the paths are not added, transposed",
                "* multiplies entry by entry and adds nothing up. The matrix product W.T @ delta "
                "does both.",
                TURNED,
            ),
            Edit(
                {"W.T @ delta": "W.sum(axis=0) * delta.sum()"},
                "weights and errors summed apart",
                "Multiply along each path first, then add.",
                ADD,
            ),
            Edit(
                {SLOPE: " @ sigmoid.derivative(z)"},
                "the matrix product for the product entry by entry",
                "@ of two vectors is one number. Each unit has a slope of its own: *.",
                ENTRY,
            ),
            Edit(
                {f"(W.T @ delta){SLOPE}": f"((W.T @ delta){SLOPE})[:, None]"},
                "as a column",
                "The errors of one sample are an array with one axis.",
                SQUEEZE,
            ),
        ),
    ),
    gradient_exercise(
        "backprop",
        reference=backprop,
        hints=(
            "Forward first, and keep every z and every a, as the code at the top of the chapter "
            "does.",
            "BP1 gives the error of the last layer. Which two slopes can you read off it?",
            "BP3 and BP4: db[l] is delta, dW[l] is np.outer(delta, a[l]), because a[l] is what "
            "network[l] reads.",
            "BP2 goes from network[l] to the layer before: network[l].W.T @ delta, times the slope "
            "of network[l - 1] at z[l - 1].",
            "for l in reversed(range(len(network))): BP4 and BP3 first; then, if l > 0, BP2 gives "
            "the next delta.",
        ),
    ),
    networks.network_exercise(
        name="descend",
        reference=descend,
        cases=_batch_cases,
        parts=("W", "b"),
        hints=(
            "The gradient of a mean is the mean of the gradients: backprop for each row of X, then "
            "add up and divide.",
            "Copy every W and b first. backprop always gets the network as it was, never the "
            "copies.",
            "For each sample and each layer: new_W[l] -= learning_rate * dW[l] / len(X), and the "
            "same for b.",
        ),
        wrong=(
            Edit(
                {MEAN: ""},
                "a sum and not a mean",
                "The cost is the mean over the samples, and so is its gradient: divide by len(X).",
                FUNCTION,
            ),
            Edit(
                {"-=": "+="},
                "uphill",
                "The gradient points to where the cost rises. Subtract it.",
                "chapter 4, 'One step'",
            ),
            Edit(
                {"learning_rate * ": ""},
                "the learning rate is missing",
                "The step is the learning rate times the gradient.",
                FUNCTION,
            ),
            Edit(
                {EACH: "zip(X[-1:], Y[-1:], strict=True)", MEAN: ""},
                "the last sample only",
                "Each sample's gradient overwrites the one before it. Add them up.",
                FUNCTION,
                forms=({EACH: "zip(X[-1:], Y[-1:], strict=True)"},),
            ),
            Edit(
                {EACH: "zip(X[:1], Y[:1], strict=True)", MEAN: ""},
                "the first sample only",
                "The mean runs over all rows of X and Y.",
                FUNCTION,
                forms=({EACH: "zip(X[:1], Y[:1], strict=True)"},),
            ),
            Edit(
                {"backprop(network, x, y)": "backprop(_with(network, new_W, new_b), x, y)"},
                "later samples see moved weights",
                "One step has one gradient, taken at the old weights: backprop gets the network, "
                "not the copies.",
                FUNCTION,
            ),
            Edit(
                {
                    "backprop(network, x, y)": "backprop(_with(network, new_W, new_b), x, y)",
                    MEAN: "",
                },
                "one step for each sample",
                "This is a step after every sample. Take one step, with the mean gradient at the "
                "old weights.",
                FUNCTION,
            ),
            Wrong(
                "new weights on the way back",
                _new_weights_on_the_way_back,
                "BP2 needs the weights that the forward pass used. Finish the gradient first, then "
                "step.",
                TURNED,
            ),
            Edit(
                {STEPPED: "return _steps(network, new_W, new_b, -1 / learning_rate)"},
                "the gradient and not the new parameters",
                "Return W minus learning rate times gradient.",
                FUNCTION,
            ),
            Edit(
                {STEPPED: "return _steps(network, new_W, new_b, 1)"},
                "the change and not the new parameters",
                "Add the change to the old W and b.",
                FUNCTION,
            ),
            Edit(
                {"new_b[l] -= learning_rate * db[l] / len(X)": "pass"},
                "the biases stay",
                "b takes a step too, by BP3.",
                CARD,
            ),
            Edit(
                {STEPPED: "return new_b, new_W"},
                "W and b are swapped",
                "Return the list of W first, then the list of b.",
                FUNCTION,
            ),
        ),
    ),
)
