"""Softmax and its relatives."""

from __future__ import annotations

import pytest

from compat_tests.inputs import DTYPES, FLOATS, array, arrays, attempt, grads

NAMES = ["softmax", "log_softmax", "softmin"]


def find(mx, front, name):
    return getattr(mx.nd if front is mx.nd else mx.npx, name)


def head(front, dtype, shape):
    return array(front, dtype, shape, seed="head")


HALF = pytest.mark.tolerance(rtol=4e-3, atol=2e-3, reason="MXNet adds up in half precision")


@HALF
@pytest.mark.parametrize("axis", [-1, 0, 1])
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_softmax_half(mx, front, name, axis):
    call = find(mx, front, name)
    x = array(front, "float16", (2, 3, 2))
    return grads(mx, lambda a: call(a, axis=axis), x, head=head(front, "float16", (2, 3, 2)))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("axis", [-1, 0, 1])
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_softmax(mx, front, name, axis, dtype):
    call = find(mx, front, name)
    x = array(front, dtype, (2, 3, 2))
    return grads(mx, lambda a: call(a, axis=axis), x, head=head(front, dtype, (2, 3, 2)))


@pytest.mark.parametrize("dtype", FLOATS)
def test_softmin(mx, dtype):
    x = array(mx.nd, dtype, (2, 3))
    return grads(mx, lambda a: mx.nd.softmin(a, axis=0), x, head=head(mx.nd, dtype, (2, 3)))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("temperature", [0.5, 2, 10])
def test_softmax_temperature(mx, name, temperature):
    x = array(mx.nd, "float32", (2, 3))
    call = getattr(mx.nd, name)
    return grads(
        mx, lambda a: call(a, temperature=temperature), x, head=head(mx.nd, "float32", (2, 3))
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", [d for d in DTYPES if "int" in d])
def test_softmax_refuses_whole_numbers(mx, name, dtype):
    return attempt(getattr(mx.nd, name), array(mx.nd, dtype, (2, 3)))


@pytest.mark.tolerance(rtol=2e-3, atol=1e-3, reason="MXNet computes in the narrower type")
@pytest.mark.parametrize("given", FLOATS)
@pytest.mark.parametrize("wanted", FLOATS)
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_softmax_result_type(mx, name, given, wanted):
    call = getattr(mx.nd, name)
    x = array(mx.nd, given, (2, 3))
    return call(x, dtype=wanted)


@pytest.mark.parametrize("kind", ["int32", "int64"])
@pytest.mark.parametrize("axis", [-1, 0])
def test_softmax_length(mx, front, axis, kind):
    x = array(front, "float32", (2, 3))
    length = front.array([1, 3] if axis == -1 else [2, 0, 1], dtype=kind)
    call = find(mx, front, "softmax")
    return grads(
        mx, lambda a: call(a, length, axis=axis, use_length=True), x,
        head=head(front, "float32", (2, 3)),
    )  # fmt: skip


def test_softmax_length_wrong(mx):
    x = array(mx.nd, "float32", (2, 3))
    i = mx.nd.array([1, 2], dtype="int32")
    call = mx.nd.softmax
    return [
        attempt(call, x, i),
        attempt(call, x, use_length=True),
        attempt(call, x, mx.nd.array([1, 2]), use_length=True),
        attempt(call, x, mx.nd.array([1, 2, 3, 4], dtype="int32"), axis=0, use_length=True),
        attempt(call, x, mx.nd.array([[1, 2]], dtype="int32"), use_length=True),
        attempt(mx.nd.log_softmax, x, use_length=True),
    ]


@pytest.mark.parametrize("name", NAMES)
def test_softmax_wrong(mx, name):
    x = array(mx.nd, "float32", (2, 3))
    call = getattr(mx.nd, name)
    return [
        attempt(call, x, axis=2),
        attempt(call, x, axis=-3),
        attempt(call, x, axis=1.5),
        attempt(call, x, dtype="int32"),
        attempt(call, 3),
        attempt(call),
    ]


@pytest.mark.parametrize("name", NAMES)
def test_softmax_extremes(mx, name):
    x = mx.nd.array([[80, -80, 0], [3e38, 0, -3e38], [-1e30] * 3])
    return getattr(mx.nd, name)(x)


def test_softmax_large_rows(mx):
    x = array(mx.nd, "float32", (300, 301), seed="large")
    y = mx.nd.softmax(x)
    return y[0, :5], y[299, 295:], y.sum()


@pytest.mark.np
@pytest.mark.tolerance(rtol=1e-5, atol=2e-6, reason="oneDNN's logarithm of 1 is not quite 0")
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@pytest.mark.parametrize("shape", ["scalar", "empty", "one"])
def test_softmax_corner_shapes(mx, name, shape):
    sizes = {"scalar": (), "empty": (0, 3), "one": (3, 1)}[shape]
    x = mx.np.zeros(sizes)
    return getattr(mx.npx, name)(x)


def test_softmax_out(mx):
    x = array(mx.nd, "float32", (2, 3))
    out = mx.nd.zeros((2, 3))
    mx.nd.softmax(x, out=out)
    mx.nd.log_softmax(x, out=x)
    return out, x


@pytest.mark.parametrize("dtype", ["float32"])
@pytest.mark.parametrize("mode", ["instance", "channel"])
def test_softmax_activation(mx, mode, dtype):
    x = array(mx.nd, dtype, (2, 3, 2))
    return grads(
        mx, lambda a: mx.nd.SoftmaxActivation(a, mode=mode), x, head=head(mx.nd, dtype, (2, 3, 2))
    )


def test_softmax_activation_wrong(mx):
    x = array(mx.nd, "float32", (2, 3))
    call = mx.nd.SoftmaxActivation
    return [attempt(call, x, mode="channel"), attempt(call, x, mode="pixel"), call(x)]


@pytest.mark.parametrize("axis", [1, 2])
def test_softmax_method(mx, front, axis):
    (x,) = arrays(front, "float32", (2, 3, 4))
    return attempt(lambda: x.softmax(axis=axis)), attempt(lambda: x.log_softmax(axis=axis))
