"""Batches of pictures from image records."""

from __future__ import annotations

import logging
import os
import struct

import numpy as np

from .._core.errors import MXNetError, check_failed, mxnet_error, shape_text
from .._core.params import REQUIRED, Bool, Float, Int, Optional, Shape, Text
from ..ndarray import array, load, save
from ._augment import AUGMENT, Augmenter, opencv
from ._declare import BATCH, PREFETCHER, Parameter, iterator
from ._engine import Engine
from ._records import IndexedRecords, Records
from ._source import ArrayRounds

_f32 = np.float32
_HEAD = struct.Struct("<IfQQ")
_STREAM_SEED = 111
_DTYPES = {None: "float32", "float32": "float32", "uint8": "uint8", "int8": "int8"}


class Pictures(Shape):
    """The shape of a picture: channels, height, width."""

    def parse(self, name, value):
        """Return three sizes; MXNetError for another number of them."""
        shape = super().parse(name, value)
        if len(shape) != 3:
            raise mxnet_error(
                f"value {shape_text(shape)}for Parameter {name} has wrong dimensions, "
                "expected dimension=3"
            )
        return shape


def _float(default, about):
    return Parameter(Float(), float(default), about)


PARSER = {
    "path_imglist": Parameter(Text(), "", "List of labels: number, labels, path, behind tabs."),
    "path_imgrec": Parameter(Text(), "", "File of records, or a folder of them."),
    "path_imgidx": Parameter(Text(), "", "Its index; a shuffle mixes the whole part then."),
    "aug_seq": Parameter(Text(), "aug_default", "Augmenters; there is this one."),
    "label_width": Parameter(Int(), 1, "Labels of a picture."),
    "data_shape": Parameter(Pictures(), REQUIRED, "Channels (1, 3 or 4), height and width."),
    "preprocess_threads": Parameter(
        Int(), 4, "Taken and not needed: random numbers are those of one thread."
    ),
    "verbose": Parameter(Bool(), True, "Tell what is read."),
    "num_parts": Parameter(Int(), 1, "Parts that the records are divided into."),
    "part_index": Parameter(Int(), 0, "Part that is read."),
    "device_id": Parameter(Int(), 0, "Taken and not needed."),
    "shuffle_chunk_size": Parameter(
        Int(kind="long (non-negative)"), 0, "Taken and not needed: chunks have 64 MB."
    ),
    "shuffle_chunk_seed": Parameter(Int(), 0, "Taken and not needed."),
    "seed_aug": Parameter(
        Optional(Int()), None, "Seed of what is done to a picture, by its place in the batch."
    ),
}
RECORD = {
    "shuffle": Parameter(Bool(), False, "Shuffle the records, pass by pass."),
    "seed": Parameter(Int(), 0, "Seed of the shuffling."),
}
NORMALIZE = {
    "mirror": Parameter(Bool(), False, "Mirror all pictures."),
    "rand_mirror": Parameter(Bool(), False, "Mirror every other picture, at random."),
    "mean_img": Parameter(
        Text(), "", "File of the mean picture to subtract; made if it is not there."
    ),
    **{f"mean_{channel}": _float(0, "Mean of a channel to subtract.") for channel in "rgba"},
    **{f"std_{channel}": _float(1, "Number to divide a channel by.") for channel in "rgba"},
    "scale": _float(1, "Number to multiply all with."),
    "max_random_contrast": _float(0, "Change the contrast by up to this share, either way."),
    "max_random_illumination": _float(0, "Change the brightness by up to this, either way."),
}


def unpack(record):
    """Return an image record's number, labels and bytes."""
    if len(record) < _HEAD.size:
        raise MXNetError(f"Check failed: a record of {len(record)} bytes is no image record")
    count, label, number, _ = _HEAD.unpack_from(record)
    if count == 0:
        return number, None, np.float32(label), record[_HEAD.size :]
    start = _HEAD.size + 4 * count
    if len(record) < start:
        raise MXNetError(f"Check failed: an image record has no room for its {count} labels")
    labels = np.frombuffer(record, "<f4", count, _HEAD.size)
    return number, labels, np.float32(label), record[start:]


def decoded(data, channels, number, shape):
    """Return the picture in a record's bytes, in BGR order; MXNetError where there is none."""
    flags = {1: 0, 3: 1, 4: -1}
    if channels not in flags:
        raise mxnet_error(f"Invalid output shape {shape_text(shape)}")
    cv2 = opencv()
    flag = flags[channels]
    if flag >= 0:
        flag |= cv2.IMREAD_IGNORE_ORIENTATION
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), flag) if len(data) else None
    if picture is None:
        raise mxnet_error(f"Check failed: the record of image {number} holds no picture")
    picture = picture if picture.ndim == 3 else picture[:, :, None]
    if channels == 4 and picture.shape[2] != 4:
        raise check_failed(
            f"res.channels() == 4 ({picture.shape[2]} vs. 4) ",
            f"Invalid image with index {number}. Expected 4 channels, got {picture.shape[2]}",
        )
    return picture


class LabelList:
    """The labels in an image list, by the images' numbers."""

    def __init__(self, path, width):
        self._labels = {}
        try:
            with open(path, encoding="utf-8") as file:
                for line in file:
                    fields = line.split("\t") if "\t" in line else line.split()
                    if len(fields) > 1:
                        labels = fields[1:-1] if width < 0 else fields[1 : 1 + width]
                        self._labels[int(float(fields[0]))] = np.array(labels, np.float32)
        except OSError as error:
            raise MXNetError(
                f"LocalFileSystem.GetPathInfo: {path} error: {error.strerror}"
            ) from None
        except ValueError:
            raise MXNetError(f"Check failed: {path} is no list of images") from None

    def find(self, number):
        """Return the labels of an image."""
        if number not in self._labels:
            raise check_failed("it != idx2label_.end()", f"fail to find imagelabel for id {number}")
        return self._labels[number]

    def widest(self):
        """Return the largest number of labels."""
        return max((len(labels) for labels in self._labels.values()), default=0)


class ImageSource(ArrayRounds):
    """Give batches of the pictures in a file of image records.

    Pictures are decoded by OpenCV (the extra ``image``), augmented, cropped to ``data_shape``,
    mirrored and normalised: (value - mean) * scale / std, in RGB order. The last batch is filled
    up from the beginning unless ``round_batch`` is False. Random numbers are those that MXNet
    draws with ``preprocess_threads=1`` (with several threads its own vary from run to run), but
    where a shuffle without ``seed_aug`` meets random augmentation: there they are other ones of the
    same distribution. Pictures that are warped (rotate, shear, scale, aspect) or scaled by the
    cubic method may differ by a few units between versions of OpenCV; MXNet has 3.4.2.

    >>> it = mx.io.ImageRecordIter(path_imgrec="a.rec", data_shape=(3, 32, 32), batch_size=8)
    """

    where, what, than = "!overflow", " images", "the "

    def __init__(self, batch_size, round_batch, data_shape, dtype, **options):
        if dtype not in _DTYPES:
            raise mxnet_error("unknown dtype for ImageRecordIter2.")
        super().__init__(batch_size, round_batch)
        self.dtype = np.dtype(_DTYPES[dtype])
        self.shape, self.options = data_shape, options
        self.width = options["label_width"]
        self.seed_aug = options["seed_aug"]
        if options["aug_seq"] != "aug_default":
            raise MXNetError(f"aug_seq: there is no augmenter {options['aug_seq']!r}")
        self._engine = Engine(_STREAM_SEED)
        self._augment = Augmenter(data_shape, **options)
        self._list = None
        if options["path_imglist"]:
            self._list = LabelList(options["path_imglist"], self.width)
        if not options["path_imgrec"]:
            raise MXNetError(
                "ImageRecordIter2: Check failed: param_.path_imgrec.length() != 0: "
                "must specify image_rec"
            )
        self._records = self._opened()
        self._at = 0
        self._mixes = options["shuffle"] and not options["path_imgidx"]
        self._normalize = _normalizer(options, self.shape[0])
        self._mean = None
        if self.dtype != np.uint8 and options["mean_img"]:
            self._mean = mean_picture(options["mean_img"], self._total, options["verbose"])

    def _opened(self):
        options = self.options
        shared = [options[name] for name in ("part_index", "num_parts", "shuffle", "seed")]
        if options["path_imgidx"]:
            return IndexedRecords(
                options["path_imgrec"], options["path_imgidx"], *shared, self.batch_size
            )
        return Records(options["path_imgrec"], *shared)

    def _total(self):
        """Return the sum of all pictures, and how many they are."""
        total, count = np.zeros(self.shape, np.float32), 0
        while (found := self._records.take()) is not None:
            record, place = found
            total += self._example(record, self.batch_size + place)[0]
            count += 1
        self._records.start()
        return total, count

    def start(self):
        """Begin a pass over the records."""
        self._records.start()

    def take(self, count):
        """Return up to ``count`` next pictures, with labels."""
        pictures = np.empty((count, *self.shape), self.dtype)
        labels = np.zeros((count, self.width), np.float32)
        at = self.batch_size - count
        done = 0
        while done < count and (found := self._records.take()) is not None:
            record, place = found
            if self._mixes:  # MXNet has read the whole chunk before it fills the batch
                self._at = self.batch_size
            elif place == 0:
                self._at = at + done
            pictures[done], labels[done] = self._example(record, self._at + place)
            done += 1
        return pictures[:done], labels[:done], np.zeros(done, np.int64)

    def _filling(self, rows, missing):
        if self.round_batch:
            return super()._filling(rows, missing)
        return self.blank(rows, missing)

    def next(self):
        """Make the next batch; False behind the last one."""
        found = super().next()
        if not self.round_batch:
            self._padded = 0  # mxnet: it does not tell (io/test_image_iter.py::test_no_rounds)
        return found

    def _example(self, record, place):
        """Return the picture, as it goes into the batch, and the labels of a record."""
        number, labels, label, data = unpack(record)
        if self.seed_aug is not None:
            self._engine.seed(place + self.seed_aug + _STREAM_SEED)
        picture = decoded(data, self.shape[0], number, self.shape)
        if self._list is not None:
            labels = self._list.find(number)
        elif labels is not None:
            if len(labels) != self.width:
                raise check_failed(
                    f"param_.label_width == rec.num_label ({self.width} vs. {len(labels)}) ",
                    f"rec file provide {len(labels)}-dimensional label "
                    f"but label_width is set to {self.width}",
                )
        else:
            if self.width != 1:
                raise check_failed(
                    f"param_.label_width == 1 ({self.width} vs. 1) ",
                    "label_width must be 1 unless an imglist is provided "
                    "or the rec file is packed with multi dimensional label",
                )
            labels = label
        picture = self._augment(picture, self._engine)
        return self._normal(in_rgb(picture)), labels

    def _changes(self):
        """Draw whether to mirror, what to multiply with, and what to add."""
        options, engine = self.options, self._engine
        mirrored = (options["rand_mirror"] and engine.flip()) or options["mirror"]
        if self.dtype == np.uint8:
            return mirrored, None, None
        return mirrored, *self._tones(engine)

    def _tones(self, engine):
        scale = _f32(self.options["scale"])
        most = _f32(self.options["max_random_contrast"])
        contrast = (engine.unit() * most * 2 - most + 1) * scale
        most = _f32(self.options["max_random_illumination"])
        return contrast, (engine.unit() * most * 2 - most) * scale

    def _normal(self, picture):
        """Mirror and normalise a picture (channels, height, width)."""
        mirrored, contrast, light = self._changes()
        if self.dtype != np.uint8:
            mean, std = self._normalize
            mean = mean if self._mean is None else self._mean
            if self.dtype == np.int8:
                moved = picture.astype(np.int32) - _rounded(mean)
                picture = np.clip(moved, -128, 127).astype(np.int8)
            else:
                picture = (picture.astype(np.float32) - mean) * (contrast / std) + light / std
        return picture[:, :, ::-1] if mirrored else picture

    def data(self):
        """Return the batch's pictures."""
        return array(self.rows[0], dtype=self.dtype)

    def label(self):
        """Return the batch's labels; those of one number without an axis for it."""
        labels = self.rows[1]
        return array(labels[:, 0] if self.width == 1 else labels)

    def close(self):
        """Give the files back."""
        self._records.close()


class OldImageSource(ImageSource):
    """Give batches as ``ImageRecordIter`` does, with the images' numbers; an old name.

    Without ``round_batch`` the last batch tells its padding, which holds earlier pictures.
    """

    where, what, than = ArrayRounds.where, "", ""

    def __init__(self, **options):
        self._numbers = []
        self._tone_engine = Engine(options["seed"])
        super().__init__(**options)

    def _changes(self):
        options, engine = self.options, self._tone_engine
        if self.dtype == np.uint8:
            return False, None, None
        tones = self._tones(engine)
        return (options["rand_mirror"] and engine.flip()) or options["mirror"], *tones

    def take(self, count):
        """Return up to ``count`` next pictures, with labels and numbers."""
        self._numbers = []
        pictures, labels, _ = super().take(count)
        return pictures, labels, np.array(self._numbers, np.int64)

    def _example(self, record, place):
        self._numbers.append(unpack(record)[0])
        return super()._example(record, place)

    def _filling(self, rows, missing):
        return ArrayRounds._filling(self, rows, missing)

    def next(self):
        """Make the next batch; False behind the last one."""
        return ArrayRounds.next(self)


def mean_picture(path, total, verbose):
    """Read a mean picture; where there is none, make it by ``total()`` and write it."""
    if os.path.exists(path):
        found = load(path)
        found = list(found.values()) if isinstance(found, dict) else found
        if len(found) != 1:
            raise check_failed(
                f"data.size() == 1 ({len(found)} vs. 1) ", "Invalid mean image file format"
            )
        return found[0].asnumpy()
    if verbose:
        logging.getLogger(__name__).info("Cannot find %s: create mean image", path)
    summed, count = total()
    summed *= _f32(1) / _f32(max(count, 1))
    save(path, {"mean_img": array(summed)})
    return summed


def in_rgb(picture):
    """Return a picture in BGR order as (channels, height, width) in RGB order; alpha stays last."""
    if picture.shape[2] >= 3:
        picture = picture[:, :, [2, 1, 0, 3][: picture.shape[2]]]
    return picture.transpose(2, 0, 1)


def _normalizer(options, channels):
    return tuple(
        np.array([options[f"{what}_{channel}"] for channel in "rgba"[:channels]], np.float32)[
            :, None, None
        ]
        for what in ("mean", "std")
    )


def _rounded(values):
    """Round as C does, halves away from zero."""
    return (np.sign(values) * np.floor(np.abs(values) + 0.5)).astype(np.int32)


GROUPS = (PREFETCHER, PARSER, RECORD, BATCH, NORMALIZE, AUGMENT)
ImageRecordIter = iterator("ImageRecordIter", *GROUPS)(ImageSource)
ImageRecordIter_v1 = iterator("ImageRecordIter_v1", *GROUPS)(OldImageSource)


def _of_type(name, dtype, kind=ImageSource):
    """Return an iterator that gives a type, whatever ``dtype`` says."""

    def source(**options):
        return kind(**{**options, "dtype": dtype})

    source.__doc__ = f"Give batches as ``ImageRecordIter(dtype={dtype!r})`` does; an old name."
    return iterator(name, *GROUPS)(source)


ImageRecordUInt8Iter = _of_type("ImageRecordUInt8Iter", "uint8")
ImageRecordUInt8Iter_v1 = _of_type("ImageRecordUInt8Iter_v1", "uint8", OldImageSource)
ImageRecordInt8Iter = _of_type("ImageRecordInt8Iter", "int8")
