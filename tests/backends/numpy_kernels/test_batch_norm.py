"""Batch normalization in blocks: the body's numbers in both orders of memory."""

from __future__ import annotations

import numpy as np
import pytest

from mxshim._backends import override
from mxshim._backends.cpu import xp
from mxshim._backends.numpy_kernels.channels import Layout, channels_last

from .against import bound, check, copied, declined, flat, near

pytestmark = pytest.mark.usefixtures("small_blocks")
HERE = "numpy_kernels.batch_norm"
GRADIENT = ("data", "gamma", "beta")
#: Short maps; lines of part of the channels; one channel a row; rows longer than a block; flat.
SHAPES = [
    (32, 40, 3, 3),
    (5, 64, 20, 21),
    (3, 2, 96, 97),
    (2, 1, 300, 301),
    (4, 6, 7000),
    (900, 80),
]


def given(shape, dtype="float32", mean=0.3, seed=5):
    return (np.random.default_rng(seed).standard_normal(shape) + mean).astype(dtype)


def vectors(count, dtype="float32"):
    draw = np.random.default_rng(count)
    return [draw.uniform(0.5, 1.5, count).astype(dtype) for _ in range(4)]


def lay(array):
    """Lay an array (n, c, ...) out channels last."""
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(array, 1, -1)), -1, 1)


def compare(data, parts, axis=1, factor=1.0, **params):
    """Compare forward and gradient with the body's."""
    params = {"fix_gamma": False, "training": True, "axis": axis, **params}
    out = check(HERE, "BatchNorm", (), data, *copied(tuple(parts)), factor=factor, **params)
    head = given(data.shape, data.dtype, 0.2, seed=6)
    zeros = np.zeros_like(out[1])
    for more in ((zeros, zeros), (given(zeros.shape, data.dtype), given(zeros.shape, data.dtype))):
        if more[0] is not zeros and not params["training"]:
            continue
        averages = [parts[2:], parts[2:]]
        results = []
        for at, take in enumerate((kernel(GRADIENT), body(GRADIENT))):
            averages[at] = copied(tuple(parts[2:]))
            every = bound("BatchNorm", params)
            results.append(take(xp, (head, *more), out, data, *parts[:2], *averages[at], **every))
        near(*results, factor=4 * factor)
        near(*averages)


def kernel(inputs):
    override.candidates("BatchNorm", inputs)
    return override._FOUND[HERE, "BatchNorm", inputs]


def body(inputs):
    from mxshim._core import registry

    operator = registry.get("BatchNorm")
    return (operator.pulls[0][1] if inputs else operator.forward).__wrapped__


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_training(shape, dtype):
    compare(given(shape, dtype), vectors(shape[1], dtype))


@pytest.mark.parametrize(
    "params", [{"training": False}, {"use_global_stats": True}, {"fix_gamma": True}], ids=str
)
@pytest.mark.parametrize("shape", SHAPES[:2], ids=str)
def test_modes(shape, params):
    parts = vectors(shape[1])
    if "fix_gamma" in params:
        parts[0][:] = 1
    compare(given(shape), parts, **params)


@pytest.mark.parametrize("axis", [0, 2, -1])
def test_axes(axis):
    data = given((30, 20, 40))
    compare(data, vectors(data.shape[axis]), axis=axis)


@pytest.mark.parametrize("training", [True, False])
def test_means_far_from_zero(training):
    data = given((8, 20, 30, 30), mean=0)
    data[:, 3] += 50
    data[:, 4] = data[:, 4] * 1e-3 + 7
    compare(data, vectors(20), training=training, factor=40)
    exact = data.astype("f8")
    exact -= exact.mean(axis=(0, 2, 3), keepdims=True)
    inverse = 1 / np.sqrt((exact * exact).mean(axis=(0, 2, 3)) + 1e-3)
    made = kernel(())(xp, data, *vectors(20), **bound("BatchNorm", {"training": True}))
    near(made[2], inverse.astype("f4"), factor=4)
    near(made[0][:, 3:5], vectors(20)[1][3:5, None, None] + (exact * inverse[:, None, None])
         [:, 3:5].astype("f4"), factor=4, ordered=False)  # fmt: skip


def test_constant_channels_and_nan():
    data = given((8, 20, 30, 30))
    data[:, 1] = 0
    data[:, 2] = 3.5  # whose sum is exact in the body too
    data[3, 5, 0, 0] = np.nan
    compare(data, vectors(20), factor=4)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shape", SHAPES[:5], ids=str)
def test_channels_last(shape, training):
    data, head = given(shape), given(shape, mean=0.1, seed=8)
    parts = vectors(shape[1])
    every = bound("BatchNorm", {"training": training, "fix_gamma": False})
    wanted = body(())(xp, data, *copied(tuple(parts)), **every)
    zeros = np.zeros_like(wanted[1])
    slopes = body(GRADIENT)(xp, (head, zeros, zeros), wanted, data, *copied(tuple(parts)), **every)
    turned = lay(data)
    if turned.flags.c_contiguous:
        pytest.skip("one channel: both orders are one")
    made = kernel(())(xp.inner, turned, *copied(tuple(parts)), **every)
    near(made, wanted, ordered=False)
    assert channels_last(made[0])
    for cotangent in (head, lay(head)):
        found = kernel(GRADIENT)(
            xp.inner, (cotangent, zeros, zeros), made, turned, *copied(tuple(parts)), **every
        )
        near(found, slopes, factor=4, ordered=False)
        assert channels_last(found[0])
    plain = kernel(())(xp, turned, *copied(tuple(parts)), **every)
    near(plain, wanted)


def test_any_strides():
    wide = given((20, 30, 40, 9))
    for data in (wide[::2], wide[:, ::2], wide.transpose(3, 1, 0, 2), wide[..., ::-1]):
        compare(data, vectors(data.shape[1]))


def test_what_is_left_to_the_body():
    data, parts = given((8, 20, 30, 30)), vectors(20)
    training = {"training": True, "fix_gamma": False}
    assert declined(HERE, "BatchNorm", (), data.astype("float16"), *parts, **training)
    assert declined(HERE, "BatchNorm", (), data, *vectors(20, "float64"), **training)
    assert declined(HERE, "BatchNorm", (), data, *vectors(19), **training)
    assert declined(HERE, "BatchNorm", (), data[:1, :, :2], *parts, **training)
    assert declined(HERE, "BatchNorm", (), data[:0], *parts, **training)
    assert declined(HERE, "BatchNorm", (), data, *parts, axis=4, **training)
    assert not declined(HERE, "BatchNorm", (), data, *parts, **training)


def test_fix_gamma_writes_ones():
    parts = vectors(20)
    kernel(())(xp, given((8, 20, 30, 30)), *parts, **bound("BatchNorm", {"training": True}))
    assert (parts[0] == 1).all()
    assert not (parts[1] == 1).any()


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize(
    "shape", [*SHAPES[:5], (7, 13, 11, 17), (2, 3, 1, 1), (1, 9000, 2, 2)], ids=str
)
def test_layouts_cover_every_element_once(shape, last):
    plan = Layout(shape, 1, last, 4)
    numbers = np.arange(shape[1]).astype("float32")
    array, elements = plan.empty("float32")
    for block, line in zip(plan.blocks(elements), plan.spread(numbers), strict=True):
        block[...] = line
    expected = np.broadcast_to(numbers.reshape(1, -1, *(1,) * (len(shape) - 2)), shape)
    assert np.array_equal(array, expected)
    blocks = plan.parts(plan.flat(array))
    for block, line in zip(blocks, plan.column(numbers), strict=True):
        assert np.array_equal(block, np.broadcast_to(line, block.shape))
    total = plan.total([plan.part(block) for block in blocks])
    assert np.allclose(total, numbers.astype("f8") * plan.count, rtol=1e-6)
    assert max(len(block) for block in blocks) == len(plan.buffer("float32"))
    assert [b.shape for b in plan.buffers("f4")] == [b.shape for b in plan.blocks(elements)]
    assert len(flat(tuple(blocks))) == len(blocks)
