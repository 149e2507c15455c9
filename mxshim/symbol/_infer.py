"""Shapes and types of symbols in MXNet's forms: unknown lengths are 0, unknown shapes ()."""

from __future__ import annotations

import warnings
from typing import Any

import numpy

from .._core import dtypes, graph_infer
from .._core.errors import MXNetError, mxnet_error, shape_text
from .._core.flags import flags
from .._core.graph import ordered, variables

_NOTHING = (None, None, None)


def code(dtype: Any) -> int:
    """Return MXNet's number of an element type; KeyError for a type that it does not have."""
    found = numpy.dtype(dtype)
    if found not in dtypes.CODES:
        raise KeyError(found.type)
    return dtypes.CODES[found]


def _named(symbol: Any, args: Any, kwargs: dict[str, Any], what: str) -> dict[str, Any]:
    """Give values by position their names; MXNetError for a name that is no input."""
    if args and kwargs:
        raise ValueError(
            "Can only specify known argument                     "
            f"{what}s either by positional or kwargs way."
        )
    if args:
        return dict(zip(symbol.list_arguments(), args, strict=False))
    known = symbol.list_inputs()
    for name in kwargs:
        if name not in known:
            listed = "".join(f"\n\t[{i}]{each}" for i, each in enumerate(known))
            title = "Shape" if what == "shape" else "Type"
            raise mxnet_error(
                f"Infer{title}Keyword argument name {name} not found.\nCandidate arguments:{listed}"
            )
    return kwargs


def outward(shape: graph_infer.Shape) -> Any:
    """Return a shape as MXNet shows it: unknown lengths are 0, or -1 under NumPy shapes."""
    if flags.np_shape:
        return shape
    return () if shape is None else tuple(0 if n == -1 else n for n in shape)


def inward(shape: Any) -> graph_infer.Shape:
    """Return a caller's shape as the rules take it."""
    if flags.np_shape:
        return tuple(shape)
    return tuple(-1 if n == 0 else int(n) for n in shape) or None


def infer_shape(symbol: Any, partial: bool, args: Any, kwargs: dict[str, Any]) -> Any:
    """Return the shapes of arguments, outputs and states; all None when some stay unknown."""
    for key, shape in enumerate(args) if args else kwargs.items():
        if not isinstance(shape, tuple) and not (args and shape is None):
            shown = f"argument {key}" if args else f"'{key}'"
            raise TypeError(f"Arguments need to be shapes (tuple), but {shown} is {type(shape)}.")
    given = {
        name: inward(shape)
        for name, shape in _named(symbol, args, kwargs, "shape").items()
        if shape is not None
    }
    known = graph_infer.shapes(symbol._entries, given)
    arguments, states = variables(ordered(symbol._entries))
    groups = (
        [known.get((id(node), 0)) for node in arguments],
        [known.get((id(node), index)) for node, index, _ in symbol._entries],
        [known.get((id(node), 0)) for node in states],
    )
    if not partial and not all(graph_infer.is_known(s) for group in groups for s in group):
        return _NOTHING
    return tuple([outward(shape) for shape in group] for group in groups)


def infer_type(symbol: Any, partial: bool, args: Any, kwargs: dict[str, Any]) -> Any:
    """Return the types of arguments, outputs and states; all None when some stay unknown."""
    given = {
        name: numpy.dtype(dtype)
        for name, dtype in _named(symbol, args, kwargs, "type").items()
        if dtype is not None
    }
    for dtype in given.values():
        if dtype not in dtypes.CODES:
            raise TypeError(f"Argument need to be one of {[t.type for t in dtypes.CODES]}")
    known = graph_infer.types(symbol._entries, given)
    arguments, states = variables(ordered(symbol._entries))
    groups = (
        [known.get((id(node), 0)) for node in arguments],
        [known.get((id(node), index)) for node, index, _ in symbol._entries],
        [known.get((id(node), 0)) for node in states],
    )
    if not partial and any(dtype is None for group in groups for dtype in group):
        return _NOTHING
    return tuple([None if t is None else t.type for t in group] for group in groups)


def warn_unknown(symbol: Any, found: list[Any], what: str) -> None:
    """Warn about up to ten arguments whose shape or type is not known."""
    unknown = []
    for name, value in zip(symbol.list_arguments(), found, strict=True):
        if not value or (what == "shape" and (-1 if flags.np_shape else 0) in value):
            if len(unknown) >= 10:
                unknown.append("...")
                break
            unknown.append(f"{name}: {value}")
    hint = "(0s in shape means unknown dimensions). " if what == "shape" else ""
    dot = " " if what == "shape" else ". "
    warnings.warn(
        f"Cannot decide {what} for the following arguments{dot}{hint}"
        "Consider providing them as input:\n\t" + "\n\t".join(unknown),
        stacklevel=3,
    )


def known_shapes(symbol: Any, given: dict[str, Any]) -> tuple[list[Any], list[Any], list[Any]]:
    """Infer all shapes; MXNetError when those of some arguments do not follow."""
    found = infer_shape(symbol, True, (), given)
    shapes = [inward(s) if s is not None else None for s in found[0]]
    if not all(graph_infer.is_known(shape) for shape in shapes):
        raise _undecided(symbol.list_arguments(), shapes)
    return found


def _undecided(names: list[str], shapes: list[Any]) -> MXNetError:
    """Word the error for arguments whose shapes do not follow from those given."""
    unknown = "".join(
        f"{name}: {'None' if shape is None else shape_text(shape)}, "
        for name, shape in zip(names, shapes, strict=True)
        if not graph_infer.is_known(shape)
    )
    return mxnet_error(
        "InferShape pass cannot decide shapes for the following arguments (-1 means unknown "
        f"dimensions). Please consider providing them as inputs:\n{unknown}"
    )
