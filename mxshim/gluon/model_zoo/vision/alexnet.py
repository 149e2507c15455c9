"""AlexNet, as in "One weird trick for parallelizing convolutional neural networks" (1404.5997)."""

from __future__ import annotations

from ...._core.missing import module_getattr
from ....context import cpu
from ... import nn
from ._build import ROOT, Classifier, chain, listed, loaded

__all__ = ["AlexNet", "alexnet"]


class AlexNet(Classifier):
    """Five convolutions and three dense layers."""

    def __init__(self, classes=1000, **kwargs):
        super().__init__(**kwargs)
        with self.name_scope():
            self.features = chain(
                nn.Conv2D(64, 11, strides=4, padding=2, activation="relu"),
                nn.MaxPool2D(3, strides=2),
                nn.Conv2D(192, 5, padding=2, activation="relu"),
                nn.MaxPool2D(3, strides=2),
                *(nn.Conv2D(channels, 3, padding=1, activation="relu") for channels in _LAST),
                nn.MaxPool2D(3, strides=2),
                nn.Flatten(),
                nn.Dense(4096, activation="relu"),
                nn.Dropout(0.5),
                nn.Dense(4096, activation="relu"),
                nn.Dropout(0.5),
            )
            self.output = nn.Dense(classes)


_LAST = (384, 256, 256)
"""The channels of the last three convolutions."""


@listed("alexnet")
def alexnet(pretrained=False, ctx=cpu(), root=ROOT, **kwargs):
    """Make AlexNet; ``pretrained`` loads the published parameters from ``root`` onto ``ctx``."""
    return loaded(AlexNet(**kwargs), "alexnet", pretrained, ctx, root)


__getattr__ = module_getattr(__name__)
