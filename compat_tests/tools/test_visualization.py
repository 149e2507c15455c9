"""Tables and pictures of symbols: every layer that has a row or a box of its own, all options."""

from __future__ import annotations

import contextlib
import io
import warnings

import pytest

from compat_tests.inputs import attempt


def convolutional(mx):
    sym = mx.sym
    x = sym.Variable("data")
    x = sym.Convolution(x, name="c1", kernel=(3, 3), num_filter=4)
    x = sym.BatchNorm(x, name="bn")
    x = sym.Activation(x, act_type="relu", name="r")
    x = sym.Pooling(x, kernel=(2, 2), stride=(2, 2), pool_type="max", name="p")
    x = sym.Convolution(
        x, name="c2", kernel=(1, 1), num_filter=6, num_group=2, no_bias=True, stride=(1, 1)
    )
    x = sym.LeakyReLU(x, act_type="elu", name="lr")
    x = sym.Pooling(x, global_pool=True, kernel=(1, 1), pool_type="avg", name="gp")
    x = sym.Flatten(x, name="f")
    x = sym.FullyConnected(x, num_hidden=3, name="fc")
    return sym.SoftmaxOutput(x, name="softmax"), {"data": (2, 3, 8, 8)}


def dense(mx):
    x = mx.sym.Variable("data")
    x = mx.sym.FullyConnected(x, num_hidden=5, name="a")
    x = mx.sym.FullyConnected(x, num_hidden=2, no_bias=True, name="b")
    return mx.sym.softmax(x, name="s"), {"data": (4, 7)}


def branches(mx):
    x = mx.sym.Variable("data")
    a = mx.sym.FullyConnected(x, num_hidden=4, name="a")
    b = mx.sym.FullyConnected(x, num_hidden=4, name="b")
    c = mx.sym.Concat(a, b, a + b, dim=1, name="cat")
    return mx.sym.FullyConnected(c, num_hidden=2, name="last"), {"data": (4, 7)}


def split(mx):
    x = mx.sym.Variable("data")
    x = mx.sym.SliceChannel(x, num_outputs=2, axis=1, name="sp")
    return x[0] * x[1], {"data": (4, 6)}


def embedding(mx):
    x = mx.sym.Variable("data")
    x = mx.sym.Embedding(x, input_dim=10, output_dim=3, name="e")
    x = mx.sym.Reshape(x, shape=(0, -1), name="re")
    return mx.sym.FullyConnected(x, num_hidden=2, name="fc"), {"data": (4, 6)}


def grouped(mx):
    x = mx.sym.Variable("data")
    a = mx.sym.FullyConnected(x, num_hidden=4, name="a")
    return mx.sym.Group([a, mx.sym.exp(x, name="x2")]), {"data": (4, 6)}


def alone(mx):
    return mx.sym.Variable("data"), {"data": (4, 6)}


def resized(mx):
    x, like = mx.sym.Variable("data"), mx.sym.Variable("like")
    out = mx.sym.contrib.BilinearResize2D(x, like, mode="like", name="up")
    return out, {"data": (1, 2, 4, 4), "like": (1, 2, 8, 8)}


def long_names(mx):
    x = mx.sym.Variable("data")
    x = mx.sym.FullyConnected(x, num_hidden=4, name="n" * 60)
    return mx.sym.exp(x, name="short"), {"data": (4, 6)}


def block(mx):
    net = mx.gluon.nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(mx.gluon.nn.Conv2D(4, 3, activation="relu"), mx.gluon.nn.Dense(2))
    return net(mx.sym.Variable("data")), {"data": (2, 3, 8, 8)}


GRAPHS = [convolutional, dense, branches, split, embedding, grouped, alone, resized, long_names,
          block]  # fmt: skip
every = pytest.mark.parametrize("graph", GRAPHS, ids=lambda graph: graph.__name__)


def summary(mx, *args, **options):
    page = io.StringIO()
    with contextlib.redirect_stdout(page):
        returned = attempt(mx.viz.print_summary, *args, **options)
    return page.getvalue(), returned


@pytest.mark.parametrize("shaped", [True, False], ids=["shape", "bare"])
@every
def test_summary(mx, graph, shaped):
    symbol, shape = graph(mx)
    return summary(mx, symbol, shape if shaped else None)


LAYOUTS = [
    {"line_length": 80}, {"line_length": 60, "positions": [0.3, 0.5, 0.8, 1.0]},
    {"positions": [30, 60, 70, 90]}, {"line_length": 100, "positions": [10, 12, 14, 16]},
    {"positions": [0.1, 0.2, 0.3, 0.4]}, {"positions": [20, 40, 50]},
]  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_summary_layout(mx, layout):
    symbol, shape = convolutional(mx)
    return summary(mx, symbol, shape, **layout)


def test_summary_refusals(mx):
    symbol, _ = convolutional(mx)
    return (
        summary(mx, 3),
        summary(mx, symbol, {}),
        summary(mx, symbol, {"data": (2,)}),
        summary(mx, symbol, {"other": (2, 3)}),
        summary(mx, dense(mx)[0], {"a_weight": (5, 7)}),
    )


def source(mx, *args, **options):
    found = attempt(lambda: mx.viz.plot_network(*args, **options))
    return getattr(found, "source", found)


OPTIONS = {
    "plain": lambda shape: {},
    "shape": lambda shape: {"shape": shape},
    "dtype": lambda shape: {"dtype": {name: "float32" for name in shape}},
    "both": lambda shape: {"shape": shape, "dtype": {name: "float32" for name in shape}},
    "weights": lambda shape: {"hide_weights": False},
    "weights-shape": lambda shape: {"hide_weights": False, "shape": shape},
    "attributes": lambda shape: {
        "node_attrs": {"shape": "oval", "fixedsize": "false", "color": "red"}
    },
}


@pytest.mark.parametrize("option", OPTIONS)
@every
def test_plot(mx, graph, option):
    symbol, shape = graph(mx)
    return source(mx, symbol, **OPTIONS[option](shape))


def test_plot_title_and_format(mx):
    made = mx.viz.plot_network(dense(mx)[0], title="my net", save_format="png")
    return made.name, made.format, made.source, type(made)


def test_plot_repeated_names(mx):
    x = mx.sym.Variable("data")
    y = mx.sym.exp(mx.sym.exp(x, name="same"), name="same")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        drawn = source(mx, y)
    return drawn, [(w.category.__name__, str(w.message)) for w in caught]


def test_plot_refusals(mx):
    symbol, _ = convolutional(mx)
    return (
        source(mx, "symbol"),
        source(mx, symbol, shape={}),
        source(mx, symbol, dtype={}),
        source(mx, symbol, shape={"data": (2,)}),
    )
