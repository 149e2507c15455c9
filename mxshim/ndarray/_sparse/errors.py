"""MXNet's error for storage types that an operator does not take."""

from __future__ import annotations

from typing import Any

from ..._core.errors import check_failed
from ..._core.registry import Op


def refused(op: Op, tensors: Any, params: Any, result: str = "unknown") -> Exception:
    """Build MXNet's error for storage types that an operator does not take."""
    given = " ".join(f"{tensor.stype}," for tensor in tensors)
    shown = {key: value for key, value in params.items() if value != op.defaults.get(key, op)}
    text = "".join(f'"{key}" : {_shown(value)}, ' for key, value in reversed(shown.items()))
    return check_failed(
        "infer_stype_success",
        f"Operator not implemented: operator = {op.name}\ninput storage types = [{given} ]\n"
        f"output storage types = [{result}, ]\nparams = {{{text}}}\ncontext.dev_mask = cpu",
    )


def _shown(value: Any) -> str:
    if isinstance(value, tuple) and len(value) == 1:
        (value,) = value
    return f"{value:g}" if isinstance(value, float) else str(value)
