"""The figures' arithmetic for whole batches is nnlib's."""

import itertools
import json

import numpy as np
import pytest
from py_mini_racer import MiniRacer

from nnlib import Layer, forward, gradients
from nnlib.activations import ACTIVATIONS
from nnlib.losses import LOSSES, get_loss
from nnlib.training import evaluate
from nnlib.widgets import bundle

CALL = """
globalThis.run = ({ sizes, activations, W, b, X, Y, loss }) => {
    const array = (list) => Float64Array.from(list);
    const plain = (arrays) => arrays.map((one) => [...one]);
    const network = { sizes, activations, W: W.map(array), b: b.map(array) };
    [X, Y] = [array(X), array(Y)];
    const N = X.length / sizes[0];
    const trace = batch.forward(network, X, batch.emptyTrace(network, N));
    const m = sizes.at(-1);
    const borders = batch.bordersOf(Y, m);
    let right = 0;
    for (let i = 0; i < N; i++)
        right += batch.isRight(trace.a.at(-1), Y, m, borders, i);
    return JSON.stringify({
        z: plain(trace.z),
        a: plain(trace.a),
        loss: batch.meanCost(network, trace, Y, loss),
        accuracy: right / N,
        delta: [...batch.outputDelta(network, trace, Y, loss)],
        da: plain(batch.slopesByActivation(network, trace, Y, loss)),
    });
};
"""


@pytest.fixture(scope="module")
def js():
    """Run one batch through batch.js."""
    context = MiniRacer()
    context.eval(bundle.library("shared/maths/batch.js", "batch"))
    context.eval(CALL)

    def run(network, X, Y, loss):
        case = {
            "sizes": [X.shape[1], *(len(layer.b) for layer in network)],
            "activations": [layer.activation for layer in network],
            "W": [layer.W.ravel().tolist() for layer in network],
            "b": [layer.b.tolist() for layer in network],
            "X": X.ravel().tolist(),
            "Y": Y.ravel().tolist(),
            "loss": loss,
        }
        return json.loads(context.eval(f"run({json.dumps(case)})"))

    return run


def random_case(rng, loss):
    """A network whose outputs the loss allows, any activations before, and a batch of it."""
    sizes = rng.integers(1, 5, size=int(rng.integers(2, 6)))
    if loss == "cross_entropy":
        sizes[-1] = rng.integers(2, 5)
    hidden = [name for name in ACTIVATIONS if name != "softmax"]
    last = {
        "quadratic": [*hidden, "softmax"],
        "binary_cross_entropy": ["sigmoid", "softmax"],
        "cross_entropy": ["softmax", "sigmoid"],
    }[loss]
    names = [*rng.choice(hidden, size=len(sizes) - 2), rng.choice(last)]
    network = [
        Layer(rng.normal(size=(m, n)), rng.normal(size=m), str(name))
        for (n, m), name in zip(itertools.pairwise(sizes), names, strict=True)
    ]
    X = rng.normal(size=(int(rng.integers(1, 6)), sizes[0]))
    if loss == "cross_entropy":
        Y = np.eye(sizes[-1])[rng.integers(sizes[-1], size=len(X))]
    else:
        low, high = (0, 2) if loss != "quadratic" else rng.choice([[0, 2], [-1, 3], [0, 4]])
        Y = rng.integers(low, high, size=(len(X), sizes[-1])).astype(float)
    return network, X, Y


def close(actual, expected):
    np.testing.assert_allclose(actual, np.ravel(expected), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_batch_goes_forward_and_back_as_in_nnlib_on_400_random_networks(js, loss):
    rng = np.random.default_rng(5)
    for _ in range(400):
        network, X, Y = random_case(rng, loss)
        if loss != "quadratic" and network[-1].activation == "softmax" and Y.shape[1] == 1:
            continue  # its one output is 1, which no logarithm of 1 - a allows
        seen = js(network, X, Y, loss)
        trace = forward(network, X)
        for l in range(len(network)):
            close(seen["z"][l], trace.z[l])
            close(seen["a"][l + 1], trace.a[l + 1])
        found = evaluate(network, X, Y, loss)
        assert seen["loss"] == pytest.approx(found.loss, rel=1e-11, abs=1e-12)
        assert seen["accuracy"] == pytest.approx(found.accuracy)
        delta = gradients(network, X, Y, loss).delta
        close(seen["delta"], delta[-1])
        for l, layer in enumerate(network):
            close(seen["da"][l], delta[l] @ layer.W)


@pytest.mark.parametrize("levels", [2, 1000])
def test_one_wrong_output_of_many_is_enough(js, levels):
    """64 of yes and no, or 6 of a thousand answers each, have more answers than 2^53."""
    N, m = 1000, 64 if levels == 2 else 6
    X = np.random.default_rng(0).integers(0, levels, size=(N, m)) / (levels - 1)
    Y = X.copy()
    Y[:, -1] = 1 - X[:, -1]
    network = [Layer(np.eye(m), np.zeros(m), "identity")]
    assert evaluate(network, X, Y, "quadratic").accuracy == 0
    assert js(network, X, Y, "quadratic")["accuracy"] == 0


@pytest.mark.parametrize(
    ("loss", "name", "z", "y"),
    [
        ("binary_cross_entropy", "sigmoid", [[800.0], [-800.0]], [[0.0], [0.0]]),
        ("cross_entropy", "softmax", [[900.0, 0.0], [0.0, 900.0]], [[0.0, 1.0], [0.0, 1.0]]),
    ],
)
def test_a_cost_from_logits_is_exact_far_out(js, loss, name, z, y):
    network = [Layer(np.eye(len(z[0])), np.zeros(len(z[0])), name)]
    X, Y = np.array(z), np.array(y)
    assert js(network, X, Y, loss)["loss"] == evaluate(network, X, Y, get_loss(loss)).loss > 300
