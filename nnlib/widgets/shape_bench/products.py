"""The products of a shape bench: their operands, every way to write them, and NumPy's answer.

``products.json`` says which there are, to JavaScript too: of each the sign between its operands,
the ways to write each operand, the axes over which a mean can be taken; and for samples as rows
and as columns the operands in order, the line that is right, and einsum's letters.
"""

import itertools
import operator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nnlib.widgets import bundle

_ABOUT = bundle.state(Path(__file__).with_name("products.json"))
PRODUCTS = tuple(_ABOUT)
STACKS = tuple(name for name, about in _ABOUT.items() if "columns" not in about)
VIEWS = {
    "": lambda a: a,
    ".T": np.transpose,
    "[:, None]": lambda a: a[:, None],
    "[None, :]": lambda a: a[None, :],
    "[:, :, None]": lambda a: a[:, :, None],
    "[:, None, :]": lambda a: a[:, None, :],
}


class Form(NamedTuple):
    """One way to write a product."""

    operands: tuple  # (name, view) once or twice
    sign: str  # "@", "+" or "mean"
    axis: int | None  # of the mean
    averaged: bool  # by the N that a sum over samples is divided by

    @property
    def code(self):
        """The line of code."""
        product = f" {self.sign} ".join(map("".join, self.operands))
        if self.axis is not None:
            return f"{f'({product})' if self.sign == '@' else product}.mean(axis={self.axis})"
        return f"{product} / N" if self.averaged else product


def lies_as(product, layout):
    """Return how the samples lie; in a stack they come first, whatever the layout."""
    return "rows" if product in STACKS else layout


def _right(product, layout):
    return _ABOUT[product][lies_as(product, layout)]


def operand_names(product, layout):
    """Return the names of a product's operands, in the order of the line that is right."""
    return _right(product, layout)[0]


def right_code(product, layout):
    """Return the line that computes a product rightly."""
    return _right(product, layout)[1]


def right_einsum(product, layout):
    """Return einsum's subscripts for a product's operands; empty for the bias, which is a sum."""
    return _right(product, layout)[2]


def forms(product, layout):
    """Return every `Form` of a product that the bench offers, by its line of code."""
    about, names = _ABOUT[product], operand_names(product, layout)
    sign, averaged = about["sign"], about.get("over_N", False)
    known = [
        Form(tuple(zip(order, views, strict=True)), sign, axis, averaged)
        for order in ([names, names[::-1]] if sign == "@" else [names])
        for views in itertools.product(*(about["views"].get(name, [""]) for name in order))
        for axis in about.get("axes", [None])
    ]
    return {form.code: form for form in known}


def arrays(N, n, n_prev, layout, A_prev, W, Delta, b):
    """Return the operands by name, cut from tables of whole numbers to the sizes chosen."""
    A_prev, W, Delta = (np.array(table) for table in (A_prev, W, Delta))
    samples = (lambda a: a) if layout == "rows" else np.transpose
    W = W[:n, :n_prev]
    A_prev = A_prev[:N, :n_prev]
    named = {"A_prev": samples(A_prev), "Delta": samples(Delta[:N, :n]), "W": W}
    product = right_code("forward", layout)
    return named | {"b": np.array(b)[:n], product: samples(A_prev @ W.T)}


def compute(form, named, N):
    """Return what NumPy makes of a form: the array.

    Raises
    ------
    ValueError
        NumPy's own, where the shapes do not fit.
    """
    values = [VIEWS[view](named[name]) for name, view in form.operands]
    if form.sign == "mean":
        return values[0].mean(axis=form.axis)
    result = operator.matmul(*values) if form.sign == "@" else operator.add(*values)
    if form.axis is not None:
        result = result.mean(axis=form.axis)
    return result / N if form.averaged else result


def judge(result, target):
    """Return "right", "values" (the right shape, other numbers) or "shape" (another shape)."""
    if result.shape != target.shape:
        return "shape"
    return "right" if np.allclose(result, target, rtol=0, atol=1e-9) else "values"


def is_right(product, layout, code, tables):
    """Return whether a line is right where all sizes differ: not by luck."""
    named = arrays(2, 3, 5, lies_as(product, layout), **tables)
    known = forms(product, layout)
    try:
        result = compute(known[code], named, 2)
    except ValueError:
        return False
    return judge(result, compute(known[right_code(product, layout)], named, 2)) == "right"
