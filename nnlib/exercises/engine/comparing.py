"""Compare two results number by number and shape by shape."""

import itertools
import math
import numbers
from collections import defaultdict
from typing import NamedTuple

import numpy as np

from nnlib.exercises.engine.words import count, describe, sentence


class NotAsAskedError(Exception):
    """The answer cannot be compared number by number; the message says why."""


RESULT = "the result"
NEARLY = 1e-4  # relative: what float32, or a slope that was measured, may be off
TAKE_A_PART = "take the part that is asked for, .imag or .real."


class _Row(NamedTuple):
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


def compare(exercise, expected, given):
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


def right_groups(table):
    """Whether each array, or number outside of one, is right, in the order of the report."""
    right = {}
    for row in table:
        right[row.group] = right.get(row.group, True) and row.right
    return right


def numbers_in(result):
    """All numbers of a result in a row, or None where they cannot be read so."""
    try:
        return np.array([*_leaves(result)], float)
    except Exception:
        return None  # whatever came


def _leaves(result):
    if isinstance(result, np.ndarray):
        yield from result.ravel().tolist()
    elif isinstance(result, list | tuple):
        for item in result:
            yield from _leaves(item)
    else:
        yield float(result.item() if isinstance(result, np.generic) else result)


def _parts_of(exercise, expected, given):
    """The items of a result that is to have a name for each."""
    names = exercise.parts
    wanted = f"{count(len(names), 'thing')}: {', '.join(names)}"
    if _holds_lists(expected):
        wanted = f"{count(len(names), 'list')}: {', '.join(f'all {name}' for name in names)}"
    if getattr(given, "_fields", ())[: len(names)] == names:
        return given[: len(names)]  # a named tuple with more fields after those asked for
    if not isinstance(given, tuple | list):
        raise _not_as_asked("It returns", given, wanted)
    kind = _kind_of_items(given)
    one_list = isinstance(given, list) and (
        len(given) != len(expected) or (kind == "array" and not holds_arrays(expected))
    )
    if one_list or (given and hasattr(given[0], "_fields")):
        raise NotAsAskedError(
            f"It returns one list of {count(len(given), kind)}; expected {wanted}."
        )
    if len(given) != len(expected):
        raise NotAsAskedError(f"It returns {count(len(given), 'thing')}; expected {wanted}.")
    return given


def _not_as_asked(what, given, wanted):
    said = f"{what} {describe(given)}; expected {wanted}."
    if isinstance(given, set | frozenset):
        said += " A set has no order, and keeps equal numbers once: make it a list."
    return NotAsAskedError(said)


def _layer_by_layer(exercise, expected, parts):
    """The pairs of every item, layer by layer; lists of different lengths end together."""
    layers = defaultdict(list)
    for name, items, part in zip(exercise.parts, expected, parts, strict=True):
        for pair in part:
            place = int(_group_of(pair)[len(name) + 1 :].partition("]")[0])
            layers[len(items) - place].append(pair)
    return [layers[left] for left in sorted(layers, reverse=True)]


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
            f"{sentence(name)} is a masked array, whose hidden entries would count like the "
            "others: return a plain array, or fill them with .filled(...)."
        )


def _items(name, expected, given):
    numbers_only = not any(isinstance(item, np.ndarray | list | tuple) for item in expected)
    kind = "number" if numbers_only else "array" if holds_arrays(expected) else "item"
    wanted = f"a list of {count(len(expected), kind)}"
    if isinstance(given, np.ndarray) and given.ndim != 1 and (numbers_only or given.ndim == 0):
        raise NotAsAskedError(
            f"{sentence(name)} is an array of shape {given.shape}; expected {wanted}."
        )
    if not isinstance(given, list | tuple | np.ndarray):
        raise _not_as_asked(f"{sentence(name)} is", given, wanted)
    if len(given) != len(expected):
        raise NotAsAskedError(
            f"{sentence(name)} has {count(len(given), 'item')}; expected {len(expected)}."
        )
    pairs = []
    for i, (item, got) in enumerate(zip(expected, given, strict=True)):
        label = label_of(name, i)
        try:
            pairs.extend(_pairs(label, item, got))
        except NotAsAskedError as problem:
            if not isinstance(item, np.ndarray):
                raise
            pairs.append((label, label, None, str(problem)))
    return pairs


def label_of(name, i):
    """What item i of a result, or of a part of it, is called."""
    return f"item {i}" if name == RESULT else f"{name}[{i}]"


def holds_arrays(items):
    """Whether all items are arrays."""
    return all(isinstance(item, np.ndarray) for item in items)


def _holds_lists(items):
    return all(isinstance(item, list) for item in items)


def _kind_of_items(items):
    if not items:
        return "item"
    if holds_arrays(items):
        return "array"
    if all(hasattr(item, "_fields") for item in items):
        return type(items[0]).__name__.lower()
    if all(isinstance(item, numbers.Real) for item in items):
        return "number"
    if all(isinstance(item, tuple) and len(item) == 2 for item in items):
        return "pair"
    return "item"


def _entries(name, expected, given):
    if isinstance(given, list | tuple):
        for i, row in enumerate(given):
            _refuse_masked(f"{_entry_of(name)}[{i}]", row)
        try:
            given = np.array(given)
        except (ValueError, TypeError, OverflowError, RecursionError):
            raise NotAsAskedError(
                f"{sentence(name)} is {describe(given)} that makes no array, because its rows "
                f"differ in length; expected an array of shape {expected.shape}."
            ) from None
    if not isinstance(given, np.ndarray):
        raise _not_as_asked(f"{sentence(name)} is", given, f"an array of shape {expected.shape}")
    if given.dtype.kind not in "iuf":
        raise NotAsAskedError(
            f"{sentence(name)} is an array of {_kind_of(given.dtype)}; expected "
            + (f"real numbers: {TAKE_A_PART}" if given.dtype.kind == "c" else "numbers.")
        )
    if given.shape != expected.shape:
        raise NotAsAskedError(
            f"{sentence(name)} has shape {given.shape}; expected {expected.shape}."
            f"{_shape_remark(given.shape, expected.shape)}"
        )
    return [
        (
            name,
            name if not where else f"{_entry_of(name)}[{', '.join(map(str, where))}]",
            *numbers_there,
        )
        for where, *numbers_there in zip(
            np.ndindex(expected.shape),
            *(array.astype(float).ravel().tolist() for array in (expected, given)),
            strict=True,
        )
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
            f"{sentence(name)} is {describe(value)}; expected "
            + (f"a real number: {TAKE_A_PART}" if is_complex else "a number.")
        )
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
