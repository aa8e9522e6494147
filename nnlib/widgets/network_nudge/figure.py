"""The network nudge: one number of a small network moves, and every path to the cost adds up."""

import numpy as np
import traitlets as t

from nnlib.activations import get_activation
from nnlib.batched import gradients
from nnlib.network import forward
from nnlib.widgets import bundle, still
from nnlib.widgets.dense import (
    NETWORK,
    NetworkFigure,
    check_network,
    check_numbers,
    check_parameter,
    place_of,
)
from nnlib.widgets.figure import (
    Float,
    Int,
    List,
    Unicode,
    check_different,
    check_number,
    number_trait,
    state_trait,
)

DEFAULT = {
    "W": [[[0.8, -1.2], [0.5, 0.9], [-1.1, 0.4]], [[1.3, -0.7, 0.6], [-0.9, 1.1, 0.8]]],
    "b": [[0.1, -0.2, 0.3], [0.2, -0.4]],
    "activations": ["sigmoid", "sigmoid"],
    "x": [1.0, -0.5],
    "y": [1.0, 0.0],
}
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

    _esm = bundle.module("NetworkNudge")

    y = state_trait(List(Float()))
    parameter = state_trait(Unicode("w1_11"))
    nudge = number_trait(0.5)
    crossed = state_trait(List(Int()))

    cost = t.Float(read_only=True)
    gradient = t.Dict(read_only=True)
    delta = t.List(read_only=True)

    default = DEFAULT

    def __init__(self, network=None, **traits):
        super().__init__(network, **traits)
        self._compute()

    @t.validate(*_FITTING)
    def _fits(self, proposal):
        _check_fit(**self._proposed(proposal, *_FITTING))
        return proposal.value

    @t.validate("nudge")
    def _is_number(self, proposal):
        check_number("nudge", proposal.value)
        return proposal.value

    @t.observe("W", "b", "activations", "x", "y")
    def _compute(self, _change=None):
        found = gradients(self.network(), np.array([self.x]), np.array([self.y]))
        with self.hold_trait_notifications():
            self.set_trait("cost", self._cost(self.network(), self.x))
            as_lists = {"W": [g.tolist() for g in found.dW], "b": [g.tolist() for g in found.db]}
            self.set_trait("gradient", as_lists)
            self.set_trait("delta", [column[0].tolist() for column in found.delta])

    def _cost(self, network, x):
        output = forward(network, np.array([x])).a[-1][0]
        return float(0.5 * ((output - self.y) ** 2).sum())

    def changes(self):
        """Return the actual change of the cost for the nudge, and the promised one."""
        layer, unit, before = place_of(self.parameter)
        network, x = self.network(), list(self.x)
        if self.parameter[0] == "x":
            x[unit] += self.nudge
            slope_into = 1.0
        elif self.parameter[0] == "b":
            network[layer - 1].b[unit] += self.nudge
            slope_into = self._squash_slope(layer, unit)
        else:
            network[layer - 1].W[unit, before] += self.nudge
            slope_into = self.trace()[1][layer - 1][before] * self._squash_slope(layer, unit)
        if layer == len(self.W):
            paths = [self.trace()[1][-1][unit] - self.y[unit]]
        else:
            paths = [
                self.W[layer][m][unit] * self.delta[layer][m]
                for m in range(len(self.W[layer]))
                if m + 1 not in self.crossed
            ]
        return self._cost(network, x) - self.cost, float(self.nudge * slope_into * sum(paths))

    def _squash_slope(self, layer, unit):
        layers = self.network()
        z = self.trace()[0][layer - 1]
        return float(get_activation(layers[layer - 1].activation).derivative(z)[unit])

    # -- where no script runs -------------------------------------------------------------------

    def heights(self):
        """Return the height in pixels that the drawn figure takes, wide and narrow."""
        tallest = 76 * max(len(self.x), *(len(matrix) for matrix in self.W))
        paths = max(len(matrix) for matrix in self.W[1:]) if len(self.W) > 1 else 1
        return 554 + tallest + 29 * paths, 912 + tallest + 44 * paths

    def description(self):
        """Return the network, its cost and the nudge in words."""
        sizes = ", ".join(str(len(column)) for column in [self.x, *self.b])
        actual, promised = self.changes()
        left_out = f", leaving out units {self.crossed}" if self.crossed else ""
        return (
            f"A network of {sizes} units with cost {still.number(self.cost)}. A nudge of "
            f"{still.number(self.nudge)} in {self.parameter} changes the cost by "
            f"{still.signed(actual)}; its derivative{left_out} promises {still.signed(promised)}."
        )

    def still(self):
        """Return the network with every activation and delta, as SVG."""
        height = 84 * max(len(column) for column in [self.x, *self.b])
        below = [[f"δ {still.signed(d)}" for d in column] for column in self.delta]
        return still.picture(460, height, self.description(), self.diagram(460, height, below))


def _check_fit(W, b, activations, x, y, parameter, crossed):
    """Raise a TraitError that names the trait which does not fit the others."""
    check_network(W, b, activations, x)
    check_numbers("y", y, len(W[-1]))
    check_parameter(parameter, W, inputs=True)
    layer = place_of(parameter)[0]
    paths = range(1, len(W[layer]) + 1) if layer < len(W) else ()
    for number in crossed:
        if number not in paths:
            known = f"paths through {', '.join(map(str, paths))}" if paths else "no paths to cross"
            raise t.TraitError(f"crossed names unit {number}; from {parameter} there are {known}")
    check_different("crossed", crossed)
