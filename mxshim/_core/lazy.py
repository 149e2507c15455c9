"""Submodules that are imported when they are first named (PEP 562)."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from importlib.util import find_spec
from types import ModuleType


class submodules:
    """Import a submodule of ``package`` by one of its ``names``, or say None."""

    def __init__(self, package: str, names: Iterable[str]) -> None:
        self.package = package
        self.names = frozenset(names)

    def __call__(self, name: str) -> ModuleType | None:
        if name not in self.names or find_spec(f"{self.package}.{name}") is None:
            return None
        return importlib.import_module(f"{self.package}.{name}")


__all__ = ["submodules"]
