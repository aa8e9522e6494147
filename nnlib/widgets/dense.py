"""What the figures of dense networks share: a network and a sample as traits."""

import re
from types import MappingProxyType

import numpy as np
import traitlets as t

from nnlib.network import Layer, forward
from nnlib.widgets import still
from nnlib.widgets.figure import (
    ACTIVATIONS,
    Enum,
    Figure,
    Float,
    List,
    check_number,
    read_layers,
    state_trait,
)

MOST = 4
NETWORK = ("W", "b", "activations", "x")


class NetworkFigure(Figure):
    """Base of the figures that show a network of at most four layers and four units a layer.

    A subclass validates the traits of `NETWORK` together with its own that depend on them.

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
    default = MappingProxyType({})  # the traits where neither a network nor W is given

    W = state_trait(List(List(List(Float()))))
    b = state_trait(List(List(Float())))
    activations = state_trait(List(Enum(ACTIVATIONS)))
    x = state_trait(List(Float()))

    def __init__(self, network=None, **traits):
        if network is not None:
            traits = _as_traits(network) | traits
        elif "W" not in traits:
            traits = self.default | traits
        if "W" in traits:
            missing = [name for name in self.given if name not in traits and self.has_trait(name)]
            traits |= {name: [] for name in missing}
        for name in ("W", "b", "x", "y"):
            if name in traits:
                traits[name] = _as_lists(traits[name])
        super().__init__(**traits)

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

    def diagram(self, width, height, below=None):
        """Return the parts of a still of the network: units in columns, weights as lines."""
        _, a = self.trace()
        places = [
            [
                (
                    40 + layer * (width - 80) / len(self.W),
                    height / 2 + (j - (len(column) - 1) / 2) * 72,
                )
                for j in range(len(column))
            ]
            for layer, column in enumerate(a)
        ]
        parts = []
        for layer, matrix in enumerate(self.W):
            for j, row in enumerate(matrix):
                for k, _ in enumerate(row):
                    (x0, y0), (x1, y1) = places[layer][k], places[layer + 1][j]
                    stroke = still.colour("w")
                    parts.append(still.tag("line", x1=x0, y1=y0, x2=x1, y2=y1, stroke=stroke))
        for layer, column in enumerate(a):
            for j, value in enumerate(column):
                x, y = places[layer][j]
                fill, rim = "var(--nn-surface, #ffffff)", still.colour("a")
                parts.append(still.tag("circle", cx=x, cy=y, r=18, fill=fill, stroke=rim))
                number = still.number(value, 3)
                parts.append(still.text(x, y, number, text_anchor="middle", font_size=11))
                if below and layer:
                    words = below[layer - 1][j]
                    fill = still.colour("d")
                    parts.append(
                        still.text(x, y + 28, words, fill=fill, text_anchor="middle", font_size=11)
                    )
        return parts


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


def check_network(W, b, activations, x):
    """Raise a TraitError that names what does not fit in a network and its sample."""
    if not 1 <= len(W) <= MOST:
        raise t.TraitError(f"W must hold 1 to {MOST} matrices, not {len(W)}")
    for name, entries in (("b", b), ("activations", activations)):
        if len(entries) != len(W):
            raise t.TraitError(
                f"{name} has {len(entries)} entries and W has {len(W)}; give one of both a layer "
                "(to change them together, use hold_trait_notifications())"
            )
    inputs = None  # as many as the first row has
    for layer, (matrix, biases) in enumerate(zip(W, b, strict=True)):
        if not 1 <= len(matrix) <= MOST:
            raise t.TraitError(f"W[{layer}] has {len(matrix)} rows; a layer has 1 to {MOST} units")
        for j, row in enumerate(matrix):
            check_numbers(f"W[{layer}][{j}]", row, inputs)
            inputs = len(row)
        check_numbers(f"b[{layer}]", biases, len(matrix))
        inputs = len(matrix)
    check_numbers("x", x, len(W[0][0]))


def place_of(parameter):
    """Return the place of "w2_31", "b2_3" or "x_1", counted from 0; None for another text.

    Parameters
    ----------
    parameter : str

    Returns
    -------
    tuple or None
        The column of units that it changes first (0: the inputs), the unit, and for a weight the
        unit before, otherwise None: (2, 2, 0), (2, 2, None) and (0, 0, None).
    """
    found = re.fullmatch(r"w([1-4])_([1-4])([1-4])|b([1-4])_([1-4])|x_([1-4])", parameter)
    if found is None:
        return None
    numbers = [int(part) for part in found.groups() if part]
    if len(numbers) == 1:
        return 0, numbers[0] - 1, None
    return numbers[0], numbers[1] - 1, numbers[2] - 1 if len(numbers) == 3 else None


def check_parameter(parameter, W, inputs):
    """Raise a TraitError if a network has no such parameter; `inputs`: whether x_1 is one."""
    sizes = [len(W[0][0]), *map(len, W)]
    layer, unit, before = place_of(parameter) or (len(sizes), 0, None)
    if (
        layer >= len(sizes)
        or unit >= sizes[layer]
        or (before is not None and before >= sizes[layer - 1])
        or (layer == 0 and not inputs)
    ):
        others = ", b1_2 or x_1" if inputs else " or b1_2"
        raise t.TraitError(
            f"parameter is {parameter!r}; it must be like w1_21 (layer 1, into unit 2 from unit "
            f"1){others}, inside the network"
        )


def check_numbers(name, values, length):
    """Raise a TraitError that names what is wrong with a list of numbers; None: 1 to 4 of them."""
    if length is None and not 1 <= len(values) <= MOST:
        raise t.TraitError(f"{name} must have 1 to {MOST} numbers, not {len(values)}")
    if length is not None and len(values) != length:
        raise t.TraitError(f"{name} must have {length} numbers, not {len(values)}")
    for place, value in enumerate(values):
        check_number(f"{name}[{place}]", value)
