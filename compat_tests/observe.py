"""Turn what a parity case returned into plain JSON, the same way under both interpreters.

Kinds, told apart by their first key: ``array`` (an MXNet array), ``numpy``, ``scalar`` (NumPy
scalar), ``dtype``, ``scalar_type``, ``float`` (non-finite), ``tuple``, ``dict``, ``set``,
``bytes``, ``printed``, ``class``, ``callable``, ``object``, ``error``, ``crash``. Lists, strings,
ints, bools, finite floats and None stand for themselves.
"""

from __future__ import annotations

import hashlib
import math
import re

import numpy as np

FULL_VALUES = 2000
"""Arrays of up to this many elements keep every value; larger ones keep a summary."""
FULL_TEXT = 64
"""Arrays of up to this many elements also keep their repr."""
SAMPLES = 48

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{4,}")
_STAMP = re.compile(r"\[\d\d:\d\d:\d\d\] ?")
_SOURCE = re.compile(r"[\w./-]*\b[\w-]+\.(?:cc|h|cu|cuh|cpp):\d+:? ?")
_OUR_CLASS = re.compile(r"<class 'mxshim\.")
_NODE = re.compile(r"\bnode_\d+")
"""The reference numbers its nodes through the life of the process."""
_KERNEL_ERROR = re.compile(r"^(?:\w+\.)*MXNetError: ", re.M)


class Observed:
    """Carry an observation already made, so that ``observe`` passes it through."""

    def __init__(self, seen):
        self.seen = seen


def observe(value):
    """Describe ``value`` as plain JSON; errors of a delayed computation come out as exceptions."""
    if isinstance(value, Observed):
        return value.seen
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, np.generic):
        return {"scalar": value.dtype.name, "value": _plain(np.asarray(value))[0]}
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {"float": str(float(value))}
    if _is_array(value):
        return _array(value)
    if isinstance(value, np.ndarray):
        return dict({"numpy": type(value).__name__}, **_buffer(value))
    return _container(value)


def _container(value):
    if isinstance(value, list):
        return [observe(item) for item in value]
    if isinstance(value, tuple):
        return {"tuple": [observe(item) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[observe(key), observe(item)] for key, item in value.items()]}
    if isinstance(value, (set, frozenset)):
        return {"set": sorted((observe(item) for item in value), key=repr)}
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, np.dtype):
        return {"dtype": value.name}
    if isinstance(value, type):
        if issubclass(value, np.generic):
            return {"scalar_type": np.dtype(value).name}
        return {"class": value.__name__}
    if isinstance(value, BaseException):
        return error(value)
    if callable(value) and hasattr(value, "__qualname__"):
        return {"callable": value.__name__}
    return {"object": type(value).__name__, "text": normal_text(repr(value))}


def settle(value):
    """Wait for every array inside ``value``, so that a delayed error is raised here."""
    if _is_array(value):
        value.asnumpy()
    elif isinstance(value, (list, tuple)):
        for item in value:
            settle(item)
    elif isinstance(value, dict):
        for item in value.values():
            settle(item)
    return value


def error(raised):
    """Describe an exception by its class name and the last line of its message."""
    return {"error": type(raised).__name__, "message": last_line(str(raised))}


def last_line(message):
    """Return what a user reads last: from ``MXNetError: `` on, or the last line with text."""
    message = message.split("\nStack trace:")[0]
    found = list(_KERNEL_ERROR.finditer(message))
    if found:
        text = message[found[-1].start() :].strip()
    else:
        lines = [line for line in message.splitlines() if line.strip()]
        text = lines[-1].strip() if lines else ""
    return _NODE.sub("node_#", normal_text(text))


def normal_text(text):
    """Drop what cannot be equal: addresses, times of day, places in C++ sources, our own name."""
    text = _STAMP.sub("", _ADDRESS.sub("0x", text))
    text = _OUR_CLASS.sub("<class 'mxnet.", text)
    return _SOURCE.sub("", text)


def _is_array(value):
    return hasattr(value, "asnumpy") and any(
        base.__name__ == "NDArray" for base in type(value).__mro__
    )


def _array(value):
    buffer = value.asnumpy()
    seen = {"array": type(value).__name__}
    stype = getattr(value, "stype", "default")
    if stype != "default":
        seen["stype"] = stype
    if str(value.context) != "cpu(0)":
        seen["ctx"] = str(value.context)
    seen.update(_buffer(buffer))
    seen["shape"] = list(value.shape)
    seen["dtype"] = np.dtype(value.dtype).name
    if buffer.size <= FULL_TEXT:
        seen["repr"] = repr(value)
    return seen


def _buffer(buffer):
    seen = {"shape": list(buffer.shape), "dtype": buffer.dtype.name}
    if buffer.size <= FULL_VALUES:
        seen["values"] = _plain(buffer)
    else:
        seen["summary"] = _summary(buffer)
    return seen


def _plain(buffer):
    """List the values in C order; floats as the shortest text that reads back to the same bits."""
    flat = buffer.ravel()
    if flat.dtype.kind in "iub":
        return flat.tolist()
    if flat.dtype.kind == "f":
        return [_number(item) for item in flat]
    return [str(item) for item in flat]


def _number(item):
    if np.isfinite(item):
        return float(np.format_float_scientific(item, trim="-"))
    return "nan" if np.isnan(item) else ("inf" if item > 0 else "-inf")


def _summary(buffer):
    """Summarise a big array: order-sensitive sums, extremes and evenly spread samples."""
    flat = buffer.ravel()
    step = max(1, flat.size // SAMPLES)
    seen = {"samples": _plain(flat[::step])}
    if flat.dtype.kind != "f":
        little = np.ascontiguousarray(flat).astype(flat.dtype.newbyteorder("<"))
        seen["sha1"] = hashlib.sha1(little.tobytes()).hexdigest()
        return seen
    finite = np.where(np.isfinite(flat), flat, 0).astype(np.float64)
    seen["nan"] = int(np.isnan(flat).sum())
    seen["inf"] = int(np.isinf(flat).sum())
    seen["sum"] = float(finite.sum())
    seen["weighted"] = float((finite * np.cos(np.arange(flat.size))).sum())
    seen["size"] = float(np.abs(finite).sum())
    seen["extremes"] = [float(finite.min()), float(finite.max())]
    return seen
