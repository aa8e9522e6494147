"""Print the whole book to one PDF, and offer it on the built book's first page.

Chromium prints the built pages one after the other, each as a reader would print it. They are
joined behind a title and a table of contents; pages are numbered through, links from page to page
lead to their place in the PDF, and the bookmarks are the book's parts, pages and sections.
"""

import argparse
import io
import json
import sys
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from urllib.parse import quote, unquote, urldefrag

import pypdf
import yaml
from pypdf.generic import ArrayObject, DictionaryObject, Fit, NameObject, TextStringObject

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "_ext")]

from nudge_book import paper  # noqa: E402 - after the path is set
from nudge_book.figures import FIGURES_READY  # noqa: E402

from tools import book, browser, serve  # noqa: E402 - tools is not an installed package

MOST = 15_000_000  # bytes that a reader is asked to load

#: the parts of the book with their pages, as the sidebar has them
READ_CONTENTS = """() => {
  const nav = document.querySelector("nav.bd-docs-nav");
  const pages = (list) => [...list.querySelectorAll("a.reference.internal")].map((link) => ({
    title: link.textContent.trim(), url: link.href,
  }));
  const parts = [...nav.querySelectorAll(".caption-text")].map((caption) => ({
    title: caption.textContent, pages: pages(caption.closest("p").nextElementSibling),
  }));
  const first = { title: document.querySelector("h1").firstChild.data, url: location.href };
  return [{ title: null, pages: [first] }, ...parts];
}"""

#: A page's sections, [words, id]. Chromium notes the places that a page itself links to; so it has
#: links to all of them, for other pages to lead there, too.
READ_SECTIONS = """() => {
  const link = (id) => Object.assign(document.createElement("a"), { href: `#${id}` });
  const room = document.createElement("div");
  room.hidden = true;
  room.append(link("answers"), ...[...document.querySelectorAll("article [id]")]
    .map(({ id }) => link(id)));
  document.body.append(room);
  const sections = [...document.querySelectorAll("article h2")].map((heading) => {
    const words = heading.cloneNode(true);
    words.querySelector(".headerlink").remove();
    return [words.textContent, heading.closest("section").id];
  });
  const answers = document.querySelector(".tag_solution") ? [["Answers", "answers"]] : [];
  return [...sections, ...answers];
}"""

FRONT = """<!doctype html><html lang="{language}"><meta charset="utf-8">
<title>{title}</title><style>
@page {{ margin: 25mm 25mm 18mm; @bottom-right {{ color: #51606f; content: counter(page);
  font: 8pt system-ui, sans-serif }} }}
@page :first {{ @bottom-right {{ content: none }} }}
body {{ font: 10.5pt/1.6 system-ui, sans-serif; margin: 0 }}
header {{ break-after: page; padding-top: 60mm }}
h1 {{ font-size: 30pt; line-height: 1.2; margin: 0 0 8mm }}
h2 {{ font-size: 18pt; margin: 0 0 4mm }}
h3 {{ break-after: avoid; font-size: 10.5pt; margin: 4mm 0 0 }}
p {{ margin: 0 }}
a {{ color: inherit; display: flex; gap: 2mm; text-decoration: none }}
a span {{ border-bottom: 0.3mm dotted #a3afbc; flex: 1; margin-bottom: 1.6mm }}
</style><header><h1>{title}</h1><p>{author}</p><p>Version {version}</p>
{licences}</header><h2>Contents</h2>{contents}"""


@dataclass
class Printed:
    """A page of the book on its sheets."""

    title: str
    url: str
    pdf: pypdf.PdfReader
    start: int  # sheets of the book before its own
    sections: list  # [words, id]

    @property
    def sheets(self):
        return len(self.pdf.pages)

    @cached_property
    def _places(self):
        return self.pdf.named_destinations

    def place(self, name=""):
        """Return (sheet, from the left, from below) of an id; without one, the first sheet."""
        if found := self._places.get(f"/{quote(name)}"):
            return self.start + self.pdf.get_destination_page_number(found), found.left, found.top
        return self.start, None, None


def uri(address):
    """Return what a PDF's link to an address does."""
    return DictionaryObject(
        {NameObject("/S"): NameObject("/URI"), NameObject("/URI"): TextStringObject(address)}
    )


def links(pages):
    """Yield the links of some pages of a PDF."""
    for page in pages:
        yield from (link.get_object() for link in page.get("/Annots", ()))


def on_sheets(tab, title, url="", start=0, sections=()):
    """Print the page that a tab shows; return it as a `Printed`.

    Parameters
    ----------
    tab : playwright's Page
    title, url : str
    start : int, optional
        How many sheets of the book come before.
    sections : list, optional
        Its sections, each as [words, id].
    """
    foot = json.dumps(title, ensure_ascii=False)
    style = f"html {{ counter-reset: page {start}; --paper-foot: {foot} !important }}"
    tab.add_style_tag(content=style)
    printed = tab.pdf(format="A4", print_background=True)
    return Printed(title, url, pypdf.PdfReader(io.BytesIO(printed)), start, sections)


def print_page(tab, title, url, start):
    """Open a page of the book, wait until it is whole, and print it; as `on_sheets`."""
    tab.goto(url, wait_until="load")
    tab.wait_for_function(FIGURES_READY)
    tab.evaluate("document.fonts.ready")
    return on_sheets(tab, title, url, start, tab.evaluate(READ_SECTIONS))


def print_front(tab, about, parts, numbers):
    """Print title and contents; `numbers` has the first sheet of each page by its address."""
    lines = []
    for part in parts:
        lines += [f"<h3>{escape(part['title'])}</h3>"] if part["title"] else []
        lines += [
            f'<a href="{escape(page["url"])}">{escape(page["title"])}<span></span>'
            f"{numbers.get(page['url'], 0) + 1}</a>"
            for page in part["pages"]
        ]
    words = {name: escape(word) for name, word in about.items() if name != "licences"}
    words |= {"licences": about["licences"], "contents": "\n".join(lines)}
    tab.set_content(FRONT.format(**words))
    return on_sheets(tab, about["title"])


def print_book(tab, site, about, say=print):
    """Print every page of a served book.

    Parameters
    ----------
    tab : playwright's Page
    site : str
        The book's address.
    about : dict of str
        ``title``, ``author``, ``version`` and ``language``; ``licences`` as html.
    say : callable, optional
        Is told of each page.

    Returns
    -------
    list of Printed
        Title and contents, and every page in its order.
    list of dict
        The parts: ``title`` and ``pages``, each of which has ``title`` and ``url``.
    """
    tab.goto(f"{site}/index.html", wait_until="load")
    parts = tab.evaluate(READ_CONTENTS)
    pages = [page for part in parts for page in part["pages"]]
    start = print_front(tab, about, parts, {}).sheets
    printed = []
    for n, page in enumerate(pages, 1):
        say(f"page {n} of {len(pages)}: {page['title']}")
        printed.append(print_page(tab, page["title"], page["url"], start))
        start += printed[-1].sheets
    numbers = {page.url: page.start for page in printed}
    return [print_front(tab, about, parts, numbers), *printed], parts


def join(printed, parts, about):
    """Return one PDF of all pages, with their links and bookmarks.

    Parameters
    ----------
    printed, parts, about
        As `print_book` returns and takes them.

    Returns
    -------
    pypdf.PdfWriter
    """
    whole = pypdf.PdfWriter()
    by_url = {page.url: page for page in printed}
    for page in printed:
        for link in links(page.pdf.pages):
            if "/Dest" in link:  # a name, of this page alone; an address is of the whole book
                name = link.pop("/Dest").removeprefix("/")
                link[NameObject("/A")] = uri(f"{page.url}#{name}")
        whole.append(page.pdf, import_outline=False)
    for link in links(whole.pages):
        url, fragment = urldefrag(link["/A"].get("/URI", ""))
        if target := by_url.get(url):
            sheet, left, top = target.place(unquote(fragment))
            fit = Fit.xyz(left, top)
            to = [whole.pages[sheet].indirect_reference, fit.fit_type, *fit.fit_args]
            link[NameObject("/Dest")] = ArrayObject(to)
            del link["/A"]

    def bookmark(title, place, above=None):
        sheet, left, top = place
        return whole.add_outline_item(
            title=title,
            page_number=sheet,
            parent=above,
            fit=Fit.xyz(left, top),
            is_open=False,
        )

    for part in parts:
        pages = [by_url[page["url"]] for page in part["pages"]]
        above = bookmark(part["title"], pages[0].place()) if part["title"] else None
        for page in pages:
            item = bookmark(page.title, page.place(), above)
            for words, name in page.sections:
                bookmark(words, page.place(name), item)
    whole.root_object[NameObject("/Lang")] = TextStringObject(about["language"])
    whole.page_mode = "/UseOutlines"
    whole.add_metadata({"/Title": about["title"], "/Author": about["author"]})
    return whole


def about_the_book(root=ROOT):
    """Return what the title page says; as `print_book` takes it."""
    from nnlib import __version__

    settings = yaml.safe_load((root / "_config.yml").read_text("utf8"))
    of_sphinx = settings["sphinx"]["config"]
    return {
        "title": settings["title"],
        "author": settings["author"],
        "version": __version__,
        "language": of_sphinx["language"],
        "licences": of_sphinx["html_theme_options"]["extra_footer"],
    }


def write(html, chromium, about, say=print):
    """Print a built book into its own folder, and offer it there.

    Parameters
    ----------
    html : Path
        The folder of the built book.
    chromium : playwright's Browser
    about : dict of str
        As `print_book` takes it.
    say : callable, optional
        Is told of each page.

    Returns
    -------
    Path
        The PDF.
    """
    paper.withdraw(html)
    with serve.served(html) as site:
        tab = chromium.new_page()
        printed, parts = print_book(tab, site, about, say)
        tab.close()
    path = html / paper.PDF
    whole = join(printed, parts, about)
    whole.write(path)
    size = path.stat().st_size
    if size > MOST:
        path.unlink()
        raise ValueError(f"the PDF would have {size / 1e6:.1f} MB; at most {MOST / 1e6:.0f} MB")
    paper.offer(html, f"{len(whole.pages)} pages, {size / 1e6:.1f} MB")
    return path


def main():
    """Build the book where it has changed, and print it."""
    from playwright.sync_api import sync_playwright

    argparse.ArgumentParser(description=main.__doc__).parse_args()
    if not book.build():
        sys.exit("The book was not built; the reasons are above.")
    program = browser.find()
    if not program:
        sys.exit(browser.NONE_FOUND)
    html = ROOT / "_build" / "html"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=list(browser.FLAGS))
        path = write(html, chromium, about_the_book(), book.show_step)
        chromium.close()
    book.keep()
    done = f"{path.relative_to(ROOT)}: {path.stat().st_size / 1e6:.1f} MB"
    print(f"{done:<70}")  # over the last step


if __name__ == "__main__":
    main()
