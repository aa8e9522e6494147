"""What every figure has: its front end, its state as html, and its still."""

import html
import json
from copy import deepcopy
from urllib.parse import quote

import anywidget
import traitlets as t

from nnlib.reading import read_network
from nnlib.widgets import bundle, stills
from nnlib.widgets.schema import properties, read, wanted

_PLAIN = " !$'()*+,-./:;=?@_{|}~"  # what may stand in an address between double quotes as it is


def read_layers(network):
    """Return a network as `nnlib.reading.read_network` does; a TraitError says what is wrong."""
    try:
        return read_network(network)
    except (TypeError, ValueError) as error:
        raise t.TraitError(f"network: {error}") from error


class StateTrait(t.TraitType):
    """A trait of a figure's state: what its property in `state.json` says it may be."""

    def __init__(self, schema):
        super().__init__()
        self.schema = schema
        self.info_text = wanted(schema)
        self.tag(sync=True, state=True)

    def default(self, obj=None):
        return deepcopy(self.schema.get("default"))

    def validate(self, obj, value):
        try:
            return read(self.name, value, self.schema)
        except ValueError as error:
            raise t.TraitError(str(error)) from error


class _FromFolder(type(anywidget.AnyWidget)):
    """Gives a figure's class what stands in its folder: the front end, and the state's traits."""

    def __new__(cls, name, bases, body, **options):
        # Adding a trait to an object makes a class of the same name below its class.
        is_there = any(getattr(base, "_figure", None) == name for base in bases)
        if not is_there and name in bundle.figures():
            body |= {"_figure": name, "_esm": bundle.module(name)}
            body["properties"] = properties(bundle.about(name))
            body |= {trait: StateTrait(schema) for trait, schema in body["properties"].items()}
        return super().__new__(cls, name, bases, body, **options)


class Figure(anywidget.AnyWidget, metaclass=_FromFolder):
    """Base of the interactive figures.

    A subclass has the traits that the ``state.json`` of its folder says, and `properties`, what it
    says of each. It adds the checks of traits that must fit one another, what is read only, and
    ways to make it. Its ``view.js`` draws it, its ``still.js`` where it stands still.
    """

    _css = bundle.colours() + bundle.styles()

    arguments = ()  # what the figure can be made from besides its traits

    def __init__(self, **traits):
        unknown = sorted(set(traits) - set(self.trait_names()))
        if unknown:
            known = ", ".join([*self.arguments, *self.trait_names(state=True)])
            raise t.TraitError(
                f"{type(self).__name__} has no trait {unknown[0]!r}; its traits: {known}"
            )
        super().__init__(**traits)

    def _proposed(self, proposal, *names):
        """Return some traits as a dict, one of them as it is proposed.

        Traits that must fit one another are validated all together whenever one of them changes:
        of several that change inside `hold_trait_notifications()`, each sees the others' new
        values, but those that do not change are not validated again.
        """
        return {name: getattr(self, name) for name in names} | {proposal.trait.name: proposal.value}

    def state(self):
        """Return the traits that make up the picture, as a dict that JSON can hold."""
        return {name: deepcopy(getattr(self, name)) for name in self.trait_names(state=True)}

    def still(self):
        """Return the picture as SVG markup; None where mini-racer is not there to draw it."""
        drawn = self._drawn()
        return drawn and drawn.svg

    def description(self):
        """Return the picture in words; without mini-racer, what the figure is about."""
        drawn = self._drawn()
        return drawn.words if drawn else bundle.about(self._figure)["description"]

    def heights(self):
        """Return how high a page keeps room, (wide, narrow) pixels; None without mini-racer."""
        drawn = self._drawn()
        return drawn and drawn.heights

    def _drawn(self):
        return stills.still(self._figure, json.dumps(self.state(), allow_nan=False))

    def html(self):
        """Return the figure as html: its state for a script to draw, and the still inside.

        The still is an image: what opens a notebook that it does not trust takes SVG out of html
        and leaves its texts, all in one line.
        """
        state = html.escape(json.dumps(self.state(), allow_nan=False))
        kept = ""
        if heights := self.heights():
            kept = ' style="--nn-height-wide:{}px;--nn-height-narrow:{}px"'.format(*heights)
        picture = ""
        if still := self.still():
            source = "data:image/svg+xml," + quote(still, safe=_PLAIN)
            picture = f'<img class="nn-alone" alt="" style="background:#fff" src="{source}">'
        return (
            f'<div class="nn-figure" data-nn-figure="{self._figure}" data-nn-state="{state}"{kept}>'
            f'<div class="nn-still">{picture}'
            f'<p class="nn-description">{html.escape(self.description())}</p></div></div>'
        )

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        data["text/html"] = self.html()
        if still := self.still():
            data["image/svg+xml"] = still
        data["text/plain"] = self.description()
        return data, metadata
