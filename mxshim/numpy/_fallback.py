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
_NO_VALUE: Any = getattr(numpy, "_NoValue", None)


def alltrue(*args: Any, **kwargs: Any) -> Any:
    """Tell whether all elements are true; newer NumPy calls it ``all``."""
    return numpy.all(*args, **kwargs)


def in1d(ar1: Any, ar2: Any, assume_unique: bool = False, invert: bool = False) -> Any:
    """Tell which elements of the flattened ``ar1`` are in ``ar2``; newer NumPy has ``isin``."""
    return numpy.isin(numpy.ravel(ar1), ar2, assume_unique=assume_unique, invert=invert)


def trapz(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> Any:
    """Integrate along an axis by the trapezoidal rule; newer NumPy calls it ``trapezoid``."""
    integrate = getattr(numpy, "trapezoid", None) or numpy.trapz
    return integrate(y, x, dx, axis)


def msort(a: Any) -> Any:
    """Sort along the first axis."""
    return numpy.sort(a, axis=0)


def corrcoef(
    x: Any, y: Any = None, rowvar: bool = True, bias: Any = _NO_VALUE, ddof: Any = _NO_VALUE,
    *, dtype: Any = None,
) -> Any:  # fmt: skip
    """Return correlation coefficients; ``bias`` and ``ddof`` have no effect."""
    return numpy.corrcoef(x, y, rowvar, dtype=dtype)


def histogram2d(
    x: Any, y: Any, bins: Any = 10, range: Any = None, normed: Any = None, weights: Any = None,
    density: Any = None,
) -> Any:  # fmt: skip
    """Count points in cells; ``normed`` is the old name of ``density``."""
    density = normed if density is None else density
    return numpy.histogram2d(x, y, bins, range, density=density, weights=weights)


def histogramdd(
    sample: Any, bins: Any = 10, range: Any = None, normed: Any = None, weights: Any = None,
    density: Any = None,
) -> Any:  # fmt: skip
    """Count points in cells of any dimension; ``normed`` is the old name of ``density``."""
    density = normed if density is None else density
    return numpy.histogramdd(sample, bins, range, density=density, weights=weights)


def nanpercentile(
    a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False,
    method: str = "linear", keepdims: Any = _NO_VALUE, *, interpolation: str | None = None,
) -> Any:  # fmt: skip
    """Return percentiles of what is not nan; ``interpolation`` is the old name of ``method``."""
    method = interpolation or method
    return numpy.nanpercentile(a, q, axis, out, overwrite_input, method, keepdims)


def nanquantile(
    a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False,
    method: str = "linear", keepdims: Any = _NO_VALUE, *, interpolation: str | None = None,
) -> Any:  # fmt: skip
    """Return quantiles of what is not nan; ``interpolation`` is the old name of ``method``."""
    method = interpolation or method
    return numpy.nanquantile(a, q, axis, out, overwrite_input, method, keepdims)


def take_along_axis(arr: Any, indices: Any, axis: Any) -> Any:
    """Take elements by an index array of the same rank."""
    return numpy.take_along_axis(arr, indices, axis)


def lstsq(a: Any, b: Any, rcond: Any = "warn") -> Any:
    """Solve ``a @ x = b`` in the least squares sense; returns x, residuals, rank, singular values.

    Singular values below ``rcond`` times the largest count as zero: -1 (what older NumPy does when
    it warns) and None (what newer NumPy does) are two notions of machine precision.
    """
    return numpy.linalg.lstsq(a, b, rcond=-1 if isinstance(rcond, str) else rcond)


#: Functions whose name or parameters newer NumPy changed.
_OWN = {
    made.__name__: made
    for made in (
        alltrue, corrcoef, histogram2d, histogramdd, in1d, msort, nanpercentile, nanquantile,
        take_along_axis, trapz,
    )
}  # fmt: skip


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
    found = {name: _OWN.get(name) or getattr(numpy, name) for name in NAMES}
    found.update({name: _financial(name) for name in FINANCIAL})
    return found
