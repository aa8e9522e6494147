"""Random networks for the tests of the figures' arithmetic, and how they travel to it."""

import itertools

import numpy as np

from nnlib import Layer, forward, gradcheck
from nnlib.reading import read_network
from nnlib.widgets.schema import shared

ACTIVATIONS = shared()["activation"]["enum"]


def random_cases(count, activations=ACTIVATIONS, seed=21):
    """Networks up to four layers deep and four units wide, with a sample and its target."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        sizes = rng.integers(1, 5, size=int(rng.integers(2, 6)))
        network = [
            Layer(rng.normal(size=(m, n)), rng.normal(size=m), str(rng.choice(activations)))
            for n, m in itertools.pairwise(sizes)
        ]
        yield network, rng.normal(size=sizes[0]), rng.normal(size=sizes[-1])


def as_json(network):
    """A network as the figures' state holds it."""
    return {
        "W": [layer.W.tolist() for layer in network],
        "b": [layer.b.tolist() for layer in network],
        "activations": [layer.activation for layer in network],
    }


def cost_of(network, x, y):
    """The quadratic cost of a sample as a function of all parameters, and the parameters."""
    layers = read_network(network)

    def cost(theta):
        output = forward(gradcheck.unflatten(theta, layers), x[None])[1][-1][0]
        return 0.5 * ((output - y) ** 2).sum()

    return cost, gradcheck.flatten(layers)
