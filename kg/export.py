"""A graph in the formats of others: RDF, property graphs and tables, each with all that it can hold.

RDF is written from the quads as they lie in the files; everything else from the statements that they
tell, since a property graph or a table has no room for what is no fact.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from kg.lines import to_trig, to_turtle
from kg.model import OutputError, Statement
from kg.names import AUTO, PREFIXES
from kg.store import Terms, open_store, read_quads, triples, written

#: The formats, each with the ending of its files; one that has none is a folder of files.
FORMATS: Final[Mapping[str, str]] = {
    "turtle": ".ttl",
    "turtle12": ".ttl",
    "ntriples": ".nt",
    "nquads": ".nq",
    "trig": ".trig",
    "jsonld": ".jsonld",
    "rdfxml": ".rdf",
    "graphml": ".graphml",
    "gexf": ".gexf",
    "neo4j": "",
    "cypher": ".cypher",
    "csv": ".csv",
    "tsv": ".tsv",
    "parquet": ".parquet",
}
#: Formats that are no text.
BINARY: Final = frozenset({"parquet"})

_TYPE = f"<{PREFIXES['rdf']}type>"
_EVIDENCE, _DERIVED = f"<{AUTO}evidence>", f"<{PREFIXES['prov']}wasDerivedFrom>"
#: What leads out of the evidence of a document: to the things that it speaks of, and to other documents' evidence.
_OUTWARD = {_EVIDENCE, *(f"<{PREFIXES['rdf']}{part}>" for part in ("subject", "predicate", "object"))}


def format_of(path: Path) -> str:
    """The format that the name of a file tells, also under .gz.

    Raises:
        OutputError: for a name that tells none.
    """
    ending = Path(path.name.lower().removesuffix(".gz")).suffix
    for name, usual in FORMATS.items():
        if usual and usual == ending:
            return name
    raise OutputError(f"{path}: its name tells no format; give one with --format: {', '.join(FORMATS)}")


def export(paths: Sequence[Path], fmt: str, *, raw: bool = False) -> dict[str, bytes]:
    """The graph of RDF files or folders in one of :data:`FORMATS`; equal graphs give equal bytes.

    The keys are names of files in a folder, or one empty name for a file alone. ``raw`` leaves cells
    of ``csv`` and ``tsv`` as they are even where a spreadsheet would run them.

    Raises:
        QueryError: for a graph that cannot be read, or that the format cannot hold.
        OutputError: where a library that the format needs is not installed.
    """
    if fmt in RDF:
        return {"": RDF[fmt](read_quads(paths)).encode()}
    from kg.restore import statements

    return _of_statements(statements(triples(open_store(paths))), fmt, raw=raw)


def packed(content: bytes) -> bytes:
    """The content under gzip; equal contents give equal bytes."""
    return gzip.compress(content, mtime=0)


# -------------------------------------------------------------------------- RDF


def _indented(quads: Iterable[Terms]) -> str:
    return json.dumps(json.loads(written(quads, "jsonld")), ensure_ascii=False, indent=1) + "\n"


#: How each form of RDF is written.
RDF: Final[Mapping[str, Callable[[Sequence[Terms]], str]]] = {
    "turtle": to_turtle,
    "turtle12": lambda quads: to_turtle(quads, annotated=True),
    "ntriples": lambda quads: written(quads, "ntriples"),
    "nquads": lambda quads: written(by_document(quads), "nquads"),
    "trig": lambda quads: to_trig(by_document(quads)),
    "jsonld": lambda quads: _indented(by_document(quads)),
    "rdfxml": lambda quads: written(quads, "rdfxml").rstrip("\n") + "\n",
}


def by_document(quads: Iterable[Terms]) -> list[Terms]:
    """The quads with the evidence of each document in a graph that is named by the document.

    Such a graph is whole: a statement that two documents bear out stands in the graphs of both, each
    time with that document's evidence alone. The default graph keeps the things and the facts that
    stand. Quads that have a graph already stay in it; all graphs taken as one are as before.
    """
    known = [quad for quad in quads if quad[3]]
    plain = [quad for quad in quads if not quad[3]]
    about: defaultdict[str, list[Terms]] = defaultdict(list)
    for quad in plain:
        about[quad[0]].append(quad)
    records = {
        node: [value for _, predicate, value, _ in found if predicate == _DERIVED]
        for node, found in about.items()
        if any((q[1], q[2]) == (_TYPE, f"<{AUTO}Evidence>") for q in found)
    }
    roots: defaultdict[str, set[str]] = defaultdict(set)
    for subject, predicate, value, _ in plain:
        if predicate == _EVIDENCE:
            for document in records.get(value, ()):
                roots[document].update((subject, value))
    for node, documents in records.items():  # evidence that bears out nothing
        for document in documents:
            roots[document].add(node)
    moved: set[str] = set()
    found: list[Terms] = []
    for document, starts in sorted(roots.items()):
        nodes = _reached(starts, about)
        moved |= nodes
        for node in nodes:
            found += (
                (s, p, o, document)
                for s, p, o, _ in about[node]
                if p != _EVIDENCE or document in records.get(o, (document,))
            )
    kept = _reached(about.keys() - moved, about)
    return sorted([*known, *found, *(quad for node in kept for quad in about[node])])


def _reached(starts: Iterable[str], about: Mapping[str, Sequence[Terms]]) -> set[str]:
    """The nodes themselves, and what is described of those that they lead to."""
    waiting, seen = list(starts), set(starts)
    while waiting:
        for _, predicate, value, _ in about[waiting.pop()]:
            if predicate not in _OUTWARD and value in about and value not in seen:
                seen.add(value)
                waiting.append(value)
    return seen


# ------------------------------------------------------------------- statements


def _of_statements(statements: Sequence[Statement], fmt: str, *, raw: bool) -> dict[str, bytes]:
    if fmt in {"graphml", "gexf"}:
        from kg.networks import to_gexf, to_graphml

        return {"": (to_graphml if fmt == "graphml" else to_gexf)(statements)}
    if fmt in {"neo4j", "cypher"}:
        from kg.neo4j import to_csv, to_cypher

        return to_csv(statements) if fmt == "neo4j" else {"": to_cypher(statements).encode()}
    from kg.tables import to_parquet, to_table

    if fmt == "parquet":
        return {"": to_parquet(statements)}
    return {"": to_table(statements, tabs=fmt == "tsv", raw=raw).encode()}
