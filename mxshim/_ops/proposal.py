"""Region proposals: boxes where a region proposal network sees something (Ren et al., 2015)."""

from __future__ import annotations

from math import floor, sqrt

from .._core.dtypes import float32
from .._core.errors import check_failed
from .._core.params import Tuple
from .._core.registry import op
from .multibox import require_single
from .nn_conv import mismatch

_SCALES, _RATIOS = (4.0, 8.0, 16.0, 32.0), (0.5, 1.0, 2.0)


def _visible(params):
    return 2 if params["output_score"] else 1


def _check_shapes(cls_prob, bbox_pred, im_info):
    """Return the shapes that go with the scores' one; MXNetError where they are others."""
    images, scores, high, wide = cls_prob
    wanted = cls_prob, (images, 2 * scores, high, wide), (images, 3)
    for given, shape in zip((cls_prob, bbox_pred, im_info), wanted, strict=True):
        if given is not None and given != shape:
            raise mismatch(given, shape)
    return wanted


def _single_shape(cls_prob, bbox_pred, im_info, *, rpn_post_nms_top_n, **params):
    rows = rpn_post_nms_top_n
    return _check_shapes(cls_prob, bbox_pred, im_info), [(rows, 5), (rows, 1)]


def _multi_shape(cls_prob, bbox_pred, im_info, *, rpn_post_nms_top_n, **params):
    rows = rpn_post_nms_top_n * cls_prob[0]
    return _check_shapes(cls_prob, bbox_pred, im_info), [(rows, 5), (rows, 1)]


@op("_contrib_Proposal", visible=_visible, shape=_single_shape, flat=True)
def proposal(
    xp, cls_prob, bbox_pred, im_info, *, rpn_pre_nms_top_n: int = 6000,
    rpn_post_nms_top_n: int = 300, threshold: float = 0.7, rpn_min_size: int = 16,
    scales: Tuple() = _SCALES, ratios: Tuple() = _RATIOS, feature_stride: int = 16,
    output_score: bool = False, iou_loss: bool = False,
):  # fmt: skip
    """Return the best boxes of one image (rpn_post_nms_top_n, 5): 0 and the corners.

    ``cls_prob`` (1, 2 * anchors, h, w) holds the scores of background and object, ``bbox_pred`` (1,
    4 * anchors, h, w) what is to be changed about the anchors (with ``iou_loss``: shifts of their
    corners), ``im_info`` (1, 3) height, width and scale of the image. Of the ``rpn_pre_nms_top_n``
    best ones a box stays unless it overlaps a better one by more than ``threshold``; boxes with a
    side below ``rpn_min_size`` come last. The best are repeated where there are too few. The second
    output, seen with ``output_score``, are the scores.
    """
    if cls_prob.shape[0] != 1:
        raise check_failed(
            f"in_data[proposal: :kClsProb].shape_[0] == 1 ({cls_prob.shape[0]} vs. 1) ",
            "Sorry, multiple images each device is not implemented.",
            "Proposal takes one image; MultiProposal takes several",
        )
    return multi_proposal.forward(
        xp, cls_prob, bbox_pred, im_info, rpn_pre_nms_top_n=rpn_pre_nms_top_n,
        rpn_post_nms_top_n=rpn_post_nms_top_n, threshold=threshold, rpn_min_size=rpn_min_size,
        scales=scales, ratios=ratios, feature_stride=feature_stride, output_score=output_score,
        iou_loss=iou_loss,
    )  # fmt: skip


@op("_contrib_MultiProposal", visible=_visible, shape=_multi_shape, flat=True)
def multi_proposal(
    xp, cls_prob, bbox_pred, im_info, *, rpn_pre_nms_top_n: int = 6000,
    rpn_post_nms_top_n: int = 300, threshold: float = 0.7, rpn_min_size: int = 16,
    scales: Tuple() = _SCALES, ratios: Tuple() = _RATIOS, feature_stride: int = 16,
    output_score: bool = False, iou_loss: bool = False,
):  # fmt: skip
    """Return the best boxes of every image (images * rpn_post_nms_top_n, 5): image, corners.

    See Proposal, which does so for one image.
    """
    _check_shapes(cls_prob.shape, bbox_pred.shape, im_info.shape)
    require_single(cls_prob, bbox_pred, im_info)
    channels, high, wide = cls_prob.shape[1:]
    anchors = _anchors(scales, ratios, feature_stride)
    if len(anchors) * 2 != channels:
        raise check_failed(
            f"num_anchors == param_.ratios.ndim() * param_.scales.ndim() "
            f"({channels // 2} vs. {len(anchors)}) ",
            "",
            f"{len(ratios)} ratios and {len(scales)} scales need {2 * len(anchors)} channels of "
            f"scores, cls_prob has {channels}",
        )
    if rpn_post_nms_top_n < 1:
        return xp.zeros((0, 5), float32), xp.zeros((0, 1), float32)
    base = _shifted(xp, anchors, high, wide, feature_stride)
    boxes, scores = [], []
    for at, (height, width, scale) in enumerate(xp.to_host(im_info).tolist()):
        deltas = xp.moveaxis(bbox_pred[at].reshape((-1, 4, high, wide)), (2, 3), (0, 1))
        decode = _moved_corners if iou_loss else _decoded
        found = _clipped(xp, decode(xp, base, deltas.reshape((-1, 4))), height, width)
        score = xp.moveaxis(cls_prob[at, channels // 2 :], 0, 2).copy()
        score[_cells(height, feature_stride, high) :] = -1  # a padded image has no boxes there
        score[:, _cells(width, feature_stride, wide) :] = -1
        found, score = _without_small(xp, found, score.reshape((-1,)), rpn_min_size * scale)
        best = xp.argsort(-score, kind="stable")
        if rpn_pre_nms_top_n > 0:
            best = best[:rpn_pre_nms_top_n]
        kept = best[_survivors(xp, found[best], threshold, rpn_post_nms_top_n)]
        kept = kept[xp.arange(rpn_post_nms_top_n) % kept.shape[0]]
        image = xp.full((rpn_post_nms_top_n, 1), at, float32)
        boxes.append(xp.concatenate([image, found[kept]], axis=1))
        scores.append(score[kept].reshape((-1, 1)))
    return xp.concatenate(boxes, axis=0), xp.concatenate(scores, axis=0)


proposal.outputs = multi_proposal.outputs = ("output", "score")


def _cells(length, stride, limit):
    """Return how many cells of the feature map a side of the image covers."""
    number = int(length / stride)
    if number > limit:
        raise check_failed(
            f"height >= real_height ({limit} vs. {number}) ",
            f"{limit} {number}\n",
            f"a side of {length:g} pixels takes {number} cells of {stride}, there are {limit}",
        )
    return number


def _anchors(scales, ratios, stride):
    """Return the corners of an anchor for every ratio and scale, around the first cell."""
    middle, found = (stride - 1.0) / 2, []
    for ratio in ratios:
        width = floor(sqrt(floor(stride * stride / ratio)) + 0.5)
        height = floor(width * ratio + 0.5)
        for scale in scales:
            x, y = (width * scale - 1) / 2, (height * scale - 1) / 2
            found.append((middle - x, middle - y, middle + x, middle + y))
    return found


def _shifted(xp, anchors, high, wide, stride):
    """Return the anchors around all cells, (high * wide * anchors, 4)."""
    y, x = (xp.arange(n, dtype=float32) * stride for n in (high, wide))
    y, x = xp.broadcast_arrays(y[:, None], x[None, :])
    shifts = xp.stack([x, y, x, y], axis=-1)[:, :, None, :]
    return (shifts + xp.asarray(anchors, dtype=float32)).reshape((-1, 4))


def _decoded(xp, base, deltas):
    """Move the anchors' centers by shares of their sides; stretch the sides exponentially."""
    sides = base[:, 2:] - base[:, :2] + 1
    middle = deltas[:, :2] * sides + (base[:, :2] + 0.5 * (sides - 1))
    half = 0.5 * (xp.exp(deltas[:, 2:]) * sides - 1)
    return xp.concatenate([middle - half, middle + half], axis=1)


def _moved_corners(xp, base, deltas):
    return base + deltas


def _clipped(xp, boxes, height, width):
    limits = xp.asarray([width - 1, height - 1, width - 1, height - 1], dtype=float32)
    return xp.maximum(xp.minimum(boxes, limits), 0)


def _without_small(xp, boxes, scores, least):
    """Grow boxes with a side below ``least`` and give them the score -1."""
    small = ((boxes[:, 2:] - boxes[:, :2] + 1) < float32.type(least)).any(axis=1)
    half = xp.asarray([-0.5, -0.5, 0.5, 0.5], dtype=float32) * float32.type(least)
    grown = xp.where(small[:, None], boxes + half, boxes)
    return grown, xp.where(small, -1, scores).astype(float32)


def _survivors(xp, boxes, threshold, number):
    """Return the places of the first boxes that overlap no earlier one too much."""
    sides = boxes[:, 2:] - boxes[:, :2] + 1
    areas = sides[:, 0] * sides[:, 1]
    left = xp.arange(boxes.shape[0])
    kept = []
    while left.shape[0] and len(kept) < number:
        first, left = left[0], left[1:]
        kept.append(first)
        low = xp.maximum(boxes[first, :2], boxes[left, :2])
        high = xp.minimum(boxes[first, 2:], boxes[left, 2:])
        common = xp.maximum(high - low + 1, 0)
        common = common[:, 0] * common[:, 1]
        share = common / (areas[first] + areas[left] - common)
        left = left[~(share > float32.type(threshold))]
    return xp.stack(kept)
