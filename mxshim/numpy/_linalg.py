"""Products of ``mx.np``: dot, matmul and their kin."""

from __future__ import annotations

from typing import Any

from .._core.invoke import _binary, call, check_class
from .._core.registry import get
from .._core.tensor import Tensor
from ..util import wrap_np_binary_func
from .multiarray import ndarray


def _product(registered: str, name: str, a: Any, b: Any, out: Any = None, **given: Any) -> Any:
    op = get(registered)
    for argument, array in zip(op.inputs, (a, b), strict=True):
        if array.__class__ is not ndarray:
            check_class(op, name, argument, array, ndarray)
    return call(op, ndarray, [a, b], op.bind(given) if given else op.defaults, out)


_dot = _binary(get("_np_dot"), ndarray, "dot")
_matmul = _binary(get("_npi_matmul"), ndarray, "matmul")


def dot(a: Any, b: Any, out: Any = None) -> Any:
    """Multiply vectors, matrices and stacks: the last axis against the last but one."""
    if out is None and a.__class__ is ndarray:
        return _dot(a, b)
    return _product("_np_dot", "dot", a, b, out)


@wrap_np_binary_func
def matmul(a: Any, b: Any, out: Any = None, **kwargs: Any) -> Any:
    """Multiply matrices; axes before the last two broadcast."""
    if out is None and a.__class__ is ndarray:
        return _matmul(a, b)
    return _product("_npi_matmul", "matmul", a, b, out)


def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """Sum products over the last ``axes`` axes of ``a`` and first of ``b``, or over named axes."""
    if isinstance(axes, int):
        return _product("_npi_tensordot_int_axes", "tensordot", a, b, axes=axes)
    if len(axes) != 2:
        raise ValueError("Axes must consist of two arrays.")
    a_axes, b_axes = ((part,) if isinstance(part, int) else tuple(part) for part in axes)
    return _product("_npi_tensordot", "tensordot", a, b, a_axes_summed=a_axes, b_axes_summed=b_axes)


def inner(a: Any, b: Any) -> Any:
    """Sum products over the last axes of both."""
    return tensordot(a, b, [-1, -1])


def outer(a: Any, b: Any) -> Any:
    """Multiply every element of ``a`` with every element of ``b``."""
    return tensordot(_flat(a), _flat(b), 0)


def vdot(a: Any, b: Any) -> Any:
    """Sum the products of all elements."""
    return tensordot(_flat(a), _flat(b), 1)


def einsum(*operands: Any, **kwargs: Any) -> Any:
    """Sum products over labelled axes: ``einsum("ij,jk->ik", a, b)``."""
    op = get("_npi_einsum")
    optimize, out = kwargs.pop("optimize", False), kwargs.pop("out", None)
    subscripts, arrays = operands[0], operands[1:]
    for array in arrays:
        if not isinstance(array, Tensor):
            raise AssertionError(f"Positional arguments must have NDArray type, but got {array}")
        check_class(op, "einsum", "data", array, ndarray)
    given = {"num_args": len(arrays), "subscripts": subscripts, "optimize": int(optimize)}
    return call(op, ndarray, arrays, op.bind(given), out)


def _flat(array: Any) -> Any:
    return array.reshape(-1)


__all__ = ["dot", "einsum", "inner", "matmul", "outer", "tensordot", "vdot"]
