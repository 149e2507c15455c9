"""Layers of ``gluon.nn``: deferred shapes, outputs, gradients, texts and refusals."""

from __future__ import annotations

import pytest

from compat_tests.gluon.tools import fill, run
from compat_tests.inputs import array, attempt

LAYERS = {
    "dense": ("Dense", (3,), {}, (2, 4)),
    "dense-relu": ("Dense", (3,), {"activation": "relu"}, (2, 4)),
    "dense-flatten": ("Dense", (3,), {}, (2, 2, 3)),
    "dense-no-flatten": ("Dense", (3,), {"flatten": False}, (2, 2, 3)),
    "dense-no-bias": ("Dense", (3,), {"use_bias": False, "activation": "tanh"}, (2, 4)),
    "conv1d": ("Conv1D", (2, 3), {}, (2, 3, 6)),
    "conv1d-strides": ("Conv1D", (2, 2), {"strides": 2, "padding": 1}, (2, 3, 6)),
    "conv2d": ("Conv2D", (2, 3), {}, (2, 3, 5, 4)),
    "conv2d-options": (
        "Conv2D",
        (4, (3, 2)),
        {"strides": 2, "padding": (1, 0), "dilation": (1, 2), "groups": 2, "activation": "relu"},
        (2, 2, 6, 7),
    ),
    "conv2d-no-bias": ("Conv2D", (2, 1), {"use_bias": False}, (1, 3, 2, 2)),
    "conv3d": ("Conv3D", (2, 2), {"padding": 1}, (1, 2, 3, 2, 2)),
    "maxpool1d": ("MaxPool1D", (), {}, (1, 2, 5)),
    "maxpool2d": ("MaxPool2D", (3, 2), {"padding": 1}, (1, 2, 5, 6)),
    "maxpool2d-ceil": ("MaxPool2D", (2,), {"ceil_mode": True}, (1, 2, 5, 5)),
    "maxpool3d": ("MaxPool3D", (2, 1), {}, (1, 1, 3, 3, 2)),
    "avgpool1d": ("AvgPool1D", (3, 1, 1), {}, (1, 2, 5)),
    "avgpool1d-inside": ("AvgPool1D", (3, 1, 1), {"count_include_pad": False}, (1, 2, 5)),
    "avgpool2d": ("AvgPool2D", (), {}, (1, 2, 4, 5)),
    "avgpool3d": ("AvgPool3D", ((1, 2, 2),), {}, (1, 1, 2, 4, 2)),
    "globalmax1d": ("GlobalMaxPool1D", (), {}, (2, 2, 4)),
    "globalmax2d": ("GlobalMaxPool2D", (), {}, (2, 2, 3, 2)),
    "globalmax3d": ("GlobalMaxPool3D", (), {}, (1, 2, 2, 2, 2)),
    "globalavg1d": ("GlobalAvgPool1D", (), {}, (2, 2, 4)),
    "globalavg2d": ("GlobalAvgPool2D", (), {}, (2, 2, 3, 2)),
    "globalavg3d": ("GlobalAvgPool3D", (), {}, (1, 2, 2, 2, 2)),
    "batchnorm": ("BatchNorm", (), {}, (4, 3)),
    "batchnorm-images": ("BatchNorm", (), {"momentum": 0.5, "epsilon": 1e-3}, (2, 3, 2, 2)),
    "batchnorm-axis": ("BatchNorm", (), {"axis": -1}, (2, 2, 3)),
    "batchnorm-no-scale": ("BatchNorm", (), {"scale": False}, (4, 3)),
    "batchnorm-no-center": ("BatchNorm", (), {"center": False}, (4, 3)),
    "batchnorm-global": ("BatchNorm", (), {"use_global_stats": True}, (4, 3)),
    "layernorm": ("LayerNorm", (), {}, (2, 5)),
    "layernorm-axis": ("LayerNorm", (), {"axis": 1, "epsilon": 1e-3}, (2, 4, 3)),
    "layernorm-no-scale": ("LayerNorm", (), {"scale": False, "center": False}, (2, 5)),
    "flatten": ("Flatten", (), {}, (2, 2, 3)),
    "dropout-0": ("Dropout", (0,), {}, (2, 3)),
    "relu": ("Activation", ("relu",), {}, (2, 3)),
    "sigmoid": ("Activation", ("sigmoid",), {}, (2, 3)),
    "tanh": ("Activation", ("tanh",), {}, (2, 3)),
    "softrelu": ("Activation", ("softrelu",), {}, (2, 3)),
    "softsign": ("Activation", ("softsign",), {}, (2, 3)),
    "leakyrelu": ("LeakyReLU", (0.1,), {}, (2, 3)),
    "prelu": ("PReLU", (), {}, (2, 3)),
    "prelu-channels": ("PReLU", (), {"in_channels": 3}, (2, 3)),
    "elu": ("ELU", (0.5,), {}, (2, 3)),
    "selu": ("SELU", (), {}, (2, 3)),
    "gelu": ("GELU", (), {}, (2, 3)),
    "swish": ("Swish", (2.0,), {}, (2, 3)),
}


@pytest.mark.parametrize("hybridize", [False, True], ids=["eager", "hybrid"])
@pytest.mark.parametrize("name", LAYERS)
def test_layer(mx, front, name, hybridize):
    kind, args, kwargs, shape = LAYERS[name]
    layer = getattr(mx.gluon.nn, kind)(*args, prefix="layer_", **kwargs)
    layer.hybridize(hybridize)
    return run(mx, front, layer, array(front, "float32", shape))


@pytest.mark.parametrize("name", LAYERS)
def test_repr(mx, front, name):
    kind, args, kwargs, shape = LAYERS[name]
    layer = getattr(mx.gluon.nn, kind)(*args, prefix="layer_", **kwargs)
    before = repr(layer)
    layer.initialize()
    layer(array(front, "float32", shape))
    return before, repr(layer), layer.name, repr(layer.collect_params())


TEXTS = {
    "conv2d": ("Conv2D", (4, 3), {"in_channels": 2, "padding": 1, "dilation": 2}),
    "conv2d-groups": ("Conv2D", (4, [3, 3]), {"groups": 2, "use_bias": False}),
    "conv2d-nhwc": ("Conv2D", (4, 3), {"layout": "NHWC", "activation": "relu"}),
    "conv3d-ndhwc": ("Conv3D", (4, 3), {"layout": "NDHWC", "in_channels": 3}),
    "conv2dtranspose": ("Conv2DTranspose", (4, 3), {"strides": 2, "output_padding": 1}),
    "conv2dtranspose-groups": ("Conv2DTranspose", (4, 3), {"groups": 2, "in_channels": 6}),
    "conv1dtranspose": ("Conv1DTranspose", (4, 3), {"in_channels": 5}),
    "conv3dtranspose": ("Conv3DTranspose", (4, 2), {"layout": "NDHWC"}),
    "embedding": ("Embedding", (5, 3), {}),
    "embedding-dtype": ("Embedding", (5, 3), {"dtype": "float64"}),
    "dense-dtype": ("Dense", (5,), {"dtype": "float16", "in_units": 3}),
    "dropout": ("Dropout", (0.5,), {"axes": (1,)}),
    "instancenorm": ("InstanceNorm", (), {"in_channels": 4}),
    "groupnorm": ("GroupNorm", (2,), {}),
    "batchnormrelu": ("BatchNormReLU", (), {}),
    "reflectionpad": ("ReflectionPad2D", (1,), {}),
    "lambda": ("Lambda", ("relu",), {}),
    "hybridlambda": ("HybridLambda", ("relu",), {}),
}


@pytest.mark.parametrize("name", TEXTS)
def test_construction(mx, front, name):
    kind, args, kwargs = TEXTS[name]
    layer = getattr(mx.gluon.nn, kind)(*args, prefix="layer_", **kwargs)
    params = layer.collect_params()
    return repr(layer), repr(params), [(p.shape, p.grad_req, p.init) for p in params.values()]


@pytest.mark.parametrize("name", ["Dense", "Conv2D", "BatchNorm", "MaxPool2D", "Activation"])
def test_automatic_names(mx, name):
    args = {"Dense": (1,), "Conv2D": (1, 1), "Activation": ("relu",)}.get(name, ())
    with mx.name.NameManager():
        layers = [getattr(mx.gluon.nn, name)(*args) for _ in range(3)]
    return [(layer.name, layer.prefix, list(layer.collect_params())) for layer in layers]


@pytest.mark.parametrize("dtype", ["int32", "int64", "float32", "int8"])
def test_embedding(mx, front, dtype):
    layer = mx.gluon.nn.Embedding(4, 3, prefix="layer_")
    layer.initialize()
    fill(layer, front)
    x = front.array([[0, 3], [1, 3]], dtype=dtype)
    with mx.autograd.record():
        out = layer(x)
    out.backward()
    return out, layer.weight.grad()


@pytest.mark.parametrize("axes", [(), (1,)], ids=["all", "axis"])
def test_dropout(mx, front, axes):
    layer = mx.gluon.nn.Dropout(0.5, axes=axes)
    x = front.ones((20, 30))
    with mx.autograd.record():
        out = layer(x)
    kept = sorted(set(out.asnumpy().ravel().tolist()))
    return layer(x)[:2, :2], out.shape, kept


def test_lambda(mx, front):
    x = array(front, "float32", (2, 3))
    plain = mx.gluon.nn.Lambda(lambda a, b: a + b)
    hybrid = mx.gluon.nn.HybridLambda(lambda F, a: a * 2, prefix="twice_")
    return plain(x, x), hybrid(x), repr(hybrid), hybrid.name


def test_lambda_by_name(mx):
    x = array(mx.nd, "float32", (2, 3))
    nn = mx.gluon.nn
    return (
        nn.Lambda("relu")(x),
        nn.HybridLambda("tanh")(x),
        attempt(nn.Lambda, "no_such_function"),
        attempt(nn.HybridLambda, "no_such_function"),
        attempt(nn.Lambda, 3),
    )


WRONG = {
    "conv2d-kernel": ("Conv2D", (4, (3,)), {}),
    "conv1d-kernel": ("Conv1D", (4, (3, 3)), {}),
    "conv1d-layout": ("Conv1D", (4, 3), {"layout": "NWC"}),
    "conv2d-layout": ("Conv2D", (4, 3), {"layout": "HWCN"}),
    "conv3d-layout": ("Conv3D", (4, 3), {"layout": "NCHW"}),
    "conv2d-groups": ("Conv2D", (4, 3), {"groups": 3}),
    "conv2d-in-groups": ("Conv2D", (4, 3), {"groups": 2, "in_channels": 3}),
    "conv2dtranspose-groups": ("Conv2DTranspose", (5, 3), {"groups": 2, "in_channels": 4}),
    "conv2d-both-groups": ("Conv2D", (3, 3), {"groups": 2, "in_channels": 3}),
    "conv1dtranspose-in-groups": ("Conv1DTranspose", (4, 3), {"groups": 2, "in_channels": 3}),
    "conv3dtranspose-in-groups": ("Conv3DTranspose", (3, 3), {"groups": 2, "in_channels": 3}),
    "conv2dtranspose-padding": ("Conv2DTranspose", (5, 3), {"output_padding": (1,)}),
    "maxpool2d-size": ("MaxPool2D", ((2,),), {}),
    "maxpool1d-layout": ("MaxPool1D", (), {"layout": "CNW"}),
    "leakyrelu": ("LeakyReLU", (-1,), {}),
    "reflectionpad": ("ReflectionPad2D", ((1, 1),), {}),
    "dense-missing": ("Dense", (), {}),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_construction(mx, front, name):
    kind, args, kwargs = WRONG[name]
    return attempt(getattr(mx.gluon.nn, kind), *args, prefix="layer_", **kwargs)


MISFITS = {
    "conv2d-ndim": ("Conv2D", (4, 3), {}, (2, 5)),
    "conv1d-ndim": ("Conv1D", (4, 3), {}, (2, 5)),
    "conv3d-ndim": ("Conv3D", (4, 3), {}, (2, 5)),
    "conv2d-groups": ("Conv2D", (4, 3), {"groups": 2}, (2, 5, 6, 6)),
    "conv2d-channels": ("Conv2D", (4, 3), {"in_channels": 2}, (2, 3, 6, 6)),
    "dense-units": ("Dense", (4,), {"in_units": 3}, (2, 4)),
    "batchnorm-axis": ("BatchNorm", (3,), {}, (2, 3)),
    "layernorm-axis": ("LayerNorm", (3,), {}, (2, 3)),
}


@pytest.mark.parametrize("name", MISFITS)
def test_misfit_input(mx, front, name):
    kind, args, kwargs, shape = MISFITS[name]
    layer = getattr(mx.gluon.nn, kind)(*args, prefix="layer_", **kwargs)
    layer.initialize()
    return attempt(layer, array(front, "float32", shape))


def test_batchnorm_statistics(mx, front):
    layer = mx.gluon.nn.BatchNorm(momentum=0.8, prefix="bn_")
    layer.initialize()
    seen = []
    for seed in range(3):
        x = array(front, "float32", (4, 2), seed=seed)
        with mx.autograd.record():
            layer(x)
        seen.append((layer.running_mean.data().copy(), layer.running_var.data().copy()))
    return seen, layer(x), layer.gamma.grad_req, layer.running_mean.grad_req


def test_batchnorm_cast(mx, front):
    layer = mx.gluon.nn.BatchNorm(in_channels=2, prefix="bn_")
    layer.initialize()
    layer.cast("float16")
    half = layer.gamma.dtype, layer.gamma.data().dtype
    layer.cast("float64")
    return half, layer.gamma.dtype, layer.gamma.data().dtype


@pytest.mark.parametrize("dtype", ["float16", "float64"])
def test_cast(mx, front, dtype):
    net = mx.gluon.nn.HybridSequential(prefix="net_")
    net.add(
        mx.gluon.nn.Dense(3, in_units=4, prefix="a_"), mx.gluon.nn.Dense(2, in_units=3, prefix="b_")
    )
    net.initialize(mx.init.One())
    net.cast(dtype)
    # MXNet has no float16 dense layer on the CPU.
    out = net(array(front, dtype, (2, 4))) if dtype == "float64" else None
    return out, [(p.name, p.dtype, p.data().dtype) for p in net.collect_params().values()]
