"""What the tests of every figure share: one figure on a page of its own, and how to read it."""

import json
import statistics
import sys
from urllib.parse import quote

import pytest

from nnlib.widgets import bundle

from ..widgets.reading import numbers, shows  # noqa: F401 - read by the tests of this folder


@pytest.fixture
def figure_page(open_page, tmp_path, request):
    """Open a page that holds one figure and nothing else; return the page.

    Called as ``figure_page(figure, width=752, theme="light", fragment="", **context)``. The console
    must have stayed clean when the test is over.
    """
    hydrate = (request.config.rootpath / "_ext" / "nudge_book" / "hydrate.js").read_text("utf8")
    logs = []

    def show(figure, width=752, theme="light", fragment="", **context):
        file = tmp_path / "figure.html"
        script = bundle.script([type(figure).__name__])
        file.write_text(
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Figure</title>'
            '<meta name="viewport" content="width=device-width">'
            f"<style>{bundle.colours()}{bundle.styles()} body {{ margin: 0 8px }}</style>"
            f"<body><main>{figure.html()}</main><script>{script}</script>"
            f"<script>{hydrate}</script>",
            "utf8",
        )
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


def slide(name, value):
    """JavaScript that moves a slider: for `works_within`. `value` may use i, the event's number."""
    return f"""(i) => {{
        const knob = document.querySelector('[aria-label="{name}"]');
        knob.value = {value};
        knob.dispatchEvent(new Event("input", {{ bubbles: true }}));
    }}"""


def works_within(page, milliseconds, event):
    """Whether a figure's median work for 60 events stays within a bar: handlers and drawing.

    `event` is JavaScript, a function of the event's number. The machine may have other work: one
    undisturbed run in twenty is enough. `benchmarks/pages.py` adds the browser's layout.
    """
    script = f"""async () => {{
        const event = {event};
        const schedule = window.requestAnimationFrame;
        const times = [];
        for (let i = 0; i < 60; i++) {{
            await new Promise((done) => schedule(done));
            const scheduled = [];
            window.requestAnimationFrame = (draw) => scheduled.push(draw);
            const start = performance.now();
            event(i);
            for (const draw of scheduled.splice(0)) draw(start);
            times.push(performance.now() - start);
            window.requestAnimationFrame = schedule;
        }}
        return times;
    }}"""
    return any(statistics.median(page.evaluate(script)) <= milliseconds for _ in range(20))
