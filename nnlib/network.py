"""What a network is: a list of layers, how one begins, and what passes through it.

Layers are counted from 1 to L in the text and from 0 in the list, so `network[0]` is layer 1. A
batch holds one sample a row:

    A^0 = X        Z^l = A^(l-1) W^l.T + b^l        A^l = sigma(Z^l)
"""

import numpy as np

from nnlib.activations import get_activation, sigmoid
from nnlib.reading import read_inputs, read_network
from nnlib.tuples import Gradients, Layer, Trace
from nnlib.values import as_count, as_generator, as_list, infinity_allowed

__all__ = ["Gradients", "Layer", "Trace", "forward", "init_network"]


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
        listed = as_list(sizes)
    except TypeError:
        raise TypeError(
            f"init_network: sizes must be a list such as [2, 3, 1], but it is {sizes!r}"
        ) from None
    sizes = [as_count(n, f"init_network: sizes[{l}]", smallest=1) for l, n in enumerate(listed)]
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
    z, a = [], [read_inputs(X, network)]
    with infinity_allowed():
        for W, b, sigma in network:
            z.append(a[-1] @ W.T + b)
            a.append(sigma.formula(z[-1]))
    return Trace(z, a)
