"""Documents to the files of a graph, whatever their number: what grows with them lies on disk.

Documents are read into records (:mod:`kg.harvest`). Sorted by claim these say which facts stand and what
each rests on; sorted as rdflib sorts the subjects of a graph they are the files, byte for byte what
:mod:`kg.graph` gives for the same statements. The page shows as much as a page can hold.
"""

from __future__ import annotations

import pickle
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from heapq import merge, nsmallest
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from kg.bulk import Readers, batches
from kg.graph import AUTO, fact, statement, statement_iri
from kg.harvest import EVIDENCE, SHOWN, Count, Harvest, Known, Record, harvest
from kg.model import Document, Entity, Statement
from kg.outputs import check_places, scratch, write_whole
from kg.runs import Runs
from kg.statements import claim_key, holds
from kg.turtle import Block, Line, Terms, block, blocks, header, led_to
from kg.workers import spread

#: The files of a graph.
NAMES = ("kg.ttl", "evidence.ttl", "kg.html")
#: What a page can show: things, facts among them, and pieces of evidence for all of these.
_THINGS, _FACTS, _PROOFS = 3_000, 50_000, 100_000


@dataclass(slots=True)
class Summary:
    """What was read and what came of it: statements by relation, and those among them that stand."""

    count: Count = field(default_factory=Count)
    told: Counter[str] = field(default_factory=Counter)
    standing: Counter[str] = field(default_factory=Counter)


def build(
    documents: Iterable[Document],
    folder: Path,
    *,
    readers: Readers,
    jobs: int | None = None,
    watch: Callable[[Count], None] = lambda _: None,
) -> Summary:
    """Write ``kg.ttl``, ``evidence.ttl`` and ``kg.html`` of the documents, all or none, the same for any ``jobs``.

    ``watch`` is told what has been read since it was last told.

    Raises:
        CurationError: for faults in rules.
        SourceError: for what cannot be read as a text.
        OutputError: where nothing can be written.
        KgError: for a process that is lost, or a text that the program breaks with.
    """
    places = [folder / name for name in NAMES]
    check_places(places)
    readers()  # for all processes; and faults in rules are told first
    with scratch(places[0]) as desk:
        summary, found = Summary(), Harvest(desk)
        with closing(spread(partial(harvest, readers, desk), batches(documents), jobs)) as results:
            for result in results:
                if isinstance(result, Harvest):
                    found.take(result)
                else:
                    summary.count += result
                    watch(result)
        page = _Page(desk)
        facts, proofs = Terms(), Terms()
        for _, records in groupby(found.claims, itemgetter(0)):
            _settle(records, found, facts, proofs, page, summary)
        told, origins = found.things.blocks(facts), found.origins.blocks(proofs)
        contents = (
            _turtle(found.prefixes["facts"] | facts.prefixes, told),
            _turtle(found.prefixes["evidence"] | proofs.prefixes, merge(found.proofs, origins)),
            page.html(),
        )
        write_whole(dict(zip(places, contents, strict=True)))
    return summary


def _turtle(prefixes: Mapping[str, str], told: Iterable[Block]) -> Iterator[str]:
    yield header(prefixes) or "\n"
    yield from map(itemgetter(3), told)


def _settle(
    records: Iterator[Record], found: Harvest, facts: Terms, proofs: Terms, page: _Page, summary: Summary
) -> None:
    """Make statements of the records of one group: claims that go by one name, seldom more than one."""
    parts = groupby(records, key=lambda record: record[1] != "")
    known: dict[str, Known] = {}
    for _, _, variant, told in next(parts)[1]:
        one: Known = pickle.loads(told)  # noqa: S301 - our own
        known[variant] = known[variant] | one if variant in known else one
    ways: dict[str, set[str]] = defaultdict(set)
    for variant, one in known.items():
        ways[statement_iri(one.claim)].add(variant)
    pairs: Iterable[tuple[str, str]] = (pair for pair, _ in groupby(next(parts)[1], itemgetter(1, 2)))
    if len(ways) > 1:  # one thing under two names, once told this and once the other way round
        pairs = list(pairs)
    times: Counter[str] = Counter()
    for node, variants in ways.items():
        lines = set[Line]()
        for variant in variants:
            for subject, predicate, thing in statement(known[variant].claim):
                if str(subject) != node:  # a period
                    found.origins.add([(subject, predicate, thing)], proofs)
                    continue
                line = proofs.line(predicate, thing)
                if line not in lines and (target := led_to(line)):
                    found.origins.refer(target, 1)
                lines.add(line)
        text = block(f"<{node}>", _with_evidence(lines, pairs, variants, proofs, times))
        for each in blocks(0, node, text):
            found.proofs.add(each)
    for variant, one in known.items():
        relation = one.claim.relation
        summary.told[relation] += 1
        if holds(relation, one.said):
            summary.standing[relation] += 1
            found.things.add(fact(one.claim), facts)
        page.add(one, times[variant])


def _with_evidence(
    lines: Iterable[Line],
    pairs: Iterable[tuple[str, str]],
    variants: set[str],
    terms: Terms,
    times: Counter[str],
) -> Iterator[Line]:
    """The lines of a statement in order, with its evidence among them; ``times`` counts that."""
    verb_key, _, verb, _ = terms.line(AUTO["evidence"], AUTO["Evidence"])
    told = sorted(lines)
    yield from (line for line in told if line[0] < verb_key)
    last = ""
    for iri, variant in pairs:
        if variant in variants:
            times[variant] += 1
            if iri != last:
                yield verb_key, f"0{EVIDENCE}{iri}", verb, f"<{EVIDENCE}{iri}>"
                last = iri
    yield from (line for line in told if line[0] > verb_key)


class _Page:
    """The facts, to choose from when all of them are there: those among the best connected things."""

    def __init__(self, folder: Path) -> None:
        self._facts = Runs[tuple[str, str, int, int, bytes]](folder)
        self._ends = Runs[str](folder)
        self._number = 0

    def add(self, known: Known, times: int) -> None:
        """Keep a fact; ``times`` is how often it was told."""
        claim = known.claim
        ends = (
            claim.subject.id,
            claim.object.id if isinstance(claim.object, Entity) else f"{claim.subject.id}/{claim.object}",
        )
        for end in ends:
            self._ends.add(end)
        self._facts.add((*ends, -times, self._number, pickle.dumps(Statement(claim, known.evidence))))
        self._number += 1

    def html(self) -> Iterator[str]:
        """The page, once it is asked for."""
        from kg.view import to_html

        things = 0

        def connected() -> Iterator[tuple[int, str]]:
            nonlocal things
            for thing, ends in groupby(self._ends):
                things += 1
                yield -sum(1 for _ in ends), thing

        best = {thing for _, thing in nsmallest(_THINGS, connected())}
        among = ((less, number) for a, b, less, number, _ in self._facts if a in best and b in best)
        chosen = {number for _, number in nsmallest(_FACTS, among)}
        most = max(1, min(SHOWN, _PROOFS // max(1, len(chosen))))
        shown: list[Statement] = []
        for _, _, _, number, told in self._facts:
            if number in chosen:
                each: Statement = pickle.loads(told)  # noqa: S301 - our own
                shown.append(Statement(each.claim, each.evidence[:most]))
        shown.sort(key=lambda each: claim_key(each.claim))
        cut = things > _THINGS or len(shown) < self._number
        yield to_html(shown, of=(things, self._number) if cut else None)
