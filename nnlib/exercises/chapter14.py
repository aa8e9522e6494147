"""Exercises of chapter 14: the line of a unit, clouds, misses of a flat cut, and wishes."""

import numpy as np

from nnlib import batched
from nnlib.activations import sigmoid, tanh
from nnlib.exercises import networks
from nnlib.exercises.engine import Exercise, Wrong
from nnlib.network import forward

CUTS = "chapter 14, 'Cuts, and cuts of folds'"
ASKS = "chapter 14, 'What each point asks for'"
BATCH = "chapter 10, 'The whole batch, backwards'"
MEASURES = "chapter 11, 'Loss and accuracy'"


# cut


def cut(w, b, x1):
    """Return the second input at which the unit says one half, for each of the first inputs."""
    return -(w[0] * x1 + b) / w[1]


def _unit_cases(rng):
    cases = [(np.array([2.0, -4.0]), 3.0, np.array([-1.0, 0.0, 1.0]))]
    for count in (1, 2, 5):
        w = rng.uniform(0.5, 2.0, size=2) * rng.choice([-1.0, 1.0], size=2)
        cases.append((w, float(rng.normal()), rng.normal(size=count)))
    return cases


# cloud


def cloud(network, X, l):
    """Return the activations of layer l, one sample per row."""
    return forward(network, X).a[l]


def _cloud_cases(rng):
    cases = []
    # 0 to the last layer; the square one lets a matrix pass that should have been turned over
    for sizes, N, l in (
        ([2, 3, 1], 4, 1),
        ([2, 2, 3, 1], 3, 2),
        ([3, 2, 2], 5, 0),
        ([2, 3, 4, 2], 3, 3),
        ([2, 2, 2, 1], 2, 1),
    ):
        network = networks.draw(rng, sizes, hidden=(tanh, sigmoid))
        cases.append((network, rng.normal(size=(N, sizes[0])), l))
    return cases


def _walk(network, X, l, weigh=lambda A, W: A @ W.T, bias=1, squash=lambda sigma, z: sigma(z)):
    A = X
    for W, b, sigma in network[:l]:
        A = squash(sigma, weigh(A, W) + bias * b)
    return A


def _z_of_the_layer(network, X, l):
    return X if l == 0 else forward(network, X).z[l - 1]


def _every_layer_sees_the_input(network, X, l):
    if l == 0:
        return X
    W, b, sigma = network[l - 1]
    return sigma(X @ W.T + b)


# misses


def misses(A, Y, w, b):
    """Return how many samples lie on the wrong side of a flat cut, the better way round."""
    wrong = _on_the_wrong_side(A, Y, w, b)
    return min(wrong, len(A) - wrong)


def _on_the_wrong_side(A, Y, w, b):
    return int(np.sum((A @ w + b > 0) != (Y[:, 0] == 1)))


def _cut_cases(rng):
    A = np.array([[0.1, 0.2], [0.9, 0.8], [0.2, 0.1], [0.7, 0.9], [0.6, 0.7]])
    Y = np.array([[1.0], [0.0], [1.0], [0.0], [1.0]])
    cases = [(A, Y, np.array([1.0, 1.0]), -1.0)]
    for N, n in ((7, 3), (9, 2), (8, 1), (11, 4)):
        A = rng.uniform(size=(N, n))
        w = rng.normal(size=n)
        b = -float(np.median(A @ w)) + 0.05
        Y = (A @ w + b > 0) ^ (rng.uniform(size=N) < 0.25) ^ (len(cases) % 2 == 1)
        cases.append((A, Y[:, None].astype(float), w, b))
    return cases


def _all_pairs(smaller):
    """Every sample compared with the target of every other, then perhaps the smaller count."""

    def answer(A, Y, w, b):
        return smaller(int(np.sum((A @ w + b > 0) != (Y == 1))), len(A))

    return answer


# asks


def asks(network, X, Y, l):
    """Return minus the slope of each sample's cost with respect to its place in layer l."""
    delta = batched.gradients(network, X, Y).delta
    return -delta[l] @ network[l].W


def _wish_cases(rng):
    cases = []
    for sizes, N, l in (
        ([2, 3, 1], 3, 1),
        ([2, 2, 2, 1], 4, 1),
        ([2, 3, 2, 2], 3, 0),
        ([3, 2, 2, 2], 2, 2),
    ):
        network = networks.draw(rng, sizes)
        X, Y = rng.normal(size=(N, sizes[0])), rng.uniform(0.1, 0.9, size=(N, sizes[-1]))
        cases.append((network, X, Y, l))
    return cases


def _error_before(network, X, Y, l):
    """Minus the error of layer l, which layer 0 does not have."""
    return -batched.gradients(network, X, Y).delta[l - 1]


def _times_the_slope(network, X, Y, l):
    """The wish times the slope of the layer's own squash; the plane has none."""
    if l == 0:
        return asks(network, X, Y, l)
    return asks(network, X, Y, l) * network[l - 1].activation.derivative(
        forward(network, X).z[l - 1]
    )


def _without_turning(network, X, Y, l):
    return -batched.gradients(network, X, Y).delta[l] @ network[l].W.T


def _of_the_next_layer(network, X, Y, l):
    return asks(network, X, Y, l + 1)


def _of_the_layer_before(network, X, Y, l):
    return asks(network, X, Y, l - 1)


def _output_miss_only(network, X, Y, l):
    """The last layer's miss without its slope, then carried back as it should be."""
    trace = forward(network, X)
    delta = trace.a[-1] - Y
    for n in reversed(range(l + 1, len(network))):
        slope = network[n - 1].activation.derivative(trace.z[n - 1])
        delta = (delta @ network[n].W) * slope
    return -delta @ network[l].W


EXERCISES = (
    Exercise(
        name="cut",
        reference=cut,
        cases=_unit_cases,
        hints=(
            "On its line the unit says one half. What is its pre-activation there?",
            "w[0] * x1 + w[1] * x2 + b = 0. Solve for x2.",
            "Bring w[0] * x1 + b to the other side, where it changes sign, and divide by w[1].",
        ),
        wrong=(
            Wrong(
                "the sign",
                lambda w, b, x1: (w[0] * x1 + b) / w[1],
                "What changes sides changes sign: -(w[0] * x1 + b).",
                CUTS,
            ),
            Wrong(
                "the sign of the bias alone",
                lambda w, b, x1: (b - w[0] * x1) / w[1],
                "The bias changes sides too, so it changes sign as w[0] * x1 does.",
                CUTS,
            ),
            Wrong(
                "the sign of the first term alone",
                lambda w, b, x1: (w[0] * x1 - b) / w[1],
                "w[0] * x1 changes sides too, so it changes sign as the bias does.",
                CUTS,
            ),
            Wrong(
                "the weights swapped",
                lambda w, b, x1: -(w[1] * x1 + b) / w[0],
                "w[0] belongs to x_1, w[1] to x_2.",
                CUTS,
            ),
            Wrong(
                "no bias",
                lambda w, b, x1: -w[0] * x1 / w[1],
                "This line passes through the middle of the plane. The bias moves it away.",
                CUTS,
            ),
            Wrong(
                "the bias is not divided",
                lambda w, b, x1: -w[0] * x1 / w[1] - b,
                "Everything that changes sides is divided by w[1], the bias too: mind the "
                "brackets.",
                CUTS,
            ),
            Wrong(
                "only the bias is divided",
                lambda w, b, x1: -w[0] * x1 - b / w[1],
                "Everything that changes sides is divided by w[1], w[0] * x1 too: mind the "
                "brackets.",
                CUTS,
            ),
            Wrong(
                "only the bias is divided, and its sign is kept",
                lambda w, b, x1: -w[0] * x1 + b / w[1],
                "The bar of the fraction covers both terms, and so does the minus: brackets.",
                CUTS,
            ),
            Wrong(
                "not divided",
                lambda w, b, x1: -(w[0] * x1 + b),
                "This is w[1] * x2. Divide by w[1].",
                CUTS,
            ),
            Wrong(
                "z of one half",
                lambda w, b, x1: (0.5 - w[0] * x1 - b) / w[1],
                "One half is the activation on the line. The pre-activation there is 0.",
                CUTS,
            ),
        ),
    ),
    networks.network_exercise(
        name="cloud",
        reference=cloud,
        cases=_cloud_cases,
        hints=(
            "Begin with A = X. Each layer makes a new A from the one before.",
            "network[:l] is the list of the first l layers; each is W, b and its squash.",
            "One layer: A = sigma(A @ W.T + b). For l = 0 the loop does nothing, and A is X.",
        ),
        wrong=(
            Wrong(
                "pre-activations",
                _z_of_the_layer,
                "These are the places before the last squash. The cloud is drawn after it.",
                CUTS,
            ),
            Wrong(
                "one layer too far",
                lambda network, X, l: forward(network, X).a[min(l + 1, len(network))],
                "Layer l comes after l layers of the list: network[:l].",
                CUTS,
            ),
            Wrong(
                "one layer short",
                lambda network, X, l: forward(network, X).a[max(l - 1, 0)],
                "a[0] is X. Layer l comes after l layers: network[:l].",
                CUTS,
            ),
            Wrong(
                "layer 0 wraps around",
                lambda network, X, l: forward(network, X).a[l or -1],
                "In a list that begins with layer 1 the index l - 1 is -1 for l = 0, and -1 is the "
                "last item. Layer 0 is X: begin the list with it.",
                CUTS,
            ),
            Wrong(
                "a sigmoid in every layer",
                lambda network, X, l: _walk(network, X, l, squash=lambda _, z: sigmoid(z)),
                "Each layer brings its own squash: for W, b, sigma in network[:l].",
                CUTS,
            ),
            Wrong(
                "all the way",
                lambda network, X, l: forward(network, X).a[-1],
                "This is the output. Stop after layer l: network[:l].",
                CUTS,
            ),
            Wrong(
                "every layer sees the input",
                _every_layer_sees_the_input,
                "Layer l is given the activations of the layer before, not X.",
                CUTS,
            ),
            Wrong(
                "no bias",
                lambda network, X, l: _walk(network, X, l, bias=0),
                "The biases are missing: without them each unit's cut passes through 0.",
                CUTS,
            ),
            Wrong(
                "no squash",
                lambda network, X, l: _walk(network, X, l, squash=lambda sigma, z: z),
                "Without a squash nothing is folded: the plane stays flat in every layer.",
                CUTS,
            ),
            Wrong(
                "the slope of the squash",
                lambda network, X, l: _walk(
                    network, X, l, squash=lambda sigma, z: sigma.derivative(z)
                ),
                "The place is the activation; its slope belongs to the backward pass.",
                CUTS,
            ),
            Wrong(
                "W not turned over",
                lambda network, X, l: _walk(network, X, l, weigh=lambda A, W: A @ W),
                "With one sample per row, a row of A has to meet a row of W: A @ W.T.",
                "chapter 10, 'Side by side'",
            ),
            Wrong(
                "samples as columns",
                lambda network, X, l: forward(network, X).a[l].T,
                "One sample per row: shape (N, n_l).",
                "chapter 10, 'Side by side'",
            ),
        ),
    ),
    Exercise(
        name="misses",
        reference=misses,
        cases=_cut_cases,
        hints=(
            "A @ w + b is one number for each sample. Its sign says on which side it lies.",
            "Compare (A @ w + b > 0) with (Y[:, 0] == 1): both have shape (N,). Where they differ "
            "a sample is on the wrong side.",
            "With the sides exchanged, every wrong sample is right and every right one wrong: N "
            "minus the count. Return the smaller of the two.",
        ),
        wrong=(
            Wrong(
                "one way round only",
                _on_the_wrong_side,
                "A cut that has all samples on the wrong side separates them as well as one that "
                "has none: exchange the sides. Return the smaller count.",
                CUTS,
            ),
            Wrong(
                "the right ones",
                lambda A, Y, w, b: len(A) - misses(A, Y, w, b),
                "These are the samples on the right side. Count the others.",
                CUTS,
            ),
            Wrong(
                "a share",
                lambda A, Y, w, b: misses(A, Y, w, b) / len(A),
                "This is a share. Return how many there are.",
                CUTS,
            ),
            Wrong(
                "all pairs",
                _all_pairs(lambda wrong, N: min(wrong, N * N - wrong)),
                "(N,) against (N, 1) makes a table that compares every sample with every other. "
                "Take Y[:, 0].",
                MEASURES,
            ),
            Wrong(
                "all pairs, with N for their number",
                _all_pairs(lambda wrong, N: min(wrong, N - wrong)),
                "A row against a column: (N,) against (N, 1) makes a table of N * N answers, and N "
                "minus so many can be below 0. Take Y[:, 0].",
                MEASURES,
            ),
            Wrong(
                "all pairs, one way round",
                _all_pairs(lambda wrong, N: wrong),
                "A row against a column: (N,) against (N, 1) makes a table. Take Y[:, 0], and then "
                "the smaller count.",
                MEASURES,
            ),
            Wrong(
                "no bias",
                lambda A, Y, w, b: misses(A, Y, w, 0.0),
                "Without b every cut passes through the corner of the cube where all is 0.",
                CUTS,
            ),
            Wrong(
                "cut at one half",
                lambda A, Y, w, b: misses(A, Y, w, b - 0.5),
                "w @ a + b is a pre-activation: its border is 0. One half is where the activation "
                "has its own.",
                CUTS,
            ),
            Wrong(
                "the other sign of the bias",
                lambda A, Y, w, b: misses(A, Y, w, -b),
                "The cut is where w @ a + b is 0: the bias is added.",
                CUTS,
            ),
        ),
    ),
    networks.network_exercise(
        name="asks",
        reference=asks,
        cases=_wish_cases,
        hints=(
            "It is the bracket of BP2, with a minus: the errors of the layer after, carried back "
            "over its weights, before the slope.",
            "gradients(network, X, Y).delta is the list of all errors, from layer 1 to L; so "
            "delta[l] belongs to layer l + 1. network[l] is layer l + 1 too.",
            "One sample per row: delta[l] has shape (N, n_(l+1)), network[l].W (n_(l+1), n_l). "
            "Their product has the shape asked for, with nothing turned over.",
        ),
        wrong=(
            Wrong(
                "the sign",
                lambda network, X, Y, l: -asks(network, X, Y, l),
                "This is the slope, the way up. A point asks for the way down: put a minus in "
                "front.",
                ASKS,
            ),
            Wrong(
                "the error of the layer itself",
                _error_before,
                "This is minus the list's item before, an error with respect to z. The slope with "
                "respect to a is asked for: the errors of layer l + 1, carried back over its "
                "weights.",
                ASKS,
            ),
            Wrong(
                "times the slope",
                _times_the_slope,
                "With the slope of the layer's own squash this is -delta, with respect to z. The "
                "wish, with respect to a, comes before that slope.",
                ASKS,
            ),
            Wrong(
                "the mean cost",
                lambda network, X, Y, l: asks(network, X, Y, l) / len(X),
                "Each sample asks for its own cost C_i. Do not divide by N.",
                ASKS,
            ),
            Wrong(
                "the mean wish",
                lambda network, X, Y, l: asks(network, X, Y, l).mean(axis=0),
                "Each point has a wish of its own, one sample per row: do not take their mean.",
                ASKS,
            ),
            Wrong(
                "turned over",
                _without_turning,
                "With one sample per row, W is not turned over on the way back: delta @ W.",
                BATCH,
            ),
            Wrong(
                "one layer too far",
                _of_the_next_layer,
                "These are the wishes in layer l + 1. delta[l] and network[l] belong to layer "
                "l + 1 and give the wishes in layer l.",
                ASKS,
            ),
            Wrong(
                "one layer short",
                _of_the_layer_before,
                "These are the wishes in another layer. delta[l] and network[l] belong to layer "
                "l + 1 and give the wishes in layer l.",
                ASKS,
            ),
            Wrong(
                "no slope at the output",
                _output_miss_only,
                "The walk began with a - y. The quadratic cost has delta = (a - y) times the slope "
                "of the last squash; `gradients` has it in its delta.",
                ASKS,
            ),
        ),
    ),
)
