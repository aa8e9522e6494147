"""Judge a whole gradient function that the reader wrote: which layer, which equation, which term.

`gradient_exercise` makes the exercise; a chapter lists it among its others. For one sample
(chapter 8), where the reader writes ``mine(network, x, y)`` for 1-D x and y::

    gradient_exercise("mine", hints=("...", "..."))

and for a batch, where the reader writes ``mine(network, X, Y)`` for one sample per row::

    gradient_exercise("mine", hints=("...", "..."), mean="chapter 10, 'Title of the section'")

`mean` is the section that explains rows, and why sums over them are divided by N. The function is
to return the list of all dW and the list of all db, first layer first, or a `Gradients`. Its cost
is the quadratic one. It runs on networks in which no matrix is square, on one in which all are,
and on a batch of one. Then the report says

- which arrays are right, and the first that is not, walking backwards: expected and given;
- the layer of that array, and which of BP1 to BP4 to look at;
- what the slope test says of the whole gradient;
- the mistake, if it is a known one (`sample_mistakes`, `batch_mistakes`); if two meet, the first.

More mistakes, known to one chapter only, go into `wrong`. Where finding the mistake is the
exercise, ``named=False`` leaves it to the reader.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnlib import batched
from nnlib.activations import sigmoid, softplus, tanh
from nnlib.exercises import networks
from nnlib.exercises.engine import Exercise, Wrong
from nnlib.gradcheck import flatten

ENTRY = "chapter 8, 'Entry by entry'"
TURNED = "chapter 8, 'The matrix, turned over'"
OUTER = "chapter 8, 'Each with each'"
CARD = "chapter 8, 'The card'"
END = "chapter 8, 'From the end'"
FUNCTION = "chapter 8, 'One function, any depth'"
SQUEEZE = "chapter 8, 'An axis squeezed away'"
ADD = "chapter 7, 'Multiply along, add across'"
WINS = "chapter 7, 'The last path wins'"
HALF = "chapter 3, 'A half goes missing'"
CONTRACT = "chapter 3, 'Give it z, or give it a'"

SIZES = ([1, 3, 2, 1], [2, 2, 2, 2], [3, 1, 2], [2, 4])  # behind the [2, 2, 3] of the text
SAMPLES = (5, 2, 1, 3)  # rows of each batch: with two rows every table of [2, 2, 2, 2] is square
HIDDEN = (tanh, softplus)  # in turn: the slope of one hidden layer is wrong in another


def gradient_exercise(name, *, hints, mean=None, wrong=(), named=True):
    """Declare an exercise in which the reader writes a whole gradient function.

    Parameters
    ----------
    name : str
    hints : tuple of str
    mean : str, optional
        Section that explains the gradient of a batch, as "chapter 10, 'Title'". If it is given,
        the reader's function takes a batch X, Y, one sample per row; if not, one sample x, y.
    wrong : tuple of Wrong, optional
        Mistakes of the chapter's own; they are looked for first.
    named : bool, optional
        Whether the mistakes that any such function may have are looked for and named.

    Returns
    -------
    Exercise

    Raises
    ------
    Nothing of its own.
    """
    batch = mean is not None
    known = () if not named else batch_mistakes(mean) if batch else sample_mistakes()
    return Exercise(
        name=name,
        reference=gradients_of_batch if batch else gradients_of_sample,
        cases=batch_cases if batch else sample_cases,
        hints=hints,
        wrong=(*wrong, *known),
        parts=("dW", "db"),
        last_first=True,
        comment=_comment_on_batch if batch else _comment_on_sample,
    )


def gradients_of_sample(network, x, y):
    """Return dW and db of one sample."""
    return networks.backprop(network, x, y)


def gradients_of_batch(network, X, Y):
    """Return dW and db of the mean cost."""
    dW, db, _ = batched.gradients(network, X, Y)
    return dW, db


def sample_cases(rng, sizes=SIZES):
    """Networks of the given sizes with a sample each, the network of the text first."""
    cases = [networks.example()]
    for widths in sizes:
        network = networks.draw(rng, widths, hidden=HIDDEN)
        cases.append((network, *networks.sample(rng, network)))
    return cases


def batch_cases(rng, sizes=SIZES, samples=SAMPLES):
    """Networks of the given sizes with a batch each, the network of the text first."""
    cases = []
    drawn = [networks.draw(rng, widths, hidden=HIDDEN) for widths in sizes]
    for network, N in zip([networks.example()[0], *drawn], (4, *samples), strict=True):
        rows = [networks.sample(rng, network) for _ in range(N)]
        cases.append((network, *(np.array(column) for column in zip(*rows, strict=True))))
    return cases


# What the report says beside the numbers


def slope_test(network, X, Y, dW, db):
    """How often the gap halves when the nudge is halved, all parameters nudged together.

    Parameters
    ----------
    network : list of Layer
    X : ndarray, shape (N, n_0)
    Y : ndarray, shape (N, n_L)
    dW, db : list of ndarray
        The gradient to test, of the shapes of W and b.

    Returns
    -------
    float
        About 2 if the gradient is right, about 1 if it is wrong.
    """
    theta, slopes = flatten(network), flatten([*dW, *db])
    direction = np.random.default_rng(1).normal(size=theta.size)
    cost = networks.cost_of(network, X, Y)

    def gap(h):
        return cost(theta + h * direction) - cost(theta) - h * slopes @ direction

    return float(np.log2(abs(gap(4e-5) / gap(2e-5))))


def _comment_on_sample(arguments, given, right):
    network, x, y = arguments
    return _comment(network, x[None, :], y[None, :], given, right)


def _comment_on_batch(arguments, given, right):
    return _comment(*arguments, given, right, rows=True)


def _comment(network, X, Y, given, right, rows=False):
    where = [] if all(right.values()) else [_where(len(network), right, rows)]
    if given is None:
        return where
    dW, db = ([np.array(array, float) for array in part] for part in given[:2])
    if not np.isfinite(flatten([*dW, *db])).all():
        return where
    with np.errstate(all="ignore"):  # whatever numbers came
        slope = slope_test(network, X, Y, dW, db)
    if not np.isfinite(slope):
        return where
    said = f"Slope test: {slope:.2f}" + (", and a right gradient has 2." if where else ".")
    return [*where, said]


def _where(L, right, rows):
    """The layer of the first wrong array and the equation that makes it."""
    for l in reversed(range(L)):
        W_right, b_right = right[f"dW[{l}]"], right[f"db[{l}]"]
        if W_right and b_right:
            continue
        layer = f"Layer {l + 1} of {L}"
        if b_right:
            return f"{layer}: db is right, so delta is. Look at BP4, dW[{l}]."
        if W_right:
            return f"{layer}: dW is right, so delta is. Look at BP3, db[{l}]."
        if l == L - 1 and rows:
            return f"{layer}: look at BP1, and at the mean over the rows in BP3 and BP4."
        if l == L - 1:
            return (
                f"{layer}: dW and db are both wrong. Look at BP1, the error that they start "
                "from, and at the order in which you return them."
            )
        return (
            f"{layer}: layer {l + 2} is right, and dW and db here are wrong. Look at BP2, which "
            f"brings the error from layer {l + 2} to layer {l + 1}."
        )
    raise AssertionError("there is a wrong array, but every layer is right")


# Mistakes


@dataclass(frozen=True)
class Bug:
    """A mistake that can be made with one sample, and so with each row of a batch.

    Parameters
    ----------
    name : str
    answer : callable
        Takes network, x, y; returns dW and db.
    diagnosis : str
    section : str
    of_rows : str, optional
        The diagnosis for a batch, where other code is to be written.
    """

    name: str
    answer: Callable
    diagnosis: str
    section: str
    of_rows: str = ""

    def of_sample(self):
        """Return the mistake in a function of one sample."""
        return Wrong(self.name, self.answer, self.diagnosis, self.section)

    def of_batch(self):
        """Return the same mistake made for every row of a batch."""
        return Wrong(
            self.name,
            _mean_over_rows(self.answer),
            self.of_rows or self.diagnosis,
            self.section,
        )


def _mean_over_rows(answer):
    def of_batch(network, X, Y):
        results = [answer(network, x, y) for x, y in zip(X, Y, strict=True)]
        return tuple(
            [np.mean(arrays, axis=0) for arrays in zip(*part, strict=True)]
            for part in zip(*results, strict=True)
        )

    return of_batch


def _sigmoid_everywhere(network, x, y):
    def slope(sigma, z, a):
        return sigmoid.derivative(z)

    return networks.mistaken(slope, slope)(network, x, y)


def _squash_for_slope(sigma, z, a):
    return a


def _slope_twice(sigma, z, a):
    return sigma.derivative(z) ** 2


def _slope_before_the_sum(network, x, y):
    """The slope of the layer that the error comes from, not of the one it arrives at."""
    z, _ = networks.pass_forward(network, x)
    slopes = {
        id(layer.W): layer.activation.derivative(z_l) for layer, z_l in zip(network, z, strict=True)
    }

    def back(W, own, delta):
        return W.T @ (delta * slopes[id(W)])

    return networks.mistaken(back=back, hidden_slope=networks.no_slope)(network, x, y)


def _pre_activations_come_in(network, x, y):
    z, _ = networks.pass_forward(network, x)
    _, db = networks.backprop(network, x, y)
    return [np.outer(d, v) for d, v in zip(db, [x, *z], strict=False)], db


def _same_places(delta, a_before, a_own):
    """Entry by entry, as far as NumPy lets it through."""
    return delta * a_before


def _dot(delta, a_before, a_own):
    return delta @ a_before


def _squeezed(network, x, y):
    dW, db = networks.backprop(network, x, y)
    return [np.squeeze(v) for v in dW], [np.squeeze(v) for v in db]


def _as_columns(network, x, y):
    dW, db = networks.backprop(network, x, y)
    return dW, [v[:, None] for v in db]


def _biases_forgotten(network, x, y):
    dW, db = networks.backprop(network, x, y)
    return dW, [0 * v for v in db]


def _biases_without_error(network, x, y):
    dW, db = networks.backprop(network, x, y)
    return dW, [np.ones_like(v) for v in db]


BUGS = (
    Bug(
        "a factor 2",
        networks.scaled(2.0),
        "This is the gradient of a cost without the 1/2, which cancels the 2 of the square.",
        HALF,
    ),
    Bug(
        "half the gradient",
        networks.scaled(0.5),
        "The 1/2 of the cost is cancelled by the 2 of the square: dC/da is a - y.",
        CARD,
    ),
    Bug(
        "the sign is flipped",
        networks.scaled(-1.0),
        "This starts with y - a, or is the step that lowers the cost. The gradient starts with "
        "a - y.",
        CARD,
    ),
    Bug(
        "a mean over the outputs",
        networks.scaled(lambda y: 1 / len(y)),
        "The cost of one sample adds up its outputs; nothing is divided by their number.",
        CARD,
    ),
    Bug(
        "z for the output",
        networks.mistaken(miss=lambda z, a, y: z - y),
        "The cost compares the activation with the target, not the pre-activation: BP1 starts with "
        "a - y.",
        CARD,
    ),
    Bug(
        "the miss is left out",
        networks.mistaken(miss=lambda z, a, y: np.ones_like(y)),
        "This is the slope of the output, whatever the target is. BP1 multiplies it by a - y.",
        CARD,
    ),
    Bug(
        "W is turned the wrong way",
        networks.mistaken(back=lambda W, own, delta: W @ delta),
        "BP2 adds down the columns of W: network[l].W.T @ delta. Where W is square, there is no "
        "error message.",
        TURNED,
        "With one sample per row, BP2 is delta @ network[l].W, not delta @ network[l].W.T: the sum "
        "runs down the columns of W. Where W is square, there is no error message.",
    ),
    Bug(
        "the weights of the wrong layer",
        networks.mistaken(back=lambda W, own, delta: own.T @ delta),
        "BP2 comes back over the weights of the next layer, l + 1, not over those of the layer it "
        "arrives at.",
        TURNED,
    ),
    Bug(
        "an index that wraps around",
        networks.wrapped_index,
        "These weights are one layer too far on, and past the last layer the index wraps around "
        "to the first. BP2 starts from the weights of the layer that has the error.",
        END,
    ),
    Bug(
        "the last path only",
        networks.mistaken(back=lambda W, own, delta: W[-1] * delta[-1]),
        "BP2 adds over all units of the next layer. Here each path overwrites the one before it.",
        WINS,
    ),
    Bug(
        "a dropped path",
        networks.mistaken(back=lambda W, own, delta: W[1:].T @ delta[1:]),
        "The path through the first unit of the next layer is missing. BP2 adds over all of them.",
        ADD,
    ),
    Bug(
        "the weights are missing on the way back",
        networks.mistaken(back=lambda W, own, delta: np.full(W.shape[1], delta.sum())),
        "BP2 multiplies along each path: the error of unit j counts w_jk times.",
        ADD,
    ),
    Bug(
        "the slope at the output is missing",
        networks.mistaken(output_slope=networks.no_slope),
        "a - y is the slope of the cost with respect to a. BP1 multiplies it by the slope of the "
        "squash.",
        ENTRY,
    ),
    Bug(
        "the slope of the hidden layers is missing",
        networks.mistaken(hidden_slope=networks.no_slope),
        "BP2 ends with the slope of the layer at which the error arrives.",
        TURNED,
    ),
    Bug(
        "no slope anywhere",
        networks.mistaken(networks.no_slope, networks.no_slope),
        "BP1 and BP2 both end with a slope, entry by entry.",
        CARD,
    ),
    Bug(
        "the slope before the sum",
        _slope_before_the_sum,
        "The brackets of BP2 come first: add the paths, then multiply by the slope of the layer at "
        "which the error arrives.",
        TURNED,
    ),
    Bug(
        "the slope of the sigmoid in every layer",
        _sigmoid_everywhere,
        "Each layer has its own squash. On arriving at layer l - 1 the slope is "
        "network[l - 1].activation.derivative(z[l - 1]).",
        FUNCTION,
    ),
    Bug(
        "the squash of the next layer",
        networks.mistaken(squash_of=0),
        "The error arrives at layer l - 1, and crosses the squash there: "
        "network[l - 1].activation, not network[l].activation.",
        FUNCTION,
    ),
    Bug(
        "the z of the next layer",
        networks.mistaken(slope_at=0),
        "The error arrives at layer l - 1, and crosses the squash there: its slope is taken at "
        "z[l - 1], not at z[l].",
        FUNCTION,
    ),
    Bug(
        "the slope of the next layer",
        networks.mistaken(squash_of=0, slope_at=0),
        "The error arrives at layer l - 1, and crosses the squash there: the slope is "
        "network[l - 1].activation.derivative(z[l - 1]), not the one of layer l.",
        FUNCTION,
    ),
    Bug(
        "the slope at a and not at z",
        networks.mistaken(networks.slope_at_a, networks.slope_at_a),
        "derivative wants z, and it was given a, which has been squashed already.",
        CONTRACT,
    ),
    Bug(
        "the slope at a and not at z, at the output",
        networks.mistaken(output_slope=networks.slope_at_a),
        "In BP1, derivative wants z[-1], and it was given a[-1], which has been squashed already.",
        CONTRACT,
    ),
    Bug(
        "the slope at a and not at z, in the hidden layers",
        networks.mistaken(hidden_slope=networks.slope_at_a),
        "In BP2, derivative wants z, and it was given a, which has been squashed already.",
        CONTRACT,
    ),
    Bug(
        "the short form of the slope, given z",
        networks.mistaken(networks.slope_of_z, networks.slope_of_z),
        "derivative_from_output wants a, and it was given z.",
        CONTRACT,
    ),
    Bug(
        "the squash for its slope",
        networks.mistaken(_squash_for_slope, _squash_for_slope),
        "The activation is where its slope belongs: activation.derivative(z).",
        ENTRY,
    ),
    Bug(
        "the slope twice",
        networks.mistaken(_slope_twice, _slope_twice),
        "Every squash is crossed once, and multiplies the error by its slope once.",
        CARD,
    ),
    Bug(
        "dW is transposed",
        networks.mistaken(product=lambda delta, a, own: np.outer(a, delta)),
        "dW has the shape of W: the error chooses the row, the activation the column. "
        "np.outer(delta, a).",
        OUTER,
        "dW has the shape of W: the error chooses the row, the activation the column. delta.T @ a.",
    ),
    Bug(
        "the activation of the layer itself",
        networks.mistaken(product=lambda delta, a, own: np.outer(delta, own)),
        "A weight multiplies what comes in: the activations of the layer before, a[l].",
        OUTER,
    ),
    Bug(
        "the pre-activation for the activation",
        _pre_activations_come_in,
        "What comes in over a weight has been squashed: BP4 takes a of the layer before, not its "
        "z.",
        OUTER,
    ),
    Bug(
        "the side factor is missing in dW",
        networks.mistaken(product=lambda delta, a, own: np.outer(delta, np.ones_like(a))),
        "BP3 takes the error as it is; BP4 takes it times the activation that comes in.",
        OUTER,
    ),
    Bug(
        "the biases are forgotten",
        _biases_forgotten,
        "Every db is still 0. BP3: a bias takes the error as it is.",
        CARD,
    ),
    Bug(
        "a slope of 1 for every bias",
        _biases_without_error,
        "1 is the slope of z with respect to the bias. The slope of the cost has the error in it: "
        "BP3.",
        CARD,
    ),
    Bug(
        "an axis squeezed away",
        _squeezed,
        "squeeze takes away every axis of length 1, and a layer of one unit has one.",
        SQUEEZE,
    ),
    Bug(
        "the error of the wrong layer",
        networks.one_layer_off,
        "Each error belongs to the weights and biases of its own layer: fill dW[l] before you go "
        "back.",
        FUNCTION,
    ),
    Bug(
        "the last layer only",
        networks.last_layer_only,
        "The layers before the last are still zero. BP2 carries the error back to them.",
        FUNCTION,
    ),
    Bug(
        "the last layer first",
        networks.last_layer_first,
        "The walk goes backwards, the lists do not: dW[0] belongs to network[0].",
        FUNCTION,
    ),
    Bug(
        "dW and db are swapped",
        lambda network, x, y: networks.backprop(network, x, y)[::-1],
        "Return dW first, then db.",
        FUNCTION,
    ),
)


def sample_mistakes():
    """All known mistakes in a gradient function of one sample.

    Returns
    -------
    tuple of Wrong
    """
    return (*(bug.of_sample() for bug in BUGS), *_OF_ONE_SAMPLE)


_OF_ONE_SAMPLE = (
    Wrong(
        "entry by entry for the outer product",
        networks.mistaken(product=_same_places),
        "Each error meets each activation: np.outer, a table of the shape of W.",
        OUTER,
    ),
    Wrong(
        "the dot product for the outer product",
        networks.mistaken(product=_dot),
        "@ of two vectors is one number, and .T of a vector changes nothing. Each error meets "
        "each activation: np.outer.",
        OUTER,
    ),
    Wrong(
        "db as columns",
        _as_columns,
        "db has the shape of b, an array with one axis.",
        SQUEEZE,
    ),
)


def batch_mistakes(mean):
    """All known mistakes in a gradient function of a batch.

    Parameters
    ----------
    mean : str
        The section that explains rows, and the mean over them.

    Returns
    -------
    tuple of Wrong
    """
    of_rows = (
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
        ),
        Wrong(
            "db is summed over the units",
            _with_db(lambda delta: delta.mean(axis=1)),
            "axis=1 runs along the units. The samples are the rows: axis=0.",
            mean,
        ),
        Wrong(
            "one number for all biases",
            _with_db(lambda delta: delta.mean()),
            "Without an axis, mean and sum run over samples and units. The samples are axis 0.",
            mean,
        ),
        Wrong(
            "db as a row",
            _with_db(lambda delta: delta.mean(axis=0, keepdims=True)),
            "db has the shape of b, an array with one axis.",
            SQUEEZE,
        ),
    )
    return (*(bug.of_batch() for bug in BUGS), *of_rows)


def _gradients_times(of_dW, of_db):
    """The gradient with dW and db multiplied by functions of the number of rows."""

    def answer(network, X, Y):
        dW, db = gradients_of_batch(network, X, Y)
        return [of_dW(len(X)) * v for v in dW], [of_db(len(X)) * v for v in db]

    return answer


def _of_one_row(i):
    def answer(network, X, Y):
        return gradients_of_batch(network, X[i][None, :], Y[i][None, :])

    return answer


def _with_db(from_delta):
    def answer(network, X, Y):
        dW, _, delta = batched.gradients(network, X, Y)
        return dW, [from_delta(d) for d in delta]

    return answer
