"""Helpers of the iterators over arrays."""

from __future__ import annotations

import sys
from collections import OrderedDict

import numpy as np

from .._core.missing import module_getattr
from ..ndarray import NDArray, array
from ..ndarray.sparse import CSRNDArray
from ..ndarray.sparse import array as _sparse_array


def _is_hdf5(value):
    """Tell whether this is a data set of an HDF5 file; only a program that has h5py has those."""
    h5py = sys.modules.get("h5py")
    return h5py is not None and isinstance(value, h5py.Dataset)


def _init_data(data, allow_empty, default_name):
    """Return the data as (name, array) pairs in the order of the names.

    One array, a list of them (numbered names), a dict, or None if ``allow_empty``. Raises
    TypeError for anything else and for values that make no array.
    """
    assert data is not None or allow_empty
    if data is None:
        data = []
    if isinstance(data, (np.ndarray, NDArray)) or _is_hdf5(data):
        data = [data]
    if isinstance(data, list):
        assert data or allow_empty
        names = [default_name]
        if len(data) != 1:
            names = [f"_{number}_{default_name}" for number in range(len(data))]
        data = OrderedDict(zip(names, data))
    if not isinstance(data, dict):
        raise TypeError(
            "Input must be NDArray, numpy.ndarray, h5py.Dataset "
            "a list of them or dict with them as values"
        )
    for name, value in data.items():
        if not (isinstance(value, NDArray) or _is_hdf5(value)):
            try:
                # mxnet: also in the caller's dict (io/test_ndarray_iter.py::test_dict_changes)
                data[name] = array(value)
            except Exception:
                raise TypeError(
                    f"Invalid type '{type(value)}' for {name}, "
                    "should be NDArray, numpy.ndarray or h5py.Dataset"
                ) from None
    return sorted(data.items())


def _has_instance(data, dtype):
    """Tell whether one of the (name, array) pairs holds an array of the class ``dtype``."""
    return any(isinstance(value, dtype) for _, value in data)


def _getdata_by_idx(data, idx):
    """Return the (name, array) pairs with the rows in the order ``idx``; HDF5 data sets stay.

    Rows of dense arrays come as float32, whatever their type was.
    """
    return [(name, _rows(value, idx)) for name, value in data]


def _rows(value, idx):
    if _is_hdf5(value):
        return value
    if isinstance(value, CSRNDArray):
        return _sparse_array(value.asscipy()[idx], value.context)
    places = array(idx, value.context, dtype="int64")
    # mxnet: float32 (io/test_ndarray_iter.py::test_shuffle_dtype)
    return value.as_nd_ndarray().detach().take(places).astype("float32", copy=False)


def _slice_along_batch_axis(data, s, batch_axis):
    """Return the examples in the slice ``s``."""
    return data.slice_axis(axis=batch_axis, begin=s.start, end=s.stop)


def _find_h5py():
    try:
        import h5py
    except ImportError:
        return None
    return h5py


__getattr__ = module_getattr(__name__, {"h5py": _find_h5py})
