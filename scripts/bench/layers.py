"""Layers at the sizes of d2l: convolution, pooling, batch normalization."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from row import Row, Shape, Variants, shortened


def _layer(build: str, shape: Shape, mode: str) -> Callable[[Any], Variants]:
    """Time a gluon layer, imperative and hybridized."""

    def make(mx: Any) -> Variants:
        data = mx.nd.random.uniform(-1, 1, shape=shortened(shape))
        data.attach_grad()
        found = {}
        for variant in ("imperative", "hybridized"):
            net = eval(build, {"nn": mx.gluon.nn})
            net.initialize()
            if variant == "hybridized":
                net.hybridize(static_alloc=True)

            def run(net: Any = net) -> Any:
                if mode == "inference":
                    return net(data)
                if mode == "forward":
                    with mx.autograd.train_mode():
                        return net(data)
                with mx.autograd.record():
                    out = net(data)
                return out.backward()

            found[variant] = run
        return found

    return make


def _torch(build: str, shape: Shape, mode: str) -> Callable[[Any], Variants]:
    def make(torch: Any) -> Variants:
        data = (torch.rand(shape) * 2 - 1).requires_grad_(mode == "both ways")
        net = eval(build, {"nn": torch.nn}).train(mode != "inference")
        if mode != "both ways":

            def run() -> Any:
                with torch.no_grad():
                    return net(data)

            return {"imperative": run}
        head = torch.ones_like(net(data))

        def both() -> None:
            net.zero_grad()
            data.grad = None
            net(data).backward(head)

        return {"imperative": both}

    return make


#: label, gluon, PyTorch, shape, targets: with oneDNN, with NumPy alone
LAYERS = [
    ("conv 5x5, LeNet 1", "nn.Conv2D(6, 5, padding=2)", "nn.Conv2d(1, 6, 5, padding=2)", (256, 1,
     28, 28)),
    ("conv 5x5, LeNet 2", "nn.Conv2D(16, 5)", "nn.Conv2d(6, 16, 5)", (256, 6, 14, 14)),
    ("conv 7x7 stride 2", "nn.Conv2D(64, 7, 2, 3)", "nn.Conv2d(3, 64, 7, 2, 3)", (32, 3, 96, 96)),
    ("conv 3x3, 64 channels", "nn.Conv2D(64, 3, padding=1)", "nn.Conv2d(64, 64, 3, padding=1)",
     (32, 64, 24, 24)),
    ("conv 3x3, 128 channels", "nn.Conv2D(128, 3, padding=1)", "nn.Conv2d(128, 128, 3, padding=1)",
     (32, 128, 12, 12)),
    ("conv 3x3, 256 channels", "nn.Conv2D(256, 3, padding=1)", "nn.Conv2d(256, 256, 3, padding=1)",
     (32, 256, 6, 6)),
    ("conv 3x3, 512 channels", "nn.Conv2D(512, 3, padding=1)", "nn.Conv2d(512, 512, 3, padding=1)",
     (32, 512, 3, 3)),
    ("conv 1x1", "nn.Conv2D(64, 1)", "nn.Conv2d(256, 64, 1)", (32, 256, 14, 14)),
    ("deconv 4x4 stride 2", "nn.Conv2DTranspose(21, 4, 2, 1, in_channels=21)",
     "nn.ConvTranspose2d(21, 21, 4, 2, 1)", (8, 21, 40, 40)),
]  # fmt: skip
DEPTHWISE = [
    (f"depthwise 3x3 stride {s}", f"nn.Conv2D(64, 3, {s}, 1, groups=64)",
     f"nn.Conv2d(64, 64, 3, {s}, 1, groups=64)", (32, 64, 28, 28))
    for s in (1, 2)
]  # fmt: skip
POOLING = [
    ("max pooling 2x2", "nn.MaxPool2D(2, 2)", "nn.MaxPool2d(2, 2)", (32, 64, 24, 24)),
    ("max pooling 3x3", "nn.MaxPool2D(3, 2, 1)", "nn.MaxPool2d(3, 2, 1)", (32, 64, 48, 48)),
    ("mean pooling 2x2", "nn.AvgPool2D(2, 2)", "nn.AvgPool2d(2, 2)", (256, 6, 28, 28)),
    ("global mean pooling", "nn.GlobalAvgPool2D()", "nn.AdaptiveAvgPool2d(1)", (32, 512, 6, 6)),
]  # fmt: skip
BATCH_NORM = [
    (f"batch norm {shape}", "nn.BatchNorm()", f"nn.BatchNorm2d({shape[1]})", shape)
    for shape in ((32, 64, 24, 24), (32, 512, 3, 3), (256, 6, 28, 28))
]
#: group, layers, target, target with NumPy alone
GROUPS = [
    ("convolution", LAYERS, None, None), ("depthwise convolution", DEPTHWISE, 1.0, 2.0),
    ("pooling", POOLING, 1.2, 1.2), ("batch normalization", BATCH_NORM, None, None),
]  # fmt: skip
ROWS = [
    Row(f"{label}{'' if mode == 'forward' else f', {mode}'}", group, _layer(ours, shape, mode),
        _torch(theirs, shape, mode), target=target, plain_target=plain, torch_target=1.1,
        plain=True)
    for group, layers, target, plain in GROUPS
    for label, ours, theirs, shape in layers
    for mode in ("forward", "inference", "both ways")
    if mode != "inference" or layers is BATCH_NORM
]  # fmt: skip
