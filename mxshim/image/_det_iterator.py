"""Batches of images with the objects in them."""

from __future__ import annotations

import logging
import warnings

import numpy as np

from .. import ndarray as nd
from .. import numpy as _mx_np
from ..util import is_np_array
from ._augmenters import MEAN, STD
from ._det_augmenters import CreateDetAugmenter
from ._iterator import ImageIter


class ImageDetIter(ImageIter):
    """Iterate over batches of images and their objects' labels, (N, objects, width of a label).

    A label is a head (its length, the length of an object's row, anything) followed by the rows:
    class, left, top, right, bottom as shares of the image, then anything. Images with fewer objects
    than the largest one has get rows of -1. ``aug_list`` holds :class:`DetAugmenter` objects;
    without it, ``kwargs`` go to :func:`CreateDetAugmenter`. The rest is as in :class:`ImageIter`.
    All labels are read once to find out how many objects there are; RuntimeError for a wrong one.
    """

    def __init__(
        self,
        batch_size,
        data_shape,
        path_imgrec=None,
        path_imglist=None,
        path_root=None,
        path_imgidx=None,
        shuffle=False,
        part_index=0,
        num_parts=1,
        aug_list=None,
        imglist=None,
        data_name="data",
        label_name="label",
        last_batch_handle="pad",
        **kwargs,
    ):
        super().__init__(
            batch_size=batch_size,
            data_shape=data_shape,
            path_imgrec=path_imgrec,
            path_imglist=path_imglist,
            path_root=path_root,
            path_imgidx=path_imgidx,
            shuffle=shuffle,
            part_index=part_index,
            num_parts=num_parts,
            aug_list=[],
            imglist=imglist,
            data_name=data_name,
            label_name=label_name,
            last_batch_handle=last_batch_handle,
        )
        self.auglist = CreateDetAugmenter(data_shape, **kwargs) if aug_list is None else aug_list
        self.label_shape = self._estimate_label_shape()
        self.provide_label = [(label_name, (self.batch_size, *self.label_shape))]

    def _estimate_label_shape(self):
        """Return the most objects that an image has and the width of their rows."""
        objects = []
        self.reset()
        try:
            while True:
                label, _ = self.next_sample()
                objects.append(self._parse_label(label).shape)
        except StopIteration:
            self.reset()
        if not objects:
            raise RuntimeError("There is no image to take the shape of the labels from.")
        return max(count for count, _ in objects), objects[-1][1]

    def _parse_label(self, label):
        """Return the rows of the objects with an area, from a label with its head."""
        raw = (label.asnumpy() if isinstance(label, nd.NDArray) else np.asarray(label)).ravel()
        if raw.size < 7:
            raise RuntimeError("Label shape is invalid: " + str(raw.shape))
        if not np.isfinite(raw[:2]).all():
            raise RuntimeError(f"Label begins with {raw[0]}, {raw[1]}, which are no lengths.")
        head, width = int(raw[0]), int(raw[1])
        if width < 5 or (raw.size - head) % width != 0:
            raise RuntimeError(
                f"Label shape {raw.shape!s} inconsistent with annotation width {width}."
            )
        rows = raw[head:].reshape(-1, width)
        valid = (rows[:, 3] > rows[:, 1]) & (rows[:, 4] > rows[:, 2])
        if not valid.any():
            raise RuntimeError("Encounter sample with no valid label.")
        return rows[valid]

    def _check_valid_label(self, label):
        """Raise RuntimeError unless there are rows of five columns and an object with a class."""
        if label.ndim != 2 or label.shape[1] < 5:
            raise RuntimeError(f"Label with shape (1+, 5+) required, {label!s} received.")
        valid = (label[:, 0] >= 0) & (label[:, 3] > label[:, 1]) & (label[:, 4] > label[:, 2])
        if not valid.any():
            raise RuntimeError("Invalid label occurs.")

    def reshape(self, data_shape=None, label_shape=None):
        """Have batches of another data shape (C, H, W) or label shape (objects, width) from now on.

        ValueError for a label shape with fewer objects or another width. The augmenters stay.
        """
        if data_shape is not None:
            self.check_data_shape(data_shape)
            self.provide_data = [(self.provide_data[0][0], (self.batch_size, *data_shape))]
            self.data_shape = data_shape
        if label_shape is not None:
            self.check_label_shape(label_shape)
            self.provide_label = [(self.provide_label[0][0], (self.batch_size, *label_shape))]
            self.label_shape = label_shape

    def _new_batch(self):
        data, label = super()._new_batch()
        label[:] = -1
        return data, label

    def _example(self, data, label):
        try:
            self.check_valid_image([data])
            data, label = self.augmentation_transform(data, self._parse_label(label))
            self._check_valid_label(label)
        except RuntimeError as error:
            logging.debug("Invalid image, skipping:  %s", str(error))
            return None
        return data, label

    def _put(self, batch_data, batch_label, place, data, label):
        batch_data[place] = self.postprocess_data(data)
        count = label.shape[0]
        batch_label[place, :count] = (_mx_np if is_np_array() else nd).array(label)
        if count < batch_label.shape[1]:
            batch_label[place, count:] = -1

    def augmentation_transform(self, data, label):
        """Return image and labels after all augmenters."""
        for augmenter in self.auglist:
            data, label = augmenter(data, label)
        return data, label

    def check_label_shape(self, label_shape):
        """Raise ValueError unless the batches' labels can have this shape."""
        if len(label_shape) != 2:
            raise ValueError("label_shape should have length 2")
        if label_shape[0] < self.label_shape[0]:
            raise ValueError(
                f"Attempts to reduce label count from {self.label_shape[0]:d} to "
                f"{label_shape[0]:d}, not allowed."
            )
        width = self.provide_label[0][1][2]
        if label_shape[1] != width:
            raise ValueError(
                f"label_shape object width inconsistent: {width:d} vs {label_shape[1]:d}."
            )

    def sync_label_shape(self, it, verbose=False):
        """Give this iterator and ``it`` the larger of their label shapes; return ``it``.

        AssertionError where the labels' widths differ.
        """
        assert isinstance(it, ImageDetIter), "Synchronize with invalid iterator."
        (ours, width), (theirs, other) = self.label_shape, it.label_shape
        assert width == other, "object width mismatch."
        most = max(ours, theirs)
        if most > ours:
            self.reshape(None, (most, width))
        if most > theirs:
            it.reshape(None, (most, width))
        if verbose and ours != theirs:
            logging.info("Resized label_shape to (%d, %d).", most, width)
        return it

    def draw_next(
        self,
        color=None,
        thickness=2,
        mean=None,
        std=None,
        clip=True,
        waitKey=None,
        window_name="draw_next",
        id2labels=None,
    ):
        """Yield the images with boxes around the objects, as NumPy arrays (H, W, BGR) of uint8.

        ``color`` is RGB, drawn at random without. ``mean`` and ``std`` (True for ImageNet's) undo
        a normalization, ``clip`` limits pixels to 0-255. ``waitKey`` shows a window for so many
        milliseconds. ``id2labels`` maps classes to names to write. Nothing comes without OpenCV.
        """
        try:
            import cv2
        except ImportError as error:
            warnings.warn(f"Unable to import cv2, skip drawing: {error}", stacklevel=2)
            return
        mean, std = (
            np.array(usual) if given is True else given
            for given, usual in ((mean, MEAN), (std, STD))
        )
        for values in (mean, std):
            assert values is None or (isinstance(values, np.ndarray) and values.shape[0] in (1, 3))
        for data, label in self._examples_to_draw():
            image = _visible(data.asnumpy(), mean, std, clip)
            if color:
                color = color[::-1]  # mxnet: again for each image
            for row in label:
                _draw_object(cv2, image, row, color, thickness, id2labels)
            if waitKey is not None:
                cv2.imshow(window_name, image)
                cv2.waitKey(waitKey)
            yield image

    def _examples_to_draw(self):
        while True:
            try:
                label, packed = self.next_sample()
            except StopIteration:
                return
            data = self.imdecode(packed)
            try:
                self.check_valid_image([data])
                label = self._parse_label(label)
            except RuntimeError as error:
                logging.debug("Invalid image, skipping:  %s", str(error))
                continue
            yield self.augmentation_transform(data, label)


def _visible(image, mean, std, clip):
    """Undo a normalization and return a contiguous uint8 image, blue first."""
    if std is not None:
        image = (image * std).astype(image.dtype)
    if mean is not None:
        image = (image + mean).astype(image.dtype)
    image = image[:, :, ::-1]
    if clip:
        image = np.clip(image, 0, 255)
    return np.ascontiguousarray(image.astype(np.uint8))


def _draw_object(cv2, image, row, color, thickness, names):
    """Draw the box of an object, and its class's name; nothing left of the image's edge."""
    height, width, _ = image.shape
    left, top, right, bottom = (
        int(share * size) for share, size in zip(row[1:5], (width, height, width, height))
    )
    if left < 0:
        return
    paint = color if color else np.random.rand(3) * 255
    cv2.rectangle(image, (left, top), (right, bottom), tuple(map(float, paint)), thickness)
    name = names.get(int(row[0])) if names is not None else None
    if name is not None:
        font, scale = cv2.FONT_HERSHEY_SIMPLEX, 0.5
        height_of_text = cv2.getTextSize(name, font, scale, 2)[0][1]
        place = (left + 5, top + height_of_text + 5)
        cv2.putText(image, name, place, font, scale, (255, 255, 255), 2)
