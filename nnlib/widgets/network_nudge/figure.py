"""The network nudge: one number of a small network moves, and every path to the cost adds up."""

import numpy as np
import traitlets as t

from nnlib.batched import gradients
from nnlib.losses import quadratic
from nnlib.network import forward
from nnlib.widgets.dense import NETWORK, NetworkFigure, check_network, check_parameter

_FITTING = (*NETWORK, "y", "parameter", "crossed")


class NetworkNudge(NetworkFigure):
    """A dense network up to four wide and four deep; nudge any number and follow every path.

    Parameters
    ----------
    network, W, b, activations, x
        As in every figure of a network.
    y : list of float
        One target an output; the cost is C = 1/2 sum_j (a_j - y_j)^2.
    parameter : str
        "w2_31" is the weight of layer 2 into unit 3 from unit 1; "b2_3" a bias; "x_1" an input.
    nudge : float
        How far it is moved.
    crossed : list of int
        Units of the next layer, each once; the paths through them are left out of the promise.

    Attributes
    ----------
    cost : float
        Read only.
    gradient : dict
        "W" and "b", in the shapes of W and b. Read only.
    delta : list of list of float
        dC/dz of every unit. Read only.

    Raises
    ------
    traitlets.TraitError
        If a value does not fit; the message names the trait.

    Examples
    --------
    >>> from nnlib import init_network
    >>> figure = NetworkNudge(init_network([2, 3, 1], rng=0), x=[1.0, 0.5], y=[1.0])
    >>> [len(row) for row in figure.gradient["W"][0]]
    [2, 2, 2]
    """

    cost = t.Float(read_only=True)
    gradient = t.Dict(read_only=True)
    delta = t.List(read_only=True)

    @t.validate(*_FITTING)
    def _fits(self, proposal):
        _check_fit(**self._proposed(proposal, *_FITTING))
        return proposal.value

    @t.observe("W", "b", "activations", "x", "y")
    def _compute(self, _change=None):
        network, X, Y = self.network(), np.array([self.x]), np.array([self.y])
        found = gradients(network, X, Y)
        with self.hold_trait_notifications():
            self.set_trait("cost", quadratic(forward(network, X).a[-1], Y))
            as_lists = {"W": [g.tolist() for g in found.dW], "b": [g.tolist() for g in found.db]}
            self.set_trait("gradient", as_lists)
            self.set_trait("delta", [column[0].tolist() for column in found.delta])


def _check_fit(W, b, activations, x, y, parameter, crossed):
    """Raise a TraitError that names the trait which does not fit the others."""
    check_network(W, b, activations, x, y)
    check_parameter(parameter, W, inputs=True)
    layer = 0 if parameter[0] == "x" else int(parameter[1])
    paths = range(1, len(W[layer]) + 1) if layer < len(W) else ()
    for number in crossed:
        if number not in paths:
            known = f"paths through {', '.join(map(str, paths))}" if paths else "no paths to cross"
            raise t.TraitError(f"crossed names unit {number}; from {parameter} there are {known}")
