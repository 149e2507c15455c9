"""Parameter files: what is written, read back, refused; both namings of parameters."""

from __future__ import annotations

import json

import pytest

from compat_tests.gluon.tools import fill
from compat_tests.inputs import array, attempt


def net_of(mx, prefix="net_"):
    nn = mx.gluon.nn
    net = nn.HybridSequential(prefix=prefix)
    with net.name_scope():
        net.add(nn.Dense(3, activation="relu"), nn.BatchNorm(), nn.Dense(2, use_bias=False))
    return net


def known(mx, front):
    net = net_of(mx)
    net.initialize()
    net(front.ones((2, 4)))
    return fill(net, front)


def test_bytes(mx, front, tmp_path):
    path = str(tmp_path / "a.params")
    known(mx, front).save_parameters(path)
    with open(path, "rb") as src:
        return src.read()


def test_round_trip(mx, front, tmp_path):
    path = str(tmp_path / "a.params")
    net, x = known(mx, front), array(front, "float32", (2, 4))
    net.save_parameters(path)
    other = net_of(mx, "other_")
    other.load_parameters(path)
    return net(x), other(x), [(p.name, p.shape) for p in other.collect_params().values()]


def test_load_initialized(mx, front, tmp_path):
    path = str(tmp_path / "a.params")
    known(mx, front).save_parameters(path)
    other = net_of(mx)
    other.initialize(mx.init.One())
    other.load_parameters(path)
    waiting = other[0].weight.data().copy()
    third = net_of(mx)
    third.initialize(mx.init.One(), ctx=mx.cpu(1))
    third(front.ones((1, 4), ctx=mx.cpu(1)))
    third.load_parameters(path)
    return waiting, third[0].weight.data(), attempt(third.load_parameters, path, ctx=mx.cpu(2))


def test_load_on_contexts(mx, front, tmp_path):
    path = str(tmp_path / "a.params")
    known(mx, front).save_parameters(path)
    other = net_of(mx)
    other.load_parameters(path, ctx=[mx.cpu(0), mx.cpu(1)])
    return other[2].weight.list_data(), other[2].weight.list_grad()


def test_mismatches(mx, front, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    known(mx, front).save_parameters("a.params")
    nn = mx.gluon.nn
    longer, shorter, wider = net_of(mx), nn.HybridSequential(prefix="s_"), net_of(mx)
    longer.add(nn.Dense(1, prefix="more_"))
    shorter.add(nn.Dense(3, prefix="d_"))
    wider[0].weight.shape = (3, 5)
    return (
        attempt(longer.load_parameters, "a.params"),
        attempt(longer.load_parameters, "a.params", allow_missing=True),
        attempt(shorter.load_parameters, "a.params"),
        attempt(shorter.load_parameters, "a.params", ignore_extra=True),
        attempt(wider.load_parameters, "a.params"),
        attempt(wider.load_parameters, "missing.params"),
    )


@pytest.mark.parametrize("source", ["current", "saved"])
def test_cast_on_load(mx, front, tmp_path, source):
    path = str(tmp_path / "a.params")
    net = mx.gluon.nn.Dense(2, in_units=2, prefix="d_")
    net.initialize(mx.init.One())
    net.save_parameters(path)
    other = mx.gluon.nn.Dense(2, in_units=2, dtype="float64", prefix="d_")
    refused = attempt(other.load_parameters, path)
    other.load_parameters(path, cast_dtype=True, dtype_source=source)
    return refused, other.weight.data(), other.weight.dtype


def test_single_layer(mx, front, tmp_path):
    path = str(tmp_path / "a.params")
    net = mx.gluon.nn.Dense(2, in_units=2, prefix="d_")
    net.initialize(mx.init.One())
    net.save_parameters(path)
    other = mx.gluon.nn.Dense(2, prefix="other_")
    return attempt(other.load_parameters, path), attempt(other.weight.data)


@pytest.mark.parametrize("deduplicate", [False, True], ids=["all", "once"])
def test_shared_parameters(mx, front, tmp_path, deduplicate):
    path = str(tmp_path / "a.params")
    nn = mx.gluon.nn

    def tied():
        net = nn.Sequential(prefix="net_")
        net.add(nn.Dense(2, in_units=2, prefix="a_"))
        net.add(nn.Dense(2, in_units=2, prefix="b_", params=net[0].params))
        return net

    net, other = tied(), tied()
    net.initialize()
    fill(net, front)
    net.save_parameters(path, deduplicate=deduplicate)
    other.load_parameters(path)
    load = mx.npx.load if mx.util.is_np_array() else mx.nd.load
    return sorted(load(path)), other[1].weight.data()


def test_dict_save_load(mx, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    front = mx.nd
    net, other = known(mx, front), net_of(mx)
    net.collect_params().save("a.params")
    other.collect_params().load("a.params")
    net.collect_params().save("b.params", strip_prefix="net_")
    third = net_of(mx, "third_")
    third.collect_params().load("b.params", restore_prefix="third_")
    fourth = net_of(mx, "fourth_")
    return (
        other[0].weight.data(),
        third[0].weight.data(),
        sorted(mx.nd.load("b.params")),
        attempt(net.collect_params().save, "c.params", "wrong_"),
        attempt(fourth.collect_params().load, "a.params"),
        attempt(fourth.collect_params().load, "a.params", restore_prefix="fifth_"),
        attempt(other.load_parameters, "a.params"),
        attempt(fourth.load_parameters, "b.params"),
        fourth[0].weight.data(),
    )


def test_old_names(mx, tmp_path):
    path = str(tmp_path / "a.params")
    net, other = known(mx, mx.nd), net_of(mx, "other_")
    net.save_params(path)
    other.load_params(path)
    return other[0].weight.data()


def test_model_files(mx, front, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def whole(prefix):
        nn = mx.gluon.nn
        net = nn.Sequential(prefix=prefix)
        with net.name_scope():
            net.add(nn.Dense(3, in_units=4, activation="relu"), nn.BatchNorm(in_channels=3))
        net.initialize()
        return net

    net, other = fill(whole("net_"), front), whole("other_")
    net.save("m")
    other.load("m")
    with open("m-model.json") as src:
        text = src.read()
    return text, other.name, list(other.collect_params().keys()), other[0].weight.data()


@pytest.mark.np
def test_legacy_file_under_np(mx, tmp_path):
    path = str(tmp_path / "a.params")
    with mx.util.np_array(False), mx.util.np_shape(False):
        mx.nd.save(path, {"0.weight": mx.nd.ones((2, 3)), "0.bias": mx.nd.zeros((2,))})
    net = mx.gluon.nn.Sequential(prefix="net_")
    net.add(mx.gluon.nn.Dense(2, prefix="d_"))
    net.load_parameters(path)
    return net(mx.np.ones((1, 3))), net[0].weight.data()


def test_damaged(mx, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    known(mx, mx.nd).save_parameters("a.params")
    with open("a.params", "rb") as src:
        whole = src.read()
    seen = []
    for name, data in [("cut", whole[:100]), ("text", b"no parameters here" * 4), ("empty", b"")]:
        with open(name, "wb") as out:
            out.write(data)
        seen.append(attempt(net_of(mx).load_parameters, name))
    return seen


@pytest.mark.parametrize("compiled", ["whole", "part", "none"])
def test_model_files_of_compiled_blocks(mx, front, tmp_path, monkeypatch, compiled):
    monkeypatch.chdir(tmp_path)

    class Top(mx.gluon.Block):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                self.first = mx.gluon.nn.Dense(4, in_units=3)
                self.rest = mx.gluon.nn.HybridSequential()
                with self.rest.name_scope():
                    self.rest.add(mx.gluon.nn.Dense(2, in_units=4), mx.gluon.nn.BatchNorm())

        def forward(self, x):
            return self.rest(self.first(x))

    def plain(tree):
        if isinstance(tree, dict):
            return {k: plain(v) for k, v in tree.items()}
        graph = tree[0] if isinstance(tree, list) and tree else tree
        if isinstance(graph, str) and graph.startswith("{"):
            return [(n["op"], n["name"]) for n in json.loads(graph)["nodes"]]
        return tree

    net, x = Top(prefix="top_"), array(front, "float32", (2, 3))
    net.initialize(mx.init.One())
    if compiled == "whole":
        net.hybridize()
    elif compiled == "part":
        net.rest.hybridize()
    net(x)
    fill(net, front)
    net.save("model")
    with open("model-model.json") as file:
        tree = json.load(file)
    other = Top(prefix="other_")
    other.load("model")
    return net(x), other(x), plain(tree), other.rest._active, bool(other.rest._cached_graph)
