"""Training with row_sparse gradients and parameters: lazy updates, trainer, store, clipping."""

import pytest

from compat_tests.inputs import attempt
from compat_tests.ndarray.test_sparse_operators import pattern

WEIGHT = [[0.5, 1.0], [-2.0, 3.0], [4.0, 5.0], [6.0, -7.0], [1.0, 1.0]]
STEPS = (([1, 3], 1.0), ([0], -2.0), ([1, 2], 0.5), ([], 1.0), ([0, 1, 2, 3, 4], 0.3), ([3], 2.0))
RULES = {
    "sgd": {}, "sgd momentum": {"momentum": 0.9}, "sgd clipped": {"clip_gradient": 0.4},
    "sgd eager": {"lazy_update": False}, "adam": {}, "adam eager": {"lazy_update": False},
    "sgd momentum eager": {"momentum": 0.9, "lazy_update": False}, "adagrad": {}, "ftrl": {},
    "adam clipped": {"clip_gradient": 0.3}, "adagrad clipped": {"clip_gradient": 0.3},
    "ftrl clipped": {"clip_gradient": 0.3, "lamda1": 0.02},
    "groupadagrad": {}, "groupadagrad clipped": {"clip_gradient": 0.3},
}  # fmt: skip
DENSE_RULES = {
    "nag": {"momentum": 0.9}, "rmsprop": {}, "signum": {}, "ftml": {}, "adadelta": {},
    "adamax": {}, "nadam": {}, "nag plain": {}, "rmsprop centered": {"centered": True},
    "dcasgd": {}, "lars": {"momentum": 0.9}, "lamb": {}, "lbsgd": {"momentum": 0.9},
}  # fmt: skip


def gradient(mx, rows, scale, dtype="float32"):
    if not rows:
        return mx.nd.sparse.zeros("row_sparse", (5, 2), dtype=dtype)
    data = [[scale * (r + 1), -scale * (r + 0.5)] for r in rows]
    return mx.nd.sparse.row_sparse_array((data, rows), shape=(5, 2), dtype=dtype)


def states_of(state):
    """Flatten a state to its arrays, dense, for rows nobody touched are stored or not."""
    if state is None:
        return []
    if isinstance(state, (list, tuple)):
        return [array for part in state for array in states_of(part)]
    return [state.tostype("default")]


def train(mx, name, options, stype, wd=0.01, dtype="float32"):
    decay = {} if "adagrad" in name else {"wd": wd}
    rule = mx.optimizer.create(
        name.split()[0], learning_rate=0.1, rescale_grad=0.5, **decay, **options
    )
    updater = mx.optimizer.get_updater(rule)
    weight = mx.nd.array(WEIGHT, dtype=dtype).tostype(stype)
    seen = []
    for rows, scale in STEPS:
        updater(0, gradient(mx, rows, scale, dtype), weight)
        seen.append((weight.copy(), states_of(updater.states[0])))
    return seen


@pytest.mark.parametrize("stype", ("default", "row_sparse"))
@pytest.mark.parametrize("name", RULES)
def test_lazy_rules(mx, name, stype):
    return train(mx, name, RULES[name], stype)


@pytest.mark.parametrize("stype", ("default", "row_sparse"))
def test_adagrad_refusals(mx, stype):
    weight = mx.nd.array(WEIGHT).tostype(stype)
    op, grad = mx.nd.sparse.adagrad_update, gradient(mx, [1], 1.0)
    mixed = mx.nd.zeros((5, 2), stype="default" if stype == "row_sparse" else "row_sparse")
    return [
        attempt(op, weight, grad, mx.nd.zeros((5, 2)), out=weight, lr=0.5),
        attempt(op, weight, grad, mixed, out=weight, lr=0.5),
        attempt(op, weight, mx.nd.ones((5, 2)), weight.copy(), out=weight, lr=0.5),
    ]


@pytest.mark.parametrize("stype", ("default", "row_sparse"))
@pytest.mark.parametrize("name", DENSE_RULES)
def test_other_rules(mx, name, stype):
    return attempt(train, mx, name, DENSE_RULES[name], stype)


def stypes_of(state):
    if isinstance(state, (list, tuple)):
        return [stypes_of(part) for part in state]
    return None if state is None else state.stype


def test_storage_of_states(mx):
    seen = {}
    for name, options in {**RULES, **DENSE_RULES}.items():
        rule = mx.optimizer.create(name.split()[0], **options)
        weight = mx.nd.array(WEIGHT).tostype("row_sparse")
        seen[name] = stypes_of(rule.create_state(0, weight))
    return seen


@pytest.mark.parametrize("stype", ("default", "row_sparse"))
@pytest.mark.parametrize("name", ("sgd", "sgd momentum", "adam"))
def test_multi_precision(mx, name, stype):
    options = RULES[name] | {"multi_precision": True}
    return attempt(train, mx, name, options, stype, dtype="float16")


@pytest.mark.parametrize("name", ("sgd", "sgd momentum", "adam", "adagrad", "ftrl"))
def test_a_weight_without_all_rows(mx, name):
    rule = mx.optimizer.create(name.split()[0], learning_rate=0.1, **RULES[name])
    weight = mx.nd.sparse.row_sparse_array(([[1.0, 2.0]], [1]), shape=(5, 2))
    updater = mx.optimizer.get_updater(rule)

    def step():
        updater(0, gradient(mx, [1, 3], 1.0), weight)
        return weight.asnumpy()

    return attempt(step)


@pytest.mark.parametrize("name", ("sgd_update", "sgd_mom_update", "adam_update", "ftrl_update"))
def test_operators(mx, name):
    def states(stype):
        counts = {"sgd_update": 0, "sgd_mom_update": 1, "adam_update": 2, "ftrl_update": 2}
        return [mx.nd.ones((5, 2)).tostype(stype) * 0.5 for _ in range(counts[name])]

    seen = []
    for stype in ("default", "row_sparse"):
        weight, kept = mx.nd.array(WEIGHT).tostype(stype), states(stype)
        op = getattr(mx.nd.sparse, name)
        op(weight, gradient(mx, [1, 3], 1.0), *kept, out=weight, lr=0.1, wd=0.01)
        without = attempt(op, weight, gradient(mx, [1], 1.0), *kept, lr=0.1)
        other = attempt(op, weight, gradient(mx, [1], 1.0), *kept, out=weight.copy(), lr=0.1)
        seen.append((weight, kept, without, other))
    return seen


def embedding(mx, contexts, **options):
    layer = mx.gluon.nn.Embedding(5, 2, sparse_grad=True, **options)
    layer.initialize(mx.init.Constant(1), ctx=contexts)
    layer.weight.set_data(mx.nd.array(WEIGHT))
    return layer


def losses(mx, layer, contexts, number):
    batches = [[1, 3, 3], [0, 2, 1]] if number % 2 else [[4, 4, 1], [1, 0, 0]]
    made = []
    for ctx, ids in zip(contexts, batches):
        out = layer(mx.nd.array(ids, ctx=ctx))
        made.append((out * mx.nd.array([[1, 2.0], [0, 0.5], [-1, 1]], ctx=ctx)).sum())
    return made


@pytest.mark.parametrize("hybrid", (False, True), ids=("plain", "hybrid"))
@pytest.mark.parametrize("count", (1, 2))
@pytest.mark.parametrize("name", ("sgd", "sgd momentum", "adam", "groupadagrad", "adagrad"))
def test_trainer(mx, name, count, hybrid):
    contexts = [mx.cpu(i) for i in range(count)]
    layer = embedding(mx, contexts)
    if hybrid:
        layer.hybridize()
    decay = {} if "adagrad" in name else {"wd": 0.01}
    options = {"learning_rate": 0.1, **decay, **RULES[name]}
    trainer = mx.gluon.Trainer(layer.collect_params(), name.split()[0], options)
    seen = []
    for number in range(5):
        with mx.autograd.record():
            made = losses(mx, layer, contexts, number)
        mx.autograd.backward(made)
        trainer.step(2)
        weight = layer.weight
        seen.append([weight.list_data(), [pattern(g) for g in weight.list_grad()]])
        seen[-1] = [[a.copy() for a in seen[-1][0]], seen[-1][1][0][0].copy()]
    return seen, trainer._update_on_kvstore


@pytest.mark.parametrize("updates", (None, False, True))
def test_allreduce_and_update(mx, updates):
    contexts = [mx.cpu(0), mx.cpu(1)]
    layer = embedding(mx, contexts)
    trainer = mx.gluon.Trainer(
        layer.collect_params(), "sgd", {"learning_rate": 0.1}, update_on_kvstore=updates
    )
    with mx.autograd.record():
        made = losses(mx, layer, contexts, 1)
    mx.autograd.backward(made)
    if updates:
        trainer.step(1)
        return layer.weight.list_data(), attempt(trainer.allreduce_grads)
    trainer.allreduce_grads()
    grads = [pattern(g.copy()) for g in layer.weight.list_grad()]
    trainer.update(1)
    return grads, layer.weight.list_data()


def test_stale_and_zero(mx):
    layer = embedding(mx, [mx.cpu()])
    trainer = mx.gluon.Trainer(layer.collect_params(), "sgd", {"learning_rate": 0.1})
    with mx.autograd.record():
        (loss,) = losses(mx, layer, [mx.cpu()], 1)
    loss.backward()
    trainer.step(1)
    layer.weight.zero_grad()
    zeroed = pattern(layer.weight.grad())
    layer.collect_params().zero_grad()
    return zeroed, pattern(layer.weight.grad()), attempt(trainer.step, 1)


def parameter(mx, **options):
    made = mx.gluon.Parameter(
        "w", shape=(5, 2), stype="row_sparse", grad_stype="row_sparse", **options
    )
    made.initialize(mx.init.One())
    return made


def test_sparse_parameter(mx):
    param = parameter(mx)
    trainer = mx.gluon.Trainer([param], "sgd", {"learning_rate": 0.1, "wd": 0.1})
    seen = [repr(param), param.stype if hasattr(param, "stype") else param._stype]
    for ids in ([1, 3], [0], [3, 1, 1]):
        rows = mx.nd.array(ids)
        weight = param.row_sparse_data(rows)
        seen.append(pattern(weight.copy()))
        with mx.autograd.record():
            y = mx.nd.Embedding(rows, weight, input_dim=5, output_dim=2, sparse_grad=True)
        y.backward()
        seen.append(pattern(param.grad().copy()))
        trainer.step(1)
    seen.append(pattern(param.row_sparse_data(mx.nd.arange(5))))
    seen.append([pattern(a) for a in param.list_row_sparse_data(mx.nd.array([2, 1]))])
    return [*seen, pattern(param._reduce()), trainer._update_on_kvstore, trainer._kvstore.type]


def test_sparse_parameter_refusals(mx):
    param = parameter(mx)
    ids = mx.nd.array([0])
    lone = [attempt(param.row_sparse_data, ids), attempt(param.list_row_sparse_data, ids)]
    trainer = mx.gluon.Trainer([param], "sgd", update_on_kvstore=False)
    plain = mx.gluon.Parameter("p", shape=(2, 2))
    return [
        *lone, attempt(mx.gluon.Parameter, "x", stype="text"), attempt(param.list_data),
        attempt(param.data), attempt(param.row_sparse_data, mx.nd.array([0]).asnumpy()),
        attempt(plain.row_sparse_data, ids), attempt(plain.list_row_sparse_data, ids),
        attempt(trainer._init_kvstore), attempt(mx.gluon.Trainer, [param], "sgd"),
        attempt(lambda: mx.gluon.Trainer([parameter(mx)], "sgd", kvstore=None)._init_kvstore()),
    ]  # fmt: skip


def test_sparse_parameter_files(mx, tmp_path):
    params = mx.gluon.ParameterDict("net_")
    params.get("w", shape=(5, 2), stype="row_sparse", grad_stype="row_sparse")
    params.initialize(mx.init.One())
    trainer = mx.gluon.Trainer(params, "sgd", {"learning_rate": 0.1})
    path = str(tmp_path / "net.params")
    params.save(path)
    saved = mx.nd.load(path)
    other = mx.gluon.ParameterDict("net_")
    loaded = other.get("w", shape=(5, 2), stype="row_sparse")
    other.load(path)
    return [pattern(a) for a in saved.values()], pattern(loaded._data[0]), trainer is not None


def test_store(mx):
    store = mx.kv.create("local")
    store.init("3", mx.nd.array(WEIGHT).tostype("row_sparse"))
    seen = []
    for ids in ([0, 1], [3, 3, 1], [4, 0]):
        out = mx.nd.sparse.zeros("row_sparse", (5, 2))
        store.row_sparse_pull("3", out=out, row_ids=mx.nd.array(ids, dtype="int64"))
        seen.append(pattern(out))
    outs = [mx.nd.sparse.zeros("row_sparse", (5, 2)) for _ in range(2)]
    store.row_sparse_pull("3", out=outs, row_ids=mx.nd.array([2, 1]))
    seen += [pattern(out) for out in outs]
    rows = [mx.nd.array([0]), mx.nd.array([1, 2])]
    store.row_sparse_pull("3", out=outs, row_ids=rows)
    seen += [pattern(out) for out in outs]
    store.push("3", [gradient(mx, [1], 1.0), gradient(mx, [1, 2], 2.0)])
    store.row_sparse_pull("3", out=outs[0], row_ids=mx.nd.arange(5))
    store.pull("3", out=outs[1], ignore_sparse=False)
    kept = mx.nd.sparse.zeros("row_sparse", (5, 2))
    store.pull("3", out=kept)
    seen += [outs[0], pattern(outs[1]), kept]
    return [
        *seen, attempt(store.row_sparse_pull, "3", out=outs, row_ids=None),
        attempt(store.row_sparse_pull, "3", out=None, row_ids=rows),
        attempt(store.row_sparse_pull, "3", out=outs[0], row_ids=3),
        attempt(store.row_sparse_pull, "9", out=outs[0], row_ids=mx.nd.array([1])),
        attempt(store.row_sparse_pull, "3", out=mx.nd.ones((5, 2)), row_ids=mx.nd.array([1])),
        attempt(store.row_sparse_pull, "3", out=outs, row_ids=[mx.nd.array([1])] * 3),
    ]  # fmt: skip


def test_store_with_an_optimizer(mx):
    store = mx.kv.create("device")
    store.set_optimizer(mx.optimizer.SGD(learning_rate=0.1, momentum=0.9, wd=0.1))
    store.init(3, mx.nd.array(WEIGHT).tostype("row_sparse"))
    out = mx.nd.sparse.zeros("row_sparse", (5, 2))
    seen = []
    for rows, scale in STEPS[:3]:
        store.push(3, [gradient(mx, rows, scale), gradient(mx, [4], scale)])
        store.row_sparse_pull(3, out=out, row_ids=mx.nd.arange(5))
        seen.append(out.copy())
    return seen


def test_clip_global_norm(mx):
    seen = []
    for bound in (1.0, 100.0):
        arrays = [gradient(mx, [1, 3], 1.0), mx.nd.array(WEIGHT), gradient(mx, [0], 2.0)]
        seen.append((mx.gluon.utils.clip_global_norm(arrays, bound), [pattern(a) for a in arrays]))
    return seen


def test_states_of_a_file(mx, tmp_path):
    layer = embedding(mx, [mx.cpu()])
    trainer = mx.gluon.Trainer(layer.collect_params(), "adam", {"learning_rate": 0.1})
    with mx.autograd.record():
        (loss,) = losses(mx, layer, [mx.cpu()], 1)
    loss.backward()
    trainer.step(1)
    path = str(tmp_path / "states")
    trainer.save_states(path)
    trainer.load_states(path)
    return states_of(trainer._updaters[0].states[0])


@pytest.mark.parametrize("name", ("Zero", "One", "Uniform", "Normal", "Xavier"))
def test_initializers(mx, name):
    mx.random.seed(3)
    param = parameter(mx)
    param.initialize(getattr(mx.init, name)(), force_reinit=True)
    return pattern(param._data[0]), pattern(param.list_grad()[0])


def test_store_of_dense_values(mx):
    store = mx.kv.create()
    store.init("a", mx.nd.ones((5, 2)))
    store.push("a", gradient(mx, [1], 1.0))
    out, rows = mx.nd.zeros((5, 2)), mx.nd.sparse.zeros("row_sparse", (5, 2))
    store.pull("a", out=out)
    store.init("b", mx.nd.ones((5, 2)).tostype("row_sparse"))
    store.push("b", [mx.nd.ones((5, 2)), mx.nd.ones((5, 2))])
    store.pull("b", out=rows, ignore_sparse=False)
    return out, rows


def test_states_of_a_store(mx, tmp_path):
    def made():
        store = mx.kv.create("local")
        store.set_optimizer(mx.optimizer.SGD(learning_rate=0.1, momentum=0.9))
        store.init(3, mx.nd.array(WEIGHT).tostype("row_sparse"))
        return store

    path = str(tmp_path / "states")
    first, second = made(), made()
    first.push(3, gradient(mx, [1, 3], 1.0))
    first.save_optimizer_states(path)
    second.load_optimizer_states(path)
    out = mx.nd.sparse.zeros("row_sparse", (5, 2))
    second.push(3, gradient(mx, [0, 1], 0.5))
    second.row_sparse_pull(3, out=out, row_ids=mx.nd.arange(5))
    return out
