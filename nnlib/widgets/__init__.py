"""Interactive figures: Jupyter widgets in a notebook, and plain html where there is no kernel.

Needs anywidget and traitlets; they are imported when a figure is first used.
"""

__all__ = ["ChainExplorer"]


def __getattr__(name):
    if name == "ChainExplorer":
        from nnlib.widgets.chain_explorer import ChainExplorer

        return ChainExplorer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
