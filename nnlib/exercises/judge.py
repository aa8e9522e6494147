"""Judge slopes that the reader wrote: which layer, which equation, and what the slope test says.

`gradient_exercise` is for a whole gradient of a network. For one sample (chapter 8), where the
reader writes ``mine(network, x, y)`` for 1-D x and y::

    gradient_exercise("mine", hints=("...", "..."))

and for a batch, where the reader writes ``mine(network, X, Y)`` for one sample per row::

    gradient_exercise("mine", hints=("...", "..."), mean="chapter 10, 'Title of the section'")

`mean` is the section that explains rows, and why sums over them are divided by N. The function is
to return the list of all dW and the list of all db, first layer first, or a `Gradients`. It runs
on networks in which no matrix is square, on one in which all are, and on a batch of one. Then the
report says

- which arrays are right, and the first that is not, walking backwards: expected and given;
- the layer of that array, and which of BP1 to BP4 to look at;
- what the slope test says of the whole gradient;
- the mistake, if it is a known one of `backward`; if two meet, the first.

More mistakes, known to one chapter only, go into `wrong`. Where finding the mistake is the
exercise, ``named=False`` leaves it to the reader.

`slope_exercise` is for the slopes of anything else by its parts, a layer's backward for one: it
needs to know the number that the slopes are those of.
"""

from functools import partial

import numpy as np

from nnlib import batched
from nnlib.activations import softplus, tanh
from nnlib.exercises import networks
from nnlib.exercises.backward import backprop, batch_mistakes, sample_mistakes
from nnlib.gradcheck import flatten, unflatten
from nnlib.losses import quadratic
from nnlib.network import forward

SIZES = ([1, 3, 2, 1], [2, 2, 2, 2], [3, 1, 2], [2, 4])  # behind the [2, 2, 3] of the text
SAMPLES = (5, 2, 1, 3)  # rows of each batch: with two rows every table of [2, 2, 2, 2] is square
HIDDEN = (tanh, softplus)  # in turn: the slope of one hidden layer is wrong in another


def gradient_exercise(
    name,
    *,
    hints,
    reference=None,
    mean=None,
    cases=None,
    loss=quadratic,
    wrong=(),
    named=True,
    forms=(),
):
    """Declare an exercise in which the reader writes a whole gradient function.

    Parameters
    ----------
    name : str
    hints : tuple of str
    reference : callable, optional
        The folded solution; else `backprop`, or for a batch `nnlib.gradients`.
    mean : str, optional
        Section that explains the gradient of a batch, as "chapter 10, 'Title'". If it is given,
        the reader's function takes a batch X, Y, one sample per row; if not, one sample x, y.
    cases : callable, optional
        As in `Exercise`; else networks of other widths and activations.
    loss : Loss, optional
        The cost that the gradient is of.
    wrong : tuple of Wrong or Edit, optional
        Mistakes of the chapter's own; they are looked for first.
    named : bool, optional
        Whether the mistakes that any such function may have are looked for and named: they are
        those of the quadratic cost.
    forms : tuple of callable, optional
        As in `Exercise`.

    Returns
    -------
    Exercise

    Raises
    ------
    ValueError
        If the text of an `Edit` occurs in no right answer.
    """
    batch = mean is not None
    known = () if not named else batch_mistakes(mean) if batch else sample_mistakes()
    if reference is None:
        reference = _gradients_with(loss) if batch else backprop
    return slope_exercise(
        name,
        hints=hints,
        reference=reference,
        cases=cases or (batch_cases if batch else sample_cases),
        nudged=partial(_cost_of_batch if batch else _cost_of_sample, loss=loss),
        where=partial(_where, rows=batch),
        wrong=(*wrong, *known),
        parts=("dW", "db"),
        forms=forms,
    )


def slope_exercise(name, *, nudged, where=None, **declared):
    """Declare an exercise in which the reader writes slopes, reported from the last to the first.

    Parameters
    ----------
    name : str
    nudged : callable
        Takes the arguments of a case. Returns a number as a function of one vector, and the vector
        at which the reader's function gives its slopes, all parts one behind the other.
    where : callable, optional
        Takes the arguments and whether each array is right; returns a line that says where to look.
    **declared
        The rest of an `Exercise`; `parts` name the slopes.

    Returns
    -------
    Exercise

    Raises
    ------
    ValueError
        If the text of an `Edit` occurs in no right answer.
    """

    def comment(arguments, given, right):
        said = [] if all(right.values()) or where is None else [where(arguments, right)]
        slopes = None if given is None else _vector(given[: len(declared["parts"])])
        if slopes is None or not np.isfinite(slopes).all():
            return said
        with np.errstate(all="ignore"):  # whatever numbers came
            slope = slope_test(*nudged(*arguments), slopes)
        if not np.isfinite(slope):
            return said
        more = "." if all(right.values()) else ", and a right gradient has 2."
        return [*said, f"Slope test: {slope:.2f}{more}"]

    return networks.network_exercise(name, last_first=True, comment=comment, **declared)


def _vector(parts):
    arrays = [
        array for part in parts for array in (part if isinstance(part, list | tuple) else [part])
    ]
    return np.concatenate([np.ravel(np.array(array, float)) for array in arrays])


def _gradients_with(loss):
    def gradients(network, X, Y):
        return batched.gradients(network, X, Y, loss=loss)[:2]

    return gradients


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


def slope_test(value, theta, slopes):
    """How often the gap halves when the nudge is halved, all parameters nudged together.

    Parameters
    ----------
    value : callable
        Takes a vector, returns a number.
    theta : ndarray, shape (P,)
        Where the slopes are.
    slopes : ndarray, shape (P,)

    Returns
    -------
    float
        About 2 if the slopes are right, about 1 if they are wrong.
    """
    direction = np.random.default_rng(1).normal(size=theta.size)

    def gap(h):
        return value(theta + h * direction) - value(theta) - h * slopes @ direction

    return float(np.log2(abs(gap(4e-5) / gap(2e-5))))


def _cost_of_batch(network, X, Y, loss):
    return lambda theta: loss(forward(unflatten(theta, like=network), X).a[-1], Y), flatten(network)


def _cost_of_sample(network, x, y, loss):
    return _cost_of_batch(network, x[None, :], y[None, :], loss)


def _where(arguments, right, rows):
    """The layer of the first wrong array and the equation that makes it."""
    L = len(arguments[0])
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
