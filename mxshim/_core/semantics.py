"""What tells legacy arrays from NumPy arrays: how dtypes meet, what scalars and comparisons do.

Operator bodies ask no front end; their records are declared with one of the rules below.  The
methods of the array classes (``x + y``, ``x > 2``) are closures built here, because they are the
hot path: one class test, one kernel call, one tensor.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

from .._backends.cpu import DOUBLES, SINGLES, constant
from .dtypes import bool_, float32, float64, int64
from .errors import check_failed, incompatible, mxnet_error
from .invoke import HOST, compute
from .registry import Op
from .small import QUICK
from .tape import Node, state
from .tensor import new

ndarray = numpy.ndarray
#: The parameters of operators that have none.
NOTHING: dict[str, Any] = {}
Pair = tuple[Any, Any]
Rule = Callable[[Any, Any, Any, str], Pair]

#: How the reference's kernels spell element types.
_SPELLED = {"int8": "char", "uint8": "unsigned char", "int32": "int", "int64": "long long",
            "bool": "bool"}  # fmt: skip
_RANK = {"bool": 0, "int8": 1, "uint8": 1, "int32": 2, "int64": 3}


def dtype_text(dtype: Any) -> str:
    """Name a dtype as MXNet's type inference does; it does not know bool."""
    return "unknown" if dtype.kind == "b" else str(dtype.name)


def check_cast(order: Any, casting: Any, subok: Any) -> None:
    """Raise ValueError for what ``astype`` of NumPy-like arrays and symbols cannot do."""
    if order is not None and order not in ("K", "C"):
        raise ValueError("order must be either 'K' or 'C'")
    if casting != "unsafe":
        raise ValueError("casting must be equal to 'unsafe'")
    if not subok:
        raise ValueError("subok must be equal to True")


def strict(xp: Any, lhs: Any, rhs: Any, name: str) -> Pair:
    """Let only equal dtypes meet (legacy operators); bool is refused."""
    if lhs.dtype != rhs.dtype:
        raise incompatible(
            "input", 1, dtype_text(lhs.dtype), dtype_text(rhs.dtype),
            f"{name}: dtypes {lhs.dtype} and {rhs.dtype} do not mix; use astype on one of them",
        )  # fmt: skip
    if lhs.dtype == bool_:
        raise mxnet_error(f"Operator {name} does not support boolean type")
    return lhs, rhs


def equal_types(xp: Any, lhs: Any, rhs: Any, name: str) -> Pair:
    """Let only equal dtypes meet, bool too."""
    if lhs.dtype != rhs.dtype:
        strict(xp, lhs, rhs, name)
    return lhs, rhs


def floating(xp: Any, lhs: Any, rhs: Any, name: str) -> Pair:
    """Let only equal floating dtypes meet (``hypot``, ``arctan2`` of NumPy arrays)."""
    equal_or_inconsistent(xp, lhs, rhs, name)
    if lhs.dtype.kind != "f":
        raise check_failed(
            "common: :is_float(in_attrs->at(0))", "Do not support `int` as input.",
            f"{name} of two arrays needs floating-point arrays, got {lhs.dtype}",
        )  # fmt: skip
    return lhs, rhs


def integral(xp: Any, lhs: Any, rhs: Any, name: str) -> Pair:
    """Let only equal integer or bool dtypes meet (``bitwise_and``, ``lcm``)."""
    refuse_fractions(lhs.dtype, name)
    equal_types(xp, lhs, rhs, name)
    if lhs.dtype == bool_ and lhs.shape != rhs.shape:
        raise mxnet_error(f"Operator {name} does not support boolean type")
    return lhs, rhs


def refuse_fractions(dtype: Any, name: str) -> None:
    """Raise MXNet's error unless ``dtype`` is an integer type or bool."""
    if dtype.kind == "f":
        kinds = ("kInt64", "kInt32", "kInt8", "kUint8", "kBool")
        tests = " || ".join(f"in_attrs->at(0) == mshadow::{kind}" for kind in kinds)
        raise check_failed(
            tests.replace("mshadow::", "mshadow: :", 1), "Only supports integer types.",
            f"{name} needs integers or bools, got {dtype}",
        )  # fmt: skip


def equal_or_inconsistent(xp: Any, lhs: Any, rhs: Any, name: str) -> Pair:
    """Let only equal dtypes meet, with the words of NumPy's comparisons."""
    if lhs.dtype != rhs.dtype:
        raise inconsistent(lhs, rhs, name)
    return lhs, rhs


def inconsistent(lhs: Any, rhs: Any, name: str) -> Exception:
    """Build the error for dtypes that must agree in NumPy operators."""
    return mxnet_error(
        f"Type inconsistent, Provided = {dtype_text(lhs.dtype)}, inferred type = "
        f"{dtype_text(rhs.dtype)}",
        f"{name}: dtypes {lhs.dtype} and {rhs.dtype} do not mix; use astype on one of them",
    )


def _float_of(lhs: Any, rhs: Any) -> Any:
    """Return the floating dtype that two dtypes promote to, or None when both are integers."""
    left, right = lhs.dtype, rhs.dtype
    if left.kind == "f":
        return right if right.kind == "f" and right.itemsize > left.itemsize else left
    return right if right.kind == "f" else None


def promote(xp: Any, lhs: Any, rhs: Any, name: str) -> Pair:
    """Promote as ``np.add`` does: floats win over integers, the wider over the narrower."""
    target = _float_of(lhs, rhs)
    if target is None:
        left, right = lhs.dtype, rhs.dtype
        if left == right:
            return lhs, rhs
        if left.itemsize == right.itemsize and bool_ not in (left, right):
            raise mxnet_error(
                "Check failed: mshadow: :DataType<DType>::kFlag == type_flag_: "
                "TBlob.get_with_shape: data type do not match specified type.Expected: "
                f"{_SPELLED[right.name]} v.s. given int",
                f"{name}: dtypes {left} and {right} do not mix",
            )
        target = left if _RANK[left.name] >= _RANK[right.name] else right
    return lhs.astype(target, copy=False), rhs.astype(target, copy=False)


def promote_floats(xp: Any, lhs: Any, rhs: Any, name: str) -> Pair:
    """Promote as ``np.subtract`` does: bools do not subtract, and integers of different types mix
    only where shapes differ."""
    target = _float_of(lhs, rhs)
    if target is None:
        if lhs.dtype != rhs.dtype:
            if lhs.shape != rhs.shape:  # mxnet: its broadcasting kernel has what the other lacks
                return promote(xp, lhs, rhs, name)
            left, right = (_SPELLED[a.dtype.name] for a in (lhs, rhs))
            raise mxnet_error(
                f"Operator {name} does not support combination of {left} with {right} yet...",
                f"{name}: dtypes {lhs.dtype} and {rhs.dtype} do not mix",
            )
        if lhs.dtype == bool_:
            raise mxnet_error(f"Operator {name} does not support boolean type")
        return lhs, rhs
    return lhs.astype(target, copy=False), rhs.astype(target, copy=False)


def promote_quotient(xp: Any, lhs: Any, rhs: Any, name: str) -> Pair:
    """Promote as ``np.true_divide`` does: equal integers give float32, floats must be equal."""
    if lhs.dtype == rhs.dtype:
        target = lhs.dtype if lhs.dtype.kind == "f" else float32
    elif (lhs.dtype.kind == "f") is (rhs.dtype.kind == "f"):
        raise mxnet_error(
            "not implemented yet...", f"{name}: dtypes {lhs.dtype} and {rhs.dtype} do not mix"
        )
    else:
        target = _float_of(lhs, rhs)
    return lhs.astype(target, copy=False), rhs.astype(target, copy=False)


def to_integer(xp: Any, values: Any, dtype: Any) -> Any:
    """Cut floats to integers as the processor does: too large ones become the smallest integer."""
    wide, limit = (xp.int64, 2.0**63) if dtype == int64 else (xp.int32, 2.0**31)
    values = xp.where(xp.abs(values) < limit, values, -limit)
    return values.astype(wide).astype(dtype, copy=False)


def binary_method(
    cls: type[Any], array_op: Op, scalar_op: Op, slow: Callable[[Any, Any], Any]
) -> Callable[[Any, Any], Any]:
    """Build an operator method of ``cls`` (``__add__``, ``__gt__``, ...).

    ``slow(self, other)`` gets what is neither an array of this class nor a Python number.  For a
    reflected method give the reflected scalar operator; two arrays never reach it.
    """

    def method(self: Any, other: Any) -> Any:
        kind = other.__class__
        buf = self._buf
        ctx = self._ctx.results
        node = self._node
        dtype = buf.dtype
        hurry = (dtype is float32 or dtype is float64) and ctx.xp is HOST
        result = None
        if kind is cls:
            right = other._buf
            if hurry and dtype is right.dtype and (function := array_op.direct) is not None:
                try:
                    result = function(buf, right)
                except Exception:
                    result = None  # the operator itself says what is wrong
            params = NOTHING if result is None else QUICK
            if result.__class__ is not ndarray:
                result = compute(array_op, ctx.xp, result, (buf, right), NOTHING)
            tensor = new(cls)
            tensor._buf = result
            tensor._ctx = ctx
            second = other._node
            tensor._node = (
                Node(array_op, (node, second), result, (buf, right), params, ctx)
                if (node is not None or second is not None) and state.recording
                else None
            )
            return tensor
        if kind is not float and kind is not int and kind is not bool:
            return slow(self, other)
        if hurry and (function := scalar_op.direct) is not None:
            try:
                known = SINGLES if dtype is float32 else DOUBLES
                number = known.get(other) if other or kind is int else None
                result = function(buf, constant(dtype, other) if number is None else number)
            except Exception:
                result = None
        if result.__class__ is not ndarray:
            result = compute(scalar_op, ctx.xp, result, (buf,), {"scalar": other})
        tensor = new(cls)
        tensor._buf = result
        tensor._ctx = ctx
        tensor._node = (
            Node(scalar_op, (node,), result, (buf,), {"scalar": float(other)}, ctx)
            if node is not None and state.recording
            else None
        )
        return tensor

    return method


#: The operators behind ``x + y`` and its kin: (legacy, legacy with a scalar, legacy reflected).
LEGACY = {
    "add": ("broadcast_add", "_plus_scalar", "_plus_scalar"),
    "sub": ("broadcast_sub", "_minus_scalar", "_rminus_scalar"),
    "mul": ("broadcast_mul", "_mul_scalar", "_mul_scalar"),
    "truediv": ("broadcast_div", "_div_scalar", "_rdiv_scalar"),
    "mod": ("broadcast_mod", "_mod_scalar", "_rmod_scalar"),
    "pow": ("broadcast_power", "_power_scalar", "_rpower_scalar"),
    "eq": ("broadcast_equal", "_equal_scalar", "_equal_scalar"),
    "ne": ("broadcast_not_equal", "_not_equal_scalar", "_not_equal_scalar"),
    "gt": ("broadcast_greater", "_greater_scalar", "_lesser_scalar"),
    "ge": ("broadcast_greater_equal", "_greater_equal_scalar", "_lesser_equal_scalar"),
    "lt": ("broadcast_lesser", "_lesser_scalar", "_greater_scalar"),
    "le": ("broadcast_lesser_equal", "_lesser_equal_scalar", "_greater_equal_scalar"),
}
#: The same for NumPy arrays.
NUMPY = {
    "add": ("_npi_add", "_npi_add_scalar", "_npi_add_scalar"),
    "sub": ("_npi_subtract", "_npi_subtract_scalar", "_npi_rsubtract_scalar"),
    "mul": ("_npi_multiply", "_npi_multiply_scalar", "_npi_multiply_scalar"),
    "truediv": ("_npi_true_divide", "_npi_true_divide_scalar", "_npi_rtrue_divide_scalar"),
    "mod": ("_npi_mod", "_npi_mod_scalar", "_npi_rmod_scalar"),
    "pow": ("_npi_power", "_npi_power_scalar", "_npi_rpower_scalar"),
    "eq": ("_npi_equal", "_npi_equal_scalar", "_npi_equal_scalar"),
    "ne": ("_npi_not_equal", "_npi_not_equal_scalar", "_npi_not_equal_scalar"),
    "gt": ("_npi_greater", "_npi_greater_scalar", "_npi_less_scalar"),
    "ge": ("_npi_greater_equal", "_npi_greater_equal_scalar", "_npi_less_equal_scalar"),
    "lt": ("_npi_less", "_npi_less_scalar", "_npi_greater_scalar"),
    "le": ("_npi_less_equal", "_npi_less_equal_scalar", "_npi_greater_equal_scalar"),
    "and": ("_npi_bitwise_and", "_npi_bitwise_and_scalar", "_npi_bitwise_and_scalar"),
    "or": ("_npi_bitwise_or", "_npi_bitwise_or_scalar", "_npi_bitwise_or_scalar"),
    "xor": ("_npi_bitwise_xor", "_npi_bitwise_xor_scalar", "_npi_bitwise_xor_scalar"),
}

#: Number types that count as scalars beside arrays.
NUMERIC = (float, int, numpy.generic)
