"""Documents read one by one into records on disk, in any number of processes at a time.

Of a document on its own are its evidence, the words of that and the document itself: their blocks of Turtle
are made here, where the work is shared. Claims, things, rules and speakers may be those of other documents
too: they are gathered by what they are called, and put together in :mod:`kg.build`.
"""

from __future__ import annotations

import pickle
from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from kg.bulk import Readers, read
from kg.graph import RES, document, evidence_iri, origins, quotation, record, statement_iri, things
from kg.model import Claim, Document, Evidence, Factuality, Observation, plain
from kg.pipeline import Extraction
from kg.runs import Runs
from kg.statements import SYMMETRIC, evidence_key, pair_key, turned
from kg.turtle import Block, Line, Terms, Triples, block, blocks, led_to

#: Pieces of evidence of one claim that the page shows at most.
SHOWN = 20
_PAIRS = 20_000
#: What the names of statements and of evidence begin with; records hold the rest.
STATEMENT, EVIDENCE = f"{RES}statement/", f"{RES}evidence/"
_LOCAL = tuple(f"{RES}{kind}/" for kind in ("evidence", "selector", "document"))

#: Of a group of claims that share a name: the group, a piece of evidence by its IRI and the variant that it is
#: for; or no evidence, a variant, and what is known of it as a pickled :class:`Known`.
Record = tuple[str, str, str, bytes]


class Count(NamedTuple):
    """What was read."""

    documents: int = 0
    characters: int = 0
    sentences: int = 0
    unresolved: int = 0

    def __add__(self, other: Count) -> Count:  # type: ignore[override] # not a longer tuple
        return Count(*(a + b for a, b in zip(self, other, strict=True)))


class Known(NamedTuple):
    """What is known of a claim: the way it was told first, how it was put forward, its first evidence."""

    first: tuple[object, ...]
    claim: Claim
    said: frozenset[Factuality]
    evidence: tuple[Evidence, ...]

    def __or__(self, other: Known) -> Known:
        first = min(self, other, key=lambda known: known.first)
        found = {evidence_key(e): e for e in (*self.evidence, *other.evidence)}
        shown = tuple(found[key] for key in sorted(found)[:SHOWN])
        return Known(first.first, first.claim, self.said | other.said, shown)


@dataclass(slots=True)
class _Gathered:
    """A claim while its evidence comes in."""

    first: tuple[object, ...]
    claim: Claim
    said: set[Factuality] = field(default_factory=set)
    evidence: list[tuple[tuple[object, ...], Evidence]] = field(default_factory=list)

    def add(self, pair: tuple[Claim, Evidence]) -> None:
        claim, evidence = pair
        key = pair_key(pair)
        if key < self.first:
            self.first, self.claim = key, claim
        self.said.add(evidence.factuality)
        place = (evidence_key(evidence), evidence)
        if len(self.evidence) < SHOWN or place[0] < self.evidence[-1][0]:
            if all(place[0] != known for known, _ in self.evidence):
                insort(self.evidence, place, key=lambda each: each[0])
            del self.evidence[SHOWN:]

    def known(self) -> Known:
        return Known(self.first, self.claim, frozenset(self.said), tuple(e for _, e in self.evidence))


class Harvest:
    """What documents gave, as records that lie in ``folder`` if they are many."""

    def __init__(self, folder: Path) -> None:
        #: The things that claims speak of, and what else evidence leads to.
        self.things, self.origins = Triples(folder), Triples(folder)
        #: Evidence, its words and its documents.
        self.proofs = Runs[Block](folder)
        self.claims = Runs[Record](folder)
        self.prefixes: dict[str, dict[str, str]] = {"facts": {}, "evidence": {}}

    def take(self, other: Harvest) -> None:
        """Keep all that the other holds."""
        self.things.take(other.things)
        self.origins.take(other.origins)
        self.proofs.take(other.proofs)
        self.claims.take(other.claims)
        for name, prefixes in other.prefixes.items():
            self.prefixes[name] |= prefixes


def harvest(readers: Readers, folder: Path, batched: Iterator[list[Document]]) -> Iterator[Count | Harvest]:
    """A count for each batch of documents, and in the end all that they gave."""
    reader, found = readers(), _Field(folder)
    for batch in batched:
        count = Count()
        for each in batch:
            extraction = read(reader, each)
            found.add(extraction)
            count += Count(1, len(each.text), extraction.sentences, extraction.unresolved)
        yield count
    yield found.whole()


class _Field:
    """Where documents are turned into records."""

    def __init__(self, folder: Path) -> None:
        self._harvest = Harvest(folder)
        self._facts, self._proofs = Terms(), Terms()
        self._gathered: dict[tuple[str, str], _Gathered] = {}
        self._names: dict[Claim, tuple[str, str]] = {}
        self._origins = set[tuple[str, str]]()
        self._references: Counter[str] = Counter()
        self._pairs = 0

    def add(self, extraction: Extraction) -> None:
        groups: dict[str, set[str]] = defaultdict(set)
        proofs: dict[Evidence, str] = {}
        for pair in extraction.found:
            claim, evidence = pair
            name = group, variant = self._name(claim)
            iri = proofs.get(evidence) or proofs.setdefault(evidence, evidence_iri(evidence))
            groups[iri].add(group)
            self._harvest.claims.add((group, iri.removeprefix(EVIDENCE), variant, b""))
            if name not in self._gathered:
                self._gathered[name] = _Gathered(pair_key(pair), claim)
            self._gathered[name].add(pair)
        self._prove(proofs, Counter({iri: len(statements) for iri, statements in groups.items()}))
        self._pairs += len(extraction.found)
        if self._pairs >= _PAIRS:
            self._flush()

    def whole(self) -> Harvest:
        self._flush()
        self._harvest.prefixes = {"facts": self._facts.prefixes, "evidence": self._proofs.prefixes}
        return self._harvest

    def _name(self, claim: Claim) -> tuple[str, str]:
        """What the claim is called whichever way round it is told, and which of those called so it is."""
        name = self._names.get(claim)
        if name is None:
            self._harvest.things.add(things(claim), self._facts)
            name = self._names[claim] = named(claim)
        return name

    def _prove(self, proofs: dict[Evidence, str], references: Counter[str]) -> None:
        """The evidence of one document: all that leads to it and to its words is known here."""
        told: dict[str, set[Line]] = defaultdict(set)
        for evidence in proofs:
            for triples in (record(evidence), quotation(evidence)):
                for subject, predicate, thing in triples:
                    line = self._proofs.line(predicate, thing)
                    told[str(subject)].add(line)
                    if target := led_to(line):
                        references[target] += 1
            if (origin := (evidence.rule, evidence.said_by)) not in self._origins:
                self._harvest.origins.add(origins(evidence), self._proofs)
                self._origins.add(origin)
        for source in {evidence.source for evidence in proofs}:
            for subject, predicate, thing in document(source):
                told[str(subject)].add(self._proofs.line(predicate, thing))
        for iri, lines in told.items():
            for each in blocks(references[iri], iri, block(f"<{iri}>", sorted(lines))):
                self._harvest.proofs.add(each)
        for iri, times in references.items():
            if iri.startswith(RES) and not iri.startswith(_LOCAL):
                self._references[iri] += times

    def _flush(self) -> None:
        for (group, variant), gathered in self._gathered.items():
            self._harvest.claims.add((group, "", variant, pickle.dumps(gathered.known())))
        for iri, times in self._references.items():
            self._harvest.origins.refer(iri, times)
        self._gathered, self._names, self._origins = {}, {}, set()
        self._references, self._pairs = Counter(), 0


def named(claim: Claim) -> tuple[str, str]:
    """The name of a claim whichever way round it is told, and of all that it says of its two things."""
    known = turned(claim) if claim.relation in SYMMETRIC else claim
    thing: object = known.object
    if isinstance(thing, Observation):
        numbers = [n if n is None else plain(n) for n in (thing.value, thing.high, thing.change)]
        thing = (thing.metric, numbers, thing.unit, thing.period, thing.bound)
    content = repr((tuple(known.subject), known.relation, thing, known.qualifiers))
    group = statement_iri(known).removeprefix(STATEMENT)
    return group, blake2b(content.encode(), digest_size=16).hexdigest()
