"""The gradient check in a real browser: what it shows is what nnlib computes."""

import re
import statistics

import numpy as np
import pytest
from playwright.sync_api import expect

from nnlib import forward, gradcheck
from nnlib.widgets import GradientCheck

from ..widgets.networks import cost_of
from .figures import (
    at_widths,
    box,
    cell,
    fragment,
    heights,
    numbers,
    settle,
    shows,
    slider,
    tab_stops,
    type_into,
)
from .test_network_nudge import random_network

LARGE = [2, 4, 4, 3, 4]
BUGS = GradientCheck.properties["bug"]["enum"]


@pytest.fixture
def check_page(figure_page):
    """Open a page with one GradientCheck; its traits may be changed."""

    def show(width=752, theme="light", fragment="", **traits):
        return figure_page(GradientCheck(**traits), width, theme, fragment)

    return show


def entry(arrays, parameter):
    """The array of a layer's weights or biases, and the place of a parameter in it."""
    layer, units = int(parameter[1]) - 1, parameter.split("_")[1]
    return np.asarray(arrays[layer]), tuple(int(digit) - 1 for digit in units)


def measured_slope(parameter, eps):
    """The central difference of the default network's cost by one weight or bias, from nnlib."""
    figure = GradientCheck()

    def cost(nudge):
        layers = figure.network()
        array, place = entry(
            [getattr(l, "W" if parameter[0] == "w" else "b") for l in layers], parameter
        )
        array[place] += nudge
        return 0.5 * ((forward(layers, [figure.x]).a[-1][0] - figure.y) ** 2).sum()

    return (cost(eps) - cost(-eps)) / (2 * eps)


def slope_of(figure, parameter):
    """Entry of the figure's gradient for a parameter's name."""
    array, place = entry(figure.gradient["W" if parameter[0] == "w" else "b"], parameter)
    return array[place]


def verdict(page):
    settle(page)
    return page.locator('[data-cell="verdict"] .nn-number').inner_text()


def reasons(page):
    settle(page)
    return page.locator(".nn-check-why").inner_text()


def choose_bug(page, bug, layer=1):
    page.get_by_label("Bug in backprop").select_option(bug)
    page.get_by_label("Layer of the bug").select_option(str(layer))
    settle(page)


def heights_of_curve(page, name):
    """Where a curve runs, in pixels: (x, y) of its corners."""
    settle(page)
    path = page.locator(f".{name}").get_attribute("d")
    return [tuple(map(float, pair.split(","))) for pair in re.findall(r"[-\d.]+,[-\d.]+", path)]


# -- what it shows ------------------------------------------------------------------------------


@pytest.mark.parametrize("parameter", ["w1_11", "w2_31", "w3_23", "b1_2", "b3_1"])
def test_where_truncation_rules_every_digit_is_that_of_nnlib(check_page, parameter):
    page = check_page(parameter=parameter, eps=0.1, bug="a_for_z", bug_layer=2)
    figure = GradientCheck(parameter=parameter, eps=0.1, bug="a_for_z", bug_layer=2)
    assert cell(page, "measured") == shows(measured_slope(parameter, 0.1), digits=9)
    assert cell(page, "derived") == shows(slope_of(figure, parameter), digits=9)
    assert cell(page, "error") == shows(figure.relative_error)


@pytest.mark.parametrize("eps", [1e-7, 1e-9, 1e-11])
def test_where_rounding_rules_the_size_is_that_of_nnlib(check_page, eps):
    page = check_page(eps=eps)
    figure = GradientCheck(eps=eps)
    assert cell(page, "derived") == shows(slope_of(figure, "w1_11"), digits=9)
    noise = 10 * np.finfo(float).eps / eps
    assert cell(page, "measured") == pytest.approx(slope_of(figure, "w1_11"), abs=noise)
    assert 0.1 < cell(page, "error") / figure.relative_error < 10


def test_digits_that_agree_are_set_apart_from_those_that_do_not(check_page):
    page = check_page(eps=1e-8)
    texts = {
        name: page.locator(f'[data-cell="{name}"] .nn-number') for name in ("measured", "derived")
    }
    whole = {name: text.inner_text() for name, text in texts.items()}
    apart = {name: text.locator(".nn-apart").inner_text() for name, text in texts.items()}
    same = {name: whole[name].removesuffix(apart[name]) for name in whole}
    assert same["measured"] == same["derived"]
    assert 5 < len(same["measured"]) < len(whole["measured"])
    assert apart["measured"][0] != apart["derived"][0]


def test_the_verdict_follows_eps(check_page):
    page = check_page()
    assert verdict(page) == "✓ passed"
    assert "Derived and measured agree" in reasons(page)
    type_into(page, "eps", "0.1")
    assert verdict(page) == "✗ failed"
    assert "The gradient is right, and fails: ε is too large" in reasons(page)
    type_into(page, "eps", "1e-12")
    assert verdict(page) == "≈ only noise"
    assert "proves nothing" in reasons(page)
    assert "taken as 1 where it is smaller, over ε)" in reasons(page)


def test_an_eps_that_is_lost_is_said_to_be(check_page):
    sample = {"x": [0.01, 0.2], "y": [0.5]}
    page = check_page(W=[[[20.0, 0.5]]], b=[[0.1]], activations=["tanh"], **sample, eps=1e-15)
    assert verdict(page) == "– no answer"
    assert "Nothing is measured" in reasons(page)
    type_into(page, "eps", "1e-5")
    assert verdict(page) == "✓ passed"


TERMS = {
    "sign": "The term is the sign",
    "half": "The term is the miss: each slope is twice",
    "transpose": "The term is the matrix",
    "a_for_z": "The term is the slope of the squash: σ′ at",
    "path": "The term is the sum: without the path through unit 3 of layer 2",
    "slope": "The term is the slope of the squash: without σ′",
}


@pytest.mark.parametrize("bug", TERMS)
def test_a_bug_is_found_layer_parameter_and_term(check_page, bug):
    page = check_page()
    choose_bug(page, bug)
    figure = GradientCheck(bug=bug)
    assert verdict(page) == "✗ failed"
    assert cell(page, "error") == shows(figure.relative_error)
    text = reasons(page)
    assert figure.worst in text
    assert TERMS[bug] in text
    assert f"the bug is in the line of layer {figure.bug_place()}." in text
    rows = page.locator(".nn-check-layers tbody tr")
    marked = [row for row in rows.all_inner_texts() if "the bug" in row]
    assert [numbers(row)[0] for row in marked] == [figure.bug_place()]


def test_layers_behind_the_bug_are_shown_right(check_page):
    page = check_page(bug="slope", bug_layer=2)
    rows = page.locator(".nn-check-layers tbody tr").all_inner_texts()
    assert [row.count("✗") for row in rows] == [2, 2, 0]
    assert [row.count("✓") for row in rows] == [0, 0, 2]
    assert "Layer 3 is right, layer 2 is wrong (layer 1 inherits it)" in reasons(page)


@pytest.mark.parametrize(
    ("bug", "layer", "words"),
    [
        ("transpose", 2, "has shape (2, 3), so without the transpose the product does not fit"),
        ("transpose", 3, "The last layer's line has no matrix"),
        ("path", 3, "The last layer's line has no matrix"),
        ("half", 1, "sits in the last layer's line"),
        ("none", 2, "This is right."),
    ],
)
def test_where_a_bug_cannot_be_the_figure_says_why(check_page, bug, layer, words):
    page = check_page()
    choose_bug(page, bug, layer)
    expect(page.locator(".nn-check-line")).to_contain_text(words)
    assert (verdict(page) == "✓ passed") == (bug != "half")


def test_one_path_cannot_be_forgotten(check_page):
    page = check_page(**random_network([2, 3, 1]), bug="path")
    expect(page.locator(".nn-check-line")).to_contain_text("Layer 2 has one unit, so one path")


def test_a_bug_without_a_number_to_show_for_it_is_admitted(check_page):
    network = random_network([2, 3, 2]) | {"activations": ["relu", "sigmoid"]}
    page = check_page(**network, bug="a_for_z")
    expect(page.locator(".nn-check-line")).to_contain_text("it changes no number")
    assert verdict(page) == "✓ passed"


def test_the_line_marks_the_wrong_term_by_more_than_colour(check_page):
    page = check_page()
    expect(page.locator(".nn-check-line .nn-wrong")).to_have_count(0)
    for bug in BUGS[1:]:
        choose_bug(page, bug)
        mark = page.locator(".nn-check-line .nn-wrong")
        expect(mark).to_have_count(1)
        assert mark.evaluate("e => getComputedStyle(e).borderBottomStyle") == "dashed"


# -- the picture --------------------------------------------------------------------------------


def test_the_curve_is_a_v_and_its_branches_have_names(check_page):
    page = check_page()
    points = sorted(heights_of_curve(page, "nn-check-curve"))
    lowest = max(range(len(points)), key=lambda place: points[place][1])
    assert 0.55 < lowest / len(points) < 0.8  # near 1e-5
    words = page.locator(".nn-check-word").all_text_contents()
    assert {"truncation", "slope 2", "rounding", "slope −1"} <= set(words)


def test_with_a_bug_the_floor_rises_and_the_v_stays_to_compare(check_page):
    page = check_page()
    before = heights_of_curve(page, "nn-check-curve")
    choose_bug(page, "slope")
    after = heights_of_curve(page, "nn-check-curve")
    middle = [y for _, y in after[12:36]]
    assert max(middle) - min(middle) < 1
    assert max(middle) < min(y for _, y in before[12:36])
    assert heights_of_curve(page, "nn-check-right") == before
    floor = next(t for t in page.locator(".nn-check-word").all_text_contents() if "floor" in t)
    assert numbers(floor)[0] == pytest.approx(GradientCheck(bug="slope").relative_error, rel=6e-3)


def test_the_ring_stands_on_the_curve_at_eps(check_page):
    page = check_page()
    for text in ("1e-3", "0.1", "1e-13"):
        type_into(page, "eps", text)
        settle(page)
        ring = page.locator(".nn-check-plot .nn-ring")
        x, y = (float(ring.get_attribute(name)) for name in ("cx", "cy"))
        points = heights_of_curve(page, "nn-check-curve")
        px, py = min(points, key=lambda point: abs(point[0] - x))
        assert (x, y) == (pytest.approx(px, abs=0.1), pytest.approx(py, abs=0.6))


def test_a_straight_network_has_no_branch_to_name(check_page):
    straight = {"W": [[[0.7, -0.4]]], "b": [[0.2]], "activations": ["identity"]}
    page = check_page(**straight, x=[1.0, 0.3], y=[0.9])
    words = page.locator(".nn-check-word").all_text_contents()
    assert "truncation" not in words
    assert "rounding" in words


# -- hands --------------------------------------------------------------------------------------


def test_arrow_keys_walk_along_the_v(check_page):
    page = check_page()
    slider(page, "eps").focus()
    page.keyboard.press("ArrowRight")
    expect(box(page, "eps")).to_have_value("1.3e-5")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(box(page, "eps")).to_have_value("7.9e-6")
    page.keyboard.press("Home")
    expect(box(page, "eps")).to_have_value("1e-15")
    page.keyboard.press("End")
    expect(box(page, "eps")).to_have_value("1")
    assert cell(page, "error") == shows(GradientCheck(eps=1.0).relative_error)


def test_eps_can_be_typed_and_stays_in_its_range(check_page):
    page = check_page()
    type_into(page, "eps", "0.003")
    assert cell(page, "error") == shows(GradientCheck(eps=0.003).relative_error)
    type_into(page, "eps", "1e-20")
    expect(box(page, "eps")).to_have_value("1e-15")
    for bad in ("2", "-0.1", "0"):
        type_into(page, "eps", bad)
        expect(box(page, "eps")).to_have_value("1e-15")


def test_arrow_keys_in_the_box_step_by_powers(check_page):
    page = check_page(eps=1e-3)
    box(page, "eps").focus()
    page.keyboard.press("PageDown")
    expect(box(page, "eps")).to_have_value("1e-4")
    page.keyboard.press("ArrowUp")
    assert float(box(page, "eps").input_value()) == 1.3e-4


def test_a_pointer_on_the_picture_moves_eps(check_page):
    page = check_page()
    plot = page.locator(".nn-check-plot")
    area = plot.bounding_box()
    points = heights_of_curve(page, "nn-check-curve")  # from 1 down, four in a power of ten
    middle = area["y"] + area["height"] / 2
    page.mouse.move(area["x"] + points[20][0], middle)
    page.mouse.down()
    page.mouse.move(area["x"] + points[8][0], middle, steps=4)
    page.mouse.up()
    eps = float(box(page, "eps").input_value())
    assert eps == pytest.approx(1e-2, rel=0.05)
    assert cell(page, "error") == shows(GradientCheck(eps=eps).relative_error)
    page.mouse.move(area["x"] + points[30][0], middle)
    expect(box(page, "eps")).to_have_value(f"{eps:g}")


def test_the_complex_step_is_folded_at_first(check_page):
    page = check_page()
    expect(slider(page, "imaginary nudge")).to_be_hidden()
    expect(page.locator(".nn-check-complex")).to_have_count(0)
    button = page.get_by_role("button", name="Complex step")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(slider(page, "imaginary nudge")).to_be_visible()
    points = sorted(heights_of_curve(page, "nn-check-complex"))
    flat = [y for _, y in points[:14]]
    assert max(flat) - min(flat) < 25  # near 1e-16, where the last digit comes and goes
    v = heights_of_curve(page, "nn-check-curve")
    assert min(flat) > max(y for _, y in v)
    button.click()
    expect(page.locator(".nn-check-complex")).to_have_count(0)


@pytest.mark.parametrize("step", ["1e-5", "1e-20", "1e-200"])
def test_the_complex_step_reads_its_own_nudge(check_page, step):
    page = check_page(show_complex=True, parameter="b2_1")
    type_into(page, "imaginary nudge", step)
    settle(page)
    slope, error = (numbers(t)[0] for t in page.locator(".nn-complex b").all_inner_texts())
    assert slope == shows(slope_of(GradientCheck(), "b2_1"), digits=9)
    figure, h = GradientCheck(), float(step)
    cost, theta = cost_of(figure.network(), np.array(figure.x), figure.y)
    measured = [cost(theta + move).imag / h for move in 1j * h * np.eye(theta.size)]
    derived = gradcheck.flatten([*map(np.array, figure.gradient["W"] + figure.gradient["b"])])
    assert error == pytest.approx(gradcheck.relative_error(derived, measured), rel=1e-3, abs=1e-15)
    type_into(page, "imaginary nudge", "1e-250")
    expect(box(page, "imaginary nudge")).to_have_value("1e-200")


def test_one_sided_differences_have_slope_one(check_page):
    page = check_page()
    page.get_by_role("button", name="One-sided").click()
    one = heights_of_curve(page, "nn-check-one-sided")
    central = heights_of_curve(page, "nn-check-curve")
    falls = [(a[1] - b[1]) / (a[0] - b[0]) for a, b in zip(one[8:16], one[12:20], strict=True)]
    twice = [
        (a[1] - b[1]) / (a[0] - b[0]) for a, b in zip(central[4:8], central[8:12], strict=True)
    ]
    assert statistics.mean(twice) / statistics.mean(falls) == pytest.approx(2, abs=0.05)
    assert "one-sided, slope 1" in page.locator(".nn-check-word").all_text_contents()


@pytest.mark.parametrize("traits", [{}, {"show_complex": True}])
def test_the_keyboard_alone_reaches_every_control(check_page, traits):
    names, reached = tab_stops(check_page(**traits))
    assert reached == names
    assert len(set(names)) == len(names)


def test_reset_goes_back_to_the_start(check_page):
    page = check_page(eps=1e-3)
    choose_bug(page, "slope", 2)
    type_into(page, "eps", "0.5")
    page.get_by_role("button", name="Complex step").click()
    page.get_by_role("button", name="Reset").click()
    expect(box(page, "eps")).to_have_value("0.001")
    expect(page.get_by_label("Bug in backprop")).to_have_value("none")
    expect(page.get_by_label("Layer of the bug")).to_have_value("1")
    expect(slider(page, "imaginary nudge")).to_be_hidden()


def test_a_copied_link_brings_the_figure_back(check_page, open_page):
    page = check_page()
    choose_bug(page, "a_for_z", 2)
    type_into(page, "eps", "1e-3")
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_url("**#**")
    again, log = open_page(page.url, width=752)
    figure = GradientCheck(bug="a_for_z", bug_layer=2, eps=1e-3)
    assert cell(again, "error") == shows(figure.relative_error)
    assert log.console == []


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"W": [[[1]]]}, "b has 3 entries and W has 1"),
        ({"x": [1]}, "x must have 2 numbers, not 1"),
        ({"y": [1, 2, 3]}, "y must have 2 numbers, not 3"),
        ({"eps": 0}, "eps is 0; it must be a number from 1e-15 to 1"),
        ({"bug": "typo"}, "bug is typo; it must be one of none, sign"),
        ({"bug_layer": 4}, "bug_layer is 4; the layers are counted from 1 to 3"),
        ({"parameter": "x_1"}, "parameter is x_1"),
    ],
)
def test_a_link_with_a_bad_state_is_explained(check_page, state, words):
    page = check_page(fragment=fragment("GradientCheck", state))
    expect(page.locator(".nn-notice")).to_contain_text(words)
    assert verdict(page) == "✓ passed"


@pytest.mark.parametrize("show_complex", [False, True])
@pytest.mark.parametrize("sizes", [[1, 1], [2, 3, 2], LARGE])
def test_the_page_keeps_the_height_that_the_figure_takes(check_page, sizes, show_complex):
    page = check_page(**random_network(sizes), show_complex=show_complex)
    for bug in BUGS:
        choose_bug(page, bug)
        for width in at_widths(page, 360, 390, 752, 1100):
            reserved, drawn = heights(page)
            assert drawn <= reserved + 1
            assert reserved <= drawn + 120
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_nothing_below_moves_while_eps_is_dragged(check_page):
    page = check_page(bug="slope")
    table = page.locator(".nn-check-layers")
    tops = set()
    for text in ("1", "1e-3", "1e-5", "1e-9", "1e-14"):
        type_into(page, "eps", text)
        settle(page)
        tops.add(table.bounding_box()["y"])
    assert len(tops) == 1


def test_words_in_the_picture_stay_inside_it(check_page):
    for width in (360, 752):
        page = check_page(width=width, show_one_sided=True, show_complex=True)
        for bug in ("none", "slope"):
            choose_bug(page, bug)
            outside = page.evaluate(
                """() => {
                    const frame = document.querySelector(".nn-check-plot").getBoundingClientRect();
                    return [...document.querySelectorAll(".nn-check-plot text")]
                        .filter((text) => {
                            const { left, right, top, bottom } = text.getBoundingClientRect();
                            return left < frame.left || right > frame.right
                                || top < frame.top || bottom > frame.bottom;
                        }).map((text) => text.textContent);
                }"""
            )
            assert outside == []
