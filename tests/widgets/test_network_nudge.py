"""The network nudge as a Python object: traits, messages, and what it shows without a script."""

import json
import re
from html import unescape
from xml.etree import ElementTree

import numpy as np
import pytest
from traitlets import TraitError

from nnlib import Layer, forward, gradients, init_network
from nnlib.widgets import NetworkNudge
from nnlib.widgets.network_nudge.figure import DEFAULT

from .together import set_together

X, Y = [1.0, -0.5], [1.0, 0.0]


@pytest.fixture
def network():
    return init_network([2, 3, 2], rng=4)


@pytest.fixture
def figure(network):
    return NetworkNudge(network, x=X, y=Y)


def cost(network, x=X, y=Y):
    return 0.5 * ((forward(network, np.array([x])).a[-1][0] - y) ** 2).sum()


def test_results_are_those_of_nnlib(figure, network):
    found = gradients(network, np.array([X]), np.array([Y]))
    assert figure.cost == pytest.approx(cost(network), rel=1e-15)
    for mine, theirs in (
        (figure.gradient["W"], found.dW),
        (figure.gradient["b"], found.db),
        (figure.delta, [column[0] for column in found.delta]),
    ):
        for one, other in zip(mine, theirs, strict=True):
            np.testing.assert_array_equal(one, other)


def test_from_network_is_the_constructor(network):
    assert (
        NetworkNudge.from_network(network, x=X, y=Y).state()
        == NetworkNudge(network, x=X, y=Y).state()
    )


def test_a_bare_figure_shows_the_default_network():
    assert {key: NetworkNudge().state()[key] for key in DEFAULT} == DEFAULT


def test_arrays_are_taken_as_lists(network):
    figure = NetworkNudge(network, x=np.array(X), y=np.array(Y))
    assert (figure.x, figure.y) == (X, Y)


@pytest.mark.parametrize(
    ("parameter", "layer", "move"),
    [
        ("w1_21", 0, lambda layer: layer.W.__setitem__((1, 0), layer.W[1, 0] + 0.3)),
        ("w2_13", 1, lambda layer: layer.W.__setitem__((0, 2), layer.W[0, 2] + 0.3)),
        ("b1_3", 0, lambda layer: layer.b.__setitem__(2, layer.b[2] + 0.3)),
        ("b2_2", 1, lambda layer: layer.b.__setitem__(1, layer.b[1] + 0.3)),
    ],
)
def test_the_changes_are_those_of_two_forward_passes_and_the_gradient(
    figure, network, parameter, layer, move
):
    figure.parameter, figure.nudge = parameter, 0.3
    actual, promised = figure.changes()
    move(network[layer])
    assert actual == pytest.approx(cost(network) - figure.cost, rel=1e-12)
    place = [int(digit) - 1 for digit in parameter.split("_")[1]]
    slopes = figure.gradient["W" if parameter[0] == "w" else "b"][layer]
    assert promised == pytest.approx(0.3 * np.array(slopes)[tuple(place)], rel=1e-12)


def test_nudging_an_input_promises_its_own_slope(figure, network):
    figure.parameter, figure.nudge = "x_2", 1e-6
    actual, promised = figure.changes()
    assert actual == pytest.approx(promised, rel=1e-4)
    assert actual == pytest.approx(cost(network, [1.0, -0.5 + 1e-6]) - cost(network), rel=1e-6)


def test_crossing_out_all_paths_leaves_nothing_promised(figure):
    figure.parameter, figure.crossed = "w1_11", [1, 2]
    assert figure.changes()[1] == 0


def test_the_promise_is_the_sum_of_the_paths(figure):
    figure.parameter = "b1_2"
    whole = figure.changes()[1]
    parts = []
    for crossed in ([1], [2]):
        figure.crossed = crossed
        parts.append(figure.changes()[1])
    assert sum(parts) == pytest.approx(whole, rel=1e-12)


def smaller(figure):
    """W, b and y of the figure's network without the last output."""
    return {
        "W": [*figure.W[:-1], figure.W[-1][:1]],
        "b": [*figure.b[:-1], figure.b[-1][:1]],
        "y": figure.y[:1],
    }


@pytest.mark.parametrize(
    ("kept", "message"),
    [
        ({"y": Y}, "y must have 1 numbers, not 2"),
        ({"parameter": "b2_2"}, "parameter is 'b2_2'; it must be like w1_21"),
        ({"parameter": "w2_21"}, "parameter is 'w2_21'"),
        ({"crossed": [2]}, "crossed names unit 2; from w1_11 there are paths through 1"),
    ],
)
def test_what_the_smaller_network_does_not_have_is_refused(figure, kept, message):
    set_together(figure, **kept)
    before, html = figure.state(), figure.html()
    with pytest.raises(TraitError, match=message):
        set_together(figure, **(smaller(figure) | kept))
    assert (figure.state(), figure.html()) == (before, html)


def test_the_network_can_be_changed_as_a_whole(figure, network):
    set_together(figure, **smaller(figure))
    assert figure.cost == pytest.approx(0.5 * (forward(network, [X]).a[-1][0, 0] - Y[0]) ** 2)


def test_targets_are_refused_together_with_a_network_that_is_none(figure):
    before = figure.state()
    with pytest.raises(TraitError, match="W must hold 1 to 4 matrices, not 0"):
        set_together(figure, y=[1.0], W=[])
    assert figure.state() == before


def test_a_network_without_its_sample_is_refused_by_name(network):
    with pytest.raises(TraitError, match="y must have 2 numbers, not 0"):
        NetworkNudge(network, x=X)
    with pytest.raises(TraitError, match="x must have 2 numbers, not 0"):
        NetworkNudge(network, y=Y)


@pytest.mark.parametrize(
    ("traits", "message"),
    [
        ({"x": [1.0]}, r"^x must have 2 numbers, not 1$"),
        ({"x": []}, r"^x must have 2 numbers, not 0$"),
        ({**DEFAULT, "x": [1.0] * 5}, r"^x must have 2 numbers, not 5$"),
        ({**DEFAULT, "W": [[[]], [[1.0]]]}, r"W\[0\]\[0\] must have 1 to 4 numbers, not 0"),
        (
            {**DEFAULT, "W": [[[1.0, 2.0], [1.0]], [[1.0]]]},
            r"W\[0\]\[1\] must have 2 numbers, not 1",
        ),
        ({**DEFAULT, "W": [[[1.0]] * 3, DEFAULT["W"][1]]}, r"^x must have 1 numbers, not 2$"),
        ({"x": [1.0, float("nan")]}, r"x\[1\] is nan; it must be a number of size at most 1000"),
        ({"y": [1.0]}, r"y must have 2 numbers, not 1"),
        ({"y": [1.0, "a"]}, r"'y' trait"),
        ({"b": [[0.0] * 3]}, r"b has 1 entries and W has 2"),
        ({"b": [[0.0] * 3, [0.0]]}, r"b\[1\] must have 2 numbers, not 1"),
        ({"W": []}, r"W must hold 1 to 4 matrices, not 0"),
        ({"activations": ["sigmoid", "sine"]}, r"'activations' trait"),
        ({"parameter": "w3_11"}, r"parameter is 'w3_11'; it must be like w1_21"),
        ({"parameter": "w1_13"}, r"parameter is 'w1_13'"),
        ({"parameter": "weight"}, r"parameter is 'weight'"),
        ({"crossed": [3]}, r"crossed names unit 3; from w1_11 there are paths through 1, 2"),
        ({"parameter": "w2_11", "crossed": [1]}, r"from w2_11 there are no paths to cross"),
        ({"crossed": [1, 1, 1]}, r"crossed names one twice: \[1, 1, 1\]"),
        ({"crossed": [True]}, r"'crossed' trait .* expected a whole number .* not the bool True"),
        ({"crossed": [1, 10**5000]}, r"'crossed' trait .* expected a whole number"),
        ({"x": [1.0, 10**400]}, r"'x' trait .* expected a float"),
        ({"nudge": 10**400}, r"'nudge' trait .* expected a float"),
        ({"activations": "sigmoid"}, r"'activations' trait .* expected a list"),
        ({"activations": [np.array(["tanh", "relu"])] * 2}, r"'activations' trait .* any of"),
        ({"nudge": float("nan")}, r"nudge is nan|'nudge' trait"),
        ({"network": [1]}, r"network: "),
        ({"netwrk": []}, r"no trait 'netwrk'; its traits: network, .*W"),
    ],
)
def test_a_bad_value_is_refused_by_name(traits, message):
    with pytest.raises(TraitError, match=message):
        NetworkNudge(**traits)


def test_a_refused_value_leaves_the_figure_as_it_was(figure):
    before = figure.state()
    for name, value in (("parameter", "w9_11"), ("x", [1.0]), ("crossed", [7])):
        with pytest.raises(TraitError):
            setattr(figure, name, value)
    assert figure.state() == before


def test_a_wide_network_is_refused():
    with pytest.raises(TraitError, match=r"W\[0\] has 5 rows; a layer has 1 to 4 units"):
        NetworkNudge([Layer(np.ones((5, 2)), np.zeros(5), "tanh")], x=X, y=[0.0] * 5)


def test_the_html_carries_the_whole_state(figure):
    state = json.loads(unescape(re.search(r'data-nn-state="([^"]*)"', figure.html())[1]))
    assert state == figure.state()
    assert NetworkNudge(**state).state() == state


def test_the_still_is_well_formed_and_shows_activations_and_deltas(figure):
    words = "".join(ElementTree.fromstring(figure.still()).itertext())
    _, a = figure.trace()
    for value in np.concatenate(a):
        assert f"{value:.3g}".replace("-", "−") in words
    for value in np.concatenate(figure.delta):
        assert f"{value:+.4g}".replace("-", "−") in words


def test_the_words_hold_both_changes(figure):
    actual, promised = figure.changes()
    for value in (actual, promised):
        assert f"{value:+.4g}".replace("-", "−") in figure.description()
