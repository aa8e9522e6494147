"""Claims about nnlib.scalar."""

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib import identity, leaky_relu, relu, scalar, sigmoid, softplus, tanh
from nnlib.gradcheck import (
    complex_step_gradient,
    flatten,
    numerical_gradient,
    relative_error,
    unflatten,
)

ELEMENTWISE = [sigmoid, tanh, relu, leaky_relu, softplus, identity]

numbers = st.floats(-2, 2).map(lambda number: round(number, 3))


@st.composite
def chains(draw):
    """w, b, x, y, activation: one to eight layers."""
    L = draw(st.integers(1, 8))
    w, b = ([draw(numbers) for _ in range(L)] for _ in "wb")
    return w, b, draw(numbers), draw(numbers), draw(st.sampled_from(ELEMENTWISE))


def cost_of(theta, like, x, y, activation):
    w, b = unflatten(theta, like)
    _, a = scalar.forward(w, b, x, activation)
    return 0.5 * (a[-1] - y) ** 2


@given(chains())
def test_backward_is_the_complex_step(chain):
    w, b, x, y, activation = chain
    dw, db, _ = scalar.backward(w, b, x, y, activation)
    theta = flatten([w, b])
    expected = complex_step_gradient(lambda v: cost_of(v, [w, b], x, y, activation), theta)
    scale = max(1.0, abs(expected).max())
    np.testing.assert_allclose(flatten([dw, db]), expected, rtol=1e-12, atol=1e-13 * scale)


@given(chains())
def test_delta_is_the_slope_by_each_pre_activation(chain):
    """A nudge of b^l is a nudge of z^l, so delta is what the complex step says of b."""
    w, b, x, y, activation = chain
    _, _, delta = scalar.backward(w, b, x, y, activation)
    measured = complex_step_gradient(
        lambda v: cost_of(flatten([w, v]), [w, b], x, y, activation), b
    )
    scale = max(1.0, abs(measured).max())
    np.testing.assert_allclose(delta, measured, rtol=1e-12, atol=1e-13 * scale)


@pytest.mark.parametrize("activation", [sigmoid, tanh, softplus, identity])
def test_backward_is_the_central_difference(activation):
    w, b, x, y = [0.9, -1.3, 1.7], [0.2, 0.4, -0.5], -1.5, 1.0
    dw, db, _ = scalar.backward(w, b, x, y, activation)
    measured = numerical_gradient(lambda v: cost_of(v, [w, b], x, y, activation), flatten([w, b]))
    assert relative_error(flatten([dw, db]), measured) < 1e-9


@given(chains())
def test_forward_repeats_one_rule(chain):
    w, b, x, _, activation = chain
    z, a = scalar.forward(w, b, x, activation)
    assert (len(z), len(a)) == (len(w), len(w) + 1)
    assert a[0] == x
    for l in range(len(w)):
        assert z[l] == w[l] * a[l] + b[l]
        assert a[l + 1] == activation(z[l])


def test_a_chain_worked_by_hand():
    """By hand: z = 2*1+1 = 3, then -1*3+0.5 = -2.5; relu; y = 1.

    a = 1, 3, 0. C = 1/2. delta^2 = (0 - 1) * 0 = 0, so nothing flows. With the leak:
    a^2 = -0.025, delta^2 = -1.025 * 0.01, delta^1 = -1 * delta^2 * 1.
    """
    w, b = [2, -1], [1, 0.5]
    assert scalar.forward(w, b, 1, "relu") == ([3.0, -2.5], [1.0, 3.0, 0.0])
    assert scalar.backward(w, b, 1, 1, "relu") == ([0, 0], [0, 0], [0, 0])
    dw, db, delta = scalar.backward(w, b, 1, 1, "leaky_relu")
    assert delta == pytest.approx([0.01025, -0.01025], rel=1e-14)
    assert db == delta
    assert dw == pytest.approx([0.01025, -0.03075], rel=1e-14)


def test_the_source_sample():
    """The sample x = -5, y = -1 of the source; by hand, with every weight 1 and every bias 0."""
    z, a = scalar.forward([1, 1, 1], [0, 0, 0], -5)
    s1 = 1 / (1 + np.exp(5))
    s2 = 1 / (1 + np.exp(-s1))
    s3 = 1 / (1 + np.exp(-s2))
    assert z == pytest.approx([-5, s1, s2], rel=1e-14)
    assert a == pytest.approx([-5, s1, s2, s3], rel=1e-14)
    dw, db, delta = scalar.backward([1, 1, 1], [0, 0, 0], -5, -1)
    d3 = (s3 + 1) * s3 * (1 - s3)
    d2 = d3 * s2 * (1 - s2)
    d1 = d2 * s1 * (1 - s1)
    assert delta == db == pytest.approx([d1, d2, d3], rel=1e-13)
    assert dw == pytest.approx([-5 * d1, s1 * d2, s2 * d3], rel=1e-13)


def test_the_source_output_costs_what_it_printed():
    """A last bias that lifts the output to the source's 0.76936505; its mse has no 1/2."""
    b = np.log(0.76936505 / (1 - 0.76936505))
    _, a = scalar.forward([0.0], [b], -5.0)
    assert (a[-1] - -1) ** 2 == pytest.approx(3.1306526667222374, rel=1e-8)


def test_leaving_out_the_half_shows_as_one_third():
    """Erratum 4.3: C = (a - y)^2 beside delta = (a - y) sigma' is wrong by exactly 2."""
    w, b, x, y = [0.9, -1.3], [0.2, 0.4], -1.5, 1.0
    dw, db, _ = scalar.backward(w, b, x, y)
    measured = numerical_gradient(lambda v: 2 * cost_of(v, [w, b], x, y, sigmoid), flatten([w, b]))
    assert relative_error(flatten([dw, db]), measured) == pytest.approx(1 / 3, abs=1e-9)


@pytest.mark.parametrize("length", range(1, 9))
def test_a_dead_chain_of_sigmoids_shrinks_by_a_quarter_a_layer(length):
    _, _, delta = scalar.backward([1.0] * length, [0.0] * length, 0.0, 0.0)
    for before, after in pairwise(delta):
        assert abs(before) <= abs(after) / 4


# ---- types


def test_everything_returned_is_a_built_in_float():
    given = (np.array([1, 2]), np.array([0.5, 1], dtype=np.float32), np.int64(1))
    z, a = scalar.forward(*given)
    gradients = scalar.backward(*given, np.float32(0.5))
    for numbers in (z, a, *gradients):
        assert type(numbers) is list
        assert {type(number) for number in numbers} == {float}


@pytest.mark.parametrize("argument", ["w", "b", "x"])
def test_a_complex_argument_passes_through(argument):
    arguments = {"w": [0.9, -1.3], "b": [0.2, 0.4], "x": -1.5}
    real = scalar.forward(**arguments)
    nudged = dict(arguments)
    nudged[argument] = [1j * 1e-20 + v for v in nudged[argument]] if argument != "x" else -1.5 + 0j
    z, a = scalar.forward(**nudged)
    assert type(z[-1]) is type(a[-1]) is complex
    assert [v.real for v in z] == pytest.approx(real[0], rel=1e-15)
    dw, db, delta = scalar.backward(**nudged, y=1.0)
    assert {type(v) for v in (*dw, *db, *delta)} == {complex}


def test_backward_of_a_complex_chain_gives_second_derivatives():
    w, b, x, y = [0.9, -1.3], [0.2, 0.4], -1.5, 1.0
    through = scalar.backward([w[0] + 1e-20j, w[1]], b, x, y).dw[1].imag / 1e-20
    up = scalar.backward([w[0] + 1e-6, w[1]], b, x, y).dw[1]
    down = scalar.backward([w[0] - 1e-6, w[1]], b, x, y).dw[1]
    assert through == pytest.approx((up - down) / 2e-6, rel=1e-8)


@pytest.mark.parametrize("activation", ELEMENTWISE)
@pytest.mark.parametrize("x", [-1000.0, 1000.0])
def test_far_out_there_is_no_warning_and_every_number_is_finite(activation, x):
    w, b = [1.0, -1.0, 1.0], [0.0, 0.0, 0.0]
    assert np.isfinite([*scalar.forward(w, b, x, activation)[1]]).all()
    assert np.isfinite(flatten(list(scalar.backward(w, b, x, 0.0, activation)))).all()


def test_an_activation_can_be_given_by_name():
    chain = [0.9, -1.3], [0.2, 0.4], -1.5
    assert scalar.forward(*chain, "tanh") == scalar.forward(*chain, tanh)
    assert scalar.backward(*chain, 1.0, "tanh") == scalar.backward(*chain, 1.0, tanh)
    assert scalar.backward(*chain, 1.0) == scalar.backward(*chain, 1.0, sigmoid)


def test_lists_given_are_not_changed():
    w, b = [0.9, -1.3], [0.2, 0.4]
    gradients = scalar.backward(w, b, -1.5, 1.0)
    gradients.db[0] = gradients.dw[0] = 99.0
    assert gradients.delta[0] != 99.0
    assert (w, b) == ([0.9, -1.3], [0.2, 0.4])


# ---- errors


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([1.0], [1.0, 2.0], 0.5), ValueError, "w has 1 numbers but b has 2: give one weight and"),
        (([], [], 0.5), ValueError, "w and b are empty: a chain has at least one layer"),
        ((1.0, [1.0], 0.5), TypeError, "w must be a list with one number a layer, but it is 1.0"),
        (([1.0], None, 0.5), TypeError, "b must be a list with one number a layer, but it is None"),
        (
            ({1.0: 2}, [1.0], 0.5),
            TypeError,
            "w must be a list with one number a layer, but it is {1",
        ),
        (
            ([1.0], {1.0}, 0.5),
            TypeError,
            "b must be a list with one number a layer, but it is {1.0}",
        ),
        (([[1.0]], [1.0], 0.5), TypeError, "w[0] must be one number, but it is an array of shape"),
        (([1.0, "2"], [1.0, 1.0], 0.5), TypeError, "w[1] must be one number, but it is str '2'"),
        (([1.0, np.nan], [1.0, 1.0], 0.5), ValueError, "w[1] is nan: give a finite number"),
        (([1.0], [np.inf], 0.5), ValueError, "b[0] is inf: give a finite number"),
        (
            ([1.0], [1.0], [0.5]),
            TypeError,
            "x must be one number, but it is an array of shape (1,)",
        ),
        (([1.0], [1.0], -np.inf), ValueError, "x is -inf: give a finite number"),
        (([1.0], [1.0], None), TypeError, "x must be one number, but it is NoneType None"),
        (
            ([1.0], [1.0], 0.5, "relus"),
            ValueError,
            "unknown activation 'relus'; did you mean 'relu'",
        ),
        (([1.0], [1.0], 0.5, np.tanh), TypeError, "activation must be a name or one of nnlib's"),
        (([1.0], [1.0], 0.5, "softmax"), TypeError, "softmax shares 1 among the units of a layer"),
    ],
)
def test_bad_arguments_are_refused_by_name(arguments, error, message):
    with pytest.raises(error, match=re.escape(message)):
        scalar.forward(*arguments)
    w, b, x, *activation = arguments
    with pytest.raises(error, match=re.escape(message)):
        scalar.backward(w, b, x, 1.0, *activation)


@pytest.mark.parametrize(
    ("y", "error", "message"),
    [
        (np.nan, ValueError, "y is nan: give a finite number"),
        ([1.0], TypeError, "y must be one number, but it is an array of shape (1,)"),
        ("1", TypeError, "y must be one number, but it is str '1'"),
    ],
)
def test_a_bad_target_is_refused_by_name(y, error, message):
    with pytest.raises(error, match=re.escape(message)):
        scalar.backward([1.0], [1.0], 0.5, y)
