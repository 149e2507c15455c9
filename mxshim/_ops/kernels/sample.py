"""Bilinear interpolation at positions that are numbers, not whole ones, and its gradients.

Images are (n, c, height, width), positions two arrays (n, m) of rows and columns. A position reads
its four corners; what lies outside an image is zero. The bodies are made of recorded operators, so
gradients of any order follow from the same lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..index import add_rows, take


class Corner(NamedTuple):
    """One of the four pixels around each position.

    ``index`` counts pixels of all images, ``weight`` is the pixel's share, ``down`` and ``right``
    are the share's derivatives by row and by column.
    """

    index: Any
    weight: Any
    down: Any
    right: Any


def corners(
    xp: Any, rows: Any, columns: Any, size: tuple[int, int], valid: Any = None
) -> Iterator[Corner]:
    """Yield the corners; ``valid`` (n, m) masks positions that count as outside."""
    height, width = size
    top, left = xp.floor(rows), xp.floor(columns)
    below, beside = rows - top, columns - left
    image = xp.arange(rows.shape[0]).reshape((-1, 1)) * (height * width)
    for y, share_y, sign_y in ((top, 1 - below, -1), (top + 1, below, 1)):
        for x, share_x, sign_x in ((left, 1 - beside, -1), (left + 1, beside, 1)):
            inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
            if valid is not None:
                inside = inside & valid
            mask = inside.astype(rows.dtype)
            place = xp.where(inside, y * width + x, xp.zeros_like(x)).astype(xp.int64)
            yield Corner(
                place + image,
                share_y * share_x * mask,
                share_x * mask * sign_y,
                share_y * mask * sign_x,
            )


def pixels(xp: Any, images: Any) -> Any:
    """Lay images (n, c, height, width) out as one row of channels for each pixel."""
    n, c, height, width = images.shape
    return xp.moveaxis(images, 1, 3).reshape((n * height * width, c))


def _read(xp: Any, lines: Any, corner: Corner) -> Any:
    """Return a corner's pixels, (n, m, c)."""
    return take(xp, lines, corner.index, axis=0, mode="clip")


def interpolate(xp: Any, images: Any, rows: Any, columns: Any, valid: Any = None) -> Any:
    """Read ``images`` at the positions: (n, m, c)."""
    lines = pixels(xp, images)
    total = None
    for corner in corners(xp, rows, columns, images.shape[2:], valid):
        part = _read(xp, lines, corner)
        part *= corner.weight[:, :, None]
        if total is None:
            total = part
        else:
            total += part
    return total


def images_grad(
    xp: Any, ct: Any, rows: Any, columns: Any, shape: tuple[int, ...], valid: Any = None
) -> Any:
    """Carry the gradient ``ct`` (n, m, c) back to images of ``shape``."""
    n, c, height, width = shape
    total = None
    for corner in corners(xp, rows, columns, (height, width), valid):
        part = add_rows(
            xp, ct * corner.weight[:, :, None], corner.index,
            shape=(n * height * width, c), axis=0, mode="clip",
        )  # fmt: skip
        if total is None:
            total = part
        else:
            total += part
    return xp.moveaxis(total.reshape((n, height, width, c)), 3, 1)


def positions_grad(
    xp: Any, ct: Any, images: Any, rows: Any, columns: Any, valid: Any = None
) -> tuple[Any, Any]:
    """Carry the gradient ``ct`` (n, m, c) back to the rows and columns."""
    lines = pixels(xp, images)
    by_row = by_column = None
    for corner in corners(xp, rows, columns, images.shape[2:], valid):
        slope = xp.matmul(_read(xp, lines, corner)[:, :, None], ct[..., None])[:, :, 0, 0]
        down, right = slope * corner.down, slope * corner.right
        by_row = down if by_row is None else by_row + down
        by_column = right if by_column is None else by_column + right
    return by_row, by_column
