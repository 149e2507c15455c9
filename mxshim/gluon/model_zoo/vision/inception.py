"""Inception v3, as in "Rethinking the Inception Architecture for Computer Vision" (1512.00567).

The network is a table: a ``Conv`` is a normalized convolution, a list is a row of parts, a ``Fork``
runs several rows on the same input and joins their channels.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ...._core.missing import module_getattr
from ....context import cpu
from ... import nn
from ...contrib.nn import HybridConcurrent
from ._build import ROOT, Classifier, chain, listed, loaded

__all__ = ["Inception3", "inception_v3"]


class Conv(NamedTuple):
    """Describe a normalized convolution."""

    channels: int
    kernel: Any
    strides: int = 1
    padding: Any = 0


class Pool(NamedTuple):
    """Describe a pooling layer of 3x3."""

    layer: type
    strides: int
    padding: int = 0


class Fork(NamedTuple):
    """Describe rows that run on the same input; with a prefix it names what is inside."""

    rows: list
    prefix: str = ""


_MAX = Pool(nn.MaxPool2D, strides=2)
_AVG = Pool(nn.AvgPool2D, strides=1, padding=1)
_WIDE = {"kernel": (1, 7), "padding": (0, 3)}
_HIGH = {"kernel": (7, 1), "padding": (3, 0)}
_SPLIT = Fork([[Conv(384, (1, 3), padding=(0, 1))], [Conv(384, (3, 1), padding=(1, 0))]])


def _a(prefix, pooled):
    return Fork(
        [
            [Conv(64, 1)],
            [Conv(48, 1), Conv(64, 5, padding=2)],
            [Conv(64, 1), Conv(96, 3, padding=1), Conv(96, 3, padding=1)],
            [_AVG, Conv(pooled, 1)],
        ],
        prefix,
    )


def _c(prefix, channels):
    wide, high = Conv(channels, **_WIDE), Conv(channels, **_HIGH)
    return Fork(
        [
            [Conv(192, 1)],
            [Conv(channels, 1), wide, Conv(192, **_HIGH)],
            [Conv(channels, 1), high, wide, high, Conv(192, **_WIDE)],
            [_AVG, Conv(192, 1)],
        ],
        prefix,
    )


def _e(prefix):
    return Fork(
        [
            [Conv(320, 1)],
            [[Conv(384, 1)], _SPLIT],
            [[Conv(448, 1), Conv(384, 3, padding=1)], _SPLIT],
            [_AVG, Conv(192, 1)],
        ],
        prefix,
    )


_B = Fork(
    [
        [Conv(384, 3, strides=2)],
        [Conv(64, 1), Conv(96, 3, padding=1), Conv(96, 3, strides=2)],
        [_MAX],
    ],
    "B_",
)
_D = Fork(
    [
        [Conv(192, 1), Conv(320, 3, strides=2)],
        [Conv(192, 1), Conv(192, **_WIDE), Conv(192, **_HIGH), Conv(192, 3, strides=2)],
        [_MAX],
    ],
    "D_",
)
_FEATURES = [
    Conv(32, 3, strides=2), Conv(32, 3), Conv(64, 3, padding=1), _MAX,
    Conv(80, 1), Conv(192, 3), _MAX,
    _a("A1_", 32), _a("A2_", 64), _a("A3_", 64), _B,
    _c("C1_", 128), _c("C2_", 160), _c("C3_", 160), _c("C4_", 192), _D,
    _e("E1_"), _e("E2_"),
]  # fmt: skip


def _made(part):
    """Make the block that a part of the table describes."""
    if isinstance(part, Conv):
        channels, kernel, strides, padding = part
        return chain(
            nn.Conv2D(channels, kernel, strides, padding, use_bias=False),
            nn.BatchNorm(epsilon=0.001),
            nn.Activation("relu"),
        )
    if isinstance(part, Pool):
        return part.layer(3, part.strides, part.padding)
    if isinstance(part, list):
        return chain(*map(_made, part))
    joined = HybridConcurrent(axis=1, prefix=part.prefix)
    with joined.name_scope():
        joined.add(*map(_made, part.rows))
    return joined


def make_aux(classes):
    """Make the auxiliary classifier that helps in training."""
    return chain(
        nn.AvgPool2D(5, strides=3),
        _made(Conv(128, 1)),
        _made(Conv(768, 5)),
        nn.Flatten(),
        nn.Dense(classes),
    )


class Inception3(Classifier):
    """Forks of factorized convolutions; images of 299x299 give one value per channel at the end."""

    def __init__(self, classes=1000, **kwargs):
        super().__init__(**kwargs)
        with self.name_scope():
            self.features = _made(_FEATURES)
            self.features.add(nn.AvgPool2D(8), nn.Dropout(0.5))
            self.output = nn.Dense(classes)


@listed("inceptionv3")
def inception_v3(pretrained=False, ctx=cpu(), root=ROOT, **kwargs):
    """Make Inception v3.

    ``pretrained`` loads the published parameters from ``root`` onto ``ctx``.
    """
    return loaded(Inception3(**kwargs), "inceptionv3", pretrained, ctx, root)


__getattr__ = module_getattr(__name__)
