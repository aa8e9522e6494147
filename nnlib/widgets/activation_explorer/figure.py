"""The activation explorer: a network with one hidden layer as a visible sum of its units."""

import math

import numpy as np
import traitlets as t

from nnlib.activations import get_activation
from nnlib.losses import quadratic
from nnlib.network import Layer, forward
from nnlib.widgets.figure import Figure, read_layers

SATURATED = 0.05  # share of the largest slope below which a unit counts as saturated

_ROOT = math.sqrt(1 - SATURATED)
_STEEPNESS = {  # largest sigma', and the z at which it has fallen to that share, below and above
    "sigmoid": (0.25, -2 * math.atanh(_ROOT), 2 * math.atanh(_ROOT)),
    "tanh": (1.0, -math.atanh(_ROOT), math.atanh(_ROOT)),
    "relu": (1.0, 0.0, math.inf),
    "softplus": (1.0, math.log(SATURATED / (1 - SATURATED)), math.inf),
}
_PER_UNIT = ("w", "b", "v", "straight")


class ActivationExplorer(Figure):
    """A network 1 - n - 1 on a line, n at most 4: its output as the sum of its units' curves.

    The sum is z = v_1 a_1(x) + ... + v_n a_n(x) + c with a_j(x) = sigma(w_j x + b_j), the output
    its output activation. In matrices: w is the column W^1, b is b^1, v the row W^2, c is b^2.
    Every trait can be set from Python, which moves the figure, and observed, which tells when the
    reader has moved it.

    Parameters
    ----------
    w, b, v : list of float
        Weight into, bias of and weight out of each hidden unit; one to four of each.
    straight : list of bool
        For each hidden unit, whether its activation is replaced by the identity. All False unless
        given.
    c : float
        Bias of the output.
    activation : str
        sigmoid, tanh, relu, leaky_relu or softplus; of every hidden unit that is not straight.
    output_activation : str
        identity, sigmoid or tanh.
    x : float
        The input at which the numbers are read.
    unit : int
        The hidden unit, counted from 1, whose saturation is marked.
    targets : list of [float, float]
        Points [x, y] that the output should meet; at most 100, none by default.

    Attributes
    ----------
    z, a, slope, contributions : list of float
        At x, for each hidden unit: pre-activation, activation, sigma'(z) and v_j a_j. Read only.
    output_z, output : float
        At x: the sum, and the output. Read only.
    collapsed : dict or None
        "slope" W^2 W^1 and "intercept" W^2 b^1 + b^2 of the sum where every hidden unit is
        straight, otherwise None. Read only.
    saturated : list of [float, float]
        The intervals of x, their ends infinite where they do not end, in which sigma'(z) of the
        chosen unit is below 5 % of its largest value; none where the activation has no flat end.
        Read only.
    cost, lowest_cost : float or None
        Mean over the targets of 1/2 (a - y)^2, and what the range of the output activation
        permits at best; None without targets. Read only.
    unreachable : list of int
        Places of the targets outside the range of the output activation. Read only.

    Raises
    ------
    traitlets.TraitError
        If a value does not fit; the message names the trait.

    Notes
    -----
    w, b, v and straight can change their length only together, inside
    ``hold_trait_notifications()``, and with them `unit` where there is no such unit any more.

    Examples
    --------
    >>> figure = ActivationExplorer(w=[1.0, 2.0], b=[0.0, 1.0], v=[3.0, -1.0], x=0.5)
    >>> figure.collapsed is None, figure.z
    (True, [0.5, 2.0])
    >>> figure.straight = [True, True]
    >>> figure.collapsed
    {'slope': 1.0, 'intercept': -1.0}
    """

    z = t.List(t.Float(), read_only=True)
    a = t.List(t.Float(), read_only=True)
    slope = t.List(t.Float(), read_only=True)
    contributions = t.List(t.Float(), read_only=True)
    output_z = t.Float(read_only=True)
    output = t.Float(read_only=True)
    collapsed = t.Dict(None, allow_none=True, read_only=True)
    saturated = t.List(read_only=True)
    cost = t.Float(None, allow_none=True, read_only=True)
    lowest_cost = t.Float(None, allow_none=True, read_only=True)
    unreachable = t.List(t.Int(), read_only=True)

    def __init__(self, **kwargs):
        if isinstance(kwargs.get("w"), list | tuple):
            kwargs.setdefault("straight", [False] * len(kwargs["w"]))
        super().__init__(**kwargs)
        self._compute()

    @classmethod
    def from_network(cls, network, **traits):
        """Return the figure of a network made by `init_network` or `train`.

        Parameters
        ----------
        network : list of Layer
            Two layers: W of shapes (n, 1) and (1, n), n from 1 to 4.
        **traits
            Further traits, such as x or targets.

        Returns
        -------
        ActivationExplorer

        Raises
        ------
        traitlets.TraitError
            If it is no network, or has another shape, or an activation that the figure does not
            offer.
        """
        layers = read_layers(network)
        shapes = [layer.W.shape for layer in layers]
        units = shapes[0][0]
        if shapes != [(units, 1), (1, units)]:
            raise t.TraitError(
                f"the network's W have the shapes {shapes}; this figure shows two layers, of "
                "shapes (n, 1) and (1, n)"
            )
        hidden, last = layers
        return cls(
            w=hidden.W[:, 0].tolist(),
            b=hidden.b.tolist(),
            v=last.W[0].tolist(),
            c=last.b[0].item(),
            activation=hidden.activation.name,
            output_activation=last.activation.name,
            **traits,
        )

    @t.validate(*_PER_UNIT, "unit")
    def _fits(self, proposal):
        _check_fit(**self._proposed(proposal, *_PER_UNIT, "unit"))
        return proposal.value

    @t.observe(*_PER_UNIT, "c", "activation", "output_activation", "x", "unit", "targets")
    def _compute(self, _change=None):
        z, a, slope = self._hidden(np.array([[self.x]]))
        parts = a * self.v
        output_z, output = self._outputs(np.array([[self.x]]))
        points = np.reshape(self.targets, (-1, 2))
        low, high = get_activation(self.output_activation).bounds
        nearest = np.clip(points[:, 1], low, high)
        with self.hold_trait_notifications():
            for name, values in zip(
                ("z", "a", "slope", "contributions"), (z, a, slope, parts), strict=True
            ):
                self.set_trait(name, values[0].tolist())
            self.set_trait("output_z", float(output_z[0, 0]))
            self.set_trait("output", float(output[0, 0]))
            self.set_trait("collapsed", self._collapse())
            self.set_trait("saturated", self._saturated())
            cost = lowest = None
            if len(points):
                cost = float(quadratic(self._outputs(points[:, :1])[1], points[:, 1:]))
                lowest = float(quadratic(nearest[:, None], points[:, 1:]))
            self.set_trait("cost", cost)
            self.set_trait("lowest_cost", lowest)
            self.set_trait("unreachable", np.flatnonzero(nearest != points[:, 1]).tolist())

    def _hidden(self, X):
        """z, a and sigma'(z) of the hidden units for inputs of shape (N, 1), each (N, n)."""
        activation = get_activation(self.activation)
        z = X * self.w + self.b
        straight = np.array(self.straight)
        return (
            z,
            np.where(straight, z, activation(z)),
            np.where(straight, 1.0, activation.derivative(z)),
        )

    def _outputs(self, X):
        """The sum and the output for inputs of shape (N, 1), each (N, 1)."""
        _, a, _ = self._hidden(X)
        last = Layer(np.array([self.v]), np.array([self.c]), self.output_activation)
        trace = forward([last], a)
        return trace.z[0], trace.a[1]

    def _collapse(self):
        if not all(self.straight):
            return None
        return {
            "slope": math.fsum(v * w for v, w in zip(self.v, self.w, strict=True)),
            "intercept": math.fsum([*(v * b for v, b in zip(self.v, self.b, strict=True)), self.c]),
        }

    def _saturated(self):
        w, b = self.w[self.unit - 1], self.b[self.unit - 1]
        if self.straight[self.unit - 1] or self.activation not in _STEEPNESS:
            return []
        largest, low, high = _STEEPNESS[self.activation]
        if w == 0:
            flat = get_activation(self.activation).derivative(b) < SATURATED * largest
            return [[-math.inf, math.inf]] if flat else []
        left, right = sorted(((low - b) / w, (high - b) / w))
        ends = [[-math.inf, left], [right, math.inf]]
        return [interval for interval in ends if interval[0] < interval[1]]


def _check_fit(w, b, v, straight, unit):
    """Raise a TraitError that names the trait which does not fit the others."""
    if not len(w) == len(b) == len(v) == len(straight):
        raise t.TraitError(
            f"w has {len(w)} entries, b has {len(b)}, v has {len(v)} and straight has "
            f"{len(straight)}, but each hidden unit needs one of each; to change the number of "
            "units, set them inside hold_trait_notifications()"
        )
    if unit > len(w):
        raise t.TraitError(f"unit is {unit}; the hidden units are counted from 1 to {len(w)}")
