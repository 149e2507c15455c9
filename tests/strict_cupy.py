"""A strict stand-in for CuPy: NumPy underneath, CuPy's refusals on top.

Its arrays refuse implicit conversion to NumPy (``numpy.asarray``, NumPy functions) and refuse to
meet NumPy arrays, and its namespace has only the functions CuPy has, so an operator body that
strays from the ``xp`` it was given fails here as it would on a GPU.
"""

from __future__ import annotations

from functools import cache, wraps
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import scipy.special

from mxshim._backends import cpu
from mxshim._backends.base import SPECIAL, namespace
from mxshim._core.device import Context

NAMES = frozenset((Path(__file__).parent / "cupy_names.txt").read_text().split())


#: The methods of ufuncs that CuPy has, or the GPU namespace adds.
METHODS = {
    "add": ("reduce", "accumulate", "reduceat", "at"), "multiply": ("reduce", "accumulate"),
    "maximum": ("reduce", "at"), "minimum": ("at",),
}  # fmt: skip


class StrictArray:
    """An array that mixes with its own kind and with scalars only."""

    __slots__ = ("_a",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, array: np.ndarray) -> None:
        self._a = array

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(
            "Implicit conversion to a NumPy array is not allowed. Please use `.get()` to construct "
            "a NumPy array explicitly."
        )

    def __array_ufunc__(self, ufunc: Any, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(f"NumPy's {ufunc.__name__} was called on a device array; use xp's")

    def __array_function__(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(f"NumPy's {function.__name__} was called on a device array; use xp's")

    def get(self) -> np.ndarray:
        """Copy to the host, explicitly."""
        return self._a.copy()

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._a, name)
        return strict_function(value) if callable(value) else wrap(value)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._a[unwrap(key)] = unwrap(value)

    def __getitem__(self, key: Any) -> Any:
        return wrap(self._a[unwrap(key)])

    def __len__(self) -> int:
        return len(self._a)

    def __iter__(self) -> Any:
        return (wrap(item) for item in self._a)

    def __bool__(self) -> bool:
        return bool(self._a)

    def __int__(self) -> int:
        return int(self._a)

    def __float__(self) -> float:
        return float(self._a)

    def __index__(self) -> int:
        return self._a.__index__()

    def __repr__(self) -> str:
        return f"StrictArray({self._a!r})"


def unwrap(value: Any) -> Any:
    """Return the NumPy array behind a strict one; refuse a bare NumPy array."""
    if isinstance(value, StrictArray):
        return value._a
    if isinstance(value, np.ndarray):
        raise TypeError(f"Unsupported type {type(value)}: a NumPy array reached a device function")
    if isinstance(value, (tuple, list)):
        return type(value)(unwrap(item) for item in value)
    return value


def wrap(value: Any) -> Any:
    """Make results strict arrays; NumPy scalars become 0-d arrays, as CuPy returns them."""
    if isinstance(value, np.ndarray):
        return StrictArray(value)
    if isinstance(value, np.generic):
        return StrictArray(np.asarray(value))
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(wrap, value))
    if isinstance(value, (tuple, list)):
        return type(value)(wrap(item) for item in value)
    return value


def strict_function(function: Any) -> Any:
    """Wrap a NumPy function or method so that only strict arrays go in and come out."""

    @wraps(function, assigned=("__name__", "__doc__"), updated=())
    def checked(*args: Any, **kwargs: Any) -> Any:
        if lists_refused and any(isinstance(arg, list) for arg in args):
            raise TypeError("Unsupported type <class 'list'>")
        kwargs = {key: unwrap(value) for key, value in kwargs.items()}
        return wrap(function(*map(unwrap, args), **kwargs))

    lists_refused = isinstance(function, np.ufunc) or function.__name__ in ("clip", "where")
    if isinstance(function, np.ufunc):
        for method in METHODS.get(function.__name__, ()):
            setattr(checked, method, strict_function(getattr(function, method)))
    return checked


def _operator(name: str) -> Any:
    def apply(self: StrictArray, *others: Any) -> Any:
        if others and not isinstance(others[0], (StrictArray, int, float, complex, np.generic)):
            if isinstance(others[0], np.ndarray):
                raise TypeError(f"Unsupported type {type(others[0])}")
            return NotImplemented
        result = getattr(self._a, name)(*(unwrap(other) for other in others))
        if name.startswith("__i") and name not in ("__invert__", "__index__"):
            self._a = result
            return self
        return result if result is NotImplemented else wrap(result)

    return apply


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or",
              "xor", "lshift", "rshift"):  # fmt: skip
    for _prefix in ("", "r", "i"):
        if hasattr(np.ndarray, f"__{_prefix}{_name}__"):
            setattr(StrictArray, f"__{_prefix}{_name}__", _operator(f"__{_prefix}{_name}__"))
for _name in ("neg", "pos", "abs", "invert", "lt", "le", "gt", "ge", "eq", "ne"):
    setattr(StrictArray, f"__{_name}__", _operator(f"__{_name}__"))


class _Strict:
    """Present a module (``numpy``, ``numpy.linalg``, ``scipy.special``) with strict functions."""

    def __init__(self, module: Any, names: frozenset[str] | None, prefix: str = "") -> None:
        self.__name__ = f"strict {module.__name__}"
        self._module, self._names, self._prefix = module, names, prefix

    def __dir__(self) -> list[str]:
        return [
            n for n in dir(self._module) if self._names is None or self._prefix + n in self._names
        ]

    def __getattr__(self, name: str) -> Any:
        if self._names is not None and self._prefix + name not in self._names:
            raise AttributeError(f"module 'cupy' has no attribute '{self._prefix}{name}'")
        value = getattr(self._module, name)
        if isinstance(value, ModuleType):
            return _Strict(value, self._names, f"{name}.")
        if isinstance(value, type) or not callable(value):
            return StrictArray if value is np.ndarray else value
        return strict_function(value)


class _StrictGenerator:
    """CuPy's Generator: fewer methods than NumPy's, strict results."""

    def __init__(self, seed: Any = None) -> None:
        self._generator = np.random.default_rng(seed)

    def __getattr__(self, name: str) -> Any:
        if f"random.Generator.{name}" not in NAMES:
            raise AttributeError(f"cupy.random.Generator has no attribute '{name}'")
        return strict_function(getattr(self._generator, name))


@cache
def strict_namespace() -> ModuleType:
    """Build the ``xp`` that operator bodies get on the stand-in."""
    xp = namespace(
        "strict_cupy.xp",
        _Strict(np, NAMES),
        "scipy.special",
        as_strided=strict_function(cpu.as_strided),
        scatter_add=strict_function(cpu.scatter_add),
        assign=strict_function(cpu.assign),
        row_sum=strict_function(cpu.row_sum),
        csr_matmul=strict_function(cpu.csr_matmul),
        take_clipped=strict_function(cpu.take_clipped),
        to_host=lambda array: array.get() if isinstance(array, StrictArray) else array,
        from_host=lambda array: StrictArray(np.array(array)),
    )
    for key in SPECIAL:
        if not hasattr(np, key):
            setattr(xp, key, strict_function(getattr(scipy.special, key)))
    xp.random = SimpleNamespace(default_rng=_StrictGenerator)
    return xp


def strict_context() -> Context:
    """Return a GPU context whose arrays are strict."""
    ctx = Context("gpu", 99)
    ctx.xp = strict_namespace()
    return ctx
