"""Names that MXNet's modules share: the error class, number and string types."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from ._core.errors import InternalError as _InternalError
from ._core.errors import MXNetError

integer_types = (int, np.int32, np.int64)
numeric_types = (float, int, np.generic)
string_types = (str,)
#: The dtype of arrays for which none is given.
mx_real_t = np.float32
#: The types of native handles; arrays stand for themselves here.
NDArrayHandle = object


#: The classes that errors are raised in whose text starts with one of these names.
error_types: dict[str, type[BaseException]] = {
    kind.__name__: kind
    for kind in (
        _InternalError, ValueError, TypeError, AttributeError, IndexError, NotImplementedError,
    )
}  # fmt: skip


def register_error(func_name: Any = None, cls: Any = None) -> Any:
    """File an error class under a name, its own by default; also as a decorator."""
    if callable(func_name):
        func_name, cls = func_name.__name__, func_name

    def register(kind: Any) -> Any:
        error_types[func_name if isinstance(func_name, str) else kind.__name__] = kind
        return kind

    return register if cls is None else register(cls)


def c2pyerror(err_msg: str) -> tuple[str, str | None]:
    """Put the stack trace of an error's text first, in Python's order; return it and its name.

    The name is what stands before the first colon, None unless it is made of letters, digits,
    ``_`` and dots.
    """
    lines = err_msg.split("\n")
    if lines[-1] == "":
        lines.pop()
    name, colon, _ = lines[0].partition(":")
    named = bool(colon) and all(letter.isalnum() or letter in "_." for letter in name)
    message, trace, in_trace = [], [], False
    for line in lines:
        in_trace = line.startswith("Stack trace") or (in_trace and line.startswith("  "))
        if not in_trace:
            message.append(line)
        elif line.startswith("  "):
            trace.insert(0, line)
    if trace:
        trace.insert(0, "Traceback (most recent call last):")
    return "\n".join(trace + message), name if named else None


@register_error
class NotImplementedForSymbol(MXNetError):
    """Raise for an operation that symbols do not have."""

    def __init__(self, function: Any, alias: str | None, *args: Any) -> None:
        super().__init__()
        self.function = function.__name__
        self.alias = alias
        self.args = tuple(str(type(arg)) for arg in args)
        self.traced_at = ""

    def __str__(self) -> str:
        text = f"{self.traced_at}\n" if self.traced_at else ""
        text += f"Function {self.function}"
        if self.alias:
            text += f' (namely operator "{self.alias}")'
        if self.args:
            text += f" with arguments ({', '.join(self.args)})"
        return text + " is not implemented for Symbol and only available in NDArray."


class NotSupportedForSparseNDArray(MXNetError):
    """Raise for an operation that sparse arrays do not have."""

    def __init__(self, function: Any, alias: str | None, *args: Any) -> None:
        super().__init__()
        self.function = function.__name__
        self.alias = alias
        self.args = tuple(str(type(arg)) for arg in args)

    def __str__(self) -> str:
        text = f"Function {self.function}"
        if self.alias:
            text += f' (namely operator "{self.alias}")'
        if self.args:
            text += f" with arguments ({', '.join(self.args)})"
        return text + " is not supported for SparseNDArray and only available in NDArray."


class classproperty:
    """A property of a class."""

    def __init__(self, func: Any) -> None:
        self.fget = classmethod(func) if not isinstance(func, classmethod) else func

    def __get__(self, obj: Any, owner: type | None = None) -> Any:
        return self.fget.__get__(obj, owner)()


class MXCallbackList(ctypes.Structure):
    """A list of functions and their contexts, as MXNet's C library takes them."""

    _fields_ = (
        ("num_callbacks", ctypes.c_int),
        ("callbacks", ctypes.POINTER(ctypes.CFUNCTYPE(ctypes.c_int))),
        ("contexts", ctypes.POINTER(ctypes.c_void_p)),
    )


def check_call(ret: int) -> None:
    """Raise MXNetError unless ``ret``, what a function of a C library returned, is 0."""
    if ret != 0:
        raise MXNetError(f"a function of a C library returned {ret}")


def c_array_buf(ctype: type[Any], buf: Any) -> Any:
    """Return a ctypes array of ``ctype`` on the memory of a writable buffer."""
    return (ctype * len(buf)).from_buffer(buf)


def with_metaclass(meta: type, *bases: type) -> type:
    """Return a base class through which a subclass gets the metaclass ``meta``."""

    class Between(type):
        def __new__(cls, name: str, this_bases: Any, body: dict[str, Any]) -> Any:
            return meta(name, bases, body)

    return type.__new__(Between, "temporary_class", (), {})


def _as_list(obj: Any) -> list[Any]:
    """Return a list or tuple as it is, anything else in a list of one."""
    return obj if isinstance(obj, (list, tuple)) else [obj]


def data_dir() -> str:
    """Return the folder of downloaded data, ``MXNET_HOME`` or one in the home folder."""
    import os

    return os.getenv("MXNET_HOME", data_dir_default())


def data_dir_default() -> str:
    """Return the folder that holds data when ``MXNET_HOME`` is not set."""
    import os
    import sys

    if sys.platform == "win32":
        return os.path.join(os.environ["APPDATA"], "mxnet")
    return os.path.join(os.path.expanduser("~"), ".mxnet")


from ._core.missing import module_getattr  # noqa: E402

__getattr__ = module_getattr(__name__)
