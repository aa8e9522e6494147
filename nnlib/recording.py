"""What a run of `train` leaves behind: its curves, and all that is needed to run it again."""

import math
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from nnlib.activations import ACTIVATIONS
from nnlib.descent import Descent, order_of
from nnlib.files import written_whole
from nnlib.losses import LOSSES, Loss
from nnlib.parameters import flatten, unflatten
from nnlib.reading import read_batch
from nnlib.tuples import Layer
from nnlib.values import (
    as_count,
    as_flag,
    as_real,
    as_real_number,
    cast,
    check_finite,
    infinity_allowed,
    refuse_first,
)

_FORMAT = "nnlib recording, version 1"


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
        N, rng = len(self.X), _generator_in(self.rng_state)
        descent = Descent(
            self.start, self.X, self.Y, self.loss_function, self.learning_rate, self.batch_size
        )
        with infinity_allowed():
            for _ in range(epoch):
                descent.go_through(order_of(N, self.shuffle, rng))
            if batch:
                descent.go_through(order_of(N, self.shuffle, rng)[: batch * self.batch_size])
        return unflatten(descent.theta, self.start)

    def save(self, path):
        """Write the recording to one compressed .npz file.

        Parameters
        ----------
        path : str or Path
            Exactly this file is written, or overwritten: all of it, or, after an error, nothing.

        Raises
        ------
        ValueError
            If an activation or the loss is not one of nnlib's: a file holds nothing but its name.
        OSError
            If it cannot be written there.
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
        arrays = {
            "header": np.array(json.dumps(header, default=np.ndarray.tolist)),
            "start": flatten(self.start),
            **{name: getattr(self, name) for name in _ARRAY_FIELDS},
        }
        with written_whole(path) as part:
            _write(arrays, part)

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
                return cls(**_read_stored(file))
            except Exception as error:  # what a stranger wrote into it raises almost anything
                raise ValueError(
                    f"{path} is not a recording of nnlib.train ({error}): give a file written by "
                    "Recording.save"
                ) from error


_ARRAY_FIELDS = ("loss", "accuracy", "recorded_epochs", "parameters", "X", "Y")
_STORED = ("start", *_ARRAY_FIELDS)
_PLAIN_FIELDS = ("learning_rate", "epochs", "batch_size", "shuffle", "seed", "rng_state")
_LONGEST_HEADER = 2**22  # bytes; a generator's state has a few thousand
UNPACKED = 2**26  # bytes that a file of any size may unpack to
_RATIO = 50  # how often its own size a larger file may; a bomb of zeros has about 1000


def _write(arrays, path):
    """Write arrays into a new file: compressed, unless `load` would take it for a bomb."""
    for write in (np.savez_compressed, np.savez):
        with path.open("wb") as file:
            write(file, **arrays)
        if sum(array.nbytes for array in arrays.values()) <= _most_unpacked(path.stat().st_size):
            break


def _most_unpacked(size):
    """How many bytes a file of this size may unpack to."""
    return max(UNPACKED, _RATIO * size)


def _generator_in(rng_state):
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


def _read_stored(file):
    """The fields of a Recording from its file; anything odd raises, before it is unpacked."""
    import json
    import zipfile

    with _in_own_words("it is torn, or a file of another kind"):
        archive = zipfile.ZipFile(file)
        members = {name: archive.getinfo(f"{name}.npy") for name in ("header", *_STORED)}
    if members["header"].file_size > _LONGEST_HEADER:
        raise ValueError(f"its header is longer than {_LONGEST_HEADER} bytes")
    header = json.loads(_unpack(archive, members["header"]).item())
    if header["format"] != _FORMAT:
        raise ValueError(f"its format is {header['format']!r}, not {_FORMAT!r}")
    sizes = [as_count(n, "sizes", smallest=1) for n in header["sizes"]]
    settings = _read_settings(header)
    size = sum(member.file_size for member in members.values())
    if size > (most := _most_unpacked(file.seek(0, 2))):
        raise ValueError(f"it would unpack to {size} bytes: of a file of its size {most} are read")
    _check_shapes({name: _stated(archive, members[name]) for name in _STORED}, sizes, settings)
    stored = {name: _unpack(archive, members[name]) for name in _STORED}
    blank = [
        Layer(np.empty((n_out, n_in)), np.empty(n_out), ACTIVATIONS[name])
        for n_in, n_out, name in zip(sizes[:-1], sizes[1:], header["activations"], strict=True)
    ]
    start = unflatten(stored["start"], blank)
    for name in _STORED:
        check_finite(as_real(stored[name], name), name)
    # As `train` keeps them: X and Y in the dtype of the network, which is `start` as it is.
    _, X, Y, loss = read_batch(start, stored["X"], stored["Y"], header["loss_name"])
    _check_curve(stored["loss"], "loss", largest=np.inf)
    _check_curve(stored["accuracy"], "accuracy", largest=1)
    first, epochs = stored.pop("start"), settings["epochs"]
    _check_recorded(stored["recorded_epochs"], stored["parameters"], first, epochs)
    return {**stored, "X": X, "Y": Y, "start": start, "loss_function": loss, **settings}


@contextmanager
def _in_own_words(message):
    """Say this instead of what NumPy and zipfile say, who may advise to load it unsafely."""
    try:
        yield
    except Exception:
        raise ValueError(message) from None


def _stated(archive, member):
    """Shape and dtype that an array claims to have, without unpacking it."""
    with _in_own_words(f"{member.filename} is torn, or no array"), archive.open(member) as file:
        version = np.lib.format.read_magic(file)
        read = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        shape, _, dtype = read(file)
        start = file.tell()
    if dtype.hasobject:
        raise ValueError(f"{member.filename} holds Python objects instead of numbers")
    if start + math.prod(shape) * dtype.itemsize != member.file_size:
        raise ValueError(f"{member.filename} is not as long as its shape, {shape}, says")
    return shape, dtype


def _unpack(archive, member):
    """The array of one member, once it is as long as it says."""
    _stated(archive, member)
    with _in_own_words(f"{member.filename} is torn"), archive.open(member) as file:
        return np.lib.format.read_array(file, allow_pickle=False)


def _check_shapes(stated, sizes, settings):
    """Raise if no run of such a network and such settings has arrays of these shapes and dtypes."""
    P = sum(n_out * (n_in + 1) for n_in, n_out in pairwise(sizes))
    (N, *_), (S, *_) = (stated[name][0] or (0,) for name in ("X", "recorded_epochs"))
    curve = (settings["epochs"],), np.float64
    for name, (shape, dtype) in {
        "start": ((P,), None),
        "X": ((N, sizes[0]), None),
        "Y": ((N, sizes[-1]), None),
        "loss": curve,
        "accuracy": curve,
        "recorded_epochs": ((S,), np.int64),
        "parameters": ((S, P), np.float32),
    }.items():
        found_shape, found_dtype = stated[name]
        if found_shape != shape:
            raise ValueError(f"{name} is {found_shape}, not {shape}")
        if dtype is not None and found_dtype != dtype:
            raise TypeError(f"{name} is {found_dtype}, not {np.dtype(dtype)}")


def _read_settings(header):
    """The settings of a run, once they are such as `train` allows."""
    seed = header["seed"]
    _generator_in(header["rng_state"])
    return {
        "learning_rate": as_real_number(header["learning_rate"], "learning_rate", above=0),
        "epochs": as_count(header["epochs"], "epochs", smallest=1),
        "batch_size": as_count(header["batch_size"], "batch_size", smallest=1),
        "shuffle": as_flag(header["shuffle"], "shuffle"),
        "seed": seed if seed is None else as_count(seed, "seed", smallest=0),
        "rng_state": header["rng_state"],
    }


def _check_curve(curve, name, largest):
    """Raise if no run has such a curve of loss or accuracy."""
    outside = (curve < 0) | (curve > largest)
    if outside.any():
        refuse_first(outside, curve, name, f"it must lie between 0 and {largest}")


def _check_recorded(recorded_epochs, parameters, start, epochs):
    """Raise if no run from `start` records such parameters after such epochs."""
    S = len(recorded_epochs)
    if S == 0:
        return
    every = max(int(recorded_epochs[1]), 1) if S > 1 else epochs + 1
    if recorded_epochs.tolist() != list(range(0, epochs + 1, every)):
        raise ValueError(f"recorded_epochs must be 0, k, 2 k and so on up to {epochs}")
    if (parameters[0] != cast(start, np.float32, "start")).any():
        raise ValueError("the parameters recorded first are not those of start")
