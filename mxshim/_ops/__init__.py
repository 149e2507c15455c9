"""Operator declarations, one family a file; importing this package fills the registry."""

from __future__ import annotations

import importlib
import pkgutil

for _family in pkgutil.iter_modules(__path__):
    if _family.name != "kernels":
        importlib.import_module(f"{__name__}.{_family.name}")
