"""The reference of the package: an entry for each public name, from its docstring.

A page lists names, one a line, and for each where the book explains it::

    ```{api} package.module
    name: chapter 5, 'All rows at once'
    other: why no chapter explains it
    ```

Each becomes an entry, made by Sphinx's autodoc and napoleon, with a link to that section; and the
chapter gets a line with links to the entries that it explains. ``:rest:`` adds the module's other
public names. A name without an explanation of its own belongs to the first chapter whose code
uses it. A chapter that is not in the book yet is named without a link.

``{api-index}`` lists all entries with their first sentences and chapters.

In a chapter's text, code that is the name of an entry becomes a link to it, once a section.
"""

import importlib
import inspect
import re

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from nudge_book.docstrings import look_up, public_name, to_rst
from nudge_book.solutions import read_page

logger = logging.getLogger(__name__)

_CHAPTER = re.compile(r"chapter (?P<number>\d+)(, '(?P<section>.+)')?")
_CHAPTER_FILE = re.compile(r"chapters/(\d\d)-")
_DEFINED = re.compile(r"^ *(?:def (\w+)|(\w+) =)", re.MULTILINE)
_CELL = re.compile(r"^```\{code-cell\}.*?^```$", re.MULTILINE | re.DOTALL)


class Explained(nodes.Element):
    """Holds the place of "Explained in ..." below an entry, until all pages are read."""


class Index(nodes.Element):
    """Holds the place of the list of all entries."""


def chapters(env):
    """Return the book's chapters as a dict of number to the page's name, in order."""
    found = sorted(name for name in env.found_docs if _CHAPTER_FILE.match(name))
    return {int(_CHAPTER_FILE.match(name)[1]): name for name in found}


def public_names(module):
    """Return a module's public names: its ``__all__``, or the functions and classes made there."""
    if hasattr(module, "__all__"):
        return [name for name in module.__all__ if not inspect.ismodule(getattr(module, name))]
    return [
        name
        for name, member in vars(module).items()
        if not name.startswith("_")
        and (inspect.isfunction(member) or inspect.isclass(member))
        and member.__module__ == module.__name__
    ]


def first_sentence(text):
    """Return the first sentence of a docstring, on one line."""
    paragraph = " ".join((text or "").strip().split("\n\n")[0].split())
    found = re.match(r".+?[.:;](?= |$)", paragraph)
    return re.sub(r"[:;]$", ".", found[0] if found else paragraph)


class Api(SphinxDirective):
    """Entries for names of a module."""

    required_arguments = 1
    has_content = True
    option_spec = {"rest": directives.flag, "methods": directives.flag}  # noqa: RUF012 (docutils)

    def run(self):
        """Return the entries, and remember where each of them is explained."""
        module = importlib.import_module(self.arguments[0])
        listed = dict(line.split(": ", 1) for line in self.content if line.strip())
        names = list(listed)
        if "rest" in self.options:
            names += [name for name in public_names(module) if name not in listed]
        entries = self.env.nudge_entries
        result = []
        for name in names:
            full = public_name(module, name)
            member = look_up(module, name)
            last = module.__name__.split(".")[-1]
            entries[full] = {
                "docname": self.env.docname,
                "explained": listed.get(name, ""),
                "call": "" if name in listed else rf"(?<![\w.])(?:{last}\.)?{name}\(",
                "summary": first_sentence(inspect.getdoc(member)),
            }
            result += self._entry(full, member)
        return result

    def _entry(self, full, member):
        if inspect.isclass(member):
            lines = [f".. autoclass:: {full}"]
            if "methods" in self.options and (methods := public_methods(member)):
                lines.append(f"   :members: {', '.join(methods)}")
        elif callable(member) and inspect.isroutine(member):
            kind = "method" if "." in member.__qualname__ else "function"
            lines = [f".. auto{kind}:: {full}"]
        else:
            lines = [f".. autodata:: {full}", "   :no-value:"]
        holder = nodes.Element()
        # The page is Markdown, autodoc writes reStructuredText.
        text = ["```{eval-rst}", *lines, "```"]
        self.state.nested_parse(StringList(text, self.env.docname), self.content_offset, holder)
        content = next(holder.findall(addnodes.desc_content))
        methods = content.first_child_matching_class(addnodes.desc)
        content.insert(len(content) if methods is None else methods, Explained(full=full))
        return holder.children


def public_methods(cls):
    """Return the names of the methods that a class adds and documents itself."""
    return [
        name
        for name, member in vars(cls).items()
        if not name.startswith("_")
        and (inspect.isfunction(member) or isinstance(member, classmethod))
        and inspect.getdoc(member)
    ]


class ApiIndex(SphinxDirective):
    """The list of all entries."""

    def run(self):
        """Return the place of the list; it is filled when every page is read."""
        return [Index()]


class Links:
    """Addresses of entries and sections, as seen from one page."""

    def __init__(self, app, docname):
        self.app, self.env, self.docname = app, app.env, docname
        self.chapters = chapters(app.env)

    def entry(self, full, text):
        """Return a link to an entry."""
        target = self.env.nudge_entries[full]["docname"]
        return self._link(target, full, nodes.literal(text, text))

    def explained(self, full):
        """Return "Explained in ..." as nodes."""
        said = self.env.nudge_entries[full]["explained"]
        found = _CHAPTER.fullmatch(said)
        if not found:
            return [nodes.Text(said[0].upper() + said[1:] + "." * (not said.endswith(".")))]
        docname = self.chapters.get(int(found["number"]))
        if docname is None:
            return [nodes.Text(f"Explained in chapter {found['number']}, which is to come.")]
        anchor, title = self._section(docname, found["section"])
        text = f"{found['number']}. {self.env.titles[docname].astext()}"
        link = self._link(docname, anchor, nodes.inline(text, text))
        section = [nodes.Text(f", “{title}”")] if title else []
        return [nodes.Text("Explained in "), link, *section, nodes.Text(".")]

    def chapter(self, full):
        """Return a short link to the chapter that explains an entry, or a dash."""
        found = _CHAPTER.fullmatch(self.env.nudge_entries[full]["explained"])
        if not found:
            return [nodes.Text("–")]
        docname, number = self.chapters.get(int(found["number"])), found["number"]
        if docname is None:
            return [nodes.Text(f"{number}, to come")]
        anchor, _ = self._section(docname, found["section"])
        text = f"{number}. {self.env.titles[docname].astext()}"
        return [self._link(docname, anchor, nodes.inline(text, text))]

    def _section(self, docname, title):
        """Return the anchor of a chapter's section and its title as it is printed there."""
        if title is None:
            return "", ""
        for link in self.env.tocs[docname].findall(nodes.reference):
            if _plain(link.astext()) == _plain(title):
                return link["anchorname"].lstrip("#"), link.astext()
        logger.warning("%s has no section %r", docname, title, type="api")
        return "", ""

    def _link(self, docname, anchor, content):
        uri = self.app.builder.get_relative_uri(self.docname, docname)
        uri = f"{uri}#{anchor}" if anchor else uri
        return nodes.reference("", "", content, internal=True, refuri=uri)


def _plain(text):
    return text.replace("’", "'").replace("‘", "'").strip()


def _fill(app, doctree, docname):
    links = Links(app, docname)
    for place in list(doctree.findall(Explained)):
        paragraph = nodes.paragraph(classes=["nn-explained"])
        paragraph += links.explained(place["full"])
        place.replace_self(paragraph)
    for place in list(doctree.findall(Index)):
        place.replace_self(_index(app.env, links))
    number = {name: number for number, name in links.chapters.items()}.get(docname)
    if number is not None:
        _link_names(app.env, doctree, links)
        _add_look_up(app.env, doctree, links, number)


def _index(env, links):
    """A table of all entries: name and first sentence, chapter."""
    table = nodes.table(classes=["nn-index"])
    group = nodes.tgroup(cols=2)
    group += [nodes.colspec(colwidth=70), nodes.colspec(colwidth=30)]
    head, body = nodes.thead(), nodes.tbody()
    head += _row([[nodes.Text("name, and what it is")]], [nodes.Text("chapter")])
    for full, entry in sorted(env.nudge_entries.items(), key=lambda item: item[0].lower()):
        name, what = links.entry(full, full), _with_literals(entry["summary"])
        body += _row([[name], what], links.chapter(full))
    group += [head, body]
    table += group
    return table


def _with_literals(sentence):
    """The nodes of a docstring's sentence; what stands in backticks is code."""
    parts = re.split(r"``?([^`]+)``?", sentence)
    return [nodes.literal("", part) if i % 2 else nodes.Text(part) for i, part in enumerate(parts)]


def _row(lines, chapter):
    """A row of a list of lines, each a list of nodes, and of a chapter."""
    row = nodes.row()
    row += nodes.entry("", *(nodes.paragraph("", "", *line) for line in lines))
    row += nodes.entry("", nodes.paragraph("", "", *chapter))
    return row


def short_names(entries):
    """Return the names that a chapter may write for an entry, each with the entry's full name."""
    found = {}
    for full in entries:
        _, _, rest = full.partition(".")
        found[full] = found[rest] = full
    return found


def _link_names(env, doctree, links):
    """Turn code that is the name of an entry into a link, once a section.

    A name that the chapter's own code defines means that, and not the package's.
    """
    known, seen = short_names(env.nudge_entries), set()
    for cell in doctree.findall(nodes.literal_block):
        for defined in _DEFINED.finditer(cell.astext()):
            known.pop(defined[1] or defined[2], None)
    for code in list(doctree.findall(nodes.literal)):
        full = known.get(code.astext())
        if full is None or _is_inside(code, (nodes.reference, nodes.title)):
            continue
        section = _section_of(code)
        if (id(section), full) not in seen:
            seen.add((id(section), full))
            code.replace_self(links.entry(full, code.astext()))


def _is_inside(node, kinds):
    while node.parent is not None:
        node = node.parent
        if isinstance(node, kinds):
            return True
    return False


def _section_of(node):
    while node.parent is not None and not isinstance(node, nodes.section):
        node = node.parent
    return node


def _add_look_up(env, doctree, links, number):
    """Add a line with the entries that a chapter explains, at its end."""
    own = [
        full
        for full, entry in env.nudge_entries.items()
        if (found := _CHAPTER.fullmatch(entry["explained"])) and int(found["number"]) == number
    ]
    if not own:
        return
    paragraph = nodes.paragraph(classes=["nn-look-up"])
    paragraph += nodes.Text("Explained in this chapter, to look up: ")
    for place, full in enumerate(own):
        paragraph += [nodes.Text(", ")] if place else []
        paragraph += links.entry(full, full.partition(".")[2])
    paragraph += nodes.Text(".")
    list(doctree.findall(nodes.section))[-1].append(paragraph)


# ---- the environment: what has to be written again --------------------------------------------


def _start(app, env, docnames):
    if not hasattr(env, "nudge_entries"):
        env.nudge_entries, env.nudge_linked = {}, {}


def _purge(app, env, docname):
    entries = getattr(env, "nudge_entries", {})
    for full in [full for full, entry in entries.items() if entry["docname"] == docname]:
        del entries[full]


def _merge(app, env, docnames, other):
    env.nudge_entries.update(
        {full: entry for full, entry in other.nudge_entries.items() if entry["docname"] in docnames}
    )


def _find_first_uses(env):
    """Find the first chapter whose code calls a name that none explains.

    Here and not where the entries are read: so that a changed chapter has no docstring read again.
    """
    code = {
        number: "\n".join(_CELL.findall(read_page(env, docname)))
        for number, docname in chapters(env).items()
    }
    for entry in env.nudge_entries.values():
        if call := entry["call"]:
            uses = (f"chapter {n}" for n, cells in code.items() if re.search(call, cells))
            entry["explained"] = next(uses, "no chapter of the book uses it yet")


def _changed(app, env):
    """Name the pages that show entries or sections which are not what they were."""
    _find_first_uses(env)
    links = Links(app, "index")
    now = {
        full: (dict(entry), "".join(node.astext() for node in links.explained(full)))
        for full, entry in env.nudge_entries.items()
    }
    if now == env.nudge_linked:
        return []
    env.nudge_linked = now
    return [*links.chapters.values(), *{entry["docname"] for entry in env.nudge_entries.values()}]


def _read_docstring(app, what, name, obj, options, lines):
    """Turn a docstring before napoleon (priority 500) reads its sections."""
    lines[:] = to_rst(lines, inspect.getmodule(obj))


def setup(app):
    """Connect the reference to autodoc and to the pages."""
    for extension in ("sphinx.ext.autodoc", "sphinx.ext.napoleon"):
        app.setup_extension(extension)
    app.config.napoleon_google_docstring = False
    app.config.napoleon_custom_sections = [("Attributes", "params_style")]
    app.config.napoleon_use_rtype = False
    app.config.autodoc_typehints = "none"
    app.add_node(Explained)
    app.add_node(Index)
    app.add_directive("api", Api)
    app.add_directive("api-index", ApiIndex)
    app.connect("env-before-read-docs", _start)
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
    app.connect("env-updated", _changed)
    app.connect("autodoc-process-docstring", _read_docstring, priority=400)
    app.connect("doctree-resolved", _fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
