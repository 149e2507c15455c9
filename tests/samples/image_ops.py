"""Samples of :mod:`mxshim._ops.image_ops`."""

from __future__ import annotations

import numpy as np

from . import Sample

PICTURE = np.arange(6 * 8 * 3, dtype=np.uint8).reshape(6, 8, 3)
SIZES = [((6, 9), 0), ((5, 3), 1), ((4, 3), 1), ((12, 12), 1)]

SAMPLES = [
    Sample("_image_to_tensor", [PICTURE], grad=False),
    Sample("_image_to_tensor", [(2, 3, 4, 1)], grad=False),
    Sample("_image_normalize", [(3, 2, 4)], {"mean": (0.1, 0.2, 0.3), "std": (1, 2, 4)}),
    Sample("_image_normalize", [(2, 1, 2, 2)], {"mean": 0.5, "std": 0.25}),
    Sample("_image_crop", [(4, 5, 3)], {"x": 1, "y": 2, "width": 3, "height": 2}),
    Sample("_image_crop", [(2, 3, 3, 1)], {"x": 0, "y": 0, "width": 2, "height": 2}),
    # Their gradients copy MXNet's, which do not flip.
    Sample("_image_flip_left_right", [PICTURE], grad=False),
    Sample("_image_flip_top_bottom", [(2, 3, 1)], grad=False),
    Sample("_image_random_flip_left_right", [PICTURE], grad=False, random=True),
    Sample("_image_random_flip_top_bottom", [PICTURE], grad=False, random=True),
    *(
        Sample("_image_resize", [picture], {"size": size, "interp": interp}, grad=False)
        for size, interp in SIZES
        for picture in (PICTURE, (2, 6, 8, 1))
    ),
]
