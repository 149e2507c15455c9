"""Dropout."""

from __future__ import annotations

from .._core.errors import check_failed
from .._core.params import Enum, Float, OptionalBool, Random, Shape, Training
from .._core.registry import op
from .kernels.checks import not_floating


def _shape(data, *, axes, **params):
    for axis in axes:
        if not 0 <= axis < len(data):
            raise check_failed(
                "i >= 0 && i < ndim()", f"index = {axis} must be in range [0, {len(data)})"
            )
    return (data,), [data, tuple(1 if i in axes else n for i, n in enumerate(data))]


@op("Dropout", "_npx_dropout", shape=_shape)
def dropout(
    xp, data, *, p: Float(min=0, max=1, doc="Fraction of the input that gets dropped out during "
    "training time.") = 0.5, mode: Enum("always", "training") = "training", axes: Shape = (),
    cudnn_off: OptionalBool = False, training: Training, random: Random,
):  # fmt: skip
    """Zero a fraction ``p`` of the elements at random and scale the others by ``1 / (1 - p)``.

    Outside training the input passes unchanged, unless ``mode`` is ``always``. Elements that
    differ only along ``axes`` share their fate. The mask is a hidden output.
    """
    if data.dtype.kind != "f":
        raise not_floating(data.dtype)
    keep = xp.float32(1) - xp.float32(p)
    if not (training or mode == "always") or keep >= 1:
        return data.copy()
    if any(not 0 <= axis < data.ndim for axis in axes):
        raise ValueError("axes")
    size = tuple(1 if i in axes else n for i, n in enumerate(data.shape))
    # mxnet: all but float32 draws in double, and compares as float
    kind = xp.float32 if data.dtype.itemsize == 4 else xp.float64
    draws = random.parallel.uniform(0, 1, size, kind).astype("float32", copy=False)
    kept = draws < keep if axes else draws <= keep
    xp.multiply(kept, xp.float32(1) / keep, out=draws)  # mxnet: p=1 makes 0 * inf
    mask = draws.astype(data.dtype, copy=False)
    return data * mask, mask


@dropout.vjp("data")
def _(xp, ct, out, data, **params):
    return ct[0] * out[1] if ct.__class__ is tuple else ct
