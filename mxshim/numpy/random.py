"""Random sampling for NumPy-like arrays, ``mx.np.random``, with NumPy's signatures."""

from __future__ import annotations

from typing import Any

import numpy

from .._core.invoke import call
from .._core.registry import OPS
from .._core.rng import generator
from .._core.tensor import make
from ._arguments import ARRAY, NUMBERS, draw, invoke
from .multiarray import ndarray


def _size(size: Any) -> Any:
    return None if size == () else size


def randint(
    low: Any, high: Any = None, size: Any = None, dtype: Any = None, ctx: Any = None,
    out: Any = None,
) -> Any:  # fmt: skip
    """Draw whole numbers from ``low`` to ``high - 1``, or from 0 to ``low - 1``; int64."""
    if high is None:
        low, high = 0, low
    params = {"low": low, "high": high, "shape": () if size is None else size}
    return draw("_npi_random_randint", params, {"dtype": dtype or "int64"}, ctx, out)


def uniform(
    low: Any = 0.0, high: Any = 1.0, size: Any = None, dtype: Any = None, ctx: Any = None,
    out: Any = None,
) -> Any:  # fmt: skip
    """Draw evenly from [low, high)."""
    rest = {"size": _size(size), "dtype": dtype or "float32"}
    return draw("_npi_uniform", {"low": low, "high": high}, rest, ctx, out)


def normal(
    loc: Any = 0.0, scale: Any = 1.0, size: Any = None, dtype: Any = None, ctx: Any = None,
    out: Any = None,
) -> Any:  # fmt: skip
    """Draw from the normal distribution; gradients flow to ``loc`` and ``scale``."""
    rest = {"size": _size(size), "dtype": dtype or "float32"}
    return draw("_npi_normal", {"loc": loc, "scale": scale}, rest, ctx, out)


def lognormal(
    mean: Any = 0.0, sigma: Any = 1.0, size: Any = None, dtype: Any = None, ctx: Any = None,
    out: Any = None,
) -> Any:  # fmt: skip
    """Draw numbers whose logarithm is normal."""
    drawn = normal(loc=mean, scale=sigma, size=size, dtype=dtype, ctx=ctx, out=out)
    result = call(OPS["_npi_exp"], ndarray, [drawn], {}, out)
    if result._buf.dtype == "float32":  # mxnet: to the last bit, where NumPy's exp is a bit off
        result._buf[...] = generator(result._ctx).single.exp(drawn._buf)
    return result


def logistic(
    loc: Any = 0.0, scale: Any = 1.0, size: Any = None, ctx: Any = None, out: Any = None
) -> Any:
    """Draw from the logistic distribution."""
    return draw("_npi_logistic", {"loc": loc, "scale": scale}, {"size": _size(size)}, ctx, out)


def gumbel(
    loc: Any = 0.0, scale: Any = 1.0, size: Any = None, ctx: Any = None, out: Any = None
) -> Any:
    """Draw from the Gumbel distribution."""
    return draw("_npi_gumbel", {"loc": loc, "scale": scale}, {"size": _size(size)}, ctx, out)


def multinomial(n: int, pvals: Any, size: Any = None, **kwargs: Any) -> Any:
    """Count how often each class is drawn in ``n`` draws by the probabilities ``pvals``."""
    if isinstance(pvals, numpy.ndarray):
        raise ValueError("numpy ndarray is not supported!")
    if any(isinstance(p, list) for p in ([] if isinstance(pvals, ndarray) else pvals)):
        raise ValueError("object too deep for desired array")
    op = OPS["_npi_multinomial"]
    given = {"n": n, "size": _size(size)}
    if isinstance(pvals, ndarray):
        return call(op, ndarray, [pvals], op.bind(dict(given, pvals=None)))
    return call(op, ndarray, [], op.bind(dict(given, pvals=tuple(pvals))))


def multivariate_normal(
    mean: Any, cov: Any, size: Any = None, check_valid: Any = None, tol: Any = None
) -> Any:
    """Draw vectors of mean ``mean`` and covariance ``cov``."""
    if check_valid is not None:
        raise NotImplementedError("Parameter `check_valid` is not supported")
    if tol is not None:
        raise NotImplementedError("Parameter `tol` is not supported")
    size = () if size is None else (size,) if isinstance(size, int) else tuple(size)
    xp = mean.ctx.xp
    noise = normal(size=size + mean.shape, ctx=mean.ctx)
    drawn = xp.einsum("...ij,...j->...i", xp.linalg.cholesky(cov._buf), noise._buf)
    # mxnet: no gradient flows to the mean and the covariance
    return make(ndarray, (mean._buf + drawn).astype("float32", copy=False), mean.ctx)


def choice(
    a: Any, size: Any = None, replace: bool = True, p: Any = None, ctx: Any = None, out: Any = None
) -> Any:
    """Draw from the numbers below ``a``, or from the entries of an array."""
    taken = isinstance(a, ARRAY)
    if p is not None and not isinstance(p, ARRAY):
        number = 2 if taken else 1
        raise AssertionError(f"Argument input{number} must have NDArray type, but got {p}")
    params = {"a": a, "size": _size(size)} if p is None else {"a": a, "p": p, "size": _size(size)}
    rest = {"replace": replace, "weighted": p is not None}
    index = draw("_npi_choice", params, rest, ctx, None if taken else out)
    return invoke("_npi_take", "take", [a, index], {}) if taken else index


def rayleigh(scale: Any = 1.0, size: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Draw from the Rayleigh distribution."""
    return draw("_npi_rayleigh", {"scale": scale}, {"size": _size(size)}, ctx, out)


def rand(*size: int, **kwargs: Any) -> Any:
    """Draw an array of shape ``size`` evenly from [0, 1)."""
    return uniform(0, 1, size=size, **kwargs)


def exponential(scale: Any = 1.0, size: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Draw from the exponential distribution of mean ``scale``."""
    return draw("_npi_exponential", {"scale": scale}, {"size": _size(size)}, ctx, out)


def weibull(a: Any, size: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Draw from the Weibull distribution of shape ``a`` and scale 1."""
    return draw("_npi_weibull", {"a": a}, {"size": _size(size)}, ctx, out)


def pareto(a: Any, size: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Draw from the Pareto distribution of shape ``a``, shifted to start at 0."""
    return draw("_npi_pareto", {"a": a}, {"size": _size(size)}, ctx, out)


def power(a: Any, size: Any = None) -> Any:
    """Draw from [0, 1] with density ``a * x**(a - 1)``."""
    return draw("_npi_powerd", {"a": a}, {"size": _size(size)})


def shuffle(x: Any) -> None:
    """Put the entries along the first axis of ``x`` in random order, in place."""
    invoke("_npi_shuffle", "shuffle", [x], {}, x)


def gamma(
    shape: Any, scale: Any = 1.0, size: Any = None, dtype: Any = None, ctx: Any = None,
    out: Any = None,
) -> Any:  # fmt: skip
    """Draw from the gamma distribution."""
    rest = {"size": _size(size), "dtype": dtype or "float32"}
    for value in (shape, scale):
        if not isinstance(value, (ARRAY, *NUMBERS)):
            raise ValueError(
                "Distribution parameters must be either mxnet.numpy.ndarray or numbers"
            )
    return draw("_npi_gamma", {"shape": shape, "scale": scale}, rest, ctx, out)


def beta(a: Any, b: Any, size: Any = None, dtype: Any = None, ctx: Any = None) -> Any:
    """Draw from the beta distribution."""
    first = gamma(a, 1, size=size, dtype="float64", ctx=ctx)
    second = gamma(b, 1, size=size, dtype="float64", ctx=ctx)
    return (first / (first + second)).astype(dtype or "float32")


def chisquare(df: Any, size: Any = None, dtype: Any = None, ctx: Any = None) -> Any:
    """Draw from the chi-square distribution with ``df`` degrees of freedom."""
    # mxnet: the scale is 1/2 where mathematics has 2
    return gamma(df / 2, 1 / 2, size=size, dtype=dtype, ctx=ctx)


def randn(*size: int, **kwargs: Any) -> Any:
    """Draw an array of shape ``size`` from the standard normal distribution."""
    return normal(0, 1, size=size, **kwargs)


__all__ = [
    "beta", "chisquare", "choice", "exponential", "gamma", "gumbel", "logistic", "lognormal",
    "multinomial", "multivariate_normal", "normal", "pareto", "power", "rand", "randint", "randn",
    "rayleigh", "shuffle", "uniform", "weibull",
]  # fmt: skip
