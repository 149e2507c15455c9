"""Functions of ``mx.np`` that pick, find, count and replace elements."""

from __future__ import annotations

from typing import Any

import numpy

from .._core.invoke import call
from .._ops.np_index import resize_fallback, unravel_index_fallback
from ._arguments import ARRAY, INTEGERS, NUMBERS, SEVERAL, WORDS, invoke, is_whole
from .multiarray import ndarray


def take(a: Any, indices: Any, axis: Any = None, mode: str = "raise", out: Any = None) -> Any:
    """Take slices along an axis (None: of the flattened array) by an index array."""
    if mode not in ("wrap", "clip", "raise"):
        raise NotImplementedError(f"function take does not support mode '{mode}'")
    if axis is None:
        a, axis = invoke("_npi_reshape", "reshape", [a], {"newshape": -1}), 0
    return invoke("_npi_take", "take", [a, indices], {"axis": axis, "mode": mode}, out)


def where(condition: Any, x: Any = None, y: Any = None) -> Any:
    """Choose elements of ``x`` or ``y``; with a condition alone, do :func:`nonzero`."""
    if x is None and y is None:
        return nonzero(condition)
    if isinstance(condition, NUMBERS):
        return x if condition != 0 else y
    if isinstance(x, NUMBERS) and isinstance(y, NUMBERS):
        given = {"x": float(x), "y": float(y)}
        return invoke("_npi_where_scalar2", "where_scalar2", [condition], given)
    if isinstance(x, ARRAY) and isinstance(y, ARRAY):
        return invoke("_npi_where", "where", [condition, x, y], {})
    if isinstance(y, ARRAY):
        given = {"scalar": float(x)}
        return invoke("_npi_where_lscalar", "where_lscalar", [condition, y], given)
    if isinstance(x, ARRAY):
        given = {"scalar": float(y)}
        return invoke("_npi_where_rscalar", "where_rscalar", [condition, x], given)
    raise TypeError(f"type {type(x)} and {type(y)} not supported")


def nonzero(a: Any) -> tuple[Any, ...]:
    """Return the positions of the non-zero elements, one int64 array an axis."""
    found = invoke("_npi_nonzero", "nonzero", [a], {}).transpose()
    return tuple([found[i] for i in range(len(found))])


def unique(
    ar: Any, return_index: bool = False, return_inverse: bool = False, return_counts: bool = False,
    axis: Any = None,
) -> Any:  # fmt: skip
    """Return the sorted distinct elements, and first positions, inverse and counts as asked."""
    given = {"return_index": return_index, "return_inverse": return_inverse,
             "return_counts": return_counts, "axis": axis}  # fmt: skip
    found = invoke("_npi_unique", "unique", [ar], given)
    return SEVERAL(found) if isinstance(found, list) else found


def diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """Take the ``n``-th difference of neighbours along an axis."""
    if prepend or append:
        raise NotImplementedError("prepend and append options are not supported yet")
    return invoke("_npi_diff", "diff", [a], {"n": n, "axis": axis})


def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    """Take differences of neighbours of the flattened array, with given values around them."""
    before, after = isinstance(to_begin, ARRAY), isinstance(to_end, ARRAY)
    arrays = [ary, *([to_begin] if before else []), *([to_end] if after else [])]
    given = {
        "to_begin_arr_given": before, "to_end_arr_given": after,
        "to_begin_scalar": None if before else to_begin,
        "to_end_scalar": None if after else to_end,
    }  # fmt: skip
    return invoke("_npi_ediff1d", "ediff1d", arrays, given)


def bincount(x: Any, weights: Any = None, minlength: int = 0) -> Any:
    """Count how often each non-negative integer occurs, or sum the weights of each."""
    if not isinstance(x, ARRAY):
        raise TypeError("Input data should be NDarray")
    if minlength < 0:
        raise ValueError("Minlength value should greater than 0")
    arrays = [x] if weights is None else [x, weights]
    given = {"minlength": minlength, "has_weights": weights is not None}
    return invoke("_npi_bincount", "bincount", arrays, given)


def nan_to_num(
    x: Any, copy: bool = True, nan: float = 0.0, posinf: Any = None, neginf: Any = None,
    **kwargs: Any,
) -> Any:  # fmt: skip
    """Replace NaN and the infinities; in place without ``copy``.  Integers return as they are."""
    if isinstance(x, NUMBERS):
        return numpy.nan_to_num(x, copy, nan, posinf, neginf)
    if not isinstance(x, ARRAY):
        raise TypeError(f"type {type(x)} not supported")
    if is_whole(x):
        return x
    given = {"copy": copy, "nan": nan, "posinf": posinf, "neginf": neginf}
    return invoke("_npi_nan_to_num", "nan_to_num", [x], given, None if copy else x)


def _kind(value: Any, argument: str) -> None:
    if not isinstance(value, ARRAY):
        raise TypeError(f"'{argument}' can not support type {type(value)}")


def _sliced(obj: slice) -> dict[str, Any]:
    step = 1 if obj.step is None else obj.step
    return {"start": obj.start, "stop": obj.stop, "step": step}


def delete(arr: Any, obj: Any, axis: Any = None) -> Any:
    """Remove the slices of an axis (None: elements) at a position, a slice or an index array."""
    _kind(arr, "arr")
    if isinstance(obj, slice):
        return invoke("_npi_delete", "delete", [arr], {**_sliced(obj), "axis": axis})
    if isinstance(obj, INTEGERS):
        return invoke("_npi_delete", "delete", [arr], {"int_ind": obj, "axis": axis})
    _kind(obj, "obj")
    return invoke("_npi_delete", "delete", [arr, obj], {"axis": axis})


def insert(arr: Any, obj: Any, values: Any, axis: Any = None) -> Any:
    """Insert values before a position, before each of a slice or of an index array."""
    given: dict[str, Any] = {"axis": axis}
    arrays = [arr]
    if isinstance(values, NUMBERS):
        given["val"] = values
    else:
        _kind(arr, "arr")
        _kind(values, "values")
        arrays.append(values)
    if isinstance(obj, slice):
        return invoke("_npi_insert_slice", "insert_slice", arrays, {**given, **_sliced(obj)})
    if isinstance(obj, INTEGERS):
        return invoke("_npi_insert_scalar", "insert_scalar", arrays, {**given, "int_ind": obj})
    _kind(obj, "obj")
    return invoke("_npi_insert_tensor", "insert_tensor", [*arrays, obj], given)


def unravel_index(indices: Any, shape: Any, order: str = "C") -> Any:
    """Turn positions in a flattened array into coordinates, one array an axis."""
    if order != "C":
        raise NotImplementedError(
            "Do not support column-major (Fortran-style) order at this moment"
        )
    if isinstance(indices, NUMBERS):
        return numpy.unravel_index(indices, shape)
    found = call(unravel_index_fallback, ndarray, [indices], {"shape": shape})
    return tuple([found[i] for i in range(len(found))])


def resize(a: Any, new_shape: Any) -> Any:
    """Repeat or cut the elements to fill ``new_shape``; there is no gradient."""
    return call(resize_fallback, ndarray, [a], {"new_shape": new_shape})


def histogram(
    a: Any, bins: Any = 10, range: Any = None, normed: Any = None, weights: Any = None,
    density: Any = None,
) -> Any:  # fmt: skip
    """Count the elements that fall into ``bins``: a number of bins over ``range``, or edges."""
    refused = {"normed": normed is True, "weights": weights is not None, "density": density is True}
    for name, given in refused.items():
        if given:
            raise NotImplementedError(f"{name} is not supported yet...")
    if isinstance(bins, INTEGERS):
        if range is None:
            raise NotImplementedError(WORDS["bins"])
        return invoke("_npi_histogram", "histogram", [a], {"bin_cnt": bins, "range": range})
    if isinstance(bins, (list, tuple)):
        raise NotImplementedError("array_like bins is not supported yet...")
    if isinstance(bins, str):
        raise NotImplementedError("string bins is not supported yet...")
    if isinstance(bins, ARRAY):
        return invoke("_npi_histogram", "histogram", [a, bins], {})
    raise ValueError("np.histogram fails with", a, bins, range, normed, weights, density)


def diag_indices_from(arr: Any) -> tuple[Any, ...]:
    """Return the positions of the main diagonal of an array with equal axes."""
    return tuple(invoke("_npi_diag_indices_from", "diag_indices_from", [arr], {}))


def diag(array: Any, k: int = 0) -> Any:
    """Take a diagonal of a matrix, or make a matrix from a vector."""
    return invoke("_np_diag", "diag", [array], {"k": k})


def diagflat(array: Any, k: int = 0) -> Any:
    """Make a matrix with the flattened input on diagonal ``k``."""
    return invoke("_np_diagflat", "diagflat", [array], {"k": k})


def diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Take the diagonals of a stack of matrices."""
    given = {"offset": offset, "axis1": axis1, "axis2": axis2}
    return invoke("_np_diagonal", "diagonal", [a], given)


def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, out: Any = None) -> Any:
    """Sum the diagonals of a stack of matrices."""
    given = {"offset": offset, "axis1": axis1, "axis2": axis2}
    return invoke("_np_trace", "trace", [a], given, out)


def tril(m: Any, k: int = 0) -> Any:
    """Zero the elements above diagonal ``k``."""
    return invoke("_npi_tril", "tril", [m], {"k": k})


def shares_memory(a: Any, b: Any, max_work: Any = None) -> bool:
    """Tell whether two arrays may use the same memory."""
    shared: bool = invoke("_npi_share_memory", "share_memory", [a, b], {}).item()
    return shared


def may_share_memory(a: Any, b: Any, max_work: Any = None) -> bool:
    """Do :func:`shares_memory`."""
    return shares_memory(a, b)


__all__ = [
    "bincount", "delete", "diag", "diag_indices_from", "diagflat", "diagonal", "diff", "ediff1d",
    "histogram", "insert", "may_share_memory", "nan_to_num", "nonzero", "resize",
    "shares_memory", "take", "trace", "tril", "unique", "unravel_index", "where",
]  # fmt: skip
