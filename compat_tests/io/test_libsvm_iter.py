"""LibSVMIter."""

from __future__ import annotations

from collections import OrderedDict

import pytest

from compat_tests.inputs import attempt
from compat_tests.io.iterating import kept, read, write

FOUR = "1.0 0:0.5 2:1.2\n-2.0\n-3.0 0:0.6 1:2.4 2:1.2\n4 2:-1.2\n"
LABELS = "1.0\n-2.0 0:0.125\n-3.0 2:1.2\n4 1:1.0 2:-1.2\n"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write("data.t", FOUR)
    write("label.t", LABELS)
    return tmp_path


def options(**more):
    return dict({"data_libsvm": "data.t", "data_shape": (3,), "batch_size": 2}, **more)


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("batch", [1, 2, 3, 4])
def test_rounds(mx, batch, sparse):
    labels = {"label_libsvm": "label.t", "label_shape": (3,)} if sparse else {}
    return read(mx.io.LibSVMIter, 3, **options(batch_size=batch, **labels))


def test_parts_of_csr(mx):
    it = kept(mx.io.LibSVMIter(**options(batch_size=3)))
    csr = it.next().data[0]
    return csr.data.asnumpy(), csr.indices.asnumpy(), csr.indptr.asnumpy(), csr.shape


@pytest.mark.parametrize(
    "parts,part", [(2, 0), (2, 1), (3, 0), (3, 1), (3, 2), (5, 4), (2, 2), (0, 0)]
)
def test_parts(mx, parts, part):
    return read(mx.io.LibSVMIter, **options(batch_size=1, num_parts=parts, part_index=part))


TEXTS = OrderedDict(
    [
        ("comments", "# c\n1 0:1 # 2:3\n"),
        ("query", "1 qid:3 0:1\n"),
        ("weight", "1:2 0:1\n"),
        ("unsorted", "1 2:3 0:1\n"),
        ("empty-lines", "\n\n1 2:3\n\n"),
        ("word", "a 2:3\n"),
        ("twice", "1 0:1 0:2\n"),
        ("no-value", "1 0:1 1\n"),
        ("no-number", "1 0:1 x:2\n"),
        ("blanks", "1  0 : 1   2: 3\t\n"),
        ("exponents", "1e1 0:1e-2 1:.5 2:-3\n"),
        ("carriage", "1 0:1\r\n2 1:1\r\n"),
        ("negative", "1 -1:3\n"),
    ]
)


@pytest.mark.parametrize("name", list(TEXTS))
def test_texts(mx, name):
    write("t.t", TEXTS[name])
    return read(mx.io.LibSVMIter, **options(data_libsvm="t.t", batch_size=1))


@pytest.mark.parametrize("column", [3, 9])
def test_column_outside(mx, column):
    write("t.t", "1 %d:1\n" % column)
    it = kept(mx.io.LibSVMIter(**options(data_libsvm="t.t", batch_size=1)))
    return it.next().data[0].indices.asnumpy()


WRONG = OrderedDict(
    [
        ("two-sizes", {"data_shape": (3, 2)}),
        ("label-shape", {"label_shape": (2,)}),
        ("no-rounds", {"round_batch": False}),
        ("float64", {"dtype": "float64"}),
        ("int32", {"dtype": "int32"}),
        ("no-file", {"data_libsvm": "none.t"}),
        ("large-batch", {"batch_size": 9}),
    ]
)


@pytest.mark.parametrize("name", list(WRONG))
def test_wrong_parameters(mx, name):
    return read(mx.io.LibSVMIter, **options(**WRONG[name]))


@pytest.mark.parametrize("left_out", ["data_libsvm", "data_shape", "batch_size"])
def test_missing_parameters(mx, left_out):
    given = options()
    del given[left_out]
    return attempt(lambda: mx.io.LibSVMIter(**given))
