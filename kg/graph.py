"""Statements as RDF: the facts that stand, and the evidence for every statement, as two graphs.

No node is blank. What has no name of its own is called by a hash of its content, so that equal
statements give equal bytes and a diff of two builds shows what has changed.
"""

from __future__ import annotations

import json
import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import chain

from rdflib import DCTERMS, OWL, PROV, RDF, RDFS, SDO, SKOS, TIME, XSD, Graph, Literal, Namespace, URIRef

from kg.model import Claim, Entity, Evidence, Observation, Source, Statement, plain
from kg.names import DBPEDIA, PREFIXES, escaped
from kg.statements import SYMMETRIC

AUTO = Namespace(PREFIXES["auto"])
RES = Namespace(PREFIXES["res"])
OA = Namespace(PREFIXES["oa"])
_auto, _oa = cache(AUTO.term), cache(OA.term)  # the same few, for every fact

Term = URIRef | Literal
Triples = Iterator[tuple[URIRef, URIRef, Term]]

_BOUNDS = {"About": "~ ", "AtLeast": "≥ ", "AtMost": "≤ "}

# What kind of value a qualifier holds; one that is not named here, or is written otherwise, is text.
_DATES = frozenset({"by", "date", "since", "until"})
_NUMBERS = frozenset({"share", "rate"})
_AMOUNTS = frozenset({"amount", "capacity", "volume"})

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_PERIODS = (
    (re.compile(r"[0-9]{4}"), XSD.gYear),
    (re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])"), XSD.gYearMonth),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), XSD.date),
)
_INTERVAL = re.compile(r"(?!0000)([0-9]{4})-(?:Q([1-4])|H([12]))")


def facts_graph(statements: Iterable[Statement], standing: Callable[[Statement], bool]) -> Graph:
    """The things that the statements speak of, and a plain triple for each one that is ``standing``.

    A thing is described even where nothing that is said of it stands, so that
    the two graphs together hold all that the statements do.
    """
    graph = empty()
    for statement in statements:
        graph += things(statement.claim)
        if standing(statement):
            graph += fact(statement.claim)
    return graph


def evidence_graph(statements: Iterable[Statement]) -> Graph:
    """Every statement with its qualifiers and its evidence: quote, offsets, rule, document, factuality."""
    graph = empty()
    shared: set[Evidence] = set()
    for each in statements:
        node = _stated(each.claim)
        graph += statement(each.claim)
        for evidence in each.evidence:
            graph.add((node, _auto("evidence"), _record(evidence)))
        shared.update(each.evidence)
    for evidence in shared:
        graph += chain(record(evidence), quotation(evidence), origins(evidence), document(evidence.source))
    return graph


def to_turtle(graph: Graph) -> str:
    """The graph as Turtle; equal graphs give equal text."""
    return graph.serialize(format="turtle").rstrip("\n") + "\n"


# ------------------------------------------------------------------------ names


def entity_iri(entity: Entity) -> str:
    """The IRI of a thing."""
    return str(_resource(entity))


def object_iri(claim: Claim) -> str:
    """The IRI of what a claim leads to, a thing or a figure."""
    return str(_object(claim))


def statement_iri(claim: Claim) -> str:
    """The IRI of the statement that makes a claim; of the two things it tells the names alone."""
    return str(_stated(claim))


def plain_statement_iri(subject_id: str, relation: str, object_iri: str) -> str:
    """The IRI of the statement that makes a claim without qualifiers, by the names of its parts."""
    return str(_hashed("statement", subject_id, relation, object_iri, ()))


def hashed_iri(kind: str, *content: str) -> str:
    """The IRI of what has no name of its own, by its kind and a hash of its content."""
    return str(_hashed(kind, *content))


def evidence_iri(evidence: Evidence) -> str:
    """The IRI of a piece of evidence."""
    return str(_record(evidence))


def document_iri(source: Source) -> str:
    """The IRI of a document."""
    return str(_document_iri(source))


def empty() -> Graph:
    """A graph that knows the prefixes and nothing else."""
    graph = Graph(bind_namespaces="none")
    for prefix, iri in PREFIXES.items():
        graph.bind(prefix, iri)
    return graph


def _resource(entity: Entity) -> URIRef:
    return RES[escaped(entity.id)]


def _object(claim: Claim) -> URIRef:
    """The IRI of the object; a figure is its subject's own."""
    thing = claim.object
    if isinstance(thing, Entity):
        return _resource(thing)
    figures = [None if n is None else plain(n) for n in (thing.value, thing.high, thing.change)]
    content = (claim.subject.id, thing.metric, figures, thing.unit, thing.period, thing.bound)
    return _hashed("observation", *content)


@lru_cache(200)
def _selector(evidence: Evidence) -> URIRef:
    span = (evidence.start, evidence.end, evidence.quote, evidence.before, evidence.after)
    return _hashed("selector", evidence.source.id, *span)


def _stated(claim: Claim) -> URIRef:
    return _hashed("statement", claim.subject.id, claim.relation, str(_object(claim)), claim.qualifiers)


@lru_cache(200)  # of one document
def _record(evidence: Evidence) -> URIRef:
    said = (evidence.factuality, evidence.said_by, evidence.resolution)
    return _hashed("evidence", evidence.rule, str(_selector(evidence)), *said)


def _document_iri(source: Source) -> URIRef:
    return RES[f"document/{escaped(source.id)}"]


def _rule(name: str) -> URIRef:
    return RES[f"rule/{escaped(name)}"]


def _agent(label: str) -> URIRef:
    return RES["agent/" + escaped(label).replace("_", "%5F").replace("%20", "_")]


def _hashed(kind: str, *content: object) -> URIRef:
    return RES[f"{kind}/{blake2b(json.dumps(content).encode(), digest_size=8).hexdigest()}"]


# ----------------------------------------------------------------------- values


def _italian(text: str) -> Literal:
    return Literal(text, lang="it")


def _typed(text: str, datatype: URIRef) -> Literal:
    return Literal(text, datatype=datatype, normalize=False)


def _decimal(number: Decimal) -> Literal:
    text = plain(number)  # rdflib gives every decimal a point when it writes: two readers, one literal
    return _typed(text if "." in text else f"{text}.0", XSD.decimal)


def _when(text: str) -> Literal | URIRef:
    """A date or period in the notation of :attr:`kg.model.Value.when`; anything else stays text."""
    if _bounds(text):
        return RES[f"period/{text}"]
    for pattern, datatype in _PERIODS:
        if pattern.fullmatch(text):
            return _typed(text, datatype) if datatype != XSD.date or _is_day(text) else Literal(text)
    return Literal(text)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _bounds(text: str) -> tuple[date, date] | None:
    """The first and last day of a quarter or a half-year, None for whatever else."""
    match = _INTERVAL.fullmatch(text)
    if match is None:
        return None
    year, months = int(match[1]), 3 if match[2] else 6
    last = int(match[2] or match[3]) * months
    return date(year, last - months + 1, 1), date(year, last, monthrange(year, last)[1])


def _interval(text: str) -> Triples:
    bounds = _bounds(text)
    if bounds is None:
        return
    node = RES[f"period/{text}"]
    yield node, RDF.type, TIME.ProperInterval
    yield node, RDFS.label, Literal(text)
    for property_, day in zip((TIME.hasBeginning, TIME.hasEnd), map(str, bounds), strict=True):
        instant = RES[f"instant/{day}"]
        yield node, property_, instant
        yield instant, RDF.type, TIME.Instant
        yield instant, TIME.inXSDDate, _typed(day, XSD.date)


# ----------------------------------------------------------------------- things


def things(claim: Claim) -> Triples:
    """What describes the two things that a claim speaks of."""
    yield from _entity(claim.subject)
    if isinstance(claim.object, Entity):
        yield from _entity(claim.object)
    else:
        yield from _observation(_object(claim), claim.object)


def fact(claim: Claim) -> Triples:
    """A claim as a plain triple, or as two where nobody need know which way round it was told."""
    ends = _resource(claim.subject), _object(claim)
    yield ends[0], _auto(claim.relation), ends[1]
    if claim.relation in SYMMETRIC:
        yield ends[1], _auto(claim.relation), ends[0]


def _entity(entity: Entity) -> Triples:
    node = _resource(entity)
    yield node, RDF.type, _auto(entity.cls)
    yield node, RDFS.label, _italian(entity.label)
    for alias in entity.aliases:
        yield node, SKOS.altLabel, _italian(alias)
    if entity.dbpedia:
        yield node, OWL.sameAs, URIRef(DBPEDIA + escaped(entity.dbpedia))
    if entity.place:
        yield node, _auto("place"), _italian(entity.place)
    if not entity.named:
        yield node, _auto("named"), _typed("false", XSD.boolean)


def _observation(node: URIRef, figure: Observation) -> Triples:
    yield node, RDF.type, _auto("Observation")
    yield node, RDFS.label, Literal(_figure_label(figure))
    yield node, _auto("metric"), _auto(figure.metric)
    for name, number in (("value", figure.value), ("maxValue", figure.high), ("change", figure.change)):
        if number is not None:
            yield node, _auto(name), _decimal(number)
    if figure.unit:
        yield node, _auto("unit"), Literal(figure.unit)
    if figure.bound:
        yield node, _auto("bound"), _auto(figure.bound)
    if figure.period:
        yield node, _auto("period"), _when(figure.period)
        yield from _interval(figure.period)


def _figure_label(figure: Observation) -> str:
    text = figure.metric
    if figure.value is not None:
        span = plain(figure.value) + ("" if figure.high is None else f"–{plain(figure.high)}")
        text += f" {_BOUNDS.get(figure.bound, '')}{span} {figure.unit}".rstrip()
    if figure.change is not None:
        sign = "+" if figure.change > 0 else ""
        text += f", change {sign}{plain(figure.change)} %"
    return f"{text} ({figure.period})" if figure.period else text


# --------------------------------------------------------------------- evidence


def statement(claim: Claim) -> Triples:
    """What is stated, with its qualifiers; its evidence is told apart, since there may be much."""
    subject, target, node = _resource(claim.subject), _object(claim), _stated(claim)
    yield node, RDF.type, RDF.Statement
    yield node, RDF.subject, subject
    yield node, RDF.predicate, _auto(claim.relation)
    yield node, RDF.object, target
    names = [name for name, _ in claim.qualifiers]
    for name, text in claim.qualifiers:
        # A number and its unit are two triples: of two amounts nobody could tell whose unit is whose.
        values = _qualifier(name, text) if names.count(name) == 1 else [(name, Literal(text))]
        for property_, value in values:
            yield node, _auto(property_), value
        if name in _DATES:
            yield from _interval(text)


def _qualifier(name: str, text: str) -> list[tuple[str, Literal | URIRef]]:
    """A qualifier as properties and values, from which its text can be told again."""
    if name in _DATES:
        return [(name, _when(text))]
    number, _, unit = text.partition(" ")
    if not _NUMBER.fullmatch(number) or number != plain(Decimal(number)):
        return [(name, Literal(text))]
    if name == "count" and number.isdecimal() and text == number:
        return [(name, _typed(number, XSD.integer))]
    if text == number and name in _NUMBERS | _AMOUNTS:
        return [(name, _decimal(Decimal(number)))]
    if name in _AMOUNTS and re.fullmatch(r"\S+", unit):
        return [(name, _decimal(Decimal(number))), (f"{name}Unit", Literal(unit))]
    return [(name, Literal(text))]


def record(evidence: Evidence) -> Triples:
    """A piece of evidence, which leads to its words, its document, its rule and whoever says so."""
    node = _record(evidence)
    yield node, RDF.type, _auto("Evidence")
    yield node, PROV.wasDerivedFrom, _document_iri(evidence.source)
    yield node, PROV.wasGeneratedBy, _rule(evidence.rule)
    yield node, _auto("factuality"), _auto(evidence.factuality)
    yield node, _oa("hasSelector"), _selector(evidence)
    if evidence.said_by:
        yield node, PROV.wasAttributedTo, _agent(evidence.said_by)
    if evidence.resolution:  # one literal, since triples have no order
        yield node, _auto("resolution"), Literal("\n".join(evidence.resolution))


def quotation(evidence: Evidence) -> Triples:
    """The words of a piece of evidence and where they stand."""
    selector = _selector(evidence)
    yield selector, RDF.type, _oa("TextQuoteSelector")
    yield selector, RDF.type, _oa("TextPositionSelector")
    yield selector, _oa("exact"), Literal(evidence.quote)
    for name, text in (("prefix", evidence.before), ("suffix", evidence.after)):
        if text:
            yield selector, _oa(name), Literal(text)
    for name, offset in (("start", evidence.start), ("end", evidence.end)):
        yield selector, _oa(name), _typed(str(offset), XSD.nonNegativeInteger)


def origins(evidence: Evidence) -> Triples:
    """The rule of a piece of evidence and whoever says so: both may be those of many documents."""
    rule = _rule(evidence.rule)
    yield rule, RDF.type, _auto("Rule")
    yield rule, RDFS.label, Literal(evidence.rule)
    if evidence.said_by:
        agent = _agent(evidence.said_by)
        yield agent, RDF.type, PROV.Agent
        yield agent, RDFS.label, _italian(evidence.said_by)


def document(source: Source) -> Triples:
    """A document and what is known of it."""
    node = _document_iri(source)
    yield node, RDF.type, SDO.NewsArticle
    if source.title:
        yield node, SDO.headline, Literal(source.title)
    if source.published is not None:
        yield node, SDO.datePublished, _typed(source.published.isoformat(), XSD.date)
    if source.url:
        yield node, SDO.url, _typed(source.url, XSD.anyURI)
    if source.outlet:
        yield node, DCTERMS.publisher, Literal(source.outlet)
    if source.language:
        yield node, SDO.inLanguage, Literal(source.language)
