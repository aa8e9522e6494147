"""Claims about nnlib.losses."""

import copy
import re

import numpy as np
import pytest

import nnlib
from nnlib import (
    Layer,
    binary_cross_entropy,
    cross_entropy,
    gradcheck,
    identity,
    init_network,
    quadratic,
    sigmoid,
    softmax,
    train,
)
from nnlib.gradcheck import complex_step_gradient, numerical_gradient
from nnlib.losses import (
    LOSSES,
    Loss,
    binary_cross_entropy_with_logits,
    cross_entropy_with_logits,
    get_loss,
)

EVERY = [quadratic, binary_cross_entropy, cross_entropy]
WITH_LOGITS = [
    (binary_cross_entropy, sigmoid, binary_cross_entropy_with_logits),
    (cross_entropy, softmax, cross_entropy_with_logits),
]


def some_outputs(loss, N=4, m=3, seed=0):
    """Outputs and targets that every loss accepts; rows sum to 1, neither is one-hot."""
    rng = np.random.default_rng(seed)
    return softmax(rng.normal(size=(N, m))), softmax(rng.normal(size=(N, m)))


@pytest.mark.parametrize(
    ("loss", "a", "y", "expected"),
    [
        (quadratic, [3.0], [1.0], 2.0),
        (quadratic, [[3.0, 1.0], [0.0, 0.0]], [[1.0, 0.0], [0.0, 0.0]], 1.25),
        (binary_cross_entropy, [[0.25, 0.5]], [[1, 0]], np.log(4) + np.log(2)),
        (binary_cross_entropy, [0.25], [0.5], np.log(4) / 2 + np.log(4 / 3) / 2),
        (cross_entropy, [[0.25, 0.75], [0.5, 0.5]], [[1, 0], [0, 1]], np.log(8) / 2),
    ],
)
def test_a_cost_sums_over_outputs_and_averages_over_samples(loss, a, y, expected):
    assert loss(a, y) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("loss", EVERY)
@pytest.mark.parametrize(("N", "m"), [(1, 2), (4, 3), (5, 1), (1, 1)])
def test_the_gradient_is_n_times_the_complex_step_of_the_mean(loss, N, m):
    a, y = some_outputs(loss, N, m)
    expected = N * complex_step_gradient(lambda v: loss(v, y), a)
    np.testing.assert_allclose(loss.gradient(a, y), expected, rtol=1e-13)


@pytest.mark.parametrize("loss", EVERY)
def test_the_gradient_is_n_times_the_central_difference_of_the_mean(loss):
    a, y = some_outputs(loss)
    expected = 4 * numerical_gradient(lambda v: loss(v, y), a)
    np.testing.assert_allclose(loss.gradient(a, y), expected, rtol=1e-7)


@pytest.mark.parametrize("loss", EVERY)
def test_the_gradient_of_a_complex_output_is_analytic(loss):
    a, y = some_outputs(loss)
    nudge = np.zeros_like(a)
    nudge[1, 2] = 1e-6
    expected = (loss.gradient(a + nudge, y) - loss.gradient(a - nudge, y)) / 2e-6
    through = loss.gradient(a + 1e-14j * nudge, y).imag / 1e-20
    np.testing.assert_allclose(through, expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("loss", EVERY)
def test_one_sample_costs_as_much_as_a_batch_of_it(loss):
    a, y = some_outputs(loss)
    assert loss(a[0], y[0]) == pytest.approx(loss(a[:1], y[:1]), rel=1e-15)
    np.testing.assert_array_equal(loss.gradient(a[0], y[0]), loss.gradient(a, y)[0])


@pytest.mark.parametrize("loss", EVERY)
def test_a_batch_given_twice_costs_the_same(loss):
    a, y = some_outputs(loss)
    assert loss(np.vstack([a, a]), np.vstack([y, y])) == pytest.approx(loss(a, y), rel=1e-15)


def test_a_single_number_is_a_sample_with_one_output():
    assert quadratic(0.5, 1.0) == 0.125
    assert binary_cross_entropy(0.5, 1.0) == pytest.approx(np.log(2))
    assert quadratic.gradient(0.5, 1.0) == -0.5


def test_the_source_sample_costs_what_it_printed():
    """An output 0.76936505 beside y = -1: the source's mse has no 1/2, so it is twice ours."""
    assert 2 * quadratic([0.76936505], [-1]) == pytest.approx(3.1306526667222374, rel=1e-8)


@pytest.mark.parametrize("c", [0.0, 0.5, 0.702, 1.0, -2.0])
def test_a_constant_output_costs_one_plus_its_square_in_mse_terms(c):
    """Targets -1 and +1, equally many: mean (c - y)^2 is 1 + c^2, so at least 1 (erratum 4.1)."""
    y = np.repeat([[-1.0], [1.0]], 500, axis=0)
    assert 2 * quadratic(np.full_like(y, c), y) == pytest.approx(1 + c * c, rel=1e-14)
    # The printed 1.4931830613784667 was therefore an output near 0.702.
    assert np.sqrt(1.4931830613784667 - 1) == pytest.approx(0.702, abs=5e-4)


def test_a_sigmoid_cannot_bring_targets_of_minus_one_below_a_quarter():
    y = np.repeat([[-1.0], [1.0]], 500, axis=0)
    best = np.where(y > 0, 1.0, 0.0)  # the limits of a sigmoid, each at its nearest
    assert quadratic(best, y) == 0.25


@pytest.mark.parametrize("a", [0.0, 0.3, 1.0])
def test_cross_entropy_of_two_classes_is_binary_cross_entropy(a):
    for y in (0.0, 1.0):
        two = cross_entropy([a, 1 - a], [y, 1 - y])
        assert two == pytest.approx(binary_cross_entropy([a], [y]), rel=1e-15)


# ---- extremes


def test_binary_cross_entropy_is_exact_at_its_ends():
    values = [binary_cross_entropy([[a]], [[y]]) for a in (0, 1) for y in (0, 1)]
    assert values == [0.0, np.inf, np.inf, 0.0]
    gradients = [binary_cross_entropy.gradient([[a]], [[y]]).item() for a in (0, 1) for y in (0, 1)]
    assert gradients == [1.0, -np.inf, np.inf, -1.0]


def test_binary_cross_entropy_between_its_ends_is_infinite_only_where_an_end_is_reached():
    assert binary_cross_entropy([[0.0]], [[0.5]]) == np.inf
    assert binary_cross_entropy.gradient([[0.0]], [[0.5]]).item() == -np.inf
    assert binary_cross_entropy([[1e-300]], [[1]]) == pytest.approx(300 * np.log(10), rel=1e-15)
    assert binary_cross_entropy([[1e-300]], [[0]]) == 1e-300


def test_cross_entropy_is_exact_at_its_ends():
    assert cross_entropy([[1.0, 0.0]], [[1, 0]]) == 0.0
    assert cross_entropy([[0.0, 1.0]], [[1, 0]]) == np.inf
    np.testing.assert_array_equal(cross_entropy.gradient([[1.0, 0.0]], [[1, 0]]), [[-1, 0]])
    np.testing.assert_array_equal(cross_entropy.gradient([[0.0, 1.0]], [[1, 0]]), [[-np.inf, 0]])


def test_a_cost_of_zero_has_no_minus_sign():
    for value in (
        binary_cross_entropy([[1.0, 0.0]], [[1, 0]]),
        cross_entropy([[1.0, 0.0]], [[1, 0]]),
        cross_entropy_with_logits([[1000.0, 0.0]], [[1, 0]]),
        binary_cross_entropy_with_logits([[1000.0]], [[1]]),
    ):
        assert str(value) == "0.0"


@pytest.mark.parametrize(("loss", "activation", "with_logits"), WITH_LOGITS)
def test_from_logits_and_from_outputs_agree_where_both_can(loss, activation, with_logits):
    rng = np.random.default_rng(3)
    z, y = rng.normal(size=(5, 4), scale=3), softmax(rng.normal(size=(5, 4)))
    assert with_logits(z, y) == pytest.approx(loss(activation(z), y), rel=1e-13)
    assert with_logits(z[0], y[0]) == pytest.approx(loss(activation(z[0]), y[0]), rel=1e-13)


@pytest.mark.parametrize(("loss", "activation", "with_logits"), WITH_LOGITS)
def test_the_slope_by_the_logits_is_output_minus_target(loss, activation, with_logits):
    rng = np.random.default_rng(4)
    z, y = rng.normal(size=(3, 4), scale=3), softmax(rng.normal(size=(3, 4)))
    expected = (activation(z) - y) / 3
    measured = complex_step_gradient(lambda v: with_logits(v, y), z)
    np.testing.assert_allclose(measured, expected, atol=1e-15)
    measured = numerical_gradient(lambda v: with_logits(v, y), z)
    np.testing.assert_allclose(measured, expected, atol=1e-9)
    assert loss.partner is activation


@pytest.mark.parametrize("dtype", [float, np.float32, complex])
def test_binary_cross_entropy_with_logits_is_exact_at_1000(dtype):
    for z, y, expected in [(-1000, 0, 0), (-1000, 1, 1000), (1000, 0, 1000), (1000, 1, 0)]:
        assert binary_cross_entropy_with_logits(np.array([[z]], dtype=dtype), [[y]]) == expected
    assert binary_cross_entropy_with_logits(np.array([[1000]], dtype=dtype), [[0.25]]) == 750


@pytest.mark.parametrize("dtype", [float, np.float32, complex])
def test_cross_entropy_with_logits_is_exact_at_1000(dtype):
    z = np.array([[1000, 0, -1000]], dtype=dtype)
    costs = [cross_entropy_with_logits(z, [row]) for row in np.eye(3)]
    assert costs == [0, 1000, 2000]
    assert cross_entropy_with_logits(np.zeros((1, 4), dtype=dtype), [[0, 0, 0, 1]]) == (
        pytest.approx(np.log(4), rel=1e-6 if dtype is np.float32 else 1e-15)
    )


def test_small_costs_keep_their_digits():
    """1 + e^-40 is 1 in floats; the cost is e^-40 all the same."""
    tiny = pytest.approx(np.exp(-40), rel=1e-13, abs=0)
    assert binary_cross_entropy_with_logits([[40.0]], [[1]]) == tiny
    assert binary_cross_entropy_with_logits([[-40.0]], [[0]]) == tiny
    assert cross_entropy_with_logits([[40.0, 0.0]], [[1, 0]]) == tiny
    assert cross_entropy_with_logits([[0.0, 40.0]], [[0, 1]]) == tiny


def test_small_costs_keep_their_digits_when_complex_as_well():
    costs = [
        binary_cross_entropy_with_logits([[40.0 + 0j]], [[1]]),
        binary_cross_entropy_with_logits([[-40.0 + 0j]], [[0]]),
        cross_entropy_with_logits([[40.0 + 0j, 0.0]], [[1, 0]]),
    ]
    assert costs == pytest.approx([np.exp(-40)] * 3, rel=1e-13, abs=0)
    assert binary_cross_entropy([[1e-30 + 0j]], [[0]]) == pytest.approx(1e-30, rel=1e-15, abs=0)


def test_nothing_is_raised_where_numpy_is_told_to_raise():
    z, y = [[1000.0, -1000.0], [80.0, -80.0], [1e-310, 0.0]], [[1, 0], [0, 1], [0.5, 0.5]]
    with np.errstate(all="raise"):
        for loss, activation, with_logits in WITH_LOGITS:
            with_logits(z, y)
            loss(activation(z), y)
            loss.gradient(activation(z), y)


def test_a_target_too_large_for_the_precision_of_the_outputs_is_refused():
    message = "quadratic: y[0, 1] is 1e+300: it is too large for float32; scale it down"
    with pytest.raises(ValueError, match=re.escape(message)):
        quadratic(np.zeros((1, 2), np.float32), [[0.0, 1e300]])


def test_from_logits_all_pairs_of_infinite_and_finite_are_limits():
    assert binary_cross_entropy_with_logits([[np.inf]], [[1]]) == 0
    assert binary_cross_entropy_with_logits([[-np.inf]], [[1]]) == np.inf


def test_what_is_beyond_all_numbers_is_infinite_without_a_warning():
    assert quadratic([[1e200]], [[0]]) == np.inf
    assert quadratic(np.float32([[1e30]]), [[0]]) == np.inf
    assert quadratic([[np.inf]], [[0]]) == np.inf
    assert binary_cross_entropy.gradient([[5e-324]], [[1]]) == -np.inf
    assert cross_entropy_with_logits([[1e308, -1e308]], [[0, 1]]) == np.inf
    assert binary_cross_entropy_with_logits([[1e308]], [[0]]) == 1e308
    assert np.isnan(cross_entropy_with_logits([[np.inf, 0]], [[1, 0]]))


def test_nan_in_an_output_is_not_hidden():
    for loss in EVERY:
        assert np.isnan(loss([[np.nan, 0.5]], [[1, 0]]))
    for _, _, with_logits in WITH_LOGITS:
        assert np.isnan(with_logits([[np.nan, 0.5]], [[1, 0]]))


@pytest.mark.parametrize("loss", EVERY)
@pytest.mark.parametrize("activation", [sigmoid, softmax])
def test_the_costs_of_a_last_layer_are_those_of_each_sample(loss, activation):
    rng = np.random.default_rng(5)
    z, y = rng.normal(size=(3, 4)), softmax(rng.normal(size=(3, 4)))
    costs = loss.output_costs(z, activation(z), y, activation)
    assert costs.shape == (3,)
    alone = [loss(activation(z[i]), y[i]) for i in range(3)]
    np.testing.assert_allclose(costs, alone, rtol=1e-13)


@pytest.mark.parametrize(("loss", "activation", "with_logits"), WITH_LOGITS)
def test_with_the_partner_the_costs_come_from_the_logits(loss, activation, with_logits):
    z, y = np.array([[1000.0, -1000.0], [0.0, 0.0]]), np.array([[0.0, 1.0], [0.5, 0.5]])
    costs = loss.output_costs(z, activation(z), y, activation)
    np.testing.assert_array_equal(costs, [with_logits(z[i], y[i]) for i in range(2)])
    assert np.isfinite(costs).all()


@pytest.mark.parametrize("loss", [binary_cross_entropy, cross_entropy])
def test_an_output_outside_0_to_1_has_no_cost_in_a_last_layer(loss):
    z, y = np.array([[2.0, 0.5]]), np.array([[1.0, 0.0]])
    with pytest.raises(ValueError, match=r"a\[0, 0\] is 2\.0: an output must lie in \[0, 1\]"):
        loss.output_costs(z, z, y, identity)


# ---- types


@pytest.mark.parametrize(
    "function",
    [*EVERY, binary_cross_entropy_with_logits, cross_entropy_with_logits],
)
def test_a_cost_is_a_built_in_number(function):
    a, y = np.array([[0.25, 0.75]]), np.array([[0, 1]])
    assert type(function(a, y)) is float
    assert type(function(a.astype(np.float32), y)) is float
    assert type(function(a.tolist(), y.tolist())) is float
    assert type(function(a.astype(complex), y)) is complex
    assert function(a + 0j, y) == pytest.approx(function(a, y), rel=1e-15)


@pytest.mark.parametrize("loss", EVERY)
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_the_gradient_keeps_the_dtype(loss, dtype):
    a = np.array([[0.25, 0.75]], dtype=dtype)
    for y in (np.float32([[0, 1]]), np.array([[0.0, 1.0]]), [[0, 1]]):
        assert loss.gradient(a, y).dtype == dtype
        assert loss.gradient(a, y).shape == (1, 2)


@pytest.mark.parametrize("loss", EVERY)
def test_the_inputs_are_not_changed(loss):
    a, y = some_outputs(loss)
    before = a.copy(), y.copy()
    a.flags.writeable = y.flags.writeable = False
    loss(a, y)
    g = loss.gradient(a, y)
    assert not np.shares_memory(g, a)
    assert not np.shares_memory(g, y)
    np.testing.assert_array_equal([a, y], before)


# ---- errors


def entry(loss, function, letter):
    return pytest.param(
        function, loss.name, letter, id=getattr(function, "__name__", repr(function))
    )


OUTPUTS_AND_LOGITS = [
    *(entry(loss, function, "a") for loss in EVERY for function in (loss, loss.gradient)),
    *(entry(loss, with_logits, "z") for loss, _, with_logits in WITH_LOGITS),
]


@pytest.mark.parametrize(("function", "name", "letter"), OUTPUTS_AND_LOGITS)
@pytest.mark.parametrize(
    ("a", "y"),
    [
        ((3, 1), (3,)),
        ((3,), (3, 1)),
        ((3, 2), (1, 2)),
        ((3, 2), (2, 3)),
        ((2,), ()),
    ],
)
def test_shapes_are_never_broadcast(function, name, letter, a, y):
    message = f"{name}: {letter} has shape {a} but y has shape {y}: give one target for each"
    with pytest.raises(ValueError, match=re.escape(message)):
        function(np.ones(a), np.ones(y))


@pytest.mark.parametrize(("function", "name", "letter"), OUTPUTS_AND_LOGITS)
def test_more_than_two_axes_are_refused(function, name, letter):
    message = f"{name}: {letter} has shape (2, 3, 1): give (N, n_L), one sample a row, or (n_L,)"
    with pytest.raises(ValueError, match=re.escape(message)):
        function(np.ones((2, 3, 1)), np.ones((2, 3, 1)))


@pytest.mark.parametrize(("function", "name", "letter"), OUTPUTS_AND_LOGITS)
@pytest.mark.parametrize("shape", [(0, 2), (0,), (2, 0)])
def test_an_empty_batch_is_refused(function, name, letter, shape):
    message = f"{name}: {letter} has shape {shape}: there is no sample to take a mean of"
    with pytest.raises(ValueError, match=re.escape(message)):
        function(np.ones(shape), np.ones(shape))


@pytest.mark.parametrize(("function", "name", "letter"), OUTPUTS_AND_LOGITS)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_targets_that_are_not_finite_are_refused(function, name, letter, bad):
    message = f"{name}: y[1, 0] is {bad}: every entry must be finite"
    with pytest.raises(ValueError, match=re.escape(message)):
        function([[0.5, 0.5], [0.5, 0.5]], [[1, 0], [bad, 0]])


@pytest.mark.parametrize(("function", "name", "letter"), OUTPUTS_AND_LOGITS)
def test_what_is_not_a_number_is_refused(function, name, letter):
    with pytest.raises(TypeError, match=f"{name}: {letter} must hold numbers"):
        function([["0.5"]], [[1]])
    with pytest.raises(TypeError, match=f"{name}: y must hold numbers"):
        function([[0.5]], [[None]])
    with pytest.raises(ValueError, match=f"{name}: y is a list of lists of unequal lengths"):
        function([[0.5]], [[1], [1, 2]])


@pytest.mark.parametrize(("function", "name", "letter"), OUTPUTS_AND_LOGITS[2:])
@pytest.mark.parametrize("bad", [-0.1, 1.1])
def test_targets_outside_0_to_1_are_refused(function, name, letter, bad):
    message = f"{name}: y[0, 1] is {bad}: a target must lie in [0, 1]"
    with pytest.raises(ValueError, match=re.escape(message)):
        function([[0.5, 0.5]], [[1, bad]])


@pytest.mark.parametrize(
    "function", [cross_entropy, cross_entropy.gradient, cross_entropy_with_logits]
)
def test_rows_of_targets_that_do_not_sum_to_one_are_refused(function):
    message = "cross_entropy: the sum of y[1] is 0.5: the targets of a sample must sum to 1"
    with pytest.raises(ValueError, match=re.escape(message)):
        function([[0.5, 0.5], [0.5, 0.5]], [[1, 0], [0.5, 0]])
    with pytest.raises(ValueError, match=re.escape("cross_entropy: the sum of y is 2.0")):
        function([0.5, 0.5], [1, 1])
    with pytest.raises(ValueError, match="y is one number: give a row with one entry a class"):
        function(0.5, 1.0)


def test_rows_that_sum_to_one_but_for_rounding_are_accepted():
    thirds = np.full((1, 3), 1 / 3)
    assert cross_entropy(thirds, thirds) == pytest.approx(np.log(3))
    tenths = np.full((1, 1000), 1e-3, dtype=np.float32)
    assert cross_entropy(tenths, tenths) == pytest.approx(np.log(1000), rel=1e-4)


@pytest.mark.parametrize(
    ("loss", "use"), [(binary_cross_entropy, "sigmoid"), (cross_entropy, "softmax")]
)
@pytest.mark.parametrize("bad", [-0.25, 1.25])
def test_outputs_outside_0_to_1_are_refused(loss, use, bad):
    rule = f"an output must lie in [0, 1]; use {use} as the last activation"
    for function in (loss, loss.gradient):
        with pytest.raises(ValueError, match=re.escape(f"{loss.name}: a[0, 0] is {bad}: {rule}")):
            function([[bad, 0.5]], [[1, 0]])


def test_a_name_gives_its_loss():
    assert list(LOSSES) == ["quadratic", "binary_cross_entropy", "cross_entropy"]
    for name, loss in LOSSES.items():
        assert get_loss(name) is get_loss(loss) is loss
        assert repr(loss) == f"nnlib.{name}"
        assert copy.deepcopy(loss) == loss
        assert hash(copy.deepcopy(loss)) == hash(loss)
    assert quadratic != cross_entropy


def test_an_unknown_loss_is_refused_with_the_known_ones():
    message = (
        "unknown loss 'quadratik'; did you mean 'quadratic'? "
        "(known: quadratic, binary_cross_entropy, cross_entropy)"
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        get_loss("quadratik")
    with pytest.raises(TypeError, match="loss must be a name or one of nnlib's loss objects"):
        get_loss(sigmoid)


# ---- losses of one's own


class Absolute(Loss):
    """sum_j |a_j - y_j|."""

    name = "absolute"

    def costs(self, a, y):
        return abs(a - y)

    def slopes(self, a, y):
        return np.sign(a - y)


@pytest.mark.parametrize("sizes", [[2, 3, 1], [2, 4, 3]])
def test_a_loss_of_ones_own_will_do_everywhere(sizes):
    rng = np.random.default_rng(0)
    network, loss = init_network(sizes, "tanh", rng=0), Absolute()
    X, Y = rng.normal(size=(7, 2)), rng.normal(size=(7, sizes[-1]))
    assert loss([[1.0, -2.0]], [[0.0, 1.0]]) == 4.0
    assert loss.gradient([[1.0, -2.0]], [[0.0, 1.0]]).tolist() == [[1.0, -1.0]]
    for module in (nnlib.loops, nnlib.vectorized, nnlib.batched):
        assert gradcheck.check_gradients(network, X, Y, loss, module.gradients)
    _, recording = train(
        network, X, Y, loss=loss, learning_rate=0.1, epochs=30, batch_size=7, rng=0
    )
    assert recording.loss[-1] < recording.loss[0]
    assert recording.loss_name == "absolute"


def test_a_method_that_an_own_loss_lacks_is_named():
    class Nothing(Loss):
        name = "nothing"
        partner = nnlib.sigmoid

    one = np.ones((1, 1))
    for call, method in [
        (lambda: Nothing()(one, one), r"costs\(a, y\)"),
        (lambda: Nothing().gradient(one, one), r"slopes\(a, y\)"),
        (lambda: Nothing().output_costs(one, one, one, nnlib.sigmoid), r"costs_from_logits\(z, y"),
    ]:
        with pytest.raises(NotImplementedError, match=f"Nothing is a loss without {method}"):
            call()


class Own(Absolute):
    """As above, but for what a test does to it."""

    name = "own"

    def __init__(self, spoil=lambda costs: costs, spoil_slopes=lambda slopes: slopes):
        self.spoil, self.spoil_slopes = spoil, spoil_slopes

    def costs(self, a, y):
        return self.spoil(super().costs(a, y))

    def slopes(self, a, y):
        return self.spoil_slopes(super().slopes(a, y))


def a_run(network, X, Y, loss):
    return train(network, X, Y, loss=loss, learning_rate=0.1, epochs=1, batch_size=2, rng=0)


@pytest.mark.parametrize(
    "function",
    [
        nnlib.loops.gradients,
        nnlib.vectorized.gradients,
        nnlib.gradients,
        nnlib.training.evaluate,
        a_run,
        lambda network, X, Y, loss: (loss(Y, Y), loss.gradient(Y, Y)),
    ],
)
@pytest.mark.parametrize(
    ("own", "message"),
    [
        (Own(lambda costs: costs.sum(axis=-1)), "Own.costs returned float32 of shape (2,) for "),
        (Own(lambda costs: costs.mean()), "Own.costs returned float32 of shape () for float32 of"),
        (Own(lambda costs: costs.tolist()), "Own.costs returned list [["),
        (
            Own(lambda costs: costs.astype(float)),
            "Own.costs returned float64 of shape (2, 2) for float32 of shape (2, 2): "
            "let it return one number for each that it is given, in the same dtype",
        ),
        (
            Own(spoil_slopes=lambda slopes: slopes.mean(axis=0)),
            "Own.slopes returned float32 of shape (2,) for float32 of shape (2, 2)",
        ),
    ],
)
def test_an_own_loss_that_does_not_keep_shape_and_dtype_is_refused(function, own, message):
    """Costs summed for each sample would be taken for those of one sample, and not be averaged."""
    network = [Layer(np.ones((2, 3), "f"), np.zeros(2, "f"), "tanh")]
    X, Y = np.ones((2, 3), "f"), np.eye(2, dtype="f")
    with pytest.raises(ValueError, match=re.escape(message)):
        function(network, X, Y, own)


def test_costs_from_logits_of_an_own_loss_are_tried_out_with_its_partner():
    class Partnered(Absolute):
        partner = identity

        def costs_from_logits(self, z, y):
            return abs(z - y).sum(axis=-1)

    one = np.ones((1, 1))
    with pytest.raises(
        ValueError, match=r"Partnered.costs_from_logits returned float64 of shape \("
    ):
        nnlib.gradients([Layer(one, one[0], identity)], one, one, Partnered())
    nnlib.gradients([Layer(one, one[0], sigmoid)], one, one, Partnered())
