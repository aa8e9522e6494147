"""Try an answer on every case, and write the report."""

import ast
import copy
import inspect
import textwrap
from typing import Any

from numpy import ndarray

from nnlib.exercises.engine.calling import FinalError, Raised, require_untouched, try_cases
from nnlib.exercises.engine.comparing import RESULT, NotAsAskedError, compare, right_groups
from nnlib.exercises.engine.declaring import Exercise
from nnlib.exercises.engine.mistakes import (
    OR,
    back_to_front,
    cut_off,
    first_mistake,
    known_mistake,
    one_under_two_names,
    pattern,
)
from nnlib.exercises.engine.words import Feedback, count, share, show_arguments, show_error


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
    except FinalError as problem:
        return _not_yet(exercise, [str(problem)])
    except KeyboardInterrupt:
        raise
    except BaseException as problem:
        # A class of the reader's own may answer anything to the questions that are asked of it.
        return _not_yet(exercise, [f"The answer cannot be read: {show_error(problem)}"])


def _judged(exercise, answer):
    outcomes = try_cases(exercise, answer)
    try:
        tables = _tables(exercise, outcomes)
    except NotAsAskedError as problem:
        known = known_mistake(exercise, outcomes) or first_mistake(exercise, outcomes)
        return _not_yet(exercise, [str(problem), *known])
    wrong = [i for i, table in enumerate(tables) if not all(row.right for row in table)]
    if not wrong:
        require_untouched(exercise, outcomes, tables)
        compared = sum(len(table) for table in tables)
        found = f"{count(len(outcomes), 'case')}, {count(compared, 'number')} compared."
        said = [*_comment(exercise, outcomes[0], tables[0]), *_loop_remark(exercise, answer)]
        return Feedback(True, "\n".join([f"{exercise.name}: right. {found}", *said]))
    first = outcomes[wrong[0]]
    tried = [f"Tried on {show_arguments(exercise, first.arguments)}."] if first.arguments else []
    lines = [*tried, *_lines(tables[wrong[0]])]
    if len(wrong) < len(outcomes):
        lines.append(f"{share(len(outcomes) - len(wrong), len(outcomes), 'cases')} right.")
    # Where nothing is filled, no mistake is at work that leaves some zeros. An array may stand in a
    # result twice by another mistake; where a list does, that is a mistake of its own.
    filled = any(row.given for table in tables for row in table)
    one_list, one_array = (
        one_under_two_names(exercise, first, kind) if filled else [] for kind in (list, ndarray)
    )
    known = known_mistake(exercise, outcomes)
    if known:
        known = [*known, *(f"{OR} {line}" for line in one_list)]
    else:
        known = one_list or one_array or cut_off(outcomes, tables)
    turned = back_to_front(exercise, first)
    if turned:
        lines.extend(known or turned)
    elif not known and all(row.nearly for table in tables for row in table):
        lines.append(
            "Every number is nearly right, but only to a few digits. Look for float32, for round, "
            "or for a slope that was measured and not derived."
        )
    else:
        lines.extend(_comment(exercise, first, tables[wrong[0]]))
        lines.extend(
            known
            or (first_mistake(exercise, outcomes) if filled else [])
            or pattern(exercise, outcomes, tables, wrong[0])
        )
    return _not_yet(exercise, lines)


def _not_yet(exercise, lines):
    stuck = [f'Stuck? hint("{exercise.name}")'] if exercise.hints else []
    return Feedback(False, "\n".join([f"{exercise.name}: not yet.", *lines, *stuck]))


def _tables(exercise, outcomes):
    """The rows of every case; raises NotAsAskedError if a case stopped, or cannot be compared."""
    for outcome in outcomes:
        if isinstance(outcome.given, Raised):
            problem, line = outcome.given.problem, outcome.given.line
            raise NotAsAskedError(
                f"With {show_arguments(exercise, outcome.arguments)} it stops with "
                + show_error(problem)
                + (f"\nIt stops at: {line}" if line else "")
            )
    return [compare(exercise, outcome.expected, outcome.given) for outcome in outcomes]


def _comment(exercise, outcome, table):
    if exercise.comment is None:
        return []
    given = None if any(row.problem for row in table) else outcome.given
    return exercise.comment(copy.deepcopy(outcome.arguments), given, right_groups(table))


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
            lines.append(f"{share(misses, len(entries), f'entries{where}')} wrong.")
    return lines


def _told_apart(expected, given):
    """Two numbers in as many digits as show that they differ, at least 6."""
    for digits in range(6, 18):
        shown = f"{expected:.{digits}g}", f"{given:.{digits}g}"
        if shown[0] != shown[1]:
            break
    return shown


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
