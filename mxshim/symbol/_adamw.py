"""AdamW updates whose gradient scale is a number or a symbol."""

from __future__ import annotations

from typing import Any

from . import _internal
from ._functions import full
from .symbol import Symbol


def _scale(value: Any) -> Any:
    return value if isinstance(value, Symbol) else full(shape=(1,), val=value)


def adamw_update(
    weight: Any, grad: Any, mean: Any, var: Any, rescale_grad: Any, lr: float, eta: float,
    beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8, wd: float = 0,
    clip_gradient: float = -1, out: Any = None, name: Any = None, **kwargs: Any,
) -> Any:  # fmt: skip
    """Take a step of Adam with decoupled weight decay; changes ``mean`` and ``var`` in place."""
    return _internal._adamw_update(
        weight=weight, grad=grad, mean=mean, var=var, rescale_grad=_scale(rescale_grad), lr=lr,
        eta=eta, beta1=beta1, beta2=beta2, epsilon=epsilon, wd=wd, clip_gradient=clip_gradient,
        out=out, name=name, **kwargs,
    )  # fmt: skip


def mp_adamw_update(
    weight: Any, grad: Any, mean: Any, var: Any, weight32: Any, rescale_grad: Any, lr: float,
    eta: float, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8, wd: float = 0,
    clip_gradient: float = -1, out: Any = None, name: Any = None, **kwargs: Any,
) -> Any:  # fmt: skip
    """Take a step of AdamW on ``weight32``, the single precision copy of the weight."""
    return _internal._mp_adamw_update(
        weight=weight, grad=grad, mean=mean, var=var, weight32=weight32,
        rescale_grad=_scale(rescale_grad), lr=lr, eta=eta, beta1=beta1, beta2=beta2,
        epsilon=epsilon, wd=wd, clip_gradient=clip_gradient, out=out, name=name, **kwargs,
    )  # fmt: skip
