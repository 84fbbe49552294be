"""A query as text: whether it is one that may be asked, and which graphs it names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate

from kg.model import QueryError
from kg.names import PREFIXES

_MAX_BYTES = 100_000
_MAX_DEPTH = 200

# A name (res:Financial_Services, ?service) is passed over whole: the parser reads it whole as well.
_SERVICE = re.compile(r":[A-Z0-9_-]*|[?$][A-Z0-9_]*|(?<=serv)(?P<letter>i)(?=ce)", re.IGNORECASE)
_UPDATE = re.compile(
    r"(?:\s|#[^\n]*\n|(?:PREFIX|BASE)\b[^>]*>)*+(?:INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)\b",
    re.IGNORECASE,
)
# What is left unfinished is taken to its end: no text is looked at twice.
_TOKEN = re.compile(
    r"#[^\n]*"
    r"|\"\"\"(?s:[^\"\\]|\\.|\"(?!\"\"))*+(?:\"\"\")?|'''(?s:[^'\\]|\\.|'(?!''))*+(?:''')?"
    r"|\"(?:\\.|[^\"\\\n])*+\"?|'(?:\\.|[^'\\\n])*+'?"
    r"|<(?P<iri>[^<>\"{}|^`\\\x00-\x20]*+)>"
    r"|(?=[\w.:-])(?P<name>[\w.-]*+)(?::(?P<local>(?:[\w.:%-]|\\.)*+))?"
    r"|[?$@][\w-]+"
)


@dataclass(frozen=True, slots=True)
class Dataset:
    """The IRIs of the graphs that a query sees: those that it sees as one, and those it sees by name."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def refuse(sparql: str) -> None:
    """Raise :class:`~kg.model.QueryError` for what is no query, is an update, or is too much to read."""
    if not sparql.strip():
        raise QueryError("the query is empty; ask for instance SELECT * { ?s ?p ?o } LIMIT 10")
    try:
        size = len(sparql.encode())
    except UnicodeEncodeError as exc:
        raise QueryError("the query is not valid Unicode text; write it as UTF-8") from exc
    if size > _MAX_BYTES:
        raise QueryError(f"the query has {size:,} bytes, more than {_MAX_BYTES:,}; shorten it")
    brackets = re.findall(r"[\[\](){}]", sparql)
    if max(accumulate(1 if b in "[({" else -1 for b in brackets), default=0) > _MAX_DEPTH:
        raise QueryError(f"the query nests deeper than {_MAX_DEPTH} brackets; flatten it")
    if _UPDATE.match(sparql):
        raise QueryError(
            "this is an update, and a graph is only read here; ask with SELECT, ASK or CONSTRUCT"
        )


def without_service(sparql: str) -> str:
    """The same query with a letter of each SERVICE written as an escape.

    In a text or an IRI an escape is the same letter, in a keyword a syntax error: the engine never
    reads SERVICE as one, however quotes, IRIs and comments are arranged to hide it.
    """
    return _SERVICE.sub(lambda found: f"\\u{ord(found[0]):04x}" if found["letter"] else found[0], sparql)


def dataset_of(sparql: str) -> Dataset | None:
    """The graphs of its FROM and FROM NAMED; None where there is none, or one is not written out."""
    prefixes = dict(PREFIXES)
    default: list[str] = []
    named: list[str] = []
    before: tuple[str, ...] = ()
    for token in _TOKEN.finditer(sparql):
        if token["name"] and token["local"] is None:
            before = (*before[-1:], token["name"].upper())
        elif token["local"] is not None and before[-1:] == ("PREFIX",):
            before = ("PREFIX", token["name"])
        elif token["iri"] is None and token["local"] is None:
            before = before if token[0].startswith("#") else ()
        else:
            iri = _written_out(token, prefixes)
            if before[:1] == ("PREFIX",):
                prefixes[before[1]] = token["iri"] or ""
            elif before[-1:] == ("FROM",) or before == ("FROM", "NAMED"):
                if not iri:
                    return None
                (named if before[-1] == "NAMED" else default).append(iri)
            before = ()
    return Dataset(tuple(default), tuple(named)) if default or named else None


def _written_out(token: re.Match[str], prefixes: dict[str, str]) -> str:
    """The absolute IRI that a token stands for, empty if it cannot be told."""
    if token["iri"] is not None:
        return token["iri"] if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", token["iri"]) else ""
    space = prefixes.get(token["name"])
    return "" if space is None else space + re.sub(r"\\(.)", r"\1", token["local"])
