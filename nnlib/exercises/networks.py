"""Networks to try an answer on, and a backward pass in which any step can be a wrong one."""

from functools import partial
from itertools import cycle, pairwise

import numpy as np

from nnlib import vectorized
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


def backprop(network, x, y):
    """Return dW and db of one sample, lists of arrays."""
    dW, db, _ = vectorized.gradients(network, x[None, :], y[None, :])
    return dW, db


def true_slope(sigma, z, a):
    """The slope at z."""
    return sigma.derivative(z)


def no_slope(sigma, z, a):
    """The squash passed over."""
    return np.ones_like(z)


def slope_at_a(sigma, z, a):
    """The slope at the activation: squashed twice."""
    return sigma.derivative(a)


def slope_of_z(sigma, z, a):
    """The short form of the slope with z in it, where a belongs."""
    return sigma.derivative_from_output(z)


def column_sums(W_next, W_own, delta):
    """Over all paths: a column of the next layer's weights meets the errors there."""
    return W_next.T @ delta


def mistaken(
    output_slope=true_slope,
    hidden_slope=true_slope,
    back=column_sums,
    product=lambda delta, a_before, a_own: np.outer(delta, a_before),
    miss=lambda z, a, y: a - y,
    squash_of=-1,
    slope_at=-1,
):
    """Return a backward pass in which one of the four equations can be a wrong one.

    The error of layer network[l] arrives at the squash of network[l + squash_of], whose slope is
    taken at z[l + slope_at].
    """

    def answer(network, x, y):
        z, a = pass_forward(network, x)
        dW, db = [], []
        delta = miss(z[-1], a[-1], y) * output_slope(network[-1].activation, z[-1], a[-1])
        for l in reversed(range(len(network))):
            dW.insert(0, product(delta, a[l], a[l + 1]))
            db.insert(0, delta)
            if l > 0:
                sigma = network[l + squash_of].activation
                slope = hidden_slope(sigma, z[l + slope_at], a[l + slope_at + 1])
                delta = back(network[l].W, network[l - 1].W, delta) * slope
        return dW, db

    return answer


def wrapped_index(network, x, y):
    """Errors carried back over the weights one layer too far; after the last comes the first."""
    onwards = {id(network[l].W): network[(l + 1) % len(network)].W for l in range(len(network))}
    return mistaken(back=lambda W, own, delta: onwards[id(W)].T @ delta)(network, x, y)


def scaled(factor):
    """Return the gradient times a factor, which may be a function of the targets."""

    def answer(network, x, y):
        by = factor(y) if callable(factor) else factor
        dW, db = backprop(network, x, y)
        return [by * v for v in dW], [by * v for v in db]

    return answer


def last_layer_first(network, x, y):
    """Right arrays in the order of the walk."""
    dW, db = backprop(network, x, y)
    return dW[::-1], db[::-1]


def last_layer_only(network, x, y):
    """Zeros before the last layer."""
    dW, db = backprop(network, x, y)
    return [*(0 * v for v in dW[:-1]), dW[-1]], [*(0 * v for v in db[:-1]), db[-1]]


def one_layer_off(network, x, y):
    """Every weight with the error of the next layer, where there is one."""
    _, a = pass_forward(network, x)
    _, db = backprop(network, x, y)
    off = [*db[1:], db[-1]]
    return [np.outer(d, v) for d, v in zip(off, a, strict=False)], off
