"""Interactive figures: Jupyter widgets in a notebook, and plain html where there is no kernel.

Each is a folder: ``figure.py`` (traits and their validation) beside ``view.js`` (what is drawn).
Needs anywidget and traitlets; they are imported when a figure is first used.
"""

from importlib import import_module

from nnlib.widgets.bundle import figures

__all__ = list(figures())


def __getattr__(name):
    if name in __all__:
        return getattr(import_module(f"{__name__}.{figures()[name].name}.figure"), name)
    raise AttributeError(
        f"module {__name__!r} has no attribute {name!r}; figures: {', '.join(__all__)}"
    )
