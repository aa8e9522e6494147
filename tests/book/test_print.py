"""Every page on paper, from a host that lets nothing be kept and from a file, in two engines."""

import functools
import io
import re
from dataclasses import dataclass

import pypdf
import pypdfium2
import pytest

from nnlib.widgets import NetworkNudge
from tools.serve import served

from .conftest import PAGES
from .figures import settle


@pytest.fixture(scope="module")
def unkept_site(book):
    """The address of the book on a host that wants to be asked each time."""
    with served(book, {"Cache-Control": "max-age=0, must-revalidate"}) as address:
        yield address


#: what of a page must be on paper, and what must not
READ = """() => {
  const words = (selector) => [...document.querySelectorAll(selector)].map((e) => e.textContent);
  const printed = (text) => text.data.replace(/[\\s\\u200b]/g, "") !== "";
  const families = new Set();
  for (const formula of document.querySelectorAll(".katex-html")) {
    const texts = document.createTreeWalker(formula, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) if (printed(texts.currentNode))
      families.add(getComputedStyle(texts.currentNode.parentElement).fontFamily.split(",")[0]);
  }
  return {
    fonts: [...families],
    code: words(".bd-article pre"),
    answers: document.querySelectorAll(
      ".admonition.dropdown:not(.solution), .tag_solution").length,
    captions: words(".bd-sidebar-primary .caption-text")
      .filter((caption) => caption !== document.querySelector("h1").firstChild.data),
  };
}"""


BUTTONS = ["Show", "Hide", "Show a solution", "Play", "Reset", "Copy link", "Search", "Contents"]


@dataclass
class Printed:
    """A page, and the PDF that a browser has printed it to."""

    page: dict
    pdf: bytes

    @functools.cached_property
    def fonts(self):
        names = {
            font.get_object().get("/BaseFont", "")  # a font of pictures has no name
            for sheet in pypdf.PdfReader(io.BytesIO(self.pdf)).pages
            for font in sheet["/Resources"]["/Font"].values()
        }
        return {found[0] for name in names if (found := re.search(r"KaTeX_\w+", name))}

    @functools.cached_property
    def sheets(self):
        # pypdf takes as long to read words as the print does.
        sheets = pypdfium2.PdfDocument(self.pdf)
        words = [sheet.get_textpage().get_text_bounded() for sheet in sheets]
        return [text.replace("\r\n", "\n") for text in words]

    @functools.cached_property
    def text(self):
        return "\n".join(self.sheets)


def squeezed(text):
    return re.sub(r"[\s\u200b]", "", text)


GROUPS = [PAGES[n::3] for n in range(3)]


def prints(engine, place, names):
    """Print pages; return each as `Printed`, by its name."""
    made = engine.prints([f"{place}/{name}.html" for name in names], READ)
    return {name: Printed(*one) for name, one in zip(names, made, strict=True)}


in_groups = pytest.mark.parametrize("names", GROUPS, ids=lambda names: names[0])


def assert_formulas_have_their_fonts(one):
    assert one.fonts >= set(one.page["fonts"])  # what is not seen, such as a space, may need more


def assert_no_line_of_code_is_cut(one):
    text = squeezed(one.text)
    lines = [line for code in one.page["code"] for line in code.splitlines()]
    assert [line for line in lines if squeezed(line) not in text] == []


def assert_nothing_is_there_that_only_a_screen_needs(one):
    lines = {line.strip() for line in one.text.splitlines()}
    assert lines & {*BUTTONS, *one.page["captions"]} == set()


def assert_answers_stand_at_the_end(one):
    numbers = [str(n + 1) for n in range(one.page["answers"])]
    asked, found, answers = one.text.rpartition("\nAnswers\n")
    assert bool(found) == bool(numbers)
    if not found:
        return
    assert re.findall(r"^Answer (\d+), at the end of the chapter$", asked, re.M) == numbers
    assert re.findall(r"^Answer (\d+) · ", answers, re.M) == numbers
    lines = [sheet.splitlines() for sheet in one.sheets]
    (end,) = (n for n, sheet in enumerate(lines) if "What you now have" in sheet)
    assert end < next(n for n, sheet in enumerate(lines) if "Answers" in sheet)


@in_groups
@pytest.mark.parametrize("engine", ["chromium", "firefox"])
def test_a_page_is_printed_whole(running_engines, unkept_site, engine, names):
    """All claims in one test, as the print takes longer than they do."""
    for name, one in prints(running_engines(engine), unkept_site, names).items():
        print(name)  # what pytest shows where a claim below fails
        assert_formulas_have_their_fonts(one)
        assert_no_line_of_code_is_cut(one)
        assert_nothing_is_there_that_only_a_screen_needs(one)
        assert_answers_stand_at_the_end(one)


@in_groups
def test_pages_from_files_are_printed_with_their_formulas(book, running_engines, names):
    for name, one in prints(running_engines("chromium"), book.as_uri(), names).items():
        print(name)
        assert_formulas_have_their_fonts(one)


PATHS = "chapters/07-many-paths"
LOOKS = """() => [...document.querySelectorAll("body, .bd-article *")].map((one) => {
  const { color, backgroundColor, borderColor } = getComputedStyle(one);
  return [color, backgroundColor, borderColor].join();
}).join("\\n")"""


def test_a_page_that_is_dark_on_screen_is_printed_as_a_light_one_is(site, open_page):
    looks = {}
    for theme in ("light", "dark"):
        page, _ = open_page(f"{site}/{PATHS}.html", theme="dark")
        page.evaluate("(theme) => localStorage.setItem('mode', theme)", theme)
        page.reload()
        assert page.locator("html").get_attribute("data-theme") == theme
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        looks[theme] = page.evaluate(LOOKS)
    assert looks["dark"] == looks["light"]


def test_after_printing_a_page_is_as_before(site, open_page, figures_ready):
    page, _ = open_page(f"{site}/{PATHS}.html", theme="dark", width=390)
    figures_ready(page)
    settle(page)
    read = """() => {
        const article = document.querySelector("article").cloneNode(true);
        for (const figure of article.querySelectorAll(".nn-figure")) figure.style = "";
        const widths = [...document.querySelectorAll(".nn-figure")].map((one) => one.clientWidth);
        return [document.documentElement.dataset.theme, widths, article.outerHTML];
    }"""
    before = page.evaluate(read)
    page.pdf()
    settle(page)
    assert page.evaluate(read) == before


def test_handles_stand_on_a_printed_network(figure_page):
    page = figure_page(NetworkNudge(), width=390)
    scale = """() => {
        const picture = document.querySelector(".nn-tracks svg");
        return [picture.clientWidth, picture.viewBox.baseVal.width];
    }"""
    narrow = page.evaluate(scale)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    drawn, drawn_for = page.evaluate(scale)
    assert drawn == drawn_for > 700
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(scale) == narrow
