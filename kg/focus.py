"""What a sentence is speaking of where it does not say so: "Costa 24.900 euro", "la batteria da 44 kWh".

A launch story names its model now and then and tells its figures everywhere. The model is looked
for from near to far: after the figure ("280 CV per la Veloce"), before it in the sentence, as the
subject that follows ("Lunga 3,99 metri, la Grande Panda…"), in the paragraph, in the article.
Two that are equally good are none; what a figure is only compared with is never meant.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from kg.clauses import DROPPED, main_subject
from kg.lexicon import Lexicon
from kg.model import Entity, Mention
from kg.reading import Reading, Vehicles

Found = tuple[Entity, str]

#: What stands before a thing that another is only compared with, or comes from.
_COMPARED = re.compile(
    r"\b(?:(?:(?:più|meno|superior[ei]|inferior[ei]|dopo|accanto|divers[aeio]|vicin[aeo])\b[^,;:.]{0,30}?\s(?:d|a|che)"
    r"|rispetto|contro|insieme|assieme|rival[ei]|concorrent[ei]|avversari[ae]|antagonist[ae]|come|sorell[ae]|cugin[ae]|gemell[ae]"
    r"|stess[aeoi]|ered[ei]|parent[ei]|sfidant[ei]|alternativ[ae]|base|posto|oltre)\b[^,;:.]{0,20})\W*$",
    re.IGNORECASE,
)
#: Verbs whose object is a rival, a forerunner or a relative.
_COMPARING = frozenset(
    [
        "sfidare",
        "battere",
        "superare",
        "sostituire",
        "affiancare",
        "rimpiazzare",
        "derivare",
        "condividere",
        "ricordare",
        "precedere",
        "raggiungere",
        "insidiare",
    ]
)
_REACH = 60  # characters before a name that say what it stands there for
_RECENT = 2  # sentences over which whom the article is about stays in mind
_FRESH = 4  # sentences over which a thing without a name of its own stays in mind
_OFTEN = 3  # how often an article names the vehicle that it is about
_SPARSE = 40  # sentences of an article that name it once at least
#: Prepositions that say at the head of a sentence what it speaks of.
_PLACING = ("a", "in")
_SETTING = ("per", "con", "su", "in")
_VEHICLES = frozenset({"VehicleModel", "VehicleModel:described"})
_MAKERS = ("Automaker", "Brand")
_HEAD = 2  # sentences at the head of an article: its title and its lead
_FRONT = 2  # mentions that say at the head of a sentence where it takes place: "Alla 6 Ore di Imola…"
_NEAR = 3  # mentions between a figure and the model that it is said to be for


def thing_spoken_of(
    classes: Sequence[str],
    mentions: Sequence[Mention],
    start: int,
    reading: Reading,
    sentence: int,
    lexicon: Lexicon,
) -> Found | None:
    """The one thing of the classes that the sentence names before ``start``, or else what the text is speaking of."""

    def fits(entity: Entity | None) -> bool:
        if entity is None:
            return False
        kinds = lexicon.kinds_of(entity.cls)
        return "Media" not in kinds and not kinds.isdisjoint(classes)

    # "con Xpeng ha…": not Xpeng
    told = (i for i in range(start) if not (i and mentions[i - 1].symbol == "con"))
    named = [i for i in told if not _is_aside(mentions, i)]
    before = [e for i in named if (e := mentions[i].entity) and fits(e)]
    if not before and any(cls in _MAKERS for cls in classes) and "VehicleModel" not in classes:
        models = (e for i in named if (e := mentions[i].entity) and e.cls == "VehicleModel")
        makes = (lexicon.entities.get(lexicon.brands.get(e.label, "")) for e in models)
        before = [e for e in makes if e and fits(e)]  # "La SU7 monta…": of Xiaomi
    if before:
        last = before[-1]
        return (last, f"{last.label}, named before in the sentence") if len(set(before)) == 1 else None
    topic, theme = reading.topics[sentence], reading.theme
    # "La nuova R5… Le celle arriveranno da Aesc": to Renault
    if topic is not None and topic.cls == "VehicleModel":
        topic = lexicon.entities.get(lexicon.brands.get(topic.label, ""), topic)
    if topic is not None and fits(topic):
        return topic, f"{topic.label}, whom the text is speaking of"
    first_two = reading.memory.first_two
    if (wanted := tuple(classes)) not in first_two:  # a second one is one too many
        first_two[wanted] = list(islice(filter(fits, reading.named), 2))
    so_far = [e for e in first_two[wanted] if reading.named[e] < sentence]
    if len(so_far) == 1:
        found = so_far[0]
        if found.cls == "Tariff" and not _is_fresh(found, reading, sentence):
            return None
        return found, f"{found.label}, the only one spoken of so far"
    lately = {m.entity for s in reading.sentences[max(0, sentence - _RECENT) : sentence] for m in s}
    several = speaks_of_several(reading, sentence)
    if topic is None and not several and theme is not None and fits(theme) and theme in lately:
        return theme, f"{theme.label}, whom the article is about"
    return None


def _is_aside(mentions: Sequence[Mention], i: int) -> bool:
    """Whether a name only tells whose another is: "FinDreams, del gruppo BYD"."""
    k = i - 1
    if k > 0 and mentions[k].symbol in ("Descriptor", "Common"):
        k -= 1
    return k > 0 and mentions[k].symbol == "di" and mentions[k - 1].role == ","


def occasion(classes: Sequence[str], reading: Reading, sentence: int) -> Found | None:
    """The one event of the classes that the sentence sets out from or the title or the lead names, if it names no other."""

    def named(mentions: Sequence[Mention]) -> set[Entity]:
        return {m.entity for m in mentions if m.entity and m.entity.cls in classes}

    mentions = reading.sentences[sentence]
    front = _FRONT if mentions and mentions[0].symbol in _PLACING else 1
    here = named(mentions)
    head = next((found for s in reading.sentences[:_HEAD] if (found := named(s))), set())
    events = here if here and here == named(mentions[:front]) else head
    if len(events) != 1 or not here <= events:
        return None
    event = next(iter(events))
    return event, f"{event.label}, the occasion of the article"


def _is_fresh(thing: Entity, reading: Reading, sentence: int) -> bool:
    """Whether the sentence, or one of those right before it, names a thing."""
    near = reading.sentences[max(0, sentence - _FRESH) : sentence + 1]
    return any(m.entity == thing for mentions in near for m in mentions)


def speaks_of_several(reading: Reading, sentence: int) -> bool:
    """Whether the sentence before has several for its subject, of whom no one alone can be left out."""
    if not sentence:
        return False
    subject = main_subject(reading.sentences[sentence - 1], lambda m: m.entity is not None and m.role == "n")
    return subject is not None and len(subject) > 1


def model_spoken_of(
    mentions: Sequence[Mention],
    start: int,
    end: int,
    reading: Reading,
    sentence: int,
    text: str,
    lexicon: Lexicon,
) -> Found | None:
    """The vehicle that the words ``[start, end)`` of a sentence speak of."""
    vehicles = _vehicles(reading, sentence, text)
    receiver = _receiver(mentions, end, vehicles)
    if receiver is not None:
        return receiver, ""
    within = {m.entity for m in mentions[start:end] if _is_named(m)}
    if within:  # "il prezzo della Golf è di 30.000 euro"
        only = within.pop()
        return (only, "") if only is not None and not within else None
    here = vehicles.named[: bisect_left(vehicles.named, start)]
    if here:
        nearest = _nearest(mentions, here)
        return (nearest, f"{nearest.label}, named before in the sentence") if nearest is not None else None
    # then "la Active" is a trim of it
    titled = reading.model is not None and reading.named.get(reading.model) == 0
    if vehicles.unnamed < start or (not titled and vehicles.strange < start):
        return None  # "le rivali hanno 300 km", "un suv da 500 CV", "la Vision X ha 510 CV"
    following = _subject_after(mentions, end) if end <= vehicles.verb < len(mentions) else None
    if following is not None:
        return following, f"{following.label}, the subject that follows"
    found = model_in_mind(reading, sentence, text, lexicon)
    if found is None:
        return None
    maker = _maker_that_acts(mentions, start, lexicon) if vehicles.clause < start else None
    if maker is not None and maker not in lexicon.relatives.get(found[0].label, (maker,)):
        return None  # "Toyota promette 1.000 km" in an article on somebody else's
    return found


def main_vehicle(reading: Reading, text: str) -> Entity | None:
    """The vehicle that an article is about: the only one of its title or of all, or the one named far more often."""
    if "VehicleModel" not in [entity.cls for entity in reading.named]:
        return None  # most news is of other things
    sentences = reading.sentences
    models = [
        [e for i in _vehicles(reading, n, text).named if (e := mentions[i].entity)]
        if not _VEHICLES.isdisjoint([m.symbol for m in mentions])  # few sentences speak of any
        else []
        for n, mentions in enumerate(sentences)
    ]
    titled = set(models[0]) if models else set()
    if len(titled) == 1:
        return titled.pop()
    counts = Counter(e for found in models for e in found)
    (first, most), (_, next_most) = (*counts.most_common(2), (None, 0), (None, 0))[:2]
    if most * _SPARSE < len(sentences):
        return None
    return first if not next_most or most >= max(_OFTEN, 2 * next_most) else None


def model_in_mind(reading: Reading, sentence: int, text: str, lexicon: Lexicon) -> Found | None:
    """The vehicle that the sentences before are about, else the one that the article is about."""
    model = _model_before(reading, sentence, text)
    if model is not None:
        return model, f"{model.label}, whom the text is speaking of"
    theme = reading.model
    if (
        theme is None
        or reading.named.get(theme, sentence) >= sentence
        or _is_of_others(reading, sentence, theme, lexicon)
    ):
        return None
    return theme, f"{theme.label}, whom the article is about"


def _model_before(reading: Reading, sentence: int, text: str) -> Entity | None:
    """The vehicle that the nearest sentence of the paragraph before is about; none where it may be one of several."""
    known, paragraphs = reading.memory.models_in_mind, reading.paragraphs
    walked, found = [sentence], None
    number = sentence - 1
    while number >= 0 and _is_near(reading, number, sentence):
        found, ambiguous = _main_model(reading, number, text)
        if found is not None or ambiguous:
            break
        if paragraphs[number] == paragraphs[sentence]:
            if number in known:
                found = known[number]
                break
            walked.append(number)
        number -= 1
    known.update(dict.fromkeys(walked, found))
    return found


def _is_of_others(reading: Reading, sentence: int, model: Entity, lexicon: Lexicon) -> bool:
    """Whether the paragraph so far names only makers that the model is not of."""
    makers = _makers_so_far(reading, sentence)
    return bool(makers) and makers.isdisjoint(lexicon.relatives.get(model.label, ()))


def _makers_so_far(reading: Reading, sentence: int) -> frozenset[str]:
    """The makers that the paragraph of a sentence names before it."""
    known, paragraphs = reading.memory.makers, reading.paragraphs
    first = sentence
    while first not in known and first and paragraphs[first - 1] == paragraphs[sentence]:
        first -= 1
    makers = known.setdefault(first, frozenset())
    for number in range(first, sentence):
        named = {m.entity.label for m in reading.sentences[number] if m.entity and m.entity.cls in _MAKERS}
        makers = known[number + 1] = makers if named <= makers else makers | named
    return makers


def _maker_that_acts(mentions: Sequence[Mention], start: int, lexicon: Lexicon) -> str | None:
    """The company that the sentence is about, if one."""

    def is_company(mention: Mention) -> bool:
        entity = mention.entity
        return entity is not None and mention.role == "n" and lexicon.is_a(entity.cls, "Organization")

    subject = main_subject(mentions[:start], is_company)
    entity = mentions[subject[0]].entity if subject else None
    return entity.label if entity is not None else None


def _is_strange(mention: Mention, text: str) -> bool:
    """Whether it is a name that nobody knows: "la Vision"."""
    return mention.symbol == "word" and mention.determiner == "definite" and text[mention.start].isupper()


def _is_near(reading: Reading, number: int, sentence: int) -> bool:
    """Whether a sentence stands in the same paragraph, or is the heading of it."""
    apart = reading.paragraphs[sentence] - reading.paragraphs[number]
    return apart == 0 or (apart == 1 and not any(m.role == "v" for m in reading.sentences[number]))


def _main_model(reading: Reading, number: int, text: str) -> tuple[Entity | None, bool]:
    """The vehicle that a sentence is about, and whether there are several that it may be about."""
    known = reading.memory.main_models
    if number not in known:
        known[number] = _model_of(reading.sentences[number], _vehicles(reading, number, text))
    return known[number]


def _model_of(mentions: Sequence[Mention], vehicles: Vehicles) -> tuple[Entity | None, bool]:
    subject = main_subject(mentions, lambda m: m.entity is not None and m.role == "n")
    if subject:
        meant = (i for i in subject if _is_model(mentions[i]) and not _is_oblique(mentions, i))
        models = [e for i in meant if (e := mentions[i].entity)]
        if models:
            return (models[0], False) if len(models) == 1 else (None, True)
    direct = {e for i in vehicles.named if not _is_oblique(mentions, i) and (e := mentions[i].entity)}
    every = {e for i in vehicles.named if (e := mentions[i].entity)}
    for one in (direct, every):  # "La riscossa riparte dalla Micra", if it names no other
        if len(one) == 1:
            return one.pop(), False
    return None, len(direct) > 1 or vehicles.unnamed < len(mentions)


def _receiver(mentions: Sequence[Mention], end: int, vehicles: Vehicles) -> Entity | None:
    """ "i prezzi partono da 56.600 euro per la CLA", "i 280 CV della Veloce"."""
    for k in range(end, min(end + _NEAR, len(mentions) - 1)):
        if mentions[k].symbol in ("per", "di") and k + 1 in vehicles.named:
            return mentions[k + 1].entity
        if mentions[k].role not in "na" or mentions[k].entity is not None or mentions[k].value is not None:
            break
    return None


def _nearest(mentions: Sequence[Mention], here: Sequence[int]) -> Entity | None:
    """The one of several that the nearest clause is about, unless two are named side by side."""
    if len({mentions[i].entity for i in here}) == 1:
        return mentions[here[0]].entity
    boundary = max((k for k in range(here[-1]) if mentions[k].role in "s;"), default=-1)
    clause = [i for i in here if i > boundary]
    direct = [i for i in clause if not _is_oblique(mentions, i)] or clause
    found = {mentions[i].entity for i in direct}
    return found.pop() if len(found) == 1 else None


def _subject_after(mentions: Sequence[Mention], end: int) -> Entity | None:
    """The subject of the main clause, where the figure stands before its verb: "Con 320 km la Grande Panda è…"."""
    subject = main_subject(mentions, _is_model)
    if subject in (None, DROPPED):
        return None
    assert subject is not None
    return mentions[subject[0]].entity if len(subject) == 1 and subject[0] >= end else None


def _vehicles(reading: Reading, sentence: int, text: str) -> Vehicles:
    """The vehicles of a sentence of the document, looked for once."""
    known = reading.memory.vehicles
    if sentence not in known:
        known[sentence] = _look_for_vehicles(reading.sentences[sentence], text)
    return known[sentence]


def _look_for_vehicles(mentions: Sequence[Mention], text: str) -> Vehicles:
    """One pass: a vehicle is only compared after "20 CV in più della", "rivale della", a verb like "sfida"."""
    named: list[int] = []
    nowhere = len(mentions)
    unnamed = strange = verb = clause = nowhere
    compares = False
    starts: dict[
        int, int
    ] = {}  # "la stessa di Peugeot 3008, Opel Grandland e Jeep Compass": where the list of each begins
    for i, mention in enumerate(mentions):
        role = mention.role
        if role in "vsi;":
            if role in "vs" and clause == nowhere:
                clause = i
            if role == "v" and verb == nowhere:
                verb = i
            if role != "s":
                compares = mention.verb is not None and mention.verb.head in _COMPARING
        if mention.symbol == "word":
            if strange == nowhere and mention.determiner and _is_strange(mention, text):
                strange = i
        elif _is_model(mention):
            if mention.entity is None:
                unnamed = min(unnamed, i)
                continue
            starts[i] = starts.get(i - 2, i) if i > 1 and mentions[i - 1].role in ",&" else i
            at = mentions[starts[i]].start
            if not compares and not _COMPARED.search(text, max(mentions[0].start, at - _REACH), at):
                named.append(i)
    return Vehicles(named, unnamed, strange, verb, clause)


def _is_oblique(mentions: Sequence[Mention], i: int) -> bool:
    """Whether a preposition stands before the noun phrase: "alla piccola T03"; not at the head of all: "Per la C10…"."""
    while (
        i and not mentions[i].determiner and mentions[i - 1].entity is None and mentions[i - 1].role in "na"
    ):
        i -= 1
    if not i or mentions[i - 1].role != "p":
        return False
    return i > 1 or mentions[0].symbol not in _SETTING


def _is_model(mention: Mention) -> bool:
    return mention.symbol in _VEHICLES


def _is_named(mention: Mention) -> bool:
    return _is_model(mention) and mention.entity is not None
