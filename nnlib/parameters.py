"""All numbers of a network, or of its gradient, as one vector; and back."""

import math

import numpy as np

from nnlib.activations import Activation
from nnlib.scalar import ChainGradients
from nnlib.tuples import Gradients, Layer
from nnlib.values import as_numbers


def flatten(arrays):
    """All numbers of a network, of its gradient, or of some arrays, in one vector.

    Parameters
    ----------
    arrays : list of Layer, Gradients, ChainGradients, or sequence of array_like
        Of a network every W in order, then every b; of gradients every dW, then every db (delta is
        not part of it). As everywhere, a Layer may be a plain (W, b, activation).

    Returns
    -------
    ndarray, shape (P,)
        A copy, each array row by row (C order).

    Raises
    ------
    ValueError
        If there are no numbers.
    TypeError
        If `arrays` is none of these, or something in it is not a number.

    Examples
    --------
    >>> flatten([[[1.0, 2.0], [3.0, 4.0]], [5.0, 6.0]])
    array([1., 2., 3., 4., 5., 6.])
    """
    return np.concatenate([array.ravel() for array in _arrays(arrays, "flatten")])


def unflatten(vector, like):
    """The inverse of `flatten`: arrays of the shapes of `like`, filled from a vector.

    Parameters
    ----------
    vector : array_like of float or complex, shape (P,)
    like : list of Layer, Gradients, ChainGradients, or sequence of array_like
        Says the shapes; its numbers are not used.

    Returns
    -------
    list of Layer, Gradients, ChainGradients, or list of ndarray
        The kind of `like`, with the dtype of the vector. Copies: changing them leaves the vector
        alone. Activations are those of `like`; gradients get no deltas.

    Raises
    ------
    ValueError
        If the vector is not 1-D, or its length is not the number of parameters, or there are none.
    TypeError
        If `like` is none of these, or something in it or in the vector is not a number.

    Examples
    --------
    >>> unflatten([1.0, 2.0, 3.0], like=[[[0.0, 0.0]], [0.0]])
    [array([[1., 2.]]), array([3.])]
    """
    vector = as_numbers(vector, "unflatten: vector")
    shapes = [array.shape for array in _arrays(like, "unflatten: like")]
    sizes = list(map(math.prod, shapes))
    if vector.ndim != 1:
        raise ValueError(f"unflatten: vector has shape {vector.shape}: give a 1-D array")
    if vector.size != sum(sizes):
        raise ValueError(
            f"unflatten: vector has {vector.size} numbers, but `like` has {sum(sizes)}, "
            f"in shapes {', '.join(map(str, shapes))}"
        )
    arrays = [view.copy() for view in views(vector, shapes)]
    if isinstance(like, ChainGradients):
        return ChainGradients(arrays[0].tolist(), arrays[1].tolist(), delta=[])
    if isinstance(like, Gradients):
        L = len(like.dW)
        return Gradients(arrays[:L], arrays[L:], delta=[])
    if _is_network(like):
        L = len(like)
        return [
            Layer(W, b, sigma)
            for (_, _, sigma), W, b in zip(like, arrays[:L], arrays[L:], strict=True)
        ]
    return arrays


def parameter_name(p, network):
    """Name of one entry of `flatten(network)`, such as "layer 2: W[0, 1]".

    Parameters
    ----------
    p : int
    network : list of Layer

    Returns
    -------
    str

    Raises
    ------
    IndexError
        If there are not so many parameters.
    """
    for letter in "Wb":
        for l, layer in enumerate(network, start=1):
            array = getattr(layer, letter)
            if p < array.size:
                place = ", ".join(str(i) for i in np.unravel_index(p, array.shape))
                return f"layer {l}: {letter}[{place}]"
            p -= array.size
    raise IndexError(f"the network has no parameter so far behind its last ({p})")


def views(vector, shapes):
    """As `unflatten`, without its checks and its copies: to change an array changes the vector.

    Parameters
    ----------
    vector : ndarray, shape (P,)
    shapes : list of tuple of int

    Returns
    -------
    list of ndarray

    Raises
    ------
    Nothing of its own.
    """
    arrays, start = [], 0
    for shape in shapes:
        stop = start + math.prod(shape)
        arrays.append(vector[start:stop].reshape(shape))
        start = stop
    return arrays


def _arrays(arrays, name):
    """The arrays of a network, a Gradients or a sequence, read, in the order of `flatten`."""
    if isinstance(arrays, Gradients):
        arrays = [*arrays.dW, *arrays.db]
    elif isinstance(arrays, ChainGradients):
        arrays = [arrays.dw, arrays.db]
    elif _is_network(arrays):
        arrays = [W for W, _, _ in arrays] + [b for _, b, _ in arrays]
    elif not isinstance(arrays, (list, tuple)) or _is_layer(arrays):
        raise TypeError(
            f"{name}: give a network (list of Layer), gradients or a list of arrays, "
            f"but this is a {type(arrays).__name__}"
        )
    arrays = [as_numbers(array, f"{name}: array {n}") for n, array in enumerate(arrays)]
    if not sum(array.size for array in arrays):
        raise ValueError(f"{name}: there are no numbers to lay out: give at least one array")
    return arrays


def _is_network(arrays):
    return isinstance(arrays, (list, tuple)) and len(arrays) > 0 and all(map(_is_layer, arrays))


def _is_layer(thing):
    """Whether it is a Layer or, as `forward` takes it too, a plain (W, b, activation)."""
    if isinstance(thing, Layer):
        return True
    is_triple = isinstance(thing, (list, tuple)) and len(thing) == 3
    return is_triple and isinstance(thing[2], (str, Activation))
