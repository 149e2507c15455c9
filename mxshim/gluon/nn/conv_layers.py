"""Convolution, transposed convolution, pooling and padding layers."""

from __future__ import annotations

from ...base import numeric_types
from ...util import is_np_array
from ..block import HybridBlock
from ._kernels import describe, kernel_shape
from ._pool_layers import *  # noqa: F403
from ._pool_layers import __all__ as _pool_names
from ._pool_layers import _Pooling, as_window, check_layout, sizes  # noqa: F401
from .activations import Activation

__all__ = [
    "Conv1D",
    "Conv2D",
    "Conv3D",
    "Conv1DTranspose",
    "Conv2DTranspose",
    "Conv3DTranspose",
    "ReflectionPad2D",
    *_pool_names,
]


class _Conv(HybridBlock):
    """Share what convolutions and transposed ones do; the weight's layout follows the data's."""

    def __init__(
        self,
        channels,
        kernel_size,
        strides,
        padding,
        dilation,
        groups,
        layout,
        in_channels=0,
        activation=None,
        use_bias=True,
        weight_initializer=None,
        bias_initializer="zeros",
        op_name="Convolution",
        adj=None,
        prefix=None,
        params=None,
    ):
        super().__init__(prefix=prefix, params=params)
        n = len(kernel_size)
        with self.name_scope():
            self._channels = channels
            self._in_channels = in_channels
            self._op_name = op_name
            self._kwargs = {
                "kernel": kernel_size,
                "stride": sizes(strides, n),
                "dilate": sizes(dilation, n),
                "pad": sizes(padding, n),
                "num_filter": channels,
                "num_group": groups,
                "no_bias": not use_bias,
                "layout": layout,
            }
            if adj is not None:
                self._kwargs["adj"] = adj
            self.weight = self.params.get(
                "weight",
                shape=kernel_shape(
                    self._kwargs,
                    in_channels,
                    f"{self.prefix}{op_name.lower()}0",
                    self._is_transposed(),
                ),
                init=weight_initializer,
                allow_deferred_init=True,
            )
            self.bias = None
            if use_bias:
                self.bias = self.params.get(
                    "bias", shape=(channels,), init=bias_initializer, allow_deferred_init=True
                )
            self.act = None
            if activation is not None:
                self.act = Activation(activation, prefix=activation + "_")

    def _is_transposed(self):
        return self._op_name.lower() == "deconvolution"

    def hybrid_forward(self, F, x, weight, bias=None):
        """Return the layer's output."""
        operator = getattr(F.npx if is_np_array() else F, self._op_name)
        inputs = (x, weight) if bias is None else (x, weight, bias)
        out = operator(*inputs, name="fwd", **self._kwargs)
        return out if self.act is None else self.act(out)

    def _alias(self):
        return "conv"

    def __repr__(self):
        return describe(self, self._kwargs, self.weight, self.bias)


class Conv1D(_Conv):
    """Convolve sequences (batch, channels, width)."""

    def __init__(
        self,
        channels,
        kernel_size,
        strides=1,
        padding=0,
        dilation=1,
        groups=1,
        layout="NCW",
        activation=None,
        use_bias=True,
        weight_initializer=None,
        bias_initializer="zeros",
        in_channels=0,
        **kwargs,
    ):
        assert layout == "NCW", "Only supports 'NCW' layout for now"
        super().__init__(
            channels,
            as_window(kernel_size, 1, "kernel_size"),
            strides,
            padding,
            dilation,
            groups,
            layout,
            in_channels,
            activation,
            use_bias,
            weight_initializer,
            bias_initializer,
            _operator("Convolution", kwargs),
            **kwargs,
        )


class Conv2D(_Conv):
    """Convolve images (batch, channels, height, width), or NHWC."""

    def __init__(
        self,
        channels,
        kernel_size,
        strides=(1, 1),
        padding=(0, 0),
        dilation=(1, 1),
        groups=1,
        layout="NCHW",
        activation=None,
        use_bias=True,
        weight_initializer=None,
        bias_initializer="zeros",
        in_channels=0,
        **kwargs,
    ):
        check_layout(layout, ("NCHW", "NHWC"))
        super().__init__(
            channels,
            as_window(kernel_size, 2, "kernel_size"),
            strides,
            padding,
            dilation,
            groups,
            layout,
            in_channels,
            activation,
            use_bias,
            weight_initializer,
            bias_initializer,
            _operator("Convolution", kwargs),
            **kwargs,
        )


class Conv3D(_Conv):
    """Convolve volumes (batch, channels, depth, height, width), or NDHWC."""

    def __init__(
        self,
        channels,
        kernel_size,
        strides=(1, 1, 1),
        padding=(0, 0, 0),
        dilation=(1, 1, 1),
        groups=1,
        layout="NCDHW",
        activation=None,
        use_bias=True,
        weight_initializer=None,
        bias_initializer="zeros",
        in_channels=0,
        **kwargs,
    ):
        check_layout(layout, ("NCDHW", "NDHWC"))
        super().__init__(
            channels,
            as_window(kernel_size, 3, "kernel_size"),
            strides,
            padding,
            dilation,
            groups,
            layout,
            in_channels,
            activation,
            use_bias,
            weight_initializer,
            bias_initializer,
            _operator("Convolution", kwargs),
            **kwargs,
        )


class Conv1DTranspose(_Conv):
    """Run the gradient of a Conv1D forward: sequences grow by the stride."""

    def __init__(
        self,
        channels,
        kernel_size,
        strides=1,
        padding=0,
        output_padding=0,
        dilation=1,
        groups=1,
        layout="NCW",
        activation=None,
        use_bias=True,
        weight_initializer=None,
        bias_initializer="zeros",
        in_channels=0,
        **kwargs,
    ):
        assert layout == "NCW", "Only supports 'NCW' layout for now"
        kernel_size = as_window(kernel_size, 1, "kernel_size")
        self.outpad = as_window(output_padding, 1, "output_padding")
        super().__init__(
            channels,
            kernel_size,
            strides,
            padding,
            dilation,
            groups,
            layout,
            in_channels,
            activation,
            use_bias,
            weight_initializer,
            bias_initializer,
            op_name=_operator("Deconvolution", kwargs),
            adj=self.outpad,
            **kwargs,
        )


class Conv2DTranspose(_Conv):
    """Run the gradient of a Conv2D forward: images grow by the stride."""

    def __init__(
        self,
        channels,
        kernel_size,
        strides=(1, 1),
        padding=(0, 0),
        output_padding=(0, 0),
        dilation=(1, 1),
        groups=1,
        layout="NCHW",
        activation=None,
        use_bias=True,
        weight_initializer=None,
        bias_initializer="zeros",
        in_channels=0,
        **kwargs,
    ):
        check_layout(layout, ("NCHW", "NHWC"))
        kernel_size = as_window(kernel_size, 2, "kernel_size")
        self.outpad = as_window(output_padding, 2, "output_padding")
        super().__init__(
            channels,
            kernel_size,
            strides,
            padding,
            dilation,
            groups,
            layout,
            in_channels,
            activation,
            use_bias,
            weight_initializer,
            bias_initializer,
            op_name=_operator("Deconvolution", kwargs),
            adj=self.outpad,
            **kwargs,
        )


class Conv3DTranspose(_Conv):
    """Run the gradient of a Conv3D forward: volumes grow by the stride."""

    def __init__(
        self,
        channels,
        kernel_size,
        strides=(1, 1, 1),
        padding=(0, 0, 0),
        output_padding=(0, 0, 0),
        dilation=(1, 1, 1),
        groups=1,
        layout="NCDHW",
        activation=None,
        use_bias=True,
        weight_initializer=None,
        bias_initializer="zeros",
        in_channels=0,
        **kwargs,
    ):
        check_layout(layout, ("NCDHW", "NDHWC"))
        kernel_size = as_window(kernel_size, 3, "kernel_size")
        self.outpad = as_window(output_padding, 3, "output_padding")
        super().__init__(
            channels,
            kernel_size,
            strides,
            padding,
            dilation,
            groups,
            layout,
            in_channels,
            activation,
            use_bias,
            weight_initializer,
            bias_initializer,
            op_name=_operator("Deconvolution", kwargs),
            adj=self.outpad,
            **kwargs,
        )


class ReflectionPad2D(HybridBlock):
    """Mirror the borders of images; ``padding`` is a number or eight, a pair per axis."""

    def __init__(self, padding=0, **kwargs):
        super().__init__(**kwargs)
        if isinstance(padding, numeric_types):
            padding = (0, 0, 0, 0, padding, padding, padding, padding)
        assert len(padding) == 8
        self._padding = padding

    def hybrid_forward(self, F, x):
        """Return the padded images."""
        return F.pad(x, mode="reflect", pad_width=self._padding)


def _operator(name, kwargs):
    """Choose the operator for the arrays in force; ``op_name`` overrides the legacy one."""
    chosen = kwargs.pop("op_name", name)
    return name.lower() if is_np_array() else chosen
