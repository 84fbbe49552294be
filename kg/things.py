"""The thing that a mention stands for, also where it has no name: "la fabbrica", "sei nuovi modelli"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.context import Context, slot_of
from kg.lexicon import Lexicon, fold
from kg.model import Entity, Mention, Observation, local_name
from kg.owners import site_in_mind
from kg.reading import plant_of, sites_in
from kg.rules import Match
from kg.sites import places_behind

#: "l'impianto" may be one for batteries.
_MEANT_BY = {"ProductionPlant": ("ProductionPlant", "BatteryPlant")}
#: Classes whose members a text may describe without a name; the first also as a subject.
_UNNAMED = ("Facility", "VehicleModel", "JointVenture")
VEHICLES = "{vehicle}"


def sites_of(
    ends: tuple[Entity | Observation, ...], match: Match, lexicon: Lexicon
) -> list[Entity] | list[None]:
    """Where an unnamed site lies: one of each for "stabilimenti in Ungheria e Turchia", one for "a Szeged, in Ungheria"."""
    if "place" not in match.arguments:
        return [None]
    named = (_nearer(match.mentions, i, lexicon) for i in match.arguments["place"])
    places = list(dict.fromkeys(e for e in named if e))
    if not places:
        return [None]
    if not any(isinstance(e, Entity) and not e.id and lexicon.is_a(e.cls, "Facility") for e in ends):
        return places[:1]
    inner = [p for p in places if not any(p != q and lexicon.lies_in(q.label, p.label) for q in places)]
    return inner or places[:1]


def _nearer(mentions: Sequence[Mention], i: int, lexicon: Lexicon) -> Entity | None:
    """The place at ``i``, or the one inside it that is told right after: "in Spagna, a Sagunto"."""
    place = mentions[i].entity
    if place is None or i + 3 >= len(mentions) or mentions[i + 1].role != ",":
        return place
    inner = mentions[i + 3].entity if mentions[i + 2].symbol in ("a", "in") else None
    if inner is None or inner.cls != "Place" or not lexicon.lies_in(inner.label, place.label):
        return place
    return inner


def lies_elsewhere(place: Entity, other: Entity | Observation, lexicon: Lexicon) -> bool:
    """Whether one place is said of another that the map does not put it in: "a Bangkok, in Vietnam" is a list."""
    if not isinstance(other, Entity) or other.cls != "Place":
        return False
    if lexicon.is_a(place.cls, "Facility"):
        homes = lexicon.homes.get(place.label, ())
        return bool(homes) and not any(
            lexicon.lies_in(home, other.label) or lexicon.lies_in(other.label, home) for home in homes
        )
    if place.cls != "Place":
        return False
    if place.label not in lexicon.entities:
        return False  # a place that is new
    return not lexicon.lies_in(place.label, other.label) and lexicon.are_apart(place.label, other.label)


def described_plant(mention: Mention, place: Entity, context: Context, *, one: bool) -> Entity:
    """A site that is described: the one spoken of there, the one of a town (or ``one`` for all), else somebody's."""
    there = _site_there(mention.symbol, place, context)
    if there is not None:
        return there
    if one or place.label in context.lexicon.towns:
        return plant_of(mention, place)
    return Entity(
        "", context.text[mention.start : mention.end], mention.symbol, place=place.label, named=False
    )


def entity_of(name: str, mention: Mention, match: Match, context: Context) -> Entity | None:
    """What a mention in the slot ``name`` stands for; None where nothing tells which one is meant."""
    slot = slot_of(name, match)
    if mention.entity is not None:
        if slot is not None and "Authority" in slot.classes and mention.entity.cls in ("Place", "Person"):
            return context.lexicon.power_of(mention.entity)
        if slot is not None and slot.classes == ("Facility", "Place"):
            return _plant_in(mention.entity, context) or mention.entity
        return mention.entity
    if mention.value is not None and mention.value.unit == VEHICLES:  # "richiama 12.000 auto"
        return Entity("", context.text[mention.start : mention.end], "VehicleModel", named=False)
    cls = mention.symbol
    if context.lexicon.is_a(cls, "Facility"):
        i = next(k for k, m in enumerate(match.mentions) if m is mention)
        behind = places_behind(match.mentions, i, context.text, context.lexicon)
        if behind:
            return described_plant(mention, behind[0], context, one=name == "subject")
    if (
        context.lexicon.is_a(cls, "Facility")
        and mention.determiner == "definite"
        and "place" not in match.arguments
    ):
        return _same_facility(cls, context)
    if name == "subject" and context.lexicon.is_a(cls, "Facility") and "place" not in match.arguments:
        return _opened_here(cls, match, context)
    if "place" not in match.arguments and _is_vague(mention, context):
        return None
    if not context.lexicon.kinds_of(cls).isdisjoint(_UNNAMED[: 1 if name == "subject" else None]):
        return Entity("", context.text[mention.start : mention.end], cls, named=False)
    return None


def _plant_in(town: Entity, context: Context) -> Entity | None:
    """The one site in a town that the document speaks of by now: "A Cassino" in a story of "lo stabilimento di Cassino"."""
    first = context.reading.named
    plants = [e for e in sites_in(town.label, context.reading) if first[e] <= context.sentence]
    return plants[0] if len(plants) == 1 else None


def _is_vague(mention: Mention, context: Context) -> bool:
    """ "non chiuderà fabbriche": sites that nothing tells from others, neither number nor place."""
    plural = mention.sense is not None and mention.sense.number == "p"
    words = fold(context.text[mention.start : mention.end])
    is_site = context.lexicon.is_a(mention.symbol, "Facility")
    return is_site and plural and not mention.determiner and words in context.lexicon.forms


def _site_there(cls: str, place: Entity, context: Context) -> Entity | None:
    """The site that the text has spoken of, if it is of the class and lies there."""
    known = (context.deed, context.site[0] if context.site else None)
    return next((e for e in known if e is not None and e.cls == cls and e.place == place.label), None)


def _same_facility(cls: str, context: Context) -> Entity | None:
    """ "la fabbrica", not named and nowhere: the one last spoken of, or nothing to speak of."""
    classes = _MEANT_BY.get(cls, (cls,))
    site = context.site[0] if context.site else None
    if site is not None and site.cls in classes:
        return site
    found = site_in_mind(classes, (), context.reading, context.sentence)
    return found[0] if found else None


def _opened_here(cls: str, match: Match, context: Context) -> Entity | None:
    """The site that the sentence told of before: "a Monaco ha aperto un centro di ricerca, dove…"."""
    site = context.site[0] if context.site else None
    places = {m.entity.label for m in match.mentions if m.entity is not None}
    return site if site is not None and site.cls == cls and site.place in places else None


def identified(
    thing: Entity | Observation,
    other: Entity | Observation,
    place: Entity | None,
    match: Match,
    context: Context,
) -> Entity | Observation | None:
    """An unnamed thing with its identity: what it is, where it lies, whose it is."""
    if not isinstance(thing, Entity) or thing.id:
        return thing
    holder = other if isinstance(other, Entity) and other.id else None
    label = thing.label
    if context.lexicon.is_a(thing.cls, "Facility"):
        inner = place is not None and (not thing.place or context.lexicon.lies_in(place.label, thing.place))
        where = place.label if place is not None and inner else thing.place
        identity = f"{holder.id if holder else context.source.id}_{thing.cls}_{where}"
        name = f"{label} in {where}" if where else label
        return Entity(
            local_name(identity),
            f"{name} ({holder.label})" if holder else name,
            thing.cls,
            place=where,
            named=False,
        )
    if thing.cls == "JointVenture":  # one for all its members
        members = {e.id for e in (*_members(match), holder) if e}
        return Entity(local_name("_".join((thing.cls, *sorted(members)))), label, thing.cls, named=False)
    return Entity(
        local_name(f"{holder.id if holder else context.source.id}_{label}"), label, thing.cls, named=False
    )


def _members(match: Match) -> Iterator[Entity]:
    """Every party of a joint venture that the match names: "Bmw ha una joint venture con Great Wall"."""
    for name in ("subject", "_partner", "_other", "_third"):
        yield from (e for i in match.arguments.get(name, ()) if (e := match.mentions[i].entity))
