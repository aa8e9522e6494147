"""Exercises of chapter 2: promise and gap, the slope test, a gradient by nudging."""

import math

from nnlib import scalar
from nnlib.exercises.engine import Edit, Exercise

RATIO = "chapter 2, 'How much per nudge'"
PROMISE = "chapter 2, 'A promise and its gap'"
TEST = "chapter 2, 'The slope test'"
TWO_KNOBS = "chapter 2, 'Two knobs at once'"
PRICE = "chapter 2, 'Six slopes, twelve runs'"

W, B, X, Y = (-0.9, -1.3, 1.7), (0.2, 0.4, -0.5), 1.5, 1.0


def gap(f, slope, at, h):
    actual = f(at + h) - f(at)
    promised = slope * h
    return actual - promised


def slope_test(f, slope, at, h):
    quotient = gap(f, slope, at, h) / gap(f, slope, at, h / 2)
    return math.log2(abs(quotient))


def numerical_gradient(f, theta, h):
    slopes = []
    for p in range(len(theta)):
        up, down = list(theta), list(theta)
        up[p] += h
        down[p] -= h
        slopes.append((f(up) - f(down)) / (2 * h))
    return slopes


def cost_of_w3(w3):
    """The cost of the chain as a function of w3."""
    return cost_of_six([*W[:2], w3, *B])


def cost_of_w1(w1):
    """The cost of the chain as a function of w1."""
    return cost_of_six([w1, *W[1:], *B])


def cost_of_six(theta):
    """The cost of the chain as a function of w1, w2, w3, b1, b2, b3."""
    _, a = scalar.forward(list(theta[:3]), list(theta[3:]), X)
    return 0.5 * (a[-1] - Y) ** 2


def _square(v):
    """The square v ** 2."""
    return v * v


def _saddle(theta):
    """The product theta[0] * theta[1]."""
    return theta[0] * theta[1]


def _gap_cases(rng):
    return [
        (cost_of_w3, -0.05, 1.7, 0.1),
        (_square, 6.0, 3.0, 0.5),
        (_square, 7.0, 3.0, -0.5),
        (cost_of_w1, 0.02, -0.9, float(rng.uniform(0.2, 0.4))),
    ]


def _slope_test_cases(rng):
    right = scalar.backward(list(W), list(B), X, Y).dw
    return [
        (cost_of_w3, right[2], W[2], 0.1),
        (cost_of_w3, 1.1 * right[2], W[2], 0.1),
        (cost_of_w1, right[0], W[0], 0.2),
        (_square, 6.0, 3.0, float(rng.uniform(0.1, 0.5))),
    ]


def _gradient_cases(rng):
    return [
        (cost_of_six, [*W, *B], 0.01),
        (_saddle, [2.0, 5.0], 0.1),
        (cost_of_six, rng.normal(size=6).tolist(), 0.01),
    ]


UP_DOWN = "(f(up) - f(down)) / (2 * h)"
EACH = "up, down = list(theta), list(theta)"
# fmt: off
GAPS = (
    Edit({"actual - promised": "promised - actual"}, "promised minus actual",
         "The gap is actual minus promised: what you add to the promise to get the truth.",
         PROMISE),
    Edit({"slope * h": "slope"}, "the promise lacks the nudge",
         "A slope is change per nudge; the promise is slope times nudge.", PROMISE),
    Edit({"slope * h": "slope * at"}, "slope times place",
         "The promise is slope times the nudge h, not times the place `at`.", PROMISE),
    Edit({"slope * h": "slope * (at + h)"}, "slope times the new place",
         "The promise is slope times the nudge h, not times the place at + h.", PROMISE),
    Edit({"f(at + h)": "f(h)"}, "f at the nudge",
         "f(h) is f at the place h. After the nudge, the place is at + h: f(at + h).", PROMISE),
    Edit({"f(at + h) - f(at)": "f(h)"}, "f at the nudge, and not the change",
         "f(h) is f at the place h. The change is f(at + h) - f(at).", PROMISE),
    Edit({"actual - promised": "(actual - promised) / h"}, "the gap of the ratio",
         "This compares change per nudge with the slope; the gap compares the changes.", PROMISE),
    Edit({" - f(at)": ""}, "the new value and not the change",
         "Subtract f(at): only the change can be compared with a promised change.", PROMISE),
    Edit({"f(at + h) - f(at)": "f(at) - f(at + h)"}, "before minus after",
         "What happens is f after the nudge minus f before it.", PROMISE),
    Edit({"actual - promised": "abs(actual - promised)"}, "the size without the sign",
         "Keep the sign of the gap: it says on which side the truth lies.", PROMISE),
    Edit({"actual - promised": "actual + promised"}, "the promise is added",
         "The gap is what is left of the change when the promise is taken away.", PROMISE),
    Edit({"actual - promised": "actual / promised"}, "actual divided by promised",
         "The gap is a difference: actual minus promised.", PROMISE),
    Edit({" - promised": ""}, "what happens, without the promise",
         "This is the whole change. Subtract what the slope promises of it.", PROMISE),
    Edit({"actual - promised": "promised"}, "the promise alone",
         "This is what the slope promises. Subtract it from what happens.", PROMISE),
)
TESTS = (
    Edit({"math.log2(abs(quotient))": "abs(quotient)"}, "the quotient and not its power of two",
         "A quotient of 4 means 2 to the power 2: take the logarithm to base 2.", TEST),
    Edit({"math.log2(abs(quotient))": "abs(quotient) / 2"}, "half the quotient",
         "For 2 and 4 this is the power of two by chance. Take the logarithm to base 2.", TEST),
    Edit({"math.log2": "math.sqrt"}, "the root of the quotient",
         "For 4 this is the power of two by chance. Take the logarithm to base 2.", TEST),
    Edit({"math.log2": "math.log"}, "the logarithm has another base",
         "math.log is the natural logarithm. Divide it by math.log(2), or use math.log2.", TEST),
    Edit({"math.log2": "math.log10"}, "the logarithm to base 10",
         "Base 10 counts tenths, not halvings: use math.log2.", TEST),
    Edit({"h) / gap(f, slope, at, h / 2)": "h / 2) / gap(f, slope, at, h)"}, "upside down",
         "The gap of the larger nudge goes on top.", TEST),
    Edit({"gap(f, slope": "gap(f, 0.0"}, "the change and not the gap",
         "This measures how the change shrinks, which is like h for any smooth f. Subtract the "
         "promise first.", TEST),
    Edit({"at, h) / gap(f, slope, at, h / 2)": "at, 2 * h) / gap(f, slope, at, h)"},
         "the nudge doubled", "The two nudges are h and h / 2.", TEST),
    Edit({"h / 2": "h / 10"}, "a tenth of the nudge",
         "Powers of two belong to halvings: the second nudge is h / 2.", TEST),
    Edit({") / gap(": ") - gap("}, "the difference of the gaps",
         "How many times smaller is a quotient: the first gap divided by the second.", TEST),
    Edit({"math.log2(abs(quotient))": "round(math.log2(abs(quotient)))"}, "rounded",
         "The number itself is asked for: 1.9 is not 2.", TEST),
)
#: mistakes of a gradient by nudging, also where the nudge is a vector (chapter 9)
NUDGES = (
    Edit({"(2 * h))": "(2 * h))\n        theta = down"}, "the nudges stay in",
         "Each parameter has to return to its place before the next one moves: start from a fresh "
         "copy of theta.", RATIO, ({f"        {EACH}\n": "", "slopes = []": f"slopes = []; {EACH}"},
         {"/ (2 * eps)": "/ (2 * eps)\n        theta = theta - nudge"},
         {"        nudge = np.zeros(len(theta))\n": "",
         "slopes =": "slopes = nudge = np.zeros(len(theta)); slopes ="})),
    Edit({f"{UP_DOWN})": "(f(up) - f(theta)) / h)\n        theta = up"},
         "the nudges stay in, on one side",
         "Each parameter has to return to its place before the next one moves; and nudge it down "
         "as well as up.", RATIO,
         ({"theta - nudge": "theta", "/ (2 * eps)": "/ eps\n        theta = theta + nudge"},)),
    Edit({EACH: "up = down = list(theta)"}, "the two nudges cancel",
         "Every slope is 0: up and down are the same place. Two lists need two copies: up, down = "
         "list(theta), list(theta).", RATIO, ({"theta - nudge": "theta + nudge"},)),
    Edit({"f(down)": "f(theta)"}, "the nudge down only takes back the nudge up",
         "The lower run is at the old place. If up and down are one list, its second nudge undoes "
         "the first: copy theta for each.", RATIO, ({"theta - nudge": "theta"},)),
    Edit({"up[p] += h": "up = [t + h for t in theta]",
         "down[p] -= h": "down = [t - h for t in theta]"}, "all parameters nudged at once",
         "A partial derivative moves one parameter and holds the others still.", RATIO,
         ({"nudge[p]": "nudge[:]"},)),
    Edit({UP_DOWN: "(f(up) - f(theta)) / h"}, "nudged upwards only",
         "This is off by an amount of the size of the nudge. Nudge up and down: the difference of "
         "the two runs, divided by twice the nudge.", PRICE,
         ({"theta - nudge": "theta", "(2 * eps)": "eps"},)),
    Edit({UP_DOWN: "(f(theta) - f(down)) / h"}, "nudged downwards only",
         "This is off by an amount of the size of the nudge. Nudge up and down: the difference of "
         "the two runs, divided by twice the nudge.", PRICE,
         ({"theta + nudge": "theta", "(2 * eps)": "eps"},)),
    Edit({"(2 * h)": "h"}, "divided by one nudge",
         "From the lower run to the upper one the parameter moves by twice the nudge.", PRICE,
         ({"(2 * eps)": "eps"},)),
    Edit({"(2 * h)": "2 * h"}, "divided by 2 and multiplied by the nudge",
         "Without brackets, / 2 * h divides by 2 and then multiplies by h: write / (2 * h).", PRICE,
         ({"(2 * eps)": "2 * eps"},)),
    Edit({" / (2 * h)": ""}, "the difference and not the slope",
         "A slope is change per nudge: divide the difference by the way between the two runs.",
         RATIO, ({" / (2 * eps)": ""},)),
    Edit({"f(up) - f": "f(up) + f"}, "the two runs added",
         "What matters is how far the two runs are apart: subtract them.", PRICE,
         ({"nudge) - cost": "nudge) + cost"},)),
    Edit({"f(up) - f(down)": "f(down) - f(up)"}, "the sign of a step",
         "A gradient points to where the cost rises: the run with the nudge up comes first.",
         TWO_KNOBS, ({"theta + n": "theta - n", "- cost_at(theta - n": "- cost_at(theta + n"},)),
    Edit({"    return slopes": "        return slopes"}, "the first parameter only",
         "The return is inside the loop, which ends with the first parameter: move it out.", PRICE),
)
# fmt: on

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
        wrong=GAPS,
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
        wrong=TESTS,
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
        wrong=NUDGES,
    ),
)
