"""Use a gradient: stochastic gradient descent, and a recording of what it did."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nnlib._validation import (
    as_count,
    as_generator,
    as_number,
    as_real,
    check_finite,
    infinity_allowed,
)
from nnlib.activations import ACTIVATIONS, get_activation
from nnlib.batched import backpropagate
from nnlib.gradcheck import flatten, unflatten
from nnlib.losses import get_loss, quadratic
from nnlib.network import Layer, pass_through, propagate, read_batch

_FORMAT = "nnlib recording, version 1"


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


@dataclass(frozen=True, eq=False)
class Recording:
    """What happened in a run of `train`, and all that is needed to run it again.

    Attributes
    ----------
    loss : ndarray of float64, shape (epochs,)
        Mean cost of each epoch. Every sample counts with the cost it had when its batch was met,
        before the step of that batch; `evaluate` gives the cost of one network on all samples.
    accuracy : ndarray of float64, shape (epochs,)
        Share of samples answered rightly in each epoch, as they were met.
    recorded_epochs : ndarray of int64, shape (S,)
        After how many epochs parameters were recorded: 0, record_every, 2 record_every, ...; empty
        if record_every was None.
    parameters : ndarray of float32, shape (S, P)
        The recorded parameters, for display; each row in the order of `gradcheck.flatten`.
    start : list of Layer
        The network before the first step, exact.
    X, Y : ndarray, shapes (N, n_0) and (N, n_L)
        The data the run used: not copied, if given in the dtype of the network.
    loss_name : str
    learning_rate : float
    epochs, batch_size : int
    shuffle : bool
    seed : int or None
        What the order of the samples was drawn from: the int given as rng, or the one drawn
        because rng was None. None if a Generator was given.
    rng_state : dict
        State of the generator before the first epoch, whatever it came from.
    """

    loss: np.ndarray
    accuracy: np.ndarray
    recorded_epochs: np.ndarray
    parameters: np.ndarray
    start: list
    X: np.ndarray
    Y: np.ndarray
    loss_name: str
    learning_rate: float
    epochs: int
    batch_size: int
    shuffle: bool
    seed: int | None
    rng_state: dict

    def network(self, n):
        """Network of the n-th recorded moment, in float32 precision.

        Parameters
        ----------
        n : int
            Row of `parameters`; `recorded_epochs[n]` says which epoch. Negative n count from the
            end.

        Returns
        -------
        list of Layer
            W and b of dtype float32.

        Raises
        ------
        IndexError
            If there is no such row.
        """
        S = len(self.parameters)
        if not -S <= n < S:
            raise IndexError(
                f"network: n is {n} but {S} moments were recorded"
                + ("" if S else "; give train record_every=1 to record every epoch")
            )
        return unflatten(self.parameters[n], self.start)

    def replay(self, epoch, batch=0):
        """Network at any moment, exact: the run is repeated up to there.

        Parameters
        ----------
        epoch : int
            Number of whole epochs done, 0 to `epochs`.
        batch : int, optional
            Number of batches done in the epoch after those.

        Returns
        -------
        list of Layer
            The same numbers as in the run, in its dtype, on a machine that rounds alike.

        Raises
        ------
        ValueError
            If the run never came to that moment.
        TypeError
            If epoch or batch is not a whole number.
        """
        epoch, batch = as_count(epoch, "replay: epoch", 0), as_count(batch, "replay: batch", 0)
        batches = -(-len(self.X) // self.batch_size)
        if epoch > self.epochs or batch > (0 if epoch == self.epochs else batches):
            raise ValueError(
                f"replay: there is no moment after {epoch} epochs and {batch} batches: the run "
                f"had {self.epochs} epochs of {batches} batches"
            )
        theta, rng, loss = flatten(self.start), _restored(self.rng_state), get_loss(self.loss_name)
        fixed = (self.start, self.X, self.Y, loss, self.learning_rate, self.batch_size)
        for _ in range(epoch):
            _descend(theta, _order(len(self.X), self.shuffle, rng), *fixed)
        if batch:
            order = _order(len(self.X), self.shuffle, rng)[: batch * self.batch_size]
            _descend(theta, order, *fixed)
        return unflatten(theta, self.start)

    def save(self, path):
        """Write the recording to one compressed .npz file.

        Parameters
        ----------
        path : str or Path
            Exactly this file is written, or overwritten.

        Raises
        ------
        ValueError
            If a layer has an activation that nnlib does not know by name.
        """
        import json  # here and in `load`: each is only needed with a file

        names = [get_activation(layer.activation.name).name for layer in self.start]
        header = {
            "format": _FORMAT,
            "sizes": [self.X.shape[1], *(len(layer.b) for layer in self.start)],
            "activations": names,
            **{name: getattr(self, name) for name in _PLAIN_FIELDS},
        }
        arrays = {name: getattr(self, name) for name in _ARRAY_FIELDS}
        with Path(path).open("wb") as file:
            np.savez_compressed(
                file,
                header=json.dumps(header, default=np.ndarray.tolist),
                start=flatten(self.start),
                **arrays,
            )

    @classmethod
    def load(cls, path):
        """Read a recording that `save` wrote.

        Parameters
        ----------
        path : str or Path

        Returns
        -------
        Recording

        Raises
        ------
        ValueError
            If the file is not such a recording; nothing in it is ever executed.
        OSError
            If there is no such file.
        """
        with Path(path).open("rb") as file:
            try:
                with np.load(file, allow_pickle=False) as stored:
                    return cls(**_read_stored({name: stored[name] for name in stored.files}))
            except Exception as error:  # a torn archive raises almost anything
                raise ValueError(
                    f"{path} is not a recording of nnlib.train ({error}): give a file written by "
                    "Recording.save"
                ) from error


_ARRAY_FIELDS = ("loss", "accuracy", "recorded_epochs", "parameters", "X", "Y")
_PLAIN_FIELDS = (
    "loss_name",
    "learning_rate",
    "epochs",
    "batch_size",
    "shuffle",
    "seed",
    "rng_state",
)


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
        If the loss or a parameter is no longer finite; the message names epoch, batch and learning
        rate.

    Notes
    -----
    Accuracy: with one output the nearest of the targets that occur in Y, with several outputs the
    largest, must be the right one.

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
    network, X, Y, loss = read_batch(network, X, Y, loss)
    if "c" in (X.dtype.kind, Y.dtype.kind):
        raise TypeError("train: the network, X and Y must be real, but one of them is complex")
    learning_rate = _read_learning_rate(learning_rate)
    epochs = as_count(epochs, "train: epochs", smallest=1)
    batch_size = as_count(batch_size, "train: batch_size", smallest=1)
    if record_every is not None:
        record_every = as_count(record_every, "train: record_every", smallest=1)
    shuffle = _read_flag(shuffle, "train: shuffle")
    seed, rng = _read_rng(rng)
    rng_state = rng.bit_generator.state
    theta = flatten(network)  # the run changes this; `start` and what is returned are copies
    start = unflatten(theta, network)

    losses, accuracies, recorded_epochs, parameters = [], [], [], []
    levels = _levels(Y)
    right = _answers(Y, levels)

    def record(epoch):
        if record_every is not None and epoch % record_every == 0:
            recorded_epochs.append(epoch)
            parameters.append(theta.astype(np.float32))

    # A run that diverges ends below in an error that says where; NumPy's warnings would say less.
    with infinity_allowed():
        record(0)
        for epoch in range(1, epochs + 1):
            order = _order(len(X), shuffle, rng)
            try:
                z, a, y = _descend(theta, order, start, X, Y, loss, learning_rate, batch_size)
                costs = loss.output_costs(z, a, y, start[-1].activation)
            except ValueError as error:
                raise ValueError(
                    f"epoch {epoch}, learning rate {learning_rate}: {error}"
                ) from error
            _check_progress(costs, epoch, batch_size, learning_rate)
            losses.append(costs.mean(dtype=np.float64))
            accuracies.append((_answers(a, levels) == right[order]).mean())
            record(epoch)
    _check_last_step(theta, epochs, -(-len(X) // batch_size), learning_rate)

    recording = Recording(
        loss=np.array(losses),
        accuracy=np.array(accuracies),
        recorded_epochs=np.array(recorded_epochs, dtype=np.int64),
        parameters=np.array(parameters, dtype=np.float32).reshape(-1, theta.size),
        start=start,
        X=X,
        Y=Y,
        loss_name=loss.name,
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
        loss, the mean cost, and accuracy, the share answered rightly: with one output the nearest
        of the targets that occur in Y, with several outputs the largest, must be the right one.

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
    z, a = propagate(network, X)
    costs = loss.output_costs(z[-1], a[-1], Y, network[-1].activation)
    levels = _levels(Y)
    accuracy = (_answers(a[-1], levels) == _answers(Y, levels)).mean()
    return Evaluation(float(costs.mean(dtype=np.float64)), float(accuracy))


def _descend(theta, order, like, X, Y, loss, learning_rate, batch_size):
    """One pass over the rows named in `order`: a step a batch, in place.

    theta holds the parameters of a network such as `like`, as `flatten` lays them out: one
    subtraction is the step of all of them; with one for each W and b a run of [2, 3, 3, 1] takes
    9 % longer. Returns z and a of the last layer as they were met, and their targets.
    """
    step = np.empty_like(theta)
    sigmas, dW_db = [sigma for _, _, sigma in like], _parts(step, like)
    network = list(map(Layer, *_parts(theta, like), sigmas))
    targets, Z, outputs = Y.take(order, axis=0), [], []
    with infinity_allowed():
        for start in range(0, len(order), batch_size):
            rows = slice(start, start + batch_size)
            z, a = pass_through(network, X.take(order[rows], axis=0))
            delta_L = loss.output_delta(a[-1], targets[rows], sigmas[-1])
            backpropagate(network, a, learning_rate / len(delta_L) * delta_L, out=dW_db)
            theta -= step
            Z.append(z[-1])
            outputs.append(a[-1])
    return np.concatenate(Z), np.concatenate(outputs), targets


def _parts(theta, like):
    """Every W and every b of a flattened network: views, where `unflatten` would copy."""
    parts, start = [], 0
    for array in [W for W, _, _ in like] + [b for _, b, _ in like]:
        parts.append(theta[start : start + array.size].reshape(array.shape))
        start += array.size
    return parts[: len(like)], parts[len(like) :]


def _check_progress(costs, epoch, batch_size, learning_rate):
    """Raise if a cost of the epoch is NaN or infinite."""
    finite = np.isfinite(costs)
    if not finite.all():
        first = int(np.argmin(finite))
        what = f"the loss is {costs[first]}"
        raise _diverged(what, epoch, first // batch_size + 1, learning_rate)


def _check_last_step(theta, epoch, batch, learning_rate):
    """Raise if the last step, which no cost has seen, left a parameter NaN or infinite."""
    if not np.isfinite(theta).all():
        raise _diverged("a parameter is no longer finite", epoch, batch, learning_rate)


def _diverged(what, epoch, batch, learning_rate):
    return FloatingPointError(
        f"epoch {epoch}, batch {batch}: {what} with learning rate {learning_rate}: give a smaller "
        "learning rate"
    )


def _levels(Y):
    """The targets that a single output may be near to; with several outputs none are needed."""
    return np.unique(Y) if Y.shape[1] == 1 else None


def _answers(outputs, levels):
    """The answer of each row: its largest column or, of one column, the nearest of the levels."""
    if outputs.shape[1] > 1:
        return outputs.argmax(axis=1)
    borders = (levels[1:] + levels[:-1]) / 2
    return np.searchsorted(borders, outputs[:, 0])


def _order(N, shuffle, rng):
    return rng.permutation(N) if shuffle else np.arange(N)


def _read_learning_rate(learning_rate):
    rate = as_number(learning_rate, "train: learning_rate")
    if isinstance(rate, complex):
        raise TypeError(f"train: learning_rate is {rate}: give a real number above 0")
    if rate <= 0:
        raise ValueError(f"train: learning_rate is {rate}: give a number above 0")
    return rate


def _read_flag(flag, name):
    if not isinstance(flag, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False, but it is {flag!r}")
    return bool(flag)


def _read_rng(rng):
    """The seed, if there is one, and the generator."""
    if isinstance(rng, np.random.Generator):
        return None, rng
    if rng is None:
        rng = np.random.SeedSequence().entropy
    generator = as_generator(rng, "train: rng")
    return int(rng), generator


def _restored(rng_state):
    """A generator in the given state."""
    bits = getattr(np.random, rng_state["bit_generator"])()
    bits.state = rng_state
    return np.random.Generator(bits)


def _read_stored(stored):
    """The fields of a Recording from the arrays of its file; anything odd raises."""
    import json

    header = json.loads(stored["header"].item())
    if header["format"] != _FORMAT:
        raise ValueError(f"its format is {header['format']!r}, not {_FORMAT!r}")
    sizes = header["sizes"]
    blank = [
        Layer(np.zeros((n_out, n_in)), np.zeros(n_out), ACTIVATIONS[name])
        for n_in, n_out, name in zip(sizes[:-1], sizes[1:], header["activations"], strict=True)
    ]
    start = unflatten(stored["start"], blank)
    fields = {name: stored[name] for name in _ARRAY_FIELDS}
    read_batch(start, fields["X"], fields["Y"], header["loss_name"])
    shapes = {
        "loss": (header["epochs"],),
        "accuracy": (header["epochs"],),
        "parameters": (len(fields["recorded_epochs"]), stored["start"].size),
    }
    for name, shape in shapes.items():
        if fields[name].shape != shape:
            raise ValueError(f"{name} is {fields[name].shape}, not {shape}")
    for name in ("loss", "accuracy", "parameters", "X", "Y"):
        check_finite(as_real(fields[name], name), name)
    as_real(stored["start"], "start")
    _check_settings(header, fields["recorded_epochs"])
    return {**fields, "start": start, **{name: header[name] for name in _PLAIN_FIELDS}}


def _check_settings(header, recorded_epochs):
    """Raise if the run could not have had these settings."""
    epochs = as_count(header["epochs"], "epochs", smallest=1)
    as_count(header["batch_size"], "batch_size", smallest=1)
    _read_learning_rate(header["learning_rate"])
    _read_flag(header["shuffle"], "shuffle")
    if header["seed"] is not None:
        as_count(header["seed"], "seed", smallest=0)
    _restored(header["rng_state"])
    if recorded_epochs.dtype.kind != "i":
        raise TypeError(f"recorded_epochs must be whole numbers, not {recorded_epochs.dtype}")
    steps = np.diff(recorded_epochs, prepend=-1, append=epochs + 1)
    if not (steps > 0).all():
        raise ValueError(f"recorded_epochs must rise from 0 to at most {epochs}")
