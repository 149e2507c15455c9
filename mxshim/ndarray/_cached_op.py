"""CachedOp: a symbol compiled to one call on arrays, what hybridized blocks run."""

from __future__ import annotations

from typing import Any

from .._core.device import current
from .._core.errors import mxnet_error
from .._core.graph import GraphNode
from .._core.program import Program
from .._core.program_steps import Watch
from .._core.tensor import make
from .ndarray import NDArray


class CachedOp:
    """Run ``sym`` on arrays given in the order of its ``list_inputs()``.

    While recording, a call is one node of the tape; one of few operators (``("inline_limit", 2)``
    among the pairs ``flags``) as many as it has, unless ``("static_alloc", True)`` stands there.
    Other flags steer MXNet's engine and are accepted.
    """

    __slots__ = ("_cls", "_hook", "_program", "flags", "is_np_sym")

    def __init__(self, sym: Any, flags: Any = ()) -> None:
        self.is_np_sym = bool(sym._is_np)
        self.flags = dict(flags)
        inline = 0 if self.flags.get("static_alloc") else int(self.flags.get("inline_limit", 2))
        self._program = Program(sym._entries, apart=True, inline=inline)
        self._hook: Watch | None = None
        self._cls: type[NDArray] = NDArray
        if self.is_np_sym:
            from ..numpy import ndarray  # here, because NumPy-like arrays derive from NDArray

            self._cls = ndarray

    @property
    def handle(self) -> Any:
        """What a foreign-function interface would hold: here the program itself."""
        return self._program

    def __call__(self, *args: Any, out: Any = None, **kwargs: Any) -> Any:
        """Run; return an array, or a list of them when the symbol has several outputs."""
        if kwargs:
            raise TypeError(
                f"CachedOp.__call__ got unexpected keyword argument(s): {', '.join(kwargs)}"
            )
        program = self._program
        if len(args) != len(program.inputs):
            raise mxnet_error(
                f"Check failed: inputs.size() == num_inputs() ({len(args)} vs. "
                f"{len(program.inputs)}) : ",
                f"the graph takes {', '.join(node.name for node in program.inputs)}",
            )
        for arg in args:
            if not isinstance(arg, NDArray):
                raise AttributeError(f"'{type(arg).__name__}' object has no attribute 'handle'")
        ctx = args[0]._ctx if args else current()
        made = self.run(args, ctx)
        if out is not None:
            for target, result in zip(out if isinstance(out, (list, tuple)) else (out,), made):
                target[:] = result
            return out
        return made[0] if len(made) == 1 else made

    def run(self, args: Any, ctx: Any) -> list[Any]:
        """Run on as many arrays as the graph has inputs; return the list of outputs."""
        return self._program.call(self._cls, args, ctx, self._hook)

    def _register_op_hook(self, callback: Any, monitor_all: bool = False) -> None:
        """Call ``callback(name, operator, array)`` for every output of every operator.

        With ``monitor_all`` for the operators' inputs too (``<node>_<input>``). Names are bytes, as
        MXNet passes them; the array is an NDArray where MXNet gives a handle.
        """
        if not callback:
            self._hook = None
            return

        def tell(node: GraphNode, name: str, value: Any) -> None:
            array = make(self._cls, value, current())
            callback(name.encode(), node.op_name.encode(), array)

        self._hook = Watch(tell, inputs=bool(monitor_all))


__all__ = ["CachedOp"]
