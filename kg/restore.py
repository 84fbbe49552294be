"""Statements out of a graph again: the inverse of what the two graphs were written with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from kg.model import Claim, Entity, Evidence, Factuality, Observation, QueryError, Source, Statement
from kg.names import AUTO, DBPEDIA, PREFIXES, RES, unescaped
from kg.statements import claim_key, evidence_key

_T = TypeVar("_T")

_RDF, _RDFS, _PROV, _OA = (PREFIXES[prefix] for prefix in ("rdf", "rdfs", "prov", "oa"))
_SCHEMA, _SKOS, _OWL, _DCTERMS = (PREFIXES[prefix] for prefix in ("schema", "skos", "owl", "dcterms"))


@dataclass(frozen=True, slots=True)
class _Node:
    """A thing of the graph with the IRIs and texts that each of its properties leads to, sorted."""

    iri: str
    values: Mapping[str, list[str]]

    def all(self, iri: str) -> list[str]:
        return self.values.get(iri, [])

    def get(self, iri: str) -> str:
        return next(iter(self.all(iri)), "")

    def one(self, iri: str) -> str:
        for value in self.all(iri):
            return value
        raise QueryError(
            f"<{self.iri}> has no <{iri}>: the graph is not whole; load facts and evidence together"
        )

    def read(self, iri: str, reader: Callable[[str], _T]) -> _T:
        text = self.one(iri)
        try:
            return reader(text)
        except (ValueError, ArithmeticError) as exc:
            raise QueryError(f"<{self.iri}> has {text!r} for its <{iri}>; validate the graph") from exc

    def maybe(self, iri: str, reader: Callable[[str], _T]) -> _T | None:
        return self.read(iri, reader) if self.all(iri) else None


def statements(triples: Iterable[tuple[str, str, str]]) -> list[Statement]:
    """The statements whose facts and evidence the triples tell, in order of their claims.

    A triple is its subject, predicate and object as IRIs or plain text. Aliases
    come back sorted. Raises :class:`~kg.model.QueryError` where something is
    missing, as when evidence was loaded without the facts, or is no value of its kind.
    """
    nodes = _nodes(triples)
    evidence = {n.iri: _evidence(n, nodes) for n in _members(nodes, AUTO + "Evidence")}
    found = [_statement(n, nodes, evidence) for n in _members(nodes, _RDF + "Statement")]
    return sorted(found, key=lambda s: claim_key(s.claim))


def _nodes(triples: Iterable[tuple[str, str, str]]) -> Mapping[str, _Node]:
    gathered: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for subject, predicate, value in triples:
        gathered[subject][predicate].add(value)
    return {iri: _Node(iri, {p: sorted(v) for p, v in values.items()}) for iri, values in gathered.items()}


def _members(nodes: Mapping[str, _Node], cls: str) -> Iterator[_Node]:
    return (node for node in nodes.values() if cls in node.all(_RDF + "type"))


def _node(nodes: Mapping[str, _Node], iri: str) -> _Node:
    return nodes.get(iri) or _Node(iri, {})


def _local(iri: str, namespace: str) -> str:
    return unescaped(iri.removeprefix(namespace))


# ------------------------------------------------------------------- statements


def _statement(node: _Node, nodes: Mapping[str, _Node], evidence: Mapping[str, Evidence]) -> Statement:
    subject = _entity(_node(nodes, node.one(_RDF + "subject")))
    thing = _node(nodes, node.one(_RDF + "object"))
    claim = Claim(
        subject,
        _local(node.one(_RDF + "predicate"), AUTO),
        _observation(thing) if AUTO + "Observation" in thing.all(_RDF + "type") else _entity(thing),
        tuple(sorted(_qualifiers(node))),
    )
    node.one(AUTO + "evidence")  # a statement without evidence is none
    held = [evidence.get(iri) or _evidence(_node(nodes, iri), nodes) for iri in node.all(AUTO + "evidence")]
    return Statement(claim, tuple(sorted(held, key=evidence_key)))


def _qualifiers(node: _Node) -> Iterator[tuple[str, str]]:
    names = {iri.removeprefix(AUTO): texts for iri, texts in node.values.items() if iri.startswith(AUTO)}
    for name, texts in names.items():
        if name == "evidence" or (name.endswith("Unit") and name.removesuffix("Unit") in names):
            continue
        for text in texts:
            yield name, " ".join([_when(text), *names.get(f"{name}Unit", ())])


def _when(value: str) -> str:
    return value.removeprefix(RES + "period/")


def _entity(node: _Node) -> Entity:
    classes = [iri for iri in node.all(_RDF + "type") if iri.startswith(AUTO)]
    return Entity(
        id=_local(node.iri, RES),
        label=node.one(_RDFS + "label"),
        cls=_local(classes[0], AUTO) if classes else node.one(_RDF + "type"),
        aliases=tuple(node.all(_SKOS + "altLabel")),
        dbpedia=_local(node.get(_OWL + "sameAs"), DBPEDIA),
        place=node.get(AUTO + "place"),
        named=node.get(AUTO + "named") != "false",
    )


def _observation(node: _Node) -> Observation:
    return Observation(
        metric=_local(node.one(AUTO + "metric"), AUTO),
        value=node.maybe(AUTO + "value", Decimal),
        unit=node.get(AUTO + "unit"),
        period=_when(node.get(AUTO + "period")),
        high=node.maybe(AUTO + "maxValue", Decimal),
        bound=_local(node.get(AUTO + "bound"), AUTO),
        change=node.maybe(AUTO + "change", Decimal),
    )


# --------------------------------------------------------------------- evidence


def _evidence(node: _Node, nodes: Mapping[str, _Node]) -> Evidence:
    selector = _node(nodes, node.one(_OA + "hasSelector"))
    speaker = node.get(_PROV + "wasAttributedTo")
    notes = node.all(AUTO + "resolution")
    return Evidence(
        source=_source(_node(nodes, node.one(_PROV + "wasDerivedFrom"))),
        rule=_local(node.one(_PROV + "wasGeneratedBy"), RES + "rule/"),
        start=selector.read(_OA + "start", int),
        end=selector.read(_OA + "end", int),
        quote=selector.one(_OA + "exact"),
        before=selector.get(_OA + "prefix"),
        after=selector.get(_OA + "suffix"),
        factuality=node.read(AUTO + "factuality", lambda iri: Factuality(_local(iri, AUTO))),
        said_by=_node(nodes, speaker).one(_RDFS + "label") if speaker else "",
        resolution=tuple(notes[0].split("\n")) if notes else (),
    )


def _source(node: _Node) -> Source:
    return Source(
        id=_local(node.iri, RES + "document/"),
        title=node.get(_SCHEMA + "headline"),
        outlet=node.get(_DCTERMS + "publisher"),
        published=node.maybe(_SCHEMA + "datePublished", date.fromisoformat),
        url=node.get(_SCHEMA + "url"),
        language=node.get(_SCHEMA + "inLanguage"),
    )


# ------------------------------------------------------------------------ order
