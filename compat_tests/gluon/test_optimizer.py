"""Optimizers: ten steps and the states they leave, multipliers, counts, Updater, schedulers."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, attempt

RULES = {
    "sgd": {"learning_rate": 0.1},
    "sgd-wd": {"learning_rate": 0.1, "wd": 0.1},
    "sgd-momentum": {"learning_rate": 0.1, "momentum": 0.9, "wd": 0.05},
    "sgd-clip": {"learning_rate": 0.1, "clip_gradient": 0.3, "rescale_grad": 0.5, "wd": 0.1},
    "sgd-momentum-clip": {"learning_rate": 0.1, "momentum": 0.5, "clip_gradient": 0.3},
    "ccsgd": {"learning_rate": 0.1, "momentum": 0.5},
    "nag": {"learning_rate": 0.1, "momentum": 0.9, "wd": 0.05, "clip_gradient": 1.0},
    "nag-plain": {"learning_rate": 0.1, "wd": 0.05},
    "adam": {},
    "adam-wd": {"learning_rate": 0.1, "wd": 0.1, "rescale_grad": 0.25},
    "adam-clip": {"learning_rate": 0.1, "clip_gradient": 0.5, "beta1": 0.5, "beta2": 0.8},
    "adagrad": {"learning_rate": 0.1, "wd": 0.05, "clip_gradient": 1.0},
    "adagrad-eps": {"eps": 1e-3},
    "rmsprop": {"wd": 0.05, "clip_gradient": 1.0},
    "rmsprop-gamma": {"learning_rate": 0.1, "gamma1": 0.5},
    "rmsprop-centered": {"learning_rate": 0.05, "centered": True, "wd": 0.05},
    "rmsprop-clip-weights": {"learning_rate": 0.1, "clip_weights": 0.5},
    "adadelta": {"wd": 0.01, "clip_gradient": 1.0},
    "adadelta-rho": {"rho": 0.5, "epsilon": 1e-3, "rescale_grad": 0.5},
    "adamax": {"wd": 0.05, "clip_gradient": 1.0},
    "nadam": {"learning_rate": 0.01, "wd": 0.05},
    "test": {"rescale_grad": 0.5},
}


def train(mx, optimizer, shapes, dtype="float32", steps=10, front=None):
    """Feed gradients that depend on the weights; return weights and states."""
    front = front or mx.nd
    updater = mx.optimizer.get_updater(optimizer)
    weights = [array(front, dtype, shape, seed=i) for i, shape in enumerate(shapes)]
    for step in range(steps):
        grads = [
            array(front, dtype, shape, seed=f"g{i}/{step}") + weights[i] * 0.5
            for i, shape in enumerate(shapes)
        ]
        updater(list(range(len(shapes))), grads, weights)
    return weights, updater.states


@pytest.mark.tolerance(rtol=2e-5, atol=1e-6, reason="ten steps, each rounded in another order")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", RULES)
def test_ten_steps(mx, name, dtype):
    optimizer = mx.optimizer.create(name.split("-")[0], **RULES[name])
    return train(mx, optimizer, [(2, 3), (3,)], dtype)


@pytest.mark.np
@pytest.mark.tolerance(rtol=2e-5, atol=1e-6, reason="ten steps, each rounded in another order")
@pytest.mark.parametrize("name", ["sgd-momentum", "adam", "adagrad", "rmsprop", "adadelta", "nag"])
def test_np_arrays(mx, name):
    optimizer = mx.optimizer.create(name.split("-")[0], **RULES[name])
    return train(mx, optimizer, [(2, 3), (3,)], front=mx.np)


@pytest.mark.parametrize("name", ["sgd", "sgd-momentum", "nag", "adam"])
def test_multi_precision(mx, name):
    optimizer = mx.optimizer.create(name.split("-")[0], **RULES[name], multi_precision=True)
    return train(mx, optimizer, [(2, 3)], "float16", steps=3)


def test_float16_warns(mx):
    optimizer = mx.optimizer.SGD(momentum=0.5)
    state = optimizer.create_state_multi_precision(0, mx.nd.ones((2,), dtype="float16"))
    return state


def test_many_weights(mx):
    optimizer = mx.optimizer.SGD(learning_rate=0.1, momentum=0.9)
    return train(mx, optimizer, [(2,)] * 7, steps=2), optimizer.num_update


def test_mixed_dtypes(mx):
    optimizer = mx.optimizer.SGD(learning_rate=0.1)
    updater = mx.optimizer.get_updater(optimizer)
    weights = [mx.nd.ones((2,), dtype=d) for d in ("float32", "float64", "float32")]
    updater([0, 1, 2], [w * 2 for w in weights], weights)
    return weights


def test_counts(mx):
    optimizer = mx.optimizer.Adam(begin_num_update=5)
    updater = mx.optimizer.get_updater(optimizer)
    weight = mx.nd.ones((2,))
    for _ in range(3):
        updater(0, weight * 0.1, weight)
    updater(1, weight * 0.1, weight)
    return optimizer.num_update, optimizer._index_update_count, weight


def test_multipliers(mx):
    names = {0: "a_weight", 1: "a_bias", 2: "a_gamma", 3: "b_weight"}
    optimizer = mx.optimizer.SGD(learning_rate=1.0, wd=0.5, param_idx2name=names)
    optimizer.set_lr_mult({"a_bias": 2.0, 3: 0.1})
    first = optimizer._get_lrs([0, 1, 2, 3]), optimizer._get_wds([0, 1, 2, 3])
    optimizer.set_wd_mult({"a_bias": 3.0})
    return first, optimizer._get_wds([0, 1, 2, 3]), optimizer.wd_mult, optimizer.lr_mult


def test_learning_rate(mx):
    optimizer = mx.optimizer.SGD(learning_rate=0.5)
    before = optimizer.learning_rate
    optimizer.set_learning_rate(0.1)
    scheduled = mx.optimizer.SGD(lr_scheduler=mx.lr_scheduler.FactorScheduler(2, 0.5, base_lr=1.0))
    rates = []
    updater = mx.optimizer.get_updater(scheduled)
    weight = mx.nd.ones((1,))
    for _ in range(6):
        updater(0, weight, weight)
        rates.append(scheduled.learning_rate)
    return (
        before,
        optimizer.learning_rate,
        rates,
        weight,
        attempt(scheduled.set_learning_rate, 1),
        attempt(optimizer.set_lr_scale, {}),
        mx.optimizer.SGD().learning_rate,
        mx.optimizer.Adam().learning_rate,
    )


def test_scheduler_and_rate(mx):
    scheduler = mx.lr_scheduler.FactorScheduler(2, 0.5, base_lr=1.0)
    optimizer = mx.optimizer.SGD(learning_rate=0.3, lr_scheduler=scheduler)
    return scheduler.base_lr, optimizer.learning_rate


@pytest.mark.parametrize("name", ["SGD", "Adam", "sgd", "no_such", "ADAM"])
def test_create(mx, name):
    return attempt(lambda: type(mx.optimizer.create(name)))


def test_wrong(mx):
    opt = mx.optimizer
    return (
        attempt(opt.create, 3),
        attempt(opt.create, "sgd", colour=1),
        attempt(opt.SGD, param_idx2name=[1]),
        attempt(opt.register, 3),
        attempt(opt.Optimizer().update, 0, None, None, None),
        attempt(opt.SGD().update, 0, [1], [1], None),
        opt.Optimizer().create_state(0, None),
    )


def test_own_optimizer(mx):
    class Halver(mx.optimizer.Optimizer):
        def create_state(self, index, weight):
            return mx.nd.zeros(weight.shape)

        def update(self, index, weight, grad, state):
            self._update_count(index)
            weight[:] = weight / 2 - grad * self._get_lr(index)
            state[:] += 1

    if "halver" not in mx.optimizer.Optimizer.opt_registry:
        mx.optimizer.register(Halver)
    return train(mx, mx.optimizer.create("halver", learning_rate=0.5), [(2,)], steps=2)


@pytest.mark.np
def test_np_arrays_refused(mx):
    with mx.util.np_array(False):
        optimizer = mx.optimizer.SGD()
    updater = mx.optimizer.get_updater(optimizer)
    return attempt(updater, 0, mx.np.ones(2), mx.np.ones(2))


@pytest.mark.parametrize("dump_optimizer", [False, True], ids=["states", "all"])
@pytest.mark.parametrize("name", ["sgd-momentum", "adam", "adadelta"])
def test_states_round_trip(mx, name, dump_optimizer):
    def make():
        kind = name.split("-")[0]
        return mx.optimizer.get_updater(mx.optimizer.create(kind, **RULES[name]))

    one, two = make(), make()
    weight = array(mx.nd, "float32", (2, 2))
    for _ in range(2):
        one(0, weight * 0.3, weight)
    two.set_states(one.get_states(dump_optimizer=dump_optimizer))
    same, other = weight.copy(), weight.copy()
    one(0, same * 0.3, same)
    two(0, other * 0.3, other)
    return same, other, two.states, two.states_synced, type(two.optimizer), two.optimizer.lr


SCHEDULES = {
    "factor": ("FactorScheduler", (3,), {"factor": 0.5, "base_lr": 1.0}),
    "factor-stop": ("FactorScheduler", (1,), {"factor": 0.1, "stop_factor_lr": 1e-2}),
    "factor-warmup": (
        "FactorScheduler",
        (3, 0.5),
        {"base_lr": 1.0, "warmup_steps": 4, "warmup_begin_lr": 0.2},
    ),
    "multifactor": ("MultiFactorScheduler", ([2, 5, 6],), {"factor": 0.5, "base_lr": 1.0}),
    "poly": ("PolyScheduler", (8,), {"base_lr": 1.0, "pwr": 2, "final_lr": 0.1}),
    "poly-warmup": (
        "PolyScheduler",
        (8,),
        {"warmup_steps": 3, "warmup_mode": "constant", "warmup_begin_lr": 0.001},
    ),
    "cosine": ("CosineScheduler", (8,), {"base_lr": 1.0, "final_lr": 0.2}),
    "cosine-warmup": ("CosineScheduler", (9,), {"base_lr": 0.3, "warmup_steps": 4}),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules(mx, name):
    kind, args, options = SCHEDULES[name]
    scheduler = getattr(mx.lr_scheduler, kind)(*args, **options)
    return [scheduler(step) for step in range(1, 13)], scheduler.base_lr


WRONG_SCHEDULES = {
    "factor": ("FactorScheduler", (1,), {"factor": 1.5}),
    "step": ("FactorScheduler", (0,), {}),
    "warmup-begin": ("FactorScheduler", (1,), {"warmup_begin_lr": 1}),
    "warmup-steps": ("FactorScheduler", (1,), {"warmup_steps": -1}),
    "warmup-float": ("FactorScheduler", (1,), {"warmup_steps": 1.5}),
    "warmup-mode": ("FactorScheduler", (1,), {"warmup_mode": "quick"}),
    "multi-order": ("MultiFactorScheduler", ([3, 2],), {}),
    "multi-zero": ("MultiFactorScheduler", ([0, 2],), {}),
    "multi-factor": ("MultiFactorScheduler", ([1, 2],), {"factor": 2}),
    "multi-tuple": ("MultiFactorScheduler", ((1, 2),), {}),
    "poly-zero": ("PolyScheduler", (0,), {}),
    "cosine-float": ("CosineScheduler", (1.5,), {}),
    "base": ("LRScheduler", (), {}),
}


@pytest.mark.parametrize("name", WRONG_SCHEDULES)
def test_wrong_schedules(mx, name):
    kind, args, options = WRONG_SCHEDULES[name]
    return attempt(lambda: getattr(mx.lr_scheduler, kind)(*args, **options)(1))
