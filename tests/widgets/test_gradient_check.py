"""The gradient check as a Python object: traits, messages, and what it shows without a script."""

from xml.etree import ElementTree

import numpy as np
import pytest
from traitlets import TraitError

from nnlib import Layer, gradcheck, gradients, init_network
from nnlib.widgets import GradientCheck

from .reading import numbers, shows
from .together import set_together

X, Y = [1.0, -0.5], [1.0, 0.0]
BUGS = GradientCheck.properties["bug"]["enum"]


@pytest.fixture
def network():
    return init_network([2, 3, 3, 2], rng=4)


@pytest.fixture
def figure(network):
    return GradientCheck(network, x=X, y=Y)


def flat(gradient):
    return np.concatenate([np.ravel(part) for key in "Wb" for part in gradient[key]])


def report(figure, network, eps=1e-5):
    """What check_gradients says of the gradient that the figure shows."""
    slopes = gradcheck.unflatten(flat(figure.gradient), gradients(network, [X], [Y]))
    return gradcheck.check_gradients(network, [X], [Y], gradients=lambda *_: slopes, eps=eps)


def test_without_a_bug_the_gradient_is_that_of_nnlib(figure, network):
    np.testing.assert_allclose(
        flat(figure.gradient), gradcheck.flatten(gradients(network, [X], [Y])), rtol=1e-13
    )


@pytest.mark.parametrize("eps", [0.1, 1e-5, 1e-9, 1e-13])
@pytest.mark.parametrize("bug", BUGS)
def test_error_verdict_and_worst_are_those_of_check_gradients(figure, network, bug, eps):
    figure.bug, figure.eps = bug, eps
    expected = report(figure, network, eps)
    assert figure.relative_error == expected.relative_error
    assert figure.passed == expected.passed
    assert figure.worst == expected.worst


@pytest.mark.parametrize("bug", BUGS[1:])
def test_every_bug_is_caught(figure, bug):
    figure.bug = bug
    assert not figure.passed
    assert figure.relative_error > 1e-4
    figure.bug = "none"
    assert figure.passed


def test_a_missing_half_is_an_error_of_exactly_a_third(figure):
    figure.bug = "half"
    assert figure.relative_error == pytest.approx(1 / 3, abs=1e-9)


def test_the_layers_behind_a_bug_stay_right(figure):
    right = figure.gradient
    for bug in ("sign", "slope", "a_for_z", "path"):
        figure.bug, figure.bug_layer = bug, 2
        wrong = figure.gradient
        for key in "Wb":
            np.testing.assert_array_equal(wrong[key][2], right[key][2])
            assert all(not np.allclose(wrong[key][l], right[key][l], rtol=1e-3) for l in (0, 1))


def by_hand(network, x, y, bug):
    """Delta of the last but one layer, written out for each bug."""
    a = [np.array(x)]
    z = []
    for W, b, sigma in network:
        z.append(W @ a[-1] + b)
        a.append(sigma(z[-1]))
    sigma = network[1].activation
    last = (a[3] - y) * sigma.derivative(z[2])
    W = network[2].W
    return {
        "sign": -(W.T @ last) * sigma.derivative(z[1]),
        "a_for_z": (W.T @ last) * sigma.derivative(a[2]),
        "path": (W[0] * last[0]) * sigma.derivative(z[1]),
        "slope": W.T @ last,
    }[bug]


@pytest.mark.parametrize("bug", ["sign", "a_for_z", "path", "slope"])
def test_a_bug_is_the_one_that_its_name_says(network, bug):
    figure = GradientCheck(network, x=X, y=Y, bug=bug, bug_layer=2)
    np.testing.assert_allclose(figure.gradient["b"][1], by_hand(network, X, Y, bug), rtol=1e-12)


def test_a_missing_transpose_needs_a_square_matrix(network):
    figure = GradientCheck(network, x=X, y=Y, bug="transpose", bug_layer=1)
    assert figure.bug_place() == 1
    right = GradientCheck(network, x=X, y=Y)
    delta = np.array(right.gradient["b"][1])
    with np.errstate(all="raise"):
        slope = np.array(right.gradient["b"][0]) / (network[1].W.T @ delta)
    np.testing.assert_allclose(figure.gradient["b"][0], (network[1].W @ delta) * slope, rtol=1e-11)
    figure.bug_layer = 2  # W of layer 3 is (2, 3)
    assert figure.bug_place() is None
    assert figure.passed
    assert "This bug cannot hide here" in figure.description()


@pytest.mark.parametrize(
    ("sizes", "bug", "layer", "place"),
    [
        ([2, 3, 2], "half", 1, 2),
        ([2, 3, 2], "transpose", 2, None),
        ([2, 3, 2], "path", 2, None),
        ([2, 3, 1], "path", 1, None),
        ([2, 3, 2], "path", 1, 1),
        ([2, 2], "transpose", 1, None),
        ([2, 3, 2], "none", 1, None),
        ([2, 3, 2], "sign", 2, 2),
    ],
)
def test_where_a_bug_can_be(sizes, bug, layer, place):
    network = init_network(sizes, rng=0)
    figure = GradientCheck(network, x=X, y=[0.5] * sizes[-1], bug=bug, bug_layer=layer)
    assert figure.bug_place() == place
    assert figure.passed == (place is None)


def test_an_eps_that_is_lost_measures_nothing():
    network = [Layer(np.array([[20.0, 0.5]]), np.array([0.1]), "tanh")]
    figure = GradientCheck(network, x=[0.01, 0.2], y=[0.5], eps=1e-15)
    assert np.isnan(figure.relative_error)
    assert not figure.passed
    assert figure.worst == ""
    assert "Nothing is measured" in figure.description()
    assert "no answer" in figure.still()
    figure.eps = 1e-5
    assert figure.passed


def test_an_eps_that_proves_nothing_is_not_called_a_pass(figure):
    figure.eps = 1e-12
    assert figure.passed  # as check_gradients has it
    assert "it proves nothing" in figure.description()
    assert "only noise" in figure.still()


def test_from_network_is_the_constructor(network):
    assert (
        GradientCheck.from_network(network, x=X, y=Y).state()
        == GradientCheck(network, x=X, y=Y).state()
    )


def test_a_bare_figure_has_its_results():
    figure = GradientCheck()
    assert report(figure, figure.network()).passed
    assert figure.passed


def test_arrays_are_taken_as_lists(network):
    figure = GradientCheck(network, x=np.array(X), y=np.array(Y))
    assert (figure.x, figure.y) == (X, Y)


@pytest.mark.parametrize(
    ("traits", "message"),
    [
        ({"x": [1.0]}, r"^x must have 2 numbers, not 1$"),
        ({"y": [1.0]}, r"y must have 2 numbers, not 1"),
        ({"b": [[0.0] * 3]}, r"b has 1 entries and W has 3"),
        ({"eps": 0.0}, r"eps is 0.0; it must be a number from 1e-15 to 1"),
        ({"bug": np.array(["sign", "half"])}, r"bug is .*; it must be one of none, sign"),
        ({"bug_layer": 4}, r"bug_layer is 4; the layers are counted from 1 to 3"),
        ({"parameter": "w4_11"}, r"parameter is 'w4_11'; it must be like w1_21"),
        ({"parameter": "w1_13"}, r"parameter is 'w1_13'"),
        ({"parameter": "b3_3"}, r"parameter is 'b3_3'"),
        ({"parameter": "x_1"}, r"parameter is 'x_1'"),
        ({"network": [1]}, r"network: "),
        ({"netwrk": []}, r"no trait 'netwrk'; its traits: network, .*bug_layer"),
    ],
)
def test_a_bad_value_is_refused_by_name(traits, message):
    with pytest.raises(TraitError, match=message):
        GradientCheck(**traits)


def test_a_network_without_its_sample_is_refused(network):
    with pytest.raises(TraitError, match=r"y is \[\]; it must be a list of 1 to 4 entries"):
        GradientCheck(network, x=X)
    with pytest.raises(TraitError, match=r"x is \[\]; it must be a list of 1 to 4 entries"):
        GradientCheck(network, y=Y)


def test_a_refused_value_leaves_the_figure_as_it_was(figure):
    before = figure.state()
    values = (("eps", 1e-16), ("bug_layer", 9), ("parameter", "w9_11"), ("y", [1.0]), ("x", [1.0]))
    for name, value in values:
        with pytest.raises(TraitError):
            setattr(figure, name, value)
    with (
        pytest.raises(TraitError, match="y must have 1 numbers, not 2"),
        figure.hold_trait_notifications(),
    ):
        figure.W, figure.b = ([*rows[:2], rows[2][:1]] for rows in (figure.W, figure.b))
    assert figure.state() == before


@pytest.mark.parametrize(("name", "value"), [("y", [1.0]), ("parameter", "b1_2"), ("bug_layer", 3)])
def test_a_change_together_with_a_network_that_is_none_is_refused(figure, name, value):
    before = figure.state()
    with pytest.raises(TraitError, match=r"W is \[\]; it must be a list of 1 to 4 entries"):
        set_together(figure, **{name: value, "W": []})
    assert figure.state() == before


def test_the_network_can_be_changed_as_a_whole(figure):
    with figure.hold_trait_notifications():
        figure.W, figure.b, figure.activations = [[[0.5, 0.25]]], [[0.1]], ["tanh"]
        figure.y = [0.3]
    slopes = gradients([Layer([[0.5, 0.25]], [0.1], "tanh")], [X], [[0.3]])
    np.testing.assert_allclose(flat(figure.gradient), gradcheck.flatten(slopes), rtol=1e-12)
    assert figure.passed


# -- where no script runs -----------------------------------------------------------------------


def test_the_still_names_what_it_draws_and_says_the_verdict(figure):
    figure.eps = 0.1
    texts = [
        "".join(text.itertext())
        for text in ElementTree.fromstring(figure.still()).iter("{http://www.w3.org/2000/svg}text")
    ]
    for part in ("truncation", "rounding", "tolerance 10⁻⁷", "at ε = 10⁻¹", "✗ failed"):
        assert part in texts
    shown = [number for text in texts for number in numbers(text)]
    assert shows(figure.relative_error) in shown
    assert shows(figure.gradient["W"][0][0][0], digits=9) in shown


def test_the_still_draws_what_is_shown(figure):
    def curves():
        return figure.still().count('<path class="nn-curve')

    assert curves() == 1
    figure.bug = "slope"
    assert curves() == 2  # the right gradient's V too
    figure.show_one_sided = figure.show_complex = True
    assert curves() == 4


def test_a_straight_network_has_no_truncation_to_name():
    straight = [Layer(np.array([[0.7, -0.4]]), np.array([0.2]), "identity")]
    figure = GradientCheck(straight, x=[1.0, 0.3], y=[0.9])
    assert ">truncation<" not in figure.still()
    assert ">truncation<" in GradientCheck().still()


def test_the_words_hold_bug_verdict_and_worst(figure):
    figure.bug, figure.bug_layer = "a_for_z", 2
    words = figure.description()
    for part in ("the line of layer 2", "σ′ at a2 gives these numbers", "failed", figure.worst):
        assert part in words
