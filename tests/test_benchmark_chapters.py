"""Claims about benchmarks/chapters.py: it measures each chapter, and calls a missed bar missed."""

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "chapters.py"


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("benchmark_chapters", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("what", ["import nnlib", "03-chain-rule-backwards"])
def test_a_worker_answers_with_a_ratio(bench, what):
    assert bench.measure(what, rounds=1) > 0


def test_a_missed_bar_is_called_missed(bench, capsys):
    ratios = {"import nnlib": 0.5, **dict.fromkeys(bench.CHAPTERS, 50.0)}
    assert bench.judge(ratios)
    assert "MISSED" not in capsys.readouterr().out
    assert not bench.judge({**ratios, bench.CHAPTERS[0]: 1000.0})
    assert not bench.judge({**ratios, "import nnlib": 2.0})
    assert capsys.readouterr().out.count("MISSED") == 2
