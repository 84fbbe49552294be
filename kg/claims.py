"""Claims: a match with every argument known, or nothing.

Lists are dealt out one claim each; a subject that the clause drops is looked up
in the discourse; what is described but not named gets one IRI by what it is,
whose it is and where. A match with an argument that stays unknown makes no claim.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kg.lexicon import Lexicon, fold
from kg.model import Claim, Entity, Mention, Observation, Source, Value, local_name, plain
from kg.resolve import Reading, employer
from kg.rules import Match, Slot, walk

_ARGUMENTS = ("subject", "object")
_FIGURE = ("metric", "value", "loss", "change", "fall", "period")
#: Classes whose members a text may describe without a name; the first also as a subject.
_UNNAMED = ("Facility", "VehicleModel", "JointVenture")


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim on its way to evidence: ``notes`` say how arguments were found, ``start`` and ``end`` are in the text."""

    claim: Claim
    start: int
    end: int
    notes: tuple[str, ...]
    inferred: int


@dataclass(frozen=True, slots=True)
class Context:
    """What a match is read in: the document, the sentence's number, and the thing last planned."""

    source: Source
    text: str
    reading: Reading
    sentence: int
    lexicon: Lexicon
    deed: Entity | None = None


def drafts(match: Match, relation: str, context: Context) -> Iterator[Draft]:
    """Every claim of a match under the name ``relation``."""
    for subject, note in _argument("subject", match, context):
        for thing, other in _objects(match, context, subject):
            draft = _draft(subject, thing, (note, other), relation, match, context)
            if draft is not None:
                yield draft


def _draft(
    subject: Entity,
    thing: Entity | Observation,
    notes: tuple[str, str],
    relation: str,
    match: Match,
    context: Context,
) -> Draft | None:
    """The claim, if both ends turn out to be known and are not one and the same."""
    whole = _own(thing, subject, match, context)
    actor = _own(subject, thing, match, context)
    if not isinstance(actor, Entity) or whole is None or actor == whole:
        return None
    if _lies_elsewhere(actor, whole, context.lexicon):
        return None
    if match.rule.named and not (actor.named and getattr(whole, "named", True)):
        return None
    qualifiers = tuple(sorted(_qualifiers(match, context, actor, whole)))
    first, last = match.mentions[match.start], match.mentions[match.end - 1]
    said = tuple(note for note in notes if note)
    return Draft(Claim(actor, relation, whole, qualifiers), first.start, last.end, said, len(said))


def _lies_elsewhere(place: Entity, other: Entity | Observation, lexicon: Lexicon) -> bool:
    """Whether one place is said of another that the map does not put it in: "a Bangkok, in Vietnam" is a list."""
    if not isinstance(other, Entity) or {place.cls, other.cls} != {"Place"}:
        return False
    return not lexicon.lies_in(place.label, other.label)


def _argument(
    name: str, match: Match, context: Context, subject: Entity | None = None
) -> Iterator[tuple[Entity, str]]:
    """The entities of a slot, each with the note that says how it was found."""
    indices = match.arguments.get(name)
    if indices is None:
        strategy = dict(match.rule.implied).get(name)
        found = _implied(strategy, match, context, subject) if strategy else None
        if found is not None:
            yield found
        return
    if not indices:
        found = _dropped(name, match, context)
        if found is not None:
            yield found
        return
    for i in indices:
        mention = match.mentions[i]
        entity = _entity(name, mention, match, context)
        if entity is not None:
            yield entity, mention.note


def _entity(name: str, mention: Mention, match: Match, context: Context) -> Entity | None:
    slot = _slot(name, match)
    if mention.entity is not None:
        if slot is not None and "Authority" in slot.classes and mention.entity.cls in ("Place", "Person"):
            return context.lexicon.power_of(mention.entity)
        return mention.entity
    cls = mention.symbol
    if (
        context.lexicon.is_a(cls, "Facility")
        and mention.determiner == "definite"
        and "place" not in match.arguments
    ):
        return _same_facility(cls, context)
    if any(context.lexicon.is_a(cls, unnamed) for unnamed in _UNNAMED[: 1 if name == "subject" else None]):
        return Entity("", context.text[mention.start : mention.end], cls, named=False)
    return None


def _same_facility(cls: str, context: Context) -> Entity | None:
    """ "la fabbrica", not named and nowhere: the one that was planned before, or nothing to speak of."""
    deed = context.deed
    return (
        deed if deed is not None and context.lexicon.is_a(deed.cls, "Facility") and deed.cls == cls else None
    )


def _slot(name: str, match: Match) -> Slot | None:
    return next(
        (e for es in match.rule.elements for e in walk(es) if isinstance(e, Slot) and e.name == name), None
    )


def _dropped(name: str, match: Match, context: Context) -> tuple[Entity, str] | None:
    """The topic, for a subject that the clause leaves out, if it is what the slot takes."""
    topic = context.reading.topics[context.sentence]
    slot = _slot(name, match)
    if topic is None or slot is None:
        return None
    verb = match.mentions[match.verb].verb if match.verb is not None else None
    if verb is not None and verb.finite and verb.links[0].number == "p":
        return None
    if any(context.lexicon.is_a(topic.cls, cls) for cls in slot.classes):
        return topic, f"the subject is left out: {topic.label}, whom the text is speaking of"
    return None


def _implied(
    strategy: str, match: Match, context: Context, subject: Entity | None
) -> tuple[Entity, str] | None:
    """An argument that the pattern does not name: the employer of a person, the thing last planned, the topic."""
    if strategy == "deed":
        deed = context.deed
        return (deed, f"the plan spoken of is {deed.label}") if deed is not None else None
    if strategy == "maker":
        return _maker(match, context, subject)
    if strategy in context.lexicon.parents:
        return _focus(strategy, match, context)
    if strategy == "employer":
        known = employer(subject, context.reading, context.lexicon, context.source) if subject else None
        if known is None or subject is None:
            return None
        return known, f"{known.label} is where the lexicon knows {subject.label} to work"
    theme = context.reading.topics[context.sentence]
    return (theme, f"{theme.label}, whom the text is speaking of") if theme is not None else None


def _maker(match: Match, context: Context, subject: Entity | None) -> tuple[Entity, str] | None:
    """The make that a model is named with: "Fiat Grande Panda" says Fiat, "Grande Panda" does not.

    Without a ``subject`` the make is the subject, of models that are all named with it.
    """
    models = [match.mentions[i] for i in match.arguments.get("subject" if subject else "object", ())]
    makes = {_make(m, context) for m in models if subject in (None, m.entity)}
    make = makes.pop() if len(makes) == 1 else None
    return (make, "") if make is not None else None


def _make(mention: Mention, context: Context) -> Entity | None:
    if mention.entity is None:
        return None
    parts = mention.entity.label.split()
    prefixes = (" ".join(parts[:k]) for k in range(len(parts) - 1, 0, -1))  # of a model that is new
    label = context.lexicon.brands.get(mention.entity.label) or next(
        (p for p in prefixes if p in context.lexicon.homes), ""
    )
    make = context.lexicon.entities.get(label)
    words = f" {fold(context.text[mention.start : mention.end])} "
    return (
        make
        if make is not None and any(f" {fold(name)} " in words for name in (make.label, *make.aliases))
        else None
    )


def _focus(cls: str, match: Match, context: Context) -> tuple[Entity, str] | None:
    """The one thing of a class that the sentence names before the match, or else what the text is speaking of."""
    is_a = context.lexicon.is_a
    before = [m.entity for m in match.mentions[: match.start] if m.entity and is_a(m.entity.cls, cls)]
    if before:
        return (
            (before[-1], f"{before[-1].label}, named before in the sentence")
            if len(set(before)) == 1
            else None
        )
    topic = context.reading.topics[context.sentence]
    if topic is not None and is_a(topic.cls, cls) and not is_a(topic.cls, "Media"):
        return topic, f"{topic.label}, whom the text is speaking of"
    so_far = {
        e
        for e, sentence in context.reading.named.items()
        if sentence <= context.sentence and is_a(e.cls, cls)
    }
    if len(so_far) == 1:
        found = so_far.pop()
        return found, f"{found.label}, the only one spoken of so far"
    return None


def _objects(match: Match, context: Context, subject: Entity) -> Iterator[tuple[Entity | Observation, str]]:
    if match.rule.metric or not match.arguments.keys().isdisjoint(("value", "loss", "change", "fall")):
        yield from ((o, "") for o in _observation(match, context))
    elif "object" in match.texts:
        i, j = match.texts["object"]
        words = context.text[match.mentions[i].start : match.mentions[j - 1].end]
        digest = hashlib.blake2b(words.encode(), digest_size=4).hexdigest()
        slot_class = "Prediction"
        yield Entity(f"{subject.id}_{slot_class}_{digest}", words, slot_class, named=False), ""
    else:
        yield from _argument("object", match, context, subject)


def _own(
    thing: Entity | Observation, other: Entity | Observation, match: Match, context: Context
) -> Entity | Observation | None:
    """An unnamed thing with its identity: what it is, where it lies, whose it is."""
    if not isinstance(thing, Entity) or thing.id:
        return thing
    owner = other if isinstance(other, Entity) and other.id else None
    place = next(
        (m.entity for i in match.arguments.get("place", ()) if (m := match.mentions[i]).entity), None
    )
    label = thing.label
    if context.lexicon.is_a(thing.cls, "Facility"):
        where = place.label if place else ""
        identity = f"{owner.id if owner else context.source.id}_{thing.cls}_{where}"
        name = f"{label} in {where}" if where else label
        return Entity(
            local_name(identity),
            f"{name} ({owner.label})" if owner else name,
            thing.cls,
            place=where,
            named=False,
        )
    if thing.cls == "JointVenture":  # one for all its members
        members = {e.id for i in match.arguments.get("subject", ()) if (e := match.mentions[i].entity)}
        return Entity(local_name("_".join((thing.cls, *sorted(members)))), label, thing.cls, named=False)
    return Entity(
        local_name(f"{owner.id if owner else context.source.id}_{label}"), label, thing.cls, named=False
    )


def _observation(match: Match, context: Context) -> Iterator[Observation]:
    def value_of(name: str) -> Value | None:
        indices = match.arguments.get(name, ())
        return match.mentions[indices[0]].value if indices else None

    metrics = match.arguments.get("metric", ())
    metric = match.rule.metric or (match.mentions[metrics[0]].lemma if metrics else "")
    value, change, fall, period = map(value_of, ("value", "change", "fall", "period"))
    loss = value_of("loss")
    if loss is not None and loss.number is not None:
        value = replace(loss, number=-abs(loss.number))
    if not metric or (value is None and change is None and fall is None):
        return
    unit = _unit(metric, value, context.lexicon) if value is not None else "%"
    if not unit:
        return
    when = period.when if period else ""
    delta = change.number if change else None
    if fall is not None and fall.number is not None:
        delta = -abs(fall.number)
    if value is None:
        yield Observation(metric, None, unit, when, change=delta)
    else:
        yield Observation(metric, value.number, unit, when, value.high, value.bound, delta)


def _unit(metric: str, value: Value, lexicon: Lexicon) -> str:
    """The unit of the value, if the metric is measured so; a bare number counts what the metric counts."""
    units = lexicon.metric_units.get(metric, ())
    if value.unit in units or ("currency" in units and value.kind == "Money"):
        return value.unit
    return next((u for u in units if u.startswith("{")), "") if value.kind == "Number" else ""


def _qualifiers(
    match: Match, context: Context, actor: Entity, thing: Entity | Observation
) -> Iterator[tuple[str, str]]:
    for name, indices in match.arguments.items():
        if name in _ARGUMENTS or (isinstance(thing, Observation) and name in _FIGURE):
            continue
        if name == "place" and any(isinstance(e, Entity) and not e.named for e in (actor, thing)):
            continue
        if indices and not name.startswith("_"):
            mention = match.mentions[indices[0]]
            yield name, _render(mention, context.text)
    for name, (i, j) in match.texts.items():
        if name != "object":
            yield name, context.text[match.mentions[i].start : match.mentions[j - 1].end]


def _render(mention: Mention, text: str) -> str:
    """A qualifier in the notation of the facts format."""
    value = mention.value
    if value is None:
        return mention.entity.label if mention.entity else mention.lemma or text[mention.start : mention.end]
    if value.kind == "Date":
        return value.when
    number = plain(value.number) if value.number is not None else ""
    counted = value.kind in ("Percent", "Number") or value.unit.startswith("{")
    return number if counted else f"{number} {value.unit}"
