"""Cells run one on top of the other."""

from __future__ import annotations

from .._structure import indent
from ._cell_base import (
    _MODULE,
    HybridRecurrentCell,
    RecurrentCell,
    check_unmodified,
    states_from,
    states_of,
)
from ._modifier_cells import BidirectionalCell
from ._sequences import begin_states, format_sequence


class _Stack:
    """Share what both stacks do."""

    def __repr__(self):
        cells = (f"({key}): {indent(repr(cell), 2)}" for key, cell in self._children.items())
        return "{}(\n{}\n)".format(type(self).__name__, "\n".join(cells))

    def add(self, cell):
        """Put a cell on top."""
        self.register_child(cell)

    def state_info(self, batch_size=0):
        """Describe the states of all cells in a row."""
        return states_of(self._children.values(), batch_size)

    def begin_state(self, **kwargs):
        """Return the first states of all cells in a row."""
        check_unmodified(self)
        return states_from(self._children.values(), **kwargs)

    def __call__(self, inputs, states):
        self._counter += 1
        cells, new, at = self._children.values(), [], 0
        assert all(not isinstance(cell, BidirectionalCell) for cell in cells)
        for cell in cells:
            count = len(cell.state_info())
            inputs, mine = cell(inputs, states[at : at + count])
            new += mine
            at += count
        return inputs, new

    def unroll(
        self,
        length,
        inputs,
        begin_state=None,
        layout="NTC",
        merge_outputs=None,
        valid_length=None,
    ):
        """Run each cell over the whole sequence, the next one over its outputs."""
        self.reset()
        inputs, _, F, batch_size = format_sequence(length, inputs, layout, None)
        states = begin_states(self, F, begin_state, inputs, batch_size)
        cells, new, at = list(self._children.values()), [], 0
        for cell in cells:
            count = len(cell.state_info())
            inputs, mine = cell.unroll(
                length,
                inputs=inputs,
                begin_state=states[at : at + count],
                layout=layout,
                merge_outputs=merge_outputs if cell is cells[-1] else None,
                valid_length=valid_length,
            )
            new += mine
            at += count
        return inputs, new

    def __getitem__(self, i):
        return self._children[str(i)]

    def __len__(self):
        return len(self._children)


class SequentialRNNCell(_Stack, RecurrentCell):
    """Run cells one on top of the other."""

    __module__ = _MODULE

    def __init__(self, prefix=None, params=None):
        super().__init__(prefix=prefix, params=params)

    def hybrid_forward(self, *args, **kwargs):
        """Refuse: the stack itself is not compiled."""
        raise NotImplementedError


class HybridSequentialRNNCell(_Stack, HybridRecurrentCell):
    """Run compilable cells one on top of the other."""

    __module__ = _MODULE

    def __init__(self, prefix=None, params=None):
        super().__init__(prefix=prefix, params=params)

    def hybrid_forward(self, F, inputs, states):
        """Run one step of all cells."""
        return self(inputs, states)
