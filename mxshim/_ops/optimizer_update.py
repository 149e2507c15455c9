"""Optimizer updates: the new weight, and the optimizer's states changed in place."""

from __future__ import annotations

from typing import Any

from .._core.errors import incompatible
from .._core.params import Float, Target
from .._core.registry import op
from .._core.shapes import same


def require_same(weight: Any, grad: Any) -> None:
    """Raise MXNet's error unless weight and gradient have one element type."""
    if grad.dtype != weight.dtype:
        raise incompatible("input", 1, weight.dtype.name, grad.dtype.name)


def require_alike(weight: Any, *arrays: Any) -> None:
    """Refuse a gradient or states of another shape: they might be broadcast."""
    for array in arrays:
        if array.shape != weight.shape:
            raise ValueError("shapes")


def prepared(xp: Any, grad: Any, rescale_grad: float, clip_gradient: float) -> Any:
    """Return a scaled copy of the gradient, clipped when the bound is not negative."""
    grad = grad * rescale_grad
    return xp.clip(grad, -clip_gradient, clip_gradient, out=grad) if clip_gradient >= 0 else grad


def decayed(xp, weight, grad, rescale_grad, clip_gradient, wd):
    """Return ``clip(rescale_grad * grad) + wd * weight`` in a new array."""
    require_same(weight, grad)
    grad = prepared(xp, grad, rescale_grad, clip_gradient)
    if wd:
        grad += weight * wd
    return grad


@op("sgd_update", "_sparse_sgd_update", shape=same)
def sgd_update(
    xp, weight, grad, *, lr: Float, wd: Float = 0.0, rescale_grad: Float = 1.0,
    clip_gradient: Float = -1.0, lazy_update: bool = True, target: Target,
):  # fmt: skip
    """Take a step of stochastic gradient descent."""
    require_alike(weight, grad)
    made = decayed(xp, weight, grad, rescale_grad, clip_gradient, wd)
    made *= -lr
    made += weight
    return made


@op("sgd_mom_update", "_sparse_sgd_mom_update", mutates=("mom",), shape=same)
def sgd_mom_update(
    xp, weight, grad, mom, *, lr: Float, momentum: Float = 0.0, wd: Float = 0.0,
    rescale_grad: Float = 1.0, clip_gradient: Float = -1.0, lazy_update: bool = True,
    target: Target,
):  # fmt: skip
    """Take a step of gradient descent with momentum; ``mom`` is the last step."""
    require_alike(weight, grad, mom)
    made = decayed(xp, weight, grad, rescale_grad, clip_gradient, wd)
    made *= lr
    mom *= momentum
    mom -= made
    return weight + mom


@op("nag_mom_update", mutates=("mom",), shape=same)
def nag_mom_update(
    xp, weight, grad, mom, *, lr: Float, momentum: Float = 0.0, wd: Float = 0.0,
    rescale_grad: Float = 1.0, clip_gradient: Float = -1.0, target: Target,
):  # fmt: skip
    """Take a step of Nesterov's accelerated gradient descent."""
    into = target is weight
    return _nesterov(xp, weight, grad, mom, lr, momentum, wd, rescale_grad, clip_gradient, into)


def _nesterov(xp, weight, grad, mom, lr, momentum, wd, rescale_grad, clip_gradient, into=True):
    step = decayed(xp, weight, grad, rescale_grad, clip_gradient, wd)
    mom *= momentum
    made = weight + momentum * mom - ((1 + momentum) * lr) * step
    if into:  # mxnet: the momentum is decayed by the weight as it is then; test_update
        step += wd * (made - weight)
    mom -= lr * step
    return made


@op("adam_update", "_sparse_adam_update", mutates=("mean", "var"), shape=same)
def adam_update(
    xp, weight, grad, mean, var, *, lr: Float, beta1: Float = 0.9, beta2: Float = 0.999,
    epsilon: Float = 1e-8, wd: Float = 0.0, rescale_grad: Float = 1.0,
    clip_gradient: Float = -1.0, lazy_update: bool = True, target: Target,
):  # fmt: skip
    """Take a step of Adam (the caller corrects ``lr`` for the bias)."""
    require_alike(weight, grad, mean, var)
    grad = inside(xp, weight, grad, rescale_grad, clip_gradient, wd)
    mean *= beta1
    mean += (1 - beta1) * grad
    xp.multiply(grad, grad, out=grad)
    grad *= 1 - beta2
    var *= beta2
    var += grad
    made = xp.sqrt(var, out=grad)
    made += epsilon
    xp.divide(mean, made, out=made)
    made *= -lr
    made += weight
    return made


@op("mp_sgd_update", mutates=("weight32",), shape=same)
def mp_sgd_update(
    xp, weight, grad, weight32, *, lr: Float, wd: Float = 0.0, rescale_grad: Float = 1.0,
    clip_gradient: Float = -1.0, lazy_update: bool = True,
):  # fmt: skip
    """Take a step of gradient descent on a single precision copy of a half precision weight."""
    step = decayed(xp, weight32, grad.astype(xp.float32), rescale_grad, clip_gradient, wd)
    step *= lr
    weight32 -= step
    return weight32.astype(weight.dtype)


@op("mp_sgd_mom_update", mutates=("mom", "weight32"), shape=same)
def mp_sgd_mom_update(
    xp, weight, grad, mom, weight32, *, lr: Float, momentum: Float = 0.0, wd: Float = 0.0,
    rescale_grad: Float = 1.0, clip_gradient: Float = -1.0, lazy_update: bool = True,
):  # fmt: skip
    """Take a step with momentum on a single precision copy of a half precision weight."""
    step = decayed(xp, weight32, grad.astype(xp.float32), rescale_grad, clip_gradient, wd)
    step *= lr
    mom *= momentum
    mom -= step
    weight32 += mom
    return weight32.astype(weight.dtype)


@op("mp_nag_mom_update", mutates=("mom", "weight32"), shape=same)
def mp_nag_mom_update(
    xp, weight, grad, mom, weight32, *, lr: Float, momentum: Float = 0.0, wd: Float = 0.0,
    rescale_grad: Float = 1.0, clip_gradient: Float = -1.0,
):  # fmt: skip
    """Take a Nesterov step on a single precision copy of a half precision weight."""
    single = grad.astype(xp.float32)
    weight32[...] = _nesterov(
        xp, weight32, single, mom, lr, momentum, wd, rescale_grad, clip_gradient
    )
    return weight32.astype(weight.dtype)


def inside(xp, weight, grad, rescale_grad, clip_gradient, wd):
    """Return ``clip(rescale_grad * grad + wd * weight)`` in a new array."""
    require_same(weight, grad)
    grad = grad * rescale_grad
    if wd:
        grad += weight * wd
    return xp.clip(grad, -clip_gradient, clip_gradient, out=grad) if clip_gradient >= 0 else grad


def _bounded(xp, weight, bound):
    return xp.clip(weight, -bound, bound) if bound >= 0 else weight


@op("rmsprop_update", mutates=("n",), shape=same)
def rmsprop_update(
    xp, weight, grad, n, *, lr: Float, gamma1: Float = 0.95, epsilon: Float = 1e-8,
    wd: Float = 0.0, rescale_grad: Float = 1.0, clip_gradient: Float = -1.0,
    clip_weights: Float = -1.0, target: Target,
):  # fmt: skip
    """Take a step of RMSProp; ``n`` averages the squared gradient."""
    grad = inside(xp, weight, grad, rescale_grad, clip_gradient, wd)
    n *= gamma1
    n += (1 - gamma1) * grad * grad
    return _bounded(xp, weight - lr * grad / xp.sqrt(n + epsilon), clip_weights)


@op("rmspropalex_update", mutates=("n", "g", "delta"), shape=same)
def rmspropalex_update(
    xp, weight, grad, n, g, delta, *, lr: Float, gamma1: Float = 0.95, gamma2: Float = 0.9,
    epsilon: Float = 1e-8, wd: Float = 0.0, rescale_grad: Float = 1.0,
    clip_gradient: Float = -1.0, clip_weights: Float = -1.0, target: Target,
):  # fmt: skip
    """Take a step of centred RMSProp with momentum."""
    grad = inside(xp, weight, grad, rescale_grad, clip_gradient, wd)
    n *= gamma1
    n += (1 - gamma1) * grad * grad
    g *= gamma1
    g += (1 - gamma1) * grad
    delta *= gamma2
    delta -= lr * grad / xp.sqrt(n - g * g + epsilon)
    return _bounded(xp, weight + delta, clip_weights)


@op("ftrl_update", "_sparse_ftrl_update", mutates=("z", "n"), shape=same)
def ftrl_update(
    xp, weight, grad, z, n, *, lr: Float, lamda1: Float = 0.01, beta: Float = 1.0,
    wd: Float = 0.0, rescale_grad: Float = 1.0, clip_gradient: Float = -1.0, target: Target,
):  # fmt: skip
    """Take a step of follow the regularized leader."""
    require_same(weight, grad)
    if z.dtype != weight.dtype:
        raise incompatible("input", 2, weight.dtype.name, z.dtype.name)
    grad = prepared(xp, grad, rescale_grad, clip_gradient)
    total = n + grad * grad
    z += grad - (xp.sqrt(total) - xp.sqrt(n)) * weight / lr
    n[...] = total
    shrunk = xp.sign(z) * lamda1 - z
    return shrunk / ((beta + xp.sqrt(n)) / lr + wd) * (xp.abs(z) > lamda1)


@op("ftml_update", mutates=("d", "v", "z"), shape=same)
def ftml_update(
    xp, weight, grad, d, v, z, *, lr: Float, beta1: Float = 0.6, beta2: Float = 0.999,
    epsilon: Float("double") = 9.9999999392252903e-09, t: int, wd: Float = 0.0,
    rescale_grad: Float = 1.0, clip_grad: Float = -1.0, target: Target,
):  # fmt: skip
    """Take a step of follow the moving leader; ``t`` counts the steps from 1."""
    grad = inside(xp, weight, grad, rescale_grad, clip_grad, wd)
    v *= beta2
    v += (1 - beta2) * grad * grad
    speed = (1 - beta1**t) / lr if lr else float("inf")
    fresh = speed * (xp.sqrt(v / (1 - beta2**t)) + epsilon)
    z *= beta1
    z += (1 - beta1) * grad - (fresh - beta1 * d) * weight
    d[...] = fresh
    return -z / fresh


@op("signsgd_update", shape=same)
def signsgd_update(
    xp, weight, grad, *, lr: Float, wd: Float = 0.0, rescale_grad: Float = 1.0,
    clip_gradient: Float = -1.0,
):  # fmt: skip
    """Take a step of fixed length by the gradient's sign."""
    return (1 - lr * wd) * weight - lr * xp.sign(grad * rescale_grad)


@op("signum_update", mutates=("mom",), shape=same)
def signum_update(
    xp, weight, grad, mom, *, lr: Float, momentum: Float = 0.0, wd: Float = 0.0,
    rescale_grad: Float = 1.0, clip_gradient: Float = -1.0, wd_lh: Float = 0.0, target: Target,
):  # fmt: skip
    """Take a step of fixed length by the sign of the averaged gradient."""
    step = decayed(xp, weight, grad, rescale_grad, clip_gradient, wd)
    mom *= momentum
    mom -= (1 - momentum) * step
    return (1 - lr * wd_lh) * weight + lr * xp.sign(mom)
