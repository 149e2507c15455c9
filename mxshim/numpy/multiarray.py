"""The NumPy-like array class, ``mx.np.ndarray``, and ``mx.np.array``."""

from __future__ import annotations

import warnings
from typing import Any

import numpy

from .._core import indexing
from .._core.device import Context, current
from .._core.lazy import mirror
from .._core.semantics import check_cast
from .._core.tensor import Tensor, make
from ..ndarray.ndarray import NDArray, copied, known_device, known_dtype
from ._printing import represent

_DEFAULT = "float32"


class ndarray(NDArray):
    """An n-dimensional array on a device, with NumPy's semantics where MXNet has them.

    Shapes may be ``()`` and hold zeros, comparisons give bool, indexing takes boolean masks.
    """

    __module__ = "mxshim.numpy"
    _is_np = True

    @property
    def dtype(self) -> Any:
        """The element type, a NumPy dtype."""
        return self._buf.dtype

    @property
    def ctx(self) -> Context:
        """The device that holds the array."""
        return self._ctx

    @property
    def context(self) -> Context:
        """The device that holds the array; renamed to :attr:`ctx`."""
        warnings.warn(
            "ndarray.context has been renamed to ndarray.ctx", DeprecationWarning, stacklevel=2
        )
        return self._ctx

    @property
    def T(self) -> Any:
        """The transpose, a copy."""
        return self.transpose()

    def attach_grad(self, grad_req: str = "write") -> None:
        """Make the array a variable with a zeroed gradient; cut it off from any history."""
        self._attach(grad_req)

    # Values

    def __bool__(self) -> bool:
        size = self._buf.size
        if size == 1:
            return bool(self._buf.reshape(())[()])
        if size == 0:
            warnings.warn(
                "The truth value of an empty array is ambiguous. Returning False, but in future "
                "this will result in an error.",
                DeprecationWarning,
                stacklevel=2,
            )
            return False
        raise ValueError("The truth value of an ndarray with multiple elements is ambiguous.")

    __nonzero__ = __bool__

    def __float__(self) -> float:
        return float(self._single())

    def __int__(self) -> int:
        return int(self._single())

    def __complex__(self) -> complex:
        return complex(self._single())

    def _single(self) -> Any:
        if self._buf.size != 1:
            raise TypeError("only size-1 arrays can be converted to Python scalars")
        return self._buf.item()

    def __len__(self) -> int:
        if not self._buf.ndim:
            raise TypeError("len() of unsized object")
        return self._buf.shape[0]

    def __hash__(self) -> int:
        raise NotImplementedError

    def item(self, *args: Any) -> Any:
        """Return one element as a Python number: the only one, or the one at a position."""
        return self._ctx.xp.to_host(self._buf).item(*args)

    def tolist(self) -> Any:
        """Return the elements as Python numbers in nested lists."""
        return self._ctx.xp.to_host(self._buf).tolist()

    def asscalar(self) -> Any:
        """Raise AttributeError: NumPy arrays have :meth:`item`."""
        raise AttributeError("mxnet.numpy.ndarray object has no attribute asscalar")

    def __repr__(self) -> str:
        text = represent(self.asnumpy())
        if self._ctx.device_type == "cpu":
            return text
        return f"{text[:-1]}, ctx={self._ctx})"

    def __str__(self) -> str:
        text = str(self.asnumpy())
        if self._ctx.device_type == "cpu" or not self._buf.ndim:
            return text
        return f"{text} @{self._ctx}"

    def __format__(self, fmt: str) -> str:
        if not self._buf.ndim:
            return format(self.item(), fmt)
        if fmt:
            raise TypeError("Cannot format mxnet.numpy.ndarray with format_spec")
        return str(self)

    # Copies and casts

    def copy(self, order: str = "C") -> Any:
        """Return a copy on the same device."""
        if order != "C":
            raise NotImplementedError(
                f"ndarray.copy only supports order='C', while received {order}"
            )
        return self._copied(ndarray, self._ctx, None)

    def copyto(self, other: Any) -> Any:
        """Copy into another array (cast to its dtype) or to a device; return the copy."""
        if isinstance(other, Context):
            return self._copied(ndarray, other, None)
        if not isinstance(other, ndarray):
            raise TypeError(f"copyto does not support type {type(other)}")
        return self._copy_into(other)

    def astype(
        self,
        dtype: Any,
        order: str = "K",
        casting: str = "unsafe",
        subok: bool = True,
        copy: bool = True,
    ) -> Any:
        """Return a copy cast to ``dtype``; the array itself with ``copy=False`` if it has it."""
        check_cast(order, casting, subok)
        if not copy and numpy.dtype(dtype) == self._buf.dtype:
            return self
        return self._copied(ndarray, self._ctx, known_dtype(dtype))

    def as_in_ctx(self, ctx: Context) -> Any:
        """Return the array on a device: itself when it is there, else a copy."""
        return self if self._ctx == ctx else self.copyto(ctx)

    def as_in_context(self, context: Context) -> Any:
        """Do :meth:`as_in_ctx` under its old name."""
        warnings.warn(
            "ndarray.as_in_context has been renamed to ndarray.as_in_ctx",
            DeprecationWarning,
            stacklevel=2,
        )
        return self.as_in_ctx(context)

    def as_nd_ndarray(self) -> Any:
        """Return an ``mx.nd.NDArray`` on the same memory, at the same place on the tape."""
        return make(NDArray, self._buf, self._ctx, self._node)

    def as_np_ndarray(self) -> Any:
        """Return the array itself: it is a NumPy array."""
        return self

    def reshape_view(self, *shape: Any, **kwargs: Any) -> Any:
        """Return a view with a new shape, by the codes of ``mx.nd.reshape``."""
        return NDArray.reshape(self, *shape, **kwargs)

    # Parts

    def _part(self, key: Any) -> Any:
        """Return the part at a key that is neither an integer nor a plain slice."""
        kind = key.__class__
        if kind is slice and self._buf.ndim:
            if key.step == 1:
                return indexing.rows(self, key)
            if key.step == 0:
                raise ValueError("slice step cannot be zero")
        if kind is list:
            key = _maybe_mask(key)
        if isinstance(key, (bool, numpy.bool_)):
            return self._new_axis(bool(key))
        if isinstance(key, numpy.ndarray) and key.dtype.kind == "b":
            key = make(ndarray, self._ctx.xp.from_host(key), self._ctx)
        if isinstance(key, Tensor) and key._buf.dtype.kind == "b":
            return self._masked(key)
        if not self._buf.ndim and (kind is not tuple or key):
            raise IndexError("scalar tensor can only accept `()` as index")
        if kind is tuple and not key:
            return self
        if isinstance(key, indexing.INTEGERS):
            return self[int(key)]
        items, fancy, truth = indexing.expand(self, key, legacy=False)
        found = indexing.advanced(self, items) if fancy else indexing.basic(self, items, ())
        return found if truth is None else found._new_axis(truth)

    __getitem__ = indexing.getter(_part, legacy=False)

    def _new_axis(self, kept: bool) -> Any:
        """Return the array with a leading axis of length 1, or 0 when nothing is kept."""
        key = (None, ...) if kept else (slice(0, 0), None)
        view = indexing.part(self, self._buf[None], indexing.take, (None, ...))
        return view if kept else indexing.part(view, view._buf[:0], indexing.take, key[0])

    def _masked(self, mask: Any) -> Any:
        buf, shape = self._buf, mask._buf.shape
        if len(shape) > buf.ndim:
            raise IndexError(
                f"too many indices, whose ndim = {len(shape)}, for array with ndim = {buf.ndim}"
            )
        for axis, (wanted, length) in enumerate(zip(shape, buf.shape, strict=False)):
            if wanted != length:
                raise IndexError(
                    f"boolean index did not match indexed array along dimension {axis}; dimension "
                    f"is {length} but corresponding boolean dimension is {wanted}"
                )
        if not shape:
            return self._new_axis(bool(mask))
        index = mask._buf.nonzero()
        return indexing.part(self, buf[index], indexing.gather, index)

    # NumPy's protocols

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        from ._dispatch import dispatch_ufunc

        return dispatch_ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        from ._dispatch import dispatch_function

        return dispatch_function(func, types, args, kwargs)


def _maybe_mask(key: list[Any]) -> Any:
    """Return a list of truth values as a NumPy array, any other list as it is."""
    try:
        found = numpy.array(key)
    except Exception as error:  # whatever an element's conversion raises, as MXNet does
        raise TypeError(str(error)) from error
    return found if found.dtype.kind == "b" else key


def array(object: Any, dtype: Any = None, ctx: Context | None = None) -> ndarray:
    """Make an array from a number, a list, a NumPy array or another array.

    Without ``dtype`` it is the source's when that is an array, else float32.
    """
    ctx = current() if ctx is None else known_device(ctx)
    if isinstance(object, ndarray):
        dtype = object._buf.dtype if dtype is None else known_dtype(dtype)
        return object._copied(ndarray, ctx, dtype)
    if isinstance(object, NDArray):
        raise ValueError(
            "If you're trying to create a mxnet.numpy.ndarray from mx.nd.NDArray, please use the "
            "zero-copy as_np_ndarray function."
        )
    if dtype is None:
        dtype = object.dtype if hasattr(object, "dtype") else _DEFAULT
    try:
        with numpy.errstate(all="ignore"):
            host = numpy.array(object, dtype=dtype, order="C")
    except Exception as error:  # whatever an element's conversion raises, as MXNet does
        raise TypeError(str(error)) from error
    known_dtype(host.dtype)
    return make(ndarray, ctx.xp.from_host(host), ctx)


__all__ = ["array", "copied", "ndarray"]

__getattr__ = mirror(__name__, __package__)
