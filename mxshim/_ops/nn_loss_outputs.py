"""Output layers that bring their own loss: the backward pass ignores the incoming gradient.

``SoftmaxOutput`` and the regression outputs return a prediction; what flows back is the gradient
of the loss against the label.  Labels get a zero gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from .._core.errors import MXNetError, check_failed, mxnet_error, shape_text
from .._core.params import Enum, Float
from .._core.registry import op
from .._core.shapes import same
from .kernels.checks import not_floating, require_uniform
from .nn_softmax import finish, normalized, prepare

Normalization = Enum("null", "batch", "valid")


def mismatch(given, *allowed):
    """Build the error for a label whose shape does not go with the data's."""
    if len(allowed) == 1:
        return mxnet_error(
            f"Shape inconsistent, Provided = {shape_text(given)}, inferred shape="
            f"{shape_text(allowed[0])}",
            f"the label has shape {given}, needed {allowed[0]}",
        )
    texts = " or ".join(map(shape_text, allowed))
    return mxnet_error(f"Expecting {texts}. But got {shape_text(given)}")


def _softmax_shape(data, label=None, *, multi_output, preserve_shape, **params):
    if multi_output:
        merged = (data[0], prod(data[2:]))
        plain = (data[0], *data[2:])
        if label is not None and label not in (merged, plain, (data[0], 1, *data[2:])):
            raise mismatch(label, merged, plain)
        return (data, label or plain), data
    expected = data[:-1]
    if label is not None and label not in (expected, data):
        raise mismatch(label, expected)
    return (data, label or expected), data


@op("SoftmaxOutput", "Softmax", shape=_softmax_shape)
def softmax_output(
    xp, data, label, *, grad_scale: Float = 1.0, ignore_label: Float = -1.0,
    multi_output: bool = False, use_ignore: bool = False, preserve_shape: bool = False,
    normalization: Normalization = "null", out_grad: bool = False, smooth_alpha: Float = 0.0,
):  # fmt: skip
    """Compute softmax; flow back the gradient of the cross entropy against ``label``.

    Labels are class numbers, or probabilities of the data's shape. With ``multi_output`` the
    classes are on axis 1.
    """
    if data.dtype.kind != "f":
        raise not_floating(data.dtype)
    require_uniform(data.dtype, label=label)
    _softmax_shape(
        tuple(data.shape), tuple(label.shape), multi_output=multi_output, preserve_shape=False
    )
    ready = prepare(xp, data, -1, None)
    return finish(normalized(xp, ready, 1 if multi_output else -1), data, None)


@softmax_output.vjp("data", "label")
def _(xp, ct, out, data, label, *, grad_scale, ignore_label, multi_output, use_ignore,
      normalization, out_grad, smooth_alpha, **params):  # fmt: skip
    nothing = xp.zeros_like(label)
    if label.shape == data.shape and not multi_output:
        return (out - label) * grad_scale, nothing
    axis = 1 if multi_output else data.ndim - 1
    rows = label.reshape(data.shape[:axis] + data.shape[axis + 1 :])
    classes = data.shape[axis]
    steps = xp.arange(classes).reshape((-1,) + (1,) * (data.ndim - axis - 1))
    hit = (xp.expand_dims(rows, axis).astype("int64") == steps).astype(data.dtype)
    if smooth_alpha and not multi_output:
        hit = hit * (1 - smooth_alpha) + (1 - hit) * (smooth_alpha / (classes - 1))
    grad = out - hit
    valid = (rows != ignore_label).astype(data.dtype)
    if use_ignore:
        grad = xp.where(xp.expand_dims(valid, axis) > 0, grad, 0)
    if out_grad:
        grad = grad * ct
    return grad * (grad_scale / _count(xp, rows, valid, multi_output, normalization)), nothing


def _count(xp, rows, valid, multi_output, normalization):
    """Return what the gradient is divided by."""
    if normalization == "valid":
        return xp.maximum(valid.sum(), 1)
    share = prod(rows.shape[1:]) if multi_output else 1
    return share * rows.shape[0] if normalization == "batch" else share


def _regression_shape(data, label=None, **params):
    expected = (data[0],) if len(data) == 2 and data[1] == 1 else data
    if label is not None and (prod(label) != prod(data) or label[0] != data[0]):
        raise mxnet_error(
            f"Shape inconsistent, Provided={shape_text(label)}, inferred shape="
            f"{shape_text(expected)}"
        )
    return (data, label or expected), data


def _regression(name: str, predict: Callable[..., Any], difference: Callable[..., Any], doc: str):
    def forward(xp, data, label, *, grad_scale: Float = 1.0):
        if data.dtype.kind != "f":
            raise not_floating(data.dtype)
        _regression_shape(tuple(data.shape), tuple(label.shape))
        if label.dtype != data.dtype:
            raise TypeError("label")
        return predict(xp, data)

    forward.__doc__ = doc
    forward.__annotations__ = {"grad_scale": Float}
    declared = op(name, f"_sparse_{name}", shape=_regression_shape)(forward)

    @declared.vjp("data", "label")
    def pull(xp, ct, out, data, label, *, grad_scale):
        # mxnet: the factor is rounded to single precision, test_regression
        scale = float(xp.float32(grad_scale) / xp.float32(max(1, prod(label.shape[1:]))))
        return difference(xp, out, label.reshape(data.shape)) * scale, xp.zeros_like(label)

    return declared


_regression(
    "LinearRegressionOutput", lambda xp, x: x.copy(), lambda xp, y, label: y - label,
    "Pass the data on; flow back the gradient of half the squared error.",
)  # fmt: skip
_regression(
    "LogisticRegressionOutput", lambda xp, x: xp.expit(x), lambda xp, y, label: y - label,
    "Apply the sigmoid; flow back the gradient of the cross entropy.",
)  # fmt: skip
_regression(
    "MAERegressionOutput", lambda xp, x: x.copy(), lambda xp, y, label: xp.sign(y - label),
    "Pass the data on; flow back the gradient of the absolute error.",
)  # fmt: skip


@op("MakeLoss", shape=same)
def make_loss_output(
    xp, data, *, grad_scale: Float = 1.0, valid_thresh: Float = 0.0,
    normalization: Normalization = "null",
):  # fmt: skip
    """Pass a loss on; flow back ``grad_scale``, divided by batch size or count above a bound."""
    if data.dtype.kind != "f":
        raise not_floating(data.dtype)
    return data.copy()


@make_loss_output.vjp("data")
def _(xp, ct, out, data, *, grad_scale, valid_thresh, normalization):
    ones = xp.ones_like(data)
    if normalization == "batch":
        return ones * (grad_scale / data.shape[0])
    if normalization == "valid":
        count = (data > valid_thresh).astype(data.dtype).sum()
        return ones * grad_scale / xp.where(count < 1, 1, count)
    return ones * grad_scale


def _svm_shape(data, label=None, **params):
    if label is not None and label != data[:-1]:
        raise mismatch(label, data[:-1])
    return (data, data[:-1]), data


@op("SVMOutput", shape=_svm_shape)
def svm_output(
    xp, data, label, *, margin: Float = 1.0, regularization_coefficient: Float = 1.0,
    use_linear: bool = False,
):  # fmt: skip
    """Pass scores on; flow back the gradient of the (squared) hinge loss against ``label``."""
    _svm_shape(tuple(data.shape), tuple(label.shape))
    return data.copy()


@svm_output.vjp("data", "label")
def _(xp, ct, out, data, label, *, margin, regularization_coefficient, use_linear):
    steps = xp.arange(data.shape[-1])
    own = label[..., None].astype("int64") == steps
    gap = margin - xp.where(own, data, -data)
    slope = xp.ones_like(gap) if use_linear else 2 * gap
    slope = xp.where(gap > 0, slope, 0) * regularization_coefficient
    return xp.where(own, -slope, slope), xp.zeros_like(label)


def _entropy_shape(data, label=None):
    if len(data) != 2:
        raise check_failed(
            f"(*in_attrs)[0].ndim() == 2U ({len(data)} vs. 2) ",
            "SoftmaxCrossEntropy only accept 2D data",
        )
    if label is not None and label[:1] != data[:1]:
        raise MXNetError(
            "SoftmaxCrossEntropy: Check failed: (*in_attrs)[0][0] == (*in_attrs)[1][0] "
            f"({data[0]} vs. {label[0]}) : data label shape mismatch"
        )
    return (data, data[:1]), (1,)


def _picked(xp, data, label):
    """Mark the class of every row; numbers out of range count as the nearest class."""
    index = xp.clip(label.astype("int64"), 0, data.shape[1] - 1)
    return (index[:, None] == xp.arange(data.shape[1])).astype(data.dtype)


@op("softmax_cross_entropy", shape=_entropy_shape)
def softmax_cross_entropy(xp, data, label):
    """Sum the cross entropy of softmax against class numbers over all rows."""
    _entropy_shape(tuple(data.shape), tuple(label.shape))
    ready = prepare(xp, data, -1, None)
    chances = xp.maximum(normalized(xp, ready, -1), 1e-8)
    total = -(xp.log(chances) * _picked(xp, ready, label)).sum()
    return total.reshape((1,)).astype(data.dtype)


@softmax_cross_entropy.vjp("data")
def _(xp, ct, out, data, label):
    powers = xp.exp(data - data.max(axis=1, keepdims=True))
    chances = powers / powers.sum(axis=1, keepdims=True)
    return ct * (chances - _picked(xp, data, label))
