"""Operators written in Python, ``mx.operator``: classes to subclass, and what is registered.

A :class:`CustomOpProp` describes an operator and makes the :class:`CustomOp` that computes it;
:func:`register` gives it the name under which ``mx.nd.Custom`` and ``mx.sym.Custom`` find it. The
older :class:`NumpyOp` and :class:`NDArrayOp` do both in one class, for symbols.
"""

from __future__ import annotations

import itertools
import warnings
from collections import namedtuple

from . import symbol
from ._core.errors import MXNetError
from ._core.graph import find, names_of, registered
from ._core.params import Enum, Int, Optional, Text
from ._ops.custom import MAKERS, OBJECTS
from .ndarray import NDArray
from .numpy import ndarray as _np_ndarray
from .util import is_np_array


class CustomOp:
    """Compute an operator; subclasses override ``forward`` and ``backward``."""

    def forward(self, is_train, req, in_data, out_data, aux):
        """Write the outputs into ``out_data`` (see :meth:`assign`), as ``req`` says."""

    def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
        """Write the gradients into ``in_grad``, as ``req`` says."""

    def assign(self, dst, req, src):
        """Write ``src`` into ``dst``, add it, or do nothing: ``req`` is an entry of theirs."""
        everything = () if is_np_array() else slice(None)
        if req in ("write", "inplace"):
            dst[everything] = src
        elif req == "add":
            dst[everything] += src


class CustomOpProp:
    """Describe an operator: names, shapes, types; subclasses override what differs.

    The parameters of ``mx.nd.Custom`` and ``mx.sym.Custom`` arrive as keywords of the initializer,
    as text. A loss passes ``need_top_grad=False``.
    """

    def __init__(self, need_top_grad=True):
        self.need_top_grad_ = need_top_grad

    def infer_shape(self, in_shape):
        """Return the shapes of inputs, outputs and states: here those of the first input."""
        return in_shape, (in_shape[0],) * len(self.list_outputs()), ()

    def infer_type(self, in_type):
        """Return the types of inputs, outputs and states: here that of the first input."""
        kind = in_type[0]
        return (
            in_type,
            [kind] * len(self.list_outputs()),
            [kind] * len(self.list_auxiliary_states()),
        )

    def infer_storage_type(self, in_stype):
        """Return the storage types of inputs, outputs and states: here ``default`` only."""
        _refuse_sparse("infer_storage_type", "in_stype", in_stype, "input/output")
        outputs, states = self.list_outputs(), self.list_auxiliary_states()
        return in_stype, ["default"] * len(outputs), ["default"] * len(states)

    def infer_storage_type_backward(self, ograd_stype, in_stype, out_stype, igrad_stype, aux_stype):
        """Return the five lists of storage types of the backward: here ``default`` only."""
        what = "infer_storage_type_backward"
        _refuse_sparse(what, "ograd_stype", ograd_stype, "output gradient")
        known = [each for each in igrad_stype if each != "undefined"]
        _refuse_sparse(what, "igrad_stype", known, "input gradient")
        lists = (ograd_stype, in_stype, out_stype, igrad_stype, aux_stype)
        for each in lists:
            each[:] = ["default"] * len(each)
        return lists

    def list_outputs(self):
        """Return the names of the outputs."""
        return ["output"]

    def list_arguments(self):
        """Return the names of the inputs."""
        return ["data"]

    def list_auxiliary_states(self):
        """Return the names of the arrays that running updates."""
        return []

    def declare_backward_dependency(self, out_grad, in_data, out_data):
        """Return those of the given numbers of arrays that the backward reads."""
        return [*(out_grad if self.need_top_grad_ else []), *in_data, *out_data]

    def create_operator(self, ctx, in_shapes, in_dtypes):
        """Return the CustomOp that computes on such inputs; the types are MXNet's codes."""
        return CustomOp()


def _refuse_sparse(method, argument, stypes, what):
    """Refuse storage types that the default inference does not know."""
    for i, stype in enumerate(stypes):
        assert stype == "default", (
            f"Default {method} implementation doesnt allow non default stypes: found non default "
            f"stype '{stype}' for {argument}[{i}]. Please implement infer_storage_type and "
            f"infer_storage_type_backward interface in your custom operator if you have "
            f"non-default {what} stypes"
        )


def register(reg_name):
    """Give a CustomOpProp class the name for ``op_type`` (a decorator)."""

    def do_register(prop_cls):
        MAKERS[reg_name] = prop_cls, _np_ndarray if is_np_array() else NDArray
        return prop_cls

    return do_register


register("custom_op")(CustomOpProp)


class PythonOp:
    """The base of the older operators, which symbols only take."""

    _ref_holder = []

    def __init__(self, need_top_grad=True):
        self.info_ = None
        self.need_top_grad_ = need_top_grad
        warnings.warn("PythonOp has been deprecated. Please use CustomOp", stacklevel=2)

    def __call__(self, *args, **kwargs):
        return self.get_symbol(*args, **kwargs)

    def get_symbol(self, *args, **kwargs):
        """Return the symbol of a call; subclasses override this."""
        raise NotImplementedError("Must override this")

    def forward(self, in_data, out_data):
        """Write the outputs: here the input."""
        out_data[0][:] = in_data[0]

    def backward(self, out_grad, in_data, out_data, in_grad):
        """Write the gradients: here ones."""
        in_grad[0][:] = 1.0

    def infer_shape(self, in_shape):
        """Return the shapes of inputs and outputs: here those of the first input."""
        return in_shape, [in_shape[0]]

    def list_outputs(self):
        """Return the names of the outputs."""
        return ["output"]

    def list_arguments(self):
        """Return the names of the inputs."""
        return ["data"]

    def need_top_grad(self):
        """Tell whether the gradient asks for one from above: false for losses."""
        return self.need_top_grad_

    def _symbol(self, kind, adapter, args, kwargs):
        """Make the node; it keeps the number under which this object stands among all."""
        self.info_ = format(next(_numbers), "x")
        OBJECTS[self.info_] = lambda: adapter(self), NDArray
        PythonOp._ref_holder.append(self)
        return getattr(symbol._internal, kind)(*args, info=self.info_, **kwargs)


_numbers = itertools.count(0x7F0000000000)


class NumpyOp(PythonOp):
    """An operator of the older kind that computes on NumPy arrays."""

    def __init__(self, need_top_grad=True):
        super().__init__(need_top_grad)
        warnings.warn("NumpyOp has been deprecated. Please use CustomOp", stacklevel=2)

    def get_symbol(self, *args, **kwargs):
        """Return the symbol of a call on symbols."""
        return self._symbol(
            "_Native", _OnNumpy, args, {"need_top_grad": self.need_top_grad(), **kwargs}
        )


class NDArrayOp(PythonOp):
    """An operator of the older kind that computes on arrays of ``mx.nd``."""

    def __init__(self, need_top_grad=True):
        super().__init__(need_top_grad)
        warnings.warn("NDArrayOp has been deprecated. Please use CustomOp", stacklevel=2)

    def get_symbol(self, *args, **kwargs):
        """Return the symbol of a call on symbols."""
        return self._symbol("_NDArray", _OnArrays, args, kwargs)

    def declare_backward_dependency(self, out_grad, in_data, out_data):
        """Return those of the given numbers of arrays that the backward reads."""
        return [*(out_grad if self.need_top_grad() else []), *in_data, *out_data]


class _OnArrays(CustomOpProp):
    """Show an operator of the older kind as one of the newer."""

    def __init__(self, older):
        super().__init__(older.need_top_grad())
        self._older = older
        self.list_arguments, self.list_outputs = older.list_arguments, older.list_outputs
        self.infer_shape = older.infer_shape

    def create_operator(self, ctx, in_shapes, in_dtypes):
        return self

    def forward(self, is_train, req, in_data, out_data, aux):
        self._older.forward(in_data=in_data, out_data=out_data)

    def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
        out_grad = out_grad if self.need_top_grad_ else []
        self._older.backward(out_grad=out_grad, in_data=in_data, out_data=out_data, in_grad=in_grad)


class _OnNumpy(_OnArrays):
    """The same on NumPy arrays, whose results are copied back."""

    def forward(self, is_train, req, in_data, out_data, aux):
        ins, outs = _hosts(in_data), _hosts(out_data)
        self._older.forward(in_data=ins, out_data=outs)
        _copy_back(outs, out_data)

    def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
        grads = _hosts(in_grad)
        out_grad = out_grad if self.need_top_grad_ else []
        self._older.backward(
            out_grad=_hosts(out_grad), in_data=_hosts(in_data), out_data=_hosts(out_data),
            in_grad=grads,
        )  # fmt: skip
        _copy_back(grads, in_grad)


def _hosts(arrays):
    return [each.asnumpy() for each in arrays]


def _copy_back(hosts, arrays):
    for host, each in zip(hosts, arrays):
        each[:] = host


OperatorArguments = namedtuple("OperatorArguments", ["narg", "names", "types"])


def get_all_registered_operators():
    """Return the names of all operators that are there, aliases included."""
    return sorted(registered())


def get_operator_arguments(op_name):
    """Return how many inputs and parameters an operator has, their names and their types."""
    try:
        op, known = find(op_name), names_of(op_name)
    except MXNetError:
        raise _unregistered(op_name) from None
    if op_name != known.real:  # mxnet: only an operator's own name is looked up
        raise _unregistered(op_name)
    bodies = {"fn", "cond", "func", "then_branch", "else_branch"} if op.specialize else ()
    names, types = [], []
    for name in known.inputs:
        names.append(name.lstrip("*"))
        kind = "Symbol" if name in bodies else "NDArray-or-Symbol"
        types.append(kind + "[]" * name.startswith("*"))
    for name, kind in op.params.items():
        names.append(name)
        types.append(_described(kind, op.defaults[name]) if name in op.defaults else
                     f"{kind.mx_type}, required")  # fmt: skip
    if op_name == "Custom":
        types[-1] = "string"
    return OperatorArguments(len(names), names, types)


def _unregistered(name):
    return MXNetError(f"Check failed: op != nullptr: Operator {name} is not registered")


def _described(kind, default):
    """Write a parameter's type and default as MXNet documents them."""
    inner = kind.inner if isinstance(kind, Optional) else kind
    quoted = isinstance(inner, (Enum, Text)) or (isinstance(inner, Int) and inner.mx_type == "int")
    comma = "," if isinstance(inner, Enum) else ", "
    if isinstance(default, bool):
        text = str(int(default))
    elif isinstance(default, tuple):
        numbers = [f"{n:g}" if isinstance(n, float) else str(n) for n in default]
        text = f"[{','.join(numbers)}]"
    elif isinstance(default, float):
        text = f"{default:.17g}" if inner.mx_type == "double" else f"{default:.9g}"
    else:
        text = str(default)
    return f"{kind.mx_type}{comma}optional, default=" + (f"'{text}'" if quoted else text)


__all__ = [
    "CustomOp", "CustomOpProp", "NDArrayOp", "NumpyOp", "OperatorArguments", "PythonOp",
    "get_all_registered_operators", "get_operator_arguments", "register",
]  # fmt: skip
