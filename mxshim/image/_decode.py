"""Image files: reading and decoding, into uint8 arrays (height, width, channels), red first."""

from __future__ import annotations

import numpy as np

from .. import ndarray
from .. import numpy as _mx_np
from .._core.errors import mxnet_error
from ..context import cpu
from ..ndarray import _internal
from ..numpy import _internal as _np_internal
from ..util import is_np_array


def imread(filename, *args, **kwargs):
    """Read an image file as uint8; the other parameters are those of :func:`imdecode`."""
    read = _np_internal.cvimread if is_np_array() else _internal._cvimread
    args, kwargs, out = _without_out(args, kwargs)
    with cpu():
        return _handed_over(read(filename=str(filename), **_named(args), **kwargs), out)


def imdecode(buf, *args, **kwargs):
    """Decode the bytes of an image file as uint8; ValueError for a ``str``.

    Parameters, by position or name: ``flag=1`` (0 for grey), ``to_rgb=1`` (0 for BGR), and ``out``,
    an array that becomes the image whatever its shape was. MXNetError for bytes that are no image,
    and for those that declare more pixels than they can hold.
    """
    if not isinstance(buf, ndarray.NDArray):
        if not isinstance(buf, (bytes, bytearray, np.ndarray)):
            raise ValueError(
                "buf must be of type bytes, bytearray or numpy.ndarray,"
                "if you would like to input type str, please convert to bytes"
            )
        if not len(buf):
            raise mxnet_error("Check failed: len > 0: Input cannot be an empty buffer")
        make = _mx_np.array if is_np_array() else ndarray.array
        buf = make(np.frombuffer(buf, dtype=np.uint8), ctx=cpu(), dtype=np.uint8)
    decode = _np_internal.cvimdecode if is_np_array() else _internal._cvimdecode
    args, kwargs, out = _without_out(args, kwargs)
    return _handed_over(decode(buf, **_named(args), **kwargs), out)


def _named(args):
    return dict(zip(("flag", "to_rgb"), args))


def _without_out(args, kwargs):
    """Split ``out`` off, the third of the positional parameters."""
    kwargs = dict(kwargs)
    out = args[2] if len(args) > 2 else kwargs.pop("out", None)
    return args[:2], kwargs, out


def _handed_over(image, out):
    """Put an image into ``out``, which takes its shape and type."""
    if out is None:
        return image
    if (out.shape, out.dtype) == (image.shape, image.dtype):
        out[:] = image
    else:
        # mxnet: any array will do (image/test_decode.py::test_out)
        out._buf, out._ctx, out._node = image._buf, image._ctx, None
    return out
