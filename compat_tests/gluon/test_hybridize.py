"""Hybridized blocks: tracing and its errors, argument forms, second calls, gradients, CachedOp."""

from __future__ import annotations

import json

import pytest

from compat_tests.gluon.tools import fill
from compat_tests.inputs import array, arrays, attempt, grads


def lambda_block(mx, fn, **kwargs):
    """Make a HybridBlock of a function of (F, *inputs)."""

    class Block(mx.gluon.HybridBlock):
        def hybrid_forward(self, F, *args):
            return fn(F, *args)

    made = Block(prefix="block_", **kwargs)
    made.hybridize()
    return made


def small_net(mx, prefix="net_"):
    nn = mx.gluon.nn
    net = nn.HybridSequential(prefix=prefix)
    with net.name_scope():
        net.add(nn.Dense(4, activation="tanh"), nn.BatchNorm(), nn.Dense(3))
    return net


def bumped(x):
    x += 1
    return x


TRACED = {
    "shape": lambda F, x: x.reshape((x.shape[0], -1)),
    "if": lambda F, x: x if x.sum() > 0 else -x,
    "asnumpy": lambda F, x: x.asnumpy(),
    "asscalar": lambda F, x: x.asscalar(),
    "wait": lambda F, x: x.wait_to_read(),
    "copy": lambda F, x: x.copy(),
    "detach": lambda F, x: x.detach(),
    "float": lambda F, x: float(x),
    "int": lambda F, x: int(x),
    "bool": lambda F, x: bool(x),
    "and": lambda F, x: x and 1,
    "len": lambda F, x: len(x),
    "ndim": lambda F, x: x.ndim,
    "size": lambda F, x: x.size,
    "dtype": lambda F, x: x.dtype,
    "ctx": lambda F, x: x.ctx,
    "context": lambda F, x: x.context,
    "T": lambda F, x: x.T,
    "grad": lambda F, x: x.grad,
    "attach_grad": lambda F, x: x.attach_grad(),
    "output": lambda F, x: x[0],
    "slice": lambda F, x: x[0:1],
    "all": lambda F, x: x[:],
    "pair": lambda F, x: x[1, 2],
    "iterate": lambda F, x: [each + 1 for each in x],
    "inplace": lambda F, x: bumped(x),
    "compare": lambda F, x: x == 1,
    "none": lambda F, x: None,
    "number": lambda F, x: 1,
    "dict": lambda F, x: {},
    "text": lambda F, x: "y",
    "with-none": lambda F, x: [x * 2, None],
    "nested": lambda F, x: (x * 2, (x + 1, [x - 1])),
    "split": lambda F, x: F.split(x, num_outputs=3, axis=1),
    "split-nested": lambda F, x: (F.split(x, num_outputs=3, axis=1), x * 2),
    "empty": lambda F, x: [],
    "missing": lambda F, x: F.array([1, 2]) + x,
    "zeros": lambda F, x: F.zeros((2, 3)) + x,
    "unknown": lambda F, x: F.nothing_like_this(x),
    "bad-parameter": lambda F, x: F.Activation(x, act_type="foo"),
    "no-parameter": lambda F, x: F.FullyConnected(x),
    "own-error": lambda F, x: {}["key"],
}


@pytest.mark.parametrize("name", TRACED)
def test_traced(mx, name):
    net = lambda_block(mx, TRACED[name])
    return attempt(lambda: net(array(mx.nd, "float32", (2, 3))))


def test_mixed_with_array(mx):
    held = mx.nd.ones((2, 3))
    net = lambda_block(mx, lambda F, x: x + held)
    return attempt(lambda: net(mx.nd.ones((2, 3))))


def test_mixed_kinds_of_symbols(mx):
    net = lambda_block(mx, lambda F, x: [x * 2, x.as_np_ndarray()])
    return attempt(lambda: net(mx.nd.ones((2, 3))))


def test_symbol_and_array(mx):
    net = lambda_block(mx, lambda F, x, y: x + y)
    return (
        attempt(lambda: net(mx.nd.ones((2,)), mx.sym.var("x"))),
        attempt(lambda: net(1, 2)),
        attempt(lambda: net(None, None)),
        repr(net(mx.sym.var("x"), mx.sym.var("y"))),
    )


FORMS = {
    "two": lambda a, b: (a, b),
    "list": lambda a, b: ([a, b],),
    "nested": lambda a, b: (a, [b, [a]]),
    "tuple": lambda a, b: ((a, b), a),
    "none": lambda a, b: (a, None),
    "none-first": lambda a, b: (None, a),
    "none-inside": lambda a, b: (a, [None, b]),
    "one": lambda a, b: (a,),
}


@pytest.mark.parametrize("second", FORMS)
@pytest.mark.parametrize("first", FORMS)
def test_argument_forms(mx, first, second):
    def total(F, *args):
        leaves, stack = [], list(args)
        while stack:
            each = stack.pop()
            if isinstance(each, (list, tuple)):
                stack += each
            elif each is not None:
                leaves.append(each)
        out = leaves[0] * 1
        for leaf in leaves[1:]:
            out = out + leaf
        return out

    net = lambda_block(mx, total)
    a, b = arrays(mx.nd, "float32", (2,), (2,))
    return attempt(lambda: net(*FORMS[first](a, b))), attempt(lambda: net(*FORMS[second](b, a)))


def test_unused_inputs_and_parameters(mx):
    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.w = self.params.get("w", shape=(2,))
            self.u = self.params.get("u", shape=(2,))

        def hybrid_forward(self, F, x, y, w, u):
            return w * 2

    net = Net(prefix="net_")
    net.initialize(mx.init.One())
    net.hybridize()
    return net(mx.nd.ones((2,)), mx.nd.ones((2,)))


WRONG = {
    "dense-units": lambda mx: (mx.gluon.nn.Dense(3, in_units=4, prefix="fc_"), [(2, 4), (2, 5)]),
    "dense-later": lambda mx: (mx.gluon.nn.Dense(3, prefix="fc_"), [(2, 4), (3, 4), (2, 5)]),
    "conv": lambda mx: (mx.gluon.nn.Conv2D(2, 3, prefix="c_"), [(1, 2, 5, 5), (1, 3, 5, 5)]),
    "net": lambda mx: (small_net(mx), [(2, 4), (5, 4), (2, 7)]),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_wrong_shapes(mx, name):
    net, shapes = WRONG[name](mx)
    net.initialize(mx.init.One())
    net.hybridize()
    return [attempt(lambda s=s: net(array(mx.nd, "float32", s))) for s in shapes]


def test_wrong_operands(mx):
    net = lambda_block(mx, lambda F, x, y: x + y)
    ones = mx.nd.ones
    return (
        attempt(lambda: net(ones((2, 3)), ones((3, 3)))),
        attempt(lambda: net(ones((2, 3)), ones((2, 3)).astype("float64"))),
        attempt(lambda: net(ones((2, 3)), ones((2, 3)))),
        attempt(lambda: net(ones((2,)), ones((2,), ctx=mx.cpu(1)))),
    )


def test_uninitialized(mx):
    net = mx.gluon.nn.Dense(3, in_units=4, prefix="fc_")
    net.hybridize()
    return attempt(lambda: net(mx.nd.ones((2, 4))))


def test_identity_shares_memory(mx):
    net = lambda_block(mx, lambda F, x: x)
    x = mx.nd.ones((2,))
    y = net(x)
    y[:] = 5
    return x, y, y is x


def test_identity_gradient(mx):
    net = lambda_block(mx, lambda F, x: x)
    x = mx.nd.ones((2,))
    x.attach_grad()
    with mx.autograd.record():
        y = net(x)
    y.backward()
    return x.grad


def test_slope_gradient(mx):
    """The slope of PReLU: a graph of MXNet overwrites the head gradient before using it again."""
    net = lambda_block(mx, lambda F, x, slope: F.LeakyReLU(x * 1, slope, act_type="prelu") * 2)
    x, slope = mx.nd.array([-1.0, 2.0, -3.0]), mx.nd.array([0.5])
    return grads(mx, net, x, slope)


@pytest.mark.parametrize("used", ["first", "second", "both", "sum"])
def test_partial_gradients(mx, front, used):
    net = lambda_block(mx, lambda F, x, y: (x * 2 * y, y + 1))
    x, y = arrays(front, "float32", (2,), (2,))
    x.attach_grad()
    y.attach_grad()
    x.grad[:] = 7
    y.grad[:] = 7
    with mx.autograd.record():
        a, b = net(x, y)
        heads = {"first": [a], "second": [b], "both": [a, b], "sum": [a + b]}[used]
    mx.autograd.backward(heads)
    return x.grad, y.grad


@pytest.mark.parametrize("grad_req", ["write", "add", "null"])
def test_grad_req(mx, front, grad_req):
    net = small_net(mx)
    net.initialize(mx.init.One())
    net.collect_params("net_dense1.*").setattr("grad_req", grad_req)
    net.hybridize()
    x = array(front, "float32", (3, 2))
    net(x)
    fill(net, front)
    for _ in range(2):
        with mx.autograd.record():
            y = net(x)
            z = (y * y).sum()
        z.backward()
    return [None if p.grad_req == "null" else p.grad() for p in net.collect_params().values()], y


def test_backward_twice(mx):
    net = small_net(mx)
    net.initialize(mx.init.One())
    net.hybridize()
    x = array(mx.nd, "float32", (3, 2))
    net(x)
    fill(net, mx.nd)
    x.attach_grad()
    with mx.autograd.record():
        y = net(x)
    head = array(mx.nd, "float32", (3, 3), seed="head")
    y.backward(head, retain_graph=True)
    first = x.grad.copy()
    y.backward(head)
    return first, x.grad, attempt(lambda: y.backward())


@pytest.mark.parametrize("flags", ["plain", "static_alloc", "static_shape", "inline"])
def test_second_calls(mx, front, flags):
    net = small_net(mx)
    net.initialize(mx.init.One())
    net.hybridize(
        **{
            "plain": {},
            "static_alloc": {"static_alloc": True},
            "static_shape": {"static_alloc": True, "static_shape": True},
            "inline": {"inline_limit": 0, "forward_bulk_size": 2, "backward_bulk_size": 3},
        }[flags]
    )
    outs, grads = [], []
    for batch in (3, 1, 5):
        x = array(front, "float32", (batch, 2), seed=batch)
        net(x)
        fill(net, front)
        x.attach_grad()
        with mx.autograd.record():
            y = net(x)
        y.backward(array(front, "float32", (batch, 3), seed="head"))
        outs.append(y)
        grads.append(x.grad)
    mx.nd.waitall()  # mxnet: with static_shape a cast can overtake the update of running averages
    net.cast("float64")
    x = array(front, "float64", (2, 2))
    outs.append(net(x))
    net.cast("float32")
    net.collect_params().reset_ctx([mx.cpu(0), mx.cpu(1)])
    outs.append(net(array(front, "float32", (2, 2), ctx=mx.cpu(1))))
    return outs, grads, outs[-1].ctx, outs[-2].dtype


def test_kept_outputs(mx):
    net = small_net(mx)
    net.initialize(mx.init.One())
    net.hybridize(static_alloc=True, static_shape=True)
    a, b = arrays(mx.nd, "float32", (3, 2), (3, 2))
    first = net(a) * 1
    return first, net(b) * 1, net(a) * 1


def test_switching(mx, front):
    net = small_net(mx)
    net.initialize(mx.init.One())
    x = array(front, "float32", (3, 2))
    outs = [net(x)]
    fill(net, front)
    for active in (True, False, True):
        net.hybridize(active)
        outs.append(net(x))
        outs.append((net._active, bool(net._cached_graph)))
    return outs


def test_child_is_compiled_alone(mx):
    nn = mx.gluon.nn
    net = nn.Sequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Dense(3, in_units=2), small_net(mx, "inner_"))
    net.initialize(mx.init.One())
    net.hybridize()
    y = net(array(mx.nd, "float32", (2, 2)))
    return y, [bool(getattr(child, "_cached_graph", ())) for child in net._children.values()]


def test_overridden_forward(mx):
    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                self.fc = mx.gluon.nn.Dense(3, in_units=2)

        def forward(self, x):
            if x.sum().asscalar() > 0:
                x = x * 2
            return self.fc(x) + x.shape[0]

    net = Net(prefix="net_")
    net.initialize(mx.init.One())
    net.hybridize()
    y = net(mx.nd.ones((2, 2)))
    return y, bool(net._cached_graph), bool(net.fc._cached_graph), attempt(lambda: net.export("x"))


def test_state_of_the_cache(mx):
    net = mx.gluon.nn.Dense(2, in_units=2, prefix="fc_")
    net.initialize(mx.init.One())
    net.hybridize()
    before = net._cached_graph, net._cached_op, net._cached_op_args
    net(mx.nd.ones((1, 2)))
    during = (
        repr(net._cached_graph), repr(net._cached_op_args), net._in_format, net._out_format,
        type(net._cached_op).__name__, net._flags,
    )  # fmt: skip
    net.cast("float64")
    return before, during, net._cached_graph, net._cached_op, net._cached_op_args


def test_set_data_between(mx, front):
    net = mx.gluon.nn.Dense(2, in_units=2, prefix="fc_")
    net.initialize(mx.init.One())
    net.hybridize()
    x = array(front, "float32", (1, 2))
    first = net(x)
    net.weight.set_data(array(front, "float32", (2, 2)))
    second = net(x)
    net.initialize(mx.init.Constant(3), force_reinit=True)
    return first, second, net(x)


def test_shared_parameters(mx):
    nn = mx.gluon.nn
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Dense(3, in_units=3), nn.Activation("tanh"))
        net.add(nn.Dense(3, in_units=3, params=net[0].params))
    net.initialize(mx.init.One())
    net.hybridize()
    x = array(mx.nd, "float32", (2, 3))
    net(x)
    fill(net, mx.nd)
    with mx.autograd.record():
        y = net(x)
    y.backward()
    return y, [p.grad() for p in net.collect_params().values()]


def test_constant_parameter(mx):
    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.scale = self.params.get_constant("scale", mx.nd.array([[1, 2], [3, 4]]))

        def hybrid_forward(self, F, x, scale):
            return F.dot(x, scale)

    net = Net(prefix="net_")
    net.initialize()
    net.hybridize()
    return net(mx.nd.ones((1, 2))), net.scale.data()


def test_dropout_draws(mx):
    nn = mx.gluon.nn
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Dense(6), nn.Dropout(0.5), nn.Dense(6), nn.Dropout(0.3))
    net.initialize(mx.init.Uniform(0.5))
    net.hybridize()
    mx.random.seed(7)
    x = array(mx.nd, "float32", (4, 3))
    x.attach_grad()
    with mx.autograd.record():
        y = net(x)
    y.backward()
    return y, x.grad, net(x), [p.grad() for p in net.collect_params().values()]


@pytest.mark.parametrize("monitor_all", [False, True])
def test_op_hook(mx, monitor_all):
    seen = []
    net = mx.gluon.nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(mx.gluon.nn.Dense(3, activation="relu"), mx.gluon.nn.BatchNorm())
        net.add(mx.gluon.nn.Dropout(0.5))
    net.initialize()
    net.hybridize()
    x = mx.nd.ones((2, 4))
    net(x)
    net.register_op_hook(lambda name, kind, array: seen.append((name, kind)), monitor_all)
    net(x).wait_to_read()
    return [(name.decode(), kind.decode()) for name, kind in seen]


def test_cached_op(mx):
    nd = mx.nd
    x = mx.sym.var("x")
    op = nd.CachedOp(x * 2 + mx.sym.var("y"))
    out = nd.zeros(2)
    ones = nd.ones
    return (
        op(ones(2), ones(2)),
        attempt(lambda: op(ones(2))),
        attempt(lambda: op()),
        attempt(lambda: op(ones(2), ones(3))),
        attempt(lambda: op(ones(2), 1)),
        attempt(lambda: op(ones(2), ones(2), foo=1)),
        op(ones(2), ones(2), out=out),
        out,
        nd.CachedOp(mx.sym.Group([x * 2, x + 1]), [("static_alloc", True)])(ones(2)),
    )


def test_symbol_of_the_history(mx):
    net = mx.gluon.nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(mx.gluon.nn.Dense(3, in_units=2, activation="relu"))
    net.initialize()
    net.hybridize()
    x = mx.nd.ones((1, 2))
    x.attach_grad()
    with mx.autograd.record():
        y = net(x * 2) + 1
    graph = json.loads(mx.autograd.get_symbol(y).tojson())
    return [(node["op"], node.get("attrs")) for node in graph["nodes"]]


def test_hooks(mx):
    calls = []
    net = small_net(mx)
    net.initialize(mx.init.One())
    net.register_forward_hook(lambda block, inputs, out: calls.append((block.name, out.shape)))
    net.register_forward_pre_hook(lambda block, inputs: calls.append((block.name, len(inputs))))
    net[0].register_forward_hook(lambda *_: calls.append("inner"))
    net.hybridize()
    x = mx.nd.ones((2, 2))
    net(x)
    net(x)
    return calls


def test_deferred_error_names_the_parameter(mx):
    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.w = self.params.get("w", shape=(3, 0), allow_deferred_init=True)

        def hybrid_forward(self, F, x, w):
            return x * 2

    nets = []
    for hybrid in (False, True):
        net = Net(prefix="net_")
        net.initialize()
        net.hybridize(hybrid)
        nets.append(attempt(lambda net=net: net(mx.nd.ones((2, 2)))))
    return nets


def test_infer_by_hand(mx):
    net = small_net(mx)
    net.infer_shape(mx.nd.ones((4, 5)))
    shapes = [(name, p.shape) for name, p in net.collect_params().items()]
    net.infer_type(mx.nd.ones((4, 5)).astype("float64"))
    return shapes, [str(p.dtype) for p in net.collect_params().values()]


@pytest.mark.parametrize("hybridize", [False, True])
@pytest.mark.parametrize("kind", ["Conv2D", "Conv1D", "Conv2DTranspose"])
def test_deferred_error_of_an_operator(mx, kind, hybridize):
    net = getattr(mx.gluon.nn, kind)(2, 3, prefix="net_")
    net.initialize()
    net.hybridize(hybridize)
    return attempt(lambda: net(mx.nd.ones((2, 4))))
