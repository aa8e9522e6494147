"""What a state may be: a `state.json` says it, in words of JSON Schema, to Python and JavaScript.

``shared/host/schema.js`` reads the same words and says the same sentences.
"""

import numbers
import reprlib
import sys
from functools import cache

from nnlib.widgets import bundle

LARGEST_WHOLE = 2**53 - 1  # beyond it JavaScript rounds whole numbers


@cache
def shared():
    """Return the definitions that all figures share, by name."""
    return bundle.state(bundle.HERE / "shared" / "state.json")["$defs"]


def properties(state):
    """Return what a `state.json` says of each trait, with what it refers to put in place."""
    known = shared() | state.get("$defs", {})
    return {name: _expanded(schema, known) for name, schema in state["properties"].items()}


def _expanded(schema, known):
    referred = known[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else {}
    merged = (_expanded(referred, known) if referred else {}) | schema
    merged.pop("$ref", None)
    if "items" in schema:
        merged["items"] = _expanded(schema["items"], known)
    return merged


def read(name, value, schema):
    """Return a value as JSON holds it: floats, lists, built-in numbers.

    Raises
    ------
    ValueError
        If the value is not what the schema says; the message names it, and the entry of a list.
    """
    try:
        found = _fitting(value, schema)
    except Exception:  # it cannot be converted or compared
        found = ()
    if not found:
        raise ValueError(f"{name} is {shown(value)}; it must be {wanted(schema)}")
    [value] = found
    if isinstance(value, list) and "items" in schema:
        return [read(f"{name}[{k}]", item, schema["items"]) for k, item in enumerate(value)]
    return value


def _fitting(value, schema):
    """Return [the value converted], or [] where it does not fit."""
    if "enum" in schema:
        return [choice for choice in schema["enum"] if _is_alike(value, choice) and value == choice]
    for name in _types(schema):
        kind, convert = _TYPES[name]
        if not isinstance(value, kind) or (name != "boolean" and isinstance(value, bool)):
            continue
        converted = convert(value)
        within = _is_within(converted, schema) if isinstance(value, numbers.Real) else True
        if isinstance(converted, str):
            within = len(converted) <= schema.get("maxLength", LARGEST_WHOLE)
        if isinstance(converted, list):
            within = schema.get("minItems", 0) <= len(converted) <= schema.get("maxItems", 1e9)
            if schema.get("uniqueItems") and within:
                within = all(item not in converted[:k] for k, item in enumerate(converted))
        return [converted] if within else []
    return []


_TYPES = {  # what is read as each type, and how
    "number": (numbers.Real, float),
    "integer": (numbers.Integral, int),
    "boolean": (bool, bool),
    "string": (str, str),
    "array": (list | tuple, list),
    "object": (dict, dict),
    "null": (type(None), lambda none: none),
}


def _types(schema):
    return [schema["type"]] if isinstance(schema["type"], str) else schema["type"]


def _is_within(value, schema):
    most = LARGEST_WHOLE if isinstance(value, int) else sys.float_info.max
    low, high = schema.get("minimum", -most), schema.get("maximum", most)
    return low <= value <= high and not value <= schema.get("exclusiveMinimum", -float("inf"))


def _is_alike(value, choice):
    """Whether both are texts, or both numbers; True is no number."""
    if isinstance(choice, str):
        return isinstance(value, str)
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def wanted(schema):
    """Return in words what a value must be."""
    if "enum" in schema:
        return f"one of {', '.join(map(str, schema['enum']))}"
    return " or ".join(_in_words(name, schema) for name in _types(schema))


def _in_words(name, schema):
    if name == "array":
        return f"a list{_entries(schema)}{', each once' if schema.get('uniqueItems') else ''}"
    if name == "string" and "maxLength" in schema:
        return f"a text of at most {schema['maxLength']} characters"
    words = {"boolean": "true or false", "string": "a text", "object": "a record", "null": "none"}
    if name in words:
        return words[name]
    return f"a {'whole ' if name == 'integer' else ''}number{_bounds(schema)}"


def _bounds(schema):
    low, high = schema.get("minimum"), schema.get("maximum")
    if None not in (low, high):
        return f" of size at most {high}" if low == -high else f" from {low} to {high}"
    ends = {"at least": low, "above": schema.get("exclusiveMinimum"), "at most": high}
    said = [f"{words} {end}" for words, end in ends.items() if end is not None]
    return f" {' and '.join(said)}" if said else ""


def _entries(schema):
    least, most = schema.get("minItems"), schema.get("maxItems")
    if least is None:
        return "" if most is None else f" of at most {most} entries"
    if most is None:
        return f" of at least {least} entries"
    return f" of {most} entries" if least == most else f" of {least} to {most} entries"


def shown(value):
    """Return any value as a message can quote it: short, even where it cannot be printed."""
    try:
        return reprlib.repr(value)
    except Exception:  # as of a whole number of 5000 digits
        return f"a value of type {type(value).__name__}"
