"""Legacy matrix products: dot, batch_dot, khatri_rao.

Each is one matrix multiplication between reshapes, and so are its gradients.
"""

from __future__ import annotations

from typing import Any

from .._core.errors import check_failed, mxnet_error, shape_text
from .._core.params import Bool, Enum, Optional
from .._core.registry import op
from .._core.semantics import equal_types
from .._core.shapes import size

Storage = Optional(Enum("default", "row_sparse", "csr"))

ONLY_FLOATS = (
    "outputs[0].type_flag_ == kFloat32 || outputs[0].type_flag_ == kFloat64 || "
    "(outputs[0].type_flag_ == kFloat16 && ctx.run_ctx.ctx.dev_mask() == mshadow: :gpu::kDevMask)"
)


def floats(xp: Any, lhs: Any, rhs: Any, name: str, condition: str = ONLY_FLOATS) -> None:
    """Refuse operands that are not of one floating-point dtype."""
    if lhs.dtype is not rhs.dtype:
        equal_types(xp, lhs, rhs, name)
    if lhs.dtype.kind != "f":
        raise check_failed(
            condition,
            f"{name} only supports float32/float64 for CPU, and float16/float32/float64 for GPU",
            f"{name} needs floating-point arrays, got {lhs.dtype}",
        )


def left(a: Any, transposed: bool) -> Any:
    """View the left operand as a matrix whose columns are summed over."""
    if a.ndim == 1:
        return a.reshape((1, a.shape[0]))
    if a.ndim > 2:
        a = a.reshape(
            (a.shape[0], size(a.shape[1:])) if transposed else (size(a.shape[:-1]), a.shape[-1])
        )
    return a.T if transposed else a


def right(b: Any, transposed: bool) -> Any:
    """View the right operand as a matrix whose rows are summed over."""
    if b.ndim == 1:
        return b.reshape((b.shape[0], 1))
    if b.ndim > 2:
        b = b.reshape(
            (size(b.shape[:-1]), b.shape[-1]) if transposed else (b.shape[0], size(b.shape[1:]))
        )
    return b.T if transposed else b


def product_shape(a: Any, b: Any, transpose_a: bool, transpose_b: bool) -> tuple[int, ...]:
    """Return the shape of the legacy product."""
    rows = a[1:] if transpose_a and len(a) > 1 else a[:-1]
    columns = b[:-1] if transpose_b and len(b) > 1 else b[1:]
    return (*rows, *columns) or (1,)


@op("dot", "_sparse_dot", inconsistent=("shape",))
def dot(
    xp, lhs, rhs, *, transpose_a: Bool = False, transpose_b: Bool = False,
    forward_stype: Storage = None,
):  # fmt: skip
    """Sum over the last axis of ``lhs`` and the first of ``rhs`` (the other ends if transposed).

    The remaining axes follow each other; two vectors give shape ``(1,)``.
    """
    if lhs.dtype is not rhs.dtype or lhs.dtype.kind != "f":
        floats(xp, lhs, rhs, "dot")
    if lhs.ndim == 2 == rhs.ndim:
        return (lhs.T if transpose_a else lhs) @ (rhs.T if transpose_b else rhs)
    if lhs.ndim == 1 == rhs.ndim and (transpose_a or transpose_b):
        raise check_failed("!param.transpose_a && !param.transpose_b", "Cannot transpose vectors")
    out = left(lhs, transpose_a) @ right(rhs, transpose_b)
    return out.reshape(product_shape(lhs.shape, rhs.shape, transpose_a, transpose_b))


@dot.shape
def _(lhs, rhs, *, transpose_a=False, transpose_b=False, **params):
    if len(lhs) == 1 == len(rhs):
        if lhs != rhs:
            raise check_failed(
                f"lshape[0] == rshape[0] ({lhs[0]} vs. {rhs[0]}) ",
                f"dot shape error: {shape_text(lhs)} X {shape_text(rhs)}",
            )
        return (lhs, rhs), (1,)
    inner = lhs[0] if transpose_a else lhs[-1]
    other = rhs[-1] if transpose_b else rhs[0]
    if inner != other:
        raise check_failed(
            f"L[!Ta].Size() == R[Tb].Size() ({inner} vs. {other}) ",
            f"dot shape error: {shape_text(lhs)} X {shape_text(rhs)}",
            f"dot sums over axes of lengths {inner} and {other}, which differ",
        )
    return (lhs, rhs), product_shape(lhs, rhs, transpose_a, transpose_b)


@dot.vjp("lhs")
def _(xp, ct, out, lhs, rhs, *, transpose_a=False, transpose_b=False, **params):
    b = right(rhs, transpose_b)
    gradient = ct.reshape((size(ct.shape) // b.shape[1] if b.shape[1] else 0, b.shape[1])) @ b.T
    return (gradient.T if transpose_a and lhs.ndim > 1 else gradient).reshape(lhs.shape)


@dot.vjp("rhs")
def _(xp, ct, out, lhs, rhs, *, transpose_a=False, transpose_b=False, **params):
    a = left(lhs, transpose_a)
    gradient = a.T @ ct.reshape((a.shape[0], size(ct.shape) // a.shape[0] if a.shape[0] else 0))
    return (gradient.T if transpose_b and rhs.ndim > 1 else gradient).reshape(rhs.shape)


@op("batch_dot", "_npx_batch_dot")
def batch_dot(
    xp, lhs, rhs, *, transpose_a: Bool = False, transpose_b: Bool = False,
    forward_stype: Storage = None,
):  # fmt: skip
    """Multiply the matrices in the last two axes; all axes before them must be equal."""
    floats(xp, lhs, rhs, "dot")
    if lhs.ndim != rhs.ndim or lhs.ndim < 3 or lhs.shape[:-2] != rhs.shape[:-2]:
        batch_dot.shape_rule(lhs.shape, rhs.shape, transpose_a=transpose_a, transpose_b=transpose_b)
    a = xp.swapaxes(lhs, -1, -2) if transpose_a else lhs
    b = xp.swapaxes(rhs, -1, -2) if transpose_b else rhs
    return xp.matmul(a, b)


@batch_dot.shape
def _(lhs, rhs, *, transpose_a, transpose_b, **params):
    texts = shape_text(lhs), shape_text(rhs)
    if len(lhs) != len(rhs) or len(lhs) < 3:
        raise mxnet_error(
            f"batch_dot currently only support N-D*N-D array (N >= 3){texts[0]} v.s. {texts[1]}"
        )
    tail = f"{texts[0]} X {texts[1]} trans_a={transpose_a:d} trans_b={transpose_b:d}"
    for a, b in zip(lhs[:-2], rhs[:-2], strict=True):
        if a != b:
            raise check_failed(
                f"lshape[i] == rshape[i] ({a} vs. {b}) ",
                f"batch_dot shape error (the leading batch dimensions must be equal): {tail}",
            )
    rows, inner = lhs[-2:][::-1] if transpose_a else lhs[-2:]
    other, columns = rhs[-2:][::-1] if transpose_b else rhs[-2:]
    if inner != other:
        raise check_failed(
            f"lshape_k == rshape_k ({inner} vs. {other}) ",
            f"batch_dot shape error (shape mismatch): {tail}",
        )
    return (lhs, rhs), (*lhs[:-2], rows, columns)


@batch_dot.vjp("lhs")
def _(xp, ct, out, lhs, rhs, *, transpose_a, transpose_b, **params):
    b = rhs if transpose_b else xp.swapaxes(rhs, -1, -2)
    gradient = xp.matmul(ct, b)
    return xp.swapaxes(gradient, -1, -2) if transpose_a else gradient


@batch_dot.vjp("rhs")
def _(xp, ct, out, lhs, rhs, *, transpose_a, transpose_b, **params):
    a = lhs if transpose_a else xp.swapaxes(lhs, -1, -2)
    gradient = xp.matmul(a, ct)
    return xp.swapaxes(gradient, -1, -2) if transpose_b else gradient


@op("khatri_rao")
def khatri_rao(xp, *args):
    """Multiply matrices column by column: all products of the rows, for each column."""
    out = args[0]
    for matrix in args[1:]:
        if matrix.shape[1] != out.shape[1]:
            raise check_failed("(num_columns) == (static_cast<int>(attr_shape[1]))")
        out = (out[:, None, :] * matrix[None, :, :]).reshape((-1, out.shape[1]))
    return out if len(args) > 1 else out.copy()


@khatri_rao.shape
def _(*args):
    rows = 1
    for shape in args:
        rows *= shape[0]
    return args, (rows, args[0][1])


@khatri_rao.vjp("args")
def _(xp, ct, out, *args):
    columns = args[0].shape[1]
    ct = ct.reshape((*(a.shape[0] for a in args), columns))
    gradients = []
    for position in range(len(args)):
        part = ct
        for other, matrix in enumerate(args):
            if other != position:
                shape = tuple(matrix.shape[0] if i == other else 1 for i in range(len(args)))
                part = part * matrix.reshape((*shape, columns))
        others = tuple(i for i in range(len(args)) if i != position)
        gradients.append(xp.sum(part, axis=others) if others else part)
    return gradients
