"""Methods of NumPy-like arrays that are functions of ``mx.np``, and those it refuses."""

from __future__ import annotations

import inspect
from typing import Any

from .._core.operators import install as install_operators
from .._core.registry import OPS
from .._core.semantics import NUMPY
from .._core.tape import Node, state
from .._core.tensor import new
from .multiarray import ndarray

#: Methods that legacy arrays have and NumPy-like ones refuse.
_REFUSED_TEXT = """
    abs arccos arccosh arcsin arcsinh arctan arctanh argmax_channel broadcast_like cbrt ceil
    cos cosh degrees depth_to_space diag exp expand_dims expm1 fix flip floor log log10 log1p
    log2 log_softmax nanprod nansum norm one_hot ones_like pad pick radians rcbrt reciprocal
    relu reshape_like rint rsqrt shape_array sigmoid sign sin sinh size_array slice slice_axis
    slice_like softmax softmin space_to_depth split split_v2 sqrt square tan tanh tile topk
    tostype trunc zeros_like
"""
REFUSED = _REFUSED_TEXT.split()
#: What the refusal calls them where MXNet's text is not the method's name.
MISSPELT = {"broadcast_axes": "broadcast_like", "cbrt": "cqrt", "rcbrt": "rcqrt"}


def refusal(name: str, owner: str, misspelt: dict[str, str], signatures: dict[str, Any]) -> Any:
    """Return a method that says that ``owner`` has none of this name.

    ``signatures`` holds a function for those that have parameters of their own in MXNet.
    """
    shown = misspelt.get(name, name)

    def refuse(self: Any, *args: Any, **kwargs: Any) -> Any:
        raise AttributeError(f"{owner} object has no attribute {shown}")

    refuse.__name__ = name
    refuse.__signature__ = inspect.signature(signatures.get(name, refuse))  # type: ignore[attr-defined]
    return refuse


#: The refused methods that have parameters of their own in MXNet.
SIGNATURES: dict[str, Any] = {
    "broadcast_like": lambda self, other: None,
    "diag": lambda self, k=0, **kwargs: None,
    "tostype": lambda self, stype: None,
}


#: The functions of ``mx.np``, by name.
_FUNCTIONS: dict[str, Any] = {}
_np = _FUNCTIONS.__getitem__


def _reshaped(self: Any, shape: tuple[int, ...]) -> Any:
    """Return a copy with a new shape; None when the shape does not fit or the array is empty."""
    buf = self._buf
    try:
        result = buf.reshape(shape).copy()
    except ValueError:
        return None
    made = new(ndarray)
    made._buf = result
    made._ctx = ctx = self._ctx.results
    node = self._node
    made._node = (
        Node(OPS["_np_reshape"], (node,), result, (buf,), {"newshape": shape, "order": "C"}, ctx)
        if node is not None and state.recording
        else None
    )
    return made


class Methods:
    """The methods as functions; :func:`install` copies them to the class."""

    def all(self, axis: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        return _np("all")(self, axis=axis, out=out, keepdims=keepdims)

    def any(self, axis: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        return _np("any")(self, axis=axis, out=out, keepdims=keepdims)

    def argmax(self, axis: Any = None, out: Any = None) -> Any:
        return _np("argmax")(self, axis, out)

    def argmin(self, axis: Any = None, out: Any = None) -> Any:
        return _np("argmin")(self, axis, out)

    def argsort(self, axis: int = -1, kind: Any = None, order: Any = None) -> Any:
        return _np("argsort")(self, axis=axis, kind=kind, order=order)

    def sort(self, axis: int = -1, kind: Any = None, order: Any = None) -> Any:
        return _np("sort")(self, axis=axis, kind=kind, order=order)

    def broadcast_to(self, shape: Any) -> Any:
        return _np("broadcast_to")(self, shape)

    def clip(self, min: Any = None, max: Any = None, out: Any = None) -> Any:
        return _np("clip")(self, min, max, out=out)

    def cumsum(self, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
        return _np("cumsum")(self, axis=axis, dtype=dtype, out=out)

    def dot(self, b: Any, out: Any = None) -> Any:
        return _np("dot")(self, b, out=out)

    def flatten(self, order: str = "C") -> Any:
        return self.reshape(-1, order=order)  # type: ignore[attr-defined]

    def max(self, axis: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        return _np("max")(self, axis=axis, out=out, keepdims=keepdims)

    def min(self, axis: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        return _np("min")(self, axis=axis, out=out, keepdims=keepdims)

    def mean(
        self, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False
    ) -> Any:
        return _np("mean")(self, axis=axis, dtype=dtype, out=out, keepdims=keepdims)

    def nonzero(self) -> Any:
        return _np("nonzero")(self)

    def prod(
        self, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False
    ) -> Any:
        return _np("prod")(self, axis=axis, dtype=dtype, out=out, keepdims=keepdims)

    def repeat(self, repeats: Any, axis: Any = None) -> Any:
        return _np("repeat")(self, repeats=repeats, axis=axis)

    def reshape(self, *args: Any, **kwargs: Any) -> Any:
        shape = args[0] if len(args) == 1 and isinstance(args[0], tuple) else args
        if args and not kwargs and {*map(type, shape)} == {int} and min(shape) >= -1:
            made = _reshaped(self, shape)
            if made is not None:
                return made
        if len(kwargs) > 1:
            raise TypeError("function takes at most 1 keyword argument")
        if kwargs and "order" not in kwargs:
            # mxnet: the message itself fails there, on indexing a view of the keys
            raise TypeError("'dict_keys' object is not subscriptable")
        order = kwargs.get("order", "C")
        if order != "C":
            raise NotImplementedError(f"only supports C-order, while received {order}")
        if not args:
            raise TypeError("reshape() takes exactly 1 argument (0 given)")
        return _np("reshape")(self, newshape=shape, order=order)

    def round(self, decimals: int = 0, out: Any = None, **kwargs: Any) -> Any:
        return _np("round")(self, decimals=decimals, out=out, **kwargs)

    def squeeze(self, axis: Any = None) -> Any:
        return _np("squeeze")(self, axis=axis)

    def std(
        self, axis: Any = None, dtype: Any = None, out: Any = None, ddof: int = 0,
        keepdims: bool = False,
    ) -> Any:  # fmt: skip
        return _np("std")(self, axis=axis, dtype=dtype, ddof=ddof, keepdims=keepdims, out=out)

    def sum(
        self, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False
    ) -> Any:
        return _np("sum")(self, axis=axis, dtype=dtype, out=out, keepdims=keepdims)

    def swapaxes(self, axis1: int, axis2: int) -> Any:
        return _np("swapaxes")(self, axis1, axis2)

    def take(self, indices: Any, axis: Any = None, mode: str = "raise") -> Any:
        return _np("take")(self, indices, axis, mode=mode)

    def transpose(self, *axes: Any) -> Any:
        given: Any = axes or None
        if len(axes) == 1 and (axes[0] is None or isinstance(axes[0], (tuple, list))):
            given = axes[0]
        return _np("transpose")(self, axes=given)

    def var(
        self, axis: Any = None, dtype: Any = None, out: Any = None, ddof: int = 0,
        keepdims: bool = False,
    ) -> Any:  # fmt: skip
        return _np("var")(self, axis=axis, dtype=dtype, out=out, ddof=ddof, keepdims=keepdims)

    def __abs__(self) -> Any:
        return _np("absolute")(self)

    def __ceil__(self) -> Any:
        return _np("ceil")(self)

    def __floor__(self) -> Any:
        return _np("floor")(self)

    def __trunc__(self) -> Any:
        return _np("trunc")(self)

    def __round__(self, n: int = 0) -> Any:
        return _np("round")(self, decimals=n)

    def __invert__(self) -> Any:
        return _np("invert")(self)

    def __neg__(self) -> Any:
        return self * -1.0  # type: ignore[operator]

    def __matmul__(self, other: Any) -> Any:
        return _np("matmul")(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return _np("matmul")(other, self)

    def __imatmul__(self, other: Any) -> Any:
        return _np("matmul")(self, other, out=self)


#: In-place operators: NumPy-like arrays have the bitwise ones too.
_VERBS = {
    "add": "add to", "sub": "subtract from", "mul": "add to", "truediv": "divide", "mod": "take",
    "and": "and", "or": "or", "xor": "xor",
}  # fmt: skip


def install(module: Any) -> None:
    """Give the class its operators, and its methods that are functions of ``module``."""
    _FUNCTIONS.update(vars(module))
    install_operators(ndarray, NUMPY, _VERBS)
    for name in [*REFUSED, *MISSPELT]:
        setattr(ndarray, name, refusal(name, "mxnet.numpy.ndarray", MISSPELT, SIGNATURES))
    for name, method in vars(Methods).items():
        if callable(method):
            method.__qualname__ = f"ndarray.{name}"
            if not method.__doc__ and not name.startswith("__"):
                method.__doc__ = f"Return ``mx.np.{name}`` of this array."
            setattr(ndarray, name, method)
    ndarray.__div__ = ndarray.__truediv__  # type: ignore[attr-defined]
    ndarray.__rdiv__ = ndarray.__rtruediv__  # type: ignore[attr-defined]
    ndarray.__idiv__ = ndarray.__itruediv__  # type: ignore[attr-defined]


__all__ = ["install"]
