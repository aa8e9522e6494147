"""The figures' own arithmetic is nnlib's."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from py_mini_racer import MiniRacer

from nnlib import scalar
from nnlib.widgets import bundle

from .networks import ACTIVATIONS

TOLERANCE = 1e-12
CHAIN_SLOPE_TEST = """
network.slopeTest = (chain, direction, sign = 1, error = 0) => slopes.slopeTest({
  costAt: (size) => network.cost(network.moved(chain, direction, size)),
  rate: network.tangent(chain, direction).dC + error,
}, sign);
"""


@pytest.fixture(scope="module")
def js():
    """Call a function of network.js with arguments and a result that JSON can hold."""
    context = MiniRacer()
    context.eval(bundle.library("shared/maths/network.js", "network"))
    context.eval(bundle.library("shared/maths/slope_test.js", "slopes"))
    context.eval(CHAIN_SLOPE_TEST)

    def call(name, *arguments):
        text = ", ".join(json.dumps(argument) for argument in arguments)
        return json.loads(context.eval(f"JSON.stringify(network.{name}({text}))"))

    return call


def random_chains(count):
    rng = np.random.default_rng(20)
    for _ in range(count):
        length = int(rng.integers(1, 9))
        yield {
            "w": rng.normal(0, 2, length).tolist(),
            "b": rng.normal(0, 2, length).tolist(),
            "x": float(rng.normal(0, 3)),
            "y": float(rng.uniform(-1, 1)),
            "activation": str(rng.choice(ACTIVATIONS)),
        }


def chain_arguments(chain):
    return chain["w"], chain["b"], chain["x"]


def cost(chain):
    _, a = scalar.forward(*chain_arguments(chain), chain["activation"])
    return 0.5 * (a[-1] - chain["y"]) ** 2


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=TOLERANCE, atol=TOLERANCE)


def test_forward_backward_and_cost_equal_nnlib_on_1000_random_chains(js):
    for chain in random_chains(1000):
        z, a = scalar.forward(*chain_arguments(chain), chain["activation"])
        slopes = scalar.backward(*chain_arguments(chain), chain["y"], chain["activation"])
        forward, backward = js("forward", chain), js("backward", chain)
        close(forward["z"], z)
        close(forward["a"], a)
        close(js("cost", chain), cost(chain))
        for name in ("dw", "db", "delta"):
            close(backward[name], getattr(slopes, name))
        close(backward["dx"], chain["w"][0] * slopes.delta[0])


def test_every_activation_agrees_at_the_extremes(js):
    for activation in ACTIVATIONS:
        for z in (-1000.0, -40.0, -1.0, 0.0, 1.0, 40.0, 1000.0):
            chain = {"w": [1.0], "b": [0.0], "x": z, "y": 0.5, "activation": activation}
            _, a = scalar.forward([1.0], [0.0], z, activation)
            close(js("forward", chain)["a"], a)
            slopes = scalar.backward([1.0], [0.0], z, 0.5, activation)
            close(js("backward", chain)["delta"], slopes.delta)


def test_changes_are_the_differences_of_two_forward_passes(js):
    for chain in random_chains(50):
        parameter = f"w{len(chain['w'])}"
        direction = js("unitDirection", len(chain["w"]), parameter)
        change = js("changes", chain, direction, 0.3)["C"]
        nudged = {**chain, "w": [*chain["w"][:-1], chain["w"][-1] + 0.3]}
        slope = scalar.backward(*chain_arguments(chain), chain["y"], chain["activation"]).dw[-1]
        close(change["actual"], cost(nudged) - cost(chain))
        close(change["promised"], 0.3 * slope)


def test_a_gradient_step_promises_the_learning_rate_times_the_squared_gradient(js):
    for chain in random_chains(50):
        slopes = scalar.backward(*chain_arguments(chain), chain["y"], chain["activation"])
        squared = sum(slope**2 for slope in [*slopes.dw, *slopes.db])
        change = js("changes", chain, js("descentDirection", chain), 0.1)["C"]
        close(change["promised"], -0.1 * squared)


def test_the_tangent_of_every_row_is_the_limit_of_its_change(js):
    for chain in random_chains(30):
        if chain["activation"] in ("relu", "leaky_relu"):
            continue
        direction = js("unitDirection", len(chain["w"]), "x")
        small = js("changes", chain, direction, 1e-6)
        for kind in ("a", "z"):
            for pair in small[kind]:
                assert pair["actual"] == pytest.approx(pair["promised"], rel=1e-3, abs=1e-11)


@given(
    w=st.lists(st.floats(-3, 3), min_size=1, max_size=5),
    x=st.floats(-3, 3),
    sign=st.sampled_from([-1, 1]),
    data=st.data(),
)
def test_the_slope_test_reads_two_wherever_the_cost_bends(js, w, x, sign, data):
    b = data.draw(st.lists(st.floats(-2, 2), min_size=len(w), max_size=len(w)))
    chain = {"w": w, "b": b, "x": x, "y": 1.0, "activation": "sigmoid"}
    direction = js("unitDirection", len(w), f"w{len(w)}")
    test = js("slopeTest", chain, direction, sign)
    bend, twist = second_and_third_derivative(chain)
    if abs(bend) > 1e-3 and abs(twist) < 2 * abs(bend):
        assert test["slope"] == pytest.approx(2, abs=0.05)


def second_and_third_derivative(chain, h=1e-2):
    """Of the cost by the last weight, by central differences."""
    at = {}
    for k in (-2, -1, 0, 1, 2):
        at[k] = cost({**chain, "w": [*chain["w"][:-1], chain["w"][-1] + k * h]})
    second = (at[1] - 2 * at[0] + at[-1]) / h**2
    third = (at[2] - 2 * at[1] + 2 * at[-1] - at[-2]) / (2 * h**3)
    return second, third


def test_a_wrong_promise_reads_slope_one(js):
    chain = next(random_chains(1)) | {"activation": "sigmoid"}
    direction = js("unitDirection", len(chain["w"]), "b1")
    assert js("slopeTest", chain, direction, 1, 0.05)["slope"] == pytest.approx(1, abs=0.05)


def test_no_slope_is_claimed_where_there_is_no_gap(js):
    chain = {"w": [1.0], "b": [0.0], "x": -2.0, "y": 1.0, "activation": "relu"}
    assert js("slopeTest", chain, js("unitDirection", 1, "w1"))["slope"] is None


def test_gaps_that_no_axis_can_hold_are_left_out(js):
    chain = {"w": [200.0, 1.0], "b": [0.0, 0.0], "x": -3.72, "y": 1.0, "activation": "sigmoid"}
    found = js("slopeTest", chain, js("unitDirection", 2, "x"))
    assert found == {"points": [], "slope": None}
    vast = {"w": [1e3] * 5, "b": [0.0] * 5, "x": 1e3, "y": 1.0, "activation": "identity"}
    far = {"w": [1e33] * 5, "b": [0.0] * 5, "x": 0}
    assert all(point["gap"] <= 1e290 for point in js("slopeTest", vast, far)["points"])


@pytest.mark.parametrize(
    ("domain", "ticks"),
    [
        ([0, 1], []),
        ([0, 0], []),
        ([1, float("inf")], []),
        ([float("inf")] * 2, []),
        ([0.5, 2e3], [1, 10, 100, 1000]),
        ([1e-302, 1e-300], [1e-302, 1e-301, 1e-300]),
    ],
)
def test_an_axis_without_an_end_has_no_ticks(domain, ticks):
    context = MiniRacer()
    context.eval(bundle.library("shared/drawing/plot.js", "plot"))
    ends = ", ".join("Infinity" if end == float("inf") else repr(end) for end in domain)
    # a loop without an end asks for its step for ever
    values = context.eval(
        f"""
        let left = 1000;
        const step = {{ valueOf() {{ if (left-- === 0) throw new Error("no end"); return 1; }} }};
        const scale = {{ domain: () => [{ends}] }};
        JSON.stringify(plot.powerTicks(scale, step).map((tick) => tick.value));
        """
    )
    assert json.loads(values) == pytest.approx(ticks)


@pytest.mark.parametrize("length", range(1, 6))
def test_the_counts_are_those_of_the_products_written_out(js, length):
    alone = 0
    for layer in range(1, length + 1):
        by_bias = ["sigma'"] + ["w", "sigma'"] * (length - layer) + ["a - y"]
        by_weight = ["a", *by_bias]
        alone += len(by_bias) - 1 + len(by_weight) - 1
    sharing = 1 + 2 * (length - 1) + length  # delta^L, each other delta, each weight
    assert js("multiplicationCounts", length) == {"forward": alone, "backward": sharing}
