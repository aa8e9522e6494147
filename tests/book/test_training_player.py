"""The training player in a real browser: what it shows is what nnlib computes."""

import math
import statistics
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from nnlib import data, forward, init_network, train
from nnlib.widgets import TrainingPlayer
from nnlib.widgets.training_player.recording import encode

from .figures import at_widths, fragment, heights, numbers, settle, shows, tab_stops


def learn(sizes=(2, 3, 3, 1), n=200, epochs=40, record_every=2, seed=3, X=None, Y=None):
    """Train a network, on the rings unless other samples are given; return its recording."""
    if X is None:
        X, Y = data.circles(n=n, rng=1)
    settings = {"learning_rate": 3.0, "batch_size": 10, "rng": 0, "record_every": record_every}
    return train(init_network(sizes, rng=seed), X, Y, epochs=epochs, **settings)[1]


@pytest.fixture(scope="module")
def recording():
    return learn()


@pytest.fixture(scope="module")
def narrow_one():
    return learn(sizes=(2, 2, 1))


@pytest.fixture
def player_page(figure_page, recording):
    """Open a page with one TrainingPlayer; its traits and the page's may be changed."""

    def show(*recordings, width=752, theme="light", fragment="", context=None, **traits):
        figure = TrainingPlayer(list(recordings) or recording, **traits)
        return figure_page(figure, width, theme, fragment, **(context or {}))

    return show


def bar(page):
    return page.get_by_role("slider", name="Epoch")


def epoch(page):
    settle(page)
    return int(bar(page).get_attribute("aria-valuenow"))


def readings(page):
    """The loss and the accuracy above the pictures, of each recording."""
    settle(page)
    return [numbers(text) for text in page.locator(".nn-player-reading").all_inner_texts()]


def state(page):
    """The traits that differ from the start, as a link carries them."""
    settle(page)
    page.evaluate("history.replaceState(null, '', location.href.split('#')[0])")
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_url("**#**")
    shared = page.evaluate("JSON.parse(decodeURIComponent(location.hash.slice(4)))")
    return shared.get("TrainingPlayer1", {})


def pictures(page):
    """What is on each canvas."""
    settle(page)
    return page.locator("canvas").evaluate_all("all => all.map((canvas) => canvas.toDataURL())")


def colour_at(page, selector, x, y):
    """The colour [red, green, blue, alpha] of a canvas at a place in pixels of the page."""
    settle(page)
    return page.locator(selector).evaluate(
        "(c, [x, y]) => [...c.getContext('2d').getImageData(x, y, 1, 1).data]",
        [math.floor(x), math.floor(y)],
    )


def colour_named(page, name):
    return page.evaluate(
        """(name) => {
            const probe = document.querySelector(".nn-figure").appendChild(
                document.createElement("i"));
            probe.style.color = `var(--nn-${name})`;
            const found = getComputedStyle(probe).color.match(/\\d+/g).map(Number);
            probe.remove();
            return found;
        }""",
        name,
    )


def places_of(page, panel, X, domain):
    """Where points of the input plane lie, in pixels of the page from the canvas's corner."""
    side = page.locator(panel).bounding_box()["width"]
    (left, right), (_, top) = domain
    return (X - [left, top]) * [1, -1] / (right - left) * side


def square_domain(X):
    """The ends of both axes of the input plane."""
    low, high = X.min(axis=0), X.max(axis=0)
    half = 0.56 * (high - low).max()
    return [(middle - half, middle + half) for middle in (low + high) / 2]


PLANE = ".nn-player-plane canvas"


# -- the numbers ------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [0, 12, 40])
def test_loss_and_accuracy_are_those_of_nnlib(player_page, recording, at):
    page = player_page(epoch=at)
    figure = TrainingPlayer(recording, epoch=at)
    ((loss, accuracy),) = readings(page)
    assert loss == shows(figure.loss[0], digits=3)
    assert accuracy == pytest.approx(100 * figure.accuracy[0], abs=0.051)


def test_the_decision_boundary_runs_where_the_output_is_half(player_page):
    recording = learn(epochs=300, record_every=100)
    page = player_page(recording, layer=3)
    (network,) = TrainingPlayer(recording).networks()
    domain = square_domain(recording.X)
    (left, right), _ = domain
    row = np.stack([np.linspace(left, right, 4001), np.zeros(4001)], axis=1)
    output = forward(network, row).a[-1][:, 0] - 0.5
    crossings = row[:-1][output[:-1] * output[1:] < 0]
    assert len(crossings) == 2
    for x, y in places_of(page, PLANE, crossings, domain):
        assert colour_at(page, PLANE, x, y)[:3] == pytest.approx(colour_named(page, "a"), abs=40)


@pytest.mark.parametrize("layer", [1, 2])
def test_a_lit_sample_lies_where_its_activations_are(player_page, recording, layer):
    sample = 30
    page = player_page(epoch=12, sample=sample, turn=[0.0, 0.0])
    (network,) = TrainingPlayer(recording, epoch=12).networks()
    a = forward(network, recording.X).a[layer][sample]
    front = f".nn-player-layer:nth-of-type({layer + 1}) canvas + canvas"
    room = page.locator(front).bounding_box()
    width, height = room["width"], room["height"]
    size = min((width - 30) / math.sqrt(2), (height - 40) / math.sqrt(3))
    x, y = width / 2 + (a[0] - 0.5) * size, height / 2 - (a[2] - 0.5) * size
    ink = colour_named(page, "ink")
    around = [colour_at(page, front, x + dx, y + dy) for dx, dy in ((7, 0), (-7, 0), (0, 7))]
    assert all(found[:3] == pytest.approx(ink, abs=60) and found[3] > 150 for found in around)


def test_a_sample_is_put_into_words_with_its_numbers(player_page, recording):
    page = player_page(epoch=12, sample=7)
    (network,) = TrainingPlayer(recording, epoch=12).networks()
    output = forward(network, recording.X[7:8]).a[-1][0, 0]
    cost = 0.5 * (output - recording.Y[7, 0]) ** 2
    row, x, y, target, shown, shown_cost = numbers(page.locator(".nn-player-words").inner_text())
    assert (row, target) == (7, recording.Y[7, 0])
    assert [x, y] == [shows(value, digits=3) for value in recording.X[7]]
    assert shown == shows(output)
    assert shown_cost == shows(cost)


def test_two_recordings_stand_side_by_side_in_step(player_page, recording, narrow_one):
    page = player_page(recording, narrow_one, labels=["three", "two"], epoch=0)
    assert page.locator(".nn-player-label").all_inner_texts() == ["three", "two"]
    bar(page).focus()
    page.keyboard.press("End")
    figure = TrainingPlayer(recording, narrow_one)
    for (loss, _), expected in zip(readings(page), figure.loss, strict=True):
        assert loss == shows(expected, digits=3)
    assert "three: loss" in bar(page).get_attribute("aria-valuetext")
    boxes = [page.locator(".nn-player-stage").nth(k).bounding_box() for k in (0, 1)]
    assert boxes[0]["y"] == boxes[1]["y"]


def test_two_recordings_have_a_name_for_every_control(player_page, recording, narrow_one):
    page = player_page(recording, narrow_one, labels=["three", "two"])
    names = page.locator(".nn-player-stage [aria-label]").evaluate_all(
        "all => all.map(e => e.ariaLabel)"
    )
    assert len(set(names)) == len(names)
    assert {"Unit 2 of layer 1 of three", "Unit 2 of layer 1 of two"} <= set(names)


@pytest.mark.parametrize("label", ["lr < 1", "A & B", "a<b>c</b>", "&lt;&amp;", 'a "quoted" one'])
def test_a_label_is_shown_as_it_is_written(player_page, recording, narrow_one, label):
    page = player_page(recording, narrow_one, labels=[label, "two"])
    assert page.locator(".nn-player-label").first.inner_text() == label
    legend = page.locator(".nn-player-curve text", has_text="dashed")
    assert legend.text_content() == f"solid: {label}, dashed: two"
    assert f"{label}: loss" in bar(page).get_attribute("aria-valuetext")


SCRIPTS = (
    "<image href=x:y onerror=globalThis.injected=1>",
    "<img src=x:y onerror=globalThis.injected=1>",
    "</text><svg onload=globalThis.injected=1>",
)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_link_cannot_bring_a_script_along(player_page, script):
    packed = encode(learn(n=20, epochs=2), "good")
    hostile = packed | {"label": script}
    page = player_page(
        fragment=fragment("TrainingPlayer", {"recordings": [hostile, hostile], "epoch": 2})
    )
    assert page.locator(".nn-notice").count() == 0
    expect(page.locator(".nn-player-curve")).to_contain_text(f"dashed: {script}")
    assert page.locator(".nn-figure :is(image, img)").count() == 0
    assert page.evaluate("globalThis.injected") is None


# -- the bar ----------------------------------------------------------------------------------


def test_keys_go_from_moment_to_moment(player_page):
    page = player_page(epoch=20)
    bar(page).focus()
    for key, expected in (
        ("ArrowRight", 22),
        ("ArrowLeft", 20),
        ("PageUp", 24),
        ("Home", 0),
        ("ArrowLeft", 0),
        ("End", 40),
        ("ArrowDown", 38),
    ):
        page.keyboard.press(key)
        assert epoch(page) == expected


def test_the_bar_says_where_it_is(player_page, recording):
    page = player_page(epoch=20)
    bar(page).focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    figure = TrainingPlayer(recording, epoch=22)
    words = bar(page).get_attribute("aria-valuetext")
    assert words.startswith("epoch 22, loss ")
    assert words.endswith(" %")
    assert numbers(words)[:2] == [22, shows(figure.loss[0], digits=3)]
    assert [bar(page).get_attribute(f"aria-value{end}") for end in ("min", "max")] == ["0", "40"]
    assert "epoch 22 of 40" in page.locator(".nn-place").inner_text()


def test_the_mouse_drags_along_the_curve(player_page):
    page = player_page()
    room = bar(page).bounding_box()
    y = room["y"] + 50
    page.mouse.move(room["x"] + 100, y)
    page.mouse.down()
    seen = [epoch(page)]
    for x in (200, 300, 400, 1200):
        page.mouse.move(room["x"] + x, y)
        seen.append(epoch(page))
    page.mouse.up()
    assert seen == sorted(set(seen))
    assert seen[0] < 8
    assert seen[-1] == 40
    page.mouse.move(room["x"] + 100, y)
    assert epoch(page) == 40


def test_a_finger_moves_the_bar_and_finds_a_sample(player_page, recording):
    page = player_page(width=360, epoch=40, context={"has_touch": True})
    room = bar(page).bounding_box()
    page.touchscreen.tap(room["x"] + room["width"] / 2, room["y"] + 40)
    assert 12 <= epoch(page) <= 28
    sample = int(np.argmax(recording.X[:, 0]))
    x, y = places_of(page, PLANE, recording.X[sample], square_domain(recording.X))
    room = page.locator(PLANE).bounding_box()
    page.touchscreen.tap(room["x"] + x, room["y"] + y)
    assert state(page)["sample"] == sample


# -- playing ----------------------------------------------------------------------------------

PLAYED = "document.querySelector('.nn-player-scrub').ariaValueNow > 0"  # from epoch 0 on

COUNT_FRAMES = """
() => {
    globalThis.frames_ = 0;
    globalThis.askScreen = requestAnimationFrame;
    globalThis.requestAnimationFrame = (draw) => askScreen((now) => {
        frames_ += 1;
        draw(now);
    });
}
"""


def frames_asked_for(page):
    """How many frames the page asks for while the screen shows ten; after COUNT_FRAMES."""
    return page.evaluate(
        """async () => {
            const before = frames_;
            for (let i = 0; i < 10; i++) await new Promise((shown) => askScreen(shown));
            return frames_ - before;
        }"""
    )


def play(page):
    return page.locator(".nn-player-play")


def test_play_runs_to_the_end_and_begins_again(player_page):
    page = player_page(speed=4.0)
    assert epoch(page) == 40
    play(page).click()
    settle(page)
    assert epoch(page) < 40
    expect(play(page)).to_have_text("Pause")
    expect(bar(page)).to_have_attribute("aria-valuenow", "40")
    expect(play(page)).to_have_text("Play")


def test_space_plays_and_pauses_on_the_bar(player_page):
    page = player_page(epoch=0, speed=0.25)
    bar(page).focus()
    page.keyboard.press(" ")
    expect(play(page)).to_have_text("Pause")
    page.wait_for_function(PLAYED)
    page.evaluate(COUNT_FRAMES)
    page.wait_for_function("frames_ > 3")
    page.keyboard.press(" ")
    expect(play(page)).to_have_text("Play")
    assert frames_asked_for(page) == 0


def test_one_moment_on_and_back(player_page):
    page = player_page(epoch=20)
    page.get_by_role("button", name="One moment on").click()
    assert epoch(page) == 22
    page.get_by_role("button", name="One moment back").click()
    page.get_by_role("button", name="One moment back").click()
    assert epoch(page) == 18


def test_nothing_plays_unless_it_was_asked_to(player_page):
    page = player_page(epoch=0)
    page.evaluate(COUNT_FRAMES)
    assert frames_asked_for(page) == 0
    assert epoch(page) == 0


def test_a_figure_may_begin_by_itself_but_not_where_motion_is_not_wanted(player_page):
    page = player_page(epoch=0, playing=True)
    page.wait_for_function(PLAYED)
    calm = player_page(epoch=0, playing=True, context={"reduced_motion": "reduce"})
    expect(play(calm)).to_have_text("Play")
    calm.evaluate(COUNT_FRAMES)
    assert frames_asked_for(calm) == 0
    assert epoch(calm) == 0
    play(calm).click()
    calm.wait_for_function(PLAYED)


def test_nothing_runs_off_screen(player_page):
    page = player_page(epoch=0, speed=0.25)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"height: 3000px\">')")
    page.evaluate(COUNT_FRAMES)
    play(page).click()
    page.wait_for_function("frames_ > 3")
    assert frames_asked_for(page) > 3
    page.evaluate("scrollTo(0, 3000)")
    for _ in range(20):  # until the browser has told that it is out of sight
        if frames_asked_for(page) == 0:
            break
    at = bar(page).get_attribute("aria-valuenow")
    assert frames_asked_for(page) == 0
    assert bar(page).get_attribute("aria-valuenow") == at
    before = page.evaluate("frames_")
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_function(f"frames_ > {before} + 3")


@pytest.fixture
def player_below(player_page, open_page):
    """Open a page with one TrainingPlayer far below what the screen shows."""

    def show(**traits):
        file = Path(urlsplit(player_page(**traits).url).path)
        text = file.read_text("utf8").replace("<main>", '<p style="height: 3000px"></p><main>')
        below = file.with_name("below.html")
        below.write_text(text, "utf8")
        page, _ = open_page(below.as_uri(), width=752, theme=traits.get("theme", "light"))
        page.wait_for_selector("[data-nn-ready]")
        settle(page)
        return page

    return show


def blank(page):
    """Which canvases have nothing on them."""
    settle(page)
    return page.locator("canvas").evaluate_all(BLANK)


BLANK = """
all => all.map((canvas) => {
    const { width, height } = canvas;
    return !canvas.getContext("2d").getImageData(0, 0, width, height).data.some(Boolean);
})
"""


def test_pictures_off_screen_wait_until_they_are_seen(player_below):
    page = player_below(epoch=12, sample=3, turn=[35.0, 20.0])
    assert all(blank(page))
    assert len(blank(page)) == 11
    # a screen reader may come first
    sliders = page.get_by_role("slider")
    values = sliders.evaluate_all("all => all.map(e => e.ariaValueNow)")
    assert values == ["3", "35", "35", "12"]
    page.evaluate("document.querySelector('main').scrollIntoView()")
    page.wait_for_function(f"({BLANK})([...document.querySelectorAll('canvas')]).every(b => !b)")
    assert "epoch 12, loss" in bar(page).get_attribute("aria-valuetext")


def test_on_paper_every_picture_is_drawn_and_light(player_below, player_page):
    page = player_below(epoch=12, theme="dark")
    assert all(blank(page))
    # no frame comes between the event and the print
    printed = page.evaluate(
        f"""() => {{
            dispatchEvent(new Event("beforeprint"));
            const all = [...document.querySelectorAll("canvas")];
            const corner = all[0].getContext("2d").getImageData(3, 3, 1, 1).data;
            return [({BLANK})(all).includes(true), Math.min(...corner)];
        }}"""
    )
    assert printed[0] is False
    assert printed[1] > 128


def test_nothing_runs_in_a_hidden_tab(player_page):
    page = player_page(epoch=0, speed=0.25)
    page.evaluate(COUNT_FRAMES)
    play(page).click()
    page.wait_for_function("frames_ > 3")
    hide = """(hidden) => {
        Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(hide, True)
    settle(page)
    assert frames_asked_for(page) == 0
    before = page.evaluate("frames_")
    page.evaluate(hide, False)
    page.wait_for_function(f"frames_ > {before} + 3")


# -- samples, units, turning ------------------------------------------------------------------


def test_a_sample_under_the_pointer_lights_up_in_every_panel(player_page, recording):
    page = player_page(epoch=12)
    before = pictures(page)
    sample = int(np.argmin(recording.X[:, 1]))
    x, y = places_of(page, PLANE, recording.X[sample], square_domain(recording.X))
    room = page.locator(PLANE).bounding_box()
    page.mouse.move(room["x"] + x, room["y"] + y)
    lit = pictures(page)
    # plane, and in each of two layers: a cloud's samples and three maps; not a cloud's box
    changed = sum(one != other for one, other in zip(before, lit, strict=True))
    assert changed == 1 + 2 * (1 + 3)
    assert f"X[{sample}]" in page.locator(".nn-player-words").inner_text()
    page.mouse.move(2, 2)
    assert pictures(page) == before
    assert "sample" not in state(page)


def test_keys_choose_a_sample_and_let_it_go(player_page, recording):
    page = player_page(epoch=12)
    plane = page.get_by_role("slider", name="Sample in the input plane")
    plane.focus()
    page.keyboard.press("ArrowRight")
    first = state(page)["sample"]
    plane.focus()
    page.keyboard.press("ArrowRight")
    second = state(page)["sample"]
    assert recording.X[second, 0] > recording.X[first, 0]
    assert plane.get_attribute("aria-valuetext").startswith(f"X[{second}]")
    plane.focus()
    page.keyboard.press("Escape")
    assert "sample" not in state(page)


def test_a_row_can_be_typed(player_page):
    page = player_page()
    box = page.get_by_label("Sample, row of X")
    box.fill("17")
    box.press("Enter")
    assert state(page)["sample"] == 17
    box.fill("200")
    box.press("Enter")
    expect(box).to_have_value("17")
    box.fill("")
    box.press("Enter")
    assert "sample" not in state(page)


def test_a_cloud_is_turned_by_mouse_and_keys(player_page):
    page = player_page(turn=[0.0, 0.0])
    before = pictures(page)
    cloud = page.get_by_role("slider", name="Cloud of layer 1")
    room = cloud.bounding_box()
    page.mouse.move(room["x"] + 80, room["y"] + 100)
    page.mouse.down()
    page.mouse.move(room["x"] + 40, room["y"] + 120, steps=4)
    page.mouse.up()
    side, over = state(page)["turn"]
    assert side > 20
    assert over > 10
    assert pictures(page) != before
    cloud.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    assert state(page)["turn"] == [pytest.approx(side - 5), pytest.approx(over + 5)]
    assert "sample" not in state(page)


def test_a_map_chooses_its_unit_in_the_plane_and_in_the_cloud_before(player_page):
    page = player_page(epoch=12, layer=1)
    plane = pictures(page)[0]
    unit = page.get_by_role("button", name="Unit 2 of layer 2")
    unit.press("Enter")
    assert state(page) == {"layer": 2, "unit": 2}
    expect(unit).to_have_attribute("aria-pressed", "true")
    assert pictures(page)[0] != plane
    unit.press("Enter")
    assert state(page) == {"layer": 2}
    page.get_by_label("Boundaries in the input plane").select_option("layer 1 cuts")
    assert pictures(page)[0] == plane


def test_before_the_squash_the_axes_are_those_of_z(player_page, recording):
    page = player_page(epoch=12)
    axes = page.locator(".nn-player-scale").first
    expect(axes).to_have_text("axes 0 to 1")
    before = pictures(page)
    page.get_by_label("Before or after the squash").select_option("z, before σ")
    (network,) = TrainingPlayer(recording, epoch=12).networks()
    most = abs(forward(network, recording.X).z[0]).max()
    settle(page)
    assert numbers(axes.inner_text()) == [shows(-most, digits=2), shows(most, digits=2)]
    assert sum(a != b for a, b in zip(before, pictures(page), strict=True)) >= 8


@pytest.mark.parametrize("arrows", ["asked for", "steps taken"])
def test_arrows_are_drawn_when_asked_for(player_page, arrows):
    page = player_page(epoch=12)
    front = page.locator(".nn-player-layer canvas + canvas").first
    before = front.evaluate("c => c.toDataURL()")
    page.get_by_label("Arrows").select_option(arrows)
    settle(page)
    assert front.evaluate("c => c.toDataURL()") != before


# -- what every figure has --------------------------------------------------------------------


def test_the_pictures_follow_the_theme_at_once(player_page):
    page = player_page(epoch=12)
    for theme in ("dark", "light"):
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        settle(page)
        # the corner is far from the rings: what is behind the picture, nearly
        found = colour_at(page, PLANE, 3, 3)[:3]
        raised = colour_named(page, "raised")
        assert found == pytest.approx(raised, abs=70)
        assert (statistics.mean(found) > 128) == (theme == "light")


def test_the_keyboard_alone_reaches_every_control(player_page):
    page = player_page(epoch=12)
    names, reached = tab_stops(page)
    for _ in range(4):  # the four sliders: plane, two clouds, bar
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent")
        )
    assert set(names) <= set(reached)
    assert {"Epoch", "Cloud of layer 1: arrow keys turn it"} <= set(reached)


def test_reset_goes_back_to_the_start(player_page):
    page = player_page(epoch=12)
    before = pictures(page)
    bar(page).focus()
    page.keyboard.press("End")
    page.get_by_label("Arrows").select_option("both arrows")
    page.get_by_role("button", name="Unit 1 of layer 1").click()
    page.get_by_role("button", name="Reset").click()
    page.mouse.move(2, 2)
    assert state(page) == {}
    assert pictures(page) == before


def test_reset_builds_nothing_anew(player_page):
    page = player_page(epoch=12)
    page.evaluate("document.querySelector('canvas').dataset.same = ''")
    bar(page).focus()
    page.keyboard.press("End")
    assert epoch(page) == 40
    page.get_by_role("button", name="Reset").click()
    assert epoch(page) == 12
    assert page.locator("canvas[data-same]").count() == 1


def test_a_link_is_short_and_brings_the_moment_back(player_page, open_page):
    page = player_page(epoch=12)
    bar(page).focus()
    page.keyboard.press("PageUp")
    page.get_by_role("slider", name="Cloud of layer 2").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Unit 3 of layer 2").press("Enter")
    shared = state(page)
    assert set(shared) == {"epoch", "turn", "unit"}
    assert len(page.url.split("#")[1]) < 300
    again, log = open_page(page.url, width=752)
    again.wait_for_selector("[data-nn-ready]")
    assert epoch(again) == shared["epoch"]
    page.locator("body").focus()
    assert pictures(again) == pictures(page)
    assert log.console == []


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"epoch": 3}, "epoch is 3; it must be one that was recorded: 0, 2, 4, 6, …, 38, 40"),
        ({"turn": [0, 100]}, "turn is [0,100]; over it must be of size at most 90"),
        ({"layer": 7}, "layer is 7"),
        ({"sample": -2}, "sample is -2; it must be a whole number"),
        ({"panels": ["sky"]}, "panels[0] is sky; it must be one of plane, units, cloud"),
        (
            {"recordings": [{"label": ""}]},
            "recordings[0] cannot be read: sizes is undefined; it must be a list",
        ),
    ],
)
def test_a_link_with_a_bad_state_is_explained(player_page, bad, words):
    page = player_page(fragment=fragment("TrainingPlayer", bad))
    expect(page.locator(".nn-notice")).to_contain_text(words)
    assert epoch(page) == 40


ARRANGEMENTS = [
    {},
    {"compact": True, "panels": ["plane", "cloud"]},
    {"panels": ["units"]},
    {"panels": ["plane"]},
    {"panels": []},
]


@pytest.mark.parametrize("traits", ARRANGEMENTS)
def test_every_arrangement_keeps_the_height_that_the_figure_takes(player_page, traits):
    assert_height_is_kept(player_page(**traits))


DEEP = (2, 3, 8, 2, 1)


@pytest.mark.parametrize(
    ("several", "traits"),
    [
        ([DEEP], {}),
        ([(2, 1)], {}),
        ([(2, 2, 1)], {}),
        ([(2, 3, 3, 1), (2, 2, 1)], {"labels": ["a", "b"]}),
        ([(2, 1), DEEP], {}),
    ],
)
def test_every_network_keeps_the_height_that_the_figure_takes(player_page, several, traits):
    assert_height_is_kept(player_page(*(learn(sizes, epochs=2) for sizes in several), **traits))


def assert_height_is_kept(page):
    for width in at_widths(page, 360, 390, 752, 1100, 1400):
        reserved, drawn = heights(page)
        assert abs(drawn - reserved) <= 1
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_other_networks_are_shown_as_far_as_they_go(player_page):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 4))
    Y = np.eye(3)[rng.integers(3, size=60)]
    page = player_page(learn((4, 3, 3), epochs=4, X=X, Y=Y), sample=5)
    notes = page.locator(".nn-player-note").all_inner_texts()
    assert "has 4 inputs" in notes[0]
    assert "has 3 outputs" in notes[1]
    assert page.locator(".nn-player-plane, .nn-player-map").count() == 0
    assert page.get_by_role("slider", name="Cloud of layer 1").count() == 1
    before, reserved = heights(page)[::-1]
    assert abs(before - reserved) <= 1
    bar(page).focus()
    page.keyboard.press("Home")
    assert epoch(page) == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(player_page, theme):
    page = player_page(epoch=12, sample=3)
    page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    settle(page)
    found = Axe().run(page, options={"preload": False}).response["violations"]
    serious = [one["id"] for one in found if one["impact"] in ("serious", "critical")]
    assert serious == []


def test_without_a_script_the_still_and_the_words_are_there(player_page, open_page):
    address = player_page(epoch=12).url
    page, _ = open_page(address, java_script_enabled=False)
    assert page.locator(".nn-still > img").is_visible()
    assert "At epoch 12, loss" in page.locator(".nn-description").inner_text()
