"""Cells of ``gluon.contrib.rnn``: convolutions, a projection, dropout with one mask."""

from __future__ import annotations

import pytest

from compat_tests.gluon import test_rnn_cells as cells
from compat_tests.gluon.tools import fill
from compat_tests.inputs import array, arrays, attempt

# Cell -> arguments, and the shape of one step.
CONVOLUTIONS = {
    "Conv1DRNN": ("Conv1DRNNCell", ((2, 5), 3, 3, 3), {"i2h_pad": 1}),
    "Conv1DLSTM": ("Conv1DLSTMCell", ((2, 5), 3, (2,), (3,)), {"i2h_dilate": 2}),
    "Conv1DGRU": ("Conv1DGRUCell", ((2, 4), 2, 1, 1), {"activation": "relu"}),
    "Conv2DRNN": ("Conv2DRNNCell", ((2, 4, 3), 2, 3, (3, 1)), {"i2h_pad": (1, 1)}),
    "Conv2DLSTM": ("Conv2DLSTMCell", ((2, 4, 3), 2, 2, 3), {"h2h_dilate": (2, 1)}),
    "Conv2DGRU": ("Conv2DGRUCell", ((2, 3, 3), 2, (1, 2), 3), {"activation": "softsign"}),
    "Conv3DRNN": ("Conv3DRNNCell", ((1, 3, 2, 2), 2, 1, 1), {}),
    "Conv3DLSTM": ("Conv3DLSTMCell", ((1, 2, 3, 2), 3, 2, 1), {"i2h_pad": (1, 0, 1)}),
    "Conv3DGRU": ("Conv3DGRUCell", ((1, 2, 2, 2), 2, 1, 3), {}),
}
MODES = pytest.mark.parametrize("hybridize", [False, True], ids=["eager", "hybrid"])
SUMS = pytest.mark.tolerance(rtol=1e-4, atol=1e-5, reason="sums in another order")
EVERY = (*CONVOLUTIONS, "LSTMP", "StackedConv", "Vardrop")


def build(mx, kind, prefix="cell_"):
    """Make a cell; return it with the shape of one step of one sample."""
    contrib = mx.gluon.contrib.rnn
    if kind in CONVOLUTIONS:
        name, args, kwargs = CONVOLUTIONS[kind]
        return getattr(contrib, name)(*args, prefix=prefix, **kwargs), args[0]
    if kind == "LSTMP":
        return contrib.LSTMPCell(4, 2, prefix=prefix), (3,)
    if kind == "StackedConv":
        stack = mx.gluon.rnn.SequentialRNNCell(prefix=prefix)
        with stack.name_scope():
            stack.add(contrib.Conv2DLSTMCell((1, 3, 3), 2, 3, 3, i2h_pad=1))
            stack.add(contrib.Conv2DGRUCell((2, 3, 3), 1, 1, 1))
        return stack, (1, 3, 3)
    base = mx.gluon.rnn.LSTMCell(2, prefix=prefix)
    return contrib.VariationalDropoutCell(base, 0.3, 0.0, 0.4), (3,)


def ready(mx, kind, layout="NTC"):
    """Initialize a cell by unrolling it once, then give it known parameters."""
    cell, shape = build(mx, kind)
    cell.initialize(mx.init.One())
    cell.unroll(2, mx.nd.ones((2, 2, *shape)), layout=layout)
    cell.reset()
    return fill(cell, mx.nd), shape


@SUMS
@MODES
@pytest.mark.parametrize("kind", EVERY)
def test_step(mx, kind, hybridize):
    cell, shape = ready(mx, kind)
    if kind != "Vardrop":
        cell.hybridize(hybridize)
    return cells.step(mx, cell, shape)


@SUMS
@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("layout", ["NTC", "TNC"])
@pytest.mark.parametrize("merge", [None, True, False])
def test_unroll(mx, kind, layout, merge):
    cell, shape = ready(mx, kind, layout)
    lead = (2, 3) if layout == "NTC" else (3, 2)
    x = array(mx.nd, "float32", (*lead, *shape))
    return cell.unroll(3, x, layout=layout, merge_outputs=merge)


@SUMS
@pytest.mark.parametrize("kind", EVERY)
def test_unroll_gradient(mx, kind):
    cell, shape = ready(mx, kind)
    return cells.unrolled(mx, cell, shape)


@SUMS
@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("merge", [None, True, False])
def test_valid_length(mx, kind, merge):
    cell, shape = ready(mx, kind)
    x, length = array(mx.nd, "float32", (2, 3, *shape)), mx.nd.array([2, 3])
    return cell.unroll(3, x, merge_outputs=merge, valid_length=length)


@SUMS
@pytest.mark.parametrize("kind", EVERY)
def test_list_of_steps(mx, kind):
    cell, shape = ready(mx, kind)
    steps = arrays(mx.nd, "float32", *[(2, *shape)] * 3)
    states = cells.first_states(mx, cell)
    return cell.unroll(3, steps), cell.unroll(3, steps, begin_state=states, merge_outputs=True)


@pytest.mark.parametrize("kind", EVERY)
def test_construction(mx, kind):
    cell, shape = build(mx, kind)
    before = repr(cell), [(n, p.shape) for n, p in cell.collect_params().items()]
    cell.initialize()
    cell(mx.nd.ones((2, *shape)), cell.begin_state(batch_size=2, func=mx.nd.zeros))
    after = repr(cell), [(n, p.shape, p.init) for n, p in cell.collect_params().items()]
    return before, after, cell.state_info(), cell.state_info(3)


@pytest.mark.parametrize("kind", [*CONVOLUTIONS, "LSTMP", "Vardrop"])
def test_names(mx, kind):
    with mx.name.NameManager():
        cells = [build(mx, kind, None)[0] for _ in range(2)]
    states = cells[0].begin_state(batch_size=1, func=mx.sym.zeros)
    return [c.name for c in cells], [c.prefix for c in cells], [s.name for s in states]


@pytest.mark.parametrize("kind", [*CONVOLUTIONS, "LSTMP"])
def test_symbol(mx, kind):
    cell, shape = build(mx, kind)
    cell.initialize()
    steps = [mx.sym.var(f"x{i}") for i in range(2)]
    outputs, states = cell.unroll(2, steps, begin_state=cell.begin_state(2, func=mx.sym.zeros))
    made = mx.sym.Group([*outputs, *states])
    known = {f"x{i}": (2, *shape) for i in range(2)}
    return made.list_arguments(), made.list_outputs(), attempt(made.infer_shape, **known)


CHANNELS_LAST = {
    "1d": ("Conv1DRNNCell", ((5, 2), 3, 3, 3), {"conv_layout": "NWC"}),
    "2d": ("Conv2DLSTMCell", ((4, 3, 2), 3, 2, 3), {"conv_layout": "NHWC", "i2h_pad": 1}),
    "unknown": ("Conv2DGRUCell", ((0, 0, 2), 3, 2, 3), {"conv_layout": "NHWC"}),
    "deferred": ("Conv2DGRUCell", ((0, 4, 4), 3, 2, 3), {}),
}


@pytest.mark.parametrize("name", CHANNELS_LAST)
def test_layouts(mx, name):
    kind, args, kwargs = CHANNELS_LAST[name]
    cell = getattr(mx.gluon.contrib.rnn, kind)(*args, prefix="cell_", **kwargs)
    params = cell.collect_params()
    return repr(cell), [(n, p.shape) for n, p in params.items()], cell.state_info(2)


def test_deferred_channels(mx):
    cell = mx.gluon.contrib.rnn.Conv2DGRUCell((0, 4, 4), 3, 2, 3, prefix="cell_")
    cell.initialize()
    cell(mx.nd.ones((1, 2, 4, 4)), cell.begin_state(1))
    return repr(cell), cell.i2h_weight.shape


def test_initializers(mx):
    contrib = mx.gluon.contrib.rnn
    makers = {
        "i2h_weight_initializer": "ones",
        "h2h_weight_initializer": "zeros",
        "i2h_bias_initializer": "ones",
        "h2h_bias_initializer": "ones",
    }
    cells = [
        contrib.Conv1DLSTMCell((1, 3), 2, 1, 1, prefix="a_", **makers),
        contrib.LSTMPCell(2, 1, h2r_weight_initializer="ones", input_size=3, prefix="b_", **makers),
    ]
    found = []
    for cell in cells:
        cell.initialize()
        found.append({n: p.data() for n, p in cell.collect_params().items()})
    return found


@SUMS
def test_activation_block(mx):
    leaky = mx.gluon.nn.LeakyReLU(0.1)
    cell = mx.gluon.contrib.rnn.Conv1DRNNCell((2, 4), 2, 1, 1, activation=leaky, prefix="cell_")
    cell.initialize(mx.init.One())
    x, states = array(mx.nd, "float32", (2, 2, 4)), cells.first_states(mx, cell)
    return cell(x, states), repr(cell), attempt(cell.unroll, 2, mx.nd.ones((2, 2, 2, 4)))


def test_wrong(mx):
    contrib = mx.gluon.contrib.rnn
    rnn = mx.gluon.rnn
    bidirectional = rnn.BidirectionalCell(rnn.RNNCell(2), rnn.RNNCell(2))
    stack = rnn.SequentialRNNCell()
    stack.add(rnn.RNNCell(2))
    used = rnn.RNNCell(2, prefix="used_")
    contrib.VariationalDropoutCell(used)
    return [
        attempt(contrib.Conv2DRNNCell, (2, 4, 4), 2, 3, 2),
        attempt(contrib.Conv2DRNNCell, (2, 4, 4), 2, (3, 3, 3), 3),
        attempt(contrib.Conv1DGRUCell, (2, 4), 2, 3, (1, 3)),
        attempt(contrib.Conv1DGRUCell, (2, 4), 2, 3),
        attempt(contrib.VariationalDropoutCell, bidirectional, 0, 0.1),
        attempt(contrib.VariationalDropoutCell, stack, 0, 0.1),
        attempt(contrib.VariationalDropoutCell, stack, 0.1),
        attempt(contrib.VariationalDropoutCell, used),
        attempt(used.begin_state, 2),
        attempt(contrib.Conv1DGRUCell((2, 4), 2, 3, 3).unroll, 2, None),
    ]


@pytest.mark.parametrize("rates", ["0.3,0,0", "0,0.4,0", "0,0,0.5", "0.2,0.3,0.4"])
def test_masks(mx, rates):
    """One mask for all steps, until the cell is reset."""
    inputs, states, outputs = map(float, rates.split(","))
    base = mx.gluon.rnn.LSTMCell(40, prefix="base_")
    cell = mx.gluon.contrib.rnn.VariationalDropoutCell(base, inputs, states, outputs)
    cell.initialize(mx.init.One())
    x = mx.nd.ones((2, 30))
    mx.random.seed(3)
    with mx.autograd.record():
        out, ends = cell(x, cell.begin_state(batch_size=2, func=mx.nd.zeros))
        again, _ = cell(x, ends)
    kinds = [m is not None for m in (
        cell.drop_inputs_mask, cell.drop_states_mask, cell.drop_outputs_mask
    )]  # fmt: skip
    same = bool(((out == 0) == (again == 0)).min().asscalar())
    cell.reset()
    return kinds, same, cell.drop_inputs_mask, repr(cell), out.shape


@pytest.mark.parametrize("rates", ["0.3,0,0.4", "0.2,0.3,0.4"])
@pytest.mark.parametrize("merge", [None, True, False])
def test_masks_unrolled(mx, rates, merge):
    inputs, states, outputs = map(float, rates.split(","))
    base = mx.gluon.rnn.RNNCell(20, prefix="base_")
    cell = mx.gluon.contrib.rnn.VariationalDropoutCell(base, inputs, states, outputs)
    cell.initialize(mx.init.One())
    x = mx.nd.ones((2, 3, 5))
    with mx.autograd.record():
        out, _ = cell.unroll(3, x, merge_outputs=merge)
    steps = [s.asnumpy() == 0 for s in (out if isinstance(out, list) else out.swapaxes(0, 1))]
    return type(out).__name__, [bool((s == steps[0]).all()) for s in steps], len(steps)


@SUMS
@pytest.mark.parametrize("drop", [0.0, 0.3])
def test_predicting(mx, drop):
    """Nothing is dropped outside training."""
    base = mx.gluon.rnn.GRUCell(2, prefix="base_")
    cell = mx.gluon.contrib.rnn.VariationalDropoutCell(base, drop, drop, drop)
    cell.initialize(mx.init.One())
    return cell.unroll(3, array(mx.nd, "float32", (2, 3, 3)), merge_outputs=True)


@pytest.mark.np
@pytest.mark.parametrize("kind", ["Conv2DLSTM", "Conv1DGRU", "Vardrop"])
def test_np_arrays(mx, kind):
    """Cells are made of legacy operators, which refuse NumPy-like arrays."""
    cell, shape = build(mx, kind)
    cell.initialize()
    states = [mx.np.zeros(info["shape"]) for info in cell.state_info(2)]
    return attempt(cell, mx.np.ones((2, *shape)), states)
