"""Invoking an operator: run the kernel, wrap the result, record when asked.

:func:`call` is the general way; :mod:`functions` builds what a front end offers, with short ways
for common forms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy

from . import rng
from .device import CPU, Context, current
from .dtypes import float32, float64
from .errors import incompatible, mxnet_error, shape_text
from .registry import Op
from .small import Bound
from .tape import Node, Port, refuse_write, state
from .tensor import Tensor, make, new

Array = numpy.ndarray
#: The namespace of the short ways: plain NumPy arrays.
HOST = CPU.xp


class Null:
    """The value of parameters that were not passed (MXNet's ``_Null``)."""

    def __repr__(self) -> str:
        return "_Null"

    def __bool__(self) -> bool:
        return False


NULL = Null()

#: What operators can ask the engine for, by the context they run in.
SUPPLY: dict[str, Callable[[Context], Any]] = {
    "training": lambda ctx: state.training,
    "random": rng.generator,
    "context": lambda ctx: ctx,
    "notes": lambda ctx: {} if state.recording else None,
}


def call(
    op: Op,
    cls: type[Any],
    tensors: Sequence[Any],
    params: dict[str, Any],
    out: Any = None,
    ctx: Context | None = None,
) -> Any:
    """Invoke ``op`` on tensors with parsed parameters; return tensors of class ``cls``.

    ``out`` is a tensor (or a list of them) that receives the result.  Operators without array
    inputs run where ``out`` is, else in ``ctx``, by default the thread's current one.  Raises
    MXNetError when the kernel refuses its input, before anything was written.
    """
    if op.prepares and out is None and params.__class__ is Bound and params.kernel is not None:
        made = _hurried(op, cls, tensors, params)
        if made is not None:
            return made
    try:
        bufs = [t._buf for t in tensors]
        nodes = [t._node for t in tensors]
    except AttributeError:  # an optional input before the last one is absent
        bufs = [None if t is None else t._buf for t in tensors]
        nodes = [None if t is None else t._node for t in tensors]
    if len(bufs) < len(op.inputs) and not op.variadic:
        absent = [None] * (len(op.inputs) - len(bufs))
        bufs += absent
        nodes += absent
    if not tensors and isinstance(out, Tensor):
        ctx = out._ctx  # mxnet: it goes before the context that was asked for
    elif ctx is None:
        ctx = _context_of(tensors)
    taped = False
    for parent in nodes:
        if parent is not None:
            taped = state.recording
            break
    if op.supplied:
        params = dict(params)
        for name, what in op.supplied.items():
            params[name] = _target(out) if what == "target" else SUPPLY[what](ctx)
    if out is not None and not isinstance(out, (Tensor, list, tuple)):
        raise TypeError(f"object of type '{type(out).__name__}' has no len()")
    if op.fills and out is not None and params[op.fills] is None:
        params = dict(params)
        params[op.fills] = tuple((out[0] if isinstance(out, (list, tuple)) else out)._buf.shape)
    if out is not None and state.recording:
        for target in out if isinstance(out, (list, tuple)) else (out,):
            refuse_write(target, False)
    xp = ctx.xp
    try:
        result = op.forward(xp, *bufs, **params)
    except Exception as error:
        result = recover(op, error, xp, bufs, params)
    node = None
    if taped:
        node = Node(op, nodes, result, bufs, params, ctx)
    if result.__class__ is tuple:
        return several(op, cls, result, params, out, ctx, node)
    if result.__class__ is not xp.ndarray:
        result = xp.asarray(result)
        if node is not None:
            node.out = result
    if out is not None:
        return store(out, result, ctx, node, op)
    tensor = new(cls)
    tensor._buf = result
    tensor._ctx = ctx
    tensor._node = node
    return tensor


def _hurried(op: Op, cls: type[Any], tensors: Sequence[Any], params: Bound) -> Any:
    """Do :func:`call` by a prepared kernel; None where that leaves it to the operator's body."""
    try:
        ctx = tensors[0]._ctx.results
        bufs = [tensor._buf for tensor in tensors]
        dtype = bufs[0].dtype
        if ctx.xp is not HOST or (dtype is not float32 and dtype is not float64):
            return None
        result = params.kernel(*bufs)  # type: ignore[misc]
    except Exception:  # the body says what is wrong
        return None
    if result.__class__ is not Array:
        return None
    tensor = new(cls)
    tensor._buf = result
    tensor._ctx = ctx
    tensor._node = None
    if state.recording:
        nodes = [tensor._node for tensor in tensors]
        for parent in nodes:
            if parent is not None:
                if len(bufs) < len(op.inputs) and not op.variadic:
                    absent = [None] * (len(op.inputs) - len(bufs))
                    bufs += absent
                    nodes += absent
                tensor._node = Node(op, nodes, result, bufs, params, ctx)
                break
    return tensor


def _target(out: Any) -> Any:
    """Return the raw array behind ``out=`` when it is a single one."""
    return out._buf if isinstance(out, Tensor) else None


def _context_of(tensors: Sequence[Any]) -> Context:
    """Return where results of the first array lie, or the thread's default without any."""
    for tensor in tensors:
        if tensor is not None:
            found: Context = tensor._ctx.results
            return found
    return current()


def compute(op: Op, xp: Any, result: Any, bufs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """Make an array of the only result of ``op``, which runs unless a short way has given one."""
    if result is None:
        try:
            result = op.forward(xp, *bufs, **params)
        except Exception as error:
            result = recover(op, error, xp, bufs, params)
    return result if result.__class__ is xp.ndarray else xp.asarray(result)


def recover(op: Op, error: Exception, xp: Any, bufs: Sequence[Any], params: Any) -> Any:
    """Handle a kernel's exception: run again silently, or raise MXNet's error.

    MXNet computes with inf and nan without a word.  NumPy's warnings about them are ignored (see
    ``mxshim.__init__``); where the program turned warnings into exceptions, the kernel runs again
    with NumPy told to be silent.  Guarding every call would cost more than the call.
    """
    if isinstance(error, RuntimeWarning):
        with numpy.errstate(all="ignore"):
            return op.forward(xp, *bufs, **params)
    if isinstance(error, (ValueError, IndexError, TypeError, ArithmeticError, RuntimeError)):
        explained = op.explain(error, bufs, params)
        if explained is not error:  # else it would be its own cause
            raise explained from error
    raise error


def several(
    op: Op, cls: type[Any], results: Any, params: Any, out: Any, ctx: Context, node: Node | None
) -> Any:
    """Wrap the visible ones of several outputs; each gets a port on the shared node."""
    asarray = ctx.xp.asarray
    results = tuple([asarray(result) for result in results])
    if node is not None:
        node.out = results
    visible = op.visible if isinstance(op.visible, int) else op.visible(params)
    targets = out if isinstance(out, (list, tuple)) else (out,) * (out is not None)
    tensors = []
    for position, result in enumerate(results[: visible or None]):
        port = None if node is None else Port(None, (node,), result, (), position, ctx)
        if position < len(targets):
            tensors.append(store(targets[position], result, ctx, port, op))
        else:
            tensors.append(make(cls, result, ctx, port))
    return tensors[0] if visible == 1 else tensors


def store(target: Any, result: Any, ctx: Context, node: Node | None, op: Op | None = None) -> Any:
    """Write a result into ``out=`` and put it on the tape; return the target."""
    if isinstance(target, (list, tuple)):
        (target,) = target
    if target._sparse:
        target._take_result(result, node)
        return target
    if target._buf.shape != result.shape or target._buf.dtype != result.dtype:
        raise misfit(op, result, target._buf)
    if target._ctx is not ctx and target._ctx.xp is not ctx.xp:
        result = target._ctx.xp.from_host(ctx.xp.to_host(result))
    if target._buf is not result:  # else the kernel has filled it
        target._buf[...] = result
    if node is not None:
        target._node = node
    return target


def misfit(op: Op | None, result: Any, out: Any) -> Exception:
    """Word the error for an ``out`` of another shape or dtype than the result."""
    given = op.inconsistent if op is not None else ()
    if out.shape != result.shape:
        what, got, wanted = "shape", shape_text(out.shape), shape_text(result.shape)
    else:
        names = [a.dtype.name if a.dtype.kind != "b" else "unknown" for a in (out, result)]
        what, got, wanted = "type", *names
    hint = f"out has {what} {got}, the result has {wanted}"
    if what not in given:
        return incompatible("output", 0, wanted, got, hint)
    equals = "=" if what == "shape" else " = "
    return mxnet_error(
        f"{what.capitalize()} inconsistent, Provided = {got}, inferred {what}{equals}{wanted}", hint
    )
