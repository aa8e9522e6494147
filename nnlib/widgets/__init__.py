"""Interactive figures: Jupyter widgets in a notebook, and plain html where there is no kernel.

Needs anywidget and traitlets; they are imported when a figure is first used.
"""

from importlib import import_module

_ROOMS = {
    "ActivationExplorer": "nnlib.widgets.activation_explorer",
    "ChainExplorer": "nnlib.widgets.chain_explorer",
    "GradientCheck": "nnlib.widgets.gradient_check",
    "LayerMatrix": "nnlib.widgets.layer_matrix",
    "NetworkNudge": "nnlib.widgets.network_nudge",
    "ShapeBench": "nnlib.widgets.shape_bench",
    "TrainingPlayer": "nnlib.widgets.training_player",
}
__all__ = list(_ROOMS)


def __getattr__(name):
    if name in _ROOMS:
        return getattr(import_module(_ROOMS[name]), name)
    raise AttributeError(
        f"module {__name__!r} has no attribute {name!r}; figures: {', '.join(_ROOMS)}"
    )
