"""MobileNet (1704.04861) and MobileNetV2 with its inverted residuals (1801.04381)."""

from __future__ import annotations

from ...._core.missing import module_getattr
from ....context import cpu
from ... import nn
from ...block import HybridBlock
from ._build import ROOT, Classifier, chain, loaded, variant

__all__ = [
    "MobileNet",
    "MobileNetV2",
    "get_mobilenet",
    "get_mobilenet_v2",
    "mobilenet0_25",
    "mobilenet0_5",
    "mobilenet0_75",
    "mobilenet1_0",
    "mobilenet_v2_0_25",
    "mobilenet_v2_0_5",
    "mobilenet_v2_0_75",
    "mobilenet_v2_1_0",
]

_SEPARABLE = (
    (64, 1, 1), (128, 2, 1), (128, 1, 1), (256, 2, 1), (256, 1, 1), (512, 2, 1), (512, 1, 5),
    (1024, 2, 1), (1024, 1, 1),
)  # fmt: skip
"""MobileNet's layers: channels, stride, repetitions."""

_BOTTLENECKS = (
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
    (6, 320, 1, 1),
)  # fmt: skip
"""MobileNetV2's blocks: expansion, channels, repetitions, stride of the first."""


class RELU6(HybridBlock):
    """Cut values off below 0 and above 6."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)

    def hybrid_forward(self, F, x):
        """Return ``x`` between 0 and 6."""
        return F.clip(x, 0, 6, name="relu6")


def _normalized(activation, channels, kernel=1, stride=1, groups=1):
    """Return a convolution, its normalization and, where it has one, its activation."""
    layers = [
        nn.Conv2D(channels, kernel, stride, kernel // 2, groups=groups, use_bias=False),
        nn.BatchNorm(scale=True),
    ]
    return [*layers, activation()] if activation else layers


def _relu():
    return nn.Activation("relu")


class LinearBottleneck(HybridBlock):
    """Expand the channels ``t`` times, convolve each, and project them without an activation.

    The input is added where its shape allows.
    """

    def __init__(self, in_channels, channels, t, stride, **kwargs):
        super().__init__(**kwargs)
        self.use_shortcut = stride == 1 and in_channels == channels
        wide = in_channels * t
        with self.name_scope():
            self.out = chain(
                *_normalized(RELU6, wide),
                *_normalized(RELU6, wide, kernel=3, stride=stride, groups=wide),
                *_normalized(None, channels),
                prefix=None,
            )

    def hybrid_forward(self, F, x):
        """Return the projected channels."""
        out = self.out(x)
        return F.elemwise_add(out, x) if self.use_shortcut else out


class MobileNet(Classifier):
    """Separable convolutions; ``multiplier`` scales the number of channels everywhere."""

    def __init__(self, multiplier=1.0, classes=1000, **kwargs):
        super().__init__(**kwargs)
        with self.name_scope():
            channels = int(32 * multiplier)
            self.features = chain(*_normalized(_relu, channels, kernel=3, stride=2))
            for base, stride, times in _SEPARABLE:
                for _ in range(times):
                    depthwise = {"kernel": 3, "stride": stride, "groups": channels}
                    self.features.add(*_normalized(_relu, channels, **depthwise))
                    channels = int(base * multiplier)
                    self.features.add(*_normalized(_relu, channels))
            self.features.add(nn.GlobalAvgPool2D(), nn.Flatten())
            self.output = nn.Dense(classes)


class MobileNetV2(Classifier):
    """Linear bottlenecks; ``multiplier`` scales the number of channels.

    The last layer keeps its 1280 channels when the others shrink.
    """

    def __init__(self, multiplier=1.0, classes=1000, **kwargs):
        super().__init__(**kwargs)
        with self.name_scope():
            self.features = nn.HybridSequential(prefix="features_")
            with self.features.name_scope():
                self._add_features(multiplier)
            self.output = nn.HybridSequential(prefix="output_")
            with self.output.name_scope():
                self.output.add(nn.Conv2D(classes, 1, use_bias=False, prefix="pred_"), nn.Flatten())

    def _add_features(self, multiplier):
        channels = int(32 * multiplier)
        self.features.add(*_normalized(RELU6, channels, kernel=3, stride=2))
        for expansion, base, times, first in _BOTTLENECKS:
            for stride in (first, *[1] * (times - 1)):
                before, channels = channels, int(base * multiplier)
                self.features.add(LinearBottleneck(before, channels, t=expansion, stride=stride))
        last = int(1280 * multiplier) if multiplier > 1.0 else 1280
        self.features.add(*_normalized(RELU6, last), nn.GlobalAvgPool2D())


def get_mobilenet(multiplier, pretrained=False, ctx=cpu(), root=ROOT, **kwargs):
    """Make the MobileNet with ``multiplier`` times the channels.

    ``pretrained`` loads the published parameters (0.25, 0.5, 0.75, 1.0) from ``root`` onto ``ctx``.
    """
    net = MobileNet(multiplier, **kwargs)
    return loaded(net, f"mobilenet{_written(multiplier)}", pretrained, ctx, root)


def get_mobilenet_v2(multiplier, pretrained=False, ctx=cpu(), root=ROOT, **kwargs):
    """Make the MobileNetV2 with ``multiplier`` times the channels.

    ``pretrained`` loads the published parameters (0.25, 0.5, 0.75, 1.0) from ``root`` onto ``ctx``.
    """
    net = MobileNetV2(multiplier, **kwargs)
    return loaded(net, f"mobilenetv2_{_written(multiplier)}", pretrained, ctx, root)


def _written(multiplier):
    """Write a multiplier as the published files have it: 0.25, 0.5, 0.75, 1.0."""
    text = f"{multiplier:.2f}"
    return text[:-1] if text in ("1.00", "0.50") else text


def _multiplied(name, published, family, multiplier):
    title = f"{family.__name__[4:]} with {multiplier} times the channels"
    return variant(name, title, family, multiplier, published=published)


mobilenet1_0 = _multiplied("mobilenet1_0", "mobilenet1.0", get_mobilenet, 1.0)
mobilenet0_75 = _multiplied("mobilenet0_75", "mobilenet0.75", get_mobilenet, 0.75)
mobilenet0_5 = _multiplied("mobilenet0_5", "mobilenet0.5", get_mobilenet, 0.5)
mobilenet0_25 = _multiplied("mobilenet0_25", "mobilenet0.25", get_mobilenet, 0.25)
mobilenet_v2_1_0 = _multiplied("mobilenet_v2_1_0", "mobilenetv2_1.0", get_mobilenet_v2, 1.0)
mobilenet_v2_0_75 = _multiplied("mobilenet_v2_0_75", "mobilenetv2_0.75", get_mobilenet_v2, 0.75)
mobilenet_v2_0_5 = _multiplied("mobilenet_v2_0_5", "mobilenetv2_0.5", get_mobilenet_v2, 0.5)
mobilenet_v2_0_25 = _multiplied("mobilenet_v2_0_25", "mobilenetv2_0.25", get_mobilenet_v2, 0.25)

__getattr__ = module_getattr(__name__)
