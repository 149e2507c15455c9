"""From the registry to ``mx.sym``: the function of every operator, by the rule of ``mx.nd``.

A function takes its inputs by position or name, then the parameters, ``name`` and ``attr``. It
makes a node; inputs that are missing become variables.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from .. import _ops  # noqa: F401  fills the registry
from .._core.functions import take_positional
from .._core.graph import GraphNode, find, names_of, registered
from .._core.invoke import NULL
from .._core.missing import module_getattr
from .._core.registry import Op
from . import _compose
from .symbol import Symbol

PREFIXES = ("_contrib_", "_linalg_", "_sparse_", "_image_", "_random_")
NUMPY_PREFIXES = ("_np_", "_npi_", "_npx_")


def place(name: str) -> tuple[str, str]:
    """Return the module of ``mx.sym`` and the function name of a registered operator."""
    if name.startswith(NUMPY_PREFIXES):
        return "", name
    for prefix in PREFIXES:
        if name.startswith(prefix):
            if prefix == "_random_" and not name.endswith("_like"):
                return "_internal", name
            return prefix[1:-1], name[len(prefix) :]
    return ("_internal" if name.startswith("_") else "op"), name


#: NumPy's operators that give a list even when it holds one output.
LISTED = ("_split_v2", "_npi_hsplit")


def outputs(node: GraphNode, cls: type[Any]) -> Any:
    """Wrap the visible outputs of a new node; several are a list with NumPy's manners."""
    entries = [(node, index, 0) for index in range(node.visible())]
    if cls._is_np and (len(entries) > 1 or node.op_name in LISTED):
        return [cls([entry]) for entry in entries]
    return cls(entries)


def check_symbol(
    op: Op, registered: str, name: str, argument: str, value: Any, cls: type[Any]
) -> None:
    """Raise unless ``value`` is a symbol of the right front end."""
    if not isinstance(value, Symbol):
        what = "Positional arguments" if op.variadic else f"Argument {argument}"
        raise AssertionError(f"{what} must be Symbol instances, but got {value}")
    if value._is_np is not cls._is_np:
        front, kind, other, switch = (
            ("numpy operator", "MXNet numpy ndarrays", "a legacy ndarray", "as_np_ndarray")
            if cls._is_np
            else ("legacy operator", "legacy ndarrays", "an MXNet numpy ndarray", "as_nd_ndarray")
        )
        advice = (
            "Please ensure that you have activated numpy semantics by calling `npx.set_np()` in "
            "your code. If you still see this error with numpy semantics activated, please call "
            if cls._is_np
            else "Please call "
        )
        source, target = (
            ("legacy ndarray", "MXNet numpy ndarray")
            if cls._is_np
            else ("numpy ndarray", "legacy ndarray")
        )
        raise TypeError(
            f"Operator `{registered}` registered in backend is known as `{name}` in Python. "
            f"This is a {front} which can only accept {kind}, while received {other}. {advice}"
            f"`{switch}()` upon the {source} to convert it to {'an' if cls._is_np else 'a'} "
            f"{target}, and then feed the converted array to this operator."
        )


def function(name: str, shown: str, cls: type[Any] = Symbol) -> Callable[..., Any]:
    """Build the function ``shown`` of the operator registered as ``name``."""
    op = find(name)
    if op.specialize is not None:
        made = _custom(op, name, shown, cls)
    else:
        made = _variadic(op, name, shown, cls) if op.variadic else _fixed(op, name, shown, cls)
    made.__name__ = made.__qualname__ = shown
    made.__doc__ = op.doc
    made.__module__ = "mxshim.symbol"
    return made


def _fixed(op: Op, name: str, shown: str, cls: type[Any]) -> Callable[..., Any]:
    stored = names_of(name).inputs
    inputs = list(stored) if len(stored) == len(op.inputs) else op.inputs
    listed = [key for key in inputs if key not in op.unlisted]
    order = [*listed, *op.params, "name", "attr", "out"]

    def generated(*args: Any, **kwargs: Any) -> Any:
        take_positional(shown, order, args, kwargs)
        label, attr = kwargs.pop("name", None), kwargs.pop("attr", None)
        kwargs.pop("out", None)
        symbols = {}
        for key in inputs:
            value = kwargs.pop(key, None)
            if value is not None:
                check_symbol(op, name, shown, key, value, cls)
                symbols[key] = _compose.single(value, key)
        for key in [key for key, value in kwargs.items() if isinstance(value, Symbol)]:
            check_symbol(op, name, shown, key, kwargs[key], cls)
            symbols[key] = _compose.single(kwargs.pop(key), key)
        given = {key: value for key, value in kwargs.items() if value is not NULL}
        _compose.name_dtype(given, not cls._is_np)
        return outputs(_compose.make(name, shown.lower(), symbols, given, label, attr), cls)

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    generated.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            *[inspect.Parameter(key, kind, default=None) for key in listed],
            *[inspect.Parameter(key, kind, default=NULL) for key in op.params],
            *[inspect.Parameter(key, kind, default=None) for key in ("name", "attr", "out")],
            inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD),
        ]
    )
    return generated


def _custom(op: Op, name: str, shown: str, cls: type[Any]) -> Callable[..., Any]:
    """Build the function of operators whose parameters say which inputs they have."""

    def generated(*data: Any, **kwargs: Any) -> Any:
        label, attr = kwargs.pop("name", None), kwargs.pop("attr", None)
        kwargs.pop("out", None)
        for value in data:
            check_symbol(op, name, shown, op.inputs[-1], value, cls)
        named = {key: value for key, value in kwargs.items() if isinstance(value, Symbol)}
        given = {key: value for key, value in kwargs.items() if key not in named}
        if data and named:
            raise TypeError(
                "compose only accept input Symbols                 either as positional or "
                "keyword arguments, not both"
            )
        inputs: Any = [_compose.single(value, f"arg{i}") for i, value in enumerate(data)]
        if named:
            inputs = {key: _compose.single(value, key) for key, value in named.items()}
        return outputs(_compose.make(name, shown.lower(), inputs, given, label, attr), cls)

    head = inspect.Parameter(op.inputs[-1], inspect.Parameter.VAR_POSITIONAL)
    tail = inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD)
    generated.__signature__ = inspect.Signature([head, tail])  # type: ignore[attr-defined]
    return generated


def _variadic(op: Op, name: str, shown: str, cls: type[Any]) -> Callable[..., Any]:
    # mxnet: an operator without parameters takes any keyword
    known = op.params or ("num_args",)
    counter = next((name for name in ("num_arrays", "num_args") if name in known), None)

    def generated(*data: Any, **kwargs: Any) -> Any:
        label, attr = kwargs.pop("name", None), kwargs.pop("attr", None)
        kwargs.pop("out", None)
        for value in data:
            check_symbol(op, name, shown, op.inputs[-1], value, cls)
        entries: list[Any] = [_compose.single(value, f"arg{i}") for i, value in enumerate(data)]
        for key in [key for key, value in kwargs.items() if isinstance(value, Symbol)]:
            check_symbol(op, name, shown, key, kwargs[key], cls)
            entries.append(_compose.single(kwargs.pop(key), key))
        given = {key: value for key, value in kwargs.items() if value is not NULL}
        _compose.name_dtype(given, not cls._is_np)
        if counter is not None:
            given.setdefault(counter, len(entries))
        return outputs(_compose.make(name, shown.lower(), entries, given, label, attr), cls)

    head = inspect.Parameter(op.inputs[-1], inspect.Parameter.VAR_POSITIONAL)
    tail = inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD)
    generated.__signature__ = inspect.Signature([head, tail])  # type: ignore[attr-defined]
    return generated


def project(
    namespace: dict[str, Any], module: str
) -> tuple[list[str], Callable[[str], Any], Callable[[], list[str]]]:
    """Return ``__all__``, ``__getattr__`` and ``__dir__`` of a module of operator functions."""
    known = {}
    for name in registered():
        where, shown = place(name)
        if where == module:
            known[shown] = name
    refuse = module_getattr(namespace["__name__"])

    def get(name: str) -> Any:
        if name not in known:
            return refuse(name)
        made = function(known[name], name)
        namespace[name] = made
        return made

    return sorted(known), get, lambda: sorted({*namespace, *known})


def project_numpy(
    namespace: dict[str, Any], prefix: str
) -> tuple[list[str], Callable[[str], Any], Callable[[], list[str]]]:
    """Do the same for operators with ``prefix``, on symbols with NumPy's manners."""
    known = {name.removeprefix(prefix): name for name in registered() if name.startswith(prefix)}
    known = {shown: name for shown, name in known.items() if not shown.startswith("_")}
    refuse = module_getattr(namespace["__name__"])

    def get(name: str) -> Any:
        if name not in known:
            return refuse(name)
        from .numpy import _Symbol

        made = function(known[name], name, _Symbol)
        namespace[name] = made
        return made

    return sorted(known), get, lambda: sorted({*namespace, *known})
