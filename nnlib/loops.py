"""Rung 2: the gradient of any network, one index at a time, no matrix anywhere."""

import numpy as np

from nnlib._validation import infinity_allowed
from nnlib.activations import softmax
from nnlib.losses import quadratic
from nnlib.network import Gradients, read_batch


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

    Parameters
    ----------
    network : list of Layer
        W of shape (n_l, n_(l-1)), b of shape (n_l,).
    X : array_like, shape (N, n_0)
    Y : array_like, shape (N, n_L)
    loss : str or Loss, optional

    Returns
    -------
    Gradients
        dW, db of the shapes of W and b; delta of shape (N, n_l), per sample, not divided by N.

    Raises
    ------
    ValueError
        If shapes do not fit (the message names the layer and both shapes), X or Y is empty or not
        finite, or the loss does not allow a target or an output.
    TypeError
        If something does not hold numbers, or is not a network or a loss.

    Notes
    -----
    Nielsen (2015), chapter 2, equations BP1-BP4 in components. sigma'(z_j) is had from a_j.

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
        a = [X[i]]
        for l in range(L):
            W, b, sigma = network[l]
            z = np.zeros(len(b), Y.dtype)
            for j in range(len(b)):
                z[j] = b[j]
                for k in range(len(a[l])):
                    z[j] += W[j, k] * a[l][k]
            a.append(sigma(z))

        if sigma == loss.partner:
            for j in range(len(a[L])):
                delta[L - 1][i, j] = a[L][j] - Y[i, j]  # (BP1)
        else:
            slope = loss.output_slope(a[L], Y[i])
            for j in range(len(a[L])):
                if sigma == softmax:
                    for k in range(len(a[L])):  # z_j moves every output a_k
                        da_dz = a[L][j] * (1 - a[L][j]) if k == j else -a[L][k] * a[L][j]
                        delta[L - 1][i, j] += slope[k] * da_dz  # (BP1)
                else:
                    delta[L - 1][i, j] = slope[j] * sigma.derivative_from_output(a[L][j])  # (BP1)
        for l in range(L - 1, 0, -1):
            W, sigma = network[l].W, network[l - 1].activation
            for k in range(len(a[l])):
                for j in range(len(a[l + 1])):  # start at zero and add: a path for each j
                    delta[l - 1][i, k] += W[j, k] * delta[l][i, j]  # (BP2)
                delta[l - 1][i, k] *= sigma.derivative_from_output(a[l][k])

        for l in range(L):
            for j in range(len(a[l + 1])):
                db[l][j] += delta[l][i, j] / N  # (BP3)
                for k in range(len(a[l])):
                    dW[l][j, k] += a[l][k] * delta[l][i, j] / N  # (BP4)
    return Gradients(dW, db, delta)
