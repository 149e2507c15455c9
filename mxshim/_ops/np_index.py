"""NumPy-only operators that find, count and compare elements, by position or value."""

from __future__ import annotations

from typing import Any

from .._core.errors import check_failed, mxnet_error, shape_text
from .._core.params import Float, OptionalFloat, OptionalInt, Shape
from .._core.registry import kernel, op
from .._core.shapes import ShapeT
from .join_split import axis_in
from .np_where import scalar_like
from .reshape import outside

DOUBLE = Float("double")


@op("_npx_nonzero", "_npi_nonzero", flat=True, shape=lambda x: ((x,), (-1, len(x))))
def nonzero(xp, x):
    """Return the positions of the non-zero elements, one row an element, as int64."""
    found = xp.nonzero(xp.atleast_1d(x))
    return xp.stack(found, axis=1).astype(xp.int64)


def _unique_count(params: dict[str, Any]) -> int:
    return 1 + params["return_index"] + params["return_inverse"] + params["return_counts"]


@op("_npi_unique", visible=_unique_count, flat=True)
def unique(
    xp, data, *, return_index: bool = False, return_inverse: bool = False,
    return_counts: bool = False, axis: OptionalInt = None,
):  # fmt: skip
    """Return the sorted distinct elements (or slices of ``axis``), and what else is asked for.

    ``return_index`` gives first positions, ``return_inverse`` for each element the position of its
    value, ``return_counts`` how often each occurs; all int64.
    """
    _unique_axis(data.shape, axis)
    if axis is not None and not data.ndim:
        axis = None
    values, index, inverse, counts = xp.unique(
        data, return_index=True, return_inverse=True, return_counts=True, axis=axis
    )
    chosen = ((return_index, index), (return_inverse, inverse.reshape(-1)), (return_counts, counts))
    return (values, *(extra.astype(xp.int64) for asked, extra in chosen if asked))


def _unique_axis(shape: ShapeT, axis: int | None) -> None:
    if axis is not None and not -len(shape) <= axis < len(shape):
        raise check_failed(
            "param.axis.value() >= -1 * inputs[0].shape().ndim() && "
            "param.axis.value() < inputs[0].shape().ndim()",
            "Axis should be in the range of [-r, r-1] where r is the rank of input tensor",
        )


@unique.shape
def _(data, *, axis, **params):
    _unique_axis(data, axis)
    one = (-1,) if axis is None else (*data[:axis], -1, *data[axis + 1 :])
    return (data,), [one, *[(-1,)] * (_unique_count(params) - 1)]


@op("_npi_diff")
def diff(xp, a, *, n: int = 1, axis: int = -1):
    """Take the ``n``-th difference of neighbours along an axis."""
    _diff_shape(a.shape, n, axis)
    return xp.diff(a, n, axis) if n else a.copy()


def _diff_shape(shape: ShapeT, n: int, axis: int) -> ShapeT:
    if n < 0:
        raise check_failed(f"n >= 0 ({n} vs. 0) ")
    if not shape:
        raise outside(0, 0)
    at = axis_in(axis, len(shape))
    return (*shape[:at], max(shape[at] - n, 0), *shape[at + 1 :])


@diff.shape
def _(a, *, n, axis):
    return (a,), _diff_shape(a, n, axis)


@diff.vjp("a")
def _(xp, ct, out, a, *, n, axis):
    at = axis % a.ndim
    if out.shape[at] == 0:
        return xp.zeros(a.shape, ct.dtype)
    for _step in range(n):
        edge = xp.zeros((*ct.shape[:at], 1, *ct.shape[at + 1 :]), ct.dtype)
        ct = xp.concatenate([edge, ct], axis=at) - xp.concatenate([ct, edge], axis=at)
    return ct


def _ends(to_begin_arr_given: bool = False, to_end_arr_given: bool = False, **params: Any) -> int:
    return 1 + to_begin_arr_given + to_end_arr_given


@op("_npi_ediff1d", arity=_ends)
def ediff1d(
    xp, input1, input2=None, input3=None, *, to_begin_arr_given: bool = False,
    to_end_arr_given: bool = False, to_begin_scalar: OptionalFloat = None,
    to_end_scalar: OptionalFloat = None,
):  # fmt: skip
    """Take differences of neighbours of the flattened array, with given values before and after."""
    parts = [input1.reshape(-1)[1:] - input1.reshape(-1)[:-1]]
    if to_begin_scalar is not None:
        parts.insert(0, scalar_like(xp, to_begin_scalar, input1).reshape(1))
    if to_end_scalar is not None:
        parts.append(scalar_like(xp, to_end_scalar, input1).reshape(1))
    extra = [e.reshape(-1) for e in (input2, input3) if e is not None]
    if to_begin_arr_given:
        parts.insert(0, extra.pop(0))
    return xp.concatenate(parts + extra)


@ediff1d.shape
def _(input1, input2=None, input3=None, *, to_begin_scalar, to_end_scalar, **params):
    count = 1
    for n in input1:
        count *= n
    total = max(count - 1, 0) + (to_begin_scalar is not None) + (to_end_scalar is not None)
    for extra in (input2, input3):
        if extra is not None:
            size = 1
            for n in extra:
                size *= n
            total += size
    return (input1, input2, input3)[: _ends(**params)], (total,)


@ediff1d.vjp("input1", "input2", "input3")
def _(
    xp, ct, out, input1, input2=None, input3=None, *, to_begin_arr_given, to_end_arr_given,
    to_begin_scalar, to_end_scalar,
):  # fmt: skip
    before = input2 if to_begin_arr_given else None
    after = (input3 if to_begin_arr_given else input2) if to_end_arr_given else None
    start = before.size if before is not None else int(to_begin_scalar is not None)
    count = max(input1.size - 1, 0)
    steps, edge = ct[start : start + count], xp.zeros((1,), ct.dtype)
    if count:
        inner = xp.concatenate([edge, steps]) - xp.concatenate([steps, edge])
    else:
        inner = xp.zeros((input1.size,), ct.dtype)
    ends = []
    if before is not None:
        ends.append(ct[:start].reshape(before.shape))
    if after is not None:
        ends.append(ct[start + count :].reshape(after.shape))
    return (inner.reshape(input1.shape), *ends, *(None,) * (2 - len(ends)))


def _weighted(has_weights: bool = False, **params: Any) -> int:
    return 2 if has_weights else 1


@op("_npi_bincount", arity=_weighted, flat=True)
def bincount(xp, data, weights=None, *, minlength: int = 0, has_weights: bool = False):
    """Count how often each non-negative integer occurs, or sum the weights of each."""
    if data.ndim > 1:
        raise check_failed(
            f"data.shape().ndim() <= 1U ({data.ndim} vs. 1) ", "Input only accept 1d array"
        )
    if data.dtype.kind not in "iu":
        raise check_failed("!common: :is_float(data.dtype())", "Input data should be int type")
    if weights is not None and weights.shape != data.shape:
        raise check_failed(
            f"data.shape() == weights.shape() ({shape_text(data.shape)} vs. "
            f"{shape_text(weights.shape)}) ",
            "weights should has same size as input",
        )
    data = data.reshape(-1)
    weights = None if weights is None else weights.reshape(-1)
    if data.size and int(data.min()) < 0:
        wrong = int(data[data < 0][0])
        raise check_failed(
            f"data_ptr[i] >= 0 ({wrong} vs. 0) ", "input should be nonnegative number"
        )
    kind = data.dtype if weights is None else weights.dtype
    return xp.bincount(data, weights, minlength).astype(kind)


@bincount.shape
def _(data, weights=None, **params):
    return (data,) if weights is None else (data, weights), (-1,)


@op("_npi_nan_to_num", shape=lambda data, **params: ((data,), data))
def nan_to_num(
    xp, data, *, copy: bool = True, nan: DOUBLE = 0.0, posinf: OptionalFloat = None,
    neginf: OptionalFloat = None,
):  # fmt: skip
    """Replace NaN and the infinities, by default with 0 and the type's largest numbers."""
    if data.dtype.kind != "f":
        return data.copy()
    limits = xp.finfo(data.dtype)
    high = limits.max if posinf is None else scalar_like(xp, posinf, data)
    low = limits.min if neginf is None else scalar_like(xp, neginf, data)
    out = xp.where(xp.isnan(data), scalar_like(xp, nan, data), data)
    return xp.where(xp.isinf(data), xp.where(data > 0, high, low), out).astype(data.dtype)


@nan_to_num.vjp("data")
def _(xp, ct, out, data, **params):
    return xp.where(xp.isfinite(data), ct, 0)


def _no_more(shape: ShapeT) -> Any:
    if any(n != shape[0] for n in shape):
        wrong = next(n for n in shape if n != shape[0])
        raise ValueError(
            f"ValueError: Check failed: ishape[i] == size ({wrong} vs. {shape[0]}) : "
            "All dimensions of input must be of equal length"
        )
    return (shape,), (len(shape), shape[0])


@op("_npi_diag_indices_from", flat=True, shape=_no_more)
def diag_indices_from(xp, data):
    """Return the positions of the main diagonal of an array with equal axes, a row an axis."""
    rank, count = _no_more(data.shape)[1]
    return xp.tile(xp.arange(count, dtype=xp.int64), (rank, 1))


@op("_ravel_multi_index", "ravel_multi_index", flat=True)
def ravel_multi_index(xp, data, *, shape: Shape = ()):
    """Turn columns of coordinates (rank, n) into positions in the flattened array."""
    _raveled(data.shape, shape)
    steps = [1]
    for length in shape[:0:-1]:
        steps.insert(0, steps[0] * length)
    total = sum(row.astype(xp.int64) * step for row, step in zip(data, steps, strict=True))
    return total.astype(data.dtype)


def _raveled(data: ShapeT, shape: ShapeT) -> ShapeT:
    if data[0] != len(shape):
        raise check_failed(
            f"(*in_attrs)[0][0] == shape.ndim() ({data[0]} vs. {len(shape)}) ",
            "First dimension of input of ravel operator does not match shape parameter dimension.",
        )
    return data[1:]


@ravel_multi_index.shape
def _(data, *, shape):
    return (data,), _raveled(data, shape)


@op("_unravel_index", "unravel_index", flat=True)
def unravel_index(xp, data, *, shape: Shape = ()):
    """Turn positions in a flattened array (...) into columns of coordinates (rank, ...)."""
    if not shape:
        raise mxnet_error("Empty shape parameter for unravel operator.")
    rest, rows = data.astype(xp.int64), []
    for length in shape[:0:-1]:
        rows.insert(0, xp.sign(rest) * (xp.abs(rest) % length))
        rest = xp.sign(rest) * (xp.abs(rest) // length)
    return xp.stack([rest, *rows]).astype(data.dtype)


@unravel_index.shape
def _(data, *, shape):
    return (data,), (len(shape), *data)


@kernel
def resize_fallback(xp, a, *, new_shape: object):
    """Repeat or cut the elements to fill a shape; MXNet has no gradient for it."""
    return xp.resize(a, new_shape)


@kernel
def unravel_index_fallback(xp, indices, *, shape: object):
    """Turn positions in a flattened array into coordinates, a row an axis."""
    return xp.stack(xp.unravel_index(indices, shape))
