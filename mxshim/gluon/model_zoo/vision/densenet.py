"""DenseNet-BC, as in "Densely Connected Convolutional Networks" (1608.06993)."""

from __future__ import annotations

from ...._core.missing import module_getattr
from ....context import cpu
from ... import nn
from ...contrib.nn import Identity
from ._build import ROOT, Classifier, chain, fork, loaded, variant

__all__ = ["DenseNet", "densenet121", "densenet161", "densenet169", "densenet201"]

#: By number of layers: first channels, growth rate, layers of each block.
densenet_spec = {
    121: (64, 32, [6, 12, 24, 16]),
    161: (96, 48, [6, 12, 36, 24]),
    169: (64, 32, [6, 12, 32, 32]),
    201: (64, 32, [6, 12, 48, 32]),
}


class DenseNet(Classifier):
    """Blocks of layers that each see the outputs of all before them, with halving transitions.

    ``block_config`` lists the layers of each block; a layer adds ``growth_rate`` channels through a
    bottleneck of ``bn_size`` times as many. ``dropout`` acts behind every layer.
    """

    def __init__(
        self,
        num_init_features,
        growth_rate,
        block_config,
        bn_size=4,
        dropout=0,
        classes=1000,
        **kwargs,
    ):
        super().__init__(**kwargs)
        with self.name_scope():
            self.features = chain(
                nn.Conv2D(num_init_features, 7, strides=2, padding=3, use_bias=False),
                nn.BatchNorm(),
                nn.Activation("relu"),
                nn.MaxPool2D(3, strides=2, padding=1),
            )
            channels = num_init_features
            for stage, layers in enumerate(block_config, start=1):
                if stage > 1:
                    channels //= 2
                    self.features.add(_transition(channels))
                self.features.add(_dense_block(stage, layers, growth_rate, bn_size, dropout))
                channels += layers * growth_rate
            self.features.add(nn.BatchNorm(), nn.Activation("relu"), nn.AvgPool2D(7), nn.Flatten())
            self.output = nn.Dense(classes)


def _dense_block(stage, layers, growth_rate, bn_size, dropout):
    block = nn.HybridSequential(prefix=f"stage{stage}_")
    with block.name_scope():
        for _ in range(layers):
            fresh = chain(
                *_preactivated(bn_size * growth_rate, 1), *_preactivated(growth_rate, 3, padding=1)
            )
            if dropout:
                fresh.add(nn.Dropout(dropout))
            block.add(fork(Identity(), fresh))
    return block


def _transition(channels):
    return chain(*_preactivated(channels, 1), nn.AvgPool2D(2, strides=2))


def _preactivated(channels, kernel, padding=0):
    return (
        nn.BatchNorm(),
        nn.Activation("relu"),
        nn.Conv2D(channels, kernel, padding=padding, use_bias=False),
    )


def get_densenet(num_layers, pretrained=False, ctx=cpu(), root=ROOT, **kwargs):
    """Make the DenseNet of ``num_layers`` layers, one of ``densenet_spec``'s keys.

    ``pretrained`` loads the published parameters from ``root`` onto ``ctx``.
    """
    net = DenseNet(*densenet_spec[num_layers], **kwargs)
    return loaded(net, f"densenet{num_layers}", pretrained, ctx, root)


densenet121 = variant("densenet121", "the DenseNet of 121 layers", get_densenet, 121)
densenet161 = variant("densenet161", "the DenseNet of 161 layers", get_densenet, 161)
densenet169 = variant("densenet169", "the DenseNet of 169 layers", get_densenet, 169)
densenet201 = variant("densenet201", "the DenseNet of 201 layers", get_densenet, 201)

__getattr__ = module_getattr(__name__)
