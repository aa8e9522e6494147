"""The chapters keep the book's promises: they run, their solutions pass, they stay short.

The cells of a chapter are run in order in one namespace, as a reader would, without a kernel.
"""

import ast
import contextlib
import io
import re
from pathlib import Path
from statistics import median

import jupytext
import pytest
from nudge_book.solutions import expand

from nnlib import plotting
from nnlib.exercises import Feedback, chapters, exercises

ROOT = Path(__file__).resolve().parents[2]
FILES = {int(path.name[:2]): path.stem for path in sorted((ROOT / "chapters").glob("*.md"))}
DECLARED = {FILES[number]: module for number, module in chapters().items() if number in FILES}
FIGURES = (
    "ChainExplorer(",
    "LayerMatrix(",
    "ActivationExplorer(",
    "NetworkNudge(",
    "GradientCheck(",
    "ShapeBench(",
    "TrainingPlayer(",
)
CHAPTERS = [pytest.param(name, id=name) for name in DECLARED]
FEWEST_WORDS, MOST_WORDS = 1200, 2200


def source_of(chapter):
    return expand((ROOT / "chapters" / f"{chapter}.md").read_text("utf8"))


def cells_of(chapter):
    return jupytext.reads(source_of(chapter), fmt="md:myst").cells


def code_of(chapter):
    return [cell for cell in cells_of(chapter) if cell.cell_type == "code"]


def tags_of(cell):
    return cell.metadata.get("tags", [])


def is_exercise(cell):
    return "check(" in cell.source


def prose_of(chapter):
    """The words of a chapter; a formula counts as one, directives and cells as none."""
    text = "\n".join(cell.source for cell in cells_of(chapter) if cell.cell_type == "markdown")
    text = re.sub(r"\$\$.*?\$\$|\$[^$]+\$", " formula ", text, flags=re.S)
    text = re.sub(r"^(:::.*|:class:.*|\(.*\)=|\(eq-.*\))$", " ", text, flags=re.M)
    return re.findall(r"[\w'’-]*\w[\w'’-]*", text)


def run_cell(source, namespace):
    """Run a cell; return the value of its last line, as a notebook shows it."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), namespace)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), namespace)


def test_every_chapter_has_exercises_and_every_exercise_a_chapter():
    assert sorted(FILES) == sorted(chapters())


@pytest.fixture(scope="module", params=CHAPTERS)
def executed(request):
    """A chapter's cells with their values, and what they printed."""
    namespace, the_books = {"__name__": "__main__"}, {}
    values = []
    printed = io.StringIO()
    for cell in code_of(request.param):
        # The reader's notebook is without what only the book needs, so nothing may build on it.
        is_the_books = "remove-cell" in tags_of(cell)
        names = the_books | namespace if is_the_books else namespace
        if "raises-exception" in tags_of(cell):
            with pytest.raises(Exception):  # noqa: B017, PT011 - which one is the cell's own affair
                run_cell(cell.source, names)
            values.append((cell, None))
        else:
            hidden = "remove-output" in tags_of(cell)  # no page shows what it prints
            with contextlib.redirect_stdout(io.StringIO() if hidden else printed):
                values.append((cell, run_cell(cell.source, names)))
        if is_the_books:
            the_books = names
    return values, printed.getvalue()


def test_every_cell_runs_in_order_and_every_folded_solution_passes_its_check(executed):
    values, _ = executed
    solutions = [value for cell, value in values if "solution" in tags_of(cell)]
    assert 2 <= len(solutions) <= 4
    for feedback in solutions:
        assert isinstance(feedback, Feedback)
        assert feedback, feedback.message


def test_printed_lines_fit_a_phone(executed):
    _, printed = executed
    assert max(len(line) for line in printed.splitlines()) <= 37


def test_no_stub_passes_its_check(executed):
    values, _ = executed
    for cell, value in values:
        if is_exercise(cell) and "solution" not in tags_of(cell):
            assert isinstance(value, Feedback)
            assert not value, "the stub already holds a solution"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_exercise_has_a_stub_hints_and_a_solution(chapter):
    names = {True: [], False: []}
    for cell in filter(is_exercise, code_of(chapter)):
        (name,) = re.findall(r'check\("(\w+)", \1\)', cell.source)
        names["solution" in tags_of(cell)].append(name)
    declared = [exercise.name for exercise in DECLARED[chapter].EXERCISES]
    assert names[False] == names[True] == declared
    for name in declared:
        assert f'hint("{name}")' in source_of(chapter)
    titles = re.findall(r"^:::\{admonition\} Exercise (\d+\.\d+): ", source_of(chapter), re.M)
    number = int(chapter[:2])
    assert titles == [f"{number}.{n}" for n in range(1, len(declared) + 1)]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_solutions_are_folded_and_figures_hide_their_code(chapter):
    for cell in code_of(chapter):
        if "solution" in tags_of(cell):
            assert tags_of(cell) == ["solution", "hide-cell"]
            assert cell.metadata["mystnb"]["code_prompt_show"] == "Show a solution"
        if cell.source.startswith(FIGURES):
            assert tags_of(cell) == ["remove-input"]
        if "plotting.figure" in cell.source:
            assert tags_of(cell) == ["hide-input"]


def test_pictures_have_a_text_and_are_small(executed):
    values, _ = executed
    for cell, value in values:
        if "plotting.figure" in cell.source:
            assert isinstance(value, plotting.Picture)
            assert value.description.endswith(".")
            assert len(value.html().encode()) <= 60_000


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_length_of_text_and_cells(chapter):
    assert FEWEST_WORDS <= len(prose_of(chapter)) <= MOST_WORDS
    lengths = [len(cell.source.splitlines()) for cell in code_of(chapter)]
    assert median(lengths) <= 7
    assert max(lengths) <= 20
    assert max(len(line) for cell in code_of(chapter) for line in plain_lines(cell)) <= 80


def plain_lines(cell):
    """The lines of a cell that a reader sees and has to scroll if they are long."""
    return [] if tags_of(cell) else cell.source.splitlines()


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_chapter_has_its_parts(chapter):
    source = source_of(chapter)
    assert source.count(":class: wrong") == 1
    assert source.count(":class: card") == 1
    assert source.count(":class: predict") >= 3
    assert source.count("**Pause.**") == source.count(":class: pause dropdown") >= 4
    card = re.search(r":class: card\n(.*?)\n:::", source, re.S)[1]
    assert len(card.splitlines()) <= 5
    assert not re.search(r"^#.*\$", source, re.M), "no math in headings"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_section_ends_with_a_pause(chapter):
    """Exercises do the same at the end, and a mistake shown failing is its own check."""
    for section in re.split(r"^## ", source_of(chapter), flags=re.M)[1:]:
        if not section.startswith("Exercises") and ":class: wrong" not in section:
            assert "**Pause.**" in section, section.splitlines()[0]


@pytest.mark.parametrize("exercise", exercises().values(), ids=exercises())
def test_every_diagnosis_points_to_a_section_that_exists(exercise):
    for wrong in exercise.wrong:
        number, title = re.fullmatch(r"chapter (\d+), '(.+)'", wrong.section).groups()
        (chapter,) = [name for name in DECLARED if int(name[:2]) == int(number)]
        assert re.search(rf"^## {re.escape(title)}$", source_of(chapter), re.M), wrong.section


@pytest.mark.parametrize("page", ["index", "notation", *(f"chapters/{name}" for name in DECLARED)])
def test_plain_words_only(page):
    text = (ROOT / f"{page}.md").read_text("utf8")
    for word in ("simply", "just", "obviously", "easily", "trivial", "of course"):
        assert not re.search(rf"\b{word}\b", text, re.I), word
