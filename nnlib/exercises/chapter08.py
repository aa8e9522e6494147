"""Exercises of chapter 8: the four equations in vectors and matrices."""

import numpy as np

from nnlib import vectorized
from nnlib.activations import sigmoid
from nnlib.exercises import networks
from nnlib.exercises.engine import Exercise, Wrong
from nnlib.exercises.judge import gradient_exercise

ENTRY = "chapter 8, 'Entry by entry'"
TURNED = "chapter 8, 'The matrix, turned over'"
OUTER = "chapter 8, 'Each with each'"
CARD = "chapter 8, 'The card'"
FUNCTION = "chapter 8, 'One function, any depth'"
SQUEEZE = "chapter 8, 'An axis squeezed away'"
ADD = "chapter 7, 'Multiply along, add across'"
CONTRACT = "chapter 3, 'Give it z, or give it a'"


# hadamard


def hadamard(u, v):
    """Return the product entry by entry."""
    return np.multiply(u, v)


def _vector_cases(rng):
    return [
        (np.array([6.0, 7.0, 2.0]), np.array([3.0, 5.0, 9.0])),
        (np.array([1, 3]), np.array([0.5, 0.5])),
        (np.array([0.25, -1.5, 2.0]), np.array([3, 1, -2])),
        (rng.normal(size=1), rng.normal(size=1)),
        (rng.normal(size=4), rng.normal(size=4)),
    ]


def _filled_like(first):
    def answer(u, v):
        filled = np.zeros_like(u if first else v)
        for j in range(len(u)):
            filled[j] = u[j] * v[j]
        return filled

    return answer


# error_back


def error_back(W, delta, z):
    """Return the errors one layer back, for sigmoid units."""
    return (W.T @ delta) * sigmoid.derivative(z)


def _back_cases(rng):
    W = networks.EXAMPLE[1].W
    cases = [(W.copy(), np.array([-0.13, 0.15, -0.1]), np.array([1.05, -0.8]))]
    for units, before in ((2, 2), (1, 3), (2, 4), (3, 1)):
        delta = rng.normal(scale=0.2, size=units)
        cases.append((rng.normal(size=(units, before)), delta, rng.normal(size=before)))
    return cases


def _slope_before_the_sum(W, delta, z):
    return W.T @ (delta * sigmoid.derivative(z))


def _star_for_product(W, delta, z):
    return W.T * delta * sigmoid.derivative(z)


# descend


def descend(network, X, Y, learning_rate):
    """Return the new W and b after one step on the mean cost."""
    dW, db, _ = vectorized.gradients(network, X, Y)
    return _moved(network, dW, db, learning_rate)


def _moved(network, dW, db, rate):
    new_W = [layer.W - rate * d for layer, d in zip(network, dW, strict=True)]
    return new_W, [layer.b - rate * d for layer, d in zip(network, db, strict=True)]


def _batch_cases(rng):
    cases = []
    for sizes, samples, rate in (([2, 2, 3], 3, 0.5), ([1, 3, 2, 1], 4, 2.0), ([2, 2, 2], 2, 0.1)):
        network = networks.draw(rng, sizes)
        X = rng.normal(size=(samples, sizes[0]))
        cases.append((network, X, rng.uniform(0.1, 0.9, size=(samples, sizes[-1])), rate))
    return cases


def _with_rate(rate_of):
    def answer(network, X, Y, learning_rate):
        return descend(network, X, Y, rate_of(learning_rate, len(X)))

    return answer


def _one_sample(i):
    def answer(network, X, Y, learning_rate):
        return descend(network, X[i][None, :], Y[i][None, :], learning_rate)

    return answer


def _one_after_the_other(share):
    """Later samples see the network that earlier ones have moved."""

    def answer(network, X, Y, learning_rate):
        for x, y in zip(X, Y, strict=True):
            rate = learning_rate * share(len(X))
            W, b = descend(network, x[None, :], y[None, :], rate)
            network = [layer._replace(W=W[l], b=b[l]) for l, layer in enumerate(network)]
        return [layer.W for layer in network], [layer.b for layer in network]

    return answer


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


def _gradient_itself(network, X, Y, learning_rate):
    dW, db, _ = vectorized.gradients(network, X, Y)
    return dW, db


def _change_alone(network, X, Y, learning_rate):
    dW, db, _ = vectorized.gradients(network, X, Y)
    return [-learning_rate * v for v in dW], [-learning_rate * v for v in db]


def _weights_only(network, X, Y, learning_rate):
    new_W, _ = descend(network, X, Y, learning_rate)
    return new_W, [layer.b for layer in network]


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
            Wrong(
                "cut off to whole numbers, like u",
                _filled_like(True),
                "zeros_like(u) holds whole numbers if u does, and cuts off everything after the "
                "decimal point.",
                ENTRY,
            ),
            Wrong(
                "cut off to whole numbers, like v",
                _filled_like(False),
                "zeros_like(v) holds whole numbers if v does, and cuts off everything after the "
                "decimal point.",
                ENTRY,
            ),
            Wrong(
                "the dot product",
                lambda u, v: float(u @ v),
                "The products were added up. Keep them apart: one number for each entry.",
                ENTRY,
            ),
            Wrong(
                "each with each",
                np.outer,
                "This is the outer product, a table. Here entry j meets entry j only.",
                OUTER,
            ),
            Wrong(
                "a sum",
                lambda u, v: u + v,
                "The entries are multiplied, not added.",
                ENTRY,
            ),
            Wrong(
                "as a column",
                lambda u, v: (u * v)[:, None],
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
            Wrong(
                "the transpose is missing",
                lambda W, delta, z: (W @ delta) * sigmoid.derivative(z),
                "W @ delta adds along the rows of W. The paths out of a unit are a column: "
                "W.T @ delta.",
                TURNED,
            ),
            Wrong(
                "the slope is missing",
                lambda W, delta, z: W.T @ delta,
                "This is the slope of the cost with respect to a. With respect to z there is one "
                "factor more, the slope of the squash.",
                TURNED,
            ),
            Wrong(
                "the slope before the sum",
                _slope_before_the_sum,
                "The brackets come first: add the paths, then cross the squash of each unit.",
                TURNED,
            ),
            Wrong(
                "a star for the matrix product",
                _star_for_product,
                "The star multiplies entry by entry. The sum over the paths is the product @.",
                TURNED,
            ),
            Wrong(
                "the squash for its slope",
                lambda W, delta, z: (W.T @ delta) * sigmoid(z),
                "sigmoid(z) is the activation. Its slope is sigmoid.derivative(z).",
                TURNED,
            ),
            Wrong(
                "the slope at a and not at z",
                lambda W, delta, z: (W.T @ delta) * sigmoid.derivative(sigmoid(z)),
                "The sigmoid is applied twice. The slope is taken at z.",
                CONTRACT,
            ),
            Wrong(
                "z(1 - z) for the slope",
                lambda W, delta, z: (W.T @ delta) * z * (1 - z),
                "The short form of the slope wants the activation, and it was given z.",
                CONTRACT,
            ),
            Wrong(
                "the paths are not added",
                lambda W, delta, z: (W * delta[:, None]) * sigmoid.derivative(z),
                "* multiplies entry by entry and adds nothing up. The matrix product W.T @ delta "
                "does both.",
                TURNED,
            ),
            Wrong(
                "the paths are not added, transposed",
                lambda W, delta, z: (W.T * delta) * sigmoid.derivative(z)[:, None],
                "* multiplies entry by entry and adds nothing up. The matrix product W.T @ delta "
                "does both.",
                TURNED,
            ),
            Wrong(
                "weights and errors summed apart",
                lambda W, delta, z: W.sum(axis=0) * delta.sum() * sigmoid.derivative(z),
                "Multiply along each path first, then add.",
                ADD,
            ),
            Wrong(
                "the matrix product for the product entry by entry",
                lambda W, delta, z: (W.T @ delta) @ sigmoid.derivative(z),
                "@ of two vectors is one number. Each unit has a slope of its own: *.",
                ENTRY,
            ),
            Wrong(
                "as a column",
                lambda W, delta, z: error_back(W, delta, z)[:, None],
                "The errors of one sample are an array with one axis.",
                SQUEEZE,
            ),
        ),
    ),
    gradient_exercise(
        "backprop",
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
    Exercise(
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
            Wrong(
                "a sum and not a mean",
                _with_rate(lambda rate, n: rate * n),
                "The cost is the mean over the samples, and so is its gradient: divide by len(X).",
                FUNCTION,
            ),
            Wrong(
                "uphill",
                _with_rate(lambda rate, n: -rate),
                "The gradient points to where the cost rises. Subtract it.",
                "chapter 4, 'One step'",
            ),
            Wrong(
                "the learning rate is missing",
                _with_rate(lambda rate, n: 1.0),
                "The step is the learning rate times the gradient.",
                FUNCTION,
            ),
            Wrong(
                "the last sample only",
                _one_sample(-1),
                "Each sample's gradient overwrites the one before it. Add them up.",
                FUNCTION,
            ),
            Wrong(
                "the first sample only",
                _one_sample(0),
                "The mean runs over all rows of X and Y.",
                FUNCTION,
            ),
            Wrong(
                "later samples see moved weights",
                _one_after_the_other(lambda n: 1 / n),
                "One step has one gradient, taken at the old weights: backprop gets the network, "
                "not the copies.",
                FUNCTION,
            ),
            Wrong(
                "one step for each sample",
                _one_after_the_other(lambda n: 1),
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
            Wrong(
                "the gradient and not the new parameters",
                _gradient_itself,
                "Return W minus learning rate times gradient.",
                FUNCTION,
            ),
            Wrong(
                "the change and not the new parameters",
                _change_alone,
                "Add the change to the old W and b.",
                FUNCTION,
            ),
            Wrong(
                "the biases stay",
                _weights_only,
                "b takes a step too, by BP3.",
                CARD,
            ),
            Wrong(
                "W and b are swapped",
                lambda network, X, Y, learning_rate: descend(network, X, Y, learning_rate)[::-1],
                "Return the list of W first, then the list of b.",
                FUNCTION,
            ),
        ),
    ),
)
