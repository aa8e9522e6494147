"""The book's Matplotlib figures: they follow the page's colours, carry a text, and stay small."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from nnlib import plotting
from nnlib.widgets.still import palette


def picture(description="A line upwards.", colour="black", **options):
    fig, ax = plotting.figure(**options)
    ax.plot([0, 1, 2], [0, 1, 4], "o-", color=colour, label="a line")
    ax.set(xlabel="x", title="a title")
    ax.legend(frameon=False)
    return plotting.show(fig, description)


def styles_of(svg):
    return re.findall(r'style="([^"]*)"', svg)


def test_a_picture_is_one_svg_element_with_its_text():
    root = ET.fromstring(picture('Cost < 1 & "falling".').svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'Cost < 1 & "falling".'
    texts = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"x", "a title", "a line"} <= set(texts)


def test_black_takes_the_colour_of_the_page():
    svg = picture().svg
    assert "stroke: currentColor" in svg
    assert 'fill="currentColor"' in svg.split(">")[0]
    assert "#000" not in svg
    assert "black" not in svg


@pytest.mark.parametrize("letter", plotting.colours())
def test_a_colour_of_the_notation_follows_the_theme(letter):
    light, dark = palette()[letter]
    shown = picture(colour=plotting.colours()[letter])
    assert f"stroke: var(--nn-{letter}, {light})" in shown.svg
    assert f"--nn-{letter}:light-dark({light},{dark})" in shown.html()
    assert re.sub(rf"var\(--nn-{letter}, {light}\)", "", shown.svg).count(light) == 0


def test_nothing_is_painted_behind_the_picture():
    assert not [s for s in styles_of(picture().svg) if "fill: #ffffff" in s]


def test_matplotlibs_rule_for_every_element_stays_inside():
    """Matplotlib writes `* {...}`, which would reach every other svg of the page."""
    html = picture().html()
    rules = re.findall(r"([^{}]+)\{[^{}]*\}", re.search(r"<style>(.*?)</style>", html)[1])
    selectors = [selector for rule in rules for selector in rule.split(",")]
    assert selectors
    assert all(".nn-matplotlib" in selector for selector in selectors)
    assert "<style" not in picture().svg


def test_texts_have_the_font_of_the_page():
    svg = picture().svg
    assert "DejaVu" not in svg
    assert svg.count("font-family") == 1
    assert "font-size: 10px" in svg


def ids(svg):
    return set(re.findall(r'\bid="([^"]+)"', svg))


def test_ids_are_used_and_differ_from_picture_to_picture():
    one, other = picture("One.").svg, picture("Other.", colour="#123456").svg
    for svg in (one, other):
        assert ids(svg) == set(re.findall(r'(?:url\(#|href="#)([^)"]+)', svg)) != set()
    assert ids(one).isdisjoint(ids(other))


def test_a_picture_is_the_same_every_time():
    assert picture() == picture()


def test_a_notebook_gets_html_and_a_picture_that_stands_alone():
    shown = picture()
    bundle = shown._repr_mimebundle_()
    assert bundle["text/html"] == shown.html()
    assert bundle["text/plain"] == repr(shown) == "A line upwards."
    assert ET.fromstring(bundle["image/svg+xml"]).get("style").startswith("background:#fff;")
    assert "background" not in shown.svg


def test_a_picture_shrinks_with_its_page():
    shown = picture(height=2.0)
    root = ET.fromstring(shown.svg)
    assert root.get("viewBox") == "0 0 345.6 144"
    assert (root.get("width"), root.get("height")) == ("461", "192")
    assert "max-width:100%;height:auto" in shown.html()


def test_a_crowded_picture_is_still_small():
    fig, axes = plotting.figure(3, height=4.5, sharex=True)
    grid = np.linspace(-5, 5, 201)
    for ax in axes:
        for shift in range(4):
            ax.plot(grid, np.sin(grid + shift))
    assert len(plotting.show(fig, "Twelve waves.").html().encode()) <= 60_000


def test_panels_come_as_asked():
    _, one = plotting.figure()
    _, column = plotting.figure(2)
    _, table = plotting.figure(2, 3, sharey=True)
    assert one.get_figure().get_size_inches()[0] == plotting.WIDTH
    assert (column.shape, table.shape) == ((2,), (2, 3))
    assert not one.spines["top"].get_visible()
    assert one.spines["left"].get_visible()


@pytest.mark.parametrize("height", [0, -1.0, float("nan")])
def test_a_height_that_is_none_raises(height):
    with pytest.raises(ValueError, match="height"):
        plotting.figure(height=height)


@pytest.mark.parametrize("description", ["", "  \n"])
def test_a_picture_without_a_text_raises(description):
    with pytest.raises(ValueError, match="description is empty"):
        picture(description)


def test_a_text_may_run_over_several_lines():
    assert picture("A line\n    upwards.").description == "A line upwards."


def test_matplotlib_is_imported_when_first_used_and_pyplot_never():
    code = (
        "import sys; from nnlib import plotting; before = 'matplotlib' in sys.modules;"
        "fig, ax = plotting.figure(); plotting.show(fig, 'x.');"
        "print(before, 'matplotlib' in sys.modules, 'matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["False", "True", "False"]


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match="pip install matplotlib"):
        plotting.figure()
