"""The loader's threads: order, prefetching, semantics and errors. Processes: test_workers.py."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from multiprocessing import TimeoutError

import pytest

import mxshim as mx
from mxshim.gluon.data import DataLoader, SimpleDataset


def values(loader):
    return [batch.asnumpy().tolist() for batch in loader]


class Slow(SimpleDataset):
    """Take longer for the first samples than for later ones."""

    def __getitem__(self, idx):
        time.sleep(0.02 if idx < 4 else 0)
        return idx


def test_threads_keep_the_order():
    loader = DataLoader(Slow(range(20)), 2, num_workers=4, thread_pool=True)
    expected = [[i, i + 1] for i in range(0, 20, 2)]
    assert values(loader) == expected
    assert values(loader) == expected


def test_threads_know_np_semantics():
    with mx.util.np_shape(True), mx.util.np_array(True):
        loader = DataLoader(SimpleDataset([1.0, 2.0]), 2, num_workers=1, thread_pool=True)
        assert [type(batch) for batch in loader] == [mx.np.ndarray]


def test_prefetch_is_bounded():
    seen = []
    data = SimpleDataset(list(range(10))).transform(lambda x: seen.append(x) or x)
    loader = DataLoader(data, 1, num_workers=1, thread_pool=True, prefetch=3)
    batches = iter(loader)
    next(batches)
    time.sleep(0.1)
    assert len(seen) == 4


def test_auto_reload_starts_at_once():
    started = threading.Event()
    data = SimpleDataset([0, 1]).transform(lambda x: started.set() or x)
    loader = DataLoader(data, 1, num_workers=1, thread_pool=True, auto_reload=True)
    assert started.wait(5)
    assert values(loader) == [[0], [1]]
    assert loader._iter is not None
    loader.clean()
    assert loader._iter is None


def test_errors_come_out_of_threads():
    data = SimpleDataset([1, 0]).transform(lambda x: 1 // x)
    with pytest.raises(ZeroDivisionError):
        list(DataLoader(data, 1, num_workers=2, thread_pool=True))


def test_timeout(capsys):
    data = SimpleDataset([0]).transform(lambda x: time.sleep(0.5) or x)
    with pytest.raises(TimeoutError):
        list(DataLoader(data, 1, num_workers=1, thread_pool=True, timeout=0.05))
    assert "timed out" in capsys.readouterr().out


def test_pinned_memory():
    loader = DataLoader(SimpleDataset([(1, 2.0), (3, 4.0)]), 2, pin_memory=True, pin_device_id=1)
    for ints, floats in loader:
        assert ints.context == floats.context == mx.cpu_pinned(1)


def test_an_abandoned_loader_stops_its_threads():
    """A loader in a reference cycle, dropped halfway through a round, leaves no running pool."""

    def abandon():
        samples = SimpleDataset(list(range(8)))
        loader = DataLoader(samples, 2, num_workers=2, thread_pool=True)
        next(iter(loader))
        loader.cycle = loader
        return weakref.ref(loader), loader._worker_pool

    dropped, pool = abandon()
    gc.collect()
    assert dropped() is None and pool._state != "RUN"
