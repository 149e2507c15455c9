"""How functions of ``mx.np`` hand arrays and parameters to an operator: the seam of its families.

Families use no other way to arrays, so that ``mx.sym.np`` can bind the same functions to the names
of its own ``_arguments`` (see :mod:`mxshim._core.twins`), which make nodes of a graph instead.
"""

from __future__ import annotations

from typing import Any

import numpy

from .._core.device import current, parse
from .._core.dtypes import CODES
from .._core.errors import check_failed, shapes_unknown
from .._core.functions import check_class
from .._core.invoke import call
from .._core.registry import get
from ..ndarray.ndarray import NDArray
from .multiarray import ndarray

NUMBERS = (float, int, numpy.generic)
INTEGERS = (int, numpy.integer)
#: What counts as an array where a function takes numbers too.
ARRAY = NDArray
#: How a function returns several results.
SEVERAL = tuple
#: Where the two front ends word a refusal differently.
WORDS = {
    "order": "order not supported here",
    "bins": "automatic range is not supported yet...",
    "range of logarithms": "start and stop only support int and float",
    "axes": "",  # the operator itself says it
}


def invoke(registered: str, name: str, arrays: Any, given: dict[str, Any], out: Any = None) -> Any:
    """Invoke an operator that has a fixed number of inputs; ``given`` are unparsed parameters."""
    op = get(registered)
    for position, array in enumerate(arrays):
        if array.__class__ is not ndarray:
            if array is None:
                op.check_inputs(sum(a is not None for a in arrays), op.bind(given))
            check_class(op, name, op.inputs[position], array, ndarray)
    return call(op, ndarray, arrays, op.bind(given) if given else op.bare, out)


def gather(registered: str, name: str, arrays: Any, given: dict[str, Any], out: Any = None) -> Any:
    """Invoke an operator that takes any number of arrays."""
    op = get(registered)
    for array in arrays:
        if array.__class__ is not ndarray:
            check_class(op, name, op.inputs[-1], array, ndarray)
    return call(op, ndarray, arrays, op.bind({**given, "num_args": len(arrays)}), out)


def create(registered: str, ctx: Any, given: dict[str, Any], out: Any = None) -> Any:
    """Invoke an operator without inputs on a device; ``dtype`` may be anything dtype-like.

    MXNetError for a shape with unknown (negative) dimensions.
    """
    op = get(registered)
    context = current() if ctx is None else parse(ctx)
    if given.get("dtype") is None:
        given.pop("dtype", None)
    elif given["dtype"].__class__ is not str:
        given["dtype"] = numpy.dtype(given["dtype"]).name
    sizes = given.get("shape")
    if isinstance(sizes, (tuple, list)) and sizes and min(sizes) < 0:
        text = {"dtype": given["dtype"], "ctx": context, "shape": sizes}
        raise shapes_unknown(registered, [], [tuple(sizes)], text)
    return call(op, ndarray, (), op.bind({**given, "ctx": context}), out, context)


def placed(ctx: Any) -> dict[str, Any]:
    """Return the parameters that say where to run; arrays run where their input is."""
    return {}


def draw(
    name: str, params: dict[str, Any], rest: dict[str, Any], ctx: Any = None, out: Any = None
) -> Any:
    """Invoke a sampler: parameters that are arrays become inputs, the others stay numbers."""
    op = get(name)
    given: dict[str, Any] = {}
    inputs = []
    for key, value in params.items():
        if isinstance(value, ndarray):
            inputs.append(value)
            if key in op.params:
                given[key] = None
        else:
            given[key] = value
    given.update({key: value for key, value in rest.items() if value is not None})
    ctx = parse(ctx) if ctx is not None else (inputs[0].ctx if inputs else current())
    if "ctx" in op.params:
        given["ctx"] = ctx
    bound = op.bind(given)
    if out is not None and "dtype" in bound:
        _check_out(name, numpy.dtype(bound["dtype"]), numpy.dtype(out.dtype))
    return call(op, ndarray, inputs, bound, out, None if inputs else ctx)


def _check_out(name: str, dtype: Any, given: Any) -> None:
    """Raise MXNet's error for an ``out`` of another dtype than the numbers."""
    if given != dtype:
        raise check_failed(
            f"outputs[i]->dtype() == out_types[i] ({CODES[given]} vs. {CODES[dtype]}) ",
            f"0-th output has invalid shape. Expecting {CODES[dtype]} got {CODES[given]} in "
            f"operator {name}",
            f"out has dtype {given}, the numbers have {dtype}",
        )


def is_whole(array: Any) -> bool:
    """Tell whether an array is known to hold integers."""
    return bool(array.dtype.kind in "iu")


__all__ = [
    "ARRAY", "INTEGERS", "NUMBERS", "SEVERAL", "WORDS", "create", "draw", "gather", "invoke",
    "is_whole", "placed",
]  # fmt: skip
