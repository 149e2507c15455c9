"""What both kinds of sparse arrays share: parts, conversions, copies and what they refuse.

A sparse array keeps its parts; ``_buf``, the dense array that every operator without a rule of its
own works on (:mod:`.rules`), is made when it is asked for and is read-only.  Setting
``_buf`` to a dense array replaces the parts.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy

from ..._core.device import CPU, Context
from ..._core.dtypes import C_NAMES
from ..._core.errors import check_failed, incompatible, mxnet_error, shape_text
from ..._core.semantics import NUMERIC
from ..._core.tape import Node, refuse_write, state
from ..._core.tensor import make
from ..._formats.array_record import Sparse, dump_array
from ...base import NotSupportedForSparseNDArray
from .._copies import copied, known_dtype
from ..ndarray import NDArray, record_value

PUBLIC = "mxshim.ndarray.sparse"  # where users, messages and pickles find these classes


class BaseSparseNDArray(NDArray):
    """What both kinds of sparse arrays share.  Only some operators know them; see their rules."""

    __module__ = PUBLIC
    __slots__ = ("_indices", "_indptr", "_shape", "_values")
    _sparse = True
    _indptr: Any

    def __init__(self, handle: Any = None, writable: bool = True) -> None:
        self._node = None
        if handle is not None:
            if type(handle) is not type(self):
                raise TypeError("sparse arrays are made by csr_matrix() and row_sparse_array()")
            self._ctx = handle._ctx
            self._set(handle._values, handle._indices, handle._indptr, handle._shape)

    # ---- parts

    def _set(self, values: Any, indices: Any, indptr: Any = None, shape: Any = None) -> Any:
        """Replace the parts (raw arrays); return the array itself."""
        self._values, self._indices, self._indptr = values, indices, indptr
        if shape is not None:
            self._shape = tuple(shape)
        return self

    def _like(self, values: Any, indices: Any = None, indptr: Any = None) -> Any:
        """Make an array of this kind, shape and device with other values, perhaps elsewhere."""
        if indices is None:
            indices, indptr = self._indices, self._indptr
        return built(type(self), self._ctx, self._shape, values, indices, indptr)

    @property
    def _buf(self) -> Any:
        dense = self._dense()
        if isinstance(dense, numpy.ndarray):
            dense.flags.writeable = False  # a write would be lost
        return dense

    @_buf.setter
    def _buf(self, dense: Any) -> None:
        self._set(*self._split(dense, self._ctx.xp), shape=dense.shape)

    def _host_parts(self) -> Sparse:
        host = self._ctx.xp.to_host
        indptr = None if self._indptr is None else host(self._indptr)
        return Sparse(self._shape, host(self._values), host(self._indices), indptr)

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        return self._shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self._shape)

    @property
    def size(self) -> int:
        """Refuse: it could be the number of elements or of those stored."""
        raise NotImplementedError()

    @property
    def dtype(self) -> Any:
        """The element type of the values, as a NumPy scalar class."""
        return self._values.dtype.type

    @property
    def writable(self) -> bool:
        """Tell whether in-place operations are allowed."""
        return True

    @property
    def data(self) -> NDArray:
        """A copy of the values that are stored."""
        return self._data()

    @property
    def indices(self) -> NDArray:
        """A copy of the row numbers (row_sparse) or column numbers (csr), int64."""
        return make(NDArray, self._indices.copy(), self._ctx)

    def _data(self) -> NDArray:
        return make(NDArray, self._values.copy(), self._ctx)

    def _aux_data(self, i: int) -> NDArray:
        parts = [part for part in (self._indptr, self._indices) if part is not None]
        return make(NDArray, parts[i].copy(), self._ctx)

    def _aux_type(self, i: int) -> Any:
        return self._aux_types[i]

    @property
    def _num_aux(self) -> int:
        return 1 if self._indptr is None else 2

    @property
    def _aux_types(self) -> list[Any]:
        return [numpy.int64] * self._num_aux

    def __len__(self) -> int:
        return self._shape[0]

    def __repr__(self) -> str:
        shape = "x".join(str(n) for n in self._shape)
        return f"\n<{type(self).__name__} {shape} @{self._ctx}>"

    def __bool__(self) -> bool:
        if numpy.prod(self._shape) < 2:
            return bool(self.asscalar())
        raise ValueError("The truth value of an NDArray with multiple elements is ambiguous.")

    def __reduce__(self) -> Any:
        return type(self), (None,), {"handle": bytearray(dump_array(self._host_parts()))}

    def __setstate__(self, state: Any) -> None:
        value = record_value(state)
        if not isinstance(value, Sparse):
            raise mxnet_error("the pickle of a sparse array holds no sparse array")
        ctx = self._ctx = CPU
        parts = (None if part is None else ctx.xp.from_host(part) for part in value[1:])
        self._set(*parts, shape=value.shape)

    def check_format(self, full_check: bool = True) -> None:
        """Raise MXNetError unless the parts fit each other, with ``full_check`` their values too.

        Indices must be in range and ascending (csr: in every row).
        """
        fault = self._fault(full_check)
        if fault is not None:
            raise mxnet_error(f"Check failed: {fault}")

    def _fault(self, full_check: bool) -> str | None:
        raise NotImplementedError

    # ---- copies and conversions

    def tostype(self, stype: str) -> Any:
        """Return a copy with another storage type: ``default`` or the array's own.

        Raises ValueError for the other sparse type.
        """
        from .rules import cast_storage

        if stype != self.stype and stype in ("csr", "row_sparse"):
            raise ValueError(f"cast_storage from {self.stype} to {stype} is not supported")
        return cast_storage(self, stype)

    def copy(self) -> Any:
        """Return a copy on the same device."""
        return self._copied(type(self), self._ctx, None)

    def _copied(self, cls: type[Any], ctx: Context, dtype: Any) -> Any:
        here, there = self._ctx.xp, ctx.xp

        def moved(part: Any) -> Any:
            if part is None:
                return None
            return part.copy() if here is there else there.from_host(here.to_host(part))

        values = moved(self._values)
        if dtype is not None and dtype != values.dtype:
            with numpy.errstate(all="ignore"):
                values = values.astype(dtype)
        parts = moved(self._indices), moved(self._indptr)
        made = built(type(self), ctx, self._shape, values, *parts)
        return taped(made, copied, (self,), {"dtype": dtype})

    def copyto(self, other: Any) -> Any:
        """Copy into another array (dense, or of the same storage type) or to a device.

        Raises TypeError for any other destination.  Copying to itself warns and returns False.
        """
        if isinstance(other, Context):
            return self._copied(type(self), other, None)
        if not isinstance(other, NDArray):
            raise TypeError(f"copyto does not support type {type(other)}")
        if other._sparse and other.stype != self.stype:
            raise TypeError(f"copyto does not support destination NDArray stype {other.stype}")
        if other is self or not other._sparse:
            return self._copy_into(other)
        self._check_target(other)
        made = self._copied(type(self), other._ctx, other._values.dtype)
        other._set(made._values, made._indices, made._indptr)
        other._node = made._node if made._node is not None else other._node
        return other

    def _copy_into(self, other: Any) -> Any:
        if other is self:
            warnings.warn(
                "You are attempting to copy an array to itself", RuntimeWarning, stacklevel=3
            )
            return False
        self._check_target(other)
        if other._buf.dtype != self._values.dtype:
            have, want = (C_NAMES[array._buf.dtype] for array in (self, other))
            raise check_failed(
                "mshadow: :DataType<DType>::kFlag == type_flag_",
                "TBlob.get_with_shape: data type do not match specified type."
                f"Expected: {have} v.s. given {want}",
                f"a sparse array of {self._values.dtype} is copied into one of {other._buf.dtype}; "
                "use astype before",
            )
        return self.tostype("default").as_in_context(other._ctx).copyto(other)

    def _check_target(self, other: Any) -> None:
        if state.recording:
            refuse_write(other, False)
        if other.shape != self._shape:
            raise incompatible(
                "output", 0, shape_text(self._shape), shape_text(other.shape),
                f"an array of shape {self._shape} cannot be copied into one of {other.shape}",
            )  # fmt: skip

    def astype(self, dtype: Any, copy: bool = True) -> Any:
        """Return a copy cast to ``dtype``; the array itself with ``copy=False`` if it has it."""
        if not copy and numpy.dtype(dtype) == self._values.dtype:
            return self
        return self._copied(type(self), self._ctx, known_dtype(dtype))

    def detach(self) -> Any:
        """Return an array with the same parts that is on no tape."""
        return self._like(self._values)

    def as_np_ndarray(self) -> Any:
        """Refuse: NumPy-like arrays are dense."""
        raise ValueError(f"cannot convert ndarray of stype {str} to numpy ndarray")

    def __setitem__(self, key: Any, value: Any) -> None:
        name = type(self).__name__
        if not isinstance(key, slice):
            assert isinstance(key, (int, tuple))
            raise self._no_part(f"{name} only supports [:] for assignment")
        if (key.start, key.stop, key.step) != (None, None, None):
            verb = "implemented" if name == "CSRNDArray" else "implmented"
            raise ValueError(f"Assignment with slice for {name} is not {verb} yet.")
        if isinstance(value, NDArray):
            if value is not self:
                value.copyto(self)
        elif isinstance(value, NUMERIC):
            self._fill(value)
        elif isinstance(value, numpy.ndarray):
            warnings.warn(
                f"Assigning non-NDArray object to {name} is not efficient",
                RuntimeWarning,
                stacklevel=2,
            )
            host = numpy.asarray(value, dtype="float32")
            make(NDArray, self._ctx.xp.from_host(host), self._ctx).copyto(self)
        else:
            raise TypeError(f"type {type(value)} not supported")

    _no_part: Any = Exception

    def _fill(self, value: Any) -> None:
        raise NotImplementedError

    # ---- what the engine and the tape ask for

    def _take_result(self, dense: Any, node: Any = None) -> None:
        """Become what a dense raw array holds; an operator's ``out=``."""
        if tuple(dense.shape) != self._shape:
            raise incompatible(
                "output", 0, shape_text(self._shape), shape_text(dense.shape),
                f"out has shape {self._shape}, the result has {dense.shape}",
            )  # fmt: skip
        self._buf = dense.astype(self._values.dtype, copy=False)
        if node is not None:
            self._node = node

    def _take_gradient(self, gradient: Any, add: bool) -> None:
        """Store a gradient from the tape, or add it to what is there."""
        rows = gradient.shape is None
        dense = gradient.dense() if rows else gradient.reshape(self._shape)
        self._buf = self._dense() + dense if add else dense
        self._node = None

    def _attach(self, grad_req: str) -> None:
        from ...autograd import mark_variables
        from .make import zeros

        gradient = zeros(self.stype, self._shape, self._ctx, self.dtype)
        mark_variables([self], [gradient], grad_req)

    # ---- what there is not

    def __iter__(self) -> Any:
        raise TypeError(f"'{type(self).__name__}' object is not iterable")

    def _sync_copyfrom(self, source: Any) -> None:
        raise NotImplementedError()

    def _at(self, idx: Any) -> Any:
        raise NotSupportedForSparseNDArray(self._at, "[idx]", idx)

    def _slice(self, start: Any, stop: Any) -> Any:
        raise NotSupportedForSparseNDArray(self._slice, None, start, stop)

    def reshape(self, *shape: Any, **kwargs: Any) -> Any:
        """Refuse: sparse arrays have no views."""
        raise NotSupportedForSparseNDArray(self.reshape, None, shape)

    def asscalar(self) -> Any:
        """Refuse, as there is no size."""
        raise NotImplementedError()

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("data", "indices", "indptr"):
            raise NotImplementedError()
        super().__setattr__(name, value)


def built(
    cls: type[Any], ctx: Context, shape: Any, values: Any, indices: Any, indptr: Any = None
) -> Any:
    """Make a sparse array from raw parts on a device."""
    tensor = cls.__new__(cls)
    tensor._ctx, tensor._node = ctx, None
    return tensor._set(values, indices, indptr, shape)


def taped(result: Any, op: Any, inputs: Any, params: dict[str, Any]) -> Any:
    """Put a result on the tape, with dense arrays, when something it comes from is there."""
    if state.recording and any(t._node is not None for t in inputs):
        nodes = [t._node for t in inputs]
        bufs = [t._buf for t in inputs]
        result._node = Node(op, nodes, result._buf, bufs, params, result._ctx)
    return result
