"""Statements as a property graph: CSV for ``neo4j-admin database import``, and Cypher that may run again.

A relationship between two things is there only for what stands, as in RDF. Every statement is a node that
leads to its subject, its object and its evidence, and each piece of evidence to its document.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from kg.facts import spoken, words
from kg.graph import document_iri, entity_iri, evidence_iri, object_iri, statement_iri
from kg.model import Entity, Evidence, Observation, Source, Statement, plain
from kg.names import DBPEDIA, RES, escaped
from kg.statements import stands
from kg.tables import COLUMNS, Cell, figure, qualifiers, sheet

_TYPES: Final = {
    "text": "string",
    "texts": "string[]",
    "number": "double",
    "integer": "long",
    "boolean": "boolean",
    "date": "date",
}
_FIGURE = ("metric", "value", "max_value", "unit", "bound", "change", "period", "period_start", "period_end")
_QUALIFIERS = tuple(COLUMNS)[list(COLUMNS).index("date") : list(COLUMNS).index("other") + 1]
#: The properties of each kind of node, with their kinds.
_NODES: Final = {
    "Entity": {"label": "text", "aliases": "texts", "same_as": "text", "place": "text", "named": "boolean"},
    "Observation": {"label": "text"} | {name: COLUMNS[name] for name in _FIGURE},
    "Statement": {"label": "text", "relation": "text", "stands": "boolean"}
    | {name: COLUMNS[name] for name in _QUALIFIERS},
    "Evidence": {
        name: COLUMNS[name]
        for name in (
            "factuality",
            "said_by",
            "quote",
            "before",
            "after",
            "start",
            "end",
            "rule",
            "resolution",
        )
    },
    "Document": {name: COLUMNS[name] for name in ("headline", "outlet", "published", "url", "language")},
}
_BATCH = 500
_DELIMITERS = (";", "|", "\x1f")


class _Node(NamedTuple):
    id: str
    kind: str
    label: str
    properties: dict[str, Cell]


class _Link(NamedTuple):
    start: str
    end: str
    type: str
    statement: str


def _graph(statements: Iterable[Statement]) -> tuple[list[_Node], list[_Link]]:
    """All nodes and relationships, sorted."""
    nodes: dict[str, _Node] = {}
    links: set[_Link] = set()
    for statement in statements:
        claim = statement.claim
        own = _local(statement_iri(claim))
        ends = _local(entity_iri(claim.subject)), _local(object_iri(claim))
        nodes |= (
            (name, _thing(name, e)) for name, e in zip(ends, (claim.subject, claim.object), strict=True)
        )
        standing = stands(statement)
        told = {"label": words(claim), "relation": claim.relation, "stands": standing, **qualifiers(claim)}
        nodes[own] = _Node(own, "Statement", "", told)
        links |= {_Link(own, ends[0], "SUBJECT", ""), _Link(own, ends[1], "OBJECT", "")}
        if standing:
            links.add(_Link(*ends, _upper(claim.relation), own))
        for evidence in statement.evidence:
            record, source = _local(evidence_iri(evidence)), _local(document_iri(evidence.source))
            nodes[record] = _Node(record, "Evidence", "", _evidence(evidence))
            nodes[source] = _Node(source, "Document", "", _document(evidence.source))
            links |= {_Link(own, record, "EVIDENCE", ""), _Link(record, source, "FROM", "")}
    return sorted(nodes.values(), key=lambda node: node.id), sorted(links)


def _local(iri: str) -> str:
    return iri.removeprefix(RES)


def _upper(relation: str) -> str:
    """A relation as Neo4j writes types: ``partnerOf`` is ``PARTNER_OF``."""
    return _plain(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", relation)).upper()


def _plain(name: str) -> str:
    """A name that needs no quotes anywhere; a graph from elsewhere may bring any."""
    return re.sub(r"[^A-Za-z0-9_]", "_", name)


def _thing(name: str, thing: Entity | Observation) -> _Node:
    if isinstance(thing, Observation):
        return _Node(name, "Observation", "", {"label": spoken(thing), **figure(thing)})
    told: dict[str, Cell] = {
        "label": thing.label,
        "aliases": thing.aliases,
        "same_as": DBPEDIA + escaped(thing.dbpedia) if thing.dbpedia else "",
        "place": thing.place,
        "named": thing.named,
    }
    return _Node(name, "Entity", _plain(thing.cls), told)


def _evidence(evidence: Evidence) -> dict[str, Cell]:
    return {
        "factuality": evidence.factuality.value,
        "said_by": evidence.said_by,
        "quote": evidence.quote,
        "before": evidence.before,
        "after": evidence.after,
        "start": evidence.start,
        "end": evidence.end,
        "rule": evidence.rule,
        "resolution": evidence.resolution,
    }


def _document(source: Source) -> dict[str, Cell]:
    told: dict[str, Cell] = {"headline": source.title, "outlet": source.outlet, "published": source.published}
    return told | {"url": source.url, "language": source.language}


# ------------------------------------------------------------------- import CSV


def to_csv(statements: Sequence[Statement]) -> dict[str, bytes]:
    """Files for ``neo4j-admin database import full neo4j @import.args``, run in their folder.

    Heads bear types (``value:double``, ``published:date``, ``:LABEL``, ``:START_ID``); every node has the
    label ``Resource`` and those of its kind. ``import.args`` says what parts the items of a list.
    """
    nodes, links = _graph(statements)
    items = [
        item
        for node in nodes
        for cell in node.properties.values()
        if isinstance(cell, tuple)
        for item in cell
    ]
    parting = next((mark for mark in _DELIMITERS if not any(mark in item for item in items)), _DELIMITERS[-1])
    files, told = {}, []
    for kind, columns in _NODES.items():
        heads = ["id:ID", ":LABEL", *(f"{name}:{_TYPES[of]}" for name, of in columns.items())]
        rows = (
            [node.id, parting.join(_labels(node)), *(_cell(node.properties.get(c), parting) for c in columns)]
            for node in nodes
            if node.kind == kind
        )
        files[f"{kind.lower()}.csv"] = sheet([heads, *rows])
        told.append(f"--nodes={kind.lower()}.csv")
    files["relationships.csv"] = sheet([[":START_ID", ":END_ID", ":TYPE", "statement:string"], *links])
    mark = parting if parting.isprintable() else f"U+{ord(parting):04X}"
    told += ["--relationships=relationships.csv", f"--array-delimiter={mark}", "--multiline-fields=true"]
    files["import.args"] = "\n".join([*told, ""])
    return {name: text.encode() for name, text in files.items()}


def _labels(node: _Node) -> list[str]:
    return ["Resource", node.kind, *filter(None, [node.label])]


def _cell(value: Cell, parting: str) -> str:
    if isinstance(value, tuple):
        return parting.join(item.replace(parting, " ") for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return plain(value)
    return "" if value is None else str(value)


# ----------------------------------------------------------------------- Cypher


def to_cypher(statements: Sequence[Statement]) -> str:
    """Cypher statements that make the graph, or add what is new: each may run again, to no effect.

    What a graph no longer says stays until it is deleted. For ``cypher-shell -f``, Neo4j 4.4 or later. Nothing that stands in a text can end its string.
    """
    nodes, links = _graph(statements)
    parts = ["CREATE CONSTRAINT kg_resource IF NOT EXISTS FOR (n:Resource) REQUIRE n.id IS UNIQUE;\n"]
    alike: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for node in nodes:
        alike[tuple(_labels(node)[1:])].append(_map({"id": node.id, "told": _map(_told(node))}, raw="told"))
    for labels, maps in sorted(alike.items()):
        merge = f"MERGE (n:Resource {{id: row.id}})\nSET n:{':'.join(labels)}, n += row.told;\n"
        parts += _unwound(maps, merge)
    between: defaultdict[tuple[str, bool], list[str]] = defaultdict(list)
    for link in links:
        told = {"start": link.start, "end": link.end, "statement": link.statement}
        between[link.type, bool(link.statement)].append(_map({n: v for n, v in told.items() if v}))
    for (kind, standing), maps in sorted(between.items()):
        told_by = " {statement: row.statement}" if standing else ""
        merge = (
            "MATCH (a:Resource {id: row.start}), (b:Resource {id: row.end})\n"
            f"MERGE (a)-[:{kind}{told_by}]->(b);\n"
        )
        parts += _unwound(maps, merge)
    return "\n".join(parts)


def _told(node: _Node) -> dict[str, Cell]:
    return {name: value for name, value in node.properties.items() if value not in (None, "", ())}


def _unwound(maps: Sequence[str], merge: str) -> Iterator[str]:
    for start in range(0, len(maps), _BATCH):
        lines = ",\n".join(f"  {each}" for each in maps[start : start + _BATCH])
        yield f"UNWIND [\n{lines}\n] AS row\n{merge}"


def _map(values: dict[str, Cell], *, raw: str = "") -> str:
    """A map as Cypher writes it; the value called ``raw`` is Cypher already."""
    return f"{{{', '.join(f'{n}: {v if n == raw else _literal(v)}' for n, v in values.items())}}}"


def _literal(value: Cell) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return repr(float(value))
    if isinstance(value, date):
        return f"date('{value.isoformat()}')"
    return _string(value) if isinstance(value, str) else str(value)


_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def _string(text: str) -> str:
    r"""A string that means the same wherever Cypher undoes ``\uXXXX``: in the string, or before it is read.

    Neo4j undoes it in the whole text first, where an escaped backslash before a ``u`` would begin one.
    """
    safe = "".join(
        _ESCAPES.get(char) or (char if char.isprintable() or ord(char) > 0x9F else f"\\u{ord(char):04X}")
        for char in text
    )
    return "'" + re.sub(r"(?<!\\)((?:\\\\)+)u", r"\1' + 'u", safe) + "'"
