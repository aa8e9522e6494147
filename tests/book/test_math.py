"""Formulas are rendered when the book is built, and a bad one fails the build."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nudge_book import math as book_math

from tools.book import build


@pytest.mark.parametrize("name", book_math.MACROS)
def test_every_macro_is_its_letter_in_its_colour(name):
    colour, letter = book_math.MACROS[name]
    html = book_math.render(rf"\{name}")
    plain = book_math.render(letter)
    text = re.compile(r'<span class="mord[^"]*"[^>]*>([^<]+)</span>')
    assert text.search(html)[1] == text.search(plain)[1]
    assert f'class="enclosing {colour}"' in html


def test_mathml_is_kept_for_screen_readers():
    html = book_math.render(r"\z_3 = \w_3\a_2 + \b_3")
    assert "<math " in html
    assert '<span class="katex-html" aria-hidden="true">' in html


def test_a_displayed_formula_is_larger_than_one_in_a_line():
    assert 'class="katex-display"' in book_math.render(r"\frac12", display=True)
    assert 'class="katex-display"' not in book_math.render(r"\frac12")


@pytest.mark.parametrize(
    ("tex", "message"),
    [
        (r"\nudge x", r"Undefined control sequence: \nudge"),
        (r"\frac{1}", "Unexpected end of input"),
        (r"x_1_2", "Double subscript"),
        ("größe", "unicodeTextInMathMode"),
        (r"\href{https://example.org}{x}", r"\href is not for this book"),
        (r"\htmlStyle{color: red}{x}", r"\htmlStyle is not for this book"),
    ],
)
def test_a_bad_formula_is_refused_with_the_reason(tex, message):
    with pytest.raises(book_math.FormulaError, match=re.escape(message)) as refused:
        book_math.render(tex)
    assert "\N{COMBINING LOW LINE}" not in str(refused.value)


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        (r"\w_3", "w_3"),
        (r"\frac\w\b", r"\frac{w}b"),
        (r"\widehat{\w}", r"\widehat{w}"),
        (r"\bar\a + \beta", r"\bar{a} + \beta"),
        (r"\d_l = \D", r"\delta_l = \Delta"),
        (r"\W^{\mathsf T}\A\odot\Z \C", r"W^{\mathsf T}A\odot{Z} C"),
        (r"\dots \alpha \zeta \Chi", r"\dots \alpha \zeta \Chi"),
    ],
)
def test_macros_expand_to_standard_latex(tex, plain):
    assert book_math.expand_macros(tex) == plain


@given(
    st.lists(
        st.sampled_from([rf"\{name}" for name in book_math.MACROS])
        | st.sampled_from(["x", "+", "_1", r"\frac", r"\odot", r"\alpha", "{", "}", " ", "2"]),
        max_size=12,
    )
)
def test_an_expanded_formula_means_the_same(pieces):
    """Whatever KaTeX accepts with the macros, it accepts expanded, with the same letters."""

    def letters(tex):
        mathml = book_math.render(tex).split("<annotation")[0]
        return re.sub(r"<[^>]*>", "", mathml)

    tex = "".join(pieces)
    try:
        meant = letters(tex)
    except book_math.FormulaError:
        return
    assert letters(book_math.expand_macros(tex)) == meant


def test_a_bad_formula_fails_the_build_and_is_named(scratch_book, capfd):
    text = "# Title\n\nA line.\n\nOne good $\\w$ and one bad $\\nudge x$ formula.\n"
    root = scratch_book(index=text)
    assert not build(root, quiet=True)
    said = capfd.readouterr().err
    assert "index.md:5" in said
    assert r"Undefined control sequence: \nudge" in said
    assert r"\nudge x" in said


def test_numbers_and_references_of_equations(scratch_book):
    text = "# Title\n\n$$\n\\z = \\w x\n$$ (one)\n\nBy {eq}`one`.\n"
    root = scratch_book(index=text)
    assert build(root, quiet=True)
    html = (root / "_build" / "html" / "index.html").read_text("utf8")
    number = re.search(r'<span class="eqno">\((\d+)\)', html)[1]
    assert re.search(rf'href="#equation-one">\({number}\)</a>', html)
    assert "katex/katex.min.css" in html
    assert "mathjax.js" not in html.lower()


def test_a_short_formula_keeps_its_punctuation_and_a_long_one_may_break(scratch_book):
    text = (
        "# Title\n\nWith $\\w_1$, $\\b$ alone and ($\\a_1$). "
        "A long one: $\\z_3 = \\w_1\\a_1 + \\w_2\\a_2 + \\b_3$.\n"
    )
    root = scratch_book(index=text)
    assert build(root, quiet=True)
    html = (root / "_build" / "html" / "index.html").read_text("utf8")
    kept = re.findall(r'<span class="nn-unbroken"><span class="math .*?</span>([^<]+)</span>', html)
    assert kept == [",", ")."]
    assert html.count('class="nn-unbroken"') == len(kept)
