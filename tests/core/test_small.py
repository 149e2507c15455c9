"""Kernels of small calls give what the operators' bodies give, or leave the call to them."""

from __future__ import annotations

import numpy
import pytest

import mxshim as mx
import mxshim._ops  # fills the registry
from mxshim import nd
from mxshim._core.device import CPU
from mxshim._core.registry import OPS
from mxshim._core.small import DIRECT, PREPARED

RNG = numpy.random.RandomState(7)


def arrays(dtype, *shapes):
    """Draw positive arrays: in C order, of columns turned, of every other element."""
    made = [(RNG.rand(*shape) + 0.25).astype(dtype) for shape in shapes]
    yield made
    yield [numpy.asfortranarray(a) for a in made]
    yield [numpy.repeat(a, 2, axis=-1)[..., ::2] for a in made]


def agree(op, kernel, inputs, params):
    """Compare a kernel with the body on copies; neither may change its inputs."""
    before = [a.copy() for a in inputs]
    made = kernel(*inputs)
    body = getattr(op.forward, "__wrapped__", op.forward)
    supplied = dict.fromkeys(op.supplied)
    wanted = numpy.asarray(body(CPU.xp, *inputs, **params, **supplied))
    for array, kept in zip(inputs, before, strict=True):
        numpy.testing.assert_array_equal(array, kept)
    made = numpy.asarray(made)
    assert made.shape == wanted.shape and made.dtype == wanted.dtype
    assert not any(numpy.shares_memory(made, a) for a in inputs)
    tolerance = {"float32": 2e-6, "float64": 1e-14}[inputs[0].dtype.name]
    numpy.testing.assert_allclose(made, wanted, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", sorted(DIRECT))
def test_direct(name, dtype):
    op = OPS[name]
    scalar = "scalar" in op.params
    for inputs in arrays(dtype, *[(2, 2)] * (1 if scalar else len(op.inputs))):
        if name == "arccosh":
            inputs = [a + 1 for a in inputs]
        if name in ("arcsin", "arccos", "arctanh"):
            inputs = [a / 2 for a in inputs]
        given = [numpy.array(1.5, dtype)] if scalar else []
        params = {"scalar": 1.5} if scalar else {}
        agree(op, lambda *a, given=given: DIRECT[name](*a, *given), inputs, params)


CASES = [
    *((name, {"axis": axis, "keepdims": kept}, [(3, 4)])
      for name in ("sum", "mean", "max", "min", "_np_sum", "_npi_mean", "_np_max", "_np_min")
      for axis, kept in ((None, False), (1, False), ((0,), False), (-1, True), (0, False))),
    *((name, {"axis": axis, "exclude": True, "keepdims": kept}, [(3, 4)])
      for name in ("sum", "mean", "max") for axis in (0, 1) for kept in (False, True)),
    ("sum", {"axis": 1}, [(3, 100)]), ("mean", {"axis": 1}, [(2, 3, 4)]),
    *((name, {"axis": 1}, [(3, 4)]) for name in ("argmax", "argmin", "_npi_argmax", "_npi_argmin")),
    ("dot", {}, [(2, 3), (3, 4)]), ("dot", {"transpose_a": True}, [(3, 2), (3, 4)]),
    ("dot", {"transpose_b": True}, [(2, 3), (4, 3)]),
    ("batch_dot", {}, [(2, 3, 4), (2, 4, 5)]),
    ("batch_dot", {"transpose_a": True, "transpose_b": True}, [(2, 4, 3), (2, 5, 4)]),
    ("FullyConnected", {"num_hidden": 4}, [(2, 3), (4, 3), (4,)]),
    ("FullyConnected", {"num_hidden": 4, "no_bias": True}, [(2, 3), (4, 3)]),
    *(("expand_dims", {"axis": axis}, [(2, 3)]) for axis in (0, 1, 2, -1, -3)),
    ("transpose", {}, [(2, 3, 4)]), ("transpose", {"axes": (1, 0, 2)}, [(2, 3, 4)]),
    ("_np_transpose", {}, [(2, 3)]), ("_np_transpose", {"axes": (0, -1, 1)}, [(2, 3, 4)]),
    ("SwapAxis", {"dim1": 0, "dim2": 2}, [(2, 3, 4)]),
    ("slice_axis", {"axis": 1, "begin": 1, "end": 3}, [(2, 3)]),
    ("broadcast_to", {"shape": (4, 3)}, [(1, 3)]),
    ("Concat", {"num_args": 2, "dim": 0}, [(2, 3), (1, 3)]),
    ("_npi_concatenate", {"num_args": 2, "axis": 1}, [(2, 3), (2, 1)]),
    ("stack", {"num_args": 2, "axis": 1}, [(2, 3), (2, 3)]),
    ("_npi_stack", {"num_args": 1, "axis": 0}, [(2, 3)]),
    ("clip", {"a_min": 0.5, "a_max": 1}, [(3, 4)]), ("where", {}, [(2, 3)] * 3),
    ("take", {"axis": 1}, [(2, 3), (4,)]), ("take", {}, [(2, 3), (2, 2)]),
    ("pick", {"keepdims": True}, [(4, 3), (4,)]),
    ("pick", {}, [(4, 3), (4,)]), ("pick", {}, [(2, 3, 4), (2, 3)]),
    ("softmax", {}, [(3, 4)]), ("softmax", {}, [(2, 3, 4)]), ("log_softmax", {}, [(3, 4)]),
    ("log_softmax", {}, [(5,)]), ("Activation", {"act_type": "relu"}, [(3, 4)]),
    ("Activation", {"act_type": "tanh"}, [(3, 4)]),
    *(("LeakyReLU", {"act_type": act_type, "slope": slope}, [(3, 4)])
      for act_type in ("leaky", "elu", "selu", "gelu") for slope in (0.25, 1)),
    ("LeakyReLU", {"act_type": "prelu"}, [(3, 4), (4,)]),
    ("LeakyReLU", {"act_type": "prelu"}, [(2, 3, 4), (1,)]),
]  # fmt: skip


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("name", "given", "shapes"), CASES, ids=[f"{n}-{g}-{len(s[0])}" for n, g, s in CASES]
)
def test_prepared(name, given, shapes, dtype):
    op = OPS[name]
    params = op.bind(given)
    assert params.kernel is not None
    for inputs in arrays(dtype, *shapes):
        if name in ("take", "pick"):
            inputs[1] = inputs[1] * 5 - 2  # some out of range
        if name in ("argmax", "argmin", "max", "clip", "Activation", "LeakyReLU"):
            inputs = [a - 0.75 for a in inputs]
        agree(op, params.kernel, inputs, params)


def test_pick_of_large_arrays():
    data, op = RNG.rand(900, 70).astype("float32"), OPS["pick"]
    index = (RNG.rand(900) * 75 - 2).astype("float32")
    agree(op, op.bare.kernel, [data, index], op.bare)
    for other in (numpy.asfortranarray(data), data[::2]):
        assert op.bare.kernel(other, index[: len(other)]) is None
    many = RNG.rand(5000, 2).astype("float32")
    assert op.bare.kernel(many, many[:, 0]) is None


def test_every_kernel_has_a_case():
    assert {OPS[name].name for name in PREPARED} == {OPS[name].name for name, _, _ in CASES}


@pytest.mark.parametrize("spread", [1, 30, 300])
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_softmax_of_far_numbers(name, spread):
    data = (RNG.rand(5, 6).astype("float32") - 0.5) * spread
    data[2] -= spread
    agree(OPS[name], OPS[name].bare.kernel, [data], OPS[name].bare)


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
@pytest.mark.parametrize("name", ["softmax", "log_softmax", "sum", "mean", "max", "clip"])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_not_finite(name, value):
    data = RNG.rand(3, 4).astype("float32")
    data[1, 2] = float(value)
    op = OPS[name]
    params = op.bind({"a_min": 0, "a_max": 1} if name == "clip" else {})
    agree(op, params.kernel, [data], params)


def test_failure_is_told_by_the_body():
    with pytest.raises(mx.MXNetError, match=r"Reduction axis 5 Exceeds input dimensions"):
        nd.sum(nd.ones((2, 3)), axis=5)
    with pytest.raises(mx.MXNetError):
        nd.dot(nd.ones((2, 3)), nd.ones((2, 3)))
    with pytest.raises(mx.MXNetError):
        nd.ones((2, 3)) + nd.ones((2, 4))


def test_equal_parameters_of_other_types_are_not_confused():
    x = nd.ones((2, 3))
    assert nd.sum(x, axis=1).shape == (2,)
    with pytest.raises(mx.MXNetError):
        nd.sum(x, axis=1.5)
    assert nd.sum(x, axis=1, keepdims=1).shape == (2, 1)
    assert nd.sum(x, axis=0, keepdims=0).shape == (3,)


def test_full_reductions_follow_the_switch():
    x = nd.ones((2, 3))
    assert x.sum().shape == (1,)
    with mx.util.np_shape(True):
        assert x.sum().shape == ()


def test_warnings_as_errors_stay_silent():
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert numpy.isnan(nd.log(nd.array([[-1.0, 1]])).asnumpy()[0, 0])
        assert numpy.isinf((nd.ones((1, 2)) / nd.zeros((1, 2))).asnumpy()).all()


def test_recorded_with_absent_inputs():
    x, w = nd.ones((2, 3)), nd.ones((4, 3))
    x.attach_grad()
    with mx.autograd.record():
        y = nd.FullyConnected(x, w, num_hidden=4, no_bias=True)
    y.backward()
    assert (x.grad.asnumpy() == 4).all()
