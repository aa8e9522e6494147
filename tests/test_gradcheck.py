"""Claims about nnlib.gradcheck."""

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnlib
from nnlib import data, init_network, relu, scalar, sigmoid, tanh
from nnlib.activations import Activation
from nnlib.gradcheck import (
    check_gradients,
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


def test_the_gradient_of_a_chain_is_flattened_without_its_deltas():
    chain = nnlib.scalar.backward([0.5, 2.0], [0.1, 0.2], 1.0, 0.0)
    vector = flatten(chain)
    np.testing.assert_array_equal(vector, [*chain.dw, *chain.db])
    assert unflatten(vector, chain) == (chain.dw, chain.db, [])


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


def test_plain_triples_are_layers_here_as_in_forward():
    network = network_of([2, 3, 1])
    for plain in ([tuple(layer) for layer in network], [list(layer) for layer in network]):
        np.testing.assert_array_equal(flatten(plain), flatten(network))
        back = unflatten(flatten(network), plain)
        assert [type(layer) for layer in back] == [Layer, Layer]
        assert [layer.activation for layer in back] == [tanh, relu]
        np.testing.assert_array_equal(back[1].W, network[1].W)
    assert unflatten([1.0, 2.0], [([[0.0]], [0.0], "relu")])[0].activation == "relu"
    with pytest.raises(TypeError, match=r"give a network \(list of Layer\)"):
        flatten(([[1.0]], [0.0], "relu"))


def test_what_a_vector_is_to_be_like_must_be_numbers_too():
    for like in ([], [np.zeros((0, 3))]):
        with pytest.raises(ValueError, match="unflatten: like: there are no numbers to lay out"):
            unflatten([], like)
    for like in (["a"], [None]):
        with pytest.raises(TypeError, match="unflatten: like: array 0 must hold numbers"):
            unflatten([1.0], like)
    with pytest.raises(ValueError, match="unflatten: like: array 1 is a list of lists of unequal"):
        unflatten([1.0, 2.0], [[1.0], [[1.0], [1.0, 2.0]]])


def test_other_bad_arguments_of_flatten_and_unflatten_are_refused():
    with pytest.raises(ValueError, match="there are no numbers to lay out"):
        flatten([])
    with pytest.raises(ValueError, match="there are no numbers to lay out"):
        flatten([np.zeros((0, 3))])
    for thing in (np.zeros(3), 5, "abc", None, Layer(np.ones((1, 1)), np.ones(1), relu)):
        with pytest.raises(TypeError, match=r"give a network \(list of Layer\), gradients or a l"):
            flatten(thing)
        with pytest.raises(TypeError, match=r"give a network \(list of Layer\), gradients or a l"):
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
        (np.sum, [1.0, np.nan], ValueError, "theta[1] is nan: every entry must be finite"),
        (np.sum, [1j], TypeError, "theta must be real, but its dtype is complex128"),
        (np.sum, ["1"], TypeError, "theta must hold numbers"),
        (3, [1.0], TypeError, "f must be a function, but it is of type int"),
        (lambda t: True, [1.0], TypeError, "f must return one number, but it returned True"),
        (
            lambda t: t,
            [1.0, 2.0],
            TypeError,
            "f must return one number, but it returned an array of",
        ),
        (lambda t: None, [1.0], TypeError, "f must return one number, but it returned None"),
        (
            lambda t: [1.0, [2.0]],
            [1.0],
            TypeError,
            "f must return one number, but it returned list [1.0, [2.0]]",
        ),
        (lambda t: np.nan, [1.0], ValueError, "f is nan with theta[0] nudged: no slope there"),
        (lambda t: np.inf, [[1.0]], ValueError, "f is inf with theta[0, 0] nudged: no slope there"),
    ],
)
def test_bad_arguments_are_refused(measure, f, theta, error, message):
    with pytest.raises(error, match=re.escape(f"{measure.__name__}: {message}")):
        measure(f, theta)


@pytest.mark.parametrize("eps", [0, -1e-5])
def test_a_nudge_that_is_not_positive_is_refused(eps):
    with pytest.raises(ValueError, match=r"eps is .*: give a number above 0"):
        numerical_gradient(np.sum, [1.0], eps=eps)


def test_other_nudges_that_cannot_measure_are_refused():
    with pytest.raises(ValueError, match=re.escape("eps = 1e-05 is lost beside theta[1] = 1e+16")):
        numerical_gradient(np.sum, [1.0, 1e16])
    message = "from theta[0] = 1.0 a nudge of eps = 1e+308 to both sides is infinitely wide"
    with pytest.raises(ValueError, match=re.escape(message)):
        numerical_gradient(np.sum, [1.0], eps=1e308)
    for eps, message in [
        ("small", "eps must be one number"),
        (True, "eps must be a number above"),
        (1j, "eps is 1j: give a real number above 0"),
    ]:
        with pytest.raises(TypeError, match=message):
            numerical_gradient(np.sum, [1.0], eps=eps)
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


def test_the_relative_error_of_many_numbers_of_little_precision():
    """The length of a is 316, but its square is beyond float16."""
    a = np.ones(100_000, dtype=np.float16)
    assert relative_error(a, 2 * a) == pytest.approx(1 / 3, rel=1e-15)


def test_relative_error_judges_the_whole_vector_and_not_each_entry():
    assert relative_error([1.0, 1e-12], [1.0, -1e-12]) < 1e-11


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_no_threshold_is_passed_by_what_is_not_finite(bad):
    for a, b in [([bad], [1.0]), ([1.0], [bad]), ([bad], [bad]), ([0.0, 0.0], [bad, 1.0])]:
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


# ---- check_gradients


def small_case(last="sigmoid", seed=0):
    rng = np.random.default_rng(seed)
    network = init_network([3, 4, 2], "tanh", last, rng=seed)
    return network, rng.normal(size=(5, 3)), np.eye(2)[rng.integers(0, 2, 5)]


@pytest.mark.parametrize(
    ("loss", "last"),
    [
        ("quadratic", "sigmoid"),
        ("quadratic", "softmax"),
        ("binary_cross_entropy", "sigmoid"),
        ("binary_cross_entropy", "softmax"),
        ("cross_entropy", "softmax"),
        ("cross_entropy", "sigmoid"),
    ],
)
def test_a_right_gradient_passes(loss, last):
    network, X, Y = small_case(last)
    report = check_gradients(network, X, Y, loss)
    assert report
    assert report.passed is True
    assert report.relative_error < 1e-9
    assert report.analytic.shape == report.numerical.shape == (4 * 4 + 5 * 2,)
    np.testing.assert_array_equal(report.analytic, flatten(nnlib.gradients(network, X, Y, loss)))
    np.testing.assert_allclose(report.numerical, report.analytic, atol=1e-9)


@pytest.mark.parametrize(
    "gradients",
    [nnlib.loops.gradients, nnlib.vectorized.gradients, nnlib.batched.gradients_einsum],
)
def test_every_rung_can_be_checked(gradients):
    assert check_gradients(*small_case(), gradients=gradients)


def test_the_right_function_is_given_the_right_things():
    network, X, Y = small_case()
    seen = []

    def spy(network, X, Y, loss):
        seen.append((network, X, Y, loss))
        return nnlib.gradients(network, X, Y, loss)

    assert check_gradients(network, X, Y, "binary_cross_entropy", gradients=spy)
    ((given, X_given, Y_given, loss),) = seen
    np.testing.assert_array_equal(flatten(given), flatten(network))
    np.testing.assert_array_equal(X_given, X)
    np.testing.assert_array_equal(Y_given, Y)
    assert loss is nnlib.binary_cross_entropy


def spoiled(spoil):
    """Our gradient with a mistake built in."""

    def gradients(network, X, Y, loss):
        dW, db, delta = nnlib.gradients(network, X, Y, loss)
        spoil(dW, db)
        return Gradients(dW, db, delta)

    return gradients


@pytest.mark.parametrize(
    ("spoil", "error", "worst"),
    [
        (lambda dW, db: [np.multiply(a, 2, out=a) for a in (*dW, *db)], 1 / 3, ""),
        (lambda dW, db: [np.negative(a, out=a) for a in (*dW, *db)], 1, ""),
        (lambda dW, db: dW[1].__setitem__((1, 2), dW[1][1, 2] + 0.5), None, "layer 2: W[1, 2]"),
        (lambda dW, db: db[0].__setitem__(3, db[0][3] - 0.5), None, "layer 1: b[3]"),
        (lambda dW, db: dW[0].fill(0), None, "layer 1: W"),
        (lambda dW, db: dW[1].__setitem__((0, 1), np.nan), None, "layer 2: W[0, 1]"),
        (lambda dW, db: db[1].__setitem__(0, np.inf), None, "layer 2: b[0]"),
    ],
)
def test_a_mistake_is_caught_and_the_worst_parameter_named(spoil, error, worst):
    report = check_gradients(*small_case(), gradients=spoiled(spoil))
    assert not report
    assert report.passed is False
    assert worst in report.worst
    if error is not None:
        assert report.relative_error == pytest.approx(error, abs=1e-8)
    derived, measured = report.worst_pair
    assert f"{derived:.6g} derived, {measured:.6g} measured" in repr(report)
    assert repr(report).startswith("FAILED: relative error ")


def test_a_report_says_its_verdict_in_a_sentence():
    report = check_gradients(*small_case())
    assert re.fullmatch(
        r"passed: relative error \d\.\de-\d\d over 26 parameters \(tolerance 1e-07\); largest "
        r"difference at layer \d: [Wb]\[\d(, \d)?\]: \S+ derived, \S+ measured",
        repr(report),
    )
    assert str(report) == repr(report)


def test_a_saturated_network_gives_no_false_alarm():
    """Erratum 4.25: slopes of 1e-12 are less than the rounding of the cost lets one measure."""
    network = [Layer(np.full((2, 3), 8.0), np.full(2, 4.0), sigmoid)]
    X, Y = np.ones((5, 3)), np.zeros((5, 2))
    report = check_gradients(network, X, Y)
    assert abs(report.analytic).max() < report.noise < 1e-9
    assert report.relative_error > report.tolerance
    assert report
    assert repr(report).startswith("passed: relative error ")
    caution = (
        f", but no difference stands out from rounding noise of size {report.noise:.0e}, so that "
        "it says little: choose eps near 1e-5, or parameters with larger slopes; largest diff"
    )
    assert caution in repr(report)
    assert "says little" not in repr(report._replace(passed=False))


def test_too_small_a_nudge_fails_a_right_gradient_and_too_large_a_one_as_well():
    """The error is V-shaped in eps; best near 1e-5."""
    case = small_case()
    errors = [check_gradients(*case, eps=eps).relative_error for eps in (1e-1, 1e-3, 1e-5, 1e-9)]
    assert errors[0] > errors[1] > errors[2] < errors[3]


def test_the_tolerance_is_the_bar():
    slightly_off = spoiled(lambda dW, db: [np.multiply(a, 1 + 1e-5, out=a) for a in (*dW, *db)])
    assert not check_gradients(*small_case(), gradients=slightly_off)
    assert not check_gradients(*small_case(), gradients=slightly_off, tolerance=4e-6)
    assert check_gradients(*small_case(), gradients=slightly_off, tolerance=6e-6)


def test_a_float32_network_is_checked_in_double():
    network, X, Y = small_case()
    single = [Layer(W.astype("f"), b.astype("f"), s) for W, b, s in network]
    report = check_gradients(single, X, Y)
    assert report
    assert report.analytic.dtype == np.float64
    assert report.relative_error < 1e-9


@pytest.mark.skipif(np.finfo(np.longdouble).max == np.finfo(float).max, reason="no longer numbers")
def test_numbers_beyond_float64_are_refused_by_name():
    network, _, Y = small_case()
    huge = np.longdouble("1e400")
    message = r"check_gradients: X\[0, 0\] is 1e\+400: it is too large for float64; scale it down"
    wide = [Layer(W.astype(np.longdouble), b, s) for W, b, s in network]
    with pytest.raises(ValueError, match=message):
        check_gradients(wide, np.full((5, 3), huge), Y)
    with pytest.raises(ValueError, match=r"theta\[0\] is 1e\+400: it is too large for float64"):
        numerical_gradient(np.sum, [huge])


def test_a_tuple_of_dw_and_db_will_do():
    def gradients(network, X, Y, loss):
        dW, db, _ = nnlib.gradients(network, X, Y, loss)
        return [dW_l.tolist() for dW_l in dW], tuple(db)

    assert check_gradients(*small_case(), gradients=gradients)


def at_corner(slope):
    """Our gradient, but for the slope by the first bias of layer 1."""

    def gradients(network, X, Y, loss):
        dW, db, delta = nnlib.gradients(network, X, Y, loss)
        db[0][0] = slope
        return Gradients(dW, db, delta)

    return gradients


@pytest.mark.parametrize("hidden", ["relu", "leaky_relu"])
@pytest.mark.parametrize("sizes", [[2, 3, 1], [2, 4, 3, 1], [2, 1, 1, 1]])
@pytest.mark.parametrize("seed", range(4))
def test_at_a_corner_a_right_gradient_passes_and_a_wrong_one_does_not(hidden, sizes, seed):
    """Biases are zero and so is a sample of xor: z is exactly 0 in every unit."""
    network, (X, Y) = init_network(sizes, hidden, "sigmoid", rng=seed), data.xor()
    report = check_gradients(network, X, Y)
    assert report, report
    assert report.corners
    assert set(report.corners) <= {f"layer {l}: b[{j}]" for l in (1, 2) for j in range(4)}
    assert "of them at a corner and judged on its sides (layer 1: b[0]" in repr(report)
    right = nnlib.gradients(network, X, Y)
    for l in range(len(network)):
        for part in ("dW", "db"):
            if abs(getattr(right, part)[l]).max() < 1e-6:
                continue

            def wrong(network, X, Y, loss, l=l, part=part):
                found = nnlib.gradients(network, X, Y, loss)
                getattr(found, part)[l][...] *= -1
                getattr(found, part)[l][...] -= 0.3
                return found

            assert not check_gradients(network, X, Y, gradients=wrong)


def test_at_a_corner_any_slope_between_its_sides_is_right_and_no_other():
    network, X, Y = [Layer([[1.0]], [0.0], relu)], [[0.0]], [[1.0]]
    for slope, right in [(0.0, True), (-1.0, True), (-0.3, True), (0.1, False), (-1.1, False)]:
        report = check_gradients(network, X, Y, gradients=at_corner(slope))
        assert report.passed is right
        assert report.corners == ("layer 1: b[0]",)
        assert report.numerical[1] == pytest.approx(np.clip(slope, -1, 0), abs=1e-9)


def test_behind_units_that_are_off_a_corner_is_found_too():
    network = [
        Layer([[-1.0, -2.0], [-3.0, -1.0]], [0.0, 0.0], relu),
        Layer([[1.0, 2.0], [2.0, -1.0]], [0.0, 0.0], relu),
        Layer([[1.0, -1.0]], [0.0], sigmoid),
    ]
    report = check_gradients(network, [[1.0, 1.0]], [[1.0]])
    assert report
    assert report.corners == ("layer 2: b[0]", "layer 2: b[1]")


def test_a_corner_within_the_nudge_is_measured_on_its_own_side():
    network = [Layer([[1.0]], [3e-6], relu), Layer([[1.5]], [0.2], sigmoid)]
    X, Y = [[0.0], [1.0]], [[1.0], [0.0]]
    report = check_gradients(network, X, Y)
    assert report
    assert report.corners == ("layer 1: b[0]",)
    off_by_the_other_side = at_corner(nnlib.gradients(network, X[1:], Y[1:]).db[0][0] / 2)
    assert not check_gradients(network, X, Y, gradients=off_by_the_other_side)


def test_beyond_the_corner_of_an_output_a_loss_need_not_allow_it():
    """Relu gives no output below 0, which would have no cost; its straight line does."""
    network = [Layer([[1.0]], [0.0], relu)]
    report = check_gradients(network, [[0.0]], [[0.0]], "binary_cross_entropy")
    assert report
    assert report.corners == ("layer 1: b[0]",)
    wrong = [np.zeros((1, 1))], [np.full(1, 1.1)]  # slopes of 0 and 1 meet there
    assert not check_gradients(
        network, [[0.0]], [[0.0]], "binary_cross_entropy", gradients=lambda *_: wrong
    )


def test_an_own_activation_says_where_its_corners_are():
    class HardTanh(Activation):
        name = "hard_tanh"
        corners = (-1.0, 1.0)

        def formula(self, z):
            return np.clip(z, -1, 1)

        def slope_from_output(self, a):
            return (abs(a) < 1).astype(a.dtype)

    network = [Layer([[1.0], [-1.0]], [0.0, 0.0], HardTanh()), Layer([[1.0, 2.0]], [0.0], sigmoid)]
    report = check_gradients(network, [[1.0], [0.3]], [[1.0], [0.0]])
    assert report
    assert len(report.corners) == 4


def test_a_wrong_layer_with_small_slopes_is_not_lost_beside_the_others():
    network = init_network([2, *[3] * 10, 1], rng=0)
    X, Y = np.random.default_rng(0).normal(size=(5, 2)), np.full((5, 1), 0.3)
    right = check_gradients(network, X, Y)
    assert right
    assert re.search(
        r", but in layer 1, [\d, ]+ only because no difference stands out", repr(right)
    )

    def turned(network, X, Y, loss):
        found = nnlib.gradients(network, X, Y, loss)
        found.dW[0][:] *= -1
        found.db[0][:] *= -1
        return found

    report = check_gradients(network, X, Y, gradients=turned)
    assert not report
    assert report.worst.startswith("layer 1: ")
    assert report.relative_error < 1e-6
    assert report.layer_errors[0] == pytest.approx(1, abs=1e-3)
    assert len(report.layer_errors) == 11
    assert ", 1.0e+00 in layer 1 (tolerance 1e-07); largest difference at layer 1: " in repr(report)


def test_a_chain_can_be_checked_by_its_own_gradient():
    w, b = [1.5, -0.5, 2.0], [0.1, 0.2, -0.3]
    network = [Layer([[w_l]], [b_l], sigmoid) for w_l, b_l in zip(w, b, strict=True)]

    def chain(network, X, Y, loss):
        return scalar.backward(w, b, X.item(), Y.item())

    assert check_gradients(network, [[0.7]], [[1.0]], gradients=chain)
    with pytest.raises(ValueError, match="gradients returned dW of shapes"):
        check_gradients(init_network([1, 2, 1], rng=0), [[0.7]], [[1.0]], gradients=chain)


def test_a_function_that_spoils_its_arguments_spoils_no_measurement():
    def spoiler(network, X, Y, loss):
        X *= 2
        Y[:] = 1 - Y
        network[0].W[:] = 0
        return nnlib.gradients(network, X, Y, loss)

    case = small_case()
    report = check_gradients(*case, gradients=spoiler)
    assert not report
    np.testing.assert_array_equal(report.numerical, check_gradients(*case).numerical)


def test_the_network_given_is_not_changed():
    network, X, Y = small_case()
    for array in (X, Y, *(array for W, b, _ in network for array in (W, b))):
        array.flags.writeable = False
    assert check_gradients(network, X, Y)


@pytest.mark.parametrize(
    ("result", "error", "message"),
    [
        (
            None,
            TypeError,
            "gradients must return a Gradients, or a tuple that begins with dW and db",
        ),
        (([],), TypeError, "but it returned a tuple"),
        (3.0, TypeError, "but it returned a float"),
        (([], []), ValueError, "gradients returned dW of shapes [], but W has shapes [(1, 2)]"),
        (
            ([np.zeros((2, 1))], [np.zeros(1)]),
            ValueError,
            "gradients returned dW of shapes [(2, 1)], but W has shapes [(1, 2)]",
        ),
        (
            ([np.zeros((1, 2))], [np.zeros((1, 1))]),
            ValueError,
            "gradients returned db of shapes [(1, 1)], but b has shapes [(1,)]",
        ),
        (([[["a", "b"]]], [[0.0]]), TypeError, "check_gradients: dW[0] must hold numbers"),
        (
            ([[[1.0, 0.0]]], [[0.0, [1.0]]]),
            ValueError,
            "check_gradients: db[0] is a list of lists of unequal lengths",
        ),
        (([[[1j, 0]]], [[0.0]]), TypeError, "check_gradients: the gradient must be real"),
    ],
)
def test_what_is_not_a_gradient_is_refused(result, error, message):
    network, X, Y = init_network([2, 1], rng=0), np.ones((3, 2)), np.ones((3, 1))
    with pytest.raises(error, match=re.escape(message)):
        check_gradients(network, X, Y, gradients=lambda *_: result)


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"eps": 0}, ValueError, "eps is 0.0: give a number above 0"),
        ({"eps": -1}, ValueError, "eps is -1.0: give a number above 0"),
        ({"tolerance": 0}, ValueError, "tolerance is 0.0: give a number above 0"),
        ({"tolerance": 1j}, TypeError, "tolerance is 1j: give a real number above 0"),
        ({"tolerance": None}, TypeError, "check_gradients: tolerance must be one number"),
        ({"loss": "mse"}, ValueError, "unknown loss 'mse'"),
    ],
)
def test_bad_settings_of_a_check_are_refused(settings, error, message):
    with pytest.raises(error, match=re.escape(message)):
        check_gradients(*small_case(), **settings)


def test_only_a_function_can_be_checked():
    with pytest.raises(TypeError, match="gradients must be a function, but it is of type int"):
        check_gradients(*small_case(), gradients=3)


def test_a_complex_network_cannot_be_checked():
    network, X, Y = small_case()
    bad = [Layer(W + 0j, b, s) for W, b, s in network]
    for arguments, what in [
        ((bad, X, Y), "the network"),
        ((network, X + 0j, Y), "X"),
        ((network, X, Y + 0j), "Y"),
    ]:
        with pytest.raises(TypeError, match=f"check_gradients: {what} must be real"):
            check_gradients(*arguments)


def test_a_check_of_nothing_never_passes():
    """Erratum 4.26: an empty list of errors is all below the bar."""
    X, Y = data.step(4)
    with pytest.raises(ValueError, match="the network is empty"):
        check_gradients([], X, Y)
    with pytest.raises(ValueError, match="gradients returned dW of shapes"):
        check_gradients(init_network([1, 1], rng=0), X, Y, gradients=lambda *_: ([], []))
