"""Exercises of chapter 5: sizes, two units per layer by hand, and a network of any size."""

from dataclasses import replace

from nnlib import sigmoid, tanh
from nnlib.exercises.chapter01 import PASSES
from nnlib.exercises.engine import Edit, Exercise
from nnlib.exercises.networks import draw, network_exercise

NAMES = "chapter 5, 'Two numbers on a weight'"
ROW = "chapter 5, 'A row is a unit'"
LAYER = "chapter 5, 'All rows at once'"
SIZES = "chapter 5, 'Sizes first'"
UNIT = "chapter 5, 'A unit is no object'"
STAR = "chapter 5, 'A star is not a product'"
SQUASH = "chapter 1, 'One unit'"


def sizes_of(widths):
    pairs = list(zip(widths[1:], widths[:-1], strict=True))
    return pairs, sum(rows * columns + rows for rows, columns in pairs)


def by_hand(x, W1, b1, W2, b2, W3, b3):
    p = sigmoid(W1[0][0] * x + b1[0])
    q = sigmoid(W1[1][0] * x + b1[1])
    r = sigmoid(W2[0][0] * p + W2[0][1] * q + b2[0])
    s = sigmoid(W2[1][0] * p + W2[1][1] * q + b2[1])
    output = sigmoid(W3[0][0] * r + W3[0][1] * s + b3[0])
    return [p, q], [r, s], output


def feed_forward(network, x):
    z, a = [], [x]
    for W, b, sigma in network:
        z.append(W @ a[-1] + b)
        a.append(sigma(z[-1]))
    return z, a


def _width_cases(rng):
    drawn = rng.integers(1, 9, size=5).tolist()
    return [(widths,) for widths in ([1, 3, 2, 1], [2, 3, 3, 1], [1, 1], [784, 30, 10], drawn)]


def _hand_cases(rng):
    cases = [
        (
            *(1.5, [[0.9], [-1.2]], [0.1, 0.6], [[1.5, -0.8], [-0.6, 1.1]], [0.2, -0.7]),
            *([[1.3, -1.9]], [0.3]),
        )
    ]
    for _ in range(2):
        shapes = ((2, 1), (2,), (2, 2), (2,), (1, 2), (1,))
        arrays = [rng.normal(size=shape).tolist() for shape in shapes]
        cases.append((float(rng.normal()), *arrays))
    return cases


def _network_cases(rng):
    cases = []
    for sizes in ([2, 3, 1], [1, 3, 2, 1], [3, 3, 3], [2, 1, 4, 2], [2, 2]):
        network = draw(rng, sizes, hidden=tanh if sizes[0] == 3 else sigmoid)
        cases.append((network, rng.normal(size=sizes[0])))
    return cases


PAIRS = "widths[1:], widths[:-1]"
TERMS = "rows * columns + rows"
COUNTED = f"sum({TERMS} for rows, columns in pairs)"

# fmt: off
PARAMETERS = (
    Edit({"return pairs": "return [pair[::-1] for pair in pairs]"}, "rows and columns are swapped",
         "W has a row for each unit of its own layer and a column for each unit of the layer "
         "before.", SIZES),
    Edit({PAIRS: "widths[:-1], widths[1:]"}, "rows and columns are swapped, in the count too",
         "W has a row for each unit of its own layer, and the biases are counted by the rows.",
         SIZES),
    Edit({PAIRS: "widths[2:], widths[1:-1]"}, "the first matrix is missing",
         "The inputs have a width too: the first matrix lies between them and layer 1.", SIZES),
    Edit({PAIRS: "widths[1:-1], widths[:-2]"}, "the last matrix is missing",
         "There is a matrix between any two neighbours, up to the last: one fewer than widths.",
         SIZES),
    Edit({" + rows": ""}, "the biases are not counted",
         "Each unit has a bias: one more parameter per row.", SIZES),
    Edit({" + rows": " + columns"}, "biases counted by the columns",
         "A column is a unit of the layer before. The biases belong to the rows.", SIZES),
    Edit({COUNTED: f"{COUNTED} + widths[0]"}, "the inputs have biases",
         "The inputs are given: they have neither weights nor biases of their own.", SIZES),
    Edit({" + rows": " + 1"}, "one bias per layer",
         "Each unit has a bias of its own, not each layer.", SIZES),
    Edit({TERMS: "2 * rows * columns"}, "a bias for every weight",
         "The bias belongs to the unit, not to the wire.", SIZES),
    Edit({"rows * columns +": "rows + columns +"}, "rows and columns added",
         "Every unit has a wire from every unit of the layer before: rows times columns.", SIZES),
    Edit({COUNTED: "sum(widths)"}, "units and not parameters",
         "This counts units. The parameters are the weights on all wires and the biases.", SIZES),
    Edit({COUNTED: "[rows * columns + rows for rows, columns in pairs]"},
         "the counts layer by layer", "One number is asked for: add up the layers.", SIZES),
)
WIRES = (
    Edit({"W2[0][1] * q": "W2[1][0] * q", "W2[1][0] * p": "W2[0][1] * p"},
         "the indices of W2 are swapped",
         "W2[0][1] leads into unit 1 from unit 2: the first index is the unit that reads.", NAMES),
    Edit({"W2[1]": "W2[0]"}, "one row for both units", "Unit 2 has a row of its own: W2[1].", ROW),
    Edit({"[0][0] * r": "[0][1] * r", "[0][1] * s": "[0][0] * s"},
         "the weights of the output are swapped",
         "W3[0][0] leads from unit 1 of layer 2, W3[0][1] from unit 2.", NAMES),
    Edit({" + W2[0][1] * q": "", "W2[1][0] * p + ": ""}, "one wire per unit",
         "Each unit reads every unit of the layer before: two terms in each sum.", ROW),
    Edit({"W1[0][0]": "W1[0]"}, "a row for a number",
         "W1[0] is a row: a list, even with one number in it. The number is W1[0][0].", NAMES),
    Edit({f" + b{place}": "" for place in ("1[0]", "1[1]", "2[0]", "2[1]", "3[0]")}, "no biases",
         "Each unit adds its bias before the squash.", ROW),
    Edit({"b1[1]": "b1[0]", "b2[1]": "b2[0]"}, "one bias for the whole layer",
         "Unit 2 has a bias of its own: b2[1].", SIZES),
    Edit({"+ b2": "+ 2 * b2", "+ b3": "+ 2 * b3"}, "a bias for every wire",
         "The bias is added once per unit, not once per wire.", ROW),
    Edit({"p + W2[0]": "p + b2[0]) + sigmoid(W2[0]", "p + W2[1]": "p + b2[1]) + sigmoid(W2[1]",
         "r + ": "r + b3[0]) + sigmoid("}, "the squash before the sum",
         "First add up everything that comes in, then squash the sum, once.", ROW,
         ({"p + ": "p) + sigmoid(", "r + ": "r) + sigmoid("},)),
    Edit({"output = sigmoid": "output = "}, "the last squash is missing",
         "The output unit is a unit like the others: its output is sigmoid(z).", SQUASH),
    Edit({f"{unit} = sigmoid": f"{unit} = " for unit in "pqrs"},
         "the output is squashed and nothing else",
         "Each unit squashes what it adds up, in the hidden layers too.", SQUASH),
    Edit({"sigmoid": ""}, "no squash",
         "Each unit squashes what it adds up: its activation is sigmoid(z).", SQUASH),
    Edit({"W2[1][0] * p": "W2[1][0] * r"}, "unit 2 reads unit 1 of its own layer",
         "Units of one layer do not see each other: both read the activations of layer 1. Give the "
         "new activations new names.", LAYER),
    Edit({"* p": "* x", "* q": "* x"}, "layer 2 reads x",
         "Each layer reads the one before it: layer 2 the activations p and q.", UNIT),
    Edit({"* r": "* p", "* s": "* q"}, "the output reads layer 1",
         "Each layer reads the one before it, and the output the activations of layer 2.", UNIT),
    Edit({"return [p, q], [r, s]": "return [r, s], [p, q]"}, "the layers are swapped",
         "Return layer 1 first, then layer 2, then the output.", LAYER),
)
LAYERS = (
    Edit({"sigma(z": "sigmoid(z"}, "the sigmoid in every layer",
         "Each layer brings its own squash: use sigma.", UNIT),
    Edit({"@": "*"}, "a star in place of the product",
         "* multiplies entry by entry and adds nothing up; @ is the product.", STAR),
    Edit({"W @": "W.T @"}, "the matrix is transposed",
         "W.T @ a and a @ W go down the columns; a row of W has to meet the inputs: W @ a. Where a "
         "matrix is square, there is no error message.", ROW),
    Edit({"W @ a[-1] + b": "W @ (a[-1] + b)"}, "the bias is added too early",
         "First the product, then the bias: W @ a + b.", LAYER),
    Edit({" + b)": ")", "sigma(z[-1])": "sigma(z[-1]) + b"}, "the bias is added too late",
         "The bias belongs to z: it is added before the squash.", LAYER),
    Edit({"return z, a": "return [v[:, None] for v in z], [v[:, None] for v in a]"},
         "columns and not lists",
         "One sample is an array with one axis here: x has shape (n,), not (n, 1).", SIZES),
    *(replace(one, section=LAYER) for one in PASSES),
)
# fmt: on

EXERCISES = (
    Exercise(
        name="sizes_of",
        reference=sizes_of,
        cases=_width_cases,
        parts=("sizes", "parameters"),
        hints=(
            "Four widths make three matrices, one between each pair of neighbours. Which of the "
            "two widths counts the rows?",
            "A row for each unit of the layer, a column for each unit of the layer before: "
            "(widths[1], widths[0]) is the first pair.",
            "zip(widths[1:], widths[:-1]) gives all pairs. A pair brings rows * columns weights "
            "and as many biases as rows.",
        ),
        wrong=PARAMETERS,
    ),
    Exercise(
        name="by_hand",
        reference=by_hand,
        cases=_hand_cases,
        parts=("a1", "a2", "output"),
        hints=(
            "Draw it: two units that read x, two that read both of those, one that reads both of "
            "these.",
            "Unit 1 of layer 2 uses row 1 of W2: W2[0][0] for the first activation of layer 1, "
            "W2[0][1] for the second, and b2[0].",
            "Name the activations p, q (layer 1), r, s (layer 2). "
            "s = sigmoid(W2[1][0] * p + W2[1][1] * q + b2[1]).",
        ),
        wrong=WIRES,
    ),
    network_exercise(
        name="feed_forward",
        reference=feed_forward,
        cases=_network_cases,
        parts=("z", "a"),
        hints=(
            "What does a layer read? Only the first one reads x.",
            "for W, b, sigma in network: gives the parts of each layer. The last item of a is "
            "what the layer reads.",
            "In the loop: z.append(W @ a[-1] + b), then a.append(sigma(z[-1])).",
        ),
        wrong=LAYERS,
    ),
)
