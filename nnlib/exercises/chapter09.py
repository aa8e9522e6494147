"""Exercises of chapter 9: slopes measured for a network, the complex step, a fair comparison."""

import numpy as np

from nnlib import scalar, vectorized
from nnlib.exercises import networks
from nnlib.exercises.engine import Exercise, Wrong
from nnlib.exercises.judge import gradient_exercise
from nnlib.gradcheck import flatten, unflatten
from nnlib.network import init_network

ROW = "chapter 9, 'All in a row'"
NUDGE = "chapter 9, 'Nudge each, up and down'"
APART = "chapter 9, 'How far apart'"
COMPLEX = "chapter 9, 'A nudge that subtracts nothing'"
NEVER = "chapter 9, 'A check that never ran'"
RATIO = "chapter 2, 'How much per nudge'"
PRICE = "chapter 2, 'Six slopes, twelve runs'"
OUTSIDE = "chapter 8, 'A network from outside'"
MEAN = "chapter 8, 'One function, any depth'"


# measured_slopes


def measured_slopes(network, X, Y, eps):
    """Return the central differences of the mean cost with respect to all parameters."""
    return _measured(network, X, Y, lambda cost, up, down: (cost(up) - cost(down)) / (2 * eps), eps)


def _measured(network, X, Y, slope, eps):
    """Return slope(cost, theta nudged up, theta nudged down) for every parameter."""
    cost, theta = networks.cost_of(network, X, Y), flatten(network)
    nudges = eps * np.eye(theta.size)
    return np.array([slope(cost, theta + nudge, theta - nudge) for nudge in nudges])


def _network_cases(rng):
    cases = []
    for sizes, samples, eps in (([2, 3, 1], 1, 0.01), ([1, 2, 2], 3, 0.1), ([3, 1, 2], 4, 0.001)):
        network = networks.draw(rng, sizes)
        rows = [networks.sample(rng, network) for _ in range(samples)]
        cases.append((network, *(np.array(column) for column in zip(*rows, strict=True)), eps))
    return cases


def _one_sided(network, X, Y, eps):
    def slope(cost, up, down):
        return (cost(up) - cost((up + down) / 2)) / eps

    return _measured(network, X, Y, slope, eps)


def _of_the_text(network, X, Y, eps):
    """The cost of the chapter's own network, whatever network is given; it has another length."""
    outside = init_network([2, 3, 3, 1], rng=0)
    return networks.cost_of(outside, X, Y)(flatten(network) + eps)


def _all_at_once(network, X, Y, eps):
    cost, theta = networks.cost_of(network, X, Y), flatten(network)
    slope = (cost(theta + eps) - cost(theta - eps)) / (2 * eps)
    return np.full(theta.size, slope)


def _slopes_times(factor):
    def answer(network, X, Y, eps):
        return factor(len(X)) * measured_slopes(network, X, Y, eps)

    return answer


def _derived(network, X, Y, eps):
    dW, db, _ = vectorized.gradients(network, X, Y)
    return flatten([*dW, *db])


def _laid_out(order):
    """The right slopes in another order; `order` takes the lists of dW and db."""

    def answer(network, X, Y, eps):
        slopes = unflatten(measured_slopes(network, X, Y, eps), like=network)
        return flatten(order([layer.W for layer in slopes], [layer.b for layer in slopes]))

    return answer


def _layer_by_layer(dW, db):
    return [array for pair in zip(dW, db, strict=True) for array in pair]


# complex_slopes


def complex_slopes(f, theta):
    """Return the slopes of f by the complex step."""
    return _stepped(f, theta, 1e-20j, lambda value: value.imag / 1e-20)


def _stepped(f, theta, nudge, read):
    nudges = nudge * np.eye(len(theta))
    return np.array([read(f(theta + step)) for step in nudges])


def _cube_and_product(theta):
    """The function theta[0] ** 3 + theta[0] * theta[1]."""
    return theta[0] ** 3 + theta[0] * theta[1]


def _wave(theta):
    """The function sin(theta[0]) * exp(theta[1]) / theta[2]."""
    return np.sin(theta[0]) * np.exp(theta[1]) / theta[2]


def _cost_of_chain(theta):
    """The cost of a chain of two units as a function of w1, w2, b1, b2."""
    _, a = scalar.forward(list(theta[:2]), list(theta[2:]), 1.5)
    return 0.5 * (a[-1] - 1.0) ** 2


def _function_cases(rng):
    return [
        (_cube_and_product, np.array([2.0, 5.0])),
        (_wave, rng.uniform(0.5, 1.5, size=3)),
        (_cost_of_chain, rng.normal(size=4)),
        (_cube_and_product, np.array([2, -7])),
    ]


def _steps_stay(f, theta):
    nudges = np.cumsum(1e-20j * np.eye(len(theta)), axis=0)
    return np.array([f(theta + step).imag / 1e-20 for step in nudges])


def _all_stepped_at_once(f, theta):
    return np.full(len(theta), f(theta + 1e-20j).imag / 1e-20)


# far_apart


def far_apart(g, m):
    """Return |g - m| / (|g| + |m|); 0 for two vectors of zeros, 1 for empty ones."""
    return _apart(g, m)


def _apart(g, m, size=np.linalg.norm, below=lambda g, m: g + m, empty=1.0, zeros=0.0):
    if len(g) == 0:
        return empty
    sizes = below(size(g), size(m))
    return float(size(g - m) / sizes) if sizes > 0 else zeros


def _vector_cases(rng):
    v = rng.normal(size=5)
    return [
        (np.array([3.0, 4.0]), np.array([3.0, 4.5])),
        (v, 2 * v),
        (v, v.copy()),
        (1e-9 * v, -1e-9 * v),
        (rng.normal(size=3), rng.normal(size=3)),
        (np.array([1.0, 0.0, 1e-8]), np.array([1.0, 0.0, 2e-8])),
        (np.zeros(4), np.zeros(4)),
        (np.zeros(0), np.zeros(0)),
    ]


def _entry_by_entry(g, m):
    """The mean of the relative errors of the single entries."""
    if len(g) == 0:
        return 1.0
    sizes = abs(g) + abs(m)
    return float(np.mean(abs(g - m) / np.where(sizes > 0, sizes, 1.0)))


def _without_a_sign(g, m):
    """The largest difference, upwards only."""
    return float(np.max(g - m)) if len(g) else 1.0


EXERCISES = (
    networks.network_exercise(
        name="measured_slopes",
        reference=measured_slopes,
        cases=_network_cases,
        rtol=1e-8,
        hints=(
            "Make the cost a function of one vector, as `cost_at` does in the text, with the "
            "network, X and Y of the arguments.",
            "theta = gradcheck.flatten(network). For each p, a vector of zeros with eps in place "
            "p is the nudge.",
            "slopes[p] = (cost_at(theta + nudge) - cost_at(theta - nudge)) / (2 * eps)",
        ),
        wrong=(
            Wrong(
                "nudged upwards only",
                _one_sided,
                "This is off by an amount of the size of eps. Nudge up and down: the difference "
                "of the two runs, divided by 2 * eps.",
                NUDGE,
            ),
            Wrong(
                "divided by eps",
                _slopes_times(lambda N: 2.0),
                "From the lower run to the upper one the parameter moves by 2 * eps. (Or the cost "
                "has lost its 1/2.)",
                PRICE,
            ),
            Wrong(
                "the sign of a step",
                _slopes_times(lambda N: -1.0),
                "A slope says how the cost rises: the run with the nudge up comes first.",
                NUDGE,
            ),
            Wrong(
                "the network from outside",
                _of_the_text,
                "cost_at of the text knows the network of the text, and no other. Define it again "
                "inside your function, with the network, X and Y that are given.",
                OUTSIDE,
            ),
            Wrong(
                "all parameters nudged at once",
                _all_at_once,
                "A partial derivative moves one parameter and holds the others still: one entry "
                "of the nudge is eps, the others are 0.",
                RATIO,
            ),
            Wrong(
                "a sum and not a mean",
                _slopes_times(lambda N: N),
                "The cost of several samples is the mean of their costs.",
                MEAN,
            ),
            Wrong(
                "eps is not used",
                _derived,
                "These slopes do not depend on eps: they come from a much smaller nudge, or from a "
                "derived gradient, which a check must not rely on. Nudge by eps itself.",
                NUDGE,
            ),
            Wrong(
                "layer by layer",
                _laid_out(_layer_by_layer),
                "The order is that of flatten: all W first, then all b.",
                ROW,
            ),
            Wrong(
                "the biases first",
                _laid_out(lambda dW, db: db + dW),
                "The order is that of flatten: all W first, then all b.",
                ROW,
            ),
            Wrong(
                "column by column",
                _laid_out(lambda dW, db: [W.T for W in dW] + db),
                "flatten reads a table row by row.",
                ROW,
            ),
            Wrong(
                "the weights alone",
                _laid_out(lambda dW, db: dW),
                "The biases are parameters too: flatten has them at its end.",
                ROW,
            ),
        ),
    ),
    Exercise(
        name="complex_slopes",
        reference=complex_slopes,
        cases=_function_cases,
        hints=(
            "A float array cannot hold an imaginary part. Start from theta.astype(complex), or "
            "add a complex nudge to theta.",
            "For each p, a vector of complex zeros with 1e-20j in place p is the nudge.",
            "slopes[p] = f(theta + nudge).imag / 1e-20",
        ),
        wrong=(
            Wrong(
                "the real part",
                lambda f, theta: _stepped(f, theta, 1e-20j, lambda value: value.real / 1e-20),
                "The real part is the value of f. The slope is in the imaginary part: .imag.",
                COMPLEX,
            ),
            Wrong(
                "the size of the complex number",
                lambda f, theta: _stepped(f, theta, 1e-20j, lambda value: abs(value) / 1e-20),
                "abs mixes both parts. The slope is in the imaginary part alone: .imag.",
                COMPLEX,
            ),
            Wrong(
                "not divided by the nudge",
                lambda f, theta: _stepped(f, theta, 1e-20j, lambda value: value.imag),
                "This is the change. Per nudge it is the slope: divide by 1e-20.",
                COMPLEX,
            ),
            Wrong(
                "divided by twice the nudge",
                lambda f, theta: _stepped(f, theta, 1e-20j, lambda value: value.imag / 2e-20),
                "There is one run and one nudge here, not one up and one down.",
                COMPLEX,
            ),
            Wrong(
                "a step to the other side",
                lambda f, theta: _stepped(f, theta, -1e-20j, lambda value: value.imag / 1e-20),
                "The nudge is -1e-20j, but the division is by +1e-20.",
                COMPLEX,
            ),
            Wrong(
                "too large a nudge",
                lambda f, theta: _stepped(f, theta, 1e-2j, lambda value: value.imag / 1e-2),
                "The truncation error is still there. Nothing is subtracted, so take 1e-20.",
                COMPLEX,
            ),
            Wrong(
                "the steps stay in",
                _steps_stay,
                "Each entry has to return to its place before the next one moves.",
                RATIO,
            ),
            Wrong(
                "all entries nudged at once",
                _all_stepped_at_once,
                "A partial derivative moves one entry and holds the others still.",
                RATIO,
            ),
            Wrong(
                "the imaginary part is lost",
                lambda f, theta: np.zeros(len(theta)),
                "An array of floats drops the imaginary part of what is put into it: start from "
                "theta.astype(complex). Or the nudge is real: it has to be 1e-20j.",
                COMPLEX,
            ),
        ),
    ),
    Exercise(
        name="far_apart",
        reference=far_apart,
        cases=_vector_cases,
        hints=(
            "np.linalg.norm(g) is the length |g|: the root of the sum of the squares.",
            "Two cases come first: nothing to compare, and both lengths 0.",
            "What is left is np.linalg.norm(g - m) / (np.linalg.norm(g) + np.linalg.norm(m)).",
        ),
        wrong=(
            Wrong(
                "nothing compared, and passed",
                lambda g, m: _apart(g, m, empty=0.0),
                "Empty vectors have an error of 0 here, which passes every check.",
                NEVER,
            ),
            Wrong(
                "nothing compared, and passed; zeros fail",
                lambda g, m: _apart(g, m, empty=0.0, zeros=1.0),
                "It is the other way round: equal vectors of zeros are 0 apart, and empty ones "
                "prove nothing.",
                NEVER,
            ),
            Wrong(
                "two vectors of zeros are far apart",
                lambda g, m: _apart(g, m, zeros=1.0),
                "Two vectors of zeros are equal: 0.",
                APART,
            ),
            Wrong(
                "an absolute error",
                lambda g, m: _apart(g, m, below=lambda a, b: 1.0),
                "The difference alone is small wherever the slopes are small. Divide by the "
                "lengths of both.",
                APART,
            ),
            Wrong(
                "relative to one of the two",
                lambda g, m: _apart(g, m, below=lambda a, b: a),
                "Divide by the sum of both lengths: |g| + |m|.",
                APART,
            ),
            Wrong(
                "relative to the measured one",
                lambda g, m: _apart(g, m, below=lambda a, b: b),
                "Divide by the sum of both lengths: |g| + |m|.",
                APART,
            ),
            Wrong(
                "relative to the larger one",
                lambda g, m: _apart(g, m, below=max),
                "Divide by the sum of both lengths: |g| + |m|.",
                APART,
            ),
            Wrong(
                "a sum in place of a length",
                lambda g, m: _apart(g, m, size=lambda v: np.sum(abs(v))),
                "The length of a vector is the root of the sum of its squares.",
                APART,
            ),
            Wrong(
                "no root",
                lambda g, m: _apart(g, m, size=lambda v: np.sum(v**2)),
                "The root is missing: the length is the root of the sum of the squares.",
                APART,
            ),
            Wrong(
                "each entry by itself",
                _entry_by_entry,
                "Here an entry that is nearly 0 counts as much as the largest. Take the lengths "
                "of the whole vectors.",
                APART,
            ),
            Wrong(
                "a difference with its sign",
                _without_a_sign,
                "A large negative difference looks small. Lengths have no sign.",
                APART,
            ),
        ),
    ),
    gradient_exercise(
        "mended",
        named=False,
        hints=(
            "The report begins at the last layer. Are its dW and db right? If both are wrong, it "
            "is BP1: which factor is missing?",
            "If db is right and dW is not, it is BP4. A weight multiplies what comes in: which "
            "item of a does network[l] read?",
            "If a layer is right and the one before it is wrong, it is BP2. derivative wants z: "
            "which item of z belongs to layer network[l - 1]?",
        ),
    ),
)
