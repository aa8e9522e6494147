"""Trims of the theme, so that a page loads what it uses and asks no other host.

- ``templates/layout.html`` leaves out the theme's ``fontawesome.js`` (542 KB gzip for a dozen
  icons; ``book.css`` draws them) and the search index on pages that are not the search page, and
  sets the theme before the first paint.
- A figure's saved widget state is dropped: it repeats the figure's source once a figure, and the
  page's own ``data-nn-state`` already holds what ``hydrate.js`` needs.
- Inline scripts that extensions register twice are kept once.
- Scripts do not hold up the first paint, and the two fonts that every formula needs are asked for
  at once: a formula whose font comes late moves the text below it.

Everything else that is unused is left out by settings in ``_config.yml`` (thebe, require.js,
MathJax, html-manager).
"""

from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"


def _use_templates(app, config):
    config.templates_path.append(str(TEMPLATES))


def wanted(scripts):
    """Return a page's scripts without widget state, and each inline script once.

    Parameters
    ----------
    scripts : iterable
        Sphinx's assets; an inline script has its text in ``attributes["body"]``.

    Returns
    -------
    list
        The same assets in the same order.
    """
    kept, seen = [], set()
    for script in scripts:
        attributes = getattr(script, "attributes", {})
        body = attributes.get("body")
        if attributes.get("type") == WIDGET_STATE or (body and body in seen):
            continue
        seen.add(body)
        kept.append(script)
    return kept


def deferred(script):
    """Return a script's asset so that it waits for the page, where it can.

    ``documentation_options.js`` cannot: inline scripts go on to change what it sets.
    """
    name = str(getattr(script, "filename", ""))
    if not name.endswith(".js") or name.endswith("documentation_options.js"):
        return script
    # A new one, because Sphinx shares its assets among all pages.
    attributes = {**script.attributes, "defer": "defer"}
    return type(script)(script.filename, priority=script.priority, **attributes)


def _trim_scripts(app, pagename, templatename, context, doctree):
    scripts = wanted(context["script_files"])
    if pagename != "search":  # its own scripts call the theme's while the page is read
        scripts = [deferred(script) for script in scripts]
    context["script_files"][:] = scripts


def setup(app):
    """Connect the trims; the last one runs after every extension has added its scripts."""
    app.connect("config-inited", _use_templates)
    app.connect("html-page-context", _trim_scripts, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
