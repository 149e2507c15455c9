"""Eigenvalues where the device's array library has no solver for general matrices."""

from __future__ import annotations

import types

import numpy as np
import pytest

import mxshim._ops  # noqa: F401  fills the registry
from mxshim._core.registry import OPS


class Bare:
    """An array namespace whose linear algebra lacks ``eig`` and ``eigvals``, as CuPy 13's does."""

    linalg = types.SimpleNamespace()
    moved: list[str]

    def __init__(self):
        self.moved = []

    def to_host(self, array):
        self.moved.append("to host")
        return array

    def from_host(self, array):
        self.moved.append("from host")
        return array

    def __getattr__(self, name):
        return getattr(np, name)


@pytest.mark.parametrize("name", ["eig", "eigvals"])
def test_the_host_solves(name):
    xp, a = Bare(), np.array([[2.0, 1.0], [1.0, 3.0]])
    found = OPS[f"_npi_{name}"].forward(xp, a)
    values = found[0] if name == "eig" else found
    np.testing.assert_allclose(np.sort(values), np.linalg.eigvalsh(a))
    assert xp.moved == ["to host", *["from host"] * (2 if name == "eig" else 1)]
    if name == "eig":
        np.testing.assert_allclose(a @ found[1], found[1] * values, atol=1e-12)
