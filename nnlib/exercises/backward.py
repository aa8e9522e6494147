"""The backward pass of the text, and the mistakes that can be made in it.

`backprop` is the solution of chapter 8. Whoever writes the same pass in another form makes the same
mistakes, so they are declared once, in `BUGS`, each as an edit of `backprop`, with its own words
for loops over indices (`loop_mistakes`), for one sample (`sample_mistakes`) and for a batch
(`batch_mistakes`).
"""

from dataclasses import dataclass, replace

import numpy as np

from nnlib import batched
from nnlib.activations import sigmoid  # noqa: F401 - some mistakes use it
from nnlib.exercises.engine import Edit, Wrong

ENTRY = "chapter 8, 'Entry by entry'"
TURNED = "chapter 8, 'The matrix, turned over'"
OUTER = "chapter 8, 'Each with each'"
CARD = "chapter 8, 'The card'"
END = "chapter 8, 'From the end'"
FUNCTION = "chapter 8, 'One function, any depth'"
SQUEEZE = "chapter 8, 'An axis squeezed away'"
LAST = "chapter 7, 'The last layer brings nothing new'"
ADD = "chapter 7, 'Multiply along, add across'"
EQUATIONS = "chapter 7, 'Four equations with indices'"
LOOPS = "chapter 7, 'In loops'"
WINS = "chapter 7, 'The last path wins'"
HALF = "chapter 3, 'A half goes missing'"
CONTRACT = "chapter 3, 'Give it z, or give it a'"
IN_CHAPTER_7 = {
    ENTRY: LAST,
    TURNED: ADD,
    OUTER: EQUATIONS,
    CARD: EQUATIONS,
    END: LOOPS,
    FUNCTION: LOOPS,
}


def backprop(network, x, y):
    dW, db = [None] * len(network), [None] * len(network)
    z, a = [], [x]
    for W, b, sigma in network:
        z.append(W @ a[-1] + b)
        a.append(sigma(z[-1]))
    delta = (a[-1] - y) * network[-1].activation.derivative(z[-1])
    for l in reversed(range(len(network))):
        dW[l], db[l] = np.outer(delta, a[l]), delta
        if l > 0:
            slope = network[l - 1].activation.derivative(z[l - 1])
            delta = (network[l].W.T @ delta) * slope
    return dW, db


MISS = "a[-1] - y"
BACK = "network[l].W.T @ delta"
BACK_AND_SLOPE = f"({BACK}) * slope"
OUTPUT_SLOPE = "network[-1].activation.derivative(z[-1])"
HIDDEN_SLOPE = "network[l - 1].activation.derivative(z[l - 1])"
BOTH_SLOPES = (OUTPUT_SLOPE, HIDDEN_SLOPE)
PRODUCT = "np.outer(delta, a[l])"
FILL = f"{PRODUCT}, delta"
RESULT = "return dW, db"


@dataclass(frozen=True)
class Bug(Edit):
    """An edit of `backprop`, and what to say where the pass was written in another form.

    Parameters
    ----------
    change, name, diagnosis, section, forms
        As `Edit`.
    rows : str, optional
        The diagnosis for a batch, one sample per row.
    loops : str or None, optional
        The diagnosis for loops over indices, in networks of sigmoids; None where it cannot be
        made, or not be seen.
    """

    rows: str = ""
    loops: str | None = ""


BUGS = (
    Bug(
        {MISS: f"2 * ({MISS})"},
        "a factor 2",
        "This is the gradient of a cost without the 1/2, which cancels the 2 of the square.",
        HALF,
    ),
    Bug(
        {MISS: f"0.5 * ({MISS})"},
        "half the gradient",
        "The 1/2 of the cost is cancelled by the 2 of the square: dC/da is a - y.",
        CARD,
    ),
    Bug(
        {MISS: "y - a[-1]"},
        "the sign is flipped",
        "This starts with y - a, or is the step that lowers the cost. The gradient starts with "
        "a - y.",
        CARD,
    ),
    Bug(
        {MISS: f"({MISS}) / len(y)"},
        "a mean over the outputs",
        "The cost of one sample adds up its outputs; nothing is divided by their number.",
        CARD,
    ),
    Bug(
        {MISS: "z[-1] - y"},
        "z for the output",
        "The cost compares the activation with the target, not the pre-activation: BP1 starts with "
        "a - y.",
        CARD,
        loops="The cost compares the activation with the target, not the pre-activation: start "
        "with a_j - y_j.",
    ),
    Bug(
        {MISS: "np.ones_like(y)"},
        "the miss is left out",
        "This is the slope of the output, whatever the target is. BP1 multiplies it by a - y.",
        CARD,
        loops="This is the slope of the output, whatever the target is. The error has the "
        "factor a_j - y_j, too.",
    ),
    Bug(
        {BACK: "network[l].W @ delta"},
        "W is turned the wrong way",
        "BP2 adds down the columns of W: network[l].W.T @ delta. Where W is square, there is no "
        "error message.",
        TURNED,
        rows="With one sample per row, BP2 is delta @ network[l].W, not delta @ network[l].W.T: "
        "the sum runs down the columns of W. Where W is square, there is no error message.",
        loops="W[k, j] is a weight into unit k of the next layer. The paths out of unit k are "
        "W[j, k], a column.",
    ),
    Bug(
        {BACK: "network[l - 1].W.T @ delta"},
        "the weights of the wrong layer",
        "BP2 comes back over the weights of the next layer, l + 1, not over those of the layer it "
        "arrives at.",
        TURNED,
        loops="Between a unit and the cost lie the weights that lead onwards, those of the next "
        "layer.",
    ),
    Bug(
        {BACK: "network[(l + 1) % len(network)].W.T @ delta"},
        "an index that wraps around",
        "These weights are one layer too far on, and past the last layer the index wraps around "
        "to the first. BP2 starts from the weights of the layer that has the error.",
        END,
        loops="These weights are one layer too far on, and past the last layer the index wraps "
        "around to the first. Start from the weights of the layer that has the error.",
    ),
    Bug(
        {BACK: "network[l].W[-1] * delta[-1]"},
        "the last path only",
        "BP2 adds over all units of the next layer. Here each path overwrites the one before it.",
        WINS,
        loops="An assignment in the loop overwrites the paths before it: start at zero and add "
        "with +=.",
    ),
    Bug(
        {BACK: "network[l].W[0] * delta[0]"},
        "the first path only",
        "This is the path through one unit of the next layer. Add the paths through all of them.",
        ADD,
    ),
    Bug(
        {BACK: "network[l].W[1:].T @ delta[1:]"},
        "a dropped path",
        "The path through the first unit of the next layer is missing. BP2 adds over all of them.",
        ADD,
        loops="The path through the first unit of the next layer is missing. Add over all of them.",
    ),
    Bug(
        {BACK: "delta.sum()"},
        "the weights are missing on the way back",
        "BP2 multiplies along each path: the error of unit j counts w_jk times.",
        ADD,
        loops="Each path crosses a wire: the error of unit j counts W[j, k] times.",
    ),
    Bug(
        {
            f"delta = ({MISS}) * ": f"miss = {MISS}\n    delta = miss * ",
            BACK_AND_SLOPE: "slope * (miss := network[l].W.T @ miss)",
        },
        "the bare miss is carried back",
        "What goes back over the weights is the error delta, the miss times its slope. Here the "
        "slopes of the layers passed are left out on the way.",
        TURNED,
        loops="What goes back over the weights is the error, the miss times its slope. Here the "
        "slopes of the layers passed are left out on the way.",
    ),
    Bug(
        {f" * {OUTPUT_SLOPE}": ""},
        "the slope at the output is missing",
        "a - y is the slope of the cost with respect to a. BP1 multiplies it by the slope of the "
        "squash.",
        ENTRY,
        loops="a_j - y_j is the slope of the cost with respect to a_j. The error is the slope with "
        "respect to z_j, one squash further back.",
    ),
    Bug(
        {" * slope": ""},
        "the slope of the hidden layers is missing",
        "BP2 ends with the slope of the layer at which the error arrives.",
        TURNED,
        loops="After the sum over the paths comes the slope of the unit that they leave.",
    ),
    Bug(
        {f" * {OUTPUT_SLOPE}": "", " * slope": ""},
        "no slope anywhere",
        "BP1 and BP2 both end with a slope, entry by entry.",
        CARD,
        loops="Every squash on a path gives a factor, the slope of the sigmoid there.",
    ),
    Bug(
        {BACK_AND_SLOPE: "network[l].W.T @ (delta * network[l].activation.derivative(z[l]))"},
        "the slope before the sum",
        "The brackets of BP2 come first: add the paths, then multiply by the slope of the layer at "
        "which the error arrives.",
        TURNED,
        loops="Add the paths first, then multiply by the slope of the unit that they leave.",
    ),
    Bug(
        {OUTPUT_SLOPE: "sigmoid.derivative(z[-1])", HIDDEN_SLOPE: "sigmoid.derivative(z[l - 1])"},
        "the slope of the sigmoid in every layer",
        "Each layer has its own squash. On arriving at layer l - 1 the slope is "
        "network[l - 1].activation.derivative(z[l - 1]).",
        FUNCTION,
        forms=({OUTPUT_SLOPE: "a[-1] * (1 - a[-1])", HIDDEN_SLOPE: "a[l] * (1 - a[l])"},),
        loops=None,
    ),
    Bug(
        {HIDDEN_SLOPE: "network[l].activation.derivative(z[l - 1])"},
        "the squash of the next layer",
        "The error arrives at layer l - 1, and crosses the squash there: "
        "network[l - 1].activation, not network[l].activation.",
        FUNCTION,
        loops=None,
    ),
    Bug(
        {HIDDEN_SLOPE: "network[l - 1].activation.derivative(z[l])"},
        "the z of the next layer",
        "The error arrives at layer l - 1, and crosses the squash there: its slope is taken at "
        "z[l - 1], not at z[l].",
        FUNCTION,
        loops=None,
    ),
    Bug(
        {HIDDEN_SLOPE: "network[l].activation.derivative(z[l])"},
        "the slope of the next layer",
        "The error arrives at layer l - 1, and crosses the squash there: the slope is "
        "network[l - 1].activation.derivative(z[l - 1]), not the one of layer l.",
        FUNCTION,
        loops=None,
    ),
    Bug(
        {HIDDEN_SLOPE: HIDDEN_SLOPE.replace("l - 1", "l - 2")},
        "the slope of the layer before",
        "The error arrives at layer l - 1, and crosses the squash there: the slope is "
        "network[l - 1].activation.derivative(z[l - 1]), not the one of layer l - 2.",
        FUNCTION,
        forms=({HIDDEN_SLOPE: "network[l - 1].activation.derivative_from_output(a[l - 1])"},),
        loops=None,
    ),
    Bug(
        {
            OUTPUT_SLOPE: OUTPUT_SLOPE.replace("z[-1]", "a[-1]"),
            HIDDEN_SLOPE: HIDDEN_SLOPE.replace("z[l - 1]", "a[l]"),
        },
        "the slope at a and not at z",
        "derivative wants z, and it was given a, which has been squashed already.",
        CONTRACT,
        loops="The sigmoid is applied to a, which has been squashed already. From a the slope is "
        "a(1 - a).",
    ),
    Bug(
        {OUTPUT_SLOPE: OUTPUT_SLOPE.replace("z[-1]", "a[-1]")},
        "the slope at a and not at z, at the output",
        "In BP1, derivative wants z[-1], and it was given a[-1], which has been squashed already.",
        CONTRACT,
        loops="At the output, the sigmoid is applied to a, which has been squashed already. "
        "From a the slope is a(1 - a).",
    ),
    Bug(
        {HIDDEN_SLOPE: HIDDEN_SLOPE.replace("z[l - 1]", "a[l]")},
        "the slope at a and not at z, in the hidden layers",
        "In BP2, derivative wants z, and it was given a, which has been squashed already.",
        CONTRACT,
        loops="On the way back, the sigmoid is applied to a, which has been squashed already. "
        "From a the slope is a(1 - a).",
    ),
    Bug(
        {"derivative(": "derivative_from_output("},
        "the short form of the slope, given z",
        "derivative_from_output wants a, and it was given z.",
        CONTRACT,
        loops="The short form a(1 - a) wants the activation, and it was given z.",
    ),
    Bug(
        {OUTPUT_SLOPE: "a[-1]", HIDDEN_SLOPE: "a[l]"},
        "the squash for its slope",
        "The activation is where its slope belongs: activation.derivative(z).",
        ENTRY,
        loops="The activation a is where its slope belongs: a(1 - a).",
    ),
    Bug(
        {OUTPUT_SLOPE: f"{OUTPUT_SLOPE} ** 2", HIDDEN_SLOPE: f"{HIDDEN_SLOPE} ** 2"},
        "the slope twice",
        "Every squash is crossed once, and multiplies the error by its slope once.",
        CARD,
    ),
    Bug(
        {PRODUCT: "np.outer(a[l], delta)"},
        "dW is transposed",
        "dW has the shape of W: the error chooses the row, the activation the column. "
        "np.outer(delta, a).",
        OUTER,
        rows="dW has the shape of W: the error chooses the row, the activation the column. "
        "delta.T @ a.",
        loops="dW[l][j, k] belongs to the weight into j from k: the error chooses the row, the "
        "activation the column.",
    ),
    Bug(
        {PRODUCT: "np.outer(delta, a[l + 1])"},
        "the activation of the layer itself",
        "A weight multiplies what comes in: the activations of the layer before, a[l].",
        OUTER,
    ),
    Bug(
        {PRODUCT: "np.outer(delta, [x, *z][l])"},
        "the pre-activation for the activation",
        "What comes in over a weight has been squashed: BP4 takes a of the layer before, not its "
        "z.",
        OUTER,
        loops="What comes in over a weight has been squashed: dW takes a of the layer before, "
        "not its z.",
    ),
    Bug(
        {PRODUCT: "np.outer(delta, np.ones_like(a[l]))"},
        "the side factor is missing in dW",
        "BP3 takes the error as it is; BP4 takes it times the activation that comes in.",
        OUTER,
        loops="db is the error times 1; dW is the error times the activation that comes in.",
    ),
    Bug(
        {FILL: f"{PRODUCT}, 0 * delta"},
        "the biases are forgotten",
        "Every db is still 0. BP3: a bias takes the error as it is.",
        CARD,
        loops="Every db is still 0. A bias takes the error as it is.",
    ),
    Bug(
        {FILL: f"{PRODUCT}, np.ones_like(delta)"},
        "a slope of 1 for every bias",
        "1 is the slope of z with respect to the bias. The slope of the cost has the error in it: "
        "BP3.",
        CARD,
        loops="1 is the slope of z with respect to the bias. The slope of the cost has the "
        "error in it.",
    ),
    Bug(
        {FILL: f"np.squeeze({PRODUCT}), np.squeeze(delta)"},
        "an axis squeezed away",
        "squeeze takes away every axis of length 1, and a layer of one unit has one.",
        SQUEEZE,
        loops=None,
    ),
    Bug(
        {RESULT: "db = [*db[1:], db[-1]]; return list(map(np.outer, db, a)), db"},
        "the error of the wrong layer",
        "Each error belongs to the weights and biases of its own layer: fill dW[l] before you go "
        "back.",
        FUNCTION,
    ),
    Bug(
        {RESULT: "return [*(0 * v for v in dW[:-1]), dW[-1]], [*(0 * v for v in db[:-1]), db[-1]]"},
        "the last layer only",
        "The layers before the last are still zero. BP2 carries the error back to them.",
        FUNCTION,
        loops="The layers before the last are still zero. Carry the errors back and fill them too.",
    ),
    Bug(
        {RESULT: "return dW[::-1], db[::-1]"},
        "the last layer first",
        "The walk goes backwards, the lists do not: dW[0] belongs to network[0].",
        FUNCTION,
    ),
    Bug(
        {RESULT: "return db, dW"},
        "dW and db are swapped",
        "Return dW first, then db.",
        FUNCTION,
    ),
)

ONE_SAMPLE = (
    Edit(
        {PRODUCT: "delta * a[l]"},
        "entry by entry for the outer product",
        "Each error meets each activation: np.outer, a table of the shape of W.",
        OUTER,
    ),
    Edit(
        {PRODUCT: "delta @ a[l]"},
        "the dot product for the outer product",
        "@ of two vectors is one number, and .T of a vector changes nothing. Each error meets "
        "each activation: np.outer.",
        OUTER,
    ),
    Edit(
        {FILL: f"{PRODUCT}, delta[:, None]"},
        "db as columns",
        "db has the shape of b, an array with one axis.",
        SQUEEZE,
    ),
)


def loop_mistakes():
    """The mistakes in a gradient of one sample, written in loops, in a network of sigmoids.

    Returns
    -------
    tuple of Wrong
    """
    return tuple(
        _worded(bug.of([backprop]), bug.loops, IN_CHAPTER_7.get(bug.section, bug.section))
        for bug in BUGS
        if bug.loops is not None
    )


def sample_mistakes():
    """The mistakes in a gradient of one sample.

    Returns
    -------
    tuple of Wrong
    """
    return tuple(bug.of([backprop]) for bug in (*BUGS, *ONE_SAMPLE))


def batch_mistakes(mean):
    """The mistakes in a gradient of a batch: those of one sample in every row, and those of rows.

    Parameters
    ----------
    mean : str
        The section that explains rows, and the mean over them.

    Returns
    -------
    tuple of Wrong
    """
    in_rows = (_in_every_row(_worded(bug.of([backprop]), bug.rows, bug.section)) for bug in BUGS)
    return (*in_rows, *_of_rows(mean))


def _worded(wrong, diagnosis, section):
    return replace(wrong, diagnosis=diagnosis or wrong.diagnosis, section=section)


def _in_every_row(wrong):
    """The same mistake made for every row of a batch."""
    first, *others = map(_mean_over_rows, wrong.answers)
    return replace(wrong, answer=first, others=tuple(others))


def _mean_over_rows(answer):
    def of_batch(network, X, Y):
        results = [answer(network, x, y) for x, y in zip(X, Y, strict=True)]
        return tuple(
            [np.mean(arrays, axis=0) for arrays in zip(*part, strict=True)]
            for part in zip(*results, strict=True)
        )

    return of_batch


def _of_rows(mean):
    return (
        Wrong(
            "a sum and not a mean",
            _gradients_times(lambda N: N, lambda N: N),
            "The cost is the mean over the samples, and so is its gradient: divide dW and db by "
            "len(X).",
            mean,
        ),
        Wrong(
            "dW is a sum and not a mean",
            _gradients_times(lambda N: N, lambda N: 1),
            "db is a mean, and dW is a sum: delta.T @ a adds over the rows, so divide by len(X).",
            mean,
        ),
        Wrong(
            "db is a sum and not a mean",
            _gradients_times(lambda N: 1, lambda N: N),
            "dW is a mean, and db is a sum: divide it by len(X) too.",
            mean,
        ),
        Wrong(
            "divided by N twice",
            _gradients_times(lambda N: 1 / N, lambda N: 1 / N),
            "The division by len(X) is done once: in delta, or in dW and db.",
            mean,
        ),
        Wrong(
            "the last sample only",
            _of_one_row(-1),
            "Each sample's gradient overwrites the one before it. Add them up, divide by len(X).",
            mean,
        ),
        Wrong(
            "the first sample only",
            _of_one_row(0),
            "The mean runs over all rows of X and Y.",
            mean,
        ),
        Wrong(
            "db is not summed over the rows",
            _with_db(lambda delta: delta),
            "This db is delta, one row per sample. A bias is shared by all samples: take the mean "
            "over the rows, axis 0.",
            mean,
            (_with_db(lambda delta: delta / len(delta)),),
        ),
        Wrong(
            "db is summed over the units",
            _with_db(lambda delta: delta.mean(axis=1)),
            "axis=1 runs along the units. The samples are the rows: axis=0.",
            mean,
            (
                _with_db(lambda delta: delta.sum(axis=1)),
                _with_db(lambda delta: delta.sum(axis=1) / len(delta)),
            ),
        ),
        Wrong(
            "one number for all biases",
            _with_db(lambda delta: delta.mean()),
            "Without an axis, mean and sum run over samples and units. The samples are axis 0.",
            mean,
            (_with_db(lambda delta: delta.sum()), _with_db(lambda delta: delta.sum() / len(delta))),
        ),
        Wrong(
            "db as a row",
            _with_db(lambda delta: delta.mean(axis=0, keepdims=True)),
            "db has the shape of b, an array with one axis.",
            SQUEEZE,
        ),
    )


def _gradients(network, X, Y):
    return batched.gradients(network, X, Y)[:2]


def _gradients_times(of_dW, of_db):
    """The gradient with dW and db multiplied by functions of the number of rows."""

    def answer(network, X, Y):
        dW, db = _gradients(network, X, Y)
        return [of_dW(len(X)) * v for v in dW], [of_db(len(X)) * v for v in db]

    return answer


def _of_one_row(i):
    def answer(network, X, Y):
        return _gradients(network, X[i][None, :], Y[i][None, :])

    return answer


def _with_db(from_delta):
    def answer(network, X, Y):
        dW, _, delta = batched.gradients(network, X, Y)
        return dW, [from_delta(d) for d in delta]

    return answer
