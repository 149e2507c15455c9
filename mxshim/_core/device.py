"""Contexts: where an array lives, and the per-thread default."""

from __future__ import annotations

import threading
from typing import Any

from .._backends import cpu as _cpu_backend
from .._backends import cuda as _cuda_backend
from .errors import mxnet_error

DEVICE_TYPES = {1: "cpu", 2: "gpu", 3: "cpu_pinned", 5: "cpu_shared"}
TYPE_CODES = {name: code for code, name in DEVICE_TYPES.items()}


class _Current(threading.local):
    stack: list[Context]

    def __init__(self) -> None:
        self.stack = [Context("cpu", 0)]

    @property
    def value(self) -> Context:
        """The thread's default context; assigning replaces it."""
        return self.stack[-1]

    @value.setter
    def value(self, ctx: Context) -> None:
        self.stack[-1] = ctx


class Context:
    """A device: its type (``cpu``, ``gpu``, ``cpu_pinned``, ``cpu_shared``) and its number.

    Contexts compare by value. As a ``with`` scope a context is the thread's default for newly
    created arrays. ``cpu(0)`` and ``cpu(1)`` are distinct contexts in the same memory. ``results``
    is where operators put what they make of arrays here: pinned and shared memory is for data on
    its way, so results lie on ``cpu(0)``, while views and copies stay.
    """

    __slots__ = ("device_id", "device_typeid", "results", "xp")
    devtype2str = DEVICE_TYPES
    devstr2type = TYPE_CODES
    _interned: dict[tuple[int, int], Context] = {}
    _default_ctx: _Current

    device_typeid: int
    device_id: int
    results: Context
    xp: Any

    def __new__(cls, device_type: Any, device_id: int = 0) -> Context:
        if isinstance(device_type, Context):
            code, number = device_type.device_typeid, device_type.device_id
        else:
            code, number = TYPE_CODES[device_type], device_id
        known = cls._interned.get((code, number))
        if known is None:
            known = object.__new__(cls)
            known.device_typeid, known.device_id = code, number
            if code != 2:
                known.xp = _cpu_backend.xp
            known.results = known if code < 3 else cls("cpu", 0)
            cls._interned[code, number] = known
        return known

    def __getattr__(self, name: str) -> Any:
        if name != "xp":
            raise AttributeError(f"'Context' object has no attribute '{name}'")
        try:
            namespace = _cuda_backend.load()
        except ImportError as error:
            raise mxnet_error(f"GPU is not enabled: {error}") from error
        count = _cuda_backend.device_count()
        if self.device_id >= count:
            raise mxnet_error(f"{self} does not exist: this machine has {count} usable GPUs")
        self.xp = namespace
        return namespace

    @property
    def device_type(self) -> str:
        """The type as a word, such as ``'cpu'``."""
        return DEVICE_TYPES[self.device_typeid]

    def __reduce__(self) -> tuple[Any, ...]:
        return Context, (self.device_type, self.device_id)

    def __repr__(self) -> str:
        return f"{self.device_type}({self.device_id})"

    __str__ = __repr__

    def __hash__(self) -> int:
        return hash((self.device_typeid, self.device_id))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Context) and (
            self is other
            or (self.device_typeid == other.device_typeid and self.device_id == other.device_id)
        )

    def __enter__(self) -> Context:
        _current.stack.append(self)
        return self

    def __exit__(self, ptype: object, value: object, trace: object) -> None:
        _current.stack.pop()

    def empty_cache(self) -> None:
        """Give cached GPU memory back to the driver; nothing to do on a CPU."""
        if self.device_typeid == 2:
            self.xp.get_default_memory_pool().free_all_blocks()


_current = _Current()
Context._default_ctx = _current
CPU = Context("cpu", 0)


def current() -> Context:
    """Return this thread's default context."""
    return _current.stack[-1]


def parse(value: Any) -> Context:
    """Return the context that ``value`` names: a Context, ``None`` or text such as ``gpu(1)``."""
    if value is None or value == "":
        return current()
    if isinstance(value, Context):
        return value
    kind, _, number = str(value).rstrip(")").partition("(")
    return Context(kind, int(number or 0))


def gpu_count() -> int:
    """Count the GPUs that CuPy can use; 0 without CuPy or driver."""
    return _cuda_backend.device_count()


def gpu_memory(device_id: int) -> tuple[int, int]:
    """Return the free and the total bytes of a GPU's memory; raise MXNetError without CuPy."""
    xp = Context("gpu", device_id).xp
    with xp.cuda.Device(device_id):
        free, total = xp.cuda.runtime.memGetInfo()
    return int(free), int(total)
