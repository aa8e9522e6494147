"""Every displayed formula of the chapters, evaluated as it is printed.

A small reader evaluates the LaTeX that the page renders: for a chain of single units, or, where
letters count units or stand for whole layers, for networks. The letters get their values from a
forward pass, and the derivatives from the complex step, both written here and not taken from
`nnlib`: a misprint in the book and a bug in the library cannot agree with each other.
"""

import cmath
import copy
import functools
import itertools
import math
import re
from pathlib import Path

import numpy as np
import pytest

import nnlib

CHAPTERS = Path(__file__).resolve().parents[2] / "chapters"
EXAMPLES = [
    ([-0.9, -1.3, 1.7], [0.2, 0.4, -0.5], 1.5, 1.0),
    ([0.8, 2.1, -1.1], [-0.3, 0.1, 0.9], -0.7, 0.0),
]
SAMPLES = [(1.5, 1.0), (-0.7, 0.0), (3.0, 1.0), (-2.5, 0.0)]  # where a formula adds over samples
H = 1e-4  # the nudge, and the learning rate; promises are kept to about this
EPSILON = 1e-3  # the nudge of a check: its square is to be seen in the formulas that show it


def formulas():
    """Label (or file and number of an unnumbered one) to LaTeX of every display formula."""
    found = {}
    for chapter in sorted(CHAPTERS.glob("*.md")):
        source = chapter.read_text("utf8")
        displays = re.findall(r"^\$\$\n(.*?)\n\$\$(?: \((eq-[\w-]+)\))?$", source, re.M | re.S)
        assert source.count("$$") == 2 * len(displays), f"{chapter.stem}: a display in another form"
        for n, (latex, label) in enumerate(displays, start=1):
            name = label or f"{chapter.stem}, display {n}"
            assert name not in found
            found[name] = latex
    return found


FORMULAS = formulas()


def is_of_networks(latex):
    """True if letters count units or stand for whole layers: a layer above, a matrix, a vector."""
    return bool(re.search(r"\\[wbazd]\^|\\[WAZD]\b|\\odot|\bn_|\\theta", latex))


def sigma(z):
    return 1 / (1 + cmath.exp(-z))


class Chain:
    """A chain of three units whose quantities and slopes can be asked for by letter and layer."""

    def __init__(self, w, b, x, y, samples=()):
        self.w, self.b, self.x, self.y = [None, *w], [None, *b], x, y
        self.length, self.samples = len(w), samples

    def on_batch(self):
        """The same chain with some of its samples, but not all."""
        return Chain(self.w[1:], self.b[1:], self.x, self.y, self.samples[:3])

    def on(self, sample):
        """The same chain on one of its samples."""
        return Chain(self.w[1:], self.b[1:], *sample)

    def parameters(self):
        return [(letter, n) for letter in "wb" for n in range(1, self.length + 1)]

    def gradient(self):
        return [self.slope(("C", None), parameter) for parameter in self.parameters()]

    def measured(self):
        """The gradient by central differences."""
        costs = [
            [self.quantity("C", added={parameter: nudge}).real for nudge in (EPSILON, -EPSILON)]
            for parameter in self.parameters()
        ]
        return [(up - down) / (2 * EPSILON) for up, down in costs]

    def quantity(self, letter, layer=None, added=()):
        """w, b, z, a of a layer, or C; `added` are numbers added to some of them on the way."""
        if self.samples:
            costs = [self.on(sample).quantity(letter, layer, added) for sample in self.samples]
            return sum(costs) / len(costs)
        added = dict(added)
        values = {"w": [None], "b": [None], "z": [None], "a": [self.x]}
        for n in range(1, self.length + 1):
            values["w"].append(self.w[n] + added.get(("w", n), 0))
            values["b"].append(self.b[n] + added.get(("b", n), 0))
            z = values["w"][n] * values["a"][n - 1] + values["b"][n] + added.get(("z", n), 0)
            values["z"].append(z)
            values["a"].append(sigma(z) + added.get(("a", n), 0))
        if letter == "C":
            return (values["a"][-1] - self.y) ** 2 / 2
        if layer < (0 if letter == "a" else 1):
            raise IndexError(layer)
        return values[letter][layer]

    def slope(self, of, by):
        return self.quantity(*of, added={by: 1e-20j}).imag / 1e-20


class Reader:
    """Evaluates one side of an equation for a chain; `layer` stands for the letter l.

    With `step`, a change of the cost is that of a step against the gradient.
    """

    def __init__(self, latex, chain, layer, step=False):
        latex = re.sub(r"\{\}|\\lim_\{h \\to 0\}|\\[bB]ig[lr]|\\,|&", " ", latex)
        self.tokens = re.findall(r"\\[A-Za-z]+|[A-Za-z]+|\d|\S", latex)
        self.chain, self.layer = chain, layer
        self.ends = {"+", "-", ")", "}"}  # of a product
        self.within_sum = False
        self.step = step

    def value(self):
        value = self.sum()
        assert not self.tokens, f"left over: {self.tokens}"
        return value

    def next(self, expected=None):
        token = self.tokens.pop(0)
        assert expected in (None, token), f"{expected} expected before {self.tokens}"
        return token

    def sees(self, *tokens):
        return bool(self.tokens) and self.tokens[0] in tokens

    def sum(self):
        value = self.product() if not self.sees("-", "+") else 0
        while self.sees("+", "-"):
            sign = 1 if self.next() == "+" else -1
            value = value + sign * self.product()
        return value

    def product(self):
        value = self.power()
        while self.tokens and not self.sees(*self.ends):
            if self.sees(r"\cdot"):
                self.next()
            value = value * self.power()
        return value

    def power(self):
        value = self.atom()
        if self.sees("^"):
            self.next()
            value = value ** (self.group() if self.sees("{") else self.atom())
        return value

    def group(self):
        self.next("{")
        value = self.sum()
        self.next("}")
        return value

    def bracket(self):
        self.next("(")
        value = self.sum()
        self.next(")")
        return value

    def atom(self):
        if self.sees("("):
            return self.bracket()
        token = self.next()
        if token == "|":
            return self.size()
        if token == r"\sum":
            return self.over_samples()
        if token.isdigit():
            return int(token)
        if token == r"\tfrac":
            return self.atom() / self.atom()
        if token == r"\frac":
            return self.slope() if self.tokens[1] == r"\partial" else self.group() / self.group()
        if token == r"\sigma":
            return self.sigmoid()
        if token == r"\text":
            return self.named()
        if token == r"\Delta":
            self.next(r"\C")
            return self.of_batch(self.change)
        if token == r"\C" and self.sees("("):
            shift = self.bracket() - self.chain.w[3]
            return self.chain.quantity("C", added={("w", 3): shift})
        if token == r"\eta":
            return H
        if token == r"\varepsilon":
            return EPSILON
        if token == r"\mathrm":
            return self.imaginary_unit()
        if token == r"\operatorname":
            return self.imaginary_part()
        if token.startswith("\\"):
            return self.letter(token[1:])
        if token == "h":
            return H * self.index(default=1)
        plain = {"x": self.chain.x, "y": self.chain.y, "e": cmath.e, "N": len(self.chain.samples)}
        return (plain | {"v": 0.7})[token]  # v: any number will do

    def imaginary_unit(self):
        for token in "{i}":
            self.next(token)
        return 1j

    def imaginary_part(self):
        for token in ("{", "Im", "}"):
            self.next(token)
        return self.power().imag

    def size(self):
        if self.tokens[:3] == ["g", "_", "B"]:
            self.next()
            value = self.of_batch(lambda: math.hypot(*self.chain.gradient()))
        elif self.sees("g", "m"):
            value = math.hypot(*self.gradients())
        else:
            self.ends.add("|")
            value = abs(self.product())
            self.ends.remove("|")
        self.next("|")
        return value

    def gradients(self):
        """A sum or difference of g, the derived gradient, and m, the measured one."""
        both = {"g": np.array(self.chain.gradient()), "m": np.array(self.chain.measured())}
        value = both[self.next()]
        while self.sees("+", "-"):
            value = value + (1 if self.next() == "+" else -1) * both[self.next()]
        return value

    def of_batch(self, value):
        """A value of all samples; with a B below, of a batch."""
        if self.tokens[:2] != ["_", "B"]:
            return value()
        del self.tokens[:2]
        everyone, self.chain = self.chain, self.chain.on_batch()
        result = value()
        self.chain = everyone
        return result

    def over_samples(self):
        for token in "_{i=1}^{N}":
            self.next(token)
        chain, tokens, values = self.chain, self.tokens, []
        self.within_sum = True
        for sample in chain.samples:
            self.chain, self.tokens = chain.on(sample), list(tokens)
            values.append(self.product())
        self.chain, self.within_sum = chain, False
        return sum(values)

    def index(self, default):
        if not self.sees("_"):
            return default
        self.next()
        if self.sees("{"):
            self.next()
            text = ""
            while not self.sees("}"):
                text += self.next()
            self.next()
        else:
            text = self.next()
        if text == "i":  # the sample that `over_samples` has come to
            return None
        return eval(text, {"l": self.layer, "L": self.chain.length})

    def letter(self, name):
        layer = self.index(default=self.layer)
        if name == "d":
            return self.chain.slope(("C", None), ("z", layer))
        return self.chain.quantity(name, layer)

    def slope(self):
        pair = []
        for _ in range(2):
            self.next("{")
            self.next(r"\partial")
            name = self.next()[1:]
            if name == "C":
                assert self.sees("_") == self.within_sum, "the cost of one sample, or of all?"
            pair.append((name, self.index(default=self.layer)))
            self.next("}")
        return self.chain.slope(*pair)

    def sigmoid(self):
        if not self.sees("'"):
            return sigma(self.bracket())
        self.next()
        return sigma(self.bracket() + 1e-20j).imag / 1e-20

    def named(self):
        self.next("{")
        name = self.next()
        while not self.sees("}"):
            name += " " + self.next()
        self.next("}")
        if name == "relative error":
            return nnlib.gradcheck.relative_error(self.chain.gradient(), self.chain.measured())
        actual = self.chain.quantity("C", added={("w", 3): H}) - self.chain.quantity("C")
        promised = self.chain.slope(("C", None), ("w", 3)) * H
        return {"actual": actual, "promised": promised, "gap": actual - promised}[name]

    def change(self):
        """Of the cost in a step, or when parameter p of w1, w2, w3, b1, b2, b3 moves by p H."""
        gradient = self.chain.gradient()
        moves = [-H * s if self.step else n * H for n, s in enumerate(gradient, start=1)]
        moved = dict(zip(self.chain.parameters(), moves, strict=True))
        return self.chain.quantity("C", added=moved) - self.chain.quantity("C")


def equations(latex):
    """The equations of a display, each a list of sides and whether they are only nearly equal."""
    body = re.sub(r"\\(begin|end)\{aligned\}|&*\\footnotesize\\text\{\(BP\d\)\}", "", latex)
    # In a table the same signs part rows and columns.
    body = re.sub(r"\\begin\{bmatrix\}(.*?)\\end\{bmatrix\}", _table, body, flags=re.DOTALL)
    lines = []
    for line in re.split(r"\\\\|\\qquad|&&\\text\{from \}", body):
        if lines and re.match(r"\s*&\s*[=+]", line):
            lines[-1] += line.replace("&", "", 1)  # goes on from the line above
        elif "l = 1" not in line:
            lines.append(line)
    for line in lines:
        near = r"\approx" in line or r"\lim" in line
        relation = r"=(?!\d+\})|\\approx|\\le(?:ftarrow)?\b"  # the = of a sum's index is none
        yield re.split(f"({relation})", line.strip().rstrip(",")), near


def _table(match):
    rows = re.sub(r"\\\\(\[4pt\])?", "⏎", match[1]).replace("&", "¦")
    return rf"\bmatrix {rows}\endmatrix "


def check_update(printed, becomes, chain, layer):
    """A parameter that becomes what is printed is to move against its slope, H times as far."""
    letter = re.match(r"\s*\\([wb])_l", printed)[1]
    moved = Reader(becomes, chain, layer).value() - chain.quantity(letter, layer)
    assert moved == pytest.approx(-H * chain.slope(("C", None), (letter, layer)), rel=1e-9)


def check_display(latex, chain):
    """Evaluate all equations of a display; return how many were compared."""
    if r"\sum" in latex or "_B" in latex:
        chain = Chain(chain.w[1:], chain.b[1:], chain.x, chain.y, SAMPLES)
    compared = 0
    for parts, near in equations(latex):
        sides, relations = parts[::2], parts[1::2]
        assert relations, sides
        counted = re.search(r"\bl\b|_l\b|l[+-]1", " ".join(sides))
        for layer in range(1, chain.length + 1) if counted else (1,):
            if r"\leftarrow" in relations:
                check_update(*sides, chain, layer)
                compared += 1
                continue
            try:
                step = any(r"\eta" in side for side in sides)
                values = [Reader(side, chain, layer, step).value() for side in sides]
            except IndexError:
                assert layer == chain.length, "only the last layer has no next one"
                continue
            for relation, value in zip(relations, values[1:], strict=True):
                if relation == r"\le":
                    assert values[0] <= value, sides
                else:
                    assert value == pytest.approx(values[0], rel=20 * H if near else 1e-9), sides
                compared += 1
    return compared


# Networks


class Network:
    """A network of sigmoid layers, with every quantity and slope by letter, layer and unit.

    All widths differ, so that no matrix is square and a letter that counts the wrong units shows.
    If `straight`, there is no squash anywhere.
    """

    def __init__(self, sizes, seed, straight=False):
        self.straight = straight
        rng = np.random.default_rng(seed)
        self.sizes, self.length = sizes, len(sizes) - 1
        self.W = [None, *(rng.normal(size=(n, m)) for m, n in itertools.pairwise(sizes))]
        self.b = [None, *(rng.normal(size=n) for n in sizes[1:])]
        self.x, self.y = rng.normal(size=sizes[0]), rng.random(sizes[-1])
        self.u, self.v = rng.normal(size=(2, 4))
        self.batch = [(rng.normal(size=sizes[0]), rng.random(sizes[-1])) for _ in range(3)]

    def on(self, sample):
        """The same network on one sample of its batch."""
        network = copy.copy(self)
        network.x, network.y = sample
        return network

    def quantity(self, letter, layer=None, added=None):
        """An array (0-d for the cost); `added` is (letter, layer, array), added on the way."""
        if layer is not None and not (0 if letter == "a" else 1) <= layer <= self.length:
            raise IndexError(layer)
        if added and added[0] == "theta":
            return self.moved(added[2]).quantity(letter, layer)
        if letter == "theta":
            return np.concatenate([v.ravel() for v in (*self.W[1:], *self.b[1:])])
        values = {"w": [None], "b": [None], "z": [None], "a": [self.x.astype(complex)]}

        def plus(letter, layer, value):
            return value + added[2] if added and added[:2] == (letter, layer) else value

        values["a"][0] = plus("a", 0, values["a"][0])
        for n in range(1, self.length + 1):
            values["w"].append(plus("w", n, self.W[n].astype(complex)))
            values["b"].append(plus("b", n, self.b[n].astype(complex)))
            z = values["w"][n] @ values["a"][n - 1] + values["b"][n]
            values["z"].append(plus("z", n, z))
            a = values["z"][n] if self.straight else 1 / (1 + np.exp(-values["z"][n]))
            values["a"].append(plus("a", n, a))
        if letter == "C":
            return np.sum((values["a"][-1] - self.y) ** 2) / 2
        return values[letter][layer]

    def moved(self, by):
        """The network with a vector added to theta: all W row by row, then all b."""
        other, start = copy.copy(self), 0
        other.W, other.b = list(self.W), list(self.b)
        for arrays in (other.W, other.b):
            for n in range(1, self.length + 1):
                end = start + arrays[n].size
                arrays[n] = arrays[n] + by[start:end].reshape(arrays[n].shape)
                start = end
        return other

    def as_one_layer(self, letter):
        """W or b of the one layer that gives the same z as the whole network, if it is straight."""
        if letter == "w":
            return self.slope(("z", self.length), ("a", 0))
        return self.quantity("z", self.length, added=("a", 0, -self.x))

    def cost_of_batch(self, letter, layer, added):
        """Mean cost of the batch with `added` on an array of parameters."""
        change = (letter, layer, added)
        return np.mean([self.on(sample).quantity("C", added=change) for sample in self.batch])

    def slope(self, of, by):
        """All partial derivatives: the axes of `of`, then those of `by`."""
        start = self.quantity(*by)
        result = np.zeros(np.shape(self.quantity(*of)) + start.shape)
        for where in np.ndindex(start.shape):
            step = np.zeros(start.shape, complex)
            step[where] = 1e-20j
            result[(..., *where)] = self.quantity(*of, added=(*by, step)).imag / 1e-20
        return result


NETWORKS = [Network([2, 3, 4, 5], seed=1), Network([3, 1, 4, 2], seed=2)]

# Displays that speak of one network, with so many units or without a squash.
OF_ONE_NETWORK = {
    "eq-matrix": Network([1, 3, 2, 1], seed=3),
    "eq-rows": Network([1, 3, 2, 1], seed=3),
    "eq-logistic": Network([2, 1], seed=3),
    "eq-collapse": Network([2, 3, 4, 5], seed=4, straight=True),
    "eq-cut": Network([2, 3, 4, 5], seed=5),
    "eq-to-input": Network([4, 3, 2, 5], seed=6),
}


def networks_for(label):
    return [OF_ONE_NETWORK[label]] if label in OF_ONE_NETWORK else NETWORKS


class NetworkReader(Reader):
    """Evaluates one side of an equation for a network.

    `letters` gives a unit to each letter that counts units; `sizes` collects how many units each
    of them turns out to count. A vector is a matrix of one column, products are matrix products,
    and nothing is broadcast.
    """

    def __init__(self, latex, network, layer, letters, sizes):
        super().__init__(latex, network, layer)
        self.letters, self.sizes = letters, sizes

    def sum(self):
        value = -self.product() if self.sees("-") and self.next() else self.product()
        while self.sees("+", "-"):
            sign = 1 if self.next() == "+" else -1
            term = sign * self.product()
            assert np.shape(value) == np.shape(term), "sum of two shapes"
            value = value + term
        return value

    def product(self):
        value = self.power()
        while self.tokens and not self.sees("+", "-", ")", "}", "¦", "⏎", r"\endmatrix"):
            if self.sees(r"\odot"):
                self.next()
                factor = self.power()
                assert np.shape(value) == np.shape(factor) != (), "entry by entry"
                value = value * factor
                continue
            if self.sees(r"\cdot"):
                self.next()
            value = matrix_product(value, self.power())
        return value

    def power(self):
        value = self.atom()
        while self.sees("^", "_"):
            if self.next() == "_":
                value = self.entry(value, self.names())
            elif self.sees("{") and self.tokens[1] == r"\mathsf":
                assert self.tokens[:4] == ["{", r"\mathsf", "T", "}"]
                del self.tokens[:4]
                assert np.ndim(value) == 2, "only a matrix can be turned over"
                value = value.T
            else:
                value = value ** (self.group() if self.sees("{") else self.atom())
        return value

    def names(self):
        """The units below a letter: one or more letters or digits."""
        if not self.sees("{"):
            return [*self.next()]
        text = ""
        while not self.sees("}"):
            text += self.next()
        self.next()
        return [*text.lstrip("{").replace(",", "")]

    def entry(self, array, names):
        """One number of a vector or matrix."""
        array = array[:, 0] if array.shape[1] == 1 and len(names) == 1 else array
        assert array.ndim == len(names), f"{names} into {array.shape}"
        for name, size in zip(names, array.shape, strict=True):
            if not name.isdigit():
                self.sizes.setdefault(name, set()).add(size)
        return array[tuple(self.unit(name) - 1 for name in names)]

    def unit(self, name):
        return int(name) if name.isdigit() else self.letters.setdefault(name, 1)

    def layer_above(self):
        """The layer that stands above a letter, or None."""
        if not self.sees("^") or (self.tokens[1] == "{" and self.tokens[2] == r"\mathsf"):
            return None
        self.next()
        if not self.sees("{"):
            text = self.next()
        else:
            self.next()
            text = ""
            while not self.sees("}"):
                text += self.next()
            self.next()
        return text if text == "*" else eval(text, {"l": self.layer, "L": self.chain.length})

    def letter(self, name):
        if name == "C":
            return self.chain.quantity("C")
        value, names = self.whole(name, self.layer_above()), self.names_below()
        return self.entry(value, names) if names else value

    def names_below(self):
        if not self.sees("_"):
            return []
        self.next()
        return self.names()

    def whole(self, name, layer):
        """The matrix of a capital letter or of `w`, or the column of another letter."""
        if layer == "*":
            value = self.chain.as_one_layer(name.lower())
            return value if name == "W" else value[:, None]
        if name in ("W", "w"):
            return self.chain.quantity("w", layer)
        if name == "d":
            return self.chain.slope(("C", None), ("z", layer))[:, None]
        return self.chain.quantity(name, layer)[:, None]

    def atom(self):
        if self.sees("m"):
            self.next()
            return len(self.chain.batch)
        if self.sees(r"\sum") and self.tokens[2:6] == ["{", "i", r"\in", "B"]:
            return self.sum_over_batch()
        if self.sees(r"\sum"):
            over_layers = self.tokens[2:4] == ["{", "l"]
            return self.sum_over_layers() if over_layers else self.sum_over()
        if self.sees(r"\bmatrix"):
            return self.table()
        if self.tokens[:2] == [r"\C", "("]:
            self.next()
            move = self.bracket() - self.chain.quantity("theta")[:, None]
            return self.chain.quantity("C", added=("theta", None, move[:, 0]))
        if self.sees("e"):
            return self.unit_vector()
        if self.sees("n", "u", "v", "x", "y", "P"):
            token = self.next()
            if token == "P":
                arrays = [*self.chain.W[1:], *self.chain.b[1:]]
                return sum(array.size for array in arrays)
            if token == "n":
                self.next("_")
                text = "".join(self.names())
                return self.chain.sizes[eval(text, {"l": self.layer, "L": self.chain.length})]
            return getattr(self.chain, token)[:, None]
        return super().atom()

    def unit_vector(self):
        """Zeros, and a single 1 in the place of the parameter below."""
        self.next("e")
        self.next("_")
        (name,) = self.names()
        P = self.chain.quantity("theta").size
        self.sizes.setdefault(name, set()).add(P)
        return np.eye(P)[:, [self.unit(name) - 1]]

    def table(self):
        """A matrix printed entry by entry."""
        self.next()
        rows = [[]]
        while not rows[-1] or self.sees("¦", "⏎"):
            if rows[-1] and self.next() == "⏎":
                rows.append([])
            rows[-1].append(self.sum())
        self.next(r"\endmatrix")
        return np.block(rows)

    def sum_over_layers(self):
        for token in (r"\sum", *"_{l=1}^{L}"):
            self.next(token)
        tokens, outside, values = self.tokens, self.layer, []
        for layer in range(1, self.chain.length + 1):
            self.layer, self.tokens = layer, list(tokens)
            values.append(self.product())
        self.layer = outside
        return sum(values)

    def sum_over_batch(self):
        del self.tokens[:7]
        network, tokens, values = self.chain, self.tokens, []
        self.within_sum = True
        for sample in network.batch:
            self.chain, self.tokens = network.on(sample), list(tokens)
            values.append(self.product())
        self.chain, self.within_sum = network, False
        return sum(values)

    def sum_over(self):
        """A sum over a letter, of the product that follows: first for 1, to learn how many."""
        self.next()
        self.next("_")
        (name,) = self.names()
        assert name not in self.letters, f"{name} is used up twice"
        tokens, sizes = list(self.tokens), self.sizes
        self.sizes = {}
        self.letters[name] = 1
        value = self.product()
        rest = list(self.tokens)
        assert len(self.sizes.get(name, ())) == 1, f"{name} counts {self.sizes.get(name)}"
        for unit in range(2, max(self.sizes[name]) + 1):
            self.letters[name], self.tokens = unit, list(tokens)
            value = value + self.product()
        del self.letters[name], self.sizes[name]
        for other, found in self.sizes.items():
            sizes.setdefault(other, set()).update(found)
        self.tokens, self.sizes = rest, sizes
        return value

    def slope(self):
        found = []
        for _ in range(2):
            self.next("{")
            self.next(r"\partial")
            name = self.next().lstrip("\\")
            layer = None if name == "C" else self.layer_above()
            if name == "x":  # the input is the activation of layer 0
                name, layer = "a", 0
            found.append((name.lower() if name == "W" else name, layer, self.names_below()))
            self.next("}")
        (of, of_layer, of_names), (by, by_layer, by_names) = found
        if self.within_sum:
            assert (of, of_names) == ("C", ["i"]), "the cost of one sample belongs here"
        if (of, of_names) == ("C", ["i"]):  # of the one sample that the network is looking at
            of_names = []
        value = self.chain.slope((of, of_layer), (by, by_layer))
        if not of_names and not by_names:
            assert of == "C", "a table of slopes by every unit is not in the book's notation"
            return value if value.ndim == 2 else value[:, None]
        names = of_names + by_names
        assert value.ndim == len(names)
        for name, size in zip(names, value.shape, strict=True):
            if not name.isdigit():
                self.sizes.setdefault(name, set()).add(size)
        return value[tuple(self.unit(name) - 1 for name in names)]

    def sigmoid(self):
        if not self.sees("'"):
            return 1 / (1 + np.exp(-self.bracket()))
        self.next()
        value = 1 / (1 + np.exp(-(self.bracket() + 1e-20j)))
        return value.imag / 1e-20


def matrix_product(left, right):
    if np.ndim(left) == 0 or np.ndim(right) == 0:
        return left * right
    assert left.shape[1] == right.shape[0], f"{left.shape} times {right.shape}"
    return left @ right


# Batches


class Batch(Network):
    """A network with several samples: a capital letter is a table with one sample a row.

    Everything comes from the samples one by one, so no product of tables is taken for granted.
    """

    def __init__(self, sizes, samples, seed):
        super().__init__(sizes, seed)
        rng = np.random.default_rng(seed + 1)
        self.X = rng.normal(size=(samples, sizes[0]))
        self.Y = rng.random((samples, sizes[-1]))
        self.U, self.V = rng.normal(size=(2, 3)), rng.normal(size=(3, 4))
        self.alone = []
        for x, y in zip(self.X, self.Y, strict=True):
            network = copy.copy(self)
            network.x, network.y = x, y
            self.alone.append(network)

    def rows(self, letter, layer):
        """A quantity of each sample; delta is of the sample's own cost."""
        if letter == "d":
            return self.slopes(("C", None), ("z", layer))
        return np.array([Network.quantity(sample, letter, layer).real for sample in self.alone])

    def slopes(self, of, by):
        return np.array([Network.slope(sample, of, by) for sample in self.alone])


BATCHES = [Batch([2, 3, 4, 5], samples=6, seed=5), Batch([3, 1, 4, 2], samples=7, seed=6)]


class BatchReader(NetworkReader):
    """Evaluates one side of an equation for a batch; the letter i counts samples."""

    def letter(self, name):
        if name != "C":
            return super().letter(name)
        names, costs = self.names_below(), self.chain.rows("C", None)
        assert names in ([], ["i"]), names
        return self.entry(costs[:, None], names) if names else costs.mean()

    def whole(self, name, layer):
        if name in ("W", "w"):
            return super().whole(name, layer)
        if name == "b":
            return super().whole(name, layer).real
        return self.chain.rows(name.lower(), layer)

    def atom(self):
        if self.sees(r"\mathbf"):
            self.next()
            self.next("1")
            return np.ones((len(self.chain.X), 1))
        if self.sees("X", "Y", "U", "V"):
            return getattr(self.chain, self.next())
        if self.sees("N"):
            self.next()
            return len(self.chain.X)
        return super().atom()

    def slope(self):
        self.next("{")
        self.next(r"\partial")
        self.next(r"\C")
        of_one = self.names_below()
        self.next("}")
        self.next("{")
        self.next(r"\partial")
        name = self.next()[1:]
        layer, names = self.layer_above(), self.names_below()
        self.next("}")
        values = self.chain.slopes(("C", None), (name.lower(), layer))
        assert of_one in ([], ["i"]), of_one
        if not of_one:
            values = values.mean(axis=0)
        if not names:
            return values if values.ndim == 2 else values[:, None]
        return self.entry(values, of_one + names)


# Arrays with more axes


class Arrays:
    """Arrays of different sizes, what is computed from them, and the slopes of a cost of that.

    Every sum is written out, and every slope is a complex step: no `einsum`, no matrix product.
    """

    length = 1  # no formula of these counts layers

    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        i, j, k, l = 4, 3, 2, 5
        self.T, self.v = rng.normal(size=(i, j, k)), rng.normal(size=(k, l))
        self.a, self.w = rng.normal(size=(i, k)), rng.normal(size=(j, k))
        self.table = rng.normal(size=(i, j))  # a table a whose rows are added up
        self.R = np.zeros((i, j, l))
        for m, row, inner, column in itertools.product(*map(range, (i, j, k, l))):
            self.R[m, row, column] += self.T[m, row, inner] * self.v[inner, column]

    @staticmethod
    def layer(a, w):
        z = np.zeros((len(a), len(w)), complex)
        for i, j, k in np.ndindex(len(a), *w.shape):
            z[i, j] += a[i, k] * w[j, k]
        return z

    @staticmethod
    def row_sums(a):
        return np.array([sum(row) for row in a])

    @staticmethod
    def cost(result):
        """A cost that bends, and in which every entry has a weight of its own."""
        weights = np.arange(1, result.size + 1).reshape(result.shape)
        return np.sum(weights * np.exp(0.1 * result))

    @staticmethod
    def slopes(cost, array):
        result = np.zeros(array.shape)
        for where in np.ndindex(array.shape):
            nudge = np.zeros(array.shape, complex)
            nudge[where] = 1e-20j
            result[where] = cost(array + nudge).imag / 1e-20
        return result


class AxesReader(NetworkReader):
    """Evaluates one side of an equation whose letters count places along axes.

    In a display with row sums s, the table a is another one, and C and G belong to those sums.
    """

    def __init__(self, latex, arrays, layer, letters, sizes, of_sums):
        super().__init__(latex, arrays, layer, letters, sizes)
        self.of_sums = of_sums

    def entry(self, array, names):
        if array.ndim > 1:
            return super().entry(array, names)
        (name,) = names
        self.sizes.setdefault(name, set()).add(len(array))
        return array[self.unit(name) - 1]

    def letter(self, name):
        return self.entry(self.named_array(name), self.names_below())

    def named_array(self, name):
        arrays = self.chain
        if name == "z":
            return arrays.layer(arrays.a, arrays.w).real
        return arrays.table if name == "a" and self.of_sums else getattr(arrays, name)

    def slopes_by_result(self):
        arrays = self.chain
        result = (
            arrays.row_sums(arrays.table) if self.of_sums else arrays.layer(arrays.a, arrays.w).real
        )
        return arrays.slopes(arrays.cost, result)

    def atom(self):
        if self.sees("R", "T", "v"):
            return getattr(self.chain, self.next())
        if self.sees("G"):
            self.next()
            return self.slopes_by_result()
        if self.sees("s"):
            self.next()
            return self.chain.row_sums(self.chain.table)
        return super().atom()

    def slope(self):
        for token in ("{", r"\partial", r"\C", "}", "{", r"\partial"):
            self.next(token)
        name, arrays = self.next()[1:], self.chain
        names = self.names_below()
        self.next("}")
        cost = {
            "a": lambda a: arrays.cost(arrays.layer(a, arrays.w)),
            "w": lambda w: arrays.cost(arrays.layer(arrays.a, w)),
        }[name]
        if self.of_sums:
            assert name == "a"
            return self.entry(
                arrays.slopes(lambda a: arrays.cost(arrays.row_sums(a)), arrays.table), names
            )
        return self.entry(arrays.slopes(cost, getattr(arrays, name)), names)


def check_network_update(printed, becomes, network, layer):
    """An array that becomes what is printed is to move against the slopes of the batch's cost."""
    letter = re.fullmatch(r"\s*\\([Wb])\^l\s*&*\s*", printed)[1]
    here = NetworkReader(printed.replace("&", ""), network, layer, {}, {}).value()
    moved = NetworkReader(becomes, network, layer, {}, {}).value() - here
    slopes = np.zeros(here.shape[: 2 if letter == "W" else 1])
    for where in np.ndindex(slopes.shape):
        nudge = np.zeros(slopes.shape, complex)
        nudge[where] = 1e-20j
        slopes[where] = network.cost_of_batch(letter.lower(), layer, nudge).imag / 1e-20
    np.testing.assert_allclose(moved, -H * slopes.reshape(here.shape), rtol=1e-9, atol=1e-14)


def check_network_display(latex, network, reader=NetworkReader):
    """Evaluate all equations of a display, for every layer and unit; return how many there were."""
    compared = 0
    for parts, near in equations(latex):
        sides, relations = parts[::2], set(parts[1::2])
        if relations == {r"\leftarrow"}:
            for layer in range(1, network.length + 1):
                check_network_update(*sides, network, layer)
                compared += 1
            continue
        assert relations == {r"\approx" if near else "="}, parts
        for layer in range(1, network.length + 1) if re.search(r"\bl\b", " ".join(sides)) else (1,):
            sizes = {}
            try:
                for side in sides:
                    reader(side, network, layer, {}, sizes).value()
            except IndexError:
                assert layer == network.length, "only the last layer has no next one"
                continue
            assert all(len(found) == 1 for found in sizes.values()), f"{sizes} in {sides}"
            ranges = [range(1, max(found) + 1) for found in sizes.values()]
            for units in itertools.product(*ranges):
                letters = dict(zip(sizes, units, strict=True))
                values = [reader(side, network, layer, dict(letters), {}).value() for side in sides]
                for value in values[1:]:
                    assert np.shape(value) == np.shape(values[0]), sides
                    rtol = 20 * H if near else 1e-9
                    np.testing.assert_allclose(value, values[0], rtol=rtol, atol=1e-14)
                    compared += 1
    return compared


def check_axes_display(latex, arrays):
    of_sums = bool(re.search(r"\bs_", latex))
    return check_network_display(latex, arrays, functools.partial(AxesReader, of_sums=of_sums))


def reading(label):
    """How a display is evaluated, and of what."""
    if label.startswith("eq-batch-"):  # capital letters are tables of a whole batch
        return functools.partial(check_network_display, reader=BatchReader), BATCHES
    if label.startswith("eq-axes-"):  # letters count the places along the axes of any arrays
        return check_axes_display, [Arrays(seed=7)]
    if is_of_networks(FORMULAS[label]):
        return check_network_display, networks_for(label)
    return check_display, [Chain(*example) for example in EXAMPLES]


@pytest.mark.parametrize("label", FORMULAS)
def test_formula_as_printed(label):
    evaluated, subjects = reading(label)
    for subject in subjects:
        assert evaluated(FORMULAS[label], subject) >= 1


@pytest.mark.parametrize("batch", BATCHES, ids=lambda batch: str(batch.sizes))
def test_the_reader_and_nnlib_agree_on_every_gradient(batch):
    """The formulas hold for the numbers of the reader; those are the numbers of the library too."""
    layers = [
        nnlib.Layer(W, b, nnlib.sigmoid) for W, b in zip(batch.W[1:], batch.b[1:], strict=True)
    ]
    found = nnlib.gradients(layers, batch.X, batch.Y)
    for n in range(1, batch.length + 1):
        for letter, arrays in (("w", found.dW), ("b", found.db)):
            theirs = batch.slopes(("C", None), (letter, n)).mean(axis=0)
            np.testing.assert_allclose(arrays[n - 1], theirs, rtol=1e-10)
        np.testing.assert_allclose(found.delta[n - 1], batch.rows("d", n), rtol=1e-10)


MISPRINTS = [
    ("eq-unit", r"+ \b", r"- \b"),
    ("eq-sigmoid", r"\bigl(1 - \sigma(\z)\bigr)", r"\sigma(1 - \z)"),
    ("eq-sigmoid", r"\sigma(\z)\,\bigl(1", r"\sigma(\z)\,\bigl(2"),
    ("eq-chain", r"\a_{l-1}", r"\a_{l}"),
    ("eq-cost", r"\tfrac12", r"\tfrac11"),
    ("eq-partial", r"\w_3 + h", r"\w_3 - h"),
    ("eq-promise", r"- \text{promised}", r"+ \text{promised}"),
    ("eq-central", "{2h}", "{h}"),
    ("eq-gradient", r"\partial \b_2} h_5", r"\partial \b_2} h_4"),
    ("eq-chain-rule", r"\a_2 \cdot", r"\a_3 \cdot"),
    ("eq-delta", r"(\a_3 - y)", r"(y - \a_3)"),
    ("eq-back", r"\w_3\,", r"\w_2\,"),
    ("eq-four", r"\w_{l+1}\,", r"\w_{l}\,"),
    ("eq-step", r"\w_l - \eta", r"\w_l + \eta"),
    ("eq-step", r"\b_l - \eta\, \frac{\partial \C}{\partial \b_l}", r"\b_l - \eta\, \b_l"),
    ("eq-drop", "-\\eta", r"\eta"),
    ("eq-drop", "|g|^2", "|g|"),
    ("eq-drop", r"{\partial \b_3}\Bigr)^2", r"{\partial \b_3}\Bigr)"),
    ("eq-mean-slope", r"\frac{1}{N}", ""),
    ("eq-mean-slope", r"{\partial \C_i}", r"{\partial \C}"),
    ("eq-shrink", r"\tfrac14", r"\tfrac18"),
    ("eq-shrink", r"\w_{l+1}", r"\w_l"),
    ("eq-four", r"\a_{l-1}\,", r"\a_{l}\,"),
    ("eq-four", r"\sigma'(\z_L)", r"\sigma(\z_L)"),
    ("eq-truncation", r"{2 \varepsilon}", r"{\varepsilon}"),
    ("eq-truncation", r"+ \varepsilon^2", r"- \varepsilon^2"),
    ("eq-truncation", r"- (v - \varepsilon)", r"- (v + \varepsilon)"),
    ("eq-relative", "|g - m|", "|g + m|"),
    ("eq-relative", "|g| + |m|", "|g|"),
    ("eq-complex-cube", r"- \varepsilon^2", r"+ \varepsilon^2"),
    ("eq-complex-cube", r"\operatorname{Im}\,", ""),
    ("eq-complex-cube", r"\,\mathrm{i})^3", r"\,\mathrm{i})^2"),
    ("eq-sgd-drop", r"g_B", "g"),
    ("eq-sgd-drop", r"\C_B", r"\C"),
    ("eq-sgd-drop", r"-\eta", r"\eta"),
    ("eq-sgd-drop", r"|^2", "|"),
    ("eq-matrix", r"\w^2_{13}", r"\w^2_{31}"),
    ("eq-matrix", r"\w^2_{12} & \w^2_{13}", r"\w^2_{13} & \w^2_{12}"),
    ("eq-rows", r"\w^2_{12}\, \a^1_2", r"\w^2_{21}\, \a^1_2"),
    ("eq-rows", r"+ \b^2_2", r"+ \b^2_1"),
    ("eq-rows", r"+ \w^2_{23}\, \a^1_3", ""),
    ("eq-layer", r"\W^l \a^{l-1}", r"\W^l \a^l"),
    ("eq-layer", r"\W^l \a^{l-1}", r"\a^{l-1} \W^l"),
    ("eq-layer", r"\sigma(\z^l)", r"\z^l"),
    ("eq-count", "+ 1", ""),
    ("eq-count", "n_{l-1}", "n_l"),
    ("eq-column", r"\w^l_{jk}", r"\w^l_{kj}"),
    ("eq-collapse", r"\W^3 \W^2 \W^1", r"\W^1 \W^2 \W^3"),
    ("eq-collapse", r"\W^3 \W^2 \b^1", r"\W^2 \b^1"),
    ("eq-collapse", r"+ \W^3 \b^2", r"+ \b^2"),
    ("eq-collapse", r"+ \b^*", ""),
    ("eq-collapse", r"(\W^1 x + \b^1)", r"\W^1 x + \b^1"),
    ("eq-logistic", r"\w^1_{12}\, x_2", r"\w^1_{12}\, x_1"),
    ("eq-index-forward", r"\w^l_{jk}", r"\w^l_{kj}"),
    ("eq-index-forward", r"\a^{l-1}_k", r"\a^l_k"),
    ("eq-index-forward", r"\sum_k", r"\sum_j"),
    ("eq-index-forward", r"+ \b^l_j", r"- \b^l_j"),
    ("eq-index-forward", r"\tfrac12", ""),
    ("eq-index-output", r"\sigma'(\z^L_j)", r"\sigma(\z^L_j)(1 - \z^L_j)"),
    ("eq-index-output", r"\sigma'(\z^L_j)", r"\sigma(\z^L_j)\sigma(1 - \z^L_j)"),
    ("eq-index-output", r"\a^{L-1}_k", r"\a^L_k"),
    ("eq-index-back", r"\sum_j ", ""),
    ("eq-index-back", r"\w^{l+1}_{jk}", r"\w^{l+1}_{kj}"),
    ("eq-index-back", r"\d^{l+1}_j", r"\d^{l}_j"),
    ("eq-index-four", r"\sum_j \w^{l+1}", r"\sum_j \w^{l}"),
    ("eq-index-four", r"\sigma'(\z^l_k)", r"\sigma'(\a^l_k)"),
    ("eq-index-four", r"\a^{l-1}_k\, \d^l_j", r"\a^{l-1}_j\, \d^l_k"),
    ("eq-index-four", r"(\a^L_j - y_j)", r"(y_j - \a^L_j)"),
    ("eq-hadamard", r"u \odot v", r"u v"),
    ("eq-hadamard", r"u_j\, v_j", r"u_j\, v_1"),
    ("eq-bp1", r"\odot", ""),
    ("eq-bp1", r"\odot \sigma'(\z^L)", r"\odot \z^L"),
    ("eq-transpose", r"^{\mathsf T}", ""),
    ("eq-transpose", r"\w^{l+1}_{jk}", r"\w^{l+1}_{kj}"),
    ("eq-bp2", r"^{\mathsf T}", ""),
    ("eq-bp2", r"\W^{l+1}", r"\W^{l}"),
    ("eq-bp2", r"\odot", ""),
    ("eq-bp2", r"\sigma'(\z^l)", r"\sigma'(\z^{l+1})"),
    ("eq-bp4", r"^{\mathsf T}", ""),
    ("eq-bp4", r"\a^{l-1}", r"\a^{l}"),
    ("eq-bp4", r"\d^l\, (\a^{l-1})^{\mathsf T}", r"\a^{l-1}\, (\d^l)^{\mathsf T}"),
    ("eq-card", r"(\a^L - y)", r"(\a^L + y)"),
    ("eq-card", r"\d^l\, (\a", r"\d^l \odot (\a"),
    ("eq-card", r"= \d^l &&", r"= \d^{l+1} &&"),
    ("eq-card", r"\d^{l+1}\bigr) \odot", r"\d^{l+1}\bigr)"),
    ("eq-numerical", r"- \varepsilon\, e_p", r"+ \varepsilon\, e_p"),
    ("eq-numerical", r"{2 \varepsilon}", r"{\varepsilon}"),
    ("eq-numerical", r"\theta_p}", r"\theta_1}"),
    ("eq-complex-step", r"\operatorname{Im}\, ", ""),
    ("eq-complex-step", r"\mathrm{i}\, ", ""),
    ("eq-sgd", r"\W^l - \eta", r"\W^l + \eta"),
    ("eq-sgd", r"\frac{1}{m}", ""),
    ("eq-sgd", r"\C_i}{\partial \W^l}", r"\C}{\partial \W^l}"),
    ("eq-sgd", r"\eta\, ", ""),
    ("eq-sgd", r"{\partial \b^l}", r"{\partial \a^l}"),
    ("eq-sgd", r"\b^l - \eta", r"\b^l - \b^l"),
    ("eq-cut", r"\w^1_{j2}\, x_2", r"\w^1_{j2}\, x_1"),
    ("eq-cut", r"+ \b^1_j", r"- \b^1_j"),
    ("eq-cut", r"\w^1_{j1}", r"\w^1_{1j}"),
    ("eq-ask", "-\\frac", "\\frac"),
    ("eq-ask", r"\d^{l+1}", r"\d^l"),
    ("eq-ask", r"{\partial \a^l}", r"{\partial \z^l}"),
    ("eq-ask", r"^{\mathsf T}", ""),
    ("eq-to-input", r"{\partial x}", r"{\partial \z^1}"),
    ("eq-to-input", r"\sigma'(\z^2)", r"\sigma'(\z^1)"),
    ("eq-to-input", r"(\W^1)^{\mathsf T} \d^1", r"(\W^1)^{\mathsf T} \d^2"),
    ("eq-to-input", r"(\W^2)^{\mathsf T}", r"(\W^3)^{\mathsf T}"),
    ("eq-batch-columns", r"(\A^{l-1})^{\mathsf T}", r"\A^{l-1}"),
    ("eq-batch-columns", r"\b^l\, \mathbf 1^{\mathsf T}", r"\mathbf 1\, (\b^l)^{\mathsf T}"),
    ("eq-batch-columns", r"\W^l\,", r"(\W^l)^{\mathsf T}\,"),
    ("eq-batch-turn", r"V^{\mathsf T}\, U^{\mathsf T}", r"U^{\mathsf T}\, V^{\mathsf T}"),
    ("eq-batch-turn", r"U^{\mathsf T}", "U"),
    ("eq-batch-rows", r"(\W^l)^{\mathsf T}", r"\W^l"),
    ("eq-batch-rows", r"\A^{l-1}", r"\A^l"),
    ("eq-batch-rows", r"\mathbf 1\, (\b^l)^{\mathsf T}", r"\b^l\, \mathbf 1^{\mathsf T}"),
    ("eq-batch-rows", r"\sigma(\Z^l)", r"\sigma(\A^l)"),
    ("eq-batch-wide", r"\b^l & \W^l", r"\W^l & \b^l"),
    ("eq-batch-wide", r"^{\mathsf T}", ""),
    ("eq-batch-wide", r"\mathbf 1 &", r"\mathbf 1 & \mathbf 1 &"),
    ("eq-batch-mean", r"\frac{1}{N} \sum_i \C_i", r"\sum_i \C_i"),
    ("eq-batch-mean", r"{\partial \C_i}", r"{\partial \C}"),
    ("eq-batch-sum", r"\frac{1}{N}", ""),
    ("eq-batch-sum", r"\a^{l-1}_{ik}", r"\a^{l}_{ik}"),
    ("eq-batch-sum", r"\d^l_{ij}\, \a^{l-1}_{ik}", r"\d^l_{ik}\, \a^{l-1}_{ij}"),
    ("eq-batch-sum", r"\sum_i", r"\sum_j"),
    ("eq-batch-card", r"(\A^L - Y)", r"(Y - \A^L)"),
    ("eq-batch-card", r"\odot \sigma'(\Z^L)", r"\odot \Z^L"),
    ("eq-batch-card", r"\D^{l+1}\, \W^{l+1}", r"\D^{l+1}\, (\W^{l+1})^{\mathsf T}"),
    ("eq-batch-card", r"\W^{l+1}", r"\W^l"),
    ("eq-batch-card", r"\sigma'(\Z^l)", r"\sigma'(\A^l)"),
    (
        "eq-batch-card",
        r"\frac{1}{N} (\D^l)^{\mathsf T}\, \mathbf 1",
        r"(\D^l)^{\mathsf T}\, \mathbf 1",
    ),
    ("eq-batch-card", r"(\D^l)^{\mathsf T} \A^{l-1}", r"\D^l \A^{l-1}"),
    ("eq-batch-card", r"(\D^l)^{\mathsf T} \A^{l-1}", r"(\A^{l-1})^{\mathsf T} \D^l"),
    ("eq-batch-stack", r"\partial \C_i", r"\partial \C"),
    ("eq-batch-stack", r"\w^l_{jk}", r"\w^l_{kj}"),
    ("eq-batch-stack", r"\a^{l-1}_{ik}", r"\a^l_{ik}"),
    ("eq-batch-stack", r"\d^l_{ij}\, \a^{l-1}_{ik}", r"\d^l_{ik}\, \a^{l-1}_{ij}"),
    ("eq-batch-swap", r"\sum_i \d^l_{ij}", r"\sum_j \d^l_{ij}"),
    ("eq-batch-swap", r")_{ji}", r")_{ij}"),
    ("eq-batch-swap", r"\A^{l-1}\bigr)_{jk}", r"\A^{l-1}\bigr)_{kj}"),
    ("eq-batch-swap", r"(\D^l)^{\mathsf T} \A^{l-1}", r"\D^l \A^{l-1}"),
    ("eq-batch-length", r"\bigr)^2", r"\bigr)"),
    ("eq-batch-length", r"(\d^l_{ij})^2", r"\d^l_{ij}"),
    ("eq-batch-length", r"\sum_k (\a", r"\sum_j (\a"),
    ("eq-batch-length", r"\Bigl(\sum_j (\d^l_{ij})^2\Bigr)", r"\Bigl(\sum_j \d^l_{ij}\Bigr)^2"),
    ("eq-axes-stack", r"T_{ijk}", r"T_{ikj}"),
    ("eq-axes-stack", r"R_{ijl}", r"R_{ikl}"),
    ("eq-axes-stack", r"\sum_k", r"\sum_j"),
    ("eq-axes-stack", r"v_{kl}", r"v_{lk}"),
    ("eq-axes-layer", r"\w_{jk}", r"\w_{kj}"),
    ("eq-axes-layer", r"\sum_k ", ""),
    ("eq-axes-layer", r"\a_{ik}", r"\a_{jk}"),
    ("eq-axes-back", r"\sum_j G_{ij}", r"\sum_i G_{ij}"),
    ("eq-axes-back", r"G_{ij}\, \w_{jk}", r"G_{ij}"),
    ("eq-axes-back", r"\sum_i G_{ij}", r"\sum_i G_{ji}"),
    ("eq-axes-back", r"G_{ij}\, \a_{ik}", r"G_{ij}\, \a_{ij}"),
    ("eq-axes-back", r"{\partial \a_{ik}}", r"{\partial \a_{ki}}"),
    ("eq-axes-lone", r"\sum_j", r"\sum_i"),
    ("eq-axes-lone", "= G_i", "= G_j"),
    ("eq-axes-lone", "= G_i", r"= G_i\, \a_{ij}"),
]


def test_every_numbered_formula_has_a_misprint():
    assert {label for label, *_ in MISPRINTS} == {name for name in FORMULAS if "eq-" in name}


@pytest.mark.parametrize(("label", "printed", "misprint"), MISPRINTS)
def test_a_misprint_is_caught(label, printed, misprint):
    evaluated, subjects = reading(label)
    assert printed in FORMULAS[label]
    with pytest.raises(AssertionError):
        evaluated(FORMULAS[label].replace(printed, misprint, 1), subjects[0])
