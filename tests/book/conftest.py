"""The built book, a server for it and a real browser, shared by the tests of this folder."""

import contextlib
import functools
import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "_ext")]

from nudge_book.figures import FIGURES_READY  # noqa: E402 - the two folders are not of nnlib

from tools import book as book_tool  # noqa: E402
from tools import browser as browser_tool  # noqa: E402
from tools.serve import served  # noqa: E402

from .engines import Chromium, Firefox, WebKit, watched  # noqa: E402
from .figures import figure_page, on_screen  # noqa: E402, F401 - fixtures of this folder

#: milliseconds that a test waits for what must come: above what any busy machine takes
PATIENCE = 120_000
expect.set_options(timeout=PATIENCE)


def toc_pages(root=ROOT):
    """Return the names of the book's pages in the order of its table of contents."""

    def walk(node):
        if isinstance(node, dict):
            yield from (node[key] for key in ("root", "file") if key in node)
            node = [node[key] for key in ("parts", "chapters", "sections") if key in node]
        if isinstance(node, list):
            for child in node:
                yield from walk(child)

    return list(walk(yaml.safe_load((root / "_toc.yml").read_text("utf8"))))


PAGES = toc_pages()


@dataclass
class PageLog:
    """What went wrong while a page was open."""

    home: str
    console: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    @contextlib.contextmanager
    def watch(self, page):
        """Collect console errors, failed requests and requests to other hosts in a block."""
        listeners = {
            "console": lambda line: line.type == "error" and self.console.append(line.text),
            "pageerror": lambda error: self.console.append(str(error)),
            "request": self._note,
            "requestfailed": lambda request: self.failed.append(request.url),
            "response": lambda answer: (
                answer.status >= 400 and self.failed.append(f"{answer.status} {answer.url}")
            ),
        }
        for event, listener in listeners.items():
            page.on(event, listener)
        try:
            yield
        finally:
            for event, listener in listeners.items():
                page.remove_listener(event, listener)

    def _note(self, request):
        self.requests.append(request.url)
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and f"{parts.scheme}://{parts.netloc}" != self.home:
            self.foreign.append(request.url)

    @property
    def trouble(self):
        """Everything that a page must not do."""
        return self.console + self.failed + self.foreign


@pytest.fixture(scope="session")
def book():
    """The folder of the built book; built first where something has changed."""
    assert book_tool.build(ROOT), "the book does not build; see the output above"
    return ROOT / "_build" / "html"


@pytest.fixture(scope="session")
def site(book):
    """The address of the book as a strict host serves it: below a folder, script files alone."""
    with served(book.parent, {"Content-Security-Policy": "script-src 'self'"}) as address:
        yield f"{address}/{book.name}"


@pytest.fixture(scope="session")
def browser():
    """A Chromium-based browser; `make test` has made sure that there is one."""
    path = browser_tool.find()
    assert path, browser_tool.NONE_FOUND
    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=path, args=list(browser_tool.FLAGS))
        yield instance
        instance.close()


class PagePool:
    """Pages of one browser, used again: a new one costs five times as much as a new address."""

    def __init__(self, browser):
        self.browser = browser
        self.idle = {}

    @contextlib.contextmanager
    def page(self, width=1280, theme="light", reduced_motion="no-preference", **options):
        """Lend a page as good as new; `options` are those of a browser's context."""
        idle = self.idle.setdefault(tuple(sorted(options.items())), [])
        page = idle.pop() if idle else self._new(options)
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(media="screen", color_scheme=theme, reduced_motion=reduced_motion)
        yield page
        page.mouse.move(-1, -1)
        page.evaluate("localStorage.clear(); sessionStorage.clear()")
        page.goto("about:blank")
        idle.append(page)

    def _new(self, options):
        context = self.browser.new_context(**options)
        context.set_default_timeout(PATIENCE)
        return context.new_page()


@pytest.fixture(scope="session")
def page_pool(browser):
    """The pages that this process has open."""
    return PagePool(browser)


@contextlib.contextmanager
def opener(page_pool):
    """As `open_page`, for as long as the block lasts."""
    with contextlib.ExitStack() as lent:

        def open_one(address, **options):
            page = lent.enter_context(page_pool.page(**options))
            parts = urlsplit(address)
            log = PageLog(f"{parts.scheme}://{parts.netloc}")
            lent.enter_context(log.watch(page))
            page.goto(address, wait_until="load")
            return page, log

        yield open_one


@pytest.fixture
def open_page(page_pool):
    """Open an address; return the page and its `PageLog`.

    Called as ``open_page(address, width=1280, theme="light", **context)``.
    """
    with opener(page_pool) as open_one:
        yield open_one


@pytest.fixture(scope="session")
def figures_ready():
    """Wait until every figure of a page is drawn; return how many there are."""

    def wait(page):
        page.wait_for_function(FIGURES_READY)
        return page.locator("[data-nn-figure]").count()

    return wait


@contextlib.contextmanager
def without_addresses():
    """Hide, as long as the block lasts, what the environment says of where the book is."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("GITHUB_", "READTHEDOCS", "BOOK_URL", "BOOK_NOTEBOOKS")):
                patch.delenv(name)
        yield patch


@pytest.fixture(scope="session")
def watched_site(book):
    """The address of the book as the engines get it, and what was asked for there in vain."""
    with watched(book) as served_there:
        yield served_there


@pytest.fixture(scope="session")
def running_engines(request):
    """Return an engine by its name; it starts when it is asked for first, and one of each runs."""
    with contextlib.ExitStack() as running:

        @functools.cache
        def start(name):
            if name == "chromium":
                return running.enter_context(Chromium(request.getfixturevalue("browser")).run())
            if packages := browser_tool.missing(name):
                pytest.skip(f"no {name} here: `apt install {' '.join(packages)}`")
            return running.enter_context({"firefox": Firefox, "webkit": WebKit}[name]().run())

        yield start


@pytest.fixture
def engine(request, running_engines):
    """The engine that the test names; a test of several is parametrized by it, indirectly."""
    return running_engines(request.param)


HEADER = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n---\n\n"


@pytest.fixture(scope="session")
def scratch_book(tmp_path_factory):
    """Write a small book that uses the real configuration and extension; return its folder.

    Called as ``scratch_book({"index": "# Title", "chapters/01-first": "# More"})``; a page with a
    code cell gets its front matter by itself.
    """

    def write(pages):
        root = tmp_path_factory.mktemp("scratch")
        ignore = shutil.ignore_patterns("__pycache__")
        for folder in ("_ext", "_static"):
            shutil.copytree(ROOT / folder, root / folder, ignore=ignore)
        shutil.copy(ROOT / "_config.yml", root)
        (root / "requirements.txt").touch()
        (root / "nnlib").mkdir()
        (root / "nnlib" / "__init__.py").write_text("answer = 41\n")
        others = [{"file": name} for name in pages if name != "index"]
        toc = {"format": "jb-book", "root": "index"} | ({"chapters": others} if others else {})
        (root / "_toc.yml").write_text(yaml.safe_dump(toc))
        for name, text in pages.items():
            header = HEADER if "{code-cell}" in text else ""
            (root / name).parent.mkdir(exist_ok=True)
            (root / f"{name}.md").write_text(header + text, "utf8")
        return root

    return write
