"""Automatic differentiation: scopes that record, and gradients of what was recorded.

``with autograd.record():`` puts every operation on an array that has a gradient attached on the
calling thread's tape; ``y.backward()`` or :func:`grad` walks it back.  Beyond MXNet 1.9.1,
gradients have gradients of any order (``create_graph=True``) and :func:`grad` takes intermediate
values as variables.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any

import numpy

from ._core import tape
from ._core.dtypes import C_NAMES
from ._core.errors import check_failed, mxnet_error
from ._core.lift import lift
from ._core.registry import Op
from ._core.tape import Leaf, Node, Port, state
from ._core.tensor import Tensor, make


def set_recording(is_recording: bool) -> bool:
    """Switch recording on this thread on or off; return what it was."""
    before, state.recording = state.recording, bool(is_recording)
    return before


def set_training(train_mode: bool) -> bool:
    """Switch this thread between training and predicting; return what it was."""
    before, state.training = state.training, bool(train_mode)
    return before


def is_recording() -> bool:
    """Tell whether this thread is recording."""
    return state.recording


def is_training() -> bool:
    """Tell whether this thread is in training mode."""
    return state.training


class _RecordingStateScope:
    """A scope that sets the recording and training flags (None: leave alone) and restores them."""

    def __init__(self, is_record: bool | None, train_mode: bool | None) -> None:
        self._enter = (is_record, train_mode)
        self._before: list[tuple[bool, bool]] = []

    def __enter__(self) -> None:
        recording, training = self._enter
        self._before.append((state.recording, state.training))
        if recording is not None:
            state.recording = recording
        if training is not None:
            state.training = training

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        state.recording, state.training = self._before.pop()


def record(train_mode: bool = True) -> _RecordingStateScope:
    """Open a scope whose operations are recorded, by default in training mode."""
    return _RecordingStateScope(True, train_mode)


def pause(train_mode: bool = False) -> _RecordingStateScope:
    """Open a scope whose operations are not recorded, by default in prediction mode."""
    return _RecordingStateScope(False, train_mode)


def train_mode() -> _RecordingStateScope:
    """Open a scope in training mode; recording stays as it is."""
    return _RecordingStateScope(None, True)


def predict_mode() -> _RecordingStateScope:
    """Open a scope in prediction mode; recording stays as it is."""
    return _RecordingStateScope(None, False)


GRAD_REQS = {"null": "null", "write": "write", "add": "add"}


def mark_variables(
    variables: Any, gradients: Any, grad_reqs: str | Sequence[str] = "write"
) -> None:
    """Make arrays variables whose gradients are written into the given arrays.

    ``grad_reqs`` is one of ``write``, ``add`` and ``null`` for all, or one for each.
    """
    if isinstance(variables, Tensor):
        variables, gradients = [variables], [gradients]
    if isinstance(grad_reqs, str):
        grad_reqs = [grad_reqs] * len(variables)
    for variable, gradient, request in zip(variables, gradients, grad_reqs, strict=True):
        node = variable._node
        cut = node is not None and node.__class__ is not Leaf and not tape.freed(node)
        variable._node = Leaf(variable, gradient, GRAD_REQS[request], _caller() if cut else "")


def _caller() -> str:
    """Return ``file:line`` of the nearest frame outside mxshim."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("mxshim"):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def _parse_head(heads: Any, head_grads: Any) -> tuple[list[Any], list[Any]]:
    if isinstance(heads, Tensor):
        heads = [heads]
    if head_grads is None:
        head_grads = [None] * len(heads)
    elif isinstance(head_grads, Tensor):
        head_grads = [head_grads]
    assert len(heads) == len(head_grads), "heads and head_grads must be lists of the same length"
    return list(heads), list(head_grads)


def _seeds(heads: list[Any], head_grads: list[Any], create_graph: bool) -> list[tuple[Node, Any]]:
    seeds = []
    for head, gradient in zip(heads, head_grads, strict=True):
        node = head._node
        if node is None or tape.freed(node):
            raise mxnet_error(tape.NOT_IN_GRAPH, _likely_cause(head))
        xp = lift(head._ctx) if create_graph else head._ctx.xp
        if gradient is None:
            ct = xp.ones_like(head._buf) if create_graph else _ones(xp, head._buf)
        else:
            if gradient.shape != head.shape:
                raise mxnet_error(
                    f"head gradient of shape {gradient.shape} for a head of shape {head.shape}; "
                    "they must be the same"
                )
            if gradient._buf.dtype != head._buf.dtype:
                raise _dtype_mismatch(gradient._buf.dtype, head._buf.dtype)
            ct = xp.on_tape(gradient._buf, gradient._node) if create_graph else gradient._buf
        seeds.append((node, ct))
    return seeds


def _ones(xp: Any, buf: Any) -> Any:
    if buf.__class__ is not numpy.ndarray:
        return xp.ones_like(buf)
    made = numpy.empty(buf.shape, buf.dtype)  # a third of the time of ones_like
    made.fill(1)
    return made


def _dtype_mismatch(given: Any, needed: Any) -> Exception:
    return check_failed(
        "mshadow: :DataType<DType>::kFlag == type_flag_",
        "TBlob.get_with_shape: data type do not match specified type."
        f"Expected: {C_NAMES[given]} v.s. given {C_NAMES[needed]}",
        f"the head gradient is {given}, the head {needed}; they must be the same",
    )


def _likely_cause(head: Any) -> str:
    """Say in one sentence why an array is probably not in a graph."""
    node = head._node
    if node is not None:
        return (
            "backward already ran through this graph and freed it; pass retain_graph=True to the "
            "first call to run it twice"
        )
    return "the array was computed outside autograd.record(), or from arrays without attach_grad()"


def _run(
    heads: Any,
    head_grads: Any,
    retain_graph: bool,
    create_graph: bool,
    train_mode: bool,
    wanted: dict[int, Any] | None,
) -> list[tuple[Leaf, Any]]:
    heads, head_grads = _parse_head(heads, head_grads)
    before = state.recording, state.training
    state.recording, state.training = create_graph, train_mode
    try:
        with numpy.errstate(all="ignore"):
            return tape.walk(
                _seeds(heads, head_grads, create_graph),
                retain=retain_graph,
                lift=lift if create_graph else None,
                wanted=wanted,
            )
    finally:
        state.recording, state.training = before


def backward(
    heads: Any, head_grads: Any = None, retain_graph: bool = False, train_mode: bool = True
) -> None:
    """Write the gradient of ``heads`` into every reachable array that has one attached.

    ``head_grads`` (an array, a list with None for ones, or None) must have the heads' shapes.
    Without ``retain_graph`` the graph is freed.  Raises MXNetError when a head is on no graph.
    """
    leaves = _run(heads, head_grads, retain_graph, False, train_mode, None)
    for pair in leaves:
        if pair[0].grad_req != "null":
            break
    else:
        raise check_failed("xs.size() > 0 (0 vs. 0) ", tape.NO_LEAVES)
    for leaf, gradient in leaves:
        leaf.write(gradient)
        if leaf.grad_req == "null" and not retain_graph:
            # mxnet: freeing the graph forgets it; test_grad_req_null_beside_another
            leaf.grad = None


def grad(
    heads: Any,
    variables: Any,
    head_grads: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    train_mode: bool = True,
) -> Any:
    """Return the gradients of ``heads`` with respect to ``variables``; attached ones stay.

    The result is a list of legacy arrays, whatever class the variables have; convert with
    ``as_np_ndarray()``.  # mxnet: test_one_variable[np]

    ``variables`` (an array or a list) may be any arrays of the graph, intermediate ones included
    (beyond MXNet).  With ``create_graph`` the gradients are recorded too and can be derived again.
    The graph is kept if ``retain_graph``, by default if ``create_graph``.  Raises MXNetError for a
    variable that is on no graph or that the heads do not depend on.
    """
    heads, head_grads = _parse_head(heads, head_grads)
    single = isinstance(variables, Tensor)
    variables = [variables] if single else list(variables)
    assert variables, "variables cannot be an empty list."
    keep = create_graph if retain_graph is None else retain_graph
    for position, variable in enumerate(variables, 1):
        if variable._node is None:
            _seeds(heads, head_grads, False)
            raise check_failed(
                "!AGInfo: :IsNone(*variables[i]) && AGInfo::IsVariable(variables[i]->entry_.node)",
                f"Cannot differentiate with respect to the {position}-th variable because it does "
                "not require gradient.",
            )
    wanted: dict[int, Any] = {id(variable._node): None for variable in variables}
    leaves = _run(heads, head_grads, keep, create_graph, train_mode, wanted)
    results = []
    from .ndarray import NDArray

    for position, variable in enumerate(variables, 1):
        gradient = wanted[id(variable._node)]
        if gradient is None:
            raise check_failed(
                "output_grads.find(xs[i].node.get()) != output_grads.end()",
                f"Cannot differentiate with respect to the {position}-th variable because it is "
                "unreachable from the outputs.",
                _cut_between(leaves),
            )
        if gradient.shape is None:  # a few rows
            results.append(_row_sparse(gradient, variable._ctx))
            continue
        node = gradient._node if create_graph else None
        buf = gradient._buf if create_graph else gradient.copy()
        results.append(make(NDArray, buf, variable._ctx, node))
    return results


def _row_sparse(gradient: Any, ctx: Any) -> Any:
    from .ndarray._sparse.kinds import RowSparseNDArray, built

    return built(RowSparseNDArray, ctx, gradient.full, gradient.values, gradient.rows)


def _cut_between(leaves: list[tuple[Leaf, Any]]) -> str:
    """Say where attach_grad on an intermediate value cut the graph, if it did."""
    places = [leaf.cut_at for leaf, _ in leaves if leaf.cut_at]
    return f"the graph was cut by attach_grad at {', '.join(places)}" if places else ""


def get_symbol(x: Any) -> Any:
    """Return the recorded history of ``x`` as a Symbol; AssertionError unless it is an array."""
    from .symbol import _history  # here, because symbols run on the tape

    assert isinstance(x, Tensor), (
        f"get_symbol: Invalid argument type, expecting <class 'mxnet.ndarray.ndarray.NDArray'>, "
        f"got {type(x)}"
    )
    return _history.from_tape(x)


class Function:
    """A differentiable function with a gradient of your own.

    Subclass it, compute in ``forward(*inputs)`` and return the gradients in ``backward(*output
    gradients)``, one an input.  Keep what the gradient needs with :meth:`save_for_backward`.  An
    instance is called once.
    """

    def __init__(self) -> None:
        self._used = False
        self.saved_tensors: tuple[Any, ...] = ()

    def save_for_backward(self, *args: Any) -> None:
        """Keep arrays for ``backward`` in ``saved_tensors``."""
        self.saved_tensors = args

    def __call__(self, *inputs: Any) -> Any:
        """Run ``forward`` unrecorded and put the whole function on the tape as one node."""
        assert not self._used, "Each Function instance can only be called once. Please create " \
            "another instance."  # fmt: skip
        self._used = True
        recording = set_recording(False)
        try:
            outputs = self.forward(*inputs)
        finally:
            set_recording(recording)
        if not recording or all(x._node is None for x in inputs):
            return outputs
        single = isinstance(outputs, Tensor)
        results = (outputs,) if single else tuple(outputs)
        classes = [type(result) for result in results]
        node = Node(
            _custom(self, inputs, results),
            tuple(x._node for x in inputs),
            tuple(result._buf for result in results),
            tuple(x._buf for x in inputs),
            {},
            results[0]._ctx,
        )
        made = [
            make(cls, r._buf, r._ctx, Port(None, (node,), r._buf, (), i, r._ctx))
            for i, (cls, r) in enumerate(zip(classes, results, strict=True))
        ]
        return made[0] if single else type(outputs)(made)

    def forward(self, *inputs: Any) -> Any:
        """Compute the function; override."""
        raise NotImplementedError

    def backward(self, *output_grads: Any) -> Any:
        """Compute the inputs' gradients from the outputs'; override."""
        raise NotImplementedError


def _custom(function: Function, inputs: Any, outputs: Any) -> Op:
    """Make a one-off operator whose gradient is the user's ``backward``."""

    def forward(xp: Any, *data: Any) -> Any:
        raise AssertionError("a custom function is never run by the engine")

    op = Op(forward, (type(function).__name__,))

    @op.vjp("data")
    def _(xp: Any, cts: Any, outs: Any, *data: Any) -> Any:
        heads = [
            make(type(out), getattr(ct, "_buf", ct), out._ctx, getattr(ct, "_node", None))
            for ct, out in zip(cts, outputs, strict=True)
        ]
        gradients = function.backward(*heads)
        if isinstance(gradients, Tensor):
            gradients = (gradients,)
        if len(gradients) != len(inputs):
            raise mxnet_error(
                f"{type(function).__name__}.backward returned {len(gradients)} gradients for "
                f"{len(inputs)} inputs"
            )
        traced: Callable[..., Any] | None = getattr(xp, "on_tape", None)
        return [g._buf if traced is None else traced(g._buf, g._node) for g in gradients]

    return op
