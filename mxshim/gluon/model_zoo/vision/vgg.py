"""VGG, as in "Very Deep Convolutional Networks for Large-Scale Image Recognition" (1409.1556)."""

from __future__ import annotations

from ...._core.missing import module_getattr
from ....context import cpu
from ....initializer import Xavier
from ... import nn
from ._build import ROOT, Classifier, chain, loaded, variant

__all__ = [
    "VGG",
    "get_vgg",
    "vgg11",
    "vgg11_bn",
    "vgg13",
    "vgg13_bn",
    "vgg16",
    "vgg16_bn",
    "vgg19",
    "vgg19_bn",
]

#: By number of layers: convolutions of each block, their channels.
vgg_spec = {
    11: ([1, 1, 2, 2, 2], [64, 128, 256, 512, 512]),
    13: ([2, 2, 2, 2, 2], [64, 128, 256, 512, 512]),
    16: ([2, 2, 3, 3, 3], [64, 128, 256, 512, 512]),
    19: ([2, 2, 4, 4, 4], [64, 128, 256, 512, 512]),
}


class VGG(Classifier):
    """Blocks of 3x3 convolutions, then three dense layers.

    ``layers`` lists the convolutions of each block, ``filters`` their channels; ``batch_norm`` puts
    a normalization behind each.
    """

    def __init__(self, layers, filters, classes=1000, batch_norm=False, **kwargs):
        super().__init__(**kwargs)
        assert len(layers) == len(filters)
        with self.name_scope():
            self.features = self._make_features(layers, filters, batch_norm)
            for _ in range(2):
                self.features.add(_dense(4096, activation="relu"), nn.Dropout(0.5))
            self.output = _dense(classes)

    def _make_features(self, layers, filters, batch_norm):
        row = chain()
        for count, channels in zip(layers, filters):
            for _ in range(count):
                row.add(_convolution(channels))
                if batch_norm:
                    row.add(nn.BatchNorm())
                row.add(nn.Activation("relu"))
            row.add(nn.MaxPool2D(strides=2))
        return row


def _convolution(channels):
    weights = Xavier(rnd_type="gaussian", factor_type="out", magnitude=2)
    return nn.Conv2D(channels, 3, padding=1, weight_initializer=weights, bias_initializer="zeros")


def _dense(units, activation=None):
    return nn.Dense(
        units, activation=activation, weight_initializer="normal", bias_initializer="zeros"
    )


def get_vgg(num_layers, pretrained=False, ctx=cpu(), root=ROOT, **kwargs):
    """Make the VGG of ``num_layers`` layers, one of ``vgg_spec``'s keys.

    ``pretrained`` loads the published parameters from ``root`` onto ``ctx``.
    """
    net = VGG(*vgg_spec[num_layers], **kwargs)
    suffix = "_bn" if kwargs.get("batch_norm") else ""
    return loaded(net, f"vgg{num_layers}{suffix}", pretrained, ctx, root)


vgg11 = variant("vgg11", "the VGG of 11 layers", get_vgg, 11)
vgg13 = variant("vgg13", "the VGG of 13 layers", get_vgg, 13)
vgg16 = variant("vgg16", "the VGG of 16 layers", get_vgg, 16)
vgg19 = variant("vgg19", "the VGG of 19 layers", get_vgg, 19)
vgg11_bn = variant("vgg11_bn", "the normalized VGG of 11 layers", get_vgg, 11, batch_norm=True)
vgg13_bn = variant("vgg13_bn", "the normalized VGG of 13 layers", get_vgg, 13, batch_norm=True)
vgg16_bn = variant("vgg16_bn", "the normalized VGG of 16 layers", get_vgg, 16, batch_norm=True)
vgg19_bn = variant("vgg19_bn", "the normalized VGG of 19 layers", get_vgg, 19, batch_norm=True)

__getattr__ = module_getattr(__name__)
