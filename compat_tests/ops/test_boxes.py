"""Boxes: overlaps, suppression, matching, targets, and the anchors of single-shot detectors."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, attempt, grads


def boxes(front, *shape, seed=0):
    """Make boxes by their corners, with integral class and score in front where width is 6."""
    low = array(front, "float32", (*shape, 2), seed=f"{seed}/low", low=0.0, high=0.6)
    size = array(front, "float32", (*shape, 2), seed=f"{seed}/size", low=0.05, high=0.5)
    return join(front, low, low + size)


def join(front, *parts):
    """Join arrays along their last axis."""
    if hasattr(front, "concat"):
        return front.concat(*parts, dim=-1)
    return front.concatenate(parts, axis=-1)


def rows(mx, *shape, seed=0):
    """Make rows of class, score and corners."""
    corners = boxes(mx.nd, *shape, seed=seed)
    kinds = mx.nd.round(array(mx.nd, "float32", (*shape, 1), seed=f"{seed}/id", low=-1, high=2))
    scores = array(mx.nd, "float32", (*shape, 1), seed=f"{seed}/score", low=0.0, high=1.0)
    return mx.nd.concat(kinds, scores, corners, dim=-1)


@pytest.mark.parametrize("format", ["corner", "center"])
@pytest.mark.parametrize("shapes", [((3,), (4,)), ((2, 3), (2,)), ((2,), (3, 2))], ids=str)
def test_box_iou(mx, format, shapes):
    left, right = (boxes(mx.nd, *shape, seed=i) for i, shape in enumerate(shapes))
    return mx.nd.contrib.box_iou(left, right, format=format)


def test_box_iou_odd_boxes(mx):
    left = mx.nd.array([[0, 0, 1, 1], [0, 0, 0, 0], [1, 1, 0, 0]])
    right = mx.nd.array([[0.5, 0.5, 1.5, 1.5], [0, 0, 0, 0], [2, 2, 1, 1], [0, 0, 1, 1]])
    call = mx.nd.contrib.box_iou
    return (
        call(left, right),
        grads(mx, call, left, right),
        call(left.astype("float64"), right.astype("float64")),
        attempt(lambda: call(mx.nd.zeros((4,)), right)),
        attempt(lambda: call(left, mx.nd.zeros((2, 3)))),
        attempt(lambda: call(left, right, format="middle")),
    )


NMS = {
    "default": {},
    "ids": {"id_index": 0},
    "ids-valid": {"id_index": 0, "valid_thresh": 0.3},
    "background": {"id_index": 0, "background_id": 0},
    "loose": {"overlap_thresh": 0.8, "id_index": 0},
    "strict": {"overlap_thresh": 0.01, "force_suppress": True, "id_index": 0},
    "topk": {"topk": 3, "id_index": 0},
    "center-in": {"in_format": "center"},
    "center-out": {"out_format": "center", "id_index": 0},
    "both": {"in_format": "center", "out_format": "center"},
    "other-columns": {"coord_start": 2, "score_index": 0, "id_index": 1},
    "all-gone": {"valid_thresh": 2},
}


@pytest.mark.parametrize("name", NMS)
def test_box_nms(mx, name):
    data = rows(mx, 2, 8)
    call = mx.nd.contrib.box_nms
    return grads(mx, lambda d: call(d, **NMS[name]), data), call(data[0], **NMS[name])


def test_box_nms_refusals(mx):
    call = mx.nd.contrib.box_nms
    return (
        attempt(lambda: call(mx.nd.zeros((6,)))),
        attempt(lambda: call(mx.nd.zeros((2, 6)), coord_start=3)),
        mx.nd.contrib.box_non_maximum_suppression(rows(mx, 3)),
    )


@pytest.mark.parametrize("is_ascend", [False, True])
@pytest.mark.parametrize("threshold", [0.2, 0.6])
def test_bipartite_matching(mx, is_ascend, threshold):
    data = array(mx.nd, "float32", (2, 3, 4), low=0.0, high=1.0)
    return mx.nd.contrib.bipartite_matching(data, threshold=threshold, is_ascend=is_ascend)


@pytest.mark.parametrize("topk", [-1, 1, 2])
def test_bipartite_matching_topk(mx, topk):
    data = array(mx.nd, "float32", (4, 3), low=0.0, high=1.0)
    return mx.nd.contrib.bipartite_matching(data, threshold=1e-3, topk=topk)


def test_box_encode(mx):
    nd = mx.nd
    samples, matches = nd.array([[1, -1, 1], [0, 1, 0.4]]), nd.array([[0, 1, 1], [1, 0, 0]])
    means, stds = nd.array([0.1, 0.1, 0.2, 0.2]), nd.array([0.1, 0.2, 0.3, 0.4])
    anchors, refs = boxes(nd, 2, 3), boxes(nd, 2, 2, seed=1)
    return nd.contrib.box_encode(samples, matches, anchors, refs, means, stds)


@pytest.mark.parametrize("format", ["corner", "center"])
@pytest.mark.parametrize("clip", [-1.0, 0.2])
def test_box_decode(mx, format, clip):
    data, anchors = array(mx.nd, "float32", (2, 3, 4)), boxes(mx.nd, 1, 3)
    return mx.nd.contrib.box_decode(data, anchors, 0.1, 0.1, 0.2, 0.3, clip, format)


PRIORS = {
    "default": {},
    "book": {"sizes": (0.75, 0.5, 0.25), "ratios": (1, 2, 0.5)},
    "clip": {"sizes": (0.9,), "ratios": (2, 0.5), "clip": True},
    "steps": {"steps": (0.3, 0.4), "offsets": (0.1, 0.9), "sizes": (0.2, 0.4)},
}


@pytest.mark.parametrize("name", PRIORS)
def test_multibox_prior(mx, front, name):
    call = mx.nd.contrib.MultiBoxPrior if front is mx.nd else mx.npx.multibox_prior
    return call(front.ones((2, 3, 2, 3)), **PRIORS[name])


def test_multibox_prior_refusals(mx):
    call, x = mx.nd.contrib.MultiBoxPrior, mx.nd.ones((1, 3, 2, 3))
    return (
        attempt(lambda: call(mx.nd.ones((2, 3)))),
        attempt(lambda: call(x, sizes=())),
        attempt(lambda: call(x, steps=(1,))),
        attempt(lambda: call(x.astype("float64"))),
    )


TARGETS = {
    "default": {},
    "threshold": {"overlap_threshold": 0.3},
    "no-threshold": {"overlap_threshold": 0},
    "mining": {"negative_mining_ratio": 2, "overlap_threshold": 0.5, "negative_mining_thresh": 0.6},
    "least": {
        "negative_mining_ratio": 0.1, "minimum_negative_samples": 3, "negative_mining_thresh": 0.9,
    },
    "variances": {"variances": (1, 1, 1, 1), "ignore_label": -2},
}  # fmt: skip


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("seed", range(3))
def test_multibox_target(mx, front, name, seed):
    call = mx.nd.contrib.MultiBoxTarget if front is mx.nd else mx.npx.multibox_target
    anchors, objects = boxes(front, 1, 12, seed=seed), boxes(front, 2, 3, seed=f"{seed}/objects")
    kinds = front.array([[[0], [2], [1]], [[1], [0], [0]]])
    labels = join(front, kinds, objects)
    labels[1, 2] = -1
    scores = array(front, "float32", (2, 4, 12), seed=seed)
    return call(anchors, labels, scores, **TARGETS[name])


def test_multibox_target_edges(mx):
    call, nd = mx.nd.contrib.MultiBoxTarget, mx.nd
    anchors, scores = boxes(nd, 1, 4), array(nd, "float32", (1, 3, 4))
    labels = nd.concat(nd.array([[[1], [0]]]), boxes(nd, 1, 2, seed=1), dim=-1)
    ended = nd.where(labels == 1, -nd.ones_like(labels), labels)
    wide = nd.concat(labels, nd.ones((1, 2, 2)), dim=-1)
    return (
        call(anchors, -nd.ones((1, 2, 5)), scores),
        call(anchors, wide, scores),
        attempt(lambda: call(anchors, ended, scores)),
        attempt(lambda: call(anchors, labels, nd.zeros((1, 3, 5)))),
        attempt(lambda: call(anchors, labels[:, :, :4], scores)),
        attempt(lambda: call(anchors[0], labels, scores)),
        attempt(lambda: call(anchors, labels, scores, negative_mining_ratio=3.0,
                             negative_mining_thresh=0.0)),
    )  # fmt: skip


DETECTIONS = {
    "default": {},
    "free": {"clip": False, "threshold": 0.3},
    "force": {"force_suppress": True, "nms_threshold": 0.1},
    "topk": {"nms_topk": 3},
    "no-nms": {"nms_threshold": 0},
    "background": {"background_id": 1},
    "nothing": {"threshold": 1.5},
    "variances": {"variances": (0.3, 0.3, 0.3, 0.3)},
}


@pytest.mark.parametrize("name", DETECTIONS)
@pytest.mark.parametrize("seed", range(2))
def test_multibox_detection(mx, front, name, seed):
    call = mx.nd.contrib.MultiBoxDetection if front is mx.nd else mx.npx.multibox_detection
    scores = array(front, "float32", (2, 3, 8), seed=seed, low=0.0, high=1.0)
    offsets = array(front, "float32", (2, 32), seed=seed, low=-1.0, high=1.0)
    return call(scores, offsets, boxes(front, 1, 8, seed=seed), **DETECTIONS[name])


def test_multibox_detection_refusals(mx):
    call, nd = mx.nd.contrib.MultiBoxDetection, mx.nd
    scores, offsets, anchors = nd.ones((1, 3, 4)), nd.ones((1, 16)), boxes(nd, 1, 4)
    return (
        attempt(lambda: call(scores, offsets[:, :8], anchors)),
        attempt(lambda: call(scores[0], offsets, anchors)),
    )
