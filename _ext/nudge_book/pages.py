"""Trims of the theme, so that a page loads what it uses and works where a host or reader is strict.

- ``templates/layout.html`` leaves out the theme's ``fontawesome.js`` (542 KB gzip for a dozen
  icons; ``book.css`` draws them) and the search index on pages that are not the search page.
- ``before_paint.js`` sets the theme, asks at once for the two fonts that every formula needs (a
  formula whose font comes late moves the text below it), and stands in for forbidden storage.
- No script stands inside a page, because a host may forbid that: what extensions register so
  goes to one file, ``settings.js``, once.
- ``excerpts.js`` gives the search page each formula of an excerpt once.
- A figure's saved widget state is dropped: it repeats the figure's source once a figure, and the
  page's own ``data-nn-state`` already holds what ``hydrate.js`` needs.
- Scripts do not hold up the first paint.

Everything else that is unused is left out by settings in ``_config.yml`` (thebe, require.js,
MathJax, html-manager).
"""

import json
from pathlib import Path

from sphinx.errors import ExtensionError
from sphinx.util.fileutil import copy_asset

HERE = Path(__file__).parent
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
PAGE_NAME = "DOCUMENTATION_OPTIONS.pagename"  # wanted by a menu of versions; there is none


def _use_templates(app, config):
    config.templates_path.append(str(HERE / "templates"))
    config.html_theme_options["article_header_end"] = ["header-buttons.html"]


def _copy_scripts(app):
    if app.builder.format == "html":
        for name in ("before_paint.js", "excerpts.js"):
            copy_asset(HERE / name, Path(app.outdir) / "_static")


def _body(script):
    return getattr(script, "attributes", {}).get("body")


def split(scripts):
    """Return a page's script files, and the text of the scripts inside it.

    Parameters
    ----------
    scripts : iterable
        Sphinx's assets; a script inside the page has its text in ``attributes["body"]``.

    Returns
    -------
    tuple of (list, str)
        The files in the same order; each text once, without widget state.
    """
    inside = [script for script in scripts if _body(script)]
    texts = dict.fromkeys(
        _body(script)
        for script in inside
        if script.attributes.get("type") != WIDGET_STATE and not _body(script).startswith(PAGE_NAME)
    )
    return [script for script in scripts if script not in inside], "\n".join(texts) + "\n"


def deferred(script):
    """Return a script's asset so that it waits for the page, where it can."""
    if not str(getattr(script, "filename", "")).endswith(".js"):
        return script
    # A new one, because Sphinx shares its assets among all pages.
    attributes = {**script.attributes, "defer": "defer"}
    return type(script)(script.filename, priority=script.priority, **attributes)


def write_settings(app, pagename, settings):
    """Write the text of the scripts inside a page to ``settings.js``, which is one for all pages.

    Parameters
    ----------
    app : Sphinx
    pagename, settings : str

    Raises
    ------
    ExtensionError
        If a page before had other scripts inside.
    """
    written = getattr(app, "nudge_settings", None)
    if written is None:
        app.nudge_settings = settings
        (Path(app.outdir) / "_static" / "settings.js").write_text(settings, "utf8")
    elif written != settings:
        raise ExtensionError(
            f"{pagename}: the scripts inside this page differ from those of the pages before it, "
            "and settings.js is one for all. Give what is new a file of its own, by "
            f"app.add_js_file. Here:\n{settings}There:\n{written}"
        )


def _trim_scripts(app, pagename, templatename, context, doctree):
    scripts, settings = split(context["script_files"])
    write_settings(app, pagename, settings)
    after = next(
        i for i, script in enumerate(scripts, 1) if "documentation_options" in str(script.filename)
    )
    file = type(scripts[0])
    scripts.insert(after, file("_static/settings.js"))
    if pagename != "search":  # its own scripts call the theme's while the page is read
        scripts = [deferred(script) for script in scripts]
    context["script_files"][:] = scripts
    given = {
        "data-mode": context["default_mode"],
        "data-fonts": json.dumps(context["nudge_fonts"]),
        "data-font-folder": context["pathto"]("_static/katex/fonts", 1),
    }
    context["before_paint"] = file("_static/before_paint.js", **given)


def setup(app):
    """Connect the trims; the last one runs after every extension has added its scripts."""
    app.connect("config-inited", _use_templates)
    app.connect("builder-inited", _copy_scripts)
    app.connect("html-page-context", _trim_scripts, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
