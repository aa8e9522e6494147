"""What every figure has: its front end, its state as html, and its still."""

import html
import json
import numbers
from copy import deepcopy

import anywidget
import traitlets as t

from nnlib.reading import read_network
from nnlib.widgets import bundle, stills
from nnlib.widgets.schema import properties, read, shared, shown, wanted

ACTIVATIONS = tuple(shared()["activation"]["enum"])
LARGEST = shared()["number"]["maximum"]  # size of a number that may be set
LARGEST_WHOLE = 2**53  # beyond it JavaScript rounds whole numbers


# -- traits -------------------------------------------------------------------------------------


class _Guarded:
    """A trait that refuses what does not fit by a TraitError, whatever the value does to it."""

    def validate(self, obj, value):
        try:
            return super().validate(obj, value)
        except t.TraitError:
            raise
        except Exception:  # it cannot be converted or compared
            self.error(obj, value)

    def error(self, obj, value, error=None, info=None):
        try:
            super().error(obj, value, error, info)
        except t.TraitError:
            raise
        except Exception as unprintable:
            wrong, wanted = error.args[:2] if error else (value, info or self.info())
            raise t.TraitError(
                f"The '{self.name}' trait of {type(obj).__name__} expected {wanted}, not "
                f"{shown(wrong)}."
            ) from unprintable


class Bool(_Guarded, t.Bool):
    """True or False."""


class Unicode(_Guarded, t.Unicode):
    """A text."""


class Float(_Guarded, t.Float):
    """A number."""


class Int(_Guarded, t.Int):
    """A whole number as a front end takes it: no bool, and none that JavaScript rounds."""

    info_text = "a whole number of size at most 2^53"

    def validate(self, obj, value):
        whole = super().validate(obj, value)
        if isinstance(value, bool) or abs(whole) > LARGEST_WHOLE:
            self.error(obj, value)
        return whole


class Enum(_Guarded, t.Enum):
    """One of some texts or numbers; the member itself is stored, not a value that equals it."""

    def validate(self, obj, value):
        for member in self.values:
            if _is_alike(value, member) and value == member:
                return member
        return self.error(obj, value)


class List(_Guarded, t.List):
    """A list; a text is none, though traitlets alone would make it the one entry of a list."""

    def set(self, obj, value):
        super(t.List, self).set(obj, value)


def _is_alike(value, member):
    """Whether both are texts, or both numbers; True is no number."""
    if isinstance(member, str):
        return isinstance(value, str)
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def state_trait(trait):
    """Tag a trait as part of a figure's state."""
    return trait.tag(sync=True, state=True)


def number_trait(default, help_text=""):
    """Return a trait of a figure's state for one number of the size allowed."""
    return state_trait(Float(default, min=-LARGEST, max=LARGEST, help=help_text))


def check_number(name, value):
    """Raise a TraitError that names a number which is NaN or too large."""
    if not abs(value) <= LARGEST:
        raise t.TraitError(f"{name} is {value}; it must be a number of size at most {LARGEST:g}")


def check_different(name, values):
    """Raise a TraitError that names a list which holds something twice."""
    if len(set(values)) < len(values):
        raise t.TraitError(f"{name} names one twice: {values}")


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
        folder = None if is_there else bundle.figures().get(name)
        if folder:
            body |= {"_figure": name, "_esm": bundle.module(name)}
        if folder and (folder / "state.json").exists():
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
        """Return the figure as html: its state for a script to draw, and the still inside."""
        state = html.escape(json.dumps(self.state(), allow_nan=False))
        kept = ""
        if heights := self.heights():
            kept = ' style="--nn-height-wide:{}px;--nn-height-narrow:{}px"'.format(*heights)
        return (
            f'<div class="nn-figure" data-nn-figure="{self._figure}" data-nn-state="{state}"{kept}>'
            f'<div class="nn-still">{self.still() or ""}'
            f'<p class="nn-description">{html.escape(self.description())}</p></div></div>'
        )

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        data["text/html"] = self.html()
        if still := self.still():
            data["image/svg+xml"] = still
        data["text/plain"] = self.description()
        return data, metadata
