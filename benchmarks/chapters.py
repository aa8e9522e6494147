"""How long do `import nnlib` and the code of each chapter take, beside a plain loop?

    python benchmarks/chapters.py            # prints the table
    python benchmarks/chapters.py --gate     # the same; exits with 1 if a bar is missed

Everything runs in a process of its own, with one thread, and so does a loop of plain Python right
before it. What counts is the ratio of their CPU seconds: a slow or a busy machine slows down both.
"""

import argparse
import contextlib
import io
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = sorted(path.stem for path in (ROOT / "chapters").glob("[0-9]*.md"))
LOOP = 1_000_000  # additions of the plain loop
BARS = {"import nnlib": 1.2, "chapter": 120}  # at most so many times as long as the loop
ROUNDS = {"import nnlib": 9, "chapter": 1}


def plain_loop():
    total = 0
    for n in range(LOOP):
        total += n & 7
    return total


def import_nnlib():
    import nnlib

    return nnlib


def run_chapter(name):
    """Run a chapter's cells in order in one namespace, folded solutions included."""
    import jupytext
    from nudge_book.solutions import expand

    text = expand((ROOT / "chapters" / f"{name}.md").read_text("utf8"))
    namespace = {"__name__": "__main__"}
    for cell in jupytext.reads(text, fmt="md:myst").cells:
        if cell.cell_type == "code":
            fails = "raises-exception" in cell.metadata.get("tags", [])
            with (
                contextlib.redirect_stdout(io.StringIO()),
                contextlib.suppress(*[Exception] * fails),
            ):
                exec(compile(cell.source, name, "exec"), namespace)


def cpu_seconds(function, *arguments):
    start = time.process_time()
    function(*arguments)
    return time.process_time() - start


def worker(what):
    """Print how many times as long as the plain loop it takes."""
    import numpy  # noqa: F401 - not nnlib's own time

    loop = statistics.median(cpu_seconds(plain_loop) for _ in range(5))
    if what in CHAPTERS:
        sys.path.insert(0, str(ROOT / "_ext"))
        seconds = cpu_seconds(run_chapter, what)
    else:
        seconds = cpu_seconds(import_nnlib)
    print(json.dumps(seconds / loop))


def measure(what, rounds):
    """The median ratio of several processes."""
    command = [sys.executable, __file__, "--worker", what]
    one_thread = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "agg"}
    return statistics.median(
        json.loads(subprocess.run(command, env=one_thread, stdout=-1, check=True).stdout)
        for _ in range(rounds)
    )


def judge(ratios):
    """A line for each; whether all bars are met."""
    met = True
    for what, ratio in ratios.items():
        bar = BARS["chapter" if what in CHAPTERS else what]
        met &= ratio <= bar
        verdict = "met" if ratio <= bar else "MISSED"
        print(f"{what:36} {ratio:8.2f} x the loop; at most {bar:5} {verdict}")
    return met


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--gate", action="store_true", help="exit with 1 if a bar is missed")
    options = parser.parse_args()
    if options.worker:
        worker(options.worker)
        return 0
    ratios = {"import nnlib": measure("import nnlib", ROUNDS["import nnlib"])}
    ratios |= {name: measure(name, ROUNDS["chapter"]) for name in CHAPTERS}
    return 1 if not judge(ratios) and options.gate else 0


if __name__ == "__main__":
    sys.exit(main())
