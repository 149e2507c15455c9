"""Random sampling as symbols, ``mx.sym.random``: numbers, or symbols of parameters."""

from __future__ import annotations

from typing import Any

import numpy

from .._core.invoke import NULL
from ._operators import internal
from ._project import project
from .symbol import Symbol

_Null = NULL
__all__, __getattr__, __dir__ = project(globals(), "random")


def _draw(name: str, params: tuple[Any, ...], shape: Any, dtype: Any, kwargs: Any) -> Any:
    """Use the operator for numbers or the one for arrays."""
    first = params[0]
    numbers = (float, int, numpy.generic)
    if not isinstance(first, (Symbol, *numbers)):
        raise ValueError(
            f"Distribution parameters must be either Symbol or numbers, but got {type(first)}."
        )
    allowed: Any = Symbol if isinstance(first, Symbol) else numbers
    for other in params[1:]:
        assert isinstance(other, allowed), (
            "Distribution parameters must all have the same type, but got both "
            f"{type(first)} and {type(other)}."
        )
    registered = f"_sample_{name}" if isinstance(first, Symbol) else f"_random_{name}"
    return internal(registered)(*params, shape=shape, dtype=dtype, **kwargs)


def uniform(
    low: Any = 0, high: Any = 1, shape: Any = _Null, dtype: Any = _Null, **kwargs: Any
) -> Any:
    """Draw from the half-open interval [low, high)."""
    return _draw("uniform", (low, high), shape, dtype, kwargs)


def normal(
    loc: Any = 0, scale: Any = 1, shape: Any = _Null, dtype: Any = _Null, **kwargs: Any
) -> Any:
    """Draw from a normal distribution."""
    return _draw("normal", (loc, scale), shape, dtype, kwargs)


def randn(*shape: Any, **kwargs: Any) -> Any:
    """Draw from a normal distribution; the lengths of the axes are positional."""
    loc, scale = kwargs.pop("loc", 0), kwargs.pop("scale", 1)
    return _draw("normal", (loc, scale), shape, kwargs.pop("dtype", _Null), kwargs)


def poisson(lam: Any = 1, shape: Any = _Null, dtype: Any = _Null, **kwargs: Any) -> Any:
    """Draw from a Poisson distribution."""
    return _draw("poisson", (lam,), shape, dtype, kwargs)


def exponential(scale: Any = 1, shape: Any = _Null, dtype: Any = _Null, **kwargs: Any) -> Any:
    """Draw from an exponential distribution of mean ``scale``."""
    return _draw("exponential", (1.0 / scale,), shape, dtype, kwargs)


def gamma(
    alpha: Any = 1, beta: Any = 1, shape: Any = _Null, dtype: Any = _Null, **kwargs: Any
) -> Any:
    """Draw from a gamma distribution of shape ``alpha`` and scale ``beta``."""
    return _draw("gamma", (alpha, beta), shape, dtype, kwargs)


def negative_binomial(
    k: Any = 1, p: Any = 1, shape: Any = _Null, dtype: Any = _Null, **kwargs: Any
) -> Any:
    """Draw from a negative binomial distribution of ``k`` failures and success rate ``p``."""
    return _draw("negative_binomial", (k, p), shape, dtype, kwargs)


def generalized_negative_binomial(
    mu: Any = 1, alpha: Any = 1, shape: Any = _Null, dtype: Any = _Null, **kwargs: Any
) -> Any:
    """Draw from a generalized negative binomial distribution."""
    return _draw("generalized_negative_binomial", (mu, alpha), shape, dtype, kwargs)


def multinomial(
    data: Any, shape: Any = _Null, get_prob: Any = True, dtype: Any = "int32", **kwargs: Any
) -> Any:
    """Draw indices with the probabilities in ``data``."""
    return internal("_sample_multinomial")(
        data, shape=shape, get_prob=get_prob, dtype=dtype, **kwargs
    )


def shuffle(data: Any, **kwargs: Any) -> Any:
    """Shuffle along the first axis."""
    return internal("_shuffle")(data, **kwargs)


def randint(low: Any, high: Any, shape: Any = _Null, dtype: Any = _Null, **kwargs: Any) -> Any:
    """Draw integers from the half-open interval [low, high)."""
    return internal("_random_randint")(low, high, shape=shape, dtype=dtype, **kwargs)


__all__ += [
    "exponential", "gamma", "generalized_negative_binomial", "multinomial", "negative_binomial",
    "normal", "poisson", "randint", "randn", "shuffle", "uniform",
]  # fmt: skip
