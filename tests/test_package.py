"""The distribution: complete, under its own name, at work where nothing of the repository is."""

import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

import nnlib
from nnlib.widgets import bundle

ROOT = Path(__file__).resolve().parent.parent
BUILD = "from setuptools.build_meta import build_wheel; build_wheel({!r})"
SHOW = """\
import sys
sys.path[:0] = sys.argv[1:]
import nnlib, nnlib.exercises
from nnlib.widgets import ChainExplorer, bundle
print(nnlib.__file__, *bundle.figures(), sep="\\n")
print(bundle.script(bundle.figures()))
print(ChainExplorer().html())
"""


def source_files():
    """Return what the package is made of, by its path in the repository."""
    files = (path for path in (ROOT / "nnlib").rglob("*") if path.is_file())
    return {path.relative_to(ROOT).as_posix() for path in files if path.suffix != ".pyc"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel offline, in a copy, and return it unpacked."""
    copy, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for name in {*source_files(), "LICENSE", "MANIFEST.in", "pyproject.toml"}:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy / name)
    command = [sys.executable, "-c", BUILD.format(str(built))]
    subprocess.run(command, cwd=copy, check=True, capture_output=True)
    with zipfile.ZipFile(next(built.glob("*.whl"))) as archive:
        archive.extractall(built / "wheel")
    return built / "wheel"


def test_the_wheel_holds_every_file_of_the_package(wheel):
    assert {path.suffix for path in (wheel / "nnlib").rglob("*.*")} >= {".py", ".js", ".css"}
    held = {path.relative_to(wheel).as_posix() for path in wheel.rglob("*") if path.is_file()}
    assert {name for name in held if name.startswith("nnlib/")} == source_files()


def test_the_wheel_is_named_and_licensed(wheel):
    (information,) = wheel.glob("*.dist-info")
    about = message_from_bytes((information / "METADATA").read_bytes())
    assert (about["Name"], about["Version"]) == ("backprop-nudge-by-nudge", nnlib.__version__)
    for name in about.get_all("License-File"):
        licence = information / "licenses" / name
        assert licence.read_text("utf8") == (ROOT / name).read_text("utf8")
    vendored = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("nnlib/**/LICENSE*")}
    assert set(about.get_all("License-File")) == {"LICENSE", *vendored}


def test_the_wheel_alone_shows_a_figure_and_has_the_scripts_of_all(wheel, tmp_path):
    libraries = sysconfig.get_path("purelib")
    done = subprocess.run(
        # -I and -S: without the editable nnlib of this environment.
        [sys.executable, "-I", "-S", "-c", SHOW, str(wheel), libraries],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == str(wheel / "nnlib" / "__init__.py")
    for name in bundle.figures():
        assert name in lines
        assert f"(globalThis.nnFigures ??= {{}}).{name} = " in done.stdout
    assert '<div class="nn-figure" data-nn-figure="ChainExplorer"' in done.stdout


def test_the_citation_names_this_version():
    text = (ROOT / "CITATION.cff").read_text("utf8")
    assert re.findall(r"^version: (.*)$", text, re.MULTILINE) == [nnlib.__version__]
