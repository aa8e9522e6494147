"""Exercises of chapter 13: the gradient of a batch as a stack, with letters, and as products."""

import numpy as np

from nnlib.exercises import networks
from nnlib.exercises.engine import Exercise, Wrong
from nnlib.exercises.judge import gradient_exercise

TABLES = "chapter 13, 'One table for each sample'"
SUM = "chapter 13, 'A sum without its terms'"
LETTERS = "chapter 13, 'Letters instead of axes'"
MEMORY = "chapter 13, 'Where a stack blows up'"
AVERAGE = "chapter 13, 'A sum that is called an average'"
BACK = "chapter 10, 'The whole batch, backwards'"

# (N, n, n_prev): all different; all equal; pairs of equal ones; width 1 and a batch of one.
SHAPES = ((4, 3, 2), (2, 2, 2), (3, 3, 2), (2, 3, 3), (3, 2, 3), (5, 1, 3), (1, 2, 4), (3, 4, 1))


def _stack(delta, A):
    return delta[:, :, None] * A[:, None, :]


def _draw(rng, shape):
    """Numbers of two digits, so that a report is easy to follow."""
    return rng.normal(size=shape).round(2)


# outer_stack


def outer_stack(delta, A):
    """Return the outer product of every sample, and their mean."""
    stack = delta[:, :, None] @ A[:, None, :]
    return stack, stack.mean(axis=0)


def _pairs_of_tables(rng):
    return [(_draw(rng, (N, n)), _draw(rng, (N, before))) for N, n, before in SHAPES]


def _collapsed(from_stack):
    """The right stack, and something else than its mean."""
    return lambda delta, A: (_stack(delta, A), from_stack(_stack(delta, A)))


def _stacked(from_both):
    """Another stack, and its mean over the first axis."""

    def answer(delta, A):
        stack = from_both(delta, A)
        return stack, stack.mean(axis=0)

    return answer


# einsum_layer


def einsum_layer(delta, W, A):
    """Return the errors carried back, db and dW of the mean cost."""
    return _written()(delta, W, A)


def _written(back="ij,jk->ik", db="ij->j", dW="ij,ik->jk", share=(0, 1, 1)):
    """The three sums by their strings; `share` says how often each is divided by N."""

    def answer(delta, W, A):
        N = float(len(delta))
        results = (
            np.einsum(back, delta, W),
            np.einsum(db, delta),
            np.einsum(dW, delta, A),
        )
        return tuple(result / N**times for result, times in zip(results, share, strict=True))

    return answer


def _by_the_units(delta, W, A):
    back, db, dW = _written(share=(0, 0, 0))(delta, W, A)
    return back, db / delta.shape[1], dW / delta.shape[1]


def _layers(rng):
    return [
        (_draw(rng, (N, n)), _draw(rng, (n, before)), _draw(rng, (N, before)))
        for N, n, before in SHAPES
    ]


# squared_lengths


def squared_lengths(delta, A):
    """Return the sum of squares of each sample's outer product."""
    return (delta**2).sum(axis=1) * (A**2).sum(axis=1)


# batch_backprop


def _backprop(
    product=lambda delta, A: delta.T @ A / len(A),
    bias=lambda delta: delta.mean(axis=0),
    back=lambda delta, W: delta @ W,
):
    """A backward pass of a batch in which one step can be a wrong one."""

    def answer(network, X, Y):
        z, a = [], [X]
        for W, b, sigma in network:
            z.append(a[-1] @ W.T + b)
            a.append(sigma(z[-1]))
        dW, db, error = [], [], a[-1] - Y
        for l in reversed(range(len(network))):
            delta = error * network[l].activation.derivative(z[l])
            dW.insert(0, product(delta, a[l]))
            db.insert(0, bias(delta))
            error = back(delta, network[l].W)
        return dW, db

    return answer


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
        wrong=(
            Wrong(
                "each table is transposed",
                _stacked(lambda delta, A: np.swapaxes(_stack(delta, A), 1, 2)),
                "Every table is transposed, and should have the shape of W: column of errors times "
                "row of activations.",
                TABLES,
            ),
            Wrong(
                "the tables of the stack are transposed",
                lambda delta, A: (np.einsum("ij,ik->ikj", delta, A), outer_stack(delta, A)[1]),
                "dW is right. In the stack every table is transposed: column of errors times row "
                "of activations.",
                TABLES,
            ),
            Wrong(
                "a row times a column",
                _stacked(lambda delta, A: delta[:, None, :] @ A[:, :, None]),
                "A row times a column is a dot product, one number per sample. The errors are the "
                "column: delta[:, :, None].",
                TABLES,
            ),
            Wrong(
                "the samples on the last axis",
                lambda delta, A: (np.einsum("ij,ik->jki", delta, A), outer_stack(delta, A)[1]),
                "Entry ijk belongs to sample i: the samples are axis 0.",
                TABLES,
            ),
            Wrong(
                "A without one more axis",
                _stacked(lambda delta, A: delta[:, :, None] * A),
                "Against (N, n, 1), A of shape (N, n_prev) is lined up from the right, so its "
                "samples meet the units of delta. A[:, None, :] keeps samples with samples.",
                TABLES,
            ),
            Wrong(
                "delta without one more axis",
                _stacked(lambda delta, A: delta * A[:, None, :]),
                "An outer product needs an axis for each letter: delta[:, :, None], (N, n, 1).",
                TABLES,
            ),
            Wrong(
                "np.outer of the tables",
                _stacked(np.outer),
                "np.outer makes one long vector of each table, and lets every sample meet every "
                "other.",
                TABLES,
            ),
            Wrong(
                "the sum for the stack",
                lambda delta, A: (delta.T @ A, delta.T @ A / len(A)),
                "dW is right. The stack keeps the samples apart: three axes, (N, n, n_prev).",
                SUM,
            ),
            Wrong(
                "dW is a sum and not a mean",
                _collapsed(lambda stack: stack.sum(axis=0)),
                "The cost of a batch is a mean, and so is its gradient: collapse with mean.",
                AVERAGE,
            ),
            Wrong(
                "divided twice",
                _collapsed(lambda stack: stack.mean(axis=0) / len(stack)),
                "mean divides by N already.",
                AVERAGE,
            ),
            Wrong(
                "every table is divided by N",
                lambda delta, A: (_stack(delta, A) / len(A), outer_stack(delta, A)[1]),
                "The stack holds each sample's own slopes. Divide when you collapse it.",
                TABLES,
            ),
            Wrong(
                "collapsed over the units",
                _collapsed(lambda stack: stack.mean(axis=1)),
                "axis=1 runs along the units of the layer. The samples are axis 0.",
                TABLES,
            ),
            Wrong(
                "collapsed over the units before",
                _collapsed(lambda stack: stack.mean(axis=2)),
                "axis=2 runs along the units of the layer before. The samples are axis 0.",
                TABLES,
            ),
            Wrong(
                "one number for dW",
                _collapsed(lambda stack: stack.mean()),
                "Without an axis, mean collapses all three. The samples are axis 0.",
                TABLES,
            ),
            Wrong(
                "dW is the stack",
                _collapsed(lambda stack: stack),
                "dW has the shape of W: collapse the axis of the samples.",
                TABLES,
            ),
            Wrong(
                "dW keeps an axis of length 1",
                _collapsed(lambda stack: stack.mean(axis=0, keepdims=True)),
                "dW has the shape of W, two axes. Leave out keepdims.",
                TABLES,
            ),
            Wrong(
                "dW is the table of the first sample",
                _collapsed(lambda stack: stack[0]),
                "stack[0] is sample 1 alone. dW is the mean over all of them.",
                TABLES,
            ),
            Wrong(
                "the outer product of the means",
                lambda delta, A: (_stack(delta, A), networks.product_of_means(delta, A)),
                "Each sample's error meets the activations of the same sample. Multiply first, "
                "then take the mean.",
                SUM,
            ),
            Wrong(
                "stack and dW are swapped",
                lambda delta, A: outer_stack(delta, A)[::-1],
                "Return the stack first, then dW.",
                TABLES,
            ),
        ),
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
        wrong=(
            Wrong(
                "sums and not means",
                _written(share=(0, 0, 0)),
                "einsum adds and does not divide. The cost is a mean: db and dW are divided by "
                "the number of samples.",
                AVERAGE,
            ),
            Wrong(
                "db is a sum and not a mean",
                _written(share=(0, 0, 1)),
                "dW is a mean, and db has to be one too: divide it by the number of samples.",
                AVERAGE,
            ),
            Wrong(
                "dW is a sum and not a mean",
                _written(share=(0, 1, 0)),
                "db is a mean, and dW has to be one too: divide it by the number of samples.",
                AVERAGE,
            ),
            Wrong(
                "back is divided too",
                _written(share=(1, 1, 1)),
                "back adds over units, not over samples: each row belongs to one sample's own "
                "cost. Do not divide it.",
                LETTERS,
            ),
            Wrong(
                "W is read by its rows",
                _written(back="ij,kj->ik"),
                "W has the letters jk: j is a unit of this layer, as in delta. ij,kj adds over "
                "the units before. Where W is square, there is no error message.",
                LETTERS,
            ),
            Wrong(
                "the paths are not added up",
                _written(back="ij,jk->ijk"),
                "The j on the right keeps every path of every sample apart. BP2 adds over them: "
                "->ik.",
                LETTERS,
            ),
            Wrong(
                "BP2 adds over the samples",
                _written(back="ij,jk->jk"),
                "Without i on the right the samples are added up. In BP2 every sample keeps to "
                "itself: ->ik.",
                LETTERS,
            ),
            Wrong(
                "BP2 adds over samples and units",
                _written(back="ij,jk->k"),
                "Without i on the right the samples are added up. In BP2 every sample keeps to "
                "itself: ->ik.",
                LETTERS,
            ),
            Wrong(
                "back is turned over",
                _written(back="ij,jk->ki"),
                "The letters on the right give the order of the axes. A sample is a row: ->ik.",
                LETTERS,
            ),
            Wrong(
                "dW is transposed",
                _written(dW="ij,ik->kj"),
                "The letters on the right give the order of the axes. W has jk: ->jk.",
                LETTERS,
            ),
            Wrong(
                "dW is the stack",
                _written(dW="ij,ik->ijk"),
                "The i on the right keeps the samples apart. Take it away, and they are summed.",
                LETTERS,
            ),
            Wrong(
                "the letters of BP2 in BP4",
                _written(dW="ij,jk->ik"),
                "A has the letters ik: i is the sample, as in delta. ij,jk lets units meet "
                "samples. Where the sizes are equal, there is no error message.",
                LETTERS,
            ),
            Wrong(
                "BP4 adds over the units",
                _written(dW="ij,ik->ik"),
                "j is missing on the right, so the units are added up. dW has the shape of W: "
                "->jk.",
                LETTERS,
            ),
            Wrong(
                "db adds over the units",
                _written(db="ij->i"),
                "This keeps the samples and adds over the units. A bias belongs to a unit: ->j.",
                LETTERS,
            ),
            Wrong(
                "db adds over everything",
                _written(db="ij->"),
                "No letter on the right: samples and units are added up. A bias belongs to a "
                "unit: ->j.",
                LETTERS,
            ),
            Wrong(
                "db is delta",
                _written(db="ij->ij", share=(0, 0, 1)),
                "A bias is shared by all samples: add over i, and divide by their number.",
                LETTERS,
            ),
            Wrong(
                "the samples of db stay apart",
                _written(db="ij->ij"),
                "This divides delta and does not add it up. A bias is shared by all samples: ->j.",
                LETTERS,
            ),
            Wrong(
                "divided by the number of units",
                _by_the_units,
                "The mean runs over samples: divide by len(delta), the number of rows.",
                LETTERS,
            ),
            Wrong(
                "dW before db",
                lambda delta, W, A: (
                    einsum_layer(delta, W, A)[0],
                    *einsum_layer(delta, W, A)[:0:-1],
                ),
                "Return back, then db, then dW.",
                LETTERS,
            ),
        ),
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
        wrong=(
            Wrong(
                "the lengths, not their squares",
                lambda delta, A: np.sqrt(squared_lengths(delta, A)),
                "This is the length. Its square is asked for: leave out the root.",
                MEMORY,
            ),
            Wrong(
                "the errors alone",
                lambda delta, A: (delta**2).sum(axis=1),
                "This is the length of the sample's db. A weight's slope has the activation in it "
                "too.",
                MEMORY,
            ),
            Wrong(
                "the activations alone",
                lambda delta, A: (A**2).sum(axis=1),
                "A weight's slope is error times activation: both belong in it.",
                MEMORY,
            ),
            Wrong(
                "a sum of the two sums",
                lambda delta, A: (delta**2).sum(axis=1) + (A**2).sum(axis=1),
                "Each error meets each activation, so the two sums are multiplied.",
                MEMORY,
            ),
            Wrong(
                "the errors are not squared",
                lambda delta, A: delta.sum(axis=1) * (A**2).sum(axis=1),
                "The square of delta_j A_k is the product of both squares: delta**2 too.",
                MEMORY,
            ),
            Wrong(
                "the activations are not squared",
                lambda delta, A: (delta**2).sum(axis=1) * A.sum(axis=1),
                "The square of delta_j A_k is the product of both squares: A**2 too.",
                MEMORY,
            ),
            Wrong(
                "nothing is squared",
                lambda delta, A: delta.sum(axis=1) * A.sum(axis=1),
                "This is the sum of the table's entries. Their squares are asked for: delta**2 "
                "and A**2.",
                MEMORY,
            ),
            Wrong(
                "squares of sums",
                lambda delta, A: (delta.sum(axis=1) * A.sum(axis=1)) ** 2,
                "Square every entry first, then add: the sum of squares is not the square of the "
                "sum.",
                MEMORY,
            ),
            Wrong(
                "the square of the dot product",
                lambda delta, A: (delta * A).sum(axis=1) ** 2,
                "This lets error j meet activation j only. In an outer product each meets each.",
                MEMORY,
            ),
            Wrong(
                "one total for the batch",
                lambda delta, A: (delta**2).sum() * (A**2).sum(),
                "Without an axis, sum runs over the samples too. Add along the units: axis=1.",
                MEMORY,
            ),
            Wrong(
                "the samples are added up",
                lambda delta, A: squared_lengths(delta, A).sum(),
                "A number for each sample is asked for, not their sum.",
                MEMORY,
            ),
            Wrong(
                "added along the samples",
                lambda delta, A: (delta**2).sum(axis=0) * (A**2).sum(axis=0),
                "axis=0 runs along the samples. Within a sample, the units are axis=1.",
                MEMORY,
            ),
            Wrong(
                "the length of the mean",
                lambda delta, A: ((delta.T @ A / len(A)) ** 2).sum(),
                "This is the length of the batch's dW. Each sample's own is asked for.",
                MEMORY,
            ),
            Wrong(
                "shares of the mean",
                lambda delta, A: squared_lengths(delta, A) / len(A) ** 2,
                "Each sample's own cost is meant, and that is not divided by N.",
                MEMORY,
            ),
            Wrong(
                "divided by the number of samples",
                lambda delta, A: squared_lengths(delta, A) / len(A),
                "Each sample's own cost is meant, and that is not divided by N.",
                MEMORY,
            ),
            Wrong(
                "means for sums",
                lambda delta, A: (delta**2).mean(axis=1) * (A**2).mean(axis=1),
                "mean divides by the number of units. The sum of the squares is asked for.",
                MEMORY,
            ),
            Wrong(
                "as a column",
                lambda delta, A: squared_lengths(delta, A)[:, None],
                "An array of shape (N,) is asked for. Leave out keepdims, or the axis that you "
                "added.",
                MEMORY,
            ),
        ),
    ),
    gradient_exercise(
        "batch_backprop",
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
        wrong=(
            Wrong(
                "the stack is not collapsed",
                _backprop(product=_stack),
                "This dW is the stack, a table for each sample. Take the mean over axis 0.",
                TABLES,
            ),
            Wrong(
                "the stack is collapsed over the units",
                _backprop(product=lambda delta, A: _stack(delta, A).mean(axis=1)),
                "axis=1 of the stack runs along the units. The samples are axis 0.",
                TABLES,
            ),
            Wrong(
                "the stack is collapsed over the units before",
                _backprop(product=lambda delta, A: _stack(delta, A).mean(axis=2)),
                "axis=2 of the stack runs along the units of the layer before. The samples are "
                "axis 0.",
                TABLES,
            ),
            Wrong(
                "the letters of BP2 in BP4",
                _backprop(product=lambda delta, A: delta @ A / len(A)),
                "ij,jk, or delta @ a[l], lets units meet samples. In BP4 both have the sample "
                "first: ij,ik->jk, which is delta.T @ a[l].",
                LETTERS,
            ),
            Wrong(
                "the batch is averaged on the way back",
                _backprop(back=lambda delta, W: (delta @ W).mean(axis=0, keepdims=True)),
                "The errors stay apart, a row for each sample, all the way back. The mean is "
                "taken in BP3 and BP4 only.",
                SUM,
            ),
            Wrong(
                "divided by N at every layer",
                _backprop(back=lambda delta, W: delta @ W / len(delta)),
                "Each step back divides by N once more. Divide in dW and db, or once at the start.",
                AVERAGE,
            ),
            Wrong(
                "W before delta in BP2",
                _backprop(back=lambda delta, W: W @ delta),
                "The rows of delta are samples and belong on the left: delta @ network[l].W. Where "
                "the sizes are equal, there is no error message.",
                BACK,
            ),
            Wrong(
                "the line for a column in BP2",
                _backprop(back=lambda delta, W: W.T @ delta),
                "W.T @ delta wants a sample as a column. For rows it is delta @ network[l].W; for "
                "a stack of columns, W.T @ delta[:, :, None]. Where the sizes are equal, there is "
                "no error message.",
                TABLES,
            ),
            Wrong(
                "np.outer of tables",
                _backprop(product=lambda delta, A: np.outer(delta, A) / len(A)),
                "np.outer makes one long vector of each table. For a batch it is delta.T @ a[l].",
                SUM,
            ),
            Wrong(
                "a star for the product in BP4",
                _backprop(product=lambda delta, A: delta * A / len(A)),
                "* multiplies entry by entry and adds no samples up: delta.T @ a[l].",
                SUM,
            ),
            Wrong(
                "the outer product of the means",
                _backprop(product=networks.product_of_means),
                "Each sample's error meets the activations of the same sample. Multiply first, "
                "then take the mean.",
                SUM,
            ),
        ),
    ),
)
