"""The loader's workers: batches, contexts, semantics, errors and what is printed."""

from __future__ import annotations

import contextlib
import io
import threading
import time

import numpy
import pytest

from compat_tests.inputs import array, attempt

WORKERS = pytest.mark.parametrize("workers", ["none", "process", "thread"])


@pytest.fixture(params=["nd", "np"])
def mode(request, mx):
    """Run under legacy, then under np semantics."""
    if request.param == "np":
        mx.npx.set_np()
    yield request.param
    mx.npx.reset_np()


def make(mx, data, workers, *args, **kwargs):
    kinds = {"none": {}, "process": {"num_workers": 2}}
    kinds["thread"] = {"num_workers": 2, "thread_pool": True}
    return mx.gluon.data.DataLoader(data, *args, **kinds[workers], **kwargs)


def seen(batch):
    """Say what a batch is, with the contexts."""
    if isinstance(batch, (list, tuple)):
        return type(batch).__name__, [seen(part) for part in batch]
    if isinstance(batch, dict):
        return {key: seen(part) for key, part in batch.items()}
    return batch, str(getattr(batch, "context", None))


SAMPLES = {
    "ints": [1, 2, 3],
    "floats": [0.5, 1.5, 2.5],
    "numpy-scalars": [numpy.float32(1), numpy.float32(2), numpy.float32(3)],
    "bools": [True, False, True],
    "lists": [[1, 2], [3, 4], [5, 6]],
    "tuples": [(1, 0.5), (2, 1.5), (3, 2.5)],
    "nested": [(1, (0.5, [2, 3])), (2, (1.5, [3, 4])), (3, (2.5, [4, 5]))],
    "int8": [numpy.array([[1, 2]], "int8"), numpy.array([[3, 4]], "int8")],
    "zero": [numpy.zeros((0, 2), "float32"), numpy.zeros((0, 2), "float32")],
    "big": [numpy.full((60, 70), i, "float32") for i in range(5)],
}


@WORKERS
@pytest.mark.parametrize("kind", list(SAMPLES))
def test_samples(mx, mode, workers, kind):
    data = mx.gluon.data.SimpleDataset(SAMPLES[kind])
    loader = make(mx, data, workers, 2, timeout=2 if kind == "zero" else 120)
    return [seen(batch) for batch in loader], len(loader)


@WORKERS
@pytest.mark.parametrize("dtype", ["float16", "float64", "uint8", "int32", "int64"])
def test_arrays(mx, mode, workers, dtype):
    front = getattr(mx, mode)
    x = array(front, dtype, (5, 2, 3))
    loader = make(mx, mx.gluon.data.ArrayDataset(x, x), workers, 2)
    return [seen(batch) for batch in loader]


@WORKERS
@pytest.mark.parametrize("kind", ["dicts", "strings", "ragged"])
def test_samples_that_do_not_stack(mx, workers, kind):
    samples = {"dicts": [{"a": 1}, {"a": 2}], "strings": ["a", "b"], "ragged": [[1], [1, 2]]}[kind]
    if kind == "ragged":
        samples = [mx.nd.ones((2,)), mx.nd.ones((3,))]
    loader = make(mx, mx.gluon.data.SimpleDataset(samples), workers, 2)
    return attempt(lambda: list(loader))


def as_dict(samples):
    return {"n": samples, "pair": (numpy.array(samples), "text"), "none": None}


@WORKERS
def test_batchify_fn(mx, mode, workers):
    data = mx.gluon.data.SimpleDataset([1, 2, 3])
    return [seen(batch) for batch in make(mx, data, workers, 2, batchify_fn=as_dict)]


@WORKERS
def test_unstacked_arrays(mx, mode, workers):
    front = getattr(mx, mode)
    data = mx.gluon.data.SimpleDataset([(1, front.ones((2,))), (2, front.zeros((2,)))])
    return [seen(batch) for batch in make(mx, data, workers, 2, batchify_fn=tuple)]


def test_batchify_functions(mx, mode):
    module, front = mx.gluon.data.dataloader, getattr(mx, mode)
    pairs = [(front.ones((2,)), 1), (front.zeros((2,)), 2)]
    functions = module.default_batchify_fn, module.default_mp_batchify_fn
    return [[seen(f([1, 2])), seen(f([1.5, 2])), seen(f(pairs))] for f in functions]


@WORKERS
@pytest.mark.parametrize("last_batch", ["keep", "discard", "rollover"])
def test_last_batch(mx, workers, last_batch):
    data = mx.gluon.data.SimpleDataset(list(range(5)))
    loader = make(mx, data, workers, 2, last_batch=last_batch)
    return [[batch.asnumpy().tolist() for batch in loader] for _ in range(3)], len(loader)


@WORKERS
def test_unknown_last_batch(mx, workers):
    data = mx.gluon.data.SimpleDataset(list(range(5)))
    return attempt(lambda: list(make(mx, data, workers, 2, last_batch="drop")))


@WORKERS
def test_shuffle(mx, workers):
    loader = make(mx, mx.gluon.data.SimpleDataset(list(range(9))), workers, 2, shuffle=True)
    numpy.random.seed(3)
    return [[batch.asnumpy().tolist() for batch in loader] for _ in range(2)]


@WORKERS
@pytest.mark.parametrize("device", [0, 2])
def test_pin_memory(mx, mode, workers, device):
    data = mx.gluon.data.SimpleDataset([(1, (2.0, 3.0)), (4, (5.0, 6.0))])
    loader = make(mx, data, workers, 2, pin_memory=True, pin_device_id=device)
    return [seen(batch) for batch in loader]


@WORKERS
@pytest.mark.parametrize("prefetch", [0, 1, 20])
def test_prefetch(mx, workers, prefetch):
    data = mx.gluon.data.SimpleDataset(list(range(6)))
    return [batch.asnumpy().tolist() for batch in make(mx, data, workers, 4, prefetch=prefetch)]


@WORKERS
def test_auto_reload(mx, workers):
    data = mx.gluon.data.SimpleDataset(list(range(4)))
    loader = make(mx, data, workers, 3, auto_reload=True)
    rounds = [[batch.asnumpy().tolist() for batch in loader] for _ in range(2)]
    return rounds, loader._iter is None, loader.clean(), loader._iter is None


def fail(x):
    raise LookupError(f"cannot read {x}")


@WORKERS
def test_error(mx, workers):
    data = mx.gluon.data.SimpleDataset([7]).transform(fail)
    return attempt(lambda: list(make(mx, data, workers, 1)))


@pytest.mark.parametrize("thread_pool", [False, True])
def test_timeout(mx, thread_pool):
    data = mx.gluon.data.SimpleDataset([0]).transform(slow)
    loader = mx.gluon.data.DataLoader(data, 1, num_workers=1, thread_pool=thread_pool, timeout=0.05)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        error = attempt(lambda: list(loader))
    return error, printed.getvalue()


def slow(x):
    time.sleep(0.5)
    return x


def draw(_):
    return float(numpy.random.rand())


def test_one_worker_draws_on(mx):
    """A forked worker has NumPy's state."""
    data = mx.gluon.data.SimpleDataset([0] * 4).transform(draw)
    numpy.random.seed(11)
    return [b.asnumpy() for b in mx.gluon.data.DataLoader(data, 1, num_workers=1)]


def draw_array(mx):
    return lambda _: mx.nd.random.uniform(shape=(2,))


def test_one_worker_draws_arrays_on(mx):
    mx.random.seed(11)
    data = mx.gluon.data.SimpleDataset([0] * 4).transform(draw_array(mx))
    return [b.asnumpy() for b in mx.gluon.data.DataLoader(data, 1, num_workers=1)]


@pytest.mark.parametrize("workers", [0, 2])
def test_older_loader(mx, mode, workers):
    data = mx.gluon.data.ArrayDataset([1, 2, 3], [4.0, 5.0, 6.0])
    older = mx.gluon.data.dataloader.DataLoaderV1
    loader = older(data, 2, num_workers=workers, pin_memory=workers > 1)
    plain = older(data, 2, num_workers=workers, last_batch="discard")
    return (
        [seen(batch) for batch in loader], [seen(batch) for batch in plain], len(loader),
        len(plain), attempt(lambda: older(data)),
        attempt(lambda: older(data, 2, shuffle=True, sampler=[1])),
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["Queue", "SimpleQueue"])
def test_queues(mx, kind):
    queue = getattr(mx.gluon.data.dataloader, kind)()
    queue.put((mx.nd.array([[1, 2]]), mx.np.array([3, 4], dtype="int8"), "text"))
    return seen(queue.get())


def test_loops(mx):
    module = mx.gluon.data.dataloader
    keys, data, buffer = module.Queue(), module.SimpleQueue(), {}
    for task in [(0, [2, 1]), (1, [0]), (None, None)]:
        keys.put(task)
    module.worker_loop_v1(
        mx.gluon.data.SimpleDataset([5, 6, 7]), keys, data, module.default_mp_batchify_fn
    )
    data.put((None, None))
    module.fetcher_loop_v1(data, buffer, True, 1, threading.Lock())
    return seen(buffer)


def test_connection_wrapper(mx):
    import multiprocessing

    one, two = map(mx.gluon.data.dataloader.ConnectionWrapper, multiprocessing.Pipe())
    one.send([mx.nd.ones((2, 2)), 5])
    return seen(two.recv()), two.poll(), one.closed
