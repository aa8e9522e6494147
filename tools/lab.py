"""Put the chapters' notebooks into notebooks/ and open them in JupyterLab.

A notebook that its reader has changed is theirs: it is never overwritten. When the book has a new
edition of it, that is put beside it as NAME.new.ipynb, and the reader is told.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.book import ROOT, build, read_state

RECORD = ".exported.json"


@dataclass
class Report:
    """What an export did, by the notebooks' names."""

    written: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # edited by their reader, nothing new
    beside: dict[str, str] = field(default_factory=dict)  # edited; the new edition's name


def _hash(content):
    return hashlib.sha256(content).hexdigest()


def export(source, target):
    """Copy notebooks, without ever overwriting one that was changed since it was copied.

    Parameters
    ----------
    source : Path
        The folder that the build exported notebooks to.
    target : Path
        The reader's folder; it remembers in ``.exported.json`` what was put there.

    Returns
    -------
    Report
    """
    record_file, report = target / RECORD, Report()
    record = read_state(record_file)
    for path in sorted(source.rglob("*.ipynb")):
        name, edition = path.relative_to(source).as_posix(), path.read_bytes()
        ours = target / name
        if _is_ours(ours, record.get(name), edition):
            _write(ours, edition)
            report.written.append(name)
        elif record.get(name) == _hash(edition):
            report.kept.append(name)
        else:
            other = _free_name(target, name, record, edition)
            _write(target / other, edition)
            record[other] = _hash(edition)
            report.beside[name] = other
        record[name] = _hash(edition)
    target.mkdir(parents=True, exist_ok=True)
    record_file.write_text(json.dumps(record, indent=1), "utf8")
    return report


def _is_ours(path, recorded, edition):
    """Return whether a file may be written: it is not there, or still as it was exported."""
    return not path.exists() or _hash(path.read_bytes()) in (recorded, _hash(edition))


def _free_name(target, name, record, edition):
    """Return the first name beside a notebook that is not the reader's own work either."""
    stem, number = name.removesuffix(".ipynb"), 1
    while True:
        other = f"{stem}.new{'' if number == 1 else f'-{number}'}.ipynb"
        if _is_ours(target / other, record.get(other), edition):
            return other
        number += 1


def _write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)


def describe(report, target):
    """Return lines that tell the reader what an export did."""
    lines = [f"{len(report.written)} notebooks are as in the book, in {target}."]
    lines += [f"{name}: yours, left as it is." for name in report.kept]
    lines += [
        f"{name}: yours, left as it is; the book's new edition is beside it as {Path(other).name}."
        for name, other in report.beside.items()
    ]
    return lines


def main():
    """Export the notebooks, then open JupyterLab on them."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--export-only", action="store_true", help="do not open JupyterLab")
    arguments, extra = parser.parse_known_args()  # what is left goes to JupyterLab
    if not build():
        sys.exit("The book was not built; the reasons are above.")
    target = ROOT / "notebooks"
    report = export(ROOT / "_build" / "html" / "_sources", target)
    print(*describe(report, target), sep="\n", flush=True)
    if not arguments.export_only:
        command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={target}"]
        if getattr(os, "geteuid", lambda: 1)() == 0:
            command.append("--allow-root")  # in a container; Jupyter refuses root otherwise
        sys.exit(subprocess.run([*command, *extra], check=False).returncode)


if __name__ == "__main__":
    main()
