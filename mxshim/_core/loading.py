"""The modules under ``mx``: imported when first named, under their long and short names."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

#: Short names of modules.
SHORT = {
    "nd": "ndarray", "np": "numpy", "npx": "numpy_extension", "sym": "symbol", "rnd": "random",
    "init": "initializer", "viz": "visualization", "mon": "monitor", "th": "torch",
    "mod": "module", "img": "image", "kv": "kvstore",
}  # fmt: skip
_MODULES_TEXT = """
    attribute autograd base callback context contrib engine error executor executor_manager
    gluon image initializer io kvstore libinfo library log lr_scheduler metric model module
    monitor name ndarray notebook numpy numpy_extension onnx operator optimizer profiler random
    recordio registry rnn rtc runtime symbol test_utils torch tvmop util visualization
"""
MODULES = _MODULES_TEXT.split()
#: Modules that are there only to say, when they are imported, that they are not implemented.
REFUSING = frozenset({"module", "rnn"})
#: Names that live in a module of their own.
PLACED = {"AttrScope": "attribute"}


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Return the names that can be loaded: modules that are there, their short names, classes."""
    package = (__package__ or "mxshim._core").rpartition(".")[0]
    there = {
        name
        for name in MODULES
        if name not in REFUSING and find_spec(f"{package}.{name}") is not None
    }
    short = {name for name, full in SHORT.items() if full in there}
    return tuple(sorted(there | short | {n for n, home in PLACED.items() if home in there}))


def getter(package: str, otherwise: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of the package: import a module, or word the failure."""

    def __getattr__(name: str) -> Any:
        full = SHORT.get(name, name)
        home = PLACED.get(name)
        if home is not None:
            found = getattr(importlib.import_module(f"{package}.{home}"), name)
        elif (
            full in MODULES and full not in REFUSING and find_spec(f"{package}.{full}") is not None
        ):
            found = importlib.import_module(f"{package}.{full}")
        else:
            return otherwise(name)
        setattr(sys.modules[package], name, found)
        return found

    return __getattr__
