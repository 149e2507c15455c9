"""Unpickle optimizer states, and nothing else.

A pickle is a program. This one may name a few classes only, may give attributes to instances of
them only, and may use as keys only what hashes in no time: whatever a file says, reading it takes
time and memory in proportion to its length, and changes nothing but what it returns.
"""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict, defaultdict

import numpy as np

from .. import lr_scheduler
from .._formats import array_record
from ..base import MXNetError
from ..ndarray.utils import to_array
from ._base import Optimizer

OURS, THEIRS = "mxshim", "mxnet"
_PYTHON_2 = {"__builtin__": "builtins", "copy_reg": "copyreg"}
_ATOMS = (str, int, float, bool, bytes, type(None), np.generic)
_NUMBER_KINDS = "biuf"


def load(data):
    """Return what a pickle of states holds; MXNetError for anything unusual."""
    stream = io.BytesIO(data)
    try:
        found = _Finisher().finished(_Unpickler(stream, encoding="latin1").load())
    except _Refused as refused:
        raise _error(str(refused)) from None
    except MXNetError as error:
        raise _error(f"it holds no array: {error}") from None
    except RecursionError:
        raise _error("containers stand inside containers, too deep") from None
    except Exception as error:
        what = f"{type(error).__name__}: {str(error)[:200]}"
        raise _error(f"it is no whole pickle ({what})") from None
    if stream.read(1):
        raise _error("bytes follow the end of the pickle")
    return found


def _error(why):
    return MXNetError(f"MXNetError: cannot read the file of optimizer states: {why}")


class _Refused(Exception):
    """Raise for what states do not hold."""


class _SavedArray:
    """Stand for an array: the record that MXNet keeps in the attribute ``handle``."""

    handle = None

    def __init__(self, handle=None):
        self.handle = handle

    def array(self):
        if not isinstance(self.handle, (bytes, bytearray)):
            raise _Refused(f"an array is a {type(self.handle).__name__}")
        record = array_record.load_record(bytes(self.handle), "an array of states")
        return to_array(record, "an array of states")


class _SavedType:
    """Stand for a NumPy dtype of plain numbers; making a real one from a file could go wrong."""

    order = "="

    def __init__(self, code, align=False, copy=True):
        if not isinstance(code, str) or len(code) > 8:
            raise _Refused("it makes a type from something that is no name")
        self.code = code

    def dtype(self):
        found = np.dtype(self.code).newbyteorder(self.order)
        if found.kind not in _NUMBER_KINDS:
            raise _Refused(f"it makes numbers of type {found}")
        return found


def _scalar(kind, data):
    """Do as NumPy's ``scalar`` for numbers."""
    if not isinstance(kind, _SavedType):
        raise _Refused("it makes a number without a type")
    data = _latin(data) if isinstance(data, str) else data
    if not isinstance(data, bytes) or len(data) != kind.dtype().itemsize:
        raise _Refused(f"it makes a number of {kind.dtype()} from other bytes")
    return np.frombuffer(data, kind.dtype())[0]


def _bytes_only(source=b"", encoding="latin-1"):
    """Do as bytearray does with bytes or text; never make a buffer from a mere size."""
    if isinstance(source, str):
        return bytearray(_latin(source, encoding))
    if not isinstance(source, bytes):
        raise _Refused(f"it makes bytes from {type(source).__name__}")
    return bytearray(source)


def _latin(text, encoding="latin-1"):
    if encoding not in ("latin-1", "latin1") or not isinstance(text, str):
        raise _Refused(f"it uses the encoding {str(encoding)[:40]}")
    return text.encode("latin-1")


def _plain_object(klass, base, state):
    if not isinstance(klass, type) or base is not object or state is not None:
        raise _Refused("it builds an object in an unusual way")
    return klass.__new__(klass)


def _checked_key(key):
    """Return a key that hashes at once: the hash of nested tuples may take for ever."""
    flat = isinstance(key, tuple) and len(key) < 100 and all(isinstance(k, _ATOMS) for k in key)
    if not flat and not isinstance(key, _ATOMS):
        raise _Refused(f"it uses a {type(key).__name__} as a key")
    return key


def _set(items=()):
    return {_checked_key(item) for item in items}


def _frozenset(items=()):
    return frozenset(_set(items))


def _ordered(pairs=()):
    return OrderedDict((_checked_key(key), value) for key, value in pairs)


def _defaults(factory=None):
    """Make an empty defaultdict; MXNet's hold plain containers and numbers."""
    known = {_set: set, _frozenset: frozenset, _ordered: OrderedDict, None: None}
    if factory in (list, dict, int, float):
        return defaultdict(factory)
    if factory not in known:
        raise _Refused("it makes a mapping with an unusual default")
    return defaultdict(known[factory])


_ALLOWED = {
    ("collections", "OrderedDict"): _ordered,
    ("collections", "defaultdict"): _defaults,
    ("builtins", "set"): _set,
    ("builtins", "frozenset"): _frozenset,
    ("builtins", "list"): list,
    ("builtins", "dict"): dict,
    ("builtins", "int"): int,
    ("builtins", "float"): float,
    ("builtins", "bytearray"): _bytes_only,
    ("builtins", "object"): object,
    ("_codecs", "encode"): _latin,
    ("copyreg", "_reconstructor"): _plain_object,
    ("numpy", "dtype"): _SavedType,
    ("numpy.core.multiarray", "scalar"): _scalar,
}
#: Named only as defaults of mappings; calling ``int`` with text or ``dict`` with keys is no need.
_NEVER_CALLED = (list, dict, int, float)


class _Unpickler(pickle._Unpickler):
    """Unpickle allowed classes only, in Python: the C one sizes its memo by numbers in the file."""

    dispatch = {
        opcode: method
        for opcode, method in pickle._Unpickler.dispatch.items()
        if bytes([opcode])
        not in (
            pickle.BYTEARRAY8, pickle.NEXT_BUFFER, pickle.READONLY_BUFFER, pickle.EXT1,
            pickle.EXT2, pickle.EXT4, pickle.INST, pickle.OBJ, pickle.NEWOBJ_EX, pickle.PERSID,
            pickle.BINPERSID,
        )
    }  # fmt: skip

    def find_class(self, module, name):
        module = _PYTHON_2.get(module, module).replace("numpy._core", "numpy.core")
        if (module, name) in _ALLOWED:
            return _ALLOWED[module, name]
        root, _, rest = module.partition(".")
        if root in (OURS, THEIRS):
            if name in ("NDArray", "ndarray") and rest.endswith(("ndarray", "multiarray")):
                return _SavedArray
            if name in ("CSRNDArray", "RowSparseNDArray") and rest == "ndarray.sparse":
                return _SavedArray
            if rest == "lr_scheduler" and name in lr_scheduler.__all__:
                return getattr(lr_scheduler, name)
            module = f"{OURS}.{rest}"
        known = Optimizer.opt_registry.get(name.lower())
        if known is not None and known.__module__ == module:
            return known
        raise _Refused(
            f"it asks for {module[:80]}.{name[:80]}, which is not among the classes that states "
            "may hold (registered optimizers, lr_scheduler classes, arrays, numbers and plain "
            "containers)"
        )

    def load_reduce(self):
        arguments = self.stack.pop()
        called = self.stack[-1]
        if not isinstance(arguments, tuple) or called in _NEVER_CALLED:
            raise _Refused("it calls something in an unusual way")
        if isinstance(called, type) and issubclass(called, (Optimizer, lr_scheduler.LRScheduler)):
            raise _Refused(f"it makes a {called.__name__} from arguments")
        self.stack[-1] = called(*arguments)

    dispatch[pickle.REDUCE[0]] = load_reduce

    def load_newobj(self):
        arguments, klass = self.stack.pop(), self.stack.pop()
        if arguments != () or not isinstance(klass, type) or klass in _NEVER_CALLED:
            raise _Refused("it makes an object in an unusual way")
        self.append(klass.__new__(klass))

    dispatch[pickle.NEWOBJ[0]] = load_newobj

    def load_build(self):
        """Give attributes to an instance; never to a class or function, never through setattr."""
        state = self.stack.pop()
        target = self.stack[-1]
        if isinstance(target, _SavedType):
            _set_order(target, state)
        elif isinstance(target, (_SavedArray, Optimizer, lr_scheduler.LRScheduler)):
            if type(state) is not dict or not all(type(key) is str for key in state):
                raise _Refused(f"the attributes of a {type(target).__name__} are no dict of names")
            restore = getattr(type(target), "__setstate__", None)
            restore(target, state) if restore else target.__dict__.update(state)
        else:
            raise _Refused(f"it gives attributes to a {type(target).__name__}")

    dispatch[pickle.BUILD[0]] = load_build

    def load_setitem(self):
        value, key = self.stack.pop(), self.stack.pop()
        self._mapping(self.stack[-1])[_checked_key(key)] = value

    dispatch[pickle.SETITEM[0]] = load_setitem

    def load_setitems(self):
        items = self.pop_mark()
        mapping = self._mapping(self.stack[-1])
        for i in range(0, len(items), 2):
            mapping[_checked_key(items[i])] = items[i + 1]

    dispatch[pickle.SETITEMS[0]] = load_setitems

    def load_dict(self):
        items = self.pop_mark()
        self.append({_checked_key(items[i]): items[i + 1] for i in range(0, len(items), 2)})

    dispatch[pickle.DICT[0]] = load_dict

    def load_additems(self):
        items = self.pop_mark()
        if not isinstance(self.stack[-1], set):
            raise _Refused("it adds to what is no set")
        self.stack[-1].update(_set(items))

    dispatch[pickle.ADDITEMS[0]] = load_additems

    def load_frozenset(self):
        self.append(_frozenset(self.pop_mark()))

    dispatch[pickle.FROZENSET[0]] = load_frozenset

    def _mapping(self, value):
        if not isinstance(value, dict):
            raise _Refused(f"it sets items of a {type(value).__name__}")
        return value


def _set_order(target, state):
    """Take the byte order out of a dtype's state, which says nothing else about plain numbers."""
    if not isinstance(state, tuple) or len(state) < 2 or state[1] not in ("<", ">", "|", "="):
        raise _Refused("it makes an unusual type")
    target.order = state[1]


class _Finisher:
    """Put arrays in the place of what stands for them, each once however often it stands."""

    def __init__(self):
        self.done = {}
        self.open = set()

    def finished(self, value):
        if isinstance(value, _ATOMS) or value is None:
            return value
        number = id(value)
        if number in self.open:
            raise _Refused("a container holds itself")
        if number not in self.done:
            self.open.add(number)
            # the value is kept: another object must not get its id
            self.done[number] = value, self._made(value)
            self.open.discard(number)
        return self.done[number][1]

    def _made(self, value):
        if isinstance(value, _SavedArray):
            return value.array()
        if isinstance(value, _SavedType):
            return value.dtype()
        if isinstance(value, dict):
            for key in value:
                value[key] = self.finished(value[key])
        elif type(value) is list:
            value[:] = [self.finished(part) for part in value]
        elif type(value) is tuple:
            return tuple(self.finished(part) for part in value)
        elif isinstance(value, (Optimizer, lr_scheduler.LRScheduler)):
            self.finished(value.__dict__)
        elif not isinstance(value, (set, frozenset, bytearray)) and type(value) is not object:
            raise _Refused(f"it holds {type(value).__name__}, which is no state")
        return value
