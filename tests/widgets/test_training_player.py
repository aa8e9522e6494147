"""The training player as a Python object, and the arithmetic of its pictures."""

import base64
import gzip
import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from py_mini_racer import MiniRacer
from traitlets import TraitError

from nnlib import Layer, data, forward, gradients, init_network, train
from nnlib.activations import ACTIVATIONS
from nnlib.losses import LOSSES
from nnlib.training import evaluate
from nnlib.widgets import TrainingPlayer, bundle
from nnlib.widgets.training_player.recording import (
    encode,
    exact_network,
    pack_parameters,
    unpack_parameters,
)

from .reading import numbers, shows
from .together import set_together

CALLS = """
const open = (packed, n) => {
    const one = player.scene(recording.unpack(packed));
    one.goTo(n);
    return one;
};
const plain = (traces) => traces.map((values) => [...values]);
globalThis.calls = {
    bits: (text, S, P) => [...new Int32Array(recording.unpackParameters(text, S, P).buffer)],
    bytes: (text) => [...recording.bytes(text)],
    replay: (packed, n) => {
        const one = open(packed, n);
        const { z, a } = one.samples();
        return { z: plain(z), a: plain(a), loss: one.loss(), accuracy: one.accuracy() };
    },
    field: (packed, n) => {
        const one = open(packed, n);
        return { points: [...one.field().a[0]], z: plain(one.field().z), domain: one.domain };
    },
    asks: (packed, n, lit) => {
        const { rows, da } = open(packed, n).asks(lit);
        return { rows, da: plain(da) };
    },
    steps: (packed, n, lit) => {
        const { rows, traces } = open(packed, n).steps(lit);
        return { rows, a: traces.map(({ a }) => plain(a)) };
    },
    levels: (packed, n) => open(packed, n).borderLevels(),
    contour: (grid) => {
        const lines = [];
        fields.contour(
            {
                moveTo: (x, y) => lines.push([[x, y]]),
                lineTo: (x, y) => lines.at(-1).push([x, y]),
            },
            grid,
        );
        return lines;
    },
    slice: (n, d) => space.slice(n, d),
    sliceFlat: (n, d) => space.sliceFlat(n, d),
    projection: (turn) => space.projection(turn),
    preimage: (name, a) => fields.preimage(name, a),
    momentAt: (epochs, epoch) => recording.momentAt({ epochs }, epoch),
    validate: (state) => state_.validate(state),
    percent: (share) => state_.percent(share),
    neighbour: (places, from, way, middle) => stage.neighbour(places, from, way, middle),
};
"""


@pytest.fixture(scope="module")
def js():
    """Call a function of the player's rooms with arguments and a result that JSON can hold."""
    context = MiniRacer()
    for room in ("recording", "scene", "fields", "space", "state", "stage"):
        name = {"scene": "player", "state": "state_"}.get(room, room)
        context.eval(bundle.library(f"training_player/{room}.js", name))
    context.eval(CALLS)

    def call(name, *arguments):
        text = ", ".join(json.dumps(argument) for argument in arguments)
        return json.loads(context.eval(f"JSON.stringify(calls.{name}({text}) ?? null)"))

    return call


def learn(sizes, n=120, epochs=12, record_every=3, **options):
    """Train a network on the rings; return its recording."""
    X, Y = data.circles(n=n, rng=1)
    settings = {"learning_rate": 3.0, "batch_size": 10, "rng": 0} | options
    start = init_network(sizes, rng=3)
    return train(start, X, Y, epochs=epochs, record_every=record_every, **settings)[1]


@pytest.fixture(scope="module")
def recording():
    return learn([2, 3, 3, 1])


@pytest.fixture(scope="module")
def full_size():
    """As on the landing page: 1000 samples, every one of 300 epochs."""
    return learn([2, 8, 8, 1], n=1000, epochs=300, record_every=1, batch_size=20)


# -- how a recording travels ------------------------------------------------------------------


@given(
    arrays(
        np.float32,
        st.tuples(st.integers(1, 6), st.integers(1, 5)),
        elements=st.floats(width=32, allow_nan=False, allow_infinity=False),
    )
)
def test_packed_parameters_come_back_bit_by_bit(parameters):
    found = unpack_parameters(pack_parameters(parameters), *parameters.shape)
    assert found.dtype == np.float32
    assert found.tobytes() == parameters.tobytes()


def test_both_sides_unpack_alike(js, full_size):
    wild = np.random.default_rng(0).integers(0, 2**31, (5, 4)).astype(np.uint32).view(np.float32)
    wild[2] *= -1
    for parameters in (wild, full_size.parameters[:40]):
        S, P = parameters.shape
        bits = js("bits", pack_parameters(parameters), S, P)
        assert bits == parameters.view(np.int32).ravel().tolist()


@pytest.mark.parametrize("length", range(8))
def test_base64_of_any_length_is_read(js, length):
    content = bytes(range(250, 250 + min(length, 6))) + b"x" * max(0, length - 6)
    assert js("bytes", base64.b64encode(content).decode()) == list(content)


def test_cut_off_parameters_are_refused():
    with pytest.raises(ValueError, match="parameters holds 8 bytes, not 4 x 1 x 3"):
        unpack_parameters(pack_parameters(np.zeros((1, 2), np.float32)), 1, 3)


def test_a_recording_of_full_size_is_small_in_the_page(full_size):
    assert full_size.parameters.shape == (301, 105)
    assert len(gzip.compress(TrainingPlayer(full_size).html().encode(), 6)) <= 150_000


def test_the_script_that_a_landing_page_loads_is_small():
    assert len(gzip.compress(bundle.script(["TrainingPlayer"]).encode(), 6)) <= 40_000


def test_a_recording_may_have_any_activation_and_loss_of_nnlib():
    fields = TrainingPlayer.properties["recordings"]["items"]["properties"]
    assert fields["activations"]["items"]["enum"] == list(ACTIVATIONS)
    assert fields["loss_name"]["enum"] == list(LOSSES)


# -- a frame is what nnlib computes -----------------------------------------------------------


@pytest.mark.parametrize("n", [0, 1, 57, 300])
def test_a_replayed_moment_equals_forward_on_the_recorded_parameters(js, full_size, n):
    seen = js("replay", encode(full_size), n)
    exact, short = exact_network(full_size, n), full_size.network(n)
    for network, tolerance in ((exact, 1e-12), (short, 1e-6)):
        trace = forward(network, full_size.X)
        for l in range(len(network)):
            scale = max(1.0, float(abs(trace.z[l]).max()))  # float32 rounds by the size of z
            np.testing.assert_allclose(
                seen["z"][l], trace.z[l].ravel(), rtol=0, atol=tolerance * scale
            )
            np.testing.assert_allclose(
                seen["a"][l + 1], trace.a[l + 1].ravel(), rtol=0, atol=tolerance
            )
    found = evaluate(exact, full_size.X, full_size.Y)
    assert seen["loss"] == pytest.approx(found.loss, rel=1e-12)
    assert seen["accuracy"] == found.accuracy


def test_the_curves_are_those_of_evaluate(full_size):
    packed = encode(full_size)
    for n in (0, 100, 300):
        found = evaluate(exact_network(full_size, n), full_size.X, full_size.Y)
        assert packed["loss"][n] == pytest.approx(found.loss, rel=1e-5)
        assert packed["accuracy"][n] == found.accuracy


def test_the_field_is_forward_on_a_square_around_all_samples(js, recording):
    seen = js("field", encode(recording), 2)
    points = np.reshape(seen["points"], (-1, 2))
    assert (points.min(axis=0) < recording.X.min(axis=0)).all()
    assert (points.max(axis=0) > recording.X.max(axis=0)).all()
    (left, right), (bottom, top) = seen["domain"]
    assert right - left == pytest.approx(top - bottom)
    assert points[0].tolist() == pytest.approx([left, top])
    assert points[-1].tolist() == pytest.approx([right, bottom])
    trace = forward(exact_network(recording, 2), points)
    for l, z in enumerate(trace.z):
        np.testing.assert_allclose(seen["z"][l], z.ravel(), rtol=0, atol=1e-12)


def test_points_ask_for_minus_the_slope_of_their_own_cost(js, recording):
    lit = 7
    seen = js("asks", encode(recording), 1, lit)
    assert lit in seen["rows"]
    network, rows = exact_network(recording, 1), seen["rows"]
    found = gradients(network, recording.X[rows], recording.Y[rows])
    for l in (1, 2):
        expected = found.delta[l] @ network[l].W
        np.testing.assert_allclose(seen["da"][l], expected.ravel(), rtol=1e-10, atol=1e-14)


def test_steps_lead_through_the_next_recorded_moments(js):
    recording = learn([2, 3, 1], record_every=1)
    seen = js("steps", encode(recording), 2, None)
    assert len(seen["a"]) == 6
    for ahead, a in enumerate(seen["a"]):
        trace = forward(exact_network(recording, 2 + ahead), recording.X[seen["rows"]])
        np.testing.assert_allclose(a[1], trace.a[1].ravel(), rtol=0, atol=1e-12)
    assert len(js("steps", encode(recording), 12, None)["a"]) == 1


# -- lines and planes -------------------------------------------------------------------------


def grid_of(values, **options):
    rows, columns = values.shape
    size = {"columns": columns, "rows": rows, "width": columns - 1, "height": rows - 1}
    flat = values.ravel().tolist()
    return {"values": flat, "stride": 1, "column": 0, "level": 0} | size | options


def test_a_straight_boundary_is_drawn_where_it_is_and_in_one_piece(js):
    y, x = np.mgrid[0:9, 0:9].astype(float)
    (line,) = js("contour", grid_of(2 * x - y - 3.3))
    found = np.array(line)
    np.testing.assert_allclose(2 * found[:, 0] - found[:, 1], 3.3, atol=1e-9)
    assert len(found) >= 9


@pytest.mark.parametrize("step", [1, 2])
def test_a_ring_closes(js, step):
    y, x = np.mgrid[-8:9, -8:9].astype(float)
    (line,) = js("contour", grid_of(x**2 + y**2, level=30.0, step=step))
    assert line[0] == line[-1]
    radius = np.hypot(*(np.array(line) - 8).T)
    np.testing.assert_allclose(radius, np.sqrt(30), atol=0.15 * step**2)


def test_a_saddle_and_a_column_among_others(js):
    values = np.array([[1.0, -1.0], [-1.0, 2.0]])
    assert len(js("contour", grid_of(values))) == 2
    both = np.stack([np.ones(4), values.ravel()], axis=1)
    pairs = {"values": both.ravel().tolist(), "stride": 2, "column": 1}
    column = js("contour", grid_of(values) | pairs)
    assert column == js("contour", grid_of(values))
    assert js("contour", grid_of(np.ones((5, 5)))) == []


def test_many_contours_after_one_another_do_not_mix(js):
    rng = np.random.default_rng(2)
    for _ in range(50):
        values = rng.normal(size=(7, 6))
        lines = js("contour", grid_of(values))
        sides = [v[:-1] * v[1:] < 0 for v in (values, values.T)]
        assert sum(len({tuple(p) for p in line}) for line in lines) == sum(s.sum() for s in sides)


def test_a_cut_lies_in_its_plane_and_in_the_box(js):
    rng = np.random.default_rng(3)
    sizes = set()
    for _ in range(200):
        n, d = rng.normal(size=3), rng.normal()
        points = np.array(js("slice", n.tolist(), d)).reshape(-1, 3)
        corners = np.array(np.meshgrid([0, 1], [0, 1], [0, 1])).reshape(3, -1)
        sides = n @ corners + d > 0
        assert bool(len(points)) == (0 < sides.sum() < 8)
        sizes.add(len(points))
        np.testing.assert_allclose(points @ n + d, 0, atol=1e-9)
        assert ((points > -1e-9) & (points < 1 + 1e-9)).all()
        if len(points):  # in order: every corner turns the same way
            edges = np.roll(points, -1, axis=0) - points
            turns = np.cross(edges, np.roll(edges, -1, axis=0)) @ n
            assert (turns > -1e-9).all() or (turns < 1e-9).all()
    assert sizes == {0, 3, 4, 5, 6}


def test_a_line_through_a_square_has_two_ends(js):
    ends = np.array(js("sliceFlat", [1.0, 2.0, 0.0], -1.2))
    np.testing.assert_allclose(ends @ [1, 2, 0], 1.2)
    assert js("sliceFlat", [1.0, 1.0, 0.0], 5.0) == []


def test_turning_keeps_lengths(js):
    for turn in ([0, 0], [30, 20], [-170, 90], [45, -30]):
        x, y = (np.array(js("projection", turn)[key]) for key in "xy")
        assert [x @ x, y @ y, x @ y] == pytest.approx([1, 1, 0], abs=1e-12)


@pytest.mark.parametrize(
    ("name", "a"),
    [("sigmoid", 0.3), ("tanh", -0.6), ("relu", 2.0), ("leaky_relu", -0.2), ("softplus", 0.7)],
)
def test_the_boundary_is_drawn_where_the_output_is_half_way(js, name, a):
    assert float(ACTIVATIONS[name](js("preimage", name, a))) == pytest.approx(a)


@pytest.mark.parametrize(("name", "a"), [("sigmoid", 0), ("tanh", 2), ("relu", -1), ("softmax", 1)])
def test_a_level_that_no_output_takes_has_no_boundary(js, name, a):
    assert js("preimage", name, a) is None


def test_a_moment_is_the_last_one_recorded_by_then(js):
    epochs = [0, 5, 10, 12]
    found = [js("momentAt", epochs, epoch) for epoch in (0, 4, 5, 11, 12, 99)]
    assert found == [0, 0, 1, 2, 3, 3]


def test_only_all_is_a_hundred_per_cent(js):
    assert [js("percent", share) for share in (1, 0.9999, 0.986, 0.5, 0)] == [
        "100 %",
        "99.9 %",
        "98.6 %",
        "50 %",
        "0 %",
    ]


def test_an_arrow_key_goes_to_the_next_sample_that_way(js):
    places = {"rows": [4, 7, 9, 11], "xs": [50, 60, 90, 50], "ys": [50, 52, 50, 10]}
    assert js("neighbour", places, None, [1, 0], 50) == 4
    assert js("neighbour", places, 4, [1, 0], 50) == 7
    assert js("neighbour", places, 4, [0, -1], 50) == 11
    assert js("neighbour", places, 4, [-1, 0], 50) == 4


# -- traits -----------------------------------------------------------------------------------


def test_the_last_moment_is_shown_unless_another_is_asked_for(recording):
    figure = TrainingPlayer(recording)
    assert (figure.epoch, figure.layer, figure.moments()) == (12, 2, [0, 3, 6, 9, 12])
    assert TrainingPlayer(recording, epoch=6).epoch == 6


def test_loss_and_accuracy_follow_the_epoch_and_tell_observers(recording):
    figure = TrainingPlayer(recording)
    told = []
    figure.observe(told.append, "loss")
    figure.epoch = 3
    found = evaluate(exact_network(recording, 1), recording.X, recording.Y)
    assert (figure.loss, figure.accuracy) == ([found.loss], [found.accuracy])
    assert [change["new"] for change in told] == [figure.loss]
    with pytest.raises(TraitError, match="loss"):
        figure.loss = [1.0]


def test_the_networks_on_screen_are_the_recorded_ones(recording):
    (network,) = TrainingPlayer(recording, epoch=6).networks()
    for layer, expected in zip(network, recording.network(2), strict=True):
        assert layer.W.tolist() == expected.W.astype(float).tolist()
        assert layer.b.tolist() == expected.b.astype(float).tolist()
        assert layer.activation == expected.activation


def test_two_recordings_go_in_step(recording):
    other = learn([2, 2, 1], epochs=8, record_every=4)
    figure = TrainingPlayer(recording, other, labels=["three", "two"])
    assert figure.moments() == [0, 3, 4, 6, 8, 9, 12]
    figure.epoch = 6
    assert len(figure.networks()[1]) == 2
    expected = evaluate(exact_network(other, 1), other.X, other.Y).loss
    assert figure.loss[1] == expected
    assert TrainingPlayer([recording, other]).moments() == figure.moments()
    assert "three: a network of 2, 3, 3, 1" in figure.description()


@pytest.mark.parametrize(
    ("traits", "message"),
    [
        ({"epoch": 4}, "epoch is 4; recorded are 0, 3, 6, 9, 12"),
        ({"turn": [0.0, 100.0]}, "turn is .*; over it must be of size at most 90"),
        ({"layer": 4}, "layer is 4; it must be a whole number from 1 to 3"),
        ({"layer": 3, "unit": 2}, "unit is 2; layer 3 has units 1 to 1"),
        ({"sample": 120}, "sample is 120; the rows of X are 0 to 119"),
        ({"speed": True}, "speed is True; it must be one of 0.25, 0.5, 1.0"),
        ({"speed": np.array([1.0, 2.0])}, "speed is array.*; it must be one of 0.25, 0.5, 1.0"),
        ({"labels": ["a", "b"]}, r"labels is \['a', 'b'\]; give 1 texts"),
        ({"labels": 5}, "labels is 5; give 1 texts, one for each recording"),
        ({"labels": "a"}, "labels is 'a'; give 1 texts"),
        ({"other": 3}, "recording 2: it is int; give the recording"),
        ({"epochs": 3}, "TrainingPlayer has no trait 'epochs'; its traits: recording, .*epoch"),
    ],
)
def test_a_bad_value_is_refused_by_name(recording, traits, message):
    with pytest.raises(TraitError, match=message):
        TrainingPlayer(recording, **traits)


@pytest.fixture(scope="module")
def small():
    """A recording of fewer epochs, layers, units and samples."""
    return learn([2, 2, 1], n=40, epochs=8, record_every=4)


@pytest.mark.parametrize(
    ("traits", "message"),
    [
        ({"epoch": 12}, "epoch is 12; recorded are 0, 4, 8"),
        ({"epoch": 0, "layer": 3}, "layer is 3; it must be a whole number from 1 to 2"),
        ({"epoch": 0, "layer": 1, "unit": 3}, "unit is 3; layer 1 has units 1 to 2"),
        ({"epoch": 0, "sample": 40}, "sample is 40; the rows of X are 0 to 39"),
    ],
)
def test_a_recording_without_what_is_shown_is_refused(recording, small, traits, message):
    figure = TrainingPlayer(recording, **traits)
    before, html, moments = figure.state(), figure.html(), figure.moments()
    with pytest.raises(TraitError, match=message):
        figure.recordings = [encode(small)]
    with pytest.raises(TraitError, match=message):
        set_together(figure, view="z", recordings=[encode(small)])
    assert (figure.state(), figure.html(), figure.moments()) == (before, html, moments)


def test_a_recording_changes_together_with_what_is_shown(recording, small):
    figure = TrainingPlayer(recording, layer=3, sample=100)
    set_together(figure, epoch=8, layer=1, sample=None, recordings=[encode(small)])
    assert (figure.moments(), figure.loss) == ([0, 4, 8], TrainingPlayer(small).loss)
    figure.recordings = [encode(small), encode(small)]
    assert (len(figure.networks()), len(figure.loss)) == (2, 2)


def test_a_refused_recording_leaves_the_figure_as_it_was(recording, small):
    figure = TrainingPlayer(recording)
    before, html, moments = figure.state(), figure.html(), figure.moments()
    with pytest.raises(TraitError, match="epoch is 4; recorded are 0, 3, 6, 9, 12"):
        set_together(figure, recordings=[encode(recording, "other")], epoch=4)
    with pytest.raises(TraitError, match="epoch is 6; recorded are 0, 4, 8"):
        set_together(figure, recordings=[encode(small)], epoch=6)
    with pytest.raises(TraitError, match=r"recordings\[0\]"):
        figure.recordings = [encode(recording) | {"X": "AAAA"}]
    assert (figure.state(), figure.html(), figure.moments()) == (before, html, moments)


@pytest.mark.parametrize("speed", [2, np.int64(2), np.float32(2)])
def test_a_speed_is_stored_as_one_of_those_offered(recording, speed):
    figure = TrainingPlayer(recording, speed=speed)
    assert type(figure.speed) is float
    assert figure.html() == TrainingPlayer(recording, speed=2.0).html()


def test_what_is_no_recording_is_refused_with_the_remedy(recording):
    network, curves_only = train(
        init_network([2, 1], rng=0),
        recording.X,
        recording.Y,
        learning_rate=1.0,
        epochs=1,
        batch_size=10,
    )
    for given_one, message in (
        (network, "recording holds 1 recordings|recording: it is Layer"),
        (curves_only, "recording: no parameters were recorded; give nnlib.train record_every=1"),
        (None, "recording is missing"),
        ([recording] * 3, "recording holds 3 recordings; give one or two"),
        (
            replace(recording, parameters=np.zeros((200_000, 25), np.float32)),
            "more than 4,000,000 numbers; give nnlib.train a larger record_every",
        ),
    ):
        with pytest.raises(TraitError, match=message):
            TrainingPlayer(given_one)


def test_a_loss_or_an_activation_that_the_page_does_not_know_is_refused(recording):
    """Also one that has the name of one of nnlib's."""
    other_loss = type("OtherLoss", (type(recording.loss_function),), {})()
    *before, (W, b, sigma) = recording.start
    other_sigma = type("OtherSigma", (type(sigma),), {})()
    for change, message in (
        ({"loss_function": other_loss}, "its loss is 'quadratic', not one of nnlib"),
        ({"start": [*before, Layer(W, b, other_sigma)]}, "layer 3 has the activation"),
    ):
        with pytest.raises(TraitError, match=message):
            TrainingPlayer(replace(recording, **change))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sizes": [2, 3, 1]}, r"recordings\[0\] does not fit its sizes"),
        ({"X": "AAAA"}, r"recordings\[0\] does not fit"),
        ({"parameters": "?"}, r"recordings\[0\] does not fit"),
    ],
)
def test_a_packed_recording_that_was_changed_is_refused(recording, change, message):
    with pytest.raises(TraitError, match=message):
        TrainingPlayer(recordings=[encode(recording) | change])
    with pytest.raises(TraitError, match=r"recordings\[0\].label is None; it must be a text"):
        TrainingPlayer(recordings=[{}])


def test_a_bad_state_is_refused_in_the_page_too(js, recording):
    state = TrainingPlayer(recording).state()
    assert js("validate", state) is None
    packed = state["recordings"][0]
    for change, message in (
        ({"epoch": 4}, "epoch is 4"),
        ({"recordings": [packed | {"X": "AAAA"}]}, "recordings[0] cannot be read: X and Y"),
        ({"recordings": [packed | {"parameters": "AAAA"}]}, "parameters hold 3 bytes"),
        (
            {"recordings": [packed | {"activations": ["sine"] * 3}]},
            "activations[0] is sine; it must be one of sigmoid",
        ),
        ({"turn": [0, 100]}, "turn is [0,100]; over it must be of size at most 90"),
        ({"layer": 9}, "layer is 9"),
        ({"unit": 7}, "unit is 7"),
        ({"sample": 1e9}, "sample is 1000000000"),
    ):
        assert message in js("validate", state | change)


# -- what cannot be shown is said -------------------------------------------------------------


@pytest.mark.parametrize(
    ("sizes", "outputs", "words"),
    [
        ([1, 3, 1], 1, "has 1 input: the input plane"),
        ([5, 3, 1], 1, "has 5 inputs: the input plane"),
        ([2, 3, 3], 3, "has 3 outputs: the decision boundary"),
        ([2, 20, 1], 1, "Layer 1 has 20 units: the first 16 are shown"),
        ([2, 1, 1, 1, 1, 1, 1], 1, "has 5 hidden layers: the first 4 are shown"),
    ],
)
def test_what_a_player_cannot_show_is_said(sizes, outputs, words):
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(20, sizes[0])), rng.integers(2, size=(20, outputs)).astype(float)
    _, recording = train(
        init_network(sizes, rng=0),
        X,
        Y,
        learning_rate=0.1,
        epochs=2,
        batch_size=5,
        rng=0,
        record_every=1,
    )
    figure = TrainingPlayer(recording)
    assert words in figure.description()
    ElementTree.fromstring(figure.still())


def test_targets_without_classes_and_many_samples_are_said():
    X = np.random.default_rng(0).normal(size=(9000, 2))
    _, recording = train(
        init_network([2, 2, 1], rng=0),
        X,
        X[:, :1] ** 2,
        learning_rate=0.01,
        epochs=1,
        batch_size=1000,
        rng=0,
        record_every=1,
    )
    words = TrainingPlayer(recording).description()
    assert "targets take 9000 values" in words
    assert "Of its 9000 samples 3000 are drawn" in words


def test_nothing_is_said_where_all_can_be_shown(recording):
    assert not re.search("need exactly 2|drawn|are shown", TrainingPlayer(recording).description())


# -- where no script runs ---------------------------------------------------------------------


def places_in(path):
    """The points that a path of relative steps goes through."""
    steps = re.findall(r"([ml])(-?[\d.]+) (-?[\d.]+)", path)
    return np.cumsum([[float(dx), float(dy)] for _, dx, dy in steps], axis=0)


def test_the_still_shows_the_samples_and_the_decision_boundary(js):
    recording = learn([2, 3, 3, 1], epochs=90, record_every=30)
    figure = TrainingPlayer(recording, layer=3)
    root = ElementTree.fromstring(figure.still())
    plane = root.find(".//{*}svg[@class='nn-standing-plane']")
    side = float(plane.get("width"))
    (left, right), (bottom, top) = js("field", encode(recording), 3)["domain"]
    starts = [re.findall(r"M(\d+) (\d+)", path.get("d")) for path in plane.findall("{*}path")]
    for kind, drawn in enumerate(starts[1:3]):  # after the folded grid
        X = recording.X[recording.Y[:, 0] == kind]
        places = (X - [left, top]) / [right - left, bottom - top] * side
        expected = {(int(x), int(y)) for x, y in np.floor(places + 0.5)}
        assert {(int(x), int(y)) for x, y in drawn} == expected
    line = plane.findall("{*}path")[-1]
    assert "--nn-a," in line.get("stroke")
    points = [left, top] + places_in(line.get("d")) / side * [right - left, bottom - top]
    assert len(points) > 50
    (network,) = figure.networks()
    outputs, everywhere = (forward(network, X).a[-1] for X in (points, recording.X))
    np.testing.assert_allclose(outputs, 0.5, atol=0.05 * np.ptp(everywhere))


def test_a_label_is_text_in_the_still(recording):
    figure = TrainingPlayer(recording, labels=["a < b & <c>"])
    texts = ["".join(e.itertext()) for e in ElementTree.fromstring(figure.still()).iter("*")]
    assert "a < b & <c>" in texts
    assert "a < b & <c>: a network of" in figure.description()


def test_the_words_hold_sizes_loss_and_accuracy(recording):
    figure = TrainingPlayer(recording)
    words = figure.description()
    assert "A network of 2, 3, 3, 1 units learns 120 samples" in words
    _, loss, accuracy, *_ = numbers(words)
    assert loss == shows(figure.loss[0], digits=3)
    assert accuracy == pytest.approx(100 * figure.accuracy[0], abs=0.051)


def numbers64(array):
    return base64.b64encode(np.asarray(array, "<f8").tobytes()).decode()


UNFIT = {
    "a layer more than activations": ("activations", ["sigmoid", "sigmoid"]),
    "softmax before the last layer": ("activations", ["softmax", "sigmoid", "sigmoid"]),
    "epochs that descend": ("epochs", [12, 9, 6, 3, 0]),
    "an epoch twice": ("epochs", [0, 3, 3, 9, 12]),
    "a moment too few": ("epochs", [0, 3, 6, 9]),
    "samples with NaN": ("X", numbers64(np.full((120, 2), np.nan))),
    "no samples": ("X", ""),
    "an infinite target": ("Y", numbers64(np.full((120, 1), np.inf))),
    "a parameter that is NaN": (
        "parameters",
        pack_parameters(np.full((5, 25), np.nan, np.float32)),
    ),
}


@pytest.mark.parametrize(("field", "value"), UNFIT.values(), ids=UNFIT)
def test_both_sides_refuse_a_recording_that_cannot_be_drawn(js, recording, field, value):
    state = TrainingPlayer(recording).state()
    assert js("validate", state) is None
    state["recordings"][0][field] = value
    assert js("validate", state).startswith("recordings[0] cannot be read: ")
    with pytest.raises(TraitError, match=r"recordings\[0\]"):
        TrainingPlayer(**state)


@pytest.mark.parametrize(
    "value", [{"toString": 1}, [{"toString": 1}], "x" * 5000], ids=["object", "list", "long"]
)
def test_any_value_of_a_link_can_be_quoted(js, recording, value):
    state = TrainingPlayer(recording).state()
    for name in state:
        said = js("validate", state | {name: value})
        assert name in said
        assert len(said) < 250
