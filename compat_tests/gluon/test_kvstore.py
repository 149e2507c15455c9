"""Key-value stores in one process."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, attempt


@pytest.mark.parametrize("kind", ["local", "device", "LOCAL", "local_allreduce_cpu", "anything"])
def test_create(mx, kind):
    store = mx.kv.create(kind)
    return store.type, store.rank, store.num_workers, store.is_capable("optimizer")


def test_wrong_create(mx):
    return attempt(mx.kv.create, 3), attempt(mx.kv.create().is_capable, "flying")


@pytest.mark.parametrize("key", [3, "weight"])
def test_push_pull(mx, front, key):
    store = mx.kv.create("local")
    store.init(key, front.ones((2, 2)))
    here, there = front.zeros((2, 2)), front.zeros((2, 2), ctx=mx.cpu(1))
    store.pull(key, out=here)
    seen = [here.copy()]
    store.push(key, [here * 2, there + 3])
    store.pull(key, out=[here, there])
    seen += [here.copy(), there.copy()]
    store.push(key, here)
    store.pull(key, out=there)
    return seen, there


def test_lists_of_keys(mx):
    store, nd = mx.kv.create("local"), mx.nd
    store.init([1, 2], [nd.ones((2,)), nd.ones((3,)) * 2])
    outs = [nd.zeros((2,)), nd.zeros((3,))]
    store.pull([1, 2], out=outs)
    store.push([1, 2], [[outs[0], outs[0]], [outs[1], outs[1]]])
    more = [nd.zeros((2,)), nd.zeros((3,))]
    store.pull([1, 2], out=more)
    return outs, more


def test_updater(mx):
    store, nd = mx.kv.create("local"), mx.nd
    seen = []

    def update(key, pushed, kept):
        seen.append((key, pushed.asnumpy(), kept.asnumpy()))
        kept += pushed * 10

    store._set_updater(update)
    store.init(0, nd.ones((2,)))
    store.push(0, [nd.ones((2,)), nd.ones((2,), ctx=mx.cpu(1))])
    out = nd.zeros((2,))
    store.pull(0, out=out)
    return seen, out


def test_optimizer(mx, tmp_path):
    path = str(tmp_path / "states")
    store, nd = mx.kv.create("device"), mx.nd
    store.set_optimizer(mx.optimizer.SGD(learning_rate=0.1, momentum=0.9))
    store.init(0, nd.ones((2,)))
    outs = []
    for _ in range(2):
        store.push(0, nd.ones((2,)))
        out = nd.zeros((2,))
        store.pull(0, out=out)
        outs.append(out)
    store.save_optimizer_states(path)
    store.load_optimizer_states(path)
    store.push(0, nd.ones((2,)))
    store.pull(0, out=out)
    return outs, out


@pytest.mark.parametrize("kind", ["local", "device", "teststore"])
def test_pushpull_and_broadcast(mx, kind):
    store, nd = mx.kv.create(kind), mx.nd
    one, two = nd.zeros((2,)), nd.zeros((2,), ctx=mx.cpu(1))
    store.broadcast(0, array(nd, "float32", (2,)), [one, two])
    seen = [one.copy(), two.copy()]
    store.pushpull(0, [one, two])
    seen += [one.copy(), two.copy()]
    out = nd.zeros((2,))
    store.pushpull(0, [one, two], out=out)
    return seen, one, two, out


def test_wrong_use(mx):
    store, one = mx.kv.create("local"), mx.nd.ones((2,))
    store.init(3, one)
    return (
        attempt(store.init, 3, one),
        attempt(store.push, 4, one),
        attempt(store.pull, 4, one),
        attempt(store.pull, 3),
        attempt(store.push, "a", one),
        attempt(store.init, [5, "a"], [one, one]),
        attempt(store.init, 2.5, one),
        attempt(store.init, [1, 2], [one]),
        attempt(store.init, 9, 3),
        attempt(store.save_optimizer_states, "nowhere"),
        attempt(store.set_gradient_compression, {"type": "2bit"}),
    )
