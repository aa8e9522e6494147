"""What every figure has: its front end, its state as html, and its still."""

import html
import json
from copy import deepcopy

import anywidget
import traitlets as t

from nnlib.widgets import bundle

ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "softplus", "identity")
LARGEST = 1e3  # size of a number that may be set


def state_trait(trait):
    """Tag a trait as part of a figure's state."""
    return trait.tag(sync=True, state=True)


def number_trait(default, help_text=""):
    """Return a trait of a figure's state for one number of the size allowed."""
    return state_trait(t.Float(default, min=-LARGEST, max=LARGEST, help=help_text))


def check_number(name, value):
    """Raise a TraitError that names a number which is NaN or too large."""
    if not abs(value) <= LARGEST:
        raise t.TraitError(f"{name} is {value}; it must be a number of size at most {LARGEST:g}")


class Figure(anywidget.AnyWidget):
    """Base of the interactive figures.

    A subclass declares its traits, tags those that make up its state with ``sync=True`` and
    ``state=True``, sets `_esm`, and says how it looks when nothing moves: `still` (SVG markup),
    `description` (a sentence or two) and `heights` (pixels that the page keeps free for it).
    """

    _css = bundle.colours() + bundle.styles()

    def state(self):
        """Return the traits that make up the picture, as a dict that JSON can hold."""
        return {name: deepcopy(getattr(self, name)) for name in self.trait_names(state=True)}

    def still(self):
        """Return the picture as SVG markup, for where no script runs."""
        raise NotImplementedError

    def description(self):
        """Return the picture in words."""
        raise NotImplementedError

    def heights(self):
        """Return the figure's height in pixels, (where it is wide, where it is narrow)."""
        raise NotImplementedError

    def html(self):
        """Return the figure as html: its state for a script to draw, and the still inside."""
        wide, narrow = self.heights()
        state = html.escape(json.dumps(self.state(), allow_nan=False))
        return (
            f'<div class="nn-figure" data-nn-figure="{type(self).__name__}" '
            f'data-nn-state="{state}" '
            f'style="--nn-height-wide:{wide}px;--nn-height-narrow:{narrow}px">'
            f'<div class="nn-still">{self.still()}'
            f'<p class="nn-description">{html.escape(self.description())}</p></div></div>'
        )

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        data["text/html"] = self.html()
        data["image/svg+xml"] = self.still()
        data["text/plain"] = self.description()
        return data, metadata
