"""Operators written in Python: on arrays, in graphs, executors and blocks; errors; older kinds."""

from __future__ import annotations

import json

import pytest

from compat_tests.inputs import arrays, attempt


def scaled(mx, seen=None):
    """Register an operator: scale and add, count runs in an optional state; note what it is told.

    ``seen`` gathers what the methods were told.
    """
    note = (lambda *what: None) if seen is None else (lambda *what: seen.append(what))

    class Scaled(mx.operator.CustomOp):
        def __init__(self, scale):
            super().__init__()
            self.scale = scale

        def forward(self, is_train, req, in_data, out_data, aux):
            flags = mx.autograd.is_recording(), mx.autograd.is_training()
            note("forward", is_train, list(req), len(in_data), len(out_data), len(aux), flags)
            self.kept = in_data[0] * self.scale
            self.assign(out_data[0], req[0], self.kept * in_data[1])
            self.assign(out_data[1], req[1], in_data[1] + 1)
            if aux:
                aux[0][:] += 1

        def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
            note("backward", len(out_grad), len(in_data), len(out_data), len(in_grad), len(aux))
            self.assign(in_grad[0], req[0], out_grad[0] * in_data[1] * self.scale)
            self.assign(in_grad[1], req[1], out_grad[0] * self.kept + out_grad[1])

    @mx.operator.register("scaled")
    class ScaledProp(mx.operator.CustomOpProp):
        def __init__(self, scale="1", count="False"):
            super().__init__(need_top_grad=True)
            self.scale, self.count = float(scale), count == "True"
            note("prop", scale, count)

        def list_arguments(self):
            return ["left", "right"]

        def list_outputs(self):
            return ["product", "more"]

        def list_auxiliary_states(self):
            return ["runs"] if self.count else []

        def infer_shape(self, in_shape):
            aux = [(1,)] if self.count else []
            return [in_shape[0], in_shape[0]], [in_shape[0], in_shape[0]], aux

        def create_operator(self, ctx, in_shapes, in_dtypes):
            note("create", str(ctx), [list(each) for each in in_shapes], list(in_dtypes))
            return Scaled(self.scale)

    return ScaledProp


def loss(mx):
    """Register a softmax loss whose gradient asks for none from above."""

    class Loss(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            self.assign(out_data[0], req[0], mx.nd.softmax(in_data[0]))

        def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
            hot = mx.nd.one_hot(in_data[1], out_data[0].shape[1])
            self.assign(in_grad[0], req[0], out_data[0] - hot)
            self.assign(in_grad[1], req[1], 0)

    @mx.operator.register("my_loss")
    class LossProp(mx.operator.CustomOpProp):
        def __init__(self):
            super().__init__(need_top_grad=False)

        def list_arguments(self):
            return ["data", "label"]

        def infer_shape(self, in_shape):
            return [in_shape[0], (in_shape[0][0],)], [in_shape[0]], []

        def create_operator(self, ctx, in_shapes, in_dtypes):
            return Loss()


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "int32"])
def test_forward(mx, dtype):
    scaled(mx)
    a, b = arrays(mx.nd, dtype, (2, 3), (2, 3))
    y, z = mx.nd.Custom(a, b, op_type="scaled", scale=2)
    return y, z, y.dtype


@pytest.mark.parametrize("train", [True, False])
def test_calls(mx, train):
    seen = []
    scaled(mx, seen)
    a, b = arrays(mx.nd, "float32", (2, 3), (2, 3))
    runs = mx.nd.zeros((1,))
    a.attach_grad()
    b.attach_grad()
    with mx.autograd.record(train_mode=train):
        y, z = mx.nd.Custom(a, b, runs, op_type="scaled", scale=1.5, count=True)
        total = (y * y).sum() + z.sum()
    total.backward()
    mx.nd.waitall()
    return y, z, a.grad, b.grad, runs, seen


@pytest.mark.parametrize("request_", ["write", "add", "null"])
def test_requests(mx, request_):
    scaled(mx)
    a, b = arrays(mx.nd, "float32", (3,), (3,))
    a.attach_grad()
    b.attach_grad(request_)
    for _ in range(2):
        with mx.autograd.record():
            y, z = mx.nd.Custom(a, b, op_type="scaled", scale=1.5)
            total = y.sum() + z.sum()
        total.backward()
    return a.grad, b.grad


def test_two_calls_then_backward(mx):
    scaled(mx)
    a, b = arrays(mx.nd, "float32", (3,), (3,))
    a.attach_grad()
    b.attach_grad()
    with mx.autograd.record():
        y, _ = mx.nd.Custom(a, b, op_type="scaled", scale=2)
        z, _ = mx.nd.Custom(y, a, op_type="scaled", scale=3)
    z.backward()
    return z, a.grad, b.grad


def test_out(mx):
    scaled(mx)
    a, b = arrays(mx.nd, "float32", (3,), (3,))
    outs = [mx.nd.zeros((3,)), mx.nd.zeros((3,))]
    mx.nd.Custom(a, b, op_type="scaled", out=outs)
    return outs


@pytest.mark.parametrize("request_", ["null", "write", "inplace", "add", "other"])
def test_assign(mx, request_):
    a, b = arrays(mx.nd, "float32", (3,), (3,))
    mx.operator.CustomOp().assign(a, request_, b)
    return a


def test_defaults(mx):
    prop = mx.operator.CustomOpProp()
    base = mx.operator.CustomOp()
    return [
        prop.list_arguments(), prop.list_outputs(), prop.list_auxiliary_states(),
        prop.infer_shape([[2, 3]]), prop.infer_type(["float32"]),
        prop.infer_storage_type(["default"]),
        prop.infer_storage_type_backward(["default"], ["default"], ["default"], ["undefined"], []),
        attempt(lambda: prop.infer_storage_type(["default", "csr"])),
        attempt(lambda: prop.infer_storage_type_backward(["row_sparse"], [], [], [], [])),
        attempt(lambda: prop.infer_storage_type_backward([], [], [], ["csr"], [])),
        prop.declare_backward_dependency([0], [1, 2], [3]),
        mx.operator.CustomOpProp(False).declare_backward_dependency([0], [1, 2], [3]),
        type(prop.create_operator(mx.cpu(), [[2]], [0])).__name__,
        base.forward(True, [], [], [], []), base.backward([], [], [], [], [], []),
    ]  # fmt: skip


@pytest.mark.parametrize("number", range(6))
def test_call_errors(mx, number):
    scaled(mx)
    a, b = arrays(mx.nd, "float32", (3,), (3,))
    calls = [
        lambda: mx.nd.Custom(a, b),
        lambda: mx.nd.Custom(a, b, op_type="nothing"),
        lambda: mx.nd.Custom(a, op_type="scaled"),
        lambda: mx.nd.Custom(a, b, a, op_type="scaled"),
        lambda: mx.nd.Custom(a, 3, op_type="scaled"),
        lambda: mx.nd.Custom(a, b, op_type="scaled", count=True),
    ]
    return attempt(calls[number])


WRONG = {
    "infer_shape": lambda self, given: 1 / 0,
    "infer_shape one list": lambda self, given: [given],
    "infer_shape two outputs": lambda self, given: (given, [given[0], given[0]], []),
    "infer_shape two inputs": lambda self, given: ([given[0]] * 2, [given[0]], []),
    "infer_shape a state": lambda self, given: (given, given, [(1,)]),
    "infer_shape another": lambda self, given: ([[7]], given, []),
    "infer_type": lambda self, given: 1 / 0,
    "infer_type two outputs": lambda self, given: (given, [given[0]] * 2, []),
    "infer_type a name": lambda self, given: (given, ["float64"], []),
    "infer_storage_type": lambda self, given: 1 / 0,
    "list_arguments": lambda self: 1 / 0,
    "list_outputs": lambda self: 1 / 0,
    "list_auxiliary_states": lambda self: 1 / 0,
    "declare_backward_dependency": lambda self, a, b, c: 1 / 0,
    "create_operator": lambda self, ctx, shapes, dtypes: 1 / 0,
    "create_operator none": lambda self, ctx, shapes, dtypes: None,
}


@pytest.mark.parametrize("name", WRONG)
def test_property_errors(mx, name):
    class Wrong(mx.operator.CustomOpProp):
        pass

    setattr(Wrong, name.partition(" ")[0], WRONG[name])
    mx.operator.register("wrong")(Wrong)

    def infer():
        return mx.sym.Custom(mx.sym.var("x"), op_type="wrong", name="w").infer_shape(x=(2,))

    def infer_type():
        graph = mx.sym.Custom(mx.sym.var("x"), op_type="wrong", name="w")
        return graph.infer_type(x="float32")

    return [
        attempt(lambda: mx.nd.Custom(mx.nd.ones((2,)), op_type="wrong")),
        attempt(infer), attempt(infer_type),
    ]  # fmt: skip


@pytest.mark.parametrize("place", ["forward", "backward"])
def test_operator_errors(mx, place):
    class Wrong(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            self.assign(out_data[0], req[0], in_data[0])

    def fail(self, *args, **kwargs):
        raise ValueError("no")

    setattr(Wrong, place, fail)

    @mx.operator.register("wrong")
    class WrongProp(mx.operator.CustomOpProp):
        def create_operator(self, ctx, shapes, dtypes):
            return Wrong()

    x = mx.nd.ones((2,))
    x.attach_grad()

    def run():
        with mx.autograd.record():
            y = mx.nd.Custom(x, op_type="wrong")
        y.backward()
        mx.nd.waitall()
        return x.grad

    def execute():
        graph = mx.sym.Custom(mx.sym.var("x"), op_type="wrong", name="w")
        executor = graph.bind(mx.cpu(), {"x": x}, {"x": mx.nd.zeros((2,))})
        (y,) = executor.forward(is_train=True)
        executor.backward([mx.nd.ones((2,))])
        mx.nd.waitall()
        return y

    return attempt(run), attempt(execute)


def described(graph):
    return {
        "arguments": graph.list_arguments(), "states": graph.list_auxiliary_states(),
        "outputs": graph.list_outputs(), "graph": json.loads(graph.tojson()), "name": graph.name,
        "attrs": sorted(graph.list_attr().items()),
        "internals": graph.get_internals().list_outputs(),
    }  # fmt: skip


@pytest.mark.parametrize("number", range(6))
def test_symbol(mx, number):
    scaled(mx)
    x, y = mx.sym.var("x"), mx.sym.var("y")
    graphs = [
        lambda: mx.sym.Custom(x, y, op_type="scaled", scale=2, name="s"),
        lambda: mx.sym.Custom(x, op_type="scaled", count=True),
        lambda: mx.sym.Custom(right=x, op_type="scaled", scale=2.5, name="s"),
        lambda: mx.sym.Custom(left=x, right=x * y, op_type="scaled", count=True, name="s"),
        lambda: mx.sym.Custom(op_type="scaled", name="s"),
        lambda: mx.sym.Custom(x, y, mx.sym.var("runs"), op_type="scaled", count=True, name="s"),
    ]
    graph = graphs[number]()
    read = mx.sym.load_json(graph.tojson())
    shapes = {graph.list_arguments()[0]: (2, 3)}
    return [
        described(graph), read.tojson() == graph.tojson(), graph.infer_shape(**shapes),
        attempt(lambda: graph.infer_type(**dict.fromkeys(shapes, "float32"))),
    ]  # fmt: skip


@pytest.mark.parametrize("number", range(5))
def test_symbol_errors(mx, number):
    scaled(mx)
    x = mx.sym.var("x")
    calls = [
        lambda: mx.sym.Custom(x, op_type="nothing"),
        lambda: mx.sym.Custom(x),
        lambda: mx.sym.Custom(x, x, x, op_type="scaled"),
        lambda: mx.sym.Custom(other=x, op_type="scaled", name="s"),
        lambda: mx.sym.Custom(x, 3, op_type="scaled"),
    ]
    return attempt(calls[number])


def test_executor(mx):
    scaled(mx)
    graph = mx.sym.Custom(op_type="scaled", scale=2, count=True, name="s")[0] * 2
    executor = graph.simple_bind(
        mx.cpu(), s_left=(2, 3), grad_req={"s_left": "write", "s_right": "add"}
    )
    a, b = arrays(mx.nd, "float32", (2, 3), (2, 3))
    executor.copy_params_from({"s_left": a, "s_right": b})
    executor.grad_dict["s_right"][:] = 10
    seen = []
    for train in (True, False, True):
        (y,) = executor.forward(is_train=train)
        if train:
            executor.backward([mx.nd.ones((2, 3))])
        mx.nd.waitall()
        seen.append([y.copy(), executor.aux_dict["s_runs"].copy()])
    return seen, executor.grad_dict


def test_loss(mx):
    loss(mx)
    x, w = mx.sym.var("x"), mx.sym.var("w")
    graph = mx.sym.Custom(
        mx.sym.FullyConnected(x, w, num_hidden=4, no_bias=True), op_type="my_loss", name="l"
    )
    executor = graph.simple_bind(mx.cpu(), x=(3, 2))
    a, b = arrays(mx.nd, "float32", (3, 2), (4, 2))
    executor.copy_params_from({"x": a, "w": b, "l_label": mx.nd.array([0, 3, 1])})
    (y,) = executor.forward(is_train=True)
    executor.backward()
    return described(graph), y, executor.grad_dict


@pytest.mark.parametrize("hybrid", [False, True])
def test_block(mx, hybrid):
    scaled(mx)

    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                self.runs = self.params.get("runs", shape=(1,), init="zeros", grad_req="null")
                self.w = self.params.get("w", shape=(2, 3), init="ones")

        def hybrid_forward(self, F, x, w, runs):
            y, z = F.Custom(x, w, runs, op_type="scaled", scale=2, count=True)
            return F.tanh(y) + z, F.Custom(y, x, op_type="scaled", scale=0.5)[0]

    net = Net(prefix="net_")
    net.initialize()
    if hybrid:
        net.hybridize()
    seen = []
    for seed in range(2):
        (x,) = arrays(mx.nd, "float32", (2, 3), seed=seed)
        x.attach_grad()
        with mx.autograd.record():
            y, z = net(x)
            total = (y * y).sum() + z.sum()
        total.backward()
        seen.append([y, z, x.grad, net.w.grad().copy(), net.runs.data().copy()])
    return seen


@pytest.mark.parametrize("kind", ["NumpyOp", "NDArrayOp"])
def test_older(mx, kind):
    class Squares(getattr(mx.operator, kind)):
        def list_arguments(self):
            return ["first", "second"]

        def infer_shape(self, in_shape):
            return [in_shape[0], in_shape[0]], [in_shape[0]]

        def forward(self, in_data, out_data):
            out_data[0][:] = in_data[0] * in_data[0] + in_data[1]

        def backward(self, out_grad, in_data, out_data, in_grad):
            in_grad[0][:] = out_grad[0] * in_data[0] * 2
            in_grad[1][:] = out_grad[0]

    older = Squares()
    graph = older(mx.sym.var("x"), name="s")
    a, b = arrays(mx.nd, "float32", (2, 3), (2, 3))
    slopes = {"x": mx.nd.zeros((2, 3)), "s_second": mx.nd.zeros((2, 3))}
    executor = graph.bind(mx.cpu(), {"x": a, "s_second": b}, slopes)
    (y,) = executor.forward(is_train=True)
    executor.backward([mx.nd.ones((2, 3))])
    return y, slopes, graph.list_arguments(), graph.list_outputs(), older.need_top_grad()


def test_older_defaults(mx):
    base = mx.operator.PythonOp(False)
    a, b = mx.nd.ones((2,)), mx.nd.zeros((2,))
    base.forward([a], [b])
    return [
        base.list_arguments(), base.list_outputs(), base.infer_shape([[2]]), base.need_top_grad(),
        attempt(base.get_symbol), attempt(lambda: base(a)), b, base.backward([a], [a], [a], [b]),
        mx.operator.NDArrayOp().declare_backward_dependency([0], [1], [2]),
        mx.operator.NDArrayOp(False).declare_backward_dependency([0], [1], [2]),
    ]  # fmt: skip


def test_older_loss(mx):
    class Loss(mx.operator.NumpyOp):
        def forward(self, in_data, out_data):
            out_data[0][:] = in_data[0] * 2

        def backward(self, out_grad, in_data, out_data, in_grad):
            in_grad[0][:] = out_data[0] + len(out_grad)

    graph = Loss(need_top_grad=False)(mx.sym.var("x"), name="l")
    slopes = {"x": mx.nd.zeros((3,))}
    executor = graph.bind(mx.cpu(), {"x": mx.nd.array([1, 2, 3])}, slopes)
    executor.forward(is_train=True)
    executor.backward()
    return executor.outputs, slopes


@pytest.mark.parametrize(
    "name",
    ["FullyConnected", "Convolution", "sum", "Custom", "add_n", "softmax", "Reshape", "_foreach",
     "_while_loop", "_cond", "Concat", "dot", "zeros_like", "Activation", "LeakyReLU", "Pooling",
     "_npi_sum", "nothing"],
)  # fmt: skip
def test_operator_arguments(mx, name):
    return attempt(lambda: tuple(mx.operator.get_operator_arguments(name)))


def test_registered(mx):
    names = mx.operator.get_all_registered_operators()
    wanted = ("Custom", "FullyConnected", "_foreach", "_plus_scalar", "elemwise_add", "add_n")
    return [name in names for name in wanted], type(names).__name__, names == sorted(names)
