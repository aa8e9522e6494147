"""Exercises of chapter 11: batches, accuracy, training by batches, and a program to fix."""

import itertools

import numpy as np

from nnlib import batched
from nnlib.exercises import networks
from nnlib.exercises.engine import Exercise, Wrong
from nnlib.network import forward

STEP = "chapter 11, 'One step for each batch'"
SORTED = "chapter 11, 'Sorted, with short steps'"
MEASURES = "chapter 11, 'Loss and accuracy'"
MEAN = "chapter 10, 'Sum or mean'"
CARD = "chapter 10, 'The whole batch, backwards'"
UPHILL = "chapter 4, 'A plus for a minus'"
BACK = "chapter 8, 'The matrix, turned over'"


# batches


def batches(order, size):
    """Return the rows of one epoch, a list of arrays; what is left over makes the last one."""
    return [order[first : first + size] for first in range(0, len(order), size)]


def _order_cases(rng):
    cases = [(np.array([3, 0, 6, 1, 5, 2, 4]), 3)]
    for N, size in ((8, 4), (5, 1), (4, 7), (11, 4)):
        cases.append((rng.permutation(N), size))
    return cases


def _whole_ones(order, size):
    return batches(order, size)[: len(order) // size]


def _rest_joins_the_last(order, size):
    parts = batches(order, size)
    if len(parts) > 1 and len(parts[-1]) < size:
        parts[-2:] = [np.concatenate(parts[-2:])]
    return parts


def _filled_from_the_front(order, size):
    parts = batches(order, size)
    return [*parts[:-1], np.resize(np.concatenate([parts[-1], order]), size)]


def _one_too_many(order, size):
    return [order[size * n : size * (n + 1)] for n in range(len(order) // size + 1)]


def _one_row_short(order, size):
    return [order[first : first + size - 1] for first in range(0, len(order), size)]


def _one_row_over(order, size):
    return [order[first : first + size + 1] for first in range(0, len(order), size)]


def _every_start(order, size):
    return [order[first : first + size] for first in range(len(order))]


# accuracy


def accuracy(outputs, Y):
    """Return the share of samples whose output is on the side of their target."""
    return float(np.mean((outputs > 0.5) == (Y == 1)))


def _answer_cases(rng):
    cases = [(_column(0.9, 0.2, 0.6, 0.4, 0.3), _column(1, 0, 0, 1, 0))]
    for N in (7, 10, 1):
        cases.append((rng.uniform(size=(N, 1)), (rng.uniform(size=(N, 1)) > 0.3).astype(float)))
    return cases


def _column(*numbers):
    return np.array(numbers, dtype=float)[:, None]


# train_sgd


def train_sgd(network, X, Y, rate, size, epochs, seed):
    """Return all W and all b after so many epochs of steps, one for each batch."""
    return _trained(network, X, Y, rate, size, epochs, seed)


def _trained(
    network,
    X,
    Y,
    rate,
    size,
    epochs,
    seed,
    *,
    order=lambda rng, before: rng.permutation(len(before)),
    targets=lambda rng, order: order,
    kept=lambda parts: parts,
    share=lambda rows, N, size: 1.0,
    gradient=batched.gradients,
):
    """Train, with any part of it replaced by a mistake.

    `order` makes the order of an epoch from that of the epoch before, and `targets` that of Y.
    """
    rng = np.random.default_rng(seed)
    rows_of_x = np.arange(len(X))
    for _ in range(epochs):
        rows_of_x = order(rng, rows_of_x)
        rows_of_y = targets(rng, rows_of_x)
        for places in kept(batches(np.arange(len(X)), size)):
            rows = rows_of_x[places]
            dW, db = gradient(network, X[rows], Y[rows_of_y[places]])[:2]
            network = _step(network, dW, db, rate * share(rows, len(X), size))
    return _parameters(network)


def _shuffled_again(rng, before):
    return rng.permutation(before)


def _as_stored(rng, order):
    return np.arange(len(order))


def _step(network, dW, db, rate):
    return [
        layer._replace(W=layer.W - rate * dW_l, b=layer.b - rate * db_l)
        for layer, dW_l, db_l in zip(network, dW, db, strict=True)
    ]


def _parameters(network):
    return [layer.W for layer in network], [layer.b for layer in network]


def _with(**mistakes):
    def answer(network, X, Y, rate, size, epochs, seed):
        return _trained(network, X, Y, rate, size, epochs, seed, **mistakes)

    return answer


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


def _same_order_every_epoch(network, X, Y, rate, size, epochs, seed):
    order = np.random.default_rng(seed).permutation(len(X))
    return _trained(network, X, Y, rate, size, epochs, seed, order=lambda rng, before: order)


def _epoch_with_one_network(network, X, Y, rate, size, epochs, seed):
    """All batches of an epoch see the network that the epoch began with."""
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        began = network
        for rows in batches(rng.permutation(len(X)), size):
            dW, db, _ = batched.gradients(began, X[rows], Y[rows])
            network = _step(network, dW, db, rate)
    return _parameters(network)


def _from_the_start_every_time(network, X, Y, rate, size, epochs, seed):
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(len(X)) for _ in range(epochs)]
    rows = batches(orders[-1], size)[-1]
    dW, db, _ = batched.gradients(network, X[rows], Y[rows])
    return _parameters(_step(network, dW, db, rate))


def _moved_on_the_way_back(network, X, Y, rate, size, epochs, seed):
    """Errors are carried back over weights that have taken their step already."""
    rng = np.random.default_rng(seed)
    network = list(network)
    for _ in range(epochs):
        for rows in batches(rng.permutation(len(X)), size):
            z, a = forward(network, X[rows])
            delta = (a[-1] - Y[rows]) * network[-1].activation.derivative(z[-1])
            for l in reversed(range(len(network))):
                dW, db = delta.T @ a[l] / len(rows), delta.mean(axis=0)
                network[l : l + 1] = _step([network[l]], [dW], [db], rate)
                if l > 0:
                    delta = delta @ network[l].W
                    delta = delta * network[l - 1].activation.derivative(z[l - 1])
    return _parameters(network)


def _weights_only(network, X, Y, rate, size, epochs, seed):
    def gradient(network, X, Y):
        dW, db, _ = batched.gradients(network, X, Y)
        return dW, [0 * v for v in db]

    return _trained(network, X, Y, rate, size, epochs, seed, gradient=gradient)


# bottleneck_step


def bottleneck_step(W1, b1, W2, b2, X, Y, rate):
    """Return the parameters after one step of a ReLU layer and a layer without a squash."""
    return _bottleneck(W1, b1, W2, b2, X, Y, rate)


def _bottleneck(W1, b1, W2, b2, X, Y, rate, mean=True, old=True, slope=True):
    Z1 = X @ W1.T + b1
    A1 = np.maximum(Z1, 0)
    by = rate / len(X) if mean else rate
    D2 = A1 @ W2.T + b2 - Y
    new_W2, new_b2 = W2 - by * D2.T @ A1, b2 - by * D2.sum(axis=0)
    D1 = D2 @ (W2 if old else new_W2)
    if slope:
        D1 = D1 * (Z1 > 0)
    return W1 - by * D1.T @ X, b1 - by * D1.sum(axis=0), new_W2, new_b2


def _picture_cases(rng):
    cases = []
    for inputs, hidden, outputs, N, rate in (
        (3, 2, 4, 5, 0.1),
        (2, 3, 2, 4, 0.2),
        (4, 1, 3, 2, 0.3),
    ):
        W1, W2 = rng.normal(size=(hidden, inputs)), rng.normal(size=(outputs, hidden))
        b1, b2 = rng.normal(scale=0.3, size=hidden), rng.normal(scale=0.3, size=outputs)
        X, Y = rng.normal(size=(N, inputs)), rng.uniform(size=(N, outputs))
        cases.append((W1, b1, W2, b2, X, Y, rate))
    return cases


_STILL_WRONG = {
    "mean": "the gradients of the samples are added up and never divided by their number",
    "old": "the errors come back over a W2 that has taken its step already: keep the old one until "
    "D1 is computed",
    "slope": "D1 lacks the slope of the ReLU, 1 where Z1 is above 0 and 0 elsewhere",
}
_SHORT = {"mean": "a sum for the mean", "old": "W2 moved too early", "slope": "no slope"}
_WHERE = {"mean": MEAN, "old": STEP, "slope": BACK}


def _as_posted(*given):
    return _bottleneck(*given, mean=False, old=False, slope=False)


def _half_fixed():
    """The posted program with one or two of its three mistakes still in it."""
    for count in (1, 2):
        for left in itertools.combinations(_STILL_WRONG, count):
            yield Wrong(
                " and ".join(_SHORT[mistake] for mistake in left),
                lambda *given, left=left: _bottleneck(*given, **dict.fromkeys(left, False)),
                f"Still to fix: {'; '.join(_STILL_WRONG[mistake] for mistake in left)}.",
                _WHERE[left[0]],
            )


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
        wrong=(
            Wrong(
                "the last, smaller batch is dropped",
                _whole_ones,
                "What is left over is a batch too. Without it some samples are not seen in this "
                "epoch.",
                STEP,
            ),
            Wrong(
                "the rest joins the batch before",
                _rest_joins_the_last,
                "No batch holds more than `size` rows; the rest is a smaller batch of its own.",
                STEP,
            ),
            Wrong(
                "the last batch is filled up from the front",
                _filled_from_the_front,
                "Now some samples are used twice in one epoch. The last batch may be smaller.",
                STEP,
            ),
            Wrong(
                "an empty batch at the end",
                _one_too_many,
                "Where size divides the number of samples, nothing is left over, and the mean over "
                "no samples is nan.",
                STEP,
            ),
            Wrong(
                "the order is ignored",
                lambda order, size: batches(np.arange(len(order)), size),
                "These are the rows as they are stored: nothing is shuffled. Cut up `order`.",
                SORTED,
            ),
            Wrong(
                "the order is sorted",
                lambda order, size: [np.sort(part) for part in batches(order, size)],
                "The rows of each batch keep the order of `order`; nothing is sorted.",
                STEP,
            ),
            Wrong(
                "the last row of each batch is missing",
                _one_row_short,
                "A slice leaves out its end by itself: first + size, not first + size - 1.",
                STEP,
            ),
            Wrong(
                "batches overlap",
                _one_row_over,
                "A slice leaves out its end: first + size. With one row more, that row is in two "
                "batches.",
                STEP,
            ),
            Wrong(
                "a batch for every row",
                _every_start,
                "The next batch begins `size` rows further on, not one row.",
                STEP,
            ),
            Wrong(
                "size taken for the number of batches",
                lambda order, size: np.array_split(order, size),
                "`size` is the number of rows in a batch, not the number of batches.",
                STEP,
            ),
            Wrong(
                "the first batch alone",
                lambda order, size: batches(order, size)[:1],
                "The return is inside the loop.",
                STEP,
            ),
        ),
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
        wrong=(
            Wrong(
                "argmax of a single output",
                lambda outputs, Y: np.mean(outputs.argmax(axis=1) == Y[:, 0]),
                "argmax names the largest column, and there is one column: it says 0 for every "
                "sample.",
                MEASURES,
            ),
            Wrong(
                "a row against a column",
                lambda outputs, Y: np.mean((outputs[:, 0] > 0.5) == (Y == 1)),
                "(N,) against (N, 1) makes a table that compares every sample with every other. "
                "Keep both shapes (N, 1).",
                MEASURES,
            ),
            Wrong(
                "the number and not the share",
                lambda outputs, Y: np.sum((outputs > 0.5) == (Y == 1)),
                "Divide the number of right answers by the number of samples.",
                MEASURES,
            ),
            Wrong(
                "in percent",
                lambda outputs, Y: 100 * accuracy(outputs, Y),
                "A share lies between 0 and 1.",
                MEASURES,
            ),
            Wrong(
                "the share of wrong answers",
                lambda outputs, Y: 1 - accuracy(outputs, Y),
                "This counts the misses.",
                MEASURES,
            ),
            Wrong(
                "a loss in disguise",
                lambda outputs, Y: 1 - np.mean(np.abs(outputs - Y)),
                "This measures how far the outputs are from the targets. Accuracy asks only on "
                "which side of one half they are.",
                MEASURES,
            ),
            Wrong(
                "one minus the squared misses",
                lambda outputs, Y: 1 - np.mean((outputs - Y) ** 2),
                "This measures how far the outputs are from the targets. Accuracy asks only on "
                "which side of one half they are.",
                MEASURES,
            ),
            Wrong(
                "the sign of the miss",
                lambda outputs, Y: np.mean(outputs - Y < 0.5),
                "An output of 0 for a target of 1 misses by -1, which is below 0.5 too. Take the "
                "size without the sign, np.abs.",
                MEASURES,
            ),
            Wrong(
                "exactly the target",
                lambda outputs, Y: np.mean(outputs == Y),
                "A sigmoid never reaches 0 or 1. The right side of one half is enough.",
                MEASURES,
            ),
            Wrong(
                "the share of ones",
                lambda outputs, Y: np.mean(outputs > 0.5),
                "This is how often the network says 1. How often is it right?",
                MEASURES,
            ),
            Wrong(
                "the mean for the border",
                lambda outputs, Y: np.mean((outputs > outputs.mean()) == (Y == 1)),
                "The border lies halfway between the targets, at one half, whatever the outputs "
                "are.",
                MEASURES,
            ),
        ),
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
        wrong=(
            Wrong(
                "nothing is shuffled",
                _with(order=_as_stored),
                "The samples come in the order in which they are stored. On sorted data every "
                "batch then holds one class.",
                SORTED,
            ),
            Wrong(
                "one order for all epochs",
                _same_order_every_epoch,
                "The permutation is drawn before the loop over the epochs, or the generator is "
                "made in it. Each epoch draws an order of its own, from one generator.",
                STEP,
            ),
            Wrong(
                "the order of the last epoch is shuffled again",
                _with(order=_shuffled_again),
                "Each epoch shuffles what the epoch before has shuffled. Leave X and Y as given, "
                "and draw rng.permutation(len(X)) for every epoch.",
                STEP,
            ),
            Wrong(
                "inputs shuffled, targets not",
                _with(targets=_as_stored),
                "X is shuffled and Y is not, so that samples meet the targets of others. Take the "
                "same rows of both: X[rows] and Y[rows].",
                STEP,
            ),
            Wrong(
                "inputs shuffled again and again, targets not",
                _with(order=_shuffled_again, targets=_as_stored),
                "X is shuffled, each epoch anew from the order before, and Y is not. Leave both as "
                "given, and take the same rows of both: X[rows] and Y[rows].",
                STEP,
            ),
            Wrong(
                "inputs and targets shuffled apart",
                _with(targets=lambda rng, order: rng.permutation(len(order))),
                "X and Y are each given an order of their own, so that samples meet the targets of "
                "others. Draw one order and use it for both.",
                STEP,
            ),
            Wrong(
                "a sum and not a mean",
                _with(share=lambda rows, N, size: len(rows)),
                "The cost of a batch is the mean over its samples: divide by their number.",
                MEAN,
            ),
            Wrong(
                "divided by size, not by what is in the batch",
                _with(share=lambda rows, N, size: len(rows) / size),
                "The last batch may be smaller. Divide by len(rows).",
                STEP,
            ),
            Wrong(
                "divided by all samples",
                _with(share=lambda rows, N, size: len(rows) / N),
                "The mean runs over the samples of the batch, not over those of the whole set.",
                STEP,
            ),
            Wrong(
                "the last, smaller batch is dropped",
                _with(kept=lambda parts: [part for part in parts if len(part) == len(parts[0])]),
                "What is left over at the end of an epoch is a batch too.",
                STEP,
            ),
            Wrong(
                "only batches of full size",
                lambda network, X, Y, rate, size, epochs, seed: _trained(
                    *(network, X, Y, rate, size, epochs, seed),
                    kept=lambda parts: [part for part in parts if len(part) == size],
                ),
                "What is left over at the end of an epoch is a batch too, even where it is the "
                "only one.",
                STEP,
            ),
            Wrong(
                "the gradient is added",
                _with(share=lambda rows, N, size: -1.0),
                "The gradient points to where the cost rises: subtract it.",
                UPHILL,
            ),
            Wrong(
                "the batches of an epoch see one network",
                _epoch_with_one_network,
                "Each batch needs the gradient of the network as it is now, after the step of the "
                "batch before.",
                STEP,
            ),
            Wrong(
                "every step from the start",
                _from_the_start_every_time,
                "The new network is not kept: network = step(network, dW, db, rate).",
                STEP,
            ),
            Wrong(
                "updates on the way back",
                _moved_on_the_way_back,
                "A layer takes its step before the errors are carried back over its weights. First "
                "all gradients, with the old weights; then the step.",
                STEP,
            ),
            Wrong(
                "no batches",
                _with(kept=lambda parts: [np.concatenate(parts)]),
                "This takes one step per epoch, with all samples. Take one for each batch.",
                STEP,
            ),
            Wrong(
                "a step for every sample",
                _with(kept=lambda parts: np.concatenate(parts)[:, None]),
                "A batch takes one step, against the mean of the slopes of its samples.",
                STEP,
            ),
            Wrong(
                "one epoch only",
                lambda network, X, Y, rate, size, epochs, seed: _trained(
                    network, X, Y, rate, size, 1, seed
                ),
                "The return is inside the loop over the epochs.",
                STEP,
            ),
            Wrong(
                "the biases stay",
                _weights_only,
                "b takes a step too.",
                STEP,
            ),
            Wrong(
                "nothing moves",
                lambda network, X, Y, rate, size, epochs, seed: _parameters(network),
                "The new network is made and thrown away: network = step(network, dW, db, rate).",
                STEP,
            ),
            Wrong(
                "W and b are swapped",
                lambda *given: train_sgd(*given)[::-1],
                "Return the list of W first, then the list of b.",
                STEP,
            ),
        ),
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
        wrong=(
            Wrong(
                "the program as posted",
                _as_posted,
                "All three mistakes are still in it. Compare it, line by line, with the four "
                "equations for a batch.",
                CARD,
            ),
            *_half_fixed(),
            Wrong(
                "the gradient is added",
                lambda W1, b1, W2, b2, X, Y, rate: bottleneck_step(W1, b1, W2, b2, X, Y, -rate),
                "The gradient points to where the cost rises: subtract it.",
                UPHILL,
            ),
        ),
    ),
)
