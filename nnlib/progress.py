"""How far a long run is: a bar where tqdm is installed, else one line that counts."""

import sys


def with_bar(steps, unit):
    """Iterate over steps and show on stderr how many are done.

    Parameters
    ----------
    steps : sequence
    unit : str
        What one step is called.

    Returns
    -------
    iterable

    Raises
    ------
    TypeError
        If `steps` has no length.
    """
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return _with_line(steps, unit)
    return tqdm(steps, unit=unit)


def _with_line(steps, unit):
    """As a bar; the line is written anew at each hundredth, as writing takes time."""
    try:
        for done, step in enumerate(steps):
            if 100 * done // len(steps) > 100 * (done - 1) // len(steps):
                print(f"\r{unit} {done} of {len(steps)}", end="", file=sys.stderr, flush=True)
            yield step
        print(f"\r{unit} {len(steps)} of {len(steps)}", end="", file=sys.stderr)
    finally:  # also where a step ends in an error
        print(file=sys.stderr)
