"""Random sampling for NumPy-style arrays.

Every parameter of a distribution is a number or an array: arrays come as inputs and their
parameter is None.  Location and scale families pass gradients on to their parameters; the noise
that was drawn is a hidden output.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from .._core.dtypes import C_NAMES
from .._core.errors import check_failed, mxnet_error
from .._core.params import DType, Float, Int, Optional, Random, Shape, Tuple
from .._core.registry import op
from .._core.shapes import broadcast

Draw = Callable[..., Any]
FloatType = DType("float16", "float32", "float64")
MaybeFloat = Optional(Float())
MaybeShape = Optional(Shape())


class Row(NamedTuple):
    """A distribution: parameter names, its bounds, the draw, its gradients, documentation.

    A bound is (parameter, relation, sentence) against 0.  ``draw(sampler, *parameters, size)``
    returns the result and the noise that the gradients need; ``pull(xp, ct, out, noise,
    *parameters)`` returns one gradient for each parameter, or the row says None for zeros.
    """

    name: str
    params: tuple[str, ...]
    bounds: tuple[tuple[str, str, str], ...]
    draw: Draw
    pull: Draw | None
    typed: bool
    doc: str


def _place(xp: Any, noise: Any, loc: Any, scale: Any) -> Any:
    """Return ``loc + scale * noise``, computed in the type of the parameters that are arrays."""
    kinds = [v.dtype for v in (loc, scale) if hasattr(v, "dtype")]
    if len(kinds) == 2 and kinds[0] != kinds[1]:
        raise mxnet_error(
            "Check failed: mshadow: :DataType<DType>::kFlag == type_flag_: TBlob.get_with_shape: "
            "data type do not match specified type.Expected: "
            f"{C_NAMES[kinds[1]]} v.s. given {C_NAMES[kinds[0]]}",
            f"parameters of dtype {kinds[0]} and {kinds[1]} do not mix",
        )
    if not kinds or kinds[0] == "float32":
        return loc + scale * noise
    kind = kinds[0]
    loc, scale = (xp.asarray(v, dtype=kind) for v in (loc, scale))
    if kind == "float64":
        return loc + scale * noise.astype(kind)
    return loc + (scale.astype("float32") * noise).astype(kind)


def _located(noise: str) -> Draw:
    def draw(sampler: Any, loc: Any, scale: Any, size: Any) -> Any:
        drawn = getattr(sampler, noise)(size)
        return _place(sampler.xp, drawn, loc, scale), drawn

    return draw


def _uniform(sampler: Any, low: Any, high: Any, size: Any) -> Any:
    if not hasattr(low, "shape") and not hasattr(high, "shape"):
        return sampler.uniform(low, high, size, "float32"), None
    if not hasattr(low, "shape"):
        low = sampler.xp.asarray(low, dtype=high.dtype)
    width = high - low if getattr(high, "dtype", low.dtype) == low.dtype else high
    return _place(sampler.xp, sampler.units(size), low, width), None


def _gamma(sampler: Any, shape: Any, scale: Any, size: Any) -> Any:
    return sampler.gamma(shape, scale, size), None


def _rayleigh(sampler: Any, scale: Any, size: Any) -> Any:
    drawn = sampler.rayleigh(size)
    return _place(sampler.xp, drawn, 0.0, scale), drawn


def _power(sampler: Any, a: Any, size: Any) -> Any:
    return sampler.power(a, size), None


def _pull_located(xp: Any, ct: Any, out: Any, noise: Any, loc: Any, scale: Any) -> Any:
    return ct, ct * noise


def _pull_scaled(xp: Any, ct: Any, out: Any, noise: Any, scale: Any) -> Any:
    return (ct * noise,)


def _pull_weibull(xp: Any, ct: Any, out: Any, noise: Any, a: Any) -> Any:
    return (-ct * out * xp.log(noise) / (a * a),)


def _pull_pareto(xp: Any, ct: Any, out: Any, noise: Any, a: Any) -> Any:
    return (-ct * (out + 1) * noise / (a * a),)


_SCALE = (("scale", ">= 0.0", "scale < 0"),)
_EXPECT_SCALE = (("scale", ">= 0.0", "expect scale >= 0"),)
_EXPECT_A = (("a", "> 0.0", "expect a > 0"),)
TABLE = [
    Row("uniform", ("low", "high"), (), _uniform, None, True, "Draw evenly from [low, high)."),
    Row("normal", ("loc", "scale"), _SCALE, _located("standard"), _pull_located, True,
        "Draw from the normal distribution."),
    Row("gamma", ("shape", "scale"), (("shape", "", "expect shape > 0"),
                                      ("scale", "", "expect scale > 0")),
        _gamma, None, True, "Draw from the gamma distribution."),
    Row("gumbel", ("loc", "scale"), _SCALE, _located("gumbel"), _pull_located, False,
        "Draw from the Gumbel distribution."),
    Row("logistic", ("loc", "scale"), _SCALE, _located("logistic"), _pull_located, False,
        "Draw from the logistic distribution."),
    Row("exponential", ("scale",), _EXPECT_SCALE,
        lambda sampler, scale, size: sampler.exponential_pair(scale, size), _pull_scaled, False,
        "Draw from the exponential distribution."),
    Row("rayleigh", ("scale",), _EXPECT_SCALE, _rayleigh, _pull_scaled, False,
        "Draw from the Rayleigh distribution."),
    Row("weibull", ("a",), _EXPECT_A,
        lambda sampler, a, size: sampler.weibull(a, size), _pull_weibull, False,
        "Draw from the Weibull distribution of scale 1."),
    Row("pareto", ("a",), _EXPECT_A,
        lambda sampler, a, size: sampler.pareto(a, size), _pull_pareto, False,
        "Draw from the Pareto distribution, shifted to start at 0."),
    Row("powerd", ("a",), _EXPECT_A, _power, None, False,
        "Draw from [0, 1] with density ``a * x**(a - 1)``."),
]  # fmt: skip


def _refuse(row: Row, name: str, relation: str, sentence: str, value: Any, scalar: bool) -> Any:
    """Build the ValueError of a parameter out of range; MXNet words numbers and arrays apart."""
    if not relation:
        condition, shown = "false", ""
    elif scalar:
        condition, shown = f"param.{name}.value() {relation}", f" ({value:g} vs. 0) "
    else:
        condition, shown = f"indicator_host {relation}", " (-1 vs. 0) "
    return value_error(condition + shown, sentence)


def value_error(condition: str, sentence: str) -> ValueError:
    """Build the ValueError by which MXNet's samplers refuse a parameter."""
    return ValueError(f"ValueError: Check failed: {condition}: {sentence}")


def _check(xp: Any, row: Row, values: dict[str, Any]) -> None:
    for name, relation, sentence in row.bounds:
        value = values[name]
        scalar = not hasattr(value, "shape")
        low = value if scalar else (value.min() if value.size else 1)
        if low < 0 or (low == 0 and ">=" not in relation):
            raise _refuse(row, name, relation, sentence, value, scalar)


def size_for(xp: Any, size: Any, values: Any, prefix: bool) -> tuple[int, ...]:
    """Return the shape to draw: ``size``, or the broadcast shape of the parameters.

    With ``prefix`` the size is put in front of the parameters' shape.  Raises MXNet's error when
    the parameters do not broadcast to ``size``.
    """
    shapes = [tuple(v.shape) for v in values if hasattr(v, "shape")]
    joint = xp.broadcast_shapes(*shapes) if shapes else ()
    if size is None:
        return joint
    if prefix:
        return size + joint
    if xp.broadcast_shapes(joint, size) != size:
        raise mxnet_error(
            f"Check failed: parameters of shape {joint} do not broadcast to size {size}"
        )
    return size


def drawn_shape(*shapes: Any, size: Any, prefix: bool = False, **params: Any) -> Any:
    """State the shape that :func:`size_for` gives."""
    joint: tuple[int, ...] = ()
    for shape in shapes:
        if shape is not None:
            joint = broadcast(joint, shape)[1]
    if size is None:
        return shapes, joint
    return shapes, (size + joint if prefix else size)


def _declare(row: Row, suffix: str = "") -> None:
    def forward(xp: Any, *inputs: Any, size: Any, ctx: Any, random: Any, **rest: Any) -> Any:
        arrays = [a for a in inputs if a is not None]
        left = iter(arrays)
        values = {n: rest[n] if rest[n] is not None else next(left) for n in row.params}
        _check(xp, row, values)
        shape = size_for(xp, size, values.values(), bool(suffix))
        # A single number is drawn as an array of one: scalars would be computed in double.
        given = [v.reshape(1) if getattr(v, "shape", 0) == () else v for v in values.values()]
        out, noise = row.draw(random.single, *given, shape or (1,))
        dtype = rest.get("dtype") or "float32"
        if dtype == "float16":
            out = out.astype("float32", copy=False)  # mxnet: rounds twice
        out = xp.asarray(out, dtype=dtype).reshape(shape)
        return (out, noise.reshape(shape)) if arrays and row.pull is not None else out

    params: dict[str, tuple[Any, Any]] = {name: (MaybeFloat, None) for name in row.params}
    params.update(size=(MaybeShape, None), ctx=(_TEXT, "cpu"))
    if row.typed:
        params["dtype"] = (FloatType, FloatType.parse("dtype", "float32"))
    names = ("input1", "input2")[: len(row.params)]
    rule = partial(drawn_shape, prefix=bool(suffix))
    declared = op(f"_npi_{row.name}{suffix}", arity=_arity(row), flat=row.pull is None, shape=rule)(
        _signed(forward, names, params, row.doc)
    )
    if row.pull is not None:
        declared.vjp(*names)(_puller(row)) if len(names) > 1 else declared.vjp(names[0])(
            _first(_puller(row))
        )


def _arity(row: Row) -> Callable[..., int]:
    return lambda **params: sum(params[name] is None for name in row.params)


def _puller(row: Row) -> Draw:
    def pull(xp: Any, ct: Any, out: Any, *inputs: Any, **rest: Any) -> Any:
        arrays = [a for a in inputs if a is not None]
        left = iter(arrays)
        absent = [rest[name] is None for name in row.params]
        values = [next(left) if a else rest[n] for a, n in zip(absent, row.params, strict=True)]
        assert row.pull is not None
        found = row.pull(xp, ct[0], out[0], out[1], *values)
        kept = [g for g, a in zip(found, absent, strict=True) if a]
        return tuple(kept + [None] * (len(row.params) - len(kept)))

    return pull


def _first(pull: Draw) -> Draw:
    return lambda *args, **params: pull(*args, **params)[0]


def _signed(forward: Draw, inputs: Any, params: dict[str, tuple[Any, Any]], doc: str) -> Draw:
    """Give a closure the signature that the registry reads."""
    kinds = inspect.Parameter
    made = [kinds("xp", kinds.POSITIONAL_OR_KEYWORD)]
    made += [kinds(name, kinds.POSITIONAL_OR_KEYWORD, default=None) for name in inputs]
    made += [
        kinds(name, kinds.KEYWORD_ONLY, annotation=kind, default=default)
        for name, (kind, default) in params.items()
    ]
    made.append(kinds("random", kinds.KEYWORD_ONLY, annotation=Random))
    forward.__signature__ = inspect.Signature(made)  # type: ignore[attr-defined]
    forward.__doc__ = doc
    return forward


_TEXT = str
for _row in TABLE:
    _declare(_row)
    if _row.name in ("uniform", "normal"):
        _declare(_row, "_n")

BernoulliType = DType("bool", "float16", "float32", "float64", "int32", "uint8")


@op("_npi_bernoulli", flat=True, shape=drawn_shape)
def bernoulli(
    xp, input1=None, *, prob: MaybeFloat, logit: MaybeFloat, size: MaybeShape = None,
    ctx: str = "cpu", dtype: BernoulliType = "float32", is_logit: bool, random: Random,
):  # fmt: skip
    """Draw 1 with the given probability (or log odds), else 0."""
    given = input1 if input1 is not None else (logit if is_logit else prob)
    if not is_logit:
        sentence = "expect probs >= 0 && probs <= 1"
        scalar = input1 is None
        low, high = (given, given) if scalar else (given.min(), given.max())
        if low < 0 or high > 1:
            relation, limit = ("<= 1.0", "1") if high > 1 else (">= 0.0", "0")
            what = f"param.prob.value() {relation} ({given:g} vs. {limit}) " if scalar else (
                f"indicator_host {relation} (-1 vs. 0) "
            )  # fmt: skip
            raise value_error(what, sentence)
    shape = size_for(xp, size, [given], False)
    drawn = random.single.bernoulli(given, shape or (1,), is_logit)
    return drawn.reshape(shape).astype(dtype)


@op("_npi_choice", flat=True, shape=lambda *shapes, size, **params: (shapes, size or ()))
def choice(
    xp, input1=None, input2=None, *, a: Optional(Int()), size: MaybeShape, ctx: str = "cpu",
    replace: bool = True, weighted: bool = False, random: Random,
):  # fmt: skip
    """Draw positions out of ``a`` (or out of the length of the first input)."""
    weights = (input1 if a is not None else input2) if weighted else None
    count = a if a is not None else input1.shape[0]
    size = () if size is None else size
    number = 1
    for n in size:
        number *= n
    if not replace and number > count:
        raise mxnet_error(f"Check failed: cannot take {number} of {count} without replacement")
    if weights is not None:
        weights = weights.astype("float32", copy=False)
    return random.single.choose(count, size, replace, weights)


def _counted(a=None, *, pvals, size, **params):
    return (a,), (size or ()) + ((len(pvals),) if a is None else a)


@op("_npi_multinomial", flat=True, shape=_counted)
def multinomial(
    xp, a=None, *, n: int, pvals: Optional(Tuple()) = None, size: MaybeShape = None, random: Random
):
    """Count how often each class is drawn in ``n`` draws by the probabilities ``pvals``."""
    chances = a if pvals is None else xp.asarray(pvals, dtype="float64")
    if chances.ndim != 1:
        raise check_failed(
            f"ishape.ndim() == 1U ({chances.ndim} vs. 1) ", "object too deep for desired array"
        )
    total = float(chances[:-1].sum() if pvals is not None else chances.sum())
    whole = float(chances.sum())
    if max(total, whole) > 1.0 + 1e-6:
        raise check_failed(f"sum <= 1.0 + 1e-12 ({whole:g} vs. 1) ", "sum(pvals[:-1]) > 1.0")
    rows = 1
    for length in size or ():
        rows *= length
    # mxnet: probabilities in a list cost a further draw for each of them
    burn = 0 if pvals is None else len(pvals)
    counts = random.single.counts(max(n, 0), chances, rows, burn)
    return counts.reshape((size or ()) + chances.shape).astype("int64")
