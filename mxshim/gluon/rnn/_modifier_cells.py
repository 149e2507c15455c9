"""Cells that change other cells, and the cell that runs two in opposite directions."""

from __future__ import annotations

from ... import symbol
from ...base import numeric_types
from ._cell_base import (
    _MODULE,
    HybridRecurrentCell,
    check_unmodified,
    states_from,
    states_of,
)
from ._sequences import begin_states, format_sequence, mask_padding, reverse_steps


class DropoutCell(HybridRecurrentCell):
    """Drop elements of the input at random; no state."""

    __module__ = _MODULE

    def __init__(self, rate, axes=(), prefix=None, params=None):
        super().__init__(prefix, params)
        assert isinstance(rate, numeric_types), "rate must be a number"
        self._rate = rate
        self._axes = axes

    def __repr__(self):
        return f"{type(self).__name__}(rate={self._rate}, axes={self._axes})"

    def state_info(self, batch_size=0):
        """Return an empty list."""
        return []

    def _alias(self):
        return "dropout"

    def hybrid_forward(self, F, inputs, states):
        """Return the input with dropout, and the states as they are."""
        if self._rate > 0:
            inputs = F.Dropout(
                inputs, p=self._rate, axes=self._axes, name=f"t{self._counter}_fwd"
            )  # fmt: skip
        return inputs, states

    def unroll(
        self,
        length,
        inputs,
        begin_state=None,
        layout="NTC",
        merge_outputs=None,
        valid_length=None,
    ):
        """Drop from a whole array at once, from a list step by step."""
        self.reset()
        inputs, _, F, _ = format_sequence(length, inputs, layout, merge_outputs)
        if not isinstance(inputs, (list, tuple)):
            return self.hybrid_forward(F, inputs, begin_state if begin_state else [])
        return super().unroll(length, inputs, begin_state, layout, merge_outputs, None)


class ModifierCell(HybridRecurrentCell):
    """Change what a base cell does; the base cell is then run through this one only."""

    __module__ = _MODULE

    def __init__(self, base_cell):
        assert not base_cell._modified, (
            f"Cell {base_cell.name} is already modified. One cell cannot be modified twice"
        )
        base_cell._modified = True
        super().__init__(prefix=base_cell.prefix + self._alias(), params=None)
        self.base_cell = base_cell

    @property
    def params(self):
        """Give the base cell's parameters."""
        return self.base_cell.params

    def state_info(self, batch_size=0):
        """Describe the base cell's states."""
        return self.base_cell.state_info(batch_size)

    def begin_state(self, func=symbol.zeros, **kwargs):
        """Return the base cell's first states: symbols unless ``func`` makes arrays."""
        check_unmodified(self, "DropoutCell")
        self.base_cell._modified = False
        begin = self.base_cell.begin_state(func=func, **kwargs)
        self.base_cell._modified = True
        return begin

    def hybrid_forward(self, F, inputs, states):
        """Compute one step; subclasses override this."""
        raise NotImplementedError

    def __repr__(self):
        return f"{type(self).__name__}({self.base_cell})"


def refuse_two_ways(base_cell, what, wrapper, reason=""):
    """Raise AssertionError where a cell that runs both ways is to be changed by ``wrapper``."""
    from ._stacked_cells import SequentialRNNCell

    add = f"Please add {wrapper} to the cells underneath instead."
    assert not isinstance(base_cell, BidirectionalCell), (
        f"BidirectionalCell doesn't support {what}{reason}. {add}"
    )
    # mxnet: a SequentialRNNCell has no such attribute, so asking for it is an error.
    assert not isinstance(base_cell, SequentialRNNCell) or not base_cell._bidirectional, (
        f"Bidirectional SequentialRNNCell doesn't support {what}. {add}"
    )


class ZoneoutCell(ModifierCell):
    """Keep elements of the last output and states at random, instead of the new ones."""

    __module__ = _MODULE

    def __init__(self, base_cell, zoneout_outputs=0.0, zoneout_states=0.0):
        refuse_two_ways(base_cell, "zoneout", "ZoneoutCell", " since it doesn't support step")
        super().__init__(base_cell)
        self.zoneout_outputs = zoneout_outputs
        self.zoneout_states = zoneout_states
        self._prev_output = None

    def __repr__(self):
        return (
            f"{type(self).__name__}(p_out={self.zoneout_outputs}, "
            f"p_state={self.zoneout_states}, {self.base_cell})"
        )

    def _alias(self):
        return "zoneout"

    def reset(self):
        """Start anew and forget the last output."""
        super().reset()
        self._prev_output = None

    def hybrid_forward(self, F, inputs, states):
        """Run the base cell and mix its results with the last ones."""
        output, fresh = self.base_cell(inputs, states)
        last = F.zeros_like(output) if self._prev_output is None else self._prev_output
        if self.zoneout_outputs != 0.0:
            output = _mixed(F, self.zoneout_outputs, output, last)
        if self.zoneout_states != 0.0:
            fresh = [_mixed(F, self.zoneout_states, n, o) for n, o in zip(fresh, states)]
        self._prev_output = output
        return output, fresh


def _mixed(F, rate, new, old):
    """Take each element from ``old`` with probability ``rate`` in training, else from ``new``."""
    return F.where(F.Dropout(F.ones_like(new), p=rate), new, old)


class ResidualCell(ModifierCell):
    """Add the input to the base cell's output."""

    __module__ = _MODULE

    def __init__(self, base_cell):
        super().__init__(base_cell)

    def hybrid_forward(self, F, inputs, states):
        """Return the sum of output and input, and the base cell's states."""
        output, states = self.base_cell(inputs, states)
        return F.elemwise_add(output, inputs, name=f"t{self._counter}_fwd"), states

    def unroll(
        self,
        length,
        inputs,
        begin_state=None,
        layout="NTC",
        merge_outputs=None,
        valid_length=None,
    ):
        """Unroll the base cell and add the inputs to all outputs."""
        self.reset()
        self.base_cell._modified = False
        outputs, states = self.base_cell.unroll(
            length,
            inputs=inputs,
            begin_state=begin_state,
            layout=layout,
            merge_outputs=merge_outputs,
            valid_length=valid_length,
        )
        self.base_cell._modified = True
        if merge_outputs is None:
            merge_outputs = not isinstance(outputs, (list, tuple))
        inputs, axis, F, _ = format_sequence(length, inputs, layout, merge_outputs)
        if valid_length is not None:
            inputs = mask_padding(F, inputs, length, valid_length, axis, merge_outputs)
        if merge_outputs:
            return F.elemwise_add(outputs, inputs), states
        return [F.elemwise_add(o, i) for o, i in zip(outputs, inputs)], states


class BidirectionalCell(HybridRecurrentCell):
    """Run one cell forward and one backward in time and join their outputs; only unrolled."""

    __module__ = _MODULE

    def __init__(self, l_cell, r_cell, output_prefix="bi_"):
        super().__init__(prefix="", params=None)
        self.register_child(l_cell, "l_cell")
        self.register_child(r_cell, "r_cell")
        self._output_prefix = output_prefix

    def __call__(self, inputs, states):
        raise NotImplementedError("Bidirectional cannot be stepped. Please use unroll")

    def __repr__(self):
        left, right = self._children["l_cell"], self._children["r_cell"]
        return f"{type(self).__name__}(forward={left}, backward={right})"

    def state_info(self, batch_size=0):
        """Describe the states of both cells in a row."""
        return states_of(self._children.values(), batch_size)

    def begin_state(self, **kwargs):
        """Return the first states of both cells in a row."""
        check_unmodified(self)
        return states_from(self._children.values(), **kwargs)

    def unroll(
        self,
        length,
        inputs,
        begin_state=None,
        layout="NTC",
        merge_outputs=None,
        valid_length=None,
    ):
        """Unroll both cells; the outputs of each step stand side by side."""
        self.reset()
        inputs, axis, F, batch_size = format_sequence(length, inputs, layout, False)
        turned = reverse_steps(F, inputs, length, valid_length)
        states = begin_states(self, F, begin_state, inputs, batch_size)
        forward, backward = self._children.values()
        count = len(forward.state_info(batch_size))
        left, left_states = forward.unroll(
            length, inputs, states[:count], layout, merge_outputs, valid_length
        )
        right, right_states = backward.unroll(
            length, turned, states[count:], layout, False, valid_length
        )
        right = reverse_steps(F, right, length, valid_length)
        if merge_outputs is None:
            merge_outputs = not isinstance(left, (list, tuple))
            left = format_sequence(None, left, layout, merge_outputs)[0]
            right = format_sequence(None, right, layout, merge_outputs)[0]
        outputs = self._joined(F, left, right, axis, merge_outputs)
        if valid_length is not None:
            outputs = mask_padding(F, outputs, length, valid_length, axis, merge_outputs)
        return outputs, left_states + right_states

    def _joined(self, F, left, right, axis, merge):
        if merge:
            right = F.stack(*right, axis=axis)
            return F.concat(left, right, dim=2, name=f"{self._output_prefix}out")
        return [
            F.concat(a, b, dim=1, name=f"{self._output_prefix}t{step}")
            for step, (a, b) in enumerate(zip(left, right))
        ]
