"""The chain explorer in a real browser: what it shows is what nnlib computes."""

import itertools
import json
import re

import pytest
from playwright.sync_api import expect

from nnlib import scalar
from nnlib.widgets import ChainExplorer

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
)

W, B, X, Y = [0.9, -1.3, 1.7], [0.2, 0.4, -0.5], -1.5, 1.0
CHAPTER = "chapters/02-nudges.html"


@pytest.fixture
def chain_page(figure_page):
    """Open a page with one ChainExplorer; its traits may be changed."""

    def show(width=752, theme="light", fragment="", **traits):
        figure = ChainExplorer(**({"w": W, "b": B, "x": X, "y": Y} | traits))
        return figure_page(figure, width, theme, fragment)

    return show


def shown_cost(page):
    """The number after the last equals sign of the line under the tracks."""
    settle(page)
    return numbers(page.locator(".nn-line").inner_text().rsplit("=", 1)[1])[0]


def cost(w=W, b=B, x=X, y=Y, activation="sigmoid"):
    return 0.5 * (scalar.forward(w, b, x, activation)[1][-1] - y) ** 2


def test_the_keyboard_moves_a_weight_and_the_cost_follows(chain_page):
    page = chain_page(mode="forward")
    assert shown_cost(page) == shows(cost())
    slider(page, "weight w 3").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(box(page, "weight w 3")).to_have_value("1.73")
    assert shown_cost(page) == shows(cost(w=[0.9, -1.3, 1.73]))


def test_the_mouse_moves_a_bias_and_the_cost_follows(chain_page):
    page = chain_page(mode="forward")
    knob = slider(page, "bias b 1")
    area = knob.bounding_box()
    middle = area["y"] + area["height"] / 2
    page.mouse.move(area["x"] + 0.525 * area["width"], middle)
    page.mouse.down()
    page.mouse.move(area["x"] + 0.8 * area["width"], middle, steps=5)
    page.mouse.up()
    bias = float(box(page, "bias b 1").input_value())
    assert bias > 1.5
    assert shown_cost(page) == shows(cost(b=[bias, 0.4, -0.5]))


@pytest.mark.parametrize("name", ["x", "y"])
def test_input_and_target_move_too(chain_page, name):
    page = chain_page(mode="forward")
    words = {"x": "input x", "y": "target y"}[name]
    box(page, words).fill("0.5")
    box(page, words).press("Enter")
    assert shown_cost(page) == shows(cost(**{name: 0.5}))


@pytest.mark.parametrize("activation", ["tanh", "relu", "leaky_relu", "softplus", "identity"])
def test_every_activation_is_offered(chain_page, activation):
    page = chain_page(mode="forward")
    page.get_by_label("Squash").select_option(activation)
    assert shown_cost(page) == shows(cost(activation=activation))


def test_a_typed_value_may_lie_beyond_the_slider(chain_page):
    page = chain_page(mode="forward")
    box(page, "weight w 2").fill("-7.25")
    box(page, "weight w 2").press("Enter")
    assert slider(page, "weight w 2").input_value() == "-7.25"
    assert shown_cost(page) == shows(cost(w=[0.9, -7.25, 1.7]))


@pytest.mark.parametrize("text", ["", "1e9"])
def test_a_value_that_cannot_be_is_refused_and_nothing_is_lost(chain_page, text):
    page = chain_page(mode="forward")
    box(page, "weight w 2").fill(text)
    box(page, "weight w 2").press("Enter")
    expect(box(page, "weight w 2")).to_have_value("-1.3")
    assert shown_cost(page) == shows(cost())


def test_steps_forward_compute_one_row_at_a_time(chain_page):
    page = chain_page(mode="forward")
    z, a = scalar.forward(W, B, X)
    page.get_by_label("To the start").click()
    for value in [*itertools.chain(*zip(z, a[1:], strict=True)), cost()]:
        page.get_by_label("One step on").click()
        assert shown_cost(page) == shows(value)
    expect(page.get_by_label("One step on")).to_have_attribute("aria-disabled", "true")


def test_play_walks_to_the_end_and_stops(chain_page):
    page = chain_page(mode="backward")
    page.get_by_label("Play").click()
    expect(page.locator(".nn-place")).to_have_text("step 6 of 6")
    expect(page.get_by_label("Play", exact=True)).to_be_visible()


def test_nothing_plays_by_itself(chain_page):
    page = chain_page(mode="backward")
    # A timer of the page's own: what was set before it for less comes first.
    page.evaluate("new Promise(done => setTimeout(done, 1500))")
    expect(page.locator(".nn-place")).to_have_text("step 0 of 6")


@pytest.mark.parametrize("parameter", ["w1", "b2", "w3", "x"])
def test_promise_and_fact_are_those_of_nnlib(chain_page, parameter):
    nudge = 0.5
    page = chain_page(mode="nudge", parameter=parameter, nudge=nudge)
    figure = ChainExplorer(w=W, b=B, x=X, y=Y)
    if parameter == "x":
        promised, actual = nudge * figure.gradient["x"], cost(x=X + nudge) - cost()
    else:
        letter, place = parameter[0], int(parameter[1]) - 1
        moved = {"w": list(W), "b": list(B)}
        moved[letter][place] += nudge
        promised = nudge * figure.gradient[letter][place]
        actual = cost(**moved) - cost()
    assert cell(page, "actual") == shows(actual)
    assert cell(page, "promised") == shows(promised)
    assert cell(page, "gap") == shows(actual - promised)


def test_halving_the_nudge_quarters_the_gap(chain_page):
    page = chain_page(mode="nudge", parameter="w3", nudge=0.1)
    before = cell(page, "gap")
    expect(page.locator('[data-cell="halving"]')).to_contain_text("press Halve")
    page.get_by_role("button", name="Halve").click()
    expect(box(page, "nudge")).to_have_value("0.05")
    shrunk = before / cell(page, "gap")
    assert shrunk == pytest.approx(4, abs=0.1)
    assert cell(page, "halving") == pytest.approx(shrunk, abs=0.05)


def test_halving_stops_where_the_picture_ends(chain_page):
    page = chain_page(mode="nudge", parameter="w3", nudge=1.5e-4)
    page.get_by_role("button", name="Halve").click()
    settle(page)
    expect(box(page, "nudge")).to_have_value("1.5e-4")


def test_pressed_chips_keep_their_gradients(chain_page):
    page = chain_page(mode="backward", stage=6)
    for name in ("weight w 3", "bias b 3"):
        page.get_by_label(f"Derivative of the cost by {name}").click()
    settle(page)
    slopes = scalar.backward(W, B, X, Y)
    for name, slope in (("weight w 3", slopes.dw[2]), ("bias b 3", slopes.db[2])):
        chip = page.get_by_label(f"Derivative of the cost by {name}")
        assert numbers(chip.inner_text())[0] == shows(slope, digits=3)


@pytest.mark.parametrize("parameter", ["w1", "w2", "w3", "b1", "b2", "b3", "x"])
def test_the_slope_test_reads_two(chain_page, parameter):
    page = chain_page(mode="nudge", parameter=parameter)
    slope = float(page.locator(".nn-slope-plot").get_attribute("data-slope"))
    assert slope == pytest.approx(2, abs=0.05)
    assert f"slope {slope:.2f}" in page.locator(".nn-slope-plot").text_content()


@pytest.mark.parametrize(
    "traits",
    [
        # every gap is 0, or so small that a power of ten cannot reach it
        {"w": [200.0, -1.3, 1.7], "x": -3.72, "parameter": "x"},
        # a cost of 1e-318 along the whole curve, with no room between its ends
        {"w": [-100.0], "b": [0.0], "x": 3.65, "y": 0.0, "parameter": "w1"},
        {"parameter": "w3", "nudge": 5e-324},
        # a step so large that the cost behind it is infinite
        {
            "w": [1e3] * 5,
            "b": [0.0] * 5,
            "x": 1e3,
            "activation": "identity",
            "mode": "step",
            "learning_rate": 1e3,
        },
        {"mode": "step", "learning_rate": 1e-308},
    ],
)
def test_numbers_too_small_or_too_large_for_a_picture_leave_it_whole(chain_page, traits):
    page = chain_page(fragment=fragment("ChainExplorer", {"mode": "nudge"} | traits))
    assert page.locator(".nn-notice, .nn-error").count() == 0
    places = page.locator(".nn-figure svg *").evaluate_all(
        "all => all.flatMap(e => [...e.attributes].map(a => a.value))"
    )
    assert [value for value in places if "NaN" in value or "Infinity" in value] == []
    assert page.locator(".nn-cost-plot .nn-axis-label").count() > 4
    assert "NaN" not in page.locator(".nn-cells").inner_text()


def test_a_cost_without_a_measurable_gap_reads_no_slope(chain_page):
    page = chain_page(w=[200.0, *W[1:]], x=-3.72, mode="nudge", parameter="x")
    assert page.locator(".nn-slope-plot").get_attribute("data-slope") == ""
    assert page.locator(".nn-small-dots").count() == 0


def test_no_dot_is_a_stroke_wholly_without_length(chain_page):
    """In a PDF of Firefox's such strokes are long bars."""
    path = chain_page(mode="nudge").locator(".nn-small-dots").first.get_attribute("d")
    lengths = [float(length) for length in re.findall(r"h([\d.]+)", path)]
    assert len(lengths) > 5
    assert min(lengths) > 0


def test_keys_step_the_nudge_from_one_to_a_ten_thousandth(chain_page):
    page = chain_page(mode="nudge", nudge=1.0)
    slider(page, "nudge").focus()
    sizes = [1.0]
    for _ in range(80):
        page.keyboard.press("ArrowLeft")
        sizes.append(float(box(page, "nudge").input_value()))
    assert sizes[-1] == 1e-4
    assert all(later < earlier for earlier, later in itertools.pairwise(sizes))


def test_flip_turns_the_nudge_round(chain_page):
    page = chain_page(mode="nudge", parameter="w3", nudge=0.2)
    page.get_by_role("button", name="Flip").click()
    assert cell(page, "actual") == shows(cost(w=[0.9, -1.3, 1.5]) - cost())


def test_a_side_chip_picks_what_is_nudged(chain_page):
    page = chain_page(mode="nudge", parameter="w1")
    page.get_by_label("Nudge bias b 2").click()
    expect(page.get_by_label("Parameter to nudge")).to_have_value("b2")


@pytest.mark.parametrize("length", [1, 2, 3, 5])
def test_backward_shows_the_numbers_of_nnlib(chain_page, length):
    w, b = [*W, -0.7, 2.1][:length], [*B, 0.3, -0.2][:length]
    page = chain_page(w=w, b=b, mode="backward")
    slopes = scalar.backward(w, b, X, Y)
    for layer in range(length, 0, -1):
        page.get_by_label("One step on").click()
        page.get_by_label("One step on").click()
        assert shown_cost(page) == shows(slopes.delta[layer - 1])
        for letter, word, slope in (("w", "weight", slopes.dw), ("b", "bias", slopes.db)):
            page.get_by_label(f"Derivative of the cost by {word} {letter} {layer}").click()
            settle(page)
            card = page.locator(f'[data-card="{"BP4" if letter == "w" else "BP3"}"] .nn-filled')
            assert numbers(card.inner_text().rsplit("=", 1)[1])[0] == shows(slope[layer - 1])


def test_a_chip_gives_nothing_before_its_delta_is_there(chain_page):
    page = chain_page(mode="backward", parameter="w1")
    page.get_by_label("Derivative of the cost by weight w 1").click(force=True)
    settle(page)
    assert numbers(page.locator('[data-card="BP4"] .nn-filled').inner_text()) == []


def test_the_multiplications_are_counted_when_asked(chain_page):
    page = chain_page(mode="backward")
    expect(page.locator(".nn-counting")).to_be_hidden()
    page.get_by_role("button", name="Count the multiplications").click()
    assert numbers(page.locator(".nn-counting tfoot").inner_text()) == [21, 8]


def test_a_step_delivers_what_nnlib_says(chain_page):
    rate = 3.0
    page = chain_page(mode="step", learning_rate=rate)
    slopes = scalar.backward(W, B, X, Y)
    w = [v - rate * s for v, s in zip(W, slopes.dw, strict=True)]
    b = [v - rate * s for v, s in zip(B, slopes.db, strict=True)]
    squared = sum(s**2 for s in [*slopes.dw, *slopes.db])
    assert cell(page, "actual") == shows(cost(w, b) - cost())
    assert cell(page, "promised") == shows(-rate * squared)
    page.get_by_role("button", name="Take the step").click()
    settle(page)
    assert box(page, "weight w 3").input_value() == f"{w[2]:.4g}"
    box(page, "weight w 3").focus()  # to edit it, the reader gets more digits
    assert float(box(page, "weight w 3").input_value()) == pytest.approx(w[2], rel=1e-5)
    history = page.locator(".nn-history").inner_text()
    assert "steps taken: 1" in history
    assert numbers(history)[-2:] == [shows(cost()), shows(cost(w, b))]


def test_reset_goes_back_to_the_start(chain_page):
    page = chain_page(mode="forward")
    slider(page, "weight w 1").focus()
    page.keyboard.press("End")
    page.get_by_role("tab", name="Step").click()
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_role("tab", name="Forward")).to_have_attribute("aria-selected", "true")
    assert shown_cost(page) == shows(cost())


def test_arrow_keys_move_between_the_modes(chain_page):
    page = chain_page(mode="forward")
    page.get_by_role("tab", name="Forward").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Nudge")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name="Step")).to_be_focused()


def test_the_keyboard_alone_reaches_every_control(chain_page):
    page = chain_page(mode="nudge")
    names, reached = tab_stops(page)
    assert reached == names
    assert len(set(names)) == len(names)


def test_a_copied_link_brings_the_figure_back(chain_page, open_page):
    page = chain_page(mode="forward")
    page.get_by_role("tab", name="Nudge").click()
    box(page, "weight w 1").fill("-2.5")
    box(page, "weight w 1").press("Enter")
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_url("**#**")
    again, log = open_page(page.url, width=752)
    expect(box(again, "weight w 1")).to_have_value("-2.5")
    expect(again.get_by_role("tab", name="Nudge")).to_have_attribute("aria-selected", "true")
    assert log.console == []


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"w": [1, None, 2]}, "w[1]"),
        ({"w": [1, 2]}, "w has 2 numbers and b has 3"),
        ({"mode": "sideways"}, "mode is sideways"),
        ({"parameter": "w9"}, "parameter is w9"),
        ({"activation": "sine"}, "activation is sine"),
        ({"learning_rate": 0}, "learning_rate is 0"),
        ({"stage": -2}, "stage is -2"),
        ({"nudge": "far"}, "nudge is far"),
        ({"modes": []}, "modes"),
        ({"modes": ["forward", "nudge", "forward"]}, "4 entries, each once"),
    ],
)
def test_a_link_with_a_bad_state_is_explained_and_the_start_is_shown(chain_page, state, words):
    page = chain_page(mode="forward", fragment=fragment("ChainExplorer", state))
    expect(page.locator(".nn-notice")).to_contain_text(words)
    assert shown_cost(page) == shows(cost())


@pytest.mark.parametrize("mode", ChainExplorer.properties["mode"]["enum"])
@pytest.mark.parametrize("modes", [ChainExplorer.properties["modes"]["default"], None])
def test_the_page_keeps_the_height_that_the_figure_takes(chain_page, mode, modes):
    page = chain_page(mode=mode, modes=modes or [mode])
    for width in at_widths(page, 360, 390, 752, 1100):
        reserved, drawn = heights(page)
        assert drawn <= reserved + 1
        assert reserved <= drawn + 60
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("length", range(1, 6))
def test_every_length_of_chain_fits_its_place(chain_page, length):
    page = chain_page(w=[1.0] * length, b=[0.1] * length, mode="forward")
    assert page.locator(".nn-knob").count() == 2 * length + 2
    tops = page.locator(".nn-knob").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().top)"
    )
    assert all(low - high >= 30 for high, low in itertools.pairwise(tops))


def test_the_chapter_shows_its_figure_alive(site, open_page, figures_ready):
    page, log = open_page(f"{site}/{CHAPTER}")
    assert figures_ready(page) > 0
    figure = page.locator(".nn-figure").first
    state = json.loads(figure.get_attribute("data-nn-state"))
    knob = figure.get_by_label("weight w 3", exact=True)
    knob.focus()
    knob.press("ArrowLeft")
    moved = [*state["w"][:2], pytest.approx(state["w"][2] - 0.01)]
    assert float(figure.get_by_label("weight w 3, value").input_value()) == moved[2]
    assert log.trouble == []
