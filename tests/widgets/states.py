"""Values that a property of a `state.json` allows at its edges, and values that it refuses."""

import math
from copy import deepcopy
from functools import cache

import nnlib.widgets
from nnlib import data, init_network, train
from nnlib.widgets import bundle

NAMES = list(bundle.figures())


_MORE = {  # traits that bring other parts of a picture than the defaults
    "ActivationExplorer": [{"output_activation": "tanh", "targets": [[0.0, 2.0], [1.0, 0.5]]}],
    "ChainExplorer": [{"mode": "nudge"}, {"mode": "backward", "stage": 4}, {"mode": "step"}],
    "LayerMatrix": [{"layer": 2, "focus": "u2"}, {"focus": "k1"}, {"focus": "w21"}],
    "NetworkNudge": [{"crossed": [2]}, {"parameter": "b2_1"}],
    "GradientCheck": [
        {"show_one_sided": True},
        {"bug": "a_for_z", "bug_layer": 2, "show_complex": True},
    ],
    "ShapeBench": [
        {"code": "A_prev @ W", "tools": ["einsum", "stacks"]},
        {"code": "A_prev @ W", "N": 3, "n": 3, "n_prev": 3, "einsum": "ij,jk"},
        {"product": "bias", "layout": "columns", "tools": ["einsum"]},
        {"product": "bp3"},
        {"product": "stack_outer", "W": [[5, 6], [7, 8]], "b": [9]},
    ],
    "TrainingPlayer": [{"epoch": 3, "layer": 1, "sample": 5}, {"panels": [], "compact": True}],
}
PICTURES = [(name, traits) for name in NAMES for traits in ({}, *_MORE.get(name, ()))]


@cache
def short_recording():
    """Return a recording of three moments."""
    X, Y = data.circles(n=60, rng=1)
    settings = {"learning_rate": 3.0, "epochs": 6, "batch_size": 10, "rng": 0, "record_every": 3}
    return train(init_network([2, 3, 3, 1], rng=3), X, Y, **settings)[1]


def example(name, **traits):
    """Return a figure of a kind."""
    if name == "TrainingPlayer" and "recordings" not in traits:
        traits["recording"] = short_recording()
    return getattr(nnlib.widgets, name)(**traits)


def edges(schema, value):
    """Yield values that the schema allows and that lie at its ends; `value` is one of them."""
    yield from schema.get("enum", ())
    yield from (schema[end] for end in ("minimum", "maximum") if end in schema)
    types = _types(schema)
    if "maxLength" in schema:
        yield "\U0001d456" * schema["maxLength"]  # one character, two units of UTF-16
    if "null" in types:
        yield None
    if "boolean" in types:
        yield from (True, False)
    if "array" in types and value:
        yield value[:1] * schema.get("minItems", 0)
        if not schema.get("uniqueItems"):
            yield value[:1] * schema.get("maxItems", 5)
        for item in edges(schema.get("items", {}), value[0]):
            if not (schema.get("uniqueItems") and item in value):
                yield [item, *value[1:]]


def misfits(schema, value):
    """Yield values that the schema refuses, for each of its limits; `value` is one it allows."""
    types = _types(schema)
    if "enum" in schema:
        yield from ("no such choice", ["sigmoid"], True, None)
    if {"number", "integer"} & types:
        yield from ("1", [1], True, math.nan, math.inf, -math.inf, 10**400)
        yield from (schema[end] - 1e-3 for end in ("minimum",) if end in schema)
        yield from (schema[end] + 1e-3 for end in ("maximum",) if end in schema)
        yield from (schema[end] for end in ("exclusiveMinimum",) if end in schema)
    if "integer" in types:
        yield from (0.5, 2**53)
    if types and "null" not in types:
        yield None
    if "boolean" in types:
        yield from (0, "yes")
    if "string" in types:
        yield from (7, ["w1"])
    if "maxLength" in schema:
        yield "i" * (schema["maxLength"] + 1)
    if "object" in types:
        yield from ("text", [])
        for field, rule in schema.get("properties", {}).items():
            yield from ({**value, field: wrong} for wrong in misfits(rule, value[field]))
    if "array" in types:
        yield from ("abc", 1.0, {"0": 1.0})
        some = value or [None]
        if schema.get("minItems"):
            yield some[:1] * (schema["minItems"] - 1)
        if "maxItems" in schema:
            yield some[:1] * (schema["maxItems"] + 1)
        if schema.get("uniqueItems"):
            yield some[:1] * 2
        if value:
            for item in misfits(schema.get("items", {}), value[0]):
                yield [*deepcopy(value[:-1]), item]


def _types(schema):
    named = schema.get("type", ())
    return {named} if isinstance(named, str) else set(named)
