"""Graphs in csr matrices: edges, subgraphs, samples where nothing is left to chance."""

from __future__ import annotations

import pytest

from compat_tests.inputs import attempt
from compat_tests.ndarray.test_sparse_operators import pattern

ROWS = [[1, 0, 0, 2], [3, 0, 4, 0], [0, 5, 0, 0], [0, 6, 7, 0]]


def graph(mx, dtype="int64", rows=ROWS):
    return mx.nd.array(rows, dtype=dtype).tostype("csr")


def vertices(mx, *numbers):
    return mx.nd.array(numbers, dtype="int64")


@pytest.mark.parametrize("ends", ("int32", "int64", "float32"))
@pytest.mark.parametrize("dtype", ("int64", "int32", "float32", "float64"))
def test_edge_id(mx, dtype, ends):
    u, v = (mx.nd.array(each, dtype=ends) for each in ([0, 0, 1, 2, 3, 3], [0, 3, 1, 1, 2, 3]))
    return mx.nd.contrib.edge_id(graph(mx, dtype), u, v)


def test_edge_id_of_stored_zeros(mx):
    x = mx.nd.sparse.csr_matrix(([0, 1, 2], [2, 0, 1], [0, 2, 2, 3]), shape=(3, 3))
    u, v = mx.nd.array([0, 0, 0, 2]), mx.nd.array([2, 0, 1, 1])
    fractions = mx.nd.contrib.edge_id(x, mx.nd.array([0.7]), mx.nd.array([2.2]))
    nothing = mx.nd.sparse.zeros("csr", (3, 3))
    return mx.nd.contrib.edge_id(x, u, v), fractions, mx.nd.contrib.edge_id(nothing, u, v)


def test_edge_id_refusals(mx):
    x, u, v, call = graph(mx), mx.nd.array([0, 1]), mx.nd.array([1, 1]), mx.nd.contrib.edge_id
    return (
        attempt(lambda: call(x, u.astype("int64"), v)),
        attempt(lambda: call(x.tostype("default"), u, v)),
        attempt(lambda: call(x.tostype("default").tostype("row_sparse"), u, v)),
        attempt(lambda: call(x, u.expand_dims(0), v)),
        attempt(lambda: call(x, u, v[:1])),
    )


def test_adjacency(mx):
    call = mx.nd.contrib.dgl_adjacency
    return (
        pattern(call(graph(mx))),
        pattern(call(graph(mx, rows=[[1, 0, 2], [0, 3, 0]]))),
        attempt(lambda: call(graph(mx, "float32"))),
        attempt(lambda: call(graph(mx).tostype("default"))),
    )


@pytest.mark.parametrize("mapping", (False, True))
def test_subgraph(mx, mapping):
    call, x = mx.nd.contrib.dgl_subgraph, graph(mx)
    seen = [pattern(call(x, vertices(mx, 0, 1, 2), return_mapping=False))]
    for parts in ([(0, 1, 2)], [(0, 1, 2), (1, 3)], [(1, 1, 2)], [(3,)], [(0, 1, 2, 3)]):
        made = call(x, *(vertices(mx, *part) for part in parts), return_mapping=mapping)
        seen += map(pattern, made if isinstance(made, list) else [made])
    return seen


def test_subgraph_refusals(mx):
    call, x, part = mx.nd.contrib.dgl_subgraph, graph(mx), vertices(mx, 0, 1)
    return (
        attempt(lambda: call(x, part)),
        attempt(lambda: call(x, return_mapping=True)),
        attempt(lambda: call(x, part.astype("float32"), return_mapping=True)),
        attempt(lambda: call(x, part.expand_dims(0), return_mapping=True)),
        attempt(lambda: call(x, x, return_mapping=True)),
        attempt(lambda: call(x.tostype("default"), part, return_mapping=True)),
    )


def valid(made, sets):
    """Show results as far as they mean something: behind the last vertex is what memory held."""
    each = len(made) // sets
    counts = [int(ids[-1].asscalar()) for ids in made[:each]]
    seen = [(ids[:n], n, ids.shape) for ids, n in zip(made[:each], counts)]
    seen += [pattern(matrix) for matrix in made[each : 2 * each]]
    rest = zip(made[2 * each :], counts * (sets - 2))
    return seen + [(values[:n], values.shape, values.dtype) for values, n in rest]


WALKS = {
    "one": ([(0,)], {"num_hops": 1, "max_num_vertices": 4}),
    "two": ([(0,)], {"num_hops": 2, "max_num_vertices": 6}),
    "none": ([(2, 0)], {"num_hops": 0, "max_num_vertices": 4}),
    "full": ([(1,)], {"num_hops": 2, "max_num_vertices": 2}),
    "many": ([(0, 3), (2,)], {"num_hops": 1, "max_num_vertices": 5}),
    "twice": ([(1, 1)], {"num_hops": 3, "max_num_vertices": 7}),
    "default": ([(3,)], {}),
}


@pytest.mark.parametrize("name", WALKS)
def test_uniform_sample(mx, name):
    seeds, settings = WALKS[name]
    given = [vertices(mx, *each) for each in seeds]
    call = mx.nd.contrib.dgl_csr_neighbor_uniform_sample
    return valid(call(graph(mx), *given, num_neighbor=4, **settings), 3)


@pytest.mark.parametrize("name", WALKS)
def test_non_uniform_sample(mx, name):
    seeds, settings = WALKS[name]
    given = [mx.nd.array([0.4, 0.3, 0.2, 0.1]), *(vertices(mx, *each) for each in seeds)]
    call = mx.nd.contrib.dgl_csr_neighbor_non_uniform_sample
    return valid(call(graph(mx), *given, num_neighbor=4, **settings), 4)


@pytest.mark.parametrize("weighed", (False, True))
def test_sample_sizes(mx, weighed):
    """Show how many vertices and edges come of chance, which is the same for all picks."""
    rows = [[5 * i + j + 1 if i != j else 0 for j in range(5)] for i in range(5)]
    given = [mx.nd.array([0.9, 0.8, 0.2, 0.4, 0.1])] if weighed else []
    name = "dgl_csr_neighbor_non_uniform_sample" if weighed else "dgl_csr_neighbor_uniform_sample"
    made = getattr(mx.nd.contrib, name)(
        graph(mx, rows=rows), *given, vertices(mx, 0, 1, 2, 3, 4), max_num_vertices=6
    )
    return made[0][:5], made[0][-1:], made[1].indptr, [each.shape for each in made]


def test_sample_refusals(mx):
    even = mx.nd.contrib.dgl_csr_neighbor_uniform_sample
    weighed = mx.nd.contrib.dgl_csr_neighbor_non_uniform_sample
    x, seeds, chances = graph(mx), vertices(mx, 0, 1), mx.nd.array([0.4, 0.3, 0.2, 0.1])
    return (
        attempt(lambda: even(graph(mx, rows=[[1, 0, 2], [0, 3, 0]]), seeds)),
        attempt(lambda: even(x, seeds.expand_dims(0))),
        attempt(lambda: even(x.tostype("default"), seeds)),
        attempt(lambda: even(x)),
        attempt(lambda: weighed(x, chances, seeds.expand_dims(0))),
        attempt(lambda: weighed(x, chances.expand_dims(0), seeds)),
        attempt(lambda: weighed(x, chances.astype("float64"), seeds)),
    )


@pytest.mark.parametrize("mapping", (False, True))
def test_compact(mx, mapping):
    sample, call = mx.nd.contrib.dgl_csr_neighbor_uniform_sample, mx.nd.contrib.dgl_graph_compact
    ids, part, _ = sample(graph(mx), vertices(mx, 0), num_neighbor=4, max_num_vertices=4)
    more, other, _ = sample(graph(mx), vertices(mx, 1, 3), num_neighbor=4, max_num_vertices=6)
    one = call(part, ids, graph_sizes=2, return_mapping=mapping)
    two = call(part, other, ids, more, graph_sizes=(2, 4), return_mapping=mapping)
    made = (one[:1] if mapping else [one]) + two[:2]
    # MXNet's mappings have no parts at all
    return [pattern(each) for each in made], (one[1:] + two[2:] if mapping else [])


def test_compact_refusals(mx):
    sample, call = mx.nd.contrib.dgl_csr_neighbor_uniform_sample, mx.nd.contrib.dgl_graph_compact
    ids, part, _ = sample(graph(mx), vertices(mx, 0), num_neighbor=4, max_num_vertices=4)
    return [
        attempt(call, *given, return_mapping=False, **size)
        for given, size in (
            ((part, ids), {}),
            ((part, ids), {"graph_sizes": (9,)}),
            ((part, part, ids, ids), {"graph_sizes": (2,)}),
            ((part, part, ids), {"graph_sizes": (2,)}),
            ((part.tostype("default"), ids), {"graph_sizes": (2,)}),
            ((part.astype("float32"), ids), {"graph_sizes": (2,)}),
        )
    ]


def test_symbols(mx):
    sym, var = mx.sym.contrib, mx.sym.var
    made = [
        sym.dgl_subgraph(var("a"), var("b"), var("c"), return_mapping=True, name="y"),
        sym.dgl_csr_neighbor_uniform_sample(var("a"), var("b"), var("c"), name="y"),
        sym.dgl_csr_neighbor_non_uniform_sample(var("a"), var("b"), var("c"), name="y"),
        sym.dgl_graph_compact(var("a"), var("b"), graph_sizes=(2,), return_mapping=False, name="y"),
        sym.edge_id(var("a"), var("b"), var("c"), name="y"),
        sym.dgl_adjacency(var("a"), name="y"),
    ]
    kinds = {"a": "int64", "b": "int64", "c": "int64"}
    types = [made[0].infer_type(**kinds), made[1].infer_type(**kinds)]
    types += [made[at].infer_type(**{**kinds, "b": "float32"}) for at in (2, 4)]
    types.append(made[5].infer_type(a="int64"))
    return [(each.list_arguments(), each.list_outputs()) for each in made], types
