"""The reference, the glossary and the sources: complete, and linked both ways."""

import importlib
import inspect
import re
from html import unescape

import pytest
from nudge_book import docstrings, reference

import nnlib
from nnlib import gradcheck

from .conftest import PAGES, ROOT

CHAPTERS = [name for name in PAGES if name.startswith("chapters/")]
MODULES = ["gradcheck", "data", "scalar", "loops", "vectorized", "batched", "training"]
MODULES += ["plotting", "widgets", "exercises"]
CITATION = re.compile(
    r"(?P<who>[A-Z0-9]\w+(?: and [A-Z]\w+| et al\.)?(?:'s \w+)?),? "
    r"\(?(?P<year>1[89]\d\d|20\d\d)\b"
)


def text_of(page):
    return (ROOT / f"{page}.md").read_text("utf8")


def glossary(page):
    """The terms of a page's glossary with what is said of each."""
    (body,) = re.findall(r"^```\{glossary\}\n(.*?)^```", text_of(page), re.M | re.S)
    found = {}
    for block in body.strip().split("\n\n"):
        names = [line for line in block.split("\n") if not line.startswith(" ")]
        said = " ".join(line.strip() for line in block.split("\n") if line.startswith(" "))
        found |= dict.fromkeys(names, said)
    return found


def docstrings_of_nnlib():
    for path in sorted((ROOT / "nnlib").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        module = importlib.import_module(name)
        members = [member for member in vars(module).values() if not inspect.ismodule(member)]
        for member in [module, *members]:
            if getattr(member, "__module__", name) == name and inspect.getdoc(member):
                yield f"{name}.{getattr(member, '__name__', '')}", inspect.getdoc(member)


# ---- sources -----------------------------------------------------------------------------------


def test_every_citation_of_the_text_leads_to_its_source():
    known, cited = glossary("references"), set()
    for page in [*CHAPTERS, "index", "notation", "shapes"]:
        text = text_of(page)
        terms = re.findall(r"\{term\}`([^`]*\d{4}[^`]*)`", text)
        cited |= {re.sub(r".*<(.*)>", r"\1", term) for term in terms}
        prose = re.sub(r"^```.*?^```|\{term\}`[^`]*`|`[^`]*`", "", text, flags=re.M | re.S)
        loose = [found[0] for found in CITATION.finditer(prose)]
        assert loose == [], f"{page}: write it as a term of references.md"
    assert "Nielsen (2015)" in cited
    assert cited <= set(known)


def test_every_citation_of_a_docstring_leads_to_its_source():
    known, cited = glossary("references"), set()
    for name, text in docstrings_of_nnlib():
        for found in CITATION.finditer(text):
            label = f"{found['who']} ({found['year']})"
            assert label in known, name
            # In the form that becomes a link.
            assert f":term:`{label}`" in docstrings.prose(text, nnlib), name
            cited.add(label)
    assert len(cited) >= 5


def test_a_citation_would_be_seen():
    for text in ("as Smith (1999) says", "(Smith and Jones, 2001)", "Smith et al. (2020)"):
        assert CITATION.search(text), text
    assert not CITATION.search("Chapter 2 has (20, 1) and the year 1999")


def test_sources_are_in_order_and_complete():
    known = glossary("references")
    assert list(known) == sorted(known, key=str.lower)
    for label, said in known.items():
        assert re.search(r"\*.{10,}\*", said), f"{label}: no title"
        assert re.fullmatch(r"[A-Z0-9].+ \(\d{4}\)", label)


# ---- terms -------------------------------------------------------------------------------------

SAID_AS = {
    "hidden": "hidden unit",
    "layers": "layer",
    "local factors": "local factor",
    "parameters": "parameter",
    "partial": "partial derivative",
    "vanishes": "vanishing gradient",
}


@pytest.mark.parametrize("page", CHAPTERS)
def test_every_bold_term_of_a_chapter_is_in_the_glossary(page):
    terms = {term.lower() for term in glossary("notation")}
    bold = {term.lower() for term in re.findall(r"\*\*([A-Za-z][\w -]+)\*\*", text_of(page))}
    # A whole sentence may be bold as well, where it is the one to remember.
    bold = {term for term in bold - {"pause"} if len(term.split()) <= 3}
    assert bold or page.endswith("07-many-paths")
    assert {SAID_AS.get(term, term) for term in bold} <= terms


def test_terms_are_in_order_and_said_in_a_sentence():
    (body,) = re.findall(r"^```\{glossary\}\n(.*?)^```", text_of("notation"), re.M | re.S)
    first = [block.split("\n")[0].lower() for block in body.strip().split("\n\n")]
    assert first == sorted(first)
    for term, said in glossary("notation").items():
        assert said.endswith("."), term


# ---- entries -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def entries(book):
    """Every entry of the built reference: name to (page, what is said of its chapter)."""
    found = {}
    for path in sorted((book / "reference").glob("*.html")):
        html = path.read_text("utf8")
        names = re.split(r'<dt class="sig [^"]*" id="(nnlib\.[\w.]+)">', html)
        for name, body in zip(names[1::2], names[2::2], strict=True):
            said = re.search(r'<p class="nn-explained">(.*?)</p>', body, re.S)
            if said and name not in found:
                found[name] = path, said[1]
    return found


def public():
    """The full name of everything that the package offers, each once."""
    names = {f"nnlib.{name}" for name in nnlib.__all__ if not inspect.ismodule(vars(nnlib)[name])}
    for short in MODULES:
        module = importlib.import_module(f"nnlib.{short}")
        for name in reference.public_names(module):
            names.add(docstrings.public_name(module, name))
    return sorted(names)


@pytest.mark.parametrize("name", public())
def test_every_public_name_has_an_entry_and_a_chapter_or_a_reason(entries, book, name):
    assert name in entries, f"list it in one of the pages of reference/ ({name})"
    path, said = entries[name]
    link = re.search(r'href="\.\./(chapters/[\w-]+)\.html(?:#([\w-]+))?"', said)
    if link is None:
        plain = unescape(re.sub(r"<.*?>", "", said))
        assert plain.startswith("No chapter ") or "to come" in plain
        assert len(plain.split()) > 5
        return
    chapter = (book / f"{link[1]}.html").read_text("utf8")
    if link[2]:
        assert f'id="{link[2]}"' in chapter
    back = f'href="../reference/{path.name}#{name}"'
    look_up = re.search(r'<p class="nn-look-up">.*?</p>', chapter, re.S)
    assert back in look_up[0], "the chapter leads back"


def test_a_chapter_to_come_is_not_named_once_it_is_there(entries):
    numbers = {str(int(name[9:11])) for name in CHAPTERS}
    for name, (_, said) in entries.items():
        later = re.search(r"chapter (\d+), which is to come", said)
        assert not later or later[1] not in numbers, name


def test_code_that_names_an_entry_is_a_link(book):
    chapter = (book / "chapters" / "02-nudges.html").read_text("utf8")
    target = "../reference/gradients.html#nnlib.gradcheck.numerical_gradient"
    assert re.search(rf'<a [^>]*href="{re.escape(target)}"[^>]*><code.*?>.*?</code>', chapter)


def test_a_function_that_the_reader_writes_is_not_taken_for_the_packages(book):
    source = text_of("chapters/11-learning-two-rings")
    assert "def gradients(" in source
    assert "`gradients`" in source
    chapter = (book / "chapters" / "11-learning-two-rings.html").read_text("utf8")
    text = chapter.split('class="nn-look-up"')[0]
    assert '#nnlib.gradients"' not in text
    assert '#nnlib.training.evaluate"' not in text.split('id="a-loss-that-falls"')[0]


def test_the_list_has_every_entry_and_its_chapter(book, entries):
    html = (book / "reference.html").read_text("utf8")
    table = re.search(r'<table class="nn-index.*?</table>', html, re.S)[0]
    for name, (path, _) in entries.items():
        assert f'href="reference/{path.name}#{name}"' in table, name
    assert table.count("<tr") == len(entries) + 1
    assert "`" not in table


# ---- docstrings --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plain", "rst"),
    [
        ("a * b", r"a \* b"),
        ("|a - b|", r"\|a - b\|"),
        ("W of shape (n_l, n_(l-1))", r"W of shape (n_l, n\_(l-1))"),
        ("`z[l]` and ``x``", "``z[l]`` and ``x``"),
        ("see `flatten`", "see :py:obj:`flatten <nnlib.gradcheck.flatten>`"),
        ("see `np.outer`", "see ``np.outer``"),
        ("Nielsen (2015), chapter 2", ":term:`Nielsen (2015)`, chapter 2"),
        ("Squire and Trapp (1998)", ":term:`Squire and Trapp (1998)`"),
    ],
)
def test_a_line_of_a_docstring(plain, rst):
    assert docstrings.prose(plain, gradcheck) == rst


def test_an_equation_set_in_keeps_its_lines():
    lines = ["Rows:", "", "    a * b", "    c", "", "after * it"]
    expected = ["Rows:", "", ".. code-block:: none", "", "    a * b", "    c", "", r"after \* it"]
    assert docstrings.to_rst(lines, gradcheck) == expected


def test_lines_set_in_below_a_parameter_keep_their_lines():
    lines = ["Parameters", "----------", "x : str", "    One of", "", "        a * b", "    or *"]
    done = docstrings.to_rst(lines, gradcheck)
    assert done[4:] == ["", "    .. code-block:: none", "", "        a * b", r"    or \*"]


def test_sections_keep_their_names_and_examples_their_code():
    lines = ["Returns", "-------", "x : a * b", "    |x|", "", "Examples", "--------", ">>> 2 * 3"]
    expected = [*lines[:2], r"x : a \* b", r"    \|x\|", *lines[4:]]
    assert docstrings.to_rst(lines, gradcheck) == expected


@pytest.mark.parametrize(
    ("module", "name", "full"),
    [
        ("network", "forward", "nnlib.forward"),
        ("scalar", "forward", "nnlib.scalar.forward"),
        ("network", "Trace", "nnlib.network.Trace"),
        ("activations", "sigmoid", "nnlib.sigmoid"),
        ("widgets", "ChainExplorer", "nnlib.widgets.ChainExplorer"),
        ("exercises", "Feedback", "nnlib.exercises.Feedback"),
        ("network", "np.outer", None),
        ("network", "z[l]", None),
        ("network", "nothing", None),
    ],
)
def test_the_name_under_which_something_is_offered(module, name, full):
    assert docstrings.public_name(importlib.import_module(f"nnlib.{module}"), name) == full


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("One thing. Another.", "One thing."),
        ("C = 1/2 (a - y)^2, with\nslope a.\n\nMore.", "C = 1/2 (a - y)^2, with slope a."),
        ("A list: x, y.", "A list."),
        ("", ""),
    ],
)
def test_the_first_sentence(text, sentence):
    assert reference.first_sentence(text) == sentence
