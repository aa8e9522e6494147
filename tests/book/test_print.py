"""Every page on paper, from a host that lets nothing be kept and from a file, in two engines."""

import functools
import io
import re
from dataclasses import dataclass

import pypdf
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
    pdf: pypdf.PdfReader

    @functools.cached_property
    def fonts(self):
        names = {
            font.get_object().get("/BaseFont", "")  # a font of pictures has no name
            for sheet in self.pdf.pages
            for font in sheet["/Resources"]["/Font"].values()
        }
        return {found[0] for name in names if (found := re.search(r"KaTeX_\w+", name))}

    @functools.cached_property
    def sheets(self):
        return [sheet.extract_text() for sheet in self.pdf.pages]

    @functools.cached_property
    def text(self):
        return "\n".join(self.sheets)


def squeezed(text):
    return re.sub(r"[\s\u200b]", "", text)


@pytest.fixture(scope="module")
def printed(request, running_engines, unkept_site):
    name, engine = request.param
    tab = running_engines(engine).tab(f"{unkept_site}/{name}.html")
    tab.figures_ready()
    page = tab.evaluate(READ)
    return Printed(page, pypdf.PdfReader(io.BytesIO(tab.pdf())))


on_every_page = pytest.mark.parametrize(
    "printed",
    [(name, engine) for engine in ("chromium", "firefox") for name in PAGES],
    indirect=True,
    ids=lambda given: "-".join(reversed(given)),
)


@on_every_page
def test_every_formula_is_printed_in_its_fonts(printed):
    assert printed.fonts == set(printed.page["fonts"])


@on_every_page
def test_no_line_of_code_is_cut(printed):
    text = squeezed(printed.text)
    lines = [line for code in printed.page["code"] for line in code.splitlines()]
    assert [line for line in lines if squeezed(line) not in text] == []


@on_every_page
def test_nothing_is_printed_that_only_a_screen_needs(printed):
    lines = {line.strip() for line in printed.text.splitlines()}
    assert lines & {*BUTTONS, *printed.page["captions"]} == set()


@on_every_page
def test_answers_stand_at_the_end(printed):
    numbers = [str(n + 1) for n in range(printed.page["answers"])]
    asked, found, answers = printed.text.rpartition("\nAnswers\n")
    if not numbers:
        assert not found
        return
    assert re.findall(r"^Answer (\d+), at the end of the chapter$", asked, re.M) == numbers
    assert re.findall(r"^Answer (\d+) · ", answers, re.M) == numbers
    # On one sheet boxes may come after the text that follows them.
    end = [n for n, sheet in enumerate(printed.sheets) if "What you now have" in sheet]
    assert end <= [n for n, sheet in enumerate(printed.sheets) if "\nAnswers\n" in sheet]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_from_a_file_is_printed_with_its_formulas(book, running_engines, name):
    tab = running_engines("chromium").tab((book / f"{name}.html").as_uri())
    tab.figures_ready()
    page = tab.evaluate(READ)
    assert Printed(page, pypdf.PdfReader(io.BytesIO(tab.pdf()))).fonts == set(page["fonts"])


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
    read = "[document.documentElement.dataset.theme, document.querySelector('article').outerHTML]"
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
