"""The book's Matplotlib figures: they follow the page's colours, carry a text, and stay small."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from nnlib import data, forward, init_network, plotting, train
from nnlib.training import evaluate
from nnlib.widgets.bundle import palette


def picture(description="A line upwards.", colour="black", **options):
    fig, ax = plotting.figure(**options)
    ax.plot([0, 1, 2], [0, 1, 4], "o-", color=colour, label="a line")
    ax.set(xlabel="x", title="a title")
    ax.legend(frameon=False)
    return plotting.show(fig, description)


def styles_of(svg):
    return re.findall(r'style="([^"]*)"', svg)


def test_a_picture_is_one_svg_element_with_its_text():
    root = ET.fromstring(picture('Cost < 1 & "falling".').svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'Cost < 1 & "falling".'
    texts = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"x", "a title", "a line"} <= set(texts)


def test_black_takes_the_colour_of_the_page():
    svg = picture().svg
    assert "stroke: currentColor" in svg
    assert 'fill="currentColor"' in svg.split(">")[0]
    assert "#000" not in svg
    assert "black" not in svg


@pytest.mark.parametrize("letter", plotting.colours())
def test_a_colour_of_the_notation_follows_the_theme(letter):
    light, dark = palette()[letter]
    shown = picture(colour=plotting.colours()[letter])
    assert f"stroke: var(--nn-{letter}, {light})" in shown.svg
    assert f"--nn-{letter}:light-dark({light},{dark})" in shown.html()
    assert re.sub(rf"var\(--nn-{letter}, {light}\)", "", shown.svg).count(light) == 0


def test_nothing_is_painted_behind_the_picture():
    assert not [s for s in styles_of(picture().svg) if "fill: #ffffff" in s]


def test_matplotlibs_rule_for_every_element_stays_inside():
    """Matplotlib writes `* {...}`, which would reach every other svg of the page."""
    html = picture().html()
    rules = re.findall(r"([^{}]+)\{[^{}]*\}", re.search(r"<style>(.*?)</style>", html)[1])
    selectors = [selector for rule in rules for selector in rule.split(",")]
    assert selectors
    assert all(".nn-matplotlib" in selector for selector in selectors)
    assert "<style" not in picture().svg


def test_texts_have_the_font_of_the_page():
    svg = picture().svg
    assert "DejaVu" not in svg
    assert svg.count("font-family") == 1
    assert "font-size: 10px" in svg


def ids(svg):
    return set(re.findall(r'\bid="([^"]+)"', svg))


def test_ids_are_used_and_differ_from_picture_to_picture():
    one, other = picture("One.").svg, picture("Other.", colour="#123456").svg
    for svg in (one, other):
        assert ids(svg) == set(re.findall(r'(?:url\(#|href="#)([^)"]+)', svg)) != set()
    assert ids(one).isdisjoint(ids(other))


def test_a_picture_is_the_same_every_time():
    assert picture() == picture()


def test_a_notebook_gets_html_and_a_picture_that_stands_alone():
    shown = picture()
    bundle = shown._repr_mimebundle_()
    assert bundle["text/html"] == shown.html()
    assert bundle["text/plain"] == repr(shown) == "A line upwards."
    assert ET.fromstring(bundle["image/svg+xml"]).get("style").startswith("background:#fff;")
    assert "background" not in shown.svg


def test_a_picture_shrinks_with_its_page():
    shown = picture(height=2.0)
    root = ET.fromstring(shown.svg)
    assert root.get("viewBox") == "0 0 345.6 144"
    assert (root.get("width"), root.get("height")) == ("461", "192")
    assert "max-width:100%;height:auto" in shown.html()


def test_a_crowded_picture_is_still_small():
    fig, axes = plotting.figure(3, height=4.5, sharex=True)
    grid = np.linspace(-5, 5, 201)
    for ax in axes:
        for shift in range(4):
            ax.plot(grid, np.sin(grid + shift))
    assert len(plotting.show(fig, "Twelve waves.").html().encode()) <= 60_000


def test_panels_come_as_asked():
    _, one = plotting.figure()
    _, column = plotting.figure(2)
    _, table = plotting.figure(2, 3, sharey=True)
    assert one.get_figure().get_size_inches()[0] == plotting.WIDTH
    assert (column.shape, table.shape) == ((2,), (2, 3))
    assert not one.spines["top"].get_visible()
    assert one.spines["left"].get_visible()


@pytest.mark.parametrize("height", [0, -1.0, float("nan")])
def test_a_height_that_is_none_raises(height):
    with pytest.raises(ValueError, match="figure: height is"):
        plotting.figure(height=height)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: plotting.figure(height="a"), TypeError, "figure: height must be one number"),
        (
            lambda: plotting.figure(height=np.inf),
            ValueError,
            "figure: height is inf: give a finite",
        ),
        (lambda: plotting.figure(0), ValueError, "figure: rows must be at least 1"),
        (lambda: plotting.figure(1, "a"), TypeError, "figure: columns must be a whole number"),
        (
            lambda: plotting.show(plotting.figure()[0], None),
            TypeError,
            "show: the description is of type NoneType: say in a sentence",
        ),
        (
            lambda: plotting.show(plotting.figure()[1], "A line."),
            TypeError,
            "show: fig is of type Axes: give the figure, the first of the two",
        ),
    ],
)
def test_what_makes_no_figure_raises(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("description", ["", "  \n"])
def test_a_picture_without_a_text_raises(description):
    with pytest.raises(ValueError, match="description is empty"):
        picture(description)


def test_a_text_may_run_over_several_lines():
    assert picture("A line\n    upwards.").description == "A line upwards."


def test_matplotlib_is_imported_when_first_used_and_pyplot_never():
    code = (
        "import sys; from nnlib import plotting; before = 'matplotlib' in sys.modules;"
        "fig, ax = plotting.figure(); plotting.show(fig, 'x.');"
        "print(before, 'matplotlib' in sys.modules, 'matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["False", "True", "False"]


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match="pip install matplotlib"):
        plotting.figure()


# -- films ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def recording():
    X, Y = data.circles(n=40, rng=0)
    settings = {"learning_rate": 3.0, "epochs": 12, "batch_size": 10, "rng": 0}
    return train(init_network([2, 3, 2, 1], rng=3), X, Y, **settings, record_every=1)[1]


@pytest.fixture(scope="module")
def film(recording):
    return plotting.animate(recording, frames=3, seconds=1.5)


def test_a_film_runs_from_the_first_moment_to_the_last(recording, film):
    assert film.moments == (0, 6, 12)
    assert plotting.animate(recording, frames=60).moments == tuple(range(13))
    first, last = recording.network(0), recording.network(12)
    for network in (first, last):
        assert f"{evaluate(network, recording.X, recording.Y).loss:.3g}" in repr(film)
    assert "2, 3, 2, 1 units learns 40 samples, in 3 frames from epoch 0 to 12" in repr(film)


def test_a_notebook_gets_a_film_that_loads_nothing_from_elsewhere(film):
    page = film._repr_html_()
    assert page.count("data:image/png;base64") == 3
    assert "http" not in page
    assert "fa-" not in page
    assert 'alt="A network of' in page
    assert 'aria-label="Frame"' in page
    assert film.html() is page


def test_a_film_is_the_same_every_time(recording, film):
    again = plotting.animate(recording, frames=3, seconds=1.5)
    assert again.html() == film.html()


def test_every_frame_shows_its_own_moment(recording):
    fig, update = plotting.film_of(plotting.animate(recording, frames=3))
    for n in (0, 12, 6):
        update(n)
        plane, *maps, curve = fig.axes
        assert plane.get_title().startswith(f"epoch {recording.recorded_epochs[n]}: loss")
        left, right, bottom, top = plane.images[0].get_extent()
        points = np.stack(
            np.meshgrid(np.linspace(left, right, 65), np.linspace(bottom, top, 65)), axis=-1
        )
        trace = forward(recording.network(n), points.reshape(-1, 2))
        shown = [trace.a[-1][:, 0], *trace.a[1].T, *trace.a[2].T]
        used = [plane, *(ax for ax in maps if ax.images)]
        for ax, expected in zip(used, shown, strict=True):
            np.testing.assert_allclose(ax.images[0].get_array().ravel(), expected, atol=1e-6)
        (dot,) = [line for line in curve.lines if line.get_marker() == "o"]
        found = evaluate(recording.network(n), recording.X, recording.Y)
        assert dot.get_xydata().tolist() == [[n, pytest.approx(found.loss)]]


def test_a_film_is_saved_whole_or_not_at_all(film, tmp_path, monkeypatch):
    def full(self):
        Path(self.outfile).write_bytes(b"half of it")
        raise OSError("no space left on device")

    monkeypatch.setattr("matplotlib.animation.PillowWriter.finish", full)
    (tmp_path / "film.gif").write_bytes(b"before")
    with pytest.raises(OSError, match="no space left"):
        film.save(tmp_path / "film.gif", dpi=40)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [
        ("film.gif", b"before")
    ]


def test_a_film_is_saved_as_gif(film, tmp_path):
    from PIL import Image

    film.save(tmp_path / "film.gif", dpi=40)
    with Image.open(tmp_path / "film.gif") as image:
        assert image.n_frames == 3
        assert image.info["duration"] == 500


def test_a_film_is_saved_as_mp4_where_ffmpeg_is_and_otherwise_says_so(film, tmp_path):
    from matplotlib.animation import writers

    path = tmp_path / "film.mp4"
    if writers.is_available("ffmpeg"):
        film.save(path, dpi=40)
        assert path.read_bytes()[4:8] == b"ftyp"
    else:
        with pytest.raises(RuntimeError, match=r"film\.mp4 needs the program ffmpeg.*\.gif"):
            film.save(path)


@pytest.mark.parametrize(("suffix", "needs"), [("gif", "Pillow"), ("mp4", "ffmpeg")])
def test_what_a_film_needs_is_said_where_it_is_not(film, tmp_path, monkeypatch, suffix, needs):
    from matplotlib import animation

    monkeypatch.setattr(animation.writers, "is_available", lambda name: False)
    with pytest.raises(RuntimeError, match=needs):
        film.save(tmp_path / f"film.{suffix}")


def test_another_ending_raises(film):
    with pytest.raises(ValueError, match=r"'film.avi' must end in \.mp4 or \.gif"):
        film.save("film.avi")


def test_what_cannot_be_filmed_raises(recording):
    X, Y = data.step(n=10)
    settings = {"learning_rate": 1.0, "epochs": 1, "batch_size": 5, "rng": 0}
    line = train(init_network([1, 1], rng=0), X, Y, **settings, record_every=1)[1]
    curves = train(init_network([1, 1], rng=0), X, Y, **settings)[1]
    for given, error, words in (
        ("film", TypeError, "recording is str"),
        (curves, ValueError, "record_every=1"),
        (line, ValueError, "has 1 inputs and 1 outputs"),
    ):
        with pytest.raises(error, match=words):
            plotting.animate(given)
    for options, words in (
        ({"frames": 1}, "frames must be at least 2"),
        ({"seconds": 0}, "animate: seconds is 0.0: give a number above 0"),
        ({"seconds": np.inf}, "animate: seconds is inf: give a finite number"),
    ):
        with pytest.raises(ValueError, match=words):
            plotting.animate(recording, **options)
    for options in ({"frames": 2.5}, {"seconds": "a"}, {"seconds": None}):
        with pytest.raises(TypeError, match=next(iter(options))):
            plotting.animate(recording, **options)


def test_a_resolution_that_is_none_raises(film, tmp_path):
    with pytest.raises(ValueError, match="save: dpi must be at least 1, but it is 0"):
        film.save(tmp_path / "film.gif", dpi=0)
    with pytest.raises(TypeError, match="save: dpi must be a whole number"):
        film.save(tmp_path / "film.gif", dpi="low")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("levels", "marks", "boundaries"), [(2, 2, 1), (6, 6, 5), (7, 1, 0)])
def test_every_sample_is_drawn_however_many_targets_there_are(levels, marks, boundaries):
    X = np.random.default_rng(0).normal(size=(50, 2))
    Y = np.arange(50.0).reshape(-1, 1) % levels
    settings = {"learning_rate": 1e-3, "epochs": 1, "batch_size": 10, "rng": 0}
    network = init_network([2, 1], output_activation="identity", rng=0)
    network = [layer._replace(W=10 * layer.W) for layer in network]
    run = train(network, X, Y, **settings, record_every=1)[1]
    plane = plotting.film_of(plotting.animate(run, frames=2))[0].axes[0]
    drawn = np.concatenate([line.get_xydata() for line in plane.lines])
    np.testing.assert_array_equal(np.sort(drawn, axis=0), np.sort(X, axis=0))
    assert len(plane.lines) == marks
    (lines,) = [c.levels for c in plane.collections if hasattr(c, "levels")] or [[]]
    assert len(lines) == boundaries
