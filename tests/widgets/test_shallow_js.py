"""The arithmetic of a network with one hidden layer, in the figures, is nnlib's."""

import json

import numpy as np
import pytest
from py_mini_racer import MiniRacer

from nnlib import Layer, forward, quadratic
from nnlib.activations import get_activation
from nnlib.widgets import bundle

HIDDEN = ("sigmoid", "tanh", "relu", "leaky_relu", "softplus")
OUTPUT = ("identity", "sigmoid", "tanh")
TOLERANCE = 1e-12


@pytest.fixture(scope="module")
def js():
    """Call a function of shallow.js with arguments and a result that JSON can hold."""
    context = MiniRacer()
    context.eval(bundle.library("shared/maths/shallow.js", "shallow"))

    def call(name, *arguments):
        text = ", ".join(json.dumps(argument) for argument in arguments)
        return json.loads(context.eval(f"JSON.stringify(shallow.{name}({text}))"))

    return call


def random_networks(count, seed=6):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        units = int(rng.integers(1, 5))
        yield {
            **{name: rng.normal(0, 2, units).tolist() for name in "wbv"},
            "c": float(rng.normal()),
            "activation": str(rng.choice(HIDDEN)),
            "output_activation": str(rng.choice(OUTPUT)),
            "straight": rng.integers(0, 2, units).astype(bool).tolist(),
        }


def layers(network, which, activation, bias):
    """Two layers of nnlib with the hidden units `which`; their output is a part of the sum."""
    w, b, v = (np.array(network[name])[which] for name in "wbv")
    return [Layer(w[:, None], b, activation), Layer(v[None, :], np.array([bias]), "identity")]


def sum_at(network, X):
    """The sum, as nnlib computes it: the squashed units and the straight ones, each a network."""
    straight = np.array(network["straight"])
    total = np.full_like(X, network["c"])
    for which, activation in ((~straight, network["activation"]), (straight, "identity")):
        if which.any():
            total = total + forward(layers(network, which, activation, 0.0), X).a[-1]
    return total


def output_at(network, X):
    return get_activation(network["output_activation"])(sum_at(network, X))


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=TOLERANCE, atol=TOLERANCE)


def test_the_output_equals_nnlib_on_1000_random_networks(js):
    rng = np.random.default_rng(7)
    for network in random_networks(1000):
        x = float(rng.normal(0, 3))
        found = js("forward", network, x)
        z = np.array(network["w"]) * x + network["b"]
        a, slope = z.copy(), np.ones_like(z)
        squashed = ~np.array(network["straight"])
        activation = get_activation(network["activation"])
        a[squashed], slope[squashed] = activation(z[squashed]), activation.derivative(z[squashed])
        close(found["z"], z)
        close(found["a"], a)
        close(found["slope"], slope)
        close(found["parts"], a * network["v"])
        close(found["sum"], sum_at(network, np.array([[x]]))[0, 0])
        close(found["output"], output_at(network, np.array([[x]]))[0, 0])


def test_a_whole_layer_of_one_kind_is_one_call_of_nnlib(js):
    for network in random_networks(200, seed=8):
        for straight in (False, True):
            network["straight"] = [straight] * len(network["w"])
            w, b, v = (np.array(network[name]) for name in "wbv")
            hidden = "identity" if straight else network["activation"]
            output = Layer(v[None, :], np.array([network["c"]]), network["output_activation"])
            trace = forward([Layer(w[:, None], b, hidden), output], np.array([[0.7]]))
            close(js("forward", network, 0.7)["output"], trace.a[-1][0, 0])


def test_the_partial_sums_end_at_the_sum(js):
    for network in random_networks(100):
        found = js("forward", network, 0.3)
        sums = js("partialSums", network["c"], found["parts"])
        close(sums, network["c"] + np.cumsum([0, *found["parts"]]))
        close(sums[-1], found["sum"])


def test_straight_units_collapse_to_the_products_of_the_matrices(js):
    X = np.linspace(-4, 4, 9)[:, None]
    for network in random_networks(200):
        network["straight"] = [True] * len(network["w"])
        line = js("collapse", network)
        W1, b1 = np.array(network["w"])[:, None], np.array(network["b"])
        W2, b2 = np.array(network["v"])[None, :], network["c"]
        close(line["slope"], (W2 @ W1)[0, 0])
        close(line["intercept"], (W2 @ b1)[0] + b2)
        np.testing.assert_allclose(
            line["slope"] * X + line["intercept"], sum_at(network, X), rtol=1e-10, atol=1e-10
        )


def test_a_unit_is_saturated_where_its_slope_is_below_a_twentieth_of_the_largest(js):
    X = np.linspace(-6, 6, 1201)
    for network in random_networks(300):
        activation = get_activation(network["activation"])
        largest = {"sigmoid": 0.25}.get(activation.name, 1.0)
        for unit, (w, b) in enumerate(zip(network["w"], network["b"], strict=True)):
            inside = np.zeros(X.shape, bool)
            near = np.zeros(X.shape, bool)
            for start, end in js("saturatedInputs", network, unit, [-6, 6]):
                inside |= (start <= X) & (end >= X)
                near |= (np.abs(X - start) < 1e-9) | (np.abs(X - end) < 1e-9)
            flat = activation.derivative(w * X + b) < 0.05 * largest
            if network["straight"][unit] or activation.name == "leaky_relu":
                flat = np.zeros(X.shape, bool)
            assert (inside == flat)[~near].all()


@pytest.mark.parametrize(("bias", "saturated"), [(0.0, []), (9.0, [[-1, 1]])])
def test_a_unit_without_weight_is_saturated_everywhere_or_nowhere(js, bias, saturated):
    network = {"w": [0], "b": [bias], "activation": "sigmoid", "straight": [False]}
    assert js("saturatedInputs", network, 0, [-1, 1]) == saturated


def test_the_mean_cost_is_the_quadratic_loss(js):
    rng = np.random.default_rng(9)
    for network in random_networks(200):
        targets = rng.normal(0, 2, (int(rng.integers(1, 9)), 2))
        expected = quadratic(output_at(network, targets[:, :1]), targets[:, 1:])
        close(js("meanCost", network, targets.tolist()), expected)


def test_targets_of_minus_one_cost_a_sigmoid_at_least_a_quarter(js):
    targets = [[-2, -1], [-1, -1], [1, 1], [2, 1]]
    assert js("permitted", "sigmoid", targets) == {"outside": [0, 1], "onEnd": 2, "lowest": 0.25}
    assert js("permitted", "tanh", targets) == {"outside": [], "onEnd": 4, "lowest": 0}
    assert js("permitted", "identity", targets) == {"outside": [], "onEnd": 0, "lowest": 0}
    assert js("permitted", "tanh", []) == {"outside": [], "onEnd": 0, "lowest": None}


def test_no_network_falls_below_the_lowest_cost(js):
    rng = np.random.default_rng(10)
    for network in random_networks(300):
        targets = rng.normal(0, 2, (5, 2)).tolist()
        lowest = js("permitted", network["output_activation"], targets)["lowest"]
        assert js("meanCost", network, targets) >= lowest
    far = {"w": [1.0], "b": [0.0], "v": [0.0], "c": 1e3, "activation": "sigmoid"}
    far |= {"output_activation": "sigmoid", "straight": [False]}
    lowest = js("permitted", "sigmoid", [[0, 3], [1, 2]])["lowest"]
    assert js("meanCost", far, [[0, 3], [1, 2]]) == pytest.approx(lowest)


def test_samples_are_in_order_and_meet_every_corner(js):
    network = {"w": [100.0, -2.0, 0.0], "b": [30.0, 1.0, 0.0]}
    inputs = js("sampleInputs", network, [-5, 5], 41)
    assert inputs == sorted(inputs)
    assert (inputs[0], inputs[-1]) == (-5, 5)
    assert {-0.3, 0.5} <= set(inputs)
