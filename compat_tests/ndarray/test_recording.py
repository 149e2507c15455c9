"""Writes while recording, gradients attached to arrays, what detaches."""

import operator

import pytest

from compat_tests.inputs import attempt

WRITES = {
    "add": lambda x, y: operator.iadd(x, 1),
    "add array": lambda x, y: operator.iadd(x, y),
    "multiply": lambda x, y: operator.imul(x, 2.0),
    "set all": lambda x, y: operator.setitem(x, slice(None), 1),
    "set all to an array": lambda x, y: operator.setitem(x, slice(None), y),
    "set one": lambda x, y: operator.setitem(x, 0, 5),
    "set a part": lambda x, y: operator.setitem(x, slice(0, 1), y[1:]),
    "set by a list": lambda x, y: operator.setitem(x, [0, 1], 3),
    "copyto": lambda x, y: y.copyto(x),
    "full": lambda x, y: x._full(3),
}


@pytest.mark.parametrize("name", WRITES)
def test_write_into_a_variable(mx, front, name):
    x, y = front.array([1.0, 2.0]), front.array([3.0, 4.0])
    x.attach_grad()
    with mx.autograd.record():
        seen = attempt(lambda: WRITES[name](x, y) and None)
    return seen


@pytest.mark.parametrize("name", WRITES)
def test_write_into_a_result(mx, front, name):
    x, y = front.array([1.0, 2.0]), front.array([3.0, 4.0])
    x.attach_grad()
    with mx.autograd.record():
        z = x * 2
        seen = attempt(lambda: WRITES[name](z, y) and None)
    return seen


@pytest.mark.parametrize("name", ("add array", "set all to an array", "set a part", "copyto"))
def test_write_a_recorded_value(mx, front, name):
    x, z = front.array([1.0, 2.0]), front.array([3.0, 4.0])
    x.attach_grad()
    with mx.autograd.record():
        y = x * x
        seen = attempt(lambda: WRITES[name](z, y) and None)
        if name in ("add array", "set a part"):
            return seen
        w = z * 3
    return seen, w, attempt(w.backward), x.grad


@pytest.mark.parametrize("name", WRITES)
def test_write_while_paused(mx, front, name):
    x, y = front.array([1.0, 2.0]), front.array([3.0, 4.0])
    x.attach_grad()
    with mx.autograd.record():
        z = x * x
        with mx.autograd.pause():
            attempt(lambda: WRITES[name](y, x) and None)
    attempt(lambda: WRITES[name](x, y) and None)
    with mx.autograd.record():
        z = x * x
    z.backward()
    return x, y, x.grad


def test_write_outside_keeps_the_variable(mx, front):
    x = front.array([1.0, 2.0])
    x.attach_grad()
    x -= 0.5
    x[0] = 3
    x[:] = x * 2
    with mx.autograd.record():
        y = (x * x).sum()
    y.backward()
    return x, x.grad


@pytest.mark.parametrize("req", ("write", "add", "null", "foo"))
def test_attach_grad(mx, front, req):
    x = front.array([1.0, 2.0])
    before = x.grad
    x.attach_grad(req)
    attached = x.grad.copy()
    for _ in range(2):
        with mx.autograd.record():
            y = x * x
        attempt(y.backward)
    return before, attached, x.grad


@pytest.mark.parametrize("dtype", ("float16", "float64", "int32"))
def test_attach_grad_dtypes(mx, front, dtype):
    x = front.array([1, 2], dtype=dtype)
    x.attach_grad()
    with mx.autograd.record():
        y = x * x
    y.backward()
    return x.grad


def test_gradient_buffer_is_one(mx, front):
    x = front.array([1.0, 2.0])
    x.attach_grad()
    held = x.grad
    with mx.autograd.record():
        y = x * 3
    y.backward()
    x.grad[:] = x.grad * 2
    return held, x.grad, x.grad is held


def test_detach(mx, front):
    x = front.array([1.0, 2.0])
    x.attach_grad()
    with mx.autograd.record():
        y = x * x
        z = y.detach() * x
    z.backward()
    shared = y.detach()
    shared[:] = 0
    return x.grad, y, x.detach().grad


def test_views_of_a_variable_see_updates(mx, front):
    x = front.array([[1.0, 2.0], [3.0, 4.0]])
    x.attach_grad()
    row = x[0]
    with mx.autograd.record():
        y = x[0] * x[1]
    y.backward()
    x -= x.grad
    return x, row, x.grad, row.grad
