"""Text and markup in the figures: told apart everywhere, and written in one place."""

import html
import re

import pytest
from py_mini_racer import MiniRacer

from nnlib.widgets import bundle

SINKS = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\bsrcdoc\b")


@pytest.mark.parametrize(
    "text", ["lr < 1", "A & B", "&lt;", '<img src="x" onerror=alert(1)>', "plain", "σ′(z) − 1"]
)
def test_an_escaped_text_is_read_as_itself(text):
    context = MiniRacer()
    context.eval(bundle.library("shared/drawing/markup.js", "markup"))
    escaped = context.call("markup.escape", text)
    assert html.unescape(escaped) == text
    assert not re.search('[<>"]', escaped)


def test_markup_is_written_into_a_page_in_one_place():
    sources = [path for path in bundle.HERE.rglob("*.js") if "vendor" not in path.parts]
    assert len(sources) > 50
    writers = {path.name for path in sources if SINKS.search(path.read_text("utf8"))}
    assert writers == {"dom.js"}
