"""What MXNet cannot be asked about loops and branches: second order, masks, states, memory."""

from __future__ import annotations

import numpy as np
import pytest

import mxshim as mx
from mxshim import autograd, nd


class Net(mx.gluon.HybridBlock):
    """A loop, a branch and a while loop, one behind the other."""

    def hybrid_forward(self, F, x, state, w):
        def body(row, states):
            y = F.tanh(row * states[0]) * w
            return y, [y * w + states[0]]

        def square():
            return F.broadcast_mul(outs * outs, w)

        outs, states = F.contrib.foreach(body, x, [state])
        z = F.contrib.cond(F.sum(outs) > -100, square, lambda: outs)
        rows, _ = F.contrib.while_loop(
            lambda i, a: i < 2, lambda i, a: (a * w, [i + 1, F.sin(a) * w]),
            [F.zeros((1,)), states[0]], max_iterations=4,
        )  # fmt: skip
        return z, states[0], rows


def second_order(net: Net) -> list[np.ndarray]:
    inputs = [nd.array(np.arange(6).reshape(3, 2) / 6.0), nd.array([0.5, -0.3]), nd.array([0.7, 2])]
    for each in inputs:
        each.attach_grad()
    with autograd.record():
        z, last, rows = net(*inputs)
        total = (z * z).sum() + (last**3).sum() + (rows * rows).sum()
        slopes = autograd.grad(total, inputs, create_graph=True)
        whole = sum((each * each).sum() for each in slopes) + total
    whole.backward()
    return [each.asnumpy() for each in (z, last, rows, *slopes, *[i.grad for i in inputs])]


def test_second_order_of_compiled_loops() -> None:
    """A compiled graph with loops gives the second gradients that the eager code gives."""
    eager = second_order(Net())
    net = Net()
    net.hybridize()
    for compiled, expected in zip(second_order(net), eager, strict=True):
        np.testing.assert_allclose(compiled, expected, rtol=1e-4, atol=1e-5)
    assert np.abs(eager[-1]).min() > 1


@pytest.mark.parametrize("order", [1, 2])
def test_masks_are_the_same_on_the_way_back(order: int) -> None:
    """Dropout in a body draws a mask a step; the gradient uses those very masks."""
    x, s = mx.sym.var("x", dtype="float32"), mx.sym.var("s", dtype="float32")
    outs, _ = mx.sym.contrib.foreach(lambda r, t: (mx.sym.Dropout(r * t, p=0.5), t * 1), x, s)
    block = mx.gluon.SymbolBlock([outs], [x, s])
    data, scale = nd.ones((5, 40)), nd.full((40,), 3.0)
    data.attach_grad()
    with autograd.record():
        y = block(data, scale)
        if order == 2:
            (slope,) = autograd.grad(y * y, [data], create_graph=True)
            slope.backward()
        else:
            y.backward()
    mask = y.asnumpy() / 3.0
    assert 0.2 < (mask == 0).mean() < 0.8
    assert len({tuple(row) for row in mask}) == 5
    expected = 3.0 * mask if order == 1 else 2 * (3.0 * mask) ** 2
    np.testing.assert_allclose(data.grad.asnumpy(), expected, rtol=1e-6)


def test_states_of_layers_move_with_every_step() -> None:
    x, s = mx.sym.var("x"), mx.sym.var("s")
    outs, last = mx.sym.contrib.foreach(
        lambda r, t: (mx.sym.BatchNorm(r, name="bn", momentum=0.5), t + 1), x, s
    )
    group = mx.sym.Group([outs, last])
    names = group.list_arguments()
    assert names == ["x", "s", "bn_gamma", "bn_beta", "bn_moving_mean", "bn_moving_var"]
    given = {name: nd.ones((2,)) for name in names[2:]}
    given |= {"x": nd.array([[[1, 2], [3, 4]], [[5, 6], [7, 8]]]), "s": nd.zeros((1,))}
    given["bn_moving_mean"] = nd.zeros((2,))
    slopes = {name: nd.zeros(each.shape) for name, each in given.items()}
    executor = group.bind(mx.cpu(), given, slopes)
    outs = executor.forward(is_train=True)
    executor.backward([nd.ones(each.shape) for each in outs])
    # the averages move on the way back: the means of the last row (6, 7), then of the first (2, 3)
    assert given["bn_moving_mean"].asnumpy().tolist() == [2.5, 3.25]


def test_outputs_share_no_memory_with_inputs() -> None:
    i, s = mx.sym.var("i"), mx.sym.var("s")
    _, last = mx.sym.contrib.while_loop(
        lambda i, s: i < 0, lambda i, s: (s, [i + 1, s * 2]), [i, s], max_iterations=3
    )
    given = {"i": nd.zeros((1,)), "s": nd.ones((2,))}
    outs = mx.sym.Group(last).bind(mx.cpu(), given).forward()
    outs[1][:] = 7
    assert given["s"].asnumpy().tolist() == [1, 1]


def test_loops_without_a_step() -> None:
    i, s = mx.sym.var("i"), mx.sym.var("s")
    rows, _ = mx.sym.contrib.while_loop(
        lambda i, s: i < 0, lambda i, s: (mx.sym.concat(s, s, dim=0), [i + 1, s]), [i, s], 3
    )
    given = {"i": nd.zeros((1,), dtype="float64"), "s": nd.ones((2,), dtype="float64")}
    (out,) = rows.eval(mx.cpu(), **given)
    assert out.shape == (3, 4) and out.dtype == np.float64 and not out.asnumpy().any()
    outs, state = nd.contrib.foreach(lambda r, t: (r, t), nd.array(np.zeros((0, 2))), given["s"])
    assert outs == [] or len(outs) == 0
    assert state is given["s"]


def test_rows_go_on_the_tape_at_once() -> None:
    """The gradient of many rows takes one pass over the data, not one a row."""
    x = nd.ones((400, 500))
    x.attach_grad()
    with autograd.record():
        y, _ = nd.contrib.foreach(lambda r, t: (r * 2, t), x, [])
    assert y._node.parents[0].parents[0].parents[0].op.name == "_backward_unstack"
    y.backward()
    assert (x.grad.asnumpy() == 2).all()


def test_loops_need_their_bodies() -> None:
    for name in ("_foreach", "_while_loop", "_cond"):
        with pytest.raises(mx.MXNetError, match="needs"):
            getattr(mx.sym._internal, name)(mx.sym.var("x"), **LOOSE[name])


LOOSE = {
    "_foreach": {
        "num_args": 1, "num_outputs": 1, "num_out_data": 1, "in_state_locs": (),
        "in_data_locs": (0,), "remain_locs": (),
    },
    "_while_loop": {
        "num_args": 1, "num_outputs": 1, "num_out_data": 0, "max_iterations": 2,
        "cond_input_locs": (0,), "func_input_locs": (0,), "func_var_locs": (0,),
    },
    "_cond": {
        "num_args": 1, "num_outputs": 1, "cond_input_locs": (0,), "then_input_locs": (0,),
        "else_input_locs": (0,),
    },
}  # fmt: skip


def test_several_outputs_count_each() -> None:
    """A symbol with several outputs is a list of them, as eager code has it."""

    def body(row, state):
        return nd_or_sym.split(row, num_outputs=2), state + row

    given = {"x": nd.array([[1, 2], [3, 4]]), "s": nd.zeros((2,))}
    nd_or_sym = nd
    eager, last = nd.contrib.foreach(body, given["x"].expand_dims(1), given["s"].expand_dims(0))
    nd_or_sym = mx.sym
    x, s = mx.sym.var("x"), mx.sym.var("s")
    outs, end = mx.sym.contrib.foreach(body, x, s)
    got = mx.sym.Group([*outs, end]).eval(
        mx.cpu(), x=given["x"].expand_dims(1), s=given["s"].expand_dims(0)
    )
    for a, b in zip(got, [*eager, last], strict=True):
        assert a.asnumpy().tolist() == b.asnumpy().tolist()
