"""Rules of graphs in csr matrices, which may store a 0: it is an edge like others."""

from __future__ import annotations

from typing import Any

import numpy

from ..._core.dtypes import C_NAMES, CODES
from ..._core.errors import check_failed
from ..._core.invoke import SUPPLY
from ..._core.registry import Op
from ..._core.tensor import make
from ..._ops.graphs import samples
from ..._ops.kernels.graphs import Edges, compacted, find_edges, induced, numbered
from ..ndarray import NDArray
from .errors import refused
from .filing import rule
from .kinds import CSRNDArray, built

_CODES = {"default": 0, "row_sparse": 1, "csr": 2}


def _checked(op: Op, tensors: Any, params: Any) -> None:
    """Raise the shape rule's error, if there is one."""
    op.shape_rule(*(tensor.shape for tensor in tensors), **params)  # type: ignore[misc]


def _require_csr(tensor: Any, text: str) -> None:
    if tensor.stype != "csr":
        raise check_failed(
            f"{text} ({_CODES[tensor.stype]} vs. 2) ",
            "",
            f"a graph is a csr matrix, got storage type {tensor.stype}; use tostype('csr')",
        )


def _require_int64(tensor: Any, text: str) -> None:
    if tensor.dtype != numpy.int64:
        given = CODES[numpy.dtype(tensor.dtype)]
        raise check_failed(
            f"{text} == mshadow: :kInt64 ({given} vs. {CODES[numpy.dtype('int64')]}) ",
            "",
            f"vertices and edges are int64, got {numpy.dtype(tensor.dtype)}",
        )


def _other_type(expected: Any, given: Any) -> Exception:
    names = [C_NAMES[numpy.dtype(kind)] for kind in (expected, given)]
    names = [name.replace("int64_t", "long long") for name in names]  # mxnet: so it says here
    return check_failed(
        "mshadow: :DataType<DType>::kFlag == type_flag_",
        "TBlob.get_with_shape: data type do not match specified type."
        f"Expected: {names[0]} v.s. given {names[1]}",
    )


def _edges(tensor: Any) -> Edges:
    return Edges(tensor._values, tensor._indices, tensor._indptr)


def _graph(edges: Edges, shape: Any, like: Any) -> Any:
    """Make the csr matrix of edges, on the device of another array."""
    values, columns, starts = edges
    return built(CSRNDArray, like._ctx, shape, values, columns, starts)


@rule("_contrib_edge_id")
def _(op: Op, tensors: Any, params: Any) -> Any:
    data, u, v = tensors
    _checked(op, tensors, params)
    if data.stype != "csr":
        raise refused(op, tensors, params)
    if u.dtype != v.dtype:
        raise _other_type(v.dtype, u.dtype)
    xp = data._ctx.xp
    ends = [end._buf.astype(xp.int64) for end in (u, v)]
    return make(NDArray, find_edges(xp, _edges(data), *ends, data.shape), data._ctx)


@rule("_contrib_dgl_adjacency")
def _(op: Op, tensors: Any, params: Any) -> Any:
    (data,) = tensors
    _require_int64(data, "in_attrs->at(0)")
    _require_csr(data, "inputs[0].storage_type() == kCSRStorage")
    xp = data._ctx.xp
    ones = xp.ones(data._values.shape, xp.float32)
    return data._like(ones, data._indices.copy(), data._indptr.copy())


@rule("_contrib_dgl_subgraph")
def _(op: Op, tensors: Any, params: Any) -> Any:
    graph, *parts = tensors
    _checked(op, tensors, params)
    for vertices in parts:
        _require_int64(vertices, "in_attrs->at(i + 1)")
    _require_csr(graph, "in_attrs->at(0) == kCSRStorage")
    xp, edges = graph._ctx.xp, _edges(graph)
    old = [induced(xp, edges, vertices._buf) for vertices in parts]
    made = [numbered(xp, each, graph.dtype) for each in old]
    if params["return_mapping"]:
        made += old
    sizes = [part.shape * 2 for part in parts]
    return [_graph(each, shape, graph) for each, shape in zip(made, sizes * 2, strict=False)]


@rule("_contrib_dgl_csr_neighbor_uniform_sample")
def _(op: Op, tensors: Any, params: Any) -> Any:
    graph, *seeds = tensors
    return _sampled(op, graph, None, seeds, tensors, params)


@rule("_contrib_dgl_csr_neighbor_non_uniform_sample")
def _(op: Op, tensors: Any, params: Any) -> Any:
    graph, probability, *seeds = tensors
    return _sampled(op, graph, probability, seeds, tensors, params)


def _sampled(op: Op, graph: Any, probability: Any, seeds: Any, tensors: Any, params: Any) -> Any:
    _checked(op, tensors, params)
    _require_csr(graph, "in_attrs->at(0) == mxnet: :kCSRStorage")
    if probability is not None and probability.dtype != numpy.float32:
        raise _other_type(probability.dtype, numpy.float32)
    ctx, limit = graph._ctx, params["max_num_vertices"]
    made = samples(
        ctx.xp, _edges(graph), None if probability is None else probability._buf,
        [seed._buf for seed in seeds], params["num_hops"], params["num_neighbor"], limit,
        SUPPLY["random"](ctx),
    )  # fmt: skip
    shape = (limit, graph.shape[1])
    return [
        _graph(each, shape, graph) if isinstance(each, Edges) else make(NDArray, each, ctx)
        for each in made
    ]


@rule("_contrib_dgl_graph_compact")
def _(op: Op, tensors: Any, params: Any) -> Any:
    _checked(op, tensors, params)
    for tensor in tensors:
        _require_int64(tensor, "in_attrs->at(i)")
    number = len(tensors) // 2
    graphs, parts = tensors[:number], tensors[number:]
    made = []
    for graph in graphs:
        _require_csr(graph, "in_attrs->at(i) == kCSRStorage")
    for graph, vertices, size in zip(graphs, parts, params["graph_sizes"], strict=False):
        edges = compacted(graph._ctx.xp, _edges(graph), vertices._buf, size)
        made.append(_graph(edges, (size, size), graph))
    if params["return_mapping"]:
        from .make import zeros

        made += [zeros("csr", each.shape, each._ctx, each.dtype) for each in made]
    return made
