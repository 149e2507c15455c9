"""AdamW updates whose gradient scale is a number or an array of one."""

from __future__ import annotations

from typing import Any

from .._core.invoke import call
from .._core.registry import OPS
from .._core.tensor import make
from .ndarray import NDArray


def _scale(value: Any, like: Any) -> Any:
    """Return the scale as an array on the device of ``like``."""
    if isinstance(value, NDArray):
        return value
    return make(NDArray, like._ctx.xp.full((1,), value, "float32"), like._ctx)


def adamw_update(
    weight: Any, grad: Any, mean: Any, var: Any, rescale_grad: Any, lr: float, eta: float,
    beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8, wd: float = 0,
    clip_gradient: float = -1, out: Any = None, name: Any = None, **kwargs: Any,
) -> Any:  # fmt: skip
    """Take a step of Adam with decoupled weight decay; changes ``mean`` and ``var`` in place."""
    op = OPS["_adamw_update"]
    params = op.bind({"lr": lr, "eta": eta, "beta1": beta1, "beta2": beta2, "epsilon": epsilon,
                      "wd": wd, "clip_gradient": clip_gradient, **kwargs})  # fmt: skip
    inputs = [weight, grad, mean, var, _scale(rescale_grad, weight)]
    return call(op, NDArray, inputs, params, out)


def mp_adamw_update(
    weight: Any, grad: Any, mean: Any, var: Any, weight32: Any, rescale_grad: Any, lr: float,
    eta: float, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8, wd: float = 0,
    clip_gradient: float = -1, out: Any = None, name: Any = None, **kwargs: Any,
) -> Any:  # fmt: skip
    """Take a step of AdamW on ``weight32``, the single precision copy of the weight."""
    op = OPS["_mp_adamw_update"]
    params = op.bind({"lr": lr, "eta": eta, "beta1": beta1, "beta2": beta2, "epsilon": epsilon,
                      "wd": wd, "clip_gradient": clip_gradient, **kwargs})  # fmt: skip
    inputs = [weight, grad, mean, var, weight32, _scale(rescale_grad, weight)]
    return call(op, NDArray, inputs, params, out)
