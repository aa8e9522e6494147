"""Small data sets: X of shape (N, d), one sample a row, and targets Y of shape (N, m).

All are float64. Sets with noise take `rng`, an int or a numpy.random.Generator; None draws fresh
noise each time. None is shuffled: classes come one after the other, as `train` will find out.
"""

import numpy as np

from nnlib.values import as_count, as_generator, as_list, as_real_number


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
        If n is not a whole number, or a target is not a real number.

    Examples
    --------
    >>> X, Y = step(n=4)
    >>> Y.ravel()
    array([0., 0., 1., 1.])
    """
    n = as_count(n, "step: n", smallest=2)
    try:
        left, right = as_list(targets)
    except (TypeError, ValueError):
        raise ValueError(
            f"step: targets must be a pair (left of 0, right of 0), but it is {targets!r}"
        ) from None
    left = as_real_number(left, "step: targets[0]")
    right = as_real_number(right, "step: targets[1]")
    X = np.linspace(-5, 5, n)[:, None]
    return X, np.where(X > 0, right, left)


def circles(n=1000, noise=0.1, factor=0.3, rng=None):
    """Two rings around the origin, one inside the other.

    Parameters
    ----------
    n : int, optional
        Number of samples, half of them (rounded down) on the outer ring; at least 2.
    noise : float, optional
        Standard deviation of the normal noise added to every coordinate.
    factor : float, optional
        Radius of the inner ring, between 0 and 1; that of the outer ring is 1.
    rng : int or numpy.random.Generator, optional
        Where the noise comes from.

    Returns
    -------
    X : ndarray of float64, shape (n, 2)
    Y : ndarray of float64, shape (n, 1)
        0 on the outer ring, which comes first, 1 on the inner ring.

    Raises
    ------
    ValueError
        If n < 2, noise is negative, or factor is not between 0 and 1.
    TypeError
        If n is not a whole number, noise or factor not a number, or rng neither int nor Generator.

    Notes
    -----
    As `sklearn.datasets.make_circles(n, shuffle=False, noise=noise, factor=factor)`.

    Examples
    --------
    >>> X, Y = circles(n=4, noise=0)
    >>> X.round(1).tolist(), Y.ravel().tolist()
    ([[1.0, 0.0], [-1.0, 0.0], [0.3, 0.0], [-0.3, 0.0]], [0.0, 0.0, 1.0, 1.0])
    """
    n, noise, rng = _read(n, noise, rng, "circles")
    factor = as_real_number(factor, "circles: factor")
    if not 0 < factor < 1:
        raise ValueError(f"circles: factor is {factor}: give a number between 0 and 1")
    outer, inner = n // 2, n - n // 2
    angle = 2 * np.pi * np.concatenate([np.arange(outer) / outer, np.arange(inner) / inner])
    radius = np.repeat([1.0, factor], [outer, inner])
    X = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return X + rng.normal(scale=noise, size=X.shape), _two_classes(outer, inner)


def moons(n=1000, noise=0.1, rng=None):
    """Two half circles that reach into each other.

    Parameters
    ----------
    n : int, optional
        Number of samples, half of them (rounded down) on the upper arc; at least 2.
    noise : float, optional
        Standard deviation of the normal noise added to every coordinate.
    rng : int or numpy.random.Generator, optional
        Where the noise comes from.

    Returns
    -------
    X : ndarray of float64, shape (n, 2)
    Y : ndarray of float64, shape (n, 1)
        0 on the upper arc, which comes first, 1 on the lower arc.

    Raises
    ------
    ValueError
        If n < 2 or noise is negative.
    TypeError
        If n is not a whole number, noise not a number, or rng neither an int nor a Generator.

    Notes
    -----
    As `sklearn.datasets.make_moons(n, shuffle=False, noise=noise)`.

    Examples
    --------
    >>> X, Y = moons(n=4, noise=0)
    >>> X.round(1).tolist()
    [[1.0, 0.0], [-1.0, 0.0], [0.0, 0.5], [2.0, 0.5]]
    """
    n, noise, rng = _read(n, noise, rng, "moons")
    upper, lower = n // 2, n - n // 2
    angle = np.linspace(0, np.pi, upper)
    arc = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    angle = np.linspace(0, np.pi, lower)
    hanging = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
    X = np.concatenate([arc, hanging])
    return X + rng.normal(scale=noise, size=X.shape), _two_classes(upper, lower)


def spirals(n=1000, noise=0.05, turns=1.5, rng=None):
    """Two spirals wound into each other, each the other one turned by half a circle.

    Parameters
    ----------
    n : int, optional
        Number of samples, half of them (rounded down) on the first spiral; at least 2.
    noise : float, optional
        Standard deviation of the normal noise added to every coordinate.
    turns : float, optional
        How often each spiral winds around the origin; above 0.
    rng : int or numpy.random.Generator, optional
        Where the noise comes from.

    Returns
    -------
    X : ndarray of float64, shape (n, 2)
        Within radius 1, but for the noise.
    Y : ndarray of float64, shape (n, 1)
        0 on the first spiral, 1 on the second.

    Raises
    ------
    ValueError
        If n < 2, noise is negative, or turns is not above 0.
    TypeError
        If n is not a whole number, noise or turns not a number, or rng neither int nor Generator.

    Notes
    -----
    After the two-spirals problem of Lang and Witbrock (1988), Learning to tell two spirals apart,
    with samples spaced evenly along the radius.

    Examples
    --------
    >>> X, Y = spirals(n=4, noise=0, turns=1)
    >>> np.hypot(X[:, 0], X[:, 1]).tolist(), Y.ravel().tolist()
    ([0.5, 1.0, 0.5, 1.0], [0.0, 0.0, 1.0, 1.0])
    """
    n, noise, rng = _read(n, noise, rng, "spirals")
    turns = as_real_number(turns, "spirals: turns", above=0)
    arms = []
    for size, phase in ((n // 2, 0.0), (n - n // 2, np.pi)):
        radius = np.arange(1, size + 1) / size
        angle = 2 * np.pi * turns * radius + phase
        arms.append(np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1))
    X = np.concatenate(arms)
    return X + rng.normal(scale=noise, size=X.shape), _two_classes(n // 2, n - n // 2)


def xor(n=4, noise=0.0, rng=None):
    """Two binary inputs, and whether exactly one of them is 1.

    Parameters
    ----------
    n : int, optional
        Number of samples, a multiple of 4: each of the four corners n / 4 times.
    noise : float, optional
        Standard deviation of the normal noise added to every coordinate.
    rng : int or numpy.random.Generator, optional
        Where the noise comes from.

    Returns
    -------
    X : ndarray of float64, shape (n, 2)
        The corners (0, 0), (0, 1), (1, 0), (1, 1), over and over.
    Y : ndarray of float64, shape (n, 1)
        0, 1, 1, 0, over and over.

    Raises
    ------
    ValueError
        If n is not a positive multiple of 4, or noise is negative.
    TypeError
        If n is not a whole number, noise not a number, or rng neither an int nor a Generator.

    Examples
    --------
    >>> X, Y = xor()
    >>> X.tolist(), Y.ravel().tolist()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0.0, 1.0, 1.0, 0.0])
    """
    n, noise, rng = _read(n, noise, rng, "xor")
    if n % 4:
        raise ValueError(f"xor: n is {n}: give a multiple of 4, so that no corner is left out")
    X = np.tile([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], (n // 4, 1))
    Y = np.tile([[0.0], [1.0], [1.0], [0.0]], (n // 4, 1))
    return X + rng.normal(scale=noise, size=X.shape), Y


def digits():
    """1797 handwritten digits of 8 x 8 pixels.

    Returns
    -------
    X : ndarray of float64, shape (1797, 64)
        Grey values from 0 to 1, row by row of the picture.
    Y : ndarray of float64, shape (1797, 10)
        One-hot: column d is 1 for the digit d.

    Raises
    ------
    ImportError
        If scikit-learn, which brings the pictures along, is not installed.

    Notes
    -----
    The test part of Alpaydin and Kaynak (1998), Optical recognition of handwritten digits, UCI
    Machine Learning Repository.

    Examples
    --------
    >>> X, Y = digits()
    >>> X.shape, Y.shape, int(Y[0].argmax())
    ((1797, 64), (1797, 10), 0)
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise ImportError(
            "data.digits needs scikit-learn, which holds the pictures: pip install scikit-learn"
        ) from error
    X, labels = load_digits(return_X_y=True)
    return X / 16, np.eye(10)[labels]


def _read(n, noise, rng, caller):
    n = as_count(n, f"{caller}: n", smallest=2)
    noise = as_real_number(noise, f"{caller}: noise")
    if noise < 0:
        raise ValueError(f"{caller}: noise is {noise}: give 0 or a positive number")
    return n, noise, as_generator(rng, f"{caller}: rng")


def _two_classes(zeros, ones):
    return np.repeat([0.0, 1.0], [zeros, ones])[:, None]
