"""Look up the reference's public names (``spec/surface.json``) in mxshim."""

from __future__ import annotations

import importlib
import inspect
import json
import types
from functools import cache

from compat_tests.signatures import disagreement, signature_text
from compat_tests.store import HERE

MODULES = [
    "mx",
    "mx.nd",
    "mx.nd.random",
    "mx.nd.linalg",
    "mx.nd.contrib",
    "mx.nd.sparse",
    "mx.nd.utils",
    "mx.np",
    "mx.np.linalg",
    "mx.np.random",
    "mx.npx",
    "mx.autograd",
    "mx.context",
    "mx.random",
    "mx.base",
    "mx.util",
    "mx.name",
    "mx.attribute",
    "mx.registry",
    "mx.initializer",
    "mx.optimizer",
    "mx.metric",
    "mx.lr_scheduler",
    "mx.kvstore",
    "mx.io",
    "mx.image",
    "mx.gluon",
    "mx.gluon.nn",
    "mx.gluon.loss",
    "mx.gluon.block",
    "mx.gluon.parameter",
    "mx.gluon.trainer",
    "mx.gluon.utils",
    "mx.gluon.data",
    "mx.gluon.data.vision",
    "mx.gluon.data.vision.transforms",
    "mx.gluon.rnn",
    "mx.gluon.model_zoo.vision",
    "mx.sym",
    "mx.sym.contrib",
    "mx.sym.linalg",
    "mx.sym.random",
    "mx.sym.np",
    "mx.sym.np.linalg",
    "mx.sym.np.random",
    "mx.sym.npx",
    "mx.error",
    "mx.executor",
    "mx.log",
    "mx.runtime",
    "mx.recordio",
    "mx.callback",
    "mx.module",
    "mx.test_utils",
]
"""The modules whose names and signatures are compared."""

NAMES_FOR = {"nd": "ndarray", "np": "numpy", "npx": "numpy_extension", "sym": "symbol"}
ABSENT = object()
CLASS_VALUE = object()
"""Stands for what a class gives out itself, by a property of its metaclass."""


@cache
def reference():
    """Return ``{dotted name: [kind] or [kind, signature]}`` as dumped by scripts/dump_spec.py."""
    return json.loads((HERE / "spec" / "surface.json").read_text("utf-8"))


def names_in(module):
    """List the reference's names in ``module``: its globals and the members of its classes."""
    table = reference()
    found = []
    for name in table:
        owner = name.rpartition(".")[0]
        in_class = table.get(owner, [""])[0] == "class" and owner.rpartition(".")[0] == module
        if (owner == module or in_class) and table[name][0] != "module":
            found.append(name)
    return sorted(found)


def find(name):
    """Return what mxshim has under the dotted ``name``, raw as its class holds it, or ABSENT.

    Absent is also what raises mxshim's own "not yet" error on access.
    """
    held = importlib.import_module("mxshim")
    for part in name.split(".")[1:]:
        if inspect.isclass(held):
            held = _member(held, part)
        elif isinstance(held, types.ModuleType):
            held = _global(held, part)
        else:
            return ABSENT
        if held is ABSENT:
            return ABSENT
    return held


def _member(cls, name):
    for base in cls.__mro__[:-1]:
        if name in vars(base):
            return vars(base)[name]
    held = getattr(type(cls), name, ABSENT)
    return CLASS_VALUE if isinstance(held, property) else ABSENT


def _global(module, name):
    try:
        return getattr(module, name)
    except (AttributeError, NotImplementedError):
        pass
    try:
        return importlib.import_module(f"{module.__name__}.{NAMES_FOR.get(name, name)}")
    except (ImportError, NotImplementedError):
        return ABSENT


def signature_fault(name, held):
    """Say where the signature of ``held`` refuses a call that MXNet's ``name`` takes, or None."""
    known = reference().get(name, ())
    if len(known) < 2 or _takes_c_handle(known[1]):
        return None
    mine = signature_text(held)
    why = disagreement(mine, known[1]) if mine is not None else "has no signature"
    return f"{name}: {why}\n    mxshim ({mine})\n    mxnet  ({known[1]})" if why else None


def _takes_c_handle(text):
    """Tell constructors that only MXNet itself can call: they take a pointer of its C library."""
    return "handle" in text.split(", ") or "self, handle" in text
