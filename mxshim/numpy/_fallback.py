"""Functions of ``mx.np`` that MXNet takes from NumPy and that run on the host.

They are NumPy's own functions; our arrays reach them through ``__array_function__`` and the
results come back as ours.  Not while recording.
"""

from __future__ import annotations

from typing import Any

import numpy

_NAMES_TEXT = """
    allclose alltrue apply_along_axis apply_over_axes argpartition argwhere array_equal
    array_equiv choose compress corrcoef correlate count_nonzero cov digitize divmod extract
    flatnonzero float_power frexp heaviside histogram2d histogram_bin_edges histogramdd i0 in1d
    interp intersect1d isclose isin ix_ lexsort min_scalar_type modf msort nanargmax nanargmin
    nancumprod nancumsum nanmax nanmedian nanmin nanpercentile nanprod nanquantile ndim
    partition packbits piecewise poly polyadd polydiv polyfit polyint polymul polysub positive
    promote_types ptp real result_type rollaxis roots searchsorted select setdiff1d setxor1d
    signbit size spacing take_along_axis trapz tril_indices_from trim_zeros triu_indices_from
    union1d unpackbits unwrap vander
"""
NAMES = _NAMES_TEXT.split()
FINANCIAL = ["mirr", "npv", "pmt", "ppmt", "pv", "rate"]
#: Functions that newer NumPy dropped or renamed.
_RENAMED = {"alltrue": "all", "in1d": "isin", "trapz": "trapezoid"}


def msort(a: Any) -> Any:
    """Sort along the first axis."""
    return numpy.sort(a, axis=0)


def _financial(name: str) -> Any:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError(
            f"In accordance with NEP 32, the function {name} was removed from NumPy version 1.20.  "
            "A replacement for this function is available in the numpy_financial library: "
            "https://pypi.org/project/numpy-financial"
        )

    refuse.__name__ = name
    return refuse


def functions() -> dict[str, Any]:
    """Return the fallback functions by name."""
    found = {}
    for name in NAMES:
        plain = name not in ("trapz", "in1d", "alltrue", "msort")
        if plain:
            found[name] = getattr(numpy, name)
        elif name == "msort":
            found[name] = msort
        else:
            newer = _RENAMED[name]
            found[name] = getattr(numpy, newer if hasattr(numpy, newer) else name)
    found.update({name: _financial(name) for name in FINANCIAL})
    return found
