"""The shape bench in a real browser: what it shows is what NumPy computes."""

import numpy as np
import pytest
from playwright.sync_api import expect

from nnlib.widgets import ShapeBench
from nnlib.widgets.shape_bench import products

from .figures import fragment, heights, settle, tab_stops

EVERY = [
    (product, layout)
    for product in products.PRODUCTS
    for layout in ShapeBench.properties["layout"]["enum"]
]


@pytest.fixture
def bench_page(figure_page):
    """Open a page with one ShapeBench; its traits may be given."""

    def show(width=752, theme="light", fragment="", **traits):
        return figure_page(ShapeBench(**traits), width, theme, fragment)

    return show


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()
    settle(page)


def panel(page):
    settle(page)
    return page.locator(".nn-shape-panel").inner_text()


def reading(page):
    settle(page)
    return page.locator(".nn-einsum-reading").inner_text()


def type_subscripts(page, text):
    page.locator(".nn-einsum-box").fill(text)
    settle(page)


def state(page):
    """The traits that differ from the start, as a link carries them."""
    page.evaluate("history.replaceState(null, '', location.href.split('#')[0])")
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_url("**#**")
    shared = page.evaluate("JSON.parse(decodeURIComponent(location.hash.slice(4)))")
    return shared.get("ShapeBench1", {})


def bring(page, **traits):
    """Bring a state to the figure as a link that is pasted into the address bar does."""
    shared = fragment("ShapeBench", traits)
    page.evaluate("hash => { location.hash = hash; }", shared)
    settle(page)
    settle(page)


def drawn_numbers(page):
    """The numbers of every box, one list a box."""
    boxes = page.locator(".nn-picture > g").evaluate_all(
        "all => all.map(g => [...g.querySelectorAll('.nn-shape-number')].map(t => t.textContent))"
    )
    return [[float(text.replace("−", "-")) for text in box] for box in boxes if box]


def front(array):
    """The numbers of the first matrix of an array, to the two decimals shown."""
    first = array[0] if array.ndim == 3 else array
    return [pytest.approx(value, abs=0.00501) for value in np.ravel(first).tolist()]


# -- the numbers and texts --------------------------------------------------------------------


@pytest.mark.parametrize(("product", "layout"), EVERY)
def test_every_line_shows_numpys_numbers_or_its_error(bench_page, product, layout):
    page = bench_page(product=product, layout=layout, tools=["stacks"])
    known = list(products.forms(product, layout))
    for sizes in ({}, {"N": 3, "n": 3, "n_prev": 3}):
        for code in known[:: 1 if len(known) < 10 else 3]:
            figure = ShapeBench(product=product, layout=layout, code=code, **sizes)
            bring(page, code=code, **sizes)
            text = " ".join(panel(page).split())
            assert text.startswith(code)
            if figure.error:
                assert f"ValueError: {figure.error.strip()}" in text
                assert "no result" in text
                continue
            assert f"→ {tuple(figure.shape)}" in text
            result = front(figure.result())
            target = front(figure.target())
            boxes = drawn_numbers(page)
            if figure.verdict in ("shape", "values"):
                assert boxes[-2:] == [result, target]
            else:
                assert boxes[-1] == result
            assert ("✓ right" in text) == (figure.verdict == "right")
            wrong = page.locator(".nn-shape-wrong").count()
            assert (wrong > 0) == (figure.verdict == "values")


def test_operands_are_drawn_with_letters_sizes_and_shapes(bench_page):
    page = bench_page()
    labels = page.locator(".nn-shape-letter").all_text_contents()
    assert labels == ["k: 2", "i: 4", "j: 3", "k: 2", "j: 3", "i: 4"]
    names = page.locator(".nn-shape-name").all_text_contents()
    assert names == ["A_prev", "W.T", "Z without b"]
    shapes = [text for text in page.locator(".nn-shape-small").all_text_contents() if "(" in text]
    assert shapes == ["(4, 2)", "(2, 3)", "(4, 3)"]
    boxes = drawn_numbers(page)
    figure = ShapeBench()
    named = figure.operands()
    assert boxes == [front(named["A_prev"]), front(named["W"].T), front(figure.result())]


def test_a_bias_is_drawn_as_it_is_repeated(bench_page):
    page = bench_page(product="bias")
    figure = ShapeBench(product="bias")
    _, bias, result = drawn_numbers(page)
    assert bias == front(np.broadcast_to(figure.operands()["b"], (4, 3)))
    assert result == front(figure.result())
    assert page.locator(".nn-shape-ghost").count() == 9
    assert "repeated along axis 0 (i), 4 times" in panel(page)


# -- what the reader does ---------------------------------------------------------------------


def test_taking_a_transpose_away_shows_the_error_and_the_right_line_mends_it(bench_page):
    page = bench_page()
    press(page, "W")
    assert "(size 3 is different from 2)" in panel(page)
    assert "2 columns of A_prev (k) cannot meet 3 rows of W (j)" in panel(page)
    expect(page.locator(".nn-shape-clash")).to_have_count(2)
    assert state(page) == {"code": "A_prev @ W"}
    press(page, "Show the right line")
    assert "✓ right" in panel(page)
    assert state(page) == {}


def test_a_square_lets_a_wrong_transpose_pass_and_its_numbers_tell(bench_page):
    page = bench_page(code="A_prev @ W")
    press(page, "Make it square")
    assert "the shape is right, the numbers are not" in panel(page)
    assert "k meets j" in panel(page)
    assert state(page) == {"N": 3, "n_prev": 3}
    expect(page.locator(".nn-shape-stranger")).to_have_count(2)


def test_the_order_can_be_changed(bench_page):
    page = bench_page()
    press(page, "W first")
    assert panel(page).startswith("W.T @ A_prev")
    press(page, "A_prev.T")
    press(page, "W")
    assert panel(page).startswith("W @ A_prev.T")
    assert "rows and columns have changed places" in panel(page)


def test_samples_as_columns_bring_the_other_lines(bench_page):
    page = bench_page()
    press(page, "as columns")
    assert panel(page).startswith("W @ A_prev\n")
    page.get_by_label("Product").select_option("bias")
    assert panel(page).startswith("W @ A_prev + b[:, None]")
    press(page, "b")
    assert "operands could not be broadcast together with shapes (3,4) (3,)" in panel(page)
    press(page, "samples as rows")
    assert panel(page).startswith("A_prev @ W.T + b\n")
    assert "✓ right" in panel(page)


def test_the_axis_of_a_mean_is_chosen(bench_page):
    page = bench_page(product="bp3")
    press(page, "axis 1")
    assert "Delta.mean(axis=1)" in panel(page)
    assert "it should be i, the samples" in panel(page)
    assert state(page) == {"code": "Delta.mean(axis=1)"}


def test_sizes_stop_at_one_and_six(bench_page):
    page = bench_page(N=5)
    for _ in range(3):
        page.get_by_role("button", name="one sample more").dispatch_event("click")
        settle(page)
    assert state(page) == {"N": 6}
    for _ in range(3):
        page.get_by_label("one unit of the layer before fewer").dispatch_event("click")
        settle(page)
    assert state(page) == {"N": 6, "n_prev": 1}


def test_stacks_and_einsum_are_offered_only_as_tools(bench_page):
    page = bench_page()
    options = page.get_by_label("Product").locator("option")
    expect(options).to_have_count(5)
    expect(page.locator(".nn-einsum")).to_have_count(0)
    page = bench_page(tools=["stacks", "einsum"])
    expect(options := page.get_by_label("Product").locator("option")).to_have_count(8)
    expect(page.locator(".nn-einsum")).to_have_count(1)
    page.get_by_label("Product").select_option("stack_outer")
    assert "(4, 3, 1) @ (4, 1, 2) → (4, 3, 2) → (3, 2)" in " ".join(panel(page).split())
    expect(options).to_have_count(8)


# -- einsum -----------------------------------------------------------------------------------


def test_subscripts_are_read_as_a_sentence_and_letter_by_letter(bench_page):
    text = reading(bench_page(tools=["einsum"]))
    assert "For each i and j: go along k, multiply A_prev[i, k] by W[j, k], and add up." in text
    assert "k (2): axis 1 of A_prev and axis 1 of W meet; not on the right, so it is summed" in text
    assert "i (4): axis 0 of A_prev; on the right, so it remains" in text
    assert "right: (4, 3)" in text


@pytest.mark.parametrize(
    ("product", "subscripts", "words"),
    [
        ("stack_outer", "ij,ik->ijk", "(4, 3, 2) instead of (3, 2). i is kept"),
        ("bp4", "ij,ik->jk", "right: (3, 2). / N makes the mean"),
        ("bp3", "ij->j", "For each j: go along i, take Delta[i, j], and add up."),
        ("forward", "ik,jk->i", "j is summed; it should remain"),
        ("forward", "ik,jk->ji", "rows and columns exchanged"),
    ],
)
def test_other_subscripts_can_be_typed(bench_page, product, subscripts, words):
    page = bench_page(product=product, tools=["einsum", "stacks"])
    type_subscripts(page, subscripts)
    assert words in reading(page)


@pytest.mark.parametrize(
    "subscripts",
    [
        "ij,jk->ik",
        "ik,jk->il",
        "ik",
        "ik,jk,j",
        "i,jk",
        "ikj,jk",
        "i1,jk",
        "ik,jk-ij",
        "ii,jk",
        ",",
    ],
)
def test_an_einsum_that_numpy_refuses_shows_its_text(bench_page, subscripts):
    page = bench_page(tools=["einsum"])
    type_subscripts(page, subscripts)
    error = ShapeBench(einsum=subscripts).einsum_error
    assert error
    assert f"ValueError: {' '.join(error.split())}" in " ".join(reading(page).split())


@pytest.mark.parametrize("subscripts", ["i...,jk->i", "ik→ij", "<b>é"])
def test_what_the_bench_does_not_read_is_said_to_be_our_words(bench_page, subscripts):
    page = bench_page(tools=["einsum"])
    type_subscripts(page, subscripts)
    assert "In our words, not NumPy’s" in reading(page)


def test_an_emptied_field_comes_back_to_the_right_letters(bench_page):
    page = bench_page(tools=["einsum"])
    field = page.locator(".nn-einsum-box")
    type_subscripts(page, "ij")
    assert state(page) == {"einsum": "ij"}
    type_subscripts(page, "")
    assert "right: (4, 3)" in reading(page)
    field.blur()
    expect(field).to_have_value("ik,jk->ij")
    type_subscripts(page, "ij")
    press(page, "Show the right letters")
    expect(field).to_have_value("ik,jk->ij")
    assert state(page) == {}


def test_the_bias_has_no_subscripts(bench_page):
    page = bench_page(product="bias", tools=["einsum"])
    expect(page.locator(".nn-einsum")).to_contain_text("nothing for einsum")


@pytest.mark.parametrize("script", ["ik,<img src=x:y onerror=x=1>", "ik,jk->i<svg onload=x=1>"])
def test_what_is_typed_is_never_markup(bench_page, script):
    page = bench_page(fragment=fragment("ShapeBench", {"einsum": script}), tools=["einsum"])
    expect(page.locator(".nn-einsum-box")).to_have_value(script)
    expect(page.locator(".nn-einsum-reading")).to_contain_text("invalid subscript '<'")
    assert page.locator(".nn-einsum-reading :is(img, svg)").count() == 0


# -- what every figure has --------------------------------------------------------------------


@pytest.mark.parametrize("traits", [{}, {"product": "stack_outer", "tools": ["einsum"]}])
def test_the_keyboard_alone_reaches_every_control(bench_page, traits):
    names, reached = tab_stops(bench_page(**traits))
    assert reached == names
    assert len(set(names)) == len(names)
    assert {"Make it square", "one sample more", "Show the right line"} <= set(names)


def test_a_copied_link_brings_the_figure_back(bench_page, open_page):
    page = bench_page(tools=["einsum"])
    press(page, "W")
    type_subscripts(page, "ij,jk->ik")
    expected = state(page)
    assert expected == {"code": "A_prev @ W", "einsum": "ij,jk->ik"}
    again, log = open_page(page.url, width=752)
    again.wait_for_selector("[data-nn-ready]")
    assert panel(again) == panel(page)
    assert reading(again) == reading(page)
    press(again, "Reset")
    assert state(again) == expected
    assert log.console == []


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"product": "toString"}, "product is toString; it must be one of forward"),
        ({"code": "W @ W"}, "code is W @ W; for product forward"),
        ({"W": [[1, 2], [3]]}, "W has rows of 2, 1 numbers; it must have rows of one length"),
        ({"b": [1, 2, 3, 4, 5, 0.5]}, "b[5] is 0.5; it must be a whole number of size at most 9"),
    ],
)
def test_a_link_with_a_bad_state_is_explained(bench_page, bad, words):
    page = bench_page(fragment=fragment("ShapeBench", bad))
    expect(page.locator(".nn-notice")).to_contain_text(words)
    assert "✓ right" in panel(page)


@pytest.mark.parametrize("width", [360, 390, 752, 1100])
@pytest.mark.parametrize("product", products.PRODUCTS)
def test_the_page_keeps_the_height_that_the_figure_takes(bench_page, width, product):
    sizes = {"N": 4, "n": 3, "n_prev": 2} if width in (360, 752) else dict.fromkeys(SIZES, 6)
    tools = ["einsum"] if width in (390, 752) else []
    page = bench_page(width=width, product=product, tools=tools, **sizes)
    reserved, drawn = heights(page)
    assert abs(drawn - reserved) <= 1
    for code in products.forms(product, "rows"):
        bring(page, code=code)
        assert heights(page)[1] == drawn
        assert page.evaluate("document.documentElement.scrollWidth") <= width


SIZES = ("N", "n", "n_prev")


@pytest.mark.parametrize("width", [360, 752])
@pytest.mark.parametrize("product", products.PRODUCTS)
def test_nothing_leaves_the_picture_and_no_names_overlap(bench_page, width, product):
    page = bench_page(width=width, product=product, **dict.fromkeys(SIZES, 6))
    for code in products.forms(product, "rows"):
        bring(page, code=code)
        trouble = page.evaluate(
            """() => {
                const box = (e) => e.getBoundingClientRect();
                const svg = box(document.querySelector(".nn-tracks"));
                const all = [...document.querySelectorAll(".nn-tracks :is(text, rect)")];
                const out = all.filter((e) => box(e).left < svg.left - 1
                    || box(e).right > svg.right + 1
                    || box(e).top < svg.top - 1 || box(e).bottom > svg.bottom + 1);
                const names = [...document.querySelectorAll(".nn-shape-name")];
                const hit = names.filter((a) => names.some((b) => a !== b
                    && box(a).left < box(b).right && box(b).left < box(a).right
                    && box(a).top < box(b).bottom && box(b).top < box(a).bottom));
                return [...out, ...hit].map((e) => e.textContent || e.outerHTML);
            }"""
        )
        assert trouble == [], code


def test_a_screen_reader_hears_what_numpy_says(bench_page):
    page = bench_page()
    press(page, "W")
    voice = page.locator(".nn-unseen[role=status]")
    expect(voice).to_contain_text("A_prev is (4, 2), W is (3, 2). NumPy stops: matmul")
    assert page.locator(".nn-picture").get_attribute("aria-label").startswith("A_prev @ W, samples")


def test_what_is_wrong_differs_by_more_than_colour(bench_page):
    page = bench_page(code="A_prev @ W", N=3, n_prev=3)
    assert "✗" in panel(page)
    dashes = page.locator(".nn-shape-stranger, .nn-shape-wrong").evaluate_all(
        "all => all.map(e => getComputedStyle(e).strokeDasharray)"
    )
    assert dashes
    assert "none" not in dashes
