"""Who a noun can mean: everything a document has named so far, by home, by topic, by class.

The state of one pass over a document, which :mod:`kg.resolve` makes. Where two
candidates are equally good there is none.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence

from kg.clauses import find_subject, main_subject
from kg.lexicon import Lexicon
from kg.model import Entity, Mention
from kg.reading import Reading

#: A bare demonym ("la svedese") stands for a company.
COMPANIES = ("Company", "Brand")
_QUOTED = re.compile('[»”"]')
_FAR = 40  # sentences over which "la casa tedesca" finds its name: an article, not a file of many
_REACH = 3  # sentences over which a subject stays in mind
_MEMORY = 6  # and over which the theme of the article does
_TITLED = 1  # what being named in the title counts more
_LEAD = 1.5  # how much oftener than any other the theme of an article is named
_SPOKEN_OF = "whom the text is speaking of"


class Antecedents:
    """What was named so far, and who the text is about."""

    def __init__(self, lexicon: Lexicon, text: str, sentences: Sequence[Sequence[Mention]]) -> None:
        self.lexicon, self.text, self.sentences = lexicon, text, sentences
        self.reading = Reading()
        self.subjects: list[tuple[Entity, int]] = []
        counts = Counter(
            m.entity for s in sentences for m in s if m.entity and self._is(m.entity, "Organization")
        )
        titled, lead = ({m.entity for s in part for m in s} for part in (sentences[:1], sentences[1:2]))
        titled |= {self.lexicon.entities.get(self.lexicon.brands.get(e.label, "")) for e in titled if e}
        counts.update({entity: _TITLED for entity in counts if entity in titled})
        counts.update({entity: _TITLED for entity in counts if entity in titled & lead})
        first = {entity: -i for i, entity in enumerate(counts)}
        #: What the document as a whole is about: its most frequent organization, the first of equals.
        self.theme = max(counts, key=lambda e: (counts[e], first[e]), default=None)
        most = [count for _, count in counts.most_common(2)]
        #: Whether it stands out: a round-up of many firms is about none of them.
        self.is_leading = len(most) == 1 or (len(most) > 1 and most[0] >= _LEAD * most[1])
        self.reading.theme = self.theme
        #: Every entity of the document, and for those read so far the last sentence that names them.
        self.present = {m.entity for s in sentences for m in s if m.entity and m.symbol != "Nationality"}
        #: The sentences that name each, in order: a file may hold many articles.
        self.places: defaultdict[Entity, list[int]] = defaultdict(list)
        for k, s in enumerate(sentences):
            for m in s:
                if m.entity and m.symbol != "Nationality":
                    self.places[m.entity].append(k)
        self.last: dict[Entity, int] = {}

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
        rivals = {
            e for e, s in self.last.items() if number - s <= _REACH and self._can_mean(e, classes)
        } - excluded
        if theme is not None and self.is_leading and theme not in rivals and self._can_mean(theme, classes):
            return None if theme in excluded else (theme, "whom the article is about")
        return (rivals.pop(), "the only one named nearby") if len(rivals) == 1 else None

    def _subject_so_far(self, read: Sequence[Mention]) -> Entity | None:
        """Who the sentence was about before its last boundary: "Subaru rallenta; l'azienda…"."""
        end = max((k for k, m in enumerate(read) if m.role == ";"), default=0)
        subject = main_subject(read[:end], lambda m: m.entity is not None and m.role == "n")
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
            if k > 1 and m.entity and before[k - 1].symbol == "di" and before[k - 2].role == "t"
        ]
        fitting = [e for e in told if self._can_mean(e, classes) and e not in excluded]
        return fitting[-1] if fitting else None

    def _can_mean(self, entity: Entity, classes: Sequence[str]) -> bool:
        """Whether a noun can stand for an entity: "l'azienda" is not the newspaper that reports."""
        return self._fits(entity, classes) and (self._is(entity, "Media") == ("Media" in classes))

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
        later = {e for e in self._around(number) if self._fits(e, classes) and self._lives(e, home)}
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

    def _makers(self, classes: Sequence[str], home: str) -> set[Entity]:
        """The makers of the models named so far: "la Hyundai Inster… il marchio coreano"."""
        makes = {self.lexicon.entities.get(self.lexicon.brands.get(e.label, "")) for e in self.last}
        return {e for e in makes if e is not None and self._fits(e, classes) and self._lives(e, home)}

    def _seated_in(self, town: str) -> list[Entity]:
        """The companies of the document whose seat is in the town."""
        return [
            e
            for e in self.present
            if self._fits(e, COMPANIES) and town in self.lexicon.homes.get(e.label, ())
        ]

    def _governing_subject(self, read: list[Mention]) -> set[Entity]:
        """Who acts on the mention, and so is not meant by it: "Volkswagen sostiene l'azienda"."""
        for k in range(len(read) - 1, -1, -1):
            if read[k].role in "rs;":
                return set()
            if read[k].role == "v":
                subject = find_subject(read, k, lambda m: m.entity is not None)
                return {e for i in subject or () if (e := read[i].entity)}
        return set()

    def _is(self, entity: Entity, cls: str) -> bool:
        return self.lexicon.is_a(entity.cls, cls)

    def _fits(self, entity: Entity, classes: Sequence[str]) -> bool:
        """Whether a noun for these classes can stand for an entity; "l'associazione" is no company."""
        return any(entity.cls == cls if cls == "Organization" else self._is(entity, cls) for cls in classes)

    def _lives(self, entity: Entity, home: str) -> bool:
        return any(self.lexicon.lies_in(place, home) for place in self.lexicon.homes.get(entity.label, ()))
