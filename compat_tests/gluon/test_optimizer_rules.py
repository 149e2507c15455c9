"""Further optimizers: ten steps and the states they leave."""

from __future__ import annotations

import pytest

from compat_tests.gluon.test_optimizer import train
from compat_tests.inputs import array, attempt

ROUNDED = pytest.mark.tolerance(
    rtol=2e-5, atol=1e-6, reason="ten steps, each rounded in another order"
)
RULES = {
    "signum": {"learning_rate": 0.05},
    "signum-wd": {"learning_rate": 0.05, "momentum": 0.5, "wd": 0.1, "wd_lh": 0.01},
    "signum-plain": {"learning_rate": 0.05, "momentum": 0.0, "wd": 0.1},
    "signum-clip": {"clip_gradient": 0.2, "rescale_grad": 0.5},
    "ftml": {"learning_rate": 0.05},
    "ftml-wd": {"learning_rate": 0.05, "wd": 0.05, "beta1": 0.5, "clip_gradient": 0.5},
    "ftrl": {},
    "ftrl-wd": {"learning_rate": 0.2, "wd": 0.05, "lamda1": 0.3, "beta": 2, "clip_gradient": 0.5},
    "dcasgd": {"learning_rate": 0.05, "wd": 0.05, "clip_gradient": 0.5},
    "sgld": {"learning_rate": 0.05, "wd": 0.05, "clip_gradient": 0.5},
    "lars": {"learning_rate": 0.5},
    "lars-momentum": {"learning_rate": 0.5, "momentum": 0.9, "wd": 0.05, "eta": 0.1, "eps": 1e-3},
    "lars-clip": {"learning_rate": 0.5, "clip_gradient": 0.3, "rescale_grad": 0.5, "eta": 0.1},
    "lbsgd": {"learning_rate": 0.1},
    "lbsgd-batches": {"learning_rate": 0.1, "momentum": 0.9, "batch_scale": 3, "wd": 0.05},
    "lbsgd-sqrt": {"learning_rate": 0.1, "batch_scale": 2, "warmup_strategy": "sqrt"},
    "lbsgd-power2": {"learning_rate": 0.1, "batch_scale": 2, "warmup_strategy": "power2"},
    "lbsgd-lars": {"learning_rate": 0.1, "batch_scale": 2, "warmup_strategy": "lars"},
    "lbsgd-late": {
        "learning_rate": 0.1, "batch_scale": 2, "begin_epoch": 1, "updates_per_epoch": 4,
        "warmup_epochs": 2,
    },
    "lamb": {"learning_rate": 0.05},
    "lamb-wd": {"learning_rate": 0.05, "wd": 0.1, "clip_gradient": 0.5, "rescale_grad": 0.5},
    "lamb-bounds": {"learning_rate": 0.05, "lower_bound": 0.5, "upper_bound": 1.0},
    "lamb-biased": {"learning_rate": 0.05, "bias_correction": False},
}  # fmt: skip


def make(mx, name, **more):
    """Make the optimizer of a case."""
    return mx.optimizer.create(name.split("-")[0], **RULES[name], **more)


@ROUNDED
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", RULES)
def test_ten_steps(mx, name, dtype):
    mx.random.seed(5)
    return train(mx, make(mx, name), [(2, 3), (3,)], dtype)


@pytest.mark.np
@ROUNDED
@pytest.mark.parametrize("name", [n for n in RULES if "-" not in n])
def test_np_arrays(mx, name):
    mx.random.seed(5)
    return train(mx, make(mx, name), [(2, 3), (3,)], front=mx.np)


@pytest.mark.tolerance(rtol=2e-3, atol=1e-3, reason="a float16 weight rounds to a neighbour")
@pytest.mark.parametrize("name", ["lars", "lars-momentum", "lamb", "lamb-wd", "lbsgd", "ftml"])
def test_multi_precision(mx, name):
    return train(mx, make(mx, name, multi_precision=True), [(2, 3), (4,)], "float16", steps=3)


@ROUNDED
@pytest.mark.parametrize("name", ["lars-momentum", "lamb"])
def test_many_weights(mx, name):
    optimizer = make(mx, name)
    return train(mx, optimizer, [(2,)] * 7, steps=2), optimizer.num_update


@ROUNDED
def test_lars_names(mx):
    names = {0: "a_weight", 1: "a_bias", 2: "a_gamma", 3: "b_beta"}
    optimizer = make(mx, "lars-momentum", param_idx2name=names)
    return train(mx, optimizer, [(2,)] * 4, steps=3), optimizer.wd_mult


@ROUNDED
def test_lars_schedule(mx):
    scheduler = mx.lr_scheduler.FactorScheduler(2, 0.5, base_lr=1.0)
    optimizer = mx.optimizer.LARS(momentum=0.9, lr_scheduler=scheduler, eta=0.1)
    return train(mx, optimizer, [(2,)], steps=6), optimizer.last_lr, optimizer.cur_lr


def test_delay_compensation_with_momentum(mx):
    """MXNet asks for the truth of the momentum."""
    optimizer = mx.optimizer.DCASGD(momentum=0.9)
    return attempt(lambda: train(mx, optimizer, [(2,)], steps=1))


@ROUNDED
@pytest.mark.parametrize("options", [{}, {"eps": 0.01, "clip_gradient": 0.5}], ids=["plain", "eps"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_group_adagrad(mx, options, dtype):
    optimizer = mx.optimizer.create("groupadagrad", learning_rate=0.1, **options)
    return train(mx, optimizer, [(2, 3), (4, 1)], dtype)


def test_group_adagrad_refusals(mx):
    kind = mx.optimizer.contrib.GroupAdaGrad
    weight = mx.nd.ones((2, 2))
    return (
        attempt(kind().create_state, 0, mx.nd.ones((2,))),
        attempt(lambda: kind(wd=0.1).update(0, weight, weight, mx.nd.zeros((2, 1)))),
    )


@pytest.mark.parametrize(
    "name",
    ["Signum", "FTML", "Ftrl", "DCASGD", "SGLD", "LARS", "LBSGD", "LAMB", "GroupAdaGrad", "adamw"],
)
def test_create(mx, name):
    return attempt(lambda: type(mx.optimizer.create(name)))


@pytest.mark.parametrize("name", ["lars-momentum", "lamb", "ftml", "ftrl", "lbsgd-batches"])
def test_states_round_trip(mx, name):
    def updater():
        return mx.optimizer.get_updater(make(mx, name))

    one, two = updater(), updater()
    weight = array(mx.nd, "float32", (2, 2))
    for _ in range(2):
        one(0, weight * 0.3, weight)
    two.set_states(one.get_states(dump_optimizer=True))
    same, other = weight.copy(), weight.copy()
    one(0, same * 0.3, same)
    two(0, other * 0.3, other)
    return same, other, type(two.optimizer)


@ROUNDED
@pytest.mark.parametrize("name", ["signum", "ftml", "ftrl", "lars", "lamb", "lbsgd"])
def test_trainer(mx, name):
    net = mx.gluon.nn.Dense(2, in_units=3)
    net.initialize(mx.init.Constant(0.5))
    options = RULES[name]
    trainer = mx.gluon.Trainer(net.collect_params(), name, dict(options))
    x = array(mx.nd, "float32", (4, 3))
    for _ in range(3):
        with mx.autograd.record():
            loss = (net(x) ** 2).sum()
        loss.backward()
        trainer.step(4)
    return net.weight.data(), net.bias.data()
