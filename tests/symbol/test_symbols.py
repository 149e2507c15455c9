"""Symbols, their files and executors, without MXNet."""

from __future__ import annotations

import json

import pytest

import mxshim as mx
from mxshim._core.errors import MXNetError


def net():
    x = mx.sym.var("x")
    hidden = mx.sym.Activation(mx.sym.FullyConnected(x, num_hidden=4, name="a"), act_type="relu")
    return mx.sym.FullyConnected(mx.sym.BatchNorm(hidden, name="n"), num_hidden=2, name="b")


def test_text_is_read_back_unchanged():
    text = net().tojson()
    assert mx.sym.load_json(text).tojson() == text


def test_deep_graphs_do_not_recurse():
    x = mx.sym.var("x")
    for _ in range(5000):
        x = x + 1
    executor = mx.sym.load_json(x.tojson()).simple_bind(mx.cpu(), x=(1,))
    assert executor.forward(is_train=True)[0].asscalar() == 5000
    executor.backward(mx.nd.ones((1,)))
    assert executor.grad_dict["x"].asscalar() == 1


def test_gradients_equal_those_of_the_tape():
    s = net()
    executor = s.simple_bind(mx.cpu(), x=(3, 5))
    for array in executor.arg_arrays:
        array[:] = mx.nd.random.uniform(-1, 1, array.shape)
    executor.forward(is_train=True)
    executor.backward(mx.nd.ones((3, 2)))
    held = {name: array.copy() for name, array in executor.arg_dict.items()}
    for array in held.values():
        array.attach_grad()
    with mx.autograd.record():
        h = mx.nd.relu(
            mx.nd.FullyConnected(held["x"], held["a_weight"], held["a_bias"], num_hidden=4)
        )
        mean, var = mx.nd.zeros((4,)), mx.nd.ones((4,))
        h = mx.nd.BatchNorm(h, held["n_gamma"], held["n_beta"], mean, var)
        out = mx.nd.FullyConnected(h, held["b_weight"], held["b_bias"], num_hidden=2)
    out.backward()
    for name, array in held.items():
        mx.test_utils.assert_almost_equal(executor.grad_dict[name], array.grad, 1e-5, 1e-6)


def test_monitor_sees_every_output():
    executor = net().simple_bind(mx.cpu(), x=(2, 3))
    seen = []
    executor.set_monitor_callback(lambda name, array: seen.append((name, array.shape)))
    executor.forward()
    names = [name.decode() for name, _ in seen]
    assert seen[0] == (b"a_output", (2, 4)) and seen[-1] == (b"b_output", (2, 2))
    assert names[2:] == ["n_output", "n_mean", "n_var", "b_output"]


def test_the_history_of_an_array_is_a_symbol():
    x, w = mx.nd.array([[1.0, 2.0]]), mx.nd.array([[3.0, 4.0], [5.0, 6.0]])
    x.attach_grad()
    w.attach_grad()
    with mx.autograd.record():
        y = mx.nd.split(mx.nd.FullyConnected(x, w, no_bias=True, num_hidden=2), 2)[1] * 3
    history = mx.autograd.get_symbol(y)
    assert history.list_arguments() == ["var0", "var1"]
    assert history.eval(var0=x, var1=w)[0].asscalar() == y.asscalar() == 51
    y.backward()
    with pytest.raises(MXNetError, match="freed"):
        mx.autograd.get_symbol(y)


def damaged():
    data = json.loads(net().tojson())
    for change in (
        lambda d: d["heads"].__setitem__(0, [99, 0, 0]),
        lambda d: d["heads"].__setitem__(0, [0, 5, 0]),
        lambda d: d["heads"].__setitem__(0, [-1, 0, 0]),
        lambda d: d["heads"].__setitem__(0, "x"),
        lambda d: d["nodes"][3].__setitem__("inputs", [[7, 0, 0]]),
        lambda d: d["nodes"][3].__setitem__("inputs", []),
        lambda d: d["nodes"][3].__setitem__("op", "Nope"),
        lambda d: d["nodes"][3].__setitem__("attrs", {"num_hidden": "many"}),
        lambda d: d["nodes"][3].__setitem__("attrs", {"num_hidden": 3}),
        lambda d: d["nodes"][0].__setitem__("inputs", [[0, 0, 0]]),
        lambda d: d["nodes"][0].__delitem__("name"),
        lambda d: d["nodes"].__setitem__(0, 3),
        lambda d: d.__setitem__("nodes", {}),
        lambda d: d.__setitem__("arg_nodes", [1000000000]),
        lambda d: d.__delitem__("heads"),
        lambda d: d.__setitem__("strange", 1),
        lambda d: d.__setitem__("attrs", {"mxnet_version": "new"}),
    ):
        copied = json.loads(json.dumps(data))
        change(copied)
        yield json.dumps(copied)
    yield net().tojson()[:-40]
    yield "[" * 100000
    yield ""


@pytest.mark.parametrize("text", list(damaged()), ids=lambda text: str(len(text)))
def test_damaged_files_are_refused(text):
    with pytest.raises(MXNetError):
        mx.sym.load_json(text)


def test_the_stored_names_are_the_registry_s():
    from mxshim._core.graph import names_of
    from mxshim._core.registry import OPS

    unknown = [
        name for name in OPS if not name.startswith("_backward") and not _known(names_of, name)
    ]
    assert unknown == []


def _known(names_of, name):
    try:
        return names_of(name)
    except MXNetError:
        return None
