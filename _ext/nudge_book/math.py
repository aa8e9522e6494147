r"""Math, rendered at build time.

KaTeX (vendored, see ``vendor/katex/LICENSE``) runs in the V8 engine of ``mini-racer`` while the
page is written, so a reader's browser gets finished HTML, with MathML beside it for screen
readers, and runs no math script at all.

A formula that KaTeX rejects becomes a Sphinx warning with page, line and the formula, and
``jupyter-book build -W`` fails. Formulas are read strictly: an unknown command, text in math mode
or a display line that KaTeX would only guess at is an error.

The macros below are the book's letters. Each carries the colour class of its quantity
(``\w`` is a blue w), so the colours of the text, the math and the figures come from one set of
CSS variables and follow the page's light or dark theme.
"""

import atexit
import functools
import re
from html import escape
from pathlib import Path

from docutils import nodes
from py_mini_racer import JSEvalException, MiniRacer
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.fileutil import copy_asset
from sphinx.util.math import get_node_equation_number

logger = logging.getLogger(__name__)

KATEX = Path(__file__).parent / "vendor" / "katex"

#: macro -> (colour class, the plain LaTeX letter it stands for)
MACROS = {
    "w": ("nn-w", "w"),
    "b": ("nn-b", "b"),
    "a": ("nn-a", "a"),
    "z": ("nn-z", "z"),
    "C": ("nn-C", "C"),
    "d": ("nn-d", r"\delta"),
    "W": ("nn-w", "W"),
    "A": ("nn-a", "A"),
    "Z": ("nn-z", "Z"),
    "D": ("nn-d", r"\Delta"),
}

LONGEST_UNBROKEN = 14  # characters of a formula that fits into any line with its punctuation
_CLOSING = re.compile(r"[.,;:?!)\]’”]+")

# font -> what in a page's HTML says that it is used. A font that is missing here is loaded all the
# same, but late: when the browser has laid the formulas out without it.
_FONTS = {
    "Main-Regular": "",
    "Math-Italic": "",
    "Main-Bold": r'class="mord mathbf',
    "Size1-Regular": r"small-op|delimsizing size1|delim-size1",
    "Size2-Regular": r"large-op|delimsizing size2",
    "Size3-Regular": r"delimsizing size3",
    "Size4-Regular": r"delimsizing size4|delim-size4",
    "SansSerif-Regular": r"mathsf|textsf",
    "Typewriter-Regular": r"mathtt|texttt",
    "AMS-Regular": r"amsrm|mathbb",
}

_STYLES = {
    "Regular": {},
    "Bold": {"weight": "bold"},
    "Italic": {"style": "italic"},
}

# `trust` and `strict` are functions in KaTeX's options and so cannot be sent from Python.
# \htmlClass is the only command that may reach the page's HTML, and the only extension of LaTeX
# that is let through.
_RENDER = r"""
function renderFormula(tex, displayMode, macros) {
  return katex.renderToString(tex, {
    displayMode,
    macros: { ...macros },
    throwOnError: true,
    trust(context) {
      if (context.command === "\\htmlClass") return true;
      throw new katex.ParseError(`${context.command} is not for this book`);
    },
    strict: (code) => (code === "htmlExtension" ? "ignore" : "error"),
  });
}
"""

# One command (\w, \frac, \,) or one other character.
_TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|.", re.DOTALL)


class FormulaError(ValueError):
    """A formula that KaTeX cannot render; the message is KaTeX's own."""


def katex_macros():
    """Return the macro table in the form that KaTeX reads."""
    return {
        f"\\{name}": rf"\htmlClass{{{colour}}}{{{letter}}}"
        for name, (colour, letter) in MACROS.items()
    }


def expand_macros(tex):
    r"""Replace the book's macros by plain LaTeX letters.

    For readers of the exported notebooks: JupyterLab and code hosts do not know the macros.

    Parameters
    ----------
    tex : str
        LaTeX without its dollar signs.

    Returns
    -------
    str
        The same formula in standard LaTeX: ``\frac\w\b`` becomes ``\frac{w}b``.
    """
    expanded = ""
    for token in _TOKEN.findall(tex):
        letter = MACROS.get(token[1:], (None, None))[1] if token.startswith("\\") else None
        if letter and re.search(r"\\[A-Za-z]+\Z", expanded) and letter.isalpha():
            letter = f"{{{letter}}}"  # or the letter would become part of the command before it
        expanded += letter or token
    return expanded


@functools.cache
def _engine():
    engine = MiniRacer()
    atexit.register(engine.close)  # later its thread does not run any more, and is waited for
    engine.eval((KATEX / "katex.min.js").read_text("utf8"))
    engine.eval(_RENDER)
    return engine


@functools.lru_cache(maxsize=4096)
def render(tex, display=False):
    r"""Render one formula to HTML with MathML beside it.

    Parameters
    ----------
    tex : str
        LaTeX without its dollar signs; the book's macros are known.
    display : bool, optional
        As a displayed equation rather than within a line.

    Returns
    -------
    str
        HTML.

    Raises
    ------
    FormulaError
        If KaTeX rejects the formula; the message says where and why.
    """
    try:
        return _engine().call("renderFormula", tex, display, katex_macros())
    except JSEvalException as error:
        raise FormulaError(_reason(str(error))) from error


def _reason(trace):
    """Return KaTeX's sentence from a V8 error that also carries source lines and a stack."""
    found = re.search(r"(?:KaTeX parse error:|LaTeX-incompatible input[^:]*:).*", trace)
    sentence = found[0].strip() if found else trace.strip().splitlines()[0]
    return sentence.replace("\N{COMBINING LOW LINE}", "")  # KaTeX underlines the place with these


def _html(node, display):
    tex = node.astext()
    try:
        return render(tex, display)
    except FormulaError as error:
        logger.warning("bad formula: %s\n    %s", error, tex, location=node, type="math")
        # With -W the build fails; without it, the reader at least sees what was meant.
        return f'<code class="nn-bad-formula">{escape(tex)}</code>'


def visit_inline(translator, node):
    """Write a formula that stands in a line of text."""
    translator.body.append(
        translator.starttag(node, "span", "", CLASS="math notranslate nohighlight")
        + _html(node, display=False)
        + "</span>"
    )
    raise nodes.SkipNode


def visit_display(translator, node):
    """Write a displayed equation, with its number and permanent link when it has a label."""
    translator.body.append(
        translator.starttag(node, "div", "", CLASS="math notranslate nohighlight")
    )
    translator.body.append(f'<div class="nn-equation">{_html(node, display=True)}</div>')
    if node["number"]:
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, _("Link to this equation"))
        translator.body.append("</span>")
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def _keep_punctuation(app, doctree, docname):
    """Let no line begin with the comma or the full stop that follows a short formula."""
    if app.builder.format != "html":
        return
    for formula in list(doctree.findall(nodes.math)):
        following = formula.next_node(descend=False, siblings=True)
        found = isinstance(following, nodes.Text) and _CLOSING.match(following)
        if not found or _printed_length(formula.astext()) > LONGEST_UNBROKEN:
            continue
        # Not by `replace`: it takes the first text that reads the same.
        formula.parent[formula.parent.index(formula) + 1] = nodes.Text(following[found.end() :])
        unbroken = nodes.inline("", "", classes=["nn-unbroken"])
        formula.replace_self(unbroken)
        unbroken += [formula, nodes.Text(found[0])]


def _printed_length(tex):
    try:
        printed = render(tex).partition('<span class="katex-html" aria-hidden="true">')[2]
    except FormulaError:  # it is reported where the formula is written
        return 0
    return len(re.sub("<[^>]*>", "", printed))


def fonts(html):
    """Return the fonts that a page's formulas need, as the browser's ``FontFace`` takes them.

    Parameters
    ----------
    html : str

    Returns
    -------
    list of tuple
        Family, name of the file, descriptors.
    """
    if 'class="katex"' not in html:
        return []
    names = [name for name, used in _FONTS.items() if re.search(used, html)]
    return [
        (f"KaTeX_{name.split('-')[0]}", f"KaTeX_{name}.woff2", _STYLES[name.split("-")[1]])
        for name in names
    ]


def _copy_stylesheet(app):
    if app.builder.format == "html":
        target = Path(app.outdir) / "_static" / "katex"
        copy_asset(KATEX / "katex.min.css", target)
        copy_asset(KATEX / "fonts", target / "fonts")
        copy_asset(KATEX / "LICENSE", target)


def _link_stylesheet(app, pagename, templatename, context, doctree):
    context["nudge_fonts"] = fonts(context.get("body") or "")
    if context["nudge_fonts"]:
        app.add_css_file("katex/katex.min.css")


def setup(app):
    """Register the renderer; ``html_math_renderer: nudge_katex`` selects it."""
    app.add_html_math_renderer("nudge_katex", (visit_inline, None), (visit_display, None))
    app.connect("builder-inited", _copy_stylesheet)
    app.connect("html-page-context", _link_stylesheet)
    app.connect("doctree-resolved", _keep_punctuation)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
