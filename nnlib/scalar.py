"""Rung 1: a chain of single units, and its gradient in plain floats.

Every layer is one unit with one weight and one bias:

    a^0 = x        z^l = w^l a^(l-1) + b^l        a^l = sigma(z^l)        C = 1/2 (a^L - y)^2

The lists count from 0: `w[0]` is w^1 and `z[0]` is z^1, but `a[0]` is a^0, the input x. So
`a[l]` is what layer `l + 1` receives, and `z[l]` what it makes of it.
"""

from typing import NamedTuple

from nnlib.activations import get_activation, sigmoid, softmax
from nnlib.values import as_list, as_number


class ChainGradients(NamedTuple):
    """Slopes of the cost of a chain, one number a layer.

    Attributes
    ----------
    dw : list of float
        dC/dw^l.
    db : list of float
        dC/db^l.
    delta : list of float
        dC/dz^l.
    """

    dw: list
    db: list
    delta: list


def forward(w, b, x, activation=sigmoid):
    """Pre-activations and activations of a chain of single units.

    Parameters
    ----------
    w, b : sequence of L floats
        One weight and one bias a layer; L >= 1.
    x : float
        Input.
    activation : str or Activation, optional
        The same for every layer.

    Returns
    -------
    z : list of L floats
    a : list of L + 1 floats
        `a[0]` is x. Built-in numbers; complex ones if w, b or x is complex.

    Raises
    ------
    ValueError
        If w and b differ in length or are empty, or a number is not finite.
    TypeError
        If something is not a number, or the activation is softmax.

    Examples
    --------
    >>> z, a = forward(w=[2.0, -1.0], b=[0.0, 0.5], x=1.0, activation="identity")
    >>> z, a
    ([2.0, -1.5], [1.0, 2.0, -1.5])
    """
    w, b, x, sigma = _read_chain(w, b, x, activation)
    z, a = [], [x]
    for w_l, b_l in zip(w, b, strict=True):
        z.append(w_l * a[-1] + b_l)
        a.append(sigma(z[-1]).item())
    return z, a


def backward(w, b, x, y, activation=sigmoid):
    """Gradient of C = 1/2 (a^L - y)^2 for a chain of single units.

    The four equations, in one dimension:

        delta^L = (a^L - y) sigma'(z^L)                     (BP1)
        delta^l = w^(l+1) delta^(l+1) sigma'(z^l)           (BP2)
        dC/db^l = delta^l                                   (BP3)
        dC/dw^l = a^(l-1) delta^l                           (BP4)

    Parameters
    ----------
    w, b : sequence of L floats
        One weight and one bias a layer; L >= 1.
    x, y : float
        Input and target.
    activation : str or Activation, optional
        The same for every layer.

    Returns
    -------
    ChainGradients
        dw, db, delta: lists of L built-in floats; complex if an argument is complex.

    Raises
    ------
    ValueError
        If w and b differ in length or are empty, or a number is not finite.
    TypeError
        If something is not a number, or the activation is softmax.

    Notes
    -----
    Nielsen (2015), chapter 2, equations BP1-BP4, with one unit a layer.

    Examples
    --------
    >>> backward(w=[2.0, 3.0], b=[0.0, 0.0], x=1.0, y=5.0, activation="identity")
    ChainGradients(dw=[3.0, 2.0], db=[3.0, 1.0], delta=[3.0, 1.0])
    """
    w, b, x, sigma = _read_chain(w, b, x, activation)
    y = as_number(y, "y")
    z, a = forward(w, b, x, sigma)

    L = len(w)
    delta = [0.0] * L
    delta[L - 1] = (a[L] - y) * sigma.derivative(z[L - 1]).item()  # (BP1)
    for l in reversed(range(L - 1)):
        delta[l] = w[l + 1] * delta[l + 1] * sigma.derivative(z[l]).item()  # (BP2)
    db = list(delta)  # (BP3)
    dw = [a[l] * delta[l] for l in range(L)]  # (BP4)
    return ChainGradients(dw, db, delta)


def _read_chain(w, b, x, activation):
    """The arguments of both functions as built-in numbers."""
    sigma = get_activation(activation)
    if sigma == softmax:
        raise TypeError(
            "softmax shares 1 among the units of a layer, but a chain has one unit a layer: "
            "choose an element-wise activation, for example sigmoid"
        )
    w, b = _read_list(w, "w"), _read_list(b, "b")
    if len(w) != len(b):
        raise ValueError(
            f"w has {len(w)} numbers but b has {len(b)}: give one weight and one bias a layer"
        )
    if not w:
        raise ValueError("w and b are empty: a chain has at least one layer")
    return w, b, as_number(x, "x"), sigma


def _read_list(numbers, name):
    try:
        numbers = as_list(numbers)
    except TypeError:
        raise TypeError(
            f"{name} must be a list with one number a layer, but it is {numbers!r}"
        ) from None
    return [as_number(number, f"{name}[{l}]") for l, number in enumerate(numbers)]
