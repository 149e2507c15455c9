"""Recurrent layers: whole sequences through the fused operator."""

from __future__ import annotations

import re

from ... import ndarray, symbol
from ..._core.missing import module_getattr
from ...util import is_np_array
from .._structure import front
from ..block import HybridBlock
from . import rnn_cell

__all__ = ["RNN", "LSTM", "GRU"]

_GATES = {"rnn_relu": 1, "rnn_tanh": 1, "lstm": 4, "gru": 3}
_NAME = re.compile(r"(l|r)(\d)_(i2h|h2h|h2r)_(weight|bias)\Z")


class _RNNLayer(HybridBlock):
    """Hold the weights of all layers and directions, and pack them for the operator.

    Parameters are named by direction and layer: ``l0_i2h_weight``, ``r1_h2h_bias``.
    """

    def __init__(
        self,
        hidden_size,
        num_layers,
        layout,
        dropout,
        bidirectional,
        input_size,
        i2h_weight_initializer,
        h2h_weight_initializer,
        i2h_bias_initializer,
        h2h_bias_initializer,
        mode,
        projection_size,
        h2r_weight_initializer,
        lstm_state_clip_min,
        lstm_state_clip_max,
        lstm_state_clip_nan,
        dtype,
        use_sequence_length=False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        assert layout in ("TNC", "NTC"), (
            f"Invalid layout {layout}; must be one of ['TNC' or 'NTC']"
        )  # fmt: skip
        self._hidden_size = hidden_size
        self._projection_size = projection_size or None
        self._num_layers = num_layers
        self._mode = mode
        self._layout = layout
        self._dropout = dropout
        self._dir = 2 if bidirectional else 1
        self._input_size = input_size
        self._i2h_weight_initializer = i2h_weight_initializer
        self._h2h_weight_initializer = h2h_weight_initializer
        self._i2h_bias_initializer = i2h_bias_initializer
        self._h2h_bias_initializer = h2h_bias_initializer
        self._h2r_weight_initializer = h2r_weight_initializer
        self._lstm_state_clip_min = lstm_state_clip_min
        self._lstm_state_clip_max = lstm_state_clip_max
        self._lstm_state_clip_nan = lstm_state_clip_nan
        self._dtype = dtype
        self._use_sequence_length = use_sequence_length
        self.skip_states = None
        self._gates = _GATES[mode]
        self._make_params()

    def _make_params(self):
        gates, outputs = self._gates * self._hidden_size, self._output_size()
        width = self._input_size
        for layer in range(self._num_layers):
            for side in self._sides():
                start = f"{side}{layer}_"
                self._register_param(
                    start + "i2h_weight", (gates, width), self._i2h_weight_initializer
                )
                self._register_param(
                    start + "h2h_weight", (gates, outputs), self._h2h_weight_initializer
                )
                self._register_param(start + "i2h_bias", (gates,), self._i2h_bias_initializer)
                self._register_param(start + "h2h_bias", (gates,), self._h2h_bias_initializer)
                if self._projection_size:
                    shape = (self._projection_size, self._hidden_size)
                    self._register_param(start + "h2r_weight", shape, self._h2r_weight_initializer)
            width = outputs * self._dir

    def _register_param(self, name, shape, init):
        param = self.params.get(
            name, shape=shape, init=init, allow_deferred_init=True, dtype=self._dtype
        )
        setattr(self, name, param)

    def _sides(self):
        return ("l", "r")[: self._dir]

    def _output_size(self):
        return self._projection_size or self._hidden_size

    def __repr__(self):
        gates, width = self.l0_i2h_weight.shape
        parts = [f"{width if width else None} -> {gates // self._gates}", self._layout]
        if self._num_layers != 1:
            parts.append(f"num_layers={self._num_layers}")
        if self._dropout != 0:
            parts.append(f"dropout={self._dropout}")
        if self._dir == 2:
            parts.append("bidirectional")
        return f"{type(self).__name__}({', '.join(parts)})"

    def _collect_params_with_prefix(self, prefix=""):
        """Return the parameters under the names of unfused cells, as files have them."""
        if prefix:
            prefix += "."
        found = {}
        for name, param in self._reg_params.items():
            side, layer, gate, kind = _NAME.match(name).groups()
            cell = f"{side}_cell." if self._dir == 2 else ""
            found[f"{prefix}_unfused.{layer}.{cell}{gate}_{kind}"] = param
        for name, child in self._children.items():
            found.update(child._collect_params_with_prefix(prefix + name))
        return found

    def state_info(self, batch_size=0):
        """Describe the states: a list of dictionaries with shape, layout and dtype."""
        raise NotImplementedError

    def _states(self, batch_size, *sizes):
        layers = self._num_layers * self._dir
        return [
            {"shape": (layers, batch_size, size), "__layout__": "LNC", "dtype": self._dtype}
            for size in sizes
        ]

    def _unfuse(self):
        """Return a stack of cells that shares this layer's parameters."""
        assert not self._projection_size, "_unfuse does not support projection layer yet!"
        assert not self._lstm_state_clip_min and not self._lstm_state_clip_max, (
            "_unfuse does not support state clipping yet!"
        )
        stack = rnn_cell.HybridSequentialRNNCell(prefix=self.prefix, params=self.params)
        with stack.name_scope():
            width = self._input_size
            for layer in range(self._num_layers):
                cells = [self._cell(f"{side}{layer}_", width) for side in self._sides()]
                stack.add(rnn_cell.BidirectionalCell(*cells) if self._dir == 2 else cells[0])
                if self._dropout > 0 and layer != self._num_layers - 1:
                    stack.add(rnn_cell.DropoutCell(self._dropout))
                width = self._hidden_size * self._dir
        return stack

    def _cell(self, prefix, width):
        options = {
            "input_size": width,
            "i2h_weight_initializer": self._i2h_weight_initializer,
            "h2h_weight_initializer": self._h2h_weight_initializer,
            "i2h_bias_initializer": self._i2h_bias_initializer,
            "h2h_bias_initializer": self._h2h_bias_initializer,
            "prefix": prefix,
        }
        if self._mode == "lstm":
            return rnn_cell.LSTMCell(self._hidden_size, **options)
        if self._mode == "gru":
            return rnn_cell.GRUCell(self._hidden_size, **options)
        return rnn_cell.RNNCell(self._hidden_size, activation=self._mode[4:], **options)

    def cast(self, dtype):
        """Change the dtype of parameters and default states."""
        super().cast(dtype)
        self._dtype = dtype

    def begin_state(self, batch_size=0, func=ndarray.zeros, **kwargs):
        """Return states made by ``func`` (zeros) for a batch; ``kwargs`` go to ``func``."""
        states = []
        for i, info in enumerate(self.state_info(batch_size)):
            state = func(name=f"{self.prefix}h0_{i}", **{**info, **kwargs})
            states.append(state.as_np_ndarray() if is_np_array() else state)
        return states

    def __call__(self, inputs, states=None, sequence_length=None, **kwargs):
        self.skip_states = states is None
        if states is None:
            states = self._first_states(inputs)
        if not isinstance(states, (list, tuple)):
            states = [states]
        if self._use_sequence_length:
            return super().__call__(inputs, states, sequence_length, **kwargs)
        return super().__call__(inputs, states, **kwargs)

    def _first_states(self, inputs):
        if isinstance(inputs, ndarray.NDArray):
            batch_size = inputs.shape[self._layout.find("N")]
            return self.begin_state(batch_size, ctx=inputs.context, dtype=inputs.dtype)
        return self.begin_state(0, func=symbol.zeros)

    def hybrid_forward(self, F, inputs, states, sequence_length=None, **kwargs):
        """Return the output sequence, and the last states if states were given."""
        batch_size = inputs.shape[self._layout.find("N")] if F is ndarray else 0
        for state, info in zip(states, self.state_info(batch_size) if F is ndarray else ()):
            if state.shape != info["shape"]:
                raise ValueError(
                    f"Invalid recurrent state shape. Expecting {info['shape']}, got {state.shape}."
                )
        out = self._forward_kernel(F, inputs, states, sequence_length, **kwargs)
        return out[0] if self.skip_states else out

    def _forward_kernel(self, F, inputs, states, sequence_length, **kwargs):
        swapaxes = F.np.swapaxes if is_np_array() else F.swapaxes
        if self._layout == "NTC":
            inputs = swapaxes(inputs, 0, 1)
        rest = [sequence_length] if self._use_sequence_length else []
        out = front(F, "RNN", "rnn")(
            inputs,
            self._packed(F, kwargs),
            *states,
            *rest,
            use_sequence_length=self._use_sequence_length,
            state_size=self._hidden_size,
            projection_size=self._projection_size,
            num_layers=self._num_layers,
            bidirectional=self._dir == 2,
            p=self._dropout,
            state_outputs=True,
            mode=self._mode,
            lstm_state_clip_min=self._lstm_state_clip_min,
            lstm_state_clip_max=self._lstm_state_clip_max,
            lstm_state_clip_nan=self._lstm_state_clip_nan,
        )
        outputs, states = out[0], [out[1], out[2]] if self._mode == "lstm" else [out[1]]
        return swapaxes(outputs, 0, 1) if self._layout == "NTC" else outputs, states

    def _packed(self, F, params):
        """Join the parameters in one vector: all weights, then all biases."""
        flat = []
        for kind in ("weight", "bias"):
            gates = ["i2h", "h2h"]
            if self._projection_size and kind == "weight":
                gates.append("h2r")
            flat += [
                params[f"{side}{layer}_{gate}_{kind}"].reshape(-1)
                for layer in range(self._num_layers)
                for side in self._sides()
                for gate in gates
            ]
        internal = F.np._internal if is_np_array() else F._internal
        join = internal.rnn_param_concat if is_np_array() else internal._rnn_param_concat
        return join(*flat, dim=0)


class RNN(_RNNLayer):
    """Run Elman's network with relu or tanh over sequences.

    Input is (time, batch, features), or (batch, time, features) for the layout ``NTC``. Called
    without states it returns the outputs, with states the outputs and the last states.
    """

    def __init__(
        self,
        hidden_size,
        num_layers=1,
        activation="relu",
        layout="TNC",
        dropout=0,
        bidirectional=False,
        i2h_weight_initializer=None,
        h2h_weight_initializer=None,
        i2h_bias_initializer="zeros",
        h2h_bias_initializer="zeros",
        input_size=0,
        dtype="float32",
        **kwargs,
    ):
        super().__init__(
            hidden_size,
            num_layers,
            layout,
            dropout,
            bidirectional,
            input_size,
            i2h_weight_initializer,
            h2h_weight_initializer,
            i2h_bias_initializer,
            h2h_bias_initializer,
            "rnn_" + activation,
            *_NO_PROJECTION,
            dtype,
            **kwargs,
        )

    def state_info(self, batch_size=0):
        """Describe the hidden state."""
        return self._states(batch_size, self._hidden_size)


class LSTM(_RNNLayer):
    """Run a long short-term memory over sequences; its states are hidden and cell.

    With ``projection_size`` the hidden state is a linear map of the cell's output.
    """

    def __init__(
        self,
        hidden_size,
        num_layers=1,
        layout="TNC",
        dropout=0,
        bidirectional=False,
        input_size=0,
        i2h_weight_initializer=None,
        h2h_weight_initializer=None,
        i2h_bias_initializer="zeros",
        h2h_bias_initializer="zeros",
        projection_size=None,
        h2r_weight_initializer=None,
        state_clip_min=None,
        state_clip_max=None,
        state_clip_nan=False,
        dtype="float32",
        **kwargs,
    ):
        super().__init__(
            hidden_size,
            num_layers,
            layout,
            dropout,
            bidirectional,
            input_size,
            i2h_weight_initializer,
            h2h_weight_initializer,
            i2h_bias_initializer,
            h2h_bias_initializer,
            "lstm",
            projection_size,
            h2r_weight_initializer,
            state_clip_min,
            state_clip_max,
            state_clip_nan,
            dtype,
            **kwargs,
        )

    def state_info(self, batch_size=0):
        """Describe the hidden state and the cell's."""
        return self._states(batch_size, self._output_size(), self._hidden_size)


class GRU(_RNNLayer):
    """Run gated recurrent units over sequences; reset is applied after the matrix product."""

    def __init__(
        self,
        hidden_size,
        num_layers=1,
        layout="TNC",
        dropout=0,
        bidirectional=False,
        input_size=0,
        i2h_weight_initializer=None,
        h2h_weight_initializer=None,
        i2h_bias_initializer="zeros",
        h2h_bias_initializer="zeros",
        dtype="float32",
        **kwargs,
    ):
        super().__init__(
            hidden_size,
            num_layers,
            layout,
            dropout,
            bidirectional,
            input_size,
            i2h_weight_initializer,
            h2h_weight_initializer,
            i2h_bias_initializer,
            h2h_bias_initializer,
            "gru",
            *_NO_PROJECTION,
            dtype,
            **kwargs,
        )

    def state_info(self, batch_size=0):
        """Describe the hidden state."""
        return self._states(batch_size, self._hidden_size)


# projection_size, h2r_weight_initializer and the three of clipping
_NO_PROJECTION = (None, None, None, None, False)

__getattr__ = module_getattr(__name__, {"tensor_types": lambda: rnn_cell.tensor_types})
