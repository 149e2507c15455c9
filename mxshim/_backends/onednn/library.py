"""Finding oneDNN and calling it: descriptors, primitives and their execution.

Only what the overrides need of oneDNN 3's C interface is declared here; names and numbers are those
of its header ``dnnl.h``.  Objects that hold memory handles are kept per thread: a call gives up
Python's lock, so another thread could put its own arrays into them.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from ctypes import POINTER, byref, c_float, c_int, c_int64, c_size_t, c_uint, c_void_p
from functools import cache
from pathlib import Path
from typing import Any

import numpy

from ..override import Declined

#: Set to 0, the variable keeps oneDNN from being used; to a path, it names the library.
SWITCH = "MXSHIM_ONEDNN"
FLOAT32 = 3
CPU = 1
TRAINING, INFERENCE = 64, 96
#: What a primitive's arguments are called.
SRC, DST, WEIGHTS, BIAS, MEAN, VARIANCE, SCALE, SHIFT, WORKSPACE = 1, 17, 33, 41, 49, 50, 51, 52, 64
DIFF_SRC, DIFF_DST, DIFF_WEIGHTS, DIFF_SCALE, DIFF_SHIFT = 129, 145, 161, 255, 256
#: The formats that primitives are asked for: whichever suits them.
ANY_FORMAT = 1
_MAX_DIMS = 12
#: Kinds of objects that the library must be told to destroy; engine and stream live for good.
_DESTROYED = ("memory", "memory_desc", "primitive", "primitive_desc")
_EXEC_ARG_MD = 255

Dims = c_int64 * _MAX_DIMS


class Refused(Declined):
    """OneDNN has no implementation for what it was asked."""


class _Version(ctypes.Structure):
    _fields_ = [("major", c_int), ("minor", c_int), ("patch", c_int)]


class _Argument(ctypes.Structure):
    _fields_ = [("argument", c_int), ("memory", c_void_p)]


def _paths() -> Iterable[str]:
    """Name the places where the library may be, the likeliest first."""
    named = os.environ.get(SWITCH, "")
    if named not in ("", "1"):
        yield named
        return
    for folder in (Path(sys.prefix, "lib"), Path(sys.base_prefix, "lib")):
        yield from (str(folder / name) for name in ("libdnnl.so.3", "libdnnl.3.dylib"))
        yield str(folder.parent / "Library" / "bin" / "dnnl.dll")
    yield "libdnnl.so.3"


@cache
def search() -> tuple[ctypes.CDLL | None, str]:
    """Return the library and where it lies, or None and why there is none."""
    if os.environ.get(SWITCH, "") == "0":
        return None, f"switched off by {SWITCH}=0"
    why = "not found"
    for path in _paths():
        if os.sep in path and not os.path.exists(path):
            continue
        try:
            found = ctypes.CDLL(path)
            found.dnnl_version.restype = POINTER(_Version)
            numbers = found.dnnl_version().contents
            if numbers.major != 3:
                why = f"{path} is version {numbers.major}, not 3"
                continue
            _declare(found)
            _limit_threads()
            if hasattr(os, "register_at_fork"):
                os.register_at_fork(after_in_child=_leave)
        except (OSError, AttributeError) as error:
            why = f"{path} does not load: {error}"
            continue
        return found, path
    return None, why


class _Process:
    """Whether this process was forked from one that had loaded the library."""

    forked = False


def _leave() -> None:
    """Do without the library in a forked child: its threads have stayed with the parent."""
    _Process.forked = True


def load() -> ctypes.CDLL | None:
    """Return the library, or None where it is switched off, missing or cannot be used.

    A child that was forked after the library was loaded cannot use it: OpenMP would wait there for
    threads that the child does not have.
    """
    return None if _Process.forked else search()[0]


def _limit_threads() -> None:
    """Use as many threads as MXNet's variable says; ``OMP_NUM_THREADS`` works by itself."""
    asked = os.environ.get("MXNET_CPU_WORKER_NTHREADS", "")
    if asked.isdigit() and int(asked) and "OMP_NUM_THREADS" not in os.environ:
        ctypes.CDLL("libgomp.so.1").omp_set_num_threads(c_int(int(asked)))


def version() -> str:
    """Return the loaded library's version, empty without one."""
    found = load()
    if found is None:
        return ""
    numbers = found.dnnl_version().contents
    return f"{numbers.major}.{numbers.minor}.{numbers.patch}"


def _declare(lib: ctypes.CDLL) -> None:
    handle, place, dims = c_void_p, POINTER(c_void_p), POINTER(c_int64)
    signatures: dict[str, list[Any]] = {
        "engine_create": [place, c_int, c_size_t],
        "stream_create": [place, handle, c_uint],
        "memory_desc_create_with_strides": [place, c_int, dims, c_int, dims],
        "memory_desc_create_with_tag": [place, c_int, dims, c_int, c_int],
        "memory_create": [place, handle, handle, c_void_p],
        "memory_set_data_handle": [handle, c_void_p],
        "primitive_create": [place, handle],
        **{f"{kind}_destroy": [handle] for kind in _DESTROYED},
        "primitive_execute": [handle, handle, c_int, POINTER(_Argument)],
        "reorder_primitive_desc_create": [place, handle, handle, handle, handle, handle],
        "convolution_forward_primitive_desc_create": (
            [place, handle, c_int, c_int, *[handle] * 4, *[dims] * 4, handle]
        ),
        "convolution_backward_data_primitive_desc_create": (
            [place, handle, c_int, *[handle] * 3, *[dims] * 4, handle, handle]
        ),
        "convolution_backward_weights_primitive_desc_create": (
            [place, handle, c_int, *[handle] * 4, *[dims] * 4, handle, handle]
        ),
        "batch_normalization_forward_primitive_desc_create": (
            [place, handle, c_int, handle, handle, c_float, c_uint, handle]
        ),
        "batch_normalization_backward_primitive_desc_create": (
            [place, handle, c_int, *[handle] * 3, c_float, c_uint, handle, handle]
        ),
        "pooling_forward_primitive_desc_create": (
            [place, handle, c_int, c_int, handle, handle, *[dims] * 5, handle]
        ),
        "pooling_backward_primitive_desc_create": (
            [place, handle, c_int, handle, handle, *[dims] * 5, handle, handle]
        ),
        "eltwise_forward_primitive_desc_create": (
            [place, handle, c_int, c_int, handle, handle, c_float, c_float, handle]
        ),
        "eltwise_backward_primitive_desc_create": (
            [place, handle, c_int, *[handle] * 3, c_float, c_float, handle, handle]
        ),
        "softmax_forward_primitive_desc_create": (
            [place, handle, c_int, c_int, handle, handle, c_int, handle]
        ),
        "layer_normalization_forward_primitive_desc_create": (
            [place, handle, c_int, handle, handle, handle, c_float, c_uint, handle]
        ),
        "layer_normalization_backward_primitive_desc_create": (
            [place, handle, c_int, *[handle] * 4, c_float, c_uint, handle, handle]
        ),
    }
    for name, types in signatures.items():
        getattr(lib, f"dnnl_{name}").argtypes = types
    lib.dnnl_memory_desc_get_size.argtypes = [handle]
    lib.dnnl_memory_desc_get_size.restype = c_size_t
    lib.dnnl_memory_desc_equal.argtypes = [handle, handle]
    lib.dnnl_primitive_desc_query_md.argtypes = [handle, c_int, c_int]
    lib.dnnl_primitive_desc_query_md.restype = c_void_p


def call(name: str, *arguments: Any) -> None:
    """Call a function of the library; raise Refused unless it succeeds."""
    status = getattr(load(), f"dnnl_{name}")(*arguments)
    if status:
        raise Refused(f"dnnl_{name}: status {status}")


class Owned(c_void_p):
    """A handle that destroys its object with itself, but for what the process shares for good.

    A forked child leaves the objects be: a thread of the parent may have held their locks.
    """

    destroy: Callable[[c_void_p], Any] | None = None

    def __del__(self, process: Any = _Process) -> None:
        if self.destroy is not None and not process.forked:
            self.destroy(self)


def made(name: str, *arguments: Any) -> Owned:
    """Call a function that makes an object, and return its handle."""
    handle = Owned()
    call(name, byref(handle), *arguments)
    kind = "primitive_desc" if "primitive_desc" in name else name.partition("_create")[0]
    if kind in _DESTROYED:
        handle.destroy = getattr(load(), f"dnnl_{kind}_destroy")
    return handle


@cache
def engine() -> c_void_p:
    """Return the engine of the CPU."""
    return made("engine_create", CPU, 0)


@cache
def stream() -> c_void_p:
    """Return a stream; on a CPU what is executed in it has ended when the call returns."""
    return made("stream_create", engine(), 1)


def dims(values: Sequence[int]) -> Any:
    """Make oneDNN's array of dimensions."""
    return Dims(*values)


def strided(shape: Sequence[int], strides: Sequence[int]) -> c_void_p:
    """Describe a float32 array by shape and strides (in elements)."""
    return made("memory_desc_create_with_strides", len(shape), dims(shape), FLOAT32, dims(strides))


def any_format(shape: Sequence[int]) -> c_void_p:
    """Describe a float32 array whose layout the primitive is to choose."""
    return made("memory_desc_create_with_tag", len(shape), dims(shape), FLOAT32, ANY_FORMAT)


def chosen(description: c_void_p, argument: int) -> c_void_p:
    """Return the memory descriptor that a primitive descriptor has for an argument."""
    return c_void_p(load().dnnl_primitive_desc_query_md(description, _EXEC_ARG_MD, argument))  # type: ignore[union-attr]


def same(first: c_void_p, second: c_void_p) -> bool:
    """Tell whether two memory descriptors describe the same layout."""
    return bool(load().dnnl_memory_desc_equal(first, second))  # type: ignore[union-attr]


@cache
def _holding_the_lock(name: str) -> Any:
    """Return a function for short calls, which keep Python's lock: that is faster."""
    lib = load()
    assert lib is not None
    found = getattr(ctypes.PyDLL(lib._name), f"dnnl_{name}")
    found.argtypes = getattr(lib, f"dnnl_{name}").argtypes
    return found


def _slow_address(array: Any) -> int:
    return int(array.__array_interface__["data"][0])


def _read_address() -> Callable[[Any], int]:
    """Return the fastest way to an array's address that gives what NumPy says.

    NumPy's own ways cost more than all else in the call of a small primitive. An array object has
    carried the address right behind what every object has since NumPy's first version.
    """
    pointer, offset = ctypes.c_void_p.from_address, object.__basicsize__

    def fast(array: Any) -> int:
        return pointer(id(array) + offset).value or 0

    if sys.implementation.name != "cpython":
        return _slow_address
    base = numpy.arange(4.0)
    good = all(fast(array) == _slow_address(array) for array in (base, base[1:], base[::-1]))
    return fast if good else _slow_address


address = _read_address()


class Primitive:
    """A primitive with a memory object for each of its arguments.

    ``run`` takes arrays in the order of ``arguments``; the caller has seen to their layouts.
    """

    __slots__ = ("_argument_list", "_count", "_handles", "_keep", "_primitive", "_set", "_start")

    def __init__(self, description: c_void_p, arguments: dict[int, c_void_p]) -> None:
        lib = load()
        assert lib is not None
        self._primitive = made("primitive_create", description)
        self._handles = [
            made("memory_create", layout, engine(), None) for layout in arguments.values()
        ]
        self._count = len(arguments)
        self._argument_list = (_Argument * self._count)(
            *[
                _Argument(name, handle)
                for name, handle in zip(arguments, self._handles, strict=True)
            ]
        )
        self._keep = (description, arguments)
        self._set = _holding_the_lock("memory_set_data_handle")
        self._start = lib.dnnl_primitive_execute

    def run(self, *arrays: Any) -> None:
        """Execute on the memory of these arrays, one an argument."""
        put = self._set
        for handle, array in zip(self._handles, arrays, strict=True):
            put(handle, address(array))
        status = self._start(self._primitive, stream(), self._count, self._argument_list)
        if status:
            raise Refused(f"dnnl_primitive_execute: status {status}")


def primitive(description: c_void_p, *arguments: int) -> Primitive:
    """Make a primitive whose arguments lie in memory as it chose."""
    return Primitive(description, {name: chosen(description, name) for name in arguments})


def reorder(source: c_void_p, target: c_void_p) -> Primitive:
    """Make the primitive that copies from one layout to another."""
    made_of = made("reorder_primitive_desc_create", source, engine(), target, engine(), None)
    return Primitive(made_of, {SRC: source, DST: target})


def size(layout: c_void_p) -> int:
    """Return the bytes that an array of a layout takes."""
    return int(load().dnnl_memory_desc_get_size(layout))  # type: ignore[union-attr]
