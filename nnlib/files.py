"""Writing a file so that it is there whole, or not at all."""

import os
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_whole(path):
    """A new file to write, which takes the place of another once all of it is written.

    Parameters
    ----------
    path : str or Path
        Where it shall be in the end. A link is followed, and a file that is there is left as it
        was if something goes wrong; its permissions are kept. What is no ordinary file (a pipe,
        /dev/null) is written to as it is.

    Returns
    -------
    context manager
        Gives the Path to write to: beside it, with the same ending.

    Raises
    ------
    OSError
        If it cannot be written there.
    """
    target = Path(path).resolve()
    if target.exists() and not target.is_file():
        yield target
        return
    part = target.with_name(f".{os.urandom(8).hex()}{target.suffix}")
    try:
        yield part
        if target.exists():
            part.chmod(target.stat().st_mode & 0o7777)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
