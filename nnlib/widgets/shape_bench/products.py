"""The products of a shape bench: their operands, every way to write them, and NumPy's answer.

Letters: i counts samples (N), j units of this layer (n), k units of the layer before (n_prev).
"""

import itertools
import operator
from typing import NamedTuple

import numpy as np

LAYOUTS = ("rows", "columns")
STACKS = ("stack_forward", "stack_bp2", "stack_outer")
PRODUCTS = ("forward", "bias", "bp2", "bp3", "bp4", *STACKS)

# (operands in their order, the line that is right, einsum's letters) of rows and of columns.
_RIGHT = {
    "forward": (
        (("A_prev", "W"), "A_prev @ W.T", "ik,jk->ij"),
        (("W", "A_prev"), "W @ A_prev", "jk,ki->ji"),
    ),
    "bias": (
        (("A_prev @ W.T", "b"), "A_prev @ W.T + b", ""),
        (("W @ A_prev", "b"), "W @ A_prev + b[:, None]", ""),
    ),
    "bp2": (
        (("Delta", "W"), "Delta @ W", "ij,jk->ik"),
        (("W", "Delta"), "W.T @ Delta", "jk,ji->ki"),
    ),
    "bp3": (
        (("Delta",), "Delta.mean(axis=0)", "ij->j"),
        (("Delta",), "Delta.mean(axis=1)", "ji->j"),
    ),
    "bp4": (
        (("Delta", "A_prev"), "Delta.T @ A_prev / N", "ij,ik->jk"),
        (("Delta", "A_prev"), "Delta @ A_prev.T / N", "ji,ki->jk"),
    ),
    "stack_forward": ((("W", "A_prev"), "W @ A_prev[:, :, None]", "jk,ik->ij"),) * 2,
    "stack_bp2": ((("W", "Delta"), "W.T @ Delta[:, :, None]", "jk,ij->ik"),) * 2,
    "stack_outer": (
        (
            ("Delta", "A_prev"),
            "(Delta[:, :, None] @ A_prev[:, None, :]).mean(axis=0)",
            "ij,ik->jk",
        ),
    )
    * 2,
}
VIEWS = {
    "": lambda a: a,
    ".T": np.transpose,
    "[:, None]": lambda a: a[:, None],
    "[None, :]": lambda a: a[None, :],
    "[:, :, None]": lambda a: a[:, :, None],
    "[:, None, :]": lambda a: a[:, None, :],
}


class Form(NamedTuple):
    """One way to write a product: its line of code and the parts of it."""

    code: str
    operands: tuple  # (name, view) once or twice
    sign: str  # "@", "+" or "mean"
    axis: int | None = None  # of the mean
    averaged: bool = False  # by the N that a sum over samples is divided by


def is_stack(product):
    """Return whether a product works on stacks of matrices, one a sample."""
    return product in STACKS


def operand_names(product, layout):
    """Return the names of a product's operands, in the order of the line that is right."""
    return _RIGHT[product][LAYOUTS.index(layout)][0]


def right_code(product, layout):
    """Return the line that computes a product rightly."""
    return _RIGHT[product][LAYOUTS.index(layout)][1]


def right_einsum(product, layout):
    """Return einsum's subscripts for a product's operands; empty for the bias, which is a sum."""
    return _RIGHT[product][LAYOUTS.index(layout)][2]


def forms(product, layout):
    """Return every `Form` of a product that the bench offers, by its line of code."""
    return {form.code: form for form in _forms(product, operand_names(product, layout))}


def _forms(product, names):
    if product == "bias":
        for view in ("", "[:, None]", "[None, :]"):
            yield Form(f"{names[0]} + b{view}", ((names[0], ""), ("b", view)), "+")
        return
    if product == "bp3":
        for axis in (0, 1):
            yield Form(f"Delta.mean(axis={axis})", (("Delta", ""),), "mean", axis)
        return
    for pair in (names, names[::-1]):
        views = [_views(product, name) for name in pair]
        for chosen in itertools.product(*views):
            code = " @ ".join(map(operator.add, pair, chosen))
            operands = tuple(zip(pair, chosen, strict=True))
            if product == "stack_outer":
                for axis in (0, 1, 2):
                    yield Form(f"({code}).mean(axis={axis})", operands, "@", axis)
            elif product == "bp4":
                yield Form(f"{code} / N", operands, "@", averaged=True)
            else:
                yield Form(code, operands, "@")


def _views(product, name):
    return ("[:, :, None]", "[:, None, :]") if is_stack(product) and name != "W" else ("", ".T")


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
    named = arrays(2, 3, 5, layout, **tables)
    known = forms(product, layout)
    try:
        result = compute(known[code], named, 2)
    except ValueError:
        return False
    return judge(result, compute(known[right_code(product, layout)], named, 2)) == "right"


# -- letters --------------------------------------------------------------------------------------

_TURNED = {
    "": lambda axes: axes,
    ".T": lambda axes: axes[::-1],
    "[:, None]": lambda axes: axes + "1",
    "[None, :]": lambda axes: "1" + axes,
    "[:, :, None]": lambda axes: axes + "1",
    "[:, None, :]": lambda axes: axes[0] + "1" + axes[1],
}


def letters_of(name, view, layout):
    """Return the letter of each axis of an operand as it is written; "1" for an axis of size 1."""
    plain = {"A_prev": "ik", "Delta": "ij", "W": "jk", "b": "j"}.get(name, "ij")
    on_its_side = layout == "columns" and plain[0] == "i"
    return _TURNED[view](plain[::-1] if on_its_side else plain)


def result_letters(form, layout):
    """Return the letter of each axis of a form's result."""
    axes = [letters_of(*operand, layout) for operand in form.operands]
    if form.sign == "+":
        return axes[0]
    if form.sign == "@":
        first, second = axes
        stack = max(first[:-2], second[:-2])
        axes = [stack + first[-2] + second[-1]]
    return axes[0] if form.axis is None else axes[0][: form.axis] + axes[0][form.axis + 1 :]
