"""The legacy array class, ``mx.nd.NDArray``."""

from __future__ import annotations

from typing import Any

import numpy

from .._core import device, tape
from .._core.device import Context
from .._core.dtypes import as_dtype
from .._core.tape import Leaf, state
from .._core.tensor import Tensor, make


class NDArray(Tensor):
    """An n-dimensional array on a device, with MXNet's legacy semantics.

    Comparisons give the operands' dtype, full reductions have shape ``(1,)``, dtypes never mix.
    """

    __slots__ = ("_detached_at",)
    __array_priority__ = 1000.0
    #: Tells ``mx.np.ndarray`` (a subclass) from legacy arrays.
    _is_np = False

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        return self._buf.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._buf.ndim

    @property
    def size(self) -> int:
        """The number of elements."""
        return self._buf.size

    @property
    def dtype(self) -> Any:
        """The element type, as a NumPy scalar class."""
        return self._buf.dtype.type

    @property
    def context(self) -> Context:
        """The device that holds the array."""
        return self._ctx

    ctx = context

    @property
    def stype(self) -> str:
        """The storage type; dense arrays say ``default``."""
        return "default"

    @property
    def grad(self) -> Any:
        """The array that receives the gradient, or None without :meth:`attach_grad`."""
        node = self._node
        if node.__class__ is not Leaf or node.grad is None:
            return None
        return make(type(self), node.grad._buf, node.grad._ctx, node.grad._node)

    def attach_grad(self, grad_req: str = "write", stype: str | None = None) -> None:
        """Make the array a variable with a zeroed gradient; cut it off from any history."""
        from ..autograd import mark_variables

        gradient = make(type(self), self._ctx.xp.zeros_like(self._buf), self._ctx)
        mark_variables([self], [gradient], grad_req)

    def detach(self) -> Any:
        """Return an array on the same memory that is on no tape."""
        return make(type(self), self._buf, self._ctx)

    def backward(
        self, out_grad: Any = None, retain_graph: bool = False, train_mode: bool = True
    ) -> None:
        """Write the gradients of this array; see :func:`mxshim.autograd.backward`."""
        from ..autograd import backward

        backward([self], [out_grad], retain_graph, train_mode)

    def asnumpy(self) -> numpy.ndarray[Any, Any]:
        """Return a copy as a NumPy array."""
        return numpy.array(self._ctx.xp.to_host(self._buf))

    def __repr__(self) -> str:
        shape = "x".join(str(n) for n in self.shape)
        return f"\n{self.asnumpy()!s}\n<{type(self).__name__} {shape} @{self._ctx}>"


__all__ = ["NDArray", "as_dtype", "device", "state", "tape"]
