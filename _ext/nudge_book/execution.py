"""What a cell prints is one text, however many pieces the kernel has sent it in.

A kernel sends what is there five times a second, in the middle of a line on a busy machine, and
myst-nb begins a new line with each piece.
"""

from functools import partial

from jupyter_cache.executors import utils
from nbclient import execute


def setup(app):
    """Let the client that runs the cells join the pieces; jupyter-cache does not hand this on."""
    utils.executenb = partial(execute, coalesce_streams=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
