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

    sets: Sequence[frozenset[str]]
    ordered: bool


class Calls:
    """The patterns behind the symbols that call for them; a symbol is one character."""

    __slots__ = ("_called_by", "_shows")

    def __init__(self, patterns: Iterable[Needs]) -> None:
        """Patterns are known by their place in the order given; one with a need of no symbol is never called for."""
        told = [p if all(p.sets) else Needs((), False) for p in patterns]
        often = Counter(need for p in told for need in dict.fromkeys(p.sets))
        # what most patterns need goes to the low bits: their masks are short numbers
        bits = {need: 1 << k for k, (need, _) in enumerate(often.most_common())}
        shows: defaultdict[str, int] = defaultdict(int)
        asked_for: Counter[str] = Counter()
        for need, times in often.items():
            for symbol in need:
                shows[symbol] |= bits[need]
                asked_for[symbol] += times
        self._shows = dict(shows)
        # a need is as common as its symbols are among what patterns ask for
        weight = {need: sum(asked_for[symbol] for symbol in need) for need in bits}
        called_by: defaultdict[str, list[tuple[int, int, int, int]]] = defaultdict(list)
        for number, (needs, ordered) in enumerate(told):
            if not needs:
                continue
            rarest = min(range(len(needs)), key=lambda k: weight[needs[k]])
            mask = [bits[need] for need in needs]
            before, after = (mask[:rarest], mask[rarest + 1 :]) if ordered else ((), ())
            entry = (reduce(or_, mask), reduce(or_, before, 0), reduce(or_, after, 0), number)
            for symbol in needs[rarest]:
                called_by[symbol].append(entry)
        self._called_by = {symbol: tuple(entries) for symbol, entries in called_by.items()}

    def of(self, string: str) -> set[int]:
        """The patterns that a sentence, written as one symbol a mention, may have."""
        present = set(string)
        shows, called_by = self._shows, self._called_by
        held = 0
        for symbol in present:
            held |= shows.get(symbol, 0)
        called: set[int] = set()
        before: list[int] = []
        after: list[int] = []
        for symbol in present:
            for needed, left, right, number in called_by.get(symbol, ()):
                if needed & held != needed or number in called:
                    continue
                if left or right:
                    if not before:  # what is held up to each place, and from each place on
                        shown = [shows.get(c, 0) for c in string]
                        before = list(accumulate(shown, or_, initial=0))
                        after = list(accumulate(reversed(shown), or_, initial=0))[::-1]
                    if (
                        left & before[string.rfind(symbol)] != left
                        or right & after[string.find(symbol) + 1] != right
                    ):
                        continue
                called.add(number)
        return called
