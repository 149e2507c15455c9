"""Densities of distributions and their logarithms, with gradients.

One row a distribution: its parameters, the logarithm of the density, and its derivatives with
respect to the sample and to each parameter.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from math import log, pi
from typing import Any

from .._core.errors import check_failed, incompatible, mxnet_error, shape_text
from .._core.registry import Op, op
from .._core.shapes import legacy
from .kernels.checks import not_floating

Formula = Callable[..., Any]


def _normal(xp, x, mu, sigma):
    part = (x - mu) / sigma
    return part * part * -0.5 - xp.log(sigma) - 0.5 * log(2 * pi)


def _normal_slope(xp, x, mu, sigma):
    return (mu - x) / (sigma * sigma)


def _normal_by_mu(xp, x, mu, sigma):
    return (x - mu) / (sigma * sigma)


def _normal_by_sigma(xp, x, mu, sigma):
    return ((x - mu) * (x - mu) / (sigma * sigma) - 1) / sigma


def _uniform(xp, x, low, high):
    # mxnet: outside the bounds the density is the same, test_uniform_outside
    return xp.zeros_like(x) - xp.log(high - low)


def _uniform_by_low(xp, x, low, high):
    return xp.ones_like(x) / (high - low)


def _uniform_by_high(xp, x, low, high):
    return xp.ones_like(x) / (low - high)


def _gamma(xp, x, alpha, beta):
    return alpha * xp.log(beta) + (alpha - 1) * xp.log(x) - beta * x - xp.gammaln(alpha)


def _gamma_slope(xp, x, alpha, beta):
    return (alpha - 1) / x - beta


def _gamma_by_alpha(xp, x, alpha, beta):
    return xp.log(beta) + xp.log(x) - xp.psi(alpha)


def _gamma_by_beta(xp, x, alpha, beta):
    return alpha / beta - x


def _exponential(xp, x, lam):
    return xp.log(lam) - lam * x


def _exponential_slope(xp, x, lam):
    return xp.zeros_like(x) - lam


def _exponential_by_lam(xp, x, lam):
    return 1 / lam - x


def _poisson(xp, x, lam):
    return x * xp.log(lam) - xp.gammaln(x + 1) - lam


def _poisson_by_lam(xp, x, lam):
    return x / lam - 1


def _binomial(xp, x, k, p):
    chosen = xp.gammaln(x + k) - xp.gammaln(x + 1) - xp.gammaln(k)
    return chosen + k * xp.log(p) + x * xp.log(1 - p)


def _binomial_by_k(xp, x, k, p):
    return xp.psi(x + k) - xp.psi(k) + xp.log(p)


def _binomial_by_p(xp, x, k, p):
    return k / p - x / (1 - p)


def _of_mean(mu: Any, alpha: Any) -> tuple[Any, Any]:
    """Return the limit and the probability that a mean and a dispersion stand for."""
    return 1 / alpha, 1 / (mu * alpha + 1)


def _general(xp, x, mu, alpha):
    return _binomial(xp, x, *_of_mean(mu, alpha))


def _general_by_mu(xp, x, mu, alpha):
    k, p = _of_mean(mu, alpha)
    return _binomial_by_p(xp, x, k, p) * (p * p) * -alpha


def _general_by_alpha(xp, x, mu, alpha):
    k, p = _of_mean(mu, alpha)
    return _binomial_by_p(xp, x, k, p) * (p * p) * -mu - _binomial_by_k(xp, x, k, p) * (k * k)


def _spread(xp: Any, param: Any, sample: Any) -> Any:
    """Give a parameter the sample's number of axes."""
    return param.reshape((*param.shape, *(1,) * (sample.ndim - param.ndim)))


def _shape(sample, *params, **flags):
    """Require parameters of one shape, with which the sample's shape begins."""
    first = params[0]
    if first is not None and len(first) > len(sample):
        raise check_failed(
            f"(*in_attrs)[1].ndim() <= (*in_attrs)[0].ndim() ({len(first)} vs. {len(sample)}) ",
            f"dimension of input samples ({len(sample)}) must be at least dimension of "
            f"distribution parameters ({len(first)})",
        )
    rank = len(next((p for p in params if p is not None), ()))
    wanted = sample[:rank]
    for param in params:
        if param is not None and param != wanted:
            raise mxnet_error(
                f"Shape inconsistent, Provided = {shape_text(param)}, inferred shape="
                f"{shape_text(wanted)}"
            )
    return (sample, *(wanted if p is not None else None for p in params)), sample


def _require(arrays: Any) -> None:
    sample = arrays[0]
    for position, array in enumerate(arrays[1:], 1):
        if array.dtype != sample.dtype:
            raise incompatible("input", position, sample.dtype.name, array.dtype.name)
    if sample.dtype.kind != "f":
        raise not_floating(sample.dtype)


def _wide(xp: Any, array: Any) -> Any:
    return array.astype(xp.float32) if array.dtype.itemsize == 2 else array


def density(name: str, names: str, formula: Formula, slope: Formula | None, *by: Formula) -> Op:
    """Declare the density of a distribution with parameters ``names``; no slope means 0."""
    inputs = names.split()

    def forward(xp, sample, *params, is_log):
        _require((sample, *params))
        _shape(sample.shape, *(p.shape for p in params))
        params = [_wide(xp, _spread(xp, p, sample)) for p in params]
        out = formula(xp, _wide(xp, sample), *params)
        return (out if is_log else xp.exp(out)).astype(sample.dtype, copy=False)

    def pull(xp, ct, out, sample, *params, is_log):
        wide = [_spread(xp, p, sample) for p in params]
        scaled = ct if is_log else ct * out
        given = [scaled * slope(xp, sample, *wide) if slope else xp.zeros_like(sample)]
        for derivative, param in zip(by, params, strict=True):
            grad = scaled * derivative(xp, sample, *wide)
            axes = tuple(range(param.ndim, sample.ndim))
            given.append(grad.sum(axis=axes) if axes else grad)
        return tuple(given)

    return _declare(name, ["sample", *inputs], forward, pull, _shape)


def _declare(name: str, inputs: list[str], forward: Any, pull: Any, rule: Any) -> Op:
    """Register an operator whose inputs are named in a table."""
    kind = inspect.Parameter
    forward.__signature__ = inspect.Signature(
        [
            *(kind(key, kind.POSITIONAL_OR_KEYWORD) for key in ("xp", *inputs)),
            kind("is_log", kind.KEYWORD_ONLY, default=False, annotation=bool),
        ]
    )
    what = name.replace("_", " ")
    forward.__doc__ = (
        f"Return the density of the {what} distribution at ``sample``; its logarithm with "
        "``is_log``.\n\nThe shape of the parameters is the beginning of the sample's."
    )
    declared = op(f"_random_pdf_{name}", f"random_pdf_{name}", shape=rule)(forward)
    declared.vjp(*inputs)(pull)
    return declared


density(
    "normal", "mu sigma", _normal, _normal_slope, _normal_by_mu, _normal_by_sigma
)  # fmt: skip
density("uniform", "low high", _uniform, None, _uniform_by_low, _uniform_by_high)
density("gamma", "alpha beta", _gamma, _gamma_slope, _gamma_by_alpha, _gamma_by_beta)
density("exponential", "lam", _exponential, _exponential_slope, _exponential_by_lam)
density("poisson", "lam", _poisson, None, _poisson_by_lam)
density("negative_binomial", "k p", _binomial, None, _binomial_by_k, _binomial_by_p)
density(
    "generalized_negative_binomial", "mu alpha", _general, None, _general_by_mu, _general_by_alpha
)


def _dirichlet_shape(sample, alpha=None, **params):
    if alpha is not None:
        if len(alpha) > len(sample):
            raise check_failed(
                f"(*in_attrs)[1].ndim() <= (*in_attrs)[0].ndim() ({len(alpha)} vs. {len(sample)}) ",
                f"dimension of input samples ({len(sample)}) must be at least dimension of "
                f"distribution parameters ({len(alpha)})",
            )
        wanted = (*sample[: len(alpha) - 1], sample[-1])
        if alpha != wanted:
            raise mxnet_error(
                f"Shape inconsistent, Provided = {shape_text(alpha)}, inferred shape="
                f"{shape_text(wanted)}"
            )
    return (sample, alpha), legacy(sample[:-1])


def _spread_inside(alpha: Any, sample: Any) -> Any:
    """Put the axes that only the sample has before the last one."""
    return alpha.reshape(
        (*alpha.shape[:-1], *(1,) * (sample.ndim - alpha.ndim), alpha.shape[-1])
    )  # fmt: skip


def _dirichlet(xp, sample, alpha, *, is_log):
    _require((sample, alpha))
    _, shape = _dirichlet_shape(sample.shape, alpha.shape)
    x, a = _wide(xp, sample), _wide(xp, _spread_inside(alpha, sample))
    total = xp.sum((a - 1) * xp.log(x) - xp.gammaln(a), axis=-1) + xp.gammaln(xp.sum(a, axis=-1))
    out = total if is_log else xp.exp(total)
    return out.astype(sample.dtype, copy=False).reshape(shape)


def _dirichlet_pull(xp, ct, out, sample, alpha, *, is_log):
    scaled = ct if is_log else ct * out
    scaled = scaled.reshape((*sample.shape[:-1], 1))
    a = _spread_inside(alpha, sample)
    slope = scaled * ((a - 1) / sample)
    by_alpha = scaled * (xp.log(sample) - xp.psi(a) + xp.psi(xp.sum(a, axis=-1, keepdims=True)))
    axes = tuple(range(alpha.ndim - 1, sample.ndim - 1))
    return slope, (by_alpha.sum(axis=axes) if axes else by_alpha).reshape(alpha.shape)


_declare("dirichlet", ["sample", "alpha"], _dirichlet, _dirichlet_pull, _dirichlet_shape)
