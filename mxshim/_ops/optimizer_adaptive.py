"""Optimizer updates whose step is scaled from outside: AdamW, LAMB, LARS; checks of gradients."""

from __future__ import annotations

from .._core.params import Float
from .._core.registry import op
from .._core.shapes import same
from .optimizer_update import prepared


def _first(*shapes, **params):
    """State that the result has the first input's shape."""
    return shapes, shapes[0]


def _one(*shapes, **params):
    return shapes, (1,)


def _adam_moments(xp, grad, mean, var, beta1, beta2):
    """Update the moving averages of the gradient and its square in place."""
    mean *= beta1
    mean += (1 - beta1) * grad
    var *= beta2
    var += (1 - beta2) * grad * grad


def _adamw(xp, weight, grad, mean, var, scale, lr, beta1, beta2, epsilon, wd, eta, clip_gradient):
    """Return the new weight, or None when the scale of the gradient is not a usable number."""
    factor = float(scale.reshape(-1)[0])
    if factor == 0 or factor != factor or factor in (float("inf"), float("-inf")):
        return None
    grad = prepared(xp, grad, factor, clip_gradient)
    _adam_moments(xp, grad, mean, var, beta1, beta2)
    return weight - eta * (lr * mean / (xp.sqrt(var) + epsilon) + wd * weight)


@op("_adamw_update", mutates=("mean", "var"), shape=_first)
def adamw_update(
    xp, weight, grad, mean, var, rescale_grad, *, lr: Float, beta1: Float = 0.9,
    beta2: Float = 0.999, epsilon: Float = 1e-8, wd: Float = 0.0, eta: Float,
    clip_gradient: Float = -1.0,
):  # fmt: skip
    """Take a step of AdamW; a ``rescale_grad`` of 0, inf or nan leaves everything as it is."""
    made = _adamw(xp, weight, grad, mean, var, rescale_grad, lr, beta1, beta2, epsilon, wd, eta,
                  clip_gradient)  # fmt: skip
    return weight.copy() if made is None else made


@op("_mp_adamw_update", mutates=("mean", "var", "weight32"), shape=_first)
def mp_adamw_update(
    xp, weight, grad, mean, var, weight32, rescale_grad, *, lr: Float, beta1: Float = 0.9,
    beta2: Float = 0.999, epsilon: Float = 1e-8, wd: Float = 0.0, eta: Float,
    clip_gradient: Float = -1.0,
):  # fmt: skip
    """Take a step of AdamW on a single precision copy of a half precision weight."""
    made = _adamw(xp, weight32, grad.astype(xp.float32), mean, var, rescale_grad, lr, beta1, beta2,
                  epsilon, wd, eta, clip_gradient)  # fmt: skip
    if made is None:
        return weight.copy()
    weight32[...] = made
    return made.astype(weight.dtype)


def _lamb(xp, weight, grad, mean, var, beta1, beta2, epsilon, t, bias_correction, wd,
          rescale_grad, clip_gradient):  # fmt: skip
    grad = prepared(xp, grad, rescale_grad, clip_gradient)
    _adam_moments(xp, grad, mean, var, beta1, beta2)
    first, second = mean, var
    if bias_correction:
        first, second = mean / (1 - beta1**t), var / (1 - beta2**t)
    return first / (xp.sqrt(second) + epsilon) + wd * weight


@op("lamb_update_phase1", mutates=("mean", "var"), shape=same)
def lamb_update_phase1(
    xp, weight, grad, mean, var, *, beta1: Float = 0.9, beta2: Float = 0.999,
    epsilon: Float = 1e-6, t: int, bias_correction: bool = True, wd: Float,
    rescale_grad: Float = 1.0, clip_gradient: Float = -1.0,
):  # fmt: skip
    """Compute the direction of a LAMB step."""
    return _lamb(xp, weight, grad, mean, var, beta1, beta2, epsilon, t, bias_correction, wd,
                 rescale_grad, clip_gradient)  # fmt: skip


@op("mp_lamb_update_phase1", mutates=("mean", "var"), shape=same)
def mp_lamb_update_phase1(
    xp, weight, grad, mean, var, weight32, *, beta1: Float = 0.9, beta2: Float = 0.999,
    epsilon: Float = 1e-6, t: int, bias_correction: bool = True, wd: Float,
    rescale_grad: Float = 1.0, clip_gradient: Float = -1.0,
):  # fmt: skip
    """Compute the direction of a LAMB step for a half precision weight."""
    return _lamb(xp, weight32, grad.astype(xp.float32), mean, var, beta1, beta2, epsilon, t,
                 bias_correction, wd, rescale_grad, clip_gradient)  # fmt: skip


def _trust(xp, r1, r2, lower_bound, upper_bound):
    """Return the factor of a LAMB step from the norms of weight and direction."""
    norm = r1
    if lower_bound >= 0:
        norm = xp.maximum(norm, lower_bound)
    if upper_bound >= 0:
        norm = xp.minimum(norm, upper_bound)
    usable = (norm != 0) & (r2 != 0)
    return xp.where(usable, norm / xp.where(r2 == 0, 1, r2), 1).astype(r1.dtype, copy=False)


@op("lamb_update_phase2", shape=_first)
def lamb_update_phase2(
    xp, weight, g, r1, r2, *, lr: Float, lower_bound: Float = -1.0, upper_bound: Float = -1.0
):
    """Take a LAMB step along ``g``, scaled by the norms of the weight and of ``g``."""
    return weight - lr * _trust(xp, r1, r2, lower_bound, upper_bound) * g


@op("mp_lamb_update_phase2", mutates=("weight32",), shape=_first)
def mp_lamb_update_phase2(
    xp, weight, g, r1, r2, weight32, *, lr: Float, lower_bound: Float = -1.0,
    upper_bound: Float = -1.0,
):  # fmt: skip
    """Take a LAMB step on a single precision copy of a half precision weight."""
    weight32 -= lr * _trust(xp, r1, r2, lower_bound, upper_bound) * g
    return weight32.astype(weight.dtype)


@op("multi_lars", shape=same)
def multi_lars(
    xp, lrs, weights_sum_sq, grads_sum_sq, wds, *, eta: Float, eps: Float, rescale_grad: Float = 1.0
):
    """Scale learning rates by the ratio of weight and gradient norms."""
    norm = xp.sqrt(weights_sum_sq)
    bottom = rescale_grad * xp.sqrt(grads_sum_sq) + wds * norm + eps
    usable = (norm > 0) & (grads_sum_sq > 0)
    return xp.where(usable, lrs * eta * norm / bottom, lrs).astype(lrs.dtype, copy=False)


@op("all_finite", flat=True, shape=_one)
def all_finite(xp, data, *, init_output: bool = True):
    """Return 1 when every element is a finite number, else 0, as an array of one element."""
    return xp.isfinite(data).all().reshape((1,)).astype("float32")


@op("multi_all_finite", flat=True, shape=_one)
def multi_all_finite(xp, *data, num_arrays: int = 1, init_output: bool = True):
    """Return 1 when every element of every array is a finite number, else 0."""
    fine = xp.ones((1,), "float32")
    for array in data:
        fine = fine * xp.isfinite(array).all()
    return fine.astype("float32")


@op("multi_sum_sq", shape=lambda *shapes, **params: (shapes, (len(shapes),)))
def multi_sum_sq(xp, *data, num_arrays: int):
    """Return the sum of squares of every array, in single precision."""
    return xp.stack([xp.square(a.astype("float32")).sum() for a in data]).astype("float32")


@op("reset_arrays", visible=0, shape=lambda *shapes, **params: (shapes, []))
def reset_arrays(xp, *data, num_arrays: int):
    """Fill every array with zeros, in place."""
    for array in data:
        array[...] = 0
    return ()
