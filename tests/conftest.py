"""Settings shared by all tests."""

import sys
from pathlib import Path

from hypothesis import Phase, settings

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]  # for the tools, those that lie beside the tests too

from tools import browser  # noqa: E402

# The machine decides how long an example takes, so no deadline; derandomized, so that a run that
# passed here passes everywhere.
settings.register_profile("nnlib", deadline=None, derandomize=True)
# For tests/mutants.py: whether an example fails is all it asks, not which is the smallest.
settings.register_profile(
    "mutants", settings.get_profile("nnlib"), phases=[Phase.explicit, Phase.generate]
)
settings.load_profile("nnlib")


def pytest_report_header(config):
    """Say in which engines the book is tested, where it is."""
    asked = [Path(argument.split("::")[0]).resolve() for argument in config.args]
    book = HERE / "book"
    if any(book.is_relative_to(path) or path.is_relative_to(book) for path in asked):
        return browser.engines()
    return None
