"""Optimizer states as files that both sides read: pickles of known classes only.

MXNet pickles its states. We write the same pickle under its names and read it through an
allow-list: plain containers and numbers, NumPy scalars, arrays, registered optimizers, learning
rate schedulers. Anything else in a file is refused before it is made, and so is what would take
memory that the file does not pay for.
"""

from __future__ import annotations

import io
import pickle
import pickletools
from collections import OrderedDict, defaultdict

import numpy as np

from .. import lr_scheduler
from .._formats import array_record
from ..base import MXNetError
from ..ndarray import NDArray
from ..ndarray.utils import to_array, to_record
from ..util import is_np_shape
from ._base import Optimizer

_OURS, _THEIRS = "mxshim", "mxnet"
_PYTHON_2 = {"__builtin__": "builtins", "copy_reg": "copyreg"}


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
        raise _refused(f"it is no whole pickle ({type(error).__name__}: {error})") from error


class _Pickler(pickle.Pickler):
    def reducer_override(self, obj):
        if isinstance(obj, NDArray):
            # MXNet reads arrays only under the shape semantics that they were written under.
            record = array_record.dump_record(to_record(obj), is_np_shape())
            return NDArray, (None,), {"handle": bytearray(record)}
        return NotImplemented


class _SavedArray:
    """Stand for an array: the record that MXNet keeps in the attribute ``handle``."""

    def __init__(self, handle=None):
        self.handle = handle

    def __setstate__(self, state):
        self.handle = state["handle"]


def _bytes_only(source=b"", encoding="latin-1"):
    """Do as bytearray does with bytes or text; never make a buffer from a mere size."""
    if isinstance(source, str):
        return bytearray(_latin_only(source, encoding))
    if not isinstance(source, bytes):
        raise _refused(f"it makes bytes from {type(source).__name__}")
    return bytearray(source)


def _latin_only(text, encoding="latin-1"):
    if encoding not in ("latin-1", "latin1") or not isinstance(text, str):
        raise _refused(f"it uses the encoding {encoding}")
    return text.encode("latin-1")


def _plain_object(klass, base, state):
    if base is not object or state is not None:
        raise _refused(f"it builds {klass} in an unusual way")
    return klass.__new__(klass)


_ALLOWED = {
    ("collections", "OrderedDict"): OrderedDict,
    ("collections", "defaultdict"): defaultdict,
    ("builtins", "set"): set,
    ("builtins", "frozenset"): frozenset,
    ("builtins", "bytearray"): _bytes_only,
    ("builtins", "object"): object,
    ("_codecs", "encode"): _latin_only,
    ("copyreg", "_reconstructor"): _plain_object,
    ("numpy", "dtype"): np.dtype,
    ("numpy.core.multiarray", "scalar"): np.float64(0).__reduce__()[0],
}


class _Unpickler(pickle._Unpickler):
    """Unpickle allowed classes only, in Python: the C one sizes its memo by numbers in the file."""

    dispatch = {
        opcode: load
        for opcode, load in pickle._Unpickler.dispatch.items()
        if bytes([opcode]) not in (pickle.BYTEARRAY8, pickle.NEXT_BUFFER, pickle.READONLY_BUFFER)
    }

    def find_class(self, module, name):
        module = _PYTHON_2.get(module, module).replace("numpy._core", "numpy.core")
        if (module, name) in _ALLOWED:
            return _ALLOWED[module, name]
        root, _, rest = module.partition(".")
        if root in (_OURS, _THEIRS):
            if name in ("NDArray", "ndarray") and rest.endswith(("ndarray", "multiarray")):
                return _SavedArray
            if rest == "lr_scheduler" and name in lr_scheduler.__all__:
                return getattr(lr_scheduler, name)
            module = f"{_OURS}.{rest}"
        known = Optimizer.opt_registry.get(name.lower())
        if known is not None and known.__module__ == module:
            return known
        raise _refused(
            f"it asks for {module}.{name}, which is not among the classes that states may hold "
            "(registered optimizers, lr_scheduler classes, arrays, numbers and plain containers)"
        )


def _refused(why):
    return MXNetError(f"MXNetError: cannot read the file of optimizer states: {why}")


def _to_arrays(value):
    """Replace saved arrays by NDArrays in nested containers and in an optimizer's attributes."""
    if isinstance(value, _SavedArray):
        record = array_record.load_record(bytes(value.handle), "an array of states")
        return to_array(record, "an array of states")
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
        renamed = module.replace("numpy._core", "numpy.core")
        if module == _OURS or module.startswith(_OURS + "."):
            renamed = _THEIRS + module[len(_OURS) :]
        parts += [data[start:position], f"c{renamed}\n{name}\n".encode()]
        start = position + len(f"c{module}\n{name}\n")
    return b"".join(parts) + data[start:]
