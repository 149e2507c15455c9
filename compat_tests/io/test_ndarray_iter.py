"""NDArrayIter: kinds of data, last batches, shuffles, errors; DataDesc, DataBatch, DataIter."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
import pytest

from compat_tests.inputs import attempt
from compat_tests.io.iterating import described, epochs, seen

HANDLES = ["pad", "discard", "roll_over"]


def rows(count, width=2, dtype="float32"):
    return np.arange(count * width).reshape(count, width).astype(dtype)


@pytest.mark.parametrize("handle", HANDLES)
@pytest.mark.parametrize("batch", [1, 2, 3, 5, 7])
def test_last_batch(mx, handle, batch):
    it = mx.io.NDArrayIter(rows(5), np.arange(5), batch, last_batch_handle=handle)
    return described(it), epochs(it, 3, show=seen)


@pytest.mark.parametrize("handle", HANDLES)
def test_even(mx, handle):
    it = mx.io.NDArrayIter(rows(6), np.arange(6), 3, last_batch_handle=handle)
    return epochs(it, 2, show=seen)


@pytest.mark.parametrize("batch", [8, 11, 12, 13])
def test_repeated_padding(mx, batch):
    it = mx.io.NDArrayIter(rows(4), {"b": np.arange(4), "a": np.arange(4) * 2}, batch)
    return described(it), epochs(it, 2, show=seen)


@pytest.mark.parametrize("kind", ["array", "list", "dict", "nd", "one", "csr"])
def test_kinds(mx, kind):
    data = {
        "array": lambda: rows(4),
        "list": lambda: [rows(4), rows(4, 3)],
        "dict": lambda: OrderedDict([("z", rows(4)), ("a", mx.nd.array(rows(4, 1)))]),
        "nd": lambda: mx.nd.array(rows(4), dtype="int32"),
        "one": lambda: [rows(4)],
        "csr": lambda: mx.nd.array(rows(4)).tostype("csr"),
    }[kind]()
    it = mx.io.NDArrayIter(data, np.arange(4), 2, last_batch_handle="discard")
    return described(it), epochs(it, show=seen)


@pytest.mark.parametrize("dtype", ["float16", "float64", "int8", "int64", "uint8"])
def test_dtypes(mx, dtype):
    made = []
    for data in (rows(3, dtype=dtype), mx.nd.array(rows(3), dtype=dtype)):
        it = mx.io.NDArrayIter(data, batch_size=2)
        made.append((described(it), epochs(it, show=seen)))
    return made


@pytest.mark.parametrize("dtype", ["float64", "int32"])
def test_shuffle_dtype(mx, dtype):
    it = mx.io.NDArrayIter(mx.nd.array(rows(4), dtype=dtype), batch_size=4, shuffle=True)
    return described(it), epochs(it, 2, show=seen)


@pytest.mark.parametrize("handle", HANDLES)
def test_shuffle(mx, handle):
    np.random.seed(3)
    it = mx.io.NDArrayIter(
        {"a": rows(7), "b": np.arange(7)}, np.arange(7), 3, True, last_batch_handle=handle
    )
    first = epochs(it, 3, show=seen)
    it.hard_reset()
    return first, epochs(it, 1, show=seen), it.idx


def test_dict_changes(mx):
    data = {"a": rows(2)}
    mx.io.NDArrayIter(data)
    return data


@pytest.mark.parametrize("layout", ["NCHW", "NT", "TN", "TNC"])
def test_layout(mx, layout):
    shape = (4, 4, 2) if layout == "TNC" else (4, 4)
    data = np.arange(np.prod(shape)).reshape(shape)
    it = mx.io.NDArrayIter(data, None, 3, last_batch_handle="pad", layout=layout)
    return described(it), attempt(lambda: epochs(it, 2, show=seen))


def test_names(mx):
    it = mx.io.NDArrayIter(
        [rows(2), rows(2)], [np.ones(2), np.ones(2)], data_name="x", label_name="y"
    )
    return described(it), it.num_data, it.num_source, len(it.data_list), it.cursor


@pytest.mark.parametrize("handle", HANDLES)
def test_by_hand(mx, handle):
    it = mx.io.NDArrayIter(rows(5), np.arange(5), 2, last_batch_handle=handle)
    made = []
    while it.iter_next():
        made.append((it.getdata(), it.getlabel(), it.getpad(), it.getindex(), it.cursor))
    return made, attempt(it.getdata), attempt(it.next)


def test_hard_reset(mx):
    it = mx.io.NDArrayIter(rows(5), None, 2, last_batch_handle="roll_over")
    first = epochs(it, 1, show=seen)
    it.hard_reset()
    return first, epochs(it, 2, show=seen)


def test_reset_midway(mx):
    it = mx.io.NDArrayIter(rows(5), None, 2, last_batch_handle="roll_over")
    first = seen(it.next())
    it.reset()
    return first, seen(next(it))


def test_protocol(mx):
    it = mx.io.NDArrayIter(rows(3), batch_size=2)
    return iter(it) is it, seen(next(it)), seen(it.next()), attempt(lambda: next(it))


WRONG = OrderedDict(
    [
        ("text", lambda mx: "abc"),
        ("none", lambda mx: None),
        ("empty-list", lambda mx: []),
        ("number", lambda mx: 5),
        ("tuple", lambda mx: (rows(2),)),
        ("bad-value", lambda mx: {"a": "x"}),
        ("object", lambda mx: {"a": object()}),
        ("csr-pad", lambda mx: mx.nd.array(rows(2)).tostype("csr")),
        ("empty-dict", lambda mx: {}),
    ]
)


@pytest.mark.parametrize("what", list(WRONG))
def test_wrong_data(mx, what):
    return attempt(lambda: described(mx.io.NDArrayIter(WRONG[what](mx))))


def test_helpers(mx):
    from_list = mx.io.utils._init_data([np.ones(2), np.zeros(2)], False, "d")
    return (
        from_list,
        mx.io.utils._init_data(None, True, "d"),
        attempt(lambda: mx.io.utils._init_data(None, False, "d")),
        mx.io.utils._has_instance(from_list, mx.nd.NDArray),
        mx.io.utils._has_instance(from_list, mx.nd.sparse.CSRNDArray),
        mx.io.utils._getdata_by_idx(from_list, [1, 0]),
    )


def test_data_desc(mx):
    desc = mx.io.DataDesc("a", (2, 3))
    other = mx.io.DataDesc("b", (2,), np.int32, "NT")
    return (
        repr(desc), repr(other), str(other), desc.name, desc.shape, desc.dtype, desc.layout,
        other.dtype, tuple(desc), desc == ("a", (2, 3)), desc[1], len(desc),
        isinstance(desc, tuple), attempt(lambda: mx.io.DataDesc("a")),
    )  # fmt: skip


@pytest.mark.parametrize("layout", ["NCHW", "TNC", "CHW", "", None])
def test_batch_axis(mx, layout):
    return mx.io.DataDesc.get_batch_axis(layout)


def test_desc_list(mx):
    get = mx.io.DataDesc.get_list
    shapes = [("a", (2,)), ("b", (3, 4))]
    return (
        repr(get(shapes, None)),
        repr(get(shapes, [("b", np.int8), ("a", np.float64)])),
        attempt(lambda: get(shapes, [("a", np.int8)])),
    )


def test_data_batch(mx):
    x, y = mx.nd.ones((2, 3)), mx.nd.ones((2,))
    batch = mx.io.DataBatch([x], [y], pad=1, index=np.arange(2), bucket_key=4)
    return (
        str(batch), str(mx.io.DataBatch([x])), str(mx.io.DataBatch((x, y), [])),
        batch.pad, batch.index, batch.bucket_key, batch.provide_data, batch.provide_label,
        attempt(lambda: mx.io.DataBatch(x)), attempt(lambda: mx.io.DataBatch([x], y)),
        mx.io.DataBatch(None).data, attempt(lambda: str(mx.io.DataBatch(None))),
    )  # fmt: skip


def test_data_iter(mx):
    class Count(mx.io.DataIter):
        def __init__(self):
            super().__init__(3)
            self.at = 0

        def iter_next(self):
            self.at += 1
            return self.at < 3

        def getdata(self):
            return [mx.nd.array([self.at])]

    base = mx.io.DataIter()
    return (
        base.batch_size, base.reset(), base.iter_next(), base.getdata(), base.getlabel(),
        base.getindex(), base.getpad(), attempt(base.next), iter(base) is base,
        [(batch.data, batch.label, batch.pad, batch.index) for batch in Count()],
    )  # fmt: skip


def test_dummy_iter(mx):
    it = mx.test_utils.DummyIter(mx.io.NDArrayIter(rows(4), batch_size=2))
    return described(it), [seen(next(it)) for _ in range(3)], iter(it) is it
