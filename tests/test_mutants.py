"""Claims about the mutation check: it makes the mistakes it says, and tells them apart."""

from pathlib import Path

import mutants
import pytest

HERE = Path(__file__).parent


SOURCE = '''
def slope(W, delta, a):
    """Say a - b, which is no code."""
    total = 0
    for j in range(len(delta)):
        total += W[j] * delta[j]
    if total > 1:
        total = -total
    return np.outer(W.T @ delta, a)


def other(a):
    return a + 1
'''


def test_each_mutant_differs_in_one_line_of_a_named_function():
    found = list(mutants.mutants(SOURCE, ["slope"]))
    assert len(found) > 15
    for function, before, after, whole in found:
        assert function == "slope"
        assert before != after
        assert "return a + 1" in whole
        assert "Say a - b, which is no code." in whole
        compile(whole, "mutant", "exec")
    assert len({after for _, _, after, _ in found}) == len(found)


@pytest.mark.parametrize(
    "after",
    [
        "total -= W[j] * delta[j]",
        "total = W[j] * delta[j]",
        "total += W[j] / delta[j]",
        "total += W[j]",
        "total += W[k] * delta[j]",
        "if total >= 1:",
        "total = total",
        "return np.outer(W @ delta, a)",
        "return np.outer(delta @ W.T, a)",
        "return np.outer(a, W.T @ delta)",
    ],
)
def test_the_usual_mistakes_are_among_them(after):
    assert after in {after for _, _, after, _ in mutants.mutants(SOURCE, ["slope"])}


def test_the_letters_of_an_einsum_are_turned():
    source = "def f(a, b):\n    return np.einsum('ij,jk->ik', a, b)"
    turned = {after for _, _, after, _ in mutants.mutants(source, ["f"])}
    for letters in ("ji,jk->ik", "ij,kj->ik", "ij,jk->ki"):
        assert f"return np.einsum('{letters}', a, b)" in turned


@pytest.mark.slow
def test_every_target_exists_and_gives_mutants():
    for module, (functions, tests) in mutants.TARGETS.items():
        source = (mutants.ROOT / "nnlib" / f"{module}.py").read_text()
        for function in functions:
            assert any(mutants.mutants(source, [function])), f"{module}.{function}"
        for name in tests:
            assert (HERE / f"{name}.py").exists()
    for name in mutants.EQUIVALENT:
        assert name.split(".")[0] in mutants.TARGETS
