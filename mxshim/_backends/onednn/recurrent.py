"""Recurrent networks with oneDNN's products of flat matrices and sigmoids."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

import numpy

from ..numpy_kernels.rnn import Tools, forward
from ..numpy_kernels.rows import Array
from ..override import DECLINED, override
from . import library as dnn
from .elementwise import _LOGISTIC, _forward

#: Multiplications from which a product pays for the way to the library.
_LEAST = 1 << 20
#: Elements from which a sigmoid does.
_MANY = 1 << 12


@cache
def _sgemm() -> Any:
    found = dnn.load().dnnl_sgemm  # type: ignore[union-attr]
    size, place, flag, number = ctypes.c_int64, ctypes.c_void_p, ctypes.c_char, ctypes.c_float
    found.argtypes = [flag, flag, size, size, size, number, place, size, place, size, number, place,
                      size]  # fmt: skip
    return found


def _laid(matrix: Array) -> tuple[bytes, int, int]:
    """Return how the product is told of a matrix: turned or not, distance of rows, address."""
    down, across = matrix.strides
    return (b"N", down // 4, matrix.ctypes.data) if across == 4 else (
        b"T", across // 4, matrix.ctypes.data
    )  # fmt: skip


def times(a: Array, b: Array, out: Array) -> Any:
    """Put ``a @ b`` into ``out``."""
    rows, inner = a.shape
    columns = b.shape[1]
    if rows * inner * columns < _LEAST:
        return numpy.matmul(a, b, out)
    (turn_a, step_a, a_at), (turn_b, step_b, b_at), (_, step, at) = _laid(a), _laid(b), _laid(out)
    return _sgemm()(turn_a, turn_b, rows, columns, inner, 1.0, a_at, step_a, b_at, step_b, 0.0, at,
                    step)  # fmt: skip


def squash(z: Array) -> None:
    """Turn negated sums into sigmoids in place."""
    numpy.negative(z, z)
    _forward(_LOGISTIC, z.size).run(z, z)


@override("RNN")
def rnn(
    xp: Any, data: Array, parameters: Array, state: Array, state_cell: Any = None,
    sequence_length: Any = None, *, notes: dict[str, Any] | None, **params: Any,
) -> Any:  # fmt: skip
    """Run a recurrent network over a sequence (time, batch, features)."""
    large = data.ndim == 3 and data.shape[1] * params["state_size"] >= _MANY
    if data.dtype != numpy.float32 or not large or dnn.load() is None:
        return DECLINED
    cell = state_cell if params["mode"] == "lstm" else None
    return forward(Tools(times, squash), data, parameters, state, cell, notes, params)
