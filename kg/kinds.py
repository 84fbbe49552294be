"""What kind of thing a name is that the lexicon does not know, by the words beside it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from kg.model import Entity, Mention, local_name
from kg.resources import data

_NAME_WORDS = 4
_MAKES = ("Automaker", "Brand")
_PLACES = ("Place", "Power")
_COMPASS = ("nord", "sud", "est", "ovest")
_ACRONYM = 2  # words of a name that begins with one: "Mfe Italia", but "del MFE Giorgio Anselmi"
Found = tuple[Entity, str] | None


@cache
def listed(name: str) -> frozenset[str]:
    """A list of ``names.toml``."""
    return frozenset(tomllib.loads(data("names.toml").read_text(encoding="utf-8"))[name])


class Name(NamedTuple):
    """A name in its sentence, with what is needed to tell its kind; see :func:`name_at`.

    ``label`` is the name as written and ``words`` its words, where what a hyphen joins are
    two; ``before`` is what stands right before it.
    """

    sentence: Sequence[Mention]
    i: int
    text: str
    parents: Mapping[str, str]
    given: Collection[str]
    label: str
    words: list[str]
    before: Mention | None

    def written(self, mention: Mention) -> str:
        """The words of a mention."""
        return self.text[mention.start : mention.end]

    def is_organization(self, cls: str) -> bool:
        """Whether a class is one of organizations."""
        return _is_a(cls, "Organization", self.parents)


def name_at(
    sentence: Sequence[Mention], i: int, text: str, parents: Mapping[str, str], given: Collection[str]
) -> Name:
    """The name at index ``i`` of a sentence."""
    start, end = sentence[i].start, sentence[i].end
    left = sentence[i - 1] if i else None
    before = left if left is not None and left.end < start <= left.end + 1 else None
    label = text[start:end]
    return Name(sentence, i, text, parents, given, label, label.replace("-", " ").split(), before)


def typed(name: Name) -> Found:
    """What the words beside a name make of it, with the reason."""
    if name.label.lower() in listed("articles"):
        return None
    for reading in _readings(several=len(name.words) > 1, beside=name.before is not None):
        found = reading(name)
        if found is not None:
            return found
    return None


def _as_firm(name: Name) -> Found:
    """ "Xos Trucks Inc", "Hellman & Friedman" """
    words = name.words
    if len(words) > 1 and ("&" in words or is_firm(name.label)):
        return _entity(name.label, "Company"), f"as «{words[-1]}» tells"
    return None


def _as_person(name: Name) -> Found:
    """Who says something, leads something, bears a title, or has a first name."""
    sentence, i, words = name.sentence, name.i, name.words
    if not 1 < len(words) <= _NAME_WORDS or not all(map(_is_of_people, words)):
        return None
    before = name.before
    noun = before is not None and before.symbol.startswith(("Descriptor", "word:"))
    if i > 1 and before is not None and noun and name.text[before.start].isupper():
        return None  # "l'Assemblea Nazionale Paul Biya"
    if words[0].lower() in listed("honorifics"):
        words = words[1:]
    label = " ".join(words) if len(words) < len(name.words) else name.label
    deed = _deed_beside(sentence, i)
    if deed is not None:
        return _entity(label, "Person"), f"as «{name.written(deed)}» tells"
    title = _title_beside(sentence, i) if not sentence[i].determiner else None  # "del Senato Pietro Grasso"
    if title is not None:
        return _entity(label, "Person"), f"introduced by «{name.written(title)}»"
    called_after = before is not None and before.lemma in listed("called_after")
    if words[0].lower() in name.given and not sentence[i].determiner and not called_after:
        return _entity(name.label, "Person"), f"as «{words[0]}» tells"
    return None


def is_full_name(name: str) -> bool:
    """Whether a name may be somebody's first name and surname: two words or more, no acronyms, no figures."""
    words = name.replace("-", " ").split()
    return 1 < len(words) <= _NAME_WORDS and all(map(_is_of_people, words)) and not is_firm(name)


def _is_of_people(word: str) -> bool:
    return word.replace("'", "").replace("’", "").isalpha() and not word.isupper()


def _as_apposed(name: Name) -> Found:
    """ "Streparava, azienda bresciana", "Electra è una startup francese" """
    noun = _apposed(name.sentence, name.i)
    if noun is None:
        return None
    inner = name.label[1:] != name.label[1:].lower()
    if not (noun.determiner == "indefinite" or name.i or len(name.words) > 1 or inner):
        return None  # "Ieri, azienda chiusa"
    return _by_noun(name, noun)


def _by_noun(name: Name, noun: Mention | None) -> Found:
    """A name that a common noun goes with is of its class, if it is an organization or a person."""
    if noun is None or noun.sense is None or noun.sense.number == "p":
        return None
    cls = "Company" if "Company" in noun.sense.classes else noun.sense.classes[0]
    if name.is_organization(cls) or (cls == "Person" and len(name.words) > 1):
        return _entity(name.label, cls), f"introduced by «{noun.lemma}»"
    return None


def _as_led(name: Name) -> Found:
    """ "Mario Bianchi, ceo di X" """
    if not _is_led(name.sentence, name.i):
        return None
    words = [word.lower() for word in name.words]
    if words[0] in listed("bodies"):
        return None
    if len(words) == 1 and words[0] in listed("offices"):
        return None  # "il capo dell'Ufficio"
    of_person = len(words) > _ACRONYM and name.words[0].isupper() and name.label[-2:].islower()
    if _goes_on(name) or of_person or any(w in name.given for w in words[1:]):  # "del MFE Giorgio Anselmi"
        return None
    title = name.sentence[name.i - 2]
    cls = "Company" if title.symbol == "ChiefTitle" else "Organization"
    return _entity(name.label, cls), f"where a «{title.lemma}» works"


def _goes_on(name: Name) -> bool:
    """Whether more of the name follows that is not read as one: "Protezione civile", "Festival di Locarno", "Teatro alla Scala"."""
    after = name.sentence[name.i + 1] if name.i + 1 < len(name.sentence) else None
    end = name.sentence[name.i].end
    if name.text[end : end + 1] == "." and name.text[end + 1 : end + 2].isalnum():
        return True  # "Contribuenti.it"
    if after is None or after.role not in "nap" or after.entity is not None or len(name.words) > 2:
        return False
    if name.words[0].lower() in listed("offices") and after.symbol == "di":
        return True  # "la Commissione Cultura della Camera"
    if name.text[after.start].isupper():  # "il Pontificio Consiglio"
        return after.role != "p"
    one_noun = (
        len(name.words) == 1 and name.label[1:].islower() and name.sentence[name.i].determiner == "definite"
    )
    return (one_noun and after.symbol in ("word", "di", "per")) or after.symbol == "a"


def _as_town(name: Name) -> Found:
    """ "a Ellabell, in Georgia" """
    if name.before is None or not _is_town(name.sentence, name.i, name.words, name.text):
        return None
    return _entity(name.label, "Place"), "followed by where it lies"


def _as_named_by_noun(name: Name) -> Found:
    """ "la startup svedese Candela", "il fondo americano Hellman & Friedman" """
    before = name.before
    if before is None:
        return None
    noun = name.sentence[name.i - 2] if before.symbol == "Nationality" and name.i > 1 else before
    if before is not noun and name.text[before.start].isupper():
        return None  # "Associazione Italiana Nucleare"
    return _by_noun(name, noun if noun.symbol == "Descriptor" else None)


def _as_of_a_country(name: Name) -> Found:
    """ "la bresciana Niche Fusina": a firm, unless it is somebody's first name."""
    before = name.before
    if before is None or before.symbol != "Demonym" or not _is_feminine(before, name.text):
        return None
    first = name.words[0].lower()
    if len(name.words) > 1 and (len(name.words) > 2 or first in name.given or first.endswith("a")):
        return None  # "la canadese Isabela Onyshko"
    return _entity(name.label, "Company"), f"introduced by «{name.written(before)}»"


def _as_model(name: Name) -> Found:
    """ "la nuova Fiat Grizzly", "il suv Omoda Nine", "la X9 di Xpeng": a make's model."""
    sentence, i, before = name.sentence, name.i, name.before
    if before is None:
        return None
    make = before.entity if before.symbol in _MAKES and before.sense is not None else None
    after = sentence[i + 1 : i + 3]
    by_make = len(after) == 2 and after[0].symbol == "di" and after[1].symbol in _MAKES
    maker = after[1].entity if by_make else None
    if (make is None and maker is None) or name.words[0].lower() in listed("no_models"):
        return None
    coded = any(map(str.isdigit, name.label))
    if make is not None:
        new = "nuov" in name.text[max(0, before.start - 8) : before.start]
        kind = i > 1 and _is_vehicle(sentence[i - 2])
        if new or kind or (coded and before.determiner == "definite"):
            return _entity(f"{make.label} {name.label}", "VehicleModel"), f"named after «{make.label}»"
    if maker is not None and (_is_vehicle(before) or (coded and sentence[i].determiner == "definite")):
        return _entity(f"{maker.label} {name.label}", "VehicleModel"), f"a model of «{maker.label}»"
    return None


def _is_vehicle(mention: Mention) -> bool:
    sense = mention.sense
    return mention.symbol == "Descriptor" and sense is not None and "VehicleModel" in sense.classes


def _title_beside(sentence: Sequence[Mention], i: int) -> Mention | None:
    """The title that a person bears: "il ceo Y", "il ceo di X, Y", "Y, ceo di X"."""
    after = [m for m in sentence[i + 1 : i + 6] if m.symbol != "ex"]
    title = next((m for m in after[1:] if m.role not in "n&"), None)  # "X, fondatore e ceo di Y"
    if title is not None and after[0].symbol == "," and title.role == "t":
        return title
    k = i - 1
    if k >= 0 and (sentence[k].symbol == "," or (sentence[k].role == "v" and sentence[k].lemma == "essere")):
        k -= 1  # "il direttore sportivo di X è Y"
    if k >= 2 and sentence[k - 1].symbol == "di" and (sentence[k].entity or sentence[k].symbol == "name"):
        k -= 2
    return sentence[k] if k >= 0 and sentence[k].role == "t" and k < i else None


def _deed_beside(sentence: Sequence[Mention], i: int) -> Mention | None:
    """The verb beside a name that only a person goes with: "X guida", "ha detto X", "guidata da X"."""
    after = sentence[i + 1] if i + 1 < len(sentence) else None
    before = sentence[i - 1] if i else None
    if after is not None and after.role == "v" and after.lemma in _deeds():
        return after
    if before is not None and before.role == "v" and before.lemma in listed("saying"):
        return before
    led = i > 1 and before is not None and before.symbol in ("da", "a") and sentence[i - 2].lemma in _deeds()
    return sentence[i - 2] if led else None


@cache
def _deeds() -> frozenset[str]:
    """What only people do."""
    return listed("saying") | listed("leading")


def _apposed(sentence: Sequence[Mention], i: int) -> Mention | None:
    """The noun that says what a name is: "Streparava, azienda bresciana", "Electra è una startup"."""
    after = sentence[i + 1 : i + 3]
    if len(after) < 2 or after[1].symbol != "Descriptor":
        return None
    beside = after[0].symbol == "," and not after[1].determiner
    told = after[0].lemma == "essere" and after[0].role == "v" and after[1].determiner == "indefinite"
    return after[1] if beside or told else None


def _is_led(sentence: Sequence[Mention], i: int) -> bool:
    """Whether a name is of what somebody leads: "Mario Bianchi, ceo di X", "il ceo di X, Mario Bianchi"."""
    if i < 2 or sentence[i - 1].symbol != "di" or sentence[i - 2].role != "t":
        return False
    left = sentence[i - 4] if i > 3 and sentence[i - 3].symbol == "," else None
    right = sentence[i + 2] if i + 2 < len(sentence) and sentence[i + 1].symbol == "," else None
    return any(m is not None and m.symbol in ("Person", "Driver", "Manager", "name") for m in (left, right))


def _is_feminine(demonym: Mention, text: str) -> bool:
    """ "la cinese", "l'americana": a company, where "il cinese" may be a man."""
    words = text[demonym.start : demonym.end]
    article = text[max(0, demonym.start - 3) : demonym.start].lower()
    return words.islower() and (words.endswith("a") or (words.endswith("e") and article.endswith("la ")))


def _is_town(sentence: Sequence[Mention], i: int, words: Sequence[str], text: str) -> bool:
    """Whether a name is where something is, and where that lies follows: "a Ellabell, in Georgia"."""
    before, after = sentence[i - 1], sentence[i + 1 : i + 7]
    bare = text[before.start : before.end] in ("a", "ad", "di", "da", "tra", "fra", "e")
    noun = sentence[i - 2] if i > 1 else None
    of_firm = before.symbol == "di" and (noun is None or noun.role != "n" or noun.symbol == "Descriptor")
    listed = before.symbol == "&" and (noun is None or noun.symbol != "Place")
    if not bare or of_firm or listed or not all(w.isalpha() for w in words):
        return False
    if (
        before.symbol == "a"
        and i > 1
        and (sentence[i - 2].lemma == "sede" or sentence[i - 2].symbol == "Headquarters")
    ):
        return True
    shape = [m.symbol for m in after]
    if shape[:1] != [","]:
        return False
    if shape[1:3] == ["Place", ","]:  # "(Georgia)", but "a Chelsea, Liverpool, Tottenham"
        return text[after[0].start] == "("
    region = next((k for k, m in enumerate(after) if m.symbol in _PLACES), 0)
    way = after[1:region]  # "nel nord della Germania", but "a sud di Tokyo"
    beyond = (
        region > 1 and way[0].symbol == "a" and any(text[m.start : m.end].lower() in _COMPASS for m in way)
    )
    return (
        region > 1
        and not beyond
        and way[0].symbol in ("in", "a")
        and all(m.role == "p" or m.symbol.startswith("word") for m in way)
    )


def is_firm(name: str) -> bool:
    """Whether a name ends as those of companies do."""
    last = name.replace("-", " ").rsplit(None, 1)[-1].lower()
    return last in listed("firms") or last in listed("branches")


@cache
def _readings(*, several: bool, beside: bool) -> Sequence[Callable[[Name], Found]]:
    """The ways to read a name, of ``several`` words or ``beside`` another: most names are neither, and nothing."""
    by_words = (_as_firm, _as_person) if several else ()
    by_neighbour = (_as_town, _as_named_by_noun, _as_of_a_country, _as_model) if beside else ()
    return (*by_words, _as_apposed, _as_led, *by_neighbour)


def _entity(label: str, cls: str) -> Entity:
    return Entity(local_name(label), label, cls)


def _is_a(cls: str, ancestor: str, parents: Mapping[str, str]) -> bool:
    while cls and cls != ancestor:
        cls = parents.get(cls, "")
    return bool(cls)
