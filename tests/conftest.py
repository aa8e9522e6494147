"""Settings shared by all tests."""

import sys
from pathlib import Path

from hypothesis import Phase, settings

sys.path.insert(0, str(Path(__file__).parent))  # for the tools that lie beside the tests

# The machine decides how long an example takes, so no deadline; derandomized, so that a run that
# passed here passes everywhere.
settings.register_profile("nnlib", deadline=None, derandomize=True)
# For tests/mutants.py: whether an example fails is all it asks, not which is the smallest.
settings.register_profile(
    "mutants", settings.get_profile("nnlib"), phases=[Phase.explicit, Phase.generate]
)
settings.load_profile("nnlib")
