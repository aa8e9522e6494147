"""Each chapter as a clean, ready-to-run notebook.

A page with code is exported to ``_sources/PAGE.ipynb`` when it is written, and the page's
download menu offers it. What its reader gets is plain Markdown and standard LaTeX (see
``markdown.py``), cells without outputs, solutions folded away, and nothing that needs the book's
own machinery: a cell that only glues numbers into the text is left out, its numbers stand in the
text.

The notebook of a page changes only when the page does (cell ids come from the page's name), so
that ``make lab`` can tell a new edition from a reader's edits.
"""

import hashlib
import json
import posixpath
import re
from pathlib import Path
from textwrap import indent

import jupytext
import nbformat
from myst_nb.core.variables import format_plain_text
from sphinx.util import logging

from nnlib import __version__
from nudge_book import repository
from nudge_book.markdown import UnknownSyntaxError, to_markdown
from nudge_book.solutions import read_page

logger = logging.getLogger(__name__)

# The first cell of every notebook. It reads files and does not import nnlib, so that its reader
# can mend what is wrong and run it again; it leaves one name behind.
FIRST = """\
# Is the book's package here? It is imported as nnlib; the nnlib of PyPI is another.
def find_the_package():
    import re
    import sys
    from importlib.util import find_spec
    from pathlib import Path

    def stop(sentence):
        problem = (ImportError if in_jupyter else SystemExit)(sentence)
        problem._render_traceback_ = lambda: [sentence]  # what Jupyter shows of it
        raise problem

    def numbers(version):
        return [*map(int, re.findall("[0-9]+", version))]

    in_jupyter = "get_ipython" in globals()
    needed = "{version}"
    {remedy}
    found = find_spec("nnlib")
    places = found and [*(found.submodule_search_locations or [found.origin])]
    if not places and package and "google.colab" in sys.modules:
        get_ipython().run_line_magic("pip", f'install --quiet "{{package}}"')
    elif not places:
        stop("This notebook needs the book's package nnlib, which is not installed here: "
             f"{{remedy}}.")
    elif not any(Path(place, "exercises").is_dir() for place in places):
        stop(f"{{places[0]}} is not this book's nnlib but something else of that name: remove it "
             "(`%pip uninstall --yes nnlib`, if it is the one of PyPI), restart the kernel and run "
             "this cell again.")
    else:
        text = Path(places[0], "__init__.py").read_text("utf8")
        version = re.search('^__version__ = "(.*)"', text, re.MULTILINE)[1]
        if numbers(version) < numbers(needed):
            stop(f"This notebook needs nnlib {{needed}}, and here is version {{version}}: "
                 f"{{remedy}}.")

    if in_jupyter:  # what a page made of this notebook says where it cannot show a figure
        words = ("Here stands a figure, once this page has loaded Jupyter's widgets from the "
                 "network. For its still, export with "
                 "--ExecutePreprocessor.store_widget_state=False.")
        empty = ':has(> script[type*="widget-view"]):not(:has(> :not(script)))'
        rule = f'<style>{{empty}}::after {{{{ content: "{{words}}"; }}}}</style>'
        get_ipython().display_pub.publish({{"text/html": rule}})

find_the_package()
"""
FROM_ADDRESS = """\
package = "backprop-nudge-by-nudge[figures] @ git+{address}"
remedy = f'run `%pip install "{{package}}"`, restart the kernel and run this cell again'
"""
FROM_FOLDER = """\
package = ""
remedy = ("open it with `make lab` in the book's folder, or put the wheel that `make dist` "
          'builds there beside it, run `%pip install "NAME.whl[figures]"`, restart the kernel '
          "and run this cell again")
"""

ORIGIN = "*From the book “{book}”.{needs}*"
NEEDS = (
    " It needs the book's package `nnlib`: in the book's folder, `make lab` opens it with"
    " everything in place."
)

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)


class PageReferences:
    """The references of one page, looked up in Sphinx's environment."""

    def __init__(self, env, docname):
        self.env = env
        self.docname = docname

    def doc(self, name):
        """Return the title of a page and the address of its notebook, or None."""
        docname = posixpath.normpath(posixpath.join(posixpath.dirname(self.docname), name))
        if name.startswith("/"):
            docname = name.lstrip("/")
        return self.env.titles[docname].astext(), self._address(docname)

    def ref(self, label):
        """Return the title of a section and its address, or None."""
        docname, _, title = self.env.domaindata["std"]["labels"][label]
        # JupyterLab, nbviewer and GitHub make a heading's anchor by hyphens for spaces.
        anchor = "#" + title.replace(" ", "-")
        page = "" if docname == self.docname else self._address(docname)
        return title, None if page is None else page + anchor

    def eq(self, label):
        """Return the number of an equation, as the page prints it."""
        docname, number = self.env.domaindata["math"]["objects"][label]
        numbers = self.env.toc_fignumbers.get(docname, {}).get("displaymath", {})
        full = numbers.get(f"equation-{label}")
        return ".".join(map(str, full)) if full else str(number)

    def glue(self, key, spec):
        """Return a value that the page's own cells computed, as text."""
        folder = Path(self.env.mystnb_config.output_folder)
        path = folder / f"{self.docname}.glue.json"
        data = json.loads(path.read_text("utf8")) if path.exists() else {}
        return format_plain_text(data[key]["data"]["text/plain"], spec)

    def _address(self, docname):
        if not is_notebook(self.env, docname):
            return None
        return posixpath.relpath(docname, posixpath.dirname(self.docname) or ".") + ".ipynb"


def is_notebook(env, docname):
    """Return whether a page has code to run."""
    return "kernelspec" in env.metadata.get(docname, {})


def _code_cell(cell):
    """Return a cell of the book as a reader's cell, or None where the reader needs none."""
    tags = set(cell.metadata.get("tags", []))
    if "remove-cell" in tags:
        return None
    if "myst_nb" in cell.source:
        raise UnknownSyntaxError("a cell that imports myst_nb without the tag remove-cell")
    new = nbformat.v4.new_code_cell(cell.source)
    kept = sorted(tags & {"raises-exception", "solution"})
    if kept:
        new.metadata["tags"] = kept
    if "solution" in tags:
        new.metadata["jupyter"] = {"source_hidden": True, "outputs_hidden": True}
    elif "hide-input" in tags:
        new.metadata["jupyter"] = {"source_hidden": True}
    return new


def export(source, references, *, docname, number="", book="", address=""):
    """Return the notebook of one page.

    Parameters
    ----------
    source : str
        The page's MyST text.
    references : nudge_book.markdown.References
        What the text refers to.
    docname : str
        The page's name; cell ids are made from it.
    number : str, optional
        The chapter's number, put before its title.
    book : str, optional
        The book's title.
    address : str, optional
        The repository's address; the first cell says how to install from there, and does on Colab.

    Returns
    -------
    nbformat.NotebookNode

    Raises
    ------
    nudge_book.markdown.UnknownSyntaxError
        For a construct that has no plain form.
    LookupError
        For a reference to what is not there.
    """
    cells = []
    # The front matter is the book's; the notebook gets its own below.
    for cell in jupytext.reads(_FRONT_MATTER.sub("", source), fmt="md:myst").cells:
        if cell.cell_type == "code":
            new = _code_cell(cell)
        else:
            text = to_markdown(cell.source, references)
            new = nbformat.v4.new_markdown_cell(text) if text else None
        if new is not None:
            cells.append(new)
    origin = ORIGIN.format(book=book, needs="" if address else NEEDS)
    title = r"\A# (.*)"
    cells[0].source = re.sub(
        title, lambda match: f"# {number}{match[1]}\n\n{origin}", cells[0].source
    )
    remedy = (FROM_ADDRESS if address else FROM_FOLDER).format(address=address).rstrip()
    text = FIRST.format(version=__version__, remedy=indent(remedy, "    ").lstrip())
    first = nbformat.v4.new_code_cell(text.rstrip())
    first.metadata["jupyter"] = {"source_hidden": True}
    cells.insert(1, first)
    for index, cell in enumerate(cells):
        cell["id"] = hashlib.sha256(f"{docname}:{index}".encode()).hexdigest()[:12]
    return nbformat.v4.new_notebook(
        cells=cells,
        metadata={
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            # What `nbconvert --to script` reads of a notebook that never ran.
            "language_info": {
                "name": "python",
                "file_extension": ".py",
                "mimetype": "text/x-python",
                "nbconvert_exporter": "python",
            },
        },
    )


def _export_page(app, pagename, templatename, context, doctree):
    env = app.env
    if app.builder.format != "html" or not is_notebook(env, pagename):
        return
    secnumber = env.toc_secnumbers.get(pagename, {}).get("")
    try:
        notebook = export(
            read_page(env, pagename),
            PageReferences(env, pagename),
            docname=pagename,
            number=".".join(map(str, secnumber)) + ". " if secnumber else "",
            book=app.config.html_title,
            address=repository.address(app.config),
        )
    except (UnknownSyntaxError, LookupError, ValueError) as error:
        logger.warning("no notebook: %s", error, location=pagename, type="notebook")
        return
    target = Path(app.outdir) / "_sources" / f"{pagename}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, target)
    context["ipynb_source"] = f"{pagename}.ipynb"


def setup(app):
    """Export before the theme builds its buttons (priority 501)."""
    app.connect("html-page-context", _export_page, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
