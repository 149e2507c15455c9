"""Optimizer states as files that both sides read: pickles of known classes only.

MXNet pickles its states. We write the same pickle under its names and read it through an
allow-list: plain containers and numbers, NumPy scalars and dtypes, arrays, registered optimizers,
learning rate schedulers. Anything else in a file is refused before it is made.
"""

from __future__ import annotations

import io
import pickle
import pickletools

import numpy as np

from .. import lr_scheduler
from .._formats import params_file
from ..base import MXNetError
from ..ndarray import NDArray, array
from ._base import Optimizer

_OURS, _THEIRS = "mxshim", "mxnet"
_PLAIN = {
    ("collections", "OrderedDict"),
    ("collections", "defaultdict"),
    ("builtins", "set"),
    ("builtins", "frozenset"),
    ("builtins", "complex"),
    ("builtins", "bytearray"),
    ("builtins", "dict"),
    ("builtins", "list"),
    ("builtins", "int"),
    ("_codecs", "encode"),
    ("copyreg", "_reconstructor"),
    ("builtins", "object"),
}
_PYTHON_2 = {"__builtin__": "builtins", "copy_reg": "copyreg"}
_NUMPY = {"dtype", "ndarray", "scalar", "_reconstruct"}


def dumps(states):
    """Return ``states`` as a pickle that real MXNet loads."""
    out = io.BytesIO()
    _Pickler(out, protocol=2).dump(states)
    return _renamed(out.getvalue())


def loads(data):
    """Return the states in a pickle of ours or of MXNet's; MXNetError for anything unexpected."""
    try:
        return _to_arrays(_Unpickler(io.BytesIO(data), encoding="latin1").load())
    except MXNetError:
        raise
    except Exception as error:
        raise MXNetError(f"MXNetError: not a file of optimizer states: {error}") from error


class _SavedArray:
    """Stand for an array: the record that MXNet keeps in the attribute ``handle``."""

    def __init__(self, handle=None):
        self.handle = handle

    def __setstate__(self, state):
        self.handle = state["handle"]


class _Pickler(pickle.Pickler):
    def reducer_override(self, obj):
        if isinstance(obj, NDArray):
            record = params_file.dump_array(obj.asnumpy())
            return NDArray, (None,), {"handle": bytearray(record)}
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    def find_class(self, module, name):
        module = _PYTHON_2.get(module, module)
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        if module.split(".")[0] == "numpy":
            return _numpy_name(module, name)
        root, _, rest = module.partition(".")
        if root in (_OURS, _THEIRS):
            if name in ("NDArray", "ndarray") and rest.endswith(("ndarray", "multiarray")):
                return _SavedArray
            if rest == "lr_scheduler" and name in lr_scheduler.__all__:
                return getattr(lr_scheduler, name)
        known = Optimizer.opt_registry.get(name.lower())
        if known is not None and _same_module(known.__module__, module):
            return known
        raise MXNetError(
            f"MXNetError: the file of optimizer states asks for {module}.{name}, which is not "
            "among the classes that states may hold (registered optimizers, lr_scheduler classes, "
            "arrays, numbers and plain containers)"
        )


def _numpy_name(module, name):
    if name in _NUMPY and module in ("numpy", *_private("numpy.core"), *_private("numpy._core")):
        if name in ("dtype", "ndarray"):
            return getattr(np, name)
        multiarray = getattr(np, "_core", None) or np.core
        return getattr(multiarray.multiarray, name)
    kind = getattr(np, name, None) if module == "numpy" else None
    if isinstance(kind, type) and issubclass(kind, np.generic):
        return kind
    raise MXNetError(f"MXNetError: the file of optimizer states asks for {module}.{name}")


def _private(package):
    return package + ".multiarray", package + ".numeric"


def _same_module(ours, saved):
    for name in (_OURS, _THEIRS):
        if saved == name or saved.startswith(name + "."):
            saved = _OURS + saved[len(name) :]
            break
    return ours == saved


def _to_arrays(value):
    """Replace saved arrays by NDArrays in nested containers and in an optimizer's attributes."""
    if isinstance(value, _SavedArray):
        return array(params_file.load_array(bytes(value.handle)))
    if isinstance(value, dict):
        for key in value:
            value[key] = _to_arrays(value[key])
        return value
    if isinstance(value, (tuple, list)):
        return type(value)(_to_arrays(part) for part in value)
    if isinstance(value, Optimizer):
        _to_arrays(value.__dict__)
    return value


def _renamed(data):
    """Give every class of ours the module name it has in MXNet, NumPy 2's its name in NumPy 1."""
    parts, start = [], 0
    for opcode, argument, position in pickletools.genops(data):
        if opcode.name != "GLOBAL":
            continue
        module, name = argument.split(" ")
        renamed = module
        if module == _OURS or module.startswith(_OURS + "."):
            renamed = _THEIRS + module[len(_OURS) :]
        elif module.startswith("numpy._core"):
            renamed = "numpy.core" + module[len("numpy._core") :]
        old = f"c{module}\n{name}\n".encode()
        parts += [data[start:position], f"c{renamed}\n{name}\n".encode()]
        start = position + len(old)
    return b"".join(parts) + data[start:]
