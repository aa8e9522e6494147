"""A place in a chapter's text becomes the folded cell that the exercise's declaration holds."""

import sys
from pathlib import Path
from types import SimpleNamespace

import jupytext
import pytest
from nudge_book.solutions import expand

CHAPTERS = sorted((Path(__file__).resolve().parents[2] / "chapters").glob("*.md"))
TEXT = """\
Before `{solution} twice`.

```{solution} twice
```

Between.

```{solution} thrice
```
"""


@pytest.fixture
def declared(monkeypatch):
    """A package that declares two exercises, one of them with a backslash in its code."""
    codes = {
        "twice": 'def twice(n):\n    return 2 * n\n\ncheck("twice", twice)',
        "thrice": r'"\1\n"',
    }
    package = SimpleNamespace(find=lambda name: SimpleNamespace(solution=codes[name]))
    monkeypatch.setitem(sys.modules, "made_up", package)
    return codes


def test_every_place_becomes_a_folded_cell_and_the_rest_stays(declared):
    text = expand(TEXT, "made_up")
    cells = jupytext.reads(text, fmt="md:myst").cells
    assert [cell.source for cell in cells] == [
        "Before `{solution} twice`.",
        declared["twice"],
        "Between.",
        declared["thrice"],
    ]
    for cell in cells[1::2]:
        assert cell.metadata["tags"] == ["solution", "hide-cell"]
        assert cell.metadata["mystnb"]["code_prompt_show"] == "Show a solution"
        assert cell.metadata["mystnb"]["code_prompt_hide"] == "Hide the solution"


def test_a_text_without_a_place_is_left_as_it_is():
    for text in (
        "",
        "No place.\n",
        "    ```{solution} indented\n    ```\n",
        "```{solution} two words\n```",
    ):
        assert expand(text) == text


def test_a_place_of_no_exercise_is_refused():
    with pytest.raises(ValueError, match="no exercise is called 'gapp'; did you mean gap"):
        expand("```{solution} gapp\n```\n")


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_no_chapter_holds_a_solution_beside_its_declaration(path):
    text = path.read_text("utf8")
    assert "```{solution} " in text
    assert "tags: [solution" not in text
    assert "```{solution} " not in expand(text)
