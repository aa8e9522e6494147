"""Claims about how nnlib is built: rooms that keep to themselves, and short functions."""

import ast
import re
import sys
from pathlib import Path

import jupytext
import pytest

ROOT = Path(__file__).parents[1]
CORE = sorted((ROOT / "nnlib").glob("*.py"))
PACKAGE = sorted((ROOT / "nnlib").rglob("*.py"))
TESTS = sorted((ROOT / "tests").glob("*.py"))
CHAPTERS = sorted((ROOT / "chapters").glob("*.md"))
OFFERED = re.compile(r"_(replace|asdict|make|fields|exit|repr_\w+_)$")  # by others, to be used
LONGEST = 60  # lines of code of one function


def code_of(path):
    if path.suffix == ".py":
        return path.read_text("utf8")
    cells = jupytext.reads(path.read_text("utf8"), fmt="md:myst").cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "code")


def is_private(name):
    return name.startswith("_") and not name.endswith("__") and not OFFERED.match(name)


def private_names_of_others(source):
    """Private names that are imported, or asked of something that this source does not make."""
    nodes = list(ast.walk(ast.parse(source)))
    own = {n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    attributes = [n for n in nodes if isinstance(n, ast.Attribute)]
    own |= {n.attr for n in attributes if ast.unparse(n.value) in ("self", "cls")}
    imported = {a.name for n in nodes if isinstance(n, ast.ImportFrom) for a in n.names}
    return sorted(
        name for name in imported | {n.attr for n in attributes} - own if is_private(name)
    )


@pytest.mark.parametrize(
    "path", [*PACKAGE, *TESTS, *CHAPTERS], ids=lambda path: str(path.relative_to(ROOT))
)
def test_no_private_name_crosses_a_module(path):
    assert private_names_of_others(code_of(path)) == []


def test_a_private_name_of_another_module_is_found():
    assert private_names_of_others("from a import _b, c\nc._d\nc._replace(e=1)") == ["_b", "_d"]
    assert private_names_of_others("class A:\n  def _b(self): self._c = A()._b()") == []


def lines_of_code(function, text):
    """Lines that are neither docstring, blank nor comment."""
    body = function.body[bool(ast.get_docstring(function)) :]
    lines = text[body[0].lineno - 1 : function.end_lineno] if body else []
    return sum(bool(line.strip()) and not line.strip().startswith("#") for line in lines)


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_no_function_of_the_core_is_longer_than_a_screen(path):
    text = path.read_text("utf8").splitlines()
    functions = [n for n in ast.walk(ast.parse("\n".join(text))) if isinstance(n, ast.FunctionDef)]
    assert {f.name: n for f in functions if (n := lines_of_code(f, text)) > LONGEST} == {}


ORDER = [
    "values",
    "activations",
    "losses",
    "tuples",
    "reading",
    "network",
    "scalar",
    "loops",
    "vectorized",
    "batched",
    "parameters",
    "gradcheck",
    "accuracy",
    "files",
    "descent",
    "progress",
    "recording",
    "training",
    "data",
    "plotting",
    "__init__",
]


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_the_arrows_run_one_way(path):
    imports = [n for n in ast.walk(ast.parse(path.read_text("utf8"))) if type(n) is ast.ImportFrom]
    used = {n.module.split(".")[1] for n in imports if n.module.startswith("nnlib.")}
    used |= {a.name for n in imports if n.module == "nnlib" for a in n.names}
    if path.stem == "plotting":  # beside the figures, whose colours it shares
        used -= {"widgets"}
    assert [name for name in used if ORDER.index(name) >= ORDER.index(path.stem)] == []


# README.md says so: all but plotting, exercises and widgets needs NumPy alone, and no book.
BARE = [path for path in CORE if path.stem != "plotting"]
LATER = {"data": {"sklearn"}, "progress": {"tqdm"}}  # imported when first used
CITED = re.compile(r"Nielsen \(2015\),\s+chapter \d")
OF_THE_BOOK = re.compile(r"\b(?:chapter|section|exercise|book|notebook)s?\b", re.I)


@pytest.mark.parametrize("path", BARE, ids=lambda path: path.stem)
def test_the_core_imports_numpy_and_itself_alone(path):
    nodes = list(ast.walk(ast.parse(path.read_text("utf8"))))
    names = {a.name for n in nodes if isinstance(n, ast.Import) for a in n.names}
    names |= {n.module for n in nodes if isinstance(n, ast.ImportFrom)}
    known = sys.stdlib_module_names | {"numpy", "nnlib"} | LATER.get(path.stem, set())
    assert {name.split(".")[0] for name in names} <= known


@pytest.mark.parametrize("path", BARE, ids=lambda path: path.stem)
def test_the_core_knows_nothing_of_the_book(path):
    assert OF_THE_BOOK.findall(CITED.sub("", path.read_text("utf8"))) == []


def test_no_figure_knows_a_chapter():
    sources = [*(ROOT / "nnlib" / "widgets").rglob("*.py"), *(ROOT / "nnlib").rglob("*.js")]
    for path in sources:
        if "vendor" not in path.parts:
            assert not re.search(r"\bchapters?\b", path.read_text("utf8"), re.I), path.name


def test_a_word_of_the_book_is_found():
    assert OF_THE_BOOK.findall("as chapter 3 says")
    assert not OF_THE_BOOK.findall(CITED.sub("", "Nielsen (2015), chapter 2, equations BP1-BP4"))
