"""Anchor boxes of single-shot detectors: making them, their training targets, their detections."""

from __future__ import annotations

from math import sqrt

from .._core.dtypes import CODES, float32
from .._core.errors import MXNetError, check_failed, shape_text
from .._core.params import Tuple
from .._core.registry import op
from .kernels.boxes import centers, overlaps, suppress

_VARIANCES = (0.1, 0.1, 0.2, 0.2)


def require_single(*arrays):
    """Raise unless all arrays are of single precision."""
    for array in arrays:
        if array.dtype != float32:
            raise check_failed(
                "in_type->at(i) == mshadow: :default_type_flag || in_type->at(i) == -1",
                f"Unsupported data type {CODES[array.dtype]}",
                f"anchor boxes are computed in float32, got {array.dtype}",
            )


def _prior_shape(data, *, sizes, ratios, steps, **params):
    if len(data) < 4:
        raise check_failed(
            f"dshape.ndim() >= 4 ({len(data)} vs. 4) ",
            "Input data should be 4D: batch-channel-y-x",
        )
    return (data,), (1, data[2] * data[3] * (len(sizes) + len(ratios) - 1), 4)


@op("_contrib_MultiBoxPrior", "_npx_multibox_prior", shape=_prior_shape, flat=True)
def multibox_prior(
    xp, data, *, sizes: Tuple() = (1.0,), ratios: Tuple() = (1.0,), clip: bool = False,
    steps: Tuple() = (-1.0, -1.0), offsets: Tuple() = (0.5, 0.5),
):  # fmt: skip
    """Make anchor boxes (1, anchors, 4) around every pixel of ``data`` (batch, channels, y, x).

    A pixel has a box for each size with the first ratio, then one of the first size for each other
    ratio. Coordinates are shares of the image; ``steps`` and ``offsets`` are (y, x).
    """
    if not sizes:
        raise check_failed("sizes_.size() > 0 (0 vs. 0) ", "")
    if len(steps) != 2:
        raise check_failed(
            f"param_.steps.ndim() == 2 ({len(steps)} vs. 2) ",
            "Step ndim must be 2: (step_y, step_x)",
        )
    if data.ndim < 4:
        raise ValueError("rank")
    require_single(data)
    high, wide = data.shape[2:4]
    step_y, step_x = (s if s > 0 else 1.0 / n for s, n in zip(steps, (high, wide), strict=True))
    rows = (xp.arange(high, dtype=float32) + offsets[0]) * float32.type(step_y)
    columns = (xp.arange(wide, dtype=float32) + offsets[1]) * float32.type(step_x)
    first = sqrt(ratios[0]) if ratios else 1.0
    pairs = [(size, first) for size in sizes] + [(sizes[0], sqrt(r)) for r in ratios[1:]]
    half = [(size * high / wide * ratio / 2, size / ratio / 2) for size, ratio in pairs]
    half = xp.asarray(half, dtype=float32)  # (boxes, 2)
    y, x = xp.broadcast_arrays(rows[:, None], columns[None, :])
    middle = xp.stack([x, y], axis=-1)[:, :, None, :]
    boxes = xp.concatenate([middle - half, middle + half], axis=-1).reshape((1, -1, 4))
    return xp.clip(boxes, 0, 1) if clip else boxes


def _target_shape(anchor, label, cls_pred, **params):
    if len(anchor) != 3:
        raise check_failed(
            f"ashape.ndim() == 3 ({len(anchor)} vs. 3) ", "Anchor should be batch shared N*4 tensor"
        )
    if label is not None:
        if len(label) != 3:
            raise check_failed(
                f"lshape.ndim() == 3 ({len(label)} vs. 3) ",
                "Label should be [batch, num_labels, label_width] tensor",
            )
        if label[2] < 5:
            raise check_failed(
                f"lshape[2] >= 5 ({label[2]} vs. 5) ",
                "Label width should be greater than or equal to 5",
            )
    if cls_pred is not None:
        if len(cls_pred) != 3:
            raise check_failed(
                f"pshape.ndim() == 3 ({len(cls_pred)} vs. 3) ",
                "Prediction should be [batch, num_classes, num_anchors] tensor",
            )
        if cls_pred[2] != anchor[1]:
            raise check_failed(
                f"pshape[2] == ashape[1] ({cls_pred[2]} vs. {anchor[1]}) ",
                "Number of anchors mismatch",
            )
    wide = (label[0], anchor[1] * 4)
    return (anchor, label, cls_pred), [wide, wide, (label[0], anchor[1])]


@op("_contrib_MultiBoxTarget", "_npx_multibox_target", visible=3, shape=_target_shape, flat=True)
def multibox_target(
    xp, anchor, label, cls_pred, *, overlap_threshold: float = 0.5, ignore_label: float = -1.0,
    negative_mining_ratio: float = -1.0, negative_mining_thresh: float = 0.5,
    minimum_negative_samples: int = 0, variances: Tuple() = _VARIANCES,
):  # fmt: skip
    """Match anchors (1, anchors, 4) with labels (batch, objects, class and corners ...).

    Returns the offsets (batch, anchors * 4), their mask, and the class of each anchor (batch,
    anchors): the label's plus 1, 0 for background, ``ignore_label`` for what does not count. The
    first row with class -1 ends an image's labels. With ``negative_mining_ratio`` only that many
    background anchors per positive one count, those that ``cls_pred`` is most wrong about;
    ``minimum_negative_samples`` is not heeded.
    """
    _target_shape(anchor.shape, label.shape, cls_pred.shape)
    require_single(anchor, label, cls_pred)
    count = anchor.shape[1]
    boxes = anchor.reshape((-1, 4))[:count]
    offsets = xp.zeros((label.shape[0], count, 4), float32)
    masks = xp.zeros((label.shape[0], count, 4), float32)
    classes = xp.full((label.shape[0], count), float(ignore_label), float32)
    heads = xp.to_host(label[:, :, :5]).tolist()
    for at, rows in enumerate(heads):
        objects = label[at, : _labelled(rows)]
        if not objects.shape[0]:
            continue
        share = overlaps(xp, boxes[:, None], objects[None, :, 1:5])
        match, positive = _matched(xp, share, overlap_threshold)
        if negative_mining_ratio > 0:
            # mxnet: minimum_negative_samples counts for nothing; test_multibox_target[nd-0-least]
            negative = _mined(
                xp, share, positive, cls_pred[at], negative_mining_ratio, negative_mining_thresh
            )
        else:
            negative = ~positive
        found = objects[match]
        classes[at] = xp.where(positive, found[:, 0] + 1, xp.where(negative, 0, classes[at]))
        masks[at] = positive[:, None].astype(float32)
        offsets[at] = xp.where(
            positive[:, None], _offsets(xp, boxes, found[:, 1:5], variances), offsets[at]
        )
    flat = (label.shape[0], count * 4)
    return offsets.reshape(flat), masks.reshape(flat), classes


def _labelled(rows):
    """Count the rows before the first with class -1, which must be -1 throughout."""
    for count, row in enumerate(rows):
        if row[0] == -1:
            for column, value in enumerate(row[1:], 1):
                if value != -1:
                    raise check_failed(
                        f"static_cast<float>(*(p_label + i * label_width + {column})) == -1.0f "
                        f"({value:.6g} vs. -1) ",
                        "",
                        f"row {count} of a label has class -1, which ends it, but a box {row[1:]}",
                    )
            return count
    return len(rows)


def _matched(xp, share, threshold):
    """Give each object its best free anchor, then each free anchor its best object.

    Returns the object of each anchor and which anchors are positive.
    """
    match = share.argmax(axis=1)
    positive = xp.zeros((share.shape[0],), bool)
    left = share.copy()
    for _ in range(min(share.shape)):
        best = int(left.argmax())
        row, column = divmod(best, share.shape[1])
        if float(left[row, column]) <= 1e-6:
            break
        match[row] = column
        positive[row] = True
        left[row, :] = -1
        left[:, column] = -1
    if threshold > 0:
        positive = positive | (share.max(axis=1) > float32.type(threshold))
    return match, positive


def _mined(xp, share, positive, scores, ratio, threshold):
    """Return the background anchors that count: those whose background score is the lowest."""
    if threshold <= 0:
        raise check_failed(f"negative_mining_thresh > 0 ({threshold:g} vs. 0) ", "")
    count = positive.shape[0]
    positives = int(positive.sum())
    number = min(int(positives * ratio), count - positives)
    chosen = xp.zeros((count,), bool)
    if number <= 0:
        return chosen
    candidates = xp.nonzero(~positive & (share.max(axis=1) < float32.type(threshold)))[0]
    if candidates.shape[0] < number:
        raise check_failed(
            f"temp.size() >= num_negative ({candidates.shape[0]} vs. {number}) ",
            "",
            f"{number} background anchors are asked for, {candidates.shape[0]} overlap the labels "
            f"by less than negative_mining_thresh={threshold}",
        )
    scores = scores[:, candidates]
    spread = xp.exp(scores - scores.max(axis=0))
    background = spread[0] / spread.sum(axis=0)
    chosen[candidates[xp.argsort(background, kind="stable")[:number]]] = True
    return chosen


def _offsets(xp, anchors, objects, variances):
    """Return the offsets of objects from their anchors, in units of the variances."""
    anchor, found = centers(xp, anchors), centers(xp, objects)
    spread = xp.asarray(variances, dtype=float32)
    shift = (found[:, :2] - anchor[:, :2]) / anchor[:, 2:] / spread[:2]
    growth = xp.log(found[:, 2:] / anchor[:, 2:]) / spread[2:]
    return xp.concatenate([shift, growth], axis=-1)


def _detection_shape(cls_prob, loc_pred, anchor, **params):
    if len(cls_prob) != 3:
        raise MXNetError(
            f"Provided: Check failed: cshape.ndim() == 3U ({len(cls_prob)} vs. 3) : "
            f"{shape_text(cls_prob)}"
        )
    if loc_pred is not None and len(loc_pred) == 2 and cls_prob[2] * 4 != loc_pred[1]:
        raise check_failed(
            f"cshape[2] * 4 == lshape[1] ({cls_prob[2] * 4} vs. {loc_pred[1]}) ",
            "# anchors mismatch with # loc",
        )
    if anchor is not None and (len(anchor) != 3 or anchor[1] != cls_prob[2]):
        raise check_failed(
            f"cshape[2] == ashape[1] ({cls_prob[2]} vs. {anchor[1] if len(anchor) > 1 else 0}) ",
            "# anchors mismatch",
        )
    return (cls_prob, loc_pred, anchor), (cls_prob[0], cls_prob[2], 6)


@op("_contrib_MultiBoxDetection", "_npx_multibox_detection", shape=_detection_shape, flat=True)
def multibox_detection(
    xp, cls_prob, loc_pred, anchor, *, clip: bool = True, threshold: float = 0.01,
    background_id: int = 0, nms_threshold: float = 0.5, force_suppress: bool = False,
    variances: Tuple() = _VARIANCES, nms_topk: int = -1,
):  # fmt: skip
    """Turn predictions into detections (batch, anchors, 6): class, score, corners.

    ``cls_prob`` is (batch, classes, anchors), ``loc_pred`` (batch, anchors * 4), ``anchor`` (1,
    anchors, 4). Rows are sorted by score; class -1 marks those that are suppressed or beyond
    ``nms_topk``, rows without a detection are -1 throughout. Class 0 is the background.
    """
    _detection_shape(cls_prob.shape, loc_pred.shape, anchor.shape)
    batch, _, count = cls_prob.shape
    out = xp.full((batch, count, 6), -1, cls_prob.dtype)
    boxes = _decoded(xp, loc_pred.reshape((batch, count, 4)), anchor, variances, clip)
    best = cls_prob[:, 1:].argmax(axis=1)
    scores = cls_prob[:, 1:].max(axis=1)
    for at in range(batch):
        chosen = xp.nonzero(scores[at] >= float32.type(threshold))[0]
        number = chosen.shape[0]
        if not number:
            continue
        suppresses = 0 < nms_threshold <= 1
        kept = min(nms_topk, number) if nms_topk > 0 else number
        if suppresses:
            best_first = chosen[xp.argsort(-scores[at, chosen], kind="stable")]
            # mxnet: what lies beyond nms_topk stays where it was; test_multibox_detection
            chosen = xp.concatenate([best_first[:kept], chosen[kept:]])
        kinds = best[at, chosen].astype(out.dtype)
        out[at, :number, 0] = kinds
        out[at, :number, 1] = scores[at, chosen]
        out[at, :number, 2:] = boxes[at, chosen]
        if suppresses:
            stays = suppress(
                xp, boxes[at, chosen[:kept]], None if force_suppress else kinds[:kept],
                nms_threshold, inclusive=True,
            )  # fmt: skip
            out[at, :kept, 0] = xp.where(stays, kinds[:kept], -1)
            out[at, kept:number, 0] = -1
    return out


def _decoded(xp, offsets, anchor, variances, clip):
    """Return the boxes that offsets from anchors describe, by their corners."""
    base = centers(xp, anchor)
    spread = xp.asarray(variances, dtype=offsets.dtype)
    middle = offsets[..., :2] * spread[:2] * base[..., 2:] + base[..., :2]
    half = xp.exp(offsets[..., 2:] * spread[2:]) * base[..., 2:] / 2
    boxes = xp.concatenate([middle - half, middle + half], axis=-1)
    return xp.clip(boxes, 0, 1) if clip else boxes
