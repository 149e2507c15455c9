"""Recurrent cells: single steps, unrolling, stacks and modifiers."""

from __future__ import annotations

import pytest

from compat_tests.gluon.tools import fill, short
from compat_tests.inputs import array, arrays, attempt

PLAIN = ("RNNCell", "LSTMCell", "GRUCell")
KINDS = pytest.mark.parametrize("kind", PLAIN)


def build(mx, kind):
    """Make a cell or a combination of cells for inputs of 3 features."""
    rnn = mx.gluon.rnn
    if kind in PLAIN:
        return getattr(rnn, kind)(2)
    if kind == "Residual":
        return rnn.ResidualCell(rnn.GRUCell(3))
    if kind == "Zoneout":
        return rnn.ZoneoutCell(rnn.LSTMCell(2), 0.3, 0.4)
    if kind == "Dropout":
        return rnn.DropoutCell(0.5)
    if kind == "Bidirectional":
        return rnn.BidirectionalCell(rnn.LSTMCell(2), rnn.GRUCell(2))
    stack = rnn.SequentialRNNCell() if kind == "Sequential" else rnn.HybridSequentialRNNCell()
    stack.add(rnn.LSTMCell(2))
    stack.add(rnn.DropoutCell(0.2))
    if kind == "DeepBidirectional":
        stack.add(rnn.BidirectionalCell(rnn.RNNCell(2), rnn.GRUCell(2)))
    else:
        stack.add(rnn.ResidualCell(rnn.GRUCell(2)))
    return stack


STEPPED = (*PLAIN, "Residual", "Zoneout", "Dropout", "Sequential", "HybridSequential")
EVERY = (*STEPPED, "Bidirectional", "DeepBidirectional")


def ready(mx, kind, layout="NTC"):
    """Initialize a cell by unrolling it once, then give it known parameters."""
    cell = build(mx, kind)
    cell.initialize(mx.init.One())
    cell.unroll(2, mx.nd.ones((2, 2, 3)), layout=layout)
    cell.reset()
    return fill(cell, mx.nd)


def first_states(mx, cell, batch=2):
    """Make known first states."""
    shapes = [info["shape"] for info in cell.state_info(batch)]
    return arrays(mx.nd, "float32", *shapes, seed="state")


def slopes(cell):
    """Return the gradients of all parameters."""
    return {short(n, cell): p.grad() for n, p in cell.collect_params().items()}


def squares(mx, out, ends):
    """Return a scalar that depends on every element of outputs and last states."""
    total = (out * array(mx.nd, "float32", out.shape, seed="head")).sum()
    for end in ends:
        total = total + (end * end).sum()
    return total


def step(mx, cell, shape=(3,)):
    """Run a step of two samples; return the results and all gradients."""
    x, states = array(mx.nd, "float32", (2, *shape)), first_states(mx, cell)
    for a in (x, *states):
        a.attach_grad()
    with mx.autograd.record(train_mode=False):
        out, ends = cell(x, states)
        total = squares(mx, out, ends)
    total.backward()
    return out, ends, x.grad, [s.grad for s in states], slopes(cell)


def unrolled(mx, cell, shape=(3,)):
    """Run three steps of two samples; return all gradients."""
    x = array(mx.nd, "float32", (2, 3, *shape))
    x.attach_grad()
    with mx.autograd.record(train_mode=False):
        total = squares(mx, *cell.unroll(3, x, merge_outputs=True))
    total.backward()
    return x.grad, slopes(cell)


@pytest.mark.parametrize("kind", STEPPED)
def test_step(mx, kind):
    cell = ready(mx, kind)
    return step(mx, cell)


@pytest.mark.parametrize("kind", STEPPED)
def test_two_steps(mx, kind):
    cell = ready(mx, kind)
    _, states = cell(array(mx.nd, "float32", (2, 3)), first_states(mx, cell))
    return cell(array(mx.nd, "float32", (2, 3), seed=1), states)


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("layout", ["NTC", "TNC"])
@pytest.mark.parametrize("merge", [None, True, False])
def test_unroll(mx, kind, layout, merge):
    cell = ready(mx, kind, layout)
    x = array(mx.nd, "float32", (2, 3, 3) if layout == "NTC" else (3, 2, 3))
    return cell.unroll(3, x, layout=layout, merge_outputs=merge)


@pytest.mark.parametrize("kind", EVERY)
def test_unroll_gradient(mx, kind):
    cell = ready(mx, kind)
    return unrolled(mx, cell)


@pytest.mark.parametrize("kind", [k for k in EVERY if k != "Dropout"])
@pytest.mark.parametrize("merge", [None, True, False])
def test_valid_length(mx, kind, merge):
    cell = ready(mx, kind)
    x, length = array(mx.nd, "float32", (2, 3, 3)), mx.nd.array([2, 3])
    return cell.unroll(3, x, merge_outputs=merge, valid_length=length)


@pytest.mark.parametrize("kind", EVERY)
def test_list_of_steps(mx, kind):
    cell = ready(mx, kind)
    steps = arrays(mx.nd, "float32", (2, 3), (2, 3), (2, 3))
    return cell.unroll(3, steps), cell.unroll(3, steps, merge_outputs=True)


@pytest.mark.parametrize("kind", [k for k in EVERY if k != "Dropout"])
def test_given_states(mx, kind):
    cell = ready(mx, kind)
    x = array(mx.nd, "float32", (2, 1, 3))
    return cell.unroll(1, x, begin_state=first_states(mx, cell))


@pytest.mark.parametrize("kind", EVERY)
def test_repr(mx, kind):
    return repr(build(mx, kind)), repr(ready(mx, kind))


@pytest.mark.parametrize("kind", EVERY)
def test_state_info(mx, kind):
    cell = build(mx, kind)
    return cell.state_info(), cell.state_info(3), cell.state_info(batch_size=4)


@pytest.mark.parametrize("kind", EVERY)
def test_begin_state(mx, kind):
    cell = build(mx, kind)
    return (
        cell.begin_state(batch_size=2, func=mx.nd.zeros),
        cell.begin_state(batch_size=2, func=mx.nd.ones, dtype="float64"),
    )


@pytest.mark.parametrize("kind", EVERY)
def test_names(mx, kind):
    cell = build(mx, kind)
    shapes = {name: p.shape for name, p in cell.collect_params().items()}
    return shapes, list(cell._collect_params_with_prefix()), cell.prefix


@pytest.mark.parametrize("kind", EVERY)
def test_hybridized(mx, kind):
    cell = ready(mx, kind)
    cell.hybridize()
    return cell.unroll(3, array(mx.nd, "float32", (2, 3, 3)), merge_outputs=True)


@KINDS
def test_known_sizes(mx, kind):
    cell = getattr(mx.gluon.rnn, kind)(2, input_size=3, prefix="cell_")
    cell.initialize(mx.init.Constant(0.2))
    x = array(mx.nd, "float32", (2, 3))
    return list(cell.collect_params()), cell, cell(x, first_states(mx, cell))


@KINDS
def test_initializers(mx, kind):
    cell = getattr(mx.gluon.rnn, kind)(
        2,
        input_size=3,
        i2h_weight_initializer="ones",
        h2h_weight_initializer=mx.init.Constant(2),
        i2h_bias_initializer="ones",
        h2h_bias_initializer=mx.init.Constant(3),
    )
    cell.initialize()
    return {short(n, cell): p.data() for n, p in cell.collect_params().items()}


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "softsign", "softrelu", "tanh"])
def test_activation(mx, activation):
    cell = mx.gluon.rnn.RNNCell(2, activation=activation)
    cell.initialize(mx.init.Constant(0.2))
    x = array(mx.nd, "float32", (2, 3))
    return cell, cell(x, first_states(mx, cell))


def test_activation_block(mx):
    cell = mx.gluon.rnn.RNNCell(2, activation=mx.gluon.nn.LeakyReLU(0.25))
    cell.initialize(mx.init.Constant(-0.2))
    return cell(array(mx.nd, "float32", (2, 3)), first_states(mx, cell))


def test_lstm_activations(mx):
    cell = mx.gluon.rnn.LSTMCell(2, activation="relu", recurrent_activation="softsign")
    cell.initialize(mx.init.Constant(0.2))
    return cell(array(mx.nd, "float32", (2, 3)), first_states(mx, cell))


@KINDS
def test_np_mode(mx, front, kind):
    """Cells call legacy operators, which refuse np arrays."""
    cell = getattr(mx.gluon.rnn, kind)(2, input_size=3)
    cell.initialize(mx.init.Constant(0.2))
    x = array(front, "float32", (2, 3))
    states = arrays(front, "float32", *[info["shape"] for info in cell.state_info(2)])
    return attempt(lambda: cell(x, states))


def test_stack(mx):
    stack = build(mx, "Sequential")
    return len(stack), stack[0], stack[2], attempt(lambda: stack[5])


def test_stack_names(mx):
    stack = mx.gluon.rnn.HybridSequentialRNNCell(prefix="net_")
    with stack.name_scope():
        for _ in range(2):
            stack.add(mx.gluon.rnn.LSTMCell(2, input_size=2))
    return list(stack.collect_params()), list(stack._collect_params_with_prefix())


def test_modified_twice(mx):
    cell = mx.gluon.rnn.GRUCell(2)
    mx.gluon.rnn.ResidualCell(cell)
    return (
        attempt(lambda: mx.gluon.rnn.ResidualCell(cell)),
        attempt(lambda: cell.begin_state(batch_size=2)),
        attempt(lambda: cell.unroll(2, mx.nd.ones((1, 2, 2)))),
    )


def test_zoneout_refusals(mx):
    rnn = mx.gluon.rnn
    return (
        attempt(lambda: rnn.ZoneoutCell(build(mx, "Bidirectional"))),
        attempt(lambda: rnn.ZoneoutCell(build(mx, "Sequential"))),
    )


def test_bidirectional_step(mx):
    cell = build(mx, "Bidirectional")
    return attempt(lambda: cell(mx.nd.ones((2, 3)), []))


def test_dropout_rate(mx):
    return attempt(lambda: mx.gluon.rnn.DropoutCell("much"))


def test_wrong_length(mx):
    cell = ready(mx, "GRUCell")
    x = mx.nd.ones((2, 3, 3))
    return (
        attempt(lambda: cell.unroll(4, x)),
        attempt(lambda: cell.unroll(2, [mx.nd.ones((2, 3))])),
        attempt(lambda: cell.unroll(2, None)),
    )


def test_base_class(mx):
    cell = mx.gluon.rnn.RecurrentCell()
    return attempt(cell.state_info), attempt(lambda: cell.begin_state(batch_size=1))


def test_reset(mx):
    cell = ready(mx, "GRUCell")
    for _ in range(2):
        cell(mx.nd.ones((2, 3)), first_states(mx, cell))
    before = cell._counter
    cell.reset()
    return before, cell._counter, cell._init_counter


@KINDS
def test_file(mx, kind, tmp_path):
    cell = ready(mx, kind)
    path = str(tmp_path / "cell.params")
    cell.save_parameters(path)
    other = getattr(mx.gluon.rnn, kind)(2)
    other.load_parameters(path)
    x = array(mx.nd, "float32", (2, 3))
    return sorted(mx.nd.load(path)), other(x, first_states(mx, other))
