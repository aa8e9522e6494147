"""The shape bench: the products of a layer's forward and backward pass as boxes with sizes."""

import re

import numpy as np
import traitlets as t

from nnlib.widgets.figure import Figure
from nnlib.widgets.shape_bench import products

_TABLES = ("A_prev", "W", "Delta", "b")


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

    shape = t.List(t.Int(), None, allow_none=True, read_only=True)
    error = t.Unicode(read_only=True)
    verdict = t.Unicode(read_only=True)
    einsum_shape = t.List(t.Int(), None, allow_none=True, read_only=True)
    einsum_error = t.Unicode(read_only=True)

    def __init__(self, **traits):
        tools, product, einsum = (traits.get(name, ()) for name in ("tools", "product", "einsum"))
        if isinstance(tools, list | tuple):
            brought = {
                "einsum": isinstance(einsum, str) and einsum != "",
                "stacks": isinstance(product, str) and product in products.STACKS,
            }
            traits["tools"] = [*tools, *(tool for tool, is_used in brought.items() if is_used)]
        for name in _TABLES:
            if isinstance(traits.get(name), np.ndarray):
                traits[name] = traits[name].tolist()
        super().__init__(**traits)
        self._compute()

    @t.validate(*_TABLES)
    def _table(self, proposal):
        name = proposal.trait.name
        return _filled(name, proposal.value, self.properties[name]["default"])

    @t.validate("tools")
    def _each_once(self, proposal):
        known = self.properties["tools"]["items"]["enum"]
        return [name for name in known if name in proposal.value]

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
    def _stripped(self, proposal):
        return proposal.value.strip()

    @t.observe(*_TABLES, "N", "n", "n_prev", "product", "layout", "code", "einsum")
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
        lies = products.lies_as(self.product, self.layout)
        return products.arrays(self.N, self.n, self.n_prev, lies, **self._tables())

    def result(self):
        """Return what `line` computes; raises NumPy's own error where the shapes do not fit."""
        return self._run(self.line, self.operands(), self.N)

    def target(self):
        """Return what the right line computes."""
        return self._run(products.right_code(self.product, self.layout), self.operands(), self.N)

    def _tables(self):
        return {name: getattr(self, name) for name in _TABLES}

    def _run(self, code, named, N):
        return products.compute(products.forms(self.product, self.layout)[code], named, N)

    def _einsum(self):
        if not (right := products.right_einsum(self.product, self.layout)):
            return None
        names = products.operand_names(self.product, self.layout)
        return np.einsum(self.einsum or right, *(self.operands()[name] for name in names))

    def _judge(self, result):
        verdict = products.judge(result, self.target())
        if verdict == "right" and not products.is_right(
            self.product, self.layout, self.line, self._tables()
        ):
            return "luck"
        return verdict


def _filled(name, table, default):
    """Return a table with what it lacks taken from the default; raises where it is none."""
    if name == "b":
        return [*table, *default[len(table) :]]
    lengths = [len(row) for row in table]
    if len(set(lengths)) > 1:
        raise t.TraitError(f"{name} has rows of {lengths} numbers; it must have rows of one length")
    full = [[*row, *own[len(row) :]] for row, own in zip(table, default, strict=False)]
    return full + default[len(table) :]


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
