"""Turtle block by block, each byte as rdflib's serializer writes it: for graphs that no memory holds.

rdflib orders the subjects of a graph by how often they are an object, then by IRI; their predicates by
IRI, after type and label; the objects of a predicate IRIs first. :class:`Triples` does so on disk. It knows
no blank nodes, and no numbers side by side as objects of one predicate: such are not written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from rdflib import RDF, RDFS, Literal, URIRef
from rdflib.plugins.serializers.turtle import OBJECT, VERB, TurtleSerializer

from kg.graph import RES, Term, empty
from kg.runs import Runs

_FIRST = {RDF.type: "0", RDFS.label: "1"}
_OURS = f"0{RES}"
_KNOWN = 20_000
_PIECE = 1_000


#: A predicate and an object as text, after what each is sorted by. Plain tuples, since there are many.
Line = tuple[str, str, str, str]
#: A piece of what is told of a subject as it stands in the file: references, subject, number, text.
Block = tuple[int, str, int, str]


class Terms:
    """Terms as rdflib writes them; ``prefixes`` are those that were needed so far, with their IRIs."""

    def __init__(self) -> None:
        self.prefixes: dict[str, str] = {}
        self._graph = empty()
        self._rdflib = TurtleSerializer(self._graph)
        self._names: dict[str, str] = {}  # looking up an IRI of rdflib's takes ten times as long
        self._verbs: dict[str, tuple[str, str]] = {}

    def name(self, iri: URIRef) -> str:
        """An IRI, short where a prefix allows it."""
        text = str(iri)
        found = self._names.get(text)
        if found is None:
            if text.rfind("/") >= len(RES) and text.startswith(RES):
                return f"<{text}>"  # a prefix ends in front of the name
            if len(self._names) >= _KNOWN:
                self._names.clear()
                self._graph.namespace_manager.reset()  # it remembers each of them too
            found = self._names[text] = self._rdflib.label(iri, OBJECT)
            self._note()
        return found

    def line(self, predicate: URIRef, thing: Term) -> Line:
        """What a triple adds to the block of its subject."""
        verb = self._verbs.get(str(predicate))
        if verb is None:
            key = _FIRST.get(predicate, f"2{predicate}")
            verb = self._verbs[str(predicate)] = (key, self._rdflib.label(predicate, VERB))
            self._note()
        if isinstance(thing, Literal):
            if thing.datatype is not None:
                self.name(thing.datatype)  # counts as used even where the number stands bare
            return (verb[0], f"1{thing}", verb[1], self._rdflib.label(thing, OBJECT))
        return (verb[0], f"0{thing}", verb[1], self.name(thing))

    def _note(self) -> None:
        self.prefixes.update(self._rdflib.namespaces)


def header(prefixes: Mapping[str, str]) -> str:
    """The declarations that a file begins with."""
    return "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in sorted(prefixes.items()))


def led_to(line: Line) -> str:
    """The IRI of a thing of the graph that a line leads to, or nothing."""
    key = line[1]
    return key[1:] if key.startswith(_OURS) else ""


def block(subject: str, lines: Iterable[Line]) -> Iterator[str]:
    """What is told of a subject, in pieces; the lines are sorted, the subject is a term."""
    yield f"\n{subject}"
    before = ""
    for _, _, verb, thing in lines:
        if verb == before:
            yield f",\n        {thing}"
        else:
            yield f" ;\n    {verb} {thing}" if before else f" {verb} {thing}"
            before = verb
    yield " .\n"


def blocks(references: int, subject: str, texts: Iterable[str]) -> Iterator[Block]:
    """The pieces of one block as records, of which a long one has many."""
    held: list[str] = []
    number = 0
    for text in texts:
        held.append(text)
        if len(held) == _PIECE:
            yield references, subject, number, "".join(held)
            held = []
            number += 1
    if held:
        yield references, subject, number, "".join(held)


class Triples:
    """Triples in any order and as often as one likes, of which blocks are made."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lines = Runs[tuple[str, Line]](folder)
        self._references = Runs[tuple[str, int]](folder)

    def add(self, triples: Iterable[tuple[URIRef, URIRef, Term]], terms: Terms) -> None:
        """Keep triples."""
        for subject, predicate, thing in triples:
            self._lines.add((str(subject), terms.line(predicate, thing)))

    def refer(self, iri: str, times: int) -> None:
        """Count triples that lead to a thing and stand elsewhere."""
        self._references.add((iri, times))

    def take(self, other: Triples) -> None:
        """Keep all that the others hold, which then are ours."""
        self._lines.take(other._lines)
        self._references.take(other._references)

    def blocks(self, terms: Terms) -> Runs[Block]:
        """All that was kept, in the order of a file; nothing can be kept after."""
        for _, line in self._unique():
            if iri := led_to(line):
                self._references.add((iri, 1))
        counts = groupby(self._references, itemgetter(0))
        iri, times = next(counts, ("", ()))
        found = Runs[Block](self._folder)
        for subject, lines in groupby(self._unique(), itemgetter(0)):
            while iri < subject and (more := next(counts, None)):
                iri, times = more
            total = sum(n for _, n in times) if iri == subject else 0
            texts = block(terms.name(URIRef(subject)), (line for _, line in lines))
            for each in blocks(total, subject, texts):
                found.add(each)
        return found

    def _unique(self) -> Iterator[tuple[str, Line]]:
        return (record for record, _ in groupby(self._lines))
