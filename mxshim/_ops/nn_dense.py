"""The fully connected layer."""

from __future__ import annotations

from typing import Any

from .._core.dtypes import CODES
from .._core.errors import incompatible, mxnet_error, shape_text
from .._core.params import Int
from .._core.registry import op
from .._core.shapes import size

UNITS = Int(min=1, doc="Number of hidden nodes of the output.")


def rows(data: Any, flatten: bool) -> Any:
    """View the input as a matrix: one row an example when flattening, else all axes but the last.

    One product of matrices takes half the time of many small ones.
    """
    if data.ndim == 2:
        return data
    return data.reshape((data.shape[0], size(data.shape[1:]))) if flatten else matrix(data)


def matrix(array: Any) -> Any:
    """Collapse all axes but the last."""
    if array.ndim == 2:
        return array
    return array.reshape((size(array.shape[:-1]), array.shape[-1]))


@op(
    "FullyConnected",
    "_npx_fully_connected",
    "_sparse_FullyConnected",
    arity=lambda no_bias, **_: 2 if no_bias else 3,
)
def fully_connected(
    xp, data, weight, bias=None, *, num_hidden: UNITS, no_bias: bool = False,
    flatten: bool = True,
):  # fmt: skip
    """Apply a linear transformation, ``out = data @ weight.T + bias``.

    ``data`` (n, ...) is flattened to (n, k) unless ``flatten`` is false; ``weight`` is
    (num_hidden, k), ``bias`` (num_hidden,).
    """
    if data.dtype.kind != "f":
        raise mxnet_error(f"Unsupported type {CODES[data.dtype]}")
    for position, array in ((1, weight), (2, bias)):
        if array is not None and array.dtype != data.dtype:
            raise incompatible("input", position, data.dtype.name, array.dtype.name)
    if weight.shape[0] != num_hidden or (bias is not None and bias.shape != (num_hidden,)):
        raise ValueError("num_hidden")
    out = rows(data, flatten) @ weight.T
    if not no_bias:
        out += bias
    return out if flatten or data.ndim == 2 else out.reshape((*data.shape[:-1], num_hidden))


@fully_connected.shape
def _(data, weight=None, bias=None, *, num_hidden, no_bias, flatten):
    kept, units = (data[:1], size(data[1:])) if flatten else (data[:-1], data[-1])
    expected = (num_hidden, units)
    if weight is not None and weight != expected:
        raise mxnet_error(
            f"Shape inconsistent, Provided = {shape_text(weight)}, inferred shape="
            f"({num_hidden},{units})",
            f"FullyConnected: weight has shape {weight}; data {data} needs {expected}",
        )
    if not no_bias and bias is not None and bias != (num_hidden,):
        raise mxnet_error(f"Unexpected shape for bias {shape_text(bias)}")
    return (data, expected, None if no_bias else (num_hidden,)), (*kept, num_hidden)


@fully_connected.vjp("data")
def _(xp, ct, out, data, weight, bias=None, **params):
    return (matrix(ct) @ weight).reshape(data.shape)


@fully_connected.vjp("weight")
def _(xp, ct, out, data, weight, bias=None, *, flatten, **params):
    return matrix(ct).T @ rows(data, flatten)


@fully_connected.vjp("bias")
def _(xp, ct, out, data, weight, bias=None, **params):
    return matrix(ct).sum(axis=0)
