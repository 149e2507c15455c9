"""The model zoo: names, shapes, graphs, printed text, seeded outputs, gradients, refusals."""

from __future__ import annotations

import hashlib
import json

import pytest

from compat_tests.gluon.exchange import digest
from compat_tests.gluon.models import side
from compat_tests.inputs import array, attempt

NAMES = (
    "alexnet", "densenet121", "densenet161", "densenet169", "densenet201", "inceptionv3",
    "mobilenet0.25", "mobilenet0.5", "mobilenet0.75", "mobilenet1.0",
    "mobilenetv2_0.25", "mobilenetv2_0.5", "mobilenetv2_0.75", "mobilenetv2_1.0",
    "resnet101_v1", "resnet101_v2", "resnet152_v1", "resnet152_v2", "resnet18_v1", "resnet18_v2",
    "resnet34_v1", "resnet34_v2", "resnet50_v1", "resnet50_v2", "squeezenet1.0", "squeezenet1.1",
    "vgg11", "vgg11_bn", "vgg13", "vgg13_bn", "vgg16", "vgg16_bn", "vgg19", "vgg19_bn",
)  # fmt: skip
RUN = (
    "alexnet", "densenet121", "inceptionv3", "mobilenet0.25", "mobilenet0.75", "mobilenet1.0",
    "mobilenetv2_0.25", "mobilenetv2_0.5", "mobilenetv2_1.0", "resnet18_v1", "resnet50_v1",
    "resnet34_v2", "resnet101_v2", "squeezenet1.0", "squeezenet1.1", "vgg11", "vgg13_bn",
)  # fmt: skip


def brief(items):
    """Describe a long list: how many, both ends, and a hash of all."""
    items = [str(item) for item in items]
    return len(items), items[:3], items[-3:], digest(items)


def image(mx, name, batch=1, dtype="float32"):
    return array(mx.nd, dtype, (batch, 3, side(name), side(name)))


@pytest.mark.parametrize("name", NAMES)
def test_structure(mx, name):
    net = mx.gluon.model_zoo.vision.get_model(name, classes=7)
    graph = net(mx.sym.var("data"))
    shapes, outputs, states = graph.infer_shape(data=(2, 3, side(name), side(name)))
    held = json.loads(graph.tojson())
    held["attrs"].pop("mxnet_version")
    text = repr(net)
    return {
        "prefix": net.prefix,
        "parameters": brief(net.collect_params().keys()),
        "saved as": brief(net._collect_params_with_prefix()),
        "shapes": brief(zip(graph.list_arguments(), shapes)),
        "states": brief(zip(graph.list_auxiliary_states(), states)),
        "outputs": outputs,
        "graph": (len(held["nodes"]), digest(held)),
        "text": (text[:200], hashlib.sha1(text.encode()).hexdigest()),
    }


@pytest.mark.parametrize("name", RUN)
def test_outputs(mx, name):
    mx.random.seed(3)
    net = mx.gluon.model_zoo.vision.get_model(name)
    net.initialize(mx.init.Xavier())
    out = net(image(mx, name))
    shapes = brief((key, param.shape) for key, param in net.collect_params().items())
    following = mx.nd.random.uniform(shape=(3,))
    return out[0, :40], out.shape, shapes, following


def small(mx, kind):
    vision = mx.gluon.model_zoo.vision
    makers = {
        "resnet_v1": lambda: vision.ResNetV1(
            vision.BasicBlockV1, [1, 2], [4, 4, 8], classes=3, thumbnail=True
        ),
        "bottleneck_v1": lambda: vision.ResNetV1(vision.BottleneckV1, [2, 1], [4, 8, 16], 3),
        "resnet_v2": lambda: vision.ResNetV2(vision.BasicBlockV2, [2, 1], [4, 4, 8], 3),
        "bottleneck_v2": lambda: vision.ResNetV2(
            vision.BottleneckV2, [1, 2], [4, 8, 16], classes=3, thumbnail=True
        ),
        "mobilenet": lambda: vision.MobileNet(0.25, classes=3),
        "mobilenet_v2": lambda: vision.MobileNetV2(1.25, classes=3),
        "auxiliary": lambda: vision.inception.make_aux(3),
    }
    return makers[kind]()


SMALL = (
    "resnet_v1", "bottleneck_v1", "resnet_v2", "bottleneck_v2", "mobilenet", "mobilenet_v2",
    "auxiliary",
)  # fmt: skip


@pytest.mark.tolerance(
    rtol=1e-6, atol=1e-9, reason="normalization over few values enlarges rounding errors"
)
@pytest.mark.parametrize("kind", SMALL)
def test_training_step(mx, kind):
    net = small(mx, kind)
    net.cast("float64")
    net.initialize(mx.init.Xavier())
    x = array(mx.nd, "float64", (4, 8, 17, 17) if kind == "auxiliary" else (4, 3, 32, 32))
    x.attach_grad()
    with mx.autograd.record():
        out = net(x)
    out.backward(array(mx.nd, "float64", out.shape, seed="head"))
    params = net.collect_params()
    sizes = {name: p.grad().abs().sum() for name, p in params.items() if p.grad_req != "null"}
    kept = {name: p.data().abs().sum() for name, p in params.items() if p.grad_req == "null"}
    return out, x.grad.abs().sum(), sizes, kept, net(x)


@pytest.mark.parametrize("kind", SMALL)
def test_text(mx, kind):
    return repr(small(mx, kind))


def test_blocks_alone(mx):
    """A block without a prefix names its layers in the scope around it."""
    vision = mx.gluon.model_zoo.vision
    made = [
        vision.BasicBlockV1(4, 2, True), vision.BasicBlockV1(4, 1, in_channels=4, prefix="x_"),
        vision.BottleneckV1(8, 2, downsample=True), vision.BasicBlockV2(4, 1),
        vision.BottleneckV2(8, 2, True, 4), vision.mobilenet.LinearBottleneck(4, 4, 2, 1),
        vision.mobilenet.LinearBottleneck(4, 4, 2, 2), vision.mobilenet.RELU6(),
    ]  # fmt: skip
    x = array(mx.nd, "float32", (2, 4, 6, 6), low=-8, high=8)
    seen = []
    for block in made:
        block.initialize()
        seen.append((block.prefix, list(block.collect_params().keys()), repr(block), block(x)))
    return seen


def test_dropout_in_dense_layers(mx):
    net = mx.gluon.model_zoo.vision.DenseNet(4, 2, [1, 2], bn_size=2, dropout=0.5, classes=3)
    return repr(net), list(net.collect_params().keys())


@pytest.mark.np
@pytest.mark.parametrize("name", ["resnet18_v1", "resnet34_v2", "mobilenet0.5", "vgg11"])
def test_np(mx, name):
    mx.random.seed(3)
    net = mx.gluon.model_zoo.vision.get_model(name, classes=7)
    net.initialize(mx.init.Xavier())
    return net(array(mx.np, "float32", (1, 3, 32, 32)))


@pytest.mark.np
def test_np_refused(mx):
    """What uses legacy operators by name does not run on np arrays."""
    x = array(mx.np, "float32", (1, 3, 64, 64))
    seen = []
    for name in ("mobilenetv2_0.25", "squeezenet1.1"):
        net = mx.gluon.model_zoo.vision.get_model(name)
        net.initialize()
        seen.append(attempt(net, x))
    return seen


def test_tables(mx):
    vision = mx.gluon.model_zoo.vision
    return (
        vision.densenet.densenet_spec, vision.resnet.resnet_spec, vision.vgg.vgg_spec,
        vision.resnet.resnet_net_versions, vision.resnet.resnet_block_versions,
    )  # fmt: skip


def test_constructors(mx):
    vision = mx.gluon.model_zoo.vision
    made = [
        vision.get_model("VGG11_BN", classes=2), vision.vgg11(batch_norm=True, classes=2),
        vision.vgg11_bn(batch_norm=False), vision.get_mobilenet(0.3), vision.get_mobilenet_v2(0.4),
        vision.resnet18_v1(prefix="own_", thumbnail=True), vision.get_resnet(2, 18, classes=3),
        vision.mobilenet_v2_0_5(classes=4), vision.squeezenet1_0(classes=4),
    ]  # fmt: skip
    return [
        (type(net), net.prefix, brief(net.collect_params().keys()), digest(repr(net)))
        for net in made
    ]


def test_refused(mx, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    vision, store = mx.gluon.model_zoo.vision, mx.gluon.model_zoo.model_store
    return [
        attempt(vision.get_model, "resnet18"), attempt(vision.get_model, "ResNet18_V3"),
        attempt(vision.get_model, 3), attempt(vision.get_resnet, 1, 20),
        attempt(vision.get_resnet, 3, 18), attempt(vision.get_resnet, 0, 18),
        attempt(vision.get_vgg, 12), attempt(vision.densenet.get_densenet, 100),
        attempt(vision.SqueezeNet, "1.2"), attempt(vision.squeezenet.get_squeezenet, 1.0),
        attempt(vision.ResNetV1, vision.BasicBlockV1, [1, 1], [4, 4]),
        attempt(vision.ResNetV2, vision.BasicBlockV2, [1, 1], [4, 4]),
        attempt(vision.VGG, [1, 1], [4]), attempt(vision.alexnet, classes=2, wrong=1),
        attempt(vision.resnet18_v1, 1), attempt(vision.get_model, "vgg11", version=2),
        attempt(vision.get_mobilenet, 0.3, pretrained=True, root="here"),
        attempt(store.short_hash, "resnet20"), attempt(store.get_model_file, "lenet", root="here"),
        attempt(store.purge, "missing"),
    ]  # fmt: skip


def test_too_small(mx):
    """An image that shrinks to nothing is refused where that happens."""
    seen = []
    for name in ("alexnet", "densenet121", "inceptionv3", "squeezenet1.0", "vgg11"):
        net = mx.gluon.model_zoo.vision.get_model(name)
        net.initialize(mx.init.One())
        seen.append(attempt(net, mx.nd.ones((1, 3, 24, 24))))
    return seen


def test_hashes(mx):
    short = mx.gluon.model_zoo.model_store.short_hash
    return [short(name) for name in NAMES]


def put(mx, root, monkeypatch, name, **kwargs):
    """Write parameters into ``root`` and make them the published ones; return the network."""
    store, vision = mx.gluon.model_zoo.model_store, mx.gluon.model_zoo.vision
    net = vision.get_model(name, **kwargs)
    net.initialize(mx.init.Xavier())
    net(image(mx, name))
    written = root / "written"
    net.save_parameters(str(written))
    sha1 = hashlib.sha1(written.read_bytes()).hexdigest()
    monkeypatch.setitem(store._model_sha1, name, sha1)
    written.rename(root / f"{name}-{store.short_hash(name)}.params")
    return net


@pytest.mark.parametrize("name", ["squeezenet1.1", "mobilenetv2_0.25"])
def test_pretrained(mx, tmp_path, monkeypatch, name):
    store, vision = mx.gluon.model_zoo.model_store, mx.gluon.model_zoo.vision
    net = put(mx, tmp_path, monkeypatch, name, classes=5)
    root = str(tmp_path)
    found = store.get_model_file(name, root=root)
    back = vision.get_model(name, pretrained=True, root=root, ctx=mx.cpu(1), classes=5)
    x = image(mx, name)
    again = back(x.as_in_context(mx.cpu(1)))
    refused = attempt(vision.get_model, name, pretrained=True, root=root)
    store.purge(root)
    left = sorted(path.name for path in tmp_path.iterdir())
    return found == f"{root}/{name}-{store.short_hash(name)}.params", net(x), again, refused, left
