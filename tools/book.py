"""Build the book, and only what has changed.

Jupyter Book notices changed pages but not a change in nnlib, whose code the pages run, nor one in
the extension that writes them. So the files are compared by content before it is even started:

==============================  ====================================================
changed since the last build    what happens
==============================  ====================================================
nothing, all output is there    nothing
pages only                      Jupyter Book rebuilds those
scripts, styles, _ext, config   every page is written anew; executed code is kept
addresses in the environment    the same
nnlib's Python, requirements    every page is executed anew
benchmarks/training.json        the same
==============================  ====================================================

After a failed build every page is written anew, because Sphinx does not repeat the warnings of
a page that it has already written.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "_ext"))

from nudge_book.addresses import from_environment  # noqa: E402 - the folder is known just now

#: what is watched, by what a change in it means
WATCHED = {
    "code": ["nnlib/**/*.py", "requirements.txt", "benchmarks/training.json"],
    "look": [
        "nnlib/**/*.js",
        "nnlib/**/*.css",
        "_ext/**/*",
        "_static/**/*",
        "_config.yml",
        "_toc.yml",
        "tools/book.py",
    ],
    "pages": ["*.md", "chapters/**/*.md", "reference/*.md"],
}


def fingerprints(root):
    """Return a hash of each watched group: names and contents, in a fixed order."""
    found = {}
    for group, patterns in WATCHED.items():
        digest = hashlib.sha256(sys.version.encode())
        files = {path for pattern in patterns for path in root.glob(pattern) if path.is_file()}
        for path in sorted(files):
            if "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
        if group == "look":
            digest.update(repr(from_environment()).encode())
        found[group] = digest.hexdigest()
    return found


def listing(html):
    """Return the size of every file of a built book by its name."""
    return {
        path.relative_to(html).as_posix(): path.stat().st_size
        for path in sorted(html.rglob("*"))
        if path.is_file()
    }


def read_state(path):
    """Return what a JSON file of ours holds; nothing where there is none, or only a torn one."""
    try:
        return json.loads(path.read_text("utf8"))
    except (FileNotFoundError, ValueError):
        return {}


def plan(before, now, output):
    """Decide what a build has to do.

    Parameters
    ----------
    before : dict
        The state that the last build left: ``hashes``, and ``output`` (None after a failure).
    now : dict
        The fingerprints of the files as they are.
    output : dict
        The listing of the output as it is.

    Returns
    -------
    str
        ``nothing``, ``pages``, ``write`` or ``execute``.
    """
    hashes = before.get("hashes", {})
    if hashes.get("code") != now["code"]:
        return "execute"
    if hashes.get("look") != now["look"] or before.get("output") != output:
        return "write"
    return "nothing" if hashes.get("pages") == now["pages"] else "pages"


def build(root=ROOT, target=None, quiet=False):
    """Build the book where it needs it.

    Parameters
    ----------
    root : Path, optional
        The book's folder.
    target : Path, optional
        Where ``_build`` goes; the book's own folder if not given.
    quiet : bool, optional
        Print nothing but warnings and errors.

    Returns
    -------
    bool
        Whether the book is now complete and without a warning.
    """
    folder = Path(target or root) / "_build"
    html, state = folder / "html", folder / "state.json"
    before = read_state(state)
    now = fingerprints(root)
    work = plan(before, now, listing(html))
    say = (lambda *_: None) if quiet else (lambda text: print(text, flush=True))
    if work == "nothing":
        say("Nothing has changed since the last build.")
        return True
    if work == "execute":
        shutil.rmtree(folder / ".jupyter_cache", ignore_errors=True)
    if work != "pages":
        # Also removes what no page uses any more.
        shutil.rmtree(html, ignore_errors=True)
        shutil.rmtree(folder / ".doctrees", ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    state.write_text(json.dumps({"hashes": now, "output": None}), "utf8")
    say("Building the book ...")
    start = time.perf_counter()
    complaints = _jupyter_book(root, folder.parent, (lambda _: None) if quiet else show_step)
    if complaints:
        print(complaints, file=sys.stderr)
        return False
    state.write_text(json.dumps({"hashes": now, "output": listing(html)}), "utf8")
    say(f"Built in {time.perf_counter() - start:.0f} s.")
    return True


def keep(root=ROOT):
    """Take what stands in the output now for what the last build has left there."""
    folder = root / "_build"
    state = folder / "state.json"
    kept = read_state(state) | {"output": listing(folder / "html")}
    state.write_text(json.dumps(kept), "utf8")


def steps(lines):
    """Yield, in words, what a build is at, from the lines that Sphinx prints."""
    done = total = 0
    for line in lines:
        words = re.sub(r"\x1b\[[\d;]*m", "", line).strip()
        if counts := re.search(r"(\d+) added, (\d+) changed", words):
            total = sum(map(int, counts.groups()))
        elif words.startswith("reading sources... ["):
            done += 1
            yield f"page {done} of {total}: {words.split()[-1]}"
        elif words.startswith("preparing documents"):
            yield "writing the pages"


def show_step(step):
    """Print a step, an empty one at the end: over the one before in a terminal, else as a line."""
    if sys.stdout.isatty():
        print(f"\r{step:<70}\r", end="", flush=True)
    elif step:
        print(step, flush=True)


def _jupyter_book(root, target, tell):
    """Run Jupyter Book; return what it complained of, nothing where all went well."""
    script = Path(sys.executable).with_name("jupyter-book")
    command = [str(script), "build", "-W", "--keep-going", "--path-output", str(target), str(root)]
    with (
        tempfile.TemporaryFile("w+") as complaints,
        subprocess.Popen(
            command, cwd=root, stdout=subprocess.PIPE, stderr=complaints, text=True
        ) as process,
    ):
        for step in steps(process.stdout):
            tell(step)
        tell("")
        if process.wait() == 0:
            return ""
        complaints.seek(0)
        return complaints.read() or f"jupyter-book ended with exit code {process.returncode}."


def main():
    """Build; exit 1 where a page has a failing cell, a bad formula or a dangling reference."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--output", type=Path, help="the folder that _build goes into")
    arguments = parser.parse_args()
    if not build(target=arguments.output):
        sys.exit("The book was not built; the reasons are above.")


if __name__ == "__main__":
    main()
