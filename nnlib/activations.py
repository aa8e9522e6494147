"""Activation functions, each beside its derivative.

Every activation is an object to call: `sigmoid(z)` is the activation, `sigmoid.derivative(z)` its
slope at z. `sigmoid.derivative_from_output(a)` is the same slope for a reader who holds
a = sigmoid(z) and no longer z. Which of the two a helper expects is part of its contract: mixing
them up gives a wrong number and no error.

All are element-wise, except `softmax`, which acts on the last axis and has a Jacobian.
"""

import numpy as np

from nnlib.values import as_numbers, infinity_allowed, look_up


class Activation:
    """An element-wise function with its derivative; call it on z.

    Attributes
    ----------
    name : str
        The name by which `init_network` and the others know it.
    bounds : tuple of float
        The values lie between these two.
    corners : tuple of float
        The z at which the slope jumps, and a small step to either side measures another one.

    Notes
    -----
    Real or complex z of any shape (`softmax`: of one axis or more). float32 stays float32, complex
    stays complex (the complex step passes through), whole numbers and booleans become float64.

    One of your own is a subclass with a `name`, its `corners` if it has any, and two methods, each
    for an array of floats and each with a result of its shape and dtype: `formula(z)`, the
    activation, and `slope_from_output(a)`, its slope where it is a, for every gradient. `forward`
    needs the first alone. `slope_at(z)`, the slope that `derivative` gives, is had from these two;
    write it as well if it can keep digits that a has lost.
    """

    name = ""
    bounds = (-np.inf, np.inf)
    corners = ()

    def __call__(self, z):
        """Activation a of each pre-activation z.

        Parameters
        ----------
        z : array_like of float or complex, any shape

        Returns
        -------
        ndarray or scalar
            Shape of z; dtype of z, float64 for whole numbers.

        Raises
        ------
        TypeError
            If z does not hold numbers.
        """
        z = as_numbers(z, self.name, "z")
        with infinity_allowed():
            return self.formula(z)

    def formula(self, z):
        """As calling it, for an array of floats, inside `infinity_allowed()`.

        Parameters
        ----------
        z : ndarray of float or complex, any shape

        Returns
        -------
        ndarray or scalar, shape of z
        """
        raise self._missing("formula(z), the activation")

    def slope_at(self, z):
        """As `derivative`, for an array of floats, inside `infinity_allowed()`."""
        return self.slope_from_output(self.formula(z))

    def slope_from_output(self, a):
        """As `derivative_from_output`, for an array of floats, inside `infinity_allowed()`."""
        raise self._missing("slope_from_output(a), its slope where the activation is a")

    def _missing(self, method):
        return NotImplementedError(
            f"{type(self).__name__} is an activation without {method}: write this method, which "
            "returns an array of the shape and dtype it is given"
        )

    def derivative(self, z):
        """Slope da/dz at each pre-activation z.

        Parameters
        ----------
        z : array_like of float or complex, any shape

        Returns
        -------
        ndarray or scalar
            Shape of z; dtype of z, float64 for whole numbers.

        Raises
        ------
        TypeError
            If z does not hold numbers, or if the activation is not element-wise (`softmax`).
        """
        z = as_numbers(z, self.name, "derivative", "z")
        with infinity_allowed():
            return self.slope_at(z)

    def derivative_from_output(self, a):
        """Slope da/dz where the activation has the value a; saves computing a again.

        Parameters
        ----------
        a : array_like of float or complex, any shape
            What the activation returned for z, not z itself.

        Returns
        -------
        ndarray or scalar
            Shape of a; dtype of a, float64 for whole numbers. Where a has been rounded to a
            limit (sigmoid(40) is 1) the slope is 0; `derivative` still tells it apart from 0.

        Raises
        ------
        TypeError
            If a does not hold numbers, or if the activation is not element-wise (`softmax`).

        Examples
        --------
        >>> from nnlib import sigmoid
        >>> right = sigmoid.derivative(2.0)
        >>> z_for_a = sigmoid.derivative_from_output(2.0)  # 2.0 is z, but a was asked for
        >>> a_for_z = sigmoid.derivative(sigmoid(2.0))  # a was given, but z was asked for
        >>> print(f"{right:.3f} {z_for_a:.3f} {a_for_z:.3f}")
        0.105 -2.000 0.207
        """
        a = as_numbers(a, self.name, "derivative_from_output", "a")
        with infinity_allowed():
            return self.slope_from_output(a)

    def __repr__(self):
        """Show the name under which the activation can be imported."""
        return f"nnlib.{self.name}"

    def __eq__(self, other):
        """Two activations are equal if they are the same function, copies included."""
        return self is other or (type(self) is type(other) and vars(self) == vars(other))

    def __hash__(self):
        """Agree with `==`."""
        return hash(type(self))


class Sigmoid(Activation):
    """sigma(z) = 1 / (1 + e^-z), between 0 and 1; sigma' = sigma (1 - sigma).

    Examples
    --------
    >>> from nnlib import sigmoid
    >>> sigmoid([-1000, 0, 1000])
    array([0. , 0.5, 1. ])
    >>> float(sigmoid.derivative(0))
    0.25
    """

    name = "sigmoid"
    bounds = (0.0, 1.0)

    def formula(self, z):
        if z.dtype.kind == "c":
            # The same function, but e^-z stays finite: infinity times i h would be NaN.
            negative = z.real < 0
            e = np.exp(np.where(negative, z, -z))
            return np.where(negative, e, 1) / (1 + e)
        # exp(1000) is inf, and 1 / (1 + inf) the limit: 0. For a small z a call takes 1.15 times as
        # long with 1 for 1.0, and 1.07 times with 1.0 / (...): NumPy has to convert the number.
        return np.reciprocal(1.0 + np.exp(-z))

    def slope_at(self, z):
        # 1 - sigma(z) is sigma(-z), and written so it keeps its digits where sigma(z) rounds to 1.
        return self.formula(z) * self.formula(-z)

    def slope_from_output(self, a):
        return a * (1.0 - a)


class Tanh(Activation):
    """tanh(z), between -1 and 1; tanh' = 1 - tanh^2.

    Examples
    --------
    >>> from nnlib import tanh
    >>> tanh([-1000, 0, 1000])
    array([-1.,  0.,  1.])
    """

    name = "tanh"
    bounds = (-1.0, 1.0)

    def formula(self, z):
        return np.tanh(z)

    def slope_at(self, z):
        # 1 / cosh(z)^2: as 1 - tanh(z)^2, but with its digits kept where tanh(z) rounds to 1.
        e = np.exp(np.where(z.real < 0, z, -z))
        return (2 * e / (1 + e * e)) ** 2

    def slope_from_output(self, a):
        return 1 - a * a


class ReLU(Activation):
    """max(z, 0); its derivative is 1 for z > 0, else 0 (at z = 0 as well, by convention).

    Examples
    --------
    >>> from nnlib import relu
    >>> relu([-2, 0, 3])
    array([0., 0., 3.])
    >>> relu.derivative([-2, 0, 3])
    array([0., 0., 1.])
    """

    name = "relu"
    bounds = (0.0, np.inf)
    corners = (0.0,)

    def formula(self, z):
        return np.where(z.real <= 0, 0, z)[()]

    def slope_at(self, z):
        return (z.real > 0).astype(z.dtype)

    slope_from_output = slope_at  # a > 0 exactly where z > 0


class LeakyReLU(Activation):
    """z for z > 0, else 0.01 z; its derivative is 1 for z > 0, else 0.01 (at z = 0 as well).

    Examples
    --------
    >>> from nnlib import leaky_relu
    >>> leaky_relu([-200, 0, 3])
    array([-2.,  0.,  3.])
    >>> leaky_relu.derivative([-200, 0, 3])
    array([0.01, 0.01, 1.  ])
    """

    name = "leaky_relu"
    corners = (0.0,)
    slope = 0.01

    def formula(self, z):
        return z * self.slope_at(z)

    def slope_at(self, z):
        return np.where(z.real > 0, 1, self.slope).astype(z.dtype)[()]

    slope_from_output = slope_at  # a > 0 exactly where z > 0


class Softplus(Activation):
    """log(1 + e^z), a smooth relu, above 0; softplus' = sigma.

    Examples
    --------
    >>> from nnlib import softplus
    >>> softplus([-1000, 1000])
    array([   0., 1000.])
    """

    name = "softplus"
    bounds = (0.0, np.inf)

    def formula(self, z):
        positive = z.real > 0
        e = np.exp(np.where(positive, -z, z))  # e^-|z|: never above 1, so it cannot overflow
        return np.where(positive, z, 0) + log1p(e)

    def slope_at(self, z):
        return sigmoid.formula(z)

    def slope_from_output(self, a):
        return -np.expm1(-a)  # a = log(1 + e^z), so sigma(z) = 1 - e^-a


class Identity(Activation):
    """z itself: a layer without a bend; its derivative is 1.

    Examples
    --------
    >>> from nnlib import identity
    >>> identity([-2, 3])
    array([-2.,  3.])
    """

    name = "identity"

    def formula(self, z):
        return +z

    def slope_at(self, z):
        return np.ones_like(z)[()]

    slope_from_output = slope_at


class Softmax(Activation):
    """e^z_j / sum_k e^z_k along the last axis: positive numbers that sum to 1.

    Each output depends on every z of its row, so the derivative is a matrix: `jacobian`.

    Examples
    --------
    >>> from nnlib import softmax
    >>> softmax([1000, 1000])
    array([0.5, 0.5])
    >>> softmax([[1000, 0], [0, -1000]])
    array([[1., 0.],
           [1., 0.]])
    """

    name = "softmax"
    bounds = (0.0, 1.0)

    def formula(self, z):
        if z.ndim == 0 or z.shape[-1] == 0:
            raise ValueError(
                "softmax: z needs at least one unit along its last axis, "
                f"but its shape is {z.shape}"
            )
        # Taking the same number from a whole row changes nothing; the row's own largest makes
        # every exponent 0 or less. One maximum for all rows would turn the others into 0/0.
        e = np.exp(z - z.real.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    def jacobian(self, z):
        """Matrix of da_j/dz_k: diag(a) - a a^T for each row of z.

        Parameters
        ----------
        z : array_like of float or complex, shape (..., m)

        Returns
        -------
        ndarray, shape (..., m, m)
            Entry [..., j, k] is the slope of output j by input k. Symmetric; rows sum to 0.

        Raises
        ------
        TypeError
            If z does not hold numbers.
        ValueError
            If z has no last axis, or an empty one.

        Examples
        --------
        >>> from nnlib import softmax
        >>> softmax.jacobian([0, 0])
        array([[ 0.25, -0.25],
               [-0.25,  0.25]])
        """
        a = self(z)
        with infinity_allowed():
            return a[..., :, None] * (np.eye(a.shape[-1], dtype=a.dtype) - a[..., None, :])

    def derivative(self, z):
        """Raise: softmax has a Jacobian, not one slope a unit.

        Raises
        ------
        TypeError
            Always; use `softmax.jacobian`.
        """
        raise TypeError(
            "softmax has no element-wise derivative: each output depends on every z of its row. "
            "Use softmax.jacobian(z), of shape (..., m, m)"
        )

    derivative_from_output = slope_at = slope_from_output = derivative


sigmoid = Sigmoid()
tanh = Tanh()
relu = ReLU()
leaky_relu = LeakyReLU()
softplus = Softplus()
identity = Identity()
softmax = Softmax()

ACTIVATIONS = {
    activation.name: activation
    for activation in (sigmoid, tanh, relu, leaky_relu, softplus, identity, softmax)
}


def get_activation(activation):
    """Activation for a name; an activation object is returned as it is.

    Parameters
    ----------
    activation : str or Activation

    Returns
    -------
    Activation

    Raises
    ------
    ValueError
        If the name is unknown; the message lists the known ones.
    TypeError
        If `activation` is neither a name nor an Activation.

    Examples
    --------
    >>> get_activation("tanh")
    nnlib.tanh
    """
    return look_up(activation, ACTIVATIONS, Activation, "activation")


def log1p(e):
    """log(1 + e), with its digits where e is small; NumPy's has none there for a complex e.

    Parameters
    ----------
    e : ndarray of float or complex, any shape

    Returns
    -------
    ndarray, shape and dtype of e

    Raises
    ------
    Nothing of its own.
    """
    if e.dtype.kind != "c":
        return np.log1p(e)
    return np.where(abs(e) < 0.5, 2 * np.arctanh(e / (2 + e)), np.log(1 + e))
