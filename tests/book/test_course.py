"""The teachers' pages: all exercises, code that runs, links that lead to an exact picture."""

import re
from html import unescape

import pytest
from nudge_book import course
from nudge_book.solutions import expand

from nnlib.exercises import exercises

from .conftest import PAGES, ROOT

CHAPTERS = [name for name in PAGES if name.startswith("chapters/")]

SOURCE = """\
# Title

At the end of this chapter you can *count*, and add.

A **new term**, the **Hadamard product**, **XOR**.
**Training** and {doc}`02-other`. **Pause.** How many?

```{code-cell} ipython3
:tags: [remove-input]

ChainExplorer(x=1)
```

:::{admonition} Exercise 1.1: sum
:class: exercise
Write `add`, as in {doc}`chapter 2 <02-other>`.
:::

```{code-cell} ipython3
def add(a, b): ...
check("add", add)
```

```{code-cell} ipython3
:tags: [solution, hide-cell]

def add(a, b):
    return a + b

check("add", add)
```
"""


def plain(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def test_what_a_chapter_says_about_itself():
    chapter = course.read_chapter(SOURCE)
    assert chapter.promise == "can *count*, and add."
    assert chapter.terms == ["new term", "Hadamard product", "XOR", "training"]
    assert chapter.figures == ["ChainExplorer"]
    assert chapter.questions == 1
    (exercise,) = chapter.exercises
    assert (exercise.number, exercise.title, exercise.name) == ("1.1", "sum", "add")
    assert "..." in exercise.stub
    assert "return a + b" in exercise.solution
    assert course._absolute(exercise.text).endswith("{doc}`chapter 2 </chapters/02-other>`.")
    assert chapter.minutes == (5, course.MINUTES_AN_EXERCISE)


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_chapter_tells_a_teacher_what_it_gives(book, name):
    chapter = course.read_chapter(expand((ROOT / f"{name}.md").read_text("utf8")))
    assert chapter.promise
    assert len(chapter.exercises) >= 2
    html = (book / "teachers.html").read_text("utf8")
    section = html.split(f'id="chapter-{int(name[9:11])}"')[1].split("</section>")[0]
    reading, practice = chapter.minutes
    assert f"about {reading} minutes to read, and {practice} for" in plain(section)
    assert f'href="{name}.html"' in section
    for figure in chapter.figures:
        assert figure in plain(section)
    earlier = {
        term
        for before in CHAPTERS[: CHAPTERS.index(name)]
        for term in course.read_chapter(expand((ROOT / f"{before}.md").read_text("utf8"))).terms
    }
    new = [term for term in chapter.terms if term not in earlier]
    assert f"New terms {', '.join(new) or 'none'}. Figures" in plain(section)


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_exercise_is_there_with_its_solution(book, name):
    html = (book / "solutions.html").read_text("utf8")
    section = html.split(f'id="chapter-{int(name[9:11])}"')[1].split("</section>")[0]
    chapter = course.read_chapter(expand((ROOT / f"{name}.md").read_text("utf8")))
    text = plain(section)
    for exercise in chapter.exercises:
        assert text.count(f"Exercise {exercise.number}: ") == 1
        for code in (exercise.stub, exercise.solution):
            assert " ".join(code.split()) in text, exercise.name
        for wrong in exercises()[exercise.name].wrong:
            assert wrong.name.split(":")[0] in text, wrong.name
    assert section.count("dropdown admonition") == len(chapter.exercises)


def test_the_code_for_a_teacher_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(
        r"^```python\n(.*?)^```", (ROOT / "teachers.md").read_text("utf8"), re.M | re.S
    )
    names = {}
    for block in blocks:
        exec(block, names)
    figure = names["figure"]
    capsys.readouterr()
    figure.nudge = 0.5
    assert capsys.readouterr().out == "the nudge is now 0.5\n"
    assert (tmp_path / "figure.svg").read_text("utf8").startswith("<svg")
    assert len(blocks) >= 5


def test_the_link_for_a_teacher_leads_to_the_exact_picture(site, open_page, figures_ready):
    text = (ROOT / "teachers.md").read_text("utf8")
    (block,) = (b for b in re.findall(r"^```python\n(.*?)^```", text, re.M | re.S) if "#nn=" in b)
    names = {}
    exec(block, names)
    page, log = open_page(f"{site}/{names['link']}")
    figures_ready(page)
    assert page.locator(".nn-notice").count() == 0
    first = page.locator("[data-nn-figure=ChainExplorer]").first
    wanted = names["state"]["ChainExplorer1"]
    assert float(first.get_by_label("nudge, value", exact=True).input_value()) == wanted["nudge"]
    assert log.trouble == []


# ---- search ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "pages"),
    [
        ("delta", ["notation.html", "chapters/03-chain-rule-backwards.html", "shapes.html"]),
        (
            "backpropagate",
            ["notation.html", "chapters/03-chain-rule-backwards.html", "reference/gradients.html"],
        ),
        (
            "transpose",
            [
                "notation.html",
                "chapters/05-a-layer-is-a-matrix.html",
                "chapters/08-four-equations.html",
            ],
        ),
        ("init_network", ["reference/networks.html"]),
        ("Glorot", ["references.html", "reference/networks.html"]),
        ("nudge", ["notation.html", "chapters/02-nudges.html"]),
    ],
)
def test_the_search_finds_the_pages(site, open_page, words, pages):
    page, log = open_page(f"{site}/search.html?q={words.replace(' ', '+')}")
    results = page.locator("#search-results li a")
    results.first.wait_for()
    page.wait_for_load_state("networkidle")
    found = {
        link.split("#")[0].split("?")[0]
        for link in results.evaluate_all("(all) => all.map((a) => a.getAttribute('href'))")
    }
    assert set(pages) <= found
    assert log.trouble == []


def test_the_search_says_so_when_it_finds_nothing(site, open_page):
    page, log = open_page(f"{site}/search.html?q=qqxyzzy")
    page.locator("#search-results p").first.wait_for()
    assert page.locator("#search-results li").count() == 0
    assert log.trouble == []
