"""Deformable convolutions, with the convolution that learns their offsets."""

from __future__ import annotations

from ...._core.missing import module_getattr
from ....base import numeric_types
from ...block import HybridBlock
from ...nn import Activation
from ...nn._kernels import describe, kernel_shape

__all__ = ["DeformableConvolution", "ModulatedDeformableConvolution"]


def _pair(value):
    return (value,) * 2 if isinstance(value, numeric_types) else value


class _Deformable(HybridBlock):
    """Share the settings and parameters of both versions.

    ``_maps`` is how many channels the inner convolution makes for each element of the window.
    """

    _operator = "DeformableConvolution"
    _maps = 2

    def __init__(
        self,
        channels,
        kernel_size=(1, 1),
        strides=(1, 1),
        padding=(0, 0),
        dilation=(1, 1),
        groups=1,
        num_deformable_group=1,
        layout="NCHW",
        use_bias=True,
        in_channels=0,
        activation=None,
        weight_initializer=None,
        bias_initializer="zeros",
        offset_weight_initializer="zeros",
        offset_bias_initializer="zeros",
        offset_use_bias=True,
        op_name="DeformableConvolution",
        adj=None,
        prefix=None,
        params=None,
    ):
        super().__init__(prefix=prefix, params=params)
        with self.name_scope():
            self._channels = channels
            self._in_channels = in_channels
            assert layout in ("NCHW", "NHWC"), "Only supports 'NCHW' and 'NHWC' layout for now"
            kernel_size = _pair(kernel_size)
            self._op_name = op_name
            window = {
                "kernel": kernel_size,
                "stride": _pair(strides),
                "dilate": _pair(dilation),
                "pad": _pair(padding),
            }
            self._taps = num_deformable_group * kernel_size[0] * kernel_size[1]
            self._kwargs_offset = {
                **window,
                "num_filter": self._maps * self._taps,
                "num_group": groups,
                "no_bias": not offset_use_bias,
                "layout": layout,
            }
            self._kwargs_deformable_conv = {
                **window,
                "num_filter": channels,
                "num_group": groups,
                "num_deformable_group": num_deformable_group,
                "no_bias": not use_bias,
                "layout": layout,
            }
            if adj:
                self._kwargs_offset["adj"] = self._kwargs_deformable_conv["adj"] = adj
            self._make_params(
                (weight_initializer, bias_initializer, use_bias),
                (offset_weight_initializer, offset_bias_initializer, offset_use_bias),
            )
            self.act = Activation(activation, prefix=activation + "_") if activation else None

    def _make_params(self, main, offset):
        """Make the parameters, in the order in which they are listed."""
        self._make_offset(*offset)
        self._make_main(*main)

    def _make(self, name, shape, init, used=True):
        if not used:
            return None
        return self.params.get(name, shape=shape, init=init, allow_deferred_init=True)

    def _make_offset(self, weight_init, bias_init, use_bias):
        """Make the parameters of the convolution that makes the offsets."""
        kwargs = self._kwargs_offset
        shape = kernel_shape(kwargs, self._in_channels, f"{self.prefix}convolution0")
        self.offset_weight = self._make("offset_weight", shape, weight_init)
        self.offset_bias = self._make("offset_bias", shape[:1], bias_init, use_bias)

    def _make_main(self, weight_init, bias_init, use_bias):
        """Make the weight, whose number of input channels the first input tells, and the bias."""
        # mxnet: a list until the shape is known, test_deformable_construction
        shape = [self._channels, 0, *self._kwargs_deformable_conv["kernel"]]
        self.deformable_conv_weight = self._make("deformable_conv_weight", shape, weight_init)
        self.deformable_conv_bias = self._make(
            "deformable_conv_bias", (self._channels,), bias_init, use_bias
        )

    def hybrid_forward(
        self,
        F,
        x,
        offset_weight,
        deformable_conv_weight,
        offset_bias=None,
        deformable_conv_bias=None,
    ):
        """Return the layer's output."""
        made = (x, offset_weight) if offset_bias is None else (x, offset_weight, offset_bias)
        made = F.Convolution(*made, cudnn_off=True, **self._kwargs_offset)
        inputs = [x, *self._moves(F, made), deformable_conv_weight]
        if deformable_conv_bias is not None:
            inputs.append(deformable_conv_bias)
        operator = getattr(F.contrib, self._operator)
        out = operator(*inputs, name="fwd", **self._kwargs_deformable_conv)
        return self.act(out) if self.act else out

    def _moves(self, F, made):
        """Return the operator's inputs that the inner convolution makes."""
        return (made,)


# Python's errors about wrong arguments say the function's name.
_Deformable.__init__.__qualname__ = "DeformableConvolution.__init__"


class DeformableConvolution(_Deformable):
    """Convolve images at windows whose elements a second convolution moves.

    The offsets come from a convolution with the same window; its weights start at zero, so that the
    layer starts as a plain convolution.
    """

    def _alias(self):
        return "deformable_conv"

    def __repr__(self):
        weight, bias = self.deformable_conv_weight, self.deformable_conv_bias
        return describe(self, self._kwargs_deformable_conv, weight, bias)


class ModulatedDeformableConvolution(_Deformable):
    """Do a deformable convolution whose inner convolution also scales the windows' elements.

    The scales are twice the sigmoid of the last third of its channels.
    """

    _operator = "ModulatedDeformableConvolution"
    _maps = 3

    def __init__(
        self,
        channels,
        kernel_size=(1, 1),
        strides=(1, 1),
        padding=(0, 0),
        dilation=(1, 1),
        groups=1,
        num_deformable_group=1,
        layout="NCHW",
        use_bias=True,
        in_channels=0,
        activation=None,
        weight_initializer=None,
        bias_initializer="zeros",
        offset_weight_initializer="zeros",
        offset_bias_initializer="zeros",
        offset_use_bias=True,
        op_name="ModulatedDeformableConvolution",
        adj=None,
        prefix=None,
        params=None,
    ):
        super().__init__(
            channels,
            kernel_size,
            strides,
            padding,
            dilation,
            groups,
            num_deformable_group,
            layout,
            use_bias,
            in_channels,
            activation,
            weight_initializer,
            bias_initializer,
            offset_weight_initializer,
            offset_bias_initializer,
            offset_use_bias,
            op_name,
            adj,
            prefix,
            params,
        )
        self.offset_split_index = 2 * self._taps

    def _make_params(self, main, offset):
        self._make_main(*main)
        self._make_offset(*offset)

    def _moves(self, F, made):
        offset = F.slice_axis(made, axis=1, begin=0, end=self.offset_split_index)
        scale = F.slice_axis(made, axis=1, begin=self.offset_split_index, end=None)
        return offset, F.sigmoid(scale) * 2

    def _alias(self):
        return "modulated_deformable_conv"


__getattr__ = module_getattr(__name__)
