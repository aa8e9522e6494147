"""Exercises of chapter 6: what merges, where a unit changes its mind, and dead units."""

import numpy as np

from nnlib.exercises.engine import Edit, Exercise

MERGE = "chapter 6, 'Three matrices in one'"
END = "chapter 6, 'One squash at the end'"
BEND = "chapter 6, 'Which bend?'"
SIZES = "chapter 5, 'Sizes first'"
STAR = "chapter 5, 'A star is not a product'"


def collapse(matrices, biases):
    W_star, b_star = matrices[0], biases[0]
    for W, b in zip(matrices[1:], biases[1:], strict=True):
        W_star = W @ W_star
        b_star = W @ b_star + b
    return W_star, b_star


def boundary(w1, w2, b, x1):
    return -(w1 * x1 + b) / w2


def dead_units(W, b, samples):
    alive = np.zeros(len(b), dtype=bool)
    for x in samples:
        alive = alive | (W @ x + b > 0)
    return len(b) - int(alive.sum())


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


def _boundary_cases(rng):
    random = [tuple(rng.normal(size=4).round(2).tolist()) for _ in range(2)]
    return [(2.0, 4.0, -1.0, 1.0), (-1.0, 0.5, 0.3, 2.0), *random]


def _dead_cases(rng):
    text = (
        np.array([[1.0, -1.0], [-1.0, -1.0], [2.0, 0.5], [-0.5, 0.2]]),
        np.array([0.5, -3.0, -9.0, 0.0]),
        [np.array([1.0, 0.5]), np.array([-1.0, 2.0]), np.array([0.0, 0.0])],
    )
    # Two units are on for the first sample alone, one for the second, three for the last.
    alone = np.eye(3)[[0, 2, 0, 1, 2, 2]], np.full(6, -0.5), list(np.eye(3))
    cases = [text, alone]
    for units, inputs, count in ((3, 3, 4), (9, 2, 5), (8, 1, 4)):
        W, b = rng.normal(size=(units, inputs)), rng.normal(size=units) - 0.5
        samples = [rng.normal(0.5, size=inputs).round(2) for _ in range(count)]
        cases.append((W.round(2), b.round(2), samples))
    # A unit that is exactly at 0: its slope there is 0.
    return [*cases, (np.array([[1.0], [1.0]]), np.array([0.0, 1.0]), [np.array([0.0])])]


FIRST = "matrices[0], biases[0]"
BIAS = "W @ b_star + b\n"
MERGED = "    return W_star, b_star"
NUMERATOR = "-(w1 * x1 + b)"
DEAD = "len(b) - int(alive.sum())"

# fmt: off
LAYERS = (
    Edit({"W @ W_star": "W_star @ W"}, "the matrices are multiplied in reading order",
         "The first layer meets x first, so it comes last, next to x: W3 @ W2 @ W1.", MERGE),
    Edit({"W @ b_star": "W_star @ b_star"}, "b_star goes through W_star",
         "W_star is the product of all layers so far. b_star goes through the new layer only, with "
         "the W of that layer: b_star = W @ b_star + b.", MERGE),
    Edit({"W @ b_star +": "b_star +"}, "the biases are added up",
         "A bias passes through all the layers after its own: W3 @ W2 @ b1 + W3 @ b2 + b3.", MERGE),
    Edit({"W @ b_star + b": "b"}, "only the last bias is kept",
         "The earlier biases arrive too, each through the layers after its own.", MERGE),
    Edit({" + b\n": "\n"}, "only the first bias arrives",
         "Each layer adds a bias: b_star = W @ b_star + b.", MERGE),
    Edit({FIRST: "matrices[0], 0 * biases[0]"}, "the first bias is missing",
         "Begin with W and b of the first layer, not with zeros.", MERGE),
    Edit({FIRST: "matrices[0], matrices[0] @ biases[0]", " + b\n": " + W @ b\n"},
         "each bias passes through its own layer too",
         "A bias is added after the product of its layer: b2 meets W3, and not W2.", MERGE),
    Edit({BIAS: "W @ (b_star + b)\n"}, "the bias is added before the product",
         "First the product, then the bias: W @ b_star + b, not W @ (b_star + b).", MERGE),
    Edit({MERGED: "    return W_star, (W @ biases[-2] + b if biases[1:] else b_star)"},
         "only two biases arrive", "b1 passes through every later layer, not through one of them.",
         MERGE),
    Edit({"[1:]": ""}, "the first layer counts twice",
         "W_star and b_star begin with the first layer, so the loop begins with the second: [1:].",
         MERGE),
    Edit({"[1:]": "[1:-1]"}, "the last layer is left out",
         "The loop runs over all layers after the first, up to the last: [1:].", MERGE),
    Edit({"W @ W_star": "W * W_star"}, "a star in place of the product",
         "* multiplies entry by entry; @ is the product of matrices.", STAR),
    Edit({"return W_star": "return W_star.T"}, "W* is transposed",
         "W* has a row for each output and a column for each input.", SIZES),
    Edit({MERGED: "    return b_star, W_star"}, "W* and b* are swapped",
         "Return the matrix first, then the bias.", MERGE),
)
BORDERS = (
    Edit({"-(": "("}, "the sign is flipped", "w2 * x2 has to cancel w1 * x1 + b: it is minus that.",
         END),
    Edit({" + b": ""}, "the bias is left out",
         "Without the bias the line goes through the origin. z holds b as well.", END),
    Edit({"w1 * x1 + ": ""}, "the first input is left out",
         "The first input counts as well: z is w1 * x1 + w2 * x2 + b.", END),
    Edit({" * x1": ""}, "the weight without its input",
         "What counts is w1 times x1: z is w1 * x1 + w2 * x2 + b.", END),
    Edit({"+ b": "- b"}, "the bias has the wrong sign",
         "Both w1 * x1 and b change sign when they change sides.", END),
    Edit({NUMERATOR: "(w1 * x1 - b)"}, "w1 * x1 has the wrong sign",
         "Both w1 * x1 and b change sign when they change sides.", END),
    Edit({f"{NUMERATOR} / w2": "-w1 * x1 - b / w2"}, "only the bias is divided by w2",
         "w1 * x1 is divided by w2 too: put brackets around both terms.", END),
    Edit({f"{NUMERATOR} / w2": "-w1 * x1 / w2 - b"}, "only w1 * x1 is divided by w2",
         "The bias is divided by w2 too: put brackets around both terms.", END),
    Edit({NUMERATOR: "(0.5 - w1 * x1 - b)"}, "z is 1/2 and not the output",
         "The output is sigmoid(z), and sigmoid(0) is 1/2: z has to be 0.", END),
    Edit({" / w2": ""}, "not divided by w2", "This is w2 * x2. Divide by w2.", END),
    Edit({"/ w2": "* w2"}, "multiplied by w2", "w2 * x2 is minus the rest: divide by w2 to get x2.",
         END),
    Edit({"(w1 *": "(w2 *", "/ w2": "/ w1"}, "divided by w1",
         "x1 is given and belongs to w1; solve for the other input.", END),
    Edit({f"{NUMERATOR} / w2": "w1 * x1 + b"}, "the pre-activation",
         "This is what the unit has without its second input. Which x2 brings it to 0?", END),
)
DEATHS = (
    Edit({"np.zeros": "np.ones", "|": "&"}, "off for some sample",
         "A unit that is off for one sample may be on for another. Dead means off for all.", BEND),
    Edit({DEAD: "int(alive.sum())"}, "the live units are counted",
         "These are the units that are on for at least one sample.", BEND),
    Edit({DEAD: "sum((W @ x + b <= 0).all() for x in samples)"}, "samples are counted, not units",
         "These are the samples for which every unit is off. Ask unit by unit.", BEND),
    Edit({"alive | ": ""}, "off for the last sample",
         "Each sample overwrites what the ones before have shown. Keep it.", BEND),
    Edit({"    return": "        return"}, "off for the first sample",
         "The return is inside the loop, which ends with the first sample: move it out.", BEND),
    Edit({"in samples": "in samples[1:]"}, "the first sample is passed over",
         "A unit that is on for the first sample alone is alive too.", BEND),
    Edit({"in samples": "in samples[:-1]"}, "the last sample is passed over",
         "A unit that is on for the last sample alone is alive too.", BEND),
    Edit({DEAD: "sum((W @ x + b <= 0).sum() for x in samples)"},
         "every moment at which a unit is off is counted",
         "This counts pairs of unit and sample. A unit is dead once, or not at all.", BEND),
    Edit({" + b >": " >"}, "the biases are left out",
         "The pre-activation is W @ x + b. It is often the bias that kills a unit.", BEND),
    Edit({"W @ x + b > 0": "b > 0"}, "the biases alone",
         "The pre-activation is W @ x + b: inputs can turn a unit on whose bias is negative.",
         BEND),
    Edit({"> 0": ">= 0"}, "0 counts as on",
         "At exactly 0 the slope of ReLU is 0 in this book: off.", BEND),
    Edit({DEAD: "(sum(W @ x + b for x in samples) <= 0).sum()"}, "the mean over the samples",
         "One sample that turns the unit on keeps it alive, whatever the sum says.", BEND),
    Edit({DEAD: "(2 * sum(W @ x + b > 0 for x in samples) < len(samples)).sum()"},
         "off for most samples",
         "One sample that turns the unit on keeps it alive, however many do not.", BEND,
         ({DEAD: "(2 * sum(W @ x + b > 0 for x in samples) <= len(samples)).sum()"},)),
    Edit({DEAD: f"({DEAD}) / len(b)"}, "a share and not a number",
         "How many units are dead, and not what part of them: nothing is divided.", BEND),
)
# fmt: on

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
        wrong=LAYERS,
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
        wrong=BORDERS,
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
        wrong=DEATHS,
    ),
)
