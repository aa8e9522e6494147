"""Rung 3: the gradient of any network, one sample at a time, in vectors and matrices."""

import numpy as np

from nnlib._validation import infinity_allowed
from nnlib.losses import quadratic
from nnlib.network import Gradients, read_batch


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
    Nielsen (2015), chapter 2, equations BP1-BP4. sigma'(z) is had from a = sigma(z).

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
        a = [X[i]]  # (n_0,)
        for W, b, sigma in network:
            z = W @ a[-1] + b  # (n_l,)
            a.append(sigma(z))

        error = loss.output_delta(a[L], Y[i], sigma)  # (BP1)
        for l in reversed(range(L)):
            delta[l][i] = error
            db[l] += error / N  # (BP3)
            dW[l] += np.outer(error, a[l]) / N  # (BP4)
            if l > 0:
                sigma = network[l - 1].activation
                error = (network[l].W.T @ error) * sigma.derivative_from_output(a[l])  # (BP2)
    return Gradients(dW, db, delta)
