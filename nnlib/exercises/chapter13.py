"""Exercises of chapter 13: the gradient of a batch as a stack, with letters, and as products."""

import numpy as np

from nnlib.exercises.chapter10 import (
    BACK,
    BP2_IN_ROWS,
    BP_IN_ROWS,
    PRODUCT,
    gradients_in_one,
)
from nnlib.exercises.engine import Edit, Exercise
from nnlib.exercises.judge import gradient_exercise

TABLES = "chapter 13, 'One table for each sample'"
SUM = "chapter 13, 'A sum without its terms'"
LETTERS = "chapter 13, 'Letters instead of axes'"
MEMORY = "chapter 13, 'Where a stack blows up'"
AVERAGE = "chapter 13, 'A sum that is called an average'"

# (N, n, n_prev): all different; all equal; pairs of equal ones; width 1 and a batch of one.
SHAPES = ((4, 3, 2), (2, 2, 2), (3, 3, 2), (2, 3, 3), (3, 2, 3), (5, 1, 3), (1, 2, 4), (3, 4, 1))


def outer_stack(delta, A):
    stack = delta[:, :, None] @ A[:, None, :]
    return stack, stack.mean(axis=0)


# fmt: off
def einsum_layer(delta, W, A):
    N = len(delta)
    return (np.einsum("ij,jk->ik", delta, W),
            np.einsum("ij->j", delta) / N,
            np.einsum("ij,ik->jk", delta, A) / N)
# fmt: on


def squared_lengths(delta, A):
    return (delta**2).sum(axis=1) * (A**2).sum(axis=1)


def batch_backprop(network, X, Y):
    z, a, dW, db = [], [X], [], []
    for W, b, sigma in network:
        z.append(a[-1] @ W.T + b)
        a.append(sigma(z[-1]))
    error = (a[-1] - Y) / len(X)
    for l in reversed(range(len(network))):
        delta = error * network[l].activation.derivative(z[l])
        dW.insert(0, delta.T @ a[l])
        db.insert(0, delta.sum(axis=0))
        error = delta @ network[l].W
    return dW, db


def _draw(rng, *shape):
    """Numbers of two digits, so that a report is easy to follow."""
    return rng.normal(size=shape).round(2)


def _pairs_of_tables(rng):
    return [(_draw(rng, N, n), _draw(rng, N, before)) for N, n, before in SHAPES]


def _layers(rng):
    return [
        (_draw(rng, N, n), _draw(rng, n, before), _draw(rng, N, before)) for N, n, before in SHAPES
    ]


# fmt: off
STACK, COLLAPSED = "delta[:, :, None] @ A[:, None, :]", "stack.mean(axis=0)"
OUTER = (
    Edit({STACK: "A[:, :, None] @ delta[:, None, :]"}, "each table is transposed",
         "Every table is transposed, and should have the shape of W: column of errors times row of "
         "activations.", TABLES),
    Edit({"return stack": "return np.swapaxes(stack, 1, 2)"},
         "the tables of the stack are transposed",
         "dW is right. In the stack every table is transposed: column of errors times row of "
         "activations.", TABLES),
    Edit({COLLAPSED: f"{COLLAPSED}.T"}, "dW is transposed",
         "The stack is right. dW has the shape of W: its tables are averaged, and not turned over.",
         TABLES),
    Edit({STACK: "delta[:, None, :] @ A[:, :, None]"}, "a row times a column",
         "A row times a column is a dot product, one number per sample. The errors are the column: "
         "delta[:, :, None].", TABLES),
    Edit({STACK: "(delta * A)[:, :, None]"}, "entry by entry",
         "A star lets unit j meet unit j only. In an outer product each error meets each "
         "activation: a table for each sample.", TABLES, forms=({STACK: "delta * A"},)),
    Edit({"return stack": "return np.moveaxis(stack, 0, 2)"}, "the samples on the last axis",
         "Entry ijk belongs to sample i: the samples are axis 0.", TABLES),
    Edit({"@ A[:, None, :]": "* A"}, "A without one more axis",
         "Against (N, n, 1), A of shape (N, n_prev) is lined up from the right, so its samples "
         "meet the units of delta. A[:, None, :] keeps samples with samples.", TABLES,
         forms=({"A[:, None, :]": "A"},)),
    Edit({"delta[:, :, None] @": "delta *"}, "delta without one more axis",
         "An outer product needs an axis for each letter: delta[:, :, None], (N, n, 1).", TABLES,
         forms=({"delta[:, :, None]": "delta"},)),
    Edit({STACK: "np.outer(delta, A)"}, "np.outer of the tables",
         "np.outer makes one long vector of each table, and lets every sample meet every other.",
         TABLES),
    Edit({STACK: "delta @ A.T"}, "each sample with every other",
         "delta @ A.T adds over units and leaves a table of samples. Here each sample has a table "
         "of units.", TABLES),
    Edit({"return stack": "return delta.T @ A"}, "the sum for the stack",
         "dW is right. The stack keeps the samples apart: three axes, (N, n, n_prev).", SUM),
    Edit({"mean": "sum"}, "dW is a sum and not a mean",
         "The cost of a batch is a mean, and so is its gradient: collapse with mean.", AVERAGE),
    Edit({COLLAPSED: f"{COLLAPSED} / len(A)"}, "divided twice",
         "mean divides by N already.", AVERAGE),
    Edit({"return stack": "return stack / len(A)"}, "every table is divided by N",
         "The stack holds each sample's own slopes. Divide when you collapse it.", TABLES),
    Edit({STACK: f"{STACK} / len(A)"}, "every table is divided by N, and dW again",
         "The stack holds each sample's own slopes. The division by N is done once, by the mean.",
         TABLES),
    Edit({COLLAPSED: "stack.sum(axis=0) / delta.shape[1]"}, "divided by the number of units",
         "The mean runs over samples: divide by len(delta), the number of rows.", AVERAGE),
    Edit({"axis=0": "axis=1"}, "collapsed over the units",
         "axis=1 runs along the units of the layer. The samples are axis 0.", TABLES),
    Edit({"axis=0": "axis=2"}, "collapsed over the units before",
         "axis=2 runs along the units of the layer before. The samples are axis 0.", TABLES),
    Edit({"mean(axis=0)": "mean()"}, "one number for dW",
         "Without an axis, mean collapses all three. The samples are axis 0.", TABLES),
    Edit({COLLAPSED: "stack"}, "dW is the stack",
         "dW has the shape of W: collapse the axis of the samples.", TABLES),
    Edit({"axis=0": "axis=0, keepdims=True"}, "dW keeps an axis of length 1",
         "dW has the shape of W, two axes. Leave out keepdims.", TABLES),
    Edit({COLLAPSED: "stack[0]"}, "dW is the table of the first sample",
         "stack[0] is sample 1 alone. dW is the mean over all of them.", TABLES),
    Edit({COLLAPSED: "stack[-1]"}, "dW is the table of the last sample",
         "stack[-1] is the last sample alone. dW is the mean over all of them.", TABLES),
    Edit({COLLAPSED: "np.outer(delta.mean(axis=0), A.mean(axis=0))"},
         "the outer product of the means",
         "Each sample's error meets the activations of the same sample. Multiply first, then take "
         "the mean.", SUM),
    Edit({f"stack, {COLLAPSED}": f"{COLLAPSED}, stack"}, "stack and dW are swapped",
         "Return the stack first, then dW.", TABLES),
)

EINSUM = (
    Edit({" / N": ""}, "sums and not means",
         "einsum adds and does not divide. The cost is a mean: db and dW are divided by the number "
         "of samples.", AVERAGE),
    Edit({"delta) / N": "delta)"}, "db is a sum and not a mean",
         "dW is a mean, and db has to be one too: divide it by the number of samples.", AVERAGE),
    Edit({"A) / N": "A)"}, "dW is a sum and not a mean",
         "db is a mean, and dW has to be one too: divide it by the number of samples.", AVERAGE),
    Edit({"delta, W)": "delta, W) / N"}, "back is divided too",
         "back adds over units, not over samples: each row belongs to one sample's own cost. Do "
         "not divide it.", LETTERS),
    Edit({"/ N": "/ N**2"}, "divided twice", "The mean divides by N once.", AVERAGE),
    Edit({"len(delta)": "delta.size"}, "divided by all numbers",
         "The mean runs over samples: divide by len(delta), the number of rows.", LETTERS),
    Edit({"len(delta)": "delta.shape[1]"}, "divided by the number of units",
         "The mean runs over samples: divide by len(delta), the number of rows.", LETTERS),
    Edit({"jk->ik": "kj->ik"}, "W is read by its rows",
         "W has the letters jk: j is a unit of this layer, as in delta. ij,kj adds over the units "
         "before. Where W is square, there is no error message.", LETTERS),
    Edit({"jk->ik": "jk->ijk"}, "the paths are not added up",
         "The j on the right keeps every path of every sample apart. BP2 adds over them: ->ik.",
         LETTERS),
    Edit({"jk->ik": "jk->jk"}, "BP2 adds over the samples",
         "Without i on the right the samples are added up. In BP2 every sample keeps to itself: "
         "->ik.", LETTERS),
    Edit({"jk->ik": "jk->k"}, "BP2 adds over samples and units",
         "Without i on the right the samples are added up. In BP2 every sample keeps to itself: "
         "->ik.", LETTERS),
    Edit({"jk->ik": "jk->ki"}, "back is turned over",
         "The letters on the right give the order of the axes. A sample is a row: ->ik.", LETTERS),
    Edit({"ij,jk->ik": "ij,ik->jk"}, "the letters of BP4 in BP2",
         "W has the letters jk: j is a unit, as in delta. ij,ik lets samples meet units. Where the "
         "sizes are equal, there is no error message.", LETTERS),
    Edit({"ik->jk": "ik->kj"}, "dW is transposed",
         "The letters on the right give the order of the axes. W has jk: ->jk.", LETTERS),
    Edit({"ik->jk": "ik->ijk"}, "dW is the stack",
         "The i on the right keeps the samples apart. Take it away, and they are summed.", LETTERS),
    Edit({"ij,ik->jk": "ij,jk->ik"}, "the letters of BP2 in BP4",
         "A has the letters ik: i is the sample, as in delta. ij,jk lets units meet samples. Where "
         "the sizes are equal, there is no error message.", LETTERS),
    Edit({"ik->jk": "ik->ik"}, "BP4 adds over the units",
         "j is missing on the right, so the units are added up. dW has the shape of W: ->jk.",
         LETTERS),
    Edit({"ik->jk": "ik->ij"}, "BP4 adds over the units before",
         "k is missing on the right, so the units before are added up. dW has the shape of W: "
         "->jk.", LETTERS),
    Edit({"ij->j": "ij->i"}, "db adds over the units",
         "This keeps the samples and adds over the units. A bias belongs to a unit: ->j.", LETTERS),
    Edit({"ij->j": "ij->"}, "db adds over everything",
         "No letter on the right: samples and units are added up. A bias belongs to a unit: ->j.",
         LETTERS),
    Edit({'np.einsum("ij->j", delta) / N': "delta"}, "db is delta",
         "A bias is shared by all samples: add over i, and divide by their number.", LETTERS),
    Edit({"ij->j": "ij->ij"}, "the samples of db stay apart",
         "This divides delta and does not add it up. A bias is shared by all samples: ->j.",
         LETTERS),
    Edit({"return (": "back, db, dW = (", "A) / N)": "A) / N); return back, dW, db"},
         "dW before db",
         "Return back, then db, then dW.", LETTERS),
    Edit({"A) / N)": "A) / N)[::-1]"}, "last things first",
         "Return back, then db, then dW.", LETTERS),
)

PRODUCTS = "(delta**2).sum(axis=1) * (A**2).sum(axis=1)"
LENGTHS = (
    Edit({PRODUCTS: f"({PRODUCTS}) ** 0.5"}, "the lengths, not their squares",
         "This is the length. Its square is asked for: leave out the root.", MEMORY),
    Edit({" * (A**2).sum(axis=1)": ""}, "the errors alone",
         "This is the length of the sample's db. A weight's slope has the activation in it too.",
         MEMORY),
    Edit({"(delta**2).sum(axis=1) * ": ""}, "the activations alone",
         "A weight's slope is error times activation: both belong in it.", MEMORY),
    Edit({") * (": ") + ("}, "a sum of the two sums",
         "Each error meets each activation, so the two sums are multiplied.", MEMORY),
    Edit({"delta**2": "delta"}, "the errors are not squared",
         "The square of delta_j A_k is the product of both squares: delta**2 too.", MEMORY),
    Edit({"A**2": "A"}, "the activations are not squared",
         "The square of delta_j A_k is the product of both squares: A**2 too.", MEMORY),
    Edit({"**2": ""}, "nothing is squared",
         "This is the sum of the table's entries. Their squares are asked for: delta**2 and A**2.",
         MEMORY),
    Edit({"**2).sum(axis=1)": ").sum(axis=1)**2"}, "squares of sums",
         "Square every entry first, then add: the sum of squares is not the square of the sum.",
         MEMORY),
    Edit({PRODUCTS: "(delta * A).sum(axis=1) ** 2"}, "the square of the dot product",
         "This lets error j meet activation j only. In an outer product each meets each.", MEMORY),
    Edit({PRODUCTS: "((delta * A)**2).sum(axis=1)"}, "entry by entry",
         "This lets error j meet activation j only. In an outer product each meets each.", MEMORY),
    Edit({"sum": "max"}, "the largest entry",
         "The length counts every entry: add up all squares.", MEMORY),
    Edit({"return": "return 0.5 *"}, "half of it",
         "There is no 1/2 here: the sum of the squares is asked for, as it is.", MEMORY),
    Edit({"axis=1": ""}, "one total for the batch",
         "Without an axis, sum runs over the samples too. Add along the units: axis=1.", MEMORY),
    Edit({PRODUCTS: f"({PRODUCTS}).sum()"}, "the samples are added up",
         "A number for each sample is asked for, not their sum.", MEMORY),
    Edit({"axis=1": "axis=0"}, "added along the samples",
         "axis=0 runs along the samples. Within a sample, the units are axis=1.", MEMORY),
    Edit({PRODUCTS: "((delta.T @ A / len(A))**2).sum()"}, "the length of the mean",
         "This is the length of the batch's dW. Each sample's own is asked for.", MEMORY),
    Edit({PRODUCTS: f"{PRODUCTS} / len(A)**2"}, "shares of the mean",
         "Each sample's own cost is meant, and that is not divided by N.", MEMORY),
    Edit({PRODUCTS: f"{PRODUCTS} / len(A)"}, "divided by the number of samples",
         "Each sample's own cost is meant, and that is not divided by N.", MEMORY),
    Edit({"sum": "mean"}, "means for sums",
         "mean divides by the number of units. The sum of the squares is asked for.", MEMORY),
    Edit({"axis=1": "axis=1, keepdims=True"}, "as a column",
         "An array of shape (N,) is asked for. Leave out keepdims, or the axis that you added.",
         MEMORY),
)

BP4, TABLE = "delta.T @ a[l]", "(delta[:, :, None] * a[l][:, None, :])"
#: in the solution, which has divided delta already, and where the mean comes last
STACKS = (
    Edit({BP4: TABLE}, "the stack is not collapsed",
         "This dW is the stack, a table for each sample. Take the mean over axis 0.", TABLES,
         forms=({PRODUCT: TABLE},)),
    Edit({BP4: f"{TABLE}.sum(axis=1)"}, "the stack is collapsed over the units",
         "axis=1 of the stack runs along the units. The samples are axis 0.", TABLES,
         forms=({PRODUCT: f"{TABLE}.mean(axis=1)"},)),
    Edit({BP4: f"{TABLE}.sum(axis=2)"}, "the stack is collapsed over the units before",
         "axis=2 of the stack runs along the units of the layer before. The samples are axis 0.",
         TABLES, forms=({PRODUCT: f"{TABLE}.mean(axis=2)"},)),
    Edit({BP4: "delta @ a[l]"}, "the letters of BP2 in BP4",
         "ij,jk, or delta @ a[l], lets units meet samples. In BP4 both have the sample first: "
         "ij,ik->jk, which is delta.T @ a[l].", LETTERS, forms=({"delta.T @ A": "delta @ A"},)),
)
# fmt: on

EXERCISES = (
    Exercise(
        name="outer_stack",
        reference=outer_stack,
        cases=_pairs_of_tables,
        no_loop=True,
        parts=("stack", "dW"),
        hints=(
            "For one sample it is a column of errors times a row of activations. Where does the "
            "new axis go in delta, where in A?",
            "delta[:, :, None] has shape (N, n, 1): a column for each sample. A has to become "
            "(N, 1, n_prev).",
            "stack = delta[:, :, None] @ A[:, None, :]; dW is its mean over the axis that counts "
            "samples.",
        ),
        wrong=OUTER,
    ),
    Exercise(
        name="einsum_layer",
        reference=einsum_layer,
        cases=_layers,
        parts=("back", "db", "dW"),
        hints=(
            "Give every axis its letter: delta is ij, W is jk, A is ik. Which letters does each "
            "result have? The others are summed over.",
            "back has a row for each sample and a column for each unit before: ik. db has an "
            "entry for each unit: j. dW has the shape of W: jk.",
            'The strings are "ij,jk->ik", "ij->j" and "ij,ik->jk". Only the last two add over '
            "samples, and have to be divided by N.",
        ),
        wrong=EINSUM,
    ),
    Exercise(
        name="squared_lengths",
        reference=squared_lengths,
        cases=_pairs_of_tables,
        hints=(
            "One sample's table has the entries delta_j A_k. What is the sum of their squares, "
            "first over k with j held still?",
            "It is a product of two sums: the squares of the sample's errors, and the squares of "
            "its activations.",
            "(delta**2).sum(axis=1) is the first one for every sample. The second is the same of "
            "A, and the two meet entry by entry.",
        ),
        wrong=LENGTHS,
    ),
    gradient_exercise(
        "batch_backprop",
        reference=batch_backprop,
        hints=(
            "Forward: keep all z and all a, with a[0] = X. A layer is a[-1] @ W.T + b, then its "
            "own squash.",
            "BP1: (a[-1] - Y) times the slope of the last squash at z[-1], a row for each sample.",
            "From the last layer to the first: dW[l] is delta.T @ a[l] / N, or its einsum, or the "
            "mean of the stack; db[l] is the mean of delta over axis 0.",
            "Then carry the errors back, delta @ network[l].W, and multiply by the slope of the "
            "layer before. Divide by N in dW and db, and not on the way back.",
        ),
        mean=BACK,
        # in the letters of this chapter, what is not turned over has the letters of BP2
        wrong=(
            *STACKS,
            *BP2_IN_ROWS,
            *(edit for edit in BP_IN_ROWS if edit.name != "nothing is turned over"),
        ),
        forms=(gradients_in_one,),
    ),
)
