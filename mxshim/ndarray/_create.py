"""Functions of ``mx.nd`` that make arrays, and the few others that are written in Python."""

from __future__ import annotations

import warnings
from typing import Any

import numpy

from .._core.device import current, parse
from .._core.dtypes import BY_NAME
from .._core.errors import mxnet_error, shapes_unknown
from .._core.flags import flags
from .._core.invoke import call, store
from .._core.registry import OPS, Op
from .._core.tensor import make
from .ndarray import NDArray

#: The usual ways to name an element type, looked up before anything is parsed.
DTYPES = {None: BY_NAME["float32"]}
for _known in BY_NAME.values():
    DTYPES.update({_known.name: _known, _known.type: _known, _known: _known})


def made(name: str, ctx: Any, params: dict[str, Any], options: dict[str, Any]) -> Any:
    """Invoke a creation operator; ``options`` holds ``out``, ``name`` and unknown keywords."""
    op: Op = OPS[name]
    out = options.pop("out", None)
    options.pop("name", None)
    context = parse(ctx)
    params["ctx"] = context
    params["dtype"] = numpy.dtype(params.pop("dtype")).name
    bound = op.bind({**params, **options})
    shape = bound.get("shape", (1,))
    if not flags.np_shape and (not shape or min(shape) <= 0):
        _refuse(name, shape, params)
    return call(op, NDArray, (), bound, out, context)


def _refuse(name: str, shape: Any, params: dict[str, Any]) -> None:
    """Raise as MXNet does: without NumPy shapes a 0 means "unknown"."""
    rows = [] if not shape else [tuple(n if n > 0 else -1 for n in shape)]
    text = {key: params[key] for key in ("dtype", "ctx", "shape")}
    raise shapes_unknown(name, [], rows or [None], text)


def zeros(shape: Any, ctx: Any = None, dtype: Any = None, stype: Any = None, **kwargs: Any) -> Any:
    """Make an array of zeros, float32 unless ``dtype`` says otherwise.

    ``shape`` is an integer or a tuple.  Raises MXNetError for a shape with 0 in it unless NumPy
    shapes are on (``npx.set_np``).
    """
    if stype is not None and stype != "default":
        from .sparse import zeros as sparse_zeros

        return sparse_zeros(stype, shape, ctx, dtype, **kwargs)
    if shape.__class__ is tuple and shape and not kwargs:
        known = DTYPES.get(dtype)
        if known is not None and min(shape) > 0:
            context = current() if ctx is None else parse(ctx)
            return make(NDArray, context.xp.zeros(shape, known), context)
    return made("_zeros", ctx, {"shape": shape, "dtype": dtype or "float32"}, kwargs)


def ones(shape: Any, ctx: Any = None, dtype: Any = None, **kwargs: Any) -> Any:
    """Make an array of ones, float32 unless ``dtype`` says otherwise."""
    if shape.__class__ is tuple and shape and not kwargs:
        known = DTYPES.get(dtype)
        if known is not None and min(shape) > 0:
            context = current() if ctx is None else parse(ctx)
            return make(NDArray, context.xp.ones(shape, known), context)
    return made("_ones", ctx, {"shape": shape, "dtype": dtype or "float32"}, kwargs)


def empty(shape: Any, ctx: Any = None, dtype: Any = None, stype: Any = None) -> Any:
    """Make an array whose elements are not set (here they are zeros)."""
    if stype is not None and stype != "default":
        from .sparse import empty as sparse_empty

        return sparse_empty(stype, shape, ctx, dtype)
    context = parse(ctx)
    sizes = (shape,) if isinstance(shape, (int, numpy.integer)) else tuple(shape)
    return make(NDArray, context.xp.zeros(sizes, _allocated(dtype)), context)


def _allocated(dtype: Any) -> Any:
    """Return the NumPy dtype for memory that is allocated without an operator."""
    named = numpy.dtype("float32" if dtype is None else dtype)
    if named.name not in OPS["_zeros"].params["dtype"].words:
        raise KeyError(named.type)
    return named


def full(shape: Any, val: Any, ctx: Any = None, dtype: Any = numpy.float32, out: Any = None) -> Any:
    """Make an array filled with ``val``, or fill ``out``."""
    target = empty(shape, ctx, dtype) if out is None else out
    target[:] = val
    return target


def arange(
    start: Any, stop: Any = None, step: float = 1.0, repeat: int = 1, infer_range: Any = None,
    ctx: Any = None, dtype: Any = numpy.float32,
) -> Any:  # fmt: skip
    """Count from ``start`` to below ``stop``, each number ``repeat`` times.

    With one bound the count starts at 0.  An empty range is an error.
    """
    if infer_range is not None:
        warnings.warn("infer_range is deprecated and has no effect", DeprecationWarning, 2)
    if repeat == 1 and step == 1:
        context = current() if ctx is None else parse(ctx)
        quick = counted(context.xp, start, stop, dtype)
        if quick is not None and quick.size:
            return make(NDArray, quick, context)
    given = {"start": start, "stop": stop, "step": step, "repeat": repeat, "dtype": dtype}
    return made("_arange", ctx, given, {})


def counted(xp: Any, start: Any, stop: Any, dtype: Any) -> Any:
    """Count up by one between integers, or return None where that needs a closer look."""
    known = DTYPES.get(dtype)
    if start.__class__ is not int or known is None or known.name in ("float16", "bool"):
        return None
    if stop is None:
        return xp.arange(0, start, dtype=known)
    return xp.arange(start, stop, dtype=known) if stop.__class__ is int else None


def linspace(
    start: Any, stop: Any, num: int, endpoint: bool = True, ctx: Any = None,
    dtype: Any = numpy.float32,
) -> Any:  # fmt: skip
    """Space ``num`` numbers evenly from ``start`` to ``stop``, which ``endpoint`` includes."""
    given = {"start": start, "stop": stop, "num": num, "endpoint": endpoint, "dtype": dtype}
    return made("_linspace", ctx, given, {})


def eye(N: int, M: int = 0, k: int = 0, ctx: Any = None, dtype: Any = None, **kwargs: Any) -> Any:
    """Make a matrix (N, M) with ones on diagonal ``k``; ``M=0`` means square."""
    return made("_eye", ctx, {"N": N, "M": M, "k": k, "dtype": dtype or "float32"}, kwargs)


def moveaxis(tensor: Any, source: Any, destination: Any) -> Any:
    """Move axes to new positions; the others keep their order."""
    rank = tensor.ndim
    sources = _positions(
        source, rank, f"Source should verify 0 <= source < tensor.ndimGot {source}"
    )
    targets = _positions(
        destination, rank,
        (f"Destination should verify 0 <= destination < tensor.ndim ({rank}).",
         f"Got {destination}"),
    )  # fmt: skip
    if len(sources) != len(targets):
        raise ValueError(
            "`source` and `destination` arguments must have the same number of elements"
        )
    order = [axis for axis in range(rank) if axis not in sources]
    for target, axis in sorted(zip(targets, sources, strict=True)):
        order.insert(target, axis)
    return call(OPS["transpose"], NDArray, (tensor,), {"axes": tuple(order)})


def _positions(axes: Any, rank: int, refusal: Any) -> tuple[int, ...]:
    given = (axes,) if isinstance(axes, (int, numpy.integer)) else tuple(axes)
    for axis in given:
        if not -rank <= axis < rank:
            raise ValueError(*(refusal if isinstance(refusal, tuple) else (refusal,)))
    found = tuple(axis % rank for axis in given)
    if len(set(found)) != len(found):
        raise ValueError("repeated axis")
    return found


def concatenate(arrays: list[Any], axis: int = 0, always_copy: bool = True) -> Any:
    """Join a list of arrays along an axis; without ``always_copy`` one alone is returned."""
    assert isinstance(arrays, list)
    assert len(arrays) > 0
    assert isinstance(arrays[0], NDArray)
    first = arrays[0]
    if not always_copy and len(arrays) == 1:
        return first
    for array in arrays[1:]:
        assert first.shape[:axis] == array.shape[:axis]
        assert first.shape[axis + 1 :] == array.shape[axis + 1 :]
        assert first.dtype == array.dtype
    return call(OPS["Concat"], NDArray, arrays, {"num_args": len(arrays), "dim": axis})


def split_v2(ary: Any, indices_or_sections: Any, axis: int = 0, squeeze_axis: bool = False) -> Any:
    """Cut an array into equal sections (an integer) or at the given positions (a tuple)."""
    length = ary.shape[axis]
    if isinstance(indices_or_sections, int):
        if length % indices_or_sections:
            raise ValueError("array split does not result in an equal division")
        each = length // indices_or_sections
        indices = tuple(i * each for i in range(indices_or_sections))
    elif isinstance(indices_or_sections, tuple):
        indices = (0, *indices_or_sections)
    else:
        raise ValueError("indices_or_sections must either int or tuple of ints")
    params = {"indices": indices, "axis": axis, "squeeze_axis": squeeze_axis, "sections": 0}
    return call(OPS["_split_v2"], NDArray, (ary,), params)


def onehot_encode(indices: Any, out: Any) -> Any:
    """Write the one-hot rows of ``indices`` (n,) into ``out`` (n, depth); deprecated."""
    if indices.ndim != 1 or out.ndim != 2 or indices.shape[0] != out.shape[0]:
        raise mxnet_error("OneHotEncode needs indices (n,) and an output (n, depth)")
    xp = out._ctx.xp
    hit = indices._buf.astype(xp.int64)[:, None] == xp.arange(out.shape[1])
    return store(out, hit.astype(out._buf.dtype), out._ctx, None)
