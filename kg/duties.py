"""Whose the duties are: "i dazi di Washington", "quelli imposti dall'Unione", bare "i dazi"."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from kg.clauses import find_subject, main_subject
from kg.lexicon import Lexicon
from kg.model import Entity, Mention, local_name

_LONG = 150  # mentions: a sentence that goes on longer than print has them tells nothing of who acts
_RECENT = 2  # sentences over which duties stay in mind


class Duties:
    """The tariffs of one document, one for each power that imposes them."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.are_named = False  # whether any are known by who imposes them

    def of(self, mention: Mention, read: list[Mention], rest: Sequence[Mention]) -> Mention:
        """Duties are those of whoever imposes them: one thing per power."""
        if len(rest) > 1 and rest[0].symbol == "di" and rest[1].value is not None:
            rest = rest[2:]  # "dazi del 25% imposti da…"
        power = self._power_right(rest) or self._power_left(read) or self._only_authority(read)
        return self._tariff_of(power, mention) if power else mention

    def those(
        self, mention: Mention, earlier: Sequence[Mention], read: list[Mention], rest: Sequence[Mention]
    ) -> Mention:
        """ "I dazi pesano. Quelli imposti da Washington…", "quelli europei": duties, if no other noun came since."""
        before = chain(reversed(read), reversed(earlier))
        noun = next((m for m in before if m.symbol == "Tariff" or (m.role == "n" and not m.entity)), None)
        power = self._power_right(rest)
        if noun is None or noun.symbol != "Tariff" or power is None:
            return mention
        return self._tariff_of(power, mention._replace(symbol="Tariff"))

    def _only_authority(self, read: list[Mention]) -> Entity | None:
        """ "La Commissione ha pubblicato il regolamento che introduce dazi", "Trump ha firmato…": whose else?"""
        if len(read) > _LONG:
            return None
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
        if len(rest) > 1 and rest[0].symbol == "relative":  # "i dazi che Bruxelles applica"
            return self._power(rest[1].entity)
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
        self.are_named = True
        return mention._replace(entity=Entity(local_name(label), label, "Tariff"))

    def settle(self, sentences: Sequence[list[Mention]]) -> None:
        """Bare "i dazi" are the only ones that the article knows, or else that were spoken of right before."""
        if not self.are_named:
            return
        named = [{m.entity for m in mentions if m.symbol == "Tariff" and m.entity} for mentions in sentences]
        known = set[Entity]().union(*named)
        for number, mentions in enumerate(sentences):
            lately = (
                known
                if len(known) == 1
                else set[Entity]().union(*named[max(0, number - _RECENT) : number + 1])
            )
            if len(lately) != 1:
                continue
            only = next(iter(lately))
            scope = "in the article" if len(known) == 1 else "spoken of lately"
            for i, m in enumerate(mentions):
                if m.symbol == "Tariff" and m.entity is None:
                    mentions[i] = m._replace(
                        entity=only, note=f"«{m.lemma}» are {only.label}, the only ones {scope}"
                    )
