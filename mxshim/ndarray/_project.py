"""From the registry to ``mx.nd``: which operator stands in which module under which name.

MXNet's rule: ``_contrib_x`` is ``nd.contrib.x``, likewise ``_linalg_``, ``_image_``, ``_sparse_``;
other names with an underscore stand in ``nd._internal`` and the rest in ``nd.op`` (and ``nd``).
NumPy's operators (``_np_``, ``_npi_``, ``_npx_``) have no legacy function.  A function is made when
it is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import _ops  # noqa: F401  fills the registry
from .._core.functions import function
from .._core.missing import module_getattr
from .._core.registry import OPS
from .ndarray import NDArray

PREFIXES = ("_contrib_", "_linalg_", "_sparse_", "_image_", "_random_")
NUMPY_PREFIXES = ("_np_", "_npi_", "_npx_")


def place(registered: str) -> tuple[str, str]:
    """Return the module of ``mx.nd`` and the function name of a registered operator."""
    if registered.startswith(NUMPY_PREFIXES):
        return "", registered
    for prefix in PREFIXES:
        if registered.startswith(prefix):
            if prefix == "_random_" and not registered.endswith("_like"):
                return "_internal", registered
            return prefix[1:-1], registered[len(prefix) :]
    return ("_internal" if registered.startswith("_") else "op"), registered


def names(module: str) -> dict[str, str]:
    """Return the functions of a module of ``mx.nd``: their names and the registered ones."""
    found = {}
    for registered in OPS:
        where, name = place(registered)
        if where == module:
            found[name] = registered
    return found


def project(
    namespace: dict[str, Any], module: str
) -> tuple[list[str], Callable[[str], Any], Callable[[], list[str]]]:
    """Return ``__all__``, ``__getattr__`` and ``__dir__`` of a module of operator functions."""
    registered = names(module)
    namespace["registered"] = registered
    refuse = module_getattr(namespace["__name__"])

    def get(name: str) -> Any:
        if name not in registered:
            return refuse(name)
        made = function(OPS[registered[name]], NDArray, name)
        namespace[name] = made
        return made

    return sorted(registered), get, lambda: sorted({*namespace, *registered})
