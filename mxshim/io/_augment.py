"""What the image iterators do to a decoded picture: MXNet's default augmenter.

Pictures are arrays (height, width, channels), uint8, in BGR order. Random numbers come from an
:class:`Engine` in the order in which MXNet draws them.
"""

from __future__ import annotations

import math

import numpy as np

from .._core.errors import check_failed
from .._core.params import Bool, Float, Int, Optional
from ._declare import Parameter

_f32 = np.float32
_ANY_SIZE = float(_f32(1e10))


def _float(default, about):
    return Parameter(Float(), float(_f32(default)), about)


def _int(default, about):
    return Parameter(Int(), default, about)


AUGMENT = {
    "resize": _int(-1, "Scale the shorter edge to this first; -1 leaves it."),
    "rand_crop": Parameter(Bool(), False, "Crop at a random place instead of the middle."),
    "random_resized_crop": Parameter(
        Bool(), False, "Crop a part of random area and aspect ratio, and scale it."
    ),
    "max_rotate_angle": _int(0, "Rotate by up to so many degrees, either way."),
    "max_aspect_ratio": _float(0, "Range of aspect ratios: up to this, or 1 plus and minus this."),
    "min_aspect_ratio": Parameter(Optional(Float()), None, "Lower end of that range."),
    "max_shear_ratio": _float(0, "Shear by up to this, either way."),
    "max_crop_size": _int(-1, "Crop squares of up to this size, then scale them."),
    "min_crop_size": _int(-1, "Crop squares from this size on."),
    "max_random_scale": _float(1, "Scale by a random factor of up to this."),
    "min_random_scale": _float(1, "Scale by a random factor from this on."),
    "max_random_area": _float(1, "Crop up to this share of the area, in a resized crop."),
    "min_random_area": _float(1, "Crop this share of the area or more, in a resized crop."),
    "max_img_size": _float(1e10, "Largest width and height after scaling and rotating."),
    "min_img_size": _float(0, "Smallest width and height after scaling and rotating."),
    "brightness": _float(0, "Change the brightness by up to this share, either way."),
    "contrast": _float(0, "Change the contrast by up to this share, either way."),
    "saturation": _float(0, "Change the saturation by up to this share, either way."),
    "pca_noise": _float(0, "Spread of the noise along the colours' principal axes."),
    "random_h": _int(0, "Change the hue by up to this, of 180, either way."),
    "random_s": _int(0, "Change the saturation (of HLS) by up to this, of 255, either way."),
    "random_l": _int(0, "Change the lightness by up to this, of 255, either way."),
    "rotate": _int(-1, "Rotate by these degrees, whatever max_rotate_angle says."),
    "fill_value": _int(255, "Value of pixels that lie outside the picture."),
    "inter_method": _int(
        1, "Interpolation: 0 nearest, 1 linear, 2 cubic, 3 area, 4 Lanczos, 9 by sizes, 10 random."
    ),
    "pad": _int(0, "Add so many pixels on every side."),
}
_PCA = np.array(
    [
        [55.46 * -0.5675, 4.794 * 0.7192, 1.148 * 0.4009],
        [55.46 * -0.5808, 4.794 * -0.0045, 1.148 * -0.8140],
        [55.46 * -0.5836, 4.794 * -0.6948, 1.148 * 0.4203],
    ],
    np.float32,
)


def opencv():
    """Return OpenCV; ImportError says how to get it."""
    try:
        import cv2
    except ImportError:
        raise ImportError(
            "iterators over images take OpenCV: pip install 'mxshim[image]'", name="cv2"
        ) from None
    return cv2


def resized(picture, width, height, method, engine):
    """Scale a picture by one of MXNet's numbered methods."""
    old = picture.shape
    cv2 = opencv()
    out = cv2.resize(
        picture,
        (width, height),
        interpolation=interpolation(method, old[1], old[0], width, height, engine),
    )
    return out if out.ndim == 3 else out[:, :, None]


def interpolation(method, old_width, old_height, width, height, engine):
    """Return OpenCV's number of an interpolation method; MXNetError for one there is not."""
    if not (0 <= method <= 4 or 9 <= method <= 10):
        raise check_failed(
            "(param_.inter_method >= 0 && param_.inter_method <= 4) || "
            "(param_.inter_method >= 9 && param_.inter_method <= 10)",
            "invalid inter_method: valid value 0,1,2,3,9,10",
        )
    if method == 9:
        if width > old_width and height > old_height:
            return 2
        return 3 if width < old_width and height < old_height else 1
    return engine.whole(0, 4) if method == 10 else method


def shorter_edge(picture, size, method, engine):
    """Scale a picture so that its shorter edge is ``size``."""
    rows, columns = picture.shape[:2]
    if rows > columns:
        return resized(picture, size, size * rows // columns, method, engine)
    return resized(picture, size * columns // rows, size, method, engine)


def shifted_colours(picture, hue, lightness, saturation):
    """Add to the channels of a picture in HLS."""
    cv2 = opencv()
    changed = cv2.cvtColor(picture, cv2.COLOR_BGR2HLS).astype(np.int32)
    changed += np.array([hue, lightness, saturation])
    changed = np.clip(changed, 0, [180, 255, 255]).astype(np.uint8)
    return cv2.cvtColor(changed, cv2.COLOR_HLS2BGR)


class Augmenter:
    """Bring pictures to one shape, at random where the parameters ask for it."""

    def __init__(self, data_shape, **parameters):
        self.height, self.width = data_shape[1:]
        for name in AUGMENT:
            setattr(self, name, parameters[name])
        if self.min_aspect_ratio is None:
            self.ratios = (1 - self.max_aspect_ratio, 1 + self.max_aspect_ratio)
        else:
            self.ratios = (self.min_aspect_ratio, self.max_aspect_ratio)
        ratio = self.ratios != (1, 1) and not self.random_resized_crop
        self.warps = (
            self.max_rotate_angle > 0
            or self.max_shear_ratio > 0
            or self.rotate > 0
            or self.max_random_scale != 1
            or self.min_random_scale != 1
            or self.max_img_size != _ANY_SIZE
            or self.min_img_size != 0
            or ratio
        )

    def __call__(self, picture, engine):
        """Return the picture in the shape asked for."""
        if self.resize != -1:
            picture = shorter_edge(picture, self.resize, self.inter_method, engine)
        if self.warps:
            picture = self._warped(picture, engine)
        if self.pad > 0:
            picture = self._padded(picture)
        picture = self._cropped(picture, engine)
        if self.brightness > 0 or self.contrast > 0 or self.saturation > 0:
            picture = self._jittered(picture, engine)
        if self.random_h or self.random_s or self.random_l:
            picture = self._recoloured(picture, engine)
        if self.pca_noise > 0:
            picture = self._noisy(picture, engine)
        return picture

    def _warped(self, picture, engine):
        rows, columns = picture.shape[:2]
        shear = engine.unit() * _f32(self.max_shear_ratio) * 2 - _f32(self.max_shear_ratio)
        angle = engine.whole(-self.max_rotate_angle, self.max_rotate_angle)
        if self.rotate > 0:
            angle = self.rotate
        a = _f32(math.cos(angle / 180.0 * math.pi))
        b = _f32(math.sin(angle / 180.0 * math.pi))
        low, high = _f32(self.min_random_scale), _f32(self.max_random_scale)
        scale = engine.unit() * (high - low) + low
        ratio = _f32(1)
        if not self.random_resized_crop:
            low, high = (_f32(each) for each in self.ratios)
            ratio = engine.unit() * (high - low) + low
        hs = _f32(2) * scale / (_f32(1) + ratio)
        ws = ratio * hs
        width, height = (
            max(_f32(self.min_img_size), min(_f32(self.max_img_size), scale * _f32(size)))
            for size in (columns, rows)
        )
        matrix = np.array(
            [[hs * a - shear * b * ws, hs * b + shear * a * ws, 0], [-b * ws, a * ws, 0]],
            np.float32,
        )
        centre = matrix[:, 0] * _f32(columns) + matrix[:, 1] * _f32(rows)
        matrix[:, 2] = (np.array([width, height], np.float32) - centre) / _f32(2)
        out = opencv().warpAffine(
            picture,
            matrix,
            (int(width), int(height)),
            flags=interpolation(self.inter_method, columns, rows, int(width), int(height), engine),
            borderMode=opencv().BORDER_CONSTANT,
            borderValue=(self.fill_value,) * 3,
        )
        return out if out.ndim == 3 else out[:, :, None]

    def _padded(self, picture):
        sides = ((self.pad, self.pad), (self.pad, self.pad), (0, 0))
        return np.pad(picture, sides, constant_values=self.fill_value)

    def _cropped(self, picture, engine):
        rows, columns = picture.shape[:2]
        if self.random_resized_crop:
            self._check_crop()
            found = self._part_of_area(picture, engine)
            if found is not None:
                return found
        elif self.max_crop_size != -1 or self.min_crop_size != -1:
            return self._square(picture, engine)
        if rows < self.height:
            scaled = int(_f32(self.height) / _f32(rows) * _f32(columns))
            picture = resized(picture, scaled, self.height, self.inter_method, engine)
            rows, columns = picture.shape[:2]
        if columns < self.width:
            scaled = int(_f32(self.width) / _f32(columns) * _f32(rows))
            picture = resized(picture, self.width, scaled, self.inter_method, engine)
            rows, columns = picture.shape[:2]
        top, left = rows - self.height, columns - self.width
        if self.rand_crop:
            top = engine.whole(0, top)
            left = engine.whole(0, left)
        else:
            top, left = top // 2, left // 2
        return picture[top : top + self.height, left : left + self.width]

    def _check_crop(self):
        scales = (self.min_random_scale, self.max_random_scale)
        sizes = (self.min_crop_size, self.max_crop_size)
        if scales != (1, 1) or sizes != (-1, -1) or self.rand_crop:
            raise check_failed(
                "param_.min_random_scale == 1.0f && param_.max_random_scale == 1.0f && "
                "param_.min_crop_size == -1 && param_.max_crop_size == -1 && !param_.rand_crop",
                "\nSetting random_resized_crop to true conflicts with min_random_scale, "
                "max_random_scale, min_crop_size, max_crop_size, and rand_crop.",
            )

    def _square(self, picture, engine):
        rows, columns = picture.shape[:2]
        if min(rows, columns) < self.max_crop_size or self.max_crop_size < self.min_crop_size:
            raise check_failed(
                "res.cols >= param_.max_crop_size && res.rows >= param_.max_crop_size && "
                "param_.max_crop_size >= param_.min_crop_size",
                "input image size smaller than max_crop_size",
            )
        size = engine.whole(self.min_crop_size, self.max_crop_size)
        top, left = rows - size, columns - size
        if self.rand_crop:
            top = engine.whole(0, top)
            left = engine.whole(0, left)
        else:
            top, left = top // 2, left // 2
        part = picture[top : top + size, left : left + size]
        return resized(part, self.width, self.height, self.inter_method, engine)

    def _part_of_area(self, picture, engine):
        """Crop by area and ratio and scale; None if ten tries gave nothing, or if not asked for."""
        rows, columns = picture.shape[:2]
        low, high = self.ratios
        if (self.min_random_area, self.max_random_area) == (1, 1) and self.ratios == (1, 1):
            return None
        for _ in range(10):
            area = engine.uniform(self.min_random_area, self.max_random_area) * rows * columns
            ratio = engine.uniform(low, high)
            width = round(math.sqrt(area * ratio))
            height = round(math.sqrt(area / ratio))
            if engine.unit() > 0.5:
                width, height = height, width
            if width <= columns and height <= rows:
                top = engine.whole(0, rows - height)
                left = engine.whole(0, columns - width)
                part = picture[top : top + height, left : left + width]
                return resized(part, self.width, self.height, self.inter_method, engine)
        return None

    def _jittered(self, picture, engine):
        cv2 = opencv()
        brightness, contrast, saturation = (
            1.0 + float(engine.uniform(-each, each))
            for each in (self.brightness, self.contrast, self.saturation)
        )
        order = [0, 1, 2]
        engine.shuffle(order)
        for step in order:
            if step == 0:
                picture = _affine(picture, brightness, 0)
                continue
            grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
            if step == 1:
                picture = _affine(picture, contrast, (1 - contrast) * float(cv2.mean(grey)[0]))
            else:
                grey = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
                picture = cv2.addWeighted(grey, 1 - saturation, picture, saturation, 0)
        return picture

    def _recoloured(self, picture, engine):
        # mxnet: two numbers for each, weighted (io/test_image_iter.py::test_random[hls-3])
        hue, saturation, lightness = (
            int((0.2 * float(engine.unit()) + 0.8 * float(engine.unit())) * 2 * most - most)
            for most in (self.random_h, self.random_s, self.random_l)
        )
        return shifted_colours(picture, hue, lightness, saturation)

    def _noisy(self, picture, engine):
        red, green, blue = _PCA @ np.array(engine.normals(3, self.pca_noise), np.float32)
        moved = picture.astype(np.float32) + np.array([blue, green, red], np.float32)
        return np.clip(moved.astype(np.int32), 0, 255).astype(np.uint8)


def _affine(picture, factor, offset):
    """Return factor times the picture plus an offset, rounded and kept within 0 to 255."""
    values = picture.astype(np.float32) * _f32(factor) + _f32(offset)
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
