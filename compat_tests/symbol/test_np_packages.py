"""``linalg`` and ``random`` of ``mx.sym.np``, ``mx.sym.npx`` with ``random`` and ``image``."""

from __future__ import annotations

import json

import pytest

from compat_tests.inputs import attempt
from compat_tests.symbol.graphs_of_np import watch

pytestmark = [pytest.mark.np, pytest.mark.tolerance(rtol=2e-4, atol=2e-5, reason="LAPACK")]

SYMMETRIC = ("float32", [[4.0, 1.0, 0.5], [1.0, 3.0, -0.25], [0.5, -0.25, 2.0]])
SPECS = {
    "a": SYMMETRIC, "b": ("float32", (3, 2)), "t": ("float32", (6, 2, 3)), "m": ("float32", (3, 4)),
    "i": ("int32", [2, 0, 1]), "n": ("float32", [2.0, 3.0]), "g": ("float32", (4,)),
    "p": ("uint8", (4, 6, 3)), "f": ("float32", (3, 4, 4)),
}  # fmt: skip
LINALG = {
    "norm": lambda np, npx, m: np.linalg.norm(m),
    "norm along": lambda np, npx, m: np.linalg.norm(m, axis=1, keepdims=True),
    "norm, order": lambda np, npx, m: np.linalg.norm(m, 3, axis=0),
    "norm, inf": lambda np, npx, m: np.linalg.norm(m, "inf", axis=1),
    "norm, -inf": lambda np, npx, m: np.linalg.norm(m, ord="-inf", axis=(0,)),
    "norm, inf of matrices": lambda np, npx, m: np.linalg.norm(m, "inf", axis=(0, 1)),
    "norm, -inf of matrices": lambda np, npx, m: np.linalg.norm(m, "-inf", (1, 0)),
    "norm, 1": lambda np, npx, m: np.linalg.norm(m, 1, axis=(0, 1), keepdims=True),
    "norm, -1": lambda np, npx, m: np.linalg.norm(m, -1, axis=(0, 1)),
    "norm, spectral": lambda np, npx, m: np.linalg.norm(m, 2, axis=(0, 1)),
    "norm, nuclear": lambda np, npx, m: np.linalg.norm(m, "nuc", axis=(0, 1)),
    "norm, Frobenius": lambda np, npx, m: np.linalg.norm(m, "fro", axis=(0, 1)),
    "det": lambda np, npx, a: np.linalg.det(a),
    "slogdet": lambda np, npx, a: np.linalg.slogdet(a),
    "inv": lambda np, npx, a: np.linalg.inv(a),
    "cholesky": lambda np, npx, a: np.linalg.cholesky(a),
    "solve": lambda np, npx, a, b: np.linalg.solve(a, b),
    "svd": lambda np, npx, a: np.linalg.svd(a),
    "pinv": lambda np, npx, a: np.linalg.pinv(a),
    "tensorinv": lambda np, npx, t: np.linalg.tensorinv(t, ind=1),
    "tensorsolve": lambda np, npx, a, g: np.linalg.tensorsolve(a, g[:3]),
}
#: MXNet has no gradient for these, so it runs no block of them; pinv of two has one limit a matrix.
PLAIN = {
    "eigvals": lambda np, npx, a: np.linalg.eigvals(a),
    "eigvalsh": lambda np, npx, a: np.linalg.eigvalsh(a, "U"),
    "eig": lambda np, npx, a: np.linalg.eig(a),
    "eigh": lambda np, npx, a: np.linalg.eigh(a),
    "pinv of two": lambda np, npx, a, g: np.linalg.pinv(a, g),
    "tensorsolve over axes": lambda np, npx, t, g: np.linalg.tensorsolve(t, g, axes=(1,)),
}
NPX = {
    "activation": lambda np, npx, m: npx.activation(m, act_type="tanh"),
    "arange_like": lambda np, npx, m: npx.arange_like(m, axis=1),
    "batch_dot": lambda np, npx, f: npx.batch_dot(f, f, transpose_b=True),
    "batch_flatten": lambda np, npx, f: npx.batch_flatten(f),
    "cast": lambda np, npx, m: npx.cast(m, dtype="float64"),
    "dropout": lambda np, npx, m: npx.dropout(m, p=0.5),
    "erf": lambda np, npx, m: npx.erf(m),
    "erfinv": lambda np, npx, m: npx.erfinv(np.tanh(m)),
    "gamma": lambda np, npx, n: npx.gamma(n),
    "gammaln": lambda np, npx, n: npx.gammaln(n),
    "gather_nd": lambda np, npx, m, i: npx.gather_nd(m, i),
    "layer_norm": lambda np, npx, m, g: npx.layer_norm(m, g, g, eps=0.1),
    "leaky_relu": lambda np, npx, m: npx.leaky_relu(m, act_type="elu", slope=0.5),
    "log_softmax": lambda np, npx, m: npx.log_softmax(m, axis=0),
    "one_hot": lambda np, npx, i: npx.one_hot(i, 4),
    "pick": lambda np, npx, m, i: npx.pick(m, i, axis=1),
    "pooling": lambda np, npx, f: npx.pooling(f, kernel=(2,), pool_type="avg"),
    "relu": lambda np, npx, m: npx.relu(m),
    "reshape": lambda np, npx, f: npx.reshape(f, (-5, -2)),
    "reshape_like": lambda np, npx, m, f: npx.reshape_like(m, npx.batch_flatten(m)),
    "sequence_mask": lambda np, npx, m, g: npx.sequence_mask(
        m, g * 0 + 2, use_sequence_length=True
    ),
    "shape_array": lambda np, npx, m: npx.shape_array(m),
    "sigmoid": lambda np, npx, m: npx.sigmoid(m),
    "slice": lambda np, npx, m: npx.slice(m, begin=(1, None), end=(3, 2)),
    "smooth_l1": lambda np, npx, m: npx.smooth_l1(m, scalar=2.0),
    "softmax": lambda np, npx, m: npx.softmax(m, temperature=2.0),
    "topk": lambda np, npx, m: npx.topk(m, k=2, ret_typ="both"),
    "topk, indices": lambda np, npx, m: npx.topk(m, axis=0),
    "image.to_tensor": lambda np, npx, p: npx.image.to_tensor(p),
    "image.normalize": lambda np, npx, f: npx.image.normalize(f, mean=(1, 2, 3), std=(2, 2, 4)),
    "image.crop": lambda np, npx, p: npx.image.crop(p, x=1, y=0, width=2, height=3),
    "image.resize": lambda np, npx, p: npx.image.resize(p, size=(3, 2)),
    "image.flip_left_right": lambda np, npx, p: npx.image.flip_left_right(p),
    "image.flip_top_bottom": lambda np, npx, p: npx.image.flip_top_bottom(p),
    "image.adjust_lighting": lambda np, npx, p: npx.image.adjust_lighting(p, alpha=(0.1, 0.2, 0.3)),
}
GRAPHS = {
    "batch_norm": lambda np, npx, f: npx.batch_norm(f, fix_gamma=False),
    "convolution": lambda np, npx, f: npx.convolution(f, kernel=(2,), num_filter=2),
    "deconvolution": lambda np, npx, f: npx.deconvolution(f, kernel=(2,), num_filter=2),
    "embedding": lambda np, npx, i: npx.embedding(i, input_dim=3, output_dim=2),
    "fully_connected": lambda np, npx, m: npx.fully_connected(m, num_hidden=2),
    "nonzero": lambda np, npx, m: npx.nonzero(m),
    "constraint_check": lambda np, npx, m: npx.constraint_check(m > 0, msg="no"),
    "rnn": lambda np, npx, f: npx.rnn(
        f, state_size=2, num_layers=1, mode="lstm", state_outputs=True
    ),
    "image.random_brightness": lambda np, npx, p: npx.image.random_brightness(p, 0.5, 1.5),
    "image.random_contrast": lambda np, npx, p: npx.image.random_contrast(p, 0.5, 1.5),
    "image.random_saturation": lambda np, npx, p: npx.image.random_saturation(p, 0.5, 1.5),
    "image.random_hue": lambda np, npx, p: npx.image.random_hue(p, 0.5, 1.5),
    "image.random_lighting": lambda np, npx, p: npx.image.random_lighting(p),
    "image.random_color_jitter": lambda np, npx, p: npx.image.random_color_jitter(
        p, brightness=0.1, contrast=0.2, saturation=0.3, hue=0.4
    ),
    "image.random_flip_left_right": lambda np, npx, p: npx.image.random_flip_left_right(p),
    "image.random_flip_top_bottom": lambda np, npx, p: npx.image.random_flip_top_bottom(p),
    "random.bernoulli": lambda np, npx: npx.random.bernoulli(prob=0.5, size=(2, 3)),
    "random.bernoulli of a logit": lambda np, npx, m: npx.random.bernoulli(logit=m),
    "random.bernoulli of a symbol": lambda np, npx, m: npx.random.bernoulli(m, dtype="int32"),
    "random.uniform_n": lambda np, npx, m: npx.random.uniform_n(m, 2.0, batch_shape=(2,)),
    "random.normal_n": lambda np, npx, m, b: npx.random.normal_n(m, b, batch_shape=(2,)),
    "random.normal_n of numbers": lambda np, npx: npx.random.normal_n(batch_shape=(2, 3)),
}
DRAWS = {
    "uniform": lambda np, npx: np.random.uniform(size=(2, 3)),
    "uniform, all": lambda np, npx: np.random.uniform(-1, 2, 4, "float64"),
    "normal": lambda np, npx: np.random.normal(size=(2, 3)),
    "randint": lambda np, npx: np.random.randint(3, size=(2,)),
    "randint between": lambda np, npx: np.random.randint(3, 9, dtype="int32"),
    "rand": lambda np, npx: np.random.rand(2, 3),
    "gamma": lambda np, npx: np.random.gamma(2.0, 3.0, size=(4,)),
    "exponential": lambda np, npx: np.random.exponential(2.0, size=(4,)),
    "choice": lambda np, npx: np.random.choice(5, size=(4,)),
    "lognormal": lambda np, npx: np.random.lognormal(size=(2,)),
    "logistic": lambda np, npx: np.random.logistic(size=(2,)),
    "gumbel": lambda np, npx: np.random.gumbel(1.0, 2.0, size=(2,)),
    "rayleigh": lambda np, npx: np.random.rayleigh(2.0, size=(2,)),
    "rayleigh, default": lambda np, npx: np.random.rayleigh(size=(2,)),
    "weibull": lambda np, npx: np.random.weibull(2.0, size=(2,)),
    "pareto": lambda np, npx: np.random.pareto(2.0, size=(2,)),
    "power": lambda np, npx: np.random.power(2.0, size=(2,)),
    "beta": lambda np, npx: np.random.beta(2.0, 3.0, size=(2,)),
    "chisquare": lambda np, npx: np.random.chisquare(4, size=(2,)),
}
DRAWS_OF_SYMBOLS = {
    "uniform": lambda np, npx, m: np.random.uniform(m, 2.0),
    "uniform of two": lambda np, npx, m, x: np.random.uniform(m, x, size=(2, 3, 4)),
    "normal": lambda np, npx, m: np.random.normal(0.0, m),
    "gamma": lambda np, npx, n: np.random.gamma(n, n),
    "exponential": lambda np, npx, n: np.random.exponential(n),
    "choice": lambda np, npx, g: np.random.choice(g, size=(3,)),
    "choice, weighted": lambda np, npx, g, w: np.random.choice(g, size=(3,), p=w),
    "choice of numbers": lambda np, npx, w: np.random.choice(4, p=w, replace=False),
    "lognormal": lambda np, npx, m: np.random.lognormal(m),
    "logistic": lambda np, npx, m: np.random.logistic(m, 2.0),
    "gumbel": lambda np, npx, m: np.random.gumbel(0.5, m),
    "rayleigh": lambda np, npx, n: np.random.rayleigh(n),
    "weibull": lambda np, npx, n: np.random.weibull(n),
    "pareto": lambda np, npx, n: np.random.pareto(n),
    "power": lambda np, npx, n: np.random.power(n),
    "beta": lambda np, npx, n: np.random.beta(n, 2.0),
    "chisquare": lambda np, npx, n: np.random.chisquare(n),
}


@pytest.mark.parametrize("name", LINALG)
def test_linalg(mx, name):
    return watch(mx, LINALG[name], SPECS)


@pytest.mark.parametrize("name", PLAIN)
def test_plain_linalg(mx, name):
    return watch(mx, PLAIN[name], SPECS, values=False)


def test_linalg_refusals(mx):
    linalg = mx.sym.np.linalg
    x = mx.sym.var("x").as_np_ndarray()
    return [
        attempt(linalg.norm, x, axis="a"), attempt(linalg.pinv, x, hermitian=True),
        attempt(linalg.det, 3), attempt(linalg.inv, x.as_nd_ndarray()), attempt(linalg.solve, x, 3),
        attempt(linalg.eigh, x, "LU"), attempt(linalg.norm, 3),
    ]  # fmt: skip


@pytest.mark.parametrize("name", NPX)
def test_npx(mx, name):
    return watch(mx, NPX[name], SPECS)


@pytest.mark.parametrize("name", GRAPHS)
def test_npx_graph(mx, name):
    return watch(mx, GRAPHS[name], SPECS, values=False)


@pytest.mark.parametrize("name", DRAWS)
def test_draw(mx, name):
    with mx.name.NameManager():
        made = DRAWS[name](mx.sym.np, mx.sym.npx)
    graph = json.loads(made.tojson())
    (drawn,) = made.eval(ctx=mx.cpu())
    return graph["nodes"], drawn.shape, str(drawn.dtype)


@pytest.mark.parametrize("name", DRAWS_OF_SYMBOLS)
def test_draw_of_symbols(mx, name):
    return watch(mx, DRAWS_OF_SYMBOLS[name], SPECS, values=False)


def test_shuffle(mx):
    with mx.name.NameManager():
        x = mx.sym.var("x").as_np_ndarray()
        nothing = mx.sym.np.random.shuffle(x)
        after = (x + 1).name
    return nothing, after


def test_random_refusals(mx):
    x = mx.sym.var("x").as_np_ndarray()
    npx = mx.sym.npx
    return [
        attempt(npx.random.bernoulli), attempt(npx.random.bernoulli, 0.5, 0.5),
        attempt(npx.relu, x.as_nd_ndarray()), attempt(npx.relu, 3), attempt(npx.pick, x, 2),
        attempt(npx.image.crop, 3),
    ]  # fmt: skip
