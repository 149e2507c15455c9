"""What a row of the benchmark is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

#: Functions to time by the name of the variant (``imperative``, ``hybridized``), for one library.
Variants = dict[str, Callable[[], Any]]
Shape = tuple[int, ...]

#: By how much ``cut`` divides: more than 1 where only matters that a row runs.
divisor = 1


@dataclass(frozen=True)
class Row:
    """One line of the table: the same work in MXNet's interface and in PyTorch's.

    ``ours`` gets ``mxshim`` or the real ``mxnet`` and returns what is timed; ``torch`` does the
    same for PyTorch (None: no twin). ``front`` says whether arrays are ``nd`` or ``np``. ``target``
    is the ratio to MXNet that the row should not exceed, ``plain_target`` the one with NumPy alone,
    ``torch_target`` the ratio to PyTorch. ``plain`` asks for the time with NumPy alone.
    A run makes ``per`` calls; times are those of one. A ``difference`` is the time of the second
    variant less that of the first, in the same round.
    """

    name: str
    group: str
    ours: Callable[[Any], Variants]
    torch: Callable[[Any], Variants] | None = None
    front: str = "nd"
    target: float | None = None
    plain_target: float | None = None
    torch_target: float | None = None
    plain: bool = False
    per: int = 1
    difference: bool = False


def cut(size: int) -> int:
    """Return a number of examples, fewer in a test of the rows."""
    return max(2, size // divisor)


def shortened(shape: Shape) -> Shape:
    """Return a shape with its first axis cut."""
    return (cut(shape[0]), *shape[1:])
