"""Batches of images from record files, list files and lists."""

from __future__ import annotations

import logging
import os
import random

import numpy as np

from .. import io, recordio
from .. import ndarray as nd
from .. import numpy as _mx_np
from .._core.errors import MXNetError
from ..base import numeric_types
from ..util import is_np_array
from ._augmenters import CreateAugmenter
from ._decode import imdecode

LABEL_DTYPES = ("int32", "float32", "int64", "float64")


class ImageIter(io.DataIter):
    """Iterate over batches of images (N, C, H, W), augmented, with their labels.

    Images come from ``path_imgrec``, a record file, in its order, or by ``path_imgidx``, its index
    file; or from the files below ``path_root`` that ``path_imglist`` lists (number, labels, path,
    with tabs between) or ``imglist`` holds ([labels, path], or [label, label, path]). A list beside
    a record file gives its labels.

    ``part_index`` of ``num_parts`` is this worker's share. ``shuffle`` draws the order of each
    epoch from Python's generator. ``aug_list`` holds the augmenters; without it, ``kwargs`` go to
    :func:`CreateAugmenter`. ``last_batch_handle`` says what becomes of an epoch's last examples:
    'pad' fills the batch up with first ones, 'discard' drops them, 'roll_over' keeps them for the
    next epoch. RuntimeError names an image that cannot be decoded.
    """

    def __init__(
        self,
        batch_size,
        data_shape,
        label_width=1,
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
        label_name="softmax_label",
        dtype="float32",
        last_batch_handle="pad",
        **kwargs,
    ):
        super().__init__()
        assert path_imgrec or path_imglist or isinstance(imglist, list)
        assert dtype in LABEL_DTYPES, dtype + " label not supported"
        self._open_records(path_imgrec, path_imgidx)
        self._read_labels(path_imglist, imglist, dtype)
        self.path_root = path_root
        self.check_data_shape(data_shape)
        self.provide_data = [(data_name, (batch_size, *data_shape))]
        label_shape = (batch_size, label_width) if label_width > 1 else (batch_size,)
        self.provide_label = [(label_name, label_shape)]
        self.batch_size = batch_size
        self.data_shape = data_shape
        self.label_width = label_width
        self.shuffle = shuffle
        self.seq = self._sequence(path_imgidx, part_index, num_parts)
        self.auglist = CreateAugmenter(data_shape, **kwargs) if aug_list is None else aug_list
        self.cur = 0
        self._allow_read = True
        self.last_batch_handle = last_batch_handle
        self.num_image = len(self.seq) if self.seq is not None else None
        self._forget_cached()
        self.reset()

    def _open_records(self, path, index_path):
        self.imgrec = self.imgidx = None
        if not path:
            return
        logging.info("%s: loading recordio %s...", type(self).__name__, path)
        if index_path:
            self.imgrec = recordio.MXIndexedRecordIO(index_path, path, "r")
            self.imgidx = list(self.imgrec.keys)
        else:
            self.imgrec = recordio.MXRecordIO(path, "r")

    def _read_labels(self, path, images, dtype):
        """Set ``imglist``: numbers of images to pairs of labels and path; None without a list."""
        self.imglist = None
        if path:
            logging.info("%s: loading image list %s...", type(self).__name__, path)
            entries = list(_listed(path, dtype))
        elif isinstance(images, list):
            logging.info("%s: loading image list...", type(self).__name__)
            entries = [
                (str(number), (_labels(image, dtype), image[-1]))
                for number, image in enumerate(images, 1)
            ]
        else:
            return
        self.imglist = dict(entries)
        self._numbers = [number for number, _ in entries]

    def _sequence(self, path_imgidx, part_index, num_parts):
        """Return the numbers of this part's images, None to read a record file as it comes."""
        if self.imgrec is None:
            sequence = self._numbers
        elif self.shuffle or num_parts > 1 or path_imgidx:
            assert self.imgidx is not None
            sequence = self.imgidx
        else:
            return None
        if num_parts > 1:
            assert part_index < num_parts
            share = len(sequence) // num_parts
            sequence = sequence[part_index * share : (part_index + 1) * share]
        return sequence

    def reset(self):
        """Start a new epoch; with 'roll_over', behind the examples kept from the last one."""
        if self.seq is not None and self.shuffle:
            random.shuffle(self.seq)
        if self.last_batch_handle != "roll_over" or self._cache_data is None:
            if self.imgrec is not None:
                self.imgrec.reset()
            self.cur = 0
            self._allow_read = True

    def hard_reset(self):
        """Start a new epoch and forget what was to be rolled over."""
        self._forget_cached()
        self.reset()

    def _forget_cached(self):
        self._cache_data = None
        self._cache_label = None
        self._cache_idx = None

    def next_sample(self):
        """Return the next label and the bytes of its image; StopIteration at the end."""
        if not self._allow_read:
            raise StopIteration
        if self.seq is None:
            return self._next_record()
        if self.cur >= self.num_image:
            if self.last_batch_handle != "discard":
                self.cur = 0
            raise StopIteration
        number = self.seq[self.cur]
        self.cur += 1
        if self.imgrec is None:
            label, path = self.imglist[number]
            return label, self.read_image(path)
        record = self.imgrec.read_idx(number)
        if record is None:
            raise MXNetError(f"{self.imgrec.uri} ends before record {number}, which its index has")
        header, image = recordio.unpack(record)
        return (header.label if self.imglist is None else self.imglist[number][0]), image

    def _next_record(self):
        record = self.imgrec.read()
        if record is None:
            if self.last_batch_handle != "discard":
                self.imgrec.reset()
            raise StopIteration
        header, image = recordio.unpack(record)
        return header.label, image

    def _batchify(self, batch_data, batch_label, start=0):
        """Fill a batch from ``start`` on; return how far that went, StopIteration for not at all.

        A batch that is full before an example's images are all in it is an AssertionError.
        """
        filled = start
        try:
            while filled < self.batch_size:
                label, packed = self.next_sample()
                example = self._example(self.imdecode(packed), label)
                if example is not None:
                    self._put(batch_data, batch_label, filled, *example)
                    filled += 1
        except StopIteration:
            if not filled:
                raise
        return filled

    def _example(self, data, label):
        """Check and augment a decoded image; None for one that is left out."""
        try:
            self.check_valid_image(data)
        except RuntimeError as error:
            logging.debug("Invalid image, skipping:  %s", str(error))
            return None
        return self.augmentation_transform(data), label

    def _put(self, batch_data, batch_label, place, data, label):
        batch_data[place] = self.postprocess_data(data)
        batch_label[place] = label

    def _new_batch(self):
        front = _mx_np if is_np_array() else nd
        data = front.zeros((self.batch_size, *self.data_shape))
        return data, front.zeros(self.provide_label[0][1])

    def next(self):
        """Return the next batch; StopIteration behind the last one."""
        rolled = self._cache_data is not None
        if rolled:
            assert self._cache_label is not None, "_cache_label didn't have values"
            assert self._cache_idx is not None, "_cache_idx didn't have values"
            batch_data, batch_label = self._cache_data, self._cache_label
            filled = self._cache_idx
        else:
            batch_data, batch_label = self._new_batch()
            filled = self._batchify(batch_data, batch_label)
        pad = self.batch_size - filled
        if pad:
            self._complete(batch_data, batch_label, filled, rolled)
        return io.DataBatch([batch_data], [batch_label], pad=pad)

    def _complete(self, batch_data, batch_label, filled, rolled):
        """Fill an epoch's last batch up, or end the epoch without it."""
        if self.last_batch_handle == "discard":
            raise StopIteration
        if self.last_batch_handle == "roll_over" and not rolled:
            self._cache_data, self._cache_label = batch_data, batch_label
            self._cache_idx = filled
            raise StopIteration
        self._batchify(batch_data, batch_label, filled)
        if self.last_batch_handle == "pad":
            self._allow_read = False
        else:
            self._forget_cached()

    def check_data_shape(self, data_shape):
        """Raise ValueError unless the shape is (3, height, width)."""
        if len(data_shape) != 3:
            raise ValueError("data_shape should have length 3, with dimensions CxHxW")
        if data_shape[0] != 3:
            raise ValueError("This iterator expects inputs to have 3 channels.")

    def check_valid_image(self, data):
        """Raise RuntimeError for what is no image."""
        if len(data[0].shape) == 0:
            raise RuntimeError("Data shape is wrong")

    def imdecode(self, s):
        """Decode bytes; RuntimeError names the image where that fails."""
        try:
            return imdecode(s)
        except ImportError:
            raise
        except Exception as error:
            raise RuntimeError(f"Broken image {self._whereabouts()}, {error}") from error

    def _whereabouts(self):
        """Name the image that was read last: by its file, or its number in the record file."""
        if self.seq is None:
            return f"in {self.imgrec.uri}"
        number = self.seq[(self.cur % self.num_image) - 1]
        return (
            f"index: {number}" if self.imglist is None else f"filename: {self.imglist[number][1]}"
        )

    def read_image(self, fname):
        """Return the bytes of an image file below ``path_root``."""
        with open(os.path.join(self.path_root, fname), "rb") as file:
            return file.read()

    def augmentation_transform(self, data):
        """Return the image after all augmenters."""
        for augmenter in self.auglist:
            data = augmenter(data)
        return data

    def postprocess_data(self, datum):
        """Turn an image (H, W, C) into what stands in a batch, (C, H, W)."""
        return datum.transpose(2, 0, 1) if is_np_array() else nd.transpose(datum, axes=(2, 0, 1))


def _listed(path, dtype):
    """Read a list file: yield each image's number and the pair of its labels and path."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            fields = line.strip().split("\t")
            labels = np.array(fields[1:-1], dtype=dtype)
            yield int(fields[0]), (_make(labels, dtype), fields[-1])


def _labels(image, dtype):
    """Return the labels in an entry of a list, as an array."""
    first = image[0]
    if len(image) > 2:
        return _make(image[:-1], dtype)
    return _make([first] if isinstance(first, numeric_types) else first, dtype)


def _make(labels, dtype):
    return (_mx_np if is_np_array() else nd).array(labels, dtype=dtype)
