"""NumPy's own functions on our arrays: ``numpy.mean(x)`` runs ``mx.np.mean``.

Functions that MXNet has run here; the rest run on the host on copies, never while recording.
"""

from __future__ import annotations

from typing import Any

import numpy

from .._core.device import Context
from .._core.errors import NotImplementedInShim
from .._core.tape import state
from .._core.tensor import Tensor, make
from .multiarray import array, ndarray

#: NumPy functions that MXNet's protocol hands to the function of the same name in ``mx.np``.
FUNCTIONS = frozenset(
    """
    all any argmin argmax around append argsort atleast_1d atleast_2d atleast_3d array_split
    broadcast_arrays broadcast_to clip concatenate copy cumsum diagonal dot einsum expand_dims fix
    max min mean nonzero ones_like prod ravel repeat reshape roll split squeeze stack std sum
    swapaxes take tensordot tile transpose unique unravel_index flatnonzero delete var vdot vstack
    column_stack hstack dstack zeros_like linalg.norm linalg.cholesky linalg.inv linalg.solve
    linalg.tensorinv linalg.tensorsolve linalg.lstsq linalg.pinv linalg.eigvals linalg.eig
    linalg.eigvalsh linalg.eigh linalg.svd linalg.det linalg.slogdet linalg.matrix_rank shape trace
    tril triu meshgrid outer kron polyval quantile percentile diff ediff1d resize where full_like
    bincount empty_like nan_to_num isnan isfinite isposinf isneginf isinf pad moveaxis flip fliplr
    flipud inner insert interp may_share_memory shares_memory may_share_memory rot90 size ndim
    hsplit vsplit dsplit diag diagflat diag_indices_from average histogram
    """.split()
)
UFUNCS = frozenset(
    """
    abs absolute add arctan2 copysign degrees equal exp expm1 floor ceil trunc greater greater_equal
    hypot invert bitwise_not bitwise_and bitwise_or bitwise_xor lcm ldexp less less_equal log log10
    log1p log2 logical_not maximum minimum mod multiply negative not_equal power radians rad2deg
    deg2rad reciprocal rint sign sin sinh cos cosh tan tanh arcsin arccos arctan arcsinh arccosh
    arctanh sqrt cbrt square subtract true_divide divide remainder matmul fmod isnan isinf isfinite
    """.split()
)


def _ours(name: str) -> Any:
    from .. import numpy as front

    found: Any = front
    try:
        for part in name.split("."):
            found = getattr(found, part)
    except NotImplementedInShim:
        return None
    except AttributeError:
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
    name = ufunc.__name__
    ours = _ours(name) if name in UFUNCS else None
    if ours is not None:
        return ours(*inputs, **kwargs)
    _refuse_recording(name)
    return ours_again(
        getattr(numpy, name)(*[hosted(value)[0] for value in inputs], **kwargs), inputs[0]._ctx
    )


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
        return make(ndarray, ctx.xp.asarray(numpy.ascontiguousarray(value)), ctx)
    if isinstance(value, (list, tuple)):
        return type(value)([ours_again(item, ctx) for item in value])
    if isinstance(value, (bool, numpy.bool_)):
        return value
    if isinstance(value, (int, float, numpy.generic)):
        return value
    raise TypeError(f"Does not support converting {type(value)} to mx.np.ndarray.")


__all__ = ["array", "dispatch_function", "dispatch_ufunc", "hosted", "ours_again"]
