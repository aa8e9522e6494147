"""Join the figures' ES modules into the one text that each of their hosts can load.

The sources are plain ES modules that import one another by relative path. Three hosts cannot
resolve such imports: a live notebook (anywidget takes one text), a page opened as a file (module
scripts are blocked there) and an embedded V8 (no module loader). For them the modules are joined:
each becomes a function scope that returns its exports, dependencies first.

These forms of import and export are understood, and any other raises, so that a source is never
joined wrongly::

    import { name, other as alias } from "./path.js";
    import NAME from "./path.json" with { type: "json" };
    export function f() {}      export const c = 1;      export class C {}
    export { local as name, other };
"""

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent

_IMPORT = re.compile(r'^import\s*\{([^}]*)\}\s*from\s*"(\.[^"]+\.js)";[ \t]*$', re.MULTILINE)
_IMPORT_JSON = re.compile(
    r'^import\s+(\w+)\s+from\s+"(\.[^"]+\.json)"\s+with\s+\{ type: "json" \};[ \t]*$', re.MULTILINE
)
_EXPORT_DECLARATION = re.compile(
    r"^export\s+(?=(?:async\s+)?(?:function\*?|const|class)\s+(\w+))", re.M
)
_EXPORT_LIST = re.compile(r"\bexport\s*\{([^}]*)\};?")
_COMMENT = re.compile(r"^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*\n", re.MULTILINE | re.DOTALL)
_LEFT_OVER = re.compile(r"^\s*(?:import|export)\b.*", re.MULTILINE)


def scripts(names):
    """Return the classic scripts that register figures on ``globalThis.nnFigures``, in order.

    What nearly all figures use is a script of its own, and so is what nearly all that draw with
    d3 use: a reader's browser loads each once for all pages.

    Parameters
    ----------
    names : iterable of str
        Figure names, such as ``"ChainExplorer"``; each has a folder of that name in snake case.

    Returns
    -------
    dict
        File name -> text. Each ``nnFigures.NAME`` then has the exports of the figure's module.

    Raises
    ------
    ValueError
        If a figure has no module, or a module uses an import or export that cannot be joined.
    """
    shared, own = {}, {}
    for name in names:
        order, done = _order([_figure_module(name)]), set()
        for chunk, held in _chunks().items():
            if not held <= set(order):
                break  # and the next chunk leans on this one
            shared[f"{chunk}.js"] = _joined(p for p in _order(sorted(held)) if p not in done)
            done |= held
        register = f"(globalThis.nnFigures ??= {{}}).{name} = {_slot(order[-1])};"
        own[f"{name}.js"] = f"{_joined(p for p in order if p not in done)}\n{register}"
    texts = shared | own
    return {name: _enclosed(f"{_GLOBAL}\n{text}") for name, text in texts.items()}


def script(names):
    """Return the `scripts` of some figures as one."""
    return "".join(scripts(names).values())


def still(name):
    """Return the classic script that adds `still` and `heightOf` to ``nnFigures.NAME``.

    They are in the ``still.js`` of the figure's folder, which no reader is sent.
    """
    path = figures()[name] / "still.js"
    text = _joined(_order([path]))
    return _enclosed(f"{_GLOBAL}\n{text}\nObject.assign(nnFigures.{name}, {_slot(path)});")


def module(name):
    """One ES module with the default export that anywidget expects, for the figure `name`."""
    path = _figure_module(name)
    export = f"export default {{ render: {_slot(path)}.render }};"
    return f"{_LOCAL}\n{_joined(_order([path]))}\n{export}\n"


def library(path, as_name):
    """One classic script that puts the exports of the module `path` on ``globalThis[as_name]``."""
    source = (HERE / path).resolve()
    text = _joined(_order([source]))
    return _enclosed(f"{_LOCAL}\n{text}\nglobalThis.{as_name} = {_slot(source)};")


def styles():
    """Return the style sheet of all figures, without the colours."""
    return _read(HERE / "shared" / "drawing" / "figure.css")


def colours():
    """Return the style sheet with the notation's colours, for light and dark."""
    return _read(HERE / "shared" / "drawing" / "colours.css")


@cache
def palette():
    """Return the notation's colours, {letter: (on a light page, on a dark page)}."""
    return {name: ends for name, ends in custom_colours().items() if len(name) == 1}


@cache
def custom_colours():
    """Return the custom properties that are colours, {name after --nn-: (light, dark)}."""
    pattern = r"--nn-(\w+): light-dark\((#\w{6}), (#\w{6})\)"
    return {name: (light, dark) for name, light, dark in re.findall(pattern, colours() + styles())}


def state(path):
    """Return what a `state.json` says."""
    return json.loads(_read(path))


def about(name):
    """Return what the `state.json` of the figure `name` says."""
    return state(figures()[name] / "state.json")


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


_LOCAL = "const modules = {};"
_GLOBAL = "const modules = (globalThis.nnModules ??= {});"


def _chunks():
    """Return the modules of each script that pages share, {name: set of paths}, in load order.

    The first holds what nine in ten figures use, with all that it imports; the second, which is
    loaded after the first, what nine in ten of those that draw with d3 use.
    """
    uses = [set(_order([folder / "view.js"])) for folder in figures().values()]
    drawing = [used for used in uses if HERE / "shared/vendor/d3.js" in used]
    groups = {"shared": uses, "plots": drawing}
    return {name: held for name, group in groups.items() if (held := _common(group))}


def _common(group):
    counts = Counter(path for used in group for path in used)
    return {path for path, count in counts.items() if count >= 0.9 * len(group) > 1}


def _order(entries):
    """Return some modules and all that they import, each after what it imports."""
    order = []
    for entry in entries:
        _visit(entry, order, ())
    return order


def _joined(paths):
    return "\n".join(_scope(path) for path in paths)


def _visit(path, order, stack):
    if path in stack:
        cycle = " -> ".join(p.name for p in (*stack, path))
        raise ValueError(f"modules import one another in a circle: {cycle}")
    if path in order:
        return
    if path.suffix == ".js":
        for imports in (_IMPORT, _IMPORT_JSON):
            for _, target in imports.findall(_read(path)):
                _visit(_resolve(path, target), order, (*stack, path))
    order.append(path)


def _scope(path):
    if path.suffix == ".json":
        return f"{_slot(path)} ??= {json.dumps(state(path), separators=(',', ':'))};"
    text = _COMMENT.sub("", _read(path))  # types and words are for who reads the source
    exports = {name: name for name in _EXPORT_DECLARATION.findall(text)}
    text = _EXPORT_DECLARATION.sub("", text)
    for names in _EXPORT_LIST.findall(text):
        exports |= {public: local for local, public in _names(names)}
    text = _EXPORT_LIST.sub("", text)
    text = _IMPORT.sub(lambda m: _destructure(path, *m.groups()), text)
    text = _IMPORT_JSON.sub(lambda m: f"const {m[1]} = {_slot(_resolve(path, m[2]))};", text)
    if found := _LEFT_OVER.search(text):
        raise ValueError(f"{path.name}: cannot join this line: {found[0].strip()}")
    pairs = ", ".join(f"{public}: {local}" for public, local in exports.items())
    return f"{_slot(path)} ??= (() => {{\n{text.strip()}\nreturn {{ {pairs} }};\n}})();"


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
