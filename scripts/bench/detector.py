"""The training step of a tiny detector: anchors, targets, two losses, in both interfaces."""

from __future__ import annotations

from typing import Any

from row import Variants, cut

#: Channels of the stages; anchors stand on the maps of the last two.
CHANNELS = (16, 32, 64, 64)
SIZES, RATIOS = ((0.4, 0.5), (0.6, 0.7)), (1, 2, 0.5)
BATCH, PICTURE = 8, (3, 64, 64)
BOX = [[0, 0.1, 0.1, 0.5, 0.6]]


def ours(mx: Any) -> Variants:
    """Make the step of a tiny detector: anchors, targets, two losses."""
    nd, nn, gluon = mx.nd, mx.gluon.nn, mx.gluon
    batch = cut(BATCH)

    class Detector(gluon.HybridBlock):
        def __init__(self) -> None:
            super().__init__()
            self.blocks = nn.HybridSequential()
            for stage, channels in enumerate(CHANNELS):
                block = nn.HybridSequential()
                for _ in range(2 if stage < 3 else 1):
                    block.add(
                        nn.Conv2D(channels, 3, padding=1), nn.BatchNorm(), nn.Activation("relu")
                    )
                block.add(nn.MaxPool2D(2))
                self.blocks.add(block)
            self.classes, self.boxes = nn.HybridSequential(), nn.HybridSequential()
            for _ in range(2):
                self.classes.add(nn.Conv2D(4 * 2, 3, padding=1))
                self.boxes.add(nn.Conv2D(4 * 4, 3, padding=1))

        def hybrid_forward(self, F: Any, X: Any) -> Any:
            anchors, classes, boxes = [], [], []
            for at, block in enumerate(self.blocks):
                X = block(X)
                if at >= 2:
                    anchors.append(F.contrib.MultiBoxPrior(X, sizes=SIZES[at - 2], ratios=RATIOS))
                    for found, heads in ((classes, self.classes), (boxes, self.boxes)):
                        found.append(F.flatten(F.transpose(heads[at - 2](X), axes=(0, 2, 3, 1))))
            return F.concat(*anchors, dim=1), F.concat(*classes, dim=1), F.concat(*boxes, dim=1)

    X = nd.random.uniform(shape=(batch, *PICTURE))
    Y = nd.array([BOX] * batch)
    class_loss, box_loss = gluon.loss.SoftmaxCrossEntropyLoss(), gluon.loss.L1Loss()
    found = {}
    for variant in ("imperative", "hybridized"):
        net = Detector()
        net.initialize(mx.init.Xavier())
        if variant == "hybridized":
            net.hybridize(static_alloc=True)
        trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.01})

        def run(net: Any = net, trainer: Any = trainer) -> float:
            with mx.autograd.record():
                anchors, classes, boxes = net(X)
                classes = classes.reshape((batch, -1, 2))
                targets, masks, labels = nd.contrib.MultiBoxTarget(
                    anchors, Y, classes.transpose((0, 2, 1))
                )
                loss = class_loss(classes, labels) + box_loss(boxes * masks, targets * masks)
            loss.backward()
            trainer.step(batch)
            return loss.mean().asscalar()

        found[variant] = run
    return found


def _anchors(torch: Any, height: int, width: int, sizes: tuple[float, ...]) -> Any:
    """Return corners (cells x 4, 4): every size with the first ratio, the first with the others."""
    shapes = [(size, 1.0) for size in sizes] + [(sizes[0], ratio**0.5) for ratio in RATIOS[1:]]
    wide = torch.tensor([size * root * height / width for size, root in shapes]) / 2
    high = torch.tensor([size / root for size, root in shapes]) / 2
    y, x = torch.meshgrid(
        (torch.arange(height) + 0.5) / height, (torch.arange(width) + 0.5) / width, indexing="ij"
    )
    x, y = x.reshape(-1, 1), y.reshape(-1, 1)
    return torch.stack([x - wide, y - high, x + wide, y + high], -1).reshape(-1, 4)


def _overlaps(torch: Any, anchors: Any, boxes: Any) -> Any:
    """Return the intersections over unions (batch, anchors, boxes)."""
    anchors, boxes = anchors[None, :, None], boxes[:, None]
    low = torch.maximum(anchors[..., :2], boxes[..., :2])
    high = torch.minimum(anchors[..., 2:], boxes[..., 2:])
    common = (high - low).clamp(min=0).prod(-1)
    areas = [(each[..., 2:] - each[..., :2]).prod(-1) for each in (anchors, boxes)]
    return common / (areas[0] + areas[1] - common)


def _centred(torch: Any, corners: Any) -> tuple[Any, Any]:
    return (corners[..., :2] + corners[..., 2:]) / 2, corners[..., 2:] - corners[..., :2]


def _targets(torch: Any, anchors: Any, Y: Any) -> tuple[Any, Any, Any]:
    """Return offsets and masks (batch, anchors x 4) and classes (batch, anchors)."""
    found = _overlaps(torch, anchors, Y[..., 1:])
    most, box = found.max(2)
    taken = most >= 0.5
    taken.scatter_(1, found.argmax(1), True)  # each box gets its best anchor
    boxes = Y.gather(1, box.unsqueeze(2).expand(-1, -1, 5))
    classes = (boxes[..., 0].long() + 1) * taken
    (place, size), (centre, extent) = (_centred(torch, each) for each in (boxes[..., 1:], anchors))
    offsets = torch.cat([(place - centre) / extent / 0.1, torch.log(size / extent) / 0.2], -1)
    masks = taken.unsqueeze(2).expand_as(offsets)
    return (offsets * masks).flatten(1), masks.float().flatten(1), classes


def theirs(torch: Any) -> Variants:
    nn, F = torch.nn, torch.nn.functional

    class Detector(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.blocks, given = nn.ModuleList(), PICTURE[0]
            for stage, channels in enumerate(CHANNELS):
                parts = []
                for _ in range(2 if stage < 3 else 1):
                    parts += [
                        nn.Conv2d(given, channels, 3, padding=1), nn.BatchNorm2d(channels),
                        nn.ReLU(),
                    ]  # fmt: skip
                    given = channels
                self.blocks.append(nn.Sequential(*parts, nn.MaxPool2d(2)))
            self.classes, self.boxes = (
                nn.ModuleList(nn.Conv2d(each, 4 * size, 3, padding=1) for each in CHANNELS[2:])
                for size in (2, 4)
            )

        def forward(self, X: Any) -> Any:
            anchors, classes, boxes = [], [], []
            for at, block in enumerate(self.blocks):
                X = block(X)
                if at >= 2:
                    anchors.append(_anchors(torch, *X.shape[2:], SIZES[at - 2]))
                    for found, heads in ((classes, self.classes), (boxes, self.boxes)):
                        found.append(heads[at - 2](X).permute(0, 2, 3, 1).flatten(1))
            return torch.cat(anchors), torch.cat(classes, 1), torch.cat(boxes, 1)

    X, Y = torch.rand(BATCH, *PICTURE), torch.tensor([BOX] * BATCH)
    net = Detector()
    optimizer = torch.optim.SGD(net.parameters(), 0.01)

    def run() -> float:
        optimizer.zero_grad()
        anchors, classes, boxes = net(X)
        with torch.no_grad():
            offsets, masks, labels = _targets(torch, anchors, Y)
        loss = F.cross_entropy(classes.reshape(BATCH, -1, 2).transpose(1, 2), labels)
        loss = loss + F.l1_loss(boxes * masks, offsets * masks)
        loss.backward()
        optimizer.step()
        return loss.item()

    return {"imperative": run}
