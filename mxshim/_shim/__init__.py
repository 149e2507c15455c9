"""The ways in: the import alias, the command line, the Jupyter extension, the pytest plugin."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any


def _ipython(name: str) -> Callable[[], Any]:
    return lambda: getattr(import_module("mxshim._shim.ipython"), name)


#: What IPython and pytest ask the mx namespace for; made when asked for, so that importing mxshim
#: loads neither.
LAZY: dict[str, Callable[[], Any]] = {
    "load_ipython_extension": _ipython("load_ipython_extension"),
    "unload_ipython_extension": _ipython("unload_ipython_extension"),
    "pytest_plugins": lambda: ["mxshim._shim.pytest_plugin"],
}
