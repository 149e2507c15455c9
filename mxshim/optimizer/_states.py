"""Optimizer states as files that both sides read: pickles of known classes only.

MXNet pickles its states. We write the same pickle under its names and read it through an
allow-list (_unpickler.py): plain containers and numbers, NumPy scalars, arrays, registered
optimizers, learning rate schedulers.
"""

from __future__ import annotations

import contextlib
import io
import pickle
import pickletools

from .._formats import array_record
from ..base import MXNetError
from ..ndarray import NDArray
from ..ndarray.utils import to_record
from ..util import is_np_shape
from ._base import Optimizer
from ._unpickler import OURS, THEIRS, load


def dumps(states):
    """Return ``states`` as a pickle that real MXNet loads."""
    out = io.BytesIO()
    _Pickler(out, protocol=2).dump(states)
    return _renamed(out.getvalue())


def loads(data):
    """Return the states in a pickle of ours or of MXNet's; MXNetError for anything unexpected."""
    return load(data)


def loads_states(data):
    """Return the states by index, and the optimizer if the pickle holds one, else None."""
    found = loads(data)
    states, optimizer = found if isinstance(found, tuple) and len(found) == 2 else (found, None)
    if not isinstance(states, dict) or not isinstance(optimizer, (Optimizer, type(None))):
        raise MXNetError(
            "MXNetError: cannot read the file of optimizer states: it holds no states by index, "
            "with or without an optimizer"
        )
    return states, optimizer


@contextlib.contextmanager
def naming_file(fname):
    """Name the file in errors about what is read from it."""
    try:
        yield
    except MXNetError as error:
        raise MXNetError(f"{fname} is no whole file of optimizer states\n{error}") from None


class _Pickler(pickle.Pickler):
    def reducer_override(self, obj):
        if isinstance(obj, NDArray):
            # MXNet reads arrays only under the shape semantics that they were written under.
            record = array_record.dump_record(to_record(obj), is_np_shape())
            return type(obj), (None,), {"handle": bytearray(record)}
        return NotImplemented


def _renamed(data):
    """Give every class of ours the module name it has in MXNet, NumPy 2's its name in NumPy 1."""
    parts, start = [], 0
    for opcode, argument, position in pickletools.genops(data):
        if opcode.name != "GLOBAL":
            continue
        module, name = argument.split(" ")
        renamed = module.replace("numpy._core", "numpy.core")
        if module == OURS or module.startswith(OURS + "."):
            renamed = THEIRS + module[len(OURS) :]
        parts += [data[start:position], f"c{renamed}\n{name}\n".encode()]
        start = position + len(f"c{module}\n{name}\n")
    return b"".join(parts) + data[start:]
