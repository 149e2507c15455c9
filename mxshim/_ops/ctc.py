"""The loss of connectionist temporal classification."""

from __future__ import annotations

from typing import Any

from .._core.errors import check_failed
from .._core.params import Enum
from .._core.registry import op
from .kernels.checks import not_floating
from .kernels.ctc import (
    emissions,
    forward_sums,
    log_softmax,
    losses,
    paths,
    possible,
    slopes,
)
from .kernels.norm import wide


def _shape(data, label=None, data_lengths=None, label_lengths=None, **params):
    if len(data) != 3:
        raise check_failed(
            f"dshape.ndim() == 3U ({len(data)} vs. 3) ",
            "The number of dimensions of data array must be 3.",
        )
    if len(label) != 2:
        raise check_failed(
            f"lshape.ndim() == 2U ({len(label)} vs. 2) ",
            "The number of dimensions of labels array must be 2.",
        )
    if data[1] != label[0]:
        raise check_failed(
            f"dshape[1] == lshape[0] ({data[1]} vs. {label[0]}) ",
            "The batch size for the labels and data arrays must be the same.",
        )
    if data[0] < label[1]:
        raise check_failed(
            f"dshape[0] >= lshape[1] ({data[0]} vs. {label[1]}) ",
            "The max number of labels cannot exceed the maximum sequence length of the data.",
        )
    data_lengths, label_lengths = _lengths(data_lengths, label_lengths, **params)
    for condition, names, given in (
        ("dlshape[0] == dshape[1]", "data and data", data_lengths),
        ("llshape[0] == lshape[0]", "labels and label", label_lengths),
    ):
        if given is not None and given[0] != data[1]:
            raise check_failed(
                f"{condition} ({given[0]} vs. {data[1]}) ",
                f"The batch size for the {names} lengths must be the same.",
            )
    return (data, label, data_lengths, label_lengths), [(data[1],), data]


def _lengths(
    data_lengths: Any, label_lengths: Any, use_data_lengths: bool, use_label_lengths: bool, **rest
):
    """Return both lengths; without the scores' the labels' come third."""
    if use_label_lengths and not use_data_lengths and label_lengths is None:
        return None, data_lengths
    return data_lengths, label_lengths


def _paths(xp, data, label, data_lengths, label_lengths, blank_label, **params):
    steps, lengths = _lengths(data_lengths, label_lengths, **params)
    first = blank_label == "first"
    blank, padding = (0, 0) if first else (data.shape[2] - 1, -1)
    return paths(xp, label, lengths, steps, blank, padding, data.shape[0])


def _arity(*, use_data_lengths, use_label_lengths, **params):
    return 2 + use_data_lengths + use_label_lengths


@op(
    "CTCLoss", "ctc_loss", "_contrib_CTCLoss", "_contrib_ctc_loss", visible=1, arity=_arity,
    shape=_shape,
)  # fmt: skip
def ctc_loss(
    xp, data, label, data_lengths=None, label_lengths=None, *, use_data_lengths: bool = False,
    use_label_lengths: bool = False, blank_label: Enum("first", "last") = "first",
):  # fmt: skip
    """Return the loss of each sequence of scores (time, batch, classes) for its labels.

    The blank is class 0, and 0 pads the labels; or with ``blank_label='last'`` it is the last
    class, and -1 pads. Labels that do not fit into their sequence have the loss 0.
    """
    if data.dtype.kind != "f":
        raise not_floating(data.dtype)
    if data.ndim != 3 or label.ndim != 2:
        raise ValueError("rank")
    if data.shape[1] != label.shape[0] or data.shape[0] < label.shape[1]:
        raise ValueError("shapes")
    if any(a is not None and a.shape != label.shape[:1] for a in (data_lengths, label_lengths)):
        raise ValueError("lengths")
    way = _paths(
        xp, data, label, data_lengths, label_lengths, blank_label,
        use_data_lengths=use_data_lengths, use_label_lengths=use_label_lengths,
    )  # fmt: skip
    seen = emissions(xp, log_softmax(xp, wide(xp, data)), way)
    loss = losses(xp, forward_sums(xp, seen, way)[-1], way)
    return xp.where(possible(xp, loss, way), loss, 0.0).astype(data.dtype)


@ctc_loss.vjp("data")
def _(xp, ct, out, data, label, data_lengths=None, label_lengths=None, **params):
    way = _paths(xp, data, label, data_lengths, label_lengths, **params)
    return slopes(xp, wide(xp, data), way) * ct[None, :, None]


@ctc_loss.vjp("label")
def _(xp, ct, out, data, label, *lengths, **params):
    return xp.zeros_like(label)
