"""The gradient check: measured slopes against those of backprop, over every eps, bugs included."""

import numpy as np
import traitlets as t

from nnlib import gradcheck
from nnlib.network import Gradients, forward
from nnlib.reading import read_network
from nnlib.widgets.dense import NETWORK, NetworkFigure, check_network, check_parameter

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

    gradient = t.Dict(read_only=True)
    relative_error = t.Float(read_only=True)
    passed = t.Bool(read_only=True)
    worst = t.Unicode(read_only=True)

    @t.validate(*_FITTING)
    def _fits(self, proposal):
        _check_fit(**self._proposed(proposal, *_FITTING))
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
        theta = gradcheck.flatten(layers)
        measured = bool((theta + self.eps != theta - self.eps).all())
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


def _check_fit(W, b, activations, x, y, parameter, bug_layer):
    """Raise a TraitError that names the trait which does not fit the others."""
    check_network(W, b, activations, x, y)
    check_parameter(parameter, W, inputs=False)
    if bug_layer > len(W):
        raise t.TraitError(f"bug_layer is {bug_layer}; the layers are counted from 1 to {len(W)}")
