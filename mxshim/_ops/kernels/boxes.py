"""Boxes: corners and centers, overlaps, and the suppression of boxes that overlap better ones.

Boxes are arrays (..., 4): (left, top, right, bottom), or (center x, center y, width, height).
"""

from __future__ import annotations

from typing import Any

from ..._core.dtypes import float32


def corners(xp: Any, boxes: Any, center: bool) -> Any:
    """Return boxes by their corners; ``center`` says that they are given by their centers."""
    if not center:
        return boxes
    half = boxes[..., 2:] / 2
    return xp.concatenate([boxes[..., :2] - half, boxes[..., :2] + half], axis=-1)


def centers(xp: Any, boxes: Any) -> Any:
    """Return boxes given by their corners by their centers."""
    low, high = boxes[..., :2], boxes[..., 2:]
    return xp.concatenate([(low + high) / 2, high - low], axis=-1)


def areas(xp: Any, boxes: Any) -> Any:
    """Return the areas of boxes; a box with a negative side has none."""
    sides = boxes[..., 2:] - boxes[..., :2]
    return xp.where((sides < 0).any(axis=-1), 0, sides[..., 0] * sides[..., 1])


def overlaps(xp: Any, boxes: Any, others: Any) -> Any:
    """Return intersection over union of boxes and others, by their corners; shapes broadcast."""
    low = xp.maximum(boxes[..., :2], others[..., :2])
    high = xp.minimum(boxes[..., 2:], others[..., 2:])
    sides = xp.maximum(high - low, 0)
    common = sides[..., 0] * sides[..., 1]
    union = areas(xp, boxes) + areas(xp, others) - common
    # mxnet: boxes without an area overlap nothing, not even themselves
    return xp.where(union <= 0, 0, common / xp.where(union <= 0, 1, union))


def suppress(xp: Any, boxes: Any, kinds: Any, threshold: float, inclusive: bool) -> Any:
    """Return which boxes stay, of boxes (n, 4) in the order of their scores, the best first.

    A box goes when it overlaps a better one that stays by more than ``threshold`` (or just as much
    where ``inclusive``). ``kinds`` (n,) holds class numbers; boxes of different classes do not
    suppress each other; None: all are of one class.
    """
    count = boxes.shape[0]
    stays = xp.ones((count,), bool)
    limit = float32.type(threshold)
    for at in range(count - 1):
        if not bool(stays[at]):
            continue
        share = overlaps(xp, boxes[at], boxes[at + 1 :])
        gone = share >= limit if inclusive else share > limit
        if kinds is not None:
            gone = gone & (kinds[at + 1 :] == kinds[at])
        stays[at + 1 :] &= ~gone
    return stays
