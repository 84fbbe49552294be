"""Claims: a match with every argument known, or nothing.

Lists are dealt out one claim each; a subject that the clause drops is looked up
in the discourse; what is described but not named gets one IRI by what it is,
whose it is and where. A match with an argument that stays unknown makes no claim.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kg.context import Context, slot_of
from kg.figures import NO_CURRENCY, currency_in_mind, observations
from kg.implied import dropped, implied, others, own_firm
from kg.lexicon import Lexicon
from kg.model import Claim, Entity, Mention, Observation, plain
from kg.rules import Match
from kg.sites import places_behind
from kg.things import VEHICLES, described_plant, entity_of, identified, lies_elsewhere, sites_of

_ARGUMENTS = ("subject", "object")
_MAKING = ("produces", "producesAt")
_FIGURE = ("metric", "value", "unit", "loss", "before", "change", "delta", "fall", "period")


class Draft(NamedTuple):
    """A claim on its way to evidence: ``notes`` say how arguments were found, ``start`` and ``end`` are in the text."""

    claim: Claim
    start: int
    end: int
    notes: tuple[str, ...]
    inferred: int


def drafts(match: Match, relation: str, context: Context) -> Iterator[Draft]:
    """Every claim of a match under the name ``relation``."""
    start, end = 0, 0
    for subject, note in _argument("subject", match, context):
        for thing, other in _objects(match, context, subject):
            for place in sites_of((subject, thing), match, context.lexicon):
                claim = _claim(subject, thing, place, relation, match, context)
                if claim is None:
                    continue
                if note and relation in _MAKING and _makes_others(claim.subject, match, context.lexicon):
                    continue
                if not end:
                    span = match.mentions[match.start : match.end]
                    start, end = min([m.start for m in span]), max([m.end for m in span])
                said = tuple([n for n in (note, other) if n])
                yield Draft(claim, start, end, said, len(said))


def _claim(
    subject: Entity,
    thing: Entity | Observation,
    place: Entity | None,
    relation: str,
    match: Match,
    context: Context,
) -> Claim | None:
    """The claim, if both ends turn out to be known and are not one and the same."""
    whole = identified(thing, subject, place, match, context)
    actor = identified(subject, thing, place, match, context)
    if not isinstance(actor, Entity) or whole is None or actor == whole:
        return None
    if lies_elsewhere(actor, whole, context.lexicon):
        return None
    if match.rule.kin and getattr(whole, "label", "") not in context.lexicon.groups.get(actor.label, ()):
        return None
    if match.rule.named and not (actor.named and getattr(whole, "named", True)):
        return None
    return Claim(actor, relation, whole, tuple(sorted(_qualifiers(match, context, actor, whole))))


def _makes_others(maker: Entity, match: Match, lexicon: Lexicon) -> bool:
    """Whether all models of a sentence are somebody else's: "la 208, che il gruppo assembla" is not of CATL."""
    models = [e.label for m in match.mentions if (e := m.entity) and e.cls == "VehicleModel"]
    makers = [lexicon.relatives[label] for label in models if lexicon.relatives.get(label)]
    return bool(makers) and not any(maker.label in kin for kin in makers)


def _argument(
    name: str, match: Match, context: Context, subject: Entity | None = None
) -> Iterator[tuple[Entity, str]]:
    """The entities of a slot, each with the note that says how it was found."""
    indices = match.arguments.get(name)
    if indices is None:
        strategy = dict(match.rule.implied).get(name) if match.rule.implied else None
        if strategy == "others":
            yield from ((e, "") for e in others(match, subject))
            return
        found = implied(strategy, match, context, subject) if strategy else None
        if found is not None:
            yield found
        return
    if not indices:
        found = dropped(name, match, context)
        if found is not None:
            yield found
        return
    for i in indices:
        mention = match.mentions[i]
        if match.rule.definite and name == "object" and mention.determiner == "indefinite":
            continue
        if context.lexicon.is_a(mention.symbol, "Facility"):
            places = places_behind(match.mentions, i, context.text, context.lexicon)
            if len(places) > 1:  # "gli stabilimenti di Melfi e Cassino"
                yield from ((described_plant(mention, place, context, one=False), "") for place in places)
                continue
        entity = entity_of(name, mention, match, context)
        if entity is not None and name == "object" and mention.symbol.endswith(":described"):
            entity = own_firm(subject, entity, context)
        if entity is not None:
            yield entity, mention.note


def _objects(match: Match, context: Context, subject: Entity) -> Iterator[tuple[Entity | Observation, str]]:
    if match.rule.metric or not match.arguments.keys().isdisjoint(("value", "loss", "change", "fall")):
        yield from observations(match, context.reading, context.sentence, context.lexicon)
    elif "object" in match.texts:
        i, j = match.texts["object"]
        if match.rule.forecast and not _is_foretold(match.mentions[i:j], context.lexicon):
            return
        words = context.text[match.mentions[i].start : match.mentions[j - 1].end]
        digest = hashlib.blake2b(words.encode(), digest_size=4).hexdigest()
        slot_class = "Prediction"
        yield Entity(f"{subject.id}_{slot_class}_{digest}", words, slot_class, named=False), ""
    else:
        yield from _argument("object", match, context, subject)


def _is_foretold(clause: Sequence[Mention], lexicon: Lexicon) -> bool:
    """Whether a clause tells of the future, and not what an organization will do."""
    verb = next((k for k, m in enumerate(clause) if m.verb is not None and m.verb.finite), None)
    if verb is None or clause[verb].verb is None:
        return False
    group = clause[verb].verb
    acts = any(m.entity is not None and lexicon.is_a(m.entity.cls, "Organization") for m in clause[:verb])
    return group is not None and group.links[0].tense == "future" and not acts


def _qualifiers(
    match: Match, context: Context, actor: Entity, thing: Entity | Observation
) -> Iterator[tuple[str, str]]:
    for name, indices in match.arguments.items():
        if name in _ARGUMENTS or (isinstance(thing, Observation) and name in _FIGURE):
            continue
        if name == "place" and any(isinstance(e, Entity) and not e.named for e in (actor, thing)):
            continue
        mention = match.mentions[indices[0]] if indices else None
        vague = mention is None or (mention.value is not None and mention.value.unit == NO_CURRENCY)
        if mention is not None and not vague and not name.startswith("_"):
            yield name, _render(name, mention, match, context)
    counted = match.arguments.get("object", ())
    if counted and (value := match.mentions[counted[0]].value) and value.unit == VEHICLES and value.number:
        yield "count", plain(value.number)
    for name, (i, j) in match.texts.items():
        if name != "object":
            yield name, context.text[match.mentions[i].start : match.mentions[j - 1].end]


def _render(name: str, mention: Mention, match: Match, context: Context) -> str:
    """A qualifier in the notation of the facts format."""
    value = mention.value
    if value is None:
        return (
            mention.entity.label
            if mention.entity
            else mention.lemma or context.text[mention.start : mention.end]
        )
    if value.kind == "Date":
        return value.when
    number = plain(value.number) if value.number is not None else ""
    slot = slot_of(name, match)
    if value.sort == "Sum" and slot is not None and "Money" in slot.classes:
        return f"{number} {currency_in_mind(match, context.reading)}"
    counted = value.kind in ("Percent", "Number") or value.unit.startswith("{")
    return number if counted else f"{number} {value.unit}"
