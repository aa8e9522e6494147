"""A still is the picture that the live figure draws: the same marks, the same words."""

from xml.etree import ElementTree

import pytest

from nnlib.widgets import bundle

from ..widgets.states import PICTURES, example

LIVE = """() => Object.fromEntries(
    [...document.querySelectorAll(
        ".nn-frame svg[role=img]:not([aria-hidden]), .nn-frame .nn-player-curve"
    )].map((svg) => [
        svg.getAttribute("class"),
        [...svg.querySelectorAll("*")].map((one) => [
            one.localName, one.getAttribute("class"), one.textContent,
        ]),
    ])
)"""


@pytest.mark.parametrize("width", [390, 752])
@pytest.mark.parametrize(("name", "traits"), PICTURES)
def test_the_still_has_the_marks_and_words_of_the_live_picture(figure_page, name, traits, width):
    figure = example(name, **traits)
    live = figure_page(figure, width).evaluate(LIVE)
    assert live
    root = ElementTree.fromstring(figure.still())
    for look, marks in live.items():
        [group] = root.findall(f".//{{*}}g[@class='{look}']")
        drawn = [
            [one.tag.split("}")[1], one.get("class"), "".join(one.itertext())]
            for one in group.findall(".//*")
            if one.get("class") != "nn-ground"
        ]
        assert drawn == marks


@pytest.mark.parametrize("width", [390, 752])
@pytest.mark.parametrize(("name", "traits"), PICTURES)
def test_before_it_is_drawn_a_figure_takes_the_room_that_it_keeps(
    open_page, tmp_path, request, name, traits, width
):
    figure = example(name, **traits)
    book = (request.config.rootpath / "_static" / "book.css").read_text("utf8")
    file = tmp_path / "still.html"
    file.write_text(
        f"<!doctype html><style>{bundle.colours()}{bundle.styles()}{book}</style>"
        f"<body style='margin: 0'>{figure.html()}",
        "utf8",
    )
    page, _ = open_page(file.as_uri(), width=width)
    kept = figure.heights()[0 if width > 670 else 1]
    assert page.locator(".nn-still").bounding_box()["height"] == kept
