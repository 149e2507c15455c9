"""The operator registry: one declaration per operator, read from a function's signature.

``@op(names...)`` reads a forward function ``f(xp, *arrays, *, typed params)``: its positional
parameters are the operator's inputs (those with a default may be absent; ``*data`` takes any
number), its keyword-only ones the typed parameters.  The shape rule and the gradients are
attached under it::

    @op("FullyConnected", "_npx_fully_connected")
    def fully_connected(xp, data, weight, bias=None, *, num_hidden: Int(min=1), ...): ...

    @fully_connected.shape
    def _(data, weight, bias=None, *, num_hidden, ...): ...

    @fully_connected.vjp("weight")
    def _(xp, ct, out, data, weight, bias=None, *, flatten, **params): ...
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from functools import cached_property
from math import copysign
from types import FunctionType
from typing import Any

from .._backends import override
from . import params as _params
from . import small_parts, small_rows  # noqa: F401  they fill PREPARED
from .errors import InvalidParam, MXNetError, check_failed, mxnet_error, not_implemented
from .small import DIRECT, PREPARED, Bound
from .small_slopes import BROADCAST, BUILT, SLOPES

#: Every registered name of MXNet's registry, to its operator.
OPS: dict[str, Op] = {}
#: Names of the array namespace (``exp``, ``where``) to the operator that records them.
LIFTED: dict[str, Op] = {}

Pull = Callable[..., Any]
#: How many sets of parameters an operator remembers having parsed.
_KNOWN_CALLS = 512


def zeros(values: Iterable[Any]) -> list[float]:
    """Return those of some values that are 0.0 or -0.0."""
    return [value for value in values if isinstance(value, float) and value == 0.0]


def negative_zero(values: Iterable[Any]) -> bool:
    """Tell whether -0.0 is among some values: it is equal to 0.0 and means something else."""
    return any(copysign(1.0, zero) < 0 for zero in zeros(values))


def key_of(given: dict[str, Any]) -> tuple[Any, ...]:
    """Return a key of parameters: equal values of other types (1, 1.0, True) are others."""
    if len(given) == 1:
        ((name, value),) = given.items()
        return name, value, value.__class__
    return (*given.items(), *map(type, given.values()))


class Op:
    """One operator: kernel, inputs, typed parameters, shape rule and gradients.

    ``pulls`` lists (positions, function): an input's position and the function that gives its
    gradient, or a tuple of positions (None: all inputs) with a function that gives all of them.
    ``visible`` counts the outputs a caller sees; the rest are hidden ones for the gradient.
    ``mutates`` names inputs whose buffers the kernel updates in place.  ``order=1`` says that the
    gradient's own gradient is not available.  ``flat`` says that the gradient is zero everywhere.
    ``inconsistent`` lists for which of shape and type a wrong ``out=`` is told the other wording.
    ``fills`` names the parameter that, when it is None, takes the shape of ``out``.
    ``terse`` says that errors about parameters do not name the operator.
    ``kernel`` is the forward where no profiler watches.
    ``direct``, ``prepares`` and ``slopes`` are the short ways of :mod:`mxshim._core.small`: None,
    False and () where there is none, and while the profiler watches.  From ``least`` elements on
    gradients take no short way (0: they always may).  ``plain`` says that a call needs nothing but
    arrays and parameters.
    """

    #: Compiled graphs (:mod:`program`) put their operators on the tape where this is a function.
    unfold: Callable[..., Any] | None = None
    #: What gives all gradients of such a call at once: (node, gradient of its result).
    whole: Callable[..., Any] | None = None
    #: Makes the operator of one graph node from its parameters and subgraphs, where every node
    #: has an operator of its own: control flow, custom operators.
    specialize: Callable[[dict[str, Any], Any], Op] | None = None
    #: Gives element types from those of the inputs (None: unknown): (inputs, outputs).
    type_rule: Callable[..., Any] | None = None
    #: Storage types decide: calls with dense arrays go by ``mxshim.ndarray._sparse.rules`` too.
    by_storage = False
    #: Builds the function of a front end (class, name) where the usual ones do not do.
    front: Callable[[Any, Any, str], Callable[..., Any]] | None = None
    #: The gradient asks for none from above: a loss of the user's.
    headless = False
    #: The result is the first input in another shape: compiled graphs take a view of it.
    views = False
    #: Where compiled graphs may save memory: input positions, and a kernel ``(xp, target, *arrays,
    #: **params)`` that writes the result into ``target``, one of these inputs; see :meth:`over`.
    in_place: tuple[tuple[int, ...], Callable[..., Any]] | None = None
    #: Names of the outputs where they are not ``output``, ``output0`` ...
    outputs: tuple[str, ...] = ()
    #: Inputs that the functions take by keyword only: MXNet's signatures leave them out.
    unlisted: tuple[str, ...] = ()

    def __init__(self, forward: Callable[..., Any], names: tuple[str, ...], **options: Any) -> None:
        self.name = names[0]
        self.names = names
        self.forward = self.kernel = override.overridden(self.name, (), forward)
        self._body = forward
        self.visible: int | Callable[[dict[str, Any]], int] = options.pop("visible", 1)
        self.mutates: tuple[str, ...] = options.pop("mutates", ())
        self.order: int = options.pop("order", 2)
        self.flat: bool = options.pop("flat", False)
        self.fills: str = options.pop("fills", "")
        self.terse: bool = options.pop("terse", False)
        self.arity: Callable[..., int] | None = options.pop("arity", None)
        self.inconsistent: tuple[str, ...] = options.pop("inconsistent", ())
        self.shape_rule: Callable[..., Any] | None = options.pop("shape", None)
        if options:
            raise TypeError(f"unknown options for operator {self.name}: {sorted(options)}")
        self.pulls: list[tuple[Any, Pull]] = []
        self.direct: Callable[..., Any] | None = override.small(self.name, DIRECT.get(self.name))
        self.prepares: bool = self.name in PREPARED
        self.slopes = SLOPES.get(self.name, ())
        self.broadcasts = self.name in BROADCAST
        self.least = override.least(self.name)
        self._known: dict[Any, Bound] = {}
        self._read_signature(forward)
        self.plain = not self.supplied and not self.fills

    @cached_property
    def doc(self) -> str:
        """The docstring of the forward function."""
        return inspect.getdoc(self._body) or ""

    def _read_signature(self, forward: Callable[..., Any]) -> None:
        self.params: dict[str, _params.Param] = {}
        self.defaults: dict[str, Any] = {}
        self.supplied: dict[str, str] = {}
        names, optional, self.variadic, keywords = (
            _read_function(forward)
            if forward.__class__ is FunctionType and not {*_UNLIKE_CODE} & {*vars(forward)}
            else _read_callable(forward)
        )
        self.inputs: list[str] = names
        self.required = len(names) - optional - self.variadic
        for name, (annotation, default) in keywords.items():
            self._read_param(name, _params.resolve(annotation), default)

    def _read_param(self, name: str, kind: _params.Param, default: Any) -> None:
        if isinstance(kind, _params.Supplied):
            self.supplied[name] = kind.what
            return
        self.params[name] = kind
        if default is not _ABSENT:
            if isinstance(kind, _params.Float) and default is not None:
                default = kind.convert(default)  # rounded like a value that was passed
            self.defaults[name] = default

    def shape(self, rule: Callable[..., Any]) -> Callable[..., Any]:
        """Attach the shape rule (a decorator); see :mod:`mxshim._core.shapes`."""
        self.shape_rule = rule
        return rule

    def vjp(self, *inputs: str) -> Callable[[Pull], Pull]:
        """Attach the gradient with respect to an input, or to several at once (a decorator)."""

        def attach(body: Pull) -> Pull:
            pull = override.overridden(self.name, inputs, body)
            if self.variadic and inputs == (self.inputs[-1],) and len(self.inputs) == 1:
                self.pulls.append((None, pull))
            elif len(inputs) == 1:
                self.pulls.append((self.inputs.index(inputs[0]), pull))
            else:
                self.pulls.append((tuple(self.inputs.index(name) for name in inputs), pull))
            return body

        return attach

    @cached_property
    def bare(self) -> Bound:
        """The parameters of a call that gives none."""
        return self.bind({})

    def over(self, *inputs: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Attach a kernel that may write its result over an input (a decorator).

        It gives what the forward gives, to the bit; None, with nothing written, where it cannot.
        """

        def attach(body: Callable[..., Any]) -> Callable[..., Any]:
            self.in_place = tuple(self.inputs.index(name) for name in inputs), body
            return body

        return attach

    def bind(self, given: dict[str, Any]) -> Bound:
        """Parse parameters by their declared types and fill in defaults.

        What was parsed once is remembered: the result is shared and must not be changed.
        Raises MXNetError in MXNet's words for unknown, missing and ill-typed parameters.
        """
        key = key_of(given)
        try:
            bound = self._known[key]
            if not bound.zeros or not negative_zero(given.values()):
                return bound
        except KeyError:
            pass
        except (TypeError, NotImplementedError):  # lists and arrays cannot be looked up
            return self._parse(given)
        bound = self._parse(given)
        if not negative_zero(given.values()):
            bound.zeros = bool(zeros(given.values()))
            if len(self._known) >= _KNOWN_CALLS:
                self._known.clear()
            if self.name in PREPARED:
                bound.kernel = override.small(self.name, PREPARED[self.name](**bound))
                if bound.kernel is not None and self.name in BUILT:
                    bound.slopes = BUILT[self.name](**bound)
            self._known[key] = bound
        return bound

    def _parse(self, given: dict[str, Any]) -> Bound:
        bound = Bound(self.defaults)
        kinds = self.params
        if not kinds:
            return bound  # mxnet: operators without parameters ignore keywords
        try:
            for name, value in given.items():
                bound[name] = kinds[name].parse(name, value)
        except KeyError:
            # Attributes such as __layout__ are for whoever reads the graph.
            plain = {k: v for k, v in given.items() if not (k[:2] == k[-2:] == "__")}
            if len(plain) < len(given):
                return self._parse(plain)
            raise self._unknown(name, given) from None
        except InvalidParam as error:
            raise MXNetError(f"{error}{self._where(given)}") from None
        if len(bound) != len(kinds):
            for name, kind in sorted(kinds.items()):
                if name not in bound:
                    kind_text = "int" if isinstance(kind, _params.Enum) else kind.mx_type
                    raise mxnet_error(
                        f"Required parameter {name} of {kind_text} is not presented"
                        f"{self._where(given)}"
                    )
        return bound

    def _where(self, given: dict[str, Any]) -> str:
        """Name the operator and what it was given, in the order in which MXNet prints it."""
        if self.terse:
            return ""
        keys = list(given)
        if not self.variadic:
            drawn = "random" in self.supplied.values() and {"ctx", "dtype"} <= set(given)
            late = ["shape", "size", "dtype"] if drawn else ["dtype"]
            order = [key for key in self.params if key not in late] + late
            keys.sort(key=lambda key: order.index(key) if key in order else -1)
        shown = ", ".join(['name=""', *(f'{key}="{given[key]}"' for key in reversed(keys))])
        return f", in operator {self.name}({shown})"

    def _unknown(self, name: str, given: dict[str, Any]) -> MXNetError:
        allowed = ", ".join(f"{key} : {kind.mx_type}" for key, kind in self.params.items())
        return mxnet_error(
            f"Cannot find argument '{name}', Possible Arguments: {allowed}{self._where(given)}"
        )

    def check_inputs(self, number: int, params: dict[str, Any]) -> None:
        """Raise MXNet's error unless ``number`` inputs are what the parameters ask for."""
        if self.variadic:
            return
        expected = self.arity(**params) if self.arity else None
        if expected is None:
            if self.required <= number <= len(self.inputs):
                return
            expected = self.required
        if number != expected:
            raise check_failed(
                f"num_inputs == infered_num_inputs ({number} vs. {expected}) ",
                f"Operator {self.name} expects {expected} inputs, but got {number} instead.",
            )

    def explain(self, error: Exception, arrays: Any, params: dict[str, Any]) -> MXNetError:
        """Turn a kernel's failure into MXNet's error, by asking the shape rule what is wrong."""
        if isinstance(error, (MXNetError, NotImplementedError)) or str(error).startswith(
            f"{type(error).__name__}: "  # a built-in class in MXNet's own words
        ):
            return error  # type: ignore[return-value]
        shapes = tuple(None if a is None else tuple(a.shape) for a in arrays)
        if self.shape_rule is not None:
            try:
                self.shape_rule(*shapes, **params)
            except MXNetError as refusal:
                return refusal
            except (ValueError, IndexError, TypeError):
                pass  # the rule itself could not cope; the kernel's own words follow
        text = " ".join(str(error).split())
        return mxnet_error(f"{self.name}: {text}", f"{self.name} failed on shapes {shapes}")

    def __call__(self, xp: Any, *arrays: Any, **params: Any) -> Any:
        """Run the operator inside another one's body or gradient; recorded if ``xp`` records."""
        for name, value in self.defaults.items():
            params.setdefault(name, value)
        record = getattr(xp, "record", None)
        if record is not None:
            return record(self, arrays, params)
        return self.forward(xp, *arrays, **params)

    def __repr__(self) -> str:
        return f"<operator {self.name}>"


#: Inputs, how many of them may be absent, whether the last one takes any number, and parameters
#: with their annotations and defaults.
Read = tuple[list[str], int, bool, dict[str, tuple[Any, Any]]]
_ABSENT: Any = inspect.Parameter.empty
#: Attributes that give a function another signature than its code has.
_UNLIKE_CODE = ("__signature__", "__wrapped__")
_EVALUATED: dict[tuple[str, str], Any] = {}


def _read_function(forward: Any) -> Read:
    """Read a function's code: every import reads all operators, `inspect` takes tenfold time."""
    code = forward.__code__
    last = code.co_argcount + code.co_kwonlyargcount
    names = list(code.co_varnames[1 : code.co_argcount])
    variadic = bool(code.co_flags & inspect.CO_VARARGS)
    if variadic:
        names.append(code.co_varnames[last])
    defaults = forward.__kwdefaults__ or {}
    keywords = {
        name: (_evaluated(forward, name), defaults.get(name, _ABSENT))
        for name in code.co_varnames[code.co_argcount : last]
    }
    return names, len(forward.__defaults__ or ()), variadic, keywords


def _evaluated(forward: Any, name: str) -> Any:
    text = forward.__annotations__.get(name, _ABSENT)
    if not isinstance(text, str):
        return text
    known = forward.__globals__
    if text in known:
        return known[text]
    key = forward.__module__, text
    if key not in _EVALUATED:
        _EVALUATED[key] = eval(text, known)
    return _EVALUATED[key]


def _read_callable(forward: Callable[..., Any]) -> Read:
    parameters = list(inspect.signature(forward, eval_str=True).parameters.values())[1:]
    inputs = [p for p in parameters if p.kind is not p.KEYWORD_ONLY]
    optional = sum(p.default is not p.empty for p in inputs)
    variadic = any(p.kind is p.VAR_POSITIONAL for p in inputs)
    keywords = {p.name: (p.annotation, p.default) for p in parameters if p.kind is p.KEYWORD_ONLY}
    return [p.name for p in inputs], optional, variadic, keywords


def op(*names: str, lifts: str = "", **options: Any) -> Callable[[Callable[..., Any]], Op]:
    """Declare an operator under its names in MXNet's registry (a decorator).

    ``lifts`` is the name under which gradient bodies call it on ``xp``.
    """

    def declare(forward: Callable[..., Any]) -> Op:
        declared = Op(forward, names, **options)
        for name in names:
            if name in OPS:
                raise ValueError(f"operator {name} is declared twice")
            OPS[name] = declared
        if lifts:
            LIFTED[lifts] = declared
        return declared

    return declare


def kernel(forward: Callable[..., Any]) -> Op:
    """Declare a function that only gradients call: recorded like an operator, in no registry."""
    return Op(forward, (f"_backward_{forward.__name__}",))


def get(name: str) -> Op:
    """Return the operator of a registered name; raise NotImplementedInShim when it is missing."""
    try:
        return OPS[name]
    except KeyError:
        raise not_implemented(f"operator {name}") from None
