"""Loops and branches on arrays: plain Python, recorded step by step like any other code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .._core.invoke import call
from .._ops.kernels.bodies import unstack
from . import op
from ._create import zeros
from .ndarray import NDArray

#: How values are nested: 0 stands for one array, lists for lists.
Form = Any


def _flatten(values: Any, what: str) -> tuple[list[Any], Form]:
    """Return the arrays of nested lists, and their form."""
    if isinstance(values, NDArray):
        return [values], 0
    assert isinstance(values, (list, tuple)), (
        f"{what} must be (nested) list of NDArray, but got {values} of type {type(values)}"
    )
    parts = [_flatten(each, what) for each in values]
    return [leaf for leaves, _ in parts for leaf in leaves], [form for _, form in parts]


def _regroup(leaves: Iterator[Any], form: Form) -> Any:
    """Nest arrays as ``form`` says."""
    return [_regroup(leaves, each) for each in form] if isinstance(form, list) else next(leaves)


def _scalar(value: Any, kind: type, name: str) -> Any:
    """Return a Python number; ValueError for what is none."""
    if hasattr(value, "asscalar"):
        value = value.asscalar()
    try:
        return kind(value)
    except Exception:
        raise ValueError(f"Cannot convert {name} to python {kind.__name__}") from None


def _rows(array: Any) -> Any:
    """Return the rows of an array, views of its memory; put on the tape with one node for all."""
    if array._node is None or not array.shape or not array.shape[0]:
        return array
    shape = array.shape[1:] if array._is_np else array.shape[1:] or (1,)
    return call(unstack, type(array), [array], {"shape": shape})


def foreach(body: Callable[..., Any], data: Any, init_states: Any) -> tuple[Any, Any]:
    """Run ``body(row, states)``, which returns (outputs, states), on each row of ``data``.

    ``data`` and ``init_states`` are arrays or nested lists of them, and so are what the body gets
    and returns. Returns the outputs stacked along a new first axis, and the last states. Without
    rows the outputs are an empty list: what the body returns cannot be known.
    """
    sequences, form = _flatten(data, "foreach input")
    _flatten(init_states, "foreach states")
    length = sequences[0].shape[0]
    rows = [_rows(each) for each in sequences]
    states, results, out_form = init_states, [], []
    for i in range(length):
        outs, states = body(_regroup((each[i] for each in rows), form), states)
        outs, out_form = _flatten(outs, "foreach output")
        results.append(outs)
    stacks = (op.stack(*column) for column in zip(*results, strict=False))
    return _regroup(stacks, out_form), states


def while_loop(
    cond: Callable[..., Any], func: Callable[..., Any], loop_vars: Any, max_iterations: Any = None
) -> tuple[Any, Any]:
    """Run ``func(*loop_vars)``, which returns (outputs, loop_vars), while ``cond(*loop_vars)``.

    Returns the outputs stacked along a new first axis, filled up with zeros to ``max_iterations``
    rows, and the last loop variables. Without any step the outputs are an empty list. ValueError
    when the number of loop variables or of outputs changes.
    """
    if max_iterations is None:
        raise ValueError("max_iterations should be specified")
    max_iterations = _scalar(max_iterations, int, "max_iteration")
    if len(loop_vars) == 0:
        raise ValueError("loop_vars should contain at least one element")
    single = isinstance(loop_vars, NDArray)
    values = [loop_vars] if single else loop_vars
    results: list[list[Any]] = []
    form: Form = None
    while len(results) < max_iterations and _scalar(cond(*values), bool, "Return value of cond"):
        outs, values = _step(func, values)
        outs, form = _flatten(outs, "while output")
        results.append(outs)
        if len(outs) != len(results[0]):
            raise ValueError("Number of elements in step_output should be the same in each step")
    stacks = [_padded(column, max_iterations) for column in zip(*results, strict=True)]
    outputs = stacks if form is None else _regroup(iter(stacks), form)
    return outputs, values[0] if single else values


def _step(func: Callable[..., Any], values: Any) -> tuple[Any, Any]:
    """Run one step; return the outputs and the list of new loop variables."""
    outs, after = func(*values)
    after = [] if after is None else after
    after = list(after) if isinstance(after, (list, tuple)) else [after]
    if len(after) != len(values):
        raise ValueError("The length of loop_vars should be consistent during the loop")
    return [] if outs is None else outs, after


def _padded(rows: Any, length: int) -> Any:
    """Stack rows and fill up with zeros (MXNet leaves there what the memory held)."""
    parts = [each.expand_dims(0) for each in rows]
    if len(parts) < length:
        first = parts[0]
        parts.append(zeros((length - len(parts), *first.shape[1:]), first.context, first.dtype))
    return op.concat(*parts, dim=0)


def cond(pred: Any, then_func: Callable[[], Any], else_func: Callable[[], Any]) -> Any:
    """Return what ``then_func()`` returns where ``pred`` is not zero, else ``else_func()``."""
    return then_func() if _scalar(pred, bool, "pred") else else_func()


__all__ = ["cond", "foreach", "while_loop"]
