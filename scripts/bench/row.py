"""What a row of the benchmark is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

#: Functions to time by the name of the variant (``imperative``, ``hybridized``), for one library.
Variants = dict[str, Callable[[], Any]]


@dataclass(frozen=True)
class Row:
    """One line of the table: the same work in MXNet's interface and in PyTorch's.

    ``ours`` gets ``mxshim`` or the real ``mxnet`` and returns what is timed; ``torch`` does the
    same for PyTorch (None: no twin). ``front`` says whether arrays are ``nd`` or ``np``. ``target``
    is the ratio to MXNet that the row should not exceed, ``plain_target`` the one without oneDNN
    (None: not measured apart), ``torch_target`` the ratio to PyTorch.
    A run makes ``per`` calls; times are those of one.
    """

    name: str
    group: str
    ours: Callable[[Any], Variants]
    torch: Callable[[Any], Variants] | None = None
    front: str = "nd"
    target: float | None = None
    plain_target: float | None = None
    torch_target: float | None = None
    per: int = 1


def once(make: Callable[[Any], Callable[[], Any]]) -> Callable[[Any], Variants]:
    """Name the only variant of a row."""
    return lambda library: {"imperative": make(library)}
