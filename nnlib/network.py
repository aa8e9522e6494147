"""What a network is: layers in a list, and the traces and gradients they leave."""

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
    activation : Activation
        sigma of this layer.
    """

    W: np.ndarray
    b: np.ndarray
    activation: Activation


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

    dW: list
    db: list
    delta: list
