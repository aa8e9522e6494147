"""Pages where a host is strict, or where a reader's browser is set otherwise than most."""

import re

import pytest

from .conftest import served
from .figures import settle
from .test_pages import EVERY_PAGE, address, of_every_kind

KINDS = of_every_kind(EVERY_PAGE)
PAGE = "chapters/02-nudges"  # formulas, code, answers and a figure

FORBID = """
for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, { configurable: true, %s });
"""
FORBIDDEN = {
    "it throws": 'get() { throw new DOMException("The operation is insecure.", "SecurityError"); }',
    "it is null": "value: null",
    "it takes nothing": """value: { getItem: () => null, removeItem() {}, setItem() {
        throw new DOMException("The quota has been exceeded.", "QuotaExceededError"); } }""",
}


def overflow(page):
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def work_a_figure(page):
    """Move the first slider of the page's first figure; return whether its number follows."""
    slider = page.locator("[data-nn-ready] input[type=range]").first
    number = page.locator("[data-nn-ready] .nn-box").first
    before = number.input_value()
    slider.press("ArrowRight")
    settle(page)
    return number.input_value() != before


@pytest.mark.parametrize("how", FORBIDDEN)
def test_where_storage_is_forbidden_a_page_works(site, browser, figures_ready, how):
    context = browser.new_context()
    context.add_init_script(FORBID % FORBIDDEN[how])
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: line.type == "error" and errors.append(line.text))
    page.goto(address(site, PAGE))
    figures_ready(page)
    assert work_a_figure(page)
    root = page.locator("html")
    themes = {root.get_attribute("data-theme")}
    for _ in range(2):
        page.locator(".theme-switch-button:visible").first.click()
        themes.add(root.get_attribute("data-theme"))
    assert themes == {"light", "dark"}
    page.goto(address(site, "search") + "?q=delta&highlight=delta")
    page.wait_for_selector("#search-results li")
    assert errors == []
    context.close()


def test_print_and_search_work_where_a_host_allows_only_script_files(site, open_page):
    page, log = open_page(address(site, PAGE))
    page.evaluate("window.print = () => document.body.dataset.printed = ''")
    page.locator(".dropdown-download-buttons button").first.click()
    page.locator("[data-print]").click()
    assert page.locator("body[data-printed]").count() == 1
    page.goto(address(site, "search"))
    page.keyboard.type("delta")  # the field has the focus
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results li")
    assert log.console == []


def test_the_search_page_shows_the_query_and_each_formula_once(site, open_page):
    page, log = open_page(address(site, "search") + "?q=nudged")
    with_formula = page.locator("#search-results p.context", has_text=re.compile(r"\bw[1l]\b"))
    with_formula.first.wait_for()  # each excerpt comes when its page has been fetched
    icon, field = (
        page.locator(f".bd-search-container {part}").bounding_box()
        for part in (".fa-magnifying-glass", "input[type=search]")
    )
    assert icon["x"] + icon["width"] <= field["x"]
    assert "\\" not in " ".join(with_formula.all_inner_texts())
    assert log.trouble == []


def test_without_the_slash_at_its_end_the_address_leads_to_the_book(site, open_page, figures_ready):
    page, log = open_page(site)
    assert figures_ready(page) > 0
    assert log.trouble == []


@pytest.mark.parametrize("sandbox", ["", 'sandbox="allow-scripts"'], ids=["plain", "sandboxed"])
def test_in_a_frame_of_another_host_a_page_works(book, open_page, tmp_path, sandbox):
    """As a course's platform shows it; a sandboxed frame has no storage, and no origin."""
    with served(book, {"Access-Control-Allow-Origin": "*"}) as home, served(tmp_path) as platform:
        (tmp_path / "index.html").write_text(
            '<!doctype html><title>Course</title><link rel="icon" href="data:,">'
            f'<iframe src="{address(home, PAGE)}" width="700" height="800" {sandbox}></iframe>',
            "utf8",
        )
        page, log = open_page(f"{platform}/index.html")
        inside = page.frames[1]
        inside.wait_for_selector("[data-nn-ready]")
        assert work_a_figure(inside)
        assert log.console + log.failed == []
        assert overflow(inside) <= 0


@pytest.mark.parametrize("name", KINDS)
def test_in_forced_colours_a_page_loads_cleanly(site, browser, figures_ready, name):
    context = browser.new_context(forced_colors="active", color_scheme="dark")
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address(site, name))
    figures_ready(page)
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    assert errors == []
    context.close()


def test_formulas_can_be_read_without_their_fonts(site, open_page, figures_ready):
    page, _ = open_page("about:blank")
    page.route("**/*.woff2", lambda route: route.abort())
    page.goto(address(site, PAGE))
    figures_ready(page)
    assert not page.evaluate("[...document.fonts].some((font) => font.status === 'loaded')")
    assert page.locator("article .katex-html").first.bounding_box()["width"] > 0
    assert work_a_figure(page)
    page.unroute("**/*.woff2")
