"""Recurrent cells whose products are convolutions."""

from __future__ import annotations

import inspect
from types import FunctionType

from ...._core.missing import module_getattr
from ....base import numeric_types
from ...rnn import HybridRecurrentCell

__all__ = [
    "Conv1DRNNCell",
    "Conv2DRNNCell",
    "Conv3DRNNCell",
    "Conv1DLSTMCell",
    "Conv2DLSTMCell",
    "Conv3DLSTMCell",
    "Conv1DGRUCell",
    "Conv2DGRUCell",
    "Conv3DGRUCell",
]

_LAYOUTS = {1: "NCW", 2: "NCHW", 3: "NCDHW"}


def _spatial(dims):
    """Give a cell class the constructor of :class:`_ConvCell` with defaults for ``dims`` axes."""

    def decorate(cls):
        common = _ConvCell.__init__
        first = {
            "i2h_pad": (0,) * dims,
            "i2h_dilate": (1,) * dims,
            "h2h_dilate": (1,) * dims,
            "conv_layout": _LAYOUTS[dims],
        }
        parameters = inspect.signature(common).parameters.values()
        defaults = tuple(
            first.get(p.name, p.default) for p in parameters if p.default is not p.empty
        )
        own = FunctionType(
            common.__code__, common.__globals__, "__init__", defaults, common.__closure__
        )
        own.__qualname__ = f"{cls.__name__}.__init__"
        cls.__init__ = own
        cls._dims = dims
        return cls

    return decorate


class _ConvCell(HybridRecurrentCell):
    """Hold the weights and settings of the convolutions of input and hidden state.

    ``input_shape`` is that of one step of one sample. Sizes are numbers or one number for each
    spatial axis. The hidden state keeps its size: ``h2h_kernel`` must be odd. Channels stand where
    ``conv_layout`` says.
    """

    _dims = 0
    _gate_names = ("",)
    _states = 1

    def __init__(
        self,
        input_shape,
        hidden_channels,
        i2h_kernel,
        h2h_kernel,
        i2h_pad=None,
        i2h_dilate=None,
        h2h_dilate=None,
        i2h_weight_initializer=None,
        h2h_weight_initializer=None,
        i2h_bias_initializer="zeros",
        h2h_bias_initializer="zeros",
        conv_layout=None,
        activation="tanh",
        prefix=None,
        params=None,
    ):
        super().__init__(prefix=prefix, params=params)
        given = {
            "i2h_kernel": i2h_kernel,
            "i2h_pad": i2h_pad,
            "i2h_dilate": i2h_dilate,
            "h2h_kernel": h2h_kernel,
            "h2h_dilate": h2h_dilate,
        }
        self._hidden_channels = hidden_channels
        self._input_shape = input_shape
        self._conv_layout = conv_layout
        self._activation = activation
        self._set_windows(given)
        self._channel_axis = self._conv_layout.find("C")
        self._in_channels = input_shape[self._channel_axis - 1]
        self._state_shape = self._shape_of_state(input_shape)
        rows = hidden_channels * self._num_gates
        i2h, h2h = (
            self._shape_of_weight(rows, channels, kernel)
            for channels, kernel in (
                (self._in_channels, self._i2h_kernel),
                (hidden_channels, self._h2h_kernel),
            )
        )
        self.i2h_weight = self._make("i2h_weight", i2h, i2h_weight_initializer)
        self.h2h_weight = self._make("h2h_weight", h2h, h2h_weight_initializer)
        self.i2h_bias = self._make("i2h_bias", (rows,), i2h_bias_initializer)
        self.h2h_bias = self._make("h2h_bias", (rows,), h2h_bias_initializer)

    def _make(self, name, shape, init):
        return self.params.get(name, shape=shape, init=init, allow_deferred_init=True)

    def _set_windows(self, given):
        """Keep kernels, padding and dilation with one number for each spatial axis."""
        n = self._dims
        assert all(isinstance(size, int) or len(size) == n for size in given.values()), (
            f"For {n}D convolution, the convolution settings can only be either int or list/tuple "
            f"of length {n}"
        )
        wide = {
            k: (size,) * n if isinstance(size, numeric_types) else size for k, size in given.items()
        }
        self._i2h_kernel, self._h2h_kernel = wide["i2h_kernel"], wide["h2h_kernel"]
        self._i2h_pad, self._i2h_dilate = wide["i2h_pad"], wide["i2h_dilate"]
        self._h2h_dilate = wide["h2h_dilate"]
        self._stride = (1,) * n
        assert all(k % 2 == 1 for k in self._h2h_kernel), (
            f"Only support odd number, get h2h_kernel= {given['h2h_kernel']}"
        )
        self._h2h_pad = tuple(
            d * (k - 1) // 2 for d, k in zip(self._h2h_dilate, self._h2h_kernel)
        )  # fmt: skip

    def _shape_of_state(self, input_shape):
        """Return the state's shape: what the input's convolution makes of one sample."""
        last = self._channel_axis != 1
        space = input_shape[:-1] if last else input_shape[1:]
        windows = zip(space, self._i2h_kernel, self._i2h_pad, self._i2h_dilate)
        size = tuple(n + 2 * p - d * (k - 1) if n else 0 for n, k, p, d in windows)
        return (*size, self._hidden_channels) if last else (self._hidden_channels, *size)

    def _shape_of_weight(self, rows, channels, kernel):
        if self._channel_axis == 1:
            return (rows, channels, *kernel)
        return (rows, *kernel, channels)

    @property
    def _num_gates(self):
        return len(self._gate_names)

    def state_info(self, batch_size=0):
        """Describe the states, images of the hidden channels."""
        shape = (batch_size, *self._state_shape)
        return [{"shape": shape, "__layout__": self._conv_layout} for _ in range(self._states)]

    def __repr__(self):
        shape = self.i2h_weight.shape
        channels = shape[1 if self._channel_axis == 1 else -1]
        return (
            f"{type(self).__name__}({channels or None} -> {shape[0]}, {self._activation}, "
            f"{self._conv_layout})"
        )

    def _products(self, F, inputs, hidden, i2h_weight, h2h_weight, i2h_bias, h2h_bias):
        """Return the convolutions of the input and of the hidden state, all gates at once."""
        common = {
            "num_filter": self._hidden_channels * self._num_gates,
            "stride": self._stride,
            "layout": self._conv_layout,
        }
        i2h = F.Convolution(
            inputs,
            i2h_weight,
            i2h_bias,
            kernel=self._i2h_kernel,
            pad=self._i2h_pad,
            dilate=self._i2h_dilate,
            name=self._step("i2h"),
            **common,
        )
        h2h = F.Convolution(
            hidden,
            h2h_weight,
            h2h_bias,
            kernel=self._h2h_kernel,
            pad=self._h2h_pad,
            dilate=self._h2h_dilate,
            name=self._step("h2h"),
            **common,
        )
        return i2h, h2h

    def _step(self, name):
        return f"t{self._counter}_{name}"

    def _sigmoid(self, F, x, name):
        return F.Activation(x, act_type="sigmoid", name=self._step(name))


class _ConvRNNCell(_ConvCell):
    """Run a step of Elman's network on images."""

    def _alias(self):
        return "conv_rnn"

    def hybrid_forward(self, F, inputs, states, i2h_weight, h2h_weight, i2h_bias, h2h_bias):
        """Return the output and a list of it as the state."""
        i2h, h2h = self._products(
            F, inputs, states[0], i2h_weight, h2h_weight, i2h_bias, h2h_bias
        )  # fmt: skip
        output = self._get_activation(F, i2h + h2h, self._activation, name=self._step("out"))
        return output, [output]


class _ConvLSTMCell(_ConvCell):
    """Run a step of a long short-term memory on images; its states are hidden and cell."""

    _gate_names = ("_i", "_f", "_c", "_o")
    _states = 2

    def _alias(self):
        return "conv_lstm"

    def hybrid_forward(self, F, inputs, states, i2h_weight, h2h_weight, i2h_bias, h2h_bias):
        """Return the output and both states."""
        i2h, h2h = self._products(
            F, inputs, states[0], i2h_weight, h2h_weight, i2h_bias, h2h_bias
        )  # fmt: skip
        gates = F.SliceChannel(
            i2h + h2h, num_outputs=4, name=self._step("slice"), axis=self._channel_axis
        )
        enter, keep, leave = (
            self._sigmoid(F, gates[i], n) for i, n in ((0, "i"), (1, "f"), (3, "o"))
        )
        fresh = self._get_activation(F, gates[2], self._activation, name=self._step("c"))
        cell = F.elemwise_add(keep * states[1], enter * fresh, name=self._step("state"))
        shown = self._get_activation(F, cell, self._activation)
        output = F.elemwise_mul(leave, shown, name=self._step("out"))
        return output, [output, cell]


class _ConvGRUCell(_ConvCell):
    """Run a step of gated recurrent units on images; reset is applied after the convolution."""

    _gate_names = ("_r", "_z", "_o")

    def _alias(self):
        return "conv_gru"

    def hybrid_forward(self, F, inputs, states, i2h_weight, h2h_weight, i2h_bias, h2h_bias):
        """Return the output and a list of it as the state."""
        i2h, h2h = self._products(
            F, inputs, states[0], i2h_weight, h2h_weight, i2h_bias, h2h_bias
        )  # fmt: skip
        i2h_r, i2h_z, i2h_h = self._thirds(F, i2h, "i2h_slice")
        h2h_r, h2h_z, h2h_h = self._thirds(F, h2h, "h2h_slice")
        reset = self._sigmoid(F, i2h_r + h2h_r, "r_act")
        update = self._sigmoid(F, i2h_z + h2h_z, "z_act")
        fresh = self._get_activation(
            F, i2h_h + reset * h2h_h, self._activation, name=self._step("h_act")
        )
        output = F.elemwise_add(
            (1.0 - update) * fresh, update * states[0], name=self._step("out")
        )  # fmt: skip
        return output, [output]

    def _thirds(self, F, x, name):
        return F.SliceChannel(x, num_outputs=3, name=self._step(name), axis=self._channel_axis)


@_spatial(1)
class Conv1DRNNCell(_ConvRNNCell):
    """Run a step of Elman's network on sequences (channels, width)."""


@_spatial(2)
class Conv2DRNNCell(_ConvRNNCell):
    """Run a step of Elman's network on images (channels, height, width)."""


@_spatial(3)
class Conv3DRNNCell(_ConvRNNCell):
    """Run a step of Elman's network on volumes (channels, depth, height, width)."""


@_spatial(1)
class Conv1DLSTMCell(_ConvLSTMCell):
    """Run a step of a long short-term memory on sequences (channels, width)."""


@_spatial(2)
class Conv2DLSTMCell(_ConvLSTMCell):
    """Run a step of a long short-term memory on images (channels, height, width)."""


@_spatial(3)
class Conv3DLSTMCell(_ConvLSTMCell):
    """Run a step of a long short-term memory on volumes (channels, depth, height, width)."""


@_spatial(1)
class Conv1DGRUCell(_ConvGRUCell):
    """Run a step of gated recurrent units on sequences (channels, width)."""


@_spatial(2)
class Conv2DGRUCell(_ConvGRUCell):
    """Run a step of gated recurrent units on images (channels, height, width)."""


@_spatial(3)
class Conv3DGRUCell(_ConvGRUCell):
    """Run a step of gated recurrent units on volumes (channels, depth, height, width)."""


__getattr__ = module_getattr(__name__)
