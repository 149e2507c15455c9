"""Convolution and pooling in NumPy: the bodies' numbers for many windows, sizes and orders."""

from __future__ import annotations

import itertools
import random
from typing import Any

import numpy as np
import pytest

from mxshim._backends import cpu, override
from mxshim._core import registry
from mxshim._ops import nn_conv, nn_pool
from mxshim._ops.kernels import pool

XP = (cpu.xp, cpu.xp.inner)


def permuted(array: np.ndarray) -> np.ndarray:
    """Lay an array (n, c, ...) out channels last."""
    axes = (0, *range(2, array.ndim), 1)
    return np.ascontiguousarray(array.transpose(axes)).transpose(0, -1, *range(1, array.ndim - 1))


def close(found: np.ndarray, wanted: np.ndarray, ordered: bool) -> None:
    assert found.shape == wanted.shape and found.dtype == wanted.dtype
    assert not ordered or found.flags.c_contiguous
    limit = {"float32": 2e-5, "float64": 1e-12}[wanted.dtype.name]
    scale = max(1.0, float(np.abs(wanted).max(initial=0)))
    assert np.abs(found - wanted).max(initial=0) <= limit * scale


def taken(modules: list[str], op: Any, arrays: list[np.ndarray], **params: Any) -> int:
    """Compare what overrides of some modules make of a call with the body; count the takers."""
    override.candidates(op.name, ())
    wanted = op.forward.__wrapped__(cpu.xp, *[a.copy() for a in arrays], **params)
    count = 0
    for module, xp, lay in itertools.product(modules, XP, (np.copy, permuted)):
        given = [lay(a) if a.ndim > 2 else a.copy() for a in arrays]
        kernel = override._FOUND[f"numpy_kernels.{module}", op.name, ()]
        found = kernel(xp, *given, **params)
        if found is not override.DECLINED:
            close(found, wanted, not xp.any_layout)
            count += 1
        for mine, before in zip(given, arrays, strict=True):
            assert np.array_equal(mine, before)
    return count


def geometries(seed: int, rank: int, number: int) -> list[dict[str, Any]]:
    """Draw window parameters that fit a size of 9 to 17."""
    draw = random.Random(seed)
    return [
        {
            "kernel": tuple(draw.choice((1, 2, 3, 5)) for _ in range(rank)),
            "stride": tuple(draw.choice((1, 1, 2, 3)) for _ in range(rank)),
            "dilate": tuple(draw.choice((1, 1, 2)) for _ in range(rank)),
            "pad": tuple(draw.choice((0, 1, 2)) for _ in range(rank)),
            "size": tuple(draw.randrange(9, 18) for _ in range(rank)),
        }
        for _ in range(number)
    ]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("rank", [1, 2])
@pytest.mark.parametrize(
    "modules, channels, filters, groups",
    [(["conv"], 1, 6, 1), (["conv"], 16, 8, 1), (["conv"], 32, 32, 1), (["conv"], 8, 12, 4),
     (["depthwise"], 16, 16, 16), (["depthwise"], 8, 24, 8)],
)  # fmt: skip
def test_convolution(modules, channels, filters, groups, rank, dtype):
    rng = np.random.default_rng(3)
    counts = np.zeros(4, int)
    for drawn in geometries(7 * channels + rank, rank, 12):
        size = drawn.pop("size")
        geometry = nn_conv.geometry_of(**drawn, num_group=groups)
        weight = rng.standard_normal((filters, channels // groups, *drawn["kernel"])).astype(dtype)
        data = rng.standard_normal((12, channels, *size)).astype(dtype)
        bias = rng.standard_normal(filters).astype(dtype)
        params = registry.get("Convolution").defaults | drawn
        params |= {"num_filter": filters, "num_group": groups}
        out = (12, filters, *nn_conv.conv.out_size(size, geometry))
        ct = rng.standard_normal(out).astype(dtype)
        for position, (op, arrays, given) in enumerate([
            (registry.get("Convolution"), [data, weight, bias], params),
            (nn_conv.convolve, [data, weight], {"geometry": geometry, "spatial": None}),
            (nn_conv.convolve_data, [ct, weight], {"geometry": geometry, "spatial": size}),
            (nn_conv.convolve_weight, [ct, data], {"geometry": geometry, "spatial": None}),
        ]):  # fmt: skip
            counts[position] += taken(modules, op, arrays, **given)
    assert counts.sum() > 8 or rank == 1  # one axis is often too little work


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("convention", ["valid", "full"])
@pytest.mark.parametrize("kind", ["max", "avg", "sum"])
@pytest.mark.parametrize("ties", [False, True])
def test_pooling(kind, convention, dtype, ties):
    rng = np.random.default_rng(4)
    pooling, count = registry.get("Pooling"), 0
    for kernel, stride, pad in (
        ((2, 2), (2, 2), (0, 0)), ((3, 3), (2, 2), (1, 1)), ((3, 3), (1, 1), (1, 1)),
        ((2, 3), (3, 2), (1, 0)), ((5, 1), (2, 1), (2, 0)), ((14, 13), (1, 1), (0, 0)),
        ((1, 1), (2, 2), (0, 0)),
    ):  # fmt: skip
        data = rng.standard_normal((6, 16, 14, 13)).astype(dtype)
        if ties:
            data = np.round(data)
        params = pooling.defaults | {
            "kernel": kernel, "stride": stride, "pad": pad, "pool_type": kind,
            "pooling_convention": convention,
        }  # fmt: skip
        count += taken(["pool"], pooling, [data], **params)
        window = nn_pool._window(data.shape, kernel, stride, pad, False, convention, None)
        ct = rng.standard_normal((6, 16, *window.out)).astype(dtype)
        if kind == "max":
            count += taken(["pool"], nn_pool.scatter, [ct, data], window=window)
        else:
            count += taken(["pool"], nn_pool.spread, [ct], window=window)
    assert count > (8 if kind == "avg" else 20)
    assert isinstance(window, pool.Window)


@pytest.mark.parametrize("kind", ["max", "avg"])
def test_global_pooling(kind):
    data = np.random.default_rng(5).standard_normal((8, 32, 9, 7)).astype("float32")
    pooling = registry.get("Pooling")
    taken(["pool"], pooling, [data], **pooling.defaults | {"global_pool": True, "pool_type": kind})
    window = nn_pool._window(data.shape, (), (), (), True, "valid", None)
    ct = np.ones((8, 32, 1, 1), "float32")
    op, arrays = (nn_pool.scatter, [ct, data]) if kind == "max" else (nn_pool.spread, [ct])
    assert taken(["pool"], op, arrays, window=window) or kind == "avg"  # too small a sum to spread
