"""The tape: nodes of the recorded graph and the walk back through them.

Every recorded operator call makes one :class:`Node`.  Nodes carry decreasing keys, so a heap of
(key, node) pops the youngest first; when a node is popped, every use of its value has already
contributed to its gradient.  The walk never recurses, whatever the depth of the graph.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable
from heapq import heappop, heappush
from itertools import count
from typing import Any

from .device import Context
from .errors import check_failed, mxnet_error
from .tape_short import gather, own, shortly, unbroadcast
from .tensor import Tensor

next_key = count(0, -1).__next__


class State(threading.local):
    """Recording and training flags of one thread; ``keeping`` in walks that release nothing."""

    recording = False
    training = False
    keeping = True


state = State()


class Node:
    """One recorded call: its operator, the nodes of its inputs, and what its gradient needs.

    ``parents[i]`` is None where input ``i`` is not on the tape.  ``out`` is the result (a tuple
    when the operator has several), ``ct`` the gradient gathered so far during a walk.
    """

    __slots__ = ("__weakref__", "args", "ct", "ctx", "key", "op", "out", "params", "parents")

    def __init__(
        self, op: Any, parents: Any, out: Any, args: Any, params: Any, ctx: Context
    ) -> None:
        self.key = next_key()
        self.op = op
        self.parents = parents
        self.out = out
        self.args = args
        self.params = params
        self.ctx = ctx
        self.ct: Any = None

    def release(self) -> None:
        """Let go of everything the node holds.

        The node moves to its time of release: to nodes recorded later its value is a constant, a
        walk that comes from a node recorded earlier is refused.
        """
        self.op = RELEASED
        self.key = next_key()
        self.parents = ()
        self.out = self.args = self.params = None


class Port(Node):
    """One output of a node that has several; ``params`` is its position.

    In a walk it comes right before its node, wherever that stands.
    """

    __slots__ = ()

    def __init__(
        self, op: Any, parents: Any, out: Any, args: Any, params: Any, ctx: Context
    ) -> None:
        self.op, self.parents, self.out = op, parents, out
        self.args, self.params, self.ctx = args, params, ctx
        self.ct = None

    @property
    def key(self) -> float:  # type: ignore[override]
        """Stand between the node and everything recorded after it."""
        return self.parents[0].key - 1 / (2 + self.params)  # type: ignore[no-any-return]

    def __lt__(self, other: Node) -> bool:
        """Let the heap compare two of one place; either order will do."""
        return False


class Leaf(Node):
    """A variable: where a walk ends and the gradient is written.

    ``out`` is the variable's buffer, ``grad`` the array that receives the gradient and
    ``grad_req`` one of ``write``, ``add`` and ``null``.  ``cut_at`` says where (``file:line``)
    attaching this gradient cut the variable off from a graph it was part of.  ``fresh`` tells that
    a backward has written since someone (gluon's Trainer) put it back to False.
    """

    __slots__ = ("cut_at", "fresh", "grad", "grad_req")

    def __init__(
        self, variable: Tensor, grad: Tensor | None, grad_req: str, cut_at: str = ""
    ) -> None:
        buf = None if variable._sparse else variable._buf
        super().__init__(None, (), buf, (), None, variable._ctx)
        self.grad = grad
        self.grad_req = grad_req
        self.cut_at = cut_at
        self.fresh = False

    def write(self, gradient: Any) -> None:
        """Store a raw gradient in the attached array as ``grad_req`` says.

        In its memory, unless nobody could tell the difference.
        """
        grad, request = self.grad, self.grad_req
        if grad is None or request == "null":
            return
        self.fresh = True
        if grad._sparse:
            grad._take_gradient(gradient, request == "add")
            return
        if request == "write" and own(gradient, grad):
            grad._buf, grad._node = gradient, None
            return
        target = grad._buf
        if gradient.shape != target.shape:
            gradient = gradient.reshape(target.shape)
        if request == "add":
            target += gradient
        else:
            target[...] = gradient
        grad._node = None


class _Released:
    """Stand in for the operator of a node that has been released."""

    name = "released"


RELEASED = _Released()

NOT_IN_GRAPH = (
    "Check failed: !AGInfo: :IsNone(*i): Cannot differentiate node because it is not in a "
    "computational graph. You need to set is_recording to true or use autograd.record() to save "
    "computational graphs for backward. If you want to differentiate the same graph twice, you "
    "need to pass retain_graph=True to backward."
)
NO_GRADIENT = "Operator {} is non-differentiable because it didn't register FGradient attribute."
NO_LEAVES = "There are no inputs in computation graph that require gradients."


def freed(node: Node) -> bool:
    """Tell whether a backward pass has released the node, or the one it is an output of."""
    return node.op is RELEASED or (node.__class__ is Port and node.parents[0].op is RELEASED)


def on_tape(tensor: Tensor) -> bool:
    """Tell whether a tensor's value depends on variables through a graph not yet released."""
    return tensor._node is not None and not freed(tensor._node)


def walk(
    heads: Iterable[tuple[Node, Any]],
    *,
    retain: bool,
    lift: Any = None,
    wanted: dict[int, Any] | None = None,
) -> list[tuple[Leaf, Any]]:
    """Carry head gradients back to the leaves and return each leaf with its gradient.

    ``lift`` (a function from a context to a recording namespace) asks for gradients that are
    themselves on the tape.  ``wanted`` maps ``id(node)`` to None for nodes whose gradient is asked
    for; their gradients are stored in it.  Without ``retain`` the nodes are released on the way.
    """
    heap: list[tuple[int, Node]] = []
    leaves: list[tuple[Leaf, Any]] = []
    broken = constant = False
    oldest = -math.inf
    before, state.keeping = state.keeping, retain
    try:
        for node, ct in heads:
            if node.ct is None:
                heappush(heap, (node.key, node))
            node.ct = ct  # mxnet: of a head given twice the last counts; test_same_head_twice
        while heap:
            node = heappop(heap)[1]
            ct, node.ct = node.ct, None
            if wanted is not None and id(node) in wanted:
                wanted[id(node)] = ct
            op = node.op
            if op is RELEASED or (node.__class__ is Port and freed(node)):
                # a node recorded before the release has pushed this one if it stands too far back
                constant = True
                broken = broken or node.key < oldest
            elif op is None:
                if node.__class__ is Port:
                    _into_port(heap, node, ct)
                else:
                    leaves.append((node, ct))  # type: ignore[arg-type]
            else:
                if node.key > oldest:
                    oldest = node.key
                if lift is not None or not shortly(heap, node, op, ct):
                    _through(heap, node, ct, lift)
                if not retain:  # what release() does; the call would cost every node
                    node.op = RELEASED
                    node.key = next_key()
                    node.parents = ()
                    node.out = node.args = node.params = None
    finally:
        state.keeping = before
        for _, node in heap:
            node.ct = None
    if constant and not broken and not leaves:
        raise mxnet_error(
            NOT_IN_GRAPH, "all of this graph was freed by earlier backward passes without "
            "retain_graph=True"
        )  # fmt: skip
    if broken and any(leaf.grad_req != "null" for leaf, _ in leaves):
        raise mxnet_error(
            NOT_IN_GRAPH, "part of this graph was freed by an earlier backward pass without "
            "retain_graph=True; its share of the gradient would be missing"
        )  # fmt: skip
    return leaves


def _into_port(heap: list[tuple[int, Node]], port: Node, ct: Any) -> None:
    parent = port.parents[0]
    if parent.ct is None:
        parent.ct = [None] * len(parent.out)
        heappush(heap, (parent.key, parent))
    held = parent.ct[port.params]
    parent.ct[port.params] = ct if held is None else held + ct


def _through(heap: list[tuple[int, Node]], node: Node, ct: Any, lift: Any) -> None:
    """Push the gradient of one node's output on to the nodes of its inputs."""
    op, parents, args, out = node.op, node.parents, node.args, node.out
    if lift is None:
        if op.whole is not None:
            return _hand_on(heap, parents, op.whole(node, ct))
        xp = node.ctx.xp
    else:
        if op.unfold is not None:
            return _unfold(heap, op.unfold(node), ct)
        xp = lift(node.ctx)
        if out.__class__ is tuple:
            out = tuple(
                xp.on_tape(buf, Port(None, (node,), buf, (), i, node.ctx))
                for i, buf in enumerate(out)
            )
        else:
            out = xp.on_tape(out, node)
        args = tuple(
            None if arg is None else xp.on_tape(arg, parent)
            for arg, parent in zip(args, parents, strict=True)
        )
        if op.order == 1:
            return _first_order(heap, node, ct, xp)
    if ct.__class__ is list:
        ct = tuple(
            xp.zeros_like(value) if part is None else part
            for part, value in zip(ct, out, strict=True)
        )
    for positions, pull in op.pulls:
        if positions.__class__ is int:
            parent = parents[positions]
            if parent is not None:
                gradient = pull(xp, ct, out, *args, **node.params)
                _push(heap, xp, parent, gradient, args[positions])
        else:
            if positions is None:
                positions = range(len(parents))
            if any(i < len(parents) and parents[i] is not None for i in positions):
                gradients = pull(xp, ct, out, *args, **node.params)
                for i, gradient in zip(positions, gradients, strict=True):
                    if i < len(parents) and parents[i] is not None:
                        _push(heap, xp, parents[i], gradient, args[i])
    if not op.pulls or op.flat:
        if not op.flat:
            raise mxnet_error(NO_GRADIENT.format(op.name))
        for parent, arg in zip(parents, args, strict=True):
            if parent is not None:
                _push(heap, xp, parent, xp.zeros_like(arg), arg)
    return None


def _hand_on(heap: list[tuple[int, Node]], parents: Any, gradients: list[Any]) -> None:
    """Push on the gradients of a compiled call: they have the inputs' shapes and types."""
    for parent, gradient in zip(parents, gradients, strict=True):
        if gradient is not None and parent is not None:
            if gradient.shape is None and parent.__class__ is not Leaf:
                gradient = gradient.dense()
            if parent.ct is None:
                parent.ct = gradient
                heappush(heap, (parent.key, parent))
            else:
                gather(parent, gradient)


def _push(heap: list[tuple[int, Node]], xp: Any, parent: Node, gradient: Any, arg: Any) -> None:
    if gradient is None:
        return
    if gradient.shape != arg.shape or gradient.dtype != arg.dtype:
        gradient = fitted(xp, gradient, arg, parent.__class__ is Leaf)
    if parent.ct is None:  # what _add does; a call here would cost every recorded operator
        parent.ct = gradient
        heappush(heap, (parent.key, parent))
    else:
        gather(parent, gradient)


def fitted(xp: Any, gradient: Any, arg: Any, rows: bool = False) -> Any:
    """Bring a gradient to the shape and dtype of the array that it belongs to.

    One of a few rows (:mod:`mxshim._backends.row_gradient`) stays so where ``rows`` allows it.
    """
    if gradient.shape is None:
        gradient = gradient if rows else gradient.dense()
    elif gradient.shape != arg.shape:
        gradient = unbroadcast(xp, gradient, arg.shape)
    if gradient.dtype != arg.dtype:
        gradient = gradient.astype(arg.dtype)
    return gradient


def _add(heap: list[tuple[int, Node]], parent: Node, gradient: Any) -> None:
    if parent.ct is None:
        parent.ct = gradient
        heappush(heap, (parent.key, parent))
    else:
        gather(parent, gradient)


def _unfold(heap: list[tuple[int, Node]], heads: list[Node | None], ct: Any) -> None:
    """Hand the gradients of a compiled call on to the nodes that it unfolds into."""
    for head, part in zip(heads, ct if ct.__class__ is list else [ct], strict=True):
        if head is not None and part is not None:
            if head.__class__ is Port:
                _into_port(heap, head, part)
            else:
                _add(heap, head, part)


class _OnceOnly:
    """Refuse the second derivative of an operator declared with ``order=1``."""

    pulls = ()
    flat = False
    order = 2
    unfold = whole = None

    def __init__(self, name: str) -> None:
        self.name = f"_backward_{name}"


def _first_order(heap: list[tuple[int, Node]], node: Node, ct: Any, xp: Any) -> None:
    """Compute raw gradients of an ``order=1`` operator; deriving them again is an error."""
    local: list[tuple[int, Node]] = []
    raw = [None if part is None else part._buf for part in (ct if ct.__class__ is list else [ct])]
    saved = [(parent, parent.ct) for parent in node.parents if parent is not None]
    for parent, _ in saved:
        parent.ct = None
    _through(local, node, raw if ct.__class__ is list else raw[0], None)
    found = {id(parent): parent.ct for _, parent in local}
    for parent, before in reversed(saved):
        parent.ct = before
    parts = ct if ct.__class__ is list else [ct]
    origins = tuple(part._node for part in parts if part is not None) + tuple(node.parents)
    blocked = Node(_OnceOnly(node.op.name), origins, None, (None,) * len(origins), {}, node.ctx)
    for _, parent in local:
        _add(heap, parent, xp.on_tape(found[id(parent)], blocked))


def refuse_write(tensor: Tensor, inputs_on_tape: bool) -> None:
    """Refuse a write into ``tensor`` that would falsify gradients while recording.

    A tensor whose graph has been freed leaves the tape.
    """
    if tensor._node is not None and freed(tensor._node):
        tensor._node = None
    if tensor._node is not None:
        raise check_failed(
            "AGInfo: :IsNone(*output)",
            "Assigning to NDArrays that are already in a computational graph will cause undefined "
            "behavior when evaluating gradients. Please call backward first to clear the graph or "
            "do this out side of a record section. Also note that you cannot use inplace "
            "operations like +=, *=, relu(x, out=x), y[idx]=x, etc inside a record section.",
        )
    if inputs_on_tape:
        raise check_failed(
            "AGInfo: :IsNone(*output)",
            "Inplace operations (+=, -=, x[:]=, etc) are not supported when recording with "
            "autograd.",
        )
