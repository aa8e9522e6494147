"""What a build does, when it does nothing, and when it must fail."""

import contextlib
import io
import re
from types import SimpleNamespace

import pytest
import yaml
from nudge_book import pages
from sphinx.errors import ExtensionError

from tools import book

from .conftest import ROOT, without_addresses

CELL = "```{{code-cell}} ipython3\n{}\n```\n"


ENTRY = "# Entries\n\n```{{api}} nnlib.gradcheck\nrelative_error: {}\n```\n"
CHAPTER = "# First\n\n## Here\n\nBy `gradcheck.relative_error`.\n"

# By page: its text, and what the build says of it.
MISTAKES = {
    "cell": ("# Title\n\n" + CELL.format("1 / 0"), "cell.md: WARNING: Executing notebook failed"),
    "stderr": (
        "# Title\n\n" + CELL.format("import sys\nprint('x', file=sys.stderr)"),
        "stderr.md:11: ERROR: stderr was found",
    ),
    "ref": ("# Title\n\nSee {ref}`nowhere`.\n", "ref.md:3: WARNING: undefined label: 'nowhere'"),
    "doc": ("# Title\n\nSee {doc}`nowhere`.\n", "doc.md:3: WARNING: unknown document: 'nowhere'"),
    "eq": ("# Title\n\nBy {eq}`nowhere`.\n", "eq.md:3: WARNING: equation not found: nowhere"),
    "margin": (
        "# Title\n\n:::{margin}\nx\n:::\n\n" + CELL.format("1"),
        "margin.md: WARNING: no notebook: the directive {margin}",
    ),
    "formula": (
        "# Title\n\nA line.\n\nOne good $\\w$ and one bad $\\nudge x$ formula.\n",
        "formula.md:5: WARNING: bad formula: KaTeX parse error: Undefined control sequence",
    ),
    "section": (
        ENTRY.format("chapter 1, 'Elsewhere'"),
        "WARNING: chapters/01-first has no section 'Elsewhere'",
    ),
}


@pytest.fixture(scope="module")
def said(scratch_book):
    """What two builds in a row say of a book of mistakes, by build; both must fail."""
    pages = {name: text for name, (text, _) in MISTAKES.items()}
    root = scratch_book({"index": "# Title\n", "chapters/01-first": CHAPTER, **pages})
    outputs = []
    for _ in range(2):
        heard = io.StringIO()
        with contextlib.redirect_stderr(heard):
            assert not book.build(root, quiet=True)
        outputs.append(heard.getvalue())
    return outputs


@pytest.mark.parametrize("page", MISTAKES)
def test_a_mistake_fails_the_build_and_is_said(said, page):
    """And again: Sphinx alone would not repeat the warnings of a page that is written already.

    Each is a warning or an error, so each would fail the build alone.
    """
    for output in said:
        assert MISTAKES[page][1] in output


def test_the_cause_is_shown(said):
    for output in said:
        assert "ZeroDivisionError" in output
        assert "\n    \\nudge x" in output


PAGE = """\
# Title

$$
\\z = \\w x
$$ (one)

By {eq}`one`.

With $\\w_1$, $\\b$ alone and ($\\a_1$).
Of `c`, `d`, $\\a$, $\\b$, and $\\w$. A long one: $\\z_3 = \\w_1\\a_1 + \\w_2\\a_2 + \\b_3$.

```{code-cell} ipython3
print("in one", end="", flush=True)
print(" line", flush=True)
```
"""


@pytest.fixture(scope="module", params=["", "https://github.com/owner/book"])
def good(request, scratch_book):
    """A book without a mistake, with and without an address of its repository."""
    entries = {"entry": ENTRY.format("chapter 1, 'Here'"), "more": MORE}
    root = scratch_book({"index": PAGE, "chapters/01-first": CHAPTER, **entries})
    config = root / "_config.yml"
    config.write_text(config.read_text("utf8").replace('url: ""', f'url: "{request.param}"'))
    with without_addresses():
        assert book.build(root, quiet=True)
    return request.param, root / "_build" / "html"


MORE = ENTRY.replace("Entries", "More").replace("relative_error", "flatten").format("no chapter")


def test_numbers_and_references_of_equations(good):
    html = (good[1] / "index.html").read_text("utf8")
    number = re.search(r'<span class="eqno">\((\d+)\)', html)[1]
    assert re.search(rf'href="#equation-one">\({number}\)</a>', html)
    assert "katex/katex.min.css" in html
    assert "mathjax.js" not in html.lower()


def test_a_short_formula_keeps_its_punctuation_and_a_long_one_may_break(good):
    html = (good[1] / "index.html").read_text("utf8")
    kept = re.findall(r'<span class="nn-unbroken"><span class="math .*?</span>([^<]+)</span>', html)
    assert kept == [",", ").", ",", ",", "."]
    assert html.count('class="nn-unbroken"') == len(kept)
    assert re.search(r">c</span></code>, <code [^>]*><span [^>]*>d</span></code>, <span", html)


def test_what_a_cell_prints_in_pieces_is_one_text(good):
    html = (good[1] / "index.html").read_text("utf8")
    assert "in one line\n</pre>" in html


def test_an_entry_leads_to_its_section_and_one_without_a_chapter_says_so(good):
    entry = (good[1] / "entry.html").read_text("utf8")
    assert 'href="chapters/01-first.html#here"' in entry
    assert "no chapter" in (good[1] / "more.html").read_text("utf8").lower()


def test_links_to_the_repository_are_there_only_with_an_address(good):
    url, folder = good
    html = (folder / "index.html").read_text("utf8")
    notebook = (folder / "_sources" / "index.ipynb").read_text("utf8")
    assert (f'href="{url}/edit/main/index.md"' in html) is bool(url)
    assert ("github" in html.lower()) is bool(url)
    assert ("git+" in notebook) is bool(url)


def test_a_page_with_scripts_of_its_own_inside_is_refused(tmp_path):
    app = SimpleNamespace(outdir=tmp_path)
    (tmp_path / "_static").mkdir()
    for name in ("one", "two"):
        pages.write_settings(app, name, "let all;")
    with pytest.raises(ExtensionError, match=r"(?s)three: .*app\.add_js_file.*let more;.*let all;"):
        pages.write_settings(app, "three", "let more;")
    assert (tmp_path / "_static" / "settings.js").read_text("utf8") == "let all;"


def test_only_what_changed_is_built(scratch_book, capsys):
    cell = CELL.format('import runpy\nrunpy.run_path("nnlib/__init__.py")["answer"] + 1')
    root = scratch_book({"index": "# Title\n\n" + cell, "second": "# Second\n"})
    html = root / "_build" / "html"

    def build():
        assert book.build(root)
        return "Nothing has changed" not in capsys.readouterr().out

    def written(name):
        return (html / name).stat().st_mtime_ns

    assert build()
    assert ">42<" in (html / "index.html").read_text("utf8").replace("\n", "")
    assert not build(), "unchanged"

    before = written("index.html"), written("second.html")
    (root / "second.md").write_text("# Second, changed\n")
    assert build(), "a page"
    assert "Second, changed" in (html / "second.html").read_text("utf8")
    assert written("second.html") > before[1]

    (root / "nnlib" / "__init__.py").write_text("answer = 98\n")
    assert build(), "the package that the pages run"
    assert ">99<" in (html / "index.html").read_text("utf8").replace("\n", "")

    (html / "_static" / "book.css").unlink()
    assert build(), "deleted output"
    assert (html / "_static" / "book.css").exists()
    assert not build(), "unchanged again"


SPHINX = """\
\x1b[01mupdating environment: \x1b[39;49;00m[new config] 1 added, 1 changed, 7 removed
\x1b[01mreading sources... \x1b[39;49;00m[ 50%] \x1b[35mchapters/02-nudges\x1b[39;49;00m
chapters/02-nudges.md: Executed notebook in 1.90 seconds [mystnb]
reading sources... [100%] index
looking for now-outdated files... none found
preparing documents... done
writing output... [100%] index
"""


def test_a_build_says_which_page_of_how_many_it_is_at():
    assert [*book.steps(SPHINX.splitlines(keepends=True))] == [
        "page 1 of 2: chapters/02-nudges",
        "page 2 of 2: index",
        "writing the pages",
    ]


def test_progress_is_one_line_in_a_terminal_and_lines_elsewhere(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    book.show_step("page 10 of 12: long/name")
    book.show_step("")
    shown = capsys.readouterr().out
    assert "\n" not in shown
    first, second = shown.strip("\r").split("\r\r")
    assert (len(first), second.strip()) == (len(second), ""), "nothing of it is left"
    assert shown.endswith("\r"), "what is printed next begins the line"
    monkeypatch.setattr("sys.stdout.isatty", lambda: False)
    book.show_step("page 10 of 12: name")
    book.show_step("")
    assert capsys.readouterr().out == "page 10 of 12: name\n"


def test_the_steps_of_a_real_build_are_shown_but_not_where_it_is_to_be_quiet(scratch_book, capsys):
    root = scratch_book({"index": "# Title\n", "second": "# Second\n"})
    assert book.build(root)
    assert "page 1 of 2: index\npage 2 of 2: second\nwriting the pages\n" in capsys.readouterr().out
    (root / "second.md").write_text("# Second, changed\n")
    assert book.build(root, quiet=True)
    assert capsys.readouterr().out == ""


NOW = {"code": "c", "look": "l", "pages": "p"}
DONE = {"hashes": NOW, "output": {"index.html": 10}}


@pytest.mark.parametrize(
    ("before", "output", "work"),
    [
        (DONE, {"index.html": 10}, "nothing"),
        ({}, {}, "execute"),
        ({}, {"index.html": 10}, "execute"),
        ({**DONE, "hashes": {**NOW, "pages": "q"}}, {"index.html": 10}, "pages"),
        ({**DONE, "hashes": {**NOW, "look": "m"}}, {"index.html": 10}, "write"),
        ({**DONE, "hashes": {**NOW, "code": "d"}}, {"index.html": 10}, "execute"),
        ({**DONE, "output": None}, {"index.html": 10}, "write"),
        (DONE, {}, "write"),
        (DONE, {"index.html": 9}, "write"),
    ],
)
def test_the_plan(before, output, work):
    assert book.plan(before, NOW, output) == work


def test_a_torn_state_is_no_state(tmp_path):
    """A build that was killed while it wrote must not stop every build after it."""
    assert book.read_state(tmp_path / "state.json") == {}
    (tmp_path / "state.json").write_text('{"hashes": {"co')
    assert book.read_state(tmp_path / "state.json") == {}


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("chapters/01-one-unit-wide.md", "pages"),
        ("index.md", "pages"),
        ("reference/networks.md", "pages"),
        ("nnlib/scalar.py", "code"),
        ("nnlib/exercises/chapter01.py", "code"),
        ("requirements.txt", "code"),
        ("nnlib/widgets/view.js", "look"),
        ("nnlib/widgets/shared/drawing/figure.css", "look"),
        ("_ext/nudge_book/math.py", "look"),
        ("_static/book.css", "look"),
        ("_config.yml", "look"),
        ("_toc.yml", "look"),
    ],
)
def test_every_source_is_watched(tmp_path, path, group):
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("one")
    before = book.fingerprints(tmp_path)
    assert book.fingerprints(tmp_path) == before
    file.write_text("two")
    after = book.fingerprints(tmp_path)
    assert [name for name in before if before[name] != after[name]] == [group]
    file.rename(file.with_stem("renamed"))
    if path not in ("requirements.txt", "_config.yml", "_toc.yml"):
        assert book.fingerprints(tmp_path) != after


def test_the_repositorys_address_is_one_setting():
    """While it is empty nothing may claim one; once it is set, the citation has it too."""
    url = yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))["repository"]["url"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf8"))
    assert citation.get("repository-code", "") == url
