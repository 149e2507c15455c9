"""What tests run on and how far apart values may be: contexts and tolerances by dtype."""

from __future__ import annotations

import numbers
import os

import numpy as np

from ..context import Context, current_context, num_gpus
from ..util import get_cuda_compute_capability

_DOUBLE = np.dtype(np.float64)
_EXACT = ("bool", "int8", "uint8", "int32", "uint32", "int64", "uint64")


def default_context():
    """Return the context that tests run on: the current one."""
    return current_context()


def set_default_context(ctx):
    """Make ``ctx`` this thread's default context."""
    Context._default_ctx.value = ctx


def default_dtype():
    """Return the dtype that tests use when none is asked for."""
    return np.float32


def list_gpus():
    """Return the numbers of the GPUs at hand."""
    return range(num_gpus())


def _by_dtype(half, single, double):
    table = {"float16": half, "float32": single, "float64": double}
    table.update(dict.fromkeys(_EXACT, 0))
    return {np.dtype(name): value for name, value in table.items()}


def default_rtols():
    """Return the relative tolerance for each dtype."""
    return _by_dtype(1e-2, 1e-4, 1e-5)


def default_atols():
    """Return the absolute tolerance for each dtype."""
    return _by_dtype(1e-1, 1e-3, 1e-20)


def default_numeric_eps():
    """Return the step of numeric gradients for each floating-point dtype, a power of two."""
    steps = {"float16": 2.0**-6, "float32": 2.0**-9, "float64": 2.0**-14}
    return {np.dtype(name): step for name, step in steps.items()}


def get_rtol(rtol=None, dtype=_DOUBLE):
    """Return ``rtol``, or the default for ``dtype``."""
    return default_rtols()[dtype] if rtol is None else rtol


def get_atol(atol=None, dtype=_DOUBLE):
    """Return ``atol``, or the default for ``dtype``."""
    return default_atols()[dtype] if atol is None else atol


def get_etol(etol=None):
    """Return ``etol``, the share of elements that may be wrong, or zero."""
    return 0 if etol is None else etol


def effective_dtype(dat):
    """Return the dtype whose tolerances fit the array.

    float32 counts as float16 where matrix products run in TF32: in CuPy with ``CUPY_TF32=1`` on
    GPUs of compute capability 8 and newer (MXNet lets cuBLAS do so always).
    """
    dtype = np.dtype(dat.dtype)
    return np.dtype(np.float16) if dtype == np.float32 and _in_tf32(dat) else dtype


def _in_tf32(dat):
    ctx = getattr(dat, "ctx", None)
    return (
        getattr(ctx, "device_type", None) == "gpu"
        and os.environ.get("CUPY_TF32") == "1"
        and os.environ.get("NVIDIA_TF32_OVERRIDE") != "0"
        and get_cuda_compute_capability(ctx) >= 80
    )


def get_tolerance(dat, tol, default_tol):
    """Return ``tol`` if a number, otherwise what it or the default table says for the dtype.

    KeyError for dtypes that the default table has not got.
    """
    if isinstance(tol, numbers.Number):
        return tol
    dtype = effective_dtype(dat)
    return (tol or {}).get(dtype, default_tol[dtype])


def get_tols(x, y, rtol, atol):
    """Return the tolerances for comparing two arrays: the looser of each one's."""
    x, y = (np.array(v) if isinstance(v, numbers.Number) else v for v in (x, y))
    return tuple(
        max(get_tolerance(x, tol, default), get_tolerance(y, tol, default))
        for tol, default in ((rtol, default_rtols()), (atol, default_atols()))
    )
