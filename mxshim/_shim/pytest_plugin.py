"""The pytest plugin: under ``pytest -p mxshim``, ``import mxnet`` in test modules gives mxshim.

``-p mxshim`` makes the mx namespace itself the plugin; pytest asks it for ``pytest_plugins``, which
it answers lazily with the name of this module.
"""

from __future__ import annotations

from . import alias

# At import, not in a hook: conftest files that import mxnet are read before most hooks run.
alias.install()


def pytest_report_header() -> str:
    """Say in pytest's header what ``import mxnet`` gives."""
    import mxshim

    return f"mxshim: {mxshim.__shim_version__}, imported as mxnet {mxshim.__version__}"
