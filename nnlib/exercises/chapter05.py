"""Exercises of chapter 5: sizes, two units per layer by hand, and a network of any size."""

import math
from itertools import pairwise

import numpy as np

from nnlib.activations import sigmoid, tanh
from nnlib.exercises.engine import Exercise, Wrong
from nnlib.exercises.networks import draw, network_exercise, pass_forward

NAMES = "chapter 5, 'Two numbers on a weight'"
ROW = "chapter 5, 'A row is a unit'"
LAYER = "chapter 5, 'All rows at once'"
SIZES = "chapter 5, 'Sizes first'"
UNIT = "chapter 5, 'A unit is no object'"
STAR = "chapter 5, 'A star is not a product'"
SQUASH = "chapter 1, 'One unit'"


def _sigmoid(z):
    return 1 / (1 + math.exp(-z))


# sizes_of


def sizes_of(widths):
    """Return the sizes of all W, and the number of parameters."""
    pairs = _pairs(widths)
    return pairs, _parameters(pairs)


def _pairs(widths):
    return [(n, before) for before, n in pairwise(widths)]


def _parameters(pairs):
    return sum(rows * columns + rows for rows, columns in pairs)


def _turned(widths):
    pairs = _pairs(widths)
    return [(columns, rows) for rows, columns in pairs], _parameters(pairs)


def _turned_with_its_own_count(widths):
    turned, _ = _turned(widths)
    return turned, _parameters(turned)


# by_hand


def by_hand(x, W1, b1, W2, b2, W3, b3):
    """Return the activations of a network of widths 1, 2, 2, 1."""
    return _wired(x, W1, b1, W2, b2, W3, b3)


def _unit(row, inputs, bias):
    return _sigmoid(sum(w * a for w, a in zip(row, inputs, strict=True)) + bias)


def _wired(x, W1, b1, W2, b2, W3, b3, unit=_unit):
    first = [unit(row, [x], bias) for row, bias in zip(W1, b1, strict=True)]
    second = [unit(row, first, bias) for row, bias in zip(W2, b2, strict=True)]
    return first, second, unit(W3[0], second, b3[0])


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


def _transposed(x, W1, b1, W2, b2, W3, b3):
    return _wired(x, W1, b1, [list(column) for column in zip(*W2, strict=True)], b2, W3, b3)


def _one_wire_per_unit(x, W1, b1, W2, b2, W3, b3):
    first = _wired(x, W1, b1, W2, b2, W3, b3)[0]
    second = [_sigmoid(W2[j][j] * first[j] + b2[j]) for j in range(2)]
    return first, second, _unit(W3[0], second, b3[0])


def _row_for_a_number(x, W1, b1, W2, b2, W3, b3):
    return [_sigmoid(row * x + bias) for row, bias in zip(W1, b1, strict=True)]


def _no_bias(row, inputs, bias):
    return _unit(row, inputs, 0.0)


def _bias_of_every_wire(row, inputs, bias):
    return _unit(row, inputs, bias * len(inputs))


def _squash_of_each_term(row, inputs, bias):
    return sum(_sigmoid(w * a + bias) for w, a in zip(row, inputs, strict=True))


def _no_last_squash(x, W1, b1, W2, b2, W3, b3):
    first, second, output = _wired(x, W1, b1, W2, b2, W3, b3)
    return first, second, math.log(output / (1 - output))


def _second_unit_reads_the_new(x, W1, b1, W2, b2, W3, b3):
    p, q = _wired(x, W1, b1, W2, b2, W3, b3)[0]
    r = _unit(W2[0], [p, q], b2[0])
    s = _unit(W2[1], [r, q], b2[1])
    return [p, q], [r, s], _unit(W3[0], [r, s], b3[0])


def _output_reads_layer_1(x, W1, b1, W2, b2, W3, b3):
    first, second, _ = _wired(x, W1, b1, W2, b2, W3, b3)
    return first, second, _unit(W3[0], first, b3[0])


def _one_bias_a_layer(x, W1, b1, W2, b2, W3, b3):
    return _wired(x, W1, [b1[0]] * 2, W2, [b2[0]] * 2, W3, b3)


# feed_forward


def feed_forward(network, x):
    """Return z and a of every layer, as lists of arrays."""
    return pass_forward(network, x)


def _network_cases(rng):
    cases = []
    for sizes in ([2, 3, 1], [1, 3, 2, 1], [3, 3, 3], [2, 1, 4, 2], [2, 2]):
        network = draw(rng, sizes, hidden=tanh if sizes[0] == 3 else sigmoid)
        cases.append((network, rng.normal(size=sizes[0])))
    return cases


def _passes(product=lambda W, a: W @ a, bias=lambda b: b, squash=lambda sigma, z: sigma(z)):
    def answer(network, x):
        z, a = [], [x]
        for W, b, sigma in network:
            z.append(product(W, a[-1]) + bias(b))
            a.append(squash(sigma, z[-1]))
        return z, a

    return answer


def _every_layer_reads_x(network, x):
    z = [W @ x + b for W, b, _ in network]
    return z, [x, *(layer.activation(v) for layer, v in zip(network, z, strict=True))]


def _z_is_passed_on(network, x):
    z, inputs = [], x
    for W, b, _ in network:
        z.append(W @ inputs + b)
        inputs = z[-1]
    return z, [x, *(layer.activation(v) for layer, v in zip(network, z, strict=True))]


def _last_without_squash(network, x):
    z, a = feed_forward(network, x)
    return z, [*a[:-1], z[-1]]


def _as_columns(network, x):
    z, a = feed_forward(network, x)
    return [v[:, None] for v in z], [v[:, None] for v in a]


EXERCISES = (
    Exercise(
        name="sizes_of",
        reference=sizes_of,
        cases=lambda rng: [
            ([1, 3, 2, 1],),
            ([2, 3, 3, 1],),
            ([1, 1],),
            ([784, 30, 10],),
            (rng.integers(1, 9, size=5).tolist(),),
        ],
        parts=("sizes", "parameters"),
        hints=(
            "Four widths make three matrices, one between each pair of neighbours. Which of the "
            "two widths counts the rows?",
            "A row for each unit of the layer, a column for each unit of the layer before: "
            "(widths[1], widths[0]) is the first pair.",
            "zip(widths[1:], widths[:-1]) gives all pairs. A pair brings rows * columns weights "
            "and as many biases as rows.",
        ),
        wrong=(
            Wrong(
                "rows and columns are swapped",
                _turned,
                "W has a row for each unit of its own layer and a column for each unit of the "
                "layer before.",
                SIZES,
            ),
            Wrong(
                "rows and columns are swapped, in the count too",
                _turned_with_its_own_count,
                "W has a row for each unit of its own layer, and the biases are counted by the "
                "rows.",
                SIZES,
            ),
            Wrong(
                "the biases are not counted",
                lambda widths: (_pairs(widths), _parameters(_pairs(widths)) - sum(widths[1:])),
                "Each unit has a bias: one more parameter per row.",
                SIZES,
            ),
            Wrong(
                "the inputs have biases",
                lambda widths: (_pairs(widths), _parameters(_pairs(widths)) + widths[0]),
                "The inputs are given: they have neither weights nor biases of their own.",
                SIZES,
            ),
            Wrong(
                "one bias per layer",
                lambda widths: (
                    _pairs(widths),
                    _parameters(_pairs(widths)) - sum(widths[1:]) + len(widths) - 1,
                ),
                "Each unit has a bias of its own, not each layer.",
                SIZES,
            ),
            Wrong(
                "a bias for every weight",
                lambda widths: (
                    _pairs(widths),
                    2 * (_parameters(_pairs(widths)) - sum(widths[1:])),
                ),
                "The bias belongs to the unit, not to the wire.",
                SIZES,
            ),
            Wrong(
                "units and not parameters",
                lambda widths: (_pairs(widths), sum(widths)),
                "This counts units. The parameters are the weights on all wires and the biases.",
                SIZES,
            ),
        ),
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
        wrong=(
            Wrong(
                "the indices of W2 are swapped",
                _transposed,
                "W2[0][1] leads into unit 1 from unit 2: the first index is the unit that reads.",
                NAMES,
            ),
            Wrong(
                "one wire per unit",
                _one_wire_per_unit,
                "Each unit reads every unit of the layer before: two terms in each sum.",
                ROW,
            ),
            Wrong(
                "a row for a number",
                _row_for_a_number,
                "W1[0] is a row: a list, even with one number in it. The number is W1[0][0].",
                NAMES,
            ),
            Wrong(
                "no biases",
                lambda *numbers: _wired(*numbers, unit=_no_bias),
                "Each unit adds its bias before the squash.",
                ROW,
            ),
            Wrong(
                "a bias for every wire",
                lambda *numbers: _wired(*numbers, unit=_bias_of_every_wire),
                "The bias is added once per unit, not once per wire.",
                ROW,
            ),
            Wrong(
                "the squash before the sum",
                lambda *numbers: _wired(*numbers, unit=_squash_of_each_term),
                "First add up everything that comes in, then squash the sum, once.",
                ROW,
            ),
            Wrong(
                "the last squash is missing",
                _no_last_squash,
                "The output unit is a unit like the others: its output is sigmoid(z).",
                SQUASH,
            ),
            Wrong(
                "unit 2 reads unit 1 of its own layer",
                _second_unit_reads_the_new,
                "Units of one layer do not see each other: both read the activations of layer 1. "
                "Give the new activations new names.",
                LAYER,
            ),
            Wrong(
                "the output reads layer 1",
                _output_reads_layer_1,
                "Each layer reads the one before it, and the output the activations of layer 2.",
                UNIT,
            ),
            Wrong(
                "one bias for the whole layer",
                _one_bias_a_layer,
                "Unit 2 has a bias of its own: b2[1].",
                SIZES,
            ),
        ),
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
        wrong=(
            Wrong(
                "every layer reads x",
                _every_layer_reads_x,
                "Each layer reads the activations of the one before it: the last item of a.",
                UNIT,
            ),
            Wrong(
                "the sigmoid in every layer",
                _passes(squash=lambda sigma, z: sigmoid(z)),
                "Each layer brings its own squash: use sigma.",
                UNIT,
            ),
            Wrong(
                "a star in place of the product",
                _passes(product=lambda W, a: W * a),
                "* multiplies entry by entry and adds nothing up; @ is the product.",
                STAR,
            ),
            Wrong(
                "the matrix is transposed",
                _passes(product=lambda W, a: W.T @ a),
                "W.T @ a and a @ W go down the columns; a row of W has to meet the inputs: W @ a. "
                "Where a matrix is square, there is no error message.",
                ROW,
            ),
            Wrong(
                "no biases",
                _passes(bias=np.zeros_like),
                "Each unit adds its bias: W @ a + b.",
                LAYER,
            ),
            Wrong(
                "the pre-activation is passed on",
                _z_is_passed_on,
                "The next layer reads a, the squashed numbers, and not z.",
                LAYER,
            ),
            Wrong(
                "no squash at all",
                _passes(squash=lambda sigma, z: z),
                "The activations are sigma(z), entry by entry.",
                LAYER,
            ),
            Wrong(
                "the last squash is missing",
                _last_without_squash,
                "The last layer is a layer like the others.",
                LAYER,
            ),
            Wrong(
                "the input is left out of a",
                lambda network, x: (
                    feed_forward(network, x)[0],
                    feed_forward(network, x)[1][1:],
                ),
                "a[0] is x, so a has one item more than z.",
                LAYER,
            ),
            Wrong(
                "columns and not lists",
                _as_columns,
                "One sample is an array with one axis here: x has shape (n,), not (n, 1).",
                SIZES,
            ),
            Wrong(
                "z and a are swapped",
                lambda network, x: feed_forward(network, x)[::-1],
                "Return the pre-activations first, then the activations.",
                LAYER,
            ),
        ),
    ),
)
