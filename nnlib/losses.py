"""Losses: what an output costs beside its target, and the slope of that cost.

The cost of one sample sums over its outputs; the cost of a batch is the mean over its samples:

    C_i = sum_j c(a_ij, y_ij)        C = (1/N) sum_i C_i

`loss(a, y)` is C; `loss.gradient(a, y)` holds dC_i/da_ij of each sample, not divided by N.
"""

from contextlib import suppress

import numpy as np

from nnlib.activations import log1p, sigmoid, softmax
from nnlib.values import (
    as_numbers,
    cast,
    check_finite,
    infinity_allowed,
    look_up,
    refuse_first,
    refuse_unlike,
)


class Loss:
    """The cost of outputs beside their targets; call it on outputs a and targets y.

    Attributes
    ----------
    name : str
        The name by which `train` and the others know it.
    partner : Activation or None
        The output activation that belongs to this loss: with it dC_i/dz = a - y.

    Notes
    -----
    a and y have the same shape: (N, n_L) for a batch, one sample a row; (n_L,) for one sample.
    They are never broadcast: (N,) beside (N, 1) would make an N x N table of costs.

    One of your own is a subclass with a `name` and two methods, each for arrays of floats of one
    shape and each with a result of that shape and dtype: `costs(a, y)`, what each output costs,
    and `slopes(a, y)`, dC_i/da. If it has a `partner`, with which dC_i/dz is a - y, it also has
    `costs_from_logits(z, y)`. `check_targets` and `check_outputs` refuse what has no cost.
    """

    name = ""
    partner = None

    def __call__(self, a, y):
        """Mean over the samples of the cost summed over the outputs.

        Parameters
        ----------
        a : array_like of float or complex, shape (N, n_L) or (n_L,)
            Outputs of the network.
        y : array_like of float, shape of a
            Targets.

        Returns
        -------
        float or complex
            Infinite only where the cost truly is; nothing is clipped.

        Raises
        ------
        ValueError
            If the shapes differ, there is no sample, a target is not finite or not allowed, or an
            output is one that this loss has no cost for.
        TypeError
            If a or y does not hold numbers.
        """
        a, y = self._read(a, y, "a")
        self.check_outputs(a)
        with infinity_allowed():
            return _mean_over_samples(_returned(self.costs, a, y))

    def gradient(self, a, y):
        """Slope dC_i/da_ij of each sample's own cost by each of its outputs.

        Parameters
        ----------
        a : array_like of float or complex, shape (N, n_L) or (n_L,)
            Outputs of the network.
        y : array_like of float, shape of a
            Targets.

        Returns
        -------
        ndarray, shape of a
            Not divided by N.

        Raises
        ------
        ValueError, TypeError
            As the loss itself.
        """
        a, y = self._read(a, y, "a")
        self.check_outputs(a)
        with infinity_allowed():
            return _returned(self.slopes, a, y)

    def costs(self, a, y):
        """Cost of each output, not summed, inside `infinity_allowed()`.

        Parameters
        ----------
        a, y : ndarray, shape (N, n_L) or (n_L,)

        Returns
        -------
        ndarray, shape of a
        """
        raise self._missing("costs(a, y), what each output costs")

    def slopes(self, a, y):
        """As `gradient`, for what has been read, inside `infinity_allowed()`.

        Parameters
        ----------
        a, y : ndarray, shape (N, n_L) or (n_L,)

        Returns
        -------
        ndarray, shape of a
        """
        raise self._missing("slopes(a, y), the slope of each cost by its output")

    def costs_from_logits(self, z, y):
        """As `costs` of the partner's output for z, but exact where that output is rounded.

        Parameters
        ----------
        z, y : ndarray, shape (N, n_L) or (n_L,)

        Returns
        -------
        ndarray, shape of z
        """
        raise self._missing("costs_from_logits(z, y), what each output of its partner costs")

    def _missing(self, method):
        return NotImplementedError(
            f"{type(self).__name__} is a loss without {method}: write this method, which returns "
            "an array of the shape it is given"
        )

    def output_costs(self, z, a, y, activation):
        """Cost C_i of each sample; through the logits z if the last layer is the partner.

        Parameters
        ----------
        z, a, y : ndarray, shape (N, n_L)
            Pre-activations, outputs and targets, already read.
        activation : Activation
            sigma of the last layer.

        Returns
        -------
        ndarray, shape (N,)

        Raises
        ------
        ValueError
            If an output is one that this loss has no cost for.
        """
        with infinity_allowed():
            if activation == self.partner:
                return self.costs_from_logits(z, y).sum(axis=1)
            self.check_outputs(a)
            return self.costs(a, y).sum(axis=1)

    def output_slope(self, a, y):
        """As `slopes`, but an output without a cost, or without a finite slope, is refused.

        Parameters
        ----------
        a, y : ndarray, shape (N, n_L) or (n_L,)

        Returns
        -------
        ndarray, shape of a

        Raises
        ------
        ValueError
            If an output is one that this loss has no cost for, or no finite slope.
        """
        self.check_outputs(a)
        slope = self.slopes(a, y)
        if self.partner is not None and np.isinf(slope).any():
            rule = (
                "its cost has no finite slope there; use "
                f"{self.partner.name} as the last activation, which does without it"
            )
            refuse_first(np.isinf(slope), a, f"{self.name}: a", rule)
        return slope

    def output_delta(self, a, y, activation):
        """BP1: delta^L = dC_i/dz^L, the slope of each sample's cost by the last pre-activations.

        Three cases::

            delta^L = a - y                         if sigma is the partner of this loss
            delta^L_j = sum_k dC_i/da_k da_k/dz_j   for softmax, whose outputs share their z
            delta^L = dC_i/da * sigma'(z)           otherwise

        Inside `infinity_allowed()`, which a gradient or `train` enters once for all of its work.

        Parameters
        ----------
        a, y : ndarray, shape (N, n_L) or (n_L,)
            Outputs and targets, already read.
        activation : Activation
            sigma of the last layer.

        Returns
        -------
        ndarray, shape of a

        Raises
        ------
        ValueError
            If an output is one that this loss has no cost for, or no finite slope.
        """
        if activation == self.partner:
            return a - y
        slope = self.output_slope(a, y)
        if activation == softmax:
            # da_k/dz_j is a_j (1 - a_j) for k = j and -a_k a_j otherwise. Leaving k = j out of
            # the sum, and not subtracting it again, keeps the digits where a_j is close to 1.
            others = 1 - np.eye(a.shape[-1], dtype=a.dtype)
            return a * (slope * (1 - a) - (slope * a) @ others)
        return slope * activation.slope_from_output(a)

    def try_out(self, y, activation):
        """Raise ValueError if a method returns no array of the shape and dtype of the targets y."""
        is_partner = activation == self.partner
        methods = [self.costs_from_logits] if is_partner else [self.costs, self.slopes]
        for method in methods:
            with suppress(NotImplementedError), infinity_allowed():  # it says so where needed
                _returned(method, y.copy(), y.copy())

    def check_targets(self, y):
        """Raise ValueError if a target is not finite or not one this loss allows."""
        check_finite(y, f"{self.name}: y")

    def check_outputs(self, a):
        """Raise ValueError if an output has no cost under this loss."""

    def _read(self, a, y, name):
        a, y = as_numbers(a, self.name, name), as_numbers(y, self.name, "y")
        if self.partner == softmax and a.ndim == 2:
            refuse_labels(y, a.shape, f"{self.name}: y")
        if a.shape != y.shape:
            raise ValueError(
                f"{self.name}: {name} has shape {a.shape} but y has shape {y.shape}: give one "
                "target for each output, in the same shape"
            )
        if a.ndim > 2:
            raise ValueError(
                f"{self.name}: {name} has shape {a.shape}: give (N, n_L), one sample a row, or "
                "(n_L,) for one sample"
            )
        if a.size == 0:
            raise ValueError(
                f"{self.name}: {name} has shape {a.shape}: there is no sample to take a mean of"
            )
        self.check_targets(y)
        if y.dtype.kind == "f":  # the outputs decide the precision
            y = cast(y, a.real.dtype, f"{self.name}: y")
        return a, y

    def __repr__(self):
        """Show the name under which the loss can be imported."""
        return f"nnlib.{self.name}"

    def __eq__(self, other):
        """Two losses are equal if they are the same function, copies included."""
        return self is other or (type(self) is type(other) and vars(self) == vars(other))

    def __hash__(self):
        """Agree with `==`."""
        return hash(type(self))


class Quadratic(Loss):
    """C_i = 1/2 sum_j (a_j - y_j)^2, with slope a_j - y_j.

    Examples
    --------
    >>> from nnlib import quadratic
    >>> quadratic([[1.0, 2.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]])
    1.25
    >>> quadratic.gradient([[1.0, 2.0]], [[0.0, 0.0]])
    array([[1., 2.]])
    """

    name = "quadratic"

    def costs(self, a, y):
        return (a - y) ** 2 / 2

    def slopes(self, a, y):
        return a - y


class BinaryCrossEntropy(Loss):
    """C_i = -sum_j [y_j log a_j + (1 - y_j) log(1 - a_j)], for targets and outputs in [0, 1].

    Each output is a yes/no question of its own. With sigmoid outputs dC_i/dz = a - y.

    Examples
    --------
    >>> from nnlib import binary_cross_entropy
    >>> binary_cross_entropy([[0.0], [1.0]], [[0.0], [1.0]])
    0.0
    >>> binary_cross_entropy([[0.0]], [[1.0]])
    inf
    """

    name = "binary_cross_entropy"
    partner = sigmoid

    def costs(self, a, y):
        return -(_weighted(y, np.log(a)) + _weighted(1 - y, log1p(-a)))

    def slopes(self, a, y):
        return _weighted(1 - y, 1 / (1 - a)) - _weighted(y, 1 / a)

    def costs_from_logits(self, z, y):
        # -log sigma(z) = softplus(-z) and -log(1 - sigma(z)) = softplus(z): for z > 0 they are
        # log(1 + e^-z), the second with z added, otherwise log(1 + e^z), the first less z.
        positive = z.real > 0
        e = np.exp(np.where(positive, -z, z))
        return _weighted(np.where(positive, 1 - y, -y), z) + log1p(e)

    def check_targets(self, y):
        """Raise ValueError if a target is not finite or lies outside [0, 1]."""
        super().check_targets(y)
        _check_probabilities(y, f"{self.name}: y", "a target must lie in [0, 1]")

    def check_outputs(self, a):
        """Raise ValueError if an output lies outside [0, 1]."""
        rule = "an output must lie in [0, 1]; use sigmoid as the last activation"
        _check_probabilities(a, f"{self.name}: a", rule)


class CrossEntropy(Loss):
    """C_i = -sum_j y_j log a_j, for targets that sum to 1 in each row and outputs in [0, 1].

    The outputs share one question: which of the n_L classes? With softmax dC_i/dz = a - y.

    Examples
    --------
    >>> from nnlib import cross_entropy
    >>> cross_entropy([[0.5, 0.5, 0.0]], [[0.0, 1.0, 0.0]])
    0.6931471805599453
    """

    name = "cross_entropy"
    partner = softmax

    def costs(self, a, y):
        return -_weighted(y, np.log(a))

    def slopes(self, a, y):
        return -_weighted(y, 1 / a)

    def costs_from_logits(self, z, y):
        # log softmax(z)_j = z_j - top - log(1 + the sum of e^(z_k - top) over all other k).
        # The sum of all, as it stands, would be 1 plus something too small to be seen beside 1.
        at_top = np.argmax(z.real, axis=-1, keepdims=True)
        z = z - np.take_along_axis(z, at_top, axis=-1)
        others = np.exp(z)
        np.put_along_axis(others, at_top, 0, axis=-1)
        z -= log1p(others.sum(axis=-1, keepdims=True))
        return -_weighted(y, z)

    def check_targets(self, y):
        """Raise ValueError if a row of targets is not made of numbers in [0, 1] that sum to 1."""
        super().check_targets(y)
        if y.ndim == 0:
            raise ValueError(f"{self.name}: y is one number: give a row with one entry a class")
        _check_probabilities(y, f"{self.name}: y", "a target must lie in [0, 1]")
        sums = y.real.sum(axis=-1)
        rule = "the targets of a sample must sum to 1, as one-hot rows do"
        wrong = abs(sums - 1) > max(1e-9, 8 * y.shape[-1] * np.finfo(y.dtype).eps)
        if wrong.any():
            refuse_first(wrong, sums, f"{self.name}: the sum of y", rule)

    def check_outputs(self, a):
        """Raise ValueError if an output lies outside [0, 1]."""
        rule = "an output must lie in [0, 1]; use softmax as the last activation"
        _check_probabilities(a, f"{self.name}: a", rule)


quadratic = Quadratic()
binary_cross_entropy = BinaryCrossEntropy()
cross_entropy = CrossEntropy()

LOSSES = {loss.name: loss for loss in (quadratic, binary_cross_entropy, cross_entropy)}


def binary_cross_entropy_with_logits(z, y):
    """Binary cross-entropy of sigmoid(z), without ever rounding sigmoid(z) to 0 or 1.

    Parameters
    ----------
    z : array_like of float or complex, shape (N, n_L) or (n_L,)
        Pre-activations of the output layer.
    y : array_like of float, shape of z
        Targets in [0, 1].

    Returns
    -------
    float or complex
        Mean over the samples of sum_j [y_j softplus(-z_j) + (1 - y_j) softplus(z_j)].

    Raises
    ------
    ValueError
        If the shapes differ, there is no sample, or a target is outside [0, 1].
    TypeError
        If z or y does not hold numbers.

    Examples
    --------
    >>> binary_cross_entropy_with_logits([[1000.0]], [[0.0]])
    1000.0
    >>> binary_cross_entropy_with_logits([[1000.0]], [[1.0]])
    0.0
    """
    z, y = binary_cross_entropy._read(z, y, "z")
    with infinity_allowed():
        return _mean_over_samples(binary_cross_entropy.costs_from_logits(z, y))


def cross_entropy_with_logits(z, y):
    """Cross-entropy of softmax(z), without ever rounding softmax(z) to 0 or 1.

    Parameters
    ----------
    z : array_like of float or complex, shape (N, n_L) or (n_L,)
        Pre-activations of the output layer.
    y : array_like of float, shape of z
        Targets; each row sums to 1.

    Returns
    -------
    float or complex
        Mean over the samples of sum_j y_j (log sum_k e^z_k - z_j).

    Raises
    ------
    ValueError
        If the shapes differ, there is no sample, or a row of targets does not sum to 1.
    TypeError
        If z or y does not hold numbers.

    Examples
    --------
    >>> cross_entropy_with_logits([[1000.0, 0.0, -1000.0]], [[0.0, 0.0, 1.0]])
    2000.0
    """
    z, y = cross_entropy._read(z, y, "z")
    with infinity_allowed():
        return _mean_over_samples(cross_entropy.costs_from_logits(z, y))


def get_loss(loss):
    """Loss for a name; a loss object is returned as it is.

    Parameters
    ----------
    loss : str or Loss

    Returns
    -------
    Loss

    Raises
    ------
    ValueError
        If the name is unknown; the message lists the known ones.
    TypeError
        If `loss` is neither a name nor a Loss.

    Examples
    --------
    >>> get_loss("quadratic")
    nnlib.quadratic
    """
    return look_up(loss, LOSSES, Loss, "loss")


def refuse_labels(y, shape, name):
    """Raise if targets are labels, one a sample, where each sample needs a row of targets.

    Parameters
    ----------
    y : ndarray
    shape : tuple of int
        Of the outputs, (N, m).
    name : str
        Whose targets they are.

    Returns
    -------
    None

    Raises
    ------
    ValueError
        If y has shape (N,) or (N, 1); the message has the code that makes one-hot rows.
    """
    N, m = shape
    if m > 1 and y.shape in ((N,), (N, 1)):
        column = "[:, 0]" if y.ndim == 2 else ""
        raise ValueError(
            f"{name} is {y.shape}, one label a sample, but needs shape {shape}, a one-hot row a "
            f"sample: for labels 0 to {m - 1} use np.eye({m})[np.asarray(Y, int){column}]"
        )


def _returned(method, a, y):
    """What a method returns for a and y, once it is an array such as they are."""
    found = method(a, y)
    refuse_unlike(found, a.astype(np.result_type(a, y), copy=False), method)
    return found


def _mean_over_samples(costs):
    """Sum over the outputs (last axis), then the mean over the samples, as a built-in number."""
    samples = costs.shape[0] if costs.ndim == 2 else 1
    return (costs.sum() / samples).item()


def _weighted(weight, value):
    """Product in which a weight of 0 counts for nothing, even beside an infinite value."""
    product = np.asarray(weight * value)
    if not np.isfinite(product.sum()):  # 0 times infinity is NaN
        product[weight == 0] = 0
    return product


def _check_probabilities(p, name, rule):
    outside = (p.real < 0) | (p.real > 1)
    if outside.any():
        refuse_first(outside, p, name, rule)
