"""The figures' arithmetic for dense networks is nnlib's."""

import json

import numpy as np
import pytest
from py_mini_racer import MiniRacer

from nnlib import forward, gradients
from nnlib.widgets import bundle

from .networks import as_json, random_cases


@pytest.fixture(scope="module")
def js():
    """Call a function of dense.js with arguments and a result that JSON can hold."""
    context = MiniRacer()
    context.eval(bundle.library("shared/maths/dense.js", "dense"))

    def call(name, *arguments):
        text = ", ".join(json.dumps(argument) for argument in arguments)
        return json.loads(context.eval(f"JSON.stringify(dense.{name}({text}))"))

    return call


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-12)


def test_forward_backward_and_cost_equal_nnlib_on_1000_random_networks(js):
    for network, x, y in random_cases(1000):
        plain, x_list, y_list = as_json(network), x.tolist(), y.tolist()
        trace = forward(network, x[None])
        expected = gradients(network, x[None], y[None])
        seen, back = js("forward", plain, x_list), js("backward", plain, x_list, y_list)
        for l in range(len(network)):
            close(seen["z"][l], trace.z[l][0])
            close(seen["a"][l + 1], trace.a[l + 1][0])
            close(back["dW"][l], expected.dW[l])
            close(back["db"][l], expected.db[l])
            close(back["delta"][l], expected.delta[l][0])
        close(js("cost", plain, x_list, y_list), 0.5 * ((trace.a[-1][0] - y) ** 2).sum())


def test_every_name_finds_its_own_number_and_slope(js):
    for network, x, y in random_cases(20):
        plain, x_list, y_list = as_json(network), x.tolist(), y.tolist()
        expected = gradients(network, x[None], y[None])
        values, slopes = [], []
        for layer, dW, db in zip(network, expected.dW, expected.db, strict=True):
            for j in range(len(layer.b)):
                values += [*layer.W[j], layer.b[j]]
                slopes += [*dW[j], db[j]]
        first = network[0].W.T @ expected.delta[0][0]
        names = js("parameterNames", plain)
        close([js("parameterValue", plain, x_list, name) for name in names], [*values, *x])
        close([js("slopeOf", plain, x_list, y_list, name) for name in names], [*slopes, *first])


def test_moving_changes_one_number_and_leaves_the_rest_alone(js):
    for network, x, _ in random_cases(5):
        plain, x_list = as_json(network), x.tolist()
        names = js("parameterNames", plain)
        for name in names:
            after = js("moved", plain, x_list, name, 0.25)
            for other in names:
                before = js("parameterValue", plain, x_list, other)
                now = js("parameterValue", after["network"], after["x"], other)
                assert now - before == pytest.approx(0.25 if other == name else 0, abs=1e-12)


def test_the_shares_of_the_ways_add_to_the_slope(js):
    for network, x, y in random_cases(100):
        plain, x_list, y_list = as_json(network), x.tolist(), y.tolist()
        for name in js("parameterNames", plain):
            shares = [way["share"] for way in js("ways", plain, x_list, y_list, name)]
            close(sum(shares), js("slopeOf", plain, x_list, y_list, name))


def test_there_is_a_way_through_each_unit_of_the_next_layer(js):
    network, x, y = next(random_cases(1))
    plain = as_json(network)
    for l, layer in enumerate(network[:-1]):
        ways = js("ways", plain, x.tolist(), y.tolist(), f"b{l + 1}_{len(layer.b)}")
        assert [way["m"] for way in ways] == list(range(len(network[l + 1].b)))
    last = js("ways", plain, x.tolist(), y.tolist(), f"b{len(network)}_1")
    assert [way["m"] for way in last] == [None]
