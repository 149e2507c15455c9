"""Samples of :mod:`mxshim._ops.image_files`."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from . import Sample

FILE = Path(__file__).with_name("picture.pgm")
BYTES = np.frombuffer(FILE.read_bytes(), dtype=np.uint8)
PICTURE = np.arange(6 * 8 * 3, dtype=np.uint8).reshape(6, 8, 3)

SAMPLES = [
    *(Sample("_cvimdecode", [BYTES], {"flag": flag}, grad=False) for flag in (0, 1)),
    Sample("_cvimdecode", [BYTES], {"to_rgb": False}, grad=False),
    Sample("_cvimread", [], {"filename": str(FILE), "flag": 0}, grad=False),
    *(
        Sample("_cvimresize", [picture], {"w": 5, "h": 7, "interp": interp}, grad=False)
        for interp in range(5)
        for picture in (PICTURE, (6, 8, 1))
    ),
    Sample("_cvcopyMakeBorder", [PICTURE], {"top": 1, "bot": 0, "left": 2, "right": 3}, grad=False),
    Sample(
        "_cvcopyMakeBorder",
        [(4, 5, 3)],
        {"top": 1, "bot": 2, "left": 0, "right": 3, "type": 4},
        grad=False,
    ),
    *(
        Sample("_image_resize", [picture], {"size": (5, 7), "interp": interp}, grad=False)
        for interp in (2, 3, 4)
        for picture in (PICTURE, (2, 6, 8, 1))
    ),
]
