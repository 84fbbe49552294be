"""Answers in every format that others read, and as a table that a terminal can bear."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree as ET

import pytest
import rdflib
from pyoxigraph import RdfFormat, parse

from kg.model import QueryError
from kg.store import GRAPH_FORMATS, TABLE_FORMATS, Result, query, render, store_of, table

LABEL = 'l’«auto»,\t"di"\r\noggi \\ 😀'
STORE = store_of(
    "@prefix auto: <https://w3id.org/auto-kg/ontology#> . @prefix res: <https://w3id.org/auto-kg/resource/> ."
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."
    'res:Aurora rdfs:label "l’«auto»,\\t\\"di\\"\\r\\noggi \\\\ 😀"@it ; auto:value 14.0 ; auto:metric auto:sales .'
    'res:Boreale rdfs:label "\\u001B[31mrosso\\u202E\\u2028\\u0000" ; auto:x _:b .'
)
SELECT = query(
    STORE,
    "SELECT ?label ?value ?metric ?none { res:Aurora rdfs:label ?label ; auto:value ?value ; auto:metric ?metric }",
)
CONSTRUCT = query(STORE, "CONSTRUCT { res:Aurora ?p ?o } { res:Aurora ?p ?o }")
ASK = query(STORE, "ASK { ?s auto:value 14.0 }")
ESCAPES = "SELECT ?l { res:Boreale rdfs:label ?l }"
RDFLIB = {
    "turtle": "turtle",
    "ntriples": "nt",
    "nquads": "nquads",
    "trig": "trig",
    "jsonld": "json-ld",
    "rdfxml": "xml",
}


def test_rows_as_csv() -> None:
    """CSV has a line of heads, bare values, and keeps every character."""
    found = list(csv.reader(io.StringIO(render(SELECT, "csv"), newline="")))
    assert found == [
        ["label", "value", "metric", "none"],
        [LABEL, "14", "https://w3id.org/auto-kg/ontology#sales", ""],
    ]


def test_rows_as_tsv() -> None:
    """TSV writes terms as in Turtle."""
    heads, row = render(SELECT, "tsv").splitlines()
    assert heads.split("\t") == ["?label", "?value", "?metric", "?none"]
    assert row.split("\t") == [
        '"l’«auto»,\\t\\"di\\"\\r\\noggi \\\\ 😀"@it',
        '"14"^^<http://www.w3.org/2001/XMLSchema#decimal>',
        "<https://w3id.org/auto-kg/ontology#sales>",
        "",
    ]


def test_rows_as_json() -> None:
    """JSON is SPARQL 1.1 Query Results JSON."""
    answer = json.loads(render(SELECT, "json"))
    assert answer["head"]["vars"] == ["label", "value", "metric", "none"]
    (row,) = answer["results"]["bindings"]
    assert row["label"] == {"type": "literal", "value": LABEL, "xml:lang": "it"}
    assert set(row) == {"label", "value", "metric"}


def test_rows_as_xml() -> None:
    """XML is the SPARQL Query Results XML Format, and its readers get the same characters."""
    space = {"r": "http://www.w3.org/2005/sparql-results#"}
    root = ET.fromstring(render(SELECT, "xml"))
    assert root.findtext(".//r:binding[@name='label']/r:literal", namespaces=space) == LABEL


@pytest.mark.parametrize(
    ("fmt", "text"),
    [("csv", "true"), ("tsv", "true"), ("json", '"boolean":true'), ("xml", "<boolean>true</boolean>")],
)
def test_yes_or_no(fmt: str, text: str) -> None:
    """The answer to an ASK has the same formats as rows."""
    assert text in render(ASK, fmt)


@pytest.mark.parametrize("fmt", GRAPH_FORMATS)
def test_graphs_are_read_by_others(fmt: str) -> None:
    """What is written of a graph is read again by rdflib, as the same triples."""
    graph = rdflib.Dataset(default_union=True)
    graph.parse(data=render(CONSTRUCT, fmt), format=RDFLIB[fmt])
    assert {(str(s), str(p), str(o)) for s, p, o in graph.triples((None, None, None))} == {
        (q.subject.value, q.predicate.value, q.object.value)
        for q in parse(CONSTRUCT.data, RdfFormat.N_TRIPLES)
    }


@pytest.mark.parametrize("fmt", GRAPH_FORMATS)
def test_equal_graphs_are_equal_text(fmt: str) -> None:
    """Nothing in a file depends on chance, the order of its prefixes included."""
    assert len({render(CONSTRUCT, fmt) for _ in range(20)}) == 1


def test_turtle_declares_the_prefixes_that_it_uses() -> None:
    """Graphs are short, and say no more than they must."""
    assert render(CONSTRUCT, "turtle").startswith(
        "@prefix auto: <https://w3id.org/auto-kg/ontology#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "@prefix res: <https://w3id.org/auto-kg/resource/> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        "res:Aurora "
    )


@pytest.mark.parametrize(
    ("result", "fmt", "message"),
    [
        (SELECT, "turtle", r"turtle: the answer is rows, which is written as one of csv, json, tsv, xml"),
        (SELECT, "excel", r"excel: the answer is rows, which is written as one of csv"),
        (ASK, "rdfxml", r"rdfxml: the answer is yes or no, which is written as one of csv"),
        (
            CONSTRUCT,
            "csv",
            r"csv: the answer is a graph, which is written as one of turtle, ntriples, nquads, trig",
        ),
        (query(STORE, ESCAPES), "xml", r"xml: XML cannot hold a character or a property"),
        (
            query(STORE, "DESCRIBE res:Boreale"),
            "rdfxml",
            r"rdfxml: XML cannot hold a character or a property",
        ),
        (
            query(STORE, "CONSTRUCT { ?s <a:1> ?o } { ?s auto:value ?o }"),
            "rdfxml",
            r"rdfxml: XML cannot hold a character or a property",
        ),
        (
            query(STORE, "CONSTRUCT { ?s auto:x <<( ?s ?p ?o )>> } { ?s ?p ?o }"),
            "jsonld",
            r"jsonld: cannot hold this answer \(JSON-LD does not support",
        ),
    ],
)
def test_a_wrong_format_names_the_right_ones(result: Result, fmt: str, message: str) -> None:
    """A format that is unknown, of another kind of answer, or too narrow is one clear line."""
    with pytest.raises(QueryError, match=message):
        render(result, fmt)


# --------------------------------------------------------------------------- table


@pytest.mark.parametrize(
    ("sparql", "rows"),
    [
        ("SELECT ?s { ?s auto:value 14.0 }", [["s"], ["res:Aurora"]]),
        ("SELECT ?s ?none { ?s auto:value 14.0 }", [["s", "none"], ["res:Aurora", ""]]),
        ("SELECT ?s { ?s auto:value 15 }", [["s"]]),
        ("SELECT (<https://example.org/a> AS ?x) {}", [["x"], ["<https://example.org/a>"]]),
        ("SELECT (14.50 AS ?x) {}", [["x"], ["14.5"]]),
        ("SELECT ('ciao'@it AS ?x) {}", [["x"], ["ciao"]]),
        ("SELECT (<<( res:Aurora auto:value 14 )>> AS ?x) {}", [["x"], ["<<( res:Aurora auto:value 14 )>>"]]),
        (ESCAPES, [["l"], ["\\x1b[31mrosso\\u202e\\u2028\\x00"]]),
        ("SELECT ('a\\nb\\tc' AS ?x) {}", [["x"], ["a\\nb\\tc"]]),
        ("SELECT ('l’«auto» שלום 👩‍🔧' AS ?x) {}", [["x"], ["l’«auto» שלום 👩‍🔧"]]),
        ("ASK { ?s auto:value 14.0 }", [["answer"], ["yes"]]),
        ("ASK { ?s auto:value 15 }", [["answer"], ["no"]]),
        (
            "CONSTRUCT { ?s auto:is ?v . ?s a auto:Thing } { ?s auto:value ?v }",
            [
                ["subject", "predicate", "object"],
                ["res:Aurora", "rdf:type", "auto:Thing"],
                ["res:Aurora", "auto:is", "14"],
            ],
        ),
    ],
)
def test_a_table_is_for_people(sparql: str, rows: list[list[str]]) -> None:
    """IRIs are short, texts bare, and control characters visible."""
    assert table(query(STORE, sparql)) == rows


def test_a_blank_node_is_shown_as_one() -> None:
    """A node without a name is told from a text."""
    ((cell,),) = table(query(STORE, "SELECT ?o { res:Boreale auto:x ?o }"))[1:]
    assert cell.startswith("_:")


def test_the_formats_are_known_by_name() -> None:
    """A command line can offer them all."""
    assert list(TABLE_FORMATS) == ["csv", "json", "tsv", "xml"]
    assert list(GRAPH_FORMATS) == ["turtle", "ntriples", "nquads", "trig", "jsonld", "rdfxml"]
