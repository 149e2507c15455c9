"""The fused recurrent network: any number of layers, one or two directions."""

from __future__ import annotations

from typing import Any

from .._core.errors import check_failed, mxnet_error, shape_text
from .._core.params import Enum, Float, Int, Notes, Optional, OptionalFloat, Random, Training
from .._core.registry import op
from .kernels.checks import not_floating, require_uniform
from .kernels.norm import wide
from .kernels.rnn import Plan, pull, run, unpack

Count = Int(kind="int (non-negative)")
Rate = Float(
    min=0,
    max=1,
    doc="drop rate of the dropout on the outputs of each RNN layer, except the last layer.",
)


def _plan(data: Any, params: dict[str, Any]) -> Plan:
    """Gather the sizes from the input's shape and the operator's parameters."""
    return Plan(
        params["mode"], params["num_layers"], 1 + params["bidirectional"], data[2],
        params["state_size"], params["projection_size"] or 0,
    )  # fmt: skip


def _shape(data, parameters=None, state=None, state_cell=None, sequence_length=None, **params):
    if len(data) != 3:
        raise check_failed(
            f"dshape.ndim() == 3U ({len(data)} vs. 3) ",
            "Input data should be rank-3 tensor of dim [sequence length, batch size, input size]",
        )
    plan = _plan(data, params)
    stacked = (plan.layers * plan.directions, data[1])
    hidden, cell = (*stacked, plan.outputs), (*stacked, plan.hidden)
    lstm = params["mode"] == "lstm"
    expected = ((state, hidden), (state_cell if lstm else None, cell), (parameters, (plan.size(),)))
    for given, wanted in expected:
        if given is not None and given != wanted:
            inferred = f"({wanted[0]},)" if len(wanted) == 1 else shape_text(wanted)
            inferred = inferred.replace("[", "(").replace("]", ")")
            raise mxnet_error(
                f"Shape inconsistent, Provided = {shape_text(given)}, inferred shape={inferred}",
                f"RNN: got {given}, needed {wanted}",
            )
    out = (data[0], data[1], plan.directions * plan.outputs)
    inputs = (data, (plan.size(),), hidden, cell if lstm else state_cell, sequence_length)
    return inputs, [out, hidden, cell] if lstm else [out, hidden]


def _visible(params):
    if not params["state_outputs"]:
        return 1
    return 3 if params["mode"] == "lstm" else 2


def _arity(*, mode, use_sequence_length, **params):
    return 3 + (mode == "lstm") + use_sequence_length


@op("RNN", "_npx_rnn", visible=_visible, arity=_arity, shape=_shape)
def rnn(
    xp, data, parameters, state, state_cell=None, sequence_length=None, *, state_size: Count,
    num_layers: Count, bidirectional: bool = False,
    mode: Enum("gru", "lstm", "rnn_relu", "rnn_tanh"), p: Rate = 0.0, state_outputs: bool = False,
    projection_size: Optional(Int()) = None, lstm_state_clip_min: OptionalFloat = None,
    lstm_state_clip_max: OptionalFloat = None, lstm_state_clip_nan: bool = False,
    use_sequence_length: bool = False, training: Training, random: Random, notes: Notes,
):  # fmt: skip
    """Run a recurrent network over a sequence (time, batch, features).

    ``parameters`` packs, layer by layer and direction by direction, the matrices (input, hidden,
    projection) and then the biases (input, hidden). ``state`` and, for an LSTM, ``state_cell`` are
    (layers * directions, batch, size). Outputs are the sequence and, with ``state_outputs``, the
    last states. As in MXNet on a CPU, clipping and sequence lengths have no effect, and dropout
    between layers works on float64 alone.
    """
    lstm = mode == "lstm"
    cell = state_cell if lstm else None  # mxnet: else the fourth input is the sequence length
    if data.dtype.kind != "f":
        raise not_floating(data.dtype)
    require_uniform(data.dtype, parameters=parameters, state=state, state_cell=cell)
    if data.ndim != 3:
        raise ValueError("rank")
    sizes = Plan(
        mode, num_layers, 1 + bidirectional, data.shape[2], state_size, projection_size or 0
    )
    stacked = (num_layers * sizes.directions, data.shape[1])
    if parameters.shape != (sizes.size(),) or state.shape != (*stacked, sizes.outputs):
        raise ValueError("shapes")
    if lstm and cell.shape != (*stacked, state_size):
        raise ValueError("shapes")
    if p == 1:
        raise check_failed(
            "param_.p >= 0.0f && param_.p < 1.0f",
            "unsupported dropout value, should be 0 <= dropout < 1",
        )
    # mxnet: the float32 path of CPUs skips dropout; test_dropout
    drop = p > 0 and training and data.dtype.itemsize == 8
    masks: list[Any] = []

    def mask(layer, like):
        if not drop:
            return None
        kept = random.single.units(like.shape) >= p
        masks.append(kept / (xp.float32(1) - xp.float32(p)).astype(like.dtype))
        return masks[-1]

    arrays = [None if a is None else wide(xp, a) for a in (data, parameters, state, cell)]
    x, flat, h, c = arrays
    y, h, c, kept = run(xp, sizes, unpack(flat, sizes), x, h, c, mask)
    visible = tuple(a.astype(data.dtype, copy=False) for a in (y, h, c) if a is not None)
    return (*visible, *masks, *(array for one in kept for array in one))


@rnn.vjp("data", "parameters", "state", "state_cell")
def _(xp, ct, out, data, parameters, state, state_cell=None, sequence_length=None, **params):
    lstm = params["mode"] == "lstm"
    sizes = _plan(data.shape, params)
    cell = state_cell if lstm else None
    x, flat, h, c = (None if a is None else wide(xp, a) for a in (data, parameters, state, cell))
    weights = unpack(flat, sizes)
    ends = 3 if lstm else 2
    each = {"lstm": 4, "gru": 4}.get(params["mode"], 1)
    scans = sizes.layers * sizes.directions
    saved = out[len(out) - scans * each :]
    masks = out[ends : len(out) - scans * each]
    if hasattr(xp, "record"):  # the kept steps must be on the tape themselves
        masks = [xp.stop(mask) for mask in masks]
        kept = run(xp, sizes, weights, x, h, c, lambda layer, y: masks[layer] if masks else None)[3]
    else:
        kept = [saved[i * each : (i + 1) * each] for i in range(scans)]
    heads = [wide(xp, a) for a in ct[:ends]]
    dx, slope, dh, dc = pull(
        xp, sizes, weights, x, h, c, masks, kept, heads[0], heads[1], heads[2] if lstm else None
    )
    return dx, slope, dh, dc
