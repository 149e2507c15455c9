"""The windows of deformable convolution: where they read, laid out for matrix products.

Windows are (n, deformable groups, h * w, kh * kw, channels of the group); ``parts`` counts the
groups of the convolution itself. The bodies serve gradients of gradients too.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from . import conv, sample


class Places(NamedTuple):
    """Where the windows read: positions (n * deformable groups, kernel * out) and a mask."""

    rows: Any
    columns: Any
    valid: Any
    #: Where a position is not moved back to the last row or column.
    free_rows: Any
    free_columns: Any


def grid(xp: Any, geometry: conv.Geometry, out: Any, dtype: Any) -> list[Any]:
    """Return rows and columns of the undeformed windows, broadcastable to (h, w, kh, kw)."""
    found = []
    for axis, size in enumerate(out):
        start = xp.arange(size) * geometry.stride[axis] - geometry.pad[axis]
        inner = xp.arange(geometry.kernel[axis]) * geometry.dilate[axis]
        shape = [1, 1, 1, 1]
        shape[axis], shape[2 + axis] = size, geometry.kernel[axis]
        found.append((start[:, None] + inner).reshape(shape).astype(dtype))
    return found


def find_places(
    xp: Any, offset: Any, geometry: conv.Geometry, size: tuple[int, int], groups: int, clamp: bool
) -> Places:
    """Add the offsets (n, groups * kernel * 2, h, w) to the windows.

    With ``clamp`` (the first version) a position between the last row and the image's end reads
    the last row, and one before the first row nothing; without it rows fade out on both sides.
    """
    n, _, *out = offset.shape
    moved = xp.transpose(
        offset.reshape((n * groups, *geometry.kernel, 2, *out)), (3, 0, 4, 5, 1, 2)
    )
    count = geometry.kernel[0] * geometry.kernel[1] * out[0] * out[1]
    rows, columns = (
        (moved[axis] + grid[None]).reshape((n * groups, count))
        for axis, grid in enumerate(grid(xp, geometry, out, offset.dtype))
    )
    height, width = size
    valid = (rows < height) & (columns < width)
    if not clamp:
        valid = valid & (rows > -1) & (columns > -1)
        return Places(rows, columns, valid, None, None)
    valid = valid & (rows >= 0) & (columns >= 0)
    free_rows = (rows < height - 1).astype(offset.dtype)
    free_columns = (columns < width - 1).astype(offset.dtype)
    return Places(
        xp.minimum(rows, xp.asarray(height - 1, dtype=offset.dtype)),
        xp.minimum(columns, xp.asarray(width - 1, dtype=offset.dtype)),
        valid, free_rows, free_columns,
    )  # fmt: skip


def grouped(data: Any, groups: int) -> Any:
    """Split the channels into the groups that share offsets."""
    n, c, height, width = data.shape
    return data.reshape((n * groups, c // groups, height, width))


def read_windows(xp: Any, data: Any, places: Places, groups: int, kernel: Any) -> Any:
    """Read the windows: (n, groups, h * w, kh * kw, c // groups)."""
    n, c = data.shape[:2]
    taps = kernel[0] * kernel[1]
    read = sample.interpolate(xp, grouped(data, groups), *places[:3])
    return read.reshape((n, groups, places.rows.shape[1] // taps, taps, c // groups))


def as_lines(xp: Any, windows: Any, parts: int) -> Any:
    """Lay windows out as one line each: (parts, n * h * w, kh * kw * channels of the part)."""
    n, groups, size, taps, inner = windows.shape
    width = groups * inner // parts
    whole = xp.transpose(windows, (0, 2, 3, 1, 4)).reshape((n * size, taps, parts, width))
    return xp.transpose(whole, (2, 0, 1, 3)).reshape((parts, n * size, taps * width))


def from_lines(xp: Any, lines: Any, shape: Any) -> Any:
    """Undo :func:`as_lines`; ``shape`` is that of the windows."""
    n, groups, size, taps, inner = shape
    parts = lines.shape[0]
    split = lines.reshape((parts, n * size, taps, groups * inner // parts))
    whole = xp.transpose(split, (1, 2, 0, 3))
    return xp.transpose(whole.reshape((n, size, taps, groups, inner)), (0, 3, 1, 2, 4))


def as_filters(xp: Any, weight: Any, parts: int) -> Any:
    """Lay filters (f, c, kh, kw) out as (parts, kh * kw * c, f // parts)."""
    f, c = weight.shape[:2]
    flat = weight.reshape((parts, f // parts, c, -1))
    return xp.transpose(flat, (0, 3, 2, 1)).reshape((parts, -1, f // parts))


def product(xp: Any, windows: Any, weight: Any, parts: int, out: Any) -> Any:
    """Multiply the windows with the filters of every part: (n, f, h, w)."""
    made = xp.matmul(as_lines(xp, windows, parts), as_filters(xp, weight, parts))
    n, filters = windows.shape[0], weight.shape[0]
    made = made.reshape((parts, n, out[0] * out[1], filters // parts))
    return xp.transpose(made, (1, 0, 3, 2)).reshape((n, filters, *out))


def as_heads(xp: Any, ct: Any, parts: int) -> Any:
    """Lay the result's gradient (n, f, h, w) out as (parts, n * h * w, f // parts)."""
    n, f, height, width = ct.shape
    flat = ct.reshape((n, parts, f // parts, height * width))
    return xp.transpose(flat, (1, 0, 3, 2)).reshape((parts, n * height * width, f // parts))


def windows_grad(xp: Any, ct: Any, weight: Any, parts: int, shape: Any) -> Any:
    """Carry the gradient of the result back to windows of ``shape``."""
    filters = xp.swapaxes(as_filters(xp, weight, parts), 1, 2)
    return from_lines(xp, xp.matmul(as_heads(xp, ct, parts), filters), shape)


def weight_grad(xp: Any, ct: Any, windows: Any, weight: Any, parts: int) -> Any:
    """Carry the gradient of the result back to the filters."""
    f, c, *kernel = weight.shape
    lines = xp.swapaxes(as_lines(xp, windows, parts), 1, 2)
    made = xp.matmul(lines, as_heads(xp, ct, parts)).reshape((parts, -1, c, f // parts))
    return xp.transpose(made, (0, 3, 2, 1)).reshape((f, c, *kernel))


def as_rows(windows: Any) -> Any:
    """Join the axes of windows as positions are counted: (n * groups, m, channels)."""
    n, groups, size, taps, inner = windows.shape
    return windows.reshape((n * groups, size * taps, inner))


def offset_grad(xp: Any, ct: Any, data: Any, places: Places, groups: int, shape: Any,
                 kernel: Any) -> Any:  # fmt: skip
    """Carry the gradient of the windows back to the offsets."""
    n, _, *out = shape
    down, right = sample.positions_grad(xp, as_rows(ct), grouped(data, groups), *places[:3])
    if places.free_rows is not None:
        down, right = down * places.free_rows, right * places.free_columns
    both = xp.stack([down, right]).reshape((2, n * groups, *out, *kernel))
    return xp.transpose(both, (1, 4, 5, 0, 2, 3)).reshape(shape)


def data_grad(xp: Any, ct: Any, data: Any, places: Places, groups: int) -> Any:
    """Carry the gradient of the windows back to the images."""
    n, c, height, width = data.shape
    shape = (n * groups, c // groups, height, width)
    return sample.images_grad(
        xp, as_rows(ct), places.rows, places.columns, shape, places.valid
    ).reshape(data.shape)  # fmt: skip
