"""What of ``gluon.contrib`` parity cannot show: several devices, gradients MXNet lacks."""

from __future__ import annotations

import pickle
import warnings

import numpy as np
import pytest

import mxshim as mx
from mxshim.gluon.contrib import cnn, rnn
from mxshim.gluon.contrib import nn as contrib_nn


def test_several_devices_are_refused_in_training():
    layer = contrib_nn.SyncBatchNorm(in_channels=2, num_devices=2)
    layer.initialize()
    x = mx.nd.ones((3, 2))
    assert layer(x).shape == (3, 2)
    with mx.autograd.record(), pytest.raises(NotImplementedError, match="ndev=2"):
        layer(x)


def test_one_device_is_the_default_without_gpus(monkeypatch):
    monkeypatch.setattr(mx.context, "num_gpus", lambda: 0)
    with pytest.warns(UserWarning, match="num_devices"):
        assert contrib_nn.SyncBatchNorm()._kwargs["ndev"] == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        contrib_nn.SyncBatchNorm(num_devices=1)


def test_sync_equals_batch_norm():
    x = mx.nd.array(np.random.default_rng(0).normal(size=(4, 3, 2, 2)))
    layers = [
        contrib_nn.SyncBatchNorm(num_devices=1, in_channels=3),
        mx.gluon.nn.BatchNorm(in_channels=3),
    ]
    seen = []
    for layer in layers:
        layer.initialize()
        x.attach_grad()
        with mx.autograd.record():
            out = layer(x)
            total = (out * out * x).sum()
        total.backward()
        averages = layer.running_mean.data(), layer.running_var.data()
        seen.append([a.asnumpy() for a in (out, x.grad, *averages)])
    for one, other in zip(*seen, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def test_fresh_deformable_layers_are_convolutions():
    """Offsets start at zero, and twice the sigmoid of zero scales by one."""
    x = mx.nd.array(np.random.default_rng(1).normal(size=(2, 3, 5, 5)))
    plain = mx.gluon.nn.Conv2D(4, 3, padding=1, in_channels=3)
    plain.initialize(mx.init.Xavier())
    for kind in (cnn.DeformableConvolution, cnn.ModulatedDeformableConvolution):
        layer = kind(4, 3, padding=1)
        layer.initialize()
        layer(x)
        layer.deformable_conv_weight.set_data(plain.weight.data())
        np.testing.assert_allclose(
            layer(x).asnumpy(), plain(x).asnumpy(), rtol=1e-4, atol=1e-5
        )  # fmt: skip


@pytest.mark.parametrize("name", ["Conv1DRNNCell", "Conv2DLSTMCell", "Conv3DGRUCell"])
def test_cells_have_constructors_of_their_own(name):
    cls = getattr(rnn, name)
    dims = int(name[4])
    assert cls.__init__.__qualname__ == f"{name}.__init__"
    assert cls.__init__.__defaults__[:3] == ((0,) * dims, (1,) * dims, (1,) * dims)
    assert pickle.loads(pickle.dumps(cls)) is cls


def test_shuffled_pixels_keep_their_neighbours():
    """A channel's number is that of its pixel in the block."""
    x = mx.nd.array(np.arange(6).reshape((1, 6, 1, 1)))
    assert contrib_nn.PixelShuffle2D((2, 3))(x).asnumpy().tolist() == [[[[0, 1, 2], [3, 4, 5]]]]
