"""Join the figures' ES modules into the one text that each of their hosts can load.

The sources are plain ES modules that import one another by relative path. Three hosts cannot
resolve such imports: a live notebook (anywidget takes one text), a page opened as a file (module
scripts are blocked there) and an embedded V8 (no module loader). For them the modules are joined:
each becomes a function scope that returns its exports, dependencies first.

Two forms of import and export are understood, and any other raises, so that a source is never
joined wrongly::

    import { name, other as alias } from "./path.js";
    export function f() {}      export const c = 1;      export class C {}
    export { local as name, other };
"""

import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent

_IMPORT = re.compile(r'^import\s*\{([^}]*)\}\s*from\s*"(\.[^"]+)";[ \t]*$', re.MULTILINE)
_EXPORT_DECLARATION = re.compile(
    r"^export\s+(?=(?:async\s+)?(?:function\*?|const|class)\s+(\w+))", re.M
)
_EXPORT_LIST = re.compile(r"\bexport\s*\{([^}]*)\};?")
_LEFT_OVER = re.compile(r"^\s*(?:import|export)\b.*", re.MULTILINE)


def script(names):
    """One classic script that registers figures on ``globalThis.nnFigures``.

    Parameters
    ----------
    names : iterable of str
        Figure names, such as ``"ChainExplorer"``; each has a folder of that name in snake case.

    Returns
    -------
    str
        Each ``nnFigures.NAME`` then has the exports of the figure's module: ``render`` and
        ``validate``.

    Raises
    ------
    ValueError
        If a figure has no module, or a module uses an import or export that cannot be joined.
    """
    modules = {name: _figure_module(name) for name in names}
    register = "".join(
        f"\n(globalThis.nnFigures ??= {{}}).{name} = {_slot(path)};"
        for name, path in modules.items()
    )
    return _enclosed(_join(modules.values()) + register)


def module(name):
    """One ES module with the default export that anywidget expects, for the figure `name`."""
    path = _figure_module(name)
    return f"{_join([path])}\nexport default {{ render: {_slot(path)}.render }};\n"


def library(path, as_name):
    """One classic script that puts the exports of the module `path` on ``globalThis[as_name]``."""
    source = (HERE / path).resolve()
    return _enclosed(f"{_join([source])}\nglobalThis.{as_name} = {_slot(source)};")


def styles():
    """Return the style sheet of all figures, without the colours."""
    return _read(HERE / "shared" / "drawing" / "figure.css")


def colours():
    """Return the style sheet with the notation's colours, for light and dark."""
    return _read(HERE / "shared" / "drawing" / "colours.css")


def _enclosed(text):
    return f'(() => {{\n"use strict";\n{text}\n}})();\n'


def figures():
    """Return the folder of each figure by the figure's name, such as ``"ChainExplorer"``."""
    folders = sorted(path.parent for path in HERE.glob("*/view.js"))
    return {folder.name.title().replace("_", ""): folder for folder in folders}


def _figure_module(name):
    if name not in figures():
        raise ValueError(f"there is no figure {name!r}; figures: {', '.join(figures())}")
    return figures()[name] / "view.js"


def _join(entries):
    order = []
    for entry in entries:
        _visit(entry, order, ())
    return "\n".join(["const modules = {};", *(_scope(path) for path in order)])


def _visit(path, order, stack):
    if path in stack:
        cycle = " -> ".join(p.name for p in (*stack, path))
        raise ValueError(f"modules import one another in a circle: {cycle}")
    if path in order:
        return
    for _, target in _IMPORT.findall(_read(path)):
        _visit(_resolve(path, target), order, (*stack, path))
    order.append(path)


def _scope(path):
    text = _read(path)
    exports = {name: name for name in _EXPORT_DECLARATION.findall(text)}
    text = _EXPORT_DECLARATION.sub("", text)
    for names in _EXPORT_LIST.findall(text):
        exports |= {public: local for local, public in _names(names)}
    text = _EXPORT_LIST.sub("", text)
    text = _IMPORT.sub(lambda m: _destructure(path, *m.groups()), text)
    if found := _LEFT_OVER.search(text):
        raise ValueError(f"{path.name}: cannot join this line: {found[0].strip()}")
    pairs = ", ".join(f"{public}: {local}" for public, local in exports.items())
    return f"{_slot(path)} = (() => {{\n{text.strip()}\nreturn {{ {pairs} }};\n}})();"


def _destructure(path, names, target):
    pairs = ", ".join(f"{exported}: {alias}" for exported, alias in _names(names))
    return f"const {{ {pairs} }} = {_slot(_resolve(path, target))};"


def _names(text):
    """('a as b, c') -> [('a', 'b'), ('c', 'c')]."""
    words = [part.split() for part in text.split(",") if part.strip()]
    return [(word[0], word[-1]) for word in words]


def _resolve(path, target):
    resolved = (path.parent / target).resolve()
    if not resolved.is_file():
        raise ValueError(f"{path.name} imports {target}, which does not exist")
    return resolved


def _slot(path):
    return f'modules["{path.relative_to(HERE).as_posix()}"]'


@cache
def _read(path):
    return path.read_text(encoding="utf-8")
