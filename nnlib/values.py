"""Reading what a caller hands over: numbers in, or an error that says what to do."""

import operator
import reprlib
from collections.abc import Mapping, Set

import numpy as np


def as_numbers(values, *names):
    """Return `values` as an array of floating or complex numbers.

    float32 stays float32 and complex stays complex; whole numbers and booleans become float64.
    An array that already fits is returned as it is, not copied. The names say in an error whose
    values they are; they are joined only then, since activations come by here in every batch.
    """
    if type(values) is np.ndarray and values.dtype.kind in "fc":
        return values
    if isinstance(values, (Set, Mapping)):
        raise TypeError(
            f"{': '.join(names)} must hold numbers, but a {type(values).__name__} has no order: "
            "give a list or an array"
        )
    if isinstance(values, np.ma.MaskedArray):
        raise TypeError(
            f"{': '.join(names)} is a masked array, whose hidden entries would count like the "
            "others: leave them out, or fill them with .filled(...)"
        )
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(
            f"{': '.join(names)} is a list of lists of unequal lengths: give every row the same "
            "length"
        ) from None
    if array.dtype.kind in "fc":
        return array
    if array.dtype.kind in "iub":
        return array.astype(np.float64)
    remedy = "give floats, for example through np.asarray(values, dtype=float)"
    raise TypeError(
        f"{': '.join(names)} must hold numbers, but its dtype is {array.dtype} "
        f"({describe(values)}): {remedy if array.ndim else 'give numbers'}"
    )


def as_real(values, name):
    """Return `values` as an array of real floating numbers; complex numbers are refused."""
    array = as_numbers(values, name)
    if array.dtype.kind == "c":
        raise TypeError(f"{name} must be real, but its dtype is {array.dtype}: give real numbers")
    return array


def as_number(value, name):
    """Return one number as a built-in float, or complex if it is complex."""
    try:
        array = as_numbers(value, name)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be one number, but it is {describe(value)}") from None
    if array.ndim:
        raise TypeError(f"{name} must be one number, but it is an array of shape {array.shape}")
    number = complex(array) if array.dtype.kind == "c" else float(array)
    if not np.isfinite(number):
        raise ValueError(f"{name} is {number}: give a finite number")
    return number


def as_real_number(value, name, above=None):
    """Return one real number, if `above` is given a larger one; True and False are none."""
    bound = "" if above is None else f" above {above}"
    if is_bool(value):
        raise TypeError(f"{name} must be a number{bound}, but it is {describe(value)}")
    number = as_number(value, name)
    if isinstance(number, complex):
        raise TypeError(f"{name} is {number}: give a real number{bound}")
    if above is not None and number <= above:
        raise ValueError(f"{name} is {number}: give a number{bound}")
    return number


def as_count(value, name, smallest=None):
    """Return a whole number, if `smallest` is given at least that one."""
    try:
        if is_bool(value):
            raise TypeError
        count = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number, but it is {describe(value)}") from None
    if smallest is not None and count < smallest:
        raise ValueError(f"{name} must be at least {smallest}, but it is {count}")
    return count


def as_generator(rng, name):
    """Return a random generator: the one given, one seeded with the int given, or a fresh one."""
    if isinstance(rng, np.random.Generator):
        return rng
    if rng is None:
        return np.random.default_rng()
    if is_bool(rng) or not isinstance(rng, (int, np.integer)):
        raise TypeError(
            f"{name} must be an int or a numpy.random.Generator, but it is {describe(rng)}"
        )
    return np.random.default_rng(as_count(rng, name, smallest=0))


def as_list(values):
    """Return the items as a list; TypeError if they have no order that means anything."""
    if isinstance(values, (Set, Mapping)):
        raise TypeError
    return list(values)


def as_flag(flag, name):
    """Return True or False, be it a built-in one or one of NumPy; anything else is refused."""
    if not is_bool(flag) or np.ndim(flag):
        raise TypeError(f"{name} must be True or False, but it is {flag!r}")
    return bool(flag)


def check_finite(array, name):
    """Raise if `array` holds NaN or infinity, and say where the first one is."""
    with infinity_allowed():
        if is_surely_finite(array):
            return
    finite = np.isfinite(array)
    if not finite.all():
        refuse_first(~finite, array, name, "every entry must be finite")


def is_surely_finite(array):
    """Whether the sum of all squares is finite: then so is every entry.

    It takes half the time of asking each entry. Where it overflows nothing is sure. Inside
    `infinity_allowed()`.
    """
    entries = array.ravel(order="K")
    return bool(np.isfinite(entries.dot(entries)))


def cast(array, dtype, name):
    """Return `array` in another precision; a number too large for it is refused."""
    if array.dtype == dtype:
        return array
    with infinity_allowed():
        result = array.astype(dtype)
    bad = np.isinf(result) & np.isfinite(array)
    if bad.any():
        refuse_first(bad, array, name, f"it is too large for {result.dtype}; scale it down")
    return result


def infinity_allowed():
    """Let infinity, NaN and 0 come out without a warning: the result says it itself.

    exp(1000) is infinite on the way to a limit that is right, and exp(-1000) is 0; log 0 and 1/0
    are a cost and a slope that truly are infinite; a row of softmax with an infinite z (inf - inf)
    has no limit, as its NaN says. For a `with`, or above a function as a decorator.
    """
    return np.errstate(all="ignore")


def refuse_first(bad, array, name, rule):
    """Raise ValueError for the first entry that `bad` marks."""
    where = tuple(int(i) for i in np.argwhere(bad)[0])
    place = f"{name}[{', '.join(map(str, where))}]" if where else name
    raise ValueError(f"{place} is {array[where]!s}: {rule}")


def refuse_unlike(found, given, method):
    """Raise ValueError if what a method of one's own returned is no array such as it was given."""
    what = describe(found)
    if isinstance(found, (np.ndarray, np.generic)):
        if (found.shape, found.dtype) == (given.shape, given.dtype):
            return
        what = f"{found.dtype} of shape {found.shape}"
    raise ValueError(
        f"{type(method.__self__).__name__}.{method.__name__} returned {what} for {given.dtype} of "
        f"shape {given.shape}: let it return one number for each that it is given, in the same "
        "dtype"
    )


def look_up(choice, known, family, kind):
    """Return the object that `choice` names in `known`, or `choice` itself if it is one."""
    if isinstance(choice, str):
        if choice in known:
            return known[choice]
        import difflib  # only here: it takes a tenth of the time to import nnlib

        close = difflib.get_close_matches(choice, known, n=1)
        guess = f"; did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"unknown {kind} {choice!r}{guess} (known: {', '.join(known)})")
    if isinstance(choice, family):
        return choice
    raise TypeError(
        f"{kind} must be a name or one of nnlib's {kind} objects, but it is {describe(choice)} "
        f"(known: {', '.join(known)})"
    )


def is_bool(value):
    """Whether it is True or False, be it a built-in one or one of NumPy."""
    return isinstance(value, bool) or getattr(value, "dtype", None) == np.bool_


def describe(value):
    return f"{type(value).__name__} {reprlib.repr(value)}"
