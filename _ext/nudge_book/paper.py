"""The pages on paper: a style sheet that only print loads, and a script that prepares the page.

The script turns a page light, puts its address at the foot and gathers the answers at the end;
when the page is printed, it undoes all that.
"""

from pathlib import Path

from sphinx.util.fileutil import copy_asset

HERE = Path(__file__).parent


def _copy_assets(app):
    if app.builder.format == "html":
        for name in ("paper.css", "paper.js"):
            copy_asset(HERE / name, Path(app.outdir) / "_static")


def setup(app):
    """Give every page the style sheet and the script."""
    app.add_css_file("paper.css", media="print", priority=900)
    app.add_js_file("paper.js", loading_method="defer")
    app.connect("builder-inited", _copy_assets)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
