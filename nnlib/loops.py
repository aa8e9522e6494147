"""Rung 2: the gradient of any network, one index at a time, no matrix anywhere."""

import numpy as np

from nnlib.activations import softmax
from nnlib.losses import quadratic
from nnlib.reading import read_batch
from nnlib.tuples import Gradients
from nnlib.values import infinity_allowed


@infinity_allowed()
def gradients(network, X, Y, loss=quadratic):
    """Gradient of the mean cost over a batch, written with indices alone.

    For each sample i, with j a unit of layer l and k a unit of the layer before:

        z^l_j = sum_k w^l_jk a^(l-1)_k + b^l_j              a^l_j = sigma(z^l_j)
        delta^L_j = dC_i/da_j sigma'(z^L_j)                                      (BP1)
        delta^l_k = (sum_j w^(l+1)_jk delta^(l+1)_j) sigma'(z^l_k)               (BP2)
        dC_i/db^l_j = delta^l_j                                                  (BP3)
        dC_i/dw^l_jk = a^(l-1)_k delta^l_j                                       (BP4)

    and dC/dw, dC/db are the means over i. For softmax with cross-entropy, and for sigmoid with
    binary cross-entropy, BP1 comes to a_j - y_j; for softmax with another loss it sums over k,
    since every output depends on z_j: delta^L_j = sum_k dC_i/da_k da_k/dz_j.

    Parameters, returns and errors as `nnlib.gradients`.

    Notes
    -----
    Nielsen (2015), chapter 2, equations BP1-BP4 in components.

    Examples
    --------
    >>> from nnlib import Layer
    >>> layer = Layer(W=[[2.0, 0.0]], b=[1.0], activation="identity")
    >>> gradients([layer], X=[[1.0, 1.0], [0.0, 3.0]], Y=[[1.0], [1.0]]).dW[0].tolist()
    [[1.0, 1.0]]
    """
    network, X, Y, loss = read_batch(network, X, Y, loss)
    N, L = len(X), len(network)
    dW = [np.zeros(W.shape, Y.dtype) for W, b, sigma in network]
    db = [np.zeros(b.shape, Y.dtype) for W, b, sigma in network]
    delta = [np.zeros((N, len(b)), Y.dtype) for W, b, sigma in network]

    for i in range(N):
        z, a = _forward(network, X[i])
        delta[L - 1][i] = _output_delta(a[L], Y[i], network[L - 1].activation, loss)  # (BP1)
        for l in range(L - 1, 0, -1):
            W, sigma = network[l].W, network[l - 1].activation
            for k in range(len(a[l])):
                for j in range(len(a[l + 1])):  # start at zero and add: a path for each j
                    delta[l - 1][i, k] += W[j, k] * delta[l][i, j]  # (BP2)
                delta[l - 1][i, k] *= sigma.derivative(z[l - 1][k])

        for l in range(L):
            for j in range(len(a[l + 1])):
                db[l][j] += delta[l][i, j] / N  # (BP3)
                for k in range(len(a[l])):
                    dW[l][j, k] += a[l][k] * delta[l][i, j] / N  # (BP4)
    return Gradients(dW, db, delta)


def _forward(network, x):
    """Pre-activations and activations of one sample, layer by layer; a[0] is x."""
    z, a = [], [x]
    for W, b, sigma in network:
        z.append(np.zeros(len(b), np.result_type(W, b, a[-1])))
        for j in range(len(b)):
            z[-1][j] = b[j]
            for k in range(len(a[-1])):
                z[-1][j] += W[j, k] * a[-1][k]
        a.append(sigma(z[-1]))
    return z, a


def _output_delta(a, y, sigma, loss):
    """BP1: dC_i/dz_j of every output."""
    delta = np.zeros(len(a), y.dtype)
    if sigma == loss.partner:
        for j in range(len(a)):
            delta[j] = a[j] - y[j]
        return delta
    slope = loss.output_slope(a, y)
    for j in range(len(a)):
        if sigma == softmax:
            for k in range(len(a)):  # z_j moves every output a_k
                da_dz = a[j] * (1 - a[j]) if k == j else -a[k] * a[j]
                delta[j] += slope[k] * da_dz
        else:
            delta[j] = slope[j] * sigma.derivative_from_output(a[j])
    return delta
