"""The root of all array classes: a buffer, its place on the tape and its context."""

from __future__ import annotations

from typing import Any

from .device import Context

new = object.__new__


class Tensor:
    """A buffer (``_buf``) with a tape node (``_node``, or None) and a context (``_ctx``).

    Shape and dtype are the buffer's.  Several tensors may share one buffer's memory: writing
    through one is seen by the others.
    """

    __slots__ = ("__weakref__", "_buf", "_ctx", "_node")

    #: Arrays of other storage than dense ones make ``_buf`` on demand and never write through it.
    _sparse = False
    _take_gradient: Any
    _buf: Any
    _ctx: Context
    _node: Any


def make(cls: type[Any], buf: Any, ctx: Context, node: Any = None) -> Any:
    """Wrap a raw buffer as a tensor of class ``cls``."""
    tensor = new(cls)
    tensor._buf = buf
    tensor._ctx = ctx
    tensor._node = node
    return tensor
