"""What NumPy lacks and deep learning needs, ``mx.npx``: operators, switches, devices, files."""

from __future__ import annotations

import importlib as _importlib
import pkgutil as _pkgutil
from typing import Any as _Any

from .._core.lazy import submodules as _submodules
from .._core.missing import module_getattr as _module_getattr
from ..base import check_call, classproperty, with_metaclass
from ..context import Context, cpu, cpu_pinned, current_context, gpu, gpu_memory_info, num_gpus
from ..ndarray import waitall
from ..util import get_cuda_compute_capability, is_np_array, is_np_shape, reset_np, set_np
from .utils import load, save, seed

for _module in _pkgutil.iter_modules(__path__):
    if _module.name.startswith("_"):
        _family = _importlib.import_module(f"{__name__}.{_module.name}")
        for _name in getattr(_family, "__all__", ()):
            globals()[_name] = getattr(_family, _name)

_lazy = _submodules(__name__, ["image", "random", "utils"])
_refuse = _module_getattr(__name__)


def __getattr__(name: str) -> _Any:
    found = _lazy(name)
    return _refuse(name) if found is None else found


__all__ = sorted({name for name in globals() if not name.startswith("_")} - {"annotations"})
__all__ += [
    "Context", "cpu", "cpu_pinned", "current_context", "get_cuda_compute_capability", "gpu",
    "gpu_memory_info", "is_np_array", "is_np_shape", "load", "num_gpus", "reset_np", "save",
    "seed", "set_np", "waitall",
]  # fmt: skip
__all__ = sorted(set(__all__))
