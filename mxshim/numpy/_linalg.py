"""Products of ``mx.np``: dot, matmul and their kin."""

from __future__ import annotations

from typing import Any

import numpy

from .._core.functions import _binary
from .._core.registry import get
from ..util import wrap_np_binary_func
from ._arguments import WORDS, gather, invoke
from .multiarray import ndarray

_dot = _binary(get("_np_dot"), ndarray, "dot")
_matmul = _binary(get("_npi_matmul"), ndarray, "matmul")


def dot(a: Any, b: Any, out: Any = None) -> Any:
    """Multiply vectors, matrices and stacks: the last axis against the last but one."""
    if out is None and a.__class__ is ndarray:
        return _dot(a, b)
    return invoke("_np_dot", "dot", [a, b], {}, out)


@wrap_np_binary_func
def matmul(a: Any, b: Any, out: Any = None, **kwargs: Any) -> Any:
    """Multiply matrices; axes before the last two broadcast."""
    if out is None and a.__class__ is ndarray:
        return _matmul(a, b)
    return invoke("_npi_matmul", "matmul", [a, b], {}, out)


def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """Sum products over the last ``axes`` axes of ``a`` and first of ``b``, or over named axes."""
    if numpy.isscalar(axes):
        return invoke("_npi_tensordot_int_axes", "tensordot", [a, b], {"axes": axes})
    if len(axes) != 2:
        raise ValueError("Axes must consist of two arrays.")
    first, second = ((part,) if numpy.isscalar(part) else part for part in axes)
    if WORDS["axes"] and len(first) != len(second):
        raise ValueError(WORDS["axes"])
    given = {"a_axes_summed": first, "b_axes_summed": second}
    return invoke("_npi_tensordot", "tensordot", [a, b], given)


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
    optimize, out = kwargs.pop("optimize", False), kwargs.pop("out", None)
    given = {"subscripts": operands[0], "optimize": int(optimize)}
    return gather("_npi_einsum", "einsum", operands[1:], given, out)


def _flat(array: Any) -> Any:
    return array.reshape(-1)


__all__ = ["dot", "einsum", "inner", "matmul", "outer", "tensordot", "vdot"]
