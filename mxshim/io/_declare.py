"""How the iterators over files are declared: groups of typed parameters, and a source.

As in MXNet every value is read from its text, one group after the other, and keywords of no group
are passed over: they may be meant for :class:`MXDataIter`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .._core.errors import InvalidParam, MXNetError, mxnet_error
from .._core.params import REQUIRED, Bool, Enum, Int, Optional, Param
from ._base import PUBLIC
from ._native import MXDataIter


class Parameter(NamedTuple):
    """One parameter: its type, its default and a line about it."""

    kind: Param
    default: Any
    about: str

    def described(self):
        """Return type and default, worded as MXNet's documentation does."""
        kind = self.kind.mx_type
        if self.default is REQUIRED:
            return f"{kind}, required"
        shown = self.default
        if isinstance(shown, bool):
            shown = int(shown)
        elif isinstance(shown, str) or kind.startswith(("int", "{None")):
            shown = f"'{shown}'"
        elif isinstance(shown, tuple):
            shown = "[" + ",".join(f"{each:g}" for each in shown) + "]"
        return f"{kind}, optional, default={shown}"


PREFETCHER = {
    "prefetch_buffer": Parameter(
        Int(kind="long (non-negative)"), 4, "Taken and not needed: batches are made when asked for."
    ),
    "ctx": Parameter(Enum("cpu", "gpu"), "gpu", "Taken and not needed."),
    "dtype": Parameter(
        Optional(
            Enum("bfloat16", "float16", "float32", "float64", "int32", "int64", "int8", "uint8")
        ),
        None,
        "Type of the data; None for the iterator's own.",
    ),
}
BATCH = {
    "batch_size": Parameter(Int(kind="int (non-negative)"), REQUIRED, "Examples in a batch."),
    "round_batch": Parameter(
        Bool(), True, "Fill the last batch up from the beginning, and go on there after reset."
    ),
}


def read(group, given):
    """Return the values of a group's parameters, from the texts of the keywords ``given``.

    Raises MXNetError for text that is no such value and for required ones that are missing.
    """
    values = {}
    try:
        for name, value in given.items():
            if name in group:
                values[name] = group[name].kind.parse(name, str(value))
    except InvalidParam as error:
        raise MXNetError(str(error)) from None
    for name in sorted(group):
        if name not in values and group[name].default is REQUIRED:
            kind = group[name].kind.mx_type
            raise mxnet_error(f"Required parameter {name} of {kind} is not presented")
    return {name: values.get(name, parameter.default) for name, parameter in group.items()}


def iterator(name, *groups):
    """Return the decorator that makes a function from ``source(**parameters)``, of MXNet's name.

    The function takes keywords only and returns an :class:`MXDataIter`; ``data_name`` and
    ``label_name`` among them go there.
    """

    def declared(source):
        def creator(*args, **kwargs):
            parameters = {}
            for group in groups:
                parameters.update(read(group, kwargs))
            handle = source(**parameters)
            if args:
                raise TypeError(f"{name} can only accept keyword arguments")
            return MXDataIter(handle, **kwargs)

        creator.__name__ = creator.__qualname__ = name
        creator.__module__ = PUBLIC
        creator.__doc__ = _documentation(source.__doc__, groups)
        return creator

    return declared


def _documentation(about, groups):
    lines = [about.strip(), "", "Parameters", "----------"]
    for group in groups:
        for name, parameter in group.items():
            lines += [f"{name} : {parameter.described()}", f"    {parameter.about}"]
    lines += ["", "Returns", "-------", "MXDataIter", "    The result iterator."]
    return "\n".join(lines)
