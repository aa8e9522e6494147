"""Claims about nnlib.data."""

import re
import sys

import numpy as np
import pytest
from sklearn.datasets import load_digits, make_circles, make_moons

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
        ({"targets": (None, 1)}, TypeError, "step: targets[0] must be one number"),
    ],
)
def test_bad_arguments_of_step_are_refused(arguments, error, message):
    with pytest.raises(error, match=re.escape(message)):
        data.step(**arguments)


# ---- circles, moons, spirals, xor


NOISY = {
    "circles": data.circles,
    "moons": data.moons,
    "spirals": data.spirals,
    "xor": lambda n=1000, **settings: data.xor(n, **settings),
}
noisy = pytest.mark.parametrize("make", NOISY.values(), ids=NOISY)


@pytest.mark.parametrize("n", [2, 7, 1000])
@pytest.mark.parametrize("factor", [0.3, 0.8])
def test_circles_without_noise_are_those_of_scikit_learn(n, factor):
    X, Y = data.circles(n, noise=0, factor=factor)
    expected, labels = make_circles(n, shuffle=False, noise=None, factor=factor)
    np.testing.assert_allclose(X, expected, atol=1e-15)
    np.testing.assert_array_equal(Y[:, 0], labels)


@pytest.mark.parametrize("n", [2, 7, 1000])
def test_moons_without_noise_are_those_of_scikit_learn(n):
    X, Y = data.moons(n, noise=0)
    expected, labels = make_moons(n, shuffle=False, noise=None)
    np.testing.assert_allclose(X, expected, atol=1e-15)
    np.testing.assert_array_equal(Y[:, 0], labels)


def test_circles_give_the_outer_ring_first_as_the_source_does():
    X, Y = data.circles(rng=0)
    assert (X.shape, Y.shape) == ((1000, 2), (1000, 1))
    np.testing.assert_array_equal(Y, np.repeat([[0.0], [1.0]], 500, axis=0))
    radius = np.hypot(X[:, 0], X[:, 1])
    assert radius[:500].mean() == pytest.approx(1, abs=0.02)
    assert radius[500:].mean() == pytest.approx(0.3, abs=0.03)
    assert abs(X).max() < 1.5


def test_spirals_wind_around_the_origin_and_around_each_other():
    X, Y = data.spirals(400, noise=0, turns=2)
    assert (Y[:200] == 0).all()
    assert (Y[200:] == 1).all()
    np.testing.assert_allclose(X[200:], -X[:200], atol=1e-15)
    np.testing.assert_allclose(np.hypot(*X[:200].T), np.arange(1, 201) / 200, rtol=1e-12)
    turned = np.unwrap(np.arctan2(X[:200, 1], X[:200, 0]))
    assert turned[-1] - turned[0] == pytest.approx(2 * np.pi * 2 * 199 / 200, rel=1e-12)


def test_xor_is_the_table():
    X, Y = data.xor()
    np.testing.assert_array_equal(Y[:, 0], X[:, 0] != X[:, 1])
    assert len(np.unique(X, axis=0)) == 4
    X, Y = data.xor(12)
    np.testing.assert_array_equal(X[4:8], X[:4])
    np.testing.assert_array_equal(Y[:, 0], X[:, 0] != X[:, 1])


@noisy
def test_noise_has_the_deviation_asked_for(make):
    X, Y = make(n=1000, noise=0.2, rng=0)
    clean, same = make(n=1000, noise=0)
    np.testing.assert_array_equal(Y, same)
    assert (X - clean).std() == pytest.approx(0.2, rel=0.05)
    assert abs((X - clean).mean(axis=0)).max() < 0.03


@noisy
def test_the_seed_decides_and_the_global_state_is_left_alone(make):
    before = np.random.get_state()[1].copy()  # noqa: NPY002

    def points(rng):
        return make(n=8, noise=0.1, rng=rng)[0]

    np.testing.assert_array_equal(points(3), points(3))
    np.testing.assert_array_equal(points(3), points(np.random.default_rng(3)))
    assert (points(3) != points(4)).all()
    assert (points(None) != points(None)).all()
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@noisy
def test_everything_is_float64_and_two_axes(make):
    X, Y = make(n=8)
    assert X.dtype == Y.dtype == np.float64
    assert (X.shape, Y.shape) == ((8, 2), (8, 1))


@noisy
@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"n": 1}, ValueError, "n must be at least 2, but it is 1"),
        ({"n": 4.0}, TypeError, "n must be a whole number, but it is float 4.0"),
        ({"n": 8, "noise": -0.1}, ValueError, "noise is -0.1: give 0 or a positive number"),
        ({"n": 8, "noise": np.nan}, ValueError, "noise is nan: give a finite number"),
        ({"n": 8, "noise": "low"}, TypeError, "noise must be one number, but it is str 'low'"),
        ({"n": 8, "noise": True}, TypeError, "noise must be a number, but it is bool True"),
        ({"n": 8, "noise": 1j}, TypeError, "noise is 1j: give a real number"),
        ({"n": 8, "rng": "0"}, TypeError, "rng must be an int or a numpy.random.Generator"),
    ],
)
def test_bad_arguments_of_noisy_sets_are_refused(make, settings, error, message):
    with pytest.raises(error, match=re.escape(message)):
        make(**settings)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: data.circles(factor=1),
            ValueError,
            "circles: factor is 1.0: give a number between 0",
        ),
        (
            lambda: data.circles(factor=0),
            ValueError,
            "circles: factor is 0.0: give a number between 0",
        ),
        (lambda: data.circles(factor=1j), TypeError, "circles: factor is 1j: give a real number"),
        (lambda: data.spirals(turns=0), ValueError, "spirals: turns is 0.0: give a number above 0"),
        (
            lambda: data.xor(6),
            ValueError,
            "xor: n is 6: give a multiple of 4, so that no corner is",
        ),
        (
            lambda: data.step(targets=(0, 1j)),
            TypeError,
            "step: targets[1] is 1j: give a real number",
        ),
    ],
)
def test_bad_arguments_of_single_sets_are_refused(call, error, message):
    with pytest.raises(error, match=re.escape(message)):
        call()


# ---- digits


def test_digits_are_pixels_in_0_to_1_and_one_hot_rows():
    X, Y = data.digits()
    assert (X.shape, Y.shape) == ((1797, 64), (1797, 10))
    assert X.dtype == Y.dtype == np.float64
    assert (X.min(), X.max()) == (0, 1)
    np.testing.assert_array_equal(Y.sum(axis=1), 1)
    np.testing.assert_array_equal(np.unique(Y), [0, 1])
    np.testing.assert_array_equal(Y.argmax(axis=1), load_digits().target)
    np.testing.assert_array_equal(16 * X, load_digits().data)


def test_without_scikit_learn_digits_say_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ImportError, match=r"needs scikit-learn.*: pip install scikit-learn"):
        data.digits()
