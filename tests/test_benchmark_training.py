"""Claims about benchmarks/training.py: its peers run, and they do the same work."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "training.py"


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("benchmark_training", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["stacked", "sample loop"])  # the script checks PyTorch itself
def test_every_peer_arrives_at_the_parameters_of_train(bench, name):
    work = "[2, 3, 3, 1]"
    expected = bench.nnlib_train(work)()
    np.testing.assert_allclose(bench.PEERS[name](work)(), expected, rtol=1e-9)


@pytest.mark.parametrize("kind", ["train", "gradient"])
def test_workers_answer_with_seconds(bench, kind):
    seconds = bench.measure(["train", "limit"], kind, "[2, 3, 3, 1]", rounds=1)
    assert set(seconds) == {"train", "limit"}
    assert all(0 < spent < 60 for spent in seconds.values())


def test_a_missed_bar_is_called_missed(bench, capsys):
    table = {work: {"train": 1.0, "limit": 1.0, "PyTorch": 100.0} for work in bench.WORKS}
    assert bench.judge(table)
    table["[784, 30, 10]"]["PyTorch"] = 3.4
    assert not bench.judge(table)
    report = capsys.readouterr().out
    assert "PyTorch takes 3.40 x train; at least 3.5" in report
    assert report.count("MISSED") == 1
    assert "scikit-learn: not measured" in report
