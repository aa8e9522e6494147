"""What a reader hands in never breaks the check, and the report says what to look at first."""

import functools
import math
import random
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from nnlib import Layer, sigmoid
from nnlib.exercises import Feedback, check, exercises, hint, networks
from nnlib.exercises.engine import Edit, Exercise, Wrong, run
from nnlib.exercises.engine.calling import first_change
from nnlib.exercises.engine.comparing import compare
from nnlib.exercises.engine.words import show

DECLARED = exercises()
EACH = pytest.mark.parametrize("exercise", DECLARED.values(), ids=DECLARED)


def answer_with(result):
    """A function of one argument that returns `result` whatever it is given."""
    return lambda numbers: result


DOUBLE = Exercise(
    name="double",
    reference=lambda numbers: [2 * n for n in numbers],
    cases=lambda rng: [([1.0, 2.0, 3.0],), ([0.5, -4.0, 8.0],)],
    hints=("Two times.",),
    wrong=(
        Wrong(
            "squared",
            lambda numbers: [n**2 for n in numbers],
            "Times two, not to the power.",
            "section 1",
        ),
        Wrong("sum", lambda numbers: sum(numbers), "One number for each.", "section 1"),
    ),
)
MATRIX = Exercise(
    name="transposed_product",
    reference=lambda W, d: W.T @ d,
    cases=lambda rng: [
        (np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([1.0, 0.5, -1.0])),
        (np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, -1.0])),
    ],
    hints=("Turn W.",),
    wrong=(
        Wrong("no transpose", lambda W, d: W @ d, "Columns, not rows.", "section 2"),
        Wrong("a table", lambda W, d: W * d[:, None], "Add up each column.", "section 3"),
        Wrong(
            "as a column", lambda W, d: (W.T @ d)[:, None], "One sample is one axis.", "section 4"
        ),
    ),
)
LISTS = Exercise(
    name="layers",
    reference=lambda n: ([np.arange(2.0), np.full((2, 3), n)], [np.ones((3, 1))]),
    cases=lambda rng: [(2.0,)],
    hints=("No.",),
    parts=("dW", "db"),
    last_first=True,
)
SIZES = Exercise(
    name="sizes",
    reference=lambda: [(3, 1), (2, 3)],
    cases=None,
    hints=("Rows first.", "Three rows."),
    wrong=(Wrong("turned", lambda: [(1, 3), (3, 2)], "Rows are units.", "section 5"),),
)
PAIR = Exercise(
    name="pair",
    reference=lambda value: (value, [value, -value]),
    cases=lambda rng: [(3.0,)],
    hints=(),
    parts=("one", "two"),
    last_first=True,
)


def handed_in(exercise, function):
    """What a reader hands in: the function, or its value where a value is asked for."""
    return function if exercise.cases else function()


@EACH
def test_every_known_mistake_gets_its_own_diagnosis_and_every_right_answer_passes(exercise):
    for right in (exercise.reference, *exercise.forms):
        message = run(exercise, handed_in(exercise, right)).message
        assert message.startswith(f"{exercise.name}: right.")
    for wrong in exercise.wrong:
        for answer in wrong.answers:
            lines = run(exercise, handed_in(exercise, answer)).message.splitlines()
            named = [line for line in lines if "mistake: " in line or line.startswith("Or, ")]
            assert named == [
                f"Known mistake: {wrong.name}. {wrong.diagnosis} See {wrong.section}."
            ], f"or the cases do not tell it from another: {wrong.name}"


@EACH
def test_names_of_mistakes_and_hints_are_not_repeated(exercise):
    names = [wrong.name for wrong in exercise.wrong]
    assert len(set(names)) == len(names)
    assert 2 <= len(exercise.hints) == len(set(exercise.hints))


@EACH
def test_cases_are_the_same_every_time(exercise):
    if exercise.cases:
        first, second = (exercise.cases(np.random.default_rng(0)) for _ in range(2))
        assert len(first) == len(second) >= 2
        for pair in zip(first, second, strict=True):
            assert first_change("case", *pair) is None


NOT_A_FUNCTION = [None, "text", 3.5, [1, 2], np.zeros(3), (n for n in range(3)), {}, object()]


@pytest.mark.parametrize("answer", NOT_A_FUNCTION, ids=lambda a: type(a).__name__)
def test_something_that_is_no_function_is_reported(answer):
    feedback = run(DOUBLE, answer)
    assert not feedback
    assert "A function is expected, double(numbers)" in feedback.message
    assert 'check("double", double)' in feedback.message


def endless():
    while True:
        yield 1.0


STRANGE = [
    (None, "returns None"),
    ("text", "is a string"),
    (True, "is a truth value"),
    (1j, "is a complex number"),
    ([1j] * 3, "Item 0 is a complex number; expected a real number: take the part that is asked"),
    ([1, 2], "items; expected 3"),
    ([1], "1 item; expected 3"),
    (np.zeros((3, 1)), "array of shape (3, 1)"),
    (np.float64(1.0), "expected a list of 3 numbers"),
    ([np.zeros(1)] * 3, "Item 0 is an array of shape (1,)"),
    ([None] * 3, "Item 0 is None"),
    (["1", "2", "3"], "Item 0 is a string"),
    (endless(), "is a generator"),
    ({1: 2}, "is a dictionary"),
    (object(), "is an object"),
    (print, "is a function"),
    ({2.0, 4.0, 6.0}, "is a set; expected a list of 3 numbers. A set has no order"),
    ([math.nan, 4.0, 6.0], "Item 0 comes out as nan"),
    ([math.inf] * 3, "Item 0 comes out as inf"),
    ([10**400] * 3, "Item 0 comes out as inf"),
    ([0.0] * 3, "Every number is 0."),
]


@pytest.mark.parametrize(("result", "expected"), STRANGE, ids=lambda v: str(v)[:20])
def test_strange_results_are_reported(result, expected):
    feedback = run(DOUBLE, answer_with(result))
    assert not feedback
    assert expected in feedback.message


@EACH
def test_no_exercise_breaks_on_a_strange_result(exercise):
    for result, _ in STRANGE:
        feedback = run(exercise, lambda *arguments, result=result: result)
        assert isinstance(feedback, Feedback)
        assert "cannot be read" not in feedback.message  # there is more to say about each of these
        # 0 is a right answer to some single cases, but never to all of them
        assert not feedback


@pytest.mark.parametrize(
    "convert",
    [list, tuple, np.array, lambda v: [np.float32(n) for n in v]],
    ids=["list", "tuple", "array", "float32"],
)
def test_lists_tuples_and_arrays_of_numbers_all_pass(convert):
    assert run(DOUBLE, lambda numbers: convert([2 * n for n in numbers]))


def test_a_zero_dimensional_array_is_a_number():
    assert run(PAIR, lambda value: (np.array(value), [value, -value]))


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("division by zero"), RecursionError(), SystemExit(1)], ids=repr
)
def test_an_exception_is_reported_with_its_type(error):
    def fails(numbers):
        raise error

    feedback = run(DOUBLE, fails)
    assert not feedback
    assert type(error).__name__ in feedback.message
    assert "numbers = [1, 2, 3]" in feedback.message


def test_none_says_with_what_only_where_another_case_returned_something():
    def forgets_to_return(numbers):
        return [2 * n for n in numbers] if numbers[0] == 1.0 else None

    assert "It returns None: nothing is written yet" in run(DOUBLE, lambda numbers: None).message
    message = run(DOUBLE, forgets_to_return).message
    assert "With numbers = [0.5, -4, 8] it returns None. Does every path" in message


def test_the_line_that_stops_is_shown_but_only_the_readers_own():
    def outer(numbers):
        halves = [n / 2 for n in numbers]
        return np.add(halves, np.zeros(7))

    message = run(DOUBLE, outer).message
    assert "It stops at: return np.add(halves, np.zeros(7))" in message
    assert "It stops at" not in run(DOUBLE, math.sqrt).message


TOTAL = np.zeros(3)


def default_list(numbers, found=[]):  # noqa: B006 - the mistake that is to be found
    found.extend(2 * n for n in numbers)
    return found


def adds_up(numbers):
    TOTAL[:] += np.array(numbers)
    return 2 * TOTAL


def counts_though_it_draws_from_a_seed(numbers):
    TOTAL[0] += np.random.default_rng(1).random()
    return 2 * TOTAL


@pytest.mark.parametrize("keeps", [default_list, adds_up, counts_though_it_draws_from_a_seed])
def test_what_is_kept_from_call_to_call_is_reported(keeps):
    message = run(DOUBLE, keeps).message
    assert (
        "Called twice with the same arguments, it gives two different answers. It keeps" in message
    )


OUTSIDE = np.random.default_rng(0)


def without_a_seed(numbers):
    return np.random.default_rng().random(3)


def seeded_with_none(numbers):
    rng = np.random.RandomState(None)
    return rng.random(3)


def keyword_alone(numbers, *, rng=np.random.default_rng(2)):  # noqa: B008 - the mistake
    return rng.random(3)


class Drawing:
    def __init__(self):
        self.rng = np.random.default_rng(3)

    def by_method(self, numbers):
        return self.rng.random(3)

    __call__ = by_method


DRAWS = {
    "shared": lambda numbers: np.random.normal(size=3),  # noqa: NPY002
    "of Python": lambda numbers: [random.random() for _ in numbers],
    "made outside": lambda numbers: [OUTSIDE.random() for _ in numbers],
    "of a closure": (lambda rng: lambda numbers: rng.random(3))(np.random.default_rng(1)),
    "without a seed": without_a_seed,
    "seeded with None": seeded_with_none,
    "in another function": lambda numbers: without_a_seed(numbers),
    "of a keyword": keyword_alone,
    "handed over before": functools.partial(lambda rng, numbers: rng.random(3), OUTSIDE),
    "of an object": Drawing().by_method,
    "of an object that is called": Drawing(),
}


@pytest.mark.parametrize("draws", DRAWS.values(), ids=DRAWS)
def test_random_numbers_that_no_argument_settles_are_told_from_what_is_kept(draws):
    twice = "Called twice with the same arguments, it gives two different answers. It uses random "
    message = run(DOUBLE, draws).message
    assert f"{twice}numbers that nothing in the arguments settles" in message
    seeded = replace(DOUBLE, reference=lambda seed: [2 * n for n in seed], wrong=())
    assert f"{twice}numbers that are not drawn from seed: make rng" in run(seeded, draws).message


def test_an_answer_that_a_later_call_changes_is_reported():
    handed_out = [0.0, 0.0, 0.0]

    def shared(numbers):
        handed_out[:] = [2 * n for n in numbers]
        return handed_out

    feedback = run(DOUBLE, shared)
    assert not feedback
    assert "Every case is right when it is returned." in feedback.message
    assert "the answer to numbers = [1, 2, 3] was changed by a later call" in feedback.message


def test_nan_is_the_same_answer_twice():
    message = run(DOUBLE, lambda numbers: [math.nan, 4.0, 6.0]).message
    assert "Called twice" not in message
    assert "comes out as nan" in message


def test_not_implemented_is_not_called_an_error():
    def later(numbers):
        raise NotImplementedError

    assert "Nothing is written yet" in run(DOUBLE, later).message


def test_an_interrupt_reaches_the_reader():
    def interrupted(numbers):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(DOUBLE, interrupted)


def doubles_in_place(numbers):
    for i in range(len(numbers)):
        numbers[i] *= 2
    return numbers


def appends_itself(numbers):
    doubled = [2 * n for n in numbers]
    numbers.append(numbers)
    return doubled


@pytest.mark.parametrize("mutating", [doubles_in_place, appends_itself, list.clear])
def test_a_changed_argument_is_reported_though_the_numbers_may_be_right(mutating):
    feedback = run(DOUBLE, mutating)
    assert not feedback
    assert "changes its argument numbers" in feedback.message


def test_a_change_that_rounding_leaves_does_not_read_as_none():
    def nudges_in_place(f, theta, h):
        slopes = []
        for p in range(len(theta)):
            theta[p] += h
            up = f(theta)
            theta[p] -= 2 * h
            slopes.append((up - f(theta)) / (2 * h))
            theta[p] += h
        return slopes

    message = check("numerical_gradient", nudges_in_place).message
    assert "It changes its argument theta: theta was [-0.9, -1.3, " in message
    assert "and now differs in its last digits" in message
    assert "is now" not in message


def test_the_next_case_does_not_see_a_changed_argument():
    before = DECLARED["backprop_1d"].cases(np.random.default_rng(0))
    check("backprop_1d", lambda w, b, x, y: w.clear())
    assert check("backprop_1d", DECLARED["backprop_1d"].reference)
    assert repr(before) == repr(DECLARED["backprop_1d"].cases(np.random.default_rng(0)))


@pytest.mark.parametrize("wrong_arity", [lambda: 1, lambda a, b: 1, lambda numbers, *, key: 1])
def test_a_wrong_signature_is_reported_with_the_right_one(wrong_arity):
    message = run(DOUBLE, wrong_arity).message
    assert "should take 1 argument, as in double(numbers)" in message


def test_other_names_of_arguments_are_fine():
    assert run(DOUBLE, lambda anything, default=3: [2 * n for n in anything])


def test_a_builtin_without_a_signature_is_called_all_the_same():
    assert not run(DOUBLE, min)


def test_a_report_says_what_is_right_and_what_is_wrong_first():
    feedback = run(DOUBLE, lambda numbers: [2 * numbers[0], *numbers[1:]])
    lines = feedback.message.splitlines()
    assert lines == [
        "double: not yet.",
        "Tried on numbers = [1, 2, 3].",
        "Right: item 0.",
        "First wrong: item 1. Expected 4, yours 2.",
        'Stuck? hint("double")',
    ]


def test_a_case_in_which_a_number_is_not_finite_is_named_unless_it_is_shown():
    def nan_in(case):
        def answer(numbers):
            return [math.nan if numbers[0] == case else -1.5, 2 * numbers[1], 2 * numbers[2]]

        return answer

    look = "comes out as nan. Look for"
    assert f"\nItem 0 {look}" in run(DOUBLE, nan_in(1.0)).message
    assert f"\nWith numbers = [0.5, -4, 8], item 0 {look}" in run(DOUBLE, nan_in(0.5)).message


NO_LOOP = replace(DOUBLE, no_loop=True)


def with_a_loop(numbers):
    """For each."""
    doubled = []
    for number in numbers:
        doubled.append(2 * number)
    return doubled


def with_a_comprehension(numbers):
    return [2 * number for number in numbers]


def without_a_loop(numbers):
    """Not one for, and not one while."""
    return 2 * np.array(numbers)  # for all


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (with_a_loop, "for number in numbers:"),
        (with_a_comprehension, "return [2 * number for number in numbers]"),
    ],
)
def test_a_loop_in_a_right_answer_is_remarked_on_where_none_is_asked_for(answer, line):
    feedback = run(NO_LOOP, answer)
    assert feedback
    assert feedback.message.endswith(f"asks for no loop, and here is one: {line}")
    assert "loop" not in run(DOUBLE, answer).message


def test_no_loop_is_seen_where_there_is_none_or_where_the_source_cannot_be_read():
    namespace = {}
    exec("def unread(numbers):\n    return [2 * n for n in numbers]", namespace)
    beside = (lambda numbers: 2 * np.array(numbers), [n for n in range(3)])[0]  # noqa: C416
    for answer in (without_a_loop, namespace["unread"], beside):
        feedback = run(NO_LOOP, answer)
        assert feedback
        assert "loop" not in feedback.message


def test_the_folded_solutions_of_exercises_without_a_loop_have_none():
    assert [exercise.name for exercise in DECLARED.values() if exercise.no_loop] == [
        "layer_slopes",
        "own_matrix",
        "outer_stack",
    ]
    for exercise in DECLARED.values():
        if exercise.no_loop:
            assert "loop" not in run(exercise, exercise.reference).message


def test_a_list_can_be_reported_from_its_end():
    message = run(PAIR, lambda value: (0.0, [0.0, -value])).message
    assert "Right: two[1]." in message
    assert "First wrong: two[0]. Expected 3, yours 0." in message


def test_a_wrong_number_of_parts_is_reported_with_their_names():
    assert "1 thing; expected 2 things: one, two" in run(PAIR, lambda value: (value,)).message
    assert "a number; expected 2 things: one, two" in run(PAIR, lambda value: value).message
    assert "two is None" in run(PAIR, lambda value: (value, None)).message


def test_a_common_factor_is_named_where_no_known_mistake_fits():
    assert "Every number is 1.5 times" in run(DOUBLE, lambda n: [3 * v for v in n]).message
    assert "times what" not in run(DOUBLE, lambda n: [v + 1 for v in n]).message


def test_a_known_mistake_needs_every_case_to_fit():
    def squares_the_first_case_only(numbers):
        return [n**2 if numbers[0] == 1.0 else 2 * n + 1 for n in numbers]

    assert "Known mistake" not in run(DOUBLE, squares_the_first_case_only).message


def test_a_known_mistake_of_another_form_is_named():
    message = run(DOUBLE, sum).message
    assert "expected a list of 3 numbers" in message
    assert "Known mistake: sum." in message


def test_mistakes_that_the_cases_do_not_tell_apart_are_named_as_two_or_not_at_all():
    rivals = [Wrong(name, sum, f"{name}!", "section 2") for name in ("one", "two", "three")]
    message = run(replace(DOUBLE, wrong=rivals[:2]), sum).message
    assert (
        "Known mistake: one. one! See section 2.\n"
        "Or, which gives the same numbers here: two. two! See section 2."
    ) in message
    assert "mistake" not in run(replace(DOUBLE, wrong=rivals), sum).message
    same = replace(rivals[1], diagnosis="one!")
    assert "Or, which" not in run(replace(DOUBLE, wrong=(rivals[0], same)), sum).message


def test_right_on_some_cases_is_said():
    def right_without_negative_numbers(numbers):
        return [2 * abs(n) for n in numbers]

    message = run(DOUBLE, right_without_negative_numbers).message
    assert "Tried on numbers = [0.5, -4, 8]." in message
    assert "1 of 2 cases is right." in message


def test_a_difference_in_the_sixth_digit_is_wrong():
    assert not run(DOUBLE, lambda numbers: [2.000002 * n for n in numbers])


def test_html_is_escaped_and_tells_right_from_wrong():
    def fails(numbers):
        raise ValueError("<script>alert(1)</script>")

    feedback = run(DOUBLE, fails)
    assert "<script>" not in feedback._repr_html_()
    assert "&lt;script&gt;" in feedback._repr_html_()
    assert repr(feedback) == feedback.message
    assert 'class="nn-feedback"' in feedback._repr_html_()


# Arrays


def test_a_right_array_passes_and_its_numbers_are_counted():
    feedback = run(MATRIX, lambda W, d: W.T @ d)
    assert feedback
    assert feedback.message == "transposed_product: right. 2 cases, 4 numbers compared."
    assert run(MATRIX, lambda W, d: [float(column @ d) for column in W.T])
    assert run(MATRIX, lambda W, d: (W.T @ d).astype("f8").tolist())


def test_a_wrong_entry_is_named_with_both_numbers():
    message = run(MATRIX, lambda W, d: W.T @ d + np.array([0, 1])).message
    assert "Tried on W = array [[1, 2], [3, 4], [5, 6]], d = array [1, 0.5, -1]." in message
    assert "Wrong: entry [1]. Expected -2, yours -1." in message
    assert "1 of 2 entries is wrong." in message


def test_a_mistake_that_most_shapes_stop_is_named_by_the_square_case():
    message = run(MATRIX, lambda W, d: np.dot(W, d)).message
    assert "stops with ValueError" in message
    assert "Known mistake: no transpose. Columns, not rows. See section 2." in message


def test_an_error_of_another_kind_is_not_taken_for_a_known_mistake():
    def fails(W, d):
        return W.T @ d if len(W) == 2 else int("x")

    message = run(MATRIX, fails).message
    assert "stops with ValueError: invalid literal" in message
    assert "Known mistake" not in message  # the square case is right, so the transpose is there


def test_a_mistake_that_stops_in_a_loop_only_is_named_by_the_cases_that_do_not_stop():
    def by_loops(W, d):
        if W.shape == (3, 2):
            return W[3]  # where W @ d stops with another error, or does not stop at all
        return W @ d

    wrong = (Wrong("no transpose", lambda W, d: (W @ d[: W.shape[1]])[:2], "Columns.", "section"),)
    message = run(replace(MATRIX, wrong=wrong), by_loops).message
    assert "stops with IndexError" in message
    assert "Known mistake: no transpose. Columns." in message


def test_where_every_case_stops_the_messages_have_to_agree():
    always = Exercise(
        name="always",
        reference=lambda n: n,
        cases=lambda rng: [(1.0,)],
        hints=(),
        wrong=(Wrong("a name", lambda n: int("x"), "No.", "section 1"),),
    )

    def stops_otherwise(n):
        return int("y")

    assert "Known mistake: a name" in run(always, lambda n: int("x")).message
    assert "Known mistake" not in run(always, stops_otherwise).message


@pytest.mark.parametrize(
    ("shape", "remark"),
    [
        ((2, 1), "has shape (2, 1); expected (2,). There is an axis of length 1 too many."),
        ((2, 2), "has shape (2, 2); expected (2,). A row against a column makes a table"),
        ((3,), "has shape (3,); expected (2,)."),
        ((), "The result has shape (); expected (2,)."),
    ],
)
def test_a_wrong_shape_is_reported_with_the_right_one(shape, remark):
    assert remark in run(MATRIX, lambda W, d: np.full(shape, 0.5)).message


def layers(n):
    return LISTS.reference(n)


def test_lists_of_arrays_are_reported_from_the_last_with_what_is_right():
    def wrong_first(n):
        dW, db = layers(n)
        return [dW[0] + 1, dW[1]], db

    lines = run(LISTS, wrong_first).message.splitlines()
    assert lines[2] == "Right: db[0], dW[1]."
    assert lines[3] == "Wrong: dW[0][0]. Expected 0, yours 1."


def test_one_list_in_place_of_two_is_reported():
    message = run(LISTS, lambda n: layers(n)[0]).message
    assert "It returns one list of 2 arrays; expected 2 lists: all dW, all db." in message


@pytest.mark.parametrize(
    ("items", "shown"),
    [
        ([(3, 1), (2, 3), (1, 2)], "3 pairs"),
        ([1.0], "1 number"),
        ([np.zeros(2)] * 3, "3 arrays"),
        ([], "0 items"),
        (["text"], "1 item"),
        ([Layer(np.ones((3, 2)), np.ones(3), sigmoid)] * 2, "2 layers"),
        ([Layer(np.ones((3, 2)), np.ones(3), sigmoid)] * 3, "3 layers"),
    ],
)
def test_a_list_in_place_of_a_tuple_is_called_one_list(items, shown):
    message = run(LISTS, lambda n: items).message
    assert f"It returns one list of {shown}; expected 2 lists: all dW, all db." in message


def test_lists_with_an_item_for_each_layer_are_reported_layer_by_layer():
    side_by_side = Exercise(
        name="gradient",
        reference=lambda n: ([np.ones(2), [n]], [np.zeros(1), np.ones(3)]),
        cases=lambda rng: [(2.0,)],
        hints=(),
        parts=("dW", "db"),
        last_first=True,
    )
    message = run(side_by_side, lambda n: ([np.zeros(2), [n]], [np.ones(1), np.ones(3)])).message
    assert "Right: db[1], dW[1][0]." in message
    assert "First wrong: db[0][0]." in message


FORWARDS = Exercise(
    name="forwards",
    reference=lambda n: ([[n, 2.0], [n + 1]], [[n], [n], [n]]),
    cases=lambda rng: [(4.0,)],
    hints=(),
    parts=("z", "a"),
)


@pytest.mark.parametrize("last_first", [False, True])
def test_lists_are_reported_in_the_order_in_which_their_items_are_made(last_first):
    table = compare(
        replace(FORWARDS, last_first=last_first), FORWARDS.reference(4.0), FORWARDS.reference(4.0)
    )
    labels = [row.label for row in table]
    forwards = ["a[0][0]", "z[0][0]", "z[0][1]", "a[1][0]", "z[1][0]", "a[2][0]"]
    assert labels == (forwards[::-1] if last_first else forwards)


def test_within_an_array_the_first_wrong_entry_comes_first():
    def all_wrong(n):
        return tuple([v + 1 for v in part] for part in layers(n))

    message = run(LISTS, all_wrong).message
    assert "First wrong: db[0][0, 0]. Expected 1, yours 2." in message


BACKWARDS = Exercise(
    name="backwards",
    reference=lambda n: [np.array([n]), np.array([2 * n]), np.array([3 * n])],
    cases=lambda rng: [(2.0,), (-1.0,)],
    hints=(),
    last_first=True,
    wrong=(
        Wrong(
            "no 3",
            lambda n: [np.array([n]), np.array([2 * n]), np.array([n])],
            "Three times.",
            "section 3",
        ),
        Wrong(
            "no 2",
            lambda n: [np.array([n]), np.array([n]), np.array([3 * n])],
            "Twice.",
            "section 2",
        ),
    ),
)


def test_where_two_mistakes_meet_the_first_is_named():
    def neither(n):
        return [np.array([n]), np.array([n]), np.array([n])]

    message = run(BACKWARDS, neither).message
    assert "First mistake: no 3. Three times. See section 3." in message
    assert "It does not explain all that is wrong." in message

    def no_2_and_another(n):
        return [np.array([n + 7]), np.array([n]), np.array([3 * n])]

    assert "First mistake: no 2." in run(BACKWARDS, no_2_and_another).message

    def wrong_in_one_case_only(n):
        return [np.array([n + 7]), np.array([n if n == 2.0 else 2 * n]), np.array([3 * n])]

    assert "mistake" not in run(BACKWARDS, wrong_in_one_case_only).message


def test_where_nothing_is_filled_no_mistake_is_named_that_leaves_some_zeros():
    wrong = (Wrong("a zero", lambda n: [np.zeros(1), np.zeros(1), np.array([n])], "No.", "1"),)
    message = run(replace(BACKWARDS, wrong=wrong), lambda n: [np.zeros(1)] * 3).message
    assert "Every number is 0." in message
    assert "mistake" not in message
    for name in ("backprop_loops", "backprop", "gradients", "batch_backprop"):
        message = check(name, nothing_filled).message
        assert "Every number is 0." in message
        assert "mistake" not in message


def nothing_filled(network, x, y):
    return [np.zeros_like(layer.W) for layer in network], [0.0 * layer.b for layer in network]


def backprop_into(dW, db, network, x, y):
    """The solution of 8.3, written into lists that a reader made."""
    for made, right in zip((dW, db), DECLARED["backprop"].reference(network, x, y), strict=True):
        for l, array in enumerate(right):
            if np.shape(made[l]) == array.shape:
                made[l][...] = array
            else:
                made[l] = array
    return dW, db


def one_list_for_both(network, x, y):
    dW = db = [0.0] * len(network)
    return backprop_into(dW, db, network, x, y)


def one_array_for_all(network, x, y):
    return backprop_into([np.zeros((2, 2))] * len(network), [0.0] * len(network), network, x, y)


def views_of_one_array(network, x, y):
    memory = np.zeros((2, 2))
    dW = [memory[:] for _ in network]
    return backprop_into(dW, [0.0] * len(network), network, x, y)


def one_row_for_all(delta, A):
    stack = [[[0.0] * A.shape[1]] * delta.shape[1] for _ in A]
    for i, j, k in np.ndindex(len(A), delta.shape[1], A.shape[1]):
        stack[i][j][k] = delta[i, j] * A[i, k]
    return stack, np.mean(stack, axis=0)


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("backprop", one_list_for_both, "DW and db are one list under two names"),
        ("backprop", one_array_for_all, "dW[0] and dW[2] are one array under two names"),
        ("backprop", views_of_one_array, "dW[0] and dW[2] share their memory"),
        (
            "outer_stack",
            one_row_for_all,
            "stack[0][0] and stack[0][2] are one list under two names",
        ),
    ],
    ids=lambda v: getattr(v, "__name__", ""),
)
def test_one_object_under_two_names_is_said(name, answer, said):
    message = check(name, answer).message
    assert f"{said}: what is written into one stands".lower() in message.lower()
    assert "mistake" not in message


def test_what_two_names_share_without_harm_is_not_spoken_of():
    def right(n):
        return (n, [both := [n], both])

    same = Exercise(
        name="same",
        reference=lambda n: (n, [[n], [n]]),
        cases=PAIR.cases,
        hints=(),
        parts=PAIR.parts,
    )
    assert run(same, right)
    assert "Every number is 2 times" in run(same, lambda n: right(2 * n)).message
    wrong = lambda network, x, y: [(v, v)[0] for v in DECLARED["backprop"].reference(network, y, x)]  # noqa: E731
    assert "two names" not in check("backprop", wrong).message


def test_where_one_list_under_two_names_is_also_a_known_mistake_both_are_said():
    db_twice = lambda *case: (DECLARED["backprop_1d"].reference(*case)[1],) * 2  # noqa: E731
    message = check("backprop_1d", db_twice).message
    assert "Known mistake: the side factor is missing in dw." in message
    assert "Or, which gives the same numbers here: dw and db are one list" in message


def cut_as_stored(order, size):
    rows = np.sort(order)
    return [rows[i : i + size] for i in range(0, len(rows), size)]


def activations_twice(network, x):
    a = DECLARED["feed_forward"].reference(network, x)[1]
    return a[1:], a


def one_number_for_each_array(network, X, Y):
    dW, db = DECLARED["gradients"].reference(network, X, Y)
    return [np.broadcast_to(v.mean(), v.shape) for v in dW], db


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("batches", cut_as_stored, "Known mistake: the order is ignored."),
        ("feed_forward", activations_twice, "Known mistake: activations given as pre-activations."),
        ("gradients", one_number_for_each_array, "Look at BP4, dW[1]."),
    ],
)
def test_what_shares_memory_by_another_mistake_is_that_mistake(name, answer, said):
    message = check(name, answer).message
    assert said in message
    assert "what is written into one" not in message


def test_a_measured_slope_is_not_an_exact_one():
    def measured(f, theta):
        up_and_down = [(f(theta + s), f(theta - s)) for s in 1e-5 * np.eye(len(theta))]
        return np.array([(up - down) / 2e-5 for up, down in up_and_down])

    assert "a slope that was measured" in check("complex_slopes", measured).message


def test_a_complex_number_of_numpy_is_refused_without_a_warning_of_ours():
    message = check("complex_slopes", lambda f, theta: [np.complex128(1 + 1j)] * len(theta)).message
    assert "array of complex numbers; expected real numbers" in message


@pytest.mark.parametrize("kind", [GeneratorExit, SystemExit, RecursionError])
def test_whatever_an_answer_raises_ends_in_the_report(kind):
    def raising(network, X, Y):
        raise kind

    assert f"it stops with {kind.__name__}" in check("gradients", raising).message


def test_control_c_stops_a_check():
    def endless(network, X, Y):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("gradients", endless)


@pytest.mark.parametrize(
    ("whole", "said"),
    [
        (lambda v: np.array(v).astype(int), "Every number is cut off to a whole number."),
        (lambda v: [int(n) for n in v], "Every number is cut off to a whole number."),
        (lambda v: [round(n) for n in v], "Every number is rounded to a whole number."),
    ],
)
def test_numbers_without_their_fraction_are_said_to_be_so(whole, said):
    fractions = replace(DOUBLE, cases=lambda rng: [([1.3, -0.4, 2.9],), ([0.1, 0.2, -0.3],)])
    message = run(fractions, lambda numbers: whole([2 * n for n in numbers])).message
    assert said in message


def test_arrays_of_whole_numbers_that_hold_zeros_only_are_cut_off_and_not_empty():
    def cut(network, x, y):
        return [
            [v.astype(int) for v in part] for part in DECLARED["backprop"].reference(network, x, y)
        ]

    def never_filled(network, x, y):
        return [[0.0 * v for v in part] for part in DECLARED["backprop"].reference(network, x, y)]

    assert (
        "Every number is cut off to a whole number."
        in check("backprop", lambda *case: tuple(cut(*case))).message
    )
    assert (
        "Every number is 0." in check("backprop", lambda *case: tuple(never_filled(*case))).message
    )


def test_a_wrong_shape_in_a_list_leaves_the_rest_to_be_compared():
    def transposed(n):
        dW, db = layers(n)
        return [dW[0], dW[1].T], db

    message = run(LISTS, transposed).message
    assert "Right: db[0], dW[0]." in message
    assert "dW[1] has shape (3, 2); expected (2, 3). That is the shape of its transpose" in message

    def squeezed(n):
        dW, db = layers(n)
        return dW, [np.squeeze(db[0])]

    message = run(LISTS, squeezed).message
    assert "db[0] has shape (3,); expected (3, 1). An axis of length 1 is gone" in message


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda dW, db: (dW[:1], db), "dW has 1 item; expected 2."),
        (lambda dW, db: (dW[0], db), "First wrong: dW[1] is a number; expected an array of shape"),
        (lambda dW, db: (0.0, db), "dW is a number; expected a list of 2 arrays."),
        (lambda dW, db: (np.zeros(()), db), "dW is an array of shape (); expected a list"),
        (lambda dW, db: ([dW[0], None], db), "dW[1] is None; expected an array of shape (2, 3)."),
        (lambda dW, db: ([dW[0], "text"], db), "dW[1] is a string; expected an array"),
        (lambda dW, db: ([dW[0], [[1, 2], [3]]], db), "its rows differ in length"),
        (lambda dW, db: ([dW[0], dW[1].astype(object)], db), "dW[1] is an array of objects"),
        (
            lambda dW, db: ([dW[0], dW[1] + 0j], db),
            "dW[1] is an array of complex numbers; expected real",
        ),
        (lambda dW, db: ([dW[0], dW[1] > 0], db), "dW[1] is an array of truth values"),
        (lambda dW, db: ([dW[0], dW[1] * np.nan], db), "dW[1][0, 0] comes out as nan"),
        (lambda dW, db: ([dW[0], 0 * dW[1]], db), "Every entry of dW[1] is 0."),
        (lambda dW, db: ([dW[0], -dW[1]], db), "Every entry of dW[1] has the wrong sign."),
        (lambda dW, db: ([dW[0], 3 * dW[1]], db), "Every entry of dW[1] is 3 times"),
        (lambda dW, db: ([-v for v in dW], [-v for v in db]), "Every number has the wrong sign."),
    ],
)
def test_strange_arrays_are_reported(spoil, expected):
    feedback = run(LISTS, lambda n: spoil(*layers(n)))
    assert not feedback
    assert expected in feedback.message


class Hostile:
    """Answers every question with an error."""

    def __len__(self):
        raise ZeroDivisionError

    def __array__(self, dtype=None, copy=None):
        raise ZeroDivisionError

    def __repr__(self):
        raise ZeroDivisionError


def fails(*arguments):
    raise RuntimeError("no")


# What it holds may be right; asking for it stops.
HOSTILE_LISTS = [
    type(f"{kind.__name__}_without_{method}", (kind,), {f"__{method}__": fails})
    for kind in (list, tuple)
    for method in ("len", "iter", "getitem", "bool", "eq")
]


@pytest.mark.parametrize("exercise", [DOUBLE, MATRIX, LISTS, PAIR], ids=lambda e: e.name)
def test_objects_that_answer_with_errors_are_reported(exercise):
    hostile = [Hostile(), [Hostile()] * 3, ([Hostile()], Hostile()), ([[Hostile()]] * 2, [[1]])]
    for result in hostile:
        assert not run(exercise, lambda *arguments, result=result: result)


@pytest.mark.parametrize("kind", HOSTILE_LISTS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("exercise", [DOUBLE, MATRIX, LISTS, PAIR, SIZES], ids=lambda e: e.name)
def test_lists_that_answer_with_errors_are_reported(exercise, kind):
    for result in (kind(), kind([1, 2]), kind([kind([1]), [np.ones(2)]])):
        feedback = run(exercise, handed_in(exercise, lambda *arguments, r=result: r))
        assert isinstance(feedback, Feedback)
        assert not feedback
    assert not check("backprop", lambda network, x, y: kind([[1.0], [2.0]]))


def test_a_right_result_that_cannot_be_read_is_reported_with_the_reason():
    stops, *_ = [kind for kind in HOSTILE_LISTS if kind.__name__ == "list_without_iter"]
    message = run(PAIR, lambda value: (value, stops([value, -value]))).message
    assert "The answer cannot be read: RuntimeError: no" in message


def test_a_function_that_cannot_be_asked_for_its_signature_is_reported():
    class Odd:
        __signature__ = property(fails)

        def __call__(self, numbers):
            return [2 * n for n in numbers]

    assert "The answer cannot be read: RuntimeError: no" in run(DOUBLE, Odd()).message


@pytest.mark.filterwarnings("error")
def test_masked_arrays_are_refused_by_name():
    masked = np.ma.array([-1.0, -2.0], mask=True)
    for result in (masked, np.ma.array([6.0, 2.5]), np.ma.masked):
        message = run(MATRIX, lambda W, d, result=result: result).message
        assert "The result is a masked array, whose hidden entries" in message
    message = run(LISTS, lambda n: (layers(n)[0], [np.ma.ones((3, 1))])).message
    assert "db[0] is a masked array" in message
    assert "entry [1] is a masked" in run(MATRIX, lambda W, d: [1.0, np.ma.masked]).message.lower()
    assert "The result is a masked" in run(FIRST_WEIGHT, lambda network: np.ma.masked).message


def test_an_error_whose_text_fails_is_reported():
    class BadError(Exception):
        def __str__(self):
            raise ZeroDivisionError

    def fails(numbers):
        raise BadError

    assert "stops with BadError: (BadError)" in run(DOUBLE, fails).message


def test_a_list_that_contains_itself_is_no_array():
    circle = []
    circle.append(circle)
    assert not run(MATRIX, lambda W, d: circle)


# Arguments that are arrays and networks


def network():
    rng = np.random.default_rng(1)
    return [
        Layer(rng.normal(size=(3, 2)), rng.normal(size=3), sigmoid),
        Layer(rng.normal(size=(1, 3)), rng.normal(size=1), sigmoid),
    ]


FIRST_WEIGHT = Exercise(
    name="first_weight",
    reference=lambda network: float(network[0].W[0, 0]),
    cases=lambda rng: [(network(),)],
    hints=(),
    show=networks.show,
)


def changes_w(network):
    weight = network[0].W[0, 0]
    network[1].W[:] -= 0.1
    return float(weight)


def changes_b(network):
    network[0].b[0] = np.nan
    return float(network[0].W[0, 0])


def drops_a_layer(network):
    return float(network.pop(0).W[0, 0])


def replaces_a_layer(network):
    network[1] = network[1]._replace(b=network[1].b + 1)
    return float(network[0].W[0, 0])


@pytest.mark.parametrize(
    ("spoils", "expected"),
    [
        (changes_w, "network[1].W was array"),
        (changes_b, "network[0].b was array"),
        (drops_a_layer, "network was network [2, 3, 1] of sigmoid units"),
        (replaces_a_layer, "network[1].b was array"),
    ],
)
def test_a_changed_network_is_reported_with_the_place(spoils, expected):
    feedback = run(FIRST_WEIGHT, spoils)
    assert not feedback
    assert "It changes its argument network: " in feedback.message
    assert expected in feedback.message


def test_an_array_is_protected_by_another_advice_than_a_list():
    assert "start from network[1].W.copy()" in run(FIRST_WEIGHT, changes_w).message
    assert "Work on a copy: list(network)." in run(FIRST_WEIGHT, drops_a_layer).message


def test_an_array_is_shown_with_its_numbers_if_they_are_few():
    assert show(np.ones((6, 2))).startswith("array [[1, 1], [1, 1], ")
    assert show(np.ones((13, 1))) == "array of shape (13, 1)"


def test_a_network_is_described_by_its_sizes():
    message = run(FIRST_WEIGHT, lambda network: 0.0).message
    assert "Tried on network = network [2, 3, 1] of sigmoid units." in message


def test_what_a_function_prints_is_left_alone(capsys):
    def prints(numbers):
        print("here", numbers)
        return [2 * n for n in numbers]

    assert run(DOUBLE, prints)
    assert capsys.readouterr().out.count("here") == 3  # two cases, the first of them twice


# Mistakes as readers write them, in other words than those of the declared ones


def one_list_of_layers(network, X, Y, rate, size, epochs, seed):
    parameters = DECLARED["train_sgd"].reference(network, X, Y, rate, size, epochs, seed)
    return [layer._replace(W=W, b=b) for layer, W, b in zip(network, *parameters, strict=True)]


def one_layer_too_far(network, X, l):
    A = X
    for n in range(l + 1):
        W, b, sigma = network[n]
        A = sigma(A @ W.T + b)
    return A


def without_layer_0(network, X, l):
    A, cloud = X, []
    for W, b, sigma in network:
        A = sigma(A @ W.T + b)
        cloud.append(A)
    return cloud[l - 1]


def without_arrows(D, A, T):
    return np.einsum("ij->j", D), np.einsum("ij,ik", D, A), np.einsum("ij,ijk,ik->i", D, T, A)


def own_slopes(letters, A, B, G):
    operands, out = letters.split("->")
    a, b = operands.split(",")
    return np.einsum(f"{a},{out}->{a}", A, G), np.einsum(f"{a},{out}->{b}", A, G)


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("train_sgd", one_list_of_layers, "one list of 2 layers; expected 2 lists: all W, all b."),
        ("cloud", one_layer_too_far, "Known mistake: one layer too far."),
        ("cloud", without_layer_0, "Known mistake: layer 0 wraps around."),
        ("in_letters", without_arrows, "(Without an arrow NumPy drops i, which occurs twice.)"),
        ("einsum_back", own_slopes, "A multiplies its own slopes. G takes the place of A;"),
        ("own_matrix", lambda T, X: T * X[:, :, None], "Known mistake: a star with columns."),
        (
            "misses",
            lambda A, Y, w, b: ((A @ w + b > 0) != (Y == 1)).sum(),
            "A row against a column: (N,) against (N, 1) makes a table. Take Y[:, 0]",
        ),
        ("cut", lambda w, b, x1: -w[0] * x1 + b / w[1], "The bar of the fraction covers both"),
        ("cut", lambda w, b, x1: -(w[0] * x1 + b / w[1]), "only the bias is divided."),
        (
            "outer_stack",
            lambda delta, A: (np.einsum("ij,ik->ikj", delta, A), delta.T @ A / len(A)),
            "every table is transposed: column of errors times row of activations.",
        ),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_what_readers_write_is_named(name, answer, said):
    feedback = check(name, answer)
    assert not feedback
    assert said in feedback.message


# Values


def test_a_value_passes_in_any_form_that_holds_its_numbers():
    assert run(SIZES, [(3, 1), (2, 3)])
    assert run(SIZES, ([3, 1], np.array([2, 3])))
    assert run(SIZES, np.array([(3, 1), (2, 3)]))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "Nothing is written yet."),
        (..., "Nothing is written yet."),
        (lambda: [(3, 1), (2, 3)], "A value is expected, and this is a function."),
        ([(1, 3), (3, 2)], "Known mistake: turned. Rows are units. See section 5."),
        ([(3, 1), (2, 4)], "Wrong: item 1[1]. Expected 3, yours 4."),
        ([(3, 1)], "The result has 1 item; expected 2."),
        ([(3, 1), 2], "item 1 is a number; expected a list of 2 numbers"),
        ("text", "is a string"),
        (endless(), "is a generator"),
        (np.zeros(2), "item 0 is a number; expected a list of 2 numbers"),
        (Hostile(), "is a Hostile"),
    ],
)
def test_a_wrong_value_is_reported(value, expected):
    feedback = run(SIZES, value)
    assert not feedback
    assert expected.lower() in feedback.message.lower()
    assert "Tried on" not in feedback.message


def test_an_unknown_name_lists_close_ones():
    with pytest.raises(ValueError, match="backprop_1d"):
        check("backprop_1D", print)
    with pytest.raises(ValueError, match=r"no exercise is called 'zzz'.*forward_1d"):
        hint("zzz")


@pytest.mark.parametrize(
    "name", [["a"], np.zeros(3), None, 2, print, Hostile()], ids=lambda v: type(v).__name__
)
def test_a_name_that_is_no_string_raises_the_same_error(name):
    with pytest.raises(ValueError, match=r"no exercise is called .*: a name is a string"):
        check(name, print)
    with pytest.raises(ValueError, match=r"no exercise is called .*: a name is a string"):
        hint(name)


@pytest.mark.parametrize(
    "answer", [print, [1, 2], np.zeros(3), None], ids=lambda v: type(v).__name__
)
def test_name_and_answer_in_the_wrong_order_are_called_so(answer):
    with pytest.raises(ValueError, match=r'the name comes first, .*: check\("gap", \.\.\.\)'):
        check(answer, "gap")


@EACH
def test_hints_come_one_by_one_and_say_how_to_go_on(exercise):
    shown = [hint(exercise.name, step) for step in range(1, len(exercise.hints) + 1)]
    assert repr(hint(exercise.name)) == repr(shown[0])
    for step, text in enumerate(exercise.hints, start=1):
        assert f"Hint {step} of {len(exercise.hints)}. {text}" in repr(shown[step - 1])
        assert (f'hint("{exercise.name}", {step + 1})' in repr(shown[step - 1])) == (
            step < len(exercise.hints)
        )
    assert "last hint" in repr(shown[-1])
    assert "nn-hint" in shown[0]._repr_html_()


@pytest.mark.parametrize(
    ("step", "error", "said"),
    [
        (0, ValueError, "step must be at least 1, but it is 0"),
        (-1, ValueError, "step must be at least 1"),
        (9, ValueError, "'gap' has hints 1 to 3, not 9"),
        *(
            (step, TypeError, "step must be a whole number, but it is")
            for step in (1.0, 1.5, 1 + 0j, True, np.True_, "1", None, np.array([1, 2]))
        ),
    ],
    ids=repr,
)
def test_a_hint_that_does_not_exist_raises(step, error, said):
    with pytest.raises(error, match=said):
        hint("gap", step)


def test_the_number_of_a_hint_may_be_one_of_numpy():
    assert repr(hint("gap", np.int64(2))) == repr(hint("gap", 2))


def printed(code):
    """What a fresh Python prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_checks_need_numpy_and_nothing_else():
    code = (
        "import sys, nnlib.exercises; "
        "print([m for m in ('matplotlib', 'sklearn', 'anywidget', 'IPython') if m in sys.modules])"
    )
    assert printed(code) == "[]"


def test_a_chapters_exercises_are_loaded_when_one_of_them_is_checked():
    code = (
        "import sys; from nnlib.exercises import check; check('hadamard', max); "
        "print([m for m in sys.modules if 'exercises.chapter' in m])"
    )
    assert printed(code) == "['nnlib.exercises.chapter08']"


# Mistakes as edits of a right answer


def doubled(numbers):
    return [2 * n for n in numbers]


def doubled_by_adding(numbers):
    return [n + n for n in numbers]


def edit(change, forms=()):
    return Edit(change, "a name", "What to do.", "section 1", forms)


def answers_of(*edits, reference=doubled, **declared):
    exercise = replace(DOUBLE, reference=reference, wrong=edits, **declared)
    return [answer([1.0, 5.0]) for wrong in exercise.wrong for answer in wrong.answers]


def test_an_edit_replaces_text_of_the_solution_and_leaves_the_solution():
    assert answers_of(edit({"2 * n": "n"})) == [[1.0, 5.0]]
    assert answers_of(edit({"2 *": "3 *", "in numbers": "in numbers[::-1]"})) == [[15.0, 3.0]]
    assert doubled([1.0]) == [2.0]


def test_an_edit_is_made_in_every_form_in_which_its_text_occurs():
    both = edit({"2 * n": "7 * n"}, forms=({"n + n": "n + 7"}, {"[2 *": "[3 *"}))
    assert answers_of(both) == [[7.0, 35.0], [3.0, 15.0]]
    assert answers_of(both, forms=(doubled_by_adding,)) == [[7.0, 35.0], [8.0, 12.0], [3.0, 15.0]]
    exercise = replace(DOUBLE, reference=doubled, wrong=(both,), forms=(doubled_by_adding,))
    for answer in exercise.wrong[0].answers:
        assert "Known mistake: a name." in run(exercise, answer).message


def test_an_edit_whose_text_does_not_occur_is_refused_when_it_is_declared():
    with pytest.raises(ValueError, match=r"'a name': \['3 \* n'\] does not occur in doubled"):
        answers_of(edit({"3 * n": "n"}))
    with pytest.raises(ValueError, match="does not occur"):
        answers_of(edit({"2 * n": "n", "3 * n": "n"}))


def test_a_solution_stands_under_the_name_of_its_exercise():
    exercise = replace(DOUBLE, reference=doubled)
    code = 'def double(numbers):\n    return [2 * n for n in numbers]\n\ncheck("double", double)'
    assert exercise.solution == code


def test_numbers_that_are_nearly_right_are_shown_apart_and_called_so():
    message = run(MATRIX, lambda W, d: W.T @ d * (1 + 1e-7)).message
    expected, given = re.search(r"Expected (\S+), yours (\S+)\.", message).groups()
    assert expected != given
    assert "nearly right, but only to a few digits" in message
    assert "times what it should be" not in message
    assert "nearly" not in run(MATRIX, lambda W, d: W.T @ d * 1.01).message
