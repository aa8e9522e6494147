"""Create the book's environment: `.venv` with everything in requirements.txt and nnlib itself.

Runs before that environment exists, so with the standard library alone, on any Python 3.8 or
newer. A second call returns at once while the requirements are unchanged.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VERSIONS = ((3, 13), (3, 12), (3, 11))
SUITABLE = "Python 3.11, 3.12 or 3.13"


class MissingTool(Exception):  # noqa: N818 - it is the reader's to install, not an error of ours
    """Something has to be installed first; the message is the one line that says what."""


def python_of(venv):
    """Return the path of an environment's Python."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def version_of(command):
    """Return (major, minor) of a Python command, or None where it does not run."""
    probe = "import sys; print(*sys.version_info[:2])"
    try:
        done = subprocess.run([*command, "-c", probe], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return tuple(map(int, done.stdout.split())) if done.returncode == 0 else None


def candidates():
    """Yield the commands that may be a suitable Python, the one that runs this first."""
    yield [sys.executable]
    for major, minor in VERSIONS:
        yield [f"python{major}.{minor}"]
        if os.name == "nt":
            yield ["py", f"-{major}.{minor}"]
    yield ["python3"]
    yield ["python"]


def find_python(commands=None, version=version_of):
    """Return the command of a suitable Python.

    Parameters
    ----------
    commands : iterable of list of str, optional
        Where to look, in order.
    version : callable, optional
        Tells a command's (major, minor), or None.

    Raises
    ------
    MissingTool
        If there is none.
    """
    seen = []
    for command in commands or candidates():
        found = version(command)
        if found in VERSIONS:
            return command
        if found:
            seen.append(".".join(map(str, found)))
    have = f" (found only {', '.join(sorted(set(seen)))})" if seen else ""
    raise MissingTool(
        f"Install {SUITABLE}{have}: https://www.python.org/downloads/, or on Debian and Ubuntu"
        " `apt install python3 python3-venv`."
    )


def create(python, venv):
    """Create an empty environment.

    Raises
    ------
    MissingTool
        If this Python has no working ``venv`` module, as on a bare Debian or Ubuntu.
    """
    shutil.rmtree(venv, ignore_errors=True)
    done = subprocess.run([*python, "-m", "venv", str(venv)], capture_output=True, text=True)
    if done.returncode != 0:
        shutil.rmtree(venv, ignore_errors=True)
        name = "python{}.{}-venv".format(*version_of(python))
        raise MissingTool(
            f"Install the venv module of {' '.join(python)} (Debian and Ubuntu: `apt install"
            f" {name}`); it said: {' '.join((done.stdout + done.stderr).split())[:200]}"
        )


def fingerprint(root, python):
    """Return a hash of what the environment was made from."""
    digest = hashlib.sha256(repr(version_of([str(python)])).encode())
    for name in ("requirements.txt", "pyproject.toml"):
        digest.update((root / name).read_bytes())
    return digest.hexdigest()


def stamp_of(venv):
    """Return the file that says where an environment was made, and from what."""
    return venv / "nnlib-installed"


def is_usable(root, venv):
    """Return whether an environment can be kept, or has to be made anew.

    It cannot where its Python is not suitable, where making it was interrupted before it had pip,
    and where the folder has moved since: its commands hold the old path.
    """
    python, stamp = python_of(venv), stamp_of(venv)
    if not python.exists() or version_of([str(python)]) not in VERSIONS:
        return False
    if stamp.exists():
        return stamp.read_text().splitlines()[0] == str(root)
    probe = subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True)
    return probe.returncode == 0


def install(root, venv):
    """Install the pinned requirements and nnlib, unless they are there already."""
    python, stamp = python_of(venv), stamp_of(venv)
    wanted = f"{root}\n{fingerprint(root, python)}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print("Installing what the book needs into .venv (a few minutes, once) ...", flush=True)
    # uv takes seconds where pip takes minutes, and shows which package of how many it is at. But
    # only pip reads pip's own settings, such as a mirror's address.
    pip = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    uv = [str(python), "-m", "uv", "pip", "install", "--python", str(python), "--link-mode=copy"]
    everything = ["-r", "requirements.txt", "--editable", "."]
    # From the root, so that a relative path in the requirements means the same for everyone.
    subprocess.run([*pip, "-c", "requirements.txt", "uv"], check=True, cwd=root)
    if subprocess.run([*uv, *everything], cwd=root).returncode != 0:
        print("uv could not install them; now with pip, which shows no progress ...", flush=True)
        subprocess.run([*pip, *everything], check=True, cwd=root)
    stamp.write_text(wanted)


def ensure(root=ROOT, venv=VENV):
    """Make the environment ready and return its Python."""
    if not is_usable(root, venv):
        create(find_python(), venv)
    install(root, venv)
    return python_of(venv)


def main():
    """Make the environment ready; say in one line what is missing."""
    try:
        ensure()
    except MissingTool as missing:
        sys.exit(str(missing))
    except subprocess.CalledProcessError as error:
        sys.exit(f"Installing failed (exit {error.returncode}): {' '.join(error.cmd[1:])}")


if __name__ == "__main__":
    main()
