"""Figures as they stand still, drawn by their own JavaScript: in V8, where mini-racer is there."""

import atexit
import json
import re
from functools import cache, lru_cache
from html import escape
from typing import NamedTuple

from nnlib.widgets import bundle


class Still(NamedTuple):
    """A picture as SVG markup, its words, and the heights in pixels, (wide, narrow)."""

    svg: str
    words: str
    heights: tuple


@lru_cache(maxsize=64)
def still(name, state):
    """Return the `Still` of a figure, or None where mini-racer is not installed.

    Parameters
    ----------
    name : str
        The figure's name, such as ``"ChainExplorer"``.
    state : str
        Its state, as JSON.
    """
    if (engine := _engine()) is None:
        return None
    _load(name)
    drawn = json.loads(engine.call("nnStillOf", name, state))
    parts = _on_its_own(drawn["parts"])
    words = f"{bundle.about(name)['description']} {drawn['words']}"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawn["width"]} {drawn["height"]}" '
        f'width="{drawn["width"]}" height="{drawn["height"]}" role="img" class="nn-standing" '
        'font-family="system-ui, sans-serif" font-size="13" '
        f'style="color: {_on_its_own("var(--nn-ink)")}; fill: currentColor">'
        f"<title>{escape(words)}</title><style>{_styles(parts)}</style>{parts}</svg>"
    )
    return Still(svg, words, tuple(drawn["heights"]))


@cache
def _engine():
    try:
        from py_mini_racer import MiniRacer
    except ImportError:
        return None
    engine = MiniRacer()
    atexit.register(engine.close)  # later its thread does not run any more, and is waited for
    engine.eval(bundle.library("shared/host/still.js", "nnStill"))
    engine.eval(
        "globalThis.nnStillOf = (name, state) =>"
        " JSON.stringify(nnStill.stillOf(nnFigures[name], JSON.parse(state)))"
    )
    return engine


@cache
def _load(name):
    _engine().eval(bundle.script([name]))
    _engine().eval(bundle.still(name))


# -- a style sheet for pictures on their own ------------------------------------------------------

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLOCK_OF_RULES = re.compile(r"[^{}]+\{(?:[^{}]*\{[^{}]*\})+[^{}]*\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_CLASS = re.compile(r"\.([\w-]+)")
_ONE_OF = re.compile(r":is\([^)]*\)")
_COMMA = re.compile(r",(?![^(]*\))")


def _styles(markup):
    """Return the rules of the figures' style sheets that a picture needs where it stands alone."""
    classes = {name for names in re.findall(r'class="([^"]*)"', markup) for name in names.split()}
    rules = []
    for selectors, body in _rules():
        needed = [each for each, wants in selectors if wants and wants <= classes]
        if needed:
            where = ", ".join(f".nn-standing {selector}" for selector in needed)
            rules.append(f"{where} {{{body}}}")
    return "\n".join(rules)


@cache
def _rules():
    """Return [([(selector, classes it wants)], body)] of the rules outside of conditions."""
    text = _BLOCK_OF_RULES.sub("", _COMMENT.sub("", bundle.colours() + bundle.styles()))
    return [
        (
            [
                (selector.strip(), set(_CLASS.findall(_ONE_OF.sub("", selector))))
                for selector in _COMMA.split(selectors)
                if "[" not in selector and "::" not in selector
            ],
            _on_its_own(body.strip()),
        )
        for selectors, body in _RULE.findall(text)
    ]


def _on_its_own(style):
    """Return a style in which each colour of the page has the light page's value as a fallback."""
    colours = bundle.custom_colours()
    return re.sub(
        rf"var\(--nn-({'|'.join(colours)})\)",
        lambda found: f"var(--nn-{found[1]}, {colours[found[1]][0]})",
        style,
    )
