"""What stands out in a graph."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.centrality import centrality

Edges = list[tuple[str, str]]


def _graph(edges: Edges) -> nx.MultiDiGraph[str]:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_edges_from(edges)
    return graph


def _barbell() -> Edges:
    """Two tight groups, abcd and wxyz, that only the bridge m joins."""
    groups = ["abcd", "wxyz"]
    within = [(a, b) for group in groups for a in group for b in group if a < b]
    return [*within, ("a", "m"), ("m", "w")]


def test_what_joins_two_groups_bridges_most() -> None:
    """Betweenness is a share of the largest; a node with one neighbour bridges nothing."""
    bridging = centrality(_graph([*_barbell(), ("b", "leaf")])).bridging
    assert max(bridging.values()) == 1
    assert bridging["m"] > 0.8 > bridging["c"]
    assert bridging["leaf"] == 0


def test_groups_are_communities() -> None:
    """What is told of together is one community, leaves with it; the largest is the first."""
    community = centrality(_graph([*_barbell(), ("b", "leaf"), ("far", "away")])).community
    assert len({community[name] for name in ("a", "b", "c", "d", "leaf")}) == 1
    assert len({community[name] for name in "wxyz"}) == 1
    assert len({community["a"], community["w"], community["far"]}) == 3
    assert community["far"] == community["away"]
    assert community["a"] == 0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15)), min_size=1, max_size=40))
def test_the_first_hang_together(pairs: list[tuple[int, int]]) -> None:
    """Every node has its place in the order, and but for the first of its part a neighbour before it."""
    graph = _graph([(str(a), str(b)) for a, b in pairs])
    order = centrality(graph).order
    assert sorted(order) == sorted(graph)
    parts = {
        node: number for number, part in enumerate(nx.weakly_connected_components(graph)) for node in part
    }
    met: set[int] = set()
    for place, node in enumerate(order):
        near = set(nx.all_neighbors(graph, node)) - {node}
        assert parts[node] not in met or near & set(order[:place])
        met.add(parts[node])


@settings(max_examples=20, deadline=None)
@given(st.permutations(_barbell()))
def test_order_and_direction_do_not_matter(edges: Edges) -> None:
    """However the graph is told, its measures are the same."""
    turned = [(b, a) for a, b in edges]
    assert centrality(_graph(turned)) == centrality(_graph(_barbell()))


@pytest.mark.parametrize("edges", [[], [("a", "a")], [("a", "b")]])
def test_little_is_no_trouble(edges: Edges) -> None:
    """Nothing, a loop and a pair have measures too."""
    graph = _graph(edges)
    assert sorted(centrality(graph).order) == sorted(graph)
