"""Frames: a trigger and roles around it in any order, for what Italian says in many orders.

"A Melfi nasce la Compass", "la Compass esce dalle linee di Melfi", "da Melfi arriverà la Compass": where
the classes of the roles tell them apart, their order need not. A role is looked for in the clause of the
trigger, and in what its relative pronoun stands for ("lo stabilimento di Melfi, dove nasce…"); the nearest
is taken, or each in its turn where they go in pairs ("la Golf a Wolfsburg e la Polo a Pamplona").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from kg.clauses import clause
from kg.model import Mention

_ANTECEDENT = 8  # mentions that a relative pronoun may stand for, with what belongs to them


@dataclass(frozen=True, slots=True)
class Role:
    """A role as a regular expression; ``bare`` is the same without its preposition, for an antecedent."""

    pattern: re.Pattern[str]
    bare: re.Pattern[str]
    needed: bool


Filled = list[re.Match[str]]


def fill(
    trigger: tuple[int, int],
    roles: Sequence[Role],
    mentions: Sequence[Mention],
    string: str,
    suits: Callable[[re.Match[str]], bool],
) -> Iterator[Filled]:
    """The ways to fill the roles around a trigger: none, one, or several where they go in pairs.

    ``trigger`` is its span of mentions, ``string`` the sentence as patterns see it; ``suits`` tells
    whether a filler can be one in its place.
    """
    areas = _areas(mentions, *trigger)
    needed = [_candidates(role, areas, string, suits) for role in roles if role.needed]
    if not all(needed):
        return
    optional = [_candidates(role, areas, string, suits) for role in roles if not role.needed]
    for chosen in _pairs(needed) or [_nearest(needed, trigger)]:
        if len(chosen) == len(needed):
            yield [*chosen, *_nearest(optional, trigger, chosen)]


def _areas(mentions: Sequence[Mention], start: int, end: int) -> list[tuple[int, int, bool]]:
    """Where roles may stand: before and after the trigger in its clause, and in the antecedent of that."""
    first, stop = clause(mentions, start, end)
    if not any(m.verb is not None for m in mentions[start:end]):  # a noun stands in the clause of its verb
        if first and mentions[first - 1].role == "v":
            first, _ = clause(mentions, first - 1, start)
        elif stop < len(mentions) and mentions[stop].role == "v":
            _, stop = clause(mentions, end, stop + 1)
    areas = [(first, start, False), (end, stop, False)]
    if first and mentions[first - 1].role == "r":
        last = first - 1
        while last and mentions[last - 1].role in "p,":
            last -= 1
        begin = last
        while begin and last - begin < _ANTECEDENT and mentions[begin - 1].role in "natpd":
            begin -= 1
        areas.append((begin, last, True))
    return areas


def _candidates(
    role: Role,
    areas: Sequence[tuple[int, int, bool]],
    string: str,
    suits: Callable[[re.Match[str]], bool],
) -> Filled:
    """What could fill a role, from left to right; of an antecedent only its head."""
    found: Filled = []
    for first, stop, antecedent in areas:
        pattern = role.bare if antecedent else role.pattern
        fitting = (m for m in pattern.finditer(string, first, stop) if m.end() > m.start() and suits(m))
        found.extend(islice(fitting, 1) if antecedent else fitting)
    return sorted(found, key=lambda m: m.start())


def _pairs(needed: Sequence[Filled]) -> list[Filled]:
    """The fillers of two roles that go in turn: "a Melfi la Compass, a Cassino la Stelvio"."""
    if len(needed) != 2 or len(needed[0]) != len(needed[1]) or len(needed[0]) == 1:
        return []
    marked = sorted((m.start(), side) for side in (0, 1) for m in needed[side])
    sides = [side for _, side in marked]
    in_turn = all(a != b for a, b in pairwise(sides))
    return [list(pair) for pair in zip(*needed, strict=True)] if in_turn else []


def _nearest(
    fillers: Sequence[Filled], trigger: tuple[int, int], taken: Sequence[re.Match[str]] = ()
) -> Filled:
    """Of each role the filler nearest to the trigger, the later of two, in words that no other role has."""
    chosen = list(taken)
    for found in fillers:
        free = [m for m in found if all(m.end() <= c.start() or c.end() <= m.start() for c in chosen)]
        if free:
            chosen.append(min(free, key=lambda m: (_distance(m, trigger), -m.start())))
    return chosen[len(taken) :]


def _distance(found: re.Match[str], trigger: tuple[int, int]) -> int:
    return max(trigger[0] - found.end(), found.start() - trigger[1], 0)
