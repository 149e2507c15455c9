"""Dropout; what is dropped is random, so shapes, kinds of values and errors are compared."""

from __future__ import annotations

import pytest

from compat_tests.inputs import DTYPES, FLOATS, array, attempt, grads


def find(mx, front):
    return mx.nd.Dropout if front is mx.nd else mx.npx.dropout


def kinds(values):
    """List the distinct values of an array, sorted."""
    return sorted(set(values.asnumpy().reshape(-1).tolist()))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("p", [0.25, 0.5])
def test_dropout_values(mx, front, p, dtype):
    x = front.ones((40, 10), dtype=dtype)
    call = find(mx, front)
    seen = grads(mx, lambda a: call(a, p=p), x)
    out = seen["out"]
    same = bool((out.asnumpy() == seen["grads"][0].asnumpy()).all())
    rate = float((out.asnumpy() == 0).mean())
    return kinds(out), out.shape, out.dtype, same, abs(rate - p) < 0.15


@pytest.mark.parametrize("dtype", FLOATS)
def test_dropout_outside_training(mx, front, dtype):
    x = array(front, dtype, (2, 3))
    call = find(mx, front)
    y = call(x, p=0.5)
    return y, y is x, grads(mx, lambda a: call(a, p=0.9), x, train_mode=False)


@pytest.mark.parametrize("p", [0, 1e-9])
def test_dropout_of_nothing(mx, p):
    x = array(mx.nd, "float32", (2, 3))
    return grads(mx, lambda a: mx.nd.Dropout(a, p=p), x)


def test_dropout_of_everything(mx):
    return mx.nd.Dropout(mx.nd.ones((2, 3)), p=1, mode="always")


@pytest.mark.parametrize("axes", ["0", "1", "0,1", "1,2"])
def test_dropout_axes(mx, front, axes):
    chosen = tuple(map(int, axes.split(",")))
    x = front.ones((3, 4, 5))
    y = find(mx, front)(x, p=0.5, mode="always", axes=chosen).asnumpy()
    first = tuple(slice(0, 1) if i in chosen else slice(None) for i in range(3))
    return y.shape, bool((y == y[first]).all()), sorted(set(y.reshape(-1).tolist()) - {0.0, 2.0})


@pytest.mark.parametrize("mode", ["training", "always"])
@pytest.mark.parametrize("train", [True, False])
def test_dropout_modes(mx, mode, train):
    x = mx.nd.ones((30, 10))
    with mx.autograd.record(train_mode=train):
        y = mx.nd.Dropout(x, mode=mode)
    return kinds(y)


@pytest.mark.parametrize("dtype", [d for d in DTYPES if "int" in d])
def test_dropout_refuses_whole_numbers(mx, dtype):
    return attempt(mx.nd.Dropout, array(mx.nd, dtype, (2, 3)))


def test_dropout_wrong(mx):
    x = array(mx.nd, "float32", (2, 3))
    call = mx.nd.Dropout
    return [
        attempt(call, x, p=1.5),
        attempt(call, x, p=-0.5),
        attempt(call, x, p="x"),
        attempt(call, x, mode="never"),
        attempt(call, x, mode="always", axes=(2,)),
        attempt(call, x, mode="always", axes=(-1,)),
        attempt(call),
    ]


def test_dropout_repeats_with_the_seed(mx):
    x = mx.nd.ones((20, 10))
    made = []
    for seed in (1, 1, 2):
        mx.random.seed(seed)
        made.append(mx.nd.Dropout(x, mode="always").asnumpy())
    return bool((made[0] == made[1]).all()), bool((made[0] == made[2]).all())
