"""mxshim: Apache MXNet 1.9.1 for today's Python, on NumPy and CuPy.

PYTEST_DONT_REWRITE (``pytest -p mxshim`` makes this very module the plugin)
"""

from __future__ import annotations

__version__ = "1.9.1"
__shim_version__ = "0.1.0"

import os as _os
import warnings as _warnings

# MXNet computes with inf and nan silently. Only warnings raised by mxshim's own frames are muted.
_warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"mxshim(\.|$)")

from . import context as context
from . import util as util
from ._core import loading as _loading
from ._core.errors import MXNetError
from ._core.missing import module_getattr as _module_getattr
from ._shim import LAZY as _LAZY
from ._shim.alias import install, uninstall
from .context import Context, cpu, cpu_pinned, current_context, gpu
from .util import (
    is_np_array,
    is_np_shape,
    np_array,
    np_shape,
    set_np_shape,
    use_np,
    use_np_array,
    use_np_shape,
)  # fmt: skip

if _os.environ.get("MXNET_PROFILER_AUTOSTART", "0") not in ("", "0"):
    from . import profiler as profiler  # records from here on

__getattr__ = _loading.getter(__name__, _module_getattr(__name__, _LAZY))


def __dir__() -> list[str]:
    return sorted({*globals(), *_loading.names()})


__all__ = [
    "Context", "MXNetError", "cpu", "cpu_pinned", "current_context", "gpu", "install",
    "is_np_array", "is_np_shape", "np_array", "np_shape", "set_np_shape", "uninstall", "use_np",
    "use_np_array", "use_np_shape", *_loading.names(),
]  # fmt: skip
