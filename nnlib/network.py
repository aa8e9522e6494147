"""What a network is: a list of layers, how one begins, and what passes through it.

Layers are counted from 1 to L in the text and from 0 in the list, so `network[0]` is layer 1. A
batch holds one sample a row:

    A^0 = X        Z^l = A^(l-1) W^l.T + b^l        A^l = sigma(Z^l)
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from nnlib._validation import (
    as_count,
    as_generator,
    as_numbers,
    cast,
    check_finite,
    infinity_allowed,
)
from nnlib.activations import ACTIVATIONS, Activation, get_activation, sigmoid, softmax
from nnlib.losses import get_loss


class Layer(NamedTuple):
    """One dense layer, a = sigma(W a_previous + b).

    Attributes
    ----------
    W : ndarray, shape (n_l, n_(l-1))
        Row j holds the weights into unit j.
    b : ndarray, shape (n_l,)
        One bias a unit.
    activation : Activation or str
        sigma of this layer, or its name.
    """

    W: np.ndarray
    b: np.ndarray
    activation: Activation


class Trace(NamedTuple):
    """What a batch left behind on its way through a network.

    Attributes
    ----------
    z : list of L ndarrays, shape (N, n_l)
        Pre-activations; `z[l]` belongs to `network[l]`.
    a : list of L + 1 ndarrays, shape (N, n_l)
        Activations; `a[0]` is X, `a[l]` what `network[l]` receives, `a[-1]` the output.
    """

    z: list
    a: list


class Gradients(NamedTuple):
    """Gradient of the mean cost of a batch, and the deltas it came from.

    Attributes
    ----------
    dW : list of ndarray, shapes of W
        dC/dW^l, C being the mean cost of the batch.
    db : list of ndarray, shapes of b
        dC/db^l.
    delta : list of ndarray, shape (N, n_l)
        dC_i/dz^l of each sample's own cost, not divided by N.
    """

    dW: list  # noqa: N815 (the letter of the equations)
    db: list
    delta: list


def init_network(sizes, activation=sigmoid, output_activation=None, rng=None):
    """Network with random weights that are neither too large nor too small, and zero biases.

    Parameters
    ----------
    sizes : sequence of int
        Units of every layer, input first: [n_0, n_1, ..., n_L]; at least two.
    activation : str or Activation, optional
        sigma of every layer.
    output_activation : str or Activation, optional
        sigma of the last layer; None means the same as the others.
    rng : int or numpy.random.Generator, optional
        Where the random numbers come from; None draws fresh ones each time.

    Returns
    -------
    list of Layer
        W of shape (n_l, n_(l-1)) and b of shape (n_l,), both float64.

    Raises
    ------
    ValueError
        If there are fewer than two sizes, one is below 1, a name is unknown, or softmax would
        stand before the last layer.
    TypeError
        If a size is not a whole number, or rng is neither an int nor a Generator.

    Notes
    -----
    Weights are uniform within +- sqrt(6 / (n_(l-1) + n_l)): Glorot and Bengio (2010),
    Understanding the difficulty of training deep feedforward neural networks, equation 16.

    Examples
    --------
    >>> [layer.W.shape for layer in init_network([2, 3, 1], rng=0)]
    [(3, 2), (1, 3)]
    """
    try:
        sizes = [as_count(n, f"init_network: sizes[{l}]", smallest=1) for l, n in enumerate(sizes)]
    except TypeError as error:
        if "sizes[" in str(error):
            raise
        raise TypeError(
            f"init_network: sizes must be a list such as [2, 3, 1], but it is {sizes!r}"
        ) from None
    if len(sizes) < 2:
        raise ValueError(
            f"init_network: sizes is {sizes}: give at least two, the inputs and the outputs"
        )
    hidden = get_activation(activation)
    last = hidden if output_activation is None else get_activation(output_activation)
    rng = as_generator(rng, "init_network: rng")
    network = []
    for l in range(1, len(sizes)):
        n_in, n_out = sizes[l - 1], sizes[l]
        reach = np.sqrt(6 / (n_in + n_out))
        W = rng.uniform(-reach, reach, size=(n_out, n_in))
        network.append(Layer(W, np.zeros(n_out), last if l == len(sizes) - 1 else hidden))
    return read_network(network)


def forward(network, X):
    """Pre-activations and activations of every layer, for a batch.

    Parameters
    ----------
    network : list of Layer
        W of shape (n_l, n_(l-1)), b of shape (n_l,); real or complex.
    X : array_like of float or complex, shape (N, n_0)
        One sample a row.

    Returns
    -------
    Trace
        z: L arrays of shape (N, n_l). a: L + 1 arrays; `a[0]` is X. The network decides whether
        they are float32 or float64. If it or X is complex, so is what follows, in the wider of
        their two precisions.

    Raises
    ------
    ValueError
        If shapes do not fit (the message names the layer and both shapes), X is empty, something
        is NaN or infinite, or softmax stands before the last layer.
    TypeError
        If the network is not a list of Layer, or something does not hold numbers.

    Examples
    --------
    >>> layer = Layer(W=[[1.0, -1.0]], b=[0.5], activation="relu")
    >>> z, a = forward([layer], X=[[3.0, 1.0], [0.0, 2.0]])
    >>> z[0].tolist(), a[-1].tolist()
    ([[2.5], [-1.5]], [[2.5], [0.0]])
    """
    network = read_network(network)
    return propagate(network, _read_inputs(X, network))


def propagate(network, X):
    """`forward` without its checks, for arguments that have been read already.

    Parameters
    ----------
    network : list of Layer
        As `read_network` returns it.
    X : ndarray, shape (N, n_0)

    Returns
    -------
    Trace

    Raises
    ------
    Nothing of its own.
    """
    with infinity_allowed():
        return pass_through(network, X)


def pass_through(network, X):
    """As `propagate`, inside `infinity_allowed()`.

    `train` enters that once a run: once a batch makes a run of [2, 3, 3, 1] longer by 5 %.

    Parameters
    ----------
    network : list of Layer
        As `read_network` returns it.
    X : ndarray, shape (N, n_0)

    Returns
    -------
    Trace

    Raises
    ------
    Nothing of its own.
    """
    z, a = [], [X]
    for W, b, sigma in network:
        # X.dot(Y) is X @ Y in half the time for small matrices: 8 % of a run of [2, 3, 3, 1].
        z.append(a[-1].dot(W.T) + b)
        a.append(sigma.formula(z[-1]))
    return Trace(z, a)


def read_network(network):
    """Check a network and return it with every W and b as an array and sigma as an Activation.

    Parameters
    ----------
    network : sequence of Layer

    Returns
    -------
    list of Layer
        Arrays that fit are not copied.

    Raises
    ------
    ValueError
        If there is no layer, a shape does not fit, a parameter is not finite, or softmax stands
        before the last layer; the message names the layer.
    TypeError
        If it is not a sequence of layers, or W or b does not hold numbers.
    """
    if not isinstance(network, (list, tuple)) or isinstance(network, Layer):
        raise TypeError(
            "the network must be a list of Layer, as init_network returns it, but it is a "
            f"{type(network).__name__}"
        )
    if not network:
        raise ValueError("the network is empty: give at least one Layer")
    layers = [_read_layer(layer, l) for l, layer in enumerate(network, start=1)]
    for l, (layer, following) in enumerate(pairwise(layers), start=1):
        if following.W.shape[1] != layer.W.shape[0]:
            raise ValueError(
                f"layer {l + 1}: W is {following.W.shape} but layer {l} has "
                f"{layer.W.shape[0]} outputs: W needs one column for each of them"
            )
        if layer.activation == softmax:
            raise ValueError(
                f"layer {l} of {len(layers)}: softmax is allowed as the last layer only; choose "
                "an element-wise activation here"
            )
    for l, (_, b, sigma) in enumerate(layers, start=1):
        if ACTIVATIONS.get(sigma.name) != sigma:
            _try_out(sigma, np.zeros((2, len(b)), _dtype_of(layers)), l)
    return layers


def read_batch(network, X, Y, loss, check_X=True):
    """Check the arguments of a gradient and return them ready for arithmetic.

    Parameters
    ----------
    network : sequence of Layer
    X : array_like, shape (N, n_0)
    Y : array_like, shape (N, n_L)
    loss : str or Loss
    check_X : bool, optional
        False leaves it to the caller to find out whether X is finite.

    Returns
    -------
    network : list of Layer
    X, Y : ndarray
        X in the dtype of the network, Y in that of the outputs; complex numbers stay complex.
    loss : Loss

    Raises
    ------
    ValueError
        If shapes do not fit, X or Y is empty or not finite, the loss does not allow a target, or
        a name is unknown.
    TypeError
        If something does not hold numbers, or is not a network or a loss.
    """
    network, loss = read_network(network), get_loss(loss)
    X = _read_inputs(X, network, check_X)
    L, (n_L, _) = len(network), network[-1].W.shape
    Y = _read_rows(Y, "Y", n_L, f"layer {L}, the last, has {n_L} outputs")
    if len(X) != len(Y):
        raise ValueError(
            f"X is {X.shape} but Y is {Y.shape}: give one row of targets for each row of X"
        )
    check_finite(Y, "Y")
    loss.check_targets(Y)
    if Y.dtype.kind != "c":
        Y = cast(Y, np.result_type(X, _dtype_of(network)), "Y")
    return network, X, Y, loss


def _read_layer(layer, l):
    try:
        W, b, activation = layer
    except (TypeError, ValueError):
        raise TypeError(
            f"layer {l} must be a Layer(W, b, activation), but it is a {type(layer).__name__}"
        ) from None
    W, b = as_numbers(W, f"layer {l}: W"), as_numbers(b, f"layer {l}: b")
    if W.ndim != 2 or W.size == 0:
        raise ValueError(
            f"layer {l}: W is {W.shape}: give (n_out, n_in), one row for each unit of the layer"
        )
    if b.shape != W.shape[:1]:
        raise ValueError(
            f"layer {l}: b is {b.shape} but W is {W.shape}: b needs shape {W.shape[:1]}, one bias "
            "for each row of W"
        )
    check_finite(W, f"layer {l}: W")
    check_finite(b, f"layer {l}: b")
    try:
        return Layer(W, b, get_activation(activation))
    except (TypeError, ValueError) as error:
        raise type(error)(f"layer {l}: {error}") from None


def _try_out(sigma, z, l):
    """Raise if an activation that is not one of nnlib's returns no array such as z."""
    for method in (sigma.formula, sigma._slope_from_output):
        try:
            with infinity_allowed():
                found = as_numbers(method(z))
        except NotImplementedError:
            continue  # it says so where it is needed
        if (found.dtype, found.shape) != (z.dtype, z.shape):
            raise ValueError(
                f"layer {l}: {type(sigma).__name__}.{method.__name__} returned {found.dtype} of "
                f"shape {found.shape} for {z.dtype} of shape {z.shape}: let it return one number "
                "for each that it is given, in the same dtype"
            )


def _read_inputs(X, network, check=True):
    """X with the network's own precision, unless one of them is complex."""
    n_0 = network[0].W.shape[1]
    X, dtype = _read_rows(X, "X", n_0, f"layer 1 has {n_0} inputs"), _dtype_of(network)
    if check:
        check_finite(X, "X")
    return X if "c" in (X.dtype.kind, dtype.kind) else cast(X, dtype, "X")


def _dtype_of(network):
    return np.result_type(*(array for W, b, _ in network for array in (W, b)))


def _read_rows(rows, name, columns, fitting):
    rows = as_numbers(rows, name)
    if rows.ndim and len(rows) == 0:
        raise ValueError(f"{name} is {rows.shape}: the batch is empty; give at least one sample")
    if rows.ndim == 1:
        raise ValueError(
            f"{name} is {rows.shape}, one axis, but must be 2-D with one sample a row: use "
            f"{name}[None, :] if it is one sample, {name}[:, None] if it is one column"
        )
    if rows.ndim != 2:
        raise ValueError(f"{name} is {rows.shape}, but must be 2-D with one sample a row")
    if rows.shape[1] != columns:
        raise ValueError(f"{name} is {rows.shape} but {fitting}")
    return rows
