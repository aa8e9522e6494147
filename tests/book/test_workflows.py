"""What the services that publish the book run, run here: their own lines, in a clean clone."""

import os
import re
import shutil
import subprocess
import sys

import pytest
import yaml

from tools import environment

from .conftest import PAGES, ROOT, without_addresses

WORKFLOWS = ROOT / ".github" / "workflows"
PAGES_WORKFLOW = yaml.safe_load((WORKFLOWS / "pages.yml").read_text("utf8"))
READ_THE_DOCS = yaml.safe_load((ROOT / ".readthedocs.yaml").read_text("utf8"))
SITE = "https://school.github.io/course/"


def lines_of(job):
    """The shell lines of one job of the workflow that publishes."""
    return [step["run"] for step in PAGES_WORKFLOW["jobs"][job]["steps"] if "run" in step]


pytestmark = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs a clone, not a copy")


@pytest.fixture
def clone(tmp_path, book):
    """A clean clone with its origin; its environment and what its cells print are those of here."""
    origin, clone = tmp_path / "origin.git", tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--bare", ROOT, origin], check=True)
    subprocess.run(["git", "clone", "-q", origin, clone], check=True)
    # With what is not committed yet, so that a mend is tested before it is.
    changes = subprocess.check_output(["git", "-C", ROOT, "diff", "--binary", "HEAD"])
    if changes:
        subprocess.run(["git", "-C", clone, "apply"], input=changes, check=True)
    (clone / ".venv").symlink_to(ROOT / ".venv")
    (clone / "_build").mkdir()
    shutil.copytree(ROOT / "_build" / ".jupyter_cache", clone / "_build" / ".jupyter_cache")
    shutil.copy(ROOT / "_build" / "state.json", clone / "_build")
    return clone


def run(line, clone, **environ):
    """Run a line as a service would, but for the environment, which is ready."""
    ready = {"MAKEFLAGS": f"PYTHON=true VENV_PYTHON={sys.executable}"}
    # One page stands for all: the others are tested as they are.
    ready["PYTEST_ADDOPTS"] = "-n 0 -k notation-light"
    with without_addresses():
        environ = {**os.environ, **ready, **environ}
        for name in ("PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST"):
            environ.pop(name, None)
        done = subprocess.run(
            line, shell=True, cwd=clone, env=environ, capture_output=True, text=True
        )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_workflow_of_github_pages_builds_tests_and_pushes_the_notebooks(clone, tmp_path):
    (build,) = lines_of("build")
    pages, pdf = build.split()
    assert pdf == "pdf"  # test_pdf.py prints a smaller book
    said = run(pages, clone, BOOK_URL=SITE, BOOK_NOTEBOOKS="notebooks")
    assert re.search(r"\d+ passed", said)
    html = clone / "_build" / "html"
    assert f'<link rel="canonical" href="{SITE}index.html"' in (html / "index.html").read_text()

    # As upload-pages-artifact does it.
    subprocess.run(["tar", "-cf", tmp_path / "artifact.tar", "-C", html, "."], check=True)
    shutil.copy(tmp_path / "artifact.tar", clone)
    (push,) = lines_of("notebooks")

    def git(*words):
        return subprocess.check_output(["git", "-C", clone, *words], text=True).splitlines()

    before, status = git("ls-remote", "origin"), git("status", "--porcelain")
    run(push, clone)
    run(push, clone, GIT_COMMITTER_DATE="2090-01-01T00:00:00Z")  # later, over what is there

    git("fetch", "-q", "origin", "notebooks")
    pushed = git("ls-tree", "-r", "--name-only", "FETCH_HEAD")
    chapters = [f"{name}.ipynb" for name in PAGES if name.startswith("chapters/")]
    assert set(chapters) < set(pushed)
    assert all(name.endswith(".ipynb") for name in pushed)
    after = git("ls-remote", "origin")
    assert [ref for ref in after if not ref.endswith("refs/heads/notebooks")] == before
    assert git("status", "--porcelain") == status


def test_read_the_docs_finds_the_book_where_it_looks(clone, tmp_path):
    commands = READ_THE_DOCS["build"]["commands"]
    assert commands[0] == "python tools/environment.py"  # which is ready here
    for line in commands[1:]:
        run(
            line,
            clone,
            READTHEDOCS_OUTPUT=str(tmp_path / "out put"),
            READTHEDOCS_CANONICAL_URL=SITE,
        )
    html = tmp_path / "out put" / "html"
    assert f"{SITE}notation.html" in (html / "sitemap.xml").read_text()


def test_binders_requirements_are_the_books():
    """Whatever pip makes of them: each is there already."""
    line = [sys.executable, "-m", "pip", "install", "--dry-run", "--no-index", "--no-deps"]
    pinned = [*line, "-qqq", "--no-build-isolation", "-r", "binder/requirements.txt"]
    subprocess.run(pinned, cwd=ROOT, check=True)
    assert os.access(ROOT / "binder" / "postBuild", os.X_OK)
    (command,) = re.findall(r"^python .*", (ROOT / "binder" / "postBuild").read_text(), re.M)
    assert command == "python tools/lab.py --export-only"


def test_every_service_has_a_python_that_the_book_takes():
    texts = [path.read_text("utf8") for path in WORKFLOWS.glob("*.yml")]
    matrix = yaml.safe_load((WORKFLOWS / "test.yml").read_text("utf8"))
    versions = matrix["jobs"]["test"]["strategy"]["matrix"]["python"]
    takes = {f"{major}.{minor}" for major, minor in environment.VERSIONS}
    assert set(versions) == takes
    named = re.findall(r'python-version: "(.*)"', "".join(texts))
    named.append(READ_THE_DOCS["build"]["tools"]["python"])
    named.append((ROOT / "binder" / "runtime.txt").read_text().strip().removeprefix("python-"))
    assert set(named) <= takes
