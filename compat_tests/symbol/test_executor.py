"""Binding symbols to arrays and running them."""

from __future__ import annotations

import pytest

from compat_tests.inputs import arrays, attempt


def fill(mx, held, low=-1.0):
    for i, (_name, array) in enumerate(sorted(held.items())):
        if array is not None:
            (values,) = arrays(mx.nd, "float32", array.shape, seed=i, low=low)
            array[:] = values


NETS = {
    "dense": lambda mx, x: mx.sym.FullyConnected(x, num_hidden=4, name="fc"),
    "activation": lambda mx, x: mx.sym.Activation(x * 2 - 1, act_type="tanh"),
    "softmax": lambda mx, x: mx.sym.SoftmaxOutput(
        mx.sym.FullyConnected(x, num_hidden=3, name="fc"), name="sm"
    ),
    "norm": lambda mx, x: mx.sym.BatchNorm(x, name="bn", fix_gamma=False),
    "group": lambda mx, x: mx.sym.Group([mx.sym.exp(x), x.sum(axis=1)]),
    "diamond": lambda mx, x: mx.sym.exp(x) * x + x,
    "split": lambda mx, x: mx.sym.concat(*reversed(list(mx.sym.split(x, num_outputs=3)))),
    "regression": lambda mx, x: mx.sym.LinearRegressionOutput(x, name="lr"),
    "loss": lambda mx, x: mx.sym.make_loss(mx.sym.sum(x * x)),
}


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("name", NETS)
def test_simple_bind(mx, name, train):
    s = NETS[name](mx, mx.sym.var("x"))
    e = s.simple_bind(mx.cpu(), x=(4, 3))
    fill(mx, e.arg_dict)
    fill(mx, e.aux_dict, low=0.1)
    out = [o.copy() for o in e.forward(is_train=train)]
    if train:
        if name in ("softmax", "regression", "loss"):
            e.backward()
        else:
            e.backward([arrays(mx.nd, "float32", o.shape, seed=9)[0] for o in out])
    return out, e.arg_dict, e.grad_dict, e.aux_dict, list(e.output_dict)


@pytest.mark.parametrize("grad_req", ["write", "add", "null"])
def test_grad_req(mx, grad_req):
    x, y = arrays(mx.nd, "float32", (2, 3), (2, 3))
    s = mx.sym.var("x") * mx.sym.var("y")
    grads = {"x": mx.nd.ones((2, 3)), "y": mx.nd.ones((2, 3))}
    e = s.bind(mx.cpu(), {"x": x, "y": y}, args_grad=grads, grad_req=grad_req)
    for _ in range(2):
        e.forward(is_train=True)
        e.backward(mx.nd.ones((2, 3)))
    return grads, e.outputs


def test_grad_req_by_name(mx):
    x, y = arrays(mx.nd, "float32", (2, 3), (2, 3))
    s = mx.sym.var("x") * mx.sym.var("y")
    e = s.bind(mx.cpu(), [x, y], args_grad={"y": mx.nd.zeros((2, 3))}, grad_req={"y": "write"})
    e.forward(is_train=True)
    e.backward([mx.nd.ones((2, 3))])
    return e.grad_dict


def test_eval(mx):
    x, y = arrays(mx.nd, "float32", (2, 3), (2, 3))
    s = mx.sym.var("x") + mx.sym.var("y")
    return s.eval(x=x, y=y), s.eval(ctx=mx.cpu(), x=x, y=x), attempt(s.eval, x=x)


def test_forward_with_arrays(mx):
    s = mx.sym.var("x") * 2
    e = s.simple_bind(mx.cpu(), x=(2, 2))
    (x,) = arrays(mx.nd, "float32", (2, 2))
    return [
        e.forward(x=x)[0].copy(), e.arg_dict, attempt(e.forward, y=x),
        attempt(e.forward, x=mx.nd.ones((3,))), attempt(e.forward, x=3),
    ]  # fmt: skip


def test_copy_params(mx):
    e = NETS["norm"](mx, mx.sym.var("x")).simple_bind(mx.cpu(), x=(2, 3))
    e.copy_params_from({"bn_gamma": mx.nd.ones((3,))}, {"bn_moving_mean": mx.nd.ones((3,))})
    strange = {"zz": mx.nd.ones((1,))}
    return [
        e.arg_dict, e.aux_dict, attempt(e.copy_params_from, strange),
        attempt(e.copy_params_from, {}, strange), e.copy_params_from(strange, None, True),
    ]  # fmt: skip


def test_reshape(mx):
    e = NETS["dense"](mx, mx.sym.var("x")).simple_bind(mx.cpu(), x=(4, 3))
    fill(mx, e.arg_dict)
    smaller = e.reshape(x=(2, 3))
    larger = e.reshape(allow_up_sizing=True, x=(6, 3))
    shapes = [{k: v.shape for k, v in each.arg_dict.items()} for each in (smaller, larger)]
    return smaller.forward(), shapes, attempt(e.reshape, x=(8, 3))


def test_refusals(mx):
    s = NETS["dense"](mx, mx.sym.var("x"))
    x = mx.nd.ones((2, 3))
    e = s.simple_bind(mx.cpu(), x=(2, 3))
    e.forward(is_train=True)
    return [
        attempt(s.bind, 3, []), attempt(s.bind, mx.cpu(), [x]), attempt(s.bind, mx.cpu(), 3),
        attempt(s.bind, mx.cpu(), {"x": x}), attempt(s.bind, mx.cpu(), {"x": 1}),
        attempt(s.bind, mx.cpu(), [x, mx.nd.ones((4, 4)), mx.nd.ones((4,))]),
        attempt(e.backward), attempt(e.backward, 3), attempt(e.backward, [3]),
    ]  # fmt: skip


@pytest.mark.parametrize("train", [False, True])
@pytest.mark.parametrize("monitor_all", [False, True])
def test_monitor_callback(mx, monitor_all, train):
    net = mx.sym.FullyConnected(mx.sym.var("x"), num_hidden=3, name="a")
    net = mx.sym.BatchNorm(net, name="n")
    net = mx.sym.Dropout(mx.sym.FullyConnected(net, num_hidden=2, name="b"), name="d")
    seen = []
    executor = net.simple_bind(mx.cpu(), x=(2, 4))
    executor.set_monitor_callback(lambda name, array: seen.append(name), monitor_all)
    executor.forward(is_train=train)[0].wait_to_read()
    return [name.decode() for name in seen]


def test_outputs_show_the_latest_run(mx):
    e = (mx.sym.var("x") * 2).simple_bind(mx.cpu(), x=(2,))
    before = e.outputs[0]
    first = e.forward(is_train=True, x=mx.nd.ones(2))[0]
    early = before.asnumpy(), first.asnumpy()
    second = e.forward(is_train=True, x=mx.nd.ones(2) * 4)[0]
    e.outputs[0][:1] = 9
    return early, before, first, second, e.outputs, e.output_dict
