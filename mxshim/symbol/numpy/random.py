"""Random sampling as symbols with NumPy's manners, ``mx.sym.np.random``."""

from __future__ import annotations

from typing import Any

from ..._core.missing import module_getattr as _module_getattr
from ..._core.twins import twins as _twins
from ...numpy import random as _arrays
from . import _arguments
from ._arguments import draw, invoke, operator
from ._class import _Symbol

#: Functions of ``mx.np.random`` that MXNet does not have for symbols.
_ARRAYS_ONLY = {"multinomial", "randn"}


def _size(size: Any) -> Any:
    return None if size == () else size


def rayleigh(scale: Any = 0.0, size: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Draw from the Rayleigh distribution."""
    # mxnet: the scale is 0 by default where arrays have 1
    return draw("_npi_rayleigh", {"scale": scale}, {"size": _size(size)}, ctx)


def lognormal(
    mean: Any = 0.0, sigma: Any = 1.0, size: Any = None, dtype: Any = None, ctx: Any = None,
    out: Any = None,
) -> Any:  # fmt: skip
    """Draw numbers whose logarithm is normal."""
    return invoke("_npi_exp", "exp", [_shared["normal"](mean, sigma, size, dtype, ctx)], {})


def choice(
    a: Any, size: Any = None, replace: bool = True, p: Any = None, ctx: Any = None, out: Any = None
) -> Any:
    """Draw from the numbers below ``a``, or from the entries of an array."""
    taken = isinstance(a, _Symbol)
    inputs = [value for value in (a if taken else None, p) if value is not None]
    given = {"a": None if taken else a, "size": _size(size), "replace": replace,
             "weighted": p is not None}  # fmt: skip
    where = {"ctx": None} if taken else _arguments.placed(ctx)
    index = operator("_npi_choice")(*inputs, **given, **where)
    return invoke("_npi_take", "take", [a, index], {}) if taken else index


def multivariate_normal(
    mean: Any, cov: Any, size: Any = None, check_valid: Any = None, tol: Any = None
) -> Any:
    """Draw vectors of mean ``mean`` and covariance ``cov``; there is no gradient."""
    if check_valid is not None:
        raise NotImplementedError("Parameter `check_valid` is not supported")
    if tol is not None:
        raise NotImplementedError("Parameter `tol` is not supported")
    return operator("_npi_Custom")(mean, cov, op_type="mvn_fallback", size=size)


_own = {
    "choice": choice, "lognormal": lognormal, "multivariate_normal": multivariate_normal,
    "rayleigh": rayleigh,
}  # fmt: skip
_shared = _twins((_arrays,), _arguments, _own, __name__)
_names = {name: each for name, each in _shared.items() if name not in _ARRAYS_ONLY}
globals().update(_names)
__all__ = sorted({*_names, *_own})

__getattr__ = _module_getattr(__name__)
