"""The network nudge in a real browser: what it shows is what nnlib computes."""

import itertools
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from nnlib import Layer, forward, gradients
from nnlib.widgets import NetworkNudge

from .figures import (
    at_widths,
    box,
    cell,
    fragment,
    heights,
    numbers,
    settle,
    shows,
    tab_stops,
    type_into,
)

DEFAULT = NetworkNudge().state()
X, Y = DEFAULT["x"], DEFAULT["y"]


@pytest.fixture
def nudge_page(figure_page):
    """Open a page with one NetworkNudge; its traits may be changed."""

    def show(width=752, theme="light", fragment="", **traits):
        return figure_page(NetworkNudge(**traits), width, theme, fragment)

    return show


def network():
    return [
        Layer(np.array(W), np.array(b), sigma)
        for W, b, sigma in zip(DEFAULT["W"], DEFAULT["b"], DEFAULT["activations"], strict=True)
    ]


def cost(layers, x=X):
    return 0.5 * ((forward(layers, np.array([x])).a[-1][0] - Y) ** 2).sum()


def changes(parameter="w1_11", nudge=0.5, crossed=()):
    """Actual and promised change of the cost, by nnlib; paths through `crossed` are left out."""
    layers, x = network(), np.array(X)
    layer = 0 if parameter[0] == "x" else int(parameter[1])
    place = tuple(int(digit) - 1 for digit in parameter.split("_")[1])
    found = gradients(layers, x[None], np.array([Y]))
    slopes = {"w": found.dW[layer - 1], "b": found.db[layer - 1]}
    slopes["x"] = layers[0].W.T @ found.delta[0][0]
    promised = nudge * slopes[parameter[0]][place]
    if layer < len(layers):
        shares = layers[layer].W[:, place[0]] * found.delta[layer][0]
        kept = [share for m, share in enumerate(shares, start=1) if m not in crossed]
        promised *= sum(kept) / sum(shares)
    {"w": layers[layer - 1].W, "b": layers[layer - 1].b, "x": x}[parameter[0]][place] += nudge
    return cost(layers, x) - cost(network()), promised


def random_network(sizes, seed=3):
    rng = np.random.default_rng(seed)
    return {
        "W": [rng.normal(size=(m, n)).round(2).tolist() for n, m in itertools.pairwise(sizes)],
        "b": [rng.normal(size=m).round(2).tolist() for m in sizes[1:]],
        "activations": ["sigmoid"] * (len(sizes) - 1),
        "x": rng.normal(size=sizes[0]).round(2).tolist(),
        "y": rng.uniform(size=sizes[-1]).round(2).tolist(),
    }


def handle(page, name):
    return page.get_by_role("slider", name=name, exact=True)


@pytest.mark.parametrize("parameter", ["w1_21", "w1_32", "b1_2", "w2_13", "b2_1", "x_2"])
def test_promise_and_fact_are_those_of_nnlib(nudge_page, parameter):
    page = nudge_page(parameter=parameter, nudge=0.5)
    actual, promised = changes(parameter)
    assert cell(page, "actual") == shows(actual)
    assert cell(page, "promised") == shows(promised)
    assert cell(page, "gap") == shows(actual - promised)


def test_every_unit_shows_its_delta(nudge_page):
    page = nudge_page()
    found = gradients(network(), np.array([X]), np.array([Y]))
    texts = page.locator(".nn-unit-below").all_text_contents()
    seen = [numbers(text)[0] for text in texts if text]
    expected = np.concatenate([column[0] for column in found.delta])
    assert seen == [pytest.approx(value, rel=0.051) for value in expected]


def test_arrow_keys_pick_a_weight_and_nudge_it(nudge_page):
    page = nudge_page(nudge=0.1)
    handle(page, "weight of layer 1, into unit 2 from unit 1").focus()
    expect(page.get_by_label("Parameter to nudge")).to_have_value("w1_11")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Parameter to nudge")).to_have_value("w1_21")
    expect(box(page, "nudge")).to_have_value("0.11")
    moved = network()
    moved[0].W[1, 0] += 0.11
    assert cell(page, "actual") == shows(cost(moved) - cost(network()))


def test_a_handle_says_how_far_it_goes_and_goes_there(nudge_page):
    name = "weight of layer 1, into unit 2 from unit 1"
    page = nudge_page(parameter="w1_21", nudge=5)
    ends = {"aria-valuemin": "-5", "aria-valuenow": "5", "aria-valuemax": "5"}
    for attribute, value in ends.items():
        expect(handle(page, name)).to_have_attribute(attribute, value)
    expect(handle(page, "input 1")).to_have_attribute("aria-valuemax", "1")
    handle(page, name).focus()
    for key, value in (("Home", "-1"), ("End", "1"), ("PageDown", "0.32"), ("Home", "-1")):
        page.keyboard.press(key)
        expect(handle(page, name)).to_have_attribute("aria-valuenow", value)
    expect(handle(page, name)).to_have_attribute("aria-valuemax", "1")


def test_dragging_a_handle_nudges_its_weight(nudge_page):
    page = nudge_page()
    area = handle(page, "weight of layer 2, into unit 2 from unit 3").bounding_box()
    x, y = area["x"] + area["width"] / 2, area["y"] + area["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 40, y, steps=4)
    page.mouse.up()
    expect(box(page, "nudge")).to_have_value("-0.4")
    moved = network()
    moved[1].W[1, 2] -= 0.4
    assert cell(page, "actual") == shows(cost(moved) - cost(network()))


def test_the_value_itself_can_be_typed(nudge_page):
    page = nudge_page(parameter="b2_1", nudge=0.2)
    type_into(page, "its value", "-1.5")
    before, after = network(), network()
    before[1].b[0] = -1.5
    after[1].b[0] = -1.3
    assert cell(page, "actual") == shows(cost(after) - cost(before))


def test_the_paths_add_up_to_the_promise(nudge_page):
    page = nudge_page(parameter="w1_11", nudge=0.5)
    ways = page.locator(".nn-way b").all_text_contents()
    shares = [numbers(text)[0] for text in ways]
    assert len(shares) == 2
    for left_out, share in zip(([2], [1]), shares, strict=True):
        assert share == pytest.approx(changes(crossed=left_out)[1], rel=0.01)


def test_crossing_out_a_path_breaks_the_promise(nudge_page):
    page = nudge_page(parameter="w1_11", nudge=0.5)
    plot = page.locator(".nn-slope-plot")
    assert float(plot.get_attribute("data-slope")) == pytest.approx(2, abs=0.05)
    page.get_by_label("count the path through unit 2").uncheck()
    settle(page)
    assert float(plot.get_attribute("data-slope")) == pytest.approx(1, abs=0.05)
    assert cell(page, "promised") == shows(changes(crossed=[2])[1])
    page.get_by_label("count the path through unit 2").check()
    settle(page)
    assert float(plot.get_attribute("data-slope")) == pytest.approx(2, abs=0.05)


def test_the_reader_meets_paths_and_no_ways(nudge_page):
    page = nudge_page(parameter="w1_11", nudge=0.5)
    page.get_by_label("count the path through unit 1").uncheck()
    page.get_by_label("count the path through unit 2").uncheck()
    picture = page.get_by_role("img", name="without the paths through 1, 2")
    expect(picture).to_be_visible()
    expect(page.locator(".nn-ways")).to_contain_text("The paths on. Before the arrow weight times")
    expect(page.locator(".nn-ways")).to_contain_text("Promised without the crossed paths: nothing")
    words = page.locator(".nn-figure").evaluate(
        """(el) => [
            el.innerText,
            ...[...el.querySelectorAll("[aria-label]")].map((e) => e.ariaLabel),
            ...[...el.querySelectorAll("[title]")].map((e) => e.title),
        ].join(" ")"""
    )
    assert not re.search(r"\bways\b|\bway through", words)


def test_the_keyboard_alone_reaches_every_control(nudge_page):
    names, reached = tab_stops(nudge_page())
    assert reached == names
    assert len(set(names)) == len(names)


def test_reset_goes_back_to_the_start(nudge_page):
    page = nudge_page(parameter="w1_11")
    page.get_by_label("count the path through unit 1").uncheck()
    page.get_by_role("button", name="Flip").click()
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_label("count the path through unit 1")).to_be_checked()
    expect(box(page, "nudge")).to_have_value("0.5")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"W": [[[1]]]}, "b has 2 entries and W has 1"),
        ({"x": [1]}, "x must have 2 numbers, not 1"),
        ({"y": [1]}, "y must have 2 numbers, not 1"),
        ({"parameter": "w7_11"}, "parameter is w7_11"),
        ({"crossed": [4]}, "crossed names unit 4; from w1_11 there are paths through 1, 2"),
        ({"parameter": "b2_1", "crossed": [1]}, "from b2_1 there are no paths to cross out"),
    ],
)
def test_a_link_with_a_bad_state_is_explained(nudge_page, state, words):
    page = nudge_page(fragment=fragment("NetworkNudge", state))
    expect(page.locator(".nn-notice")).to_contain_text(words)
    assert cell(page, "actual") == shows(changes()[0])


@pytest.mark.parametrize("sizes", [[1, 1], [2, 3, 2], [4, 4, 4, 4, 4]])
def test_the_page_keeps_the_height_that_the_figure_takes(nudge_page, sizes):
    page = nudge_page(**random_network(sizes))
    for width in at_widths(page, 360, 390, 752, 1100):
        reserved, drawn = heights(page)
        assert drawn <= reserved + 1
        assert reserved <= drawn + 120
        assert page.evaluate("document.documentElement.scrollWidth") <= width
