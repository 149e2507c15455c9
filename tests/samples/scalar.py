"""Sample calls of operators of an array and a number."""

from __future__ import annotations

import numpy as np

from . import Sample

LEGACY = ["plus", "minus", "rminus", "mul", "div", "rdiv", "power", "rpower", "hypot"]
NUMPY = ["true_divide", "rtrue_divide", "arctan2", "copysign", "ldexp", "rldexp"]
KINKED = np.array([[-1.7, -0.6, -0.2], [0.3, 0.8, 1.9]])
BITS = np.array([[5, 12, 7], [1, 0, 9]])

SAMPLES = [
    *(Sample(f"_{name}_scalar", [(2, 3)], {"scalar": 1.7}, low=0.5, high=2.0) for name in LEGACY),
    *(
        Sample(f"_npi_{name}_scalar", [(2, 3)], {"scalar": 1.3}, low=0.5, high=2.0)
        for name in NUMPY
    ),
    *(
        Sample(f"_{name}_scalar", [KINKED], {"scalar": 0.5}, wrt=(0,))
        for name in ("mod", "maximum", "minimum")
    ),
    Sample("_rmod_scalar", [KINKED], {"scalar": 1.25}, wrt=(0,)),
    Sample("_npi_rcopysign_scalar", [KINKED], {"scalar": 1.25}, wrt=(0,)),
    Sample("_npi_rarctan2_scalar", [KINKED], {"scalar": 1.25}, grad=False),
    *(
        Sample(f"_npi_{name}_scalar", [BITS], {"scalar": 6}, grad=False)
        for name in ("bitwise_and", "bitwise_or", "bitwise_xor", "lcm")
    ),
    Sample("smooth_l1", [KINKED], {"scalar": 1.5}, wrt=(0,)),
    Sample("clip", [KINKED], {"a_min": -0.9, "a_max": 1.1}, wrt=(0,)),
    Sample("_contrib_gradientmultiplier", [KINKED], {"scalar": 2.0}, grad=False),
    Sample("_contrib_backward_gradientmultiplier", [KINKED], {"scalar": 2.0}, grad=False),
]
