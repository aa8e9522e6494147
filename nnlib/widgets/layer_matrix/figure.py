"""The layer matrix: a small network beside the matrices of one of its layers."""

import itertools

import traitlets as t

from nnlib.widgets.dense import NETWORK, NetworkFigure, check_network

SAMPLE = [1.0, -0.5, 0.5, -1.0]  # the inputs, as many as there are
_FITTING = (*NETWORK, "layer", "focus")


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

    z = t.List(read_only=True)
    a = t.List(read_only=True)
    sizes = t.List(read_only=True)
    parameters = t.List(read_only=True)

    arguments = ("network", "unit")
    given = ("b", "activations")

    def __init__(self, network=None, *, unit=None, **traits):
        if unit is not None:
            if "focus" in traits:
                raise t.TraitError("unit and focus are both given; unit=2 means focus='u2'")
            traits["focus"] = f"u{unit}"
        super().__init__(network, **traits)

    @t.default("x")
    def _some_input(self):
        return SAMPLE[: len(self.W[0][0])]

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


def _check_fit(W, b, activations, x, layer, focus):
    """Raise a TraitError that names the trait which does not fit the others."""
    check_network(W, b, activations, x)
    if layer > len(W):
        raise t.TraitError(f"layer is {layer}; the layers are counted from 1 to {len(W)}")
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
