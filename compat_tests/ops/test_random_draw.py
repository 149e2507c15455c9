"""Random sampling: shapes, types, statistics, errors; the numbers have a ring of their own."""

from __future__ import annotations

import pytest

from compat_tests.inputs import FLOATS, attempt

LEGACY = {
    "uniform": (0, 1),
    "normal": (0, 1),
    "exponential": (2,),
    "gamma": (2, 3),
    "poisson": (4,),
    "negative_binomial": (3, 0.4),
    "generalized_negative_binomial": (2, 0.3),
}
MODERN = {
    "uniform": (0, 1),
    "normal": (0, 1),
    "gumbel": (0, 1),
    "logistic": (0, 1),
    "exponential": (2,),
    "rayleigh": (2,),
    "weibull": (2,),
    "pareto": (3,),
    "power": (2,),
    "gamma": (2,),
    "beta": (2, 3),
    "chisquare": (3,),
    "lognormal": (0, 0.5),
}
#: mean and standard deviation of every sampler above
MOMENTS = {
    "uniform": (0.5, 0.289),
    "normal": (0, 1),
    "exponential": (2, 2),
    "gamma": (6, 4.24),
    "poisson": (4, 2),
    "negative_binomial": (4.5, 3.35),
    "generalized_negative_binomial": (2, 1.79),
}


def seen(values):
    return values.shape, values.dtype, values.context


@pytest.mark.parametrize("name", sorted(LEGACY))
@pytest.mark.parametrize("shape", ["none", "int", "tuple"])
def test_shapes(mx, name, shape):
    size = {"none": {}, "int": {"shape": 3}, "tuple": {"shape": (2, 3)}}[shape]
    return seen(getattr(mx.nd.random, name)(*LEGACY[name], **size))


@pytest.mark.parametrize("name", sorted(LEGACY))
@pytest.mark.parametrize("dtype", FLOATS)
def test_types(mx, name, dtype):
    return seen(getattr(mx.nd.random, name)(*LEGACY[name], shape=(2,), dtype=dtype))


@pytest.mark.parametrize("name", sorted(MOMENTS))
def test_moments(mx, name):
    mx.random.seed(5)
    drawn = getattr(mx.nd.random, name)(*LEGACY[name], shape=(4000,)).asnumpy().astype("float64")
    mean, deviation = MOMENTS[name]
    close = abs(drawn.mean() - mean) < 0.1 * deviation
    return bool(close), bool(abs(drawn.std() / deviation - 1) < 0.15)


@pytest.mark.parametrize("name", sorted(LEGACY))
def test_parameters_in_arrays(mx, name):
    given = [mx.nd.array([[v, v], [v, v]]) for v in LEGACY[name]]
    call = getattr(mx.nd.random, name)
    return seen(call(*given)), seen(call(*given, shape=3)), seen(call(*given, shape=(2, 3)))


@pytest.mark.parametrize("name", sorted(LEGACY))
def test_like(mx, name):
    drawn = getattr(mx.nd.random, name + "_like")(mx.nd.zeros((2, 3), dtype="float64"))
    return drawn.shape, drawn.dtype


@pytest.mark.parametrize("name", sorted(LEGACY))
def test_old_names(mx, name):
    return [
        seen(getattr(mx.nd, "random_" + name)(shape=(2,))),
        seen(getattr(mx.random, name)(*LEGACY[name], shape=(2,))),
    ]


@pytest.mark.parametrize("name", sorted(LEGACY))
def test_out(mx, name):
    out = mx.nd.zeros((2, 3))
    back = getattr(mx.nd.random, name)(*LEGACY[name], out=out)
    return back is out, seen(out), bool((out.asnumpy() != 0).any())


@pytest.mark.parametrize("name", sorted(LEGACY))
def test_repeats_with_the_seed(mx, name):
    made = []
    for seed in (3, 3, 4):
        mx.random.seed(seed)
        made.append(getattr(mx.nd.random, name)(*LEGACY[name], shape=(50,)).asnumpy())
    return bool((made[0] == made[1]).all()), bool((made[0] == made[2]).all())


def test_wrong_parameters(mx):
    r = mx.nd.random
    return [
        attempt(r.uniform, 2, 1),
        attempt(r.normal, 0, -1),
        attempt(r.normal, 0, 0),
        attempt(r.exponential, -1),
        attempt(r.gamma, -1, 2),
        attempt(r.gamma, 1, -2),
        attempt(r.poisson, -1),
        attempt(r.negative_binomial, -3, 0.4),
        attempt(r.generalized_negative_binomial, -3, 0.4),
        attempt(r.randint, 5, 0, shape=3),
        attempt(r.randn, 2, scale=0.0),
    ]


def test_wrong_arguments(mx):
    r = mx.nd.random
    a = mx.nd.array([1, 2])
    return [
        attempt(r.uniform, a, 1, shape=2),
        attempt(r.uniform, 1, a, shape=2),
        attempt(r.uniform, "low"),
        attempt(r.uniform, 0, 1, shape=2, dtype="int32"),
        attempt(r.normal, 0, 1, shape=2, dtype="text"),
        attempt(mx.random.seed, 1.5),
        attempt(mx.random.seed, "1"),
        attempt(r.uniform_like, mx.nd.zeros((2,), dtype="int32")),
    ]


@pytest.mark.parametrize("dtype", ["int32", "int64", "none"])
def test_randint(mx, dtype):
    params = {} if dtype == "none" else {"dtype": dtype}
    drawn = mx.nd.random.randint(-2, 3, shape=(200,), **params)
    return seen(drawn), sorted(set(drawn.asnumpy().tolist()))


def test_randint_others(mx):
    r = mx.nd.random.randint
    return [seen(r(0, 5)), attempt(r, 0, 5, shape=3, dtype="float32"), attempt(r, 0.5, 5, shape=3)]


@pytest.mark.parametrize("shape", ["2", "2,3"])
def test_randn(mx, shape):
    sizes = [int(n) for n in shape.split(",") if n]
    return seen(mx.nd.random.randn(*sizes)), seen(mx.nd.random.randn(*sizes, loc=5.0, scale=2.0))


def test_randn_without_a_shape(mx):
    return attempt(mx.nd.random.randn), attempt(mx.nd.random.uniform, 0, 2, shape=(0, 2))


@pytest.mark.parametrize("shape", ["none", "int", "tuple"])
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_multinomial(mx, shape, rank):
    data = mx.nd.ones((2, 2, 4)[-rank:]) / 4
    size = {"none": {}, "int": {"shape": 3}, "tuple": {"shape": (2, 3)}}[shape]
    drawn = mx.nd.random.multinomial(data, **size)
    both = mx.nd.random.multinomial(data, get_prob=True, **size)
    return seen(drawn), [seen(b) for b in both], both[1]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int32", "uint8"])
def test_multinomial_types(mx, dtype):
    return seen(mx.nd.random.multinomial(mx.nd.array([0.2, 0.8]), shape=2, dtype=dtype))


def test_multinomial_certain(mx):
    data = mx.nd.array([[0, 1, 0], [1, 0, 0]])
    return mx.nd.random.multinomial(data, shape=4), attempt(
        mx.nd.random.multinomial, data, dtype="int64"
    )


def test_multinomial_gradient(mx):
    data = mx.nd.array([0.0, 1.0])
    data.attach_grad()
    with mx.autograd.record():
        _, chances = mx.nd.random.multinomial(data, shape=3, get_prob=True)
    chances.backward()
    return chances, data.grad


@pytest.mark.parametrize("dtype", ["float32", "int32"])
def test_shuffle(mx, dtype):
    x = mx.nd.array([3, 1, 2, 5, 4], dtype=dtype)
    mixed = mx.nd.random.shuffle(x)
    rows = mx.nd.random.shuffle(mx.nd.array([[1, 1], [2, 2], [3, 3]]))
    return seen(mixed), sorted(mixed.asnumpy().tolist()), x, sorted(rows.asnumpy().tolist())


@pytest.mark.np
@pytest.mark.parametrize("name", sorted(MODERN))
@pytest.mark.parametrize("size", ["none", "int", "tuple", "empty"])
def test_np_shapes(mx, name, size):
    params = {"none": {}, "int": {"size": 3}, "tuple": {"size": (2, 3)}, "empty": {"size": ()}}
    drawn = getattr(mx.np.random, name)(*MODERN[name], **params[size])
    return drawn.shape, drawn.dtype


@pytest.mark.np
@pytest.mark.parametrize("name", ["uniform", "normal", "gamma"])
@pytest.mark.parametrize("dtype", FLOATS)
def test_np_types(mx, name, dtype):
    drawn = getattr(mx.np.random, name)(*MODERN[name], size=2, dtype=dtype)
    return drawn.shape, drawn.dtype


@pytest.mark.np
@pytest.mark.parametrize("name", ["uniform", "normal", "gumbel", "logistic", "exponential",
                                  "rayleigh", "weibull", "pareto", "power", "gamma"])  # fmt: skip
def test_np_parameters_in_arrays(mx, name):
    given = [mx.np.array([0.5, 1.5, 2.5]) for _ in MODERN[name]]
    call = getattr(mx.np.random, name)
    return call(*given).shape, call(*given, size=(2, 3)).shape


@pytest.mark.np
@pytest.mark.parametrize("name", ["normal", "gumbel", "logistic", "exponential", "rayleigh"])
def test_np_gradients(mx, name):
    given = [mx.np.array([0.5, 1.5, 2.5]) for _ in MODERN[name]]
    for array in given:
        array.attach_grad()
    with mx.autograd.record():
        y = getattr(mx.np.random, name)(*given)
    y.backward()
    noise = given[-1].grad
    rest = y - noise * given[-1]
    return [a.grad for a in given[:-1]], bool(
        abs(rest.asnumpy() - (given[0].asnumpy() if len(given) > 1 else 0)).max() < 1e-4
    )


@pytest.mark.np
@pytest.mark.parametrize("name", ["uniform", "power", "gamma"])
def test_np_zero_gradients(mx, name):
    given = [mx.np.array([0.5, 1.5]) for _ in MODERN[name]]
    for array in given:
        array.attach_grad()
    with mx.autograd.record():
        y = getattr(mx.np.random, name)(*given)
    y.backward()
    return [a.grad for a in given]


@pytest.mark.np
def test_np_wrong_parameters(mx):
    r = mx.np.random
    return [
        attempt(r.normal, 0, -1),
        attempt(r.gamma, -1),
        attempt(r.gamma, 2, -3),
        attempt(r.exponential, -2),
        attempt(r.weibull, -2),
        attempt(r.weibull, 0),
        attempt(r.pareto, -2),
        attempt(r.power, -2),
        attempt(r.rayleigh, -2),
        attempt(r.gumbel, 0, -2),
        attempt(r.logistic, 0, -2),
        attempt(r.normal, 0, mx.np.array([1, -1])),
        attempt(r.randint, 5, 2),
        attempt(r.choice, 3, p=[0.1, 0.2, 0.7]),
        attempt(mx.npx.random.bernoulli),
        attempt(mx.npx.random.bernoulli, 0.5, 0.3),
        attempt(mx.npx.random.bernoulli, 1.5),
    ]


@pytest.mark.np
def test_np_randint(mx):
    r = mx.np.random.randint
    drawn = r(2, 5, size=(100,))
    return [
        r(5).shape, r(5).dtype, r(5, size=3).shape, r(2, 5, size=2, dtype="int32").dtype,
        sorted(set(drawn.asnumpy().tolist())),
    ]  # fmt: skip


@pytest.mark.np
def test_np_rand(mx):
    r = mx.np.random
    made = [r.rand(2, 3), r.rand(), r.randn(2), r.randn(), r.rand(2, dtype="float64")]
    return [(m.shape, m.dtype) for m in made]


@pytest.mark.np
@pytest.mark.parametrize("case", ["number", "array", "weights", "all", "rows", "shape"])
def test_np_choice(mx, case):
    r = mx.np.random.choice
    if case == "number":
        return r(5).shape, r(5).dtype
    if case == "array":
        return set(r(mx.np.array([10, 20]), size=30).asnumpy().tolist()) == {10.0, 20.0}
    if case == "weights":
        return r(3, size=4, p=mx.np.array([0.0, 1.0, 0.0]))
    if case == "all":
        return sorted(r(4, size=4, replace=False).asnumpy().tolist())
    if case == "rows":
        return r(mx.np.array([[1, 2]]), size=2)
    return r(5, size=(2, 3)).shape


@pytest.mark.np
def test_np_multinomial(mx):
    r = mx.np.random.multinomial
    made = [r(5, [0.2, 0.8]), r(5, [0.2, 0.8], size=(2,)), r(5, mx.np.array([0.2, 0.8]), size=2)]
    return (
        [(m.shape, m.dtype, m.asnumpy().sum(axis=-1).tolist()) for m in made],
        r(5, [1.0, 0.0]), attempt(r, 5, [0.9, 0.8]), attempt(r, 3, [[0.1, 0.9]]),
        attempt(r, 5, mx.np.array([[0.1, 0.9]])),
    )  # fmt: skip


@pytest.mark.np
def test_np_shuffle(mx):
    x = mx.np.array([3, 1, 2])
    back = mx.np.random.shuffle(x)
    return back, sorted(x.asnumpy().tolist())


@pytest.mark.np
def test_npx_samplers(mx):
    r = mx.npx.random
    low, high = mx.np.array([0.0, 1.0]), mx.np.array([1.0, 2.0])
    made = [
        r.bernoulli(0.5, size=3), r.bernoulli(logit=low), r.bernoulli(0.5, size=2, dtype="bool"),
        r.uniform_n(0, 1, batch_shape=(2,)), r.uniform_n(low, high, batch_shape=(3,)),
        r.normal_n(low, high, batch_shape=(3, 2)), r.normal_n(), r.uniform_n(low, 2.0),
    ]  # fmt: skip
    return [(m.shape, m.dtype) for m in made]


@pytest.mark.np
def test_np_multivariate_normal(mx):
    r = mx.np.random.multivariate_normal
    mean, cov = mx.np.array([0.0, 0.0]), mx.np.array([[1, 0.5], [0.5, 1]])
    return r(mean, cov).shape, r(mean, cov, size=3).shape, r(mean, cov, size=(2, 3)).shape


@pytest.mark.np
def test_np_repeats_with_the_seed(mx):
    made = []
    for seed in (3, 3, 4):
        mx.npx.random.seed(seed)
        made.append(mx.np.random.normal(size=(20,)).asnumpy())
    return bool((made[0] == made[1]).all()), bool((made[0] == made[2]).all())
