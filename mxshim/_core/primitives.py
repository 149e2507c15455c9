"""The structural functions of the recording namespace, with their gradients.

Arithmetic, reductions, reshaping, indexing and products with NumPy's rules; :mod:`lift` calls them
where a gradient body does, and records them like operators.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .registry import Op
from .tape_short import unbroadcast
from .tensor import Tensor

PRIMITIVES: dict[str, Op] = {}


def primitive(forward: Callable[..., Any]) -> Op:
    """Declare a recorded function of the namespace; gradients are attached as for operators."""
    op = Op(forward, (forward.__name__,))
    PRIMITIVES[op.name] = op
    return op


def raw(value: Any) -> Any:
    """Return the buffer behind a traced tensor, also inside tuples and lists."""
    if isinstance(value, Tensor):
        return value._buf
    if isinstance(value, (tuple, list)):
        return type(value)(raw(item) for item in value)
    return value


def _axes(axis: Any, ndim: int) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(ndim))
    return tuple(a % ndim for a in (axis if isinstance(axis, tuple) else (axis,)))


def _expand(xp: Any, ct: Any, shape: tuple[int, ...], axis: Any, keepdims: bool) -> Any:
    """Bring a reduced gradient back to the input's shape."""
    if not keepdims:
        kept = tuple(1 if i in _axes(axis, len(shape)) else n for i, n in enumerate(shape))
        ct = xp.reshape(ct, kept)
    return xp.broadcast_to(ct, shape)


def arithmetic(name: str, *derivatives: Callable[..., Any]) -> None:
    """Declare a broadcasting primitive from the derivative with respect to each operand."""

    def forward(xp, a, b):  # type: ignore[no-untyped-def]
        return getattr(xp, name)(a, b)

    forward.__name__ = name
    declared = primitive(forward)
    for operand, derivative in zip("ab", derivatives, strict=True):
        declared.vjp(operand)(derivative)


arithmetic("add", lambda xp, ct, out, a, b: ct, lambda xp, ct, out, a, b: ct)
arithmetic("subtract", lambda xp, ct, out, a, b: ct, lambda xp, ct, out, a, b: -ct)
arithmetic("multiply", lambda xp, ct, out, a, b: ct * b, lambda xp, ct, out, a, b: ct * a)
arithmetic("divide", lambda xp, ct, out, a, b: ct / b, lambda xp, ct, out, a, b: -ct * a / (b * b))
arithmetic(
    "power",
    lambda xp, ct, out, a, b: ct * b * a ** (b - 1),
    lambda xp, ct, out, a, b: ct * out * xp.log(xp.where(a > 0, a, 1)),
)


@primitive
def sum(xp, x, *, axis: object = None, keepdims: bool = False):  # type: ignore[no-untyped-def]
    return xp.sum(x, axis=axis, keepdims=keepdims)


@sum.vjp("x")
def _(xp, ct, out, x, *, axis, keepdims):  # type: ignore[no-untyped-def]
    return _expand(xp, ct, x.shape, axis, keepdims)


@primitive
def max(xp, x, *, axis: object = None, keepdims: bool = False):  # type: ignore[no-untyped-def]
    return xp.max(x, axis=axis, keepdims=keepdims)


@max.vjp("x")
def _(xp, ct, out, x, *, axis, keepdims):  # type: ignore[no-untyped-def]
    best = (x == _expand(xp, out, x.shape, axis, keepdims)).astype(x.dtype)
    return best / xp.sum(best, axis=axis, keepdims=True) * _expand(xp, ct, x.shape, axis, keepdims)


@primitive
def psi(xp, x):  # type: ignore[no-untyped-def]
    return xp.psi(x)


@psi.vjp("x")
def _(xp, ct, out, x):  # type: ignore[no-untyped-def]
    return ct * polygamma(xp, x, order=1)


@primitive
def polygamma(xp, x, *, order: object):  # type: ignore[no-untyped-def]
    return xp.polygamma(xp.asarray(order), x).astype(x.dtype)  # CuPy takes arrays only


@polygamma.vjp("x")
def _(xp, ct, out, x, *, order):  # type: ignore[no-untyped-def]
    return ct * polygamma(xp, x, order=order + 1)


@primitive
def cumsum(xp, x, *, axis: object = None):  # type: ignore[no-untyped-def]
    return xp.cumsum(x, axis=axis)


@cumsum.vjp("x")
def _(xp, ct, out, x, *, axis):  # type: ignore[no-untyped-def]
    along = 0 if axis is None else axis
    return xp.reshape(xp.flip(xp.cumsum(xp.flip(ct, along), axis=along), along), x.shape)


@primitive
def flip(xp, x, *, axis: object = None):  # type: ignore[no-untyped-def]
    return xp.flip(x, axis)


@flip.vjp("x")
def _(xp, ct, out, x, *, axis):  # type: ignore[no-untyped-def]
    return xp.flip(ct, axis)


@primitive
def reshape(xp, x, *, shape: object):  # type: ignore[no-untyped-def]
    return xp.reshape(x, shape)


@reshape.vjp("x")
def _(xp, ct, out, x, **params):  # type: ignore[no-untyped-def]
    return xp.reshape(ct, x.shape)


@primitive
def broadcast_to(xp, x, *, shape: object):  # type: ignore[no-untyped-def]
    return xp.broadcast_to(x, shape)


@broadcast_to.vjp("x")
def _(xp, ct, out, x, **params):  # type: ignore[no-untyped-def]
    return unbroadcast(xp, ct, x.shape)


@primitive
def transpose(xp, x, *, axes: object = None):  # type: ignore[no-untyped-def]
    return xp.transpose(x, axes)


@transpose.vjp("x")
def _(xp, ct, out, x, *, axes):  # type: ignore[no-untyped-def]
    if axes is None:
        return xp.transpose(ct)
    back = [0] * len(axes)
    for position, axis in enumerate(axes):
        back[axis % len(axes)] = position
    return xp.transpose(ct, tuple(back))


@primitive
def astype(xp, x, *, dtype: object):  # type: ignore[no-untyped-def]
    return x.astype(dtype)


@astype.vjp("x")
def _(xp, ct, out, x, **params):  # type: ignore[no-untyped-def]
    return ct.astype(x.dtype)


@primitive
def matmul(xp, a, b):  # type: ignore[no-untyped-def]
    return xp.matmul(a, b)


@matmul.vjp("a")
def _(xp, ct, out, a, b):  # type: ignore[no-untyped-def]
    if b.ndim == 1:
        return ct[..., None] * b if a.ndim > 1 else ct * b
    row = ct[..., None, :] if a.ndim == 1 else ct
    grad = xp.matmul(row, xp.swapaxes(b, -1, -2))
    return grad[..., 0, :] if a.ndim == 1 else grad


@matmul.vjp("b")
def _(xp, ct, out, a, b):  # type: ignore[no-untyped-def]
    if a.ndim == 1:
        return a[:, None] * ct[..., None, :] if b.ndim > 1 else ct * a
    column = ct[..., None] if b.ndim == 1 else ct
    grad = xp.matmul(xp.swapaxes(a, -1, -2), column)
    return grad[..., 0] if b.ndim == 1 else grad


@primitive
def getitem(xp, x, *, key: object):  # type: ignore[no-untyped-def]
    return x[raw(key)]


@getitem.vjp("x")
def _(xp, ct, out, x, *, key):  # type: ignore[no-untyped-def]
    return scatter(xp, ct, key=key, shape=x.shape)


@primitive
def scatter(xp, values, *, key: object, shape: object):  # type: ignore[no-untyped-def]
    """Make zeros of ``shape`` and add ``values`` at ``key``: the gradient of indexing."""
    total = xp.zeros(shape, values.dtype)
    xp.scatter_add(total, raw(key), values)
    return total


@scatter.vjp("values")
def _(xp, ct, out, values, *, key, shape):  # type: ignore[no-untyped-def]
    return getitem(xp, ct, key=key)


@primitive
def where(xp, condition, a, b):  # type: ignore[no-untyped-def]
    return xp.where(condition, a, b)


@where.vjp("a")
def _(xp, ct, out, condition, a, b):  # type: ignore[no-untyped-def]
    return xp.where(condition, ct, 0)


@where.vjp("b")
def _(xp, ct, out, condition, a, b):  # type: ignore[no-untyped-def]
    return xp.where(condition, 0, ct)


@primitive
def concatenate(xp, *parts, axis: object = 0):  # type: ignore[no-untyped-def]
    return xp.concatenate(parts, axis=axis)


@concatenate.vjp("parts")
def _(xp, ct, out, *parts, axis):  # type: ignore[no-untyped-def]
    start, gradients = 0, []
    for part in parts:
        key = [slice(None)] * part.ndim
        key[axis] = slice(start, start + part.shape[axis])
        start += part.shape[axis]
        gradients.append(ct[tuple(key)])
    return gradients


def _mean(xp: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    total = xp.sum(x, axis=axis, keepdims=keepdims)
    count = 1
    for a in _axes(axis, x.ndim):
        count *= x.shape[a]
    return total / count


def _moved(xp: Any, x: Any, source: Any, destination: Any) -> Any:
    sources, targets = _axes(source, x.ndim), _axes(destination, x.ndim)
    order = [axis for axis in range(x.ndim) if axis not in sources]
    for target, axis in sorted(zip(targets, sources, strict=True)):
        order.insert(target, axis)
    return xp.transpose(x, tuple(order))


def _swapped(xp: Any, x: Any, a: int, b: int) -> Any:
    order = list(range(x.ndim))
    order[a], order[b] = order[b], order[a]
    return xp.transpose(x, tuple(order))


def _expanded(xp: Any, x: Any, axis: Any) -> Any:
    axes = axis if isinstance(axis, tuple) else (axis,)
    shape = list(x.shape)
    for a in sorted(a % (x.ndim + len(axes)) for a in axes):
        shape.insert(a, 1)
    return xp.reshape(x, tuple(shape))


def _squeezed(xp: Any, x: Any, axis: Any = None) -> Any:
    gone = (
        {i for i, n in enumerate(x.shape) if n == 1} if axis is None else set(_axes(axis, x.ndim))
    )
    return xp.reshape(x, tuple(n for i, n in enumerate(x.shape) if i not in gone))


def _stacked(xp: Any, parts: Any, axis: int = 0) -> Any:
    return xp.concatenate([xp.expand_dims(part, axis) for part in parts], axis=axis)


def _taken(xp: Any, x: Any, indices: Any, axis: int) -> Any:
    """Do ``take_along_axis`` through recorded indexing."""
    index = raw(indices)
    axis %= x.ndim
    key = [
        index if at == axis
        else xp._real.arange(n).reshape(tuple(n if at == i else 1 for i in range(x.ndim)))
        for at, n in enumerate(index.shape)
    ]  # fmt: skip
    return xp.getitem(x, tuple(key))


def _dot(xp: Any, a: Any, b: Any) -> Any:
    return xp.matmul(a, b)


def _array(xp: Any, x: Any, dtype: Any = None) -> Any:
    if not isinstance(x, Tensor):
        return xp._real.asarray(x, dtype=dtype)  # a constant
    return x if dtype is None else xp.astype(x, dtype)


#: Functions made of recorded ones.
COMPOSED: dict[str, Callable[..., Any]] = {
    "mean": _mean,
    "moveaxis": _moved,
    "swapaxes": _swapped,
    "expand_dims": _expanded,
    "squeeze": _squeezed,
    "stack": _stacked,
    "take_along_axis": _taken,
    "dot": _dot,
    "asarray": _array,
    "ascontiguousarray": lambda xp, x: x,
    "reshaped": lambda xp, x, shape: xp.reshape(x, shape),
    "square": lambda xp, x: x * x,
    "to_host": lambda xp, x: xp._real.to_host(raw(x)),
    "true_divide": lambda xp, a, b: xp.divide(a, b),
    "row_gradient": lambda xp, rows, values, full: xp.scatter(values, key=raw(rows), shape=full),
    "stop": lambda xp, x: xp.on_tape(raw(x), None),
}
