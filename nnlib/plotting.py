"""Matplotlib figures of the book: one style, drawn as SVG that follows the page's theme; films.

Draw in black and in the notation's colours. On the way out black becomes the colour of the text
around the figure, and each of the notation's colours a variable that is light on a dark page and
dark on a light one. So one picture is readable on both, and follows the page's toggle at once.

Matplotlib is imported when the first figure is made; pyplot, with its global state, never is.
"""

import functools
import hashlib
import html
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from nnlib.accuracy import borders_of
from nnlib.files import written_whole
from nnlib.network import forward
from nnlib.training import Recording, evaluate
from nnlib.values import as_count, as_real_number
from nnlib.widgets.bundle import palette

__all__ = ["Animation", "Picture", "animate", "colours", "figure", "show"]

WIDTH = 4.8  # inches: the width of a chapter's figures, so that their texts have one size
_GRID = 65  # points a side of an animation's fields
_SHADES = 12  # of an animation's fields
_MOST_MAPS = 16  # units of which an animation shows the field
_MARKS = [(mark, face) for mark in "os^" for face in ("white", "black")]  # a pair a target
_ICONS = {  # Matplotlib's player takes its own from another host
    "fa-minus": "\N{MINUS SIGN}",
    "fa-fast-backward": "\N{LEFTWARDS ARROW TO BAR}",
    "fa-step-backward": "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}",
    "fa-play fa-flip-horizontal": "\N{BLACK LEFT-POINTING TRIANGLE}",
    "fa-pause": "\N{DOUBLE VERTICAL LINE}",
    "fa-play": "\N{BLACK RIGHT-POINTING TRIANGLE}",
    "fa-step-forward": "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
    "fa-fast-forward": "\N{RIGHTWARDS ARROW TO BAR}",
    "fa-plus": "+",
}
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
        If the height is not finite and positive, or there is no row or column.
    TypeError
        If the height is not a number, or rows or columns not a whole one.
    ImportError
        If Matplotlib is not installed.
    """
    height = as_real_number(height, "figure: height", above=0)
    rows = as_count(rows, "figure: rows", smallest=1)
    columns = as_count(columns, "figure: columns", smallest=1)
    fig = _import_matplotlib()(figsize=(WIDTH, height), layout="constrained")
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
    TypeError
        If fig is not a figure, or the description not a text.
    """
    if not isinstance(fig, _import_matplotlib()):
        raise TypeError(
            f"show: fig is of type {type(fig).__name__}: give the figure, the first of the two "
            "that nnlib.plotting.figure returns"
        )
    if not isinstance(description, str):
        raise TypeError(
            f"show: the description is of type {type(description).__name__}: say in a sentence "
            "what the picture shows"
        )
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


def animate(recording, frames=30, seconds=6.0):
    """Make a Matplotlib animation of a recorded training.

    It shows the input plane with the output's field and the decision boundary, the field of every
    hidden unit with the line on which its z is 0, and the loss. Samples have one mark for each
    value of the targets; where these take more than six, one mark for all and no boundary.

    Parameters
    ----------
    recording : nnlib.Recording
        Of a network with two inputs and one output, with recorded parameters.
    frames : int, optional
        Recorded moments that are shown, evenly spread, the first and the last among them; all of
        them if there are fewer. At least 2.
    seconds : float, optional
        How long it plays.

    Returns
    -------
    Animation
        As the last line of a cell it shows itself; `save` writes a film.

    Raises
    ------
    TypeError
        If it is not a recording, frames is not a whole number, or seconds not a number.
    ValueError
        If no parameters were recorded, the network has not two inputs and one output, frames is
        below 2, or seconds is not positive.
    ImportError
        If Matplotlib is not installed.
    """
    if not isinstance(recording, Recording):
        raise TypeError(
            f"animate: recording is {type(recording).__name__}: give what nnlib.train returns "
            "beside the network"
        )
    if not len(recording.parameters):
        raise ValueError("animate: no parameters were recorded: give nnlib.train record_every=1")
    inputs, outputs = recording.X.shape[1], recording.Y.shape[1]
    if (inputs, outputs) != (2, 1):
        raise ValueError(
            f"animate: the network has {inputs} inputs and {outputs} outputs: the input plane and "
            "its decision boundary need 2 and 1"
        )
    frames = as_count(frames, "animate: frames", smallest=2)
    seconds = as_real_number(seconds, "animate: seconds", above=0)
    _import_matplotlib()
    S = len(recording.parameters)
    moments = np.unique(np.linspace(0, S - 1, min(frames, S)).round().astype(int))
    return Animation(recording, tuple(moments.tolist()), seconds)


@dataclass(frozen=True, eq=False)
class Animation:
    """A training as a film.

    Attributes
    ----------
    recording : nnlib.Recording
    moments : tuple of int
        The recorded moments that are its frames: rows of `recording.parameters`.
    seconds : float
        How long it plays.
    """

    recording: object = field(repr=False)
    moments: tuple
    seconds: float

    def save(self, path, dpi=100):
        """Write the film to a file.

        Parameters
        ----------
        path : str or Path
            Ends in .mp4, which needs the program ffmpeg, or in .gif, which needs Pillow.
        dpi : int, optional
            Pixels an inch; the film is 6.4 inches wide.

        Raises
        ------
        ValueError
            If the path ends in something else, or dpi is below 1.
        TypeError
            If dpi is not a whole number.
        RuntimeError
            If what is needed to write it is not installed; the message says what that is.
        """
        from matplotlib.animation import writers

        writer, needs = {
            ".mp4": ("ffmpeg", "the program ffmpeg, from your system's packages or ffmpeg.org"),
            ".gif": ("pillow", "Pillow: pip install pillow"),
        }.get(Path(path).suffix.lower(), (None, None))
        if writer is None:
            raise ValueError(f"save: {str(path)!r} must end in .mp4 or .gif")
        dpi = as_count(dpi, "save: dpi", smallest=1)
        if not writers.is_available(writer):
            other = {".mp4": ".gif", ".gif": ".mp4"}[Path(path).suffix.lower()]
            raise RuntimeError(
                f"save: {path} needs {needs}; a name that ends in {other} needs it not"
            )
        with written_whole(path) as part:
            self._film().save(part, writer=writer, fps=self._fps(), dpi=dpi)

    def html(self):
        """Return the film as HTML that plays by itself where a script may run.

        Returns
        -------
        str
            Nothing in it is loaded from elsewhere.
        """
        return self._html

    @functools.cached_property
    def _html(self):
        from matplotlib import rc_context

        with rc_context({"savefig.dpi": 80}):
            page = self._film().to_jshtml(fps=self._fps(), embed_frames=True, default_mode="once")
        page = re.sub(r"<link\b[^>]*>", "", page)
        for name, text in _ICONS.items():
            page = page.replace(f'<i class="fa {name}"></i>', text)
        page = page.replace("<img ", f'<img alt="{html.escape(self.description)}" ', 1)
        page = page.replace('type="range"', 'type="range" aria-label="Frame"', 1)
        # the same film has the same page every time
        (name,) = set(re.findall(r"_anim_img([0-9a-f]{32})", page))
        return page.replace(name, hashlib.sha256(page.replace(name, "").encode()).hexdigest()[:32])

    @functools.cached_property
    def description(self):
        """str: The film in words."""
        run = self.recording
        sizes = [2, *(len(layer.b) for layer in run.start)]
        first, last = (self._evaluate(n) for n in (self.moments[0], self.moments[-1]))
        return (
            f"A network of {', '.join(map(str, sizes))} units learns {len(run.X)} samples, in "
            f"{len(self.moments)} frames from epoch {run.recorded_epochs[self.moments[0]]} to "
            f"{run.recorded_epochs[self.moments[-1]]}: loss {first.loss:.3g} to {last.loss:.3g}, "
            f"accuracy {100 * first.accuracy:.1f} % to {100 * last.accuracy:.1f} %."
        )

    def __repr__(self):
        return self.description

    def _repr_html_(self):
        return self.html()

    def _fps(self):
        return len(self.moments) / self.seconds

    def _evaluate(self, n):
        run = self.recording
        return evaluate(run.network(n), run.X, run.Y, run.loss_function)

    def _film(self):
        """The Matplotlib animation: made anew each time, since it can be drawn once only."""
        from matplotlib.animation import FuncAnimation

        fig, update = film_of(self)
        interval = 1000 / self._fps()
        return FuncAnimation(fig, update, frames=self.moments, interval=interval, blit=False)


def _import_matplotlib():
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError("plotting needs Matplotlib: pip install matplotlib") from error
    return Figure


def film_of(film):
    """A figure with every part of a film, and the function that brings it to a moment.

    Parameters
    ----------
    film : Animation

    Returns
    -------
    fig : matplotlib.figure.Figure
    update : callable
        Takes a row of the recording's parameters and draws that moment.

    Raises
    ------
    Nothing of its own.
    """
    run = film.recording
    fig = _offscreen()
    widths = [len(layer.b) for layer in run.start[:-1]]
    units = [(l, j) for l, width in enumerate(widths) for j in range(width)][:_MOST_MAPS]
    above, below = fig.subfigures(2, 1, height_ratios=[3, 1.3])
    left, right = above.subfigures(1, 2, width_ratios=[1, 1]) if units else (above, None)
    plane, xs, ys = left.subplots(), *_grid_around(run.X)
    output, borders = (len(run.start) - 1, 0), _draw_samples(plane, run.X, run.Y[:, 0])
    fields = [_Field(plane, xs, ys, output, line="a", levels=borders, width=2.5, alpha=0.5)]
    if units:
        for ax, unit in zip(_maps(right, units, max(widths)), units, strict=True):
            fields.append(_Field(ax, xs, ys, unit))
    losses = [film._evaluate(n).loss for n in range(len(run.parameters))]
    here = _draw_curve(below.subplots(), run.recorded_epochs, losses)
    grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)

    def update(n):
        trace = forward(run.network(n), grid)
        for part in fields:
            part.show(trace, run.start)
        reached = film._evaluate(n)
        here.set_data([run.recorded_epochs[n]], [losses[n]])
        plane.set_title(
            f"epoch {run.recorded_epochs[n]}: loss {reached.loss:.3g}, "
            f"accuracy {100 * reached.accuracy:.1f} %",
            fontsize=9,
        )

    update(film.moments[-1])
    fig.draw_without_rendering()
    fig.set_layout_engine("none")  # settled: it would settle again in every frame
    return fig, update


def _offscreen():
    """An empty figure for a film."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    class Canvas(FigureCanvasAgg):
        def draw_idle(self, *args, **kwargs):
            """Nobody looks at it between two frames."""

    fig = _import_matplotlib()(figsize=(6.4, 4.6), layout="constrained")
    Canvas(fig)
    return fig


def _grid_around(X):
    """Coordinates, right and up, of a square grid with the samples in its middle."""
    low, high = X.min(axis=0), X.max(axis=0)
    half = 0.56 * (high - low).max()
    middle = (low + high) / 2
    return [np.linspace(m - half, m + half, _GRID) for m in middle]


class _Field:
    """The activation of a unit (l, j) over the input plane, and lines where a or z has a level."""

    def __init__(self, ax, xs, ys, unit, line="z", levels=(0,), width=1.2, alpha=1.0):
        from matplotlib.colors import LinearSegmentedColormap

        # few shades: a film of smooth ones would be many times as large
        green = LinearSegmentedColormap.from_list("a", ["#ffffff", colours()["a"]], N=_SHADES)
        blank, extent = np.zeros((_GRID, _GRID)), [xs[0], xs[-1], ys[0], ys[-1]]
        ax.set_axis_off()
        self.ax, self.xs, self.ys, self.unit = ax, xs, ys, unit
        self.image = ax.imshow(blank, origin="lower", extent=extent, cmap=green, alpha=alpha)
        self.line, self.levels, self.width, self.drawn = line, levels, width, None

    def show(self, trace, network):
        """Draw what a trace of the grid shows of the unit."""
        l, j = self.unit
        a, z = (rows[:, j].reshape(_GRID, _GRID) for rows in (trace.a[l + 1], trace.z[l]))
        self.image.set_data(a)
        bounds = network[l].activation.bounds
        self.image.set_clim(*(bounds if np.isfinite(bounds).all() else (a.min(), a.max())))
        if self.drawn:
            self.drawn.remove()
        values = {"a": a, "z": z}[self.line]
        levels = [level for level in self.levels if values.min() < level < values.max()]
        look = {"colors": [colours()[self.line]], "linewidths": self.width}
        self.drawn = self.ax.contour(self.xs, self.ys, values, levels, **look) if levels else None


def _maps(area, units, widest):
    """Titled panels for the fields of hidden units, in rows of at most four."""
    columns = min(widest, 4)
    rows = -(-len(units) // columns)
    axes = np.ravel(area.subplots(rows, columns, squeeze=False))
    for ax in axes[len(units) :]:
        ax.set_axis_off()
    for ax, (l, j) in zip(axes, units, strict=False):
        ax.set_title(f"layer {l + 1}, unit {j + 1}", fontsize=7, pad=2)
    return axes[: len(units)]


def _draw_samples(ax, X, targets):
    """Draw a mark for each sample, one kind a target; return the borders between the targets."""
    found = np.unique(targets)
    look = {"ms": 3, "mec": "black", "mew": 0.6}
    if len(found) > len(_MARKS):
        ax.plot(*X.T, "o", mfc="white", **look)
        return []
    for target, (mark, face) in zip(found, _MARKS, strict=False):
        ax.plot(*X[targets == target].T, mark, mfc=face, **look)
    return borders_of(targets, targets)


def _draw_curve(ax, epochs, losses):
    """Draw the loss over the epochs; return the dot that wanders along it."""
    ink = colours()["C"]
    ax.plot(epochs, losses, color=ink)
    (here,) = ax.plot([], [], "o", color=ink)
    ax.set(xlabel="epoch", ylabel="loss", ylim=(0, None))
    ax.spines[["top", "right"]].set_visible(False)
    return here


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
