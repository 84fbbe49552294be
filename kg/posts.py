"""Posts: a title with all that it is a title of, as one mention.

"responsabile acquisti, partnership e affari pubblici di Renault" is one title and
whose it is; "chief marketing & commercial officer", "presidente e amministratore
delegato" are one title too. A noun that is a title only of somebody ("capo", "leader",
"segretario") counts as one where a name stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from operator import attrgetter

from kg.model import Mention

#: What a title is of (see ``_sort``): up to "di" and whose it is, else as far as words go.
_LONG = re.compile(r"(?:[,&]?[dr]?uN|[,&]?[dr]?[wu]|[ri]L)+(?=d[oNf])")
_SHORT = re.compile(r"(?:[dr]?uN(?!N)|[dr]?[wu]|[ri]L)*")
#: Who presides over something is not of the firm spoken of: "il presidente del tribunale", but "della divisione Mobility".
_WHOLE = re.compile(r"(?:w|[dr]?uN?(?!N)|[ri]L)*")
_PRESIDING = ("presidente", "vicepresidente", "segretario", "leader")
#: A name beside a noun: "Samuele Lodi, segretario di…", "il leader della Uilm, Rocco Palombella".
_BEFORE = ("P,", "NN,")
_AFTER = re.compile(r"(?:[dr]?[wLofN])*?,?(?:P|NN)")
_OFFICER = 6
_ROLE, _SYMBOL = attrgetter("role"), attrgetter("symbol")
_WORDS = {"di": "d", "per": "r", "in": "i", "a": "a", ",": ",", "&": "&"}
_SORTS = {"Person": "P", "Organization": "o", "Place": "L"}


def fold_posts(sentence: list[Mention], text: str, parents: Mapping[str, str]) -> list[Mention]:
    """The sentence with each title and its complement as one mention; ``parents`` is the hierarchy of classes."""
    english = _is_english(sentence, text)
    if not english and "t" not in map(_ROLE, sentence) and "head" not in map(_SYMBOL, sentence):
        return sentence
    mentions = _officers(sentence, text) if english else sentence
    shape = "".join(_sort(m, text, parents) for m in mentions)
    folded: list[Mention] = []
    i = 0
    while i < len(mentions):
        mention = mentions[i]
        if mention.symbol == "head" and _is_beside_a_name(shape, i):
            mention = mention._replace(symbol="ExecutiveTitle", role="t")
        if mention.role != "t":
            folded.append(mention)
            i += 1
            continue
        i, end = i + 1, mention.end
        while i + 1 < len(mentions) and mentions[i].symbol == "&" and mentions[i + 1].role == "t":
            mention, end = _joint(mention, mentions[i + 1]), mentions[i + 1].end
            i += 2
        presides = mention.symbol == "ChiefTitle" or mention.lemma.split()[0] in _PRESIDING
        found = _WHOLE.match(shape, i) if presides else _LONG.match(shape, i) or _SHORT.match(shape, i)
        if found and found.end() > i:
            i = found.end()
            lemma = mention.lemma + text[end : mentions[i - 1].end]
            end, mention = mentions[i - 1].end, mention._replace(lemma=lemma)
        folded.append(mention._replace(end=end))
    return folded


def _joint(first: Mention, second: Mention) -> Mention:
    """ "presidente e amministratore delegato": the one that leads, else the first."""
    chief = second if second.symbol == "ChiefTitle" and first.symbol != "ChiefTitle" else first
    return first._replace(symbol=chief.symbol, lemma=chief.lemma)


def _is_english(sentence: Sequence[Mention], text: str) -> bool:
    """Whether a sentence may have a title in English: few do, and words cost more to look at one by one."""
    words = text[sentence[0].start : sentence[-1].end].lower() if sentence else ""
    return "officer" in words or "head" in words


def _officers(sentence: Sequence[Mention], text: str) -> list[Mention]:
    """ "chief industry officer", "head of manufacturing": titles in English, whatever they are of."""
    read: list[Mention] = []
    i = 0
    while i < len(sentence):
        words = [text[m.start : m.end].lower() for m in sentence[i : i + _OFFICER]]
        last = words.index("officer") if words[0] == "chief" and "officer" in words else 0
        last = last or int(words[:2] == ["head", "of"])
        if last and sentence[i].role == "n":
            end = sentence[i + last].end
            lemma = text[sentence[i].start : end]
            read.append(sentence[i]._replace(end=end, symbol="ExecutiveTitle", role="t", lemma=lemma))
            i += last + 1
        else:
            read.append(sentence[i])
            i += 1
    return read


def _is_beside_a_name(shape: str, i: int) -> bool:
    """ "a capo di" is no title, nor is "BYD, leader nelle batterie"."""
    beside = shape.endswith(_BEFORE, 0, i) or _AFTER.match(shape, i + 1)
    return bool(beside) and not shape.endswith("a", 0, i)


def _sort(mention: Mention, text: str, parents: Mapping[str, str]) -> str:
    """What a mention is to a title, as one character.

    P a person, o an organization, N a word with a capital, f a noun for an organization, L a place,
    w another noun or an adjective, u a part of a firm ("divisione"), d "di", r "per", i "in", a "a".
    """
    if mention.role in "p,&":
        return _WORDS.get(mention.symbol, "x")
    if mention.symbol in ("Nationality", "Technology", "Component", "Metric"):
        return "w"
    if mention.symbol == "unit":
        return "u"
    if mention.symbol.startswith("word"):
        return "w" if text[mention.start].islower() else "N"
    if mention.symbol == "Descriptor" and mention.sense is not None:
        classes = mention.sense.classes
        if any(_is_a(c, "Organization", parents) for c in classes):
            return "f"
        return "w" if "VehicleModel" in classes else "x"
    cls = mention.entity.cls if mention.entity is not None else ""
    while cls and cls not in _SORTS:
        cls = parents.get(cls, "")
    return _SORTS.get(cls, "x")


def _is_a(cls: str, ancestor: str, parents: Mapping[str, str]) -> bool:
    while cls and cls != ancestor:
        cls = parents.get(cls, "")
    return bool(cls)
