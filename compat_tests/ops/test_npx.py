"""Every operator function of ``mx.npx``, by the names and with the classes of that module."""

from __future__ import annotations

import pytest

from compat_tests.inputs import arrays, attempt, grads

pytestmark = pytest.mark.np

#: function: shapes of its float inputs, its parameters
PLAIN = {
    "relu": ([(2, 3)], {}),
    "sigmoid": ([(2, 3)], {}),
    "erf": ([(2, 3)], {}),
    "smooth_l1": ([(2, 3)], {"scalar": 1.5}),
    "batch_flatten": ([(2, 3, 2)], {}),
    "batch_dot": ([(2, 3, 2), (2, 2, 4)], {}),
    "reshape_like": ([(2, 3), (3, 2)], {}),
    "slice": ([(3, 4)], {"begin": (1, 0), "end": (3, 2)}),
    "softmax": ([(2, 3)], {"axis": 0}),
    "log_softmax": ([(2, 3)], {}),
    "activation": ([(2, 3)], {"act_type": "softrelu"}),
    "leaky_relu": ([(2, 3)], {"act_type": "gelu"}),
    "fully_connected": ([(2, 3), (4, 3), (4,)], {"num_hidden": 4}),
    "convolution": ([(1, 2, 4, 4), (2, 2, 2, 2), (2,)], {"kernel": (2, 2), "num_filter": 2}),
    "deconvolution": ([(1, 2, 3, 3), (2, 2, 2, 2)], {"kernel": (2, 2), "num_filter": 2}),
    "pooling": ([(1, 2, 4, 4)], {"kernel": (2, 2), "stride": (2, 2)}),
    "layer_norm": ([(2, 4), (4,), (4,)], {}),
    "cast": ([(2, 3)], {"dtype": "float64"}),
}


@pytest.mark.parametrize("name", sorted(PLAIN))
def test_function(mx, name):
    shapes, params = PLAIN[name]
    call = getattr(mx.npx, name)
    return grads(mx, lambda *a: call(*a, **params), *arrays(mx.np, "float32", *shapes))


@pytest.mark.parametrize("name", ["gamma", "gammaln"])
def test_positive_function(mx, name):
    (x,) = arrays(mx.np, "float32", (2, 3), low=0.5, high=3.0)
    return grads(mx, getattr(mx.npx, name), x)


@pytest.mark.tolerance(rtol=1e-6, reason="MXNet's derivative has a constant in single precision")
def test_erfinv(mx):
    (x,) = arrays(mx.np, "float64", (2, 3), low=-0.9, high=0.9)
    return grads(mx, mx.npx.erfinv, x)


@pytest.mark.parametrize("name", sorted(PLAIN))
def test_legacy_array_refused(mx, name):
    shapes, params = PLAIN[name]
    inputs = arrays(mx.nd, "float32", *shapes)
    return attempt(getattr(mx.npx, name), *inputs, **params)


def test_batch_norm(mx):
    x, gamma, beta = arrays(mx.np, "float32", (2, 3, 4), (3,), (3,))
    mean, var = mx.np.zeros((3,)), mx.np.ones((3,))
    (head,) = arrays(mx.np, "float32", (2, 3, 4), seed="head")
    call = mx.npx.batch_norm
    seen = grads(mx, lambda *a: call(*a, mean, var, fix_gamma=False), x, gamma, beta, head=head)
    return seen, mean, var


def test_embedding(mx):
    (weight,) = arrays(mx.np, "float32", (4, 3))
    index = mx.np.array([[0, 2], [2, 3]])
    return grads(mx, lambda w: mx.npx.embedding(index, w, input_dim=4, output_dim=3), weight)


def test_indexing(mx):
    (x,) = arrays(mx.np, "float32", (3, 4))
    index = mx.np.array([0, 3, 1])
    return [
        mx.npx.pick(x, index), mx.npx.one_hot(index, 4), mx.npx.topk(x, k=2),
        mx.npx.topk(x, k=2, ret_typ="value", axis=0),
        mx.npx.gather_nd(x, mx.np.array([[0, 1], [2, 3]])), mx.npx.nonzero(x > 0),
        mx.npx.shape_array(x), mx.npx.arange_like(x, axis=0),
    ]  # fmt: skip


def test_sequence_mask(mx):
    (x,) = arrays(mx.np, "float32", (3, 2, 2))
    length = mx.np.array([1, 2])
    call = mx.npx.sequence_mask
    return grads(
        mx, lambda a: call(a, sequence_length=length, use_sequence_length=True, value=-1), x
    )


@pytest.mark.parametrize("shape", ["6,-1", "-2,-1", "-2,-2,-1", "-4", "-5,-2", "-6,1,2,-4", "-1"])
def test_reshape(mx, shape):
    (x,) = arrays(mx.np, "float32", (2, 3, 4))
    wanted = tuple(map(int, shape.split(",")))
    return attempt(lambda: grads(mx, lambda a: mx.npx.reshape(a, wanted), x))


def test_constraint_check(mx):
    good, bad = mx.np.array([True, True]), mx.np.array([True, False])
    call = mx.npx.constraint_check
    return attempt(call, good, "fine"), attempt(call, bad, "wrong input")


def test_dropout(mx):
    (x,) = arrays(mx.np, "float32", (2, 3))
    return mx.npx.dropout(x, p=0.5)


def test_scalars_and_empty_arrays(mx):
    return [
        attempt(mx.npx.relu, mx.np.array(-1.5)), attempt(mx.npx.sigmoid, mx.np.array(0.5)),
        attempt(mx.npx.softmax, mx.np.array(0.5)), attempt(mx.npx.relu, mx.np.zeros((0, 3))),
    ]  # fmt: skip
