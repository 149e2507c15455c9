"""The tape: depth, memory, threads, gradients of any order and of intermediate values."""

from __future__ import annotations

import gc
import resource
import threading
import weakref
from typing import Any

import numpy as np
import pytest

import mxshim as mx
from mxshim import autograd, nd
from mxshim._core import tape


def variable(*values: float) -> nd.NDArray:
    x = nd.array(list(values), dtype="float64")
    x.attach_grad()
    return x


def test_chain_of_200000_operations() -> None:
    x = variable(1.0, 2.0)
    with autograd.record():
        y = x
        for _ in range(200_000):
            y = y + 1
    y.backward()
    np.testing.assert_array_equal(x.grad.asnumpy(), [1, 1])


def test_long_chain_is_dropped_without_backward() -> None:
    x = variable(1.0)
    with autograd.record():
        y = x
        for _ in range(200_000):
            y = y + 1
    del y
    gc.collect()


def test_graph_is_freed_by_backward() -> None:
    x = variable(1.0, 2.0)
    with autograd.record():
        y = nd.exp(x)
        z = y * y
    node, inner = weakref.ref(z._node), y._node
    z.backward()
    assert inner.op is tape.RELEASED and inner.args is None and inner.out is None
    assert node() is z._node
    del z
    gc.collect()
    assert node() is None


def test_training_steps_need_no_collector() -> None:
    """A step leaves no cycles behind: reference counts alone free its graph."""
    x = variable(1.0, 2.0)
    gc.collect()
    gc.disable()
    try:
        with autograd.record():
            z = (nd.exp(x) * x).sum()
        node = weakref.ref(z._node)
        z.backward()
        del z
        assert node() is None
    finally:
        gc.enable()


def test_memory_is_flat_over_10000_steps() -> None:
    w = nd.array(np.ones((50, 50)))
    w.attach_grad()
    x = nd.array(np.ones((20, 50)))

    def step() -> None:
        with autograd.record():
            loss = (nd.dot(x, w) ** 2).sum()
        loss.backward()
        w[:] = w - 1e-6 * w.grad

    for _ in range(500):
        step()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(10_000):
        step()
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after - before < 2048, "kilobytes of peak memory grew over 10,000 steps"


def test_threads_record_independently() -> None:
    failures: list[BaseException] = []

    def work(scale: float) -> None:
        try:
            x = variable(1.0, 2.0, 3.0)
            for _ in range(200):
                assert not autograd.is_recording()
                with autograd.record():
                    y = (x * scale) * x
                y.backward()
                np.testing.assert_allclose(x.grad.asnumpy(), 2 * scale * x.asnumpy())
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(float(i),)) for i in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5])
def test_gradients_of_any_order(order: int) -> None:
    x = variable(0.3, 1.1)
    with autograd.record():
        value = nd.exp(x * 2)
        for _ in range(order):
            (value,) = autograd.grad(value, [x], create_graph=True)
    np.testing.assert_allclose(value.asnumpy(), 2.0**order * np.exp(2 * x.asnumpy()), rtol=1e-12)


def test_gradient_with_respect_to_intermediates() -> None:
    """The reader in shared/seeds wanted dy/dz and dy/dx of y = z.z, z = 2x from one pass."""
    x = variable(0.0, 1.0, 2.0, 3.0)
    with autograd.record():
        z = x * 2
        y = nd.dot(z, z)
    dz, dx = autograd.grad(y, [z, x])
    np.testing.assert_array_equal(dz.asnumpy(), 2 * z.asnumpy())
    np.testing.assert_array_equal(dx.asnumpy(), 8 * x.asnumpy())


def test_head_gradient_of_the_wrong_shape_names_both() -> None:
    x = variable(1.0, 2.0)
    with autograd.record():
        y = x * 2
    with pytest.raises(mx.MXNetError, match=r"shape \(3,\).*shape \(2,\)"):
        y.backward(nd.array([1, 2, 3], dtype="float64"))
    y.backward()
    np.testing.assert_array_equal(x.grad.asnumpy(), [2, 2])


def test_outside_a_graph_says_why() -> None:
    x = variable(1.0)
    with pytest.raises(mx.MXNetError, match=r"outside autograd\.record"):
        (x * 2).backward()
    with autograd.record():
        y = x * 2
    y.backward()
    with pytest.raises(mx.MXNetError, match="retain_graph=True"):
        y.backward()


def test_detached_by_attach_grad_names_the_line() -> None:
    x = variable(1.0)
    with autograd.record():
        y = x * 2
        y.attach_grad()
        z = y * 3
    with pytest.raises(mx.MXNetError, match=r"cut by attach_grad at .*test_tape.py:\d+"):
        autograd.grad(z, [x])


def test_failure_leaves_no_stale_gradients() -> None:
    x = variable(1.0, 2.0)

    class Broken(autograd.Function):
        def forward(self, a: nd.NDArray) -> nd.NDArray:
            return a * 1

        def backward(self, dy: nd.NDArray) -> nd.NDArray:
            raise KeyError("broken")

    with autograd.record():
        y = x * 2
        z = Broken()(y) + y * 5
    with pytest.raises(KeyError):
        z.backward(retain_graph=True)
    y.backward()
    np.testing.assert_array_equal(x.grad.asnumpy(), [2, 2])


def test_results_of_grad_do_not_share_memory() -> None:
    a, b = variable(1.0), variable(2.0)
    with autograd.record():
        y = a + b
    da, db = autograd.grad(y, [a, b])
    da[:] = 9
    assert db.asnumpy()[0] == 1


def test_gradient_penalty_trains() -> None:
    """A gradient inside a loss: the second derivative flows into the weights."""
    w = variable(0.5, -0.3)
    x = variable(1.0, 2.0)
    with autograd.record():
        y = nd.tanh(w * x).sum()
        (dx,) = autograd.grad(y, [x], create_graph=True)
        loss = (dx * dx).sum()
    loss.backward()
    t = np.tanh(w.asnumpy() * x.asnumpy())
    wn, xn = w.asnumpy(), x.asnumpy()
    expected = 2 * (1 - t**2) * wn * ((1 - t**2) - 2 * t * (1 - t**2) * wn * xn)
    np.testing.assert_allclose(w.grad.asnumpy(), expected, rtol=1e-10)


def test_freed_value_used_before_and_after_its_release() -> None:
    """What was recorded before the release is refused, also beside later uses, which are fine."""
    x = variable(1.0, 2.0)
    with autograd.record():
        y, z = nd.split(nd.concat(x * x, x, dim=0), 2, axis=0)
        before, total = y * x, y + z
    total.backward()
    with autograd.record():
        after = y * x
        both = before + y * x
    after.backward()
    np.testing.assert_array_equal(x.grad.asnumpy(), [1, 4])
    with pytest.raises(mx.MXNetError, match="freed by an earlier backward"):
        both.backward()


LARGE = (64, 512)
"""The shape of an array whose gradient is not copied if it need not be."""


def _backward(x: Any, out: Any = lambda x: x * x, head: Any = None) -> Any:
    with autograd.record():
        y = out(x)
    y.backward(head)
    return y


def test_large_gradients_are_not_copied() -> None:
    x = nd.ones(LARGE)
    x.attach_grad()
    before = weakref.ref(x.grad._buf)
    _backward(x)
    assert before() is None
    assert (x.grad.asnumpy() == 2).all()


@pytest.mark.parametrize(
    "look", [lambda g: g[1:3], lambda g: g.reshape((-1,)), lambda g: g.detach(), lambda g: g[0][1]]
)
def test_views_of_a_gradient_see_the_next_one(look: Any) -> None:
    x = nd.ones(LARGE)
    x.attach_grad()
    seen = look(x.grad)
    _backward(x)
    assert (seen.asnumpy() == 2).all()
    seen[:] = 5
    assert (x.grad.asnumpy() == 5).any()


def test_gradients_share_no_memory_with_what_they_come_from() -> None:
    """The head gradient is the gradient of both terms."""
    x, other, head = nd.ones(LARGE), nd.ones(LARGE), nd.ones(LARGE)
    x.attach_grad()
    other.attach_grad()
    _backward(x, lambda x: x + other, head)
    x.grad[:] = 3
    assert (head.asnumpy() == 1).all()
    assert (other.grad.asnumpy() == 1).all()
    other.grad[:] = 4
    assert (head.asnumpy() == 1).all()
    assert (x.grad.asnumpy() == 3).all()


def test_gradients_share_no_memory_with_values() -> None:
    """The gradient of a product of a sum is the other factor, that of exp holds the result."""
    x, y = nd.ones(LARGE), nd.full(LARGE, 2)
    x.attach_grad()
    made = _backward(x, lambda x: nd.exp(x * y), nd.ones(LARGE))
    x.grad[:] = 0
    assert (y.asnumpy() == 2).all()
    assert (made.asnumpy() > 7).all()


def test_gradients_of_one_step_outlive_the_next() -> None:
    x = nd.ones(LARGE)
    x.attach_grad()
    _backward(x)
    first = x.grad.detach()
    kept = x.grad.copy()
    _backward(x, lambda x: x * 7)
    assert (kept.asnumpy() == 2).all()
    assert (first.asnumpy() == 7).all()
