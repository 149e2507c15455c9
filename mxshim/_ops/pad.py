"""Padding, and moving blocks of pixels between the channel axis and the image axes."""

from __future__ import annotations

from typing import Any

from .._core.errors import check_failed, mxnet_error
from .._core.params import Enum, Float, Int, Shape, Tuple
from .._core.registry import kernel, op
from .._core.shapes import ShapeT
from .reshape import outside

DOUBLE = Float("double")


def source_index(xp: Any, length: int, before: int, after: int, mode: str) -> Any:
    """Return for each position of a padded axis the position whose element it shows."""
    positions = xp.arange(-before, length + after)
    if mode == "edge":
        return xp.clip(positions, 0, length - 1)
    if mode == "symmetric":
        positions = positions % (2 * length)
        return xp.where(positions < length, positions, 2 * length - 1 - positions)
    period = max(2 * (length - 1), 1)
    positions = positions % period
    return xp.where(positions < length, positions, period - positions)


def fill_pad(xp: Any, data: Any, widths: list[tuple[int, int]], value: float) -> Any:
    """Surround ``data`` with a constant; negative widths cut."""
    if any(min(width) < 0 for width in widths):
        data = data[tuple(
            slice(max(0, -before), n - max(0, -after))
            for n, (before, after) in zip(data.shape, widths, strict=True)
        )]  # fmt: skip
        widths = [(max(0, before), max(0, after)) for before, after in widths]
    shape = tuple(n + sum(width) for n, width in zip(data.shape, widths, strict=True))
    out = xp.full(shape, xp.asarray(value, xp.float64).astype(data.dtype))
    out[core(data.shape, widths)] = data
    return out


def core(shape: ShapeT, widths: list[tuple[int, int]]) -> tuple[slice, ...]:
    """Return the key of the original array within the padded one."""
    return tuple(slice(w[0], w[0] + n) for n, w in zip(shape, widths, strict=True))


def show(xp: Any, data: Any, widths: list[tuple[int, int]], mode: str) -> Any:
    """Pad each axis in turn with elements of the array itself."""
    for axis, (before, after) in enumerate(widths):
        if before or after:
            index = source_index(xp, data.shape[axis], before, after, mode)
            data = xp.take(data, index, axis=axis)
    return data


@kernel
def gather_back(xp, ct, *, shape: object, widths: object, mode: str):
    """Add the elements that a padding showed several times: the gradient of :func:`show`."""
    for axis, (before, after) in enumerate(widths):
        if before or after:
            index = source_index(xp, shape[axis], before, after, mode)
            moved = xp.moveaxis(ct, axis, 0)
            total = xp.zeros((shape[axis], *moved.shape[1:]), ct.dtype)
            xp.scatter_add(total, index, moved)
            ct = xp.moveaxis(total, 0, axis)
    return ct


@gather_back.vjp("ct")
def _(xp, ct, out, first, *, shape, widths, mode):
    return shown(xp, ct, widths=widths, mode=mode)


@kernel
def shown(xp, data, *, widths: object, mode: str):
    """Pad with elements of the array itself, as a recorded step."""
    return show(xp, data, widths, mode).copy()


@shown.vjp("data")
def _(xp, ct, out, data, *, widths, mode):
    return gather_back(xp, ct, shape=data.shape, widths=widths, mode=mode)


@op("Pad", "pad")
def pad(
    xp, data, *, mode: Enum("constant", "edge", "reflect"), pad_width: Shape(),
    constant_value: DOUBLE = 0.0,
):  # fmt: skip
    """Pad the image axes of a 4-D or 5-D floating-point array.

    ``pad_width`` holds (before, after) for every axis; the first two axes take none.
    """
    widths = _legacy_widths(data.shape, pad_width, mode)
    if data.dtype.kind != "f":
        raise mxnet_error(
            f"This operation only support floating point types, not {data.dtype.name}"
        )
    if mode == "constant":
        return fill_pad(xp, data, widths, constant_value)
    return shown.forward(xp, data, widths=widths, mode=mode)


def _legacy_widths(shape: ShapeT, pad_width: ShapeT, mode: str) -> list[tuple[int, int]]:
    rank = len(shape)
    if rank not in (4, 5):
        raise mxnet_error("Current implementation only supports 4-D or 5-D input.")
    if len(pad_width) != 2 * rank:
        raise mxnet_error("Input shape vs padding spec mismatch.")
    widths = list(zip(pad_width[::2], pad_width[1::2], strict=True))
    if any(pad_width[:4]):
        raise mxnet_error(
            "Current implementation expects padding on the first two axes to be zero."
        )
    if mode == "reflect" and any(max(w) >= n for n, w in zip(shape, widths, strict=True) if any(w)):
        raise mxnet_error(
            "Current implementation of reflection padding only supports padding sizes smaller than "
            "the input size."
        )
    return widths


@pad.shape
def _(data, *, mode, pad_width, constant_value):
    widths = _legacy_widths(data, pad_width, mode)
    return (data,), tuple(n + sum(width) for n, width in zip(data, widths, strict=True))


@pad.vjp("data")
def _(xp, ct, out, data, *, mode, pad_width, **params):
    widths = list(zip(pad_width[::2], pad_width[1::2], strict=True))
    if mode == "constant":
        return ct[core(data.shape, widths)]
    return gather_back(xp, ct, shape=data.shape, widths=widths, mode=mode)


def _pair(value: Any) -> tuple[int, int]:
    first, second = value if isinstance(value, (tuple, list)) else (value, value)
    return int(first), int(second)


@op("_npi_pad")
def np_pad(
    xp, data, *, pad_width: Tuple("tuple of <Shape(tuple)>", _pair),
    mode: Enum("constant", "edge", "maximum", "minimum", "reflect", "symmetric") = "constant",
    constant_value: DOUBLE = 0.0, reflect_type: str = "even",
):  # fmt: skip
    """Pad every axis by (before, after): a constant, the edge, a mirror image or an extreme."""
    widths = _widths(data.shape, pad_width)
    if mode == "constant":
        return fill_pad(xp, data, widths, constant_value)
    if mode in ("maximum", "minimum"):
        return _extremes(xp, data, widths, mode)
    return shown.forward(xp, data, widths=widths, mode=mode)


def _widths(shape: ShapeT, pad_width: Any) -> list[tuple[int, int]]:
    rank = len(shape)
    if len(pad_width) < max(rank, 2):
        raise outside(len(pad_width), len(pad_width))
    if rank == 1:
        return [(pad_width[0][0], pad_width[1][0])]  # mxnet: a vector's width is (before, after)
    return list(pad_width[:rank])


def _extremes(xp: Any, data: Any, widths: list[tuple[int, int]], mode: str) -> Any:
    for axis, (before, after) in enumerate(widths):
        best = (xp.max if mode == "maximum" else xp.min)(data, axis=axis, keepdims=True)
        parts = [xp.repeat(best, before, axis), data, xp.repeat(best, after, axis)]
        data = xp.concatenate(parts, axis=axis)
    return data


@np_pad.shape
def _(data, *, pad_width, **params):
    widths = _widths(data, pad_width)
    return (data,), tuple(n + sum(width) for n, width in zip(data, widths, strict=True))


@np_pad.vjp("data")
def _(xp, ct, out, data, *, mode, pad_width, **params):
    widths = _widths(data.shape, pad_width)
    if mode in ("constant", "maximum", "minimum"):
        return ct[core(data.shape, widths)]
    return gather_back(xp, ct, shape=data.shape, widths=widths, mode=mode)


def _spread(xp: Any, data: Any, block: int) -> Any:
    n, c, h, w = data.shape
    parts = data.reshape((n, block, block, c // block**2, h, w))
    return xp.transpose(parts, (0, 3, 4, 1, 5, 2)).reshape((n, c // block**2, h * block, w * block))


def _collect(xp: Any, data: Any, block: int) -> Any:
    n, c, h, w = data.shape
    parts = data.reshape((n, c, h // block, block, w // block, block))
    return xp.transpose(parts, (0, 3, 5, 1, 2, 4)).reshape(
        (n, c * block**2, h // block, w // block)
    )


def _image(shape: ShapeT, block: int, name: str) -> None:
    if len(shape) != 4:
        raise check_failed(
            f"in_attrs->at(0).ndim() == 4 ({len(shape)} vs. 4) ",
            f"Operation {name} requires exactly 4D tensor",
        )
    if block == 0:
        raise check_failed("block != 0 (0 vs. 0) ", "block_size must be a positive integer value")
    if 0 in shape:
        raise check_failed("in_shape[i] != 0", "the input has an empty axis")


def _multiple(length: int, axis: int, what: str, test: str, block: str) -> None:
    if length:
        raise check_failed(
            f"in_shape[{axis}] % {test} == 0 ({length} vs. 0) ",
            "Cannot perform Depth To Space operation on the specified tensor. "
            f"Dimension:{axis}({what}) should be a multiple of '{block}'",
        )


@op("depth_to_space")
def depth_to_space(xp, data, *, block_size: Int()):
    """Move blocks of channels into ``block_size`` x ``block_size`` squares of pixels (NCHW)."""
    _deep(data.shape, block_size)
    return _spread(xp, data, block_size).copy()


def _deep(shape: ShapeT, block: int) -> ShapeT:
    _image(shape, block, "Depth To Space")
    n, c, h, w = shape
    _multiple(c % (block * block), 1, "depth dimension", "(block * block)", "block^2")
    return n, c // block**2, h * block, w * block


@depth_to_space.shape
def _(data, *, block_size):
    return (data,), _deep(data, block_size)


@depth_to_space.vjp("data")
def _(xp, ct, out, data, *, block_size):
    return _collect(xp, ct, block_size)


@op("space_to_depth")
def space_to_depth(xp, data, *, block_size: Int()):
    """Move ``block_size`` x ``block_size`` squares of pixels into channels (NCHW)."""
    _wide(data.shape, block_size)
    return _collect(xp, data, block_size).copy()


def _wide(shape: ShapeT, block: int) -> ShapeT:
    _image(shape, block, "Space To Depth")
    n, c, h, w = shape
    _multiple(h % block, 2, "1st Space dimension", "block", "block")
    _multiple(w % block, 3, "2nd space dimension", "block", "block")
    return n, c * block**2, h // block, w // block


@space_to_depth.shape
def _(data, *, block_size):
    return (data,), _wide(data, block_size)


@space_to_depth.vjp("data")
def _(xp, ct, out, data, *, block_size):
    return _spread(xp, ct, block_size)
