"""Plain docstrings turned into reStructuredText, for the reference.

The package writes its docstrings for `help()`: plain text in numpydoc's order, with equations set
in by four spaces. Read as reStructuredText they would lose their stars and line breaks. So each
docstring is turned before Sphinx's own napoleon reads its sections:

==========================================  ================================================
in the docstring                            in the reference
==========================================  ================================================
a paragraph set in after a blank line       as it stands, line by line
stars, bars, backslashes, final underlines  themselves
one backtick around a name of the package   code, linked to the name's entry
one backtick around anything else           code
a name and a year, ``Nielsen (2015)``       linked to the entry in the references
==========================================  ================================================
"""

import inspect
import re
import sys

SECTIONS = ("Attributes", "Parameters", "Returns", "Raises", "Notes", "Examples")
_FIELDS = ("Attributes", "Parameters", "Returns", "Raises")
_TOKEN = re.compile(
    r"(?P<code>``.+?``)|`(?P<name>[^`]+)`"
    r"|(?P<citation>[A-Z]\w+(?: and [A-Z]\w+| et al\.)? \([12]\d{3}\))"
    r"|(?P<special>[*|\\]|(?<=\w)_(?!\w))"
)


def to_rst(lines, module):
    """Turn the lines of a docstring into reStructuredText that napoleon can read.

    Parameters
    ----------
    lines : list of str
        Without common indentation, as `inspect.cleandoc` leaves them.
    module : module
        Where the names in backticks are looked up.

    Returns
    -------
    list of str
    """
    out, section, kept = [], None, None
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        indent = len(line) - len(line.lstrip())
        base = 4 if section in _FIELDS else 0
        if not line.strip():
            kept = None if kept == "example" else kept
            out.append("")
        elif kept == "example" or line.lstrip().startswith(">>> "):
            kept = "example"
            out.append(line)
        elif kept == "display" and indent > base:
            out.append(line)
        elif line in SECTIONS and re.fullmatch("-+", following):
            section, kept = line, None
            out.append(line)
        elif re.fullmatch("-+", line):
            out.append(line)
        elif indent > base and not (out and out[-1].strip()):
            if not _ends_with_colons(out):
                out += [base * " " + ".. code-block:: none", ""]
            kept = "display"
            out.append(line)
        else:
            kept = None
            out.append(_field(line, module) if _is_field(line, section) else prose(line, module))
    return out


def _ends_with_colons(lines):
    return next((line for line in reversed(lines) if line.strip()), "").endswith("::")


def _is_field(line, section):
    return section in ("Attributes", "Parameters") and not line.startswith(" ")


def _field(line, module):
    """A line such as ``**options`` or ``W : ndarray``: napoleon reads the name by itself."""
    name, colon, kind = line.partition(" : ")
    return name + colon + prose(kind, module)


def prose(line, module):
    """Turn one line of text."""

    def replace(match):
        if match["code"]:
            return match[0]
        if match["citation"]:
            return f":term:`{match[0]}`"
        if match["special"]:
            return "\\" + match[0]
        target = public_name(module, match["name"])
        return f":py:obj:`{match['name']} <{target}>`" if target else f"``{match['name']}``"

    return _TOKEN.sub(replace, line)


def look_up(module, dotted):
    """Return what a dotted name means in a module; `AttributeError` if it means nothing there."""
    found = module
    for part in dotted.split("."):
        found = getattr(found, part)
    return found


def public_name(module, name):
    """Return the full name under which the reference has what `name` means in a module.

    Parameters
    ----------
    module : module
    name : str
        Any text; only dotted names mean something.

    Returns
    -------
    str or None
        The shortest name that the package offers it under, or None if it is none of its names.
    """
    if not re.fullmatch(r"[A-Za-z]\w*(\.[A-Za-z]\w*)*", name):
        return None
    try:
        found = look_up(module, name)
    except AttributeError:
        return None
    home = getattr(found, "__module__", None)
    package = module.__name__.split(".")[0]
    if not isinstance(home, str) or home.split(".")[0] != package:
        return None
    if inspect.isclass(found) or inspect.isfunction(found):
        name = found.__qualname__
    else:
        home = module.__name__  # an object says where its class is made, not where it stands
    return f"{_offered_by(home, name)}.{name}"


def _offered_by(home, name):
    """The outermost module of the package that has the same thing in its ``__all__``."""
    first = name.split(".")[0]
    found = getattr(sys.modules[home], first)
    package = home.split(".")[0]
    loaded = [other for other in sys.modules if other.split(".")[0] == package]
    for other in sorted(loaded, key=lambda other: (other.count("."), other)):
        module = sys.modules[other]
        if first in getattr(module, "__all__", ()) and getattr(module, first) is found:
            return other
    return home
