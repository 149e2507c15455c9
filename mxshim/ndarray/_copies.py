"""Copies, casts, moves between devices and front ends, views with another shape."""

from __future__ import annotations

import warnings
from math import prod
from typing import Any

import numpy

from .._core import dtypes
from .._core.device import Context
from .._core.errors import MXNetError, incompatible, shape_text
from .._core.registry import Op
from .._core.tape import Node, refuse_write, state
from .._core.tensor import Tensor, make, new
from .._ops.kernels.reshape_codes import legacy_codes


def _copy(xp: Any, data: Any, *, dtype: object = None) -> Any:
    return data.astype(data.dtype if dtype is None else dtype, copy=True)


copied = Op(_copy, ("_copyto",))


@copied.vjp("data")
def _(xp: Any, ct: Any, out: Any, data: Any, **params: Any) -> Any:
    return ct


def _view(xp: Any, data: Any, *, shape: object) -> Any:
    return data.reshape(shape)


viewed = Op(_view, ("Reshape",))


@viewed.vjp("data")
def _(xp: Any, ct: Any, out: Any, data: Any, **params: Any) -> Any:
    return ct.reshape(data.shape)


def _legacy() -> type[Any]:
    from .ndarray import NDArray

    return NDArray


class Copies(Tensor):
    """What both array classes share about copies and views."""

    __slots__ = ()
    _is_np = False

    @property
    def handle(self) -> Any:
        """The array itself, where MXNet has the address of its native object."""
        return self

    @property
    def writable(self) -> bool:
        """Tell whether in-place operations are allowed."""
        return getattr(self._buf.flags, "writeable", True)

    def __reduce__(self) -> Any:
        from .ndarray import restore

        return restore, (self._is_np, self.asnumpy(), self._ctx)

    def copy(self) -> Any:
        """Return a copy on the same device."""
        return self._copied(type(self), self._ctx, None)

    def _copied(self, cls: type[Any], ctx: Context, dtype: Any) -> Any:
        xp = ctx.xp
        buf = self._buf
        if self._ctx.xp is not xp:
            buf = xp.from_host(self._ctx.xp.to_host(buf))
        if dtype is not None and dtype != buf.dtype:
            if buf.dtype.kind == "f" and dtype.kind != "f":
                with numpy.errstate(all="ignore"):
                    result = buf.astype(dtype)
            else:
                result = buf.astype(dtype)
        else:
            result = xp.array(buf, order="C")
        made = new(cls)
        made._buf = result
        made._ctx = ctx
        node = self._node
        made._node = (
            Node(copied, (node,), result, (buf,), {"dtype": dtype}, ctx)
            if node is not None and state.recording
            else None
        )
        return made

    def copyto(self, other: Any) -> Any:
        """Copy into another array (cast to its dtype) or to a device; return the copy.

        Raises TypeError for any other destination.  Copying to itself warns and returns False.
        """
        if isinstance(other, Context):
            return self._copied(_legacy(), other, None)
        if not isinstance(other, _legacy()):
            raise TypeError(f"copyto does not support type {type(other)}")
        return self._copy_into(other)

    def _copy_into(self, other: Any) -> Any:
        if other is self:
            warnings.warn(
                "You are attempting to copy an array to itself", RuntimeWarning, stacklevel=3
            )
            return False
        if state.recording:
            refuse_write(other, False)
        if other._buf.shape != self._buf.shape:
            raise incompatible(
                "output", 0, shape_text(self._buf.shape), shape_text(other._buf.shape),
                f"an array of shape {self.shape} cannot be copied into one of {other.shape}",
            )  # fmt: skip
        if other._is_np and not self._is_np:
            raise TypeError(
                "Operator `_copyto` registered in backend is known as `_copyto` in Python. This is "
                "a legacy operator which can only write to legacy ndarrays, while received an "
                "MXNet numpy ndarray. Please call `as_nd_ndarray()` upon the numpy ndarray to "
                "convert it to a legacy ndarray, and then feed the converted array to this "
                "operator."
            )
        if other._sparse:
            made = self._copied(type(self), other._ctx, known_dtype(other.dtype))
            other._take_result(made._buf, made._node)
            return other
        made = self._copied(type(other), other._ctx, other._buf.dtype)
        other._buf[...] = made._buf
        if made._node is not None:
            other._node = made._node
        return other

    def astype(self, dtype: Any, copy: bool = True) -> Any:
        """Return a copy cast to ``dtype``; the array itself with ``copy=False`` if it has it."""
        if not copy and numpy.dtype(dtype) == self._buf.dtype:
            return self
        return self._copied(type(self), self._ctx, known_dtype(dtype))

    def as_in_context(self, context: Context) -> Any:
        """Return the array on a device: itself when it is there, else a copy."""
        if self._ctx == context:
            return self
        return self.copyto(context)

    def as_np_ndarray(self) -> Any:
        """Return an ``mx.np.ndarray`` on the same memory, at the same place on the tape."""
        from ..numpy import ndarray

        return make(ndarray, self._buf, self._ctx, self._node)

    def as_nd_ndarray(self) -> Any:
        """Return the array itself: it is a legacy array."""
        return self

    def reshape(self, *shape: Any, **kwargs: Any) -> Any:
        """Return a view with a new shape; see ``mx.nd.reshape`` for the codes 0 and -1 to -4.

        The shape comes as numbers, a tuple or ``shape=``; ``reverse=True`` reads it from the right.
        """
        if len(shape) == 1 and isinstance(shape[0], (list, tuple)):
            shape = tuple(shape[0])
        elif not shape:
            shape = kwargs.get("shape")  # type: ignore[assignment]
            assert shape, "Shape must be provided."
            shape = tuple(shape) if not isinstance(shape, int) else (shape,)
        if kwargs and not kwargs.keys() <= {"shape", "reverse"}:
            unknown = ", ".join(key for key in kwargs if key not in ("shape", "reverse"))
            raise TypeError(
                f"Got unknown keywords in reshape: {unknown}. Accepted keyword arguments are "
                "'shape' and 'reverse'."
            )
        buf = self._buf
        target = legacy_codes(buf.shape, shape, kwargs.get("reverse", False))
        count = prod(target)
        if count > buf.size:
            raise MXNetError(
                f"NDArray.Reshape: Check failed: shape_.Size() >= shape.Size() ({buf.size} vs. "
                f"{count}) : target shape size is larger than the current shape"
            )
        if count != buf.size:
            raise ValueError(f"Cannot reshape array of size {buf.size} into shape {shape}")
        return self._reshaped(target)

    def _reshaped(self, shape: tuple[int, ...]) -> Any:
        """Return a view with a shape that is known to fit."""
        result = self._buf.reshape(shape)
        made = new(self.__class__)
        made._buf = result
        made._ctx = self._ctx
        node = self._node
        made._node = (
            Node(viewed, (node,), result, (self._buf,), {"shape": shape}, self._ctx)
            if node is not None and state.recording
            else None
        )
        return made


for _name, _method in vars(Copies).items():
    if callable(_method):
        _method.__qualname__ = f"NDArray.{_name}"  # as errors about arguments name it


def known_dtype(value: Any) -> Any:
    """Return the NumPy dtype that MXNet's array constructors understand by ``value``.

    Raises TypeError for what NumPy does not know and KeyError for a dtype that MXNet has not.
    """
    dtype = numpy.dtype("float32" if value is None else value)
    if dtype not in dtypes.CODES:
        raise KeyError(dtype.type)
    return dtype


def known_device(ctx: Any) -> Context:
    """Return a context; raise AttributeError for what is none, as MXNet's array() does."""
    if not isinstance(ctx, Context):
        raise AttributeError(f"'{type(ctx).__name__}' object has no attribute 'device_typeid'")
    return ctx
