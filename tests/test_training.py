"""Claims about nnlib.training."""

import json
import os
import re
import subprocess
import sys
import traceback
import tracemalloc
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnlib
from nnlib import Layer, Recording, data, forward, gradients, init_network, train
from nnlib.activations import LeakyReLU, Tanh
from nnlib.descent import Descent
from nnlib.gradcheck import flatten
from nnlib.training import evaluate


def rings(n=1000, seed=0):
    return data.circles(n, noise=0.1, factor=0.3, rng=seed)


def run(network=None, X=None, Y=None, **settings):
    """A short run on few rings; every setting can be replaced."""
    if X is None:
        X, Y = rings(30)
    if network is None:
        network = init_network([2, 3, Y.shape[1]], rng=0)
    settings = {"learning_rate": 0.5, "epochs": 3, "batch_size": 8, "rng": 1, **settings}
    return train(network, X, Y, **settings)


def steps_by_hand(network, X, Y, learning_rate, batches, loss="quadratic"):
    """The definition: each parameter minus learning rate times the gradient of its batch."""
    for rows in batches:
        dW, db, _ = gradients(network, X[rows], Y[rows], loss)
        network = [
            Layer(W - learning_rate * dW_l, b - learning_rate * db_l, s)
            for (W, b, s), dW_l, db_l in zip(network, dW, db, strict=True)
        ]
    return network


# ---- the steps


@pytest.mark.parametrize(
    ("loss", "last"),
    [
        ("quadratic", "sigmoid"),
        ("quadratic", "softmax"),
        ("binary_cross_entropy", "sigmoid"),
        ("cross_entropy", "softmax"),
        ("cross_entropy", "sigmoid"),
    ],
)
@pytest.mark.parametrize("batch_size", [1, 7, 10, 30, 100])
@pytest.mark.parametrize("gathered", [1, 400, 2**17])
def test_training_is_the_gradient_step_again_and_again(
    loss, last, batch_size, gathered, monkeypatch
):
    """Batches of 7 leave 2 samples over: their gradient is the mean over those 2.

    However many batches are gathered at once: here one; 400 bytes, of 24 a sample; all of them.
    """
    monkeypatch.setattr("nnlib.descent._GATHERED", gathered)
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(30, 3)), np.eye(2)[rng.integers(0, 2, 30)]
    network = init_network([3, 4, 2], "tanh", last, rng=0)
    trained, _ = run(network, X, Y, loss=loss, epochs=2, batch_size=batch_size, rng=5)
    draw = np.random.default_rng(5)
    batches = []
    for _ in range(2):
        order = draw.permutation(30)
        batches += [order[i : i + batch_size] for i in range(0, 30, batch_size)]
    expected = steps_by_hand(network, X, Y, 0.5, batches, loss)
    np.testing.assert_allclose(flatten(trained), flatten(expected), rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_parameters_begin_with_a_line_of_the_cache(dtype):
    X, Y = np.zeros((2, 1, 1), dtype)
    for n in range(1, 100):
        start = [Layer(np.zeros((n, 1), dtype), np.zeros(n, dtype), Tanh())]
        for array in (
            Descent(start, X, Y, nnlib.quadratic, 1.0, 1).theta,
            Descent(start, X, Y, nnlib.quadratic, 1.0, 1).step,
        ):
            assert array.ctypes.data % 64 == 0
            assert (array.shape, array.dtype) == ((2 * n,), np.dtype(dtype))


def test_without_shuffling_the_samples_come_in_their_order():
    X, Y = rings(20)
    network = init_network([2, 3, 1], rng=0)
    trained, _ = run(network, X, Y, epochs=2, batch_size=8, shuffle=False)
    batches = [range(8), range(8, 16), range(16, 20)] * 2
    expected = steps_by_hand(network, X, Y, 0.5, [list(rows) for rows in batches])
    np.testing.assert_allclose(flatten(trained), flatten(expected), rtol=1e-12, atol=1e-15)


def test_training_never_changes_what_it_is_given():
    X, Y = rings(30)
    network = init_network([2, 3, 1], rng=0)
    given = [X, Y, *(array for W, b, _ in network for array in (W, b))]
    before = [array.copy() for array in given]
    for array in given:
        array.flags.writeable = False
    trained, recording = run(network, X, Y, record_every=1)
    for array, copy in zip(given, before, strict=True):
        np.testing.assert_array_equal(array, copy)
    for array in (array for W, b, _ in trained for array in (W, b)):
        assert array.flags.writeable
        assert not any(np.shares_memory(array, other) for other in given)
        for W, b, _ in recording.start:
            assert not np.shares_memory(array, W)
            assert not np.shares_memory(array, b)


def test_the_same_seed_gives_the_same_run():
    first, second, third = (flatten(run(rng=seed)[0]) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, second)
    assert (first != third).any()
    np.testing.assert_array_equal(first, flatten(run(rng=np.random.default_rng(1))[0]))


def test_the_global_random_state_is_left_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    run(rng=None)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_float32_stays_float32_and_the_data_may_be_anything():
    X, Y = rings(30)
    single = [Layer(W.astype("f"), b.astype("f"), s) for W, b, s in init_network([2, 3, 1], rng=0)]
    trained, recording = run(single, X, Y.astype(int))
    assert {array.dtype for W, b, _ in trained for array in (W, b)} == {np.dtype(np.float32)}
    assert recording.start[0].W.dtype == np.float32
    assert recording.loss.dtype == np.float64
    exact, _ = run(init_network([2, 3, 1], rng=0), X, Y)
    np.testing.assert_allclose(flatten(trained), flatten(exact), atol=1e-5)
    whole = [Layer([[1, 0]], [0], "sigmoid")]
    assert run(whole, X.tolist(), Y.tolist())[0][0].W.dtype == np.float64


# ---- what is learned


@pytest.mark.parametrize("seed", range(5))
def test_the_rings_are_learned(seed):
    X, Y = rings()
    network = init_network([2, 3, 3, 1], rng=seed)
    trained, recording = train(network, X, Y, learning_rate=3, epochs=300, batch_size=50, rng=seed)
    assert evaluate(trained, X, Y).accuracy >= 0.99
    assert recording.accuracy[-1] >= 0.99
    assert recording.loss[-1] < 0.02


@pytest.mark.parametrize("seed", range(5))
def test_the_run_of_the_source_learns_nothing(seed):
    """Erratum 4.20: sorted by class, learning rate 0.01, ten epochs: half the answers are right.

    Weights as in the source: uniform in [0, 1), normal in the last layer.
    """
    X, Y = rings()
    rng = np.random.default_rng(seed)
    network = [
        Layer(rng.random((3, 2)), rng.random(3), "sigmoid"),
        Layer(rng.random((3, 3)), rng.random(3), "sigmoid"),
        Layer(rng.normal(size=(1, 3)), rng.random(1), "sigmoid"),
    ]
    trained, recording = train(
        network, X, Y, learning_rate=1e-2, epochs=10, batch_size=50, shuffle=False
    )
    assert evaluate(trained, X, Y).accuracy == 0.5
    assert recording.loss[-1] < recording.loss[0]  # and yet the loss falls


def test_xor_needs_a_hidden_layer():
    X, Y = data.xor()
    flat, _ = train(
        init_network([2, 1], rng=0), X, Y, learning_rate=2, epochs=2000, batch_size=4, rng=0
    )
    np.testing.assert_allclose(forward(flat, X).a[-1], 0.5, atol=1e-3)
    deep, _ = train(
        init_network([2, 4, 1], rng=0), X, Y, learning_rate=5, epochs=5000, batch_size=4, rng=0
    )
    assert evaluate(deep, X, Y).loss < 1e-3


def test_digits_are_learned_with_softmax_and_cross_entropy():
    X, Y = data.digits()
    network = init_network([64, 30, 10], "relu", "softmax", rng=0)
    trained, recording = train(
        network,
        X[:1437],
        Y[:1437],
        loss="cross_entropy",
        learning_rate=0.2,
        epochs=20,
        batch_size=32,
        rng=0,
    )
    assert recording.accuracy[-1] > 0.98
    assert evaluate(trained, X[1437:], Y[1437:], "cross_entropy").accuracy > 0.9


# ---- curves


def test_the_curves_are_the_costs_as_the_samples_were_met():
    X, Y = rings(20)
    network = init_network([2, 3, 1], rng=0)
    _, recording = run(network, X, Y, epochs=2, batch_size=8, shuffle=False)
    batches = [list(range(8)), list(range(8, 16)), list(range(16, 20))]
    for epoch in range(2):
        cost = right = 0
        for rows in batches:
            outputs = forward(network, X[rows]).a[-1]
            cost += nnlib.quadratic(outputs, Y[rows]) * len(rows)
            right += ((outputs > 0.5) == (Y[rows] > 0.5)).sum()
            network = steps_by_hand(network, X, Y, 0.5, [rows])
        assert recording.loss[epoch] == pytest.approx(cost / 20, rel=1e-12)
        assert recording.accuracy[epoch] == right / 20


def test_with_one_batch_an_epoch_the_curve_is_the_loss_before_each_step():
    X, Y = rings(20)
    _, recording = run(None, X, Y, batch_size=20, epochs=4)
    for epoch in range(4):
        before = recording.replay(epoch)
        assert recording.loss[epoch] == pytest.approx(evaluate(before, X, Y).loss, rel=1e-12)
        assert recording.accuracy[epoch] == evaluate(before, X, Y).accuracy


@pytest.mark.parametrize(
    ("loss", "last", "far"),
    [("binary_cross_entropy", "sigmoid", 1), ("cross_entropy", "softmax", 2)],
)
def test_a_loss_from_logits_stays_finite_where_outputs_are_rounded_to_0(loss, last, far):
    network = [Layer([[1000.0], [-1000.0]], [0.0, 0.0], last)]
    X, Y = [[1.0]], [[0.0, 1.0]]
    assert evaluate(network, X, Y, loss).loss == 2000
    _, recording = train(network, X, Y, loss=loss, learning_rate=1e-9, epochs=1, batch_size=1)
    assert recording.loss[0] == 2000


# ---- accuracy


@pytest.mark.parametrize(
    ("outputs", "Y", "expected"),
    [
        ([[0.2], [0.6], [0.4], [9.0]], [[0], [1], [1], [1]], 0.75),
        ([[-0.2], [0.1], [0.4], [-9.0]], [[-1], [1], [1], [1]], 0.75),
        ([[0.9], [1.2], [5.0], [0.1]], [[0], [1], [2], [0]], 0.75),
        ([[0.6, 0.7], [0.6, 0.4]], [[0, 1], [0, 1]], 0.5),
        ([[0.9], [0.1]], [[1], [1]], 0.5),
        ([[0.9], [0.1]], [[0], [0]], 0.5),
        ([[0.9], [-0.1]], [[-1], [-1]], 0.5),
        ([[3.0], [-0.1]], [[7], [7]], 1.0),
        ([[1.4], [1.6], [1.6]], [[1], [2], [1]], 2 / 3),
        ([[0.9997, 0.9999], [0.2, 0.9]], [[1, 1], [0, 1]], 1.0),
        ([[0.6, 0.9], [0.4, 0.1]], [[1, 0], [1, 1]], 0.0),
        ([[0.6, 0.9], [0.4, 0.1]], [[0, 1], [1, 0]], 1.0),
        ([[0.1, -0.9], [-0.4, 0.1]], [[1, -1], [-1, 1]], 1.0),
        ([[0.1, 0.2], [-0.4, 0.1]], [[1, 1], [-1, 1]], 1.0),
        ([[0.6, 0.1], [-0.4, -0.2]], [[1, -1], [-1, 1]], 1.0),
        ([[0.6, 0.1], [0.1, 0.2]], [[2, 2], [2, 2]], 1.0),
        ([[0.46, 0.5, 0.04], [0.7, 0.2, 0.1]], [[0.3, 0.7, 0.0], [0.6, 0.4, 0.0]], 1.0),
        ([[0.7, 0.1], [0.1, 0.9]], [[1.2, -0.2], [0.4, 0.6]], 0.5),
        ([[0.3, 0.5, 0.2], [0.3, 0.5, 0.2]], [[0.2, 0.7, 0.1], [0.6, 0.2, 0.2]], 0.5),
        ([[0.2, 8.0], [1.6, 9.0]], [[0, 5], [2, 10]], 0.5),
        ([[0.5], [0.5]], [[0], [1]], 0.5),
        ([[0.2, 0.7, 0.1], [0.5, 0.3, 0.2]], [[0, 1, 0], [0, 1, 0]], 0.5),
    ],
)
def test_the_nearest_target_or_the_largest_output_is_the_answer(outputs, Y, expected):
    outputs = np.array(outputs)
    network = [Layer(np.eye(outputs.shape[1]), np.zeros(outputs.shape[1]), "identity")]
    assert evaluate(network, outputs, Y).accuracy == expected
    for dtype in (np.float32, np.float64):
        start = [Layer(W.astype(dtype), b.astype(dtype), s) for W, b, s in network]
        _, recording = run(start, outputs, Y, epochs=1, batch_size=9, shuffle=False)
        assert recording.accuracy.tolist() == [expected]


def test_one_class_alone_is_still_divided_at_one_half():
    assert evaluate([Layer([[1.0]], [0.0], "sigmoid")], [[-9.0]], [[1.0]]).accuracy == 0.0


def test_evaluate_returns_built_in_floats_and_the_mean_cost():
    result = evaluate([Layer([[1.0]], [0.0], "identity")], [[1.0], [3.0]], [[0], [1]])
    assert result == (1.25, 0.5)
    assert {type(number) for number in result} == {float}


# ---- the recording


def test_without_record_every_there_are_curves_and_no_parameters():
    _, recording = run(epochs=5)
    assert recording.loss.shape == recording.accuracy.shape == (5,)
    assert recording.recorded_epochs.shape == (0,)
    assert recording.parameters.shape == (0, 13)


@pytest.mark.parametrize(("every", "epochs"), [(1, [0, 1, 2, 3, 4, 5]), (2, [0, 2, 4]), (9, [0])])
def test_parameters_are_recorded_at_the_start_and_every_so_many_epochs(every, epochs):
    _, recording = run(epochs=5, record_every=every)
    assert recording.recorded_epochs.tolist() == epochs
    assert recording.parameters.shape == (len(epochs), 13)
    assert recording.parameters.dtype == np.float32
    for n, epoch in enumerate(epochs):
        exact = recording.replay(epoch)
        np.testing.assert_array_equal(recording.parameters[n], flatten(exact).astype(np.float32))
        shown = recording.network(n)
        assert [layer.activation for layer in shown] == [layer.activation for layer in exact]
        np.testing.assert_array_equal(flatten(shown), recording.parameters[n])
    np.testing.assert_array_equal(flatten(recording.network(-1)), recording.parameters[-1])
    np.testing.assert_array_equal(flatten(recording.start), flatten(init_network([2, 3, 1], rng=0)))


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("rng", [None, 7, np.random.default_rng(3)])
def test_any_moment_can_be_replayed_exactly(shuffle, rng):
    X, Y = rings(30)
    network = init_network([2, 3, 1], rng=0)
    trained, recording = run(network, X, Y, rng=rng, shuffle=shuffle)
    np.testing.assert_array_equal(flatten(recording.replay(3)), flatten(trained))
    np.testing.assert_array_equal(flatten(recording.replay(0)), flatten(network))
    np.testing.assert_array_equal(flatten(recording.replay(1, 4)), flatten(recording.replay(2)))
    in_between = flatten(recording.replay(1, 3))
    assert (in_between != flatten(recording.replay(1, 2))).any()
    assert (in_between != flatten(recording.replay(2))).any()
    if not shuffle:
        batches = [list(range(i, min(i + 8, 30))) for i in (0, 8, 16, 24)]
        expected = steps_by_hand(network, X, Y, 0.5, batches + batches[:3])
        np.testing.assert_allclose(in_between, flatten(expected), rtol=1e-12)


def test_the_seed_is_kept_also_when_it_was_drawn():
    assert run(rng=7)[1].seed == 7
    assert run(rng=np.random.default_rng(7))[1].seed is None
    trained, recording = run(rng=None)
    assert isinstance(recording.seed, int)
    assert recording.seed != run(rng=None)[1].seed
    np.testing.assert_array_equal(flatten(run(rng=recording.seed)[0]), flatten(trained))


@pytest.mark.parametrize("bits", ["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"])
def test_a_saved_recording_is_the_same_after_loading(tmp_path, bits):
    rng = np.random.Generator(getattr(np.random, bits)(4))
    trained, recording = run(rng=rng, record_every=2)
    recording.save(tmp_path / "run.npz")
    assert [path.name for path in tmp_path.iterdir()] == ["run.npz"]
    loaded = Recording.load(tmp_path / "run.npz")
    for name in ("loss", "accuracy", "recorded_epochs", "parameters", "X", "Y"):
        before, after = getattr(recording, name), getattr(loaded, name)
        assert after.dtype == before.dtype
        np.testing.assert_array_equal(after, before)
    for name in ("loss_name", "learning_rate", "epochs", "batch_size", "shuffle", "seed"):
        assert getattr(loaded, name) == getattr(recording, name)
        assert type(getattr(loaded, name)) is type(getattr(recording, name))
    assert [layer.activation for layer in loaded.start] == [layer.activation for layer in trained]
    np.testing.assert_array_equal(flatten(loaded.start), flatten(recording.start))
    np.testing.assert_array_equal(flatten(loaded.replay(3)), flatten(trained))


def test_a_recording_of_float32_and_of_softmax_survives_saving(tmp_path):
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(20, 2)), np.eye(3)[rng.integers(0, 3, 20)]
    network = init_network([2, 4, 3], "leaky_relu", "softmax", rng=0)
    network = [Layer(W.astype("f"), b.astype("f"), s) for W, b, s in network]
    trained, recording = run(network, X, Y, loss="cross_entropy", rng=None)
    recording.save(str(tmp_path / "run"))
    loaded = Recording.load(str(tmp_path / "run"))
    assert loaded.start[0].W.dtype == np.float32
    assert loaded.seed == recording.seed
    np.testing.assert_array_equal(flatten(loaded.replay(3)), flatten(trained))


def test_a_recording_is_compact(tmp_path):
    X, Y = rings()
    _, recording = train(
        init_network([2, 3, 3, 1], rng=0),
        X,
        Y,
        learning_rate=3,
        epochs=300,
        batch_size=50,
        rng=0,
        record_every=2,
    )
    recording.save(tmp_path / "run.npz")
    assert recording.parameters.nbytes == 151 * 25 * 4
    assert (tmp_path / "run.npz").stat().st_size < 60_000


def changed(stored, **changes):
    header = json.loads(stored["header"].item())
    for name, value in changes.items():
        if name in stored:
            stored[name] = value
        else:
            header[name] = value
    return {**stored, "header": np.array(json.dumps(header))}


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda stored: {"X": stored["X"]}, "it is torn, or a file of another kind"),
        (lambda stored: {**stored, "header": np.array("{")}, "Expecting property name"),
        (lambda stored: {**stored, "header": np.array(3)}, "not recording"),
        (
            lambda stored: changed(stored, format="other"),
            "its format is 'other', not 'nnlib record",
        ),
        (lambda stored: changed(stored, activations=["sigmoid", "x"]), "'x'"),
        (lambda stored: changed(stored, sizes=[2, 4, 1]), "start is (13,), not (17,)"),
        (lambda stored: changed(stored, sizes=[2, 10**9, 1]), "start is (13,), not (4000000001,)"),
        (lambda stored: changed(stored, sizes=[2, -3, 1]), "sizes must be at least 1"),
        (lambda stored: changed(stored, epochs=10**18), "loss is (3,), not (1000000000000000000,)"),
        (lambda stored: changed(stored, start=stored["start"][:-1]), "start is (12,), not (13,)"),
        (lambda stored: changed(stored, X=stored["X"][:, :1]), "X is (30, 1), not (30, 2)"),
        (lambda stored: changed(stored, X=np.float64(3)), "X is (), not (0, 2)"),
        (lambda stored: changed(stored, loss=stored["loss"][:-1]), "loss is (2,), not (3,)"),
        (
            lambda stored: changed(stored, parameters=np.zeros((1, 13))),
            "parameters is (1, 13), not",
        ),
        (lambda stored: changed(stored, epochs=4), "loss is (3,), not (4,)"),
        (lambda stored: {**stored, "Y": np.array([[None]] * 30)}, "Y.npy holds Python objects"),
        (lambda stored: changed(stored, batch_size=0), "batch_size must be at least 1"),
        (lambda stored: changed(stored, batch_size=2.5), "batch_size must be a whole number"),
        (lambda stored: changed(stored, learning_rate="fast"), "learning_rate must be one number"),
        (lambda stored: changed(stored, learning_rate=True), "learning_rate must be a number"),
        (lambda stored: changed(stored, learning_rate=float("nan")), "learning_rate is nan"),
        (lambda stored: changed(stored, shuffle="no"), "shuffle must be True or False"),
        (lambda stored: changed(stored, seed="s"), "seed must be a whole number"),
        (lambda stored: changed(stored, rng_state={}), "bit_generator"),
        (lambda stored: changed(stored, X=stored["X"] * 1j), "X must be real"),
        (lambda stored: changed(stored, start=stored["start"] * 1j), "start must be real"),
        (lambda stored: changed(stored, loss=stored["loss"] * np.nan), "loss[0] is nan"),
        (
            lambda stored: changed(stored, parameters=stored["parameters"] + np.inf),
            "every entry must be finite",
        ),
        (
            lambda stored: changed(stored, recorded_epochs=stored["recorded_epochs"] + 0.5),
            "recorded_epochs is float64, not int64",
        ),
        (
            lambda stored: changed(stored, recorded_epochs=stored["recorded_epochs"][::-1]),
            "recorded_epochs must be 0, k, 2 k and so on up to 3",
        ),
        (
            lambda stored: changed(stored, recorded_epochs=np.array([1, 2, 3, 4])),
            "recorded_epochs must be 0, k, 2 k and so on up to 3",
        ),
        (
            lambda stored: changed(stored, recorded_epochs=np.array([0, 0, 0, 0])),
            "recorded_epochs must be 0, k, 2 k and so on up to 3",
        ),
        (
            lambda stored: changed(stored, recorded_epochs=np.array([0, 1, 3, 4])),
            "recorded_epochs must be 0, k, 2 k and so on up to 3",
        ),
        (
            lambda stored: changed(stored, parameters=stored["parameters"] + np.float32(1)),
            "the parameters recorded first are not those of start",
        ),
        (
            lambda stored: changed(stored, parameters=stored["parameters"].astype(float)),
            "parameters is float64, not float32",
        ),
        (lambda stored: changed(stored, loss=-stored["loss"]), "it must lie between 0 and inf"),
        (
            lambda stored: changed(stored, accuracy=stored["accuracy"] + 1),
            "it must lie between 0 and 1",
        ),
        (
            lambda stored: changed(stored, accuracy=stored["accuracy"].astype("f")),
            "accuracy is float32, not float64",
        ),
        (
            lambda stored: changed(stored, rng_state={"bit_generator": "seed"}),
            "rng_state: numpy.random has no bit generator 'seed'",
        ),
        (
            lambda stored: changed(stored, rng_state={"bit_generator": "Generator"}),
            "rng_state: numpy.random has no bit generator 'Generator'",
        ),
    ],
)
def test_a_file_that_is_not_a_recording_is_refused(tmp_path, spoil, reason):
    path = tmp_path / "run.npz"
    run(record_every=1)[1].save(path)
    with np.load(path) as file:
        stored = {name: file[name] for name in file.files}
    np.savez(path, **spoil(stored))
    with pytest.raises(ValueError, match=r"is not a recording of nnlib\.train") as caught:
        Recording.load(path)
    if reason != "not recording":
        assert reason in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 no zip after all", b"\x93NUMPY"])
def test_a_file_of_another_kind_is_refused(tmp_path, content):
    path = tmp_path / "run.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"run\.npz is not a recording of nnlib\.train") as caught:
        Recording.load(path)
    assert "it is torn, or a file of another kind" in str(caught.value)
    assert "allow_pickle" not in "".join(traceback.format_exception(caught.value))


@given(place=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
def test_a_file_with_one_wrong_byte_is_read_right_or_refused(tmp_path_factory, place, byte):
    path = tmp_path_factory.mktemp("torn") / "run.npz"
    recording = run()[1]
    recording.save(path)
    content = bytearray(path.read_bytes())
    content[int(place * len(content))] = byte
    path.write_bytes(content)
    try:
        loaded, message = Recording.load(path), None
    except ValueError as error:
        loaded, message = None, str(error)
    if loaded is None:
        assert "is not a recording" in message
    else:
        assert np.array_equal(loaded.parameters, recording.parameters)
        assert np.array_equal(loaded.X, recording.X)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = tmp_path / "run.npz"
    run(record_every=1)[1].save(path)
    with np.load(path) as file:
        stored = {name: file[name] for name in file.files}
    bomb = changed(stored, X=np.zeros((2**22 + 1, 2)), Y=np.zeros((2**22 + 1, 1)))
    np.savez_compressed(path, **bomb)
    unpacked = sum(array.nbytes for array in bomb.values())
    assert unpacked > 500 * path.stat().st_size
    del bomb
    tracemalloc.start()
    with pytest.raises(ValueError, match=r"it would unpack to \d+ bytes: of a file of its size"):
        Recording.load(path)
    assert tracemalloc.get_traced_memory()[1] < unpacked / 50
    tracemalloc.stop()


def test_an_array_that_claims_to_be_larger_than_it_is_is_refused(tmp_path):
    path = tmp_path / "run.npz"
    run()[1].save(path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["X.npy"] = members["X.npy"].replace(b"(30, 2)", b"(10000000000000, 2)".ljust(7))
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(ValueError, match=r"X\.npy is not as long as its shape|X\.npy is torn"):
        Recording.load(path)
    members["header.npy"] += b" " * 2**22
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(ValueError, match="its header is longer than"):
        Recording.load(path)


def test_a_run_that_repeats_itself_is_not_taken_for_a_bomb(tmp_path, monkeypatch):
    monkeypatch.setattr(nnlib.recording, "UNPACKED", 1000)
    X, Y = np.zeros((20_000, 1)), np.zeros((20_000, 1))
    network = [Layer(np.zeros((1, 1)), np.zeros(1), "identity")]
    _, recording = run(network, X, Y, batch_size=20_000, shuffle=False)
    recording.save(tmp_path / "run.npz")
    np.testing.assert_array_equal(Recording.load(tmp_path / "run.npz").X, X)


def test_saving_replaces_a_file_whole_or_leaves_it_alone(tmp_path, monkeypatch):
    path = tmp_path / "run.npz"
    run(epochs=1)[1].save(path)
    path.chmod(0o640)
    (tmp_path / "link.npz").symlink_to(path)
    run(epochs=2)[1].save(tmp_path / "link.npz")
    assert (tmp_path / "link.npz").is_symlink()
    assert Recording.load(path).epochs == 2
    assert path.stat().st_mode & 0o777 == 0o640
    before = path.read_bytes()

    def full(file, **arrays):
        file.write(b"half of it")
        raise OSError("no space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(OSError, match="no space left"):
        run(epochs=3)[1].save(path)
    assert path.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["link.npz", "run.npz"]
    with pytest.raises(OSError, match="none"):
        run()[1].save(tmp_path / "none" / "run.npz")


def test_a_file_may_have_the_longest_name_that_there_is(tmp_path):
    path = tmp_path / ("n" * 251 + ".npz")
    run()[1].save(path)
    assert Recording.load(path).epochs == 3


def test_what_is_no_ordinary_file_is_written_to_and_never_replaced(tmp_path):
    """A pipe, or a device such as /dev/null."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        run()[1].save(pipe)
        assert pipe.is_fifo()
        (tmp_path / "run.npz").write_bytes(os.read(reader, 2**16))
    finally:
        os.close(reader)
    assert Recording.load(tmp_path / "run.npz").epochs == 3


def test_other_arrays_and_torn_files_are_refused(tmp_path):
    np.save(tmp_path / "array.npy", np.zeros(3))
    with pytest.raises(ValueError, match="is not a recording"):
        Recording.load(tmp_path / "array.npy")
    run()[1].save(tmp_path / "run.npz")
    whole = (tmp_path / "run.npz").read_bytes()
    (tmp_path / "half.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="is not a recording"):
        Recording.load(tmp_path / "half.npz")
    with zipfile.ZipFile(tmp_path / "other.npz", "w") as archive:
        archive.writestr("letter.txt", "hello")
    with pytest.raises(ValueError, match="is not a recording"):
        Recording.load(tmp_path / "other.npz")
    with pytest.raises(FileNotFoundError):
        Recording.load(tmp_path / "none.npz")


def test_an_activation_without_a_name_of_nnlib_cannot_be_saved(tmp_path):
    class Own(Tanh):
        name = "own"

    _, recording = run([Layer(np.ones((1, 2)), np.zeros(1), Own())], *rings(10))
    with pytest.raises(ValueError, match=r"save: the activation of layer 1 \(Own\) is not one of"):
        recording.save(tmp_path / "run.npz")
    assert not list(tmp_path.iterdir())


def test_a_file_never_takes_a_parent_for_its_child(tmp_path):
    """A subclass has its parent's name, and so has an object with a number changed."""

    class Steeper(Tanh):
        def formula(self, z):
            return np.tanh(2 * z)

    class Half(type(nnlib.quadratic)):
        pass

    steeper_leak = LeakyReLU()
    steeper_leak.slope = 0.5
    for own in (Steeper(), steeper_leak):
        _, recording = run([Layer(np.ones((1, 2)), np.zeros(1), own)], *rings(10))
        with pytest.raises(ValueError, match="save: the activation of layer 1"):
            recording.save(tmp_path / "run.npz")
    _, recording = run(loss=Half())
    with pytest.raises(ValueError, match=r"save: the loss \(Half\) is not one of nnlib's"):
        recording.save(tmp_path / "run.npz")
    assert not list(tmp_path.iterdir())


def test_a_run_is_replayed_with_its_own_loss():
    class Tenfold(type(nnlib.quadratic)):
        @staticmethod
        def _gradient(a, y):
            return 10 * (a - y)

    trained, recording = run(loss=Tenfold())
    np.testing.assert_array_equal(flatten(recording.replay(3)), flatten(trained))
    assert recording.loss_name == "quadratic"


def test_a_file_may_not_name_what_is_called(tmp_path, monkeypatch):
    """`rng_state` names a bit generator: nothing else of numpy.random is ever called."""
    called = []
    monkeypatch.setattr(np.random, "seed", lambda *_: called.append(_))
    recording = replace(run()[1], rng_state={"bit_generator": "seed"})
    with pytest.raises(ValueError, match=r"numpy\.random has no bit generator 'seed'"):
        recording.replay(1)
    recording.save(tmp_path / "run.npz")
    with pytest.raises(ValueError, match=r"numpy\.random has no bit generator 'seed'"):
        Recording.load(tmp_path / "run.npz")
    assert not called


def test_a_loaded_run_keeps_its_samples_in_the_dtype_of_its_network(tmp_path):
    X, Y = rings(30)
    single = [Layer(W.astype("f"), b.astype("f"), s) for W, b, s in init_network([2, 3, 1], rng=0)]
    trained, recording = run(single, X.astype("f"), Y)
    replace(recording, X=recording.X.astype(float), Y=Y.astype(int)).save(tmp_path / "run.npz")
    loaded = Recording.load(tmp_path / "run.npz")
    assert (loaded.X.dtype, loaded.Y.dtype) == (np.float32, np.float32)
    np.testing.assert_array_equal(flatten(loaded.replay(3)), flatten(trained))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            (4,),
            ValueError,
            "there is no moment after 4 epochs and 0 batches: the run had 3 epochs of",
        ),
        ((3, 1), ValueError, "there is no moment after 3 epochs and 1 batches"),
        ((1, 5), ValueError, "the run had 3 epochs of 4 batches"),
        ((-1,), ValueError, "replay: epoch must be at least 0, but it is -1"),
        ((1, -1), ValueError, "replay: batch must be at least 0, but it is -1"),
        ((1.0,), TypeError, "replay: epoch must be a whole number, but it is float 1.0"),
    ],
)
def test_a_moment_that_never_was_cannot_be_replayed(arguments, error, message):
    _, recording = run()
    with pytest.raises(error, match=re.escape(message)):
        recording.replay(*arguments)


def test_a_moment_that_was_not_recorded_cannot_be_shown():
    _, recording = run(record_every=3)
    for n in (2, -3):
        with pytest.raises(IndexError, match=f"n is {n} but 2 moments were recorded"):
            recording.network(n)
    for n in (1.5, "a", None, True, np.array([0, 1])):
        with pytest.raises(TypeError, match="network: n must be a whole number, but it is"):
            recording.network(n)
    np.testing.assert_array_equal(flatten(recording.network(np.int64(1))), recording.parameters[1])
    with pytest.raises(IndexError, match="give train record_every=1 to record every epoch"):
        run()[1].network(0)


# ---- errors


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"batch_size": 0}, ValueError, "train: batch_size must be at least 1, but it is 0"),
        ({"batch_size": -3}, ValueError, "train: batch_size must be at least 1, but it is -3"),
        (
            {"batch_size": 2.0},
            TypeError,
            "train: batch_size must be a whole number, but it is float",
        ),
        (
            {"batch_size": None},
            TypeError,
            "train: batch_size must be a whole number, but it is None",
        ),
        ({"epochs": 0}, ValueError, "train: epochs must be at least 1, but it is 0"),
        ({"epochs": True}, TypeError, "train: epochs must be a whole number, but it is bool True"),
        ({"record_every": 0}, ValueError, "train: record_every must be at least 1, but it is 0"),
        ({"record_every": 0.5}, TypeError, "train: record_every must be a whole number"),
        ({"learning_rate": 0}, ValueError, "train: learning_rate is 0.0: give a number above 0"),
        ({"learning_rate": -1}, ValueError, "train: learning_rate is -1.0: give a number above 0"),
        (
            {"learning_rate": np.nan},
            ValueError,
            "train: learning_rate is nan: give a finite number",
        ),
        (
            {"learning_rate": "1"},
            TypeError,
            "train: learning_rate must be one number, but it is str '1'",
        ),
        (
            {"learning_rate": None},
            TypeError,
            "train: learning_rate must be one number, but it is NoneType None",
        ),
        (
            {"learning_rate": True},
            TypeError,
            "train: learning_rate must be a number above 0, but it is bool True",
        ),
        ({"learning_rate": np.True_}, TypeError, "train: learning_rate must be a number above 0"),
        (
            {"learning_rate": 1j},
            TypeError,
            "train: learning_rate is 1j: give a real number above 0",
        ),
        ({"learning_rate": [1]}, TypeError, "train: learning_rate must be one number"),
        ({"progress": 5}, TypeError, "train: progress must be True or False, but it is 5"),
        ({"shuffle": "no"}, TypeError, "train: shuffle must be True or False, but it is 'no'"),
        (
            {"shuffle": np.array([True, False])},
            TypeError,
            "train: shuffle must be True or False, but it is array([ True, False])",
        ),
        ({"rng": "0"}, TypeError, "train: rng must be an int or a numpy.random.Generator"),
        ({"rng": 1.5}, TypeError, "train: rng must be an int or a numpy.random.Generator"),
        ({"rng": True}, TypeError, "train: rng must be an int or a numpy.random.Generator"),
        ({"rng": -1}, ValueError, "train: rng must be at least 0, but it is -1"),
        ({"loss": "mse"}, ValueError, "unknown loss 'mse' (known: quadratic, binary_cross_entropy"),
        ({"loss": None}, TypeError, "loss must be a name or one of nnlib's loss objects"),
    ],
)
def test_bad_settings_are_refused(settings, error, message):
    with pytest.raises(error, match=re.escape(message)):
        run(**settings)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("batch_size", [1, 8, 30])
@pytest.mark.parametrize("sizes", [[2, 3, 1], [2, 1]])
@pytest.mark.parametrize("gathered", [1, 2**17])
def test_inputs_that_are_not_finite_are_named_whatever_becomes_of_them(
    bad, batch_size, sizes, gathered, monkeypatch
):
    """With weights of 0 and saturated units an infinite input may leave no trace in a network."""
    monkeypatch.setattr("nnlib.descent._GATHERED", gathered)
    X, Y = rings(30)
    X[29, 1] = bad
    network = init_network(sizes, "sigmoid", rng=0)
    silent = [Layer(0 * W, b + 1000, s) for W, b, s in network]
    for start in (network, silent):
        message = re.escape(f"X[29, 1] is {bad}: every entry must be finite")
        with pytest.raises(ValueError, match=message):
            run(start, X, Y, batch_size=batch_size)


def test_an_infinite_input_is_named_before_the_output_that_it_leads_to():
    """Here the first batch is refused by the loss, and the second holds the infinite input."""
    network = [Layer([[1.0]], [0.0], "identity")]
    bad = {"loss": "binary_cross_entropy", "shuffle": False, "batch_size": 1}
    with pytest.raises(
        ValueError, match=re.escape("X[1, 0] is inf: every entry must be finite")
    ) as refused:
        run(network, [[2.0], [np.inf]], [[1.0], [1.0]], **bad)
    assert refused.value.__context__ is None
    with pytest.raises(ValueError, match=re.escape("a[0, 0] is 2.0: an output must lie in")):
        run(network, [[2.0], [0.5]], [[1.0], [1.0]], **bad)


@pytest.mark.parametrize("gathered", [1, 2**17])
def test_an_activation_of_ones_own_never_meets_an_input_that_is_not_finite(gathered, monkeypatch):
    class Wary(Tanh):
        name = "wary"

        def formula(self, z):
            if not np.isfinite(z).all():
                raise RuntimeError("an endless loop, for example")
            return np.tanh(z)

    monkeypatch.setattr("nnlib.descent._GATHERED", gathered)
    X, Y = rings(30)
    X[29, 1] = np.nan
    with pytest.raises(ValueError, match=re.escape("X[29, 1] is nan: every entry must be finite")):
        run(init_network([2, 3, 1], Wary(), "sigmoid", rng=0), X, Y)


def test_a_generator_is_where_it_was_after_inputs_were_refused():
    X, Y = rings(30)
    X[29, 1] = np.nan
    rng, untouched = np.random.default_rng(0), np.random.default_rng(0)
    with pytest.raises(ValueError, match="every entry must be finite"):
        run(X=X, Y=Y, rng=rng)
    assert rng.bit_generator.state == untouched.bit_generator.state


def test_inputs_whose_sum_is_beyond_all_numbers_are_finite_all_the_same():
    """With W = 0 the output is right and no step is taken."""
    network = [Layer(np.zeros((1, 2)), [0.0], "sigmoid")]
    trained, recording = run(network, [[1e308, 1e308]], [[0.5]])
    np.testing.assert_array_equal(flatten(trained), 0)
    np.testing.assert_array_equal(recording.loss, 0)


def test_softmax_with_one_output_is_not_trained():
    network = init_network([2, 3, 1], "tanh", "softmax", rng=0)
    with pytest.raises(ValueError, match="layer 2 is softmax with one output, which is 1 whatever"):
        train(network, *data.xor(), learning_rate=1.0, epochs=1, batch_size=4)


def test_complex_numbers_are_refused():
    X, Y = rings(10)
    network = init_network([2, 1], rng=0)
    bad = [Layer(W + 0j, b, s) for W, b, s in network]
    for arguments in [(network, X + 0j, Y), (network, X, Y + 0j), (bad, X, Y)]:
        with pytest.raises(TypeError, match="train: the network, X and Y must be real"):
            run(*arguments)
        with pytest.raises(TypeError, match="evaluate: the network, X and Y must be real"):
            evaluate(*arguments)


def test_a_run_that_diverges_says_where_and_warns_of_nothing():
    """With x = 1 and y = 0 a step multiplies w + b by 1 - 2 rate, here by about -2e200.

    The costs are 1/2 and then its square, which is infinite, in the second batch.
    """
    network = [Layer([[1.0]], [0.0], "identity")]
    X, Y = np.array([[1.0]] * 4), np.zeros((4, 1))
    message = (
        "epoch 1, batch 2: the loss is inf with learning rate 1e+200: give a smaller learning rate"
    )
    with pytest.raises(FloatingPointError, match=re.escape(message)):
        train(network, X, Y, learning_rate=1e200, epochs=5, batch_size=1)


def test_divergence_is_dated_by_epoch_and_batch():
    """Each step multiplies w + b by about -2e30: after six of them its square is infinite."""
    network = [Layer([[1.0]], [0.0], "identity")]
    X, Y = np.array([[1.0]] * 4), np.zeros((4, 1))
    with pytest.raises(FloatingPointError, match="epoch 4, batch 1: the loss is inf"):
        train(network, X, Y, learning_rate=1e30, epochs=50, batch_size=2)


@pytest.mark.parametrize("batch_size", [1, 4])
def test_a_loss_that_is_infinite_before_the_first_step_is_not_blamed_on_the_learning_rate(
    batch_size,
):
    network = [Layer([[1e200]], [0.0], "identity")]
    message = (
        "epoch 1, batch 1: the loss is inf before the first step: scale X and Y down, or start "
        "with smaller weights"
    )
    with pytest.raises(FloatingPointError, match=re.escape(message)):
        run(network, np.ones((4, 1)), np.zeros((4, 1)), learning_rate=1, batch_size=batch_size)


def test_costs_whose_sum_is_beyond_all_numbers_are_noticed():
    """Each costs 1/2 (1e154)^2 = 5e307: three of them are finite, four are not."""
    network = [Layer([[1e154]], [0.0], "identity")]
    X, Y = np.ones((4, 1)), np.zeros((4, 1))
    with pytest.raises(FloatingPointError, match="epoch 1, batch 4: the loss is inf"):
        train(network, X, Y, learning_rate=1e-200, epochs=1, batch_size=1)
    assert evaluate(network, X, Y).loss == np.inf


def test_a_parameter_too_large_to_be_recorded_is_noticed():
    X, Y = [[1.0]], [[0.0]]
    settings = {"epochs": 1, "batch_size": 1, "record_every": 1}
    message = "epoch 1, batch 1: a recorded parameter is not finite in float32 with learning rate"
    with pytest.raises(FloatingPointError, match=re.escape(message)):
        train([Layer([[1.0]], [0.0], "identity")], X, Y, learning_rate=1e40, **settings)
    message = "a recorded parameter is not finite in float32 before the first step"
    with pytest.raises(FloatingPointError, match=re.escape(message)):
        train([Layer([[1e40]], [0.0], "identity")], X, Y, learning_rate=1e-9, **settings)


def test_training_is_the_same_where_numpy_is_told_to_raise():
    network = [layer._replace(W=1000 * layer.W) for layer in init_network([2, 3, 1], rng=0)]
    trained, recording = run(network, record_every=1)
    with np.errstate(all="raise"):
        again, repeated = run(network, record_every=1)
        np.testing.assert_array_equal(flatten(repeated.replay(3)), flatten(trained))
        evaluate(again, recording.X, recording.Y)
    np.testing.assert_array_equal(flatten(again), flatten(trained))


def test_a_last_step_beyond_all_numbers_is_noticed():
    network = [Layer([[1e10]], [0.0], "identity")]
    with pytest.raises(
        FloatingPointError, match="epoch 1, batch 1: a parameter is no longer finite"
    ):
        train(network, [[1.0]], [[0.0]], learning_rate=1e300, epochs=1, batch_size=1)


def test_an_output_without_a_slope_is_dated_by_its_epoch():
    network = [Layer([[-1000.0], [0.0]], [0.0, 0.0], "sigmoid")]
    message = "epoch 1, learning rate 0.5: cross_entropy: a[0, 0] is 0.0: its cost has no finite"
    with pytest.raises(ValueError, match=re.escape(message)):
        run(network, [[1.0]], [[1.0, 0.0]], loss="cross_entropy")


# ---- the package


def test_importing_nnlib_imports_numpy_and_nothing_that_is_slow_and_seldom_needed():
    code = (
        "import sys, numpy; before = set(sys.modules); import nnlib; "
        "print(*(set(sys.modules) - before))"
    )
    new = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found = {name for name in new.stdout.split() if name not in sys.stdlib_module_names}
    assert {name.split(".")[0] for name in found} == {"nnlib"}
    assert not {name.split(".")[1] for name in found if "." in name} & {"plotting", "widgets"}
    assert not {"difflib", "json", "shutil", "tempfile", "zipfile"} & set(new.stdout.split())


def test_every_public_name_is_there():
    for name in nnlib.__all__:
        assert hasattr(nnlib, name)
    assert nnlib.gradients is nnlib.batched.gradients
