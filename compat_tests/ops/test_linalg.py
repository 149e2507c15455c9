"""The linalg family."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, arrays, attempt, grads

WIDE = ("float32", "float64")
FLAGS = {"nn": (False, False), "tn": (True, False), "nt": (False, True), "tt": (True, True)}


def definite(mx, dtype, batch=()):
    """A positive definite matrix (or a stack of them)."""
    rows = [[4.0, 1.0, 0.5], [1.0, 3.0, -0.25], [0.5, -0.25, 2.0]]
    return mx.nd.array([rows, rows] if batch else rows, dtype=dtype)


def triangular(mx, dtype):
    """A matrix with a safe diagonal; both triangles are filled."""
    return mx.nd.array([[2.0, 0.5, -1.0], [1.0, 3.0, 0.25], [-0.5, 1.5, 1.25]], dtype=dtype)


def loose(function):
    return pytest.mark.tolerance(rtol=1e-4, atol=1e-5, reason="LAPACK routines round differently")(
        function
    )


@pytest.mark.parametrize("dtype", WIDE)
@pytest.mark.parametrize("form", FLAGS)
def test_gemm(mx, form, dtype):
    ta, tb = FLAGS[form]
    a, b, c = arrays(mx.nd, dtype, (3, 2) if ta else (2, 3), (4, 3) if tb else (3, 4), (2, 4))
    given = {"transpose_a": ta, "transpose_b": tb, "alpha": 1.5}
    return grads(
        mx, lambda a, b, c: mx.nd.linalg.gemm(a, b, c, beta=-0.5, **given), a, b, c
    ), grads(mx, lambda a, b: mx.nd.linalg.gemm2(a, b, **given), a, b)


def test_gemm_along_another_axis(mx):
    a, b = arrays(mx.nd, "float32", (2, 3, 4), (4, 3, 2))
    return grads(mx, lambda a, b: mx.nd.linalg.gemm2(a, b, axis=0), a, b)


@loose
@pytest.mark.parametrize("dtype", ("float32",))
@pytest.mark.parametrize("batch", (False, True))
def test_potrf(mx, batch, dtype):
    a = definite(mx, dtype, batch)
    return grads(mx, mx.nd.linalg.potrf, a)


@loose
def test_potri(mx):
    return grads(mx, mx.nd.linalg.potri, triangular(mx, "float32"))


TRIANGLES = {
    "plain": {}, "upper": {"lower": False}, "transposed": {"transpose": True},
    "alpha": {"alpha": 2.5},
    "right": {"rightside": True}, "right transposed": {"rightside": True, "transpose": True},
    "right upper": {"rightside": True, "lower": False, "alpha": 0.5},
    "upper transposed": {"lower": False, "transpose": True},
}  # fmt: skip


@loose
@pytest.mark.parametrize("form", TRIANGLES)
@pytest.mark.parametrize("name", ("trmm", "trsm"))
def test_triangular(mx, name, form):
    given = TRIANGLES[form]
    a = triangular(mx, "float32")
    b = array(mx.nd, "float32", (2, 3) if given.get("rightside") else (3, 2))
    return grads(mx, lambda a, b: getattr(mx.nd.linalg, name)(a, b, **given), a, b)


@pytest.mark.parametrize("transpose", (False, True))
def test_syrk(mx, transpose):
    a = array(mx.nd, "float32", (2, 3))
    return grads(mx, lambda a: mx.nd.linalg.syrk(a, transpose=transpose, alpha=0.5), a)


@loose
@pytest.mark.parametrize("name", ("inverse", "det", "sumlogdiag"))
@pytest.mark.parametrize("batch", (False, True))
def test_of_square(mx, name, batch):
    return grads(mx, getattr(mx.nd.linalg, name), definite(mx, "float32", batch))


@loose
@pytest.mark.parametrize("batch", (False, True))
def test_slogdet(mx, batch):
    a = definite(mx, "float32", batch) * -1
    return grads(mx, lambda a: mx.nd.linalg.slogdet(a)[1], a), mx.nd.linalg.slogdet(a)


@pytest.mark.parametrize("offset", (0, 1, -1, 2))
def test_diagonals(mx, offset):
    a, v = array(mx.nd, "float32", (2, 3, 3)), array(mx.nd, "float32", (2, 3))
    linalg = mx.nd.linalg
    return grads(mx, lambda a: linalg.extractdiag(a, offset=offset), a), grads(
        mx, lambda v: linalg.makediag(v, offset=offset), v
    )


@pytest.mark.parametrize("offset", (0, 1, -1))
@pytest.mark.parametrize("lower", (True, False))
def test_triangles(mx, offset, lower):
    a, v = array(mx.nd, "float32", (2, 3, 3)), array(mx.nd, "float32", (2, 6))
    linalg = mx.nd.linalg
    return grads(mx, lambda a: linalg.extracttrian(a, offset=offset, lower=lower), a), grads(
        mx, lambda v: linalg.maketrian(v, offset=offset, lower=lower), v
    )


def test_refusals(mx):
    linalg = mx.nd.linalg
    r = array(mx.nd, "float32", (2, 3))
    i = mx.nd.array([[1, 2], [3, 4]], dtype="int32")
    return [
        attempt(linalg.det, r), attempt(linalg.inverse, r), attempt(linalg.slogdet, r),
        attempt(linalg.gemm2, r, r), attempt(linalg.det, i), attempt(linalg.inverse, i),
        attempt(linalg.potrf, mx.nd.array([[1.0, 2.0], [2.0, 1.0]])),
        attempt(linalg.inverse, mx.nd.array([[1.0, 2.0], [2.0, 4.0]])),
        attempt(lambda: linalg.extractdiag(r[:, :2], offset=5)), attempt(linalg.potrf, i),
    ]  # fmt: skip


@loose
def test_gelqf(mx):
    a = mx.nd.array([[1.0, 2.0, 3.0], [3.0, 1.0, 5.0]])
    weights = array(mx.nd, "float32", (2, 3)), array(mx.nd, "float32", (2, 2))
    return mx.nd.linalg.gelqf(a), grads(
        mx, lambda a: sum((q * w).sum() for q, w in zip(mx.nd.linalg.gelqf(a), weights)), a
    )


@loose
@pytest.mark.parametrize("batch", (False, True))
def test_syevd(mx, batch):
    a = definite(mx, "float32", batch)
    weights = array(mx.nd, "float32", a.shape), array(mx.nd, "float32", a.shape[:-1])
    return mx.nd.linalg.syevd(a), grads(
        mx, lambda a: sum((q * w).sum() for q, w in zip(mx.nd.linalg.syevd(a), weights)), a
    )


@loose
@pytest.mark.np
@pytest.mark.parametrize("name", ("det", "inv", "cholesky"))
@pytest.mark.parametrize("batch", (False, True))
def test_numpy(mx, name, batch):
    a = definite(mx, "float32", batch).as_np_ndarray()
    return grads(mx, getattr(mx.np.linalg, name), a)


@loose
@pytest.mark.np
def test_numpy_slogdet(mx):
    a = definite(mx, "float32").as_np_ndarray()
    return mx.np.linalg.slogdet(a), grads(mx, lambda a: mx.np.linalg.slogdet(a)[1], a)


@loose
@pytest.mark.np
@pytest.mark.parametrize("shape", ((3,), (3, 2)), ids=str)
def test_numpy_solve(mx, shape):
    a, b = definite(mx, "float32").as_np_ndarray(), array(mx.np, "float32", shape)
    return grads(mx, mx.np.linalg.solve, a, b)


@pytest.mark.np
def test_numpy_refusals(mx):
    linalg = mx.np.linalg
    r, s = mx.np.ones((2, 3)), mx.np.array([[1.0, 2.0], [2.0, 4.0]])
    return [
        attempt(linalg.det, r), attempt(linalg.inv, r), attempt(linalg.slogdet, r),
        attempt(linalg.inv, s), attempt(linalg.det, 2.0), attempt(linalg.inv, [[1.0]]),
        attempt(linalg.solve, s, mx.np.ones((3,))), attempt(linalg.cholesky, s.astype("int32")),
        attempt(linalg.cholesky, r),
    ]  # fmt: skip
