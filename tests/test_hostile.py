"""A hundred hostile queries, requests and files: each gets its status, and the server goes on as if nothing had been.

Nothing of it reaches a network or another file: a trap listens where the queries call, and a secret lies
where they look.
"""

from __future__ import annotations

import gzip
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest
from serving import ROOT, raw, serving

pytest.importorskip("starlette", reason="NOT TESTED: the extra serve is not installed")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="NOT TESTED: there is no fork")

SECRET = "the-secret-of-this-machine"
TEN = "{ VALUES ?%s { 1 2 3 4 5 6 7 8 9 0 } }"


def product(width: int) -> str:
    return "".join(TEN % f"v{n}" for n in range(width))


#: Those of the endless queries that the engine may see through.
QUICK = {8, 10, 11, 12}
#: Queries, with the statuses that they may end with. TRAP is an address that nobody may call, FILE one that nobody may read.
QUERIES: list[tuple[str, str, set[int]]] = [
    # calls to other machines and files
    *((f"service {n}", query, {400}) for n, query in enumerate((
        "SELECT * { SERVICE <TRAP> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <TRAP> { ?s ?p ?o } }",
        "SELECT * { SeRvIcE <TRAP> { ?s ?p ?o } }",
        "SELECT * { SERV\\u0049CE <TRAP> { ?s ?p ?o } }",
        "SELECT * { \\u0053ERVICE <TRAP> { ?s ?p ?o } }",
        "SELECT * { SERVICE ?where { ?s ?p ?o } VALUES ?where { <TRAP> } }",
        "SELECT * { BIND(<TRAP> AS ?where) SERVICE ?where { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <TRAP> { ?s ?p ?o } } }",
        "SELECT * { { SELECT * { SERVICE <TRAP> { ?s ?p ?o } } } }",
        "SELECT * { #\nSERVICE#\n<TRAP>#\n{ ?s ?p ?o } }",
        "SELECT * { ?s ?p \"'\" . SERVICE <TRAP> { ?s ?p ?o } }",
        "SELECT * { ?s ?p '\\'' SERVICE <TRAP> { ?s ?p ?o } }",
        "SELECT * { SERVICE<TRAP>{ } }",
        "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <TRAP> { ?s ?p ?o } }",
        "DESCRIBE ?s { SERVICE <TRAP> { ?s ?p ?o } }",
        "ASK { SERVICE <TRAP> { ?s ?p ?o } }",
        "PREFIX t: <TRAP> ASK { SERVICE t: { ?s ?p ?o } }",
        "BASE <TRAP> ASK { SERVICE <> { ?s ?p ?o } }",
    ))),
    *((f"data set {n}", query, {200, 400}) for n, query in enumerate((
        "SELECT * FROM <TRAP> { ?s ?p ?o }",
        "SELECT * FROM NAMED <TRAP> { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * FROM <FILE> { ?s ?p ?o }",
        "SELECT * FROM <file:///etc/passwd> FROM <FILE> FROM <TRAP> { ?s ?p ?o }",
        "SELECT * FROM <../../secret.ttl> { ?s ?p ?o }",
        "SELECT * { GRAPH <FILE> { ?s ?p ?o } }",
        "BASE <FILE> SELECT * FROM <> { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p ?o } FROM <TRAP> WHERE { ?s ?p ?o }",
    ))),
    # updates
    *((f"update {n}", query, {400}) for n, query in enumerate((
        "LOAD <TRAP>",
        "LOAD SILENT <FILE> INTO GRAPH <a:g>",
        "INSERT DATA { <a:a> <a:b> 1 }",
        "DELETE WHERE { ?s ?p ?o }",
        "CLEAR ALL",
        "DROP SILENT DEFAULT",
        "CREATE GRAPH <a:g>",
        "COPY DEFAULT TO <a:g>",
        "#\nPREFIX a: <a:>\n#x\nLOAD <TRAP>",
        "SELECT * { ?s ?p ?o } ; LOAD <TRAP>",
        "ASK {} ; CLEAR ALL",
        "WITH <a:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ))),
    # nesting
    *((f"nested {n}", query, {200, 400, 503, 504}) for n, query in enumerate((
        "SELECT * " + "{" * 4000 + "}" * 4000,
        "SELECT * { FILTER" + "(" * 6000 + "1" + ")" * 6000 + " }",
        "SELECT * { FILTER(" + "!" * 60_000 + "1) }",
        "SELECT * { ?s " + "^" * 60_000 + "<a:p> ?o }",
        "SELECT * { ?s <a:p>" + "/<a:p>" * 9000 + " ?o }",
        "SELECT * { ?s <a:p>" + "*" * 5000 + " ?o }",
        "SELECT * { ?s ?p " + "[ ?p " * 199 + "1" + "]" * 199 + " }",
        "SELECT * { ?s ?p " + "(" * 199 + ")" * 199 + " }",
        "SELECT * { " + "{} UNION " * 9000 + "{} }",
        "SELECT * { " + "OPTIONAL {" * 190 + "}" * 190 + " }",
        "SELECT (1" + "+1" * 45_000 + " AS ?x) {}",
        "SELECT (" + "-" * 90_000 + "1 AS ?x) {}",
        "SELECT * { ?s ?p ?o FILTER(" + " || ".join(["?o = 1"] * 9000) + ") }",
        "SELECT * { VALUES ?x { " + "1 " * 45_000 + "} }",
        "SELECT * { ?s ?p " + "<<( ?s ?p " * 90 + "1" + " )>>" * 90 + " }",
    ))),
    # what takes too long, too much memory, or gives too much
    *((f"endless {n}", query, {200, 403, 503, 504} if n in QUICK else {403, 503, 504}) for n, query in enumerate((
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
        "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        f"SELECT * {{ {product(8)} }}",
        f"SELECT * {{ {product(8)} }} ORDER BY ?v7 ?v1",
        f"SELECT DISTINCT * {{ {product(8)} }}",
        f"SELECT ?v0 (GROUP_CONCAT(STR(?v1 + ?v2)) AS ?t) {{ {product(9)} }} GROUP BY ?v0",
        f"SELECT (SUM(?v1 * ?v2) AS ?n) {{ {product(10)} }}",
        f"SELECT (MAX(CONCAT(STR(?v1), STR(?v2))) AS ?n) {{ {product(10)} }}",
        f"ASK {{ {product(10)} FILTER(?v0 + ?v1 = 100) }}",
        f"CONSTRUCT {{ ?s <a:p> ?v0 , ?v1 , ?v2 }} {{ {product(9)} BIND(UUID() AS ?s) }}",
        "SELECT * { ?a (<a:p>|!<a:p>)* ?b . ?c (<a:p>|!<a:p>)* ?d . ?e (<a:p>|!<a:p>)* ?f . ?g (<a:p>|!<a:p>)* ?h }",
        f"SELECT (COUNT(*) AS ?n) {{ {product(10)} FILTER(REGEX(CONCAT(STR(?v0), STR(?v1)), '(a*)*b')) }}",
        f"SELECT (COUNT(*) AS ?n) {{ {product(10)} FILTER(SHA512(CONCAT(STR(?v0), STR(?v1))) = '') }}",
    ))),
    *((f"great {n}", query, {200, 400, 403, 503, 504}) for n, query in enumerate((
        "SELECT (" + ", ".join(["REPLACE("] * 1)[:-1] + "('aaaaaaaaaa', 'a', '" + "a" * 9000 + "') AS ?x) {}",
        "SELECT ?x { BIND('" + "a" * 90_000 + "' AS ?a) BIND(CONCAT(" + ",".join(["?a"] * 1000) + ") AS ?x) }",
        "SELECT ?f { BIND('aaaaaaaaaa' AS ?z) " + "".join(
            f"BIND(CONCAT({','.join([f'?{a}'] * 10)}) AS ?{b}) " for a, b in zip("zabcdefgh", "abcdefghi", strict=True)) + "BIND(STRLEN(?i) AS ?f) }",
        "SELECT (REGEX('" + "a" * 5000 + "', '" + "a?" * 500 + "a" * 500 + "') AS ?x) {}",
        "SELECT (REGEX('a', '" + "(" * 150 + "a" + "){9}" * 150 + "') AS ?x) {}",
        "SELECT (REGEX('a', 'a{1000}{1000}{1000}') AS ?x) {}",
        "SELECT ('" + "9" * 90_000 + "'^^xsd:integer + 1 AS ?x) {}",
        "SELECT (1e308 * 1e308 AS ?x) (1/0 AS ?y) (-9223372036854775808 - 1 AS ?z) {}",
        "SELECT (STRDT('x', IRI('javascript:alert(1)')) AS ?x) {}",
        "SELECT ?x {} LIMIT 99999999999999999999999999",
        "SELECT * { ?s ?p ?o } OFFSET 18446744073709551615 LIMIT 18446744073709551615",
        "\x00", "SELECT \x00 {}", "\ufeffASK {}", "ASK { '\u202e' ?p ?o }", "ASK {} #" + "a" * 120_000,
        "SELECT * { ?" + "a" * 90_000 + " ?p ?o }",
    ))),
]  # fmt: skip

#: Requests as they go over the line, with the statuses that they may end with.
REQUESTS: list[tuple[str, bytes, set[int]]] = [
    *((f"path {path[:40]}", f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode(), {400, 404}) for path in (
        "/static/../../cli.py", "/static/..%2f..%2fcli.py", "/static/%2e%2e/%2e%2e/cli.py", "/static/..%5c..%5ccli.py", "/static//etc/passwd",
        "/static/%00", "/static/yasgui/../../../secret.ttl", "/static/", "/text/..%2fsecret.ttl", "/text/../../secret", "/text/%2fetc%2fpasswd", "/text/secret.ttl",
        "/resource/../../../etc/passwd", "/resource/..%2f..%2fetc%2fpasswd", "/resource/document/../../secret.ttl", "/resource/%00", "/resource/%3E%20%7B%7D",
        "/resource/x%3E%20%7D%20%23", "/resource/%ff%fe", "/resource/" + "a" * 60_000, "/resource/", "/store?graph=FILE", "/store?graph=file:///etc/passwd",
        "//evil.example/", "/\\evil.example",
    )),
    ("wrong host", b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", {421}),
    ("no host", b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", {400}),
    ("two hosts", b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n", {400, 421}),
    ("old, no host", b"GET / HTTP/1.0\r\n\r\n", {421}),
    ("absolute", b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", {421}),
    ("nonsense", b"\x16\x03\x01\x02\x00\x01\x00", {400}),
    ("long line", b"GET /" + b"a" * 600_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", {400, 431}),
    ("smuggled", b"POST /query HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n", {400, 415}),
    ("negative", b"POST /query HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\nConnection: close\r\n\r\n", {400}),
    ("too long a body", b"POST /query HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nContent-Length: 2000000\r\nConnection: close\r\n\r\n" + b"a" * 2_000_000, {413}),
    ("a form bomb", b"POST /query HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 900000\r\nConnection: close\r\n\r\n" + b"a=&" * 300_000, {400}),
]  # fmt: skip


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "secret.ttl").write_text(f'<a:secret> <a:is> "{SECRET}" .')
    return folder


@pytest.fixture(scope="module")
def trap() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


@pytest.fixture(scope="module")
def server(room: Path) -> Iterator[str]:
    with serving(
        ROOT / "graphs", "--sources", ROOT / "source_texts", "--timeout", 1, "--max-memory", 256, cwd=room
    ) as address:
        yield address


def aimed(text: str, room: Path, trap: socket.socket) -> str:
    return text.replace("TRAP", f"http://127.0.0.1:{trap.getsockname()[1]}/").replace(
        "FILE", (room / "secret.ttl").as_uri()
    )


def sent(server: str, request: bytes) -> tuple[int, bytes]:
    """The status of the answer and all of it, again while the server has no hand free."""
    while True:
        answer = raw(server, request, wait=60)
        if b"too many questions" not in answer:
            return int(answer.split()[1]), answer


def test_hostile_queries(server: str, room: Path, trap: socket.socket) -> None:
    """Each ends with a status that says what became of it; the next one is answered rightly."""

    def ask(query: str) -> tuple[int, bytes]:
        body = aimed(query, room, trap).encode()
        head = f"POST /query HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        return sent(server, head.encode() + body)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda case: ask(case[1]), QUERIES))
    wrong = [
        (name, status, answer[-200:])
        for (name, _, may), (status, answer) in zip(QUERIES, found, strict=True)
        if status not in may
    ]
    assert wrong == []
    for (name, *_), (status, answer) in zip(QUERIES, found, strict=True):
        head, _, body = answer.partition(b"\r\n\r\n")
        assert SECRET.encode() not in answer, name
        if status != 200:
            assert b"text/plain" in head, name
            assert body.count(b"\n") == 1, name
    with pytest.raises(BlockingIOError):
        trap.accept()
    assert b'"value":"1"' in ask("SELECT (1 AS ?x) {}")[1]


def test_hostile_requests(server: str, room: Path, trap: socket.socket) -> None:
    """Neither paths nor headers lead anywhere else, and the server is there afterwards."""
    for name, request, may in REQUESTS:
        try:
            status, answer = sent(server, aimed(request.decode("latin-1"), room, trap).encode("latin-1"))
        except (ConnectionError, IndexError):  # cut off for its length: no answer at all is no wrong one
            status, answer = min(may), b""
        assert status in may, (name, answer[:300])
        assert SECRET.encode() not in answer, name
        assert b"import" not in answer, name
        assert b"root:" not in answer, name
    assert sent(server, b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")[0] == 200


def test_half_a_request_holds_nobody_up(server: str) -> None:
    """A hundred lines that say nothing, or leave before they are answered, do not keep others waiting."""
    host, port = server.removeprefix("http://").split(":")
    lines = [socket.create_connection((host, int(port))) for _ in range(100)]
    for line in lines[::2]:
        line.sendall(
            b"GET /query?query="
            + quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c }").encode()
            + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
    for line in lines[::2]:
        line.close()
    assert (
        sent(server, b"GET /resource/Xpeng HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")[0]
        == 200
    )
    for line in lines[1::2]:
        line.close()


RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="http://a.example/">%s</rdf:RDF>'
FILES: list[tuple[str, str, bytes]] = [
    ("entity.rdf", '<!DOCTYPE x [<!ENTITY e SYSTEM "FILE">]>' + RDF % "<a:T><a:p>&e;</a:p></a:T>", b"entities"),
    ("remote.rdf", '<!DOCTYPE x SYSTEM "TRAPx.dtd">' + RDF % "<a:T/>", b""),
    ("bomb.rdf", "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
        f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True)) + "]>" + RDF % "<a:T><a:p>&i;</a:p></a:T>", b"entities"),
    ("wide.rdf", "<!DOCTYPE x [<!ENTITY % p SYSTEM 'FILE'> %p;]>" + RDF % "", b"entities"),
    ("context.jsonld", '{"@context": "TRAP", "a": 1}', b"context.jsonld"),
    ("file.jsonld", '{"@context": "FILE", "a": 1}', b"file.jsonld"),
    ("import.jsonld", '{"@context": {"@version": 1.1, "@import": "TRAP"}, "a": 1}', b"import.jsonld"),
    ("scoped.jsonld", '{"@context": {"a": {"@id": "http://a.example/", "@context": "TRAP"}}, "a": {"b": 1}}', b""),
    ("deep.jsonld", "[" * 100_000 + "]" * 100_000, b""),
    ("deep.ttl", "<a:a> <a:b> " + "(" * 100_000 + ")" * 100_000 + " .", b""),
    ("deeper.ttl", "<a:a> <a:b> " + "[ <a:b> " * 100_000 + "1" + "]" * 100_000 + " .", b""),
    ("quoted.ttl", "<a:a> <a:b> " + "<<( <a:a> <a:b> " * 50_000 + "1" + " )>>" * 50_000 + " .", b""),
    ("long.nt", '<a:a> <a:b> "' + "a" * 9_000_000 + '" .\n', b""),
    ("nul.ttl", "<a:a> <a:b> '\x00\x1b[2J' .", b""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "words"), FILES, ids=[case[0] for case in FILES])
def test_hostile_files(
    room: Path, trap: socket.socket, tmp_path: Path, name: str, content: str, words: bytes
) -> None:
    """A file that one did not write is loaded or refused in one line; it opens nothing."""
    path = tmp_path / name
    path.write_text(aimed(content, room, trap))
    everything = [
        sys.executable,
        "-m",
        "kg",
        "query",
        "SELECT ?o { ?s ?p ?o }",
        str(path),
        "-f",
        "csv",
        "--max-memory",
        "512",
        "--timeout",
        "5",
    ]
    done = subprocess.run(everything, cwd=ROOT, capture_output=True, timeout=90)
    assert done.returncode in ((1,) if words else (0, 1))
    assert words in done.stderr
    assert done.stderr.count(b"\n") == done.returncode
    assert SECRET.encode() not in done.stdout + done.stderr
    with pytest.raises(BlockingIOError):
        trap.accept()


def test_a_graph_too_great_to_serve(tmp_path: Path) -> None:
    """A packed file that unfolds without end ends in one line, and no server."""
    bomb = tmp_path / "bomb.nt.gz"
    bomb.write_bytes(gzip.compress(b"#" * 1_000_000) * 1500)
    command = [sys.executable, "-m", "kg", "serve", str(bomb), "--port", "0", "--max-memory", "256"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "memory" in done.stderr
    assert done.stderr.count("\n") == 1


def test_there_are_a_hundred() -> None:
    """The tables are as long as is claimed."""
    assert len(QUERIES) + len(REQUESTS) + len(FILES) > 100
