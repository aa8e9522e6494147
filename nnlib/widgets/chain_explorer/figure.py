"""The chain explorer: a chain of single units as tracks, with its gradient at work."""

import traitlets as t

from nnlib import scalar
from nnlib.widgets.figure import Figure


class ChainExplorer(Figure):
    """A chain of one to five single units, drawn as tracks from x at the top to C below.

    Every trait can be set from Python, which moves the figure, and observed, which tells when the
    reader has moved it.

    Parameters
    ----------
    w, b : list of float
        A weight and a bias for each unit; one to five of each.
    x, y : float
        The sample and its target. The cost is C = 1/2 (a_L - y)^2.
    activation : str
        sigmoid, tanh, relu, leaky_relu, softplus or identity; the same for each unit.
    mode : str
        forward, nudge, backward or step.
    modes : list of str
        The modes that the figure offers as tabs, each once.
    parameter : str
        What is nudged, or whose gradient is shown: "w1", "b1", ..., or "x".
    nudge : float
        How far `parameter` is moved in nudge mode.
    learning_rate : float
        Above 0; how far step mode goes against the gradient.
    stage : int or None
        How many steps forward or backward are shown; None: all of forward, none of backward.

    Attributes
    ----------
    z, a : list of float
        Pre-activations, and activations with a[0] = x. Read only.
    cost : float
        Read only.
    gradient : dict
        "w", "b" (lists) and "x": the slopes of the cost. Read only.

    Raises
    ------
    traitlets.TraitError
        If a value does not fit; the message names the trait.

    Notes
    -----
    w and b can change their length only together, inside ``hold_trait_notifications()``, and with
    them `parameter` where the new chain does not have it.

    Examples
    --------
    >>> figure = ChainExplorer(w=[0.5, 2.0], b=[0.0, -1.0], x=1.0, y=0.0)
    >>> figure.mode, round(figure.cost, 4)
    ('forward', 0.1573)
    """

    z = t.List(t.Float(), read_only=True)
    a = t.List(t.Float(), read_only=True)
    cost = t.Float(read_only=True)
    gradient = t.Dict(read_only=True)

    def __init__(self, **kwargs):
        modes = kwargs.get("modes")
        if isinstance(modes, list | tuple) and modes:
            kwargs.setdefault("mode", modes[0])
        super().__init__(**kwargs)
        self._compute()

    @t.validate("w", "b", "parameter")
    def _fits(self, proposal):
        _check_fit(**self._proposed(proposal, "w", "b", "parameter"))
        return proposal.value

    @t.validate("mode", "modes")
    def _is_offered(self, proposal):
        chosen = self._proposed(proposal, "mode", "modes")
        if chosen["mode"] not in chosen["modes"]:
            offered = ", ".join(chosen["modes"])
            raise t.TraitError(f"mode is {chosen['mode']!r}, but modes offers only {offered}")
        return proposal.value

    @t.observe("w", "b", "x", "y", "activation")
    def _compute(self, _change=None):
        z, a = scalar.forward(self.w, self.b, self.x, self.activation)
        slopes = scalar.backward(self.w, self.b, self.x, self.y, self.activation)
        with self.hold_trait_notifications():
            self.set_trait("z", z)
            self.set_trait("a", a)
            self.set_trait("cost", self._cost_of(a[-1]))
            by_x = self.w[0] * slopes.delta[0]
            self.set_trait("gradient", {"w": slopes.dw, "b": slopes.db, "x": by_x})

    def _cost_of(self, output):
        miss = output - self.y
        return 0.5 * miss * miss  # not miss**2: where that overflows, Python raises


def _check_fit(w, b, parameter):
    """Raise a TraitError that names the trait which does not fit the others."""
    if len(w) != len(b):
        raise t.TraitError(
            f"w has {len(w)} numbers and b has {len(b)}; each unit needs one of both (to change "
            "the length, set w and b inside hold_trait_notifications())"
        )
    known = [f"{letter}{layer + 1}" for layer in range(len(w)) for letter in "wb"] + ["x"]
    if parameter not in known:
        raise t.TraitError(
            f"parameter is {parameter!r}; a chain of {len(w)} has {', '.join(known)}"
        )
