"""Which of rival readings of one sentence is kept: declared here, whatever the order of rules.

1. One evidence a claim and sentence. Arguments named in place win over inferred
   ones, then the reading with most qualifiers, then the most careful factuality,
   then the shortest quote.
2. One figure has one owner: named in place before inferred, unless it is told of a list.
3. What is told fully wins over what is told in part: a figure with its period and
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
    found = list(found)
    if not found or (len(found) == 1 and "count" not in found[0].match.arguments):
        return found  # most readings have no rival
    chosen: dict[tuple[object, ...], Candidate] = {}
    beside: dict[tuple[object, ...], list[Candidate]] = {}
    for item in found:
        key = _deed(item.draft.claim)
        if key not in chosen or _rank(item) < _rank(chosen[key]):
            chosen[key] = item
        beside.setdefault(key, []).append(item)
    kept = [
        item
        for key, first in chosen.items()
        for item in beside[key]
        if item is first or _is_sister(item, first)
    ]
    if any(isinstance(_claim(item).object, Observation) for item in kept):
        kept = _told_fully(_one_owner_each(kept))
    return sorted(_most_exact(_named_if_counted(kept)), key=_place)


def _most_exact(found: list[Candidate]) -> list[Candidate]:
    """Without what another reading tells with its place."""
    placed: set[tuple[str, str, str]] = set()
    for claim in map(_claim, found):
        thing = claim.object
        if not isinstance(thing, Entity):
            continue
        if thing.place:
            placed.add((claim.subject.id, claim.relation, thing.cls))
            placed.add((claim.subject.id, claim.relation, thing.place))
        if thing.cls == "Place":  # a place by its name beside "una fabbrica"
            placed.add((claim.subject.id, claim.relation, ""))
    return [i for i in found if not _is_vaguer(_claim(i), placed)] if placed else found


def _claim(item: Candidate) -> Claim:
    return item.draft.claim


def _one_owner_each(found: list[Candidate]) -> list[Candidate]:
    """Of readings that give one figure to different owners those of the best: a list shares it, rivals do not."""
    owners: dict[tuple[object, ...], Candidate] = {}
    for item in found:
        figure = _figure(item)
        if figure is not None and (figure not in owners or _rank(item) < _rank(owners[figure])):
            owners[figure] = item
    return [
        i for i in found if (figure := _figure(i)) is None or i.match is owners[figure].match
        or _claim(i).subject == _claim(owners[figure]).subject
    ]  # fmt: skip


def _figure(item: Candidate) -> tuple[object, ...] | None:
    """The figure of a reading: its metric and where its value stands."""
    thing, value = _claim(item).object, item.match.arguments.get("value")
    return (thing.metric, value[0]) if isinstance(thing, Observation) and value else None


def _named_if_counted(found: list[Candidate]) -> list[Candidate]:
    """Without things that are only counted where another reading names them: "12.000 auto" of "12.000 auto Tesla"."""
    counts = {at for i in found for at in i.match.arguments.get("count", ())}
    if not counts:
        return found

    def is_counted(item: Candidate) -> bool:
        return not counts.isdisjoint(item.match.arguments.get("object", ()))

    return [i for i in found if _is_named(_claim(i)) or not is_counted(i)]


def _is_named(claim: Claim) -> bool:
    return isinstance(claim.object, Observation) or claim.object.named


def _told_fully(found: list[Candidate]) -> list[Candidate]:
    """Without the readings that tell only the change of a figure whose amount another tells with it."""
    told = {at for i in found if getattr(_claim(i).object, "value", None) is not None for at in _changes(i)}
    return [
        i for i in found if getattr(_claim(i).object, "value", 0) is not None or told.isdisjoint(_changes(i))
    ]


def _changes(item: Candidate) -> Iterator[int]:
    """Where the changes of a figure stand that a reading has taken."""
    for name in ("change", "delta", "fall"):
        yield from item.match.arguments.get(name, ())


def _is_sister(item: Candidate, other: Candidate) -> bool:
    """Whether one match tells both, at two places: "fabbriche in Ungheria e Turchia"."""
    return item.match is other.match and _claim(item).object != _claim(other).object


def _is_vaguer(claim: Claim, placed: Collection[tuple[str, str, str]]) -> bool:
    """Whether the same is told with its place, or of a site at the place: "in Ungheria" beside "una fabbrica in Ungheria"."""
    thing = claim.object
    if isinstance(thing, Entity) and thing.cls == "Place":
        return (claim.subject.id, claim.relation, thing.label) in placed
    if isinstance(thing, Observation) or thing.named or thing.place:
        return False
    of_place = thing.cls.endswith("Plant") and (claim.subject.id, claim.relation, "") in placed
    return of_place or (claim.subject.id, claim.relation, thing.cls) in placed


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
