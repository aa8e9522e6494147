"""Call the reader's function on every case, and refuse what is no function of its arguments."""

import copy
import inspect
import numbers
import traceback
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from nnlib.exercises.engine.chance import generators, makes_unseeded
from nnlib.exercises.engine.comparing import NotAsAskedError, compare, numbers_in
from nnlib.exercises.engine.words import count, describe, show, show_arguments


@dataclass(frozen=True)
class Raised:
    """What a function raised in place of returning something, and the line that did."""

    problem: BaseException
    line: str = ""


@dataclass(frozen=True)
class _Outcome:
    """One case: what went in, what is expected, what came (perhaps a `Raised`).

    `expected` is right for this answer, where more than one result is right. `given` is a copy,
    made at once; `handed_out` is what the reader's function still may change.
    """

    arguments: tuple
    expected: Any
    given: Any
    handed_out: Any

    @cached_property
    def numbers(self):
        """All numbers that came, in a row, or None."""
        return numbers_in(self.given)


class FinalError(Exception):
    """All that there is to say: there are no numbers to look for a known mistake in."""


def try_cases(exercise, answer):
    """Return the `Outcome` of every case; raises `FinalError` where there is nothing to compare."""
    if exercise.cases is None:
        _require_value(exercise, answer)
        return [_Outcome(*case, answer, answer) for case in exercise.tried]
    _require_function(exercise, answer)
    outcomes = []
    for arguments, expected in exercise.tried:
        first = not outcomes
        handed_out = _call(exercise, answer, arguments, first)
        given = _copy(handed_out)
        if exercise.nearest and not isinstance(given, Raised):
            expected = exercise.nearest(arguments, expected, given)
        outcomes.append(_Outcome(arguments, expected, given, handed_out))
        if first:
            _require_the_same_again(exercise, answer, outcomes[0])
    return outcomes


def _copy(given):
    try:
        return copy.deepcopy(given)
    except Exception:
        return given  # a generator, or a class of the reader's own: no result that could pass


def _require_the_same_again(exercise, answer, outcome):
    """A function of its arguments alone gives the same answer twice."""
    again = _call(exercise, answer, outcome.arguments, first=True)
    one, other = (_numbers_in(exercise, outcome.expected, v) for v in (outcome.given, again))
    if one is None or one == other:
        return
    twice = "Called twice with the same arguments, it gives two different answers. "
    before = generators(answer)
    _call(exercise, answer, outcome.arguments, first=True)
    if generators(answer) == before and not makes_unseeded(answer):
        raise FinalError(
            f"{twice}It keeps something from call to call: a list or array made outside of it, or "
            "one made in the def line (dW=[] is made once). Make every list and array inside the "
            "function."
        )
    if "seed" in exercise.parameters:
        what = (
            "are not drawn from seed: make rng = np.random.default_rng(seed) once inside the "
            "function, and draw all of them from it."
        )
    else:
        what = "nothing in the arguments settles, and none are asked for."
    raise FinalError(f"{twice}It uses random numbers that {what}")


def require_untouched(exercise, outcomes, tables):
    """A later call does not change what an earlier one returned."""
    for outcome, table in zip(outcomes, tables, strict=True):
        left = _numbers_in(exercise, outcome.expected, outcome.handed_out)
        if left != _numbers_of(table):
            shown = show_arguments(exercise, outcome.arguments)
            raise FinalError(
                f"Every case is right when it is returned. But the answer to {shown} was changed "
                "by a later call: the function hands out the same list or array again. Make "
                "them inside the function."
            )


def _numbers_in(exercise, expected, given):
    """The numbers of a result as they are now, or None if it has not the form that was asked."""
    try:
        return _numbers_of(compare(exercise, expected, given))
    except NotAsAskedError:
        return None


def _numbers_of(table):
    return [(row.label, repr(row.given), row.problem) for row in table]


def _require_value(exercise, answer):
    if answer is None or answer is Ellipsis:
        raise FinalError("Nothing is written yet.")
    if callable(answer) and not isinstance(answer, np.ndarray):
        raise FinalError(
            f"A value is expected, and this is {describe(answer)}. If the function returns the "
            f'value, call it: check("{exercise.name}", ...()).'
        )


def _require_function(exercise, answer):
    wanted = f"{exercise.name}({', '.join(exercise.parameters)})"
    if not callable(answer):
        raise FinalError(
            f"A function is expected, {wanted}, and this is {describe(answer)}. "
            f'Hand over the function itself, without calling it: check("{exercise.name}", '
            f"{exercise.name})."
        )
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):
        return  # some built-in functions have no signature; calling them will tell
    try:
        signature.bind(*exercise.parameters)
    except TypeError as problem:
        raise FinalError(
            f"The function should take {count(len(exercise.parameters), 'argument')}, as in "
            f"{wanted}; yours is {exercise.name}{signature} ({problem})."
        ) from None


def _call(exercise, answer, arguments, first):
    """Call the reader's function; an exception becomes an outcome, a changed argument a report."""
    mine = copy.deepcopy(arguments)
    try:
        given = answer(*mine)
    except NotImplementedError:
        raise FinalError("Nothing is written yet.") from None
    except KeyboardInterrupt:
        raise
    except BaseException as problem:
        return Raised(problem, _line_of(answer, problem))
    for name, before, after in zip(exercise.parameters, arguments, mine, strict=True):
        changed = first_change(name, before, after)
        if changed:
            path, was, left = changed
            was_shown, left_shown = (show(value, exercise.show) for value in (was, left))
            what = f"{path} was {was_shown} and is now {left_shown}"
            if was_shown == left_shown:
                what = f"{path} was {was_shown} and now differs in its last digits"
            raise FinalError(
                f"It changes its argument {name}: {what}. Whoever called it still needs {name}. "
                f"{_advice(path, was)}"
            )
    if given is None and first:
        raise FinalError("It returns None: nothing is written yet, or the return is missing.")
    if given is None:
        shown = show_arguments(exercise, arguments)
        raise FinalError(f"With {shown} it returns None. Does every path through it return?")
    return given


def _line_of(answer, problem):
    """The last line of the reader's own that led to an exception, or an empty string."""
    own = getattr(getattr(answer, "__code__", None), "co_filename", None)
    lines = [
        frame.line for frame in traceback.extract_tb(problem.__traceback__) if frame.filename == own
    ]
    return (lines[-1] or "").strip() if lines else ""


def _advice(path, value):
    if isinstance(value, np.ndarray):
        return (
            "+=, -= and *= write into the array itself: put the result under a new name, or "
            f"start from {path}.copy()."
        )
    return f"Work on a copy: list({path})."


def first_change(path, before, after, depth=6):
    """(path, before, after) of the first thing in an argument that is not what it was, or None."""
    if callable(before) or depth == 0:
        return None if before is after or before == after else (path, before, after)
    named, left = _attributes(before), _attributes(after)
    if named and named.keys() == left.keys() and type(before) is type(after):
        children = [(f"{path}.{name}", was, left[name]) for name, was in named.items()]
    elif isinstance(before, list | tuple) and type(before) is type(after):
        if len(before) != len(after):
            return path, before, after
        pairs = enumerate(zip(before, after, strict=True))
        children = [(f"{path}[{i}]", was, left) for i, (was, left) in pairs]
        if all(isinstance(item, numbers.Real) for item in before):
            return (path, before, after) if not _same(before, after) else None
    else:
        return None if _same(before, after) else (path, before, after)
    for child in children:
        changed = first_change(*child, depth - 1)
        if changed:
            return changed
    return None


def _attributes(value):
    """A named tuple's fields, or what an object holds."""
    return value._asdict() if hasattr(value, "_fields") else getattr(value, "__dict__", {})


def _same(before, after):
    try:
        return type(before) is type(after) and bool(np.array_equal(before, after))
    except Exception:
        return False  # what cannot even be compared any more was changed
