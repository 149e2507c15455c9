"""What ``mx.nd.ndarray`` holds beside the array class: indexing helpers, DLPack's structures."""

import ctypes

import numpy
import pytest

from compat_tests.inputs import attempt

KEYS = {
    "integers": (2, 1, 1), "one": 0, "ellipsis": (0, ...), "new axis": (slice(None, 2), None, 0),
    "gap": (slice(None, 2), None, 0, ...), "two gaps": (..., ...), "true": True, "false": False,
    "both": (True, False), "both turned": (False, True), "host": numpy.array([0, 1]),
    "none": None, "empty": (), "list": [0, 1],
}  # fmt: skip


def codes(mx):
    a = mx.nd.array([1, 0])
    keys = [(0,), (slice(0, 1), None), (a,), ([1],), ((),), ((1,),), (range(2),), (0, a), (0, ()),
            ("a",), (1.5,), (...,), (numpy.int64(1),), (numpy.array([1]),), ()]  # fmt: skip
    return [attempt(mx.nd.ndarray.get_indexing_dispatch_code, key) for key in keys]


def test_dispatch_codes(mx):
    return codes(mx), attempt(mx.nd.get_indexing_dispatch_code, 0)


def test_shapes_of_gather_nd(mx):
    shape = mx.nd.ndarray.get_oshape_of_gather_nd_op
    return [
        attempt(shape, *pair)
        for pair in (((2, 3, 4), (2, 5)), ((2, 3), (2, 5, 6)), ((), (2,)), ((2,), ()), ((3,), (1,)))
    ]


@pytest.mark.parametrize("name", KEYS)
def test_expanded_keys(mx, name):
    return attempt(mx.nd.ndarray.indexing_key_expand_implicit_axes, KEYS[name], (3, 4, 5))


@pytest.mark.np
def test_expanded_masks(mx):
    expand = mx.nd.ndarray.indexing_key_expand_implicit_axes
    mask = mx.np.array([True, False, True], dtype="bool")
    return [
        attempt(expand, mask, (3, 4)), attempt(expand, (mask, None, slice(0, 2)), (3, 4)),
        attempt(expand, mask, (2, 4)), attempt(expand, mx.np.array(2), (3, 4)),
        attempt(expand, (mx.np.array(True, dtype="bool"), 1), (3, 4)),
    ]  # fmt: skip


def test_masks_without_np(mx):
    expand = mx.nd.ndarray.indexing_key_expand_implicit_axes
    mask = mx.nd.array([1, 0, 1], dtype="bool")
    return attempt(expand, mask, (3, 4)), attempt(expand, mx.nd.array([1, 0]), (3, 4))


def test_check_of_masks(mx):
    check = mx.nd.ndarray.check_boolean_array_dimension
    return [attempt(check, *given) for given in (((3, 4), 0, (3, 5)), ((3, 4), 1, (4,)))]


def test_structures(mx):
    inner = mx.nd.ndarray
    classes = [inner.DLContext, inner.DLDataType, inner.DLTensor, inner.DLManagedTensor]
    fields = [[(n, t.__name__) for n, t in c._fields_] for c in classes[:2]]
    names = [[n for n, _ in c._fields_] for c in classes]
    return [ctypes.sizeof(c) for c in classes], fields, names, inner.DLDataType.TYPE_MAP


def test_base(mx):
    base = mx.nd.ndarray.NDArrayBase
    return [issubclass(mx.nd.NDArray, base), issubclass(mx.np.ndarray, base),
            mx.nd.ones(1).__nonzero__(), attempt(mx.nd.ones(2).__nonzero__)]  # fmt: skip
