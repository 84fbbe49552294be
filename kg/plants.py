"""Sites without a name: "l'impianto spagnolo", "quello tedesco di Arnstadt", "il sito", "lo stabilimento di Melfi"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.antecedents import Antecedents
from kg.model import Entity, Mention
from kg.reading import SITES, plant_of

_REACH = 3  # sentences over which a site stays in mind
_PRONOUN = 8  # characters of the longest
_PLANTS = ("ProductionPlant", "BatteryPlant")  # "l'impianto" may be one for batteries
_THAT_ONE = re.compile(r"(?<!\w)(?:quell[oa]|l'altr[oa]) $", re.IGNORECASE)


def _is_energy(mention: Mention) -> bool:
    return mention.value is not None and mention.value.unit == "GW.h"


class Plants(Antecedents):
    """Which site a noun stands for that is not its name."""

    def _town_of_plant(self, mention: Mention, rest: Sequence[Mention]) -> Entity | None:
        """ "lo stabilimento di Melfi", "l'impianto Autoeuropa di Palmela" """
        if not self._is_site(mention):
            return None
        if rest and rest[0].symbol == "word" and self.text[rest[0].start].isupper():
            rest = rest[1:]
        if len(rest) < 2:
            return None
        place = rest[1].entity
        is_town = rest[0].symbol in ("di", "a") and place is not None and place.label in self.lexicon.towns
        return place if is_town else None

    def _site_there(self, mention: Mention, rest: Sequence[Mention]) -> Mention | None:
        """ "l'impianto spagnolo", "lo stabilimento torinese": the one site of the text that lies there, or in its one town."""
        home = rest[0].entity if rest and rest[0].symbol == "Nationality" else None
        if home is None or not self._is_site(mention):
            return None
        sense = mention.sense
        placed = len(rest) > 1 and rest[1].role == "p" and any(m.symbol == "Place" for m in rest[2:3])
        if placed or mention.determiner != "definite" or (sense is not None and sense.number == "p"):
            return None
        kinds = _PLANTS if mention.symbol in _PLANTS else (mention.symbol,)
        sites = [e for e in self._natives(home.label) if e.cls in kinds]
        if len(sites) > 1:
            return None
        towns = self._towns_of_sites(home.label)
        if len(towns) > 1:
            titled = {m.entity for m in self.sentences[0]}
            towns = [town for town in towns if town in titled]
        if not sites and len(towns) != 1:
            return None
        site = sites[0] if sites else plant_of(mention, towns[0])
        words = self.text[mention.start : rest[0].end]
        return mention._replace(
            symbol=site.cls, entity=site, note=f"«{words}» is {site.label}, the only one there"
        )

    def _other_site(self, mention: Mention, town: Mention, number: int) -> Mention | None:
        """What "quello tedesco di Arnstadt" is: a site like the one last spoken of, in another town."""
        if not _THAT_ONE.search(self.text, max(0, mention.start - _PRONOUN), mention.start):
            return None
        like = self._in_mind(self.site_before, number) or self._in_mind(self.site, number)
        if like is None or town.entity is None:
            return None
        if like.symbol == "ProductionPlant" and like.entity is None and self.site_kinds == {"BatteryPlant"}:
            like = like._replace(symbol="BatteryPlant")  # "il terzo impianto": of cells, as all of them
        return mention._replace(
            symbol=like.symbol,
            role="n",
            entity=plant_of(like, town.entity),
            sense=like.sense,
            lemma=like.lemma,
        )

    def _site_again(
        self, mention: Mention, read: Sequence[Mention], following: Mention | None, number: int
    ) -> Mention | None:
        """ "il sito", "il polo": the facility named last, but not "sul sito", "il sito americano Electrek"."""
        told = following is not None and (following.role in "nat" or following.symbol == "di")
        if (
            mention.lemma not in SITES
            or mention.determiner != "definite"
            or told
            or (read and read[-1].symbol == "su")
        ):
            return None
        last = self._in_mind(self.site, number)
        if last is None:
            return None
        note = f"«{mention.lemma}» is {last.entity.label}, the site named last" if last.entity else ""
        return mention._replace(symbol=last.symbol, entity=last.entity, sense=last.sense, note=note)

    @staticmethod
    def _in_mind(seen: tuple[Mention, int] | None, number: int) -> Mention | None:
        """The site that was seen last, if that is not too long ago."""
        return seen[0] if seen is not None and number - seen[1] <= _REACH else None

    @staticmethod
    def _battery_plant(mention: Mention, rest: Sequence[Mention]) -> Mention:
        """ "una fabbrica da 27 GWh", "l'impianto avrà una capacità di 50 GWh": it makes batteries, whatever it is called."""
        if mention.symbol != "ProductionPlant":
            return mention
        nearest = next(
            (m for m in rest if m.role in ";r" or m.symbol.endswith("Plant") or _is_energy(m)), None
        )
        return (
            mention._replace(symbol="BatteryPlant")
            if nearest is not None and _is_energy(nearest)
            else mention
        )

    def _is_counted(self, mention: Mention, read: list[Mention]) -> bool:
        """ "due fabbriche": the number is part of what they are called."""
        return bool(read) and read[-1].symbol == "Number" and self._is_site(mention)

    def _is_site(self, mention: Mention) -> bool:
        return self.lexicon.is_a(mention.symbol, "Facility")

    def _towns_of_sites(self, country: str) -> list[Entity]:
        """The towns of the document that lie in a country and are the seat of none of its companies."""
        if country not in self._site_towns:
            self._site_towns[country] = [
                e
                for e in self.places
                if e.label in self.lexicon.towns
                and e.label != country
                and self.lexicon.lies_in(e.label, country)
                and not self._seated_in(e.label)
            ]
        return self._site_towns[country]
