"""Blocks: names, scopes, registration, containers, hooks, forward in its forms, summary."""

from __future__ import annotations

import pytest

from compat_tests.gluon.tools import fill
from compat_tests.inputs import array, attempt, printed


def names(net):
    return net.prefix, net.name, list(net.collect_params().keys())


def test_scopes_and_counters(mx):
    nn = mx.gluon.nn
    with mx.name.NameManager():
        net = nn.Sequential()
        with net.name_scope():
            net.add(nn.Dense(2), nn.Dense(3), nn.Conv2D(1, 1))
            inner = nn.HybridSequential()
            with inner.name_scope():
                inner.add(nn.Dense(1), nn.BatchNorm())
            net.add(inner)
        outside = nn.Dense(4)
        again = nn.Sequential()
        again.add(nn.Dense(1), nn.Dense(1))
    return names(net), names(outside), names(again), repr(net), repr(net.collect_params())


def test_own_prefix(mx):
    nn = mx.gluon.nn
    with mx.name.NameManager():
        net = nn.Sequential(prefix="model_")
        with net.name_scope():
            net.add(nn.Dense(2, prefix="first_"), nn.Dense(2), nn.Dense(2, prefix=""))
        bare = nn.Sequential(prefix="")
        with bare.name_scope():
            bare.add(nn.Dense(2), nn.Dense(2))
        odd = nn.Dense(2, prefix="odd")
    return names(net), names(bare), names(odd)


def test_scope_continues(mx):
    nn = mx.gluon.nn
    net = nn.Sequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Dense(2))
    with net.name_scope():
        net.add(nn.Dense(2))
    return names(net)


def test_prefix_scope(mx):
    with mx.name.Prefix("outer_"):
        dense = mx.gluon.nn.Dense(2)
    with mx.name.NameManager():
        other = mx.gluon.nn.Dense(2)
    return names(dense), names(other)


def test_custom_block_names(mx):
    gluon = mx.gluon

    class Net(gluon.Block):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                self.hidden = gluon.nn.Dense(3)
                self.scale = self.params.get("scale", shape=(2,))
                self.fixed = self.params.get_constant("fixed", mx.nd.array([1, 2]))

    with mx.name.NameManager():
        first, second = Net(), Net(prefix="my_")
    return names(first), names(second), repr(first), list(first._children), list(first._reg_params)


def test_structural_names(mx):
    nn = mx.gluon.nn
    net = nn.Sequential(prefix="net_")
    net.add(nn.Dense(2), nn.Sequential())
    net[1].add(nn.BatchNorm(), nn.Dense(3, use_bias=False))
    return list(net._collect_params_with_prefix()), list(net._collect_params_with_prefix("top"))


def test_sharing(mx, front):
    nn = mx.gluon.nn
    net = nn.Sequential(prefix="net_")
    shared = nn.Dense(4, in_units=4, prefix="shared_")
    net.add(shared, nn.Dense(4, in_units=4, params=shared.params, prefix="second_"))
    net.initialize(mx.init.One())
    x = array(front, "float32", (1, 4))
    with mx.autograd.record():
        out = net(x)
    out.backward()
    return (
        out,
        net[0].weight is net[1].weight,
        list(net.collect_params()),
        shared.weight.grad(),
        net[1].params.prefix,
        net[1].prefix,
    )


@pytest.mark.parametrize(
    "pattern", [".*weight", "net_dense0.*", "nothing", "net_dense1_bias|.*0_w.*"]
)
def test_collect_params(mx, pattern):
    nn = mx.gluon.nn
    net = nn.Sequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Dense(2), nn.Dense(2))
    found = net.collect_params(pattern)
    return list(found.keys()), repr(found), found.prefix


def test_attribute_rules(mx):
    gluon = mx.gluon

    class Net(gluon.Block):
        def __init__(self):
            super().__init__(prefix="net_")
            self.child = gluon.nn.Dense(1, prefix="a_")
            self.weight = self.params.get("weight", shape=(1,))

    net = Net()

    def assign(name, value):
        setattr(net, name, value)
        return list(net._children.items()), list(net._reg_params)

    return (
        attempt(assign, "child", 3),
        attempt(assign, "child", mx.gluon.nn.Dense(2, prefix="b_")),
        attempt(assign, "child", mx.gluon.nn.Sequential(prefix="c_")),
        attempt(assign, "weight", None),
        attempt(assign, "weight", mx.gluon.Parameter("other", shape=(1,))),
        attempt(assign, "new", mx.gluon.Parameter("new", shape=(1,))),
        attempt(assign, "plain", 1),
        attempt(assign, "plain", mx.gluon.nn.Dense(2, prefix="d_")),
    )


def test_hybrid_children(mx):
    nn, gluon = mx.gluon.nn, mx.gluon

    class Hybrid(gluon.HybridBlock):
        pass

    def register():
        block = Hybrid(prefix="h_")
        block.child = nn.Sequential(prefix="s_")

    return (
        attempt(register),
        attempt(lambda: nn.HybridSequential(prefix="n_").add(nn.Lambda("relu", prefix="l_"))),
        attempt(lambda: gluon.Block(prefix="b_")(1)),
        attempt(lambda: Hybrid(prefix="h_")(mx.nd.ones(1))),
    )


def test_unregistered_container(mx):
    gluon = mx.gluon

    class Net(gluon.Block):
        def __init__(self):
            super().__init__(prefix="net_")
            self.layers = [gluon.nn.Dense(1, prefix="a_")]
            self.numbers = [1, 2]
            self.deep = {"x": (gluon.nn.Dense(1, prefix="b_"),)}

    return list(Net().collect_params().keys())


def test_containers(mx, front):
    nn = mx.gluon.nn
    net = nn.Sequential(prefix="net_")
    with net.name_scope():
        for _ in range(4):
            net.add(nn.Dense(2, in_units=2))
    net.initialize(mx.init.One())
    x = array(front, "float32", (1, 2))
    return (
        len(net),
        repr(net[1]),
        repr(net[1:3]),
        net[1:3].prefix,
        net[:2](x),
        [layer.name for layer in net],
        net[-1].name,
        attempt(lambda: net[7]),
        net(x),
    )


def test_sequential_hybridize_warns(mx):
    nn = mx.gluon.nn
    net = nn.Sequential(prefix="net_")
    net.add(nn.Dense(2, prefix="a_"))
    net.hybridize()
    mixed = nn.Sequential(prefix="net_")
    mixed.add(nn.Dense(2, prefix="b_"), nn.Lambda("relu", prefix="c_"))
    mixed.hybridize()
    return net[0]._active, mixed[0]._active


def test_apply(mx):
    nn = mx.gluon.nn
    net = nn.Sequential(prefix="net_")
    net.add(nn.Dense(2, prefix="a_"), nn.Sequential(prefix="b_"))
    net[1].add(nn.Dense(2, prefix="c_"))
    seen = []
    same = net.apply(lambda block: seen.append(block.name))
    return seen, same is net


def test_hooks(mx, front):
    nn = mx.gluon.nn
    net = nn.Dense(1, in_units=2, prefix="net_")
    net.initialize(mx.init.One())
    seen = []
    before = net.register_forward_pre_hook(lambda b, args: seen.append(("pre", b.name, len(args))))
    after = net.register_forward_hook(lambda b, args, out: seen.append(("post", out.shape)))
    x = front.ones((3, 2))
    net(x)
    before.detach()
    net(x)
    with after:
        net(x)
    net(x)
    return seen, attempt(before.attach, {}, print)


def test_hybridize_with_hook_warns(mx):
    net = mx.gluon.nn.Dense(1, in_units=2, prefix="net_")
    net.register_forward_hook(lambda *args: None)
    net.hybridize()
    net.hybridize(False)
    return net._active


def test_hybrid_forward(mx, front):
    gluon = mx.gluon

    class Net(gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.weight = self.params.get("weight", shape=(3, 2), init="ones")

        def hybrid_forward(self, F, x, scale=None, weight=None):
            out = F.np.dot(x, weight) if mx.util.is_np_array() else F.dot(x, weight)
            return out if scale is None else out * scale

    net = Net(prefix="net_")
    net.initialize()
    x = array(front, "float32", (2, 3))
    return net(x), net(x, 3), net(x, x[0, 0])


def test_forward_namespace(mx, front):
    seen = []

    class Net(mx.gluon.HybridBlock):
        def hybrid_forward(self, F, x, y):
            seen.append((F is mx.nd, hasattr(F, "np"), hasattr(F, "npx"), type(x).__name__))
            return [x + y, (x, y)]

    out = Net(prefix="net_")(front.ones(2), front.ones(2))
    return out, seen


def test_overridden_forward(mx, front):
    gluon = mx.gluon

    class Net(gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.dense = gluon.nn.Dense(2, prefix="dense_")

        def forward(self, x):
            return self.dense(x) + x.shape[0]

    net = Net(prefix="net_")
    net.initialize(mx.init.One())
    first = net(front.ones((2, 3)))
    net.hybridize()
    return first, net(front.ones((4, 3)))


def test_wrong_inputs(mx, front):
    net = mx.gluon.nn.Dense(2, in_units=2, prefix="net_")
    net.initialize(mx.init.One())
    x = front.ones((1, 2))
    return (
        attempt(net, [[1, 2]]),
        attempt(net, 3),
        attempt(net),
        attempt(net, None),
        attempt(net, x, x),
        attempt(net, x.asnumpy()),
    )


def test_uninitialized(mx, front):
    net = mx.gluon.nn.Dense(2, prefix="net_")
    return attempt(net, front.ones((1, 2)))


@pytest.mark.np
def test_legacy_output_under_np(mx):
    class Net(mx.gluon.Block):
        def forward(self, x):
            return x.as_nd_ndarray()

    class Pair(mx.gluon.Block):
        def forward(self, x):
            return x, [x.as_nd_ndarray()]

    x = mx.np.ones(2)
    return attempt(Net(prefix="net_"), x), attempt(Pair(prefix="pair_"), x)


def test_context_of_forward(mx, front):
    class Net(mx.gluon.HybridBlock):
        def hybrid_forward(self, F, x):
            return x, str(mx.context.current_context())

    x = front.ones(2, ctx=mx.cpu(1))
    out, inside = Net(prefix="net_")(x)
    return out.context, inside, str(mx.context.current_context())


def test_mixed_contexts_hybridized(mx, front):
    net = mx.gluon.nn.HybridLambda(lambda F, x, y: x + y, prefix="net_")
    net.hybridize()
    seen = attempt(net, front.ones(2), front.ones(2, ctx=mx.cpu(1)))
    return seen.seen["error"]


def test_summary(mx, front):
    nn = mx.gluon.nn
    net = nn.HybridSequential(prefix="net_")
    shared = nn.Dense(4, in_units=4, prefix="shared_")
    net.add(
        nn.Conv2D(2, 3, prefix="c_"),
        nn.BatchNorm(prefix="bn_"),
        nn.Flatten(),
        nn.Dense(4, activation="relu", prefix="d_"),
        shared,
        nn.Dense(4, in_units=4, params=shared.params),
        nn.Dropout(0.5),
    )
    net.initialize()
    with mx.name.NameManager():
        net.summary(array(front, "float32", (2, 1, 5, 5)))
    net.hybridize()
    return attempt(net.summary, front.ones((2, 1, 5, 5)))


def test_summary_text(mx, front, capsys):
    net = mx.gluon.nn.Dense(4, prefix="d_")
    net.initialize()
    net.summary(front.ones((2, 3)))
    return capsys.readouterr().out


def test_initialize(mx, front):
    net = mx.gluon.nn.Dense(2, in_units=2, prefix="net_")
    net.initialize(init=mx.init.One())
    first = net.weight.data().copy()
    net.initialize(init=mx.init.Zero())
    ignored = net.weight.data().copy()
    net.initialize(init="zeros", force_reinit=True)
    return first, ignored, net.weight.data(), net.bias.data()


def test_initialize_by_name(mx, front):
    net = mx.gluon.nn.Dense(2, in_units=2, prefix="net_", weight_initializer="ones")
    return (
        attempt(net.initialize, "no_such_initializer"),
        attempt(mx.gluon.nn.Dense(2, prefix="n_").initialize, "no_such_initializer"),
        net.initialize(mx.init.Zero()),
        net.weight.data(),
        attempt(mx.gluon.nn.Dense(2, in_units=2).initialize, 3),
    )


def test_export_before_hybridize(mx):
    net = mx.gluon.nn.Dense(2, prefix="net_")
    return attempt(net.export, "nowhere"), attempt(net.optimize_for, mx.nd.ones((1, 1)))


def test_print_network(mx):
    nn = mx.gluon.nn
    net = nn.HybridSequential(prefix="net_")
    net.add(nn.Conv2D(6, kernel_size=5, padding=2, activation="sigmoid"))
    net.add(nn.AvgPool2D(pool_size=2, strides=2), nn.Dense(10))
    outer = nn.Sequential()
    outer.add(net, nn.Dropout(0.1))
    return printed(outer)


def test_two_contexts(mx, front):
    net = mx.gluon.nn.Dense(2, prefix="net_")
    net.initialize(mx.init.One(), ctx=[mx.cpu(0), mx.cpu(1)])
    outs = []
    for ctx in (mx.cpu(0), mx.cpu(1)):
        x = array(front, "float32", (2, 3), ctx=ctx)
        with mx.autograd.record():
            out = net(x)
        out.backward()
        outs.append((out, out.context))
    fill(net, front)
    return (
        outs,
        net.weight.list_grad(),
        net.weight.list_data(),
        net.weight.list_ctx(),
        attempt(net, front.ones((2, 3), ctx=mx.cpu(2))),
    )
