"""The layer matrix as a Python object, and how its network grows and shrinks."""

import itertools
import json
from xml.etree import ElementTree

import numpy as np
import pytest
from py_mini_racer import MiniRacer
from traitlets import TraitError

from nnlib import forward, init_network
from nnlib.widgets import LayerMatrix, bundle

from .reading import numbers, shows

SIZES = [1, 3, 2, 1]


@pytest.fixture
def figure():
    return LayerMatrix(init_network(SIZES, rng=0), x=[0.5], layer=2)


@pytest.fixture(scope="module")
def js():
    """Call a function of layer/state.js with arguments and a result that JSON can hold."""
    context = MiniRacer()
    context.eval(bundle.library("layer_matrix/state.js", "layer"))

    def call(name, *arguments):
        text = ", ".join(json.dumps(argument) for argument in arguments)
        return json.loads(context.eval(f"JSON.stringify(layer.{name}({text}) ?? null)"))

    return call


def test_values_are_those_of_nnlib(figure):
    z, a = forward(init_network(SIZES, rng=0), np.array([[0.5]]))
    assert figure.z == [column[0].tolist() for column in z]
    assert figure.a == [column[0].tolist() for column in a]


def test_sizes_and_parameters_are_counted(figure):
    assert figure.sizes == SIZES
    assert figure.parameters == [6, 8, 3]
    assert LayerMatrix(init_network([1, 2, 2, 1], rng=0)).parameters == [4, 6, 3]


def test_a_network_without_a_sample_gets_one():
    assert len(LayerMatrix(init_network([3, 2], rng=0)).x) == 3
    assert LayerMatrix().sizes == [2, 3, 2]


def test_setting_a_weight_moves_the_layers_behind_it_and_tells_observers(figure):
    told = []
    figure.observe(told.append, "z")
    before = figure.z
    figure.W = [figure.W[0], [[0.0, 0.0, 0.0], figure.W[1][1]], figure.W[2]]
    assert figure.z[0] == before[0]
    assert figure.z[1][0] == figure.b[1][0]
    assert figure.z[2] != before[2]
    assert [change["new"] for change in told] == [figure.z]


@pytest.mark.parametrize("name", ["z", "a", "sizes", "parameters"])
def test_results_cannot_be_set(figure, name):
    with pytest.raises(TraitError, match=name):
        setattr(figure, name, getattr(figure, name))


def test_sizes_change_when_w_b_and_x_change_together(figure):
    with figure.hold_trait_notifications():
        figure.W = [[[1.0, 2.0]]]
        figure.b = [[0.5]]
        figure.activations = ["identity"]
        figure.x = [1.0, 1.0]
        figure.layer = 1
    assert figure.sizes == [2, 1]
    assert figure.a[1] == [3.5]


@pytest.mark.parametrize("focus", ["", "u1", "u2", "k3", "w11", "w23"])
def test_everything_in_the_layer_can_have_the_focus(figure, focus):
    figure.focus = focus
    assert figure.focus == focus


def test_a_unit_is_short_for_its_focus():
    assert LayerMatrix(unit=3).focus == "u3"


@pytest.mark.parametrize(
    ("traits", "message"),
    [
        ({"layer": 3}, r"layer is 3; the layers are counted from 1 to 2"),
        ({"layers": 1}, r"no trait 'layers'; its traits: network, unit, "),
        ({"focus": "u4"}, r"focus is 'u4'; in layer 1 it must be empty or one of u1, u2, u3 "),
        ({"focus": "k3"}, r"focus is 'k3'; .* k1, k2 \(a unit of the layer before\)"),
        ({"focus": "w13"}, r"focus is 'w13'; .*w11, w12, w21"),
        ({"focus": "u0"}, r"focus is 'u0'"),
        ({"focus": "z1"}, r"focus is 'z1'"),
        ({"unit": 4}, r"focus is 'u4'"),
        ({"unit": 1, "focus": "k1"}, r"unit and focus are both given"),
        ({"x": [1.0]}, r"^x must have 2 numbers, not 1$"),
        ({"W": [[]]}, r"W\[0\] is \[\]; it must be a list of 1 to 4 entries"),
        ({"W": [[[1.0]]]}, r"b is \[\]; it must be a list of 1 to 4 entries"),
        ({"b": [[0.0], [0.0, 0.0]]}, r"b\[0\] must have 3 numbers, not 1"),
        ({"layers": 1}, r"LayerMatrix has no trait 'layers'; its traits: network, .*focus.*layer"),
    ],
)
def test_a_bad_value_is_refused_by_name(traits, message):
    with pytest.raises(TraitError, match=message):
        LayerMatrix(**traits)


def test_a_focus_that_the_new_layer_does_not_have_is_refused(figure):
    figure.focus = "k3"
    before = figure.state()
    with pytest.raises(TraitError, match="focus is 'k3'; in layer 1"):
        figure.layer = 1
    assert figure.state() == before


@pytest.mark.parametrize("sizes", [[1, 1], [2, 3, 2], [4, 4, 4, 4, 4]])
def test_still_and_words_hold_every_number_of_the_layer(sizes):
    for layer in range(1, len(sizes)):
        figure = LayerMatrix(init_network(sizes, rng=1), layer=layer)
        root = ElementTree.fromstring(figure.still())
        words = ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]
        entries = [
            *itertools.chain(*figure.W[layer - 1]),
            *figure.a[layer - 1],
            *figure.b[layer - 1],
        ]
        results = [*figure.z[layer - 1], *figure.a[layer]]
        shown = [numbers(text)[0] for text in words if numbers(text)]
        for value in [*entries, *results]:
            assert any(number == pytest.approx(value, abs=6e-3) for number in shown)
        assert {f"{sizes[layer]} × {sizes[layer - 1]}", f"{sizes[layer]} × 1"} <= {*words}
        said = numbers(figure.description())[-len(results) :]
        assert said == [shows(value) for value in results]


@pytest.mark.parametrize(("focus", "count"), [("", 0), ("u2", 2 + 3), ("k1", 3 + 1), ("w32", 1)])
def test_the_still_prints_what_is_lit_in_bold(focus, count):
    texts = ElementTree.fromstring(LayerMatrix(focus=focus).still()).iter()
    bold = [one for one in texts if one.get("font-weight") == "700" and one.get("font-size")]
    assert len(bold) == count


# -- how a network grows and shrinks ----------------------------------------------------------


def test_both_sides_count_parameters_alike(js):
    for sizes in ([1, 1], [1, 2, 2, 1], [4, 1, 3, 2, 4]):
        figure = LayerMatrix(init_network(sizes, rng=0))
        assert js("parameterCounts", figure.state()) == figure.parameters
        assert js("sizesOf", figure.state()) == sizes


@pytest.mark.parametrize("column", range(4))
@pytest.mark.parametrize("size", range(1, 5))
def test_a_resized_network_fits_and_keeps_what_stays(js, figure, column, size):
    before = figure.state()
    after = before | js("resized", before, column, size)
    assert js("validate", after) is None
    resized = LayerMatrix(**after)
    assert resized.sizes == [*SIZES[:column], size, *SIZES[column + 1 :]]
    for old, new in zip(before["W"], resized.W, strict=True):
        for old_row, new_row in zip(old, new, strict=False):
            assert all(u == v for u, v in zip(old_row, new_row, strict=False))
    for old, new in zip([before["x"], *before["b"]], [resized.x, *resized.b], strict=True):
        assert all(u == v for u, v in zip(old, new, strict=False))


def test_the_same_change_gives_the_same_network(js, figure):
    state = figure.state()
    grown = state | js("resized", state, 2, 4)
    assert grown == state | js("resized", state, 2, 4)
    smaller = grown | js("resized", grown, 2, 1)
    assert smaller | js("resized", smaller, 2, 4) != grown  # the second unit's own weights are lost
    one_by_one = state | js("resized", state, 2, 3)
    assert one_by_one | js("resized", one_by_one, 2, 4) == grown


def test_new_numbers_differ_and_are_of_one_decimal(js):
    state = LayerMatrix(init_network([1, 1, 1], rng=0), x=[1.0]).state()
    for column in range(3):
        state |= js("resized", state, column, 4)
    new = [*state["x"][1:], *itertools.chain(*(biases[1:] for biases in state["b"]))]
    for matrix in state["W"]:
        new += list(itertools.chain(*matrix))[1:]
    assert len(new) == 3 + 2 * (3 + 15)
    assert all(0 < abs(value) <= 1.5 and value == round(value, 1) for value in new)
    assert len(set(new)) > 15


@pytest.mark.parametrize(
    ("focus", "column", "size", "kept"),
    [
        ("u2", 2, 1, ""),
        ("u1", 2, 1, "u1"),
        ("k3", 1, 2, ""),
        ("w23", 1, 2, ""),
        ("w21", 1, 2, "w21"),
        ("u2", 3, 1, "u2"),
    ],
)
def test_a_focus_leaves_with_its_unit(js, figure, focus, column, size, kept):
    assert js("resized", figure.state() | {"focus": focus}, column, size)["focus"] == kept


@pytest.mark.parametrize(
    ("focus", "entries", "before", "bias", "after"),
    [
        ("", [], [], [], []),
        ("u2", [(1, 0), (1, 1), (1, 2)], [], [1], [1]),
        ("k3", [(0, 2), (1, 2)], [2], [], []),
        ("w13", [(0, 2)], [], [], []),
    ],
)
def test_a_unit_lights_its_row_and_a_unit_before_its_column(focus, entries, before, bias, after):
    context = MiniRacer()
    context.eval(bundle.library("layer_matrix/state.js", "layer"))
    context.eval(f"const lights = layer.lightsOf({focus!r})")

    def lit(call):
        return context.eval(f"lights.{call}") == "nn-lit"

    assert [(j, k) for j in range(2) for k in range(3) if lit(f"entry({j}, {k})")] == entries
    assert [k for k in range(3) if lit(f"before({k})")] == before
    assert [j for j in range(2) if lit(f"bias({j})")] == bias
    assert [j for j in range(2) if lit(f"after({j})")] == after
