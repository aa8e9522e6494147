"""Cross check of the exercises: is a mistake that one of them knows named in its siblings?

Siblings take the same arguments, and the solution of one passes the check of the other. Each known
mistake of one is handed in to the other; it has to be named there, unless it is listed with the
reason why not.

    python tests/cross_mistakes.py            # every exercise
    python tests/cross_mistakes.py backprop   # what the siblings of one know

Exits with 1 if a mistake is not named and not listed, or listed and named after all.
"""

import sys
import warnings

from nnlib.exercises import exercises
from nnlib.exercises.engine import run

SIGMOIDS = "the networks of chapter 7 have sigmoids only: it changes no number"
VECTORS = "products of vectors, and their shapes, come in chapter 8"
LOOPS = "made in loops over indices, it stops where a product goes on; chapter 8 has no such loops"
STACKS = "stacks come in chapter 13"
UNNAMED = {  # (exercise, mistake of a sibling): why it is not named
    ("backprop_loops", "the slope of the sigmoid in every layer"): SIGMOIDS,
    ("backprop_loops", "the squash of the next layer"): SIGMOIDS,
    ("backprop_loops", "an axis squeezed away"): VECTORS,
    ("backprop_loops", "entry by entry for the outer product"): VECTORS,
    ("backprop_loops", "the dot product for the outer product"): VECTORS,
    ("backprop_loops", "db as columns"): VECTORS,
    ("backprop", "the slope of the next layer"): LOOPS,
    ("backprop", "the slope of the layer before"): LOOPS,
    ("gradients", "the stack is not collapsed"): STACKS,
    ("gradients", "the stack is collapsed over the units"): STACKS,
    ("gradients", "the stack is collapsed over the units before"): STACKS,
}


def siblings(exercise, declared):
    """The exercises that ask for the same; those that leave all mistakes to the reader aside."""
    return [
        other
        for other in declared
        if other is not exercise
        and exercise.wrong
        and exercise.cases
        and other.cases
        and other.parameters == exercise.parameters
        and (run(exercise, other.reference) or run(other, exercise.reference))
    ]


def unnamed(exercise, declared):
    """The mistakes of its siblings that an exercise does not name, each with what is said of it."""
    return {
        wrong.name: message
        for sibling in siblings(exercise, declared)
        for wrong in sibling.wrong
        for answer in wrong.answers
        if " mistake: " not in (message := run(exercise, answer).message)
    }


def main(names):
    warnings.simplefilter("ignore")  # a mistake may divide by 0
    declared = exercises()
    found = {
        (name, mistake): message
        for name in names or declared
        for mistake, message in unnamed(declared[name], declared.values()).items()
    }
    for (name, mistake), message in found.items():
        if (name, mistake) not in UNNAMED:
            print(f"{name} does not name: {mistake}\n    {message.splitlines()[1:3]}")
    gone = [pair for pair in UNNAMED if pair not in found and (not names or pair[0] in names)]
    for name, mistake in gone:
        print(f"listed, but named after all or gone: {name}: {mistake}")
    new = [pair for pair in found if pair not in UNNAMED]
    print(f"{len(new)} mistakes are named in one exercise and not in its sibling")
    return 1 if new or gone else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
