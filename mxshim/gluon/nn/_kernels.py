"""What layers with a convolution share: the shape of the weight, the text that describes them."""

from __future__ import annotations

from ...base import MXNetError
from .._structure import unknown_dim

_AXES = {1: "ncw", 2: "nchw", 3: "ncdhw"}


def kernel_shape(kwargs, in_channels, operator, transposed=False):
    """Return the shape of a weight from the operator's parameters; ``in_channels`` 0 is unknown.

    MXNetError, naming ``operator``, when the groups cannot share the channels evenly.
    """
    filters, groups, kernel = kwargs["num_filter"], kwargs["num_group"], tuple(kwargs["kernel"])
    read = f"dshape_{_AXES[len(kernel)]}[1]" if transposed else "dshape[1]"
    for channels, what, end in (
        (in_channels, read, "input"),
        (filters, "param_.num_filter", "output"),
    ):
        if channels % groups:
            raise MXNetError(
                f"MXNetError: Error in operator {operator}: Check failed: {what} % "
                f"param_.num_group == 0U ({channels % groups} vs. 0) : {end} num_filter must "
                "divide group size"
            )
    if transposed:
        outer, inner = in_channels or unknown_dim(), filters // groups
    else:
        outer, inner = filters, in_channels // groups or unknown_dim()
    return (outer, *kernel, inner) if kwargs["layout"].endswith("C") else (outer, inner, *kernel)


def describe(layer, kwargs, weight, bias):
    """Write a layer's class, channels and what differs from a plain convolution."""
    plain = (0,) * len(kwargs["kernel"])
    outer, inner = weight.shape[:2]
    text = f"{inner or None} -> {outer}, kernel_size={kwargs['kernel']}"
    text += f", stride={kwargs['stride']}"
    if kwargs["pad"] != plain:
        text += f", padding={kwargs['pad']}"
    if kwargs["dilate"] != (1,) * len(plain):
        text += f", dilation={kwargs['dilate']}"
    if getattr(layer, "out_pad", plain) != plain:
        text += f", output_padding={layer.out_pad}"
    if kwargs["num_group"] != 1:
        text += f", groups={kwargs['num_group']}"
    if bias is None:
        text += ", bias=False"
    if layer.act:
        text += f", {layer.act}"
    return f"{type(layer).__name__}({text})"
