"""Use a gradient: stochastic gradient descent, and a recording of what it did."""

from typing import NamedTuple

import numpy as np

from nnlib.accuracy import answers_by
from nnlib.activations import softmax
from nnlib.descent import Descent, order_of
from nnlib.losses import quadratic
from nnlib.network import forward
from nnlib.parameters import unflatten
from nnlib.progress import with_bar
from nnlib.reading import read_batch
from nnlib.recording import Recording
from nnlib.values import (
    as_count,
    as_flag,
    as_generator,
    as_real_number,
    check_finite,
    infinity_allowed,
)


class Evaluation(NamedTuple):
    """How good a network is on some samples.

    Attributes
    ----------
    loss : float
        Mean cost of the samples.
    accuracy : float
        Share of the samples answered rightly, 0 to 1.
    """

    loss: float
    accuracy: float


def train(
    network,
    X,
    Y,
    *,
    loss=quadratic,
    learning_rate,
    epochs,
    batch_size,
    shuffle=True,
    rng=None,
    record_every=None,
    progress=False,
):
    """Train a copy of a network by stochastic gradient descent.

    In each epoch the samples are put into a new order and cut into batches; for each batch every
    parameter takes one step against the gradient of that batch's mean cost:

        W <- W - learning_rate dC/dW        b <- b - learning_rate dC/db

    Parameters
    ----------
    network : list of Layer
        Where to start; it is not changed. Its dtype is that of the whole run.
    X : array_like, shape (N, n_0)
    Y : array_like, shape (N, n_L)
    loss : str or Loss, optional
    learning_rate : float
        Above 0.
    epochs : int
        How often every sample is used; at least 1.
    batch_size : int
        Samples a step; at least 1. What is left over at the end of an epoch makes a smaller batch,
        whose gradient is the mean over its own samples.
    shuffle : bool, optional
        Whether each epoch draws a new order. Without it the samples come as they are given: if
        they are sorted by class, a batch shows one class only, and the network follows the last.
    rng : int or numpy.random.Generator, optional
        Where the orders come from. None draws a seed, which the recording keeps.
    record_every : int, optional
        Record the parameters at the start and after every so many epochs. None records the curves
        of loss and accuracy only.
    progress : bool, optional
        Whether to show on stderr how many epochs are done: as a bar where tqdm is installed, in a
        terminal as in Jupyter, else as a line.

    Returns
    -------
    network : list of Layer
        The trained network.
    recording : Recording

    Raises
    ------
    ValueError
        If shapes do not fit (the message names the layer and both shapes), something is empty or
        not finite, the loss does not allow a target or an output, or a setting is out of range.
    TypeError
        If something is not of the type said above, or is complex.
    FloatingPointError
        If the loss or a parameter is no longer finite, or too large to be recorded in float32; the
        message names epoch, batch and learning rate.

    Notes
    -----
    What counts as answered rightly: see `evaluate`.

    Nielsen (2015), chapter 1, "Implementing our network to classify digits".

    Examples
    --------
    >>> from nnlib import data, init_network
    >>> X, Y = data.step(n=20)
    >>> start = init_network([1, 3, 1], rng=0)
    >>> network, recording = train(
    ...     start, X, Y, learning_rate=1.0, epochs=50, batch_size=5, rng=0
    ... )
    >>> recording.accuracy[-1]
    np.float64(1.0)
    """
    network, X, Y, loss = read_batch(network, X, Y, loss, check_X=False)
    if "c" in (X.dtype.kind, Y.dtype.kind):
        raise TypeError("train: the network, X and Y must be real, but one of them is complex")
    if network[-1].activation == softmax and Y.shape[1] == 1:
        raise ValueError(
            f"train: layer {len(network)} is softmax with one output, which is 1 whatever comes "
            "in: use sigmoid for one answer of yes or no, or give softmax one output a class"
        )
    learning_rate = as_real_number(learning_rate, "train: learning_rate", above=0)
    epochs = as_count(epochs, "train: epochs", smallest=1)
    batch_size = as_count(batch_size, "train: batch_size", smallest=1)
    if record_every is not None:
        record_every = as_count(record_every, "train: record_every", smallest=1)
    shuffle, progress = as_flag(shuffle, "train: shuffle"), as_flag(progress, "train: progress")
    seed, rng = _read_rng(rng)
    rng_state = rng.bit_generator.state
    descent = Descent(network, X, Y, loss, learning_rate, batch_size)
    theta = descent.theta  # the run changes this; `start` and what is returned are copies
    start = unflatten(theta, network)
    answers, last_batch = answers_by(Y), -(-len(X) // batch_size)
    right, losses, accuracies, parameters = answers(Y), [], [], []
    recorded_epochs = range(0, epochs + 1, record_every) if record_every else ()
    all_epochs = range(1, epochs + 1)

    # A run that diverges ends below in an error that says where; NumPy's warnings would say less.
    with infinity_allowed():
        if recorded_epochs:
            parameters.append(_snapshot(theta, 0, 0, learning_rate))
        for epoch in with_bar(all_epochs, "epoch") if progress else all_epochs:
            order = order_of(len(X), shuffle, rng)
            try:
                costs, outputs = _one_epoch(descent, order, epoch)
            except ValueError:
                rng.bit_generator.state = rng_state  # a run refused has drawn nothing
                raise
            losses.append(costs.mean(dtype=np.float64))
            if not np.isfinite(losses[-1]):
                raise _no_longer_finite(costs, epoch, batch_size, learning_rate)
            accuracies.append((answers(outputs) == right[order]).all(axis=1).mean())
            if epoch in recorded_epochs:
                parameters.append(_snapshot(theta, epoch, last_batch, learning_rate))
    if not np.isfinite(theta).all():  # after the last step, which no cost has seen
        raise _diverged("a parameter is no longer finite", epochs, last_batch, learning_rate)

    recording = Recording(
        loss=np.array(losses),
        accuracy=np.array(accuracies),
        recorded_epochs=np.array(recorded_epochs, dtype=np.int64),
        parameters=np.array(parameters, dtype=np.float32).reshape(-1, theta.size),
        start=start,
        X=X,
        Y=Y,
        loss_function=loss,
        learning_rate=learning_rate,
        epochs=epochs,
        batch_size=batch_size,
        shuffle=shuffle,
        seed=seed,
        rng_state=rng_state,
    )
    return unflatten(theta, start), recording


def evaluate(network, X, Y, loss=quadratic):
    """Loss and accuracy of one network on all samples.

    Parameters
    ----------
    network : list of Layer
    X : array_like, shape (N, n_0)
    Y : array_like, shape (N, n_L)
    loss : str or Loss, optional

    Returns
    -------
    Evaluation
        loss, the mean cost, and accuracy, the share answered rightly: on the right side of one half
        where the targets are 0 and 1, even if only one of them occurs; on the right side of their
        middle where they are two others; nearest to the right one of more than two. Of several
        outputs each must be right, unless the targets are one-hot: then it is the largest.

    Raises
    ------
    ValueError
        If shapes do not fit, something is empty or not finite, or the loss does not allow a target
        or an output.
    TypeError
        If something does not hold real numbers, or is not a network or a loss.

    Examples
    --------
    >>> from nnlib import Layer
    >>> layer = Layer(W=[[1.0]], b=[0.0], activation="identity")
    >>> evaluate([layer], X=[[0.2], [0.4], [1.0]], Y=[[0], [1], [1]])  # 0.4 is nearer to 0
    Evaluation(loss=0.06666666666666667, accuracy=0.6666666666666666)
    """
    network, X, Y, loss = read_batch(network, X, Y, loss)
    if "c" in (X.dtype.kind, Y.dtype.kind):
        raise TypeError("evaluate: the network, X and Y must be real, but one of them is complex")
    answers = answers_by(Y)
    with infinity_allowed():
        z, a = forward(network, X)
        costs = loss.output_costs(z[-1], a[-1], Y, network[-1].activation)
        accuracy = (answers(a[-1]) == answers(Y)).all(axis=1).mean()
        return Evaluation(float(costs.mean(dtype=np.float64)), float(accuracy))


def _one_epoch(descent, order, epoch):
    """Cost and output of each sample as they were met; what is refused says in which epoch."""
    try:
        z, a, y = descent.go_through(order, check_X=epoch == 1)
        return descent.loss.output_costs(z, a, y, descent.network[-1].activation), a
    except ValueError as error:
        refusal = error
    check_finite(descent.X, "X")  # not within `except`: this is no error about an error
    message = f"epoch {epoch}, learning rate {descent.learning_rate}: {refusal}"
    raise ValueError(message) from refusal


def _snapshot(theta, epoch, batch, learning_rate):
    """The parameters in float32, to be recorded."""
    snapshot = theta.astype(np.float32)
    if not np.isfinite(snapshot).all():
        what = "a recorded parameter is not finite in float32"
        raise _diverged(what, epoch, batch, learning_rate, has_begun=epoch > 0)
    return snapshot


def _no_longer_finite(costs, epoch, batch_size, learning_rate):
    """The error for an epoch whose costs, or their sum, are not finite."""
    sums = np.cumsum(costs, dtype=np.float64)
    first = int(np.argmin(np.isfinite(sums)))
    what, batch = f"the loss is {sums[first]}", first // batch_size + 1
    return _diverged(what, epoch, batch, learning_rate, has_begun=(epoch, batch) != (1, 1))


def _diverged(what, epoch, batch, learning_rate, has_begun=True):
    """The error for a run whose numbers have grown too large, or were so before its first step."""
    if has_begun:
        remedy = f"with learning rate {learning_rate}: give a smaller learning rate"
    else:
        remedy = "before the first step: scale X and Y down, or start with smaller weights"
    return FloatingPointError(f"epoch {epoch}, batch {batch}: {what} {remedy}")


def _read_rng(rng):
    """The seed, if there is one, and the generator."""
    if isinstance(rng, np.random.Generator):
        return None, rng
    if rng is None:
        rng = np.random.SeedSequence().entropy
    generator = as_generator(rng, "train: rng")
    return int(rng), generator
