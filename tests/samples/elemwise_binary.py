"""Sample calls of arithmetic between two arrays."""

from __future__ import annotations

import numpy as np

from . import Sample

SAME = [
    "elemwise_add",
    "elemwise_sub",
    "elemwise_mul",
    "elemwise_div",
    "_grad_add",
    "_power",
    "_hypot",
]
BROADCAST = ["broadcast_add", "broadcast_sub", "broadcast_mul", "broadcast_div", "broadcast_power",
             "broadcast_hypot", "_npi_add", "_npi_subtract", "_npi_multiply", "_npi_true_divide",
             "_npi_power", "_npi_hypot", "_npi_arctan2", "_npi_ldexp"]  # fmt: skip
#: Pairs without ties, kinks or jumps nearby.
LEFT = np.array([[2.3, -1.4, 0.7], [1.9, 0.4, -2.6]])
RIGHT = np.array([[1.1, 0.9, -1.6]])
KINKED = ["broadcast_maximum", "broadcast_minimum", "broadcast_mod", "_npi_mod", "_npi_copysign"]
BITS = np.array([[5, 12, 7], [1, 0, 9]]), np.array([3, 6, 4])

SAMPLES = [
    *(Sample(name, [(2, 3), (2, 3)], low=0.5, high=2.0) for name in SAME),
    *(Sample(name, [(2, 1, 3), (2, 1)], low=0.5, high=2.0) for name in BROADCAST),
    *(Sample(name, [LEFT, RIGHT], wrt=(0, 1)) for name in KINKED),
    *(Sample(name, [LEFT, LEFT + 0.3], wrt=(0, 1)) for name in ("_maximum", "_minimum", "_mod")),
    *(
        Sample(f"_npi_{name}", BITS, grad=False)
        for name in ("bitwise_and", "bitwise_or", "bitwise_xor", "lcm")
    ),
    Sample("add_n", [(2, 3), (2, 3), (2, 3)]),
]
