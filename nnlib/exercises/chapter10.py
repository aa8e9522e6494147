"""Exercises of chapter 10: a whole batch, one sample per row."""

import numpy as np

from nnlib import sigmoid, tanh  # noqa: F401 - some mistakes use sigmoid
from nnlib.exercises import networks
from nnlib.exercises.engine import Edit, Exercise
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


def forward(network, X):
    z, a = [], [X]
    for W, b, sigma in network:
        z.append(a[-1] @ W.T + b)
        a.append(sigma(z[-1]))
    return z, a


def widen(A, W, b):
    return np.c_[np.ones(len(A)), A], np.c_[b, W]


def layer_slopes(delta, A):
    return delta.T @ A / len(A), delta.mean(axis=0)


def gradients(network, X, Y):
    dW, db = [None] * len(network), [None] * len(network)
    z, a = forward(network, X)
    delta = (a[-1] - Y) * network[-1].activation.derivative(z[-1])
    for l in reversed(range(len(network))):
        dW[l], db[l] = layer_slopes(delta, a[l])
        if l > 0:
            slope = network[l - 1].activation.derivative(z[l - 1])
            delta = (delta @ network[l].W) * slope
    return dW, db


def gradients_in_one(network, X, Y):
    """The same with `layer_slopes` written out."""
    (z, a), dW, db = forward(network, X), [], []
    delta = (a[-1] - Y) * network[-1].activation.derivative(z[-1])
    for l in reversed(range(len(network))):
        A = a[l]
        dW, db = [delta.T @ A / len(A), *dW], [delta.mean(axis=0), *db]
        if l > 0:
            delta = (delta @ network[l].W) * network[l - 1].activation.derivative(z[l - 1])
    return dW, db


def _batch_cases(rng):
    """Sizes and samples that all differ; a batch of one; and one case in which all are equal."""
    cases = [(networks.example()[0], rng.normal(size=(4, 2)))]
    for sizes, N in (([1, 3, 2, 1], 5), ([2, 2, 2], 2), ([3, 1, 2], 1), ([2, 4], 3)):
        network = networks.draw(rng, sizes, hidden=tanh)
        cases.append((network, rng.normal(size=(N, sizes[0]))))
    return cases


def _wide_cases(rng):
    cases = []
    for N, n, before in ((4, 3, 2), (2, 2, 2), (1, 2, 3), (5, 1, 4)):
        arrays = ((N, before), (n, before), (n,))
        cases.append(tuple(rng.normal(size=shape).round(2) for shape in arrays))
    return cases


def _slope_cases(rng):
    cases = []
    for N, n, before in ((4, 3, 2), (2, 2, 2), (5, 1, 3), (1, 2, 4), (3, 4, 1)):
        cases.append((rng.normal(scale=0.2, size=(N, n)), rng.normal(size=(N, before))))
    return cases


# fmt: off
#: mistakes of one layer in rows, in `forward` and wherever a layer is sigma(A @ W.T + b)
LAYER_IN_ROWS = (
    Edit({"W.T": "W"}, "W is not turned over",
         "A row of A has to meet a row of W, because a unit is a row: A @ W.T. Where W is square, "
         "there is no error message.", SIDE),
    Edit({"a[-1] @ W.T": "W @ a[-1]"}, "the line for one sample",
         "W @ A wants samples as columns, and here they are rows: A @ W.T. Where the sizes are "
         "equal, there is no error message.", SIDE, forms=({"A @ W.T": "W @ A"},)),
    Edit({"a[-1] @ W.T": "W @ a[-1].T"}, "rows turned into columns in every layer",
         "W @ A.T has samples as columns. Keep one sample per row: A @ W.T + b. Where the sizes "
         "are equal, there is no error message.", SIDE, forms=({"A @ W.T": "W @ A.T"},)),
    Edit({"a[-1] @ W.T + b": "W @ a[-1].T + b[:, None]"},
         "rows turned into columns in every layer, and b too",
         "W @ A.T has samples as columns. Keep one sample per row: A @ W.T + b, where b has one "
         "axis.", SIDE, forms=({"A @ W.T + b": "W @ A.T + b[:, None]"},)),
    Edit({"+ b": "+ b[:, None]"}, "the bias along the wrong axis",
         "b as a column runs along the samples. With one axis, b meets the units.", BIAS),
    Edit({" + b": ""}, "no biases", "Each unit adds its bias for every sample: A @ W.T + b.", BIAS),
    Edit({"+ b": "- b"}, "the bias is subtracted", "A bias is added: A @ W.T + b.", BIAS),
    Edit({" + b": "", "sigma(z[-1])": "sigma(z[-1]) + b"}, "the bias after the squash",
         "The bias moves the pre-activation: add it before the squash, A @ W.T + b.", BIAS,
         forms=({"W.T + b)": "W.T) + b"},)),
    Edit({"@ W.T": "* W"}, "a star in place of the product",
         "* multiplies entry by entry and adds nothing up; @ is the product.", STAR,
         forms=({"@ W.T": "* W.T"},)),
    Edit({"a[-1] @": "X @"}, "every layer reads X",
         "Each layer reads the activations of the one before it: the last item of a.", UNIT,
         forms=({"(A @": "(X @"},)),
    Edit({"sigma(z[-1])": "z[-1]"}, "no squash at all",
         "The activations are sigma(Z), entry by entry.", SIDE,
         forms=({"sigma(A @ W.T + b)": "A @ W.T + b"},)),
    Edit({"sigma(": "sigmoid("}, "the sigmoid in every layer",
         "Each layer brings its own squash: use sigma.", UNIT),
    Edit({"sigma(": "sigma.derivative("}, "the slope of the squash",
         "This is the slope, which belongs to the backward pass. The activations are sigma(Z).",
         SIDE),
    Edit({"[X]": "[X[:1]]"}, "the first sample only",
         "Every row of X is a sample, and each needs a row in every table.", THOUSAND,
         forms=({"A = X": "A = X[:1]"},)),
    Edit({"[X]": "[X[-1:]]"}, "the last sample only",
         "Every row of X is a sample, and each needs a row in every table.", THOUSAND,
         forms=({"A = X": "A = X[-1:]"},)),
)

FORWARD = (
    *LAYER_IN_ROWS,
    Edit({"return z, a": "return [v.T for v in z], [v.T for v in a]"}, "samples as columns",
         "The numbers are right, but the samples are columns. Keep one sample per row: "
         "A @ W.T + b.", SIDE),
    Edit({"return z, a": "return [v.T for v in z], [X, *(v.T for v in a[1:])]"},
         "samples as columns, except in X",
         "The numbers are right, but the samples are columns. Keep one sample per row, as in X: "
         "A @ W.T + b.", SIDE),
    Edit({"[X]": "[X.T]", "a[-1] @ W.T": "W @ a[-1]"},
         "samples as columns, and the bias along them",
         "With samples as columns, b runs along the samples. Keep one sample per row: A @ W.T + b. "
         "Where the sizes are equal, there is no error message.", SIDE),
    Edit({"[X]": "[X.T]", "a[-1] @ W.T": "W @ a[-1]", "return z, a": "return z, [X, *a[1:]]"},
         "samples as columns, except in X, and the bias along them",
         "With samples as columns, b runs along the samples. Keep one sample per row, as in X: "
         "A @ W.T + b. Where the sizes are equal, there is no error message.", SIDE),
    Edit({"return z, a": "return [*map(np.squeeze, z)], [X, *map(np.squeeze, a[1:])]"},
         "an axis squeezed away",
         "squeeze takes away every axis of length 1: a layer of one unit has one, and so does a "
         "batch of one.", SQUEEZE),
    Edit({"a[-1] @": "(z[-1] if z else X) @"}, "the pre-activations are passed on",
         "The next layer reads the squashed numbers, A, and not Z.", LAYER),
    Edit({"return z, a": "return z, [*a[:-1], z[-1]]"}, "the last squash is missing",
         "The last layer is a layer like the others.", SIDE),
    Edit({"return z, a": "return z, a[1:]"}, "X is left out of a",
         "a[0] is X, so a has one item more than z.", THOUSAND),
    Edit({"return z, a": "return a, z"}, "z and a are swapped",
         "Return the pre-activations first, then the activations.", THOUSAND),
)

ONES, BIASES = "np.c_[np.ones(len(A)), A]", "np.c_[b, W]"
WIDEN = (
    Edit({ONES: "np.c_[A, np.ones(len(A))]", BIASES: "np.c_[W, b]"}, "ones and biases on the right",
         "Both are on the right, so the product comes out right. Put them on the left, as asked.",
         TRICK),
    Edit({BIASES: "np.c_[W, b]"}, "ones left, biases right",
         "The ones have to meet the biases, and here they meet the first weights. Put both on the "
         "left.", TRICK),
    Edit({ONES: "np.c_[A, np.ones(len(A))]"}, "ones right, biases left",
         "The ones have to meet the biases, and here they meet the last weights. Put both on the "
         "left.", TRICK),
    Edit({ONES: "np.hstack([np.ones(len(A)), A])", BIASES: "np.hstack([b, W])"},
         "one axis beside two",
         "An array with one axis is not yet a column: write ones[:, None] and b[:, None], or take "
         "np.c_.", TRICK),
    Edit({ONES: "np.concatenate([np.ones(len(A)), A], axis=1)"},
         "one axis beside two, along axis 1",
         "An array with one axis has no axis 1, and is not yet a column: write ones[:, None] and "
         "b[:, None], or take np.c_.", TRICK),
    Edit({ONES: "np.vstack([np.ones(A.shape[1]), A])"}, "a row of ones",
         "One more row is one more sample. The constant unit is a column.", TRICK),
    Edit({BIASES: "np.vstack([b, W])"}, "the biases as a row of W",
         "A row of W is a unit. The biases are weights of the constant unit: a column. Where W is "
         "square, there is no error message.", TRICK),
    Edit({"np.ones": "np.zeros"}, "zeros for ones",
         "A unit that says 0 adds nothing. The constant unit says 1.", TRICK),
    Edit({"len(A)": "A.shape[1]"}, "as many ones as units",
         "The constant unit says 1 to every sample: len(A) ones. Where A is square, there is no "
         "error message.", TRICK),
    Edit({"[b,": "[-b,"}, "the biases subtracted",
         "The ones meet the biases, and bias times 1 is the bias itself, with its own sign.",
         TRICK),
    Edit({ONES: "np.c_[b, A]", BIASES: "np.c_[np.ones(len(W)), W]"}, "the ones beside W",
         "The biases are weights and belong to W; the ones are activations and belong to A.",
         TRICK),
    Edit({"[b,": "[np.ones(len(b)),"}, "ones in W too",
         "The ones are activations and belong to A. In W the constant unit has its weights: the "
         "biases.", TRICK),
    Edit({BIASES: "np.c_[b, W].T"}, "W is turned over already",
         "Return the wide W with a row for each unit; it is turned over in the product.", TRICK),
    Edit({ONES: "A"}, "A has no ones",
         "The new column of W needs its partner in A: the ones.", TRICK),
    Edit({BIASES: "W"}, "W has no biases",
         "The ones need their partner in W: the column of biases.", TRICK),
    Edit({f"{ONES}, {BIASES}": f"{BIASES}, {ONES}"}, "A and W are swapped",
         "Return the wide A first, then the wide W.", TRICK),
)

PRODUCT, MEANS = "delta.T @ A / len(A)", "delta.mean(axis=0)"
#: mistakes of BP3 and BP4 in rows that no gradient of one sample has
BP_IN_ROWS = (
    Edit({"len(A)": "delta.shape[1]", MEANS: "delta.sum(axis=0) / delta.shape[1]"},
         "divided by the number of units",
         "The mean runs over samples: divide by len(delta), the number of rows.", MEAN),
    Edit({"/ len(A)": "/ delta.size"}, "dW divided by samples and units",
         "The mean runs over samples: divide by len(delta), the number of rows.", MEAN),
    Edit({"len(A)": "len(A) ** 2"}, "dW is divided twice",
         "The division by the number of samples is done once: in delta, or in dW and db. db is "
         "right.", MEAN),
    Edit({MEANS: f"{MEANS} / len(A)"}, "db is divided twice",
         "The division by the number of samples is done once: in delta, or in dW and db. dW is "
         "right.", MEAN),
    Edit({"delta.T": "delta"}, "nothing is turned over",
         "The samples are the first axis of both tables. Turn delta over, so that they meet: "
         "delta.T @ A.", BACK),
    Edit({"delta.T @ A": "delta @ A.T"}, "the other factor is turned over",
         "delta @ A.T adds over units and leaves a table of samples. The sum runs over samples: "
         "delta.T @ A.", BACK),
    Edit({"delta.T @": "delta *"}, "a star for the product",
         "* multiplies entry by entry and adds no samples up: delta.T @ A.", BACK,
         forms=({"delta.T @": "delta.T *"},)),
    Edit({PRODUCT: "np.outer(delta.mean(axis=0), A.mean(axis=0))"}, "the product of the means",
         "Each sample's error meets the activations of the same sample. Multiply first, then take "
         "the mean.", BACK),
    Edit({"delta.T @ A": "np.outer(delta, A)"}, "np.outer of tables",
         "np.outer makes one long vector of a table. Here the product is delta.T @ A.", BACK),
    Edit({"delta.mean": "A.mean"}, "the biases take the activations",
         "A bias takes the error as it is: the mean of delta, not of A.", BACK),
)

SLOPES = (
    *BP_IN_ROWS,
    Edit({" / len(A)": "", "mean": "sum"}, "sums and not means",
         "The cost of a batch is a mean: divide both by the number of samples.", MEAN),
    Edit({" / len(A)": ""}, "dW is a sum and not a mean",
         "The product adds up the samples and does not divide. db is right.", MEAN),
    Edit({"mean": "sum"}, "db is a sum and not a mean",
         "dW is a mean, and db has to be one too.", MEAN),
    Edit({"len(A)": "len(A) ** 2", MEANS: f"{MEANS} / len(A)"}, "divided twice",
         "mean divides already. Divide by the number of samples once.", MEAN),
    Edit({"delta.T": "-delta.T", "delta.mean": "-delta.mean"}, "the sign is flipped",
         "This is the step that lowers the cost. The slopes themselves have the sign of delta.",
         BACK),
    Edit({"delta.T @ A": "A.T @ delta"}, "dW is transposed",
         "dW has the shape of W: a row for each unit of the layer, and these come from delta. "
         "delta.T @ A.", BACK),
    Edit({"axis=0": "axis=1"}, "db along the wrong axis",
         "axis=1 runs along the units. The samples are the rows: axis=0.", BACK),
    Edit({MEANS: "np.full(delta.shape[1], delta.mean())"}, "one number for all biases",
         "Without an axis, mean runs over samples and units. The samples are axis 0.", BACK),
    Edit({"mean(axis=0)": "mean()"}, "one number for db",
         "Without an axis, mean runs over samples and units, and leaves one number. The samples "
         "are axis 0.", BACK),
    Edit({MEANS: "delta"}, "db is delta",
         "delta has a row for each sample. A bias is shared by all: take the mean over axis 0.",
         BACK),
    Edit({"axis=0": "axis=0, keepdims=True"}, "db as a row",
         "db has the shape of b, an array with one axis.", BIAS),
    Edit({MEANS: f"{MEANS}[:, None]"}, "db as a column",
         "db has the shape of b. As a column it would run along the samples.", BIAS),
    Edit({"delta.mean": "np.ones_like(delta).mean"}, "a slope of 1 for every bias",
         "1 is the slope of z with respect to the bias. The slope of the cost has the error in it.",
         BACK),
    Edit({MEANS: f"0 * {MEANS}"}, "the biases are forgotten",
         "db is 0. A bias takes the error as it is: the mean of delta over axis 0.", BACK),
    Edit({"delta.T @ A": "delta.T @ np.ones_like(A)"}, "the side factor is missing in dW",
         "db is the error times 1; dW is the error times the activation that comes in: "
         "delta.T @ A.", BACK),
    Edit({PRODUCT: "np.outer(delta[0], A[0])", MEANS: "delta[0]"}, "the first sample only",
         "The mean runs over all rows.", MEAN),
    Edit({PRODUCT: "np.outer(delta[-1], A[-1])", MEANS: "delta[-1]"}, "the last sample only",
         "Each sample overwrites the one before it. The mean runs over all rows.", MEAN),
    Edit({f"{PRODUCT}, {MEANS}": f"{MEANS}, {PRODUCT}"}, "dW and db are swapped",
         "Return dW first, then db.", BACK),
)

CARRIED, LETTERS = "delta @ network[l].W", 'np.einsum("ij,ik->jk", delta, A) / len(A)'
#: BP4 in other words, which stops elsewhere where BP2 gives tables of wrong sizes
OTHER_BP4 = ({PRODUCT: LETTERS}, {PRODUCT: "(delta[:, :, None] * A[:, None, :]).mean(axis=0)"})


def _carried(wrongly, name, diagnosis, section=BACK):
    forms = ({CARRIED: wrongly, **bp4} for bp4 in OTHER_BP4)
    return Edit({CARRIED: wrongly}, name, diagnosis, section, tuple(forms))


#: mistakes of BP2 in rows
BP2_IN_ROWS = (
    _carried("network[l].W.T @ delta", "the line for one sample in BP2",
             "W.T @ delta wants a sample as a column. Here it is a row: delta @ network[l].W. "
             "Where the sizes are equal, there is no error message."),
    _carried("network[l].W @ delta", "W before delta in BP2",
             "The rows of delta are samples and belong on the left: delta @ network[l].W. Where "
             "the sizes are equal, there is no error message."),
    _carried("delta * network[l].W", "a star for the product in BP2",
             "* multiplies entry by entry and adds no paths up; @ is the product. Where the sizes "
             "are equal, there is no error message."),
    _carried(f"({CARRIED}).mean(axis=0, keepdims=True)", "the batch is averaged on the way back",
             "The errors stay apart, a row for each sample, all the way back. The mean is taken in "
             "BP3 and BP4 only."),
    _carried(f"({CARRIED}).sum(axis=0, keepdims=True)", "the batch is added up on the way back",
             "The errors stay apart, a row for each sample, all the way back. The mean is taken in "
             "BP3 and BP4 only."),
    _carried(f"{CARRIED} / len(X)", "divided by N at every layer",
             "Each step back divides by N once more. Divide in dW and db, or once at the start.",
             MEAN),
)
# fmt: on


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
        wrong=FORWARD,
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
        wrong=WIDEN,
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
        wrong=SLOPES,
    ),
    gradient_exercise(
        "gradients",
        reference=gradients,
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
        wrong=(*BP2_IN_ROWS, *BP_IN_ROWS),
        forms=(gradients_in_one,),
    ),
)
