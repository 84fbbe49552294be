"""Who is meant: "la casa tedesca", "l'azienda", "la svedese", "i dazi", a subject left out.

One pass over the document in reading order. Whatever is resolved keeps the
reason in its note; where two candidates are equally good nothing is resolved,
and the mention is counted. Nothing is invented here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import attrgetter

from kg.antecedents import ENTITY
from kg.clauses import main_subject
from kg.duties import Duties
from kg.lexicon import Lexicon
from kg.model import Entity, Mention
from kg.natives import Natives
from kg.pronouns import with_objects
from kg.reading import SITES, Reading, plant_of

#: What a sentence can be about, and so what a later one can leave out.
_SUBJECTS = ("Organization", "Person", "VehicleModel")
#: What refers back, beside what is of a class or has an entity.
_REFERRING = frozenset({"Descriptor", "Demonym", "latter"})
_REFERRING_WORDS = SITES | {"quelli", "tariffa"}
_SYMBOL, _LEMMA = attrgetter("symbol"), attrgetter("lemma")
_AHEAD = 40  # mentions after a noun that can say what it is: more than any noun phrase has
_MANY = 20  # things that a number sums up: of more a text has not named each
_ARTICLE = 8  # characters of the longest article or preposition with one
_SEVERAL = re.compile(r"(?<!\w)(?:d|n|a|da|su)?(?:le|lle|elle|i|ei|gli|egli) $", re.IGNORECASE)
_TRADE = re.compile(
    r"(?:ari|ic|ier|ifer)[oa]$|(?:nt|m)are$"
)  # "la società ferroviaria", "il gruppo alimentare"
_OWN = re.compile(r"(?<!\w)(?:sua|suo|loro|propria|proprio) $", re.IGNORECASE)
_MASCULINE = re.compile(r"(?<!\w)(?:il|col|(?:d[ae]|a|ne|su)l(?:lo)?) $", re.IGNORECASE)


def resolve(
    sentences: Sequence[Sequence[Mention]], paragraphs: Sequence[int], text: str, lexicon: Lexicon
) -> Reading:
    """Read the sentences in order, giving an entity to each mention that refers back."""
    return _Resolver(lexicon, text, sentences).read(paragraphs)


def _count(mention: Mention) -> int:
    """How many a numeral says: "i due"."""
    value = mention.value
    whole = value is not None and value.kind == "Number" and value.number is not None and not value.high
    return int(value.number) if whole and value is not None and value.number is not None else 0


def _is_aside(mentions: Sequence[Mention]) -> bool:
    """Whether a sentence has no verb but behind a "che": "Assente Porsche, che ha lasciato", "Chiediamo che Tata investa"."""
    told = "".join([m.role for m in mentions if m.role in "rv"])
    return "r" in told and re.fullmatch(r"(?:r+v)+r*", told) is not None


class _Resolver(Natives):
    """One pass over a document, sentence by sentence."""

    def __init__(self, lexicon: Lexicon, text: str, sentences: Sequence[Sequence[Mention]]) -> None:
        super().__init__(lexicon, text, sentences)
        self.duties = Duties(lexicon)
        #: The symbols of what is a thing or stands for one.
        self.referring = _REFERRING | lexicon.parents.keys()

    def read(self, paragraphs: Sequence[int]) -> Reading:
        reading = self.reading
        reading.paragraphs = paragraphs
        topic: Entity | None = None
        for number, mentions in enumerate(self.sentences):
            new_paragraph = number > 0 and paragraphs[number] != paragraphs[number - 1]
            reading.topics.append(topic if not new_paragraph or topic == self.theme else None)
            read = list(mentions) if self._is_plain(mentions) else self._sentence(mentions, number)
            read = with_objects(read, reading.sentences[-1] if number else (), self._can_be_subject)
            reading.sentences.append(read)
            if topic is None and not any(map(ENTITY, read)):
                continue  # nobody was spoken of, nor is now
            subject = main_subject(read, self._can_be_subject)
            if subject is None or _is_aside(read):
                topic = None
            elif subject:
                named = read[subject[-1]].entity
                if len(subject) == 1 and named is not None and self._is(named, "Media"):
                    continue  # who reports it is not whom it is about
                topic = named if len(subject) == 1 else None
                self._speak_of([e for k in subject if (e := read[k].entity)], number)
        self.duties.settle(reading.sentences)
        return reading

    # ------------------------------------------------------------------ a sentence

    def _is_plain(self, mentions: Sequence[Mention]) -> bool:
        """Whether a sentence has no thing, nor a word that stands for one."""
        return (
            not any(map(ENTITY, mentions))
            and self.referring.isdisjoint(map(_SYMBOL, mentions))
            and _REFERRING_WORDS.isdisjoint(map(_LEMMA, mentions))
        )

    def _sentence(self, mentions: Sequence[Mention], number: int) -> list[Mention]:
        read: list[Mention] = []
        referring = self.referring
        self.site_before = self.site
        taken = 0
        for i, mention in enumerate(mentions, 1):
            if i <= taken:
                continue  # a part of the one before
            if (
                mention.entity is None
                and mention.symbol not in referring
                and mention.lemma not in _REFERRING_WORDS
            ):
                read.append(mention)  # most are: no thing, nor a word that stands for one
                continue
            taken = i + self._mention(mention, read, mentions[i : i + _AHEAD], number)
            last = read[-1]
            if self._is_site(last):
                self.site = last, number
                if last.entity is not None or last.symbol != "ProductionPlant":
                    self.site_kinds.add(last.symbol)
            if last.entity is not None and last.symbol != "Nationality":
                self._remember(last.entity, number)
        return read

    def _mention(self, mention: Mention, read: list[Mention], rest: Sequence[Mention], number: int) -> int:
        """Read a mention that may refer back, or be a part of it; say how many that follow are part of it too."""
        if mention.symbol == "Descriptor":
            read.extend(
                self._several(mention, read, rest, number) or [self._descriptor(mention, read, rest, number)]
            )
        elif mention.symbol == "Demonym" and self._is_people_of(mention, rest):
            read.append(mention)
            return 1  # "gli americani di Lyten" is as "l'americana Lyten"
        elif mention.symbol == "Demonym":
            read.extend(self._demonym(mention, rest, number))
        elif mention.entity is not None:
            return self._thing(mention, mention.entity, read, rest)
        else:
            self._kind_of_thing(self._battery_plant(mention, rest), read, rest, number)
        return 0

    def _thing(self, mention: Mention, entity: Entity, read: list[Mention], rest: Sequence[Mention]) -> int:
        """Read a mention of what the lexicon knows: mostly just that."""
        following = rest[0] if rest else None
        if entity.label in self.lexicon.towns and self._is_club(mention):
            read.append(mention._replace(symbol="word", entity=None))
        elif home := self._home_in_name(mention, entity):
            read.extend(home)
        elif mention.symbol == "Place" and self._is_seat_that_acts(entity, read, following):
            read.append(self._seated(mention, entity))
        elif mention.symbol == "Tariff":
            read.append(self.duties.of(mention, read, rest))
        elif following is not None and self._is_edition(mention, following):
            read.append(self._edition(mention, following))
            return 1
        else:
            read.append(self._battery_plant(mention, rest))
        return 0

    def _kind_of_thing(
        self, mention: Mention, read: list[Mention], rest: Sequence[Mention], number: int
    ) -> None:
        """Read a mention without a name: a site, a joint venture, duties, "quest'ultima"."""
        following = rest[0] if rest else None
        if (town := self._town_of_plant(mention, rest)) is not None:
            read.append(mention._replace(entity=plant_of(mention, town)))
        elif (site := self._site_there(mention, rest)) is not None:
            read.append(site)
        elif (same := self._site_again(mention, read, following, number)) is not None:
            read.append(same)
        elif mention.symbol == "latter":
            read.append(self._latter(mention, read))
        elif self._is_counted(mention, read):
            start = read.pop().start
            read.append(mention._replace(start=start))
        elif mention.symbol == "JointVenture":
            read.append(self._joint_venture(mention, read, rest[:3]))
        elif mention.symbol == "Tariff":
            read.append(self.duties.of(mention, read, rest))
        elif mention.lemma == "tariffa":
            rated = len(rest) > 1 and rest[0].symbol == "di" and rest[1].symbol.startswith("Percent")
            tariff = mention._replace(symbol="Tariff", role="n")  # "una tariffa del 15%"
            read.append(self.duties.of(tariff, read, rest) if rated else mention)
        elif mention.lemma == "quelli":
            before = self.reading.sentences[-1] if self.reading.sentences else ()
            read.append(self.duties.those(mention, before, read, rest))
        else:
            read.append(mention)

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
            or _SEVERAL.search(self.text, max(0, mention.start - _ARTICLE), mention.start)  # "le società"
            or self._is_founded(mention, sense.classes)
        ):
            return self._new_thing(mention, read)
        whose = _OWN.search(self.text, max(0, mention.start - _ARTICLE), mention.start)
        if whose or self._is_of_something(rest):  # "nella sua casa"
            return mention._replace(symbol="Common")
        if (
            read
            and self.text[mention.start].isupper()
            and (self._is_capital(rest) or not {"Automaker", "VehicleModel"} & set(sense.classes))
        ):
            return mention._replace(symbol="Common")  # "la Banca di Roma", "la Società Italiana" are names
        if rest and rest[0].symbol == "relative" and "VehicleModel" not in sense.classes:
            return mention._replace(symbol="Common")  # "la holding che le controllerà" is told by that
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
        elif not home and self._may_be_of_several(sense.classes, read, number):
            found = None
        else:
            found = self._candidate(sense.classes, home, read, number)
        if found is None:
            self.reading.unresolved.append(mention)
            return mention._replace(symbol="Common")
        entity, reason = found
        words = self.text[mention.start : end or mention.end]
        note = f"«{words}» is {entity.label}, {reason}"
        return mention._replace(symbol=f"{entity.cls}:described", entity=entity, note=note)

    def _may_be_of_several(self, classes: Sequence[str], read: Sequence[Mention], number: int) -> bool:
        """ "Renault e Geely creano Horse. Il gruppo…": either of those that the sentence before is about."""
        paragraphs = self.reading.paragraphs
        if not number or paragraphs[number] != paragraphs[number - 1]:
            return False
        if any(m.entity is not None and self._fits(m.entity, classes) for m in read):
            return False  # the sentence has one of its own
        subject = main_subject(self.reading.sentences[number - 1], self._can_be_subject) or ()
        before = self.reading.sentences[number - 1]
        fitting = {e for k in subject if (e := before[k].entity) and self._fits(e, classes)}
        return len(fitting) > 1

    def _is_capital(self, rest: Sequence[Mention]) -> bool:
        """Whether the next word is written with a capital: "Società Italiana"."""
        return bool(rest) and rest[0].role in "na" and self.text[rest[0].start].isupper()

    @staticmethod
    def _leader(rest: Sequence[Mention]) -> Entity | None:
        """Who is said to lead: "(il gruppo) guidato da John Elkann"."""
        if (
            len(rest) > 1
            and rest[0].symbol == "di"
            and rest[1].entity is not None
            and rest[1].entity.cls == "Person"
        ):
            return rest[1].entity  # "la società di Elon Musk"
        while rest and rest[0].role == ",":
            rest = rest[1:]
        if len(rest) < 3 or rest[0].role != "i" or rest[1].symbol != "da":
            return None
        who = next((m for m in rest[2:] if m.role != "t"), rest[2])  # "rappresentata dall'ad Olof Persson"
        return who.entity if who.entity is not None and who.entity.cls == "Person" else None

    def _is_of_something(self, rest: Sequence[Mention]) -> bool:
        """ "il gruppo componenti", "la casa di Minato": a plural or a name nobody knows makes it another one."""
        if not rest or not rest[0].symbol.startswith("word"):
            unknown = len(rest) > 1 and rest[0].symbol == "di" and rest[1].symbol == "word"
            of_many = unknown and rest[1].determiner == "definite" and self.text[rest[1].end - 1] == "i"
            return of_many or (unknown and self.text[rest[1].start].isupper())  # "la società dei trasporti"
        word = self.text[rest[0].start : rest[0].end]
        return word.islower() and (word.endswith("i") or bool(_TRADE.search(word)))

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
        return ("nuov" in before and "VehicleModel" not in classes) or "prima " in before

    def _several(
        self, mention: Mention, read: list[Mention], rest: Sequence[Mention], number: int
    ) -> list[Mention]:
        """ "le due case giapponesi": a list of as many as were named, if no more and no fewer fit."""
        sense, count = mention.sense, _count(read[-1]) if read else 0
        if (
            sense is None
            or not 1 < count <= _MANY
            or mention.determiner != "definite"
            or mention.entity is not None
        ):
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

    def _is_club(self, town: Mention) -> bool:
        """ "il Torino" plays football: towns have no article, or a feminine one."""
        return bool(_MASCULINE.search(self.text, max(0, town.start - _ARTICLE), town.start))

    def _latter(self, mention: Mention, read: Sequence[Mention]) -> Mention:
        """ "quest'ultima": whoever was named last."""
        before = self.reading.sentences[-1] if self.reading.sentences else []
        last = next((m.entity for m in reversed([*before, *read]) if self._can_be_subject(m)), None)
        if last is None:
            return mention._replace(symbol="word")
        note = f"«{mention.lemma}» is {last.label}, the last that was named"
        return mention._replace(symbol=f"{last.cls}:described", entity=last, note=note)

    def _joint_venture(self, mention: Mention, read: list[Mention], rest: Sequence[Mention]) -> Mention:
        """ "la joint venture Acc", "Acc, joint venture tra…": what a named thing is, not another one.

        "La joint venture" alone is the only one that the text has named, if it is of those who follow.
        """
        following = rest[0] if rest else None
        if following is not None and following.symbol == mention.symbol and following.entity:
            return mention._replace(symbol="word")
        named = read[-2] if len(read) > 1 and read[-1].symbol == "," else None
        if named is not None and named.symbol == mention.symbol and named.entity:
            return mention._replace(entity=named.entity)
        told = following is not None and (
            following.symbol == "tra" or following.role == "i"
        )  # "…, la jv fondata da…"
        is_one = named is not None and named.entity is not None and self._is(named.entity, "Company")
        if named is not None and named.entity and is_one and (told or not mention.determiner):
            return mention._replace(
                entity=named.entity._replace(cls=mention.symbol)
            )  # "Leasys, joint venture tra…"
        known = [e for e in self.places if e.cls == mention.symbol]
        parties = (
            [m.entity for m in rest[1:] if m.entity] if rest and rest[0].symbol in ("con", "tra") else []
        )
        if mention.determiner == "definite" and len(known) == 1:
            only = known.pop()
            if all(party.label in self.lexicon.relatives.get(only.label, ()) for party in parties):
                return mention._replace(
                    entity=only, note=f"«{mention.lemma}» is {only.label}, the only one named"
                )
        return mention

    # -------------------------------------------------------------------- editions

    @staticmethod
    def _is_edition(mention: Mention, following: Mention) -> bool:
        is_event = mention.symbol in ("Event", "Race")  # of a show the year is only when it is held
        year = following.value is not None and len(following.value.when) == 4
        return is_event and year and following.start - mention.end == 1

    @staticmethod
    def _edition(mention: Mention, year: Mention) -> Mention:
        event = mention.entity
        assert event is not None
        assert year.value is not None
        when = year.value.when
        entity = Entity(f"{event.id}_{when}", f"{event.label} {when}", event.cls)
        return mention._replace(end=year.end, entity=entity)

    # ----------------------------------------------------------------------- tests

    def _can_be_subject(self, mention: Mention) -> bool:
        entity = mention.entity
        return entity is not None and mention.role == "n" and any(self._is(entity, cls) for cls in _SUBJECTS)
