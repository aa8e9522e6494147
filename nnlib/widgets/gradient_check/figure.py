"""The gradient check: measured slopes against those of backprop, over every eps, bugs included."""

from copy import deepcopy

import numpy as np
import traitlets as t

from nnlib import gradcheck
from nnlib.batched import gradients
from nnlib.network import Gradients, forward
from nnlib.reading import read_network
from nnlib.widgets import bundle, still
from nnlib.widgets.dense import (
    NETWORK,
    NetworkFigure,
    check_network,
    check_numbers,
    check_parameter,
)
from nnlib.widgets.figure import Bool, Enum, Float, Int, List, Unicode, state_trait

DEFAULT = {
    "W": [
        [[0.8, -1.2], [0.5, 0.9], [-1.1, 0.4]],
        [[1.3, -0.7, 0.6], [-0.9, 1.1, 0.8], [0.4, -1.5, 0.7]],
        [[0.9, -1.2, 0.5], [-0.6, 0.8, 1.4]],
    ],
    "b": [[0.1, -0.2, 0.3], [0.2, -0.4, 0.1], [-0.3, 0.2]],
    "activations": ["sigmoid"] * 3,
    "x": [1.0, -0.5],
    "y": [1.0, 0.0],
}

BUGS = {
    "none": "no bug",
    "sign": "a wrong sign",
    "half": "the cost's factor of a half missing",
    "transpose": "a missing transpose",
    "a_for_z": "sigma' taken at a instead of z",
    "path": "a forgotten path",
    "slope": "sigma' forgotten",
}
TOLERANCE = 1e-7
SMALLEST_EPS = 1e-15
SMALLEST_STEP = 1e-200
_FITTING = (*NETWORK, "y", "parameter", "bug_layer")


class GradientCheck(NetworkFigure):
    """Central differences against backprop for one sample, over eps from 1 to 1e-15.

    Parameters
    ----------
    network, W, b, activations, x
        As in every figure of a network.
    y : list of float
        One target an output; the cost is C = 1/2 sum_j (a_j - y_j)^2.
    eps : float
        The nudge of the central differences, 1e-15 to 1.
    bug : str
        What is wrong with the backward pass that is checked: "none", "sign" (turned round),
        "half" (the cost's factor 1/2 missing, so 2 (a - y)), "transpose" (missing), "a_for_z"
        (sigma' taken at a), "path" (the path through the last unit of the next layer forgotten) or
        "slope" (sigma' forgotten).
    bug_layer : int
        The layer whose line of the backward pass has the bug, from 1. "half" is in the last layer
        always. Where a bug cannot be, the figure says why, and the backward pass is right.
    parameter : str
        The slope that is read out: "w2_31" is the weight of layer 2 into unit 3 from unit 1;
        "b2_3" a bias.
    show_one_sided : bool
        Show the one-sided differences too.
    show_complex : bool
        Show the complex step too.
    complex_eps : float
        The imaginary nudge of the complex step, 1e-200 to 1.

    Attributes
    ----------
    gradient : dict
        "W" and "b", in the shapes of W and b: what the backward pass, with its bug, returns. Read
        only.
    relative_error : float
        Between `gradient` and the central differences at `eps`, over all parameters; NaN where eps
        is too small to change one of them. Read only.
    passed : bool
        The verdict of `nnlib.gradcheck.check_gradients` at a tolerance of 1e-7. Read only.
    worst : str
        The parameter with the largest difference, such as "layer 2: W[0, 1]". Read only.

    Raises
    ------
    traitlets.TraitError
        If a value does not fit; the message names the trait.

    Examples
    --------
    >>> from nnlib import init_network
    >>> figure = GradientCheck(init_network([2, 3, 1], rng=0), x=[1.0, 0.5], y=[1.0])
    >>> figure.passed
    True
    >>> figure.bug = "slope"
    >>> figure.passed
    False
    """

    _esm = bundle.module("GradientCheck")

    y = state_trait(List(Float()))
    eps = state_trait(Float(1e-5))
    bug = state_trait(Enum(tuple(BUGS), "none"))
    bug_layer = state_trait(Int(1))
    parameter = state_trait(Unicode("w1_11"))
    show_one_sided = state_trait(Bool(False))
    show_complex = state_trait(Bool(False))
    complex_eps = state_trait(Float(1e-20))

    gradient = t.Dict(read_only=True)
    relative_error = t.Float(read_only=True)
    passed = t.Bool(read_only=True)
    worst = t.Unicode(read_only=True)

    default = DEFAULT

    def __init__(self, network=None, **traits):
        self._measured = {}
        super().__init__(network, **traits)

    @t.validate(*_FITTING)
    def _fits(self, proposal):
        _check_fit(**self._proposed(proposal, *_FITTING))
        return proposal.value

    @t.validate("eps", "complex_eps")
    def _is_a_nudge(self, proposal):
        name = proposal.trait.name
        smallest = {"eps": SMALLEST_EPS, "complex_eps": SMALLEST_STEP}[name]
        if not smallest <= proposal.value <= 1:
            raise t.TraitError(
                f"{name} is {proposal.value}; it must be a number from {smallest:g} to 1"
            )
        return proposal.value

    def bug_place(self):
        """Return the layer that the bug sits in, from 1; None where it cannot be, or is none."""
        if self.bug == "none":
            return None
        if self.bug == "half":
            return len(self.W)
        if self.bug in ("transpose", "path"):
            if self.bug_layer == len(self.W):
                return None
            matrix = self.W[self.bug_layer]
            if self.bug == "transpose" and len(matrix) != len(matrix[0]):
                return None
            if self.bug == "path" and len(matrix) == 1:
                return None
        return self.bug_layer

    @t.observe("W", "b", "activations", "x", "y", "eps", "bug", "bug_layer")
    def _compute(self, _change=None):
        layers = read_network(self.network())
        found = self._backward(layers, np.array([self.x]), np.array([self.y]))
        measured = not self._is_lost(self.eps)
        if measured:
            report = gradcheck.check_gradients(
                layers, [self.x], [self.y], gradients=self._backward, eps=self.eps
            )
        with self.hold_trait_notifications():
            as_lists = {"W": [g.tolist() for g in found.dW], "b": [g.tolist() for g in found.db]}
            self.set_trait("gradient", as_lists)
            self.set_trait("relative_error", report.relative_error if measured else np.nan)
            self.set_trait("passed", measured and report.passed)
            self.set_trait("worst", report.worst if measured else "")

    def _backward(self, network, X, Y, _loss=None):
        """Backpropagation of one sample with the bug: a gradient function for check_gradients."""
        z, a = forward(network, np.asarray(X, float))
        x_to_output = [column[0] for column in a]
        L, place = len(self.W), self.bug_place()
        delta = [None] * L
        for l in reversed(range(L)):
            bug = self.bug if l + 1 == place else "none"
            if l == L - 1:
                arriving = (2 if bug == "half" else 1) * (x_to_output[L] - Y[0])
            elif bug == "transpose":
                arriving = network[l + 1].W @ delta[l + 1]
            else:
                kept = slice(None, -1 if bug == "path" else None)
                arriving = network[l + 1].W[kept].T @ delta[l + 1][kept]
            at = x_to_output[l + 1] if bug == "a_for_z" else z[l][0]
            slope = 1 if bug == "slope" else network[l].activation.derivative(at)
            delta[l] = (-1 if bug == "sign" else 1) * arriving * slope
        dW = [np.outer(d, below) for d, below in zip(delta, x_to_output, strict=False)]
        return Gradients(dW, [d.copy() for d in delta], [d[None] for d in delta])

    # -- where no script runs -------------------------------------------------------------------

    def _is_lost(self, eps):
        theta = gradcheck.flatten(self.network())
        return bool((theta + eps == theta - eps).any())

    def errors(self, method="central", right=False):
        """Return the relative error over eps: what the figure draws.

        Parameters
        ----------
        method : str
            "central", "one_sided" or "complex".
        right : bool
            Of the right gradient, instead of the one with the bug.

        Returns
        -------
        list of list of float
            [eps, relative error] from 1 down to 1e-15, two in each power of ten; without those too
            small to change a parameter.

        Raises
        ------
        KeyError
            If the method is another.
        """
        network = [self.W, self.b, self.activations, self.x, self.y]
        if self._measured.get("network") != network:
            self._measured = {"network": deepcopy(network)}
        if method not in self._measured:
            self._measured[method] = self._measure(method)
        X, Y = np.array([self.x]), np.array([self.y])
        derived = (gradients if right else self._backward)(read_network(self.network()), X, Y)
        return [
            [eps, gradcheck.relative_error(gradcheck.flatten(derived), slopes)]
            for eps, slopes in self._measured[method]
        ]

    def _measure(self, method):
        layers = read_network(self.network())
        theta = gradcheck.flatten(layers)
        X, y = np.array([self.x]), np.array(self.y)

        def cost(theta):
            output = forward(gradcheck.unflatten(theta, layers), X)[1][-1][0]
            return 0.5 * ((output - y) ** 2).sum()

        def one_sided(eps):
            return [(cost(up) - cost(theta)) / eps for up in theta + eps * np.eye(theta.size)]

        def complex_step(eps):
            return [cost(up).imag / eps for up in theta + 1j * eps * np.eye(theta.size)]

        slopes = {
            "central": lambda eps: gradcheck.numerical_gradient(cost, theta, eps),
            "one_sided": one_sided,
            "complex": complex_step,
        }[method]
        grid = [10.0 ** (-k / 2) for k in range(31)]
        seen = [eps for eps in grid if method == "complex" or not self._is_lost(eps)]
        return [(eps, slopes(eps)) for eps in seen]

    def heights(self):
        """Return the height in pixels that the drawn figure takes, wide and narrow."""
        rows = 26 * len(self.W)
        more = (124, 187) if self.show_complex else (0, 0)
        return 781 + rows + more[0], 1011 + rows + more[1]

    def description(self):
        """Return what is compared and the verdict, in words."""
        sizes = ", ".join(str(len(column)) for column in [self.x, *self.b])
        count = gradcheck.flatten(self.network()).size
        place = self.bug_place()
        bug = BUGS[self.bug] + (f" in layer {place}" if place else "")
        if self.bug != "none" and place is None:
            bug += f", which cannot be in layer {self.bug_layer}"
        verdict = f"relative error {still.number(self.relative_error, 2)} over {count} slopes: "
        if np.isnan(self.relative_error):
            verdict = "eps is too small to change every parameter, so nothing is measured"
        elif not self.passed:
            verdict += f"failed at tolerance 1e-7, largest difference at {self.worst}"
        elif self.relative_error > TOLERANCE:
            verdict += "no difference stands out from rounding at this eps, which proves nothing"
        else:
            verdict += "passed at tolerance 1e-7"
        errors = self.errors()
        least = min(errors, key=lambda point: point[1])
        (_, first), (end, last) = errors[0], errors[-1]
        return (
            f"Backprop of a network of {sizes} units, with {bug}, against central differences at "
            f"eps {_short(self.eps)}: {verdict}. From eps 1 down to {_short(end)} the relative "
            f"error goes from {still.number(first, 2)} through {still.number(least[1], 2)}, its "
            f"least, at eps {_short(least[0])}, to {still.number(last, 2)}: a large eps adds the "
            "error of truncation, a small one that of rounding."
        )

    def _verdict(self):
        """Return the verdict in a word or two, with the relative error."""
        if np.isnan(self.relative_error):
            return "no answer"
        if not self.passed:
            word = "failed"
        else:
            word = "passed" if self.relative_error <= TOLERANCE else "only noise"
        return f"{still.number(self.relative_error, 2)}, {word}"

    def still(self):
        """Return the error against eps, both logarithmic, as SVG."""
        plot = still.Plot(64, 440, 264, 40, (-15.0, 0.0), (-17.0, 0.0))
        small = {"fill": still.MUTED, "font_size": 11}
        parts = [still.text(12, 16, "relative error against eps", font_size=12, font_weight=600)]
        for power in range(-15, 1, 3):
            px, _ = plot.at(power, 0)
            words = _power(power)
            parts.append(still.text(px, plot.bottom + 14, words, text_anchor="middle", **small))
        for power in range(-16, 1, 4):
            parts.append(_level(plot, power, stroke=still.LINE))
            _, py = plot.at(0, power)
            words = _power(power)
            parts.append(still.text(plot.left - 6, py, words, text_anchor="end", **small))
        bar = np.log10(TOLERANCE)
        parts.append(_level(plot, bar, stroke=still.MUTED, stroke_dasharray="2 3"))
        _, py = plot.at(0, bar)
        parts.append(still.text(plot.left + 4, py + 9, "tolerance 10⁻⁷", **small))
        px, py = plot.at(-11.4, -5.8)
        parts.append(still.text(px, py, "rounding", text_anchor="end", **small))
        right = dict(self.errors(right=True))
        if right[0.01] and 50 < right[0.1] / right[0.01] < 200:  # a straight network has no bend
            px, py = plot.at(-2.6, -9.5)
            parts.append(still.text(px, py, "truncation", **small))
        drawn = [(self.errors(), still.INK, 2, "none")]
        if self.bug_place():
            drawn.append((self.errors(right=True), still.MUTED, 1.5, "2 3"))
        if self.show_one_sided:
            drawn.append((self.errors("one_sided"), still.MUTED, 1.5, "7 3"))
        if self.show_complex:
            drawn.append((self.errors("complex"), still.colour("d"), 2, "9 3 2 3"))
        for points, stroke, width, dash in drawn:
            places = [[np.log10(eps), _log(error)] for eps, error in points]
            parts.append(plot.curve(places, stroke, width, dash))
        if not np.isnan(self.relative_error):
            px, py = plot.at(np.log10(self.eps), _log(self.relative_error))
            ring = {"fill": "none", "stroke": still.INK, "stroke_width": 2}
            parts.append(still.tag("circle", cx=float(px), cy=float(py), r=7, **ring))
        words = f"eps {_short(self.eps)}: {self._verdict()}"
        bold = {"font_size": 12, "font_weight": 600}
        parts.append(still.text(plot.right, 16, words, text_anchor="end", **bold))
        return still.picture(460, 290, self.description(), parts)


def _check_fit(W, b, activations, x, y, parameter, bug_layer):
    """Raise a TraitError that names the trait which does not fit the others."""
    check_network(W, b, activations, x)
    check_numbers("y", y, len(W[-1]))
    check_parameter(parameter, W, inputs=False)
    if not 1 <= bug_layer <= len(W):
        raise t.TraitError(f"bug_layer is {bug_layer}; the layers are counted from 1 to {len(W)}")


def _level(plot, power, **attributes):
    """Return a line across the plot at an error of a power of ten."""
    _, py = plot.at(0, power)
    py = float(py)
    return still.tag("line", x1=plot.left, x2=plot.right, y1=py, y2=py, **attributes)


def _log(error):
    """Return log10 of an error, held to the plot where it is 0."""
    return float(np.log10(max(error, 1e-17)))


def _short(eps):
    """Return an eps as one types it: 1e-5, not 1e-05."""
    return f"{eps:.2g}".replace("e-0", "e-")


def _power(power):
    digits = str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return "1" if power == 0 else f"10{digits}"
