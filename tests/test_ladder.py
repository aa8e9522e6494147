"""Claims about the rungs: loops, vectorized and batched give one and the same gradient."""

import ast
import inspect
import re
import textwrap
import warnings
from pathlib import Path

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.neural_network import MLPClassifier, MLPRegressor

import nnlib
from nnlib import Layer, batched, forward, init_network, loops, scalar, train, vectorized
from nnlib.activations import ACTIVATIONS
from nnlib.descent import Descent
from nnlib.gradcheck import complex_step_gradient, flatten, unflatten
from nnlib.losses import (
    LOSSES,
    binary_cross_entropy_with_logits,
    cross_entropy_with_logits,
)

ROOT = Path(__file__).parents[1]
RUNGS = {
    "loops": loops.gradients,
    "vectorized": vectorized.gradients,
    "stacked": batched.gradients_stacked,
    "einsum": batched.gradients_einsum,
    "batched": batched.gradients,
}
every_rung = pytest.mark.parametrize("gradients", RUNGS.values(), ids=RUNGS)
ELEMENTWISE = [name for name in ACTIVATIONS if name != "softmax"]
PARTNERS = [("binary_cross_entropy", "sigmoid"), ("cross_entropy", "softmax")]
PAIRS = [(loss, last) for loss in LOSSES for last in ACTIVATIONS]


def make_case(sizes, N, hidden, last, loss, seed):
    """A network, X, Y and a loss, with outputs in (0, 1) wherever the loss asks for that."""
    rng = np.random.default_rng(seed)
    network = []
    for l, name in enumerate([*hidden, last]):
        n_in, n_out = sizes[l], sizes[l + 1]
        W = rng.normal(size=(n_out, n_in), scale=1.5 / np.sqrt(n_in))
        network.append(Layer(W, rng.normal(size=n_out), ACTIVATIONS[name]))
    X, Y = rng.normal(size=(N, sizes[0])), rng.normal(size=(N, sizes[-1]))
    if loss != "quadratic":
        Y = rng.uniform(size=Y.shape)
        if ACTIVATIONS[last].bounds != (0.0, 1.0):  # bring every output close to a half
            z = forward(network, X).z[-1]
            W, b, sigma = network[-1]
            half = -0.4 if last == "softplus" else 0.5
            network[-1] = Layer(0.1 / max(1.0, abs(z).max()) * W, np.full_like(b, half), sigma)
        if last == "softmax" and sizes[-1] == 1:
            Y = np.ones_like(Y)  # its output is 1 whatever comes: any other target costs infinity
    if loss == "cross_entropy":
        Y /= Y.sum(axis=1, keepdims=True)
    return network, X, Y, loss


@st.composite
def cases(draw, pairs=PAIRS, depth=5, width=6, batch=7):
    L = draw(st.integers(1, depth))
    sizes = draw(st.lists(st.integers(1, width), min_size=L + 1, max_size=L + 1))
    hidden = draw(st.lists(st.sampled_from(ELEMENTWISE), min_size=L - 1, max_size=L - 1))
    loss, last = draw(st.sampled_from(pairs))
    seed = draw(st.integers(0, 10**6))
    return make_case(sizes, draw(st.integers(1, batch)), hidden, last, loss, seed)


def everything(gradients):
    return np.concatenate([array.ravel() for part in gradients for array in part])


def mean_cost(network, X, Y, loss):
    """Mean cost, written here once more, through logits where the rungs go through them."""
    z, a = forward(network, X)
    last = network[-1].activation.name
    if (loss, last) == PARTNERS[0]:
        return binary_cross_entropy_with_logits(z[-1], Y)
    if (loss, last) == PARTNERS[1]:
        return cross_entropy_with_logits(z[-1], Y)
    return LOSSES[loss](a[-1], Y)


# ---- one truth


@settings(max_examples=400)
@given(cases())
def test_every_rung_gives_the_same_gradient(case):
    results = {name: everything(gradients(*case)) for name, gradients in RUNGS.items()}
    scale = max(1.0, abs(results["loops"]).max())
    for name, result in results.items():
        assert abs(result - results["loops"]).max() <= 1e-12 * scale, name


@settings(max_examples=200)
@given(cases())
def test_a_step_of_train_is_the_gradient_of_the_page(case):
    network, X, Y, loss = case
    fast = Descent(network, X, Y, LOSSES[loss], learning_rate=1.0, batch_size=len(X))
    with np.errstate(all="ignore"):
        z, a, y = fast.go_through(np.arange(len(X)))
    expected = flatten(batched.gradients(*case))
    assert abs(fast.step - expected).max() <= 1e-12 * max(1.0, abs(expected).max())
    np.testing.assert_array_equal(fast.theta, flatten(network) - fast.step)
    trace = forward(network, X)
    np.testing.assert_allclose(z, trace.z[-1], rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(a, trace.a[-1], rtol=1e-13, atol=1e-13)
    np.testing.assert_array_equal(y, Y)


@pytest.mark.parametrize(("loss", "last"), PAIRS)
@pytest.mark.parametrize("hidden", ELEMENTWISE)
def test_every_pairing_is_the_complex_step(loss, last, hidden):
    network, X, Y, loss = make_case([3, 4, 2, 3], 5, [hidden, hidden], last, loss, seed=7)
    measured = complex_step_gradient(
        lambda theta: mean_cost(unflatten(theta, network), X, Y, loss), flatten(network)
    )
    scale = max(1.0, abs(measured).max())
    for name, gradients in RUNGS.items():
        result = flatten(gradients(network, X, Y, loss))
        assert abs(result - measured).max() <= 1e-13 * scale, name


@settings(max_examples=60)
@given(cases(depth=3, width=4, batch=4))
def test_random_networks_are_the_complex_step(case):
    network, X, Y, loss = case
    measured = complex_step_gradient(
        lambda theta: mean_cost(unflatten(theta, network), X, Y, loss), flatten(network)
    )
    scale = max(1.0, abs(measured).max())
    assert abs(flatten(nnlib.gradients(*case)) - measured).max() <= 1e-12 * scale


@settings(max_examples=60)
@given(cases(depth=3, width=4, batch=4))
def test_delta_is_the_slope_of_each_sample_by_its_own_pre_activations(case):
    """A nudge of b^l with a single sample in the batch is a nudge of its z^l."""
    network, X, Y, loss = case
    delta = nnlib.gradients(*case).delta
    for i in range(len(X)):
        theta = flatten(network)
        slopes = complex_step_gradient(
            lambda v, i=i: mean_cost(unflatten(v, network), X[i : i + 1], Y[i : i + 1], loss), theta
        )
        biases = slopes[sum(layer.W.size for layer in network) :]
        own = np.concatenate([d[i] for d in delta])
        assert abs(own - biases).max() <= 1e-12 * max(1.0, abs(biases).max())


AUTOGRAD = {
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "relu": lambda z: anp.maximum(z, 0),
    "leaky_relu": lambda z: anp.where(z > 0, z, 0.01 * z),
    "softplus": lambda z: anp.log1p(anp.exp(z)),
    "identity": lambda z: z,
    "softmax": lambda z: anp.exp(z) / anp.sum(anp.exp(z), axis=1, keepdims=True),
}
AUTOGRAD_LOSSES = {
    "quadratic": lambda a, y: anp.sum((a - y) ** 2) / 2,
    "binary_cross_entropy": lambda a, y: -anp.sum(y * anp.log(a) + (1 - y) * anp.log(1 - a)),
    "cross_entropy": lambda a, y: -anp.sum(y * anp.log(a)),
}


@settings(max_examples=100)
@given(cases(depth=4))
def test_autograd_derives_the_same_gradient(case):
    network, X, Y, loss = case
    assume(abs(forward(network, X).z[-1]).max() < 12)  # its formulas lose digits further out

    def cost(parameters):
        a = X
        for (W, b), layer in zip(parameters, network, strict=True):
            a = AUTOGRAD[layer.activation.name](anp.dot(a, W.T) + b)
        return AUTOGRAD_LOSSES[loss](a, Y) / len(X)

    expected = autograd.grad(cost)([(W, b) for W, b, _ in network])
    expected = flatten([*(dW for dW, _ in expected), *(db for _, db in expected)])
    difference = abs(flatten(nnlib.gradients(*case)) - expected).max()
    assert difference <= 1e-10 * max(1.0, abs(expected).max())


def test_a_network_one_unit_wide_is_the_scalar_rung():
    w, b, x, y = [0.9, -1.3, 1.7], [0.2, 0.4, -0.5], -1.5, 1.0
    for name in ELEMENTWISE:
        network = [Layer([[w_l]], [b_l], name) for w_l, b_l in zip(w, b, strict=True)]
        expected = scalar.backward(w, b, x, y, name)
        for gradients in RUNGS.values():
            dW, db, delta = gradients(network, [[x]], [[y]])
            np.testing.assert_allclose(np.ravel(dW), expected.dw, rtol=1e-12, atol=1e-15)
            np.testing.assert_allclose(np.ravel(db), expected.db, rtol=1e-12, atol=1e-15)
            np.testing.assert_allclose(np.ravel(delta), expected.delta, rtol=1e-12, atol=1e-15)


# ---- the 3-3-2 example of source 002


@every_rung
def test_the_3_3_2_example_to_every_printed_digit(gradients):
    """Its cost averages over the two outputs, so it and its gradient are half of ours."""
    W1 = [[0.1, 0.5, 0.3], [0.7, 0.2, 0.9], [0.4, 0.25, 0.75]]
    W2 = [[0.9, 0.6, 0.4], [0.3, 0.8, 0.7]]
    network = [Layer(W1, np.zeros(3), "relu"), Layer(W2, np.zeros(2), "sigmoid")]
    X, Y = np.array([[0.23, 0.82, 0.47]]), np.array([[1.0, 0.0]])
    _, a = forward(network, X)
    np.testing.assert_allclose(a[1], [[0.5740, 0.7480, 0.6495]], atol=5e-5)
    np.testing.assert_allclose(a[2], [[0.772977357985251, 0.772986132033595]], atol=5e-16)
    loss = nnlib.binary_cross_entropy(a[2], Y) / 2
    assert loss == pytest.approx(0.870124846460152, abs=5e-16)
    (dW1, dW2), (db1, db2), _ = gradients(network, X, Y, "binary_cross_entropy")
    np.testing.assert_allclose(db2 / 2, [-0.113511, 0.386493], atol=5e-7)
    # By hand: every hidden unit is on, so relu passes everything.
    d2 = (a[2][0] - Y[0]) / 2
    d1 = np.array(W2).T @ d2
    np.testing.assert_allclose(db1 / 2, d1, rtol=1e-12)
    np.testing.assert_allclose(dW2 / 2, [[d * v for v in a[1][0]] for d in d2], rtol=1e-12)
    np.testing.assert_allclose(dW1 / 2, [[d * v for v in X[0]] for d in d1], rtol=1e-12)


def test_its_broadcast_labels_give_the_wrong_numbers_that_were_printed():
    """Erratum 2.6: (2,) beside (2, 1) made a 2 x 2 table, whose mean has another slope.

    We refuse the shapes; the printed slope (2 a_i - 1) / 4 has even the wrong sign for output 1.
    """
    a = np.array([[0.772977357985251], [0.772986132033595]])
    with pytest.raises(ValueError, match="give one target for each"):
        nnlib.binary_cross_entropy(a, np.array([1.0, 0.0]))
    table = [nnlib.binary_cross_entropy(a_i, [y]) for a_i in a for y in (1.0, 0.0)]
    assert np.mean(table) == pytest.approx(0.870112, abs=1e-6)
    np.testing.assert_allclose((2 * a[:, 0] - 1) / 4, [0.13648857, 0.13649301], atol=2e-7)


def test_the_wrong_guess_of_the_source_differs_from_the_sum_over_paths():
    """Inventory row 40: a hidden unit collects from every output, weights in a column."""
    W = np.array([[0.5, -1.0], [2.0, 0.3], [-0.7, 1.1]])
    network = [Layer(np.eye(2), np.zeros(2), "identity"), Layer(W, np.zeros(3), "identity")]
    X, Y = [[1.0, 2.0]], [[0.0, 1.0, -1.0]]
    d = (np.array(X) @ W.T - Y)[0]
    for gradients in RUNGS.values():
        hidden = gradients(network, X, Y).delta[0][0]
        np.testing.assert_allclose(hidden, [sum(W[j, k] * d[j] for j in range(3)) for k in (0, 1)])


# ---- other people's algorithms


def nielsen_sgd(network, X, Y, eta, batch_size, orders):
    """Nielsen's network from its description: columns, one sample at a time, negative indices."""
    weights = [W.copy() for W, _, _ in network]
    biases = [b[:, None].copy() for _, b, _ in network]

    def sigma(z):
        return 1.0 / (1.0 + np.exp(-z))

    def backprop(x, y):
        nabla_w, nabla_b = [0] * len(weights), [0] * len(weights)
        activation, activations, zs = x, [x], []
        for w, b in zip(weights, biases, strict=True):
            zs.append(np.dot(w, activation) + b)
            activation = sigma(zs[-1])
            activations.append(activation)
        delta = (activations[-1] - y) * sigma(zs[-1]) * (1 - sigma(zs[-1]))
        nabla_b[-1], nabla_w[-1] = delta, np.dot(delta, activations[-2].T)
        for l in range(2, len(weights) + 1):
            prime = sigma(zs[-l]) * (1 - sigma(zs[-l]))
            delta = np.dot(weights[-l + 1].T, delta) * prime
            nabla_b[-l], nabla_w[-l] = delta, np.dot(delta, activations[-l - 1].T)
        return nabla_w, nabla_b

    for order in orders:
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            samples = [backprop(X[i][:, None], Y[i][:, None]) for i in rows]
            for l in range(len(weights)):
                weights[l] -= eta / len(rows) * sum(w[l] for w, _ in samples)
                biases[l] -= eta / len(rows) * sum(b[l] for _, b in samples)
    return flatten([*weights, *biases])


@pytest.mark.parametrize("shuffle", [False, True])
def test_nielsens_algorithm_arrives_at_the_same_weights(shuffle):
    network = init_network([2, 3, 3, 2], rng=0)
    rng = np.random.default_rng(1)
    X, Y = rng.normal(size=(103, 2)), rng.uniform(size=(103, 2))
    draw = np.random.default_rng(2)
    orders = [draw.permutation(103) if shuffle else np.arange(103) for _ in range(3)]
    trained, _ = train(
        network, X, Y, learning_rate=3, epochs=3, batch_size=10, shuffle=shuffle, rng=2
    )
    expected = nielsen_sgd(network, X, Y, 3, 10, orders)
    np.testing.assert_allclose(flatten(trained), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("model", "hidden", "last", "loss", "classes"),
    [
        (MLPRegressor, "tanh", "identity", "quadratic", None),
        (MLPRegressor, "relu", "identity", "quadratic", None),
        (MLPClassifier, "logistic", "sigmoid", "binary_cross_entropy", 2),
        (MLPClassifier, "relu", "softmax", "cross_entropy", 4),
    ],
)
def test_scikit_learn_takes_the_same_steps(model, hidden, last, loss, classes):
    """Its weights are replaced by ours after it has built itself; then one epoch of plain SGD."""
    rng = np.random.default_rng(0)
    N, name = 107, "sigmoid" if hidden == "logistic" else hidden
    X = rng.normal(size=(N, 5))
    if classes is None:
        Y = rng.normal(size=(N, 3))
        labels = Y
    else:
        labels = rng.integers(0, classes, N)
        Y = labels[:, None].astype(float) if classes == 2 else np.eye(classes)[labels]
    network = init_network([5, 6, 4, Y.shape[1]], name, last, rng=1)
    mlp = model(
        hidden_layer_sizes=(6, 4),
        activation=hidden,
        solver="sgd",
        alpha=0.0,
        batch_size=20,
        learning_rate_init=0.1,
        momentum=0.0,
        nesterovs_momentum=False,
        shuffle=False,
    )
    extra = {} if classes is None else {"classes": np.arange(classes)}
    mlp.partial_fit(X, labels, **extra)
    for layer, W, b in zip(network, mlp.coefs_, mlp.intercepts_, strict=True):
        W[...], b[...] = layer.W.T, layer.b
    mlp.partial_fit(X, labels)
    expected = flatten([*(W.T for W in mlp.coefs_), *mlp.intercepts_])
    trained, _ = train(
        network, X, Y, loss=loss, learning_rate=0.1, epochs=1, batch_size=20, shuffle=False
    )
    np.testing.assert_allclose(flatten(trained), expected, rtol=1e-10, atol=1e-12)


# ---- batches


@every_rung
@pytest.mark.parametrize(("loss", "last"), [("quadratic", "tanh"), *PARTNERS])
def test_a_batch_given_twice_has_the_same_mean_gradient(gradients, loss, last):
    network, X, Y, loss = make_case([3, 4, 2], 5, ["tanh"], last, loss, seed=1)
    once = gradients(network, X, Y, loss)
    twice = gradients(network, np.vstack([X, X]), np.vstack([Y, Y]), loss)
    np.testing.assert_allclose(flatten(twice), flatten(once), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(twice.delta[0][5:], once.delta[0], rtol=1e-12, atol=1e-15)


@every_rung
def test_the_gradient_is_the_mean_of_those_of_the_samples(gradients):
    network, X, Y, _ = make_case([3, 4, 2], 5, ["tanh"], "sigmoid", "quadratic", seed=2)
    alone = [flatten(gradients(network, X[i : i + 1], Y[i : i + 1])) for i in range(5)]
    np.testing.assert_allclose(
        flatten(gradients(network, X, Y)), np.mean(alone, axis=0), rtol=1e-12
    )


@every_rung
@pytest.mark.parametrize("sizes", [[1, 1], [1, 1, 1, 1], [2, 1, 1, 1], [2, 1, 3, 1], [3, 1, 2]])
@pytest.mark.parametrize("N", [1, 4])
def test_width_1_and_a_batch_of_1_keep_their_axes(gradients, sizes, N):
    """Erratum 4.19: squeezing them away was an IndexError in the source."""
    network = init_network(sizes, "tanh", rng=0)
    dW, db, delta = gradients(network, np.ones((N, sizes[0])), np.ones((N, sizes[-1])))
    assert [array.shape for array in dW] == [layer.W.shape for layer in network]
    assert [array.shape for array in db] == [layer.b.shape for layer in network]
    assert [array.shape for array in delta] == [(N, n) for n in sizes[1:]]


# ---- from logits, extremes


@every_rung
@pytest.mark.parametrize(("loss", "last"), PARTNERS)
def test_at_logits_of_1000_delta_is_exactly_output_minus_target(gradients, loss, last):
    network = [Layer([[1000.0], [-1000.0]], [0.0, 0.0], last)]
    X, Y = [[1.0], [-1.0], [1.0]], np.array([[1.0, 0], [1, 0], [0, 1]])
    dW, db, (delta,) = gradients(network, X, Y, loss)
    np.testing.assert_array_equal(delta, [[0, 0], [-1, 1], [1, -1]])
    np.testing.assert_allclose(db[0], [0, 0], atol=1e-15)
    np.testing.assert_allclose(dW[0], [[2 / 3], [-2 / 3]], rtol=1e-15)


@every_rung
@pytest.mark.parametrize(
    ("loss", "last", "use"),
    [
        ("binary_cross_entropy", "softmax", "sigmoid"),
        ("cross_entropy", "sigmoid", "softmax"),
        ("binary_cross_entropy", "relu", "sigmoid"),
        ("cross_entropy", "relu", "softmax"),
    ],
)
def test_a_saturated_output_without_its_partner_is_an_error_and_not_a_nan(
    gradients, loss, last, use
):
    network = [Layer([[-1000.0], [1e-3]], [0.0, 0.0], last)]
    message = f"{loss}: a.* its cost has no finite slope there; use {use} as the last activation"
    with pytest.raises(ValueError, match=message):
        gradients(network, [[1.0]], [[1.0, 0.0]], loss)


@every_rung
@pytest.mark.parametrize("loss", ["binary_cross_entropy", "cross_entropy"])
def test_an_output_outside_0_to_1_is_refused(gradients, loss):
    network = [Layer([[2.0], [0.0]], [0.0, 0.0], "identity")]
    with pytest.raises(ValueError, match=r"is 2\.0: an output must lie in \[0, 1\]; use"):
        gradients(network, [[1.0]], [[1.0, 0.0]], loss)


@every_rung
@pytest.mark.parametrize(
    ("loss", "Y", "message"),
    [
        ("binary_cross_entropy", [[1.5, 0]], "y[0, 0] is 1.5: a target must lie in [0, 1]"),
        ("cross_entropy", [[0.5, 0]], "the sum of y[0] is 0.5: the targets of a sample must sum"),
        ("quadratik", [[1.0, 0]], "unknown loss 'quadratik'; did you mean 'quadratic'?"),
    ],
)
def test_targets_and_names_are_checked_for_the_loss(gradients, loss, Y, message):
    network = init_network([2, 2], "softmax", rng=0)
    with pytest.raises(ValueError, match=re.escape(message)):
        gradients(network, [[1.0, 2.0]], Y, loss)


# ---- types


@every_rung
@pytest.mark.parametrize(
    ("loss", "last"), [("quadratic", "relu"), ("quadratic", "softmax"), *PARTNERS]
)
def test_float32_stays_float32(gradients, loss, last):
    network, X, Y, loss = make_case([3, 4, 2], 5, ["tanh"], last, loss, seed=3)
    single = [Layer(W.astype("f"), b.astype("f"), s) for W, b, s in network]
    rounded = Y.astype("f")
    result = gradients(single, X.astype("f"), rounded, loss)
    assert {array.dtype for part in result for array in part} == {np.dtype(np.float32)}
    np.testing.assert_allclose(flatten(result), flatten(gradients(network, X, Y, loss)), atol=1e-5)
    mixed = gradients(single, X, Y, loss)
    assert {array.dtype for part in mixed for array in part} == {np.dtype(np.float32)}


@every_rung
def test_whole_numbers_become_float64(gradients):
    result = gradients([Layer([[1, 2]], [3], "identity")], [[1, 2], [3, 4]], [[0], [1]])
    assert {array.dtype for part in result for array in part} == {np.dtype(np.float64)}
    np.testing.assert_array_equal(result.delta[0], [[8], [13]])
    np.testing.assert_array_equal(result.dW[0], [[(8 + 39) / 2, (16 + 52) / 2]])


@every_rung
def test_a_complex_network_has_an_analytic_gradient(gradients):
    """So second derivatives can be had from the complex step through a gradient."""
    network, X, Y, _ = make_case([2, 3, 2], 4, ["tanh"], "softmax", "quadratic", seed=4)
    theta, nudge = flatten(network), np.zeros(len(flatten(network)))
    nudge[3] = 1e-6
    up, down = (flatten(gradients(unflatten(theta + s * nudge, network), X, Y)) for s in (1, -1))
    through = flatten(gradients(unflatten(theta + 1e-14j * nudge, network), X, Y)).imag / 1e-20
    np.testing.assert_allclose(through, (up - down) / 2e-6, atol=1e-9)


@every_rung
def test_nothing_that_was_given_is_changed_or_shared(gradients):
    network, X, Y, _ = make_case([3, 4, 2], 5, ["identity"], "identity", "quadratic", seed=5)
    given = [X, Y, *(array for W, b, _ in network for array in (W, b))]
    for array in given:
        array.flags.writeable = False
    result = gradients(network, X, Y)
    returned = [array for part in result for array in part]
    for array in returned:
        array[...] = 0
        assert not any(np.shares_memory(array, other) for other in given)
    assert not any(
        np.shares_memory(a, b) for n, a in enumerate(returned) for b in returned[n + 1 :]
    )


@every_rung
def test_memory_order_and_strides_do_not_matter(gradients):
    network, X, Y, _ = make_case([3, 4, 2], 6, ["tanh"], "sigmoid", "quadratic", seed=6)
    twisted = [Layer(np.asfortranarray(W), b, s) for W, b, s in network]
    wide = np.repeat(np.repeat(X, 2, axis=0), 2, axis=1)[::2, ::2]
    result = gradients(twisted, wide, np.asfortranarray(Y))
    np.testing.assert_allclose(flatten(result), flatten(gradients(network, X, Y)), rtol=1e-13)


# ---- how the rungs are written


def syntax(function):
    return ast.parse(textwrap.dedent(inspect.getsource(function)))


def code_lines(function):
    """Lines with code: no docstring, no comment, no blank line."""
    return ast.unparse(ast.Module(syntax(function).body[0].body[1:], [])).splitlines()


@pytest.mark.parametrize("name", RUNGS)
def test_a_rung_has_at_most_30_lines_and_calls_no_other(name):
    assert len(code_lines(RUNGS[name])) <= 30
    names = {node.id for node in ast.walk(syntax(RUNGS[name])) if isinstance(node, ast.Name)}
    others = {
        "gradients",
        "gradients_stacked",
        "gradients_einsum",
        "loops",
        "vectorized",
        "batched",
    }
    assert not names & others


PRINTED = [  # rung, chapter, and a line that is printed there
    ("batched", "10", "(delta_3 @ network[2].W) * sigmoid.derivative(z[1])"),
    ("batched", "10", "db_2 = delta_2.mean(axis=0)"),
    ("batched", "10", "dW_2 = delta_2.T @ a[1] / len(X)"),
    ("stacked", "13", "back = network[l + 1].W.T @ delta[l + 1][:, :, None]"),
    ("stacked", "13", "delta[l] = back[:, :, 0] * sigmoid.derivative(z[l])"),
    ("stacked", "13", "stack = delta[1][:, :, None] @ a[1][:, None, :]"),
    ("stacked", "13", "dW = stack.mean(axis=0)"),
    ("einsum", "13", 'back = np.einsum("ij,jk->ik", delta[1], W)'),
    ("einsum", "13", 'db = np.einsum("ij->j", delta[1]) / N'),
    ("einsum", "13", 'dW = np.einsum("ij,ik->jk", delta[1], a[1]) / N'),
]


def without_indices(code):
    """A line whose layers have no numbers, and whose W and sigma' are written out."""
    code = ast.unparse(ast.parse(code))
    code = re.sub(r"\b(delta|dW|db)_\d", r"\1", code)
    code = re.sub(r"\b(delta|dW|db|a|z|network)\[(?:l|\d)(?: [+-] 1)?\]", r"\1", code)
    code = code.replace("sigmoid.derivative", "network.activation.derivative")
    return re.sub(r"(?<![.\w])W\b", "network.W", code)


@pytest.mark.parametrize(("name", "chapter", "line"), PRINTED)
def test_a_rung_has_the_lines_that_its_chapter_prints(name, chapter, line):
    (path,) = (ROOT / "chapters").glob(f"{chapter}-*.md")
    assert line in path.read_text("utf8")
    simple = [n for n in ast.walk(syntax(RUNGS[name])) if isinstance(n, ast.Assign)]
    code = "\n".join(without_indices(ast.unparse(node)) for node in simple)
    slope = re.search(r"^slope = (.*)$", code, re.M)
    assert without_indices(line) in (code.replace("* slope", f"* {slope[1]}") if slope else code)


@pytest.mark.parametrize(
    ("gradients", "forbidden"),
    [
        (loops.gradients, {"@", "dot", "matmul", "outer", "einsum", "sum", "mean", "T"}),
        (vectorized.gradients, {"einsum", "matmul", "dot", "None"}),
    ],
)
def test_the_loops_use_indices_alone_and_the_vectors_no_third_axis(gradients, forbidden):
    tree = syntax(gradients)
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    used |= {"@" for node in ast.walk(tree) if isinstance(node, ast.MatMult)}
    used |= {
        "None"
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript) and "None" in ast.unparse(node.slice)
    }
    assert not used & forbidden


@pytest.mark.parametrize("name", ["stacked", "einsum", "batched"])
def test_the_batched_rungs_do_not_loop_over_samples(name):
    loops_over = [
        ast.unparse(node.iter)
        for node in ast.walk(syntax(RUNGS[name]))
        if isinstance(node, (ast.For, ast.comprehension))
    ]
    assert loops_over == ["reversed(range(L))"]


def test_no_rung_warns():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        network = [
            Layer([[1e4], [-1e4]], [0.0, 0.0], "sigmoid"),
            Layer([[1.0, 1.0]], [0.0], "tanh"),
        ]
        for gradients in RUNGS.values():
            gradients(network, [[1.0], [-1.0]], [[0.0], [1.0]])


@every_rung
@pytest.mark.parametrize("size", [1e160, 1e308])
def test_numbers_beyond_all_floats_give_no_warning(gradients, size):
    for hidden in ("tanh", "relu", "softplus"):
        network = [
            Layer([[size], [-size]], [0.0, 0.0], hidden),
            Layer([[size, size], [1.0, size]], [0.0, 0.0], "identity"),
        ]
        result = gradients(network, [[3.0], [-2.0]], [[0.0, 1.0], [1.0, 0.0]])
        assert not np.isfinite(flatten(result)).all()


@every_rung
def test_numbers_below_all_floats_are_zero_where_numpy_is_told_to_raise(gradients):
    network = [Layer([[1e-200]], [0.0], "tanh"), Layer([[1e-200]], [0.0], "identity")]
    with np.errstate(all="raise"):
        assert gradients(network, [[1.0]], [[0.0]]).dW[0].tolist() == [[0.0]]
