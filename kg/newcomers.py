"""Names that the lexicon does not know, typed by what stands beside them.

"l'amministratore delegato Mario Bianchi" is a person, "la startup svedese Candela" a
company, "la nuova Fiat Grizzly" a model of Fiat, "a Ellabell, in Georgia" a place. A name that nothing introduces stays a
word like any other. Once typed, the name means the same in the whole document, and a
person also goes by the surname alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.model import Entity, Mention, local_name

_NAME_WORDS = 3
#: What lies somewhere.
_SITES = ("ProductionPlant", "BatteryPlant", "DataCenter", "ResearchCenter", "Headquarters", "Facility")
#: What stands between the names of one person: "Klaus von Moltke".
_PARTICLES = frozenset(["de", "von", "van", "der", "den", "bin", "al", "el", "dos", "du", "le", "la"])
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

#: Verbs that only a person is the subject of, at least of a name of two words.
_SAYING = frozenset(
    [
        "dire",
        "dichiarare",
        "spiegare",
        "affermare",
        "commentare",
        "aggiungere",
        "raccontare",
        "sottolineare",
        "ricordare",
        "osservare",
    ]
)
_OF_PEOPLE = _SAYING | frozenset(
    ["guidare", "dirigere", "presiedere", "affidare", "nominare", "subentrare", "succedere", "dimettere"]
)
#: What begins a title and is no name: "il quotidiano The Independent".
_ARTICLES = frozenset(["the", "die", "der", "les", "los"])
#: What the names of companies end with.
_OF_FIRMS = frozenset(
    [
        "group",
        "groupe",
        "international",
        "motors",
        "motor",
        "motorsport",
        "motorsports",
        "automotive",
        "automobiles",
        "automobili",
        "mobility",
        "systems",
        "technologies",
        "technology",
        "tech",
        "electronics",
        "energy",
        "power",
        "vehicles",
        "holdings",
        "holding",
        "capital",
        "ventures",
        "heritage",
        "robotics",
        "materials",
        "chemicals",
        "industries",
        "industrie",
        "engineering",
        "semiconductor",
        "semiconductors",
        "batteries",
        "battery",
        "securities",
        "research",
        "consulting",
        "logistics",
        "steel",
        "racing",
        "spa",
        "gmbh",
        "ag",
        "inc",
        "corp",
        "corporation",
        "company",
        "ltd",
        "llc",
        "nv",
        "plc",
        "foundation",
        "intelligence",
        "dynamics",
        "solutions",
        "services",
        "insurance",
        "partners",
        "labs",
    ]
)
#: What a make's branch in a country is called by: "Kia Italia".
_OF_BRANCHES = frozenset(
    [
        "italia",
        "europa",
        "francia",
        "germania",
        "spagna",
        "america",
        "france",
        "deutschland",
        "europe",
        "uk",
        "iberia",
    ]
)
#: Who has a president and is no name.
_NO_FIRMS = frozenset(
    [
        "consiglio",
        "repubblica",
        "senato",
        "camera",
        "stato",
        "stati",
        "regione",
        "provincia",
        "comune",
        "parlamento",
        "governo",
        "paese",
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
        last = read[-1] if read else None
        if last is not None and _is_branch(last, mention, text):
            read[-1] = last._replace(symbol="name", end=mention.end, entity=None)
            continue
        if not _is_capital(mention, text):
            read.append(mention)
            continue
        if (
            len(read) > 1
            and read[-2].symbol == "name"
            and text[read[-2].end : mention.start].strip() in _PARTICLES
        ):
            last = read[-2]
            read.pop()
        if (
            last is not None
            and last.symbol == "name"
            and text[last.end : mention.start].strip(" -") in ("", *_PARTICLES)
        ):
            read[-1] = last._replace(end=mention.end)
        else:
            read.append(mention._replace(symbol="name"))
    return _firms(read, text)


def _is_branch(make: Mention, country: Mention, text: str) -> bool:
    """ "Kia Italia" """
    return (
        make.symbol in ("Automaker", "Brand", "Supplier")
        and country.entity is not None
        and text[country.start : country.end].lower() in _OF_BRANCHES
        and text[make.end : country.start] == " "
    )


def _firms(read: Sequence[Mention], text: str) -> list[Mention]:
    """A known name with what makes another firm's of it: "Magna Complete Vehicles"."""
    joined: list[Mention] = []
    for mention in read:
        last = joined[-1] if joined else None
        firm = mention.symbol == "name" and _is_firm(text[mention.start : mention.end])
        if (
            firm
            and last is not None
            and last.entity is not None
            and last.symbol in ("Automaker", "Brand", "Supplier", "Company")
            and text[last.end : mention.start] in (" ", "-")
        ):
            joined[-1] = mention._replace(start=last.start, determiner=last.determiner)
        else:
            joined.append(mention)
    return joined


def _is_firm(name: str) -> bool:
    last = name.replace("-", " ").split()[-1].lower()
    return last in _OF_FIRMS or last in _OF_BRANCHES


def _is_capital(mention: Mention, text: str) -> bool:
    return mention.symbol == "word" and text[mention.start].isupper()


def _typed(
    sentence: Sequence[Mention], i: int, text: str, parents: Mapping[str, str]
) -> tuple[Entity, str] | None:
    """What the words beside a name make of it, with the reason."""
    name = text[sentence[i].start : sentence[i].end]
    words = name.replace("-", " ").split()
    if name.lower() in _ARTICLES:
        return None
    before = sentence[i - 1] if i else None
    if len(words) > 1 and (_is_firm(name) or words[-1].lower() in _OF_BRANCHES):
        return _entity(name, "Company"), f"as «{words[-1]}» tells"
    if len(words) in range(2, _NAME_WORDS + 1) and all(w.isalpha() and not w.isupper() for w in words):
        deed = _deed_beside(sentence, i)
        if deed is not None:
            return _entity(name, "Person"), f"as «{text[deed.start : deed.end]}» tells"
        title = (
            _title_beside(sentence, i) if not sentence[i].determiner else None
        )  # "del Senato Pietro Grasso"
        if title is not None:
            return _entity(name, "Person"), f"introduced by «{text[title.start : title.end]}»"
    noun = _apposed(sentence, i) if i or len(words) > 1 or name[1:] != name[1:].lower() else None
    if noun is not None and noun.sense is not None:
        cls = "Company" if "Company" in noun.sense.classes else noun.sense.classes[0]
        if _is_a(cls, "Organization", parents) or (cls == "Person" and len(words) > 1):
            return _entity(name, cls), f"introduced by «{noun.lemma}»"
    if words[0].lower() not in _NO_FIRMS and _is_led(sentence, i):
        chief = sentence[i - 2].symbol == "ChiefTitle"
        return _entity(
            name, "Company" if chief else "Organization"
        ), f"where a «{sentence[i - 2].lemma}» works"
    if before is None or not before.end < sentence[i].start <= before.end + 1:
        return None
    if _is_town(sentence, i, words, text):
        return _entity(name, "Place"), "followed by where it lies"
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
    if before.symbol == "Demonym" and len(words) == 1 and _is_feminine(before, text):
        return _entity(name, "Company"), f"introduced by «{text[before.start : before.end]}»"
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
    after = [m for m in sentence[i + 1 : i + 4] if m.symbol != "ex"]
    if len(after) > 1 and after[0].symbol == "," and after[1].role == "t":
        return after[1]
    k = i - 1
    if k >= 0 and sentence[k].symbol == ",":
        k -= 1
    if k >= 2 and sentence[k - 1].symbol == "di" and (sentence[k].entity or sentence[k].symbol == "name"):
        k -= 2
    return sentence[k] if k >= 0 and sentence[k].role == "t" and k < i else None


def _deed_beside(sentence: Sequence[Mention], i: int) -> Mention | None:
    """The verb beside a name that only a person goes with: "X guida", "ha detto X", "guidata da X"."""
    after = sentence[i + 1] if i + 1 < len(sentence) else None
    before = sentence[i - 1] if i else None
    if after is not None and after.role == "v" and after.lemma in _OF_PEOPLE:
        return after
    if before is not None and before.role == "v" and before.lemma in _SAYING:
        return before
    led = (
        i > 1 and before is not None and before.symbol in ("da", "a") and sentence[i - 2].lemma in _OF_PEOPLE
    )
    return sentence[i - 2] if led else None


def _apposed(sentence: Sequence[Mention], i: int) -> Mention | None:
    """The noun that says what a name is: "Streparava, azienda bresciana"."""
    after = sentence[i + 1 : i + 3]
    if len(after) < 2 or after[0].symbol != "," or after[1].symbol != "Descriptor" or after[1].determiner:
        return None
    return after[1] if after[1].sense is not None and after[1].sense.number != "p" else None


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
    bare = text[before.start : before.end] in ("a", "ad", "di", "da")
    at_site = before.symbol == "di" and i > 1 and sentence[i - 2].symbol in _SITES
    if not bare or (before.symbol == "di" and not at_site) or not all(w.isalpha() for w in words):
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
    if shape[1:3] == ["Place", ","]:  # "(Georgia)"
        return True
    region = next((k for k, m in enumerate(after) if m.symbol in ("Place", "Power")), 0)
    way = after[1:region]  # "nel nord della Germania"
    return (
        region > 1
        and way[0].symbol in ("in", "a")
        and all(m.role == "p" or m.symbol.startswith("word") for m in way)
    )


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
    symbol = "Manager" if entity.cls == "Person" else entity.cls
    return mention._replace(start=start, symbol=symbol, entity=entity, lemma=entity.label, note=note)


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
