"""A graph reaches a store whole, over a network that fails, and credentials reach nobody else."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from pyoxigraph import RdfFormat, Store
from test_cli import kg
from test_graph import SAMPLE, facts, proofs

from kg.export import by_document
from kg.model import OutputError
from kg.names import RES
from kg.push import Target, _unambiguous, batches, find_out, push, target
from kg.store import read_quads

QUADS = [(f"<a:s{n:02}>", "<a:p>", f'"{n}"', "") for n in range(10)]


# ------------------------------------------------------------------- a real store


@pytest.fixture(scope="module")
def oxigraph() -> Iterator[str]:
    """The address of an Oxigraph server of one's own."""
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
    if not program:
        pytest.skip("NOT TESTED: oxigraph is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen(
        [program, "serve", "--bind", f"127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
        server.kill()


@pytest.fixture
def graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A graph to push, and a cache of one's own."""
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("KG_PUSH_TOKEN", raising=False)
    folder = tmp_path / "graphs"
    folder.mkdir()
    (folder / "kg.ttl").write_text(facts(SAMPLE), encoding="utf-8")
    (folder / "evidence.ttl").write_text(proofs(SAMPLE), encoding="utf-8")
    return folder


def stored(server: str) -> set[str]:
    with urlopen(Request(f"{server}/store", headers={"Accept": "application/n-quads"})) as answer:
        return set(answer.read().decode().splitlines())


def emptied(server: str) -> None:
    urlopen(Request(f"{server}/update", b"CLEAR ALL", {"Content-Type": "application/sparql-update"})).close()


def lines(quads: list[tuple[str, str, str, str]]) -> set[str]:
    """The quads as Oxigraph keeps them, which writes numbers in its own way."""
    store = Store()
    store.bulk_load("".join(f"{' '.join(filter(None, quad))} .\n" for quad in quads), RdfFormat.N_QUADS)
    return {f"{quad} ." for quad in store}


@pytest.mark.parametrize(("path", "protocol"), [("/store", "graph-store"), ("/update", "update")])
def test_a_real_store_has_all_of_it(oxigraph: str, graph: Path, path: str, protocol: str) -> None:
    """Both protocols are found out, and what was sent is what is there: once, however often it is sent."""
    emptied(oxigraph)
    for _ in range(2):
        printed = kg("push", oxigraph + path, graph, "--batch", 20).stdout
        assert (
            f"sent {len(read_quads([graph]))} triples in 1 graph to {oxigraph}{path} ({protocol})" in printed
        )
        assert stored(oxigraph) == lines(read_quads([graph]))


@pytest.mark.parametrize("path", ["/store", "/update"])
def test_documents_have_their_graphs(oxigraph: str, graph: Path, path: str) -> None:
    """The evidence of each document lies in a graph that is named by it, and --into takes all of it elsewhere."""
    emptied(oxigraph)
    kg("push", oxigraph + path, graph, "--by-document", "--batch", 20)
    assert stored(oxigraph) == lines(by_document(read_quads([graph])))
    emptied(oxigraph)
    kg("push", oxigraph + path, graph, "--into", "https://example.org/news")
    assert stored(oxigraph) == {
        f"{line[:-2]} <https://example.org/news> ." for line in lines(read_quads([graph]))
    }


@pytest.mark.parametrize("path", ["/store", "/update"])
def test_replace_empties_what_it_fills_and_nothing_else(oxigraph: str, graph: Path, path: str) -> None:
    """Old triples of the same graph go, those of another stay, in as many requests as it takes."""
    emptied(oxigraph)
    old = b"INSERT DATA { <a:old> <a:p> 1 . GRAPH <a:other> { <a:s> <a:p> 1 } }"
    urlopen(Request(f"{oxigraph}/update", old, {"Content-Type": "application/sparql-update"})).close()
    kg("push", oxigraph + path, graph, "--replace", "--batch", 20)
    one = '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert stored(oxigraph) == lines(read_quads([graph])) | {f"<a:s> <a:p> {one} <a:other> ."}


def test_blank_nodes_arrive_once(oxigraph: str, graph: Path, tmp_path: Path) -> None:
    """A blank node is one node in every batch, and in every push."""
    emptied(oxigraph)
    (tmp_path / "blank.ttl").write_text("_:x <a:p> 1 , 2 , 3 , 4 .", encoding="utf-8")
    for _ in range(2):
        kg("push", f"{oxigraph}/store", tmp_path / "blank.ttl", "--batch", 1)
    assert len(stored(oxigraph)) == 4
    assert len({line.split()[0] for line in stored(oxigraph)}) == 1


@pytest.mark.parametrize("path", ["/store", "/update"])
def test_no_text_is_an_update(oxigraph: str, graph: Path, tmp_path: Path, path: str) -> None:
    """A text that would end its string and drop all arrives as it was, however a store undoes its escapes."""
    emptied(oxigraph)
    evil = r"""\\u0022 . } ; DROP ALL ; # \\U00000022 \" \\\\u0022 \n ' é \u0001 \\\u0001"""
    line = f'<a:s> <a:p> "{evil}" .\n'
    (tmp_path / "evil.nt").write_text(line, encoding="utf-8")
    kg("push", oxigraph + path, tmp_path / "evil.nt")
    assert stored(oxigraph) == {line.rstrip()}
    early = re.sub(r"\\u([0-9A-F]{4})", lambda found: chr(int(found[1], 16)), _unambiguous(line))
    assert early == line.replace("\\u0001", "\x01")


def test_an_address_that_is_no_door(oxigraph: str, graph: Path) -> None:
    """The front page of a store is none of the protocols; one line says what to give."""
    result = kg("push", oxigraph, graph, code=1)
    assert "speaks neither SPARQL Update (404) nor the Graph Store Protocol" in result.stderr
    assert "as …/update or …/store" in result.stderr


def test_a_dry_run_sends_nothing(graph: Path) -> None:
    """What would be sent is told, and nobody need be there."""
    printed = kg("push", "http://127.0.0.1:9/store", graph, "--dry-run", "--batch", 20).stdout
    number = len(read_quads([graph]))
    assert (
        printed
        == f"would send {number} triples in 1 graph to http://127.0.0.1:9/store in {-(-number // 20)} requests\n"
    )


# ------------------------------------------------------------- a store that fails


class Shop(ThreadingHTTPServer):
    """A server that answers as it is told, and remembers what it was asked."""

    def __init__(self, *answers: tuple[int, dict[str, str]]) -> None:
        self.answers, self.asked = list(answers), []
        super().__init__(("127.0.0.1", 0), Clerk)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/store"


class Clerk(BaseHTTPRequestHandler):
    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append((self.command, self.path, dict(self.headers), body.decode()))
        status, headers = self.server.answers.pop(0) if self.server.answers else (204, {})
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if status not in (204, 304):
            self.wfile.write(b"<html>what was wrong</html>")

    do_GET = do_POST = do_PUT = answer

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def shop(*answers: tuple[int, dict[str, str]]) -> Iterator[Shop]:
    with Shop(*answers) as server:
        yield server
        server.shutdown()


def patient(url: str, waits: list[float], **more: object) -> Target:
    return Target(url, wait=waits.append, **more)


def test_a_busy_store_is_asked_again() -> None:
    """After 429 and 503, as long as it says or longer each time, the batch is sent again, and once only in the end."""
    waits: list[float] = []
    later = formatdate(time.time() + 7, usegmt=True)
    with shop(
        (503, {}), (429, {"Retry-After": "3"}), (503, {"Retry-After": later}), (503, {"Retry-After": "soon"})
    ) as server:
        assert sum(push(patient(server.url, waits), "graph-store", batches(QUADS))) == 10
        assert [command for command, *_ in server.asked] == ["POST"] * 5
    assert waits[:2] == [1, 3]
    assert 4 < waits[2] <= 7
    assert waits[3] == 8


def test_a_store_that_stays_busy_is_given_up() -> None:
    """In the end there is one line, and a push can be resumed."""
    waits: list[float] = []
    with (
        shop(*[(503, {})] * 9) as server,
        pytest.raises(OutputError, match=r"it answers 503\); .*run again to resume"),
    ):
        list(push(patient(server.url, waits, tries=3), "graph-store", batches(QUADS)))
    assert len(waits) == 2


def test_what_broke_off_goes_on(tmp_path: Path) -> None:
    """The batches that arrived are not sent again, and the journal goes when all is done."""
    journal, todo, waits = tmp_path / "journal.json", batches(QUADS, size=2), []
    with shop((204, {}), (204, {}), (400, {})) as server:
        with pytest.raises(OutputError, match=r"the store answers 400 \(what was wrong\)"):
            list(push(patient(server.url, waits), "graph-store", todo, journal=journal))
        assert json.loads(journal.read_text())["done"] == 2
        assert list(push(patient(server.url, waits), "graph-store", todo, journal=journal)) == [2] * 5
        assert len(server.asked) == 3 + 3
        assert not journal.exists()


def test_a_journal_of_another_push_is_none(tmp_path: Path) -> None:
    """Another graph, another store or a broken journal begins at the beginning."""
    journal, waits = tmp_path / "journal.json", []
    for content in ('{"push": "other", "done": 4}', "no json", "[]", '{"push": 1}'):
        journal.write_text(content, encoding="utf-8")
        with shop() as server:
            list(push(patient(server.url, waits), "graph-store", batches(QUADS, size=2), journal=journal))
            assert len(server.asked) == 5


def test_the_command_resumes(graph: Path, tmp_path: Path) -> None:
    """Run again after a failure it sends the rest; --restart sends all."""
    with shop((204, {}), (400, {})) as server:
        asked = ("push", server.url, graph, "--graph-store", "--batch", 20)
        kg(*asked, code=1)
        kg(*asked)
        every = -(-len(read_quads([graph])) // 20)
        assert len(server.asked) == every + 1
        server.answers[:] = [(204, {}), (400, {})]
        kg(*asked, code=1)
        server.asked.clear()
        kg(*asked, "--restart")
        assert len(server.asked) == every


# ------------------------------------------------------------------- credentials


def test_a_redirect_to_another_host_is_not_followed() -> None:
    """Neither triples nor credentials go where a store only says that they should."""
    waits: list[float] = []
    with shop() as thief, shop((307, {"Location": thief.url})) as server:
        with pytest.raises(OutputError, match="another host; if you trust it, push there directly"):
            list(
                push(
                    patient(server.url, waits, headers={"Authorization": "Bearer x"}),
                    "graph-store",
                    batches(QUADS),
                )
            )
        assert not thief.asked


def test_a_redirect_on_the_same_host_is_followed() -> None:
    """The batch is sent there, with its content; a circle ends."""
    waits: list[float] = []
    with shop((308, {"Location": "/elsewhere"})) as server:
        assert sum(push(patient(server.url, waits), "graph-store", batches(QUADS))) == 10
        assert [(path, len(body)) for _, path, _, body in server.asked][1] == (
            "/elsewhere",
            len(server.asked[0][3]),
        )
    with (
        shop(*[(307, {"Location": "/store"})] * 9) as server,
        pytest.raises(OutputError, match="redirects without end"),
    ):
        list(push(patient(server.url, waits), "graph-store", batches(QUADS)))


def test_headers_and_tokens_are_sent(graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token of the environment, the headers of the command, and a name and password in the address."""
    with shop() as server:
        monkeypatch.setenv("KG_PUSH_TOKEN", "secret")
        kg("push", server.url, graph, "--graph-store", "--header", "X-Tenant: news")
        assert server.asked[0][2]["Authorization"] == "Bearer secret"
        assert server.asked[0][2]["X-Tenant"] == "news"
        monkeypatch.delenv("KG_PUSH_TOKEN")
        printed = kg("push", server.url.replace("//", "//me:pa%40ss@"), graph, "--graph-store").stdout
        assert server.asked[-1][2]["Authorization"] == "Basic bWU6cGFAc3M="
        assert "pa" not in printed.partition("//")[2].partition("/")[0]


@pytest.mark.parametrize(
    ("url", "header", "fault"),
    [
        ("file:///etc/passwd", "A: b", "not the address of a store"),
        ("ftp://example.org/", "A: b", "not the address of a store"),
        ("http://", "A: b", "not the address of a store"),
        ("http://example.org/", "no header", "is no header"),
        ("http://example.org/", "A: b\r\nC: d", "is no header"),
        ("http://example.org/", "A b: c", "is no header"),
    ],
)
def test_what_cannot_be_sent_is_said(url: str, header: str, fault: str) -> None:
    """An address or a header that is none is refused before anything is sent."""
    with pytest.raises(OutputError, match=fault):
        target(url, [header])


def test_a_named_graph_is_an_iri(graph: Path) -> None:
    """What is no IRI could end it and go on as an update."""
    for into in ("news", "a:b> } ; DROP ALL ; INSERT DATA { <a:a", "a: b"):
        assert "--into is no IRI" in kg("push", "http://127.0.0.1:9/", graph, "--into", into, code=2).stderr


@pytest.mark.parametrize("status", [401, 403])
def test_a_store_that_refuses_tells_how_to_come_in(status: int) -> None:
    """One line names the token and the header."""
    with shop(*[(status, {})] * 2) as server:
        with pytest.raises(OutputError, match=rf"refuses to be written to \({status}\); set KG_PUSH_TOKEN"):
            find_out(Target(server.url))
        with pytest.raises(OutputError, match="set KG_PUSH_TOKEN"):
            list(push(Target(server.url), "graph-store", batches(QUADS)))


def test_nobody_there_is_one_line(graph: Path) -> None:
    """A store that is not running says so, without its credentials."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://me:secret@127.0.0.1:{probe.getsockname()[1]}/store"
        waits: list[float] = []
        place = target(url)
        with pytest.raises(OutputError, match="cannot be reached") as caught:
            find_out(Target(place.url, place.headers, wait=waits.append, tries=2))
    assert "secret" not in str(caught.value)


# ------------------------------------------------------------------------- batches


def test_batches_hold_every_triple_once() -> None:
    """Equal quads give equal batches, graph by graph, whatever their order."""
    quads = [*QUADS, *(("<a:s>", "<a:p>", f'"{n}"', "<a:g>") for n in range(3)), QUADS[0]]
    made = batches(quads, size=4)
    assert [(b.graph, len(b.lines), b.first) for b in made] == [
        ("", 4, True),
        ("", 4, False),
        ("", 2, False),
        ("a:g", 3, True),
    ]
    assert batches(sorted(quads), size=4) == batches(sorted(quads), size=4)
    assert {b.graph for b in batches(quads, graph="a:all")} == {"a:all"}
    (named,) = batches([("_:c14n0", "<a:p>", "_:c14n0", "")])
    assert named.lines[0].count(f"<{RES}genid/") == 2
