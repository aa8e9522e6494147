"""Stills in SVG: elements, number lines and symbols for where no script runs.

Colours are the custom properties of ``colours.css`` with the light page's value as a fallback, so
that a still is readable on its own too.
"""

from html import escape
from typing import NamedTuple

from nnlib.widgets.bundle import palette

INK = "var(--nn-ink, #1b2330)"
MUTED = "var(--nn-muted, #566070)"
LINE = "var(--nn-line, #c3cad5)"
_TICK = {"fill": MUTED, "font_size": 11}


def colour(kind):
    """Return the CSS colour of a quantity: w, b, a, z, C or d (delta)."""
    return f"var(--nn-{kind}, {palette()[kind][0]})"


def tag(name, content="", /, **attributes):
    """Return the markup of one element; `_` in an attribute's name stands for `-`."""
    pairs = "".join(
        f' {key.replace("_", "-")}="{escape(_text(value))}"' for key, value in attributes.items()
    )
    return f"<{name}{pairs}>{content}</{name}>"


def picture(width, height, title, parts):
    """Return an svg element with a title, from the markup of its parts."""
    return tag(
        "svg",
        tag("title", escape(title)) + "".join(parts),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        role="img",
        font_family="system-ui, sans-serif",
        font_size=13,
    )


def text(x, y, content, *, fill=INK, **attributes):
    """Return the markup of a text, vertically centred on y."""
    return tag("text", content, x=x, y=y, dy="0.35em", fill=fill, **attributes)


def symbol(name):
    """Return the markup of a symbol such as "w3", its letter slanted and its index lowered."""
    letter, index = name[0], name[1:]
    lowered = f'<tspan dy="0.3em" font-size="75%">{index}</tspan>' if index else ""
    return f'<tspan font-style="italic">{letter}</tspan>{lowered}'


def number_line(y, span, domain):
    """Return the markup of a track with ticks at its ends, and at zero where zero lies inside."""
    low, high = domain
    ticks = [low, *([0] if low < 0 < high else []), high]
    parts = [tag("line", x1=span[0], x2=span[1], y1=y, y2=y, stroke=LINE, stroke_width=2)]
    for value in ticks:
        x = position(value, span, domain)
        parts.append(tag("line", x1=x, x2=x, y1=y - 4, y2=y + 4, stroke=MUTED))
        parts.append(
            text(x, y + 13, number(value, 3), fill=MUTED, text_anchor="middle", font_size=11)
        )
    return "".join(parts)


class Plot(NamedTuple):
    """A plot: where its axes lie in pixels, and the values at their ends, low before high."""

    left: float
    right: float
    bottom: float
    top: float
    x_domain: tuple
    y_domain: tuple

    def at(self, x, y):
        """Return the place of a point, held to the plot."""
        return (
            position(x, (self.left, self.right), self.x_domain),
            position(y, (self.bottom, self.top), self.y_domain),
        )

    def frame(self, title):
        """Return the markup of both axes with their ends, the line of zero, and a title."""
        low, high = self.y_domain
        parts = [text(self.left, self.top - 14, title, font_size=12, font_weight=600)]
        for value in [low, *([0.0] if low < 0 < high else []), high]:
            _, y = self.at(0.0, value)
            parts.append(tag("line", x1=self.left, x2=self.right, y1=y, y2=y, stroke=LINE))
            parts.append(text(self.left - 6, y, number(value, 3), **_TICK, text_anchor="end"))
        for value in self.x_domain:
            x, _ = self.at(value, low)
            label = number(value, 3)
            parts.append(text(x, self.bottom + 12, label, **_TICK, text_anchor="middle"))
        return "".join(parts)

    def curve(self, points, stroke, width, dash="none"):
        """Return the markup of a line through [x, y] pairs."""
        places = " ".join("{:.1f},{:.1f}".format(*self.at(x, y)) for x, y in points)
        return tag(
            "polyline",
            points=places,
            fill="none",
            stroke=stroke,
            stroke_width=width,
            stroke_dasharray=dash,
        )

    def dot(self, x, y, fill, size=4):
        """Return the markup of a dot."""
        px, py = self.at(x, y)
        return tag("circle", cx=px, cy=py, r=size, fill=fill)

    def cross(self, x, y, stroke):
        """Return the markup of a cross."""
        px, py = self.at(x, y)
        d = f"M{px - 3.5:.1f},{py - 3.5:.1f}l7,7m0,-7l-7,7"
        return tag("path", d=d, stroke=stroke, stroke_width=2, fill="none")


def position(value, span, domain):
    """Return where a value lies on a track, held to its ends."""
    share = (value - domain[0]) / (domain[1] - domain[0])
    return span[0] + min(1.0, max(0.0, share)) * (span[1] - span[0])


def number(value, digits=4):
    """Return a number as text: `digits` significant digits and a true minus sign."""
    return f"{value:.{digits}g}".replace("-", "\N{MINUS SIGN}")


def signed(value):
    """Return a change as text, its sign always shown."""
    return f"{value:+.4g}".replace("-", "\N{MINUS SIGN}")


def _text(value):
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
