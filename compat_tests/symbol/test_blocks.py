"""Blocks and graphs: tracing, deferred shapes, export, blocks made of symbols."""

from __future__ import annotations

import json

import pytest

from compat_tests.inputs import arrays, attempt


def layers(mx):
    nn = mx.gluon.nn
    return [
        nn.Dense(3), nn.Dense(3, activation="relu", flatten=False, use_bias=False),
        nn.Conv2D(2, 3, padding=1), nn.Conv2D(2, 3, activation="tanh"), nn.Conv2DTranspose(2, 2),
        nn.MaxPool2D(), nn.AvgPool2D(), nn.GlobalAvgPool2D(), nn.BatchNorm(), nn.LayerNorm(),
        nn.InstanceNorm(), nn.GroupNorm(), nn.Dropout(0.5), nn.Flatten(), nn.Activation("relu"),
        nn.LeakyReLU(0.1), nn.PReLU(), nn.ELU(), nn.SELU(), nn.GELU(), nn.Swish(),
        nn.ReflectionPad2D(1), nn.HybridLambda("relu"), nn.Embedding(4, 2), nn.Conv1D(2, 2),
        nn.Conv3D(2, 2),
    ]  # fmt: skip


@pytest.mark.parametrize("number", range(26))
def test_layer(mx, number):
    with mx.name.NameManager():
        layer = layers(mx)[number]
        made = layer(mx.sym.var("data"))
    return repr(made), json.loads(made.tojson())["nodes"], made.list_auxiliary_states()


def convnet(mx):
    nn = mx.gluon.nn
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(
            nn.Conv2D(2, 3, activation="relu"), nn.BatchNorm(), nn.MaxPool2D(), nn.Flatten(),
            nn.Dropout(0.2), nn.Dense(3),
        )  # fmt: skip
    return net


def filled(mx, net):
    for i, (_name, param) in enumerate(sorted(net.collect_params().items())):
        (values,) = arrays(mx.nd, "float32", param.shape, seed=i, low=0.1)
        param.set_data(values)


def test_export_and_import(mx, tmp_path):
    path = str(tmp_path / "net")
    net = convnet(mx)
    net.initialize()
    net.hybridize()
    (x,) = arrays(mx.nd, "float32", (2, 1, 6, 6))
    net(x)
    filled(mx, net)
    net.export(path, 3)
    with open(path + "-symbol.json") as file:
        graph = json.load(file)
    held = mx.nd.load(path + "-0003.params")
    back = mx.gluon.SymbolBlock.imports(path + "-symbol.json", ["data"], path + "-0003.params")
    with mx.autograd.record():
        out = back(x)
        out.backward()
    grads = {n: p.grad() for n, p in back.collect_params().items() if p.grad_req != "null"}
    return graph["nodes"], held, repr(back), net(x), out, grads, list(back._reg_params)


def test_export_refused(mx):
    net = convnet(mx)
    first = attempt(net.export, "nowhere")
    net.hybridize()
    return first, attempt(net.export, "nowhere")


def test_symbol_block(mx):
    x, y = mx.sym.var("x"), mx.sym.var("y")
    hidden = mx.sym.FullyConnected(x, num_hidden=3, name="fc")
    block = mx.gluon.SymbolBlock([hidden + y, hidden.exp()], [x, y])
    block.initialize(mx.init.One())
    a, b = arrays(mx.nd, "float32", (2, 4), (2, 3))
    out = block(a, b)
    symbols = block(mx.sym.var("p"), mx.sym.var("q"))
    return out, repr(block), [each.list_arguments() for each in symbols]


def test_symbol_block_refused(mx):
    x = mx.sym.var("x")
    block = mx.gluon.SymbolBlock(x * 2, x)
    return attempt(mx.gluon.SymbolBlock, x * 2, x + 1), attempt(block, 3)


@pytest.mark.parametrize("hybrid", [True, False])
def test_deferred_shapes_of_own_parameters(mx, hybrid):
    class Scaled(mx.gluon.HybridBlock):
        def __init__(self):
            super().__init__()
            with self.name_scope():
                self.weight = self.params.get("weight", shape=(3, 0), allow_deferred_init=True)
                self.inner = mx.gluon.nn.Dense(2)

        def hybrid_forward(self, F, x, weight):
            return self.inner(F.FullyConnected(x, weight, no_bias=True, num_hidden=3)), x

    block = Scaled()
    block.initialize(mx.init.One())
    if hybrid:
        block.hybridize()
    (x,) = arrays(mx.nd, "float32", (2, 5))
    return block(x), block.weight.shape, block.inner.weight.shape


def test_parameter_variable(mx):
    param = mx.gluon.Parameter("w", shape=(2, 3), lr_mult=2, init=mx.init.One())
    return param.var().tojson(), param.var() is param.var()


@pytest.mark.np
def test_export_under_numpy(mx, tmp_path):
    path = str(tmp_path / "net")
    net = convnet(mx)
    net.initialize(mx.init.One())
    net.hybridize()
    (x,) = arrays(mx.np, "float32", (2, 1, 6, 6))
    net(x)
    net.export(path)
    with open(path + "-symbol.json") as file:
        graph = json.load(file)
    back = mx.gluon.SymbolBlock.imports(path + "-symbol.json", ["data"], path + "-0000.params")
    return graph, back(x), repr(back)


@pytest.mark.np
def test_numpy_symbols(mx):
    x, y = mx.sym.var("x").as_np_ndarray(), mx.sym.var("y").as_np_ndarray()
    with mx.name.NameManager():
        made = [
            x + y, x + 1, 1.5 - x, x * y, x / 2, 2 / x, x**2, x > y, x == 1, mx.sym.np.exp(x),
            mx.sym.npx.relu(x), mx.sym.npx.softmax(x, axis=-1),
            mx.sym.npx.fully_connected(x, num_hidden=2, name="fc"),
        ]  # fmt: skip
    legacy = mx.sym.var("z")
    return [
        [(repr(each), each.tojson()) for each in made], made[0].infer_shape_partial(x=(2, 0)),
        repr(x.as_nd_ndarray()), attempt(mx.sym.exp, x), attempt(mx.sym.npx.relu, legacy),
    ]  # fmt: skip
