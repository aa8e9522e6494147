"""A whole gradient function is judged: layer, equation, term, and what the slope test says."""

import re
from dataclasses import replace

import numpy as np
import pytest

import nnlib
from nnlib import cross_entropy, forward, gradcheck, quadratic, softmax, tanh
from nnlib.exercises import check, judge
from nnlib.exercises.engine import Edit, Wrong, edited, run

SAMPLE = judge.gradient_exercise("of_sample", hints=("One.", "Two."))
BATCH = judge.gradient_exercise("of_batch", hints=("One.", "Two."), mean="chapter 10, 'Rows'")
OTHER_SIZES = {
    "wide": ([3, 5, 2], [4, 4, 4, 4], [5, 1]),
    "deep and narrow": ([2, 3, 1, 4, 2], [3, 3, 3, 3, 3], [1, 2, 1, 2]),
    "one unit wide": ([1, 1, 1, 1], [2, 4, 3], [2, 2, 2, 2]),
}


def with_other_networks(exercise, sizes, seed):
    """The exercise on other networks: those of a reader may have any sizes."""

    def cases(rng):
        rng = np.random.default_rng(seed)
        if exercise is SAMPLE:
            return judge.sample_cases(rng, sizes)
        return judge.batch_cases(rng, sizes, range(3, 3 + len(sizes)))

    return replace(exercise, cases=cases)


@pytest.mark.parametrize("sizes", OTHER_SIZES.values(), ids=OTHER_SIZES)
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("exercise", [SAMPLE, BATCH], ids=lambda e: e.name)
def test_every_mistake_gets_its_own_diagnosis_on_every_kind_of_network(exercise, seed, sizes):
    other = with_other_networks(exercise, sizes, seed)
    assert run(other, exercise.reference)
    for wrong in exercise.wrong:
        for answer in wrong.answers:
            message = run(other, answer).message
            assert f"Known mistake: {wrong.name}. {wrong.diagnosis}" in message


@pytest.mark.parametrize("exercise", [SAMPLE, BATCH], ids=lambda e: e.name)
def test_every_mistake_fails_the_slope_test_and_no_right_gradient_does(exercise):
    assert run(exercise, exercise.reference).message.endswith("compared.\nSlope test: 2.00.")
    for wrong in exercise.wrong:
        message = run(exercise, wrong.answer).message
        for found in re.findall(r"Slope test: (.*), and a right gradient has 2\.", message):
            assert float(found) == pytest.approx(1, abs=0.05), wrong.name
    named = [run(exercise, wrong.answer).message for wrong in exercise.wrong]
    assert sum("Slope test" in message for message in named) >= 20


@pytest.mark.parametrize("sizes", judge.SIZES, ids=str)
def test_the_slope_test_tells_right_from_wrong(sizes):
    for network, X, Y in judge.batch_cases(np.random.default_rng(3), [sizes], [4]):
        theta = gradcheck.flatten(network)
        slopes = gradcheck.flatten(nnlib.gradients(network, X, Y))

        def cost(theta, network=network, X=X, Y=Y):
            return quadratic(forward(gradcheck.unflatten(theta, like=network), X).a[-1], Y)

        assert judge.slope_test(cost, theta, slopes) == pytest.approx(2, abs=0.01)
        slopes[0] += 0.1
        assert judge.slope_test(cost, theta, slopes) == pytest.approx(1, abs=0.01)


def test_a_wrong_layer_with_small_slopes_is_not_drowned_by_the_others():
    def cases(rng):
        network = nnlib.init_network([2, *[3] * 8, 1], "sigmoid", "sigmoid", rng=1)
        return [(network, rng.normal(size=(4, 2)), rng.random(size=(4, 1)))]

    def first_layer_turned(*arguments):
        dW, db = BATCH.reference(*arguments)
        return [-dW[0], *dW[1:]], db

    message = run(replace(BATCH, cases=cases), first_layer_turned).message
    assert "Slope test: 1.00, and a right gradient has 2." in message


def test_no_slope_test_is_told_where_rounding_hides_the_gap():
    theta = np.arange(3.0)
    assert np.isnan(judge.slope_test(lambda theta: theta.sum(), theta, np.ones(3)))
    assert judge.slope_test(lambda theta: theta.sum(), theta, np.zeros(3)) == pytest.approx(1)


def relu_cases(rng):
    """Zero biases and a sample of zeros: every hidden z of it is at the corner."""
    X = np.array([[0.0, 0.0], [1.0, -0.5], [0.3, 1.0]])
    networks = [
        nnlib.init_network(widths, "relu", "sigmoid", rng=0)
        for widths in ([2, 3, 2], [2, 3, 3, 1], [2, 2, 2])
    ]
    return [(network, X, rng.random(size=(3, network[-1].b.size))) for network in networks]


CORNERS = replace(BATCH, cases=relu_cases, wrong=())


@pytest.mark.parametrize(("at_zero", "passes"), [(0, 1), (1, 1), (0.5, 1), (2, 0), (-0.1, 0)])
def test_at_a_corner_any_slope_between_the_two_is_right(at_zero, passes):
    z_before = "network[l - 1].activation.derivative(z[l - 1])"
    form = edited(delta_carried, {z_before: f"np.where(z[l - 1] == 0, {at_zero}, {z_before})"})
    feedback = run(CORNERS, form)
    assert feedback.passed == bool(passes)
    assert "Slope test: none at a corner, where there are two slopes." in feedback.message
    if not passes:
        assert "Right: db[1], dW[1], dW[0].\nWrong: db[0][" in feedback.message


def test_at_a_corner_what_is_wrong_elsewhere_does_not_pass():
    for change in ({"delta.mean(axis=0)": "delta.sum(axis=0)"}, {"delta @ W": "-delta @ W"}):
        assert not run(CORNERS, edited(delta_carried, change))
    transposed = edited(delta_carried, {"delta.T @ a[l] /": "a[l].T @ delta /"})
    assert "has shape" in run(CORNERS, transposed).message


def spoiled(part, layer, exercise=BATCH):
    """A gradient in which the arrays of one layer are wrong, in a way that nobody knows."""

    def answer(*arguments):
        dW, db = exercise.reference(*arguments)
        for name, arrays in (("dW", dW), ("db", db)):
            if name in part and layer < len(arrays):
                arrays[layer] = arrays[layer] + 0.123
        return dW, db

    return answer


@pytest.mark.parametrize("exercise", [SAMPLE, BATCH], ids=lambda e: e.name)
@pytest.mark.parametrize(
    ("part", "layer", "expected"),
    [
        ("dW", 1, r"Layer 2 of 2: db is right, so delta is. Look at BP4, dW\[1\]."),
        ("db", 1, r"Layer 2 of 2: dW is right, so delta is. Look at BP3, db\[1\]."),
        ("dW and db", 1, r"Layer 2 of 2: .*ook at BP1, "),
        ("dW", 0, r"Layer 1 of 2: db is right, so delta is. Look at BP4, dW\[0\]."),
        ("db", 0, r"Layer 1 of 2: dW is right, so delta is. Look at BP3, db\[0\]."),
        ("dW and db", 0, r"Layer 1 of 2: layer 2 is right, .* from layer 2 to layer 1."),
    ],
)
def test_the_layer_and_the_equation_are_named(exercise, part, layer, expected):
    message = run(exercise, spoiled(part, layer, exercise)).message
    assert re.search(expected, message), message
    assert re.search(r"wrong: d[Wb]\[\d\]\[.*\]. Expected .*, yours .*\.", message, re.I)
    assert "Slope test: 1.00, and a right gradient has 2." in message
    assert "mistake" not in message


@pytest.mark.parametrize("exercise", [SAMPLE, BATCH], ids=lambda e: e.name)
def test_a_change_in_a_layer_before_leaves_the_first_mistake_its_name(exercise):
    """As two mistakes do: the last layers show the one, and the first layer another beside it."""
    (bug,) = [w for w in exercise.wrong if w.name == "the slope at the output is missing"]

    def two_mistakes(*arguments):
        dW, db = bug.answer(*arguments)
        return [3 * dW[0], *dW[1:]] if len(dW) > 1 else dW, db

    message = run(exercise, two_mistakes).message
    assert f"First mistake: {bug.name}. {bug.diagnosis}" in message
    assert "It does not explain all that is wrong. Fix it and check again." in message


def test_lists_that_begin_with_the_last_layer_are_not_sent_to_an_equation():
    def reversed_only(*arguments):
        return [part[::-1] for part in BATCH.reference(*arguments)]

    def reversed_and_doubled(*arguments):
        dW, db = reversed_only(*arguments)
        return [2 * v for v in dW], db

    def weights_alone(*arguments):
        dW, db = BATCH.reference(*arguments)
        return dW[::-1], db

    message = run(BATCH, reversed_only).message
    assert "Known mistake: the last layer first." in message
    assert "BP1" not in message
    message = run(BATCH, reversed_and_doubled).message
    assert "dW and db come last layer first." in message
    assert "dW[0] belongs to the first layer." in message
    assert "BP1" not in message
    assert "dW comes last layer first." in run(BATCH, weights_alone).message


def test_a_mistake_can_be_left_to_the_reader_to_find():
    exercise = judge.gradient_exercise("find", hints=("One.", "Two."), named=False)
    assert run(exercise, exercise.reference)
    for wrong in SAMPLE.wrong:
        message = run(exercise, wrong.answer).message
        assert "mistake:" not in message
        assert "wrong:" in message.lower() or "stops with" in message or "expected" in message


def test_what_nnlib_returns_is_read_without_its_delta():
    assert run(BATCH, nnlib.gradients)
    assert run(BATCH, nnlib.loops.gradients)
    assert not run(BATCH, lambda network, X, Y: nnlib.gradients(network, -X, Y))


def test_a_mistake_of_the_chapters_own_is_named_first():
    own = Wrong(
        "everything doubled",
        lambda network, X, Y: tuple(
            [2 * v for v in part] for part in BATCH.reference(network, X, Y)
        ),
        "Halve it.",
        "chapter 10, 'Rows'",
    )
    exercise = judge.gradient_exercise("mine", hints=(), mean="chapter 10, 'Rows'", wrong=(own,))
    assert "Known mistake: everything doubled. Halve it." in run(exercise, own.answer).message


def without_a_copy(network, x, y):
    dW, db = SAMPLE.reference(network, x, y)
    x -= 1
    return dW, db


def trained_already(network, x, y):
    dW, db = SAMPLE.reference(network, x, y)
    for layer, step in zip(network, dW, strict=True):
        layer.W[:] -= step
    return dW, db


KEPT_dW, KEPT_db = [], []


def in_lists_from_outside(network, x, y):
    dW, db = SAMPLE.reference(network, x, y)
    KEPT_dW[:], KEPT_db[:] = dW, db
    return KEPT_dW, KEPT_db


def appended_to_defaults(network, x, y, dW=[], db=[]):  # noqa: B006 - the mistake to be found
    for array, slopes in zip(SAMPLE.reference(network, x, y), (dW, db), strict=True):
        slopes.extend(array)
    return dW, db


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (without_a_copy, "It changes its argument x: x was array [1.5, -0.5]"),
        (trained_already, "It changes its argument network: network[0].W was array"),
        (in_lists_from_outside, "was changed by a later call"),
        (appended_to_defaults, "Called twice with the same arguments, it gives two different"),
    ],
)
def test_what_a_function_does_beside_its_result_is_reported(answer, expected):
    feedback = run(SAMPLE, answer)
    assert not feedback
    assert expected in feedback.message


def with_the_result(change):
    return lambda network, x, y: change(*SAMPLE.reference(network, x, y))


STRANGE = {
    "None": lambda dW, db: None,
    "nothing inside": lambda dW, db: ([None] * len(dW), db),
    "dW alone": lambda dW, db: dW,
    "empty": lambda dW, db: ([], []),
    "a dictionary": lambda dW, db: {"dW": dW, "db": db},
    "strings": lambda dW, db: (["dW"] * len(dW), db),
    "nan": lambda dW, db: ([np.nan * v for v in dW], db),
    "infinity": lambda dW, db: (dW, [v + np.inf for v in db]),
    "huge": lambda dW, db: ([np.full_like(v, 1e308) for v in dW], db),
    "complex": lambda dW, db: ([v + 1j for v in dW], db),
    "objects": lambda dW, db: ([v.astype(object) for v in dW], db),
    "flat": lambda dW, db: ([v.ravel() for v in dW], db),
    "a number each": lambda dW, db: (1.0, 2.0),
    "a number for each layer": lambda dW, db: ([v.sum() for v in dW], [v.sum() for v in db]),
    "one array of arrays": lambda dW, db: (np.array([*dW, None], dtype=object)[:-1], db),
    "ragged lists": lambda dW, db: ([[[1.0], [1.0, 2.0]]] * len(dW), db),
    "one layer too few": lambda dW, db: (dW[1:], db),
    "generators": lambda dW, db: ((v for v in dW), (v for v in db)),
}


@pytest.mark.parametrize("change", STRANGE.values(), ids=STRANGE)
def test_nothing_that_a_beginner_returns_breaks_the_judge(change):
    feedback = run(SAMPLE, with_the_result(change))
    if change is not STRANGE["one array of arrays"]:
        assert not feedback
    assert len(feedback.message) < 900


def test_lists_of_numbers_in_place_of_arrays_pass():
    assert run(SAMPLE, with_the_result(lambda dW, db: ([v.tolist() for v in dW], tuple(db))))


def test_a_missing_transpose_says_where_it_stops():
    def backprop(network, x, y):
        z, a = judge.networks.pass_forward(network, x)
        delta = (a[-1] - y) * network[-1].activation.derivative(z[-1])
        dW, db = [np.outer(delta, a[-2])], [delta]
        for l in range(len(network) - 1, 0, -1):
            delta = network[l].W @ delta * network[l - 1].activation.derivative(z[l - 1])
            dW.insert(0, np.outer(delta, a[l - 1]))
            db.insert(0, delta)
        return dW, db

    message = run(SAMPLE, backprop).message
    assert "It stops at: delta = network[l].W @ delta *" in message
    assert "Known mistake: W is turned the wrong way." in message


def test_the_report_is_short():
    for exercise in (SAMPLE, BATCH):
        for wrong in exercise.wrong:
            message = run(exercise, wrong.answer).message
            assert len(message.splitlines()) <= 9
            assert len(message) <= 900


# The four usual forms of the loop, each with the step back as a product of its own.


def error_carried(network, X, Y):
    z, a = forward(network, X)
    dW, db, error = [], [], (a[-1] - Y) / len(X)
    for l in reversed(range(len(network))):
        delta = error * network[l].activation.derivative(z[l])
        dW.insert(0, delta.T @ a[l])
        db.insert(0, delta.sum(axis=0))
        W = network[l].W
        if l > 0:
            error = delta @ W
    return dW, db


def delta_carried(network, X, Y):
    z, a = forward(network, X)
    delta = (a[-1] - Y) * network[-1].activation.derivative(z[-1])
    dW, db = [None] * len(network), [None] * len(network)
    for l in reversed(range(len(network))):
        dW[l], db[l] = delta.T @ a[l] / len(X), delta.mean(axis=0)
        W = network[l].W
        if l > 0:
            delta = (delta @ W) * network[l - 1].activation.derivative(z[l - 1])
    return dW, db


def last_layer_before_the_loop(network, X, Y):
    z, a = forward(network, X)
    delta = (a[-1] - Y) * network[-1].activation.derivative(z[-1])
    dW, db = [delta.T @ a[-2] / len(X)], [delta.mean(axis=0)]
    for l in range(len(network) - 1, 0, -1):
        W = network[l].W
        delta = (delta @ W) * network[l - 1].activation.derivative(z[l - 1])
        dW.insert(0, delta.T @ a[l - 1] / len(X))
        db.insert(0, delta.mean(axis=0))
    return dW, db


def errors_first(network, X, Y):
    z, a = forward(network, X)
    deltas = [(a[-1] - Y) * network[-1].activation.derivative(z[-1])]
    for (W, _, _), before, z_before in reversed([*zip(network[1:], network, z, strict=False)]):
        delta = deltas[0]
        deltas.insert(0, (delta @ W) * before.activation.derivative(z_before))
    dW = [delta.T @ A / len(X) for delta, A in zip(deltas, a, strict=False)]
    return dW, [delta.mean(axis=0) for delta in deltas]


@pytest.mark.parametrize(
    "form",
    [error_carried, delta_carried, last_layer_before_the_loop, errors_first],
    ids=lambda form: form.__name__,
)
@pytest.mark.parametrize("name", ["gradients", "batch_backprop"])
def test_a_wrong_product_on_the_way_back_is_named_in_every_form_of_the_loop(name, form):
    assert check(name, form)
    for product, mistake in (
        ("W.T @ delta", "the line for one sample in BP2"),
        ("W @ delta", "W before delta in BP2"),
        ("delta @ W.T", "W is turned the wrong way"),
    ):
        message = check(name, edited(form, {"delta @ W": product})).message
        assert f"Known mistake: {mistake}." in message


def test_the_slope_of_the_first_hidden_layer_in_all_of_them_does_not_pass():
    slope = "network[l - 1].activation"
    assert not run(BATCH, edited(delta_carried, {slope: "network[0].activation"}))


@pytest.mark.parametrize("part", [0, 1])
def test_no_mistake_is_named_that_would_spoil_an_array_that_is_right(part):
    def answer(network, X, Y):
        parts = BATCH.reference(network, X, Y)
        parts[part][-1] = (0 if part else len(X)) * parts[part][-1]
        return parts

    message = run(BATCH, answer).message
    assert "mistake:" not in message  # not "Every db is still 0", not "dW is a sum"
    assert f"delta is. Look at BP{3 if part else 4}" in message


# Other losses, other layers


def softmax_cases(rng):
    cases = []
    for widths, N in (([2, 3], 4), ([2, 4, 3], 2), ([3, 3, 3], 3)):
        network = judge.networks.draw(rng, widths, hidden=tanh, last=softmax)
        cases.append((network, rng.normal(size=(N, widths[0])), np.eye(3)[rng.integers(3, size=N)]))
    return cases


def softmax_gradients(network, X, Y):
    _, a = forward(network, X)
    dW, db = [], []
    delta = (a[-1] - Y) / len(X)
    for l in reversed(range(len(network))):
        dW.insert(0, delta.T @ a[l])
        db.insert(0, delta.sum(axis=0))
        if l > 0:
            delta = delta @ network[l].W * (1 - a[l] ** 2)
    return dW, db


SOFTMAX = judge.gradient_exercise(
    "softmax",
    hints=("One.", "Two."),
    reference=softmax_gradients,
    mean="chapter 10, 'Rows'",
    cases=softmax_cases,
    loss=cross_entropy,
    named=False,
    wrong=(Edit({"a[-1] - Y": "Y - a[-1]"}, "the sign", "Turn it.", "chapter 10, 'Rows'"),),
)


def test_a_gradient_of_another_loss_is_judged_by_that_loss():
    for right in (softmax_gradients, lambda *case: nnlib.gradients(*case, loss=cross_entropy)):
        assert run(SOFTMAX, right).message.endswith("Slope test: 2.00.")
    (sign,) = SOFTMAX.wrong
    message = run(SOFTMAX, sign.answer).message
    assert "Slope test: 1.00, and a right gradient has 2.\nKnown mistake: the sign." in message
    assert "Layer 1 of 1: look at BP1" in message
    assert "Slope test: 1.00" in run(SOFTMAX, spoiled("dW", 0, SOFTMAX)).message


class Scaled:
    """A made-up layer, whose backward is the exercise: s (W x)^2 for each row x."""

    def __init__(self, W, s):
        self.W, self.s = W, s

    def forward(self, X):
        return self.s * (X @ self.W.T) ** 2


def scaled_back(layer, X, dA):
    Z = X @ layer.W.T
    dZ = dA * 2 * layer.s * Z
    return dZ @ layer.W, dZ.T @ X, np.sum(dA * Z**2)


def scaled_cases(rng):
    shapes = ((4, 3, 2), (1, 2, 2), (2, 1, 3))
    return [
        (Scaled(rng.normal(size=(m, n)), 1.5), rng.normal(size=(N, n)), rng.normal(size=(N, m)))
        for N, n, m in shapes
    ]


def scaled_value(layer, X, dA):
    def value(theta):
        new_X, W, s = np.split(theta, [X.size, X.size + layer.W.size])
        new = Scaled(W.reshape(layer.W.shape), s)
        return np.sum(dA * new.forward(new_X.reshape(X.shape)))

    return value, np.concatenate([X.ravel(), layer.W.ravel(), [layer.s]])


SCALED = judge.slope_exercise(
    "scaled",
    reference=scaled_back,
    cases=scaled_cases,
    hints=("One.", "Two."),
    parts=("dX", "dW", "ds"),
    nudged=scaled_value,
    wrong=(Edit({"* 2 *": "*"}, "no 2", "The 2 of the square.", "chapter 1, 'A'"),),
)


def test_the_backward_of_any_layer_is_judged():
    assert run(SCALED, scaled_back).message.endswith("Slope test: 2.00.")
    message = run(SCALED, SCALED.wrong[0].answer).message
    assert "Right: ds." in message
    assert "Slope test: 1.00, and a right gradient has 2.\nKnown mistake: no 2." in message
    message = run(
        SCALED, lambda *case: (scaled_back(*case)[0].ravel(), *scaled_back(*case)[1:])
    ).message
    assert "dX has shape" in message

    def moves(layer, X, dA):
        dX, dW, ds = scaled_back(layer, X, dA)
        layer.W -= dW
        return dX, dW, ds

    assert "It changes its argument layer: layer.W was array" in run(SCALED, moves).message
