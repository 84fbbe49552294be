"""The graph to look at: statements as a networkx graph, and as one page that needs no network.

The page comes from pyvis, filled from a template of our own: pyvis lends its copy of
vis-network and turns the lists of nodes and edges into the page. Places are worked out
beforehand and physics is off, so the picture stands still from the moment it opens. What
the texts say reaches the page as JSON alone, and its script only ever writes it as text.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import chain
from math import pi, sqrt
from operator import itemgetter
from typing import Any

import networkx as nx
from jinja2 import BaseLoader, ChoiceLoader, Environment, FunctionLoader
from pyvis.network import Network

from kg.layout import Box, places
from kg.model import Claim, Entity, Evidence, Observation, Source, Statement
from kg.names import DBPEDIA, escaped
from kg.resources import data
from kg.statements import SYMMETRIC, stands

_STRONGEST_FIRST = ("Asserted", "Planned", "Predicted", "Possible", "Reported", "Denied")
_LABELLED = 120
_CAPTION = 60

# ------------------------------------------------------------------- the network


def to_network(
    statements: Sequence[Statement], *, labels: Mapping[str, str] | None = None
) -> nx.MultiDiGraph[str]:
    """The statements as a graph: a node for each entity and each figure, an edge for each claim.

    Nodes carry ``label``, ``cls``, ``aliases`` and ``dbpedia`` (an IRI or nothing); a figure is
    a node of its subject, of class ``Observation``. Edges are keyed by their claim and carry
    ``relation``, ``factuality`` (the strongest that any evidence gives), ``stands`` (whether it
    is a plain triple), ``qualifiers`` and ``evidence``. ``labels`` names metrics by their local
    names. The order of the statements does not matter.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for statement in sorted(statements, key=repr):
        claim = statement.claim
        subject, target = claim.subject, claim.object
        _add_entity(graph, subject)
        if isinstance(target, Entity):
            _add_entity(graph, target)
        else:
            label = _figure(target, labels or {})
            graph.add_node(_node_id(claim), label=label, cls="Observation", aliases=(), dbpedia="")
        factuality = min((e.factuality for e in statement.evidence), key=_STRONGEST_FIRST.index)
        graph.add_edge(
            subject.id,
            _node_id(claim),
            key=_claim_id(claim),
            relation=claim.relation,
            factuality=factuality,
            stands=stands(statement),
            qualifiers=claim.qualifiers,
            evidence=statement.evidence,
        )
    return graph


def _add_entity(graph: nx.MultiDiGraph[str], entity: Entity) -> None:
    if entity.id not in graph:
        page = DBPEDIA + escaped(entity.dbpedia) if entity.dbpedia else ""
        graph.add_node(entity.id, label=entity.label, cls=entity.cls, aliases=entity.aliases, dbpedia=page)


def _node_id(claim: Claim) -> str:
    """The id of the claim's object; a figure belongs to its subject, so two makers never share one."""
    if isinstance(claim.object, Entity):
        return claim.object.id
    return f"figure:{claim.subject.id}/{_figure(claim.object, {})}"


def _claim_id(claim: Claim) -> str:
    qualifiers = [f"{name}={value}" for name, value in claim.qualifiers]
    return "|".join([claim.subject.id, claim.relation, _node_id(claim), *qualifiers])


# ------------------------------------------------------------- figures in words

_BOUNDS = {"About": "≈ ", "AtLeast": "≥ ", "AtMost": "≤ "}
_UNITS = {"[HP_M]": "hp", "Cel": "°C"}


def _figure(figure: Observation, labels: Mapping[str, str]) -> str:
    """A figure in a few words: ``gross margin 14 % · 2024-Q2``."""
    amount = ""
    if figure.value is not None:
        high = "" if figure.high is None else f"\u2013{_number(figure.high)}"
        amount = f"{_BOUNDS.get(figure.bound, '')}{_number(figure.value)}{high} {_unit(figure.unit)}".rstrip()
    if figure.change is not None:
        change = f"{'+' if figure.change > 0 else ''}{_number(figure.change)} %"
        amount = f"{amount} ({change})" if amount else change
    name = labels.get(figure.metric) or _words(figure.metric)
    return " · ".join(part for part in (f"{name} {amount}".strip(), figure.period) if part)


def _number(value: Decimal) -> str:
    """Plain digits in groups of three, parted by a thin space, which no language reads as a comma."""
    return f"{value.normalize():,f}".replace(",", "\u202f").replace("-", "\u2212")


def _unit(code: str) -> str:
    """A UCUM code as people write it: ``kW.h`` is kWh, ``{vehicle}`` is vehicles."""
    if code.startswith("{"):
        return f"{code.strip('{}')}s"
    return _UNITS.get(code) or code.replace(".", "")


def _words(name: str) -> str:
    """A local name in words: ``ownsStakeIn`` is "owns stake in", ``DataCenter`` is "Data center"."""
    return name[:1] + re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)[1:].lower()


# ---------------------------------------------------------------------- the page


def to_html(
    statements: Sequence[Statement],
    *,
    title: str = "kg",
    labels: Mapping[str, str] | None = None,
    of: tuple[int, int] | None = None,
) -> str:
    """One page that shows the statements with their evidence and asks nothing of any network.

    ``labels`` gives the words to show for relations, classes and metrics, by local name; a name
    without one is shown in words of its own. The same statements in any order give the same page.
    ``of`` are the things and facts of the whole graph where the statements are a part of it.
    """
    graph = to_network(statements, labels=labels)
    if of:
        title += f" ({len(graph):,} of {of[0]:,} things, {len(statements):,} of {of[1]:,} facts)"
    sources = {e.source.id: e.source for s in sorted(statements, key=repr) for e in s.evidence}
    documents = [source for _, source in sorted(sources.items())]
    classes = (node["cls"] for node in graph.nodes.values())
    relations = (edge["relation"] for edge in graph.edges.values())
    names = {name: (labels or {}).get(name) or _words(name) for name in chain(classes, relations)}
    net = Network(directed=True, cdn_resources="in_line", heading=title)
    net.options = _OPTIONS
    # Whole lists: pyvis's add_node and add_edge look through all they hold, each time.
    net.nodes = _page_nodes(graph, names)
    net.edges = _page_edges(graph, {source.id: place for place, source in enumerate(documents)})
    net.templateEnv = _environment(net.templateEnv.loader)
    net.templateEnv.globals["legend"] = {
        "documents": [_page_document(source) for source in documents],
        "labels": names,
        "labelled": _labelled(graph),
    }
    return str(net.generate_html())


def _labelled(graph: nx.MultiDiGraph[str]) -> bool:
    """Whether every edge bears its relation; past some number only those of the chosen node do."""
    return graph.number_of_edges() <= _LABELLED


# vis-network's own options; see its documentation.
_OPTIONS: dict[str, Any] = {
    "autoResize": True,
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "nodes": {
        "chosen": False,
        "shape": "dot",
        "widthConstraint": {"maximum": 170},
        "scaling": {"label": {"drawThreshold": 8}},
    },
    "edges": {
        "chosen": False,
        "arrows": {"to": {"enabled": True, "scaleFactor": 0.55}},
        "arrowStrikethrough": False,
    },
    "interaction": {
        "hover": True,
        "selectConnectedEdges": False,
        "hoverConnectedEdges": False,
        "keyboard": {"enabled": True, "bindToWindow": False},
    },
}


def _environment(pyvis_templates: BaseLoader) -> Environment:
    """Templates of ours before those of pyvis, whose copy of vis-network they include."""

    def ours(name: str) -> str | None:
        file = data("view", name)
        return file.read_text(encoding="utf-8") if file.is_file() else None

    return Environment(loader=ChoiceLoader([FunctionLoader(ours), pyvis_templates]), autoescape=True)


def _page_nodes(graph: nx.MultiDiGraph[str], names: Mapping[str, str]) -> list[dict[str, Any]]:
    captions = {name: _caption(node["label"]) for name, node in graph.nodes.items()}
    boxes = {
        name: _box(captions[name], node["cls"], graph.degree(name)) for name, node in graph.nodes.items()
    }
    at = places(_written(graph, names), boxes)
    return [
        {
            "id": name,
            "label": node["label"],
            "caption": captions[name],
            "cls": node["cls"],
            "aliases": sorted(node["aliases"]),
            "dbpedia": node["dbpedia"],
            "degree": graph.degree(name),
            "x": at[name][0],
            "y": at[name][1],
        }
        for name, node in sorted(graph.nodes.items(), key=itemgetter(0))
    ]


def _caption(label: str) -> str:
    """What is written at the node: enough to know it by."""
    return label if len(label) <= _CAPTION else f"{label[:_CAPTION].rstrip()}…"


def _box(caption: str, cls: str, degree: int) -> Box:
    """About the room that a node takes with its caption, which wraps, and hangs below or is framed."""
    wide = 8.2 * len(caption)
    lines = 1 + wide // 150
    if cls == "Observation":
        return Box(min(wide, 170) + 30, 10 + 9 * lines, 10 + 9 * lines)
    radius = 10 + 3 * sqrt(degree)
    return Box(min(wide, 170) + 20, radius + 4, radius + 8 + 18 * lines)


def _written(graph: nx.MultiDiGraph[str], names: Mapping[str, str]) -> dict[tuple[str, str], Box]:
    """The room that the words take on the edges between two nodes, where all edges bear words."""
    beside = defaultdict(list)
    for (source, target, _), edge in graph.edges.items():
        beside[min(source, target), max(source, target)].append(6.5 * len(names[edge["relation"]]))
    if not _labelled(graph):
        return dict.fromkeys(beside, Box(0, 0, 0))
    return {ends: Box(max(wide), 7 + 9 * len(wide), 7 + 9 * len(wide)) for ends, wide in beside.items()}


def _page_edges(graph: nx.MultiDiGraph[str], documents: Mapping[str, int]) -> list[dict[str, Any]]:
    edges = sorted(graph.edges(keys=True, data=True), key=lambda edge: edge[2])
    beside = Counter(frozenset(edge[:2]) for edge in edges)
    seen: Counter[frozenset[str]] = Counter()
    rows = []
    for source, target, key, edge in edges:
        pair = frozenset((source, target))
        rows.append(
            {
                "id": key,
                "from": source,
                "to": target,
                "relation": edge["relation"],
                "factuality": edge["factuality"].value,
                "stands": edge["stands"],
                "arrows": "" if edge["relation"] in SYMMETRIC else "to",
                "qualifiers": edge["qualifiers"],
                "evidence": [_page_evidence(e, documents) for e in edge["evidence"]],
                **_bend(source, target, seen[pair], beside[pair]),
            }
        )
        seen[pair] += 1
    return rows


def _page_document(source: Source) -> dict[str, str]:
    return {
        "title": source.title or source.id,
        "outlet": source.outlet,
        "date": source.published.isoformat() if source.published else "",
        "url": source.url,
    }


def _page_evidence(evidence: Evidence, documents: Mapping[str, int]) -> dict[str, Any]:
    return {
        "document": documents[evidence.source.id],
        "factuality": evidence.factuality.value,
        "before": evidence.before,
        "quote": evidence.quote,
        "after": evidence.after,
        "rule": evidence.rule,
        "saidBy": evidence.said_by,
        "resolution": evidence.resolution,
    }


def _bend(source: str, target: str, place: int, edges: int) -> dict[str, Any]:
    """How edge ``place`` of ``edges`` between two nodes is drawn, so that none hides another."""
    if source == target:
        return {"selfReference": {"size": 22, "angle": pi / 4 + place * 2 * pi / edges}}
    # Clockwise is seen from the source: an edge that runs the other way bends the other way.
    bend = (place - (edges - 1) / 2) * 0.26 * (1 if source < target else -1)
    if not bend:
        return {"smooth": False}
    turn = "curvedCW" if bend > 0 else "curvedCCW"
    return {"smooth": {"enabled": True, "type": turn, "roundness": round(abs(bend), 3)}}
