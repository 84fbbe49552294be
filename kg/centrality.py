"""What stands out in a graph: the order of its nodes by weight, those that bridge it, and its communities."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import NamedTuple

import networkx as nx

# Past so many nodes betweenness and communities are those of the most central ones.
_CORE = 4000
# How many steps over edges to spend on betweenness: a third of a second.
_EFFORT = 200_000


class Centrality(NamedTuple):
    """Measures for each node of a graph.

    ``order`` has every node, the most central first; each stands somewhere behind a neighbour
    that is better connected, so that the first so many hang together. ``bridging`` is
    betweenness as a share of the largest, from 0 to 1. ``community`` counts from 0, the
    largest community first.
    """

    order: list[str]
    bridging: dict[str, float]
    community: dict[str, int]


def centrality(graph: nx.MultiDiGraph[str]) -> Centrality:
    """The measures of a graph, whose direction and parallel edges count for nothing.

    Betweenness (Brandes) and communities (Louvain) are those of the nodes with more than one
    neighbour; in a large graph, of the most central of them, and from a sample of nodes that is
    the same at each run. The others bridge nothing and belong where their neighbours do.
    """
    names = sorted(graph)
    # Numbers for names: a set of numbers has the same order under every hash seed.
    number = {name: place for place, name in enumerate(names)}
    simple: nx.Graph[int] = nx.empty_graph(len(names))
    simple.add_edges_from(sorted((number[a], number[b]) for a, b in graph.edges() if a != b))
    order = _order(simple)
    core = nx.Graph(simple.subgraph([node for node in order if len(simple[node]) > 1][:_CORE]))

    sample = min(len(core), max(16, _EFFORT // (len(core) + core.number_of_edges() + 1)))
    between = nx.betweenness_centrality(core, k=sample, seed=1) if core else {}
    most = max(between.values(), default=0) or 1
    community = _communities(simple, core, order)
    return Centrality(
        [names[node] for node in order],
        {names[node]: between.get(node, 0) / most for node in simple},
        {names[node]: community[node] for node in simple},
    )


def _order(graph: nx.Graph[int]) -> list[int]:
    """Nodes grown from the best connected of each part by always adding the best within reach."""
    weight = {node: (-len(graph[node]), node) for node in graph}
    queue = sorted(min(weight[node] for node in part) for part in nx.connected_components(graph))
    seen = {node for _, node in queue}
    order = []
    while queue:
        _, node = heappop(queue)
        order.append(node)
        for other in graph[node]:
            if other not in seen:
                seen.add(other)
                heappush(queue, weight[other])
    return order


def _communities(graph: nx.Graph[int], core: nx.Graph[int], order: list[int]) -> dict[int, int]:
    found: list[set[int]] = list(nx.community.louvain_communities(core, seed=1)) if core.size() else []
    home = {node: place for place, community in enumerate(found) for node in community}
    for node in order:  # a neighbour has its home already, or this is the first of its part
        if node not in home:
            near = next((home[other] for other in graph[node] if other in home), None)
            home[node] = len(found) + node if near is None else near
    members: dict[int, list[int]] = {}
    for node in graph:
        members.setdefault(home[node], []).append(node)
    largest = sorted(members.values(), key=lambda nodes: (-len(nodes), nodes[0]))
    return {node: place for place, nodes in enumerate(largest) for node in nodes}
