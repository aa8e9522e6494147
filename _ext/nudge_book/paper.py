"""The pages on paper: a style sheet that only print loads, and a script that prepares the page.

The script turns a page light, puts its address at the foot and gathers the answers at the end;
when the page is printed, it undoes all that.

`tools/pdf.py` prints the whole book into the built book's folder. The first page offers the file
as long as it is there and of the text as it stands: the next build takes both away.
"""

import re
from pathlib import Path

from sphinx.util.fileutil import copy_asset

HERE = Path(__file__).parent
PDF = "backprop-nudge-by-nudge.pdf"
_PLACE = re.compile(r'<p id="nn-pdf"[^>]*>.*?</p>')


def _fill(html, attribute, words):
    page = html / "index.html"
    text = page.read_text("utf8")
    page.write_text(_PLACE.sub(f'<p id="nn-pdf"{attribute}>{words}</p>', text), "utf8")


def offer(html, size):
    """Link the PDF from a built book's first page.

    Parameters
    ----------
    html : Path
        The folder of the built book.
    size : str
        How long it is, and how large.
    """
    _fill(
        html, "", f'On paper, or without a network: <a href="{PDF}">the book as a PDF</a> ({size}).'
    )


def withdraw(html):
    """Take the PDF away, if there is one, and the link to it."""
    if (html / PDF).exists():
        (html / PDF).unlink()
        _fill(html, " hidden", "")


def _copy_assets(app):
    if app.builder.format == "html":
        for name in ("paper.css", "paper.js"):
            copy_asset(HERE / name, Path(app.outdir) / "_static")


def _withdraw(app, error):
    if app.builder.format == "html":
        withdraw(Path(app.outdir))


def setup(app):
    """Give every page the style sheet and the script."""
    app.add_css_file("paper.css", media="print", priority=900)
    app.add_js_file("paper.js", loading_method="defer")
    app.connect("builder-inited", _copy_assets)
    app.connect("build-finished", _withdraw)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
