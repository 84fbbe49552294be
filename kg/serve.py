"""The server: HTTP around :mod:`kg.site`, which answers each request in a process of its own.

This is the only module that knows Starlette and uvicorn, which come with ``pip install 'kg[serve]'``.
"""

from __future__ import annotations

import ipaddress
import json
import pickle
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg import site
from kg.catalog import Catalog
from kg.keeper import BusyError, Workers
from kg.model import QueryError
from kg.protocol import RefusedError, format_name, parse_graph, parse_query
from kg.resources import data
from kg.sandbox import Limits, StoppedError, TimedOutError

_LONGEST_BODY = 1_000_000
_METHODS = ["GET", "HEAD"]
_EVERYWHERE = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-resource-policy": b"same-origin",
    b"cache-control": b"no-cache",
}
_Ask = Callable[[site.Request], Awaitable[site.Response]]


@dataclass(frozen=True, slots=True)
class Options:
    """How to serve: the addresses that the server goes by, and whether pages of others may ask it."""

    hosts: frozenset[str] = frozenset()
    cors: bool = False


def workers(load: Callable[[], Catalog], limits: Limits, *, count: int) -> Workers:
    """Processes that answer requests from a catalog; to be made before there are any threads."""
    return Workers(lambda: partial(_answer, load(), limits), limits, count=count)


def app(crew: Workers, options: Options) -> Starlette:
    """The server as an ASGI application."""
    ask = partial(_asked, crew)
    routes = [
        Route("/query", partial(_query, ask), methods=[*_METHODS, "POST"]),
        Route("/update", _update, methods=[*_METHODS, "POST"]),
        Route("/store", partial(_store, ask), methods=_METHODS),
        Route("/.well-known/void", partial(_simple, ask, "void"), methods=_METHODS),
        Route("/ontology", partial(_simple, ask, "ontology"), methods=_METHODS),
        Route("/resource/{name:path}", partial(_resource, ask), methods=_METHODS),
        Route("/text/{name}", partial(_named, ask), methods=_METHODS),
        Route("/", partial(_simple, ask, "start"), methods=_METHODS),
        Route("/find", partial(_parameters, ask, "find", "q"), methods=_METHODS),
        Route("/explore", partial(_parameters, ask, "explore", "of"), methods=_METHODS),
        Route("/viewer", partial(_parameters, ask, "viewer", "of"), methods=_METHODS),
        Route("/sparql", partial(_simple, ask, "editor"), methods=_METHODS),
        Mount("/static", StaticFiles(directory=str(data("static")))),
    ]
    shared = [Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "POST"])]
    return Starlette(
        routes=routes,
        middleware=[Middleware(_Guard, options=options), *(shared if options.cors else ())],
        exception_handlers={Exception: _failed},
    )


def run(application: Starlette, at: socket.socket) -> None:
    """Answer at a socket until Ctrl-C."""
    config = uvicorn.Config(
        application,
        log_level="warning",
        server_header=False,
        date_header=True,
        proxy_headers=False,
        lifespan="off",
        ws="none",
        timeout_keep_alive=5,
        timeout_graceful_shutdown=2,
        h11_max_incomplete_event_size=256 * 1024,
        http="h11",
    )
    uvicorn.Server(config).run(sockets=[at])


def bound(host: str, port: int) -> socket.socket:
    """A socket at this address, at any free port for 0. Raises :class:`~kg.model.QueryError` where there is none."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=512)
    except (OSError, OverflowError) as exc:
        reason = getattr(exc, "strerror", "") or str(exc)
        raise QueryError(f"{host}:{port}: cannot be served at ({reason}); choose another --port") from exc


# ------------------------------------------------------------------ in a child process


def _answer(catalog: Catalog, limits: Limits, job: bytes) -> bytes:
    response = site.respond(catalog, pickle.loads(job), limits)  # noqa: S301 it comes from this very program
    head = {**asdict(response), "body": None, "headers": dict(response.headers)}
    return json.dumps(head).encode() + b"\n" + response.body


async def _asked(crew: Workers, request: site.Request) -> site.Response:
    try:
        head, _, body = (await crew.answer(pickle.dumps(request))).partition(b"\n")
    except TimedOutError as exc:
        return site.refusal(504, str(exc))
    except BusyError as exc:
        return _with(site.refusal(503, str(exc)), {"Retry-After": "5"})
    except StoppedError as exc:
        return site.refusal(503, str(exc))
    return site.Response(**{**json.loads(head), "body": body})


def _with(response: site.Response, headers: Mapping[str, str]) -> site.Response:
    return site.Response(response.status, response.media, response.body, headers)


# ------------------------------------------------------------------------ requests


async def _query(ask: _Ask, request: Request) -> Response:
    try:
        body = await _body(request)
        asked = parse_query(
            "POST" if request.method == "POST" else "GET",
            request.url.query,
            request.headers.get("content-type", ""),
            body,
        )
    except RefusedError as exc:
        return _response(site.refusal(exc.status, str(exc)))
    if asked is None:
        return await _reply(ask, request, "service")
    accept = request.headers.get("accept", "")
    details = site.Request("query", _root(request), (asked.query,), accept, asked.wanted, asked.dataset)
    return _response(await ask(details))


async def _store(ask: _Ask, request: Request) -> Response:
    try:
        graph = parse_graph(request.url.query)
    except RefusedError as exc:
        return _response(site.refusal(exc.status, str(exc)))
    return await _reply(ask, request, "graph", () if graph is None else (graph,))


async def _resource(ask: _Ask, request: Request) -> Response:
    # As it was sent: what is escaped in an IRI stays so.
    path = bytes(request.scope.get("raw_path") or b"").partition(b"?")[0].decode("latin-1")
    return await _reply(ask, request, "resource", (path.removeprefix("/resource/"),))


async def _named(ask: _Ask, request: Request) -> Response:
    return await _reply(ask, request, "text", (request.path_params["name"],))


async def _parameters(ask: _Ask, kind: str, name: str, request: Request) -> Response:
    values = tuple(request.query_params.getlist(name))[:100]
    return await _reply(ask, request, kind, values or (("",) if kind == "find" else ()))


async def _simple(ask: _Ask, kind: str, request: Request) -> Response:
    return await _reply(ask, request, kind)


async def _update(_: Request) -> Response:
    return _response(site.refusal(403, "the server is read-only"))


async def _reply(ask: _Ask, request: Request, kind: str, names: tuple[str, ...] = ()) -> Response:
    accept, wanted = request.headers.get("accept", ""), request.query_params.get("format", "")
    return _response(await ask(site.Request(kind, _root(request), names, accept, format_name(wanted))))


def _response(answer: site.Response) -> Response:
    return Response(answer.body, answer.status, {**answer.headers, "Content-Type": answer.media})


def _root(request: Request) -> str:
    return f"http://{request.headers['host']}/"


async def _body(request: Request) -> bytes:
    """The body of a request, unless it is longer than any question."""
    parts = bytearray()
    try:
        async for part in request.stream():
            parts += part
            if len(parts) > _LONGEST_BODY:
                raise RefusedError(413, f"the request has more than {_LONGEST_BODY:,} bytes; shorten it")
    except ClientDisconnect as exc:
        raise RefusedError(400, "the request broke off") from exc
    return bytes(parts)


async def _failed(_: Request, exc: Exception) -> Response:
    return PlainTextResponse(f"this should not happen ({type(exc).__name__}); report it\n", 500)


# --------------------------------------------------------------------------- guards


class _Guard:
    """Lets in who names the server by a name of its own, and gives each answer the headers that all have.

    A page elsewhere can let its name lead to this machine, but not choose the Host that a browser sends.
    """

    def __init__(self, app: ASGIApp, *, options: Options) -> None:
        self._app = app
        self._options = options

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = dict(reversed(scope["headers"]))
        refused = self._refused(headers)
        if refused:
            await _response(refused)(scope, receive, _telling(send))
        else:
            await self._app(scope, receive, _telling(send))

    def _refused(self, headers: Mapping[bytes, bytes]) -> site.Response | None:
        host = headers.get(b"host", b"").decode("latin-1").lower()
        if not known_host(host, self._options.hosts):
            return site.refusal(421, f"{host[:200]}: this server is not known by that name")
        foreign = headers.get(b"sec-fetch-site") in (b"cross-site", b"same-site")
        if foreign and headers.get(b"sec-fetch-mode") != b"navigate" and not self._options.cors:
            return site.refusal(403, "pages of other sites may not ask this server; --cors would let them")
        return None


def known_host(host: str, hosts: frozenset[str]) -> bool:
    """Whether a Host header names this machine to itself, or is one of ``hosts``, at whatever port."""
    name, _, port = host.rpartition(":") if not host.endswith("]") and ":" in host else (host, "", "")
    if port and not port.isdecimal():
        return False
    if name in {"localhost", *hosts}:
        return True
    try:
        return ipaddress.ip_address(name.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return False


def _telling(send: Send) -> Send:
    async def telling(message: Message) -> None:
        if message["type"] == "http.response.start":
            told = {name.lower() for name, _ in message["headers"]}
            message["headers"] = [
                *message["headers"],
                *((name, value) for name, value in _EVERYWHERE.items() if name not in told),
            ]
        await send(message)

    return telling


def allowed(host: str, names: Sequence[str]) -> frozenset[str]:
    """The names that a server at ``host`` goes by, with those that it is given."""
    own = f"[{host}]" if ":" in host else host
    return frozenset(name.lower() for name in (*names, own) if name not in ("0.0.0.0", "[::]", ""))  # noqa: S104
