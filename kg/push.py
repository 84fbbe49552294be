"""A graph sent to a store: SPARQL 1.1 Graph Store Protocol or SPARQL 1.1 Update, in batches that may be resumed.

Blank nodes become IRIs, so that a batch sent twice is as good as once: whatever breaks off is sent again. No
redirect leads to another host, and credentials go nowhere but where they were meant for.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO, Final
from urllib.error import HTTPError, URLError
from urllib.parse import quote, unquote, urlencode, urljoin, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from kg.model import OutputError
from kg.names import RES
from kg.outputs import write_whole
from kg.store import Terms

PROTOCOLS: Final = ("graph-store", "update")

_BUSY = frozenset({429, 502, 503, 504})
_MOVED = frozenset({301, 302, 303, 307, 308})
_LONGEST_WAIT = 60.0
_UPDATE_TYPE, _TRIPLES_TYPE = "application/sparql-update", "application/n-triples"


@dataclass(frozen=True, slots=True)
class Target:
    """Where to send and how.

    ``headers`` go with every request; ``timeout`` is in seconds for each; ``tries`` is how often a request
    is sent in all while the store is busy or cannot be reached.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 60.0
    tries: int = 6
    wait: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Batch:
    """Triples for one graph: its IRI, or nothing for the default graph; ``first`` of that graph or not."""

    graph: str
    lines: tuple[str, ...]
    first: bool


def target(url: str, headers: Sequence[str] = (), *, token: str = "", timeout: float = 60.0) -> Target:
    """Where to send: an address, with headers written ``Name: value`` and a bearer token if there is one.

    A name and a password in the address are taken out of it and sent as such.

    Raises:
        OutputError: for an address that is not http or https, and for what is no header.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise OutputError(f"{_shown(url)}: not the address of a store; give one with http:// or https://")
    told = {"User-Agent": "kg"}
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        told["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    if token:
        told["Authorization"] = f"Bearer {token.strip()}"
    for header in headers:
        name, colon, value = header.partition(":")
        if (
            not colon
            or not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name)
            or re.search(r"[\x00-\x1f]", value)
        ):
            raise OutputError(f"{name[:40]!r} is no header; write it 'Name: value', on one line")
        told[name] = value.strip()
    bare = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, parts.query, ""))
    return Target(bare, told, timeout)


def batches(quads: Sequence[Terms], *, graph: str = "", size: int = 5_000) -> list[Batch]:
    """The quads in batches of triples, graph by graph, in order; with ``graph`` all go into that one.

    Equal quads give equal batches. Blank nodes become IRIs under a hash of all that is sent.
    """
    name = hashlib.sha256("\n".join(map(" ".join, quads)).encode()).hexdigest()[:16]
    by_graph: dict[str, list[str]] = {}
    for quad in quads:
        subject, predicate, value, own = (_skolem(term, name) for term in quad)
        by_graph.setdefault(graph or own.strip("<>"), []).append(f"{subject} {predicate} {value} .")
    return [
        Batch(iri, tuple(lines[start : start + size]), start == 0)
        for iri, lines in sorted((iri, sorted(set(lines))) for iri, lines in by_graph.items())
        for start in range(0, len(lines), size)
    ]


def _skolem(term: str, name: str) -> str:
    return f"<{RES}genid/{name}/{term[2:]}>" if term.startswith("_:") else term


# -------------------------------------------------------------------- protocols


def find_out(store: Target) -> str:
    """Which of :data:`PROTOCOLS` an address speaks, asked without changing anything there.

    Raises:
        OutputError: where it speaks neither, or nobody is there.
    """
    status, _ = _send(store, "POST", store.url, b"INSERT DATA {}", _UPDATE_TYPE)
    if status < 300:
        return "update"
    _authorized(store, status)
    found, kind = _send(store, "GET", _with(store.url, {"graph": f"{RES}nothing"}), None, "")
    if found == 404 or (found < 300 and not kind.startswith("text/html")):
        return "graph-store"
    _authorized(store, found)
    raise OutputError(
        f"{_shown(store.url)}: speaks neither SPARQL Update ({status}) nor the Graph Store Protocol ({found}); "
        "give the address of one of them, as …/update or …/store, and say which with --update or --graph-store"
    )


def _authorized(store: Target, status: int) -> None:
    if status in {401, 403}:
        raise OutputError(
            f"{_shown(store.url)}: the store refuses to be written to ({status}); set KG_PUSH_TOKEN or give --header"
        )


def push(
    store: Target, protocol: str, todo: Sequence[Batch], *, replace: bool = False, journal: Path | None = None
) -> Iterator[int]:
    """Send the batches, handing on after each how many triples it had; batches sent before are passed over.

    ``replace`` empties each graph that is sent before its first batch. ``journal`` is a file that remembers
    how far this very push came, and goes when it is done.

    Raises:
        OutputError: when the store refuses, or cannot be reached for too long; run again to resume.
    """
    key = _key(store, protocol, todo, replace=replace)
    done = _begun(journal, key)
    yield from (len(batch.lines) for batch in todo[:done])
    for number, batch in enumerate(todo[done:], done + 1):
        _deliver(store, protocol, batch, replace=replace and batch.first)
        if journal is not None:
            write_whole({journal: json.dumps({"push": key, "done": number}) + "\n"})
        yield len(batch.lines)
    if journal is not None:
        journal.unlink(missing_ok=True)


def _deliver(store: Target, protocol: str, batch: Batch, *, replace: bool) -> None:
    body = "".join(f"{line}\n" for line in batch.lines)
    if protocol == "graph-store":
        where = {"graph": batch.graph} if batch.graph else {"default": ""}
        status, said = _send(
            store, "PUT" if replace else "POST", _with(store.url, where), body.encode(), _TRIPLES_TYPE
        )
    else:
        into = f"GRAPH <{batch.graph}>" if batch.graph else ""
        clear = f"CLEAR SILENT {into or 'DEFAULT'} ;\n" if replace else ""
        told = _unambiguous(body)
        data = f"{into} {{\n{told}}}" if into else told
        update = f"{clear}INSERT DATA {{\n{data}}}\n"
        status, said = _send(store, "POST", store.url, update.encode(), _UPDATE_TYPE)
    _authorized(store, status)
    if status >= 300:
        raise OutputError(
            f"{_shown(store.url)}: the store answers {status} ({said[:200]}); mend that and run again"
        )


def _unambiguous(lines: str) -> str:
    r"""The triples so that a store tells them alike wherever it undoes ``\u0022``: in a text, or before it reads.

    SPARQL 1.1 lets it undo them first; an escaped backslash before a ``u`` must not begin one.
    """
    return re.sub(r"(?<!\\)((?:\\\\)+)([uU])", lambda found: f"{found[1]}\\u{ord(found[2]):04X}", lines)


def _key(store: Target, protocol: str, todo: Sequence[Batch], *, replace: bool) -> str:
    """What tells one push from another: where to, how, and every triple."""
    digest = hashlib.sha256(f"{store.url}\n{protocol}\n{replace}\n".encode())
    for batch in todo:
        digest.update("\n".join([f"{len(batch.lines)} {batch.graph}", *batch.lines, ""]).encode())
    return digest.hexdigest()


def _begun(journal: Path | None, key: str) -> int:
    with suppress(OSError, ValueError, KeyError, TypeError):  # none, or none that can be believed
        if journal is not None:
            told = json.loads(journal.read_text(encoding="utf-8"))
            return int(told["done"]) if told["push"] == key else 0
    return 0


# ------------------------------------------------------------------------- HTTP


class _Staying(HTTPRedirectHandler):
    """Redirects are seen here, never followed by the library, which takes credentials along."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Follow nothing."""


_OPENER: Final[OpenerDirector] = build_opener(_Staying)


def _send(store: Target, method: str, url: str, body: bytes | None, kind: str) -> tuple[int, str]:
    """The status of the answer, and its first words, or for GET its type; a busy store is asked again."""
    headers = dict(store.headers) | ({"Content-Type": kind} if kind else {"Accept": _TRIPLES_TYPE})
    fault = ""
    for turn in range(store.tries):
        try:
            status, told, said = _once(Request(url, body, headers, method=method), store.timeout)  # noqa: S310
        except (URLError, HTTPException, OSError, ValueError) as exc:
            fault = " ".join(str(getattr(exc, "reason", exc)).split()) or type(exc).__name__
            if isinstance(exc, ValueError):
                break
            told = Message()
        else:
            if status in _MOVED:
                url, fault = _same_host(url, told), "it redirects without end"
                continue
            if status not in _BUSY:
                return status, said if method != "GET" else str(told.get("Content-Type", ""))
            fault = f"it answers {status}"
        if turn + 1 < store.tries:
            store.wait(_patience(turn, told))
    raise OutputError(
        f"{_shown(url)}: cannot be reached ({fault}); what was sent is there: run again to resume"
    )


def _once(request: Request, timeout: float) -> tuple[int, Message, str]:
    try:
        with _OPENER.open(request, timeout=timeout) as answer:
            return int(answer.status), answer.headers, ""
    except HTTPError as answer:
        with answer:
            said = answer.read(2_000).decode(errors="replace")
            return answer.code, answer.headers, " ".join(re.sub(r"<[^>]*>", " ", said).split())


def _same_host(url: str, headers: Message) -> str:
    there = urljoin(url, str(headers.get("Location", "")))
    here, moved = urlsplit(url), urlsplit(there)
    if (here.scheme, here.netloc) != (moved.scheme, moved.netloc):
        raise OutputError(
            f"{_shown(url)}: leads to {_shown(there)}, another host; if you trust it, push there directly"
        )
    return there


def _patience(turn: int, headers: Message) -> float:
    """Seconds to wait: as the store says, else twice as long each time."""
    told = str(headers.get("Retry-After", ""))
    seconds = float(2**turn)
    if told.isdecimal():
        seconds = float(told)
    elif told:
        with suppress(ValueError, TypeError):
            seconds = parsedate_to_datetime(told).timestamp() - time.time()
    return min(max(seconds, 0.0), _LONGEST_WAIT)


def _with(url: str, query: Mapping[str, str]) -> str:
    told = "&".join(
        name if not value else urlencode({name: value}, quote_via=quote) for name, value in query.items()
    )
    return f"{url}{'&' if urlsplit(url).query else '?'}{told}"


def _shown(url: str) -> str:
    """An address without names and passwords."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
