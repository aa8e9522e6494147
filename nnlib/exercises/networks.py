"""Networks to try an answer on, and an exercise that shows them."""

from functools import partial
from itertools import cycle, pairwise

import numpy as np

from nnlib.activations import sigmoid
from nnlib.exercises.engine import Exercise
from nnlib.network import Layer, forward

EXAMPLE = (
    Layer(np.array([[0.9, -0.4], [-0.7, 1.1]]), np.array([-0.5, 0.8]), sigmoid),
    Layer(np.array([[-1.0, 0.9], [1.2, 0.7], [1.5, -0.4]]), np.array([0.3, -0.2, -0.6]), sigmoid),
)


def show(value):
    """A list of layers by its sizes and activations; None for anything else."""
    if not (isinstance(value, list) and value and all(isinstance(v, Layer) for v in value)):
        return None
    sizes = [np.shape(value[0].W)[1], *(np.shape(layer.W)[0] for layer in value)]
    names = dict.fromkeys(layer.activation.name for layer in value)
    return f"network {sizes} of {' and '.join(names)} units"


#: an `Exercise` whose arguments may be networks
network_exercise = partial(Exercise, show=show)


def example():
    """(network, x, y) of the text: two inputs, two hidden units, three outputs."""
    layers = [Layer(layer.W.copy(), layer.b.copy(), layer.activation) for layer in EXAMPLE]
    return layers, np.array([1.5, -0.5]), np.array([1.0, 0.0, 1.0])


def draw(rng, sizes, hidden=sigmoid, last=sigmoid):
    """Draw a network with nothing saturated, and biases that are not 0.

    `hidden` is the activation of the hidden layers, or a tuple of those that they take in turn.
    """
    in_turn = cycle(hidden if isinstance(hidden, tuple) else (hidden,))
    layers = []
    for n_in, n_out in pairwise(sizes):
        activation = last if len(layers) == len(sizes) - 2 else next(in_turn)
        W = rng.normal(size=(n_out, n_in)) / np.sqrt(n_in)
        layers.append(Layer(W, rng.normal(scale=0.5, size=n_out), activation))
    return layers


def sample(rng, network):
    """One input and one target for a network, as 1-D arrays."""
    n_0, n_last = network[0].W.shape[1], network[-1].W.shape[0]
    return rng.normal(size=n_0), rng.uniform(0.1, 0.9, size=n_last)


def pass_forward(network, x):
    """Return z and a of one sample, 1-D arrays; a[0] is x."""
    z, a = forward(network, x[None, :])
    return [row[0] for row in z], [row[0] for row in a]
