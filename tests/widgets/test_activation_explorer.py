"""The activation explorer as a Python object: traits, messages, and what it shows unscripted."""

import math
from collections import Counter
from xml.etree import ElementTree

import numpy as np
import pytest
from traitlets import TraitError

from nnlib import Layer, data, forward, init_network, quadratic, tanh
from nnlib.widgets import ActivationExplorer

from .reading import numbers, shows
from .together import set_together

ACTIVATIONS, OUTPUT_ACTIVATIONS = (
    ActivationExplorer.properties[name]["enum"] for name in ("activation", "output_activation")
)

W, B, V, C, X = [2.0, -1.5, 0.5], [1.0, 0.5, -2.0], [1.5, -2.0, 3.0], 0.4, 0.7


@pytest.fixture
def figure():
    return ActivationExplorer(w=W, b=B, v=V, c=C, x=X)


def network(hidden="sigmoid", last="identity"):
    return [
        Layer(np.array(W)[:, None], np.array(B), hidden),
        Layer(np.array([V]), np.array([C]), last),
    ]


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("last", OUTPUT_ACTIVATIONS)
def test_the_results_are_those_of_nnlib(figure, activation, last):
    figure.activation, figure.output_activation = activation, last
    trace = forward(network(activation, last), np.array([[X]]))
    assert figure.z == pytest.approx(trace.z[0][0])
    assert figure.a == pytest.approx(trace.a[1][0])
    assert figure.contributions == pytest.approx(trace.a[1][0] * V)
    assert figure.output_z == pytest.approx(trace.z[1][0, 0])
    assert figure.output == pytest.approx(trace.a[2][0, 0])
    step = 1e-6
    right, left = (forward(network(activation), np.array([[X + h]])).a[1][0] for h in (step, -step))
    assert np.array(figure.slope) * W == pytest.approx((right - left) / (2 * step), abs=1e-8)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("w", [1.0, 1.0, 1.0]),
        ("b", [0.0, 1.0, 0.0]),
        ("v", [0.0, 1.0, 0.0]),
        ("straight", [False, True, False]),
        ("c", 2.0),
        ("x", 2.0),
        ("activation", "tanh"),
        ("output_activation", "tanh"),
    ],
)
def test_setting_a_trait_moves_the_output_and_tells_observers(figure, name, value):
    told = []
    figure.observe(told.append, "output")
    before = figure.output
    setattr(figure, name, value)
    assert figure.output != before
    assert [change["new"] for change in told] == [figure.output]


RESULTS = ["z", "a", "slope", "contributions", "output_z", "output", "collapsed", "saturated"]


@pytest.mark.parametrize("name", [*RESULTS, "cost", "lowest_cost", "unreachable"])
def test_results_cannot_be_set(figure, name):
    with pytest.raises(TraitError, match=name):
        setattr(figure, name, getattr(figure, name))


def test_straight_units_collapse_to_the_products_of_the_matrices(figure):
    for straight in ([True, True, False], [False, False, False]):
        figure.straight = straight
        assert figure.collapsed is None
    figure.straight = [True, True, True]
    W1, W2 = np.array(W)[:, None], np.array([V])
    assert figure.collapsed["slope"] == pytest.approx((W2 @ W1).item())
    assert figure.collapsed["intercept"] == pytest.approx((W2 @ B).item() + C)
    line = figure.collapsed["slope"] * X + figure.collapsed["intercept"]
    assert figure.output == pytest.approx(line)
    figure.straight = [True, False, True]
    assert figure.collapsed is None


def test_straight_units_are_those_of_a_network_with_the_identity(figure):
    figure.straight = [True] * 3
    trace = forward(network("identity"), np.array([[X]]))
    assert figure.a == pytest.approx(trace.a[1][0])
    assert figure.slope == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("activation", "ends"), [("sigmoid", 2), ("tanh", 2), ("relu", 1), ("softplus", 1)]
)
def test_the_saturated_ends_are_where_the_slope_has_fallen_to_a_twentieth(figure, activation, ends):
    figure.activation, figure.unit = activation, 2
    assert len(figure.saturated) == ends
    largest = {"sigmoid": 0.25}.get(activation, 1.0)
    for low, high in figure.saturated:
        inner, outward = (high, -1) if math.isinf(low) else (low, 1)
        figure.x = inner + outward * 1e-6
        assert figure.slope[1] < 0.05 * largest
        figure.x = inner - outward * 1e-6
        assert figure.slope[1] > 0.05 * largest


def test_what_has_no_flat_end_is_never_saturated(figure):
    figure.activation = "leaky_relu"
    assert figure.saturated == []
    figure.activation = "sigmoid"
    assert figure.saturated != []
    figure.straight = [True, False, False]
    assert figure.saturated == []


def test_a_unit_without_weight_is_saturated_everywhere_or_nowhere():
    assert ActivationExplorer(w=[0.0], b=[0.0], v=[1.0]).saturated == []
    everywhere = [[-math.inf, math.inf]]
    assert ActivationExplorer(w=[0.0], b=[9.0], v=[1.0]).saturated == everywhere
    assert ActivationExplorer(w=[0.0], b=[0.0], v=[1.0], activation="relu").saturated == everywhere


def test_a_sigmoid_cannot_cost_less_than_a_quarter_on_the_step(figure):
    assert (figure.cost, figure.lowest_cost, figure.unreachable) == (None, None, [])
    samples, labels = data.step(n=10, targets=(-1, 1))
    figure.targets = np.hstack([samples, labels]).tolist()
    assert figure.lowest_cost == 0
    figure.output_activation = "sigmoid"
    assert figure.unreachable == [0, 1, 2, 3, 4]
    assert figure.lowest_cost == 0.25
    outputs = forward(network("sigmoid", "sigmoid"), samples).a[-1]
    assert figure.cost == pytest.approx(quadratic(outputs, labels))
    figure.output_activation = "tanh"
    assert (figure.unreachable, figure.lowest_cost) == ([], 0)


def test_a_network_becomes_a_figure_and_keeps_its_output():
    made = init_network([1, 4, 1], activation=tanh, output_activation="sigmoid", rng=1)
    figure = ActivationExplorer.from_network(made, x=0.3, targets=[[0.0, 1.0]])
    assert (figure.activation, figure.output_activation, len(figure.w)) == ("tanh", "sigmoid", 4)
    assert figure.output == pytest.approx(forward(made, np.array([[0.3]])).a[-1].item())
    assert figure.targets == [[0.0, 1.0]]


@pytest.mark.parametrize("sizes", [[2, 3, 1], [1, 3, 2], [1, 3, 3, 1], [1, 1], [1, 5, 1]])
def test_a_network_of_another_shape_is_refused(sizes):
    with pytest.raises(TraitError, match=r"shapes|1 to 4"):
        ActivationExplorer.from_network(init_network(sizes, output_activation="identity", rng=0))


def test_the_number_of_units_changes_when_all_change_together(figure):
    with figure.hold_trait_notifications():
        figure.w, figure.b, figure.v, figure.straight = [1.0], [0.5], [2.0], [True]
    assert len(figure.z) == 1
    assert figure.collapsed == {"slope": 2.0, "intercept": 1.0 + C}


def test_a_unit_that_the_smaller_network_does_not_have_is_refused(figure):
    figure.unit = 3
    before, html = figure.state(), figure.html()
    with pytest.raises(TraitError, match="unit is 3; the hidden units are counted from 1 to 1"):
        set_together(figure, w=[1.0], b=[0.5], v=[2.0], straight=[True])
    assert (figure.state(), figure.html()) == (before, html)


def test_a_unit_is_refused_together_with_a_network_that_has_none(figure):
    before = figure.state()
    with pytest.raises(TraitError, match="it must be a list of 1 to 4 entries"):
        set_together(figure, unit=2, w=[], b=[], v=[], straight=[])
    assert figure.state() == before


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (None, "network: the network must be a list of Layer"),
        (5, "network: the network must be a list of Layer"),
        ([], "network: the network is empty"),
        ([1, 2], "network: layer 1 must be a Layer"),
    ],
)
def test_what_is_no_network_is_refused(network, message):
    with pytest.raises(TraitError, match=message):
        ActivationExplorer.from_network(network)


@pytest.mark.parametrize(
    ("traits", "message"),
    [
        ({"w": [1.0]}, r"w has 1 entries, b has 3, v has 3 and straight has 1, but each"),
        ({"w": (1.0,), "b": (1.0,), "v": (1.0, 2.0)}, r"b has 1, v has 2 and straight has 1, but"),
        ({"straight": [True]}, r"straight has 1, but each hidden unit needs one of each"),
        ({"unit": 4}, r"unit is 4; the hidden units are counted from 1 to 3"),
        ({"activation": np.array(["tanh", "relu"])}, r"activation is array.* one of sigmoid, tanh"),
        ({"b": [1.0, "2", 1.0]}, r"b\[1\] is '2'; it must be a number of size at most 1000"),
        ({"targets": [[1.0, 2.0], [0.0, float("nan")]]}, r"targets\[1\]\[1\] is nan"),
        ({"wheight": 1.0}, r"no trait 'wheight'; its traits: .*activation"),
    ],
)
def test_a_bad_value_is_refused_by_name(traits, message):
    with pytest.raises(TraitError, match=message):
        ActivationExplorer(**traits)


def test_a_refused_value_leaves_the_figure_as_it_was(figure):
    before, output = figure.state(), figure.output
    for name, value in (("w", [1.0]), ("unit", 9), ("targets", [[0.0, math.inf]])):
        with pytest.raises(TraitError):
            setattr(figure, name, value)
    assert (figure.state(), figure.output) == (before, output)


@pytest.mark.parametrize("last", OUTPUT_ACTIVATIONS)
@pytest.mark.parametrize("units", [1, 3, 4])
def test_the_still_shows_every_value(last, units):
    figure = ActivationExplorer(
        w=[1.5] * units,
        b=[-0.3] * units,
        v=[0.7] * units,
        output_activation=last,
        targets=[[-1.0, -2.0], [1.0, 0.5]],
    )
    still = ElementTree.fromstring(figure.still())
    texts = {"".join(element.itertext()) for element in still.findall(".//{*}text")}
    shown = [numbers(text) for text in texts]
    for value in [*figure.z, *figure.a, *figure.slope, figure.output_z, figure.output]:
        assert [shows(value)] in shown
    counts = Counter(name for one in still.iter() for name in one.get("class", "").split())
    assert counts["nn-act-part"] == units
    assert counts["nn-act-total"] == (1 if last == "identity" else 2)
    assert counts["nn-act-missed"] == len(figure.unreachable)


def test_the_words_hold_the_output_the_collapse_and_the_targets(figure):
    assert shows(figure.output) in numbers(figure.description())
    figure.straight, figure.targets = [True] * 3, [[0.0, -2.0]]
    figure.output_activation = "tanh"
    words = numbers(figure.description())
    for value in (*figure.collapsed.values(), figure.output_z, figure.cost, figure.lowest_cost):
        assert shows(value) in words
    assert "1 target: 1 outside the range of tanh" in figure.description()
