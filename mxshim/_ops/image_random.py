"""Random changes of an image's colours, (H, W, C): brightness, contrast, saturation, hue, light."""

from __future__ import annotations

from .._core.params import Float, Random, Tuple
from .._core.registry import op
from .image_ops import _flip_shape, _same_gradient

#: Share of red, green and blue in the grey of a pixel.
GREY = (0.299, 0.587, 0.114)
#: Principal components of the colours of natural images, scaled, for red, green and blue.
LIGHT = (
    (55.46 * -0.5675, 4.794 * 0.7192, 1.148 * 0.4009),
    (55.46 * -0.5808, 4.794 * -0.0045, 1.148 * -0.8140),
    (55.46 * -0.5836, 4.794 * -0.6948, 1.148 * 0.4203),
)
_NAMES = "_image_random_{0}", "_npx__image_random_{0}"


def _cast(xp, values, data):
    """Return the values as the image's dtype; whole numbers are cut and kept within its range."""
    if data.dtype.kind == "f":
        return values.astype(data.dtype, copy=False)
    limits = xp.iinfo(data.dtype)
    return xp.clip(values, limits.min, limits.max).astype(data.dtype)


def _factor(random, low, high):
    return random.single.uniform(low, high, (1,), "float32")


def _grey(xp, data):
    """Return the grey of each pixel (H, W, 1); an image of one channel is grey already."""
    values = data.astype("float32")
    if data.shape[-1] == 1:
        return values
    return sum(values[..., i : i + 1] * share for i, share in enumerate(GREY))


def _between(xp, data, grey, alpha):
    return _cast(xp, data.astype("float32") * alpha + grey * (1 - alpha), data)


@op(*(name.format("brightness") for name in _NAMES))
def random_brightness(xp, data, *, min_factor: Float, max_factor: Float, random: Random):
    """Multiply an image by a number drawn between the factors."""
    _flip_shape(data.shape)
    return _cast(xp, data.astype("float32") * _factor(random, min_factor, max_factor), data)


@op(*(name.format("contrast") for name in _NAMES))
def random_contrast(xp, data, *, min_factor: Float, max_factor: Float, random: Random):
    """Move an image away from its mean grey by a number drawn between the factors."""
    _flip_shape(data.shape)
    alpha = _factor(random, min_factor, max_factor)
    return _between(xp, data, _grey(xp, data).mean(), alpha)


@op(*(name.format("saturation") for name in _NAMES))
def random_saturation(xp, data, *, min_factor: Float, max_factor: Float, random: Random):
    """Move every pixel away from its grey by a number drawn between the factors."""
    _flip_shape(data.shape)
    alpha = _factor(random, min_factor, max_factor)
    if data.shape[-1] == 1:
        return data.copy()
    # mxnet: only blue counts as grey (compat_tests/random/test_images.py::test_change)
    return _between(xp, data, data[..., 2:3].astype("float32") * GREY[2], alpha)


@op(*(name.format("hue") for name in _NAMES))
def random_hue(xp, data, *, min_factor: Float, max_factor: Float, random: Random):
    """Turn the hue of every pixel by as many circles as a number drawn between the factors."""
    _flip_shape(data.shape)
    alpha = _factor(random, min_factor, max_factor)
    if data.shape[-1] == 1:
        return data.copy()
    hue, light, strength = _to_hls(xp, data.astype("float32") / 255)
    turned = hue + alpha * 6
    far = xp.where(light <= 0.5, light * (1 + strength), light + strength - light * strength)
    near = 2 * light - far
    parts = []
    for offset in (2, 0, -2):
        angle = (turned + offset) % 6
        parts.append(near + (far - near) * xp.clip(xp.minimum(angle, 4 - angle), 0, 1))
    return _cast(xp, xp.stack(parts, -1) * 255, data)


def _to_hls(xp, values):
    """Return hue (in sixths of the circle), lightness and saturation of colours in [0, 1]."""
    red, green, blue = values[..., 0], values[..., 1], values[..., 2]
    high, low = values.max(axis=-1), values.min(axis=-1)
    span, light = high - low, (high + low) / 2
    coloured = span > 1.1920929e-07
    safe = xp.where(coloured, span, 1)
    hue = xp.where(
        high == red,
        (green - blue) / safe,
        xp.where(high == green, (blue - red) / safe + 2, (red - green) / safe + 4),
    )
    room = xp.where(light < 0.5, high + low, 2 - high - low)
    strength = xp.where(coloured, span / xp.where(coloured, room, 1), 0)
    return xp.where(coloured, hue % 6, 0), light, strength


@op(*(name.format("color_jitter") for name in _NAMES))
def random_color_jitter(
    xp, data, *, brightness: Float, contrast: Float, saturation: Float, hue: Float, random: Random
):
    """Change brightness, contrast, saturation and hue in random order, each by up to its bound.

    A bound of 0 leaves its part alone and draws nothing for it.
    """
    _flip_shape(data.shape)
    changes = (
        (random_brightness, brightness, 1), (random_contrast, contrast, 1),
        (random_saturation, saturation, 1), (random_hue, hue, 0),
    )  # fmt: skip
    out = data
    for position in random.single.permutation(len(changes)):
        change, bound, middle = changes[int(position)]
        if bound > 0:
            out = change.forward(
                xp, out, min_factor=middle - bound, max_factor=middle + bound, random=random
            )
    return data.copy() if out is data else out


def _lit(xp, data, alphas):
    """Add the components of light, weighed by three numbers."""
    _flip_shape(data.shape)
    if data.shape[-1] == 1:
        return data.copy()
    added = xp.asarray(
        [sum(float(a) * part for a, part in zip(alphas, row, strict=True)) for row in LIGHT],
        dtype="float32",
    )
    return _cast(xp, data.astype("float32") + added, data)


@op(*(name.format("lighting") for name in _NAMES))
def random_lighting(xp, data, *, alpha_std: Float = 0.05, random: Random):
    """Add the components of light, weighed by normal numbers of deviation ``alpha_std``."""
    drawn = random.single.normal(0.0, alpha_std, (3,), "float32")
    return _lit(xp, data, xp.to_host(drawn))


@op("_image_adjust_lighting", "_npx__image_adjust_lighting")
def adjust_lighting(xp, data, *, alpha: Tuple()):
    """Add the components of light, weighed by the three numbers ``alpha``."""
    return _lit(xp, data, alpha)


for _change in (
    random_brightness, random_contrast, random_saturation, random_hue, random_color_jitter,
    random_lighting, adjust_lighting,
):  # fmt: skip
    _change.vjp("data")(_same_gradient)
    _change.shape(_flip_shape)
