"""Backward passes: heads, head gradients, requests, freed graphs, writes under record."""

import pytest

from compat_tests.inputs import DTYPES, FLOATS, attempt


def variable(front, values=(1.0, 2.0, 3.0), dtype="float32", grad_req="write"):
    x = front.array(list(values), dtype=dtype)
    x.attach_grad(grad_req)
    return x


@pytest.mark.parametrize("dtype", DTYPES)
def test_simple(mx, front, dtype):
    x = variable(front, dtype=dtype)
    with mx.autograd.record():
        y = x * x
    y.backward()
    return y, x.grad


@pytest.mark.parametrize("dtype", FLOATS)
def test_head_gradient(mx, front, dtype):
    x = variable(front, dtype=dtype)
    with mx.autograd.record():
        y = x * 2
    y.backward(front.array([10, 1.0, 0.1], dtype=dtype))
    return x.grad


def test_head_gradient_of_another_dtype(mx, front):
    x = variable(front)
    with mx.autograd.record():
        y = x * 2
    head = front.array([10, 1.0, 0.1], dtype="float64")
    return attempt(lambda: (y.backward(head), x.grad.asnumpy()))


def test_head_gradient_of_another_shape(mx, front):
    x = variable(front)
    with mx.autograd.record():
        y = x * 2
    return attempt(y.backward, front.array([10.0, 1.0]))


@pytest.mark.parametrize("given", ["none", "both", "first"])
def test_several_heads(mx, front, given):
    x = variable(front)
    with mx.autograd.record():
        y, z = x * x, x * 3
    head = front.array([1.0, 10.0, 100.0])
    choice = {"none": None, "both": [head, head], "first": [head, None]}[given]
    mx.autograd.backward([y, z], choice)
    return x.grad


def test_head_count_mismatch(mx, front):
    x = variable(front)
    with mx.autograd.record():
        y, z = x * x, x * 3
    return attempt(mx.autograd.backward, [y, z], front.array([1.0, 2.0, 3.0]))


def test_same_head_twice(mx, front):
    x = variable(front)
    with mx.autograd.record():
        y = x * x
    mx.autograd.backward([y, y])
    return x.grad


@pytest.mark.parametrize("grad_req", ["write", "add"])
def test_grad_req(mx, front, grad_req):
    x = variable(front, grad_req=grad_req)
    for _ in range(3):
        with mx.autograd.record():
            y = x * x
        y.backward()
    return x.grad


def test_grad_req_null(mx, front):
    x = variable(front, grad_req="null")
    with mx.autograd.record():
        y = x * x
    return attempt(y.backward), x.grad


def test_grad_req_null_beside_another(mx, front):
    x, w = variable(front, grad_req="null"), variable(front)
    with mx.autograd.record():
        y = x * w
    y.backward()
    return x.grad, w.grad


def test_add_then_zero(mx, front):
    x = variable(front, grad_req="add")
    with mx.autograd.record():
        y = x * x
    y.backward()
    x.grad[:] = 0
    with mx.autograd.record():
        y = x * 5
    y.backward()
    return x.grad


def test_held_handle_sees_the_update(mx, front):
    x = variable(front)
    held = x.grad
    with mx.autograd.record():
        y = x * x
    y.backward()
    return held, held is x.grad


def test_grad_before_backward(mx, front):
    x = front.array([1.0, 2.0])
    before = x.grad
    x.attach_grad()
    return before, x.grad


def test_grad_of_an_intermediate(mx, front):
    x = variable(front)
    with mx.autograd.record():
        y = x * x
        z = y * 2
    z.backward()
    return y.grad


def test_not_recorded(mx, front):
    x = variable(front)
    y = x * 2
    return attempt(y.backward)


def test_nothing_attached(mx, front):
    x = front.array([1.0])
    with mx.autograd.record():
        y = x * 2
    return attempt(y.backward)


def test_backward_of_a_leaf(mx, front):
    x = variable(front)
    x.backward()
    return x.grad


def test_second_backward_is_refused(mx, front):
    x = variable(front)
    with mx.autograd.record():
        y = x * x
    y.backward()
    return attempt(y.backward)


def test_retain_graph(mx, front):
    x = variable(front, grad_req="add")
    with mx.autograd.record():
        y = x * x
    y.backward(retain_graph=True)
    y.backward()
    return x.grad, attempt(y.backward)


def test_freed_part_of_another_graph(mx, front):
    x = variable(front)
    with mx.autograd.record():
        y = x * x
        z, w = y * 2, y * 3
    z.backward()
    return attempt(w.backward)


def test_freed_part_beside_a_living_one(mx, front):
    x = variable(front)
    with mx.autograd.record():
        y = x * x
        z, w = y * 2, y * 3 + x
    z.backward()
    return attempt(w.backward), x.grad


def test_freed_value_is_a_constant_later(mx, front):
    w, h, seen = variable(front), front.ones(3), []
    for _ in range(3):
        with mx.autograd.record():
            h = h * w
            cost = (h * h).sum()
        cost.backward()
        seen.append(w.grad.copy())
    return seen


@pytest.mark.parametrize("kind", ["RNN", "LSTM"])
def test_state_of_a_freed_layer_call(mx, front, kind):
    layer = getattr(mx.gluon.rnn, kind)(2)
    layer.initialize(mx.init.Constant(0.25))
    x, seen = front.ones((2, 1, 3)), []
    state = layer.begin_state(batch_size=1)
    for _ in range(3):
        with mx.autograd.record():
            out, state = layer(x, state)
            cost = (out * out).sum()
        cost.backward()
        seen.append(layer.l0_h2h_weight.grad().copy())
    return seen


def test_graph_of_freed_values_only(mx, front):
    x = variable(front)
    with mx.autograd.record():
        y = x * 2
    y.backward()
    with mx.autograd.record():
        z = (y * 3).sum()
    return attempt(z.backward)


def test_head_among_several_outputs_freed(mx):
    x = variable(mx.nd, (1.0, 2.0, 3.0, 4.0))
    with mx.autograd.record():
        a, b = mx.nd.split(x * x, 2, axis=0)
    a.backward()
    return attempt(b.backward), x.grad


def test_write_into_a_freed_value(mx, front):
    x = variable(front)
    with mx.autograd.record():
        h, k, m = x * 2, x * 3, x * 4
        total = (h + k + m).sum()
    total.backward()
    fresh = front.ones(3)
    with mx.autograd.record():
        h[:] = 5
        k += 1
        k *= m
        fresh += m
        m[:] = x
        cost = (h * x * m + k + fresh).sum()
    cost.backward()
    return h, k, m, fresh, x.grad


def test_attach_grad_on_an_intermediate(mx, front):
    x = variable(front)
    with mx.autograd.record():
        y = x * x
        y.attach_grad()
        z = y * 2
    z.backward()
    return x.grad, y.grad


def test_attach_grad_outside_detaches(mx, front):
    x = variable(front)
    with mx.autograd.record():
        y = x * x
    y.attach_grad()
    return attempt(y.backward), x.grad, y.grad


def test_attach_grad_twice(mx, front):
    x = variable(front)
    with mx.autograd.record():
        y = x * x
    x.attach_grad()
    y.backward()
    return x.grad


def test_detach(mx, front):
    x = variable(front)
    with mx.autograd.record():
        y = x * x
        z = y.detach() * x
    z.backward()
    return x.grad, attempt(y.detach().backward)


def test_detach_shares_memory(mx, front):
    x = variable(front)
    d = x.detach()
    d[:] = 7
    return x, d.grad


def test_stop_gradient(mx):
    x = variable(mx.nd)
    with mx.autograd.record():
        y = mx.nd.stop_gradient(x * x) * x
    y.backward()
    return x.grad


def test_only_stopped(mx):
    x = variable(mx.nd)
    with mx.autograd.record():
        y = mx.nd.BlockGrad(x * x)
    y.backward()
    return x.grad


@pytest.mark.parametrize("operation", ["iadd", "isub", "imul", "itruediv", "setitem", "setall"])
@pytest.mark.parametrize("target", ["leaf", "intermediate"])
def test_write_under_record(mx, front, target, operation):
    x = variable(front)
    with mx.autograd.record():
        y = x if target == "leaf" else x * 2

        def write():
            z = y
            if operation == "iadd":
                z += 1
            elif operation == "isub":
                z -= 1
            elif operation == "imul":
                z *= 2
            elif operation == "itruediv":
                z /= 2
            elif operation == "setitem":
                z[0] = 5
            else:
                z[:] = 5

        return attempt(write)


def test_refused_write_changes_nothing(mx, front):
    x = variable(front)
    with mx.autograd.record():
        y = x * 2
        attempt(y.__setitem__, 0, 5)
    return y


def test_write_of_a_recorded_value(mx, front):
    x, z = variable(front), front.ones((3,))
    with mx.autograd.record():
        z[:] = x * 2
        w = z * 3
    w.backward()
    return x.grad


def test_inplace_with_a_recorded_value(mx, front):
    x, z = variable(front), front.ones((3,))

    def write():
        y = z
        with mx.autograd.record():
            y += x * 2

    return attempt(write)


def test_out_under_record(mx):
    x, out = variable(mx.nd), mx.nd.zeros((3,))
    with mx.autograd.record():
        mx.nd.broadcast_mul(x, x, out=out)
        z = out * 2
    z.backward()
    return out, x.grad


def test_leaf_may_be_mutated_between_passes(mx, front):
    x = variable(front)
    for _ in range(2):
        with mx.autograd.record():
            y = x * x
        y.backward()
        x[:] = x - 0.1 * x.grad
    return x, x.grad


def test_mutation_before_backward_is_seen(mx, front):
    x = variable(front)
    with mx.autograd.record():
        y = x * x
    x[:] = 10
    y.backward()
    return x.grad


def test_inplace_outside_keeps_the_graph(mx, front):
    x = variable(front)
    with mx.autograd.record():
        y = x * x
    y += 5
    y.backward()
    return y, x.grad


def test_pause_inside_record(mx, front):
    x = variable(front)
    with mx.autograd.record():
        y = x * x
        with mx.autograd.pause():
            z = x * 10
        w = y + z
    w.backward()
    return x.grad, attempt(z.backward)


def test_mark_variables(mx, front):
    x, g = front.array([1.0, 2.0]), front.zeros((2,))
    mx.autograd.mark_variables([x], [g])
    with mx.autograd.record():
        y = x * x
    y.backward()
    return g, x.grad


@pytest.mark.parametrize("grad_reqs", ["write", "add", "null"])
def test_mark_several_variables(mx, front, grad_reqs):
    x, w = front.array([1.0, 2.0]), front.array([3.0, 4.0])
    gx, gw = front.ones((2,)), front.ones((2,))
    mx.autograd.mark_variables([x, w], [gx, gw], [grad_reqs, "write"])
    with mx.autograd.record():
        y = x * w
    y.backward()
    return gx, gw


def test_reused_value(mx, front):
    x = variable(front)
    with mx.autograd.record():
        y = x * x
        z = y + y * x
    z.backward()
    return x.grad


def test_unused_variable_keeps_its_gradient(mx, front):
    x, w = variable(front), variable(front)
    w.grad[:] = 9
    with mx.autograd.record():
        y = x * x
    y.backward()
    return x.grad, w.grad


@pytest.mark.parametrize("start", [0.5, 3.0, 200.0])
def test_control_flow(mx, front, start):
    a = variable(front, [start])
    with mx.autograd.record():
        b = a * 2
        while float((b * b).sum().asnumpy().reshape(-1)[0]) < 1000:
            b = b * 2
        c = b if float(b.asnumpy()[0]) > 0 else 100 * b
    c.backward()
    return a.grad, c


def test_slices(mx, front):
    x = variable(front, [1.0, 2.0, 3.0, 4.0])
    with mx.autograd.record():
        y = x[1:3]
        z = (y * y).sum() + x[0]
    z.backward()
    return x.grad


def test_context_of_gradients(mx, front):
    x = front.array([1.0, 2.0], ctx=mx.cpu(1))
    x.attach_grad()
    with mx.autograd.record():
        y = x * x
    y.backward()
    return x.grad


def test_across_contexts(mx, front):
    x = front.array([1.0, 2.0], ctx=mx.cpu(1))
    x.attach_grad()
    with mx.autograd.record():
        y = (x * x).as_in_context(mx.cpu(0)) * 3
    y.backward()
    return y, x.grad


def test_train_mode_of_backward(mx, front):
    x = variable(front)
    with mx.autograd.record(train_mode=False):
        y = x * x
    y.backward(train_mode=False)
    return x.grad


def test_zero_grad_by_hand(mx, front):
    x = variable(front)
    with mx.autograd.record():
        y = x * x
    y.backward()
    x.zero_grad() if hasattr(x, "zero_grad") else x.grad[:].__setitem__(slice(None), 0)
    return x.grad


def test_flat_operators(mx, front):
    x = variable(front)
    with mx.autograd.record():
        y = x > 1.5
        z = x.argmax(axis=0)
    return attempt(y.backward), x.grad, attempt(z.backward), x.grad
