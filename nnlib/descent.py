"""The steps of gradient descent, as fast as NumPy's matrix products let them be.

The same equations as `batched.gradients`, in the lines that `train` spends its time in. Each line
that differs from the page says what it saves; `make bench` measures the whole.
"""

import numpy as np

from nnlib.parameters import flatten, views
from nnlib.tuples import Layer
from nnlib.values import check_finite, is_surely_finite

_GATHERED = 2**17  # bytes of X; any processor's second cache holds them


class Descent:
    """A network on its way downhill, one step a batch.

    theta holds all parameters as `flatten` lays them out, and W and b are views of it: one
    subtraction is the step of all of them; with one for each W and b a run of [2, 3, 3, 1] takes
    9 % longer.

    Attributes
    ----------
    theta : ndarray, shape (P,)
        The parameters as they are now.
    network : list of Layer
        The same, as views.
    """

    def __init__(self, start, X, Y, loss, learning_rate, batch_size):
        self.X, self.Y, self.loss = X, Y, loss
        self.learning_rate, self.batch_size = learning_rate, batch_size
        theta = flatten(start)
        self.theta, self.step = _aligned_like(theta), _aligned_like(theta)
        self.theta[:] = theta
        Ws, bs, sigmas = zip(*start, strict=True)
        L, shapes = len(start), [array.shape for array in Ws + bs]
        parameters, steps = views(self.theta, shapes), views(self.step, shapes)
        self.network = list(map(Layer, parameters[:L], parameters[L:], sigmas))
        self.dW, self.db = steps[:L], steps[L:]

    def go_through(self, order, check_X=False):
        """Take one step a batch, over the rows named in `order`.

        Inside `infinity_allowed()`, which its callers enter once a run: once a batch makes a run of
        [2, 3, 3, 1] longer by 5 %.

        Parameters
        ----------
        order : ndarray of int, shape (N,)
        check_X : bool, optional
            Whether to find out if X is finite.

        Returns
        -------
        z, a, y : ndarray, shape (N, n_L)
            Pre-activations and activations of the last layer as they were met, and their targets.

        Raises
        ------
        ValueError
            If an output has no cost or no slope, or, with check_X, if X is not finite.
        """
        targets, last = self.Y.take(order, axis=0), self.network[-1].activation
        Z, outputs = np.empty((2, *targets.shape), self.theta.dtype)
        for rows, x in self._batches(order, check_X):
            z, a = self._forward(x)
            delta = self.loss.output_delta(a[-1], targets[rows], last)  # (BP1)
            # All that follows is linear in delta. Scaling the parameters' gradient instead makes a
            # run longer by 3 % for [784, 30, 10] and by 9 % for [784, 512, 512, 10].
            self._backward(a, self.learning_rate / len(x) * delta)
            self.theta -= self.step
            Z[rows], outputs[rows] = z, a[-1]
        return Z, outputs, targets

    def _forward(self, x):
        """Z of the last layer, and a of all."""
        a = [x]
        for W, b, sigma in self.network:
            # X.dot(Y) is X @ Y in half the time for small matrices: 8 % of a run of [2, 3, 3, 1].
            z = a[-1].dot(W.T) + b
            a.append(sigma.formula(z))
        return z, a

    def _backward(self, a, delta):
        """BP2, and the sums of BP3 and BP4, written where they are subtracted from."""
        network = self.network
        # ones.dot(delta) adds up the rows of delta; of shape (50, 3), `sum` takes 6 times as long.
        # `np.ones` would take more than twice as long as these two lines.
        ones = np.empty(len(delta), delta.dtype)
        ones.fill(1)
        for l in reversed(range(len(network))):
            ones.dot(delta, out=self.db[l])  # (BP3)
            delta.T.dot(a[l], out=self.dW[l])  # (BP4)
            if l > 0:
                slope = network[l - 1].activation.slope_from_output(a[l])
                delta = delta.dot(network[l].W) * slope  # (BP2)

    def _batches(self, order, check_X):
        """The samples of each batch, and where in `order` they stand.

        Small batches are gathered many at a time: one at a time makes a run of [2, 3, 3, 1] longer
        by 2 %. X is checked as it comes by: to read all of it for that alone makes an epoch of
        [784, 30, 10] longer by 8 %.
        """
        X, size = self.X, self.batch_size
        many = size * max(1, _GATHERED // (size * X[0].nbytes))
        for first in range(0, len(order), many):
            gathered = X.take(order[first : first + many], axis=0)
            if check_X and not is_surely_finite(gathered):
                check_finite(X, "X")
            for start in range(0, len(gathered), size):
                x = gathered[start : start + size]
                yield slice(first + start, first + start + len(x)), x


def order_of(N, shuffle, rng):
    """The order of the samples in one epoch.

    Parameters
    ----------
    N : int
    shuffle : bool
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of int, shape (N,)

    Raises
    ------
    Nothing of its own.
    """
    return rng.permutation(N) if shuffle else np.arange(N)


def _aligned_like(vector):
    """As `np.empty_like`, but beginning with a line of the cache, which has 64 bytes.

    Where a register holds 64 bytes (AVX-512), a run of [784, 30, 10] from elsewhere takes 9 %
    longer; with registers of 32 bytes, as long.
    """
    memory = np.empty(vector.nbytes + 63, np.uint8)
    start = -memory.__array_interface__["data"][0] % 64
    return memory[start : start + vector.nbytes].view(vector.dtype)
