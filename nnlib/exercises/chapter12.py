"""Exercises of chapter 12: stacks of matrices, and einsum forward and backward."""

import numpy as np

from nnlib.exercises.backward import SQUEEZE
from nnlib.exercises.engine import Edit, Exercise

PRODUCT = "chapter 12, 'One product for each matrix'"
ROOM = "chapter 12, 'Room for an axis'"
LETTERS = "chapter 12, 'A letter for each axis'"
DROPPED = "chapter 12, 'The letter that was dropped'"
BACK = "chapter 12, 'Back through the letters'"
FAILS = "chapter 12, 'Where the swap fails'"
STAR = "chapter 5, 'A star is not a product'"


def own_matrix(T, X):
    return (T @ X[:, :, None])[:, :, 0]


def in_letters(D, A, T):
    sums = np.einsum("ij->j", D)
    tables = np.einsum("ij,ik->ijk", D, A)
    forms = np.einsum("ij,ijk,ik->i", D, T, A)
    return sums, tables, forms


def einsum_back(letters, A, B, G):
    operands, out = letters.split("->")
    a, b = operands.split(",")
    dA = np.einsum(f"{out},{b}->{a}", G, B)
    dB = np.einsum(f"{a},{out}->{b}", A, G)
    return dA, dB


def lone_back(letters, A, B, G):
    operands, out = letters.split("->")
    a, b = operands.split(",")
    ones = np.ones(A.shape[-1])
    return np.einsum(f"{out},{b},{a[-1]}->{a}", G, B, ones)


def _stack_cases(rng):
    """Sizes that all differ; all equal; as many samples as inputs, or as rows; one of each."""
    cases = []
    for N, rows, columns in ((4, 3, 2), (3, 3, 3), (2, 4, 2), (3, 3, 2), (1, 3, 2), (3, 1, 2)):
        arrays = ((N, rows, columns), (N, columns))
        cases.append(tuple(rng.normal(size=shape).round(2) for shape in arrays))
    return cases


def _letter_cases(rng):
    cases = []
    for i, j, k in ((4, 3, 2), (2, 2, 2), (1, 3, 2)):
        arrays = ((i, j), (i, k), (i, j, k))
        cases.append(tuple(rng.normal(size=shape).round(2) for shape in arrays))
    return cases


def _drawn(rng, letters, sizes):
    shapes = [[sizes[letter] for letter in axes] for axes in letters.replace("->", ",").split(",")]
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


def _lone_cases(rng):
    sizes, square = {"i": 4, "j": 3, "k": 2, "l": 5}, dict.fromkeys("ijkl", 3)
    return [
        _drawn(rng, "ij,k->ik", sizes),
        _drawn(rng, "ij,k->ik", square),
        _drawn(rng, "ikj,kl->il", sizes),
        _drawn(rng, "ij,ik->ik", sizes),
    ]


RESULT = "(T @ X[:, :, None])[:, :, 0]"
SWAP_A, SWAP_B = '"{out},{b}->{a}", G, B', '"{a},{out}->{b}", A, G'
THIRD, FOURTH = ",{a[-1]}->{a}", "G, B, ones"
ARRIVED = 'np.einsum(f"{out},{b}->{a[:-1]}", G, B)'
LONE = 'np.einsum(f"{out},{b},{a[-1]}->{a}", G, B, ones)'

# fmt: off
STACKS = (
    Edit({RESULT: "T @ X"}, "X without one more axis",
         "Here X is one matrix, and each matrix of T meets all of it. A stack of columns is X[:, "
         ":, None]. Where there are as many samples as columns, there is no error message.",
         PRODUCT),
    Edit({RESULT: "T @ X.T"}, "every matrix with every sample",
         "X.T holds all samples as columns, and each matrix meets all of them. Each should meet "
         "only its own: X[:, :, None].", ROOM),
    Edit({"X[:, :, None]": "X[:, None, :]"}, "samples as rows of the stack",
         "X[:, None, :] makes rows, and a matrix on the left wants columns: X[:, :, None].", ROOM),
    Edit({"[:, :, 0]": ""}, "the axis is still there",
         "The numbers are right, each in a column of its own. Take the last axis away: [:, :, 0].",
         ROOM),
    Edit({RESULT: "np.squeeze(T @ X[:, :, None])"}, "an axis squeezed away",
         "squeeze takes away every axis of size 1, even that of a single sample or a single row. "
         "Name the axis: [:, :, 0].", SQUEEZE),
    Edit({RESULT: "(X[:, None, :] @ T)[:, 0, :]"},
         "the columns of each matrix in place of its rows",
         "X[:, None, :] @ T takes each sample against the columns of its matrix. The matrix times "
         "the sample is asked for. Where the matrices are square, there is no error message.",
         ROOM),
    Edit({RESULT: 'np.einsum("ijk,ik->ik", T, X)'}, "the wrong letter is kept",
         "ijk,ik->ik adds up over j, the rows, and keeps k. Add up over k: ijk,ik->ij.", DROPPED),
    Edit({RESULT: 'np.einsum("ijk,ik->jk", T, X)'},
         "the samples are added up, and the columns are kept",
         "ijk,ik->jk adds up over i, the samples. Keep i, and add up over k: ijk,ik->ij.", DROPPED),
    Edit({RESULT: 'np.einsum("ijk,ik->j", T, X)'}, "one result for all samples",
         "Without i after the arrow the samples are added up. Keep it: ijk,ik->ij.", DROPPED),
    Edit({RESULT: 'np.einsum("ijk,lk->ij", T, X)'}, "the samples are added up",
         "Another letter is another sample: this adds up over all samples. The same letter in both "
         "ties a sample to its matrix: ijk,ik->ij.", LETTERS),
    Edit({RESULT: "T * X[:, None, :]"}, "a star in place of the product",
         "* multiplies entry by entry and adds nothing up. The sum over the last axis is missing.",
         STAR),
    Edit({RESULT: "T * X[:, :, None]"}, "a star with columns",
         "X[:, :, None] makes columns for @, but * multiplies entry by entry and adds nothing up: "
         "T @ X[:, :, None].", STAR),
    Edit({"@": "*"}, "a star with columns, and one column kept",
         "* multiplies entry by entry and adds nothing up, so [:, :, 0] drops numbers here. With @ "
         "it drops only the axis: (T @ X[:, :, None])[:, :, 0].", STAR),
    Edit({RESULT: "(T * X[:, :, None]).sum(axis=2)"}, "a star with columns, added up",
         "* lines the column X[:, :, None] up with the rows of each matrix, so a whole row meets "
         "one number of the sample. @ lets each row meet all of it.", STAR),
    Edit({RESULT: "(T * X[:, :, None]).sum(axis=1)"}, "a star with columns, added up over the rows",
         "* lines the column X[:, :, None] up with the rows of each matrix, so the sum runs down "
         "its columns. @ takes each row with the whole sample.", STAR),
    Edit({RESULT: "X @ T[0].T"}, "the first matrix for all",
         "Sample i has a matrix of its own, T[i].", PRODUCT),
    Edit({RESULT: "T @ X[0]"}, "the first sample for all",
         "Matrix i has a sample of its own, X[i].", PRODUCT),
    Edit({RESULT: f"{RESULT}.T"}, "one sample per column",
         "The numbers are right, but the samples are columns. Keep one sample per row.", ROOM),
)
SPELLED = (
    Edit({"ij->j": "ij->i"}, "sums over the units",
         "ij->i keeps i and adds up over j. For each j: j comes after the arrow.", LETTERS),
    Edit({"ij->j": "ij->"}, "one sum of all",
         "Without a letter after the arrow everything is added up. For each j: ij->j.", LETTERS),
    Edit({"ij->j": "ij"}, "sums without an arrow",
         "Nothing is added up. Without an arrow NumPy keeps every letter that occurs once, here "
         "both. For each j: ij->j.", LETTERS),
    Edit({"->ijk": "", "->i": "", "->j": ""}, "no arrow anywhere",
         "Without an arrow NumPy keeps the letters that occur once and drops the others. Write the "
         "arrow, and after it the letters of 'for each'.", LETTERS),
    Edit({"D)\n": "D) / len(D)\n"}, "sums that are means", "einsum adds up and does not divide.",
         LETTERS),
    Edit({"ij,ik->ijk": "ij,ik->jk"}, "tables added up over i",
         "i is missing after the arrow, so the tables of all samples are added up. For each i, j "
         "and k: ijk. (Without an arrow NumPy drops i, which occurs twice.)", LETTERS),
    Edit({"->ijk": "->ikj"}, "tables turned over",
         "The order after the arrow is the order of the axes: i, j, k.", LETTERS),
    Edit({"->ijk": "->ij"}, "tables added up over k",
         "k is missing after the arrow, so it is added up over. For each i, j and k: ijk.",
         DROPPED),
    Edit({"->ijk": "->ik"}, "tables added up over j",
         "j is missing after the arrow, so it is added up over. For each i, j and k: ijk.",
         DROPPED),
    Edit({"ij,ik->ijk": "ij,lk->iljk"}, "every sample of D with every sample of A",
         "Another letter is another sample. The same letter in both keeps them together: "
         "ij,ik->ijk.", LETTERS),
    Edit({'ik->i"': 'ik->"'}, "forms added up over i too",
         "One number for each i: i comes after the arrow. (Without an arrow NumPy drops every "
         "letter that occurs more than once.)", DROPPED),
    Edit({'ik->i"': 'ik->ij"'}, "forms not added up over j",
         "j comes after the arrow, so it is not added up over. Only i stays.", LETTERS),
    Edit({'ik->i"': 'ik->ik"'}, "forms not added up over k",
         "k comes after the arrow, so it is not added up over. Only i stays.", LETTERS),
    Edit({'ik->i"': 'ik->ijk"'}, "forms not added up",
         "j and k come after the arrow, so nothing is added up. Only i stays.", LETTERS),
    Edit({"ij,ijk,ik": "ij,ik", "D, T, A)\n": "D, A)\n"}, "forms without T",
         "T is missing: three operands, ij,ijk,ik.", LETTERS),
    Edit({"ij,ijk,ik": "ij,ikj,ik"}, "forms with T turned over",
         "ikj says that the rows of each matrix are k. They are j: ijk. Where the matrices are "
         "square, there is no error message.", LETTERS),
    Edit({"return sums, tables": "return tables, sums"}, "sums and tables are swapped",
         "Return the sums first, then the tables, then the forms.", LETTERS),
)
SWAPS = (
    Edit({SWAP_A: '"{a},{b}->{out}", G, B', SWAP_B: '"{a},{b}->{out}", A, G'}, "nothing is swapped",
         "G takes the operand's place, but it has the letters of the result, and the result now "
         "has those of the operand. Where all sizes are equal, there is no error message.", BACK),
    Edit({"->{a}": "", "->{b}": ""}, "no arrow",
         "Without an arrow NumPy chooses the letters of the result by itself. Write ->{a} and "
         "->{b}.", LETTERS),
    Edit({"    operands": "    G = np.ones_like(G)\n    operands"}, "G is left out",
         "Each path ends in an entry of the result, and the cost has a slope there: G is a factor.",
         BACK),
    Edit({"return dA, dB": "return dB, dA"}, "dA and dB are swapped", "Return dA first, then dB.",
         BACK),
    Edit({"return dA, dB": "return G @ B, G.T @ A"}, "for matrices only",
         "That is right for ik,jk->ij and for nothing else. Build the letters from a, b and out.",
         BACK),
    Edit({SWAP_A: '"{out},{a}->{a}", G, A'}, "A in the place of B",
         "A multiplies its own slopes. G takes the place of A; the other operand stays, B with its "
         "letters b.", BACK),
    Edit({SWAP_B: '"{b},{out}->{b}", B, G'}, "B in the place of A",
         "B multiplies its own slopes. G takes the place of B; the other operand stays, A with its "
         "letters a.", BACK),
    Edit({SWAP_A: '"{a},{out}->{a}", A, G', SWAP_B: '"{b},{out}->{b}", B, G'},
         "each operand in the place of the other",
         "Each operand multiplies its own slopes. G takes the place of A in dA and of B in dB; the "
         "other operand stays.", BACK),
    Edit({SWAP_A: '"{a},{b},{out}->{a}", A, B, G', SWAP_B: '"{a},{b},{out}->{b}", A, B, G'},
         "each operand beside G",
         "Three operands: A is left in dA, and B in dB. G takes the place of the operand, so that "
         "two are left.", BACK),
    Edit({"A, G)": "dA, G)"}, "dB from dA",
         "dB has A in it, the operand itself, and not its slopes.", BACK),
    Edit({"G, B)": "A, B)"}, "A in the place of G",
         "G belongs in the place of A, with the letters of the result: dA has no A in it.", BACK),
    Edit({"return dA": "return dA.T"}, "dA with its axes turned over",
         "After the arrow come the letters of A, in their own order.", BACK),
    Edit({"return dA, dB": "return dA, dB.T"}, "dB with its axes turned over",
         "After the arrow come the letters of B, in their own order.", BACK),
)
LONES = (
    Edit({THIRD: "->{a}", FOURTH: "G, B"}, "the swap alone",
         "No array on the left has the last letter of A. Bring it in: ones of that length, as a "
         "third operand.", FAILS),
    Edit({LONE: ARRIVED}, "the axis is missing",
         "These are the slopes with respect to the sums. Every entry that was added up has the "
         "same slope, and the result needs the shape of A.", FAILS),
    Edit({LONE: f"{ARRIVED}[..., None]"}, "the axis has size 1",
         "An axis of size 1 is not repeated yet: the result needs the shape of A.", FAILS),
    Edit({LONE: f"{ARRIVED} + 0 * A"}, "repeated along the wrong axis",
         "Broadcasting lines shapes up from the right, so the slopes meet the last axis of A in "
         "place of the first. Where all sizes are equal, there is no error message.", ROOM),
    Edit({LONE: f"{LONE} / len(ones)"}, "shared among the entries",
         "A sum was taken, not a mean. Each entry has the full slope.", FAILS),
    Edit({LONE: f"{LONE} * len(ones)"}, "counted once for each entry",
         "Every entry has the slope of the sum once, however many were added up.", FAILS),
    Edit({LONE: f"{LONE} * np.eye(len(ones))[0]"}, "the first entry only",
         "Every entry that was added up has the slope of the sum, not the first one alone.", FAILS),
    Edit({LONE: f"{LONE} * A"}, "A is left in",
         "The slope of a sum with respect to one of its terms is 1, and not the term.", FAILS),
    Edit({"G, B, ones": "np.ones_like(G), B, ones"}, "G is left out",
         "Each path ends in an entry of the result, and the cost has a slope there: G is a factor.",
         BACK),
    Edit({"G, B, ones": "G, np.ones_like(B), ones"}, "B is left out",
         "The other operand is a factor of each path.", BACK),
)
# fmt: on

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
        wrong=STACKS,
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
        wrong=SPELLED,
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
        wrong=SWAPS,
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
        wrong=LONES,
    ),
)
