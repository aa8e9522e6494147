"""Right programs in other words than the solutions: each holds a solution right, and passes."""

import math
from itertools import pairwise

import numpy as np
import pytest

import nnlib
from nnlib import sigmoid
from nnlib.exercises import check, exercises, networks


def last_layer(a_before, z, y):
    a = 1 / (1 + np.exp(-np.array(z)))
    delta = (a - y) * a * (1 - a)
    return np.outer(delta, a_before).tolist(), delta


def descend(network, X, Y, learning_rate):
    dW, db, _ = nnlib.gradients(network, X, Y)
    new_W = [layer.W - learning_rate * v for layer, v in zip(network, dW, strict=True)]
    return new_W, [layer.b - learning_rate * v for layer, v in zip(network, db, strict=True)]


def error_back(W, delta, z):
    sums = [sum(W[j, k] * delta[j] for j in range(len(delta))) for k in range(len(z))]
    return [float(s * sigmoid(v) * sigmoid(-v)) for s, v in zip(sums, z, strict=True)]


def slope_test(f, slope, at, h):
    gaps = [f(at + nudge) - (f(at) + slope * nudge) for nudge in (h, h / 2)]
    return np.log(abs(gaps[0] / gaps[1])) / np.log(2)


def chain(w, b):
    pairs = zip(w, b, strict=True)
    return [nnlib.Layer(np.reshape(v, (1, 1)), np.reshape(u, 1), sigmoid) for v, u in pairs]


def fitting_rate(w, b, x, y, rate):
    X, Y = np.array([[x]]), np.array([[y]])
    dW, db, _ = nnlib.gradients(chain(w, b), X, Y)
    fall = sum(np.sum(v**2) for v in (*dW, *db))

    def cost(rate):
        moved = chain(*descend(chain(w, b), X, Y, rate))
        return nnlib.quadratic(nnlib.forward(moved, X).a[-1], Y)

    while cost(0.0) - cost(rate) < rate * fall / 2:
        rate *= 0.5
    return rate


def train_1d(w, b, xs, ys, rate, steps):
    for _ in range(steps):
        w, b = descend(chain(w, b), np.array(xs)[:, None], np.array(ys)[:, None], rate)
    return np.ravel(w), np.ravel(b)


def sizes_of(widths):
    sizes = [(n, before) for before, n in pairwise(widths)]
    return sizes, sum(n * (before + 1) for n, before in sizes)


def by_hand(x, *numbers):
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    network = [nnlib.Layer(np.array(W), np.array(b), sigmoid) for W, b in pairs]
    _, first, second, output = nnlib.forward(network, np.array([[x]])).a
    return first[0], second[0], output[0, 0]


def collapse(matrices, biases):
    n = matrices[0].shape[1]
    columns = np.column_stack([np.eye(n), np.zeros(n)])
    for W, b in zip(matrices, biases, strict=True):
        columns = W @ columns + b[:, None]
    return columns[:, :-1] - columns[:, -1:], columns[:, -1]


def in_letters(D, A, T):
    forms = [d @ T_i @ a for d, T_i, a in zip(D, T, A, strict=True)]
    return D.sum(axis=0), D[:, :, None] * A[:, None, :], forms


def einsum_back(letters, A, B, G):
    dA, dB = np.zeros(A.shape), np.zeros(B.shape)
    for slopes in (dA, dB):
        for place in np.ndindex(slopes.shape):
            unit = np.zeros(slopes.shape)
            unit[place] = 1
            pair = (unit, B) if slopes is dA else (A, unit)
            slopes[place] = np.sum(G * np.einsum(letters, *pair))
    return dA, dB


def layer_slopes(delta, A):
    return np.einsum("ij,ik->jk", delta, A) / len(A), [float(np.mean(d)) for d in delta.T]


def outer_stack(delta, A):
    stack = [np.outer(*pair) for pair in zip(delta, A, strict=True)]
    return stack, sum(stack) / len(stack)


def misses(A, Y, w, b):
    above = [1.0 if sum(a * v for a, v in zip(row, w, strict=True)) > -b else 0.0 for row in A]
    return min(sum(np.abs(above - side)) for side in (Y[:, 0], 1 - Y[:, 0]))


def asks(network, X, Y, l):
    """By the slopes of the biases of the layer after, sample by sample."""
    alone = [nnlib.loops.gradients(network, X[[i]], Y[[i]]) for i in range(len(X))]
    return [-network[l].W.T @ one.db[l] for one in alone]


def train_sgd(network, X, Y, rate, size, epochs, seed):
    sizes = {"learning_rate": rate, "epochs": epochs, "batch_size": size, "rng": seed}
    trained, _ = nnlib.train(network, X, Y, **sizes)
    return [layer.W for layer in trained], [layer.b for layer in trained]


def bottleneck_step(W1, b1, W2, b2, X, Y, rate):
    network = [nnlib.Layer(W1, b1, nnlib.relu), nnlib.Layer(W2, b2, nnlib.identity)]
    (W1, W2), (b1, b2) = descend(network, X, Y, rate)
    return W1, b1, W2, b2


def measured_slopes(network, X, Y, eps):
    def cost(theta):
        moved = nnlib.gradcheck.unflatten(theta, like=network)
        return np.mean(np.sum((nnlib.forward(moved, X).a[-1] - Y) ** 2, axis=1)) / 2

    return nnlib.gradcheck.numerical_gradient(cost, nnlib.gradcheck.flatten(network), eps)


def far_apart(g, m):
    apart, sizes = math.dist(g, m), math.hypot(*g) + math.hypot(*m)
    return apart / (sizes or 1) if len(g) else 1


RIGHT = [
    ("forward_1d", nnlib.scalar.forward),
    ("mean_cost", lambda a, y: np.mean(np.subtract(a, y) ** 2) / 2),
    ("lowest_cost", lambda y, low, high: np.mean((np.clip(y, low, high) - y) ** 2) / 2),
    ("gap", lambda f, slope, at, h: f(at + h) - (f(at) + slope * h)),
    ("slope_test", slope_test),
    ("numerical_gradient", nnlib.gradcheck.numerical_gradient),
    ("sigmoid_slope", lambda a: 0.25 - (a - 0.5) ** 2),
    ("backprop_1d", nnlib.scalar.backward),
    ("multiplications", lambda layers: (2 * layers**2 + layers, 3 * layers - 1)),
    ("promised_change", lambda dw, db, rate: -rate * (np.dot(dw, dw) + np.dot(db, db))),
    ("fitting_rate", fitting_rate),
    ("train_1d", train_1d),
    ("sizes_of", sizes_of),
    ("by_hand", by_hand),
    ("feed_forward", networks.pass_forward),
    ("collapse", collapse),
    ("boundary", lambda w1, w2, b, x1: np.roots([w2, w1 * x1 + b])[0]),
    ("dead_units", lambda W, b, samples: np.sum((samples @ W.T + b).max(axis=0) <= 0)),
    ("last_layer", last_layer),
    ("layer_back", lambda W, delta, a: delta @ W * np.array(a) * (1 - np.array(a))),
    ("backprop_loops", lambda network, x, y: nnlib.loops.gradients(network, x[None], y[None])),
    ("hadamard", np.multiply),
    ("error_back", error_back),
    ("backprop", lambda network, x, y: nnlib.vectorized.gradients(network, x[None], y[None])),
    ("descend", descend),
    ("measured_slopes", measured_slopes),
    ("complex_slopes", nnlib.gradcheck.complex_step_gradient),
    ("far_apart", far_apart),
    ("mended", lambda network, x, y: nnlib.loops.gradients(network, x[None], y[None])),
    ("forward", nnlib.forward),
    ("widen", lambda A, W, b: (np.insert(A, 0, 1, axis=1), np.insert(W, 0, b, axis=1))),
    ("layer_slopes", layer_slopes),
    ("gradients", nnlib.gradients),
    ("batches", lambda order, size: np.split(order, range(size, len(order), size))),
    ("accuracy", lambda outputs, Y: 1 - np.mean(np.abs(np.round(outputs) - Y))),
    ("train_sgd", train_sgd),
    ("bottleneck_step", bottleneck_step),
    ("own_matrix", lambda T, X: [T_i @ x for T_i, x in zip(T, X, strict=True)]),
    ("in_letters", in_letters),
    ("einsum_back", einsum_back),
    ("lone_back", lambda *given: einsum_back(*given)[0]),
    ("outer_stack", outer_stack),
    ("einsum_layer", lambda delta, W, A: (delta @ W, delta.mean(axis=0), delta.T @ A / len(A))),
    ("squared_lengths", lambda delta, A: [np.sum(v**2) for v in outer_stack(delta, A)[0]]),
    ("batch_backprop", nnlib.loops.gradients),
    ("cut", lambda w, b, x1: [-b / w[1] - x * w[0] / w[1] for x in x1]),
    ("cloud", lambda network, X, l: nnlib.forward(network, X).a[l]),
    ("misses", misses),
    ("asks", asks),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT, ids=lambda v: v if isinstance(v, str) else "")
def test_a_right_program_in_other_words_passes(name, answer):
    assert check(name, answer)


def test_every_solution_is_held_right_by_another_program():
    assert [name for name, _ in RIGHT] == list(exercises())
