"""``autograd.grad`` and ``autograd.Function``."""

import pytest

from compat_tests.inputs import FLOATS, attempt


def variable(front, values=(1.0, 2.0, 3.0), dtype="float32"):
    x = front.array(list(values), dtype=dtype)
    x.attach_grad()
    return x


@pytest.mark.parametrize("dtype", FLOATS)
def test_one_variable(mx, front, dtype):
    x = variable(front, dtype=dtype)
    with mx.autograd.record():
        y = x * x
    found = mx.autograd.grad(y, x)
    return found, x.grad


def test_list_of_variables(mx, front):
    x, w = variable(front), variable(front)
    with mx.autograd.record():
        y = x * w
    return mx.autograd.grad(y, [x, w])


def test_head_gradients(mx, front):
    x = variable(front)
    with mx.autograd.record():
        y = x * x
    return mx.autograd.grad(y, [x], front.array([1.0, 10.0, 100.0]))


def test_several_heads(mx, front):
    x = variable(front)
    with mx.autograd.record():
        y, z = x * x, x * 3
    return mx.autograd.grad([y, z], [x], [front.array([1.0, 2.0, 3.0]), None])


def test_retain_graph(mx, front):
    x = variable(front)
    with mx.autograd.record():
        y = x * x
    first = mx.autograd.grad(y, [x], retain_graph=True)
    second = mx.autograd.grad(y, [x])
    return first, second, attempt(mx.autograd.grad, y, [x])


def test_empty_variables(mx, front):
    x = variable(front)
    with mx.autograd.record():
        y = x * x
    return attempt(mx.autograd.grad, y, [])


def test_unmarked_variable(mx, front):
    x, w = variable(front), front.array([1.0, 2.0, 3.0])
    with mx.autograd.record():
        y = x * w
    return attempt(mx.autograd.grad, y, [w])


def test_unreachable_variable(mx, front):
    x, w = variable(front), variable(front)
    with mx.autograd.record():
        y = x * x
    return attempt(mx.autograd.grad, y, [x, w])


def test_intermediate_variable(mx, front):
    x = variable(front)
    with mx.autograd.record():
        z = x * 2
        y = (z * z).sum()
    return attempt(mx.autograd.grad, y, [z, x])


def test_head_outside_a_graph(mx, front):
    x = variable(front)
    return attempt(mx.autograd.grad, x * 2, [x])


@pytest.mark.parametrize("name", ["sin", "exp", "log", "sqrt", "tanh", "square", "reciprocal"])
def test_second_order(mx, front, name):
    x = variable(front)
    with mx.autograd.record():
        y = getattr(front, name)(x)
        first = mx.autograd.grad(y, x, create_graph=True, retain_graph=True)
        first = first[0] if isinstance(first, list) else first
    first.backward()
    return first.detach(), x.grad


def test_second_order_of_a_product(mx, front):
    x = variable(front)
    with mx.autograd.record():
        y = x * x * x
        first = mx.autograd.grad(y, x, create_graph=True, retain_graph=True)
        first = first[0] if isinstance(first, list) else first
    return attempt(first.backward), x.grad


def square_function(mx, gradients=1):
    class Square(mx.autograd.Function):
        def forward(self, x):
            self.save_for_backward(x)
            return x * x

        def backward(self, dy):
            (x,) = self.saved_tensors
            found = 2 * x * dy
            return found if gradients == 1 else (found,) * gradients

    return Square()


def test_function(mx, front):
    x = variable(front)
    function = square_function(mx)
    with mx.autograd.record():
        y = function(x)
        z = y * 2
    z.backward()
    return y, x.grad


def test_function_is_called_once(mx, front):
    x = variable(front)
    function = square_function(mx)
    with mx.autograd.record():
        function(x)
        return attempt(function, x)


def test_function_outside_record(mx, front):
    x = variable(front)
    y = square_function(mx)(x)
    return y, attempt(y.backward)


def test_function_of_two(mx, front):
    class Product(mx.autograd.Function):
        def forward(self, a, b):
            self.save_for_backward(a, b)
            return a * b, a + b

        def backward(self, dp, ds):
            a, b = self.saved_tensors
            return dp * b + ds, dp * a + ds

    a, b = variable(front), variable(front, (4.0, 5.0, 6.0))
    with mx.autograd.record():
        p, s = Product()(a, b)
        z = p + 10 * s
    z.backward()
    return z, a.grad, b.grad


def test_function_modes(mx, front):
    seen = []

    class Watch(mx.autograd.Function):
        def forward(self, x):
            seen.append((mx.autograd.is_recording(), mx.autograd.is_training()))
            return x * 1

        def backward(self, dy):
            seen.append((mx.autograd.is_recording(), mx.autograd.is_training()))
            return dy

    x = variable(front)
    with mx.autograd.record():
        y = Watch()(x)
    y.backward()
    return x.grad.asnumpy(), seen
