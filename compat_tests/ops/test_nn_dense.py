"""The fully connected layer."""

from __future__ import annotations

import pytest

from compat_tests.inputs import DTYPES, arrays, attempt, grads


def dense(mx, front):
    return mx.nd.FullyConnected if front is mx.nd else mx.npx.fully_connected


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("flatten", [True, False])
@pytest.mark.parametrize("no_bias", [True, False])
def test_fully_connected(mx, front, dtype, flatten, no_bias):
    shapes = [(2, 3, 2), (4, 6 if flatten else 2)] + ([] if no_bias else [(4,)])
    call = dense(mx, front)
    return grads(
        mx, lambda *a: call(*a, num_hidden=4, flatten=flatten, no_bias=no_bias),
        *arrays(front, dtype, *shapes),
    )  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
def test_fully_connected_types(mx, dtype):
    return attempt(mx.nd.FullyConnected, *arrays(mx.nd, dtype, (2, 3), (4, 3), (4,)), num_hidden=4)


@pytest.mark.parametrize("shape", ["2", "2,3", "2,3,4", "1,1", "3,2,2,2"])
def test_fully_connected_ranks(mx, front, shape):
    sizes = tuple(map(int, shape.split(",")))
    units = 1
    for n in sizes[1:]:
        units *= n
    inputs = arrays(front, "float32", sizes, (3, units), (3,))
    return attempt(dense(mx, front), *inputs, num_hidden=3)


@pytest.mark.parametrize("case", ["weight", "hidden", "bias", "units"])
def test_fully_connected_shapes(mx, case):
    shapes = {
        "weight": [(2, 3), (3, 4), (4,)],
        "hidden": [(2, 3), (5, 3), (4,)],
        "bias": [(2, 3), (4, 3), (5,)],
        "units": [(2, 3, 2), (4, 3), (4,)],
    }[case]
    return attempt(mx.nd.FullyConnected, *arrays(mx.nd, "float32", *shapes), num_hidden=4)


def test_fully_connected_wrong_calls(mx):
    x, w, b = arrays(mx.nd, "float32", (2, 3), (4, 3), (4,))
    call = mx.nd.FullyConnected
    return [
        attempt(call, x, w, b),
        attempt(call, x, w, num_hidden=4),
        attempt(call, x, w, b, num_hidden=4, no_bias=True),
        attempt(call, x, w, b, num_hidden="four"),
        attempt(call, x, w, b, num_hidden=0),
        attempt(call, x, w.astype("float64"), b, num_hidden=4),
        attempt(call, x, w, b.astype("int32"), num_hidden=4),
        attempt(call, x, [1, 2], b, num_hidden=4),
    ]


def test_fully_connected_out(mx):
    x, w, b = arrays(mx.nd, "float32", (2, 3), (4, 3), (4,))
    out = mx.nd.zeros((2, 4))
    back = mx.nd.FullyConnected(x, w, b, num_hidden=4, out=out)
    return out, back is out


@pytest.mark.parametrize("req", ["add", "null"])
def test_fully_connected_requests(mx, req):
    inputs = arrays(mx.nd, "float32", (2, 3), (4, 3), (4,))
    call = mx.nd.FullyConnected
    return attempt(grads, mx, lambda *a: call(*a, num_hidden=4), *inputs, grad_req=req)
