"""Every page of the built book, in a real browser."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe

from nnlib.widgets import bundle

from .conftest import PAGES, ROOT, opener
from .figures import TOO_HIGH, settle

EVERY_PAGE = [*PAGES, "search", "genindex"]
FIGURES = "|".join(bundle.figures())


def constructs(name):
    """What a page is made of: its roles, directives, classes, tags and figures."""
    source = ROOT / f"{name}.md"
    if not source.exists():
        return {name}
    text = source.read_text("utf8")
    words = re.findall(r"^:(?:class|tags): (.*)", text, re.M)
    return {
        *re.findall(rf"(?m)^[:`]{{3,}}\{{.*?\}}|\{{[a-z:]+\}}(?=`)|\b(?:{FIGURES})\(", text),
        *re.findall(r"[\w-]+", " ".join(words)),
    }


def of_every_kind(names):
    """As few of the pages as have together every construct that any page has."""
    new, chosen = {name: constructs(name) for name in names}, []
    while any(new.values()):
        chosen.append(max(new, key=lambda name: len(new[name])))
        known = new.pop(chosen[-1])
        new = {name: found - known for name, found in new.items()}
    return chosen


def address(site, name):
    return f"{site}/{name}.html"


@dataclass
class Seen:
    """A page as its reader sees it: everything is loaded, every figure drawn."""

    page: object
    log: object
    theme: str
    figures: int


@pytest.fixture(scope="module")
def seen(request, site, page_pool, figures_ready):
    """One page in one theme, loaded once for all the tests that only look at it."""
    name, theme = request.param
    with opener(page_pool) as open_one:
        page, log = open_one(address(site, name), theme=theme)
        count = figures_ready(page)
        page.wait_for_load_state("networkidle")
        yield Seen(page, log, theme, count)


LIGHT = [(name, "light") for name in EVERY_PAGE]
DARK = [(name, "dark") for name in of_every_kind(EVERY_PAGE)]
on_every_page = pytest.mark.parametrize("seen", LIGHT, indirect=True, ids="-".join)
in_both_themes = pytest.mark.parametrize("seen", LIGHT + DARK, indirect=True, ids="-".join)


def test_every_kind_of_page_is_seen_in_the_dark():
    kinds = [constructs(name) for name, _ in DARK]
    assert set().union(*kinds) == set().union(*map(constructs, EVERY_PAGE))
    assert len(kinds) < len(EVERY_PAGE)


@in_both_themes
def test_a_page_loads_cleanly(seen):
    assert seen.log.trouble == []
    assert seen.page.locator("html").get_attribute("data-theme") == seen.theme


@on_every_page
def test_a_page_asks_for_what_it_uses_and_once(seen):
    requests = seen.log.requests
    scripts = [re.search(r"/figures/([^/]*\.js)", url) for url in requests]
    held = seen.page.locator("[data-nn-figure]").evaluate_all(
        "all => all.map(e => e.dataset.nnFigure)"
    )
    wanted = {*bundle.scripts(held), "hydrate.js"} if held else set()
    assert {found[1] for found in scripts if found} == wanted
    assert len(requests) == len(set(requests))
    assert not [url for url in requests if "fontawesome" in url]


FONTS = """() => {
  const early = JSON.parse(document.querySelector("[data-fonts]").dataset.fonts);
  const words = [...document.querySelectorAll(".katex-html, .katex-html *")]
    .filter((one) => [...one.childNodes].some((part) => part.data?.trim()))
    .map((one) => getComputedStyle(one));
  return {
    asked: performance.getEntriesByType("resource").map(({ name }) => name.split("/").at(-1))
      .filter((name) => name.startsWith("KaTeX_")).sort(),
    early: early.map(([, file]) => file).sort(),
    faces: early.map(([family, , { style = "normal", weight = "400" }]) =>
      `${family} ${style} ${weight.replace("bold", "700")}`).sort(),
    used: [...new Set(words.map(({ fontFamily, fontStyle, fontWeight }) =>
      `${fontFamily.split(",")[0]} ${fontStyle} ${fontWeight}`))].sort(),
  };
}"""


@on_every_page
def test_the_fonts_of_formulas_are_asked_for_early_and_once(seen):
    fonts = seen.page.evaluate(FONTS)
    assert fonts["asked"] == fonts["early"]
    assert fonts["used"] == fonts["faces"]


@on_every_page
def test_a_formula_in_a_line_is_not_cut(seen):
    cut = """() => [...document.querySelectorAll("span.math")]
        .filter((one) => getComputedStyle(one).overflow !== "visible").length"""
    assert seen.page.evaluate(cut) == 0


@on_every_page
def test_at_every_width_a_page_does_not_scroll_sideways_and_keeps_room_for_its_figures(
    seen, figures_ready
):
    for width in (1400, 768, 640, 390, 360):  # 640 px is a window of 1280 px at twice the size
        seen.page.set_viewport_size({"width": width, "height": 900})
        figures_ready(seen.page)
        settle(seen.page)  # figures draw themselves anew for another width a frame later
        overflow = seen.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, f"{overflow} px too wide at {width}"
        assert seen.page.evaluate(TOO_HIGH) == []
    seen.page.set_viewport_size({"width": 1280, "height": 900})
    settle(seen.page)
    assert seen.log.trouble == []


# What axe would look at again and again, to no end. Of a formula its place is enough: it has MathML
# for a screen reader (test_math.py), and its colours are tested on every ground (test_colours.py).
# Of words that look the same on the same ground three are enough, code and signatures among them;
# not in figures, where marks lie on one another. Axe judges no contrast of a single letter.
ONCE = """
() => {
  const formulas = [...document.querySelectorAll(".katex")];
  const widths = formulas.map((one) => one.scrollWidth || one.getBoundingClientRect().width);
  formulas.forEach((formula, i) => {
    formula.textContent = "x";
    formula.style.cssText = `display: inline-block; width: ${widths[i]}px`;
  });
  const grounds = new Map([[document.body.parentElement, ""]]);
  const counts = new Map();
  for (const one of document.querySelectorAll("body, body *")) {
    const style = getComputedStyle(one);
    const own = [style.backgroundColor, style.backgroundImage, style.opacity];
    const ground = [grounds.get(one.parentElement), ...own].join();
    grounds.set(one, ground);
    const texts = [...one.childNodes].filter((part) => part.nodeType === Node.TEXT_NODE);
    const says = texts.some((text) => text.data.trim().length > 1);
    if (!says || !one.checkVisibility() || one.closest(".nn-figure")) continue;
    const kind = [style.color, style.fontSize, style.fontWeight, ground].join();
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if (counts.get(kind) > 3) one.dataset.same = "";
  }
  for (const word of document.querySelectorAll("pre [data-same]:not(:has(*))"))
    word.replaceWith(word.textContent);
  axe.configure({ rules: [{ id: "color-contrast", selector: "*:not([data-same])" }] });
}
"""


def axe_finds(page, **options):
    """Return what axe calls a violation; the page is no longer as it was."""
    # Its preload asks for each stylesheet again, one of them by a wrong address.
    options |= {"preload": False, "resultTypes": ["violations"]}
    axe = Axe(axe_script=f"{AXE_SCRIPT}; ({ONCE})()")
    return axe.run(page, options=options).response["violations"]


# The rules that a theme can break are those about colour; the others are asked once.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
RULES = {"light": {}, "dark": {"runOnly": {"type": "rule", "values": COLOUR_RULES}}}


@in_both_themes
def test_axe_finds_nothing_serious(seen):
    """The last test of a page: it changes it."""
    found = axe_finds(seen.page, **RULES[seen.theme])
    serious = [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]
    assert serious == []


def test_the_toggle_switches_light_and_dark(site, open_page):
    page, _ = open_page(address(site, PAGES[0]))
    seen = {}
    for _ in range(3):
        theme = page.locator("html").get_attribute("data-theme")
        seen[theme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.locator(".theme-switch-button").first.click()
    assert set(seen) == {"light", "dark"}
    assert len(set(seen.values())) == 2


def test_a_chosen_theme_outlives_the_page(site, open_page):
    page, _ = open_page(address(site, PAGES[0]), theme="light")
    while page.locator("html").get_attribute("data-theme") != "dark":
        page.locator(".theme-switch-button").first.click()
    page.goto(address(site, PAGES[1]))
    assert page.locator("html").get_attribute("data-theme") == "dark"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_as_a_file(book, open_page, figures_ready, name):
    page, log = open_page((book / f"{name}.html").as_uri())
    figures_ready(page)
    assert log.trouble == []


@pytest.mark.parametrize("name", PAGES)
def test_without_javascript_the_text_and_a_still_are_there(site, open_page, name):
    page, _ = open_page(address(site, name), java_script_enabled=False, theme="dark")
    assert page.locator("article h1").is_visible()
    figures = page.locator("[data-nn-figure]")
    for index in range(figures.count()):
        figure = figures.nth(index)
        assert figure.locator("svg").first.is_visible()
        assert figure.locator(".nn-description").inner_text().strip()
    # Folded answers cannot be opened without a script, so they stand open.
    answers = page.locator(".admonition.dropdown > p:not(.admonition-title)")
    assert all(answers.nth(index).is_visible() for index in range(answers.count()))


GREY = ("color-contrast", "serious")


@pytest.mark.parametrize(
    ("theme", "fault", "rule"),
    [
        ("light", '<img src="data:,">', ("image-alt", "critical")),
        # The fifth of five black words: the others stand on white.
        ("light", "<p>word</p>" * 4 + '<p style="background:#222">word</p>', GREY),
        ("light", "<p>word</p>" * 4 + '<div style="opacity:0.3"><p>word</p></div>', GREY),
        ("dark", '<p style="color:#777;background:#888">grey</p>', GREY),
    ],
)
def test_axe_would_see_a_fault(open_page, tmp_path, theme, fault, rule):
    path = tmp_path / "page.html"
    path.write_text(f'<html lang="en"><title>x</title><main><h1>x</h1>{fault}</main>')
    page, _ = open_page(path.as_uri(), theme=theme)
    assert rule in {(one["id"], one["impact"]) for one in axe_finds(page, **RULES[theme])}


class Anchors(HTMLParser):
    """The ids, links and images of one page."""

    def __init__(self, html):
        super().__init__()
        self.ids, self.links, self.images = set(), [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if "id" in attributes:
            self.ids.add(attributes["id"])
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])
        if tag == "img":
            self.images.append((attributes.get("src", ""), attributes.get("alt")))


@pytest.fixture(scope="session")
def anchors(book):
    return {path: Anchors(path.read_text("utf8")) for path in book.rglob("*.html")}


def dead_links(anchors):
    """Yield (page, link) for every internal link whose file or anchor is not there."""
    for path, page in anchors.items():
        for link in page.links:
            if re.match(r"[a-z]+:", link) or link == "#":
                continue
            url, fragment = urldefrag(urljoin(path.as_uri(), link))
            target = Path(unquote(url.removeprefix("file://").split("?")[0]))
            known = anchors[target].ids if target in anchors else set()
            if not target.is_file() or (fragment and unquote(fragment) not in known):
                yield path.name, link


def test_every_internal_link_resolves(anchors):
    assert list(dead_links(anchors)) == []


def test_a_dead_link_would_be_seen(tmp_path):
    path = tmp_path / "page.html"
    path.write_text('<a id="here"></a><a href="#gone"></a><a href="no.html"></a><a href="#here">')
    found = list(dead_links({path: Anchors(path.read_text())}))
    assert found == [("page.html", "#gone"), ("page.html", "no.html")]


def test_every_picture_has_a_text(anchors):
    for path, page in anchors.items():
        for source, alt in page.images:
            if source.endswith("logo.svg"):
                assert alt == "", "the logo repeats the title beside it"
            else:
                assert alt, f"{path.name}: {source}"
                assert Path(source).stem not in alt, f"{path.name}: {source} has its name as text"


def test_no_sentence_shows_how_numpy_stores_a_number(book):
    shown = [
        text
        for name in PAGES
        for text in re.findall(
            r'class="pasted-text">([^<]*)<', (book / f"{name}.html").read_text("utf8")
        )
    ]
    assert shown
    assert [text for text in shown if re.match(r"(np|numpy)\.|array\(", text)] == []
