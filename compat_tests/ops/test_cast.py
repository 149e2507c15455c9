"""Parity of conversions between element types."""

from __future__ import annotations

import pytest

from compat_tests.inputs import DTYPES, FLOATS, arrays, attempt, grads

ALL = [*DTYPES, "bool"]


@pytest.mark.parametrize("target", ALL)
@pytest.mark.parametrize("source", ALL)
def test_cast(mx, source, target):
    x = arrays(mx.nd, source, (2, 3))[0]
    return mx.nd.cast(x, target), x.astype(target)


SPECIAL = [1.7, -1.7, 300.0, -300.0, 70000.0, 3e9, 1e20, float("inf"), float("nan"), 1e-8]


@pytest.mark.parametrize("target", ALL)
@pytest.mark.parametrize("source", ["float32", "float64"])
def test_out_of_range(mx, source, target):
    return mx.nd.Cast(mx.nd.array(SPECIAL, dtype=source), dtype=target)


@pytest.mark.parametrize("target", ["int8", "uint8", "int32"])
@pytest.mark.parametrize("source", ["int32", "int64"])
def test_integers_wrap(mx, source, target):
    return mx.nd.array([300, -300, 70000, 2**31 - 1], dtype=source).astype(target)


@pytest.mark.parametrize("target", [*FLOATS, "int32"])
@pytest.mark.parametrize("source", FLOATS)
def test_cast_gradient(mx, source, target):
    x = arrays(mx.nd, source, (2, 3))[0]
    head = arrays(mx.nd, target, (2, 3), seed="head")[0]
    return grads(mx, lambda a: mx.nd.cast(a, target), x, head=head)


@pytest.mark.parametrize("target", ["float16", "float32"])  # float64 is refused on the CPU
@pytest.mark.parametrize("source", ["float16", "float32", "int32"])
def test_amp_cast(mx, source, target):
    return mx.nd.amp_cast(arrays(mx.nd, source, (2, 3))[0], target)


@pytest.mark.parametrize("narrow", [False, True])
def test_amp_multicast(mx, narrow):
    x, y = arrays(mx.nd, "float32", (2, 2), (3,))
    z = arrays(mx.nd, "int32", (2,))[0]
    return mx.nd.amp_multicast(x, y, z, num_outputs=3, cast_narrow=narrow)


@pytest.mark.np
@pytest.mark.parametrize("target", ALL)
def test_numpy_cast(mx, target):
    x = arrays(mx.np, "float32", (2, 2))[0]
    return mx.npx.cast(x, target), x.astype(target), mx.np.zeros((0, 2)).astype(target)


@pytest.mark.parametrize("dtype", ["foo", "uint16", "complex64"])
def test_refused(mx, dtype):
    x = mx.nd.ones((2,))
    return attempt(mx.nd.cast, x, dtype), attempt(x.astype, dtype), attempt(mx.nd.cast, x)
