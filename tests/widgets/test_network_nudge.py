"""The network nudge as a Python object: traits, messages, and what it shows without a script."""

from xml.etree import ElementTree

import numpy as np
import pytest
from traitlets import TraitError

from nnlib import Layer, forward, gradients, init_network
from nnlib.widgets import NetworkNudge

from .reading import numbers, shows
from .together import set_together

X, Y = [1.0, -0.5], [1.0, 0.0]
DEFAULT = NetworkNudge().state()


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


def test_arrays_are_taken_as_lists(network):
    figure = NetworkNudge(network, x=np.array(X), y=np.array(Y))
    assert (figure.x, figure.y) == (X, Y)


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
    with pytest.raises(TraitError, match=r"W is \[\]; it must be a list of 1 to 4 entries"):
        set_together(figure, y=[1.0], W=[])
    assert figure.state() == before


def test_a_network_without_its_sample_is_refused_by_name(network):
    with pytest.raises(TraitError, match=r"y is \[\]; it must be a list of 1 to 4 entries"):
        NetworkNudge(network, x=X)
    with pytest.raises(TraitError, match=r"x is \[\]; it must be a list of 1 to 4 entries"):
        NetworkNudge(network, y=Y)


@pytest.mark.parametrize(
    ("traits", "message"),
    [
        ({"x": [1.0]}, r"^x must have 2 numbers, not 1$"),
        (
            {**DEFAULT, "W": [[[1.0, 2.0], [1.0]], [[1.0]]]},
            r"W\[0\]\[1\] must have 2 numbers, not 1",
        ),
        ({**DEFAULT, "W": [[[1.0]] * 3, DEFAULT["W"][1]]}, r"^x must have 1 numbers, not 2$"),
        ({"y": [1.0]}, r"y must have 2 numbers, not 1"),
        ({"b": [[0.0] * 3]}, r"b has 1 entries and W has 2"),
        ({"b": [[0.0] * 3, [0.0]]}, r"b\[1\] must have 2 numbers, not 1"),
        ({"parameter": "w3_11"}, r"parameter is 'w3_11'; it must be like w1_21"),
        ({"parameter": "w1_13"}, r"parameter is 'w1_13'"),
        ({"parameter": "weight"}, r"parameter is 'weight'"),
        ({"crossed": [3]}, r"crossed names unit 3; from w1_11 there are paths through 1, 2"),
        ({"parameter": "w2_11", "crossed": [1]}, r"from w2_11 there are no paths to cross"),
        ({"activations": [np.array(["tanh"])] * 2}, r"activations\[0\] is .*; it must be one of"),
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
    with pytest.raises(TraitError, match=r"W\[0\] is .*; it must be a list of 1 to 4 entries"):
        NetworkNudge([Layer(np.ones((5, 2)), np.zeros(5), "tanh")], x=X, y=[0.0] * 5)


def test_still_and_words_hold_activations_deltas_and_the_promise(figure):
    root = ElementTree.fromstring(figure.still())
    shown = [
        number
        for text in root.iter("{http://www.w3.org/2000/svg}text")
        for number in numbers("".join(text.itertext()))
    ]
    for value in np.concatenate([*figure.trace()[1], *figure.delta]):
        assert any(number == pytest.approx(value, rel=0.051, abs=5e-3) for number in shown)
    promised = figure.nudge * figure.gradient["W"][0][0][0]
    for text in ("".join(root.itertext()), figure.description()):
        assert shows(promised) in numbers(text)
