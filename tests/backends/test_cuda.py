"""The whole library on a real GPU, compared with the CPU; skipped where CuPy finds none.

``tests/strict_cupy.py`` keeps operator bodies honest everywhere; this module asks CuPy itself.
``python -m pytest tests/backends`` on a machine with a GPU takes minutes the first time: CuPy
compiles its kernels.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import mxshim as mx
from tests.ndarray import test_devices as arrays_test
from tests.samples import Sample
from tests.test_gradients import SAMPLES, TWICE, head_grads, run, tensors

if not mx.context.num_gpus():
    pytest.skip("CuPy finds no GPU", allow_module_level=True)
GPU = mx.gpu(0)
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
FIXED = [sample for sample in SAMPLES if not sample.random]


def close(got: Any, expected: Any, tolerance: float) -> None:
    """Compare an array from the GPU with one from the CPU."""
    assert got.dtype == expected.dtype
    if got.dtype == np.float32:  # of operators that compute in single precision whatever they get
        tolerance = max(tolerance, 1e-5)
    np.testing.assert_allclose(got.asnumpy(), expected.asnumpy(), rtol=tolerance, atol=tolerance)


def on(sample: Sample, ctx: Any, dtype: str) -> list[Any]:
    return [mx.nd.array(a, ctx=ctx, dtype=a.dtype) for a in sample.arrays(dtype)]


@pytest.mark.parametrize("sample", FIXED, ids=lambda s: s.label)
def test_forward(sample: Sample) -> None:
    for dtype, tolerance in (("float64", 1e-9), ("float32", 2e-3)):
        try:
            expected = run(sample, on(sample, mx.cpu(), dtype))
        except mx.MXNetError:
            continue  # an operator of one floating type
        with GPU:
            got = run(sample, on(sample, GPU, dtype))
        for e, g in zip(expected, got, strict=True):
            close(g, e, tolerance)
            assert g.ctx == (GPU if sample.inputs else g.ctx)


@pytest.mark.parametrize("sample", [s for s in FIXED if s.grad], ids=lambda s: s.label)
def test_gradients(sample: Sample) -> None:
    found = []
    for ctx in (mx.cpu(), GPU):
        with ctx:
            inputs = tensors(sample, ctx)
            chosen = [inputs[i] for i in sample.variables()]
            for array in chosen:
                array.attach_grad()
            with mx.autograd.record(train_mode=sample.training):
                outputs = [o for o in run(sample, inputs) if o._node is not None]
            heads = [h.as_in_context(ctx) for h in head_grads(outputs)]
            mx.autograd.backward(outputs, heads)
            found.append([array.grad for array in chosen])
    for expected, got in zip(*found, strict=True):
        close(got, expected, 1e-8)


TWICE = [sample for sample in TWICE if not sample.random]


@pytest.mark.parametrize("sample", TWICE, ids=lambda s: s.label)
def test_second_order(sample: Sample) -> None:
    found = []
    for ctx in (mx.cpu(), GPU):
        with ctx:
            inputs = tensors(sample, ctx)
            chosen = [inputs[i] for i in sample.variables()]
            for array in chosen:
                array.attach_grad()
            with mx.autograd.record(train_mode=sample.training):
                outputs = [o for o in run(sample, inputs) if o._node is not None]
                heads = [h.as_in_context(ctx) for h in head_grads(outputs)]
                firsts = mx.autograd.grad(outputs, chosen, heads, create_graph=True)
                firsts = [g for g in firsts if g._node is not None]
            if firsts:
                mx.autograd.backward(firsts)
            found.append([array.grad for array in chosen] if firsts else [])
    for expected, got in zip(*found, strict=True):
        close(got, expected, 1e-7)


RANDOM = [sample for sample in SAMPLES if sample.random]


@pytest.mark.parametrize("sample", RANDOM, ids=lambda s: s.label)
def test_random_operators_run(sample: Sample) -> None:
    with GPU:
        outputs = run(sample, on(sample, GPU, "float32"))
        expected = run(sample, on(sample, mx.cpu(), "float32"))
    for out, like in zip(outputs, expected, strict=True):
        assert out.shape == like.shape and out.dtype == like.dtype
        assert out.asnumpy().shape == out.shape


def test_numbers_of_the_cpu_on_the_gpu() -> None:
    before = mx.random.set_generator("mxnet-cpu")
    try:
        found = []
        for ctx in (mx.cpu(), GPU):
            mx.random.seed(3)
            drawn = [
                mx.nd.random.normal(shape=(5,), ctx=ctx), mx.nd.random.uniform(shape=(5,), ctx=ctx),
                mx.np.random.normal(size=(5,), ctx=ctx), mx.nd.random.gamma(2, shape=(5,), ctx=ctx),
            ]  # fmt: skip
            found.append([array.asnumpy() for array in drawn])
        np.testing.assert_array_equal(found[0], found[1])
    finally:
        mx.random.set_generator(before)


@pytest.fixture(params=("nd", "np"))
def kind(request: Any) -> Any:
    if request.param == "np":
        mx.npx.set_np()
    yield request.param
    mx.npx.reset_np()


@pytest.mark.parametrize("expression", arrays_test.EXPRESSIONS)
def test_reading(kind: str, expression: str) -> None:
    seen = [
        eval(expression, {"x": arrays_test.arrays(kind, ctx), "mx": mx}) for ctx in (mx.cpu(), GPU)
    ]
    np.testing.assert_allclose(arrays_test.host(seen[0]), arrays_test.host(seen[1]), rtol=1e-6)


@pytest.mark.parametrize("statement", arrays_test.WRITES)
def test_writing(kind: str, statement: str) -> None:
    seen = []
    for ctx in (mx.cpu(), GPU):
        x = arrays_test.arrays(kind, ctx)
        exec(statement, {"x": x, "mx": mx, "numpy": np})
        seen.append(x.asnumpy())
    np.testing.assert_allclose(seen[0], seen[1], rtol=1e-6)


def layers() -> dict[str, Any]:
    nn, rnn = mx.gluon.nn, mx.gluon.rnn
    return {
        "dense": (lambda: nn.Dense(3, activation="relu"), (4, 5)),
        "conv1d": (lambda: nn.Conv1D(3, 3, padding=1), (2, 4, 8)),
        "conv2d": (lambda: nn.Conv2D(4, 3, strides=2, padding=1, groups=2), (2, 4, 7, 7)),
        "conv3d": (lambda: nn.Conv3D(2, 2), (1, 2, 4, 4, 4)),
        "deconv2d": (lambda: nn.Conv2DTranspose(3, 4, strides=2, padding=1), (2, 2, 5, 5)),
        "maxpool": (lambda: nn.MaxPool2D(3, 2, 1), (2, 3, 8, 8)),
        "avgpool": (lambda: nn.AvgPool2D(2), (2, 3, 8, 8)),
        "globalavg": (lambda: nn.GlobalAvgPool2D(), (2, 3, 8, 8)),
        "batchnorm": (lambda: nn.BatchNorm(), (4, 3, 5, 5)),
        "layernorm": (lambda: nn.LayerNorm(), (4, 6)),
        "instancenorm": (lambda: nn.InstanceNorm(), (2, 3, 5)),
        "groupnorm": (lambda: nn.GroupNorm(2), (2, 4, 5)),
        "prelu": (lambda: nn.PReLU(), (3, 4)),
        "gelu": (lambda: nn.GELU(), (3, 4)),
        "selu": (lambda: nn.SELU(), (3, 4)),
        "swish": (lambda: nn.Swish(), (3, 4)),
        "pad": (lambda: nn.ReflectionPad2D(1), (1, 2, 4, 4)),
        "rnn": (lambda: rnn.RNN(4, 2), (3, 2, 5)),
        "lstm": (lambda: rnn.LSTM(4, 2, bidirectional=True), (3, 2, 5)),
        "gru": (lambda: rnn.GRU(4, layout="NTC"), (2, 3, 5)),
    }


@pytest.mark.parametrize("hybridize", [False, True], ids=["eager", "hybrid"])
@pytest.mark.parametrize("name", layers())
def test_layer(name: str, hybridize: bool) -> None:
    make, shape = layers()[name]
    data = np.random.default_rng(0).normal(size=shape).astype("float32")
    found = []
    for ctx in (mx.cpu(), GPU):
        layer = make()
        layer.initialize(ctx=ctx)
        layer.hybridize(hybridize)
        x = mx.nd.array(data, ctx=ctx)
        layer(x)
        for i, param in enumerate(layer.collect_params().values()):
            param.set_data(mx.nd.array(np.random.default_rng(i).uniform(0.1, 0.5, param.shape)))
        x.attach_grad()
        with mx.autograd.record():
            y = layer(x)
            z = (y * y).sum()
        z.backward()
        grads = [p.grad(ctx) for p in layer.collect_params().values() if p.grad_req != "null"]
        kept = [p.data(ctx) for p in layer.collect_params().values() if p.grad_req == "null"]
        assert y.ctx == ctx
        found.append([y, x.grad, *grads, *kept, layer(x)])
    for expected, got in zip(*found, strict=True):
        close(got, expected, 2e-3)


OPTIMIZERS = {
    "sgd": {"momentum": 0.9, "wd": 0.01}, "nag": {"momentum": 0.9}, "adam": {}, "adagrad": {},
    "rmsprop": {"centered": True}, "adadelta": {}, "adamax": {}, "nadam": {}, "ftrl": {},
    "ftml": {}, "signum": {}, "dcasgd": {}, "lamb": {}, "lars": {}, "lbsgd": {},
}  # fmt: skip


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizer(name: str) -> None:
    found = []
    for ctx in (mx.cpu(), GPU):
        optimizer = mx.optimizer.create(name, learning_rate=0.1, **OPTIMIZERS[name])
        updater = mx.optimizer.get_updater(optimizer)
        weight = mx.nd.arange(1, 7, ctx=ctx).reshape((2, 3))
        for step in range(4):
            updater(0, mx.nd.full((2, 3), 0.1 * (step + 1), ctx=ctx), weight)
        found.append(weight)
    close(found[1], found[0], 1e-4)


@pytest.mark.parametrize("hybridize", [False, True], ids=["eager", "hybrid"])
def test_training_follows_the_cpu(hybridize: bool) -> None:
    nn, gluon = mx.gluon.nn, mx.gluon
    rng = np.random.default_rng(0)
    data = rng.normal(size=(32, 1, 12, 12)).astype("float32")
    labels = (data.mean(axis=(1, 2, 3)) > 0).astype("float32")
    losses = []
    for ctx in (mx.cpu(), GPU):
        mx.random.seed(1)
        net = nn.HybridSequential()
        net.add(
            nn.Conv2D(4, 3, activation="relu"), nn.MaxPool2D(), nn.BatchNorm(), nn.Flatten(),
            nn.Dense(16, activation="tanh"), nn.Dense(2),
        )  # fmt: skip
        net.initialize(mx.init.Xavier(), ctx=ctx)
        net.hybridize(hybridize)
        trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.01})
        criterion = gluon.loss.SoftmaxCrossEntropyLoss()
        x, y = mx.nd.array(data, ctx=ctx), mx.nd.array(labels, ctx=ctx)
        curve = []
        for _ in range(5):
            with mx.autograd.record():
                loss = criterion(net(x), y)
            loss.backward()
            trainer.step(32)
            curve.append(float(loss.mean().asscalar()))
        losses.append(curve)
    np.testing.assert_allclose(losses[1], losses[0], rtol=2e-3)


def test_two_devices_and_files(tmp_path: Any) -> None:
    net = mx.gluon.nn.Dense(2, in_units=3)
    contexts = [mx.cpu(), GPU]
    net.initialize(ctx=contexts)
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    parts = mx.gluon.utils.split_and_load(mx.nd.arange(12).reshape((4, 3)), contexts)
    with mx.autograd.record():
        losses = [net(part).sum() for part in parts]
    mx.autograd.backward(losses)
    trainer.step(4)
    here, there = (net.weight.data(ctx) for ctx in contexts)
    close(there, here, 1e-6)
    file = str(tmp_path / "net.params")
    net.save_parameters(file)
    again = mx.gluon.nn.Dense(2, in_units=3)
    again.load_parameters(file, ctx=GPU)
    close(again.weight.data(), here, 1e-6)
    assert again.weight.data().ctx == GPU
    mx.nd.save(file, {"x": there})
    close(mx.nd.load(file)["x"], here, 1e-6)


def test_memory_is_told() -> None:
    free, total = mx.context.gpu_memory_info(0)
    assert 0 < free <= total
    GPU.empty_cache()
