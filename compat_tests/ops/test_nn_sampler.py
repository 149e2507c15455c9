"""Grids and sampling images at them."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, arrays, attempt, grads

DTYPES = pytest.mark.parametrize("dtype", ["float32", "float64"])
SUMS = pytest.mark.tolerance(rtol=1e-4, atol=1e-5, reason="positions in single precision")


@DTYPES
@pytest.mark.parametrize("target", ["2,3", "3,2", "4,4"])
def test_affine_grid(mx, target, dtype):
    theta = array(mx.nd, dtype, (2, 6))
    sizes = tuple(map(int, target.split(",")))
    return grads(
        mx, lambda a: mx.nd.GridGenerator(a, transform_type="affine", target_shape=sizes), theta,
        head=array(mx.nd, dtype, (2, 2, *sizes), seed="head"),
    )  # fmt: skip


@DTYPES
@pytest.mark.parametrize("target", [(), (5, 5)], ids=["none", "ignored"])
def test_warp_grid(mx, target, dtype):
    flow = array(mx.nd, dtype, (2, 2, 3, 4))
    params = {"target_shape": target} if target else {}
    return grads(
        mx, lambda a: mx.nd.GridGenerator(a, transform_type="warp", **params), flow,
        head=array(mx.nd, dtype, (2, 2, 3, 4), seed="head"),
    )  # fmt: skip


def test_grid_of_one_row(mx):
    theta = array(mx.nd, "float32", (1, 6))
    return (
        mx.nd.GridGenerator(theta, transform_type="affine", target_shape=(1, 3)),
        mx.nd.GridGenerator(mx.nd.zeros((1, 2, 1, 3)), transform_type="warp"),
    )


@SUMS
@DTYPES
@pytest.mark.parametrize("shape", ["2,3,4,5", "1,1,3,3", "1,2,1,4"])
def test_sampler(mx, shape, dtype):
    sizes = tuple(map(int, shape.split(",")))
    x, grid = arrays(mx.nd, dtype, sizes, (sizes[0], 2, 3, 4), low=-1.3, high=1.3)
    head = array(mx.nd, dtype, (*sizes[:2], 3, 4), seed="head")
    return grads(mx, mx.nd.BilinearSampler, x, grid, head=head)


@SUMS
@DTYPES
@pytest.mark.parametrize("off", [False, True])
@pytest.mark.parametrize("target", ["2,3", "4,4"])
def test_transformer(mx, target, off, dtype):
    x, loc = arrays(mx.nd, dtype, (2, 3, 4, 5), (2, 6), low=-0.9, high=0.9)
    sizes = tuple(map(int, target.split(",")))
    some = {"transform_type": "affine", "sampler_type": "bilinear", "target_shape": sizes}
    if off:
        some["cudnn_off"] = True
    head = array(mx.nd, dtype, (2, 3, *sizes), seed="head")
    return grads(mx, lambda a, b: mx.nd.SpatialTransformer(a, b, **some), x, loc, head=head)


def test_identity_map(mx):
    x = mx.nd.arange(12).reshape((1, 1, 3, 4))
    loc = mx.nd.array([[1, 0, 0, 0, 1, 0]])
    some = {"transform_type": "affine", "sampler_type": "bilinear", "target_shape": (3, 4)}
    grid = mx.nd.GridGenerator(loc, transform_type="affine", target_shape=(3, 4))
    return mx.nd.SpatialTransformer(x, loc, **some), mx.nd.BilinearSampler(x, grid)


def test_symbols(mx):
    v = mx.sym.var
    grid = mx.sym.GridGenerator(v("t"), transform_type="affine", target_shape=(2, 3))
    sampled = mx.sym.BilinearSampler(v("d"), grid)
    moved = mx.sym.SpatialTransformer(
        v("d"), v("l"), transform_type="affine", sampler_type="bilinear", target_shape=(2, 3)
    )
    return [
        (
            each.list_arguments(),
            each.get_internals().list_outputs(),
            each.infer_shape(d=(2, 3, 4, 5), **more),
        )
        for each, more in ((sampled, {"t": (2, 6)}), (moved, {"l": (2, 6)}))
    ]


def test_sampler_wrong(mx):
    nd = mx.nd
    theta, flow = nd.zeros((2, 6)), nd.zeros((1, 2, 2, 3))
    x, grid = nd.zeros((1, 1, 3, 3)), nd.zeros((1, 2, 2, 2))
    affine = {"transform_type": "affine"}
    whole = {**affine, "sampler_type": "bilinear"}
    size = {"target_shape": (2, 3)}
    return [
        attempt(nd.GridGenerator, theta, **affine),
        attempt(nd.GridGenerator, theta[:, :5], **affine, **size),
        attempt(nd.GridGenerator, theta.reshape((2, 2, 3)), **affine, **size),
        attempt(nd.GridGenerator, theta.astype("int32"), **affine, **size),
        attempt(nd.GridGenerator, theta.astype("float16"), **affine, **size),
        attempt(nd.GridGenerator, theta, **affine, target_shape=(2,)),
        attempt(nd.GridGenerator, nd.zeros((1, 3, 2, 3)), transform_type="warp"),
        attempt(nd.GridGenerator, nd.zeros((2, 2, 3)), transform_type="warp"),
        attempt(nd.GridGenerator, flow, transform_type="foo"),
        attempt(nd.GridGenerator, flow),
        attempt(nd.BilinearSampler, nd.zeros((2, 1, 3, 3)), grid),
        attempt(nd.BilinearSampler, x, nd.zeros((1, 3, 2, 2))),
        attempt(nd.BilinearSampler, x[0], grid),
        attempt(nd.BilinearSampler, x, grid[0]),
        attempt(nd.BilinearSampler, x.astype("int32"), grid),
        attempt(nd.BilinearSampler, x.astype("float64"), grid),
        attempt(nd.SpatialTransformer, x, theta[:1], **whole),
        attempt(nd.SpatialTransformer, x, theta[:1], **whole, target_shape=(2,)),
        attempt(nd.SpatialTransformer, x, theta, **whole, target_shape=(2, 2)),
        attempt(nd.SpatialTransformer, x, theta[:1, :5], **whole, target_shape=(2, 2)),
        attempt(nd.SpatialTransformer, x, theta[0], **whole, target_shape=(2, 2)),
        attempt(nd.SpatialTransformer, x[0], theta[:1], **whole, target_shape=(2, 2)),
        attempt(nd.SpatialTransformer, x.astype("float64"), theta[:1], **whole, **size),
        attempt(nd.SpatialTransformer, x.astype("int32"), theta[:1].astype("int32"), **whole,
                **size),
        attempt(nd.SpatialTransformer, x, theta[:1]),
        attempt(nd.SpatialTransformer, x, theta[:1], transform_type="warp"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["sampler", "grid", "transformer"])
def test_no_images(mx, name):
    nd = mx.nd
    with mx.util.np_shape(True):
        x, grid, loc = nd.zeros((0, 2, 4, 4)), nd.zeros((0, 2, 3, 3)), nd.zeros((0, 6))
        some = {"transform_type": "affine", "target_shape": (2, 3)}
        if name == "sampler":
            return grads(mx, nd.BilinearSampler, x, grid)
        if name == "grid":
            return grads(mx, lambda a: nd.GridGenerator(a, **some), loc)
        some["sampler_type"] = "bilinear"
        return grads(mx, lambda a, b: nd.SpatialTransformer(a, b, **some), x, loc)
