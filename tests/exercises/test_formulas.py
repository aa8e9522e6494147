"""Every numbered formula of the chapters, evaluated as it is printed.

A small reader evaluates the LaTeX. The letters get their values from a forward pass, and the
derivatives from the complex step, both written here and not taken from `nnlib`: a misprint in the
book and a bug in the library cannot agree with each other.
"""

import cmath
import math
import re
from pathlib import Path

import pytest

CHAPTERS = Path(__file__).resolve().parents[2] / "chapters"
EXAMPLES = [
    ([-0.9, -1.3, 1.7], [0.2, 0.4, -0.5], 1.5, 1.0),
    ([0.8, 2.1, -1.1], [-0.3, 0.1, 0.9], -0.7, 0.0),
]
SAMPLES = [(1.5, 1.0), (-0.7, 0.0), (3.0, 1.0), (-2.5, 0.0)]  # where a formula adds over samples
H = 1e-4  # the nudge, and the learning rate; promises are kept to about this


def formulas():
    """Label to LaTeX of every numbered display formula."""
    found = {}
    for chapter in sorted(CHAPTERS.glob("*.md")):
        source = chapter.read_text("utf8")
        for latex, label in re.findall(r"\$\$\n([^$]*)\n\$\$ \((eq-[\w-]+)\)", source):
            assert label not in found
            found[label] = latex
    return found


def sigma(z):
    return 1 / (1 + cmath.exp(-z))


class Chain:
    """A chain of three units whose quantities and slopes can be asked for by letter and layer."""

    def __init__(self, w, b, x, y, samples=()):
        self.w, self.b, self.x, self.y = [None, *w], [None, *b], x, y
        self.length, self.samples = len(w), samples

    def on(self, sample):
        """The same chain on one of its samples."""
        return Chain(self.w[1:], self.b[1:], *sample)

    def parameters(self):
        return [(letter, n) for letter in "wb" for n in range(1, self.length + 1)]

    def gradient(self):
        return [self.slope(("C", None), parameter) for parameter in self.parameters()]

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
            return self.change()
        if token == r"\C" and self.sees("("):
            shift = self.bracket() - self.chain.w[3]
            return self.chain.quantity("C", added={("w", 3): shift})
        if token == r"\eta":
            return H
        if token.startswith("\\"):
            return self.letter(token[1:])
        if token == "h":
            return H * self.index(default=1)
        plain = {"x": self.chain.x, "y": self.chain.y, "e": cmath.e, "N": len(self.chain.samples)}
        return plain[token]

    def size(self):
        if self.sees("g"):
            self.next()
            value = math.hypot(*self.chain.gradient())
        else:
            self.ends.add("|")
            value = abs(self.product())
            self.ends.remove("|")
        self.next("|")
        return value

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
        self.next("}")
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
    body = re.sub(r"\\(begin|end)\{aligned\}", "", latex)
    lines = []
    for line in re.split(r"\\\\|\\qquad", body):
        if lines and re.match(r"\s*&\s*[=+]", line):
            lines[-1] += line.replace("&", "", 1)  # goes on from the line above
        elif "l = 1" not in line:
            lines.append(line)
    for line in lines:
        near = r"\approx" in line or r"\lim" in line
        relation = r"=(?!\d+\})|\\approx|\\le(?:ftarrow)?\b"  # the = of a sum's index is none
        yield re.split(f"({relation})", line.strip().rstrip(",")), near


def check_update(printed, becomes, chain, layer):
    """A parameter that becomes what is printed is to move against its slope, H times as far."""
    letter = re.match(r"\s*\\([wb])_l", printed)[1]
    moved = Reader(becomes, chain, layer).value() - chain.quantity(letter, layer)
    assert moved == pytest.approx(-H * chain.slope(("C", None), (letter, layer)), rel=1e-9)


def check_display(latex, chain):
    """Evaluate all equations of a display; return how many were compared."""
    if r"\sum" in latex:
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


@pytest.mark.parametrize("example", EXAMPLES, ids=["the book's chain", "another chain"])
@pytest.mark.parametrize(("label", "latex"), formulas().items(), ids=formulas())
def test_formula_as_printed(label, latex, example):
    assert check_display(latex, Chain(*example)) >= 1


def test_the_formulas_the_book_relies_on_are_numbered():
    assert set(formulas()) >= {
        *("eq-unit", "eq-sigmoid", "eq-chain", "eq-cost", "eq-partial", "eq-promise"),
        *("eq-gradient", "eq-central", "eq-chain-rule", "eq-delta", "eq-back", "eq-four"),
        *("eq-step", "eq-drop", "eq-mean-slope", "eq-shrink"),
    }


MISPRINTS = [
    ("eq-unit", r"+ \b", r"- \b"),
    ("eq-sigmoid", r"\bigl(1 - \sigma(\z)\bigr)", r"\sigma(1 - \z)"),
    ("eq-sigmoid", r"\sigma(\z)\,\bigl(1", r"\sigma(\z)\,\bigl(2"),
    ("eq-chain", r"\a_{l-1}", r"\a_{l}"),
    ("eq-cost", r"\tfrac12", r"\tfrac11"),
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
]


@pytest.mark.parametrize(("label", "printed", "misprint"), MISPRINTS)
def test_a_misprint_is_caught(label, printed, misprint):
    latex = formulas()[label]
    assert printed in latex
    with pytest.raises(AssertionError, match="assert"):
        check_display(latex.replace(printed, misprint, 1), Chain(*EXAMPLES[0]))
