"""Compare an operator's override with the operator's body."""

from __future__ import annotations

from typing import Any

import numpy as np

import mxshim._ops  # noqa: F401  declares the operators
from mxshim._backends import override
from mxshim._backends.cpu import xp
from mxshim._core import registry

#: Largest distance allowed, as a share of the array's largest value.
NEAR = {"float16": 2e-3, "float32": 2e-6, "float64": 1e-12}


def bound(name: str, params: dict[str, Any]) -> dict[str, Any]:
    """Return an operator's parameters, given ones and defaults."""
    return {**registry.get(name).defaults, **params}


def both(module: str, name: str, inputs: tuple[str, ...], *arrays: Any, **params: Any) -> Any:
    """Return what a module's override and the body give; inputs must stay as they are."""
    operator = registry.get(name)
    if inputs:
        positions = tuple(operator.inputs.index(key) for key in inputs)
        wanted = {positions, positions[0]}
        (pull,) = [pull for at, pull in operator.pulls if at in wanted]
        body = pull.__wrapped__
    else:
        body = operator.forward.__wrapped__
    override.candidates(name, inputs)
    kernel = override._FOUND[module, name, inputs]
    before = copied(arrays)
    mine = kernel(xp, *arrays, **params)
    after = copied(arrays)
    assert repr(before) == repr(after)
    for left, right in zip(flat(arrays), flat(before), strict=True):
        assert np.array_equal(left, right, equal_nan=True), "an input was changed"
    return mine, body(xp, *before, **params)


def copied(value: Any) -> Any:
    """Copy arrays in (tuples of) arrays, strides included."""
    if isinstance(value, tuple):
        return tuple(copied(part) for part in value)
    return value.copy(order="K") if isinstance(value, np.ndarray) else value


def flat(value: Any) -> list[Any]:
    """List the arrays of nested tuples."""
    if isinstance(value, (tuple, list)):
        return [array for part in value for array in flat(part)]
    return [value] if isinstance(value, np.ndarray) else []


def near(mine: Any, body: Any, factor: float = 1.0, ordered: bool = True) -> None:
    """Assert that an override's result is the body's within rounding, in shape, type and order."""
    mine, body = flat(mine), flat(body)
    assert len(mine) == len(body) > 0
    for left, right in zip(mine, body, strict=True):
        assert (left.shape, left.dtype) == (right.shape, right.dtype)
        assert not ordered or left.flags.c_contiguous
        finite = np.isfinite(right)
        assert np.array_equal(left[~finite], right[~finite], equal_nan=True)
        scale = max(np.abs(right[finite]).max(initial=0), 1e-30)
        wide = np.abs(left[finite].astype("f8") - right[finite].astype("f8"))
        allowed = NEAR[right.dtype.name] * factor * scale
        assert wide.max(initial=0) <= allowed, (left, right)


def check(
    module: str, name: str, inputs: tuple[str, ...], *arrays: Any, factor: float = 1.0,
    **params: Any,
) -> Any:  # fmt: skip
    """Assert that an override takes a call and gives what the body gives; return that."""
    mine, body = both(module, name, inputs, *arrays, **bound(name, params))
    assert mine is not override.DECLINED
    near(mine, body, factor)
    return mine


def declined(module: str, name: str, inputs: tuple[str, ...], *arrays: Any, **params: Any) -> bool:
    """Tell whether an override leaves a call to others."""
    override.candidates(name, inputs)
    kernel = override._FOUND[module, name, inputs]
    return kernel(xp, *arrays, **bound(name, params)) is override.DECLINED
