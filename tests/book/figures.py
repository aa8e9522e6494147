"""What the tests of every figure share: one figure on a page of its own, and how to read it."""

import json
import sys
from urllib.parse import quote

import pytest

from tools.figure import page_of

from ..widgets.reading import numbers, shows  # noqa: F401 - read by the tests of this folder


@pytest.fixture
def figure_page(open_page, tmp_path):
    """Open a page that holds one figure and nothing else; return the page.

    Called as ``figure_page(figure, width=752, theme="light", fragment="", **context)``. The console
    must have stayed clean when the test is over.
    """
    logs = []

    def show(figure, width=752, theme="light", fragment="", **context):
        file = tmp_path / "figure.html"
        file.write_text(page_of(figure), "utf8")
        page, log = open_page(file.as_uri() + fragment, width=width, theme=theme, **context)
        logs.append(log)
        page.wait_for_selector("[data-nn-ready]")
        settle(page)
        return page

    yield show
    assert [line for log in logs for line in log.console] == []


@pytest.fixture
def on_screen():
    """Hand out this module: the functions below read and move what a page shows."""
    return sys.modules[__name__]


def settle(page):
    """Wait for the frame after the next, in which every change has been drawn."""
    page.evaluate("new Promise(d => requestAnimationFrame(() => requestAnimationFrame(d)))")


def at_widths(page, *widths):
    """Give the page one width after the other; yield each when the figure is drawn for it."""
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)
        yield width


def slider(page, name):
    return page.get_by_label(name, exact=True)


def box(page, name):
    return page.get_by_label(f"{name}, value", exact=True)


def type_into(page, name, text):
    """Type into the box of a slider, and press Enter."""
    box(page, name).fill(text)
    box(page, name).press("Enter")


def cell(page, name):
    """The number in one of the figure's cells."""
    settle(page)
    return numbers(page.locator(f'[data-cell="{name}"] .nn-number').inner_text())[0]


def fragment(figure, state):
    """The end of an address that brings a state to the first figure of that name."""
    return "#nn=" + quote(json.dumps({f"{figure}1": state}))


def heights(page):
    """The height that the page keeps for its figure, and the height that the figure takes."""
    return page.evaluate(
        """() => {
            const frame = document.querySelector(".nn-frame");
            const reserved = parseFloat(getComputedStyle(frame).minHeight);
            frame.style.minHeight = "0";
            const drawn = frame.offsetHeight;
            frame.style.minHeight = "";
            return [reserved, drawn];
        }"""
    )


#: the figures of a page that are higher than the room it keeps: [width, kept, drawn] in pixels
TOO_HIGH = """() => [...document.querySelectorAll(".nn-frame")].map((frame) => {
  const kept = parseFloat(getComputedStyle(frame).minHeight);
  frame.style.minHeight = "0";
  const drawn = frame.offsetHeight;
  frame.style.minHeight = "";
  return [frame.clientWidth, kept, drawn];
}).filter(([_, kept, drawn]) => drawn > kept + 1)"""


def tab_stops(page):
    """The names of the figure's controls, and the names that the Tab key reaches, in order."""
    controls = page.locator(".nn-figure :is(button, input, select):not([tabindex='-1']):visible")
    names = controls.evaluate_all("all => all.map(e => e.ariaLabel ?? e.textContent)")
    reached = []
    for _ in names:
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent")
        )
    return names, reached
