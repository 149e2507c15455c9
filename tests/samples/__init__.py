"""Sample calls of every operator, one module a family (``SAMPLES``), for tests over all operators.

The gradient tests differentiate each sample numerically, the device tests run it on the strict
stand-in for CuPy, and both check its shape rule, so one line here buys an operator all of them.
"""

from __future__ import annotations

import importlib
import pkgutil
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass
class Sample:
    """One call of an operator.

    ``inputs`` are shapes, filled with reproducible random numbers in [low, high], or ready NumPy
    arrays (indices, masks, values to avoid kinks).  ``wrt`` lists the input positions to
    differentiate, by default every random one; ``grad=False`` says the operator has no gradient.
    ``training`` is the mode the call runs in.  ``bodies`` makes the symbols of a control-flow
    operator's subgraphs.  ``order=1`` says what a record cannot: this one has no second gradient.
    """

    op: str
    inputs: Sequence[Any]
    params: dict[str, Any] = field(default_factory=dict)
    low: float = -1.0
    high: float = 1.0
    wrt: tuple[int, ...] | None = None
    grad: bool = True
    training: bool = False
    random: bool = False
    tolerance: float = 1e-5
    bodies: Callable[[], list[Any]] = list
    order: int = 2

    @property
    def label(self) -> str:
        """Name the sample for pytest."""
        text = ",".join(f"{key}={value}" for key, value in self.params.items())
        shapes = "x".join(
            str(np.shape(i) if isinstance(i, np.ndarray) else tuple(i)) for i in self.inputs
        )
        return f"{self.op}-{shapes}-{text}".replace(" ", "")

    def arrays(self, dtype: str = "float64") -> list[np.ndarray]:
        """Build the inputs; random ones depend on the sample's label alone."""
        draw = np.random.default_rng(zlib.crc32(self.label.encode()))
        return [
            given if isinstance(given, np.ndarray)
            else np.asarray(draw.uniform(self.low, self.high, tuple(given)), dtype=dtype)
            for given in self.inputs
        ]  # fmt: skip

    def variables(self) -> tuple[int, ...]:
        """Return the positions to differentiate."""
        if self.wrt is not None:
            return self.wrt
        return tuple(i for i, given in enumerate(self.inputs) if not isinstance(given, np.ndarray))


def load() -> Iterator[Sample]:
    """Yield the samples of all families."""
    for module in pkgutil.iter_modules(__path__):
        yield from importlib.import_module(f"{__name__}.{module.name}").SAMPLES
