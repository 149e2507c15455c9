"""The fused recurrent network."""

from __future__ import annotations

import pytest

from compat_tests.inputs import INTEGERS, arrays, attempt, grads

GATES = {"rnn_relu": 1, "rnn_tanh": 1, "lstm": 4, "gru": 3}
MODES = pytest.mark.parametrize("mode", list(GATES))
SMOOTH = pytest.mark.parametrize(
    "mode,dtype",
    [(m, d) for d in ("float32", "float64") for m in GATES if (m, d) != ("rnn_relu", "float64")],
)
ROUNDED = pytest.mark.tolerance(rtol=1e-6, atol=1e-6, reason="MXNet rounds relu to float32")


def packed(mode, layers, directions, inputs, hidden, projection=0):
    """Count the packed parameters."""
    outputs, total = projection or hidden, 0
    gates = GATES[mode] * hidden
    for layer in range(layers):
        width = outputs * directions if layer else inputs
        one = gates * (width + outputs + 2) + projection * hidden
        total += directions * one
    return total


def inputs(front, dtype, mode, layers=1, directions=1, steps=3, projection=0):
    """Make the operator's arrays: batch 2, 3 features, hidden size 2."""
    hidden = 3 if projection else 2
    count = layers * directions
    shapes = [
        (steps, 2, 3),
        (packed(mode, layers, directions, 3, hidden, projection),),
        (count, 2, projection or hidden),
    ]
    if mode == "lstm":
        shapes.append((count, 2, hidden))
    return arrays(front, dtype, *shapes, low=0.0 if dtype == "uint8" else -1.0, high=1.0)


def call(mx, front, mode, layers=1, directions=1, **params):
    """Return the operator as a function of its arrays."""
    fn = mx.npx.rnn if front is mx.np else mx.nd.RNN
    params.setdefault("state_size", 2)
    return lambda *given: fn(
        *given, mode=mode, num_layers=layers, bidirectional=directions == 2, **params
    )


@SMOOTH
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("directions", [1, 2])
def test_network(mx, front, mode, dtype, layers, directions):
    given = inputs(front, dtype, mode, layers, directions)
    fn = call(mx, front, mode, layers, directions, state_outputs=True)
    return grads(mx, fn, *given, head=arrays(front, dtype, *_heads(mode, layers, directions)))


@ROUNDED
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("directions", [1, 2])
def test_relu_of_doubles(mx, front, layers, directions):
    given = inputs(front, "float64", "rnn_relu", layers, directions)
    return grads(mx, call(mx, front, "rnn_relu", layers, directions), *given)


def _heads(mode, layers, directions):
    state = (layers * directions, 2, 2)
    return [(3, 2, 2 * directions), state, *([state] if mode == "lstm" else [])]


@MODES
@pytest.mark.parametrize("layers", [1, 2])
def test_without_states(mx, front, mode, layers):
    fn = call(mx, front, mode, layers, 2)
    return grads(mx, fn, *inputs(front, "float32", mode, layers, 2))


@MODES
def test_one_step(mx, mode):
    return grads(mx, call(mx, mx.nd, mode), *inputs(mx.nd, "float32", mode, steps=1))


@MODES
def test_accumulate(mx, mode):
    given = inputs(mx.nd, "float32", mode)
    for x in given:
        x.attach_grad("add")
    fn = call(mx, mx.nd, mode)
    for _ in range(2):
        with mx.autograd.record():
            out = fn(*given)
        out.backward()
    return [x.grad for x in given]


@MODES
@pytest.mark.parametrize("dtype", INTEGERS)
def test_integers(mx, mode, dtype):
    return call(mx, mx.nd, mode)(*inputs(mx.nd, dtype, mode))


def test_half_precision(mx):
    """MXNet has no such product on a CPU."""
    return call(mx, mx.nd, "lstm")(*inputs(mx.nd, "float16", "lstm"))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_projection(mx, dtype):
    given = inputs(mx.nd, dtype, "lstm", 2, 2, projection=1)
    fn = call(mx, mx.nd, "lstm", 2, 2, state_size=3, projection_size=1, state_outputs=True)
    return fn(*given)


def test_projection_gradient(mx):
    given = inputs(mx.nd, "float32", "lstm", projection=1)
    return grads(mx, call(mx, mx.nd, "lstm", state_size=3, projection_size=1), *given)


@SMOOTH
def test_dropout(mx, mode, dtype):
    """Only the path of float64 drops in training; none drops outside."""
    mx.random.seed(3)
    given = inputs(mx.nd, dtype, mode, 3, 2)
    fn = call(mx, mx.nd, mode, 3, 2, p=0.4)
    with mx.autograd.train_mode():
        trained = fn(*given)
    return trained, fn(*given)


@MODES
def test_dropout_gradient(mx, mode):
    given = inputs(mx.nd, "float32", mode, 2)
    return grads(mx, call(mx, mx.nd, mode, 2, p=0.4), *given)


def test_dropout_gradient_of_doubles(mx):
    """MXNet forgets the dropout in the weights' gradient."""
    mx.random.seed(3)
    given = inputs(mx.nd, "float64", "lstm", 2)
    return grads(mx, call(mx, mx.nd, "lstm", 2, p=0.4), *given)


def test_dropout_all(mx):
    fn = call(mx, mx.nd, "gru", 2, p=1.0)
    return attempt(lambda: fn(*inputs(mx.nd, "float64", "gru", 2)))


@MODES
def test_clip(mx, mode):
    """A CPU takes no notice of it."""
    fn = call(mx, mx.nd, mode, lstm_state_clip_min=-0.1, lstm_state_clip_max=0.1)
    return fn(*inputs(mx.nd, "float32", mode))


@MODES
def test_sequence_length(mx, mode):
    """A CPU takes no notice of it."""
    given = [*inputs(mx.nd, "float32", mode), mx.nd.array([2, 3])]
    fn = call(mx, mx.nd, mode, use_sequence_length=True, state_outputs=True)
    return grads(mx, fn, *given)


@MODES
def test_wrong_shapes(mx, mode):
    given = inputs(mx.nd, "float32", mode)
    fn = call(mx, mx.nd, mode)
    wrong = [attempt(lambda: fn(given[0][0], *given[1:]))]
    for place in range(1, len(given)):
        bad = list(given)
        bad[place] = mx.nd.zeros((5, *given[place].shape[1:]))
        wrong.append(attempt(lambda bad=bad: fn(*bad)))
    wrong.append(attempt(lambda: fn(given[0], given[1], given[2][0], *given[3:])))
    return wrong


@MODES
def test_wrong_dtypes(mx, mode):
    given = inputs(mx.nd, "float32", mode)
    fn, wrong = call(mx, mx.nd, mode), []
    for place in range(1, len(given)):
        bad = list(given)
        bad[place] = bad[place].astype("float64")
        wrong.append(attempt(lambda bad=bad: fn(*bad)))
    return wrong


def test_wrong_parameters(mx):
    x, w, h = inputs(mx.nd, "float32", "gru")
    fn = mx.nd.RNN
    return [
        attempt(lambda: fn(x, w, h, state_size=2, num_layers=1)),
        attempt(lambda: fn(x, w, h, mode="gru", num_layers=1)),
        attempt(lambda: fn(x, w, h, mode="gru", state_size=2)),
        attempt(lambda: fn(x, w, h, mode="foo", state_size=2, num_layers=1)),
        attempt(lambda: fn(x, w, h, mode="gru", state_size="a", num_layers=1)),
        attempt(lambda: fn(x, w, mode="gru", state_size=2, num_layers=1)),
        attempt(lambda: fn(x, w, h, h, mode="gru", state_size=2, num_layers=1)),
        attempt(lambda: fn(x, w, h, mode="lstm", state_size=2, num_layers=1)),
        attempt(lambda: fn(x, w, h, mode="gru", state_size=2, num_layers=1, projection_size=2)),
        attempt(lambda: fn(x, w, h, mode="gru", state_size=2, num_layers=0)),
    ]
