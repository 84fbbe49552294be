"""Arguments that a pattern does not name: the employer of a person, the make of a model, whom the text speaks of.

Each is looked for from near to far; where two would do, there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain

from kg.clauses import main_subject
from kg.context import Context, slot_of
from kg.focus import model_spoken_of, occasion, thing_spoken_of
from kg.lexicon import fold
from kg.model import Entity, Mention
from kg.owners import owner, site_in_mind
from kg.reading import called, employer
from kg.rules import Match
from kg.things import entity_of

#: Who may enter cars in a race.
_ENTRANTS = ("RacingTeam", "Automaker", "Brand")
#: What an article may be about that takes place.
_OCCASIONS = {"occasion": ("MotorShow", "TradeEvent"), "contest": ("Race", "Championship"), "race": ("Race",)}
_PARAGRAPH = 40  # sentences of one: more are a list
_IN_MIND = 2  # sentences over which a plant is still spoken of
_CONTINUED = 4  # sentences over which a deed goes on being told


def _plant_there(match: Match, context: Context) -> tuple[Entity, str] | None:
    """The plant that a town stands for where something is made: "a Cassino la produzione…"."""
    town = next((match.mentions[i].entity for i in match.arguments.get("place", ())), None)
    if town is None or town.label not in context.lexicon.towns:
        return None
    return Entity("", "stabilimento", "ProductionPlant", named=False), f"the plant in {town.label}"


def dropped(name: str, match: Match, context: Context) -> tuple[Entity, str] | None:
    """The subject of the clause before, else the topic, for one that the clause leaves out, if the slot takes it."""
    slot = slot_of(name, match)
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
    if not context.lexicon.kinds_of(topic.cls).isdisjoint(slot.classes):
        return topic, f"the subject is left out: {topic.label}, whom the text is speaking of"
    return None


def _site(match: Match, context: Context) -> tuple[Entity, str] | None:
    """The facility spoken of: "Dal 2014 ha sfornato due milioni di auto"."""
    site = context.site[0] if context.site else None
    if site is not None:
        return site, f"{site.label}, the site spoken of"
    classes = context.lexicon.subclasses("Facility")
    return site_in_mind(classes, match.mentions[: match.start], context.reading, context.sentence)


def _subject_so_far(match: Match) -> Entity | None:
    """Who the sentence was about before a boundary: "Geely è socia di Polestar: ne possiede il 24%"."""
    if not any(m.role == ";" for m in match.mentions[: match.start]):
        return None
    subject = main_subject(match.mentions[: match.start], lambda m: m.entity is not None and m.role == "n")
    return match.mentions[subject[0]].entity if subject and len(subject) == 1 else None


def implied(
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
    if strategy in _OCCASIONS:
        return occasion(_OCCASIONS[strategy], context.reading, context.sentence)
    if strategy == "workplace":
        return _workplace(subject, match, context) if subject else None
    if strategy == "chair":
        return _chair(match, context)
    if strategy == "car":
        return _car(match, context)
    if strategy == "team":
        return _team(match, context, subject)
    if strategy == "holder":
        return _holder(match, context)
    if strategy == "site":
        return (
            (context.site[0], f"{context.site[0].label}, of which the text speaks") if context.site else None
        )
    if strategy == "line":
        return _line(context)
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
        if _tells_whose(match, context):
            return None
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
    things = [
        entity_of("object", match.mentions[i], match, context) for i in match.arguments.get("object", ())
    ]
    site, holder = context.site or (None, None)
    if site is None or holder is None or things not in ([], [site]):
        return None
    return holder, f"{holder.label}, whose {site.label} is"


def _line(context: Context) -> tuple[Entity, str] | None:
    """The plant that this sentence or one of the two before names: what is told next is told of its lines."""
    site = context.site[0] if context.site else None
    reading, number = context.reading, context.sentence
    near = reading.sentences[max(0, number - _IN_MIND) : number + 1]
    if site is None:
        return None
    named = [m.entity for mentions in near for m in mentions if m.entity is not None]
    if not any(e == site or (site.place and site.place in (e.label, e.place)) for e in named):
        return None
    return site, f"{site.label}, of which the text speaks"


def _doer(match: Match, context: Context) -> tuple[Entity, str] | None:
    """Who was last said to do what the match tells more of: "Ford richiama 80.000 auto. Coinvolta la Kuga"."""
    doer, told = context.doers.get(match.rule.relation, (None, 0))
    if doer is None or context.sentence - told > _CONTINUED:
        return None
    since = [*chain(*context.reading.sentences[told + 1 : context.sentence]), *match.mentions[: match.start]]
    others = (m.entity for m in since if m.entity and m.entity != doer and m.symbol != "Nationality")
    if any(context.lexicon.is_a(e.cls, kind) for e in others for kind in ("Automaker", "Brand")):
        return None  # the text has gone on to somebody else
    return doer, f"{doer.label}, of whom the text tells it"


def others(match: Match, subject: Entity | None) -> Iterator[Entity]:
    """Who stands beside the subject in a list of equals: each pair of "Toyota, Mazda e Subaru" once."""
    members = [e for i in match.arguments.get("subject", ()) if (e := match.mentions[i].entity)]
    if subject in members:
        yield from members[members.index(subject) + 1 :]


def _antecedent(match: Match, context: Context, subject: Entity | None) -> tuple[Entity, str] | None:
    """Who "ne" or "il capitale" goes with: the organization named before in the sentence, else whom the article is about."""

    def fits(entity: Entity | None) -> bool:
        if entity is None or entity == subject:
            return False
        kinds = context.lexicon.kinds_of(entity.cls)
        return "Media" not in kinds and not kinds.isdisjoint(("Company", "Brand", "RacingTeam"))

    earlier = context.reading.sentences[context.sentence - 1] if context.sentence else []
    theme = context.reading.theme
    near = (m.entity for m in reversed(match.mentions[: match.start]) if m.symbol != "Nationality")
    before = (m.entity for m in reversed(earlier) if m.symbol != "Nationality")
    topic = context.reading.topics[context.sentence]
    if any(m.entity == theme for m in earlier):  # "Tata compra Iveco. Exor, che ha il 27% del capitale…"
        topic = theme
    spoken_of = [
        e for e in (*near, topic, *_topics_before(context), theme, *before) if e is not None and fits(e)
    ]
    kin = context.lexicon.relatives.get(subject.label, ()) if subject is not None else ()
    found = next((e for e in spoken_of if e.label in kin), spoken_of[0] if spoken_of else None)
    if found is None or context.reading.named.get(found, context.sentence) > context.sentence:
        return None
    return found, f"{found.label}, whom the text is speaking of"


def _topics_before(context: Context) -> Iterator[Entity | None]:
    """What the sentences of the paragraph so far are about, the last first."""
    reading = context.reading
    for number in range(context.sentence - 1, max(-1, context.sentence - 1 - _PARAGRAPH), -1):
        if reading.paragraphs[number] != reading.paragraphs[context.sentence]:
            return
        yield reading.topics[number]


def _relative(context: Context, subject: Entity | None) -> tuple[Entity, str] | None:
    """Whose "i suoi marchi Kia e Genesis" are: their one relative that the text has named."""
    kin = context.lexicon.relatives.get(subject.label, ()) if subject is not None else ()
    first = context.reading.named
    named = (e for label in kin for e in called(context.reading, label) if first[e] <= context.sentence)
    owners = [e for e in named if context.lexicon.is_a(e.cls, "Company")]
    if len(owners) == 1:
        return owners[0], f"{owners[0].label}, its relative that the text has named"
    return None


def _company_in_view(match: Match, context: Context) -> tuple[Entity, str] | None:
    """The company that the text is speaking of, for whom the lexicon knows no post of."""

    def is_company(entity: Entity | None) -> bool:
        if entity is None:
            return False
        kinds = context.lexicon.kinds_of(entity.cls)
        return "Media" not in kinds and not kinds.isdisjoint(("Company", "Brand"))

    before = {
        m.entity for m in match.mentions[: match.start] if m.entity is not None and is_company(m.entity)
    }
    if len(before) > 1:
        return None
    if any(_is_bare(match.mentions, i, context.text) for i in match.arguments.get("title", ())):
        return None
    topic, theme = context.reading.topics[context.sentence], context.reading.theme
    alone = theme == _last_named(context) or theme in before
    spoken_of = (e for e in (topic, theme if alone else None) if e is not None and is_company(e))
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
    makes = {context.lexicon.entities.get(_brand_name(model, context)) for model in models}
    make = makes.pop() if len(makes) == 1 else None
    if make is None or not any(name in context.text for name in (make.label, *make.aliases)):
        return None
    return make, f"{make.label}, whose model it is"


def own_firm(person: Entity | None, described: Entity, context: Context) -> Entity | None:
    """What "il gruppo" is beside the name of somebody known to work elsewhere: "Antonio Filosa, l'ad del gruppo".

    None when the document does not name where they work.
    """
    if person is None or person.cls != "Person":
        return described
    firms = {post.organization for post in context.lexicon.posts.get(person.label, ())}
    marques = {kin for firm in firms for kin in context.lexicon.relatives.get(firm, ())}
    if described.label in firms or (described.cls in ("Automaker", "Brand") and described.label in marques):
        return described
    found = employer(person, context.reading, context.lexicon, context.source)
    return found if found is not None or firms else described


def _tells_whose(match: Match, context: Context) -> bool:
    """Whether a title says itself whose it is, which other patterns read: "il ceo di Renault"."""
    for i in match.arguments.get("title", ()):
        after = match.mentions[i + 1 : i + 2]
        entity = after[0].entity if after else None
        if after and (
            after[0].symbol == "di" or (entity and context.lexicon.is_a(entity.cls, "Organization"))
        ):
            return True
    return False


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
    named = {p.organization: e for p in posts for e in called(context.reading, p.organization)}
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
    make = context.lexicon.entities.get(_brand_name(cars.pop(), context)) if len(cars) == 1 else None
    if make is None:
        return None
    said = any(_make(match.mentions[i], context) for i in match.arguments["_car"])
    return (
        (make, "" if said else f"the make of the car is {make.label}")
        if said or make in context.reading.named
        else None
    )


def _brand_name(model: Entity, context: Context) -> str:
    """The make of a model, or of the one that it is a kind of: "Toyota GR Yaris Rally1"."""
    words = model.label.split()
    names = (" ".join(words[:k]) for k in range(len(words), 0, -1))
    return next((make for name in names if (make := context.lexicon.brands.get(name))), "")


def _make(mention: Mention, context: Context) -> Entity | None:
    if mention.entity is None:
        return None
    parts = mention.entity.label.split()
    prefixes = (" ".join(parts[:k]) for k in range(len(parts) - 1, 0, -1))  # of a model that is new
    label = context.lexicon.brands.get(mention.entity.label) or next(
        (p for p in prefixes if p in context.lexicon.homes), ""
    )
    make = context.lexicon.entities.get(label)
    if make is None:
        return None
    words = f" {fold(context.text[mention.start : mention.end])} "
    names = (make.label, *make.aliases)
    return make if any(f" {_folded(name)} " in words for name in names) else None


@cache
def _folded(name: str) -> str:
    """:func:`fold` of a name of the lexicon."""
    return fold(name)


def _team(match: Match, context: Context, driver: Entity | None) -> tuple[Entity, str] | None:
    """Whose crew is told of: the one team named before in the sentence, in the paragraph, whom the article is about."""
    mentions = match.mentions[: match.start]
    apart = max((k for k, m in enumerate(mentions) if m.role == ";"), default=-1) + 1
    reading, number = context.reading, context.sentence
    theme = _entrant(context)
    earlier = range(number - 1, max(-1, number - 1 - _CONTINUED), -1)
    near = (n for n in earlier if theme is None or reading.paragraphs[n] == reading.paragraphs[number])
    for part in (mentions[apart:], mentions[:apart], *map(reading.sentences.__getitem__, near)):
        found = _teams_of(part, context)
        if len(found) > 1 and driver is not None:
            posts = {post.organization for post in context.lexicon.posts.get(driver.label, ())}
            found = {team for team in found if team.label in posts}
            if len(found) != 1:
                return None
        if found:
            team = found.pop()
            return team, f"{team.label}, the team spoken of"
    return (theme, f"{theme.label}, whom the article is about") if theme is not None else None


def _entrant(context: Context) -> Entity | None:
    """Whom the article is about, if they may enter cars: a make's team where the text has named it."""
    theme, named = context.reading.theme, context.reading.named
    if theme is None or theme.cls not in _ENTRANTS or named.get(theme, context.sentence) >= context.sentence:
        return None
    own = [e for e in named if e.cls == "RacingTeam" and e.label.startswith(f"{theme.label} ")]
    return own[0] if len(own) == 1 and named[own[0]] < context.sentence else theme


def _teams_of(mentions: Sequence[Mention], context: Context) -> set[Entity]:
    """The racing teams that a part of a text is about, else the makes: not where somebody comes from, or whom they beat."""
    named = [
        m.entity
        for k, m in enumerate(mentions)
        if m.entity is not None
        and m.entity.cls in _ENTRANTS
        and m.symbol != "Nationality"
        and not (k and mentions[k - 1].symbol in ("da", "tra", "davanti", "&"))
        and not any(before.symbol == "ex" for before in mentions[max(0, k - 4) : k])
    ]
    teams = {e for e in named if e.cls == "RacingTeam"}
    if not teams:
        return set(named)
    kin = {label for team in teams for label in context.lexicon.relatives.get(team.label, ())}
    return teams | {e for e in named if e.cls != "RacingTeam" and e.label not in kin}


def _focus(cls: str, match: Match, context: Context) -> tuple[Entity, str] | None:
    """The thing of a class that the words of the match speak of."""
    reading, number = context.reading, context.sentence
    if cls == "VehicleModel":
        at = (match.start, match.end)
        return model_spoken_of(match.mentions, *at, reading, number, context.text, context.lexicon)
    return thing_spoken_of(cls.split("|"), match.mentions, match.start, reading, number, context.lexicon)
