"""Every figure in Firefox and in WebKit: worked as a reader works it, it shows nnlib's numbers."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import numpy as np
import pytest

from nnlib import widgets

from ..widgets.reading import numbers, shows
from .test_shape_bench import front

TEXTS = "(selector) => [...document.querySelector('.nn-frame').querySelectorAll(selector)]"
SETTLED = """async () => {
  const frame = document.querySelector(".nn-frame");
  [...frame.querySelectorAll("button")].find((b) => b.textContent === "Copy link").click();
  while (!location.hash) await new Promise((done) => setTimeout(done, 10));
  const shared = JSON.parse(decodeURIComponent(location.hash.slice(4)));
  history.replaceState(null, "", location.href.split("#")[0]);
  const figure = frame.closest(".nn-figure");
  return { ...JSON.parse(figure.dataset.nnState), ...shared[shared.at] };
}"""


def texts(tab, selector):
    """The texts of what is inside of the page's first figure."""
    return tab.evaluate(f"(s) => ({TEXTS})(s).map((e) => e.value ?? e.textContent)", selector)


def state(tab):
    """The state of the page's first figure, as a link carries it."""
    tab.settle()
    return tab.evaluate(SETTLED)


def cells(tab, *names):
    return [numbers(texts(tab, f'[data-cell="{name}"] .nn-number')[0])[0] for name in names]


# -- what each figure shows, and what nnlib says ----------------------------------------------


def activations(tab, figure):
    found = [numbers(text)[0] for text in texts(tab, ".nn-act-readings tfoot td:last-child")]
    return found[-2:], [shows(figure.output_z, 3), shows(figure.output, 3)]


def chain(tab, figure):
    kind, place = figure.parameter[0], int(figure.parameter[1:]) - 1
    moved = {"w": list(figure.w), "b": list(figure.b)}
    moved[kind][place] += figure.nudge
    actual = widgets.ChainExplorer(**(figure.state() | moved)).cost - figure.cost
    promised = figure.nudge * figure.gradient[kind][place]
    return cells(tab, "actual", "promised"), [shows(actual), shows(promised)]


def gradient_check(tab, figure):
    kind, units = figure.parameter.split("_")
    gradient = figure.gradient["W" if kind[0] == "w" else "b"][int(kind[1:]) - 1]
    slope = np.asarray(gradient)[tuple(int(unit) - 1 for unit in units)]
    return cells(tab, "derived"), [shows(slope, digits=9)]


def layer(tab, figure):
    values = np.concatenate(figure.a)
    found = [numbers(text)[0] for text in texts(tab, ".nn-unit-value")]
    return found, [pytest.approx(value, abs=0.00501) for value in values]


def network(tab, figure):
    kind, units = figure.parameter.split("_")
    place = tuple(int(unit) - 1 for unit in units)
    moved = figure.state()
    arrays = [np.array(array) for array in moved["W" if kind[0] == "w" else "b"]]
    arrays[int(kind[1:]) - 1][place] += figure.nudge
    moved["W" if kind[0] == "w" else "b"] = [array.tolist() for array in arrays]
    return cells(tab, "actual"), [shows(widgets.NetworkNudge(**moved).cost - figure.cost)]


def shapes(tab, figure):
    panel = " ".join(texts(tab, ".nn-shape-panel")[0].split())
    if figure.error:
        return [figure.error.strip() in panel], [True]
    assert f"→ {tuple(figure.shape)}" in panel
    drawn = [numbers(text)[0] for text in texts(tab, ".nn-picture .nn-shape-number")]
    result = front(figure.result())
    return drawn[-len(result) :], result


def player(tab, figure):
    tab.middle(".nn-player-reading")  # what is out of sight is not drawn
    tab.settle()
    tab.settle()
    loss, accuracy = numbers(texts(tab, ".nn-player-reading")[0])
    expected = [shows(figure.loss[0], 3), pytest.approx(100 * figure.accuracy[0], abs=0.051)]
    return [loss, accuracy], expected


# -- how each is worked -----------------------------------------------------------------------


def along(selector, down=0.5):
    """Drag along a picture, from one share of its width to another."""
    return lambda tab, start, end: (
        tab.middle(selector, start, down),
        tab.middle(selector, end, down),
    )


def sideways(selector):
    """Drag a handle from where it stands, by pixels."""

    def move(tab, start, end):
        x, y = tab.middle(selector)
        return (x, y), (x + 100 * (end - start), y)

    return move


def press(*selectors):
    """No drag: one of two buttons is pressed, by which way a drag would go."""
    return lambda tab, start, end: (tab.middle(selectors[int(end > start)]),)


def labelled(name):
    return f".nn-frame [aria-label='{name}']"


@dataclass
class Work:
    """A figure of a page: how it is moved, how a key moves it, and what it shows."""

    page: str
    move: Callable
    focus: str
    key: str
    shown: Callable


WORK = {
    "ActivationExplorer": Work(
        "06-why-not-a-straight-line",
        along(".nn-act-curves"),
        labelled("input x"),
        "ArrowRight",
        activations,
    ),
    "ChainExplorer": Work(
        "02-nudges", along(labelled("bias b 1")), labelled("weight w 3"), "ArrowLeft", chain
    ),
    "GradientCheck": Work(
        "09-trust-but-check",
        along(".nn-check-plot"),
        ".nn-check-along .nn-range",
        "ArrowRight",
        gradient_check,
    ),
    "LayerMatrix": Work(
        "05-a-layer-is-a-matrix",
        press(labelled("unit 1 of layer 2"), labelled("unit 2 of layer 2")),
        labelled("weight of layer 2, into unit 1 from unit 2"),
        "ArrowUp",
        layer,
    ),
    "NetworkNudge": Work(
        "07-many-paths",
        sideways(labelled("weight of layer 1, into unit 2 from unit 1")),
        labelled("bias of layer 1, unit 1"),
        "ArrowUp",
        network,
    ),
    "ShapeBench": Work(
        "10-a-batch-is-a-matrix",
        press(labelled("one sample fewer"), labelled("one sample more")),
        ".nn-shape-controls .nn-tab:not([aria-pressed='true'])",
        "Enter",
        shapes,
    ),
    "TrainingPlayer": Work(
        "14-what-the-hidden-layers-see",
        along(".nn-player-scrub"),
        ".nn-player-scrub",
        "ArrowRight",
        player,
    ),
}
assert set(WORK) == set(widgets.bundle.figures())

AT_WORK = [(engine, name) for engine in ("firefox", "webkit") for name in WORK]


@dataclass
class AtWork:
    """A figure in an engine: the tab that it is in, and how it is worked."""

    engine: object
    tab: object
    name: str
    work: Work
    address: str

    def drag(self, start, end, kind="mouse"):
        """Drag from one share of the figure's ground to another; return the state it leads to."""
        self.tab.drag(*self.work.move(self.tab, start, end), kind=kind)
        return state(self.tab)

    def assert_numbers(self):
        """What it shows is what nnlib computes from its state."""
        figure = getattr(widgets, self.name)(**state(self.tab))
        shown, expected = self.work.shown(self.tab, figure)
        assert shown == expected


@pytest.fixture(scope="module")
def opened(request, running_engines, watched_site):
    """A figure's page in an engine, opened once for all the tests that work it."""
    engine, name = request.param
    running, work = running_engines(engine), WORK[name]
    address = f"{watched_site[0]}/chapters/{work.page}.html"
    tab = running.tab(address)
    tab.figures_ready()
    return AtWork(running, tab, name, work, address)


@pytest.fixture
def at_work(opened):
    """The figure as it was at the start; the page must have done nothing wrong afterwards."""
    reset = f"() => ({TEXTS})('button').find((b) => b.textContent === 'Reset').click()"
    opened.tab.evaluate(reset)
    opened.tab.settle()
    yield opened
    assert opened.tab.trouble() == []


each_figure = pytest.mark.parametrize("opened", AT_WORK, indirect=True, ids="-".join)


@each_figure
def test_one_drag_after_another_moves_it_and_selects_no_text(at_work):
    start = state(at_work.tab)
    at_work.assert_numbers()
    far = at_work.drag(0.35, 0.7)
    at_work.assert_numbers()
    near = at_work.drag(0.6, 0.45)
    at_work.assert_numbers()
    again = at_work.drag(0.35, 0.7)
    assert at_work.tab.evaluate("() => `${getSelection()}`") == ""
    assert far not in (start, near)
    assert again == far


@each_figure
def test_a_key_moves_it(at_work):
    before = state(at_work.tab)
    at_work.tab.focus(at_work.work.focus)
    at_work.tab.press(at_work.work.key)
    assert state(at_work.tab) != before
    at_work.assert_numbers()


@each_figure
def test_a_finger_moves_it(at_work):
    if "touch" not in at_work.engine.can:
        pytest.skip("this engine's driver has no finger")
    before = state(at_work.tab)
    assert at_work.drag(0.35, 0.7, kind="touch") != before
    at_work.assert_numbers()


COLOURS = """() => {
  const frame = document.querySelector(".nn-frame");
  const { backgroundColor, color } = getComputedStyle(frame);
  return [backgroundColor, color, frame.querySelector("canvas")?.toDataURL() ?? ""];
}"""


@each_figure
def test_it_follows_the_theme(at_work):
    tab = at_work.tab
    tab.middle(".nn-figure")  # a player that is out of sight waits
    tab.settle()
    first = tab.evaluate(COLOURS)
    theme = tab.evaluate("() => document.documentElement.dataset.theme")
    choose_theme(tab, "light" if theme == "dark" else "dark")
    tab.until(f"(first) => ({COLOURS})().every((one, i) => !first[i] || one !== first[i])", first)
    at_work.assert_numbers()
    choose_theme(tab, theme)
    tab.until(f"(first) => String(({COLOURS})()) === String(first)", first)


def choose_theme(tab, theme):
    """Press the page's button until it has the theme."""
    for _ in range(3):
        if tab.evaluate("() => document.documentElement.dataset.theme") == theme:
            break
        tab.evaluate("() => document.querySelector('.theme-switch-button').click()")
    tab.settle()
    tab.settle()


@each_figure
def test_on_a_phone_it_fits_and_is_worked(at_work):
    tab = at_work.tab
    tab.resize(390)
    tab.until("() => document.querySelector('.nn-figure.nn-narrow')")
    tab.settle()
    try:
        assert tab.evaluate("() => document.documentElement.scrollWidth") <= 390
        assert tab.evaluate("() => document.querySelector('.nn-frame').scrollWidth") <= 390
        before = state(tab)
        assert at_work.drag(0.35, 0.7) != before
        at_work.assert_numbers()
    finally:
        tab.resize(1280)
        tab.until("() => !document.querySelector('.nn-figure.nn-narrow')")


@each_figure
def test_a_link_brings_it_back_with_its_top_in_view(at_work):
    moved = at_work.drag(0.35, 0.7)
    start = json.loads(
        at_work.tab.evaluate("() => document.querySelector('[data-nn-state]').dataset.nnState")
    )
    changes = {name: value for name, value in moved.items() if value != start[name]}
    assert changes
    shared = {"at": f"{at_work.name}1", f"{at_work.name}1": changes}
    tab = at_work.engine.tab(f"{at_work.address}#nn={quote(json.dumps(shared))}")
    tab.figures_ready()
    tab.settle()
    top = tab.evaluate("() => document.querySelector('.nn-figure').getBoundingClientRect().top")
    assert 0 < top < 100
    assert state(tab) == moved
    at_work.assert_numbers()
