"""A store loads RDF in every common format, and a query can only read it."""

from __future__ import annotations

import gzip
import json
import os
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, serialize

from kg.model import QueryError
from kg.store import open_store, query, store_of, table, triples

TRIPLE = ("https://w3id.org/auto-kg/resource/Aurora", "http://www.w3.org/2000/01/rdf-schema#label", "Aurora")
QUAD = Quad(NamedNode(TRIPLE[0]), NamedNode(TRIPLE[1]), Literal("Aurora", language="it"))
FORMATS = {
    ".ttl": RdfFormat.TURTLE,
    ".trig": RdfFormat.TRIG,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".jsonld": RdfFormat.JSON_LD,
    ".rdf": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
}

STORE = store_of(
    """@prefix auto: <https://w3id.org/auto-kg/ontology#> . @prefix res: <https://w3id.org/auto-kg/resource/> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    res:Aurora auto:partnerOf res:Boreale ; rdfs:label "Aurora"@it .
    res:Boreale rdfs:label "Boreale, a service"@it .
    <https://example.org/service> rdfs:label "garage" ."""
)


def written(extension: str) -> bytes:
    return serialize([QUAD.triple], format=FORMATS[extension]) or b""


def rows(sparql: str, store: Store = STORE) -> list[list[str]]:
    return table(query(store, sparql))[1:]


# ------------------------------------------------------------------------- loading


@pytest.mark.parametrize("extension", FORMATS)
def test_every_format_loads(tmp_path: Path, extension: str) -> None:
    """A file is read by its extension, in small or capital letters, plain or packed with gzip."""
    plain, capital, packed = (
        tmp_path / f"{name}" for name in (f"a{extension}", f"B{extension.upper()}", f"c{extension}.gz")
    )
    plain.write_bytes(written(extension))
    capital.write_bytes(written(extension))
    packed.write_bytes(gzip.compress(written(extension)))
    for path in (plain, capital, packed):
        assert list(triples(open_store([path]))) == [TRIPLE]


def test_a_folder_gives_the_rdf_files_directly_in_it(tmp_path: Path) -> None:
    """Other files and deeper folders are passed over, and several paths make one store."""
    (tmp_path / "deep.ttl").mkdir()
    (tmp_path / "deep.ttl" / "c.ttl").write_text("<a:c> <a:p> 3 .")
    (tmp_path / "a.ttl").write_text("<a:a> <a:p> 1 .")
    (tmp_path / "b.nt.gz").write_bytes(gzip.compress(b"<a:b> <a:p> <a:x> .\n", mtime=0))
    (tmp_path / "readme.txt").write_text("no RDF")
    other = tmp_path / "deep.ttl" / "c.ttl"
    assert sorted(s for s, _, _ in triples(open_store([tmp_path]))) == ["a:a", "a:b"]
    assert sorted(s for s, _, _ in triples(open_store([tmp_path, other]))) == ["a:a", "a:b", "a:c"]


def test_named_graphs_are_asked_as_one(tmp_path: Path) -> None:
    """A query sees the triples of all graphs of a data set, and can tell them apart with GRAPH."""
    path = tmp_path / "a.trig"
    path.write_text("<a:g> { <a:a> <a:p> 1 } <a:h> { <a:b> <a:p> 2 } <a:c> <a:p> 3 .")
    store = open_store([path])
    assert rows("SELECT ?o { ?s ?p ?o } ORDER BY ?o", store) == [["1"], ["2"], ["3"]]
    assert rows("SELECT ?o { GRAPH <a:h> { ?s ?p ?o } }", store) == [["2"]]


BOMB = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&b;</rdf:RDF>'
)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "a.ttl",
            b"<a:a> <a:b> 1 .\n<a:a> <a:b> .\n",
            r"a\.ttl:2:13: .* not a valid RDF object; mend the file",
        ),
        ("a.ttl", b"<a:a> <a:b> <x y> .", r"a\.ttl:1:13: Invalid IRI"),
        ("a.ttl", b"\xff\xfe", r"a\.ttl:1:1: Invalid UTF-8"),
        ("a.nt.gz", gzip.compress(b"<a:a> <a:b> .\n", mtime=0), r"a\.nt\.gz:1:13: "),
        ("a.jsonld", b'{"@context": "http://127.0.0.1:9/"}', r"a\.jsonld: .*remote"),
        ("a.rdf", b"<rdf", r"a\.rdf: syntax error"),
        ("a.rdf", BOMB, r"a\.rdf: it declares XML entities"),
        ("a.ttl.gz", b"<a:a> <a:b> 1 .", r"a\.ttl\.gz: cannot be read \(Not a gzipped file"),
        ("a.ttl.gz", gzip.compress(b"<a:a> <a:b> 1 .", mtime=0)[:-9], r"a\.ttl\.gz: cannot be read"),
        ("a.csv", b"a,b", r"a\.csv: not a kind of RDF file known here; give one of \.ttl "),
    ],
)
def test_what_cannot_be_loaded_says_where(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    """The error is one line with the file and, where there is one, the line and column."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(QueryError, match=message) as caught:
        open_store([tmp_path / name])
    assert "\n" not in str(caught.value)


def test_a_wrong_path_says_so(tmp_path: Path) -> None:
    """A path that does not exist and a folder without RDF are errors."""
    with pytest.raises(QueryError, match=r"nowhere: no such file or folder"):
        open_store([tmp_path / "nowhere"])
    with pytest.raises(QueryError, match=r"no RDF file in this folder"):
        open_store([tmp_path])


# ------------------------------------------------------------------------ querying


def test_the_usual_prefixes_are_known() -> None:
    """A query need not declare the prefixes of the vocabulary, and may declare them otherwise."""
    assert rows("SELECT ?name { res:Aurora auto:partnerOf/rdfs:label ?name }") == [["Boreale, a service"]]
    assert rows("PREFIX res: <https://example.org/> SELECT ?name { res:service rdfs:label ?name }") == [
        ["garage"]
    ]


def test_each_kind_of_query_has_its_kind_of_result() -> None:
    """SELECT, ASK and the graphs of CONSTRUCT and DESCRIBE are told apart; a graph is sorted, without doubles."""
    assert query(STORE, "SELECT ?s { ?s a auto:Nothing }").kind == "select"
    assert json.loads(query(STORE, "ASK { ?s auto:partnerOf ?o }").data)["boolean"] is True
    assert query(STORE, "DESCRIBE res:Boreale").kind == "graph"
    made = query(STORE, "CONSTRUCT { ?s a auto:Thing } { ?s ?p ?o }")
    lines = made.data.decode().splitlines()
    assert made.kind == "graph"
    assert lines == sorted(set(lines))
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("sparql", "message"),
    [
        ("", r"the query is empty"),
        ("SELECT * {\n ?s ?p foo bar }", r"query line 2, column 11: cannot be read near `\?s \?p foo bar }`"),
        (
            "SELECT * {\n ?s ex:p ?o }",
            r"query line 2, column 10: the prefix ex: is not declared; known without are auto, ",
        ),
        (
            "SELECT * { ?s ?p ?o } GROUP BY ?s",
            r"line 1, column \d+: SELECT \* is not authorized with GROUP BY",
        ),
        ("SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }", r"The SELECT contains a variable that is unbound"),
        ("SELECT * { ?s ?p <x y> }", r"column \d+: IRI parsing failed"),
        ("SELECT * { ?s ?p 'a\x1b[31m } ", r"near `.*\\x1b\[31m"),
        ("INSERT DATA { <a:a> <a:b> 1 }", r"this is an update, and a graph is only read here"),
        ("# clean up\nPREFIX a: <a#>\ndelete where { ?s ?p ?o }", r"this is an update"),
        ("LOAD <file:///etc/passwd>", r"this is an update"),
        ("SELECT ?x {} # " + "x" * 100_000, r"the query has 100,015 bytes, more than 100,000; shorten it"),
        ("SELECT * " + "{" * 4000 + "}" * 4000, r"the query nests deeper than 200 brackets; flatten it"),
        ("SELECT ('\ud800' AS ?x) {}", r"the query is not valid Unicode text"),
    ],
)
def test_what_cannot_be_asked_says_where(sparql: str, message: str) -> None:
    """The error is one line with the place in the user's own text, and no control character."""
    with pytest.raises(QueryError, match=message) as caught:
        query(STORE, sparql)
    assert str(caught.value).isprintable()


def test_a_comment_may_speak_of_updates() -> None:
    """Only a query that is an update is refused as one."""
    assert rows("# insert, delete or add nothing, with care\nSELECT (1 AS ?x) {}") == [["1"]]


@pytest.fixture
def trap() -> Iterator[socket.socket]:
    """A server of nobody, to see whether somebody calls."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


SERVICES = [
    "SELECT * { SERVICE <%s> { ?s ?p ?o } }",
    "SELECT * { serViCe silent <%s> { ?s ?p ?o } }",
    "SELECT * { ?s ?p 1SERVICE<%s>{} }",
    "SELECT * { ?s ?p trueSERVICESILENT<%s>{} }",
    "SELECT * { SERV\\u0049CE <%s> { ?s ?p ?o } }",
    "SELECT * { VALUES ?x { <%s> } SERVICE ?x { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <%s> {} } }",
    'SELECT * { ?s ?p ?o FILTER(?s<?p#>"""\n) SERVICE <%s> { ?a ?b ?c } #"""\n}',
    "SELECT * { ?s ?p ?o FILTER(?s<?p#'>\n) SERVICE <%s> { ?a ?b ?c } #'\n}",
    "SELECT * { ?s ?p 'a\\u0027 } # ' SERVICE <%s> {} }",
]


@pytest.mark.parametrize("sparql", SERVICES)
def test_no_query_calls_another_machine(trap: socket.socket, sparql: str) -> None:
    """SERVICE is refused however it is spelled and hidden."""
    with pytest.raises(QueryError, match="query line"):
        query(STORE, sparql.replace("%s", f"http://127.0.0.1:{trap.getsockname()[1]}/"))
    with pytest.raises(BlockingIOError):
        trap.accept()


@pytest.mark.parametrize(
    "sparql", ["SELECT ?s FROM <%s> { ?s ?p ?o }", "SELECT ?s FROM NAMED <%s> { GRAPH ?g { ?s ?p ?o } }"]
)
def test_no_data_set_is_fetched(trap: socket.socket, sparql: str) -> None:
    """FROM loads nothing, from wherever."""
    query(STORE, sparql.replace("%s", f"http://127.0.0.1:{trap.getsockname()[1]}/"))
    with pytest.raises(BlockingIOError):
        trap.accept()


@pytest.mark.parametrize(
    ("sparql", "found"),
    [
        ("SELECT ?s { ?s rdfs:label ?l FILTER(CONTAINS(?l, 'service')) }", "res:Boreale"),
        ("SELECT ?s { ?s rdfs:label ?l FILTER(REGEX(?l, '''SERVICE''', 'i')) }", "res:Boreale"),
        ("SELECT ?l { <https://example.org/service> rdfs:label ?l }", "garage"),
        ("SELECT ?l { <https://example.org/service> rdfs:label ?l } # service", "garage"),
        ("SELECT ('SERVICE' AS ?x) {}", "SERVICE"),
        ("SELECT (res:Financial_Services AS ?x) {}", "res:Financial_Services"),
        ("SELECT ?service_1 { VALUES ?service_1 { 'garage' } }", "garage"),
    ],
)
def test_texts_and_names_may_speak_of_services(sparql: str, found: str) -> None:
    """The word SERVICE is refused as a keyword alone."""
    assert rows(sparql) == [[found]]


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT * { ?s ?p ?o " + "MINUS{?s ?p ?o}" * 6000 + "}",
        "SELECT * { FILTER(" + "!" * 99_000 + "1) }",
        "SELECT * { " + "OPTIONAL{}" * 9900 + "}",
        "SELECT * { FILTER(1" + "+1" * 5000 + " > 0) }",
    ],
)
def test_a_long_query_does_not_kill_the_process(sparql: str) -> None:
    """What would overflow an ordinary stack is answered."""
    assert query(STORE, sparql).kind == "select"


def test_an_interrupt_ends_the_wait() -> None:
    """Ctrl-C is not held back by a query that takes its time."""
    many = store_of("".join(f"<a:{i}> <a:p> {i} .\n" for i in range(300)))
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        query(many, "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f FILTER(?b + ?d > ?f) }")


class Broken(BaseException):
    """What a panic of the engine looks like."""


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (RuntimeError("no such function"), r"the query cannot be answered \(no such function\); simplify it"),
        (Broken("out of bounds"), r"the query broke the engine \(out of bounds\); simplify it"),
    ],
)
def test_an_error_of_the_engine_is_ours(error: BaseException, message: str) -> None:
    """Whatever the engine raises while it works is one clear line."""

    class Engine:
        def query(self, *_: object, **__: object) -> None:
            raise error

    with pytest.raises(QueryError, match=message):
        query(Engine(), "ASK {}")


def test_a_machine_without_memory_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no stack can be had, the query is refused, and later threads get an ordinary stack."""

    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    before = threading.stack_size()
    with pytest.raises(QueryError, match="there is no memory to run a query in"):
        query(STORE, "ASK {}")
    assert threading.stack_size() == before
