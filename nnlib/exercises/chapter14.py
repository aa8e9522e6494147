"""Exercises of chapter 14: the line of a unit, clouds, misses of a flat cut, and wishes."""

import numpy as np

from nnlib import forward, gradients, sigmoid, tanh
from nnlib.exercises import networks
from nnlib.exercises.chapter10 import BACK, LAYER_IN_ROWS, SIDE
from nnlib.exercises.engine import Edit, Exercise, Wrong

CUTS = "chapter 14, 'Cuts, and cuts of folds'"
ASKS = "chapter 14, 'What each point asks for'"
MEASURES = "chapter 11, 'Loss and accuracy'"


def cut(w, b, x1):
    return -(w[0] * x1 + b) / w[1]


def cloud(network, X, l):
    A = X
    for W, b, sigma in network[:l]:
        A = sigma(A @ W.T + b)
    return A


def misses(A, Y, w, b):
    wrong = np.sum((A @ w + b > 0) != (Y[:, 0] == 1))
    return min(wrong, len(A) - wrong)


def asks(network, X, Y, l):
    delta = gradients(network, X, Y).delta
    return -delta[l] @ network[l].W


def _unit_cases(rng):
    cases = [(np.array([2.0, -4.0]), 3.0, np.array([-1.0, 0.0, 1.0]))]
    for count in (1, 2, 5):
        w = rng.uniform(0.5, 2.0, size=2) * rng.choice([-1.0, 1.0], size=2)
        cases.append((w, float(rng.normal()), rng.normal(size=count)))
    return cases


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
    for alone in range(6):
        # one sample alone is on the wrong side or, the other way round, on the right one
        A, w = rng.normal(size=(6, 3)), rng.normal(size=3)
        Y = (A @ w + 0.4 > 0) ^ (np.arange(6) == alone) ^ (alone % 2 == 1)
        cases.append((A, Y[:, None].astype(float), w, 0.4))
    return cases


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


def _output_miss_only(network, X, Y, l):
    """The last layer's miss without its slope, then carried back as it should be."""
    trace = forward(network, X)
    delta = trace.a[-1] - Y
    for n in reversed(range(l + 1, len(network))):
        slope = network[n - 1].activation.derivative(trace.z[n - 1])
        delta = (delta @ network[n].W) * slope
    return -delta @ network[l].W


# fmt: off
SUMS = "-(w[0] * x1 + b)"
LINES = (
    Edit({"-(": "("}, "the sign", "What changes sides changes sign: -(w[0] * x1 + b).", CUTS),
    Edit({SUMS: "(b - w[0] * x1)"}, "the sign of the bias alone",
         "The bias changes sides too, so it changes sign as w[0] * x1 does.", CUTS),
    Edit({SUMS: "(w[0] * x1 - b)"}, "the sign of the first term alone",
         "w[0] * x1 changes sides too, so it changes sign as the bias does.", CUTS),
    Edit({"w[0] * x1": "w[1] * x1", "/ w[1]": "/ w[0]"}, "the weights swapped",
         "w[0] belongs to x_1, w[1] to x_2.", CUTS),
    Edit({"w[0] * x1": "w[1] * x1"}, "the other unknown",
         "w[0] belongs to x_1: the known input has its own weight.", CUTS),
    Edit({"w[0] * x1": "x1"}, "the first weight is missing",
         "The first input counts w[0] times.", CUTS),
    Edit({"/ w[1]": "/ w[0]"}, "divided by the other weight",
         "x_2 is what is asked for, so divide by its weight, w[1].", CUTS),
    Edit({" + b": ""}, "no bias",
         "This line passes through the middle of the plane. The bias moves it away.", CUTS),
    Edit({f"{SUMS} / w[1]": "-w[0] * x1 / w[1] - b"}, "the bias is not divided",
         "Everything that changes sides is divided by w[1], the bias too: mind the brackets.",
         CUTS),
    Edit({f"{SUMS} / w[1]": "-w[0] * x1 / w[1] + b"},
         "the bias is not divided, and its sign is kept",
         "Everything that changes sides changes sign and is divided by w[1], the bias too: "
         "brackets.", CUTS),
    Edit({f"{SUMS} / w[1]": "-w[0] * x1 - b / w[1]"}, "only the bias is divided",
         "Everything that changes sides is divided by w[1], w[0] * x1 too: mind the brackets.",
         CUTS),
    Edit({f"{SUMS} / w[1]": "-w[0] * x1 + b / w[1]"},
         "only the bias is divided, and its sign is kept",
         "The bar of the fraction covers both terms, and so does the minus: brackets.", CUTS),
    Edit({" / w[1]": ""}, "not divided", "This is w[1] * x2. Divide by w[1].", CUTS),
    Edit({"/ w[1]": "* w[1]"}, "multiplied in place of divided",
         "w[1] * x2 is on the other side: divide by w[1].", CUTS),
    Edit({SUMS: "(0.5 - w[0] * x1 - b)"}, "z of one half",
         "One half is the activation on the line. The pre-activation there is 0.", CUTS),
)

CLOUDS = (
    Edit({"A = X": "A = Z = X", "A = sigma(": "Z = (", "+ b)": "+ b); A = sigma(Z)",
          "return A": "return Z"}, "pre-activations",
         "These are the places before the last squash. The cloud is drawn after it.", CUTS),
    Edit({"[:l]": "[:l + 1]"}, "one layer too far",
         "Layer l comes after l layers of the list: network[:l].", CUTS),
    Edit({"[:l]": "[:max(l - 1, 0)]"}, "one layer short",
         "a[0] is X. Layer l comes after l layers: network[:l].", CUTS,
         forms=({"[:l]": "[:l - 1]"},)),
    Edit({"[:l]": "[:l or len(network)]"}, "layer 0 wraps around",
         "In a list that begins with layer 1 the index l - 1 is -1 for l = 0, and -1 is the last "
         "item. Layer 0 is X: begin the list with it.", CUTS),
    Edit({"[:l]": "[1:l]"}, "the first layer is left out",
         "The list counts from 0: layer 1 is network[0]. The first l layers are network[:l].",
         CUTS),
    Edit({"[:l]": ""}, "all the way", "This is the output. Stop after layer l: network[:l].", CUTS),
    Edit({"return A": "return A.T"}, "samples as columns",
         "One sample per row: shape (N, n_l).", SIDE),
    *LAYER_IN_ROWS,
)

SMALLER = "min(wrong, len(A) - wrong)"
COUNTS = (
    Edit({SMALLER: "wrong"}, "one way round only",
         "A cut that has all samples on the wrong side separates them as well as one that has "
         "none: exchange the sides. Return the smaller count.", CUTS),
    Edit({SMALLER: "len(A) - wrong"}, "only the other way round",
         "These are the misses with the sides exchanged. Return the smaller count.", CUTS),
    Edit({"min": "max"}, "the right ones",
         "These are the samples on the right side. Count the others.", CUTS),
    Edit({"- wrong)": "- wrong) / len(A)"}, "a share",
         "This is a share. Return how many there are.", CUTS),
    Edit({"Y[:, 0]": "Y", "len(A)": "len(A)**2"}, "all pairs",
         "(N,) against (N, 1) makes a table that compares every sample with every other. Take Y[:, "
         "0].", MEASURES),
    Edit({"Y[:, 0]": "Y"}, "all pairs, with N for their number",
         "A row against a column: (N,) against (N, 1) makes a table of N * N answers, and N minus "
         "so many can be below 0. Take Y[:, 0].", MEASURES),
    Edit({"Y[:, 0]": "Y", SMALLER: "wrong"}, "all pairs, one way round",
         "A row against a column: (N,) against (N, 1) makes a table. Take Y[:, 0], and then the "
         "smaller count.", MEASURES),
    Edit({" + b": ""}, "no bias",
         "Without b every cut passes through the corner of the cube where all is 0.", CUTS),
    Edit({"> 0": "> 0.5"}, "cut at one half",
         "w @ a + b is a pre-activation: its border is 0. One half is where the activation has its "
         "own.", CUTS),
    Edit({"A @ w + b >": "sigmoid(A @ w + b) >"}, "the activation against 0",
         "An activation is above 0 for every sample. The border of w @ a + b is 0, that of its "
         "sigmoid is one half.", CUTS),
    Edit({"A @ w": "A * w"}, "a star for the product",
         "A * w multiplies entry by entry. A @ w adds up: one number for each sample.", CUTS),
    Edit({"+ b": "- b"}, "the other sign of the bias",
         "The cut is where w @ a + b is 0: the bias is added.", CUTS),
    Edit({"!= (Y[:, 0] == 1)": "& (Y[:, 0] == 0)"}, "one kind of miss",
         "A sample is on the wrong side if it is above and should be below, and if it is below and "
         "should be above: count both.", CUTS,
         forms=({"> 0) != (Y[:, 0] == 1)": "<= 0) & (Y[:, 0] == 1)"},)),
    Edit({"A @ w": "A[1:] @ w", "Y[:, 0]": "Y[1:, 0]"}, "the first sample is left out",
         "Every sample counts, the first one too.", CUTS),
    Edit({"A @ w": "A[:-1] @ w", "Y[:, 0]": "Y[:-1, 0]"}, "the last sample is left out",
         "Every sample counts, the last one too.", CUTS),
)

WISH = "-delta[l] @ network[l].W"
OWN_SLOPE = "network[l - 1].activation.derivative(forward(network, X).z[l - 1])"
WISHES = (
    Edit({"-delta": "delta"}, "the sign",
         "This is the slope, the way up. A point asks for the way down: put a minus in front.",
         ASKS),
    Edit({WISH: "-delta[l - 1]"}, "the error of the layer itself",
         "This is minus the list's item before, an error with respect to z. The slope with respect "
         "to a is asked for: the errors of layer l + 1, carried back over its weights.", ASKS),
    Edit({WISH: "-delta[l]"}, "the error of the layer after",
         "This is minus the error of layer l + 1. Carry it back over the weights: times "
         "network[l].W.", ASKS),
    Edit({WISH: f"{WISH} * ({OWN_SLOPE} if l else 1)"}, "times the slope",
         "With the slope of the layer's own squash this is -delta, with respect to z. The wish, "
         "with respect to a, comes before that slope.", ASKS,
         forms=({WISH: f"{WISH} * {OWN_SLOPE}"},)),
    Edit({WISH: f"{WISH} / len(X)"}, "the mean cost",
         "Each sample asks for its own cost C_i. Do not divide by N.", ASKS),
    Edit({WISH: f"({WISH}).mean(axis=0)"}, "the mean wish",
         "Each point has a wish of its own, one sample per row: do not take their mean.", ASKS),
    Edit({WISH: f"({WISH}).sum(axis=0)"}, "the sum of the wishes",
         "Each point has a wish of its own, one sample per row: do not add them up.", ASKS),
    Edit({".W": ".W.T"}, "turned over",
         "With one sample per row, W is not turned over on the way back: delta @ W.", BACK),
    Edit({WISH: "-network[l].W.T @ delta[l]"}, "the line for one sample",
         "W.T @ delta wants a sample as a column. Here it is a row: delta[l] @ network[l].W.",
         BACK),
    Edit({WISH: "-network[l].W @ delta[l]"}, "W before delta",
         "The rows of delta are samples and belong on the left: delta[l] @ network[l].W.", BACK),
    Edit({"(network, X, Y).delta": "(network, X, Y).dW", WISH: "-delta[l]"},
         "the slopes of the weights",
         "dW says how the weights want to move. A point asks with delta, carried back over the "
         "weights.", ASKS),
    Edit({"@": "*"}, "a star for the product",
         "* multiplies entry by entry and adds no paths up: delta[l] @ network[l].W.", BACK),
    Edit({"network[l]": "network[l - 1]"}, "the weights of the wrong layer",
         "delta[l] belongs to layer l + 1, and so does network[l]: take the two with one index.",
         ASKS),
    Edit({"[l]": "[l + 1]"}, "one layer too far",
         "These are the wishes in layer l + 1. delta[l] and network[l] belong to layer l + 1 and "
         "give the wishes in layer l.", ASKS),
    Edit({"[l]": "[l - 1]"}, "one layer short",
         "These are the wishes in another layer. delta[l] and network[l] belong to layer l + 1 and "
         "give the wishes in layer l.", ASKS),
    Wrong("no slope at the output", _output_miss_only,
          "The walk began with a - y. The quadratic cost has delta = (a - y) times the slope of "
          "the last squash; `gradients` has it in its delta.", ASKS),
)
# fmt: on

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
        wrong=LINES,
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
        wrong=CLOUDS,
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
        wrong=COUNTS,
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
        wrong=WISHES,
    ),
)
