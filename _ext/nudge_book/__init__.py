"""The machinery of this book, as one Sphinx extension.

The rooms, each with one job:

``math``
    Renders every formula at build time with KaTeX; a bad formula is a warning (and ``-W`` fails).
``execution``
    Joins the pieces of what a cell prints.
``figures``
    Gives each page the one script and the styles that its interactive figures need.
``notebooks``
    Exports every chapter as a clean, ready-to-run ``.ipynb`` and offers it for download.
``reference``
    An entry for each public name of the package, from its docstring; links both ways between
    entries and chapters.
``solutions``
    The folded solution of an exercise, from the function that its check calls right.
``course``
    What a teacher wants on one page, from the chapters themselves: their promises, their terms,
    all exercises with solutions.
``pages``
    Trims the theme: nothing is asked of another host, nothing is loaded that is not used.
``paper``
    What a page needs to be printed; offers the PDF of the whole book.
``repository``
    Switches on what needs the repository's address, where that is known.
``site``
    The same for the address of the published pages: cards, sitemap, the page for those not found.
``addresses``
    Where both are, as the environment says.

The extension knows Sphinx and nothing of mathematics: what a figure is made of comes from the
module named by ``nudge_figures`` (``nnlib.widgets.bundle``).
"""

import importlib

ROOMS = [
    "execution",
    "math",
    "figures",
    "pages",
    "paper",
    "repository",
    "site",
    "solutions",
    "notebooks",
    "reference",
    "course",
]

__version__ = "0.1.0"


def setup(app):
    """Connect every room to Sphinx."""
    for room in ROOMS:
        importlib.import_module(f"nudge_book.{room}").setup(app)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
