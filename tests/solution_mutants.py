"""Mutation check of the exercises: does a check refuse every small mistake in its solution?

Each folded solution is changed in one place at a time, as `mutants` changes nnlib and by taking one
variable for another, and handed in.
A mutant that passes is a hole in the cases, unless it is listed as equal, with the reason why it
gives the same numbers.

    python tests/solution_mutants.py            # every exercise, two minutes
    python tests/solution_mutants.py backprop   # one of them

Exits with 1 if a mutant passes that is not listed, or one that is listed does not.
"""

import ast
import re
import signal
import sys
import warnings

import mutants

from nnlib.exercises import exercises
from nnlib.exercises.engine import run
from nnlib.exercises.engine.declaring import source_of

SECONDS = 2  # of CPU time for one mutant; an endless loop counts as refused

SQUARED, ONE_ROW = "it is squared, or its length is taken", "there is one: the last is the first"
LOOP_END = "what is carried back from the first layer is not used"
EITHER_WAY = "the better way round counts: with every side exchanged it is the same"
EQUAL = [  # (exercise, what the mutant does with a line, as a pattern, why nothing changes)
    ("mean_cost", r".*\(a - y\).* -> .*\(y - a\).*", SQUARED),
    ("fitting_rate", r"return .* -> return 0.5 \* \(y - .*", SQUARED),
    ("fitting_rate", r".*, db, rate\).* -> .*, _, rate\).*", "delta is the slope by the bias"),
    ("fitting_rate", r".* <= .* -> .* < .*", "no step delivers half its promise exactly"),
    ("by_hand", r".*\[0\].* -> .*\[-1\].*", ONE_ROW),
    ("backprop_loops", r"a = \[table\[0\].* -> .*table\[-1\].*", ONE_ROW),
    ("backprop_loops", r"if l > 0: -> if (True|l >= 0|l > -1):", LOOP_END),
    ("far_apart", r".*\(g - m\).* -> .*\(m - g\).*", SQUARED),
    ("accuracy", r".* > 0.5.* -> .* >= 0.5.*", "exactly one half is on neither side"),
    ("bottleneck_step", r".*\(Z1 > 0\) -> .*\((Z1 >=|A1 >) 0\)", "at the corner both are slopes"),
    ("own_matrix", r".*\[:, :, 0\] -> .*\[:, :, -1\]", ONE_ROW),
    ("misses", r".* != \(.* -> .* == \(.*", EITHER_WAY),
    ("misses", r".* > 0\) .* -> .* <= 0\) .*", EITHER_WAY),
    ("misses", r".* == 1\)\) -> .*( != 1| == 0)\)\)", EITHER_WAY),
    ("misses", r".* > 0\) .* -> .* >= 0\) .*", "no sample lies on the cut"),
    ("misses", r".*\[:, 0\].* -> .*\[:, -1\].*", ONE_ROW),
]
ONE_LENGTH = {  # exercise: variables of one length; `len` of one may stand for `len` of another
    "mean_cost": "outputs targets",
    "backprop_1d": "w b z dw db",
    "train_1d": "w b dw db, xs ys",
    "dead_units": "b W alive",
    "layer_back": "delta W",
    "backprop_loops": "network dW db",
    "backprop": "network dW db z",
    "descend": "network new_W new_b dW db, X Y",
    "measured_slopes": "theta slopes",
    "complex_slopes": "theta slopes",
    "far_apart": "g m",
    "mended": "network dW db z",
    "layer_slopes": "A delta",
    "gradients": "network dW db z",
    "train_sgd": "X Y",
    "bottleneck_step": "X Y Z1 A1 D2 D1",
    "einsum_layer": "delta A",
    "batch_backprop": "network z, X Y",
    "misses": "A Y",
}


class TooLongError(KeyboardInterrupt):
    """A mutant does not end; a check is to let it through."""


def mixed_up(function, node):
    """Another variable of the function in the place of one, or a variable left as it was."""
    named = [arg.arg for arg in function.args.args]
    named += [n.id for n in ast.walk(function) if isinstance(n, ast.Name) and is_set(n)]
    if isinstance(node, ast.Name) and not is_set(node) and node.id in named:
        yield from (ast.Name(other, node.ctx) for other in dict.fromkeys(named) if other != node.id)
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        yield ast.Pass()


def is_set(name):
    return isinstance(name.ctx, ast.Store)


def mutants_of(exercise):
    """("before -> after", answer) for every mutant of a solution."""
    written, name = source_of(exercise.reference), exercise.reference.__name__
    for _, before, after, whole in mutants.mutants(written, [name], mixed_up):
        made = {}
        exec(whole, exercise.reference.__globals__, made)
        yield f"{before} -> {after}", made[name]


def reasons(exercise, change):
    """Why a mutant gives the same numbers; none if it is a hole."""
    found = [
        reason
        for name, pattern, reason in EQUAL
        if name == exercise.name and re.fullmatch(pattern, change)
    ]
    lengths = re.fullmatch(r"(.*)\blen\((\w+)\)(.*) -> \1len\((\w+)\)\3", change)
    for alike in ONE_LENGTH.get(exercise.name, "").split(", "):
        if lengths and {lengths[2], lengths[4]} <= {*alike.split()}:
            found.append(alike)
    return found


def passes_check(exercise, answer):
    """Whether an answer passes, in time."""

    def stop(*_):
        raise TooLongError

    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        return bool(run(exercise, answer if exercise.cases else answer()))
    except (Exception, TooLongError):
        return False  # a value that is asked for, and could not be made
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def main(names):
    warnings.simplefilter("ignore")  # a mutant may divide by 0
    declared, holes, met = exercises(), 0, set()
    for exercise in [declared[name] for name in names or declared]:
        counts = {"refused": 0, "equal": 0, "pass": 0}
        for change, answer in mutants_of(exercise):
            passes = passes_check(exercise, answer)
            why = reasons(exercise, change) if passes else []
            counts["equal" if why else "pass" if passes else "refused"] += 1
            met.update((exercise.name, reason) for reason in why)
            if passes and not why:
                print(f"passes: {exercise.name}: {change}", flush=True)
        print(f"{exercise.name:20}", *(f"{n:5} {what}" for what, n in counts.items()), flush=True)
        holes += counts["pass"]
    listed = {(name, reason) for name, _, reason in EQUAL}
    listed |= {(name, alike) for name, text in ONE_LENGTH.items() for alike in text.split(", ")}
    gone = {pair for pair in listed - met if not names or pair[0] in names}
    for name, reason in sorted(gone):
        print(f"listed as equal, but refused or gone: {name}: {reason}")
    return 1 if holes or gone else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
