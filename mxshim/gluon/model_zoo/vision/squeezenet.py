"""SqueezeNet, as in "AlexNet-level accuracy with 50x fewer parameters" (1602.07360), and 1.1."""

from __future__ import annotations

from ...._core.missing import module_getattr
from ....context import cpu
from ... import nn
from ._build import ROOT, Classifier, chain, fork, loaded, variant

__all__ = ["SqueezeNet", "squeezenet1_0", "squeezenet1_1"]

_POOL = 0
_LAYOUTS = {
    "1.0": (96, 7, (_POOL, 16, 16, 32, _POOL, 32, 48, 48, 64, _POOL, 64)),
    "1.1": (64, 3, (_POOL, 16, 16, _POOL, 32, 32, _POOL, 48, 48, 64, 64)),
}
"""By version: channels and kernel of the first layer, then the squeezed channels of each module."""


class SqueezeNet(Classifier):
    """Modules that squeeze the channels, then expand them four times in two kernel sizes."""

    def __init__(self, version, classes=1000, **kwargs):
        super().__init__(**kwargs)
        assert version in _LAYOUTS, f"Unsupported SqueezeNet version {version}:1.0 or 1.1 expected"
        channels, kernel, modules = _LAYOUTS[version]
        with self.name_scope():
            self.features = chain(
                nn.Conv2D(channels, kernel, strides=2),
                nn.Activation("relu"),
                *(_fire(each) if each != _POOL else _pool() for each in modules),
                nn.Dropout(0.5),
            )
            self.output = chain(
                nn.Conv2D(classes, 1), nn.Activation("relu"), nn.AvgPool2D(13), nn.Flatten()
            )


def _pool():
    return nn.MaxPool2D(3, strides=2, ceil_mode=True)


def _fire(squeezed):
    expanded = 4 * squeezed
    return chain(
        _active(squeezed, 1),
        fork(_active(expanded, 1), _active(expanded, 3, padding=1)),
    )


def _active(channels, kernel, padding=0):
    return chain(nn.Conv2D(channels, kernel, padding=padding), nn.Activation("relu"))


def get_squeezenet(version, pretrained=False, ctx=cpu(), root=ROOT, **kwargs):
    """Make the SqueezeNet of ``version``, ``"1.0"`` or ``"1.1"``.

    ``pretrained`` loads the published parameters from ``root`` onto ``ctx``.
    """
    return loaded(SqueezeNet(version, **kwargs), f"squeezenet{version}", pretrained, ctx, root)


squeezenet1_0 = variant(
    "squeezenet1_0", "SqueezeNet 1.0", get_squeezenet, "1.0", published="squeezenet1.0"
)
squeezenet1_1 = variant(
    "squeezenet1_1", "SqueezeNet 1.1", get_squeezenet, "1.1", published="squeezenet1.1"
)

__getattr__ = module_getattr(__name__)
