"""Typed operator parameters: declared once as annotations, parsed from Python values or strings.

A parameter type turns what a caller passes, or what a symbol file stores as text, into one
Python value, and words MXNet's error when it cannot.  ``mx_type`` is the text that MXNet's
registry prints for the type; the census is checked against it.
"""

from __future__ import annotations

import ast
import ctypes
import operator
from collections.abc import Callable
from typing import Any

import numpy

from . import dtypes
from .errors import InvalidParam, not_implemented
from .rng.floats import Unreadable, to_float32

REQUIRED: Any = type("Required", (), {"__repr__": lambda self: "<required>"})()


class Param:
    """One parameter type; subclasses implement :meth:`convert`."""

    mx_type = "object"
    #: What ``expect`` says in "Invalid Parameter format for axis expect ... but value='x'".
    expects = "object"

    def convert(self, value: Any) -> Any:
        """Return the canonical value, or raise ValueError or TypeError."""
        raise NotImplementedError

    def parse(self, name: str, value: Any) -> Any:
        """Convert ``value``; raise InvalidParam in MXNet's words when it does not fit."""
        try:
            return self.convert(value)
        except Unreadable:
            raise
        except (ValueError, TypeError, SyntaxError, AttributeError):
            raise InvalidParam(
                f"MXNetError: Invalid Parameter format for {name} expect {self.expects} "
                f"but value='{value}'"
            ) from None


def _documented(name: str, doc: str) -> str:
    """Return the line that MXNet adds when a number is out of bounds: what the parameter is."""
    return f"\n{name}: {doc}" if doc else ""


#: Longer texts are read as plain lists of numbers: Python's parser takes too much for them.
_LONG = 1000


def _literal(text: str) -> Any:
    """Return the number or the tuple that a text writes; ValueError or SyntaxError for others."""
    text = text.strip()
    if len(text) > _LONG:
        bare = text[1:-1] if text[0] in "([" and text[-1] in ")]" else text
        parts = bare.rstrip(", ").split(",")
        try:
            return tuple(map(int, parts))
        except ValueError:
            parts = [part.strip() for part in parts]
        return tuple(None if part == "None" else _number(part) for part in parts)
    try:
        return ast.literal_eval(text)
    except (MemoryError, RecursionError):  # how Python says that brackets or signs go too deep
        raise ValueError("nested too deeply") from None


def _number(text: str) -> float:
    try:
        return int(text)
    except ValueError:
        return float(text)


class Int(Param):
    """An integer, optionally bounded below; text is read as a decimal number."""

    mx_type = expects = "int"

    def __init__(
        self, min: int | None = None, max: int | None = None, kind: str = "int", doc: str = ""
    ):
        self.min, self.max, self.doc = min, max, doc
        self.mx_type = self.expects = kind

    def convert(self, value: Any) -> int:
        if type(value) is int:
            return value
        if isinstance(value, (str, bool, numpy.bool_)):
            return int(value)
        return operator.index(value)  # mxnet: 6.0 is refused too, its text is no integer

    def parse(self, name: str, value: Any) -> int:
        number: int = super().parse(name, value)
        if (self.min is not None and number < self.min) or (
            self.max is not None and number > self.max
        ):
            low = f"greater equal to {self.min}" if self.min is not None else ""
            raise InvalidParam(
                f"MXNetError: value {number} for Parameter {name} should be {low}"
                + _documented(name, self.doc)
            )
        return number


class Float(Param):
    """A floating-point number; ``None`` is refused.

    Of the kind ``float`` (not ``double``) it is rounded to single precision, as MXNet stores it.
    ``doc`` is what MXNet's error adds when the number is out of bounds.
    """

    mx_type = expects = "float"

    def __init__(
        self, kind: str = "float", min: float | None = None, max: float | None = None, doc: str = ""
    ):
        self.mx_type = self.expects = kind
        self.min, self.max, self.doc = min, max, doc

    def convert(self, value: Any) -> float:
        return to_float32(value) if self.mx_type == "float" else float(value)

    def nearest(self, value: Any) -> float:
        """Convert as where ``None`` is allowed too: MXNet reads those with another parser."""
        return ctypes.c_float(float(value)).value if self.mx_type == "float" else float(value)

    def parse(self, name: str, value: Any) -> float:
        try:
            number: float = super().parse(name, value)
        except Unreadable as error:
            raise InvalidParam("MXNetError: " + str(error).replace("{name}", name)) from None
        low, high = self.min, self.max
        if (low is not None and number < low) or (high is not None and number > high):
            raise InvalidParam(
                (
                    f"MXNetError: value {number:g} for Parameter {name} exceed bound "
                    f"[{low:g},{high:g}]"
                    if low is not None and high is not None
                    else f"MXNetError: value {number:g} for Parameter {name} should be "
                    f"greater equal to {low:g}"
                )
                + _documented(name, self.doc)
            )
        return number


class Bool(Param):
    """A truth value; text may be ``True``, ``true``, ``1`` and their opposites."""

    mx_type = expects = "boolean"

    def convert(self, value: Any) -> bool:
        if isinstance(value, str):
            lowered = value.strip().lower()
            if lowered in ("true", "1"):
                return True
            if lowered in ("false", "0"):
                return False
            raise ValueError(value)
        return bool(value)


class Shape(Param):
    """A tuple of integers; a single integer is a tuple of one."""

    mx_type = expects = "Shape(tuple)"

    def convert(self, value: Any) -> tuple[int, ...]:
        if isinstance(value, str):
            value = _literal(value)
        if isinstance(value, (int, numpy.integer)):
            return (int(value),)
        value = tuple(value)
        if None not in value:
            return tuple(map(operator.index, value))
        return tuple(operator.index(n) if n is not None else -1 for n in value)


class Tuple(Param):
    """A tuple of numbers (``Shape`` with floating-point members, or with ``None`` kept)."""

    def __init__(self, kind: str = "tuple of <float>", item: Callable[[Any], Any] = float):
        self.mx_type = self.expects = kind
        self.item = item

    def convert(self, value: Any) -> tuple[Any, ...]:
        if isinstance(value, str):
            value = _literal(value)
        if isinstance(value, (int, float, numpy.number)):
            value = (value,)
        return tuple(None if item is None else self.item(item) for item in value)


class Enum(Param):
    """One of a few words."""

    def __init__(self, *words: str):
        self.words = words
        self.mx_type = "{" + ", ".join(f"'{word}'" for word in sorted(words)) + "}"

    def parse(self, name: str, value: Any) -> str:
        text = value if isinstance(value, str) else str(value)
        if text in self.words:
            return text
        raise InvalidParam(f"MXNetError: Invalid Input: '{text}', valid values are: {self.mx_type}")


class DType(Enum):
    """An element type by name, as one of the few that the operator takes."""

    def __init__(self, *words: str):
        super().__init__(*(words or tuple(dtypes.BY_NAME)))

    def parse(self, name: str, value: Any) -> Any:
        if not isinstance(value, str) and value is not None:
            value = numpy.dtype(value).name
        word = super().parse(name, value)
        if word not in dtypes.BY_NAME:
            raise not_implemented(f"dtype {word}")
        return dtypes.BY_NAME[word]


class Text(Param):
    """A string, passed as it is."""

    mx_type = expects = "string"

    def convert(self, value: Any) -> str:
        return str(value)


class Optional(Param):
    """Another type, or ``None`` (also as the text ``None``)."""

    def __init__(self, inner: Param):
        self.inner = inner
        self._read = inner.nearest if isinstance(inner, Float) else inner.convert
        if isinstance(inner, Enum):
            self.mx_type = "{None, " + inner.mx_type[1:]
        else:
            suffix = {"Shape(tuple)": "Shape"}.get(inner.mx_type, inner.mx_type)
            self.mx_type = self.expects = f"{suffix} or None"

    def parse(self, name: str, value: Any) -> Any:
        if value is None or value == "None":
            return None
        if isinstance(self.inner, Enum):
            try:
                return self.inner.parse(name, value)
            except InvalidParam as error:
                text = str(error).replace(self.inner.mx_type, self.mx_type)
                raise InvalidParam(text) from None
        try:
            return self._read(value)
        except (ValueError, TypeError, SyntaxError):
            return super().parse(name, value)

    def convert(self, value: Any) -> Any:
        return self._read(value)


class OrEmpty(Param):
    """A tuple for which ``None`` means an empty one, where MXNet's type does not say so."""

    def __init__(self, inner: Param):
        self.mx_type, self.expects = inner.mx_type, inner.expects
        self._read = inner.convert

    def convert(self, value: Any) -> Any:
        return () if value is None or value == "None" else self._read(value)


class Anything(Param):
    """Any value, passed as it is; for primitives that no caller reaches by text."""

    def parse(self, name: str, value: Any) -> Any:
        return value


class Supplied(Param):
    """A value the engine hands over: the training mode, the random state, the context."""

    def __init__(self, what: str):
        self.what = what


Training = Supplied("training")
Random = Supplied("random")
Device = Supplied("context")
#: A dict of this call's own, where the forward leaves what the gradient needs beside arrays; None
#: when nothing records.
Notes = Supplied("notes")
#: The raw array that ``out=`` names, which the kernel may fill and return, or None.
Target = Supplied("target")

Axis = Optional(Shape())
OptionalInt = Optional(Int())
OptionalFloat = Optional(Float("double"))
OptionalBool = Optional(Bool())


_PLAIN: dict[Any, Param] = {
    int: Int(), float: Float(), bool: Bool(), str: Text(), tuple: Shape(),
}  # fmt: skip


def resolve(annotation: Any) -> Param:
    """Return the parameter type for an annotation (a Param, or a plain Python type)."""
    if isinstance(annotation, Param):
        return annotation
    if isinstance(annotation, type) and issubclass(annotation, Param):
        return annotation()
    if annotation is object:
        return Anything()
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    raise TypeError(f"{annotation!r} is not a parameter type")
