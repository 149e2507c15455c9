"""Recurrent cells: single steps, stacked, modified, unrolled over time."""

from __future__ import annotations

from ..._core.missing import module_getattr
from ._cell_base import HybridRecurrentCell, RecurrentCell
from ._modifier_cells import (
    BidirectionalCell,
    DropoutCell,
    ModifierCell,
    ResidualCell,
    ZoneoutCell,
)
from ._stacked_cells import HybridSequentialRNNCell, SequentialRNNCell

__all__ = [
    "RecurrentCell",
    "HybridRecurrentCell",
    "RNNCell",
    "LSTMCell",
    "GRUCell",
    "SequentialRNNCell",
    "HybridSequentialRNNCell",
    "DropoutCell",
    "ModifierCell",
    "ZoneoutCell",
    "ResidualCell",
    "BidirectionalCell",
]


class _GatedCell(HybridRecurrentCell):
    """Hold the weights and biases of the products with input and hidden state."""

    _gates = 1

    def _make_params(
        self, hidden_size, input_size, i2h_weight, h2h_weight, i2h_bias, h2h_bias, projected=()
    ):
        """Make the parameters by their initializers; ``projected`` is a size and one more."""
        self._hidden_size = hidden_size
        self._input_size = input_size
        rows, (width, h2r_weight) = self._gates * hidden_size, projected or (hidden_size, None)
        self._make("i2h_weight", (rows, input_size), i2h_weight)
        self._make("h2h_weight", (rows, width), h2h_weight)
        if projected:
            self._make("h2r_weight", (width, hidden_size), h2r_weight)
        self._make("i2h_bias", (rows,), i2h_bias)
        self._make("h2h_bias", (rows,), h2h_bias)

    def _make(self, name, shape, init):
        param = self.params.get(name, shape=shape, init=init, allow_deferred_init=True)
        setattr(self, name, param)

    def state_info(self, batch_size=0):
        """Describe the hidden state."""
        return [{"shape": (batch_size, self._hidden_size), "__layout__": "NC"}]

    def __repr__(self):
        return f"{type(self).__name__}({self._sizes()})"

    def _sizes(self):
        rows, width = self.i2h_weight.shape
        return f"{width if width else None} -> {rows}"

    def _products(self, F, inputs, hidden, i2h_weight, h2h_weight, i2h_bias, h2h_bias):
        """Return the products of all gates with the input and with the hidden state."""
        rows, name = self._gates * self._hidden_size, f"t{self._counter}_"
        i2h = F.FullyConnected(
            inputs, i2h_weight, i2h_bias, num_hidden=rows, name=name + "i2h"
        )  # fmt: skip
        h2h = F.FullyConnected(
            hidden, h2h_weight, h2h_bias, num_hidden=rows, name=name + "h2h"
        )  # fmt: skip
        return i2h, h2h


class RNNCell(_GatedCell):
    """Run a step of Elman's network, by default with tanh."""

    def __init__(
        self,
        hidden_size,
        activation="tanh",
        i2h_weight_initializer=None,
        h2h_weight_initializer=None,
        i2h_bias_initializer="zeros",
        h2h_bias_initializer="zeros",
        input_size=0,
        prefix=None,
        params=None,
    ):
        super().__init__(prefix=prefix, params=params)
        self._activation = activation
        self._make_params(
            hidden_size,
            input_size,
            i2h_weight_initializer,
            h2h_weight_initializer,
            i2h_bias_initializer,
            h2h_bias_initializer,
        )

    def _alias(self):
        return "rnn"

    def _sizes(self):
        return f"{super()._sizes()}, {self._activation}"

    def hybrid_forward(self, F, inputs, states, i2h_weight, h2h_weight, i2h_bias, h2h_bias):
        """Return the output and a list of it as the state."""
        name = f"t{self._counter}_"
        i2h, h2h = self._products(
            F, inputs, states[0], i2h_weight, h2h_weight, i2h_bias, h2h_bias
        )  # fmt: skip
        total = F.elemwise_add(i2h, h2h, name=name + "plus0")
        output = self._get_activation(F, total, self._activation, name=name + "out")
        return output, [output]


class LSTMCell(_GatedCell):
    """Run a step of a long short-term memory; its states are hidden and cell."""

    _gates = 4

    def __init__(
        self,
        hidden_size,
        i2h_weight_initializer=None,
        h2h_weight_initializer=None,
        i2h_bias_initializer="zeros",
        h2h_bias_initializer="zeros",
        input_size=0,
        prefix=None,
        params=None,
        activation="tanh",
        recurrent_activation="sigmoid",
    ):
        super().__init__(prefix=prefix, params=params)
        self._make_params(
            hidden_size,
            input_size,
            i2h_weight_initializer,
            h2h_weight_initializer,
            i2h_bias_initializer,
            h2h_bias_initializer,
        )
        self._activation = activation
        self._recurrent_activation = recurrent_activation

    def state_info(self, batch_size=0):
        """Describe the hidden state and the cell's."""
        return super().state_info(batch_size) + super().state_info(batch_size)

    def _alias(self):
        return "lstm"

    def hybrid_forward(self, F, inputs, states, i2h_weight, h2h_weight, i2h_bias, h2h_bias):
        """Return the hidden state, and both states as a list."""
        name, gate = f"t{self._counter}_", self._recurrent_activation
        i2h, h2h = self._products(
            F, inputs, states[0], i2h_weight, h2h_weight, i2h_bias, h2h_bias
        )  # fmt: skip
        total = F.elemwise_add(i2h, h2h, name=name + "plus0")
        parts = F.SliceChannel(total, num_outputs=4, name=name + "slice")
        enter = self._get_activation(F, parts[0], gate, name=name + "i")
        keep = self._get_activation(F, parts[1], gate, name=name + "f")
        new = self._get_activation(F, parts[2], self._activation, name=name + "c")
        out = self._get_activation(F, parts[3], gate, name=name + "o")
        kept = F.elemwise_mul(keep, states[1], name=name + "mul0")
        entered = F.elemwise_mul(enter, new, name=name + "mul1")
        cell = F.elemwise_add(kept, entered, name=name + "state")
        shown = F.Activation(cell, act_type=self._activation, name=name + "activation0")
        hidden = F.elemwise_mul(out, shown, name=name + "out")
        return hidden, [hidden, cell]


class GRUCell(_GatedCell):
    """Run a step of gated recurrent units; reset is applied after the matrix product."""

    _gates = 3

    def __init__(
        self,
        hidden_size,
        i2h_weight_initializer=None,
        h2h_weight_initializer=None,
        i2h_bias_initializer="zeros",
        h2h_bias_initializer="zeros",
        input_size=0,
        prefix=None,
        params=None,
    ):
        super().__init__(prefix=prefix, params=params)
        self._make_params(
            hidden_size,
            input_size,
            i2h_weight_initializer,
            h2h_weight_initializer,
            i2h_bias_initializer,
            h2h_bias_initializer,
        )

    def _alias(self):
        return "gru"

    def hybrid_forward(self, F, inputs, states, i2h_weight, h2h_weight, i2h_bias, h2h_bias):
        """Return the hidden state and a list of it as the state."""
        name, last = f"t{self._counter}_", states[0]
        i2h, h2h = self._products(F, inputs, last, i2h_weight, h2h_weight, i2h_bias, h2h_bias)
        i2h_r, i2h_z, i2h = F.SliceChannel(i2h, num_outputs=3, name=name + "i2h_slice")
        h2h_r, h2h_z, h2h = F.SliceChannel(h2h, num_outputs=3, name=name + "h2h_slice")
        reset = F.elemwise_add(i2h_r, h2h_r, name=name + "plus0")
        reset = F.Activation(reset, act_type="sigmoid", name=name + "r_act")
        update = F.elemwise_add(i2h_z, h2h_z, name=name + "plus1")
        update = F.Activation(update, act_type="sigmoid", name=name + "z_act")
        new = F.elemwise_add(
            i2h, F.elemwise_mul(reset, h2h, name=name + "mul0"), name=name + "plus2"
        )
        new = F.Activation(new, act_type="tanh", name=name + "h_act")
        ones = F.ones_like(update, name=name + "ones_like0")
        fresh = F.elemwise_sub(ones, update, name=name + "minus0")
        output = F.elemwise_add(
            F.elemwise_mul(fresh, new, name=name + "mul1"),
            F.elemwise_mul(update, last, name=name + "mul20"),
            name=name + "out",
        )
        return output, [output]


def _tensor_types():
    from ... import ndarray, symbol

    return symbol.Symbol, ndarray.NDArray


__getattr__ = module_getattr(__name__, {"tensor_types": _tensor_types})
