"""Loops and branches in graphs: files, names, inference, executors, hybrid blocks."""

from __future__ import annotations

import json

import pytest

from compat_tests.inputs import arrays, attempt


def described(symbols):
    return {
        "arguments": symbols.list_arguments(),
        "states": symbols.list_auxiliary_states(),
        "outputs": symbols.list_outputs(),
        "internals": symbols.get_internals().list_outputs(),
        "graph": json.loads(symbols.tojson()),
    }


def flat(mx, values):
    if isinstance(values, mx.sym.Symbol):
        return [values]
    return [leaf for each in values for leaf in flat(mx, each)]


def loops(mx):
    """Give graphs, each with the shapes of its arguments."""
    s, v = mx.sym, mx.sym.var
    x, t, w = v("x"), v("t"), v("w")
    foreach, loop, cond = s.contrib.foreach, s.contrib.while_loop, s.contrib.cond
    rows = {"x": (3, 2), "t": (2,), "w": (2,)}
    one = {"x": (1,), "t": (1,), "w": (1,)}

    def outer(row, state):
        def inner(number, total):
            return number * total[0] * w, [total[0] + number * w]

        outs, last = foreach(inner, row, [state])
        return outs * w, last[0] * w

    def branching(row, state):
        return cond(row.sum() > 1.5, lambda: row * w, lambda: row * state), row * state

    return {
        "one": lambda: (foreach(lambda a, b: (a * b * w, (a * w) + b), x, t), rows),
        "free_result": lambda: (foreach(lambda a, b: (a * (t * w), b * a), x, t), rows),
        "shared": lambda: (
            foreach(lambda a, b: (a * b * w, b * a), s.broadcast_mul(x, w), t),
            rows,
        ),
        "passed_on": lambda: (foreach(lambda a, b: ([a, b], b), x, t), rows),
        "same_twice": lambda: (foreach(lambda a, b: (a * b, a * b * 1), x, t), rows),
        "output_is_state": lambda: (foreach(same_output, x, t), rows),
        "no_outputs": lambda: (foreach(lambda a, b: ([], a * b), x, t), rows),
        "no_states": lambda: (foreach(lambda a, b: (a * w, []), x, []), rows),
        "lists": lambda: (
            foreach(lambda a, b: ([[a[0] * b[0]], a[1]], [b[0] * a[1]]), [x, v("z")], [t]),
            rows | {"z": (3, 2)},
        ),
        "layer": lambda: (
            foreach(lambda a, b: (s.FullyConnected(a, num_hidden=2, name="fc") * b, b * 2), x, t),
            {"x": (3, 2, 4), "t": (2, 2)},
        ),
        "vector": lambda: (foreach(lambda a, b: (a * b * w, b * a), x, t), one | {"x": (4,)}),
        "nested": lambda: (foreach(outer, x, t), {"x": (3, 2), "t": (1,), "w": (1,)}),
        "while": lambda: (
            loop(lambda i, b: i < 3, lambda i, b: (b * w, [i + 1, b * w + b]), [x, t], 3),
            one,
        ),
        "while_free": lambda: (
            loop(lambda i, b: i * w < 9, lambda i, b: ([b, i * 2], [i + 1, b * w]), (x, t), 2),
            one,
        ),
        "while_single": lambda: (loop(lambda i: i < 9, lambda i: (i * w, i * 2), x, 2), one),
        "while_no_outputs": lambda: (loop(lambda i: i < 9, lambda i: ([], i * w), [x], 3), one),
        "cond": lambda: (cond(x < 5, lambda: x * w, lambda: x * t), one),
        "cond_lists": lambda: (
            cond(x * w < -5, lambda: [x * w, [t]], lambda: [t * t, [x * w * 2]]),
            one,
        ),
        "branching": lambda: (foreach(branching, x, t), rows),
    }


def same_output(a, b):
    y = a * b
    return y, y


NAMES = (
    "one", "free_result", "shared", "passed_on", "same_twice", "output_is_state", "no_outputs",
    "no_states", "lists", "layer", "vector", "nested", "while", "while_free", "while_single",
    "while_no_outputs", "cond", "cond_lists", "branching",
)  # fmt: skip


@pytest.fixture
def graph(mx, name):
    """Make a graph under fresh names; give it with the shapes of its arguments."""
    mx.AttrScope._subgraph_names.clear()
    with mx.name.NameManager():  # a fixture runs outside of the fresh state of its case
        results, shapes = loops(mx)[name]()
        group = mx.sym.Group(flat(mx, results))
    return group, {key: shapes[key] for key in group.list_inputs() if key in shapes}


@pytest.mark.parametrize("name", NAMES)
def test_graph(mx, graph):
    return described(graph[0])


@pytest.mark.parametrize("name", NAMES)
def test_file(mx, graph):
    read = mx.sym.load_json(graph[0].tojson())
    return read.tojson() == graph[0].tojson(), read.list_arguments(), read.debug_str()


@pytest.mark.parametrize("name", NAMES)
def test_inference(mx, graph):
    group, shapes = graph
    first = {each: shapes[each] for each in shapes if each != "t"}
    types = {each: "float32" for each in shapes}
    return [
        attempt(lambda: group.infer_shape(**shapes)),
        attempt(lambda: group.infer_shape_partial(**first)),
        attempt(lambda: group.infer_type(**types)),
    ]


def values(mx, group, shapes):
    known = dict(shapes)
    if "fc_weight" in group.list_arguments():
        known |= {"fc_weight": (2, 4), "fc_bias": (2,)}
    names = group.list_arguments()
    made = arrays(mx.nd, "float32", *[known[each] for each in names], low=0.2, high=1.5)
    return dict(zip(names, made))


@pytest.mark.parametrize("name", NAMES)
def test_run(mx, graph):
    group, shapes = graph
    given = values(mx, group, shapes)
    slopes = {key: mx.nd.zeros(each.shape) for key, each in given.items()}
    executor = group.bind(mx.cpu(), given, slopes)
    outs = executor.forward(is_train=True)
    executor.backward([(mx.nd.arange(o.size) + 1).reshape(o.shape) for o in outs])
    again = mx.sym.load_json(group.tojson()).eval(mx.cpu(), **given)
    return outs, slopes, again


def test_gradient_of_added_variable(mx):
    x, t, w = (mx.sym.var(each) for each in "xtw")
    y, _ = mx.sym.contrib.foreach(lambda a, b: (a * b + w, b * a), x, t)
    given = values(mx, y, {"x": (3, 2), "t": (2,), "w": (2,)})
    slopes = {key: mx.nd.zeros(each.shape) for key, each in given.items()}
    executor = y.bind(mx.cpu(), given, slopes)
    (out,) = executor.forward(is_train=True)
    executor.backward([mx.nd.ones(out.shape)])
    return slopes


@pytest.mark.parametrize("req", ["write", "null"])
def test_requests(mx, req):
    x, t, w = (mx.sym.var(each) for each in "xtw")
    y, _ = mx.sym.contrib.foreach(lambda a, b: (a * b * w, b * a), x, t)
    given = values(mx, y, {"x": (3, 2), "t": (2,), "w": (2,)})
    slopes = {key: mx.nd.ones(each.shape) for key, each in given.items()}
    executor = y.bind(mx.cpu(), given, slopes, {"x": "write", "t": "write", "w": req})
    (out,) = executor.forward(is_train=True)
    executor.backward([mx.nd.ones(out.shape)])
    return slopes


@pytest.mark.parametrize("start", [0, 2, 5])
def test_while_steps(mx, start):
    i, s, w = (mx.sym.var(each) for each in "isw")
    outs, last = mx.sym.contrib.while_loop(
        lambda i, s: i < 3, lambda i, s: (s * w, [i + 1, s * w]), [i, s], max_iterations=5
    )
    given = {"i": mx.nd.array([start]), "s": mx.nd.array([2, 3]), "w": mx.nd.array([0.5, 2])}
    slopes = {key: mx.nd.zeros(each.shape) for key, each in given.items()}
    group = mx.sym.Group([outs, *last])
    executor = group.bind(mx.cpu(), given, slopes)
    y, number, state = executor.forward(is_train=True)
    steps = max(3 - start, 0)
    weights = mx.nd.zeros(y.shape)
    weights[:steps] = 1
    executor.backward([weights, mx.nd.ones((1,)), mx.nd.ones((2,))])
    return y.shape, y[:steps], number, state, slopes


@pytest.mark.parametrize("number", range(24))
def test_errors(mx, number):
    s = mx.sym
    x, t, w = s.var("x"), s.var("t"), s.var("w")
    foreach, loop, cond = s.contrib.foreach, s.contrib.while_loop, s.contrib.cond
    calls = [
        lambda: foreach(lambda a, b: (b * 2, b), x, t),
        lambda: foreach(lambda a, b: (a * 2, w), x, t),
        lambda: foreach(lambda a, b: (a, [b]), x, t),
        lambda: foreach(lambda a, b: (3, b), x, t),
        lambda: foreach(lambda a, b: (a, 3), x, t),
        lambda: foreach(lambda a, b: (a, b), "x", t),
        lambda: foreach(lambda a, b: (a, b), x, [t, 3]),
        lambda: foreach(lambda a, b: (a + b, b * 2), x, s.var("x")),
        lambda: loop(lambda i: i < 2, lambda i: (i, i + 1), [x]),
        lambda: loop(lambda: x, lambda: (x, []), [], 3),
        lambda: loop(lambda i: True, lambda i: (i, i + 1), [x], 3),
        lambda: loop(lambda i: i < 2, lambda i: (i, [i, i]), [x], 3),
        lambda: loop(lambda i: i < 2, lambda i: (3, [i]), [x], 3),
        lambda: loop(lambda i, j: i < 2, lambda i, j: (i, [i, i]), [x, t], 3),
        lambda: loop(lambda i: i < 2, lambda i: (i, i), [x], "many"),
        lambda: loop(lambda i: i < 2, lambda i: (i, i), [x], 0),
        lambda: loop(lambda i: i < 2, lambda i: (i, i), 7, 2),
        lambda: cond(x < 3, lambda: [x, t], lambda: x),
        lambda: cond(3, lambda: x, lambda: t),
        lambda: cond(x < 3, lambda: 1, lambda: 2),
        lambda: cond([x, t], lambda: x, lambda: t),
        lambda: foreach(lambda a, b: (a + 1, s.concat(b, b, dim=0)), x, t)[1].infer_shape(
            x=(2, 2), t=(3,)
        ),
        lambda: foreach(lambda a, b: (a * b, b), x, t)[0].infer_shape(x=(2, 2), t=(3,)),
        lambda: foreach(lambda a, b: (a[0] * a[1], b), [x, w], t)[0].infer_shape(
            x=(2, 2), w=(3, 2), t=(3,)
        ),
    ]
    mx.AttrScope._subgraph_names.clear()
    return attempt(calls[number])


@pytest.mark.parametrize("number", range(4))
def test_run_errors(mx, number):
    s = mx.sym
    x, t, w = s.var("x"), s.var("t"), s.var("w")
    foreach, loop, cond = s.contrib.foreach, s.contrib.while_loop, s.contrib.cond
    mx.AttrScope._subgraph_names.clear()
    x2, one = mx.nd.ones((2, 2)), mx.nd.ones((1,))
    made, given = [
        lambda: (foreach(lambda a, b: (a * b, b), x, t)[0], {"x": x2, "t": one}),
        lambda: (cond(x < 5, lambda: x, lambda: x * w), {"x": x2, "w": x2}),
        lambda: (loop(lambda i: i < 5, lambda i: (i * w, i), x, 2)[0], {"x": x2, "w": x2}),
        lambda: (
            loop(lambda i, b: i < 5, lambda i, b: (b, [i, s.concat(b, b, dim=0)]), [x, t], 2)[0],
            {"x": one, "t": one},
        ),
    ][number]()
    return attempt(lambda: made.eval(mx.cpu(), **given))


@pytest.mark.np
@pytest.mark.parametrize("number", range(4))
def test_numpy_symbols(mx, number):
    """Loops are for legacy arrays only."""
    x, s = (mx.sym.var(each).as_np_ndarray() for each in "xs")
    foreach, loop = mx.sym.contrib.foreach, mx.sym.contrib.while_loop
    calls = [
        lambda: foreach(lambda a, t: (a * t, t), x, s),
        lambda: foreach(lambda a, t: (a.as_np_ndarray(), t.as_np_ndarray()), x, s),
        lambda: mx.sym.contrib.cond(x < 1, lambda: x, lambda: s),
        lambda: loop(lambda i: i < 2, lambda i: (i, i + 1), [x], max_iterations=2),
    ]
    return attempt(calls[number])


def test_value_index(mx):
    parts = mx.sym.split(mx.sym.var("x"), num_outputs=2)
    return [parts[i].attr("_value_index") for i in range(2)], mx.sym.var("y").attr("_value_index")


def net(mx):
    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                self.dense = mx.gluon.nn.Dense(2, in_units=2, flatten=False)
                self.scale = self.params.get("scale", shape=(2,))

        def hybrid_forward(self, F, data, state, scale):
            def body(row, states):
                y = F.tanh(self.dense(row) + F.broadcast_mul(states[0], scale))
                return y, [y * 2]

            outs, states = F.contrib.foreach(body, data, [state])
            return self.dense(outs), states[0]

    made = Net(prefix="net_")
    made.initialize()
    for i, (_, param) in enumerate(sorted(made.collect_params().items())):
        param.set_data(arrays(mx.nd, "float32", param.shape, seed=i)[0])
    return made


@pytest.mark.parametrize("hybrid", [False, True])
def test_block(mx, hybrid):
    mx.AttrScope._subgraph_names.clear()
    made = net(mx)
    if hybrid:
        made.hybridize()
    seen = []
    for length in (3, 1, 2):
        x, s = arrays(mx.nd, "float32", (length, 2, 2), (2, 2), seed=length)
        x.attach_grad()
        with mx.autograd.record():
            y, last = made(x, s)
            total = (y * y).sum() + last.sum()
        total.backward()
        params = {key: each.grad() for key, each in made.collect_params().items()}
        seen.append([y, last, x.grad, {k: v.copy() for k, v in params.items()}])
    return seen


@pytest.mark.parametrize("hybrid", [False, True])
def test_branching_block(mx, hybrid):
    class Net(mx.gluon.HybridBlock):
        def hybrid_forward(self, F, data, state):
            y = F.contrib.cond(data.sum() > 3, lambda: data * state, lambda: data - state)
            outs, (i, last) = F.contrib.while_loop(
                lambda i, s: i < 2, lambda i, s: (s * data, [i + 1, s * state]),
                [F.zeros((1,)), y], max_iterations=2,
            )  # fmt: skip
            return y, outs, i, last

    made = Net()
    if hybrid:
        made.hybridize()
    seen = []
    for value in (0.5, 2.0):
        x, s = mx.nd.array([value, 1]), mx.nd.array([2, 3])
        for each in (x, s):
            each.attach_grad()
        with mx.autograd.record():
            y, outs, i, last = made(x, s)
            total = (y * y).sum() + (outs * outs).sum() + last.sum()
        total.backward()
        seen.append([y, outs, i, last, x.grad, s.grad])
    return seen


def test_exported_block(mx, tmp_path):
    mx.AttrScope._subgraph_names.clear()
    made = net(mx)
    made.hybridize()
    x, s = arrays(mx.nd, "float32", (3, 2, 2), (2, 2))
    before = made(x, s)
    made.export(str(tmp_path / "net"))
    with open(tmp_path / "net-symbol.json") as file:
        graph = json.load(file)
    read = mx.gluon.SymbolBlock.imports(
        str(tmp_path / "net-symbol.json"), ["data0", "data1"], str(tmp_path / "net-0000.params")
    )
    return graph, before, read(x, s)


def test_traced_block(mx):
    mx.AttrScope._subgraph_names.clear()
    made = net(mx)
    return described(mx.sym.Group(list(made(mx.sym.var("x"), mx.sym.var("s")))))
