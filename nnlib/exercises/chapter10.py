"""Exercises of chapter 10: a whole batch, one sample per row."""

import numpy as np

from nnlib import network as layers
from nnlib.activations import sigmoid, tanh
from nnlib.exercises import networks
from nnlib.exercises.engine import Exercise, Wrong
from nnlib.exercises.judge import gradient_exercise

SIDE = "chapter 10, 'Side by side'"
BIAS = "chapter 10, 'The same bias for every sample'"
THOUSAND = "chapter 10, 'A thousand at once'"
TRICK = "chapter 10, 'A bias is a weight too'"
MEAN = "chapter 10, 'Sum or mean'"
BACK = "chapter 10, 'The whole batch, backwards'"
SQUEEZE = "chapter 8, 'An axis squeezed away'"
LAYER = "chapter 5, 'All rows at once'"
UNIT = "chapter 5, 'A unit is no object'"
STAR = "chapter 5, 'A star is not a product'"


# forward


def forward(network, X):
    """Return z and a of a batch, one sample per row; a[0] is X."""
    z, a = layers.forward(network, X)
    return z, a


def _batch_cases(rng):
    """Sizes and samples that all differ; a batch of one; and one case in which all are equal."""
    cases = [(networks.example()[0], rng.normal(size=(4, 2)))]
    for sizes, N in (([1, 3, 2, 1], 5), ([2, 2, 2], 2), ([3, 1, 2], 1), ([2, 4], 3)):
        network = networks.draw(rng, sizes, hidden=tanh)
        cases.append((network, rng.normal(size=(N, sizes[0]))))
    return cases


def _passes(
    product=lambda A, W: A @ W.T,
    bias=lambda b: b,
    squash=lambda sigma, z: sigma(z),
    reads=lambda z, a: a[-1],
    first=lambda X: X,
):
    """A forward pass in which one step can be a wrong one."""

    def answer(network, X):
        z, a = [], [first(X)]
        for W, b, sigma in network:
            z.append(product(reads(z, a), W) + bias(b))
            a.append(squash(sigma, z[-1]))
        return z, a

    return answer


def _in_columns_throughout(network, X):
    """The line for one column, with all samples as columns; b then runs along the samples."""
    return _passes(product=lambda A, W: W @ A, first=lambda X: X.T)(network, X)


def _in_columns_but_for_x(network, X):
    z, a = _in_columns_throughout(network, X)
    return z, [X, *a[1:]]


def _in_columns(with_columns_of_x):
    def answer(network, X):
        z, a = forward(network, X)
        first = X.T if with_columns_of_x else X
        return [Z.T for Z in z], [first, *(A.T for A in a[1:])]

    return answer


def _squeezed(network, X):
    z, a = forward(network, X)
    return [np.squeeze(Z) for Z in z], [X, *(np.squeeze(A) for A in a[1:])]


def _last_without_squash(network, X):
    z, a = forward(network, X)
    return z, [*a[:-1], z[-1]]


def _first_sample(network, X):
    return forward(network, X[:1])


# widen


def widen(A, W, b):
    """Return A and W with the column of ones and the column of biases on the left."""
    return np.c_[np.ones(len(A)), A], np.c_[b, W]


def _wide_cases(rng):
    cases = []
    for N, n, before in ((4, 3, 2), (2, 2, 2), (1, 2, 3), (5, 1, 4)):
        arrays = ((N, before), (n, before), (n,))
        cases.append(tuple(rng.normal(size=shape).round(2) for shape in arrays))
    return cases


def _ones(A):
    return np.ones(len(A))


# layer_slopes


def layer_slopes(delta, A):
    """Return dW and db of one layer, of the mean cost."""
    return delta.T @ A / len(A), delta.mean(axis=0)


def _slope_cases(rng):
    cases = []
    for N, n, before in ((4, 3, 2), (2, 2, 2), (5, 1, 3), (1, 2, 4), (3, 4, 1)):
        cases.append((rng.normal(scale=0.2, size=(N, n)), rng.normal(size=(N, before))))
    return cases


def _biases_from(from_delta):
    return lambda delta, A: (delta.T @ A / len(A), from_delta(delta))


def _weights_from(from_both):
    return lambda delta, A: (from_both(delta, A), delta.mean(axis=0))


def _layer_times(of_dW, of_db):
    def answer(delta, A):
        dW, db = layer_slopes(delta, A)
        return dW * of_dW(len(A)), db * of_db(len(A))

    return answer


def _by_the_units(delta, A):
    return delta.T @ A / delta.shape[1], delta.sum(axis=0) / delta.shape[1]


# gradients


def _backward(back=lambda delta, W: delta @ W, product=lambda delta, A: delta.T @ A / len(A)):
    """A backward pass of a batch in which one product can be a wrong one."""

    def answer(network, X, Y):
        z, a = forward(network, X)
        dW, db = [], []
        delta = (a[-1] - Y) * network[-1].activation.derivative(z[-1])
        for l in reversed(range(len(network))):
            dW.insert(0, product(delta, a[l]))
            db.insert(0, delta.mean(axis=0))
            if l > 0:
                slope = network[l - 1].activation.derivative(z[l - 1])
                delta = back(delta, network[l].W) * slope
        return dW, db

    return answer


EXERCISES = (
    networks.network_exercise(
        name="forward",
        reference=forward,
        cases=_batch_cases,
        parts=("z", "a"),
        hints=(
            "It is the loop of chapter 5, with tables for vectors. What size is A @ W.T?",
            "Z has a row for each sample and a column for each unit. b, with one axis, meets the "
            "columns by itself.",
            "In the loop: z.append(a[-1] @ W.T + b), then a.append(sigma(z[-1])).",
        ),
        wrong=(
            Wrong(
                "W is not turned over",
                _passes(product=lambda A, W: A @ W),
                "A row of A has to meet a row of W, because a unit is a row: A @ W.T. Where W is "
                "square, there is no error message.",
                SIDE,
            ),
            Wrong(
                "the line for one sample",
                _passes(product=lambda A, W: W @ A),
                "W @ A wants samples as columns, and here they are rows: A @ W.T. Where the sizes "
                "are equal, there is no error message.",
                SIDE,
            ),
            Wrong(
                "samples as columns",
                _in_columns(with_columns_of_x=True),
                "The numbers are right, but the samples are columns. Keep one sample per row: "
                "A @ W.T + b.",
                SIDE,
            ),
            Wrong(
                "samples as columns, except in X",
                _in_columns(with_columns_of_x=False),
                "The numbers are right, but the samples are columns. Keep one sample per row, as "
                "in X: A @ W.T + b.",
                SIDE,
            ),
            Wrong(
                "samples as columns, and the bias along them",
                _in_columns_throughout,
                "With samples as columns, b runs along the samples. Keep one sample per row: "
                "A @ W.T + b. Where the sizes are equal, there is no error message.",
                SIDE,
            ),
            Wrong(
                "samples as columns, except in X, and the bias along them",
                _in_columns_but_for_x,
                "With samples as columns, b runs along the samples. Keep one sample per row, as in "
                "X: A @ W.T + b. Where the sizes are equal, there is no error message.",
                SIDE,
            ),
            Wrong(
                "rows turned into columns in every layer",
                _passes(product=lambda A, W: W @ A.T),
                "W @ A.T has samples as columns. Keep one sample per row: A @ W.T + b. Where the "
                "sizes are equal, there is no error message.",
                SIDE,
            ),
            Wrong(
                "rows turned into columns in every layer, and b too",
                _passes(product=lambda A, W: W @ A.T, bias=lambda b: b[:, None]),
                "W @ A.T has samples as columns. Keep one sample per row: A @ W.T + b, where b has "
                "one axis.",
                SIDE,
            ),
            Wrong(
                "the bias along the wrong axis",
                _passes(bias=lambda b: b[:, None]),
                "b as a column runs along the samples. With one axis, b meets the units.",
                BIAS,
            ),
            Wrong(
                "no biases",
                _passes(bias=np.zeros_like),
                "Each unit adds its bias for every sample: A @ W.T + b.",
                BIAS,
            ),
            Wrong(
                "an axis squeezed away",
                _squeezed,
                "squeeze takes away every axis of length 1: a layer of one unit has one, and so "
                "does a batch of one.",
                SQUEEZE,
            ),
            Wrong(
                "a star in place of the product",
                _passes(product=lambda A, W: A * W),
                "* multiplies entry by entry and adds nothing up; @ is the product.",
                STAR,
            ),
            Wrong(
                "every layer reads X",
                _passes(reads=lambda z, a: a[0]),
                "Each layer reads the activations of the one before it: the last item of a.",
                UNIT,
            ),
            Wrong(
                "the pre-activations are passed on",
                _passes(reads=lambda z, a: z[-1] if z else a[0]),
                "The next layer reads the squashed numbers, A, and not Z.",
                LAYER,
            ),
            Wrong(
                "no squash at all",
                _passes(squash=lambda sigma, z: z),
                "The activations are sigma(Z), entry by entry.",
                SIDE,
            ),
            Wrong(
                "the last squash is missing",
                _last_without_squash,
                "The last layer is a layer like the others.",
                SIDE,
            ),
            Wrong(
                "the sigmoid in every layer",
                _passes(squash=lambda sigma, z: sigmoid(z)),
                "Each layer brings its own squash: use sigma.",
                UNIT,
            ),
            Wrong(
                "the first sample only",
                _first_sample,
                "Every row of X is a sample, and each needs a row in every table.",
                THOUSAND,
            ),
            Wrong(
                "X is left out of a",
                lambda network, X: (forward(network, X)[0], forward(network, X)[1][1:]),
                "a[0] is X, so a has one item more than z.",
                THOUSAND,
            ),
            Wrong(
                "z and a are swapped",
                lambda network, X: forward(network, X)[::-1],
                "Return the pre-activations first, then the activations.",
                THOUSAND,
            ),
        ),
    ),
    Exercise(
        name="widen",
        reference=widen,
        cases=_wide_cases,
        parts=("wide A", "wide W"),
        hints=(
            "The constant unit says 1 to every sample: how many ones does the column have?",
            "The biases come before the weights in W, as a column: b[:, None] is one.",
            "np.c_ sets columns side by side: np.c_[np.ones(len(A)), A]. Do the same for W.",
        ),
        wrong=(
            Wrong(
                "ones and biases on the right",
                lambda A, W, b: (np.c_[A, _ones(A)], np.c_[W, b]),
                "Both are on the right, so the product comes out right. Put them on the left, as "
                "asked.",
                TRICK,
            ),
            Wrong(
                "ones left, biases right",
                lambda A, W, b: (np.c_[_ones(A), A], np.c_[W, b]),
                "The ones have to meet the biases, and here they meet the first weights. Put both "
                "on the left.",
                TRICK,
            ),
            Wrong(
                "ones right, biases left",
                lambda A, W, b: (np.c_[A, _ones(A)], np.c_[b, W]),
                "The ones have to meet the biases, and here they meet the last weights. Put both "
                "on the left.",
                TRICK,
            ),
            Wrong(
                "one axis beside two",
                lambda A, W, b: (np.hstack([_ones(A), A]), np.hstack([b, W])),
                "An array with one axis is not yet a column: write ones[:, None] and b[:, None], "
                "or take np.c_.",
                TRICK,
            ),
            Wrong(
                "one axis beside two, along axis 1",
                lambda A, W, b: (
                    np.concatenate([_ones(A), A], axis=1),
                    np.concatenate([b, W], axis=1),
                ),
                "An array with one axis has no axis 1, and is not yet a column: write "
                "ones[:, None] and b[:, None], or take np.c_.",
                TRICK,
            ),
            Wrong(
                "a row of ones",
                lambda A, W, b: (np.vstack([np.ones(A.shape[1]), A]), np.c_[b, W]),
                "One more row is one more sample. The constant unit is a column.",
                TRICK,
            ),
            Wrong(
                "the biases as a row of W",
                lambda A, W, b: (np.c_[_ones(A), A], np.vstack([b, W])),
                "A row of W is a unit. The biases are weights of the constant unit: a column. "
                "Where W is square, there is no error message.",
                TRICK,
            ),
            Wrong(
                "zeros for ones",
                lambda A, W, b: (np.c_[0 * _ones(A), A], np.c_[b, W]),
                "A unit that says 0 adds nothing. The constant unit says 1.",
                TRICK,
            ),
            Wrong(
                "the ones beside W",
                lambda A, W, b: (np.c_[b, A], np.c_[np.ones(len(W)), W]),
                "The biases are weights and belong to W; the ones are activations and belong to A.",
                TRICK,
            ),
            Wrong(
                "W is turned over already",
                lambda A, W, b: (np.c_[_ones(A), A], np.c_[b, W].T),
                "Return the wide W with a row for each unit; it is turned over in the product.",
                TRICK,
            ),
            Wrong(
                "A has no ones",
                lambda A, W, b: (A, np.c_[b, W]),
                "The new column of W needs its partner in A: the ones.",
                TRICK,
            ),
            Wrong(
                "W has no biases",
                lambda A, W, b: (np.c_[_ones(A), A], W),
                "The ones need their partner in W: the column of biases.",
                TRICK,
            ),
            Wrong(
                "A and W are swapped",
                lambda A, W, b: widen(A, W, b)[::-1],
                "Return the wide A first, then the wide W.",
                TRICK,
            ),
        ),
    ),
    Exercise(
        name="layer_slopes",
        reference=layer_slopes,
        cases=_slope_cases,
        parts=("dW", "db"),
        no_loop=True,
        hints=(
            "dW has a row for each unit of the layer and a column for each unit before; the "
            "samples vanish.",
            "The samples are the rows of both tables. Turn delta over to make them the inner size.",
            "dW is delta.T @ A, divided by the number of samples; db is the mean of delta over "
            "axis 0.",
        ),
        wrong=(
            Wrong(
                "sums and not means",
                _layer_times(lambda N: N, lambda N: N),
                "The cost of a batch is a mean: divide both by the number of samples.",
                MEAN,
            ),
            Wrong(
                "dW is a sum and not a mean",
                _layer_times(lambda N: N, lambda N: 1),
                "The product adds up the samples and does not divide. db is right.",
                MEAN,
            ),
            Wrong(
                "db is a sum and not a mean",
                _layer_times(lambda N: 1, lambda N: N),
                "dW is a mean, and db has to be one too.",
                MEAN,
            ),
            Wrong(
                "divided twice",
                _layer_times(lambda N: 1 / N, lambda N: 1 / N),
                "mean divides already. Divide by the number of samples once.",
                MEAN,
            ),
            Wrong(
                "divided by the number of units",
                _by_the_units,
                "The mean runs over samples: divide by len(delta), the number of rows.",
                MEAN,
            ),
            Wrong(
                "dW is transposed",
                _weights_from(lambda delta, A: A.T @ delta / len(A)),
                "dW has the shape of W: a row for each unit of the layer, and these come from "
                "delta. delta.T @ A.",
                BACK,
            ),
            Wrong(
                "nothing is turned over",
                _weights_from(lambda delta, A: delta @ A / len(A)),
                "The samples are the first axis of both tables. Turn delta over, so that they "
                "meet: delta.T @ A.",
                BACK,
            ),
            Wrong(
                "the other factor is turned over",
                _weights_from(lambda delta, A: delta @ A.T / len(A)),
                "delta @ A.T adds over units and leaves a table of samples. The sum runs over "
                "samples: delta.T @ A.",
                BACK,
            ),
            Wrong(
                "a star for the product",
                _weights_from(lambda delta, A: delta * A / len(A)),
                "* multiplies entry by entry and adds no samples up: delta.T @ A.",
                BACK,
            ),
            Wrong(
                "the product of the means",
                _weights_from(networks.product_of_means),
                "Each sample's error meets the activations of the same sample. Multiply first, "
                "then take the mean.",
                BACK,
            ),
            Wrong(
                "np.outer of tables",
                _weights_from(lambda delta, A: np.outer(delta, A) / len(A)),
                "np.outer makes one long vector of a table. Here the product is delta.T @ A.",
                BACK,
            ),
            Wrong(
                "db along the wrong axis",
                _biases_from(lambda delta: delta.mean(axis=1)),
                "axis=1 runs along the units. The samples are the rows: axis=0.",
                BACK,
            ),
            Wrong(
                "one number for all biases",
                _biases_from(lambda delta: np.full(delta.shape[1], delta.mean())),
                "Without an axis, mean runs over samples and units. The samples are axis 0.",
                BACK,
            ),
            Wrong(
                "one number for db",
                _biases_from(lambda delta: delta.mean()),
                "Without an axis, mean runs over samples and units, and leaves one number. The "
                "samples are axis 0.",
                BACK,
            ),
            Wrong(
                "db is delta",
                _biases_from(lambda delta: delta),
                "delta has a row for each sample. A bias is shared by all: take the mean over axis "
                "0.",
                BACK,
            ),
            Wrong(
                "db as a row",
                _biases_from(lambda delta: delta.mean(axis=0, keepdims=True)),
                "db has the shape of b, an array with one axis.",
                BIAS,
            ),
            Wrong(
                "db as a column",
                _biases_from(lambda delta: delta.mean(axis=0)[:, None]),
                "db has the shape of b. As a column it would run along the samples.",
                BIAS,
            ),
            Wrong(
                "the first sample only",
                lambda delta, A: (np.outer(delta[0], A[0]), delta[0]),
                "The mean runs over all rows.",
                MEAN,
            ),
            Wrong(
                "the last sample only",
                lambda delta, A: (np.outer(delta[-1], A[-1]), delta[-1]),
                "Each sample overwrites the one before it. The mean runs over all rows.",
                MEAN,
            ),
            Wrong(
                "dW and db are swapped",
                lambda delta, A: layer_slopes(delta, A)[::-1],
                "Return dW first, then db.",
                BACK,
            ),
        ),
    ),
    gradient_exercise(
        "gradients",
        hints=(
            "Forward first: z, a = forward(network, X). Then BP1 gives delta of the last layer, "
            "one row per sample.",
            "BP3 and BP4: dW[l], db[l] = layer_slopes(delta, a[l]), because a[l] is what "
            "network[l] reads.",
            "BP2 goes from network[l] to the layer before: delta @ network[l].W, times the slope "
            "of network[l - 1] at z[l - 1]. Nothing is turned over.",
            "for l in reversed(range(len(network))): BP3 and BP4 first; then, if l > 0, BP2 gives "
            "the next delta.",
        ),
        mean=BACK,
        wrong=(
            Wrong(
                "the line for one sample in BP2",
                _backward(back=lambda delta, W: W.T @ delta),
                "W.T @ delta wants a sample as a column. Here it is a row: delta @ network[l].W. "
                "Where the sizes are equal, there is no error message.",
                BACK,
            ),
            Wrong(
                "W before delta in BP2",
                _backward(back=lambda delta, W: W @ delta),
                "The rows of delta are samples and belong on the left: delta @ network[l].W. Where "
                "the sizes are equal, there is no error message.",
                BACK,
            ),
            Wrong(
                "nothing is turned over in BP4",
                _backward(product=lambda delta, A: delta @ A / len(A)),
                "The samples are the first axis of both tables. Turn delta over, so that they "
                "meet: delta.T @ a[l].",
                BACK,
            ),
            Wrong(
                "a star for the product in BP4",
                _backward(product=lambda delta, A: delta * A / len(A)),
                "* multiplies entry by entry and adds no samples up: delta.T @ a[l].",
                BACK,
            ),
            Wrong(
                "np.outer of tables",
                _backward(product=lambda delta, A: np.outer(delta, A) / len(A)),
                "np.outer makes one long vector of a table. For a batch the product is "
                "delta.T @ a[l].",
                BACK,
            ),
            Wrong(
                "the product of the means",
                _backward(product=networks.product_of_means),
                "Each sample's error meets the activations of the same sample. Multiply first, "
                "then take the mean.",
                BACK,
            ),
            Wrong(
                "dW divided by samples and units",
                _backward(product=lambda delta, A: delta.T @ A / delta.size),
                "The mean runs over samples: divide by len(delta), the number of rows.",
                MEAN,
            ),
        ),
    ),
)
