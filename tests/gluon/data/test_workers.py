"""The loader's processes: batches, random draws, errors, deaths, and what must not stay behind."""

from __future__ import annotations

import gc
import json
import mmap
import multiprocessing
import os
import pickle
import random
import signal
import subprocess
import sys
import threading
import time
from multiprocessing import TimeoutError
from multiprocessing.pool import RemoteTraceback
from pathlib import Path

import numpy as np
import pytest

import mxshim as mx
from mxshim.gluon.data import ArrayDataset, DataLoader, SimpleDataset, _segments, dataloader
from mxshim.gluon.data._workers import WorkerError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc and /dev/shm")
ROOT = Path(__file__).parents[3]


def children():
    """Return the processes that this one has started, by /proc."""
    return set(Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split())


def descriptors():
    return len(os.listdir("/proc/self/fd"))


@pytest.fixture(autouse=True)
def nothing_stays_behind():
    gc.collect()
    processes, segments, files = children(), set(os.listdir("/dev/shm")), descriptors()
    yield
    gc.collect()
    multiprocessing.active_children()  # takes leave of those that have ended
    assert children() <= processes
    assert set(os.listdir("/dev/shm")) <= segments
    assert descriptors() <= files


def values(loader):
    return [batch.asnumpy().tolist() for batch in loader]


class Mapped(SimpleDataset):
    """Do something to each index (a plain function: also for spawned processes)."""

    def __init__(self, count, fn):
        super().__init__(range(count))
        self.fn = fn

    def __getitem__(self, idx):
        return self.fn(idx)


# ---- batches


def test_batches_are_those_without_workers():
    big, small = np.random.rand(10, 50, 40).astype("float32"), np.arange(10, dtype="int8")
    data = ArrayDataset(mx.nd.array(big), small)
    alone = list(DataLoader(data, 3))
    for workers in (1, 3):
        loader = DataLoader(data, 3, num_workers=workers)
        for _ in range(2):
            batches = list(loader)
            assert len(batches) == len(alone) == 4
            for expected, batch in zip(alone, batches):
                for one, other in zip(expected, batch):
                    assert one.dtype == other.dtype and type(one) is type(other)
                    np.testing.assert_array_equal(one.asnumpy(), other.asnumpy())


def test_big_batches_lie_in_shared_memory_and_can_be_written():
    data = ArrayDataset(np.ones((4, 100, 100), "float32"))
    first, second = DataLoader(data, 2, num_workers=1)
    assert first._buf.base is not None and first.context == mx.Context("cpu_shared", 0)
    first[:] = 5
    first += 1
    assert first.asnumpy().min() == 6 and second.asnumpy().max() == 1
    del first
    assert second.asnumpy().sum() == 2 * 100 * 100


def test_many_batches_can_be_kept(monkeypatch):
    monkeypatch.setattr(_segments, "_MOST_MAPPED", 3)
    before = descriptors()
    data = ArrayDataset(np.arange(20 * 9000, dtype="float32").reshape(20, 9000))
    loader = DataLoader(data, 1, num_workers=2)
    kept = list(loader)
    assert len(_segments._mapped) <= 3
    assert descriptors() - before < 15
    expected = np.arange(20) * 9000
    assert [int(batch.asnumpy()[0, 0]) for batch in kept] == expected.tolist()
    kept[-1][:] = 1  # a copy can be written too


@pytest.mark.parametrize("shape", [(), (0,), (0, 3), (2, 0, 4)])
def test_arrays_without_axes_or_elements(shape):
    with mx.util.np_shape(True), mx.util.np_array(True):
        data = SimpleDataset([mx.np.zeros(shape, dtype="int32") for _ in range(2)])
        (batch,) = DataLoader(data, 2, num_workers=1)
        assert type(batch) is mx.np.ndarray
        assert (batch.shape, batch.dtype) == ((2, *shape), np.int32)


def test_what_a_batchify_fn_returns_arrives():
    """Not only arrays; closures need no pickle where processes are forked."""
    seen = "closure"

    def batchify(samples):
        return {"n": samples, "t": (mx.nd.array(samples), seen), "numpy": np.zeros((200, 200))}

    (batch,) = DataLoader(SimpleDataset([1, 2]), 2, num_workers=1, batchify_fn=batchify)
    assert batch["n"] == [1, 2] and batch["t"][1] == "closure"
    assert batch["t"][0].asnumpy().tolist() == [1, 2]
    assert batch["numpy"].shape == (200, 200) and batch["numpy"].flags.writeable


def test_sparse_samples_arrive():
    rows = mx.nd.array([[0, 1], [2, 0]]).tostype("csr")
    data = Mapped(2, lambda idx: rows)
    (batch,) = DataLoader(data, 2, num_workers=1, batchify_fn=lambda samples: samples)
    assert [part.stype for part in batch] == ["csr", "csr"]
    assert batch[1].asnumpy().tolist() == [[0, 1], [2, 0]]


def test_long_lists_of_indices_do_not_block():
    """More bytes of tasks than a pipe holds, while a worker sends a batch that no one reads yet."""
    count = 40_000
    data = Mapped(count, lambda idx: idx)
    loader = DataLoader(
        data, count // 4, num_workers=2, prefetch=20,
        batchify_fn=lambda samples: [str(sample) for sample in samples],
    )  # fmt: skip
    for _ in range(2):
        batches = list(loader)
        assert [batch[0] for batch in batches] == ["0", "10000", "20000", "30000"]


def test_rounds_side_by_side():
    loader = DataLoader(SimpleDataset(list(range(6))), 2, num_workers=2)
    one, two = iter(loader), iter(loader)
    got = [next(one), next(two), next(two), next(one), next(one), next(two)]
    assert [int(batch.asnumpy()[0]) for batch in got] == [0, 0, 2, 2, 4, 4]


def test_rollover_and_samplers():
    data = SimpleDataset(list(range(5)))
    loaders = [DataLoader(data, 2, last_batch="rollover", num_workers=n) for n in (0, 2)]
    assert [values(loaders[0]) for _ in range(3)] == [values(loaders[1]) for _ in range(3)]
    picked = mx.gluon.data.BatchSampler(mx.gluon.data.SequentialSampler(4, 1), 3)
    assert values(DataLoader(data, batch_sampler=picked, num_workers=2)) == [[1, 2, 3], [4]]


def test_prefetch_is_bounded():
    seen = mmap.mmap(-1, 10)

    def note(idx):
        seen[idx] = 1
        return idx

    batches = iter(DataLoader(Mapped(10, note), 1, num_workers=2, prefetch=3))
    next(batches)
    time.sleep(0.2)
    assert sum(seen[:]) == 4


def test_no_prefetch():
    loader = DataLoader(SimpleDataset(list(range(5))), 2, num_workers=2, prefetch=0)
    assert values(loader) == [[0, 1], [2, 3], [4]]


def test_pinned():
    loader = DataLoader(SimpleDataset([(1, 2.0)]), 1, num_workers=1, pin_memory=True)
    assert [part.context for part in next(iter(loader))] == [mx.cpu_pinned(0)] * 2


def test_threads_of_the_program_may_share_a_loader():
    loader = DataLoader(SimpleDataset(list(range(40))), 2, num_workers=2)
    found = []
    threads = [threading.Thread(target=lambda: found.append(values(loader))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[[i, i + 1] for i in range(0, 40, 2)]] * 3


def test_the_older_loader():
    data = ArrayDataset([1, 2, 3], [4.0, 5.0, 6.0])
    for workers in (0, 2):
        loader = dataloader.DataLoaderV1(data, 2, num_workers=workers)
        assert len(loader) == 2
        for _ in range(2):
            batches = [[part.asnumpy().tolist() for part in batch] for batch in loader]
            assert batches == [[[1, 2], [4, 5]], [[3], [6]]]
        assert next(iter(loader))[0].context == mx.cpu()


# ---- random draws


def draw(_):
    return np.random.rand(), random.random(), float(mx.nd.random.uniform().asscalar())


def drawn(workers):
    mx.random.seed(7)
    np.random.seed(7)
    random.seed(7)
    return [[part.asscalar() for part in batch] for batch in
            DataLoader(Mapped(6, draw), 1, num_workers=workers)]  # fmt: skip


def test_one_worker_draws_what_the_loader_would():
    assert drawn(1) == drawn(0)


def test_workers_draw_different_numbers_that_seeds_repeat():
    numbers = drawn(3)
    assert numbers == drawn(3)
    for column in zip(*numbers):
        assert len(set(column)) == 6


# ---- errors and deaths


def fail(idx):
    raise KeyError("no sample", idx)


def test_an_error_shows_the_traceback_of_the_worker():
    with pytest.raises(KeyError, match="no sample") as caught:
        list(DataLoader(Mapped(1, fail), 1, num_workers=1))
    cause = caught.value.__cause__
    assert type(cause) is RemoteTraceback
    assert 'raise KeyError("no sample", idx)' in str(cause) and __file__ in str(cause)


def test_after_an_error_the_workers_go_on():
    data = Mapped(4, lambda idx: 1 // idx)
    loader = DataLoader(data, 1, num_workers=2)
    with pytest.raises(ZeroDivisionError):
        list(loader)
    loader._batch_sampler = mx.gluon.data.BatchSampler([1, 2, 3], 1)
    assert values(loader) == [[1], [0], [0]]


class Stubborn(Exception):
    """Cannot be made again from its arguments."""

    def __init__(self, one, two):
        super().__init__(f"{one} and {two}")


def test_an_error_that_cannot_be_sent_is_told():
    def raise_it(idx):
        raise Stubborn(1, 2)

    with pytest.raises(WorkerError, match="Stubborn: 1 and 2") as caught:
        list(DataLoader(Mapped(1, raise_it), 1, num_workers=1))
    assert "raise Stubborn(1, 2)" in str(caught.value.__cause__)


def test_a_batch_that_cannot_be_sent_is_told():
    loader = DataLoader(SimpleDataset([1]), 1, num_workers=1, batchify_fn=lambda s: lambda: s)
    with pytest.raises((AttributeError, pickle.PicklingError), match=r"local object|get local"):
        list(loader)


def hang_up():
    """End by a signal that a background job ignores and has its children ignore."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGHUP)


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        (lambda: os._exit(3), "ended with exit code 3"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "was killed by SIGKILL"),
        (lambda: hang_up(), "was killed by SIGHUP"),
        (lambda: sys.exit(4), "ended with exit code 4"),
    ],
    ids=["exit", "kill", "hangup", "sys.exit"],
)
def test_a_dead_worker_is_named_with_what_it_read(deed, words):
    data = Mapped(8, lambda idx: deed() if idx == 5 else idx)
    began = time.monotonic()
    with pytest.raises(WorkerError) as caught:
        list(DataLoader(data, 2, num_workers=2))
    assert time.monotonic() - began < 5
    text = str(caught.value)
    assert text.startswith("worker 0 of 2 (process ")
    assert f"{words} while it read sample 5 of the batch [4, 5]" in text


def test_a_worker_that_dies_while_it_rests():
    loader = DataLoader(SimpleDataset([0, 1]), 1, num_workers=1)
    assert values(loader) == [[0], [1]]
    process = loader._worker_pool._workers[0].process
    process.kill()
    process.join()
    with pytest.raises(WorkerError, match="was killed by SIGKILL"):
        list(loader)


def test_timeout(capsys):
    loader = DataLoader(Mapped(2, lambda idx: time.sleep(0.4) or idx), 1, num_workers=1,
                        timeout=0.05)  # fmt: skip
    with pytest.raises(TimeoutError):
        list(loader)
    out = capsys.readouterr().out
    assert out.startswith("Worker timed out after 0.05 seconds.") and "shared_memory" in out


# ---- nothing stays behind (the fixture looks)


def test_early_break():
    loader = DataLoader(ArrayDataset(np.ones((20, 9000), "float32")), 1, num_workers=2)
    for _ in loader:
        break
    del _
    assert len(values(loader)) == 20
    assert not loader._worker_pool._arrived


def test_a_dropped_loader_ends_its_processes():
    loader = DataLoader(SimpleDataset(list(range(8))), 2, num_workers=2)
    loader.cycle = loader
    next(iter(loader))
    processes = {str(worker.process.pid) for worker in loader._worker_pool._workers}
    assert processes <= children()
    del loader
    gc.collect()
    assert not processes & children()


def test_a_forked_process_does_not_end_the_workers():
    loader = DataLoader(SimpleDataset([0, 1]), 1, num_workers=1)
    process = multiprocessing.get_context("fork").Process(target=loader._worker_pool.close)
    process.start()
    process.join()
    assert values(loader) == [[0], [1]]


PROGRAM = """
import json, os, sys, time
import numpy as np
import mxnet as mx
from mxnet.gluon.data import ArrayDataset, DataLoader

class Pairs(ArrayDataset):
    pass

def main(how):
    import multiprocessing
    if how != "fork":
        multiprocessing.set_start_method(how)
    loader = DataLoader(Pairs(np.ones((8, 9000), "float32"), np.arange(8)), 2, num_workers=2)
    batches = iter(loader)
    pids = [worker.process.pid for worker in loader._worker_pool._workers]
    got = [next(batches)[1].asnumpy().tolist() for _ in range(4 if how == "spawn" else 2)]
    print(json.dumps([pids, got]), flush=True)
    if how == "fork":
        time.sleep(60)  # until it is killed

if __name__ == "__main__":
    main(sys.argv[1])
"""


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for_end(pids):
    end = time.monotonic() + 15
    while any(map(alive, pids)) and time.monotonic() < end:
        time.sleep(0.05)
    return not any(map(alive, pids))


def start(tmp_path, how):
    program = tmp_path / "train.py"
    program.write_text(PROGRAM)
    # A background job ignores interrupts and passes that on; the program must not inherit it.
    heed = (
        "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); "
        "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    )
    return subprocess.Popen(
        [sys.executable, "-c", heed, "-m", "mxshim", str(program), how],
        stdout=subprocess.PIPE, cwd=ROOT, text=True,
    )  # fmt: skip


def test_spawned_workers_of_a_program(tmp_path):
    """The alias holds in spawned processes; the interpreter's end ends them, halfway a round."""
    with start(tmp_path, "spawn") as process:
        pids, got = json.loads(process.stdout.readline())
        assert got == [[0, 1], [2, 3], [4, 5], [6, 7]]
        assert process.wait(30) == 0
    assert wait_for_end(pids)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_workers_end_with_their_program(tmp_path, end):
    with start(tmp_path, "fork") as process:
        pids, _ = json.loads(process.stdout.readline())
        assert all(map(alive, pids))
        process.send_signal(end)
        process.wait(30)
    assert wait_for_end(pids)


# ---- arrays between processes


@pytest.mark.parametrize("kind", [dataloader.Queue, dataloader.SimpleQueue])
def test_queues_pass_arrays(kind):
    queue = kind()
    queue.put((mx.nd.ones((200, 100)), mx.np.zeros((0, 2)), "text"))
    ones, none, text = queue.get()
    assert type(ones) is mx.nd.NDArray and ones.asnumpy().sum() == 20000
    assert type(none) is mx.np.ndarray and none.shape == (0, 2) and text == "text"
    ones[:] = 2
    queue.close()
    if kind is dataloader.Queue:
        queue.join_thread()
    multiprocessing.resource_sharer.stop(5)


def test_worker_and_fetcher_loop():
    keys, data, buffer = dataloader.Queue(), dataloader.SimpleQueue(), {}
    for task in [(0, [2, 1]), (1, [0]), (None, None)]:
        keys.put(task)
    dataloader.worker_loop_v1(
        SimpleDataset([5, 6, 7]), keys, data, dataloader.default_mp_batchify_fn
    )
    data.put((None, None))
    dataloader.fetcher_loop_v1(data, buffer, data_buffer_lock=threading.Lock())
    assert {key: batch.asnumpy().tolist() for key, batch in buffer.items()} == {0: [7, 6], 1: [5]}
    assert buffer[0].context == mx.cpu()
    for queue in (keys, data):
        queue.close()
    keys.join_thread()
    multiprocessing.resource_sharer.stop(5)


def test_batches_of_a_pool_of_the_program():
    """What toolkits build from the names beside DataLoader."""
    context = multiprocessing.get_context("fork")
    data = SimpleDataset([1, 2, 3])
    batches = mx.gluon.data.BatchSampler(mx.gluon.data.SequentialSampler(3), 2)
    with context.Pool(2, dataloader._worker_initializer, (data, False, False)) as pool:
        found = dataloader._MultiWorkerIter(
            pool, dataloader.default_mp_batchify_fn, batches, prefetch=2
        )
        assert len(found) == 2
        assert values(found) == [[1, 2], [3]]
        pool.close()
        pool.join()
    multiprocessing.resource_sharer.stop(5)
