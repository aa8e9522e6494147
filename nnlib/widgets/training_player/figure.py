"""The training player: a recording of `nnlib.train`, played and seen by every layer."""

import base64
import itertools

import numpy as np
import traitlets as t

from nnlib.activations import ACTIVATIONS
from nnlib.losses import LOSSES
from nnlib.network import Layer
from nnlib.reading import read_batch
from nnlib.training import Recording, evaluate
from nnlib.widgets import bundle
from nnlib.widgets.figure import Figure
from nnlib.widgets.schema import properties, read, shown
from nnlib.widgets.training_player.recording import encode, unpack_parameters

_FIELDS = properties(bundle.about("TrainingPlayer")["properties"]["recordings"]["items"])
_FITTING = ("recordings", "epoch", "layer", "unit", "sample")


class TrainingPlayer(Figure):
    """One recording of `nnlib.train`, or two side by side in step, played and scrubbed.

    Everything on screen is computed in front of the reader from the recorded parameters: the input
    plane with the decision boundary, the field of each hidden unit over that plane, and for layers
    of two or three units the cloud of the samples' activations, which can be turned, with the
    folded grid of the input plane and the flat cuts that the next layer's units make in it. The
    curve of the loss is the scrub bar. No moment is shown that was not recorded.

    Parameters
    ----------
    recording : nnlib.Recording or list of nnlib.Recording
        From ``train(..., record_every=n)``. A list holds one or two.
    other : nnlib.Recording, optional
        A second recording, shown beside the first at the same epoch, or at the last one before it
        that it recorded.
    labels : list of str, optional
        What stands above each recording.
    epoch : int
        The recorded moment that is shown: so many epochs were done. The last one unless given.
    panels : list of str
        What is drawn beside the curve: "plane", "units" (the maps), "cloud". All unless given.
    compact : bool
        Without the choices and the sample's line: pictures, curve and Play only.
    view : str
        "a", the clouds and maps after the squash, or "z", before it.
    turn : list of float
        Degrees by which the clouds are turned: to the side, and over (-90 to 90).
    arrows : str
        On hidden points: "none", "ask" (-dC_i/da, what each point asks for), "steps" (where the
        next recorded moments take it), or "both".
    layer, unit : int
        The layer whose units' boundaries are drawn, counted from 1: as curves in the input plane,
        and flat in the cloud of the layer before. The last means the decision boundary alone,
        which is always there. And one of its units, counted from 1, or 0 for the first four.
        Layer 2 unless given.
    sample : int, optional
        The row of X that is lit in every panel.
    speed : float
        0.25, 0.5, 1, 2 or 4.
    playing : bool
        Whether it plays. Given at the start, it begins to play once it is seen, unless the reader
        has asked for reduced motion.

    Attributes
    ----------
    loss, accuracy : list of float
        Of each recording at the epoch shown, over all its samples, as `nnlib.training.evaluate`
        gives them. Read only.

    Raises
    ------
    traitlets.TraitError
        If a value does not fit; the message names the trait.

    Examples
    --------
    >>> from nnlib import data, init_network, train
    >>> X, Y = data.circles(n=100, rng=0)
    >>> _, recording = train(
    ...     init_network([2, 3, 3, 1], rng=3), X, Y, learning_rate=3.0, epochs=10, batch_size=10,
    ...     rng=0, record_every=5,
    ... )
    >>> figure = TrainingPlayer(recording)
    >>> figure.epoch, len(figure.loss)
    (10, 1)
    >>> figure.epoch = 3
    Traceback (most recent call last):
    ...
    traitlets.traitlets.TraitError: epoch is 3; recorded are 0, 5, 10
    """

    loss = t.List(t.Float(), read_only=True)
    accuracy = t.List(t.Float(), read_only=True)

    arguments = ("recording", "other", "labels")
    _decoded = (None, None)  # the last value of recordings that was decoded, and what it holds

    def __init__(self, recording=None, other=None, *, labels=None, **traits):
        if recording is not None:
            traits["recordings"] = _encoded(recording, other, labels)
        elif "recordings" not in traits:
            raise t.TraitError(
                "recording is missing; give what nnlib.train(..., record_every=1) returns beside "
                "the network"
            )
        runs = _all_decoded(traits["recordings"])
        traits.setdefault("epoch", _moments(runs)[-1])
        traits.setdefault("layer", min(2, len(_widths(runs))))
        super().__init__(**traits)
        self._compute()

    @classmethod
    def from_recording(cls, recording, other=None, **traits):
        """Return the player of a recording: the same as calling the class."""
        return cls(recording, other, **traits)

    def moments(self):
        """Return the epochs that can be shown: all that one of the recordings holds.

        Returns
        -------
        list of int
        """
        return _moments(self._runs)

    def networks(self):
        """Return the networks on screen.

        Returns
        -------
        list of list of nnlib.Layer
            One a recording: the recorded float32 parameters, held in float64.
        """
        return [_network(run, self.epoch) for run in self._runs]

    @property
    def _runs(self):
        """The recordings with their arrays as arrays."""
        return self._decode(self.recordings)

    def _decode(self, recordings):
        if self._decoded[0] is not recordings:
            self._decoded = recordings, _all_decoded(recordings)
        return self._decoded[1]

    @t.validate(*_FITTING)
    def _fits(self, proposal):
        chosen = self._proposed(proposal, *_FITTING)
        _check_fit(self._decode(chosen.pop("recordings")), **chosen)
        return proposal.value

    @t.validate("turn")
    def _are_angles(self, proposal):
        if abs(proposal.value[1]) > 90:
            raise t.TraitError(f"turn is {proposal.value}; over it must be of size at most 90")
        return proposal.value

    @t.observe("recordings", "epoch")
    def _compute(self, _change=None):
        pairs = zip(self.networks(), self._runs, strict=True)
        found = [evaluate(net, run["X"], run["Y"], run["loss_name"]) for net, run in pairs]
        with self.hold_trait_notifications():
            self.set_trait("loss", [one.loss for one in found])
            self.set_trait("accuracy", [one.accuracy for one in found])


def _encoded(recording, other, labels):
    """One or two recordings, given as they may be, as dicts."""
    given = recording if isinstance(recording, list | tuple) else [recording]
    given = [*given, *([] if other is None else [other])]
    if not 1 <= len(given) <= 2:
        raise t.TraitError(f"recording holds {len(given)} recordings; give one or two")
    labels = [""] * len(given) if labels is None else labels
    if not (
        isinstance(labels, list | tuple)
        and len(labels) == len(given)
        and all(isinstance(label, str) for label in labels)
    ):
        raise t.TraitError(
            f"labels is {shown(labels)}; give {len(given)} texts, one for each recording"
        )
    encoded = []
    for place, (one, label) in enumerate(zip(given, labels, strict=True)):
        try:
            _check_names(one)
            encoded.append(encode(one, label))
        except (TypeError, ValueError) as error:
            name = "recording" if len(given) == 1 else f"recording {place + 1}"
            raise t.TraitError(f"{name}: {error}") from error
    return encoded


def _check_names(recording):
    """Raise ValueError if a front end does not know an activation or the loss."""
    if not isinstance(recording, Recording):
        return  # `encode` says what it is
    for l, layer in enumerate(recording.start, start=1):
        if ACTIVATIONS.get(layer.activation.name) != layer.activation:
            raise ValueError(f"layer {l} has the activation {layer.activation!r}, not one of nnlib")
    if LOSSES.get(recording.loss_name) != recording.loss_function:
        raise ValueError(f"its loss is {recording.loss_name!r}, not one of nnlib")


def _check_fit(runs, epoch, layer, unit, sample):
    """Raise a TraitError that names the trait which does not fit the recordings."""
    moments, widths = _moments(runs), _widths(runs)
    if epoch not in moments:
        known = [str(moment) for moment in moments]
        if len(known) > 8:
            known = [*known[:4], "...", *known[-2:]]
        raise t.TraitError(f"epoch is {epoch}; recorded are {', '.join(known)}")
    if layer > len(widths):
        raise t.TraitError(f"layer is {layer}; it must be a whole number from 1 to {len(widths)}")
    if unit > widths[layer - 1]:
        raise t.TraitError(
            f"unit is {unit}; layer {layer} has units 1 to {widths[layer - 1]}, and 0 means all "
            "of them"
        )
    most = min(len(run["X"]) for run in runs) - 1
    if sample is not None and sample > most:
        raise t.TraitError(f"sample is {sample}; the rows of X are 0 to {most}")


def _moments(runs):
    """Epochs that one of the recordings holds, ascending."""
    return sorted({epoch for run in runs for epoch in run["epochs"]})


def _widths(runs):
    """Units of each layer; of the wider recording where there are two."""
    sizes = [run["sizes"][1:] for run in runs]
    deepest = max(map(len, sizes))
    return [max(size[l] for size in sizes if l < len(size)) for l in range(deepest)]


def _all_decoded(recordings):
    if not isinstance(recordings, list | tuple) or not 1 <= len(recordings) <= 2:
        raise t.TraitError(
            f"recordings is {shown(recordings)}; it must be a list of one or two recordings"
        )
    return [_decoded(one, place) for place, one in enumerate(recordings)]


def _decoded(one, place):
    """A recording's dict with its arrays as arrays; a TraitError that names what does not fit."""
    name = f"recordings[{place}]"
    if not isinstance(one, dict):
        raise t.TraitError(
            f"{name} is {type(one).__name__}; make it with TrainingPlayer(recording)"
        )
    try:
        one = {field: read(f"{name}.{field}", one.get(field), _FIELDS[field]) for field in _FIELDS}
    except ValueError as error:
        raise t.TraitError(f"{error}; make it with TrainingPlayer(recording)") from error
    sizes, S = one["sizes"], len(one["epochs"])
    for field, length in {"activations": len(sizes) - 1, "loss": S, "accuracy": S}.items():
        if len(one[field]) != length:
            raise t.TraitError(
                f"{name} does not fit its sizes and epochs: {field} has {len(one[field])} items, "
                f"not {length}"
            )
    if any(after <= before for before, after in itertools.pairwise(one["epochs"])):
        raise t.TraitError(f"{name}: its epochs must ascend")
    P = sum(m * (n + 1) for n, m in itertools.pairwise(sizes))
    try:
        X = _floats(one["X"]).reshape(-1, sizes[0])
        Y = _floats(one["Y"]).reshape(len(X), sizes[-1])
        parameters = unpack_parameters(one["parameters"], S, P)
    except ValueError as error:
        raise t.TraitError(f"{name} does not fit its sizes {shown(sizes)}: {error}") from error
    for field, array in {"X": X, "Y": Y, "parameters": parameters}.items():
        if not (array.size and np.isfinite(array).all()):
            raise t.TraitError(f"{name}: {field} must hold finite numbers, and at least one row")
    run = one | {"X": X, "Y": Y, "parameters": parameters}
    try:
        read_batch(_network(run, 0), X, Y, one["loss_name"])
    except ValueError as error:
        raise t.TraitError(f"{name}: {error}") from error
    return run


def _floats(text):
    return np.frombuffer(base64.b64decode(text, validate=True), "<f8")


def _network(run, epoch):
    """The network at an epoch, or at the last recorded one before it."""
    n = max(0, np.searchsorted(run["epochs"], epoch, side="right") - 1)
    sizes, numbers = run["sizes"], run["parameters"][n].astype(np.float64)
    shapes = list(zip(sizes[1:], sizes[:-1], strict=True))
    ends = np.cumsum([*(m * n for m, n in shapes), *sizes[1:]])
    arrays = np.split(numbers, ends[:-1])
    return [
        Layer(W.reshape(shape), b, ACTIVATIONS[name])
        for W, shape, b, name in zip(
            arrays[: len(shapes)], shapes, arrays[len(shapes) :], run["activations"], strict=True
        )
    ]
