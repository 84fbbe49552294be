"""Companies by where they are at home: "la svedese", "gli americani di Lyten", "la casa di Maranello", "Maranello presenta…"."""

from __future__ import annotations

from collections.abc import Sequence

from kg.antecedents import COMPANIES
from kg.lexicon import fold
from kg.model import Entity, Mention
from kg.plants import Plants

_MAKES = ("Automaker", "Brand")
_REACH = 3  # sentences over which a subject stays in mind


class Natives(Plants):
    """What a nationality, a nickname or a town stands for."""

    def _home_in_name(self, mention: Mention, named: Entity) -> list[Mention]:
        """ "la casa di Maranello", "la casa bavarese": a name that also tells where its bearer is at home."""
        words = self.text[mention.start : mention.end].split(maxsplit=1)
        if len(words) < 2:
            return []
        senses = self.lexicon.forms.get(fold(words[0]), ())
        if not any(sense.symbol == "Descriptor" for sense in senses):
            return []
        preposition, _, town = words[1].partition(" ")
        is_town = preposition == "di" and bool(town)
        home = self._place(fold(town if is_town else words[1]), named, "n" if is_town else "a")
        if home is None:
            return []
        bearer = self._neighbour(named, home) or named
        note = f"«{self.text[mention.start : mention.end]}» is {bearer.label}"
        end = mention.start + len(words[0])
        name = mention._replace(end=end, symbol=f"{bearer.cls}:described", entity=bearer, note=note)
        at = mention.end - len(town if is_town else words[1])
        where = Mention(at, mention.end, "Place" if is_town else "Nationality", "n" if is_town else "a", home)
        return [name, Mention(end + 1, end + 3, "di", "p"), where] if is_town else [name, where]

    def _neighbour(self, bearer: Entity, home: Entity) -> Entity | None:
        """Who else is at home there, when only this nickname speaks of its bearer: in news of Porsche, "la Casa di Stoccarda"."""
        if len(self._written_as(bearer)) > 1:
            return None
        makes = [e for e in self._at_home(home.label) if e != bearer and self._fits(e, _MAKES)]
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

    def _is_seat_that_acts(self, town: Entity, read: list[Mention], following: Mention | None) -> bool:
        """ "Maranello presenta…", "il responsabile di Maranello": the town for the company that sits there."""
        if town.label not in self.lexicon.towns:
            return False
        acts = (not read or read[-1].role not in "pn,&") and following is not None and following.role == "v"
        led = len(read) > 1 and read[-1].symbol == "di" and read[-2].role == "t"
        return (acts or led) and len(self._seated_in(town.label)) == 1

    def _seated(self, mention: Mention, town: Entity) -> Mention:
        entity = self._seated_in(town.label)[0]
        note = f"«{town.label}» is {entity.label}, which sits there"
        return mention._replace(symbol=f"{entity.cls}:described", entity=entity, note=note)

    def _demonym(self, mention: Mention, rest: Sequence[Mention], number: int) -> list[Mention]:
        """ "la svedese ha…" is a company; "la cinese Xpeng" says where Xpeng is from."""
        plain = mention._replace(symbol="Nationality")
        words = self.text[mention.start : mention.end]
        assert mention.entity is not None
        following = rest[0] if rest else None
        if self._is_one_there(mention.entity.label, rest):
            other = self._other_site(mention, rest[1], number)
            if other is not None:
                self.site = other, number
            return [other, plain] if other is not None else [plain]
        if following is not None and following.role in "nt":
            adjacent = not self.text[mention.end : following.start].strip()
            introduces = following.entity is not None and adjacent and words.islower()
            return [mention if introduces else plain]
        continent = not self.lexicon.within.get(mention.entity.label)
        if continent or (not self._is_plural(words) and not self._is_feminine(mention)):
            return [plain]  # "il francese" is a man
        found = self._by_home(COMPANIES, mention.entity.label, number)
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
        others = {e for e in self._around(number, home) if e != company and self._is(e, "Organization")}
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
