"""What the figures of dense networks share: a network and a sample as traits."""

import numpy as np
import traitlets as t

from nnlib.network import Layer, forward
from nnlib.widgets.figure import Figure, read_layers

NETWORK = ("W", "b", "activations", "x")


class NetworkFigure(Figure):
    """Base of the figures that show a network of at most four layers and four units a layer.

    A subclass validates the traits of `NETWORK` together with its own that depend on them, and
    computes what is read only by a method `_compute`.

    Parameters
    ----------
    network : list of nnlib.Layer, optional
        Sets `W`, `b` and `activations`.
    W : list of list of list of float
        One matrix a layer, ``W[l][j][k]`` from unit k of the layer before into unit j.
    b : list of list of float
        One bias a unit.
    activations : list of str
        One name a layer.
    x : list of float
        The sample.
    """

    arguments = ("network",)
    given = ("b", "activations", "x", "y")  # what belongs to a network that is not the default one

    def __init__(self, network=None, **traits):
        if network is not None:
            traits = _as_traits(network) | traits
        if "W" in traits:
            missing = [name for name in self.given if name not in traits and self.has_trait(name)]
            traits |= {name: [] for name in missing}
        for name in ("W", "b", "x", "y"):
            if name in traits:
                traits[name] = _as_lists(traits[name])
        super().__init__(**traits)
        self._compute()

    @classmethod
    def from_network(cls, network, **traits):
        """Return the figure of a network: the same as passing it first."""
        return cls(network, **traits)

    def network(self):
        """Return the network as a list of nnlib.Layer."""
        return [
            Layer(np.array(W), np.array(b), activation)
            for W, b, activation in zip(self.W, self.b, self.activations, strict=True)
        ]

    def trace(self):
        """Return z and a of the sample: lists of 1-D arrays, a[0] being x."""
        z, a = forward(self.network(), np.array([self.x]))
        return [column[0] for column in z], [column[0] for column in a]


def _as_traits(network):
    layers = read_layers(network)
    return {
        "W": [layer.W.tolist() for layer in layers],
        "b": [layer.b.tolist() for layer in layers],
        "activations": [layer.activation.name for layer in layers],
    }


def _as_lists(value):
    """Arrays, and tuples or lists of arrays, as lists of built-in numbers."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, list | tuple):
        return [_as_lists(item) for item in value]
    return value


def check_network(W, b, activations, x, y=None):
    """Raise a TraitError that names what of a network, its sample and its targets does not fit."""
    for name, entries in (("b", b), ("activations", activations)):
        if len(entries) != len(W):
            raise t.TraitError(
                f"{name} has {len(entries)} entries and W has {len(W)}; give one of both a layer "
                "(to change them together, use hold_trait_notifications())"
            )
    lists = []  # (name, list, its length)
    inputs = len(W[0][0])
    for l, matrix in enumerate(W):
        lists += [(f"W[{l}][{j}]", row, inputs) for j, row in enumerate(matrix)]
        inputs = len(matrix)
        lists.append((f"b[{l}]", b[l], inputs))
    lists.append(("x", x, len(W[0][0])))
    if y is not None:
        lists.append(("y", y, inputs))
    for name, values, length in lists:
        if len(values) != length:
            raise t.TraitError(f"{name} must have {length} numbers, not {len(values)}")


def check_parameter(parameter, W, inputs):
    """Raise a TraitError if a network has no such parameter; `inputs`: whether x_1 is one."""
    known = [f"x_{k + 1}" for k in range(len(W[0][0]))] if inputs else []
    for l, matrix in enumerate(W, start=1):
        for j, row in enumerate(matrix, start=1):
            known += [f"b{l}_{j}", *(f"w{l}_{j}{k + 1}" for k in range(len(row)))]
    if parameter not in known:
        others = ", b1_2 or x_1" if inputs else " or b1_2"
        raise t.TraitError(
            f"parameter is {parameter!r}; it must be like w1_21 (layer 1, into unit 2 from unit "
            f"1){others}, inside the network"
        )
