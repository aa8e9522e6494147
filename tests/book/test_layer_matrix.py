"""The layer matrix in a real browser: what it shows is what nnlib computes."""

import itertools
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from nnlib import Layer, forward
from nnlib.widgets import LayerMatrix

from .figures import fragment, heights, numbers, settle, shows, tab_stops

SIZES = [1, 3, 2, 1]
WEIGHT = "weight of layer 2, into unit 1 from unit 3"


def random_network(sizes, seed=5, activation="sigmoid"):
    rng = np.random.default_rng(seed)
    return {
        "W": [rng.normal(size=(m, n)).round(2).tolist() for n, m in itertools.pairwise(sizes)],
        "b": [rng.normal(size=m).round(2).tolist() for m in sizes[1:]],
        "activations": [activation] * (len(sizes) - 1),
        "x": rng.normal(size=sizes[0]).round(2).tolist(),
    }


@pytest.fixture
def layer_page(figure_page):
    """Open a page with one LayerMatrix of sizes 1, 3, 2, 1; its traits may be changed."""

    def show(width=752, theme="light", fragment="", **traits):
        figure = LayerMatrix(**({"layer": 2} | random_network(SIZES) | traits))
        return figure_page(figure, width, theme, fragment)

    return show


def trace(net):
    """Return z and a of the sample, by nnlib."""
    parts = zip(net["W"], net["b"], net["activations"], strict=True)
    layers = [Layer(np.array(W), np.array(b), name) for W, b, name in parts]
    found = forward(layers, np.array([net["x"]]))
    return [z[0] for z in found.z], [a[0] for a in found.a]


def matches(text, value):
    """Whether a text is a value, to the last digit that the text shows."""
    mantissa, _, power = text.replace("−", "-").partition("e")
    decimals = len(mantissa.partition(".")[2]) - int(power or 0)
    return abs(float(text.replace("−", "-")) - value) <= 0.5000001 * 10.0**-decimals


def agree(texts, values):
    """Whether texts are values, one for one; an error where there are more of either."""
    return all(matches(text, value) for text, value in zip(texts, values, strict=True))


def entries(page, name):
    """The texts of a matrix or column, row by row; `name` starts its accessible name."""
    settle(page)
    cells = page.get_by_role("group", name=re.compile(f"^{name}, \\d by \\d$")).locator(
        ".nn-matrix-cells > *"
    )
    return cells.evaluate_all("all => all.map(e => e.value ?? e.textContent)")


def lit(page):
    """The texts of every lit number of the matrices."""
    settle(page)
    cells = page.locator(".nn-matrix-cells > .nn-lit")
    return cells.evaluate_all("all => all.map(e => e.value ?? e.textContent)")


def state(page):
    """The traits that differ from the start, as a link carries them."""
    page.evaluate("history.replaceState(null, '', location.href.split('#')[0])")
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_url("**#**")
    shared = page.evaluate("JSON.parse(decodeURIComponent(location.hash.slice(4)))")
    return shared.get("LayerMatrix1", {})


def sum_lines(page):
    settle(page)
    return page.locator(".nn-sum p").all_inner_texts()


def box(page, name):
    return page.get_by_role("spinbutton", name=name, exact=True)


def unit(page, name):
    return page.get_by_role("button", name=name, exact=True)


# -- the numbers ------------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", [[2, 3, 2], [4, 4, 4, 4, 4], [3, 1]])
@pytest.mark.parametrize("activation", ["sigmoid", "leaky_relu"])
def test_every_matrix_shows_the_numbers_of_nnlib(layer_page, sizes, activation):
    net = random_network(sizes, activation=activation)
    z, a = trace(net)
    page = layer_page(**net, layer=1)
    for layer in range(1, len(sizes)):
        page.get_by_role("tab", name=f"layer {layer}", exact=True).click()
        before = "inputs x" if layer == 1 else f"activations of layer {layer - 1}"
        expected = {
            f"W of layer {layer}": np.ravel(net["W"][layer - 1]),
            before: a[layer - 1],
            f"biases of layer {layer}": net["b"][layer - 1],
            f"pre-activations of layer {layer}": z[layer - 1],
            f"activations of layer {layer}": a[layer],
        }
        for name, values in expected.items():
            assert agree(entries(page, name), values), name
    inside = page.locator(".nn-unit-value").all_text_contents()
    assert agree(inside, itertools.chain(*a))


@pytest.mark.parametrize("unit_number", [1, 2])
def test_a_units_sum_is_written_out_with_its_numbers(layer_page, unit_number):
    net = random_network(SIZES)
    z, a = trace(net)
    j = unit_number - 1
    page = layer_page(focus=f"u{unit_number}")
    _, symbols, line, squashed = sum_lines(page)
    assert symbols.count("+") == 3
    expected = [*itertools.chain(*zip(net["W"][1][j], a[1], strict=True)), net["b"][1][j], z[1][j]]
    assert numbers(line) == [shows(value) for value in expected]
    assert numbers(squashed)[-2:] == [shows(z[1][j]), shows(a[2][j])]


def test_a_column_says_what_each_sum_gets_from_the_unit(layer_page):
    net = random_network(SIZES)
    _, a = trace(net)
    caption, *shares = sum_lines(layer_page(focus="k3"))
    assert "the weights on all wires out of unit 3 of layer 1" in caption
    assert "transposed gathers along this column" in caption
    expected = [(row[2], a[1][2], row[2] * a[1][2]) for row in net["W"][1]]
    for text, values in zip(shares, expected, strict=True):
        assert numbers(text)[-3:] == [shows(value) for value in values]


def test_an_entry_says_where_it_stands_and_what_it_adds(layer_page):
    net = random_network(SIZES)
    z, a = trace(net)
    caption, product, term = sum_lines(layer_page(focus="w21"))
    assert "Row 2, column 1" in caption
    assert "network[1].W[1, 0]" in caption
    assert numbers(product)[-3:] == [
        shows(v) for v in (net["W"][1][1][0], a[1][0], net["W"][1][1][0] * a[1][0])
    ]
    assert numbers(term)[-1] == shows(z[1][1])


def test_with_nothing_chosen_the_shapes_are_checked(layer_page):
    assert "(2 × 3)(3 × 1) + (2 × 1) gives 2 × 1" in sum_lines(layer_page())[2]


def test_shapes_stand_under_the_matrices_in_letters_and_numbers(layer_page):
    page = layer_page()
    shapes = [text.split("\n") for text in page.locator(".nn-matrix-shape").all_inner_texts()]
    plain = [[part.replace(" ", "") for part in shape] for shape in shapes]
    columns = [["n2×1", "2×1"]] * 3
    assert plain == [["n2×n1", "2×3"], ["n1×1", "3×1"], *columns]


def test_parameters_are_counted_by_layer_and_in_all(layer_page):
    page = layer_page()
    counts = page.locator(".nn-count").all_inner_texts()
    assert [int(numbers(text)[-1]) for text in counts] == [6, 8, 3]
    assert "17 in all" in page.locator(".nn-counts-title").inner_text()
    expect(page.locator(".nn-tools")).to_contain_text("[1, 3, 2, 1]")


# -- what is lit ------------------------------------------------------------------------------


def row_of(net, j):
    z, a = trace(net)
    return [*net["W"][1][j], net["b"][1][j], z[1][j], a[2][j]]


def column_of(net, k):
    return [net["W"][1][0][k], net["W"][1][1][k], trace(net)[1][1][k]]


def test_pointing_at_a_unit_lights_its_row_for_as_long(layer_page):
    page = layer_page(focus="k1")
    net = random_network(SIZES)
    unit(page, "unit 2 of layer 2").hover()
    assert agree(lit(page), row_of(net, 1))
    assert sum_lines(page)[0].startswith("Row 2")
    page.mouse.move(2, 2)
    assert agree(lit(page), column_of(net, 0))


def test_a_click_on_a_unit_chooses_it(layer_page):
    page = layer_page()
    unit(page, "unit 1 of layer 2").click()
    page.mouse.move(2, 2)
    assert agree(lit(page), row_of(random_network(SIZES), 0))
    expect(unit(page, "unit 1 of layer 2")).to_have_attribute("aria-pressed", "true")
    assert state(page) == {"focus": "u1"}


@pytest.fixture
def touch_page(figure_page):
    """The figure's page in a browser with a touch screen."""
    return figure_page(LayerMatrix(layer=2, **random_network(SIZES)), width=360, has_touch=True)


def test_a_tap_on_a_unit_before_lights_its_column(touch_page):
    unit(touch_page, "unit 3 of layer 1").tap()
    assert agree(lit(touch_page), column_of(random_network(SIZES), 2))


def test_a_line_lights_its_entry_and_an_entry_its_line(layer_page):
    page = layer_page()
    thickness = ".nn-edge.nn-own.nn-lit"
    line = page.locator('.nn-target[data-layer="2"][data-focus="w13"]')
    line.dispatch_event("pointerover", {"bubbles": True})
    assert agree(lit(page), [random_network(SIZES)["W"][1][0][2]])
    expect(page.locator(thickness)).to_have_count(1)
    line.dispatch_event("click")
    assert state(page) == {"focus": "w13"}
    box(page, "weight of layer 2, into unit 2 from unit 1").focus()
    settle(page)
    expect(page.locator(thickness)).to_have_count(1)
    lines = page.locator(".nn-edge.nn-w")
    places = lines.evaluate_all("all => all.map(e => e.classList.contains('nn-lit'))")
    assert places.index(True) == 3 + 3  # after layer 1's three and the first row's three


def test_a_lit_line_can_be_hit_by_the_mouse(layer_page):
    page = layer_page()
    ends = [unit(page, f"unit {n}").bounding_box() for n in ("1 of layer 1", "1 of layer 2")]
    x, y = (sum(e[s] + e[d] / 2 for e in ends) / 2 for s, d in (("x", "width"), ("y", "height")))
    page.mouse.move(x, y)
    assert agree(lit(page), [random_network(SIZES)["W"][1][0][0]])
    page.mouse.click(x, y)
    assert state(page) == {"focus": "w11"}


def test_a_head_of_a_row_and_of_a_column_light_it(layer_page):
    page = layer_page()
    net = random_network(SIZES)
    page.locator(".nn-matrix-side .nn-head").nth(1).hover()
    assert agree(lit(page), row_of(net, 1))
    page.locator(".nn-matrix-heads .nn-head").nth(2).hover()
    assert agree(lit(page), column_of(net, 2))


def test_what_is_lit_differs_by_more_than_colour(layer_page):
    page = layer_page(focus="u2")
    widths = page.locator(".nn-edge.nn-own").evaluate_all(
        "all => all.map(e => [e.classList.contains('nn-lit'), +e.getAttribute('stroke-width')])"
    )
    assert {width for is_lit, width in widths if is_lit} == {3}
    assert {width for is_lit, width in widths if not is_lit} == {2}
    weights = page.locator(".nn-matrix-cells > *").evaluate_all(
        "all => all.map(e => [e.classList.contains('nn-lit'), getComputedStyle(e).fontWeight])"
    )
    assert {weight for is_lit, weight in weights if is_lit} == {"700"}
    assert {weight for is_lit, weight in weights if not is_lit} == {"400"}


def test_every_lit_line_carries_its_weight(layer_page):
    page = layer_page(focus="u2")
    tags = page.locator(".nn-value").all_text_contents()
    assert agree(tags, random_network(SIZES)["W"][1][1])


# -- by keyboard ------------------------------------------------------------------------------


def test_the_keyboard_alone_reaches_every_control(layer_page):
    names, reached = tab_stops(layer_page())
    assert reached == names
    assert len(set(names)) == len(names)
    assert {"one input more", "one unit in layer 3 fewer", WEIGHT, "layer 2"} <= set(names)


def test_arrow_keys_go_from_unit_to_unit_and_from_layer_to_layer(layer_page):
    page = layer_page(focus="u1")
    unit(page, "unit 1 of layer 2").focus()
    for key, name, words in (
        ("ArrowDown", "unit 2 of layer 2", "Row 2 of W2"),
        ("ArrowLeft", "unit 2 of layer 1", "Column 2 of W2"),
        ("ArrowLeft", "input 1", "Column 1 of W1"),
        ("ArrowUp", "input 1", "Column 1 of W1"),
        ("ArrowRight", "unit 1 of layer 1", "Row 1 of W1"),
        ("ArrowRight", "unit 1 of layer 2", "Row 1 of W2"),
        ("ArrowRight", "unit 1 of layer 3", "Row 1 of W3"),
    ):
        page.keyboard.press(key)
        settle(page)
        expect(unit(page, name)).to_be_focused()
        assert sum_lines(page)[0].startswith(words)


def test_escape_lets_go(layer_page):
    page = layer_page(focus="u1")
    unit(page, "unit 1 of layer 2").focus()
    page.keyboard.press("Escape")
    assert lit(page) == []
    assert state(page) == {"focus": ""}


def test_arrow_keys_choose_the_layer(layer_page):
    page = layer_page(focus="u2")
    page.get_by_role("tab", name="layer 2").focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    expect(page.get_by_role("tab", name="layer 3")).to_be_focused()
    expect(page.get_by_role("tab", name="layer 3")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowRight")
    settle(page)
    expect(page.get_by_role("tab", name="layer 1")).to_be_focused()
    assert state(page) == {"layer": 1, "focus": ""}


@pytest.mark.parametrize(
    ("name", "focus"),
    [(WEIGHT, "w13"), ("bias of layer 2, unit 2", "u2")],
)
def test_a_focused_entry_is_lit_and_stepped_by_arrow_keys(layer_page, name, focus):
    page = layer_page()
    net = random_network(SIZES)
    box(page, name).focus()
    for key in ("ArrowUp", "ArrowUp", "PageUp", "ArrowDown", "PageDown", "PageDown"):
        page.keyboard.press(key)
    if focus == "w13":
        net["W"][1][0][2] -= 0.9
    else:
        net["b"][1][1] -= 0.9
    z, a = trace(net)
    assert agree(entries(page, "pre-activations of layer 2"), z[1])
    assert agree(entries(page, "activations of layer 2"), a[2])
    assert state(page)["focus"] == focus


def test_the_input_can_be_typed(layer_page):
    page = layer_page(layer=1)
    box(page, "input 1").fill("-2.25")
    box(page, "input 1").press("Enter")
    z, _ = trace(random_network(SIZES) | {"x": [-2.25]})
    assert agree(entries(page, "pre-activations of layer 1"), z[0])
    assert state(page) == {"x": [-2.25], "focus": "k1"}


@pytest.mark.parametrize("text", ["", "1e9"])
def test_a_value_that_cannot_be_is_refused_and_nothing_is_lost(layer_page, text):
    page = layer_page()
    before = entries(page, "W of layer 2")
    box(page, WEIGHT).fill(text)
    box(page, WEIGHT).press("Enter")
    box(page, "bias of layer 2, unit 1").focus()
    assert entries(page, "W of layer 2") == before
    assert "W" not in state(page)


def test_looking_at_a_long_number_does_not_shorten_it(layer_page):
    exact = 0.123456789
    page = layer_page(W=[[[exact], [1.0], [1.0]], *random_network(SIZES)["W"][1:]], layer=1)
    weight = box(page, "weight of layer 1, into unit 1 from unit 1")
    expect(weight).to_have_value("0.123")
    weight.focus()
    expect(weight).to_have_value("0.123457")
    page.keyboard.press("Tab")
    expect(weight).to_have_value("0.123")
    assert "W" not in state(page)
    weight.focus()
    page.keyboard.press("ArrowUp")
    assert state(page)["W"][0][0] == [pytest.approx(exact + 0.1, abs=1e-12)]


# -- sizes ------------------------------------------------------------------------------------


def press(page, name):
    page.get_by_role("button", name=name, exact=True).press("Enter")
    settle(page)


def test_a_unit_more_is_a_row_more_here_and_a_column_more_behind(layer_page):
    page = layer_page()
    net = random_network(SIZES)
    press(page, "one unit in layer 2 more")
    expect(page.get_by_role("button", name="one unit in layer 2 more")).to_be_focused()
    after = state(page)
    assert [np.shape(W) for W in after["W"]] == [(3, 1), (3, 3), (1, 3)]
    assert after["W"][1][:2] == net["W"][1]
    assert after["W"][2][0][:2] == net["W"][2][0]
    z, _ = trace(net | {name: after[name] for name in ("W", "b")})
    assert agree(entries(page, "pre-activations of layer 2"), z[1])
    assert "22 in all" in page.locator(".nn-counts-title").inner_text()


def test_a_unit_less_drops_its_row_and_the_next_layers_column(layer_page):
    page = layer_page(focus="u2")
    press(page, "one unit in layer 2 fewer")
    after, net = state(page), random_network(SIZES)
    assert after["W"][1:] == [net["W"][1][:1], [net["W"][2][0][:1]]]
    assert after["b"][1] == net["b"][1][:1]
    assert after["focus"] == ""


def test_another_input_is_a_column_of_the_first_layer(layer_page):
    page = layer_page(layer=1)
    press(page, "one input more")
    after = state(page)
    assert len(after["x"]) == 2
    assert [len(row) for row in after["W"][0]] == [2, 2, 2]
    assert entries(page, "inputs x")[1] == str(after["x"][1])


def test_sizes_stop_at_one_and_four(layer_page):
    page = layer_page(layer=1)
    press(page, "one input fewer")
    expect(page.locator(".nn-tools")).to_contain_text("[1, 3, 2, 1]")
    press(page, "one unit in layer 1 more")
    press(page, "one unit in layer 1 more")
    expect(page.locator(".nn-tools")).to_contain_text("[1, 4, 2, 1]")
    more = page.get_by_role("button", name="one unit in layer 1 more")
    expect(more).to_have_attribute("aria-disabled", "true")


# -- what every figure has --------------------------------------------------------------------


def test_reset_goes_back_to_the_start(layer_page):
    page = layer_page(focus="u2")
    press(page, "one unit in layer 2 fewer")
    page.get_by_role("tab", name="layer 3").click()
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert agree(lit(page), row_of(random_network(SIZES), 1))
    assert state(page) == {}


def test_a_copied_link_brings_the_figure_back(layer_page, open_page):
    page = layer_page()
    press(page, "one unit in layer 3 more")
    unit(page, "unit 2 of layer 3").click()
    box(page, "bias of layer 3, unit 2").fill("0.75")
    box(page, "bias of layer 3, unit 2").press("Enter")
    expected = state(page)
    again, log = open_page(page.url, width=752)
    again.wait_for_selector("[data-nn-ready]")
    expect(box(again, "bias of layer 3, unit 2")).to_have_value("0.75")
    assert sum_lines(again) == sum_lines(page)
    assert state(again) == expected
    assert log.console == []


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"layer": 4}, "layer is 4; the layers are counted from 1 to 3"),
        ({"focus": "u3"}, "focus is u3"),
        ({"focus": "w14"}, "focus is w14"),
        ({"layer": 1, "focus": "k2"}, "inside layer 1"),
        ({"W": [[[1]]]}, "b has 3 entries and W has 1"),
        ({"x": [1, 2]}, "x must have 1 numbers, not 2"),
        ({"x": [None]}, "x[0] is null"),
    ],
)
def test_a_link_with_a_bad_state_is_explained(layer_page, bad, words):
    page = layer_page(fragment=fragment("LayerMatrix", bad))
    expect(page.locator(".nn-notice")).to_contain_text(words)
    assert len(entries(page, "W of layer 2")) == 6


@pytest.mark.parametrize("width", [360, 390, 752, 1100])
@pytest.mark.parametrize("sizes", [[1, 1], [1, 3, 2, 1], [3, 3], [2, 4, 1, 2, 1], [4, 4, 4, 4, 4]])
def test_the_page_keeps_the_height_that_the_figure_takes(layer_page, width, sizes):
    page = layer_page(width=width, **random_network(sizes), layer=1)
    reserved, drawn = heights(page)
    assert abs(drawn - reserved) <= 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for layer in range(1, len(sizes)):
        page.get_by_role("tab", name=f"layer {layer}", exact=True).click()
        settle(page)
        before = "input" if layer == 1 else f"unit 1 of layer {layer - 1}"
        for name in (f"unit 1 of layer {layer}", before):
            page.locator(f'.nn-unit-button[aria-label^="{name}"]').first.click()
            settle(page)
            assert heights(page)[1] == drawn
        box(page, f"weight of layer {layer}, into unit 1 from unit 1").focus()
        settle(page)
        assert heights(page)[1] == drawn


@pytest.mark.parametrize("width", [360, 752])
def test_four_by_four_of_long_numbers_stays_inside(layer_page, width):
    net = random_network([4, 4, 4])
    net["W"] = [np.multiply(W, -87).round(1).tolist() for W in net["W"]]
    page = layer_page(width=width, **(net | {"activations": ["leaky_relu", "identity"]}))
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    edges = page.evaluate(
        """() => {
            const right = document.querySelector(".nn-frame").getBoundingClientRect().right;
            return [...document.querySelectorAll(".nn-frame button, .nn-frame input, .nn-matrix")]
                .filter((e) => e.getBoundingClientRect().right > right - 4).length;
        }"""
    )
    assert edges == 0


def test_a_screen_reader_hears_what_is_chosen(layer_page):
    page = layer_page()
    unit(page, "unit 2 of layer 2").click()
    z, a = trace(random_network(SIZES))
    voice = page.locator(".nn-unseen[role=status]")
    expect(voice).to_contain_text("Layer 2: W is 2 by 3. Row 2: z is")
    assert numbers(voice.inner_text())[-2:] == [shows(z[1][1]), shows(a[2][1])]
