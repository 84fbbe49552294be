"""What a server answers, as a function: a request and a catalog in, a response out.

It runs in a child process (:mod:`kg.sandbox`), and knows nothing of HTTP but its names.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from kg import pages
from kg.catalog import Catalog, counts
from kg.model import QueryError
from kg.names import RES, escaped
from kg.protocol import GRAPHS, ROWS, RefusedError, choose, media_type, service_description, void
from kg.resources import ontology
from kg.sandbox import Limits, seal
from kg.sparql import Dataset
from kg.store import Result, TooLargeError, ask, render

#: What a page may do: show itself. Nothing in it is run, and nothing is fetched from elsewhere.
_PAGE = "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_EDITOR = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_DATA = "default-src 'none'; sandbox"
_SCRIPT = re.compile(r"<script\b[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_HTML = {"html": ("text/html",)}


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: ``kind`` says by which of :data:`_KINDS` it is answered, ``names`` of what.

    ``root`` is the address of the server, ``accept`` and ``wanted`` tell the form of the answer.
    """

    kind: str
    root: str
    names: tuple[str, ...] = ()
    accept: str = ""
    wanted: str = ""
    dataset: Dataset | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """What is answered."""

    status: int
    media: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def refusal(status: int, message: str) -> Response:
    """A failure in one line."""
    return Response(status, "text/plain; charset=utf-8", f"{message}\n".encode(errors="backslashreplace"))


def respond(catalog: Catalog, request: Request, limits: Limits) -> Response:
    """The answer to a request, or why there is none."""
    try:
        response = _KINDS[request.kind](catalog, request, limits)
    except RefusedError as exc:
        return refusal(exc.status, str(exc))
    except TooLargeError as exc:
        return refusal(403, str(exc))
    except QueryError as exc:
        return refusal(400, str(exc))
    if len(response.body) > limits.size:
        return refusal(403, f"the answer has more than {limits.size:,} bytes; ask for less, or grant more")
    return response


def warm(catalog: Catalog) -> None:
    """Load what an answer needs while files can still be opened."""
    pages.rows(ask(catalog.store, "SELECT * { ?s ?p ?o } LIMIT 1"), "")
    pages.rows(ask(catalog.store, "CONSTRUCT { ?s ?p '\\n' } { ?s ?p ?o } LIMIT 1"), "")


# ------------------------------------------------------------------------ protocol


def _query(catalog: Catalog, request: Request, limits: Limits) -> Response:
    (sparql,) = request.names
    seal()
    result = ask(catalog.store, sparql, dataset=request.dataset, rows=limits.rows, size=limits.size)
    formats = GRAPHS if result.kind == "graph" else ROWS
    chosen = choose(request.accept, request.wanted, formats)
    if chosen == "html":
        return _page(pages.rows(result, sparql))
    return _data(render(result, chosen), media_type(chosen, formats))


def _graph(catalog: Catalog, request: Request, limits: Limits) -> Response:
    named = request.names[:1]
    if named and named[0] not in catalog.graphs:
        raise RefusedError(404, f"{named[0]}: there is no such graph")
    dataset = Dataset(named) if named else None
    everything = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"
    result = ask(catalog.store, everything, dataset=dataset, size=limits.size)  # a graph is asked for whole
    return _rdf(result.data, request)


def _service(catalog: Catalog, request: Request, _: Limits) -> Response:
    return _rdf(service_description(request.root, catalog.triples, catalog.graphs), request)


def _void(catalog: Catalog, request: Request, _: Limits) -> Response:
    classes = counts(catalog.store, "SELECT ?name (COUNT(DISTINCT ?s) AS ?n) { ?s a ?name } GROUP BY ?name")
    properties = counts(catalog.store, "SELECT ?name (COUNT(*) AS ?n) { ?s ?name ?o } GROUP BY ?name")
    return _rdf(void(request.root, catalog.triples, classes, properties), request)


def _ontology(_catalog: Catalog, _request: Request, _limits: Limits) -> Response:
    return _data(ontology("auto.ttl").read_text(encoding="utf-8"), media_type("turtle", GRAPHS))


def _rdf(ntriples: bytes, request: Request) -> Response:
    offered = {name: media for name, media in GRAPHS.items() if name != "html"}
    chosen = choose(request.accept, request.wanted, offered)
    return _data(render(Result("graph", ntriples), chosen), media_type(chosen, offered))


# ------------------------------------------------------------------------ resources


def _resource(catalog: Catalog, request: Request, limits: Limits) -> Response:
    """What an IRI of the graph stands for, as a page or as RDF."""
    raw = request.names[0]
    name = unquote(raw)
    iri = next((each for each in (RES + escaped(name), RES + raw) if _known(catalog, each)), "")
    if not iri:
        raise RefusedError(404, f"{RES}{name}: there is no such thing in the graph")
    formats = {**_HTML, **{key: media for key, media in GRAPHS.items() if key != "html"}}
    chosen = choose(request.accept, request.wanted, formats)
    if chosen != "html":
        told = ask(catalog.store, f"DESCRIBE <{iri}>", rows=limits.rows, size=limits.size)
        return _data(render(told, chosen), media_type(chosen, formats), vary=True)
    kind, _, rest = name.partition("/")
    if kind == "document" and rest in catalog.sources:
        return _page(pages.document(catalog, rest, iri), vary=True)
    if kind == "rule" and rest in catalog.found:
        return _page(pages.rule(catalog, rest, iri), vary=True)
    if name in catalog.entities:
        return _page(pages.entity(catalog, name, iri), vary=True)
    ends = (
        ask(catalog.store, f"SELECT ?property ?value {{ <{iri}> ?property ?value }} ORDER BY ?property ?value LIMIT 500"),
        ask(catalog.store, f"SELECT ?thing ?property {{ ?thing ?property <{iri}> }} ORDER BY ?thing LIMIT 500"),
    )  # fmt: skip
    return _page(pages.node(iri, *ends), vary=True)


def _known(catalog: Catalog, iri: str) -> bool:
    if re.search(r"[\x00-\x20<>\"{}|^`\\]", iri):
        return False
    found = ask(catalog.store, f"ASK {{ {{ <{iri}> ?p ?o }} UNION {{ ?s ?p <{iri}> }} }}")
    return bool(json.loads(found.data)["boolean"])


def _text(catalog: Catalog, request: Request, _: Limits) -> Response:
    document = catalog.texts.get(request.names[0])
    if document is None:
        raise RefusedError(404, f"{request.names[0]}: there is no text of this document here")
    return _data(document.text, "text/plain; charset=utf-8")


# ------------------------------------------------------------------------ pages


def _start(catalog: Catalog, _request: Request, _limits: Limits) -> Response:
    return _page(pages.start(catalog))


def _find(catalog: Catalog, request: Request, _: Limits) -> Response:
    return _page(pages.find(catalog, request.names[0]))


def _explore(catalog: Catalog, request: Request, _: Limits) -> Response:
    return _page(pages.explore(catalog, request.names))


def _viewer(catalog: Catalog, request: Request, _: Limits) -> Response:
    from kg.view import to_html

    drawn = pages.around(catalog, request.names)
    cut = len(drawn) < len(catalog.statements)
    page = to_html(drawn, of=(len(catalog.entities), len(catalog.statements)) if cut else None)
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in dict.fromkeys(_SCRIPT.findall(page)))
    policy = (
        f"default-src 'none'; script-src {hashes or chr(39) + 'none' + chr(39)}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
    return _data(page, "text/html; charset=utf-8", policy=policy)


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _editor(_catalog: Catalog, _request: Request, _limits: Limits) -> Response:
    return _data(pages.editor(), "text/html; charset=utf-8", policy=_EDITOR)


def _page(html: str, *, vary: bool = False) -> Response:
    return _data(html, "text/html; charset=utf-8", policy=_PAGE, vary=vary)


def _data(text: str, media: str, *, policy: str = _DATA, vary: bool = False) -> Response:
    headers = {"Content-Security-Policy": policy}
    if vary:
        headers["Vary"] = "Accept"
    return Response(200, media, text.encode(), headers)


_KINDS = {
    "query": _query,
    "graph": _graph,
    "service": _service,
    "void": _void,
    "ontology": _ontology,
    "resource": _resource,
    "text": _text,
    "start": _start,
    "find": _find,
    "explore": _explore,
    "viewer": _viewer,
    "editor": _editor,
}
