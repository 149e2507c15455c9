"""Loops and branches of graphs: nodes whose bodies are graphs of their own.

The records below parse the parameters; the operator that runs is made for each node from its
bodies (:mod:`.kernels.bodies`). Positions (``..._locs``) are MXNet's: where among a body's
variables, or among the node's inputs, something stands.
"""

from __future__ import annotations

from .._core.errors import check_failed, mxnet_error, shape_text
from .._core.graph_infer import is_known
from .._core.params import Int, Tuple
from .._core.registry import op
from .kernels.bodies import Flow, add, row, rows_on_tape, specialize, stack_on_tape
from .kernels.loops import blanks, joined, row_shape, stack, truth, types, uneven, with_length

Locs = Tuple("tuple of <long>", int)


class Foreach(Flow):
    """Run the body on each row of the data, handing states on from row to row."""

    def _split(self, values):
        """Return the parts of the inputs: data, first states and what stays the same."""
        first = len(self.in_data_locs)
        second = first + len(self.in_state_locs)
        return values[:first], values[first:second], values[second:]

    def _fed(self, rows, states, rest):
        """Place the parts where the body has them."""
        feed = [None] * len(self.bodies[0].variables)
        for locs, values in zip(self._locs(), (rows, states, rest), strict=True):
            for loc, value in zip(locs, values, strict=True):
                feed[loc] = value
        return feed

    def _locs(self):
        return self.in_data_locs, self.in_state_locs, self.remain_locs

    def forward(self, ctx, data, notes):
        xp = ctx.xp
        sequences, states, rest = self._split(data)
        length = sequences[0].shape[0] if sequences and sequences[0].ndim else 0
        for each in sequences:
            if not each.ndim or each.shape[0] != length:
                raise uneven(each.shape, length)
        runs = None if notes is None else notes.setdefault("runs", [])
        shapes = [row_shape(each.shape) for each in sequences]
        outs = []
        for i in range(length):
            rows = [
                xp.reshape(each[i : i + 1], shape)
                for each, shape in zip(sequences, shapes, strict=True)
            ]
            results = self.bodies[0].run(ctx, self._fed(rows, states, rest), runs)
            outs.append(results[: self.num_out_data])
            states = results[self.num_out_data :]
        if not length:
            shapes = self._fed(shapes, *[[each.shape for each in part] for part in (states, rest)])
            return [*blanks(xp, self, shapes, data, 0), *states]
        return [*[stack(xp, column, length) for column in zip(*outs, strict=True)], *states]

    def backward(self, xp, cts, data, notes):
        sequences, _, rest = self._split(data)
        carried = list(cts[self.num_out_data :])
        rows = [[None] * len(notes["runs"]) for _ in sequences]
        fixed = [None] * len(rest)
        for i, run in reversed(list(enumerate(notes["runs"]))):
            heads = [row(xp, ct, i) for ct in cts[: self.num_out_data]]
            found = self.bodies[0].backward(run, [*heads, *carried])
            for column, loc in zip(rows, self.in_data_locs, strict=True):
                column[i] = found[loc]
            carried = [found[loc] for loc in self.in_state_locs]
            fixed = [add(f, found[loc]) for f, loc in zip(fixed, self.remain_locs, strict=True)]
        return [
            *[joined(xp, column, each) for column, each in zip(rows, sequences, strict=True)],
            *carried, *fixed,
        ]  # fmt: skip

    def unfold(self, node, notes):
        ctx = node.ctx
        parents, states, rest = self._split(node.parents)
        columns = [
            None if parent is None else rows_on_tape(parent, buf, row_shape(buf.shape), ctx)
            for parent, buf in zip(parents, node.args, strict=False)
        ]
        outs = []
        for i, run in enumerate(notes["runs"]):
            rows = [None if column is None else column[i] for column in columns]
            results = self.bodies[0].unfold(run, self._fed(rows, states, rest))
            outs.append(results[: self.num_out_data])
            states = results[self.num_out_data :]
        columns = zip(*outs, strict=True) if outs else [()] * self.num_out_data
        whole = zip(columns, node.out, strict=False)
        return [*[stack_on_tape(column, out, ctx) for column, out in whole], *states]

    def shapes(self, given):
        sequences, states, rest = self._split(given)
        rows = [None if each is None else row_shape(each) for each in sequences]
        found, outs = self.bodies[0].shapes(self._fed(rows, states, rest))
        length = next((each[0] for each in sequences if each is not None), -1)
        for each in sequences:
            if each is not None and -1 not in (each[0], length) and each[0] != length:
                raise uneven(each, length)
        rows, first, fixed = [[found[loc] for loc in locs] for locs in self._locs()]
        whole = [
            known if known is not None and is_known(known) else with_length(length, each)
            for known, each in zip(sequences, rows, strict=True)
        ]
        last = outs[self.num_out_data :]
        for i, (before, after) in enumerate(zip(first, last, strict=True)):
            if before != after and is_known(before) and is_known(after):
                raise check_failed(
                    "(*out_shape)[i + params.num_out_data] == (*in_shape)[i + "
                    f"params.in_data_locs.ndim()] ({shape_text(after)} vs. {shape_text(before)}) ",
                    hint=f"state {i} of foreach has the shape {before} before and {after} after",
                )
            first[i] = last[i] = after if before is None else before
        stacks = [with_length(length, each) for each in outs[: self.num_out_data]]
        return [*whole, *first, *fixed], [*stacks, *last]

    def types(self, given):
        found, outs = self.bodies[0].types(self._fed(*self._split(given)))
        return [found[loc] for locs in self._locs() for loc in locs], outs


class WhileLoop(Flow):
    """Run the second body on the loop variables for as long as the first says so."""

    def _variables(self):
        """Return where among the node's inputs the loop variables stand."""
        return [self.func_input_locs[loc] for loc in self.func_var_locs]

    def forward(self, ctx, data, notes):
        xp = ctx.xp
        test, func = self.bodies
        runs = None if notes is None else notes.setdefault("runs", [])
        values = list(data)
        outs = []
        while len(outs) < self.max_iterations and truth(
            xp, test.run(ctx, [values[loc] for loc in self.cond_input_locs])
        ):
            results = func.run(ctx, [values[loc] for loc in self.func_input_locs], runs)
            outs.append(results[: self.num_out_data])
            for place, value in zip(self._variables(), results[self.num_out_data :], strict=True):
                values[place] = value
        final = [values[place] for place in self._variables()]
        if not outs:
            # mxnet: the shape of these stays unknown; its documentation promises them
            shapes = [data[loc].shape for loc in self.func_input_locs]
            return [*blanks(xp, self, shapes, data, self.max_iterations), *final]
        columns = zip(*outs, strict=True)
        return [*[stack(xp, column, self.max_iterations) for column in columns], *final]

    def backward(self, xp, cts, data, notes):
        places = self._variables()
        carried = list(cts[self.num_out_data :])
        total = [None] * len(data)
        for i, run in reversed(list(enumerate(notes["runs"]))):
            heads = [row(xp, ct, i) for ct in cts[: self.num_out_data]]
            found = self.bodies[1].backward(run, [*heads, *carried])
            carried = [found[loc] for loc in self.func_var_locs]
            for loc, (place, gradient) in enumerate(zip(self.func_input_locs, found, strict=True)):
                if loc not in self.func_var_locs:
                    total[place] = add(total[place], gradient)
        for place, gradient in zip(places, carried, strict=True):
            total[place] = add(total[place], gradient)
        return total

    def unfold(self, node, notes):
        values = list(node.parents)
        outs = []
        for run in notes["runs"]:
            feed = [values[loc] for loc in self.func_input_locs]
            results = self.bodies[1].unfold(run, feed)
            outs.append(results[: self.num_out_data])
            for place, value in zip(self._variables(), results[self.num_out_data :], strict=True):
                values[place] = value
        columns = zip(*outs, strict=True) if outs else [()] * self.num_out_data
        whole = zip(columns, node.out, strict=False)
        return [
            *[stack_on_tape(column, out, node.ctx) for column, out in whole],
            *[values[place] for place in self._variables()],
        ]

    def shapes(self, given):
        # mxnet: the outputs' shapes are known after the run only; test_inference_of_while
        return given, [None] * self.num_outputs

    def types(self, given):
        return types(given, zip(self.bodies, (self.cond_input_locs, self.func_input_locs)))


class Cond(Flow):
    """Run the second body where the first says so, else the third."""

    def _locs(self):
        return self.cond_input_locs, self.then_input_locs, self.else_input_locs

    def forward(self, ctx, data, notes):
        test, *branches = self.bodies
        chosen = not truth(ctx.xp, test.run(ctx, [data[loc] for loc in self.cond_input_locs]))
        runs = None
        if notes is not None:
            notes["chosen"], runs = chosen, notes.setdefault("runs", [])
        feed = [data[loc] for loc in self._locs()[1 + chosen]]
        return branches[chosen].run(ctx, feed, runs)

    def backward(self, xp, cts, data, notes):
        number = 1 + notes["chosen"]
        found = self.bodies[number].backward(notes["runs"][0], cts)
        total = [None] * len(data)
        for place, gradient in zip(self._locs()[number], found, strict=True):
            total[place] = add(total[place], gradient)
        return total

    def unfold(self, node, notes):
        number = 1 + notes["chosen"]
        feed = [node.parents[loc] for loc in self._locs()[number]]
        return self.bodies[number].unfold(notes["runs"][0], feed)

    def shapes(self, given):
        # mxnet: the outputs' shapes are known after the run only; test_inference_of_cond
        return given, [None] * self.num_outputs

    def types(self, given):
        return types(given, zip(self.bodies, self._locs(), strict=True))


def _never(name):
    return mxnet_error(f"{name} needs its bodies", f"call mx.nd.contrib.{name.strip('_')}")


@op("_foreach", visible=0)
def foreach(
    xp, *data, num_args: Int(), num_outputs: Int(), num_out_data: Int(), in_state_locs: Locs,
    in_data_locs: Locs, remain_locs: Locs,
):  # fmt: skip
    """Run a graph on each row of arrays, with states that go from row to row."""
    raise _never("_foreach")


foreach.specialize = specialize("_foreach", Foreach, 1)


@op("_while_loop", visible=0)
def while_loop(
    xp, *data, num_args: Int(), num_outputs: Int(), num_out_data: Int(),
    max_iterations: Int(min=1, doc="Maximum number of iterations."), cond_input_locs: Locs,
    func_input_locs: Locs, func_var_locs: Locs,
):  # fmt: skip
    """Run a graph on loop variables again and again while another graph says so."""
    raise _never("_while_loop")


while_loop.specialize = specialize("_while_loop", WhileLoop, 2)


@op("_cond", visible=0)
def cond(
    xp, *data, num_args: Int(), num_outputs: Int(), cond_input_locs: Locs, then_input_locs: Locs,
    else_input_locs: Locs,
):  # fmt: skip
    """Run one of two graphs, as a third one says."""
    raise _never("_cond")


cond.specialize = specialize("_cond", Cond, 3)
