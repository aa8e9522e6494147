"""The gradient check's arithmetic in the figures is nnlib's: measured, complex, compared."""

import cmath
import itertools
import json
import math

import numpy as np
import pytest
from py_mini_racer import MiniRacer

from nnlib import Layer, gradcheck, gradients, init_network
from nnlib.activations import get_activation
from nnlib.widgets import GradientCheck, bundle

from .networks import ACTIVATIONS, as_json, cost_of, random_cases
from .together import set_together

BUGS = GradientCheck.properties["bug"]["enum"]

MODULES = {
    "complex": "shared/maths/complex.js",
    "gradcheck": "shared/maths/gradcheck.js",
    "bugs": "gradient_check/bugs.js",
    "curves": "gradient_check/curves.js",
    "diagnosis": "gradient_check/diagnosis.js",
    "reading": "gradient_check/state.js",
    "format": "shared/drawing/format.js",
}


@pytest.fixture(scope="module")
def js():
    """Evaluate an expression over the figure's modules; arguments and result are JSON."""
    context = MiniRacer()
    for name, path in MODULES.items():
        context.eval(bundle.library(path, name))

    def call(function, *arguments):
        text = ", ".join(json.dumps(argument) for argument in arguments)
        return json.loads(context.eval(f"JSON.stringify(({function})({text})) ?? 'null'"))

    return call


# -- complex numbers ----------------------------------------------------------------------------

OPERATIONS = {
    "add": lambda p, q: p + q,
    "subtract": lambda p, q: p - q,
    "multiply": lambda p, q: p * q,
    "divide": lambda p, q: p / q,
}


def pair(number):
    return [number.real, number.imag]


def random_complex(count, seed=5):
    rng = np.random.default_rng(seed)
    return [complex(*rng.normal(0, 3, 2)) for _ in range(count)]


@pytest.mark.parametrize("name", OPERATIONS)
def test_complex_arithmetic_is_pythons(js, name):
    for p, q in itertools.pairwise(random_complex(200)):
        found = js(f"complex.{name}", pair(p), pair(q))
        np.testing.assert_allclose(found, pair(OPERATIONS[name](p, q)), rtol=1e-13, atol=1e-13)


def test_exp_and_log1p_are_those_of_cmath_and_numpy(js):
    for z in random_complex(200):
        np.testing.assert_allclose(js("complex.exp", pair(z)), pair(cmath.exp(z)), rtol=1e-13)
        expected = pair(complex(np.log1p(np.array(z))))
        np.testing.assert_allclose(js("complex.log1p", pair(z)), expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_complex_activations_are_those_of_nnlib(js, name):
    zs = random_complex(300)
    zs += [complex(real, 1e-20) for real in (-900, -30, -1e-9, -0.0, 0.0, 1e-9, 0.7, 30, 900)]
    for z in zs:
        found = js(f"complex.COMPLEX_ACTIVATIONS.{name}", pair(z))
        expected = pair(complex(get_activation(name)(np.array([z]))[0]))
        np.testing.assert_allclose(found[0], expected[0], rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(found[1], expected[1], rtol=1e-11, atol=1e-300)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("real", [-25.0, -3.0, 0.4, 25.0])
def test_a_tiny_imaginary_part_becomes_the_slope_with_all_its_digits(js, name, real):
    found = js(f"complex.COMPLEX_ACTIVATIONS.{name}", [real, 1e-100])
    slope = float(get_activation(name).derivative(real))
    assert found[1] / 1e-100 == pytest.approx(slope, rel=1e-14, abs=0)


# -- measured slopes ----------------------------------------------------------------------------


def test_slopes_stand_in_the_order_of_flatten(js):
    for network, x, y in random_cases(20):
        plain = as_json(network)
        found = gradients(network, x[None], y[None])
        lists = {"dW": [g.tolist() for g in found.dW], "db": [g.tolist() for g in found.db]}
        np.testing.assert_array_equal(js("gradcheck.flatten", lists), gradcheck.flatten(found))
        names = js("gradcheck.slopeNames", plain)
        values = []
        for name in names:
            layer, units = int(name[1]) - 1, [int(digit) - 1 for digit in name.split("_")[1]]
            array = network[layer].W if name[0] == "w" else network[layer].b
            values.append(array[tuple(units)])
        np.testing.assert_array_equal(values, gradcheck.flatten(network))


@pytest.mark.parametrize("eps", [1.0, 0.1, 1e-2, 1e-3])
def test_where_truncation_rules_central_differences_equal_nnlib(js, eps):
    for network, x, y in random_cases(60):
        cost, theta = cost_of(network, x, y)
        expected = gradcheck.numerical_gradient(cost, theta, eps)
        found = js("gradcheck.differences", as_json(network), x.tolist(), y.tolist(), eps)
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("eps", [1e-7, 1e-9, 1e-11, 1e-13])
def test_where_rounding_rules_central_differences_are_off_by_as_much_as_nnlibs(js, eps):
    sizes = []
    for network, x, y in random_cases(60, ["sigmoid", "tanh"]):
        cost, theta = cost_of(network, x, y)
        right = gradcheck.flatten(gradients(network, x[None], y[None]))
        expected = gradcheck.relative_error(right, gradcheck.numerical_gradient(cost, theta, eps))
        found = js("gradcheck.differences", as_json(network), x.tolist(), y.tolist(), eps)
        sizes.append(math.log10(gradcheck.relative_error(right, found) / expected))
    assert abs(np.median(sizes)) < 0.15
    assert np.quantile(np.abs(sizes), 0.9) < 1


def test_one_sided_differences_are_two_costs_divided(js):
    for network, x, y in random_cases(30):
        cost, theta = cost_of(network, x, y)
        found = js("gradcheck.differences", as_json(network), x.tolist(), y.tolist(), 1e-2, True)
        for p, slope in enumerate(found):
            nudged = theta.copy()
            nudged[p] += 1e-2
            assert slope == pytest.approx((cost(nudged) - cost(theta)) / 1e-2, rel=1e-9, abs=1e-10)


def test_an_eps_that_is_lost_measures_nothing(js):
    network = [Layer(np.array([[20.0, 0.5]]), np.array([0.1]), "tanh")]
    slopes = js("gradcheck.differences", as_json(network), [0.01, 0.2], [0.5], 1e-15)
    assert slopes[0] is None  # NaN in JSON
    assert None not in slopes[1:]


@pytest.mark.parametrize("step", [1e-8, 1e-20, 1e-200])
def test_the_complex_step_has_every_digit_of_the_gradient(js, step):
    for network, x, y in random_cases(100):
        right = gradcheck.flatten(gradients(network, x[None], y[None]))
        found = js("gradcheck.complexStep", as_json(network), x.tolist(), y.tolist(), step)
        np.testing.assert_allclose(found, right, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("step", [0.3, 1e-2])
def test_a_large_complex_step_is_off_as_numpys_is(js, step):
    for network, x, y in random_cases(40, ["sigmoid", "tanh", "softplus", "identity"]):
        cost, theta = cost_of(network, x, y)
        expected = []
        for p in range(theta.size):
            nudged = theta.astype(complex)
            nudged[p] += 1j * step
            expected.append(cost(nudged).imag / step)
        found = js("gradcheck.complexStep", as_json(network), x.tolist(), y.tolist(), step)
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-11)


def test_relative_errors_are_those_of_nnlib(js):
    rng = np.random.default_rng(2)
    cases = [rng.normal(size=(2, int(rng.integers(1, 20)))) for _ in range(100)]
    cases += [np.zeros((2, 3)), np.array([[1e200, 0], [1e200, 1e190]]), np.full((2, 2), 1e-300)]
    for a, b in cases:
        expected = gradcheck.relative_error(a, b)
        found = js("gradcheck.relativeError", a.tolist(), b.tolist())
        assert found == pytest.approx(expected, rel=1e-13, abs=1e-17)
    assert js("(a, b) => gradcheck.relativeError(a, [NaN, b])", [1, 2], 2) is None


# -- bugs ---------------------------------------------------------------------------------------


def figures(count, seed=4, **traits):
    for network, x, y in random_cases(count, ["sigmoid", "tanh"], seed):
        yield GradientCheck(network, x=x, y=y, **traits)


def flat(gradient):
    return np.concatenate([np.ravel(part) for key in "Wb" for part in gradient[key]])


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_gives_the_same_numbers_in_the_page_and_in_python(js, bug):
    for figure in figures(12, bug=bug):
        state = figure.state()
        for layer in range(1, len(figure.W) + 1):
            figure.bug_layer = layer
            arguments = (state, figure.x, figure.y, bug, layer)
            found = js("(...of) => gradcheck.flatten(bugs.backwardWithBug(...of))", *arguments)
            np.testing.assert_allclose(found, flat(figure.gradient), rtol=1e-12, atol=1e-14)
            place = js("bugs.placeOf", state, bug, layer)
            assert place["layer"] == figure.bug_place()
            assert (place["obstacle"] is None) == (bug == "none" or place["layer"] is not None)


def test_the_menu_and_python_know_the_same_bugs(js):
    assert js("() => Object.keys(bugs.BUGS)") == BUGS


def read(js, figure):
    """What the page reads from a figure's state."""
    return js("(state) => reading.reader()(state)", figure.state())


def test_a_verdict_is_that_of_check_gradients(js):
    seen = set()
    for figure in figures(25):
        for bug in BUGS:
            for eps in (0.1, 1e-5, 1e-12):
                set_together(figure, bug=bug, eps=eps)
                report = read(js, figure)["report"]
                seen.add(report["verdict"])
                assert (report["verdict"] in ("passed", "noise")) == figure.passed
                if eps == 0.1 or report["verdict"] == "failed":
                    close = {"abs": 1e-3} if eps == 1e-12 else {"rel": 1e-6, "abs": 1e-9}
                    assert report["error"] == pytest.approx(figure.relative_error, **close)
    assert seen == {"passed", "noise", "failed"}


def test_an_eps_that_is_lost_gives_no_verdict(js):
    network = [Layer(np.array([[20.0, 0.5]]), np.array([0.1]), "tanh")]
    figure = GradientCheck(network, x=[0.01, 0.2], y=[0.5], eps=1e-15)
    report = read(js, figure)["report"]
    assert (report["verdict"], report["error"]) == ("lost", None)
    assert not figure.passed


def test_a_bug_is_found_in_the_layer_where_it_is(js):
    """Every bug that fails the check, in every layer where it can be, in random networks."""
    found = 0
    for figure in figures(25, seed=9):
        for bug in BUGS:
            for layer in range(1, len(figure.W) + 1):
                set_together(figure, bug=bug, bug_layer=layer)
                reading = read(js, figure)
                if figure.passed:
                    assert not reading["isWrong"]
                    assert reading["diagnosis"] is None
                    continue
                found += 1
                assert reading["diagnosis"]["layer"] == figure.bug_place()
                assert bug in reading["diagnosis"]["terms"]
    assert found > 200


def test_with_distinct_numbers_the_term_is_told_without_doubt(js):
    for bug in BUGS[1:]:
        reading = read(js, GradientCheck(bug=bug))
        assert reading["diagnosis"]["terms"] == [bug]


def test_two_bugs_with_the_same_numbers_are_both_named(js):
    """Where sigma' is 1/2, forgetting it doubles a slope as the missing 1/2 of the cost does."""
    half = [Layer(np.array([[0.0]]), np.array([0.0]), "softplus")]
    figure = GradientCheck(half, x=[1.0], y=[0.2], bug="slope")
    assert read(js, figure)["diagnosis"] == {"layer": 1, "terms": ["half", "slope"]}


@pytest.mark.parametrize(
    ("bug", "network"),
    [
        ("a_for_z", [Layer(np.array([[1.5]]), np.array([0.3]), "relu")]),
        ("slope", [Layer(np.array([[1.5]]), np.array([0.3]), "identity")]),
        (
            "transpose",
            [
                Layer(np.array([[1.0, 0.5], [0.2, 0.3]]), np.zeros(2), "tanh"),
                Layer(np.array([[0.4, -0.6], [-0.6, 0.9]]), np.zeros(2), "tanh"),
            ],
        ),
    ],
)
def test_a_bug_that_changes_no_number_is_admitted(js, bug, network):
    x = [1.0] * network[0].W.shape[1]
    figure = GradientCheck(network, x=x, y=[0.7] * len(network[-1].b), bug=bug)
    assert figure.passed
    assert read(js, figure)["changesNothing"]
    figure.bug = "none"
    assert read(js, figure)["changesNothing"]


def test_the_errors_of_the_layers_are_those_of_their_slopes(js):
    figure = GradientCheck(bug="slope", bug_layer=2)
    layers = read(js, figure)["layers"]
    right = GradientCheck()
    for l, layer in enumerate(layers):
        for key in "Wb":
            expected = gradcheck.relative_error(
                np.ravel(figure.gradient[key][l]), np.ravel(right.gradient[key][l])
            )
            assert layer[key]["error"] == pytest.approx(expected, rel=1e-6, abs=1e-9)
            assert layer[key]["agrees"] == (l == 2)


# -- the curves ---------------------------------------------------------------------------------


def test_the_v_has_a_branch_of_slope_two_and_one_of_slope_minus_one(js):
    state = GradientCheck().state()
    curves = js("(s) => curves.curveKeeper()(s)", state)
    assert not curves["isWrong"]
    error = {round(4 * -math.log10(eps)): error for eps, error in curves["written"]}
    slope = {k: math.log10(error[k] / error[k + 4]) for k in range(0, 57)}
    assert [slope[k] for k in range(4, 13)] == pytest.approx([2] * 9, abs=0.02)
    assert np.mean([slope[k] for k in range(28, 49)]) == pytest.approx(-1, abs=0.1)
    truncation, rounding = curves["branches"]["truncation"], curves["branches"]["rounding"]
    assert truncation == pytest.approx(error[8] / 1e-4, rel=0.01)
    assert math.log10(rounding / (error[40] * 1e-10)) == pytest.approx(0, abs=0.5)


def test_the_curve_is_nnlibs_where_truncation_rules(js):
    figure = GradientCheck(bug="a_for_z")
    cost, theta = cost_of(figure.network(), np.array(figure.x), figure.y)
    curves = js("(s) => curves.curveKeeper()(s)", figure.state())
    for eps, error in curves["written"][:9]:
        measured = gradcheck.numerical_gradient(cost, theta, eps)
        expected = gradcheck.relative_error(flat(figure.gradient), measured)
        assert error == pytest.approx(expected, rel=1e-9)


def test_the_tips_of_both_vs_are_where_chapter_9_says(js):
    network = init_network([2, 3, 3, 1], rng=0)
    figure = GradientCheck(network, x=[1.5, -0.5], y=[1.0], show_one_sided=True)
    curves = js("(s) => curves.curveKeeper()(s)", figure.state())
    eps, error = min(curves["oneSided"], key=lambda point: point[1])
    assert 3e-8 < eps < 3e-7
    assert 3e-9 < error < 3e-8
    eps, _ = min(curves["written"], key=lambda point: point[1])
    assert 3e-6 < eps < 3e-5


@pytest.mark.parametrize("bug", BUGS[1:])
def test_with_a_bug_the_floor_is_flat(js, bug):
    curves = js("(s) => curves.curveKeeper()(s)", GradientCheck(bug=bug).state())
    assert curves["isWrong"]
    middle = [error for eps, error in curves["written"] if 1e-9 < eps < 1e-3]
    assert min(middle) > 1e-3
    assert max(middle) / min(middle) < 1.001
    assert min(error for _, error in curves["right"]) < 1e-10


def test_one_sided_has_slope_one_and_the_complex_step_stays_flat(js):
    state = GradientCheck(show_one_sided=True, show_complex=True).state()
    curves = js("(s) => curves.curveKeeper()(s)", state)
    one = {round(-4 * math.log10(eps)): error for eps, error in curves["oneSided"]}
    assert [math.log10(one[k] / one[k + 4]) for k in (8, 12, 16, 20)] == pytest.approx(
        [1] * 4, abs=0.02
    )
    flat_part = [error for eps, error in curves["complex"] if eps < 3e-9]
    assert max(flat_part) < 5e-16
    assert GradientCheck().state()["show_complex"] is False
    folded = js("(s) => curves.curveKeeper()(s)", GradientCheck().state())
    assert (folded["oneSided"], folded["complex"]) == (None, None)


def test_a_straight_network_has_no_truncation_branch(js):
    straight = [Layer(np.array([[0.7, -0.4]]), np.array([0.2]), "identity")]
    figure = GradientCheck(straight, x=[1.0, 0.3], y=[0.9])
    curves = js("(s) => curves.curveKeeper()(s)", figure.state())
    assert curves["branches"]["truncation"] is None
    assert curves["branches"]["rounding"] > 0


def test_curves_are_measured_anew_when_the_network_changes_and_only_then(js):
    first, second = GradientCheck().state(), GradientCheck(x=[0.5, 0.5]).state()
    same, other = js(
        """(first, second) => {
            const keep = curves.curveKeeper();
            const before = keep(first);
            const again = keep({ ...first, eps: 0.1, parameter: "b1_1" });
            return [before === again, keep(second).written[8][1] === before.written[8][1]];
        }""",
        first,
        second,
    )
    assert same
    assert not other


# -- text ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (0, "0"),
        (1e-5, "10⁻⁵"),
        (3.2e-6, "3.2×10⁻⁶"),
        (-3e-15, "−3×10⁻¹⁵"),
        (0.04, "4×10⁻²"),
        (9.99e-8, "10⁻⁷"),
    ],
)
def test_powers_of_ten_need_no_more_digits_than_they_have(js, value, text):
    assert js("format.scientific", value) == text
