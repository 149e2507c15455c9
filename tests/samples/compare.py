"""Sample calls of comparisons and logical functions."""

from __future__ import annotations

import numpy as np

from . import Sample

WORDS = ["equal", "not_equal", "greater", "greater_equal", "lesser", "lesser_equal"]
LOGICAL = ["logical_and", "logical_or", "logical_xor"]
LEFT, RIGHT = np.array([[1.0, 0.0, 2.0], [0.0, 0.0, 3.0]]), np.array([[1.0, 0.0, 0.0]])

SAMPLES = [
    *(Sample(f"broadcast_{word}", [LEFT, RIGHT], grad=False) for word in WORDS + LOGICAL),
    *(Sample(f"_{word}", [LEFT, LEFT], grad=False) for word in WORDS + LOGICAL),
    *(Sample(f"_{word}_scalar", [LEFT], {"scalar": 1.0}, grad=False) for word in WORDS + LOGICAL),
    *(
        Sample(f"_npi_{word.replace('lesser', 'less')}", [LEFT, RIGHT], grad=False)
        for word in WORDS
    ),
    *(
        Sample(f"_npi_{word.replace('lesser', 'less')}_scalar", [LEFT], {"scalar": 1.0}, grad=False)
        for word in WORDS
    ),
]
