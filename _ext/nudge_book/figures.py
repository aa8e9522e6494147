"""The script and styles of a page's interactive figures.

A figure stands in the page as ``<div class="nn-figure" data-nn-figure="NAME" data-nn-state=...>``
with a still picture inside (the figure's own ``text/html``). This room finds the names, asks the
module named by the setting ``nudge_figures`` for their code, and links it:

``colours()``
    CSS variables of the book's six colours; on every page, since math uses them too.
``styles()``
    CSS of all figures; on pages that have one.
``scripts(names)``
    Classic scripts, {file name: text} in their order: those that pages share, and one a figure.

A still comes as an image, as readers of notebooks want it; in the page it stands as SVG, so that it
has the page's colours.

``hydrate.js`` follows them and draws. All are asked for at once, and each once for all pages.
"""

import functools
import importlib
import re
from pathlib import Path
from urllib.parse import unquote

HYDRATE = Path(__file__).parent / "hydrate.js"
#: A function of JavaScript: has `hydrate.js` drawn every figure of the page?
FIGURES_READY = """() => [...document.querySelectorAll("[data-nn-figure]")]
  .every((figure) => "nnReady" in figure.dataset)"""
_STILL = re.compile(r'<img class="nn-alone"[^>]* src="data:image/svg\+xml,([^"]*)">')
_FIGURE = re.compile(r'<div class="nn-figure"[^>]*\bdata-nn-figure="([A-Za-z]+)"')


def names_in(html):
    """Return the sorted names of the figures in a page's HTML, each once."""
    return sorted(set(_FIGURE.findall(html)))


class Assets:
    """Writes the figures' files to a build's ``_static``, each once a build."""

    def __init__(self, bundle, static):
        self.bundle = bundle
        self.static = Path(static)
        self.scripts = functools.cache(self._scripts)
        self.styles = functools.cache(lambda: self._write("figures/figures.css", bundle.styles()))
        self.colours = functools.cache(lambda: self._write("figures/colours.css", bundle.colours()))

    def _scripts(self, *names):
        texts = self.bundle.scripts(list(names)) | {HYDRATE.name: HYDRATE.read_text("utf8")}
        return [self._write(f"figures/{name}", text) for name, text in texts.items()]

    def _write(self, name, text):
        path = self.static / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf8")
        return name


def _start(app):
    if app.builder.format == "html":
        bundle = importlib.import_module(app.config.nudge_figures)
        app.nudge_assets = Assets(bundle, Path(app.outdir) / "_static")


def _link(app, pagename, templatename, context, doctree):
    assets = getattr(app, "nudge_assets", None)
    if assets is None:
        return
    # Before book.css (priority 500), which may lean on the variables.
    app.add_css_file(assets.colours(), priority=400)
    if names := names_in(context.get("body") or ""):
        context["body"] = _STILL.sub(lambda still: unquote(still[1]), context["body"])
        app.add_css_file(assets.styles(), priority=400)
        # Before all other scripts: each of them may cost a layout that the figure would wait for.
        for script in assets.scripts(*names):
            app.add_js_file(script, loading_method="defer", priority=100)


def setup(app):
    """Connect the figures; the setting names the module that makes them."""
    app.add_config_value("nudge_figures", "nnlib.widgets.bundle", "html", str)
    app.connect("builder-inited", _start)
    app.connect("html-page-context", _link)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
