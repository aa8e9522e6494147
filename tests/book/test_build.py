"""What a build does, when it does nothing, and when it must fail."""

import pytest
import yaml

from tools import book

from .conftest import ROOT

CELL = "```{{code-cell}} ipython3\n{}\n```\n"


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("# Title\n\n" + CELL.format("1 / 0"), "ZeroDivisionError"),
        ("# Title\n\nSee {ref}`nowhere`.\n", "undefined label: 'nowhere'"),
        ("# Title\n\nSee {doc}`nowhere`.\n", "unknown document: 'nowhere'"),
        ("# Title\n\nBy {eq}`nowhere`.\n", "nowhere"),
        ("# Title\n\n" + CELL.format("import sys\nprint('x', file=sys.stderr)"), "stderr"),
        ("# Title\n\n:::{margin}\nx\n:::\n\n" + CELL.format("1"), "the directive {margin}"),
    ],
)
def test_a_mistake_fails_the_build_and_is_said(scratch_book, capfd, page, said):
    root = scratch_book(index=page)
    assert not book.build(root, quiet=True)
    assert said in capfd.readouterr().err
    # And again: Sphinx alone would not repeat the warnings of a page that is written already.
    assert not book.build(root, quiet=True)


def test_only_what_changed_is_built(scratch_book, capsys):
    cell = CELL.format('import runpy\nrunpy.run_path("nnlib/__init__.py")["answer"] + 1')
    root = scratch_book(index="# Title\n\n" + cell, second="# Second\n")
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

    (root / "nnlib" / "view.js").write_text("// a view")
    assert build(), "a script"
    (html / "_static" / "book.css").unlink()
    assert build(), "deleted output"
    assert (html / "_static" / "book.css").exists()
    assert not build(), "unchanged again"


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


@pytest.mark.parametrize("url", ["", "https://github.com/owner/book"])
def test_links_to_the_repository_are_there_only_with_an_address(scratch_book, url):
    root = scratch_book(index="# Title\n\n" + CELL.format("1"))
    config = root / "_config.yml"
    config.write_text(config.read_text("utf8").replace('url: ""', f'url: "{url}"'), "utf8")
    assert book.build(root, quiet=True)
    html = (root / "_build" / "html" / "index.html").read_text("utf8")
    notebook = (root / "_build" / "html" / "_sources" / "index.ipynb").read_text("utf8")
    assert (f'href="{url}/edit/main/index.md"' in html) is bool(url)
    assert ("github" in html.lower()) is bool(url)
    assert ("pip install" in notebook) is bool(url)
