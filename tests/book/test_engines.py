"""The book in Firefox and in WebKit, and what the harness for them notices."""

import json
from urllib.parse import quote

import pytest

from tools import browser

from .conftest import ROOT
from .engines import READY, watched
from .figures import TOO_HIGH, settle
from .test_engine_figures import WORK, choose_theme
from .test_pages import EVERY_PAGE

in_every_engine = pytest.mark.parametrize(
    "engine", ["chromium", "firefox", "webkit"], indirect=True
)

FAULTY = """<!doctype html><html><meta charset="utf-8"><title>Faulty</title>
<link rel="icon" href="data:,">
<style>@font-face { font-family: gone; src: url(gone.woff2); } p { font-family: gone; }</style>
<p>words</p><img src="gone.png"><script src="http://elsewhere.invalid/script.js"></script>
<script>
  console.error("said", "aloud");
  Promise.reject(new Error("promised"));
  fetch("gone.json");
  throw new Error("thrown");
</script>"""


@in_every_engine
def test_what_a_page_does_wrong_is_noticed(engine, tmp_path):
    (tmp_path / "faulty.html").write_text(FAULTY, "utf8")
    with watched(tmp_path) as (site, missed):
        tab = engine.tab(f"{site}/faulty.html")
        tab.until("() => nnTrouble.length >= 5 && document.fonts.status === 'loaded'")
        trouble = tab.trouble()
        assert tab.evaluate("() => document.querySelector('p').textContent") == "words"
    for words in ("said aloud", "promised", "thrown", "foreign: http://elsewhere.inv", "gone.png"):
        assert [line for line in trouble if words in line], words
    assert sorted(missed) == ["/gone.json", "/gone.png", "/gone.woff2"]


@in_every_engine
def test_mouse_finger_and_keyboard_are_those_of_a_reader(engine, tmp_path):
    """Every event is trusted: it comes from the browser, not from a script."""
    page = """<!doctype html><html><meta charset="utf-8"><title>Events</title>
      <link rel="icon" href="data:,"><input style="width: 300px; height: 40px">
      <script>
        globalThis.seen = [];
        for (const name of ["pointerdown", "pointerup", "keydown"])
          addEventListener(name, ({ type, pointerType, key, isTrusted }) =>
            seen.push([type, pointerType ?? key, isTrusted]));
      </script>"""
    (tmp_path / "events.html").write_text(page, "utf8")
    with watched(tmp_path) as (site, _):
        tab = engine.tab(f"{site}/events.html", width=390)
        tab.drag(tab.middle("input"))
        tab.press("a", "ArrowLeft", "b")
        if "touch" in engine.can:
            tab.drag(tab.middle("input"), kind="touch")
        assert tab.evaluate("() => [innerWidth, document.querySelector('input').value]") == [
            390,
            "ba",
        ]
        seen = [tuple(event) for event in tab.evaluate("() => seen")]
    touched = [("pointerdown", "touch", True), ("pointerup", "touch", True)]
    assert seen == [
        ("pointerdown", "mouse", True),
        ("pointerup", "mouse", True),
        ("keydown", "a", True),
        ("keydown", "ArrowLeft", True),
        ("keydown", "b", True),
        *(touched if "touch" in engine.can else []),
    ]


def test_the_engines_that_are_missing_are_named_with_what_to_install():
    machine = {"which": {"Xvfb": "/bin/Xvfb"}.get, "places": lambda _: []}
    assert browser.missing("firefox", **machine) == ["firefox-esr"]
    assert browser.missing("webkit", **machine) == ["webkit2gtk-driver"]

    def lacks(engine):
        return browser.missing(engine, **machine)

    line = browser.engines(find_chromium=lambda: "/bin/chromium", lacks=lacks)
    assert line == (
        "engines: chromium, no firefox (`apt install firefox-esr`), "
        "no webkit (`apt install webkit2gtk-driver`)"
    )
    asked = []
    browser.ensure_others(lacks=lacks, get=lambda *packages: asked.append(packages))
    assert asked == [("firefox-esr",), ("webkit2gtk-driver",)]
    browser.ensure_others(lacks=lambda _: [], get=lambda *packages: asked.append(packages))
    assert len(asked) == 2, "what is there is not installed again"


# -- every page -------------------------------------------------------------------------------

in_firefox_and_webkit = pytest.mark.parametrize("engine", ["firefox", "webkit"], indirect=True)
FITS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
THEME = "() => document.documentElement.dataset.theme"


@pytest.mark.parametrize("name", EVERY_PAGE)
@in_firefox_and_webkit
def test_a_page_is_whole_on_phone_and_screen_by_night_and_by_day(engine, watched_site, name):
    """It opens on a phone in the dark; then the same page gets wide, and light by its button."""
    site, missed = watched_site
    figures = (ROOT / "_build/html" / f"{name}.html").read_text("utf8").count("data-nn-figure")
    tab = engine.tab(f"{site}/{name}.html", width=390, theme="dark")
    assert tab.figures_ready() == figures
    tab.settle()
    assert (tab.evaluate(FITS), tab.evaluate(THEME)) == (0, "dark")
    assert tab.evaluate(TOO_HIGH) == []
    tab.resize(1280)
    choose_theme(tab, "light")
    assert (tab.evaluate(FITS), tab.evaluate(THEME)) == (0, "light")
    assert tab.evaluate(TOO_HIGH) == []
    assert tab.evaluate(READY), "every figure is still drawn"
    assert tab.trouble() == []
    assert missed == []


# -- what was wrong in one engine and not in another ------------------------------------------


@pytest.fixture
def open_in(engine, watched_site):
    """Open a page of the book in the engine; return the tab when its figures are drawn.

    Called as ``open_in("chapters/07-many-paths", fragment="", width=1280, theme="light")``.
    """
    site, _ = watched_site

    def show(name, fragment="", **how):
        tab = engine.tab(f"{site}/{name}.html{fragment}", **how)
        tab.figures_ready()
        tab.settle()
        return tab

    return show


@pytest.mark.parametrize("place", [1, 2])
@in_every_engine
def test_a_link_leads_to_its_figure_on_a_page_whose_answers_fold(open_in, place):
    shared = quote(json.dumps({"at": f"GradientCheck{place}"}))
    tab = open_in("chapters/09-trust-but-check", f"#nn={shared}")
    tab.until("() => document.querySelector('.toggle-hidden')")
    top = "(n) => document.querySelectorAll('.nn-figure')[n].getBoundingClientRect().top"
    assert 0 <= tab.evaluate(top, place - 1) < 100


GROUND = """() => {
  const canvas = document.querySelector(".nn-player-plane canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const colours = new Set();
  for (let at = 0; at < data.length; at += 4) colours.add(data.slice(at, at + 3).join());
  return colours.size;
}"""
GROUNDS = """(selectors) => selectors.map((selector) =>
  getComputedStyle(document.querySelector(selector)).backgroundColor)"""


@pytest.fixture
def forced(engine):
    """The engine with colours that the reader's system forces."""
    if "forced colours" not in engine.can:
        pytest.skip("this engine forces no colours")
    engine.set(forced_colours=True)
    yield engine
    engine.set()


@in_every_engine
def test_forced_colours_leave_the_pictures_theirs(forced, open_in):
    tab = open_in("index")
    assert tab.evaluate("() => matchMedia('(forced-colors: active)').matches")
    assert tab.evaluate(GROUND) > 50


@in_every_engine
def test_forced_colours_show_what_is_chosen(forced, open_in):
    tab = open_in("chapters/02-nudges")
    chosen, other, chip, idle = tab.evaluate(
        GROUNDS,
        [
            ".nn-tab[aria-selected='true']",
            ".nn-tab[aria-selected='false']",
            ".nn-chip[aria-pressed='true']",
            ".nn-chip[aria-pressed='false']",
        ],
    )
    assert chosen != other
    assert chip != idle
    tab = open_in("chapters/07-many-paths")
    bar, track = tab.evaluate(GROUNDS, [".nn-way-bar", ".nn-way-track"])
    assert bar != track
    handle, ground = tab.evaluate(GROUNDS, [".nn-handle", ".nn-frame"])
    assert handle != ground


@in_every_engine
def test_a_refused_number_says_why_until_another_is_typed(open_in):
    tab = open_in("chapters/02-nudges")
    box = "[aria-label='weight w 1, value']"
    said = f'() => document.querySelector("{box}").validationMessage'
    tab.focus(box)
    tab.press("9", "9", "9", "9", "Enter")
    assert tab.evaluate(said) == "Type a number of size at most 1000."
    assert tab.evaluate(f'() => document.querySelector("{box}").value') == "-0.9"
    tab.press("1")
    assert tab.evaluate(said) == ""
    tab.press("Enter")


@in_every_engine
def test_a_refused_sample_says_why(open_in):
    tab = open_in("chapters/14-what-the-hidden-layers-see")
    box = "[aria-label='Sample, row of X']"
    tab.focus(box)
    tab.settle()  # a player draws itself when it comes into sight
    tab.press("9", "9", "9", "9", "Enter")
    said = tab.evaluate(f'() => document.querySelector("{box}").validationMessage')
    assert said.startswith("Type a whole number from 0 to")


@in_every_engine
def test_what_is_typed_after_tab_replaces_a_number_of_any_length(open_in):
    """A box shows four digits, and all of them once it has the focus."""
    number = {"ChainExplorer1": {"w": [-0.123456789, -1.3, 1.7]}}
    tab = open_in("chapters/02-nudges", f"#nn={quote(json.dumps(number))}")
    tab.focus("[aria-label='weight w 1']")
    tab.press("Tab", "2", "Enter")
    assert tab.evaluate(
        "() => [document.activeElement.ariaLabel, document.activeElement.value]"
    ) == [
        "weight w 1, value",
        "2",
    ]
    assert tab.trouble() == []


LAID_OUT = """() => {
  const frame = document.querySelector(".nn-frame");
  const columns = getComputedStyle(frame.querySelector(".nn-cells")).gridTemplateColumns;
  return [frame.clientWidth < 668 ? 2 : 4, columns.split(" ").length];
}"""


@in_every_engine
def test_a_zoomed_figure_is_laid_out_for_the_width_that_it_is_drawn_for(open_in):
    tab = open_in("chapters/07-many-paths", width=1000)
    assert tab.evaluate(LAID_OUT) == [4, 4]
    tab.evaluate("() => { document.documentElement.style.zoom = 2; }")
    tab.settle()
    tab.settle()
    assert tab.evaluate(LAID_OUT) == [2, 2]


in_firefox = pytest.mark.parametrize("engine", ["firefox"], indirect=True)
LARGE_PRINT = [
    "chapters/06-why-not-a-straight-line",
    "chapters/09-trust-but-check",
    "chapters/14-what-the-hidden-layers-see",
    "reference/networks",
]


@pytest.fixture
def large_print(engine):
    """The engine of a reader who lets no letter be smaller than 20 px."""
    if "least font size" not in engine.can:
        pytest.skip("this engine's driver cannot set a least font size")
    engine.set(least_font_size=20)
    yield engine
    engine.set()


#: the words of a page's figures that are cut: outside of their own box, or out of reach
CUT = """() => [...document.querySelectorAll(".nn-frame")].flatMap((frame) => {
  const words = [...frame.querySelectorAll(".nn-number, td, th, input")];
  return words.filter((word) => {
    word.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
    const { left, right } = frame.getBoundingClientRect();
    const place = word.getBoundingClientRect();
    const isOut = place.width && (place.left < left - 1 || place.right > right + 1);
    return isOut || word.scrollWidth > word.clientWidth + 1;
  }).map((word) => word.value ?? word.textContent);
})"""


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", LARGE_PRINT)
@in_firefox
def test_large_print_is_whole(large_print, open_in, name, width):
    tab = open_in(name, width=width)
    assert tab.evaluate(FITS) <= 0
    assert tab.evaluate(CUT) == []


# -- a phone's own -----------------------------------------------------------------------------

SMALL = """() => [...document.querySelectorAll(
  ".nn-figure :is(input:not([type='range'], [type='checkbox']), select)"
)].filter((box) => parseFloat(getComputedStyle(box).fontSize) < 16).map((box) => box.ariaLabel)"""


# A clone is as wide as its longest choice.
TIGHT = """() => [...document.querySelectorAll(".nn-frame select")].filter((box) => {
  const clone = box.cloneNode(true);
  clone.style = "position: absolute; min-width: 0; width: max-content";
  box.after(clone);
  const wanted = clone.offsetWidth;
  clone.remove();
  return wanted > box.offsetWidth;
}).map((box) => box.ariaLabel)"""

WITH_FIGURES = ["index", *(f"chapters/{work.page}" for work in WORK.values())]


@pytest.mark.parametrize("name", WITH_FIGURES)
def test_no_phone_zooms_into_a_box_that_gets_the_focus(open_page, site, figures_ready, name):
    """Those of iOS do where letters are smaller than 16 px; they must fit all the same."""
    phone = {"is_mobile": True, "has_touch": True}
    page, log = open_page(f"{site}/{name}.html", width=390, **phone)
    figures_ready(page)
    settle(page)
    assert page.evaluate("matchMedia('(pointer: coarse)').matches")
    assert page.evaluate(SMALL) == []
    assert page.evaluate(FITS) == 0
    assert page.evaluate(TOO_HIGH) == []
    assert page.evaluate(CUT) == []
    assert page.evaluate(TIGHT) == []
    assert log.trouble == []
