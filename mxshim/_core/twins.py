"""One function body for arrays and for symbols: the functions of ``mx.np`` over another seam.

A family of ``mx.np`` is plain functions that reach arrays only through the names of its package's
``_arguments``: the *seam*. Whether ``invoke`` runs a kernel or makes a node of a graph is the
seam's affair, so the same code, bound to the names of another ``_arguments``, is the family of
``mx.sym.np``. Signatures, defaults, checks and the parameters of operators are written once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import FunctionType, ModuleType
from typing import Any


def twins(
    modules: Iterable[ModuleType], seam: ModuleType, own: Mapping[str, Any], home: str
) -> dict[str, Callable[..., Any]]:
    """Return the functions in ``__all__`` of ``modules`` bound to the names of ``seam``, by name.

    Functions that call each other call each other's twins; where ``own`` has a function of the
    same name, they call that and there is no twin. Closures keep what they hold and are left out:
    families build those from tables that both front ends read. ``home`` becomes the module of the
    functions.
    """
    swapped = {name: getattr(seam, name) for name in seam.__all__}
    scopes: list[dict[str, Any]] = []
    made: dict[str, Callable[..., Any]] = {}
    for module in modules:
        scope = {**vars(module), **swapped}
        scopes.append(scope)
        for name, original in vars(module).items():
            if name not in swapped and _is_plain(original, module):
                scope[name] = rebound(original, scope, home)
                if name in module.__all__ and name not in own:
                    made[name] = scope[name]
    for scope in scopes:
        scope.update((name, each) for name, each in {**own, **made}.items() if name in scope)
    return made


def _is_plain(value: Any, module: ModuleType) -> bool:
    """Tell whether a value is a function that the module itself defines, without a closure."""
    return (
        isinstance(value, FunctionType)
        and value.__globals__ is vars(module)
        and value.__closure__ is None
    )


def rebound(original: FunctionType, scope: dict[str, Any], home: str) -> FunctionType:
    """Return a function with the same code and ``scope`` as its global names."""
    made = FunctionType(original.__code__, scope, original.__name__, original.__defaults__)
    made.__kwdefaults__ = original.__kwdefaults__
    made.__annotations__ = dict(original.__annotations__)
    made.__doc__ = original.__doc__
    made.__qualname__ = original.__qualname__
    made.__module__ = home
    return made
