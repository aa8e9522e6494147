"""Claims about nnlib.network."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnlib
from nnlib import Layer, data, forward, init_network, relu, scalar, sigmoid, softmax, tanh
from nnlib.activations import ACTIVATIONS, Activation
from nnlib.reading import read_network
from nnlib.training import evaluate

sizes_of_networks = st.lists(st.integers(1, 6), min_size=2, max_size=6)


# ---- init_network


@given(sizes_of_networks)
def test_a_layer_has_a_row_a_unit_and_a_column_a_unit_before(sizes):
    network = init_network(sizes, rng=0)
    assert [layer.W.shape for layer in network] == list(zip(sizes[1:], sizes[:-1], strict=True))
    assert [layer.b.shape for layer in network] == [(n,) for n in sizes[1:]]
    assert {array.dtype for W, b, _ in network for array in (W, b)} == {np.dtype(np.float64)}


@pytest.mark.parametrize("sizes", [[1, 1, 1, 1], [2, 1, 1, 1], [2, 4, 4, 4, 4, 3], [784, 30, 10]])
def test_any_sizes_will_do(sizes):
    network = init_network(sizes, rng=0)
    assert forward(network, np.zeros((3, sizes[0]))).a[-1].shape == (3, sizes[-1])


def test_weights_fill_the_range_of_glorot_and_biases_are_zero():
    (W, b, _), (V, _, _) = init_network([300, 200, 4], rng=1)
    for weights, reach in [(W, np.sqrt(6 / 500)), (V, np.sqrt(6 / 204))]:
        assert abs(weights).max() <= reach
        assert abs(weights).max() > 0.98 * reach
        assert weights.std() == pytest.approx(reach / np.sqrt(3), rel=0.05)
        assert abs(weights.mean()) < 0.08 * reach
    assert not b.any()


def test_the_last_activation_is_that_of_the_others_unless_it_is_given():
    def activations(*arguments):
        return [layer.activation for layer in init_network([2, 3, 4, 5], *arguments, rng=0)]

    assert activations() == [sigmoid, sigmoid, sigmoid]
    assert activations("tanh") == [tanh, tanh, tanh]
    assert activations(relu, "softmax") == [relu, relu, softmax]
    assert init_network([2, 3], "softmax", rng=0)[0].activation is softmax


def test_the_same_seed_gives_the_same_network_and_none_a_fresh_one():
    def weights(rng):
        return init_network([3, 4], rng=rng)[0].W

    np.testing.assert_array_equal(weights(5), weights(np.random.default_rng(5)))
    assert (weights(5) != weights(6)).all()
    assert (weights(None) != weights(None)).all()


def test_a_generator_moves_on_and_the_global_random_state_is_left_alone():
    rng = np.random.default_rng(0)
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first, second = (init_network([3, 4], rng=rng)[0].W for _ in range(2))
    assert (first != second).all()
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([3],), ValueError, "sizes is [3]: give at least two, the inputs and the outputs"),
        (([],), ValueError, "sizes is []: give at least two"),
        (([2, 0, 1],), ValueError, "sizes[1] must be at least 1, but it is 0"),
        (([2, 3.0],), TypeError, "sizes[1] must be a whole number, but it is float 3.0"),
        ((3,), TypeError, "sizes must be a list such as [2, 3, 1], but it is 3"),
        (("ab",), TypeError, "sizes[0] must be a whole number, but it is str 'a'"),
        (([2, 3], "sigmod"), ValueError, "unknown activation 'sigmod'; did you mean 'sigmoid'?"),
        (([2, 3], relu, "x"), ValueError, "unknown activation 'x' (known: sigmoid,"),
        (([2, 3, 1], "softmax"), ValueError, "layer 1 of 2: softmax is allowed as the last layer"),
        (([2, 3], sigmoid, None, "0"), TypeError, "rng must be an int or a numpy.random.Generator"),
        (
            ([2, 3], sigmoid, None, True),
            TypeError,
            "rng must be an int or a numpy.random.Generator",
        ),
        (([2, 3], sigmoid, None, -1), ValueError, "rng must be at least 0, but it is -1"),
        (
            ([2, 3], sigmoid, None, np.random.RandomState(0)),
            TypeError,
            "rng must be an int or a numpy.random.Generator",
        ),
    ],
)
def test_bad_arguments_of_init_network_are_refused(arguments, error, message):
    with pytest.raises(error, match=re.escape(message)):
        init_network(*arguments)


# ---- forward


def test_forward_of_a_network_worked_by_hand():
    """Units (relu) 1*3-1*1+0.5 = 2.5 and 2*3+0*1-7 = -1; output 2.5*2+0*4-1 = 4, as it is."""
    network = [
        Layer([[1, -1], [2, 0]], [0.5, -7], "relu"),
        Layer([[2, 4]], [-1], "identity"),
    ]
    z, a = forward(network, [[3, 1], [0, 0]])
    np.testing.assert_array_equal(z[0], [[2.5, -1], [0.5, -7]])
    np.testing.assert_array_equal(a[1], [[2.5, 0], [0.5, 0]])
    np.testing.assert_array_equal(z[1], [[4], [0]])
    np.testing.assert_array_equal(a[2], [[4], [0]])


@given(sizes_of_networks, st.integers(1, 7), st.sampled_from(list(ACTIVATIONS)))
def test_a_trace_has_one_row_a_sample_and_rows_do_not_mix(sizes, N, name):
    hidden = "tanh" if name == "softmax" else name
    network = init_network(sizes, hidden, name, rng=0)
    X = np.random.default_rng(1).normal(size=(N, sizes[0]))
    z, a = forward(network, X)
    assert a[0] is X
    assert [array.shape for array in a] == [(N, n) for n in sizes]
    assert [array.shape for array in z] == [(N, n) for n in sizes[1:]]
    for l, layer in enumerate(network):
        np.testing.assert_allclose(z[l], a[l] @ layer.W.T + layer.b, rtol=1e-14)
        np.testing.assert_array_equal(a[l + 1], layer.activation(z[l]))
    alone = forward(network, X[-1:])
    np.testing.assert_allclose(alone.a[-1], a[-1][-1:], rtol=1e-13, atol=1e-15)


@given(st.integers(1, 6), st.sampled_from([name for name in ACTIVATIONS if name != "softmax"]))
def test_a_network_one_unit_wide_is_a_chain(L, name):
    network = init_network([1] * (L + 1), name, rng=L)
    z, a = scalar.forward([W.item() for W, _, _ in network], [0.0] * L, 0.7, name)
    trace = forward(network, [[0.7]])
    np.testing.assert_allclose([array.item() for array in trace.z], z, rtol=1e-14)
    np.testing.assert_allclose([array.item() for array in trace.a], a, rtol=1e-14)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_at_1000_there_is_no_warning(name):
    network = [Layer([[1000.0], [-1000.0]], [0.0, 0.0], name)]
    assert np.isfinite(forward(network, [[1.0], [-1.0]]).a[-1]).all()


def test_the_network_decides_the_precision():
    single = [Layer(W.astype("f"), b.astype("f"), s) for W, b, s in init_network([2, 3, 1], rng=0)]
    for X in (np.ones((4, 2)), np.ones((4, 2), np.float32), np.ones((4, 2), int)):
        trace = forward(single, X)
        assert {array.dtype for array in (*trace.z, *trace.a)} == {np.dtype(np.float32)}
        trace = forward(init_network([2, 3, 1], rng=0), X)
        assert {array.dtype for array in (*trace.z, *trace.a)} == {np.dtype(np.float64)}


@pytest.mark.parametrize("function", ["forward", "gradients"])
def test_a_number_too_large_for_the_precision_of_the_network_is_refused(function):
    single = [Layer(np.ones((1, 2), np.float32), np.zeros(1, np.float32), "identity")]
    give = {
        "forward": lambda X, Y: forward(single, X),
        "gradients": lambda X, Y: nnlib.gradients(single, X, Y),
    }[function]
    message = "X[1, 0] is -1e+300: it is too large for float32; scale it down"
    with pytest.raises(ValueError, match=re.escape(message)):
        give([[0.0, 1.0], [-1e300, 1.0]], [[0.0], [0.0]])
    if function == "gradients":
        message = "Y[1, 0] is 1e+300: it is too large for float32; scale it down"
        with pytest.raises(ValueError, match=re.escape(message)):
            give([[0.0, 1.0], [0.0, 1.0]], [[0.0], [1e300]])


def test_the_complex_step_passes_through_the_inputs_and_through_the_parameters():
    network, X = init_network([2, 3, 2], "sigmoid", "softmax", rng=0), np.array([[0.3, -0.2]])
    step = np.array([[1e-6, 0]])
    expected = forward(network, X + step).a[-1] - forward(network, X - step).a[-1]
    through = forward(network, X + 1e-14j * step).a[-1].imag / 1e-20
    np.testing.assert_allclose(through, expected / 2e-6, rtol=1e-7)
    first, step = network[0], np.array([1e-6, 0, 0])
    nudged = [first._replace(b=first.b + 1e-14j * step), network[1]]
    up, down = ([first._replace(b=first.b + s * step), network[1]] for s in (1, -1))
    expected = forward(up, X).a[-1] - forward(down, X).a[-1]
    through = forward(nudged, X).a[-1].imag / 1e-20
    np.testing.assert_allclose(through, expected / 2e-6, rtol=1e-7)


def test_lists_whole_numbers_names_and_any_memory_order_are_read():
    wanted = forward([Layer(np.array([[1.0, 2.0]]), np.array([3.0]), tanh)], np.array([[0.1, 0.2]]))
    for W, b, sigma, X in [
        ([[1, 2]], [3], "tanh", [[0.1, 0.2]]),
        (
            np.asfortranarray([[1.0, 2.0]]),
            np.array([3, 9])[::2],
            tanh,
            np.array([[0.1, 9, 0.2]])[:, ::2],
        ),
        (((1, 2),), (3,), "tanh", ((0.1, 0.2),)),
    ]:
        np.testing.assert_array_equal(forward([Layer(W, b, sigma)], X).a[-1], wanted.a[-1])
        np.testing.assert_array_equal(forward(((W, b, sigma),), X).a[-1], wanted.a[-1])


def test_forward_leaves_its_arguments_alone():
    network, X = init_network([2, 3, 1], rng=0), np.ones((4, 2))
    for array in (X, *(array for W, b, _ in network for array in (W, b))):
        array.flags.writeable = False
    assert forward(network, X).a[0] is X


# ---- errors that every function with a network shares


def entries():
    X, Y = np.ones((4, 2)), np.ones((4, 1))
    functions = {
        "forward": lambda network, X=X, Y=Y: forward(network, X),
        "gradients": lambda network, X=X, Y=Y: nnlib.gradients(network, X, Y),
        "gradients_stacked": lambda network, X=X, Y=Y: nnlib.batched.gradients_stacked(
            network, X, Y
        ),
        "gradients_einsum": lambda network, X=X, Y=Y: nnlib.batched.gradients_einsum(network, X, Y),
        "vectorized": lambda network, X=X, Y=Y: nnlib.vectorized.gradients(network, X, Y),
        "loops": lambda network, X=X, Y=Y: nnlib.loops.gradients(network, X, Y),
        "check": lambda network, X=X, Y=Y: nnlib.gradcheck.check_gradients(network, X, Y),
        "evaluate": lambda network, X=X, Y=Y: nnlib.training.evaluate(network, X, Y),
        "train": lambda network, X=X, Y=Y: nnlib.train(
            network, X, Y, learning_rate=1, epochs=1, batch_size=2
        ),
    }
    return [pytest.param(function, id=name) for name, function in functions.items()]


def layers(*shapes, sigma="tanh"):
    return [Layer(np.ones(shape), np.ones(shape[0]), sigma) for shape in shapes]


@pytest.mark.parametrize("function", entries())
@pytest.mark.parametrize(
    ("network", "error", "message"),
    [
        (
            layers((3, 2), (3, 4)),
            ValueError,
            "layer 2: W is (3, 4) but layer 1 has 3 outputs: W needs one column for each of them",
        ),
        (layers((3, 2), (1, 2)), ValueError, "layer 2: W is (1, 2) but layer 1 has 3 outputs"),
        (layers((1, 3)), ValueError, "X is (4, 2) but layer 1 has 3 inputs"),
        (
            [Layer(np.ones((3, 2)), np.ones(2), tanh)],
            ValueError,
            "layer 1: b is (2,) but W is (3, 2)",
        ),
        (
            [Layer(np.ones((3, 2)), np.ones((3, 1)), tanh)],
            ValueError,
            "layer 1: b is (3, 1) but W is (3, 2): b needs shape (3,), one bias for each row of W",
        ),
        ([Layer(np.ones((1, 2)), 1.0, tanh)], ValueError, "layer 1: b is () but W is (1, 2)"),
        (
            [Layer(np.ones(2), np.ones(1), tanh)],
            ValueError,
            "layer 1: W is (2,): give (n_out, n_in), one row for each unit of the layer",
        ),
        (
            [Layer(np.ones((0, 2)), np.ones(0), tanh)],
            ValueError,
            "layer 1: W is (0, 2): give (n_out",
        ),
        (
            [*layers((3, 2), sigma="softmax"), *layers((1, 3))],
            ValueError,
            "layer 1 of 2: softmax is allowed as the last layer only",
        ),
        (
            layers((3, 2)) + layers((1, 3), sigma="Relu"),
            ValueError,
            "layer 2: unknown activation 'Relu'; did you mean 'relu'?",
        ),
        (
            layers((1, 2), sigma=None),
            TypeError,
            "layer 1: activation must be a name or one of nnlib's",
        ),
        ([Layer([["1", 2]], [1.0], tanh)], TypeError, "layer 1: W must hold numbers"),
        (
            [Layer([[1, 2], [3]], [1.0], tanh)],
            ValueError,
            "layer 1: W is a list of lists of unequal",
        ),
        ([Layer([[1, 2]], [None], tanh)], TypeError, "layer 1: b must hold numbers"),
        (
            [Layer([[1, np.nan]], [1], tanh)],
            ValueError,
            "layer 1: W[0, 1] is nan: every entry must",
        ),
        (
            [Layer([[1, 2]], [-np.inf], tanh)],
            ValueError,
            "layer 1: b[0] is -inf: every entry must be",
        ),
        ([], ValueError, "the network is empty: give at least one Layer"),
        (
            None,
            TypeError,
            "the network must be a list of Layer, as init_network returns it, but it",
        ),
        (layers((1, 2))[0], TypeError, "the network must be a list of Layer"),
        ([np.ones((1, 2))], TypeError, "layer 1 must be a Layer(W, b, activation), but it is a nd"),
        ([None], TypeError, "layer 1 must be a Layer(W, b, activation), but it is a NoneType"),
    ],
)
def test_a_bad_network_is_refused_and_its_layer_named(function, network, error, message):
    with pytest.raises(error, match=re.escape(message)):
        function(network)


@pytest.mark.parametrize("function", entries())
@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        (
            np.ones(2),
            ValueError,
            "X is (2,), one axis, but must be 2-D with one sample a row: use X[",
        ),
        (np.ones((1, 4, 2)), ValueError, "X is (1, 4, 2), but must be 2-D with one sample a row"),
        (1.0, ValueError, "X is (), but must be 2-D with one sample a row"),
        (np.ones((0, 2)), ValueError, "X is (0, 2): the batch is empty; give at least one sample"),
        ([], ValueError, "X is (0,): the batch is empty; give at least one sample"),
        (None, TypeError, "X must hold numbers, but its dtype is object (NoneType None): give num"),
        (np.ones((4, 3)), ValueError, "X is (4, 3) but layer 1 has 2 inputs"),
        (np.ones((4, 0)), ValueError, "X is (4, 0) but layer 1 has 2 inputs"),
        (
            [[1, 2], [3, np.nan], [0, 0], [0, 0]],
            ValueError,
            "X[1, 1] is nan: every entry must be fin",
        ),
        (
            [[1, 2], [np.inf, 1], [0, 0], [0, 0]],
            ValueError,
            "X[1, 0] is inf: every entry must be fin",
        ),
        ([["a", "b"]] * 4, TypeError, "X must hold numbers, but its dtype is <U1"),
        (np.array([[None, 1]] * 4), TypeError, "X must hold numbers, but its dtype is object"),
        ([[1], [1, 2]], ValueError, "X is a list of lists of unequal lengths"),
    ],
)
def test_bad_inputs_are_refused(function, X, error, message):
    with pytest.raises(error, match=re.escape(message)):
        function(layers((1, 2)), X=X)


@pytest.mark.parametrize("function", entries()[1:])
@pytest.mark.parametrize(
    ("Y", "error", "message"),
    [
        (
            np.ones(4),
            ValueError,
            "Y is (4,), one axis, but must be 2-D with one sample a row: use Y[",
        ),
        (np.ones((4, 1, 1)), ValueError, "Y is (4, 1, 1), but must be 2-D with one sample a row"),
        (np.ones((0, 1)), ValueError, "Y is (0, 1): the batch is empty"),
        (np.ones((4, 2)), ValueError, "Y is (4, 2) but layer 1, the last, has 1 outputs"),
        (np.ones((3, 1)), ValueError, "X is (4, 2) but Y is (3, 1): give one row of targets for"),
        (np.ones((1, 1)), ValueError, "X is (4, 2) but Y is (1, 1): give one row of targets for"),
        ([[1], [np.nan], [0], [0]], ValueError, "Y[1, 0] is nan: every entry must be finite"),
        ([["a"]] * 4, TypeError, "Y must hold numbers, but its dtype is <U1"),
    ],
)
def test_bad_targets_are_refused(function, Y, error, message):
    with pytest.raises(error, match=re.escape(message)):
        function(layers((1, 2)), Y=Y)


def test_the_suggestion_for_one_axis_is_the_whole_remedy():
    message = "use X[None, :] if it is one sample, X[:, None] if it is one column"
    with pytest.raises(ValueError, match=re.escape(message)):
        forward(layers((1, 2)), np.ones(2))


# ---- activations of one's own


class Own(Activation):
    """z itself, but for what a test does to it."""

    name = "own"

    def __init__(self, spoil=lambda z: z, spoil_slope=lambda slope: slope):
        self.spoil, self.spoil_slope = spoil, spoil_slope

    def formula(self, z):
        return self.spoil(+z)

    def slope_from_output(self, a):
        return self.spoil_slope(np.ones_like(a))


def test_an_activation_of_ones_own_will_do():
    X, Y = np.ones((4, 2)), np.ones((4, 1))
    for dtype in (np.float32, float, complex):
        network = [Layer(np.ones((1, 2), dtype), np.ones(1, dtype), Own())]
        expected = [network[0]._replace(activation="identity")]
        np.testing.assert_array_equal(forward(network, X).a[-1], forward(expected, X).a[-1])
        found, wanted = (nnlib.gradients(net, X, Y).dW[0] for net in (network, expected))
        np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("function", entries())
@pytest.mark.parametrize(
    ("own", "message"),
    [
        (
            Own(lambda z: z[0]),
            "layer 2: Own.formula returned float32 of shape (3,) for float32 of ",
        ),
        (
            Own(lambda z: z.sum()),
            "Own.formula returned float32 of shape () for float32 of shape (2",
        ),
        (Own(lambda z: z.T), "Own.formula returned float32 of shape (3, 2) for float32 of shape"),
        (
            Own(lambda z: z.astype(float)),
            "layer 2: Own.formula returned float64 of shape (2, 3) for float32 of shape (2, 3): "
            "let it return one number for each that it is given, in the same dtype",
        ),
        (
            Own(spoil_slope=lambda slope: slope[:, 0]),
            "layer 2: Own.slope_from_output returned float32 of shape (2,) for float32 of shape",
        ),
    ],
)
def test_an_own_activation_that_does_not_keep_shape_and_dtype_is_refused(function, own, message):
    single = [
        Layer(W.astype("f"), b.astype("f"), sigma)
        for W, b, sigma in [*layers((4, 2)), *layers((3, 4), sigma=own), *layers((1, 3))]
    ]
    with pytest.raises(ValueError, match=re.escape(message)):
        function(single)


def test_a_formula_alone_is_enough_for_forward_and_a_gradient_says_what_it_lacks():
    class Formula(Activation):
        name = "formula"

        def formula(self, z):
            return z**2

    network, X = layers((1, 2), sigma=Formula()), np.ones((4, 2))
    assert forward(network, X).a[-1].tolist() == [[9.0]] * 4
    message = r"Formula is an activation without slope_from_output\(a\)"
    for gradients in (nnlib.gradients, nnlib.vectorized.gradients, nnlib.loops.gradients):
        with pytest.raises(NotImplementedError, match=message):
            gradients(network, X, np.ones((4, 1)))


def test_reading_a_network_does_not_copy_arrays_that_fit():
    network = init_network([2, 3], rng=0)
    assert read_network(network)[0].W is network[0].W


@pytest.mark.parametrize("function", [nnlib.gradients, nnlib.loops.gradients, evaluate])
@pytest.mark.parametrize("labels", [[0, 2, 1, 2], np.array([0.0, 2.0, 1.0, 2.0])])
@pytest.mark.parametrize("loss", ["cross_entropy", "quadratic"])
def test_labels_are_refused_with_the_code_that_makes_one_hot_rows(function, labels, loss):
    network, X = init_network([2, 3], "softmax", rng=0), np.ones((4, 2))
    for Y in (labels, np.reshape(labels, (4, 1))):
        with pytest.raises(ValueError, match="one label a sample, but needs") as caught:
            function(network, X, Y, loss)
        with pytest.raises(ValueError, match="one label a sample, but needs") as again:
            nnlib.cross_entropy(np.full((4, 3), 1 / 3), Y)
        for error in (caught, again):
            Y_one_hot = eval(str(error.value).split(" use ")[1], {"np": np, "Y": Y})
            np.testing.assert_array_equal(Y_one_hot, np.eye(3)[[0, 2, 1, 2]])
        function(network, X, Y_one_hot, loss)


UNORDERED = [{2, 1}, frozenset({2, 1}), {2: 0, 1: 0}, {2: 0, 1: 0}.keys()]


@pytest.mark.parametrize("pair", UNORDERED)
def test_what_has_no_order_is_refused_as_a_list(pair):
    network, X, Y = layers((1, 2)), np.ones((4, 2)), np.ones((4, 1))
    with pytest.raises(TypeError, match="sizes must be a list such as"):
        init_network(pair)
    with pytest.raises(ValueError, match="targets must be a pair"):
        data.step(4, targets=pair)
    with pytest.raises(TypeError, match="w must be a list with one number a layer"):
        scalar.forward(pair, [0, 0], 1.0)
    with pytest.raises(TypeError, match="b must be a list with one number a layer"):
        scalar.backward([0, 0], pair, 1.0, 1.0)
    for other in ((pair, Y), (X, pair)):
        with pytest.raises((TypeError, ValueError), match=r"must hold numbers|must be 2-D"):
            nnlib.gradients(network, *other)
    with pytest.raises(TypeError, match=r"must be a list of Layer|must be a Layer"):
        forward(pair, X)
    with pytest.raises(TypeError, match=r"give a network|must hold numbers"):
        nnlib.gradcheck.flatten(pair)
    with pytest.raises((TypeError, ValueError), match="must hold numbers"):
        nnlib.sigmoid(pair)
    with pytest.raises((TypeError, ValueError), match=r"gradients must return|must hold numbers"):
        nnlib.gradcheck.check_gradients(network, X, Y, gradients=lambda *_: (pair, pair))


def test_a_layer_that_is_a_set_is_refused():
    with pytest.raises(TypeError, match=r"layer 1 must be a Layer\(W, b, activation\)"):
        forward([{1.0, 2.0, "relu"}], np.ones((4, 2)))
