"""The labels of pictures with boxes, and what cropping, padding and mirroring do to them."""

from __future__ import annotations

import numpy as np

from .._core.errors import check_failed

_f32 = np.float32


class Boxes:
    """A label: a head whose first two numbers are its length and a box's, then boxes.

    A box is (class, left, top, right, bottom, more), in shares of the picture's sides; those
    without area are dropped.
    """

    def __init__(self, label):
        head, width = (int(number) for number in label[:2]) if len(label) > 1 else (0, 0)
        for condition, got, least in (
            ("label_width >= 7", len(label), 7),
            ("header_width >= 2", head, 2),
            ("object_width_ >= 5", width, 5),
        ):
            if got < least:
                raise check_failed(
                    f"{condition} ({got} vs. {least}) ", "", "a label is to be a head and boxes"
                )
        if (len(label) - head) % width:
            raise check_failed(
                "(label_width - header_width) % object_width_ == 0 "
                f"({(len(label) - head) % width} vs. 0) ",
                "",
            )
        self.head = label[:head]
        rows = np.asarray(label[head:], np.float32).reshape(-1, width)
        self.rows = rows[(rows[:, 3] > rows[:, 1]) & (rows[:, 4] > rows[:, 2])]

    def array(self):
        """Return the label."""
        return np.concatenate([self.head, self.rows.ravel()])

    def mirror(self):
        """Mirror the boxes, left to right."""
        left, right = self.rows[:, 1].copy(), self.rows[:, 3].copy()
        self.rows[:, 1], self.rows[:, 3] = _f32(1) - right, _f32(1) - left

    def moved(self, rows, box):
        """Return boxes in shares of another region, cut off at its edges."""
        x, y, width, height = box
        rows = rows.copy()
        rows[:, 1] = np.maximum(0, (rows[:, 1] - x) / width)
        rows[:, 2] = np.maximum(0, (rows[:, 2] - y) / height)
        rows[:, 3] = np.minimum(1, (rows[:, 3] - x) / width)
        rows[:, 4] = np.minimum(1, (rows[:, 4] - y) / height)
        return rows

    def crop(self, box, bounds, mode, threshold):
        """Crop to a region; False, with nothing changed, if it breaks the bounds or loses all."""
        if not len(self.rows):
            return True
        common, region, areas = self._areas(box)
        measures = {
            "overlaps": common / (region + areas - common),
            "sample_coverages": common / region,
            "object_coverages": common / areas,
        }
        # mxnet: bounds count only where all of them are set
        if all(bounds[what][0] > 0 and bounds[what][1] < 1 for what in measures):
            fits = np.ones(len(self.rows), bool)
            for what, measured in measures.items():
                low, high = bounds[what]
                fits &= (measured >= low) & (measured <= high)
            if not fits.any():
                return False
        if mode == "center":
            x = (self.rows[:, 1] + self.rows[:, 3]) * _f32(0.5)
            y = (self.rows[:, 2] + self.rows[:, 4]) * _f32(0.5)
            stays = (box[0] <= x) & (x < box[0] + box[2]) & (box[1] <= y) & (y < box[1] + box[3])
        else:
            stays = common / areas > _f32(threshold)
        if not stays.any():
            return False
        self.rows = self.moved(self.rows[stays], box)
        return True

    def _areas(self, box):
        """Return the areas of what the boxes share with a region, of the region and the boxes."""
        x, y, width, height = box
        _, left, top, right, bottom = self.rows[:, :5].T
        wide = np.minimum(right, x + width) - np.maximum(left, x)
        high = np.minimum(bottom, y + height) - np.maximum(top, y)
        common = np.where((wide > 0) & (high > 0), wide * high, 0)
        return common, width * height, (right - left) * (bottom - top)
