"""Random sampling for legacy arrays, ``mx.nd.random``.

A sampler takes numbers and a shape, or arrays of parameters (all of them arrays then) and the
shape to draw for every entry.
"""

from __future__ import annotations

from typing import Any

import numpy

from .._core.errors import shapes_unknown
from .._core.flags import flags
from .._core.functions import function
from .._core.invoke import NULL
from .._core.registry import OPS
from ..context import current_context
from ._project import project
from .ndarray import NDArray

_Null = NULL
numeric_types = (float, int, numpy.generic)

__all__, __getattr__, __dir__ = project(globals(), "random")


def _draw(
    name: str, params: tuple[Any, ...], shape: Any, dtype: Any, ctx: Any, out: Any, kwargs: Any
) -> Any:
    """Call the operator for numbers or the one for arrays."""
    first = params[0]
    allowed = (NDArray,) if isinstance(first, NDArray) else numeric_types
    if not isinstance(first, (NDArray, *numeric_types)):
        raise ValueError(
            f"Distribution parameters must be either NDArray or numbers, but got {type(first)}."
        )
    for other in params[1:]:
        assert isinstance(other, allowed), (
            "Distribution parameters must all have the same type, but got both "
            f"{type(first)} and {type(other)}."
        )
    if isinstance(first, NDArray):
        return _function(f"_sample_{name}")(*params, shape=shape, dtype=dtype, out=out, **kwargs)
    if shape is _Null and out is None:
        shape = 1
    _check_shape(f"_random_{name}", params, shape, ctx or current_context())
    return _function(f"_random_{name}")(
        *params,
        shape=shape,
        dtype=_dtype(dtype, out),
        ctx=ctx or current_context(),
        out=out,
        **kwargs,
    )


def _dtype(dtype: Any, out: Any) -> Any:
    """Return the dtype asked for, by default that of ``out``."""
    if out is None or (dtype is not _Null and dtype is not None):
        return dtype
    return numpy.dtype(out.dtype).name


def _check_shape(name: str, params: tuple[Any, ...], shape: Any, ctx: Any) -> None:
    """Raise MXNet's error for a shape that legacy semantics read as unknown."""
    sizes = shape if isinstance(shape, (tuple, list)) else (1,)
    if flags.np_shape or (len(sizes) and 0 not in sizes and -1 not in sizes):
        return
    known = list(zip(OPS[name].params, params, strict=False))
    attributes = {"ctx": ctx, "shape": tuple(sizes), **dict(reversed(known))}
    read = tuple(n or -1 for n in sizes) or None
    raise shapes_unknown(name, [], [read], attributes)


_made: dict[str, Any] = {}


def _function(name: str) -> Any:
    made = _made.get(name)
    if made is None:
        made = _made[name] = function(OPS[name], NDArray, name)
    return made


def uniform(
    low: Any = 0, high: Any = 1, shape: Any = _Null, dtype: Any = _Null, ctx: Any = None,
    out: Any = None, **kwargs: Any,
) -> Any:  # fmt: skip
    """Draw evenly from [low, high)."""
    return _draw("uniform", (low, high), shape, dtype, ctx, out, kwargs)


def normal(
    loc: Any = 0, scale: Any = 1, shape: Any = _Null, dtype: Any = _Null, ctx: Any = None,
    out: Any = None, **kwargs: Any,
) -> Any:  # fmt: skip
    """Draw from the normal distribution of mean ``loc`` and standard deviation ``scale``."""
    return _draw("normal", (loc, scale), shape, dtype, ctx, out, kwargs)


def randn(*shape: int, **kwargs: Any) -> Any:
    """Draw an array of shape ``shape`` from the normal distribution (``loc``, ``scale``)."""
    loc, scale = kwargs.pop("loc", 0), kwargs.pop("scale", 1)
    dtype, ctx = kwargs.pop("dtype", _Null), kwargs.pop("ctx", None)
    out = kwargs.pop("out", None)
    assert isinstance(loc, (int, float))
    assert isinstance(scale, (int, float))
    return _draw("normal", (loc, scale), shape, dtype, ctx, out, kwargs)


def poisson(
    lam: Any = 1, shape: Any = _Null, dtype: Any = _Null, ctx: Any = None, out: Any = None,
    **kwargs: Any,
) -> Any:  # fmt: skip
    """Draw from the Poisson distribution; the numbers are floating-point ones."""
    return _draw("poisson", (lam,), shape, dtype, ctx, out, kwargs)


def exponential(
    scale: Any = 1, shape: Any = _Null, dtype: Any = _Null, ctx: Any = None, out: Any = None,
    **kwargs: Any,
) -> Any:  # fmt: skip
    """Draw from the exponential distribution of mean ``scale``."""
    return _draw("exponential", (1.0 / scale,), shape, dtype, ctx, out, kwargs)


def gamma(
    alpha: Any = 1, beta: Any = 1, shape: Any = _Null, dtype: Any = _Null, ctx: Any = None,
    out: Any = None, **kwargs: Any,
) -> Any:  # fmt: skip
    """Draw from the gamma distribution of shape ``alpha`` and scale ``beta``."""
    return _draw("gamma", (alpha, beta), shape, dtype, ctx, out, kwargs)


def negative_binomial(
    k: Any = 1, p: Any = 1, shape: Any = _Null, dtype: Any = _Null, ctx: Any = None,
    out: Any = None, **kwargs: Any,
) -> Any:  # fmt: skip
    """Draw the number of failures before the ``k``-th success of probability ``p``."""
    return _draw("negative_binomial", (k, p), shape, dtype, ctx, out, kwargs)


def generalized_negative_binomial(
    mu: Any = 1, alpha: Any = 1, shape: Any = _Null, dtype: Any = _Null, ctx: Any = None,
    out: Any = None, **kwargs: Any,
) -> Any:  # fmt: skip
    """Draw counts of mean ``mu`` and dispersion ``alpha``."""
    return _draw("generalized_negative_binomial", (mu, alpha), shape, dtype, ctx, out, kwargs)


def randint(
    low: Any, high: Any, shape: Any = _Null, dtype: Any = _Null, ctx: Any = None, out: Any = None,
    **kwargs: Any,
) -> Any:  # fmt: skip
    """Draw whole numbers from ``low`` to ``high - 1``; int32 unless ``dtype`` says int64."""
    if shape is _Null and out is None:
        shape = 1
    return _function("_random_randint")(
        low,
        high,
        shape=shape,
        dtype=_dtype(dtype, out),
        ctx=ctx or current_context(),
        out=out,
        **kwargs,
    )


def multinomial(
    data: Any, shape: Any = _Null, get_prob: bool = False, out: Any = None, dtype: Any = "int32",
    **kwargs: Any,
) -> Any:  # fmt: skip
    """Draw class numbers by the probabilities in the last axis of ``data``.

    With ``get_prob`` the logarithms of the drawn classes' probabilities are returned too.
    """
    return _function("_sample_multinomial")(data, shape, get_prob, out=out, dtype=dtype, **kwargs)


def shuffle(data: Any, **kwargs: Any) -> Any:
    """Return the entries along the first axis in random order."""
    return _function("_shuffle")(data, **kwargs)
