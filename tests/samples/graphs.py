"""Samples of the operators of graphs, on dense matrices; the sampled ones pick all neighbours."""

from __future__ import annotations

import numpy as np

from . import Sample

_GRAPH = np.array([[1, 0, 0, 2], [3, 0, 4, 0], [0, 5, 0, 0], [0, 6, 7, 0]])
_WALK = {"num_hops": 2, "num_neighbor": 4, "max_num_vertices": 5}

SAMPLES = [
    Sample("_contrib_edge_id", [_GRAPH, np.array([0, 0, 3]), np.array([3, 1, 2])], grad=False),
    Sample("_contrib_dgl_adjacency", [_GRAPH], grad=False),
    Sample("_contrib_dgl_subgraph", [_GRAPH, np.array([0, 1, 2]), np.array([1, 3])],
           {"return_mapping": True}, grad=False),
    Sample("_contrib_dgl_csr_neighbor_uniform_sample", [_GRAPH, np.array([0]), np.array([1, 3])],
           _WALK, grad=False),
    Sample("_contrib_dgl_csr_neighbor_non_uniform_sample",
           [_GRAPH, np.array([0.4, 0.3, 0.2, 0.1]), np.array([0])], _WALK, grad=False),
    Sample("_contrib_dgl_csr_neighbor_uniform_sample", [_GRAPH, np.array([1, 3])],
           {"num_neighbor": 1, "max_num_vertices": 4}, grad=False, random=True),
    Sample("_contrib_dgl_graph_compact", [_GRAPH, np.array([0, 1, 2, 3, 4])],
           {"return_mapping": True, "graph_sizes": (4,)}, grad=False),
]  # fmt: skip
