"""The six colours can be read on every ground, and told apart by everyone.

Contrast is WCAG 2's ratio of relative luminances. Protanopia and deuteranopia are simulated with
the matrices of Machado, Oliveira and Fernandes (2009), "A Physiologically-based Model for
Simulation of Color Vision Deficiency", severity 1.0, applied to linear RGB. Distances are CIE76,
the Euclidean distance in CIELAB (D65).
"""

import itertools
import re

import numpy as np
import pytest

from nnlib.widgets import bundle

from .conftest import ROOT

THEMES = ("light", "dark")
QUANTITIES = ("w", "b", "a", "z", "C", "d")
GROUNDS = ("ground", "note-ground", "wrong-ground", "card-ground")
TEXTS = {
    "quiet": ("ground", "note-ground"),
    "accent": ("ground", "note-ground"),
    "wrong": ("wrong-ground",),
    "card": ("card-ground",),
}
SIGHTS = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}


def quantity_colours(theme):
    """Return the hex colour of each quantity in a theme, from the CSS that pages load."""
    found = re.findall(r"--nn-(\w): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", bundle.colours())
    return {name: pair[THEMES.index(theme)] for name, *pair in found}


def book_colours(theme):
    """Return the variables of book.css in a theme."""
    css = (ROOT / "_static" / "book.css").read_text("utf8")
    selector = {"light": r":root", "dark": r'html\[data-theme="dark"\]'}[theme]
    block = re.search(selector + r" \{(.*?)\}", css, re.DOTALL)[1]
    return dict(re.findall(r"--book-([\w-]+): (#[0-9a-f]{6});", block))


def linear(colour):
    """Return linear RGB, each in [0, 1], of a hex colour."""
    srgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """Return WCAG's contrast ratio of two hex colours."""
    bright, dark = sorted(
        (float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other)), reverse=True
    )
    return (bright + 0.05) / (dark + 0.05)


def lab(rgb):
    """Return CIELAB (D65) of linear RGB."""
    to_xyz = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    ratio = to_xyz @ rgb / to_xyz.sum(axis=1)
    x, y, z = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def distance(one, other, sight):
    """Return the CIE76 distance of two hex colours as someone with that sight sees them."""
    seen = (lab(np.clip(SIGHTS[sight] @ linear(colour), 0, 1)) for colour in (one, other))
    return float(np.linalg.norm(next(seen) - next(seen)))


def test_the_measures_themselves():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert distance("#000000", "#ffffff", "normal") == pytest.approx(100, abs=0.01)
    assert lab(linear("#ff0000")) == pytest.approx([53.24, 80.09, 67.20], abs=0.02)
    # Red and green of the same lightness: far apart, unless one cannot see red.
    assert distance("#c00000", "#4d6b00", "normal") > 60
    assert distance("#c00000", "#6b5a00", "protanopia") < distance("#c00000", "#6b5a00", "normal")


@pytest.mark.parametrize("theme", THEMES)
def test_all_six_are_defined(theme):
    assert sorted(quantity_colours(theme)) == sorted(QUANTITIES)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize("theme", THEMES)
def test_a_quantity_can_be_read_on_every_ground(theme, quantity, ground):
    colour, behind = quantity_colours(theme)[quantity], book_colours(theme)[ground]
    assert contrast(colour, behind) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_titles_and_quiet_text_can_be_read(theme):
    colours = book_colours(theme)
    for text, grounds in TEXTS.items():
        for ground in grounds:
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("theme", THEMES)
def test_any_two_can_be_told_apart(theme, sight):
    colours = quantity_colours(theme)
    apart = {
        pair: distance(colours[pair[0]], colours[pair[1]], sight)
        for pair in itertools.combinations(QUANTITIES, 2)
    }
    assert min(apart.values()) >= 25, min(apart, key=apart.get)
