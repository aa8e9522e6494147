"""Exercises of chapter 12: stacks of matrices, and einsum forward and backward."""

import numpy as np

from nnlib.exercises.engine import Exercise, Wrong

PRODUCT = "chapter 12, 'One product for each matrix'"
ROOM = "chapter 12, 'Room for an axis'"
LETTERS = "chapter 12, 'A letter for each axis'"
DROPPED = "chapter 12, 'The letter that was dropped'"
BACK = "chapter 12, 'Back through the letters'"
FAILS = "chapter 12, 'Where the swap fails'"
STAR = "chapter 5, 'A star is not a product'"
SQUEEZE = "chapter 8, 'An axis squeezed away'"


# own_matrix


def own_matrix(T, X):
    """Return each sample times its own matrix, one sample per row."""
    return (T @ X[:, :, None])[:, :, 0]


def _stack_cases(rng):
    """Sizes that all differ; all equal; as many samples as inputs, or as rows; one of each."""
    cases = []
    for N, rows, columns in ((4, 3, 2), (3, 3, 3), (2, 4, 2), (3, 3, 2), (1, 3, 2), (3, 1, 2)):
        arrays = ((N, rows, columns), (N, columns))
        cases.append(tuple(rng.normal(size=shape).round(2) for shape in arrays))
    return cases


# in_letters


def in_letters(D, A, T):
    """Return the sums, the tables and the forms."""
    return _sums(D), _tables(D, A), _forms(D, T, A)


def _sums(D):
    return np.einsum("ij->j", D)


def _tables(D, A):
    return np.einsum("ij,ik->ijk", D, A)


def _forms(D, T, A):
    return np.einsum("ij,ijk,ik->i", D, T, A)


def _letter_cases(rng):
    cases = []
    for i, j, k in ((4, 3, 2), (2, 2, 2), (1, 3, 2)):
        arrays = ((i, j), (i, k), (i, j, k))
        cases.append(tuple(rng.normal(size=shape).round(2) for shape in arrays))
    return cases


def _letters(sums=_sums, tables=_tables, forms=_forms):
    """The three results, of which some are wrong."""
    return lambda D, A, T: (sums(D), tables(D, A), forms(D, T, A))


def _sums_by(letters):
    return _letters(sums=lambda D: np.einsum(letters, D))


def _tables_by(letters):
    return _letters(tables=lambda D, A: np.einsum(letters, D, A))


def _forms_by(letters):
    return _letters(forms=lambda D, T, A: np.einsum(letters, D, T, A))


# einsum_back


def einsum_back(letters, A, B, G):
    """Return the slopes by A and by B where those by einsum(letters, A, B) are G."""
    a, b, out = _split(letters)
    return np.einsum(f"{out},{b}->{a}", G, B), np.einsum(f"{a},{out}->{b}", A, G)


def _split(letters):
    operands, out = letters.split("->")
    return *operands.split(","), out


def _drawn(rng, letters, sizes):
    a, b, out = _split(letters)
    shapes = [[sizes[letter] for letter in axes] for axes in (a, b, out)]
    return letters, *(rng.normal(size=shape).round(2) for shape in shapes)


def _back_cases(rng):
    sizes, square = {"i": 4, "j": 3, "k": 2, "l": 5}, dict.fromkeys("ijk", 3)
    return [
        _drawn(rng, "ik,jk->ij", sizes),
        _drawn(rng, "ij,jk->ik", square),
        _drawn(rng, "ij,ij->i", sizes),
        _drawn(rng, "ijk,kl->ijl", sizes),
        _drawn(rng, "j,i->ij", sizes),
        _drawn(rng, "ik,ij->jk", sizes),
    ]


def _back(of_A=None, of_B=None):
    """Both slopes, of which one or both come from another line."""

    def answer(letters, A, B, G):
        a, b, out = _split(letters)
        dA, dB = einsum_back(letters, A, B, G)
        return (
            of_A(a, b, out, A, B, G) if of_A else dA,
            of_B(a, b, out, A, B, G) if of_B else dB,
        )

    return answer


def _not_swapped(letters, A, B, G):
    return np.einsum(letters, G, B), np.einsum(letters, A, G)


def _no_arrow(letters, A, B, G):
    a, b, out = _split(letters)
    return np.einsum(f"{out},{b}", G, B), np.einsum(f"{a},{out}", A, G)


def _left_out(letters, A, B, G):
    return einsum_back(letters, A, B, np.ones_like(G))


def _from_slopes(letters, A, B, G):
    a, b, out = _split(letters)
    dA = np.einsum(f"{out},{b}->{a}", G, B)
    return dA, np.einsum(f"{a},{out}->{b}", dA, G)


# lone_back


def lone_back(letters, A, B, G):
    """Return the slopes by A, whose last letter is nowhere else."""
    a, b, out = _split(letters)
    return np.einsum(f"{out},{b},{a[-1]}->{a}", G, B, np.ones(A.shape[-1]))


def _lone_cases(rng):
    sizes, square = {"i": 4, "j": 3, "k": 2, "l": 5}, dict.fromkeys("ijkl", 3)
    return [
        _drawn(rng, "ij,k->ik", sizes),
        _drawn(rng, "ij,k->ik", square),
        _drawn(rng, "ikj,kl->il", sizes),
        _drawn(rng, "ij,ik->ik", sizes),
    ]


def _swap_alone(letters, A, B, G):
    a, b, out = _split(letters)
    return np.einsum(f"{out},{b}->{a}", G, B)


def _arrived(letters, B, G):
    """The slopes by the sums over the lone letter."""
    a, b, out = _split(letters)
    return np.einsum(f"{out},{b}->{a[:-1]}", G, B)


def _along_the_wrong_axis(letters, A, B, G):
    """The slopes by the sums meet A from the right, as broadcasting has it."""
    return _arrived(letters, B, G) + np.zeros_like(A)


def _only_the_first(letters, A, B, G):
    slopes = np.zeros_like(A)
    slopes[..., 0] = _arrived(letters, B, G)
    return slopes


EXERCISES = (
    Exercise(
        name="own_matrix",
        reference=own_matrix,
        cases=_stack_cases,
        no_loop=True,
        hints=(
            "T has the shape (N, n, m), X the shape (N, m). @ multiplies the last two axes of T: "
            "what does each sample have to be?",
            "Each sample has to be a column of a stack: X[:, :, None], of shape (N, m, 1).",
            "T @ X[:, :, None] has the shape (N, n, 1). Take the last axis away by its place, "
            "[:, :, 0]. (In letters: ijk,ik->ij.)",
        ),
        wrong=(
            Wrong(
                "X without one more axis",
                lambda T, X: T @ X,
                "Here X is one matrix, and each matrix of T meets all of it. A stack of columns is "
                "X[:, :, None]. Where there are as many samples as columns, there is no error "
                "message.",
                PRODUCT,
            ),
            Wrong(
                "every matrix with every sample",
                lambda T, X: T @ X.T,
                "X.T holds all samples as columns, and each matrix meets all of them. Each should "
                "meet only its own: X[:, :, None].",
                ROOM,
            ),
            Wrong(
                "samples as rows of the stack",
                lambda T, X: (T @ X[:, None, :])[:, :, 0],
                "X[:, None, :] makes rows, and a matrix on the left wants columns: X[:, :, None].",
                ROOM,
            ),
            Wrong(
                "the axis is still there",
                lambda T, X: T @ X[:, :, None],
                "The numbers are right, each in a column of its own. Take the last axis away: "
                "[:, :, 0].",
                ROOM,
            ),
            Wrong(
                "an axis squeezed away",
                lambda T, X: np.squeeze(T @ X[:, :, None]),
                "squeeze takes away every axis of size 1, even that of a single sample or a single "
                "row. Name the axis: [:, :, 0].",
                SQUEEZE,
            ),
            Wrong(
                "the columns of each matrix in place of its rows",
                lambda T, X: (X[:, None, :] @ T)[:, 0, :],
                "X[:, None, :] @ T takes each sample against the columns of its matrix. The matrix "
                "times the sample is asked for. Where the matrices are square, there is no error "
                "message.",
                ROOM,
            ),
            Wrong(
                "the wrong letter is kept",
                lambda T, X: np.einsum("ijk,ik->ik", T, X),
                "ijk,ik->ik adds up over j, the rows, and keeps k. Add up over k: ijk,ik->ij.",
                DROPPED,
            ),
            Wrong(
                "the samples are added up",
                lambda T, X: np.einsum("ijk,lk->ij", T, X),
                "Another letter is another sample: this adds up over all samples. The same letter "
                "in both ties a sample to its matrix: ijk,ik->ij.",
                LETTERS,
            ),
            Wrong(
                "a star in place of the product",
                lambda T, X: T * X[:, None, :],
                "* multiplies entry by entry and adds nothing up. The sum over the last axis is "
                "missing.",
                STAR,
            ),
            Wrong(
                "a star with columns",
                lambda T, X: T * X[:, :, None],
                "X[:, :, None] makes columns for @, but * multiplies entry by entry and adds "
                "nothing up: T @ X[:, :, None].",
                STAR,
            ),
            Wrong(
                "a star with columns, and one column kept",
                lambda T, X: (T * X[:, :, None])[:, :, 0],
                "* multiplies entry by entry and adds nothing up, so [:, :, 0] drops numbers here. "
                "With @ it drops only the axis: (T @ X[:, :, None])[:, :, 0].",
                STAR,
            ),
            Wrong(
                "a star with columns, added up",
                lambda T, X: (T * X[:, :, None]).sum(axis=2),
                "* lines the column X[:, :, None] up with the rows of each matrix, so a whole row "
                "meets one number of the sample. @ lets each row meet all of it.",
                STAR,
            ),
            Wrong(
                "a star with columns, added up over the rows",
                lambda T, X: (T * X[:, :, None]).sum(axis=1),
                "* lines the column X[:, :, None] up with the rows of each matrix, so the sum runs "
                "down its columns. @ takes each row with the whole sample.",
                STAR,
            ),
            Wrong(
                "the first matrix for all",
                lambda T, X: X @ T[0].T,
                "Sample i has a matrix of its own, T[i].",
                PRODUCT,
            ),
            Wrong(
                "the first sample for all",
                lambda T, X: T @ X[0],
                "Matrix i has a sample of its own, X[i].",
                PRODUCT,
            ),
            Wrong(
                "one sample per column",
                lambda T, X: own_matrix(T, X).T,
                "The numbers are right, but the samples are columns. Keep one sample per row.",
                ROOM,
            ),
        ),
    ),
    Exercise(
        name="in_letters",
        reference=in_letters,
        cases=_letter_cases,
        parts=("sums", "tables", "forms"),
        hints=(
            "The letters of 'for each' come after the arrow. A letter that you add up over "
            "appears only before it.",
            "Sums: ij->j. Tables: nothing is added up, so all three letters come after the arrow.",
            "Tables: ij,ik->ijk. Forms: three operands, ij,ijk,ik, and a single letter after the "
            "arrow.",
        ),
        wrong=(
            Wrong(
                "sums over the units",
                _sums_by("ij->i"),
                "ij->i keeps i and adds up over j. For each j: j comes after the arrow.",
                LETTERS,
            ),
            Wrong(
                "one sum of all",
                _sums_by("ij->"),
                "Without a letter after the arrow everything is added up. For each j: ij->j.",
                LETTERS,
            ),
            Wrong(
                "sums without an arrow",
                _letters(sums=lambda D: D),
                "Nothing is added up. Without an arrow NumPy keeps every letter that occurs once, "
                "here both. For each j: ij->j.",
                LETTERS,
            ),
            Wrong(
                "no arrow anywhere",
                _letters(
                    sums=lambda D: D,
                    tables=lambda D, A: np.einsum("ij,ik", D, A),
                    forms=lambda D, T, A: np.einsum("ij,ijk,ik", D, T, A),
                ),
                "Without an arrow NumPy keeps the letters that occur once and drops the others. "
                "Write the arrow, and after it the letters of 'for each'.",
                LETTERS,
            ),
            Wrong(
                "sums that are means",
                _letters(sums=lambda D: D.mean(axis=0)),
                "einsum adds up and does not divide.",
                LETTERS,
            ),
            Wrong(
                "tables added up over i",
                _tables_by("ij,ik->jk"),
                "i is missing after the arrow, so the tables of all samples are added up. For each "
                "i, j and k: ijk. (Without an arrow NumPy drops i, which occurs twice.)",
                LETTERS,
            ),
            Wrong(
                "tables turned over",
                _tables_by("ij,ik->ikj"),
                "The order after the arrow is the order of the axes: i, j, k.",
                LETTERS,
            ),
            Wrong(
                "tables added up over k",
                _tables_by("ij,ik->ij"),
                "k is missing after the arrow, so it is added up over. For each i, j and k: ijk.",
                DROPPED,
            ),
            Wrong(
                "every sample of D with every sample of A",
                _tables_by("ij,lk->iljk"),
                "Another letter is another sample. The same letter in both keeps them together: "
                "ij,ik->ijk.",
                LETTERS,
            ),
            Wrong(
                "forms added up over i too",
                _forms_by("ij,ijk,ik->"),
                "One number for each i: i comes after the arrow. (Without an arrow NumPy drops "
                "every letter that occurs more than once.)",
                DROPPED,
            ),
            Wrong(
                "forms not added up over j",
                _forms_by("ij,ijk,ik->ij"),
                "j comes after the arrow, so it is not added up over. Only i stays.",
                LETTERS,
            ),
            Wrong(
                "forms not added up over k",
                _forms_by("ij,ijk,ik->ik"),
                "k comes after the arrow, so it is not added up over. Only i stays.",
                LETTERS,
            ),
            Wrong(
                "forms without T",
                _letters(forms=lambda D, T, A: np.einsum("ij,ik->i", D, A)),
                "T is missing: three operands, ij,ijk,ik.",
                LETTERS,
            ),
            Wrong(
                "forms with T turned over",
                _letters(forms=lambda D, T, A: np.einsum("ij,ikj,ik->i", D, T, A)),
                "ikj says that the rows of each matrix are k. They are j: ijk. Where the matrices "
                "are square, there is no error message.",
                LETTERS,
            ),
        ),
    ),
    Exercise(
        name="einsum_back",
        reference=einsum_back,
        cases=_back_cases,
        parts=("dA", "dB"),
        hints=(
            "Do it by hand first, for ik,jk->ij: which letters does G have, and which does dA "
            "have?",
            "For dA, G takes the place of A, with the letters of the result, and the letters of A "
            "come after the arrow. For dB likewise.",
            'The letters of dA are f"{out},{b}->{a}", for the arrays G and B.',
        ),
        wrong=(
            Wrong(
                "nothing is swapped",
                _not_swapped,
                "G takes the operand's place, but it has the letters of the result, and the "
                "result now has those of the operand. Where all sizes are equal, there is no "
                "error message.",
                BACK,
            ),
            Wrong(
                "no arrow",
                _no_arrow,
                "Without an arrow NumPy chooses the letters of the result by itself. Write "
                "->{a} and ->{b}.",
                LETTERS,
            ),
            Wrong(
                "G is left out",
                _left_out,
                "Each path ends in an entry of the result, and the cost has a slope there: G is a "
                "factor.",
                BACK,
            ),
            Wrong(
                "dA and dB are swapped",
                lambda *given: einsum_back(*given)[::-1],
                "Return dA first, then dB.",
                BACK,
            ),
            Wrong(
                "for matrices only",
                lambda letters, A, B, G: (G @ B, G.T @ A),
                "That is right for ik,jk->ij and for nothing else. Build the letters from a, b and "
                "out.",
                BACK,
            ),
            Wrong(
                "A in the place of B",
                _back(of_A=lambda a, b, out, A, B, G: np.einsum(f"{out},{a}->{a}", G, A)),
                "A multiplies its own slopes. G takes the place of A; the other operand stays, B "
                "with its letters b.",
                BACK,
            ),
            Wrong(
                "B in the place of A",
                _back(of_B=lambda a, b, out, A, B, G: np.einsum(f"{b},{out}->{b}", B, G)),
                "B multiplies its own slopes. G takes the place of B; the other operand stays, A "
                "with its letters a.",
                BACK,
            ),
            Wrong(
                "each operand in the place of the other",
                _back(
                    of_A=lambda a, b, out, A, B, G: np.einsum(f"{a},{out}->{a}", A, G),
                    of_B=lambda a, b, out, A, B, G: np.einsum(f"{b},{out}->{b}", B, G),
                ),
                "Each operand multiplies its own slopes. G takes the place of A in dA and of B in "
                "dB; the other operand stays.",
                BACK,
            ),
            Wrong(
                "each operand beside G",
                _back(
                    of_A=lambda a, b, out, A, B, G: np.einsum(f"{a},{b},{out}->{a}", A, B, G),
                    of_B=lambda a, b, out, A, B, G: np.einsum(f"{a},{b},{out}->{b}", A, B, G),
                ),
                "Three operands: A is left in dA, and B in dB. G takes the place of the operand, "
                "so that two are left.",
                BACK,
            ),
            Wrong(
                "dB from dA",
                _from_slopes,
                "dB has A in it, the operand itself, and not its slopes.",
                BACK,
            ),
            Wrong(
                "dA with its axes turned over",
                lambda letters, A, B, G: (
                    einsum_back(letters, A, B, G)[0].T,
                    einsum_back(letters, A, B, G)[1],
                ),
                "After the arrow come the letters of A, in their own order.",
                BACK,
            ),
            Wrong(
                "dB with its axes turned over",
                lambda letters, A, B, G: (
                    einsum_back(letters, A, B, G)[0],
                    einsum_back(letters, A, B, G)[1].T,
                ),
                "After the arrow come the letters of B, in their own order.",
                BACK,
            ),
        ),
    ),
    Exercise(
        name="lone_back",
        reference=lone_back,
        cases=_lone_cases,
        hints=(
            "Swap as before. Which letter has nothing that says how long it is?",
            "A third operand can say it: ones, as many as the last axis of A is long.",
            'The letters are f"{out},{b},{a[-1]}->{a}", and the ones are np.ones(A.shape[-1]).',
        ),
        wrong=(
            Wrong(
                "the swap alone",
                _swap_alone,
                "No array on the left has the last letter of A. Bring it in: ones of that length, "
                "as a third operand.",
                FAILS,
            ),
            Wrong(
                "the axis is missing",
                lambda letters, A, B, G: _arrived(letters, B, G),
                "These are the slopes with respect to the sums. Every entry that was added up has "
                "the same slope, and the result needs the shape of A.",
                FAILS,
            ),
            Wrong(
                "the axis has size 1",
                lambda letters, A, B, G: _arrived(letters, B, G)[..., None],
                "An axis of size 1 is not repeated yet: the result needs the shape of A.",
                FAILS,
            ),
            Wrong(
                "repeated along the wrong axis",
                _along_the_wrong_axis,
                "Broadcasting lines shapes up from the right, so the slopes meet the last axis of "
                "A in place of the first. Where all sizes are equal, there is no error "
                "message.",
                ROOM,
            ),
            Wrong(
                "shared among the entries",
                lambda letters, A, B, G: lone_back(letters, A, B, G) / A.shape[-1],
                "A sum was taken, not a mean. Each entry has the full slope.",
                FAILS,
            ),
            Wrong(
                "the first entry only",
                _only_the_first,
                "Every entry that was added up has the slope of the sum, not the first one alone.",
                FAILS,
            ),
            Wrong(
                "A is left in",
                lambda letters, A, B, G: lone_back(letters, A, B, G) * A,
                "The slope of a sum with respect to one of its terms is 1, and not the term.",
                FAILS,
            ),
            Wrong(
                "G is left out",
                lambda letters, A, B, G: lone_back(letters, A, B, np.ones_like(G)),
                "Each path ends in an entry of the result, and the cost has a slope there: G is a "
                "factor.",
                BACK,
            ),
            Wrong(
                "B is left out",
                lambda letters, A, B, G: lone_back(letters, A, np.ones_like(B), G),
                "The other operand is a factor of each path.",
                BACK,
            ),
        ),
    ),
)
