"""Places for the nodes of a large graph: edges pull, all nodes push, and in the end none stands on another.

Distances to a few pivots say roughly where nodes go (Brandes and Pich, "Eigensolver Methods for
Progressive Multidimensional Scaling of Large Data", 2007). Forces as in ForceAtlas2 (Jacomy and others,
2014) then part the clusters. The push of all on all is summed on a grid, as a product of Fourier
transforms, so time grows with nodes and edges alone: 30,000 nodes take about two seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import pi, sqrt

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float64]
Numbers = NDArray[np.int64]

_PIVOTS = 40
_ROUNDS = 75
# Rounds in which discs make room for one another; what is smaller can be set with more care.
_SETTLING = 150
_SETTLING_MANY = 24
# The area of the picture, in areas of its discs.
_ROOM = 1.9
_GOLDEN_ANGLE = pi * (3 - sqrt(5))


def spread(edges: Numbers, radii: NDArray[np.float64]) -> Plane:
    """A place for each node of a connected graph, as rows of x and y, in the unit of the radii.

    ``edges`` has a row of two node numbers for each pair of neighbours, in a fixed order: equal
    input gives equal places. Discs of the given radii about the nodes hardly overlap.
    """
    nodes = len(radii)
    hub = _hubs(edges, nodes)
    inner = np.flatnonzero(hub < 0)
    number = np.full(nodes, -1)
    number[inner] = np.arange(len(inner))
    between = number[edges[(hub[edges] < 0).all(axis=1)]]
    reach, ring = _sunflowers(hub, radii)
    discs = radii[inner] + reach[inner]
    places = _settled(_pulled(between, _start(between, len(inner)), discs), discs)

    at = np.zeros((nodes, 2))
    at[inner] = places
    leaves = np.flatnonzero(hub >= 0)
    at[leaves] = at[hub[leaves]] + ring[leaves]
    return at


def _hubs(edges: Numbers, nodes: int) -> Numbers:
    """For each node with a single neighbour that neighbour, for the others -1."""
    degree = np.bincount(edges.ravel(), minlength=nodes)
    hub = np.full(nodes, -1)
    for a, b in ((0, 1), (1, 0)):
        single = (degree[edges[:, a]] == 1) & (degree[edges[:, b]] > 1)
        hub[edges[single, a]] = edges[single, b]
    return hub


def _sunflowers(hub: Numbers, radii: NDArray[np.float64]) -> tuple[NDArray[np.float64], Plane]:
    """How far the leaves about each node reach beyond its own disc, and where each leaf stands from it."""
    leaves = np.flatnonzero(hub >= 0)
    leaves = leaves[np.argsort(hub[leaves], kind="stable")]
    owner = hub[leaves]
    first = np.searchsorted(owner, owner)
    turn = np.arange(len(leaves)) - first
    widest = np.zeros(len(radii))
    np.maximum.at(widest, owner, radii[leaves])
    # Seeds of a sunflower: each has the same room, however many there are.
    far = np.sqrt((radii[owner] + widest[owner]) ** 2 + turn * (2.1 * widest[owner]) ** 2)
    angle = turn * _GOLDEN_ANGLE + owner  # flowers side by side are not all turned alike
    ring = np.zeros((len(radii), 2))
    ring[leaves] = np.column_stack((np.cos(angle), np.sin(angle))) * far[:, None]
    reach = np.zeros(len(radii))
    np.maximum.at(reach, owner, far + widest[owner] - radii[owner])
    return reach, ring


# ------------------------------------------------------------------- a rough start


def _start(edges: Numbers, nodes: int) -> Plane:
    """Pivot multidimensional scaling: distances to pivots far from one another, seen from the best side."""
    both = np.concatenate((edges, edges[:, ::-1]))
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    first = np.searchsorted(both[:, 0], np.arange(nodes + 1))
    pivot, nearest, columns = int(np.argmax(np.diff(first))), np.full(nodes, np.inf), []
    for _ in range(min(_PIVOTS, nodes)):
        steps = _steps(both[:, 1], first, pivot)
        columns.append(steps)
        nearest = np.minimum(nearest, steps)
        pivot = int(np.argmax(nearest))
    square = np.array(columns).T ** 2
    centred = square - square.mean(axis=0) - square.mean(axis=1, keepdims=True) + square.mean()
    _, vectors = np.linalg.eigh(centred.T @ centred)
    at: Plane = centred @ vectors[:, :-3:-1]
    if at.shape[1] < 2:
        at = np.zeros((nodes, 2))
    at *= np.where(at[np.abs(at).argmax(axis=0), [0, 1]] < 0, -1, 1)  # no library says which way is up
    at /= max(float(np.abs(at).max()), 1e-9)
    # Nodes with equal distances part a little, each another way.
    angle = np.arange(nodes) * _GOLDEN_ANGLE
    start: Plane = (at + 0.05 * np.column_stack((np.cos(angle), np.sin(angle)))).round(6)
    return start


def _steps(ends: Numbers, first: Numbers, source: int) -> NDArray[np.float64]:
    """The number of edges from a node to each other; what it does not reach is far away."""
    steps = np.full(len(first) - 1, -1)
    front, step = np.array([source]), 0
    while len(front):
        steps[front] = step
        counts = first[front + 1] - first[front]
        offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        around = ends[np.repeat(first[front], counts) + offsets]
        front, step = np.unique(around[steps[around] < 0]), step + 1
    return np.where(steps < 0, step, steps).astype(float)


# ------------------------------------------------------------------------ the forces


def _pulled(edges: Numbers, at: Plane, discs: NDArray[np.float64]) -> Plane:
    """Neighbours pull one another, all push all, a little less at each round."""
    nodes = len(at)
    degree = np.bincount(edges.ravel(), minlength=nodes)
    # A disc that holds much pushes more; a node with many neighbours must not draw all to the middle.
    mass = (1 + degree) * (0.5 + discs / discs.mean())
    side = sqrt(float((discs**2).sum())) * 4
    at = at * side / 2
    cells = 64 if nodes < 1000 else 128 if nodes < 20_000 else 256
    kernel = _kernel(cells)
    strength = side**2 / (4 * float(mass.sum()) * max(float(degree.mean()), 1))
    a, b = edges.T
    for turn in range(_ROUNDS):
        push = _push(at, mass, kernel, cells) * mass[:, None] * strength / mass.mean()
        along = at[b] - at[a]
        pull = np.column_stack(
            [np.bincount(a, along[:, axis], nodes) - np.bincount(b, along[:, axis], nodes) for axis in (0, 1)]
        )
        step = (push + pull - 0.05 * at * degree.mean()) / (1 + degree)[:, None]
        size = np.maximum(np.linalg.norm(step, axis=1, keepdims=True), 1e-9)
        at = at + step / size * np.minimum(size * 0.5, side * 0.06 * (1 - turn / _ROUNDS))
        at = at.round(3)  # the last bits are those of the machine, and would grow
    return at


def _kernel(cells: int) -> NDArray[np.complex128]:
    """The transform of the push of a unit mass on the cells about it, x real and y imaginary."""
    away = np.fft.fftfreq(2 * cells, 1 / (2 * cells))
    x, y = np.meshgrid(away, away, indexing="ij")
    kernel: NDArray[np.complex128] = np.fft.fft2((x + 1j * y) / (x**2 + y**2 + 0.5))
    return kernel


def _push(at: Plane, mass: NDArray[np.float64], kernel: NDArray[np.complex128], cells: int) -> Plane:
    """The push of all masses on each place, by the inverse of the distance."""
    low = at.min(axis=0)
    cell = max(float((at.max(axis=0) - low).max()), 1e-9) / (cells - 1.001)
    corner, part = np.divmod((at - low) / cell, 1)
    corner = corner.astype(np.int64)
    corners = [
        (
            (corner[:, 0] + i) * cells + corner[:, 1] + j,
            np.abs(1 - i - part[:, 0]) * np.abs(1 - j - part[:, 1]),
        )
        for i in (0, 1)
        for j in (0, 1)
    ]
    density = sum(np.bincount(where, mass * share, cells * cells) for where, share in corners)
    wide = np.zeros((2 * cells, 2 * cells))
    wide[:cells, :cells] = np.reshape(density, (cells, cells))
    field = np.fft.ifft2(np.fft.fft2(wide) * kernel)[:cells, :cells].ravel() / cell
    felt = sum(field[where] * share for where, share in corners)
    return np.column_stack((np.real(felt), np.imag(felt)))


# --------------------------------------------------------------- room for each disc


def _settled(at: Plane, discs: NDArray[np.float64]) -> Plane:
    """The picture at a scale where discs have just room, and pushed off one another where they have not."""
    room = sqrt(_ROOM * 4 * float((discs**2).sum()))
    at = at * (room / max(float(at.std(axis=0).mean()) * 3.5, 1e-9))
    slack = float(discs.mean())
    for turn in range(_SETTLING if len(at) < 5000 else _SETTLING_MANY):
        if turn % 6 == 0:  # those that lie near now are those that may touch in the next rounds
            a, b = _close(at, discs, slack)
        apart = at[b] - at[a]
        distance = np.hypot(apart[:, 0], apart[:, 1])
        same = distance < 1e-3  # on one spot: each pair parts another way
        apart[same] = np.column_stack((np.cos(a[same]), np.sin(a[same])))
        distance[same] = 1
        over = np.maximum(discs[a] + discs[b] - distance, 0)
        if not (over > 0.5).any():
            if turn % 6 == 0:
                break
            continue
        # What is small gives way to what is large.
        share = discs[b] / (discs[a] + discs[b])
        push = apart * (over / distance * 0.8)[:, None]
        for axis in (0, 1):
            at[:, axis] -= np.bincount(a, push[:, axis] * share, len(at))
            at[:, axis] += np.bincount(b, push[:, axis] * (1 - share), len(at))
    return at


def _close(at: Plane, discs: NDArray[np.float64], slack: float) -> tuple[Numbers, Numbers]:
    """All pairs of discs with less than ``slack`` between them, each once.

    Places are looked up by squares. A few discs are far larger than the rest; they are held against
    all others, so that the squares can be small.
    """
    usual = float(np.quantile(discs, 0.98))
    large = np.flatnonzero(discs > usual)
    small = np.flatnonzero(discs <= usual)
    firsts, seconds = [], []
    for disc in large:
        near = np.abs(at - at[disc]).max(axis=1) < discs[disc] + discs + slack
        near[disc] = False
        near[large[large < disc]] = False  # met already, the other way round
        others = np.flatnonzero(near)
        firsts.append(np.full(len(others), disc))
        seconds.append(others)
    for a, b in _pairs(at[small], 2 * usual + slack):
        first, second = small[a], small[b]
        near = np.abs(at[first] - at[second]).max(axis=1) < discs[first] + discs[second] + slack
        firsts.append(first[near])
        seconds.append(second[near])
    return np.concatenate(firsts), np.concatenate(seconds)


def _pairs(at: Plane, side: float) -> Iterator[tuple[Numbers, Numbers]]:
    """Pairs of places in the same square of that side or in squares that touch, each once."""
    squares = np.floor((at - at.min(axis=0)) / side).astype(np.int64) + 1
    columns = int(squares[:, 1].max()) + 2
    key = squares[:, 0] * columns + squares[:, 1]
    order = np.argsort(key, kind="stable")
    keys = key[order]
    for offset in (0, 1, columns - 1, columns, columns + 1):
        low = np.searchsorted(keys, keys + offset) if offset else np.arange(1, len(keys) + 1)
        counts = np.searchsorted(keys, keys + offset, "right") - low
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        yield order[np.repeat(np.arange(len(keys)), counts)], order[np.repeat(low, counts) + within]
