"""nnlib: dense neural networks and their gradients, written the way a textbook says them.

NumPy is all that is imported here. The modules, in the order of the arrows between them:

activations, losses
    One function and its derivative side by side.
network
    What a network is: layers, how one begins, what passes through it.
scalar, loops, vectorized, batched
    One gradient, four times: a chain in plain floats, index by index, sample by sample, and for a
    whole batch. `gradients` is that of `batched`.
gradcheck
    Is a gradient right? Central differences and the complex step.
training
    Use it: stochastic gradient descent with a recording.
data
    Small data sets.
"""

from nnlib import batched, data, gradcheck, loops, scalar, training, vectorized
from nnlib.activations import identity, leaky_relu, relu, sigmoid, softmax, softplus, tanh
from nnlib.batched import gradients
from nnlib.losses import binary_cross_entropy, cross_entropy, quadratic
from nnlib.network import Layer, forward, init_network
from nnlib.training import Recording, train

__version__ = "0.1.0"

__all__ = [
    "Layer",
    "Recording",
    "batched",
    "binary_cross_entropy",
    "cross_entropy",
    "data",
    "forward",
    "gradcheck",
    "gradients",
    "identity",
    "init_network",
    "leaky_relu",
    "loops",
    "quadratic",
    "relu",
    "scalar",
    "sigmoid",
    "softmax",
    "softplus",
    "tanh",
    "train",
    "training",
    "vectorized",
]
