"""What to say about a name that is not there: unknown, or known to MXNet 1.9.1 and not done yet.

Nothing here runs until a lookup has failed; the list of MXNet's names is read only then.
"""

from __future__ import annotations

import dis
import os
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import CodeType, FrameType
from typing import Any, NamedTuple

from .errors import not_implemented

_SHORT = {"ndarray": "nd", "symbol": "sym", "numpy": "np", "numpy_extension": "npx"}
_IMPORT_FROM = dis.opmap["IMPORT_FROM"]
_NOTHING: Mapping[str, Callable[[], Any]] = {}


class Owner(NamedTuple):
    """A module or class of MXNet 1.9.1: its kind, its members' tiers, and which of them count.

    Those in ``counted`` are public and at home here: no modules, no re-exports.
    """

    kind: str
    members: dict[str, int]
    counted: frozenset[str]


class NotImplementedImport(ImportError, NotImplementedError):
    """Raise for ``from mxnet.x import name`` when MXNet 1.9.1 has the name and mxshim not yet."""


class NotImplementedModule(ModuleNotFoundError, NotImplementedError):
    """Raise for ``import mxnet.x`` when MXNet 1.9.1 has the module and mxshim not yet."""


@lru_cache(maxsize=1)
def surface() -> dict[str, Owner]:
    """Read the list of MXNet 1.9.1's names, by owner (``mx.gluon.nn``, ``mx.gluon.Block``)."""
    owners = {}
    with open(os.path.join(os.path.dirname(__file__), "surface.txt"), encoding="utf-8") as file:
        text = file.read()
    for line in text.splitlines():
        if not line.startswith("#"):
            owner, kind, *members = line.split()
            tiers = {member[:-2]: int(member[-1]) for member in members}
            counted = frozenset(member[:-2] for member in members if member[-2] == ":")
            owners[owner] = Owner(kind, tiers, counted)
    return owners


def canonical(module: str) -> str:
    """Return the short name the list uses: ``mxshim.symbol.numpy`` is ``mx.sym.np``."""
    parts = ["mx", *module.split(".")[1:]]
    if len(parts) > 1:
        parts[1] = _SHORT.get(parts[1], parts[1])
    if len(parts) > 2 and parts[1] in ("nd", "sym") and parts[2].startswith("numpy"):
        parts[2] = _SHORT.get(parts[2], parts[2])
    return ".".join(parts)


def is_known(module: str, name: str) -> bool:
    """Tell whether MXNet 1.9.1 has ``name`` in ``module`` (given under either top-level name)."""
    owner = surface().get(canonical(module))
    return owner is not None and name in owner.members


def is_known_module(module: str) -> bool:
    """Tell whether ``import <module>`` works with MXNet 1.9.1."""
    if module.split(".")[1:2] and module.split(".")[1] in _SHORT.values():
        return False  # mxnet: mx.nd is an attribute only, the module is mxnet.ndarray
    full = surface().get(canonical(module))
    return full is not None and full.kind == "module"


@lru_cache(maxsize=256)  # programs probe with hasattr, in loops
def nearest(module: str, name: str) -> list[str]:
    """Return up to three names of the module that look like ``name``, the nearest first."""
    from difflib import get_close_matches

    loaded = sys.modules.get(_renamed(module, "mxshim"))
    pool = {known for known in dir(loaded) if not known.startswith("_")} if loaded else set()
    owner = surface().get(canonical(module))
    if owner is not None:
        pool |= owner.members.keys()
    folded = {known.lower(): known for known in sorted(pool)}
    return [folded[match] for match in get_close_matches(name.lower(), folded, n=3, cutoff=0.7)]


def module_getattr(
    module_name: str, lazy: Mapping[str, Callable[[], Any]] = _NOTHING
) -> Callable[[str], Any]:
    """Return the ``__getattr__`` (PEP 562) of a module, which words the failed lookup.

    Names in ``lazy`` are no failure: the function there makes their value each time.

    ``__getattr__ = module_getattr(__name__)`` at the end of the module installs it. A name of MXNet
    1.9.1 raises NotImplementedInShim (an AttributeError too, so ``hasattr`` and ``getattr`` with a
    default work), any other AttributeError. ``from module import name`` would drop the text of
    either, so that statement gets an ImportError of its own.
    """

    def __getattr__(name: str) -> Any:
        if name in lazy:
            return lazy[name]()
        if name.startswith("__"):
            raise AttributeError(_no_attribute(module_name, name))
        raise lookup_error(module_name, name, in_import=_is_import_from(sys._getframe(1)))

    return __getattr__


def lookup_error(module: str, name: str, *, in_import: bool = False) -> Exception:
    """Build the error for a failed lookup of ``name`` in ``module``."""
    shown = _renamed(module, "mxnet")
    if is_known(module, name):
        error = not_implemented(f"{shown}.{name}")
        if in_import:
            return NotImplementedImport(str(error), name=shown)
        error.name = name
        return error
    hint = _hint(module, name)
    if in_import:
        return ImportError(f"{hint}cannot import name '{name}' from '{shown}'", name=shown)
    return AttributeError(hint + _no_attribute(module, name), name=name)


def import_error(module: str) -> ModuleNotFoundError:
    """Build the error for ``import <module>``, given under the name that the program used."""
    if is_known_module(module):
        return NotImplementedModule(str(not_implemented(module)), name=module)
    parent, _, name = module.rpartition(".")
    return ModuleNotFoundError(f"{_hint(parent, name)}No module named '{module}'", name=module)


def _renamed(module: str, top: str) -> str:
    return ".".join([top, *module.split(".")[1:]])


def _no_attribute(module: str, name: str) -> str:
    return f"module '{_renamed(module, 'mxnet')}' has no attribute '{name}'"


def _hint(module: str, name: str) -> str:
    """Name the nearest names in a line of its own; MXNet's line stays the last one."""
    names = nearest(module, name)
    return f"the nearest names are {', '.join(names)}\n" if names else ""


def _is_import_from(frame: FrameType | None) -> bool:
    """Tell whether a ``from ... import`` statement asks, through at most two other functions."""
    for _ in range(3):
        if frame is None:
            return False
        code: CodeType = frame.f_code
        if frame.f_lasti >= 0 and code.co_code[frame.f_lasti] == _IMPORT_FROM:
            return True
        frame = frame.f_back
    return False
