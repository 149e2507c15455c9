"""Samples of region proposals."""

from __future__ import annotations

import numpy as np

from . import Sample

_DRAW = np.random.default_rng(5)


def _inputs(images: int) -> list[np.ndarray]:
    parts = (
        _DRAW.uniform(0, 1, (images, 12, 3, 4)),
        _DRAW.uniform(-0.4, 0.4, (images, 24, 3, 4)),
        np.array([[40.0, 60, 1]] * images),
    )
    return [part.astype("float32") for part in parts]


_BEST = {"rpn_pre_nms_top_n": 20, "rpn_post_nms_top_n": 5, "scales": (2, 3), "output_score": True}

SAMPLES = [
    Sample("_contrib_Proposal", _inputs(1), _BEST, grad=False),
    Sample("_contrib_Proposal", _inputs(1), {**_BEST, "iou_loss": True}, grad=False),
    Sample("_contrib_MultiProposal", _inputs(2), {**_BEST, "rpn_min_size": 0}, grad=False),
]
