"""Layers of ``gluon.contrib``: side by side, pixel shuffling, synchronized, deformable."""

from __future__ import annotations

import pytest

from compat_tests.gluon.tools import fill, run
from compat_tests.inputs import array, attempt

MODES = pytest.mark.parametrize("hybridize", [False, True], ids=["eager", "hybrid"])
SUMS = pytest.mark.tolerance(rtol=1e-4, atol=1e-5, reason="sums in another order")

DEFORMABLE = {
    "plain": ((2,), {"kernel_size": 2}, (2, 3, 4, 5)),
    "window": (
        (4, (3, 2)),
        {"strides": (2, 1), "padding": 1, "dilation": (1, 2), "activation": "relu"},
        (1, 2, 5, 5),
    ),
    "groups": ((4, (1, 2)), {"groups": 2, "num_deformable_group": 2}, (2, 4, 3, 3)),
    "no-bias": ((2, 2), {"use_bias": False, "offset_use_bias": False}, (1, 2, 3, 3)),
    "known": ((2, 2), {"in_channels": 3, "padding": (0, 1)}, (1, 3, 3, 3)),
}


@SUMS
@MODES
@pytest.mark.parametrize("name", DEFORMABLE)
def test_deformable(mx, name, hybridize):
    args, kwargs, shape = DEFORMABLE[name]
    layer = mx.gluon.contrib.cnn.DeformableConvolution(*args, prefix="layer_", **kwargs)
    layer.hybridize(hybridize)
    return run(mx, mx.nd, layer, array(mx.nd, "float32", shape))


@SUMS
@MODES
@pytest.mark.parametrize("name", DEFORMABLE)
def test_modulated(mx, name, hybridize):
    args, kwargs, shape = DEFORMABLE[name]
    layer = mx.gluon.contrib.cnn.ModulatedDeformableConvolution(*args, prefix="layer_", **kwargs)
    layer.hybridize(hybridize)
    layer.initialize(init=mx.init.One())
    x = array(mx.nd, "float32", shape)
    first = layer(x)
    fill(layer, mx.nd)
    return first, layer(x)


@SUMS
def test_modulated_gradients(mx):
    args, kwargs, shape = DEFORMABLE["plain"]
    layer = mx.gluon.contrib.cnn.ModulatedDeformableConvolution(*args, prefix="layer_", **kwargs)
    return run(mx, mx.nd, layer, array(mx.nd, "float32", shape))


def describe(layer):
    params = layer.collect_params()
    return (
        repr(layer),
        repr(params),
        layer.name,
        [(n, p.shape, p.grad_req, str(p.init)[:5]) for n, p in params.items()],
    )


@pytest.mark.parametrize("kind", ["DeformableConvolution", "ModulatedDeformableConvolution"])
@pytest.mark.parametrize("name", [*DEFORMABLE, "nhwc"])
def test_deformable_construction(mx, kind, name):
    args, kwargs, _ = DEFORMABLE.get(name, ((4, 3), {"layout": "NHWC", "in_channels": 2}, ()))
    make = getattr(mx.gluon.contrib.cnn, kind)
    layer = make(*args, prefix="layer_", **kwargs)
    with mx.name.NameManager():
        named = make(*args, **kwargs)
    return describe(layer), named.prefix, list(named.collect_params())


@pytest.mark.parametrize("name", DEFORMABLE)
def test_deformable_repr(mx, name):
    args, kwargs, shape = DEFORMABLE[name]
    layer = mx.gluon.contrib.cnn.DeformableConvolution(*args, prefix="layer_", **kwargs)
    layer.initialize()
    layer(mx.nd.ones(shape))
    return repr(layer), layer.offset_weight.shape


def test_deformable_wrong(mx):
    make = mx.gluon.contrib.cnn.DeformableConvolution
    return [
        attempt(make, 2, layout="CHWN"),
        attempt(make),
        attempt(make, 4, groups=3, in_channels=4, prefix="layer_"),
        attempt(make, 4, groups=2, in_channels=3, prefix="layer_"),
        attempt(make, 4, kernel_size=(3,)),
    ]


def side_by_side(mx, kind, axis):
    nn, contrib = mx.gluon.nn, mx.gluon.contrib.nn
    block = getattr(contrib, kind)(axis=axis, prefix="both_")
    with block.name_scope():
        block.add(nn.Dense(3, activation="relu", flatten=False))
        block.add(nn.Dense(2, flatten=False) if axis in (-1, 2) else nn.Dense(3, flatten=False))
        if axis in (-1, 2):
            block.add(contrib.Identity())
    return block


@pytest.mark.parametrize("kind", ["Concurrent", "HybridConcurrent"])
@pytest.mark.parametrize("axis", [-1, 0, 1, 2])
@MODES
def test_side_by_side(mx, kind, axis, hybridize):
    block = side_by_side(mx, kind, axis)
    if kind == "HybridConcurrent":
        block.hybridize(hybridize)
    return run(mx, mx.nd, block, array(mx.nd, "float32", (2, 3, 4)))


@pytest.mark.parametrize("kind", ["Concurrent", "HybridConcurrent"])
def test_side_by_side_text(mx, kind):
    block = side_by_side(mx, kind, -1)
    return repr(block), len(block), repr(block[1]), block.axis, list(block.collect_params())


def test_side_by_side_wrong(mx):
    contrib = mx.gluon.contrib.nn
    plain = mx.gluon.nn.Lambda(lambda x: x)
    block = contrib.HybridConcurrent(prefix="both_")
    return attempt(block.add, plain)


@MODES
def test_identity(mx, front, hybridize):
    layer = mx.gluon.contrib.nn.Identity(prefix="same_")
    layer.hybridize(hybridize)
    x = array(front, "float32", (2, 3))
    return layer(x), repr(layer)


SHUFFLES = {
    "1d": ("PixelShuffle1D", 2, (2, 4, 3)),
    "1d-3": ("PixelShuffle1D", 3, (1, 3, 2)),
    "2d": ("PixelShuffle2D", 2, (2, 8, 2, 3)),
    "2d-pair": ("PixelShuffle2D", (2, 3), (1, 12, 2, 2)),
    "2d-one": ("PixelShuffle2D", (1, 2), (1, 2, 2, 2)),
    "3d": ("PixelShuffle3D", 2, (1, 8, 2, 1, 2)),
    "3d-triple": ("PixelShuffle3D", (2, 3, 4), (1, 24, 1, 2, 2)),
}


@MODES
@pytest.mark.parametrize("name", SHUFFLES)
def test_shuffle(mx, name, hybridize):
    kind, factor, shape = SHUFFLES[name]
    layer = getattr(mx.gluon.contrib.nn, kind)(factor)
    layer.hybridize(hybridize)
    x = array(mx.nd, "float32", shape)
    x.attach_grad()
    with mx.autograd.record():
        out = layer(x)
    out.backward(array(mx.nd, "float32", out.shape, seed="head"))
    return out, x.grad, repr(layer)


def test_shuffle_wrong(mx):
    contrib = mx.gluon.contrib.nn
    return [
        attempt(contrib.PixelShuffle2D, (2, 3, 4)),
        attempt(contrib.PixelShuffle3D, (2, 3)),
        attempt(contrib.PixelShuffle2D, "two"),
        attempt(contrib.PixelShuffle2D),
        attempt(contrib.PixelShuffle2D(2), mx.nd.ones((1, 3, 2, 2))),
    ]


SYNC = {
    "plain": ({}, (4, 3)),
    "images": ({"momentum": 0.5, "epsilon": 1e-3}, (2, 3, 2, 2)),
    "no-scale": ({"scale": False}, (4, 3)),
    "no-center": ({"center": False}, (4, 3)),
    "global": ({"use_global_stats": True}, (4, 3)),
    "known": ({"in_channels": 3}, (4, 3)),
}


@SUMS
@MODES
@pytest.mark.parametrize("name", [name for name in SYNC if name != "no-scale"])
def test_sync(mx, name, hybridize):
    kwargs, shape = SYNC[name]
    layer = mx.gluon.contrib.nn.SyncBatchNorm(num_devices=1, prefix="sync_", **kwargs)
    layer.hybridize(hybridize)
    return run(mx, mx.nd, layer, array(mx.nd, "float32", shape))


@SUMS
def test_sync_without_scale(mx):
    kwargs, shape = SYNC["no-scale"]
    layer = mx.gluon.contrib.nn.SyncBatchNorm(num_devices=1, prefix="sync_", **kwargs)
    return run(mx, mx.nd, layer, array(mx.nd, "float32", shape))


@pytest.mark.parametrize("name", SYNC)
def test_sync_construction(mx, name):
    kwargs, _ = SYNC[name]
    layer = mx.gluon.contrib.nn.SyncBatchNorm(num_devices=2, prefix="sync_", **kwargs)
    return describe(layer)


def test_sync_counts_devices(mx):
    layer = mx.gluon.contrib.nn.SyncBatchNorm(prefix="sync_")
    return repr(layer)


def test_sparse_embedding(mx):
    layer = mx.gluon.contrib.nn.SparseEmbedding(5, 3, prefix="words_")
    wide = mx.gluon.contrib.nn.SparseEmbedding(5, 3, "float64", "ones", prefix="words_")
    return describe(layer), describe(wide), layer.weight._stype, layer.weight._grad_stype


NP_LAYERS = {
    "deformable": ("cnn", "DeformableConvolution", (2, 2), (1, 2, 3, 3)),
    "modulated": ("cnn", "ModulatedDeformableConvolution", (2, 2), (1, 2, 3, 3)),
    "sync": ("nn", "SyncBatchNorm", (2, 1), (1, 2, 3, 3)),
    "shuffle": ("nn", "PixelShuffle2D", (2,), (1, 4, 3, 3)),
    "shuffle-1d": ("nn", "PixelShuffle1D", (2,), (1, 4, 3)),
    "concurrent": ("nn", "Concurrent", (), (1, 2)),
    "hybrid-concurrent": ("nn", "HybridConcurrent", (), (1, 2)),
}


@pytest.mark.np
@MODES
@pytest.mark.parametrize("name", NP_LAYERS)
def test_np_arrays(mx, name, hybridize):
    """Most layers are made of legacy operators, which refuse NumPy-like arrays."""
    where, kind, args, shape = NP_LAYERS[name]
    layer = getattr(getattr(mx.gluon.contrib, where), kind)(*args)
    if "oncurrent" in kind:
        layer.add(mx.gluon.nn.Dense(2), mx.gluon.contrib.nn.Identity())
    if kind != "Concurrent":
        layer.hybridize(hybridize)
    layer.initialize()
    return attempt(layer, mx.np.ones(shape))
