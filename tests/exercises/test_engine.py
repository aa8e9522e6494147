"""What a reader hands in never breaks the check, and the report says what to look at first."""

import math
import subprocess
import sys

import numpy as np
import pytest

from nnlib.exercises import Feedback, check, exercises, hint
from nnlib.exercises.engine import Exercise, Wrong, run

DECLARED = exercises()
EVERY_WRONG = [
    pytest.param(exercise, wrong, id=f"{exercise.name}: {wrong.name}")
    for exercise in DECLARED.values()
    for wrong in exercise.wrong
]


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
PAIR = Exercise(
    name="pair",
    reference=lambda value: (value, [value, -value]),
    cases=lambda rng: [(3.0,)],
    hints=(),
    parts=("one", "two"),
    last_first=True,
)


@pytest.mark.parametrize("exercise", DECLARED.values(), ids=DECLARED)
def test_every_reference_passes(exercise):
    feedback = check(exercise.name, exercise.reference)
    assert feedback
    assert feedback.message.startswith(f"{exercise.name}: right.")


@pytest.mark.parametrize(("exercise", "wrong"), EVERY_WRONG)
def test_every_known_mistake_gets_its_own_diagnosis(exercise, wrong):
    feedback = check(exercise.name, wrong.answer)
    assert not feedback
    assert f"Known mistake: {wrong.name}. {wrong.diagnosis} See {wrong.section}." in str(feedback)


@pytest.mark.parametrize("exercise", DECLARED.values(), ids=DECLARED)
def test_names_of_mistakes_and_hints_are_not_repeated(exercise):
    names = [wrong.name for wrong in exercise.wrong]
    assert len(set(names)) == len(names)
    assert 2 <= len(exercise.hints) == len(set(exercise.hints))


@pytest.mark.parametrize("exercise", DECLARED.values(), ids=DECLARED)
def test_cases_are_the_same_every_time(exercise):
    first, second = (exercise.cases(np.random.default_rng(0)) for _ in range(2))
    assert repr(first) == repr(second)
    assert len(first) >= 2


NOT_A_FUNCTION = [None, "text", 3.5, [1, 2], np.zeros(3), (n for n in range(3)), {}, object()]


@pytest.mark.parametrize("exercise", DECLARED.values(), ids=DECLARED)
@pytest.mark.parametrize("answer", NOT_A_FUNCTION, ids=lambda a: type(a).__name__)
def test_something_that_is_no_function_is_reported(exercise, answer):
    feedback = check(exercise.name, answer)
    assert not feedback
    assert "A function is expected" in feedback.message
    assert f'check("{exercise.name}", {exercise.name})' in feedback.message


def endless():
    while True:
        yield 1.0


STRANGE = [
    (None, "returns None"),
    ("text", "is a string"),
    (True, "is a truth value"),
    (1j, "is a complex number"),
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


@pytest.mark.parametrize("exercise", DECLARED.values(), ids=DECLARED)
@pytest.mark.parametrize("result", [result for result, _ in STRANGE], ids=lambda v: str(v)[:20])
def test_no_exercise_breaks_on_a_strange_result(exercise, result):
    feedback = check(exercise.name, lambda *arguments: result)
    assert isinstance(feedback, Feedback)
    # 0 is a right answer to some single cases, but never to all of them
    assert not feedback


@pytest.mark.parametrize(
    "convert", [list, tuple, np.array, lambda v: [np.float32(n) for n in v]], ids=str
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


def test_right_on_some_cases_is_said():
    def right_without_negative_numbers(numbers):
        return [2 * abs(n) for n in numbers]

    message = run(DOUBLE, right_without_negative_numbers).message
    assert "Tried on numbers = [0.5, -4, 8]." in message
    assert "1 of 2 cases are right." in message


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


def test_an_unknown_name_lists_close_ones():
    with pytest.raises(ValueError, match="backprop_1d"):
        check("backprop_1D", print)
    with pytest.raises(ValueError, match=r"no exercise is called 'zzz'.*forward_1d"):
        hint("zzz")
    with pytest.raises(ValueError, match="no exercise is called"):
        check(print, "gap")


@pytest.mark.parametrize("exercise", DECLARED.values(), ids=DECLARED)
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


@pytest.mark.parametrize("step", [0, -1, 9, 1.5, "1", None])
def test_a_hint_that_does_not_exist_raises(step):
    with pytest.raises(ValueError, match="'gap' has hints 1 to 3"):
        hint("gap", step)


def test_the_checks_need_numpy_and_nothing_else():
    code = (
        "import sys, nnlib.exercises; "
        "print([m for m in ('matplotlib', 'sklearn', 'anywidget', 'IPython') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
