"""Every operator's gradients, checked numerically in float64 from the samples of its family."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import mxshim as mx
from mxshim._core import registry
from mxshim._core.invoke import call
from mxshim._core.tensor import Tensor
from mxshim.ndarray import NDArray
from tests.samples import Sample, load
from tests.strict_cupy import strict_context

SAMPLES = list(load())
EVERY = pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.label)
DIFFERENTIABLE = [s for s in SAMPLES if s.grad]
TWICE = [
    s for s in DIFFERENTIABLE
    if min(s.order, registry.get(s.op).order) > 1 and not registry.get(s.op).flat
]  # fmt: skip


def run(sample: Sample, inputs: list[Any]) -> list[Any]:
    """Invoke the sample's operator on tensors and return its visible outputs."""
    op, params = operator(sample)
    if sample.random:
        mx._core.rng.seed(7)
    before = mx.autograd.set_training(sample.training)
    try:
        out = call(op, NDArray, inputs, params)
    finally:
        mx.autograd.set_training(before)
    return [out] if isinstance(out, Tensor) else list(out)


def operator(sample: Sample) -> tuple[registry.Op, dict[str, Any]]:
    """Return the sample's operator, made for its subgraphs where it has some, and parameters."""
    op = registry.get(sample.op)
    params = op.bind(with_count(op, sample))
    if op.specialize is None:
        return op, params
    return op.specialize(params, [each._entries for each in sample.bodies()]), {}


def with_count(op: registry.Op, sample: Sample) -> dict[str, Any]:
    """Add the number of arrays that a variadic operator is told by its front end."""
    counters = {"num_args", "num_arrays"} & op.params.keys()
    return dict.fromkeys(counters, len(sample.inputs)) | sample.params


def tensors(sample: Sample, ctx: Any = None, dtype: str = "float64") -> list[NDArray]:
    return [mx.nd.array(a, ctx=ctx, dtype=a.dtype) for a in sample.arrays(dtype)]


def objective(outputs: list[Any]) -> Any:
    """Weigh all float outputs into one number, with fixed uneven weights."""
    total = 0.0
    for out in outputs:
        value = out._buf
        if value.dtype.kind == "f":
            total = total + (value * weights(value.shape)).sum()
    return total


def weights(shape: tuple[int, ...]) -> np.ndarray:
    return np.cos(np.arange(np.prod(shape, dtype=int)) + 1.0).reshape(shape) + 1.5


def head_grads(outputs: list[Any]) -> list[NDArray]:
    return [
        mx.nd.array(weights(out.shape), dtype="float64") if out._buf.dtype.kind == "f"
        else mx.nd.array(np.zeros(out.shape), dtype=out.dtype)
        for out in outputs
    ]  # fmt: skip


def numeric(function: Any, array: NDArray, step: float = 1e-6) -> np.ndarray:
    """Differentiate a scalar function by central differences, entry by entry."""
    gradient = np.zeros(array.shape)
    flat, result = array._buf.reshape(-1), gradient.reshape(-1)
    assert np.shares_memory(flat, array._buf)
    for i in range(flat.size):
        kept = flat[i]
        flat[i] = kept + step
        above = function()
        flat[i] = kept - step
        below = function()
        flat[i] = kept
        result[i] = (above - below) / (2 * step)
    return gradient


def taped(sample: Sample, inputs: list[NDArray], **options: Any) -> list[Any]:
    """Return the gradients that the tape gives for the sample's variables."""
    chosen = [inputs[i] for i in sample.variables()]
    for array in chosen:
        if array._node is None:
            array.attach_grad()
    with mx.autograd.record(train_mode=sample.training):
        outputs = [o for o in run(sample, inputs) if o._node is not None]
    return mx.autograd.grad(outputs, chosen, head_grads(outputs), **options)


@pytest.mark.parametrize("sample", DIFFERENTIABLE, ids=lambda s: s.label)
def test_first_order(sample: Sample) -> None:
    inputs = tensors(sample)
    got = taped(sample, inputs)
    for position, gradient in zip(sample.variables(), got, strict=True):
        expected = numeric(lambda: objective(run(sample, inputs)), inputs[position])
        np.testing.assert_allclose(
            gradient._buf, expected, rtol=sample.tolerance, atol=sample.tolerance
        )


@pytest.mark.parametrize("sample", TWICE, ids=lambda s: s.label)
def test_second_order(sample: Sample) -> None:
    inputs = tensors(sample)
    chosen = [inputs[i] for i in sample.variables()]

    def slope() -> Any:
        return sum(
            (g._buf * weights(g.shape)).sum() for g in taped(sample, inputs, retain_graph=False)
        )

    for array in chosen:
        array.attach_grad()
    with mx.autograd.record(train_mode=sample.training):
        outputs = [o for o in run(sample, inputs) if o._node is not None]
        firsts = mx.autograd.grad(outputs, chosen, head_grads(outputs), create_graph=True)
    on_tape = [g for g in firsts if g._node is not None]
    if not on_tape:
        expected = [numeric(slope, array) for array in chosen]
        for array in expected:
            np.testing.assert_allclose(array, 0, atol=1e-4)
        return
    heads = [mx.nd.array(weights(g.shape), dtype="float64") for g in on_tape]
    mx.autograd.backward(on_tape, heads)
    seconds = [array.grad._buf.copy() for array in chosen]
    for array, second in zip(chosen, seconds, strict=True):
        np.testing.assert_allclose(second, numeric(slope, array), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("sample", TWICE, ids=lambda s: s.label)
def test_second_order_through_the_head(sample: Sample) -> None:
    """The gradient's own gradient also flows through the head gradient that it was given."""
    inputs = tensors(sample)
    chosen = [inputs[i] for i in sample.variables()]

    def firsts(create_graph: bool) -> list[Any]:
        with mx.autograd.record(train_mode=sample.training):
            outputs = [o for o in run(sample, inputs) if o._node is not None]
            outputs = [o.reshape((-1,)) for o in outputs if o._buf.dtype.kind == "f" and o.size]
            squares = [o * o * mx.nd.array(weights(o.shape), dtype="float64") for o in outputs]
            return mx.autograd.grad(squares, chosen, create_graph=create_graph)

    for array in chosen:
        array.attach_grad()
    with mx.autograd.record():
        terms = [(g * mx.nd.array(weights(g.shape), dtype="float64")).sum() for g in firsts(True)]
    on_tape = [term for term in terms if term._node is not None]
    if on_tape:
        mx.autograd.backward(on_tape)
    seconds = [array.grad._buf.copy() for array in chosen]

    def slope() -> Any:
        return sum((g._buf * weights(g.shape)).sum() for g in firsts(False))

    for array, second in zip(chosen, seconds, strict=True):
        np.testing.assert_allclose(second, numeric(slope, array), rtol=1e-3, atol=1e-3)


@EVERY
def test_strict_device(sample: Sample) -> None:
    """Forward and gradient stay inside the ``xp`` they are given, and agree with the CPU."""
    here, there = tensors(sample), tensors(sample, strict_context())
    expected, got = run(sample, here), run(sample, there)
    if not sample.random:
        for e, g in zip(expected, got, strict=True):
            np.testing.assert_allclose(g.asnumpy(), e.asnumpy(), rtol=1e-12, atol=1e-12)
    if sample.grad:
        chosen = [there[i] for i in sample.variables()]
        for array in chosen:
            array.attach_grad()
        with mx.autograd.record(train_mode=sample.training):
            outputs = [o for o in run(sample, there) if o._node is not None]
        heads = [mx.nd.array(np.ones(o.shape), ctx=there[0]._ctx, dtype=o.dtype) for o in outputs]
        twice = any(sample is other for other in TWICE)
        with mx.autograd.record(train_mode=sample.training):
            on_device = mx.autograd.grad(outputs, chosen, heads, create_graph=twice)
        assert all(g._ctx is there[0]._ctx for g in on_device)
        seconds = [g for g in on_device if twice and g._node is not None]
        if seconds:
            mx.autograd.backward(seconds)
            assert all(array.grad._ctx is there[0]._ctx for array in chosen)


@EVERY
def test_shape_rule(sample: Sample) -> None:
    """The shape rule agrees with the shape the kernel really gives."""
    op, params = operator(sample)
    if op.shape_rule is None:
        pytest.fail(f"operator {op.name} has no shape rule")
    inputs = tensors(sample)
    real = [tuple(out.shape) for out in run(sample, inputs)]
    _, inferred = op.shape_rule(*(tuple(t.shape) for t in inputs), **params)
    inferred = inferred if isinstance(inferred, list) else [inferred]
    known = [
        out if shape is None  # known after the run only, as of -1: by the values
        else tuple(r if n == -1 else n for n, r in zip(shape, out, strict=True))
        for shape, out in zip(inferred, real, strict=False)
    ]  # fmt: skip
    assert known == real


def test_every_operator_has_a_sample() -> None:
    """No operator of the registry goes without a sample."""
    sampled = {registry.get(sample.op).name for sample in SAMPLES}
    assert sorted({op.name for op in registry.OPS.values()} - sampled) == []
