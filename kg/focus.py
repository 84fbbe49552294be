"""What a sentence is speaking of where it does not say so: "Costa 24.900 euro", "la batteria da 44 kWh".

A launch story names its model now and then and tells its figures everywhere. The model is looked
for from near to far: after the figure ("280 CV per la Veloce"), before it in the sentence, as the
subject that follows ("Lunga 3,99 metri, la Grande Panda…"), in the paragraph, in the article.
Two that are equally good are none; what a figure is only compared with is never meant.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from kg.clauses import DROPPED, main_subject
from kg.lexicon import Lexicon
from kg.model import Entity, Mention
from kg.reading import Reading

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
_MODEL = ("VehicleModel", "VehicleModel:described")
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
        if entity is None or lexicon.is_a(entity.cls, "Media"):
            return False
        return any(lexicon.is_a(entity.cls, cls) for cls in classes)

    # "con Xpeng ha…": not Xpeng
    named = (i for i in range(start) if not (i and mentions[i - 1].symbol == "con"))
    before = [e for i in named if (e := mentions[i].entity) and fits(e)]
    if before:
        last = before[-1]
        return (last, f"{last.label}, named before in the sentence") if len(set(before)) == 1 else None
    topic, theme = reading.topics[sentence], reading.theme
    # "La nuova R5… Le celle arriveranno da Aesc": to Renault
    if topic is not None and topic.cls == "VehicleModel":
        topic = lexicon.entities.get(lexicon.brands.get(topic.label, ""), topic)
    if topic is not None and fits(topic):
        return topic, f"{topic.label}, whom the text is speaking of"
    so_far = {e for e, first in reading.named.items() if first < sentence and fits(e)}
    if len(so_far) == 1:
        found = so_far.pop()
        if found.cls == "Tariff" and not _is_fresh(found, reading, sentence):
            return None
        return found, f"{found.label}, the only one spoken of so far"
    lately = {m.entity for s in reading.sentences[max(0, sentence - _RECENT) : sentence] for m in s}
    several = speaks_of_several(reading, sentence)
    if topic is None and not several and theme is not None and fits(theme) and theme in lately:
        return theme, f"{theme.label}, whom the article is about"
    return None


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
    receiver = _receiver(mentions, end, text)
    if receiver is not None:
        return receiver, ""
    within = {m.entity for m in mentions[start:end] if _is_named(m)}
    if within:  # "il prezzo della Golf è di 30.000 euro"
        only = within.pop()
        return (only, "") if only is not None and not within else None
    here = list(_named_before(mentions, start, text))
    if here:
        nearest = _nearest(mentions, here)
        return (nearest, f"{nearest.label}, named before in the sentence") if nearest is not None else None
    # then "la Active" is a trim of it
    titled = reading.model is not None and reading.named.get(reading.model) == 0
    if any(_is_unnamed(m) or (not titled and _is_strange(m, text)) for m in mentions[:start]):
        return None  # "le rivali hanno 300 km", "un suv da 500 CV", "la Vision X ha 510 CV"
    following = _subject_after(mentions, end)
    if following is not None:
        return following, f"{following.label}, the subject that follows"
    found = model_in_mind(reading, sentence, text, lexicon)
    maker = _maker_that_acts(mentions, start, lexicon)
    if found is None or (maker is not None and maker not in lexicon.relatives.get(found[0].label, (maker,))):
        return None  # "Toyota promette 1.000 km" in an article on somebody else's
    return found


def main_vehicle(sentences: Sequence[Sequence[Mention]], text: str) -> Entity | None:
    """The vehicle that an article is about: the only one of its title or of all, or the one named far more often."""
    models = [
        [
            e
            for i, m in enumerate(s)
            if m.symbol in _MODEL and (e := m.entity) and not _is_compared(s, i, text)
        ]
        for s in sentences
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
    for number in range(sentence - 1, -1, -1):
        if not _is_near(reading, number, sentence):
            break
        model, ambiguous = _main_model(reading.sentences[number], text)
        if model is not None:
            return model, f"{model.label}, whom the text is speaking of"
        if ambiguous:
            break
    theme = reading.model
    if (
        theme is None
        or reading.named.get(theme, sentence) >= sentence
        or _is_of_others(reading, sentence, theme, lexicon)
    ):
        return None
    return theme, f"{theme.label}, whom the article is about"


def _is_of_others(reading: Reading, sentence: int, model: Entity, lexicon: Lexicon) -> bool:
    """Whether the paragraph so far names only makers that the model is not of."""
    kin = lexicon.relatives.get(model.label, ())
    numbers = [n for n in range(sentence) if reading.paragraphs[n] == reading.paragraphs[sentence]]
    makers = {
        m.entity.label for n in numbers for m in reading.sentences[n] if m.entity and m.entity.cls in _MAKERS
    }
    return bool(makers) and makers.isdisjoint(kin)


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


def _main_model(mentions: Sequence[Mention], text: str) -> tuple[Entity | None, bool]:
    """The vehicle that a sentence is about, and whether there are several that it may be about."""
    subject = main_subject(mentions, lambda m: m.entity is not None and m.role == "n")
    if subject:
        meant = (i for i in subject if _is_model(mentions[i]) and not _is_oblique(mentions, i))
        models = [e for i in meant if (e := mentions[i].entity)]
        if models:
            return (models[0], False) if len(models) == 1 else (None, True)
    named = (i for i in _named_before(mentions, len(mentions), text) if not _is_oblique(mentions, i))
    direct = {e for i in named if (e := mentions[i].entity)}
    every = {e for i in _named_before(mentions, len(mentions), text) if (e := mentions[i].entity)}
    for one in (direct, every):  # "La riscossa riparte dalla Micra", if it names no other
        if len(one) == 1:
            return one.pop(), False
    return None, len(direct) > 1 or any(_is_unnamed(m) for m in mentions)


def _receiver(mentions: Sequence[Mention], end: int, text: str) -> Entity | None:
    """ "i prezzi partono da 56.600 euro per la CLA", "i 280 CV della Veloce"."""
    for k in range(end, min(end + _NEAR, len(mentions) - 1)):
        if (
            mentions[k].symbol in ("per", "di")
            and _is_named(mentions[k + 1])
            and not _is_compared(mentions, k + 1, text)
        ):
            return mentions[k + 1].entity
        if mentions[k].role not in "na" or mentions[k].entity is not None or mentions[k].value is not None:
            break
    return None


def _named_before(mentions: Sequence[Mention], start: int, text: str) -> Iterator[int]:
    return (i for i in range(start) if _is_named(mentions[i]) and not _is_compared(mentions, i, text))


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
    verb = next((k for k, m in enumerate(mentions) if m.role == "v"), None)
    if verb is None or verb < end:
        return None
    subject = main_subject(mentions, _is_model)
    if subject in (None, DROPPED):
        return None
    assert subject is not None
    return mentions[subject[0]].entity if len(subject) == 1 and subject[0] >= end else None


def _is_compared(mentions: Sequence[Mention], i: int, text: str) -> bool:
    """Whether a vehicle is only named beside another: "20 CV in più della Golf", "rivale della C3"."""
    first = _list_start(mentions, i)
    at = mentions[first].start
    if _COMPARED.search(text, max(mentions[0].start, at - _REACH), at):
        return True
    verb = next((m for m in reversed(mentions[:i]) if m.role in "vi;"), None)
    return verb is not None and verb.verb is not None and verb.verb.head in _COMPARING


def _list_start(mentions: Sequence[Mention], i: int) -> int:
    """The first of the vehicles that are listed up to ``i``: "la stessa di Peugeot 3008, Opel Grandland e Jeep Compass"."""
    while i > 1 and mentions[i - 1].role in ",&" and _is_named(mentions[i - 2]):
        i -= 2
    return i


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
    return mention.symbol in _MODEL


def _is_named(mention: Mention) -> bool:
    return _is_model(mention) and mention.entity is not None


def _is_unnamed(mention: Mention) -> bool:
    return _is_model(mention) and mention.entity is None
