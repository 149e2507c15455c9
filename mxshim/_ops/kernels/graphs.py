"""Graphs as matrices in compressed rows: a row's columns are a vertex's neighbours, values edges.

Vertices and edges are numbers from 0. The functions take and return raw arrays of ``xp``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..._core.errors import check_failed, mxnet_error


class Edges(NamedTuple):
    """The edges of a graph: their numbers, where they lead, where each vertex' edges begin."""

    values: Any
    columns: Any
    offsets: Any


class Sampled(NamedTuple):
    """A part of a graph: its vertices in order, their layers, and the edges by vertex."""

    vertices: Any
    layers: Any
    edges: Edges


def edges_of(xp: Any, matrix: Any) -> Edges:
    """Return the edges of a dense matrix, which are its numbers other than 0."""
    rows, columns = xp.nonzero(matrix)
    offsets = xp.searchsorted(rows, xp.arange(matrix.shape[0] + 1))
    return Edges(matrix[rows, columns], columns.astype(xp.int64), offsets.astype(xp.int64))


def matrix_of(xp: Any, edges: Edges, shape: tuple[int, int]) -> Any:
    """Return the dense matrix; vertices behind the last have no edges."""
    made = xp.zeros(shape, edges.values.dtype)
    made[starts(xp, edges), edges.columns] = edges.values
    return made


def starts(xp: Any, edges: Edges) -> Any:
    """Return the vertex where each edge starts."""
    return xp.searchsorted(edges.offsets[1:], xp.arange(edges.columns.shape[0]), side="right")


def find_edges(xp: Any, edges: Edges, sources: Any, targets: Any, shape: tuple[int, int]) -> Any:
    """Return the values of edges between pairs of vertices, -1 where there is none."""
    for ends, limit in zip((sources, targets), shape, strict=True):
        require_vertices(ends, limit)
    if not edges.columns.shape[0]:
        return xp.full(sources.shape, -1, edges.values.dtype)
    places = starts(xp, edges) * shape[1] + edges.columns
    order = xp.argsort(places, kind="stable")
    places, wanted = places[order], sources * shape[1] + targets
    at = xp.minimum(xp.searchsorted(places, wanted), places.shape[0] - 1)
    return xp.where(places[at] == wanted, edges.values[order[at]], -1)


def require_vertices(numbers: Any, limit: int) -> None:
    """Raise MXNetError unless all numbers are those of vertices; MXNet reads other memory."""
    if numbers.shape[0] and not 0 <= int(numbers.min()) <= int(numbers.max()) < limit:
        wrong = int(numbers.min() if int(numbers.min()) < 0 else numbers.max())
        raise check_failed(
            f"oldvid < num_vertices ({wrong} vs. {limit}) ",
            f"Vertex Id {wrong} isn't in a graph of {limit} vertices",
        )


def induced(xp: Any, edges: Edges, vertices: Any) -> Edges:
    """Return the edges between some vertices (ascending), which are numbered anew."""
    if bool((vertices[1:] < vertices[:-1]).any()):
        raise check_failed(
            "std::is_sorted(vid_data, vid_data + len)", "The input vertex list has to be sorted"
        )
    require_vertices(vertices, edges.offsets.shape[0] - 1)
    first, counts = edges.offsets[vertices], edges.offsets[vertices + 1] - edges.offsets[vertices]
    ends = xp.cumsum(counts)
    total = int(ends[-1]) if ends.shape[0] else 0
    places = xp.arange(total)
    owner = xp.searchsorted(ends, places, side="right")
    places = places + (first - ends + counts)[owner]
    columns = edges.columns[places]
    # of a vertex that is given twice, the last place counts
    new = xp.maximum(xp.searchsorted(vertices, columns, side="right") - 1, 0)
    inside = vertices[new] == columns if total else new.astype(bool)
    kept = xp.concatenate([xp.zeros((1,), xp.int64), xp.cumsum(inside.astype(xp.int64))])
    offsets = kept[xp.concatenate([xp.zeros((1,), xp.int64), ends])]
    return Edges(edges.values[places[inside]], new[inside].astype(xp.int64), offsets)


def numbered(xp: Any, edges: Edges, dtype: Any) -> Edges:
    """Return the same edges with new numbers, from 0."""
    return edges._replace(values=xp.arange(edges.columns.shape[0]).astype(dtype))


def compacted(xp: Any, edges: Edges, vertices: Any, size: int) -> Edges:
    """Number the ``size`` vertices of a sampled graph anew; ``vertices`` ends with their count."""
    if vertices.shape[0] != edges.offsets.shape[0]:
        raise check_failed(
            f"vids.shape()[0] == in_ptr_data.shape_[0] "
            f"({vertices.shape[0]} vs. {edges.offsets.shape[0]}) "
        )
    if int(vertices[-1]) != size:
        raise check_failed(
            "static_cast<size_t>(row_ids[vids.shape()[0] - 1]) == graph_size "
            f"({int(vertices[-1])} vs. {size}) "
        )
    known = vertices[:size]
    order = xp.argsort(known, kind="stable")
    at = xp.searchsorted(known[order], edges.columns)
    places = order[xp.minimum(at, max(size - 1, 0))] if size else at
    if edges.columns.shape[0] and not (size and bool((known[places] == edges.columns).all())):
        raise check_failed("it != id_map.end()", "", "an edge leads to a vertex that is not listed")
    return numbered(xp, Edges(None, places, edges.offsets[: size + 1]), xp.int64)


def sampled(
    xp: Any, edges: Edges, seeds: Any, choose: Callable[[int, int], Any], hops: int, limit: int
) -> Sampled:
    """Walk from the seeds for some hops, until ``limit`` vertices are found.

    ``choose(start, stop)`` picks among the edges of a vertex: places in ascending order.
    """
    if seeds.shape[0] > limit:
        raise check_failed(f"max_num_vertices >= num_seeds ({limit} vs. {seeds.shape[0]}) ")
    require_vertices(seeds, edges.offsets.shape[0] - 1)
    columns, offsets = xp.to_host(edges.columns), xp.to_host(edges.offsets)
    layers = dict.fromkeys(xp.to_host(seeds).tolist(), 0)
    queue, picked = list(layers), {}
    for vertex in queue:  # it grows on the way
        if len(layers) >= limit:
            break
        if layers[vertex] >= hops:
            continue
        picked[vertex] = choose(int(offsets[vertex]), int(offsets[vertex + 1]))
        for place in picked[vertex]:
            neighbour = int(columns[place])
            if neighbour not in layers and len(layers) < limit:
                layers[neighbour] = layers[vertex] + 1
                queue.append(neighbour)
    vertices = sorted(layers)
    return _collected(xp, edges, vertices, [layers[v] for v in vertices], picked, limit)


def _collected(
    xp: Any, edges: Edges, vertices: list[int], layers: list[int], picked: Any, limit: int
) -> Sampled:
    """Gather what was picked; the graph has ``limit`` rows, in the order of the vertices."""
    places: list[int] = []
    offsets = [0]
    for vertex in vertices:
        places += picked.get(vertex, ())
        offsets.append(len(places))
    offsets += [len(places)] * (limit + 1 - len(offsets))
    at, rows, ids, depths = (
        xp.asarray(numbers, dtype=xp.int64) for numbers in (places, offsets, vertices, layers)
    )
    return Sampled(ids, depths, Edges(edges.values[at], edges.columns[at], rows))


def chooser(
    xp: Any, edges: Edges, number: int, random: Any, probability: Any = None
) -> Callable[[int, int], Any]:
    """Return the function that picks up to ``number`` edges of a vertex, without repetition.

    They are picked evenly, or by the ``probability`` of the vertices where they lead.
    """
    last = int(edges.columns.max()) if edges.columns.shape[0] else -1
    if probability is not None and last >= probability.shape[0]:
        raise mxnet_error(f"{probability.shape[0]} probabilities, an edge leads to vertex {last}")

    def choose(start: int, stop: int) -> Any:
        count = stop - start
        if not 0 <= number < count:
            return range(start, stop)
        weights = None if probability is None else probability[edges.columns[start:stop]]
        chosen = random.single.choose(count, (number,), False, weights)
        return sorted(start + place for place in xp.to_host(chosen).tolist())

    return choose
