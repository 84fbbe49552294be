"""Matching: which rules fire in a sentence, and which mentions fill their slots.

A pattern that begins with a slot and a verb finds its subject by the clause
(dropped, relative, shared by two verbs).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache

from kg.clauses import DROPPED, clause, find_subject
from kg.frames import Role, fill
from kg.model import Mention
from kg.patterns import Compiled, Compiler, variants
from kg.rules import Element, Match, Rule, Slot, Verb, Word
from kg.series import respective, series

_DATE_ROLES = {
    "by": ("by", "at"),
    "since": ("since", "at"),
    "until": ("until", "by"),
    "period": ("at", "by"),
    "date": ("at", "by", "since"),
}
#: What a clause may leave out, and the text still tells.
_LEFT_OUT = ("subject", "object", "successor")
#: Slots without which there is no claim.
_NEEDED = frozenset({"subject", "object", "value", "loss", "change", "fall"})


class Matcher:
    """All rules behind the symbols that call for them.

    A pattern is compiled when a sentence first opens its gate: most rules never meet most texts.
    """

    __slots__ = ("_compiler", "_gates", "_needs", "_ready", "_variants")

    def __init__(self, rules: Sequence[Rule], compiler: Compiler) -> None:
        self._compiler = compiler
        self._variants: list[tuple[Rule, tuple[Element, ...]]] = [
            (rule, variant)
            for rule in rules
            for elements in rule.elements
            for variant in variants(elements, passive=rule.passive)
        ]
        self._ready: dict[int, Compiled] = {}
        self._needs: dict[int, tuple[frozenset[str], ...]] = {}
        self._gates: defaultdict[str, list[int]] = defaultdict(list)
        for i, (_, elements) in enumerate(self._variants):
            for char in compiler.gate(elements):
                self._gates[char].append(i)

    def matches(self, mentions: Sequence[Mention]) -> Iterator[Match]:
        """Every match of every rule in one sentence."""
        string = self._compiler.write(mentions)
        present = dict.fromkeys(string)
        searched: set[int] = set()
        for char in present:
            for i in self._gates.get(char, ()):
                if i in searched or any(need.isdisjoint(present) for need in self._needs_of(i)):
                    continue
                compiled = self._compiled(i)
                if compiled.roles:
                    searched.add(i)
                    yield from self._framed(compiled, mentions, string)
                elif compiled.verbal:
                    at = string.find(char)
                    while at >= 0:
                        yield from self._verbal(compiled, mentions, string, at)
                        at = string.find(char, at + 1)
                else:
                    searched.add(i)
                    for found in _searched(compiled, string):
                        yield from self._finish(
                            compiled, mentions, string, [found], found.start(), found.end(), None
                        )

    def is_shown(self, mentions: Sequence[Mention], element: Slot | Verb | Word) -> bool:
        """Whether a sentence has something that could be this element of a pattern, wherever it stands."""
        return not self._compiler.symbols(element).isdisjoint(self._compiler.write(mentions))

    def is_function(self, element: Element) -> bool:
        """Whether an element is a word like "di", that tells no rule from another."""
        return isinstance(element, Word) and self._compiler.is_function(element)

    def _needs_of(self, i: int) -> tuple[frozenset[str], ...]:
        """What a sentence must hold besides the gate: a glance that saves most compiling and searching."""
        if i not in self._needs:
            self._needs[i] = self._compiler.needs(self._variants[i][1])
        return self._needs[i]

    def _compiled(self, i: int) -> Compiled:
        if i not in self._ready:
            self._ready[i] = self._compiler.compile(*self._variants[i])
        return self._ready[i]

    def _framed(self, compiled: Compiled, mentions: Sequence[Mention], string: str) -> Iterator[Match]:
        roles = [Role(_regex(p), _regex(bare), needed) for p, bare, needed in compiled.roles]
        for trigger in _regex(compiled.body).finditer(string):
            verb = next((k for k in range(*trigger.span()) if mentions[k].verb is not None), None)
            subject: tuple[int, ...] | None = None
            if compiled.subject is not None and verb is not None:
                subject = self._subject(compiled.subject, mentions, verb)
                if subject is None:
                    continue
            for found in fill(trigger.span(), roles, mentions, string, lambda m: _suits(m, mentions)):
                spans = [trigger.span(), *(m.span() for m in found)]
                ends = [*(subject or ()), *(start for start, _ in spans)]
                yield from self._finish(
                    compiled,
                    mentions,
                    string,
                    [trigger, *found],
                    min(ends),
                    max(b for _, b in spans),
                    verb,
                    subject,
                )

    def _subject(self, slot: Slot, mentions: Sequence[Mention], verb: int) -> tuple[int, ...] | None:
        return find_subject(mentions, verb, lambda m: self._compiler.accepts(m, slot))

    def _verbal(
        self, compiled: Compiled, mentions: Sequence[Mention], string: str, at: int
    ) -> Iterator[Match]:
        right = _regex(compiled.body).match(string, at + 1)
        if not right:
            return
        found, start = [right], at
        subject: tuple[int, ...] | None = None
        if compiled.left:
            left = _regex(compiled.left).search(string, 0, at)
            if not left:
                return
            found.append(left)
            start = left.start()
        if compiled.subject is not None:
            subject = self._subject(compiled.subject, mentions, at)
            if subject is None:
                return
            start = min((*subject, at))
        yield from self._finish(compiled, mentions, string, found, start, right.end(), at, subject)

    def _finish(
        self,
        compiled: Compiled,
        mentions: Sequence[Mention],
        string: str,
        found: list[re.Match[str]],
        start: int,
        end: int,
        verb: int | None,
        subject: tuple[int, ...] | None = None,
    ) -> Iterator[Match]:
        """A match with its adjuncts, unless "ex" stands before it, or a word of ``unless`` before or in it."""
        if start and mentions[start - 1].symbol == "ex":
            return
        following = [m.lemma for m in mentions[end : end + 2]]
        if {"".join(following[:1]), " ".join(following)} & set(compiled.rule.unless_next):
            return
        spans = {name: span for m in found for name, span in _spans(m)}
        start, end = _take_adjuncts(compiled, mentions, string, spans, start, end, verb)
        texts = {name: span for name, span in spans.items() if compiled.slots[name].classes == ("Clause",)}
        filled = {n: self._fill(compiled, mentions, n, span) for n, span in spans.items() if n not in texts}
        if any(not indices and name in _NEEDED for name, indices in filled.items()):
            return
        arguments = {name: indices for name, indices in filled.items() if indices}
        if compiled.subject is not None and subject == DROPPED and compiled.subject.name not in _LEFT_OUT:
            return
        if compiled.subject is not None:
            arguments[compiled.subject.name] = DROPPED if subject is None else subject
        if not any(m.lemma in compiled.rule.unless for m in mentions[_reach(mentions, start) : end]):
            match = Match(compiled.rule, mentions, arguments, texts, start, end, verb)
            dealt = respective(match)
            yield from dealt or (match,)
            yield from (
                ()
                if dealt
                else series(match, lambda name, m: self._compiler.accepts(m, compiled.slots[name]))
            )

    def _fill(
        self, compiled: Compiled, mentions: Sequence[Mention], name: str, span: tuple[int, int]
    ) -> tuple[int, ...]:
        """The mentions of a span that fill a slot: one, or the members of a list."""
        slot = compiled.slots[name]
        indices = tuple(
            k
            for k in range(*span)
            if self._compiler.accepts(mentions[k], slot) and _in_role(name, mentions, k)
        )
        one_noun = len({mentions[k].end for k in indices}) == 1  # "le due case tedesche"
        several = one_noun or (slot.classes != ("Epithet",) and _is_plural(mentions, span[1]))
        if name in compiled.introduced and not several:
            return indices[-1:]  # "Stellantis e Catl, colosso cinese": only the last is one
        before = mentions[span[0] - 1].sense if span[0] else None
        if name in compiled.attributed and before is not None and before.number == "s":
            return indices[:1]  # "la cinese Geely e Mercedes"
        return indices


def _reach(mentions: Sequence[Mention], start: int) -> int:
    """How far before a match the words of ``unless`` undo it: three mentions, within its part of the sentence."""
    first = start
    while first and first > start - 3 and mentions[first - 1].role != ";":
        first -= 1
    return first


def _take_adjuncts(
    compiled: Compiled,
    mentions: Sequence[Mention],
    string: str,
    spans: dict[str, tuple[int, int]],
    start: int,
    end: int,
    verb: int | None,
) -> tuple[int, int]:
    """Add to ``spans`` what qualifies the deed in its clause; the bounds of the match with it."""
    first, stop = clause(mentions, start, end)
    words = [i for name, (i, _) in spans.items() if compiled.slots[name].classes == ("Clause",)]
    ahead = min((end if verb is None else verb + 1, *words))  # what qualifies a clause may stand inside it
    for pattern, backwards in compiled.adjuncts:
        taken = [span for span in spans.values() if span[0] not in words]
        areas = [(ahead, max(stop, end))]
        if backwards:  # "BYD nel 2024 ha venduto…", "Nel 2024 BYD…"
            areas += [(start, verb if verb is not None else start), (first, start)]
        extra = next(
            (
                e
                for a, b in areas
                for e in _regex(pattern).finditer(string, a, b)
                if _free(e, spans, taken)
                and _suits(e, mentions)
                and (a == ahead or _opens(e, mentions, first))
            ),
            None,
        )
        if extra:
            spans.update(_spans(extra))
            start, end = min(start, extra.start()), max(end, extra.end())
    return start, end


def _in_role(name: str, mentions: Sequence[Mention], k: int) -> bool:
    """Whether a date is tied to the deed as its slot says ("entro": by), and not one to compare with."""
    mention = mentions[k]
    if mention.value is None or mention.value.kind != "Date":
        return True
    before = [m.symbol for m in mentions[max(0, k - 3) : k]]
    if "rispetto" in before or "contro" in before:
        return False
    of_figure = len(before) > 2 and before[-1] == "di" and mentions[k - 2].value is not None
    if of_figure and before[-3] in ("da", "su"):  # "sale al 25,6% dal 24,8% di un anno fa"
        return False
    return mention.value.role in _DATE_ROLES.get(name, (mention.value.role,))


def _is_plural(mentions: Sequence[Mention], comma: int) -> bool:
    """Whether what stands in apposition after a comma is several: ", colossi cinesi"."""
    noun = next((m for m in mentions[comma + 1 : comma + 4] if m.role in "nt"), None)
    if noun is None:
        return False
    if noun.value is not None:
        return True  # ", gli altri due marchi"
    return noun.sense.number == "p" if noun.sense and noun.sense.number else noun.lemma.endswith("i")


def _suits(found: re.Match[str], mentions: Sequence[Mention]) -> bool:
    """Whether every date of an adjunct is one of the deed, not one to compare with."""
    return all(_in_role(name, mentions, k) for name, (i, j) in _spans(found) for k in range(i, j))


def _opens(found: re.Match[str], mentions: Sequence[Mention], first: int) -> bool:
    """Whether an adjunct before the deed is a date, or stands at the head of the clause."""
    names = [name for name, _ in _spans(found)]
    at = found.start()
    heads_clause = at == first and (at == 0 or mentions[at - 1].role != "v")
    of_metric = "Metric" in (m.symbol for m in mentions[first:at])  # "le vendite in Italia sono salite"
    return {"place", "object"}.isdisjoint(names) or heads_clause or of_metric or mentions[at - 1].role in ",&"


def _free(found: re.Match[str], spans: dict[str, tuple[int, int]], taken: list[tuple[int, int]]) -> bool:
    """Whether an adjunct adds something: slots of its own, in words that no other slot has."""
    new = [s for name, s in _spans(found) if name not in spans]
    return len(new) > 0 and all(b <= i or j <= a for a, b in new for i, j in taken)


def _searched(compiled: Compiled, string: str) -> Iterator[re.Match[str]]:
    """Where a pattern stands; one that takes the first of a list also begins within it: "la cinese BYD e la coreana Kia"."""
    pattern = _regex(compiled.body)
    if not compiled.attributed:
        yield from pattern.finditer(string)
        return
    found = pattern.search(string)
    while found:
        yield found
        found = pattern.search(string, found.start() + 1)


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _spans(match: re.Match[str]) -> Iterator[tuple[str, tuple[int, int]]]:
    return ((name, match.span(name)) for name in match.groupdict() if match.start(name) >= 0)
