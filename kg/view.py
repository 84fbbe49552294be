"""The graph to look at: statements as a networkx graph, and as one page that needs no network.

The page comes from pyvis, filled from a template of our own: pyvis lends its copy of
vis-network and turns the lists of nodes and edges into the page. Places are worked out
beforehand and physics is off, so the picture stands still from the moment it opens. What
the texts say reaches the page as JSON alone, and its script only ever writes it as text;
no script runs and no style holds but those that the page's own policy names by their hashes.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import chain
from math import sqrt
from typing import Any, Generic, TypeVar

import networkx as nx
from jinja2 import ChoiceLoader, Environment, FunctionLoader
from markupsafe import Markup
from pyvis.network import Network

from kg.centrality import Centrality, centrality
from kg.layout import Box, places
from kg.model import Evidence, Factuality, Source, Statement
from kg.network import STRONGEST_FIRST, to_network
from kg.network import words as in_words
from kg.resources import data
from kg.statements import SYMMETRIC

__all__ = ["to_html", "to_network"]

#: Up to so many facts every edge bears its relation, and the layout makes room for the words.
_LABELLED = 120
#: Past so many things the layout makes room for the nodes alone; names are written where there is room.
_ROOMY = 350
_CAPTION = 60

# ---------------------------------------------------------------------- the page


def to_html(
    statements: Sequence[Statement],
    *,
    of: tuple[int, int] | None = None,
    title: str = "kg",
    labels: Mapping[str, str] | None = None,
) -> str:
    """One page that shows the statements with their evidence and asks nothing of any network.

    ``of`` is the number of things and of facts in the whole graph where the statements are only
    a part of it: the page then says how much it shows of how much. ``labels`` gives the words to
    show for relations, classes and metrics, by local name; a name without one is shown in words
    of its own. The same statements in any order give the same page.
    """
    graph = to_network(statements, labels=labels)
    net = Network(directed=True, cdn_resources="in_line", heading=title)
    net.options = _OPTIONS
    told = _Told()
    # Whole lists: pyvis's add_node and add_edge look through all they hold, each time.
    net.nodes, net.edges, names = _rows(graph, told, labels or {})
    loader = ChoiceLoader([FunctionLoader(_ours), net.templateEnv.loader])
    net.templateEnv = Environment(loader=loader, autoescape=True)
    net.templateEnv.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
    net.templateEnv.globals |= {
        "told": {
            **names,
            "of": of,
            "documents": [_document(source) for source in told.documents.items],
            "evidence": told.evidence,
            "sentences": told.sentences.items,
            "strings": told.strings.items,
        },
        "style": _trusted(_read(net.templateEnv, "style.css")),
        "scripts": [_trusted(_read(net.templateEnv, _VIS)), _trusted(_viewer(net.templateEnv))],
    }
    return str(net.generate_html())


# vis-network's own options; see its documentation. It moves nodes and the view; the page draws by itself.
_OPTIONS: dict[str, Any] = {
    "autoResize": True,
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "nodes": {"chosen": False, "shape": "dot", "size": 12, "borderWidth": 0, "color": "transparent"},
    "interaction": {"hover": False, "selectable": True, "selectConnectedEdges": False, "zoomSpeed": 0.7},
}
_VIS = "lib/vis-9.1.2/vis-network.min.js"
#: The page's own script, in the order of its chapters.
_CHAPTERS = (
    *("elements", "data", "state", "walks", "looks", "pen", "canvas"),
    *("panel", "filters", "search", "table", "export", "keys", "main"),
)


def _ours(name: str) -> str | None:
    """A template of ours; those of pyvis come after, with its copy of vis-network."""
    file = data("view", name)
    return file.read_text(encoding="utf-8") if file.is_file() else None


def _read(environment: Environment, name: str) -> str:
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


def _viewer(environment: Environment) -> str:
    """The page's own script: its chapters share one scope, and nothing else sees it."""
    chapters = [_read(environment, f"{chapter}.js") for chapter in _CHAPTERS]
    return "\n".join(["(() => {", '"use strict";', *chapters, "})();"])


def _trusted(text: str) -> dict[str, str]:
    """A script or style of ours or of pyvis, with the hash by which the page's policy lets it in."""
    digest = b64encode(sha256(text.encode()).digest()).decode()
    return {"text": Markup(text), "hash": f"sha256-{digest}"}  # noqa: S704 nothing of any text gets into it


# ------------------------------------------------------- its data, each thing once

_T = TypeVar("_T")


class _Once(Generic[_T]):
    """Items in the order in which they were first met, each with its number."""

    def __init__(self) -> None:
        self._places: dict[_T, int] = {}

    def __call__(self, item: _T) -> int:
        return self._places.setdefault(item, len(self._places))

    @property
    def items(self) -> list[_T]:
        return list(self._places)


class _Told:
    """What the facts of a page share: texts, documents, sentences and pieces of evidence."""

    def __init__(self) -> None:
        self.strings: _Once[str] = _Once()
        self.documents: _Once[Source] = _Once()
        self.sentences: _Once[tuple[int, str]] = _Once()
        self.evidence: list[list[Any]] = []
        self._known: dict[Evidence, int] = {}

    def tell(self, evidence: Evidence) -> int:
        """The number of a piece of evidence: its sentence, the span of its words there, and the rest."""
        number = self._known.setdefault(evidence, len(self.evidence))
        if number == len(self.evidence):
            start = _units(evidence.before)
            sentence = (self.documents(evidence.source), evidence.before + evidence.quote + evidence.after)
            self.evidence.append(
                [
                    self.sentences(sentence),
                    start,
                    start + _units(evidence.quote),
                    self.strings(evidence.rule),
                    STRONGEST_FIRST.index(evidence.factuality),
                    self.strings(evidence.said_by),
                    [self.strings(note) for note in evidence.resolution],
                ]
            )
        return number


def _units(text: str) -> int:
    """The length of a text in JavaScript, which counts some characters twice."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _rows(
    graph: nx.MultiDiGraph[str], told: _Told, labels: Mapping[str, str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, Any]]:
    """The nodes, the most central first, the edges, and the names of their classes and relations.

    Whatever is as usual is left out; evidence, classes and relations are told by their numbers.
    """
    classes = sorted({node["cls"] for node in graph.nodes.values()})
    relations = sorted({edge["relation"] for edge in graph.edges.values()})
    words = {name: labels.get(name) or in_words(name) for name in chain(classes, relations)}
    measures = centrality(graph)
    number = {name: place for place, name in enumerate(measures.order)}
    nodes = _node_rows(graph, measures, words, {name: place for place, name in enumerate(classes)})
    of_relation = {name: place for place, name in enumerate(relations)}
    rows = sorted(graph.edges(keys=True, data=True), key=lambda edge: (number[edge[0]], edge[2]))
    edges: list[dict[str, Any]] = [
        {
            "from": number[source],
            "to": number[target],
            "relation": of_relation[edge["relation"]],
            "evidence": [told.tell(evidence) for evidence in edge["evidence"]],
        }
        | ({} if edge["factuality"] == Factuality.ASSERTED else {"factuality": edge["factuality"].value})
        | ({} if edge["stands"] else {"stands": False})
        | _qualified(edge["qualifiers"], told)
        for source, target, _, edge in rows
    ]
    names = {
        "classes": classes,
        "relations": relations,
        "labels": words,
        "symmetric": sorted(SYMMETRIC.intersection(relations)),
    }
    return nodes, edges, names


def _qualified(qualifiers: Sequence[tuple[str, str]], told: _Told) -> dict[str, Any]:
    rows = [[told.strings(name), told.strings(value)] for name, value in qualifiers]
    return {"qualifiers": rows} if rows else {}


def _node_rows(
    graph: nx.MultiDiGraph[str], measures: Centrality, words: Mapping[str, str], classes: Mapping[str, int]
) -> list[dict[str, Any]]:
    box = _roomy_box if len(graph) <= _ROOMY else _tight_box
    degree = Counter(chain.from_iterable(graph.edges()))
    at = places(_written(graph, words), {n: box(node["label"], degree[n]) for n, node in graph.nodes.items()})
    rows = []
    for name in measures.order:
        node = graph.nodes[name]
        row: dict[str, Any] = {
            "id": name,
            "label": node["label"],
            "cls": classes[node["cls"]],
            "x": at[name][0],
            "y": at[name][1],
            "community": measures.community[name],
            "bridging": round(100 * measures.bridging[name]),
            "aliases": sorted(node["aliases"]),
            "dbpedia": node["dbpedia"],
            "period": node.get("period", ""),
        }
        rows.append({key: value for key, value in row.items() if value not in ("", [])})
    return rows


def _labelled(graph: nx.MultiDiGraph[str]) -> bool:
    return graph.number_of_edges() <= _LABELLED


def _roomy_box(label: str, degree: int) -> Box:
    """About the room that a node takes with its caption, which wraps, and hangs below."""
    wide = 7.4 * min(len(label), _CAPTION)
    lines = 1 + wide // 150
    radius = 10 + 3 * sqrt(degree)
    return Box(min(wide, 165) + 20, radius + 4, radius + 8 + 17 * lines)


def _tight_box(_: str, degree: int) -> Box:
    """The room of a node alone."""
    radius = 14 + 3 * sqrt(degree)
    return Box(2 * radius, radius, radius)


def _written(graph: nx.MultiDiGraph[str], words: Mapping[str, str]) -> dict[tuple[str, str], Box]:
    """The room that the words take on the edges between two nodes, where all edges bear words."""
    if not _labelled(graph):
        return dict.fromkeys(((min(ends), max(ends)) for ends in graph.edges()), Box(0, 0, 0))
    beside = defaultdict(list)
    for (source, target, _), edge in graph.edges.items():
        beside[min(source, target), max(source, target)].append(6.5 * len(words[edge["relation"]]))
    return {ends: Box(max(wide), 7 + 9 * len(wide), 7 + 9 * len(wide)) for ends, wide in beside.items()}


def _document(source: Source) -> dict[str, str]:
    row = {
        "id": source.id,
        "title": source.title or source.id,
        "outlet": source.outlet,
        "date": source.published.isoformat() if source.published else "",
        "url": source.url,
        "language": source.language,
    }
    return {key: value for key, value in row.items() if value}
