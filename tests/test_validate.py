"""Validation finds each fault that a graph can have, and nothing in a graph that has none."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from kg.model import QueryError
from kg.validate import Finding, validate

PREFIXES = """
@prefix auto: <https://w3id.org/auto-kg/ontology#> .
@prefix res: <https://w3id.org/auto-kg/resource/> .
@prefix document: <https://w3id.org/auto-kg/resource/document/> .
@prefix evidence: <https://w3id.org/auto-kg/resource/evidence/> .
@prefix instant: <https://w3id.org/auto-kg/resource/instant/> .
@prefix observation: <https://w3id.org/auto-kg/resource/observation/> .
@prefix period: <https://w3id.org/auto-kg/resource/period/> .
@prefix rule: <https://w3id.org/auto-kg/resource/rule/> .
@prefix selector: <https://w3id.org/auto-kg/resource/selector/> .
@prefix statement: <https://w3id.org/auto-kg/resource/statement/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix time: <http://www.w3.org/2006/time#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

FACTS = """
res:Aurora a auto:Automaker ; rdfs:label "Aurora"@it ; skos:altLabel "la Aurora"@it ;
    owl:sameAs <http://dbpedia.org/resource/Aurora> ;
    auto:partnerOf res:Boreale ; auto:plans res:Centro ; auto:reports observation:1 .
res:Boreale a auto:Brand ; rdfs:label "Boreale"@it .
res:Centro a auto:DataCenter ; rdfs:label "data center in Europa"@it .
res:Rossi a auto:Person ; rdfs:label "Anna Rossi"@it .
observation:1 a auto:Observation ; rdfs:label "margine lordo 14 %"@it ;
    auto:metric auto:grossMargin ; auto:value 14.0 ; auto:maxValue 16.0 ; auto:unit "%" ;
    auto:period period:2024-Q2 ; auto:bound auto:About ; auto:change -10.0 .
period:2024-Q2 a time:ProperInterval ;
    time:hasBeginning instant:2024-04-01 ; time:hasEnd instant:2024-06-30 .
instant:2024-04-01 a time:Instant ; time:inXSDDate "2024-04-01"^^xsd:date .
instant:2024-06-30 a time:Instant ; time:inXSDDate "2024-06-30"^^xsd:date .
"""

EVIDENCE = """
statement:1 a rdf:Statement ; rdf:subject res:Aurora ; rdf:predicate auto:partnerOf ; rdf:object res:Boreale ;
    auto:since "2023-07"^^xsd:gYearMonth ; auto:evidence evidence:1 .
statement:2 a rdf:Statement ; rdf:subject res:Aurora ; rdf:predicate auto:plans ; rdf:object res:Centro ;
    auto:by "2025"^^xsd:gYear ; auto:evidence evidence:2 .
statement:3 a rdf:Statement ; rdf:subject res:Aurora ; rdf:predicate auto:reports ; rdf:object observation:1 ;
    auto:evidence evidence:1 .
statement:4 a rdf:Statement ;
    rdf:subject res:Boreale ; rdf:predicate auto:ownsStakeIn ; rdf:object res:Aurora ;
    auto:share 5.0 ; auto:amount 700000000.0 ; auto:amountUnit "EUR" ; auto:evidence evidence:2 .
evidence:1 a auto:Evidence ; auto:factuality auto:Asserted ; prov:wasDerivedFrom document:prova ;
    prov:wasGeneratedBy rule:partner ; oa:hasSelector selector:1 ; auto:resolution "la casa torinese" .
evidence:2 a auto:Evidence ; auto:factuality auto:Planned ; prov:wasDerivedFrom document:prova ;
    prov:wasGeneratedBy rule:partner ; oa:hasSelector selector:2 ; prov:wasAttributedTo res:Rossi .
selector:1 a oa:TextQuoteSelector, oa:TextPositionSelector ; oa:exact "Aurora è partner di Boreale" ;
    oa:prefix "" ; oa:suffix "." ; oa:start 0 ; oa:end 27 .
selector:2 a oa:TextQuoteSelector, oa:TextPositionSelector ; oa:exact "intende costruire" ;
    oa:prefix "Aurora " ; oa:suffix " un data center" ; oa:start 36 ; oa:end 53 .
document:prova a schema:NewsArticle ; schema:headline "Una prova"@it ;
    schema:datePublished "2024-09-01"^^xsd:date ; schema:url "https://example.org/prova" ;
    dcterms:publisher "Il Giornale di Prova" .
rule:partner a auto:Rule ; rdfs:label "partner" .
"""

GOOD = PREFIXES + FACTS + EVIDENCE


def written(folder: Path, text: str, name: str = "graph.ttl") -> Path:
    """A new file with the text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def spoilt(old: str, new: str) -> str:
    """The good graph with one passage changed."""
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


def test_good_graph_conforms(tmp_path: Path) -> None:
    """A graph with one of everything has no finding."""
    report = validate([written(tmp_path, GOOD)])
    assert report.findings == ()
    assert report.conforms


def test_files_are_one_graph(tmp_path: Path) -> None:
    """Evidence leans on the facts' types and labels, so that the two are checked together."""
    facts = written(tmp_path, PREFIXES + FACTS, "facts.ttl")
    evidence = written(tmp_path, PREFIXES + EVIDENCE, "evidence.ttl")
    assert validate([facts, evidence]).conforms
    assert validate([facts]).conforms
    assert not validate([evidence]).conforms


@pytest.mark.parametrize("suffix", ["ttl", "nt", "nq", "trig", "jsonld", "rdf"])
def test_each_format_is_read(tmp_path: Path, suffix: str) -> None:
    """A graph says the same in every format, and a fault in it shows in every format."""
    path, fmt = tmp_path / f"graph.{suffix}", RdfFormat.from_extension(suffix)
    for text, faults in ((GOOD, 0), (spoilt('; rdfs:label "Boreale"@it', ""), 1)):
        triples = [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]
        serialize(triples, path, format=fmt)
        assert len(validate([path]).findings) == faults


def test_named_graphs_count(tmp_path: Path) -> None:
    """Facts in one named graph and evidence in another are checked as one graph."""
    text = f"{PREFIXES} <urn:facts> {{ {FACTS} }} <urn:evidence> {{ {EVIDENCE} }}"
    assert validate([written(tmp_path, text, "graph.trig")]).findings == ()


# What the good graph says, what a bad one says instead, the one message it must get.
BAD = [
    # entities
    ('; rdfs:label "Boreale"@it', "", "an entity must have exactly one rdfs:label, and not an empty one"),
    (
        '"Boreale"@it',
        '"Boreale"@it, "B"@it',
        "an entity must have exactly one rdfs:label, and not an empty one",
    ),
    ('"Boreale"@it', '""@it', "an entity must have exactly one rdfs:label, and not an empty one"),
    (
        "res:Rossi a auto:Person",
        "<http://example.org/x> a auto:Person ; rdfs:label 'x' . res:Rossi a auto:Person",
        "an entity must have an IRI under https://w3id.org/auto-kg/resource/",
    ),
    (
        "res:Rossi a auto:Person",
        "[] a auto:Person ; rdfs:label 'x' . res:Rossi a auto:Person",
        "an entity must have an IRI under https://w3id.org/auto-kg/resource/",
    ),
    (
        "res:Rossi a auto:Person",
        "res:Verdi skos:altLabel 'Verdi' . res:Rossi a auto:Person",
        "an entity must have a class of the ontology",
    ),
    ("<http://dbpedia.org/resource/Aurora>", "'Aurora'", "owl:sameAs must lead to an IRI"),
    # relations, standing and merely claimed
    (
        "auto:partnerOf res:Boreale ;",
        "auto:operates res:Boreale ; auto:partnerOf res:Boreale ;",
        {
            "the object of auto:operates must be an auto:Facility",
            "a triple must have a statement with evidence",
        },
    ),
    (
        "res:Boreale a auto:Brand ;",
        "res:Boreale a auto:Person ;",
        {
            "the object of auto:partnerOf must be an auto:Organization",
            "the subject of auto:ownsStakeIn must be an auto:Organization",
        },
    ),
    (
        "rdf:predicate auto:ownsStakeIn",
        "rdf:predicate auto:basedIn",
        "the object of auto:basedIn must be an auto:Place",
    ),
    (
        "rdf:subject res:Boreale ; rdf:predicate auto:ownsStakeIn",
        "rdf:subject res:Rossi ; rdf:predicate auto:ownsStakeIn",
        "the subject of auto:ownsStakeIn must be an auto:Organization",
    ),
    (
        "rdf:predicate auto:ownsStakeIn ; rdf:object res:Aurora",
        "rdf:predicate auto:ownsStakeIn ; rdf:object res:Boreale",
        "nothing stands in this relation to itself",
    ),
    ("skos:altLabel", "auto:altLabel", "the ontology has no such property"),
    (
        "res:Aurora a auto:Automaker",
        "res:Aurora a auto:Company, auto:Carmaker",
        "the ontology has no such class",
    ),
    (
        "res:Rossi a auto:Person",
        "res:Rossi rdfs:seeAlso <http://example.org/a\\u0020b> ; a auto:Person",
        "not an IRI: it has a blank or a character that must be %-escaped",
    ),
    # figures
    (
        "auto:metric auto:grossMargin ; ",
        "",
        "an observation must have exactly one auto:metric, a metric of the ontology",
    ),
    (
        "auto:metric auto:grossMargin",
        "auto:metric auto:About",
        "an observation must have exactly one auto:metric, a metric of the ontology",
    ),
    (
        "auto:value 14.0 ; auto:maxValue 16.0 ; auto:unit",
        "auto:value 14 ; auto:unit",
        "auto:value must be one xsd:decimal",
    ),
    ("auto:value 14.0", "auto:value 14.0, 15.0", "auto:value must be one xsd:decimal"),
    ("auto:value 14.0", "auto:value 17.0", "auto:value must not be above auto:maxValue"),
    ("auto:maxValue 16.0", "auto:maxValue 16.0, 17.0", "auto:maxValue must be one xsd:decimal"),
    ("auto:change -10.0", "auto:change '-10'", "auto:change must be one xsd:decimal"),
    (
        "auto:value 14.0 ; auto:maxValue 16.0 ; auto:unit",
        "auto:value 'x'^^xsd:decimal ; auto:unit",
        "auto:value must be one xsd:decimal",
    ),
    (
        'auto:unit "%"',
        'auto:unit "%"@it',
        "auto:unit must be one xsd:string, a UCUM code or an ISO 4217 currency",
    ),
    (
        'auto:unit "%"',
        'auto:unit ""',
        "auto:unit must be one xsd:string, a UCUM code or an ISO 4217 currency",
    ),
    (
        "auto:bound auto:About",
        "auto:bound auto:Asserted",
        "auto:bound must be one of auto:About, auto:AtLeast and auto:AtMost",
    ),
    (
        "auto:period period:2024-Q2",
        'auto:period "2024-13"^^xsd:gYearMonth',
        "auto:period must be one xsd:gYear, xsd:gYearMonth, xsd:date or time:ProperInterval",
    ),
    (
        "; time:hasEnd instant:2024-06-30",
        "",
        "an interval must have exactly one time:hasEnd, a time:Instant",
    ),
    (
        "time:hasBeginning instant:2024-04-01 ;",
        "",
        "an interval must have exactly one time:hasBeginning, a time:Instant",
    ),
    (
        'time:inXSDDate "2024-06-30"^^xsd:date',
        'time:inXSDDate "2024-06"',
        "an instant must have exactly one time:inXSDDate, an xsd:date",
    ),
    # statements
    (
        'auto:share 5.0 ; auto:amount 700000000.0 ; auto:amountUnit "EUR" ; auto:evidence evidence:2 .',
        "auto:share 5.0 .",
        "a statement must have at least one auto:evidence, and each an auto:Evidence",
    ),
    (
        "rdf:subject res:Boreale ; rdf:predicate auto:ownsStakeIn",
        "rdf:predicate auto:ownsStakeIn",
        "a statement must have exactly one rdf:subject, an IRI",
    ),
    (
        "rdf:predicate auto:ownsStakeIn",
        "rdf:predicate auto:grossMargin",
        "a statement must have exactly one rdf:predicate, a relation of the ontology",
    ),
    (
        "rdf:predicate auto:ownsStakeIn ; rdf:object res:Aurora",
        "rdf:predicate auto:ownsStakeIn",
        "a statement must have exactly one rdf:object, an IRI",
    ),
    (
        "rule:partner a auto:Rule",
        "[] a rdf:Statement ; rdf:subject res:Aurora ; rdf:predicate auto:partnerOf ;"
        " rdf:object res:Boreale ; auto:evidence evidence:1 . rule:partner a auto:Rule",
        "a statement must have an IRI",
    ),
    (
        '"2025"^^xsd:gYear',
        '"2025"',
        "auto:by must be one xsd:gYear, xsd:gYearMonth, xsd:date or time:ProperInterval",
    ),
    (
        '"2023-07"^^xsd:gYearMonth',
        '"luglio 2023"^^xsd:gYearMonth',
        "auto:since must be one xsd:gYear, xsd:gYearMonth, xsd:date or time:ProperInterval",
    ),
    (
        '"2025"^^xsd:gYear',
        '"2025"^^xsd:gYear ; auto:date res:Centro',
        "auto:date must be one xsd:gYear, xsd:gYearMonth, xsd:date or time:ProperInterval",
    ),
    (
        '"2025"^^xsd:gYear',
        '"2025"^^xsd:gYear ; auto:until 2026',
        "auto:until must be one xsd:gYear, xsd:gYearMonth, xsd:date or time:ProperInterval",
    ),
    ("auto:share 5.0", "auto:share 105.0", "auto:share must be one xsd:decimal from 0 to 100, in per cent"),
    ("auto:share 5.0", "auto:rate -1.0", "auto:rate must be one xsd:decimal, in per cent, and not negative"),
    ("auto:share 5.0", "auto:count 1.5", "auto:count must be one whole number"),
    ("auto:amount 700000000.0", "auto:amount 'molto'", "auto:amount must be one xsd:decimal"),
    ('auto:amountUnit "EUR" ;', "", "an auto:amount must have one auto:amountUnit, an ISO 4217 code"),
    (
        'auto:amountUnit "EUR"',
        'auto:amountUnit "euro"',
        "an auto:amount must have one auto:amountUnit, an ISO 4217 code",
    ),
    ("auto:amount 700000000.0 ;", "", "auto:amount must be one xsd:decimal"),
    ("auto:share 5.0", "auto:title res:Rossi", "auto:title must be a literal"),
    ("auto:share 5.0", "auto:reason res:Rossi", "auto:reason must be a literal"),
    ("auto:share 5.0", "auto:capacity res:Rossi", "auto:capacity must be a literal"),
    ("auto:share 5.0", "auto:volume res:Rossi", "auto:volume must be a literal"),
    ('"la casa torinese"', "res:Rossi", "auto:resolution must be a literal"),
    # what stands and what does not
    (
        "auto:partnerOf res:Boreale ;",
        "auto:partnerOf res:Boreale ; auto:supports res:Boreale ;",
        "a triple must have a statement with evidence",
    ),
    (
        'res:Boreale a auto:Brand ; rdfs:label "Boreale"@it',
        'res:Boreale a auto:Brand ; rdfs:label "Boreale"@it ; auto:ownsStakeIn res:Aurora',
        "a triple must have evidence that asserts it, unless the relation is an intention",
    ),
    (
        "auto:factuality auto:Planned",
        "auto:factuality auto:Denied",
        "a triple must have evidence that asserts it, unless the relation is an intention",
    ),
    # evidence
    (
        "; auto:factuality auto:Planned",
        "",
        {
            "evidence must have exactly one auto:factuality, one of the ontology's six",
            "a triple must have evidence that asserts it, unless the relation is an intention",
        },
    ),
    (
        "auto:factuality auto:Planned",
        "auto:factuality auto:Planned, auto:Possible",
        "evidence must have exactly one auto:factuality, one of the ontology's six",
    ),
    (
        "auto:factuality auto:Planned",
        'auto:factuality "Planned"',
        "evidence must have exactly one auto:factuality, one of the ontology's six",
    ),
    (
        "oa:hasSelector selector:2",
        "oa:hasSelector selector:1, selector:2",
        "evidence must have exactly one oa:hasSelector, an oa:TextQuoteSelector",
    ),
    (
        "oa:hasSelector selector:2 ;",
        "",
        "evidence must have exactly one oa:hasSelector, an oa:TextQuoteSelector",
    ),
    (
        "auto:factuality auto:Planned ; prov:wasDerivedFrom document:prova",
        "auto:factuality auto:Planned ; prov:wasDerivedFrom document:altra",
        "evidence must have exactly one prov:wasDerivedFrom, a schema:NewsArticle or schema:Dataset",
    ),
    (
        "prov:wasGeneratedBy rule:partner ; oa:hasSelector selector:2",
        "prov:wasGeneratedBy rule:altra ; oa:hasSelector selector:2",
        "evidence must have exactly one prov:wasGeneratedBy, an auto:Rule",
    ),
    (
        "prov:wasAttributedTo res:Rossi",
        "prov:wasAttributedTo res:Bianchi",
        "who said it must have exactly one rdfs:label",
    ),
    (
        "prov:wasAttributedTo res:Rossi",
        "prov:wasAttributedTo 'Rossi'",
        {"prov:wasAttributedTo must lead to an IRI", "who said it must have exactly one rdfs:label"},
    ),
    (
        "evidence:2 a auto:Evidence",
        "[] a auto:Evidence ; auto:factuality auto:Asserted ; prov:wasDerivedFrom document:prova ;"
        " prov:wasGeneratedBy rule:partner ; oa:hasSelector selector:1 . evidence:2 a auto:Evidence",
        "a piece of evidence must have an IRI",
    ),
    # selectors
    (
        "oa:start 36",
        "oa:start 54",
        {
            "oa:start must be less than oa:end",
            "oa:end less oa:start must be the length of oa:exact, in characters",
        },
    ),
    ("oa:end 53", "oa:end 52", "oa:end less oa:start must be the length of oa:exact, in characters"),
    ("oa:start 36 ;", "", "a selector must have exactly one oa:start, a whole number from 0 up"),
    (
        "oa:start 36",
        "oa:start 'a'",
        {
            "a selector must have exactly one oa:start, a whole number from 0 up",
            "oa:start must be less than oa:end",
        },
    ),
    ("; oa:end 53", "", "a selector must have exactly one oa:end, a whole number"),
    (
        '; oa:exact "intende costruire"',
        "",
        "a selector must have exactly one oa:exact, the quote, and not an empty one",
    ),
    ('oa:prefix "Aurora "', 'oa:prefix "Aurora ", "a"', "oa:prefix must be one text"),
    ('oa:suffix "."', "oa:suffix res:Aurora", "oa:suffix must be one text"),
    # documents and rules
    ('"Una prova"@it', '"Una prova"@it, "Due prove"@it', "schema:headline must be one text"),
    ('"2024-09-01"^^xsd:date', '"1 settembre 2024"', "schema:datePublished must be one xsd:date"),
    ('"https://example.org/prova"', '"javascript:alert(1)"', "schema:url must be one http or https address"),
    ('"Il Giornale di Prova"', "res:Aurora", "dcterms:publisher must be one text, the outlet's name"),
    ('; rdfs:label "partner"', "", "a rule must have exactly one rdfs:label, its id"),
    (
        "document:prova a schema:NewsArticle",
        "[] a schema:NewsArticle ; schema:datePublished '2024-09-01'^^xsd:date ."
        " document:prova a schema:NewsArticle",
        "a document must have an IRI",
    ),
]


@pytest.mark.parametrize(("old", "new", "messages"), BAD)
def test_each_fault_is_found(tmp_path: Path, old: str, new: str, messages: str | set[str]) -> None:
    """One fault in a good graph is told, and nothing else is."""
    report = validate([written(tmp_path, spoilt(old, new))])
    assert {f.message for f in report.findings} == ({messages} if isinstance(messages, str) else messages)
    assert not report.conforms


def test_finding_says_where(tmp_path: Path) -> None:
    """A finding names the node, the property, the value and how grave it is."""
    report = validate([written(tmp_path, spoilt("auto:share 5.0", "auto:share 105.0"))])
    assert report.findings == (
        Finding(
            focus="https://w3id.org/auto-kg/resource/statement/4",
            path="https://w3id.org/auto-kg/ontology#share",
            message="auto:share must be one xsd:decimal from 0 to 100, in per cent",
            severity="Violation",
            value="105.0",
        ),
    )


def test_a_warning_does_not_break_conformance(tmp_path: Path) -> None:
    """A document without a date is warned of, and the graph conforms."""
    report = validate([written(tmp_path, spoilt('schema:datePublished "2024-09-01"^^xsd:date ;', ""))])
    assert [f.severity for f in report.findings] == ["Warning"]
    assert report.conforms


def test_a_symmetric_relation_may_stand_in_either_direction(tmp_path: Path) -> None:
    """Evidence for "A partnerOf B" bears "B partnerOf A" out as well."""
    old = 'res:Boreale a auto:Brand ; rdfs:label "Boreale"@it'
    assert validate([written(tmp_path, spoilt(old, f"{old} ; auto:partnerOf res:Aurora"))]).conforms


def test_an_empty_graph_conforms(tmp_path: Path) -> None:
    """Nothing said is nothing wrong."""
    assert validate([written(tmp_path, "")]).conforms
    assert validate([]).conforms


def test_data_brings_no_rules_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shapes, queries and imports in the data are data: they neither run nor reach out."""

    def refuse(*_: object) -> None:
        raise AssertionError("validation opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    hostile = """
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        <urn:o> a owl:Ontology ; owl:imports <http://127.0.0.1:9/shapes.ttl>, <file:///nowhere/at/all.ttl> ;
            sh:shapesGraph <http://127.0.0.1:9/shapes.ttl> .
        <urn:s> a sh:NodeShape ; sh:targetClass auto:Automaker ; sh:deactivated false ;
            sh:property [ sh:path rdfs:comment ; sh:minCount 1 ] ;
            sh:sparql [
                sh:select "SELECT $this WHERE { SERV\\\\u0049CE <http://127.0.0.1:9/> { ?s ?p ?o } }"
            ] .
    """
    assert validate([written(tmp_path, GOOD + hostile)]).findings == ()


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("graph.txt", "", "not a kind of RDF file known here"),
        ("graph.ttl", "<a> <b> ", "cannot be read as turtle"),
        ("graph.nt", "<urn:a> <urn:b> c", "cannot be read as nt"),
        ("graph.nq", "x", "cannot be read as nquads"),
        ("graph.trig", "{ <a> ", "cannot be read as trig"),
        ("graph.jsonld", "{", "cannot be read as json-ld"),
        ("graph.rdf", "<a>", "cannot be read as xml"),
        ("graph.jsonld", "[" * 100_000, "cannot be read as json-ld"),
        ("graph.jsonld", '{"@context": "http://127.0.0.1:9/c.jsonld"}', "its @context lies elsewhere"),
        ("graph.jsonld", '{"@context": {"@import": "file:///etc/hosts"}}', "its @context lies elsewhere"),
        ("graph.jsonld", '[{"a": {"@context": [null, "c.jsonld"]}}]', "its @context lies elsewhere"),
        (
            "graph.rdf",
            '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><r>&b;</r>',
            "it declares the XML entity 'a'",
        ),
    ],
)
def test_a_file_that_is_no_graph_is_refused(tmp_path: Path, name: str, text: str, says: str) -> None:
    """A file that is broken, or would have others fetched or memory fill up, is refused in one line."""
    path = written(tmp_path, text, name)
    with pytest.raises(QueryError) as caught:
        validate([path])
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert says in message
    assert "\n" not in message


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A file that is not there is told by its path."""
    with pytest.raises(QueryError, match=r"nowhere\.ttl: cannot be read"):
        validate([tmp_path / "nowhere.ttl"])
