"""What an exercise is: a right answer, the cases to try, the known mistakes, and the hints."""

import copy
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class Wrong:
    """A known wrong answer: functions that make the mistake, and what to tell who made it.

    Parameters
    ----------
    name : str
        The misconception in a few words.
    answer : callable
        Takes the arguments of the exercise and returns what the mistake gives, or raises what it
        raises. It leaves its arguments alone: the engine reports a changed argument by itself.
    diagnosis : str
        One or two sentences: what was done, and what to do in its place.
    section : str
        Where the book explains it.
    others : tuple of callable, optional
        The same mistake in other forms, which give other numbers or stop elsewhere.
    """

    name: str
    answer: Callable
    diagnosis: str
    section: str
    others: tuple[Callable, ...] = ()

    @property
    def answers(self):
        """All forms of the mistake."""
        return (self.answer, *self.others)


@dataclass(frozen=True)
class Edit:
    """A known wrong answer that is a right one with some text replaced.

    Parameters
    ----------
    change : dict of str to str
        What stands in the right answer to what is put in its place, one after the other.
    name, diagnosis, section : str
        As `Wrong`.
    forms : tuple of dict, optional
        The same mistake by other changes. Each of them, and `change`, is tried on the solution and
        on every function in the exercise's `forms`; where it can be made, it is a form of the
        mistake.
    """

    change: dict[str, str]
    name: str
    diagnosis: str
    section: str
    forms: tuple[dict[str, str], ...] = ()

    def of(self, functions):
        """Return the mistake as a `Wrong`, made in each of some right answers where it can be.

        Raises
        ------
        ValueError
            If the text occurs in none of them.
        """
        answers = [
            answer
            for change in (self.change, *self.forms)
            for function in functions
            if (answer := edited(function, change))
        ]
        if not answers:
            names = ", ".join(function.__name__ for function in functions)
            raise ValueError(f"{self.name!r}: {list(self.change)} does not occur in {names}")
        return Wrong(self.name, answers[0], self.diagnosis, self.section, tuple(answers[1:]))


def edited(function, change):
    """Return a function with some of its text replaced, wherever it occurs.

    Parameters
    ----------
    function : function
        Its source is read; what it calls stays as it is.
    change : dict of str to str
        As in `Edit`.

    Returns
    -------
    function or None
        None where some text to be replaced does not occur.

    Raises
    ------
    SyntaxError
        If the result is no Python.
    """
    source = source_of(function)
    for old, new in change.items():
        if old not in source:
            return None
        source = source.replace(old, new)
    made = {}
    exec(source, function.__globals__, made)
    return made[function.__name__]


def source_of(function):
    """Return the text of a function, not indented."""
    return textwrap.dedent(inspect.getsource(function)).rstrip("\n")


@dataclass(frozen=True, eq=False)
class Exercise:
    """One exercise, as declared in the chapter modules.

    Parameters
    ----------
    name : str
    reference : callable
        A right answer, written as the page shows it: the solution folded in below the exercise. Its
        signature is the one that the reader's function has to have; it returns a number, an array,
        a list of these (lists may be nested), or a tuple named by `parts`.
    cases : callable or None
        Takes a ``numpy.random.Generator`` and returns a list of argument tuples. The first case is
        the one that a report shows first. A mistake that only some shapes let through needs a case
        in which it stops and one in which it does not: a square matrix beside the others. None
        means that a value is asked for and not a function: `reference` takes no arguments.
    hints : tuple of str
        From the first push to nearly the answer.
    wrong : tuple of Wrong or Edit, optional
        Known wrong answers. The first that fits the reader's numbers is named. Here each of them
        is a `Wrong`, whatever was given.
    parts : tuple of str, optional
        Names of the items, if the result is a tuple. If all of them are lists, the report goes
        layer by layer: the last items belong to the last layer, so that a list with one item more
        begins before the others, as the activations do.
    last_first : bool, optional
        Report from the last part or layer to the first: the order of a backward pass, in which
        earlier items are made from later ones. Within an array the order stays.
    comment : callable or None, optional
        Takes the arguments and the result of one case (None in place of a result in which an array
        has a wrong shape), and a dict from the name of every array, or single number, to whether it
        is right, in the order of the report. Returns lines to say: about the first wrong case, or
        about the first of all where every case is right.
    rtol : float, optional
        Relative tolerance; a number also passes within ``rtol`` of the largest expected number of
        its own array, or, outside an array, of the whole result.
    no_loop : bool, optional
        Say where there is a loop in an answer that is right.
    show : callable or None, optional
        Takes a value and returns it in a few words, or None where the engine's own will do.
    forms : tuple of callable, optional
        Right answers in another form than the reference, for an `Edit` to be made in.
    nearest : callable or None, optional
        Takes the arguments, the expected result and an answer's, and returns the right result that
        is nearest to the answer's: where more than one is right.

    Raises
    ------
    ValueError
        If the text of an `Edit` occurs in no right answer.
    """

    name: str
    reference: Callable
    cases: Callable | None
    hints: tuple[str, ...]
    wrong: tuple[Wrong | Edit, ...] = ()
    parts: tuple[str, ...] = ()
    last_first: bool = False
    rtol: float = 1e-9
    comment: Callable | None = None
    no_loop: bool = False
    show: Callable | None = None
    forms: tuple[Callable, ...] = ()
    nearest: Callable | None = None

    def __post_init__(self):
        right = (self.reference, *self.forms)
        known = (one.of(right) if isinstance(one, Edit) else one for one in self.wrong)
        object.__setattr__(self, "wrong", tuple(known))

    @cached_property
    def tried(self):
        """Every case as (arguments, expected result)."""
        cases = [()] if self.cases is None else self.cases(np.random.default_rng(0))
        return [(case, self.reference(*copy.deepcopy(case))) for case in cases]

    @cached_property
    def parameters(self):
        """Names of the arguments."""
        return list(inspect.signature(self.reference).parameters)

    @property
    def solution(self):
        """The folded cell: the reference under the exercise's name, and its check."""
        written = source_of(self.reference)
        mine = written.replace(f"def {self.reference.__name__}(", f"def {self.name}(", 1)
        return f'{mine}\n\ncheck("{self.name}", {self.name})'
