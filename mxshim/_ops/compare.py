"""Comparisons and logical functions, of two arrays or of an array and a number.

Legacy ones give 0 and 1 in the operands' dtype, NumPy's give bool.  No gradient passes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._core import shapes
from .._core.params import Bool, Float
from .._core.registry import op
from .._core.semantics import equal_or_inconsistent, strict
from .scalar import whole

Double = Float("double")
Kernel = Callable[[Any, Any, Any], Any]

#: MXNet's word, old spelling, NumPy's word, kernel.
TABLE: list[tuple[str, str, str, Kernel]] = [
    ("equal", "Equal", "equal", lambda xp, a, b: xp.equal(a, b)),
    ("not_equal", "Not_Equal", "not_equal", lambda xp, a, b: xp.not_equal(a, b)),
    ("greater", "Greater", "greater", lambda xp, a, b: xp.greater(a, b)),
    ("greater_equal", "Greater_Equal", "greater_equal", lambda xp, a, b: xp.greater_equal(a, b)),
    ("lesser", "Lesser", "less", lambda xp, a, b: xp.less(a, b)),
    ("lesser_equal", "Lesser_Equal", "less_equal", lambda xp, a, b: xp.less_equal(a, b)),
    ("logical_and", "Logical_And", "", lambda xp, a, b: xp.logical_and(a, b)),
    ("logical_or", "Logical_Or", "", lambda xp, a, b: xp.logical_or(a, b)),
    ("logical_xor", "Logical_Xor", "", lambda xp, a, b: xp.logical_xor(a, b)),
]


def legacy(names: list[str], kernel: Kernel, shape: Callable[..., Any]) -> None:
    """Register a comparison of two legacy arrays."""
    first = names[0]

    def forward(xp: Any, lhs: Any, rhs: Any) -> Any:
        if lhs.dtype is not rhs.dtype or lhs.dtype.kind == "b":
            lhs, rhs = strict(xp, lhs, rhs, first)
        if shape is shapes.same and lhs.shape != rhs.shape:
            shape(lhs.shape, rhs.shape)
        return kernel(xp, lhs, rhs).astype(lhs.dtype)

    forward.__doc__ = f"Tell where ``{first}`` holds, as 0 and 1 in the operands' dtype."
    op(*names, shape=shape, flat=True)(forward)


def legacy_scalar(names: list[str], kernel: Kernel) -> None:
    """Register a comparison of a legacy array with a number."""

    @op(*names, shape=shapes.same, flat=True)
    def forward(xp, data, *, scalar: Double = 1.0, is_int: Bool = True):
        """Compare elements with a number; 0 and 1 in the array's dtype."""
        if data.dtype.kind != "f":
            data = whole(xp, data, is_int)
        return kernel(xp, data, xp.constant(data.dtype, scalar)).astype(data.dtype)


def numpy(name: str, kernel: Kernel) -> None:
    """Register a comparison of two NumPy arrays."""

    @op(name, shape=shapes.broadcast, flat=True, inconsistent=("shape", "type"))
    def forward(xp, lhs, rhs):
        """Compare two arrays element by element; the result is bool."""
        if lhs.dtype is not rhs.dtype:
            lhs, rhs = equal_or_inconsistent(xp, lhs, rhs, name)
        return kernel(xp, lhs, rhs)


def numpy_scalar(name: str, kernel: Kernel) -> None:
    """Register a comparison of a NumPy array with a number, which takes the array's dtype."""

    @op(name, shape=shapes.same, flat=True, inconsistent=("type",))
    def forward(xp, data, *, scalar: Double = 1.0, is_int: Bool = True):
        """Compare elements with a number; the result is bool."""
        return kernel(xp, data, xp.constant(data.dtype, scalar))


for _word, _old, _numpy, _kernel in TABLE:
    legacy([f"broadcast_{_word}"], _kernel, shapes.broadcast)
    legacy([f"_{_word}", f"_{_old}"], _kernel, shapes.same)
    legacy_scalar([f"_{_word}_scalar", f"_{_old.replace('_', '')}Scalar"], _kernel)
    if _numpy:
        numpy(f"_npi_{_numpy}", _kernel)
        numpy_scalar(f"_npi_{_numpy}_scalar", _kernel)
