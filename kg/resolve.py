"""Who is meant: "la casa tedesca", "l'azienda", "la svedese", "i dazi", a subject left out.

One pass over the document in reading order. Whatever is resolved keeps the
reason in its note; where two candidates are equally good nothing is resolved,
and the mention is counted. Nothing is invented here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from kg.clauses import find_subject, main_subject
from kg.lexicon import Lexicon
from kg.model import Entity, Mention, Source, local_name

#: What a sentence can be about, and so what a later one can leave out.
_SUBJECTS = ("Organization", "Person", "VehicleModel")
#: A bare demonym ("la svedese") stands for a company.
_COMPANIES = ("Company", "Brand")
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
        self.last: dict[Entity, int] = {}

    def read(self, paragraphs: Sequence[int]) -> Reading:
        reading = self.reading
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
            mention = mentions[i]
            following = mentions[i + 1] if i + 1 < len(mentions) else None
            if mention.symbol == "Descriptor":
                read.append(self._descriptor(mention, read, mentions[i + 1 :], number))
            elif mention.symbol == "Demonym":
                read.extend(self._demonym(mention, following))
            elif self._is_plant_of_a_town(mention, mentions[i + 1 : i + 3]):
                read.append(self._plant(mention, mentions[i + 2]))
            elif mention.symbol == "JointVenture" and mention.entity is None:
                read.append(self._kind(mention, read, following))
            elif mention.symbol == "Tariff":
                read.append(self._tariff(mention, read, mentions[i + 1 :]))
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
        if self._is_apposition(sense.classes, rest):
            return mention
        if (
            mention.determiner != "definite"
            or sense.number == "p"
            or self._is_founded(mention, sense.classes)
        ):
            return self._new_thing(mention, read)
        home, end = self._home(rest)
        named = read[-2].entity if len(read) > 1 and read[-1].symbol == "," else None
        leader = rest[2].entity if len(rest) > 2 and rest[0].role == "i" and rest[1].symbol == "da" else None
        if leader is not None and leader.cls == "Person":  # "il gruppo guidato da John Elkann"
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

    def _is_founded(self, mention: Mention, classes: Sequence[str]) -> bool:
        """ "la nuova società": none that was named, while "la nuova vettura" may be."""
        before = self.text[max(0, mention.start - 8) : mention.start].lower()
        return "nuov" in before and "VehicleModel" not in classes

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
        if home:
            return self._by_home(classes, home)
        excluded = self._governing_subject(read)
        for entity, sentence in reversed(self.subjects):
            if number - sentence > _REACH:
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

    def _by_home(self, classes: Sequence[str], home: str) -> tuple[Entity, str] | None:
        """ "la casa tedesca": the only one of the document, or of all, that is at home there."""
        here = {e for e in self.last if self._fits(e, classes) and self._lives(e, home)}
        later = {e for e in self.present if self._fits(e, classes) and self._lives(e, home)}
        for candidates, where in ((here, "named before"), (later, "named in the article")):
            if len(candidates) == 1:
                return next(iter(candidates)), f"the only one from {home} {where}"
        if here:
            recent = next((e for e, _ in reversed(self.subjects) if e in here), None)
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

    def _demonym(self, mention: Mention, following: Mention | None) -> list[Mention]:
        """ "la svedese ha…" is a company; "la cinese Xpeng" says where Xpeng is from."""
        plain = mention._replace(symbol="Nationality")
        words = self.text[mention.start : mention.end]
        if following is not None and following.role in "nt":
            adjacent = not self.text[mention.end : following.start].strip()
            introduces = following.entity is not None and adjacent and words.islower()
            return [mention if introduces else plain]
        if self._is_plural(words):
            return [plain]
        assert mention.entity is not None
        found = self._by_home(_COMPANIES, mention.entity.label)
        if found is None or found[0] not in self.last:
            return [plain]
        entity, reason = found
        note = f"«{words}» is {entity.label}, {reason}"
        return [mention._replace(symbol=f"{entity.cls}:described", role="n", entity=entity, note=note), plain]

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
    def _plant(mention: Mention, town: Mention) -> Mention:
        """ "lo stabilimento di Melfi" is one thing for everybody: what it is, and the town."""
        assert town.entity is not None
        where = town.entity.label
        identity = local_name(f"{mention.symbol}_{where}")
        entity = Entity(identity, f"{mention.lemma} di {where}", mention.symbol, place=where, named=False)
        return mention._replace(entity=entity)

    @staticmethod
    def _kind(mention: Mention, read: list[Mention], following: Mention | None) -> Mention:
        """ "la joint venture Acc", "Acc, joint venture tra…": what a named thing is, not another one."""
        if following is not None and following.symbol == mention.symbol and following.entity:
            return mention._replace(symbol="word")
        named = read[-2] if len(read) > 1 and read[-1].symbol == "," else None
        if named is not None and named.symbol == mention.symbol and named.entity:
            return mention._replace(entity=named.entity)
        return mention

    # --------------------------------------------------------------------- tariffs

    def _tariff(self, mention: Mention, read: list[Mention], rest: Sequence[Mention]) -> Mention:
        """Duties are those of whoever imposes them: one thing per power."""
        if len(rest) > 1 and rest[0].symbol == "di" and rest[1].value is not None:
            rest = rest[2:]  # "dazi del 25% imposti da…"
        power = self._power_right(rest) or self._power_left(read) or self._only_authority(read)
        return self._tariff_of(power, mention) if power else mention

    def _only_authority(self, read: list[Mention]) -> Entity | None:
        """ "La Commissione ha pubblicato il regolamento che introduce dazi": whose else?"""
        named = {m.entity for m in read if m.entity is not None and m.entity.cls == "Authority"}
        return self._power(named.pop()) if len(named) == 1 else None

    def _power_right(self, rest: Sequence[Mention]) -> Entity | None:
        i = 0
        while i < len(rest) and i < 4 and (rest[i].symbol in ("word", "Nationality") or rest[i].role == "i"):
            if rest[i].symbol == "Nationality":
                return self._power(rest[i].entity)
            i += 1
            if i + 1 < len(rest) and rest[i].symbol == "di" and rest[i + 1].value is not None:
                i += 2
        if i + 1 < len(rest) and rest[i].symbol in ("di", "da"):
            return self._power(rest[i + 1].entity)
        return self._power(rest[0].entity) if rest else None

    def _power_left(self, read: list[Mention]) -> Entity | None:
        for k in range(len(read) - 1, -1, -1):
            if read[k].role == "v":
                subject = find_subject(read, k, lambda m: self._power(m.entity) is not None)
                return self._power(read[subject[-1]].entity) if subject else None
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
        is_event = mention.symbol in ("Event", "Race", "Championship", "MotorShow", "TradeEvent")
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
        return any(self._is(entity, cls) for cls in classes)

    def _lives(self, entity: Entity, home: str) -> bool:
        return any(self.lexicon.lies_in(place, home) for place in self.lexicon.homes.get(entity.label, ()))

    def _can_be_subject(self, mention: Mention) -> bool:
        return mention.entity is not None and mention.role == "n" and self._fits(mention.entity, _SUBJECTS)
