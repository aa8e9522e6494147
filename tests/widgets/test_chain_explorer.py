"""The chain explorer as a Python object: traits, messages, and what it shows without a script."""

from xml.etree import ElementTree

import numpy as np
import pytest
from traitlets import TraitError

from nnlib import scalar
from nnlib.widgets import ChainExplorer

from .reading import numbers, shows
from .together import set_together

W, B, X, Y = [0.9, -1.3, 1.7], [0.2, 0.4, -0.5], -1.5, 1.0


@pytest.fixture
def figure():
    return ChainExplorer(w=W, b=B, x=X, y=Y)


def test_values_and_gradient_are_those_of_nnlib(figure):
    z, a = scalar.forward(W, B, X)
    slopes = scalar.backward(W, B, X, Y)
    assert (figure.z, figure.a) == (z, a)
    assert figure.cost == 0.5 * (a[-1] - Y) ** 2
    assert figure.gradient["w"] == slopes.dw
    assert figure.gradient["b"] == slopes.db
    assert figure.gradient["x"] == W[0] * slopes.delta[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("w", [1.0, 1.0, 1.0]),
        ("b", [0.0, 1.0, 0.0]),
        ("x", 2.0),
        ("y", 0.0),
        ("activation", "tanh"),
    ],
)
def test_setting_a_trait_moves_the_cost_and_tells_observers(figure, name, value):
    told = []
    figure.observe(told.append, "cost")
    before = figure.cost
    setattr(figure, name, value)
    assert figure.cost != before
    assert [change["new"] for change in told] == [figure.cost]


@pytest.mark.parametrize("name", ["z", "a", "cost", "gradient"])
def test_results_cannot_be_set(figure, name):
    with pytest.raises(TraitError, match=name):
        setattr(figure, name, getattr(figure, name))


def test_the_length_changes_when_w_and_b_change_together(figure):
    with figure.hold_trait_notifications():
        figure.w = [1.0]
        figure.b = [0.5]
        figure.parameter = "b1"
    assert len(figure.z) == 1
    still = ElementTree.fromstring(figure.still())
    assert len(still.findall(".//{*}line[@class='nn-track nn-z']")) == 1


@pytest.mark.parametrize(
    "traits", [{"w": [1.0], "b": [1.0]}, {"parameter": "b2", "b": [1.0], "w": [1.0]}]
)
def test_a_parameter_that_the_shorter_chain_does_not_have_is_refused(traits):
    figure = ChainExplorer(w=W, b=B, parameter="w3", mode="nudge")
    before, html = figure.state(), figure.html()
    with pytest.raises(TraitError, match=r"parameter is '(w3|b2)'; a chain of 1 has w1, b1, x"):
        set_together(figure, **traits)
    assert (figure.state(), figure.html()) == (before, html)


@pytest.mark.parametrize(
    ("traits", "message"),
    [
        ({"w": [1.0]}, r"w has 1 numbers and b has 3; each unit needs one of both"),
        ({"parameter": "w4"}, r"parameter is 'w4'; a chain of 3 has w1, b1, w2, b2, w3, b3, x"),
        ({"mode": "step", "modes": ["forward"]}, r"mode is 'step', but modes offers only forward"),
        (
            {"modes": {"forward"}},
            r"modes is \{'forward'\}; it must be a list of 1 to 4",
        ),
        ({"modes": np.array(["nudge", "step"])}, r"modes is array.*; it must be a list"),
        ({"modes": ["forward", "step", "forward"]}, r"a list of 1 to 4 entries, each once"),
        ({"mode": np.array(["nudge", "step"])}, r"mode is array.* one of forward, nudge"),
        ({"w": [1.0, 10**5000, 1.0]}, r"w\[1\] is a value of type int; it must be a number of"),
        ({"stage": 10**5000}, r"stage is a value of type int; it must be a whole number"),
        ({"learning_rate": 0.0}, r"learning_rate is 0.0; it must be a number above 0 and at most"),
        ({"wheight": 1.0}, r"no trait 'wheight'; its traits: .*activation"),
    ],
)
def test_a_bad_value_is_refused_by_name(traits, message):
    with pytest.raises(TraitError, match=message):
        ChainExplorer(**traits)


def test_a_refused_value_leaves_the_figure_as_it_was(figure):
    before = figure.state()
    with pytest.raises(TraitError):
        figure.w = [1.0, 2.0]
    with pytest.raises(TraitError):
        figure.mode = "sideways"
    with pytest.raises(TraitError):
        figure.x = 10**400
    assert figure.state() == before


def test_the_first_offered_mode_is_shown():
    assert ChainExplorer(modes=["nudge", "step"]).mode == "nudge"


@pytest.mark.parametrize("length", [1, 3, 5])
def test_the_still_shows_every_value(length):
    figure = ChainExplorer(w=[1.5] * length, b=[-0.3] * length)
    still = ElementTree.fromstring(figure.still())
    shown = [numbers("".join(element.itertext())) for element in still.findall(".//{*}text")]
    for value in [*figure.z, *figure.a, figure.cost]:
        assert [shows(value)] in shown


def test_the_words_of_nudge_and_step_hold_both_changes(figure):
    figure.mode, figure.parameter, figure.nudge = "nudge", "w3", 0.1
    nudged = ChainExplorer(w=[0.9, -1.3, 1.8], b=B, x=X, y=Y)
    changes = [nudged.cost - figure.cost, 0.1 * figure.gradient["w"][2]]
    assert numbers(figure.description())[-2:] == [shows(change) for change in changes]
    figure.mode, figure.learning_rate = "step", 2.0
    squared = sum(s**2 for s in figure.gradient["w"] + figure.gradient["b"])
    assert numbers(figure.description())[-1] == shows(-2 * squared)


def test_nudging_x_and_b_is_described_with_their_own_slopes(figure):
    figure.mode, figure.nudge = "nudge", 0.2
    for parameter, slope in (("x", figure.gradient["x"]), ("b2", figure.gradient["b"][1])):
        figure.parameter = parameter
        assert numbers(figure.description())[-1] == shows(0.2 * slope)


def test_a_step_that_overflows_is_shown_as_what_it_is():
    figure = ChainExplorer(
        w=[1e3] * 5, b=[0.0] * 5, x=1e3, activation="identity", mode="step", learning_rate=1e3
    )
    assert "Actual change" in figure.html()
