"""The chain explorer as a Python object: traits, messages, and what it shows without a script."""

import json
import re
from html import unescape
from xml.etree import ElementTree

import numpy as np
import pytest
from traitlets import TraitError

from nnlib import scalar
from nnlib.widgets import ChainExplorer

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
    assert figure.description().startswith("A chain of 1 unit ")


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
        ({"w": [], "b": []}, r"[wb] must have 1 to 5 numbers, not 0"),
        ({"w": [0.0] * 6, "b": [0.0] * 6}, r"[wb] must have 1 to 5 numbers, not 6"),
        (
            {"w": [1.0, float("nan"), 1.0]},
            r"w\[1\] is nan; it must be a number of size at most 1000",
        ),
        ({"b": [1.0, 1.0, float("inf")]}, r"b\[2\] is inf"),
        ({"w": [1.0, "2", 1.0]}, r"'w' trait"),
        ({"x": float("nan")}, r"x is nan|'x' trait"),
        ({"y": 1e9}, r"'y' trait"),
        ({"x": "one"}, r"'x' trait"),
        ({"activation": "sigmoyd"}, r"'activation' trait .* any of \['sigmoid'"),
        ({"mode": "sideways"}, r"'mode' trait"),
        ({"mode": "step", "modes": ["forward"]}, r"mode is 'step', but modes offers only forward"),
        ({"modes": []}, r"'modes' trait"),
        ({"modes": 1}, r"'modes' trait .* expected a list, not the int 1"),
        ({"modes": True}, r"'modes' trait .* expected a list, not the bool True"),
        ({"modes": {"forward": 1}}, r"'modes' trait .* expected a list"),
        ({"modes": {"forward"}}, r"'modes' trait .* expected a list"),
        ({"modes": "nudge"}, r"'modes' trait .* expected a list, not the str 'nudge'"),
        ({"modes": np.array(["nudge", "step"])}, r"'modes' trait .* expected a list"),
        ({"modes": ["forward", "step", "forward"]}, r"modes names one twice"),
        ({"mode": np.array(["nudge", "step"])}, r"'mode' trait .* any of \['forward'"),
        ({"x": 10**400}, r"'x' trait .* expected a float"),
        ({"x": 10**5000}, r"'x' trait .* expected a float, not a value of type int"),
        ({"w": [1.0, 10**400, 1.0]}, r"'w' trait .* expected a float"),
        ({"w": [1.0, 10**5000, 1.0]}, r"'w' trait .* expected a float, not a value of type int"),
        ({"stage": True}, r"'stage' trait .* expected a whole number .* not the bool True"),
        ({"stage": 2**60}, r"'stage' trait .* expected a whole number of size at most 2\^53"),
        ({"stage": 10**5000}, r"'stage' trait .* not a value of type int"),
        ({"parameter": "w4"}, r"parameter is 'w4'; a chain of 3 has w1, b1, w2, b2, w3, b3, x"),
        ({"learning_rate": 0.0}, r"learning_rate is 0.0; it must be above 0"),
        ({"nudge": float("inf")}, r"nudge is inf|'nudge' trait"),
        ({"stage": -1}, r"stage is -1; it must be None or at least 0"),
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


def test_the_html_carries_the_whole_state(figure):
    figure.mode = "nudge"
    state = json.loads(unescape(re.search(r'data-nn-state="([^"]*)"', figure.html())[1]))
    assert state == figure.state()
    assert ChainExplorer(**state).state() == state


def test_a_cell_shows_widget_still_and_words(figure):
    data, _ = figure._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == figure.model_id
    assert data["image/svg+xml"] == figure.still()
    assert data["text/html"] == figure.html()
    assert data["text/plain"] == figure.description()


@pytest.mark.parametrize("mode", ["forward", "nudge", "backward", "step"])
@pytest.mark.parametrize("length", [1, 3, 5])
def test_the_still_is_well_formed_and_shows_every_value(mode, length):
    figure = ChainExplorer(w=[1.5] * length, b=[-0.3] * length, mode=mode, parameter="w1")
    root = ElementTree.fromstring(figure.still())
    words = "".join(root.itertext())
    for value in [*figure.z, *figure.a, figure.cost]:
        assert f"{value:.4g}".replace("-", "−") in words


def test_the_words_of_nudge_and_step_hold_both_changes(figure):
    figure.mode, figure.parameter, figure.nudge = "nudge", "w3", 0.1
    nudged = ChainExplorer(w=[0.9, -1.3, 1.8], b=B, x=X, y=Y)
    assert f"{nudged.cost - figure.cost:+.4g}".replace("-", "−") in figure.description()
    assert f"{0.1 * figure.gradient['w'][2]:+.4g}".replace("-", "−") in figure.description()
    figure.mode, figure.learning_rate = "step", 2.0
    squared = sum(s**2 for s in figure.gradient["w"] + figure.gradient["b"])
    assert f"{-2 * squared:+.4g}".replace("-", "−") in figure.description()


def test_nudging_x_and_b_is_described_with_their_own_slopes(figure):
    figure.mode, figure.nudge = "nudge", 0.2
    for parameter, slope in (("x", figure.gradient["x"]), ("b2", figure.gradient["b"][1])):
        figure.parameter = parameter
        assert f"{0.2 * slope:+.4g}".replace("-", "−") in figure.description()


def test_a_step_that_overflows_is_shown_as_what_it_is():
    figure = ChainExplorer(
        w=[1e3] * 5, b=[0.0] * 5, x=1e3, activation="identity", mode="step", learning_rate=1e3
    )
    assert "changes the cost by" in figure.html()
