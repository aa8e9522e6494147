"""Tell random numbers that the arguments do not settle from what is kept between two calls."""

import ast
import contextlib
import functools
import inspect
import pickle
import random
import textwrap
from types import CodeType

import numpy as np

GENERATORS = (np.random.Generator, np.random.RandomState, random.Random)
MAKERS = {"default_rng", "RandomState", "Random", "SystemRandom"}


def generators(function):
    """Return the state of everything that a function may draw random numbers from, as bytes."""
    own = [value for value in _reached(function, set()) if isinstance(value, GENERATORS)]
    shared = random.getstate(), np.random.get_state()  # noqa: NPY002 - what the reader may use
    return pickle.dumps((shared, own))


def makes_unseeded(function):
    """Whether a function, or one beside it that it names, makes a generator without a seed."""
    return any(
        isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2] in MAKERS
        and all(isinstance(given, ast.Constant) and given.value is None for given in node.args)
        and not node.keywords
        for one in (function, *filter(inspect.isfunction, _reached(function, set())))
        for node in ast.walk(_tree(one))
    )


def _tree(function):
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(function)))
    except Exception:
        return ast.parse("")  # the source is not at hand


def _reached(function, seen):
    """What a function names outside of itself, and what the functions beside it name."""
    if isinstance(function, functools.partial):
        yield from (*function.args, *function.keywords.values())
        function = function.func
    yield from getattr(getattr(function, "__self__", function), "__dict__", {}).values()
    if not hasattr(function, "__code__"):
        function = type(function).__call__
    code = getattr(function, "__code__", None)
    if code is None or code in seen:
        return
    seen.add(code)
    found = [function.__globals__.get(name) for name in _names(code)]
    for cell in function.__closure__ or ():
        with contextlib.suppress(ValueError):  # nothing is in it yet
            found.append(cell.cell_contents)
    defaults = (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values())
    for value in (*found, *defaults):
        yield value
        if inspect.isfunction(value) and value.__module__ == function.__module__:
            yield from _reached(value, seen)


def _names(code):
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)
