"""The Jupyter and IPython extension: ``%load_ext mxshim``, then ``import mxnet``."""

from __future__ import annotations

from typing import Any

from . import alias


def load_ipython_extension(ipython: Any) -> None:
    """Install the alias in the running kernel."""
    alias.install()


def unload_ipython_extension(ipython: Any) -> None:
    """Remove the alias; cells that imported mxnet keep what they have."""
    alias.uninstall()
