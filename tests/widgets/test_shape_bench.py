"""The shape bench as a Python object, and its rules of shapes: they are NumPy's."""

import itertools
import json
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from py_mini_racer import MiniRacer
from traitlets import TraitError

from nnlib.widgets import ShapeBench, bundle
from nnlib.widgets.shape_bench import products

SIZES = list(itertools.product((1, 2, 3, 6), repeat=3))
LAYOUTS = ShapeBench.properties["layout"]["enum"]
EVERY = [(product, layout) for product in products.PRODUCTS for layout in LAYOUTS]


def library(path):
    """Return a function that calls a function of a module, in and out as JSON."""
    context = MiniRacer()
    context.eval(bundle.library(path, "library"))

    def call(name, *arguments):
        text = ", ".join(json.dumps(argument) for argument in arguments)
        return json.loads(context.eval(f"JSON.stringify(library.{name}({text}) ?? null)"))

    return call


@pytest.fixture(scope="module")
def shapes():
    return library("shared/maths/shapes.js")


@pytest.fixture(scope="module")
def bench():
    return library("shape_bench/products.js")


@pytest.fixture(scope="module")
def einsum_room():
    return library("shape_bench/einsum.js")


def as_json(array):
    return {"shape": list(array.shape), "data": array.ravel().tolist()}


def numpys(compute):
    """Return NumPy's array, or the text of its error."""
    try:
        return np.asarray(compute())
    except ValueError as error:
        return str(error)


def agree(ours, numpys_answer):
    """Whether both give the same array, or both the same text; True for an error too."""
    if isinstance(numpys_answer, str):
        assert ours["error"] == numpys_answer
        return "error"
    assert "error" not in ours
    assert ours["shape"] == list(numpys_answer.shape)
    np.testing.assert_allclose(ours["data"], numpys_answer.ravel(), rtol=1e-12, atol=1e-12)
    return "array"


def random_array(rng, low, high, most=4):
    return rng.integers(-5, 6, size=rng.integers(1, most, size=rng.integers(low, high)))


# -- NumPy's rules ----------------------------------------------------------------------------


def test_products_of_matrices_of_every_size_and_their_errors_are_numpys(shapes):
    seen = set()
    for rows, inner, other, columns in itertools.product(range(1, 7), repeat=4):
        a = np.arange(rows * inner).reshape(rows, inner) - 3
        b = 2 - np.arange(other * columns).reshape(other, columns)
        seen.add(agree(shapes("matmul", as_json(a), as_json(b)), numpys(lambda a=a, b=b: a @ b)))
    assert seen == {"array", "error"}


def test_the_error_of_a_product_has_the_text_of_the_pinned_numpy(shapes):
    found = shapes("matmul", as_json(np.ones((4, 2))), as_json(np.ones((3, 2))))
    assert found["error"] == (
        "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature "
        "(n?,k),(k,m?)->(n?,m?) (size 3 is different from 2)"
    )


@pytest.mark.parametrize("kind", ["stacks", "sums", "means"])
def test_stacks_sums_and_means_and_their_errors_are_numpys(shapes, kind):
    rng = np.random.default_rng(11)
    seen = []
    for _ in range(600):
        low = 2 if kind == "stacks" else 1
        a, b = random_array(rng, low, 5), random_array(rng, low, 5)
        axis = int(rng.integers(0, 4))
        if kind == "stacks":
            ours, right = shapes("matmul", as_json(a), as_json(b)), numpys(lambda a=a, b=b: a @ b)
        elif kind == "sums":
            ours, right = shapes("add", as_json(a), as_json(b)), numpys(lambda a=a, b=b: a + b)
        else:
            ours = shapes("mean", as_json(a), axis)
            right = numpys(lambda a=a, axis=axis: a.mean(axis=axis))
        seen.append(agree(ours, right))
    assert min(seen.count("array"), seen.count("error")) > 100


def random_subscripts(rng, operands):
    """Subscripts that mostly fit, and now and then any signs at all."""
    if rng.random() < 0.3:
        return "".join(rng.choice(list("ijjkkl,,->->1; "), size=rng.integers(0, 10)))
    text = ",".join("".join(rng.choice(list("ijkB"), size=operand.ndim)) for operand in operands)
    if rng.random() < 0.8:
        text += "->" + "".join(rng.permutation(list("ijkB"))[: rng.integers(0, 4)])
    return text


def test_einsum_and_its_errors_are_numpys_in_thousands_of_random_cases(shapes):
    rng = np.random.default_rng(12)
    seen, texts = [], set()
    for _ in range(4000):
        operands = [random_array(rng, 1, 4) for _ in range(int(rng.integers(1, 4)))]
        subscripts = random_subscripts(rng, operands)
        right = numpys(lambda s=subscripts, o=operands: np.einsum(s, *o))
        seen.append(agree(shapes("einsum", subscripts, list(map(as_json, operands))), right))
        if isinstance(right, str):
            texts.add(re.sub(r"'.'|\d|\(.*", "", right))
    assert min(seen.count("array"), seen.count("error")) > 500
    assert len(texts) >= 9


@pytest.mark.parametrize("subscripts", ["i...,jk->i...", "ij,jk→ik", "éj,jk->ék", "ij\tjk"])
def test_what_the_bench_does_not_read_is_said_in_its_own_words(shapes, subscripts):
    found = shapes("einsum", subscripts, [as_json(np.ones((2, 2)))] * 2)
    assert found["own"] is True
    assert found["error"]


def test_repeated_axes_are_those_of_size_one(shapes):
    assert shapes("stretchedAxes", [3], [4, 3]) == [0]
    assert shapes("stretchedAxes", [4, 1], [4, 3]) == [1]
    assert shapes("stretchedAxes", [4, 3], [4, 3]) == []


# -- the products -----------------------------------------------------------------------------


@pytest.mark.parametrize(("product", "layout"), EVERY)
def test_both_sides_judge_every_line_alike(bench, product, layout):
    figure = ShapeBench(product=product, layout=layout)
    codes = [form["code"] for form in bench("forms", figure.state())]
    assert product in ShapeBench.properties["product"]["enum"]
    assert codes == list(products.forms(product, layout))
    for N, n, n_prev in SIZES[:: 1 if len(codes) < 10 else 5]:
        for code in codes:
            with figure.hold_trait_notifications():
                figure.N, figure.n, figure.n_prev, figure.code = N, n, n_prev, code
            found = bench("tried", figure.state())
            assert (found["verdict"], found["error"]) == (figure.verdict, figure.error)
            if figure.verdict != "error":
                agree(found["result"]["array"], figure.result())
                if min(N, n, n_prev) > 1:  # an axis of size 1 may be repeated
                    sizes = {"i": N, "j": n, "k": n_prev, "1": 1}
                    assert [sizes[axis] for axis in found["result"]["axes"]] == figure.shape


@pytest.mark.parametrize(("product", "layout"), EVERY)
def test_the_right_line_is_what_a_loop_over_samples_gives(product, layout):
    figure = ShapeBench(N=4, n=3, n_prev=2, product=product, layout=layout)
    A, W = np.array(figure.A_prev)[:4, :2], np.array(figure.W)[:3, :2]
    Delta, b = np.array(figure.Delta)[:4, :3], np.array(figure.b)[:3]
    rows = {
        "forward": [W @ a for a in A],
        "bias": [W @ a + b for a in A],
        "bp2": [W.T @ d for d in Delta],
        "stack_forward": [(W @ a)[:, None] for a in A],
        "stack_bp2": [(W.T @ d)[:, None] for d in Delta],
    }
    outer = [np.outer(d, a) for d, a in zip(Delta, A, strict=True)]
    means = {"bp3": Delta, "bp4": outer, "stack_outer": outer}
    expected = np.array(rows[product]) if product in rows else np.mean(means[product], axis=0)
    if layout == "columns" and product in ("forward", "bias", "bp2"):
        expected = expected.T
    assert figure.verdict == "right"
    np.testing.assert_allclose(figure.result(), expected, rtol=1e-12)


@pytest.mark.parametrize(("product", "layout"), EVERY)
@pytest.mark.parametrize("size", range(2, 7))
def test_in_a_square_every_wrong_line_with_the_right_shape_has_wrong_numbers(product, layout, size):
    figure = ShapeBench(N=size, n=size, n_prev=size, product=product, layout=layout)
    verdicts = []
    for code in products.forms(product, layout):
        figure.code = code
        verdicts.append(figure.verdict)
        right = products.is_right(product, layout, code, figure._tables())
        assert (figure.verdict == "right") == right
    assert "luck" not in verdicts
    assert product in ("stack_forward", "stack_bp2") or "values" in verdicts


@pytest.mark.parametrize(("product", "layout"), EVERY)
def test_einsum_says_the_same_as_the_right_line(product, layout):
    figure = ShapeBench(product=product, layout=layout)
    subscripts = products.right_einsum(product, layout)
    if product == "bias":
        assert subscripts == ""
        assert figure.einsum_shape is None
        return
    named = figure.operands()
    names = products.operand_names(product, layout)
    found = np.einsum(subscripts, *(named[name] for name in names))
    divisor = figure.N if product in ("bp3", "bp4", "stack_outer") else 1
    np.testing.assert_allclose(found.ravel() / divisor, figure.target().ravel(), rtol=1e-12)
    assert figure.einsum_shape == list(found.shape)


@pytest.mark.parametrize(
    ("subscripts", "traits", "verdict"),
    [
        ("ik,jk->ij", {}, "right"),
        ("ac,bc->ab", {}, "right"),
        ("ik,jk", {}, "right"),
        ("ik,jk->ji", {}, "shape"),
        ("ik,jk->ji", {"N": 3}, "values"),
        ("ij,jk->ik", {"N": 3, "n_prev": 3}, "values"),
        ("ij,jk->ik", {"N": 1, "n": 1, "n_prev": 1}, "luck"),
        ("ij,jk->ik", {}, "error"),
        ("ij,ik->ijk", {"product": "stack_outer"}, "shape"),
        ("", {"product": "stack_forward"}, "right"),
    ],
)
def test_subscripts_are_judged_by_their_numbers_and_letters(
    einsum_room, subscripts, traits, verdict
):
    figure = ShapeBench(einsum=subscripts, **traits)
    found = einsum_room("triedEinsum", figure.state())
    assert found["verdict"] == verdict
    assert found["error"] == figure.einsum_error
    if verdict != "error":
        assert found["shape"] == figure.einsum_shape


def test_each_letter_is_read_with_its_places(einsum_room):
    found = einsum_room("triedEinsum", ShapeBench().state())
    read = {
        one["name"]: (one["size"], one["kept"], [p["operand"] for p in one["places"]])
        for one in found["letters"]
    }
    assert read == {
        "i": (4, True, ["A_prev"]),
        "k": (2, False, ["A_prev", "W"]),
        "j": (3, True, ["W"]),
    }


# -- the object -------------------------------------------------------------------------------


def test_setting_a_trait_moves_the_answer_and_tells_observers():
    figure = ShapeBench()
    told = []
    figure.observe(told.append, "verdict")
    figure.code = "A_prev@W"
    assert figure.code == "A_prev @ W"
    assert figure.error.endswith("(size 3 is different from 2)")
    assert figure.shape is None
    figure.n = 2
    assert (figure.verdict, figure.shape) == ("values", [4, 2])
    assert [change["new"] for change in told] == ["error", "values"]


def test_an_empty_code_follows_product_and_layout():
    figure = ShapeBench()
    lines = []
    for product, layout in EVERY[:4]:
        with figure.hold_trait_notifications():
            figure.product, figure.layout = product, layout
        lines.append(figure.line)
        assert figure.verdict == "right"
    assert lines == ["A_prev @ W.T", "W @ A_prev", "A_prev @ W.T + b", "W @ A_prev + b[:, None]"]


def test_tables_of_the_reader_stand_in_the_corner_and_are_filled_up():
    figure = ShapeBench(N=2, n=2, n_prev=2, W=np.array([[5, 6], [7, 8]]), b=[9])
    assert [row[:2] for row in figure.W[:2]] == [[5, 6], [7, 8]]
    assert [len(row) for row in figure.W] == [6] * 6
    assert figure.b[0] == 9
    np.testing.assert_array_equal(figure.result(), figure.operands()["A_prev"] @ [[5, 7], [6, 8]])


def test_a_product_and_subscripts_bring_their_tools():
    assert ShapeBench().tools == []
    assert ShapeBench(product="stack_outer").tools == ["stacks"]
    assert ShapeBench(einsum="ij,jk", tools=["stacks"]).tools == ["einsum", "stacks"]


@pytest.mark.parametrize("name", ["shape", "error", "verdict", "einsum_shape", "einsum_error"])
def test_results_cannot_be_set(name):
    figure = ShapeBench()
    with pytest.raises(TraitError, match=name):
        setattr(figure, name, getattr(figure, name))


@pytest.mark.parametrize(
    ("traits", "message"),
    [
        ({"code": "W @ W"}, r"code is 'W @ W'; for product 'forward' .*A_prev @ W\.T"),
        ({"code": "A_prev @ W", "product": "bp4"}, "code is 'A_prev @ W'; for product 'bp4'"),
        ({"code": "A_prev @ W.T + b", "product": "bias", "layout": "columns"}, "as columns"),
        ({"W": [[1, 2], [3]]}, r"W has rows of \[2, 1\] numbers; it must have rows of one length"),
        ({"product": np.array(["bp2", "bp3"])}, "product is .*; it must be one of forward"),
        ({"einsum": np.array(["ij", "jk"])}, "einsum is .*; it must be a text"),
        ({"tools": "einsum"}, "tools is 'einsum'; it must be a list"),
        ({"size": 3}, "ShapeBench has no trait 'size'; its traits: .*layout"),
    ],
)
def test_a_bad_value_is_refused_by_name(traits, message):
    with pytest.raises(TraitError, match=message):
        ShapeBench(**traits)


def test_a_code_that_the_new_product_does_not_have_is_refused():
    figure = ShapeBench(code="A_prev @ W")
    before = figure.state()
    with pytest.raises(TraitError, match="for product 'bp4'"):
        figure.product = "bp4"
    assert figure.state() == before


@pytest.mark.parametrize(("product", "layout"), EVERY)
@pytest.mark.parametrize("sizes", [(4, 3, 2), (3, 3, 3), (6, 6, 6), (1, 1, 1)])
def test_every_still_stays_inside_and_says_what_numpy_does(product, layout, sizes):
    N, n, n_prev = sizes
    for code in products.forms(product, layout):
        figure = ShapeBench(N=N, n=n, n_prev=n_prev, product=product, layout=layout, code=code)
        root = ElementTree.fromstring(figure.still())
        said = " ".join(" ".join(text.itertext()) for text in root.findall(".//{*}text"))
        assert code in said
        assert (figure.error.strip() or str(tuple(figure.shape))) in said
        assert (figure.error.strip() or str(tuple(figure.shape))) in figure.description()
        for rect in root.findall(".//{*}rect"):
            x, width = float(rect.get("x")), float(rect.get("width"))
            assert 0 <= x <= x + width <= 460
