"""Fourier transforms of rows, and count sketches; MXNet has them on GPUs only.

Complex rows are stored as numbers in pairs: real part, imaginary part.
"""

from __future__ import annotations

from .._core.errors import check_failed, mxnet_error
from .._core.registry import op
from .index import add_rows, take
from .kernels.checks import not_floating, require_uniform


def _check(shape):
    if len(shape) not in (2, 4):
        raise mxnet_error(f"data must have 2 or 4 axes, got shape {tuple(shape)}")


def _wide(xp, array):
    """Return floats that the array library can transform."""
    if array.dtype.kind != "f":
        raise not_floating(array.dtype)
    return array.astype(xp.float32) if array.dtype.itemsize == 2 else array


def _fft_shape(data, **params):
    _check(data)
    return (data,), (*data[:-1], 2 * data[-1])


@op("_contrib_fft", shape=_fft_shape)
def fft(xp, data, *, compute_size: int = 128):
    """Return the discrete Fourier transform of the rows of ``data`` (n, d) or (n1, n2, n3, d).

    The rows of the result, (..., 2 * d), hold each number's real and imaginary part in turn.
    ``compute_size`` limits how many rows MXNet transforms at once; here it changes nothing.
    """
    _check(data.shape)
    if not data.size:
        return xp.zeros((*data.shape[:-1], 2 * data.shape[-1]), data.dtype)
    made = xp.fft.fft(_wide(xp, data), axis=-1)
    pairs = xp.stack([made.real, made.imag], axis=-1)
    return pairs.reshape((*data.shape[:-1], 2 * data.shape[-1])).astype(data.dtype)


@fft.vjp("data")
def _(xp, ct, out, data, **params):
    return ifft(xp, ct)


def _ifft_shape(data, **params):
    _check(data)
    if data[-1] % 2:
        raise mxnet_error(f"rows of complex numbers have an even length, got shape {data}")
    return (data,), (*data[:-1], data[-1] // 2)


@op("_contrib_ifft", shape=_ifft_shape)
def ifft(xp, data, *, compute_size: int = 128):
    """Return d times the real part of the inverse transform of rows (..., 2 * d); see fft."""
    shape = _ifft_shape(data.shape)[1]
    if not data.size:
        return xp.zeros(shape, data.dtype)
    pairs = _wide(xp, data).reshape((*shape, 2))
    made = xp.fft.ifft(pairs[..., 0] + 1j * pairs[..., 1], axis=-1)
    # mxnet: not divided by the length, as cuFFT leaves it
    return (made.real * shape[-1]).astype(data.dtype)


@ifft.vjp("data")
def _(xp, ct, out, data, **params):
    return fft(xp, ct)


def _sketch_shape(data, h=None, s=None, *, out_dim, **params):
    if len(data) not in (2, 4):
        raise check_failed(f"dshape.ndim() == 2 ({len(data)} vs. 2) ", "Data should be 2D or 4D!")
    last = len(data) - 1
    for name, shape in (("H", h), ("S", s)):
        if shape is not None and (len(shape) != 2 or shape[1] != data[last]):
            length = shape[-1] if shape else 0
            raise check_failed(
                f"(*in_shape)[CountSketch: :k{name}][1] == dshape[{last}] "
                f"({length} vs. {data[last]}) ",
                f"{name} should be 2D tensor with same length as input shape[{last}], "
                f"{length} v.s. {data[last]}",
            )
    return (data, (1, data[last]), (1, data[last])), (*data[:-1], out_dim)


@op("_contrib_count_sketch", shape=_sketch_shape)
def count_sketch(xp, data, h, s, *, out_dim: int, processing_batch_size: int = 32):
    """Add every column i of ``data``, times ``s[i]``, to column ``h[i]`` of the result.

    ``data`` is (n, d) or (n1, n2, n3, d), the result has ``out_dim`` for d; ``h`` (1, d) holds
    column numbers, ``s`` (1, d) signs. ``processing_batch_size`` changes nothing.
    """
    _, shape = _sketch_shape(data.shape, h.shape, s.shape, out_dim=out_dim)
    if data.dtype.kind != "f":
        raise not_floating(data.dtype)
    require_uniform(data.dtype, h=h, s=s)
    columns = h.reshape((-1,)).astype(xp.int64)
    if columns.shape[0] and not 0 <= int(columns.min()) <= int(columns.max()) < out_dim:
        raise mxnet_error(f"h must lie in [0, {out_dim}): {int(columns.min())} to {columns.max()}")
    rows = (data * s.reshape((-1,))).reshape((-1, data.shape[-1]))
    made = add_rows(xp, rows, columns, shape=(rows.shape[0], out_dim), axis=1, mode="clip")
    return made.reshape(shape)


def _gathered(xp, ct, h):
    """Return the head gradient of each column's own column, as rows."""
    return take(xp, ct.reshape((-1, ct.shape[-1])), h.reshape((-1,)), axis=1, mode="clip")


@count_sketch.vjp("data")
def _(xp, ct, out, data, h, s, **params):
    return (_gathered(xp, ct, h) * s.reshape((-1,))).reshape(data.shape)


@count_sketch.vjp("h")
def _(xp, ct, out, data, h, s, **params):
    return xp.zeros_like(h)


@count_sketch.vjp("s")
def _(xp, ct, out, data, h, s, **params):
    rows = data.reshape((-1, data.shape[-1]))
    return (_gathered(xp, ct, h) * rows).sum(axis=0).reshape(s.shape)
