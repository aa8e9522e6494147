"""The activation explorer in a real browser: what it shows is what nnlib computes."""

import itertools

import pytest
from playwright.sync_api import expect

from nnlib.widgets import ActivationExplorer

from .figures import (
    box,
    fragment,
    heights,
    numbers,
    settle,
    shows,
    slider,
    tab_stops,
    type_into,
)

ACTIVATIONS, OUTPUT_ACTIVATIONS = (
    ActivationExplorer.properties[name]["enum"] for name in ("activation", "output_activation")
)
TRAITS = {
    "w": [2.0, -1.5, 0.5],
    "b": [1.0, 0.5, -2.0],
    "v": [1.5, -2.0, 3.0],
    "c": 0.4,
    "x": 0.7,
}
STEP = [[x, -1.0 if x < 0 else 1.0] for x in (-4.0, -2.5, -1.0, 1.0, 2.5, 4.0)]


@pytest.fixture
def sum_page(figure_page):
    """Open a page with one ActivationExplorer; its traits may be changed."""

    def show(width=752, theme="light", fragment="", **traits):
        return figure_page(ActivationExplorer(**(TRAITS | traits)), width, theme, fragment)

    return show


def expected(**traits):
    return ActivationExplorer(**(TRAITS | traits))


def close(value):
    """As `shows`: four digits, and three where the table is short of room."""
    return shows(value, digits=4 if abs(value) >= 0.01 or value == 0 else 3)


def rows(page):
    """The numbers of the table: a list for each unit, then bias, sum and output."""
    settle(page)
    texts = page.locator(".nn-act-readings tr").evaluate_all(
        "all => all.map(row => [...row.querySelectorAll('td')].map(cell => cell.textContent))"
    )
    return [[numbers(text)[0] for text in row] for row in texts if row]


def assert_table_is(page, figure):
    *units, [bias], [total], [output] = rows(page)
    for row, *values in zip(
        units, figure.z, figure.a, figure.slope, figure.contributions, strict=True
    ):
        assert row == [close(value) for value in values]
    assert [bias, total, output] == [
        close(value) for value in (figure.c, figure.output_z, figure.output)
    ]


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("last", OUTPUT_ACTIVATIONS)
def test_every_activation_is_offered_and_computed(sum_page, activation, last):
    page = sum_page()
    page.get_by_label("Activation of the hidden units").select_option(activation)
    page.get_by_label("Activation of the output").select_option(last)
    assert_table_is(page, expected(activation=activation, output_activation=last))


@pytest.mark.parametrize("units", [1, 2, 3, 4])
def test_every_number_of_units_is_shown(sum_page, units):
    traits = {name: [*TRAITS[name], 1.25][:units] for name in "wbv"}
    page = sum_page(**traits, straight=[False] * units)
    assert_table_is(page, expected(**traits, straight=[False] * units))
    assert page.locator(".nn-act-part.nn-curve").count() == 3 * units  # picture, table, button


@pytest.mark.parametrize(
    ("name", "trait", "place"),
    [
        ("weight w 2", "w", 1),
        ("bias b 3", "b", 2),
        ("output weight v 1", "v", 0),
        ("output bias c", "c", None),
        ("input x", "x", None),
    ],
)
def test_the_keyboard_moves_every_number(sum_page, name, trait, place):
    page = sum_page()
    slider(page, name).focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    start = TRAITS[trait]
    moved = start + 0.03 if place is None else [*start]
    if place is not None:
        moved[place] += 0.03
    value = moved if place is None else moved[place]
    expect(box(page, name)).to_have_value(f"{value:.4g}")
    assert_table_is(page, expected(**{trait: moved}))


def test_a_typed_value_may_lie_beyond_the_slider(sum_page):
    page = sum_page()
    type_into(page, "weight w 1", "-12.5")
    assert_table_is(page, expected(w=[-12.5, -1.5, 0.5]))
    type_into(page, "weight w 1", "1e9")
    expect(box(page, "weight w 1")).to_have_value("-12.5")


def test_a_pointer_on_the_picture_moves_the_input(sum_page):
    page = sum_page()
    area = page.locator(".nn-act-curves").bounding_box()
    middle = area["y"] + area["height"] / 2
    ticks = page.locator(".nn-act-curves .nn-axis-label").evaluate_all(
        "all => all.filter(e => ['0', '4'].includes(e.textContent))"
        ".map(e => [e.textContent, e.getBoundingClientRect()])"
        ".map(([text, r]) => [Number(text), r.x + r.width / 2, r.y])"
    )
    lowest = max(y for _, _, y in ticks)
    at = {value: x for value, x, y in ticks if y == lowest}
    page.mouse.move(at[0], middle)
    page.mouse.down()
    page.mouse.move(at[4], middle, steps=4)
    page.mouse.up()
    x = float(box(page, "input x").input_value())
    assert x == pytest.approx(4, abs=0.05)
    assert_table_is(page, expected(x=x))
    page.mouse.move(at[0], middle)
    expect(box(page, "input x")).to_have_value(f"{x:g}")


def test_units_are_straightened_one_by_one_until_the_sum_is_a_line(sum_page):
    page = sum_page()
    straight = [False] * 3
    for unit in (2, 1, 3):
        bending = [j for j, bare in enumerate(straight, start=1) if not bare]
        waiting = page.locator('[data-card="slope"] .nn-filled').inner_text()
        assert numbers(waiting) == bending
        slider(page, f"Unit {unit} straight").focus()
        page.keyboard.press("Space")
        straight[unit - 1] = True
        expect(slider(page, f"Unit {unit} straight")).to_have_attribute("aria-checked", "true")
        assert_table_is(page, expected(straight=straight))
    figure = expected(straight=straight)
    for name, value in figure.collapsed.items():
        card = page.locator(f'[data-card="{name}"]')
        assert numbers(card.locator("b").inner_text()) == [shows(value)]
        terms = numbers(card.locator(".nn-filled").inner_text().rsplit("=", 1)[0])
        inner = TRAITS["w" if name == "slope" else "b"]
        factors = [*itertools.chain(*zip(TRAITS["v"], inner, strict=True))]
        assert terms == factors + ([TRAITS["c"]] if name == "intercept" else [])
        assert "affine" in page.locator('[data-card="intercept"]').inner_text()
    expect(page.locator(".nn-act-curves")).to_contain_text("the sum is one line")


def test_one_switch_straightens_all_and_back(sum_page):
    page = sum_page(straight=[True, False, False])
    every = slider(page, "All units straight")
    every.click()
    assert_table_is(page, expected(straight=[True] * 3))
    every.click()
    assert_table_is(page, expected(straight=[False] * 3))


def test_a_line_under_a_sigmoid_has_its_boundary_where_the_line_is_zero(sum_page):
    page = sum_page(straight=[True] * 3, output_activation="sigmoid")
    line = expected(straight=[True] * 3).collapsed
    title = page.locator(".nn-plot-title").nth(1).text_content()
    assert title.startswith("logistic regression")
    assert numbers(title) == [0.5, shows(-line["intercept"] / line["slope"])]


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "softplus"])
@pytest.mark.parametrize("unit", [1, 2])
def test_the_hatched_band_is_where_the_chosen_unit_is_saturated(sum_page, activation, unit):
    page = sum_page(activation=activation)
    slider(page, f"Unit {unit}").click()
    expect(slider(page, f"Unit {unit}")).to_have_attribute("aria-pressed", "true")
    figure = expected(activation=activation, unit=unit)
    ends = [end for interval in figure.saturated for end in interval if abs(end) < 1e9]
    words = page.locator(".nn-act-saturation").inner_text()
    assert numbers(words) == [unit, *(shows(end) for end in ends), 5]
    inside = [end for end in ends if -5 < end < 5]
    edges = page.evaluate(
        """() => {
            const svg = document.querySelector(".nn-act-curves");
            const [zero] = svg.querySelectorAll(".nn-zero");
            const [left, right] = ["x1", "x2"].map((name) => Number(zero.getAttribute(name)));
            return [...svg.querySelectorAll(".nn-zone")].flatMap((band) => {
                const start = Number(band.getAttribute("x"));
                const end = start + Number(band.getAttribute("width"));
                return [start, end].map((x) => -5 + (10 * (x - left)) / (right - left));
            });
        }"""
    )
    for end in inside:
        assert any(edge == pytest.approx(end, abs=0.01) for edge in edges)
    assert page.locator(".nn-hatch").count() == len(edges) / 2 > 0


@pytest.mark.parametrize(
    ("traits", "words"),
    [
        ({"activation": "leaky_relu"}, "no flat end"),
        ({"straight": [True, False, False]}, "it cannot saturate"),
        ({"w": [0.0, 1.0, 1.0], "b": [0.0, 0.0, 0.0]}, "saturated nowhere"),
    ],
)
def test_what_cannot_saturate_is_not_marked(sum_page, traits, words):
    page = sum_page(**traits)
    expect(page.locator(".nn-act-saturation")).to_contain_text(words)
    assert page.locator(".nn-hatch").count() == 0


@pytest.mark.parametrize("last", OUTPUT_ACTIVATIONS)
def test_targets_out_of_reach_are_crossed_and_counted(sum_page, last):
    page = sum_page(output_activation=last, targets=STEP)
    figure = expected(output_activation=last, targets=STEP)
    missed = len(figure.unreachable)
    assert page.locator(".nn-act-missed").count() == missed
    assert page.locator(".nn-act-target").count() == len(STEP) - missed
    found = page.locator(".nn-act-reach b").all_inner_texts()
    assert numbers(found[0]) == [shows(figure.cost)]
    if last == "sigmoid":
        assert missed == 3
        assert figure.lowest_cost == 0.25
        words = numbers(page.locator(".nn-act-reach").inner_text())
        assert words == [6, 3, 0, 1, 3, shows(figure.cost), 0.25]
    if last == "tanh":
        assert numbers(found[1]) == [0]


CURVES = """() => {
    const svg = document.querySelector(".nn-act-curves");
    const [left, right] = ["x1", "x2"].map((n) =>
        Number(svg.querySelector(".nn-zero").getAttribute(n)));
    const ticks = [...svg.querySelectorAll(".nn-axis-label[text-anchor=end]")].slice(0, 2)
        .map((e) => [Number(e.textContent.replace("−", "-")), Number(e.getAttribute("y"))]);
    const [[low, at], [high, end]] = ticks;
    return [...svg.querySelectorAll(".nn-curve")].map((e) =>
        e.getAttribute("d").slice(1).split("L").map((pair) => pair.split(",").map(Number))
            .map(([x, y]) => [-5 + (10 * (x - left)) / (right - left),
                              low + ((high - low) * (y - at)) / (end - at)]));
}"""


def test_every_curve_runs_where_nnlib_says(sum_page):
    page = sum_page(straight=[False, True, False], activation="tanh")
    curves = page.evaluate(CURVES)
    figure = expected(straight=[False, True, False], activation="tanh")
    assert len(curves) == 4
    for unit, points in enumerate(curves):
        assert len(points) > 75
        for x, y in points[::10]:
            figure.x = x
            value = [*figure.contributions, figure.output][unit]
            assert y == pytest.approx(value, abs=0.05)


def test_the_arrows_lead_from_zero_to_the_sum(sum_page):
    page = sum_page(output_activation="sigmoid")
    paths = page.locator(".nn-upright").evaluate_all("all => all.map(e => e.getAttribute('d'))")
    steps = [[float(value) for value in numbers(path.split("m")[0])[1:3]] for path in paths]
    zero = float(page.locator(".nn-zero").get_attribute("y1"))
    total = float(page.locator(".nn-dot.nn-z").get_attribute("cy"))
    assert steps[0][0] == pytest.approx(zero, abs=0.6)
    assert all(end == start for (_, end), (start, _) in itertools.pairwise(steps))
    assert steps[-1][1] == pytest.approx(total, abs=0.6)


def test_reset_goes_back_to_the_start(sum_page):
    page = sum_page()
    slider(page, "weight w 1").focus()
    page.keyboard.press("End")
    slider(page, "All units straight").click()
    page.get_by_label("Activation of the output").select_option("tanh")
    page.get_by_role("button", name="Reset").click()
    assert_table_is(page, expected())
    expect(page.get_by_label("Activation of the output")).to_have_value("identity")


@pytest.mark.parametrize("width", [360, 752])
def test_the_keyboard_alone_reaches_every_control(sum_page, width):
    page = sum_page(width=width)
    names, reached = tab_stops(page)
    assert reached == names
    assert len(set(names)) == len(names)
    assert {"Unit 2", "Unit 3 straight", "All units straight", "weight w 1", "input x"} <= set(
        names
    )


def test_on_a_phone_the_chosen_unit_has_the_sliders(sum_page):
    page = sum_page(width=360)
    expect(slider(page, "weight w 2")).to_be_hidden()
    slider(page, "Unit 2").focus()
    page.keyboard.press("Enter")
    expect(slider(page, "weight w 1")).to_be_hidden()
    type_into(page, "weight w 2", "3")
    assert_table_is(page, expected(w=[2.0, 3.0, 0.5]))


def test_a_copied_link_brings_the_figure_back(sum_page, open_page):
    page = sum_page(targets=STEP)
    type_into(page, "output weight v 3", "-2.5")
    slider(page, "Unit 2 straight").click()
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_url("**#**")
    again, log = open_page(page.url, width=752)
    figure = expected(v=[1.5, -2.0, -2.5], straight=[False, True, False])
    assert_table_is(again, figure)
    assert log.console == []


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"w": [1, 2]}, "b has 3 entries and w has 2"),
        ({"targets": [[1, 2], [3]]}, "targets[1] is [3]; it must be a list of 2 entries."),
        ({"colour": 3}, "colour"),
    ],
)
def test_a_link_with_a_bad_state_is_explained_and_the_start_is_shown(sum_page, state, words):
    page = sum_page(fragment=fragment("ActivationExplorer", state))
    expect(page.locator(".nn-notice")).to_contain_text(words)
    assert_table_is(page, expected())


@pytest.mark.parametrize("width", [360, 390, 752, 1100])
@pytest.mark.parametrize("units", [1, 2, 3, 4])
@pytest.mark.parametrize("targets", [[], STEP])
def test_the_page_keeps_the_height_that_the_figure_takes(sum_page, width, units, targets):
    traits = {name: [*TRAITS[name], 1.25][:units] for name in "wbv"}
    page = sum_page(width=width, **traits, straight=[False] * units, targets=targets)
    for straighten in (False, True):
        if straighten:
            slider(page, "All units straight").click()
            page.get_by_label("Activation of the output").select_option("sigmoid")
            settle(page)
        reserved, drawn = heights(page)
        assert reserved == pytest.approx(drawn, abs=1)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
