"""NumPy's own functions on our arrays: ``numpy.mean(x)`` runs ``mx.np.mean``.

Functions that MXNet has run here; the rest run on the host on copies, never while recording.
"""

from __future__ import annotations

from typing import Any

import numpy

from .._core.device import Context
from .._core.tape import state
from .._core.tensor import Tensor, make
from .multiarray import ndarray

_FUNCTIONS = """
    all any sometrue argmin argmax around round round_ argsort sort append broadcast_arrays
    broadcast_to clip concatenate copy cumsum diag diagonal diagflat dot expand_dims fix flip
    flipud fliplr inner insert max amax mean min amin nonzero ones_like atleast_1d atleast_2d
    atleast_3d prod product ravel repeat reshape roll split array_split hsplit vsplit dsplit
    squeeze stack std sum swapaxes take tensordot tile transpose unique unravel_index
    diag_indices_from delete var vdot vstack column_stack hstack dstack zeros_like linalg.norm
    linalg.cholesky linalg.inv linalg.solve linalg.tensorinv linalg.tensorsolve linalg.pinv
    linalg.eigvals linalg.eig linalg.eigvalsh linalg.eigh shape trace tril meshgrid outer
    einsum polyval shares_memory may_share_memory quantile percentile diff ediff1d resize where
    full_like bincount empty_like nan_to_num isnan isfinite isposinf isneginf isinf pad
"""
_UFUNCS = """
    abs fabs add arctan2 copysign degrees hypot lcm ldexp subtract multiply true_divide
    negative power mod matmul absolute rint sign exp log log2 log10 expm1 sqrt square cbrt
    reciprocal invert bitwise_not remainder sin cos tan sinh cosh tanh arcsin arccos arctan
    arcsinh arccosh arctanh maximum minimum ceil trunc floor bitwise_and bitwise_xor bitwise_or
    logical_not equal not_equal less less_equal greater greater_equal
"""
#: NumPy functions that MXNet's protocol hands to the function of the same name in ``mx.np``.
FUNCTIONS = frozenset(_FUNCTIONS.split())
UFUNCS = frozenset(_UFUNCS.split())
#: Names that newer versions of NumPy gave to ufuncs.
_RENAMED = {"divide": "true_divide"}


def _ours(name: str) -> Any:
    from .. import numpy as front

    found: Any = front
    try:
        for part in name.split("."):
            found = getattr(found, part)
    except AttributeError:  # NotImplementedInShim is one
        return None
    return found


def dispatch_ufunc(ufunc: Any, method: str, inputs: Any, kwargs: dict[str, Any]) -> Any:
    """Run a NumPy ufunc whose operands include our arrays."""
    if "out" in kwargs:
        out = kwargs["out"]
        if len(out) != 1:
            raise ValueError("The `out` parameter must have exactly one ndarray")
        kwargs["out"] = out[0]
    if method != "__call__":
        return NotImplemented
    name = _RENAMED.get(ufunc.__name__, ufunc.__name__)
    # a NumPy scalar may come as an array without axes
    inputs = [
        value[()] if isinstance(value, numpy.ndarray) and not value.ndim else value
        for value in inputs
    ]
    ours = _ours(name) if name in UFUNCS else None
    if ours is not None:
        return ours(*inputs, **kwargs)
    _refuse_recording(name)
    # a NumPy scalar takes part as the number it is: newer NumPy would let its type widen the array
    plain = [v.item() if isinstance(v, numpy.generic) else hosted(v)[0] for v in inputs]
    return ours_again(ufunc(*plain, **kwargs), hosted(inputs)[1])


def dispatch_function(func: Any, types: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """Run a NumPy function whose arguments include our arrays."""
    name = func.__name__
    if getattr(func, "__module__", "") == "numpy.linalg":
        name = f"linalg.{name}"
    ours = _ours(name) if name in FUNCTIONS else None
    if ours is not None and ours is not func:
        if not all(issubclass(kind, ndarray) for kind in types):
            return NotImplemented
        return ours(*args, **kwargs)
    _refuse_recording(func)
    plain, ctx = hosted(args)
    if ctx is None:
        raise ValueError(
            "Unknown context for the input ndarrays. It is probably a bug. Please create an issue "
            "on GitHub."
        )
    plain_kwargs = {key: hosted(value)[0] for key, value in kwargs.items()}
    return ours_again(func(*plain, **plain_kwargs), ctx)


def _refuse_recording(name: Any) -> None:
    if state.recording:
        raise ValueError(
            f"Falling back to NumPy operator {name} with autograd active is not supported."
            "Please consider moving the operator to the outside of the autograd scope."
        )


def hosted(value: Any) -> tuple[Any, Context | None]:
    """Replace our arrays by NumPy's, also inside lists and tuples; say which device they had."""
    if isinstance(value, Tensor):
        return value.asnumpy(), value._ctx
    if isinstance(value, (list, tuple)):
        pairs = [hosted(item) for item in value]
        ctx = next((found for _, found in pairs if found is not None), None)
        return type(value)([item for item, _ in pairs]), ctx
    return value, None


def ours_again(value: Any, ctx: Context) -> Any:
    """Replace NumPy arrays in a result by ours."""
    if isinstance(value, numpy.ndarray):
        return make(ndarray, ctx.xp.from_host(numpy.ascontiguousarray(value)), ctx)
    if isinstance(value, (list, tuple)):  # newer NumPy names the members of some tuples
        return (list if isinstance(value, list) else tuple)(ours_again(v, ctx) for v in value)
    if isinstance(value, (bool, numpy.bool_)):
        return value
    if isinstance(value, (int, float, numpy.generic)):
        return value
    raise TypeError(f"Does not support converting {type(value)} to mx.np.ndarray.")


__all__ = ["dispatch_function", "dispatch_ufunc", "hosted", "ours_again"]
