"""Recurrent layers step by step: packed weights, the scan over time and its gradient.

Arrays are (time, batch, features).  Everything is written without in-place writes into slices, so
that gradient bodies can be recorded.  The input's products are one matrix product for all steps;
what the gradient needs of each step is stacked and turned into factors for all steps at once.
"""

from __future__ import annotations

from math import prod
from typing import Any, NamedTuple

GATES = {"rnn_relu": 1, "rnn_tanh": 1, "gru": 3, "lstm": 4}


class Weights(NamedTuple):
    """The weights of one layer in one direction; ``h2r`` projects the output or is None."""

    i2h: Any
    h2h: Any
    h2r: Any
    i2h_bias: Any
    h2h_bias: Any


class Plan(NamedTuple):
    """The sizes of a network; ``projection`` is 0 without one."""

    mode: str
    layers: int
    directions: int
    inputs: int
    hidden: int
    projection: int

    @property
    def outputs(self) -> int:
        """Count the features of one direction's output."""
        return self.projection or self.hidden

    def shapes(self) -> list[tuple[tuple[int, ...], ...]]:
        """List the shapes of every layer and direction, as in :class:`Weights`."""
        gates = GATES[self.mode] * self.hidden
        project = (self.projection, self.hidden) if self.projection else (0, 0)
        found = []
        for layer in range(self.layers):
            width = self.outputs * self.directions if layer else self.inputs
            one = ((gates, width), (gates, self.outputs), project, (gates,), (gates,))
            found += [one] * self.directions
        return found

    def size(self) -> int:
        """Count the elements of the packed parameters."""
        return sum(prod(shape) for one in self.shapes() for shape in one)


def unpack(flat: Any, plan: Plan) -> list[Weights]:
    """Cut the packed parameters: all matrices first, then all biases."""
    shapes = plan.shapes()
    pieces: list[list[Any]] = [[] for _ in shapes]
    start = 0
    for part in (slice(0, 3), slice(3, 5)):
        for one, mine in zip(shapes, pieces, strict=True):
            for shape in one[part]:
                end = start + prod(shape)
                mine.append(flat[start:end].reshape(shape) if end > start else None)
                start = end
    return [Weights(*mine) for mine in pieces]


def pack(xp: Any, weights: list[Weights]) -> Any:
    """Join gradients in the order in which :func:`unpack` cuts."""
    pieces = [array for one in weights for array in one[:3]]
    pieces += [array for one in weights for array in one[3:]]
    return xp.concatenate([array.reshape(-1) for array in pieces if array is not None], axis=0)


def rows(x: Any) -> Any:
    """Collapse all axes but the last."""
    return x.reshape((prod(x.shape[:-1]), x.shape[-1]))


def times(x: Any, weight: Any) -> Any:
    """Multiply every step by a matrix, as one product."""
    return (rows(x) @ weight.T).reshape((*x.shape[:-1], weight.shape[0]))


def before(xp: Any, first: Any, steps: Any) -> Any:
    """Shift a sequence by one step, with ``first`` in front."""
    return xp.concatenate([first[None], steps[:-1]], axis=0)


# ---- plain networks


def plain_scan(xp: Any, mode: str, x: Any, w: Weights, h: Any, c: Any) -> tuple[Any, ...]:
    """Run ``h = f(x @ i2h + h @ h2h + bias)``."""
    gates = times(x, w.i2h)
    gates += w.i2h_bias + w.h2h_bias
    turn, outputs = w.h2h.T, []
    for step in range(x.shape[0]):
        z = h @ turn
        z += gates[step]
        h = xp.where(z > 0, z, 0) if mode == "rnn_relu" else xp.tanh(z)
        outputs.append(h)
    return xp.stack(outputs, axis=0), h, None, ()


def plain_pull(
    xp: Any, mode: str, ct: Any, dh: Any, dc: Any, x: Any, w: Weights, h: Any, c: Any, y: Any,
    saved: Any,
) -> tuple[Any, ...]:  # fmt: skip
    """Return the gradients of :func:`plain_scan`."""
    slope = (y > 0).astype(y.dtype) if mode == "rnn_relu" else 1 - y * y
    steps = []
    for step in reversed(range(x.shape[0])):
        dz = (ct[step] + dh) * slope[step]
        dh = dz @ w.h2h
        steps.append(dz)
    dz = xp.stack(steps[::-1], axis=0)
    return _finish(xp, dz, dz, x, w, before(xp, h, y), None), dh, None


# ---- long short-term memory


def _lstm_scale(xp: Any, hidden: int, dtype: Any) -> Any:
    """Return 1/2 for the gates that are sigmoids, ``(1 + tanh(z / 2)) / 2``, and 1 for the rest."""
    half, whole = xp.full((hidden,), 0.5, dtype), xp.full((hidden,), 1.0, dtype)
    return xp.concatenate([half, half, whole, half], axis=0)


def lstm_scan(xp: Any, mode: str, x: Any, w: Weights, h: Any, c: Any) -> tuple[Any, ...]:
    """Run a long short-term memory; gates are in, forget, new, out."""
    hidden = c.shape[-1]
    scale = _lstm_scale(xp, hidden, x.dtype)
    gates = times(x, w.i2h * scale[:, None])
    gates += (w.i2h_bias + w.h2h_bias) * scale
    turn, shift = (w.h2h * scale[:, None]).T, 1 - scale
    kept: list[list[Any]] = [[], [], [], []]
    for step in range(x.shape[0]):
        z = h @ turn
        z += gates[step]
        a = xp.tanh(z)
        a *= scale
        a += shift
        c = c * a[:, hidden : 2 * hidden]
        c += a[:, :hidden] * a[:, 2 * hidden : 3 * hidden]
        squashed = xp.tanh(c)
        h = squashed * a[:, 3 * hidden :]
        if w.h2r is not None:
            h = h @ w.h2r.T
        for series, value in zip(kept, (h, a, c, squashed), strict=True):
            series.append(value)
    outputs, *saved = (xp.stack(series, axis=0) for series in kept)
    return outputs, h, c, tuple(saved)


def lstm_pull(
    xp: Any, mode: str, ct: Any, dh: Any, dc: Any, x: Any, w: Weights, h: Any, c: Any, y: Any,
    saved: Any,
) -> tuple[Any, ...]:  # fmt: skip
    """Return the gradients of :func:`lstm_scan`."""
    a, cells, squashed = saved
    hidden = c.shape[-1]
    enter, keep, new, out = (a[..., i * hidden : (i + 1) * hidden] for i in range(4))
    is_new = _lstm_scale(xp, hidden, x.dtype) > 0.75
    slope = xp.where(is_new, 1.0, a) - a * a
    partners = xp.concatenate([new, before(xp, c, cells), enter, squashed], axis=2)
    factors = (slope * partners).reshape((*x.shape[:2], 4, hidden))
    through = out * (1 - squashed * squashed)
    gates, projected = [], []
    for step in reversed(range(x.shape[0])):
        dr = ct[step] + dh
        du = dr if w.h2r is None else dr @ w.h2r
        dc = dc + du * through[step]
        dz = (xp.stack([dc, dc, dc, du], axis=1) * factors[step]).reshape((-1, 4 * hidden))
        dc = dc * keep[step]
        dh = dz @ w.h2h
        gates.append(dz)
        projected.append(dr)
    dz = xp.stack(gates[::-1], axis=0)
    slope_r = None
    if w.h2r is not None:
        slope_r = rows(xp.stack(projected[::-1], axis=0)).T @ rows(out * squashed)
    return _finish(xp, dz, dz, x, w, before(xp, h, y), slope_r), dh, dc


# ---- gated recurrent units


def gru_scan(xp: Any, mode: str, x: Any, w: Weights, h: Any, c: Any) -> tuple[Any, ...]:
    """Run gated recurrent units; gates are reset, update, new."""
    hidden = h.shape[-1]
    two = 2 * hidden
    half, whole = xp.full((two,), 0.5, x.dtype), xp.full((hidden,), 1.0, x.dtype)
    scale = xp.concatenate([half, whole], axis=0)
    gates = times(x, w.i2h * scale[:, None])
    gates += w.i2h_bias * scale
    turn, bias = (w.h2h * scale[:, None]).T, w.h2h_bias * scale
    kept: list[list[Any]] = [[], [], [], []]
    for step in range(x.shape[0]):
        g = h @ turn
        g += bias
        now = gates[step]
        a = xp.tanh(now[:, :two] + g[:, :two])
        a *= 0.5
        a += 0.5
        inner = g[:, two:]
        new = xp.tanh(now[:, two:] + a[:, :hidden] * inner)
        h = new + a[:, hidden:] * (h - new)
        for series, value in zip(kept, (h, a, new, inner), strict=True):
            series.append(value)
    outputs, *saved = (xp.stack(series, axis=0) for series in kept)
    return outputs, h, None, tuple(saved)


def gru_pull(
    xp: Any, mode: str, ct: Any, dh: Any, dc: Any, x: Any, w: Weights, h: Any, c: Any, y: Any,
    saved: Any,
) -> tuple[Any, ...]:  # fmt: skip
    """Return the gradients of :func:`gru_scan`."""
    a, new, inner = saved
    hidden = h.shape[-1]
    reset, update = a[..., :hidden], a[..., hidden:]
    last = before(xp, h, y)
    by_new = (1 - update) * (1 - new * new)
    by_update = (last - new) * update * (1 - update)
    by_reset = by_new * inner * reset * (1 - reset)
    factors = xp.stack([by_reset, by_update, by_new * reset], axis=2)
    gates, heads = [], []
    for step in reversed(range(x.shape[0])):
        dh = dh + ct[step]
        dg = (xp.expand_dims(dh, 1) * factors[step]).reshape((-1, 3 * hidden))
        heads.append(dh)
        gates.append(dg)
        dh = dh * update[step] + dg @ w.h2h
    dg, dy = xp.stack(gates[::-1], axis=0), xp.stack(heads[::-1], axis=0)
    dz = xp.concatenate([dg[..., : 2 * hidden], dy * by_new], axis=2)
    return _finish(xp, dz, dg, x, w, last, None), dh, None


def _finish(
    xp: Any, dz: Any, dg: Any, x: Any, w: Weights, last: Any, dr: Any
) -> tuple[Any, Weights]:
    """Return the input's and the weights' gradients from those of both products."""
    dx = times(dz, w.i2h.T)
    dz, dg = rows(dz), rows(dg)
    bias = dz.sum(axis=0)
    other = bias if dg is dz else dg.sum(axis=0)
    return dx, Weights(dz.T @ rows(x), dg.T @ rows(last), dr, bias, other)


SCANS = {"rnn_relu": plain_scan, "rnn_tanh": plain_scan, "gru": gru_scan, "lstm": lstm_scan}
PULLS = {"rnn_relu": plain_pull, "rnn_tanh": plain_pull, "gru": gru_pull, "lstm": lstm_pull}


# ---- whole networks


def run(
    xp: Any, plan: Plan, weights: list[Weights], x: Any, state: Any, cell: Any, masks: Any
) -> tuple[Any, Any, Any, list[tuple[Any, ...]]]:
    """Run all layers; return the output, both last states and what each scan had and kept.

    ``masks`` (a function of the layer's number and output) gives the factors for dropout after a
    layer, or None.
    """
    scan, kept = SCANS[plan.mode], []
    last_h, last_c = [], []
    for layer in range(plan.layers):
        outputs = []
        for direction in range(plan.directions):
            place = layer * plan.directions + direction
            h, c = state[place], None if cell is None else cell[place]
            given = x[::-1] if direction else x
            y, h_end, c_end, saved = scan(xp, plan.mode, given, weights[place], h, c)
            kept.append((y, *saved))
            outputs.append(y[::-1] if direction else y)
            last_h.append(h_end)
            last_c.append(c_end)
        x = xp.concatenate(outputs, axis=2) if len(outputs) > 1 else outputs[0]
        mask = masks(layer, x) if layer < plan.layers - 1 else None
        x = x if mask is None else x * mask
    cells = None if cell is None else xp.stack(last_c, axis=0)
    return x, xp.stack(last_h, axis=0), cells, kept


def pull(
    xp: Any, plan: Plan, weights: list[Weights], x: Any, state: Any, cell: Any, masks: list[Any],
    kept: list[tuple[Any, ...]], ct: Any, dh: Any, dc: Any,
) -> tuple[Any, Any, Any, Any]:  # fmt: skip
    """Return the gradients of input, packed weights and both states."""
    back, wide = PULLS[plan.mode], plan.outputs
    inputs = [x]
    for layer in range(plan.layers - 1):
        ends = [kept[layer * plan.directions + d][0] for d in range(plan.directions)]
        y = xp.concatenate([ends[0], ends[1][::-1]], axis=2) if len(ends) > 1 else ends[0]
        inputs.append(y * masks[layer] if masks else y)
    count = plan.layers * plan.directions
    slopes: list[Any] = [None] * count
    states: list[Any] = [None] * count
    cells: list[Any] = [None] * count
    for layer in reversed(range(plan.layers)):
        ct = ct * masks[layer] if masks and layer < plan.layers - 1 else ct
        total = None
        for direction in range(plan.directions):
            place = layer * plan.directions + direction
            part = ct[..., direction * wide : (direction + 1) * wide]
            given, part = (inputs[layer][::-1], part[::-1]) if direction else (inputs[layer], part)
            y, *saved = kept[place]
            c, dc_end = (None, None) if cell is None else (cell[place], dc[place])
            (dx, slopes[place]), states[place], cells[place] = back(
                xp, plan.mode, part, dh[place], dc_end, given, weights[place], state[place], c, y,
                saved,
            )  # fmt: skip
            dx = dx[::-1] if direction else dx
            total = dx if total is None else total + dx
        ct = total
    d_cell = None if cell is None else xp.stack(cells, axis=0)
    return ct, pack(xp, slopes), xp.stack(states, axis=0), d_cell
