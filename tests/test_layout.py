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


def test_a_large_graph_is_laid_out_too() -> None:
    """Past the size that the careful method takes every node has a place, and few touch."""
    graph = nx.barabasi_albert_graph(700, 1, seed=1)
    at = _place(graph)
    assert len(at) == 700
    assert _overlaps(at) < 200


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
