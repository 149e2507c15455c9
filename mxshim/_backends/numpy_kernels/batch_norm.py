"""Batch normalization in few passes over blocks that stay in the cache."""

from __future__ import annotations

from typing import Any

import numpy

from ..override import DECLINED, override
from .channels import Layout, layout_of
from .rows import FAR, Array, far_off

add, subtract, multiply = numpy.add, numpy.subtract, numpy.multiply
#: Elements below which the operator's body is as fast; times so many where NumPy's own sums are.
SMALL, _FLAT = 1 << 13, 8


def _place(data: Array, axis: int) -> int:
    return axis + data.ndim if axis < 0 else axis


def _takes(data: Array, axis: int, *vectors: Array) -> bool:
    """Tell whether the arrays are of one floating type and fit each other."""
    kind, ndim = data.dtype, data.ndim
    return (
        data.size >= (SMALL if ndim > 2 else SMALL * _FLAT)
        and kind.char in "fd"
        and -ndim <= axis < ndim
        and all(vector.dtype == kind and vector.shape == (data.shape[axis],) for vector in vectors)
    )


@override("BatchNorm")
def batch_norm(
    xp: Any, data: Array, gamma: Array, beta: Array, moving_mean: Array, moving_var: Array, *,
    eps: float, fix_gamma: bool, use_global_stats: bool, training: bool, axis: int, **params: Any,
) -> Any:  # fmt: skip
    """Normalize; see the operator's body."""
    if not _takes(data, axis, gamma, beta, moving_mean, moving_var):
        return DECLINED
    plan = layout_of(data, _place(data, axis), xp.any_layout)
    kind = data.dtype
    if fix_gamma:
        gamma[...] = 1  # mxnet: as the operator's body does
    x = plan.flat(data)
    if training and not use_global_stats:
        mean, var = _moments(plan, x)
    else:
        mean, var = moving_mean.copy(), moving_var
    inverse = 1 / numpy.sqrt(var + eps)
    scale = inverse * gamma
    made, out = plan.empty(kind)
    blocks, targets = plan.blocks(x), plan.blocks(out)
    if not far_off(mean, inverse):
        numbers = plan.spread(scale), plan.spread(beta - mean * scale)
        for part, target, a, b in zip(blocks, targets, *numbers, strict=True):
            add(multiply(part, a, target), b, target)
    else:
        numbers = plan.spread(mean), plan.spread(scale), plan.spread(beta)
        for part, target, m, a, b in zip(blocks, targets, *numbers, strict=True):
            subtract(part, m, target)
            add(multiply(target, a, target), b, target)
    return made, mean, inverse


def _moments(plan: Layout, x: Array) -> tuple[Array, Array]:
    """Return every channel's mean and variance in one pass, or two where one is not exact."""
    part, total = plan.part, plan.total
    blocks, buffer = plan.parts(x), plan.buffer(x.dtype)
    plain, squares = [], []
    for block in blocks:
        plain.append(part(block))
        squares.append(part(multiply(block, block, buffer[: len(block)])))
    mean = total(plain) / plan.count
    var = total(squares) / plan.count - mean * mean
    if not (mean * mean <= FAR * FAR * var).all():
        squares = []
        for block, m in zip(blocks, plan.column(mean.astype(x.dtype)), strict=True):
            apart = subtract(block, m, buffer[: len(block)])
            squares.append(part(multiply(apart, apart, apart)))
        var = total(squares) / plan.count
    return mean.astype(x.dtype), var.astype(x.dtype)


@override("BatchNorm", "data", "gamma", "beta")
def batch_norm_gradient(
    xp: Any, ct: Any, out: Any, data: Array, gamma: Array, beta: Array, moving_mean: Array,
    moving_var: Array, *, eps: float, momentum: float, fix_gamma: bool, use_global_stats: bool,
    training: bool, axis: int, **params: Any,
) -> Any:  # fmt: skip
    """Carry the gradient back and update the averages; see the operator's body."""
    head, mean, inverse = ct[0], out[1], out[2]
    if not _takes(data, axis, gamma, mean, inverse) or head.dtype != data.dtype:
        return DECLINED
    plan = layout_of(data, _place(data, axis), xp.any_layout)
    kind = data.dtype
    x, h = plan.flat(data), plan.flat(head)
    far = far_off(mean, inverse)
    shift, slope = _sums(plan, x, h, mean if far else None)
    if not far:
        slope -= mean * shift
    scale = inverse if fix_gamma else inverse * gamma
    given = numpy.zeros_like(gamma) if fix_gamma else (slope * inverse).astype(kind)
    made, out = plan.empty(kind)
    heads, targets = plan.blocks(h), plan.blocks(out)
    scales = plan.spread(scale)
    if not training or use_global_stats:
        for part, target, a in zip(heads, targets, scales, strict=True):
            multiply(part, a, target)
        return made, given, shift.astype(kind)
    # mxnet: as the operator's body does
    var = 1 / (inverse * inverse) - eps
    for average, value in ((moving_mean, mean), (moving_var, var)):
        xp.assign(average, average * momentum + value * (1 - momentum))
    level = (scale * shift - ct[1]) / plan.count
    tilt = (scale * slope + inverse * ct[2]) * (inverse * inverse) / plan.count
    if not far:
        level -= mean * tilt
    numbers = scales, plan.spread((-tilt).astype(kind)), plan.spread((-level).astype(kind))
    means = plan.spread(mean) if far else targets  # not needed
    blocks = zip(plan.blocks(x), heads, targets, plan.buffers(kind), means, *numbers, strict=True)
    for block, part, target, buffer, m, a, t, c in blocks:
        multiply(subtract(block, m, buffer) if far else block, t, buffer)
        add(multiply(part, a, target), buffer, target)
        add(target, c, target)
    return made, given, shift.astype(kind)


def _sums(plan: Layout, x: Array, head: Array, mean: Array | None) -> tuple[Array, Array]:
    """Sum the heads, and their products with the (centred) data, by channel."""
    blocks, heads, buffer = plan.parts(x), plan.parts(head), plan.buffer(x.dtype)
    means = blocks if mean is None else plan.column(mean)
    plain, products = [], []
    for block, part, m in zip(blocks, heads, means, strict=True):
        room = buffer[: len(block)]
        plain.append(plan.part(part))
        apart = block if mean is None else subtract(block, m, room)
        products.append(plan.part(multiply(apart, part, room)))
    return plan.total(plain), plan.total(products)
