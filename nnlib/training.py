"""Use a gradient: stochastic gradient descent, and a recording of what it did."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nnlib._validation import (
    as_count,
    as_generator,
    as_real,
    as_real_number,
    cast,
    check_finite,
    infinity_allowed,
    is_surely_finite,
    refuse_first,
)
from nnlib.activations import ACTIVATIONS
from nnlib.batched import backpropagate
from nnlib.gradcheck import _views, flatten, unflatten
from nnlib.losses import LOSSES, Loss, quadratic
from nnlib.network import Layer, pass_through, read_batch

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
    loss_function : Loss
        The loss that was trained; `loss_name` is its name.
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
    loss_function: Loss
    learning_rate: float
    epochs: int
    batch_size: int
    shuffle: bool
    seed: int | None
    rng_state: dict

    @property
    def loss_name(self):
        """str: Name of the loss."""
        return self.loss_function.name

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
        TypeError
            If n is not a whole number.
        """
        n, S = as_count(n, "network: n"), len(self.parameters)
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
            The same numbers as in the run, in its dtype, on a machine that rounds alike. X and Y
            are not copied by `train`: whoever has changed them in place gets another run.

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
        N, rng = len(self.X), _restored(self.rng_state)
        descent = _Descent(
            self.start, self.X, self.Y, self.loss_function, self.learning_rate, self.batch_size
        )
        with infinity_allowed():
            for _ in range(epoch):
                descent.go_through(_order(N, self.shuffle, rng))
            if batch:
                descent.go_through(_order(N, self.shuffle, rng)[: batch * self.batch_size])
        return unflatten(descent.theta, self.start)

    def save(self, path):
        """Write the recording to one compressed .npz file.

        Parameters
        ----------
        path : str or Path
            Exactly this file is written, or overwritten.

        Raises
        ------
        ValueError
            If an activation or the loss is not one of nnlib's: a file holds nothing but its name.
        """
        import json  # here and in `load`: each is only needed with a file

        names = [
            _name_of(layer.activation, ACTIVATIONS, f"the activation of layer {l}")
            for l, layer in enumerate(self.start, start=1)
        ]
        header = {
            "format": _FORMAT,
            "sizes": [self.X.shape[1], *(len(layer.b) for layer in self.start)],
            "activations": names,
            "loss_name": _name_of(self.loss_function, LOSSES, "the loss"),
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
_PLAIN_FIELDS = ("learning_rate", "epochs", "batch_size", "shuffle", "seed", "rng_state")
_GATHERED = 2**17  # bytes of X; any processor's second cache holds them


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
        If the loss or a parameter is no longer finite, or too large to be recorded in float32; the
        message names epoch, batch and learning rate.

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
    network, X, Y, loss = read_batch(network, X, Y, loss, check_X=False)
    if "c" in (X.dtype.kind, Y.dtype.kind):
        raise TypeError("train: the network, X and Y must be real, but one of them is complex")
    learning_rate = as_real_number(learning_rate, "train: learning_rate", above=0)
    epochs = as_count(epochs, "train: epochs", smallest=1)
    batch_size = as_count(batch_size, "train: batch_size", smallest=1)
    if record_every is not None:
        record_every = as_count(record_every, "train: record_every", smallest=1)
    shuffle = _read_flag(shuffle, "train: shuffle")
    seed, rng = _read_rng(rng)
    rng_state = rng.bit_generator.state
    descent = _Descent(network, X, Y, loss, learning_rate, batch_size)
    theta = descent.theta  # the run changes this; `start` and what is returned are copies
    start = unflatten(theta, network)

    losses, accuracies, recorded_epochs, parameters = [], [], [], []
    levels, batches = _levels(Y), -(-len(X) // batch_size)
    right = _answers(Y, levels)

    def record(epoch):
        if record_every is not None and epoch % record_every == 0:
            recorded_epochs.append(epoch)
            parameters.append(theta.astype(np.float32))
            if not np.isfinite(parameters[-1]).all():
                what = "a recorded parameter is not finite in float32"
                batch = batches if epoch else 0
                raise _diverged(what, epoch, batch, learning_rate, has_begun=epoch > 0)

    # A run that diverges ends below in an error that says where; NumPy's warnings would say less.
    with infinity_allowed():
        record(0)
        for epoch in range(1, epochs + 1):
            order, refusal = _order(len(X), shuffle, rng), None
            try:
                z, a, y = descent.go_through(order, check_X=epoch == 1)
                costs = loss.output_costs(z, a, y, start[-1].activation)
            except ValueError as error:
                refusal = error
            if refusal is not None:
                rng.bit_generator.state = rng_state  # a run refused has drawn nothing
                check_finite(X, "X")  # not within `except`: this is no error about an error
                message = f"epoch {epoch}, learning rate {learning_rate}: {refusal}"
                raise ValueError(message) from refusal
            losses.append(costs.mean(dtype=np.float64))
            if not np.isfinite(losses[-1]):
                raise _no_longer_finite(costs, epoch, batch_size, learning_rate)
            accuracies.append(np.count_nonzero(_answers(a, levels) == right[order]) / len(X))
            record(epoch)
    if not np.isfinite(theta).all():  # after the last step, which no cost has seen
        raise _diverged("a parameter is no longer finite", epochs, batches, learning_rate)

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
    levels = _levels(Y)
    with infinity_allowed():
        z, a = pass_through(network, X)
        costs = loss.output_costs(z[-1], a[-1], Y, network[-1].activation)
        accuracy = (_answers(a[-1], levels) == _answers(Y, levels)).mean()
        return Evaluation(float(costs.mean(dtype=np.float64)), float(accuracy))


class _Descent:
    """A network on its way downhill, one step a batch.

    theta holds all parameters as `flatten` lays them out, and W and b are views of it: one
    subtraction is the step of all of them; with one for each W and b a run of [2, 3, 3, 1] takes
    9 % longer.
    """

    def __init__(self, start, X, Y, loss, learning_rate, batch_size):
        self.X, self.Y, self.loss = X, Y, loss
        self.learning_rate, self.batch_size = learning_rate, batch_size
        theta = flatten(start)
        self.theta, self.step = _aligned_like(theta), _aligned_like(theta)
        self.theta[:] = theta
        Ws, bs, sigmas = zip(*start, strict=True)
        L, shapes = len(start), [array.shape for array in Ws + bs]
        parameters, self.steps = _views(self.theta, shapes), _views(self.step, shapes)
        self.network = list(map(Layer, parameters[:L], parameters[L:], sigmas))

    def go_through(self, order, check_X=False):
        """Take one step a batch, over the rows named in `order`.

        Inside `infinity_allowed()`, which its callers enter once a run. Returns z and a of the last
        layer as they were met, and their targets. ValueError if an output has no cost or no slope,
        or, with check_X, if X is not finite.
        """
        network, L = self.network, len(self.network)
        dW_db = self.steps[:L], self.steps[L:]
        targets = self.Y.take(order, axis=0)
        Z, outputs = np.empty((2, *targets.shape), self.theta.dtype)
        for rows, x in self._batches(order, check_X):
            z, a = pass_through(network, x)
            delta_L = self.loss.output_delta(a[-1], targets[rows], network[-1].activation)
            backpropagate(network, a, self.learning_rate / len(x) * delta_L, out=dW_db)
            self.theta -= self.step
            Z[rows], outputs[rows] = z[-1], a[-1]
        return Z, outputs, targets

    def _batches(self, order, check_X):
        """The samples of each batch, and where in `order` they stand.

        Small batches are gathered many at a time: one at a time makes a run of [2, 3, 3, 1] longer
        by 2 %. X is checked as it comes by: to read all of it for that alone makes an epoch of
        [784, 30, 10] longer by 8 %.
        """
        X, size = self.X, self.batch_size
        many = size * max(1, _GATHERED // (size * X[0].nbytes))
        for first in range(0, len(order), many):
            gathered = X.take(order[first : first + many], axis=0)
            if check_X and not is_surely_finite(gathered):
                check_finite(X, "X")
            for start in range(0, len(gathered), size):
                x = gathered[start : start + size]
                yield slice(first + start, first + start + len(x)), x


def _aligned_like(vector):
    """As `np.empty_like`, but beginning with a line of the cache, which has 64 bytes.

    Where a register holds 64 bytes (AVX-512), a run of [784, 30, 10] from elsewhere takes 9 %
    longer; with registers of 32 bytes, as long.
    """
    memory = np.empty(vector.nbytes + 63, np.uint8)
    start = -memory.__array_interface__["data"][0] % 64
    return memory[start : start + vector.nbytes].view(vector.dtype)


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
    name = rng_state["bit_generator"]
    kind = getattr(np.random, str(name), None)
    if not (isinstance(kind, type) and issubclass(kind, np.random.BitGenerator)):
        raise ValueError(f"rng_state: numpy.random has no bit generator {name!r}")
    bits = kind()
    bits.state = rng_state
    return np.random.Generator(bits)


def _name_of(thing, known, what):
    """The name under which nnlib knows an activation or a loss; one of another's is refused."""
    if known.get(thing.name) != thing:
        raise ValueError(
            f"save: {what} ({type(thing).__name__}) is not one of nnlib's, and a file holds only "
            f"their names: {', '.join(known)}"
        )
    return thing.name


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
    for name in ("start", *_ARRAY_FIELDS):
        check_finite(as_real(stored[name], name), name)
    # As `train` keeps them: X and Y in the dtype of the network, which is `start` as it is.
    _, X, Y, loss = read_batch(start, stored["X"], stored["Y"], header["loss_name"])
    settings, fields = _read_settings(header), {name: stored[name] for name in _ARRAY_FIELDS}
    epochs, recorded_epochs = settings["epochs"], fields["recorded_epochs"]
    _check_curve(fields["loss"], "loss", epochs, largest=np.inf)
    _check_curve(fields["accuracy"], "accuracy", epochs, largest=1)
    _check_recorded(recorded_epochs, fields["parameters"], stored["start"], epochs)
    return {**fields, "X": X, "Y": Y, "start": start, "loss_function": loss, **settings}


def _read_settings(header):
    """The settings of a run, once they are such as `train` allows."""
    seed = header["seed"]
    _restored(header["rng_state"])
    return {
        "learning_rate": as_real_number(header["learning_rate"], "learning_rate", above=0),
        "epochs": as_count(header["epochs"], "epochs", smallest=1),
        "batch_size": as_count(header["batch_size"], "batch_size", smallest=1),
        "shuffle": _read_flag(header["shuffle"], "shuffle"),
        "seed": seed if seed is None else as_count(seed, "seed", smallest=0),
        "rng_state": header["rng_state"],
    }


def _check_curve(curve, name, epochs, largest):
    """Raise if no run has such a curve of loss or accuracy."""
    _check_array(curve, name, (epochs,), np.float64)
    outside = (curve < 0) | (curve > largest)
    if outside.any():
        refuse_first(outside, curve, name, f"it must lie between 0 and {largest}")


def _check_recorded(recorded_epochs, parameters, start, epochs):
    """Raise if no run from `start` records such parameters after such epochs."""
    S = len(recorded_epochs)
    _check_array(recorded_epochs, "recorded_epochs", (S,), np.int64)
    _check_array(parameters, "parameters", (S, start.size), np.float32)
    if S == 0:
        return
    every = max(int(recorded_epochs[1]), 1) if S > 1 else epochs + 1
    if recorded_epochs.tolist() != list(range(0, epochs + 1, every)):
        raise ValueError(f"recorded_epochs must be 0, k, 2 k and so on up to {epochs}")
    if (parameters[0] != cast(start, np.float32, "start")).any():
        raise ValueError("the parameters recorded first are not those of start")


def _check_array(array, name, shape, dtype):
    """Raise if an array has another shape or dtype than `train` gives it."""
    if array.shape != shape:
        raise ValueError(f"{name} is {array.shape}, not {shape}")
    if array.dtype != dtype:
        raise TypeError(f"{name} is {array.dtype}, not {np.dtype(dtype)}")
