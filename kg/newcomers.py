"""Names that the lexicon does not know, typed by what stands beside them.

"l'amministratore delegato Mario Bianchi" is a person, "la startup svedese Candela" a
company, "la nuova Fiat Grizzly" a model of Fiat. A name that nothing introduces stays a
word like any other. Once typed, the name means the same in the whole document, and a
person also goes by the surname alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.model import Entity, Mention, local_name

_NAME_WORDS = 3
#: Words that follow a make and are no model.
_NOT_MODELS = frozenset(
    [
        "group",
        "groupe",
        "gruppo",
        "italia",
        "italy",
        "europa",
        "europe",
        "germany",
        "france",
        "uk",
        "usa",
        "america",
        "china",
        "motor",
        "motors",
        "company",
        "corporation",
        "corp",
        "cars",
        "automobiles",
        "automobili",
        "auto",
        "racing",
        "club",
        "financial",
        "bank",
        "center",
        "centre",
        "academy",
        "energy",
        "foundation",
        "spa",
        "gmbh",
        "ag",
        "sa",
        "ltd",
        "inc",
        "stellantis",
        "world",
        "rally",
        "team",
        "formula",
        "heritage",
        "classiche",
        "store",
    ]
)


def introduce(
    sentences: Sequence[Sequence[Mention]], text: str, parents: Mapping[str, str]
) -> list[list[Mention]]:
    """The sentences with every new name as one mention of what it is.

    ``parents`` is the hierarchy of classes.
    """
    merged = [_names(sentence, text) for sentence in sentences]
    known: dict[str, tuple[Entity, str]] = {}
    for sentence in merged:
        for i, mention in enumerate(sentence):
            if mention.symbol == "name":
                found = _typed(sentence, i, text, parents)
                if found is not None:
                    entity, _ = found
                    known.setdefault(text[mention.start : mention.end], found)
                    if entity.cls == "Person":
                        known.setdefault(entity.label.split()[-1], found)
    return [
        [_settle(s, i, text, known) for i in range(len(s)) if not _is_taken(s, i, text, known)]
        for s in merged
    ]


def _names(sentence: Sequence[Mention], text: str) -> list[Mention]:
    """Unknown words with a capital, side by side, as one name."""
    read: list[Mention] = []
    for mention in sentence:
        if not _is_capital(mention, text):
            read.append(mention)
            continue
        last = read[-1] if read else None
        if last is not None and last.symbol == "name" and text[last.end : mention.start] in (" ", "-"):
            read[-1] = last._replace(end=mention.end)
        else:
            read.append(mention._replace(symbol="name"))
    return read


def _is_capital(mention: Mention, text: str) -> bool:
    return mention.symbol == "word" and text[mention.start].isupper()


def _typed(
    sentence: Sequence[Mention], i: int, text: str, parents: Mapping[str, str]
) -> tuple[Entity, str] | None:
    """What the words beside a name make of it, with the reason."""
    name = text[sentence[i].start : sentence[i].end]
    words = name.replace("-", " ").split()
    before = sentence[i - 1] if i else None
    if len(words) in range(2, _NAME_WORDS + 1) and all(w.isalpha() and not w.isupper() for w in words):
        title = (
            _title_beside(sentence, i) if not sentence[i].determiner else None
        )  # "del Senato Pietro Grasso"
        if title is not None:
            return _entity(name, "Person"), f"introduced by «{text[title.start : title.end]}»"
    if before is None or not before.end < sentence[i].start <= before.end + 1:
        return None
    noun = sentence[i - 2] if before.symbol == "Nationality" and i > 1 else before
    part_of_name = before is not noun and text[before.start].isupper()  # "Associazione Italiana Nucleare"
    if (
        noun.symbol == "Descriptor"
        and not part_of_name
        and noun.sense is not None
        and noun.sense.number != "p"
    ):
        classes = noun.sense.classes
        cls = "Company" if "Company" in classes else classes[0]
        person_like = cls == "Person" and len(words) > 1
        if person_like or _is_a(cls, "Organization", parents):
            return _entity(name, cls), f"introduced by «{noun.lemma}»"
    if before.symbol in ("Automaker", "Brand") and before.entity is not None and before.sense is not None:
        new = "nuov" in text[max(0, before.start - 8) : before.start]
        coded = any(c.isdigit() for c in name)
        if (new or (coded and before.determiner == "definite")) and words[0].lower() not in _NOT_MODELS:
            return _entity(
                f"{before.entity.label} {name}", "VehicleModel"
            ), f"named after «{before.entity.label}»"
    return None


def _title_beside(sentence: Sequence[Mention], i: int) -> Mention | None:
    """The title that a person bears: "il ceo Y", "il ceo di X, Y", "Y, ceo di X"."""
    after = sentence[i + 1 : i + 3]
    if len(after) > 1 and after[0].symbol == "," and after[1].role == "t":
        return after[1]
    k = i - 1
    if k >= 0 and sentence[k].symbol == ",":
        k -= 1
    if k >= 2 and sentence[k - 1].symbol == "di" and sentence[k].entity is not None:
        k -= 2
    return sentence[k] if k >= 0 and sentence[k].role == "t" and k < i else None


def _entity(label: str, cls: str) -> Entity:
    return Entity(local_name(label), label, cls)


def _is_a(cls: str, ancestor: str, parents: Mapping[str, str]) -> bool:
    while cls and cls != ancestor:
        cls = parents.get(cls, "")
    return bool(cls)


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
    return mention._replace(start=start, symbol=entity.cls, entity=entity, lemma=entity.label, note=note)


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
