"""What reading costs: the seconds of each room of the package and of each rule.

Rooms are told by the standard library's profiler, which slows what it watches, and work of many small
calls most: the shares can be trusted, the seconds are not those of an unwatched run.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from kg.match import Matcher, Written
from kg.rules import Match

_PACKAGE = Path(__file__).parent
#: A function as the profiler knows it: file, line, name.
_Function = tuple[str, int, str]
#: What called a library that nobody of the package called.
_ELSEWHERE = "libraries"


@dataclass(slots=True)
class Cost:
    """What a rule took: seconds, how often it was looked for in a sentence, and the matches found."""

    seconds: float = 0.0
    tried: int = 0
    found: int = 0


@dataclass(slots=True)
class Profile:
    """Where seconds went; complete once the ``with`` of :func:`profiled` has ended."""

    rooms: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    rules: dict[str, Cost] = field(default_factory=lambda: defaultdict(Cost))

    def costliest_rooms(self) -> list[tuple[str, str, float]]:
        """Name, purpose and seconds of each room, the costliest first."""
        ranked = sorted(self.rooms.items(), key=lambda room: (-room[1], room[0]))
        return [(name, _purpose(name), seconds) for name, seconds in ranked]

    def costliest_rules(self) -> list[tuple[str, Cost]]:
        """The rules that were looked for, the costliest first."""
        return sorted(self.rules.items(), key=lambda rule: (-rule[1].seconds, rule[0]))


@contextmanager
def profiled() -> Iterator[Profile]:
    """Watch what this process does inside the ``with``; other processes go unseen."""
    profile, watch, run = Profile(), cProfile.Profile(), Matcher.run

    def timed(matcher: Matcher, i: int, char: str, sentence: Written) -> list[Match]:
        start = perf_counter()
        found = run(matcher, i, char, sentence)
        cost = profile.rules[matcher.rule(i).id]
        cost.seconds += perf_counter() - start
        cost.tried += 1
        cost.found += len(found)
        return found

    Matcher.run = timed  # type: ignore[method-assign, assignment]  # the one door that every rule goes through
    watch.enable()
    try:
        yield profile
    finally:
        watch.disable()
        Matcher.run = run  # type: ignore[method-assign]
        for room, seconds in _rooms(pstats.Stats(watch)):
            profile.rooms[room] += seconds


def _rooms(stats: pstats.Stats) -> Iterator[tuple[str, float]]:
    """The own seconds of every function by its room; those of a library fall to the rooms that it worked for."""
    entries: dict[_Function, Any] = stats.stats  # type: ignore[attr-defined]
    shares: dict[_Function, Mapping[str, float]] = {}

    def worked_for(function: _Function) -> Mapping[str, float]:
        """Rooms with the share of a function's time that each has asked for."""
        room = _room(function)
        if room:
            return {room: 1.0}
        if function not in shares:
            shares[function] = {}  # what calls itself, or by way of others, asks for nothing of its own
            told: defaultdict[str, float] = defaultdict(float)
            for caller, (*_, seconds) in entries[function][4].items():
                for room, share in worked_for(caller).items():
                    told[room] += share * seconds
            total = sum(told.values())
            shares[function] = {room: part / total for room, part in told.items()} if total else {}
        return shares[function]

    for function, (_, _, own, _, _) in entries.items():
        for room, share in (worked_for(function) or {_ELSEWHERE: 1.0}).items():
            yield room, own * share


def _room(function: _Function) -> str:
    """The module of the package that a function is of, empty for one of a library."""
    path = Path(function[0])
    return path.stem if path.parent == _PACKAGE else ""


def _purpose(room: str) -> str:
    """The first line of a module's docstring."""
    module = sys.modules.get(f"kg.{room}")
    return (module.__doc__ or "").split("\n", 1)[0] if module else ""
