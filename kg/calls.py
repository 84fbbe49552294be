"""Which of many patterns a sentence can have at all, told from the symbols that it holds.

A pattern needs several things, each one of a set of symbols. Every distinct set is a bit; a symbol shows
the bits of the sets that it is in, a sentence those of its symbols, and a pattern can be there only if
all its bits are shown, in their order. It is asked for at its rarest need alone, so that a
thousand patterns with "è" cost nothing to a sentence that has "è" and none of their other words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import accumulate
from operator import or_
from typing import NamedTuple


class Needs(NamedTuple):
    """What a sentence must hold for a pattern: of each set one symbol, in this order if they are ``ordered``."""

    sets: Sequence[str]
    ordered: bool


class Calls:
    """The patterns behind the symbols that call for them; a symbol is one character."""

    __slots__ = ("_called_by", "_shows")

    def __init__(self, patterns: Iterable[Needs], everyday: str) -> None:
        """Patterns are known by their place in the order given; one with a need of no symbol is never called for.

        ``everyday`` are symbols that most sentences have: no pattern is asked for at them if it has another need.
        """
        told = [p if all(p.sets) else Needs((), False) for p in patterns]
        rarest = _rarest(told, frozenset(everyday))
        others = [
            [need for k, need in enumerate(p.sets) if k != at] for p, at in zip(told, rarest, strict=True)
        ]
        often = Counter(need for needs in others for need in dict.fromkeys(needs))
        # what most patterns need goes to the low bits: their masks are short numbers
        bits = {need: 1 << k for k, (need, _) in enumerate(often.most_common())}
        shows: defaultdict[str, int] = defaultdict(int)
        for need, bit in bits.items():
            for symbol in need:
                shows[symbol] |= bit
        called_by: defaultdict[str, list[_Call]] = defaultdict(list)
        for number, (needs, at) in enumerate(zip(told, rarest, strict=True)):
            mask = [bits.get(need, 0) for need in needs.sets]
            before, after = (mask[:at], mask[at + 1 :]) if needs.ordered else ((), ())
            rest = reduce(or_, (bits[need] for need in others[number]), 0)
            call = (rest, reduce(or_, before, 0), reduce(or_, after, 0), number)
            for symbol in needs.sets[at] if needs.sets else ():
                called_by[symbol].append(call)
        self._shows = dict(shows)
        self._called_by = {symbol: tuple(calls) for symbol, calls in called_by.items()}

    def of(self, string: str) -> set[int]:
        """The patterns that a sentence, written as one symbol a mention, may have."""
        present = set(string)
        shows, called_by = self._shows, self._called_by
        held = 0
        for symbol in present & shows.keys():
            held |= shows[symbol]
        missing = ~held
        called: set[int] = set()
        before: list[int] = []
        after: list[int] = []
        for symbol in present & called_by.keys():
            for needed, left, right, number in called_by[symbol]:
                if needed & missing or number in called:
                    continue
                if left:
                    if not before:  # what is held up to each place
                        before = list(accumulate([shows.get(c, 0) for c in string], or_, initial=0))
                    if left & before[string.rfind(symbol)] != left:
                        continue
                if right:
                    if not after:  # what is held in as many last places
                        after = list(accumulate([shows.get(c, 0) for c in string[::-1]], or_, initial=0))
                    if right & after[len(string) - string.find(symbol) - 1] != right:
                        continue
                called.add(number)
        return called


#: What else a pattern needs, what of it before and after where it is asked for, and its number.
_Call = tuple[int, int, int, int]


def _rarest(patterns: Sequence[Needs], everyday: frozenset[str]) -> list[int]:
    """The place of the rarest need of each pattern: that of symbols which patterns ask for least."""
    often = Counter(need for p in patterns for need in dict.fromkeys(p.sets))
    asked_for: Counter[str] = Counter()
    for need, times in often.items():
        for symbol in need:
            asked_for[symbol] += times
    weight = {need: (not everyday.isdisjoint(need), sum(asked_for[s] for s in need)) for need in often}
    return [min(range(len(p.sets)), key=lambda k: weight[p.sets[k]], default=0) for p in patterns]
