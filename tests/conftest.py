"""Settings shared by all tests."""

from hypothesis import settings

# The machine decides how long an example takes, so no deadline; derandomized, so that a run that
# passed here passes everywhere.
settings.register_profile("nnlib", deadline=None, derandomize=True)
settings.load_profile("nnlib")
