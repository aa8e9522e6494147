"""A page that holds one figure and nothing else, for the tests and the benchmarks."""

from pathlib import Path

from nnlib.widgets import bundle

HYDRATE = Path(__file__).resolve().parent.parent / "_ext" / "nudge_book" / "hydrate.js"


def page_of(figure):
    """Return the HTML of a page that loads nothing from elsewhere."""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Figure</title>'
        '<meta name="viewport" content="width=device-width">'
        f"<style>{bundle.colours()}{bundle.styles()} body {{ margin: 0 8px }}</style>"
        f"<body><main>{figure.html()}</main>"
        f"<script>{bundle.script([type(figure).__name__])}</script>"
        f"<script>{HYDRATE.read_text('utf8')}</script>"
    )
