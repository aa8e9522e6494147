"""The book in Firefox and in WebKit, and what the harness for them notices."""

import pytest

from tools import browser

from .engines import watched

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
