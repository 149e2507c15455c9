"""Write signatures as text and compare them; shared by scripts/dump_spec.py and the names ring."""

from __future__ import annotations

import inspect
import types

import numpy

PLAIN = (bool, int, float, str, bytes, type(None))


def kind_of(value):
    """Return ``module``, ``class``, ``function``, ``property`` or ``value``."""
    if isinstance(value, types.ModuleType):
        return "module"
    if inspect.isclass(value):
        return "class"
    if isinstance(value, property) or type(value).__name__ in (
        "cached_property",
        "getset_descriptor",
        "member_descriptor",
    ):
        return "property"
    if (
        isinstance(value, (staticmethod, classmethod))
        or inspect.isroutine(value)
        or callable(value)
    ):
        return "function"
    return "value"


def members(cls):
    """List the public members a class defines itself, dunder methods among them."""
    for name, held in sorted(vars(cls).items()):
        public = not name.startswith("_") or (name.startswith("__") and inspect.isroutine(held))
        if public and name not in (
            "__init__",
            "__new__",
            "__init_subclass__",
            "__subclasshook__",
            "__del__",
        ):
            yield name, held


def signature_text(value):
    """Write the signature of a callable as one line of parameters; None when it shows none."""
    if isinstance(value, (staticmethod, classmethod)):
        value = value.__func__
    if not callable(value):
        return None
    try:
        found = inspect.signature(value)
    except (TypeError, ValueError):
        return None
    return ", ".join(_parameter(p) for p in found.parameters.values())


def _parameter(parameter):
    stars = {
        parameter.VAR_POSITIONAL: "*",
        parameter.VAR_KEYWORD: "**",
        parameter.KEYWORD_ONLY: "!",
    }
    text = stars.get(parameter.kind, "") + parameter.name
    if parameter.default is not parameter.empty:
        text += "=" + _default(parameter.default)
    return text


def _default(value):
    if isinstance(value, PLAIN):
        return repr(value)
    if isinstance(value, (tuple, list)):
        return repr(value)
    if type(value).__name__ == "_NullType" or getattr(value, "__name__", "") == "_Null":
        return "_Null"
    if isinstance(value, numpy.dtype):  # the class of a dtype has another name in NumPy 2
        return f"<dtype[{value.name}]>"
    name = getattr(value, "__name__", None) or type(value).__name__
    return "<{}>".format(name.split(".")[-1])


def disagreement(mine, theirs):
    """Say where ``mine`` breaks a call that ``theirs`` takes, or return None.

    Where MXNet's default is ``_Null`` (the C side decides) ours may spell the real one out;
    further parameters of ours are welcome when they have defaults.
    """
    left, right = _parse(mine), _parse(theirs)
    for index, (name, default) in enumerate(right):
        if name.startswith("*"):
            if not any(
                other.startswith(_stars(name)) and _stars(other) == _stars(name)
                for other, _ in left
            ):
                return f"no {name}"
            continue
        place = (
            [n.lstrip("!") for n, _ in left].index(name.lstrip("!")) if _has(left, name) else None
        )
        if place is None:
            return "no parameter {}".format(name.lstrip("!"))
        if not name.startswith("!") and place != index:
            return f"parameter {name} stands at {place}, not {index}"
        ours = left[place][1]
        if default != ours and default != "_Null" and not _same_number(ours, default):
            return "default of {}: mxshim {}, mxnet {}".format(name.lstrip("!"), ours, default)
    known = {name.lstrip("!") for name, _ in right}
    for name, default in left:
        if not name.startswith("*") and name.lstrip("!") not in known and default is None:
            return f"additional parameter {name} has no default"
    return None


def _has(parsed, name):
    return any(other.lstrip("!") == name.lstrip("!") for other, _ in parsed)


def _stars(name):
    return name[: len(name) - len(name.lstrip("*"))]


def _same_number(mine, theirs):
    try:
        return float(mine) == float(theirs)
    except (TypeError, ValueError):
        return False


def _parse(text):
    """Split ``a, b=(1, 2), **kw`` into ``[(name, default text or None), ...]``."""
    found, depth, quote, start = [], 0, "", 0
    for index, letter in enumerate(text + ","):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "([{<":
            depth += 1
        elif letter in ")]}>":
            depth -= 1
        elif letter == "," and depth == 0:
            name, equals, default = text[start:index].strip().partition("=")
            start = index + 1
            if name:
                found.append((name, default if equals else None))
    return found
