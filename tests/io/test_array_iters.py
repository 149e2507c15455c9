"""Iterators over arrays beyond what the reference can show: threads, SciPy, HDF5."""

from __future__ import annotations

import gc
import sys
import threading
import types

import numpy as np
import pytest
import scipy.sparse

import mxshim as mx


def wait(thread):
    thread.join(timeout=10)
    return not thread.is_alive()


def test_threads_end_with_the_iterator():
    it = mx.io.PrefetchingIter([mx.io.NDArrayIter(np.arange(9), batch_size=2) for _ in range(3)])
    it.next()
    threads = it.prefetch_threads
    assert all(thread.is_alive() and thread.daemon for thread in threads)
    del it
    gc.collect()
    assert all(wait(thread) for thread in threads)


def test_no_threads_pile_up():
    before = threading.active_count()
    for _ in range(20):
        made = mx.io.PrefetchingIter(mx.io.NDArrayIter(np.arange(4)))
        threads = made.prefetch_threads
        del made
        assert all(wait(thread) for thread in threads)
    assert threading.active_count() <= before


class Failing(mx.io.DataIter):
    provide_data = [mx.io.DataDesc("data", (1,))]
    provide_label = []

    def next(self):
        raise OSError("the disk is gone")


def test_an_error_in_the_thread_comes_out():
    it = mx.io.PrefetchingIter(Failing())
    for _ in range(2):
        with pytest.raises(OSError, match="the disk is gone"):
            it.next()
    it.reset()
    with pytest.raises(OSError, match="the disk is gone"):
        it.next()


def test_a_failed_constructor_is_quiet():
    with pytest.raises(AssertionError):
        mx.io.PrefetchingIter([])
    gc.collect()


@pytest.mark.parametrize("kind", ["scipy", "csr"])
def test_shuffled_sparse_rows_keep_their_labels(kind):
    rows = np.arange(14, dtype="float32").reshape(7, 2)
    data = scipy.sparse.csr_matrix(rows) if kind == "scipy" else mx.nd.array(rows).tostype("csr")
    it = mx.io.NDArrayIter({"x": data}, np.arange(7), 3, shuffle=True, last_batch_handle="discard")
    for _ in range(3):
        for batch in it:
            numbers = batch.label[0].asnumpy().astype(int)
            assert np.array_equal(batch.data[0].asnumpy(), rows[numbers])
        it.reset()


class Dataset:
    """Stand in for h5py's data set: row numbers must rise."""

    def __init__(self, rows):
        self.rows, self.shape, self.dtype = rows, rows.shape, rows.dtype

    def __getitem__(self, numbers):
        assert (np.diff(numbers) > 0).all()
        return self.rows[numbers]


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("handle", ["pad", "discard", "roll_over"])
def test_hdf5(monkeypatch, shuffle, handle):
    monkeypatch.setitem(sys.modules, "h5py", types.SimpleNamespace(Dataset=Dataset))
    rows = np.arange(14, dtype="float32").reshape(7, 2)
    it = mx.io.NDArrayIter(Dataset(rows), np.arange(7), 3, shuffle, last_batch_handle=handle)
    seen = 0
    for _ in range(3):
        for batch in it:
            numbers = batch.label[0].asnumpy().astype(int)
            assert np.array_equal(batch.data[0].asnumpy(), rows[numbers])
            seen += 1
        it.reset()
    assert seen >= 6


def test_batches_are_not_written_to_later():
    it = mx.io.NDArrayIter(np.arange(6), batch_size=2)
    batches = [batch.data[0] for batch in it]
    batches[0][:] = 9
    it.reset()
    assert it.next().data[0].asnumpy().tolist() == [0, 1]


def test_mnist_iterator(tmp_path, monkeypatch):
    from mxshim._formats import idx

    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    pictures = np.arange(10 * 28 * 28).reshape(10, 28, 28) % 256
    for stem in ("train", "t10k"):
        idx.write(f"data/{stem}-images-idx3-ubyte", pictures.astype("uint8"))
        idx.write(f"data/{stem}-labels-idx1-ubyte", np.arange(10, dtype="uint8"))
    train, test = mx.test_utils.get_mnist_iterator(5, (784,))
    assert train.provide_data[0].shape == (5, 784)
    labels = [batch.label[0].asnumpy().tolist() for batch in train]
    assert sorted(labels[0] + labels[1]) == list(range(10))
    batch = mx.test_utils.get_mnist_iterator(5, (1, 28, 28), 2, 1)[1].next()
    assert batch.data[0].shape == (5, 1, 28, 28)
    assert np.array_equal(
        batch.data[0].asnumpy()[:, 0] * 256, pictures[batch.label[0].asnumpy().astype(int)]
    )
    assert test.batch_size == 5
