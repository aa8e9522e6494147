"""What a state.json says is understood alike in Python and in JavaScript."""

import json
import re

import pytest
from jsonschema import Draft202012Validator
from py_mini_racer import MiniRacer

from nnlib.widgets import bundle, schema

from .states import NAMES, edges, example, misfits

EVERY_WORD = {
    "activation": ({"enum": ["tanh", "relu"]}, "relu"),
    "count": ({"enum": [1, 2, 4]}, 2),
    "free": ({"type": "number"}, 0.5),
    "size": ({"type": "number", "minimum": -9, "maximum": 9}, 0.5),
    "rate": ({"type": "number", "exclusiveMinimum": 0, "maximum": 1000}, 0.5),
    "above": ({"type": "number", "exclusiveMinimum": 0}, 0.5),
    "layer": ({"type": "integer", "minimum": 1, "maximum": 4}, 2),
    "stage": ({"type": ["integer", "null"], "minimum": 0}, 3),
    "on": ({"type": "boolean"}, True),
    "focus": ({"type": "string"}, "u2"),
    "einsum": ({"type": "string", "maxLength": 4}, "ij"),
    "recording": ({"type": "object"}, {"sizes": [2, 3]}),
    "any": ({"type": "array"}, [1, "a"]),
    "few": ({"type": "array", "items": {"type": "number"}, "maxItems": 3}, [1.5, 2.5]),
    "some": ({"type": "array", "items": {"type": "boolean"}, "minItems": 1}, [True]),
    "pair": ({"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}, [1, 2]),
    "modes": (
        {
            "type": "array",
            "items": {"enum": ["a", "b", "c"]},
            "minItems": 1,
            "maxItems": 3,
            "uniqueItems": True,
        },
        ["a", "b"],
    ),
    "rows": (
        {
            "type": "array",
            "items": {"type": "array", "items": {"type": "number"}, "maxItems": 2},
            "maxItems": 4,
        },
        [[1.0], [2.0, 3.0]],
    ),
}


@pytest.fixture
def figure(request):
    return example(request.param)


@pytest.fixture(scope="module")
def js():
    context = MiniRacer()
    context.eval(bundle.library("shared/host/schema.js", "schema"))
    return context


def in_javascript(js, name, value, rule):
    text = f"schema.checkState({json.dumps({name: rule})}, {json.dumps({name: value})})"
    return js.eval(text)


def in_python(name, value, rule):
    try:
        schema.read(name, value, rule)
    except ValueError as error:
        return f"{error}."
    return None


def is_json(value):
    """Whether JSON and JavaScript have the numbers in a value."""
    text = json.dumps(value)
    return not re.search(r"NaN|Infinity|\d{16}", text)


@pytest.mark.parametrize("name", EVERY_WORD)
def test_both_refuse_the_same_and_want_the_same(js, name):
    rule, value = EVERY_WORD[name]
    for good in [value, *edges(rule, value)]:
        assert in_python(name, good, rule) is None, good
        assert in_javascript(js, name, good, rule) is None, good
        assert Draft202012Validator(rule).is_valid(good), good
    wrong = list(misfits(rule, value))
    assert wrong
    for bad in wrong:
        said = in_python(name, bad, rule), in_javascript(js, name, bad, rule)
        assert None not in said, bad
        name_of, wants = (set(re.sub(" is .*; it must be ", "#", text).split("#")) for text in said)
        assert name_of == wants
        if is_json(bad):
            assert not Draft202012Validator(rule).is_valid(bad), bad


def test_what_is_read_is_what_json_holds():
    rule = {"type": "array", "items": {"type": "number"}}
    found = schema.read("w", (1, 2.5), rule)
    assert found == [1.0, 2.5]
    assert [type(value) for value in found] == [float, float]


@pytest.mark.parametrize("figure", NAMES, indirect=True)
def test_references_are_put_in_place_alike(js, figure):
    about = bundle.about(type(figure).__name__)
    found = js.eval(f"JSON.stringify(schema.propertiesOf({json.dumps(about)}))")
    assert json.loads(found) == figure.properties
    assert "$ref" not in found


@pytest.mark.parametrize("figure", NAMES, indirect=True)
def test_a_state_is_refused_in_python_and_in_javascript_alike(figure):
    context = MiniRacer()
    name, state = type(figure).__name__, figure.state()
    context.eval(bundle.script([name]))

    def verdicts(trait, value):
        changed = state | {trait: value}
        try:
            said = None if type(figure)(**changed) else ""
        except Exception as error:
            said = str(error)
        return said, context.eval(f"nnFigures.{name}.validate({json.dumps(changed)})")

    assert verdicts(*next(iter(state.items()))) == (None, None)
    for trait, rule in figure.properties.items():
        for value in misfits(rule, state[trait]):
            python, javascript = verdicts(trait, value)
            assert trait in (python or ""), value
            assert javascript.startswith(trait), value
        for value in edges(rule, state[trait]):
            python, javascript = verdicts(trait, value)
            assert (python is None) == (javascript is None), (trait, value, python, javascript)


def test_the_activations_are_those_that_javascript_computes():
    context = MiniRacer()
    context.eval(bundle.library("shared/maths/network.js", "network"))
    known = json.loads(context.eval("JSON.stringify(Object.keys(network.ACTIVATIONS))"))
    assert known == schema.shared()["activation"]["enum"]
