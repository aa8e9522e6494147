"""Rung 3: the gradient of any network, one sample at a time, in vectors and matrices."""

import numpy as np

from nnlib.losses import quadratic
from nnlib.reading import read_batch
from nnlib.tuples import Gradients
from nnlib.values import infinity_allowed


@infinity_allowed()
def gradients(network, X, Y, loss=quadratic):
    """Gradient of the mean cost over a batch, one sample after the other.

    For each sample, with vectors of shape (n_l,):

        z^l = W^l a^(l-1) + b^l                  a^l = sigma(z^l)
        delta^L = dC_i/da * sigma'(z^L)                              (BP1)
        delta^l = (W^(l+1).T delta^(l+1)) * sigma'(z^l)              (BP2)
        dC_i/db^l = delta^l                                          (BP3)
        dC_i/dW^l = outer(delta^l, a^(l-1))                          (BP4)

    and dC/dW, dC/db are the means over the samples. `loss.output_delta` is BP1, with the two
    cases in which it is not an element-wise product.

    Parameters, returns and errors as `nnlib.gradients`.

    Notes
    -----
    Nielsen (2015), chapter 2, equations BP1-BP4.

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
        z, a = [], [X[i]]  # (n_0,)
        for W, b, sigma in network:
            z.append(W @ a[-1] + b)  # (n_l,)
            a.append(sigma(z[-1]))

        error = loss.output_delta(a[L], Y[i], sigma)  # (BP1)
        for l in reversed(range(L)):
            delta[l][i] = error
            db[l] += error / N  # (BP3)
            dW[l] += np.outer(error, a[l]) / N  # (BP4)
            if l > 0:
                slope = network[l - 1].activation.derivative(z[l - 1])
                error = (network[l].W.T @ error) * slope  # (BP2)
    return Gradients(dW, db, delta)
