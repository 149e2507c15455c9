"""Random arrays and shapes from NumPy's global generator, and matrices for tests."""

from __future__ import annotations

import numpy as np

from .. import ndarray
from ._tolerances import default_context, default_dtype


def random_arrays(*shapes):
    """Draw float32 NumPy arrays from the normal distribution; one shape gives one array."""
    arrays = [np.array(np.random.randn(*shape), dtype=default_dtype()) for shape in shapes]
    return arrays[0] if len(arrays) == 1 else arrays


def random_uniform_arrays(*shapes, **kwargs):
    """Draw a list of NumPy arrays from a uniform distribution; options low, high and dtype."""
    low, high = kwargs.pop("low", 0.0), kwargs.pop("high", 1.0)
    dtype = kwargs.pop("dtype", default_dtype())
    if kwargs:
        raise TypeError(f"Got unexpected argument/s : {kwargs.keys()}")
    return [np.random.uniform(low, high, size=shape).astype(dtype) for shape in shapes]


def random_sample(population, k):
    """Return ``k`` elements of a list in random order."""
    assert 0 <= k <= len(population)
    shuffled = population[:]
    np.random.shuffle(shuffled)
    return shuffled[:k]


def rand_shape_nd(num_dim, dim=10, allow_zero_size=False):
    """Draw a shape of ``num_dim`` dimensions of at most ``dim``."""
    return tuple(np.random.randint(0 if allow_zero_size else 1, dim + 1, size=num_dim))


def _rand_shape(dims, allow_zero_size):
    low = 0 if allow_zero_size else 1
    return tuple(np.random.randint(low, dim + 1) for dim in dims)


def rand_shape_2d(dim0=10, dim1=10, allow_zero_size=False):
    """Draw a shape of two dimensions of at most the given size."""
    return _rand_shape((dim0, dim1), allow_zero_size)


def rand_shape_3d(dim0=10, dim1=10, dim2=10, allow_zero_size=False):
    """Draw a shape of three dimensions of at most the given size."""
    return _rand_shape((dim0, dim1, dim2), allow_zero_size)


def rand_coord_2d(x_low, x_high, y_low, y_high):
    """Draw an int64 point from a rectangle that excludes its upper bounds."""
    x = np.random.randint(x_low, x_high, dtype=np.int64)
    return x, np.random.randint(y_low, y_high, dtype=np.int64)


# ---- sparse arrays


def rand_ndarray(
    shape, stype="default", density=None, dtype=None, modifier_func=None,
    shuffle_csr_indices=False, distribution=None, ctx=None,
):  # fmt: skip
    """Draw an array: dense ones from the normal distribution, see :func:`rand_sparse_ndarray`."""
    ctx = ctx or default_context()
    if stype == "default":
        return ndarray.array(random_arrays(shape), dtype=dtype, ctx=ctx)
    return rand_sparse_ndarray(
        shape, stype, density=density, modifier_func=modifier_func, dtype=dtype,
        shuffle_csr_indices=shuffle_csr_indices, distribution=distribution, ctx=ctx,
    )[0]  # fmt: skip


def rand_sparse_ndarray(
    shape, stype, density=None, dtype=None, distribution=None, data_init=None, rsp_indices=None,
    modifier_func=None, shuffle_csr_indices=False, ctx=None,
):  # fmt: skip
    """Draw a sparse array; return it and what it is made of.

    ``row_sparse``: values and row numbers, as NumPy arrays. ``csr``: row ends, columns and values
    of the array, whose elements are spread evenly (``distribution="uniform"``) or double from row
    to row (``"powerlaw"``). ``density`` is drawn too when None; ``data_init`` fills in one value,
    ``modifier_func`` changes each value of a row-sparse array.
    """
    ctx = ctx or default_context()
    density = np.random.rand() if density is None else density
    dtype = default_dtype() if dtype is None else dtype
    distribution = "uniform" if distribution is None else distribution
    if stype == "row_sparse":
        assert distribution == "uniform", (
            f"Distribution {distribution} not supported for row_sparse"
        )  # fmt: skip
        return _rows(shape, density, dtype, data_init, rsp_indices, modifier_func, ctx)
    assert stype == "csr", "unknown storage type"
    assert len(shape) == 2
    if distribution == "uniform":
        csr = _uniform_csr(*shape, density, dtype, data_init, shuffle_csr_indices)
    else:
        assert distribution == "powerlaw", f"Distribution not supported: {distribution}"
        csr = _powerlaw_csr(*shape, density, dtype)
    csr = csr.as_in_context(ctx)
    return csr, (csr.indptr, csr.indices, csr.data)


def _rows(shape, density, dtype, data_init, rsp_indices, modifier_func, ctx):
    if rsp_indices is not None:
        indices = rsp_indices
        assert len(indices) <= shape[0]
    else:
        indices = np.argwhere(np.random.rand(shape[0]) < density).flatten()
    if indices.shape[0] == 0:
        empty = ndarray.zeros(shape, stype="row_sparse", dtype=dtype, ctx=ctx)
        return empty, (np.array([], dtype=dtype), np.array([]))
    values = np.random.rand(indices.shape[0], *shape[1:]).astype(dtype)
    if data_init is not None:
        values.fill(data_init)
    if modifier_func is not None:
        values = assign_each(values, modifier_func)
    made = ndarray.sparse.row_sparse_array((values, indices), shape=shape, dtype=dtype, ctx=ctx)
    return made, (values, indices)


def _check_csr(rows, columns, density, least=0):
    if density < 0 or density > 1:
        raise ValueError("density has to be between 0 and 1")
    if rows <= 0 or columns <= 0:
        raise ValueError("num_rows or num_cols should be greater than 0")
    total = int(rows * columns * density)
    if total < least:
        raise ValueError(
            f"not supported for this density: {density} for this shape ({rows}, {columns})"
            " Please keep : num_rows * num_cols * density >= 2 * num_rows"
        )
    return total


def _uniform_csr(rows, columns, density, dtype, data_init, shuffle):
    from scipy import sparse

    _check_csr(rows, columns, density)
    csr = sparse.rand(rows, columns, density, dtype=dtype, format="csr")
    if data_init is not None:
        csr.data.fill(data_init)
    if shuffle is True:
        shuffle_csr_column_indices(csr)
    return ndarray.sparse.csr_matrix(
        (csr.data, csr.indices, csr.indptr), shape=(rows, columns), dtype=dtype
    )


def _powerlaw_csr(rows, columns, density, dtype):
    """Put one value into each row, then about twice as many as into the row before."""
    left = _check_csr(rows, columns, density, least=2 * rows)
    values = np.zeros((rows, columns), dtype=dtype)
    for row in range(rows):
        values[row, 0] = 1 + np.random.uniform(0.001, 2)
        left -= 1
    width = 2
    for row in range(rows):
        if left <= 0:
            break
        if columns <= width and left > columns:  # a full row holds one value throughout
            values[row] = 1 + np.random.uniform(0.001, 2)
            left -= columns - 1
            continue
        for column in range(1, min(columns, width, left + 1)):
            values[row, column] = 1 + np.random.uniform(0.001, 2)
            left -= 1
        width *= 2
    if left > 0:
        raise ValueError(
            f"not supported for this density: {density} for this shape ({rows},{columns})"
        )
    return ndarray.array(values).tostype("csr")


def shuffle_csr_column_indices(csr):
    """Shuffle the column numbers within each row of a SciPy matrix in place."""
    for start, end in zip(csr.indptr[:-1], csr.indptr[1:]):
        columns = np.array(csr.indices[start:end])
        np.random.shuffle(columns)
        csr.indices[start:end] = columns


def create_sparse_array(
    shape, stype, data_init=None, rsp_indices=None, dtype=None, modifier_func=None, density=0.5,
    shuffle_csr_indices=False,
):  # fmt: skip
    """Draw a sparse array whose row numbers, when given, are put in order."""
    if stype == "row_sparse":
        if rsp_indices is not None:
            rsp_indices = np.asarray(rsp_indices)
            rsp_indices.sort()
        return rand_sparse_ndarray(
            shape, stype, density=density, data_init=data_init, rsp_indices=rsp_indices,
            dtype=dtype, modifier_func=modifier_func,
        )[0]  # fmt: skip
    if stype == "csr":
        return rand_sparse_ndarray(
            shape, stype, density=density, data_init=data_init, dtype=dtype,
            modifier_func=modifier_func, shuffle_csr_indices=shuffle_csr_indices,
        )[0]  # fmt: skip
    raise AssertionError("Unknown storage type: " + stype)


def create_sparse_array_zd(
    shape, stype, density, data_init=None, rsp_indices=None, dtype=None, modifier_func=None,
    shuffle_csr_indices=False,
):  # fmt: skip
    """Draw a sparse array; a row-sparse one has the rows of ``rsp_indices`` and no others."""
    if stype == "row_sparse":
        density = 0.0
        if rsp_indices is not None:
            assert len(rsp_indices) <= shape[0]
    return create_sparse_array(
        shape, stype, data_init=data_init, rsp_indices=rsp_indices, dtype=dtype,
        modifier_func=modifier_func, density=density, shuffle_csr_indices=shuffle_csr_indices,
    )  # fmt: skip


# ---- element by element


def assign_each(the_input, function):
    """Return a float64 NumPy array of ``function`` of each element; a copy when it is None."""
    return _each((the_input,), function)


def assign_each2(input1, input2, function):
    """Return a float64 NumPy array of ``function`` of each pair; a copy of the first for None."""
    if function is not None:
        assert input1.shape == input2.shape
    return _each((input1, input2), function)


def _each(inputs, function):
    arrays = [np.asarray(part) for part in inputs]
    if function is None:
        return np.array(arrays[0])
    # Single numbers meet Python's in float64, as in the NumPy that MXNet runs on.
    arrays = [part.astype(np.float64) if part.dtype.kind == "f" else part for part in arrays]
    output = np.zeros(arrays[0].shape)
    for index in np.ndindex(output.shape):
        output[index] = function(*(np.asarray(array[index]) for array in arrays))
    return output


# ---- whole arrays


def create_2d_tensor(rows, columns, dtype=np.int64):
    """Make a matrix whose rows hold their own number throughout."""
    numbers = ndarray.arange(0, rows, dtype=dtype).reshape(rows, 1)
    return ndarray.broadcast_to(numbers, shape=(numbers.shape[0], columns))


def create_vector(size, dtype=np.int64):
    """Make the vector 0, 1, 2, ..."""
    return ndarray.arange(0, size, dtype=dtype)


def get_identity_mat(size):
    """Make a float32 identity matrix."""
    return ndarray.eye(size)


def get_identity_mat_batch(size):
    """Make two float32 identity matrices in one array."""
    one = get_identity_mat(size).asnumpy()
    return ndarray.array([one, one])
