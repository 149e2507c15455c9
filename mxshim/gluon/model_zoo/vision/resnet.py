"""ResNet V1 (1512.03385) and V2, which activates before the convolutions (1603.05027)."""

from __future__ import annotations

from ...._core.missing import module_getattr
from ....context import cpu
from ... import nn
from ..._structure import front
from ...block import HybridBlock
from ._build import ROOT, Classifier, chain, loaded, variant

__all__ = [
    "BasicBlockV1",
    "BasicBlockV2",
    "BottleneckV1",
    "BottleneckV2",
    "ResNetV1",
    "ResNetV2",
    "get_resnet",
    "resnet18_v1",
    "resnet34_v1",
    "resnet50_v1",
    "resnet101_v1",
    "resnet152_v1",
    "resnet18_v2",
    "resnet34_v2",
    "resnet50_v2",
    "resnet101_v2",
    "resnet152_v2",
]


def _conv1x1(channels, stride=1, in_channels=0):
    return nn.Conv2D(channels, 1, stride, use_bias=False, in_channels=in_channels)


def _conv3x3(channels, stride, in_channels):
    return nn.Conv2D(channels, 3, stride, 1, use_bias=False, in_channels=in_channels)


def _relu(F, x):
    return front(F, "Activation", "activation")(x, act_type="relu")


class _BlockV1(HybridBlock):
    """Add the input, brought to the output's shape by ``downsample``, then activate."""

    def __init__(self, channels, stride, downsample=False, in_channels=0, **kwargs):
        super().__init__(**kwargs)
        first, *others = self._convolutions(channels, stride, in_channels)
        self.body = chain(first, nn.BatchNorm())
        for convolution in others:
            self.body.add(nn.Activation("relu"), convolution, nn.BatchNorm())
        self.downsample = None
        if downsample:
            self.downsample = chain(_conv1x1(channels, stride, in_channels), nn.BatchNorm())

    def _shortcut(self, x):
        return x if self.downsample is None else self.downsample(x)


class BasicBlockV1(_BlockV1):
    """Two 3x3 convolutions beside a shortcut."""

    def _convolutions(self, channels, stride, in_channels):
        yield _conv3x3(channels, stride, in_channels)
        yield _conv3x3(channels, 1, channels)

    def hybrid_forward(self, F, x):
        """Return the activated sum."""
        body = self.body(x)
        return _relu(F, self._shortcut(x) + body)


class BottleneckV1(_BlockV1):
    """A 3x3 convolution of a quarter of the channels between two of 1x1, beside a shortcut."""

    def _convolutions(self, channels, stride, in_channels):
        yield nn.Conv2D(channels // 4, 1, stride)
        yield _conv3x3(channels // 4, 1, channels // 4)
        yield nn.Conv2D(channels, 1)

    def hybrid_forward(self, F, x):
        """Return the activated sum."""
        body = self.body(x)
        return _relu(F, body + self._shortcut(x))


class _BlockV2(HybridBlock):
    """Normalize and activate before each convolution, then add the input.

    The shortcut starts behind the first activation when ``downsample`` must change the shape.
    """

    def __init__(self, channels, stride, downsample=False, in_channels=0, **kwargs):
        super().__init__(**kwargs)
        self._depth = 0
        for convolution in self._convolutions(channels, stride, in_channels):
            self._depth += 1
            setattr(self, f"bn{self._depth}", nn.BatchNorm())
            setattr(self, f"conv{self._depth}", convolution)
        self.downsample = _conv1x1(channels, stride, in_channels) if downsample else None

    def hybrid_forward(self, F, x):
        """Return the sum."""
        residual = x
        for number in range(1, self._depth + 1):
            x = _relu(F, getattr(self, f"bn{number}")(x))
            if number == 1 and self.downsample is not None:
                residual = self.downsample(x)
            x = getattr(self, f"conv{number}")(x)
        return x + residual


class BasicBlockV2(_BlockV2):
    """Two 3x3 convolutions beside a shortcut."""

    def _convolutions(self, channels, stride, in_channels):
        yield _conv3x3(channels, stride, in_channels)
        yield _conv3x3(channels, 1, channels)


class BottleneckV2(_BlockV2):
    """A 3x3 convolution of a quarter of the channels between two of 1x1, beside a shortcut."""

    def _convolutions(self, channels, stride, in_channels):
        yield _conv1x1(channels // 4)
        yield _conv3x3(channels // 4, stride, channels // 4)
        yield _conv1x1(channels)


class _ResNet(Classifier):
    """Stages of residual blocks; each stage but the first halves height and width."""

    def _add_stem(self, channels, thumbnail):
        if thumbnail:
            self.features.add(_conv3x3(channels, 1, 0))
            return
        self.features.add(
            nn.Conv2D(channels, 7, 2, 3, use_bias=False),
            nn.BatchNorm(),
            nn.Activation("relu"),
            nn.MaxPool2D(3, 2, 1),
        )

    def _add_stages(self, block, layers, channels):
        for stage, count in enumerate(layers, start=1):
            before, after = channels[stage - 1 : stage + 1]
            stride = 1 if stage == 1 else 2
            self.features.add(self._make_layer(block, count, after, stride, stage, before))

    def _make_layer(self, block, layers, channels, stride, stage_index, in_channels=0):
        """Make a stage; MXNet's signature, as subclasses may call it."""
        stage = nn.HybridSequential(prefix=f"stage{stage_index}_")
        with stage.name_scope():
            changes = channels != in_channels
            stage.add(block(channels, stride, changes, in_channels=in_channels, prefix=""))
            for _ in range(layers - 1):
                stage.add(block(channels, 1, False, in_channels=channels, prefix=""))
        return stage


class ResNetV1(_ResNet):
    """Residual blocks that activate last.

    ``layers`` counts the blocks of each stage, ``channels`` lists those of the first layer and of
    the stages. ``thumbnail`` keeps small images from shrinking in the first layer.
    """

    def __init__(self, block, layers, channels, classes=1000, thumbnail=False, **kwargs):
        super().__init__(**kwargs)
        assert len(layers) == len(channels) - 1
        with self.name_scope():
            self.features = chain()
            self._add_stem(channels[0], thumbnail)
            self._add_stages(block, layers, channels)
            self.features.add(nn.GlobalAvgPool2D())
            self.output = nn.Dense(classes, in_units=channels[-1])


class ResNetV2(_ResNet):
    """Residual blocks that activate before each convolution; arguments as for ResNetV1."""

    def __init__(self, block, layers, channels, classes=1000, thumbnail=False, **kwargs):
        super().__init__(**kwargs)
        assert len(layers) == len(channels) - 1
        with self.name_scope():
            self.features = chain(nn.BatchNorm(scale=False, center=False))
            self._add_stem(channels[0], thumbnail)
            self._add_stages(block, layers, channels)
            self.features.add(
                nn.BatchNorm(), nn.Activation("relu"), nn.GlobalAvgPool2D(), nn.Flatten()
            )
            self.output = nn.Dense(classes, in_units=channels[-1])


#: By number of layers: kind of block, blocks of each stage, channels.
resnet_spec = {
    18: ("basic_block", [2, 2, 2, 2], [64, 64, 128, 256, 512]),
    34: ("basic_block", [3, 4, 6, 3], [64, 64, 128, 256, 512]),
    50: ("bottle_neck", [3, 4, 6, 3], [64, 256, 512, 1024, 2048]),
    101: ("bottle_neck", [3, 4, 23, 3], [64, 256, 512, 1024, 2048]),
    152: ("bottle_neck", [3, 8, 36, 3], [64, 256, 512, 1024, 2048]),
}
resnet_net_versions = [ResNetV1, ResNetV2]
resnet_block_versions = [
    {"basic_block": BasicBlockV1, "bottle_neck": BottleneckV1},
    {"basic_block": BasicBlockV2, "bottle_neck": BottleneckV2},
]


def get_resnet(version, num_layers, pretrained=False, ctx=cpu(), root=ROOT, **kwargs):
    """Make the ResNet of ``version`` 1 or 2 with ``num_layers`` layers, a key of ``resnet_spec``.

    ``pretrained`` loads the published parameters from ``root`` onto ``ctx``.
    """
    assert num_layers in resnet_spec, (
        f"Invalid number of layers: {num_layers:d}. Options are {resnet_spec.keys()}"
    )
    assert 1 <= version <= 2, f"Invalid resnet version: {version:d}. Options are 1 and 2."
    kind, layers, channels = resnet_spec[num_layers]
    block = resnet_block_versions[version - 1][kind]
    net = resnet_net_versions[version - 1](block, layers, channels, **kwargs)
    return loaded(net, f"resnet{num_layers}_v{version}", pretrained, ctx, root)


resnet18_v1 = variant("resnet18_v1", "the ResNet V1 of 18 layers", get_resnet, 1, 18)
resnet34_v1 = variant("resnet34_v1", "the ResNet V1 of 34 layers", get_resnet, 1, 34)
resnet50_v1 = variant("resnet50_v1", "the ResNet V1 of 50 layers", get_resnet, 1, 50)
resnet101_v1 = variant("resnet101_v1", "the ResNet V1 of 101 layers", get_resnet, 1, 101)
resnet152_v1 = variant("resnet152_v1", "the ResNet V1 of 152 layers", get_resnet, 1, 152)
resnet18_v2 = variant("resnet18_v2", "the ResNet V2 of 18 layers", get_resnet, 2, 18)
resnet34_v2 = variant("resnet34_v2", "the ResNet V2 of 34 layers", get_resnet, 2, 34)
resnet50_v2 = variant("resnet50_v2", "the ResNet V2 of 50 layers", get_resnet, 2, 50)
resnet101_v2 = variant("resnet101_v2", "the ResNet V2 of 101 layers", get_resnet, 2, 101)
resnet152_v2 = variant("resnet152_v2", "the ResNet V2 of 152 layers", get_resnet, 2, 152)

__getattr__ = module_getattr(__name__)
