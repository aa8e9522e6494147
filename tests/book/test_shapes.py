"""Every row of shapes.md, executed: the shape is as printed, the value is nnlib's."""

import re

import numpy as np
import pytest

import nnlib

from .conftest import ROOT

# All different, so that a wrong axis cannot fit by luck.
SIZES = {"N": 6, "n_0": 2, "n_{l-1}": 3, "n_l": 4, "n_{l+1}": 5, "n_L": 5, "1": 1}
CELL = re.compile(r"`(?P<code>[^`]+)` \$(?P<shape>[^$]+)\$")
ROW = re.compile(r"^\| (?P<name>[^`|\n]+?) \| (?P<one>`[^|]+) \| (?P<other>`[^|]+) \|$", re.M)


def tables():
    """(section, name of the row, first cell, second cell) of every row with code in it."""
    text = (ROOT / "shapes.md").read_text("utf8")
    for section in re.split(r"^## ", text, flags=re.M)[1:]:
        for row in ROW.finditer(section):
            cells = [CELL.fullmatch(row[side]) for side in ("one", "other")]
            assert all(cells), row[0]
            title = section.splitlines()[0]
            yield title, row["name"], *((cell["code"], cell["shape"]) for cell in cells)


ROWS = list(tables())


@pytest.fixture(scope="module")
def arrays():
    """The arrays of one network: samples as rows, as columns, and the answers of nnlib."""
    rng = np.random.default_rng(0)
    sizes = [SIZES[name] for name in ("n_0", "n_{l-1}", "n_l", "n_{l+1}")]
    network = nnlib.init_network(sizes, rng=rng)
    network = [layer._replace(b=rng.normal(size=layer.b.shape)) for layer in network]
    X, Y = rng.normal(size=(SIZES["N"], sizes[0])), rng.random((SIZES["N"], sizes[-1]))
    z, a = nnlib.forward(network, X)
    gradient = nnlib.gradients(network, X, Y)
    slopes = [nnlib.sigmoid.derivative(values) for values in z]
    per_sample = {
        "X": X,
        "Y": Y,
        "A_prev": a[1],
        "Z": z[1],
        "A": a[2],
        "A_last": a[3],
        "delta": gradient.delta[1],
        "delta_next": gradient.delta[2],
        "slope": slopes[1],
        "slope_last": slopes[2],
    }
    same = {
        "np": np,
        "N": SIZES["N"],
        "i": 4,
        "j": 2,
        "sigma": nnlib.sigmoid,
        "W": network[1].W,
        "b": network[1].b,
        "W_next": network[2].W,
    }
    first = {
        "a_prev": a[1][0],
        "d": gradient.delta[1][0],
        "d_next": gradient.delta[2][0],
        "d_slope": slopes[1][0],
    }
    alone = nnlib.gradients(network, X[:1], Y[:1])
    answers = {
        "Z": z[1],
        "A": a[2],
        "BP1": gradient.delta[2],
        "BP2": gradient.delta[1],
        "BP3": gradient.db[1],
        "BP4": gradient.dW[1],
        "z": z[1][0],
        "alone BP2": alone.delta[1][0],
        "alone BP4": alone.dW[1],
    }
    rows = same | per_sample | first
    columns = same | {name: values.T for name, values in per_sample.items()}
    return rows, columns | {name: values[:, None] for name, values in first.items()}, answers


def expected_answer(section, name):
    """Which of nnlib's arrays a row has to equal; None where the row is a step on the way."""
    if section == "One sample":
        return {r"$\z^l$": "z", "BP2": "alone BP2", "BP4": "alone BP4"}.get(name)
    if name in (r"$\Z^l$", r"$\A^l$"):
        return name[2]
    found = re.match(r"BP\d", name)
    return found and found[0]


def test_the_page_has_every_equation_in_every_form():
    assert len(ROWS) > 25
    named = {(section, name[:3]) for section, name, *_ in ROWS if name.startswith("BP")}
    assert {("Backward", f"BP{n}") for n in (1, 2, 3, 4)} <= named
    assert {(section, "BP4") for section in ("One sample", "Stacks", "In letters")} <= named
    tables = (ROOT / "shapes.md").read_text("utf8")
    lines = [line for line in tables.splitlines() if line.startswith("|") and "`" in line]
    assert len(ROWS) == len(lines), "a row that this test does not read"


@pytest.mark.parametrize(
    ("section", "name", "one", "other"), ROWS, ids=[f"{row[0]}: {row[1]}" for row in ROWS]
)
def test_a_row_is_as_printed(arrays, section, name, one, other):
    rows, columns, answers = arrays
    values = []
    for (code, shape), names in ((one, rows), (other, columns)):
        value = eval(code, dict(names))
        assert value.shape == tuple(SIZES[size] for size in shape.split(r" \times ")), code
        values.append(value)
    first, second = values
    wanted = expected_answer(section, name)
    if wanted:
        assert np.allclose(first, answers[wanted], rtol=1e-12)
    # The two ways hold the same numbers, with the axis of the samples moved to the end.
    if section == "One sample":
        second = second.reshape(first.shape)
    elif first.shape != second.shape or first.shape[:1] == (SIZES["N"],) == second.shape[-1:]:
        first = first.reshape([n for n in first.shape if n > 1])
        second = second.reshape([n for n in second.shape if n > 1])
        if first.ndim > 1:
            second = np.moveaxis(second, -1, 0)
    assert np.allclose(first, second, rtol=1e-12)


def test_a_misprint_would_be_seen(arrays):
    rows, columns, _ = arrays
    assert eval("delta.T @ A_prev", rows).shape == (SIZES["n_l"], SIZES["n_{l-1}"])
    with pytest.raises(ValueError, match="matmul"):
        eval("delta @ A_prev", rows)
    with pytest.raises(ValueError, match="matmul"):
        eval("A_prev @ W.T", columns)
