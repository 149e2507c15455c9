"""Switches between legacy and NumPy semantics, as functions, scopes and decorators.

All of them hold for the calling thread only.  Decorators take functions and classes; a class gets
every method and property wrapped.
"""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable
from typing import Any

from ._core import device
from ._core.flags import flags

_logged: set[str] = set()


def _log_once(what: str, text: str) -> None:
    if what not in _logged:
        _logged.add(what)
        import logging

        logging.info(text)


def get_gpu_count() -> int:
    """Count the GPUs that can be used."""
    return device.gpu_count()


def get_gpu_memory(gpu_dev_id: int) -> tuple[int, int]:
    """Return the free and the total bytes of a GPU's memory."""
    return device.gpu_memory(gpu_dev_id)


def is_np_shape() -> bool:
    """Tell whether 0-d and zero-size arrays are allowed on this thread."""
    return flags.np_shape


def set_np_shape(active: bool) -> bool:
    """Allow or forbid 0-d and zero-size arrays; return what it was.

    Raises ValueError when switched off while NumPy arrays are on.
    """
    if active:
        _log_once("shape", "NumPy-shape semantics is on: 0-d and zero-size arrays are allowed.")
    elif is_np_array():
        raise ValueError(
            "Deactivating NumPy shape semantics while NumPy array semantics is still active is not "
            "allowed. Please consider calling `npx.reset_np()` to deactivate both of them."
        )
    before, flags.np_shape = flags.np_shape, bool(active)
    return before


def is_np_array() -> bool:
    """Tell whether NumPy arrays are on for this thread."""
    return flags.np_array


class _NumpyShapeScope:
    """A scope in which 0-d and zero-size arrays are allowed or not (None: leave alone)."""

    def __init__(self, is_np_shape: bool | None) -> None:
        self._enter_is_np_shape = is_np_shape
        self._prev_is_np_shape: bool | None = None

    def __enter__(self) -> None:
        if self._enter_is_np_shape is not None:
            self._prev_is_np_shape = set_np_shape(self._enter_is_np_shape)

    def __exit__(self, *exc: object) -> None:
        if self._prev_is_np_shape not in (None, self._enter_is_np_shape):
            set_np_shape(bool(self._prev_is_np_shape))


class _NumpyArrayScope:
    """A scope in which NumPy arrays are on or off."""

    def __init__(self, is_np_array: bool) -> None:
        self._is_np_array = is_np_array
        self._before: list[bool] = []

    def __enter__(self) -> _NumpyArrayScope:
        self._before.append(flags.np_array)
        flags.np_array = self._is_np_array
        return self

    def __exit__(self, *exc: object) -> None:
        flags.np_array = self._before.pop()


def np_shape(active: bool = True) -> _NumpyShapeScope:
    """Return a scope in which 0-d and zero-size arrays are allowed (or not)."""
    return _NumpyShapeScope(active)


def np_array(active: bool = True) -> _NumpyArrayScope:
    """Return a scope in which NumPy arrays are on (or off)."""
    return _NumpyArrayScope(active)


def _decorate(func: Any, scope: Callable[..., Any], name: str) -> Any:
    """Run a function, or every method and property of a class, inside a scope."""
    if inspect.isclass(func):
        for key, member in inspect.getmembers(func, _wraps):
            if isinstance(member, property):
                wrapped = _decorate(member.__get__, scope, name)
                setattr(
                    func,
                    key,
                    property(wrapped, member.__set__, member.__delete__, member.__doc__),
                )
            else:
                setattr(func, key, _decorate(member, scope, name))
        return func
    if callable(func):

        @functools.wraps(func)
        def scoped(*args: Any, **kwargs: Any) -> Any:
            with scope(True):
                return func(*args, **kwargs)

        return scoped
    raise TypeError(
        f"{name} can only decorate classes and callable objects, while received a {type(func)}"
    )


def _wraps(member: Any) -> bool:
    return inspect.isfunction(member) or inspect.ismethod(member) or isinstance(member, property)


def use_np_shape(func: Any) -> Any:
    """Decorate a function or class to run with 0-d and zero-size arrays allowed."""
    return _decorate(func, np_shape, "use_np_shape")


def use_np_array(func: Any) -> Any:
    """Decorate a function or class to run with NumPy arrays on."""
    return _decorate(func, np_array, "use_np_array")


def use_np(func: Any) -> Any:
    """Decorate a function or class to run with NumPy shapes and NumPy arrays."""
    return use_np_shape(use_np_array(func))


def _set_np_array(active: bool) -> bool:
    if active:
        _log_once("array", "NumPy-array semantics is on: blocks compute on mx.np arrays.")
    before, flags.np_array = flags.np_array, bool(active)
    return before


def set_np(shape: bool = True, array: bool = True) -> None:
    """Switch NumPy shapes and NumPy arrays on (or off) for this thread.

    Raises ValueError for arrays without shapes.
    """
    if not shape and array:
        raise ValueError("NumPy Shape semantics is required in using NumPy array semantics.")
    _set_np_array(array)
    set_np_shape(shape)


def reset_np() -> None:
    """Go back to legacy shapes and arrays."""
    set_np(shape=False, array=False)


def set_module(module: str | None) -> Callable[[Any], Any]:
    """Decorate a function or class to name ``module`` as its home."""

    def decorator(func: Any) -> Any:
        if module is not None:
            func.__module__ = module
        return func

    return decorator


def _sanity_check_params(func_name: str, unsupported_params: Any, param_dict: Any) -> None:
    for name in unsupported_params:
        if name in param_dict:
            raise NotImplementedError(f"function {func_name} does not support parameter {name}")


_UFUNC_DEFAULTS = {
    "where": True, "casting": "same_kind", "order": "K", "dtype": None, "subok": True,
}  # fmt: skip
_UFUNC_DTYPES = {"int8", "uint8", "int32", "int64", "float16", "float32", "float64"}


def np_ufunc_legal_option(key: str, value: Any) -> bool:
    """Tell whether NumPy's ufuncs would take ``value`` for the option ``key``."""
    if key == "where":
        return True
    if key == "casting":
        return value in ("no", "equiv", "safe", "same_kind", "unsafe")
    if key == "order":
        return isinstance(value, str)
    if key == "dtype":
        return (value if isinstance(value, str) else getattr(value, "__name__", "")) in (
            _UFUNC_DTYPES
        )
    return key == "subok" and isinstance(value, bool)


def _refuse_options(func: Callable[..., Any], options: dict[str, Any], suffix: str) -> None:
    for key, value in options.items():
        if key not in _UFUNC_DEFAULTS:
            raise TypeError(f"{key} is an invalid keyword to function '{func.__name__}'")
        if value != _UFUNC_DEFAULTS[key]:
            if np_ufunc_legal_option(key, value):
                raise NotImplementedError(f"{key}={value} is not implemented yet{suffix}")
            sign = "=" if suffix else " "
            raise TypeError(f"{key}{sign}{value} not understood{suffix}")


def wrap_np_unary_func(func: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function of one array take NumPy's ufunc options at their defaults."""
    suffix = f" for operator {func.__name__}"

    @functools.wraps(func)
    def wrapped(x: Any, out: Any = None, **kwargs: Any) -> Any:
        if kwargs:
            _refuse_options(func, kwargs, suffix)
        return func(x, out=out)

    return wrapped


def wrap_np_binary_func(func: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function of two arrays take NumPy's ufunc options at their defaults."""

    @functools.wraps(func)
    def wrapped(x1: Any, x2: Any, out: Any = None, **kwargs: Any) -> Any:
        if kwargs:
            _refuse_options(func, kwargs, "")
        return func(x1, x2, out=out)

    return wrapped


def get_cuda_compute_capability(ctx: Any) -> int:
    """Return a GPU's compute capability, 90 for 9.0; raise ValueError for another device."""
    if ctx.device_type != "gpu":
        raise ValueError(
            f"Expecting a gpu context to get cuda compute capability, while received ctx {ctx}"
        )
    properties = ctx.xp.cuda.Device(ctx.device_id)
    return int(properties.compute_capability)


def getenv(name: str) -> str | None:
    """Return an environment variable of this process, or None."""
    return os.environ.get(name)


def setenv(name: str, value: str | None) -> None:
    """Set an environment variable of this process; None removes it."""
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


__all__ = [
    "get_cuda_compute_capability", "get_gpu_count", "get_gpu_memory", "getenv", "is_np_array",
    "is_np_shape", "np_array", "np_shape", "np_ufunc_legal_option", "reset_np",
    "set_module", "set_np", "set_np_shape", "setenv", "use_np", "use_np_array", "use_np_shape",
    "wrap_np_binary_func", "wrap_np_unary_func",
]  # fmt: skip
