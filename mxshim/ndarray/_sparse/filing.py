"""Where rules for sparse arrays are filed, and the way of all other operators: dense copies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..._core.invoke import call
from ..._core.registry import Op
from ..._core.tensor import make
from ..ndarray import NDArray

Rule = Callable[[Op, Any, Any], Any]
RULES: dict[str, Rule] = {}


def rule(*names: str) -> Callable[[Rule], Rule]:
    """File a rule for operators by their registered names."""

    def file(function: Rule) -> Rule:
        RULES.update(dict.fromkeys(names, function))
        return function

    return file


def kinds(tensors: Any) -> str:
    """Name the storage types by their letters: ``cd`` is csr and dense."""
    return "".join(tensor.stype[0] for tensor in tensors)


def fallback(op: Op, tensors: Any, params: Any, out: Any = None) -> Any:
    """Run an operator on dense copies; what it changes in place is stored back."""
    changed = {i for i, name in enumerate(op.inputs) if name in op.mutates}
    dense = [
        _unlocked(tensor) if tensor is not None and tensor._sparse and i in changed else tensor
        for i, tensor in enumerate(tensors)
    ]
    result = call(op, NDArray, dense, params, out)
    for before, after in zip(tensors, dense, strict=True):
        if before is not after:
            before._take_result(after._buf)
    return result


def _unlocked(tensor: Any) -> NDArray:
    return make(NDArray, tensor._dense(), tensor._ctx, tensor._node)
