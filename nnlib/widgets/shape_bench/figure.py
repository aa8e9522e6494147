"""The shape bench: the products of a layer's forward and backward pass as boxes with sizes."""

import re
import textwrap

import numpy as np
import traitlets as t

from nnlib.widgets import bundle, still
from nnlib.widgets.figure import Enum, Figure, Int, List, Unicode, state_trait
from nnlib.widgets.shape_bench import products

MOST = 6  # samples, and units of a layer
LARGEST = 9  # of the whole numbers in the tables
TOOLS = ("einsum", "stacks")

# Whole numbers with which no wrong line of code gives a right answer at any size above 1.
TABLES = {
    "A_prev": [
        [2, -1, 3, 1, -2, 0],
        [-3, 1, 2, -1, 3, 1],
        [1, 3, -2, 2, 1, -3],
        [-1, 2, 1, -3, 2, 3],
        [3, -2, -1, 1, 0, 2],
        [1, 1, -3, 2, -1, 3],
    ],
    "W": [
        [1, 2, -1, 3, -2, 1],
        [-2, 3, 1, -1, 2, 3],
        [3, -1, 2, 1, -3, 2],
        [2, 1, -3, -2, 1, -1],
        [-1, -3, 2, 3, 1, -2],
        [1, -2, 3, -1, 2, -3],
    ],
    "Delta": [
        [1, -2, 3, 2, -1, 1],
        [3, 1, -1, -3, 2, -2],
        [-2, 2, 1, 1, 3, -1],
        [1, -3, 2, -1, -2, 3],
        [2, 1, -3, 3, 1, -2],
        [-1, 3, 1, -2, 2, 1],
    ],
    "b": [1, -2, 3, -1, 2, -3],
}
_KIND = {"A_prev": "a", "W": "w", "Delta": "d", "b": "b"}
_RESULT = {
    "forward": ("Z without b", "z"),
    "bias": ("Z", "z"),
    "bp2": ("Delta_prev without σ′", "d"),
    "bp3": ("db", "b"),
    "bp4": ("dW", "w"),
    "stack_forward": ("Z without b", "z"),
    "stack_bp2": ("Delta_prev without σ′", "d"),
    "stack_outer": ("dW", "w"),
}


class ShapeBench(Figure):
    """The products of one layer, forward and backward, as boxes with their sizes and letters.

    The reader switches between samples as rows and as columns, chooses what is transposed and what
    stands first, and sees the shape that NumPy gives, or NumPy's own error. Where the shape is
    right the numbers are compared too: with a square ("make it square") a wrong transpose has the
    right shape and wrong numbers. Letters: i sample, j unit of this layer, k unit of the layer
    before.

    Parameters
    ----------
    N, n, n_prev : int
        Samples, units of this layer, units of the layer before; 1 to 6.
    product : str
        What is computed; with samples as rows the right lines are

        =================  ======================================================
        ``forward``        ``A_prev @ W.T``
        ``bias``           ``A_prev @ W.T + b``, the broadcasting of b
        ``bp2``            ``Delta @ W``
        ``bp3``            ``Delta.mean(axis=0)``
        ``bp4``            ``Delta.T @ A_prev / N``
        ``stack_forward``  ``W @ A_prev[:, :, None]``
        ``stack_bp2``      ``W.T @ Delta[:, :, None]``
        ``stack_outer``    ``(Delta[:, :, None] @ A_prev[:, None, :]).mean(axis=0)``
        =================  ======================================================

    layout : {"rows", "columns"}
        How the samples lie in A_prev, Delta and Z. Stacks have the samples on axis 0 in both.
    code : str
        The line that is tried, such as "A_prev @ W", with any transposes and either order; empty
        for the right one. It is refused with a list of the lines that exist.
    einsum : str
        The subscripts that are tried with ``np.einsum``, such as "ik,jk->ij"; empty for the right
        ones. The operands are those of `product`, as stored, in the order of the right line;
        of stacks the two-dimensional arrays.
    tools : list of str
        "einsum" offers the einsum line, "stacks" offers the products of stacks. A `product` or an
        `einsum` that is given brings its tool along.
    A_prev, W, Delta, b : list
        Whole numbers of size at most 9. A_prev has one sample a row, so (N, n_prev), Delta is
        (N, n), W is (n, n_prev), b is (n,), each of at most 6 rows and columns; what is not given
        is filled up, so that the sizes can be changed.

    Attributes
    ----------
    shape : list of int or None
        Shape of what NumPy computes from `code`; None where NumPy refuses. Read only.
    error : str
        The text of NumPy's error; empty where there is none. Read only.
    verdict : str
        "right", "error", "shape" (no error, another shape), "values" (the right shape, wrong
        numbers), or "luck" (right here, but not at other sizes). Read only.
    einsum_shape, einsum_error
        The same of `einsum`; None and empty where the product is a sum. Read only.

    Raises
    ------
    traitlets.TraitError
        If a value does not fit; the message names the trait.

    Examples
    --------
    >>> figure = ShapeBench(N=4, n=3, n_prev=2, product="forward")
    >>> figure.line, figure.shape, figure.verdict
    ('A_prev @ W.T', [4, 3], 'right')
    >>> figure.code = "A_prev @ W"
    >>> figure.verdict, figure.error[-28:]
    ('error', '(size 3 is different from 2)')
    >>> figure.N = figure.n = figure.n_prev = 3
    >>> figure.verdict, figure.shape
    ('values', [3, 3])
    """

    _esm = bundle.module("ShapeBench")

    N = state_trait(Int(4))
    n = state_trait(Int(3))
    n_prev = state_trait(Int(2))
    product = state_trait(Enum(products.PRODUCTS, "forward"))
    layout = state_trait(Enum(products.LAYOUTS, "rows"))
    code = state_trait(Unicode(""))
    einsum = state_trait(Unicode(""))
    tools = state_trait(List(Enum(TOOLS)))
    A_prev = state_trait(List(List(Int()), TABLES["A_prev"]))
    W = state_trait(List(List(Int()), TABLES["W"]))
    Delta = state_trait(List(List(Int()), TABLES["Delta"]))
    b = state_trait(List(Int(), TABLES["b"]))

    shape = t.List(t.Int(), None, allow_none=True, read_only=True)
    error = t.Unicode(read_only=True)
    verdict = t.Unicode(read_only=True)
    einsum_shape = t.List(t.Int(), None, allow_none=True, read_only=True)
    einsum_error = t.Unicode(read_only=True)

    def __init__(self, **traits):
        einsum, product, tools = (traits.get(name, ()) for name in ("einsum", "product", "tools"))
        is_used = {
            "einsum": isinstance(einsum, str) and einsum != "",
            "stacks": isinstance(product, str) and product in products.STACKS,
        }
        if isinstance(tools, list | tuple):
            traits["tools"] = [*tools, *(name for name in TOOLS if is_used[name])]
        for name in TABLES:
            if isinstance(traits.get(name), np.ndarray):
                traits[name] = traits[name].tolist()
        super().__init__(**traits)
        self._compute()

    @t.validate("N", "n", "n_prev")
    def _counts(self, proposal):
        if not 1 <= proposal.value <= MOST:
            name = proposal.trait.name
            raise t.TraitError(f"{name} is {proposal.value}; it must be from 1 to {MOST}")
        return proposal.value

    @t.validate("A_prev", "W", "Delta", "b")
    def _table(self, proposal):
        return filled(proposal.trait.name, proposal.value)

    @t.validate("tools")
    def _each_once(self, proposal):
        return [name for name in TOOLS if name in proposal.value]

    @t.validate("code", "product", "layout")
    def _writes_the_product(self, proposal):
        chosen = self._proposed(proposal, "code", "product", "layout")
        code = _spaced(chosen["code"])
        known = products.forms(chosen["product"], chosen["layout"])
        if code and code not in known:
            raise t.TraitError(
                f"code is {chosen['code']!r}; for product {chosen['product']!r} with samples as "
                f"{chosen['layout']} it must be empty or one of: {'; '.join(known)}"
            )
        return code if proposal.trait.name == "code" else proposal.value

    @t.validate("einsum")
    def _short(self, proposal):
        if len(proposal.value) > 40:
            raise t.TraitError("einsum must have at most 40 characters")
        return proposal.value.strip()

    @t.observe(*TABLES, "N", "n", "n_prev", "product", "layout", "code", "einsum")
    def _compute(self, _change=None):
        result, error = _attempt(self.result)
        sums, einsum_error = _attempt(self._einsum)
        with self.hold_trait_notifications():
            self.set_trait("shape", None if error else list(result.shape))
            self.set_trait("error", error)
            self.set_trait("verdict", "error" if error else self._judge(result))
            self.set_trait("einsum_shape", None if sums is None else list(sums.shape))
            self.set_trait("einsum_error", einsum_error)

    @property
    def line(self):
        """The line of code that is tried: `code`, or the right one where that is empty."""
        return self.code or products.right_code(self.product, self.layout)

    def operands(self):
        """Return the arrays at their sizes, by name."""
        return products.arrays(self.N, self.n, self.n_prev, self._lies, **self._tables())

    def result(self):
        """Return what `line` computes; raises NumPy's own error where the shapes do not fit."""
        return self._run(self.line, self.operands(), self.N)

    def target(self):
        """Return what the right line computes."""
        return self._run(products.right_code(self.product, self._lies), self.operands(), self.N)

    def _tables(self):
        return {name: getattr(self, name) for name in TABLES}

    @property
    def _lies(self):
        """How the samples lie; in a stack they come first, whatever the layout."""
        return "rows" if products.is_stack(self.product) else self.layout

    def _run(self, code, named, N):
        return products.compute(products.forms(self.product, self._lies)[code], named, N)

    def _einsum(self):
        if not (right := products.right_einsum(self.product, self._lies)):
            return None
        names = products.operand_names(self.product, self._lies)
        return np.einsum(self.einsum or right, *(self.operands()[name] for name in names))

    def _judge(self, result):
        verdict = products.judge(result, self.target())
        if verdict == "right" and not products.is_right(
            self.product, self._lies, self.line, TABLES
        ):
            return "luck"
        return verdict

    # -- where no script runs -------------------------------------------------------------------

    def heights(self):
        """Return the height in pixels that the drawn figure takes, wide and narrow."""
        is_stack, has_mean = products.is_stack(self.product), self.product == "stack_outer"
        behind = 5 * (self.N - 1) if is_stack else 0
        picture = 2 * (58 + behind + 20 * max(self.N, self.n, self.n_prev))
        has_einsum = "einsum" in self.tools
        wide = 215 + max(picture - 6, 340 if has_mean else 284) + 36 * has_mean + 214 * has_einsum
        rows = {"bias": 66, "forward": 66, "bp2": 66, "bp3": 30, "stack_outer": 138}
        above = (92 if is_stack else 128) + rows.get(self.product, 102)
        narrow = above + picture + (284 if has_mean else 264) + 322 * has_einsum
        return wide, 123 + narrow

    def description(self):
        """Return the line of code, the shapes of its operands, and what NumPy makes of it."""
        form = products.forms(self.product, self._lies)[self.line]
        named = self.operands()
        sizes = [
            f"{name}{view} has shape {_tuple(products.VIEWS[view](named[name]).shape)}"
            for name, view in form.operands
        ]
        return (
            f"N = {self.N}, n = {self.n}, n_prev = {self.n_prev}, samples as {self._lies}. "
            f"{self.line}: {', '.join(sizes)}. {self._says()}"
        )

    def _says(self):
        if self.verdict == "error":
            return f"NumPy stops: {self.error.strip()}."
        target = _tuple(self.target().shape)
        words = {
            "shape": f", which is not the shape of {self._name}, {target}.",
            "values": ". The shape is right, the numbers are not.",
            "luck": " and the right numbers, by luck: at other sizes this line is wrong.",
            "right": f": this is {self._name}.",
        }
        return f"NumPy gives shape {_tuple(self.shape)}{words[self.verdict]}"

    @property
    def _name(self):
        return _RESULT[self.product][0]

    def still(self):
        """Return the operands, the result, and what NumPy says, as SVG."""
        form = products.forms(self.product, self._lies)[self.line]
        named = self.operands()
        upper, lower = [], []
        for name, view in form.operands:
            values = products.VIEWS[view](named[name])
            axes = products.letters_of(name, view, self._lies)
            upper.append((name + view, _KIND.get(name, "z"), axes, values))
        kind = _RESULT[self.product][1]
        if self.verdict != "error":
            axes = products.result_letters(form, self._lies)
            lower.append(("NumPy's result", kind, axes, self.result()))
        if self.verdict in ("shape", "values"):
            right = products.forms(self.product, self._lies)[
                products.right_code(self.product, self._lies)
            ]
            axes = products.result_letters(right, self._lies)
            lower.append((f"should be {self._name}", kind, axes, self.target()))
        parts = [still.text(230, 14, self.line, text_anchor="middle", **_CODE)]
        y = 30
        for boxes, sign in ((upper, form.sign), (lower, "")):
            if boxes:
                drawn, height = _line_of_boxes(y, boxes, sign)
                parts += drawn
                y += height
        for line in textwrap.wrap(self._says(), 68):
            parts.append(still.text(230, y + 8, line, text_anchor="middle", font_size=12))
            y += 18
        return still.picture(460, y + 8, self.description(), parts)


_CODE = {"font_family": "ui-monospace, monospace", "font_size": 13}
_ROW, _HEAD, _FOOT = 20, 40, 24  # pixels of the still: a row of a box, and above and below it


def filled(name, table):
    """Return a table with what it lacks to 6 by 6 taken from `TABLES`; raises where it is none."""
    rows = table if name != "b" else [table]
    default = TABLES[name] if name != "b" else [TABLES[name]]
    widths = {len(row) for row in rows}
    if not (1 <= len(rows) <= MOST and len(widths) == 1 and 1 <= min(widths) <= MOST):
        raise t.TraitError(f"{name} must have 1 to {MOST} rows of one length, at most {MOST}")
    for value in (value for row in rows for value in row):
        if abs(value) > LARGEST:
            raise t.TraitError(f"{name} holds {value}; whole numbers of size at most {LARGEST} fit")
    (width,) = widths
    full = [[*row, *default[place][width:]] for place, row in enumerate(rows)]
    full += [list(row) for row in default[len(rows) :]]
    return full[0] if name == "b" else full


def _attempt(compute):
    """Return what a function computes and "", or None and the text of its error."""
    try:
        return compute(), ""
    except (ValueError, UnicodeError) as error:
        return None, str(error)


def _spaced(code):
    """Return a line of code with its spaces where the bench writes them."""
    tight = re.sub(r"\s+", "", code)
    spaced = re.sub(r"([@+])", r" \1 ", tight)
    return re.sub(r"/N$", " / N", spaced.replace(",", ", "))


def _tuple(shape):
    return str(tuple(shape))


def _line_of_boxes(y, boxes, sign):
    """Return the parts of boxes beside one another, centred, and the height that they take."""
    tables = [np.atleast_2d(values) for _, _, _, values in boxes]
    stack = max(5 * (len(table) - 1) if table.ndim == 3 else 0 for table in tables)
    columns = sum(max(table.shape[-1], 2) for table in tables)
    gaps = (40 + stack) * len(boxes) + 24 * (len(boxes) - 1)
    cell = min(30, (460 - gaps) // columns)
    widths = [max(table.shape[-1], 2) * cell + 40 for table in tables]
    x = (460 - sum(widths) - 24 * (len(boxes) - 1) - stack * len(boxes)) / 2
    rows = max(table.shape[-2] for table in tables)
    middle = y + _HEAD + stack + rows * _ROW / 2
    parts = []
    for place, (box, table, width) in enumerate(zip(boxes, tables, widths, strict=True)):
        if place:
            words = sign if sign != "mean" else ""
            parts.append(still.text(x + stack + 8, middle, words, text_anchor="middle", **_CODE))
            x += 24 + stack
        parts += _box(x + 34, middle, cell, box, table)
        x += width
    return parts, _HEAD + _FOOT + stack + rows * _ROW


def _box(x, middle, cell, box, table):
    """Return the parts of one box: name, letters and sizes, the numbers, and its shape below."""
    name, kind, axes, values = box
    rows, columns = table.shape[-2:]
    width, height = columns * cell, rows * _ROW
    top, fill = middle - height / 2, still.colour(kind)
    behind = 5 * (len(table) - 1) if values.ndim == 3 else 0
    centre = x + width / 2
    frame = {"width": width, "height": height, "stroke": fill}
    parts = [
        still.tag("rect", x=x + 5 * i, y=top - 5 * i, fill="var(--nn-surface, #ffffff)", **frame)
        for i in reversed(range(len(table) if values.ndim == 3 else 1))
    ]
    title = {"text_anchor": "middle", "font_size": 12, "fill": fill, "font_weight": 700}
    parts.append(still.text(centre, top - behind - 26, name, **title))
    small = {"font_size": 11, "fill": still.MUTED}
    if axes:
        words = f"{axes[-1]}: {columns}" if axes[-1] != "1" else "1"
        parts.append(still.text(centre, top - behind - 10, words, text_anchor="middle", **small))
    if len(axes) > 1:
        words = f"{axes[-2]}: {rows}" if axes[-2] != "1" else "1"
        parts.append(still.text(x - 5, middle, words, text_anchor="end", **small))
    shape = _tuple(values.shape)
    parts.append(still.text(centre, top + height + 12, shape, text_anchor="middle", **small))
    front = table[0] if values.ndim == 3 else table
    for j, row in enumerate(front.tolist()):
        for k, value in enumerate(row):
            words = still.number(value, 3)
            squeezed = {"textLength": cell - 3} if 6.2 * len(words) > cell - 2 else {}
            place = (x + cell * (k + 0.5), top + _ROW * (j + 0.5))
            style = {"text_anchor": "middle", "font_size": 11, "fill": fill}
            parts.append(
                still.text(*place, words, **style, **squeezed, lengthAdjust="spacingAndGlyphs")
            )
    return parts
