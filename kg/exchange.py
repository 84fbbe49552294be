"""Other people's RDF taken into a graph: read without a network, checked against the shapes, with its origin.

What comes from a file stays in a file of its own, so that it can be told apart and taken out again.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.graph import hashed_iri, plain_statement_iri
from kg.lines import to_trig, to_turtle
from kg.model import QueryError, local_name
from kg.names import AUTO, PREFIXES, RES, escaped, unescaped
from kg.resources import ontology
from kg.statements import SYMMETRIC
from kg.store import Terms, query, read_quads, store_of, table
from kg.validate import Finding, validate

#: What the files of this module are called, so that a folder shows what is not its own.
PREFIX = "imported-"

_RULE = "import/rdf"
#: The properties beside those of the ontology that a graph is written with.
_USED = {
    "rdf": ("type", "subject", "predicate", "object"),
    "rdfs": ("label", "comment"),
    "skos": ("altLabel",),
    "owl": ("sameAs",),
    "prov": ("wasDerivedFrom", "wasGeneratedBy", "wasAttributedTo", "generatedAtTime"),
    "oa": ("hasSelector", "exact", "prefix", "suffix", "start", "end"),
    "time": ("hasBeginning", "hasEnd", "inXSDDate"),
    "schema": ("headline", "datePublished", "url", "inLanguage", "name", "sha256"),
    "dcterms": ("publisher",),
}
_CLASSES = {
    "rdf": ("Statement",),
    "prov": ("Agent", "Entity"),
    "oa": ("TextQuoteSelector", "TextPositionSelector"),
    "time": ("ProperInterval", "Instant"),
    "schema": ("NewsArticle", "Dataset"),
}


@dataclass(frozen=True, slots=True)
class Imported:
    """A file as it goes into a graph.

    ``place`` is the file to be written with ``text``; ``triples`` counts what came, ``facts`` those triples that
    are relations of the vocabulary and got a statement with evidence, and ``foreign`` how often each property or
    class stands that the vocabulary does not know, as an IRI.
    """

    place: Path
    text: str
    triples: int
    facts: int
    blank_nodes: int
    foreign: Mapping[str, int]


def take_in(
    files: Sequence[Path], folder: Path, *, name: str = "", at: datetime | None = None
) -> tuple[list[Imported], list[Finding]]:
    """The files as they go into the graph of a folder, and what the shapes find wrong that was right before.

    Nothing is written: with violations among the findings nothing should be. ``name`` is what a single
    file goes by, by default its own name; ``at`` is the time of the import, which stands nowhere if it is
    not given, so that equal files give equal bytes.

    Raises:
        QueryError: for a file that cannot be read, and for two files of one name.
    """
    names = [local_name(name or _stem(file)).lower() for file in files]
    doubled = [n for n, count in Counter(names).items() if count > 1]
    if doubled:
        raise QueryError(f"{doubled[0]}: two files would go by this name; import them one by one with --name")
    taken = [_imported(f, folder, n, at) for f, n in zip(files, names, strict=True)]
    return taken, _new_faults(taken, folder)


def _stem(file: Path) -> str:
    return Path(file.name.removesuffix(".gz")).stem


def _imported(file: Path, folder: Path, name: str, at: datetime | None) -> Imported:
    quads = read_quads([file], base=f"{RES}imported/{name}/")
    if not quads:
        raise QueryError(f"{file}: holds no triple; check that it is the file that was meant")
    named = [(_named(s, name), p, _named(o, name), _named(g, name)) for s, p, o, g in quads]
    blank = {term for quad in quads for term in quad if term.startswith("_:")}
    document = f"<{RES}document/imported/{name}>"
    facts = list(_facts(quads, named, document))
    every = [*named, *_origin(file, document, at), *(quad for fact in facts for quad in fact)]
    several = any(quad[3] for quad in every)
    place = folder / f"{PREFIX}{name}{'.trig' if several else '.ttl'}"
    text = to_trig(every) if several else to_turtle(every)
    return Imported(place, text, len(quads), len(facts), len(blank), foreign(quads))


def _named(term: str, name: str) -> str:
    """A blank node by its name under RDFC-1.0, as an IRI; any other term as it is."""
    return f"<{RES}imported/{name}/genid/{term[2:]}>" if term.startswith("_:") else term


def _iri(prefix: str, name: str) -> str:
    return f"<{PREFIXES[prefix]}{name}>"


def _typed(text: str, datatype: str) -> str:
    return f'"{text}"^^<{PREFIXES["xsd"]}{datatype}>'


def _text(text: str) -> str:
    """A text as a term of N-Triples."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}
    return '"' + "".join(escapes.get(char, char) for char in text) + '"'


def _origin(file: Path, document: str, at: datetime | None) -> Iterator[Terms]:
    """Where it comes from: the file by its name and by the hash of its bytes (RFC 6920)."""
    digest = hashlib.sha256(file.read_bytes())
    code = base64.urlsafe_b64encode(digest.digest()).decode().rstrip("=")
    original = f"<ni:///sha-256;{code}>"
    yield document, _iri("rdf", "type"), _iri("schema", "Dataset"), ""
    yield document, _iri("schema", "headline"), _text(file.name), ""
    yield document, _iri("prov", "wasDerivedFrom"), original, ""
    yield original, _iri("rdf", "type"), _iri("prov", "Entity"), ""
    yield original, _iri("schema", "name"), _text(file.name), ""
    yield original, _iri("schema", "sha256"), _text(digest.hexdigest()), ""
    if at is not None:
        time = _typed(at.isoformat(timespec="seconds").replace("+00:00", "Z"), "dateTime")
        yield document, _iri("prov", "generatedAtTime"), time, ""


def _facts(quads: Sequence[Terms], named: Sequence[Terms], document: str) -> Iterator[list[Terms]]:
    """A statement with evidence for each triple that is a relation and has none; its line is the quote.

    Characters are counted in the file's canonical form: the sorted N-Quads of RDFC-1.0.
    """
    stated = _stated(named)
    offset = 0
    for quad, (subject, predicate, value, graph) in zip(quads, named, strict=True):
        line = " ".join([part for part in quad if part] + ["."])
        start, offset = offset, offset + len(line) + 1
        known = predicate.strip("<>") in _relations() and subject.startswith(f"<{RES}") and value[0] == "<"
        ways = {(subject, predicate, value)}
        if predicate.strip("<>").removeprefix(AUTO) in SYMMETRIC:
            ways.add((value, predicate, subject))
        if known and not ways & stated:
            stated |= ways
            yield [
                (*triple, graph) for triple in _evidence((subject, predicate, value), document, line, start)
            ]


def _stated(quads: Iterable[Terms]) -> set[tuple[str, str, str]]:
    """What the statements of the file say."""
    parts: dict[str, dict[str, str]] = {}
    for subject, predicate, value, _ in quads:
        parts.setdefault(subject, {})[predicate] = value
    keys = [_iri("rdf", part) for part in ("subject", "predicate", "object")]
    return {
        (told[keys[0]], told[keys[1]], told[keys[2]]) for told in parts.values() if told.keys() >= set(keys)
    }


def _evidence(
    triple: tuple[str, str, str], document: str, line: str, start: int
) -> Iterator[tuple[str, str, str]]:
    subject, relation, value = (term.strip("<>") for term in triple)
    statement = plain_statement_iri(unescaped(subject.removeprefix(RES)), relation.removeprefix(AUTO), value)
    node, record, selector = (
        f"<{iri}>"
        for iri in (statement, hashed_iri("evidence", document, line), hashed_iri("selector", document, line))
    )
    rule = f"<{RES}rule/{escaped(_RULE)}>"
    yield node, _iri("rdf", "type"), _iri("rdf", "Statement")
    for part, term in zip(("subject", "predicate", "object"), triple, strict=True):
        yield node, _iri("rdf", part), term
    yield node, _iri("auto", "evidence"), record
    yield record, _iri("rdf", "type"), _iri("auto", "Evidence")
    yield record, _iri("auto", "factuality"), _iri("auto", "Asserted")
    yield record, _iri("prov", "wasDerivedFrom"), document
    yield record, _iri("prov", "wasGeneratedBy"), rule
    yield record, _iri("oa", "hasSelector"), selector
    yield rule, _iri("rdf", "type"), _iri("auto", "Rule")
    yield rule, _iri("rdfs", "label"), _text(_RULE)
    yield selector, _iri("rdf", "type"), _iri("oa", "TextQuoteSelector")
    yield selector, _iri("rdf", "type"), _iri("oa", "TextPositionSelector")
    yield selector, _iri("oa", "exact"), _text(line)
    yield selector, _iri("oa", "start"), _typed(str(start), "nonNegativeInteger")
    yield selector, _iri("oa", "end"), _typed(str(start + len(line)), "nonNegativeInteger")


@cache
def _terms_of(cls: str) -> frozenset[str]:
    """The terms of the ontology that are of a class, or all of them."""
    wanted = f"a {cls}" if cls else "?p ?o"
    asked = query(
        store_of(ontology("auto.ttl").read_text(encoding="utf-8")),
        f"SELECT DISTINCT (STR(?t) AS ?iri) {{ ?t {wanted} FILTER(STRSTARTS(STR(?t), STR(auto:))) }}",
    )
    return frozenset(iri for (iri,) in table(asked)[1:])


def _relations() -> frozenset[str]:
    return _terms_of("auto:Relation")


def foreign(quads: Iterable[Terms]) -> dict[str, int]:
    """How often each property and class stands that is none of the vocabulary's, the most frequent first."""
    ours = {f"<{iri}>" for iri in _terms_of("")}
    known = ours | {_iri(prefix, name) for prefix, names in _USED.items() for name in names}
    classes = ours | {_iri(prefix, name) for prefix, names in _CLASSES.items() for name in names}
    counts: Counter[str] = Counter()
    for _, predicate, value, _ in quads:
        if predicate not in known:
            counts[predicate.strip("<>")] += 1
        elif predicate == _iri("rdf", "type") and value not in classes:
            counts[value.strip("<>")] += 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


# ------------------------------------------------------------------------ checks


def _new_faults(taken: Sequence[Imported], folder: Path) -> list[Finding]:
    """What is wrong with the graph together with the files, and was not without them."""
    names = {_bare(each.place) for each in taken}
    there = [f for f in _rdf_files(folder) if _bare(f) not in names]
    with TemporaryDirectory() as room:
        drafts = [Path(room, each.place.name) for each in taken]
        for draft, each in zip(drafts, taken, strict=True):
            draft.write_text(each.text, encoding="utf-8")
        found = validate([*there, *drafts]).findings
    if not any(f.severity == "Violation" for f in found):
        return []
    before = set(validate(there).findings) if there else set()
    return [finding for finding in found if finding not in before]


def _bare(path: Path) -> str:
    return re.sub(r"\.(ttl|trig)$", "", path.name)


def _rdf_files(folder: Path) -> list[Path]:
    endings = (".ttl", ".nt", ".nq", ".trig", ".jsonld", ".rdf")
    return sorted(file for file in folder.glob("*") if file.suffix.lower() in endings)


def superseded(taken: Sequence[Imported]) -> list[Path]:
    """Files of an earlier import of the same name that would stay beside the new ones, of another format."""
    others = (place for each in taken for place in each.place.parent.glob(f"{_bare(each.place)}.*"))
    written = {each.place for each in taken}
    return sorted(p for p in others if p not in written and p.suffix in {".ttl", ".trig"})
