"""Every optimizer through the Trainer and the Updater: options, schedules, counts, states."""

from __future__ import annotations

import os
import tempfile

import pytest

from compat_tests.inputs import array, attempt

ROUNDED = pytest.mark.tolerance(
    rtol=5e-5, atol=2e-6, reason="ten steps, each rounded in another order"
)
HALF = pytest.mark.tolerance(rtol=4e-3, atol=4e-3, reason="float16 weights round to a neighbour")

RULES = {
    "sgd": {"learning_rate": 0.1},
    "sgd-momentum": {"learning_rate": 0.1, "momentum": 0.9},
    "sgd-busy": {"learning_rate": 0.1, "momentum": 0.9, "lazy_update": False},
    "nag": {"learning_rate": 0.1, "momentum": 0.9},
    "adam": {"learning_rate": 0.05},
    "adam-busy": {"learning_rate": 0.05, "lazy_update": False, "epsilon": 1e-4},
    "adamw": {"learning_rate": 0.05},
    "adagrad": {"learning_rate": 0.1},
    "groupadagrad": {"learning_rate": 0.1},
    "rmsprop": {"learning_rate": 0.05},
    "rmsprop-centered": {"learning_rate": 0.05, "centered": True, "gamma2": 0.8},
    "rmsprop-bounded": {"learning_rate": 0.05, "clip_weights": 0.5, "epsilon": 1e-4},
    "adadelta": {"rho": 0.8},
    "adamax": {"learning_rate": 0.05},
    "nadam": {"learning_rate": 0.02, "schedule_decay": 0.01},
    "ftrl": {"learning_rate": 0.1},
    "ftml": {"learning_rate": 0.05},
    "signum": {"learning_rate": 0.02, "momentum": 0.8},
    "signum-decay": {"learning_rate": 0.02, "wd_lh": 0.1},
    "sgld": {"learning_rate": 0.02},
    "dcasgd": {"learning_rate": 0.05, "lamda": 0.1},
    "lars": {"learning_rate": 0.5, "momentum": 0.9, "eta": 0.05},
    "lbsgd": {"learning_rate": 0.1, "momentum": 0.5},
    "lamb": {"learning_rate": 0.05},
    "test": {},
    "ccsgd": {"learning_rate": 0.1},
}
every = pytest.mark.parametrize("name", RULES)
plain = pytest.mark.parametrize("name", [name for name in RULES if "-" not in name])
SHAPES = {"w": (3, 2), "b": (3, 1), "gamma": (2, 2)}


def kind(name):
    return name.split("-")[0]


def parameters(mx, front, dtype="float32"):
    """Make parameters with known values by the Trainer's names."""
    made = []
    for number, (name, shape) in enumerate(SHAPES.items()):
        each = mx.gluon.Parameter(f"net_{name}", shape=shape, dtype=dtype)
        each.initialize(mx.init.Zero())
        each.set_data(array(front, dtype, shape, seed=number))
        made.append(each)
    return made


def gradients(mx, front, params, step):
    """Put gradients that depend on the weights where backward would."""
    with mx.autograd.record():
        total = 0
        for number, each in enumerate(params):
            drift = array(front, each.dtype, each.shape, seed=f"{number}/{step}")
            total = total + (each.data() * each.data() * 0.25 + drift * each.data()).sum()
    total.backward()


def train(mx, front, name, steps=10, batch=4, dtype="float32", change=None, **more):
    """Return weights, states, counts and rates after some steps of a Trainer."""
    mx.random.seed(7)
    params = parameters(mx, front, dtype)
    trainer = mx.gluon.Trainer(params, kind(name), {**RULES[name], **more}, kvstore=None)
    rates = []
    for step in range(steps):
        gradients(mx, front, params, step)
        if change:
            change(trainer, params, step)
        trainer.step(batch)
        rates.append(trainer.learning_rate)
    rule = trainer.optimizer
    return {
        "weights": [each.data() for each in params],
        "states": trainer._updaters[0].states,
        "counts": (rule.num_update, rule._index_update_count, rule.begin_num_update),
        "rates": rates,
        "kind": type(rule),
    }


@ROUNDED
@every
def test_ten_steps(mx, front, name):
    return attempt(lambda: train(mx, front, name))


OPTIONS = {
    "decay": {"wd": 0.1},
    "clip": {"clip_gradient": 0.2},
    "rescale": {"rescale_grad": 0.5},
    "all": {"wd": 0.05, "clip_gradient": 0.4, "rescale_grad": 2.0},
    "begin": {"begin_num_update": 7},
}


@ROUNDED
@pytest.mark.parametrize("option", OPTIONS)
@every
def test_options(mx, name, option):
    return attempt(lambda: train(mx, mx.nd, name, steps=5, **OPTIONS[option]))


@ROUNDED
@plain
def test_multipliers(mx, front, name):
    last = 2.0 if name == "sgld" else 0.0  # it draws noise of that scale, which MXNet refuses

    def change(trainer, params, step):
        if step == 0:
            params[0].lr_mult, params[1].wd_mult, params[2].lr_mult = 0.1, 3.0, last
        if step == 2:
            params[0].wd_mult = 0.5
            trainer.set_learning_rate(0.03)

    return attempt(lambda: train(mx, front, name, steps=4, change=change, wd=0.1))


@HALF
@pytest.mark.parametrize("precise", [False, True], ids=["half", "multi_precision"])
@plain
def test_float16(mx, name, precise):
    def run():
        seen = train(mx, mx.nd, name, steps=3, dtype="float16", multi_precision=precise)
        del seen["states"]
        return seen

    return attempt(run)


@ROUNDED
@plain
def test_float64(mx, name):
    return attempt(lambda: train(mx, mx.nd, name, steps=4, dtype="float64"))


SCHEDULES = {
    "factor": ("FactorScheduler", (2,), {"factor": 0.5}),
    "factor-stop": ("FactorScheduler", (1,), {"factor": 0.3, "stop_factor_lr": 0.02}),
    "multi": ("MultiFactorScheduler", ([2, 5, 7],), {"factor": 0.4}),
    "poly": ("PolyScheduler", (8,), {"pwr": 2, "final_lr": 0.01}),
    "cosine": ("CosineScheduler", (8,), {"final_lr": 0.01}),
}
WARM = {
    "cold": {},
    "linear": {"warmup_steps": 3, "warmup_begin_lr": 0.01},
    "constant": {"warmup_steps": 4, "warmup_begin_lr": 0.05, "warmup_mode": "constant"},
}


def schedule(mx, name, warm, base):
    kind, args, options = SCHEDULES[name]
    return getattr(mx.lr_scheduler, kind)(*args, base_lr=base, **options, **WARM[warm])


@ROUNDED
@pytest.mark.parametrize("optimizer", ["sgd-momentum", "adam", "nadam", "lamb", "lars", "ftml"])
@pytest.mark.parametrize("warm", WARM)
@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules(mx, name, warm, optimizer):
    made = schedule(mx, name, warm, 0.2)
    return train(mx, mx.nd, optimizer, learning_rate=None, lr_scheduler=made), made.base_lr


@pytest.mark.parametrize("warm", WARM)
@pytest.mark.parametrize("name", SCHEDULES)
def test_rates(mx, name, warm):
    one, two = schedule(mx, name, warm, 0.5), schedule(mx, name, warm, 0.5)
    jumps = [one(step) for step in (1, 2, 2, 3, 9, 4, 20)]
    state = {key: value for key, value in sorted(vars(one).items()) if key != "step"}
    return (
        jumps,
        state,
        [two(step) for step in range(0, 15)],
        [one.get_warmup_lr(1)] if warm != ("cold") else None,
    )


@ROUNDED
@plain
def test_counts_by_weight(mx, name):
    def run():
        mx.random.seed(3)
        rule = mx.optimizer.create(kind(name), **RULES[name], param_idx2name={0: "a", 1: "b"})
        updater = mx.optimizer.get_updater(rule)
        weights = [mx.nd.ones((2, 2)), mx.nd.ones((3, 2)) * 2]
        for index in (0, 0, 1, 0):
            updater(index, weights[index] * 0.3, weights[index])
        return weights, rule.num_update, rule._index_update_count, sorted(updater.states)

    return attempt(run)


@ROUNDED
@plain
def test_saved_states(mx, name):
    def run():
        mx.random.seed(3)
        params = parameters(mx, mx.nd)
        again = parameters(mx, mx.nd)
        rule = dict(RULES[name])
        one = mx.gluon.Trainer(params, kind(name), rule, kvstore=None)
        two = mx.gluon.Trainer(again, kind(name), rule, kvstore=None)
        for step in range(2):
            gradients(mx, mx.nd, params, step)
            one.step(1)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "states")
            one.save_states(path)
            two.load_states(path)
        for old, new in zip(params, again):
            new.set_data(old.data())
        mx.random.seed(4)
        gradients(mx, mx.nd, again, 5)
        two.step(1)
        return [each.data() for each in again], two.optimizer.num_update

    return attempt(run)


@ROUNDED
@pytest.mark.parametrize("lazy", [False, True], ids=["busy", "lazy"])
@pytest.mark.parametrize("name", ["sgd", "sgd-momentum", "adam", "adagrad", "ftrl", "groupadagrad"])
def test_row_sparse(mx, name, lazy):
    def run():
        options = {**RULES[name], "wd": 0.0 if "adagrad" in name else 0.1}
        if kind(name) in ("sgd", "adam"):
            options["lazy_update"] = lazy
        updater = mx.optimizer.get_updater(mx.optimizer.create(kind(name), **options))
        weight = array(mx.nd, "float32", (5, 2))
        if name == "adagrad":  # its update of some rows takes a weight of the same storage only
            weight = weight.tostype("row_sparse")
        for step in range(3):
            rows = [0, 3] if step % 2 else [1, 3, 4]
            values = array(mx.nd, "float32", (len(rows), 2), seed=step)
            gradient = mx.nd.sparse.row_sparse_array((values, rows), shape=(5, 2))
            updater(0, gradient, weight)
        states = updater.states[0]
        return weight, states

    return attempt(run)


@ROUNDED
@plain
def test_direct_calls(mx, name):
    def run():
        mx.random.seed(3)
        rule = mx.optimizer.create(kind(name), **RULES[name])
        weight = array(mx.nd, "float32", (2, 3))
        state = rule.create_state(0, weight)
        for step in range(3):
            rule.update(0, weight, array(mx.nd, "float32", (2, 3), seed=step), state)
        return weight, state, rule.num_update, rule.learning_rate

    return attempt(run)


DEFAULTS = ["lr", "wd", "rescale_grad", "clip_gradient", "momentum", "beta1", "beta2", "epsilon",
            "gamma1", "gamma2", "centered", "clip_weights", "rho", "lamda1", "beta", "wd_lh", "eta",
            "float_stable_eps", "multi_precision", "lazy_update", "begin_num_update", "num_update",
            "aggregate_num", "schedule_decay", "m_schedule", "lamda", "skip_nonlocal", "lars_eps",
            "lower_bound", "upper_bound", "bias_correction", "warmup_strategy",
            "warmup_epochs", "batch_scale", "updates_per_epoch", "eps"]  # fmt: skip


@plain
def test_defaults(mx, name):
    made = attempt(lambda: mx.optimizer.create(kind(name)))
    return [(key, getattr(made, key)) for key in DEFAULTS if hasattr(made, key)]


@pytest.mark.parametrize("option", ["colour", "momentum", "learning_rate", "lr_scheduler"])
@plain
def test_wrong_options(mx, name, option):
    value = "x" if option in ("learning_rate", "lr_scheduler") else 1
    made = attempt(lambda: mx.optimizer.create(kind(name), **{option: value}))
    return made if not hasattr(made, "create_state") else type(made)
