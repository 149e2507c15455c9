"""Optimizer updates: the new weight, and the optimizer's states changed in place."""

from __future__ import annotations

from typing import Any

from .._core.params import Float
from .._core.registry import op
from .._core.shapes import same

NoClip = Float()


def prepared(xp: Any, grad: Any, rescale_grad: float, clip_gradient: float) -> Any:
    """Return a scaled copy of the gradient, clipped when the bound is not negative."""
    grad = grad * rescale_grad
    return xp.clip(grad, -clip_gradient, clip_gradient, out=grad) if clip_gradient >= 0 else grad


def decayed(xp, weight, grad, rescale_grad, clip_gradient, wd):
    """Return ``clip(rescale_grad * grad) + wd * weight`` in a new array."""
    grad = prepared(xp, grad, rescale_grad, clip_gradient)
    if wd:
        grad += weight * wd
    return grad


@op("sgd_update", "_sparse_sgd_update", shape=same)
def sgd_update(
    xp, weight, grad, *, lr: Float, wd: Float = 0.0, rescale_grad: Float = 1.0,
    clip_gradient: Float = -1.0, lazy_update: bool = True,
):  # fmt: skip
    """Take a step of stochastic gradient descent."""
    step = decayed(xp, weight, grad, rescale_grad, clip_gradient, wd)
    step *= -lr
    step += weight
    return step


@op("sgd_mom_update", "_sparse_sgd_mom_update", mutates=("mom",), shape=same)
def sgd_mom_update(
    xp, weight, grad, mom, *, lr: Float, momentum: Float = 0.0, wd: Float = 0.0,
    rescale_grad: Float = 1.0, clip_gradient: Float = -1.0, lazy_update: bool = True,
):  # fmt: skip
    """Take a step of gradient descent with momentum; ``mom`` is the last step."""
    step = decayed(xp, weight, grad, rescale_grad, clip_gradient, wd)
    step *= lr
    mom *= momentum
    mom -= step
    return weight + mom


@op("nag_mom_update", mutates=("mom",), shape=same)
def nag_mom_update(
    xp, weight, grad, mom, *, lr: Float, momentum: Float = 0.0, wd: Float = 0.0,
    rescale_grad: Float = 1.0, clip_gradient: Float = -1.0,
):  # fmt: skip
    """Take a step of Nesterov's accelerated gradient descent."""
    step = decayed(xp, weight, grad, rescale_grad, clip_gradient, wd)
    step *= lr
    mom *= momentum
    mom -= step
    return weight + momentum * mom - step


@op("adam_update", "_sparse_adam_update", mutates=("mean", "var"), shape=same)
def adam_update(
    xp, weight, grad, mean, var, *, lr: Float, beta1: Float = 0.9, beta2: Float = 0.999,
    epsilon: Float = 1e-8, wd: Float = 0.0, rescale_grad: Float = 1.0,
    clip_gradient: Float = -1.0, lazy_update: bool = True,
):  # fmt: skip
    """Take a step of Adam (the caller corrects ``lr`` for the bias)."""
    grad = grad * rescale_grad
    if wd:
        grad += weight * wd
    if clip_gradient >= 0:
        xp.clip(grad, -clip_gradient, clip_gradient, out=grad)
    mean *= beta1
    mean += (1 - beta1) * grad
    xp.multiply(grad, grad, out=grad)
    grad *= 1 - beta2
    var *= beta2
    var += grad
    step = xp.sqrt(var, out=grad)
    step += epsilon
    xp.divide(mean, step, out=step)
    step *= -lr
    step += weight
    return step
