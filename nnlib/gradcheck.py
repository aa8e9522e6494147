"""Is a gradient right? Compare it with slopes that were measured instead of derived.

`numerical_gradient` nudges each number up and down and measures the cost. `complex_step_gradient`
nudges along the imaginary axis, where no two nearly equal numbers are subtracted.
`relative_error` says how far two gradients are apart, and `flatten` lays out what they compare.
`check_gradients` does all of it for a network.
"""

from typing import NamedTuple

import numpy as np

from nnlib import batched
from nnlib.losses import quadratic
from nnlib.network import forward
from nnlib.parameters import flatten, parameter_name, unflatten, views
from nnlib.reading import read_batch
from nnlib.scalar import ChainGradients
from nnlib.values import (
    as_list,
    as_numbers,
    as_real,
    as_real_number,
    cast,
    check_finite,
    describe,
    infinity_allowed,
)

__all__ = [
    "Report",
    "check_gradients",
    "complex_step_gradient",
    "flatten",
    "numerical_gradient",
    "relative_error",
    "unflatten",
]


class Report(NamedTuple):
    """What `check_gradients` found; true if the gradient passed.

    Attributes
    ----------
    passed : bool
        Whether in each layer the relative error is within the tolerance, or no difference stands
        out from the noise. Never true if nothing was compared.
    relative_error : float
        |analytic - numerical| / (|analytic| + |numerical|), over all parameters.
    tolerance : float
    noise : float
        The slope that rounding alone can give a cost of this size at this eps. Differences below
        it say nothing: a saturated network may have no larger slope.
    worst : str
        The parameter with the largest difference, such as "layer 2: W[0, 1]"; where layers failed,
        it is one of theirs.
    worst_pair : tuple of float
        Its slope as derived and as measured.
    analytic, numerical : ndarray of float64, shape (P,)
        All slopes, as derived and as measured, in the order of `flatten`. At a corner the measured
        slope is the nearest of those that are right there.
    layer_errors : tuple of L floats
        The relative error of each layer's own W and b.
    corners : tuple of str
        The parameters whose nudge carries a z across a corner of its activation (relu at 0).
    """

    passed: bool
    relative_error: float
    tolerance: float
    noise: float
    worst: str
    worst_pair: tuple
    analytic: np.ndarray
    numerical: np.ndarray
    layer_errors: tuple = ()
    corners: tuple = ()

    def __bool__(self):
        """Whether the gradient passed."""
        return self.passed

    def __repr__(self):
        """Say the verdict in a sentence."""
        derived, measured = self.worst_pair
        said = f"relative error {self.relative_error:.1e} over {self.analytic.size} parameters"
        if not self.passed:
            layer = int(self.worst.split(":")[0].removeprefix("layer "))
            said += f", {self.layer_errors[layer - 1]:.1e} in layer {layer}"
        said += f" (tolerance {self.tolerance:.0e})"
        if self.passed and self.relative_error > self.tolerance:
            said += (
                f", but no difference stands out from rounding noise of size {self.noise:.0e}, so "
                "that it says little: choose eps near 1e-5, or parameters with larger slopes"
            )
        elif self.passed and max(self.layer_errors, default=0) > self.tolerance:
            lost = [str(l) for l, e in enumerate(self.layer_errors, 1) if e > self.tolerance]
            said += (
                f", but in layer {', '.join(lost)} only because no difference stands out from "
                f"rounding noise of size {self.noise:.0e}"
            )
        if self.corners:
            names = ", ".join(self.corners[:3]) + (" ..." if len(self.corners) > 3 else "")
            said += f"; {len(self.corners)} of them at a corner and judged on its sides ({names})"
        return (
            f"{'passed' if self.passed else 'FAILED'}: {said}; "
            f"largest difference at {self.worst}: {derived:.6g} derived, {measured:.6g} measured"
        )


def numerical_gradient(f, theta, eps=1e-5):
    """Central differences: nudge each entry of theta up and down, and divide.

    df/dtheta_p is about (f(theta + eps e_p) - f(theta - eps e_p)) / (2 eps), at the price of two
    calls of f an entry.

    Parameters
    ----------
    f : callable
        Takes an array of theta's shape, returns one number.
    theta : array_like of float, any shape
        Where to measure. float64 is used throughout: in float32 the difference of two costs is
        mostly rounding.
    eps : float, optional
        The nudge. The error of the formula grows with eps^2, that of rounding with 1/eps; near
        1e-5 their sum is least.

    Returns
    -------
    ndarray of float64, shape of theta

    Raises
    ------
    ValueError
        If theta is empty or not finite, eps is not positive, too small to change an entry of theta
        or too large to be added to it, or f returns NaN or infinity.
    TypeError
        If theta or eps is not real, or f does not return one real number.

    Examples
    --------
    >>> numerical_gradient(lambda theta: theta[0] * theta[1], [3.0, 4.0]).round(6)
    array([4., 3.])
    """
    theta = _read_theta(f, theta, "numerical_gradient")
    eps = as_real_number(eps, "numerical_gradient: eps", above=0)
    slope = np.empty_like(theta)
    for p in np.ndindex(theta.shape):
        up, down = theta.copy(), theta.copy()
        with infinity_allowed():
            up[p] += eps
            down[p] -= eps
            width = float(up[p] - down[p])  # 2 eps, but as it came out after rounding
        if width == np.inf:
            raise ValueError(
                f"numerical_gradient: from theta{list(p)} = {theta[p]} a nudge of eps = {eps} to "
                "both sides is infinitely wide: give a smaller eps"
            )
        if width == 0:
            raise ValueError(
                f"numerical_gradient: eps = {eps} is lost beside theta{list(p)} = {theta[p]}: "
                "give a larger eps"
            )
        rise = _value_of(f, up, p, "numerical_gradient") - _value_of(
            f, down, p, "numerical_gradient"
        )
        if isinstance(rise, complex):
            raise TypeError(
                "numerical_gradient: f returned a complex number: central differences need a "
                "real one; for complex f use complex_step_gradient"
            )
        slope[p] = rise / width
    return slope


def complex_step_gradient(f, theta):
    """Slopes through an imaginary nudge: df/dtheta_p = Im f(theta + i h e_p) / h.

    Nothing is subtracted, so h may be tiny (1e-20) and the result has almost every digit.

    Parameters
    ----------
    f : callable
        Takes a complex array of theta's shape, returns one complex number. Everything in between
        must be analytic and keep the imaginary part: no abs, no float(), no comparison of it.
    theta : array_like of float, any shape

    Returns
    -------
    ndarray of float64, shape of theta

    Raises
    ------
    ValueError
        If theta is empty or not finite, or f returns NaN or infinity.
    TypeError
        If theta is not real, or f returns a real number (so the imaginary part was lost).

    Notes
    -----
    Squire and Trapp (1998), Using complex variables to estimate derivatives of real functions,
    SIAM Review 40 (1).

    Examples
    --------
    >>> complex_step_gradient(lambda theta: theta[0] ** 3, [2.0])
    array([12.])
    """
    theta = _read_theta(f, theta, "complex_step_gradient")
    h = 1e-20
    slope = np.empty_like(theta)
    for p in np.ndindex(theta.shape):
        nudged = theta.astype(complex)
        nudged[p] += 1j * h
        value = _value_of(f, nudged, p, "complex_step_gradient")
        if not isinstance(value, complex):
            raise TypeError(
                "complex_step_gradient: f returned a real number for a complex theta, so the "
                "imaginary part was dropped on the way (abs, float(), .real or a real array?)"
            )
        slope[p] = value.imag / h
    return slope


def relative_error(a, b):
    """|a - b| / (|a| + |b|) over whole arrays, with |.| the length of the vector of all entries.

    0 for equal arrays, at most 1; 1/3 if one is twice the other. Where both are 0 it is 0.

    Parameters
    ----------
    a, b : array_like of float or complex, the same shape

    Returns
    -------
    float
        NaN if an entry of a or b is NaN or infinite, so that no threshold is passed.

    Raises
    ------
    ValueError
        If the shapes differ, or there is nothing to compare.
    TypeError
        If a or b does not hold numbers.

    Examples
    --------
    >>> relative_error([1.0, 2.0], [2.0, 4.0])
    0.3333333333333333
    """
    a, b = as_numbers(a, "relative_error: a"), as_numbers(b, "relative_error: b")
    # In float64 at least: in float16 the length of a vector of 100 000 ones is infinite.
    a, b = (x.astype(np.result_type(x, np.float64), copy=False) for x in (a, b))
    if a.shape != b.shape:
        raise ValueError(f"relative_error: a has shape {a.shape} but b has shape {b.shape}")
    if a.size == 0:
        raise ValueError("relative_error: a and b are empty: comparing nothing proves nothing")
    with infinity_allowed():
        largest = np.maximum(abs(a).max(), abs(b).max())  # NaN if there is one
    if not np.isfinite(largest):
        return float("nan")
    if largest == 0:
        return 0.0
    length = np.linalg.norm
    with infinity_allowed():
        a, b = a / largest, b / largest  # so that no square overflows, or vanishes
        return float(length((a - b).ravel()) / (length(a.ravel()) + length(b.ravel())))


def check_gradients(
    network, X, Y, loss=quadratic, gradients=batched.gradients, eps=1e-5, tolerance=1e-7
):
    """Compare the gradient of a network with central differences of its cost.

    Parameters
    ----------
    network : list of Layer
        A float32 network is checked in float64.
    X : array_like, shape (N, n_0)
    Y : array_like, shape (N, n_L)
    loss : str or Loss, optional
    gradients : callable, optional
        The function to check; takes network, X, Y and loss, returns a Gradients, or a tuple that
        begins with dW and db.
    eps : float, optional
        The nudge.
    tolerance : float, optional
        The largest relative error that passes, in each layer.

    Returns
    -------
    Report
        True if the gradient passed: `assert check_gradients(...)`.

    Raises
    ------
    ValueError
        If shapes do not fit (those that `gradients` returns included), something is empty or not
        finite, or eps or tolerance is not positive.
    TypeError
        If something is not of the type said above, or is complex.

    Notes
    -----
    A layer passes if its relative error is within the tolerance, or if none of its differences
    stands out from the noise: over all parameters together, a wrong layer with small slopes would
    be lost beside a right one with large slopes.

    At a corner (relu at 0) there are two slopes, one on each side, and a derivative between them is
    right: 0, 1 or what lies between. Central differences measure their mean. So where they differ
    from the gradient they are measured again, each z kept on its side of the corner, and a z that
    is exactly 0 on either: after zero biases and a sample of zeros, or after a layer whose units
    are all off.

    Examples
    --------
    >>> from nnlib import data, init_network
    >>> X, Y = data.step(n=6)
    >>> report = check_gradients(init_network([1, 2, 1], rng=0), X, Y)
    >>> report.passed, report.analytic.size
    (True, 7)
    """
    network, X, Y, loss = read_batch(network, X, Y, loss)
    theta = _in_double(flatten(network), "check_gradients: the network")
    X, Y = _in_double(X, "check_gradients: X"), _in_double(Y, "check_gradients: Y")
    tolerance = as_real_number(tolerance, "check_gradients: tolerance", above=0)
    network = unflatten(theta, network)

    def cost(theta):
        z, a = forward(unflatten(theta, network), X)
        return loss.output_costs(z[-1], a[-1], Y, network[-1].activation).mean()

    if not callable(gradients):
        raise TypeError(
            "check_gradients: gradients must be a function, but it is of type "
            f"{type(gradients).__name__}"
        )
    # It gets copies: what it might do to them shall not spoil the measurement as well.
    result = gradients(unflatten(theta, network), X.copy(), Y.copy(), loss)
    analytic = _flatten_result(result, network)
    numerical = numerical_gradient(cost, theta, eps)
    # The cost is rounded to one part in 4.5e15, the difference of two costs divided by 2 eps.
    noise = float(10 * np.finfo(np.float64).eps * max(1.0, abs(cost(theta))) / eps)
    report = _compare(analytic, numerical, network, tolerance, noise)
    if report.passed or not any(sigma.corners for _, _, sigma in network):
        return report
    below, above = (
        numerical_gradient(cost_on_one_side(network, X, Y, loss, side), theta, eps)
        for side in (-1, 1)
    )
    at_corner = (numerical != below) | (below != above)
    nearest = np.clip(analytic, np.minimum(below, above), np.maximum(below, above))
    numerical = np.where(at_corner, nearest, numerical)
    corners = tuple(parameter_name(p, network) for p in np.flatnonzero(at_corner))
    return _compare(analytic, numerical, network, tolerance, noise)._replace(corners=corners)


def _compare(analytic, numerical, network, tolerance, noise):
    """The report on slopes as derived and as measured, each layer judged by its own length."""
    shapes = [layer.W.shape for layer in network] + [layer.b.shape for layer in network]
    places, L = views(np.arange(analytic.size), shapes), len(network)
    layers = [np.append(W, b) for W, b in zip(places[:L], places[L:], strict=True)]
    errors = tuple(relative_error(analytic[layer], numerical[layer]) for layer in layers)
    difference = abs(analytic - numerical)
    difference[np.isnan(difference)] = np.inf
    wrong = [
        layer
        for layer, error in zip(layers, errors, strict=True)
        if not (error <= tolerance or difference[layer].max() <= noise)
    ]
    suspects = np.concatenate(wrong or layers)
    worst = int(suspects[np.argmax(difference[suspects])])
    return Report(
        passed=not wrong,
        relative_error=relative_error(analytic, numerical),
        tolerance=tolerance,
        noise=noise,
        worst=parameter_name(worst, network),
        worst_pair=(float(analytic[worst]), float(numerical[worst])),
        analytic=analytic,
        numerical=numerical,
        layer_errors=errors,
        corners=(),
    )


def cost_on_one_side(network, X, Y, loss, side):
    """The cost as a function of theta, with no corner that a nudge could carry a z across.

    Beyond a corner each activation goes on in a straight line, as steep as just before it. A z that
    is exactly at a corner takes the slope below it or above it, on both sides.

    Parameters
    ----------
    network : list of Layer
        As `read_network` returns it; where theta begins.
    X, Y : ndarray, shapes (N, n_0) and (N, n_L)
    loss : Loss
    side : int
        -1 for the slope below a corner, 1 for that above it.

    Returns
    -------
    callable
        Takes theta, in the order of `flatten`, returns the mean cost.

    Raises
    ------
    Nothing of its own.
    """
    start, _ = forward(network, X)

    def cost(theta):
        a = X
        for (W, b, sigma), z_start in zip(unflatten(theta, network), start, strict=True):
            z = a @ W.T + b
            a = sigma(z)
            for corner in sigma.corners:
                here = np.sign(z_start - corner)
                here[here == 0] = side
                slope = sigma.derivative(np.nextafter(corner, here * np.inf))
                crossed = (z - corner) * here < 0
                a = np.where(crossed, sigma(corner) + slope * (z - corner), a)
        # The loss need not allow what lies beyond a corner of the outputs, so it is not asked.
        with infinity_allowed():
            costs = loss.costs_from_logits(z, Y) if sigma == loss.partner else loss.costs(a, Y)
        return costs.sum(axis=1).mean()

    return cost


def _flatten_result(result, network):
    """Slopes dW and db of a gradient function in one vector, once their shapes fit."""
    if isinstance(result, ChainGradients) and all(layer.W.size == 1 for layer in network):
        result = [[[dw]] for dw in result.dw], [[db] for db in result.db]
    try:
        dW, db = as_list(result[0]), as_list(result[1])
    except (TypeError, IndexError, KeyError):
        raise TypeError(
            "check_gradients: gradients must return a Gradients, or a tuple that begins with dW "
            f"and db, but it returned a {type(result).__name__}"
        ) from None
    for name, slopes, wanted in (
        ("dW", dW, [layer.W.shape for layer in network]),
        ("db", db, [layer.b.shape for layer in network]),
    ):
        shapes = [
            as_numbers(slope, f"check_gradients: {name}[{l}]").shape
            for l, slope in enumerate(slopes)
        ]
        if shapes != wanted:
            raise ValueError(
                f"check_gradients: gradients returned {name} of shapes {shapes}, but {name[1]} "
                f"has shapes {wanted}"
            )
    return _in_double(flatten([*dW, *db]), "check_gradients: the gradient")


def _in_double(values, name):
    """A copy in float64."""
    return cast(as_real(values, name), np.float64, name).copy()


def _read_theta(f, theta, caller):
    if not callable(f):
        raise TypeError(f"{caller}: f must be a function, but it is of type {type(f).__name__}")
    theta = _in_double(theta, f"{caller}: theta")
    if theta.size == 0:
        raise ValueError(f"{caller}: theta is empty: there is nothing to take a slope by")
    check_finite(theta, f"{caller}: theta")
    return theta


def _value_of(f, theta, p, caller):
    """f(theta) as one built-in number; p says which entry was nudged."""
    found = f(theta)
    try:
        value = np.asarray(found)
    except ValueError:  # a list of lists of unequal lengths
        raise TypeError(
            f"{caller}: f must return one number, but it returned {describe(found)}"
        ) from None
    if value.ndim or value.dtype.kind not in "fciu":
        raise TypeError(
            f"{caller}: f must return one number, but it returned "
            + (f"an array of shape {value.shape}" if value.ndim else f"{value.item()!r}")
        )
    if not np.isfinite(value):
        raise ValueError(f"{caller}: f is {value} with theta{list(p)} nudged: no slope there")
    return complex(value) if value.dtype.kind == "c" else float(value)
