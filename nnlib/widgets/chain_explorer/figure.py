"""The chain explorer: a chain of single units as tracks, with its gradient at work."""

from typing import NamedTuple

import traitlets as t

from nnlib import scalar
from nnlib.widgets import bundle, still
from nnlib.widgets.figure import (
    ACTIVATIONS,
    Enum,
    Figure,
    Float,
    Int,
    List,
    Unicode,
    check_different,
    check_number,
    number_trait,
    state_trait,
)

MODES = ("forward", "nudge", "backward", "step")
LONGEST = 5


class Row(NamedTuple):
    """One track of the still: a quantity, its value now, and the ends of its number line."""

    name: str
    kind: str
    value: float
    domain: tuple


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

    _esm = bundle.module("ChainExplorer")

    w = state_trait(List(Float(), [0.9, -1.3, 1.7]))
    b = state_trait(List(Float(), [0.2, 0.4, -0.5]))
    x = number_trait(-1.5, "input")
    y = number_trait(1.0, "target")
    activation = state_trait(Enum(ACTIVATIONS, "sigmoid"))
    mode = state_trait(Enum(MODES, "forward"))
    modes = state_trait(List(Enum(MODES), list(MODES), minlen=1))
    parameter = state_trait(Unicode("w1"))
    nudge = number_trait(0.1, "size of the nudge")
    learning_rate = number_trait(1.0, "size of the step")
    stage = state_trait(Int(None, allow_none=True))

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

    @t.validate("x", "y", "nudge", "learning_rate")
    def _is_number(self, proposal):
        name, value = proposal.trait.name, proposal.value
        check_number(name, value)
        if name == "learning_rate" and value <= 0:
            raise t.TraitError(f"learning_rate is {value}; it must be above 0")
        return value

    @t.validate("mode", "modes")
    def _is_offered(self, proposal):
        chosen = self._proposed(proposal, "mode", "modes")
        check_different("modes", chosen["modes"])
        if chosen["mode"] not in chosen["modes"]:
            offered = ", ".join(chosen["modes"])
            raise t.TraitError(f"mode is {chosen['mode']!r}, but modes offers only {offered}")
        return proposal.value

    @t.validate("stage")
    def _is_stage(self, proposal):
        if proposal.value is not None and proposal.value < 0:
            raise t.TraitError(f"stage is {proposal.value}; it must be None or at least 0")
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

    # -- where no script runs -------------------------------------------------------------------

    def heights(self):
        """Return the height in pixels that the drawn figure takes, wide and narrow."""
        length = len(self.w)
        tracks = 34 + 122 * length + 62 + 30, 78 + 170 * length + 98 + 30
        rest = {
            "forward": (172, 206),
            "nudge": (402, 740),
            "backward": (397, 640),
            "step": (430, 766),
        }[self.mode]
        tabs = 38 if len(self.modes) > 1 else 0
        return tracks[0] + rest[0], tracks[1] + rest[1] + tabs

    def description(self):
        """Return the chain, its cost and what the mode adds, in words."""
        number = still.number
        units = f"{len(self.w)} unit" + ("s" if len(self.w) > 1 else "")
        words = (
            f"A chain of {units} ({self.activation}): input {number(self.x)}, output "
            f"{number(self.a[-1])}, target {number(self.y)}, cost {number(self.cost)}."
        )
        if self.mode == "nudge":
            actual, promised = self._cost_changes()
            words += (
                f" A nudge of {number(self.nudge)} in {self.parameter} changes the cost by "
                f"{still.signed(actual)}; its derivative promises {still.signed(promised)}."
            )
        if self.mode == "backward":
            slopes = ", ".join(
                f"by {letter}{layer + 1} {still.signed(slope)}"
                for letter in "wb"
                for layer, slope in enumerate(self.gradient[letter])
            )
            words += f" The derivatives of the cost: {slopes}."
        if self.mode == "step":
            actual, promised = self._cost_changes()
            words += (
                f" One step with learning rate {number(self.learning_rate)} changes the cost by "
                f"{still.signed(actual)}; the gradient promises {still.signed(promised)}."
            )
        return words

    def still(self):
        """Return the tracks with every value, as SVG."""
        span, readout = (120.0, 340.0), 440.0
        rows = self._rows()
        parts = []
        for place, row in enumerate(rows):
            y = 24 + 52 * place
            parts.append(still.number_line(y, span, row.domain))
            fill = still.colour(row.kind)
            parts.append(still.text(20, y, still.symbol(row.name), fill=fill, text_anchor="middle"))
            x = still.position(row.value, span, row.domain)
            parts.append(still.tag("circle", cx=x, cy=y, r=5.5, fill=fill))
            value = still.number(row.value)
            parts.append(still.text(readout, y, value, fill=fill, text_anchor="end"))
            if place:
                parts.append(
                    still.tag("line", x1=20, x2=20, y1=y - 40, y2=y - 12, stroke=still.LINE)
                )
                parts.append(
                    still.text(30, y - 26, self._operation(row), fill=still.MUTED, font_size=12)
                )
        return still.picture(460, 24 + 52 * len(rows), self.description(), parts)

    def _rows(self):
        ends = {"tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0)}.get(self.activation, (-2.0, 2.0))
        rows = [Row("x", "a", self.x, _holding((-5.0, 5.0), self.x))]
        for layer, z in enumerate(self.z, start=1):
            a = self.a[layer]
            rows.append(Row(f"z{layer}", "z", z, _holding((-5.0, 5.0), z)))
            rows.append(Row(f"a{layer}", "a", a, _holding(ends, a)))
        return [*rows, Row("C", "C", self.cost, _holding((0.0, 1.0), self.cost))]

    def _operation(self, row):
        layer = row.name[1:]
        if row.kind == "C":
            return f"\N{VULGAR FRACTION ONE HALF} ({still.symbol(f'a{len(self.w)}')} − y)²"
        if row.kind == "a":
            return self.activation
        place = int(layer) - 1
        return f"× {still.number(self.w[place])} + {still.number(self.b[place])}"

    def _cost_changes(self):
        """Actual and promised change of the cost, for the nudge or the step."""
        w, b, x = list(self.w), list(self.b), self.x
        if self.mode == "step":
            slopes = [*self.gradient["w"], *self.gradient["b"]]
            w = [v - self.learning_rate * s for v, s in zip(w, self.gradient["w"], strict=True)]
            b = [v - self.learning_rate * s for v, s in zip(b, self.gradient["b"], strict=True)]
            promised = -self.learning_rate * sum(slope * slope for slope in slopes)
        elif self.parameter == "x":
            x += self.nudge
            promised = self.gradient["x"] * self.nudge
        else:
            letter, place = self.parameter[0], int(self.parameter[1:]) - 1
            {"w": w, "b": b}[letter][place] += self.nudge
            promised = self.gradient[letter][place] * self.nudge
        _, a = scalar.forward(w, b, x, self.activation)
        return self._cost_of(a[-1]) - self.cost, promised

    def _cost_of(self, output):
        miss = output - self.y
        return 0.5 * miss * miss  # not miss**2: where that overflows, Python raises


def _check_fit(w, b, parameter):
    """Raise a TraitError that names the trait which does not fit the others."""
    for name, values in (("w", w), ("b", b)):
        if not 1 <= len(values) <= LONGEST:
            raise t.TraitError(f"{name} must have 1 to {LONGEST} numbers, not {len(values)}")
        for place, value in enumerate(values):
            check_number(f"{name}[{place}]", value)
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


def _holding(domain, value):
    """Return the domain, widened where the value lies outside."""
    return min(domain[0], value), max(domain[1], value)
