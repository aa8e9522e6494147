"""Matplotlib figures of the book: one style, drawn as SVG that follows the page's theme.

Draw in black and in the notation's colours. On the way out black becomes the colour of the text
around the figure, and each of the notation's colours a variable that is light on a dark page and
dark on a light one. So one picture is readable on both, and follows the page's toggle at once.

Matplotlib is imported when the first figure is made; pyplot, with its global state, never is.
"""

import hashlib
import html
import io
import re
from dataclasses import dataclass

from nnlib.widgets.still import palette

WIDTH = 4.8  # inches: the width of a chapter's figures, so that their texts have one size
_DARK_HOSTS = (
    'body[data-jp-theme-light="false"]',  # JupyterLab and Notebook 7
    "body.vscode-dark",
    'html[theme="dark"]',  # Colab
)


def colours():
    """Colours of the notation for Matplotlib, by letter.

    Returns
    -------
    dict of str to str
        "w" weights, "b" biases, "a" activations, "z" pre-activations, "C" cost, "d" delta; each as
        it is on a light page. For anything else draw in black, fainter with `alpha`.

    Examples
    --------
    >>> sorted(colours())
    ['C', 'a', 'b', 'd', 'w', 'z']
    """
    return {letter: light for letter, (light, _) in palette().items()}


def figure(rows=1, columns=1, height=2.4, **options):
    """Make an empty figure in the book's style.

    Parameters
    ----------
    rows, columns : int, optional
        Number of panels below and beside each other.
    height : float, optional
        Inches; the width is always the same.
    **options
        For Matplotlib's `Figure.subplots`, such as `sharex=True`.

    Returns
    -------
    fig : matplotlib.figure.Figure
        Without pyplot: it is drawn by `show` and needs no closing.
    axes : matplotlib.axes.Axes or ndarray of Axes
        One for one panel, else an array of shape (rows, columns) without the axes of length 1.

    Raises
    ------
    ValueError
        If the height is not positive.
    ImportError
        If Matplotlib is not installed.
    """
    if not height > 0:
        raise ValueError(f"figure: height is {height}: give a number of inches above 0")
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError("plotting needs Matplotlib: pip install matplotlib") from error
    fig = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = fig.subplots(rows, columns, **options)
    for ax in fig.axes:
        ax.spines[["top", "right"]].set_visible(False)
    return fig, axes


def show(fig, description):
    """Turn a figure into a picture; as the last line of a cell it shows itself.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
    description : str
        What the picture shows, in a sentence or two, for readers who cannot see it.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the description is empty.
    """
    description = " ".join(description.split())
    if not description:
        raise ValueError("show: the description is empty: say in a sentence what the picture shows")
    return Picture(_follow_theme(_drawn(fig), description), description)


@dataclass(frozen=True)
class Picture:
    """A finished picture.

    Attributes
    ----------
    svg : str
        One svg element, to stand inside a page: it takes its colours from there.
    description : str
    """

    svg: str
    description: str

    def __repr__(self):
        return self.description

    def html(self):
        """Return the picture as HTML, with the colours of the notation for light and dark.

        Returns
        -------
        str
        """
        table = "".join(
            f"--nn-{letter}:light-dark({light},{dark});"
            for letter, (light, dark) in palette().items()
        )
        dark_hosts = ",".join(f"{host} .nn-matplotlib" for host in _DARK_HOSTS)
        style = (
            f".nn-matplotlib{{{table}}}{dark_hosts}{{color-scheme:dark}}"
            # Matplotlib's own rule for these two would reach every svg of the page.
            ".nn-matplotlib svg *{stroke-linejoin:round;stroke-linecap:butt}"
            ".nn-matplotlib svg{display:block;max-width:100%;height:auto}"
        )
        return f'<div class="nn-matplotlib"><style>{style}</style>{self.svg}</div>'

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {
            "text/html": self.html(),
            # Alone, there is no page to take colours from: dark on white, readable anywhere.
            "image/svg+xml": self.svg.replace('style="', 'style="background:#fff;', 1),
            "text/plain": self.description,
        }


def _drawn(fig):
    """The figure as Matplotlib writes it: texts as text, nothing behind them."""
    from matplotlib import rc_context

    buffer = io.StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "nnlib"}):
        fig.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    return buffer.getvalue()


def _follow_theme(svg, description):
    """Matplotlib's SVG as an element for a page: its colours, fonts and no name used twice."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<defs>\s*</defs>|<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = svg.replace("xlink:href", "href")
    # The page's own font; Matplotlib would name the one it measured with.
    svg = re.sub(r" ?font-family: [^;\"]*;?", "", svg)
    svg = re.sub(r"#000000\b", "currentColor", svg)
    for letter, (light, _) in palette().items():
        svg = svg.replace(light, f"var(--nn-{letter}, {light})")
    svg = _own_names(svg)
    width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups()
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{float(width) * 4 / 3:.0f}" height="{float(height) * 4 / 3:.0f}" role="img" '
        f'aria-label="{html.escape(description)}" fill="currentColor" '
        'style="font-family:system-ui,sans-serif">'
    )
    svg = re.sub(r"<svg.*?>", lambda _: opening, svg, count=1, flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", "\n", svg).strip()


def _own_names(svg):
    """Keep the ids that something refers to, under names that no other picture on a page has."""
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', svg))
    mark = "nn" + hashlib.sha256(svg.encode()).hexdigest()[:8]
    svg = re.sub(r' id="([^"]+)"', lambda m: f' id="{mark}-{m[1]}"' if m[1] in used else "", svg)
    return re.sub(r'(url\(#|href="#)', rf"\1{mark}-", svg)
