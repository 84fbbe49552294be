"""What is known of a query before it is asked: the graphs that it names."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from kg.model import QueryError
from kg.sparql import Dataset, dataset_of
from kg.store import TooLargeError, add_document_graphs, ask, open_store, store_of, table

EX = "http://example.org/"


@pytest.mark.parametrize(
    ("sparql", "dataset"),
    [
        ("SELECT * { ?s ?p ?o }", None),
        ("SELECT * FROM <http://a/b> { ?s ?p ?o }", Dataset(("http://a/b",))),
        ("ASK from<a:1>#\nfrom # <a:3>\n<a:2> {}", Dataset(("a:1", "a:2"))),
        ("ASK FROM NAMED <a:1> FROM <a:2> from named res:Xpeng WHERE {}", Dataset(("a:2",), ("a:1", "https://w3id.org/auto-kg/resource/Xpeng"))),
        (r"PREFIX : <a:> PREFIX b.c: <b:> ASK FROM :x\-y FROM b.c:d.e FROM : {}", Dataset(("a:x-y", "b:d.e", "a:"))),
        ("DESCRIBE <a:from> FROM <a:1>", Dataset(("a:1",))),
        ("SELECT ?from { ?from ?named 'FROM <a:1>' , \"\"\"x\" FROM <a:2>\"\"\", 'x'@from }", None),
        ("# FROM <a:1>\nSELECT * { ?s ex:from <a:2> FILTER(?a<?b&&?c>?d) }", None),
        ("BASE <http://a/> ASK FROM <b> {}", None),
        ("ASK FROM unknown:x {}", None),
        ("SELECT ('''FROM''' AS ?x) (\"a\\\" FROM <a:1>\" AS ?y) {}", None),
    ],
)  # fmt: skip
def test_the_graphs_that_a_query_names(sparql: str, dataset: Dataset | None) -> None:
    """FROM is seen as the grammar sees it: not in texts, comments, names and variables."""
    assert dataset_of(sparql) == dataset


@pytest.mark.parametrize(
    "text", ['"', "'", '"""', "'''\\", "<", "'\\", 'FROM "', "a:\\", "a.", "a-:", ".", "a"]
)
def test_no_text_takes_long(text: str) -> None:
    """Unfinished texts of 100,000 characters are read in no time."""
    begun = time.process_time()
    dataset_of(text * (100_000 // len(text)))
    assert time.process_time() - begun < 2


@pytest.fixture
def graphs(tmp_path: Path) -> Path:
    path = tmp_path / "a.trig"
    path.write_text("<a:g> { <a:a> <a:p> 1 } <a:h> { <a:a> <a:p> 1 . <a:b> <a:p> 2 } <a:c> <a:p> 3 .")
    return path


@pytest.mark.parametrize(
    ("clause", "triples", "named"),
    [
        ("", 3, 3),
        ("FROM <a:g> FROM <a:h>", 2, 0),
        ("FROM <a:h>", 2, 0),
        ("FROM NAMED <a:h>", 0, 2),
        ("FROM <a:g> FROM NAMED <a:g>", 1, 1),
        ("FROM <a:nowhere>", 0, 0),
        ("FROM <file:///etc/passwd> FROM <http://127.0.0.1:9/>", 0, 0),
    ],
)
def test_a_triple_in_two_graphs_is_one(graphs: Path, clause: str, triples: int, named: int) -> None:
    """Graphs seen as one are merged, as RDF has it, and left as they were."""
    store = open_store([graphs])
    for _ in range(2):
        assert len(table(ask(store, f"SELECT ?s ?o {clause} {{ ?s ?p ?o }}"))) == triples + 1
        assert len(table(ask(store, f"SELECT ?g ?s {clause} {{ GRAPH ?g {{ ?s ?p ?o }} }}"))) == named + 1


def test_each_document_has_a_graph() -> None:
    """It holds what the document says, and nothing that only others say."""
    store = store_of(
        """@prefix auto: <https://w3id.org/auto-kg/ontology#> . @prefix prov: <http://www.w3.org/ns/prov#> .
        @prefix oa: <http://www.w3.org/ns/oa#> .
        <a:s> auto:evidence <a:e1>, <a:e2> ; auto:by "2025" . <a:t> auto:evidence <a:e2> .
        <a:e1> a auto:Evidence ; prov:wasDerivedFrom <a:d1> ; oa:hasSelector <a:o1> . <a:o1> oa:exact "one" .
        <a:e2> a auto:Evidence ; prov:wasDerivedFrom <a:d2> ; oa:hasSelector <a:o2> . <a:o2> oa:exact "two" ."""
    )
    add_document_graphs(store)
    _, *found = table(ask(store, "SELECT ?s ?o { GRAPH <a:d1> { ?s ?p ?o } }"))
    assert sorted(map(tuple, found)) == [
        ("<a:e1>", "<a:d1>"),
        ("<a:e1>", "<a:o1>"),
        ("<a:e1>", "auto:Evidence"),
        ("<a:o1>", "one"),
        ("<a:s>", "2025"),
        ("<a:s>", "<a:e1>"),
    ]
    assert len(table(ask(store, "SELECT ?s ?p ?o { ?s ?p ?o }"))) == 1 + 12


MANY = store_of("".join(f"<a:{i}> <a:p> '}},{{{i}' .\n" for i in range(100)))


@pytest.mark.parametrize(
    ("sparql", "rows", "size", "fits"),
    [
        ("SELECT * { ?s ?p ?o }", 100, None, True),
        ("SELECT * { ?s ?p ?o }", 99, None, False),
        ("SELECT ?x { ?s ?p ?o }", 99, None, False),
        ("SELECT * { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", 100, None, False),
        ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o . ?a ?b ?c }", 100, None, True),
        ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", 99, None, False),
        ("SELECT * { ?s ?p ?o }", None, 1000, False),
        ("CONSTRUCT { ?s ?a ?o } { ?s ?p ?o . ?a ?b ?c }", None, 100_000, False),
        ("ASK { ?s ?p ?o }", 1, 1, True),
    ],
)
def test_an_answer_is_whole_or_refused(
    sparql: str, rows: int | None, size: int | None, *, fits: bool
) -> None:
    """Of more rows or bytes than are granted there are none."""
    if fits:
        assert ask(MANY, sparql, rows=rows, size=size).data
    else:
        with pytest.raises(TooLargeError, match=r"the answer has more than [\d,]+ (rows|bytes)"):
            ask(MANY, sparql, rows=rows, size=size)


def test_a_graph_is_named_by_an_iri() -> None:
    """What is none is refused in one line."""
    with pytest.raises(QueryError, match="a graph is named by a whole IRI"):
        ask(MANY, "ASK {}", dataset=Dataset(("a b",)))
