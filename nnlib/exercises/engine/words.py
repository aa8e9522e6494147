"""How values, counts and findings are put into words; `Feedback` and `Hint` show them."""

import html
import inspect
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Feedback:
    """What `check` found. True if the answer passed; shows its message as text and as HTML."""

    passed: bool
    message: str

    def __bool__(self):
        return self.passed

    def __repr__(self):
        return self.message

    def _repr_html_(self):
        return _box(self.message, "nn-feedback", "#2a8f6d" if self.passed else "#c2661a")


@dataclass(frozen=True)
class Hint:
    """Hint number `step` of `count` of an exercise."""

    name: str
    step: int
    count: int
    text: str

    def __repr__(self):
        if self.step < self.count:
            more = f'Next: hint("{self.name}", {self.step + 1})'
        else:
            more = "That was the last hint. A solution is folded in below the exercise."
        return f"Hint {self.step} of {self.count}. {self.text}\n{more}"

    def _repr_html_(self):
        return _box(repr(self), "nn-hint", "#4a7fc1")


def _box(text, css_class, colour):
    style = f"border-left: 4px solid {colour}; padding: 0.2em 0.8em; white-space: pre-wrap"
    return f'<div class="{css_class}" style="{style}">{html.escape(text)}</div>'


SHOWN = 12  # as many numbers of an array are shown; a larger one by its shape


def show_arguments(exercise, arguments):
    """Return what an exercise was tried on, argument by argument."""
    pairs = zip(exercise.parameters, arguments, strict=True)
    return ", ".join(f"{name} = {show(value, exercise.show)}" for name, value in pairs)


def show(value, own=None, depth=3):
    """Return a value in a few words; `own` knows some values better, and is None of the others."""
    described = own(value) if own else None
    if described is not None:
        return described
    if isinstance(getattr(value, "name", None), str):
        return value.name
    if callable(value):
        described = (inspect.getdoc(value) or "A function").rstrip(".")
        return described[0].lower() + described[1:]
    if isinstance(value, np.ndarray):
        return _show_array(value)
    if hasattr(value, "_fields"):
        fields = ", ".join(show(field, own, depth) for field in value)
        return f"{type(value).__name__.lower()} {fields}"
    if isinstance(value, list | tuple):
        if depth == 0:
            return "[...]"  # a list may contain itself
        return "[" + ", ".join(show(item, own, depth - 1) for item in value) + "]"
    if isinstance(value, float | np.floating):
        return f"{value:.6g}"
    return spelled(value, repr)


def show_error(problem):
    """Return an error's type and text."""
    text = spelled(problem)
    return f"{type(problem).__name__}: {text}" if text else type(problem).__name__


def spelled(value, how=str):
    """Return a value as text, or its type where it cannot be spelled."""
    try:
        return how(value)
    except Exception:
        return f"({type(value).__name__})"  # a class of the reader's own may fail even here


def _show_array(array):
    if array.size <= SHOWN and array.dtype.kind in "iuf" and array.ndim:
        return "array " + show(array.tolist())
    return f"array of shape {array.shape}"


def describe(value):
    """Return what kind of thing a value is, with its article."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if inspect.isgenerator(value):
        return "a generator"
    if callable(value):
        return "a function"
    name = {
        "str": "string",
        "bool": "truth value",
        "bool_": "truth value",
        "int": "number",
        "float": "number",
        "float64": "number",
        "complex": "complex number",
        "complex128": "complex number",
        "dict": "dictionary",
    }.get(type(value).__name__, type(value).__name__)
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def sentence(text):
    """Return words as a sentence begins; names keep their letters."""
    return text[0].upper() + text[1:] if text.islower() and " " in text else text


def count(n, noun):
    """Return a number of things."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def share(n, total, noun):
    """Return how many of some things, with the verb."""
    return f"{n} of {total} {noun} {'is' if n == 1 else 'are'}"
