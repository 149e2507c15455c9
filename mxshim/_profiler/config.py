"""The options of the profiler, declared like the parameters of an operator."""

from __future__ import annotations

from typing import Any, NamedTuple

from .._core.errors import InvalidParam, MXNetError, mxnet_error
from .._core.params import Bool, Enum, Float, Param, Text

PROCESSES = ("worker", "server")


class Option(NamedTuple):
    """One option: its type, its default, MXNet's spelling of that, and what it does."""

    kind: Param
    default: Any
    spelled: str
    doc: str


OPTIONS = {
    "profile_all": Option(Bool(), False, "0", "Profile all. Default is False."),
    "profile_symbolic": Option(
        Bool(), True, "1", "Profile symbolic operators.  Default is True."
    ),
    "profile_imperative": Option(
        Bool(), True, "1", "Profile imperative operators.  Default is True."
    ),
    "profile_memory": Option(Bool(), True, "1", "Profile memory.  Default is True."),
    "profile_api": Option(Bool(), True, "1", "Profile C API.  Default is True."),
    "filename": Option(
        Text(), "profile.json", "'profile.json'", "File name to write profiling info."
    ),
    "continuous_dump": Option(
        Bool(), True, "1",
        "Periodically dump (and append) profiling data to file while running. Default is True.",
    ),
    "dump_period": Option(
        Float(), 1.0, "1",
        "When continuous dump is enabled, the period between subsequent profile info dumping.",
    ),
    "aggregate_stats": Option(
        Bool(), False, "0",
        "Maintain aggregate stats, required for MXDumpAggregateStats.  Note that this can have a "
        "negative performance impact. Default is False.",
    ),
    "profile_process": Option(
        Enum(*PROCESSES), "worker", "'worker'",
        "Specifies which process to profile: worker: this is default. for single node training it "
        "should always be worker.server: for distributed training, this profiles server process",
    ),
}  # fmt: skip


def parse(given: dict[str, Any]) -> dict[str, Any]:
    """Return all options, those left out at their defaults; MXNetError for wrong ones."""
    parsed = {name: option.default for name, option in OPTIONS.items()}
    for name, value in given.items():
        if name not in OPTIONS:
            raise mxnet_error(
                f"Cannot find argument '{name}', Possible Arguments:\n{'-' * 16}\n{_listing()}",
                f"the profiler has no option {name!r}",
            )
        try:
            parsed[name] = OPTIONS[name].kind.parse(name, str(value))
        except InvalidParam as error:
            raise MXNetError(str(error)) from None
    return parsed


def _listing() -> str:
    lines = []
    for name, option in OPTIONS.items():
        kind = option.kind.mx_type
        comma = "," if kind.startswith("{") else ", "
        lines.append(f"{name} : {kind}{comma}optional, default={option.spelled}\n    {option.doc}")
    return "\n".join(lines)
