"""Our server beside others: what each can do, what each survives, and how quick it is.

``python -m tests.benchmarks.serve [--triples N] [--seconds S] [--only NAME]`` starts kg, Oxigraph's server and
rdflib-endpoint (``pip install 'kg[serve,bench]'``) one after another on the same graph, asks each the same, and
prints a table in Markdown. Every figure is measured here and now; a server that takes more than 4 GB of memory is
killed, as the kernel would in the end. What a server is asked to survive comes last, on a new one each time.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent
LIMIT = 5  # seconds that a query may take, where a server can be told so
MEMORY = 4 * 1024**3
AUTO, RES = "https://w3id.org/auto-kg/ontology#", "https://w3id.org/auto-kg/resource/"
JSON = "application/sparql-results+json"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(STRLEN(STR(?c)) + STRLEN(STR(?f)) = STRLEN(STR(?i)) * 7919) }"
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f ?a ?d"


@dataclass(slots=True)
class Server:
    """A server under test: how it is started, where it answers, and what was seen of it."""

    name: str
    command: Callable[[Path, int], list[str]]
    path: str
    prepare: Callable[[Path], object] = lambda _: None
    port: int = 0
    seen: dict[str, str] = field(default_factory=dict)


def _load(graph: Path) -> None:
    place = graph.parent / "oxigraph"
    if not place.exists():
        load = [PROGRAMS / "oxigraph", "load", "--location", place, "--file", graph]
        subprocess.run([*map(str, load)], check=True, capture_output=True)


SERVERS = [
    Server(
        "kg",
        lambda graph, port: [sys.executable, "-m", "kg", "serve", str(graph), "-p", str(port), "--timeout", str(LIMIT)],
        "/query",
    ),
    Server(
        "Oxigraph",
        lambda graph, port: [
            str(PROGRAMS / "oxigraph"), "serve-read-only", "--location", str(graph.parent / "oxigraph"),
            "--bind", f"127.0.0.1:{port}", "--timeout-s", str(LIMIT), "--union-default-graph",
        ],
        "/query",
        _load,
    ),
    Server(
        "rdflib-endpoint",
        lambda graph, port: [str(PROGRAMS / "rdflib-endpoint"), "serve", str(graph), "--host", "127.0.0.1", "--port", str(port)],
        "/",
    ),
]  # fmt: skip


def write_graph(path: Path, triples: int) -> None:
    """Facts, each with two pieces of evidence from two of many documents, in the shape that kg writes."""
    a, rdf, prov = (
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>",
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "<http://www.w3.org/ns/prov#",
    )
    label, oa = "<http://www.w3.org/2000/01/rdf-schema#label>", "<http://www.w3.org/ns/oa#"
    with path.open("w", encoding="utf-8") as out:
        for n in range(triples // 24):
            firm, other, fact = (
                f"<{RES}Firm_{n % 1000}>",
                f"<{RES}Firm_{(n * 7 + 1) % 1000}>",
                f"<{RES}statement/{n}>",
            )
            out.write(
                f'{firm} {a} <{AUTO}Automaker> .\n{firm} {label} "Firm {n % 1000}"@it .\n{firm} <{AUTO}partnerOf> {other} .\n'
            )
            out.write(
                f"{fact} {a} {rdf}Statement> .\n{fact} {rdf}subject> {firm} .\n{fact} {rdf}predicate> <{AUTO}partnerOf> .\n{fact} {rdf}object> {other} .\n"
            )
            for m in (0, 1):
                proof, place = f"<{RES}evidence/{n}-{m}>", f"<{RES}selector/{n}-{m}>"
                document = f"<{RES}document/d{(n + m * 13) % 500}>"
                out.write(
                    f"{fact} <{AUTO}evidence> {proof} .\n{proof} {a} <{AUTO}Evidence> .\n{proof} {prov}wasDerivedFrom> {document} .\n"
                )
                out.write(
                    f"{proof} {prov}wasGeneratedBy> <{RES}rule/partner/noun> .\n{proof} <{AUTO}factuality> <{AUTO}Asserted> .\n{proof} {oa}hasSelector> {place} .\n"
                )
                out.write(
                    f'{place} {oa}exact> "Firm {n % 1000} è partner di Firm {(n * 7 + 1) % 1000}" .\n{document} {a} <https://schema.org/NewsArticle> .\n'
                )
                out.write(
                    f'{place} {oa}start> "{n % 900}"^^<http://www.w3.org/2001/XMLSchema#nonNegativeInteger> .\n'
                )
                out.write(
                    f'{place} {oa}end> "{n % 900 + 30}"^^<http://www.w3.org/2001/XMLSchema#nonNegativeInteger> .\n'
                )


@contextmanager
def running(server: Server, graph: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The server on a free port, from when it answers to its end."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        server.port = free.getsockname()[1]
    with subprocess.Popen(
        server.command(graph, server.port), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        threading.Thread(target=_watch, args=(process,), daemon=True).start()
        try:
            begun = time.monotonic()
            while ask(server, "ASK {}", wait=2)[0] != 200:
                if process.poll() is not None or time.monotonic() - begun > 300:
                    raise SystemExit(f"{server.name} does not start")
                time.sleep(0.1)
            server.seen.setdefault("seconds to start", f"{time.monotonic() - begun:.1f}")
            yield process
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()


def _watch(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that grows too great, as the kernel would in the end, before this machine suffers."""
    while process.poll() is None:
        with contextlib.suppress(OSError):
            pages = int(Path(f"/proc/{process.pid}/statm").read_text(encoding="ascii").split()[1])
            if pages * resource.getpagesize() > MEMORY:
                process.kill()
        time.sleep(0.1)


def send(
    server: Server, method: str, path: str, body: str = "", wait: float = 60, **headers: str
) -> tuple[int, str, bytes]:
    """Status, media type and body; status 0 if there is no answer in time, and -1 if it breaks off."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=wait)
    try:
        line.request(
            method,
            path,
            body.encode() if body else None,
            {k.replace("_", "-"): v for k, v in headers.items()},
        )
        answer = line.getresponse()
        return answer.status, (answer.headers["Content-Type"] or "").partition(";")[0], answer.read()
    except TimeoutError:
        return 0, "", b""
    except (OSError, http.client.HTTPException):
        return -1, "", b""
    finally:
        line.close()


def ask(
    server: Server, query: str, accept: str = JSON, wait: float = 60, **parameters: str
) -> tuple[int, str, bytes]:
    """The answer to a query, asked by GET."""
    return send(
        server, "GET", f"{server.path}?{urlencode({'query': query, **parameters})}", wait=wait, Accept=accept
    )


def count(answer: tuple[int, str, bytes]) -> str:
    """The number that a query counts."""
    try:
        return str(next(iter(json.loads(answer[2])["results"]["bindings"][0].values()))["value"])
    except (ValueError, LookupError):
        return f"error {answer[0]}"


# -------------------------------------------------------------------------- features


def features(server: Server, graph: Path) -> None:
    """What it can do, by trying."""
    seen = server.seen
    form, direct = "application/x-www-form-urlencoded", "application/sparql-query"
    ways = [
        ask(server, "ASK {}")[0],
        send(server, "POST", server.path, urlencode({"query": "ASK {}"}), Content_Type=form, Accept=JSON)[0],
        send(server, "POST", server.path, "ASK {}", Content_Type=direct, Accept=JSON)[0],
    ]
    seen["query by GET, form, direct POST"] = _of(status == 200 for status in ways)
    rows = (JSON, "application/sparql-results+xml", "text/csv", "text/tab-separated-values")
    graphs = (
        "text/turtle",
        "application/n-triples",
        "application/n-quads",
        "application/trig",
        "application/ld+json",
        "application/rdf+xml",
    )
    one = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 1"
    seen["forms of rows"] = _of(
        ask(server, "SELECT * { ?s ?p ?o } LIMIT 1", each)[1] == each for each in rows
    )
    seen["forms of graphs"] = _of(ask(server, one, each)[1] == each for each in graphs)
    seen["`format=csv`"] = _yes(
        ask(server, "SELECT * { ?s ?p ?o } LIMIT 1", "*/*", format="csv")[1] == "text/csv"
    )
    seen["406 for what it cannot give"] = _yes(ask(server, "ASK {}", "image/png")[0] == 406)
    seen["400 for a syntax error, 400 for two queries"] = _yes(
        ask(server, "SELEC")[0] == 400
        and send(server, "GET", f"{server.path}?query=ASK+%7B%7D&query=ASK+%7B%7D", Accept=JSON)[0] == 400
    )
    everything, named = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "urn:no-such-graph"
    seen["`default-graph-uri` obeyed"] = _yes(
        count(ask(server, everything, **{"default-graph-uri": named})) == "0"
    )
    about = send(server, "GET", server.path, Accept="text/turtle")
    seen["service description"] = _yes(
        about[0] == 200 and b"sparql-service-description#" in about[2] and b"Service" in about[2]
    )
    void = send(server, "GET", "/.well-known/void", Accept="text/turtle")
    seen["VoID"] = _yes(void[0] == 200 and b"void#" in void[2])
    seen["graph store, reading"] = _yes(
        send(server, "GET", "/store?default", wait=10, Accept="application/n-triples")[0] == 200
    )
    seen["updates refused"] = _yes(
        send(server, "POST", "/update", "CLEAR ALL", Content_Type="application/sparql-update")[0]
        in (403, 404, 405)
    )
    html = send(server, "GET", "/resource/Firm_1", Accept="text/html")
    seen["IRIs answer as page or RDF"] = _yes(html[:2] == (200, "text/html"))
    documents = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    seen["evidence as a graph for each document"] = _yes(count(ask(server, documents)) == "500")


def _of(found: Iterator[bool]) -> str:
    results = list(found)
    return f"{sum(results)} of {len(results)}"


def _yes(truth: object) -> str:
    return "yes" if truth else "no"


# ------------------------------------------------------------------------- survival


def survival(server: Server, graph: Path) -> None:
    """What harm a request can do."""
    seen = server.seen
    with socket.create_server(("127.0.0.1", 0)) as trap, running(server, graph) as process:
        trap.settimeout(1)
        where = f"http://127.0.0.1:{trap.getsockname()[1]}/"
        threading.Thread(
            target=ask,
            args=(server, f"SELECT * {{ SERVICE <{where}> {{ ?s ?p ?o }} }}"),
            kwargs={"wait": 3},
            daemon=True,
        ).start()
        seen["SERVICE calls another machine"] = _yes(_called(trap))
        threading.Thread(
            target=ask,
            args=(server, f"SELECT * FROM <{where}> {{ ?s ?p ?o }}"),
            kwargs={"wait": 3},
            daemon=True,
        ).start()
        seen["FROM fetches a page"] = _yes(_called(trap))
        host = send(server, "GET", f"{server.path}?query=ASK+%7B%7D", Host="evil.example", Accept=JSON)[0]
        seen["a wrong Host is refused"] = _yes(400 <= host < 500)
        begun = time.monotonic()
        status, _, body = ask(server, ENDLESS, wait=4 * LIMIT)
        took = time.monotonic() - begun
        cut = ", cut short" if status == 200 and not body.rstrip().endswith(b"}") else ""
        seen[f"an endless query, where {LIMIT} s are granted and {4 * LIMIT} s waited for"] = (
            "no answer" if status <= 0 else f"{status}{cut} after {took:.0f} s"
        )
        threading.Thread(target=ask, args=(server, ENDLESS), kwargs={"wait": 4 * LIMIT}, daemon=True).start()
        time.sleep(0.5)
        begun = time.monotonic()
        beside = ask(server, "ASK {}", wait=4 * LIMIT)[0]
        seen["`ASK {}` beside an endless query"] = (
            f"{1000 * (time.monotonic() - begun):,.0f} ms" if beside == 200 else "no answer"
        )
        seen.setdefault("alive after that", _yes(process.poll() is None))
    for name, query in (
        ("20,000 braces", "SELECT * " + "{" * 20_000 + "}" * 20_000),
        ("a sort of all pairs", LARGE),
    ):
        with running(server, graph) as process:
            form = {"Content-Type": "application/sparql-query", "Accept": JSON}
            status = send(server, "POST", server.path, query, wait=30, **form)[0]
            alive = ask(server, "ASK {}", wait=10)[0] == 200
            seen[f"{name}: status, alive after it"] = (
                f"{status if status > 0 else 'none'}, {_yes(alive and process.poll() is None)}"
            )


def _called(trap: socket.socket) -> bool:
    try:
        trap.accept()[0].close()
    except TimeoutError:
        return False
    return True


# ----------------------------------------------------------------------------- speed

QUESTIONS = {
    "`ASK {}`": "ASK {}",
    "one firm's partners": f"SELECT ?o {{ <{RES}Firm_7> <{AUTO}partnerOf> ?o }}",
    "1,000 rows": "SELECT ?e ?q { ?e <http://www.w3.org/ns/oa#hasSelector>/<http://www.w3.org/ns/oa#exact> ?q } LIMIT 1000",
    "count of all evidence": f"SELECT (COUNT(*) AS ?n) {{ ?e a <{AUTO}Evidence> }}",
}  # fmt: skip


def speed(server: Server, seconds: float) -> None:
    """How long one client waits, and how many answers fifty get."""
    for name, query in QUESTIONS.items():
        took = []
        for _ in range(30):
            begun = time.perf_counter()
            if ask(server, query)[0] == 200:
                took.append(1000 * (time.perf_counter() - begun))
        server.seen[f"{name}, median ms"] = f"{statistics.median(took):.1f}" if took else "no answer"
    wrong, limits, right = [0], [0], [0]
    until = time.monotonic() + seconds

    def client(number: int) -> None:
        query = f"SELECT ?o ({number} AS ?n) {{ <{RES}Firm_{number}> <{AUTO}partnerOf> ?o }}"
        want = {f"{RES}Firm_{(n * 7 + 1) % 1000}" for n in range(number, number + 1)}
        while time.monotonic() < until:
            status, _, body = ask(server, query)
            if status in (429, 503, 504):
                limits[0] += 1
                continue
            rows = json.loads(body)["results"]["bindings"] if status == 200 else []
            if {row["o"]["value"] for row in rows} == want and {row["n"]["value"] for row in rows} == {
                str(number)
            }:
                right[0] += 1
            else:
                wrong[0] += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    server.seen[f"50 clients for {seconds:g} s: answers a second"] = f"{right[0] / seconds:,.0f}"
    server.seen["wrong answers and errors"] = str(wrong[0])
    server.seen["refused for a limit"] = str(limits[0])


# ---------------------------------------------------------------------------- report


def table(servers: list[Server]) -> str:
    """All that was seen, a line for each point, in Markdown."""
    points = list(dict.fromkeys(point for server in servers for point in server.seen))
    lines = [f"| | {' | '.join(server.name for server in servers)} |", "|---" * (len(servers) + 1) + "|"]
    lines += [
        f"| {point} | {' | '.join(server.seen.get(point, '–') for server in servers)} |" for point in points
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--triples", type=int, default=300_000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--only", action="append", choices=[server.name for server in SERVERS])
    told = parser.parse_args()
    servers = [
        server
        for server in SERVERS
        if (not told.only or server.name in told.only) and shutil.which(server.command(Path(), 0)[0])
    ]
    with tempfile.TemporaryDirectory() as folder:
        graph = Path(folder, "graph.nt")
        write_graph(graph, told.triples)
        for server in servers:
            print(f"{server.name} …", file=sys.stderr)
            server.prepare(graph)
            with running(server, graph):
                features(server, graph)
                speed(server, told.seconds)
            survival(server, graph)
    print(table(servers))


if __name__ == "__main__":
    main()
