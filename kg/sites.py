"""Where a site lies that a text describes and does not name: "la fabbrica di BYD a Szeged", "i due impianti in Italia e Polonia"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.lexicon import Lexicon
from kg.model import Entity, Mention

_REACH = 8  # mentions behind a site that may tell where it lies
_WHERE = ("di", "a", "in", "presso")
_BETWEEN = ("di", "da", "a", "in")
#: "una fabbrica a Melfi e una a Cassino", "e un'altra".
_ANOTHER = re.compile(r"\b(?:un|una|uno|quell[ao]|altr[ao])\b", re.IGNORECASE)


def places_behind(mentions: Sequence[Mention], i: int, text: str, lexicon: Lexicon) -> list[Entity]:
    """The places that the words behind the site at ``i`` put it in, several for several sites; at least its nationality.

    "stabilimento Stellantis di Cassino", "fabbrica da 27 GWh a New Carlisle", "impianto alle porte di Torino".
    """
    home: Entity | None = None
    k, passed, end = i + 1, 0, min(i + 1 + _REACH, len(mentions))
    while k < end:
        here, following = mentions[k], mentions[k + 1] if k + 1 < len(mentions) else None
        if here.symbol == "Nationality":
            home = home or here.entity
        elif here.role == "p" and following is not None:
            if _is_place(following):
                return (
                    _listed(mentions, i, k + 1, text, lexicon) if here.symbol in _WHERE else _at_least(home)
                )
            if here.symbol not in _BETWEEN:
                break
            k += 1  # "della Volkswagen", "da 27 GWh", "alle porte"
        elif here.role == "n" and here.entity is None and here.value is None and not passed:
            passed += 1
        elif here.verb is not None and here.verb.links[0].mood == "participle":
            pass  # "la fabbrica prevista a Kitakyushu"
        elif here.role != "n" or here.entity is None or here.entity.cls in ("Place", "Person"):
            break
        k += 1
    return _at_least(home)


def _at_least(home: Entity | None) -> list[Entity]:
    return [home] if home is not None else []


def _is_place(mention: Mention) -> bool:
    return (
        mention.entity is not None
        and mention.entity.cls == "Place"
        and mention.symbol not in ("Nationality", "Demonym")
    )


def _listed(mentions: Sequence[Mention], site: int, first: int, text: str, lexicon: Lexicon) -> list[Entity]:
    """The place at ``first``, and those that follow for more sites: "di Melfi e Cassino", "a Melfi e una a Cassino"."""
    sense = mentions[site].sense
    plural = sense is not None and sense.number == "p"
    places: list[Entity] = []
    at = mentions[first].start
    for mention in mentions[first:]:
        if _is_place(mention) and mention.entity is not None:
            if places and not plural and not _ANOTHER.search(text, at, mention.start):
                break
            places.append(mention.entity)
            at = mention.end
        elif mention.role not in ",&" and mention.symbol not in _WHERE:
            break
    inner = [p for p in places if not any(p != q and lexicon.lies_in(q.label, p.label) for q in places)]
    return inner or places
