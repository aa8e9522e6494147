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
- what the slope test says of the arrays that are wrong, or of all where none is; at a corner, where
  any slope between those of the two sides passes, it says nothing;
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
from nnlib.exercises.engine.comparing import NEARLY, label_of
from nnlib.gradcheck import check_gradients, flatten, unflatten
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
        nearest=partial(_nearest_in_batch if batch else _nearest_of_sample, loss=loss),
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
        all_right = all(right.values())
        said = [] if all_right or where is None else [where(arguments, right)]
        if given is None:
            return said
        parts = zip(declared["parts"], given, strict=False)
        slopes = [pair for name, part in parts for pair in _arrays(name, part, right)]
        if not all(np.isfinite(array).all() for _, array in slopes):
            return said
        # The steep slopes of a right layer would drown a wrong one whose slopes are small.
        nudges = [np.full(array.shape, all_right or not right[name]) for name, array in slopes]
        with np.errstate(all="ignore"):  # whatever numbers came
            slope = slope_test(*nudged(*arguments), _vector(v for _, v in slopes), _vector(nudges))
        if slope is None:
            return [*said, "Slope test: none at a corner, where there are two slopes."]
        if not np.isfinite(slope):
            return said
        more = "." if all_right else ", and a right gradient has 2."
        return [*said, f"Slope test: {slope:.2f}{more}"]

    return networks.network_exercise(name, last_first=True, comment=comment, **declared)


def _arrays(name, given, right):
    """(name, array) of a result, each by the name under which it is judged."""
    if name in right:
        yield name, np.array(given, float)
    else:
        for i, item in enumerate(given):
            yield from _arrays(label_of(name, i), item, right)


def _vector(arrays):
    return np.concatenate([np.ravel(array) for array in arrays])


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


def slope_test(value, theta, slopes, nudged=1):
    """How often the gap halves when the nudge is halved, all parameters nudged together.

    Parameters
    ----------
    value : callable
        Takes a vector, returns a number.
    theta : ndarray, shape (P,)
        Where the slopes are.
    slopes : ndarray, shape (P,)
    nudged : ndarray of bool, shape (P,), optional
        Which parameters; else all of them.

    Returns
    -------
    float or None
        About 2 if the slopes are right, about 1 if they are wrong; NaN where the gap is lost in
        rounding. None at a corner, where the slope before is another than the slope behind.
    """
    direction = nudged * np.random.default_rng(1).normal(size=theta.size)
    start = value(theta)
    noise = 200 * np.finfo(float).eps * abs(start)

    def change(h):
        return value(theta + h * direction) - start

    def halvings(gap):
        large, small = abs(gap(4e-5)), abs(gap(2e-5))
        return float(np.log2(large / small)) if min(large, small) > noise else np.nan

    if halvings(lambda h: change(h) + change(-h)) < 1.5:
        return None
    return halvings(lambda h: change(h) - h * slopes @ direction)


def _cost_of_batch(network, X, Y, loss):
    return lambda theta: loss(forward(unflatten(theta, like=network), X).a[-1], Y), flatten(network)


def _cost_of_sample(network, x, y, loss):
    return _cost_of_batch(network, x[None, :], y[None, :], loss)


def _nearest_in_batch(arguments, expected, given, loss):
    """The right gradient nearest to a given one: at a corner, any between the two slopes is right.

    The numbers are those of the reference, but where another one is what is measured.
    """
    network, X, Y = arguments
    if not any(layer.activation.corners for layer in network):
        return expected
    try:
        report = check_gradients(network, X, Y, loss, gradients=lambda *_: given)
    except (TypeError, ValueError):
        return expected  # it has another form, which the comparison will say
    right = [
        np.where(
            (abs(mine - wanted) > NEARLY * abs(wanted).max())
            & (abs(mine - measured) <= max(report.noise, report.tolerance * abs(measured).max())),
            mine,
            wanted,
        )
        for wanted, mine, measured in zip(
            [array for part in expected for array in part],
            *(_by_arrays(vector, network) for vector in (report.analytic, report.numerical)),
            strict=True,
        )
    ]
    return right[: len(network)], right[len(network) :]


def _by_arrays(vector, network):
    """All dW, then all db, of a vector."""
    layers = unflatten(vector, like=network)
    return [*(layer.W for layer in layers), *(layer.b for layer in layers)]


def _nearest_of_sample(arguments, expected, given, loss):
    network, x, y = arguments
    return _nearest_in_batch((network, x[None, :], y[None, :]), expected, given, loss)


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
