"""What needs an address: right in every fork without an edit, and absent where nobody knows one."""

import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest
from nudge_book import repository
from nudge_book.addresses import Addresses, from_environment

from tools import book

from .conftest import served, without_addresses

ACTIONS = {
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "school/course",
    "GITHUB_REF_TYPE": "branch",
    "GITHUB_REF_NAME": "spring",
    "GITHUB_BASE_REF": "",
}
READ_THE_DOCS = {
    "READTHEDOCS_CANONICAL_URL": "https://course.readthedocs.io/en/latest/",
    "READTHEDOCS_GIT_CLONE_URL": "https://gitlab.com/school/group/course.git",
    "READTHEDOCS_VERSION_TYPE": "branch",
    "READTHEDOCS_GIT_IDENTIFIER": "spring",
}
SITE = "https://course.readthedocs.io/en/latest/"


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, Addresses()),
        (ACTIONS, Addresses("https://github.com/school/course", "github", "spring")),
        (
            ACTIONS | {"BOOK_URL": "https://school.github.io", "BOOK_NOTEBOOKS": "notebooks"},
            Addresses(
                "https://github.com/school/course",
                *("github", "spring", "https://school.github.io/", "notebooks"),
            ),
        ),
        (
            ACTIONS | {"GITHUB_REF_NAME": "7/merge", "GITHUB_BASE_REF": "main"},
            Addresses("https://github.com/school/course", "github", "main"),
        ),
        (
            ACTIONS | {"GITHUB_REF_TYPE": "tag", "GITHUB_REF_NAME": "v1"},
            Addresses("https://github.com/school/course", "github"),
        ),
        (
            ACTIONS | {"GITHUB_SERVER_URL": "https://git.school.edu"},
            Addresses("https://git.school.edu/school/course", "github", "spring"),
        ),
        (
            READ_THE_DOCS,
            Addresses("https://gitlab.com/school/group/course", "gitlab", "spring", SITE),
        ),
        (
            READ_THE_DOCS | {"READTHEDOCS_VERSION_TYPE": "tag"},
            Addresses("https://gitlab.com/school/group/course", "gitlab", "", SITE),
        ),
        (
            READ_THE_DOCS | {"READTHEDOCS_GIT_CLONE_URL": "https://git.school.edu/a/b.git"},
            Addresses("", "", "spring", SITE),
        ),
    ],
)
def test_the_services_variables_say_where_things_are(environ, expected):
    assert from_environment(environ) == expected


@pytest.mark.parametrize(
    "clone",
    [
        "https://github.com/school/course.git",
        "https://github.com/school/course",
        "https://name:token@github.com/school/course.git",
        "git@github.com:school/course.git",
        "ssh://git@github.com/school/course.git",
        "ssh://git@github.com:22/school/course.git",
    ],
)
def test_an_address_to_clone_from_becomes_that_of_the_page_without_a_token(clone):
    found = from_environment({"READTHEDOCS_GIT_CLONE_URL": clone})
    assert found.repository == "https://github.com/school/course"


class Page(HTMLParser):
    """What a page's head says, and where its links and parts lead."""

    def __init__(self, text):
        super().__init__()
        self.meta, self.canonical, self.links = {}, None, []
        self.feed(text)

    def handle_starttag(self, tag, pairs):
        attributes = dict(pairs)
        if tag == "meta" and "content" in attributes:
            self.meta[attributes.get("property") or attributes.get("name")] = attributes["content"]
        if attributes.get("rel") == "canonical":
            self.canonical = attributes["href"]
        else:
            names = ("href", "src", "action")
            self.links += [attributes[name] for name in names if attributes.get(name)]


INDEX = "# A *fine* book\n\nOf “nudges” & {doc}`more <deep/page>`, at $x$.\n\nSecond.\n"
DEEP = "# Deep\n\nFirst.\n\n```{code-cell} ipython3\n1\n```\n"


@pytest.fixture(scope="module")
def build(scratch_book):
    """Build a small book in an environment that says what it is told, and nothing else."""
    root = scratch_book({"index": INDEX, "deep/page": DEEP})

    def build_in(environ):
        with without_addresses() as patch:
            for name, value in environ.items():
                patch.setenv(name, value)
            assert book.build(root, quiet=True)
        return root / "_build" / "html"

    return build_in


PUBLISHED = ACTIONS | {"BOOK_URL": "https://school.github.io/course", "BOOK_NOTEBOOKS": "notebooks"}


def test_with_addresses_all_of_them_are_right_and_without_none_is_there(build):
    """One book, built three times: a changed environment is a changed book."""
    folder = build(PUBLISHED)
    site = "https://school.github.io/course/"
    first = Page((folder / "index.html").read_text("utf8"))
    assert first.canonical == first.meta["og:url"] == f"{site}index.html"
    assert first.meta["og:title"] == "A fine book"
    assert first.meta["og:description"] == first.meta["description"] == "Of “nudges” & more, at x."
    assert first.meta["og:image"] == f"{site}_static/screenshot.png"
    assert (folder / "_static" / "screenshot.png").exists()
    deep = Page((folder / "deep" / "page.html").read_text("utf8"))
    home = "https://github.com/school/course"
    for link in (
        home,
        f"{home}/edit/spring/deep/page.md",
        "https://colab.research.google.com/github/school/course/blob/notebooks/deep/page.ipynb",
        "https://mybinder.org/v2/gh/school/course/spring"
        "?urlpath=lab/tree/notebooks/deep/page.ipynb",
    ):
        assert link in deep.links
    assert any(link.startswith(f"{home}/issues/new") for link in deep.links)
    assert not any("colab" in link or "mybinder" in link for link in first.links), "no notebook"
    assert f"git+{home}" in (folder / "_sources" / "deep" / "page.ipynb").read_text("utf8")
    pages = [f"{site}deep/page.html", f"{site}index.html"]
    assert [place.text for place in ET.parse(folder / "sitemap.xml").iterfind(".//{*}loc")] == pages
    assert f"Sitemap: {site}sitemap.xml" in (folder / "robots.txt").read_text()

    gone = Page((folder / "404.html").read_text("utf8"))
    assert gone.canonical is None
    assert "og:title" not in gone.meta
    leading = [link for link in gone.links if not link.startswith("#")]
    assert f"{site}index.html" in leading
    assert f"{site}search.html" in leading
    for link in leading:
        assert link.startswith((site, home))
        if link.startswith(site):
            name = re.split("[?#]", link.removeprefix(site))[0]
            assert (folder / (name or "index.html")).exists(), link

    folder = build({"READTHEDOCS_CANONICAL_URL": SITE})
    deep = Page((folder / "deep" / "page.html").read_text("utf8"))
    assert deep.canonical == f"{SITE}deep/page.html", "the environment alone has changed"
    assert not any("github" in link for link in deep.links)

    folder = build({})
    for name in ("sitemap.xml", "robots.txt", "404.html"):
        assert not (folder / name).exists()
    for path in folder.rglob("*.html"):
        page = Page(path.read_text("utf8"))
        assert page.canonical is None
        assert not {name for name in page.meta if name and name.startswith(("og:", "twitter:"))}
        assert not [link for link in page.links if "://" in link]


def test_a_repository_without_issue_links_still_builds(build):
    folder = build({"READTHEDOCS_GIT_CLONE_URL": "https://bitbucket.org/school/course"})
    links = Page((folder / "index.html").read_text("utf8")).links
    assert "https://bitbucket.org/school/course" in links


@pytest.mark.parametrize(
    ("address", "notebooks"),
    [("https://github.com/a/b", ""), ("https://gitlab.com/a/b", "notebooks"), ("", "notebooks")],
)
def test_no_button_leads_to_a_notebook_that_no_service_can_open(address, notebooks):
    assert repository.launches(address, "main", notebooks, "page") == {}


def test_the_page_for_those_not_found_works_at_any_depth(build, open_page):
    """Its styles and links lead to the site, wherever the browser thinks that it is."""
    first = build({})
    with served(first) as site:
        folder = build({"BOOK_URL": site})
        (folder / "deep" / "er").mkdir(parents=True)
        (folder / "deep" / "er" / "gone.html").write_bytes((folder / "404.html").read_bytes())
        page, log = open_page(f"{site}/deep/er/gone.html")
        assert not log.trouble
        page.get_by_role("link", name="book's first page").click()
        assert page.url == f"{site}/index.html"
