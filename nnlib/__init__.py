"""nnlib: dense neural networks and their gradients, written the way a textbook says them.

NumPy is all that is imported here. The modules, in the order of the arrows between them:

activations, losses
    One function and its derivative side by side.
scalar
    The gradient of a chain of single units, in plain floats.
gradcheck
    Is a gradient right? Central differences and the complex step.
data
    Small data sets.
"""

from nnlib import data, gradcheck, scalar
from nnlib.activations import identity, leaky_relu, relu, sigmoid, softmax, softplus, tanh
from nnlib.losses import binary_cross_entropy, cross_entropy, quadratic

__all__ = [
    "binary_cross_entropy",
    "cross_entropy",
    "data",
    "gradcheck",
    "identity",
    "leaky_relu",
    "quadratic",
    "relu",
    "scalar",
    "sigmoid",
    "softmax",
    "softplus",
    "tanh",
]
