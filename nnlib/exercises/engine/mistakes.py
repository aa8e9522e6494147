"""Name the mistake behind wrong numbers."""

import copy
import itertools
import math
from functools import cache

import numpy as np

from nnlib.exercises.engine.calling import Raised
from nnlib.exercises.engine.comparing import (
    RESULT,
    NotAsAskedError,
    compare,
    holds_arrays,
    label_of,
    numbers_in,
    right_groups,
)
from nnlib.exercises.engine.words import sentence, show_arguments, spelled

OR = "Or, which gives the same numbers here:"


def known_mistake(exercise, outcomes):
    """Name the known wrong answer that does what the reader's function does in every case.

    If none does, a loop may stop where a product does not: then name the one that gives the numbers
    of every case in which the reader's function returns some. Where the cases do not tell two known
    ones apart, name both; where more, none.
    """
    stops = any(isinstance(outcome.given, Raised) for outcome in outcomes)
    for by_errors in (True, False) if stops else (True,):
        found = [
            wrong
            for wrong in exercise.wrong
            if any(_explains(exercise, form, outcomes, by_errors) for form in wrong.answers)
        ]
        if found:
            return _named("Known", found)
    return []


def first_mistake(exercise, outcomes):
    """Name the known wrong answer that gives the first wrong array, where two mistakes may meet."""
    if not exercise.last_first:
        return []
    explained = [
        max(_explained(exercise, form, outcomes) for form in wrong.answers)
        for wrong in exercise.wrong
    ]
    most = max(explained, default=0)
    found = [wrong for wrong, n in zip(exercise.wrong, explained, strict=True) if n == most > 0]
    said = _named("First", found)
    return [*said, "It does not explain all that is wrong. Fix it and check again."] if said else []


def _named(which, found):
    """The lines that name one mistake, or one of two; none where more would do."""
    told = list({wrong.diagnosis: wrong for wrong in reversed(found)}.values())[::-1]
    if len(told) > 2:
        return []
    heads = (f"{which} mistake:", OR)
    return [
        f"{head} {wrong.name}. {wrong.diagnosis} See {wrong.section}."
        for head, wrong in zip(heads, told, strict=False)
    ]


def _explained(exercise, answer, outcomes):
    """How many arrays in a row a mistake explains; 0 if not the first wrong one of every case.

    A case in which the reader's function stops says nothing: the other mistake
    may have done it.
    """
    total, found = 0, False
    for case, outcome in enumerate(outcomes):
        if isinstance(outcome.given, Raised):
            continue
        theirs = _result_of(exercise, answer, case)
        if isinstance(theirs, Raised):
            return 0
        try:
            right = right_groups(compare(exercise, outcome.expected, outcome.given))
            alike = right_groups(compare(exercise, theirs, outcome.given))
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


def _explains(exercise, answer, outcomes, by_errors):
    """True if the mistake gives these numbers and, if `by_errors`, stops where they stop.

    One mistake stops with one error in a loop and with another in a product, so the numbers of the
    other cases decide. Where every case stops there are none, and the errors have to agree.
    Without `by_errors` a case in which the reader's function stops says nothing, but some other
    case has to be wrong.
    """
    only_errors = all(isinstance(outcome.given, Raised) for outcome in outcomes)
    found = by_errors
    for case, outcome in enumerate(outcomes):
        stops = isinstance(outcome.given, Raised)
        if stops and not by_errors:
            continue
        theirs = _result_of(exercise, answer, case)
        if stops or isinstance(theirs, Raised):
            if not _same_error(theirs, outcome.given, only_errors):
                return False
            continue
        numbers = _numbers_of(exercise, answer, case)
        if _far_apart(exercise, outcome, numbers) or not _gives(exercise, theirs, outcome.given):
            return False
        found = found or not _gives(exercise, outcome.expected, outcome.given)
    return found


@cache
def _result_of(exercise, answer, case):
    """What a known wrong answer makes of a case: the same whatever it is compared with."""
    arguments, _ = exercise.tried[case]
    try:
        with np.errstate(all="ignore"):
            return answer(*copy.deepcopy(arguments))
    except Exception as problem:
        return Raised(problem)


@cache
def _numbers_of(exercise, answer, case):
    return numbers_in(_result_of(exercise, answer, case))


def _far_apart(exercise, outcome, theirs):
    """Whether one number alone shows that two results differ: sooner than a comparison does."""
    mine = outcome.numbers
    if mine is None or theirs is None or not mine.size == theirs.size > 0:
        return False
    with np.errstate(all="ignore"):  # they may be infinite
        return bool((abs(mine - theirs) > exercise.rtol * abs(theirs).max()).any())


def _same_error(one, other, same_message):
    if not (isinstance(one, Raised) and isinstance(other, Raised)):
        return False
    return not same_message or (
        type(one.problem) is type(other.problem) and spelled(one.problem) == spelled(other.problem)
    )


def _gives(exercise, wanted, given):
    try:
        table = compare(exercise, wanted, given)
    except NotAsAskedError:
        return False
    return all(row.right for row in table)


def one_under_two_names(exercise, outcome, kind):
    """What to say if two lists, or two arrays, of a result should differ and are one in memory.

    `kind` is the class to look at. Only where one of the two holds what it should: what was written
    last is in both.
    """
    if exercise.parts:
        parts = zip(exercise.parts, outcome.expected, outcome.handed_out, strict=False)
    else:
        parts = [(RESULT, outcome.expected, outcome.handed_out)]
    places = [place for part in parts for place in _places(*part) if isinstance(place[2], kind)]
    for one, other in itertools.combinations(places, 2):
        (name, wanted, given), (second, wanted_there, given_there) = one, other
        if not _one_in_memory(given, given_there) or _alike(wanted, wanted_there):
            continue
        if not (_alike(wanted, given) or _alike(wanted_there, given_there)):
            continue
        noun = "array" if kind is np.ndarray else "list"
        said = f"are one {noun} under two names" if given is given_there else "share their memory"
        return [
            f"{sentence(name)} and {second} {said}: what is written into one stands in the other, "
            f"too. Make each {noun} by itself; a = b = ..., [...] * n and a view copy nothing."
        ]
    return []


def _one_in_memory(one, other):
    if isinstance(one, np.ndarray):
        same = one.shape == other.shape and one.strides == other.strides
        return same and one.ctypes.data == other.ctypes.data
    return one is other


def _alike(one, other):
    one, other = numbers_in(one), numbers_in(other)
    known = one is not None and other is not None
    return known and one.shape == other.shape and np.allclose(one, other)


def _places(name, expected, given):
    """(name, expected, given) of every list and array in a result, as far as it is as expected."""
    if isinstance(given, list | np.ndarray):
        yield name, expected, given
    if isinstance(given, list | tuple) and isinstance(expected, list | tuple | np.ndarray):
        for i, (wanted, got) in enumerate(zip(expected, given, strict=False)):
            yield from _places(label_of(name, i), wanted, got)


def back_to_front(exercise, outcome):
    """What to say if lists of arrays have the shapes of the expected ones in the other order."""
    if not exercise.parts or len(outcome.given) != len(exercise.parts):
        return []
    turned = []
    for name, expected, given in zip(exercise.parts, outcome.expected, outcome.given, strict=True):
        both = (expected, given)
        if all(isinstance(part, list | tuple) and holds_arrays(part) for part in both):
            wanted, got = ([array.shape for array in part] for part in both)
            if got == wanted[::-1] != wanted:
                turned.append(name)
    if not turned:
        return []
    return [
        f"{' and '.join(turned)} {'comes' if len(turned) == 1 else 'come'} last layer first. The "
        f"walk goes backwards, the lists do not: {turned[0]}[0] belongs to the first layer."
    ]


def cut_off(outcomes, tables):
    """What to say if nothing is wrong with any number but what comes after the point."""
    rows = [row for table in tables for row in table]
    if any(row.problem for row in rows):
        return []
    for done, whole in (("cut off", np.fix), ("rounded", np.rint)):
        if all(row.given == whole(row.expected) for row in rows):
            if not any(row.given for row in rows) and not _holds_whole_arrays(outcomes[0].given):
                return []  # nothing is filled
            return [
                f"Every number is {done} to a whole number. An array that begins with whole "
                "numbers holds no others: begin with 0.0, or np.zeros(...) without a dtype."
            ]
    return []


def _holds_whole_arrays(given):
    if isinstance(given, np.ndarray):
        return given.dtype.kind in "iu"
    return isinstance(given, list | tuple) and any(map(_holds_whole_arrays, given))


def pattern(exercise, outcomes, tables, first):
    """What the numbers have in common, where no known mistake explains them."""
    rows = [row for table in tables for row in table if not row.problem]
    for case in (first, *range(len(tables))):
        for row in tables[case]:
            if not row.problem and not math.isfinite(row.given):
                shown = show_arguments(exercise, outcomes[case].arguments)
                what = sentence(row.label) if case == first else f"With {shown}, {row.label}"
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
