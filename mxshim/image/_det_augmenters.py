"""Augmenters for object detection: they change an image (H, W, C) and its labels together.

Labels are NumPy arrays, a row an object: class, left, top, right, bottom as shares of the image's
width and height, then anything.
"""

from __future__ import annotations

import logging
import random
import warnings
from math import sqrt

import numpy as np

from .. import ndarray as nd
from ..base import numeric_types
from ._augmenters import (
    Augmenter,
    CastAug,
    Described,
    ForceResizeAug,
    ResizeAug,
    color_augmenters,
    normalizers,
)
from ._geometry import copyMakeBorder, fixed_crop

#: A border of a constant colour, by OpenCV's number.
_CONSTANT = 16


class DetAugmenter(Described):
    """Base class; the keywords are what :meth:`dumps` writes."""

    def __call__(self, src, label):
        """Return the changed image and labels; some change ``label`` itself."""
        raise NotImplementedError("Must override implementation.")


class DetBorrowAug(DetAugmenter):
    """Apply an augmenter that leaves the objects where they are; TypeError for anything else."""

    def __init__(self, augmenter):
        if not isinstance(augmenter, Augmenter):
            raise TypeError("Borrowing from invalid Augmenter")
        super().__init__(augmenter=augmenter.dumps())
        self.augmenter = augmenter

    def dumps(self):
        """Return a list of the name and what the augmenter writes."""
        return [type(self).__name__.lower(), self.augmenter.dumps()]

    def __call__(self, src, label):
        return self.augmenter(src), label


class DetRandomSelectAug(DetAugmenter):
    """Apply one of several augmenters, drawn by Python's generator; none with ``skip_prob``."""

    def __init__(self, aug_list, skip_prob=0):
        super().__init__(skip_prob=skip_prob)
        if not isinstance(aug_list, (list, tuple)):
            aug_list = [aug_list]
        for augmenter in aug_list:
            if not isinstance(augmenter, DetAugmenter):
                raise ValueError("Allow DetAugmenter in list only")
        self.aug_list = aug_list
        self.skip_prob = skip_prob if aug_list else 1

    def dumps(self):
        """Return a list of the name and what the augmenters write."""
        return [type(self).__name__.lower(), [each.dumps() for each in self.aug_list]]

    def __call__(self, src, label):
        if random.random() < self.skip_prob:
            return src, label
        random.shuffle(self.aug_list)
        return self.aug_list[0](src, label)


class DetHorizontalFlipAug(DetAugmenter):
    """Mirror image and labels (in place) left to right with probability ``p``."""

    def __init__(self, p):
        super().__init__(p=p)
        self.p = p

    def __call__(self, src, label):
        if random.random() < self.p:
            src = nd.flip(src, axis=1)
            label[:, (1, 3)] = 1.0 - label[:, (3, 1)]
        return src, label


class _DetAreaAug(DetAugmenter):
    """Hold what the augmenters with a rectangle of random area share."""

    def _set_ranges(self, aspect_ratio_range, area_range, lowest_area):
        """Keep the ranges; ``enabled`` is False, with a warning, where they hold nothing."""
        self.aspect_ratio_range = aspect_ratio_range
        self.area_range = area_range
        self.enabled = False
        for name, (low, high), empty in (
            ("area_range", area_range, area_range[1] <= lowest_area),
            ("aspect_ratio_range", aspect_ratio_range, aspect_ratio_range[0] <= 0),
        ):
            if empty or low > high:
                kind = type(self).__name__
                warnings.warn(f"Skip {kind} due to invalid {name}: {(low, high)}", stacklevel=3)
                return
        self.enabled = True

    def _ranges(self, aspect_ratio_range, area_range):
        """Return both ranges as pairs; a number is a range of one value."""
        kind = type(self).__name__
        pairs = []
        for name, value in (("aspect ratio", aspect_ratio_range), ("area range", area_range)):
            if not isinstance(value, (tuple, list)):
                assert isinstance(value, numeric_types)
                logging.info("Using fixed %s: %s in %s", name, value, kind)
                value = (value, value)
            pairs.append(value)
        return pairs


class DetRandomCropAug(_DetAreaAug):
    """Cut out a part of random area and aspect ratio that holds enough of the objects.

    Of every object that the part touches, a share of at least ``min_object_covered`` must be in it.
    Objects of which no more than ``min_eject_coverage`` is left are dropped. After
    ``max_attempts`` the image stays whole.
    """

    def __init__(
        self,
        min_object_covered=0.1,
        aspect_ratio_range=(0.75, 1.33),
        area_range=(0.05, 1.0),
        min_eject_coverage=0.3,
        max_attempts=50,
    ):
        aspect_ratio_range, area_range = self._ranges(aspect_ratio_range, area_range)
        super().__init__(
            min_object_covered=min_object_covered,
            aspect_ratio_range=aspect_ratio_range,
            area_range=area_range,
            min_eject_coverage=min_eject_coverage,
            max_attempts=max_attempts,
        )
        self.min_object_covered = min_object_covered
        self.min_eject_coverage = min_eject_coverage
        self.max_attempts = max_attempts
        self._set_ranges(aspect_ratio_range, area_range, 0)

    def __call__(self, src, label):
        found = self._random_crop_proposal(label, src.shape[0], src.shape[1])
        if found:
            x, y, w, h, label = found
            src = fixed_crop(src, x, y, w, h, None)
        return src, label

    def _random_crop_proposal(self, label, height, width):
        """Return x, y, width, height of a part and its labels; () when none was found."""
        if not self.enabled or height <= 0 or width <= 0:
            return ()
        for _ in range(self.max_attempts):
            size = self._draw_size(height, width)
            if size is None:
                continue
            w, h = size
            y = random.randint(0, max(0, height - h))
            x = random.randint(0, max(0, width - w))
            if self._covers_enough(label, (x, y, x + w, y + h), height, width):
                left = self._update_labels(label, (x, y, w, h), height, width)
                if left is not None:
                    return x, y, w, h, left
        return ()

    def _draw_size(self, height, width):
        """Draw width and height of a part; None for a draw that does not fit."""
        least, most = (share * height * width for share in self.area_range)
        ratio = random.uniform(*self.aspect_ratio_range)
        if ratio <= 0:
            return None
        highest = round(sqrt(most / ratio))
        if round(highest * ratio) > width:
            highest = int((width + 0.4999999) / ratio)  # the last one that rounds to the width
        highest = min(highest, height)
        h = min(round(sqrt(least / ratio)), highest)
        if h < highest:
            h = random.randint(h, highest)
        w = round(h * ratio)
        assert w <= width
        # Rounding can lead out of the range by one row.
        if w * h < least:
            h += 1
            w = round(h * ratio)
        if w * h > most:
            h -= 1
            w = round(h * ratio)
        fits = least <= w * h <= most and 0 <= w <= width and 0 <= h <= height
        return (w, h) if fits else None

    def _covers_enough(self, label, box, height, width):
        """Tell whether a part (left, top, right, bottom) holds enough of what it touches."""
        if (box[2] - box[0]) * (box[3] - box[1]) < 2:
            return False
        box = np.array(box) / (width, height, width, height)
        box = box.astype(label.dtype)
        areas = _areas(label[:, 1:])
        counts = areas * width * height > 2  # smaller objects do not count
        if not counts.any():
            return False
        shared = np.concatenate(
            [np.maximum(label[counts, 1:3], box[:2]), np.minimum(label[counts, 3:5], box[2:])], 1
        )
        covered = _areas(shared) / areas[counts]
        covered = covered[covered > 0]
        return covered.size > 0 and covered.min() > self.min_object_covered

    def _update_labels(self, label, crop_box, height, width):
        """Return the labels as shares of a part (x, y, width, height); None if none is left."""
        x, y, w, h = (
            float(edge) / whole for edge, whole in zip(crop_box, (width, height, width, height))
        )
        out = label.copy()
        out[:, (1, 3)] -= x
        out[:, (2, 4)] -= y
        out[:, (1, 3)] /= w
        out[:, (2, 4)] /= h
        out[:, 1:5] = np.clip(out[:, 1:5], 0, 1)
        with np.errstate(divide="ignore", invalid="ignore"):  # objects without area
            coverage = _areas(out[:, 1:]) * w * h / _areas(label[:, 1:])
        valid = (out[:, 3] > out[:, 1]) & (out[:, 4] > out[:, 2])
        valid &= coverage > self.min_eject_coverage
        return out[valid] if valid.any() else None


def _areas(boxes):
    """Return the areas of boxes whose columns begin with left, top, right, bottom."""
    return np.maximum(0, boxes[:, 3] - boxes[:, 1]) * np.maximum(0, boxes[:, 2] - boxes[:, 0])


class DetRandomPadAug(_DetAreaAug):
    """Put an image at random into a larger one filled with ``pad_val``.

    Its area is within ``area_range`` of the image's. After ``max_attempts`` the image stays as it
    is.
    """

    def __init__(
        self,
        aspect_ratio_range=(0.75, 1.33),
        area_range=(1.0, 3.0),
        max_attempts=50,
        pad_val=(128, 128, 128),
    ):
        if not isinstance(pad_val, (list, tuple)):
            assert isinstance(pad_val, numeric_types)
        aspect_ratio_range, area_range = self._ranges(aspect_ratio_range, area_range)
        super().__init__(
            aspect_ratio_range=aspect_ratio_range,
            area_range=area_range,
            max_attempts=max_attempts,
            pad_val=pad_val,
        )
        self.pad_val = pad_val
        self.max_attempts = max_attempts
        self._set_ranges(aspect_ratio_range, area_range, 1.0)

    def __call__(self, src, label):
        height, width, _ = src.shape
        found = self._random_pad_proposal(label, height, width)
        if found:
            x, y, w, h, label = found
            fill = self.pad_val if isinstance(self.pad_val, (list, tuple)) else (self.pad_val,) * 4
            edges = (y, h - y - height, x, w - x - width)
            src = copyMakeBorder(src, *edges, _CONSTANT, values=tuple(fill))
        return src, label

    def _update_labels(self, label, pad_box, height, width):
        x, y, w, h = pad_box
        out = label.copy()
        out[:, (1, 3)] = (out[:, (1, 3)] * width + x) / w
        out[:, (2, 4)] = (out[:, (2, 4)] * height + y) / h
        return out

    def _random_pad_proposal(self, label, height, width):
        """Return where the image stands in a larger one, its size and labels; () for nowhere."""
        if not self.enabled or height <= 0 or width <= 0:
            return ()
        least, most = (share * height * width for share in self.area_range)
        for _ in range(self.max_attempts):
            ratio = random.uniform(*self.aspect_ratio_range)
            if ratio <= 0:
                continue
            h = round(sqrt(least / ratio))
            highest = round(sqrt(most / ratio))
            if round(h * ratio) < width:
                h = int((width + 0.499999) / ratio)
            h = min(max(h, height), highest)
            if h < highest:
                h = random.randint(h, highest)
            w = round(h * ratio)
            if h - height < 2 or w - width < 2:
                continue  # so thin a border helps nothing
            y = random.randint(0, max(0, h - height))
            x = random.randint(0, max(0, w - width))
            return x, y, w, h, self._update_labels(label, (x, y, w, h), height, width)
        return ()


def CreateMultiRandCropAugmenter(
    min_object_covered=0.1,
    aspect_ratio_range=(0.75, 1.33),
    area_range=(0.05, 1.0),
    min_eject_coverage=0.3,
    max_attempts=50,
    skip_prob=0,
):
    """Make an augmenter that crops by one of several sets of parameters, drawn each time.

    Each parameter is one value or a list of them, all lists of one length.
    """
    given = (min_object_covered, aspect_ratio_range, area_range, min_eject_coverage, max_attempts)
    lists = [value if isinstance(value, list) else [value] for value in given]
    count = max(map(len, lists))
    for values in lists:
        assert len(values) in (1, count)
    sets = zip(*(values if len(values) == count else values * count for values in lists))
    return DetRandomSelectAug([DetRandomCropAug(*each) for each in sets], skip_prob=skip_prob)


def CreateDetAugmenter(
    data_shape,
    resize=0,
    rand_crop=0,
    rand_pad=0,
    rand_gray=0,
    rand_mirror=False,
    mean=None,
    std=None,
    brightness=0,
    contrast=0,
    saturation=0,
    pca_noise=0,
    hue=0,
    inter_method=2,
    min_object_covered=0.1,
    aspect_ratio_range=(0.75, 1.33),
    area_range=(0.05, 3.0),
    min_eject_coverage=0.3,
    max_attempts=50,
    pad_val=(127, 127, 127),
):
    """Make the list of augmenters that :class:`ImageDetIter` applies to images and labels.

    ``rand_crop`` and ``rand_pad`` are probabilities; the parameters from ``min_object_covered`` on
    go to :class:`DetRandomCropAug` and :class:`DetRandomPadAug`. ``mean`` and ``std`` may be True
    for ImageNet's. In the end the image has ``data_shape``.
    """
    borrowed = [ResizeAug(resize, inter_method)] if resize > 0 else []
    made = [DetBorrowAug(each) for each in borrowed]
    if rand_crop > 0:
        made.append(
            CreateMultiRandCropAugmenter(
                min_object_covered,
                aspect_ratio_range,
                area_range,
                min_eject_coverage,
                max_attempts,
                skip_prob=1 - rand_crop,
            )
        )
    if rand_mirror > 0:
        made.append(DetHorizontalFlipAug(0.5))
    if rand_pad > 0:  # late: what comes before has fewer pixels to do
        pad = DetRandomPadAug(aspect_ratio_range, (1.0, area_range[1]), max_attempts, pad_val)
        made.append(DetRandomSelectAug([pad], 1 - rand_pad))
    borrowed = [ForceResizeAug((data_shape[2], data_shape[1]), inter_method), CastAug()]
    borrowed += color_augmenters(brightness, contrast, saturation, hue, pca_noise, rand_gray)
    borrowed += normalizers(mean, std, np.array, np.ndarray)
    return made + [DetBorrowAug(each) for each in borrowed]
