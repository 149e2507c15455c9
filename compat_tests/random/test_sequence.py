"""Hundreds of samplers in mixed order: the streams stay in step to the end."""

from __future__ import annotations

import random

import pytest

from compat_tests.random.bits import bits

pytestmark = pytest.mark.np


def samplers(mx):
    """Return the samplers by name; each takes a size."""
    nd, np = mx.nd.random, mx.np.random
    weights = mx.np.array([0.1, 0.2, 0.3, 0.4])
    table = mx.nd.array([[0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1]])

    def dropout(size):
        return mx.nd.Dropout(mx.nd.ones(size), p=0.4, mode="always")

    def shuffled(size):
        x = mx.np.arange(mx.np.zeros(size).size)
        np.shuffle(x)
        return x

    def gamma(size):
        return np.gamma(mx.np.full(size, 0.7), mx.np.full(size, 2.0), size=size)

    return {
        "nd.uniform": lambda size: nd.uniform(-1, 3, shape=size),
        "nd.normal": lambda size: nd.normal(0.1, 2, shape=size),
        "nd.normal64": lambda size: nd.normal(0.1, 2, shape=size, dtype="float64"),
        "nd.uniform64": lambda size: nd.uniform(0.1, 2, shape=size, dtype="float64"),
        "nd.randint": lambda size: nd.randint(0, 100, shape=size),
        "nd.exponential": lambda size: nd.exponential(0.3, shape=size),
        "nd.gamma": lambda size: nd.gamma(0.7, 1.3, shape=size),
        "nd.gamma-large": lambda size: nd.gamma(3.3, 1.3, shape=size),
        "nd.poisson": lambda size: nd.poisson(3, shape=size),
        "nd.poisson-large": lambda size: nd.poisson(33, shape=size),
        "nd.negative_binomial": lambda size: nd.negative_binomial(3, 0.4, shape=size),
        "nd.generalized": lambda size: nd.generalized_negative_binomial(2, 0.4, shape=size),
        "nd.sample_normal": lambda size: mx.nd.sample_normal(table, table, shape=size),
        "nd.multinomial": lambda size: nd.multinomial(table, shape=size),
        "nd.shuffle": lambda size: nd.shuffle(mx.nd.arange(37)),
        "dropout": dropout,
        "np.uniform": lambda size: np.uniform(-1, 3, size=size),
        "np.normal": lambda size: np.normal(0.1, 2, size=size),
        "np.randint": lambda size: np.randint(0, 100, size=size),
        "np.exponential": lambda size: np.exponential(0.3, size=size),
        "np.gumbel": lambda size: np.gumbel(size=size),
        "np.logistic": lambda size: np.logistic(size=size),
        "np.rayleigh": lambda size: np.rayleigh(2.0, size=size),
        "np.weibull": lambda size: np.weibull(2.0, size=size),
        "np.pareto": lambda size: np.pareto(2.0, size=size),
        "np.power": lambda size: np.power(2.0, size=size),
        "np.lognormal": lambda size: np.lognormal(size=size),
        "np.gamma": gamma,
        "np.shuffle": shuffled,
        "np.choice": lambda size: np.choice(50, size=size),
        "np.choice-weighted": lambda size: np.choice(4, size=size, p=weights),
        "np.choice-without": lambda size: np.choice(5000, size=size, replace=False),
        "np.multinomial": lambda size: np.multinomial(7, [0.2, 0.3, 0.5], size=size),
        "npx.bernoulli": lambda size: mx.npx.random.bernoulli(0.4, size=size),
    }


@pytest.mark.parametrize("seed", [1, 20, 300])
def test_mixed_order(mx, seed):
    order = random.Random(seed)
    table = samplers(mx)
    names = sorted(table)
    mx.random.seed(seed)
    seen = []
    for _ in range(300):
        name = order.choice(names)
        size = order.choice([(1,), (3,), (2, 7), (64,), (100,), (3, 50), (1000,)])
        seen.append(f"{name} {bits(table[name](size))}")
    return seen
