"""Normalizing layers."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, arrays, attempt, grads

RUNNING = ([0.1, -0.2, 0.3], [0.5, 1.5, 2.0])


def find(mx, front, legacy, name):
    return getattr(mx.nd, legacy) if front is mx.nd else getattr(mx.npx, name)


def channels(front, dtype, count=3):
    """Make gamma, beta and the two moving averages."""
    gamma, beta = arrays(front, dtype, (count,), (count,), seed="channels", low=0.2, high=1.5)
    mean, var = (front.array(values[:count], dtype=dtype) for values in RUNNING)
    return gamma, beta, mean, var


def head(front, dtype, shape):
    return array(front, dtype, shape, seed="head")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("fixed", [True, False])
@pytest.mark.parametrize("shape", ["4,3", "2,3,4", "2,3,2,2"])
def test_batch_norm_training(mx, front, shape, fixed, dtype):
    sizes = tuple(map(int, shape.split(",")))
    call = find(mx, front, "BatchNorm", "batch_norm")
    gamma, beta, mean, var = channels(front, dtype)
    seen = grads(
        mx, lambda a, g, b: call(a, g, b, mean, var, fix_gamma=fixed),
        array(front, dtype, sizes), gamma, beta, head=head(front, dtype, sizes),
    )  # fmt: skip
    return seen, mean, var, gamma


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("mode", ["inference", "global"])
def test_batch_norm_moving_averages(mx, front, mode, dtype):
    call = find(mx, front, "BatchNorm", "batch_norm")
    gamma, beta, mean, var = channels(front, dtype)
    x = array(front, dtype, (2, 3, 2))
    train = mode == "global"
    seen = grads(
        mx, lambda a, g, b: call(a, g, b, mean, var, fix_gamma=False, use_global_stats=train),
        x, gamma, beta, head=head(front, dtype, (2, 3, 2)), train_mode=train,
    )  # fmt: skip
    return seen, mean, var


@pytest.mark.tolerance(rtol=4e-3, atol=4e-3, reason="sums of half precision numbers")
@pytest.mark.parametrize("fixed", [True, False])
def test_batch_norm_half(mx, fixed):
    gamma, beta, mean, var = channels(mx.nd, "float32")
    x = array(mx.nd, "float16", (2, 3, 4))
    seen = grads(
        mx, lambda a, g, b: mx.nd.BatchNorm(a, g, b, mean, var, fix_gamma=fixed), x, gamma, beta,
        head=head(mx.nd, "float16", (2, 3, 4)),
    )  # fmt: skip
    return seen, mean, var


def test_batch_norm_updates_in_backward(mx):
    gamma, beta, mean, var = channels(mx.nd, "float32")
    x = array(mx.nd, "float32", (2, 3, 4))
    x.attach_grad()
    told = [mean.copy()]
    with mx.autograd.record():
        y = mx.nd.BatchNorm(x, gamma, beta, mean, var)
    y.wait_to_read()
    told.append(mean.copy())
    y.backward(retain_graph=True)
    told.append(mean.copy())
    y.backward()
    told.append(mean.copy())
    with mx.autograd.train_mode():
        mx.nd.BatchNorm(x, gamma, beta, mean, var).wait_to_read()
    return told, mean, var


def test_batch_norm_fix_gamma(mx):
    gamma, beta, mean, var = channels(mx.nd, "float32")
    x = array(mx.nd, "float32", (2, 3, 4))
    y = mx.nd.BatchNorm(x, gamma, beta, mean, var)
    y.wait_to_read()
    return y, gamma


@pytest.mark.parametrize("train", [True, False])
def test_batch_norm_moments(mx, train):
    gamma, beta, mean, var = channels(mx.nd, "float32")
    x = array(mx.nd, "float32", (2, 3, 4))
    with mx.autograd.record(train_mode=train):
        out = mx.nd.BatchNorm(x, gamma, beta, mean, var, output_mean_var=True)
    return out


@pytest.mark.parametrize("axis", [1, 2, -1])
def test_batch_norm_axis(mx, front, axis):
    call = find(mx, front, "BatchNorm", "batch_norm")
    gamma, beta, mean, var = channels(front, "float32")
    shape = (4, 3, 2) if axis == 1 else (4, 2, 3)
    return grads(
        mx, lambda a, g, b: call(a, g, b, mean, var, fix_gamma=False, axis=axis),
        array(front, "float32", shape), gamma, beta, head=head(front, "float32", shape),
    )  # fmt: skip


@pytest.mark.parametrize("momentum", [0, 0.5, 1])
@pytest.mark.parametrize("eps", [1e-5, 0.1])
def test_batch_norm_constants(mx, momentum, eps):
    gamma, beta, mean, var = channels(mx.nd, "float32")
    x = array(mx.nd, "float32", (2, 3, 4))
    seen = grads(
        mx, lambda a: mx.nd.BatchNorm(a, gamma, beta, mean, var, momentum=momentum, eps=eps), x,
        head=head(mx.nd, "float32", (2, 3, 4)),
    )  # fmt: skip
    return seen, mean, var


def test_batch_norm_recorded_in_inference(mx):
    """The backward pass says it trains; the recorded pass did not."""
    gamma, beta, mean, var = channels(mx.nd, "float32")
    x = array(mx.nd, "float32", (2, 3, 2))
    x.attach_grad()
    with mx.autograd.record(train_mode=False):
        y = mx.nd.BatchNorm(x, gamma, beta, mean, var)
    y.backward(y)
    return x.grad


def test_batch_norm_wrong_channels(mx):
    _, beta, mean, var = channels(mx.nd, "float32")
    x = array(mx.nd, "float32", (2, 3, 4))
    return attempt(mx.nd.BatchNorm, x, mx.nd.ones(4), beta, mean, var)


def test_batch_norm_wrong(mx):
    gamma, beta, mean, var = channels(mx.nd, "float32")
    x = array(mx.nd, "float32", (2, 3, 4))
    call = mx.nd.BatchNorm
    return [
        attempt(call, x.astype("int32"), gamma, beta, mean, var),
        attempt(call, x, gamma, beta),
        attempt(call, x, gamma.astype("float64"), beta, mean, var),
        attempt(call, x.astype("float64"), gamma, beta, mean, var),
        attempt(call, x, gamma, beta, mean, var, axis=3),
        attempt(call, x, gamma, beta, mean, var, eps="small"),
        attempt(call, gamma, gamma, beta, mean, var),
    ]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("axis", [-1, 1, 0])
def test_layer_norm(mx, front, axis, dtype):
    call = find(mx, front, "LayerNorm", "layer_norm")
    x = array(front, dtype, (3, 3, 4))
    size = (3, 3, 4)[axis]
    gamma, beta = arrays(front, dtype, (size,), (size,), seed="vectors")
    return grads(mx, lambda *a: call(*a, axis=axis), x, gamma, beta,
                 head=head(front, dtype, (3, 3, 4)))  # fmt: skip


@pytest.mark.tolerance(rtol=4e-3, atol=4e-3, reason="sums of half precision numbers")
def test_layer_norm_half(mx):
    x, gamma, beta = arrays(mx.nd, "float16", (2, 4), (4,), (4,))
    return grads(mx, mx.nd.LayerNorm, x, gamma, beta, head=head(mx.nd, "float16", (2, 4)))


@pytest.mark.parametrize("axis", [-1, 1])
def test_layer_norm_moments(mx, axis):
    x = array(mx.nd, "float32", (2, 3, 4))
    size = (2, 3, 4)[axis]
    return mx.nd.LayerNorm(
        x, mx.nd.ones(size), mx.nd.zeros(size), axis=axis, output_mean_var=True, eps=0.01
    )


def test_layer_norm_wrong(mx):
    x = array(mx.nd, "float32", (2, 3, 4))
    ones, zeros = mx.nd.ones, mx.nd.zeros
    call = mx.nd.LayerNorm
    return [
        attempt(call, x, ones(3), zeros(4)),
        attempt(call, x, ones(4), zeros(3)),
        attempt(call, x, ones(4), zeros(4), axis=3),
        attempt(call, x, ones(4, dtype="float64"), zeros(4)),
        attempt(call, x.astype("int32"), ones(4, dtype="int32"), zeros(4, dtype="int32")),
        attempt(call, x, ones(4)),
    ]


@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_group_norm(mx, groups, dtype):
    x, gamma, beta = arrays(mx.nd, dtype, (2, 4, 3), (groups,), (groups,))
    return grads(mx, lambda *a: mx.nd.GroupNorm(*a, num_groups=groups), x, gamma, beta,
                 head=head(mx.nd, dtype, (2, 4, 3)))  # fmt: skip


def test_group_norm_others(mx):
    x = array(mx.nd, "float32", (2, 4, 3))
    ones, zeros = mx.nd.ones(2), mx.nd.zeros(2)
    call = mx.nd.GroupNorm
    return [
        call(x, ones, zeros, num_groups=2, output_mean_var=True),
        attempt(call, x, ones, zeros, num_groups=3),
        attempt(call, x[0], ones, zeros),
        attempt(call, x, mx.nd.ones(4), mx.nd.ones(4), num_groups=2),
    ]


@pytest.mark.parametrize("dtype", ["float32"])
@pytest.mark.parametrize("shape", ["2,3,4", "2,3,2,2"])
def test_instance_norm(mx, shape, dtype):
    sizes = tuple(map(int, shape.split(",")))
    x, gamma, beta = arrays(mx.nd, dtype, sizes, (3,), (3,))
    return grads(mx, mx.nd.InstanceNorm, x, gamma, beta, head=head(mx.nd, dtype, sizes))


def test_instance_norm_wrong(mx):
    x = array(mx.nd, "float32", (2, 3, 4))
    call = mx.nd.InstanceNorm
    return [
        attempt(call, x, mx.nd.ones(4), mx.nd.zeros(3)),
        attempt(call, x[0], mx.nd.ones(3), mx.nd.zeros(3)),
    ]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("mode", ["instance", "channel", "spatial"])
def test_l2_normalization(mx, mode, dtype):
    x = array(mx.nd, dtype, (2, 3, 4))
    return grads(mx, lambda a: mx.nd.L2Normalization(a, mode=mode), x,
                 head=head(mx.nd, dtype, (2, 3, 4)))  # fmt: skip


def test_l2_normalization_wrong(mx):
    x = array(mx.nd, "float32", (2, 3))
    call = mx.nd.L2Normalization
    return [
        attempt(call, x, mode="channel"), attempt(call, x, mode="spatial"), call(x),
        attempt(call, x, mode="row"), call(mx.nd.zeros((2, 3)), eps=0.5),
    ]  # fmt: skip


@pytest.mark.parametrize("size", [1, 3, 5])
def test_lrn(mx, size):
    x = array(mx.nd, "float32", (1, 4, 2, 2))
    return grads(mx, lambda a: mx.nd.LRN(a, nsize=size, alpha=0.1, knorm=1.5), x,
                 head=head(mx.nd, "float32", (1, 4, 2, 2)))  # fmt: skip


def test_lrn_wrong(mx):
    return attempt(mx.nd.LRN, array(mx.nd, "float32", (2, 3, 4)), nsize=3), attempt(
        mx.nd.LRN, array(mx.nd, "float32", (1, 3, 2, 2))
    )
