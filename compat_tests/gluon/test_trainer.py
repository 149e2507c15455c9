"""The Trainer: steps by optimizer and by hand, stale gradients, contexts, states, refusals."""

from __future__ import annotations

import pytest

from compat_tests.gluon.tools import fill
from compat_tests.inputs import array, attempt


def build(mx, front, ctx=None, prefix="net_"):
    nn = mx.gluon.nn
    net = nn.HybridSequential(prefix=prefix)
    with net.name_scope():
        net.add(nn.Dense(4, activation="tanh", in_units=3), nn.Dense(1, in_units=4))
    net.initialize(ctx=ctx)
    return fill(net, front)


def learn(mx, front, net, trainer, steps=3, batch=4, ctx=None):
    loss = mx.gluon.loss.L2Loss()
    losses = []
    for step in range(steps):
        x = array(front, "float32", (batch, 3), seed=step, ctx=ctx)
        y = array(front, "float32", (batch, 1), seed=f"y{step}", ctx=ctx)
        with mx.autograd.record():
            value = loss(net(x), y)
        value.backward()
        trainer.step(batch)
        losses.append(value.copy())
    return losses


def weights(net):
    return {name: param.data() for name, param in net.collect_params().items()}


RULES = {
    "sgd": {"learning_rate": 0.1},
    "sgd-momentum": {"learning_rate": 0.1, "momentum": 0.9, "wd": 1e-2},
    "adam": {"learning_rate": 0.01},
    "adagrad": {"learning_rate": 0.1},
    "rmsprop": {"learning_rate": 0.01, "gamma1": 0.9},
    "adadelta": {"rho": 0.9},
    "nag": {"learning_rate": 0.1, "momentum": 0.5},
}


@pytest.mark.tolerance(rtol=1e-4, atol=1e-6, reason="steps add up what each rounds differently")
@pytest.mark.parametrize("hybridize", [False, True], ids=["eager", "hybrid"])
@pytest.mark.parametrize("name", RULES)
def test_learning(mx, front, name, hybridize):
    net = build(mx, front)
    net.hybridize(hybridize)
    trainer = mx.gluon.Trainer(net.collect_params(), name.split("-")[0], RULES[name])
    return learn(mx, front, net, trainer), weights(net), trainer.learning_rate


@pytest.mark.tolerance(rtol=1e-4, atol=1e-6, reason="steps add up what each rounds differently")
@pytest.mark.parametrize("update_on_kvstore", [None, False, True], ids=str)
@pytest.mark.parametrize("kvstore", ["device", "local", None], ids=str)
def test_two_contexts(mx, front, kvstore, update_on_kvstore):
    contexts = [mx.cpu(0), mx.cpu(1)]
    net = build(mx, front, ctx=contexts)
    options = {"learning_rate": 0.1, "momentum": 0.9}
    trainer = mx.gluon.Trainer(
        net.collect_params(), "sgd", options, kvstore=kvstore, update_on_kvstore=update_on_kvstore
    )
    loss = mx.gluon.loss.L2Loss()

    def step(number):
        with mx.autograd.record():
            values = [
                loss(
                    net(array(front, "float32", (2, 3), seed=f"{ctx}{number}", ctx=ctx)),
                    front.ones((2, 1), ctx=ctx),
                )
                for ctx in contexts
            ]
        for value in values:
            value.backward()
        trainer.step(4)

    seen = attempt(lambda: [step(number) for number in range(2)])
    return seen, net[0].weight.list_data(), net[0].weight.list_grad()


@pytest.mark.parametrize("kvstore", ["device", None], ids=str)
def test_by_hand(mx, front, kvstore):
    contexts = [mx.cpu(0), mx.cpu(1)]
    net = build(mx, front, ctx=contexts)
    trainer = mx.gluon.Trainer(
        net.collect_params(), "sgd", {"learning_rate": 0.1}, kvstore, update_on_kvstore=False
    )
    with mx.autograd.record():
        values = [net(front.ones((1, 3), ctx=ctx) * (i + 1)) for i, ctx in enumerate(contexts)]
    for value in values:
        value.backward()
    trainer.allreduce_grads()
    summed = [grad.copy() for grad in net[1].bias.list_grad()]
    trainer.update(2)
    return summed, net[1].weight.list_data()


def test_refused_by_hand(mx, front):
    net = build(mx, front, ctx=[mx.cpu(0), mx.cpu(1)])
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", update_on_kvstore=True)
    return attempt(trainer.allreduce_grads), attempt(trainer.update, 1)


def test_stale(mx, front):
    net, other = build(mx, front), build(mx, front, prefix="other_")
    params = net.collect_params()
    params.update(other.collect_params())
    trainer = mx.gluon.Trainer(params, "sgd", {"learning_rate": 0.1})
    early = attempt(trainer.step, 1)
    with mx.autograd.record():
        y = net(front.ones((1, 3)))
    y.backward()
    half = attempt(trainer.step, 1)
    trainer.step(1, ignore_stale_grad=True)
    moved, kept = weights(net), weights(other)
    again = attempt(trainer.step, 1)
    trainer.step(1, ignore_stale_grad=True)
    return early, half, moved, kept, again


def test_fresh_flag(mx, front):
    net = build(mx, front)
    weight = net[0].weight
    seen = [weight.data()._fresh_grad]
    with mx.autograd.record():
        y = net(front.ones((1, 3)))
    seen.append(weight.data()._fresh_grad)
    y.backward()
    seen.append(weight.data()._fresh_grad)
    mx.gluon.Trainer(net.collect_params(), "sgd").step(1)
    seen.append(weight.data()._fresh_grad)
    return seen


def test_frozen(mx, front):
    net = build(mx, front)
    net[0].collect_params().setattr("grad_req", "null")
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    with mx.autograd.record():
        y = net(front.ones((1, 3)))
    y.backward()
    trainer.step(1)
    return weights(net)


def test_gradients_added(mx, front):
    net = build(mx, front)
    net.collect_params().setattr("grad_req", "add")
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    for _ in range(2):
        with mx.autograd.record():
            y = net(front.ones((1, 3)))
        y.backward()
    trainer.step(2)
    grad = net[0].weight.grad().copy()
    net.collect_params().zero_grad()
    return weights(net), grad, net[0].weight.grad()


def test_multipliers(mx, front):
    net = build(mx, front)
    net[0].weight.lr_mult = 0.0
    net[1].weight.wd_mult = 10.0
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1, "wd": 0.1})
    with mx.autograd.record():
        y = net(front.ones((1, 3)))
    y.backward()
    trainer.step(1)
    return weights(net)


def test_learning_rate(mx, front):
    net = build(mx, front)
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd")
    seen = [trainer.learning_rate]
    trainer.set_learning_rate(0.5)
    seen.append(trainer.learning_rate)
    schedule = mx.lr_scheduler.FactorScheduler(1, 0.5, base_lr=1.0)
    scheduled = mx.gluon.Trainer(net.collect_params(), "sgd", {"lr_scheduler": schedule})
    for _ in range(3):
        with mx.autograd.record():
            y = net(front.ones((1, 3)))
        y.backward()
        scheduled.step(1)
        seen.append(scheduled.learning_rate)
    return seen, attempt(scheduled.set_learning_rate, 1), type(trainer.optimizer)


def test_optimizer_object(mx, front):
    net = build(mx, front)
    optimizer = mx.optimizer.Adam(learning_rate=0.1)
    trainer = mx.gluon.Trainer(net.collect_params(), optimizer)
    losses = learn(mx, front, net, trainer, 2)
    return (
        losses,
        trainer.optimizer is optimizer,
        optimizer.num_update,
        attempt(mx.gluon.Trainer, net.collect_params(), optimizer, {"wd": 1}),
    )


def test_kinds_of_params(mx, front):
    net = build(mx, front)
    params = net.collect_params()
    trainers = [
        mx.gluon.Trainer(kind, "sgd")
        for kind in (params, dict(params.items()), list(params.values()), tuple(params.values()))
    ]
    return (
        [[p.name for p in trainer._params] for trainer in trainers],
        attempt(mx.gluon.Trainer, 3, "sgd"),
        attempt(mx.gluon.Trainer, ["a"], "sgd"),
        attempt(mx.gluon.Trainer, params.values(), "sgd"),
        attempt(mx.gluon.Trainer, net, "sgd"),
        attempt(mx.gluon.Trainer, params, "no_such"),
        attempt(mx.gluon.Trainer, params, "sgd", {"colour": 1}),
        attempt(mx.gluon.Trainer, [], "sgd"),
        attempt(mx.gluon.Trainer, {}, "sgd"),
    )


def test_uninitialized(mx, front):
    nn = mx.gluon.nn
    plain, waiting = nn.Dense(1, prefix="d_"), nn.Dense(1, prefix="d_")
    waiting.initialize()
    trainer = mx.gluon.Trainer(waiting.collect_params(), "sgd")
    mixed = list(build(mx, front).collect_params().values())
    other = nn.Dense(1, in_units=1, prefix="d_")
    other.initialize(ctx=mx.cpu(1))
    return (
        attempt(mx.gluon.Trainer, plain.collect_params(), "sgd"),
        attempt(trainer.step, 1),
        attempt(mx.gluon.Trainer, [*mixed, other.weight], "sgd"),
    )


def test_deferred_then_trained(mx, front):
    net = mx.gluon.nn.Dense(1, prefix="d_")
    net.initialize(mx.init.One())
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})
    with mx.autograd.record():
        y = net(front.ones((2, 3)))
    y.backward()
    trainer.step(2)
    return weights(net)


def test_set_data_between_steps(mx, front):
    net = build(mx, front, ctx=[mx.cpu(0), mx.cpu(1)])
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    for number in range(2):
        with mx.autograd.record():
            values = [net(front.ones((1, 3), ctx=ctx)) for ctx in (mx.cpu(0), mx.cpu(1))]
        for value in values:
            value.backward()
        trainer.step(1)
        if number == 0:
            net[1].weight.set_data(front.ones((1, 4)))
    return net[1].weight.list_data(), net[0].bias.list_data()


@pytest.mark.tolerance(rtol=1e-4, atol=1e-6, reason="steps add up what each rounds differently")
@pytest.mark.parametrize("name", ["sgd-momentum", "adam"])
@pytest.mark.parametrize("count", [1, 2], ids=["one-ctx", "two-ctx"])
def test_states(mx, front, tmp_path, name, count):
    path = str(tmp_path / "states")
    contexts = [mx.cpu(i) for i in range(count)]

    def make():
        net = build(mx, front, ctx=contexts)
        rule = name.split("-")[0]
        return net, mx.gluon.Trainer(net.collect_params(), rule, dict(RULES[name]))

    def one_step(net, trainer, seed):
        with mx.autograd.record():
            values = [
                net(array(front, "float32", (2, 3), seed=f"{seed}{ctx}", ctx=ctx))
                for ctx in contexts
            ]
        for value in values:
            value.backward()
        trainer.step(2)

    net, trainer = make()
    one_step(net, trainer, "a")
    trainer.save_states(path)
    other, resumed = make()
    resumed.load_states(path)
    one_step(other, resumed, "b")
    return (
        other[0].weight.list_data(),
        resumed.learning_rate,
        resumed.optimizer.num_update,
        sorted(resumed.optimizer.param_dict),
    )


def test_same_training_as_by_updater(mx, front):
    net, twin = build(mx, front), build(mx, front)
    trainer = mx.gluon.Trainer(net.collect_params(), "adam")
    updater = mx.optimizer.get_updater(mx.optimizer.Adam(rescale_grad=0.5))
    for step in range(2):
        x = array(front, "float32", (2, 3), seed=step)
        for model in (net, twin):
            with mx.autograd.record():
                y = model(x)
            y.backward()
        trainer.step(2)
        for i, param in enumerate(twin.collect_params().values()):
            updater(i, param.grad(), param.data())
    return list(weights(net).values()), list(weights(twin).values())
