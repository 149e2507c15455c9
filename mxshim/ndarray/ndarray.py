"""The legacy array class, ``mx.nd.NDArray``."""

from __future__ import annotations

from typing import Any

import numpy

from .. import autograd
from .._core import indexing
from .._core.device import CPU, Context
from .._core.dtypes import SCALARS
from .._core.flags import flags
from .._core.lazy import mirror
from .._core.tape import Leaf, state
from .._core.tensor import Tensor, make
from ._copies import Copies, copied, known_device, known_dtype
from ._setting import assign

_ONE = (1,)
_EVERYTHING = slice(None)


class NDArray(Copies):
    """An n-dimensional array on a device, with MXNet's legacy semantics.

    Comparisons give the operands' dtype, full reductions have shape ``(1,)``, dtypes never mix.
    """

    __slots__ = ()
    __array_priority__ = 1000.0
    #: Tells ``mx.np.ndarray`` (a subclass) from legacy arrays.
    _is_np = False

    def __init__(self, handle: Any = None, writable: bool = True) -> None:
        if handle is not None and not isinstance(handle, Tensor):
            raise TypeError("arrays are made by array(), zeros() and their like, not from handles")
        if handle is not None:
            self._buf, self._ctx = handle._buf, handle._ctx
        self._node = None

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        return self._buf.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._buf.ndim

    @property
    def size(self) -> int:
        """The number of elements."""
        return self._buf.size

    @property
    def dtype(self) -> Any:
        """The element type, as a NumPy scalar class."""
        dtype = self._buf.dtype
        return SCALARS.get(dtype, dtype.type)

    @property
    def context(self) -> Context:
        """The device that holds the array."""
        return self._ctx

    ctx = context

    @property
    def stype(self) -> str:
        """The storage type; dense arrays say ``default``."""
        return "default"

    @property
    def T(self) -> Any:
        """The transpose, a copy."""
        if self.ndim < 2:
            return self
        return self.transpose()

    # Gradients

    @property
    def grad(self) -> Any:
        """The array that receives the gradient, or None without :meth:`attach_grad`."""
        node = self._node
        if node.__class__ is not Leaf or node.grad is None:
            return None
        if node.grad._sparse or self._sparse:
            return node.grad
        return make(type(self), node.grad._buf, node.grad._ctx, node.grad._node)

    def attach_grad(self, grad_req: str = "write", stype: str | None = None) -> None:
        """Make the array a variable with a zeroed gradient; cut it off from any history.

        ``grad_req`` is ``write``, ``add`` or ``null``. ``stype`` is the gradient's storage type, by
        default the array's own.
        """
        if stype not in (None, self.stype):
            from .sparse import zeros

            autograd.mark_variables(
                [self], [zeros(stype, self.shape, self._ctx, self.dtype)], grad_req
            )
        else:
            self._attach(grad_req)

    def _attach(self, grad_req: str) -> None:
        gradient = make(type(self), self._ctx.xp.zeros_like(self._buf), self._ctx.results)
        autograd.mark_variables([self], [gradient], grad_req)

    def _invoke(self, op: Any, tensors: Any, params: Any, out: Any = None) -> Any:
        """Run an operator as the storage types of its arrays ask for."""
        from ._sparse.rules import invoke

        return invoke(op, tensors, params, out)

    @property
    def _fresh_grad(self) -> int:
        return int(getattr(self._node, "fresh", False))

    @_fresh_grad.setter
    def _fresh_grad(self, fresh: bool) -> None:
        if self._node.__class__ is Leaf:
            self._node.fresh = bool(fresh)

    def detach(self) -> Any:
        """Return an array on the same memory that is on no tape."""
        return make(type(self), self._buf, self._ctx)

    def backward(
        self, out_grad: Any = None, retain_graph: bool = False, train_mode: bool = True
    ) -> None:
        """Write the gradients of this array; see :func:`mxshim.autograd.backward`."""
        autograd.backward([self], [out_grad], retain_graph, train_mode)

    # Values

    def asnumpy(self) -> numpy.ndarray[Any, Any]:
        """Return a copy as a NumPy array."""
        return numpy.array(self._ctx.xp.to_host(self._buf), order="C")

    def __floordiv__(self, other: Any) -> Any:
        """Refuse: MXNet's arrays have no such operator; NumPy's scalars would bring theirs."""
        if isinstance(other, numpy.generic) and not self._is_np:
            kind = type(other.item()).__name__
            raise TypeError(f"unsupported operand type(s) for //: 'NDArray' and '{kind}'")
        return NotImplemented

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> numpy.ndarray[Any, Any]:
        host = self._ctx.xp.to_host(self._buf)
        if copy is False:
            if dtype is not None and host.dtype != dtype:
                raise ValueError("a change of dtype needs a copy, which copy=False forbids")
            return host
        return numpy.array(host, dtype=dtype, order="C")

    def asscalar(self) -> Any:
        """Return the only element as a NumPy scalar; raise ValueError for any other size."""
        if self._buf.size != 1:
            raise ValueError("The current array is not a scalar")
        values = self.asnumpy()
        # mxnet: arrays of size 1 with two axes and more come back as arrays (test_conversions)
        return values[0] if values.ndim == 1 else values[()]

    def __bool__(self) -> bool:
        size = self._buf.size
        if size == 1:
            return bool(self._buf.reshape(())[()])
        if size == 0:
            return False
        raise ValueError("The truth value of an NDArray with multiple elements is ambiguous.")

    __nonzero__ = __bool__

    def __len__(self) -> int:
        return self._buf.shape[0]

    def __hash__(self) -> int:
        return id(self) // 16

    def __repr__(self) -> str:
        shape = "x".join(str(n) for n in self.shape)
        return f"\n{self.asnumpy()!s}\n<{type(self).__name__} {shape} @{self._ctx}>"

    # Parts

    def _part(self, key: Any) -> Any:
        """Return the part at a key that is neither an integer nor a plain slice."""
        if key.__class__ is slice:
            if not self._buf.ndim or (key.start is None and key.stop is None and key.step == 1):
                return self
            if key.step == 1:
                return indexing.rows(self, key)
            if key.step == 0:
                raise ValueError("slice step cannot be zero")
        elif isinstance(key, indexing.INTEGERS):
            if not self._buf.ndim:
                raise IndexError("tuple index out of range")
            return self[int(key)]
        elif key.__class__ is tuple and not key:
            return self
        items, fancy, _ = indexing.expand(self, key, legacy=True)
        if not items:
            raise ValueError("indexing key cannot be an empty tuple")
        if fancy:
            return indexing.advanced(self, items)
        return indexing.basic(self, items, () if flags.np_shape else _ONE)

    __getitem__ = indexing.getter(_part, legacy=True)

    def _at(self, idx: int) -> Any:
        return self[int(idx)]

    def _slice(self, start: int | None, stop: int | None) -> Any:
        return indexing.rows(self, slice(start, stop))

    def __setitem__(self, key: Any, value: Any) -> None:
        kind = value.__class__
        buf = self._buf
        if kind is self.__class__:
            if key.__class__ is slice and key == _EVERYTHING and not state.recording:
                given = value._buf
                if given.shape == buf.shape and value._ctx is self._ctx and not self._sparse:
                    buf[...] = given
                    return
        elif (kind is float or kind is int) and self._node is None:
            if key.__class__ is int and buf.ndim and buf.size:
                buf[key] = self._ctx.xp.constant(buf.dtype, value)
                return
            if key.__class__ is slice and key == _EVERYTHING and buf.ndim:
                buf[...] = self._ctx.xp.constant(buf.dtype, value)
                return
        assign(self, key, value)

    def slice_assign_scalar(self, value: Any, begin: Any, end: Any, step: Any) -> Any:
        """Write a number into the part from ``begin`` to ``end`` by ``step``; return the array."""
        key = tuple(slice(*ends) for ends in zip(begin, end, step, strict=True))
        indexing.write(self, key, self._ctx.xp.constant(self._buf.dtype, value))
        return self

    def slice_assign(self, rhs: Any, begin: Any, end: Any, step: Any) -> Any:
        """Write an array into the part from ``begin`` to ``end`` by ``step``; return the array."""
        key = tuple(slice(*ends) for ends in zip(begin, end, step, strict=True))
        indexing.write(self, key, rhs)
        return self

    def _full(self, value: Any) -> Any:
        indexing.write(self, ..., self._ctx.xp.constant(self._buf.dtype, value))
        return self

    def _sync_copyfrom(self, source: Any) -> None:
        """Overwrite the array with host data of the same shape."""
        host = numpy.asarray(source, dtype=self._buf.dtype, order="C")
        if host.shape != self.shape:
            raise ValueError(f"Shape inconsistent: expected {host.shape} vs got {self.shape}")
        self._buf[...] = self._ctx.xp.from_host(host)

    def wait_to_read(self) -> None:
        """Wait until the value is there."""
        if self._ctx.device_typeid == 2:
            self._ctx.xp.cuda.get_current_stream().synchronize()

    # Exchange

    def __setstate__(self, state: Any) -> None:
        """Take over the record of an array that MXNet has pickled."""
        host = record_value(state)
        self._node, self._ctx = None, CPU
        if host is not None:
            self._buf = self._ctx.xp.from_host(host)

    def __dlpack__(self, **kwargs: Any) -> Any:
        return self._buf.__dlpack__(**kwargs)

    def __dlpack_device__(self) -> Any:
        return self._buf.__dlpack_device__()

    def to_dlpack_for_read(self) -> Any:
        """Return a DLPack capsule on the array's memory."""
        return self._buf.__dlpack__()

    to_dlpack_for_write = to_dlpack_for_read

    def tostype(self, stype: str) -> Any:
        """Return a copy with another storage type: ``default``, ``row_sparse`` or ``csr``."""
        if stype == "csr" and self.ndim != 2:
            raise ValueError(
                "To convert to a CSR, the NDArray should be 2 Dimensional. Current shape is "
                f"{self.shape}"
            )
        from ._sparse.rules import cast_storage

        return cast_storage(self, stype)


def record_value(state: Any) -> Any:
    """Return what a pickle of MXNet holds of an array (``{"handle": record}``), on the host."""
    from .._formats.array_record import load_array

    record = state["handle"]
    return None if record is None else load_array(bytes(record))


def restore(is_np: bool, host: Any, ctx: Context) -> Any:
    """Make an array from a pickle."""
    if is_np:
        from ..numpy import ndarray as cls
    else:
        cls = NDArray
    return make(cls, ctx.xp.from_host(host), ctx)


__all__ = ["NDArray", "copied", "known_device", "known_dtype"]

__getattr__ = mirror(__name__, __package__)
