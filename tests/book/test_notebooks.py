"""Each chapter as a notebook: plain Markdown, standard LaTeX, runs anywhere nnlib is."""

import html
import json
import re
import subprocess
import sys
import sysconfig
import tomllib

import jupytext
import nbconvert
import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from nbconvert.preprocessors import ExecutePreprocessor
from nudge_book import markdown, math, notebooks, solutions

from nnlib import __version__
from nnlib.widgets import ChainExplorer
from tools import lab

from .conftest import PAGES, ROOT


class Glossary:
    """References for text that stands alone."""

    def doc(self, name):
        return {"02-nudges": ("Nudges", "02-nudges.ipynb"), "notation": ("Notation", None)}[name]

    def ref(self, label):
        return {"turn": ("Turn one knob", "#Turn-one-knob")}[label]

    def eq(self, label):
        return {"chain": "2.1"}[label]

    def glue(self, key, spec):
        return format({"cost": 0.125}[key], "" if spec == "s" else spec)


@pytest.mark.parametrize(
    ("myst", "plain"),
    [
        ("See {doc}`02-nudges`.", "See [Nudges](02-nudges.ipynb)."),
        ("See {doc}`this <02-nudges>`.", "See [this](02-nudges.ipynb)."),
        ("See {doc}`notation`.", "See Notation."),
        ("In {ref}`turn`.", "In [Turn one knob](#Turn-one-knob)."),
        ("By {eq}`chain`.", "By (2.1)."),
        ("A {term}`cost`, {term}`costs <cost>`.", "A cost, costs."),
        ("It is {glue:text}`cost:.2f` or {glue:text}`cost`.", "It is 0.12 or 0.125."),
        (r"$\w_3\a_2$ costs \$5", r"$w_3a_2$ costs \$5"),
        (r"Not math: `$\w$`, ``{doc}`x` ``.", r"Not math: `$\w$`, ``{doc}`x` ``."),
        ("(turn)=\n## Turn", "## Turn"),
        ("$$\n\\w + 1\n$$ (chain)", "$$\nw + 1 \\tag{2.1}\n$$"),
        ("$$\\w$$", "$$\nw\n$$"),
        ("% a note to ourselves\ntext", "text"),
        ("```python\n$\\w$ = {doc}`x`\n```", "```python\n$\\w$ = {doc}`x`\n```"),
    ],
)
def test_each_construct_has_a_plain_form(myst, plain):
    assert markdown.to_markdown(myst, Glossary()) == plain


def test_an_admonition_becomes_a_quote_with_equations_on_one_line():
    body = "Is it\n\n$$\n\\w\n  + 1\n$$\n\n- so"
    myst = f":::{{admonition}} Predict\n:class: predict\n\n{body}\n:::\nAfter."
    expected = "> **Predict**\n>\n> Is it\n>\n> $$w + 1$$\n>\n> - so\nAfter."
    assert markdown.to_markdown(myst, Glossary()) == expected


def test_a_folded_admonition_becomes_details():
    myst = "::::{admonition} Answer\n:class: pause dropdown\nFor $\\d$.\n::::"
    expected = "<details>\n<summary>Answer</summary>\n\nFor $\\delta$.\n\n</details>"
    assert markdown.to_markdown(myst, Glossary()) == expected


@pytest.mark.parametrize(
    "myst", ["{numref}`x`", ":::{margin}\nx\n:::", "```{figure} x.png\n```", ":::\nx\n:::"]
)
def test_an_unknown_construct_is_reported(myst):
    with pytest.raises(markdown.UnknownSyntaxError):
        markdown.to_markdown(myst, Glossary())


@pytest.mark.parametrize("myst", ["{doc}`gone`", "{ref}`gone`", "{eq}`gone`", "{glue:text}`gone`"])
def test_an_unknown_reference_is_reported(myst):
    with pytest.raises(LookupError):
        markdown.to_markdown(myst, Glossary())


SOURCE = """\
---
file_format: mystnb
kernelspec:
  name: python3
---

# Title

```{code-cell} ipython3
:tags: [remove-cell]
from myst_nb import glue
```

```{code-cell} ipython3
:tags: [hide-input]
1 + 1
```

```{code-cell} ipython3
:tags: [solution, hide-cell]
:mystnb:
:  code_prompt_show: "Show a solution"
answer = 3
```

```{code-cell} ipython3
:tags: [raises-exception]
1 / 0
```
"""


def test_cells_keep_what_a_reader_needs():
    notebook = notebooks.export(SOURCE, Glossary(), docname="x", number="2. ", book="B")
    nbformat.validate(notebook)
    title, first, hidden, solution, failing = notebook.cells
    assert title.source.startswith("# 2. Title\n\n*From the book “B”. It needs")
    assert first.metadata == hidden.metadata == {"jupyter": {"source_hidden": True}}
    assert solution.metadata["jupyter"] == {"source_hidden": True, "outputs_hidden": True}
    assert failing.metadata["tags"] == ["raises-exception"]
    assert notebook.metadata["kernelspec"]["name"] == "python3"


ADDRESS = "https://git.example/owner/book"
DISTRIBUTION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]["name"]
PACKAGE = f'"{DISTRIBUTION}[figures] @ git+{ADDRESS}"'
#: A Python that finds its libraries, and beside them what it is given.
PYTHON = "import sys\nsys.path += sys.argv[1:]\n"
#: A shell as Jupyter's, in it.
SHELL = (
    PYTHON
    + """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance(colors="NoColor", history_manager=None)
shell.register_magic_function(lambda line: print("pip", line), magic_name="pip")
print(shell.run_cell(sys.stdin.read()).success)
"""
)
COLAB = "import sys\nsys.modules['google.colab'] = sys\n" + SHELL
SCRIPT = (
    PYTHON
    + """
left = {"__builtins__": __builtins__}
exec(sys.stdin.read(), left)
print(*left.keys() - {"__builtins__"})
"""
)
BOOKS = {"nnlib/exercises/judge.py": "", "nnlib/__init__.py": f'__version__ = "{__version__}"'}


@pytest.fixture
def first_cell(tmp_path):
    """Run a notebook's first cell where nnlib is what some files make it; return what it says."""

    def run(*places, address="", host=SHELL, files=()):
        for name, text in dict(files).items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True, parents=True)
            path.write_text(text)
        notebook = notebooks.export(SOURCE, Glossary(), docname="x", address=address)
        paths = [sysconfig.get_path("purelib"), *map(str, places), str(tmp_path)]
        done = subprocess.run(
            # -I and -S: without the editable nnlib of this environment.
            [sys.executable, "-I", "-S", "-c", host, *paths],
            input=notebook.cells[1].source,
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )
        assert "Traceback" not in done.stderr
        return [*done.stdout.splitlines(), *done.stderr.splitlines()]

    return run


@pytest.mark.parametrize("host", [SHELL, COLAB], ids=["Jupyter", "Colab"])
@pytest.mark.parametrize("address", ["", ADDRESS])
def test_the_first_cell_is_silent_where_the_books_package_is(first_cell, host, address):
    assert first_cell(ROOT, address=address, host=host) == ["True"]
    assert first_cell(files=BOOKS, address=address, host=host) == ["True"]


MISSING = "This notebook needs the book's package nnlib, which is not installed here: "


@pytest.mark.parametrize("host", [SHELL, COLAB], ids=["Jupyter", "Colab"])
def test_without_package_and_address_the_first_cell_says_where_to_get_it(first_cell, host):
    sentence, passed = first_cell(host=host)
    assert passed == "False"
    assert sentence.startswith(MISSING)
    assert "`make lab`" in sentence
    assert "`make dist`" in sentence


def test_without_the_package_the_first_cell_says_what_installs_it(first_cell):
    sentence, passed = first_cell(address=ADDRESS)
    assert passed == "False"
    assert sentence.startswith(f"{MISSING}run `%pip install {PACKAGE}`, restart the kernel")


def test_on_colab_the_first_cell_installs_the_package_from_the_books_address(first_cell):
    assert first_cell(address=ADDRESS, host=COLAB) == [f"pip install --quiet {PACKAGE}", "True"]


@pytest.mark.parametrize("host", [SHELL, COLAB], ids=["Jupyter", "Colab"])
@pytest.mark.parametrize("address", ["", ADDRESS])
@pytest.mark.parametrize(
    "files",
    [
        {"nnlib/__init__.py": "raise SystemError('imported')", "nnlib/l_layer.py": ""},
        {"nnlib.py": "raise SystemError('imported')"},
        {"nnlib/notes.py": ""},
    ],
    ids=["a package", "a file", "a folder"],
)
def test_another_nnlib_is_named_with_what_to_do(first_cell, tmp_path, files, address, host):
    sentence, passed = first_cell(address=address, files=files, host=host)
    assert passed == "False"
    assert sentence.startswith(f"{tmp_path / 'nnlib'}")
    assert "is not this book's nnlib" in sentence
    assert "%pip uninstall --yes nnlib" in sentence


@pytest.mark.parametrize("address", ["", ADDRESS])
@pytest.mark.parametrize(
    ("version", "serves"), [("0.8.12", False), ("0.9.0rc1", True), ("0.10.0", True)]
)
def test_an_old_version_of_the_package_is_named(first_cell, version, serves, address, monkeypatch):
    monkeypatch.setattr(notebooks, "__version__", "0.9.0")
    files = BOOKS | {"nnlib/__init__.py": f'"""Words."""\n\n__version__ = "{version}"\n'}
    *sentences, passed = first_cell(files=files, address=address)
    if serves:
        assert (sentences, passed) == ([], "True")
        return
    (sentence,) = sentences
    assert passed == "False"
    assert sentence.startswith(f"This notebook needs nnlib 0.9.0, and here is version {version}: ")
    assert (f"%pip install {PACKAGE}" if address else "`make lab`") in sentence


def test_in_a_script_the_sentence_comes_without_a_traceback(first_cell):
    (sentence,) = first_cell(host=SCRIPT)
    assert sentence.startswith(MISSING)


def test_the_first_cell_leaves_one_name_to_its_reader(first_cell):
    assert first_cell(ROOT, host=SCRIPT) == ["find_the_package"]


def test_a_notebook_with_an_address_does_not_send_to_make():
    notebook = notebooks.export(SOURCE, Glossary(), docname="x", address=ADDRESS)
    assert "make lab" not in "\n".join(cell.source for cell in notebook.cells)


def test_an_export_is_the_same_every_time():
    first, second = (notebooks.export(SOURCE, Glossary(), docname="x") for _ in range(2))
    assert nbformat.writes(first) == nbformat.writes(second)
    other = notebooks.export(SOURCE, Glossary(), docname="y")
    assert {cell.id for cell in first.cells}.isdisjoint(cell.id for cell in other.cells)


def test_a_cell_that_needs_the_books_machinery_is_reported():
    source = SOURCE.replace(":tags: [remove-cell]\n", "")
    with pytest.raises(markdown.UnknownSyntaxError, match="myst_nb"):
        notebooks.export(source, Glossary(), docname="x")


# ---- the real chapters ------------------------------------------------------------------------

CHAPTERS = [name for name in PAGES if name.startswith("chapters/")]
LEFTOVERS = {
    "a role": r"\{[a-z:]+\}`",
    "a directive": r"^(:::|```\{)",
    "a label": r"^\([\w:.-]+\)=",
    "an equation's label": r"\$\$ *\(",
    "an option": r"^:(class|tags|mystnb):",
    "a macro": r"\\[" + "".join(math.MACROS) + r"](?![A-Za-z])",
}


@pytest.fixture
def exported(book):
    def read(name):
        path = book / "_sources" / f"{name}.ipynb"
        return path, nbformat.read(path, as_version=4)

    return read


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapters_notebook_is_valid_and_plain(exported, name):
    path, notebook = exported(name)
    nbformat.validate(json.loads(path.read_text("utf8")))
    assert len({cell["id"] for cell in notebook.cells}) == len(notebook.cells)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
            assert "myst_nb" not in cell.source
            continue
        prose = re.sub(r"^```.*?^```|`[^`\n]*`", "", cell.source, flags=re.DOTALL | re.MULTILINE)
        for what, pattern in LEFTOVERS.items():
            assert not re.search(pattern, prose, re.MULTILINE), f"{what} is left in: {prose}"


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapters_formulas_are_standard_latex(exported, name):
    """KaTeX without the book's macros reads every formula, \\tag included."""
    engine = math._engine()
    _, notebook = exported(name)
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    text = re.sub(r"^```.*?^```|`[^`\n]*`", "", text, flags=re.DOTALL | re.MULTILINE)
    formulas = re.findall(r"\$\$(.+?)\$\$|(?<!\\)\$((?:\\.|[^$\\])+?)\$", text, re.DOTALL)
    assert formulas
    for display, inline in formulas:
        assert "katex" in engine.call("renderFormula", display or inline, bool(display), {})


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_notebooks_code_is_the_chapters(exported, name):
    """But for what only the book needs: tests/exercises/test_chapters.py runs it without that.

    And after a first cell, which looks for nnlib.
    """
    source = solutions.expand((ROOT / f"{name}.md").read_text("utf8"))
    cells = [
        (cell.source, "raises-exception" in cell.metadata.get("tags", []))
        for cell in jupytext.reads(source, fmt="md:myst").cells
        if cell.cell_type == "code" and "remove-cell" not in cell.metadata.get("tags", [])
    ]
    _, notebook = exported(name)
    first, *others = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert "nnlib" in first.source
    assert cells == [
        (cell.source, "raises-exception" in cell.metadata.get("tags", [])) for cell in others
    ]


def test_a_notebook_runs_in_a_kernel(exported, tmp_path):
    """One with `interact`: cell by cell, as a notebook would.

    Not by nbclient: where `interact` clears its output, that sends to the kernel while it waits
    for a reply, misses the reply, and waits for as long as it may.
    """
    _, notebook = exported("chapters/02-nudges")
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert any("interact(" in source for source in code)
    manager, kernel = start_new_kernel(kernel_name="python3", cwd=str(tmp_path))
    try:
        for source in code:
            reply = kernel.execute_interactive(
                source, allow_stdin=False, output_hook=lambda _: None
            )["content"]
            assert reply["status"] == "ok", (source, *reply.get("traceback", []))
    finally:
        kernel.stop_channels()
        manager.shutdown_kernel(now=True)


def test_a_notebook_runs_as_a_script(exported, tmp_path):
    """As `nbconvert --to script` makes it; what a figure would show, nobody sees there."""
    _, notebook = exported("chapters/07-many-paths")
    text, about = nbconvert.ScriptExporter().from_notebook_node(notebook)
    script = tmp_path / f"chapter{about['output_extension']}"
    assert script.suffix == ".py"
    script.write_text(text, "utf8")
    done = subprocess.run(
        [sys.executable, script.name], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "15 slopes agree" in done.stdout


@pytest.fixture
def exported_page(exported, tmp_path):
    """Return what `nbconvert --to html --execute` makes of a notebook's first cell and a figure."""

    def make(**options):
        _, notebook = exported("chapters/07-many-paths")
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        figure = nbformat.v4.new_code_cell(
            "from nnlib.widgets import ChainExplorer\nChainExplorer()"
        )
        notebook.cells = [code[0], figure]
        resources = {"metadata": {"path": str(tmp_path)}}
        ExecutePreprocessor(**options).preprocess(notebook, resources)
        return nbconvert.HTMLExporter().from_notebook_node(notebook)[0]

    return make


#: What stands in a figure's place, as a style sheet puts it there.
IN_PLACE = """() => {
  const [script] = document.querySelectorAll("script[type$='widget-view+json']");
  return getComputedStyle(script.parentElement, "::after").content;
}"""


def test_an_exported_page_says_where_it_cannot_show_a_figure(exported_page, tmp_path, open_page):
    path = tmp_path / "page.html"
    path.write_text(exported_page(), "utf8")
    page, _ = open_page(path.as_uri(), java_script_enabled=False)  # so no manager of widgets comes
    said = page.evaluate(IN_PLACE)
    assert "once this page has loaded Jupyter's widgets" in said
    assert "--ExecutePreprocessor.store_widget_state=False" in said
    # The manager puts a figure before the script that asks for it; then nothing is said.
    page.locator("script[type$='widget-view+json']").evaluate(
        "script => script.before(document.createElement('div'))"
    )
    assert page.evaluate(IN_PLACE) == "none"


def test_an_exported_page_shows_stills_where_it_is_told_to(exported_page):
    page = exported_page(store_widget_state=False)
    assert re.search(r'class="nn-still">\s*<img [^>]*src="data:image/svg', page)
    assert ChainExplorer().description() in html.unescape(page)


def test_a_figure_comes_in_the_types_that_readers_of_notebooks_know():
    """Jupyter and VS Code take the widget or html; a terminal the words.

    JupyterLab takes SVG out of html that it does not trust, GitHub images too: words are left.
    """
    figure = ChainExplorer()
    data, _ = figure._repr_mimebundle_()
    assert set(data) == {
        "application/vnd.jupyter.widget-view+json",
        "text/html",
        "image/svg+xml",
        "text/plain",
    }
    assert data["text/plain"] == figure.description()
    assert html.unescape(re.sub(r"<[^>]*>", "", data["text/html"])) == figure.description()


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_page_offers_its_notebook(book, name):
    html = (book / f"{name}.html").read_text("utf8")
    assert f'href="../_sources/{name}.ipynb"' in html


# ---- make lab ---------------------------------------------------------------------------------


@pytest.fixture
def folders(tmp_path):
    source, target = tmp_path / "built", tmp_path / "mine"
    (source / "chapters").mkdir(parents=True)
    (source / "chapters" / "a.ipynb").write_text("first edition")
    return source, target


def test_an_unedited_notebook_follows_the_book(folders):
    source, target = folders
    lab.export(source, target)
    (source / "chapters" / "a.ipynb").write_text("second edition")
    report = lab.export(source, target)
    assert (target / "chapters" / "a.ipynb").read_text() == "second edition"
    assert report.written == ["chapters/a.ipynb"]


def test_an_edited_notebook_is_never_overwritten(folders):
    source, target = folders
    lab.export(source, target)
    mine = target / "chapters" / "a.ipynb"
    mine.write_text("my answers")

    assert lab.export(source, target).kept == ["chapters/a.ipynb"]
    assert mine.read_text() == "my answers"

    (source / "chapters" / "a.ipynb").write_text("second edition")
    report = lab.export(source, target)
    assert mine.read_text() == "my answers"
    assert report.beside == {"chapters/a.ipynb": "chapters/a.new.ipynb"}
    assert (target / "chapters" / "a.new.ipynb").read_text() == "second edition"
    assert "yours, left as it is" in "\n".join(lab.describe(report, target))

    # The reader goes on in the new edition; a third one may not touch that either.
    (target / "chapters" / "a.new.ipynb").write_text("my answers, continued")
    (source / "chapters" / "a.ipynb").write_text("third edition")
    report = lab.export(source, target)
    assert (target / "chapters" / "a.new.ipynb").read_text() == "my answers, continued"
    assert report.beside == {"chapters/a.ipynb": "chapters/a.new-2.ipynb"}
    assert lab.export(source, target).kept == ["chapters/a.ipynb"]


def test_a_notebook_of_unknown_origin_is_the_readers(folders):
    source, target = folders
    (target / "chapters").mkdir(parents=True)
    (target / "chapters" / "a.ipynb").write_text("something of my own")
    lab.export(source, target)
    assert (target / "chapters" / "a.ipynb").read_text() == "something of my own"
