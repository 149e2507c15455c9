"""Methods of legacy arrays that are functions of ``mx.nd``: ``x.sum(axis=0)``."""

from __future__ import annotations

from typing import Any

from .._core.errors import not_implemented
from .._core.invoke import call
from .._core.operators import install as install_operators
from .._core.registry import OPS
from .._core.semantics import LEGACY
from .ndarray import NDArray

#: Methods that pass themselves and all arguments to the function of the same name.
_METHODS_TEXT = """
    abs arccos arccosh arcsin arcsinh arctan arctanh argmax argmax_channel argmin argsort
    broadcast_axes cbrt ceil clip cos cosh degrees depth_to_space exp expm1 fix flip floor
    log log10 log1p log2 log_softmax max mean min nanprod nansum norm one_hot ones_like pad
    pick prod radians rcbrt reciprocal relu repeat reshape_like rint round rsqrt shape_array
    sigmoid sign sin sinh size_array slice slice_axis slice_like softmax softmin sort
    space_to_depth split split_v2 sqrt square sum swapaxes take tan tanh tile topk transpose
    trunc zeros_like
"""
METHODS = _METHODS_TEXT.split()


def _method(namespace: dict[str, Any], name: str) -> Any:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        found = namespace.get(name)
        if found is None:
            found = namespace["__getattr__"](name)
        return found(self, *args, **kwargs)

    method.__name__ = name
    method.__qualname__ = f"NDArray.{name}"
    method.__doc__ = f"Return ``mx.nd.{name}`` of this array, with the same parameters."
    return method


def flatten(self: Any, inplace: bool = False) -> Any:
    """Return the array as a matrix (n, k); ``inplace`` gives a view instead of a copy."""
    if inplace:
        return self.reshape((0, -1))
    return _call("Flatten", self)


def expand_dims(self: Any, axis: int, inplace: bool = False) -> Any:
    """Return the array with a new axis; ``inplace`` gives a view instead of a copy."""
    if not inplace:
        return _call("expand_dims", self, axis=axis)
    shape = list(self.shape)
    assert -len(shape) - 1 <= axis <= len(shape), (
        f"axis {axis} is out of range for {len(shape)}d array"
    )
    shape.insert(axis if axis >= 0 else axis + len(shape) + 1, 1)
    return self._reshaped(tuple(shape))


def squeeze(self: Any, axis: Any = None, inplace: bool = False) -> Any:
    """Return the array without axes of length 1; ``inplace`` gives a view instead of a copy."""
    if not inplace:
        return _call("squeeze", self, axis=axis)
    shape = self.shape
    axes = [axis] if isinstance(axis, int) else axis
    if not axes:
        return self._reshaped(tuple(n for n in shape if n != 1) or (1,))
    assert len(axes) == len(set(axes)), f"axis {axes} contains duplicate which is not allowed."
    for one in axes:
        assert -len(shape) <= one < len(shape), (
            f"axis {one} is out of range for {len(shape)}d array"
        )
        assert shape[one] == 1, f"Squeeze target axis {one} must be size 1, got {shape[one]}."
    gone = {one % len(shape) for one in axes}
    return self._reshaped(tuple(n for i, n in enumerate(shape) if i not in gone) or (1,))


def broadcast_to(self: Any, shape: Any) -> Any:
    """Return the array stretched to ``shape``; new axes stand in front.

    Raises ValueError when an axis is neither 1 nor of the wanted length.
    """
    shape = tuple(shape)
    refusal = ValueError(
        "operands could not be broadcast together with remapped shapes[original->remapped]: "
        f"{self.shape} and requested shape {shape}"
    )
    if len(shape) < len(self.shape):
        raise refusal
    padded = (1,) * (len(shape) - len(self.shape)) + self.shape
    if any(have != want and have != 1 for have, want in zip(padded, shape, strict=True)):
        raise refusal
    source = self if padded == self.shape else self._reshaped(padded)
    return _call("broadcast_to", source, shape=shape)


def diag(self: Any, k: int = 0, **kwargs: Any) -> Any:
    """Return the ``k``-th diagonal, or a matrix with this vector on it."""
    return _call("diag", self, k=k, **kwargs)


def broadcast_like(self: Any, other: Any) -> Any:
    """Return the array stretched to the shape of another."""
    return self.broadcast_to(other.shape)


def _call(registered: str, self: Any, **params: Any) -> Any:
    if registered not in OPS:
        raise not_implemented(f"operator {registered}")
    op = OPS[registered]
    return call(op, NDArray, (self,), op.bind(params))


def install(namespace: dict[str, Any]) -> None:
    """Give NDArray its operators and the methods that are functions of ``namespace``."""
    install_operators(NDArray, LEGACY)
    for name in METHODS:
        setattr(NDArray, name, _method(namespace, name))
    for made in (flatten, expand_dims, squeeze, broadcast_to, broadcast_like, diag):
        setattr(NDArray, made.__name__, made)
    NDArray.__neg__ = lambda self: self * -1.0  # type: ignore[attr-defined]
    NDArray.__abs__ = lambda self: self.abs()  # type: ignore[attr-defined]
    NDArray.__div__ = NDArray.__truediv__  # type: ignore[attr-defined]
    NDArray.__rdiv__ = NDArray.__rtruediv__  # type: ignore[attr-defined]
    NDArray.__idiv__ = NDArray.__itruediv__  # type: ignore[attr-defined]
