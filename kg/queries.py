"""The saved queries, what a person means who names one, and the answer that RDF files give to it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kg.model import QueryError
from kg.resources import data
from kg.sandbox import Limits, apart, seal


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A query with a name; its first line is a comment that says in ``help`` what it answers."""

    name: str
    help: str
    text: str


def saved_queries() -> list[SavedQuery]:
    """The packaged queries by name: the files of ``kg/data/queries``."""
    files = (file for file in data("queries").iterdir() if file.name.endswith(".rq"))
    return sorted(
        (_saved(f.name, f.read_text(encoding="utf-8")) for f in files), key=lambda query: query.name
    )


def _saved(name: str, text: str) -> SavedQuery:
    return SavedQuery(name.removesuffix(".rq"), text.partition("\n")[0].lstrip("# ").rstrip(), text)


def resolve_query(text: str) -> str:
    """The SPARQL that ``text`` is, or that stands in the saved query or the ``.rq`` file it names.

    Raises :class:`~kg.model.QueryError` for a file that cannot be read and for a name that is none.
    """
    if text.endswith(".rq"):
        return _read(Path(text))
    if not re.fullmatch(r"[\w.-]+", text):
        return text
    saved = {query.name: query.text for query in saved_queries()}
    if text not in saved:
        raise QueryError(f"{text}: no saved query, .rq file or SPARQL; saved are {', '.join(saved)}")
    return saved[text]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as exc:
        raise QueryError(f"{path}: cannot be read ({exc.strerror}); check its name and permissions") from exc
    except ValueError as exc:
        raise QueryError(f"{path}: not UTF-8 text; save it as such") from exc


def ask_files(paths: Sequence[Path], sparql: str, *, rows: str, graph: str, limits: Limits) -> Answer:
    """The answer that RDF files give to a query, found in a process that cannot harm this one.

    ``rows`` and ``graph`` name the format for either kind of answer, as :func:`kg.store.render`
    has them, or ``table``. Raises :class:`~kg.model.QueryError` for files and queries that are
    none, and for what takes more than ``limits`` allow.
    """
    told = json.loads(apart(partial(_asked, tuple(paths), sparql, rows, graph, limits), limits))
    return Answer(told["text"], told["table"])


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as text in the format that was asked for, or as a table with its heads."""

    text: str
    table: list[list[str]]


def _asked(paths: Sequence[Path], sparql: str, rows: str, graph: str, limits: Limits) -> bytes:
    from kg.store import ask, open_store, render, table

    store = open_store(paths)
    seal()
    found = ask(store, sparql, rows=limits.rows, size=limits.size)
    fmt = graph if found.kind == "graph" else rows
    if fmt == "table":
        return json.dumps({"text": "", "table": table(found)}).encode()
    return json.dumps({"text": render(found, fmt), "table": []}).encode()
