"""Faster kernels that take an operator's place on the CPU where they can.

An override has the signature of the body it stands for and returns DECLINED for calls that it
leaves to it: kinds, shapes or layouts it does not cover, input that only the body can explain.
Where it finds out later, before anything is written, it raises Declined.
Modules declare overrides like operators, gradients by the names of the inputs they belong to::

    @override("LayerNorm")
    def layer_norm(xp, data, gamma, beta, *, axis, eps, output_mean_var): ...

    @override("LayerNorm", "data", "gamma", "beta")
    def layer_norm_grad(xp, ct, out, data, gamma, beta, *, axis, eps, output_mean_var): ...

:data:`PLACES` says which modules to ask for an operator, the first one first; they are imported
when the operator is first called. Overrides run on plain NumPy arrays only: never on a GPU's, never
while gradients are themselves recorded.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from . import cpu
from .base import switched_off

Kernel = Callable[..., Any]

#: Operator to the modules of this package that may override it, in the order they are asked.
PLACES: dict[str, tuple[str, ...]] = {
    "Activation": ("onednn.elementwise", "numpy_kernels.activation"),
    "BatchNorm": ("onednn.normalization", "numpy_kernels.batch_norm"),
    "Convolution": ("onednn.convolution", "numpy_kernels.depthwise", "numpy_kernels.conv"),
    "LayerNorm": ("onednn.rows", "numpy_kernels.layer_norm"),
    "LeakyReLU": ("onednn.elementwise", "numpy_kernels.leaky"),
    "Pooling": ("onednn.pooling", "numpy_kernels.pool"),
    "RNN": ("onednn.recurrent", "numpy_kernels.rnn"),
    "_backward_Convolution": (
        "onednn.convolution",
        "numpy_kernels.depthwise",
        "numpy_kernels.conv",
    ),
    "_backward_Convolution_data": (
        "onednn.convolution",
        "numpy_kernels.depthwise",
        "numpy_kernels.conv",
    ),
    "_backward_Convolution_weight": (
        "onednn.convolution",
        "numpy_kernels.depthwise",
        "numpy_kernels.conv",
    ),
    "_backward_Pooling": ("onednn.pooling", "numpy_kernels.pool"),
    "_backward_Pooling_max": ("onednn.pooling", "numpy_kernels.pool"),
    "adam_update": ("numpy_kernels.optimizer",),
    "exp": ("onednn.elementwise",),
    "ftml_update": ("numpy_kernels.optimizer",),
    "ftrl_update": ("numpy_kernels.optimizer",),
    "log_softmax": ("onednn.rows", "numpy_kernels.softmax"),
    "nag_mom_update": ("numpy_kernels.optimizer",),
    "relu": ("onednn.elementwise", "numpy_kernels.activation"),
    "rmsprop_update": ("numpy_kernels.optimizer",),
    "rmspropalex_update": ("numpy_kernels.optimizer",),
    "sgd_mom_update": ("numpy_kernels.optimizer",),
    "sgd_update": ("numpy_kernels.optimizer",),
    "sigmoid": ("onednn.elementwise", "numpy_kernels.activation"),
    "signum_update": ("numpy_kernels.optimizer",),
    "softmax": ("onednn.rows", "numpy_kernels.softmax"),
    "tanh": ("numpy_kernels.activation",),
}

#: Elements of the first array below which an operator's overrides are not asked, where asking would
#: cost small calls much of their time; gradients of several outputs are left to the body then.
LEAST: dict[str, int] = {
    "Activation": 1 << 13,
    "LeakyReLU": 1 << 12,
    "exp": 1 << 15,
    "relu": 1 << 15,
    "sigmoid": 1 << 12,
    "tanh": 1 << 13,
}

#: What an override returns to leave a call to the next one, at last to the operator's body.
DECLINED = object()


class Declined(Exception):
    """Raised by an override that finds on the way that it cannot take a call."""


_FOUND: dict[tuple[str, str, tuple[str, ...]], Kernel] = {}


def override(name: str, *inputs: str) -> Callable[[Kernel], Kernel]:
    """Declare the forward of an operator, or its gradient for ``inputs`` (a decorator)."""

    def declare(kernel: Kernel) -> Kernel:
        module = kernel.__module__.removeprefix(f"{__package__}.")
        if module not in PLACES.get(name, ()):
            raise ValueError(f"PLACES does not send {name} to {module}")
        _FOUND[module, name, inputs] = kernel
        return kernel

    return declare


def candidates(name: str, inputs: tuple[str, ...]) -> list[Kernel]:
    """List the overrides of an operator's forward, or of its gradient for ``inputs``."""
    found = []
    for module in PLACES.get(name, ()):
        importlib.import_module(f".{module}", __package__)
        kernel = _FOUND.get((module, name, inputs))
        if kernel is not None:
            found.append(kernel)
    return found


def overridden(name: str, inputs: tuple[str, ...], body: Kernel) -> Kernel:
    """Return a function that asks the overrides before ``body``; ``body`` itself without any."""
    if name not in PLACES or switched_off():
        return body
    plain, inner = cpu.xp, cpu.xp.inner
    bound = LEAST.get(name, 0)
    kernels: list[Kernel] | None = None

    def tried(xp: Any, first: Any, *arrays: Any, **params: Any) -> Any:
        nonlocal kernels
        if (xp is plain or xp is inner) and (
            not bound or (first.__class__ is not tuple and first.size >= bound)
        ):
            if kernels is None:
                kernels = candidates(name, inputs)
            for kernel in kernels:
                try:
                    result = kernel(xp, first, *arrays, **params)
                except Declined:
                    continue
                if result is not DECLINED:
                    return result
        return body(xp, first, *arrays, **params)

    tried.__wrapped__ = body  # type: ignore[attr-defined]
    tried.__module__, tried.__qualname__ = body.__module__, body.__qualname__
    tried.__doc__ = body.__doc__
    return tried


def least(name: str) -> int:
    """Return the number of elements from which on short ways leave an operator to its overrides.

    0 for one that has none: short ways always go.
    """
    return LEAST.get(name, 1 << 10) if name in PLACES else 0


def small(name: str, function: Kernel | None) -> Kernel | None:
    """Return the function for small calls of an operator, so that it leaves overrides theirs."""
    bound = least(name)
    if function is None or not bound:
        return function

    def small_only(first: Any, *arrays: Any) -> Any:
        return function(first, *arrays) if first.size < bound else None

    return small_only
