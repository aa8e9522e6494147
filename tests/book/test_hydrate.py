"""hydrate.js: a figure's model, its link, and what a reader sees when something is wrong."""

import html
import json

import pytest
from nudge_book import figures

from nnlib.widgets import bundle

from .figures import settle

FIGURES = """
globalThis.nnFigures = { Knob: {
  validate: (state) => typeof state.w === "number" ? null : "w is not a number",
  render({ model, el }) {
    if (model.get("w") === 13) throw new Error("unlucky");
    globalThis.models = [...(globalThis.models ?? []), model];
    const output = document.createElement("output");
    const draw = () => { output.textContent = `w = ${model.get("w")}, ${model.get("mode")}`; };
    model.on("change:w change:mode", draw);
    draw();
    el.append(output);
  },
} };
"""


def figure(name="Knob", **state):
    text = html.escape(json.dumps({"mode": "nudge", **state}))
    return (
        f'<div class="nn-figure" data-nn-figure="{name}" data-nn-state="{text}">'
        "<svg></svg><p>A still.</p></div>"
    )


@pytest.fixture
def open_figures(tmp_path, open_page):
    def open_them(*divs, link=""):
        script = FIGURES + figures.HYDRATE.read_text("utf8")
        (tmp_path / "figures.js").write_text(script, "utf8")
        page = tmp_path / "page.html"
        page.write_text(
            '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">'
            f"<script defer src='figures.js'></script>{''.join(divs)}",
            "utf8",
        )
        return open_page(page.as_uri() + link)

    return open_them


def texts(page):
    return page.locator("output").all_inner_texts()


def test_every_figure_is_drawn_from_its_own_state(open_figures):
    page, log = open_figures(figure(w=1), figure(w=2))
    assert texts(page) == ["w = 1, nudge", "w = 2, nudge"]
    assert page.locator("[data-nn-ready]").count() == 2
    assert page.evaluate("performance.getEntriesByName('nn-figure-ready').length") == 2
    assert page.get_by_text("A still.").count() == 0
    assert log.trouble == []


def test_the_model_fires_only_on_a_change(open_figures):
    page, _ = open_figures(figure(w=1))
    fired = page.evaluate(
        """() => {
          const [model] = models, fired = [], note = (_, value) => fired.push(value ?? "any");
          model.on("change:w change", note);
          model.set("w", 1); model.set("w", 2); model.set({ w: 2, mode: "forward" });
          model.set("w", NaN); model.set("w", NaN); model.save_changes();
          model.off("change:w", note); model.set("w", 3);
          model.off(); model.set("w", 4);
          return fired.map(String);
        }"""
    )
    assert fired == ["2", "any", "any", "NaN", "any", "any"]


def test_a_link_holds_what_differs_and_restores_it(open_figures):
    divs = figure(w=1), figure(w=2)
    page, _ = open_figures(*divs)
    page.evaluate("models[1].set('w', 2.5)")
    link = page.evaluate("models[1].link()")
    shared = page.evaluate("link => JSON.parse(decodeURIComponent(link.split('#nn=')[1]))", link)
    assert shared == {"at": "Knob2", "Knob2": {"w": 2.5}}
    again, log = open_figures(*divs, link="#" + link.split("#")[1])
    assert texts(again) == ["w = 1, nudge", "w = 2.5, nudge"]
    assert again.locator(".nn-notice").count() == 0
    assert log.trouble == []


def test_a_link_pasted_into_the_same_page_is_followed(open_figures):
    page, _ = open_figures(figure(w=1))
    page.evaluate("location.hash = 'nn=' + encodeURIComponent('{\"Knob1\": {\"w\": 7}}')")
    page.get_by_text("w = 7, nudge").wait_for()
    page.evaluate("location.hash = 'nn=nonsense'")
    page.get_by_text("w = 1, nudge").wait_for()
    assert "cannot be read" in page.locator(".nn-notice").inner_text()


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("#nn=%7Bnot-json", "it cannot be read"),
        ("#nn=%E0%A4%A", "it cannot be read"),
        ("#nn=[1]", "it cannot be read"),
        ('#nn={"Knob1":7}', "not a record"),
        ('#nn={"Knob1":{"v":1}}', "nothing called “v”"),
        ('#nn={"Knob1":{"w":"<img src=x>"}}', "w is not a number"),
        ('#nn={"Knob1":{"constructor":1}}', "nothing called “constructor”"),
    ],
)
def test_a_bad_link_shows_the_usual_start_and_says_why(open_figures, link, said):
    page, log = open_figures(figure(w=1), link=link)
    assert texts(page) == ["w = 1, nudge"]
    notice = page.locator(".nn-notice[role=status]")
    assert said in notice.inner_text()
    assert notice.evaluate("p => p.nextElementSibling.dataset.nnFigure") == "Knob"
    assert log.trouble == []


@pytest.mark.parametrize("scrolls", [False, True])
def test_a_link_leads_to_its_figure_until_the_reader_scrolls(page_pool, tmp_path, scrolls):
    """What stands above it folds while the page still waits for a picture."""
    script = FIGURES + figures.HYDRATE.read_text("utf8")
    (tmp_path / "figures.js").write_text(script, "utf8")
    (tmp_path / "page.html").write_text(
        '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">'
        "<style>html { overflow-anchor: none }</style>"
        "<script defer src='figures.js'></script><img src='late.png' width='1' height='1'>"
        f"<p id='answer' style='height: 3000px'></p>{figure(w=1)}<p style='height: 3000px'></p>",
        "utf8",
    )
    waiting = []
    with page_pool.page() as page:
        page.route("**/late.png", lambda route: waiting.append(route))
        page.goto(
            f"{(tmp_path / 'page.html').as_uri()}#nn=%7B%22at%22:%22Knob1%22%7D",
            wait_until="commit",
        )
        page.wait_for_selector("[data-nn-ready]")
        page.evaluate("document.querySelector('#answer').style.height = '1000px'")
        if scrolls:
            page.keyboard.press("Home")
            page.wait_for_function("scrollY === 0")
        waiting[0].abort()
        page.wait_for_load_state("load")
        settle(page)
        top = page.evaluate("document.querySelector('.nn-figure').getBoundingClientRect().top")
        page.unroute("**/late.png")
    assert (abs(top) < 2) != scrolls


def test_an_ordinary_anchor_is_left_alone(open_figures):
    page, log = open_figures(figure(w=1), link="#a-heading")
    assert texts(page) == ["w = 1, nudge"]
    assert page.locator(".nn-notice").count() == 0
    assert log.trouble == []


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (figure(w=13), "unlucky"),
        (figure(name="Gone", w=1), "no figure called Gone"),
        (figure(w=1).replace("{", "{{", 1), "could not be drawn"),
    ],
)
def test_a_figure_that_fails_leaves_its_still_and_a_message(open_figures, bad, said):
    page, log = open_figures(bad, figure(w=1))
    broken = page.locator(".nn-figure").first
    assert said in broken.locator(".nn-error[role=alert]").inner_text()
    assert broken.locator("svg").count() == 1
    assert "A still." in broken.inner_text()
    assert broken.get_attribute("data-nn-ready") is None
    assert texts(page) == ["w = 1, nudge"], "the other figure is drawn"
    assert len(log.console) == 1


def test_names_of_the_figures_on_a_page():
    page = figure(w=1) + figure(name="Other", w=1) + figure(w=2) + '<p data-nn-figure="No">'
    assert figures.names_in(page) == ["Knob", "Other"]


def test_each_figure_has_one_script_whatever_page_it_is_on(tmp_path):
    assets = figures.Assets(bundle, tmp_path)
    texts = {}
    for names in (("LayerMatrix",), ("ChainExplorer",), ("ChainExplorer", "LayerMatrix")):
        files = assets.scripts(*names)
        assert files[-1] == "figures/hydrate.js"
        assert [f"figures/{name}.js" for name in names] == files[-1 - len(names) : -1]
        for file in files:
            text = (tmp_path / file).read_text("utf8")
            assert texts.setdefault(file, text) == text
    assert next(iter(texts)) == "figures/shared.js"
    assert {"figures/plots.js", "figures/shared.js"} < set(assets.scripts("ChainExplorer"))
