"""Graphs in csr matrices: edges, subgraphs, samples of neighbourhoods (for DGL).

The bodies take dense matrices, whose numbers other than 0 are edges. What becomes of csr matrices,
which may store a 0, stands with those arrays (``mxshim.ndarray``).
"""

from __future__ import annotations

from .._core.dtypes import float32
from .._core.errors import check_failed
from .._core.params import Int, Random, Tuple
from .._core.registry import op
from .._core.shapes import same
from .kernels import graphs

LONG = Int(kind="long")
ARGUMENTS = Int(2, doc="Number of input arguments, including all symbol inputs.")
ARRAYS = Int(2, doc="Number of input NDArray.")
GRAPHS = Int(2, doc="Number of input arguments.")
SIZES = Tuple("tuple of <long>", item=int)


def _require_rank(text, shape, rank=1):
    if len(shape) != rank:
        raise check_failed(f"in_attrs->at({text}).ndim() == {rank}U ({len(shape)} vs. {rank}) ")


def _edge_shape(data, u, v):
    for at, shape in ((1, u), (2, v)):
        _require_rank(at, shape)
    if u != v:
        raise check_failed(f"in_attrs->at(1)[0] == in_attrs->at(2)[0] ({u[0]} vs. {v[0]}) ")
    return (data, u, v), u


@op("_contrib_edge_id", shape=_edge_shape)
def edge_id(xp, data, u, v):
    """Return ``data[u, v]`` (n,), or -1 where that is no edge; ``data`` is a csr matrix."""
    ends = [end.astype(xp.int64) for end in (u, v)]
    return graphs.find_edges(xp, graphs.edges_of(xp, data), *ends, data.shape)


@op("_contrib_dgl_adjacency", shape=same)
def dgl_adjacency(xp, data):
    """Return a csr matrix with 1 (float32) for every edge of ``data``."""
    return (data != 0).astype(float32)


def _subgraph_shape(graph, *data, return_mapping, **params):
    _require_rank(0, graph, 2)
    for shape in data:
        _require_rank("i", shape)
    return (graph, *data), [(n, n) for (n,) in data] * (2 if return_mapping else 1)


@op("_contrib_dgl_subgraph", shape=_subgraph_shape,
    visible=lambda p: (p["num_args"] - 1) * (2 if p["return_mapping"] else 1))  # fmt: skip
def dgl_subgraph(xp, graph, *data, num_args: ARGUMENTS, return_mapping: bool):
    """Return the graph between the vertices (n,) of each array in ``data``: csr matrices (n, n).

    The vertices must ascend. Edges are numbered anew; with ``return_mapping`` matrices with their
    numbers in the whole graph follow.
    """
    edges = graphs.edges_of(xp, graph)
    old = [graphs.induced(xp, edges, each.astype(xp.int64)) for each in data]
    made = [graphs.numbered(xp, each, graph.dtype) for each in old] + old * return_mapping
    sizes = [each.offsets.shape[0] - 1 for each in made]
    return tuple(graphs.matrix_of(xp, each, (n, n)) for each, n in zip(made, sizes, strict=True))


def _sample_shape(graph, seeds, first, max_num_vertices, kinds):
    """Check what the samplers have in common; ``kinds`` counts the sets of results."""
    _require_rank(0, graph, 2)
    if graph[0] != graph[1]:
        raise check_failed(f"in_attrs->at(0)[0] == in_attrs->at(0)[1] ({graph[0]} vs. {graph[1]}) ")
    for shape in seeds:
        _require_rank(f"{first} + i", shape)
    vertices, matrix = (max_num_vertices + 1,), (max_num_vertices, graph[1])
    rest = [(max_num_vertices,)] * (kinds - 2)
    return [shape for shape in (vertices, matrix, *rest) for _ in seeds]


def _uniform_shape(csr_matrix, *seed_arrays, max_num_vertices, **params):
    outputs = _sample_shape(csr_matrix, seed_arrays, 1, max_num_vertices, 3)
    return (csr_matrix, *seed_arrays), outputs


@op("_contrib_dgl_csr_neighbor_uniform_sample", shape=_uniform_shape,
    visible=lambda p: (p["num_args"] - 1) * 3)  # fmt: skip
def uniform_sample(
    xp, csr_matrix, *seed_arrays, num_args: ARRAYS, num_hops: LONG = 1, num_neighbor: LONG = 2,
    max_num_vertices: LONG = 100, random: Random,
):  # fmt: skip
    """Walk from each array of seeds (n,) to up to ``num_neighbor`` neighbours of each vertex.

    The walk takes ``num_hops`` steps and ends with ``max_num_vertices`` vertices. For all arrays of
    seeds: the vertices in order (max_num_vertices + 1,), their number at the end; then the edges, a
    row for each of the vertices, csr (max_num_vertices, all vertices); then the step at which each
    vertex was found (max_num_vertices,).
    """
    return _samples(
        xp, csr_matrix, None, seed_arrays, num_hops, num_neighbor, max_num_vertices, random
    )


def _non_uniform_shape(csr_matrix, probability, *seed_arrays, max_num_vertices, **params):
    outputs = _sample_shape(csr_matrix, seed_arrays, 2, max_num_vertices, 4)
    _require_rank(1, probability)
    return (csr_matrix, probability, *seed_arrays), outputs


@op("_contrib_dgl_csr_neighbor_non_uniform_sample", shape=_non_uniform_shape,
    visible=lambda p: (p["num_args"] - 2) * 4)  # fmt: skip
def non_uniform_sample(
    xp, csr_matrix, probability, *seed_arrays, num_args: ARRAYS, num_hops: LONG = 1,
    num_neighbor: LONG = 2, max_num_vertices: LONG = 100, random: Random,
):  # fmt: skip
    """Do as the uniform sampler, but choose neighbours by the ``probability`` (vertices,) of each.

    The probabilities of the vertices (max_num_vertices,) come before the steps.
    """
    return _samples(
        xp, csr_matrix, probability, seed_arrays, num_hops, num_neighbor, max_num_vertices, random
    )


def _samples(xp, matrix, probability, seeds, hops, number, limit, random):
    edges = graphs.edges_of(xp, matrix)
    made = samples(xp, edges, probability, seeds, hops, number, limit, random)
    shape = (limit, matrix.shape[1])
    return tuple(
        graphs.matrix_of(xp, each, shape) if isinstance(each, graphs.Edges) else each
        for each in made
    )


def samples(xp, edges, probability, seeds, hops, number, limit, random):
    """Return the results of the samplers, the graphs as edges; a ``probability`` may be None."""
    choose = graphs.chooser(xp, edges, number, random, probability)
    found = [
        graphs.sampled(xp, edges, each.astype(xp.int64), choose, hops, limit) for each in seeds
    ]
    counts = [xp.asarray([each.vertices.shape[0]], dtype=xp.int64) for each in found]
    pairs = list(zip(found, seeds, strict=True))
    filled = [_filled(xp, each.vertices, limit) for each in found]
    results = [
        xp.concatenate(each).astype(like.dtype)
        for *each, like in zip(filled, counts, seeds, strict=True)
    ]
    results += [each.edges for each in found]
    if probability is not None:
        results += [_filled(xp, probability[each.vertices], limit) for each in found]
    return results + [_filled(xp, each.layers, limit).astype(like.dtype) for each, like in pairs]


def _filled(xp, values, length):
    """Return the values with zeros behind them; MXNet leaves there what the memory held."""
    return xp.concatenate([values, xp.zeros((length - values.shape[0],), values.dtype)])


def _compact_shape(*graph_data, return_mapping, graph_sizes, **params):
    number = len(graph_data) // 2
    if 2 * number != len(graph_data):
        raise check_failed(f"num_g * 2 == in_attrs->size() ({2 * number} vs. {len(graph_data)}) ")
    if len(graph_sizes) < number:
        at = len(graph_sizes)
        raise check_failed("i >= 0 && i < ndim()", f"index = {at} must be in range [0, {at})")
    for at, (shape, size) in enumerate(zip(graph_data, graph_sizes[:number] * 2, strict=True)):
        text, rank = ("i", 2) if at < number else ("i + num_g", 1)
        _require_rank(text, shape, rank)
        for axis, length in enumerate(shape):
            if length < size:
                raise check_failed(
                    f"in_attrs->at({text})[{axis}] >= params.graph_sizes[i] ({length} vs. {size}) "
                )
    outputs = [(size, size) for size in graph_sizes[:number]]
    return graph_data, outputs * (2 if return_mapping else 1)


@op("_contrib_dgl_graph_compact", shape=_compact_shape,
    visible=lambda p: p["num_args"] // 2 * (2 if p["return_mapping"] else 1))  # fmt: skip
def dgl_graph_compact(xp, *graph_data, num_args: GRAPHS, return_mapping: bool, graph_sizes: SIZES):
    """Drop the rows and columns of sampled graphs that have no vertex: csr matrices (size, size).

    ``graph_data`` holds graphs, then their vertices, as the samplers return both; ``graph_sizes``
    their numbers of vertices. Edges are numbered anew. With ``return_mapping`` as many matrices
    without edges follow.
    """
    number = len(graph_data) // 2
    made = []
    for graph, vertices, size in zip(
        graph_data[:number], graph_data[number:], graph_sizes, strict=False
    ):
        edges = graphs.compacted(xp, graphs.edges_of(xp, graph), vertices.astype(xp.int64), size)
        made.append(graphs.matrix_of(xp, edges, (size, size)))
    # mxnet: the mapping stays empty; test_compact[True]
    return (*made, *(xp.zeros_like(each) for each in made * return_mapping))


for _declared in (edge_id, dgl_adjacency, dgl_subgraph, uniform_sample, non_uniform_sample,
                  dgl_graph_compact):  # fmt: skip
    _declared.by_storage = True
dgl_adjacency.type_rule = lambda inputs: (inputs, [float32])
edge_id.type_rule = lambda inputs: (inputs, inputs[:1])


def _uniform_types(inputs):
    graph, *seeds = inputs
    return inputs, seeds + [graph] * len(seeds) + seeds


def _non_uniform_types(inputs):
    graph, probability, *seeds = inputs
    number = len(seeds)
    return inputs, seeds + [graph] * number + [probability] * number + seeds


uniform_sample.type_rule, non_uniform_sample.type_rule = _uniform_types, _non_uniform_types
