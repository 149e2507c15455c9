"""Batches of pictures with boxes from image records: MXNet's default detection augmenter."""

from __future__ import annotations

import logging
import math

import numpy as np

from .._core.errors import MXNetError, check_failed, mxnet_error
from .._core.params import Enum, Float, Int, Text, Tuple
from ..ndarray import array
from ._augment import resized, shifted_colours, shorter_edge
from ._boxes import Boxes
from ._declare import BATCH, PREFETCHER, Parameter, iterator
from ._engine import Engine
from ._image_record import PARSER, RECORD, LabelList, decoded, in_rgb, mean_picture, unpack
from ._records import Records
from ._source import ArrayRounds, check_float32

_f32 = np.float32
_SEED = 233


def _float(default, about):
    return Parameter(Float(), float(_f32(default)), about)


def _floats(default, about):
    return Parameter(Tuple(), (float(default),), about)


_LEFT_OUT = ("path_imgidx", "device_id", "seed_aug")
DETECTION_PARSER = {
    **{name: each for name, each in PARSER.items() if name not in _LEFT_OUT},
    "path_imgrec": Parameter(Text(), "./data/imgrec.rec", "File of records."),
    "aug_seq": Parameter(Text(), "det_aug_default", "Augmenters; there is this one."),
    "label_width": Parameter(Int(), -1, "Numbers in a label; -1 for any."),
    "label_pad_width": Parameter(Int(), 0, "Numbers that labels are padded to; 0 for the most."),
    "label_pad_value": _float(-1, "What they are padded with."),
}
_RANGES = {
    "scales": (0, 1, "share of the sides"),
    "aspect_ratios": (1, 1, "aspect ratio"),
    "overlaps": (0, 1, "overlap with a box, as intersection over union"),
    "sample_coverages": (0, 1, "share of the crop that a box covers"),
    "object_coverages": (0, 1, "share of a box that the crop covers"),
}
DETECTION = {
    "resize": Parameter(Int(), -1, "Scale the shorter edge to this first; -1 leaves it."),
    "rand_crop_prob": _float(0, "Probability of a random crop."),
    **{
        f"{end}_crop_{what}": _floats(
            bounds[end == "max"], f"{'Largest' if end == 'max' else 'Smallest'} {bounds[2]}."
        )
        for what, bounds in _RANGES.items()
        for end in ("min", "max")
    },
    "num_crop_sampler": Parameter(Int(), 1, "Ways of cropping, with a value each above."),
    "crop_emit_mode": Parameter(
        Enum("center", "overlap"), "center", "Boxes that stay: by centre or by overlap."
    ),
    "emit_overlap_thresh": _float(0.3, "Share of a box that a crop must keep, for overlap."),
    "max_crop_trials": Parameter(Tuple("Shape(tuple)", int), (25,), "Tries of each way."),
    "rand_pad_prob": _float(0, "Probability of a margin."),
    "max_pad_scale": _float(1, "Largest scale of a picture with its margin."),
    **{
        name: each
        for colour, kind in (
            ("hue", Parameter(Int(), 0, "Largest change of the hue, of 180.")),
            ("saturation", Parameter(Int(), 0, "Largest change of the saturation, of 255.")),
            ("illumination", Parameter(Int(), 0, "Largest change of the lightness, of 255.")),
            ("contrast", _float(0, "Largest change of the contrast.")),
        )
        for name, each in (
            (f"max_random_{colour}", kind),
            (f"random_{colour}_prob", _float(0, "Its probability.")),
        )
    },
    "rand_mirror_prob": _float(0, "Probability of mirroring."),
    "fill_value": Parameter(Int(), 127, "Value of pixels in margins."),
    "inter_method": Parameter(
        Int(), 1, "Interpolation: 0 nearest, 1 linear, 2 cubic, 3 area, 4 Lanczos, 9, 10."
    ),
    "resize_mode": Parameter(
        Enum("fit", "force", "shrink"),
        "force",
        "How pictures come to data_shape: by force, shrunk where too large, or fitted.",
    ),
}
DETECTION_NORMALIZE = {
    "mean_img": Parameter(Text(), "", "File of the mean picture to subtract."),
    **{f"mean_{channel}": _float(0, "Mean of a channel to subtract.") for channel in "rgba"},
    **{
        f"std_{channel}": _float(0, "Number to divide a channel by; 0: none.") for channel in "rgba"
    },
    "scale": _float(1, "Number to multiply all with."),
}


class DetectionAugmenter:
    """Change pictures and their boxes at random, and bring them to one shape or into it."""

    def __init__(self, data_shape, **parameters):
        self.height, self.width = data_shape[1:]
        self.p = parameters
        count = parameters["num_crop_sampler"]
        names = [f"{end}_crop_{what}" for what in _RANGES for end in ("min", "max")]
        for name in [*names, "max_crop_trials"]:
            values = parameters[name]
            if len(values) != count and (count == 1 or len(values) > 1):
                raise check_failed(
                    f"param->ndim() == {'1' if count == 1 else 'num_sampler'} "
                    f"({len(values)} vs. {count}) ",
                    "" if count == 1 else "# of parameters/crop_samplers mismatch ",
                )
            parameters[name] = values if len(values) == count else values * count

    def __call__(self, picture, boxes, engine):
        """Return the picture; ``boxes`` is changed in place."""
        p = self.p
        method = p["inter_method"]
        if p["resize"] != -1:
            picture = shorter_edge(picture, p["resize"], method, engine)
        if any(p[f"random_{each}_prob"] > 0 for each in _COLOURS):
            picture = self._recoloured(picture, engine)
        if p["rand_mirror_prob"] > 0 and engine.unit() < p["rand_mirror_prob"]:
            boxes.mirror()
            picture = np.ascontiguousarray(picture[:, ::-1])
        if p["rand_pad_prob"] > 0 and p["max_pad_scale"] > 1 and engine.unit() < p["rand_pad_prob"]:
            picture = self._margin(picture, boxes, engine)
        crops = p["rand_crop_prob"] > 0 and p["num_crop_sampler"] > 0
        if crops and engine.unit() < p["rand_crop_prob"]:
            picture = self._cropped(picture, boxes, engine)
        return self._brought(picture, method, engine)

    def _brought(self, picture, method, engine):
        rows, columns = picture.shape[:2]
        if self.p["resize_mode"] == "force":
            return resized(picture, self.width, self.height, method, engine)
        if self.p["resize_mode"] == "shrink" and rows <= self.height and columns <= self.width:
            return picture
        ratio = min(_f32(self.height) / _f32(rows), _f32(self.width) / _f32(columns))
        size = (int(ratio * _f32(columns)), int(ratio * _f32(rows)))
        return resized(picture, *size, method, engine)

    def _recoloured(self, picture, engine):
        drawn = [engine.uniform(-1, 1) * _f32(self.p[f"max_random_{each}"]) for each in _COLOURS]
        used = [engine.unit() < self.p[f"random_{each}_prob"] for each in _COLOURS]
        hue, saturation, light, contrast = (value if use else 0 for value, use in zip(drawn, used))
        hue, saturation, light = int(hue), int(saturation), int(light)
        if hue or saturation or light:
            picture = shifted_colours(picture, hue, light, saturation)
        if abs(contrast) > 1e-3:
            values = picture.astype(np.float32) * _f32(contrast + _f32(1))
            picture = np.clip(np.rint(values), 0, 255).astype(np.uint8)
        return picture

    def _margin(self, picture, boxes, engine):
        scale = engine.uniform(1, self.p["max_pad_scale"])
        if scale < _f32(1.05):
            return picture
        x, y = (engine.uniform(0, scale - _f32(1)) for _ in range(2))
        boxes.rows = boxes.moved(boxes.rows, (-x, -y, scale, scale))
        rows, columns = (_f32(size) for size in picture.shape[:2])
        left, top = int(x * columns), int(y * rows)
        right = int((scale - x - _f32(1)) * columns)
        bottom = int((scale - y - _f32(1)) * rows)
        sides = ((top, bottom), (left, right), (0, 0))
        return np.pad(picture, sides, constant_values=self.p["fill_value"])

    def _cropped(self, picture, boxes, engine):
        rows, columns = picture.shape[:2]
        ways = list(range(self.p["num_crop_sampler"]))
        engine.shuffle(ways)
        for way in ways:
            bounds = {
                what: (
                    _f32(self.p[f"min_crop_{what}"][way]),
                    _f32(self.p[f"max_crop_{what}"][way]),
                )
                for what in _RANGES
            }
            for _ in range(self.p["max_crop_trials"][way]):
                box = _region(bounds, _f32(columns) / _f32(rows), engine)
                mode, threshold = self.p["crop_emit_mode"], self.p["emit_overlap_thresh"]
                if boxes.crop(box, bounds, mode, threshold):
                    left, top = int(box[0] * _f32(columns)), int(box[1] * _f32(rows))
                    width, height = int(box[2] * _f32(columns)), int(box[3] * _f32(rows))
                    return picture[top : top + height, left : left + width]
        return picture


_COLOURS = ("hue", "saturation", "illumination", "contrast")


def _region(bounds, aspect, engine):
    """Draw a region (left, top, width, height), in shares of the sides."""
    scale = engine.uniform(*bounds["scales"]) + _f32(1e-12)
    low, high = bounds["aspect_ratios"]
    low = max(low / aspect, scale * scale)
    high = min(high / aspect, _f32(1.0 / float(scale * scale)))
    ratio = _f32(math.sqrt(max(engine.uniform(low, high), 0)))
    width, height = min(_f32(1), scale * ratio), min(_f32(1), scale / ratio)
    left = engine.uniform(0, _f32(1) - width)
    top = engine.uniform(0, _f32(1) - height)
    return left, top, width, height


@iterator(
    "ImageDetRecordIter",
    PREFETCHER,
    DETECTION_PARSER,
    RECORD,
    BATCH,
    DETECTION,
    DETECTION_NORMALIZE,
)
class DetectionSource(ArrayRounds):
    """Give batches of pictures with boxes from a file of image records.

    A label becomes channels, height, width, its length, then the label, padded. Random numbers are
    those that MXNet draws with ``preprocess_threads=1``. Takes OpenCV, as ``ImageRecordIter``.
    """

    def __init__(self, batch_size, round_batch, data_shape, dtype, **options):
        super().__init__(batch_size, round_batch)
        check_float32("ImageDetRecordIter", dtype)
        if options["aug_seq"] != "det_aug_default":
            raise mxnet_error(f"aug_seq: there is no augmenter {options['aug_seq']!r}")
        self.shape, self.options = data_shape, options
        self._engine = Engine(_SEED)
        self._augment = DetectionAugmenter(data_shape, **options)
        self._list = None
        if options["path_imglist"]:
            self._list = LabelList(options["path_imglist"], options["label_width"])
        self._records = Records(
            options["path_imgrec"],
            options["part_index"],
            options["num_parts"],
            options["shuffle"],
            options["seed"],
            magic=_SEED,
        )
        self.width = self._label_width()
        self._mean = None
        if options["mean_img"]:
            self._mean = mean_picture(options["mean_img"], self._total, options["verbose"])

    def _total(self):
        """Return the sum of all pictures, and how many they are."""
        # mxnet: scaled and divided ones (io/test_det_iter.py::test_mean_image)
        total, count = np.zeros(self.shape, np.float32), 0
        while len(numbers := (rows := self.take(1))[2]):
            total += rows[0][0]
            count += len(numbers)
        self._records.start()
        return total, count

    def _label_width(self):
        """Return the number that labels are padded to."""
        asked = self.options["label_pad_width"]
        if self._list is not None:
            most = self._list.widest()
        else:
            records = Records(self.options["path_imgrec"], 0, 1, False, 0)
            most = 0
            while (found := records.take()) is not None:
                most = max(most, len(self._label(*unpack(found[0])[:2])))
        if most > asked > 0:
            raise MXNetError(
                f"ImageDetRecordIOParser: label_pad_width: {asked} smaller than estimated width: "
                f"{most}"
            )
        if self.options["verbose"]:
            logging.getLogger(__name__).info("label padding width: %d", max(most, asked))
        return max(most, asked)

    def _label(self, number, labels):
        if self._list is not None:
            return self._list.find(number)
        if labels is None:
            raise mxnet_error("Not enough label packed in img_list or rec file.")
        asked = self.options["label_width"]
        if asked > 0 and asked != len(labels):
            raise check_failed(
                f"param_.label_width == rec.num_label ({asked} vs. {len(labels)}) ",
                f"rec file provide {len(labels)}-dimensional label "
                f"but label_width is set to {asked}",
            )
        return labels

    def start(self):
        """Begin a pass over the records."""
        self._records.start()

    def take(self, count):
        """Return up to ``count`` next pictures, with labels and numbers."""
        pictures = np.zeros((count, *self.shape), np.float32)
        labels = np.full((count, self.width + 4), self.options["label_pad_value"], np.float32)
        numbers = []
        while len(numbers) < count and (found := self._records.take()) is not None:
            at = len(numbers)
            number, label, _, data = unpack(found[0])
            picture = decoded(data, self.shape[0], number, self.shape)
            boxes = Boxes(self._label(number, label))
            picture = in_rgb(self._augment(picture, boxes, self._engine))
            label = boxes.array()
            labels[at, :4] = (*picture.shape, len(label))
            labels[at, 4 : 4 + len(label)] = label
            pictures[at, :, : picture.shape[1], : picture.shape[2]] = picture
            numbers.append(number)
        done = len(numbers)
        return self._normal(pictures[:done]), labels[:done], np.array(numbers, np.int64)

    def _normal(self, pictures):
        options, channels = self.options, "rgba"[: self.shape[0]]
        if self._mean is not None:
            pictures -= self._mean
        means, stds = (
            np.array([options[f"{what}_{channel}"] for channel in channels], np.float32)
            for what in ("mean", "std")
        )
        if self._mean is None:
            pictures -= means[:, None, None]
        pictures /= np.where(stds > 0, stds, _f32(1))[:, None, None]
        return pictures * _f32(options["scale"])

    def data(self):
        """Return the batch's pictures."""
        return array(self.rows[0])

    def label(self):
        """Return the batch's labels."""
        return array(self.rows[1])

    def close(self):
        """Give the files back."""
        self._records.close()
