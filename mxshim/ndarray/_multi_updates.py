"""AdamW and LAMB updates of several weights, given as lists."""

from __future__ import annotations

from typing import Any

from .._core.invoke import call
from .._core.registry import get
from ._adamw import _scale
from .ndarray import NDArray


def _run(name: str, lists: Any, last: list[Any], out: Any, params: dict[str, Any]) -> Any:
    op = get(name)
    arrays = [array for group in zip(*lists, strict=False) for array in group]
    return call(op, NDArray, [*arrays, *last], op.bind(params), out)


def multi_adamw_update(
    weights: Any, grads: Any, mean: Any, var: Any, rescale_grad: Any, lrs: Any, wds: Any,
    etas: Any, out: Any = None, name: Any = None, size: int = 0, **kwargs: Any,
) -> Any:  # fmt: skip
    """Take a step of AdamW with every weight; changes ``mean`` and ``var`` in place."""
    params = {"lrs": lrs, "wds": wds, "etas": etas, "num_weights": size or len(weights), **kwargs}
    last = [_scale(rescale_grad, weights[0])]
    return _run("_multi_adamw_update", (weights, grads, mean, var), last, out, params)


def multi_mp_adamw_update(
    weights: Any, grads: Any, mean: Any, var: Any, weights32: Any, rescale_grad: Any, lrs: Any,
    wds: Any, etas: Any, out: Any = None, name: Any = None, size: int = 0, **kwargs: Any,
) -> Any:  # fmt: skip
    """Take a step of AdamW with the single precision copy of every weight."""
    params = {"lrs": lrs, "wds": wds, "etas": etas, "num_weights": size or len(weights), **kwargs}
    last = [_scale(rescale_grad, weights[0])]
    lists = (weights, grads, mean, var, weights32)
    return _run("_multi_mp_adamw_update", lists, last, out, params)


def multi_lamb_update(
    weights: Any, grads: Any, mean: Any, var: Any, step_count: Any, lrs: Any, wds: Any,
    out: Any = None, num_tensors: int = 0, **kwargs: Any,
) -> Any:  # fmt: skip
    """Take a step of LAMB with every weight; ``step_count`` counts the steps of each from 1."""
    params = {"step_count": step_count, "learning_rates": lrs, "wds": wds,
              "num_tensors": num_tensors or len(weights), **kwargs}  # fmt: skip
    return _run("_multi_lamb_update", (weights, grads, mean, var), [], out, params)


def multi_mp_lamb_update(
    weights: Any, grads: Any, mean: Any, var: Any, weights32: Any, step_count: Any, lrs: Any,
    wds: Any, out: Any = None, num_tensors: int = 0, **kwargs: Any,
) -> Any:  # fmt: skip
    """Take a step of LAMB with the single precision copy of every weight."""
    params = {"step_count": step_count, "learning_rates": lrs, "wds": wds,
              "num_tensors": num_tensors or len(weights), **kwargs}  # fmt: skip
    lists = (weights, grads, mean, var, weights32)
    return _run("_multi_mp_lamb_update", lists, [], out, params)


__all__ = [
    "multi_adamw_update", "multi_lamb_update", "multi_mp_adamw_update", "multi_mp_lamb_update",
]  # fmt: skip
