"""RDF files as a store to query: loading, SPARQL that can only read, and answers in every format.

This is the only module that knows pyoxigraph. That engine calls other machines for ``SERVICE``, and
a long or deep query overflows its stack and kills the process: :func:`query` rules out both.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import subprocess
import sys
import threading
import traceback
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from uuid import uuid4

from pyoxigraph import (
    BlankNode,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
    serialize,
)

from kg.model import KgError, QueryError
from kg.names import AUTO, PREFIXES
from kg.sparql import Dataset, dataset_of, refuse, without_service

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

#: What files are loaded into, for those who hand it on.
Loaded: TypeAlias = Store
#: Formats of :func:`render` for the rows of a SELECT or the answer of an ASK.
TABLE_FORMATS: Final = {
    "csv": QueryResultsFormat.CSV,
    "json": QueryResultsFormat.JSON,
    "tsv": QueryResultsFormat.TSV,
    "xml": QueryResultsFormat.XML,
}
#: Formats of :func:`render` for the graph of a CONSTRUCT or DESCRIBE.
GRAPH_FORMATS: Final = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "nquads": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}

#: A quad as terms in the syntax of N-Quads: subject, predicate, object, and its graph or nothing.
Terms = tuple[str, str, str, str]

_EXTENSIONS = {
    ".ttl": RdfFormat.TURTLE,
    ".trig": RdfFormat.TRIG,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".jsonld": RdfFormat.JSON_LD,
    ".rdf": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
}

_RDF_NS = PREFIXES["rdf"]
#: Formats that hold named graphs.
_DATASETS = {"nquads", "trig", "jsonld"}
#: RDFC-1.0 takes time without end where many blank nodes look alike, and cannot be stopped but from outside.
_CANONICAL = """
import sys
from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse
data = Dataset(parse(sys.stdin.buffer.read(), RdfFormat.N_QUADS))
data.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
sys.stdout.buffer.write("".join(f"{quad} .\\n" for quad in data).encode())
"""
_CANONICAL_SECONDS = 60

#: Twice what the most deeply recursive query of 100,000 bytes was seen to need; pages are taken as used.
_STACK_BYTES = 512 * 1024 * 1024

# What is said of whatever evidence names; of a statement's evidence only that of the same document.
_DOCUMENT_GRAPHS = f"""PREFIX auto: <{AUTO}> PREFIX prov: <{PREFIXES["prov"]}> PREFIX oa: <{PREFIXES["oa"]}>
INSERT {{ GRAPH ?document {{ ?node ?property ?value }} }} WHERE {{
  ?evidence a auto:Evidence ; prov:wasDerivedFrom ?document .
  {{ ?evidence (oa:hasSelector|prov:wasGeneratedBy|prov:wasAttributedTo|prov:wasDerivedFrom)? ?node }}
  UNION {{ ?node auto:evidence ?evidence }}
  ?node ?property ?value
  FILTER(isIRI(?document) && (?property != auto:evidence || ?value = ?evidence))
}}"""

_DECLARATION = re.compile(r"@prefix .*\n| xmlns:\w+=\"[^\"]*\"")
_DECLARATIONS = re.compile(r"\A(?:@prefix .*\n)+|(?<=<rdf:RDF)(?: xmlns:\w+=\"[^\"]*\")+")
# The engine writes a property whose IRI has no name at its end (.../1) as an element without a name.
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|<oxprefix: ")


@dataclass(frozen=True, slots=True)
class Result:
    """The whole answer to a query, as plain bytes that outlive the store.

    ``kind`` is ``select`` or ``ask`` with SPARQL 1.1 Query Results JSON in
    ``data``, or ``graph`` with sorted N-Triples.
    """

    kind: str
    data: bytes


# ---------------------------------------------------------------------- loading


def open_store(paths: Sequence[Path]) -> Store:
    """A store in memory with all the triples of RDF files, or of those that lie directly in a folder.

    Named graphs keep their names, and their triples are in the default graph too.

    The format follows from the name: .ttl .trig .nt .nq .jsonld .rdf .owl, each
    also with .gz. Raises :class:`~kg.model.QueryError` for a file that cannot be
    read, with its line and column where there is one.
    """
    store = Store()
    for path in paths:
        for file in _files(path):
            _load(store, file)
    store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?graph { ?s ?p ?o } }")
    return store


def store_of(*turtle: str) -> Store:
    """A store in memory with the triples of Turtle texts that this program wrote."""
    store = Store()
    for text in turtle:
        store.bulk_load(text, RdfFormat.TURTLE)
    return store


def add_document_graphs(store: Store) -> None:
    """Put what each document says into a graph of its name: statements, their evidence, and itself."""
    store.update(_DOCUMENT_GRAPHS)


def triples(store: Store) -> Iterator[tuple[str, str, str]]:
    """Every triple of every graph as IRIs and plain texts, without types and languages, in no order."""
    for quad in store:
        if not isinstance(quad.object, Triple):
            yield quad.subject.value, quad.predicate.value, quad.object.value


def read_quads(paths: Sequence[Path], *, base: str = "") -> list[Terms]:
    """All quads of RDF files or folders, as :func:`open_store` takes them, sorted.

    Equal data sets give equal lists: blank nodes go by their names under RDFC-1.0, and a reifier of
    RDF 1.2 is a statement of RDF 1.1 (``rdf:Statement`` with subject, predicate and object). Literals
    stay as they are written, which a store does not promise. ``base`` is the IRI that relative ones are
    read against, by default the file's own. Raises :class:`~kg.model.QueryError` as
    :func:`open_store` does, for blank nodes that cannot be told apart in time, and for triple terms
    anywhere else than under ``rdf:reifies``.
    """
    plain: list[Quad] = []
    for file in (file for path in paths for file in _files(path)):
        with _faults_of(file):
            content, rdf_format = _content(file)
            against = base or file.absolute().as_uri()
            read = parse(content, rdf_format, base_iri=against, rename_blank_nodes=True)
            plain += (quad for each in read for quad in _reified(each))
    if any(isinstance(term, BlankNode) for q in plain for term in (q.subject, q.object, q.graph_name)):
        lines = "".join(f"{quad} .\n" for quad in plain).encode()
        plain = list(parse(_canonical(lines), RdfFormat.N_QUADS))
    return sorted({_terms(quad) for quad in plain})


def _reified(quad: Quad) -> Iterator[Quad]:
    """The quad, or a reifier's as four of RDF 1.1."""
    triple = quad.object
    if not isinstance(triple, Triple):
        yield quad
        return
    if quad.predicate.value != _RDF_NS + "reifies" or isinstance(triple.object, Triple):
        raise QueryError(
            f"{quad.predicate}: a triple term stands here; only rdf:reifies may lead to a plain one"
        )
    parts = (("type", NamedNode(_RDF_NS + "Statement")), ("subject", triple.subject),
             ("predicate", triple.predicate), ("object", triple.object))  # fmt: skip
    for name, term in parts:
        yield Quad(quad.subject, NamedNode(_RDF_NS + name), term, quad.graph_name)


def _terms(quad: Quad) -> Terms:
    graph = quad.graph_name
    named = str(graph) if isinstance(graph, NamedNode | BlankNode) else ""
    return str(quad.subject), str(quad.predicate), str(quad.object), named


def _canonical(lines: bytes) -> bytes:
    """N-Quads with the names of RDFC-1.0 for blank nodes, worked out in a process that can be ended."""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program
            [sys.executable, "-c", _CANONICAL],
            input=lines,
            capture_output=True,
            timeout=_CANONICAL_SECONDS,
            check=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
    except (subprocess.SubprocessError, OSError) as exc:
        raise QueryError(
            f"blank nodes cannot be told apart ({type(exc).__name__} after {_CANONICAL_SECONDS} s at most); "
            "too many of them look alike, so give them IRIs"
        ) from exc
    return done.stdout


def written(found: Iterable[Terms], fmt: str) -> str:
    """The quads in one of :data:`GRAPH_FORMATS`; equal quads in equal order give equal text.

    A format that holds one graph alone holds the triples of all. Raises
    :class:`~kg.model.QueryError` for what the format cannot hold.
    """
    by_graph = sorted(set(found), key=lambda q: (q[3], q[:3]))
    if fmt not in _DATASETS:
        by_graph = sorted({(s, p, o, "") for s, p, o, _ in by_graph})
    lines = [" ".join([*filter(None, quad), ".\n"]) for quad in by_graph]
    if fmt in {"ntriples", "nquads"}:
        return "".join(sorted(lines))
    return _fitting(_graph("".join(lines).encode(), fmt), fmt)


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise QueryError(f"{path}: no such file or folder; name a graph that has been built")
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if _format(file) and file.is_file())
    if not files:
        raise QueryError(f"{path}: no RDF file in this folder; name one that holds {' '.join(_EXTENSIONS)}")
    return files


def _format(path: Path) -> RdfFormat | None:
    name = path.name.lower().removesuffix(".gz")
    return _EXTENSIONS.get(Path(name).suffix)


def _load(store: Store, path: Path) -> None:
    with _faults_of(path):
        content, rdf_format = _content(path)
        store.bulk_load(content, rdf_format, base_iri=path.absolute().as_uri())


def _content(path: Path) -> tuple[bytes, RdfFormat]:
    rdf_format = _format(path)
    if rdf_format is None:
        raise QueryError(f"{path}: not a kind of RDF file known here; give one of {' '.join(_EXTENSIONS)}")
    raw = path.read_bytes()
    content = gzip.decompress(raw) if path.suffix.lower() == ".gz" else raw
    if rdf_format == RdfFormat.RDF_XML and b"<!ENTITY" in content:  # the parser takes no encoding but UTF-8
        raise QueryError(f"{path}: it declares XML entities, which may unfold without end; write them out")
    return content, rdf_format


@contextmanager
def _faults_of(path: Path) -> Iterator[None]:
    """Faults of a file as our own, with line and column where there is one."""
    try:
        yield
    except SyntaxError as exc:
        place = "" if exc.lineno is None else f":{exc.lineno}:{exc.offset}"
        reason = re.sub(r"^Parser error at line .*?: ", "", _one_line(exc.msg))
        raise QueryError(f"{path}{place}: {reason}; mend the file or write it again") from exc
    except (OSError, EOFError, ValueError, zlib.error) as exc:
        reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
        raise QueryError(f"{path}: cannot be read ({_one_line(reason)}); check the file") from exc


def _one_line(text: str) -> str:
    return " ".join(text.split())


# --------------------------------------------------------------------- querying


def query(store: Store, sparql: str) -> Result:
    """The answer to a SPARQL 1.1 query as :func:`ask` gives it, on a stack that no query overflows.

    A KeyboardInterrupt ends the wait.
    """
    refuse(sparql)
    return _on_deep_stack(lambda: ask(store, sparql))


def ask(
    store: Store,
    sparql: str,
    *,
    dataset: Dataset | None = None,
    rows: int | None = None,
    size: int | None = None,
) -> Result:
    """The answer to a SPARQL 1.1 query over ``dataset``, or what its FROM says, or else all that there is.

    The prefixes of :data:`kg.names.PREFIXES` are known without a declaration.
    Nothing is ever written, and no other machine is called. Raises
    :class:`~kg.model.QueryError` for a query that cannot be read or is refused, and for an answer
    of more than ``rows`` rows or triples or more than ``size`` bytes. It is for short queries, and
    for where the stack is deep, as in a :mod:`kg.sandbox`.
    """
    refuse(sparql)
    seen = dataset or dataset_of(sparql)
    with _merged(store, seen.default if seen else ()) as default:
        graphs = {} if seen is None else {"default_graph": default, "named_graphs": _nodes(seen.named)}
        return _answer(store, sparql, graphs, _Cap(rows, size))


@dataclass(frozen=True, slots=True)
class _Cap:
    rows: int | None = None
    size: int | None = None

    def check(self, rows: int) -> None:
        """Refuse an answer of too many rows."""
        if self.rows is not None and rows > self.rows:
            raise TooLargeError(
                f"the answer has more than {self.rows:,} rows; ask for fewer with LIMIT, or grant more"
            )


class TooLargeError(QueryError):
    """An answer of more rows or bytes than were granted."""


class _Written(io.BytesIO):
    """What the engine writes, until it is too much."""

    def __init__(self, cap: _Cap) -> None:
        super().__init__()
        self._cap = cap
        self._rows = 1

    def write(self, data: Buffer, /) -> int:
        """Take more, or refuse it."""
        part = bytes(data)
        # Between two rows of JSON; in a text of it the last quote would have a stroke before it.
        self._rows += part.count(b'}},{"')
        self._cap.check(self._rows)
        if self._cap.size is not None and self.tell() + len(part) > self._cap.size:
            raise TooLargeError(
                f"the answer has more than {self._cap.size:,} bytes; ask for less, or grant more"
            )
        return super().write(part)


@contextmanager
def _merged(store: Store, iris: Sequence[str]) -> Iterator[list[NamedNode]]:
    """The graphs as one: of several the engine would count a triple once for each that holds it."""
    graphs = _nodes(iris)
    if len(graphs) < 2:
        yield graphs
        return
    together = NamedNode(f"urn:uuid:{uuid4()}")
    store.bulk_extend(
        Quad(q.subject, q.predicate, q.object, together)
        for graph in graphs
        for q in store.quads_for_pattern(None, None, None, graph)
    )
    try:
        yield [together]
    finally:
        store.remove_graph(together)


def _nodes(iris: Iterable[str]) -> list[NamedNode]:
    try:
        return [NamedNode(iri) for iri in dict.fromkeys(iris)]
    except ValueError as exc:
        raise QueryError(f"a graph is named by a whole IRI ({_one_line(str(exc))})") from exc


def _answer(store: Store, sparql: str, graphs: Mapping[str, Any], cap: _Cap) -> Result:
    harmless = without_service(sparql)
    answer = _Written(cap)
    try:
        found = store.query(harmless, prefixes=dict(PREFIXES), **graphs)
        if isinstance(found, QuerySolutions):
            found.serialize(answer, format=QueryResultsFormat.JSON)
            cap.check(_counted(answer.getvalue()))
            return Result("select", answer.getvalue())
        if isinstance(found, QueryBoolean):
            return Result("ask", found.serialize(format=QueryResultsFormat.JSON) or b"")
        serialize(found, answer, format=RdfFormat.N_TRIPLES)
        lines = sorted(set(answer.getvalue().splitlines(keepends=True)))
        cap.check(len(lines))
        return Result("graph", b"".join(lines))
    except SyntaxError as exc:
        raise QueryError(_fault(str(exc), sparql, escapes=harmless != sparql)) from exc
    except (OSError, ValueError, RuntimeError) as exc:
        raise QueryError(f"the query cannot be answered ({_one_line(str(exc))}); simplify it") from exc


def _counted(rows: bytes) -> int:
    found = parse_query_results(rows, QueryResultsFormat.JSON)
    assert isinstance(found, QuerySolutions)
    return sum(1 for _ in found)


def _fault(message: str, sparql: str, *, escapes: bool) -> str:
    """A syntax error for a person: the place, and the reason where the parser gives one."""
    place = re.search(r"(\d+):(\d+)", message)
    line, column = (int(place[1]), int(place[2])) if place else (1, 1)
    if escapes:  # columns have moved
        return (
            f"query line {line}: cannot be read; SERVICE is refused, since no query leaves this machine "
            "(the word may stand in texts and IRIs)"
        )
    where = f"query line {line}, column {column}"
    text = sparql.split("\n")[line - 1]
    name = re.search(r"([A-Za-z][\w.-]*):[^\s:]*\s*$", text[: column - 1])
    if name and name[1] not in {*PREFIXES, *re.findall(r"PREFIX\s+([^\s:]*):", sparql, re.IGNORECASE)}:
        return f"{where}: the prefix {name[1]}: is not declared; known without are {', '.join(PREFIXES)}"
    reason = re.search(r"(?:expected |one of |, )((?:The )?[A-Z]\w+ (?:\* )?[a-z][^,\[\]\"]*)", message)
    if reason:
        return f"{where}: {reason[1]}"
    return f"{where}: cannot be read near `{_visible(text[max(0, column - 25) : column + 15].strip())}`"


def _on_deep_stack(work: Callable[[], Result]) -> Result:
    """What ``work`` returns or raises, run on a stack that its recursion cannot overflow."""
    results: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as exc:  # noqa: BLE001 a panic of the engine is no Exception
            traceback.clear_frames(exc.__traceback__)  # what recursed is also freed on the deep stack
            errors.append(exc)

    before = threading.stack_size(_STACK_BYTES)
    try:
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
    except RuntimeError as exc:
        raise QueryError("there is no memory to run a query in; free some or raise its limit") from exc
    finally:
        threading.stack_size(before)
    thread.join()
    if results:
        return results[0]
    if isinstance(errors[0], KgError):
        raise errors[0]
    raise QueryError(f"the query broke the engine ({_one_line(str(errors[0]))}); simplify it") from errors[0]


# ---------------------------------------------------------------------- showing


def render(result: Result, fmt: str) -> str:
    """The result in one of :data:`TABLE_FORMATS`, or of :data:`GRAPH_FORMATS` if it is a graph."""
    kind = GRAPH_FORMATS if result.kind == "graph" else TABLE_FORMATS
    if fmt not in kind:
        what = {"graph": "a graph", "select": "rows", "ask": "yes or no"}[result.kind]
        raise QueryError(f"{fmt}: the answer is {what}, which is written as one of {', '.join(kind)}")
    try:
        text = _graph(result.data, fmt) if result.kind == "graph" else _rows(result.data, fmt)
    except (OSError, ValueError) as exc:
        raise QueryError(f"{fmt}: cannot hold this answer ({_one_line(str(exc))}); choose another") from exc
    return _fitting(text, fmt)


def _fitting(text: str, fmt: str) -> str:
    """The text, if XML can hold it where it is XML."""
    if fmt not in {"xml", "rdfxml"}:
        return text
    if _NOT_XML.search(text):
        raise QueryError(f"{fmt}: XML cannot hold a character or a property of this answer; choose another")
    return text.replace("\r", "&#13;")  # a reader of XML makes another line break of it


def _rows(data: bytes, fmt: str) -> str:
    found = parse_query_results(data, QueryResultsFormat.JSON)
    return (found.serialize(format=TABLE_FORMATS[fmt]) or b"").decode()


def _graph(data: bytes, fmt: str) -> str:
    read = parse(data, RdfFormat.N_QUADS)
    found = read if fmt in _DATASETS else (quad.triple for quad in read)
    used = {prefix: iri for prefix, iri in PREFIXES.items() if f"<{iri}".encode() in data}
    text = (serialize(found, format=GRAPH_FORMATS[fmt], prefixes=used) or b"").decode()
    # The engine declares prefixes in another order at each run.
    return _DECLARATIONS.sub(lambda match: "".join(sorted(_DECLARATION.findall(match[0]))), text, count=1)


def table(result: Result) -> list[list[str]]:
    """The result as rows of text for a terminal, the first of them the heads.

    IRIs are shortened to ``prefix:name``, texts stand bare, and no control
    character reaches the terminal.
    """
    if result.kind == "graph":
        graph = Store()
        graph.load(result.data, RdfFormat.N_TRIPLES)
        columns = "?subject ?predicate ?object"
        return table(_answer(graph, f"SELECT {columns} {{ {columns} }} ORDER BY {columns}", {}, _Cap()))
    answer: dict[str, Any] = json.loads(result.data)
    if result.kind == "ask":
        return [["answer"], ["yes" if answer["boolean"] else "no"]]
    heads: list[str] = answer["head"]["vars"]
    return [heads, *([_cell(row.get(head)) for head in heads] for row in answer["results"]["bindings"])]


def _cell(term: Mapping[str, Any] | None) -> str:
    """A term of SPARQL 1.1 Query Results JSON as a person reads it, nothing where there is none."""
    if term is None:
        return ""
    value = term["value"]
    if term["type"] == "triple":
        return f"<<( {' '.join(_cell(value[part]) for part in ('subject', 'predicate', 'object'))} )>>"
    if term["type"] == "uri":
        short = (
            f"{prefix}:{value.removeprefix(iri)}" for prefix, iri in PREFIXES.items() if value.startswith(iri)
        )
        value = next(short, f"<{value}>")
    return _visible(f"_:{value}" if term["type"] == "bnode" else value)


def _visible(text: str) -> str:
    """The text with control characters, line breaks and changes of direction written as escapes."""
    return "".join(
        char.encode("unicode_escape").decode()
        if unicodedata.category(char) in {"Cc", "Zl", "Zp"}
        or unicodedata.bidirectional(char) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
        else char
        for char in text
    )
