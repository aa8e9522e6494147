"""Claims about nnlib.progress, and what `train` shows by it."""

import subprocess
import sys

import numpy as np
import pytest

from nnlib import data, init_network, train
from nnlib.gradcheck import flatten
from nnlib.progress import with_bar


@pytest.fixture
def no_tqdm(monkeypatch):
    """As where tqdm is not installed."""
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)


def run(**settings):
    X, Y = data.circles(20, noise=0.1, factor=0.3, rng=0)
    settings = {"learning_rate": 0.5, "epochs": 4, "batch_size": 8, "rng": 1, **settings}
    return train(init_network([2, 3, 1], rng=0), X, Y, **settings)


def test_a_run_is_silent_unless_asked(capsys):
    run()
    assert capsys.readouterr() == ("", "")


def test_a_silent_run_imports_no_tqdm():
    code = (
        "import sys, nnlib; X, Y = nnlib.data.step(n=4);"
        "nnlib.train(nnlib.init_network([1, 1]), X, Y, learning_rate=1, epochs=1, batch_size=2);"
        "assert 'tqdm' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_tqdm_counts_the_epochs(capsys):
    run(progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "4/4" in err
    assert "epoch" in err


def test_without_tqdm_a_line_counts_them(capsys, no_tqdm):
    run(progress=True)
    line = "\repoch 0 of 4\repoch 1 of 4\repoch 2 of 4\repoch 3 of 4\repoch 4 of 4\n"
    assert capsys.readouterr() == ("", line)


def test_a_long_run_writes_the_line_at_each_hundredth(capsys, no_tqdm):
    assert list(with_bar(range(1000), "epoch")) == list(range(1000))
    written = capsys.readouterr().err.split("\r")[1:]
    assert written == [f"epoch {n} of 1000" for n in range(0, 1000, 10)] + ["epoch 1000 of 1000\n"]


def test_a_run_that_fails_ends_its_line(capsys, no_tqdm):
    with pytest.raises(FloatingPointError, match="epoch"):
        run(progress=True, learning_rate=1e200, record_every=1)
    assert capsys.readouterr().err == "\repoch 0 of 4\n"


@pytest.mark.parametrize("installed", [True, False])
def test_what_is_shown_changes_nothing(installed, request):
    if not installed:
        request.getfixturevalue("no_tqdm")
    (silent, before), (shown, after) = run(), run(progress=True)
    np.testing.assert_array_equal(flatten(shown), flatten(silent))
    np.testing.assert_array_equal(after.loss, before.loss)
