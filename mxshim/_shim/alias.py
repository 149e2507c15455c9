"""Make ``mxnet`` and every ``mxnet.x.y`` the very module objects ``mxshim`` and ``mxshim.x.y``.

There is one module object under two names in ``sys.modules`` and no proxy in between, so classes,
module state, ``reload`` and pickles agree whichever name a program used. The modules keep mxshim's
``__name__`` and ``__spec__``: the loader makes an empty module first and swaps the real one in from
``exec_module``, since what ``create_module`` returns would get its ``__spec__`` overwritten.
"""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Sequence
from types import ModuleType

ALIAS = "mxnet"
REAL = "mxshim"
#: Set to anything but 0, it makes child processes install the alias at start-up.
VARIABLE = "MXSHIM_INSTALL"


#: Module and name of a class, and the module it shows in a program of ``python -m mxshim``.
_SHOWN = (
    ("_core.errors", "MXNetError", "mxnet.base"),
    ("context", "Context", "mxnet.context"),
    ("ndarray.ndarray", "NDArray", "mxnet.ndarray.ndarray"),
    ("numpy.multiarray", "ndarray", "mxnet.numpy"),
)


class RealMXNetImported(ImportError):
    """Raise when the real mxnet is in the process already: two engines cannot share it."""


class AliasFinder:
    """Find and load ``mxnet...`` as ``mxshim...``.

    A finder by its methods: the classes of ``importlib.abc`` would double the time of importing.
    """

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return a spec for a name under ``mxnet``; raise ModuleNotFoundError if there is none."""
        if fullname != ALIAS and not fullname.startswith(ALIAS + "."):
            return None
        _put_first(self)
        real = importlib.util.find_spec(REAL + fullname[len(ALIAS) :])
        if real is None:
            raise _missing(fullname)
        is_package = real.submodule_search_locations is not None
        spec = importlib.machinery.ModuleSpec(
            fullname, self, origin=real.origin, is_package=is_package
        )
        spec.has_location = real.has_location
        return spec

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """Let the import system make a throw-away module."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Put the real module in the throw-away module's place."""
        name = module.__name__
        sys.modules[name] = importlib.import_module(REAL + name[len(ALIAS) :])
        _mirror_loaded()
        if name == ALIAS and wanted_by_environment():
            importlib.import_module(f"{REAL}._core.scalar_text").as_before_numpy_2()
            _show_mxnet_names()


_finder = AliasFinder()


def install() -> None:
    """Make ``import mxnet`` give mxshim in this process, from now on; twice does no more than once.

    Raises RealMXNetImported (an ImportError) when the real mxnet has been imported already.

    >>> import mxshim
    >>> mxshim.install()
    >>> import mxnet
    >>> mxnet is mxshim
    True
    """
    present = sys.modules.get(ALIAS)
    if present is not None and present is not sys.modules.get(REAL):
        raise RealMXNetImported(
            f"the real mxnet is already imported in this process, from {_where(present)}; call "
            "mxshim.install() before the first 'import mxnet', or run the program with "
            "'python -m mxshim program.py'",
            name=ALIAS,
        )
    _put_first(_finder)


def uninstall() -> None:
    """Undo install(): forget the alias names; objects that a program holds stay what they are."""
    if _finder in sys.meta_path:
        sys.meta_path.remove(_finder)
    for name, module in list(sys.modules.items()):
        is_alias = name == ALIAS or name.startswith(ALIAS + ".")
        if is_alias and module is sys.modules.get(REAL + name[len(ALIAS) :]):
            del sys.modules[name]


def install_from_environment() -> None:
    """Install the alias when the environment asks for it (what child processes run at start-up)."""
    if wanted_by_environment():
        install()


def wanted_by_environment() -> bool:
    """Tell whether this process runs a program of ``python -m mxshim``, or was started by one."""
    return os.environ.get(VARIABLE, "0") not in ("", "0")


def _put_first(finder: AliasFinder) -> None:
    """Stand before every other finder.

    pytest's assertion rewriter, put in front later, would load ``mxnet.test_utils`` a second time
    under the alias name: its file name looks like a test's.
    """
    if not sys.meta_path or sys.meta_path[0] is not finder:
        if finder in sys.meta_path:
            sys.meta_path.remove(finder)
        sys.meta_path.insert(0, finder)


def _mirror_loaded() -> None:
    """Enter all loaded mxshim modules under the alias name.

    An import that finds its module in ``sys.modules`` does not assign it to the parent; so a
    function that shadows the submodule it came from, as ``__init__`` files arrange, stays in place.
    """
    for name, module in list(sys.modules.items()):
        if name.startswith(REAL + "."):
            sys.modules.setdefault(ALIAS + name[len(REAL) :], module)


def _show_mxnet_names() -> None:
    """Let the classes that legacy programs print or see in tracebacks show MXNet's names.

    ``print(type(x))`` is common in tutorials, and a program's text should not change.
    """
    for place, name, shown in _SHOWN:
        getattr(importlib.import_module(f"{REAL}.{place}"), name).__module__ = shown


def _missing(fullname: str) -> ModuleNotFoundError:
    missing = importlib.import_module(f"{REAL}._core.missing")
    error: ModuleNotFoundError = missing.import_error(fullname)
    return error


def _where(module: ModuleType) -> str:
    return getattr(module, "__file__", None) or "an unknown place"
