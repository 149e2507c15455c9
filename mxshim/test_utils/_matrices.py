"""NumPy helpers of tests: reductions, and random matrices with wanted eigenvalues."""

from __future__ import annotations

import numpy as np

_WELL_CONDITIONED = 3


def np_reduce(dat, axis, keepdims, numpy_reduce_func):
    """Reduce a NumPy array over ``axis`` (None, a number or several), one axis after another."""
    if isinstance(axis, int):
        axis = [axis]
    else:
        axis = list(axis) if axis is not None else range(len(dat.shape))
    result = dat
    for one in sorted(axis, reverse=True):
        result = numpy_reduce_func(result, axis=one)
    if keepdims:
        shape = list(dat.shape)
        for one in axis:
            shape[one] = 1
        result = result.reshape(tuple(shape))
    return result


def collapse_sum_like(a, shape):
    """Sum a NumPy array over the axes along which ``shape`` would broadcast to it."""
    assert len(a.shape) >= len(shape)
    if np.prod(shape) == 0 or a.size == 0:
        return np.zeros(shape, dtype=a.dtype)
    extra = len(a.shape) - len(shape)
    axes = list(range(extra))
    for i, size in enumerate(shape, extra):
        if size != a.shape[i]:
            assert size == 1
            axes.append(i)
    return np.sum(a, axis=tuple(axes)).reshape(shape)


def new_matrix_with_real_eigvals_2d(n):
    """Draw an ``n`` x ``n`` matrix with real eigenvalues between -10 and 10."""
    while True:
        scale = np.diag(np.random.uniform(-1.0, 1.0, n))
        vector = np.random.uniform(-1.0, 1.0, n).reshape(n, 1)
        vector = vector / np.linalg.norm(vector, axis=-2, keepdims=True)
        mirror = np.eye(n) - 2 * np.matmul(vector, vector.T)
        base = np.matmul(mirror, scale)
        if np.linalg.cond(base, 2) < _WELL_CONDITIONED:
            break
    values = np.diag(np.random.uniform(-10.0, 10.0, n))
    return np.matmul(np.matmul(np.linalg.inv(base), values), base)


def new_orthonormal_matrix_2d(n):
    """Draw an orthonormal ``n`` x ``n`` matrix."""
    x = np.random.randn(n, n)
    return np.linalg.qr(np.matmul(x.T, x))[0]


def new_sym_matrix_with_real_eigvals_2d(n):
    """Draw a symmetric ``n`` x ``n`` matrix with eigenvalues between -10 and 10."""
    q = new_orthonormal_matrix_2d(n)
    values = np.diag(np.random.uniform(-10.0, 10.0, n))
    return np.matmul(np.matmul(q.T, values), q)


def _batch(make, shape):
    count = int(np.prod(shape[:-2])) if len(shape) > 2 else 1
    return np.array([make(shape[-1]) for _ in range(count)]).reshape(shape)


def new_matrix_with_real_eigvals_nd(shape):
    """Draw a batch of :func:`new_matrix_with_real_eigvals_2d`."""
    return _batch(new_matrix_with_real_eigvals_2d, shape)


def new_sym_matrix_with_real_eigvals_nd(shape):
    """Draw a batch of :func:`new_sym_matrix_with_real_eigvals_2d`."""
    return _batch(new_sym_matrix_with_real_eigvals_2d, shape)
