"""Random sampling for legacy arrays: one table row a distribution, three operators from each.

``_random_x`` takes numbers and a shape, ``_random_x_like`` numbers and an array, ``_sample_x``
arrays of parameters and the shape to draw for every entry.  How numbers are drawn is settled in
``_core/rng``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

from .._core.errors import MXNetError, check_failed
from .._core.params import DType, Float, Int, Random, Shape
from .._core.registry import op
from .._core.shapes import same
from .kernels.checks import not_floating

FloatOrDefault = DType("None", "float16", "float32", "float64")
IntOrDefault = DType("None", "int32", "int64")
Draw = Callable[..., Any]


class Row(NamedTuple):
    """A distribution: parameters with types and defaults, bounds to check, and the draw.

    ``tensors`` names the parameters where they are arrays.  A bound is (parameter, relation, limit
    or other parameter, sentence); ``draw(sampler, parameters..., size, dtype)``.
    """

    name: str
    params: dict[str, tuple[Any, Any]]
    tensors: tuple[str, ...]
    bounds: list[tuple[str, str, Any, str]]
    draw: Draw
    doc: str


_REAL = Float()
TABLE = [
    Row("uniform", {"low": (_REAL, 0.0), "high": (_REAL, 1.0)}, ("low", "high"),
        [("high", ">=", "low", "low must be less or equal to high in uniform distribution")],
        lambda s, low, high, size, dtype: s.uniform(low, high, size, dtype),
        "Draw evenly from [low, high)."),
    Row("normal", {"loc": (_REAL, 0.0), "scale": (_REAL, 1.0)}, ("mu", "sigma"),
        [("scale", ">", 0, "scale parameter in gaussian has to be positive")],
        lambda s, loc, scale, size, dtype: s.normal(loc, scale, size, dtype),
        "Draw from the normal distribution."),
    Row("gamma", {"alpha": (_REAL, 1.0), "beta": (_REAL, 1.0)}, ("alpha", "beta"),
        [("alpha", ">", 0, "alpha parameter in gamma distribution has to be positive"),
         ("beta", ">", 0, "beta parameter in gamma distribution has to be positive")],
        lambda s, alpha, beta, size, dtype: s.gamma(alpha, beta, size, dtype),
        "Draw from the gamma distribution of shape ``alpha`` and scale ``beta``."),
    Row("exponential", {"lam": (_REAL, 1.0)}, ("lam",),
        [("lam", ">", 0, "lambda parameter in exponential distribution has to be positive")],
        lambda s, lam, size, dtype: s.exponential(lam, size, dtype),
        "Draw from the exponential distribution of rate ``lam``."),
    Row("poisson", {"lam": (_REAL, 1.0)}, ("lam",),
        [("lam", ">=", 0, "lambda parameter in poisson distribution has to be non-negative")],
        lambda s, lam, size, dtype: s.poisson(lam, size, dtype),
        "Draw from the Poisson distribution."),
    Row("negative_binomial", {"k": (Int(), 1), "p": (_REAL, 1.0)}, ("k", "p"),
        [("k", ">=", 0, "k parameter in negative binomial distribution has to be non-negative"),
         ("p", ">=", 0, "p parameter in negative binomial distribution has to be non-negative")],
        lambda s, k, p, size, dtype: s.negative_binomial(k, p, size, dtype),
        "Draw the failures before the ``k``-th success of probability ``p``."),
    Row("generalized_negative_binomial", {"mu": (_REAL, 1.0), "alpha": (_REAL, 1.0)},
        ("mu", "alpha"),
        [("mu", ">=", 0,
          "mu parameter in generalized negative binomial distribution has to be non-negative"),
         ("alpha", ">=", 0,
          "alpha parameter in generalized negative binomial distribution has to be non-negative")],
        lambda s, mu, alpha, size, dtype: s.generalized_negative_binomial(mu, alpha, size, dtype),
        "Draw from the Poisson distribution with a gamma distributed mean."),
]  # fmt: skip


def _check(row: Row, values: dict[str, Any]) -> None:
    for name, relation, limit, sentence in row.bounds:
        bound = values[limit] if isinstance(limit, str) else limit
        if not (values[name] > bound or (relation == ">=" and values[name] == bound)):
            text = f"param.{limit}" if isinstance(limit, str) else limit
            raise check_failed(
                f"param.{name} {relation} {text} ({values[name]:g} vs. {bound:g}) ", sentence
            )


def _signed(
    forward: Draw, inputs: dict[str, Any], params: dict[str, tuple[Any, Any]], doc: str
) -> Draw:
    """Give a closure the signature that the registry reads: arrays, then typed parameters."""
    kinds = inspect.Parameter
    made = [kinds("xp", kinds.POSITIONAL_OR_KEYWORD)]
    made += [kinds(name, kinds.POSITIONAL_OR_KEYWORD) for name in inputs]
    made += [
        kinds(name, kinds.KEYWORD_ONLY, annotation=kind, default=default)
        for name, (kind, default) in params.items()
    ]
    made.append(kinds("random", kinds.KEYWORD_ONLY, annotation=Random))
    forward.__signature__ = inspect.Signature(made)  # type: ignore[attr-defined]
    forward.__doc__ = doc
    return forward


def size_of(shape: Any) -> tuple[int, ...]:
    """Return the shape to draw; without one a single number in one dimension."""
    return (1,) if shape is None else shape


def _asked(*, shape, **params):
    """State that the result has the shape asked for."""
    return (), size_of(shape)


def _for_each(*arrays, shape, **params):
    """State that ``shape`` numbers are drawn for every entry of the parameters."""
    return arrays, arrays[0] + (shape or ())


def _declare_random(row: Row) -> None:
    def forward(xp: Any, *, shape: Any, ctx: Any, dtype: Any, random: Any, **values: Any) -> Any:
        _check(row, values)
        return row.draw(random.parallel, *values.values(), size_of(shape), dtype or "float32")

    params = dict(row.params, shape=(Shape(), None), ctx=(_TEXT, ""), dtype=(FloatOrDefault, None))
    names = [f"_random_{row.name}", f"random_{row.name}", *_ALIASES.get(row.name, ())]
    op(*names, flat=True, fills="shape", shape=_asked)(_signed(forward, {}, params, row.doc))


def _declare_like(row: Row) -> None:
    def forward(xp: Any, data: Any, *, random: Any, **values: Any) -> Any:
        if data.dtype.kind != "f":
            raise not_floating(data.dtype)
        _check(row, values)
        return row.draw(random.parallel, *values.values(), data.shape, data.dtype)

    op(f"_random_{row.name}_like", flat=True, shape=same)(
        _signed(forward, {"data": None}, row.params, row.doc)
    )


def _declare_sample(row: Row) -> None:
    def forward(xp: Any, *arrays: Any, shape: Any, dtype: Any, random: Any) -> Any:
        if any(array.shape != arrays[0].shape for array in arrays):
            raise MXNetError(
                "MXNetError: Check failed: the arrays of parameters have shapes "
                + " and ".join(str(tuple(array.shape)) for array in arrays)
            )
        size = tuple(arrays[0].shape) + (shape or ())
        spread = [array.reshape(array.shape + (1,) * len(shape or ())) for array in arrays]
        return row.draw(random.parallel, *spread, size, dtype or "float32")

    params = {"shape": (Shape(), ()), "dtype": (FloatOrDefault, None)}
    inputs = dict.fromkeys(row.tensors)
    op(f"_sample_{row.name}", f"sample_{row.name}", flat=True, shape=_for_each)(
        _signed(forward, inputs, params, row.doc)
    )


_TEXT = str
_ALIASES = {"uniform": ("uniform",), "normal": ("normal",)}

for _row in TABLE:
    _declare_random(_row)
    _declare_like(_row)
    _declare_sample(_row)


@op(
    "_random_randint", "random_randint", "_npi_random_randint",
    flat=True, fills="shape", shape=_asked,
)  # fmt: skip
def randint(
    xp, *, low: Int(kind="long"), high: Int(kind="long"), shape: Shape = None, ctx: str = "",
    dtype: IntOrDefault = None, random: Random,
):  # fmt: skip
    """Draw whole numbers from ``low`` to ``high - 1``."""
    if high <= low:
        raise check_failed(
            f"param.high >= param.low ({high} vs. {low}) ",
            "low must be less or equal to high in uniform distribution",
        )
    return random.parallel.integers(low, high, size_of(shape), dtype or "int32")


@op("_shuffle", "shuffle", "_npi_shuffle", shape=same)
def shuffle(xp, data, *, random: Random):
    """Put the entries along the first axis in random order."""
    return data[random.single.permutation(data.shape[0], data.ndim > 1)]


MultiType = DType("uint8", "int32", "float16", "float32", "float64")


@op(
    "_sample_multinomial",
    "sample_multinomial",
    visible=lambda params: 2 if params["get_prob"] else 1,
    shape=lambda data, *, shape, **params: ((data,), [data[:-1] + shape or (1,)] * 2),
)
def sample_multinomial(
    xp, data, *, shape: Shape = (), get_prob: bool = False, dtype: MultiType = "int32",
    random: Random,
):  # fmt: skip
    """Draw class numbers by the probabilities in the last axis of ``data``.

    With ``get_prob`` the logarithm of each drawn class's probability is a second output; its
    gradient flows back to ``data``.
    """
    rows = data.reshape((-1, data.shape[-1]))
    count = 1
    for n in shape:
        count *= n
    index = random.single.classes(rows, count)
    # mxnet: where the probabilities sum to less than 1, the class can be one too many
    chances = xp.log(xp.take_along_axis(rows, xp.minimum(index, rows.shape[1] - 1), axis=1))
    out = data.shape[:-1] + shape or (1,)
    return index.reshape(out).astype(dtype), chances.reshape(out)


@sample_multinomial.vjp("data")
def _(xp, ct, out, data, *, shape, get_prob, **params):
    if not get_prob:
        return xp.zeros_like(data)
    rows = data.reshape((-1, data.shape[-1]))
    index = out[0].reshape((rows.shape[0], -1)).astype("int64")
    chosen = (index[:, :, None] == xp.arange(rows.shape[1])).astype(data.dtype)
    share = (chosen * ct[1].reshape((rows.shape[0], -1))[:, :, None]).sum(axis=1)
    return xp.where(share == 0, 0, share / rows).reshape(data.shape)
