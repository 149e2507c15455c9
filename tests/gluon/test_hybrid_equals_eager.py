"""Every hybrid layer compiled: the eager values and gradients, on second calls of another kind too.

The table must name every HybridBlock of ``gluon.nn`` and ``gluon.contrib``; a new layer without a
row fails.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import mxshim as mx
from mxshim.gluon import contrib, nn

#: class name: (constructor, input shape without the batch, what else the first input must be)
LAYERS: dict[str, tuple[Any, tuple[int, ...], str]] = {
    "Activation": (lambda: nn.Activation("sigmoid"), (3,), ""),
    "AvgPool1D": (lambda: nn.AvgPool1D(2), (2, 6), ""),
    "AvgPool2D": (lambda: nn.AvgPool2D(3, 2, 1), (2, 6, 5), ""),
    "AvgPool3D": (lambda: nn.AvgPool3D(2), (1, 4, 4, 4), ""),
    "BatchNorm": (lambda: nn.BatchNorm(), (3, 4), ""),
    "BatchNormReLU": (lambda: nn.BatchNormReLU(), (3, 4, 4), ""),
    "Conv1D": (lambda: nn.Conv1D(3, 3, padding=1), (2, 6), ""),
    "Conv1DTranspose": (lambda: nn.Conv1DTranspose(3, 3, 2), (2, 6), ""),
    "Conv2D": (lambda: nn.Conv2D(4, 3, 2, 1, groups=2, activation="relu"), (2, 6, 5), ""),
    "Conv2DTranspose": (lambda: nn.Conv2DTranspose(3, 4, 2, 1), (2, 4, 5), ""),
    "Conv3D": (lambda: nn.Conv3D(2, 2), (1, 3, 4, 3), ""),
    "Conv3DTranspose": (lambda: nn.Conv3DTranspose(2, 2), (1, 3, 2, 3), ""),
    "Dense": (lambda: nn.Dense(4, activation="tanh"), (2, 3), ""),
    "Dropout": (lambda: nn.Dropout(0.5), (20,), ""),
    "ELU": (lambda: nn.ELU(0.5), (3,), ""),
    "Embedding": (lambda: nn.Embedding(5, 3), (4,), "index"),
    "Flatten": (lambda: nn.Flatten(), (2, 3), ""),
    "GELU": (lambda: nn.GELU(), (3,), ""),
    "GlobalAvgPool1D": (lambda: nn.GlobalAvgPool1D(), (2, 4), ""),
    "GlobalAvgPool2D": (lambda: nn.GlobalAvgPool2D(), (2, 4, 3), ""),
    "GlobalAvgPool3D": (lambda: nn.GlobalAvgPool3D(), (2, 2, 3, 2), ""),
    "GlobalMaxPool1D": (lambda: nn.GlobalMaxPool1D(), (2, 4), ""),
    "GlobalMaxPool2D": (lambda: nn.GlobalMaxPool2D(), (2, 4, 3), ""),
    "GlobalMaxPool3D": (lambda: nn.GlobalMaxPool3D(), (2, 2, 3, 2), ""),
    "GroupNorm": (lambda: nn.GroupNorm(2), (4, 3), ""),
    "HybridConcurrent": (
        lambda: _added(contrib.nn.HybridConcurrent(axis=1), nn.Dense(2), nn.Dense(3)), (4,), "",
    ),
    "HybridLambda": (lambda: nn.HybridLambda(lambda F, x: F.sin(x) * 2), (3,), ""),
    "HybridSequential": (
        lambda: _added(nn.HybridSequential(), nn.Dense(3), nn.LayerNorm(), nn.Dense(2)), (4,), "",
    ),
    "Identity": (lambda: contrib.nn.Identity(), (3,), ""),
    "InstanceNorm": (lambda: nn.InstanceNorm(), (2, 5), ""),
    "LayerNorm": (lambda: nn.LayerNorm(), (5,), ""),
    "LeakyReLU": (lambda: nn.LeakyReLU(0.2), (3,), ""),
    "MaxPool1D": (lambda: nn.MaxPool1D(2), (2, 6), ""),
    "MaxPool2D": (lambda: nn.MaxPool2D(3, 2, 1), (2, 6, 5), ""),
    "MaxPool3D": (lambda: nn.MaxPool3D(2), (1, 4, 4, 4), ""),
    "PixelShuffle1D": (lambda: contrib.nn.PixelShuffle1D(2), (4, 3), ""),
    "PixelShuffle2D": (lambda: contrib.nn.PixelShuffle2D((2, 1)), (4, 3, 2), ""),
    "PixelShuffle3D": (lambda: contrib.nn.PixelShuffle3D(2), (8, 1, 2, 1), ""),
    "PReLU": (lambda: nn.PReLU(), (3,), ""),
    "ReflectionPad2D": (lambda: nn.ReflectionPad2D(1), (1, 3, 4), ""),
    "SELU": (lambda: nn.SELU(), (3,), ""),
    "Swish": (lambda: nn.Swish(1.5), (3,), ""),
    "SyncBatchNorm": (lambda: contrib.nn.SyncBatchNorm(num_devices=1), (3, 4), ""),
    "DeformableConvolution": (
        lambda: contrib.cnn.DeformableConvolution(2, (3, 3), padding=(1, 1)), (2, 5, 4), "",
    ),
    "ModulatedDeformableConvolution": (
        lambda: contrib.cnn.ModulatedDeformableConvolution(2, (3, 3), padding=(1, 1)),
        (2, 5, 4), "",
    ),
}  # fmt: skip
#: Bases, and what other tests cover.
ELSEWHERE = {"HybridBlock", "SymbolBlock"}


def _added(block: Any, *children: Any) -> Any:
    block.add(*children)
    return block


def hybrid_classes() -> set[str]:
    """Name the hybrid layers that there are."""
    found = set()
    for module in (nn, contrib.nn, contrib.cnn):
        for name in dir(module):
            kind = getattr(module, name)
            if isinstance(kind, type) and issubclass(kind, mx.gluon.HybridBlock):
                found.add(name)
    return found - ELSEWHERE


def test_every_layer_has_a_row():
    assert hybrid_classes() <= set(LAYERS)


THERE = sorted(name for name in LAYERS if name in hybrid_classes())


def filled(name: str, hybridize: bool, dtype: str, ctx: Any) -> Any:
    """Make a layer with known parameters."""
    make, shape, kind = LAYERS[name]
    layer = make()
    layer.initialize(ctx=ctx)
    layer.cast(dtype)
    layer.hybridize(hybridize)
    layer(data(shape, kind, 1, dtype, mx.cpu(0)))
    for i, param in enumerate(layer.collect_params().values()):
        drawn = np.random.default_rng(i).uniform(0.1, 0.9, param.shape)
        param.set_data(mx.nd.array(drawn, dtype=param.dtype))
    return layer


def data(shape: tuple[int, ...], kind: str, batch: int, dtype: str, ctx: Any) -> Any:
    rng = np.random.default_rng(batch)
    size = (batch, *shape)
    drawn = rng.integers(0, 5, size) if kind == "index" else rng.normal(size=size)
    return mx.nd.array(drawn, dtype=dtype, ctx=ctx)


def seen(layer: Any, x: Any) -> list[np.ndarray]:
    """Run a layer in training and prediction; return outputs, gradients and states."""
    mx.random.seed(11)
    x.attach_grad()
    with mx.autograd.record():
        y = layer(x)
        z = (y * y).sum()
    z.backward()
    params = layer.collect_params().values()
    grads = [p.grad(x.ctx) for p in params if p.grad_req != "null"]
    states = [p.data(x.ctx) for p in params if p.grad_req == "null"]
    return [a.asnumpy() for a in (y, x.grad, *grads, *states, layer(x))]


@pytest.mark.parametrize("name", THERE)
def test_layer(name: str) -> None:
    _, shape, kind = LAYERS[name]
    contexts = [mx.cpu(0), mx.cpu(1)]
    eager, compiled = (filled(name, h, "float32", contexts) for h in (False, True))
    for batch, ctx in ((3, 0), (1, 0), (5, 1), (3, 0)):
        found = [
            seen(layer, data(shape, kind, batch, "float32", contexts[ctx]))
            for layer in (eager, compiled)
        ]
        for expected, got in zip(*found, strict=True):
            np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-6)
    for layer in (eager, compiled):
        layer.cast("float64")
    found = [
        seen(layer, data(shape, kind, 2, "float64", contexts[0])) for layer in (eager, compiled)
    ]
    for expected, got in zip(*found, strict=True):
        assert got.dtype == expected.dtype
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", THERE)
def test_layer_under_numpy(name: str) -> None:
    make, shape, kind = LAYERS[name]
    if name == "HybridLambda":
        pytest.skip("its function calls a legacy operator")
    mx.npx.set_np()
    try:
        found = []
        for hybridize in (False, True):
            layer = make()
            layer.initialize()
            layer.hybridize(hybridize)
            x = data(shape, kind, 3, "float32", mx.cpu(0)).as_np_ndarray()
            try:
                layer(x)
            except (TypeError, ValueError) as refusal:
                found.append(str(refusal).splitlines()[-1])  # legacy operators refuse np arrays
                continue
            for i, param in enumerate(layer.collect_params().values()):
                drawn = np.random.default_rng(i).uniform(0.1, 0.9, param.shape)
                param.set_data(mx.np.array(drawn))
            found.append(seen(layer, x))
    finally:
        mx.npx.reset_np()
    if isinstance(found[0], str):
        assert isinstance(found[1], str)
        return
    for expected, got in zip(*found, strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-6)
