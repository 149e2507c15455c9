"""Building the Python functions of operators for one front end.

:func:`function` gives the general form, or one of its own for common shapes (one or two arrays, no
parameters): an elementwise call should cost little more than NumPy's.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy

from .device import parse
from .dtypes import float32, float64
from .invoke import HOST, NULL, call, compute, recover, several
from .registry import Op, key_of, negative_zero
from .small import QUICK, Bound
from .tape import Node, state
from .tensor import Tensor, new

ndarray = numpy.ndarray


def take_positional(name: str, order: Sequence[str], args: Any, kwargs: dict[str, Any]) -> None:
    """Put positional arguments among those by name; TypeError, as Python's, where they clash."""
    if len(args) > len(order):
        raise TypeError(
            f"{name}() takes from 0 to {len(order)} positional arguments but {len(args)} were given"
        )
    for key, value in zip(order, args, strict=False):
        if key in kwargs:
            raise TypeError(f"{name}() got multiple values for argument '{key}'")
        kwargs[key] = value


def refuse_class(op: Op, name: str, argument: str, value: Any, cls: type[Any]) -> Exception:
    """Word the error for an argument that is no array of this front end."""
    if isinstance(value, Tensor):
        ours = [known for known in op.names if known == name or known.endswith(f"_{name}")]
        registered = ours[0] if ours else op.name
        if cls.__name__ != "NDArray":
            numpy_names = [n for n in op.names if n.startswith("_np")]
            exact = [n for n in numpy_names if n.endswith(f"_{name}") and n in ours]
            registered = next(iter(sorted(exact, reverse=True) + numpy_names), registered)
        if cls.__name__ == "NDArray":
            return TypeError(
                f"Operator `{registered}` registered in backend is known as `{name}` in Python. "
                "This is a legacy operator which can only accept legacy ndarrays, while received "
                "an MXNet numpy ndarray. Please call `as_nd_ndarray()` upon the numpy ndarray to "
                "convert it to a legacy ndarray, and then feed the converted array to this "
                "operator."
            )
        return TypeError(
            f"Operator `{registered}` registered in backend is known as `{name}` in Python. This "
            "is a numpy operator which can only accept MXNet numpy ndarrays, while received a "
            "legacy ndarray. Please ensure that you have activated numpy semantics by calling "
            "`npx.set_np()` in your code. If you still see this error with numpy semantics "
            "activated, please call `as_np_ndarray()` upon the legacy ndarray to convert it to an "
            "MXNet numpy ndarray, and then feed the converted array to this operator."
        )
    what = "Positional arguments" if op.variadic else f"Argument {argument}"
    return AssertionError(f"{what} must have NDArray type, but got {value}")


def signature(op: Op) -> inspect.Signature:
    """Return the signature that MXNet's generated function for the operator has."""
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    head: list[inspect.Parameter] = []
    if op.variadic:
        head.append(inspect.Parameter(op.inputs[-1], inspect.Parameter.VAR_POSITIONAL))
        return inspect.Signature(
            [*head, inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD)]
        )
    listed = [name for name in op.inputs if name not in op.unlisted]
    head += [inspect.Parameter(name, kind, default=None) for name in listed]
    head += [inspect.Parameter(name, kind, default=NULL) for name in op.params]
    head += [inspect.Parameter(name, kind, default=None) for name in ("out", "name")]
    return inspect.Signature([*head, inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD)])


def function(op: Op, cls: type[Any], name: str) -> Callable[..., Any]:
    """Build the function that invokes ``op`` for the front end whose arrays are ``cls``."""
    if op.front is not None:
        build = op.front
    elif op.variadic:
        build = _variadic
    elif (
        op.visible == 1
        and not op.params
        and not op.supplied
        and not op.by_storage
        and op.required == len(op.inputs) in (1, 2)
    ):
        build = _unary if len(op.inputs) == 1 else _binary
    else:
        build = _general
    made = build(op, cls, name)
    made.__name__ = made.__qualname__ = name
    made.__doc__ = op.doc
    made.__module__ = cls.__module__
    made.__signature__ = signature(op)  # type: ignore[attr-defined]
    made.op = op  # type: ignore[attr-defined]
    return made


def _general(op: Op, cls: type[Any], name: str) -> Callable[..., Any]:
    """Build a function that takes arrays then parameters, by position or by name."""
    listed = [name for name in op.inputs if name not in op.unlisted]
    order = [*listed, *op.params, "out", "name"]
    inputs = op.inputs
    context = "ctx" in op.params

    plain = op.plain
    known: dict[Any, Bound] = {}

    def generated(*args: Any, **kwargs: Any) -> Any:
        """Run at once when these parameters were met before, behind arrays given by position."""
        out = kwargs.pop("out", None) if kwargs else None
        count = 0
        for array in args:
            if array.__class__ is not cls:
                break
            count += 1
        key: Any = count
        if kwargs or count < len(args):
            rest = args[count:]
            key = count, rest, *map(type, rest), *key_of(kwargs)
        try:
            params = known[key]
        except KeyError:
            return first_time(key, count, out, args, kwargs)
        except (TypeError, NotImplementedError):  # a list or an np array cannot be looked up
            return first_time(None, count, out, args, kwargs)
        if params.zeros and negative_zero((*args[count:], *kwargs.values())):
            return first_time(None, count, out, args, kwargs)
        if count == 1 and plain and out is None:
            return _one_array(op, cls, args[0], params)
        return call(op, cls, args[:count], params, out)

    def first_time(seen: Any, count: int, out: Any, args: Any, kwargs: dict[str, Any]) -> Any:
        if out is not None:
            kwargs["out"] = out
        take_positional(name, order, args, kwargs)
        out = kwargs.pop("out", None)
        kwargs.pop("name", None)
        arrays = [kwargs.pop(key, None) for key in inputs]
        while arrays and arrays[-1] is None:
            arrays.pop()
        for position, array in enumerate(arrays):
            if array.__class__ is not cls and (array is not None):
                check_class(op, name, inputs[position], array, cls)
        given = {key: value for key, value in kwargs.items() if value is not NULL}
        if "dtype" in given:
            name_dtype(given, cls)
        params = op.bind(given)
        op.check_inputs(sum(array is not None for array in arrays), params)
        for array in arrays:
            if array is not None and (array._sparse or op.by_storage):
                return array._invoke(op, arrays, params, out)
        ctx = parse(params["ctx"]) if context and not arrays else None
        by_position = seen is not None and 0 < len(arrays) == count <= len(inputs)
        if by_position and not negative_zero(given.values()):
            if len(known) >= _KNOWN_CALLS:
                known.clear()
            known[seen] = params
        return call(op, cls, arrays, params, out, ctx)

    return generated


def _one_array(op: Op, cls: type[Any], data: Any, params: Bound) -> Any:
    """Do :func:`call` for one array without ``out``: the short way."""
    buf = data._buf
    ctx = data._ctx.results
    xp = ctx.xp
    result = None
    if op.prepares and xp is HOST and (kernel := params.kernel) is not None:
        dtype = buf.dtype
        if dtype is float32 or dtype is float64:
            try:
                result = kernel(buf)
            except Exception:
                result = None  # the operator itself says what is wrong
    node = data._node
    taped = node is not None and state.recording
    if result is None:
        if taped or len(op.inputs) > 1:
            return call(op, cls, (data,), params)
        try:
            result = op.forward(xp, buf, **params)
        except Exception as error:
            result = recover(op, error, xp, (buf,), params)
    if result.__class__ is not xp.ndarray:
        if result.__class__ is tuple:
            return several(op, cls, result, params, None, ctx, None)
        result = xp.asarray(result)
    tensor = new(cls)
    tensor._buf = result
    tensor._ctx = ctx
    tensor._node = Node(op, (node,), result, (buf,), params, ctx) if taped else None
    return tensor


def name_dtype(given: dict[str, Any], cls: type[Any]) -> None:
    """Turn ``dtype`` into its name as MXNet's functions do; NumPy's refusal stands as it is."""
    if given["dtype"] is None and getattr(cls, "_is_np", False):
        del given["dtype"]
    else:
        given["dtype"] = numpy.dtype(given["dtype"]).name  # mxnet: None is float64 in mx.nd


def check_class(op: Op, name: str, argument: str, value: Any, cls: type[Any]) -> None:
    """Raise unless ``value`` is an array of the front end ``cls`` (or a subclass of its own)."""
    if not isinstance(value, cls) or (
        cls.__name__ == "NDArray" and getattr(value, "_is_np", False)
    ):
        raise refuse_class(op, name, argument, value, cls)


def _variadic(op: Op, cls: type[Any], name: str) -> Callable[..., Any]:
    """Build a function that takes any number of arrays, then parameters by name."""
    counter = next((key for key in ("num_args", "num_arrays") if key in op.params), None)

    known: dict[Any, Bound] = {}

    def generated(*data: Any, **kwargs: Any) -> Any:
        """Run at once when these parameters were met before."""
        if "out" not in kwargs:
            key = len(data), *key_of(kwargs)
            try:
                params = known.get(key)
            except (TypeError, NotImplementedError):  # a list or an np array cannot be looked up
                params = None
            if params is not None and not (params.zeros and negative_zero(kwargs.values())):
                for array in data:
                    if array.__class__ is not cls:
                        break
                else:
                    return call(op, cls, data, params)
            return first_time(key, data, kwargs)
        return first_time(None, data, kwargs)

    def first_time(key: Any, data: Any, kwargs: dict[str, Any]) -> Any:
        out = kwargs.pop("out", None)
        kwargs.pop("name", None)
        count = len(data)
        if len(data) == 1 and isinstance(data[0], (list, tuple)):
            data = tuple(data[0])
        elif not data and op.inputs[-1] in kwargs:
            data = tuple(kwargs.pop(op.inputs[-1]))
        sparse = data[0] if op.by_storage and data else None
        for array in data:
            if array.__class__ is not cls:
                check_class(op, name, op.inputs[-1], array, cls)
                sparse = array if array._sparse else sparse
        given = {key: value for key, value in kwargs.items() if value is not NULL}
        if "dtype" in given:
            name_dtype(given, cls)
        if counter is not None:
            given.setdefault(counter, len(data))
        params = op.bind(given)
        if sparse is not None:
            return sparse._invoke(op, data, params, out)
        by_position = key is not None and 0 < count == len(data) and not op.by_storage
        if by_position and not negative_zero(given.values()):
            if len(known) >= _KNOWN_CALLS:
                known.clear()
            known[key] = params
        return call(op, cls, data, params, out)

    return generated


def _unary(
    op: Op, cls: type[Any], name: str, slow: Callable[..., Any] | None = None
) -> Callable[..., Any]:
    """Build the closure for one array and no parameters; ``slow`` takes all other calls."""

    def generated(data: Any = None, out: Any = None, name: Any = None, **kwargs: Any) -> Any:
        if data.__class__ is not cls or out is not None or kwargs:
            return general(data, out=out, **kwargs)
        ctx = data._ctx.results
        buf = data._buf
        dtype = buf.dtype
        result = None
        if (
            (dtype is float32 or dtype is float64)
            and (direct := op.direct) is not None
            and ctx.xp is HOST
        ):
            try:
                result = direct(buf)
            except Exception:
                result = None  # the operator itself says what is wrong
        params = _NO_PARAMS if result is None else QUICK
        if result.__class__ is not ndarray:
            result = compute(op, ctx.xp, result, (buf,), _NO_PARAMS)
        tensor = new(cls)
        tensor._buf = result
        tensor._ctx = ctx
        node = data._node
        tensor._node = (
            Node(op, (node,), result, (buf,), params, ctx)
            if node is not None and state.recording
            else None
        )
        return tensor

    general = slow or _renamed(_general(op, cls, name), op.inputs)
    return generated


def _binary(op: Op, cls: type[Any], name: str) -> Callable[..., Any]:
    """Build the closure for two arrays and no parameters."""

    def generated(
        lhs: Any = None, rhs: Any = None, out: Any = None, name: Any = None, **kwargs: Any
    ) -> Any:
        if lhs.__class__ is not cls or rhs.__class__ is not cls or out is not None or kwargs:
            return general(lhs, rhs, out=out, **kwargs)
        ctx = lhs._ctx.results
        left, right = lhs._buf, rhs._buf
        dtype = left.dtype
        result = None
        if (
            (dtype is float32 or dtype is float64)
            and dtype is right.dtype
            and (direct := op.direct) is not None
            and ctx.xp is HOST
        ):
            try:
                result = direct(left, right)
            except Exception:
                result = None
        params = _NO_PARAMS if result is None else QUICK
        if result.__class__ is not ndarray:
            result = compute(op, ctx.xp, result, (left, right), _NO_PARAMS)
        tensor = new(cls)
        tensor._buf = result
        tensor._ctx = ctx
        first, second = lhs._node, rhs._node
        tensor._node = (
            Node(op, (first, second), result, (left, right), params, ctx)
            if (first is not None or second is not None) and state.recording
            else None
        )
        return tensor

    general = _renamed(_general(op, cls, name), op.inputs)
    return generated


#: How many sets of parameters a function remembers having parsed.
_KNOWN_CALLS = 512
_NO_PARAMS: dict[str, Any] = {}


def _renamed(general: Callable[..., Any], inputs: list[str]) -> Callable[..., Any]:
    """Let the specialised closures pass absent arrays on by position."""

    def route(*arrays: Any, **kwargs: Any) -> Any:
        given = {
            key: array
            for key, array in zip(inputs, arrays, strict=True)
            if array is not None or key not in kwargs
        }
        return general(**given, **kwargs)

    return route
