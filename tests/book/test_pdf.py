"""The whole book as one PDF: its order, numbers, links and bookmarks, and where it is offered."""

import pypdf
import pytest
import yaml

from tools import book as book_tool
from tools import pdf as pdf_tool

from .conftest import PAGES

ABOUT = {"title": "Up & down", "author": "Nobody", "version": "1.2", "language": "en"}
ABOUT["licences"] = "<p>Yours &amp; ours</p>"
TEXTS = {
    "index": 'Read <a href="chapters/02-second.html#far">far</a>.\n\n<p id="nn-pdf" hidden></p>\n',
    "chapters/01-first": "(ch-first)=\n# First\n\nSee {ref}`far`.\n\n## Near\n\nNothing.\n",
    "chapters/02-second": "# Second\n\nOn.\n\n(far)=\n## Far\n\nBack to {ref}`ch-first`.\n",
}
TEXTS["index"] = f"# Start\n\n{TEXTS['index']}"


@pytest.fixture(scope="module")
def printed(scratch_book, browser):
    """The folder of a small book, and the PDF in it."""
    root = scratch_book(TEXTS)
    parts = [
        {"caption": "Part one", "chapters": [{"file": "chapters/01-first"}]},
        {"caption": "Part two", "chapters": [{"file": "chapters/02-second"}]},
    ]
    toc = {"format": "jb-book", "root": "index", "parts": parts}
    (root / "_toc.yml").write_text(yaml.safe_dump(toc))
    assert book_tool.build(root, quiet=True)
    path = pdf_tool.write(root / "_build" / "html", browser, ABOUT, say=lambda _: None)
    book_tool.keep(root)
    return root, pypdf.PdfReader(path)


def sheet_of(pdf, heading):
    """The first sheet, behind the contents, with a line that is the heading."""
    return next(
        n
        for n, sheet in enumerate(pdf.pages)
        if n > 1 and heading in sheet.extract_text().splitlines()
    )


def test_contents_and_sheets_have_the_same_numbers(printed):
    _, pdf = printed
    contents = pdf.pages[1].extract_text().splitlines()
    for heading in ("Start", "First", "Second"):
        number = sheet_of(pdf, heading) + 1
        assert f"{heading} {number}" in contents
        assert pdf.pages[number - 1].extract_text().startswith(f"{number}{heading}\n")  # the foot
    title_page = pdf.pages[0].extract_text()
    assert "Up & down" in title_page
    assert "Yours & ours" in title_page
    assert (pdf.metadata.title, pdf.metadata.author) == ("Up & down", "Nobody")


def test_links_lead_to_their_place_in_the_pdf(printed):
    _, pdf = printed
    leads = [
        (n, pdf.get_page_number(link.get_object()["/Dest"][0].get_object()))
        for n, sheet in enumerate(pdf.pages)
        for link in sheet.get("/Annots", [])
    ]
    start, first, second = (sheet_of(pdf, heading) for heading in ("Start", "First", "Second"))
    assert leads == [
        (1, start),
        (1, first),
        (1, second),
        (start, second),
        (first, second),
        (second, first),
    ]
    (far,) = [link.get_object()["/Dest"] for link in pdf.pages[first]["/Annots"]]
    (top,) = [link.get_object()["/Dest"] for link in pdf.pages[second]["/Annots"]]
    assert far[3] < top[3], "the section stands below the head of its page"


def test_bookmarks_are_parts_pages_and_sections(printed):
    _, pdf = printed

    def titles(items):
        return [titles(item) if isinstance(item, list) else item.title for item in items]

    whole = ["Start", "Part one", ["First", ["Near"]], "Part two", ["Second", ["Far"]]]
    assert titles(pdf.outline) == whole


def test_the_first_page_offers_it_as_long_as_it_is_of_this_text(printed):
    """The last test of the small book: it changes it."""
    root, pdf = printed
    html = root / "_build" / "html"
    (offered,) = html.glob("*.pdf")
    link = f'<a href="{offered.name}">the book as a PDF</a> ({len(pdf.pages)} pages, '
    assert book_tool.build(root, quiet=True)  # nothing has changed
    assert link in (html / "index.html").read_text("utf8")
    assert offered.exists()
    with (root / "chapters" / "01-first.md").open("a") as text:
        text.write("\nMore.\n")
    assert book_tool.build(root, quiet=True)
    assert not offered.exists()
    assert '<p id="nn-pdf" hidden></p>' in (html / "index.html").read_text("utf8")


def test_a_pdf_that_is_too_large_is_not_offered(printed, browser, monkeypatch):
    html = printed[0] / "_build" / "html"
    monkeypatch.setattr(pdf_tool, "MOST", 1000)
    with pytest.raises(ValueError, match=r"the PDF would have 0\.\d MB; at most 0 MB"):
        pdf_tool.write(html, browser, ABOUT, say=lambda _: None)
    assert not list(html.glob("*.pdf"))
    assert '<p id="nn-pdf" hidden></p>' in (html / "index.html").read_text("utf8")


def test_every_page_of_the_book_is_in_its_place(site, open_page):
    page, _ = open_page(f"{site}/index.html")
    parts = page.evaluate(pdf_tool.READ_CONTENTS)
    urls = [one["url"] for part in parts for one in part["pages"]]
    assert urls == [f"{site}/{name}.html" for name in PAGES]
