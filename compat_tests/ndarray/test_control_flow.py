"""Loops and branches on arrays: values, gradients, structures, errors."""

from __future__ import annotations

import pytest

from compat_tests.inputs import arrays, attempt


def case(mx, *shapes, seed=0):
    made = arrays(mx.nd, "float32", *shapes, seed=seed, low=0.2, high=1.5)
    for each in made:
        each.attach_grad()
    return made


def finish(mx, heads, inputs):
    mx.autograd.backward(heads, [(mx.nd.arange(h.size) + 1).reshape(h.shape) for h in heads])
    return [each.grad for each in inputs]


@pytest.mark.parametrize("rows", [1, 2, 4])
def test_foreach(mx, rows):
    x, s, w = case(mx, (rows, 3), (3,), (3,))
    with mx.autograd.record():
        y, last = mx.nd.contrib.foreach(lambda a, t: (a * t * w, (a * w + t).tanh()), x, s)
    return y, last, finish(mx, [y, last], [x, s, w])


def test_foreach_nested(mx):
    x, z, s, t = case(mx, (3, 2), (3, 4), (2,), (4,))

    def body(row, states):
        a, b = row
        return [a * states[0][0], [b, b * states[1]]], [[states[0][0] + a], states[1] * b]

    with mx.autograd.record():
        outs, states = mx.nd.contrib.foreach(body, [x, z], [[s], t])
        heads = [outs[0], outs[1][1], states[0][0], states[1]]
    return outs, states, finish(mx, heads, [x, z, s, t])


def test_foreach_tuples(mx):
    x, s = case(mx, (2, 2), (2,))
    outs, states = mx.nd.contrib.foreach(lambda a, t: ((a, t[0]), (a + t[0],)), x, (s,))
    return outs, states, type(outs).__name__, type(states).__name__


@pytest.mark.parametrize("shape", [(4,), (2, 1), (2, 1, 3)], ids=str)
def test_foreach_shapes(mx, shape):
    (x,) = case(mx, shape)
    with mx.autograd.record():
        y, _ = mx.nd.contrib.foreach(lambda a, t: (a * a, t), x, [])
    return y, finish(mx, [y], [x])


def test_foreach_in_foreach(mx):
    x, s, w = case(mx, (2, 3, 2), (2,), (2,))

    def outer(matrix, state):
        def inner(row, total):
            return row * total * w, total + row

        ys, total = mx.nd.contrib.foreach(inner, matrix, state)
        return ys, total * w

    with mx.autograd.record():
        y, last = mx.nd.contrib.foreach(outer, x, s)
    return y, last, finish(mx, [y, last], [x, s, w])


def test_foreach_only_states(mx):
    x, s = case(mx, (3, 2), (2,))
    return mx.nd.contrib.foreach(lambda a, t: ([], t * a), x, s)


@pytest.mark.parametrize("number", range(9))
def test_foreach_errors(mx, number):
    x, s = case(mx, (2, 2), (2,))
    f = mx.nd.contrib.foreach
    calls = [
        lambda: f(lambda a, t: (a, t), "data", s),
        lambda: f(lambda a, t: (a, t), x, 3),
        lambda: f(lambda a, t: (3, t), x, s),
        lambda: f(lambda a, t: (a,), x, s),
        lambda: f(lambda a, t: (a, t), [], s),
        lambda: f(lambda a, t: (a, t), [x, 1], s),
        lambda: f(lambda a, t: (mx.nd.concat(t, t, dim=0), mx.nd.concat(t, t, dim=0)), x, s),
        lambda: f(lambda a, t: ((a, 2), t), x, s),
        lambda: f(lambda a, t: (a + 1, 5), x, s),
    ]
    return attempt(calls[number])


@pytest.mark.parametrize("limit", [1, 3, 7])
def test_while_loop(mx, limit):
    s, w = case(mx, (2,), (2,))
    with mx.autograd.record():
        outs, (i, last) = mx.nd.contrib.while_loop(
            lambda i, s: i < limit, lambda i, s: (s * w, [i + 1, s * w + s]),
            [mx.nd.zeros((1,)), s], max_iterations=7,
        )  # fmt: skip
        y = outs[:limit]
    return outs.shape, y, i, last, finish(mx, [y, last], [s, w])


def test_while_loop_structures(mx):
    (s,) = case(mx, (2,))
    w = mx.nd.contrib.while_loop
    one = mx.nd.array([0])
    return [
        w(lambda i: i < 2, lambda i: (None, i + 1), one, max_iterations=4),
        w(lambda i: i < 2, lambda i: (i, i + 1), one, max_iterations=2),
        w(lambda i: i < 2, lambda i: ((i, [i + 1]), [i + 1]), [one], max_iterations=2),
        w(lambda i, j: i < 2, lambda i, j: ([i, j], (i + 1, j)), (one, s), max_iterations=2),
        w(lambda i: i < 2, lambda i: ([], i + 1), (one,), max_iterations=mx.nd.array([2])),
        w(lambda i: i < 0, lambda i: (i, i + 1), (one,), max_iterations=2),
        w(lambda i: i < 0, lambda i: (i, i + 1), one, max_iterations=2),
        w(lambda i: True, lambda i: (i, i + 1), one, max_iterations=2),
        w(lambda i: True, lambda i: (i, i + 1), one, max_iterations=0),
        w(lambda i: 1, lambda i: (i, i + 1), [one.astype("int64")], max_iterations="3"),
    ]


@pytest.mark.parametrize("number", range(10))
def test_while_loop_errors(mx, number):
    one, two = mx.nd.array([0]), mx.nd.array([0, 1])
    w = mx.nd.contrib.while_loop
    shapes = iter([(1,), (2,), (3,)])
    counts = iter([1, 2, 3])
    calls = [
        lambda: w(lambda i: i < 2, lambda i: (i, i + 1), [one]),
        lambda: w(lambda: True, lambda: (1, []), [], max_iterations=2),
        lambda: w(lambda i: i < 2, lambda i: (i, [i, i]), [one], max_iterations=2),
        lambda: w(lambda i: i < 2, lambda i: (3, i), [one], max_iterations=2),
        lambda: w(lambda i: i < 2, lambda i: (i, i), [one], max_iterations="many"),
        lambda: w(lambda i: i < 2, lambda i: (i, i), [two], max_iterations=3),
        lambda: w(lambda i: True, lambda i: (mx.nd.ones(next(shapes)), i), one, max_iterations=3),
        lambda: w(lambda i: True, lambda i: ([i] * next(counts), i), [one], max_iterations=3),
        lambda: w(lambda i: i < 2, lambda i: i + 1, [one], max_iterations=3),
        lambda: w(lambda i: "yes", lambda i: (i, None), [one], max_iterations=3),
    ]
    return attempt(calls[number])


@pytest.mark.parametrize("sign", [1, -1, 0])
def test_cond(mx, sign):
    a, b = case(mx, (2, 2), (2, 2))
    with mx.autograd.record():
        y, z = mx.nd.contrib.cond(mx.nd.array([sign]), lambda: [a * b, a], lambda: (a + b * 2, b))
        heads = [y * 1, z * 1]
    return y, z, finish(mx, heads, [a, b])


@pytest.mark.parametrize("number", range(5))
def test_cond_other(mx, number):
    c = mx.nd.contrib.cond
    calls = [
        lambda: c(True, lambda: 1, lambda: 2),
        lambda: c(0, lambda: 1, lambda: "two"),
        lambda: c(mx.nd.array([1, 2]), lambda: 1, lambda: 2),
        lambda: c(mx.nd.array([[1]], dtype="int32"), lambda: None, lambda: 2),
        lambda: c(mx.nd.array([1]), lambda: mx.nd.contrib.cond(0, lambda: 1, lambda: 3), None),
    ]
    return attempt(calls[number])


def test_second_order(mx):
    x, w = case(mx, (3, 2), (2,))
    with mx.autograd.record():
        y, last = mx.nd.contrib.foreach(lambda a, t: (a * t * t, a * t), x, w)
        total = y.sum() + last.sum()
        (g,) = mx.autograd.grad([total], [w], create_graph=True)
        h = (g * g).sum()
    h.backward()
    return g, w.grad, x.grad


def test_rand_zipfian(mx):
    mx.random.seed(5)
    classes = mx.nd.array([0, 3, 4])
    first = mx.nd.contrib.rand_zipfian(classes, 6, 8)
    second = mx.nd.contrib.rand_zipfian(classes.astype("int32"), 3, 100, mx.cpu())
    return first, second, [each.dtype for each in first]


@pytest.mark.np
@pytest.mark.parametrize("number", range(4))
def test_numpy_arrays(mx, number):
    """Loops are for legacy arrays only."""
    np, contrib = mx.np, mx.nd.contrib
    calls = [
        lambda: contrib.foreach(lambda a, t: (a * t, t), np.ones((2, 3)), np.ones(3)),
        lambda: contrib.foreach(lambda a, t: ([], t * a), np.ones((2, 3)), np.ones(3)),
        lambda: contrib.while_loop(lambda i: i < 2, lambda i: (i, i), np.ones(1), 2),
        lambda: contrib.cond(np.array(1), lambda: 1, lambda: 2),
    ]
    return attempt(calls[number])
