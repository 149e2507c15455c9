"""Correlation of two images: how well windows of one fit moved windows of the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from .._core.errors import check_failed, mxnet_error
from .._core.params import Int
from .._core.registry import op
from .kernels.checks import not_floating

Count = Int(kind="int (non-negative)")


class Plan(NamedTuple):
    """What follows from the shapes: the result's size and the displacements."""

    out: tuple[int, int]
    border: int
    steps: list[int]


def _plan(shape, kernel_size, max_displacement, stride1, stride2, pad_size) -> Plan:
    border = max_displacement + (kernel_size - 1) // 2
    out = tuple(-(-(n + 2 * pad_size - 2 * border) // stride1) for n in shape[2:])
    reach = max_displacement // stride2
    return Plan(out, border, [step * stride2 for step in range(-reach, reach + 1)])  # type: ignore[arg-type]


def _shape(data1, data2=None, *, is_multiply=True, **params):
    for number, data in ((1, data1), (2, data2)):
        rank = -1 if data is None else len(data)
        if rank != 4:
            raise check_failed(
                f"dshape{number}.ndim() == 4U ({rank} vs. 4) ", "data should be a 4D tensor"
            )
    if params["kernel_size"] % 2 == 0:
        raise check_failed(
            "param_.kernel_size % 2 != 0 (0 vs. 0) ", "kernel size should be odd number"
        )
    for name in ("stride1", "stride2"):
        if params[name] == 0:  # MXNet stops the process
            raise check_failed(f"param_.{name} > 0U (0 vs. 0) ", f"{name} must not be 0")
    if data2 != data1:  # MXNet reads past the end
        raise check_failed("dshape1 == dshape2", f"the images have shapes {data1} and {data2}")
    plan = _plan(data1, **params)
    for axis, word in ((1, "width"), (0, "height")):
        if plan.out[axis] < 1:
            raise check_failed(
                f"top_{word}_ >= 1U ({max(plan.out[axis], 0)} vs. 1) ",
                "Correlation cannot be done with current settings."
                "Neighborhood and kernel don't fit in blob",
            )
    pad = params["pad_size"]
    padded = (data1[0], data1[2] + 2 * pad, data1[3] + 2 * pad, data1[1])
    out = (data1[0], len(plan.steps) ** 2, *plan.out)
    return (data1, data1), [out, padded, padded]


def _padded(xp: Any, data: Any, pad: int) -> Any:
    n, c, height, width = data.shape
    wide = xp.zeros((n, c, height + 2 * pad, width + 2 * pad), data.dtype)
    wide[:, :, pad : pad + height, pad : pad + width] = data
    return wide


def _pairs(plan: Plan, kernel_size: int, stride: int) -> Iterator[tuple[int, Any, Any]]:
    """Yield, for every displacement and place in the kernel, its number and both keys."""
    radius = (kernel_size - 1) // 2
    number = 0
    for down in plan.steps:
        for right in plan.steps:
            for i in range(-radius, radius + 1):
                for j in range(-radius, radius + 1):
                    first = _key(plan, i, j, stride)
                    yield number, first, _key(plan, i + down, j + right, stride)
            number += 1


def _key(plan: Plan, down: int, right: int, stride: int) -> Any:
    starts = (plan.border + down, plan.border + right)
    return (..., *(
        slice(start, start + stride * (size - 1) + 1, stride)
        for start, size in zip(starts, plan.out, strict=True)
    ))  # fmt: skip


@op("Correlation", shape=_shape, order=1)
def correlation(
    xp, data1, data2, *, kernel_size: Count = 1, max_displacement: Count = 1, stride1: Count = 1,
    stride2: Count = 1, pad_size: Count = 0, is_multiply: bool = True,
):  # fmt: skip
    """Compare windows of ``data1`` (n, c, h, w) with windows of ``data2`` at displacements.

    One channel of the result for every displacement up to ``max_displacement`` in steps of
    ``stride2``: the mean product, or the mean absolute difference, over window and channels. The
    windows stand ``stride1`` apart. The images are padded with ``pad_size`` zeros.
    """
    if data1.dtype != data2.dtype:
        raise mxnet_error(
            f"Type inconsistent, Provided = {data2.dtype.name}, inferred type = {data1.dtype.name}"
        )
    if data1.dtype.kind != "f":
        raise not_floating(data1.dtype)
    sizes = {
        "kernel_size": kernel_size, "max_displacement": max_displacement, "stride1": stride1,
        "stride2": stride2, "pad_size": pad_size,
    }  # fmt: skip
    _, (shape, _, _) = _shape(data1.shape, data2.shape, **sizes)
    plan = _plan(data1.shape, **sizes)
    a, b = _padded(xp, data1, pad_size), _padded(xp, data2, pad_size)
    out = xp.zeros(shape, data1.dtype)
    for number, first, second in _pairs(plan, kernel_size, stride1):
        part = a[first] * b[second] if is_multiply else xp.abs(a[first] - b[second])
        out[:, number] += part.sum(axis=1)
    out /= kernel_size * kernel_size * data1.shape[1]
    return out, xp.moveaxis(a, 1, 3), xp.moveaxis(b, 1, 3)


@correlation.vjp("data1", "data2")
def _(xp, ct, out, data1, data2, *, kernel_size, stride1, pad_size, is_multiply, **params):
    plan = _plan(data1.shape, kernel_size=kernel_size, stride1=stride1, pad_size=pad_size, **params)
    a, b = _padded(xp, data1, pad_size), _padded(xp, data2, pad_size)
    by_a, by_b = xp.zeros_like(a), xp.zeros_like(b)
    head = ct[0] / (kernel_size * kernel_size * data1.shape[1])
    for number, first, second in _pairs(plan, kernel_size, stride1):
        part = head[:, number, None]
        if is_multiply:
            by_a[first] += part * b[second]
            by_b[second] += part * a[first]
        else:
            # mxnet: the slope of |0| is 1, test_correlation_of_equals
            sign = xp.where(a[first] >= b[second], 1, -1).astype(a.dtype)
            by_a[first] += part * sign
            by_b[second] -= part * sign
    inside = slice(pad_size, pad_size + data1.shape[2]), slice(pad_size, pad_size + data1.shape[3])
    return by_a[(..., *inside)], by_b[(..., *inside)]
