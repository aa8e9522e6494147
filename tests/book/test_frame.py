"""frame.js, which every figure shares: what it says, what it keeps, and what it leaves behind."""

import html
import json

import pytest
from nudge_book import figures
from playwright.sync_api import expect

from nnlib import data, init_network, train
from nnlib.widgets import (
    ActivationExplorer,
    ChainExplorer,
    GradientCheck,
    LayerMatrix,
    NetworkNudge,
    ShapeBench,
    TrainingPlayer,
    bundle,
)

from .conftest import served
from .figures import settle

PROBE = """
globalThis.builds = 0;
globalThis.nnFigures = { Probe: { validate, render } };

function validate({ size }) {
  return typeof size === "number" ? null : `size is ${size}; it must be a number.`;
}

function build({ body, redraw }) {
  builds += 1;
  globalThis.pointed = 0;
  globalThis.point = (value) => {
    pointed = value;
    redraw();
  };
  for (const text of ["Twin", "Twin", "Single"]) {
    const button = document.createElement("button");
    button.textContent = text;
    body.append(button);
  }
  const output = body.appendChild(document.createElement("output"));
  return {
    draw({ size }) {
      if (size === 13 || pointed === 13) throw new Error("unlucky");
      output.textContent = `size ${size}${pointed ? `, pointed at ${pointed}` : ""}`;
    },
    takeDown() {},
  };
}

function render({ model, el }) {
  globalThis.model = model;
  return framing.frame({
    model,
    el,
    name: "Probe",
    traits: ["size", "parts", "load"],
    validate,
    structure: ({ parts }) => {
      if (parts === 13) throw new Error("unlucky");
      return parts;
    },
    build,
    summary: ({ size }) => `It is ${size}.`,
  });
}
"""


@pytest.fixture
def probe(tmp_path, open_page):
    """Open a page with one small figure of the traits size, parts and load."""

    def show(**traits):
        state = html.escape(json.dumps({"size": 1, "parts": 1, "load": [1, 2], **traits}))
        script = bundle.library("shared/host/frame.js", "framing") + PROBE
        file = tmp_path / "probe.html"
        file.write_text(
            '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">'
            '<div class="nn-figure" data-nn-figure="Probe" '
            f'data-nn-state="{state}">A still.</div>'
            f"<script>{script}</script><script>{figures.HYDRATE.read_text('utf8')}</script>",
            "utf8",
        )
        page, log = open_page(file.as_uri(), width=752)
        settle(page)
        return page, log

    return show


def put(page, **traits):
    page.evaluate("traits => model.set(traits)", traits)
    settle(page)


def wait_for_the_voice(page):
    """Until after the pause after which a figure speaks: a timer set now fires after its own."""
    page.evaluate("new Promise(done => setTimeout(done, 650))")


def voice(page):
    return page.locator(".nn-unseen[role=status]")


# -- what goes wrong --------------------------------------------------------------------------


@pytest.mark.parametrize("trait", ["size", "parts"])
def test_what_goes_wrong_after_the_first_drawing_is_said_in_its_place(probe, trait):
    page, log = probe()
    put(page, **{trait: 13})
    error = page.get_by_role("alert")
    expect(error).to_have_text(
        "This figure cannot be drawn: unlucky. Press Reset to go back to where it started."
    )
    assert page.locator("output").count() == 0, "no picture of another state is left"
    assert "unlucky" in log.console[0]
    page.get_by_role("button", name="Reset").click()
    expect(page.locator("output")).to_have_text("size 1")
    expect(error).to_have_count(0)


def test_what_goes_wrong_while_pointing_is_said_in_its_place(probe):
    page, log = probe()
    page.evaluate("point(2)")
    settle(page)
    expect(page.locator("output")).to_have_text("size 1, pointed at 2")
    page.evaluate("point(13)")
    settle(page)
    expect(page.get_by_role("alert")).to_have_text("This figure cannot be drawn: unlucky.")
    assert "unlucky" in log.console[0]
    put(page, size=2)
    expect(page.locator("output")).to_have_text("size 2")


def test_what_goes_wrong_at_the_first_drawing_leaves_the_still(probe):
    page, log = probe(size=13)
    expect(page.get_by_role("alert")).to_contain_text("unlucky")
    expect(page.locator(".nn-figure")).to_contain_text("A still.")
    assert len(log.console) == 1
    put(page, size=2)
    assert page.locator("output").count() == 0, "nothing listens any more"


def test_reset_is_only_offered_where_it_helps(probe):
    page, _ = probe(size=None)
    error = page.get_by_role("alert")
    expect(error).to_have_text("This figure cannot be drawn: size is null; it must be a number.")
    put(page, size="wide")
    expect(error).to_contain_text("size is wide")
    expect(error).not_to_contain_text("Reset")
    put(page, size=2)
    expect(page.locator("output")).to_have_text("size 2")


# -- the voice --------------------------------------------------------------------------------


def test_a_figure_speaks_when_something_has_changed_and_not_before(probe):
    page, _ = probe()
    wait_for_the_voice(page)
    expect(voice(page)).to_be_empty()
    page.set_viewport_size({"width": 400, "height": 900})
    settle(page)
    assert page.evaluate("builds") >= 1
    wait_for_the_voice(page)
    expect(voice(page)).to_be_empty()
    put(page, size=2)
    expect(voice(page)).to_have_text("It is 2.")


def test_a_figure_that_cannot_be_drawn_does_not_say_what_it_shows(probe):
    page, _ = probe()
    put(page, size=2)
    put(page, size="wide")
    wait_for_the_voice(page)
    expect(voice(page)).to_be_empty()


# -- what is kept -----------------------------------------------------------------------------


@pytest.mark.parametrize("place", [0, 1])
def test_the_focus_is_found_again_by_name_and_place(probe, place):
    page, _ = probe()
    twins = page.get_by_role("button", name="Twin")
    twins.nth(place).focus()
    put(page, parts=2)
    assert page.evaluate("builds") == 2
    expect(twins.nth(place)).to_be_focused()
    page.get_by_role("button", name="Single").focus()
    put(page, parts=3)
    expect(page.get_by_role("button", name="Single")).to_be_focused()


def test_reset_leaves_alone_what_is_as_it_was(probe):
    page, _ = probe()
    page.evaluate("globalThis.load = model.get('load')")
    put(page, size=2)
    page.get_by_role("button", name="Reset").click()
    expect(page.locator("output")).to_have_text("size 1")
    assert page.evaluate("model.get('load') === load")
    put(page, load=[3])
    page.get_by_role("button", name="Reset").click()
    assert page.evaluate("model.get('load') === load")


def test_a_height_that_changes_draws_nothing(probe):
    page, _ = probe()
    page.evaluate("document.querySelector('output').textContent = 'as it was'")
    page.evaluate("document.querySelector('.nn-body').style.height = '500px'")
    settle(page)
    expect(page.locator("output")).to_have_text("as it was")


# -- what is left -----------------------------------------------------------------------------

WATCH = """
globalThis.held = new Map(); // what outlives a figure unless it is taken back, and how often
const hold = (what, by) => {
  held.set(what, (held.get(what) ?? 0) + by);
  if (held.get(what) === 0) held.delete(what);
};
for (const name of ["ResizeObserver", "IntersectionObserver", "MutationObserver"]) {
  const kind = globalThis[name].prototype;
  const [observe, disconnect] = [kind.observe, kind.disconnect];
  const watching = new Map();
  kind.observe = function (...what) {
    watching.set(this, (watching.get(this) ?? 0) + 1);
    hold(name, 1);
    observe.apply(this, what);
  };
  kind.disconnect = function () {
    hold(name, -(watching.get(this) ?? 0));
    watching.delete(this);
    disconnect.apply(this);
  };
}
const isLasting = (target) =>
  [window, document, document.body].includes(target) || target instanceof MediaQueryList;
const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
EventTarget.prototype.addEventListener = function (type, ...more) {
  if (isLasting(this ?? window)) hold(`listener of ${type}`, 1);
  add.call(this ?? window, type, ...more);
};
EventTarget.prototype.removeEventListener = function (type, ...more) {
  if (isLasting(this ?? window)) hold(`listener of ${type}`, -1);
  remove.call(this ?? window, type, ...more);
};
for (const [start, stop] of [
  ["requestAnimationFrame", "cancelAnimationFrame"],
  ["setInterval", "clearInterval"],
]) {
  const [begin, end] = [globalThis[start], globalThis[stop]];
  const running = new Set();
  globalThis[start] = (work, ...more) => {
    const own = begin((...given) => {
      if (start === "requestAnimationFrame") over(own);
      work(...given);
    }, ...more);
    running.add(own);
    hold(start, 1);
    return own;
  };
  const over = (own) => running.delete(own) && hold(start, -1);
  globalThis[stop] = (own) => {
    over(own);
    end(own);
  };
}

globalThis.drawTwice = (name, state) => {
  const el = document.querySelector("main").appendChild(document.createElement("div"));
  const live = { ...state };
  const model = {
    get: (trait) => live[trait],
    set: (trait, value) => (live[trait] = value),
    save_changes() {},
    on: (event) => hold(`the model's ${event}`, 1),
    off: (event) => hold(`the model's ${event}`, -1),
  };
  globalThis.closers = [1, 2].map(() => {
    const close = nnFigures[name].render({ model, el });
    el.querySelector('[aria-label="Play"]')?.click();
    return close;
  });
};
"""


def recorded():
    X, Y = data.circles(n=40, rng=1)
    settings = {"learning_rate": 1.0, "batch_size": 10, "rng": 0, "record_every": 1}
    return train(init_network((2, 3, 1), rng=0), X, Y, epochs=2, **settings)[1]


FIGURES = {
    "activations": ActivationExplorer,
    "chain playing": lambda: ChainExplorer(mode="backward"),
    "chain nudged": lambda: ChainExplorer(mode="nudge"),
    "gradient check": GradientCheck,
    "layer": LayerMatrix,
    "network": NetworkNudge,
    "shapes": ShapeBench,
    "training playing": lambda: TrainingPlayer(recorded(), epoch=0, playing=True),
}


@pytest.mark.parametrize("kind", FIGURES)
def test_a_figure_that_is_drawn_again_leaves_nothing_behind(open_page, tmp_path, kind):
    figure = FIGURES[kind]()
    name = type(figure).__name__
    file = tmp_path / "empty.html"
    file.write_text(
        '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><main></main>'
        f"<style>{bundle.colours()}{bundle.styles()}</style><script>{WATCH}</script>"
        f"<script>{bundle.script([name])}</script>",
        "utf8",
    )
    page, log = open_page(file.as_uri(), width=752)
    page.evaluate("([name, state]) => drawTwice(name, state)", [name, figure.state()])
    settle(page)
    held = page.evaluate("[...held.keys()]")
    assert "ResizeObserver" in held
    assert any(what.startswith("the model's") for what in held)
    page.evaluate("for (const close of closers) close();")
    assert page.evaluate("[...held]") == []
    assert log.trouble == []


SHADOW = """<!doctype html><title>x</title><link rel="icon" href="data:,"><div id="host"></div>
<script type="module">
  import figure from "./figure.js";
  const state = %s;
  const root = document.querySelector("#host").attachShadow({ mode: "open" });
  root.innerHTML = `<style>${await (await fetch("figure.css")).text()}</style><div></div>`;
  const model = { get: (name) => state[name], set() {}, on() {}, off() {}, save_changes() {} };
  figure.render({ model, el: root.querySelector("div") });
</script>"""


def test_in_a_shadow_root_a_figure_has_its_colours(open_page, tmp_path):
    """As marimo shows it: nothing but the figure's own style sheet reaches it."""
    figure = ChainExplorer()
    (tmp_path / "figure.js").write_text(figure._esm, "utf8")
    (tmp_path / "figure.css").write_text(figure._css, "utf8")
    (tmp_path / "index.html").write_text(SHADOW % json.dumps(figure.state()), "utf8")
    with served(tmp_path) as site:
        page, log = open_page(f"{site}/index.html")
        page.locator(".nn-frame").wait_for()
        shown = page.locator(".nn-frame").evaluate(
            """(frame, letters) => letters.map((letter) => {
              frame.style.color = `var(--nn-${letter}, transparent)`;
              return getComputedStyle(frame).color;
            })""",
            list("wbazCd"),
        )
        assert len(set(shown)) == 6
        assert "rgba(0, 0, 0, 0)" not in shown
        assert log.trouble == []
