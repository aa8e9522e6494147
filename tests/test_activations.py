"""Claims about nnlib.activations."""

import copy
import re

import numpy as np
import pytest

from nnlib import identity, leaky_relu, relu, sigmoid, softmax, softplus, tanh
from nnlib.activations import ACTIVATIONS, Activation, LeakyReLU, get_activation, log1p
from nnlib.gradcheck import complex_step_gradient, numerical_gradient

ELEMENTWISE = [sigmoid, tanh, relu, leaky_relu, softplus, identity]
EVERY = [*ELEMENTWISE, softmax]
Z = np.array([-40.0, -7.3, -1.0, -0.2, 1e-3, 0.4, 1.0, 5.5, 40.0])  # no 0: relu has a corner


def slopes(measure, activation, z):
    return np.array([measure(lambda v: activation(v[0]), [one])[0] for one in z])


@pytest.mark.parametrize("activation", ELEMENTWISE)
def test_the_derivative_is_the_complex_step(activation):
    expected = slopes(complex_step_gradient, activation, Z)
    np.testing.assert_allclose(activation.derivative(Z), expected, rtol=1e-14)


@pytest.mark.parametrize("activation", ELEMENTWISE)
def test_the_derivative_is_the_central_difference(activation):
    expected = slopes(numerical_gradient, activation, Z)
    np.testing.assert_allclose(activation.derivative(Z), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("activation", ELEMENTWISE)
def test_the_slope_from_the_output_is_the_slope_at_z(activation):
    np.testing.assert_allclose(
        activation.derivative_from_output(activation(Z)), activation.derivative(Z), atol=1e-15
    )


@pytest.mark.parametrize("activation", ELEMENTWISE)
@pytest.mark.parametrize("z", [-1000.0, 0.0, 1000.0])
def test_the_complex_step_works_far_out_and_takes_the_left_slope_at_a_corner(activation, z):
    for h in (1e-20j, -1e-20j):
        through = activation(np.array(z + h)).imag / h.imag
        assert through == pytest.approx(activation.derivative(z), rel=1e-15, abs=0)
        assert activation.derivative(np.array(z + h)).real == activation.derivative(z)


@pytest.mark.parametrize("activation", ELEMENTWISE)
def test_the_derivative_of_a_complex_z_is_analytic(activation):
    for z in (-1.5, 0.7):
        second = (activation.derivative(z + 1e-6) - activation.derivative(z - 1e-6)) / 2e-6
        through_z = activation.derivative(np.array(z + 1e-20j)).imag / 1e-20
        a = activation(np.array(z + 1e-20j))
        through_a = activation.derivative_from_output(a).imag / 1e-20
        np.testing.assert_allclose([through_z, through_a], second, atol=1e-8)


def test_values_at_one_are_those_of_the_formulas():
    e = np.e
    expected = [1 / (1 + 1 / e), (e - 1 / e) / (e + 1 / e), 1, 1, np.log(1 + e), 1]
    assert [f(1.0) for f in ELEMENTWISE] == pytest.approx(expected, rel=1e-15)
    expected = [1 / (1 + e), (1 / e - e) / (e + 1 / e), 0, -0.01, np.log(1 + 1 / e), -1]
    assert [f(-1.0) for f in ELEMENTWISE] == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("activation", "limits", "slopes"),
    [
        (sigmoid, [0, 1], [0, 0]),
        (tanh, [-1, 1], [0, 0]),
        (relu, [0, 1000], [0, 1]),
        (leaky_relu, [-10, 1000], [0.01, 1]),
        (softplus, [0, 1000], [0, 1]),
        (identity, [-1000, 1000], [1, 1]),
    ],
)
@pytest.mark.parametrize("dtype", [float, np.float32, complex])
def test_limits_at_1000_are_exact_and_give_no_warning(activation, limits, slopes, dtype):
    z = np.array([-1000, 1000], dtype=dtype)
    limits, slopes = np.array(limits, dtype=dtype), np.array(slopes, dtype=dtype)
    np.testing.assert_array_equal(activation(z), limits)
    np.testing.assert_array_equal(activation.derivative(z), slopes)
    np.testing.assert_array_equal(activation.derivative_from_output(activation(z)), slopes)


@pytest.mark.parametrize("activation", ELEMENTWISE)
def test_infinity_has_its_limit_and_nan_stays_nan(activation):
    a = activation(np.array([-np.inf, np.inf, np.nan]))
    lower, upper = activation.bounds
    assert a[0] == (-np.inf if activation in (leaky_relu, identity) else lower)
    assert a[1] == upper
    assert np.isnan(a[2])


def test_small_values_keep_their_digits():
    assert sigmoid(-700.0) == pytest.approx(np.exp(-700), rel=1e-13, abs=0)
    assert softplus(-700.0) == pytest.approx(np.exp(-700), rel=1e-13, abs=0)
    for z in (-40.0, 40.0):  # 1 - sigmoid(40) is 0 in floats, the slope is not
        assert sigmoid.derivative(z) == pytest.approx(np.exp(-40), rel=1e-13, abs=0)
        assert tanh.derivative(z) == pytest.approx(4 * np.exp(-80), rel=1e-13, abs=0)


def test_small_values_keep_their_digits_when_complex_as_well():
    """log(1 + e^-40), had from the sum 1 + e^-40, is 0; near e = -1 the sum is what is exact."""
    assert softplus(-40 + 0j) == pytest.approx(softplus(-40.0), rel=1e-15, abs=0)
    assert softplus(-40 + 1e-20j).imag == pytest.approx(1e-20 * np.exp(-40), rel=1e-15, abs=0)
    z = np.linspace(-50, 50, 41)
    np.testing.assert_allclose(softplus(z + 0j), softplus(z), rtol=1e-15)
    e = np.array([-0.5, -0.4999, 0.4999, 0.5, 1.0, 1e-300, 0.0, -1 + 2.0**-40, -1.0])
    with np.errstate(all="ignore"):
        expected = np.log1p(e)
        np.testing.assert_allclose(log1p(e + 0j), expected, rtol=1e-15)
        np.testing.assert_array_equal(log1p(e), expected)
    # log(1 + i/100) by its series
    series = sum(-((-0.01j) ** n) / n for n in range(1, 9))
    assert log1p(np.array(0.01j)) == pytest.approx(series, rel=1e-15)


@pytest.mark.parametrize("activation", ELEMENTWISE)
def test_no_output_however_large_gives_a_warning(activation):
    for a in (-1000.0, 1e200, -np.inf):
        activation.derivative_from_output(a)


@pytest.mark.parametrize("activation", EVERY)
@pytest.mark.parametrize("dtype", [np.float32, float, complex])
def test_nothing_is_raised_where_numpy_is_told_to_raise(activation, dtype):
    z = np.array([-1000, -80, 1e-30, 80, 1000], dtype=dtype)
    with np.errstate(all="raise"):
        a = activation(z)
        if activation is softmax:
            activation.jacobian(z)
        else:
            activation.derivative(z)
            activation.derivative_from_output(a)


def test_at_the_corner_the_left_slope_counts():
    for z in (0.0, -0.0):
        assert relu.derivative(z) == relu.derivative_from_output(relu(z)) == 0
        assert leaky_relu.derivative(z) == leaky_relu.derivative_from_output(leaky_relu(z)) == 0.01


def test_relu_has_no_negative_zero():
    assert not np.signbit(relu([-3.0, -0.0])).any()


def test_the_three_ways_to_call_a_sigmoid_slope_give_three_numbers():
    """Insight M2: a helper for outputs given z, or the other way round, raises nothing."""
    numbers = [
        sigmoid.derivative(2.0),
        sigmoid.derivative_from_output(2.0),
        sigmoid.derivative(sigmoid(2.0)),
    ]
    np.testing.assert_allclose(numbers, [0.105, -2, 0.207], atol=5e-4)
    assert sigmoid.derivative_from_output(sigmoid(2.0)) == pytest.approx(numbers[0])


def test_values_stay_within_the_bounds():
    z = np.linspace(-50, 50, 1001).reshape(-1, 7)
    for activation in EVERY:
        lower, upper = activation.bounds
        assert (activation(z) >= lower).all()
        assert (activation(z) <= upper).all()


@pytest.mark.parametrize("activation", EVERY)
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (np.float32, np.float32),
        (np.float64, np.float64),
        (np.complex64, np.complex64),
        (np.complex128, np.complex128),
        (np.int64, np.float64),
        (np.uint8, np.float64),
        (bool, np.float64),
    ],
)
def test_floats_keep_their_dtype_and_whole_numbers_become_float64(activation, given, expected):
    z = np.array([[0, 1, 1], [1, 0, 1]], dtype=given)
    a = activation(z)
    assert (a.dtype, a.shape) == (expected, z.shape)
    if activation is softmax:
        assert activation.jacobian(z).dtype == expected
    else:
        assert activation.derivative(z).dtype == expected
        assert activation.derivative_from_output(a).dtype == expected


@pytest.mark.parametrize("activation", ELEMENTWISE)
@pytest.mark.parametrize("shape", [(), (1,), (0,), (3,), (2, 1), (2, 3, 4)])
def test_the_shape_of_z_is_kept(activation, shape):
    z = np.full(shape, 0.3)
    for result in (activation(z), activation.derivative(z), activation.derivative_from_output(z)):
        assert np.shape(result) == shape


@pytest.mark.parametrize("activation", ELEMENTWISE)
def test_one_number_in_gives_one_number_out(activation):
    for z in (0.3, -0.3, 2):
        assert isinstance(activation(z), np.float64)
        assert isinstance(activation.derivative(z), np.float64)
        assert isinstance(activation.derivative_from_output(0.3), np.float64)


@pytest.mark.parametrize("activation", EVERY)
def test_the_input_is_neither_changed_nor_shared(activation):
    z = np.array([[-1.0, 0.5, 2.0]])
    z.flags.writeable = False
    a = activation(z)
    assert not np.shares_memory(a, z)
    a[:] = 7  # would raise, had the read-only input come back
    np.testing.assert_array_equal(z, [[-1.0, 0.5, 2.0]])


@pytest.mark.parametrize("activation", EVERY)
def test_memory_order_does_not_matter(activation):
    z = np.linspace(-2, 2, 24).reshape(4, 6)
    expected = activation(np.ascontiguousarray(z[::2, ::3]))
    np.testing.assert_array_equal(activation(z[::2, ::3]), expected)
    np.testing.assert_array_equal(activation(np.asfortranarray(z[::2, ::3])), expected)


# ---- softmax


def test_softmax_rows_are_positive_and_sum_to_one():
    z = np.random.default_rng(0).normal(size=(5, 4), scale=10)
    assert (softmax(z) > 0).all()
    np.testing.assert_allclose(softmax(z).sum(axis=-1), 1, rtol=1e-15)
    np.testing.assert_allclose(softmax([1.0, 2.0]), [1 / (1 + np.e), np.e / (1 + np.e)], rtol=1e-15)


def test_softmax_does_not_care_about_a_common_shift_of_a_row():
    z = np.array([[1.0, 2.0, 3.0], [0.5, 0.0, -4.0]])
    np.testing.assert_allclose(softmax(z + np.array([[1000.0], [-1000.0]])), softmax(z), rtol=1e-13)


def test_softmax_takes_the_maximum_of_each_row():
    """One maximum for the whole array leaves 0 / 0 in the second row (erratum 0.3)."""
    np.testing.assert_array_equal(softmax([[1000, -1000], [-1000, -1000]]), [[1, 0], [0.5, 0.5]])
    np.testing.assert_array_equal(softmax([1000, 0, -1000]), [1, 0, 0])


def test_softmax_of_infinities_is_the_limit_or_nan_and_never_a_warning():
    np.testing.assert_array_equal(softmax([-np.inf, 0]), [0, 1])
    np.testing.assert_array_equal(softmax([1e308, -1e308]), [1, 0])
    for row in ([np.inf, 0.0], [-np.inf, -np.inf], [np.nan, 0.0]):
        assert np.isnan(softmax([row, [0.0, 0.0]])[0]).all()
        np.testing.assert_array_equal(softmax([row, [0.0, 0.0]])[1], [0.5, 0.5])


def test_softmax_of_one_unit_is_one():
    np.testing.assert_array_equal(softmax([[3.0], [-7.0]]), [[1], [1]])


@pytest.mark.parametrize("m", [1, 2, 5])
def test_the_jacobian_is_the_complex_step(m):
    z = np.random.default_rng(m).normal(size=m)
    expected = [complex_step_gradient(lambda v, j=j: softmax(v)[j], z) for j in range(m)]
    np.testing.assert_allclose(softmax.jacobian(z), expected, atol=1e-15)


def test_the_jacobian_is_the_central_difference():
    z = np.array([0.3, -1.0, 2.0])
    expected = [numerical_gradient(lambda v, j=j: softmax(v)[j], z) for j in range(3)]
    np.testing.assert_allclose(softmax.jacobian(z), expected, atol=1e-10)


def test_a_jacobian_of_many_rows_holds_one_matrix_a_row():
    z = np.random.default_rng(1).normal(size=(2, 4, 3))
    J = softmax.jacobian(z)
    assert J.shape == (2, 4, 3, 3)
    np.testing.assert_allclose(J[1, 2], softmax.jacobian(z[1, 2]), rtol=1e-15)
    np.testing.assert_array_equal(J, J.swapaxes(-1, -2))
    np.testing.assert_allclose(J.sum(axis=-1), 0, atol=1e-16)


def test_the_jacobian_of_a_complex_z_is_analytic():
    z = np.array([0.3, -1.0, 2.0])
    nudge = np.array([0, 1e-6, 0])
    expected = (softmax.jacobian(z + nudge) - softmax.jacobian(z - nudge)) / 2e-6
    through = softmax.jacobian(z + 1e-14j * nudge).imag / 1e-20
    np.testing.assert_allclose(through, expected, atol=1e-9)


# ---- names and errors


def test_a_name_gives_its_activation():
    assert list(ACTIVATIONS) == [
        "sigmoid",
        "tanh",
        "relu",
        "leaky_relu",
        "softplus",
        "identity",
        "softmax",
    ]
    for name, activation in ACTIVATIONS.items():
        assert get_activation(name) is get_activation(activation) is activation
        assert activation.name == name
        assert repr(activation) == f"nnlib.{name}"


def test_a_copied_activation_is_still_the_same_one():
    for activation in EVERY:
        twin = copy.deepcopy(activation)
        assert twin == activation
        assert hash(twin) == hash(activation)
    assert sigmoid != tanh
    steeper = LeakyReLU()
    steeper.slope = 0.5
    assert steeper != leaky_relu


def test_a_method_that_an_own_activation_lacks_is_named():
    class Cube(Activation):
        name = "cube"

        def formula(self, z):
            return z**3

    assert Cube()(2.0) == 8
    message = (
        r"Cube is an activation without slope_from_output\(a\).*: write this method, which ret"
    )
    for slope in (Cube().derivative, Cube().derivative_from_output):
        with pytest.raises(NotImplementedError, match=message):
            slope(2.0)
    with pytest.raises(NotImplementedError, match=r"Activation is an activation without formula"):
        Activation()(2.0)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "sigmoyd",
            "unknown activation 'sigmoyd'; did you mean 'sigmoid'? (known: sigmoid, tanh, relu, "
            "leaky_relu, softplus, identity, softmax)",
        ),
        ("", "unknown activation '' (known: sigmoid,"),
    ],
)
def test_an_unknown_name_is_refused_with_the_known_ones(name, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        get_activation(name)


@pytest.mark.parametrize("thing", [None, np.tanh, 3, type(sigmoid)])
def test_what_is_not_an_activation_is_refused(thing):
    with pytest.raises(TypeError, match="activation must be a name or one of nnlib's activation"):
        get_activation(thing)


@pytest.mark.parametrize("activation", EVERY)
@pytest.mark.parametrize(
    ("z", "error", "message"),
    [
        ("0.5", TypeError, "z must hold numbers, but its dtype is <U3 (str '0.5')"),
        (None, TypeError, "z must hold numbers, but its dtype is object (NoneType None)"),
        ([1, None], TypeError, "z must hold numbers, but its dtype is object (list [1, None])"),
        (["a"] * 40, TypeError, "'a', ...]): give floats, for example through np.asarray"),
        ([[1], [2, 3]], ValueError, "z is a list of lists of unequal lengths"),
        (np.ma.array([1.0, 2.0], mask=[0, 1]), TypeError, "z is a masked array, whose hidden entr"),
    ],
)
def test_what_is_not_a_number_is_refused(activation, z, error, message):
    with pytest.raises(error, match=re.escape(message)) as caught:
        activation(z)
    assert str(caught.value).startswith(activation.name)


@pytest.mark.parametrize("activation", ELEMENTWISE)
def test_slopes_of_what_is_not_a_number_are_refused(activation):
    with pytest.raises(TypeError, match=f"{activation.name}: derivative: z must hold numbers"):
        activation.derivative("x")
    with pytest.raises(TypeError, match=f"{activation.name}: derivative_from_output: a must hold"):
        activation.derivative_from_output("x")


def test_softmax_has_no_elementwise_derivative():
    for method in (softmax.derivative, softmax.derivative_from_output):
        with pytest.raises(TypeError, match=r"Use softmax\.jacobian\(z\)"):
            method([1.0, 2.0])


@pytest.mark.parametrize("z", [3.0, [], np.zeros((3, 0))])
def test_softmax_needs_a_last_axis(z):
    message = f"at least one unit along its last axis, but its shape is {np.shape(z)}"
    for function in (softmax, softmax.jacobian):
        with pytest.raises(ValueError, match=re.escape(message)):
            function(z)
