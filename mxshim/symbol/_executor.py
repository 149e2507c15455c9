"""Executors: a symbol bound to arrays, run forward and backward on the tape."""

from __future__ import annotations

import copy
from typing import Any

import numpy

from .. import autograd
from .._core import graph_infer
from .._core.device import Context
from .._core.errors import MXNetError, check_failed
from .._core.graph import GraphNode
from .._core.program import Program
from .._core.program_steps import Watch
from .._core.tape import Leaf
from .._core.tensor import make
from ..ndarray import NDArray, zeros
from ..numpy import ndarray as _np_ndarray
from . import _infer

_REQUESTS = ("null", "write", "add")
#: Operators whose gradient asks for none from above: a backward may start at them by itself.
_LOSSES = frozenset(
    {
        "BlockGrad", "IdentityAttachKLSparseReg", "LinearRegressionOutput",
        "LogisticRegressionOutput", "MAERegressionOutput", "MakeLoss", "SVMOutput",
        "SoftmaxOutput", "make_loss",
    }
)  # fmt: skip


class Executor:
    """Run a bound symbol; ``arg_arrays``, ``grad_arrays`` and ``aux_arrays`` are in use by it."""

    def __init__(
        self, symbol: Any, ctx: Context, grad_req: Any, group2ctx: Any,
        arrays: tuple[list[Any], list[Any], list[Any]], requests: list[str],
    ) -> None:  # fmt: skip
        self._symbol = copy.copy(symbol)
        self._ctx = ctx
        self._grad_req = copy.deepcopy(grad_req)
        self._group2ctx = group2ctx
        self._program = Program(self._symbol._entries)
        self.arg_arrays, self.grad_arrays, self.aux_arrays = arrays
        self._requests = requests
        self._class = _np_ndarray if symbol._is_np else NDArray
        self._monitor: Any = None
        self._monitor_all = False
        self._heads: list[Any] | None = None
        self.outputs: list[Any] = self._blank_outputs()

    def _blank_outputs(self) -> list[Any]:
        """Make the outputs' arrays, zeros until the first run."""
        given = {
            node.name: _infer.inward(tuple(array.shape))
            for node, array in zip(self._program.arguments, self.arg_arrays, strict=True)
        }
        states = zip(self._program.states, self.aux_arrays, strict=True)
        given |= {node.name: _infer.inward(tuple(array.shape)) for node, array in states}
        known = graph_infer.shapes(self._symbol._entries, given)
        found = [known.get((id(node), index)) for node, index, _ in self._symbol._entries]
        if not all(graph_infer.is_known(shape) for shape in found):
            return []
        return [zeros(shape, self._ctx) for shape in found]

    # ---- running

    def forward(self, is_train: bool = False, **kwargs: Any) -> list[Any]:
        """Run and return the outputs; keywords are written into the arguments first.

        Every run changes the arrays of the one before: copy what is to stay.
        """
        for name, array in kwargs.items():
            if not isinstance(array, (NDArray, numpy.ndarray)):
                raise ValueError("only accept keyword argument of NDArrays and numpy.ndarray")
            held = self.arg_dict
            if name not in held:
                raise TypeError(f"Unknown argument {name}")
            if held[name].shape != array.shape:
                raise ValueError(
                    f"Shape not match! Argument {name}, need: {held[name].shape}, received: "
                    f"{array.shape}"
                )
            held[name][:] = array
        self._heads = None  # so that what the last run kept goes before this one's values come
        recording = any(request != "null" for request in self._requests)
        with autograd._RecordingStateScope(recording, bool(is_train)):
            self._heads = self._program.call(
                self._class, self._variables(), self._ctx, self._watch()
            )
        self.outputs = self._shown(self._heads)
        return self.outputs

    def _shown(self, heads: list[Any]) -> list[Any]:
        """Return the outputs' arrays, the same at every run, with the values of this one."""
        if len(self.outputs) != len(heads):
            return [make(NDArray, head._buf, head._ctx) for head in heads]
        # mxnet: whoever holds an output sees later runs; test_outputs_show_the_latest_run
        for held, head in zip(self.outputs, heads, strict=True):
            held._buf, held._ctx = head._buf, head._ctx
        return list(self.outputs)

    def _variables(self) -> list[Any]:
        """Wrap arguments and states anew, as leaves of the tape where a gradient is asked for.

        They stand in the order in which the graph takes them.
        """
        values = {}
        arguments = zip(
            self._program.arguments, self.arg_arrays, self.grad_arrays, self._requests, strict=True
        )
        for node, array, gradient, request in arguments:
            tensor = make(self._class, array._buf, array._ctx)
            if request != "null" and gradient is not None:
                tensor._node = Leaf(tensor, gradient, request)
            values[id(node)] = tensor
        for node, array in zip(self._program.states, self.aux_arrays, strict=True):
            values[id(node)] = make(self._class, array._buf, array._ctx)
        return [values[id(node)] for node in self._program.inputs]

    def _watch(self) -> Watch | None:
        callback = self._monitor
        if callback is None:
            return None

        def tell(node: GraphNode, name: str, value: Any) -> None:
            callback(name.encode(), make(NDArray, value, self._ctx))

        return Watch(tell, inputs=self._monitor_all, variables=self._monitor_all, hidden=True)

    def backward(self, out_grads: Any = None, is_train: bool = True) -> None:
        """Write gradients into ``grad_arrays``; outputs that are no losses need ``out_grads``."""
        if out_grads is None:
            out_grads = []
        elif isinstance(out_grads, NDArray):
            out_grads = [out_grads]
        elif isinstance(out_grads, dict):
            out_grads = [out_grads[name] for name in self._symbol.list_outputs()]
        for each in out_grads:
            if not isinstance(each, NDArray):
                raise TypeError("inputs must be NDArray")
        if self._heads is None:
            self.forward(is_train=True)
        assert self._heads is not None
        heads, gradients = [], []
        for i, head in enumerate(self._heads):
            node = self._symbol._entries[i][0]
            loss = node.op_name in _LOSSES or (node.op is not None and node.op.headless)
            if i >= len(out_grads) and not loss:
                raise check_failed(
                    "i < head_grads.size() && !head_grads[i].is_none()",
                    "Because the last operator is not Loss function, head_gradient is required "
                    "when calling backward. If you are attempting to minimize the output as an "
                    "objective, please modify your network and pass it through the make_loss "
                    "symbol.",
                )
            if head._node is not None:
                heads.append(head)
                gradients.append(out_grads[i] if i < len(out_grads) else None)
        if heads:
            autograd.backward(heads, gradients, retain_graph=True, train_mode=is_train)

    # ---- arrays by name

    def _named(self, names: list[str], arrays: list[Any]) -> dict[str, Any]:
        if len(set(names)) != len(names):
            raise ValueError(f"Duplicate names detected, {names}")
        return dict(zip(names, arrays, strict=False))

    @property
    def arg_dict(self) -> dict[str, Any]:
        """The arguments by name."""
        return self._named(self._symbol.list_arguments(), self.arg_arrays)

    @property
    def grad_dict(self) -> dict[str, Any]:
        """The gradients by the argument's name; None where none is asked for."""
        return self._named(self._symbol.list_arguments(), self.grad_arrays)

    @property
    def aux_dict(self) -> dict[str, Any]:
        """The auxiliary states by name."""
        return self._named(self._symbol.list_auxiliary_states(), self.aux_arrays)

    @property
    def output_dict(self) -> dict[str, Any]:
        """The outputs of the last run by name."""
        return self._named(self._symbol.list_outputs(), self.outputs)

    def copy_params_from(
        self, arg_params: Any, aux_params: Any = None, allow_extra_params: bool = False
    ) -> None:
        """Copy values into arguments and states by name; ValueError for unknown names."""
        words = '"{}" that is not in the arguments'
        _copy_into(self.arg_dict, arg_params, allow_extra_params, words)
        if aux_params is not None:
            words = "{} that is not in the auxiliary states"
            _copy_into(self.aux_dict, aux_params, allow_extra_params, words)

    def reshape(
        self, partial_shaping: bool = False, allow_up_sizing: bool = False, **kwargs: Any
    ) -> Executor:
        """Return an executor for other input shapes that shares the arrays whose shape stays."""
        given = {key: value for key, value in kwargs.items() if isinstance(value, tuple)}
        arguments, _, states = _infer.known_shapes(self._symbol, given)
        names = self._symbol.list_arguments()
        new: tuple[list[Any], list[Any], list[Any]] = ([], [], [])
        for name, shape, array, gradient in zip(
            names, arguments, self.arg_arrays, self.grad_arrays, strict=True
        ):
            if not (partial_shaping or name in given or tuple(array.shape) == shape):
                raise check_failed(
                    "partial_shaping",
                    f"Shape of unspecified array arg: {name} changed. This can cause the new "
                    "executor to not share parameters with the old one. Please check for error in "
                    "network. If this is intended, set partial_shaping=True to suppress this "
                    "warning.",
                )
            new[0].append(_resized(array, shape, name, allow_up_sizing))
            new[1].append(
                None if gradient is None else _resized(gradient, shape, name, allow_up_sizing)
            )
        for shape, array in zip(states, self.aux_arrays, strict=True):
            new[2].append(_resized(array, shape, "", allow_up_sizing))
        made = Executor(
            self._symbol, self._ctx, self._grad_req, self._group2ctx, new, self._requests
        )
        made._monitor, made._monitor_all = self._monitor, self._monitor_all
        return made

    def set_monitor_callback(self, callback: Any, monitor_all: bool = False) -> None:
        """Call ``callback(name, array)`` for every output of every operator.

        With ``monitor_all`` for what the operators read too. Names are bytes, as MXNet's are.
        """
        self._monitor, self._monitor_all = callback, monitor_all

    def debug_str(self) -> str:
        """Describe the graph."""
        text: str = self._symbol.debug_str()
        return text

    def get_optimized_symbol(self) -> Any:
        """Return the symbol that is run."""
        return copy.copy(self._symbol)


def _copy_into(held: dict[str, Any], given: Any, allow_extra: bool, words: str) -> None:
    for name, array in given.items():
        if name in held:
            array.astype(held[name].dtype).copyto(held[name])
        elif not allow_extra:
            raise ValueError(f"Find name {words.format(name)}")


def _resized(array: Any, shape: Any, name: str, allow: bool) -> Any:
    """Return the array itself, the front of its memory in another shape, or a larger new one."""
    if tuple(array.shape) == tuple(shape):
        return array
    size = int(numpy.prod(shape))
    if size > array.size:
        if not allow:
            raise check_failed(
                "allow_up_sizing",
                f"New shape of arg: {name} is larger than original.First making a big executor and "
                "then down sizing it is more efficient than the reverse.If you really want to up "
                "size, set allow_up_sizing=True to enable allocation of new arrays.",
            )
        return zeros(shape, array.ctx, array.dtype)
    return array.reshape((-1,))[:size].reshape(shape)


def _arrays(key: str, given: Any, names: list[str], allow_missing: bool) -> list[Any]:
    """Return the arrays in the order of ``names``, from a list or a dict."""
    refusal = TypeError("Only accept list of NDArrays or dict of str to NDArray")
    if isinstance(given, list):
        if len(given) != len(names):
            raise ValueError(f"Length of {key} does not match the number of arguments")
        if not all(isinstance(a, NDArray) or (a is None and allow_missing) for a in given):
            raise refusal
        return given
    if not isinstance(given, dict):
        raise refusal
    found = []
    for name in names:
        if name not in given and not allow_missing:
            raise ValueError(f"key `{name}` is missing in `{key}`")
        found.append(given.get(name))
        if name in given and not isinstance(given[name], NDArray):
            raise refusal
    return found


def bind(
    symbol: Any, ctx: Any, args: Any, args_grad: Any, grad_req: Any, aux_states: Any, group2ctx: Any
) -> Executor:
    """Bind a symbol to arrays; MXNetError when their shapes do not fit."""
    if not isinstance(ctx, Context):
        raise TypeError("Context type error")
    names = symbol.list_arguments()
    arrays = _arrays("args", args, names, False)
    gradients = [None] * len(names)
    if args_grad is not None:
        gradients = _arrays("args_grad", args_grad, names, True)
    auxiliary = symbol.list_auxiliary_states()
    states = _arrays("aux_states", [] if aux_states is None else aux_states, auxiliary, False)
    requests = _requests(grad_req, names)
    return Executor(symbol, ctx, grad_req, group2ctx, (arrays, gradients, states), requests)


def _requests(grad_req: Any, names: list[str]) -> list[str]:
    if isinstance(grad_req, str):
        if grad_req not in _REQUESTS:
            raise ValueError("grad_req must be in " + str({"null": 0, "write": 1, "add": 3}))
        return [grad_req] * len(names)
    found = grad_req
    if not isinstance(grad_req, list):
        found = [grad_req.get(name, "null") for name in names]
    for request in found:
        if request not in _REQUESTS:
            raise KeyError(request)
    return list(found)


def simple_bind(
    symbol: Any, ctx: Context, grad_req: Any, type_dict: Any, group2ctx: Any, shared_exec: Any,
    shared_buffer: Any, given: dict[str, Any],
) -> Executor:  # fmt: skip
    """Bind a symbol to new arrays of the inferred shapes, zeros of float32 by default."""
    shapes = {key: value for key, value in given.items() if isinstance(value, tuple)}
    names = symbol.list_arguments()
    try:
        arguments, _, states = _infer.known_shapes(symbol, shapes)
    except MXNetError as error:
        raise _refused(given, error) from None
    types = {key: numpy.dtype(value) for key, value in (type_dict or {}).items()}
    known = _infer.infer_type(symbol, True, (), types)
    for name, dtype in zip(names, known[0], strict=True):
        types[name] = numpy.dtype(dtype or numpy.float32)
    if isinstance(grad_req, (list, dict)) and not grad_req:
        kind = "list" if isinstance(grad_req, list) else "dict"
        raise RuntimeError(f"grad_req in simple_bind cannot be an empty {kind}")
    _check_requests(grad_req, given)
    requests = _requests("null" if grad_req is None else grad_req, names)
    shared = dict(shared_exec.arg_dict) if shared_exec is not None else {}
    arrays = []
    for name, shape in zip(names, arguments, strict=True):
        held = shared.get(name)
        fits = held is not None and tuple(held.shape) == tuple(shape)
        arrays.append(held if fits else zeros(shape, ctx, types[name]))
    gradients = [
        zeros(shape, ctx, types[name]) if request != "null" else None
        for name, shape, request in zip(names, arguments, requests, strict=True)
    ]
    kinds = _infer.infer_type(symbol, True, (), types)[2]
    auxiliary = [
        zeros(shape, ctx, dtype or numpy.float32)
        for shape, dtype in zip(states, kinds, strict=True)
    ]
    if shared_buffer is not None:
        shared_buffer.update(zip(names, arrays, strict=True))
    return Executor(symbol, ctx, grad_req, group2ctx, (arrays, gradients, auxiliary), requests)


def _refused(given: dict[str, Any], error: Exception) -> RuntimeError:
    listed = "".join(f"{key}: {value}\n" for key, value in given.items())
    return RuntimeError(f"simple_bind error. Arguments:\n{listed}{error}")


def _check_requests(grad_req: Any, given: dict[str, Any]) -> None:
    if isinstance(grad_req, str):
        asked, index = [grad_req], "0"
    else:
        asked, index = list(getattr(grad_req, "values", lambda: grad_req or [])()), "i"
    for request in asked:
        if request not in _REQUESTS:
            line = f"req_map.count(provided_grad_req_types[{index}]) == 1U (0 vs. 1) "
            text = (
                f"grad_req={request} is not a valid input in simple_bind; only 'null', 'write', "
                "and 'add' are supported"
            )
            raise _refused(given, check_failed(line, text))


__all__ = ["Executor", "bind", "simple_bind"]
