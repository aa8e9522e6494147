"""The folded solution of an exercise, from the function that its check calls right.

In a chapter's text stands only

    ```{solution} NAME
    ```

and `expand` makes the folded cell of it, before anything else reads the text. The code is
``find(NAME).solution`` of the package that the setting ``nudge_exercises`` names.
"""

import importlib
import inspect
import re
from pathlib import Path

_PLACE = re.compile(r"^```\{solution\} (\w+)\n```$", re.MULTILINE)
_CELL = """\
```{{code-cell}} ipython3
---
tags: [solution, hide-cell]
mystnb:
  code_prompt_show: Show a solution
  code_prompt_hide: Hide the solution
---
{}
```"""


def expand(text, declared="nnlib.exercises"):
    """Return a chapter's text with its solutions in it.

    Parameters
    ----------
    text : str
        MyST.
    declared : str, optional
        The package that declares the exercises.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If there is no such exercise.
    """
    return _PLACE.sub(lambda place: _CELL.format(_find(declared, place[1]).solution), text)


def read_page(env, docname):
    """Return the text of a page of the book, with its solutions in it."""
    return expand(Path(env.doc2path(docname)).read_text("utf8"), env.config.nudge_exercises)


def _find(declared, name):
    return importlib.import_module(declared).find(name)


def _expand_page(app, docname, content):
    for name in _PLACE.findall(content[0]):
        exercise = _find(app.config.nudge_exercises, name)
        app.env.note_dependency(inspect.getsourcefile(exercise.reference))
    content[0] = expand(content[0], app.config.nudge_exercises)


def _expand_copies(app, error):
    """Offer the text with its solutions for download, too."""
    for docname in app.env.found_docs:
        copy = Path(app.outdir) / "_sources" / Path(app.env.doc2path(docname, base=False))
        if error is None and copy.exists() and _PLACE.search(text := copy.read_text("utf8")):
            copy.write_text(expand(text, app.config.nudge_exercises), "utf8")


def setup(app):
    """Expand before myst-nb reads the page, and in the copies of the pages' text."""
    app.add_config_value("nudge_exercises", "nnlib.exercises", "env", str)
    app.connect("source-read", _expand_page)
    app.connect("build-finished", _expand_copies)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
