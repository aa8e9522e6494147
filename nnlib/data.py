"""Small data sets: X of shape (N, d), one sample a row, and targets Y of shape (N, m)."""

import numpy as np

from nnlib._validation import as_count, as_number


def step(n=1000, targets=(0, 1)):
    """A step on a line: one target left of 0, the other right of it.

    Parameters
    ----------
    n : int, optional
        Number of samples, evenly spaced from -5 to 5, both ends included; at least 2.
    targets : pair of float, optional
        Target left of 0 and target right of 0. (0 itself, a sample if n is odd, goes left.)

    Returns
    -------
    X : ndarray of float64, shape (n, 1)
    Y : ndarray of float64, shape (n, 1)

    Raises
    ------
    ValueError
        If n < 2, or targets are not two finite numbers.
    TypeError
        If n is not a whole number.

    Examples
    --------
    >>> X, Y = step(n=4)
    >>> Y.ravel()
    array([0., 0., 1., 1.])
    """
    n = as_count(n, "step: n", smallest=2)
    try:
        left, right = targets
    except (TypeError, ValueError):
        raise ValueError(
            f"step: targets must be a pair (left of 0, right of 0), but it is {targets!r}"
        ) from None
    left, right = as_number(left, "step: targets[0]"), as_number(right, "step: targets[1]")
    X = np.linspace(-5, 5, n)[:, None]
    return X, np.where(X > 0, right, left)
