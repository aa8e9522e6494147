"""Claims about nnlib.data."""

import re

import numpy as np
import pytest

from nnlib import data

# ---- step


def test_step_is_the_toy_set_of_the_source():
    X, Y = data.step()
    assert X.shape == Y.shape == (1000, 1)
    assert X.dtype == Y.dtype == np.float64
    assert (X[0, 0], X[-1, 0]) == (-5, 5)
    np.testing.assert_allclose(np.diff(X[:, 0]), 10 / 999, rtol=1e-9)
    assert not (X == 0).any()
    np.testing.assert_array_equal(Y, np.repeat([[0.0], [1.0]], 500, axis=0))


def test_step_takes_the_labels_of_the_source():
    X, Y = data.step(targets=(-1, 1))
    np.testing.assert_array_equal(Y, np.sign(X))
    assert data.step(n=2, targets=np.array([3, 4]))[1].tolist() == [[3.0], [4.0]]


@pytest.mark.parametrize("n", [2, 3, 7, np.int64(10)])
def test_step_gives_n_samples_and_puts_zero_on_the_left(n):
    X, Y = data.step(n=n)
    assert X.shape == Y.shape == (n, 1)
    np.testing.assert_array_equal(Y, X > 0)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"n": 1}, ValueError, "step: n must be at least 2, but it is 1"),
        ({"n": -5}, ValueError, "step: n must be at least 2, but it is -5"),
        ({"n": 10.0}, TypeError, "step: n must be a whole number, but it is float 10.0"),
        ({"n": True}, TypeError, "step: n must be a whole number, but it is bool True"),
        ({"n": "10"}, TypeError, "step: n must be a whole number, but it is str '10'"),
        ({"targets": 1}, ValueError, "targets must be a pair (left of 0, right of 0), but it is 1"),
        ({"targets": (0, 1, 2)}, ValueError, "targets must be a pair (left of 0, right of 0)"),
        ({"targets": (0, np.nan)}, ValueError, "step: targets[1] is nan: give a finite number"),
        ({"targets": (None, 1)}, TypeError, "step: targets[0] must hold numbers"),
    ],
)
def test_bad_arguments_of_step_are_refused(arguments, error, message):
    with pytest.raises(error, match=re.escape(message)):
        data.step(**arguments)
