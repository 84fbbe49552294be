"""Names that the lexicon does not know, typed by what stands beside them.

"l'amministratore delegato Mario Bianchi" is a person, "la startup svedese Candela" a
company, "la nuova Fiat Grizzly" a model of Fiat, "a Ellabell, in Georgia" a place. A name that nothing introduces stays a
word like any other. Once typed, the name means the same in the whole document, and a
person also goes by the surname alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache

from kg.kinds import is_firm, is_full_name, listed, name_at, typed
from kg.model import Entity, Mention, local_name

_PLACES = ("Place", "Power")
#: What the name of another firm may begin with.
_FIRMS = ("Automaker", "Brand", "Supplier", "Company", *_PLACES)
_PEOPLE = ("Driver", "Manager", "Person")
_TRIM = 3  # words that name a kind of a model: "Rally2 HF Integrale"
_ASIDE = 11  # mentions between two of a list: ", tre volte vincitore della 24 Ore di Le Mans,"
#: What joins the parts of one name without a blank: "Ki-moon", "O'Blenes".
_JOINTS = ("-", "'", "’")


def introduce(
    sentences: Sequence[Sequence[Mention]], text: str, parents: Mapping[str, str], given: Collection[str]
) -> list[list[Mention]]:
    """The sentences with every new name as one mention of what it is.

    ``parents`` is the hierarchy of classes, ``given`` the first names of people, in lower case.
    """
    merged: list[list[Mention]] = []
    named: list[list[int]] = []
    for sentence in sentences:
        read, has_names = _names(sentence, text)
        merged.append(read)
        named.append([i for i, mention in enumerate(read) if mention.symbol == "name"] if has_names else [])
    known: dict[str, tuple[Entity, str]] = {}
    for sentence, names in zip(merged, named, strict=True):
        for i in names:
            found = typed(name_at(sentence, i, text, parents, given))
            if found is not None:
                entity, _ = found
                known.setdefault(text[sentence[i].start : sentence[i].end], found)
                for surname in _surnames(entity):
                    known.setdefault(surname, found)
    for sentence, names in zip(merged, named, strict=True):
        for i in _in_crews(sentence, names, text, known) if names else ():
            label = text[sentence[i].start : sentence[i].end]
            found = Entity(local_name(label), label, "Person"), "in a list of drivers"
            known[label] = found
            for surname in _surnames(found[0]):
                known.setdefault(surname, found)
    return [
        _settled(sentence, names, text, known) if names else sentence
        for sentence, names in zip(merged, named, strict=True)
    ]


def _surnames(entity: Entity) -> Iterator[str]:
    """What a person goes by once named: "Guidi" and "Pier Guidi"."""
    words = entity.label.split() if entity.cls == "Person" else []
    yield from (" ".join(words[k:]) for k in range(len(words) - 1, 0, -1))


def _names(sentence: Sequence[Mention], text: str) -> tuple[list[Mention], bool]:
    """Unknown words with a capital, side by side, as one name; and whether there are any."""
    read: list[Mention] = []
    found = after_name = False
    for mention in sentence:
        symbol = mention.symbol
        if symbol == "word":
            plain = not after_name and not text[mention.start].isupper()
        else:
            plain = mention.entity is None and symbol not in _PLACES
        if plain:  # most are: neither the beginning of a name nor more of one
            read.append(mention)
            after_name = False
            continue
        last = read[-1] if read else None
        if last is not None and (_is_branch(last, mention, text) or _is_half(last, mention, text)):
            read[-1] = last._replace(symbol="name", end=mention.end, entity=None)
            found = True
        elif last is not None and last.symbol == "name" and _is_joined(last, mention, text):
            read[-1] = _up_to(last, mention.end)
        elif not _is_capital(mention, text):
            read.append(mention)
        elif (
            len(read) > 1
            and read[-2].symbol == "name"
            and text[read[-2].end : mention.start].strip().lower() in _inner()
        ):
            read.pop()
            read[-1] = _up_to(read[-1], mention.end)
        elif (
            last is not None
            and last.symbol == "name"
            and ((between := text[last.end : mention.start].strip(" -")) == "" or between in _inner())
        ):
            read[-1] = _up_to(last, mention.end)
        else:
            read.append(_as("name", mention))
            found = True
        after_name = read[-1].symbol == "name"
    return (_firms(read, text) if found else read), found


def _as(symbol: str, mention: Mention) -> Mention:
    """The mention by another symbol; news is full of names, and ``_replace`` takes three times as long."""
    start, end, _, role, entity, value, verb, lemma, note, determiner, sense = mention
    return Mention(start, end, symbol, role, entity, value, verb, lemma, note, determiner, sense)


def _up_to(mention: Mention, end: int) -> Mention:
    """The mention with a new end."""
    return Mention(mention.start, end, *mention[2:])


@cache
def _inner() -> frozenset[str]:
    """What stands between the words of one name: "Klaus von Moltke", "Hellman & Friedman"."""
    return listed("particles") | {"&"}


def _is_joined(name: Mention, mention: Mention, text: str) -> bool:
    """Whether a word goes on with a name without a blank: "Ki-moon", "O'Blenes"."""
    joint = text[name.end : mention.start]
    initial = name.end - name.start == 1 or text[name.end - 2] == " "
    return mention.symbol == "word" and (joint == "-" or (joint in _JOINTS and initial))


def _is_half(first: Mention, second: Mention, text: str) -> bool:
    """Whether what the lexicon knows is only half of a name: "San Paolo-Imi", "Hewlett-Packard"."""
    between = text[first.end : second.start]
    if between == " ":  # "Werder Brema", but not "Coppa Italia"
        club = first.symbol == "name" and second.symbol in _PLACES
        inside = club and text[first.start - 2 : first.start] not in ("", ". ")
        return inside and text[second.start : second.end].lower() not in listed("branches")
    if between != "-":
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
        if mention.symbol != "name" or last is None:
            joined.append(mention)
        elif (
            last.entity is not None
            and last.symbol in _FIRMS
            and text[last.end : mention.start] in (" ", "-")
            and is_firm(text[mention.start : mention.end])
        ):
            joined[-1] = mention._replace(start=last.start, determiner=last.determiner)
        elif (
            len(joined) > 1
            and joined[-2].symbol == "name"
            and last.symbol in ("Automaker", "Brand")
            and text[joined[-2].end : last.start] == text[last.end : mention.start] == " "
        ):  # "Gulf States Toyota Distributors"
            joined.pop()
            joined[-1] = joined[-1]._replace(end=mention.end)
        else:
            joined.append(mention)
    return joined


def _is_capital(mention: Mention, text: str) -> bool:
    return mention.symbol == "word" and text[mention.start].isupper()


def _settled(
    sentence: Sequence[Mention], names: Sequence[int], text: str, known: Mapping[str, tuple[Entity, str]]
) -> list[Mention]:
    """A sentence with each of its ``names`` as what is known of it, or as a word."""
    settled = list(sentence)
    found = {i: known.get(text[sentence[i].start : sentence[i].end]) for i in names}
    racing = _with_drivers(sentence, names) if any(f and f[0].cls == "Person" for f in found.values()) else ()
    makes = []
    for i, what in found.items():
        name = sentence[i]
        if what is None:
            trim = _trim(sentence, i, text)
            if trim is not None:
                settled[i] = trim
                makes.append(i - 1)
            else:
                settled[i] = _as("word", name)
            continue
        entity, reason = what
        start = name.start
        if entity.cls == "VehicleModel" and i and _is_make(sentence[i - 1], entity):
            start = sentence[i - 1].start
            makes.append(i - 1)
        symbol = entity.cls if entity.cls != "Person" else "Driver" if i in racing else "Manager"
        note = f"«{text[name.start : name.end]}» is a new {entity.cls}, {reason}"
        settled[i] = name._replace(start=start, symbol=symbol, entity=entity, lemma=entity.label, note=note)
    for i in reversed(makes):  # a part of the model's name that follows
        del settled[i]
    return settled


def _in_crews(
    sentence: Sequence[Mention], names: Sequence[int], text: str, known: Mapping[str, tuple[Entity, str]]
) -> Iterator[int]:
    """The names that nothing introduces, in a list that "e" closes and that has nobody but people, one of them a driver."""
    if not any(m.symbol == "Driver" for m in sentence):
        return
    new = {i for i in names if text[sentence[i].start : sentence[i].end] not in known}
    new = {i for i in new if is_full_name(text[sentence[i].start : sentence[i].end])}
    people = {
        i
        for i in names
        if (w := known.get(text[sentence[i].start : sentence[i].end])) and w[0].cls == "Person"
    }
    people.update(i for i, m in enumerate(sentence) if m.symbol in _PEOPLE)
    done: set[int] = set()
    for i in new:
        if i in done:
            continue
        members = [i]
        while (k := _beside(sentence, members[-1], 1, new | people)) is not None:
            members.append(k)
        while (k := _beside(sentence, members[0], -1, new | people)) is not None:
            members.insert(0, k)
        done.update(members)
        closed = (
            any(m.symbol == "&" for m in sentence[members[-2] + 1 : members[-1]]) if members[1:] else False
        )
        if closed and any(sentence[k].symbol == "Driver" for k in members):
            yield from (k for k in members if k in new)


def _beside(sentence: Sequence[Mention], i: int, step: int, listed: Collection[int]) -> int | None:
    """The next of a list on one side of a name: over "e il brasiliano", over ", due volte vincitore,"."""
    k, commas, apart = i + step, 0, 0
    while 0 <= k < len(sentence) and apart < _ASIDE:
        mention = sentence[k]
        if k in listed:
            return k if commas and sentence[min(i, k) + 1].role in ",&" else None
        if mention.role in "v;sri" or mention.symbol in ("name", *_PEOPLE):
            return None
        commas += mention.role in ",&"
        k += step
        apart += 1
    return None


def _with_drivers(sentence: Sequence[Mention], names: Sequence[int]) -> set[int]:
    """The names in whose list a known driver stands: "Robert Kubica, Yifei Ye e Phil Hanson"."""
    drivers = [i for i, m in enumerate(sentence) if m.symbol == "Driver"]
    if not drivers:
        return set()
    members = {*names, *drivers}
    found: set[int] = set()
    for step, order in ((-1, names), (1, reversed(names))):
        beside: set[int] = set()  # each name takes over what the one before it in the list has found
        for i in order:
            k = _beside(sentence, i, step, members)
            if k is not None and (sentence[k].symbol == "Driver" or k in beside):
                beside.add(i)
        found |= beside
    return found


def _trim(sentence: Sequence[Mention], i: int, text: str) -> Mention | None:
    """A model with the name of one of its kind: "Skoda Fabia" and "RS Rally2"."""
    model, name = sentence[i - 1] if i else None, sentence[i]
    if (
        model is None
        or model.entity is None
        or model.symbol != "VehicleModel"
        or text[model.end : name.start] != " "
    ):
        return None
    words = text[name.start : name.end].split()
    if len(words) > _TRIM or name.determiner or is_firm(words[-1]):
        return None
    end = name.end + (text[name.end : name.end + 1] == "+")
    if end == name.end and all(word.lower() in listed("drives") for word in words):
        return None  # "la Dacia Bigster Hybrid" is the Bigster, "la MG3 Hybrid+" is one of its own
    label = f"{model.entity.label} {text[name.start : end]}"
    entity = Entity(local_name(label), label, "VehicleModel")
    note = f"«{text[name.start : end]}» is a kind of {model.entity.label}"
    return model._replace(end=end, entity=entity, lemma=label, note=note)


def _is_make(mention: Mention, model: Entity) -> bool:
    return mention.entity is not None and model.label.startswith(f"{mention.entity.label} ")
