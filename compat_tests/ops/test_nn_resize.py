"""Adaptive pooling and bilinear interpolation."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, attempt, grads

NEAREST = ["to_even_down", "to_even_up", "to_odd_down", "to_odd_up"]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", ["", "1", "3", "3,2", "7", "1,2,3"])
def test_adaptive_pooling(mx, size, dtype):
    sizes = tuple(int(n) for n in size.split(",") if n)
    x = array(mx.nd, dtype, (1, 2, 4, 5))
    return grads(mx, lambda a: mx.nd.contrib.AdaptiveAvgPooling2D(a, output_size=sizes), x)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("align", [True, False])
@pytest.mark.parametrize("size", ["1,1", "3,5", "8,3", "4,4"])
@pytest.mark.tolerance(rtol=1e-5, atol=1e-6, reason="MXNet takes positions in single precision")
def test_bilinear(mx, size, align, dtype):
    height, width = map(int, size.split(","))
    x = array(mx.nd, dtype, (1, 2, 4, 4))
    return grads(
        mx, lambda a: mx.nd.contrib.BilinearResize2D(
            a, height=height, width=width, align_corners=align
        ), x,
    )  # fmt: skip


@pytest.mark.tolerance(rtol=1e-5, atol=1e-6, reason="MXNet takes positions in single precision")
@pytest.mark.parametrize("mode", ["size", "odd_scale"])
@pytest.mark.parametrize("shape", ["4,4", "5,3"])
def test_bilinear_scales(mx, mode, shape):
    x = array(mx.nd, "float32", (1, 1, *map(int, shape.split(","))))
    call = mx.nd.contrib.BilinearResize2D
    return call(x, scale_height=1.5, scale_width=0.5, mode=mode)


@pytest.mark.parametrize("mode", NEAREST)
@pytest.mark.parametrize("shape", ["4,4", "5,3"])
def test_bilinear_nearest(mx, mode, shape):
    x = array(mx.nd, "float32", (1, 1, *map(int, shape.split(","))))
    return mx.nd.contrib.BilinearResize2D(x, mode=mode).shape


@pytest.mark.tolerance(rtol=1e-5, atol=1e-6, reason="MXNet takes positions in single precision")
def test_bilinear_like(mx):
    x, y = array(mx.nd, "float32", (1, 1, 4, 4)), mx.nd.zeros((1, 1, 2, 6))
    return grads(mx, lambda a, b: mx.nd.contrib.BilinearResize2D(a, b, mode="like"), x, y)


def test_resize_wrong(mx):
    x = array(mx.nd, "float32", (1, 2, 4))
    c = mx.nd.contrib
    whole = mx.nd.zeros((1, 1, 4, 4), dtype="int32")
    return [
        attempt(c.AdaptiveAvgPooling2D, x),
        attempt(c.BilinearResize2D, x, height=2, width=2),
        attempt(c.AdaptiveAvgPooling2D, whole, output_size=2),
        attempt(c.BilinearResize2D, whole, height=2, width=2),
        attempt(c.BilinearResize2D, x, mode="near"),
    ]
