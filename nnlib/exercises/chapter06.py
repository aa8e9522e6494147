"""Exercises of chapter 6: what merges, where a unit changes its mind, and dead units."""

from functools import reduce

import numpy as np

from nnlib.exercises.engine import Exercise, Wrong

MERGE = "chapter 6, 'Three matrices in one'"
END = "chapter 6, 'One squash at the end'"
BEND = "chapter 6, 'Which bend?'"
SIZES = "chapter 5, 'Sizes first'"


# collapse


def collapse(matrices, biases):
    """Return W and b of the one layer that does what all layers do without a squash."""
    W_star, b_star = matrices[0], biases[0]
    for W, b in zip(matrices[1:], biases[1:], strict=True):
        W_star, b_star = W @ W_star, W @ b_star + b
    return W_star, b_star


def _layers(rng, widths):
    pairs = list(zip(widths[1:], widths[:-1], strict=True))
    matrices = [rng.normal(size=pair).round(2) for pair in pairs]
    return matrices, [rng.normal(size=rows).round(2) for rows, _ in pairs]


def _collapse_cases(rng):
    text = (
        [
            np.array([[0.9], [-1.2], [0.5]]),
            np.array([[1.5, -0.8, 0.4], [-0.6, 1.1, 2.0]]),
            np.array([[1.3, -1.9]]),
        ],
        [np.array([0.1, 0.6, -0.4]), np.array([0.2, -0.7]), np.array([0.3])],
    )
    widths = ([2, 2, 2, 2], [3, 2], [3, 2, 4, 1, 2], [2, 2, 2])
    return [text, *(_layers(rng, each) for each in widths)]


def _wrong_order(matrices, biases):
    _, b_star = collapse(matrices, biases)
    return reduce(np.matmul, matrices), b_star


def _biases_added_up(matrices, biases):
    W_star, _ = collapse(matrices, biases)
    return W_star, reduce(np.add, biases)


def _last_bias_only(matrices, biases):
    return collapse(matrices, biases)[0], biases[-1]


def _bias_through_its_own_layer(matrices, biases):
    W_star, b_star = matrices[0], matrices[0] @ biases[0]
    for W, b in zip(matrices[1:], biases[1:], strict=True):
        W_star, b_star = W @ W_star, W @ b_star + W @ b
    return W_star, b_star


def _bias_through_everything(matrices, biases):
    W_star, b_star = matrices[0], biases[0]
    for W, b in zip(matrices[1:], biases[1:], strict=True):
        W_star = W @ W_star
        b_star = W @ (b_star + b)
    return W_star, b_star


def _bias_through_the_product(matrices, biases):
    """The bias so far meets the product of all layers, the new one among them."""
    W_star, b_star = matrices[0], biases[0]
    for W, b in zip(matrices[1:], biases[1:], strict=True):
        W_star = W @ W_star
        b_star = W_star @ b_star + b
    return W_star, b_star


def _entry_by_entry(matrices, biases):
    W_star, b_star = matrices[0], biases[0]
    for W, b in zip(matrices[1:], biases[1:], strict=True):
        W_star, b_star = W * W_star, W @ b_star + b
    return W_star, b_star


def _biases_skip_layers(matrices, biases):
    """Each bias meets the matrix right after it, and no other."""
    W_star, b_star = matrices[0], biases[-1]
    for W, b in zip(matrices[1:], biases[:-1], strict=True):
        W_star = W @ W_star
        if W is matrices[-1]:
            b_star = W @ b + b_star
    return W_star, b_star


# boundary


def boundary(w1, w2, b, x1):
    """Return the second input at which z is 0."""
    return -(w1 * x1 + b) / w2


def _boundary_cases(rng):
    random = [tuple(rng.normal(size=4).round(2).tolist()) for _ in range(2)]
    return [(2.0, 4.0, -1.0, 1.0), (-1.0, 0.5, 0.3, 2.0), *random]


# dead_units


def dead_units(W, b, samples):
    """Return the number of ReLU units that are off for every sample."""
    return _off(W, b, samples).all(axis=0).sum()


def _off(W, b, samples):
    """One row per sample, one column per unit: is it off?"""
    return np.array([W @ x + b <= 0 for x in samples])


def _dead_cases(rng):
    text = (
        np.array([[1.0, -1.0], [-1.0, -1.0], [2.0, 0.5], [-0.5, 0.2]]),
        np.array([0.5, -3.0, -9.0, 0.0]),
        [np.array([1.0, 0.5]), np.array([-1.0, 2.0]), np.array([0.0, 0.0])],
    )
    cases = [text]
    for units, inputs, count in ((3, 3, 4), (6, 2, 5), (5, 1, 2)):
        W, b = rng.normal(size=(units, inputs)), rng.normal(size=units) - 1.5
        samples = [rng.normal(size=inputs).round(2) for _ in range(count)]
        cases.append((W.round(2), b.round(2), samples))
    # A unit that is exactly at 0: its slope there is 0.
    return [*cases, (np.array([[1.0], [1.0]]), np.array([0.0, 1.0]), [np.array([0.0])])]


def _at_zero_alive(W, b, samples):
    return (np.array([W @ x + b for x in samples]) < 0).all(axis=0).sum()


def _by_activation_sum(W, b, samples):
    return (np.array([W @ x + b for x in samples]).sum(axis=0) <= 0).sum()


EXERCISES = (
    Exercise(
        name="collapse",
        reference=collapse,
        cases=_collapse_cases,
        parts=("W*", "b*"),
        hints=(
            "Begin with two layers. What is W2 @ (W1 @ x + b1) + b2, multiplied out?",
            "Two layers make W2 @ W1 and W2 @ b1 + b2. Now these two are 'the first layer', and "
            "the third is put on top.",
            "Start with W_star, b_star = matrices[0], biases[0]. For each further W, b: "
            "W_star = W @ W_star and b_star = W @ b_star + b.",
        ),
        wrong=(
            Wrong(
                "the matrices are multiplied in reading order",
                _wrong_order,
                "The first layer meets x first, so it comes last, next to x: W3 @ W2 @ W1.",
                MERGE,
            ),
            Wrong(
                "b_star goes through W_star",
                _bias_through_the_product,
                "W_star is the product of all layers so far. b_star goes through the new layer "
                "only, with the W of that layer: b_star = W @ b_star + b.",
                MERGE,
            ),
            Wrong(
                "the biases are added up",
                _biases_added_up,
                "A bias passes through all the layers after its own: W3 @ W2 @ b1 + W3 @ b2 + b3.",
                MERGE,
            ),
            Wrong(
                "only the last bias is kept",
                _last_bias_only,
                "The earlier biases arrive too, each through the layers after its own.",
                MERGE,
            ),
            Wrong(
                "each bias passes through its own layer too",
                _bias_through_its_own_layer,
                "A bias is added after the product of its layer: b2 meets W3, and not W2.",
                MERGE,
            ),
            Wrong(
                "the bias is added before the product",
                _bias_through_everything,
                "First the product, then the bias: W @ b_star + b, not W @ (b_star + b).",
                MERGE,
            ),
            Wrong(
                "only two biases arrive",
                _biases_skip_layers,
                "b1 passes through every later layer, not through one of them.",
                MERGE,
            ),
            Wrong(
                "a star in place of the product",
                _entry_by_entry,
                "* multiplies entry by entry; @ is the product of matrices.",
                "chapter 5, 'A star is not a product'",
            ),
            Wrong(
                "W* is transposed",
                lambda matrices, biases: (
                    collapse(matrices, biases)[0].T,
                    collapse(matrices, biases)[1],
                ),
                "W* has a row for each output and a column for each input.",
                SIZES,
            ),
            Wrong(
                "W* and b* are swapped",
                lambda matrices, biases: collapse(matrices, biases)[::-1],
                "Return the matrix first, then the bias.",
                MERGE,
            ),
        ),
    ),
    Exercise(
        name="boundary",
        reference=boundary,
        cases=_boundary_cases,
        hints=(
            "For which z is sigmoid(z) exactly 1/2?",
            "z = w1 * x1 + w2 * x2 + b has to be 0. Solve that for x2.",
            "w2 * x2 = -(w1 * x1 + b). Divide by w2.",
        ),
        wrong=(
            Wrong(
                "the sign is flipped",
                lambda w1, w2, b, x1: (w1 * x1 + b) / w2,
                "w2 * x2 has to cancel w1 * x1 + b: it is minus that.",
                END,
            ),
            Wrong(
                "the bias is left out",
                lambda w1, w2, b, x1: -w1 * x1 / w2,
                "Without the bias the line goes through the origin. z holds b as well.",
                END,
            ),
            Wrong(
                "the bias has the wrong sign",
                lambda w1, w2, b, x1: -(w1 * x1 - b) / w2,
                "Both w1 * x1 and b change sign when they change sides.",
                END,
            ),
            Wrong(
                "only the bias is divided by w2",
                lambda w1, w2, b, x1: -w1 * x1 - b / w2,
                "w1 * x1 is divided by w2 too: put brackets around both terms.",
                END,
            ),
            Wrong(
                "only w1 * x1 is divided by w2",
                lambda w1, w2, b, x1: -w1 * x1 / w2 - b,
                "The bias is divided by w2 too: put brackets around both terms.",
                END,
            ),
            Wrong(
                "z is 1/2 and not the output",
                lambda w1, w2, b, x1: (0.5 - w1 * x1 - b) / w2,
                "The output is sigmoid(z), and sigmoid(0) is 1/2: z has to be 0.",
                END,
            ),
            Wrong(
                "not divided by w2",
                lambda w1, w2, b, x1: -(w1 * x1 + b),
                "This is w2 * x2. Divide by w2.",
                END,
            ),
            Wrong(
                "divided by w1",
                lambda w1, w2, b, x1: -(w2 * x1 + b) / w1,
                "x1 is given and belongs to w1; solve for the other input.",
                END,
            ),
            Wrong(
                "the pre-activation",
                lambda w1, w2, b, x1: w1 * x1 + b,
                "This is what the unit has without its second input. Which x2 brings it to 0?",
                END,
            ),
        ),
    ),
    Exercise(
        name="dead_units",
        reference=dead_units,
        cases=_dead_cases,
        hints=(
            "A unit is off for a sample if its pre-activation there is 0 or less.",
            "W @ x + b holds the pre-activations of all units for one sample. A unit is dead if no "
            "sample makes its entry positive.",
            "Keep an array alive of False, one for each unit. For each sample: "
            "alive = alive | (W @ x + b > 0). Count those that are still False.",
        ),
        wrong=(
            Wrong(
                "off for some sample",
                lambda W, b, samples: _off(W, b, samples).any(axis=0).sum(),
                "A unit that is off for one sample may be on for another. Dead means off for all.",
                BEND,
            ),
            Wrong(
                "the live units are counted",
                lambda W, b, samples: len(b) - dead_units(W, b, samples),
                "These are the units that are on for at least one sample.",
                BEND,
            ),
            Wrong(
                "samples are counted, not units",
                lambda W, b, samples: _off(W, b, samples).all(axis=1).sum(),
                "These are the samples for which every unit is off. Ask unit by unit.",
                BEND,
            ),
            Wrong(
                "off for the last sample",
                lambda W, b, samples: _off(W, b, samples[-1:]).all(axis=0).sum(),
                "Each sample overwrites what the ones before have shown. Keep it.",
                BEND,
            ),
            Wrong(
                "every moment at which a unit is off is counted",
                lambda W, b, samples: _off(W, b, samples).sum(),
                "This counts pairs of unit and sample. A unit is dead once, or not at all.",
                BEND,
            ),
            Wrong(
                "the biases are left out",
                lambda W, b, samples: dead_units(W, np.zeros_like(b), samples),
                "The pre-activation is W @ x + b. It is often the bias that kills a unit.",
                BEND,
            ),
            Wrong(
                "0 counts as on",
                _at_zero_alive,
                "At exactly 0 the slope of ReLU is 0 in this book: off.",
                BEND,
            ),
            Wrong(
                "the mean over the samples",
                _by_activation_sum,
                "One sample that turns the unit on keeps it alive, whatever the sum says.",
                BEND,
            ),
        ),
    ),
)
