"""Claims about nnlib.gradcheck."""

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib import relu, sigmoid, tanh
from nnlib.gradcheck import (
    complex_step_gradient,
    flatten,
    numerical_gradient,
    relative_error,
    unflatten,
)
from nnlib.network import Gradients, Layer


def network_of(sizes, seed=0):
    rng = np.random.default_rng(seed)
    activations = [tanh, relu, sigmoid]
    return [
        Layer(rng.normal(size=(n_out, n_in)), rng.normal(size=n_out), activations[l % 3])
        for l, (n_in, n_out) in enumerate(pairwise(sizes))
    ]


# ---- flatten and unflatten


def test_flatten_takes_every_w_then_every_b_row_by_row():
    network = [
        Layer(np.array([[1.0, 2], [3, 4]]), np.array([7.0, 8]), tanh),
        Layer(np.array([[5.0, 6]]), np.array([9.0]), sigmoid),
    ]
    np.testing.assert_array_equal(flatten(network), np.arange(1, 10))
    gradients = Gradients([W for W, _, _ in network], [b for _, b, _ in network], [np.ones((3, 2))])
    np.testing.assert_array_equal(flatten(gradients), np.arange(1, 10))
    fortran = [layer._replace(W=np.asfortranarray(layer.W)) for layer in network]
    np.testing.assert_array_equal(flatten(fortran), np.arange(1, 10))


@given(st.lists(st.integers(1, 6), min_size=2, max_size=6))
def test_unflatten_undoes_flatten(sizes):
    network = network_of(sizes)
    vector = flatten(network)
    assert vector.shape == (sum(n * (m + 1) for m, n in pairwise(sizes)),)
    back = unflatten(vector, network)
    assert all(type(layer) is Layer for layer in back)
    for layer, again in zip(network, back, strict=True):
        np.testing.assert_array_equal(again.W, layer.W)
        np.testing.assert_array_equal(again.b, layer.b)
        assert again.activation is layer.activation
    np.testing.assert_array_equal(flatten(back), vector)


def test_unflatten_gives_back_the_kind_it_was_like():
    network = network_of([2, 3, 1])
    gradients = Gradients([W for W, _, _ in network], [b for _, b, _ in network], [np.ones((3, 2))])
    back = unflatten(2 * flatten(gradients), gradients)
    assert isinstance(back, Gradients)
    assert back.delta == []
    np.testing.assert_array_equal(back.dW[1], 2 * network[1].W)
    np.testing.assert_array_equal(back.db[0], 2 * network[0].b)
    w, b = unflatten([1, 2, 3, 4], like=([0, 0], [0, 0]))
    np.testing.assert_array_equal([w, b], [[1, 2], [3, 4]])


def test_the_25_parameters_of_the_source_make_the_round_trip():
    network = network_of([2, 3, 3, 1])
    assert flatten(network).shape == (25,)
    assert flatten([np.zeros((3, 2)), np.zeros((4, 3))]).shape == (18,)


def test_flatten_and_unflatten_copy():
    network = network_of([2, 1])
    vector = flatten(network)
    vector[:] = 0
    assert network[0].W.all()
    back = unflatten(vector, network)
    back[0].W[:] = 5
    assert not vector.any()


def test_dtypes_pass_through():
    single = [
        layer._replace(W=layer.W.astype("f"), b=layer.b.astype("f")) for layer in network_of([2, 1])
    ]
    assert flatten(single).dtype == np.float32
    assert unflatten(flatten(single), single)[0].W.dtype == np.float32
    assert unflatten(flatten(single).astype(complex), single)[0].b.dtype == np.complex128
    assert flatten([[1, 2], [True]]).dtype == np.float64


@pytest.mark.parametrize("vector", [np.zeros(8), np.zeros(10), []])
def test_a_vector_of_another_length_is_refused(vector):
    message = f"vector has {len(vector)} numbers, but `like` has 9, in shapes (2, 3), (2,), (1,)"
    with pytest.raises(ValueError, match=re.escape(message)):
        unflatten(vector, like=[np.zeros((2, 3)), np.zeros(2), np.zeros(1)])


def test_other_bad_arguments_of_flatten_and_unflatten_are_refused():
    with pytest.raises(ValueError, match="there are no numbers to lay out"):
        flatten([])
    with pytest.raises(ValueError, match="there are no numbers to lay out"):
        flatten([np.zeros((0, 3))])
    for thing in (np.zeros(3), 5, "abc", None):
        with pytest.raises(TypeError, match=r"give a network \(list of Layer\), a Gradients or a"):
            flatten(thing)
        with pytest.raises(TypeError, match=r"give a network \(list of Layer\), a Gradients or a"):
            unflatten([1.0], thing)
    with pytest.raises(TypeError, match="flatten: array 1 must hold numbers"):
        flatten([[1.0], ["x"]])
    with pytest.raises(ValueError, match=re.escape("vector has shape (2, 1): give a 1-D array")):
        unflatten(np.zeros((2, 1)), [np.zeros(2)])


# ---- measured gradients


def bowl(theta):
    return (theta[0] ** 2 * theta[1] + np.exp(theta[2]) * theta[0]).sum()


def bowl_gradient(t):
    return [2 * t[0] * t[1] + np.exp(t[2]), t[0] ** 2, np.exp(t[2]) * t[0]]


@given(st.lists(st.floats(-3, 3), min_size=3, max_size=3))
def test_both_ways_measure_the_gradient(theta):
    expected = bowl_gradient(theta)
    np.testing.assert_allclose(complex_step_gradient(bowl, theta), expected, rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(numerical_gradient(bowl, theta), expected, rtol=1e-7, atol=1e-7)


def test_the_shape_of_theta_is_kept():
    theta = np.arange(6.0).reshape(2, 3)
    for measure in (numerical_gradient, complex_step_gradient):
        slope = measure(lambda t: (t**2).sum(), theta)
        np.testing.assert_allclose(slope, 2 * theta, atol=1e-9)
        assert slope.dtype == np.float64
        assert measure(lambda t: t**2, 3.0) == pytest.approx(6)


def test_central_differences_have_an_error_that_is_quartered_by_half_the_nudge():
    error = [abs(numerical_gradient(np.exp, 1.0, eps=eps) - np.e) for eps in (0.1, 0.05)]
    assert error[0] / error[1] == pytest.approx(4, abs=0.01)


def test_the_error_of_central_differences_is_least_near_1e_5():
    def error(eps):
        return abs(numerical_gradient(sigmoid, 0.3, eps=eps) - sigmoid.derivative(0.3))

    assert error(1e-5) < 1e-10
    assert error(1e-2) > 1e-7
    assert error(1e-12) > 1e-7


def test_theta_is_never_changed_and_f_may_spoil_what_it_gets():
    def spoil(theta):
        value = (theta**2).sum()
        theta[:] = 0
        return value

    theta = np.array([1.0, 2.0])
    theta.flags.writeable = False
    for measure in (numerical_gradient, complex_step_gradient):
        np.testing.assert_allclose(measure(spoil, theta), [2, 4], rtol=1e-9)
    np.testing.assert_array_equal(theta, [1, 2])


def test_single_precision_is_measured_in_double():
    seen = []
    theta = np.array([0.1], dtype=np.float32)
    slope = numerical_gradient(lambda t: (seen.append(t.dtype), t[0] ** 3)[1], theta)
    assert set(seen) == {np.dtype(float)}
    assert slope == pytest.approx([3 * theta[0].astype(float) ** 2], rel=1e-8)


def test_the_nudge_counts_as_it_came_out():
    """At 1e8 the float nearest to 1e8 + 1e-5 is not there: dividing by 2 eps would be 5 % off."""
    assert numerical_gradient(lambda t: t, 1e8, eps=1e-5) == 1.0


@pytest.mark.parametrize("measure", [numerical_gradient, complex_step_gradient])
@pytest.mark.parametrize(
    ("f", "theta", "error", "message"),
    [
        (np.sum, [], ValueError, "theta is empty: there is nothing to take a slope by"),
        (np.sum, [1.0, np.nan], ValueError, "theta holds NaN or infinity"),
        (np.sum, [1j], TypeError, "theta must be real, but its dtype is complex128"),
        (np.sum, ["1"], TypeError, "theta must hold numbers"),
        (
            lambda t: t,
            [1.0, 2.0],
            TypeError,
            "f must return one number, but it returned an array of",
        ),
        (lambda t: None, [1.0], TypeError, "f must return one number, but it returned None"),
        (lambda t: np.nan, [1.0], ValueError, "f is nan with theta[0] nudged: no slope there"),
        (lambda t: np.inf, [[1.0]], ValueError, "f is inf with theta[0, 0] nudged: no slope there"),
    ],
)
def test_bad_arguments_are_refused(measure, f, theta, error, message):
    with pytest.raises(error, match=re.escape(f"{measure.__name__}: {message}")):
        measure(f, theta)


@pytest.mark.parametrize("eps", [0, -1e-5, 1j])
def test_a_nudge_that_is_not_positive_is_refused(eps):
    with pytest.raises(ValueError, match=r"eps is .*: give a positive number, such as 1e-5"):
        numerical_gradient(np.sum, [1.0], eps=eps)


def test_other_nudges_that_cannot_measure_are_refused():
    with pytest.raises(ValueError, match=re.escape("eps = 1e-05 is lost beside theta[1] = 1e+16")):
        numerical_gradient(np.sum, [1.0, 1e16])
    with pytest.raises(TypeError, match="eps must hold numbers"):
        numerical_gradient(np.sum, [1.0], eps="small")
    with pytest.raises(TypeError, match="f returned a complex number: central differences need"):
        numerical_gradient(lambda t: 1j * t[0], [1.0])


@pytest.mark.parametrize("f", [lambda t: abs(t[0]), lambda t: float(t[0].real), lambda t: 3.0])
def test_a_lost_imaginary_part_is_noticed(f):
    with pytest.raises(TypeError, match="f returned a real number for a complex theta"):
        complex_step_gradient(f, [1.0])


# ---- relative error


def test_relative_error_of_known_pairs():
    assert relative_error([3.0, 4.0], [3.0, 4.0]) == 0
    assert relative_error([3.0, 4.0], [-3.0, -4.0]) == 1
    assert relative_error([3.0, 4.0], [0, 0]) == 1
    assert relative_error([0.0], [0.0]) == 0
    assert relative_error([1.0, 2.0], [2.0, 4.0]) == pytest.approx(1 / 3, rel=1e-15)
    assert relative_error([[3.0, 0.0]], [[0.0, 4.0]]) == pytest.approx(5 / 7, rel=1e-15)
    assert relative_error(1.0, 1.0 + 1e-8) == pytest.approx(5e-9, rel=1e-6)
    assert relative_error([1j], [-1j]) == 1


@pytest.mark.parametrize("scale", [1e-200, 1e-320, 1e200])
def test_relative_error_does_not_depend_on_the_scale(scale):
    """Squares of 1e-200 are 0 and of 1e200 infinite; the lengths are neither."""
    a, b = np.array([3.0, 4.0]) * scale, np.array([3.0, 5.0]) * scale
    expected = relative_error([3.0, 4.0], [3.0, 5.0])
    assert relative_error(a, b) == pytest.approx(expected, rel=2e-3 if scale < 1e-300 else 1e-12)


def test_relative_error_judges_the_whole_vector_and_not_each_entry():
    assert relative_error([1.0, 1e-12], [1.0, -1e-12]) < 1e-11


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_no_threshold_is_passed_by_what_is_not_finite(bad):
    for a, b in [([bad], [1.0]), ([1.0], [bad]), ([bad], [bad])]:
        error = relative_error(a, b)
        assert not error < 1
        assert np.isnan(error)


def test_bad_arguments_of_relative_error_are_refused():
    with pytest.raises(ValueError, match=re.escape("a has shape (2,) but b has shape (2, 1)")):
        relative_error(np.zeros(2), np.zeros((2, 1)))
    with pytest.raises(ValueError, match="comparing nothing proves nothing"):
        relative_error([], [])
    with pytest.raises(TypeError, match="relative_error: a must hold numbers"):
        relative_error("x", [1.0])
    with pytest.raises(TypeError, match="relative_error: b must hold numbers"):
        relative_error([1.0], ["x"])
