"""Is a graph what the ontology says it should be? SHACL, and the laws SHACL has no words for.

The shapes and the ontology are the packaged ones, never the data's: a graph that comes from
elsewhere can neither bring its own rules nor run a query, and nothing here opens a connection.
"""

from __future__ import annotations

import json
import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.parsers import expat

from rdflib import OWL, RDF, BNode, Dataset, Graph, Literal, Namespace, Node, URIRef

from kg.model import QueryError
from kg.resources import ontology

AUTO = Namespace("https://w3id.org/auto-kg/ontology#")
OA = Namespace("http://www.w3.org/ns/oa#")
SH = Namespace("http://www.w3.org/ns/shacl#")

Claim = tuple[Node, Node, Node]

_NOT_IN_IRIS = re.compile(r'[\x00-\x20<>"{}|\\^`]')

# Else rdflib prints a traceback for each bad literal and IRI, which the findings tell already.
logging.getLogger("rdflib").addHandler(logging.NullHandler())

_FORMATS = {
    ".ttl": "turtle",
    ".nt": "nt",
    ".nq": "nquads",
    ".trig": "trig",
    ".jsonld": "json-ld",
    ".rdf": "xml",
}
_MANY = {"nquads", "trig", "json-ld"}  # may hold several graphs


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One fault, at the node ``focus`` and, where it is one property's, at ``path``.

    ``focus``, ``path`` and ``value`` are IRIs or literals as plain text, empty
    where there is none; ``severity`` is ``Violation``, ``Warning`` or ``Info``.
    """

    focus: str
    path: str
    message: str
    severity: str = "Violation"
    value: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The findings, sorted; ``conforms`` is true when none of them is a violation."""

    conforms: bool
    findings: tuple[Finding, ...]


def validate(paths: Sequence[Path]) -> Report:
    """Check local RDF files together, as one graph, against the packaged shapes (W3C SHACL core).

    Facts and their evidence usually lie in two files: give both. Raises
    :class:`~kg.model.QueryError` for a file that cannot be read or is refused.
    """
    from pyshacl import validate as shacl  # a third of a second to import

    data = Graph(bind_namespaces="none")
    for path in paths:
        for triple in _read(path):
            data.add(triple)
    terms, shapes = _packaged("auto.ttl"), _packaged("shapes.ttl")
    claims = _claims(data)
    findings = {*_strangers(data, terms), *_groundless(data, claims, terms), *_loops(data, claims, terms)}
    findings.update((*_misquoted(data), *_malformed(data)))
    relations = set(terms.subjects(RDF.type, AUTO.Relation))
    for claim in claims:  # what is only planned stands nowhere as a triple, yet has to make sense
        if claim[1] in relations:
            data.add(claim)
    data += terms  # so that pySHACL sees the subclasses
    _, report, _ = shacl(data, shacl_graph=shapes, inference="none", inplace=True, do_owl_imports=False)
    if not isinstance(report, Graph):
        raise QueryError(f"{', '.join(map(str, paths))}: SHACL broke off ({report}); check how deep it nests")
    findings.update(_shacl_findings(report))
    return Report(all(f.severity != "Violation" for f in findings), tuple(sorted(findings)))


# ------------------------------------------------------------------------ input


@cache
def _packaged(name: str) -> Graph:
    return Graph(bind_namespaces="none").parse(data=ontology(name).read_bytes(), format="turtle")


def _read(path: Path) -> Iterator[Claim]:
    """The triples of a file, whatever graphs they stand in."""
    fmt = _FORMATS.get(path.suffix.lower())
    if fmt is None:
        raise QueryError(f"{path}: not a kind of RDF file known here; give one of {' '.join(_FORMATS)}")
    try:
        raw = path.read_bytes()
    except OSError as exc:
        raise QueryError(f"{path}: cannot be read ({exc.strerror}); check its name and permissions") from exc
    graph = Dataset(default_union=True) if fmt in _MANY else Graph(bind_namespaces="none")
    try:
        if fmt == "json-ld":
            raw = _closed_json(raw)
        elif fmt == "xml":
            _refuse_entities(raw)
        graph.parse(data=raw, format=fmt, publicID=path.absolute().as_uri())
    except Exception as exc:  # a parser of rdflib's may raise anything at all on bad input
        detail = " ".join(str(exc).split())[:200] or type(exc).__name__
        message = f"{path}: cannot be read as {fmt} ({detail}); mend the file or write it again"
        raise QueryError(message) from exc
    return graph.triples((None, None, None))


def _closed_json(raw: bytes) -> bytes:
    """The same JSON, once it is sure that no context has to be fetched: rdflib would fetch it."""

    def check(node: object) -> None:
        if isinstance(node, list):
            for item in node:
                check(item)
        elif isinstance(node, dict):
            context = node.get("@context")
            if "@import" in node or any(isinstance(c, str) for c in _listed(context)):
                raise ValueError("its @context lies elsewhere: write the context into the file")
            for item in node.values():
                check(item)

    document = json.loads(raw)
    check(document)
    return json.dumps(document).encode()  # a doubled key could show the parser another context


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _refuse_entities(raw: bytes) -> None:
    """Raise for XML that declares entities: a few hundred bytes of them unfold to gigabytes."""

    def refuse(name: str, *_: object) -> None:
        raise ValueError(f"it declares the XML entity {name!r}: write its text out")

    parser = expat.ParserCreate()
    parser.EntityDeclHandler = refuse
    parser.Parse(raw, True)


# -------------------------------------------------- the laws beyond SHACL core


def _claims(data: Graph) -> dict[Claim, set[Node]]:
    """What the statements claim, each with all the factualities that its evidence gives it."""
    claims: defaultdict[Claim, set[Node]] = defaultdict(set)
    for statement, subject in data.subject_objects(RDF.subject):
        predicate, obj = data.value(statement, RDF.predicate), data.value(statement, RDF.object)
        if predicate is not None and obj is not None:
            said = claims[subject, predicate, obj]
            for evidence in data.objects(statement, AUTO.evidence):
                said.update(data.objects(evidence, AUTO.factuality))
    return dict(claims)


def _strangers(data: Graph, terms: Graph) -> Iterator[Finding]:
    """Predicates and classes of the vocabulary's namespace that the vocabulary does not have."""
    known = set(terms.subjects())
    for kind, used in (("property", data.predicates()), ("class", data.objects(None, RDF.type))):
        for term in set(used) - known:
            if str(term).startswith(AUTO):
                yield Finding(str(term), "", f"the ontology has no such {kind}")


def _groundless(data: Graph, claims: dict[Claim, set[Node]], terms: Graph) -> Iterator[Finding]:
    """Triples that no evidence bears out; a file of facts alone is not asked for any."""
    if not claims:
        return
    intentions = set(terms.subjects(RDF.type, AUTO.Intention))
    symmetric = set(terms.subjects(RDF.type, OWL.SymmetricProperty))
    for subject, relation, obj in _related(data, terms):
        ways = [(subject, relation, obj), (obj, relation, subject)][: 1 + (relation in symmetric)]
        stated = [claims[way] for way in ways if way in claims]
        said = set().union(*stated)
        if AUTO.Asserted in said or (relation in intentions and said - {AUTO.Denied}):
            continue
        message = "a triple must have a statement with evidence"
        if stated:
            message = "a triple must have evidence that asserts it, unless the relation is an intention"
        yield Finding(str(subject), str(relation), message, value=str(obj))


def _loops(data: Graph, claims: Iterable[Claim], terms: Graph) -> Iterator[Finding]:
    """Things in an irreflexive relation with themselves, as a triple or as a claim."""
    irreflexive = set(terms.subjects(RDF.type, OWL.IrreflexiveProperty))
    for subject, relation, obj in {*_related(data, terms), *claims}:
        if subject == obj and relation in irreflexive:
            message = "nothing stands in this relation to itself"
            yield Finding(str(subject), str(relation), message, value=str(obj))


def _related(data: Graph, terms: Graph) -> Iterator[Claim]:
    for relation in terms.subjects(RDF.type, AUTO.Relation):
        yield from data.triples((None, relation, None))


def _misquoted(data: Graph) -> Iterator[Finding]:
    """Selectors whose offsets span more or fewer characters than their quote has."""
    for selector, quote in data.subject_objects(OA.exact):
        start, end = (_whole(data.value(selector, p)) for p in (OA.start, OA.end))
        if start is not None and end is not None and end - start != len(str(quote)):
            message = "oa:end less oa:start must be the length of oa:exact, in characters"
            yield Finding(str(selector), str(OA.exact), message, value=str(quote))


def _malformed(data: Graph) -> Iterator[Finding]:
    """IRIs with characters that no IRI has; rdflib lets them in, other stores refuse the file."""
    for term in {term for triple in data for term in triple if isinstance(term, URIRef)}:
        if _NOT_IN_IRIS.search(term):
            yield Finding(str(term), "", "not an IRI: it has a blank or a character that must be %-escaped")


def _whole(node: Node | None) -> int | None:
    value = node.value if isinstance(node, Literal) else None
    return value if isinstance(value, int) else None


# ----------------------------------------------------------------------- output


def _shacl_findings(report: Graph) -> Iterator[Finding]:
    for result in report.objects(None, SH.result):
        path, value = report.value(result, SH.resultPath), report.value(result, SH.value)
        yield Finding(
            focus=str(report.value(result, SH.focusNode)),
            path="" if path is None or isinstance(path, BNode) else str(path),
            message="; ".join(sorted(map(str, report.objects(result, SH.resultMessage)))),
            severity=str(report.value(result, SH.resultSeverity)).removeprefix(SH),
            value="" if value is None else str(value),
        )
