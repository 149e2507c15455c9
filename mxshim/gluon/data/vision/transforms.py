"""Image transforms, as blocks: on (H, W, C) images up to ToTensor, on (C, H, W) after it."""

from __future__ import annotations

import random

import numpy as np

from .... import image
from ...._core.missing import module_getattr
from ....base import numeric_types
from ....util import is_np_array
from ...block import Block, HybridBlock
from ...nn import HybridSequential, Sequential

__all__ = [
    "Cast",
    "CenterCrop",
    "Compose",
    "CropResize",
    "Normalize",
    "RandomApply",
    "RandomBrightness",
    "RandomColorJitter",
    "RandomContrast",
    "RandomFlipLeftRight",
    "RandomFlipTopBottom",
    "RandomHue",
    "RandomLighting",
    "RandomResizedCrop",
    "RandomRotation",
    "RandomSaturation",
    "Resize",
    "Rotate",
    "ToTensor",
]


class Compose(Sequential):
    """Apply transforms one after another; neighbouring hybrid ones are hybridized together."""

    def __init__(self, transforms):
        super().__init__()
        run = []
        for transform in [*transforms, None]:
            if isinstance(transform, HybridBlock):
                run.append(transform)
                continue
            if run:
                self.add(run[0] if len(run) == 1 else _joined(run))
            run = []
            if transform is not None:
                self.add(transform)


def _joined(blocks):
    joined = HybridSequential()
    for block in blocks:
        joined.add(block)
    joined.hybridize()
    return joined


class _ImageOperator(HybridBlock):
    """Apply the image operator ``_operator`` with ``_args`` to the input."""

    _operator = ""
    _args = ()

    def hybrid_forward(self, F, x):
        images = (F.npx if is_np_array() else F).image
        return getattr(images, self._operator)(x, *self._args)


class Cast(HybridBlock):
    """Cast the input to ``dtype``."""

    def __init__(self, dtype="float32"):
        super().__init__()
        self._dtype = dtype

    def hybrid_forward(self, F, x):
        return (F.npx if is_np_array() else F).cast(x, self._dtype)


class ToTensor(_ImageOperator):
    """Turn uint8 images (..., H, W, C) in 0-255 into float32 tensors (..., C, H, W) in 0-1."""

    _operator = "to_tensor"

    def __init__(self):
        super().__init__()


class Normalize(_ImageOperator):
    """Subtract ``mean`` and divide by ``std``, one of each for all channels or one for each."""

    _operator = "normalize"

    def __init__(self, mean=0.0, std=1.0):
        super().__init__()
        self._mean = mean
        self._std = std
        self._args = (mean, std)


class Resize(_ImageOperator):
    """Resize images to ``size``: (width, height), or an int for both.

    With ``keep_ratio``, an int is the length of the shorter edge.
    """

    _operator = "resize"

    def __init__(self, size, keep_ratio=False, interpolation=1):
        super().__init__()
        self._keep = keep_ratio
        self._size = size
        self._interpolation = interpolation
        self._args = (size, keep_ratio, interpolation)


class CropResize(HybridBlock):
    """Cut out the rectangle at column ``x`` and row ``y``; resize it when ``size`` is given."""

    def __init__(self, x, y, width, height, size=None, interpolation=None):
        super().__init__()
        self._x = x
        self._y = y
        self._width = width
        self._height = height
        self._size = size
        self._interpolation = interpolation

    def hybrid_forward(self, F, x):
        images = (F.npx if is_np_array() else F).image
        out = images.crop(x, self._x, self._y, self._width, self._height)
        if self._size:
            out = images.resize(out, self._size, False, self._interpolation)
        return out


class RandomFlipLeftRight(_ImageOperator):
    """Mirror an image left to right with probability one half."""

    _operator = "random_flip_left_right"

    def __init__(self):
        super().__init__()


class RandomFlipTopBottom(_ImageOperator):
    """Mirror an image top to bottom with probability one half."""

    _operator = "random_flip_top_bottom"

    def __init__(self):
        super().__init__()


class RandomBrightness(_ImageOperator):
    """Scale brightness by a factor within ``brightness`` of 1, not below 0."""

    _operator = "random_brightness"

    def __init__(self, brightness):
        super().__init__()
        self._args = (max(0, 1 - brightness), 1 + brightness)


class RandomContrast(_ImageOperator):
    """Scale contrast by a factor within ``contrast`` of 1, not below 0."""

    _operator = "random_contrast"

    def __init__(self, contrast):
        super().__init__()
        self._args = (max(0, 1 - contrast), 1 + contrast)


class RandomSaturation(_ImageOperator):
    """Scale saturation by a factor within ``saturation`` of 1, not below 0."""

    _operator = "random_saturation"

    def __init__(self, saturation):
        super().__init__()
        self._args = (max(0, 1 - saturation), 1 + saturation)


class RandomHue(_ImageOperator):
    """Turn the hue by a factor within ``hue`` of 1, not below 0."""

    _operator = "random_hue"

    def __init__(self, hue):
        super().__init__()
        self._args = (max(0, 1 - hue), 1 + hue)


class RandomColorJitter(_ImageOperator):
    """Change brightness, contrast, saturation and hue at random, in a random order."""

    _operator = "random_color_jitter"

    def __init__(self, brightness=0, contrast=0, saturation=0, hue=0):
        super().__init__()
        self._args = (brightness, contrast, saturation, hue)


class RandomLighting(_ImageOperator):
    """Add noise along the colours' principal components, of standard deviation ``alpha``."""

    _operator = "random_lighting"

    def __init__(self, alpha):
        super().__init__()
        self._alpha = alpha
        self._args = (alpha,)


class CenterCrop(Block):
    """Cut out the middle of an image; a smaller image is scaled up to ``size`` (width, height)."""

    def __init__(self, size, interpolation=1):
        super().__init__()
        if isinstance(size, numeric_types):
            size = (size, size)
        self._args = (size, interpolation)

    def forward(self, x):
        return image.center_crop(x, *self._args)[0]


class RandomResizedCrop(Block):
    """Cut out a random part of random area and aspect ratio, then resize it to ``size``."""

    def __init__(self, size, scale=(0.08, 1.0), ratio=(3.0 / 4.0, 4.0 / 3.0), interpolation=1):
        super().__init__()
        if isinstance(size, numeric_types):
            size = (size, size)
        self._args = (size, scale, ratio, interpolation)

    def forward(self, x):
        return image.random_size_crop(x, *self._args)[0]


class Rotate(Block):
    """Rotate float32 tensors by a fixed number of degrees; the size stays."""

    def __init__(self, rotation_degrees, zoom_in=False, zoom_out=False):
        super().__init__()
        self._args = (rotation_degrees, zoom_in, zoom_out)

    def forward(self, x):
        _need_float(x)
        return image.imrotate(x, *self._args)


class RandomRotation(Block):
    """Rotate float32 tensors by an angle drawn from ``angle_limits``; the size stays."""

    def __init__(self, angle_limits, zoom_in=False, zoom_out=False, rotate_with_proba=1.0):
        super().__init__()
        lower, upper = angle_limits
        if lower >= upper:
            raise ValueError("`angle_limits` must be an ordered tuple")
        if rotate_with_proba < 0 or rotate_with_proba > 1:
            raise ValueError("Probability of rotating the image should be between 0 and 1")
        self._args = (angle_limits, zoom_in, zoom_out)
        self._rotate_with_proba = rotate_with_proba

    def forward(self, x):
        if np.random.random() > self._rotate_with_proba:
            return x
        _need_float(x)
        return image.random_rotate(x, *self._args)


def _need_float(x):
    if x.dtype != np.float32:
        raise TypeError(
            "This transformation only supports float32. Consider calling it after ToTensor"
        )


class RandomApply(Sequential):
    """Apply ``transforms`` with probability ``p``, drawn from Python's generator."""

    def __init__(self, transforms, p=0.5):
        super().__init__()
        self.transforms = transforms
        self.p = p

    def forward(self, x):
        return x if self.p < random.random() else self.transforms(x)


__getattr__ = module_getattr(__name__)
