"""Sequels of a figure: what it was before, and what it is elsewhere, told with the number alone.

"2.188 auto (erano 341)", "il 30,9%, contro il 29,9% di un anno fa"; "36 mila dipendenti, di cui 14 mila
in Italia", "le consegne calano del 6% a 146 mila, in Cina del 28% a 21 mila".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kg.model import Mention
from kg.rules import Match
from kg.series import after_bracket, alike

_FIGURES = ("value", "loss")
#: What is of the first figure only.
_OWN = frozenset((*_FIGURES, "change", "fall", "delta", "before", "period", "place"))
_REACH = 12  # mentions between a figure and what it is set against
_AGAINST = ("rispetto", "contro", "da")
#: "contro i 7 miliardi attesi": no figure of the past.
_EXPECTED = frozenset(("attendere", "prevedere", "stimare", "indicare", "ipotizzare", "promettere"))


def sequels(match: Match) -> Iterator[Match]:
    """The figures that go on from the one of a match: those before it, then those of other places."""
    name = next((n for n in _FIGURES if match.arguments.get(n)), "")
    if not name:
        return
    earlier = _earlier(match, name)
    if earlier is not None:
        yield earlier
    yield from _elsewhere(match, name)


def _earlier(match: Match, name: str) -> Match | None:
    """The level that a figure is set against in its own clause: "dal 24,8%", "erano 341"."""
    mentions, figure = match.mentions, match.arguments[name][0]
    like = mentions[figure].value
    for k in range(figure + 1, min(figure + 1 + _REACH, len(mentions))):
        mention = mentions[k]
        if mention.symbol in _AGAINST or mention.lemma in _AGAINST or _was(mention):
            at = _past(mentions, k + 1, "pa")
            value = alike(mentions, at, like) if like is not None and at < len(mentions) else None
            if value is not None:
                return None if _is_another(mentions, at) else _told(match, name, at, before=True)
        elif mention.role in "v;rs" or _names(mention):
            return None
    return None


def _was(mention: Mention) -> bool:
    """ "erano", "era"."""
    link = mention.verb.links[0] if mention.verb is not None else None
    return link is not None and link.lemma == "essere" and link.tense == "imperfect"


def _is_another(mentions: Sequence[Mention], at: int) -> bool:
    """Whether a figure is somebody else's ("contro le 2.000 di Porsche"), or was only expected."""
    rest = mentions[at + 1 : at + 4]
    expected = any(m.verb is not None and m.verb.head in _EXPECTED for m in rest[:2])
    return expected or (len(rest) > 1 and rest[0].symbol == "di" and any(_names(m) for m in rest[1:]))


def _names(mention: Mention) -> bool:
    return mention.role == "n" and mention.entity is not None and mention.entity.cls != "Place"


def _elsewhere(match: Match, name: str) -> Iterator[Match]:
    """The figures of other places: ", di cui 14 mila in Italia", "; nel mondo sono 46 mila"."""
    mentions, figure = match.mentions, match.arguments[name][0]
    at = figure + 1
    while (found := _next_place(mentions, at, figure)) is not None:
        place, figure = found
        yield _told(match, name, figure, place=place)
        at = max(place, figure) + 1


def _next_place(mentions: Sequence[Mention], at: int, figure: int) -> tuple[int, int] | None:
    """The next place with a figure like the one at ``figure``, each by its index."""
    like = mentions[figure].value
    at = _past(mentions, after_bracket(mentions, at), "pnd")
    if like is None or at + 3 >= len(mentions) or mentions[at].role not in ",;&":
        return None
    at = _past(mentions, at, ",;&")
    if at + 2 >= len(mentions):
        return None
    if mentions[at].symbol == "di" and mentions[at + 1].role == "r" and at + 4 < len(mentions):
        found, place = at + 2, at + 4  # "di cui 14 mila in Italia"
        there = mentions[at + 3].symbol in ("in", "a") and mentions[place].symbol in ("Place", "Power")
        return (place, found) if there and alike(mentions, found, like) else None
    if mentions[at].symbol not in ("in", "a") or mentions[at + 1].role != "n":
        return None
    place = at + 1
    if mentions[place].symbol not in ("Place", "Power", "word"):
        return None
    found = place + 1
    group = mentions[found].verb
    if group is not None and group.head == "essere":
        found += 1
    if (
        found + 2 < len(mentions)
        and mentions[found].symbol == "di"
        and mentions[found + 1].symbol == "Percent"
    ):
        found += 2  # "in Cina del 28% a 21.302"
    found = _past(mentions, found, "pa")
    return (place, found) if found < len(mentions) and alike(mentions, found, like) else None


def _told(match: Match, name: str, at: int, *, place: int | None = None, before: bool = False) -> Match:
    """The match with the figure at ``at`` in the place of its own."""
    like = match.mentions[match.arguments[name][0]].value
    mentions = list(match.mentions)
    mentions[at] = mentions[at]._replace(value=alike(mentions, at, like) if like is not None else None)
    arguments = {n: i for n, i in match.arguments.items() if n not in _OWN}
    arguments[name] = (at,)
    if place is not None and mentions[place].entity is not None:
        arguments["place"] = (place,)
    elif before:
        when = _when(mentions, at)
        arguments["period"] = () if when is None else (when,)
        arguments |= {"place": match.arguments["place"]} if "place" in match.arguments else {}
    end = max(match.end, at + 1, (place or 0) + 1)
    return replace(match, mentions=mentions, arguments=arguments, end=end, before=before)


def _when(mentions: Sequence[Mention], at: int) -> int | None:
    """The date that a figure of the past is of: "(erano 7.200 nel 2021)"."""
    for k in range(at + 1, min(at + 5, len(mentions))):
        if mentions[k].symbol == "Date":
            return k
        if mentions[k].role not in "pna":
            return None
    return None


def _past(mentions: Sequence[Mention], at: int, roles: str) -> int:
    while at < len(mentions) and mentions[at].role in roles:
        at += 1
    return at
