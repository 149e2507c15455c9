"""Compiled graphs keep what gradients look at, reuse memory that no one else sees, and no more."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import mxshim as mx
from mxshim import autograd, nd, sym
from mxshim._core import program_plan, program_short
from mxshim._core.looks import Looks, looks
from mxshim._core.program import Program, Run
from mxshim._core.registry import OPS
from mxshim.context import cpu
from mxshim.ndarray import CachedOp

SIDE = 128  # 64 KB of float32


@pytest.mark.parametrize(
    ("name", "params", "inputs", "result"),
    [
        ("FullyConnected", {}, {0, 1}, False),
        ("Activation", {"act_type": "relu"}, set(), True),
        ("softsign", {}, {0}, False),
        ("elemwise_add", {}, set(), False),
        ("elemwise_mul", {}, {0, 1}, False),
        ("_npi_add", {}, set(), False),
        ("_rdiv_scalar", {}, {0}, False),
        ("sigmoid", {}, set(), True),
        ("square", {}, {0}, False),
        ("Dropout", {}, set(), {1}),
        ("transpose", {}, set(), False),
    ],
)
def test_looks(name: str, params: Any, inputs: set[int], result: Any) -> None:
    op = OPS[name]
    count = len(op.inputs)
    found = looks(op, {**op.defaults, **params}, range(count), count)
    parts = frozenset() if isinstance(result, bool) else frozenset(result)
    assert found == Looks(frozenset(inputs), result is True, parts)


def test_gradients_that_are_not_asked_for_look_at_nothing() -> None:
    op = OPS["elemwise_mul"]
    assert looks(op, {}, [0], 2) == Looks(frozenset({1}), False, frozenset())


def _network() -> Any:
    x, w, v = sym.var("x"), sym.var("w"), sym.var("v")
    y = sym.FullyConnected(x, w, num_hidden=SIDE, no_bias=True)
    y = sym.Activation(y * 2 + 1, act_type="sigmoid") + y
    y = sym.FullyConnected(y, v, num_hidden=SIDE, no_bias=True)
    return sym.tanh(y - 0.5)


def _arrays(count: int) -> list[Any]:
    rng = np.random.RandomState(3)
    return [nd.array(rng.uniform(-0.3, 0.3, (SIDE, SIDE))) for _ in range(count)]


def _eager(x: Any, w: Any, v: Any) -> Any:
    y = nd.FullyConnected(x, w, num_hidden=SIDE, no_bias=True)
    y = nd.Activation(y * 2 + 1, act_type="sigmoid") + y
    y = nd.FullyConnected(y, v, num_hidden=SIDE, no_bias=True)
    return nd.tanh(y - 0.5)


@pytest.mark.parametrize("order", [1, 2])
def test_large_networks_equal_eager_ones(order: int) -> None:
    results = []
    for run in (CachedOp(_network()), _eager):
        arrays = _arrays(3)
        for array in arrays:
            array.attach_grad()
        with autograd.record():
            out = run(*arrays)
            total = (out * out).sum()
            if order == 2:
                slopes = autograd.grad(total, arrays[:2], create_graph=True)
                total = sum(((slope * slope).sum() for slope in slopes), nd.zeros((1,)))
        total.backward()
        results.append([out.asnumpy(), *(array.grad.asnumpy() for array in arrays)])
    for compiled, eager in zip(*results, strict=True):
        assert np.isfinite(compiled).all()
        np.testing.assert_allclose(compiled, eager, rtol=1e-3, atol=1e-5 * np.abs(eager).max())


def test_what_gradients_never_look_at_has_no_memory() -> None:
    program = Program(_network()._entries)
    run = Run(cpu(), (True,) * 3)
    program.forward(cpu(), [array._buf for array in _arrays(3)], run)
    values = [array for read, _, out, _ in run.kept for array in (*read, out) if array is not None]
    held = {id(a): a for a in values if a.strides[0] and a.shape == (SIDE, SIDE)}
    forms = [a for a in values if not a.strides[0]]
    # three variables, the sum before the second layer, the results of sigmoid and tanh
    assert len(held) == 6
    assert forms and all(np.isnan(a).all() for a in forms)


def test_kept_values_go_on_the_way_back_unless_retained() -> None:
    arrays = _arrays(3)
    arrays[0].attach_grad()
    with autograd.record():
        out = CachedOp(_network())(*arrays)
    run = out._node.params["run"]
    out.backward(retain_graph=True)
    first = arrays[0].grad.asnumpy()
    assert len(run.kept) == 8
    out.backward()
    np.testing.assert_array_equal(arrays[0].grad.asnumpy(), first)
    assert run.kept == []


def test_a_failed_backward_is_not_repeated_in_part() -> None:
    fails = [True]

    class Once(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            self.assign(out_data[0], req[0], in_data[0])

        def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
            if fails.pop() if fails else False:
                raise ValueError("once")
            self.assign(in_grad[0], req[0], out_grad[0])

    @mx.operator.register("fails_once")
    class OnceProp(mx.operator.CustomOpProp):
        def create_operator(self, ctx, shapes, dtypes):
            return Once()

    x = nd.ones((2, 2))
    x.attach_grad()
    node = sym.Custom(sym.var("x") * 2, op_type="fails_once")
    with autograd.record():
        y = CachedOp(node * 3 + node)(x)
    with pytest.raises(mx.base.MXNetError, match="once"):
        y.backward()
    with pytest.raises(mx.base.MXNetError, match="an earlier backward pass failed"):
        y.backward()


def test_alone() -> None:
    values = [np.ones(4), None, None, np.broadcast_to(np.ones(1), (4,))]
    assert program_plan.REUSE
    assert program_plan.alone(values, 0)
    view = values[0][1:]
    assert not program_plan.alone(values, 0)
    del view
    values[1] = values[0]
    assert not program_plan.alone(values, 0)
    values[1] = None
    assert program_plan.alone(values, 0)
    values[2] = np.ones((2, 3)).T
    assert program_plan.alone(values, 2)
    base = values[2].base
    assert not program_plan.alone(values, 2)
    del base
    assert not program_plan.alone(values, 3)  # read-only
    values[1] = np.frombuffer(bytearray(32))
    assert not program_plan.alone(values, 1)


class _Counted:
    """Count the bytes of results that steps allocate, by NumPy's add and multiply."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.over = 0
        inner = cpu().xp.inner
        for name in ("add", "multiply"):
            plain = getattr(inner, name)

            def counted(a: Any, b: Any, out: Any = None, plain: Any = plain) -> Any:
                self.over += out is not None
                return plain(a, b) if out is None else plain(a, b, out=out)

            monkeypatch.setattr(inner, name, counted)


def test_chains_run_in_the_memory_of_the_first_result(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = _Counted(monkeypatch)
    x, y = _arrays(2)
    before = x.asnumpy(), y.asnumpy()
    v, w = sym.var("x"), sym.var("y")
    chain = ((v + w) * 2 + w) * 0.5
    out = CachedOp(chain)(x, y)
    assert counted.over == 3
    np.testing.assert_allclose(out.asnumpy(), before[0] + 1.5 * before[1], atol=1e-6)
    np.testing.assert_array_equal(x.asnumpy(), before[0])
    np.testing.assert_array_equal(y.asnumpy(), before[1])


def test_memory_that_others_see_is_not_written_over(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = _Counted(monkeypatch)
    x = _arrays(1)[0]
    a = sym.var("x") + 1
    view = sym.Reshape(a, shape=(-1,))  # shares memory with a, or copies it: either must do
    outs = CachedOp(sym.Group([a * 2, view * 3, a, sym.slice_axis(a, axis=0, begin=0, end=1)]))(x)
    value = x.asnumpy() + 1
    np.testing.assert_allclose(outs[0].asnumpy(), value * 2)
    np.testing.assert_allclose(outs[1].asnumpy(), value.ravel() * 3)
    np.testing.assert_allclose(outs[2].asnumpy(), value)
    np.testing.assert_allclose(outs[3].asnumpy(), value[:1])
    seen: list[Any] = []
    op = CachedOp((sym.var("x") + 1) * 2)
    op._register_op_hook(lambda name, kind, array: seen.append(array))
    counted.over = 0
    op(x)
    assert counted.over == 0
    np.testing.assert_allclose(seen[0].asnumpy(), value)


def test_inputs_that_a_gradient_looks_at_are_not_written_over() -> None:
    x = _arrays(1)[0]
    x.attach_grad()
    v = sym.var("x")
    with autograd.record():
        y = CachedOp((v + 1) * (v - 1) * 3 + (v * 2))(x)
    y.backward()
    np.testing.assert_allclose(x.grad.asnumpy(), 6 * x.asnumpy() + 2, rtol=1e-5)


def test_a_gradient_given_twice_is_summed_apart() -> None:
    """The head gradient is the caller's: sums of gradients never go into its memory."""
    x = _arrays(1)[0]
    x.attach_grad()
    v = sym.var("x")
    head = nd.ones((SIDE, SIDE))
    with autograd.record():
        y = CachedOp(v + v + (v + v))(x)
    y.backward(head)
    np.testing.assert_array_equal(head.asnumpy(), 1)
    np.testing.assert_array_equal(x.grad.asnumpy(), 4)


def test_short_ways_decline_what_they_do_not_know() -> None:
    ways = {
        name: program_short.forward(OPS[name], OPS[name].bind(params), slots)
        for name, params, slots in [
            ("elemwise_add", {}, (0, 1)),
            ("broadcast_add", {}, (0, 1)),
            ("_mul_scalar", {"scalar": 3.0}, (0,)),
            ("tanh", {}, (0,)),
            ("FullyConnected", {"num_hidden": 2, "no_bias": True}, (0, 1, -1)),
        ]
    }
    one, two = np.ones((2, 2), np.float32), np.ones((2,), np.float32)
    for name, way in ways.items():
        assert way is not None
        read = [one, one, None][: 3 if name == "FullyConnected" else 2 if "add" in name else 1]
        assert way(read).dtype == np.float32
        assert way([each if each is None else each.astype(np.float16) for each in read]) is None
        assert way([each if each is None else each.astype(np.int32) for each in read]) is None
        if len(read) > 1:
            assert way([one, one.astype(np.float64), *read[2:]]) is None
    assert ways["broadcast_add"]([one, two]).shape == (2, 2)
    assert ways["elemwise_add"]([one, two]) is None


def test_short_gradients_look_at_no_more_than_the_operators() -> None:
    """The quotient's looks at the result, which is not kept for the operator's own."""
    for name in ("broadcast_div", "elemwise_div"):
        op = OPS[name]
        assert set(program_short.slopes(op, {}, looks(op, {}, [0, 1], 2), 2)) == {0}
    op = OPS["elemwise_mul"]
    assert set(program_short.slopes(op, {}, looks(op, {}, [0, 1], 2), 2)) == {0, 1}


@pytest.mark.parametrize("inline", [0, 9])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int32"])
def test_small_networks_equal_eager_ones(dtype: str, inline: int) -> None:
    """Few elements take the short ways, inside a compiled graph and as calls of their own."""
    v, w = sym.var("x"), sym.var("y")
    graph = sym.elemwise_mul(v * 3 - w, sym.broadcast_add(v, w)) + sym.square(2 - w)
    results = []
    for compiled in (True, False):
        x = nd.array([[1, 2], [3, 4]], dtype=dtype)
        y = nd.array([[5, 6], [7, 9]], dtype=dtype)
        for each in (x, y):
            each.attach_grad()
        with autograd.record():
            if compiled:
                out = CachedOp(graph, [("inline_limit", inline)])(x, y)
            else:
                out = nd.elemwise_mul(x * 3 - y, nd.broadcast_add(x, y)) + nd.square(2 - y)
        out.backward()
        results.append([array.asnumpy() for array in (out, x.grad, y.grad)])
    for here, there in zip(*results, strict=True):
        assert here.dtype == there.dtype == dtype
        np.testing.assert_array_equal(here, there)


@pytest.mark.parametrize("inline", [0, 9])
def test_new_shapes_follow_each_call_and_share_nothing_outside(inline: int) -> None:
    v, w = sym.var("x"), sym.var("y")
    flat = sym.Reshape(v, shape=(-1, 2))
    op = CachedOp(
        sym.Group([flat, sym.expand_dims(flat, axis=0), sym.reshape_like(v, w), flat + 1]),
        [("inline_limit", inline)],
    )
    for rows in (2, 4, 2):
        x, y = nd.ones((2, rows)), nd.zeros((rows, 2))
        outs = op(x, y)
        assert [out.shape for out in outs] == [(rows, 2), (1, rows, 2), (rows, 2), (rows, 2)]
        for out in outs[:3]:
            out[:] = 5
        x[:] = 7
        assert [float(out.max().asscalar()) for out in outs] == [5, 5, 5, 2]
        assert float(x.min().asscalar()) == 7


def test_what_only_gives_a_shape_is_not_on_the_way_back() -> None:
    """The label takes the prediction's shape, and no gradient of its own comes from that."""
    v, w = sym.var("x"), sym.var("y")
    graph = v * sym.reshape_like(w, v)
    x, y = nd.ones((2, 3)), nd.ones((6,))
    x.attach_grad()
    op = CachedOp(graph, [("inline_limit", 0)])
    with autograd.record():
        out = op(x, y)
    assert len(out._node.params["run"].kept) == 1
    out.backward()
    np.testing.assert_array_equal(x.grad.asnumpy(), 1)
