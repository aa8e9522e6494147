"""Name the mistake behind wrong numbers."""

import copy
import itertools
import math

import numpy as np

from nnlib.exercises.engine.calling import Raised
from nnlib.exercises.engine.comparing import NotAsAskedError, compare, holds_arrays, right_groups
from nnlib.exercises.engine.words import sentence, show_arguments, spelled


def known_mistake(exercise, outcomes):
    """Name the first known wrong answer that does what the reader's function does in every case.

    If none does, a loop may stop where a product does not: then name the first that gives the
    numbers of every case in which the reader's function returns some. If none does either, two
    mistakes may meet: then name the first that gives the first wrong array.
    """
    stops = any(isinstance(outcome.given, Raised) for outcome in outcomes)
    for by_errors in (True, False) if stops else (True,):
        for wrong in exercise.wrong:
            if any(_explains(exercise, form, outcomes, by_errors) for form in wrong.answers):
                return [f"Known mistake: {wrong.name}. {wrong.diagnosis} See {wrong.section}."]
    if not exercise.last_first or _all_zero(exercise, outcomes):
        return []
    explained = [
        max(_explained(exercise, form, outcomes) for form in wrong.answers)
        for wrong in exercise.wrong
    ]
    most = max(explained, default=0)
    if not most:
        return []
    wrong = exercise.wrong[explained.index(most)]
    return [
        f"First mistake: {wrong.name}. {wrong.diagnosis} See {wrong.section}.",
        "It does not explain all that is wrong. Fix it and check again.",
    ]


def _all_zero(exercise, outcomes):
    """Whether nothing is filled yet; a mistake that leaves some zeros is then not the first."""
    try:
        tables = [compare(exercise, outcome.expected, outcome.given) for outcome in outcomes]
    except NotAsAskedError:
        return False
    return all(row.given == 0 for table in tables for row in table)


def _explained(exercise, answer, outcomes):
    """How many arrays in a row a mistake explains; 0 if not the first wrong one of every case.

    A case in which the reader's function stops says nothing: the other mistake
    may have done it.
    """
    total, found = 0, False
    for outcome in outcomes:
        if isinstance(outcome.given, Raised):
            continue
        theirs = _result_of(answer, outcome.arguments)
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
    for outcome in outcomes:
        stops = isinstance(outcome.given, Raised)
        if stops and not by_errors:
            continue
        theirs = _result_of(answer, outcome.arguments)
        if stops or isinstance(theirs, Raised):
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
        return Raised(problem)


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
