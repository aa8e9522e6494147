"""Rung 4: the gradient of any network, for the whole batch at once, in three formulations.

`gradients_stacked` keeps one column vector and one matrix a sample, in arrays with three axes;
`gradients_einsum` says with letters which axes meet; `gradients` needs one matrix product a layer
and direction, and is the one to use.
"""

import numpy as np

from nnlib.losses import quadratic
from nnlib.network import Gradients, forward
from nnlib.reading import read_batch
from nnlib.values import infinity_allowed


@infinity_allowed()
def gradients(network, X, Y, loss=quadratic):
    """Gradient of the mean cost over a batch, one matrix product a layer and direction.

    The four equations for N samples at once (rows are samples):

        Delta^L = dC_i/dA^L * sigma'(Z^L)                   (BP1)
        Delta^l = (Delta^(l+1) @ W^(l+1)) * sigma'(Z^l)     (BP2)
        dC/db^l = mean of the rows of Delta^l               (BP3)
        dC/dW^l = Delta^l.T @ A^(l-1) / N                   (BP4)

    with C_i the cost of sample i and C their mean. `loss.output_delta` is BP1, with the two cases
    in which it is not an element-wise product.

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
    Nielsen (2015), chapter 2, equations BP1-BP4, with samples as rows.

    Examples
    --------
    >>> from nnlib import Layer
    >>> layer = Layer(W=[[2.0, 0.0]], b=[1.0], activation="identity")
    >>> gradients([layer], X=[[1.0, 1.0], [0.0, 3.0]], Y=[[1.0], [1.0]]).dW[0].tolist()
    [[1.0, 1.0]]
    """
    network, X, Y, loss = read_batch(network, X, Y, loss)
    z, a = forward(network, X)
    L = len(network)
    delta, dW, db = [None] * L, [None] * L, [None] * L
    delta[L - 1] = loss.output_delta(a[L], Y, network[L - 1].activation)  # (BP1)
    for l in reversed(range(L)):
        db[l] = delta[l].mean(axis=0)  # (BP3)
        dW[l] = delta[l].T @ a[l] / len(X)  # (BP4)
        if l > 0:
            slope = network[l - 1].activation.derivative(z[l - 1])
            delta[l - 1] = (delta[l] @ network[l].W) * slope  # (BP2)
    return Gradients(dW, db, delta)


@infinity_allowed()
def gradients_stacked(network, X, Y, loss=quadratic):
    """Gradient of the mean cost over a batch, one column vector and one outer product a sample.

    Arrays have three axes, the first counts the samples; @ multiplies the matrices of each sample
    by themselves. With delta and a as stacks of columns, (N, n_l, 1):

        Delta^L = dC_i/dA^L * sigma'(Z^L)                   (BP1)
        Delta^l = (W^(l+1).T @ Delta^(l+1)) * sigma'(Z^l)   (BP2)
        dC/db^l = mean over the samples of Delta^l          (BP3)
        dC/dW^l = mean over the samples of Delta^l @ A^(l-1) transposed, (N, n_l, n_(l-1))  (BP4)

    Parameters, returns and errors as `gradients`.

    Notes
    -----
    The same sums as `gradients`, but N matrices of the size of W are stored before they are
    added up.

    Examples
    --------
    >>> from nnlib import Layer
    >>> layer = Layer(W=[[2.0, 0.0]], b=[1.0], activation="identity")
    >>> gradients_stacked([layer], X=[[1.0, 1.0], [0.0, 3.0]], Y=[[1.0], [1.0]]).dW[0].tolist()
    [[1.0, 1.0]]
    """
    network, X, Y, loss = read_batch(network, X, Y, loss)
    z, a = forward(network, X)
    L = len(network)
    delta, dW, db = [None] * L, [None] * L, [None] * L
    delta[L - 1] = loss.output_delta(a[L], Y, network[L - 1].activation)  # (BP1)
    for l in reversed(range(L)):
        db[l] = delta[l].mean(axis=0)  # (BP3)
        stack = delta[l][:, :, None] @ a[l][:, None, :]  # (N, n_l, n_(l-1))
        dW[l] = stack.mean(axis=0)  # (BP4)
        if l > 0:
            back = network[l].W.T @ delta[l][:, :, None]  # (N, n_(l-1), 1)
            delta[l - 1] = back[:, :, 0] * network[l - 1].activation.derivative(z[l - 1])  # (BP2)
    return Gradients(dW, db, delta)


@infinity_allowed()
def gradients_einsum(network, X, Y, loss=quadratic):
    """Gradient of the mean cost over a batch, with a letter for every axis.

    i counts samples, j the units of a layer, k those of the layer before. A letter that is missing
    on the right is summed over:

        Delta^L = dC_i/dA^L * sigma'(Z^L)                                           (BP1)
        Delta^l_ik = (sum_j Delta^(l+1)_ij W^(l+1)_jk) sigma'(Z^l_ik)    ij,jk->ik  (BP2)
        dC/db^l_j = sum_i Delta^l_ij / N                                 ij->j      (BP3)
        dC/dW^l_jk = sum_i Delta^l_ij A^(l-1)_ik / N                     ij,ik->jk  (BP4)

    Parameters, returns and errors as `gradients`.

    Notes
    -----
    Nielsen (2015), chapter 2, equations BP1-BP4 in components, the sums left to `numpy.einsum`.

    Examples
    --------
    >>> from nnlib import Layer
    >>> layer = Layer(W=[[2.0, 0.0]], b=[1.0], activation="identity")
    >>> gradients_einsum([layer], X=[[1.0, 1.0], [0.0, 3.0]], Y=[[1.0], [1.0]]).dW[0].tolist()
    [[1.0, 1.0]]
    """
    network, X, Y, loss = read_batch(network, X, Y, loss)
    z, a = forward(network, X)
    N, L = len(X), len(network)
    delta, dW, db = [None] * L, [None] * L, [None] * L
    delta[L - 1] = loss.output_delta(a[L], Y, network[L - 1].activation)  # (BP1)
    for l in reversed(range(L)):
        db[l] = np.einsum("ij->j", delta[l]) / N  # (BP3)
        dW[l] = np.einsum("ij,ik->jk", delta[l], a[l]) / N  # (BP4)
        if l > 0:
            back = np.einsum("ij,jk->ik", delta[l], network[l].W)
            delta[l - 1] = back * network[l - 1].activation.derivative(z[l - 1])  # (BP2)
    return Gradients(dW, db, delta)
