"""A figure as it stands still: drawn by its JavaScript, readable on its own, and in words."""

import json
import re
import subprocess
import sys
from html import unescape
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from nnlib.widgets import bundle, stills

from .states import PICTURES, example


@pytest.fixture
def figure(request):
    name, traits = request.param
    return example(name, **traits)


EACH = pytest.mark.parametrize("figure", PICTURES, indirect=True, ids=str)


@EACH
def test_the_html_carries_the_whole_state(figure):
    state = json.loads(unescape(re.search(r'data-nn-state="([^"]*)"', figure.html())[1]))
    assert state == figure.state()
    assert type(figure)(**state).state() == state


@EACH
def test_a_cell_shows_widget_still_and_words(figure):
    data, _ = figure._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == figure.model_id
    assert data["image/svg+xml"] == figure.still()
    assert data["text/html"] == figure.html()
    [source] = re.findall(r'<img [^>]*src="data:image/svg\+xml,([^"]*)"', figure.html())
    assert unquote(source) == figure.still()
    assert data["text/plain"] == figure.description()
    wide, narrow = figure.heights()
    assert f"--nn-height-wide:{wide}px;--nn-height-narrow:{narrow}px" in data["text/html"]


@EACH
def test_a_still_needs_nothing_around_it(figure):
    root = ElementTree.fromstring(figure.still())
    assert root.find("{*}title").text == figure.description()
    assert float(root.get("width")) <= 460
    rules = root.find("{*}style").text
    colours = set(re.findall(r"var\([^)]*\)", figure.still()))
    assert all(re.fullmatch(r"var\(--nn-\w+, #\w{6}\)", colour) for colour in colours)
    styled = set(re.findall(r"\.([\w-]+)", rules))
    known = set(re.findall(r"\.(nn-[\w-]+)", bundle.colours() + bundle.styles()))
    used = {name for one in root.iter() for name in one.get("class", "").split()}
    assert used & known <= styled


@EACH
def test_without_mini_racer_the_still_is_the_description(figure, monkeypatch):
    monkeypatch.setattr(stills, "_engine", lambda: None)
    stills.still.cache_clear()
    data, _ = figure._repr_mimebundle_()
    stills.still.cache_clear()
    assert "image/svg+xml" not in data
    assert data["text/plain"] == bundle.about(type(figure).__name__)["description"]
    assert "<img" not in data["text/html"]
    assert data["text/plain"] in unescape(data["text/html"])


@EACH
def test_a_still_is_drawn_once_for_one_state(figure):
    stills.still.cache_clear()
    figure.html()
    figure.still()
    assert stills.still.cache_info().misses == 1


def test_a_program_that_has_drawn_a_still_ends():
    show = "from nnlib.widgets import ChainExplorer; ChainExplorer().html()"
    subprocess.run([sys.executable, "-c", show], check=True)
