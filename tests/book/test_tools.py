"""The commands behind the Makefile: environment, server, browser."""

import ast
import gzip
import json
import os
import socket
import subprocess
import sys
import urllib.request

import pytest

from tools import browser, environment, serve

from .conftest import ROOT, served


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "index.html").write_text("<p>hello</p>" * 500)
    (tmp_path / "font.woff2").write_bytes(bytes(range(256)) * 20)
    return tmp_path


def fetch(address, encoding="gzip"):
    request = urllib.request.Request(address, headers={"Accept-Encoding": encoding})
    with urllib.request.urlopen(request) as answer:
        return answer.read(), answer.headers


def test_text_is_served_compressed(folder):
    with served(folder) as site:
        body, headers = fetch(f"{site}/")
        assert headers["Content-Encoding"] == "gzip"
        assert int(headers["Content-Length"]) == len(body) < 500
        assert gzip.decompress(body) == (folder / "index.html").read_bytes()
        assert headers["Content-Type"] == "text/html"


def test_a_browser_without_gzip_and_a_font_get_plain_bytes(folder):
    with served(folder) as site:
        body, headers = fetch(f"{site}/index.html", encoding="identity")
        assert (body, headers["Content-Encoding"]) == ((folder / "index.html").read_bytes(), None)
        body, headers = fetch(f"{site}/font.woff2")
        assert (body, headers["Content-Encoding"]) == ((folder / "font.woff2").read_bytes(), None)


def test_a_changed_file_is_served_anew(folder):
    with served(folder) as site:
        fetch(f"{site}/index.html")
        (folder / "index.html").write_text("changed")
        assert gzip.decompress(fetch(f"{site}/index.html")[0]) == b"changed"


def test_a_missing_page_is_a_404(folder):
    with served(folder) as site, pytest.raises(urllib.error.HTTPError, match="404") as missing:
        fetch(f"{site}/gone.html")
    missing.value.close()


def test_a_busy_port_is_said_and_the_next_free_one_used(folder):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port, said = busy.getsockname()[1], []
        with serve.open_server(folder, ports=[port, 0], say=said.append) as server:
            assert server.server_port != port
        assert said == [f"Port {port} is in use."]
        with pytest.raises(OSError, match="no free port"):
            serve.open_server(folder, ports=[port], say=said.append)


def find(installed=(), works=lambda _: True, environ=None, own="/own/chrome", own_there=False):
    """Look for a browser on a made-up machine."""
    return browser.find(
        environ=environ or {},
        which=lambda name: f"/bin/{name}" if name in installed else None,
        exists=lambda path: path in installed or (own_there and path == own),
        works=works,
        own=lambda: own,
    )


MAC_EDGE = "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"


def test_the_order_in_which_a_browser_is_looked_for():
    assert find({"google-chrome", "chromium"}) == "/bin/chromium"
    assert find({"msedge", "google-chrome"}) == "/bin/google-chrome"
    assert find({MAC_EDGE}) == MAC_EDGE
    assert find(own_there=True) == "/own/chrome"
    assert find({"chromium"}, own_there=True) == "/bin/chromium"
    assert find() is None


def test_a_browser_that_does_not_start_is_passed_over():
    """Ubuntu's chromium-browser is a stub that asks for a snap."""
    stub = "/bin/chromium-browser"
    assert find({"chromium-browser", "msedge"}, works=lambda path: path != stub) == "/bin/msedge"
    assert find(own_there=True, works=lambda _: False) is None


def test_the_readers_choice_of_browser_comes_first():
    assert find({"chromium"}, environ={"BOOK_BROWSER": "/my/own"}) == "/my/own"


def test_ways_to_get_a_browser_are_tried_in_turn(capsys):
    tried, there = [], []

    def first():
        """Try this."""
        tried.append("first")

    def second():
        """Try that."""
        tried.append("second")
        there.append("/bin/chromium")

    found = browser.ensure(look=lambda: there[-1] if there else None, ways=(first, second))
    assert (found, tried) == ("/bin/chromium", ["first", "second"])
    assert "try that" in capsys.readouterr().out
    browser.ensure(look=lambda: "/bin/chromium", ways=(first,))
    assert tried == ["first", "second"], "an installed browser is enough"


def test_a_suitable_python_is_found():
    versions = {"python": (3, 9), "python3.12": (3, 12), "python3.11": (3, 11)}
    commands = [["python"], ["gone"], ["python3.12"], ["python3.11"]]
    assert environment.find_python(commands, lambda command: versions.get(command[0])) == [
        "python3.12"
    ]


def test_a_missing_python_gives_one_line_that_says_what_to_install():
    with pytest.raises(environment.MissingTool) as missing:
        environment.find_python([["python"]], lambda _: (3, 9))
    line = str(missing.value)
    assert "Install Python 3.11, 3.12 or 3.13 (found only 3.9)" in line
    assert "\n" not in line


def test_a_missing_venv_module_gives_one_line_that_says_what_to_install(tmp_path, monkeypatch):
    broken = subprocess.CompletedProcess([], 1, stdout="ensurepip is not\navailable", stderr="")
    real = subprocess.run
    monkeypatch.setattr(
        environment.subprocess,
        "run",
        lambda command, **options: broken if "venv" in command else real(command, **options),
    )
    with pytest.raises(environment.MissingTool, match="venv") as missing:
        environment.create([sys.executable], tmp_path / "venv")
    assert "apt install python3." in str(missing.value)
    assert "\n" not in str(missing.value)


def test_the_environment_is_made_anew_when_the_requirements_change(tmp_path):
    for name in ("requirements.txt", "pyproject.toml"):
        (tmp_path / name).write_text("one")
    before = environment.fingerprint(tmp_path, sys.executable)
    assert environment.fingerprint(tmp_path, sys.executable) == before
    (tmp_path / "requirements.txt").write_text("two")
    assert environment.fingerprint(tmp_path, sys.executable) != before


def environment_in(folder, made_in, with_pip=True):
    """Make a folder that looks like an environment, with a Python that answers as told."""
    python = environment.python_of(folder / ".venv")
    python.parent.mkdir(parents=True)
    version = "print(*sys.version_info[:2])"
    python.write_text(
        f"#!{sys.executable}\nimport sys\n"
        f"{version} if '-c' in sys.argv else sys.exit({0 if with_pip else 1})\n"
    )
    python.chmod(0o755)
    if made_in:
        environment.stamp_of(folder / ".venv").write_text(f"{made_in}\nhash")
    return folder / ".venv"


@pytest.mark.skipif(os.name == "nt", reason="a script cannot stand in for python.exe")
def test_an_environment_that_cannot_work_is_made_anew(tmp_path):
    """Where its folder has moved, and where making it was interrupted before it had pip."""
    cases = {
        "whole": environment_in(tmp_path / "whole", made_in=tmp_path / "whole"),
        "moved": environment_in(tmp_path / "moved", made_in=tmp_path / "elsewhere"),
        "fresh": environment_in(tmp_path / "fresh", made_in=None),
        "torn": environment_in(tmp_path / "torn", made_in=None, with_pip=False),
    }
    usable = {name: environment.is_usable(tmp_path / name, venv) for name, venv in cases.items()}
    assert usable == {"whole": True, "moved": False, "fresh": True, "torn": False}
    assert not environment.is_usable(tmp_path, tmp_path / "none")


INSTALLER = """\
#!{executable}
import json, pathlib, sys
if "-c" in sys.argv[:2]:
    print(*sys.version_info[:2])
else:
    with pathlib.Path({log!r}).open("a") as log:
        print(json.dumps(sys.argv[1:]), file=log)
    sys.exit(sys.argv[2] in {broken})
"""


@pytest.mark.skipif(os.name == "nt", reason="a script cannot stand in for python.exe")
@pytest.mark.parametrize(
    ("broken", "modules"),
    [([], ["pip", "uv"]), (["uv"], ["pip", "uv", "pip"]), (["pip"], ["pip"])],
)
def test_uv_installs_what_is_pinned_and_pip_where_uv_cannot(tmp_path, capsys, broken, modules):
    """Only pip knows the mirror of pip.conf. What neither can do is an error without a stamp."""
    for name in ("requirements.txt", "pyproject.toml"):
        (tmp_path / name).write_text("one")
    venv, log = environment_in(tmp_path, made_in=None), tmp_path / "log"
    python = environment.python_of(venv)
    python.write_text(INSTALLER.format(executable=sys.executable, log=str(log), broken=broken))
    if "pip" in broken:
        with pytest.raises(subprocess.CalledProcessError):
            environment.install(tmp_path, venv)
    else:
        environment.install(tmp_path, venv)
    ran = [json.loads(line) for line in log.read_text().splitlines()]
    assert [words[1] for words in ran] == modules
    assert ran[0][-3:] == ["-c", "requirements.txt", "uv"]
    for words in ran[1:]:
        assert words[-4:] == ["-r", "requirements.txt", "--editable", "."]
    for words in ran[1:2]:
        assert str(python) in words, "into this environment"
    for words in [words for words in ran if words[1] == "pip"]:
        assert "-qq" in words, "no warning of pip is shown, its errors are"
    assert ("now with pip" in capsys.readouterr().out) is (broken == ["uv"])
    assert environment.stamp_of(venv).exists() is ("pip" not in broken)


def test_the_tools_that_run_first_need_only_the_standard_library():
    """`make` runs this one with whatever Python there is, before anything is installed."""
    script = ROOT / "tools" / "environment.py"
    ast.parse(script.read_text("utf8"), feature_version=(3, 8))
    code = f"import runpy; runpy.run_path({str(script)!r}, run_name='probe')"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
