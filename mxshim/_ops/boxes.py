"""Operators on boxes: overlaps, suppression, matching, and targets of box regression."""

from __future__ import annotations

from math import prod

from .._core.errors import MXNetError, check_failed
from .._core.params import Enum
from .._core.registry import op
from .index import add_at
from .kernels.boxes import centers, corners, overlaps, suppress


def _iou_shape(lhs, rhs, **params):
    for name, shape in (("lhs", lhs), ("rhs", rhs)):
        if len(shape) < 2:
            raise check_failed(
                f"{name[0]}shape.ndim() >= 2 ({len(shape)} vs. 2) ",
                f"{name} must have dim >= 2 {len(shape)} provided",
            )
        if shape[-1] != 4:
            raise check_failed(
                f"{name[0]}dim == 4 ({shape[-1]} vs. 4) ",
                f"last dimension of {name} must be 4 {shape[-1]} provided",
            )
    return (lhs, rhs), lhs[:-1] + rhs[:-1]


@op("_contrib_box_iou", shape=_iou_shape, flat=True)
def box_iou(xp, lhs, rhs, *, format: Enum("center", "corner") = "corner"):
    """Return intersection over union of every box (..., 4) of ``lhs`` with every one of ``rhs``.

    The result has the shape of both without their last axes; no gradient flows.
    """
    _iou_shape(lhs.shape, rhs.shape)
    left, right = (corners(xp, boxes, format == "center") for boxes in (lhs, rhs))
    left = left.reshape(left.shape[:-1] + (1,) * (right.ndim - 1) + (4,))
    return overlaps(xp, left, right).astype(lhs.dtype)


def _nms_shape(data, *, coord_start, score_index, id_index, **params):
    if len(data) < 2:
        raise check_failed(
            "indim >= 2",
            "input must have dim >= 2 the last two dimensions are num_box and box_width "
            f"{list(data)} provided",
        )
    width = data[-1]
    if not 0 <= coord_start <= width - 4:
        raise MXNetError(
            "coordinates: Check failed: coord_start >= 0 && coord_end < width_elem: "
            f"({coord_start}, {coord_start + 3}) out of range:: (0, {width})"
        )
    if not 0 <= score_index < width:
        raise MXNetError(
            "score_index: Check failed: score_index >= 0 && score_index < width_elem: "
            f"{score_index} out of range: : (0, {width})"
        )
    if id_index >= width:
        raise MXNetError(
            "id_index: Check failed: id_index < width_elem: "
            f"{id_index} out of range: : (0, {width})"
        )
    return (data,), [data, (*data[:-1], 1)]


@op("_contrib_box_nms", "_contrib_box_non_maximum_suppression", visible=1, shape=_nms_shape)
def box_nms(
    xp, data, *, overlap_thresh: float = 0.5, valid_thresh: float = 0.0, topk: int = -1,
    coord_start: int = 2, score_index: int = 1, id_index: int = -1, background_id: int = -1,
    force_suppress: bool = False, in_format: Enum("center", "corner") = "corner",
    out_format: Enum("center", "corner") = "corner",
):  # fmt: skip
    """Keep the boxes (..., boxes, width) that no better one overlaps, the best first.

    A row holds a score at ``score_index``, coordinates from ``coord_start`` and a class at
    ``id_index`` (-1: none). Rows that do not stay are -1 throughout. The hidden second output says
    where each row came from.
    """
    _nms_shape(data.shape, coord_start=coord_start, score_index=score_index, id_index=id_index)
    batch, count, width = prod(data.shape[:-2]), data.shape[-2], data.shape[-1]
    rows = data.reshape((batch, count, width))
    out = xp.full(rows.shape, -1, data.dtype)
    origin = xp.full((batch, count, 1), -1, data.dtype)
    place = slice(coord_start, coord_start + 4)
    for at in range(batch):
        scores = rows[at, :, score_index]
        valid = scores > valid_thresh
        if id_index >= 0:
            valid = valid & (rows[at, :, id_index] != background_id)
        chosen = xp.nonzero(valid)[0]
        chosen = chosen[xp.argsort(-scores[chosen], kind="stable")]
        if topk > 0:
            chosen = chosen[:topk]
        kinds = None if force_suppress or id_index < 0 else rows[at, chosen, id_index]
        boxes = corners(xp, rows[at, chosen, place], in_format == "center")
        stays = suppress(xp, boxes, kinds, overlap_thresh, inclusive=False)
        kept = chosen[stays]
        number = kept.shape[0]
        out[at, :number] = rows[at, kept]
        origin[at, :number, 0] = kept + at * count
    if in_format != out_format:
        _reformat(xp, out, place, out_format)
    return out.reshape(data.shape), origin.reshape((*data.shape[:-1], 1))


def _reformat(xp, out, place, wanted):
    """Write coordinates in the other format where a row holds a box."""
    boxes = out[..., place]
    other = centers(xp, boxes) if wanted == "center" else corners(xp, boxes, True)
    empty = (out == -1).all(axis=-1, keepdims=True)
    out[..., place] = xp.where(empty, boxes, other)


@box_nms.vjp("data")
def _(xp, ct, out, data, **params):
    width = data.shape[-1]
    origin = xp.stop(out[1]) if hasattr(xp, "record") else out[1]
    origin = origin.reshape((1, -1))
    kept = origin[0] >= 0
    rows = xp.where(kept[:, None], ct[0].reshape((-1, width)), 0)
    total = add_at(xp, rows, xp.where(kept, origin, 0), shape=(origin.shape[1], width))
    return total.reshape(data.shape)


def _matching_shape(data, **params):
    if len(data) < 2:
        raise check_failed("dshape.ndim() >= 2", f"score matrix must have dim >= 2 {list(data)}")
    return (data,), [data[:-1], (*data[:-2], data[-1])]


@op("_contrib_bipartite_matching", visible=2, shape=_matching_shape, flat=True)
def bipartite_matching(xp, data, *, is_ascend: bool = False, threshold: float, topk: int = -1):
    """Match rows and columns of score matrices (..., rows, columns) greedily, the best pair first.

    Returns the column of each row and the row of each column, -1 where there is none. Pairs worse
    than ``threshold`` do not match; at most ``topk`` + 1 pairs do where that is positive.
    """
    rows, columns = data.shape[-2:]
    flat = data.reshape((-1, rows * columns))
    by_row = xp.full((flat.shape[0], rows), -1, data.dtype)
    by_column = xp.full((flat.shape[0], columns), -1, data.dtype)
    order = xp.argsort(flat if is_ascend else -flat, axis=1, kind="stable")
    order, scores = xp.to_host(order), xp.to_host(flat)
    for at in range(flat.shape[0]):
        count = 0
        free_rows, free_columns = set(range(rows)), set(range(columns))
        for pair in order[at].tolist():
            score = float(scores[at, pair])
            if (score > threshold) if is_ascend else (score < threshold):
                break
            row, column = divmod(pair, columns)
            if row in free_rows and column in free_columns:
                by_row[at, row] = column
                by_column[at, column] = row
                free_rows.discard(row)
                free_columns.discard(column)
                count += 1
                if count > topk > 0:  # mxnet: one pair more; test_bipartite_matching_topk
                    break
    return by_row.reshape(data.shape[:-1]), by_column.reshape((*data.shape[:-2], columns))


def _encode_shape(samples, matches, anchors, refs, means, stds):
    return (samples, matches, anchors, refs, (4,), (4,)), [(*samples, 4), (*samples, 4)]


@op("_contrib_box_encode", visible=2, shape=_encode_shape, flat=True)
def box_encode(xp, samples, matches, anchors, refs, means, stds):
    """Return regression targets (batch, anchors, 4) of matched anchors, and their masks.

    ``samples`` (batch, anchors) marks positive anchors by a number over 0.5; ``matches`` gives the
    row of ``refs`` (batch, objects, 4) that each one matched. Boxes are given by their corners.
    """
    index = matches.astype("int64")[..., None]
    index = xp.broadcast_to(xp.maximum(index, 0), (*matches.shape, 4))
    found, anchor = centers(xp, xp.take_along_axis(refs, index, axis=1)), centers(xp, anchors)
    shift = (found[..., :2] - anchor[..., :2]) / anchor[..., 2:]
    growth = xp.log(found[..., 2:] / anchor[..., 2:])
    target = (xp.concatenate([shift, growth], axis=-1) - means) / stds
    mask = xp.broadcast_to((samples > 0.5)[..., None], target.shape)
    return xp.where(mask, target, 0).astype(anchors.dtype), mask.astype(anchors.dtype)


def _decode_shape(data, anchors, **params):
    return (data, anchors), data


@op("_contrib_box_decode", shape=_decode_shape, flat=True)
def box_decode(
    xp, data, anchors, *, std0: float = 1.0, std1: float = 1.0, std2: float = 1.0,
    std3: float = 1.0, clip: float = -1.0, format: Enum("center", "corner") = "center",
):  # fmt: skip
    """Return the boxes (batch, anchors, 4), by their corners, that regression values describe.

    ``anchors`` (1, anchors, 4) are given as ``format`` says; ``clip`` limits the growth's logarithm
    where it is positive.
    """
    base = anchors if format == "center" else centers(xp, anchors)
    near = data[..., :2] * xp.asarray([std0, std1], data.dtype) * base[..., 2:] + base[..., :2]
    growth = data[..., 2:] * xp.asarray([std2, std3], data.dtype)
    if clip > 0:
        growth = xp.minimum(growth, float(clip))
    half = xp.exp(growth) * base[..., 2:] / 2
    return xp.concatenate([near - half, near + half], axis=-1).astype(data.dtype)
