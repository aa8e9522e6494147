"""How fast is nnlib.train, beside others and beside what the matrix products alone would take?

    python benchmarks/training.py            # prints the tables, writes benchmarks/training.json
    python benchmarks/training.py --gate     # the same; exits with 1 if a bar is missed
    python benchmarks/training.py --quick    # few rounds, writes nothing: does it still run?

Each peer lives in a process of its own with one thread. The rounds are interleaved: in every round
each peer runs once, so that a slow moment of the machine meets all of them. What counts is the
median of the CPU seconds of a peer's process (all of its threads), and of those the ratios.

The peers solve the same problem from the same start: sigmoid units, softmax with cross-entropy for
ten classes and sigmoid with binary cross-entropy for one output, plain stochastic gradient descent,
float64. `plain` is the lines that the book prints, without checks and without a recording. `limit`
is no learner: it gathers the same shuffled batches, computes the same matrix products and updates
in place, and does nothing else; no program with these products can be faster.

Bars are ratios to these two, which use the same NumPy. The leads over other libraries are printed
and are no bars: they depend on whose matrix products are the faster ones on this processor.

PyTorch is optional (`pip install torch==2.13.0`); without it its column stays empty.
"""

import argparse
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import time
import tracemalloc
import warnings
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

import nnlib
from nnlib.gradcheck import flatten

RESULT = Path(__file__).with_suffix(".json")

WORKS = {  # sizes, samples, batch size, epochs, rounds
    "[2, 3, 3, 1]": ([2, 3, 3, 1], 1000, 50, 10, 25),
    "[784, 30, 10]": ([784, 30, 10], 10_000, 32, 1, 15),
    "[784, 128, 10]": ([784, 128, 10], 10_000, 32, 1, 11),
    "[784, 512, 512, 10]": ([784, 512, 512, 10], 10_000, 256, 1, 7),
}
BARS = {  # train may take at most so many times as long as these
    "[2, 3, 3, 1]": {"plain": 1.3},
    "[784, 30, 10]": {"limit": 1.8, "plain": 1.3},
    "[784, 128, 10]": {"limit": 1.4, "plain": 1.15},
    "[784, 512, 512, 10]": {"limit": 1.15, "plain": 1.1},
}
RATE = 0.1
LEAST = 0.2  # CPU seconds a round: a run of 10 ms would mostly measure how cold the caches are
BATCHES = [1, 4, 16, 64, 256, 1024, 4096]


def problem(work):
    """Start, data and loss of a work; the same for every peer."""
    sizes, N, _, _, _ = WORKS[work]
    rng = np.random.default_rng(0)
    X = rng.normal(size=(N, sizes[0]))
    if sizes[-1] == 1:
        Y, last, loss = (
            rng.integers(0, 2, size=(N, 1)).astype(float),
            "sigmoid",
            "binary_cross_entropy",
        )
    else:
        Y, last, loss = np.eye(sizes[-1])[rng.integers(0, sizes[-1], N)], "softmax", "cross_entropy"
    return nnlib.init_network(sizes, "sigmoid", last, rng=0), X, Y, loss


def batches(work, rng):
    """The rows of every batch in the order in which `train` meets them with this rng."""
    _, N, batch_size, epochs, _ = WORKS[work]
    for _ in range(epochs):
        order = rng.permutation(N)
        for start in range(0, N, batch_size):
            yield order[start : start + batch_size]


# ---- the peers: each prepares a work and returns a function that trains once, from the start,
# ---- and returns the parameters it arrives at (None where the order of the samples is its own)


def nnlib_train(work):
    _, _, batch_size, epochs, _ = WORKS[work]
    network, X, Y, loss = problem(work)

    def run():
        trained, _ = nnlib.train(
            network,
            X,
            Y,
            loss=loss,
            learning_rate=RATE,
            epochs=epochs,
            batch_size=batch_size,
            rng=1,
        )
        return flatten(trained)

    return run


def limit(work):
    network, X, _, _ = problem(work)

    def run():
        weights = [W.copy() for W, _, _ in network]
        for rows in batches(work, np.random.default_rng(1)):
            A = [X.take(rows, axis=0)]
            for W in weights:
                A.append(A[-1] @ W.T)
            delta = 1e-12 * A[-1]  # so that the weights stay as they are
            for l in reversed(range(len(weights))):
                step = delta.T @ A[l]
                if l > 0:
                    delta = delta @ weights[l]
                weights[l] -= step

    return run


def plain(work):
    """The lines of chapters 10 and 11; with the partners sigmoid and softmax BP1 is a - y."""
    network, X, Y, _ = problem(work)
    last = len(network) - 1

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def softmax(z):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    squash = softmax if Y.shape[1] > 1 else sigmoid

    def run():
        layers = [nnlib.Layer(W.copy(), b.copy(), s) for W, b, s in network]
        for rows in batches(work, np.random.default_rng(1)):
            a = [X[rows]]
            for l, (W, b, _) in enumerate(layers):
                z = a[-1] @ W.T + b
                a.append(squash(z) if l == last else sigmoid(z))
            delta = a[-1] - Y[rows]
            for l in reversed(range(len(layers))):
                W, b, _ = layers[l]
                dW, db = delta.T @ a[l] / len(rows), delta.mean(axis=0)
                if l > 0:
                    delta = (delta @ W) * (a[l] * (1 - a[l]))
                W -= RATE * dW
                b -= RATE * db
        return flatten(layers)

    return run


def by_gradients(gradients):
    """Training with the gradient function of a rung, checks and all."""

    def prepare(work):
        network, X, Y, loss = problem(work)

        def run():
            layers = [nnlib.Layer(W.copy(), b.copy(), s) for W, b, s in network]
            for rows in batches(work, np.random.default_rng(1)):
                dW, db, _ = gradients(layers, X[rows], Y[rows], loss)
                for (W, b, _), dW_l, db_l in zip(layers, dW, db, strict=True):
                    W -= RATE * dW_l
                    b -= RATE * db_l
            return flatten(layers)

        return run

    return prepare


def pytorch(work):
    import torch

    torch.set_num_threads(1)
    network, X, Y, loss = problem(work)
    cost = {
        "cross_entropy": torch.nn.CrossEntropyLoss(),
        "binary_cross_entropy": torch.nn.BCEWithLogitsLoss(),
    }[loss]
    labels = torch.from_numpy(Y.argmax(axis=1) if Y.shape[1] > 1 else Y)
    X = torch.from_numpy(X)

    def run():
        layers = []
        for W, b, _ in network:
            linear = torch.nn.Linear(W.shape[1], W.shape[0], dtype=torch.float64)
            with torch.no_grad():
                linear.weight.copy_(torch.from_numpy(W))
                linear.bias.copy_(torch.from_numpy(b))
            layers += [linear, torch.nn.Sigmoid()]
        model = torch.nn.Sequential(*layers[:-1])  # both losses take logits
        optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
        for rows in batches(work, np.random.default_rng(1)):
            index = torch.from_numpy(rows)
            optimizer.zero_grad()
            cost(model(X[index]), labels[index]).backward()
            optimizer.step()
        linear = layers[::2]
        return flatten(
            [
                *(m.weight.detach().numpy() for m in linear),
                *(m.bias.detach().numpy() for m in linear),
            ]
        )

    return run


def scikit_learn(work):
    from sklearn.neural_network import MLPClassifier

    sizes, _, batch_size, epochs, _ = WORKS[work]
    _, X, Y, _ = problem(work)
    labels = Y.argmax(axis=1) if Y.shape[1] > 1 else Y[:, 0]

    def run():
        mlp = MLPClassifier(
            hidden_layer_sizes=sizes[1:-1],
            activation="logistic",
            solver="sgd",
            alpha=0.0,
            batch_size=batch_size,
            learning_rate_init=RATE,
            max_iter=epochs,
            momentum=0.0,
            nesterovs_momentum=False,
            n_iter_no_change=epochs + 1,
            random_state=0,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it has not converged yet is what we asked for
            mlp.fit(X, labels)

    return run


PEERS = {
    "train": nnlib_train,
    "limit": limit,
    "plain": plain,
    "PyTorch": pytorch,
    "scikit-learn": scikit_learn,
    "stacked": by_gradients(nnlib.batched.gradients_stacked),
    "sample loop": by_gradients(nnlib.vectorized.gradients),
}
TOO_LARGE = {  # a matrix of the size of W for every sample; minutes a round
    ("stacked", "[784, 512, 512, 10]"),
    ("sample loop", "[784, 512, 512, 10]"),
}
FEW_ROUNDS = {  # too slow for the difference to matter
    (name, work) for name in ("stacked", "sample loop") for work in WORKS if work != "[2, 3, 3, 1]"
}


# ---- one gradient of one batch


def gradient_of(peer, work):
    """A function that computes the gradient of the first batch once."""
    network, X, Y, loss = problem(work)
    size = WORKS[work][2]
    X, Y = X[:size].copy(), Y[:size].copy()
    if peer == "PyTorch":
        return torch_gradient(network, X, Y)
    if peer == "limit":
        return limit_gradient(network, X)
    gradients = {
        "train": nnlib.gradients,
        "stacked": nnlib.batched.gradients_stacked,
        "sample loop": nnlib.vectorized.gradients,
    }[peer]
    return lambda: gradients(network, X, Y, loss)


def limit_gradient(network, X):
    def run():
        A = [X]
        for W, _, _ in network:
            A.append(A[-1] @ W.T)
        delta = A[-1]
        for l in reversed(range(len(network))):
            delta.T @ A[l]
            if l > 0:
                delta = delta @ network[l].W

    return run


def torch_gradient(network, X, Y):
    import torch

    torch.set_num_threads(1)
    X, parameters = torch.from_numpy(X), []
    for W, b, _ in network:
        parameters.append([torch.tensor(array, requires_grad=True) for array in (W, b)])
    many = Y.shape[1] > 1
    labels = torch.from_numpy(Y.argmax(axis=1) if many else Y)
    functional = torch.nn.functional
    cost = functional.cross_entropy if many else functional.binary_cross_entropy_with_logits

    def run():
        a = X
        for l, (W, b) in enumerate(parameters):
            z = functional.linear(a, W, b)
            a = torch.sigmoid(z) if l < len(parameters) - 1 else z
        torch.autograd.grad(cost(a, labels), [p for pair in parameters for p in pair])

    return run


# ---- workers


def worker(peer):
    """Obey orders from standard input, one JSON line each, and answer with CPU seconds."""
    prepared = {}
    with threadpool_limits(1):
        for line in sys.stdin:
            kind, work = json.loads(line)
            if (kind, work) not in prepared:
                prepared.clear()
                prepare = PEERS[peer] if kind == "train" else lambda work: gradient_of(peer, work)
                prepared[kind, work] = prepare(work)
                prepared[kind, work]()  # once to warm up
            run, calls, result = prepared[kind, work], 0, None
            start = time.process_time()
            while calls == 0 or time.process_time() - start < LEAST:
                result = run()
                calls += 1
            seconds = (time.process_time() - start) / calls
            length = None if kind == "gradient" or result is None else float(np.linalg.norm(result))
            print(json.dumps([seconds, length]), flush=True)


class Peer:
    """A worker process; `ask` makes it run once."""

    def __init__(self, name):
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--worker", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, kind, work):
        self.process.stdin.write(json.dumps([kind, work]) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.communicate()  # closes both pipes and waits


def measure(names, kind, work, rounds):
    """Median CPU seconds of each peer, rounds interleaved; and that they agree on the answer."""
    names = [name for name in names if (name, work) not in TOO_LARGE]
    peers = {name: Peer(name) for name in names}
    seconds, lengths = {name: [] for name in names}, {}
    for n in range(rounds):
        for name, peer in peers.items():
            if (name, work) in FEW_ROUNDS and n >= 3:
                continue
            spent, length = peer.ask(kind, work)
            seconds[name].append(spent)
            if length is not None:
                lengths[name] = length
    for peer in peers.values():
        peer.close()
    for name, length in lengths.items():
        if abs(length - lengths["train"]) > 1e-9 * lengths["train"]:
            sys.exit(f"{name} on {work} arrives at other parameters than train: nothing to compare")
    return {name: statistics.median(spent) for name, spent in seconds.items()}


# ---- one layer, three formulations


def formulations(rounds):
    """Time and peak memory of the gradient of one 64 x 64 layer, by batch size."""
    functions = {
        "sample loop": nnlib.vectorized.gradients,
        "stacked": nnlib.batched.gradients_stacked,
        "einsum": nnlib.batched.gradients_einsum,
        "matmul": nnlib.batched.gradients,
    }
    rng = np.random.default_rng(0)
    network = nnlib.init_network([64, 64], "tanh", rng=0)
    rows = []
    with threadpool_limits(1):
        for N in BATCHES:
            X, Y = rng.normal(size=(N, 64)), rng.normal(size=(N, 64))
            spent = {name: [] for name in functions}
            for _ in range(rounds):
                for name, gradients in functions.items():
                    calls, start = 0, time.process_time()
                    while calls == 0 or time.process_time() - start < 0.02:
                        gradients(network, X, Y)
                        calls += 1
                    spent[name].append((time.process_time() - start) / calls)
            for name, gradients in functions.items():
                tracemalloc.start()
                gradients(network, X, Y)
                peak = tracemalloc.get_traced_memory()[1]
                tracemalloc.stop()
                rows.append(
                    {
                        "formulation": name,
                        "batch": N,
                        "seconds": statistics.median(spent[name]),
                        "peak_bytes": peak,
                    }
                )
    return rows


# ---- the report


def milliseconds(seconds):
    return f"{'':>12}" if seconds is None else f"{1e3 * seconds:9.2f} ms"


def print_times(title, table, names):
    print(f"\n{title}\n{'':20}" + "".join(f"{name:>13}" for name in names))
    for work, seconds in table.items():
        print(f"{work:20}" + "".join(f" {milliseconds(seconds.get(name))}" for name in names))


def judge(table):
    """A line for each bar, and for each lead; whether all bars are met."""
    met = True
    print("\nBars (ratios of the medians above)")
    for work, bars in BARS.items():
        for name, bar in bars.items():
            ratio = table[work]["train"] / table[work][name]
            met &= ratio <= bar
            words = f"train takes {ratio:.2f} x {name}; at most {bar}"
            print(f"  {work:20} {words:50} {'met' if ratio <= bar else 'MISSED'}")
    print("\nOthers (no bars)")
    for work, seconds in table.items():
        for name in ("PyTorch", "scikit-learn"):
            if name in seconds:
                lead = seconds[name] / seconds["train"]
                print(f"  {work:20} {name} takes {lead:.2f} x train")
    return met


def machine():
    """What it was measured on; others may bring a kernel of their own, so first NumPy's."""
    kernels = {
        f"{library['internal_api']} {library['version']} for {library.get('architecture', '?')}"
        for library in threadpool_info()
        if library["user_api"] == "blas"
    }
    versions = {"python": platform.python_version(), "numpy": np.__version__}
    for name in ("torch", "sklearn"):
        if importlib.util.find_spec(name):
            versions[name] = importlib.import_module(name).__version__
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = lines[0].split(":")[1].strip() if lines else model
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "threads": 1,
        "blas": ", ".join(sorted(kernels)) or "unknown",
        **versions,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--worker", choices=PEERS, help=argparse.SUPPRESS)
    parser.add_argument("--gate", action="store_true", help="exit with 1 if a bar is missed")
    parser.add_argument("--quick", action="store_true", help="one round, writes nothing")
    options = parser.parse_args()
    if options.worker:
        worker(options.worker)
        return 0

    names = list(PEERS)
    for module, name in (("torch", "PyTorch"), ("sklearn", "scikit-learn")):
        if importlib.util.find_spec(module) is None:
            names.remove(name)
            print(f"{name} is not installed: its column stays empty")
    rounds = {work: 1 if options.quick else settings[-1] for work, settings in WORKS.items()}
    training = {work: measure(names, "train", work, rounds[work]) for work in WORKS}
    peers = [name for name in names if name not in ("scikit-learn", "plain")]
    single = {work: measure(peers, "gradient", work, rounds[work]) for work in WORKS}
    layers = formulations(1 if options.quick else 7)

    found = machine()
    print("\n" + ", ".join(f"{name} {value}" for name, value in found.items()))
    print_times("Training (CPU time of a whole run)", training, names)
    print_times("The gradient of one batch (train: nnlib.gradients)", single, peers)
    print("\nOne layer 64 x 64: time of a gradient, peak memory")
    for row in layers:
        print(
            f"  batch {row['batch']:5} {row['formulation']:12} {1e6 * row['seconds']:11.1f} us "
            f"{row['peak_bytes'] / 1e6:9.2f} MB"
        )
    met = judge(training)
    if not options.quick:
        result = {
            "machine": found,
            "training_seconds": training,
            "gradient_seconds": single,
            "layer_64x64": layers,
        }
        RESULT.write_text(json.dumps(result, indent=1) + "\n")
        print(f"\nwritten: {RESULT.name}")
    return 1 if options.gate and not met else 0


if __name__ == "__main__":
    sys.exit(main())
