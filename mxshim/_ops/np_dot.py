"""NumPy's matrix products: dot, matmul, tensordot.

Each is one matrix multiplication between reshapes, and so are its gradients.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from .._core.errors import check_failed, mxnet_error, shape_text
from .._core.params import Int, Shape
from .._core.registry import op
from .._core.semantics import equal_types
from .._core.shapes import size
from .dot import ONLY_FLOATS, floats, left, right
from .elemwise_unary import only_floats

Shape_ = tuple[int, ...]
Axes = tuple[int, ...]


def numpy_floats(xp: Any, a: Any, b: Any, name: str) -> None:
    """Refuse operands that are not of one floating-point dtype."""
    floats(xp, a, b, name, ONLY_FLOATS.replace("outputs[0].", "out."))


def inferred(given: tuple[int, ...], axis: int, length: int) -> Exception:
    """Build NumPy operators' error for a length that does not fit the other operand's."""
    wanted = [-1] * len(given)
    wanted[axis] = length
    return mxnet_error(
        f"Shape inconsistent, Provided = {shape_text(given)}, inferred shape="
        f"{shape_text(tuple(wanted))}",
        f"the operand of shape {given} needs {length} elements along axis {axis}",
    )


@op("_np_dot", inconsistent=("shape",))
def np_dot(xp, a, b):
    """Multiply as ``numpy.dot``: scalars, vectors, matrices, last axis against last but one."""
    if a.dtype is not b.dtype:
        equal_types(xp, a, b, "_np_dot")
    if a.dtype.kind != "f" and a.ndim and b.ndim:
        only_floats(a)
    if a.ndim == 0 or b.ndim == 0:
        return a * b
    if a.ndim <= 2 and b.ndim <= 2:
        return a @ b
    columns = b.shape[:-2] + b.shape[-1:] if b.ndim > 1 else ()
    return (left(a, False) @ folded(xp, b)).reshape(a.shape[:-1] + columns)


def folded(xp: Any, b: Any) -> Any:
    """View the right operand of ``numpy.dot`` as a matrix whose rows are summed over."""
    return right(xp.moveaxis(b, -2, 0) if b.ndim > 2 else b, False)


@np_dot.shape
def _(a, b):
    if not a or not b:
        return (a, b), a + b
    length = b[0] if len(b) == 1 else b[-2]
    if a[-1] != length:
        raise inferred(a, len(a) - 1, length)
    return (a, b), a[:-1] + (b[:-2] + b[-1:] if len(b) > 1 else ())


@np_dot.vjp("a")
def _(xp, ct, out, a, b):
    if a.ndim == 0 or b.ndim == 0:
        return (ct * b).sum() if a.ndim == 0 else ct * b
    matrix = folded(xp, b)
    rows = size(a.shape[:-1])
    return (ct.reshape((rows, matrix.shape[1])) @ matrix.T).reshape(a.shape)


@np_dot.vjp("b")
def _(xp, ct, out, a, b):
    if a.ndim == 0 or b.ndim == 0:
        return (ct * a).sum() if b.ndim == 0 else ct * a
    matrix = left(a, False)
    columns = size(b.shape) // b.shape[-2 if b.ndim > 1 else 0] if size(b.shape) else 0
    gradient = matrix.T @ ct.reshape((matrix.shape[0], columns))
    if b.ndim <= 2:
        return gradient.reshape(b.shape)
    return xp.moveaxis(gradient.reshape((b.shape[-2], *b.shape[:-2], b.shape[-1])), 0, -2)


@op("_npi_matmul", inconsistent=("shape",))
def matmul(xp, a, b):
    """Multiply as ``numpy.matmul``: the last two axes are matrices, the others broadcast."""
    if a.dtype is not b.dtype or a.dtype.kind != "f":
        numpy_floats(xp, a, b, "Matmul")
    if b.ndim == 2 and a.ndim > 2:
        return (left(a, False) @ b).reshape((*a.shape[:-1], b.shape[1]))
    return a @ b


@matmul.shape
def _(a, b):
    for name, shape in (("a", a), ("b", b)):
        if not shape:
            raise check_failed(
                f"{name}_ndim != 0 (0 vs. 0) ", "Multiplication by scalars is not allowed."
            )
    length = b[0] if len(b) == 1 else b[-2]
    if a[-1] != length:
        if len(a) == 1 and len(b) > 1:
            raise inferred(b, len(b) - 2, a[0])
        raise inferred(a, len(a) - 1, length)
    batch = []
    longest = max(len(a), len(b)) - 2
    for m, n in zip(
        ((1,) * longest + a[:-2])[len(a[:-2]):], ((1,) * longest + b[:-2])[len(b[:-2]):],
        strict=True,
    ):  # fmt: skip
        if m != n and 1 not in (m, n):
            raise check_failed(
                f"a_shape[pa] == b_shape[pb] ({m} vs. {n}) ", "Could not be broadcast."
            )
        batch.append(n if m == 1 else m)
    return (a, b), (*batch, *a[-2:-1], *(b[-1:] if len(b) > 1 else ()))


@matmul.vjp("a")
def _(xp, ct, out, a, b):
    if b.ndim == 1:
        return ct[..., None] * b if a.ndim > 1 else ct * b
    if b.ndim == 2 and a.ndim > 1:
        return (left(ct, False) @ b.T).reshape(a.shape)
    row = ct[..., None, :] if a.ndim == 1 else ct
    gradient = xp.matmul(row, xp.swapaxes(b, -1, -2))
    return gradient[..., 0, :] if a.ndim == 1 else gradient


@matmul.vjp("b")
def _(xp, ct, out, a, b):
    if a.ndim == 1:
        return a[:, None] * ct[..., None, :] if b.ndim > 1 else ct * a
    if b.ndim == 2:
        return left(a, False).T @ left(ct, False)
    column = ct[..., None] if b.ndim == 1 else ct
    gradient = xp.matmul(xp.swapaxes(a, -1, -2), column)
    return gradient[..., 0] if b.ndim == 1 else gradient


class Contraction:
    """The reshapes that turn a tensor contraction into one matrix product, and back."""

    def __init__(self, a: Shape_, b: Shape_, a_axes: Axes, b_axes: Axes) -> None:
        a_axes = tuple(i + len(a) if i < 0 else i for i in a_axes)
        b_axes = tuple(i + len(b) if i < 0 else i for i in b_axes)
        a_kept = tuple(i for i in range(len(a)) if i not in a_axes)
        b_kept = tuple(i for i in range(len(b)) if i not in b_axes)
        self.a_order, self.b_order = a_kept + a_axes, b_axes + b_kept
        rows, columns = tuple(a[i] for i in a_kept), tuple(b[i] for i in b_kept)
        summed = tuple(a[i] for i in a_axes)
        self.a_shape, self.b_shape, self.shape = rows + summed, summed + columns, rows + columns
        self.left_size = (size(rows), size(summed))
        self.right_size = (size(summed), size(columns))
        self.out_size = (size(rows), size(columns))

    def left(self, xp: Any, a: Any) -> Any:
        """Return the left matrix."""
        return self.matrix(xp, a, self.a_order, self.left_size)

    def right(self, xp: Any, b: Any) -> Any:
        """Return the right matrix."""
        return self.matrix(xp, b, self.b_order, self.right_size)

    @staticmethod
    def matrix(xp: Any, array: Any, order: Axes, shape: Shape_) -> Any:
        """Bring the axes into order and collapse them to two."""
        if order != tuple(range(len(order))):
            array = xp.transpose(array, order)
        return array if array.shape == shape else array.reshape(shape)

    @staticmethod
    def back(xp: Any, matrix: Any, shape: Shape_, order: Axes) -> Any:
        """Undo the reshape and the transposition of an operand."""
        inverse = [0] * len(order)
        for position, axis in enumerate(order):
            inverse[axis] = position
        return xp.transpose(matrix.reshape(shape), tuple(inverse))


@lru_cache(maxsize=1024)
def planned(a: Shape_, b: Shape_, a_axes: Axes, b_axes: Axes) -> Contraction:
    """Return the plan for two shapes; raise MXNet's error when they do not fit."""
    contracted(a, b, a_axes, b_axes)
    return Contraction(a, b, a_axes, b_axes)


def contract(xp: Any, a: Any, b: Any, a_axes: Axes, b_axes: Axes) -> Any:
    """Sum products over paired axes."""
    plan = planned(a.shape, b.shape, a_axes, b_axes)
    return (plan.left(xp, a) @ plan.right(xp, b)).reshape(plan.shape)


def contraction_pulls(declared: Any, axes_of: Any) -> None:
    """Attach the gradients of a contraction."""

    @declared.vjp("a")
    def _(xp: Any, ct: Any, out: Any, a: Any, b: Any, **params: Any) -> Any:
        plan = planned(a.shape, b.shape, *axes_of(a, **params))
        ct = ct.reshape(plan.out_size)
        return plan.back(xp, ct @ plan.right(xp, b).T, plan.a_shape, plan.a_order)

    @declared.vjp("b")
    def _(xp: Any, ct: Any, out: Any, a: Any, b: Any, **params: Any) -> Any:
        plan = planned(a.shape, b.shape, *axes_of(a, **params))
        ct = ct.reshape(plan.out_size)
        return plan.back(xp, plan.left(xp, a).T @ ct, plan.b_shape, plan.b_order)


def contracted(a: Shape_, b: Shape_, a_axes: Axes, b_axes: Axes) -> Any:
    """Apply the shape rule of contractions."""
    if len(a_axes) != len(b_axes):
        raise check_failed(
            f"a_axes_summed.ndim() == b_axes_summed.ndim() ({len(a_axes)} vs. {len(b_axes)}) "
        )
    wanted = list(a)
    for i, j in zip(a_axes, b_axes, strict=True):
        if not (-len(a) <= i < len(a) and -len(b) <= j < len(b)):
            raise mxnet_error(f"tensordot: axes {a_axes} and {b_axes} do not fit the operands")
        wanted[i] = b[j]
    if tuple(wanted) != tuple(a):
        raise mxnet_error(
            f"Shape inconsistent, Provided = {shape_text(a)}, inferred shape="
            f"{shape_text(tuple(wanted))}"
        )
    drop_a, drop_b = ({i % len(s) for i in axes} for s, axes in ((a, a_axes), (b, b_axes)))
    return (a, b), tuple(n for i, n in enumerate(a) if i not in drop_a) + tuple(
        n for i, n in enumerate(b) if i not in drop_b
    )


@op("_npi_tensordot")
def tensordot(xp, a, b, *, a_axes_summed: Shape(), b_axes_summed: Shape()):
    """Sum products over the named axes of two arrays."""
    equal_types(xp, a, b, "Tensordot")
    only_floats(a)
    return contract(xp, a, b, a_axes_summed, b_axes_summed)


@tensordot.shape
def _(a, b, *, a_axes_summed, b_axes_summed):
    return contracted(a, b, a_axes_summed, b_axes_summed)


contraction_pulls(tensordot, lambda a, a_axes_summed, b_axes_summed: (a_axes_summed, b_axes_summed))


def ends(ndim: int, axes: int) -> tuple[Axes, Axes]:
    """Return the last axes of the left operand and the first of the right one."""
    return tuple(range(ndim - axes, ndim)), tuple(range(axes))


@op("_npi_tensordot_int_axes")
def tensordot_int(xp, a, b, *, axes: Int()):
    """Sum products over the last ``axes`` axes of ``a`` and the first of ``b``."""
    if a.dtype is not b.dtype or a.dtype.kind != "f":
        numpy_floats(xp, a, b, "Tensordot")
    return contract(xp, a, b, *ends(a.ndim, axes))


@tensordot_int.shape
def _(a, b, *, axes):
    return contracted(a, b, *ends(len(a), axes))


contraction_pulls(tensordot_int, lambda a, axes: ends(a.ndim, axes))
