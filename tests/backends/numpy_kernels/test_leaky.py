"""The ``LeakyReLU`` family in blocks: the body's numbers, of every size and in any order."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import erf

from .against import both, bound, check, declined, near

pytestmark = [
    pytest.mark.usefixtures("small_blocks"),
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),
]
HERE = "numpy_kernels.leaky"
SHAPES = [(4096,), (3, 5, 40, 41), (70, 1000), (2, 3, 100, 200), (1, 2, 200, 300)]
#: act_type and slope
KINDS = [
    ("leaky", 0.25), ("leaky", 0.0), ("leaky", 1.0), ("leaky", 3.0), ("elu", 0.25), ("elu", 1.5),
    ("selu", 0.25), ("gelu", 0.25),
]  # fmt: skip
SUPPLIED = {"training": True, "random": None}


def given(shape, scale=2.0, seed=7):
    return (np.random.default_rng(seed).standard_normal(shape) * scale).astype("float32")


def turned(array):
    """Lay an array (n, c, ...) out channels last."""
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(array, 1, -1)), -1, 1)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize(("act_type", "slope"), KINDS)
def test_without_slopes(act_type, slope, shape):
    params = {"act_type": act_type, "slope": slope, **SUPPLIED}
    for scale in (1e-3, 0.1, 3, 40):
        x = given(shape, scale)
        x.flat[:4] = [0, -0.0, 9 * scale, -9 * scale]
        out = check(HERE, "LeakyReLU", (), x, None, **params)
        check(HERE, "LeakyReLU", ("data",), given(shape, 1, 9), out, x, None, **params)


@pytest.mark.parametrize("slope", [-1.0, 1.0])
@pytest.mark.parametrize("act_type", ["leaky", "elu", "selu"])
def test_numbers_without_end(act_type, slope):
    x = given((70, 1000))
    x.flat[:6] = [np.nan, np.inf, -np.inf, 1e38, -1e38, -1e-38]
    params = {"act_type": act_type, "slope": slope, **SUPPLIED}
    out = check(HERE, "LeakyReLU", (), x, None, **params)
    if slope > 0:
        check(HERE, "LeakyReLU", ("data",), given(x.shape, 1, 9), out, x, None, **params)


@pytest.mark.parametrize("gammas", [[0.25], [0.25, -1.5, 3], [0, 1, 0.1]])
@pytest.mark.parametrize(
    "shape", [(700, 3, 7), (5, 3, 40, 41), (5000, 3), (2, 3, 200, 300)], ids=str
)
def test_prelu(shape, gammas):
    gamma, x = np.array(gammas, "float32"), given(shape)
    x.flat[:3] = [0, -0.0, 1e-30]
    params = {"act_type": "prelu", **SUPPLIED}
    out = check(HERE, "LeakyReLU", (), x, gamma, **params)
    head = given(shape, 1, 9)
    check(HERE, "LeakyReLU", ("data",), head, out, x, gamma, **params)
    check(HERE, "LeakyReLU", ("gamma",), head, out, x, gamma, factor=20, **params)
    x[0, 0] = np.nan
    x[1, 0] = np.inf
    out = check(HERE, "LeakyReLU", (), x, gamma, **params)
    check(HERE, "LeakyReLU", ("data",), head, out, x, gamma, **params)
    assert declined(HERE, "LeakyReLU", ("gamma",), head, out, x, gamma, **params)


@pytest.mark.parametrize(("act_type", "slope"), [*KINDS, ("prelu", 0.25)])
def test_channels_last(act_type, slope):
    x, gamma = turned(given((3, 5, 40, 41))), np.array([0.5], "float32")
    params = bound("LeakyReLU", {"act_type": act_type, "slope": slope, **SUPPLIED})
    mine, body = both(HERE, "LeakyReLU", (), x, gamma, **params)
    near(mine, body, ordered=False)
    assert mine.strides == x.strides
    for head in (turned(given(x.shape, 1, 9)), given(x.shape, 1, 9)):
        args = (head, body, x, gamma)
        near(*both(HERE, "LeakyReLU", ("data",), *args, **params), ordered=False)


def test_small_results_keep_their_digits():
    x = np.linspace(-1, 0, 9000, dtype="float32")
    wide = x.astype("f8")
    out = check(HERE, "LeakyReLU", (), x, None, act_type="elu", slope=1.0, **SUPPLIED)
    np.testing.assert_allclose(out, np.expm1(wide), rtol=4e-6)
    x = np.linspace(-4, 4, 90000, dtype="float32")
    wide = x.astype("f8")
    out = check(HERE, "LeakyReLU", (), x, None, act_type="gelu", **SUPPLIED)
    exact = wide * (1 + erf(wide / np.sqrt(2))) / 2
    assert (np.abs(out - exact) <= 3e-7 * np.abs(wide)).all()


def test_leaves_to_the_body():
    x, gamma = given((70, 1000)), given((1000,))
    named = {"act_type": "leaky", **SUPPLIED}
    assert declined(HERE, "LeakyReLU", (), x.astype("f8"), None, **named)
    assert declined(HERE, "LeakyReLU", (), x[:3], None, **named)
    assert declined(HERE, "LeakyReLU", (), x[:, ::2], None, **named)
    assert declined(HERE, "LeakyReLU", (), x, None, **named | {"act_type": "rrelu"})
    named["act_type"] = "gelu"
    x[0, 0] = np.inf
    assert declined(HERE, "LeakyReLU", (), x, None, **named)
    assert declined(HERE, "LeakyReLU", ("data",), x, x, x, None, **named)
    named["act_type"] = "prelu"
    for slopes in (gamma[:5], gamma.astype("f8"), gamma * np.nan, gamma[None], None):
        assert declined(HERE, "LeakyReLU", (), x, slopes, **named)
        assert declined(HERE, "LeakyReLU", ("data",), x, x, x, slopes, **named)
        assert declined(HERE, "LeakyReLU", ("gamma",), x, x, x, slopes, **named)
    assert declined(HERE, "LeakyReLU", ("data",), x, x, x, None, **named | {"slope": -1.0})
