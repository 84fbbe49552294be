"""Who is meant: "la casa tedesca", "l'azienda", "la svedese", "i dazi", a subject left out.

One pass over the document in reading order. Whatever is resolved keeps the
reason in its note; where two candidates are equally good nothing is resolved,
and the mention is counted. Nothing is invented here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from kg.clauses import find_subject, main_subject
from kg.lexicon import Lexicon, fold
from kg.model import Entity, Mention, Source, local_name

#: What a sentence can be about, and so what a later one can leave out.
_SUBJECTS = ("Organization", "Person", "VehicleModel")
#: A bare demonym ("la svedese") stands for a company.
_COMPANIES = ("Company", "Brand")
_FAR = 40  # sentences over which "la casa tedesca" finds its name: an article, not a file of many
_REACH = 3  # sentences over which a subject stays in mind
_MEMORY = 6  # and over which the theme of the article does


@dataclass(slots=True)
class Reading:
    """A document as understood: its mentions sentence by sentence, and what each sentence is about.

    ``topics[i]`` is what a subject left out in sentence ``i`` stands for, or
    None when the sentence before was about nobody known. ``named`` are the
    entities of the document in order, with the sentence that first names each.
    """

    sentences: list[list[Mention]] = field(default_factory=list)
    topics: list[Entity | None] = field(default_factory=list)
    named: dict[Entity, int] = field(default_factory=dict)
    unresolved: list[Mention] = field(default_factory=list)
    theme: Entity | None = None
    #: The paragraph of each sentence, and the one vehicle that the article is about (see ``focus``).
    paragraphs: Sequence[int] = ()
    model: Entity | None = None


def resolve(
    sentences: Sequence[Sequence[Mention]], paragraphs: Sequence[int], text: str, lexicon: Lexicon
) -> Reading:
    """Read the sentences in order, giving an entity to each mention that refers back."""
    return _Resolver(lexicon, text, sentences).read(paragraphs)


def employer(person: Entity, reading: Reading, lexicon: Lexicon, source: Source) -> Entity | None:
    """The organization of the document that a person leads, on the day it was published."""
    day = source.published.isoformat() if source.published else ""
    named = {entity.label: entity for entity in reading.named}
    makes = (lexicon.entities.get(lexicon.brands.get(label, "")) for label in tuple(named))
    named.update({make.label: make for make in makes if make})  # "la BMW iX3 … il ceo Zipse"
    for post in lexicon.posts.get(person.label, ()):
        if post.organization in named and named[post.organization].cls != "Place" and post.held_on(day):
            return named[post.organization]
    return None


def _count(mention: Mention) -> int:
    """How many a numeral says: "i due"."""
    value = mention.value
    whole = value is not None and value.kind == "Number" and value.number is not None and not value.high
    return int(value.number) if whole and value is not None and value.number is not None else 0


def plant_of(mention: Mention, town: Entity) -> Entity:
    """ "lo stabilimento di Melfi" is one thing for everybody: what it is, and the town."""
    identity = local_name(f"{mention.symbol}_{town.label}")
    return Entity(identity, f"{mention.lemma} di {town.label}", mention.symbol, place=town.label, named=False)


class _Resolver:
    """The state of one pass: what was named so far, and who the text is about."""

    def __init__(self, lexicon: Lexicon, text: str, sentences: Sequence[Sequence[Mention]]) -> None:
        self.lexicon, self.text, self.sentences = lexicon, text, sentences
        self.reading = Reading()
        self.subjects: list[tuple[Entity, int]] = []
        counts = Counter(
            m.entity for s in sentences for m in s if m.entity and self._is(m.entity, "Organization")
        )
        first = {entity: -i for i, entity in enumerate(counts)}
        #: What the document as a whole is about: its most frequent organization, the first of equals.
        self.theme = max(counts, key=lambda e: (counts[e], first[e]), default=None)
        self.reading.theme = self.theme
        self.tariffs: set[str] = set()
        #: Every entity of the document, and for those read so far the last sentence that names them.
        self.present = {m.entity for s in sentences for m in s if m.entity and m.symbol != "Nationality"}
        #: The sentences that name each, in order: a file may hold many articles.
        self.places: defaultdict[Entity, list[int]] = defaultdict(list)
        for k, s in enumerate(sentences):
            for m in s:
                if m.entity and m.symbol != "Nationality":
                    self.places[m.entity].append(k)
        self.last: dict[Entity, int] = {}

    def read(self, paragraphs: Sequence[int]) -> Reading:
        reading = self.reading
        reading.paragraphs = paragraphs
        topic: Entity | None = None
        for number, mentions in enumerate(self.sentences):
            new_paragraph = number > 0 and paragraphs[number] != paragraphs[number - 1]
            reading.topics.append(topic if not new_paragraph or topic == self.theme else None)
            read = self._sentence(list(mentions), number)
            reading.sentences.append(read)
            subject = main_subject(read, self._can_be_subject)
            if subject is None:
                topic = None
            elif subject:
                topic = read[subject[-1]].entity if len(subject) == 1 else None
                self.subjects.extend((e, number) for k in subject if (e := read[k].entity))
        self._settle_tariffs()
        return reading

    # ------------------------------------------------------------------ a sentence

    def _sentence(self, mentions: list[Mention], number: int) -> list[Mention]:
        read: list[Mention] = []
        i = 0
        while i < len(mentions):
            mention = self._battery_plant(mentions[i], mentions[i + 1 : i + 3])
            following = mentions[i + 1] if i + 1 < len(mentions) else None
            if mention.symbol == "Descriptor":
                rest = mentions[i + 1 :]
                read.extend(
                    self._several(mention, read, rest, number)
                    or [self._descriptor(mention, read, rest, number)]
                )
            elif mention.symbol == "Demonym" and self._is_people_of(mention, mentions[i + 1 : i + 3]):
                read.append(mention)
                i += 1  # "gli americani di Lyten" is as "l'americana Lyten"
            elif mention.symbol == "Demonym":
                read.extend(self._demonym(mention, mentions[i + 1 : i + 3], number))
            elif home := self._home_in_name(mention):
                read.extend(home)
            elif self._is_seat_that_acts(mention, read, following):
                read.append(self._seated(mention))
            elif self._is_plant_of_a_town(mention, mentions[i + 1 : i + 3]):
                town = mentions[i + 2].entity
                read.append(mention._replace(entity=plant_of(mention, town)) if town else mention)
            elif self._is_counted(mention, read):
                start = read.pop().start
                read.append(mention._replace(start=start))
            elif mention.symbol == "JointVenture" and mention.entity is None:
                read.append(self._kind(mention, read, mentions[i + 1 : i + 4]))
            elif mention.symbol == "Tariff":
                read.append(self._tariff(mention, read, mentions[i + 1 :]))
            elif mention.lemma == "quelli":
                read.append(self._those(mention, read, mentions[i + 1 :]))
            elif self._is_edition(mention, following):
                assert following is not None
                read.append(self._edition(mention, following))
                i += 1
            else:
                read.append(mention)
            if read[-1].entity is not None and read[-1].symbol != "Nationality":
                self.reading.named.setdefault(read[-1].entity, number)
                self.last[read[-1].entity] = number
            i += 1
        return read

    def _descriptor(
        self, mention: Mention, read: list[Mention], rest: Sequence[Mention], number: int
    ) -> Mention:
        sense = mention.sense
        assert sense is not None
        if self._is_apposition(sense.classes, rest) or self._is_named_after(sense.classes, rest):
            return mention
        if (
            mention.determiner != "definite"
            or sense.number == "p"
            or self._is_founded(mention, sense.classes)
        ):
            return self._new_thing(mention, read)
        if read and self.text[mention.start].isupper() and not {"Automaker", "VehicleModel"} & set(sense.classes):
            return mention._replace(symbol="Common")  # "la Banca di Roma" is a name
        home, end = self._home(rest)
        named = read[-2].entity if len(read) > 1 and read[-1].symbol == "," else None
        if sense.relational and (not home or named is not None):
            return mention._replace(symbol="Common")
        leader = self._leader([m for m in rest if m.start >= end])
        if leader is not None:  # "il gruppo guidato da John Elkann"
            found = self._led_by(leader, sense.classes)
        elif named is not None and self._fits(named, sense.classes) and not self._acts(rest):
            # "Exor, la holding che…"
            found = named, "which it stands beside"
        else:
            found = self._candidate(sense.classes, home, read, number)
        if found is None:
            self.reading.unresolved.append(mention)
            return mention._replace(symbol="Common")
        entity, reason = found
        words = self.text[mention.start : end or mention.end]
        note = f"«{words}» is {entity.label}, {reason}"
        return mention._replace(symbol=f"{entity.cls}:described", entity=entity, note=note)

    @staticmethod
    def _leader(rest: Sequence[Mention]) -> Entity | None:
        """Who is said to lead: "(il gruppo) guidato da John Elkann"."""
        if len(rest) < 3 or rest[0].role != "i" or rest[1].symbol != "da" or rest[2].entity is None:
            return None
        return rest[2].entity if rest[2].entity.cls == "Person" else None

    @staticmethod
    def _acts(rest: Sequence[Mention]) -> bool:
        """Whether a verb of its own follows a noun: then a new clause begins with it."""
        return next((m.role for m in rest if m.role != "a"), "") == "v"

    def _is_apposition(self, classes: Sequence[str], rest: Sequence[Mention]) -> bool:
        """ "il colosso cinese BYD": the noun only introduces the name."""
        for mention in rest[:4]:
            if mention.entity is not None and mention.role == "n":
                return any(self._is(mention.entity, cls) for cls in classes)
            if mention.role != "a" and mention.symbol not in ("word", "Demonym"):
                luxury = (
                    mention is rest[0] and mention.symbol == "di" and rest[1:2] and rest[1].symbol == "word"
                )
                if not luxury:  # "il marchio di lusso cinese Hongqi"
                    return False
        return False

    def _is_named_after(self, classes: Sequence[str], rest: Sequence[Mention]) -> bool:
        """ "il marchio di lusso di Toyota, Lexus, arriva": the name stands between commas."""
        comma = next((k for k, m in enumerate(rest[:6]) if m.role == ","), 0)
        if not comma or rest[0].symbol not in ("di", "word", "Nationality") or comma + 2 >= len(rest):
            return False
        name = rest[comma + 1]
        related = any(m.entity for m in rest[:comma] if m.role == "n")
        closed = rest[comma + 2].role == "," and name.role == "n" and name.entity is not None
        return related and closed and name.entity is not None and self._fits(name.entity, classes)

    def _is_founded(self, mention: Mention, classes: Sequence[str]) -> bool:
        """ "la nuova società": none that was named, while "la nuova vettura" may be."""
        before = self.text[max(0, mention.start - 8) : mention.start].lower()
        return "nuov" in before and "VehicleModel" not in classes

    def _several(
        self, mention: Mention, read: list[Mention], rest: Sequence[Mention], number: int
    ) -> list[Mention]:
        """ "le due case giapponesi": a list of as many as were named, if no more and no fewer fit."""
        sense, count = mention.sense, _count(read[-1]) if read else 0
        if sense is None or count < 2 or mention.determiner != "definite" or mention.entity is not None:
            return []
        home, end = self._home(rest)
        if sense.relational and not home:
            return []
        acting = self._governing_subject(read)
        meant = self._last_named(count, sense.classes, home, number, acting)
        beside = read[-3].entity if len(read) > 2 and read[-2].symbol == "," else None
        if not meant or beside in meant:  # "Skoda e Seat, i due marchi di…"
            return []
        start = read.pop().start
        names = ", ".join(entity.label for entity in meant)
        note = f"«{self.text[start : end or mention.end]}» are {names}, the {count} that were named"
        one = mention._replace(start=start, note=note)
        listed: list[Mention] = []
        for k, entity in enumerate(meant):
            if k:
                symbol = "&" if k == len(meant) - 1 else ","
                listed.append(Mention(mention.end, mention.end, symbol, symbol))
            listed.append(one._replace(symbol=f"{entity.cls}:described", entity=entity))
        return listed

    def _last_named(
        self, count: int, classes: Sequence[str], home: str, number: int, acting: Collection[Entity]
    ) -> list[Entity]:
        """The ``count`` things of the classes that stand nearest before, or that the whole article names."""

        def fits(entity: Entity) -> bool:
            return (
                entity not in acting
                and self._fits(entity, classes)
                and not self._is(entity, "Media")
                and (not home or self._lives(entity, home))
            )

        for reach in range(_REACH + 1):
            near = [e for e, sentence in self.last.items() if number - sentence <= reach and fits(e)]
            if len(near) == count:
                return near
            if len(near) > count:
                return []
        so_far = [e for e in self.last if fits(e)]
        return so_far if len(so_far) == count else []

    def _new_thing(self, mention: Mention, read: list[Mention]) -> Mention:
        """ "un suv", "sei nuovi modelli": not who was spoken of, but something new."""
        sense = mention.sense
        counted = bool(read) and read[-1].symbol == "Number"
        if (
            sense is not None
            and "VehicleModel" in sense.classes
            and (counted or mention.determiner == "indefinite")
        ):
            start = read.pop().start if counted else mention.start
            return mention._replace(symbol="VehicleModel", start=start)
        return mention._replace(symbol="Common")

    def _home(self, rest: Sequence[Mention]) -> tuple[str, int]:
        """The nationality or the town that follows, and where it ends."""
        for mention in rest[:2]:  # "l'azienda cinese", "l'azienda elettrica milanese"
            if mention.symbol == "Nationality" and mention.entity and self.text[mention.start].islower():
                return mention.entity.label, mention.end
            if mention.symbol != "word":
                break
        if (
            len(rest) > 1
            and rest[0].symbol == "di"
            and rest[1].symbol in ("Place", "Power")
            and rest[1].entity
        ):
            return rest[1].entity.label, rest[1].end
        return "", 0

    def _candidate(
        self, classes: Sequence[str], home: str, read: list[Mention], number: int
    ) -> tuple[Entity, str] | None:
        excluded = self._governing_subject(read)
        if home:
            verb = next((m.lemma for m in reversed(read) if m.role == "v"), "")
            return self._by_home(classes, home, number, excluded if verb == "essere" else ())
        reach = 1 if "Person" in classes else _REACH  # "il manager" is whom the last sentence named
        for entity, sentence in reversed(self.subjects):
            if number - sentence > reach:
                break
            if self._fits(entity, classes) and entity not in excluded:
                return entity, "whom the text is speaking of"
        rivals = {
            e for e, s in self.last.items() if number - s <= _REACH and self._fits(e, classes)
        } - excluded
        theme = self.theme
        in_mind = theme is not None and number - self.last.get(theme, -_MEMORY) < _MEMORY
        if theme is not None and in_mind and self._fits(theme, classes) and theme not in excluded:
            return theme, "whom the article is about"
        if len(rivals) == 1:
            return rivals.pop(), "the only one named nearby"
        return None

    def _led_by(self, person: Entity, classes: Sequence[str]) -> tuple[Entity, str] | None:
        """The organization of the document where the lexicon knows the person to work, or to have worked."""
        posts = {post.organization for post in self.lexicon.posts.get(person.label, ())}
        led = sorted(e for e in self.present if e.label in posts and self._fits(e, classes))
        return (led[0], f"where {person.label} is known to work") if len(led) == 1 else None

    def _around(self, number: int) -> Iterator[Entity]:
        """What is named not too far from a sentence, before it or after."""
        for entity, named in self.places.items():
            k = bisect_left(named, number - _FAR)
            if k < len(named) and named[k] <= number + _FAR:
                yield entity

    def _by_home(
        self, classes: Sequence[str], home: str, number: int, excluded: Collection[Entity] = ()
    ) -> tuple[Entity, str] | None:
        """ "la casa tedesca": the only one of the document, or of all, that is at home there.

        Whoever is said to be something of it is ``excluded``: "Apollo Go è una divisione del gruppo di Pechino".
        """
        here = {e for e in self.last if self._fits(e, classes) and self._lives(e, home)}
        here = here.difference(excluded) or here
        here = {e for e in here if number - self.last[e] <= _FAR}
        later = {
            e for e in self._around(number) if self._fits(e, classes) and self._lives(e, home)
        }
        for candidates, where in ((here, "named before"), (later, "named in the article")):
            if len(candidates) == 1:
                return next(iter(candidates)), f"the only one from {home} {where}"
        if here:
            near = {e for e in here if number - self.last[e] <= 1}
            if len(near) == 1:
                return near.pop(), f"the only one from {home} named nearby"
            recent = next((e for e, _ in reversed(self.subjects) if e in here), None)
            if recent is None and self.theme in here:
                recent = self.theme
            return (recent, f"the last from {home} that was spoken of") if recent else None
        if self.lexicon.entities[home].cls == "Place" and not self.lexicon.powers.get(home):
            everywhere = [
                e
                for e in self.lexicon.entities.values()
                if self._fits(e, classes) and home in self.lexicon.homes.get(e.label, ())
            ]
            if len(everywhere) == 1:
                return everywhere[0], f"the only one from {home}"
        return None

    def _home_in_name(self, mention: Mention) -> list[Mention]:
        """ "la casa di Maranello", "la casa bavarese": a name that also tells where its bearer is at home."""
        words = self.text[mention.start : mention.end].split(maxsplit=1)
        if mention.entity is None or len(words) < 2 or fold(words[0]) not in self.lexicon.forms:
            return []
        if not any(sense.symbol == "Descriptor" for sense in self.lexicon.forms[fold(words[0])]):
            return []
        preposition, _, town = words[1].partition(" ")
        is_town = preposition == "di" and bool(town)
        home = self._place(fold(town if is_town else words[1]), mention.entity, "n" if is_town else "a")
        if home is None:
            return []
        bearer = self._neighbour(mention, home) or mention.entity
        note = f"«{self.text[mention.start : mention.end]}» is {bearer.label}"
        end = mention.start + len(words[0])
        name = mention._replace(end=end, symbol=f"{bearer.cls}:described", entity=bearer, note=note)
        at = mention.end - len(town if is_town else words[1])
        where = Mention(at, mention.end, "Place" if is_town else "Nationality", "n" if is_town else "a", home)
        return [name, Mention(end + 1, end + 3, "di", "p"), where] if is_town else [name, where]

    def _neighbour(self, mention: Mention, home: Entity) -> Entity | None:
        """Who else is at home there, when only this nickname speaks of its bearer: in news of Porsche, "la Casa di Stoccarda"."""
        written = self.text[mention.start : mention.end].lower()
        for sentence in self.sentences:
            for m in sentence:
                if m.entity == mention.entity and self.text[m.start : m.end].lower() != written:
                    return None
        makes = [
            e
            for e in self.present
            if e != mention.entity and self._fits(e, ("Automaker", "Brand")) and self._lives(e, home.label)
        ]
        return makes[0] if len(makes) == 1 else None

    def _place(self, form: str, bearer: Entity, role: str) -> Entity | None:
        """The place of a form where the bearer of a name is at home."""
        places = (
            s.entity for s in self.lexicon.forms.get(form, ()) if s.entity is not None and s.role == role
        )
        return next((p for p in places if p.cls == "Place" and self._lives(bearer, p.label)), None)

    def _is_people_of(self, mention: Mention, rest: Sequence[Mention]) -> bool:
        """ "gli americani di Lyten": a company by its people."""
        return (
            len(rest) > 1
            and self._is_plural(self.text[mention.start : mention.end])
            and rest[0].symbol == "di"
            and rest[1].entity is not None
            and self._is(rest[1].entity, "Organization")
            and rest[1].role == "n"
        )

    def _is_seat_that_acts(self, mention: Mention, read: list[Mention], following: Mention | None) -> bool:
        """ "Maranello presenta…", "il responsabile di Maranello": the town for the company that sits there."""
        if (
            mention.symbol != "Place"
            or mention.entity is None
            or mention.entity.label not in self.lexicon.towns
        ):
            return False
        acts = (not read or read[-1].role not in "pn,&") and following is not None and following.role == "v"
        led = len(read) > 1 and read[-1].symbol == "di" and read[-2].role == "t"
        return (acts or led) and len(self._seated_in(mention.entity.label)) == 1

    def _seated_in(self, town: str) -> list[Entity]:
        """The companies of the document whose seat is in the town."""
        return [
            e
            for e in self.present
            if self._fits(e, _COMPANIES) and town in self.lexicon.homes.get(e.label, ())
        ]

    def _seated(self, mention: Mention) -> Mention:
        assert mention.entity is not None
        entity = self._seated_in(mention.entity.label)[0]
        note = f"«{mention.entity.label}» is {entity.label}, which sits there"
        return mention._replace(symbol=f"{entity.cls}:described", entity=entity, note=note)

    def _demonym(self, mention: Mention, rest: Sequence[Mention], number: int) -> list[Mention]:
        """ "la svedese ha…" is a company; "la cinese Xpeng" says where Xpeng is from."""
        plain = mention._replace(symbol="Nationality")
        words = self.text[mention.start : mention.end]
        assert mention.entity is not None
        following = rest[0] if rest else None
        if self._is_one_there(mention.entity.label, rest):
            return [plain]
        if following is not None and following.role in "nt":
            adjacent = not self.text[mention.end : following.start].strip()
            introduces = following.entity is not None and adjacent and words.islower()
            return [mention if introduces else plain]
        continent = not self.lexicon.within.get(mention.entity.label)
        if continent or (not self._is_plural(words) and not self._is_feminine(mention)):
            return [plain]  # "il francese" is a man
        found = self._by_home(_COMPANIES, mention.entity.label, number)
        if found is None or found[0] not in self.last:
            return [plain]
        if self._is_plural(words) and not self._are_one(found[0], mention.entity.label, number):
            return [plain]
        entity, reason = found
        note = f"«{words}» is {entity.label}, {reason}"
        return [mention._replace(symbol=f"{entity.cls}:described", role="n", entity=entity, note=note), plain]

    def _is_one_there(self, country: str, rest: Sequence[Mention]) -> bool:
        """ "quello tedesco di Arnstadt": a site, not a company."""
        town = rest[1].entity if len(rest) > 1 and rest[0].symbol in ("di", "a") else None
        return town is not None and town.cls == "Place" and self.lexicon.lies_in(town.label, country)

    def _are_one(self, company: Entity, home: str, number: int) -> bool:
        """Whether "i francesi" are the people of a company: the only one from there, and just spoken of."""
        others = {
            e
            for e in self._around(number)
            if e != company and self._is(e, "Organization") and self._lives(e, home)
        }
        return not others and number - self.last[company] <= _REACH

    def _is_feminine(self, demonym: Mention) -> bool:
        words = self.text[demonym.start : demonym.end].lower()
        article = self.text[max(0, demonym.start - 3) : demonym.start].lower()
        return words.endswith("a") or (words.endswith("e") and article == "la ")

    def _is_plural(self, adjective: str) -> bool:
        """ "le tedesche", "i cinesi": not one company."""
        singular = adjective[:-1] + "a"
        return adjective.endswith(("i", "che", "ghe")) or (
            adjective.endswith("e") and singular in self.lexicon.forms
        )

    def _governing_subject(self, read: list[Mention]) -> set[Entity]:
        """Who acts on the mention, and so is not meant by it: "Volkswagen sostiene l'azienda"."""
        for k in range(len(read) - 1, -1, -1):
            if read[k].role in "rs;":
                return set()
            if read[k].role == "v":
                subject = find_subject(read, k, lambda m: m.entity is not None)
                return {e for i in subject or () if (e := read[i].entity)}
        return set()

    def _is_plant_of_a_town(self, mention: Mention, rest: Sequence[Mention]) -> bool:
        if mention.entity is not None or not self.lexicon.is_a(mention.symbol, "Facility") or len(rest) < 2:
            return False
        place = rest[1].entity
        return rest[0].symbol in ("di", "a") and place is not None and place.label in self.lexicon.towns

    @staticmethod
    def _battery_plant(mention: Mention, rest: Sequence[Mention]) -> Mention:
        """ "una fabbrica da 27 GWh" makes batteries, whatever it is called."""
        capacity = rest[1].value if len(rest) > 1 and rest[0].symbol in ("da", "di") else None
        if mention.symbol == "ProductionPlant" and capacity is not None and capacity.unit == "GW.h":
            return mention._replace(symbol="BatteryPlant")
        return mention

    def _is_counted(self, mention: Mention, read: list[Mention]) -> bool:
        """ "due fabbriche": the number is part of what they are called."""
        counted = bool(read) and read[-1].symbol == "Number" and mention.entity is None
        return counted and self.lexicon.is_a(mention.symbol, "Facility")

    def _kind(self, mention: Mention, read: list[Mention], rest: Sequence[Mention]) -> Mention:
        """ "la joint venture Acc", "Acc, joint venture tra…": what a named thing is, not another one.

        "La joint venture" alone is the only one that the text has named, if it is of those who follow.
        """
        following = rest[0] if rest else None
        if following is not None and following.symbol == mention.symbol and following.entity:
            return mention._replace(symbol="word")
        named = read[-2] if len(read) > 1 and read[-1].symbol == "," else None
        if named is not None and named.symbol == mention.symbol and named.entity:
            return mention._replace(entity=named.entity)
        known = {e for e in self.present if e.cls == mention.symbol}
        parties = [m.entity for m in rest[1:] if m.entity] if rest and rest[0].symbol in ("con", "tra") else []
        if mention.determiner == "definite" and len(known) == 1:
            only = known.pop()
            if all(party.label in self.lexicon.relatives.get(only.label, ()) for party in parties):
                return mention._replace(entity=only, note=f"«{mention.lemma}» is {only.label}, the only one named")
        return mention

    # --------------------------------------------------------------------- tariffs

    def _tariff(self, mention: Mention, read: list[Mention], rest: Sequence[Mention]) -> Mention:
        """Duties are those of whoever imposes them: one thing per power."""
        if len(rest) > 1 and rest[0].symbol == "di" and rest[1].value is not None:
            rest = rest[2:]  # "dazi del 25% imposti da…"
        power = self._power_right(rest) or self._power_left(read) or self._only_authority(read)
        return self._tariff_of(power, mention) if power else mention

    def _those(self, mention: Mention, read: list[Mention], rest: Sequence[Mention]) -> Mention:
        """ "I dazi pesano. Quelli imposti da Washington…", "quelli europei": duties, if no other noun came since."""
        before = [*(self.reading.sentences[-1] if self.reading.sentences else ()), *read]
        noun = next((m for m in reversed(before) if m.symbol == "Tariff" or (m.role == "n" and not m.entity)), None)
        power = self._power_right(rest)
        if noun is None or noun.symbol != "Tariff" or power is None:
            return mention
        return self._tariff_of(power, mention._replace(symbol="Tariff"))

    def _only_authority(self, read: list[Mention]) -> Entity | None:
        """ "La Commissione ha pubblicato il regolamento che introduce dazi", "Trump ha firmato…": whose else?"""
        acting = [m.entity for m in read if m.entity is not None and m.symbol != "Nationality"]
        powers = {power for entity in acting if (power := self._power(entity)) is not None}
        subject = main_subject(read, lambda m: self._power(m.entity) is not None)
        acts = bool(subject) or any(e.cls == "Authority" for e in acting)
        return powers.pop() if len(powers) == 1 and acts else None

    def _power_right(self, rest: Sequence[Mention]) -> Entity | None:
        i = 0
        while i < len(rest) and i < 4 and (rest[i].symbol in ("word", "Nationality") or rest[i].role == "i"):
            if rest[i].symbol == "Nationality":
                return self._power(rest[i].entity)
            i += 1
            if i + 1 < len(rest) and rest[i].role == "p" and rest[i + 1].value is not None:
                i += 2  # "imposti nel 2024 da…"
        if i + 1 < len(rest) and rest[i].symbol in ("di", "da"):
            i += 1 + (rest[i + 1].symbol == "word" and i + 2 < len(rest))  # "dall'amministrazione Trump"
            return self._power(rest[i].entity)
        return self._power(rest[0].entity) if rest else None

    def _power_left(self, read: list[Mention]) -> Entity | None:
        for k in range(len(read) - 1, -1, -1):
            if read[k].role == "v":
                subject = find_subject(read, k, lambda m: self._power(m.entity) is not None)
                return self._power(read[subject[0]].entity) if subject and len(subject) == 1 else None
            if read[k].role in "rs;":
                return None
        return None

    def _power(self, entity: Entity | None) -> Entity | None:
        return self.lexicon.power_of(entity) if entity is not None else None

    def _tariff_of(self, power: Entity, mention: Mention) -> Mention:
        short = next((a.upper() for a in power.aliases if len(a) <= 3), power.label)
        label = f"Dazi {short}"
        self.tariffs.add(label)
        return mention._replace(entity=Entity(local_name(label), label, "Tariff"))

    def _settle_tariffs(self) -> None:
        """Bare "i dazi" are the only ones that the article knows."""
        if len(self.tariffs) != 1:
            return
        label = next(iter(self.tariffs))
        entity = Entity(local_name(label), label, "Tariff")
        for mentions in self.reading.sentences:
            for i, m in enumerate(mentions):
                if m.symbol == "Tariff" and m.entity is None:
                    mentions[i] = m._replace(
                        entity=entity, note=f"«{m.lemma}» are {label}, the only ones in the article"
                    )

    # -------------------------------------------------------------------- editions

    @staticmethod
    def _is_edition(mention: Mention, following: Mention | None) -> bool:
        is_event = mention.symbol in ("Event", "Race")  # of a show the year is only when it is held
        return bool(
            is_event and mention.entity and following and following.value and len(following.value.when) == 4
            and following.start - mention.end == 1
        )  # fmt: skip

    @staticmethod
    def _edition(mention: Mention, year: Mention) -> Mention:
        event = mention.entity
        assert event is not None
        assert year.value is not None
        when = year.value.when
        entity = Entity(f"{event.id}_{when}", f"{event.label} {when}", event.cls)
        return mention._replace(end=year.end, entity=entity)

    # ----------------------------------------------------------------------- tests

    def _is(self, entity: Entity, cls: str) -> bool:
        return self.lexicon.is_a(entity.cls, cls)

    def _fits(self, entity: Entity, classes: Sequence[str]) -> bool:
        """Whether a noun for these classes can stand for an entity; "l'associazione" is no company."""
        return any(entity.cls == cls if cls == "Organization" else self._is(entity, cls) for cls in classes)

    def _lives(self, entity: Entity, home: str) -> bool:
        return any(self.lexicon.lies_in(place, home) for place in self.lexicon.homes.get(entity.label, ()))

    def _can_be_subject(self, mention: Mention) -> bool:
        entity = mention.entity
        return entity is not None and mention.role == "n" and any(self._is(entity, cls) for cls in _SUBJECTS)
