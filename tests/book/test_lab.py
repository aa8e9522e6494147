"""A figure in a live JupyterLab: its traits follow the reader's hand, and Python's."""

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest
from playwright.sync_api import expect

from nnlib.widgets import ChainExplorer

from .conftest import PATIENCE

CELLS = [
    "from nnlib.widgets import ChainExplorer\n"
    "heard = []\n"
    "figure = ChainExplorer(mode='forward')\n"
    "figure.observe(heard.append, 'cost')\n"
    "figure",
    "print('kernel says', figure.w[2], figure.cost, len(heard))",
    "figure.w = [0.5, -1.0, 2.5]\nfigure.mode = 'nudge'",
    "figure.w = [1.0]",
]

NETWORK = "init_network([2, 3, 1], rng=0), x=[1.5, 0.5]"
RUN = "*data.circles(n=20, rng=0), learning_rate=1.0, epochs=5, batch_size=5, rng=0, record_every=1"
# Every other figure: how it is made, a control and a key that move it, and a line that does so from
# Python, with what the figure then shows. Each takes the place of the one before as `figure`.
OTHERS = {
    "ActivationExplorer": ("ActivationExplorer(x=1.5)", "input", "ArrowUp", "x = 0.25", "0.25"),
    "LayerMatrix": (f"LayerMatrix({NETWORK})", "input", "ArrowUp", "x = [0.25, 0.5]", "0.25"),
    "NetworkNudge": (
        f"NetworkNudge({NETWORK}, y=[1.0])",
        "input",
        "ArrowUp",
        "x = [0.25, 0.5]",
        "0.25",
    ),
    "GradientCheck": (
        f"GradientCheck({NETWORK}, y=[1.0])",
        "input",
        "ArrowUp",
        "eps = 0.0025",
        "0.0025",
    ),
    "ShapeBench": (
        "ShapeBench()",
        "[aria-label='one sample more']",
        "Enter",
        "code = 'A_prev @ W'",
        "mismatch in its core dimension",
    ),
    "TrainingPlayer": (
        f"TrainingPlayer(train(init_network([2, 3, 1], rng=0), {RUN})[1])",
        "[aria-label='Epoch']",
        "ArrowLeft",
        "epoch = 2",
        "epoch 2 of 5",
    ),
}
STATE = len(CELLS)
CELLS.append(
    "import json\nprint(json.dumps({k: v for k, v in figure.state().items() if k != 'recordings'}))"
)
FIRST_OTHER = len(CELLS)
for name, (made, _, _, line, _) in OTHERS.items():
    CELLS += [
        "from nnlib import data, init_network, train\n"
        f"from nnlib.widgets import {name}\nfigure = {made}\nfigure",
        f"figure.{line}",
    ]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Serve JupyterLab over two notebooks, one that ran elsewhere; yields what makes addresses."""
    folder = tmp_path_factory.mktemp("lab")
    ran = nbformat.v4.new_code_cell("ChainExplorer()")
    data, metadata = ChainExplorer()._repr_mimebundle_()
    ran.outputs = [nbformat.v4.new_output("display_data", data, metadata=metadata)]
    notebooks = {
        "figure": [nbformat.v4.new_code_cell(source) for source in CELLS],
        "elsewhere": [ran],
    }
    for name, cells in notebooks.items():
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        notebook = nbformat.v4.new_notebook(cells=cells, metadata=kernel)
        nbformat.write(notebook, folder / f"{name}.ipynb")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    home = tmp_path_factory.mktemp("home")
    settings = {name: str(home) for name in ("JUPYTER_CONFIG_DIR", "JUPYTERLAB_WORKSPACES_DIR")}
    log = (home / "server.log").open("w+")
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            *(f"--port={port}", "--ServerApp.port_retries=0"),
            *(f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}"),
            "--LabApp.news_url=None",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        ],
        env=os.environ | settings | {"JUPYTER_PREFER_ENV_PATH": "1"},
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/api/status?token={token}", server, log)
        yield lambda name: f"{address}/lab/workspaces/{name}/tree/{name}.ipynb?token={token}"
    finally:
        _end(server)
        log.close()


def _end(server):
    server.terminate()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:  # a worker thread of JupyterLab's can outlive its loop
        server.kill()
        server.wait()


def _wait_for(address, server, log):
    while server.poll() is None:
        try:
            with urllib.request.urlopen(address):
                return
        except OSError:
            time.sleep(0.3)
    log.seek(0)
    raise AssertionError(f"JupyterLab did not start:\n{log.read()[-3000:]}")


def opened(browser, address):
    """Return a page with a notebook; a wide one, for a figure with its toolbar."""
    page = browser.new_page(viewport={"width": 1280, "height": 1400})
    page.set_default_timeout(PATIENCE)
    # A slow machine makes the host speak up, of a kernel that it restarts for instance. That is
    # its own affair, and no figure's: it is answered, a few times at most, and the test goes on.
    page.add_locator_handler(
        page.locator(".jp-Dialog").first,
        lambda dialog: dialog.locator(".jp-mod-accept").click(),
        times=3,
    )
    page.goto(address)
    return page


@pytest.fixture(scope="module")
def page(browser, lab):
    """Open the notebook with its first cell run and the figure drawn."""
    page = opened(browser, lab("figure"))
    page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for()
    run_cell(page, 0)
    page.locator(".jp-OutputArea .nn-frame").wait_for()
    yield page
    page.close()


def run_cell(page, place):
    """Run a cell and wait for it; a key that comes before the kernel listens is pressed again."""
    cell = page.locator(".jp-Notebook .jp-CodeCell").nth(place)
    prompt = cell.locator(".jp-InputPrompt")
    before = prompt.inner_text()
    for _ in range(10):
        cell.locator(".jp-InputArea-editor").click()
        page.keyboard.press("Control+Enter")
        for _ in range(100):
            page.wait_for_timeout(100)
            if re.search(r"\d", now := prompt.inner_text()) and now != before:
                return
    said = page.locator(".jp-Dialog").all_inner_texts()
    raise AssertionError(f"cell {place} did not run; JupyterLab says {said}")


def kernel_says(page):
    """Run the cell that prints the traits, and read what it prints."""
    run_cell(page, 1)
    text = page.locator(".jp-CodeCell").nth(1).locator(".jp-OutputArea-output").inner_text()
    return [float(v) for v in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", text)]


def test_moving_the_figure_sets_the_trait_and_setting_the_trait_moves_the_figure(page):
    slider = page.get_by_label("weight w 3", exact=True)
    box = page.get_by_label("weight w 3, value")
    expect(box).to_have_value("1.7")

    slider.focus()
    slider.press("ArrowRight")
    expect(box).to_have_value("1.71")
    weight, cost, heard = kernel_says(page)
    assert weight == pytest.approx(1.71)
    assert cost == pytest.approx(ChainExplorer(w=[0.9, -1.3, 1.71]).cost, rel=1e-12)
    assert heard >= 1

    run_cell(page, 2)
    expect(box).to_have_value("2.5")
    expect(page.get_by_role("tab", name="Nudge")).to_have_attribute("aria-selected", "true")
    weight, cost, _ = kernel_says(page)
    assert weight == 2.5
    assert cost == pytest.approx(ChainExplorer(w=[0.5, -1.0, 2.5]).cost, rel=1e-12)


def test_a_bad_value_raises_in_the_cell_and_leaves_the_figure(page):
    before = page.get_by_label("weight w 3, value").input_value()
    run_cell(page, 3)
    error = page.locator(".jp-CodeCell").nth(3).locator(".jp-OutputArea-output")
    expect(error).to_contain_text("TraitError: w has 1 numbers and b has 3")
    expect(page.get_by_label("weight w 3, value")).to_have_value(before)
    expect(page.locator(".nn-error")).to_have_count(0)


def state(page):
    """Run the cell that prints the newest figure's state, and read it."""
    run_cell(page, STATE)
    output = page.locator(".jp-CodeCell").nth(STATE).locator(".jp-OutputArea-output")
    return json.loads(output.inner_text())


@pytest.mark.parametrize("place", range(len(OTHERS)), ids=list(OTHERS))
def test_every_figure_is_alive_in_a_notebook_both_ways(page, place):
    _, control, key, _, words = list(OTHERS.values())[place]
    made, moved = FIRST_OTHER + 2 * place, FIRST_OTHER + 2 * place + 1
    run_cell(page, made)
    figure = page.locator(".jp-CodeCell").nth(made).locator(".nn-frame")
    figure.wait_for()
    assert figure.locator(".nn-error").count() == 0
    handles = figure.locator(".nn-handle, .nn-unit-button")  # not as JupyterLab's own buttons
    corners = handles.evaluate_all("all => all.map((one) => getComputedStyle(one).borderRadius)")
    assert set(corners) <= {"50%"}

    before = state(page)
    figure.locator(control).first.focus()
    figure.locator(control).first.press(key)
    assert any(state(page) != before for _ in range(50))  # the kernel hears of it in its own time

    run_cell(page, moved)
    figure.scroll_into_view_if_needed()  # a player out of sight waits
    page.wait_for_function(
        """([figure, words]) => [figure, ...figure.querySelectorAll("input")]
            .some((part) => (part.value ?? part.innerText).includes(words))""",
        arg=[figure.element_handle(), words],
    )


def test_a_notebook_that_ran_elsewhere_shows_the_still(browser, lab):
    """JupyterLab does not trust it: it shows no widget, and of html what is harmless."""
    page = opened(browser, lab("elsewhere"))
    output = page.locator(".jp-OutputArea-output")
    expect(output).to_have_text(ChainExplorer().description())
    picture = output.locator("img")
    page.wait_for_function("picture => picture.naturalWidth > 0", arg=picture.element_handle())
    assert picture.bounding_box()["width"] > 300
    page.close()
