"""Mutation check: does a test notice every small mistake in the mathematics of nnlib?

Each function below is changed in one place at a time (a sign flipped, a transpose or a term
dropped, an index moved by one, += made =, a mean made a sum, ...), and the tests of its module are
run against the change until one fails. A mutant that no test notices is a hole in the tests,
unless it is listed as equivalent, with the reason why it changes no result.

    python tests/mutants.py            # every function, some minutes
    python tests/mutants.py loops      # one module

Exits with 1 if a mutant survives that is not listed, or one that is listed does not.
"""

import ast
import importlib
import itertools
import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
SECONDS = 120  # of CPU time for the tests of one mutant; an endless loop counts as noticed

TARGETS = {  # module: (functions, tests)
    "scalar": (["forward", "backward"], ["test_scalar"]),
    "loops": (["gradients", "_forward", "_output_delta"], ["test_ladder"]),
    "vectorized": (["gradients"], ["test_ladder"]),
    "batched": (
        ["gradients", "gradients_stacked", "gradients_einsum"],
        ["test_ladder"],
    ),
    "network": (["forward"], ["test_network", "test_ladder"]),
    "losses": (
        [
            "costs",
            "slopes",
            "costs_from_logits",
            "output_costs",
            "output_slope",
            "output_delta",
            "_mean_over_samples",
            "_weighted",
        ],
        ["test_losses", "test_ladder"],
    ),
    "activations": (
        ["formula", "slope_at", "slope_from_output", "jacobian", "log1p"],
        ["test_activations"],
    ),
    "gradcheck": (
        ["numerical_gradient", "complex_step_gradient", "_compare", "cost_on_one_side"],
        ["test_gradcheck"],
    ),
    "parameters": (["views"], ["test_gradcheck"]),
    "descent": (
        ["go_through", "_forward", "_backward", "_batches", "_aligned_like"],
        ["test_training"],
    ),
    "accuracy": (["answers_by", "_choose_one", "borders_of"], ["test_training"]),
}

_PATHS = "da_dz = a[L][j] * (1 - a[L][j]) if k == j else -a[L][k] * a[L][j]"
_MANY = "many = size * max(1, _GATHERED // (size * X[0].nbytes))"
_UNSURE = "if check_X and (not is_surely_finite(gathered)):"
_SIDE = "both branches are the same function, and neither overflows this close to 0"
EQUIVALENT = {  # "module.function: before -> after": why nothing changes
    f"loops.gradients: {_PATHS} -> {_PATHS.replace('a[L][j] * (1', 'a[L][k] * (1')}": (
        "this branch is taken where k is j"
    ),
    f"loops.gradients: {_PATHS} -> {_PATHS.replace('(1 - a[L][j])', '(1 - a[L][k])')}": (
        "this branch is taken where k is j"
    ),
    "batched.gradients_stacked: delta[l] = columns[:, :, 0] * "
    "sigma.derivative_from_output(A[l + 1]) -> delta[l] = columns[:, :, -1] * "
    "sigma.derivative_from_output(A[l + 1])": "there is one column: the last is the first",
    "losses.costs: return (a - y) ** 2 / 2 -> return (y - a) ** 2 / 2": "it is squared",
    "losses.costs_from_logits: at_top = np.argmax(z.real, axis=-1, keepdims=True) -> "
    "at_top = np.argmax(z, axis=-1, keepdims=True)": (
        "NumPy orders complex numbers by their real parts first"
    ),
    "losses.costs_from_logits: z = z - np.take_along_axis(z, at_top, axis=-1) -> "
    "z = z - np.take_along_axis(z, at_top)": "the last axis is the one taken if none is named",
    **{
        f"losses.costs_from_logits: positive = z.real > 0 -> positive = {other}": _SIDE
        for other in ("z.real >= 0", "z > 0", "z.real > -1", "z.real > 1")
    },
    **{
        f"losses._weighted: if not np.isfinite(product.sum()): -> if {other}:": (
            "where the weight is 0 so is every product that is finite"
        )
        for other in ("True", "not np.isfinite(product.mean())")
    },
    "activations.formula: if z.dtype.kind == 'c': -> if True:": (
        "the way for complex numbers is right for real ones too, and slower"
    ),
    "activations.formula: e = np.exp(z - z.real.max(axis=-1, keepdims=True)) -> "
    "e = np.exp(z - z.max(axis=-1, keepdims=True))": (
        "softmax does not care which number is taken from a whole row, complex ones included"
    ),
    "activations.log1p: return np.where(abs(e) < 0.5, 2 * np.arctanh(e / (2 + e)), "
    "np.log(1 + e)) -> return np.where(abs(e) <= 0.5, 2 * np.arctanh(e / (2 + e)), "
    "np.log(1 + e))": "both branches are the same function, and have all their digits there",
    **{
        "descent._aligned_like: memory = np.empty(vector.nbytes + 63, np.uint8) -> "
        f"memory = np.empty(vector.nbytes + {more}, np.uint8)": (
            "NumPy's memory begins at a multiple of 16 bytes: 48 more are enough"
        )
        for more in (62, 64)
    },
    **{
        f"descent._batches: {_MANY} -> {other}": (
            "the batches are the same, however many of them are gathered at once"
        )
        for other in (
            "many = size",
            _MANY.replace("max(1", "max(2"),
            _MANY.replace(" // (size * X[0].nbytes)", ""),
            _MANY.replace("_GATHERED // (size * X[0].nbytes)", "size * X[0].nbytes"),
            _MANY.replace("(size * X[0].nbytes)", "size"),
            _MANY.replace("(size * X[0].nbytes)", "X[0].nbytes"),
            _MANY.replace("X[0]", "X[-1]"),
        )
    },
    **{
        f"descent._batches: {_UNSURE} -> if {other}:": "an X that is finite passes, only later"
        for other in ("True", "check_X or not is_surely_finite(gathered)")
    },
    **{
        f"activations.formula: negative = z.real < 0 -> negative = {other}": _SIDE
        for other in ("z.real <= 0", "z < 0", "z.real < -1", "z.real < 1")
    },
    **{
        f"activations.formula: positive = z.real > 0 -> positive = {other}": _SIDE
        for other in ("z.real >= 0", "z > 0", "z.real > -1", "z.real > 1")
    },
    **{
        f"activations.slope_at: e = np.exp(np.where(z.real < 0, z, -z)) -> "
        f"e = np.exp(np.where({other}, z, -z))": _SIDE
        for other in ("z.real <= 0", "z < 0", "z.real < -1", "z.real < 1")
    },
}


# ---- the mistakes

SWAPPED = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div],
    ast.Div: [ast.Mult],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.Lt: [ast.LtE, ast.GtE],
    ast.LtE: [ast.Lt, ast.Gt],
    ast.Gt: [ast.GtE, ast.LtE],
    ast.GtE: [ast.Gt, ast.Lt],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
    ast.And: [ast.Or],
    ast.Or: [ast.And],
}
RENAMED = {"sum": "mean", "mean": "sum", "j": "k", "k": "j", "log": "log1p", "log1p": "log"}


def replacements(node):
    """What could stand in the place of a node by mistake."""
    if isinstance(node, ast.BinOp):
        for operator in SWAPPED.get(type(node.op), []):
            yield ast.BinOp(node.left, operator(), node.right)
        yield node.left
        yield node.right
        if isinstance(node.op, (ast.Sub, ast.Div, ast.MatMult, ast.Pow)):
            yield ast.BinOp(node.right, node.op, node.left)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Invert, ast.Not)):
        yield node.operand
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        for operator in SWAPPED.get(type(node.ops[0]), []):
            yield ast.Compare(node.left, [operator()], node.comparators)
    elif isinstance(node, ast.BoolOp):
        for operator in SWAPPED[type(node.op)]:
            yield ast.BoolOp(operator(), node.values)
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif isinstance(node, ast.Attribute):
        if node.attr in ("T", "real", "imag"):
            yield node.value
        if node.attr in RENAMED:
            yield ast.Attribute(node.value, RENAMED[node.attr], node.ctx)
    elif isinstance(node, ast.Name) and node.id in RENAMED and isinstance(node.ctx, ast.Load):
        yield ast.Name(RENAMED[node.id], node.ctx)
    elif isinstance(node, ast.Constant):
        yield from map(ast.Constant, other_constants(node.value))
    elif isinstance(node, ast.Call):
        if len(node.args) == 2 and ast.unparse(node.func) in ("np.outer", "np.where"):
            yield ast.Call(node.func, node.args[::-1], node.keywords)
        if ast.unparse(node.func) == "reversed":
            yield node.args[0]
        for keyword in node.keywords:
            if keyword.arg != "strict":
                others = [other for other in node.keywords if other is not keyword]
                yield ast.Call(node.func, node.args, others)


def other_constants(value):
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value - 1, value + 1)
    elif isinstance(value, str) and "->" in value:  # the letters of an einsum
        inputs, output = value.split("->")
        parts = inputs.split(",")
        for n in range(len(parts)):
            turned = [*parts[:n], parts[n][::-1], *parts[n + 1 :]]
            yield f"{','.join(turned)}->{output}"
        yield f"{inputs}->{output[::-1]}"


def statements(node):
    """What could stand in the place of a statement by mistake."""
    if isinstance(node, ast.AugAssign):
        for operator in SWAPPED.get(type(node.op), []):
            yield ast.AugAssign(node.target, operator(), node.value)
        yield ast.Assign([node.target], node.value)
        yield ast.Pass()
    elif (
        isinstance(node, ast.Assign) and isinstance(node.targets[0], (ast.Subscript, ast.Attribute))
    ) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        yield ast.Pass()
    elif isinstance(node, ast.If):
        yield ast.If(ast.Constant(True), node.body, node.orelse)
        yield ast.If(ast.Constant(False), node.body, node.orelse)


def mutants(source, names, more=lambda function, node: ()):
    """(function, before, after, whole source) for every single mistake in the named functions.

    `more` gives what else could stand in the place of a node.
    """
    tree = ast.parse(source)
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef) or function.name not in names:
            continue
        body = function.body[1:] if ast.get_docstring(function) else function.body
        guards = {child for node in body for guard in strict(node) for child in ast.walk(guard)}
        for place in itertools.chain.from_iterable(map(ast.walk, body)):
            if place in guards:
                continue
            for new in itertools.chain(
                replacements(place), statements(place), more(function, place)
            ):
                line = next(s for s in reversed(enclosing(body, place)))
                before = headline(line)
                changed, target = substitute(tree, place, new)
                after = headline(ast.fix_missing_locations(substitute(line, place, new)[0]))
                if target and before != after:
                    yield (
                        function.name,
                        before,
                        after,
                        ast.unparse(ast.fix_missing_locations(changed)),
                    )


def strict(node):
    """The `strict=True` of every zip: a guard for the programmer, not part of the mathematics."""
    return [k for k in ast.walk(node) if isinstance(k, ast.keyword) and k.arg == "strict"]


def enclosing(body, place):
    """The statements around a place, outermost first."""
    return [
        node
        for statement in body
        for node in ast.walk(statement)
        if isinstance(node, ast.stmt) and any(child is place for child in ast.walk(node))
    ]


def headline(statement):
    """The statement in one line; of a compound statement its head."""
    return ast.unparse(statement).splitlines()[0]


def substitute(tree, place, new):
    """A copy of the tree with `new` where `place` was, and whether it was there."""
    found = []
    return _rebuild(tree, place, new, found), bool(found)


def _rebuild(node, place, new, found):
    """Copy the nodes on the way to `place`; share the others."""
    if node is place:
        found.append(node)
        return new
    if isinstance(node, list):
        return [_rebuild(child, place, new, found) for child in node]
    if isinstance(node, ast.AST):
        fields = {name: _rebuild(value, place, new, found) for name, value in ast.iter_fields(node)}
        return ast.copy_location(type(node)(**fields), node)
    return node


# ---- the run


def noticed(workshop, tests, quiet=True):
    """Whether a test fails; run in a fork, so that NumPy and the test tools are loaded once."""
    child = os.fork()
    if child == 0:
        import resource  # no more than fork is on Windows, where pytest still reads this file

        import pytest

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        os.chdir(workshop)
        sys.path.insert(0, str(workshop))
        if quiet:
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
        files = [f"tests/{name}.py" for name in tests]
        options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "_hypothesis_pytestplugin"]
        options += ["--hypothesis-profile=mutants", "--assert=plain", "--import-mode=importlib"]
        options += ["--override-ini", "addopts="]
        os._exit(int(pytest.main([*options, *files])))
    _, status = os.waitpid(child, 0)
    return status != 0


def main(modules):
    if not hasattr(os, "fork"):
        sys.exit("The mutation check needs Linux or macOS: it runs each mutant in a fork.")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # each would load its plugins again
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # and threads do not survive a fork
    for name in ("pytest", "hypothesis.strategies", "autograd.numpy", "sklearn.neural_network"):
        importlib.import_module(name)  # once, for all forks

    sys.dont_write_bytecode = True
    survivors, revived, counts = [], set(EQUIVALENT), {}
    with tempfile.TemporaryDirectory() as folder:
        workshop = Path(folder)
        ignore = shutil.ignore_patterns("__pycache__", "book", "widgets", "exercises", ".*")
        shutil.copytree(ROOT / "nnlib", workshop / "nnlib", ignore=ignore)
        shutil.copytree(ROOT / "tests", workshop / "tests", ignore=ignore)
        shutil.copy(ROOT / "pyproject.toml", workshop)
        for module in modules:
            functions, tests = TARGETS[module]
            path = workshop / "nnlib" / f"{module}.py"
            source = path.read_text()
            if noticed(workshop, tests, quiet=False):
                sys.exit(f"{', '.join(tests)} fail without any mutant: mend that first")
            for function, before, after, mutated in mutants(source, functions):
                name = f"{module}.{function}: {before} -> {after}"
                count = counts.setdefault(f"{module}.{function}", [0, 0, 0])
                count[0] += 1
                path.write_text(mutated)
                if noticed(workshop, tests):
                    count[1] += 1
                elif name in EQUIVALENT:
                    count[2] += 1
                    revived.discard(name)
                else:
                    survivors.append(name)
                    print(f"survived: {name}", flush=True)
            path.write_text(source)
            revived = {name for name in revived if name.split(".")[0] in modules}
    report(counts, survivors, revived)
    return 1 if survivors or revived else 0


def report(counts, survivors, revived):
    print(f"\n{'function':36} {'mutants':>8} {'noticed':>8} {'equivalent':>11}")
    for name, count in counts.items():
        print(f"{name:36} {count[0]:8} {count[1]:8} {count[2]:11}")
    totals = [sum(column) for column in zip(*counts.values(), strict=True)]
    print(f"{'all':36} {totals[0]:8} {totals[1]:8} {totals[2]:11}")
    for name, reason in EQUIVALENT.items():
        if name.split(":")[0] in counts:
            print(f"\nequivalent: {name}\n    {reason}")
    for name in sorted(revived):
        print(f"\nlisted as equivalent, but noticed or gone: {name}")
    print(f"\n{len(survivors)} mutants survived")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(TARGETS)))
