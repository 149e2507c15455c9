"""Graphs in csr matrices: what is left to chance, and where MXNet ends the whole program."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import mxshim as mx
from mxshim.ndarray import contrib

SIZE = 12
FULL = np.arange(1, SIZE * SIZE + 1).reshape(SIZE, SIZE) * (1 - np.eye(SIZE, dtype=int))


def graph(rows: Any = FULL) -> Any:
    return mx.nd.array(rows, dtype="int64").tostype("csr")


def vertices(*numbers: int) -> Any:
    return mx.nd.array(numbers, dtype="int64")


def test_samples_are_parts_of_the_graph() -> None:
    mx.random.seed(3)
    for hops in (1, 2, 3):
        ids, part, layers = contrib.dgl_csr_neighbor_uniform_sample(
            graph(), vertices(4, 7), num_hops=hops, num_neighbor=3, max_num_vertices=10
        )
        count = int(ids[-1].asscalar())
        known, steps = ids.asnumpy()[:count], layers.asnumpy()[:count]
        assert sorted(set(known)) == known.tolist()
        assert dict(zip(known, steps, strict=True))[4] == 0
        assert steps.max() <= hops
        part.check_format()
        for row, starts in zip(
            known,
            np.split(part.indices.asnumpy(), part.indptr.asnumpy()[1:-1])[:count],
            strict=True,
        ):
            assert len(starts) in (0, 3)
            assert row not in starts
        dense = part.asnumpy()[:count]
        assert ((dense == 0) | (dense == FULL[known])).all()


def test_seed_decides() -> None:
    def draw() -> Any:
        mx.random.seed(11)
        return contrib.dgl_csr_neighbor_uniform_sample(graph(), vertices(0), max_num_vertices=9)[1]

    assert (draw().asnumpy() == draw().asnumpy()).all()


def frequencies(call: Any) -> Any:
    """Count how often each neighbour of vertex 0 is picked, as shares."""
    mx.random.seed(5)
    found = np.zeros(SIZE)
    for _ in range(600):
        found += call()[1].asnumpy()[0] != 0
    return found / 600


def test_neighbours_are_picked_evenly() -> None:
    shares = frequencies(
        lambda: contrib.dgl_csr_neighbor_uniform_sample(
            graph(), vertices(0), num_neighbor=4, max_num_vertices=SIZE
        )
    )
    assert shares[0] == 0
    np.testing.assert_allclose(shares[1:], 4 / (SIZE - 1), atol=0.08)


def test_neighbours_are_picked_by_probability() -> None:
    chances = mx.nd.array([0.5] + [0.0] * (SIZE - 4) + [0.1, 0.3, 0.6])
    shares = frequencies(
        lambda: contrib.dgl_csr_neighbor_non_uniform_sample(
            graph(), chances, vertices(0), num_neighbor=1, max_num_vertices=SIZE
        )
    )
    assert not shares[: SIZE - 3].any()
    np.testing.assert_allclose(shares[SIZE - 3 :], [0.1, 0.3, 0.6], atol=0.08)


def test_edges_stay_with_their_vertices() -> None:
    """MXNet sorts the picked vertices and their edges each on their own."""
    rows = np.zeros((6, 6), int)
    rows[0] = [0, 50, 40, 30, 20, 10]
    mx.random.seed(1)
    for _ in range(20):
        made = contrib.dgl_csr_neighbor_non_uniform_sample(
            graph(rows), mx.nd.ones((6,)), vertices(0), num_neighbor=2, max_num_vertices=6
        )[1].asnumpy()[0]
        assert np.count_nonzero(made) == 2
        assert ((made == 0) | (made == rows[0])).all()


def test_out() -> None:
    first, second = (mx.nd.sparse.zeros("csr", (2, 2), dtype="int64") for _ in range(2))
    made = contrib.dgl_subgraph(graph(), vertices(0, 1), return_mapping=True, out=[first, second])
    assert made[0] is first
    assert made[1] is second
    assert second.asnumpy().tolist() == [[0, 2], [13, 0]]


def test_a_sample_is_compacted() -> None:
    ids, part, _ = contrib.dgl_csr_neighbor_uniform_sample(
        graph(), vertices(2, 9), num_hops=2, num_neighbor=2, max_num_vertices=SIZE
    )
    count = int(ids[-1].asscalar())
    made = contrib.dgl_graph_compact(part, ids, graph_sizes=count, return_mapping=False)
    known = ids.asnumpy()[:count]
    assert made.shape == (count, count)
    assert (known[made.indices.asnumpy()] == part.indices.asnumpy()).all()
    assert made.data.asnumpy().tolist() == list(range(len(part.data)))


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda x: contrib.dgl_subgraph(x, vertices(2, 1), return_mapping=False), "be sorted"),
        (lambda x: contrib.dgl_subgraph(x, vertices(1, 70), return_mapping=False), "Vertex Id 70"),
        (lambda x: contrib.dgl_subgraph(x, vertices(-1, 7), return_mapping=False), "Vertex Id -1"),
        (lambda x: contrib.edge_id(x, vertices(12), vertices(1)), "Vertex Id 12"),
        (lambda x: contrib.dgl_csr_neighbor_uniform_sample(x, vertices(12)), "Vertex Id 12"),
        (
            lambda x: contrib.dgl_csr_neighbor_uniform_sample(
                x, vertices(1, 2, 3), max_num_vertices=2
            ),
            r"max_num_vertices >= num_seeds \(2 vs. 3\)",
        ),
        (
            lambda x: contrib.dgl_csr_neighbor_non_uniform_sample(x, mx.nd.ones((3,)), vertices(1)),
            "3 probabilities, an edge leads to vertex 11",
        ),
        (
            lambda x: contrib.dgl_graph_compact(
                x, vertices(*range(12), 9), graph_sizes=12, return_mapping=False
            ),
            r"== graph_size \(9 vs. 12\)",
        ),
        (
            lambda x: contrib.dgl_graph_compact(
                x, vertices(*range(12)), graph_sizes=12, return_mapping=False
            ),
            r"\(12 vs. 13\)",
        ),
        (
            lambda x: contrib.dgl_graph_compact(
                x, vertices(*range(11), 0, 11), graph_sizes=11, return_mapping=False
            ),
            "a vertex that is not listed",
        ),
    ],
)
def test_refuses_where_mxnet_aborts(call: Any, text: str) -> None:
    with pytest.raises(mx.MXNetError, match=text):
        call(graph())


def test_graphs_without_edges() -> None:
    empty = mx.nd.sparse.zeros("csr", (4, 4), dtype="int64")
    assert contrib.dgl_adjacency(empty).asnumpy().sum() == 0
    assert contrib.dgl_subgraph(empty, vertices(1, 3), return_mapping=False).shape == (2, 2)
    ids, part, _ = contrib.dgl_csr_neighbor_uniform_sample(empty, vertices(2), max_num_vertices=3)
    assert ids.asnumpy().tolist() == [2, 0, 0, 1]
    assert part.shape == (3, 4)
