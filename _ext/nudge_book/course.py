"""What a teacher wants on one page, gathered from the chapters while the book is built.

``{course}`` goes through the chapters: what each one gives (its own promise), what it needs, its
new terms, its figures, and the time it takes by a rule of thumb. Its lines say what a chapter
needs, where that is not the chapter before it::

    ```{course}
    6: 5, 3
    ```

``{solutions}`` has every exercise with its stub, the mistakes that its check can name and, folded
in, its solution. Nothing is copied: the exercises are the chapters' own cells, and the mistakes
come from the module named by the setting ``nudge_exercises``.
"""

import importlib
import math
import re
from dataclasses import dataclass, field
from functools import cache

import jupytext
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from nudge_book.reference import chapters
from nudge_book.solutions import read_page

#: the rule of thumb for a chapter's time
WORDS_A_MINUTE = 100
MINUTES_A_QUESTION = 1
MINUTES_AN_EXERCISE = 10

_PROMISE = re.compile(r"^At the end of this chapter you (.+)$", re.MULTILINE)
_BOLD = re.compile(r"(?<!\*)\*\*([A-Za-z][\w -]*?)\*\*(?!\*)")
_FIGURE = re.compile(r"^([A-Z]\w+)\(", re.MULTILINE)
_EXERCISE = re.compile(
    r"^:::\{admonition\} Exercise (?P<number>[\d.]+): (?P<title>.+)\n:class: exercise\n"
    r"(?P<text>.*?)\n:::$",
    re.MULTILINE | re.DOTALL,
)
_LINK = re.compile(r"\{doc\}`(?P<text>(?:[^`<]*<)?)(?P<page>\d\d-[\w-]+)(?P<end>>?)`")
_CHECK = re.compile(r'check\("(\w+)"')


@dataclass
class Exercise:
    """One exercise as it stands in its chapter."""

    number: str
    title: str
    text: str
    name: str = ""
    stub: str = ""
    solution: str = ""


@dataclass
class Chapter:
    """What a chapter's source says about it."""

    number: int
    docname: str
    promise: str
    words: int
    questions: int
    terms: list[str]
    figures: list[str]
    exercises: list[Exercise] = field(default_factory=list)

    @property
    def minutes(self):
        """Return the minutes for reading and for the exercises, to the next five."""
        reading = self.words / WORDS_A_MINUTE + self.questions * MINUTES_A_QUESTION
        return 5 * math.ceil(reading / 5), MINUTES_AN_EXERCISE * len(self.exercises)


@cache  # the page for teachers and that of the solutions read every chapter
def read_chapter(source, number=0, docname=""):
    """Return what a chapter's source says, as a `Chapter`, which nobody may change."""
    cells = jupytext.reads(source, fmt="md:myst").cells
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    code = [cell for cell in cells if cell.cell_type == "code"]
    promise = _PROMISE.search(text)
    bolds = [bold for bold in _BOLD.finditer(text) if bold[1] != "Pause"]
    terms = [_in_a_sentence(bold[1], text[: bold.start()]) for bold in bolds]
    drawn = [cell for cell in code if cell.metadata.get("tags") == ["remove-input"]]
    chapter = Chapter(
        number,
        docname,
        promise[1] if promise else "",
        len(
            re.findall(r"\b[A-Za-z][\w'’-]*", re.sub(r"\$\$.*?\$\$|\$.*?\$", " ", text, flags=re.S))
        ),
        text.count(":class: predict") + text.count("**Pause.**"),
        list(dict.fromkeys(terms)),
        list(dict.fromkeys(name for cell in drawn for name in _FIGURE.findall(cell.source))),
    )
    for cell in cells:
        if cell.cell_type == "markdown":
            for found in _EXERCISE.finditer(cell.source):
                chapter.exercises.append(Exercise(**found.groupdict()))
        elif chapter.exercises and (name := _CHECK.search(cell.source)):
            exercise = chapter.exercises[-1]
            exercise.name = name[1]
            if "solution" in cell.metadata.get("tags", []):
                exercise.solution = cell.source
            else:
                exercise.stub = cell.source
    return chapter


def _in_a_sentence(term, before):
    """A term without the capital of a sentence that it opens; names, XOR and ReLU keep theirs."""
    opens = re.search(r"(\A|[.!?:]\s|\n\s*\n|\n[-*] )\s*\Z", before)
    return term[0].lower() + term[1:] if opens and term[1:].islower() else term


class _FromChapters(SphinxDirective):
    """Reads the chapters, and is read again whenever one of them changes."""

    def chapters(self):
        """Return every chapter of the book, in order."""
        found = []
        for number, docname in chapters(self.env).items():
            self.env.note_dependency(self.env.doc2path(docname))
            found.append(read_chapter(read_page(self.env, docname), number, docname))
        return found

    def parsed(self, lines):
        """Return the nodes of some lines of MyST."""
        holder = nodes.Element()
        self.state.nested_parse(StringList(lines, self.env.docname), self.content_offset, holder)
        return holder.children

    def section(self, chapter, lines):
        """Return a section with a chapter's number and title, and lines of MyST in it."""
        source = read_page(self.env, chapter.docname)
        title = f"{chapter.number}. {re.search(r'^# (.+)$', source, re.MULTILINE)[1]}"
        section = nodes.section(ids=[f"chapter-{chapter.number}"], names=[title.lower()])
        section += nodes.title(title, title)
        section += self.parsed(lines)
        return section


class Course(_FromChapters):
    """What each chapter needs and gives."""

    has_content = True

    def run(self):
        """Return a section a chapter."""
        needs = dict(line.split(": ", 1) for line in self.content if line.strip())
        found = self.chapters()
        pages = {chapter.number: chapter.docname for chapter in found}
        result, met = [], set()
        for chapter in found:
            terms = [term for term in chapter.terms if term not in met]
            met.update(terms)
            lines = self._lines(chapter, terms, needs.get(str(chapter.number)), pages)
            result.append(self.section(chapter, lines))
        return result

    def _lines(self, chapter, terms, needs, pages):
        before = needs or str(chapter.number - 1)
        numbers = [int(n) for n in before.split(", ") if int(n) in pages]
        needed = [f"{{doc}}`chapter {n} </{pages[n]}>`" for n in numbers]
        reading, practice = chapter.minutes
        lines = [
            f"You {chapter.promise} ({{doc}}`read it </{chapter.docname}>`)",
            f"- **Needs** {', '.join(needed) or 'nothing before it'}.",
            f"- **New terms** {', '.join(terms) or 'none'}.",
            f"- **Figures** {', '.join(chapter.figures) or 'none'}.",
            f"- **Time** about {reading} minutes to read, and {practice} for "
            f"{len(chapter.exercises)} exercises.",
        ]
        return [lines[0], "", *lines[1:], ""]


class Solutions(_FromChapters):
    """Every exercise of the book with its solution."""

    def run(self):
        """Return a section a chapter."""
        declared = importlib.import_module(self.config.nudge_exercises).exercises()
        return [
            self.section(chapter, self._lines(chapter, declared)) for chapter in self.chapters()
        ]

    def _lines(self, chapter, declared):
        lines = []
        for exercise in chapter.exercises:
            wrong = declared[exercise.name].wrong if exercise.name in declared else ()
            named = "; ".join(one.name for one in wrong)
            lines += [
                f":::{{admonition}} Exercise {exercise.number}: {exercise.title}",
                ":class: exercise",
                *_absolute(exercise.text).split("\n"),
                ":::",
                "",
                *_python(exercise.stub),
                *([f"Mistakes that the check names: {named}.", ""] if named else []),
                f":::{{admonition}} Solution of {exercise.number}",
                ":class: pause solution dropdown",  # on paper it stays where it is
                "",
                *_python(exercise.solution),
                ":::",
                "",
            ]
        return lines


def _python(code):
    return ["```python", *code.split("\n"), "```", ""]


def _absolute(text):
    """Rewrite links between chapters so that they hold on any page."""
    return _LINK.sub(r"{doc}`\g<text>/chapters/\g<page>\g<end>`", text)


def setup(app):
    """Add the directives."""
    app.add_directive("course", Course)
    app.add_directive("solutions", Solutions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
