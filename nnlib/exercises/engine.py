"""Check a reader's function against a reference and say what is wrong first.

An exercise is data: a reference, the cases to try, the known wrong answers with a diagnosis each,
and the hints. The engine calls the reader's function on every case, compares what comes back
number by number, and, where a known wrong answer gives exactly the reader's numbers, names it.
"""

import copy
import html
import inspect
import math
import numbers
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Wrong:
    """A known wrong answer: a function that makes the mistake, and what to tell who made it.

    Parameters
    ----------
    name : str
        The misconception in a few words.
    answer : callable
        Takes the arguments of the exercise and returns what the mistake gives.
    diagnosis : str
        One or two sentences: what was done, and what to do in its place.
    section : str
        Where the book explains it.
    """

    name: str
    answer: Callable
    diagnosis: str
    section: str


@dataclass(frozen=True)
class Exercise:
    """One exercise, as declared in the chapter modules.

    Parameters
    ----------
    name : str
    reference : callable
        A right answer. Its signature is the one that the reader's function has to have; it returns
        a float, a list of floats, or a tuple of these.
    cases : callable
        Takes a ``numpy.random.Generator`` and returns a list of argument tuples. The first case is
        the one that a report shows first.
    hints : tuple of str
        From the first push to nearly the answer.
    wrong : tuple of Wrong, optional
        Known wrong answers. The first that fits the reader's numbers is named.
    parts : tuple of str, optional
        Names of the items, if the result is a tuple.
    last_first : bool, optional
        Report the items of lists from the last to the first: the order of a backward pass.
    rtol : float, optional
        Relative tolerance; a number also passes within ``rtol`` of the largest expected number.
    """

    name: str
    reference: Callable
    cases: Callable
    hints: tuple[str, ...]
    wrong: tuple[Wrong, ...] = ()
    parts: tuple[str, ...] = ()
    last_first: bool = False
    rtol: float = 1e-9


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


class NotAsAskedError(Exception):
    """The answer cannot be compared number by number; the message says why."""


def run(exercise: Exercise, answer: Any) -> Feedback:
    """Try `answer` on every case of `exercise`.

    Parameters
    ----------
    exercise : Exercise
    answer : object
        The reader's function. Anything else is reported, not raised.

    Returns
    -------
    Feedback
    """
    cases = exercise.cases(np.random.default_rng(0))
    try:
        _require_function(exercise, answer)
        outcomes = [_outcome(exercise, answer, case) for case in cases]
    except NotAsAskedError as problem:
        return Feedback(False, _report(exercise, [str(problem)]))
    try:
        tables = [_compare(exercise, expected, given) for _, expected, given in outcomes]
    except NotAsAskedError as problem:
        return Feedback(
            False, _report(exercise, [str(problem), *_known_mistake(exercise, outcomes)])
        )
    wrong = [i for i, table in enumerate(tables) if not all(row.right for row in table)]
    if not wrong:
        compared = sum(len(table) for table in tables)
        found = f"{_count(len(cases), 'case')}, {_count(compared, 'number')} compared."
        return Feedback(True, f"{exercise.name}: right. {found}")
    lines = [f"Tried on {_show_arguments(exercise, cases[wrong[0]])}.", *_lines(tables[wrong[0]])]
    if len(wrong) < len(cases):
        lines.append(f"{len(cases) - len(wrong)} of {len(cases)} cases are right.")
    lines.extend(_known_mistake(exercise, outcomes) or _pattern(exercise, tables))
    return Feedback(False, _report(exercise, lines))


def _report(exercise, lines):
    stuck = [f'Stuck? hint("{exercise.name}")'] if exercise.hints else []
    return "\n".join([f"{exercise.name}: not yet.", *lines, *stuck])


@dataclass(frozen=True)
class _Row:
    """One number of the result: what it is called, what it should be, what came."""

    label: str
    expected: float
    given: float
    right: bool


def _lines(table):
    wrong = [row for row in table if not row.right]
    right = [row.label for row in table if row.right]
    lines = [f"Right: {', '.join(right)}."] if right else []
    lines.append(
        f"{'First wrong' if len(wrong) > 1 else 'Wrong'}: {wrong[0].label}. "
        f"Expected {wrong[0].expected:.6g}, yours {wrong[0].given:.6g}."
    )
    return lines


def _require_function(exercise, answer):
    wanted = f"{exercise.name}({', '.join(_parameters(exercise))})"
    if not callable(answer):
        raise NotAsAskedError(
            f"A function is expected, {wanted}, and this is {_describe(answer)}. "
            f'Hand over the function itself, without calling it: check("{exercise.name}", '
            f"{exercise.name})."
        )
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):
        return  # some built-in functions have no signature; calling them will tell
    try:
        signature.bind(*_parameters(exercise))
    except TypeError as problem:
        raise NotAsAskedError(
            f"The function should take {_count(len(_parameters(exercise)), 'argument')}, as in "
            f"{wanted}; yours is {exercise.name}{signature} ({problem})."
        ) from None


def _outcome(exercise, answer, arguments):
    """(arguments, what is expected, what the reader's function gives) for one case."""
    expected = exercise.reference(*copy.deepcopy(arguments))
    return arguments, expected, _call(exercise, answer, arguments)


def _call(exercise, answer, arguments):
    """Call the reader's function; an exception or a changed argument becomes a report."""
    mine = copy.deepcopy(arguments)
    shown = _show_arguments(exercise, arguments)
    try:
        given = answer(*mine)
    except NotImplementedError:
        raise NotAsAskedError("Nothing is written yet.") from None
    except (Exception, SystemExit) as problem:
        raise NotAsAskedError(
            f"With {shown} it stops with {type(problem).__name__}: {problem}"
        ) from None
    for name, before, after in zip(_parameters(exercise), arguments, mine, strict=True):
        if not _same(before, after):
            raise NotAsAskedError(
                f"It changes its argument {name}: {_show(before)} went in, {_show(after)} is left. "
                f"Whoever called it still needs {name}. Work on a copy: list({name})."
            )
    if given is None:
        raise NotAsAskedError(f"With {shown} it returns None. Does it end with a return?")
    return given


def _compare(exercise, expected, given):
    """Rows of a result; raises NotAsAskedError where it has another form than the expected one."""
    if not exercise.parts:
        groups = [("the result", expected, given)]
    else:
        wanted = f"{_count(len(exercise.parts), 'thing')}: {', '.join(exercise.parts)}"
        if not isinstance(given, tuple | list):
            raise NotAsAskedError(f"It returns {_describe(given)}; expected {wanted}.")
        if len(given) != len(expected):
            raise NotAsAskedError(f"It returns {_count(len(given), 'thing')}; expected {wanted}.")
        groups = list(zip(exercise.parts, expected, given, strict=True))
    pairs = []
    for name, wanted, got in groups:
        pairs.extend(_pairs(name, wanted, got, bare=not exercise.parts))
    if exercise.last_first:
        pairs.reverse()
    # Finite references only: the scale says how much rounding to allow for.
    scale = max(abs(wanted) for _, wanted, _ in pairs)
    return [
        _Row(label, wanted, got, abs(got - wanted) <= exercise.rtol * max(abs(wanted), scale))
        for label, wanted, got in pairs
    ]


def _pairs(name, expected, given, bare):
    """(label, expected number, given number) for a number or a list of numbers."""
    if not isinstance(expected, list):
        return [(name, expected, _number(name, given))]
    if isinstance(given, np.ndarray):
        if given.ndim != 1:
            raise NotAsAskedError(
                f"{_sentence(name)} is an array of shape {given.shape}; expected a list of "
                f"{_count(len(expected), 'number')}."
            )
    elif not isinstance(given, list | tuple):
        raise NotAsAskedError(
            f"{_sentence(name)} is {_describe(given)}; expected a list of "
            f"{_count(len(expected), 'number')}."
        )
    if len(given) != len(expected):
        raise NotAsAskedError(
            f"{_sentence(name)} has {_count(len(given), 'item')}; expected {len(expected)}."
        )
    labels = [f"item {i}" if bare else f"{name}[{i}]" for i in range(len(expected))]
    return [
        (label, wanted, _number(label, got))
        for label, wanted, got in zip(labels, expected, given, strict=True)
    ]


def _number(name, value):
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real):
        raise NotAsAskedError(f"{_sentence(name)} is {_describe(value)}; expected a number.")
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _known_mistake(exercise, outcomes):
    """Name the first known wrong answer that gives the reader's numbers on every case."""
    for wrong in exercise.wrong:
        if all(_gives(exercise, wrong, arguments, given) for arguments, _, given in outcomes):
            return [f"Known mistake: {wrong.name}. {wrong.diagnosis} See {wrong.section}."]
    return []


def _gives(exercise, wrong, arguments, given):
    try:
        table = _compare(exercise, wrong.answer(*copy.deepcopy(arguments)), given)
    except NotAsAskedError:
        return False
    return all(row.right for row in table)


def _pattern(exercise, tables):
    """What the numbers have in common, where no known mistake explains them."""
    rows = [row for table in tables for row in table]
    for row in rows:
        if not math.isfinite(row.given):
            return [
                f"{_sentence(row.label)} comes out as {row.given:g}. Look for a division by zero "
                "or the exponential of a large number."
            ]
    factor = _common_factor(exercise, rows)
    if factor is None:
        return []
    if factor == 0:
        return ["Every number is 0."]
    return [f"Every number is {factor:.6g} times what it should be."]


def _common_factor(exercise, rows):
    """The factor between all expected and all given numbers, or None if there is no such factor."""
    largest = max(rows, key=lambda row: abs(row.expected))
    if largest.expected == 0:
        return None
    factor = largest.given / largest.expected
    for row in rows:
        if abs(row.given - factor * row.expected) > exercise.rtol * abs(largest.given):
            return None
    return factor


def _parameters(exercise):
    return list(inspect.signature(exercise.reference).parameters)


def _same(before, after):
    if callable(before):
        return before is after
    try:
        return type(before) is type(after) and bool(np.array_equal(before, after))
    except Exception:
        return False  # what cannot even be compared any more was changed


def _show_arguments(exercise, arguments):
    pairs = zip(_parameters(exercise), arguments, strict=True)
    return ", ".join(f"{name} = {_show(value)}" for name, value in pairs)


def _show(value, depth=3):
    if callable(value):
        described = (inspect.getdoc(value) or "A function").rstrip(".")
        return described[0].lower() + described[1:]
    if isinstance(value, list | tuple):
        if depth == 0:
            return "[...]"  # a list may contain itself
        return "[" + ", ".join(_show(item, depth - 1) for item in value) + "]"
    if isinstance(value, float | np.floating):
        return f"{value:.6g}"
    return repr(value)


def _describe(value):
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
        "complex": "complex number",
        "complex128": "complex number",
        "dict": "dictionary",
    }.get(type(value).__name__, type(value).__name__)
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def _sentence(text):
    return text[0].upper() + text[1:] if text.islower() and " " in text else text


def _count(n, noun):
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
