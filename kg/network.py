"""The graph as networkx has it: a node for each thing, an edge for each statement."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

import networkx as nx

from kg.model import Claim, Entity, Observation, Statement
from kg.names import DBPEDIA, escaped
from kg.statements import claim_key, evidence_key, stands

#: The factuality of a statement is the first of these that some evidence gives.
STRONGEST_FIRST = ("Asserted", "Planned", "Predicted", "Possible", "Reported", "Denied")


def to_network(
    statements: Sequence[Statement], *, labels: Mapping[str, str] | None = None
) -> nx.MultiDiGraph[str]:
    """The statements as a graph: a node for each entity and each figure, an edge for each claim.

    Nodes carry ``label``, ``cls``, ``aliases`` and ``dbpedia`` (an IRI or nothing); a figure is
    a node of its subject, of class ``Observation``. Edges are keyed by their claim and carry
    ``relation``, ``factuality`` (the strongest that any evidence gives), ``stands`` (whether it
    is a plain triple), ``qualifiers`` and ``evidence``. ``labels`` names metrics by their local
    names; a figure also has its ``period``. The order of the statements does not matter.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for statement in sorted(statements, key=_statement_key):
        claim = statement.claim
        subject, target = claim.subject, claim.object
        end = _node_id(claim)
        _add_entity(graph, subject)
        if isinstance(target, Entity):
            _add_entity(graph, target)
        elif end not in graph:
            label = _figure(target, labels or {})
            graph.add_node(end, label=label, cls="Observation", aliases=(), dbpedia="", period=target.period)
        factuality = min((e.factuality for e in statement.evidence), key=STRONGEST_FIRST.index)
        graph.add_edge(
            subject.id,
            end,
            key=_claim_id(claim, end),
            relation=claim.relation,
            factuality=factuality,
            stands=stands(statement),
            qualifiers=claim.qualifiers,
            evidence=statement.evidence,
        )
    return graph


def _statement_key(statement: Statement) -> tuple[object, ...]:
    """A total order of statements: of two that tell of one thing by several names the first is heard."""
    return (claim_key(statement.claim), statement.claim.subject, *map(evidence_key, statement.evidence))


def _add_entity(graph: nx.MultiDiGraph[str], entity: Entity) -> None:
    if entity.id not in graph:
        page = DBPEDIA + escaped(entity.dbpedia) if entity.dbpedia else ""
        graph.add_node(entity.id, label=entity.label, cls=entity.cls, aliases=entity.aliases, dbpedia=page)


def _node_id(claim: Claim) -> str:
    """The id of the claim's object; a figure belongs to its subject, so two makers never share one."""
    if isinstance(claim.object, Entity):
        return claim.object.id
    return f"figure:{claim.subject.id}/{_figure(claim.object, {})}"


def _claim_id(claim: Claim, end: str) -> str:
    qualifiers = [f"{name}={value}" for name, value in claim.qualifiers]
    return "|".join([claim.subject.id, claim.relation, end, *qualifiers])


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
    name = labels.get(figure.metric) or words(figure.metric)
    return " · ".join(part for part in (f"{name} {amount}".strip(), figure.period) if part)


def _number(value: Decimal) -> str:
    """Plain digits in groups of three, parted by a thin space, which no language reads as a comma."""
    return f"{value.normalize():,f}".replace(",", "\u202f").replace("-", "\u2212")


def _unit(code: str) -> str:
    """A UCUM code as people write it: ``kW.h`` is kWh, ``{vehicle}`` is vehicles."""
    if code.startswith("{"):
        return f"{code.strip('{}')}s"
    return _UNITS.get(code) or code.replace(".", "")


def words(name: str) -> str:
    """A local name in words: ``ownsStakeIn`` is "owns stake in", ``DataCenter`` is "Data center"."""
    return name[:1] + re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)[1:].lower()
