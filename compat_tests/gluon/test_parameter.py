"""Parameters, constants and their dictionary: life before, during and after initialization."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, attempt


def made(mx, name="p_weight", **options):
    return mx.gluon.Parameter(name, **options)


SHAPES = [None, (2, 3), (0, 3), (-1, 3), 4, (), (2, 0)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_texts(mx, front, shape):
    param = made(mx, shape=shape, allow_deferred_init=True)
    return repr(param), param.shape, param.dtype, param.grad_req, param.name, param.init


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int32", None], ids=str)
def test_dtype(mx, front, dtype):
    options = {} if dtype is None else {"dtype": dtype}
    param = made(mx, shape=(2,), init="ones", **options)
    param.initialize()
    return repr(param), param.dtype, param.data(), param.grad()


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_initialize_shapes(mx, front, shape):
    plain = made(mx, shape=shape)
    waiting = made(mx, shape=shape, allow_deferred_init=True)
    return (
        attempt(plain.initialize, "ones"),
        attempt(plain.data),
        attempt(waiting.initialize, "ones"),
        attempt(waiting.data),
        attempt(waiting.grad),
        attempt(waiting.list_data),
        attempt(waiting.list_grad),
        attempt(lambda: [str(c) for c in waiting.list_ctx()]),
    )


@pytest.mark.parametrize("new", [(2, 3), (0, 3), (2, 4), (2, 3, 1), (-1, 3)], ids=str)
@pytest.mark.parametrize("old", [(2, 3), (0, 3), (-1, 3)], ids=str)
def test_set_shape(mx, front, old, new):
    param = made(mx, shape=old)

    def assign():
        param.shape = new
        return param.shape

    return attempt(assign), param.shape


def test_set_shape_first_time(mx, front):
    param = made(mx)
    param.shape = (2, 2)
    return param.shape


@pytest.mark.parametrize("req", ["write", "add", "null", "wrong"])
def test_grad_req(mx, front, req):
    def build():
        param = made(mx, shape=(2,), init="ones", grad_req=req)
        param.initialize()
        for _ in range(2):
            with mx.autograd.record():
                y = param.data() * 3
            if req != "null":
                y.backward()
        return param

    def read():
        param = build()
        return param.data(), attempt(param.grad), attempt(param.list_grad)

    return attempt(read)


def test_change_grad_req(mx, front):
    param = made(mx, shape=(2,), init="ones")
    param.initialize()
    seen = [param.grad().copy()]
    param.grad_req = "null"
    seen.append(attempt(param.grad))
    param.grad_req = "add"
    for _ in range(2):
        with mx.autograd.record():
            y = param.data() * 2
        y.backward()
    seen.append(param.grad().copy())
    param.grad_req = "write"
    seen.append(param.grad().copy())

    def wrong():
        param.grad_req = "often"

    return seen, attempt(wrong), param.grad_req


def test_not_differentiable(mx, front):
    param = made(mx, shape=(2,), differentiable=False)
    param.grad_req = "write"
    return param.grad_req


def test_set_data(mx, front):
    param = made(mx, shape=(2, 2), init="zeros")
    value = array(front, "float32", (2, 2))
    early = attempt(param.set_data, value)
    param.initialize()
    held = param.data()
    param.set_data(value)
    return early, held, held is param.data(), attempt(param.set_data, front.ones((3, 2)))


def test_set_data_deferred(mx, front):
    dense = mx.gluon.nn.Dense(2, prefix="d_")
    dense.initialize()
    dense.weight.set_data(front.ones((2, 3)) * 2)
    out = dense(front.ones((1, 3)))
    return out, dense.weight.shape, dense.weight.data()


def test_set_data_other_dtype(mx, front):
    param = made(mx, shape=(2,), init="zeros")
    param.initialize()
    param.set_data(front.array([1.5, 2.5], dtype="float64"))
    return param.data()


def test_zero_grad(mx):
    param = made(mx, shape=(2,), init="ones")
    nothing = param.zero_grad()
    param.initialize()
    with mx.autograd.record():
        y = param.data() * 2
    y.backward()
    before = param.grad().copy()
    param.zero_grad()
    return nothing, before, param.grad()


def test_dict_zero_grad(mx, front):
    net = mx.gluon.nn.Dense(2, in_units=2, prefix="d_")
    net.initialize(mx.init.One())
    with mx.autograd.record():
        y = net(front.ones((1, 2)))
    y.backward()
    before = net.weight.grad().copy()
    net.collect_params().zero_grad()
    return before, net.weight.grad(), net.bias.grad()


@pytest.mark.parametrize("dtype", ["float16", "float64", "int32"])
def test_cast(mx, front, dtype):
    param = made(mx, shape=(2,), init="ones")
    param.cast("float64")
    early = repr(param)
    param.initialize()
    param.cast(dtype)
    seen = [param.data().copy(), param.grad().copy(), repr(param)]
    param.dtype = "float32"
    with mx.autograd.record():
        y = param.data() * 2
    y.backward()
    return early, seen, param.data(), param.grad()


def test_contexts(mx, front):
    param = made(mx, shape=(2,), init="ones")
    param.initialize(ctx=[mx.cpu(0), mx.cpu(1)])
    param.list_data()[1][:] = 5
    return (
        param.list_data(),
        param.list_ctx(),
        param.data(),
        param.data(mx.cpu(1)),
        param.grad(mx.cpu(1)),
        attempt(param.data, mx.cpu(2)),
        attempt(param.grad, mx.cpu(3)),
        attempt(lambda: param.data(mx.cpu_pinned(1)).context),
    )


def test_one_context(mx, front):
    param = made(mx, shape=(2,), init="ones")
    param.initialize(ctx=mx.cpu(1))
    with mx.cpu(2):
        here = param.data()
    return here, param.list_ctx(), attempt(param.data, mx.cpu(0))


def test_current_context(mx, front):
    param = made(mx, shape=(2,), init="ones")
    with mx.cpu(3):
        param.initialize()
    return param.data(), param.list_ctx()


def test_reset_ctx(mx, front):
    param = made(mx, shape=(2,), init="ones")
    early = attempt(param.reset_ctx, mx.cpu(1))
    param.initialize(ctx=[mx.cpu(0), mx.cpu(1)])
    param.list_data()[1][:] = 5
    param.reset_ctx([mx.cpu(1), mx.cpu(2)])
    waiting = made(mx, shape=(0,), allow_deferred_init=True)
    waiting.initialize()
    waiting.reset_ctx(mx.cpu(1))
    return early, param.list_data(), param.list_grad(), waiting.list_ctx()


def test_list_ctx_uninitialized(mx):
    return attempt(made(mx, shape=(2,)).list_ctx)


def test_stypes(mx):
    return (
        attempt(made, mx, stype="dense"),
        attempt(made, mx, grad_stype="dense"),
        attempt(made(mx, shape=(2,)).row_sparse_data, mx.nd.ones(1)),
        attempt(made(mx, shape=(2,)).list_row_sparse_data, mx.nd.ones(1)),
    )


def test_reinitialize(mx, front):
    param = made(mx, shape=(2,), init="ones")
    param.initialize()
    held = param.data()
    param.initialize("zeros")
    first = param.data().copy()
    param.initialize("zeros", force_reinit=True)
    return first, param.data(), held


# -- constants


def test_constant(mx, front):
    value = array(front, "float32", (2, 2))
    const = mx.gluon.Constant("c", value)
    const.initialize()
    const.grad_req = "write"
    return repr(const), const.data(), const.grad_req, attempt(const.grad), const.shape


def test_constant_from_list(mx, front):
    const = mx.gluon.Constant("c", [[1, 2], [3, 4]])
    const.initialize(ctx=[mx.cpu(0), mx.cpu(1)])
    return repr(const), const.list_data(), const.value


def test_get_constant(mx, front):
    params = mx.gluon.ParameterDict("net_")
    value = front.ones((2,))
    const = params.get_constant("c", value)
    params.get("w", shape=(2,))
    return (
        repr(params),
        params.get_constant("c") is const,
        params.get_constant("c", value) is const,
        params.get_constant("c", value.asnumpy()) is const,
        attempt(params.get_constant, "c", value * 2),
        attempt(params.get_constant, "c", front.ones((3,))),
        attempt(params.get_constant, "d"),
        attempt(params.get_constant, "w", value),
    )


def test_constant_in_block(mx, front):
    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.const = self.params.get_constant("const", [1.0, 2.0, 3.0])

        def hybrid_forward(self, F, x, const):
            return x * const

    net = Net(prefix="net_")
    net.initialize()
    return net(front.ones((2, 3))), repr(net.collect_params())


# -- dictionaries


def test_dict_texts(mx):
    params = mx.gluon.ParameterDict("net_")
    empty = repr(params), repr(mx.gluon.ParameterDict())
    params.get("w", shape=(2, 3))
    params.get("b", shape=(2,), dtype="float64")
    return (
        empty,
        repr(params),
        list(params),
        list(params.keys()),
        [p.name for p in params.values()],
        [k for k, _ in params.items()],
        params["net_w"].shape,
        attempt(lambda: params["w"]),
        params.prefix,
    )


GET = {
    "same": {"shape": (2, 3)},
    "fill-in": {"shape": (2, 0)},
    "unknown": {"shape": (-1, 3)},
    "other-shape": {"shape": (2, 4)},
    "other-ndim": {"shape": (2,)},
    "same-dtype": {"dtype": "float32"},
    "other-dtype": {"dtype": "float64"},
    "init": {"init": "ones"},
    "no-init": {"init": None},
    "grad-req": {"grad_req": "add"},
    "lr-mult": {"lr_mult": 1.0},
    "other-lr-mult": {"lr_mult": 2.0},
    "unknown-option": {"colour": "red"},
}


@pytest.mark.parametrize("name", GET)
def test_get_again(mx, name):
    params = mx.gluon.ParameterDict("net_")
    first = params.get("w", shape=(2, 3))

    def again():
        second = params.get("w", **GET[name])
        return second is first, second.shape, second.init, getattr(second, "colour", None)

    return attempt(again)


@pytest.mark.parametrize("second", [(2, 3), (0, 3), (2, 0)], ids=str)
@pytest.mark.parametrize("first", [(0, 3), (2, 0), (0, 0)], ids=str)
def test_get_merges_shapes(mx, first, second):
    params = mx.gluon.ParameterDict("net_")
    params.get("w", shape=first)
    return params.get("w", shape=second).shape


def test_shared_dict(mx):
    lender = mx.gluon.ParameterDict("net_")
    weight = lender.get("w", shape=(2,))
    params = mx.gluon.ParameterDict("net_", shared=lender)
    got = params.get("w", shape=(2,))
    own = params.get("own", shape=(1,))
    return got is weight, list(params.keys()), list(lender.keys()), own.name


def test_update(mx):
    one, two = mx.gluon.ParameterDict("a_"), mx.gluon.ParameterDict("a_")
    one.get("w", shape=(1,))
    one.update(one)
    two.get("v", shape=(1,))
    one.update(two)
    two.get("w", shape=(1,))
    return list(one.keys()), attempt(one.update, two)


def test_setattr(mx):
    net = mx.gluon.nn.Dense(2, in_units=2, prefix="d_")
    params = net.collect_params()
    params.setattr("grad_req", "null")
    params.setattr("lr_mult", 0.5)
    return [(p.grad_req, p.lr_mult) for p in params.values()]


def test_dict_contexts(mx):
    net = mx.gluon.nn.Dense(2, in_units=2, prefix="d_")
    params = net.collect_params()
    early = attempt(params.list_ctx)
    params.initialize(ctx=[mx.cpu(0), mx.cpu(1)])
    before = sorted(str(c) for c in params.list_ctx())
    params.reset_ctx(mx.cpu(2))
    return early, before, params.list_ctx()


def test_load_dict(mx, front):
    net = mx.gluon.nn.Dense(2, prefix="d_")
    params = net.collect_params()
    weight, bias = array(front, "float32", (2, 3)), front.ones((2,))
    seen = [
        attempt(params.load_dict, {"d_weight": weight}),
        attempt(params.load_dict, {"d_weight": weight, "d_bias": bias, "more": bias}),
        attempt(params.load_dict, {"d_weight": bias, "d_bias": bias}),
        attempt(params.load_dict, {"d_weight": weight, "d_bias": bias.astype("float64")}),
    ]
    params.load_dict({"arg:d_weight": weight, "aux:d_bias": bias})
    seen += [net.weight.shape, net.weight.data(), net(front.ones((1, 3)))]
    params.load_dict({"d_weight": weight * 2}, allow_missing=True)
    params.load_dict({"d_bias": bias, "more": bias}, allow_missing=True, ignore_extra=True)
    wide = {"d_weight": weight.astype("float64"), "d_bias": bias}
    params.load_dict(wide, cast_dtype=True)
    seen += [net.weight.data().copy(), net.weight.dtype]
    params.load_dict(wide, cast_dtype=True, dtype_source="saved")
    seen += [net.weight.data(), net.weight.dtype]
    seen.append(attempt(params.load_dict, wide, cast_dtype=True, dtype_source="mine"))
    seen.append(attempt(params.load_dict, wide, ctx=mx.cpu(1), cast_dtype=True))
    return seen
