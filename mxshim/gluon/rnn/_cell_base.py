"""What all cells share: states, unrolling over time, activations by name."""

from __future__ import annotations

from ... import ndarray
from ..block import Block, HybridBlock
from ..nn import LeakyReLU
from ._sequences import begin_states, format_sequence, mask_padding

_MODULE = "mxshim.gluon.rnn.rnn_cell"
_MODIFIED = (
    "After applying modifier cells (e.g. {}) the base cell cannot be called directly. "
    "Call the modifier cell instead."
)


def check_unmodified(cell, example="ZoneoutCell"):
    """Refuse to start a cell that a modifier has taken over."""
    assert not cell._modified, _MODIFIED.format(example)


class RecurrentCell(Block):
    """Run one step of a recurrent network: ``output, states = cell(input, states)``."""

    __module__ = _MODULE

    def __init__(self, prefix=None, params=None):
        super().__init__(prefix=prefix, params=params)
        self._modified = False
        self.reset()

    def reset(self):
        """Start counting steps anew, in children too."""
        self._init_counter = -1
        self._counter = -1
        for cell in self._children.values():
            cell.reset()

    def state_info(self, batch_size=0):
        """Describe the states: a list of dictionaries with shape and layout."""
        raise NotImplementedError()

    def begin_state(self, batch_size=0, func=ndarray.zeros, **kwargs):
        """Return the first states, made by ``func`` (zeros); ``kwargs`` go to ``func``."""
        check_unmodified(self)
        states = []
        for info in self.state_info(batch_size):
            self._init_counter += 1
            name = f"{self._prefix}begin_state_{self._init_counter}"
            states.append(func(name=name, **{**(info or {}), **kwargs}))
        return states

    def unroll(
        self,
        length,
        inputs,
        begin_state=None,
        layout="NTC",
        merge_outputs=None,
        valid_length=None,
    ):
        """Run ``length`` steps; return the outputs and the last states.

        ``inputs`` is an array by ``layout`` or a list of steps. The outputs are one array if
        ``merge_outputs``, a list if it is false. With ``valid_length`` (one number a sequence) the
        states are those after the last valid step and later outputs are zero.
        """
        self.reset()
        inputs, axis, F, batch_size = format_sequence(length, inputs, layout, False)
        states = begin_states(self, F, begin_state, inputs, batch_size)
        outputs, history = [], []
        for step in range(length):
            output, states = self(inputs[step], states)
            outputs.append(output)
            history.append(states)
        if valid_length is not None:
            states = [
                F.SequenceLast(
                    F.stack(*series, axis=0),
                    sequence_length=valid_length,
                    use_sequence_length=True,
                    axis=0,
                )
                for series in zip(*history)
            ]
            outputs = mask_padding(F, outputs, length, valid_length, axis, True)
        return format_sequence(length, outputs, layout, merge_outputs)[0], states

    def _get_activation(self, F, inputs, activation, **kwargs):
        """Apply an activation given by name, as a block or as a function."""
        if activation in ("tanh", "relu", "sigmoid", "softsign"):
            return getattr(F, activation)(inputs, **kwargs)
        if isinstance(activation, str):
            return F.Activation(inputs, act_type=activation, **kwargs)
        if isinstance(activation, LeakyReLU):
            return F.LeakyReLU(inputs, act_type="leaky", slope=activation._alpha, **kwargs)
        return activation(inputs, **kwargs)

    def forward(self, inputs, states):
        """Run one step."""
        self._counter += 1
        return super().forward(inputs, states)


class HybridRecurrentCell(RecurrentCell, HybridBlock):
    """A cell that can be compiled."""

    __module__ = _MODULE

    def __init__(self, prefix=None, params=None):
        super().__init__(prefix=prefix, params=params)

    def hybrid_forward(self, F, x, *args, **kwargs):
        """Compute one step; subclasses override this."""
        raise NotImplementedError


def states_of(cells, batch_size):
    """Join the descriptions of several cells' states."""
    return [info for cell in cells for info in cell.state_info(batch_size)]


def states_from(cells, **kwargs):
    """Join the first states of several cells."""
    return [state for cell in cells for state in cell.begin_state(**kwargs)]
