"""Statements as a network for Gephi, yEd and Cytoscape: GraphML and GEXF, written by networkx.

A thing and a figure are nodes, a statement is an edge whether or not it stands: filter on ``stands`` or
``factuality`` before you count. Lists and evidence are JSON, the only way in which both formats hold them.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from operator import itemgetter
from xml.etree.ElementTree import Element

import networkx as nx
from networkx.readwrite.gexf import GEXFWriter
from networkx.readwrite.graphml import GraphMLWriter

from kg.facts import spoken
from kg.graph import document_iri, entity_iri, object_iri, statement_iri
from kg.model import Entity, Evidence, Observation, Statement
from kg.names import DBPEDIA, RES, escaped
from kg.statements import stands, strongest
from kg.tables import Cell, figure, qualifiers

_Value = str | int | float | bool

_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def to_graphml(statements: Sequence[Statement]) -> bytes:
    r"""The statements as GraphML; equal statements in equal order give equal bytes.

    Numbers are doubles and whole numbers, truth values booleans; GraphML has no days, so those are texts
    (ISO 8601). What XML cannot hold is written as an escape, ``\u0001``.
    """
    writer = GraphMLWriter(encoding="utf-8", prettyprint=True)
    writer.add_graph_element(_network(statements))
    _rename(writer.xml.iter("key"), writer.xml.iter("data"), kind="for", name="attr.name", refers="key")
    page = io.BytesIO()
    writer.dump(page)
    return page.getvalue().rstrip(b"\n") + b"\n"


def to_gexf(statements: Sequence[Statement]) -> bytes:
    """The statements as GEXF 1.2; an edge has the days between which its fact is said to hold.

    An edge begins on the first day of ``since`` or ``date``, and ends on the last of ``until``.
    """
    network = _network(statements)
    for _, _, key, data in network.edges(keys=True, data=True):
        data["id"] = key
        if "first_day" in data:
            data["start"] = data["first_day"]
        if "until" in data and "last_day" in data:
            data["end"] = data["last_day"]
    writer = GEXFWriter(encoding="utf-8", prettyprint=True, version="1.2draft")
    writer.add_graph(network)
    for table in writer.xml.iter("attributes"):
        for attribute in table:
            attribute.set("of", table.get("class"))
    declared, values = writer.xml.iter("attribute"), writer.xml.iter("attvalue")
    _rename(declared, values, kind="of", name="title", refers="for")
    for attribute in writer.xml.iter("attribute"):
        del attribute.attrib["of"]
    for meta in writer.xml.iter("meta"):  # networkx signs with its version and the day
        meta.attrib.clear()
        meta[0].text = "kg"
    page = io.BytesIO()
    writer.write(page)
    return page.getvalue().rstrip(b"\n") + b"\n"


def _rename(
    declared: Iterable[Element], values: Iterable[Element], *, kind: str, name: str, refers: str
) -> None:
    """Call attributes by what they are, not by their number, which shifts whenever a new one turns up."""
    names = {}
    for element in declared:
        names[element.get("id")] = f"{element.get(kind)}_{element.get(name)}"
        element.set("id", names[element.get("id")])
    for element in values:
        element.set(refers, names[element.get(refers)])


def _network(statements: Sequence[Statement]) -> nx.MultiDiGraph[str]:
    things: dict[str, Entity | Observation] = {}
    edges: dict[tuple[str, str, str], dict[str, _Value]] = {}
    for statement in statements:
        claim = statement.claim
        ends = _local(entity_iri(claim.subject)), _local(object_iri(claim))
        things |= zip(ends, (claim.subject, claim.object), strict=True)
        edges[*ends, _local(statement_iri(claim))] = _edge(statement)
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    network.add_nodes_from((name, _node(thing)) for name, thing in sorted(things.items(), key=itemgetter(0)))
    for (start, end, key), edge in edges.items():
        network.add_edge(start, end, key, **edge)
    return network


def _local(iri: str) -> str:
    return iri.removeprefix(RES)


def _node(thing: Entity | Observation) -> dict[str, _Value]:
    if isinstance(thing, Observation):
        return _told({"label": spoken(thing), "class": "Observation", **figure(thing)})
    return _told(
        {
            "label": thing.label,
            "class": thing.cls,
            "aliases": json.dumps(thing.aliases, ensure_ascii=False) if thing.aliases else "",
            "same_as": DBPEDIA + escaped(thing.dbpedia) if thing.dbpedia else "",
            "place": thing.place,
            "named": thing.named,
        }
    )


def _edge(statement: Statement) -> dict[str, _Value]:
    claim, evidence = statement.claim, statement.evidence
    return _told(
        {
            "label": claim.relation,
            "relation": claim.relation,
            "factuality": strongest(e.factuality for e in evidence).value,
            "stands": stands(statement),
            "weight": float(len(evidence)),
            **qualifiers(claim),
            "quote": evidence[0].quote,
            "evidence": json.dumps([_told_evidence(e) for e in evidence], ensure_ascii=False),
        }
    )


def _told_evidence(evidence: Evidence) -> dict[str, str | int | tuple[str, ...]]:
    """All of the evidence but the sentence around the words; the document by its IRI and its name."""
    parts: dict[str, str | int | tuple[str, ...]] = {
        "factuality": evidence.factuality.value,
        "quote": evidence.quote,
        "document": document_iri(evidence.source),
        "published": evidence.source.published.isoformat() if evidence.source.published else "",
        "headline": evidence.source.title,
        "outlet": evidence.source.outlet,
        "url": evidence.source.url,
        "start": evidence.start,
        "end": evidence.end,
        "before": evidence.before,
        "after": evidence.after,
        "rule": evidence.rule,
        "said_by": evidence.said_by,
        "resolution": evidence.resolution,
    }
    return {name: value for name, value in parts.items() if value not in ("", ())}


def _told(cells: Mapping[str, Cell | float]) -> dict[str, _Value]:
    """The cells that hold something, as values that both formats know."""
    return {name: _value(cell) for name, cell in cells.items() if cell not in (None, "", ())}


def _value(cell: Cell | float) -> _Value:
    if isinstance(cell, Decimal):
        return float(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        text = cell.replace("\r\n", "\n").replace("\r", "\n")  # as every reader of XML would
        return _NOT_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    assert isinstance(cell, bool | int | float)
    return cell
