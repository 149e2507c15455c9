"""Operator methods of the array classes, installed from the tables of :mod:`.semantics`.

``x + y`` and ``x + 2`` are closures straight to the kernels (:func:`.semantics.binary_method`).
Here stands what lies beside that path: NumPy scalars, subclasses, the other front end, in-place
forms, and what happens while an operator is not there yet.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .errors import mxnet_error, not_implemented, shape_text
from .functions import check_class, refuse_class
from .invoke import call
from .registry import OPS, Op
from .semantics import NUMERIC, binary_method, dtype_text
from .small import Bound
from .tape import on_tape, refuse_write, state
from .tensor import Tensor

Method = Callable[..., Any]
Names = tuple[str, str, str]

#: In-place operators: the array library's function for floats, and the verb of the refusal.
INPLACE = {
    "add": ("add", "add to"),
    "sub": ("subtract", "subtract from"),
    "mul": ("multiply", "multiply to"),
    "truediv": ("divide", "divide from"),
    "mod": ("", "take modulo from"),
}
#: Operators that have a reflected form; comparisons reflect themselves.
REFLECTED = ("add", "sub", "mul", "truediv", "mod", "pow")


def scalar_params(op: Op, value: Any) -> Bound:
    """Return the parameters of an array-and-number operator."""
    return op.bind({"scalar": float(value)})


def missing(name: str) -> Method:
    """Return a method that says that the operator is not there yet."""

    def refuse(self: Any, *operands: Any) -> Any:
        raise not_implemented(f"operator {name}")

    return refuse


def install(cls: type[Any], table: dict[str, Names], verbs: dict[str, str] | None = None) -> None:
    """Give a class its operator methods: plain, reflected and in place."""
    for symbol, names in table.items():
        if any(name not in OPS for name in names):
            _set(cls, symbol, missing(names[0]))
            continue
        array_op, scalar_op, reflected_op = (OPS[name] for name in names)
        plain = binary_method(cls, array_op, scalar_op, _slow(cls, names, False))
        _set(cls, symbol, plain)
        if symbol in REFLECTED:
            slow = _slow(cls, names, True)
            _set(cls, "r" + symbol, binary_method(cls, array_op, reflected_op, slow))
    for symbol, verb in (verbs or {k: v[1] for k, v in INPLACE.items()}).items():
        names = table[symbol]
        if all(name in OPS for name in names):
            ufunc = INPLACE.get(symbol, ("", ""))[0]
            _set(cls, "i" + symbol, _inplace(cls, names, ufunc, verb))


def _set(cls: type[Any], symbol: str, method: Method) -> None:
    method.__name__ = f"__{symbol}__"
    method.__qualname__ = f"{cls.__name__}.__{symbol}__"
    setattr(cls, method.__name__, method)


def _slow(cls: type[Any], names: Names, reflected: bool) -> Method:
    """Build what an operator does with anything but an array of ``cls`` or a Python number."""
    op, scalar = OPS[names[0]], OPS[names[2] if reflected else names[1]]
    first = op.inputs[0]
    swaps = reflected and names[1] != names[2]

    def slow(self: Any, other: Any) -> Any:
        if getattr(other, "_sparse", False) and not self._is_np:
            return other._invoke(op, (other, self) if reflected else (self, other), op.defaults)
        if isinstance(other, NUMERIC):
            return call(scalar, cls, [self], scalar_params(scalar, other))
        if isinstance(other, cls) and other._is_np is self._is_np:
            return call(op, cls, (other, self) if reflected else (self, other), op.defaults)
        if self._is_np:
            if reflected and names[0] == "_npi_add" and isinstance(other, Tensor):
                return NotImplemented  # mxnet: np has no __radd__, so the legacy array answers
            raise TypeError(f"type {type(self if swaps else other)} not supported")
        if isinstance(other, Tensor) or swaps:
            if other is None:
                op.check_inputs(1, {})
            raise refuse_class(op, names[0], first, other, cls)
        raise TypeError(f"type {type(other)} not supported")

    return slow


def _inplace(cls: type[Any], names: Names, ufunc: str, verb: str) -> Method:
    """Build an in-place method; ``ufunc`` does it in one pass where nothing needs a check.

    Refused while recording when the array itself is on the tape.  The array keeps its dtype and
    shape: a result of another is an error.
    """
    op, scalar = OPS[names[0]], OPS[names[1]]

    def method(self: Any, other: Any) -> Any:
        target = self._buf
        if ufunc and target.dtype.kind == "f" and not state.recording:
            xp = self._ctx.xp
            kind = other.__class__
            if kind is float or kind is int:
                value = xp.constant(target.dtype, other)
            elif (
                kind is cls
                and other._buf.dtype == target.dtype
                and (other._buf.shape == target.shape)
            ):
                value = other._buf
            else:
                return general(self, other)
            if not self.writable:
                raise read_only(cls, verb)
            getattr(xp, ufunc)(target, value, out=target)
            return self
        return general(self, other)

    def general(self: Any, other: Any) -> Any:
        if not self.writable:
            raise read_only(cls, verb)
        if isinstance(other, Tensor):
            for argument, tensor in zip(op.inputs, (self, other), strict=True):
                check_class(op, names[0], argument, tensor, cls)
            record, operands, params = op, [self, other], op.bare
            taped = on_tape(other)
        elif isinstance(other, NUMERIC):
            record, operands, params = scalar, [self], scalar_params(scalar, other)
            taped = False
        else:
            raise TypeError(f"type {type(other)} not supported")
        if state.recording:
            refuse_write(self, taped)
        result = call(record, cls, operands, params)
        check_target(self._buf, result._buf)
        self._buf[...] = result._buf
        return self

    return method


def read_only(cls: type[Any], verb: str) -> ValueError:
    """Build the error for an in-place operation on an array that must not be written."""
    return ValueError(f"trying to {verb} a readonly {cls.__name__}")


def check_target(target: Any, result: Any) -> None:
    """Raise MXNet's error unless a result fits the array it is to be written into."""
    if target.shape != result.shape:
        raise mxnet_error(
            f"Shape inconsistent, Provided = {shape_text(target.shape)}, "
            f"inferred shape={shape_text(result.shape)}",
            f"the result has shape {result.shape}, the array that receives it {target.shape}",
        )
    if target.dtype != result.dtype:
        raise mxnet_error(
            f"Type inconsistent, Provided = {dtype_text(target.dtype)}, "
            f"inferred type = {dtype_text(result.dtype)}",
            f"the result has dtype {result.dtype}, the array that receives it {target.dtype}",
        )
