"""Gradients of gradients: an array namespace whose functions are recorded on the tape.

A gradient body is written once against ``xp``.  When its result must itself be differentiable, the
engine passes ``lift(ctx)`` as ``xp`` and :class:`Traced` tensors as arrays.  Traced tensors follow
NumPy's rules whatever front end the user's arrays came from.  Element-wise functions are the
operators declared with ``lifts=``; the structural ones stand in :mod:`primitives`; everything else
(``zeros``, ``arange``, dtypes, constants) passes through to the real namespace unrecorded, and is
refused where that would lose a gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from .device import Context
from .invoke import call
from .primitives import COMPOSED, PRIMITIVES, raw
from .registry import LIFTED, Op
from .tensor import Tensor, make


class Traced(Tensor):
    """A tensor with NumPy's semantics that gradient bodies compute on while being recorded."""

    __slots__ = ()
    __array_ufunc__ = None

    @property
    def shape(self) -> Any:
        return self._buf.shape

    @property
    def ndim(self) -> Any:
        return self._buf.ndim

    @property
    def size(self) -> Any:
        return self._buf.size

    @property
    def dtype(self) -> Any:
        return self._buf.dtype

    @property
    def T(self) -> Any:
        return self._xp.transpose(self)

    @property
    def _xp(self) -> Namespace:
        return lift(self._ctx)

    def __len__(self) -> int:
        return len(self._buf)

    def __neg__(self) -> Any:
        return self._xp.negative(self)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return self._xp.abs(self)

    def __invert__(self) -> Any:
        return ~self._buf

    def __getitem__(self, key: Any) -> Any:
        return self._xp.getitem(self, key)

    def __matmul__(self, other: Any) -> Any:
        return self._xp.matmul(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return self._xp.matmul(other, self)

    def astype(self, dtype: Any, copy: bool = True) -> Any:
        return self._xp.astype(self, dtype)

    def reshape(self, *shape: Any) -> Any:
        return self._xp.reshape(self, shape[0] if len(shape) == 1 else shape)

    def transpose(self, *axes: Any) -> Any:
        return self._xp.transpose(self, axes[0] if len(axes) == 1 else axes or None)

    def sum(self, axis: Any = None, keepdims: bool = False) -> Any:
        return self._xp.sum(self, axis=axis, keepdims=keepdims)

    def mean(self, axis: Any = None, keepdims: bool = False) -> Any:
        return self._xp.mean(self, axis=axis, keepdims=keepdims)

    def max(self, axis: Any = None, keepdims: bool = False) -> Any:
        return self._xp.max(self, axis=axis, keepdims=keepdims)

    def ravel(self) -> Any:
        return self.reshape(-1)

    def swapaxes(self, a: int, b: int) -> Any:
        return self._xp.swapaxes(self, a, b)

    def copy(self) -> Any:
        return self._xp.add(self, 0)


def _operator(name: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    def forward(self: Traced, other: Any) -> Any:
        return getattr(self._xp, name)(self, other)

    def reflected(self: Traced, other: Any) -> Any:
        return getattr(self._xp, name)(other, self)

    return forward, reflected


for _symbol, _name in {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "pow": "power",
}.items():  # fmt: skip
    _forward, _reflected = _operator(_name)
    setattr(Traced, f"__{_symbol}__", _forward)
    setattr(Traced, f"__r{_symbol}__", _reflected)
for _symbol, _name in {
    "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal", "eq": "equal",
    "ne": "not_equal", "and": "logical_and", "or": "logical_or", "mod": "mod",
    "floordiv": "floor_divide",
}.items():  # fmt: skip
    setattr(Traced, f"__{_symbol}__", _operator(_name)[0])
Traced.__hash__ = Tensor.__hash__  # type: ignore[method-assign]


#: Functions that need not be recorded: constant but for jumps, or (``assign``) writing a state.
FLAT = frozenset(
    {
        "sign", "floor", "ceil", "rint", "trunc", "fix", "around", "floor_divide", "zeros", "ones",
        "full", "zeros_like", "ones_like", "full_like", "empty_like", "assign",
    }
)  # fmt: skip


def _loses_slope(args: Any, result: Any) -> bool:
    """Tell whether a floating-point result, or a write (None), came from something on the tape."""
    parts = result if isinstance(result, (tuple, list)) else (result,)
    kinds = [getattr(getattr(part, "dtype", None), "kind", "") for part in parts]
    if result is not None and "f" not in kinds:
        return False
    leaves = [a for arg in args for a in (arg if isinstance(arg, (tuple, list)) else (arg,))]
    return any(isinstance(a, Tensor) and a._node is not None for a in leaves)


class Namespace:
    """The recording ``xp`` of one context; functions resolve when first asked for."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._real = ctx.xp
        self.ndarray = Traced

    def on_tape(self, value: Any, node: Any) -> Any:
        """Wrap a raw buffer as a traced tensor at ``node``; leave other values alone."""
        return make(Traced, value, self._ctx, node) if hasattr(value, "shape") else value

    def record(self, op: Op, arrays: Any, params: dict[str, Any]) -> Any:
        """Invoke an operator on traced tensors; raw arrays and numbers count as constants."""
        tensors = [
            a if a is None or isinstance(a, Traced) else self.on_tape(self._real.asarray(a), None)
            for a in arrays
        ]
        return call(op, Traced, tensors, params, ctx=self._ctx)

    def __getattr__(self, name: str) -> Any:
        if name in COMPOSED:
            compose = COMPOSED[name]

            def made(*args: Any, **kwargs: Any) -> Any:
                return compose(self, *args, **kwargs)
        elif name in PRIMITIVES or name in LIFTED:
            op = PRIMITIVES[name] if name in PRIMITIVES else LIFTED[name]

            def made(*args: Any, **kwargs: Any) -> Any:
                return self._apply(op, args, kwargs)
        else:
            real = getattr(self._real, name)
            if not callable(real) or isinstance(real, type):
                return real

            def made(*args: Any, **kwargs: Any) -> Any:
                result = real(*map(raw, args), **{key: raw(v) for key, v in kwargs.items()})
                if name not in FLAT and _loses_slope(args, result):
                    raise TypeError(
                        f"xp.{name} is not recorded: a gradient that calls it on what depends on "
                        "variables would have a wrong gradient itself"
                    )
                return self._constant(result)

        setattr(self, name, made)
        return made

    def _constant(self, value: Any) -> Any:
        if isinstance(value, (tuple, list)):
            return type(value)(self._constant(item) for item in value)
        return self.on_tape(value, None) if isinstance(value, self._real.ndarray) else value

    def _apply(self, op: Op, args: Any, kwargs: dict[str, Any]) -> Any:
        """Bind NumPy-style arguments: the first ones are arrays, the rest parameters."""
        if op.variadic:
            return self.record(op, args[0], dict(op.defaults, **kwargs))
        count = len(op.inputs)
        arrays = list(args[:count])
        like = next((a for a in arrays if isinstance(a, Tensor)), None)
        for position, array in enumerate(arrays):
            if isinstance(array, (int, float)) and like is not None:
                kind = self._real.result_type(like._buf.dtype, array)
                arrays[position] = self._real.asarray(
                    array, like._buf.dtype if like._buf.dtype.kind == "f" else kind
                )
        params = dict(op.defaults)
        params.update(zip(op.params, args[count:], strict=False))
        params.update(kwargs)
        return self.record(op, arrays, params)


@cache
def lift(ctx: Context) -> Namespace:
    """Return the recording namespace of a context."""
    return Namespace(ctx)
