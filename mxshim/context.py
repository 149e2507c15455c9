"""Devices: ``cpu()``, ``gpu()``, ``cpu_pinned()`` and the current default."""

from __future__ import annotations

import warnings

from ._core.device import Context, current, gpu_count, gpu_memory
from .base import classproperty

Context.__module__ = __name__


def _default(cls: type[Context]) -> Context:
    """Return this thread's default context; deprecated."""
    warnings.warn(
        "Context.default_ctx has been deprecated. Please use Context.current_context() instead. "
        "Please use test_utils.set_default_context to set a default context",
        DeprecationWarning,
        stacklevel=3,
    )
    return current()


Context.default_ctx = classproperty(_default)  # type: ignore[attr-defined]


def cpu(device_id: int = 0) -> Context:
    """Return a CPU context; different numbers are different contexts in the same memory."""
    return Context("cpu", device_id)


def cpu_pinned(device_id: int = 0) -> Context:
    """Return the context of page-locked memory; here ordinary memory."""
    return Context("cpu_pinned", device_id)


def gpu(device_id: int = 0) -> Context:
    """Return a GPU context; it needs CuPy only once an array is made on it."""
    return Context("gpu", device_id)


def num_gpus() -> int:
    """Count the GPUs that can be used; 0 without CuPy or without a driver."""
    return gpu_count()


def gpu_memory_info(device_id: int = 0) -> tuple[int, int]:
    """Return the free and the total bytes of a GPU's memory."""
    return gpu_memory(device_id)


def current_context() -> Context:
    """Return this thread's default context."""
    return current()


__all__ = [
    "Context", "cpu", "cpu_pinned", "current_context", "gpu", "gpu_memory_info", "num_gpus",
]  # fmt: skip
