"""Claims about the two tools that try the checks: they find what they are for, and find nothing."""

from dataclasses import replace

import cross_mistakes
import numpy as np
import pytest
import solution_mutants

from nnlib.exercises import exercises

DECLARED = exercises()


@pytest.mark.parametrize("name", ["cut", "error_back", "accuracy"])
def test_no_mutant_of_a_solution_passes(name):
    assert solution_mutants.main([name]) == 0


def test_a_mutant_that_the_cases_let_through_is_found(monkeypatch, capsys):
    symmetric = (np.array([[1.0, 2.0], [2.0, 1.0]]), np.array([0.5, -1.0]), np.array([0.1, 0.2]))
    weak = replace(DECLARED["error_back"], cases=lambda rng: [symmetric])
    monkeypatch.setattr(solution_mutants, "exercises", lambda: {"error_back": weak})
    assert solution_mutants.main([]) == 1
    assert "-> return W @ delta * sigmoid.derivative(z)" in capsys.readouterr().out


def test_every_variable_is_taken_for_another_and_every_statement_dropped():
    made = {change for change, _ in solution_mutants.mutants_of(DECLARED["descend"])}
    for after in ("dW, db = backprop(network, x, x)", "new_W[l] -= learning_rate * db[l] / len(X)"):
        assert any(change.endswith(f" -> {after}") for change in made)
    assert any(change.endswith("-> pass") for change in made)


def test_what_one_exercise_names_its_siblings_name():
    assert cross_mistakes.main(["backprop_loops"]) == 0


def test_a_mistake_that_a_sibling_does_not_know_is_found(monkeypatch, capsys):
    known = DECLARED["batch_backprop"].wrong
    ignorant = replace(DECLARED["gradients"], wrong=known[-1:])
    declared = {"gradients": ignorant, "batch_backprop": DECLARED["batch_backprop"]}
    monkeypatch.setattr(cross_mistakes, "exercises", lambda: declared)
    assert cross_mistakes.main(["gradients"]) == 1
    assert f"gradients does not name: {known[-2].name}" in capsys.readouterr().out


def test_what_is_listed_exists():
    for name, pattern, _ in solution_mutants.EQUAL:
        assert name in DECLARED, pattern
    assert solution_mutants.ONE_LENGTH.keys() <= DECLARED.keys()
    assert {name for name, _ in cross_mistakes.UNNAMED} <= DECLARED.keys()
