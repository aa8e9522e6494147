"""The landing page: a stranger sees at once what to press, and it is light enough to come first."""

import re
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import expect

from benchmarks import pages

ROOT = Path(__file__).resolve().parents[2]
SCREENS = [(1280, 900), (390, 844)]


@pytest.fixture
def landing(site, open_page, figures_ready):
    """Open the landing page at a width."""

    def show(width):
        page, log = open_page(f"{site}/index.html", width=width)
        assert figures_ready(page) == 1
        return page, log

    return show


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_play_and_the_two_rings_are_above_the_fold(landing, width, height):
    page, _ = landing(width)
    for part in (page.get_by_role("button", name="Play"), page.locator(".nn-player-plane canvas")):
        area = part.first.bounding_box()
        assert area["y"] + area["height"] <= height


@pytest.mark.parametrize(("width", "_height"), SCREENS)
def test_pressing_play_shows_a_network_learning_the_rings(landing, width, _height):
    page, log = landing(width)
    reading = page.locator(".nn-player-reading")
    place = page.locator(".nn-place")
    expect(place).to_contain_text("epoch 0")
    before = reading.inner_text()
    page.get_by_label("Speed").select_option("4")
    page.get_by_role("button", name="Play").click()
    expect(place).to_contain_text("epoch 150")
    assert reading.inner_text() != before
    share = re.search(r"accuracy ([\d.]+)", " ".join(reading.inner_text().split()))[1]
    assert float(share) >= 99
    assert log.trouble == []


def test_it_weighs_at_most_500_kilobytes(site, browser):
    context, _, measured = pages.load(browser, f"{site}/index.html", slow=False)
    context.close()
    assert measured["ready"]
    assert measured["bytes"] <= 500_000


def test_the_map_has_every_chapter_in_order():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
    parts = [part for part in toc["parts"] if part.get("numbered")]
    chapters = [chapter["file"] for part in parts for chapter in part["chapters"]]
    text = (ROOT / "index.md").read_text("utf8")
    listed = re.findall(r"^(\d+)\. \{doc\}`([^`]+)`: .+\.$", text, re.M)
    assert listed == [(str(n), name) for n, name in enumerate(chapters, start=1)]
