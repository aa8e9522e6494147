"""Exercises of chapter 4: a step against the gradient, what it promises, and training."""

import math

from nnlib import scalar
from nnlib.exercises.chapter01 import chain_cases
from nnlib.exercises.engine import Exercise, Wrong

DROP = "chapter 4, 'The promised drop'"
SAMPLES = "chapter 4, 'Many samples, one step'"
LENGTH = "chapter 4, 'Too small, too large'"
TRAINING = "chapter 4, 'The chain learns'"
SIGN = "chapter 4, 'A plus for a minus'"


def _moved(values, slopes, by):
    return [v + by * s for v, s in zip(values, slopes, strict=True)]


def _step(w, b, dw, db, rate):
    return _moved(w, dw, -rate), _moved(b, db, -rate)


# promised_change


def promised_change(dw, db, rate):
    """Return minus rate times the sum of the squared slopes."""
    return -rate * sum(s * s for s in [*dw, *db])


def _promise_cases(rng):
    return [
        ([0.3, -0.2], [0.1, 0.4], 0.5),
        ([-2.0], [1.0], 3.0),
        (rng.normal(size=3).tolist(), rng.normal(size=3).tolist(), 0.1),
    ]


# fitting_rate


def fitting_rate(w, b, x, y, rate):
    """Return the rate, halved until a step delivers at least half of what it promises."""
    return _rate_that_keeps(0.5, w, b, x, y, rate)


def _rate_that_keeps(share, w, b, x, y, rate):
    dw, db, _ = scalar.backward(w, b, x, y)
    while _delivered(w, b, dw, db, x, y, rate) > share * promised_change(dw, db, rate):
        rate = rate / 2
    return rate


def _rate_that_moves(w, b, x, y, rate):
    dw, db, _ = scalar.backward(w, b, x, y)
    while abs(_delivered(w, b, dw, db, x, y, rate)) < -0.5 * promised_change(dw, db, rate):
        rate = rate / 2
    return rate


def _rate_that_breaks(w, b, x, y, rate):
    dw, db, _ = scalar.backward(w, b, x, y)
    while _delivered(w, b, dw, db, x, y, rate) < 0.5 * promised_change(dw, db, rate):
        rate = rate / 2
    return rate


def _cost(w, b, x, y):
    return 0.5 * (scalar.forward(w, b, x)[1][-1] - y) ** 2


def _delivered(w, b, dw, db, x, y, rate):
    return _cost(*_step(w, b, dw, db, rate), x, y) - _cost(w, b, x, y)


def _rate_cases(rng):
    cases = []
    for w, b, x in chain_cases(rng):
        y = float(scalar.forward(w, b, x)[1][-1] < 0.5)  # a wrong answer: there is much to learn
        cases.append((w, b, x, y, 100.0))
    w, b, x = chain_cases(rng)[0]
    # The last but one overshoots its target: the first step it tries raises the cost.
    # That from 0.5 raises the cost by more than half of what it promised to lower it.
    overshooting = [(w, b, x, 0.5, 100.0), (w, b, x, 0.7, 1000.0)]
    return [(w, b, x, 1.0, 100.0), *cases, *overshooting, (w, b, x, 1.0, 0.1)]


def _walks_on(anew):
    """Every try starts where the one before it ended, perhaps with the gradient of that place."""

    def answer(w, b, x, y, rate):
        dw, db, _ = scalar.backward(w, b, x, y)
        while True:  # ends at the latest where the rate has become 0
            if anew:
                dw, db, _ = scalar.backward(w, b, x, y)
            change = _delivered(w, b, dw, db, x, y, rate)
            if change <= 0.5 * promised_change(dw, db, rate):
                return rate
            w, b = _step(w, b, dw, db, rate)
            rate = rate / 2

    return answer


def _halved_once(w, b, x, y, rate):
    return max(fitting_rate(w, b, x, y, rate), rate / 2)


def _cost_of_the_text(w, b, x, y, rate):
    """The slopes are those of the arguments, the cost is that of the chapter's own sample."""
    dw, db, _ = scalar.backward(w, b, x, y)
    while _delivered(w, b, dw, db, 1.5, 1.0, rate) > 0.5 * promised_change(dw, db, rate):
        rate = rate / 2
    return rate


def _change_at_fitting_rate(w, b, x, y, rate):
    dw, db, _ = scalar.backward(w, b, x, y)
    return _delivered(w, b, dw, db, x, y, fitting_rate(w, b, x, y, rate))


# train_1d


def train_1d(w, b, xs, ys, rate, steps):
    """Return w and b after gradient descent on the mean cost, as lists."""
    for _ in range(steps):
        w, b = _step(w, b, *_mean_slopes(w, b, xs, ys), rate)
    return list(w), list(b)


def _mean_slopes(w, b, xs, ys, divide_by=None):
    dw, db = [0.0] * len(w), [0.0] * len(w)
    for x, y in zip(xs, ys, strict=True):
        one = scalar.backward(w, b, x, y)
        dw, db = _moved(dw, one.dw, 1.0), _moved(db, one.db, 1.0)
    n = divide_by or len(xs)
    return [s / n for s in dw], [s / n for s in db]


def _training_cases(rng):
    cases = []
    for place, (w, b, _) in enumerate(chain_cases(rng)):
        xs = [-3.0, -1.0, 2.0] if place == 0 else rng.uniform(-5, 5, size=3 + place).tolist()
        cases.append((w, b, xs, [float(x > 0) for x in xs], 2.0, 3 + place))
    return cases


def _summed(w, b, xs, ys, rate, steps):
    return train_1d(w, b, xs, ys, rate * len(xs), steps)


def _sample_by_sample(w, b, xs, ys, rate, steps):
    for _ in range(steps):
        for x, y in zip(xs, ys, strict=True):
            one = scalar.backward(w, b, x, y)
            w, b = _step(w, b, one.dw, one.db, rate)
    return w, b


def _sample_by_sample_shared(w, b, xs, ys, rate, steps):
    return _sample_by_sample(w, b, xs, ys, rate / len(xs), steps)


def _old_gradient(w, b, xs, ys, rate, steps):
    dw, db = _mean_slopes(w, b, xs, ys)
    return _step(w, b, dw, db, rate * steps)


def _last_sample_only(w, b, xs, ys, rate, steps):
    return train_1d(w, b, xs[-1:], ys[-1:], rate, steps)


def _last_sample_shared(w, b, xs, ys, rate, steps):
    return train_1d(w, b, xs[-1:], ys[-1:], rate / len(xs), steps)


def _never_reset(w, b, xs, ys, rate, steps):
    dw, db = [0.0] * len(w), [0.0] * len(w)
    for _ in range(steps):
        more_w, more_b = _mean_slopes(w, b, xs, ys)
        dw, db = _moved(dw, more_w, 1.0), _moved(db, more_b, 1.0)
        w, b = _step(w, b, dw, db, rate)
    return w, b


def _gradient_of_the_mean_sample(w, b, xs, ys, rate, steps):
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return train_1d(w, b, [x], [y], rate, steps)


EXERCISES = (
    Exercise(
        name="promised_change",
        reference=promised_change,
        cases=_promise_cases,
        hints=(
            "A parameter that is nudged promises slope times nudge. How large is each nudge here?",
            "Each nudge is minus rate times the slope. So each promise is minus rate times the "
            "slope squared.",
            "Add up s ** 2 over the slopes in dw and in db, and multiply by -rate.",
        ),
        wrong=(
            Wrong(
                "the sign is missing",
                lambda dw, db, rate: -promised_change(dw, db, rate),
                "The step goes downhill: the promised change in cost is negative.",
                DROP,
            ),
            Wrong(
                "the slopes are not squared",
                lambda dw, db, rate: -rate * sum([*dw, *db]),
                "Slope times nudge: the nudge contains the slope once more.",
                DROP,
            ),
            Wrong(
                "the size and not its square",
                lambda dw, db, rate: -rate * math.sqrt(sum(s * s for s in [*dw, *db])),
                "The promise is minus rate times the sum of squares, without a root.",
                DROP,
            ),
            Wrong(
                "the sum is squared",
                lambda dw, db, rate: -rate * sum([*dw, *db]) ** 2,
                "Square each slope first, then add: every parameter keeps its own promise.",
                DROP,
            ),
            Wrong(
                "the biases are left out",
                lambda dw, db, rate: promised_change(dw, [], rate),
                "The biases take a step too, and their squares count as well.",
                DROP,
            ),
            Wrong(
                "the learning rate is missing",
                lambda dw, db, rate: promised_change(dw, db, 1.0),
                "A step twice as long promises twice as much: multiply by the rate.",
                DROP,
            ),
            Wrong(
                "the learning rate is squared",
                lambda dw, db, rate: rate * promised_change(dw, db, rate),
                "The nudge has the rate in it once, and the slope not at all.",
                DROP,
            ),
            Wrong(
                "half of it",
                lambda dw, db, rate: promised_change(dw, db, rate) / 2,
                "There is no 1/2 here: it belongs to the cost, and the slopes have used it up.",
                DROP,
            ),
        ),
    ),
    Exercise(
        name="fitting_rate",
        reference=fitting_rate,
        cases=_rate_cases,
        hints=(
            "You need two numbers for each rate you try: what the step promises and what it "
            "delivers. The slopes are the same for all of them.",
            "The promise is promised_change(dw, db, rate). What the step delivers is the cost "
            "after it minus the cost before it, both for the x and y of the arguments.",
            "A while loop: compute both for the present rate, return it if "
            "delivered <= 0.5 * promised, halve it if not. Every try starts from the same w and b.",
        ),
        wrong=(
            Wrong(
                "the first rate is returned",
                lambda w, b, x, y, rate: rate,
                "The rate has to be tried: compare what the step delivers with its promise.",
                DROP,
            ),
            Wrong(
                "the sign is dropped",
                _rate_that_moves,
                "A step that raises the cost delivers the opposite of its promise, however large "
                "the change.",
                DROP,
            ),
            Wrong(
                "the comparison is the wrong way round",
                _rate_that_breaks,
                "The promise is negative, so at least half of it means that delivered is below "
                "0.5 * promised.",
                DROP,
            ),
            Wrong(
                "any fall is enough",
                lambda w, b, x, y, rate: _rate_that_keeps(0.0, w, b, x, y, rate),
                "A step may lower the cost and still break its promise: ask for half of it.",
                LENGTH,
            ),
            Wrong(
                "halved once too often",
                lambda w, b, x, y, rate: fitting_rate(w, b, x, y, rate) / 2,
                "Return the rate that passed, before it is halved again.",
                LENGTH,
            ),
            Wrong(
                "a step for every try",
                _walks_on(anew=False),
                "Each try starts from the same place: do not overwrite w and b.",
                LENGTH,
            ),
            Wrong(
                "a step for every try, and a new gradient",
                _walks_on(anew=True),
                "Each try starts from the same place, with the same slopes: do not overwrite w and "
                "b, and call scalar.backward once, before the loop.",
                LENGTH,
            ),
            Wrong(
                "halved only once",
                _halved_once,
                "An `if` halves the rate only once. Halve it until the step fits: `while`.",
                LENGTH,
            ),
            Wrong(
                "the cost of another sample",
                _cost_of_the_text,
                "The chapter's `cost` uses x = 1.5 and y = 1, not the arguments x and y. Write one "
                "that uses them.",
                DROP,
            ),
            Wrong(
                "the cost lacks its 1/2",
                lambda w, b, x, y, rate: _rate_that_keeps(0.25, w, b, x, y, rate),
                "Twice the cost falls twice as far. scalar.backward gives the slopes of the cost "
                "with the 1/2.",
                DROP,
            ),
            Wrong(
                "the change and not the rate",
                _change_at_fitting_rate,
                "Return the rate, not what it delivers.",
                LENGTH,
            ),
        ),
    ),
    Exercise(
        name="train_1d",
        reference=train_1d,
        cases=_training_cases,
        parts=("w", "b"),
        rtol=1e-8,
        hints=(
            "One loop over the steps, and in it one loop over the samples. In which of them do w "
            "and b change?",
            "In each step, add up the slopes of all samples at the same w and b. Then take one "
            "step.",
            "Start each step with dw and db full of zeros. Add one.dw[l] / len(xs) for each "
            "sample, where one = scalar.backward(w, b, x_i, y_i).",
            "After the loop over the samples, still inside the loop over the steps: "
            "w, b = step(w, b, dw, db, rate).",
        ),
        wrong=(
            Wrong(
                "a sum and not a mean",
                _summed,
                "The cost is the mean over the samples: divide the sum of the slopes by their "
                "number.",
                SAMPLES,
            ),
            Wrong(
                "a step after every sample",
                _sample_by_sample,
                "Here w and b change inside the loop over the samples, so the samples see "
                "different networks. Collect all slopes first, then take one step.",
                SAMPLES,
            ),
            Wrong(
                "a small step after every sample",
                _sample_by_sample_shared,
                "Here w and b change inside the loop over the samples, so the samples see "
                "different networks. Collect all slopes first, then take one step.",
                SAMPLES,
            ),
            Wrong(
                "the gradient of the start, over and over",
                _old_gradient,
                "The slopes belong to one place. After a step they have to be computed again.",
                TRAINING,
            ),
            Wrong(
                "the last sample overwrites the others",
                _last_sample_only,
                "dw and db hold the slopes of the last sample only. Add, starting at zero.",
                SAMPLES,
            ),
            Wrong(
                "the last sample overwrites the others, and is divided",
                _last_sample_shared,
                "dw and db hold the slopes of the last sample only. Add, starting at zero.",
                SAMPLES,
            ),
            Wrong(
                "the slopes of earlier steps stay in",
                _never_reset,
                "dw and db have to start at zero in every step, not only in the first one.",
                TRAINING,
            ),
            Wrong(
                "the gradient is added",
                lambda w, b, xs, ys, rate, steps: train_1d(w, b, xs, ys, -rate, steps),
                "The gradient points to where the cost rises: subtract it.",
                SIGN,
            ),
            Wrong(
                "one step too few",
                lambda w, b, xs, ys, rate, steps: train_1d(w, b, xs, ys, rate, steps - 1),
                "Count the steps: range(steps) makes exactly that many.",
                TRAINING,
            ),
            Wrong(
                "one step only",
                lambda w, b, xs, ys, rate, steps: train_1d(w, b, xs, ys, rate, 1),
                "The return is inside the loop over the steps.",
                TRAINING,
            ),
            Wrong(
                "the mean of the samples as one sample",
                _gradient_of_the_mean_sample,
                "A network bends: its gradient at the mean input is not the mean of its gradients.",
                SAMPLES,
            ),
            Wrong(
                "nothing moves",
                lambda w, b, xs, ys, rate, steps: (list(w), list(b)),
                "The new w and b are made and thrown away: w, b = step(...).",
                TRAINING,
            ),
            Wrong(
                "w and b are swapped",
                lambda w, b, xs, ys, rate, steps: train_1d(w, b, xs, ys, rate, steps)[::-1],
                "Return the weights first, then the biases.",
                TRAINING,
            ),
        ),
    ),
)
