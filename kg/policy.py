"""Which of rival readings of one sentence is kept: declared here, whatever the order of rules.

1. One evidence a claim and sentence. Arguments named in place win over inferred
   ones, then the reading with most qualifiers, then the most careful factuality,
   then the shortest quote.
2. What is told fully wins over what is told in part: a figure with its period and
   change over the bare figure, a facility with its place over one without.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from kg.claims import Draft
from kg.factuality import Judgement
from kg.model import Claim, Entity, Factuality, Observation
from kg.rules import Match

#: From the most careful reading to the least.
_CAUTION = {
    factuality: rank
    for rank, factuality in enumerate(
        (
            Factuality.DENIED,
            Factuality.REPORTED,
            Factuality.POSSIBLE,
            Factuality.PREDICTED,
            Factuality.PLANNED,
            Factuality.ASSERTED,
        )
    )
}


class Candidate(NamedTuple):
    """One reading: the claim, the match that made it, and its factuality."""

    draft: Draft
    match: Match
    judgement: Judgement


def best(found: Iterable[Candidate]) -> list[Candidate]:
    """The readings of a sentence that are kept, in order of place."""
    chosen: dict[tuple[object, ...], Candidate] = {}
    for item in found:
        key = _deed(item.draft.claim)
        if key not in chosen or _rank(item) < _rank(chosen[key]):
            chosen[key] = item
    kept = chosen.values()
    placed = {
        (claim.subject.id, claim.relation, thing.cls)
        for claim in map(_claim, kept)
        if isinstance(thing := claim.object, Entity) and thing.place
    }
    return sorted((i for i in kept if not _is_vaguer(_claim(i), placed)), key=_place)


def _claim(item: Candidate) -> Claim:
    return item.draft.claim


def _is_vaguer(claim: Claim, placed: Collection[tuple[str, str, str]]) -> bool:
    """Whether the same is told with its place in the sentence: "una fabbrica" beside "una fabbrica in Ungheria"."""
    thing = claim.object
    if isinstance(thing, Observation) or thing.named or thing.place:
        return False
    return (claim.subject.id, claim.relation, thing.cls) in placed


def _deed(claim: Claim) -> tuple[object, ...]:
    """What two readings must share to be rivals."""
    thing = claim.object
    if isinstance(thing, Observation):
        what: tuple[object, ...] = (thing.metric, thing.value, thing.high, thing.unit)
        if thing.value is None:
            what += (thing.change, thing.period)
        return (claim.subject.id, claim.relation, *what)
    if not thing.named and thing.place:
        return (
            claim.subject.id,
            claim.relation,
            thing.id.removesuffix(thing.place.replace(" ", "_")).rstrip("_"),
        )
    return (claim.subject.id, claim.relation, thing.id)


def _rank(item: Candidate) -> tuple[object, ...]:
    draft, match, judgement = item
    thing = draft.claim.object
    fullness = len(draft.claim.qualifiers)
    if isinstance(thing, Observation):
        fullness += bool(thing.period) + (thing.change is not None)
    else:
        fullness += bool(thing.place)
    return (draft.inferred, -fullness, _CAUTION[judgement.factuality], draft.end - draft.start, match.rule.id)


def _place(item: Candidate) -> tuple[object, ...]:
    return (item.draft.start, item.draft.end, *map(str, _order(item.draft.claim)))


def _order(claim: Claim) -> Iterator[object]:
    thing = claim.object
    yield from (claim.subject.id, claim.relation)
    yield from (thing.metric, thing.value, thing.period) if isinstance(thing, Observation) else (thing.id,)
