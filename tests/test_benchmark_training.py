"""Claims about benchmarks/training.py and what it measured: its peers do the same work."""

import importlib.util
import json
from pathlib import Path
from types import SimpleNamespace

import jupytext
import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "benchmarks" / "training.py"
CHAPTER = ROOT / "chapters" / "13-backprop-for-the-whole-batch.md"
WAYS = ("sample loop", "stacked", "einsum", "matmul")  # slowest first, in large batches


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("benchmark_training", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["plain", "stacked", "sample loop"])
@pytest.mark.parametrize("work", ["[2, 3, 3, 1]", "few of [784, 30, 10]"])
def test_every_peer_arrives_at_the_parameters_of_train(bench, monkeypatch, name, work):
    monkeypatch.setitem(bench.WORKS, "few of [784, 30, 10]", ([784, 30, 10], 100, 32, 1, 1))
    expected = bench.nnlib_train(work)()
    np.testing.assert_allclose(bench.PEERS[name](work)(), expected, rtol=1e-9)


@pytest.mark.parametrize("kind", ["train", "gradient"])
def test_workers_answer_with_seconds(bench, kind):
    seconds = bench.measure(["train", "limit"], kind, "[2, 3, 3, 1]", rounds=1)
    assert set(seconds) == {"train", "limit"}
    assert all(type(spent) is float for spent in seconds.values())


def test_a_missed_bar_is_called_missed_and_a_lead_is_none(bench, capsys):
    table = {work: {"train": 1.0, "limit": 1.0, "plain": 1.0} for work in bench.WORKS}
    table["[2, 3, 3, 1]"]["PyTorch"] = 0.5
    assert bench.judge(table)
    table["[784, 30, 10]"]["plain"] = 0.5
    assert not bench.judge(table)
    report = capsys.readouterr().out
    assert "train takes 2.00 x plain; at most 1.3" in report
    assert report.count("MISSED") == 1
    assert "PyTorch takes 0.50 x train" in report


def test_the_machine_is_named_with_its_kernel_of_matrix_products(bench):
    assert bench.machine()["blas"] != "unknown"


# What chapter 13 says in words about the numbers that it shows


@pytest.fixture(scope="module")
def measured():
    return json.loads(SCRIPT.with_suffix(".json").read_text("utf8"))


@pytest.fixture(scope="module")
def at(measured):
    return {(row["batch"], row["formulation"]): row for row in measured["layer_64x64"]}


def test_a_batch_of_one_costs_about_the_same_in_every_way(at):
    seconds = [at[1, name]["seconds"] for name in WAYS]
    assert max(seconds) < 2 * min(seconds)


def test_in_large_batches_the_ways_part_in_the_order_that_the_chapter_tells(bench, at):
    for N in bench.BATCHES[-3:]:
        seconds = [at[N, name]["seconds"] for name in WAYS]
        assert seconds == sorted(seconds, reverse=True)


def test_the_stack_needs_most_memory_and_in_large_batches_the_loop_least(bench, at):
    for N in bench.BATCHES[2:]:
        peak = {name: at[N, name]["peak_bytes"] for name in WAYS}
        assert peak["stacked"] > 3 * max(peak["einsum"], peak["matmul"], peak["sample loop"])
    for N in bench.BATCHES[-3:]:
        peak = {name: at[N, name]["peak_bytes"] for name in WAYS}
        assert peak["einsum"] == pytest.approx(peak["matmul"], rel=0.01)
        assert min(peak, key=peak.get) == "sample loop"


def test_small_networks_spend_their_time_in_the_calls_and_large_ones_in_the_products(measured):
    seconds = measured["gradient_seconds"]
    small, large = seconds["[2, 3, 3, 1]"], seconds["[784, 512, 512, 10]"]
    assert small["limit"] < 0.3 * small["train"]
    assert large["limit"] > 0.8 * large["train"]


def test_a_stack_of_wide_layers_is_still_far_from_the_product(measured):
    seconds = measured["gradient_seconds"]["[784, 128, 10]"]
    assert seconds["sample loop"] > seconds["stacked"] > 5 * seconds["train"]


def test_the_chapter_measures_for_itself_where_the_file_is_missing(at):
    cells = jupytext.reads(CHAPTER.read_text("utf8"), fmt="md:myst").cells
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    needed = ("import json", "ways = {", "def measure(")
    own = [next(source for source in code if text in source) for text in needed]
    namespace = {}
    for source in own:
        exec(source, namespace)
    namespace["nnlib"] = SimpleNamespace(__file__="/nowhere/nnlib/__init__.py")
    exec(next(s for s in code if "file.exists()" in s), namespace)
    assert not namespace["file"].exists()
    assert namespace["at"].keys() == at.keys()
    for key, row in namespace["at"].items():
        assert row.keys() == at[key].keys()
        assert row["seconds"] > 0 < row["peak_bytes"]
