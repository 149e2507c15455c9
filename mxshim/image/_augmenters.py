"""Augmenters: callables that change an image (H, W, C), at random or not."""

from __future__ import annotations

import json
import random

import numpy as np

from .. import ndarray as nd
from ._geometry import (
    _get_interp_method,
    _renamed_area,
    center_crop,
    color_normalize,
    imresize,
    random_crop,
    random_size_crop,
    resize_short,
)

#: Shares of red, green and blue in brightness.
LUMA = (0.299, 0.587, 0.114)
#: From RGB to luma and chroma (YIQ) and back, for turning hues.
TO_YIQ = np.array([LUMA, (0.596, -0.274, -0.321), (0.211, -0.523, 0.311)])
FROM_YIQ = np.array([(1.0, 0.956, 0.621), (1.0, -0.272, -0.647), (1.0, -1.107, 1.705)])
#: Mean, standard deviation, principal components and their variances of ImageNet's colours.
MEAN = (123.68, 116.28, 103.53)
STD = (58.395, 57.12, 57.375)
EIGENVALUES = (55.46, 4.794, 1.148)
EIGENVECTORS = (
    (-0.5675, 0.7192, 0.4009), (-0.5808, -0.0045, -0.8140), (-0.5836, -0.6948, 0.4203),
)  # fmt: skip


class Described:
    """Remember the arguments of an augmenter, to write them down."""

    def __init__(self, **kwargs):
        self._kwargs = kwargs
        for key, value in kwargs.items():
            if isinstance(value, nd.NDArray):
                value = value.asnumpy()
            if isinstance(value, np.ndarray):
                kwargs[key] = value.tolist()

    def dumps(self):
        """Return a JSON text with the augmenter's name and arguments."""
        return json.dumps([type(self).__name__.lower(), self._kwargs])


class Augmenter(Described):
    """Base class; the keywords are what :meth:`dumps` writes."""

    def __call__(self, src):
        """Return the changed image; some change ``src`` itself."""
        raise NotImplementedError("Must override implementation.")


class SequentialAug(Augmenter):
    """Apply augmenters one after the other."""

    def __init__(self, ts):
        super().__init__()
        self.ts = ts

    def dumps(self):
        """Return a list of the name and what the augmenters write."""
        return [type(self).__name__.lower(), [each.dumps() for each in self.ts]]

    def __call__(self, src):
        for augmenter in self.ts:
            src = augmenter(src)
        return src


class RandomOrderAug(Augmenter):
    """Apply augmenters in an order that Python's generator draws; the list is left in it."""

    def __init__(self, ts):
        super().__init__()
        self.ts = ts

    dumps = SequentialAug.dumps

    def __call__(self, src):
        random.shuffle(self.ts)
        for augmenter in self.ts:
            src = augmenter(src)
        return src


class _SizeAug(Augmenter):
    """Hold a size and an interpolation."""

    def __init__(self, size, interp=2):
        super().__init__(size=size, interp=interp)
        self.size = size
        self.interp = interp


class ResizeAug(_SizeAug):
    """Resize an image so that its shorter edge is ``size``."""

    def __call__(self, src):
        return resize_short(src, self.size, self.interp)


class ForceResizeAug(_SizeAug):
    """Resize an image to ``size`` (width, height), whatever its aspect ratio."""

    def __call__(self, src):
        sizes = (*src.shape[:2], self.size[1], self.size[0])
        return imresize(src, *self.size, interp=_get_interp_method(self.interp, sizes))


class RandomCropAug(_SizeAug):
    """Cut out a part of ``size`` (width, height) at random; see :func:`random_crop`."""

    def __call__(self, src):
        return random_crop(src, self.size, self.interp)[0]


class CenterCropAug(_SizeAug):
    """Cut out the middle, ``size`` (width, height) large; see :func:`center_crop`."""

    def __call__(self, src):
        return center_crop(src, self.size, self.interp)[0]


class RandomSizedCropAug(Augmenter):
    """Cut out a part of random area and aspect ratio; see :func:`random_size_crop`."""

    def __init__(self, size, area, ratio, interp=2, **kwargs):
        super().__init__(size=size, area=area, ratio=ratio, interp=interp)
        self.size = size
        self.area = _renamed_area(area, kwargs, "RandomSizedCropAug")
        self.ratio = ratio
        self.interp = interp

    def __call__(self, src):
        return random_size_crop(src, self.size, self.area, self.ratio, self.interp)[0]


class BrightnessJitterAug(Augmenter):
    """Scale a float image in place by a factor within ``brightness`` of 1."""

    def __init__(self, brightness):
        super().__init__(brightness=brightness)
        self.brightness = brightness

    def __call__(self, src):
        src *= 1.0 + random.uniform(-self.brightness, self.brightness)
        return src


class ContrastJitterAug(Augmenter):
    """Blend a float image in place with its mean brightness, by up to ``contrast``."""

    def __init__(self, contrast):
        super().__init__(contrast=contrast)
        self.contrast = contrast
        self.coef = nd.array([[LUMA]])

    def __call__(self, src):
        alpha = 1.0 + random.uniform(-self.contrast, self.contrast)
        gray = src * self.coef
        gray = (3.0 * (1.0 - alpha) / gray.size) * nd.sum(gray)
        src *= alpha
        src += gray
        return src


class SaturationJitterAug(Augmenter):
    """Blend a float image in place with its grey version, by up to ``saturation``."""

    def __init__(self, saturation):
        super().__init__(saturation=saturation)
        self.saturation = saturation
        self.coef = nd.array([[LUMA]])

    def __call__(self, src):
        alpha = 1.0 + random.uniform(-self.saturation, self.saturation)
        gray = nd.sum(src * self.coef, axis=2, keepdims=True)
        gray *= 1.0 - alpha
        src *= alpha
        src += gray
        return src


class HueJitterAug(Augmenter):
    """Turn the hues of a float image by an angle of up to ``hue`` half turns."""

    def __init__(self, hue):
        super().__init__(hue=hue)
        self.hue = hue
        self.tyiq = TO_YIQ
        self.ityiq = FROM_YIQ

    def __call__(self, src):
        angle = random.uniform(-self.hue, self.hue) * np.pi
        cosine, sine = np.cos(angle), np.sin(angle)
        turn = np.array([(1.0, 0.0, 0.0), (0.0, cosine, -sine), (0.0, sine, cosine)])
        return nd.dot(src, nd.array((self.ityiq @ turn @ self.tyiq).T))


class ColorJitterAug(RandomOrderAug):
    """Jitter brightness, contrast and saturation, those above 0, in a random order."""

    def __init__(self, brightness, contrast, saturation):
        jitters = (
            (BrightnessJitterAug, brightness),
            (ContrastJitterAug, contrast),
            (SaturationJitterAug, saturation),
        )
        super().__init__([jitter(amount) for jitter, amount in jitters if amount > 0])


class LightingAug(Augmenter):
    """Add noise along the colours' principal components, from NumPy's generator, in place."""

    def __init__(self, alphastd, eigval, eigvec):
        super().__init__(alphastd=alphastd, eigval=eigval, eigvec=eigvec)
        self.alphastd = alphastd
        self.eigval = eigval
        self.eigvec = eigvec

    def __call__(self, src):
        alpha = np.random.normal(0, self.alphastd, size=(3,))
        src += nd.array(np.dot(self.eigvec * alpha, self.eigval))
        return src


class ColorNormalizeAug(Augmenter):
    """Subtract ``mean`` and divide by ``std``, in place; either may be None."""

    def __init__(self, mean, std):
        super().__init__(mean=mean, std=std)
        self.mean = _as_array(mean)
        self.std = _as_array(std)

    def __call__(self, src):
        return color_normalize(src, self.mean, self.std)


def _as_array(values):
    return values if values is None or isinstance(values, nd.NDArray) else nd.array(values)


class RandomGrayAug(Augmenter):
    """Make a float image grey, in three equal channels, with probability ``p``."""

    def __init__(self, p):
        super().__init__(p=p)
        self.p = p
        self.mat = nd.array([[share] * 3 for share in (0.21, 0.72, 0.07)])

    def __call__(self, src):
        return nd.dot(src, self.mat) if random.random() < self.p else src


class HorizontalFlipAug(Augmenter):
    """Mirror an image left to right with probability ``p``."""

    def __init__(self, p):
        super().__init__(p=p)
        self.p = p

    def __call__(self, src):
        return nd.flip(src, axis=1) if random.random() < self.p else src


class CastAug(Augmenter):
    """Cast an image, by default to float32."""

    def __init__(self, typ="float32"):
        super().__init__(type=typ)
        self.typ = typ

    def __call__(self, src):
        return src.astype(self.typ)


def CreateAugmenter(
    data_shape,
    resize=0,
    rand_crop=False,
    rand_resize=False,
    rand_mirror=False,
    mean=None,
    std=None,
    brightness=0,
    contrast=0,
    saturation=0,
    hue=0,
    pca_noise=0,
    rand_gray=0,
    inter_method=2,
):
    """Make the list of augmenters that :class:`ImageIter` applies to images of ``data_shape``.

    ``resize`` is the shorter edge to begin with. ``rand_crop`` cuts out at random, with
    ``rand_resize`` of random size, otherwise the middle is taken. ``mean`` and ``std`` may be True
    for ImageNet's. AssertionError where the parameters do not go together.
    """
    augmenters = [ResizeAug(resize, inter_method)] if resize > 0 else []
    size = (data_shape[2], data_shape[1])
    if rand_resize:
        assert rand_crop
        ratio = (3.0 / 4.0, 4.0 / 3.0)
        augmenters.append(RandomSizedCropAug(size, 0.08, ratio, inter_method))
    else:
        augmenters.append((RandomCropAug if rand_crop else CenterCropAug)(size, inter_method))
    if rand_mirror:
        augmenters.append(HorizontalFlipAug(0.5))
    augmenters.append(CastAug())
    augmenters += color_augmenters(brightness, contrast, saturation, hue, pca_noise, rand_gray)
    arrays = (np.ndarray, nd.NDArray)
    return augmenters + normalizers(mean, std, nd.array, arrays)


def color_augmenters(brightness, contrast, saturation, hue, pca_noise, rand_gray):
    """Make the augmenters of colours that are asked for."""
    made = []
    if brightness or contrast or saturation:
        made.append(ColorJitterAug(brightness, contrast, saturation))
    if hue:
        made.append(HueJitterAug(hue))
    if pca_noise > 0:
        made.append(LightingAug(pca_noise, np.array(EIGENVALUES), np.array(EIGENVECTORS)))
    if rand_gray > 0:
        made.append(RandomGrayAug(rand_gray))
    return made


def normalizers(mean, std, make, arrays):
    """Make the augmenter that normalizes, if ``mean`` or ``std`` asks for it."""
    mean, std = (
        make(usual) if given is True else given for given, usual in ((mean, MEAN), (std, STD))
    )
    for values in (mean, std):
        assert values is None or (isinstance(values, arrays) and values.shape[0] in (1, 3))
    return [] if mean is None and std is None else [ColorNormalizeAug(mean, std)]
