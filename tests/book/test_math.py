"""Formulas are rendered when the book is built, and a bad one fails the build."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nudge_book import math as book_math


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
