"""Submodules that are imported when they are first named (PEP 562)."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from .missing import is_known, module_getattr


class submodules:
    """Import a submodule of ``package`` by one of its ``names``, or say None."""

    def __init__(self, package: str, names: Iterable[str]) -> None:
        self.package = package
        self.names = frozenset(names)

    def __call__(self, name: str) -> ModuleType | None:
        if name not in self.names or find_spec(f"{self.package}.{name}") is None:
            return None
        return importlib.import_module(f"{self.package}.{name}")


def mirror(module: str, parent: str) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a module that offers names of ``parent`` under its own name.

    MXNet keeps functions in inner modules (``mx.nd.ndarray.array``) that programs import from;
    which names those are, the list of MXNet's names tells.
    """
    refuse = module_getattr(module)

    def __getattr__(name: str) -> Any:
        if name.startswith("__") or not is_known(module, name):
            return refuse(name)
        return getattr(importlib.import_module(parent), name)

    return __getattr__


__all__ = ["mirror", "submodules"]
