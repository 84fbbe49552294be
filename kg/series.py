"""Gapping: a deed told of several, its verb only once: "Ford ha perso il 7,4%, Stellantis l'1,3%"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from kg.model import Mention, Value
from kg.rules import Match

Accepts = Callable[[str, Mention], bool]

#: The slots whose figure a series may go on with, each for another subject.
_FIGURES = ("value", "change", "fall", "loss", "rate", "share")
#: What belongs to the first member only.
_OWN = frozenset((*_FIGURES, "delta", "subject"))
_SEVERAL = 2
_WHOLE = 100  # no bare number above it is a percentage
#: "seguita da Volkswagen con 15.000", "davanti a Ford".
_NEXT = frozenset(
    (
        "seguire",
        "segue",
        "seguono",
        "seguita",
        "seguito",
        "seguiti",
        "seguite",
        "precedere",
        "davanti",
        "quindi",
    )
)


def tells_figure(match: Match) -> bool:
    """Whether a match has a figure that others may be told of in the same way."""
    return not match.arguments.keys().isdisjoint(_FIGURES)


def series(match: Match, accepts: Accepts) -> Iterator[Match]:
    """The matches that go on with the one given, for as long as each has a subject and a figure of the same kind.

    ``accepts`` tells whether a mention can stand in the slot of a name.
    """
    subject = match.arguments.get("subject", ())
    if len(subject) == 1 and not match.arguments.keys().isdisjoint(_FIGURES):
        names = (n for n in _FIGURES if match.arguments.get(n))
        yield from next(filter(None, (list(_of_figure(match, subject, n, accepts)) for n in names)), [])


def respective(match: Match) -> list[Match]:
    """One match for each of several subjects that are given as many figures: "A, B e C il 3, il 5 e il 7%"."""
    subject = match.arguments.get("subject", ())
    if len(subject) < _SEVERAL:
        return []
    name = next((n for n in _FIGURES if match.arguments.get(n)), "")
    if not name:
        return []
    at = match.arguments[name][0]
    measure = match.mentions[at].value
    values = [(at, measure)]
    while measure is not None and len(values) < len(subject):
        at = _skip(match.mentions, at + 1, ",&p")
        value = alike(match.mentions, at, measure) if at < len(match.mentions) else None
        if value is None:
            return []
        values.append((at, value))
    return [
        _told_of(match, who, name, at, value)
        for who, (at, value) in zip(subject, values, strict=True)
        if value
    ]


def _told_of(match: Match, who: int, name: str, at: int, value: Value) -> Match:
    mentions = list(match.mentions)
    mentions[at] = mentions[at]._replace(value=value)
    arguments = {**match.arguments, "subject": (who,), name: (at,)}
    return replace(match, mentions=mentions, arguments=arguments, end=max(match.end, at + 1))


def _of_figure(match: Match, subject: tuple[int, ...], name: str, accepts: Accepts) -> Iterator[Match]:
    """The members of a series whose figures fill the slot ``name``."""
    figure = match.arguments[name][0]
    subject_first = subject[0] < figure
    measure = match.mentions[figure].value
    if measure is None or not max(subject[0], figure) < match.end:
        return
    at = match.end
    while True:
        found = _member(
            match.mentions, at, subject_first, measure, lambda k: accepts("subject", match.mentions[k])
        )
        if found is None:
            return
        who, how_much, value = found
        mentions = list(match.mentions)
        mentions[how_much] = mentions[how_much]._replace(value=value)
        shared = {n: i for n, i in match.arguments.items() if n not in _OWN}
        at = max(who, how_much) + 1
        yield replace(
            match,
            mentions=mentions,
            arguments={**shared, "subject": (who,), name: (how_much,)},
            start=min(who, how_much),
            end=at,
        )


def _member(
    mentions: Sequence[Mention], at: int, subject_first: bool, like: Value, is_subject: Callable[[int], bool]
) -> tuple[int, int, Value] | None:
    """The next subject and figure from ``at`` on: where each stands, and the figure in the unit of the first."""
    at = after_bracket(mentions, at)
    first = _skip(mentions, at, ",&;")
    if first == at or first >= len(mentions):
        return None
    if mentions[first].lemma in _NEXT:
        first += 1
    first = _skip(mentions, first, "pa")
    if first >= len(mentions):
        return None
    second = _skip(mentions, first + 1, "pa,")
    if subject_first and second + 1 < len(mentions) and mentions[second].symbol == "word":
        second += 1  # "le Volkswagen privilegiate il 7,1%"
    if second >= len(mentions):
        return None
    who, how_much = (first, second) if subject_first else (second, first)
    value = alike(mentions, how_much, like)
    return (who, how_much, value) if value is not None and is_subject(who) else None


def after_bracket(mentions: Sequence[Mention], at: int) -> int:
    """Past a figure in brackets: "il 4,19% (5.150 unità)"."""
    if at + 1 < len(mentions) and mentions[at].role == "," and mentions[at + 1].value is not None:
        end = at + 2
        while end < len(mentions) and (
            mentions[end].value is not None or mentions[end].symbol in ("word", "Metric")
        ):
            end += 1
        if end < len(mentions) and mentions[end].role == ",":
            return end + 1
    return at


def _skip(mentions: Sequence[Mention], at: int, roles: str) -> int:
    while at < len(mentions) and mentions[at].role in roles:
        at += 1
    return at


def alike(mentions: Sequence[Mention], k: int, like: Value) -> Value | None:
    """The value at ``k`` if it is of one kind with ``like``; a bare number takes the unit: "17 per cento…, 18,8"."""
    value = mentions[k].value
    if value is None or value.kind == "Date":
        return None
    closed = k + 1 >= len(mentions) or mentions[k + 1].role in ",&;pd"
    if value.kind == like.kind and value.unit == like.unit and (closed or value.kind != "Number"):
        return value
    fits = like.kind != "Percent" or (value.number is not None and value.number <= _WHOLE)
    if like.kind == "Number" and value.unit.startswith("{"):
        return value
    if value.kind == "Number" and value.sort in ("", "Sum") and closed and fits:
        return replace(value, kind=like.kind, unit=like.unit, sort="")
    return None
