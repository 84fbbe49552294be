"""Where the nodes of a picture stand: neighbours at an even distance, labels apart.

Worked out once and from the input alone, so the same graph always gives the same places.
The springs of networkx say roughly where things go; stress majorization (Gansner, Koren
and North, "Graph Drawing by Stress Majorization", 2004) then makes distances on the plane
agree with distances in the graph. networkx's own layout of that kind asks for scipy. What
is too large for such care is left to :mod:`kg.springs`.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count, product
from math import cos, hypot, pi, prod, sin, sqrt
from typing import NamedTuple

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from kg.springs import spread

Point = tuple[float, float]
Cell = tuple[int, int]
Plane = NDArray[np.float64]


class Box(NamedTuple):
    """The room that something takes: its width, and how far it reaches above and below its place."""

    wide: float
    above: float
    below: float


# Time grows with the square of this; networkx needs scipy from 500 nodes on.
_CAREFUL = 350
# In a larger graph, a part this small is set in rings: there may be thousands of them.
_SMALL = 40
_CELL = 50.0
_WIDER_THAN_HIGH = 1.2


def places(edges: Mapping[tuple[str, str], Box], nodes: Mapping[str, Box]) -> dict[str, tuple[int, int]]:
    """A place for each node; the box of an edge is that of what is written at its middle.

    Boxes hardly overlap, nodes that an edge joins stand close, and parts of the graph that
    nothing joins stand side by side. The unit is that of the boxes.
    """
    names = sorted(nodes)
    # Numbers for names: a set of numbers has the same order under every hash seed.
    number = {name: place for place, name in enumerate(names)}
    boxes = [nodes[name] for name in names]
    graph: nx.Graph[int] = nx.empty_graph(len(names))
    for (a, b), box in sorted(edges.items()):
        if a != b:
            graph.add_edge(number[a], number[b], box=box)
    connected = sorted(nx.connected_components(graph), key=lambda part: (-len(part), min(part)))
    if len(names) <= _CAREFUL:
        at = _packed(graph, [_carefully(graph, part, boxes) for part in connected], boxes)
    else:
        large = [_loosely(graph, part, boxes) for part in connected if len(part) > _SMALL]
        small = [_rings(graph, part, boxes) for part in connected if len(part) <= _SMALL]
        at = _haloed(_packed(graph, large, boxes), small, boxes)
    return {names[node]: (round(x), round(y)) for node, (x, y) in at.items()}


def _carefully(graph: nx.Graph[int], nodes: set[int], boxes: list[Box]) -> dict[int, Point]:
    """Places for one connected part, with room for what is written in it."""
    at = _even(graph.subgraph(sorted(nodes)).copy())
    # Room for all of them on three times their own area.
    area = sum(boxes[node].wide * (boxes[node].above + boxes[node].below) for node in nodes)
    frame = prod(max(side) - min(side) for side in zip(*at.values(), strict=True))
    wider = max(1.0, sqrt(3 * area / frame)) if frame else 1.0
    at = {node: (x * wider, y * wider) for node, (x, y) in at.items()}
    return _apart(graph.subgraph(nodes), at, boxes)


def _loosely(graph: nx.Graph[int], nodes: set[int], boxes: list[Box]) -> dict[int, Point]:
    """Places for one connected part of a large graph, where a box counts as a disc."""
    part = sorted(nodes)
    number = {node: place for place, node in enumerate(part)}
    edges = sorted((number[a], number[b]) for a in part for b in graph[a] if a < b)
    at = spread(np.array(edges), np.array([_radius(boxes[node]) for node in part]))
    return {node: (float(x), float(y)) for node, (x, y) in zip(part, at, strict=True)}


def _radius(box: Box) -> float:
    return max(box.wide, box.above + box.below) / 2


def _rings(graph: nx.Graph[int], nodes: set[int], boxes: list[Box]) -> dict[int, Point]:
    """The best connected node in the middle, around it in rings what is one, two, three steps away."""
    middle = min(nodes, key=lambda node: (-graph.degree(node), node))
    at: dict[int, Point] = {middle: (0.0, 0.0)}
    far = _radius(boxes[middle])
    for ring in list(nx.bfs_layers(graph, middle))[1:]:
        widest = max(_radius(boxes[node]) for node in ring)
        far = max(far + 2 * widest, len(ring) * 2.2 * widest / (2 * pi))
        for turn, node in enumerate(ring):
            angle = 2 * pi * turn / len(ring) + far
            at[node] = (far * cos(angle), far * sin(angle))
        far += widest
    return at


def _even(graph: nx.Graph[int]) -> dict[int, Point]:
    """Stress majorization of a small connected graph, turned to fit a frame a little wider than high."""
    nodes = list(graph)
    if len(nodes) == 1:
        return {nodes[0]: (0.0, 0.0)}

    near = {node: set(graph[node]) for node in nodes}
    for a, b, edge in graph.edges(data=True):
        # The more neighbours two nodes do not share, the more room must lie between them.
        edge["length"] = 60 + 18 * sqrt(len(near[a] ^ near[b])) + edge["box"].wide / 3
    lengths = dict(nx.all_pairs_dijkstra_path_length(graph, weight="length"))
    wanted = np.array([[lengths[a][b] for b in nodes] for a in nodes], dtype=float)
    start = nx.spring_layout(graph, seed=1)
    at: Plane = np.array([start[node] for node in nodes], dtype=float) * wanted.max() / 2
    weight = np.divide(1, wanted**2, where=wanted > 0, out=np.zeros_like(wanted))
    total = weight.sum(axis=1, keepdims=True)
    for _ in range(200):
        apart = at[:, None] - at[None]
        distance = np.maximum(np.linalg.norm(apart, axis=-1), 1e-6)
        at = (np.einsum("ij,ijk->ik", weight * wanted / distance, apart) + weight @ at) / total
    at = min((_turned(at, step * pi / 12) for step in range(12)), key=_side)
    return {node: (float(x) * _WIDER_THAN_HIGH, float(y)) for node, (x, y) in zip(nodes, at, strict=True)}


def _turned(at: Plane, angle: float) -> Plane:
    turned: Plane = at @ np.array([[cos(angle), sin(angle)], [-sin(angle), cos(angle)]])
    return turned


def _side(at: Plane) -> float:
    """The side of the square that holds the points, to a tenth: close calls go to the first."""
    return round(float((at.max(axis=0) - at.min(axis=0)).max()), 1)


def _apart(graph: nx.Graph[int], at: dict[int, Point], boxes: list[Box]) -> dict[int, Point]:
    """Push nodes off one another, and off what is written on edges, the shorter way."""
    nodes = sorted(at)
    place = {node: i for i, node in enumerate(nodes)}
    words: dict[tuple[int, int], Box] = nx.get_edge_attributes(graph, "box")
    lines = sorted((tuple(sorted(ends)), box) for ends, box in words.items() if box.wide)
    ends = [(place[a], place[b]) for (a, b), _ in lines]
    # What is written on edges follows the nodes in the same lists, put back in the middle at each round.
    box = [boxes[node] for node in nodes] + [box for _, box in lines]
    x, y = [at[node][0] for node in nodes], [at[node][1] for node in nodes]
    rounds = min(100, 250_000 // len(nodes) + 1)
    for turn in range(rounds):
        x[len(nodes) :] = [(x[a] + x[b]) / 2 for a, b in ends]
        y[len(nodes) :] = [(y[a] + y[b]) / 2 for a, b in ends]
        # Words have their say for half of the rounds; in the end it is nodes that must not overlap.
        kept = len(box) if turn < rounds // 2 else len(nodes)
        order = sorted(range(kept), key=lambda i: (y[i] - box[i].above, i))
        moved = False
        for rank, i in enumerate(order):
            for j in order[rank + 1 :]:
                over_y = y[i] + box[i].below - y[j] + box[j].above
                if over_y <= 0:
                    break
                over_x = (box[i].wide + box[j].wide) / 2 - abs(x[j] - x[i])
                if over_x <= 0 or min(i, j) >= len(nodes):
                    continue
                moved = True
                along, push = (y, over_y) if over_y < over_x else (x, over_x)
                if along is x and x[i] > x[j]:
                    push = -push
                # By smaller steps while words push too, or a node jumps over its neighbours.
                push /= 4 if kept > len(nodes) else 2
                node, line = min(i, j), max(i, j) - len(nodes)
                if line >= 0 and node in ends[line]:
                    # Words that cover an end of their own edge: it grows, at the end that has fewer.
                    lesser = min(ends[line], key=lambda end: graph.degree(nodes[end]))
                    along[lesser] += push if (node == i) != (node == lesser) else -push
                    continue
                along[i] -= push
                along[j] += push
        if not moved and kept == len(nodes):
            break
    return {node: (x[i], y[i]) for i, node in enumerate(nodes)}


def _packed(graph: nx.Graph[int], parts: list[dict[int, Point]], boxes: list[Box]) -> dict[int, Point]:
    """Set each part, the largest first, on the free spot nearest the middle, in gaps of larger parts too."""
    taken: set[Cell] = set()
    at: dict[int, Point] = {}
    ring = cells_before = 0
    for part in parts:
        centred = _centred(part)
        cells = _cells(graph, centred, boxes) if len(boxes) <= _CAREFUL else _blot(centred, boxes)
        # Many small parts have as many cells: each looks on from where the last one found room.
        ring = ring if len(cells) == cells_before else 0
        cells_before = len(cells)
        spots = ((ring, spot) for ring in count(ring) for spot in _ring(ring))
        ring, (i, j) = next(
            (ring, (i, j)) for ring, (i, j) in spots if taken.isdisjoint((x + i, y + j) for x, y in cells)
        )
        taken.update((x + i, y + j) for x, y in cells)
        at |= {node: (x + i * _CELL, y + j * _CELL) for node, (x, y) in centred.items()}
    return at


def _centred(part: dict[int, Point]) -> dict[int, Point]:
    xs, ys = zip(*part.values(), strict=True)
    x0, y0 = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    return {node: (x - x0, y - y0) for node, (x, y) in part.items()}


def _haloed(at: dict[int, Point], parts: list[dict[int, Point]], boxes: list[Box]) -> dict[int, Point]:
    """Small parts, of which there may be thousands, in circles around all that has a place."""
    at = _centred(at) if at else {}
    reach = [max(hypot(*point) + _radius(boxes[node]) for node, point in part.items()) for part in parts]
    far = max((hypot(*point) for point in at.values()), default=0.0)
    first = 0
    while first < len(parts):
        far += 2 * reach[first]
        last, filled = first + 1, reach[first]
        while last < len(parts) and filled + reach[last] <= pi * far:
            filled += reach[last]
            last += 1
        angle = 0.0
        for part, room in zip(parts[first:last], reach[first:last], strict=True):
            turn = 2 * pi * (angle + room / 2) / filled  # evenly around, however few they are
            angle += room
            at |= {node: (far * cos(turn) + x, far * sin(turn) + y) for node, (x, y) in part.items()}
        far += max(reach[first:last])
        first = last
    return at


def _blot(at: dict[int, Point], boxes: list[Box]) -> set[Cell]:
    """The squares of a grid under a large part, gaps and all: nothing that is no part of it stands in it."""
    rows: dict[int, list[int]] = {}
    for node, (x, y) in at.items():
        reach = _radius(boxes[node]) + _CELL
        for row in range(int((y - reach) // _CELL), int((y + reach) // _CELL) + 1):
            rows.setdefault(row, []).extend((int((x - reach) // _CELL), int((x + reach) // _CELL)))
    return {(column, row) for row, ends in rows.items() for column in range(min(ends), max(ends) + 1)}


def _cells(graph: nx.Graph[int], at: dict[int, Point], boxes: list[Box]) -> set[Cell]:
    """The squares of a grid that the boxes and the edges of a part lie on."""
    cells: set[Cell] = set()
    for node, (x, y) in at.items():
        wide, above, below = boxes[node]
        columns = range(int((x - wide / 2) // _CELL), int((x + wide / 2) // _CELL) + 1)
        rows = range(int((y - above) // _CELL), int((y + below) // _CELL) + 1)
        cells.update(product(columns, rows))
        for other in graph[node]:
            dx, dy = at[other][0] - x, at[other][1] - y
            steps = int((abs(dx) + abs(dy)) // _CELL) + 1
            cells.update(
                (int((x + dx * step / steps) // _CELL), int((y + dy * step / steps) // _CELL))
                for step in range(steps)
            )
    return cells


def _ring(ring: int) -> list[Cell]:
    """The cells of a square ring about the middle, those nearest the middle first."""
    side = range(-ring, ring + 1)
    cells = {(i, j) for i in side for j in (-ring, ring)} | {(i, j) for i in (-ring, ring) for j in side}
    return sorted(cells, key=lambda cell: (cell[0] ** 2 + cell[1] ** 2, cell))
