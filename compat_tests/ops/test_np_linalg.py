"""Linear algebra of NumPy-like arrays: factors, eigenvalues, pseudo-inverses, tensor equations."""

from __future__ import annotations

import pytest

from compat_tests.inputs import arrays, attempt, grads, numbers

SYMMETRIC = [[4.0, 1.0, 0.5], [1.0, 3.0, -0.25], [0.5, -0.25, 2.0]]
WIDE = [[1.0, 3.0, 5.0], [2.0, 4.0, -7.0]]
DTYPES = ["float32", "float64"]
OTHERS = ["float16", "int8", "int32", "int64", "uint8", "bool"]
# LAPACK libraries round differently, and so do the ways to a pseudo-inverse.
pytestmark = [pytest.mark.np, pytest.mark.tolerance(rtol=2e-4, atol=2e-5, reason="LAPACK")]


def matrix(mx, values, dtype="float32"):
    return mx.np.array(values, dtype=dtype)


def stacked(mx, dtype="float32"):
    return mx.np.stack([matrix(mx, SYMMETRIC, dtype), matrix(mx, SYMMETRIC, dtype) * 0.5])


@pytest.mark.parametrize("dtype", DTYPES)
def test_svd(mx, dtype):
    (many,) = arrays(mx.np, dtype, (2, 3, 4))
    return mx.np.linalg.svd(matrix(mx, WIDE, dtype)), mx.np.linalg.svd(many)


@pytest.mark.parametrize("dtype", DTYPES)
def test_svd_gradient(mx, dtype):
    (head,) = arrays(mx.np, dtype, (2, 3), seed=5)

    def total(a):
        ut, values, v = mx.np.linalg.svd(a)
        return (ut**2).sum() + (ut[0] * values).sum() + (v * head).sum()

    return grads(mx, total, matrix(mx, WIDE, dtype))


@pytest.mark.parametrize("dtype", OTHERS)
def test_svd_of_other_types(mx, dtype):
    return attempt(lambda: mx.np.linalg.svd(mx.np.ones((2, 2), dtype=dtype)))


@pytest.mark.parametrize("shape", [(3, 2), (0, 2, 3), (0, 3), (1, 4)], ids=str)
def test_svd_of_shapes(mx, shape):
    return attempt(lambda: mx.np.linalg.svd(mx.np.zeros(shape))[1])


EIGEN = ["eig", "eigh", "eigvals", "eigvalsh"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", EIGEN)
def test_eigenvalues(mx, name, dtype):
    def solve(a):
        found = getattr(mx.np.linalg, name)(a)
        if name != "eig":
            return found
        values, vectors = found
        return values, vectors * mx.np.sign(vectors[..., :1, :])  # LAPACK's sign is free

    return solve(matrix(mx, SYMMETRIC, dtype)), solve(stacked(mx, dtype))


@pytest.mark.parametrize("dtype", OTHERS)
@pytest.mark.parametrize("name", EIGEN)
def test_eigenvalues_of_other_types(mx, name, dtype):
    return attempt(lambda: getattr(mx.np.linalg, name)(mx.np.array([[2, 1], [1, 5]], dtype=dtype)))


@pytest.mark.parametrize("name", EIGEN)
def test_eigenvalue_errors(mx, name):
    solve = getattr(mx.np.linalg, name)
    turn = mx.np.array([[0.0, -2.0], [2.0, 0.0]])
    return [
        attempt(lambda: solve(turn)) if name in ("eig", "eigvals") else None,
        attempt(solve, mx.np.ones((2, 3))), attempt(solve, mx.np.ones((3,))), attempt(solve, 3),
        attempt(solve, mx.nd.ones((2, 2))),
    ]  # fmt: skip


@pytest.mark.parametrize("side", ["L", "U", "l", "u", "x"])
def test_triangles(mx, side):
    a = mx.np.array([[1.0, 5.0], [2.0, 3.0]])
    return mx.np.linalg.eigvalsh(a, side), mx.np.linalg.eigh(a, UPLO=side)


def test_wrong_triangle(mx):
    a = mx.np.ones((2, 2))
    return attempt(mx.np.linalg.eigh, a, "LU"), attempt(mx.np.linalg.eigvalsh, a, "")


@pytest.mark.parametrize("name", EIGEN)
def test_eigenvalues_of_nothing(mx, name):
    found = getattr(mx.np.linalg, name)(mx.np.zeros((0, 2, 2)))
    return found, getattr(mx.np.linalg, name)(mx.np.zeros((0, 0)))


@pytest.mark.parametrize("name", EIGEN)
def test_no_gradient_of_eigenvalues(mx, name):
    def total(a):
        found = getattr(mx.np.linalg, name)(a)
        return sum(part.sum() for part in (found if isinstance(found, tuple) else (found,)))

    return grads(mx, total, matrix(mx, SYMMETRIC))["grads"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(2, 3), (3, 2), (2, 3, 4)], ids=str)
def test_pinv(mx, shape, dtype):
    (a,) = arrays(mx.np, dtype, shape)
    return mx.np.linalg.pinv(a), mx.np.linalg.pinv(a, rcond=0.5)


def test_pinv_of_several_limits(mx):
    a = mx.np.array([WIDE, WIDE])
    pinv = mx.np.linalg.pinv
    return [
        pinv(a, mx.np.array([0.5, 0.001])), pinv(a, mx.np.array([0.5])),
        pinv(a[0], mx.np.array(0.5)),
        attempt(lambda: pinv(a, mx.np.array([0.5], dtype="float64"))),
        grads(mx, lambda m: pinv(m).sum(), a)["grads"],
    ]  # fmt: skip


@pytest.mark.parametrize("dtype", OTHERS)
def test_pinv_of_other_types(mx, dtype):
    return attempt(lambda: mx.np.linalg.pinv(mx.np.ones((2, 2), dtype=dtype)))


def test_pinv_of_nothing_and_errors(mx):
    pinv = mx.np.linalg.pinv
    return [
        pinv(mx.np.zeros((0, 2, 3))), pinv(mx.np.zeros((2, 0))), attempt(pinv, mx.np.ones((3,))),
        attempt(pinv, mx.np.ones((2, 2)), hermitian=True),
    ]  # fmt: skip


def tensor(mx, dtype, *shape):
    side = 1
    for length in shape[: len(shape) // 2]:
        side *= length
    drawn = numbers(dtype, (side, side))
    for i in range(side):
        drawn[i][i] += 4.0
    return mx.np.array(drawn, dtype=dtype).reshape(shape)


@pytest.mark.parametrize("dtype", DTYPES)
def test_tensorinv(mx, dtype):
    a, b = tensor(mx, dtype, 2, 3, 3, 2), tensor(mx, dtype, 2, 3, 2, 3).reshape(6, 2, 3)
    return [
        grads(mx, lambda m: mx.np.linalg.tensorinv(m) ** 2, a),
        grads(mx, lambda m: mx.np.linalg.tensorinv(m, ind=1), b),
    ]


@pytest.mark.parametrize("dtype", OTHERS)
def test_tensorinv_of_other_types(mx, dtype):
    return attempt(lambda: mx.np.linalg.tensorinv(mx.np.eye(2, dtype="float32").astype(dtype), 1))


@pytest.mark.parametrize("ind", [3, 0, -1])
def test_tensorinv_errors(mx, ind):
    return attempt(lambda: mx.np.linalg.tensorinv(mx.np.ones((4, 6, 8, 3)), ind=ind))


def test_singular(mx):
    ones = mx.np.ones((2, 2))
    return attempt(lambda: mx.np.linalg.tensorinv(ones, 1)), attempt(
        mx.np.linalg.tensorinv, mx.np.zeros((0, 0)), 1
    )


@pytest.mark.parametrize("dtype", DTYPES)
def test_tensorsolve(mx, dtype):
    a = tensor(mx, dtype, 2, 3, 3, 2)
    moved = mx.np.transpose(a, (3, 0, 1, 2))
    (b,) = arrays(mx.np, dtype, (2, 3))
    solve = mx.np.linalg.tensorsolve
    return [
        grads(mx, lambda m, n: solve(m, n) ** 2, a, b),
        grads(mx, lambda m, n: solve(m, n, axes=(0,)), moved, b),
        grads(mx, lambda m, n: solve(m, n, (-4,)), moved, b)["out"],
    ]


@pytest.mark.parametrize("dtype", OTHERS)
def test_tensorsolve_of_other_types(mx, dtype):
    eye = mx.np.eye(2, dtype="float32")
    b = mx.np.array([1, 0])
    solve = mx.np.linalg.tensorsolve
    return [
        attempt(lambda: solve(eye.astype(dtype), b.astype(dtype))),
        attempt(lambda: solve(eye.astype(dtype), b)), attempt(lambda: solve(eye, b.astype(dtype))),
    ]  # fmt: skip


def test_tensorsolve_errors(mx):
    solve = mx.np.linalg.tensorsolve
    return attempt(solve, mx.np.ones((2, 3, 6)), mx.np.ones((5,))), attempt(
        solve, mx.np.ones((2, 2)), 3
    )


HOST = {
    "cond": lambda linalg, a: linalg.cond(a),
    "lstsq": lambda linalg, a: linalg.lstsq(a[:, :2], a[:, 2], rcond=None)[0],
    "matrix_power": lambda linalg, a: linalg.matrix_power(a, 3),
    "matrix_rank": lambda linalg, a: int(linalg.matrix_rank(a)),
    "multi_dot": lambda linalg, a: linalg.multi_dot([a, a, a[:, :2]]),
    "qr": lambda linalg, a: linalg.qr(a),
}


@pytest.mark.parametrize("name", HOST)
def test_on_the_host(mx, name):
    return HOST[name](mx.np.linalg, matrix(mx, SYMMETRIC))


def test_default_of_lstsq(mx):
    a = matrix(mx, SYMMETRIC)
    found = mx.np.linalg.lstsq(a, a[0], rcond=-1)
    return [*found[:2], int(found[2]), found[3]]
