"""Optimizer updates that touch only the rows a gradient has."""

from __future__ import annotations

from typing import Any

from ..._core.errors import check_failed
from ..._core.registry import Op
from .errors import refused

#: The updates that MXNet has for row_sparse gradients, and how its errors name them.
LAZY = {
    "sgd_update": "SGDUpdate", "sgd_mom_update": "SGDMomUpdate", "adam_update": "AdamUpdate",
    "ftrl_update": "FtrlUpdate", "_sparse_adagrad_update": "AdagradUpdate",
    "_contrib_group_adagrad_update": "GroupAdagradUpdate",
}  # fmt: skip


def lazily(op: Op, tensors: Any, params: Any, out: Any) -> Any:
    """Update the rows of the gradient alone; None where the update is for all rows.

    ``tensors`` are weight, gradient and states.  A row_sparse weight must have all rows.
    """
    weight, grad, *states = tensors
    if op.by_storage:  # AdaGrad, which has no other way
        fits = grad.stype == "row_sparse" and states[0].stype == weight.stype
        if not fits or params["wd"]:
            raise refused(op, tensors, params, "unknown" if out is None else weight.stype)
    if grad.stype != "row_sparse" or not params.get("lazy_update", True):
        return None
    if op.name == "ftrl_update" and weight.stype == "default":
        return None
    target = out[0] if isinstance(out, (list, tuple)) else out
    if not _same(target, weight):
        named = op.name.removeprefix("_sparse_").removeprefix("_contrib_")
        named = "sgd_mom_update" if op.name == "sgd_update" else named  # mxnet: test_operators
        raise check_failed(
            "req == kWriteInplace (1 vs. 2) ",
            f"kWriteInplace is expected for sparse {named}",
            f"{op.name} with a row_sparse gradient changes the weight itself: pass it as out=",
        )
    if weight.stype == "row_sparse":
        _check_whole(op, weight)
    rows = grad._indices
    if rows.shape[0]:
        parts = [_rows(state, rows) for state in states]
        given = {name: None for name, what in op.supplied.items() if what == "target"}
        made = op.forward(
            weight._ctx.xp, _rows(weight, rows), grad._values, *parts, **params, **given
        )
        for tensor, part in zip((weight, *states), (made, *parts), strict=True):
            if tensor._sparse:
                tensor._put_rows(rows, part)
            else:
                tensor._buf[rows] = part
    return target


def _same(target: Any, weight: Any) -> bool:
    """Tell whether an output is the weight, or shares its memory."""
    if target is None or target._sparse or weight._sparse:
        return target is weight
    return target._buf is weight._buf


def _rows(tensor: Any, rows: Any) -> Any:
    return tensor._rows_at(rows) if tensor._sparse else tensor._buf[rows]


def _check_whole(op: Op, weight: Any) -> None:
    held = weight._indices.shape[0]
    if held != weight.shape[0]:
        raise check_failed(
            "arr.storage_shape()[0] == arr.shape()[0]",
            f"{LAZY[op.name]} for RowSparse weights is only implemented for RowSparse weights with "
            f"all rows containing non-zeros. Expects weights.data.shape[0] ({held}) == "
            f"weights.shape[0] ({weight.shape[0]}).",
        )
