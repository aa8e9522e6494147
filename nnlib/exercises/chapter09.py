"""Exercises of chapter 9: slopes measured for a network, the complex step, a fair comparison."""

import numpy as np

from nnlib import (  # noqa: F401 - some mistakes use gradients and init_network
    forward,
    gradcheck,
    gradients,
    init_network,
    quadratic,
    scalar,
)
from nnlib.exercises import networks
from nnlib.exercises.chapter02 import NUDGES, PRICE, RATIO
from nnlib.exercises.engine import Edit, Exercise
from nnlib.exercises.judge import gradient_exercise

ROW = "chapter 9, 'All in a row'"
NUDGE = "chapter 9, 'Nudge each, up and down'"
APART = "chapter 9, 'How far apart'"
COMPLEX = "chapter 9, 'A nudge that subtracts nothing'"
NEVER = "chapter 9, 'A check that never ran'"
OUTSIDE = "chapter 8, 'A network from outside'"
MEAN = "chapter 8, 'One function, any depth'"


def measured_slopes(network, X, Y, eps):
    def cost_at(theta):
        net = gradcheck.unflatten(theta, like=network)
        return quadratic(forward(net, X).a[-1], Y)

    theta = gradcheck.flatten(network)
    slopes = np.zeros(len(theta))
    for p in range(len(theta)):
        nudge = np.zeros(len(theta))
        nudge[p] = eps
        rise = cost_at(theta + nudge) - cost_at(theta - nudge)
        slopes[p] = rise / (2 * eps)
    return slopes


def complex_slopes(f, theta):
    slopes = np.zeros(len(theta))
    for p in range(len(theta)):
        nudge = np.zeros(len(theta), dtype=complex)
        nudge[p] = 1e-20j
        slopes[p] = f(theta + nudge).imag / 1e-20
    return slopes


def far_apart(g, m):
    if len(g) == 0:
        return 1.0
    sizes = np.linalg.norm(g) + np.linalg.norm(m)
    return np.linalg.norm(g - m) / sizes if sizes > 0 else 0.0


def _network_cases(rng):
    cases = []
    for sizes, samples, eps in (([2, 3, 1], 1, 0.01), ([1, 2, 2], 3, 0.1), ([3, 1, 2], 4, 0.001)):
        network = networks.draw(rng, sizes)
        rows = [networks.sample(rng, network) for _ in range(samples)]
        cases.append((network, *(np.array(column) for column in zip(*rows, strict=True)), eps))
    return cases


def _cube_and_product(theta):
    """The function theta[0] ** 3 + theta[0] * theta[1]."""
    return theta[0] ** 3 + theta[0] * theta[1]


def _wave(theta):
    """The function sin(theta[0]) * exp(theta[1]) / theta[2]."""
    return np.sin(theta[0]) * np.exp(theta[1]) / theta[2]


def _cost_of_chain(theta):
    """The cost of a chain of two units as a function of w1, w2, b1, b2."""
    _, a = scalar.forward(list(theta[:2]), list(theta[2:]), 1.5)
    return 0.5 * (a[-1] - 1.0) ** 2


def _product_on_a_height(theta):
    """The function 1e6 + theta[0] * theta[1]."""
    return 1e6 + theta[0] * theta[1]


def _function_cases(rng):
    return [
        (_cube_and_product, np.array([2.0, 5.0])),
        (_wave, rng.uniform(0.5, 1.5, size=3)),
        (_cost_of_chain, rng.normal(size=4)),
        (_cube_and_product, np.array([2, -7])),
    ]


def _vector_cases(rng):
    v = rng.normal(size=5)
    return [
        (np.array([3.0, 4.0]), np.array([3.0, 4.5])),
        (v, 2 * v),
        (v, v.copy()),
        (1e-9 * v, -1e-9 * v),
        (rng.normal(size=3), rng.normal(size=3)),
        (np.array([1.0, 0.0, 1e-8]), np.array([1.0, 0.0, 2e-8])),
        (np.zeros(4), np.zeros(4)),
        (np.zeros(0), np.zeros(0)),
    ]


# fmt: off
DONE = "    return slopes"
PARTS = "    W, b, _ = zip(*gradcheck.unflatten(slopes, like=network), strict=True)\n"
MEASURED = (
    Edit({"(2 * eps)": "eps"}, "divided by one nudge",
         "From the lower run to the upper one the parameter moves by 2 * eps. (Or the cost has "
         "lost its 1/2.)", PRICE),
    *(edit for edit in NUDGES if edit.name != "divided by one nudge"),
    Edit({"like=network": "like=init_network([2, 3, 3, 1], rng=0)"}, "the network from outside",
         "cost_at of the text knows the network of the text, and no other. Define it again inside "
         "your function, with the network, X and Y that are given.", OUTSIDE),
    Edit({"(net, X).a[-1], Y)": "(net, X).a[-1], Y) * len(X)"}, "a sum and not a mean",
         "The cost of several samples is the mean of their costs.", MEAN),
    Edit({"X).a[-1], Y": "X[:1]).a[-1], Y[:1]"}, "the first sample only",
         "The cost is the mean over all samples: give it every row of X and Y.", MEAN),
    Edit({"X).a[-1], Y": "X[-1:]).a[-1], Y[-1:]"}, "the last sample only",
         "The cost is the mean over all samples: give it every row of X and Y.", MEAN),
    Edit({".a[-1]": ".z[-1]"}, "z for the output",
         "The cost compares the activations of the last layer with the targets: forward(net, "
         "X).a[-1].", MEAN),
    Edit({DONE: "    return gradcheck.flatten(gradients(network, X, Y))"}, "eps is not used",
         "These slopes do not depend on eps: they come from a much smaller nudge, or from a "
         "derived gradient, which a check must not rely on. Nudge by eps itself.", NUDGE,
         forms=({" = eps": " = 1e-5", "2 * eps": "2e-5"},)),
    Edit({DONE: f"{PARTS}    return gradcheck.flatten([v for pair in zip(W, b) for v in pair])"},
         "layer by layer",
         "The order is that of flatten: all W first, then all b.", ROW),
    Edit({DONE: f"{PARTS}    return gradcheck.flatten([*b, *W])"}, "the biases first",
         "The order is that of flatten: all W first, then all b.", ROW),
    Edit({DONE: f"{PARTS}    return gradcheck.flatten([*(v.T for v in W), *b])"},
         "column by column",
         "flatten reads a table row by row.", ROW),
    Edit({DONE: f"{PARTS}    return gradcheck.flatten(W)"}, "the weights alone",
         "The biases are parameters too: flatten has them at its end.", ROW),
    Edit({DONE: f"{PARTS}    return gradcheck.flatten(b)"}, "the biases alone",
         "The weights are parameters too: flatten has them at its beginning.", ROW),
)

STEPPED = (
    Edit({".imag": ".real"}, "the real part",
         "The real part is the value of f. The slope is in the imaginary part: .imag.", COMPLEX),
    Edit({"f(theta + nudge).imag": "abs(f(theta + nudge))"}, "the size of the complex number",
         "abs mixes both parts. The slope is in the imaginary part alone: .imag.", COMPLEX),
    Edit({" / 1e-20": ""}, "not divided by the nudge",
         "This is the change. Per nudge it is the slope: divide by 1e-20.", COMPLEX),
    Edit({"/ 1e-20": "* 1e-20"}, "multiplied by the nudge",
         "A slope is change per nudge: divide by 1e-20.", COMPLEX),
    Edit({"/ 1e-20": "/ 2e-20"}, "divided by twice the nudge",
         "There is one run and one nudge here, not one up and one down.", COMPLEX),
    Edit({"f(theta + nudge).imag": "(f(theta + nudge) - f(theta - nudge)).imag"},
         "two runs and one nudge",
         "From the lower run to the upper one it is two nudges. One run is enough: nothing is "
         "subtracted.", COMPLEX),
    Edit({"= 1e-20j": "= -1e-20j"}, "a step to the other side",
         "The nudge is -1e-20j, but the division is by +1e-20.", COMPLEX),
    Edit({"1e-20": "1e-2"}, "too large a nudge",
         "The truncation error is still there. Nothing is subtracted, so take 1e-20.", COMPLEX,
         forms=({"1e-20": "1e-3"}, {"1e-20": "1e-4"},)),
    Edit({"        nudge = np": "        nudge = nudge if p else np"}, "the steps stay in",
         "Each entry has to return to its place before the next one moves.", RATIO),
    Edit({"nudge[p]": "nudge[:]"}, "all entries nudged at once",
         "A partial derivative moves one entry and holds the others still.", RATIO),
    Edit({DONE: f"    {DONE}"}, "the first entry only",
         "The return is inside the loop, which ends with the first entry: move it out.", RATIO),
    Edit({"1e-20j": "1e-20"}, "the imaginary part is lost",
         "An array of floats drops the imaginary part of what is put into it: start from "
         "theta.astype(complex). Or the nudge is real: it has to be 1e-20j.", COMPLEX),
)

LENGTH, QUOTIENT = "np.linalg.norm", "np.linalg.norm(g - m) / sizes if sizes > 0 else 0.0"
SIZES = "np.linalg.norm(g) + np.linalg.norm(m)"
ENTRIES = "abs(g - m) / np.where(sizes > 0, sizes, 1)"
DISTANCES = (
    Edit({"1.0": "0.0"}, "nothing compared, and passed",
         "Empty vectors have an error of 0 here, which passes every check.", NEVER),
    Edit({"1.0": "0.0", "else 0.0": "else 1.0"}, "nothing compared, and passed; zeros fail",
         "It is the other way round: equal vectors of zeros are 0 apart, and empty ones prove "
         "nothing.", NEVER),
    Edit({"else 0.0": "else 1.0"}, "two vectors of zeros are far apart",
         "Two vectors of zeros are equal: 0.", APART),
    Edit({QUOTIENT: "np.linalg.norm(g - m)"}, "an absolute error",
         "The difference alone is small wherever the slopes are small. Divide by the lengths of "
         "both.", APART),
    Edit({SIZES: "np.linalg.norm(g)"}, "relative to one of the two",
         "Divide by the sum of both lengths: |g| + |m|.", APART),
    Edit({SIZES: "np.linalg.norm(m)"}, "relative to the measured one",
         "Divide by the sum of both lengths: |g| + |m|.", APART),
    Edit({SIZES: "max(np.linalg.norm(g), np.linalg.norm(m))"}, "relative to the larger one",
         "Divide by the sum of both lengths: |g| + |m|.", APART),
    Edit({SIZES: "min(np.linalg.norm(g), np.linalg.norm(m))"}, "relative to the smaller one",
         "Divide by the sum of both lengths: |g| + |m|.", APART),
    Edit({SIZES: f"({SIZES}) / 2"}, "relative to the mean of both",
         "Divide by the sum of both lengths, not by half of it.", APART),
    Edit({SIZES: "np.linalg.norm(g + m)"}, "the length of the sum",
         "Lengths are added, not vectors: |g| + |m|. Two that point apart have a short sum.",
         APART),
    Edit({"norm(g - m)": "norm(g) - np.linalg.norm(m)"}, "the difference of the lengths",
         "Two vectors of one length may point apart: subtract them first, then take the length.",
         APART, forms=({"np.linalg.norm(g - m)": "abs(np.linalg.norm(g) - np.linalg.norm(m))"},)),
    Edit({f"{LENGTH}(g - m)": f"{LENGTH}(g - m, 1)", SIZES: f"{LENGTH}(g, 1) + {LENGTH}(m, 1)"},
         "a sum in place of a length",
         "The length of a vector is the root of the sum of its squares.", APART),
    Edit({f"{LENGTH}(g - m)": f"{LENGTH}(g - m, np.inf)",
          SIZES: f"{LENGTH}(g, np.inf) + {LENGTH}(m, np.inf)"},
         "the largest entry in place of a length",
         "The length counts all entries: the root of the sum of their squares.", APART),
    Edit({"(g - m)": "(g - m) ** 2", "norm(g) +": "norm(g) ** 2 +", "norm(m)": "norm(m) ** 2"},
         "no root",
         "The root is missing: the length is the root of the sum of the squares.", APART),
    Edit({SIZES: "abs(g) + abs(m)", QUOTIENT: f"np.mean({ENTRIES})"}, "each entry by itself",
         "Here an entry that is nearly 0 counts as much as the largest. Take the lengths of the "
         "whole vectors.", APART,
         forms=({SIZES: "abs(g) + abs(m)", QUOTIENT: f"np.max({ENTRIES})"},)),
    Edit({QUOTIENT: "np.max(g - m)"}, "a difference with its sign",
         "A large negative difference looks small. Lengths have no sign.", APART),
)
# fmt: on

EXERCISES = (
    networks.network_exercise(
        name="measured_slopes",
        reference=measured_slopes,
        cases=_network_cases,
        rtol=1e-8,
        hints=(
            "Make the cost a function of one vector, as `cost_at` does in the text, with the "
            "network, X and Y of the arguments.",
            "theta = gradcheck.flatten(network). For each p, a vector of zeros with eps in place "
            "p is the nudge.",
            "slopes[p] = (cost_at(theta + nudge) - cost_at(theta - nudge)) / (2 * eps)",
        ),
        wrong=MEASURED,
    ),
    Exercise(
        name="complex_slopes",
        reference=complex_slopes,
        # On a height the rounding of f is larger than a measured slope may miss.
        cases=lambda rng: [
            *_function_cases(rng),
            (_product_on_a_height, rng.uniform(1.0, 2.0, size=2)),
        ],
        hints=(
            "A float array cannot hold an imaginary part. Start from theta.astype(complex), or "
            "add a complex nudge to theta.",
            "For each p, a vector of complex zeros with 1e-20j in place p is the nudge.",
            "slopes[p] = f(theta + nudge).imag / 1e-20",
        ),
        wrong=STEPPED,
    ),
    Exercise(
        name="far_apart",
        reference=far_apart,
        cases=_vector_cases,
        hints=(
            "np.linalg.norm(g) is the length |g|: the root of the sum of the squares.",
            "Two cases come first: nothing to compare, and both lengths 0.",
            "What is left is np.linalg.norm(g - m) / (np.linalg.norm(g) + np.linalg.norm(m)).",
        ),
        wrong=DISTANCES,
    ),
    gradient_exercise(
        "mended",
        named=False,
        hints=(
            "The report begins at the last layer. Are its dW and db right? If both are wrong, it "
            "is BP1: which factor is missing?",
            "If db is right and dW is not, it is BP4. A weight multiplies what comes in: which "
            "item of a does network[l] read?",
            "If a layer is right and the one before it is wrong, it is BP2. derivative wants z: "
            "which item of z belongs to layer network[l - 1]?",
        ),
    ),
)
