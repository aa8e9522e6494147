"""The layer matrix: a small network beside the matrices of one of its layers."""

import itertools
import math
from functools import partial

import traitlets as t

from nnlib.widgets import bundle, still
from nnlib.widgets.dense import NETWORK, NetworkFigure, check_network
from nnlib.widgets.figure import Int, Unicode, state_trait

DEFAULT = {
    "W": [[[1.2, -0.7], [0.4, 0.9], [-1.1, 0.5]], [[0.8, -1.3, 0.6], [-0.5, 1.0, 1.4]]],
    "b": [[0.1, -0.3, 0.2], [0.2, -0.4]],
    "activations": ["sigmoid", "sigmoid"],
}
DEFAULT_X = [1.0, -0.5, 0.5, -1.0]
_FITTING = (*NETWORK, "layer", "focus")
_CELL, _ROW, _GAP = 42, 24, 14  # pixels of the still: an entry, a row, and between two matrices


class LayerMatrix(NetworkFigure):
    """A dense network up to four wide and four deep, and W a + b = z of one of its layers.

    Parameters
    ----------
    network, W, b, activations
        As in every figure of a network.
    x : list of float
        The sample; the first of 1, -0.5, 0.5, -1 unless given.
    layer : int
        The layer whose matrices are shown, counted from 1.
    focus : str
        What is lit: "u2" (unit 2 of the layer: row 2), "k1" (unit 1 of the layer before:
        column 1), "w21" (the weight into unit 2 from unit 1), or "" (nothing).
    unit : int, optional
        ``unit=2`` is short for ``focus="u2"``.

    Attributes
    ----------
    z, a : list of list of float
        Pre-activations of each layer, and activations with a[0] = x. Read only.
    sizes : list of int
        Number of units of each layer, the inputs first. Read only.
    parameters : list of int
        Number of weights and biases of each layer, n_l n_(l-1) + n_l. Read only.

    Raises
    ------
    traitlets.TraitError
        If a value does not fit; the message names the trait.

    Notes
    -----
    W, b and x can change their sizes only together, inside ``hold_trait_notifications()``.

    Examples
    --------
    >>> from nnlib import init_network
    >>> figure = LayerMatrix(init_network([1, 3, 2, 1], rng=0), x=[0.5], layer=2, unit=1)
    >>> figure.focus, figure.sizes, figure.parameters
    ('u1', [1, 3, 2, 1], [6, 8, 3])
    """

    _esm = bundle.module("LayerMatrix")

    layer = state_trait(Int(1))
    focus = state_trait(Unicode(""))

    z = t.List(read_only=True)
    a = t.List(read_only=True)
    sizes = t.List(read_only=True)
    parameters = t.List(read_only=True)

    arguments = ("network", "unit")
    default = DEFAULT

    def __init__(self, network=None, *, unit=None, **traits):
        if unit is not None:
            if "focus" in traits:
                raise t.TraitError("unit and focus are both given; unit=2 means focus='u2'")
            traits["focus"] = f"u{unit}"
        super().__init__(network, **traits)
        self._compute()

    @t.default("x")
    def _some_input(self):
        return DEFAULT_X[: len(self.W[0][0])] if self.W and self.W[0] else []

    @t.validate(*_FITTING)
    def _fits(self, proposal):
        _check_fit(**self._proposed(proposal, *_FITTING))
        return proposal.value

    @t.observe("W", "b", "activations", "x")
    def _compute(self, _change=None):
        z, a = self.trace()
        sizes = [len(column) for column in a]
        counts = [n * before + n for before, n in itertools.pairwise(sizes)]
        with self.hold_trait_notifications():
            self.set_trait("z", [column.tolist() for column in z])
            self.set_trait("a", [column.tolist() for column in a])
            self.set_trait("sizes", sizes)
            self.set_trait("parameters", counts)

    # -- where no script runs -------------------------------------------------------------------

    def heights(self):
        """Return the height in pixels that the drawn figure takes, wide and narrow."""
        most, widest = max(self.sizes), max(self.sizes[1:])
        terms = max(self.sizes[:-1])
        matrices = 160 + 32 * (most + widest)
        is_long = any(len(name) > 4 and name != "sigmoid" for name in self.activations)
        row_text = (160, 186, 212, 264)[terms - 1] + (26 if is_long else 0)
        text = max(row_text, 76 + 26 * widest)
        counts = 24 * math.ceil(len(self.W) / 2)
        return (
            135 + matrices + (114 if terms < 3 else 140),
            197 + 60 * most + matrices + text + counts,
        )

    def description(self):
        """Return the network's sizes, and the chosen layer's numbers, in words."""
        rows, columns = len(self.W[self.layer - 1]), len(self.W[self.layer - 1][0])
        counts = ", ".join(str(size) for size in self.sizes)
        return (
            f"A network of {counts} units with {sum(self.parameters)} parameters. Layer "
            f"{self.layer}: W is {rows} by {columns}; z = W a + b is "
            f"({_listed(self.z[self.layer - 1])}), and a after it is "
            f"({_listed(self.a[self.layer])})."
        )

    def still(self):
        """Return the network, and the chosen layer's equation below it, as SVG."""
        top = 76 * max(self.sizes) + 10
        place = self.layer - 1
        before, bias, z, a = self.a[place], self.b[place], self.z[place], self.a[self.layer]
        rows = max(len(before), len(bias))
        middle = top + 34 + _ROW * rows / 2
        names = [f"W{self.layer}", f"a{place}" if place else "x"]
        names += [f"{letter}{self.layer}" for letter in "bza"]
        columns = [[[value] for value in column] for column in (before, bias, z, a)]
        blocks = [self.W[place], *columns]
        parts = [*self.diagram(460, 76 * max(self.sizes))]
        width = sum(_CELL * len(block[0]) + 10 for block in blocks) + 4 * _GAP
        x = left = (460 - width) / 2
        for name, block, sign in zip(names, blocks, ["", "", "+", "=", "→"], strict=True):
            if x > left:
                parts.append(still.text(x + _GAP / 2, middle, sign, text_anchor="middle"))
                x += _GAP
            parts += _bracketed(x, middle, name, block, partial(self._is_lit, name))
            x += _CELL * len(block[0]) + 10
        return still.picture(460, top + 60 + _ROW * rows, self.description(), parts)

    def _is_lit(self, name, j, k):
        """Return whether the focus holds entry (j, k) of a matrix or column of the still."""
        if not self.focus:
            return False
        kind, places = self.focus[0], [int(digit) - 1 for digit in self.focus[1:]]
        if name[0] == "W":
            return {"u": [j], "k": [k], "w": [j, k]}[kind] == places
        is_before = name in ("x", f"a{self.layer - 1}")
        return kind == ("k" if is_before else "u") and [j] == places


def _check_fit(W, b, activations, x, layer, focus):
    """Raise a TraitError that names the trait which does not fit the others."""
    check_network(W, b, activations, x)
    if not 1 <= layer <= len(W):
        raise t.TraitError(f"layer is {layer}; it must be a whole number from 1 to {len(W)}")
    rows, columns = len(W[layer - 1]), len(W[layer - 1][0])
    units = [f"u{j + 1}" for j in range(rows)]
    before = [f"k{k + 1}" for k in range(columns)]
    weights = [f"w{j + 1}{k + 1}" for j in range(rows) for k in range(columns)]
    if focus not in ["", *units, *before, *weights]:
        raise t.TraitError(
            f"focus is {focus!r}; in layer {layer} it must be empty or one of "
            f"{', '.join(units)} (a unit), {', '.join(before)} (a unit of the layer before), "
            f"{', '.join(weights)} (a weight)"
        )


def _bracketed(x, middle, name, block, is_lit):
    """Return the parts of a matrix between brackets, its name above and its shape below."""
    rows, columns = len(block), len(block[0])
    width, height = _CELL * columns + 10, _ROW * rows
    top, bottom, centre = middle - height / 2, middle + height / 2, x + width / 2
    fill = still.colour({"W": "w", "x": "a"}.get(name[0], name[0]))
    title = still.tag("tspan", name[0], font_style="italic", font_weight=700) + still.tag(
        "tspan", name[1:], dy="-0.5em", font_size="75%"
    )
    shape = {"fill": still.MUTED, "text_anchor": "middle", "font_size": 11}
    parts = [
        still.text(centre, top - 14, title, fill=fill, text_anchor="middle"),
        still.text(centre, bottom + 12, f"{rows} × {columns}", **shape),
    ]
    for end, inward in ((x, 5), (x + width, -5)):
        d = f"M{end + inward:.1f},{top:.1f}h{-inward}v{height}h{inward}"
        parts.append(still.tag("path", d=d, fill="none", stroke=still.INK))
    for j, row in enumerate(block):
        for k, value in enumerate(row):
            place = (x + 5 + _CELL * (k + 0.5), top + _ROW * (j + 0.5))
            words = still.number(value, 3)
            style = {"text_anchor": "middle", "font_weight": 700 if is_lit(j, k) else 400}
            parts.append(still.text(*place, words, fill=fill, font_size=12, **style))
    return parts


def _listed(values):
    return ", ".join(still.number(value) for value in values)
