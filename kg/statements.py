"""Statements: equal claims merged, each with all its evidence; and which of them stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from kg.model import Claim, Entity, Evidence, Factuality, Observation, Statement

#: An intention stands as such: that Xpeng plans a plant is a fact, the plant is not.
INTENTIONS = frozenset({"plans", "considers", "predicts", "intends"})
#: Relations that hold in either direction: one statement, the way round that is told first.
SYMMETRIC = frozenset({"partnerOf", "competesWith", "mergesWith"})
#: Factualities from what says most to what says least.
STRONGEST_FIRST = (
    Factuality.ASSERTED,
    Factuality.PLANNED,
    Factuality.PREDICTED,
    Factuality.POSSIBLE,
    Factuality.REPORTED,
    Factuality.DENIED,
)


def collect(pairs: Iterable[tuple[Claim, Evidence]]) -> list[Statement]:
    """One statement a claim, sorted; its evidence in order of document and offset."""
    gathered: dict[Claim, set[Evidence]] = defaultdict(set)
    ways: dict[Claim, Claim] = {}
    for claim, evidence in sorted(pairs, key=pair_key):
        known = ways.setdefault(turned(claim), claim) if claim.relation in SYMMETRIC else claim
        gathered[known].add(evidence)
    statements = [Statement(c, tuple(sorted(e, key=evidence_key))) for c, e in gathered.items()]
    return sorted(statements, key=lambda s: claim_key(s.claim))


def pair_key(pair: tuple[Claim, Evidence]) -> tuple[object, ...]:
    """The sort key of what is found: which way round a claim is told follows from the first."""
    return (*evidence_key(pair[1]), *claim_key(pair[0]))


def turned(claim: Claim) -> Claim:
    """The same claim whichever way round it is told."""
    if isinstance(claim.object, Entity) and claim.object.id < claim.subject.id:
        return Claim(claim.object, claim.relation, claim.subject, claim.qualifiers)
    return claim


def stands(statement: Statement) -> bool:
    """Whether the claim is a plain triple of the graph.

    It is when some evidence asserts it, or when it is an intention that some
    evidence tells without hearsay; a denied claim never is.
    """
    return holds(statement.claim.relation, {e.factuality for e in statement.evidence})


def holds(relation: str, said: AbstractSet[Factuality]) -> bool:
    """Whether a claim stands by what its evidence gives, whatever there is of each."""
    if Factuality.DENIED in said:
        return False
    if relation in INTENTIONS:
        return said != {Factuality.REPORTED}
    return Factuality.ASSERTED in said


def strongest(said: Iterable[Factuality]) -> Factuality:
    """The factuality that says most, of at least one."""
    return min(said, key=STRONGEST_FIRST.index)


def claim_key(claim: Claim) -> tuple[str, ...]:
    """The sort key of a claim: by what a reader sees, and total."""
    thing = claim.object
    parts: tuple[str, ...]
    if isinstance(thing, Observation):
        parts = (
            thing.metric,
            thing.period,
            str(thing.value),
            str(thing.high),
            thing.unit,
            thing.bound,
            str(thing.change),
        )
    else:
        parts = (thing.id, thing.label, thing.cls, thing.place)
    return (claim.subject.id, claim.relation, *parts, *(f"{n}={v}" for n, v in claim.qualifiers))


def evidence_key(evidence: Evidence) -> tuple[str | int | tuple[str, ...], ...]:
    """The sort key of evidence: by document and offset, and total."""
    said = (evidence.rule, evidence.factuality, evidence.said_by, evidence.resolution)
    words = (evidence.quote, evidence.before, evidence.after)
    return (evidence.source.id, evidence.start, evidence.end, *said, *words)
