"""Dropout with one mask for all steps, the LSTM with a projection, unrolling as a loop."""

from __future__ import annotations

from ...._core.missing import module_getattr
from ...rnn import ModifierCell, rnn_cell
from ...rnn._modifier_cells import refuse_two_ways
from ...rnn._sequences import as_list, begin_states, format_sequence, mask_padding

__all__ = ["VariationalDropoutCell", "LSTMPCell"]


class VariationalDropoutCell(ModifierCell):
    """Drop the same elements of inputs, states and outputs at every step, until ``reset``.

    Of several states only the first is changed.
    """

    def __init__(self, base_cell, drop_inputs=0.0, drop_states=0.0, drop_outputs=0.0):
        if drop_states:
            refuse_two_ways(base_cell, "variational state dropout", "VariationalDropoutCell")
        super().__init__(base_cell)
        self.drop_inputs = drop_inputs
        self.drop_states = drop_states
        self.drop_outputs = drop_outputs
        self._forget_masks()

    def _forget_masks(self):
        self.drop_inputs_mask = None
        self.drop_states_mask = None
        self.drop_outputs_mask = None

    def _alias(self):
        return "vardrop"

    def reset(self):
        """Start anew and draw new masks."""
        super().reset()
        self._forget_masks()

    def hybrid_forward(self, F, inputs, states):
        """Run the base cell on what the masks leave of states and inputs."""
        if self.drop_states and self.drop_states_mask is None:
            self.drop_states_mask = _mask(F, states[0], self.drop_states)
        if self.drop_inputs and self.drop_inputs_mask is None:
            self.drop_inputs_mask = _mask(F, inputs, self.drop_inputs)
        if self.drop_states:
            states = [states[0] * self.drop_states_mask, *states[1:]]
        if self.drop_inputs:
            inputs = inputs * self.drop_inputs_mask
        output, states = self.base_cell(inputs, states)
        if self.drop_outputs and self.drop_outputs_mask is None:
            self.drop_outputs_mask = _mask(F, output, self.drop_outputs)
        if self.drop_outputs:
            output = output * self.drop_outputs_mask
        return output, states

    def __repr__(self):
        return f"{type(self).__name__}(p_out = {self.drop_outputs}, p_state = {self.drop_states})"

    def unroll(
        self,
        length,
        inputs,
        begin_state=None,
        layout="NTC",
        merge_outputs=None,
        valid_length=None,
    ):
        """Drop from whole sequences at once where no state is dropped, else step by step."""
        if self.drop_states:
            return super().unroll(
                length, inputs, begin_state, layout, merge_outputs, valid_length=valid_length
            )
        self.reset()
        inputs, axis, F, batch_size = format_sequence(length, inputs, layout, True)
        states = begin_states(self, F, begin_state, inputs, batch_size)
        if self.drop_inputs:
            inputs = F.Dropout(inputs, p=self.drop_inputs, axes=(axis,))
        outputs, states = self.base_cell.unroll(
            length, inputs, states, layout, merge_outputs=True, valid_length=valid_length
        )
        if self.drop_outputs:
            outputs = F.Dropout(outputs, p=self.drop_outputs, axes=(axis,))
        if merge_outputs is None:
            merge_outputs = not isinstance(outputs, (list, tuple))
        outputs = format_sequence(length, outputs, layout, merge_outputs)[0]
        if valid_length is not None:
            outputs = mask_padding(F, outputs, length, valid_length, axis, merge_outputs)
        return outputs, states


def _mask(F, like, rate):
    return F.Dropout(F.ones_like(like), p=rate)


class LSTMPCell(rnn_cell._GatedCell):
    """Run a step of a long short-term memory whose hidden state is projected to a smaller one.

    Its states are the projection (batch, projection_size) and the cell (batch, hidden_size).
    """

    _gates = 4

    def __init__(
        self,
        hidden_size,
        projection_size,
        i2h_weight_initializer=None,
        h2h_weight_initializer=None,
        h2r_weight_initializer=None,
        i2h_bias_initializer="zeros",
        h2h_bias_initializer="zeros",
        input_size=0,
        prefix=None,
        params=None,
    ):
        super().__init__(prefix=prefix, params=params)
        self._projection_size = projection_size
        self._make_params(
            hidden_size,
            input_size,
            i2h_weight_initializer,
            h2h_weight_initializer,
            i2h_bias_initializer,
            h2h_bias_initializer,
            (projection_size, h2r_weight_initializer),
        )

    def state_info(self, batch_size=0):
        """Describe the projected hidden state and the cell's."""
        sizes = self._projection_size, self._hidden_size
        return [{"shape": (batch_size, size), "__layout__": "NC"} for size in sizes]

    def _alias(self):
        return "lstmp"

    def _sizes(self):
        return f"{super()._sizes()} -> {self._projection_size}"

    def hybrid_forward(
        self, F, inputs, states, i2h_weight, h2h_weight, h2r_weight, i2h_bias, h2h_bias
    ):
        """Return the projection as the output, and both states."""
        name = f"t{self._counter}_"
        i2h, h2h = self._products(
            F, inputs, states[0], i2h_weight, h2h_weight, i2h_bias, h2h_bias
        )  # fmt: skip
        gates = F.SliceChannel(i2h + h2h, num_outputs=4, name=name + "slice")
        enter, keep, fresh, leave = (
            F.Activation(gates[i], act_type=kind, name=name + gate)
            for i, (gate, kind) in enumerate(
                (("i", "sigmoid"), ("f", "sigmoid"), ("c", "tanh"), ("o", "sigmoid"))
            )
        )
        cell = F.elemwise_add(keep * states[1], enter * fresh, name=name + "state")
        hidden = F.elemwise_mul(
            leave, F.Activation(cell, act_type="tanh"), name=name + "hidden"
        )  # fmt: skip
        output = F.FullyConnected(
            hidden,
            h2r_weight,
            num_hidden=self._projection_size,
            no_bias=True,
            name=name + "out",
        )
        return output, [output, cell]


def dynamic_unroll(
    cell, inputs, begin_state, drop_inputs=0, drop_outputs=0, layout="TNC", valid_length=None
):
    """Run a cell over a sequence with ``contrib.foreach``; return the outputs and last states.

    ``inputs`` is one array by ``layout``; TNC needs no transposing. ``drop_inputs`` and
    ``drop_outputs`` are rates of dropout with one mask for all steps. With ``valid_length`` (one
    number a sequence) the states are those after the last valid step and later outputs are zero.
    """
    inputs, axis, F, _ = format_sequence(0, inputs, layout, True)
    axes = list(range(len(layout)))
    axes[0], axes[axis] = axes[axis], axes[0]
    if axis != 0:
        inputs = F.transpose(inputs, axes=axes)
    if drop_inputs:
        inputs = F.Dropout(inputs, p=drop_inputs, axes=(axis,))
    if valid_length is None:
        outputs, states = F.contrib.foreach(cell, inputs, begin_state)
    else:
        states = [*as_list(begin_state), F.zeros(1)]
        outputs, states = F.contrib.foreach(_until(F, cell, valid_length), inputs, states)
        states = states[:-1]
    if drop_outputs:
        outputs = F.Dropout(outputs, p=drop_outputs, axes=(axis,))
    if axis != 0:
        outputs = F.transpose(outputs, axes)
    if valid_length is not None:
        outputs = F.SequenceMask(
            outputs, sequence_length=valid_length, use_sequence_length=True, axis=axis
        )
    return outputs, states


def _until(F, cell, valid_length):
    """Return a loop body that keeps the states of sequences that have ended.

    The last state counts the steps.
    """

    def body(inputs, states):
        *before, step = states
        output, after = cell(inputs, before)
        going = F.broadcast_greater(valid_length, step)
        kept = [F.where(going, new, old) for new, old in zip(after, before)]
        return output, [*kept, step + 1]

    return body


__getattr__ = module_getattr(__name__, {"tensor_types": lambda: rnn_cell.tensor_types})
