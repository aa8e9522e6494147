"""Check a reader's answer against a reference and say what is wrong first.

An exercise is data: a reference, the cases to try, the known wrong answers with a diagnosis each,
and the hints. The engine calls the reader's function on every case, compares what comes back
number by number and shape by shape, and, where a known wrong answer gives exactly the reader's
numbers (and stops where the reader's function stops), names it. Where results are built backwards
and two mistakes meet, it names the one that gives the first wrong array.

The rooms: `declaring` what an exercise is; `calling` the reader's function, and `chance` in it;
`comparing` results; `mistakes` that make the numbers; `words`; `judging` puts the report together.
"""

from nnlib.exercises.engine.comparing import NotAsAskedError
from nnlib.exercises.engine.declaring import Edit, Exercise, Wrong, edited
from nnlib.exercises.engine.judging import run
from nnlib.exercises.engine.words import Feedback, Hint

__all__ = [
    "Edit",
    "Exercise",
    "Feedback",
    "Hint",
    "NotAsAskedError",
    "Wrong",
    "edited",
    "run",
]
