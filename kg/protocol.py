"""The SPARQL 1.1 Protocol without a network: what a request asks, in which form it wants the answer.

Also what a service says of itself: its description and VoID, as N-Triples.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qsl, quote

from kg.model import QueryError
from kg.names import AUTO, PREFIXES, RES
from kg.sparql import Dataset

#: Formats for rows and yes or no, by the name that ``format=`` takes; the first is the default.
ROWS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "json": ("application/sparql-results+json", "application/json"),
        "xml": ("application/sparql-results+xml", "application/xml", "text/xml"),
        "csv": ("text/csv",),
        "tsv": ("text/tab-separated-values",),
        "html": ("text/html",),
    }
)
#: Formats for graphs.
GRAPHS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "turtle": ("text/turtle", "application/x-turtle"),
        "ntriples": ("application/n-triples", "text/plain"),
        "nquads": ("application/n-quads",),
        "trig": ("application/trig",),
        "jsonld": ("application/ld+json", "application/json"),
        "rdfxml": ("application/rdf+xml", "application/xml", "text/xml"),
        "html": ("text/html",),
    }
)
_ALIASES = {"n3": "turtle", "ttl": "turtle", "nt": "ntriples", "nq": "nquads", "json-ld": "jsonld", "rdf": "rdfxml"}  # fmt: skip
_MOST_PARAMETERS = 1000


class RefusedError(QueryError):
    """A request that is not answered, with the HTTP status that says so."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Ask:
    """A question as it was asked: the query, the data set if one was named, and the form of the answer."""

    query: str
    dataset: Dataset | None
    wanted: str


def parse_query(method: str, parameters: str, content_type: str, body: bytes) -> Ask | None:
    """The question of a request to the endpoint; None for one that asks nothing.

    ``parameters`` is the part of the address after its question mark. Raises
    :class:`RefusedError` for what the protocol does not allow, and for updates.
    """
    pairs = _pairs(parameters)
    direct: list[str] = []
    if method == "POST":
        kind, _, rest = content_type.partition(";")
        match kind.strip().lower():
            case "application/x-www-form-urlencoded":
                pairs += _pairs(_text(body))
            case "application/sparql-query":
                if re.search(r"charset\s*=\s*\"?(?!\"?utf-8)", rest, re.IGNORECASE):
                    raise RefusedError(415, "the query must be UTF-8")
                direct = [_text(body)]
            case "application/sparql-update":
                raise RefusedError(403, "the server is read-only")
            case other:
                raise RefusedError(
                    415, f"{other or 'no Content-Type'}: send a form, or application/sparql-query"
                )
    found = {name: [value for key, value in pairs if key == name] for name, _ in pairs}
    queries = direct + found.get("query", [])
    if "update" in found:
        raise RefusedError(400, "this is an update, and the server is read-only; ask with query=")
    if len(queries) > 1:
        raise RefusedError(400, f"one query at a time, not {len(queries)}")
    if not queries:
        if method == "POST":
            raise RefusedError(400, "there is no query; send one as query=")
        return None
    default, named = (tuple(found.get(f"{kind}-graph-uri", ())) for kind in ("default", "named"))
    wanted = next((format_name(text) for text in found.get("format", ())), "")
    return Ask(queries[0], Dataset(default, named) if default or named else None, wanted)


def parse_graph(parameters: str) -> str | None:
    """The IRI of the graph that a request to the graph store names, None for the default graph.

    Raises :class:`RefusedError` where it names none, or more than one.
    """
    pairs = _pairs(parameters)
    graphs = [value for key, value in pairs if key == "graph"]
    default = any(key == "default" for key, _ in pairs)
    if len(graphs) + default != 1:
        raise RefusedError(400, "name one graph: ?default or ?graph=IRI")
    if graphs and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", graphs[0]):
        raise RefusedError(400, f"{graphs[0]}: a graph is named by a whole IRI")
    return graphs[0] if graphs else None


def format_name(text: str) -> str:
    """The format that a ``format=`` means by its name or media type; empty if there is none."""
    name = text.strip().lower().replace(" ", "+")  # an unescaped + in an address is a blank
    for formats in (ROWS, GRAPHS):
        for known, media in formats.items():
            if name == known or name in media:
                return known
    return _ALIASES.get(name, _ALIASES.get(name.removesuffix("+xml"), ""))


def choose(accept: str, wanted: str, formats: Mapping[str, Sequence[str]]) -> str:
    """The format of an answer: the one that is ``wanted`` if it can be had, else what ``accept`` likes best.

    Raises :class:`RefusedError` when nothing on offer is acceptable.
    """
    if wanted in formats:
        return wanted
    ranges = [_range(part) for part in accept.split(",") if part.strip()] or [("*/*", 1.0)]
    best, chosen = 0.0, ""
    for name, media in formats.items():
        if (media[0], 0.0) in ranges:
            continue
        for each in media:
            quality = _quality(each, ranges)
            if quality > best:
                best, chosen = quality, name
    if not chosen:
        offered = ", ".join(media[0] for media in formats.values())
        raise RefusedError(406, f"the answer comes as {offered}; accept one of them")
    return chosen


def media_type(name: str, formats: Mapping[str, Sequence[str]]) -> str:
    """What stands in Content-Type for a format."""
    media = formats[name][0]
    return f"{media}; charset=utf-8" if media.startswith("text/") else media


def _range(text: str) -> tuple[str, float]:
    media, *parameters = (part.strip().lower() for part in text.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            return media, float(value) if re.fullmatch(r"[01](\.\d{0,3})?", value.strip()) else 0.0
    return media, 1.0


def _quality(media: str, ranges: Iterable[tuple[str, float]]) -> float:
    """How much a media type is liked: as the closest of the ranges says that it falls in."""
    fits = (media, f"{media.partition('/')[0]}/*", "*/*")
    liked = {each: quality for each, quality in reversed(list(ranges)) if each in fits}
    return next((liked[each] for each in fits if each in liked), 0.0)


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
    except UnicodeDecodeError as exc:
        raise RefusedError(400, "the request is not valid UTF-8") from exc
    except ValueError as exc:
        raise RefusedError(400, f"more than {_MOST_PARAMETERS:,} parameters; send fewer") from exc


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as exc:
        raise RefusedError(400, "the request is not valid UTF-8") from exc


# --------------------------------------------------------------------- of itself

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_FORMAT = "http://www.w3.org/ns/formats/"
_FORMATS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle", "N-Triples", "N-Quads", "TriG", "JSON-LD", "RDF_XML")  # fmt: skip


def service_description(root: str, triples: int, graphs: Mapping[str, int]) -> bytes:
    """What the service at ``root`` can do, with the number of triples in each of its graphs."""
    service, data = f"{root}query", f"{root}query#data"
    lines = [
        _line(service, f"{PREFIXES['rdf']}type", f"{_SD}Service"),
        _line(service, f"{_SD}endpoint", service),
        _line(service, f"{_SD}supportedLanguage", f"{_SD}SPARQL11Query"),
        _line(service, f"{_SD}feature", f"{_SD}UnionDefaultGraph"),
        *(_line(service, f"{_SD}resultFormat", _FORMAT + name) for name in _FORMATS),
        _line(service, f"{_SD}defaultDataset", data),
        _line(data, f"{PREFIXES['rdf']}type", f"{_SD}Dataset"),
        _line(data, f"{_SD}defaultGraph", f"{data}-default"),
        _line(f"{data}-default", f"{PREFIXES['rdf']}type", f"{_SD}Graph"),
        _line(f"{data}-default", f"{_VOID}triples", triples),
    ]
    for name, number in graphs.items():
        node = f"{data}-{quote(name, safe='')}"
        lines += [
            _line(data, f"{_SD}namedGraph", node),
            _line(node, f"{PREFIXES['rdf']}type", f"{_SD}NamedGraph"),
            _line(node, f"{_SD}name", name),
            _line(node, f"{_SD}graph", f"{node}-graph"),
            _line(f"{node}-graph", f"{PREFIXES['rdf']}type", f"{_SD}Graph"),
            _line(f"{node}-graph", f"{_VOID}triples", number),
        ]
    return b"".join(sorted(lines))


def void(root: str, triples: int, classes: Mapping[str, int], properties: Mapping[str, int]) -> bytes:
    """What data the service at ``root`` holds: how many triples, things of each class, uses of each property."""
    data = f"{root}.well-known/void#data"
    lines = [
        _line(data, f"{PREFIXES['rdf']}type", f"{_VOID}Dataset"),
        _line(data, f"{_VOID}sparqlEndpoint", f"{root}query"),
        _line(data, f"{_VOID}dataDump", f"{root}store?default"),
        _line(data, f"{_VOID}uriSpace", RES, literal=True),
        _line(data, f"{_VOID}vocabulary", AUTO),
        _line(data, f"{_VOID}triples", triples),
        _line(data, f"{_VOID}classes", len(classes)),
        _line(data, f"{_VOID}properties", len(properties)),
        *_partitions(data, "class", "entities", classes),
        *_partitions(data, "property", "triples", properties),
    ]
    return b"".join(sorted(lines))


def _partitions(data: str, kind: str, counted: str, parts: Mapping[str, int]) -> Iterator[bytes]:
    for iri, number in parts.items():
        node = f"{data}-{kind}-{quote(iri, safe='')}"
        yield _line(data, f"{_VOID}{kind}Partition", node)
        yield _line(node, f"{_VOID}{kind}", iri)
        yield _line(node, f"{_VOID}{counted}", number)


def _line(subject: str, predicate: str, value: str | int, *, literal: bool = False) -> bytes:
    """One triple; IRIs come from a store or from here, and hold nothing that would need an escape."""
    if isinstance(value, int):
        text = f'"{value}"^^<{PREFIXES["xsd"]}integer>'
    else:
        text = f'"{value}"' if literal else f"<{value}>"
    return f"<{subject}> <{predicate}> {text} .\n".encode()
