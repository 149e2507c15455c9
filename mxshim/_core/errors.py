"""Error classes and message templates; a leaf that every room may import.

MXNet's errors end in a line that starts with ``MXNetError:``.  Ours end in the same line, and
put above it one plain sentence on what was got and what is allowed.
"""

from __future__ import annotations

from typing import Any

COVERAGE = "the coverage table in mxshim's README lists what is implemented"


class MXNetError(RuntimeError):
    """Raise when an operator or the engine refuses its input, as MXNet does.

    ``late`` marks what MXNet finds out while the operator runs: it names no node of the graph then.
    """

    late = False


class InternalError(MXNetError):
    """Raise for a fault of the library itself; the text asks for a report, as MXNet's does."""

    def __init__(self, msg: str) -> None:
        if "MXNet hint:" not in msg:
            msg += (
                "\nMXNet hint: You hit an internal error. Please open an issue in "
                "https://github.com/apache/incubator-mxnet/issues/new/choose to report it."
            )
        super().__init__(msg)


class NotImplementedInShim(NotImplementedError, AttributeError):
    """Raise for a name or a feature that MXNet 1.9.1 has and mxshim does not have yet.

    It is an AttributeError too, so that ``hasattr`` and ``getattr`` with a default stay honest.
    """


class InvalidParam(MXNetError, ValueError):
    """Raise for a parameter value that its declared type does not take."""


def mxnet_error(line: str, hint: str = "") -> MXNetError:
    """Build an MXNetError whose last line is MXNet's own and whose first says it plainly."""
    return MXNetError(f"{hint}\nMXNetError: {line}" if hint else f"MXNetError: {line}")


def check_failed(condition: str, message: str = "", hint: str = "") -> MXNetError:
    """Build the error of a failed ``CHECK`` in MXNet: the condition, then the message."""
    return mxnet_error(f"Check failed: {condition}: {message}", hint)


def incompatible(what: str, position: int, expected: str, got: str, hint: str = "") -> MXNetError:
    """Build the error for inputs (or an ``out``) whose shapes or dtypes must agree and do not."""
    return check_failed(
        "assign(&dattr, vec.at(i))",
        f"Incompatible attr in node  at {position}-th {what}: expected {expected}, got {got}",
        hint,
    )


def shapes_unknown(name: str, inputs: Any, outputs: Any, attributes: dict[str, Any]) -> MXNetError:
    """Build the error for shapes that do not determine the output (a 0 without ``np_shape``)."""
    lines = [f"Operator {name} inferring shapes failed.", "input shapes:"]
    lines += [shape_text(shape) for shape in inputs]
    lines += ["output shapes:", *(shape_text(shape) for shape in outputs), "operator attributes:"]
    lines += [f"{key} : {value}" for key, value in attributes.items()]
    return mxnet_error("\n".join(lines))


def not_implemented(name: str) -> NotImplementedInShim:
    """Build the error for a name of MXNet 1.9.1 that is still missing here."""
    return NotImplementedInShim(f"{name} of MXNet 1.9.1 is not implemented in mxshim; {COVERAGE}")


def shape_text(shape: tuple[int, ...] | None) -> str:
    """Write a shape as MXNet's errors do: ``[2,3]``, ``[]``, or ``None`` when unknown."""
    return "None" if shape is None else "[" + ",".join(str(n) for n in shape) + "]"
