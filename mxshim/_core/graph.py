"""Graphs of operators: nodes and their order; :mod:`program` runs them.

A :class:`GraphNode` is an operator call or a variable. What flows between nodes is an *entry*: a
node and the number of one of its outputs. Symbols are lists of entries; nothing here knows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from .errors import MXNetError, mxnet_error
from .registry import OPS, Op, get

#: Outputs with names of their own, hidden ones included; others are ``output``, ``output0`` ...
OUTPUTS = {
    "BatchNorm": ("output", "mean", "var"),
    "BatchNorm_v1": ("output", "mean", "var"),
    "BilinearSampler": ("output", "tmp"),
    "Dropout": ("output", "mask"),
    "Correlation": ("output", "tmp1", "tmp2"),
    "GridGenerator": ("output", "grid_dst"),
    "GroupNorm": ("output", "mean", "std"),
    "InstanceNorm": ("output", "mean", "var"),
    "L2Normalization": ("output", "norm"),
    "LRN": ("output", "tmp_norm"),
    "LayerNorm": ("output", "mean", "std"),
    "RNN": ("output", "state_output", "statecell_output"),
    "SpatialTransformer": ("output", "grid_dst", "grid_src"),
    "_contrib_BatchNormWithReLU": ("output", "mean", "var"),
    "_contrib_SyncBatchNorm": ("output", "mean", "var"),
    "_contrib_MultiBoxTarget": ("loc_target", "loc_mask", "cls_target"),
    "_npi_concatenate": ("out",),
    "_npi_dstack": ("out",),
    "_npi_hstack": ("out",),
    "_npi_matmul": ("out",),
    "_npi_std": ("std", "mean"),
    "_npi_var": ("var", "mean"),
    "make_loss": ("loss",),
}
#: How many outputs there are, hidden ones included, where not all are visible.
TOTALS = {
    "CTCLoss": 2, "_contrib_box_nms": 2, "_linalg_det": 3, "_linalg_slogdet": 4, "_npi_average": 2,
    "_npi_exponential": 2, "_npi_gumbel": 2, "_npi_logistic": 2, "_npi_norm": 4, "_npi_normal": 2,
    "_npi_normal_n": 2, "_npi_pareto": 2, "_npi_rayleigh": 2, "_npi_weibull": 2, "sort": 2,
    "topk": 2,
}  # fmt: skip
#: What composing writes into the attributes of variables: operator, input, initializer.
INITS = {
    ("BatchNorm", 3): '["zero", {}]',
    ("BatchNorm", 4): '["one", {}]',
    ("_contrib_SyncBatchNorm", 3): '["zero", {}]',
    ("_contrib_SyncBatchNorm", 4): '["one", {}]',
    ("LeakyReLU", 1): '["Constant", {"value": 0.25}]',
}


class Names(NamedTuple):
    """How files name an operator, and its inputs (``*data``: any number)."""

    real: str
    inputs: tuple[str, ...]


@lru_cache(maxsize=1)
def _names() -> dict[str, Names]:
    found = {}
    text = (Path(__file__).parent / "graph_names.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            head, _, aliases = line.partition("|")
            real, *inputs = head.split()
            record = Names(real, tuple(inputs))
            for name in (real, *aliases.split()):
                found[name] = record
    return found


def names_of(name: str) -> Names:
    """Return the names of an operator registered as ``name``; MXNetError for an unknown one."""
    try:
        return _names()[name]
    except KeyError:
        raise mxnet_error(
            f"Check failed: op != nullptr: Operator {name} is not registered"
        ) from None


def find(name: str) -> Op:
    """Return the operator registered as ``name``, by its own or its stored name."""
    found = OPS.get(name)
    return get(names_of(name).real) if found is None else found


def registered() -> Iterable[str]:
    """Give all names, aliases included, of the operators that are there."""
    for name, record in _names().items():
        if record.real in OPS or name in OPS:
            yield name


class GraphNode:
    """A variable (``op`` is None) or a call of the operator stored as ``op_name``.

    ``attrs`` are strings; those between double underscores are the user's. ``inputs`` holds
    entries (node, output number, version): the version counts updates of an auxiliary state.
    ``subgraphs`` holds the entries of each body of a control-flow operator.
    """

    __slots__ = ("attrs", "inputs", "name", "op", "op_name", "params", "subgraphs", "version")

    def __init__(
        self,
        op_name: str,
        name: str,
        attrs: dict[str, str],
        inputs: Sequence[Entry] = (),
        subgraphs: Sequence[Sequence[Entry]] = (),
    ) -> None:
        self.op_name = op_name
        self.name = name
        self.attrs = attrs
        self.inputs = list(inputs)
        self.subgraphs = subgraphs
        self.version = 0
        self.op: Op | None = None
        self.params: dict[str, Any] = {}
        if op_name != "null":
            self.op = find(op_name)
            self.params = self.op.bind(plain(attrs))
            if self.op.specialize is not None:
                self.op, self.params = self.op.specialize(self.params, subgraphs), {}

    def arity(self) -> int:
        """Count the inputs that the parameters ask for; -1: as many as there are."""
        op = self.op
        if op is None:
            return 0
        if op.variadic and op.arity is None:
            return int(self.params.get("num_args") or self.params.get("num_arrays") or -1)
        expected = op.arity(**self.params) if op.arity else None
        return op.required if expected is None else expected

    def input_names(self, number: int) -> list[str]:
        """Return the names of the first ``number`` inputs."""
        names = names_of(self.op_name).inputs
        if self.params.get("sample_type") == "bilinear":  # UpSampling is the only one
            return ["data", "weight"][:number]
        if names and names[-1].startswith("*"):
            if self.op is not None and not self.op.variadic:  # a custom operator names its own
                return self.op.inputs[:number]
            stem = "data" if self.op_name == "_npi_concatenate" else "arg"
            return [f"{stem}{i}" for i in range(number)]
        return list(names[:number])

    def visible(self) -> int:
        """Count the outputs that a caller sees."""
        if self.op is None:
            return 1
        count = self.op.visible
        return int(count if isinstance(count, int) else count(self.params))

    def total(self) -> int:
        """Count all outputs, hidden ones included, as files number them."""
        if self.op_name == "Pooling":
            return 2 if self.params["pool_type"] == "max" else 1
        if self.op_name == "RNN":
            return self.visible()
        if self.op_name == "topk" and self.params["ret_typ"] in ("indices", "mask"):
            return 1
        assert self.op is not None
        names = OUTPUTS.get(self.op_name, self.op.outputs)
        return max(self.visible(), len(names), TOTALS.get(self.op_name, 1))

    def output_names(self, hidden: bool = False) -> list[str]:
        """Return the full names of the visible outputs, or of all."""
        if self.op is None:
            return [self.name]
        known = OUTPUTS.get(self.op_name, self.op.outputs)
        if not known:
            total = 1 if self.op_name == "Pooling" else self.total()
            known = ("output",) if total == 1 else tuple(f"output{i}" for i in range(total))
        stem = f"{self.name}_" if self.name else ""
        return [stem + part for part in (known if hidden else known[: self.visible()])]

    def mutated(self) -> tuple[int, ...]:
        """Return the positions of the inputs that running updates in place."""
        op = self.op
        return () if op is None else tuple(op.inputs.index(name) for name in op.mutates)


Entry = tuple[GraphNode, int, int]
HIDDEN = ("ctx_group", "lr_mult", "wd_mult", "force_mirroring", "mirror_stage", "profiler_scope")


def plain(attrs: dict[str, str]) -> dict[str, str]:
    """Return the operator's own parameters, without the user's attributes."""
    return {
        key: value
        for key, value in attrs.items()
        if not (key.startswith("__") and key.endswith("__"))
    }


def located(error: MXNetError, node: GraphNode) -> MXNetError:
    """Say in which operator of the graph arrays or shapes were refused."""
    text = str(error)
    head, mark, line = text.rpartition("MXNetError: ")
    if error.late or (line.startswith("Error in operator ") and not node.subgraphs):
        return error
    # mxnet: the parser of messages tears the first "::" apart when nothing stands before it
    line = line.replace("in node  at", f"in node {node.name} at").replace(": :", "::", 1)
    return MXNetError(f"{head}{mark}Error in operator {node.name}: {line}")


def ordered(entries: Iterable[Entry]) -> list[GraphNode]:
    """Return the nodes that the entries need, inputs before users, without recursion."""
    found: list[GraphNode] = []
    seen: set[int] = set()
    for head, _, _ in entries:
        stack = [(head, 0)]
        while stack:
            node, position = stack.pop()
            if id(node) in seen:
                continue
            if position < len(node.inputs):
                stack.append((node, position + 1))
                below = node.inputs[position][0]
                if id(below) not in seen:
                    stack.append((below, 0))
            else:
                seen.add(id(node))
                found.append(node)
    return found


def variables(nodes: Iterable[GraphNode]) -> tuple[list[GraphNode], list[GraphNode]]:
    """Split the variables among ordered nodes into arguments and auxiliary states."""
    nodes = list(nodes)
    states = {
        id(node.inputs[position][0])
        for node in nodes
        for position in node.mutated()
        if position < len(node.inputs)
    }
    free = [node for node in nodes if node.op is None]
    return [n for n in free if id(n) not in states], [n for n in free if id(n) in states]


def copied(entries: Sequence[Entry], swap: dict[str, Entry] | None = None) -> list[Entry]:
    """Copy a graph; variables named in ``swap`` are replaced by the entries there."""
    made: dict[int, GraphNode] = {}
    swaps: dict[int, Entry] = {}

    def entry(old: Entry) -> Entry:
        node, index, version = old
        if id(node) in swaps:
            return swaps[id(node)]
        return made[id(node)], index, version

    for node in ordered(entries):
        if node.op is None and swap and node.name in swap:
            swaps[id(node)] = swap[node.name]
            continue
        twin = GraphNode.__new__(GraphNode)
        twin.op_name, twin.name, twin.op, twin.params = (
            node.op_name, node.name, node.op, node.params,
        )  # fmt: skip
        twin.attrs, twin.subgraphs = dict(node.attrs), node.subgraphs
        twin.version = node.version
        twin.inputs = [entry(each) for each in node.inputs]
        made[id(node)] = twin
    return [entry(each) for each in entries]


def without_amp_casts(entries: Sequence[Entry]) -> list[Entry]:
    """Copy a graph without the casts that mixed precision put between its operators.

    mxnet: casts that are outputs of the graph stay; test_amp_casts
    """
    heads = copied(entries)
    for node in ordered(heads):
        node.inputs = [_uncast(entry) for entry in node.inputs]
    return heads


def _uncast(entry: Entry) -> Entry:
    while entry[0].op_name in ("amp_cast", "amp_multicast"):
        entry = entry[0].inputs[entry[1]]
    return entry
