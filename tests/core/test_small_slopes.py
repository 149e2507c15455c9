"""Gradients of small calls agree with the operators' own; what others hold stays as it is."""

from __future__ import annotations

import numpy
import pytest

from mxshim import autograd, nd
from mxshim._core.device import CPU
from mxshim._core.registry import OPS
from mxshim._core.small_slopes import BUILT, SLOPES
from mxshim._core.tape_short import LARGE, unbroadcast

RNG = numpy.random.RandomState(11)
SHAPES = {
    "_np_dot": [(2, 3), (3, 4)], "_npi_matmul": [(2, 3), (3, 4)], "dot": [(2, 3), (3, 4)],
    "FullyConnected": [(2, 3), (4, 3), (4,)], "pick": [(2, 3), (2,)],
}  # fmt: skip
GIVEN = {"FullyConnected": {"num_hidden": 4}}


def draw(dtype, *shapes):
    return [(RNG.rand(*shape) - 0.4).astype(dtype) for shape in shapes]


def agree(op, slopes, inputs, params, more=()):
    body = getattr(op.forward, "__wrapped__", op.forward)
    out = numpy.asarray(body(CPU.xp, *inputs, **params))
    ct = numpy.asarray(RNG.rand(*out.shape)).astype(out.dtype)
    kept = [a.copy() for a in (ct, out, *inputs)]
    pulls = dict(op.pulls)
    for position, slope in slopes:
        made = slope(ct, out, *inputs, *more)
        wanted = pulls[position](CPU.xp, ct, out, *inputs, **params)
        wanted = unbroadcast(CPU.xp, wanted, inputs[position].shape)
        assert made.dtype == inputs[position].dtype
        made = unbroadcast(CPU.xp, made, inputs[position].shape)
        numpy.testing.assert_allclose(made, wanted, rtol=2e-5, atol=1e-6)
    for array, before in zip((ct, out, *inputs), kept, strict=True):
        numpy.testing.assert_array_equal(array, before)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", sorted(SLOPES))
def test_slopes(name, dtype):
    op = OPS[name]
    if "scalar" in op.params:
        for scalar in (2.0, -1.5, 0.25):
            agree(op, SLOPES[name], draw(dtype, (2, 3)), {"scalar": scalar}, (scalar,))
        return
    shapes = SHAPES.get(name, [(2, 3)] * len(op.inputs))
    agree(op, SLOPES[name], draw(dtype, *shapes), {})
    if op.broadcasts:
        agree(op, SLOPES[name], draw(dtype, (2, 3), (1, 3)), {})
        agree(op, SLOPES[name], draw(dtype, (3,), (2, 1)), {})


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", sorted(BUILT))
def test_built(name, dtype):
    op = OPS[name]
    params = op.bind(GIVEN.get(name, {}))
    assert params.slopes
    agree(op, params.slopes, draw(dtype, *SHAPES.get(name, [(2, 3)])), params)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ["sum", "mean", "_np_sum", "_npi_mean"])
def test_along_an_axis(name, dtype):
    op = OPS[name]
    for axis in (0, 1, -1):
        for keepdims in (False, True):
            params = op.bind({"axis": axis, "keepdims": keepdims})
            assert params.slopes
            agree(op, params.slopes, draw(dtype, (2, 3)), params)
            agree(op, params.slopes, draw(dtype, (2, 3, 4)), params)
            if "exclude" in op.params and axis >= 0:
                params = op.bind({"axis": axis, "keepdims": keepdims, "exclude": True})
                agree(op, params.slopes, draw(dtype, (2, 3)), params)
                ((_, slope),) = params.slopes
                cube = draw(dtype, (2, 3, 4))[0]
                assert slope(cube, cube, cube) is None


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("shape", [(4, 3), (2, 3, 4), (600, 30)], ids=str)
def test_pick(shape, keepdims):
    op = OPS["pick"]
    params = op.bind({"keepdims": keepdims})
    index = (RNG.rand(*shape[:-1]) * 5 - 1).astype("float32")  # some out of range
    agree(op, params.slopes, [*draw("float32", shape), index], params)
    turned = numpy.asfortranarray(draw("float32", (600, 30))[0])
    ((_, slope),) = params.slopes
    assert slope(turned, turned, turned, turned[:, 0]) is None  # the body does not copy it


def test_other_parameters_are_left_to_the_body():
    assert OPS["sum"].bind({"axis": (0, 1)}).slopes == ()
    assert OPS["dot"].bind({"transpose_a": True}).slopes == ()
    data, weight = draw("float32", (2, 3, 4), (5, 4))
    ((_, of_data), *_) = OPS["FullyConnected"].bind({"num_hidden": 5, "flatten": False}).slopes
    assert of_data(data, data, data, weight) is None


@pytest.mark.parametrize("side", [2, int((LARGE / 4) ** 0.5) + 8])
def test_gradients_that_alias_are_not_added_into(side):
    x, y = nd.ones((side, side)), nd.ones((side, side)) * 2
    head = nd.ones((side, side)) * 3
    x.attach_grad()
    y.attach_grad()
    with autograd.record():
        both = x + y  # one gradient for both
        out = both + both * y + x.reshape((side, side)) + x
        out = out + x * 5
    out.backward(head, retain_graph=True)
    first = x.grad.asnumpy().copy(), y.grad.asnumpy().copy()
    assert (head.asnumpy() == 3).all()
    out.backward(head)
    assert (head.asnumpy() == 3).all()
    for grad, before, wanted in zip((x.grad, y.grad), first, (30, 18), strict=True):
        assert (before == wanted).all()
        assert (grad.asnumpy() == wanted).all()


def test_many_uses_of_a_large_array_add_up():
    side = int((LARGE / 4) ** 0.5) + 8
    x = nd.ones((side, side))
    x.attach_grad()
    with autograd.record():
        total = x * 1
        for number in range(2, 7):
            total = total + x * number
    total.backward()
    assert (x.grad.asnumpy() == 21).all()


def test_grad_of_intermediate_values_is_the_callers_own():
    x = nd.ones((80, 80))
    x.attach_grad()
    with autograd.record():
        y = x * 2
        z = y * 3 + y * 4 + y
    first, second = autograd.grad(z, [y, x], retain_graph=True)
    first[:] = 100
    again, _ = autograd.grad(z, [y, x])
    assert (again.asnumpy() == 8).all()
    assert (second.asnumpy() == 16).all()
