"""Where nodes stand."""

from __future__ import annotations

from itertools import combinations
from math import dist

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.layout import Box, places

NODE = Box(120, 15, 40)
PLAIN = Box(0, 0, 0)


def _place(graph: nx.Graph[int], words: Box = PLAIN) -> dict[str, tuple[int, int]]:
    return places({(str(a), str(b)): words for a, b in graph.edges()}, {str(node): NODE for node in graph})


def _overlaps(at: dict[str, tuple[int, int]]) -> int:
    return sum(
        abs(a[0] - b[0]) < NODE.wide - 4 and abs(a[1] - b[1]) < NODE.above + NODE.below - 4
        for a, b in combinations(at.values(), 2)
    )


@pytest.mark.parametrize(
    "graph",
    [
        nx.empty_graph(1),
        nx.empty_graph(40),
        nx.path_graph(12),
        nx.star_graph(40),
        nx.complete_graph(9),
        nx.disjoint_union_all([nx.path_graph(2)] * 20),
        nx.random_labeled_tree(120, seed=1),
    ],
    ids=["one", "loose", "path", "star", "complete", "pairs", "tree"],
)
def test_labels_do_not_collide(graph: nx.Graph[int]) -> None:
    """In a graph of moderate size no node stands on another."""
    assert _overlaps(_place(graph, Box(60, 10, 10))) == 0


@pytest.mark.parametrize(
    "graph",
    [
        nx.barabasi_albert_graph(700, 1, seed=1),
        nx.barabasi_albert_graph(700, 3, seed=1),
        nx.star_graph(600),
        nx.disjoint_union_all([nx.path_graph(2)] * 300),
        nx.disjoint_union_all([nx.barabasi_albert_graph(100, 2, seed=1)] * 4 + [nx.star_graph(7)] * 9),
        nx.grid_2d_graph(25, 25),
        nx.complete_bipartite_graph(2, 400),
    ],
    ids=["tree", "tangle", "star", "pairs", "parts", "grid", "two hubs"],
)
def test_a_large_graph_is_laid_out_too(graph: nx.Graph[int]) -> None:
    """Past the size that the careful method takes every node has a place, and room as far as it is wide."""
    at = _place(nx.convert_node_labels_to_integers(graph))
    assert len(at) == len(graph)
    assert min(dist(a, b) for a, b in combinations(at.values(), 2)) > NODE.wide * 0.95


def test_what_hangs_together_stands_together() -> None:
    """In a large graph clusters are set apart: an edge within one is shorter than most distances."""
    cliques = [nx.gnp_random_graph(60, 0.3, seed=n) for n in range(8)]
    graph = nx.disjoint_union_all(cliques)
    graph.add_edges_from((60 * n, 60 * n + 61) for n in range(7))
    at = {int(node): place for node, place in _place(graph).items()}
    near = sorted(dist(at[a], at[b]) for a, b in graph.edges())
    all_ = sorted(dist(at[a], at[b]) for a, b in combinations(range(0, 480, 7), 2))
    assert near[len(near) // 2] < all_[len(all_) // 2] / 2


def test_neighbours_stand_closer_than_strangers() -> None:
    """Distance on the plane follows distance in the graph."""
    at = _place(nx.path_graph(8))
    near = [dist(at[str(i)], at[str(i + 1)]) for i in range(7)]
    assert max(near) < dist(at["0"], at["7"])


@settings(max_examples=25, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=20))
def test_places_depend_on_the_graph_alone(edges: set[tuple[int, int]]) -> None:
    """Neither the order nor the direction of the edges changes a place; loops are no trouble."""
    nodes = {str(node): NODE for node in range(13)}
    there = {(str(a), str(b)): PLAIN for a, b in edges}
    back = {(str(b), str(a)): PLAIN for a, b in sorted(edges, reverse=True)}
    assert places(there, nodes) == places(back, dict(reversed(nodes.items())))


def test_nothing_has_no_places() -> None:
    """An empty graph is laid out as nothing."""
    assert places({}, {}) == {}
