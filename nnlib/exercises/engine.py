"""Check a reader's answer against a reference and say what is wrong first.

An exercise is data: a reference, the cases to try, the known wrong answers with a diagnosis each,
and the hints. The engine calls the reader's function on every case, compares what comes back
number by number and shape by shape, and, where a known wrong answer gives exactly the reader's
numbers (and stops where the reader's function stops), names it. Where results are built backwards
and two mistakes meet, it names the one that gives the first wrong array.
"""

import ast
import copy
import html
import inspect
import itertools
import math
import numbers
import textwrap
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnlib.activations import Activation
from nnlib.network import Gradients, Layer


@dataclass(frozen=True)
class Wrong:
    """A known wrong answer: a function that makes the mistake, and what to tell who made it.

    Parameters
    ----------
    name : str
        The misconception in a few words.
    answer : callable
        Takes the arguments of the exercise and returns what the mistake gives, or raises what it
        raises. It leaves its arguments alone: the engine reports a changed argument by itself.
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
        a number, an array, a list of these (lists may be nested), or a tuple named by `parts`.
    cases : callable or None
        Takes a ``numpy.random.Generator`` and returns a list of argument tuples. The first case is
        the one that a report shows first. A mistake that only some shapes let through needs a case
        in which it stops and one in which it does not: a square matrix beside the others. None
        means that a value is asked for and not a function: `reference` takes no arguments.
    hints : tuple of str
        From the first push to nearly the answer.
    wrong : tuple of Wrong, optional
        Known wrong answers. The first that fits the reader's numbers is named.
    parts : tuple of str, optional
        Names of the items, if the result is a tuple. If all of them are lists, the report goes
        layer by layer: the last items belong to the last layer, so that a list with one item more
        begins before the others, as the activations do.
    last_first : bool, optional
        Report from the last part or layer to the first: the order of a backward pass, in which
        earlier items are made from later ones. Within an array the order stays.
    comment : callable or None, optional
        Takes the arguments and the result of one case (None in place of a result in which an array
        has a wrong shape), and a dict from the name of every array, or single number, to whether it
        is right, in the order of the report. Returns lines to say: about the first wrong case, or
        about the first of all where every case is right.
    rtol : float, optional
        Relative tolerance; a number also passes within ``rtol`` of the largest expected number of
        its own array, or, outside an array, of the whole result.
    no_loop : bool, optional
        Say where there is a loop in an answer that is right.
    """

    name: str
    reference: Callable
    cases: Callable | None
    hints: tuple[str, ...]
    wrong: tuple[Wrong, ...] = ()
    parts: tuple[str, ...] = ()
    last_first: bool = False
    rtol: float = 1e-9
    comment: Callable | None = None
    no_loop: bool = False


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


@dataclass(frozen=True)
class _Raised:
    """What a function raised in place of returning something, and the line that did."""

    problem: BaseException
    line: str = ""


@dataclass(frozen=True)
class _Outcome:
    """One case: what went in, what is expected, what came (perhaps a `_Raised`).

    `given` is a copy, made at once; `handed_out` is what the reader's function still may change.
    """

    arguments: tuple
    expected: Any
    given: Any
    handed_out: Any


@dataclass(frozen=True)
class _Row:
    """One number of the result: what it is called, what it should be, what came.

    `group` is the array that it is an entry of, or its own label. A row with a `problem` stands
    for a whole group that could not be read as numbers of the expected shape. `nearly` is
    `right` with a tolerance of `NEARLY`.
    """

    group: str
    label: str
    expected: float
    given: float
    right: bool
    problem: str = ""
    nearly: bool = False


def run(exercise: Exercise, answer: Any) -> Feedback:
    """Try `answer` on every case of `exercise`.

    Parameters
    ----------
    exercise : Exercise
    answer : object
        The reader's function, or value where the exercise asks for one. Anything else is reported,
        not raised.

    Returns
    -------
    Feedback
    """
    try:
        return _judged(exercise, answer)
    except _FinalError as problem:
        return _not_yet(exercise, [str(problem)])
    except (Exception, SystemExit) as problem:
        # A class of the reader's own may answer anything to the questions that are asked of it.
        return _not_yet(exercise, [f"The answer cannot be read: {_show_error(problem)}"])


def _judged(exercise, answer):
    outcomes = _outcomes(exercise, answer)
    try:
        tables = _tables(exercise, outcomes)
    except NotAsAskedError as problem:
        return _not_yet(exercise, [str(problem), *_known_mistake(exercise, outcomes)])
    wrong = [i for i, table in enumerate(tables) if not all(row.right for row in table)]
    if not wrong:
        _require_untouched(exercise, outcomes, tables)
        compared = sum(len(table) for table in tables)
        found = f"{_count(len(outcomes), 'case')}, {_count(compared, 'number')} compared."
        said = [*_comment(exercise, outcomes[0], tables[0]), *_loop_remark(exercise, answer)]
        return Feedback(True, "\n".join([f"{exercise.name}: right. {found}", *said]))
    first = outcomes[wrong[0]]
    tried = [f"Tried on {_show_arguments(exercise, first.arguments)}."] if first.arguments else []
    lines = [*tried, *_lines(tables[wrong[0]])]
    if len(wrong) < len(outcomes):
        lines.append(f"{_share(len(outcomes) - len(wrong), len(outcomes), 'cases')} right.")
    known = _known_mistake(exercise, outcomes)
    turned = _back_to_front(exercise, first)
    if turned:
        lines.extend(known or turned)
    elif not known and all(row.nearly for table in tables for row in table):
        lines.append(
            "Every number is nearly right, but only to a few digits. Look for float32, for round, "
            "or for a slope that was measured and not derived."
        )
    else:
        lines.extend(_comment(exercise, first, tables[wrong[0]]))
        lines.extend(known or _pattern(exercise, outcomes, tables, wrong[0]))
    return _not_yet(exercise, lines)


def _not_yet(exercise, lines):
    stuck = [f'Stuck? hint("{exercise.name}")'] if exercise.hints else []
    return Feedback(False, "\n".join([f"{exercise.name}: not yet.", *lines, *stuck]))


def _tables(exercise, outcomes):
    """The rows of every case; raises NotAsAskedError if a case stopped, or cannot be compared."""
    for outcome in outcomes:
        if isinstance(outcome.given, _Raised):
            problem, line = outcome.given.problem, outcome.given.line
            raise NotAsAskedError(
                f"With {_show_arguments(exercise, outcome.arguments)} it stops with "
                + _show_error(problem)
                + (f"\nIt stops at: {line}" if line else "")
            )
    return [_compare(exercise, outcome.expected, outcome.given) for outcome in outcomes]


def _comment(exercise, outcome, table):
    if exercise.comment is None:
        return []
    given = None if any(row.problem for row in table) else outcome.given
    return exercise.comment(copy.deepcopy(outcome.arguments), given, _groups(table))


def _lines(table):
    wrong = [row for row in table if not row.right]
    bad = {row.group for row in wrong}
    right = list(dict.fromkeys(row.group for row in table if row.group not in bad))
    lines = [f"Right: {', '.join(right)}."] if right else []
    first = wrong[0]
    entries = [row for row in table if row.group == first.group]
    one_array = len(entries) == len(table)
    several = len(bad) > 1 or (one_array and len(wrong) > 1)
    start = "First wrong" if several else "Wrong"
    if first.problem:
        return [*lines, f"{start}: {first.problem}"]
    expected, given = _told_apart(first.expected, first.given)
    lines.append(f"{start}: {first.label}. Expected {expected}, yours {given}.")
    if len(entries) > 1:
        misses = sum(not row.right for row in entries)
        if misses < len(entries):
            where = "" if first.group == RESULT else f" of {first.group}"
            lines.append(f"{_share(misses, len(entries), f'entries{where}')} wrong.")
    return lines


def _told_apart(expected, given):
    """Two numbers in as many digits as show that they differ, at least 6."""
    for digits in range(6, 18):
        shown = f"{expected:.{digits}g}", f"{given:.{digits}g}"
        if shown[0] != shown[1]:
            break
    return shown


# What the reader handed in


class _FinalError(Exception):
    """All that there is to say: there are no numbers to look for a known mistake in."""


def _outcomes(exercise, answer):
    if exercise.cases is None:
        _require_value(exercise, answer)
        return [_Outcome((), exercise.reference(), answer, answer)]
    _require_function(exercise, answer)
    outcomes = []
    for arguments in exercise.cases(np.random.default_rng(0)):
        first = not outcomes
        expected = exercise.reference(*copy.deepcopy(arguments))
        handed_out = _call(exercise, answer, arguments, first)
        outcomes.append(_Outcome(arguments, expected, _copy(handed_out), handed_out))
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
    if one is not None and one != other:
        raise _FinalError(
            "Called twice with the same arguments, it gives two different answers. It keeps "
            "something from call to call: a list or array made outside of it, or one made in the "
            "def line (dW=[] is made once). Make every list and array inside the function."
        )


def _require_untouched(exercise, outcomes, tables):
    """A later call does not change what an earlier one returned."""
    for outcome, table in zip(outcomes, tables, strict=True):
        left = _numbers_in(exercise, outcome.expected, outcome.handed_out)
        if left != _numbers_of(table):
            shown = _show_arguments(exercise, outcome.arguments)
            raise _FinalError(
                f"Every case is right when it is returned. But the answer to {shown} was changed "
                "by a later call: the function hands out the same list or array again. Make "
                "them inside the function."
            )


def _numbers_in(exercise, expected, given):
    """The numbers of a result as they are now, or None if it has not the form that was asked."""
    try:
        return _numbers_of(_compare(exercise, expected, given))
    except NotAsAskedError:
        return None


def _numbers_of(table):
    return [(row.label, repr(row.given), row.problem) for row in table]


def _require_value(exercise, answer):
    if answer is None or answer is Ellipsis:
        raise _FinalError("Nothing is written yet.")
    if callable(answer) and not isinstance(answer, np.ndarray):
        raise _FinalError(
            f"A value is expected, and this is {_describe(answer)}. If the function returns the "
            f'value, call it: check("{exercise.name}", ...()).'
        )


def _require_function(exercise, answer):
    wanted = f"{exercise.name}({', '.join(_parameters(exercise))})"
    if not callable(answer):
        raise _FinalError(
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
        raise _FinalError(
            f"The function should take {_count(len(_parameters(exercise)), 'argument')}, as in "
            f"{wanted}; yours is {exercise.name}{signature} ({problem})."
        ) from None


def _call(exercise, answer, arguments, first):
    """Call the reader's function; an exception becomes an outcome, a changed argument a report."""
    mine = copy.deepcopy(arguments)
    try:
        given = answer(*mine)
    except NotImplementedError:
        raise _FinalError("Nothing is written yet.") from None
    except (Exception, SystemExit) as problem:
        return _Raised(problem, _line_of(answer, problem))
    for name, before, after in zip(_parameters(exercise), arguments, mine, strict=True):
        changed = _first_change(name, before, after)
        if changed:
            path, was, left = changed
            what = f"{path} was {_show(was)} and is now {_show(left)}"
            if _show(was) == _show(left):
                what = f"{path} was {_show(was)} and now differs in its last digits"
            raise _FinalError(
                f"It changes its argument {name}: {what}. Whoever called it still needs {name}. "
                f"{_advice(path, was)}"
            )
    if given is None and first:
        raise _FinalError("It returns None: nothing is written yet, or the return is missing.")
    if given is None:
        shown = _show_arguments(exercise, arguments)
        raise _FinalError(f"With {shown} it returns None. Does every path through it return?")
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


# Comparing


RESULT = "the result"
NEARLY = 1e-4  # relative: what float32, or a slope that was measured, may be off
TAKE_A_PART = "take the part that is asked for, .imag or .real."


def _compare(exercise, expected, given):
    """Rows of a result; raises NotAsAskedError where it has another form than the expected one."""
    if exercise.parts:
        given = _parts_of(exercise, expected, given)
        parts = [_pairs(*part) for part in zip(exercise.parts, expected, given, strict=True)]
        if _holds_lists(expected):
            parts = _layer_by_layer(exercise, expected, parts)
        pairs = itertools.chain(*parts)
    else:
        pairs = _pairs(RESULT, expected, given)
    if exercise.last_first:
        groups = [list(group) for _, group in itertools.groupby(pairs, _group_of)]
        pairs = itertools.chain(*reversed(groups))
    return _rows(list(pairs), exercise.rtol)


def _parts_of(exercise, expected, given):
    """The items of a result that is to have a name for each."""
    names = exercise.parts
    wanted = f"{_count(len(names), 'thing')}: {', '.join(names)}"
    if _holds_lists(expected):
        wanted = f"{_count(len(names), 'list')}: {', '.join(f'all {name}' for name in names)}"
    if isinstance(given, Gradients) and names == Gradients._fields[:2]:
        return given[:2]
    if not isinstance(given, tuple | list):
        raise NotAsAskedError(f"It returns {_describe(given)}; expected {wanted}.")
    kind = _kind_of_items(given)
    one_list = isinstance(given, list) and (
        len(given) != len(expected) or (kind == "array" and not _holds_arrays(expected))
    )
    if one_list or kind == "layer":
        raise NotAsAskedError(
            f"It returns one list of {_count(len(given), kind)}; expected {wanted}."
        )
    if len(given) != len(expected):
        raise NotAsAskedError(f"It returns {_count(len(given), 'thing')}; expected {wanted}.")
    return given


def _layer_by_layer(exercise, expected, parts):
    """The pairs of every item, layer by layer; lists of different lengths end together."""
    return [
        [pair for pair in part if f"{_group_of(pair)}[".startswith(f"{name}[{len(items) - left}][")]
        for left in range(max(len(items) for items in expected), 0, -1)
        for name, items, part in zip(exercise.parts, expected, parts, strict=True)
    ]


def _group_of(pair):
    return pair[0]


def _rows(pairs, rtol):
    # Finite references only: the scale says how much rounding to allow for.
    scales = {}
    for group, _, wanted, _ in pairs:
        if wanted is not None:
            scales[group] = max(scales.get(group, 0.0), abs(wanted))
    largest = max(scales.values(), default=0.0)
    rows = []
    for group, label, wanted, got in pairs:
        if wanted is None:
            rows.append(_Row(group, label, math.nan, math.nan, False, problem=got))
        else:
            scale = (scales[group] if group != label else 0.0) or largest
            miss = abs(got - wanted)
            right, nearly = miss <= rtol * scale, miss <= NEARLY * scale
            rows.append(_Row(group, label, wanted, got, right, nearly=nearly))
    return rows


def _pairs(name, expected, given):
    """(group, label, expected number, given number) for all numbers of a result.

    An array of the wrong shape among several is (group, group, None, what is wrong with it).
    """
    _refuse_masked(name, given)
    if isinstance(expected, np.ndarray):
        return _entries(name, expected, given)
    if not isinstance(expected, list | tuple):
        return [(name, name, float(expected), _number(name, given))]
    return _items(name, expected, given)


def _refuse_masked(name, given):
    if isinstance(given, np.ma.MaskedArray):
        raise NotAsAskedError(
            f"{_sentence(name)} is a masked array, whose hidden entries would count like the "
            "others: return a plain array, or fill them with .filled(...)."
        )


def _items(name, expected, given):
    numbers_only = not any(isinstance(item, np.ndarray | list | tuple) for item in expected)
    kind = "number" if numbers_only else "array" if _holds_arrays(expected) else "item"
    wanted = f"a list of {_count(len(expected), kind)}"
    if isinstance(given, np.ndarray) and given.ndim != 1 and (numbers_only or given.ndim == 0):
        raise NotAsAskedError(
            f"{_sentence(name)} is an array of shape {given.shape}; expected {wanted}."
        )
    if not isinstance(given, list | tuple | np.ndarray):
        raise NotAsAskedError(f"{_sentence(name)} is {_describe(given)}; expected {wanted}.")
    if len(given) != len(expected):
        raise NotAsAskedError(
            f"{_sentence(name)} has {_count(len(given), 'item')}; expected {len(expected)}."
        )
    pairs = []
    for i, (item, got) in enumerate(zip(expected, given, strict=True)):
        label = f"item {i}" if name == RESULT else f"{name}[{i}]"
        try:
            pairs.extend(_pairs(label, item, got))
        except NotAsAskedError as problem:
            if not isinstance(item, np.ndarray):
                raise
            pairs.append((label, label, None, str(problem)))
    return pairs


def _holds_arrays(items):
    return all(isinstance(item, np.ndarray) for item in items)


def _holds_lists(items):
    return all(isinstance(item, list) for item in items)


def _kind_of_items(items):
    if not items:
        return "item"
    if _holds_arrays(items):
        return "array"
    if all(isinstance(item, Layer) for item in items):
        return "layer"
    if all(isinstance(item, numbers.Real) for item in items):
        return "number"
    if all(isinstance(item, tuple) and len(item) == 2 for item in items):
        return "pair"
    return "item"


def _back_to_front(exercise, outcome):
    """What to say if lists of arrays have the shapes of the expected ones in the other order."""
    if not exercise.parts or len(outcome.given) != len(exercise.parts):
        return []
    turned = []
    for name, expected, given in zip(exercise.parts, outcome.expected, outcome.given, strict=True):
        both = (expected, given)
        if all(isinstance(part, list | tuple) and _holds_arrays(part) for part in both):
            wanted, got = ([array.shape for array in part] for part in both)
            if got == wanted[::-1] != wanted:
                turned.append(name)
    if not turned:
        return []
    return [
        f"{' and '.join(turned)} {'comes' if len(turned) == 1 else 'come'} last layer first. The "
        f"walk goes backwards, the lists do not: {turned[0]}[0] belongs to the first layer."
    ]


def _entries(name, expected, given):
    if isinstance(given, list | tuple):
        for i, row in enumerate(given):
            _refuse_masked(f"{_entry_of(name)}[{i}]", row)
        try:
            given = np.array(given)
        except (ValueError, TypeError, OverflowError, RecursionError):
            raise NotAsAskedError(
                f"{_sentence(name)} is {_describe(given)} that makes no array, because its rows "
                f"differ in length; expected an array of shape {expected.shape}."
            ) from None
    if not isinstance(given, np.ndarray):
        raise NotAsAskedError(
            f"{_sentence(name)} is {_describe(given)}; expected an array of shape {expected.shape}."
        )
    if given.dtype.kind not in "iuf":
        raise NotAsAskedError(
            f"{_sentence(name)} is an array of {_kind_of(given.dtype)}; expected "
            + (f"real numbers: {TAKE_A_PART}" if given.dtype.kind == "c" else "numbers.")
        )
    if given.shape != expected.shape:
        raise NotAsAskedError(
            f"{_sentence(name)} has shape {given.shape}; expected {expected.shape}."
            f"{_shape_remark(given.shape, expected.shape)}"
        )
    return [
        (
            name,
            name if not where else f"{_entry_of(name)}[{', '.join(map(str, where))}]",
            float(expected[where]),
            float(given[where]),
        )
        for where in np.ndindex(expected.shape)
    ]


def _entry_of(name):
    return "entry " if name == RESULT else name


def _kind_of(dtype):
    return {"b": "truth values", "c": "complex numbers", "O": "objects", "U": "strings"}.get(
        dtype.kind, f"type {dtype}"
    )


def _shape_remark(given, expected):
    """What a wrong shape looks like."""
    without_ones = tuple(n for n in expected if n != 1)
    if len(given) == 2 and given == expected[::-1]:
        return " That is the shape of its transpose."
    if len(given) < len(expected) and given == without_ones:
        return " An axis of length 1 is gone: squeeze, ravel and an index take it away."
    if len(given) > len(expected) and tuple(n for n in given if n != 1) == without_ones:
        return " There is an axis of length 1 too many."
    if len(expected) == 1 and given == expected * 2:
        return " A row against a column makes a table: look at the two shapes before this line."
    return ""


def _number(name, value):
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real):
        is_complex = isinstance(value, complex | np.complexfloating)
        raise NotAsAskedError(
            f"{_sentence(name)} is {_describe(value)}; expected "
            + (f"a real number: {TAKE_A_PART}" if is_complex else "a number.")
        )
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


# Naming the mistake


def _known_mistake(exercise, outcomes):
    """Name the first known wrong answer that does what the reader's function does in every case.

    If none does, a loop may stop where a product does not: then name the first that gives the
    numbers of every case in which the reader's function returns some. If none does either, two
    mistakes may meet: then name the first that gives the first wrong array.
    """
    stops = any(isinstance(outcome.given, _Raised) for outcome in outcomes)
    for by_errors in (True, False) if stops else (True,):
        for wrong in exercise.wrong:
            if _explains(exercise, wrong, outcomes, by_errors):
                return [f"Known mistake: {wrong.name}. {wrong.diagnosis} See {wrong.section}."]
    if not exercise.last_first:
        return []
    explained = [_explained(exercise, wrong, outcomes) for wrong in exercise.wrong]
    most = max(explained, default=0)
    if not most:
        return []
    wrong = exercise.wrong[explained.index(most)]
    return [
        f"First mistake: {wrong.name}. {wrong.diagnosis} See {wrong.section}.",
        "It does not explain all that is wrong. Fix it and check again.",
    ]


def _explained(exercise, wrong, outcomes):
    """How many arrays in a row a mistake explains; 0 if not the first wrong one of every case.

    A case in which the reader's function stops says nothing: the other mistake
    may have done it.
    """
    total, found = 0, False
    for outcome in outcomes:
        if isinstance(outcome.given, _Raised):
            continue
        theirs = _result_of(wrong.answer, outcome.arguments)
        if isinstance(theirs, _Raised):
            return 0
        try:
            right = _groups(_compare(exercise, outcome.expected, outcome.given))
            alike = _groups(_compare(exercise, theirs, outcome.given))
        except NotAsAskedError:
            return 0
        if any(right[name] and not alike[name] for name in alike):
            return 0  # it would spoil what is right
        explained = list(itertools.takewhile(alike.get, alike))
        first = next((name for name, is_right in right.items() if not is_right), None)
        if (first or list(alike)[-1]) not in explained:
            return 0
        total, found = total + len(explained), found or first is not None
    return total if found else 0


def _groups(table):
    """Whether each array, or number outside of one, is right, in the order of the report."""
    right = {}
    for row in table:
        right[row.group] = right.get(row.group, True) and row.right
    return right


def _explains(exercise, wrong, outcomes, by_errors):
    """True if the mistake gives these numbers and, if `by_errors`, stops where they stop.

    One mistake stops with one error in a loop and with another in a product, so the numbers of the
    other cases decide. Where every case stops there are none, and the errors have to agree.
    Without `by_errors` a case in which the reader's function stops says nothing, but some other
    case has to be wrong.
    """
    only_errors = all(isinstance(outcome.given, _Raised) for outcome in outcomes)
    found = by_errors
    for outcome in outcomes:
        stops = isinstance(outcome.given, _Raised)
        if stops and not by_errors:
            continue
        theirs = _result_of(wrong.answer, outcome.arguments)
        if stops or isinstance(theirs, _Raised):
            if not _same_error(theirs, outcome.given, only_errors):
                return False
        elif not _gives(exercise, theirs, outcome.given):
            return False
        found = found or not _gives(exercise, outcome.expected, outcome.given)
    return found


def _result_of(answer, arguments):
    try:
        with np.errstate(all="ignore"):
            return answer(*copy.deepcopy(arguments))
    except Exception as problem:
        return _Raised(problem)


def _same_error(one, other, same_message):
    if not (isinstance(one, _Raised) and isinstance(other, _Raised)):
        return False
    return not same_message or (
        type(one.problem) is type(other.problem) and _text(one.problem) == _text(other.problem)
    )


def _gives(exercise, wanted, given):
    try:
        table = _compare(exercise, wanted, given)
    except NotAsAskedError:
        return False
    return all(row.right for row in table)


def _pattern(exercise, outcomes, tables, first):
    """What the numbers have in common, where no known mistake explains them."""
    rows = [row for table in tables for row in table if not row.problem]
    for case in (first, *range(len(tables))):
        for row in tables[case]:
            if not row.problem and not math.isfinite(row.given):
                shown = _show_arguments(exercise, outcomes[case].arguments)
                what = _sentence(row.label) if case == first else f"With {shown}, {row.label}"
                return [
                    f"{what} comes out as {row.given:g}. Look for a division by zero or the "
                    "exponential of a large number."
                ]
    all_read = not any(row.problem for table in tables for row in table)
    remark = _remark("Every number", rows, exercise.rtol) if all_read else ""
    if remark:
        return [remark]
    group = next(row.group for row in tables[first] if not row.right)
    entries = [row for row in tables[first] if row.group == group and not row.problem]
    remark = _remark(f"Every entry of {group}", entries, exercise.rtol) if len(entries) > 1 else ""
    return [remark] if remark else []


def _remark(subject, rows, rtol):
    factor = _common_factor(rows, rtol)
    if factor is None or abs(factor - 1) <= rtol:
        return ""
    if factor == 0:
        return f"{subject} is 0."
    if abs(factor + 1) <= rtol:
        return f"{subject} has the wrong sign."
    return f"{subject} is {factor:.6g} times what it should be."


def _common_factor(rows, rtol):
    """The factor between all expected and all given numbers, or None if there is no such factor."""
    if not rows:
        return None
    largest = max(rows, key=lambda row: abs(row.expected))
    if largest.expected == 0:
        return None
    factor = largest.given / largest.expected
    for row in rows:
        if abs(row.given - factor * row.expected) > rtol * abs(largest.given):
            return None
    return factor


LOOPS = (ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def _loop_remark(exercise, answer):
    """Where a right answer has a loop, if none was asked for and its source can be read."""
    if not exercise.no_loop:
        return []
    try:
        source = textwrap.dedent(inspect.getsource(answer))
        (function,) = ast.parse(source).body
    except Exception:
        return []  # the source is not at hand, or is more than this function
    if not isinstance(function, ast.FunctionDef) or function.name != answer.__name__:
        return []  # the source of a lambda is the whole statement around it
    loops = [node.lineno for node in ast.walk(function) if isinstance(node, LOOPS)]
    if not loops:
        return []
    line = source.splitlines()[min(loops) - 1].strip()
    return [f"The numbers are right, but the exercise asks for no loop, and here is one: {line}"]


# Words


SHOWN = 12  # as many numbers of an array are shown; a larger one by its shape


def _parameters(exercise):
    return list(inspect.signature(exercise.reference).parameters)


def _first_change(path, before, after, depth=6):
    """(path, before, after) of the first thing in an argument that is not what it was, or None."""
    if callable(before) or depth == 0:
        return None if before is after or before == after else (path, before, after)
    if isinstance(before, Layer) and isinstance(after, Layer):
        names = ("W", "b", "activation")
        children = [
            (f"{path}.{name}", getattr(before, name), getattr(after, name)) for name in names
        ]
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
        changed = _first_change(*child, depth - 1)
        if changed:
            return changed
    return None


def _same(before, after):
    try:
        return type(before) is type(after) and bool(np.array_equal(before, after))
    except Exception:
        return False  # what cannot even be compared any more was changed


def _show_arguments(exercise, arguments):
    pairs = zip(_parameters(exercise), arguments, strict=True)
    return ", ".join(f"{name} = {_show(value)}" for name, value in pairs)


def _show(value, depth=3):
    if isinstance(value, Activation):
        return value.name
    if callable(value):
        described = (inspect.getdoc(value) or "A function").rstrip(".")
        return described[0].lower() + described[1:]
    if isinstance(value, np.ndarray):
        return _show_array(value)
    if isinstance(value, Layer):
        return f"layer {_show(value.W)}, {_show(value.b)}, {_show(value.activation)}"
    if isinstance(value, list) and value and all(isinstance(layer, Layer) for layer in value):
        return _show_network(value)
    if isinstance(value, list | tuple):
        if depth == 0:
            return "[...]"  # a list may contain itself
        return "[" + ", ".join(_show(item, depth - 1) for item in value) + "]"
    if isinstance(value, float | np.floating):
        return f"{value:.6g}"
    return _text(value, repr)


def _show_error(problem):
    text = _text(problem)
    return f"{type(problem).__name__}: {text}" if text else type(problem).__name__


def _text(value, how=str):
    try:
        return how(value)
    except Exception:
        return f"({type(value).__name__})"  # a class of the reader's own may fail even here


def _show_array(array):
    if array.size <= SHOWN and array.dtype.kind in "iuf" and array.ndim:
        return "array " + _show(array.tolist())
    return f"array of shape {array.shape}"


def _show_network(network):
    sizes = [np.shape(network[0].W)[1], *(np.shape(layer.W)[0] for layer in network)]
    names = dict.fromkeys(_show(layer.activation) for layer in network)
    return f"network {sizes} of {' and '.join(names)} units"


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
        "float64": "number",
        "complex": "complex number",
        "complex128": "complex number",
        "dict": "dictionary",
    }.get(type(value).__name__, type(value).__name__)
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def _sentence(text):
    return text[0].upper() + text[1:] if text.islower() and " " in text else text


def _count(n, noun):
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _share(n, total, noun):
    return f"{n} of {total} {noun} {'is' if n == 1 else 'are'}"
