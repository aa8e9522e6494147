"""The checks behind the book's exercises.

``check(name, answer)`` tries a reader's function and reports what is right, what is wrong first
and, where the numbers give it away, which known mistake makes them. ``hint(name)`` helps in steps.
The exercises are declared in the modules ``chapterNN``; `engine` knows none of them.
"""

import difflib
import importlib
import pkgutil
import reprlib
from functools import cache
from typing import Any

from nnlib.exercises.engine import Exercise, Feedback, Hint, run
from nnlib.values import as_count

__all__ = ["Exercise", "Feedback", "Hint", "chapters", "check", "exercises", "hint"]


def chapters() -> dict[int, Any]:
    """Return the modules ``chapterNN`` of this package by number, in order.

    Returns
    -------
    dict of int to module
        Each has a tuple ``EXERCISES``.
    """
    return {int(name[-2:]): _load(name) for name in _names()}


def exercises() -> dict[str, Exercise]:
    """Return all declared exercises by name.

    Returns
    -------
    dict of str to Exercise

    Raises
    ------
    ValueError
        If two chapters declare the same name.
    """
    declared: dict[str, Exercise] = {}
    for chapter in chapters().values():
        for exercise in chapter.EXERCISES:
            if exercise.name in declared:
                raise ValueError(f"two exercises are called {exercise.name!r}")
            declared[exercise.name] = exercise
    return declared


def check(name: str, answer: Any) -> Feedback:
    """Check the answer to an exercise.

    Parameters
    ----------
    name : str
        The exercise.
    answer : callable or value
        The reader's function, or the number, list or array that the exercise asks for. Whatever it
        is or does ends in the report; only an exercise that does not exist raises, and Ctrl+C.

    Returns
    -------
    Feedback
        True if the answer passed; its message says what to look at first.

    Raises
    ------
    ValueError
        If there is no exercise of this name; the message lists close names, or says that name and
        answer have changed places.
    """
    if isinstance(answer, str) and not isinstance(name, str):
        raise ValueError(f'the name comes first, then the answer: check("{answer}", ...)')
    return run(find(name), answer)


def hint(name: str, step: int = 1) -> Hint:
    """Return one hint of an exercise; later steps give more away.

    Parameters
    ----------
    name : str
    step : int, optional
        1 is the first push.

    Returns
    -------
    Hint

    Raises
    ------
    TypeError
        If `step` is not a whole number.
    ValueError
        If there is no exercise of this name, or no hint of this number.
    """
    hints = find(name).hints
    step = as_count(step, "step", smallest=1)
    if step > len(hints):
        raise ValueError(f"{name!r} has hints 1 to {len(hints)}, not {step}")
    return Hint(name, step, len(hints), hints[step - 1])


def find(name: str) -> Exercise:
    """Return an exercise; no chapter is loaded that has not got it.

    Parameters
    ----------
    name : str

    Returns
    -------
    Exercise

    Raises
    ------
    ValueError
        If there is no exercise of this name.
    """
    if not isinstance(name, str):
        raise ValueError(f"no exercise is called {reprlib.repr(name)}: a name is a string")
    return _find(name)


@cache
def _find(name):
    for chapter in _names():
        if f'"{name}"' in pkgutil.get_data(__name__, f"{chapter}.py").decode("utf8"):
            for exercise in _load(chapter).EXERCISES:
                if exercise.name == name:
                    return exercise
    declared = exercises()
    close = difflib.get_close_matches(name, declared, n=3) or sorted(declared)
    raise ValueError(f"no exercise is called {name!r}; did you mean {', '.join(close)}?")


def _names():
    """The modules of the chapters, none of them loaded."""
    found = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name for name in found if name.startswith("chapter"))


def _load(chapter):
    return importlib.import_module(f"{__name__}.{chapter}")
