"""The recurrent network with features before the batch and activations in place.

A step is one product: its vector holds the input, a one for the bias and the state, (features,
batch), and the matrix all gates' weights. Gates lie one after the other, so that every operation
goes over whole blocks of memory. Weights of sigmoids are negated, ``1 / (1 + exp(-z))`` is the
cheapest form. What the gradient needs stays where it was computed, in the operator's notes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy

from ..override import DECLINED, override
from .rows import Array

exp, add, subtract, multiply, divide, tanh, fmax, matmul = (
    numpy.exp, numpy.add, numpy.subtract, numpy.multiply, numpy.divide, numpy.tanh, numpy.fmax,
    numpy.matmul,
)  # fmt: skip

#: Products are faster where rows of the weights begin at multiples of so many elements.
LINE = 16


class Gate(NamedTuple):
    """A block of rows: the gate's place in the packed weights, its sign, what it multiplies."""

    place: int
    sign: int
    x: bool = True
    h: bool = True


GATES = {
    "rnn_relu": [Gate(0, 1)],
    "rnn_tanh": [Gate(0, 1)],
    # new, in, forget, out
    "lstm": [Gate(2, 1), Gate(0, -1), Gate(1, -1), Gate(3, -1)],
    # the new value's product with the state, reset, update, the new value's with the input
    "gru": [Gate(2, 1, x=False), Gate(0, -1), Gate(1, -1), Gate(2, 1, h=False)],
}


def squash(z: Array) -> None:
    """Turn negated sums into sigmoids in place."""
    one = z.dtype.type(1)
    exp(z, z)
    add(z, one, z)
    divide(one, z, z)


class Tools(NamedTuple):
    """What accelerators may replace: products ``(a, b, out)`` of matrices, sigmoids in place."""

    times: Callable[[Array, Array, Array], Any] = matmul
    squash: Callable[[Array], Any] = squash
    tanh: Callable[[Array, Array], Any] = tanh


class Net(NamedTuple):
    """The sizes of a network and its element type."""

    mode: str
    layers: int
    directions: int
    steps: int
    batch: int
    inputs: int
    units: int
    dtype: Any

    def width(self, layer: int) -> int:
        """Count the features that a layer gets."""
        return self.units * self.directions if layer else self.inputs

    def size(self) -> int:
        """Count the elements of the packed parameters."""
        gates = 1 + max(gate.place for gate in GATES[self.mode])
        widths = sum(self.width(layer) + self.units + 2 for layer in range(self.layers))
        return self.directions * gates * self.units * widths

    def cut(self, flat: Array) -> list[tuple[Array, Array, Array, Array]]:
        """View packed parameters by layer and direction, each (gates, units ...).

        These are the input's and the state's matrices, then their biases.
        """
        gates, start = 1 + max(gate.place for gate in GATES[self.mode]), 0
        found: list[list[Array]] = [[] for _ in range(self.layers * self.directions)]
        for matrices in (True, False):
            for place, mine in enumerate(found):
                for width in (self.width(place // self.directions), self.units):
                    shape = (gates, self.units, width) if matrices else (gates, self.units)
                    end = start + gates * self.units * (width if matrices else 1)
                    mine.append(flat[start:end].reshape(shape))
                    start = end
        return [tuple(mine) for mine in found]  # type: ignore[misc]


class Pass(NamedTuple):
    """What one layer computed in one direction, steps in the order in which it took them.

    ``v`` (time + 1, inputs + 1 + units, batch) holds the vectors of all steps, which ``weight``
    multiplies, ``z`` (time, gates, units, batch) the gates; ``c`` (time + 1, units, batch) and its
    ``tanh`` are an LSTM's.
    """

    net: Net
    tools: Tools
    inputs: int
    v: Array
    weight: Array
    z: Array
    c: Array
    squashed: Array

    def part(self, gate: int) -> tuple[slice, slice]:
        """Return a gate's rows of the weights and the columns that it uses."""
        chosen, units = GATES[self.net.mode][gate], self.net.units
        start, stop = (0 if chosen.x else self.inputs), (None if chosen.h else self.inputs + 1)
        return slice(gate * units, (gate + 1) * units), slice(start, stop)

    @property
    def h(self) -> Array:
        """View the states: the first one and that behind every step."""
        return self.v[:, self.inputs + 1 :]


def _begin(
    net: Net, tools: Tools, xs: list[Array], packed: tuple[Array, ...], h: Array, c: Any
) -> Pass:
    """Lay out a direction's vectors and weights; ``xs`` are parts of the input."""
    gates, units, inputs = GATES[net.mode], net.units, sum(x.shape[1] for x in xs)
    wide, lstm = inputs + 1 + units, net.mode == "lstm"

    def blank(*shape: int) -> Array:
        return numpy.empty(shape, net.dtype)

    v = blank(net.steps + 1, wide, net.batch)
    start = 0
    for x in xs:
        v[:-1, start : start + x.shape[1]] = x
        start += x.shape[1]
    v[:, inputs] = 1
    weight = blank(len(gates) * units, -(-wide // LINE) * LINE)[:, :wide]
    z = blank(net.steps, len(gates) if len(gates) > 1 else 0, units, net.batch)
    c = blank(net.steps + 1 if lstm else 0, units, net.batch)
    run = Pass(net, tools, inputs, v, weight, z, c, numpy.empty_like(c[1:]))
    by_x, by_h, x_bias, h_bias = packed
    for i, (place, sign, x, h) in enumerate(gates):
        rows = weight[i * units : (i + 1) * units]
        if x:
            multiply(by_x[place], sign, rows[:, :inputs])
        if h:
            multiply(by_h[place], sign, rows[:, inputs + 1 :])
        bias = x_bias[place] + h_bias[place] if x and h else (x_bias if x else h_bias)[place]
        multiply(bias, sign, rows[:, inputs])
    return run


# ---- forward: one layer in one direction


def _plain(run: Pass) -> None:
    """Run ``h = f(x @ i2h + h @ h2h + bias)``."""
    v, weight, states, relu = run.v, run.weight, run.h[1:], run.net.mode == "rnn_relu"
    times, squashing = run.tools.times, run.tools.tanh
    for step in range(run.net.steps):
        h = states[step]
        times(weight, v[step], h)
        if relu:
            fmax(h, 0, out=h)
        else:
            squashing(h, h)


def _lstm(run: Pass) -> None:
    """Run a long short-term memory."""
    v, weight, gates, cells, squashed, states = run.v, run.weight, run.z, run.c, run.squashed, run.h
    times, sigmoid, tangent = run.tools
    flat, part = gates.reshape((run.net.steps, -1, run.net.batch)), numpy.empty_like(cells[0])
    for step in range(run.net.steps):
        z = gates[step]
        new, enter, keep, leave = z
        times(weight, v[step], flat[step])
        sigmoid(z[1:])
        tangent(new, new)
        c = multiply(cells[step], keep, cells[step + 1])
        add(c, multiply(new, enter, part), c)
        tangent(c, squashed[step])
        multiply(squashed[step], leave, states[step + 1])


def _gru(run: Pass) -> None:
    """Run gated recurrent units."""
    v, gates, states, units = run.v, run.z, run.h, run.net.units
    times, sigmoid, tangent = run.tools
    (inside, inputs), (rows, columns) = run.part(0), run.part(3)
    flat, part = gates.reshape((run.net.steps, -1, run.net.batch)), numpy.empty_like(states[0])
    by_state, by_both = run.weight[inside, inputs], run.weight[units : 3 * units]
    for step in range(run.net.steps):
        z, vector = flat[step], v[step]
        matmul(run.weight[rows, columns], vector[columns], z[rows])
        times(by_state, vector[inputs], z[inside])
        times(by_both, vector, z[units : 3 * units])
        inner, reset, update, new = gates[step]
        sigmoid(gates[step, 1:3])
        add(new, multiply(reset, inner, part), new)
        tangent(new, new)
        h = subtract(states[step], new, states[step + 1])
        multiply(h, update, h)
        add(h, new, h)


SCANS: dict[str, Callable[[Pass], None]] = {
    "rnn_relu": _plain, "rnn_tanh": _plain, "gru": _gru, "lstm": _lstm
}  # fmt: skip


# ---- backward: gradients of the gates' sums, from the last step to the first


class Back:
    """Gather the gradients of the sums step by step, (gates * units, time, batch), and the state's.

    ``heads`` (time, units, batch) is what arrives from above, ``dh`` from the step behind.
    """

    def __init__(self, run: Pass, heads: Array, dh: Array) -> None:
        net = run.net
        self.run, self.heads, self.dh = run, heads, dh
        self.count = len(GATES[net.mode])
        self.dz = numpy.empty((self.count * net.units, net.steps, net.batch), net.dtype)
        used = 3 if net.mode == "gru" else self.count
        self.used = used * net.units
        self.turn = run.weight[: self.used, run.inputs + 1 :].T

    def blank(self) -> Array:
        """Return an array for the gradients of one step's sums."""
        return numpy.empty((self.count, *self.dh.shape), self.dh.dtype)

    def step(self, step: int, dz: Array) -> None:
        """Keep the gradients of a step's sums and carry them to the state before."""
        flat = dz.reshape((-1, dz.shape[-1]))
        self.dz[:, step] = flat
        self.run.tools.times(self.turn, flat[: self.used], self.dh)


def _plain_pull(run: Pass, back: Back, dc: Any) -> None:
    dh, dz, one, relu = back.dh, back.blank(), run.net.dtype.type(1), run.net.mode == "rnn_relu"
    for step in reversed(range(run.net.steps)):
        add(dh, back.heads[step], dh)
        h = run.h[step + 1]
        if relu:
            multiply(h > 0, dh, dz[0])
        else:
            subtract(one, multiply(h, h, dz[0]), dz[0])
            multiply(dz[0], dh, dz[0])
        back.step(step, dz)


def _lstm_pull(run: Pass, back: Back, dc: Array) -> None:
    dh, dz, one = back.dh, back.blank(), run.net.dtype.type(1)
    part = numpy.empty_like(dh)
    slopes, (by_new, by_in, by_forget, by_out) = dz[1:], dz
    for step in reversed(range(run.net.steps)):
        add(dh, back.heads[step], dh)
        z, squashed = run.z[step], run.squashed[step]
        new, enter, keep, leave = z
        multiply(subtract(z[1:], one, slopes), z[1:], slopes)  # by negated sums
        multiply(squashed, squashed, part)
        multiply(subtract(one, part, part), leave, part)
        add(dc, multiply(part, dh, part), dc)
        multiply(multiply(by_out, squashed, by_out), dh, by_out)
        multiply(by_in, new, by_in)
        multiply(by_forget, run.c[step], by_forget)
        subtract(one, multiply(new, new, by_new), by_new)
        multiply(by_new, enter, by_new)
        multiply(dz[:3], dc, dz[:3])
        multiply(dc, keep, dc)
        back.step(step, dz)


def _gru_pull(run: Pass, back: Back, dc: Any) -> None:
    dh, dz, one = back.dh, back.blank(), run.net.dtype.type(1)
    part, (by_inner, by_reset, by_update, by_new) = numpy.empty_like(dh), dz
    for step in reversed(range(run.net.steps)):
        add(dh, back.heads[step], dh)
        inner, reset, update, new = run.z[step]
        subtract(update, one, by_update)
        subtract(multiply(new, new, by_new), one, by_new)
        multiply(by_new, by_update, by_new)
        multiply(by_update, update, by_update)  # by negated sums
        multiply(by_update, subtract(run.h[step], new, part), by_update)
        multiply(by_new, reset, by_inner)
        multiply(by_inner, inner, by_reset)
        multiply(by_reset, subtract(reset, one, part), by_reset)
        multiply(dz, dh, dz)
        multiply(dh, update, part)
        back.step(step, dz)
        add(dh, part, dh)


PULLS: dict[str, Callable[[Pass, Back, Any], None]] = {
    "rnn_relu": _plain_pull, "rnn_tanh": _plain_pull, "gru": _gru_pull, "lstm": _lstm_pull
}  # fmt: skip


def _finish(back: Back, into: tuple[Array, ...]) -> Array:
    """Put the weights' gradients into ``into``; return the input's (time, inputs, batch)."""
    run, net = back.run, back.run.net
    units, inputs, gates = net.units, run.inputs, GATES[net.mode]
    dz = back.dz.reshape((len(back.dz), -1))
    v = run.v[:-1].transpose(1, 0, 2).reshape((-1, dz.shape[1])).T
    made = numpy.empty_like(run.weight)
    if net.mode == "gru":
        for gate in (0, 3):
            rows, columns = run.part(gate)
            made[rows, columns] = matmul(dz[rows], v[:, columns])
        matmul(dz[units : 3 * units], v, made[units : 3 * units])
    else:
        matmul(dz, v, made)
    by_x, by_h, x_bias, h_bias = into
    for i, (place, sign, x, h) in enumerate(gates):
        rows_of = made[i * units : (i + 1) * units]
        if x:
            multiply(rows_of[:, :inputs], sign, by_x[place])
            multiply(rows_of[:, inputs], sign, x_bias[place])
        if h:
            multiply(rows_of[:, inputs + 1 :], sign, by_h[place])
            multiply(rows_of[:, inputs], sign, h_bias[place])
    first = 0 if gates[0].x else units
    dx = numpy.empty((inputs, dz.shape[1]), net.dtype)
    run.tools.times(run.weight[first:, :inputs].T, dz[first:], dx)
    return dx.reshape((inputs, net.steps, net.batch)).transpose(1, 0, 2)


# ---- whole networks


def _net(data: Array, parameters: Array, state: Array, cell: Any, params: Any) -> Net | None:
    """Gather the sizes of a call; None for calls that are left to the body."""
    dtype, mode, units = data.dtype, params["mode"], params["state_size"]
    if dtype.char not in "fd" or data.ndim != 3 or params["projection_size"] or not data.size:
        return None
    if params["p"] and (params["p"] >= 1 or (params["training"] and dtype.char == "d")):
        return None
    layers, directions = params["num_layers"], 1 + params["bidirectional"]
    net = Net(mode, layers, directions, *data.shape, units, dtype)
    hidden = (layers * directions, net.batch, units)
    wanted = [(parameters, (net.size(),)), (state, hidden)]
    if mode == "lstm":
        wanted.append((cell, hidden))
    for array, shape in wanted:
        if array is None or array.dtype != dtype or array.shape != shape or not array.size:
            return None
    return net


def forward(
    tools: Tools, data: Array, parameters: Array, state: Array, cell: Any, notes: Any, params: Any
) -> Any:
    """Run a network with these tools."""
    net = _net(data, parameters, state, cell, params)
    if net is None:
        return DECLINED
    packed, runs = net.cut(numpy.ascontiguousarray(parameters)), list[Pass]()
    xs = [data.transpose(0, 2, 1)]
    for layer in range(net.layers):
        outputs = []
        for backwards in range(net.directions):
            place = layer * net.directions + backwards
            mine = [x[::-1] for x in xs] if backwards else xs
            run = _begin(net, tools, mine, packed[place], state[place], cell)
            run.h[0] = state[place].T
            if cell is not None:
                run.c[0] = cell[place].T
            SCANS[net.mode](run)
            runs.append(run)
            outputs.append(run.h[:0:-1] if backwards else run.h[1:])
        xs = outputs
    if notes is not None:
        notes["reserve"] = runs
    out = numpy.empty((net.steps, net.batch, net.directions * net.units), net.dtype)
    for backwards, x in enumerate(xs):
        start = backwards * net.units
        out[:, :, start : start + net.units] = x.transpose(0, 2, 1)
    ends = [numpy.array([run.h[-1].T for run in runs], order="C")]
    if cell is not None:
        ends.append(numpy.array([run.c[-1].T for run in runs], order="C"))
    return (out, *ends)


def gradient(ct: tuple[Array, ...], parameters: Array, runs: list[Pass]) -> tuple[Any, ...]:
    """Compute all gradients from what :func:`forward` left in the notes."""
    net = runs[0].net
    slope = numpy.empty(net.size(), net.dtype)
    into, lstm = net.cut(slope), net.mode == "lstm"
    states, cells = numpy.empty_like(ct[1]), numpy.empty_like(ct[2]) if lstm else None
    head: Array = ct[0].transpose(0, 2, 1)
    for layer in reversed(range(net.layers)):
        total: Any = None
        for backwards in range(net.directions):
            place = layer * net.directions + backwards
            part = head[:, backwards * net.units : (backwards + 1) * net.units]
            heads = numpy.ascontiguousarray(part[::-1] if backwards else part)
            back = Back(runs[place], heads, ct[1][place].T.copy("C"))
            dc = ct[2][place].T.copy("C") if lstm else None
            PULLS[net.mode](runs[place], back, dc)
            dx = _finish(back, into[place])
            dx = dx[::-1] if backwards else dx
            total = dx if total is None else total + dx
            states[place] = back.dh.T
            if cells is not None and dc is not None:
                cells[place] = dc.T
        head = total
    return numpy.ascontiguousarray(head.transpose(0, 2, 1)), slope, states, cells


@override("RNN")
def rnn(
    xp: Any, data: Array, parameters: Array, state: Array, state_cell: Any = None,
    sequence_length: Any = None, *, notes: dict[str, Any] | None, **params: Any,
) -> Any:  # fmt: skip
    """Run a recurrent network over a sequence (time, batch, features)."""
    cell = state_cell if params["mode"] == "lstm" else None
    return forward(Tools(), data, parameters, state, cell, notes, params)


@override("RNN", "data", "parameters", "state", "state_cell")
def rnn_gradient(
    xp: Any, ct: Any, out: Any, data: Array, parameters: Array, state: Array,
    state_cell: Any = None, sequence_length: Any = None, *, notes: dict[str, Any] | None,
    **params: Any,
) -> Any:  # fmt: skip
    """Compute all gradients from what :func:`rnn` left in the notes."""
    if not notes or "reserve" not in notes:
        return DECLINED
    return gradient(ct, parameters, notes["reserve"])
