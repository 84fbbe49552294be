"""A real server, asked as real clients ask: right answers in right forms, and none to the wrong ones."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import subprocess
import sys
import threading
import time
import tomllib
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote, urlencode

import pytest
import rdflib
from serving import ROOT, raw, serving

pytest.importorskip("starlette", reason="NOT TESTED: the extra serve is not installed")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="NOT TESTED: there is no fork")

RES = "https://w3id.org/auto-kg/resource/"
SELECT = "SELECT ?firm { ?firm auto:partnerOf res:Xpeng }"
EVERYTHING = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"
DOCUMENT = f"{RES}document/xpeng-europa"
#: How many pieces of evidence the served graph has.
EVIDENCE = (ROOT / "graphs" / "evidence.ttl").read_text(encoding="utf-8").count(" a auto:Evidence ")
VOID, SD = "http://rdfs.org/ns/void#", "http://www.w3.org/ns/sparql-service-description#"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with serving() as address:
        yield address


def get(address: str, accept: str = "", data: bytes | None = None, **headers: str) -> tuple[int, str, bytes]:
    """Status, media type and body of an answer, whatever the status."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(address, data, told | ({"Accept": accept} if accept else {}))
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read()
    except HTTPError as exc:
        with exc:
            return exc.code, exc.headers["Content-Type"], exc.read()


def ask(server: str, query: str, accept: str = "", **parameters: str) -> tuple[int, str, bytes]:
    return get(f"{server}/query?{urlencode({'query': query, **parameters})}", accept)


# ------------------------------------------------------------------------- clients


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # its own
def test_sparqlwrapper_gets_its_answers(server: str) -> None:
    """In each of its formats, by GET and by POST of both kinds."""
    wrapper = pytest.importorskip("SPARQLWrapper", reason="NOT TESTED: SPARQLWrapper is not installed")
    client = wrapper.SPARQLWrapper(f"{server}/query")
    for method in (wrapper.GET, wrapper.POST):
        for how in (
            (wrapper.URLENCODED, wrapper.POSTDIRECTLY) if method == wrapper.POST else (wrapper.URLENCODED,)
        ):
            client.setMethod(method)
            client.setRequestMethod(how)
            client.setQuery(f"PREFIX auto: <https://w3id.org/auto-kg/ontology#> PREFIX res: <{RES}> {SELECT}")
            client.setReturnFormat(wrapper.JSON)
            rows = client.queryAndConvert()["results"]["bindings"]
            assert [row["firm"]["value"] for row in rows] == [f"{RES}Volkswagen"]
            client.setReturnFormat(wrapper.XML)
            assert "Volkswagen" in client.queryAndConvert().toxml()
            client.setReturnFormat(wrapper.CSV)
            assert b"Volkswagen" in client.queryAndConvert()
            client.setQuery(EVERYTHING)
            for fmt in (wrapper.TURTLE, wrapper.N3, wrapper.RDFXML, wrapper.JSONLD):
                client.setReturnFormat(fmt)
                found = client.queryAndConvert()
                graph = (
                    found
                    if isinstance(found, rdflib.Graph)
                    else rdflib.Graph().parse(data=found, format="turtle")
                )
                assert len(graph) > 300, fmt
            client.setQuery("ASK {}")
            client.setReturnFormat(wrapper.JSON)
            assert client.queryAndConvert()["boolean"] is True


def test_rdflib_reads_it_as_a_store(server: str) -> None:
    """Its SPARQLStore finds the same triples as the file holds."""
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    remote = rdflib.Graph(SPARQLStore(f"{server}/query"))
    partner = rdflib.URIRef("https://w3id.org/auto-kg/ontology#partnerOf")
    assert set(remote.subjects(partner, rdflib.URIRef(f"{RES}Xpeng"))) == {rdflib.URIRef(f"{RES}Volkswagen")}
    assert len(remote) > 300
    assert [
        str(row[0]) for row in remote.query(f"SELECT ?l {{ <{RES}Xpeng> <{rdflib.RDFS.label}> ?l }}")
    ] == ["Xpeng"]


def test_curl_gets_what_it_asks_for(server: str) -> None:
    """On the command line, with a form, a file and an Accept."""
    curl = shutil.which("curl")
    if not curl:
        pytest.skip("NOT TESTED: curl is not installed")
    for arguments in (
        ["--data-urlencode", f"query={SELECT}"],
        ["--get", "--data-urlencode", f"query={SELECT}"],
        ["--data-binary", SELECT, "-H", "Content-Type: application/sparql-query"],
    ):
        command = [curl, "--silent", "--fail", "-H", "Accept: text/csv", *arguments, f"{server}/query"]
        answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
        assert list(csv.reader(io.StringIO(answer))) == [["firm"], [f"{RES}Volkswagen"]]


# ------------------------------------------------------------------------ protocol


FORMS = [
    (SELECT, "json", "application/sparql-results+json", b'"value":"https://w3id.org/auto-kg/resource/Volkswagen"'),
    (SELECT, "xml", "application/sparql-results+xml", b"<uri>https://w3id.org/auto-kg/resource/Volkswagen</uri>"),
    (SELECT, "csv", "text/csv; charset=utf-8", b"firm\r\nhttps://w3id.org/auto-kg/resource/Volkswagen\r\n"),
    (SELECT, "tsv", "text/tab-separated-values; charset=utf-8", b"?firm\n<https://w3id.org/auto-kg/resource/Volkswagen>\n"),
    (SELECT, "html", "text/html; charset=utf-8", b'<a href="/resource/Volkswagen" rel="noreferrer">res:Volkswagen</a>'),
    ("ASK {}", "json", "application/sparql-results+json", b"true"),
    ("ASK {}", "xml", "application/sparql-results+xml", b"<boolean>true</boolean>"),
    ("DESCRIBE res:Xpeng", "turtle", "text/turtle; charset=utf-8", b"res:Xpeng"),
    ("DESCRIBE res:Xpeng", "ntriples", "application/n-triples", b"resource/Xpeng> <"),
    ("DESCRIBE res:Xpeng", "nquads", "application/n-quads", b"resource/Xpeng> <"),
    ("DESCRIBE res:Xpeng", "trig", "application/trig", b"res:Xpeng"),
    ("DESCRIBE res:Xpeng", "jsonld", "application/ld+json", b"resource/Xpeng"),
    ("DESCRIBE res:Xpeng", "rdfxml", "application/rdf+xml", b"resource/Xpeng"),
    ("DESCRIBE res:Xpeng", "html", "text/html; charset=utf-8", b"res:Xpeng"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "name", "media", "words"), FORMS)
def test_every_form_of_answer(server: str, query: str, name: str, media: str, words: bytes) -> None:
    """By format= and by Accept alike."""
    for answer in (ask(server, query, format=name), ask(server, query, media.partition(";")[0])):
        assert answer[:2] == (200, media)
        assert words in answer[2]


@pytest.mark.parametrize(
    ("query", "parameters", "rows"),
    [
        ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?e a auto:Evidence } }", {}, EVIDENCE),
        ("SELECT (COUNT(*) AS ?n) { ?e a auto:Evidence }", {}, EVIDENCE),
        ("SELECT (COUNT(*) AS ?n) { ?e a auto:Evidence }", {"default-graph-uri": DOCUMENT}, EVIDENCE),
        ("SELECT (COUNT(*) AS ?n) { ?x a auto:Automaker }", {"default-graph-uri": DOCUMENT}, 0),
        (
            "SELECT (COUNT(*) AS ?n) FROM <a:nothing> { ?x a auto:Evidence }",
            {"default-graph-uri": DOCUMENT},
            EVIDENCE,
        ),
        ("SELECT (COUNT(*) AS ?n) { ?e a auto:Evidence }", {"named-graph-uri": DOCUMENT}, 0),
        (
            "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?e a auto:Evidence } }",
            {"named-graph-uri": DOCUMENT},
            EVIDENCE,
        ),
        ("SELECT (COUNT(*) AS ?n) { ?e a auto:Evidence }", {"default-graph-uri": "file:///etc/passwd"}, 0),
    ],
)
def test_the_data_set_is_as_asked(server: str, query: str, parameters: dict[str, str], rows: int) -> None:
    """Evidence stands in the graph of its document, all of it in the default graph; a request goes before FROM."""
    status, _, body = ask(server, query, "text/csv", **parameters)
    assert (status, body) == (200, f"n\r\n{rows}\r\n".encode())


def test_the_service_describes_itself(server: str) -> None:
    """Its description and VoID are RDF that tells the truth, and counts agree with queries."""
    told = rdflib.Graph().parse(data=get(f"{server}/query", "text/turtle")[2], format="turtle")
    assert told.value(rdflib.URIRef(f"{server}/query"), rdflib.URIRef(f"{SD}endpoint")) == rdflib.URIRef(
        f"{server}/query"
    )
    assert rdflib.URIRef(DOCUMENT) in set(told.objects(None, rdflib.URIRef(f"{SD}name")))
    void = rdflib.Graph().parse(
        data=get(f"{server}/.well-known/void", "application/rdf+xml")[2], format="xml"
    )
    counted = json.loads(ask(server, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[2])
    total = int(counted["results"]["bindings"][0]["n"]["value"])
    data = next(void.subjects(rdflib.RDF.type, rdflib.URIRef(f"{VOID}Dataset")))
    assert [int(n) for n in void.objects(data, rdflib.URIRef(f"{VOID}triples"))] == [total]
    everything = rdflib.Graph().parse(data=get(f"{server}/store?default", "text/turtle")[2], format="turtle")
    assert len(everything) == total
    part = rdflib.Graph().parse(
        data=get(f"{server}/store?graph={quote(DOCUMENT)}", "application/n-triples")[2], format="nt"
    )
    assert 0 < len(part) < total


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/store?graph=urn:nothing", "GET", 404),
        ("/store", "GET", 400),
        ("/store?default", "HEAD", 200),
        ("/store?default", "PUT", 405),
        ("/store?default", "POST", 405),
        ("/store?default", "DELETE", 405),
        ("/store?default", "PATCH", 405),
        ("/query", "PUT", 405),
        ("/query", "DELETE", 405),
        ("/update?update=CLEAR%20ALL", "POST", 403),
        ("/update", "GET", 403),
        ("/nowhere", "GET", 404),
        ("/resource/nothing", "GET", 404),
        ("/text/nothing", "GET", 404),
        ("/query?query=ASK%20%7B%7D", "HEAD", 200),
    ],
)
def test_nothing_is_written(server: str, path: str, method: str, status: int) -> None:
    """Methods that write are refused, and what is not there is not found."""
    answer = raw(
        server,
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode(),
    )
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    if method == "HEAD":
        assert answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("path", "accept", "media"),
    [
        ("Xpeng", "text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("Xpeng", "text/turtle", "text/turtle; charset=utf-8"),
        ("Xpeng", "application/rdf+xml;q=0.9, application/ld+json", "application/ld+json"),
        ("document/xpeng-europa", "text/turtle", "text/turtle; charset=utf-8"),
        ("rule/builds/verb", "application/n-triples", "application/n-triples"),
        ("agent/He_Xiaopeng", "text/html", "text/html; charset=utf-8"),
        ("period/2024-Q2", "text/html", "text/html; charset=utf-8"),
    ],
)
def test_an_iri_leads_to_what_it_names(server: str, path: str, accept: str, media: str) -> None:
    """As a page or as RDF, as Accept says; caches are told."""
    request = urllib.request.Request(f"{server}/resource/{path}", headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert (answer.status, answer.headers["Content-Type"], answer.headers["Vary"]) == (
            200,
            media,
            "Accept",
        )
        assert path.rpartition("/")[2].replace("_", " ").encode() in answer.read().replace(b"_", b" ")


# --------------------------------------------------------------------------- guards


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200), ("127.0.0.1:8000", 200), ("localhost:1", 200), ("LOCALHOST", 200), ("[::1]:8000", 200), ("[::1]", 200), ("127.1.2.3", 200),
        ("evil.example", 421), ("localhost.evil.example", 421), ("127.0.0.1.evil.example", 421), ("evil.example:8000", 421), ("192.168.1.1", 421),
        ("localhost@evil.example", 421), ("0.0.0.0", 421), ("", 421), ("[::1", 421), ("localhost:80:80", 421), ("localhost:x", 421),
    ],
)  # fmt: skip
def test_only_its_own_names_lead_in(server: str, host: str, status: int) -> None:
    """A name that somebody else lets lead to this machine is refused, whatever is asked."""
    for path in ("/", "/query?query=ASK%20%7B%7D", "/static/style.css"):
        answer = raw(server, f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        assert int(answer.split()[1]) == status, host


def test_pages_of_others_may_not_ask(server: str) -> None:
    """Unless they are let: no CORS, and what a browser says comes from elsewhere is refused."""
    assert (
        get(f"{server}/query?query=ASK%20%7B%7D", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors")[0]
        == 403
    )
    assert get(f"{server}/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate")[0] == 200
    request = urllib.request.Request(
        f"{server}/query?query=ASK%20%7B%7D", headers={"Origin": "http://evil.example"}
    )
    with urllib.request.urlopen(request) as answer:
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_flags_let_others_in() -> None:
    """--cors lets pages of any site ask, --allow-host a name lead here."""
    with serving("--cors", "--allow-host", "graph.example", "graphs") as server:
        request = urllib.request.Request(
            f"{server}/query?query=ASK%20%7B%7D",
            headers={
                "Origin": "http://other.example",
                "Sec-Fetch-Site": "cross-site",
                "Host": "graph.example:80",
            },
        )
        with urllib.request.urlopen(request) as answer:
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
        preflight = raw(
            server,
            b"OPTIONS /query HTTP/1.1\r\nHost: localhost\r\nOrigin: http://a.example\r\nAccess-Control-Request-Method: POST\r\n"
            b"Access-Control-Request-Headers: content-type\r\nConnection: close\r\n\r\n",
        )
        assert preflight.startswith(b"HTTP/1.1 200 ")
        assert b"access-control-allow-origin: *" in preflight.lower()


def test_every_answer_is_fenced(server: str) -> None:
    """No type is guessed, no cookie set, no page framed by others, and only the editor and the viewer have scripts."""
    for path in (
        "/",
        "/resource/Xpeng",
        "/query?query=ASK%20%7B%7D",
        "/query?query=x",
        "/sparql",
        "/viewer?of=Xpeng",
        "/static/style.css",
        "/nowhere",
        "/store?default",
    ):
        request = urllib.request.Request(server + path)
        try:
            answer = urllib.request.urlopen(request, timeout=60)
        except HTTPError as exc:
            answer = exc
        with answer:
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "Set-Cookie" not in answer.headers
            assert "Server" not in answer.headers
            if answer.headers["Content-Type"].startswith("text/html"):
                policy = answer.headers["Content-Security-Policy"]
                assert policy.startswith("default-src 'none'; ")
                assert "frame-ancestors 'none'" in policy or path.startswith("/viewer")
                script = policy.partition("script-src ")[2].partition(";")[0]
                assert "unsafe" not in script
                assert bool(script) == path.startswith(("/viewer", "/sparql"))


def test_many_clients_at_once(server: str) -> None:
    """Fifty clients for some seconds: no wrong answer, no error that is not a limit."""
    wrong: list[object] = []
    right = [0]
    until = time.monotonic() + 4
    questions = [
        (f"SELECT ({n} AS ?n) (COUNT(*) AS ?m) {{ ?e a auto:Evidence }}", f"n,m\r\n{n},{EVIDENCE}\r\n".encode()) for n in range(50)
    ]  # fmt: skip

    def client(query: str, answer: bytes) -> None:
        while time.monotonic() < until:
            status, _, body = ask(server, query, "text/csv")
            if (status, body) == (200, answer):
                right[0] += 1
            elif status not in (503, 504):
                wrong.append((status, body))

    threads = [threading.Thread(target=client, args=each) for each in questions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert right[0] >= 50


def test_the_editor_is_as_published(server: str) -> None:
    """What is served of others is what its note says, byte for byte, with its licence beside it."""
    folder = ROOT / "kg" / "data" / "static" / "yasgui"
    told = tomllib.loads((folder / "VERSION.toml").read_text(encoding="utf-8"))
    for name, digest in told["sha256"].items():
        assert hashlib.sha256(get(f"{server}/static/yasgui/{name}")[2]).hexdigest() == digest
    assert told["licence"] in (folder / "LICENSE.txt").read_text(encoding="utf-8")


# ------------------------------------------------------------------------ starting


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], "nowhere: no such file or folder"),
        (["broken.ttl"], "broken.ttl:1:1: "),
        (["graphs", "--sources", "nowhere"], "nowhere: does not exist"),
        (["graphs", "--host", "256.1.1.1"], "256.1.1.1:0: cannot be served at"),
    ],
)
def test_what_cannot_be_served_is_told(tmp_path: Path, arguments: list[str], words: str) -> None:
    """In one line, with exit code 1."""
    (tmp_path / "broken.ttl").write_text("nonsense")
    shutil.copytree("graphs", tmp_path / "graphs")
    command = [sys.executable, "-m", "kg", "serve", "--port", "0", *arguments]
    environment = {"PYTHONPATH": str(Path.cwd()), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert words in done.stderr


def test_a_missing_extra_is_told(tmp_path: Path) -> None:
    """Without Starlette the command says what to install."""
    (tmp_path / "starlette.py").write_text("raise ModuleNotFoundError(name='starlette')")
    command = [sys.executable, "-m", "kg", "serve", "graphs"]
    environment = {"PYTHONPATH": f"{tmp_path}:{Path.cwd()}", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (
        1,
        "Error: starlette is missing, which the server needs; pip install 'kg[serve]'\n",
    )


def test_other_graphs_can_be_served_too(tmp_path: Path) -> None:
    """RDF without statements has its endpoint; its pages say that there are no facts."""
    (tmp_path / "a.trig").write_text(
        "<http://a/g> { <http://a/s> <http://a/p> 1 } <http://a/s> <http://a/p> 1 ."
    )
    with serving(tmp_path / "a.trig") as server:
        assert ask(server, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "text/csv")[2] == b"n\r\n1\r\n"
        assert b"None: the files hold no statements" in get(f"{server}/", "text/html")[2]
