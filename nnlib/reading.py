"""Reading a network and a batch: ready for arithmetic, or an error that says what to do."""

from itertools import pairwise

import numpy as np

from nnlib.activations import ACTIVATIONS, get_activation, softmax
from nnlib.losses import LOSSES, cross_entropy, get_loss, refuse_labels
from nnlib.tuples import Layer
from nnlib.values import (
    as_list,
    as_numbers,
    cast,
    check_finite,
    infinity_allowed,
    refuse_unlike,
)


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
    X = read_inputs(X, network, check_X)
    L, (n_L, _) = len(network), network[-1].W.shape
    if network[-1].activation == softmax or loss == cross_entropy:
        refuse_labels(as_numbers(Y, "Y"), (len(X), n_L), "Y")
    Y = _read_rows(Y, "Y", n_L, f"layer {L}, the last, has {n_L} outputs")
    if len(X) != len(Y):
        raise ValueError(
            f"X is {X.shape} but Y is {Y.shape}: give one row of targets for each row of X"
        )
    check_finite(Y, "Y")
    loss.check_targets(Y)
    if Y.dtype.kind != "c":
        Y = cast(Y, np.result_type(X, _dtype_of(network)), "Y")
    if LOSSES.get(loss.name) != loss:
        loss.try_out(Y[:2], network[-1].activation)
    return network, X, Y, loss


def _read_layer(layer, l):
    try:
        W, b, activation = as_list(layer)
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
    for method in (sigma.formula, sigma.slope_from_output):
        try:
            with infinity_allowed():
                found = method(z)
        except NotImplementedError:
            continue  # it says so where it is needed
        try:
            refuse_unlike(found, z, method)
        except ValueError as error:
            raise ValueError(f"layer {l}: {error}") from None


def read_inputs(X, network, check=True):
    """X with the network's own precision, unless one of them is complex.

    Parameters
    ----------
    X : array_like, shape (N, n_0)
    network : list of Layer
        As `read_network` returns it.
    check : bool, optional
        False leaves it to the caller to find out whether X is finite.

    Returns
    -------
    ndarray, shape (N, n_0)

    Raises
    ------
    ValueError
        If the shape does not fit, or X is empty or not finite.
    TypeError
        If X does not hold numbers.
    """
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
