"""Claims: a match with every argument known, or nothing.

Lists are dealt out one claim each; a subject that the clause drops is looked up
in the discourse; what is described but not named gets one IRI by what it is,
whose it is and where. A match with an argument that stays unknown makes no claim.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kg.clauses import main_subject
from kg.figures import currency_in_mind, observations, owner, site_in_mind
from kg.focus import model_spoken_of, occasion, thing_spoken_of
from kg.lexicon import Lexicon, fold
from kg.model import Claim, Entity, Mention, Observation, Source, local_name, plain
from kg.resolve import Reading, employer, plant_of
from kg.rules import Match, Slot, walk

_ARGUMENTS = ("subject", "object")
_FIGURE = ("metric", "value", "unit", "loss", "before", "change", "delta", "fall", "period", "prior")
#: "l'impianto" may be one for batteries.
_MEANT_BY = {"ProductionPlant": ("ProductionPlant", "BatteryPlant")}
#: "una fabbrica a Melfi e una a Cassino", "e un'altra".
_ANOTHER = re.compile(r"\b(?:un|una|uno|quell[ao]|altr[ao])\b", re.IGNORECASE)
#: Classes whose members a text may describe without a name; the first also as a subject.
_UNNAMED = ("Facility", "VehicleModel", "JointVenture")
_VEHICLES = "{vehicle}"
_CONTINUED = 4  # sentences over which a deed goes on being told


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
    """What a match is read in: the document, the sentence's number, the thing last planned, the site last spoken of.

    ``site`` is the facility with the one whose it is said to be; ``doers`` who did a deed of each
    relation last, and in which sentence.
    """

    source: Source
    text: str
    reading: Reading
    sentence: int
    lexicon: Lexicon
    deed: Entity | None = None
    site: tuple[Entity, Entity | None] | None = None
    doers: Mapping[str, tuple[Entity, int]] = field(default_factory=dict)


def drafts(match: Match, relation: str, context: Context) -> Iterator[Draft]:
    """Every claim of a match under the name ``relation``."""
    for subject, note in _argument("subject", match, context):
        for thing, other in _objects(match, context, subject):
            for place in _sites((subject, thing), match, context.lexicon):
                draft = _draft(subject, thing, place, (note, other), relation, match, context)
                if draft is not None:
                    yield draft


def _sites(
    ends: tuple[Entity | Observation, ...], match: Match, lexicon: Lexicon
) -> list[Entity] | list[None]:
    """Where an unnamed site lies: one of each for "stabilimenti in Ungheria e Turchia", one for "a Szeged, in Ungheria"."""
    named = (match.mentions[i].entity for i in match.arguments.get("place", ()))
    places = list(dict.fromkeys(e for e in named if e))
    if not places:
        return [None]
    if not any(isinstance(e, Entity) and not e.id and lexicon.is_a(e.cls, "Facility") for e in ends):
        return places[:1]
    inner = [p for p in places if not any(p != q and lexicon.lies_in(q.label, p.label) for q in places)]
    return inner or places[:1]


def _draft(
    subject: Entity,
    thing: Entity | Observation,
    place: Entity | None,
    notes: tuple[str, str],
    relation: str,
    match: Match,
    context: Context,
) -> Draft | None:
    """The claim, if both ends turn out to be known and are not one and the same."""
    whole = _own(thing, subject, place, match, context)
    actor = _own(subject, thing, place, match, context)
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
    return not lexicon.lies_in(place.label, other.label)


def _argument(
    name: str, match: Match, context: Context, subject: Entity | None = None
) -> Iterator[tuple[Entity, str]]:
    """The entities of a slot, each with the note that says how it was found."""
    indices = match.arguments.get(name)
    if indices is None:
        strategy = dict(match.rule.implied).get(name)
        if strategy == "others":
            yield from ((e, "") for e in _others(match, subject))
            return
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
        if match.rule.definite and name == "object" and mention.determiner == "indefinite":
            continue
        towns = _towns(match, i, context)
        if len(towns) > 1:  # "gli stabilimenti di Melfi e Cassino"
            yield from ((plant_of(mention, town), "") for town in towns)
            continue
        entity = _entity(name, mention, match, context)
        if entity is not None and name == "object" and mention.symbol.endswith(":described"):
            entity = _own_firm(subject, entity, context)
        if entity is not None:
            yield entity, mention.note


def _towns(match: Match, i: int, context: Context) -> list[Entity]:
    """The towns of several plants: "gli stabilimenti di Melfi e Cassino", "una fabbrica a Melfi e una a Cassino"."""
    plant, rest = match.mentions[i], match.mentions[i + 1 :]
    if not context.lexicon.is_a(plant.symbol, "Facility") or not rest or rest[0].symbol not in ("di", "a"):
        return []
    plural = plant.sense is not None and plant.sense.number == "p"
    towns: list[Entity] = []
    at = rest[0].end
    for mention in rest[1:]:
        if mention.entity is not None and mention.entity.label in context.lexicon.towns:
            if towns and not plural and not _ANOTHER.search(context.text, at, mention.start):
                break
            towns.append(mention.entity)
            at = mention.end
        elif not towns or (mention.role not in ",&" and mention.symbol not in ("di", "a")):
            break
    return towns


def _entity(name: str, mention: Mention, match: Match, context: Context) -> Entity | None:
    slot = _slot(name, match)
    if mention.entity is not None:
        if slot is not None and "Authority" in slot.classes and mention.entity.cls in ("Place", "Person"):
            return context.lexicon.power_of(mention.entity)
        if slot is not None and slot.classes == ("Facility", "Place"):
            return _plant_in(mention.entity, context) or mention.entity
        return mention.entity
    if mention.value is not None and mention.value.unit == _VEHICLES:  # "richiama 12.000 auto"
        return Entity("", context.text[mention.start : mention.end], "VehicleModel", named=False)
    cls = mention.symbol
    behind = _place_behind(mention, match) if name == "subject" else None
    if context.lexicon.is_a(cls, "Facility") and behind is not None:
        return _site_there(cls, behind, context) or plant_of(mention, behind)
    if (
        context.lexicon.is_a(cls, "Facility")
        and mention.determiner == "definite"
        and "place" not in match.arguments
    ):
        return _same_facility(cls, context)
    if "place" not in match.arguments and _is_vague(mention, context):
        return None
    if any(context.lexicon.is_a(cls, unnamed) for unnamed in _UNNAMED[: 1 if name == "subject" else None]):
        return Entity("", context.text[mention.start : mention.end], cls, named=False)
    return None


def _plant_in(town: Entity, context: Context) -> Entity | None:
    """The one site in a town that the document speaks of by now: "A Cassino" in a story of "lo stabilimento di Cassino"."""
    known = context.reading.named.items()
    plants = [e for e, first in known if e.place == town.label and not e.named and first <= context.sentence]
    return plants[0] if len(plants) == 1 else None


def _is_vague(mention: Mention, context: Context) -> bool:
    """ "non chiuderà fabbriche": sites that nothing tells from others, neither number nor place."""
    plural = mention.sense is not None and mention.sense.number == "p"
    words = fold(context.text[mention.start : mention.end])
    is_site = context.lexicon.is_a(mention.symbol, "Facility")
    return is_site and plural and not mention.determiner and words in context.lexicon.forms


def _plant_there(match: Match, context: Context) -> tuple[Entity, str] | None:
    """The plant that a town stands for where something is made: "a Cassino la produzione…"."""
    town = next((match.mentions[i].entity for i in match.arguments.get("place", ())), None)
    if town is None or town.label not in context.lexicon.towns:
        return None
    return Entity("", "stabilimento", "ProductionPlant", named=False), f"the plant in {town.label}"


def _place_behind(mention: Mention, match: Match) -> Entity | None:
    """Where a site lies: "lo stabilimento Stellantis di Cassino", whose operator stands between, "una fabbrica in Georgia"."""
    if "place" in match.arguments:
        return None
    i = next(k for k, m in enumerate(match.mentions) if m is mention)
    rest = [m for m in match.mentions[i + 1 : i + 4] if m.symbol != "Nationality"]
    if rest and rest[0].entity is not None and rest[0].entity.cls != "Place":
        rest = rest[1:]
    there = len(rest) > 1 and rest[0].symbol in ("di", "a", "in") and rest[1].entity
    return there if there and there.cls == "Place" else None


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


def _slot(name: str, match: Match) -> Slot | None:
    return next(
        (e for es in match.rule.elements for e in walk(es) if isinstance(e, Slot) and e.name == name), None
    )


def _dropped(name: str, match: Match, context: Context) -> tuple[Entity, str] | None:
    """The subject of the clause before, else the topic, for one that the clause leaves out, if the slot takes it."""
    slot = _slot(name, match)
    topic = _subject_so_far(match) or context.reading.topics[context.sentence]
    if slot is not None and slot.classes == ("VehicleModel",):
        return _focus("VehicleModel", match, context)
    if slot is not None and slot.classes == ("Facility",):
        return _site(match, context)
    if topic is None or slot is None:
        return None
    verb = match.mentions[match.verb].verb if match.verb is not None else None
    if verb is not None and verb.finite and verb.links[0].number == "p":
        return None
    if any(context.lexicon.is_a(topic.cls, cls) for cls in slot.classes):
        return topic, f"the subject is left out: {topic.label}, whom the text is speaking of"
    return None


def _site(match: Match, context: Context) -> tuple[Entity, str] | None:
    """The facility spoken of: "Dal 2014 ha sfornato due milioni di auto"."""
    site = context.site[0] if context.site else None
    if site is not None:
        return site, f"{site.label}, the site spoken of"
    classes = [cls for cls in context.lexicon.parents if context.lexicon.is_a(cls, "Facility")]
    return site_in_mind(classes, match.mentions[: match.start], context.reading, context.sentence)


def _subject_so_far(match: Match) -> Entity | None:
    """Who the sentence was about before a boundary: "Geely è socia di Polestar: ne possiede il 24%"."""
    if not any(m.role == ";" for m in match.mentions[: match.start]):
        return None
    subject = main_subject(match.mentions[: match.start], lambda m: m.entity is not None and m.role == "n")
    return match.mentions[subject[0]].entity if subject and len(subject) == 1 else None


def _implied(
    strategy: str, match: Match, context: Context, subject: Entity | None
) -> tuple[Entity, str] | None:
    """An argument that the pattern does not name: the employer of a person, the thing last planned, the topic."""
    if strategy == "deed":
        deed = context.deed
        return (deed, f"the plan spoken of is {deed.label}") if deed is not None else None
    if strategy == "maker":
        return _maker(match, context, subject)
    if strategy == "brand":
        return _maker(match, context, subject) or _brand(match, context)
    if strategy in ("occasion", "contest"):
        classes = ("MotorShow", "TradeEvent") if strategy == "occasion" else ("Race", "Championship")
        return occasion(classes, context.reading, context.sentence)
    if strategy == "workplace":
        return _workplace(subject, match, context) if subject else None
    if strategy == "chair":
        return _chair(match, context)
    if strategy == "car":
        return _car(match, context)
    if strategy == "holder":
        return _holder(match, context)
    if strategy == "site":
        return (
            (context.site[0], f"{context.site[0].label}, of which the text speaks") if context.site else None
        )
    if strategy == "doer":
        return _doer(match, context)
    if strategy == "plant":
        return _plant_there(match, context)
    if strategy == "owner":
        site = context.site[0] if context.site else None
        return owner(match, context.reading, context.sentence, context.lexicon, site)
    if strategy == "parent":
        return _relative(context, subject) or _focus("Company", match, context)
    if strategy == "relative":
        return _relative(context, subject)
    if strategy == "antecedent":
        return _antecedent(match, context, subject)
    if strategy.partition("|")[0] in context.lexicon.parents:
        return _focus(strategy, match, context)
    if strategy == "employer":
        known = employer(subject, context.reading, context.lexicon, context.source) if subject else None
        if known is None and subject is not None and not context.lexicon.posts.get(subject.label):
            return _company_in_view(match, context)
        if known is None or subject is None:
            return None
        return known, f"{known.label} is where the lexicon knows {subject.label} to work"
    theme = context.reading.topics[context.sentence]
    return (theme, f"{theme.label}, whom the text is speaking of") if theme is not None else None


def _holder(match: Match, context: Context) -> tuple[Entity, str] | None:
    """Whose the site is that the match speaks of: "lo stabilimento aprirà nel 2026"."""
    things = [_entity("object", match.mentions[i], match, context) for i in match.arguments.get("object", ())]
    site, holder = context.site or (None, None)
    if site is None or holder is None or things not in ([], [site]):
        return None
    return holder, f"{holder.label}, whose {site.label} is"


def _doer(match: Match, context: Context) -> tuple[Entity, str] | None:
    """Who was last said to do what the match tells more of: "Ford richiama 80.000 auto. Coinvolta la Kuga"."""
    doer, told = context.doers.get(match.rule.relation, (None, 0))
    if doer is None or context.sentence - told > _CONTINUED:
        return None
    return doer, f"{doer.label}, of whom the text tells it"


def _others(match: Match, subject: Entity | None) -> Iterator[Entity]:
    """Who stands beside the subject in a list of equals: each pair of "Toyota, Mazda e Subaru" once."""
    members = [e for i in match.arguments.get("subject", ()) if (e := match.mentions[i].entity)]
    if subject in members:
        yield from members[members.index(subject) + 1 :]


def _antecedent(match: Match, context: Context, subject: Entity | None) -> tuple[Entity, str] | None:
    """Who "ne" or "il capitale" goes with: the organization named before in the sentence, else whom the article is about."""

    def fits(entity: Entity | None) -> bool:
        if entity is None or entity == subject or context.lexicon.is_a(entity.cls, "Media"):
            return False
        return any(context.lexicon.is_a(entity.cls, cls) for cls in ("Company", "Brand", "RacingTeam"))

    earlier = context.reading.sentences[context.sentence - 1] if context.sentence else []
    theme = context.reading.theme
    near = (m.entity for m in reversed(match.mentions[: match.start]) if m.symbol != "Nationality")
    before = (m.entity for m in reversed(earlier) if m.symbol != "Nationality")
    found = next((e for e in (*near, theme, *before) if e is not None and fits(e)), None)
    if found is None or context.reading.named.get(found, context.sentence) > context.sentence:
        return None
    return found, f"{found.label}, whom the text is speaking of"


def _relative(context: Context, subject: Entity | None) -> tuple[Entity, str] | None:
    """Whose "i suoi marchi Kia e Genesis" are: their one relative that the text has named."""
    kin = context.lexicon.relatives.get(subject.label, ()) if subject is not None else ()
    named = [e for e, first in context.reading.named.items() if e.label in kin and first <= context.sentence]
    owners = [e for e in named if context.lexicon.is_a(e.cls, "Company")]
    if len(owners) == 1:
        return owners[0], f"{owners[0].label}, its relative that the text has named"
    return None


def _company_in_view(match: Match, context: Context) -> tuple[Entity, str] | None:
    """The company that the text is speaking of, for whom the lexicon knows no post of."""

    def is_company(entity: Entity | None) -> bool:
        is_a = context.lexicon.is_a
        return (
            entity is not None
            and (is_a(entity.cls, "Company") or is_a(entity.cls, "Brand"))
            and not is_a(entity.cls, "Media")
        )

    before = {
        m.entity for m in match.mentions[: match.start] if m.entity is not None and is_company(m.entity)
    }
    if len(before) > 1:
        return None
    if any(_is_bare(match.mentions, i, context.text) for i in match.arguments.get("title", ())):
        return None
    topic, theme = context.reading.topics[context.sentence], context.reading.theme
    spoken_of = (e for e in (topic, theme) if e is not None and is_company(e) and e == _last_named(context))
    found = before.pop() if before else next(spoken_of, None)
    if found is None or context.reading.named.get(found, context.sentence) > context.sentence:
        return None
    return found, f"{found.label}, whom the text is speaking of"


def _maker(match: Match, context: Context, subject: Entity | None) -> tuple[Entity, str] | None:
    """The make that a model is named with: "Fiat Grande Panda" says Fiat, "Grande Panda" does not.

    Without a ``subject`` the make is the subject, of models that are all named with it.
    """
    indices = match.arguments.get("subject" if subject else "object", ())
    models = [match.mentions[i] for i in indices]
    makes = {_make(m, context) for m in models if subject in (None, m.entity)}
    if makes == {None} and subject is not None:  # "le Alfa Romeo Giulia e Stelvio"
        listed = [
            _make(match.mentions[k], context)
            for i in indices
            for k in (_before_in_list(match.mentions, i),)
            if k >= 0
        ]
        makes = {
            m for m in listed if m is not None and m.label == context.lexicon.brands.get(subject.label)
        } or makes
    make = makes.pop() if len(makes) == 1 else None
    return (make, "") if make is not None else None


def _before_in_list(mentions: Sequence[Mention], i: int) -> int:
    """The mention that is listed right before another, over adjectives: "le Mini Cooper elettrica e Aceman"."""
    if not i or mentions[i - 1].role not in ",&":
        return -1
    k = i - 2
    while k >= 0 and mentions[k].symbol.startswith("word"):
        k -= 1
    return k


def _brand(match: Match, context: Context) -> tuple[Entity, str] | None:
    """The make of the models of a match that are named without it, if the document names it elsewhere."""
    models = {e for i in match.arguments.get("object", ()) if (e := match.mentions[i].entity)}
    spoken_of = _focus("VehicleModel", match, context) if "object" not in match.arguments else None
    models |= {spoken_of[0]} if spoken_of else set()
    makes = {context.lexicon.entities.get(context.lexicon.brands.get(model.label, "")) for model in models}
    make = makes.pop() if len(makes) == 1 else None
    if make is None or not any(name in context.text for name in (make.label, *make.aliases)):
        return None
    return make, f"{make.label}, whose model it is"


def _own_firm(person: Entity | None, described: Entity, context: Context) -> Entity:
    """What "il gruppo" is beside the name of somebody known to work elsewhere: "Antonio Filosa, l'ad del gruppo"."""
    if person is None or person.cls != "Person":
        return described
    firms = {post.organization for post in context.lexicon.posts.get(person.label, ())}
    if any(described.label in (firm, *context.lexicon.relatives.get(firm, ())) for firm in firms):
        return described
    return employer(person, context.reading, context.lexicon, context.source) or described


def _is_bare(mentions: Sequence[Mention], i: int, text: str) -> bool:
    """Whether a title may be of anybody: a mere "direttore", not "direttore finanziario", "capo della divisione"."""
    title = mentions[i]
    unit = i + 1 < len(mentions) and mentions[i + 1].symbol == "di"
    return title.symbol == "ExecutiveTitle" and " " not in text[title.start : title.end] and not unit


def _last_named(context: Context) -> Entity | None:
    """The organization last named in this sentence or the two before: whom a person nobody knows speaks for."""
    for sentence in range(context.sentence, max(-1, context.sentence - 3), -1):
        for mention in reversed(context.reading.sentences[sentence]):
            if mention.entity is not None and context.lexicon.is_a(mention.entity.cls, "Organization"):
                return mention.entity
    return None


def _workplace(person: Entity, match: Match, context: Context) -> tuple[Entity, str] | None:
    """Where a person works or worked last, of what the document names; who is unknown, for whom the text speaks of."""
    posts = context.lexicon.posts.get(person.label, ())
    if not posts:
        return _company_in_view(match, context)
    named = {e.label: e for e in context.reading.named}
    held = [post for post in posts if post.organization in named and named[post.organization].cls != "Place"]
    if not held:
        return None
    topic, theme = context.reading.topics[context.sentence], context.reading.theme
    spoken_of = [e.label for e in (theme, topic) if e is not None]
    last = max(held, key=lambda p: (p.organization in spoken_of, not p.until, p.since))
    found = named[last.organization]
    return found, f"{found.label} is where the lexicon knows {person.label} to work"


def _chair(match: Match, context: Context) -> tuple[Entity, str] | None:
    """What the ``_predecessor`` of a match led: whoever takes the place leads it too."""
    before = [e for i in match.arguments.get("_predecessor", ()) if (e := match.mentions[i].entity)]
    found = _workplace(before[0], match, context) if before else None
    if found is None:
        return None
    titles = {
        p.title for p in context.lexicon.posts.get(before[0].label, ()) if p.organization == found[0].label
    }
    leads = any(
        s.symbol == "ChiefTitle" for title in titles for s in context.lexicon.forms.get(fold(title), ())
    )
    return found if leads else None


def _car(match: Match, context: Context) -> tuple[Entity, str] | None:
    """The make of the ``_car`` of a match, named with it or elsewhere in the document: "la 499P di…"."""
    cars = {e for i in match.arguments.get("_car", ()) if (e := match.mentions[i].entity)}
    make = (
        context.lexicon.entities.get(context.lexicon.brands.get(cars.pop().label, ""))
        if len(cars) == 1
        else None
    )
    if make is None:
        return None
    said = any(_make(match.mentions[i], context) for i in match.arguments["_car"])
    return (
        (make, "" if said else f"the make of the car is {make.label}")
        if said or make in context.reading.named
        else None
    )


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
    """The thing of a class that the words of the match speak of."""
    reading, number = context.reading, context.sentence
    if cls == "VehicleModel":
        at = (match.start, match.end)
        return model_spoken_of(match.mentions, *at, reading, number, context.text, context.lexicon)
    return thing_spoken_of(cls.split("|"), match.mentions, match.start, reading, number, context.lexicon)


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


def _own(
    thing: Entity | Observation,
    other: Entity | Observation,
    place: Entity | None,
    match: Match,
    context: Context,
) -> Entity | Observation | None:
    """An unnamed thing with its identity: what it is, where it lies, whose it is."""
    if not isinstance(thing, Entity) or thing.id:
        return thing
    owner = other if isinstance(other, Entity) and other.id else None
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
        members = {e.id for e in (*_members(match), owner) if e}
        return Entity(local_name("_".join((thing.cls, *sorted(members)))), label, thing.cls, named=False)
    return Entity(
        local_name(f"{owner.id if owner else context.source.id}_{label}"), label, thing.cls, named=False
    )


def _members(match: Match) -> Iterator[Entity]:
    """Every party of a joint venture that the match names: "Bmw ha una joint venture con Great Wall"."""
    for name in ("subject", "_partner", "_other", "_third"):
        yield from (e for i in match.arguments.get(name, ()) if (e := match.mentions[i].entity))


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
            yield name, _render(name, mention, match, context)
    counted = match.arguments.get("object", ())
    if counted and (value := match.mentions[counted[0]].value) and value.unit == _VEHICLES and value.number:
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
    slot = _slot(name, match)
    if value.sort == "Sum" and slot is not None and "Money" in slot.classes:
        return f"{number} {currency_in_mind(match, context.reading)}"
    counted = value.kind in ("Percent", "Number") or value.unit.startswith("{")
    return number if counted else f"{number} {value.unit}"
