"""Sampling images at a grid: the grid of an affine map or a flow, and reading the image there."""

from __future__ import annotations

from typing import Any

from .._core.errors import MXNetError, check_failed, mxnet_error
from .._core.params import Enum, OptionalBool, Shape
from .._core.registry import op
from .kernels import sample
from .kernels.checks import not_floating


def _plane(xp: Any, height: int, width: int, dtype: Any) -> Any:
    """Return x, y (both from -1 to 1) and 1 for every pixel, (3, height * width)."""
    y, x = (xp.arange(n, dtype=dtype) * 2 / _span(n) - 1 for n in (height, width))
    shape = (height, width)
    rows = [xp.broadcast_to(x, shape), xp.broadcast_to(y[:, None], shape), xp.ones(shape, dtype)]
    return xp.stack(rows).reshape((3, height * width))


def _span(size: int) -> float:
    """Return the distance of the first and the last pixel; an axis of one pixel gives nan."""
    return size - 1 if size > 1 else float("nan")  # mxnet: test_grid_of_one_row


def _affine(xp: Any, theta: Any, height: int, width: int) -> Any:
    """Map the pixels of an image by affine maps (n, 6): x and y, (n, 2, height, width)."""
    plane = _plane(xp, height, width, theta.dtype)
    n = theta.shape[0]
    return xp.matmul(theta.reshape((2 * n, 3)), plane).reshape((n, 2, height, width))


def _affine_grad(xp: Any, ct: Any, theta: Any) -> Any:
    height, width = ct.shape[2:]
    plane = _plane(xp, height, width, theta.dtype)
    head = ct.reshape((2 * theta.shape[0], height * width))
    return xp.matmul(head, plane.T).reshape(theta.shape)


def _positions(xp: Any, grid: Any, size: Any) -> tuple[Any, Any]:
    """Turn a grid (n, 2, h, w) of x and y from -1 to 1 into rows and columns of an image."""
    n, _, height, width = grid.shape
    flat = grid.reshape((n, 2, height * width))
    return (flat[:, 1] + 1) * (size[0] - 1) / 2, (flat[:, 0] + 1) * (size[1] - 1) / 2


def _sampled(xp: Any, data: Any, grid: Any) -> Any:
    rows, columns = _positions(xp, grid, data.shape[2:])
    read = xp.moveaxis(sample.interpolate(xp, data, rows, columns), 2, 1)
    return xp.ascontiguousarray(read.reshape((*data.shape[:2], *grid.shape[2:])))


def _sampled_grads(xp: Any, ct: Any, data: Any, grid: Any) -> tuple[Any, Any]:
    """Carry the gradient back to the image and to the grid."""
    n, c, height, width = data.shape
    head = xp.moveaxis(ct.reshape((n, c, ct.shape[2] * ct.shape[3])), 1, 2)
    rows, columns = _positions(xp, grid, (height, width))
    down, right = sample.positions_grad(xp, head, data, rows, columns)
    both = xp.stack([right * (width - 1) / 2, down * (height - 1) / 2], axis=1)
    return (
        sample.images_grad(xp, head, rows, columns, data.shape),
        both.reshape(grid.shape),
    )


def _grid_shape(data, *, transform_type, target_shape):
    affine = transform_type == "affine"
    rank, kind = (2, "affine matrix") if affine else (4, "optical flow")
    if len(data) != rank:
        axes = "batch-num_hidden" if affine else "batch-num_hidden-y-x"
        raise check_failed(
            f"lshape.ndim() == {rank}U ({len(data)} vs. {rank}) ",
            f"if transform_type is {transform_type}, data is {kind}{kind} should be {rank}D in "
            f"{axes}",
        )
    wanted = 6 if affine else 2
    if data[1] != wanted:
        raise check_failed(
            f"lshape[1] == {wanted}U ({data[1]} vs. {wanted}) ",
            f"incorrect data shape[1], should be {wanted}",
        )
    if not affine:
        return (data,), [data, data]
    height, width = _target(target_shape)
    return (data,), [(data[0], 2, height, width), (3, height * width)]


def _target(shape: tuple[int, ...]) -> tuple[int, int]:
    for axis in (0, 1):
        if len(shape) <= axis:
            raise check_failed(
                "i >= 0 && i < ndim()", f"index = {axis} must be in range [0, {len(shape)})"
            )
        if shape[axis] <= 0:
            raise check_failed(
                f"param_.target_shape[{axis}] > 0U ({shape[axis]} vs. 0) ",
                f"incorrect target_shape: {shape[axis]}",
            )
    return shape[0], shape[1]


@op("GridGenerator", shape=_grid_shape)
def grid_generator(
    xp, data, *, transform_type: Enum("affine", "warp"), target_shape: Shape = (0, 0)
):
    """Make a grid (n, 2, h, w) of x and y between -1 and 1 for BilinearSampler.

    ``affine`` maps the pixels of an image of ``target_shape`` by matrices ``data`` (n, 6), ``warp``
    moves every pixel by a flow ``data`` (n, 2, h, w), in pixels.
    """
    if data.dtype.kind != "f" or data.dtype.itemsize == 2:
        raise mxnet_error(
            "Other DTypes are not supported!", f"got {data.dtype.name}, use float32 or float64"
        )
    _, (out, _) = _grid_shape(data.shape, transform_type=transform_type, target_shape=target_shape)
    height, width = out[2:]
    if transform_type == "affine":
        return _affine(xp, data, height, width), _plane(xp, height, width, data.dtype)
    x = (data[:, 0] + xp.arange(width, dtype=data.dtype)) * 2 / _span(width) - 1
    y = (data[:, 1] + xp.arange(height, dtype=data.dtype)[:, None]) * 2 / _span(height) - 1
    return xp.stack([x, y], axis=1), xp.zeros_like(data)


@grid_generator.vjp("data")
def _(xp, ct, out, data, *, transform_type, **params):
    if transform_type == "affine":
        return _affine_grad(xp, ct[0], data)
    height, width = data.shape[2:]
    both = [ct[0][:, 0] * 2 / _span(width), ct[0][:, 1] * 2 / _span(height)]
    return xp.stack(both, axis=1)


def _images(shape: tuple[int, ...]) -> None:
    if len(shape) != 4:
        raise check_failed(
            f"dshape.ndim() == 4U ({len(shape)} vs. 4) ",
            "input data should be 4D in batch-num_filter-y-x",
        )


def _one_type(name: str, variable: str, *arrays: Any) -> None:
    if any(array.dtype != arrays[0].dtype for array in arrays):
        raise check_failed(
            f"{variable} == dtype || {variable} == -1", f"Non-uniform data type in {name}"
        )


def _sampler_shape(data, grid=None, *, cudnn_off=None):
    _images(data)
    if grid is None:
        return (data, None), None
    if len(grid) != 4:
        raise check_failed(
            f"lshape.ndim() == 4U ({len(grid)} vs. 4) ", "Sampler grid should be 4D in batch-2-y-x"
        )
    if data[0] != grid[0]:
        raise check_failed(f"dshape[0] == lshape[0] ({data[0]} vs. {grid[0]}) ")
    if grid[1] != 2:
        raise check_failed(
            f"lshape[1] == 2U ({grid[1]} vs. 2) ", "incorrect grid shape[1], should be 2"
        )
    out = (*data[:2], *grid[2:])
    return (data, grid), [out, (data[0], *grid[2:], 2)]


@op("BilinearSampler", shape=_sampler_shape)
def bilinear_sampler(xp, data, grid, *, cudnn_off: OptionalBool = None):
    """Read images (n, c, height, width) at a grid (n, 2, h, w) of x and y: (n, c, h, w).

    -1 is the first pixel and 1 the last; outside the image is zero.
    """
    _sampler_shape(data.shape, grid.shape)
    _one_type("BilinearSampler", "type", data, grid)
    if data.dtype.kind != "f":
        raise not_floating(data.dtype)
    return _sampled(xp, data, grid), xp.moveaxis(grid, 1, 3)


@bilinear_sampler.vjp("data", "grid")
def _(xp, ct, out, data, grid, **params):
    return _sampled_grads(xp, ct[0], data, grid)


def _transformer_shape(data, loc=None, *, target_shape, **params):
    _images(data)
    if loc is not None and len(loc) != 2:
        raise check_failed(
            f"lshape.ndim() == 2U ({len(loc)} vs. 2) ",
            "locolisation paramter should be 4D in batch-num_hidden",
        )
    if loc is not None and loc[1] != 6:
        raise check_failed(
            f"lshape[1] == 6U ({loc[1]} vs. 6) ",
            "incorrect locolisation network shape[1], should be 6",
        )
    height, width = _target(target_shape)
    if loc is not None and loc[0] != data[0]:
        raise MXNetError(
            f"there are {data[0]} images and {loc[0]} maps\n"
            "TBlob.get_with_shape: Check failed: this->shape_.Size() == "
            f"static_cast<size_t>(shape.Size()) ({6 * loc[0]} vs. {6 * data[0]}) : new and old "
            "shape do not match total elements"
        )
    grid = (data[0], 2, height, width)
    return (data, (data[0], 6)), [(*data[:2], height, width), (3, height * width), grid]


@op("SpatialTransformer", shape=_transformer_shape)
def spatial_transformer(
    xp, data, loc, *, target_shape: Shape = (0, 0), transform_type: Enum("affine"),
    sampler_type: Enum("bilinear"), cudnn_off: OptionalBool = None,
):  # fmt: skip
    """Read images (n, c, height, width) through affine maps ``loc`` (n, 6) at ``target_shape``."""
    _one_type("SpatialTransformer", "i_type", data, loc)
    if data.dtype.kind != "f":
        raise not_floating(data.dtype)
    _transformer_shape(data.shape, loc.shape, target_shape=target_shape)
    height, width = target_shape
    grid = _affine(xp, loc, height, width)
    return _sampled(xp, data, grid), _plane(xp, height, width, data.dtype), grid


@spatial_transformer.vjp("data", "loc")
def _(xp, ct, out, data, loc, *, target_shape, **params):
    grid = _affine(xp, loc, *target_shape)
    images, by_grid = _sampled_grads(xp, ct[0], data, grid)
    return images, _affine_grad(xp, by_grid, loc)
