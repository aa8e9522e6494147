"""Claims about the docstrings of nnlib's core: complete, and every example runs."""

import doctest
import functools
import importlib
import inspect
import re
from pathlib import Path

import pytest

import nnlib

ROOMS = sorted(path.stem for path in Path(nnlib.__file__).parent.glob("[a-z]*.py"))
MODULES = [
    importlib.import_module(f"nnlib.{name}") for name in ROOMS if name not in ("plotting", "values")
]
SAME = re.compile(r"Parameters, returns and errors as `([\w.]+)`\.")


def examples():
    finder = doctest.DocTestFinder(exclude_empty=True)
    for module in MODULES:
        for case in finder.find(module):
            if case.examples:
                yield pytest.param(case, id=case.name)


def public_functions():
    for module in MODULES:
        for name, member in vars(module).items():
            if name.startswith("_") or getattr(member, "__module__", None) != module.__name__:
                continue
            if inspect.isfunction(member):
                yield pytest.param(member, id=f"{module.__name__}.{name}")


@pytest.mark.parametrize("case", list(examples()))
def test_the_example_runs(case):
    report = []
    doctest.DocTestRunner().run(case, out=report.append)
    assert not report, "".join(report)


@pytest.mark.parametrize("function", list(public_functions()))
def test_a_public_function_documents_arguments_result_and_errors(function):
    text = inspect.getdoc(function)
    names = list(inspect.signature(function).parameters)
    if said := SAME.search(text):
        same = {"nnlib": nnlib, **vars(inspect.getmodule(function))}
        other = functools.reduce(getattr, said[1].split(".")[1:], same[said[1].split(".")[0]])
        assert not SAME.search(inspect.getdoc(other))
        assert inspect.signature(function) == inspect.signature(other)
        return
    for heading in ("Parameters", "Returns", "Raises"):
        if names or heading != "Parameters":
            assert f"{heading}\n{'-' * len(heading)}\n" in text
    if not names:
        return
    arguments = text.split("Parameters\n----------\n")[1].split("Returns\n-------\n")[0]
    for name in names:
        assert name in arguments.replace(",", " ").split()
