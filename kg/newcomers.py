"""Names that the lexicon does not know, typed by what stands beside them.

"l'amministratore delegato Mario Bianchi" is a person, "la startup svedese Candela" a
company, "la nuova Fiat Grizzly" a model of Fiat, "a Ellabell, in Georgia" a place. A name that nothing introduces stays a
word like any other. Once typed, the name means the same in the whole document, and a
person also goes by the surname alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from kg.kinds import Name, is_firm, listed, typed
from kg.model import Entity, Mention

#: What lies somewhere.
_SITES = ("ProductionPlant", "BatteryPlant", "DataCenter", "ResearchCenter", "Headquarters", "Facility")
_PLACES = ("Place", "Power")
#: What joins the parts of one name without a blank: "Ki-moon", "O'Blenes".
_JOINTS = ("-", "'", "’")


def introduce(
    sentences: Sequence[Sequence[Mention]], text: str, parents: Mapping[str, str], given: Collection[str]
) -> list[list[Mention]]:
    """The sentences with every new name as one mention of what it is.

    ``parents`` is the hierarchy of classes, ``given`` the first names of people, in lower case.
    """
    merged = [_names(sentence, text) for sentence in sentences]
    known: dict[str, tuple[Entity, str]] = {}
    for sentence in merged:
        for i, mention in enumerate(sentence):
            if mention.symbol == "name":
                found = typed(Name(sentence, i, text, parents, given))
                if found is not None:
                    entity, _ = found
                    known.setdefault(text[mention.start : mention.end], found)
                    for surname in _surnames(entity):
                        known.setdefault(surname, found)
    return [
        [_settle(s, i, text, known) for i in range(len(s)) if not _is_taken(s, i, text, known)]
        for s in merged
    ]


def _surnames(entity: Entity) -> Iterator[str]:
    """What a person goes by once named: "Guidi" and "Pier Guidi"."""
    words = entity.label.split() if entity.cls == "Person" else []
    yield from (" ".join(words[k:]) for k in range(len(words) - 1, 0, -1))


def _names(sentence: Sequence[Mention], text: str) -> list[Mention]:
    """Unknown words with a capital, side by side, as one name."""
    read: list[Mention] = []
    for mention in sentence:
        last = read[-1] if read else None
        if (last is not None and _is_branch(last, mention, text)) or (
            last is not None and _is_half(last, mention, text)
        ):
            read[-1] = last._replace(symbol="name", end=mention.end, entity=None)
        elif last is not None and last.symbol == "name" and _is_joined(last, mention, text):
            read[-1] = last._replace(end=mention.end)
        elif not _is_capital(mention, text):
            read.append(mention)
        elif (
            len(read) > 1
            and read[-2].symbol == "name"
            and text[read[-2].end : mention.start].strip().lower() in (*listed("particles"), "&")
        ):
            read.pop()
            read[-1] = read[-1]._replace(end=mention.end)
        elif (
            last is not None
            and last.symbol == "name"
            and text[last.end : mention.start].strip(" -") in ("", "&", *listed("particles"))
        ):
            read[-1] = last._replace(end=mention.end)
        else:
            read.append(mention._replace(symbol="name"))
    return _firms(read, text)


def _is_joined(name: Mention, mention: Mention, text: str) -> bool:
    """Whether a word goes on with a name without a blank: "Ki-moon", "O'Blenes"."""
    joint = text[name.end : mention.start]
    initial = name.end - name.start == 1 or text[name.end - 2] == " "
    return mention.symbol == "word" and (joint == "-" or (joint in _JOINTS and initial))


def _is_half(first: Mention, second: Mention, text: str) -> bool:
    """Whether what the lexicon knows is only half of a name: "San Paolo-Imi", "Hewlett-Packard"."""
    state = text[second.start : second.end].lower() in listed("branches")  # "Coppa Italia"
    club = first.symbol == "name" and second.symbol in _PLACES and not state
    if (
        club
        and text[first.end : second.start] == " "
        and text[first.start - 2 : first.start] not in ("", ". ")
    ):
        return True  # "Werder Brema"
    if text[first.end : second.start] != "-":
        return False
    town = first.symbol in _PLACES and _is_capital(second, text)
    return town or (first.symbol == "name" and second.entity is not None and text[second.start].isupper())


def _is_branch(make: Mention, country: Mention, text: str) -> bool:
    """ "Kia Italia", "Motorsport Uk" """
    return (
        (
            make.symbol in ("Automaker", "Brand", "Supplier")
            or (make.symbol == "name" and text[country.start + 1 : country.start + 2].isupper())
        )
        and country.entity is not None
        and text[country.start : country.end].lower() in listed("branches")
        and text[make.end : country.start] == " "
    )


def _firms(read: Sequence[Mention], text: str) -> list[Mention]:
    """A known name with what makes another firm's of it: "Magna Complete Vehicles"."""
    joined: list[Mention] = []
    for mention in read:
        last = joined[-1] if joined else None
        firm = mention.symbol == "name" and is_firm(text[mention.start : mention.end])
        if (
            firm
            and last is not None
            and last.entity is not None
            and last.symbol in ("Automaker", "Brand", "Supplier", "Company", *_PLACES)
            and text[last.end : mention.start] in (" ", "-")
        ):
            joined[-1] = mention._replace(start=last.start, determiner=last.determiner)
        elif (
            mention.symbol == "name"
            and len(joined) > 1
            and joined[-2].symbol == "name"
            and joined[-1].symbol in ("Automaker", "Brand")
            and text[joined[-2].end : joined[-1].start] == text[joined[-1].end : mention.start] == " "
        ):  # "Gulf States Toyota Distributors"
            joined.pop()
            joined[-1] = joined[-1]._replace(end=mention.end)
        else:
            joined.append(mention)
    return joined


def _is_capital(mention: Mention, text: str) -> bool:
    return mention.symbol == "word" and text[mention.start].isupper()


def _settle(
    sentence: Sequence[Mention], i: int, text: str, known: Mapping[str, tuple[Entity, str]]
) -> Mention:
    mention = sentence[i]
    if mention.symbol != "name":
        return mention
    name = text[mention.start : mention.end]
    if name not in known:
        return mention._replace(symbol="word")
    entity, reason = known[name]
    start = mention.start
    if entity.cls == "VehicleModel" and i and _is_make(sentence[i - 1], entity):
        start = sentence[i - 1].start
    note = f"«{name}» is a new {entity.cls}, {reason}"
    symbol = (
        entity.cls if entity.cls != "Person" else "Driver" if _is_with_drivers(sentence, i) else "Manager"
    )
    return mention._replace(start=start, symbol=symbol, entity=entity, lemma=entity.label, note=note)


def _is_with_drivers(sentence: Sequence[Mention], i: int) -> bool:
    """Whether a known driver stands in the same list: "Robert Kubica, Yifei Ye e Phil Hanson"."""
    for step in (-2, 2):
        k = i + step
        while 0 <= k < len(sentence) and sentence[k - step // 2].role in ",&":
            if sentence[k].symbol != "name":
                if sentence[k].symbol == "Driver":
                    return True
                break
            k += step
    return False


def _is_taken(
    sentence: Sequence[Mention], i: int, text: str, known: Mapping[str, tuple[Entity, str]]
) -> bool:
    """Whether a make is part of the new model's name that follows it."""
    if i + 1 >= len(sentence) or sentence[i + 1].symbol != "name":
        return False
    found = known.get(text[sentence[i + 1].start : sentence[i + 1].end])
    return found is not None and found[0].cls == "VehicleModel" and _is_make(sentence[i], found[0])


def _is_make(mention: Mention, model: Entity) -> bool:
    return mention.entity is not None and model.label.startswith(f"{mention.entity.label} ")
