"""How functions of ``mx.np`` hand arrays and parameters to an operator."""

from __future__ import annotations

from typing import Any

import numpy

from .._core.device import current, parse
from .._core.invoke import call, check_class
from .._core.registry import OPS
from .multiarray import ndarray

NUMBERS = (float, int, numpy.generic)
INTEGERS = (int, numpy.integer)


def invoke(registered: str, name: str, arrays: Any, given: dict[str, Any], out: Any = None) -> Any:
    """Invoke an operator that has a fixed number of inputs; ``given`` are unparsed parameters."""
    op = OPS[registered]
    for position, array in enumerate(arrays):
        if array.__class__ is not ndarray:
            check_class(op, name, op.inputs[position], array, ndarray)
    return call(op, ndarray, arrays, op.bind(given) if given else op.defaults, out)


def gather(registered: str, name: str, arrays: Any, given: dict[str, Any], out: Any = None) -> Any:
    """Invoke an operator that takes any number of arrays."""
    op = OPS[registered]
    for array in arrays:
        if array.__class__ is not ndarray:
            check_class(op, name, op.inputs[-1], array, ndarray)
    return call(op, ndarray, arrays, op.bind({**given, "num_args": len(arrays)}), out)


def create(registered: str, ctx: Any, given: dict[str, Any], out: Any = None) -> Any:
    """Invoke an operator without inputs on a device; ``dtype`` may be anything dtype-like."""
    op = OPS[registered]
    context = current() if ctx is None else parse(ctx)
    if given.get("dtype") is None:
        given.pop("dtype", None)
    elif given["dtype"].__class__ is not str:
        given["dtype"] = numpy.dtype(given["dtype"]).name
    return call(op, ndarray, (), op.bind({**given, "ctx": context}), out, context)
