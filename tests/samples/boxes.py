"""Samples of operators on boxes and of the anchors of detectors."""

from __future__ import annotations

import numpy as np

from . import Sample

_DRAW = np.random.default_rng(3)


def _boxes(*shape: int) -> np.ndarray:
    low = _DRAW.uniform(0, 0.6, (*shape, 2))
    return np.concatenate([low, low + _DRAW.uniform(0.05, 0.5, (*shape, 2))], axis=-1)


def _single(array: np.ndarray) -> np.ndarray:
    return array.astype("float32")


_ROWS = np.concatenate([_DRAW.integers(0, 2, (2, 6, 1)), _DRAW.uniform(0, 1, (2, 6, 1)),
                        _boxes(2, 6)], axis=-1)  # fmt: skip
_LABELS = np.concatenate([_DRAW.integers(0, 2, (2, 2, 1)), _boxes(2, 2)], axis=-1)

SAMPLES = [
    Sample("_contrib_box_iou", [_boxes(2, 3), _boxes(4)], grad=False),
    Sample("_contrib_box_iou", [_boxes(3), _boxes(2)], {"format": "center"}, grad=False),
    Sample("_contrib_box_nms", [_ROWS], {"id_index": 0, "overlap_thresh": 0.3}, wrt=(0,)),
    Sample("_contrib_box_nms", [_ROWS[0]], {"topk": 3, "out_format": "center"}, grad=False),
    Sample("_contrib_bipartite_matching", [(2, 3, 4)], {"threshold": 0.1}, low=0.0, grad=False),
    Sample(
        "_contrib_box_encode",
        [np.array([[1.0, 0, 1]]), np.array([[0.0, 1, 1]]), _boxes(1, 3), _boxes(1, 2),
         np.zeros(4), np.full(4, 0.1)],
        grad=False,
    ),
    Sample("_contrib_box_decode", [(2, 3, 4), _boxes(1, 3)], {"clip": 0.5}, grad=False),
    Sample("_contrib_MultiBoxPrior", [_single(np.ones((1, 2, 3, 2)))],
           {"sizes": (0.5, 0.2), "ratios": (1.0, 2.0), "clip": True}, grad=False),
    Sample("_contrib_MultiBoxTarget",
           [_single(_boxes(1, 6)), _single(_LABELS), _single(_DRAW.normal(size=(2, 3, 6)))],
           {"negative_mining_ratio": 1.0, "negative_mining_thresh": 0.9}, grad=False),
    Sample("_contrib_MultiBoxDetection",
           [_single(_DRAW.uniform(0, 1, (2, 3, 6))), _single(_DRAW.normal(size=(2, 24))),
            _single(_boxes(1, 6))], {"nms_threshold": 0.3}, grad=False),
]  # fmt: skip
