"""Who a noun can mean: everything a document has named so far, by home, by topic, by class.

The state of one pass over a document, which :mod:`kg.resolve` makes. Where two
candidates are equally good there is none.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from operator import attrgetter

from kg.clauses import find_subject, main_subject
from kg.lexicon import Lexicon
from kg.model import Entity, Mention
from kg.reading import Reading

#: A bare demonym ("la svedese") stands for a company.
COMPANIES = ("Company", "Brand")
ENTITY = attrgetter("entity")
_QUOTED = re.compile('[»”"]')
_FAR = 40  # sentences over which "la casa tedesca" finds its name: an article, not a file of many
_REACH = 3  # sentences over which a subject stays in mind
_MEMORY = 6  # and over which the theme of the article does
_MANY = 20  # of a longer list of subjects only the end stays in mind
_TITLED = 1  # what being named in the title counts more
_LEAD = 1.5  # how much oftener than any other the theme of an article is named
_SPOKEN_OF = "whom the text is speaking of"


class Antecedents:
    """What was named so far, and who the text is about."""

    def __init__(self, lexicon: Lexicon, text: str, sentences: Sequence[Sequence[Mention]]) -> None:
        self.lexicon, self.text, self.sentences = lexicon, text, sentences
        self.reading = Reading()
        self.subjects: list[tuple[Entity, int]] = []
        #: The sentences that name each entity of the document, in order: a file may hold many articles.
        self.places: dict[Entity, list[int]] = {}
        for k, s in enumerate(sentences):
            for m in s if any(map(ENTITY, s)) else ():  # much of general news names nothing
                if m.entity is not None and m.symbol != "Nationality":
                    self.places.setdefault(m.entity, []).append(k)
        #: What the document as a whole is about: its most frequent organization, the first of equals;
        #: and whether it stands out: a round-up of many firms is about none of them.
        self.theme, self.is_leading = self._theme()
        self.reading.theme = self.theme
        #: What was read so far: all of it in order, each with its place there, the last sentence that
        #: names each, and of each class the entities with that sentence, the last named last.
        self.order: list[Entity] = []
        self.rank: dict[Entity, int] = {}
        self.last: dict[Entity, int] = {}
        self.recent: dict[str, dict[Entity, int]] = {}
        #: Who was a subject, with the place of its last time in ``subjects``; who makes the models read.
        self.spoken: dict[Entity, int] = {}
        self.makers: set[Entity] = set()
        #: The facility that was named last, and in which sentence; and so before the sentence that is read.
        self.site: tuple[Mention, int] | None = None
        self.site_before: tuple[Mention, int] | None = None
        #: The kinds of those whose name or noun says what they make: "impianto" alone does not.
        self.site_kinds: set[str] = set()
        self._from_there: dict[str, tuple[int, list[Entity]]] = {}
        self._present_there: dict[str, list[Entity]] = {}
        self._wordings: dict[Entity, set[str]] = {}
        self._site_towns: dict[str, list[Entity]] = {}
        self._seats: dict[str, list[Entity]] = {}

    def _theme(self) -> tuple[Entity | None, bool]:
        counts = {e: len(at) for e, at in self.places.items() if self._is(e, "Organization")}
        if not counts:
            return None, False
        titled, lead = ({m.entity for m in s if m.entity} for s in (*self.sentences[:2], ())[:2])
        titled |= {maker for e in titled if (maker := self._maker(e)) is not None}
        for entity in titled & counts.keys():
            counts[entity] += _TITLED * (1 + (entity in lead))
        ranked = sorted(counts.values(), reverse=True)
        return max(counts, key=counts.__getitem__), len(ranked) == 1 or ranked[0] >= _LEAD * ranked[1]

    def _remember(self, entity: Entity, number: int) -> None:
        """From here on, what sentence ``number`` names can be meant."""
        if entity not in self.last:
            self.reading.named[entity] = number
            self.rank[entity] = len(self.order)
            self.order.append(entity)
            if (maker := self._maker(entity)) is not None:
                self.makers.add(maker)
        self.last[entity] = number
        recent = self.recent.setdefault(entity.cls, {})
        recent.pop(entity, None)
        recent[entity] = number

    def _lately(
        self, classes: Sequence[str], number: int, reach: int, excluded: Collection[Entity]
    ) -> Iterator[Entity]:
        """What a noun for the classes can mean of what was named lately; of each class, the last first."""
        for cls, recent in self.recent.items():
            if self._can_mean_one(cls, classes):
                for entity, sentence in reversed(recent.items()):
                    if number - sentence > reach:
                        break
                    if entity not in excluded:
                        yield entity

    def _last_named(
        self, count: int, classes: Sequence[str], home: str, number: int, acting: Collection[Entity]
    ) -> list[Entity]:
        """The ``count`` things of the classes that stand nearest before, or that the whole article names."""
        if home:
            fitting = [
                (number - self.last[e], e)
                for e in self._natives(home)
                if e not in acting and self._fits(e, classes) and not self._is(e, "Media")
            ]
        else:
            fitting = [
                (number - sentence, e)
                for cls, recent in self.recent.items()
                if self._fits_one(cls, classes) and not self.lexicon.is_a(cls, "Media")
                for e, sentence in islice(
                    (one for one in reversed(recent.items()) if one[0] not in acting), count + 1
                )  # one more than were named is too many
            ]
        for reach in (*range(_REACH + 1), number):
            near = {e for apart, e in fitting if apart <= reach}
            if len(near) == count:
                return sorted(near, key=self.rank.__getitem__)
            if len(near) > count:
                return []
        return []

    def _candidate(
        self, classes: Sequence[str], home: str, read: list[Mention], number: int
    ) -> tuple[Entity, str] | None:
        excluded = self._governing_subject(read)
        if home:
            verb = next((m.lemma for m in reversed(read) if m.role == "v"), "")
            return self._by_home(classes, home, number, excluded if verb == "essere" else ())
        if "Person" in classes:  # "il manager" is whom the last sentence named
            return next(((e, _SPOKEN_OF) for e in self._spoken_of(number, 1, classes, excluded)), None)
        so_far = self._subject_so_far(read)
        if so_far is not None and self._can_mean(so_far, classes) and so_far not in excluded:
            return so_far, _SPOKEN_OF
        here = self._paragraph(number)
        for entity in self._spoken_of(number, number - here, classes, excluded):
            return entity, _SPOKEN_OF
        speaking = self._employer_just_named(number, here, classes, excluded)
        if speaking is not None:
            return speaking, "for whom somebody spoke just before"
        theme = self.theme
        in_mind = theme is not None and number - self.last.get(theme, -_MEMORY) < _MEMORY
        before = next(self._spoken_of(number, _REACH, classes, excluded), None)
        if before is not None and not self.is_leading:
            return before, _SPOKEN_OF
        if theme is not None and in_mind and self._can_mean(theme, classes) and theme not in excluded:
            return theme, "whom the article is about"
        if before is not None:
            return before, _SPOKEN_OF
        if theme is not None and self.is_leading and self._can_mean(theme, classes):
            if theme in excluded:
                return None
            if number - self.last.get(theme, -_FAR) > _REACH:
                return theme, "whom the article is about"
        rivals = list(islice(self._lately(classes, number, _REACH, excluded), 2))
        return (rivals[0], "the only one named nearby") if len(rivals) == 1 else None

    def _subject_so_far(self, read: Sequence[Mention]) -> Entity | None:
        """Who the sentence was about before its last boundary: "Subaru rallenta; l'azienda…"."""
        end = next((k for k in range(len(read) - 1, 0, -1) if read[k].role == ";"), 0)
        subject = main_subject(read[:end], _is_named_noun) if end else None
        return read[subject[0]].entity if subject and len(subject) == 1 else None

    def _paragraph(self, number: int) -> int:
        """The first sentence of the paragraph of a sentence."""
        return bisect_left(self.reading.paragraphs, self.reading.paragraphs[number])

    def _spoken_of(
        self, number: int, reach: int, classes: Sequence[str], excluded: Collection[Entity]
    ) -> Iterator[Entity]:
        """The subjects of the sentences before, the last first, that a noun can mean."""
        for entity, sentence in reversed(self.subjects):
            if number - sentence > reach:
                return
            if self._can_mean(entity, classes) and entity not in excluded:
                yield entity

    def _employer_just_named(
        self, number: int, here: int, classes: Sequence[str], excluded: Collection[Entity]
    ) -> Entity | None:
        """ "«Bene così», dice Anna Ricci, ceo di Iveco. Il gruppo…" """
        before = self.reading.sentences[number - 1] if number > here else []
        if not before or not _QUOTED.search(self.text, before[0].start, before[-1].end):
            return None
        told = [
            m.entity
            for k, m in enumerate(before)
            if m.entity and k > 1 and before[k - 1].symbol == "di" and before[k - 2].role == "t"
        ]
        fitting = [e for e in told if self._can_mean(e, classes) and e not in excluded]
        return fitting[-1] if fitting else None

    def _can_mean(self, entity: Entity, classes: Sequence[str]) -> bool:
        """Whether a noun can stand for an entity: "l'azienda" is not the newspaper that reports."""
        return self._can_mean_one(entity.cls, classes)

    def _can_mean_one(self, cls: str, classes: Sequence[str]) -> bool:
        return self._fits_one(cls, classes) and self.lexicon.is_a(cls, "Media") == ("Media" in classes)

    def _led_by(self, person: Entity, classes: Sequence[str]) -> tuple[Entity, str] | None:
        """The organization of the document where the lexicon knows the person to work, or to have worked."""
        known = self.lexicon.entities
        posts = {known.get(post.organization) for post in self.lexicon.posts.get(person.label, ())}
        led = [e for e in posts if e is not None and e in self.places and self._fits(e, classes)]
        return (led[0], f"where {person.label} is known to work") if len(led) == 1 else None

    def _around(self, number: int, home: str) -> Iterator[Entity]:
        """What is named not too far from a sentence, before it or after, and is at home there."""
        for entity in self._at_home(home):
            named = self.places[entity]
            k = bisect_left(named, number - _FAR)
            if k < len(named) and named[k] <= number + _FAR:
                yield entity

    def _at_home(self, home: str) -> list[Entity]:
        """What the document names anywhere and is at home there."""
        if home not in self._present_there:
            self._present_there[home] = [e for e in self.places if self._lives(e, home)]
        return self._present_there[home]

    def _natives(self, home: str) -> list[Entity]:
        """What was named so far and is at home there; each thing is asked once for each home."""
        seen, there = self._from_there.get(home, (0, []))
        there += [e for e in self.order[seen:] if self._lies(e, home)]
        self._from_there[home] = len(self.order), there
        return there

    def _by_home(
        self, classes: Sequence[str], home: str, number: int, excluded: Collection[Entity] = ()
    ) -> tuple[Entity, str] | None:
        """ "la casa tedesca": the only one of the document, or of all, that is at home there.

        Whoever is said to be something of it is ``excluded``: "Apollo Go è una divisione del gruppo di Pechino".
        """
        here = {e for e in self._natives(home) if self._fits(e, classes) and self._lives(e, home)}
        here = here.difference(excluded) or here
        here = {e for e in here if number - self.last[e] <= _FAR}
        later = {e for e in self._around(number, home) if self._fits(e, classes)}
        makers = set() if here or later else self._makers(classes, home)
        for candidates, where in (
            (here, "named before"),
            (later, "named in the article"),
            (makers, "of whose models it speaks"),
        ):
            if len(candidates) == 1:
                return next(iter(candidates)), f"the only one from {home} {where}"
        if here:
            near = {e for e in here if number - self.last[e] <= 1}
            if len(near) == 1:
                return near.pop(), f"the only one from {home} named nearby"
            recent = max(here & self.spoken.keys(), key=self.spoken.__getitem__, default=None)
            if recent is None and self.theme in here:
                recent = self.theme
            return (recent, f"the last from {home} that was spoken of") if recent else None
        if self.lexicon.entities[home].cls == "Place" and not self.lexicon.powers.get(home):
            everywhere = [
                e
                for label in self.lexicon.natives.get(home, ())
                if self._fits(e := self.lexicon.entities[label], classes)
            ]
            if len(everywhere) == 1:
                return everywhere[0], f"the only one from {home}"
        return None

    def _makers(self, classes: Sequence[str], home: str) -> set[Entity]:
        """The makers of the models named so far: "la Hyundai Inster… il marchio coreano"."""
        return {e for e in self.makers if self._lives(e, home) and self._fits(e, classes)}

    def _maker(self, model: Entity) -> Entity | None:
        return self.lexicon.entities.get(self.lexicon.brands.get(model.label, ""))

    def _seated_in(self, town: str) -> list[Entity]:
        """The companies of the document whose seat is in the town."""
        if town not in self._seats:
            seated = (e for e in self.places if town in self.lexicon.homes.get(e.label, ()))
            self._seats[town] = [e for e in seated if self._fits(e, COMPANIES)]
        return self._seats[town]

    def _governing_subject(self, read: Sequence[Mention]) -> set[Entity]:
        """Who acts on the mention, and so is not meant by it: "Volkswagen sostiene l'azienda"."""
        for k in range(len(read) - 1, -1, -1):
            role = read[k].role
            if role == "v":
                subject = find_subject(read, k, _is_named)
                return {e for i in subject or () if (e := read[i].entity)}
            if role in "rs;":
                return set()
        return set()

    def _speak_of(self, subjects: Sequence[Entity], number: int) -> None:
        """From here on, whom sentence ``number`` was about is in mind."""
        for entity in subjects:
            self.spoken.pop(entity, None)
            self.spoken[entity] = len(self.subjects)
        self.subjects.extend((entity, number) for entity in subjects[-_MANY:])

    def _written_as(self, entity: Entity) -> set[str]:
        """In what words, in lower case, the document names an entity."""
        if not self._wordings:
            for sentence in self.sentences:
                for m in sentence:
                    if m.entity is not None:
                        words = self.text[m.start : m.end].lower()
                        self._wordings.setdefault(m.entity, set()).add(words)
        return self._wordings[entity]

    def _is(self, entity: Entity, cls: str) -> bool:
        return self.lexicon.is_a(entity.cls, cls)

    def _fits(self, entity: Entity, classes: Sequence[str]) -> bool:
        """Whether a noun for these classes can stand for an entity; "l'associazione" is no company."""
        return self._fits_one(entity.cls, classes)

    def _fits_one(self, cls: str, classes: Sequence[str]) -> bool:
        if cls in classes:
            return True
        parents = self.lexicon.parents
        while cls := parents.get(cls, ""):
            if cls in classes and cls != "Organization":
                return True
        return False

    def _lives(self, entity: Entity, home: str) -> bool:
        places = self.lexicon.homes.get(entity.label)
        return places is not None and any(self.lexicon.lies_in(place, home) for place in places)

    def _lies(self, thing: Entity, home: str) -> bool:
        """Whether a thing is at home there, or is a site that lies there."""
        return self._lives(thing, home) or bool(thing.place and self.lexicon.lies_in(thing.place, home))


def _is_named(mention: Mention) -> bool:
    return mention.entity is not None


def _is_named_noun(mention: Mention) -> bool:
    return mention.entity is not None and mention.role == "n"
