"""A recording of `nnlib.train` as a page carries it: small, in text, and without a loss.

Parameters are float32, as they were recorded, and the samples float64, so a front end that
computes in float64 shows what `nnlib.forward` computes from the same numbers. What makes the text
small is the order of the bytes. From one recorded moment to the next a parameter changes little:
the difference of the two bit patterns, read as whole numbers, is small, and its upper bytes are
zero. All upper bytes stand together, parameter by parameter, then the next ones; the zeros then
vanish in the compression of the page.
"""

import base64

import numpy as np

from nnlib.network import Layer
from nnlib.training import Recording, evaluate

MOST_NUMBERS = 4_000_000  # of recorded parameters, and of samples: 16 and 32 MB


def encode(recording, label=""):
    """Return a recording as a dict that JSON can hold.

    Parameters
    ----------
    recording : nnlib.Recording
        With recorded parameters.
    label : str, optional
        What stands above it.

    Returns
    -------
    dict
        label; sizes, activations and loss_name; epochs, loss and accuracy of each recorded moment,
        the two of them over all samples by `evaluate`; parameters, X and Y as base64.

    Raises
    ------
    TypeError
        If it is not a recording.
    ValueError
        If it holds no parameters, or more than a page can carry.
    """
    if not isinstance(recording, Recording):
        raise TypeError(
            f"it is {type(recording).__name__}; give the recording that nnlib.train returns beside "
            "the network"
        )
    moments, P = recording.parameters.shape
    if not moments:
        raise ValueError("no parameters were recorded; give nnlib.train record_every=1")
    if recording.parameters.size > MOST_NUMBERS:
        raise ValueError(
            f"it holds {moments} moments of {P} parameters, which is more than {MOST_NUMBERS:,} "
            "numbers; give nnlib.train a larger record_every"
        )
    if recording.X.size > MOST_NUMBERS:
        raise ValueError(
            f"its X of shape {recording.X.shape} holds more than {MOST_NUMBERS:,} numbers"
        )
    states = [
        evaluate(exact_network(recording, n), recording.X, recording.Y, recording.loss_function)
        for n in range(moments)
    ]
    return {
        "label": label,
        "sizes": [recording.X.shape[1], *(len(layer.b) for layer in recording.start)],
        "activations": [layer.activation.name for layer in recording.start],
        "loss_name": recording.loss_name,
        "epochs": recording.recorded_epochs.tolist(),
        # for the curves alone: what is printed is computed from the parameters
        "loss": [float(f"{state.loss:.6g}") for state in states],
        "accuracy": [float(f"{state.accuracy:.6g}") for state in states],
        "parameters": pack_parameters(recording.parameters),
        "X": _base64(recording.X.astype("<f8")),
        "Y": _base64(recording.Y.astype("<f8")),
    }


def exact_network(recording, n):
    """Return the n-th recorded network, its float32 numbers held in float64.

    Parameters
    ----------
    recording : nnlib.Recording
    n : int

    Returns
    -------
    list of nnlib.Layer
    """
    return [
        Layer(layer.W.astype(np.float64), layer.b.astype(np.float64), layer.activation)
        for layer in recording.network(n)
    ]


def pack_parameters(parameters):
    """Return parameters as base64 of differences, sorted by byte.

    Parameters
    ----------
    parameters : ndarray of float32, shape (S, P)

    Returns
    -------
    str
        Base64 of 4 S P bytes: of the uint32 ``u[p, s]`` first every highest byte, p slowest, then
        every next one. ``u[p, s]`` is the difference d of the bits of parameter p at the moments s
        and s - 1 (0 before the first), modulo 2^32, its sign moved into the lowest bit:
        ``2 d`` for d >= 0 and ``-2 d - 1`` for d < 0.
    """
    bits = np.asarray(parameters, "<f4").view(np.int32).astype(np.int64)
    change = np.diff(bits, axis=0, prepend=0).astype(np.int32)  # modulo 2^32
    folded = ((change << 1) ^ (change >> 31)).T.astype(">i4")
    return _base64(np.ascontiguousarray(folded).view(np.uint8).reshape(-1, 4).T)


def unpack_parameters(text, moments, size):
    """Return what `pack_parameters` was given.

    Parameters
    ----------
    text : str
    moments, size : int
        S and P.

    Returns
    -------
    ndarray of float32, shape (S, P)

    Raises
    ------
    ValueError
        If the text is not base64 of 4 S P bytes.
    """
    data = np.frombuffer(base64.b64decode(text, validate=True), np.uint8)
    if data.size != 4 * moments * size:
        raise ValueError(f"parameters holds {data.size} bytes, not 4 x {moments} x {size}")
    folded = np.ascontiguousarray(data.reshape(4, -1).T).view(">u4").astype(np.uint32)
    change = (folded >> 1) ^ (0 - (folded & 1))
    bits = np.cumsum(change.reshape(size, moments), axis=1, dtype=np.uint32)
    return np.ascontiguousarray(bits.T).view(np.float32)


def _base64(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")
