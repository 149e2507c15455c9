"""Pooling layers; ``conv_layers`` offers them."""

from __future__ import annotations

from ...base import numeric_types
from .._structure import front
from ..block import HybridBlock

__all__ = [
    f"{kind}Pool{n}D" for kind in ("Max", "Avg", "GlobalMax", "GlobalAvg") for n in (1, 2, 3)
]

_PUBLIC = "mxshim.gluon.nn.conv_layers"  # where users, messages and pickles find these classes
_LAYOUTS = {1: ("NCW", "NWC"), 2: ("NCHW", "NHWC"), 3: ("NCDHW", "NDHWC")}


def sizes(value, n):
    """Spread a number over ``n`` axes; leave a tuple or list alone."""
    return (value,) * n if isinstance(value, numeric_types) else value


def as_window(value, n, what):
    """Return one size per axis; AssertionError when their number is wrong."""
    value = sizes(value, n)
    assert len(value) == n, f"{what} must be a number or a list of {n} ints"
    return value


def check_layout(layout, allowed):
    """Refuse a layout that the convolution lacks."""
    first, second = allowed
    assert layout in allowed, f"Only supports '{first}' and '{second}' layout for now"


class _Pooling(HybridBlock):
    """Share what all pooling layers do."""

    __module__ = _PUBLIC

    def __init__(
        self,
        pool_size,
        strides,
        padding,
        ceil_mode,
        global_pool,
        pool_type,
        layout,
        count_include_pad=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        n = len(pool_size)
        self._kwargs = {
            "kernel": pool_size,
            "stride": sizes(pool_size if strides is None else strides, n),
            "pad": sizes(padding, n),
            "global_pool": global_pool,
            "pool_type": pool_type,
            "layout": layout,
            "pooling_convention": "full" if ceil_mode else "valid",
        }
        if count_include_pad is not None:
            self._kwargs["count_include_pad"] = count_include_pad

    def _alias(self):
        return "pool"

    def hybrid_forward(self, F, x):
        """Return the pooled ``x``."""
        return front(F, "Pooling", "pooling")(x, name="fwd", **self._kwargs)

    def __repr__(self):
        text = "size={kernel}, stride={stride}, padding={pad}, ceil_mode={ceil_mode}"
        text += ", global_pool={global_pool}, pool_type={pool_type}, layout={layout}"
        ceil_mode = self._kwargs["pooling_convention"] == "full"
        return f"{type(self).__name__}({text.format(ceil_mode=ceil_mode, **self._kwargs)})"


def _window(pool_size, layout, n):
    """Check layout and window of a pooling layer of ``n`` axes; return the window."""
    first, second = _LAYOUTS[n]
    assert layout in _LAYOUTS[n], f"Only {first} and {second} layouts are valid for {n}D Pooling"
    return as_window(pool_size, n, "pool_size")


class MaxPool1D(_Pooling):
    """Take the maximum of windows along a sequence."""

    __module__ = _PUBLIC

    def __init__(
        self, pool_size=2, strides=None, padding=0, layout="NCW", ceil_mode=False, **kwargs
    ):
        window = _window(pool_size, layout, 1)
        super().__init__(window, strides, padding, ceil_mode, False, "max", layout, **kwargs)


class MaxPool2D(_Pooling):
    """Take the maximum of windows of images."""

    __module__ = _PUBLIC

    def __init__(
        self,
        pool_size=(2, 2),
        strides=None,
        padding=0,
        layout="NCHW",
        ceil_mode=False,
        **kwargs,
    ):
        window = _window(pool_size, layout, 2)
        super().__init__(window, strides, padding, ceil_mode, False, "max", layout, **kwargs)


class MaxPool3D(_Pooling):
    """Take the maximum of windows of volumes."""

    __module__ = _PUBLIC

    def __init__(
        self,
        pool_size=(2, 2, 2),
        strides=None,
        padding=0,
        ceil_mode=False,
        layout="NCDHW",
        **kwargs,
    ):
        window = _window(pool_size, layout, 3)
        super().__init__(window, strides, padding, ceil_mode, False, "max", layout, **kwargs)


class AvgPool1D(_Pooling):
    """Take the mean of windows along a sequence."""

    __module__ = _PUBLIC

    def __init__(
        self,
        pool_size=2,
        strides=None,
        padding=0,
        layout="NCW",
        ceil_mode=False,
        count_include_pad=True,
        **kwargs,
    ):
        window = _window(pool_size, layout, 1)
        how = (ceil_mode, False, "avg", layout, count_include_pad)
        super().__init__(window, strides, padding, *how, **kwargs)


class AvgPool2D(_Pooling):
    """Take the mean of windows of images."""

    __module__ = _PUBLIC

    def __init__(
        self,
        pool_size=(2, 2),
        strides=None,
        padding=0,
        ceil_mode=False,
        layout="NCHW",
        count_include_pad=True,
        **kwargs,
    ):
        window = _window(pool_size, layout, 2)
        how = (ceil_mode, False, "avg", layout, count_include_pad)
        super().__init__(window, strides, padding, *how, **kwargs)


class AvgPool3D(_Pooling):
    """Take the mean of windows of volumes."""

    __module__ = _PUBLIC

    def __init__(
        self,
        pool_size=(2, 2, 2),
        strides=None,
        padding=0,
        ceil_mode=False,
        layout="NCDHW",
        count_include_pad=True,
        **kwargs,
    ):
        window = _window(pool_size, layout, 3)
        how = (ceil_mode, False, "avg", layout, count_include_pad)
        super().__init__(window, strides, padding, *how, **kwargs)


class GlobalMaxPool1D(_Pooling):
    """Take the maximum over whole sequences."""

    __module__ = _PUBLIC

    def __init__(self, layout="NCW", **kwargs):
        super().__init__(_window(1, layout, 1), None, 0, True, True, "max", layout, **kwargs)


class GlobalMaxPool2D(_Pooling):
    """Take the maximum over whole images."""

    __module__ = _PUBLIC

    def __init__(self, layout="NCHW", **kwargs):
        super().__init__(_window(1, layout, 2), None, 0, True, True, "max", layout, **kwargs)


class GlobalMaxPool3D(_Pooling):
    """Take the maximum over whole volumes."""

    __module__ = _PUBLIC

    def __init__(self, layout="NCDHW", **kwargs):
        super().__init__(_window(1, layout, 3), None, 0, True, True, "max", layout, **kwargs)


class GlobalAvgPool1D(_Pooling):
    """Take the mean over whole sequences."""

    __module__ = _PUBLIC

    def __init__(self, layout="NCW", **kwargs):
        super().__init__(_window(1, layout, 1), None, 0, True, True, "avg", layout, **kwargs)


class GlobalAvgPool2D(_Pooling):
    """Take the mean over whole images."""

    __module__ = _PUBLIC

    def __init__(self, layout="NCHW", **kwargs):
        super().__init__(_window(1, layout, 2), None, 0, True, True, "avg", layout, **kwargs)


class GlobalAvgPool3D(_Pooling):
    """Take the mean over whole volumes."""

    __module__ = _PUBLIC

    def __init__(self, layout="NCDHW", **kwargs):
        super().__init__(_window(1, layout, 3), None, 0, True, True, "avg", layout, **kwargs)
