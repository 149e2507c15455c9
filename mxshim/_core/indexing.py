"""Reading and writing parts of arrays, by MXNet's rules.

Basic keys (integers, slices, ``...``, ``None``) give a view where the part is contiguous and a
copy elsewhere; keys with lists or arrays always copy.  Both record.  :mod:`.keys` completes keys.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .errors import check_failed
from .flags import flags
from .keys import (
    INTEGERS,
    Key,
    advanced_error,
    check_bounds,
    expand,
    out_of_bounds,
    picks_one,
    shape_with_new_axes,
)
from .primitives import PRIMITIVES
from .registry import Op
from .tape import Node, on_tape, refuse_write, state
from .tensor import Tensor, make, new

_NO_PARAMS: dict[str, Any] = {}


def _take(xp: Any, x: Any, *, key: object) -> Any:
    return x[key]


def _put(xp: Any, values: Any, *, key: object, shape: object) -> Any:
    total = xp.zeros(shape, values.dtype)
    total[key] = values
    return total


def _gather(xp: Any, x: Any, *, key: object) -> Any:
    return x[key]


def _scatter(xp: Any, values: Any, *, key: object, shape: object) -> Any:
    total = xp.zeros(shape, values.dtype)
    rows = _rows(key)
    if rows is not None and hasattr(xp, "row_sum") and values.ndim > 1:
        return xp.row_sum(rows % shape[0], values, shape[0])  # type: ignore[index]
    xp.scatter_add(total, key, values)
    return total


def _rows(key: Any) -> Any:
    """Return the index array of a key that picks whole rows, else None."""
    if isinstance(key, tuple):
        if any(part != slice(None) for part in key[1:] if isinstance(part, slice)):
            return None
        if not all(isinstance(part, slice) for part in key[1:]):
            return None
        key = key[0]
    return key if getattr(key, "ndim", 0) == 1 and key.dtype.kind == "i" else None


#: Reading a basic key, and its gradient: writing into zeros.
take = Op(_take, ("slice",))
put = Op(_put, ("_backward_slice",))
#: Reading a key with index arrays, and its gradient: adding up in zeros.
gather = Op(_gather, ("gather_nd",))
scatter = Op(_scatter, ("_backward_gather_nd",))


@take.vjp("x")
def _(xp: Any, ct: Any, out: Any, x: Any, *, key: Any) -> Any:
    return put(xp, ct, key=key, shape=x.shape)


@put.vjp("values")
def _(xp: Any, ct: Any, out: Any, values: Any, *, key: Any, shape: Any) -> Any:
    return take(xp, ct, key=key)


@gather.vjp("x")
def _(xp: Any, ct: Any, out: Any, x: Any, *, key: Any) -> Any:
    return scatter(xp, ct, key=key, shape=x.shape)


@scatter.vjp("values")
def _(xp: Any, ct: Any, out: Any, values: Any, *, key: Any, shape: Any) -> Any:
    return gather(xp, ct, key=key)


def part(tensor: Any, result: Any, op: Op, key: Any, view: bool = True) -> Any:
    """Wrap a part of a tensor's buffer as a tensor of the same class, recorded when asked.

    A ``view`` stays in its context; a copy goes where results go.
    """
    ctx = tensor._ctx if view else tensor._ctx.results
    xp = ctx.xp
    if result.__class__ is not xp.ndarray:
        result = xp.asarray(result)
    made = new(tensor.__class__)
    made._buf = result
    made._ctx = ctx
    node = tensor._node
    made._node = (
        Node(op, (node,), result, (tensor._buf,), {"key": key}, ctx)
        if node is not None and state.recording
        else None
    )
    return made


def getter(otherwise: Callable[[Any, Any], Any], legacy: bool) -> Callable[[Any, Any], Any]:
    """Build ``__getitem__``: rows and plain slices here, every other key by ``otherwise``.

    An element of a vector has the shape ``()``, or ``(1,)`` for ``legacy`` arrays as long as NumPy
    shapes are off.
    """

    def __getitem__(self: Any, key: Any) -> Any:
        kind = key.__class__
        buf = self._buf
        if kind is int:
            ndim = buf.ndim
            if ndim == 1:
                if legacy and not flags.np_shape:
                    if not -buf.shape[0] <= key < buf.shape[0]:
                        raise out_of_bounds(key, 0, buf.shape[0])
                    key = slice(key, key + 1 or None)
                else:
                    key = (key, ...)
            elif not ndim:
                return otherwise(self, key)
            result = buf[key]  # the library's words for an index out of range are MXNet's
        elif kind is slice and key.step is None and buf.ndim:
            if key.start is None and key.stop is None:
                return self
            result = buf[key]
            if not result.size:
                return rows(self, key)
        else:
            return otherwise(self, key)
        made = new(self.__class__)
        made._buf = result
        made._ctx = ctx = self._ctx
        node = self._node
        made._node = (
            Node(take, (node,), result, (buf,), {"key": key}, ctx)
            if node is not None and state.recording
            else None
        )
        return made

    return __getitem__


def rows(tensor: Any, key: slice) -> Any:
    """Return a slice of step 1 along the first axis: always a view."""
    buf = tensor._buf
    start, stop = _span(key, buf.shape[0])
    if start > stop:
        raise check_failed(
            f"begin <= end ({start} vs. {stop}) ", f"Invalid slicing range [{start}, {stop})"
        )
    key = slice(start, stop)
    return part(tensor, buf[key], take, key)


def _span(key: slice, length: int) -> tuple[int, int]:
    """Cut a slice's ends to the axis; unlike Python's, the end may lie before the start."""
    start, stop, _ = slice(key.start, key.stop).indices(length)
    return start, stop


def basic(tensor: Any, key: Key, scalar_shape: tuple[int, ...]) -> Any:
    """Return the part at a complete basic key: a view where it is contiguous, else a copy."""
    buf = tensor._buf
    check_bounds(key, buf.shape)
    if not buf.ndim:
        # mxnet: a legacy 0-d array with a new axis fails on nothing to unpack (test_get_scalar)
        raise ValueError("not enough values to unpack (expected 3, got 0)")
    if scalar_shape and picks_one(key):
        last = max(i for i, item in enumerate(key) if item is not None)
        key = (*key[:last], slice(key[last], key[last] + 1 or None), *key[last + 1 :])
    else:
        key = (*key, ...)
    result = buf[key]
    if not tensor._is_np and not result.size:
        _refuse_empty(key, buf.shape)
    view = result.flags.c_contiguous
    return part(tensor, result if view else result.copy(), take, key, view)


def _refuse_empty(key: Key, shape: tuple[int, ...]) -> None:
    """Refuse an empty part of a legacy array unless its first axis is the empty one.

    mxnet: there the part is a flat view, and a 0 in its new shape says "as it was"
    (test_get_empty).
    """
    parts = [item for item in key if item is not None and item is not ...]
    first = next(
        axis
        for axis, (item, length) in enumerate(zip(parts, shape, strict=True))
        if item.__class__ is slice and not range(*item.indices(length))
    )
    if first:
        raise check_failed(f"src_idx < dshape_len ({first} vs. 1) ")


def advanced(tensor: Any, key: Key) -> Any:
    """Return a copy of the elements at a complete key with index arrays."""
    buf = tensor._buf
    try:
        result = buf[key]
    except IndexError as error:
        raise advanced_error(error, key, buf.shape) from None
    if not (result.size or tensor._is_np or flags.np_shape):
        raise check_failed("dim_size_is_known(*it)", "Shape dim size cannot be a negative value -1")
    made = part(tensor, result, gather, key, view=False)
    if None in [item for item in key if not hasattr(item, "shape")]:
        shape = shape_with_new_axes(key, result.shape)
        if shape != result.shape:
            wrapped = make(tensor.__class__, result.reshape(shape), made._ctx)
            if made._node is not None:
                wrapped._node = Node(
                    _reshaped, (made._node,), wrapped._buf, (result,), {"shape": shape}, made._ctx
                )
            return wrapped
    return made


def _reshape(xp: Any, x: Any, *, shape: object) -> Any:
    return xp.reshape(x, shape)


_reshaped = Op(_reshape, ("reshape",))


@_reshaped.vjp("x")
def _(xp: Any, ct: Any, out: Any, x: Any, **params: Any) -> Any:
    return xp.reshape(ct, x.shape)


def _copied(tensor: Any, value: Any) -> Node:
    """Record that the whole of ``tensor`` becomes a copy of ``value``, broadcast to its shape."""
    spread = PRIMITIVES["broadcast_to"]
    shape = {"shape": tensor._buf.shape}
    return Node(spread, (value._node,), tensor._buf, (value._buf,), shape, tensor._ctx)


def write(tensor: Any, key: Any, value: Any) -> None:
    """Write ``value`` (a number, a tensor or a host array) at a raw key.

    While recording, a tensor on the tape refuses, and so does a value that is on it.
    """
    taped = isinstance(value, Tensor) and value._node is not None and on_tape(value)
    if state.recording and (taped or tensor._node is not None):
        whole = key is ... or (key.__class__ is slice and key == slice(None))
        refuse_write(tensor, taped and not whole)
        if taped:
            tensor._node = _copied(tensor, value)
    if isinstance(value, Tensor):
        xp = tensor._ctx.xp
        buf = value._buf
        if value._ctx.xp is not xp:
            buf = xp.from_host(value._ctx.xp.to_host(buf))
        value = buf
    tensor._buf[key] = value


__all__ = [
    "INTEGERS", "Key", "advanced", "advanced_error", "basic", "check_bounds", "expand", "gather",
    "getter", "part", "put", "rows", "scatter", "take", "write",
]  # fmt: skip
