r"""The book's MyST turned into plain Markdown, for the exported notebooks.

Only what the chapters use is known here; anything else is reported, so that a new construct
cannot slip into a notebook unread:

======================================  ==========================================
in the book                             in the notebook
======================================  ==========================================
``(label)=``                            nothing
``{doc}``, ``{ref}``, ``{eq}``          a link, or the text where there is no page to link to
``{term}``                              its text
``{glue:text}`cost:.3f```               the number
``$\w$``                                ``$w$``
``$$ ... $$ (label)``                   ``$$ ... \tag{2.1} $$``
``:::{admonition} Title``               a block quote that begins with the title in bold
the same with ``:class: dropdown``      ``<details>``
======================================  ==========================================
"""

import re
from dataclasses import dataclass
from typing import Protocol

from nudge_book.math import expand_macros


class References(Protocol):
    """What the text refers to; the methods raise `LookupError` for an unknown name."""

    def doc(self, name: str) -> tuple[str, str | None]:
        """Return the title of a page and the address of its notebook, or None."""

    def ref(self, label: str) -> tuple[str, str | None]:
        """Return the title of a section and its address, or None."""

    def eq(self, label: str) -> str:
        """Return the number of an equation."""

    def glue(self, key: str, spec: str) -> str:
        """Return a computed value as text."""


class UnknownSyntaxError(ValueError):
    """The text uses a construct that the notebooks have no form for."""


_FENCE = re.compile(r"^(?P<indent> *)(?P<fence>`{3,}|~{3,}|:{3,})(?P<info>.*)$")
_DIRECTIVE = re.compile(r"^\{(?P<name>[\w:-]+)\}\s*(?P<title>.*)$")
_OPTION = re.compile(r"^:(?P<name>[\w-]+):\s*(?P<value>.*)$")
_LABEL = re.compile(r"^ *\([\w:.-]+\)= *\n?", re.MULTILINE)
_COMMENT = re.compile(r"^%.*\n?", re.MULTILINE)
_TITLED = re.compile(r"^(?P<text>.*?)\s*<(?P<target>[^<>]+)>$", re.DOTALL)

# Tried from left to right, so that nothing inside code is taken for math, or the reverse.
_INLINE = re.compile(
    r"""
      (?P<role>\{(?P<name>[\w:-]+)\}(?P<ticks>`+)(?P<content>.+?)(?P=ticks)(?!`))
    | (?P<code>(?P<quotes>`+)(?!`).+?(?<!`)(?P=quotes)(?!`))
    | (?P<escaped>\\[\\$`])
    | (?P<display>\$\$(?P<equation>.+?)\$\$(?:[ ]*\((?P<label>[\w:.-]+)\))?)
    | (?P<math>\$(?P<formula>(?:\\.|[^$\\])+?)\$)
    """,
    re.DOTALL | re.VERBOSE,
)


@dataclass
class Directive:
    """A fenced block: its name, what follows the name, its options and its body."""

    name: str
    title: str
    options: dict[str, str]
    body: str


def to_markdown(text, references, quoted=False):
    """Turn MyST into plain Markdown.

    Parameters
    ----------
    text : str
        The text of one cell.
    references : References
        What the text's roles refer to.
    quoted : bool, optional
        The result will stand in a block quote, where an equation must fit on one line (a quote
        mark before each of its lines would be read as a part of it).

    Returns
    -------
    str

    Raises
    ------
    UnknownSyntaxError
        For a directive or role that has no plain form.
    LookupError
        For a reference to what is not there.
    """
    out, prose = [], []

    def flush():
        if prose:
            out.append(_prose("\n".join(prose), references, quoted))
            prose.clear()

    lines = iter(text.split("\n"))
    for line in lines:
        fence = _FENCE.match(line)
        if not fence:
            prose.append(line)
            continue
        flush()
        inside = list(_until_closed(lines, fence["fence"]))
        if directive := _DIRECTIVE.match(fence["info"].strip()):
            block = _directive(parse_directive(directive, inside), references)
        elif fence["fence"].startswith(":"):
            raise UnknownSyntaxError(f"a fence without a directive: {line!r}")
        else:
            block = "\n".join([line, *inside, fence["indent"] + fence["fence"]])
        out.append(block)
    flush()
    return "\n".join(out).strip("\n")


def _until_closed(lines, fence):
    """Yield the lines up to the fence that closes the one given, or to the end."""
    closing = re.compile(rf"^ *{re.escape(fence[0])}{{{len(fence)},}} *$")
    for line in lines:
        if closing.match(line):
            return
        yield line


def parse_directive(opening, lines):
    """Return the `Directive` of an opening line's match and the lines inside its fence."""
    options, rest = {}, list(lines)
    while rest and (option := _OPTION.match(rest[0])):
        options[option["name"]] = option["value"]
        rest.pop(0)
    return Directive(opening["name"], opening["title"].strip(), options, "\n".join(rest))


def _directive(directive, references):
    if directive.name != "admonition":
        raise UnknownSyntaxError(f"the directive {{{directive.name}}}")
    title = to_markdown(directive.title, references)
    folded = "dropdown" in directive.options.get("class", "").split()
    body = to_markdown(directive.body, references, quoted=not folded)
    if folded:
        return f"<details>\n<summary>{title}</summary>\n\n{body}\n\n</details>"
    lines = [f"**{title}**", "", *body.split("\n")]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _prose(text, references, quoted):
    text = _COMMENT.sub("", _LABEL.sub("", text))

    def replace(match):
        if match["role"]:
            return _role(match["name"], match["content"], references)
        if match["display"]:
            return _equation(match["equation"], match["label"], references, quoted)
        if match["math"]:
            return f"${expand_macros(match['formula'])}$"
        return match[0]

    return _INLINE.sub(replace, text)


def _equation(tex, label, references, quoted):
    tex = expand_macros(tex).strip("\n" if not quoted else None)
    if label:
        tex = f"{tex.rstrip()} \\tag{{{references.eq(label)}}}"
    if quoted:
        return f"$${' '.join(tex.split())}$$"
    return f"$$\n{tex}\n$$"


def _role(name, content, references):
    titled = _TITLED.match(content)
    target = titled["target"] if titled else content
    if name == "glue:text":
        key, _, spec = content.partition(":")
        return references.glue(key, spec or "s")
    if name == "term":
        return titled["text"] if titled else content
    if name == "eq":
        return f"({references.eq(content)})"
    if name in ("doc", "ref"):
        title, address = getattr(references, name)(target)
        text = to_markdown(titled["text"], references) if titled else title
        return f"[{text}]({address})" if address else text
    raise UnknownSyntaxError(f"the role {{{name}}}")
