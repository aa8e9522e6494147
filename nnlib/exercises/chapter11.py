"""Exercises of chapter 11: batches, accuracy, training by batches, and a program to fix."""

# ruff: noqa: B905 - the solutions are as the page shows them

import itertools

import numpy as np

from nnlib import Layer
from nnlib.exercises import networks
from nnlib.exercises.chapter04 import DESCENTS
from nnlib.exercises.chapter10 import BACK, MEAN, gradients
from nnlib.exercises.engine import Edit, Exercise, Wrong, edited

STEP = "chapter 11, 'One step for each batch'"
SORTED = "chapter 11, 'Sorted, with short steps'"
MEASURES = "chapter 11, 'Loss and accuracy'"
UPHILL = "chapter 4, 'A plus for a minus'"
TURNED = "chapter 8, 'The matrix, turned over'"


def step(network, dW, db, rate):
    """One step against the gradient, as the chapter has it."""
    return [
        Layer(W - rate * dW_l, b - rate * db_l, sigma)
        for (W, b, sigma), dW_l, db_l in zip(network, dW, db)
    ]


# fmt: off
def batches(order, size):
    return [order[first : first + size]
            for first in range(0, len(order), size)]


def accuracy(outputs, Y):
    return np.mean((outputs > 0.5) == (Y == 1))


def train_sgd(network, X, Y, rate, size, epochs, seed):
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        for rows in batches(rng.permutation(len(X)), size):
            dW, db = gradients(network, X[rows], Y[rows])
            network = step(network, dW, db, rate)
    return [W for W, _, _ in network], [b for _, b, _ in network]


def bottleneck_step(W1, b1, W2, b2, X, Y, rate):
    Z1 = X @ W1.T + b1
    A1 = np.maximum(Z1, 0)
    D2 = A1 @ W2.T + b2 - Y
    D1 = (D2 @ W2) * (Z1 > 0)
    N = len(X)
    return (W1 - rate * D1.T @ X / N, b1 - rate * D1.mean(axis=0),
            W2 - rate * D2.T @ A1 / N, b2 - rate * D2.mean(axis=0))
# fmt: on


def train_shuffled(network, X, Y, rate, size, epochs, seed):
    """The same with X and Y put in order first."""
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = rng.permutation(len(X))
        inputs, targets = X[order], Y[order]
        for rows in batches(np.arange(len(X)), size):
            dW, db = gradients(network, inputs[rows], targets[rows])
            network = step(network, dW, db, rate)
    return [W for W, _, _ in network], [b for _, b, _ in network]


def _order_cases(rng):
    cases = [(np.array([3, 0, 6, 1, 5, 2, 4]), 3)]
    for N, size in ((8, 4), (5, 1), (4, 7), (11, 4)):
        cases.append((rng.permutation(N), size))
    return cases


def _answer_cases(rng):
    cases = [(_column(0.9, 0.2, 0.6, 0.4, 0.3), _column(1, 0, 0, 1, 0))]
    for N in (7, 10, 2):
        cases.append((rng.uniform(size=(N, 1)), (rng.uniform(size=(N, 1)) > 0.3).astype(float)))
    for alone in range(5):  # one sample alone is wrong, or right
        outputs = rng.uniform(size=(5, 1))
        Y = (outputs > 0.5) ^ _column(*np.arange(5) == alone).astype(bool) ^ (alone % 2 == 1)
        cases.append((outputs, Y.astype(float)))
    return cases


def _column(*numbers):
    return np.array(numbers, dtype=float)[:, None]


def _training_cases(rng):
    cases = []
    for sizes, N, size, epochs in (
        ([2, 3, 1], 7, 3, 2),
        ([2, 2, 2, 1], 6, 2, 3),
        ([1, 3, 2], 5, 4, 2),
        ([2, 2, 1], 4, 10, 3),
    ):
        network = networks.draw(rng, sizes)
        X, Y = rng.normal(size=(N, sizes[0])), rng.uniform(0.1, 0.9, size=(N, sizes[-1]))
        cases.append((network, X, Y, 2.0, size, epochs, len(cases)))
    return cases


def _picture_cases(rng):
    cases = []
    for inputs, hidden, outputs, N, rate in (
        (3, 2, 4, 5, 0.1),
        (2, 3, 2, 4, 0.2),
        (4, 1, 3, 2, 0.3),
        (3, 3, 3, 3, 0.2),
    ):
        W1, W2 = rng.normal(size=(hidden, inputs)), rng.normal(size=(outputs, hidden))
        b1, b2 = rng.normal(scale=0.3, size=hidden), rng.normal(scale=0.3, size=outputs)
        X, Y = rng.normal(size=(N, inputs)), rng.uniform(size=(N, outputs))
        cases.append((W1, b1, W2, b2, X, Y, rate))
    return cases


# fmt: off
SLICE, STARTS = "order[first : first + size]", "range(0, len(order), size)"
BATCHES = (
    Edit({STARTS: "range(0, len(order) - size + 1, size)"}, "the last, smaller batch is dropped",
         "What is left over is a batch too. Without it some samples are not seen in this epoch.",
         STEP),
    Edit({SLICE: "order[first : first + size if first + 2 * size <= len(order) else None]",
          STARTS: "range(0, max(1, len(order) - size + 1), size)"},
         "the rest joins the batch before",
         "No batch holds more than `size` rows; the rest is a smaller batch of its own.", STEP),
    Edit({SLICE: "np.resize([*order[first:], *order], size)"},
         "the last batch is filled up from the front",
         "Now some samples are used twice in one epoch. The last batch may be smaller.", STEP),
    Edit({STARTS: "range(0, len(order) + 1, size)"}, "an empty batch at the end",
         "Where size divides the number of samples, nothing is left over, and the mean over no "
         "samples is nan.", STEP),
    Edit({SLICE: "np.arange(len(order))[first : first + size]"}, "the order is ignored",
         "These are the rows as they are stored: nothing is shuffled. Cut up `order`.", SORTED),
    Edit({SLICE: f"np.sort({SLICE})"}, "the order is sorted",
         "The rows of each batch keep the order of `order`; nothing is sorted.", STEP),
    Edit({SLICE: f"{SLICE}[::-1]"}, "every batch backwards",
         "The rows of each batch keep the order of `order`.", STEP),
    Edit({"+ size": "+ size - 1"}, "the last row of each batch is missing",
         "A slice leaves out its end by itself: first + size, not first + size - 1.", STEP),
    Edit({"+ size": "+ size + 1"}, "batches overlap",
         "A slice leaves out its end: first + size. With one row more, that row is in two batches.",
         STEP),
    Edit({"first + size": "size"}, "size for the end of each batch",
         "A batch ends `size` rows behind its own beginning: first + size.", STEP),
    Edit({STARTS: "range(len(order))"}, "a batch for every row",
         "The next batch begins `size` rows further on, not one row.", STEP),
    Edit({"range(0": "range(size"}, "the first batch is left out",
         "The first batch begins with row 0 of order: range(0, len(order), size).", STEP),
    Edit({SLICE: "order[first // size::-(-len(order) // size)]"}, "dealt out in turn",
         "Each batch is a piece of `order`, `size` entries side by side.", STEP),
    Wrong("size taken for the number of batches", lambda order, size: np.array_split(order, size),
          "`size` is the number of rows in a batch, not the number of batches.", STEP),
    Edit({f"{STARTS}]": f"{STARTS}][:1]"}, "the first batch alone",
         "The return is inside the loop.", STEP),
    Edit({f"{STARTS}]": f"{STARTS}][-1:]"}, "the last batch alone",
         "Each batch overwrites the one before it: collect them in a list.", STEP),
)

AGREE = "(outputs > 0.5) == (Y == 1)"
SHARES = (
    Edit({AGREE: "outputs.argmax(axis=1) == Y[:, 0]"}, "argmax of a single output",
         "argmax names the largest column, and there is one column: it says 0 for every sample.",
         MEASURES),
    Edit({"outputs > 0.5": "outputs[:, 0] > 0.5"}, "a row against a column",
         "(N,) against (N, 1) makes a table that compares every sample with every other. Keep both "
         "shapes (N, 1).", MEASURES, forms=({"Y == 1": "Y[:, 0] == 1"},)),
    Edit({"mean": "sum"}, "the number and not the share",
         "Divide the number of right answers by the number of samples.", MEASURES),
    Edit({"return": "return 100 *"}, "in percent", "A share lies between 0 and 1.", MEASURES),
    Edit({") == (": ") != ("}, "the share of wrong answers", "This counts the misses.", MEASURES),
    Edit({AGREE: "1 - np.abs(outputs - Y)"}, "a loss in disguise",
         "This measures how far the outputs are from the targets. Accuracy asks only on which side "
         "of one half they are.", MEASURES),
    Edit({AGREE: "1 - (outputs - Y)**2"}, "one minus the squared misses",
         "This measures how far the outputs are from the targets. Accuracy asks only on which side "
         "of one half they are.", MEASURES),
    Edit({AGREE: "outputs - Y < 0.5"}, "the sign of the miss",
         "An output of 0 for a target of 1 misses by -1, which is below 0.5 too. Take the size "
         "without the sign, np.abs.", MEASURES),
    Edit({AGREE: "outputs == Y"}, "exactly the target",
         "A sigmoid never reaches 0 or 1. The right side of one half is enough.", MEASURES),
    Edit({" == (Y == 1)": ""}, "the share of ones",
         "This is how often the network says 1. How often is it right?", MEASURES),
    Edit({") == (": ") & ("}, "the ones alone",
         "A sample of target 0 whose output is below one half is right too: compare the two with "
         "==.", MEASURES),
    Edit({AGREE: "outputs[Y == 1] > 0.5"}, "of the ones, how many are found",
         "The samples of target 0 count too.", MEASURES),
    Edit({"0.5": "outputs.mean()"}, "the mean for the border",
         "The border lies halfway between the targets, at one half, whatever the outputs are.",
         MEASURES),
    Edit({"0.5": "0"}, "0 for the border",
         "Every output of a sigmoid is above 0. The border lies at one half.", MEASURES),
    Edit({AGREE: "((outputs > 0.5) == (Y == 1))[0]"}, "the first sample only",
         "Every row is a sample: this stops at the first.", MEASURES),
    Edit({AGREE: "((outputs > 0.5) == (Y == 1))[-1]"}, "the last sample only",
         "Each sample overwrites the one before it. Count the right ones.", MEASURES),
    Edit({AGREE: f"({AGREE})[1:]"}, "the first sample is left out",
         "Every sample counts, the first one too.", MEASURES),
    Edit({AGREE: f"({AGREE})[:-1]"}, "the last sample is left out",
         "Every sample counts, the last one too.", MEASURES),
)

on_the_way_back = edited(gradients, {
    "Y):": "Y, rate):", "delta @ network[l].W": "delta @ (network[l].W - rate * dW[l])"})
GRADIENT, ORDER = "gradients(network, X[rows], Y[rows])", "rng.permutation(len(X))"
KEPT = f"kept.append({GRADIENT}); dW, db = ([sum(v) for v in zip(*part)] for part in zip(*kept))"
ANEW, BOTH = "    for _ in range(epochs):\n", "inputs, targets = X[order], Y[order]"
TRAINING = (
    Edit({ORDER: "np.arange(len(X))"}, "nothing is shuffled",
         "The samples come in the order in which they are stored. On sorted data every batch then "
         "holds one class.", SORTED),
    Edit({ANEW: f"{ANEW}        rng = np.random.default_rng(seed)\n"}, "one order for all epochs",
         "The permutation is drawn before the loop over the epochs, or the generator is made in "
         "it. Each epoch draws an order of its own, from one generator.", STEP),
    Edit({BOTH: f"X, Y = {BOTH}"}, "the order of the last epoch is shuffled again",
         "Each epoch shuffles what the epoch before has shuffled. Leave X and Y as given, and draw "
         "rng.permutation(len(X)) for every epoch.", STEP),
    Edit({"Y[order]": "Y"}, "inputs shuffled, targets not",
         "X is shuffled and Y is not, so that samples meet the targets of others. Take the same "
         "rows of both: X[rows] and Y[rows].", STEP),
    Edit({BOTH: "X = inputs = X[order]; targets = Y"},
         "inputs shuffled again and again, targets not",
         "X is shuffled, each epoch anew from the order before, and Y is not. Leave both as given, "
         "and take the same rows of both: X[rows] and Y[rows].", STEP),
    Edit({"Y[order]": f"Y[{ORDER}]"}, "inputs and targets shuffled apart",
         "X and Y are each given an order of their own, so that samples meet the targets of "
         "others. Draw one order and use it for both.", STEP),
    Edit({ORDER: "rng.integers(len(X), size=len(X))"}, "drawn with replacement",
         "Here a sample may come twice in an epoch, and another not at all. "
         "rng.permutation(len(X)) has each once.", STEP,
         forms=({ORDER: "rng.choice(len(X), len(X))"},)),
    Edit({"db, rate)": "db, rate * len(rows) / size)"},
         "divided by size, not by what is in the batch",
         "The last batch may be smaller. Divide by len(rows).", STEP),
    Edit({"db, rate)": "db, rate * len(rows) / len(X))"}, "divided by all samples",
         "The mean runs over the samples of the batch, not over those of the whole set.", STEP),
    Edit({"size):": "size)[: max(1, len(X) // size)]:"}, "the last, smaller batch is dropped",
         "What is left over at the end of an epoch is a batch too.", STEP),
    Edit({"size):": "size)[: len(X) // size]:"}, "only batches of full size",
         "What is left over at the end of an epoch is a batch too, even where it is the only one.",
         STEP),
    Edit({"size):": "size)[:1]:"}, "the first batch only",
         "An epoch has a step for each batch: look at where the inner loop ends.", STEP),
    Edit({ANEW: f"{ANEW}        began = network\n", "gradients(network": "gradients(began"},
         "the batches of an epoch see one network",
         "Each batch needs the gradient of the network as it is now, after the step of the batch "
         "before.", STEP),
    Edit({"    rng =": "    start = network\n    rng =", "(network, X[": "(start, X[",
          "step(network": "step(start"}, "every step from the start",
         "The new network is not kept: network = step(network, dW, db, rate).", STEP),
    Edit({GRADIENT: GRADIENT.replace("gradients", "on_the_way_back").replace(")", ", rate)")},
         "updates on the way back",
         "A layer takes its step before the errors are carried back over its weights. First all "
         "gradients, with the old weights; then the step.", STEP),
    Edit({"    rng =": "    kept = []\n    rng =", f"dW, db = {GRADIENT}": KEPT},
         "the slopes of earlier batches stay in",
         "Each batch has a gradient of its own: what earlier batches gave is used up.", STEP),
    Edit({f"batches({ORDER}, size)": f"[{ORDER}]"}, "no batches",
         "This takes one step per epoch, with all samples. Take one for each batch.", STEP),
    Edit({"size):": "1):"}, "a step for every sample",
         "A batch takes one step, against the mean of the slopes of its samples.", STEP),
    Edit({"[rows]": "[rows[-1:]]"}, "the last sample of each batch only",
         "The gradient of a batch is the mean over all its samples.", STEP),
    Edit({"X[rows], Y[rows]": "X[rows].mean(axis=0)[None], Y[rows].mean(axis=0)[None]"},
         "the mean of the samples as one sample",
         "A network bends: its gradient at the mean input is not the mean of its gradients.", MEAN),
    *DESCENTS,
)

SUMS, NO_SLOPE = {" / N": "", "mean": "sum"}, {" * (Z1 > 0)": ""}
EARLY = {"Z1 = X": "N = len(X)\n    Z1 = X", "D2 @ W2)": "D2 @ (W2 - rate * D2.T @ A1 / N))"}
LEFT = (
    (SUMS, "a sum for the mean",
     "the gradients of the samples are added up and never divided by their number", MEAN),
    (EARLY, "W2 moved too early",
     "the errors come back over a W2 that has taken its step already: keep the old one until D1 is "
     "computed", STEP),
    (NO_SLOPE, "no slope",
     "D1 lacks the slope of the ReLU, 1 where Z1 is above 0 and 0 elsewhere", TURNED),
)


def _half_fixed():
    """The posted program with one or two of its three mistakes still in it."""
    for count in (1, 2):
        for left in itertools.combinations(LEFT, count):
            changes, names, fixes, (section, *_) = zip(*left)
            change = dict(itertools.chain(*(one.items() for one in reversed(changes))))
            yield Edit(change, " and ".join(names), f"Still to fix: {'; '.join(fixes)}.", section)


POSTED = (
    Edit({**NO_SLOPE, **EARLY, **SUMS}, "the program as posted",
         "All three mistakes are still in it. Compare it, line by line, with the four equations "
         "for a batch.", BACK),
    *_half_fixed(),
    Edit({" / N": ""}, "a sum for the mean, in the weights",
         "The biases move by a mean, and the weights have to as well: divide by the number of "
         "samples.", MEAN),
    Edit({"mean": "sum"}, "a sum for the mean, in the biases",
         "The weights move by a mean, and the biases have to as well: divide by the number of "
         "samples.", MEAN),
    Edit({"/ N": "/ N**2", "mean(axis=0)": "mean(axis=0) / N"}, "divided twice",
         "The division by the number of samples is done once.", MEAN),
    Edit({"- rate": "+ rate"}, "the gradient is added",
         "The gradient points to where the cost rises: subtract it.", UPHILL),
    Edit({"rate * ": ""}, "the learning rate is missing",
         "The step is the learning rate times the gradient.", STEP),
    Edit({" - rate * D1.mean(axis=0)": "", " - rate * D2.mean(axis=0)": ""}, "the biases stay",
         "The biases take a step too.", STEP),
    Edit({"W1 - rate * ": "", "b1 - rate * ": "", "W2 - rate * ": "", "b2 - rate * ": ""},
         "the gradient and not the new parameters",
         "Return the old parameter minus rate times gradient.", STEP),
    Edit({"D2 @ W2)": "D2 @ W2.T)"}, "W2 is turned the wrong way",
         "With one sample per row the errors come back as D2 @ W2, not turned over. Where W2 is "
         "square, there is no error message.", BACK),
    Edit({"D1.T @ X": "X.T @ D1", "D2.T @ A1": "A1.T @ D2"},
         "the slopes of the weights are transposed",
         "The slopes have the shape of W: errors turned over, times what comes in. Where W is "
         "square, there is no error message.", BACK),
    Edit({"D2.T @ A1": "D2.T @ Z1"}, "the pre-activation for the activation",
         "What comes into the second layer has been through the ReLU: A1, not Z1.", BACK),
    Edit({"* (Z1 > 0)": "* A1"}, "the ReLU for its slope",
         "The slope of a ReLU is 1 where Z1 is above 0, else 0.", TURNED),
    Edit({"np.maximum(Z1, 0)": "Z1"}, "no ReLU",
         "The hidden layer has a ReLU: np.maximum(Z1, 0).", BACK),
    Edit({"A1 @ W2.T + b2 - Y": "np.maximum(A1 @ W2.T + b2, 0) - Y"}, "a ReLU at the output too",
         "The last layer has no squash: its errors are its outputs minus Y.", BACK),
)
# fmt: on

EXERCISES = (
    Exercise(
        name="batches",
        reference=batches,
        cases=_order_cases,
        hints=(
            "The first batch holds the first `size` entries of order. Where does the next one "
            "begin?",
            "range(0, len(order), size) counts 0, size, 2 size, ... and stops before the end.",
            "order[first : first + size] is one batch. At the end a slice stops where the array "
            "does, so the last batch comes out shorter by itself.",
        ),
        wrong=BATCHES,
    ),
    Exercise(
        name="accuracy",
        reference=accuracy,
        cases=_answer_cases,
        hints=(
            "Which truth value says that an output is above one half? Which one says that its "
            "target is 1? A sample is right where the two agree.",
            "Both are tables of shape (N, 1): compare them with ==, entry by entry.",
            "The mean of truth values is the share of those that are True.",
        ),
        wrong=SHARES,
    ),
    networks.network_exercise(
        name="train_sgd",
        reference=train_sgd,
        cases=_training_cases,
        parts=("W", "b"),
        rtol=1e-8,
        hints=(
            "Two loops, one inside the other: over the epochs, and over the batches of an epoch. "
            "In which of them is a new order drawn?",
            "Make rng = np.random.default_rng(seed) once, before both loops, and draw "
            "rng.permutation(len(X)) at the start of each epoch.",
            "Inside: for rows in batches(order, size). The gradient of these rows comes from "
            "gradients(network, X[rows], Y[rows]), which divides by their number already.",
            "network = step(network, dW, db, rate), inside both loops. At the end return "
            "[layer.W for layer in network] and the same of b.",
        ),
        wrong=TRAINING,
        forms=(train_shuffled,),
    ),
    Exercise(
        name="bottleneck_step",
        reference=bottleneck_step,
        cases=_picture_cases,
        parts=("W1", "b1", "W2", "b2"),
        last_first=True,
        hints=(
            "Three questions to ask of any such program: does a step grow with the number of "
            "samples? Does every squash give its slope? Which weights carry the errors back?",
            "The sums over the samples have to be means: divide both by len(X), or rate once.",
            "The slope of a ReLU is 1 where Z1 > 0, else 0. D1 needs it as a factor.",
            "D1 is the error under the old W2. Compute D1 before W2 moves.",
        ),
        wrong=POSTED,
    ),
)
