"""Print the whole book to one PDF, and offer it on the built book's first page.

Chromium prints the built pages one after the other, each as a reader would print it. They are
joined behind a title and a table of contents; pages are numbered through, links from page to page
lead to their place in the PDF, and the bookmarks are the book's parts, pages and sections.
"""

import argparse
import io
import json
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pikepdf
import yaml
from pikepdf import OutlineItem

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "_ext")]

from nudge_book import paper  # noqa: E402 - after the path is set

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
  return [...sections, ["Answers", "answers"]];
}"""
FIGURES_READY = """() => [...document.querySelectorAll("[data-nn-figure]")]
  .every((figure) => "nnReady" in figure.dataset)"""

FRONT = """<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title>
<style>
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
<p>Text and figures: CC BY 4.0. Code: MIT.</p></header><h2>Contents</h2>{contents}"""


@dataclass
class Printed:
    """A page of the book on its sheets."""

    title: str
    url: str
    pdf: pikepdf.Pdf
    start: int  # sheets of the book before its own
    sections: list  # [words, id]

    def __post_init__(self):
        self.sheets = len(self.pdf.pages)
        numbers = {page.objgen: n for n, page in enumerate(self.pdf.pages)}
        self.places = {
            unquote(name[1:]): (self.start + numbers[place[0].objgen], list(place[1:]))
            for name, place in self.pdf.Root.get("/Dests", {}).items()
        }
        for link in links(self.pdf.pages):  # a name is of this page alone; an address is not
            if "/Dest" in link:
                address = f"{self.url}#{str(link.Dest)[1:]}"
                link.A = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=address)
                del link["/Dest"]


def links(pages):
    """Yield the links of some pages of a PDF."""
    for page in pages:
        yield from page.get("/Annots", [])


@contextmanager
def served(folder):
    """Serve a folder on a free port as long as the block lasts; yield its address."""
    server = serve.open_server(folder, ports=[0])
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


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
    return Printed(title, url, pikepdf.open(io.BytesIO(printed)), start, sections)


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
    words = {name: escape(word) for name, word in about.items()}
    tab.set_content(FRONT.format(**words, contents="\n".join(lines)))
    return on_sheets(tab, about["title"])


def print_book(tab, site, about, say=print):
    """Print every page of a served book.

    Parameters
    ----------
    tab : playwright's Page
    site : str
        The book's address.
    about : dict of str
        ``title``, ``author``, ``version`` and ``language``.
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
    pikepdf.Pdf
    """
    whole = pikepdf.new()
    for page in printed:
        for name in page.pdf.Root.keys() - {"/Type", "/Pages"}:
            del page.pdf.Root[name]  # what it says of itself is said anew, of the whole
        whole.pages.extend(page.pdf.pages)
    by_url = {page.url: page for page in printed}

    def destination(place):
        sheet, where = place
        return pikepdf.Array([whole.pages[sheet].obj, *where])

    def top(page):
        return page.start, [pikepdf.Name.XYZ, None, None, None]

    for link in links(whole.pages):
        url, fragment = urldefrag(str(link.A.get("/URI", "")))
        if target := by_url.get(url):
            link.Dest = destination(target.places.get(unquote(fragment)) or top(target))
            del link["/A"]

    def bookmark(title, place):
        item = OutlineItem(title, destination(place))
        item.is_closed = True
        return item

    with whole.open_outline() as outline:
        for part in parts:
            items = []
            for page in (by_url[page["url"]] for page in part["pages"]):
                items.append(bookmark(page.title, top(page)))
                items[-1].children = [
                    bookmark(words, page.places[name])
                    for words, name in page.sections
                    if name in page.places
                ]
            if part["title"]:
                above = bookmark(part["title"], top(by_url[part["pages"][0]["url"]]))
                above.children, above.is_closed, items = items, False, [above]
            outline.root.extend(items)
    whole.Root.Lang = about["language"]
    whole.Root.PageMode = pikepdf.Name.UseOutlines
    with whole.open_metadata() as metadata:
        metadata["dc:title"] = about["title"]
        metadata["dc:creator"] = [about["author"]]
    return whole


def about_the_book(root=ROOT):
    """Return what the title page says: ``title``, ``author``, ``version``, ``language``."""
    from nnlib import __version__

    settings = yaml.safe_load((root / "_config.yml").read_text("utf8"))
    return {
        "title": settings["title"],
        "author": settings["author"],
        "version": __version__,
        "language": settings["sphinx"]["config"]["language"],
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
    with served(html) as site:
        tab = chromium.new_page()
        printed, parts = print_book(tab, site, about, say)
        tab.close()
    path = html / paper.PDF
    whole = join(printed, parts, about)
    whole.save(path, object_stream_mode=pikepdf.ObjectStreamMode.generate, linearize=True)
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
        path = write(html, chromium, about_the_book(), lambda line: print(line, flush=True))
        chromium.close()
    book.keep()
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
