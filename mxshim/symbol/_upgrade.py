"""What MXNet changes in the graphs of old files while it reads them.

Before 1.9.1 user attributes could stand among an operator's parameters, without underscores and
also for one of its inputs (``weight_lr_mult``); before 0.9 inputs could be missing; before 0.9.5
the axis -1 of argmax and argmin meant all.
"""

from __future__ import annotations

from .._core.graph import INITS, Entry, GraphNode, names_of
from .._formats.symbol_json import VERSION

#: ``profiler_scope`` is younger than the files that hide attributes.
HIDDEN = ("ctx_group", "lr_mult", "wd_mult", "force_mirroring", "mirror_stage")
_ALL_INPUTS = 900
_AXIS_OF_ALL = 905


def upgraded_attrs(
    op: str, attrs: dict[str, str], inputs: list[Entry], version: int
) -> dict[str, str]:
    """Return a node's attributes as 1.9.1 has them; those meant for an input move to it."""
    attrs = dict(attrs)
    if version < VERSION:
        for key in list(attrs):
            _rename_hidden(op, attrs, key, inputs)
    if version < _AXIS_OF_ALL and op in ("argmax", "argmin") and attrs.get("axis") == "-1":
        del attrs["axis"]
    return attrs


def _rename_hidden(op: str, attrs: dict[str, str], key: str, inputs: list[Entry]) -> None:
    for hidden in HIDDEN:
        if key == hidden:
            attrs[f"__{hidden}__"] = attrs.pop(key)
            return
        if key.endswith(hidden) and op != "null":
            # mxnet: any character may stand before it (symbol/test_old_files.py::test_hidden)
            stem = key[: -len(hidden) - 1]
            names = names_of(op).inputs
            if stem in names and names.index(stem) < len(inputs):
                node = inputs[names.index(stem)][0]
                node.attrs[f"__{hidden}__"] = attrs.pop(key)
            return


def add_missing_inputs(node: GraphNode, version: int) -> None:
    """Give a node of an old file variables for the inputs it lacks, with its attributes."""
    op = node.op
    if version >= _ALL_INPUTS or op is None or op.variadic:
        return
    missing = range(len(node.inputs), max(node.arity(), len(node.inputs)))
    for position in missing:
        name = node.input_names(position + 1)[position]
        full = f"{node.name}_{name}" if node.name else name
        node.inputs.append((GraphNode("null", full, dict(node.attrs)), 0, 0))
    for position, (below, _, _) in enumerate(node.inputs if missing else ()):
        if below.op is None and (node.op_name, position) in INITS:
            below.attrs.setdefault("__init__", INITS[node.op_name, position])
