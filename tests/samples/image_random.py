"""Samples of random colours."""

from __future__ import annotations

from tests.samples import Sample

PICTURE = (4, 5, 3)
FACTORS = {"min_factor": 0.6, "max_factor": 1.7}

SAMPLES = [
    *(
        Sample(f"_image_random_{name}", [PICTURE], FACTORS, grad=False, random=True)
        for name in ("brightness", "contrast", "saturation", "hue")
    ),
    Sample("_image_random_lighting", [PICTURE], {"alpha_std": 0.1}, grad=False, random=True),
    Sample(
        "_image_random_color_jitter",
        [PICTURE],
        {"brightness": 0.4, "contrast": 0.3, "saturation": 0.2, "hue": 0.1},
        grad=False,
        random=True,
    ),
    Sample("_image_adjust_lighting", [PICTURE], {"alpha": (0.1, -0.2, 0.3)}, grad=False),
]
