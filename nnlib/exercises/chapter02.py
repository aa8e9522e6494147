"""Exercises of chapter 2: promise and gap, the slope test, a gradient by nudging."""

import math

from nnlib import scalar
from nnlib.exercises.engine import Exercise, Wrong

RATIO = "chapter 2, 'How much per nudge'"
PROMISE = "chapter 2, 'A promise and its gap'"
TEST = "chapter 2, 'The slope test'"
TWO_KNOBS = "chapter 2, 'Two knobs at once'"
PRICE = "chapter 2, 'Six slopes, twelve runs'"

W, B, X, Y = (-0.9, -1.3, 1.7), (0.2, 0.4, -0.5), 1.5, 1.0


def _cost(w, b):
    _, a = scalar.forward(w, b, X)
    return 0.5 * (a[-1] - Y) ** 2


def cost_of_w3(w3):
    """The cost of the chain as a function of w3."""
    return _cost([W[0], W[1], w3], list(B))


def cost_of_w1(w1):
    """The cost of the chain as a function of w1."""
    return _cost([w1, W[1], W[2]], list(B))


def cost_of_six(theta):
    """The cost of the chain as a function of w1, w2, w3, b1, b2, b3."""
    return _cost(list(theta[:3]), list(theta[3:]))


def _square(v):
    """The square v ** 2."""
    return v * v


def _saddle(theta):
    """The product theta[0] * theta[1]."""
    return theta[0] * theta[1]


# gap


def gap(f, slope, at, h):
    """Return actual minus promised change of f."""
    return (f(at + h) - f(at)) - slope * h


def _gap_cases(rng):
    return [
        (cost_of_w3, -0.05, 1.7, 0.1),
        (_square, 6.0, 3.0, 0.5),
        (_square, 7.0, 3.0, -0.5),
        (cost_of_w1, 0.02, -0.9, float(rng.uniform(0.2, 0.4))),
    ]


# slope_test


def slope_test(f, slope, at, h):
    """Return the power of h with which the gap shrinks when h is halved."""
    return math.log2(abs(gap(f, slope, at, h) / gap(f, slope, at, h / 2)))


def _slope_test_cases(rng):
    right = scalar.backward(list(W), list(B), X, Y).dw
    return [
        (cost_of_w3, right[2], W[2], 0.1),
        (cost_of_w3, 1.1 * right[2], W[2], 0.1),
        (cost_of_w1, right[0], W[0], 0.2),
        (_square, 6.0, 3.0, float(rng.uniform(0.1, 0.5))),
    ]


# numerical_gradient


def numerical_gradient(f, theta, h):
    """Return one two-sided slope of f per parameter."""
    slopes = []
    for p in range(len(theta)):
        up, down = list(theta), list(theta)
        up[p] += h
        down[p] -= h
        slopes.append((f(up) - f(down)) / (2 * h))
    return slopes


def _gradient_cases(rng):
    return [
        (cost_of_six, [*W, *B], 0.01),
        (_saddle, [2.0, 5.0], 0.1),
        (cost_of_six, rng.normal(size=6).tolist(), 0.01),
    ]


def _one_sided(f, theta, h):
    slopes = []
    for p in range(len(theta)):
        up = list(theta)
        up[p] += h
        slopes.append((f(up) - f(list(theta))) / h)
    return slopes


def _nudges_stay(f, theta, h):
    moved, slopes = list(theta), []
    for p in range(len(theta)):
        moved[p] += h
        up = f(moved)
        moved[p] -= 2 * h
        slopes.append((up - f(moved)) / (2 * h))
    return slopes


def _up_nudges_stay(f, theta, h):
    moved, slopes = list(theta), []
    for p in range(len(theta)):
        before = f(moved)
        moved[p] += h
        slopes.append((f(moved) - before) / h)
    return slopes


def _down_from_up(f, theta, h):
    """The nudge down takes back the nudge up and goes no further."""
    return [s / 2 for s in _one_sided(f, theta, h)]


def _all_at_once(f, theta, h):
    slope = (f([t + h for t in theta]) - f([t - h for t in theta])) / (2 * h)
    return [slope] * len(theta)


EXERCISES = (
    Exercise(
        name="gap",
        reference=gap,
        cases=_gap_cases,
        hints=(
            "Two numbers are compared: what happens to f, and what the slope promises.",
            "What happens is f after the nudge minus f before it. The promise is slope times "
            "nudge.",
            "(f(at + h) - f(at)) is what happens. Subtract the promise from it.",
        ),
        wrong=(
            Wrong(
                "promised minus actual",
                lambda f, slope, at, h: -gap(f, slope, at, h),
                "The gap is actual minus promised: what you add to the promise to get the truth.",
                PROMISE,
            ),
            Wrong(
                "the promise lacks the nudge",
                lambda f, slope, at, h: f(at + h) - f(at) - slope,
                "A slope is change per nudge; the promise is slope times nudge.",
                PROMISE,
            ),
            Wrong(
                "slope times place",
                lambda f, slope, at, h: f(at + h) - f(at) - slope * at,
                "The promise is slope times the nudge h, not times the place `at`.",
                PROMISE,
            ),
            Wrong(
                "slope times the new place",
                lambda f, slope, at, h: f(at + h) - f(at) - slope * (at + h),
                "The promise is slope times the nudge h, not times the place at + h.",
                PROMISE,
            ),
            Wrong(
                "f at the nudge",
                lambda f, slope, at, h: f(h) - f(at) - slope * h,
                "f(h) is f at the place h. After the nudge, the place is at + h: f(at + h).",
                PROMISE,
            ),
            Wrong(
                "f at the nudge, and not the change",
                lambda f, slope, at, h: f(h) - slope * h,
                "f(h) is f at the place h. The change is f(at + h) - f(at).",
                PROMISE,
            ),
            Wrong(
                "the gap of the ratio",
                lambda f, slope, at, h: gap(f, slope, at, h) / h,
                "This compares change per nudge with the slope; the gap compares the changes.",
                PROMISE,
            ),
            Wrong(
                "the new value and not the change",
                lambda f, slope, at, h: f(at + h) - slope * h,
                "Subtract f(at): only the change can be compared with a promised change.",
                PROMISE,
            ),
            Wrong(
                "the size without the sign",
                lambda f, slope, at, h: abs(gap(f, slope, at, h)),
                "Keep the sign of the gap: it says on which side the truth lies.",
                PROMISE,
            ),
        ),
    ),
    Exercise(
        name="slope_test",
        reference=slope_test,
        cases=_slope_test_cases,
        rtol=1e-7,
        hints=(
            "Two gaps are enough: one with h, one with h / 2.",
            "If the gap shrinks like h to the power k, halving h divides it by 2 to the power k.",
            "So k is the logarithm, to base 2, of the first gap divided by the second: math.log2.",
        ),
        wrong=(
            Wrong(
                "the quotient and not its power of two",
                lambda f, slope, at, h: 2 ** slope_test(f, slope, at, h),
                "A quotient of 4 means 2 to the power 2: take the logarithm to base 2.",
                TEST,
            ),
            Wrong(
                "the logarithm has another base",
                lambda f, slope, at, h: math.log(2) * slope_test(f, slope, at, h),
                "math.log is the natural logarithm. Divide it by math.log(2), or use math.log2.",
                TEST,
            ),
            Wrong(
                "the logarithm to base 10",
                lambda f, slope, at, h: math.log10(2) * slope_test(f, slope, at, h),
                "Base 10 counts tenths, not halvings: use math.log2.",
                TEST,
            ),
            Wrong(
                "upside down",
                lambda f, slope, at, h: -slope_test(f, slope, at, h),
                "The gap of the larger nudge goes on top.",
                TEST,
            ),
            Wrong(
                "the change and not the gap",
                lambda f, slope, at, h: slope_test(f, 0.0, at, h),
                "This measures how the change shrinks, which is like h for any smooth f. "
                "Subtract the promise first.",
                TEST,
            ),
        ),
    ),
    Exercise(
        name="numerical_gradient",
        reference=numerical_gradient,
        cases=_gradient_cases,
        rtol=1e-7,
        hints=(
            "One slope per parameter: while one is nudged, the others are held still.",
            "Copy the list, nudge one entry up, run f. Copy again, nudge it down, run f.",
            "up = list(theta); up[p] += h; the same with down and -h. The slope is "
            "(f(up) - f(down)) / (2 * h).",
        ),
        wrong=(
            Wrong(
                "the nudges stay in",
                _nudges_stay,
                "Each parameter has to return to its place before the next one moves: start from "
                "a fresh copy of theta.",
                RATIO,
            ),
            Wrong(
                "the nudges stay in, on one side",
                _up_nudges_stay,
                "Each parameter has to return to its place before the next one moves; and nudge "
                "it down as well as up.",
                RATIO,
            ),
            Wrong(
                "the two nudges cancel",
                lambda f, theta, h: [0.0] * len(theta),
                "Every slope is 0. If up and down are the same list, its two nudges cancel: copy "
                "theta for each, up, down = list(theta), list(theta).",
                RATIO,
            ),
            Wrong(
                "the nudge down only takes back the nudge up",
                _down_from_up,
                "f(down) is f at the old place. If up and down are the same list, its second nudge "
                "undoes the first: copy theta for each.",
                RATIO,
            ),
            Wrong(
                "all parameters nudged at once",
                _all_at_once,
                "A partial derivative moves one parameter and holds the others still.",
                RATIO,
            ),
            Wrong(
                "nudged upwards only",
                _one_sided,
                "This is off by an amount of the size of h. Nudge up and down: the difference of "
                "the two runs, divided by 2 * h.",
                PRICE,
            ),
            Wrong(
                "divided by h",
                lambda f, theta, h: [2 * s for s in numerical_gradient(f, theta, h)],
                "From the lower run to the upper one the parameter moves by 2 * h.",
                PRICE,
            ),
            Wrong(
                "divided by 2 and multiplied by h",
                lambda f, theta, h: [h * h * s for s in numerical_gradient(f, theta, h)],
                "Without brackets, / 2 * h divides by 2 and then multiplies by h: write / (2 * h).",
                PRICE,
            ),
            Wrong(
                "the sign of a step",
                lambda f, theta, h: [-s for s in numerical_gradient(f, theta, h)],
                "A gradient points to where the cost rises: f(up) - f(down), in this order.",
                TWO_KNOBS,
            ),
        ),
    ),
)
