"""What the functions of nnlib hand to one another: a layer, a trace, a gradient.

`nnlib.network` offers them; they live apart so that what reads a network can make one.
"""

from typing import NamedTuple

import numpy as np

from nnlib.activations import Activation


class Layer(NamedTuple):
    """One dense layer, a = sigma(W a_previous + b).

    Attributes
    ----------
    W : ndarray, shape (n_l, n_(l-1))
        Row j holds the weights into unit j.
    b : ndarray, shape (n_l,)
        One bias a unit.
    activation : Activation or str
        sigma of this layer, or its name.
    """

    W: np.ndarray
    b: np.ndarray
    activation: Activation


class Trace(NamedTuple):
    """What a batch left behind on its way through a network.

    Attributes
    ----------
    z : list of L ndarrays, shape (N, n_l)
        Pre-activations; `z[l]` belongs to `network[l]`.
    a : list of L + 1 ndarrays, shape (N, n_l)
        Activations; `a[0]` is X, `a[l]` what `network[l]` receives, `a[-1]` the output.
    """

    z: list
    a: list


class Gradients(NamedTuple):
    """Gradient of the mean cost of a batch, and the deltas it came from.

    Attributes
    ----------
    dW : list of ndarray, shapes of W
        dC/dW^l, C being the mean cost of the batch.
    db : list of ndarray, shapes of b
        dC/db^l.
    delta : list of ndarray, shape (N, n_l)
        dC_i/dz^l of each sample's own cost, not divided by N.
    """

    dW: list  # noqa: N815 (the letter of the equations)
    db: list
    delta: list
