"""Matching: which rules fire in a sentence, and which mentions fill their slots.

A pattern that begins with a slot and a verb finds its subject by the clause
(dropped, relative, shared by two verbs).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, islice, pairwise
from typing import NamedTuple

from kg.calls import Calls, Needs
from kg.clauses import DROPPED, Accepts, clause, find_subject, is_compared
from kg.frames import (
    Areas,
    Role,
    areas,
    fill,
    going_on,
    is_going_on,
    may_lack_object,
    object_of,
    subject_alone,
    subject_of,
)
from kg.model import Mention
from kg.patterns import LEFT_OUT, Compiled, Compiler, variants
from kg.rules import Element, Match, Rule, Slot, Verb, Word
from kg.sequels import sequels
from kg.series import respective, series, tells_figure

_DATE_ROLES = {
    "by": ("by", "at"),
    "since": ("since", "at"),
    "until": ("until", "by", "at"),
    "period": ("at", "by"),
    "date": ("at", "by", "since"),
}
#: A way to find the subject or the object of a verb.
Search = Callable[[Sequence[Mention], int, Accepts], tuple[int, ...] | None]
_CLAUSE = ("Clause",)
#: Slots without which there is no claim.
_NEEDED = frozenset({"subject", "object", "value", "loss", "change", "fall"})


class Filler(NamedTuple):
    """What can fill a slot: told of a mention, and as the characters of such mentions."""

    accepts: Accepts
    chars: frozenset[str]


class Written:
    """A sentence as patterns see it, with what many of them ask and none changes.

    ``string`` has one character a mention.
    """

    __slots__ = ("_areas", "_chars", "_found", "_shown", "continued", "mentions", "string")

    def __init__(self, mentions: Sequence[Mention], string: str) -> None:
        self.mentions, self.string = mentions, string
        self._chars = frozenset(string)
        self._areas: dict[tuple[int, int], Areas] = {}
        self._found: dict[tuple[Search, int, frozenset[str]], tuple[int, ...] | None] = {}
        self._shown: dict[str, bool] = {}
        #: Where the members of series end, by rule.
        self.continued: set[tuple[str, int]] = set()

    def has(self, slot: Filler) -> bool:
        """Whether there is anything that can fill a slot."""
        return not self._chars.isdisjoint(slot.chars)

    def end(self, search: Search, verb: int, slot: Filler) -> tuple[int, ...] | None:
        """What a ``search`` from a verb comes to: the same for all slots that the same mentions can fill."""
        key = search, verb, self._chars & slot.chars
        if key not in self._found:
            self._found[key] = search(self.mentions, verb, slot.accepts)
        return self._found[key]

    def areas(self, trigger: tuple[int, int]) -> Areas:
        """Where the roles of a frame may stand around its trigger."""
        if trigger not in self._areas:
            self._areas[trigger] = areas(self.mentions, *trigger)
        return self._areas[trigger]

    def shows(self, pattern: str) -> bool:
        """Whether a role stands anywhere."""
        if pattern not in self._shown:
            self._shown[pattern] = _regex(pattern).search(self.string) is not None
        return self._shown[pattern]


class Matcher:
    """All rules behind the symbols that call for them.

    A pattern is compiled when a sentence first calls for it: most rules never meet most texts.
    """

    __slots__ = ("_calls", "_compiler", "_fillers", "_origins", "_ready", "_rules")

    def __init__(self, rules: Sequence[Rule], compiler: Compiler) -> None:
        self._rules = tuple(rules)
        self._compiler = compiler
        self._origins: list[tuple[int, int, int]] = []  # of each variant: its rule, its pattern, which it is
        needs: list[Needs] = []
        for number, rule in enumerate(rules):
            for pattern, elements in enumerate(rule.elements):
                for which, variant in enumerate(variants(elements, passive=rule.passive)):
                    self._origins.append((number, pattern, which))
                    needs.append(compiler.needs(variant))
        self._calls = Calls(needs, compiler.everyday)
        self._ready: dict[int, Compiled] = {}
        self._fillers: dict[tuple[str, ...], Filler] = {}

    def matches(self, mentions: Sequence[Mention]) -> list[Match]:
        """Every match of every rule in one sentence, in the order of what calls for the rules."""
        string = self._compiler.write(mentions)
        called = self._calls.of(string)
        if not called:
            return []
        order = {char: k for k, char in enumerate(dict.fromkeys(string))}
        runs: list[tuple[int, int, str]] = []
        for i in called:
            compiled = self._compiled(i)
            gate = [(order[char], i, char) for char in order.keys() & compiled.gate]
            runs += gate if compiled.verbal or not gate else (min(gate),)
        runs.sort()
        sentence, found = Written(mentions, string), []
        for _, i, char in runs:
            found += self.run(i, char, sentence)
        return found

    def rule(self, i: int) -> Rule:
        """The rule that the variant ``i`` is of."""
        return self._rules[self._origins[i][0]]

    def run(self, i: int, char: str, sentence: Written) -> list[Match]:
        """What the variant ``i`` finds in one sentence that calls for it; one with a verb only at the verb ``char``.

        All that rules find goes through here, so that what each costs can be told (see :meth:`rule`).
        """
        compiled, string = self._compiled(i), sentence.string
        body = _regex(compiled.body)
        found: list[Match] = []
        if compiled.framed:
            for pattern, bare, needed in compiled.roles:
                if needed and not (sentence.shows(bare) or sentence.shows(pattern)):
                    return found
            for trigger in body.finditer(string):
                found += self._framed(compiled, sentence, trigger)
        elif compiled.verbal:
            at = string.find(char)
            while at >= 0:
                right = body.match(string, at + 1)
                if right:
                    found += self._verbal(compiled, sentence, at, right)
                at = string.find(char, at + 1)
        else:
            places = _overlapping(body, string) if compiled.attributed else body.finditer(string)
            for one in places:
                found += self._finish(compiled, sentence, [one], one.start(), one.end(), None, {})
        return found

    def is_shown(self, mentions: Sequence[Mention], element: Slot | Verb | Word) -> bool:
        """Whether a sentence has something that could be this element of a pattern, wherever it stands."""
        return not set(self._compiler.symbols(element)).isdisjoint(self._compiler.write(mentions))

    def is_function(self, element: Element) -> bool:
        """Whether an element is a word like "di", that tells no rule from another."""
        return isinstance(element, Word) and self._compiler.is_function(element)

    def _compiled(self, i: int) -> Compiled:
        compiled = self._ready.get(i)
        if compiled is None:
            number, pattern, which = self._origins[i]
            rule = self._rules[number]
            made = variants(rule.elements[pattern], passive=rule.passive)
            compiled = self._ready[i] = self._compiler.compile(rule, next(islice(made, which, None)))
        return compiled

    def _filler(self, slot: Slot) -> Filler:
        """What can fill a slot."""
        filler = self._fillers.get(slot.classes)
        if filler is None:
            chars = frozenset(self._compiler.symbols(slot))
            filler = self._fillers[slot.classes] = Filler(self._compiler.acceptance(slot), chars)
        return filler

    def _accepts(self, slot: Slot) -> Accepts:
        """What tells whether a mention can stand in a slot."""
        return self._filler(slot).accepts

    def _framed(self, compiled: Compiled, sentence: Written, trigger: re.Match[str]) -> list[Match]:
        mentions, string = sentence.mentions, sentence.string
        verb = next((k for k in range(*trigger.span()) if mentions[k].verb is not None), None)
        ends = self._ends(compiled, sentence, verb) if verb is not None else {}
        if ends is None:
            return []
        roles = [_role(*role) for role in compiled.roles]
        around = sentence.areas(trigger.span()) if roles else []
        filled = fill(trigger.span(), around, roles, mentions, string, lambda m: _suits(m, mentions))
        if filled is None:
            return []
        told = self._told(compiled, sentence, [trigger, *filled], verb, ends)
        return told + self._going_on(compiled, sentence, (trigger, filled), verb, ends)

    def _ends(self, compiled: Compiled, sentence: Written, verb: int) -> dict[str, tuple[int, ...]] | None:
        """Who does the deed of a frame and what it is done to, by the names of their slots; None where they do not fit."""
        patient = compiled.patient
        if (
            patient is not None
            and not sentence.has(self._filler(patient))
            and not (patient.name in LEFT_OUT and may_lack_object(sentence.mentions, verb))
        ):
            return None  # often: nothing to search for
        ends: dict[str, tuple[int, ...]] = {}
        does = subject_alone if compiled.patient is None else subject_of
        for slot, search in ((compiled.subject, does), (compiled.patient, object_of)):
            if slot is None:
                continue
            found = sentence.end(search, verb, self._filler(slot))
            if found is None or (found == DROPPED and slot.name not in LEFT_OUT):
                return None
            if found and found in ends.values():
                return None  # nobody does a deed to himself
            ends[slot.name] = found
        return ends

    def _told(
        self,
        compiled: Compiled,
        sentence: Written,
        found: list[re.Match[str]],
        verb: int | None,
        ends: dict[str, tuple[int, ...]],
    ) -> list[Match]:
        indices = [k for several in ends.values() for k in several]
        start = min([*indices, *[m.start() for m in found]])
        end = max([*[k + 1 for k in indices], *[m.end() for m in found]])
        return self._finish(compiled, sentence, found, start, end, verb, ends)

    def _going_on(
        self,
        compiled: Compiled,
        sentence: Written,
        frame: tuple[re.Match[str], list[re.Match[str]]],
        verb: int | None,
        ends: dict[str, tuple[int, ...]],
    ) -> list[Match]:
        """The deed told of others without its verb: "…, la Polo a Pamplona"."""
        trigger, filled = frame
        slot = compiled.patient or compiled.subject
        if slot is None or not compiled.again:
            return []
        needed = [m.end() for m in filled[:1] if any(role[2] for role in compiled.roles)]
        at = max([trigger.end(), *needed, *[k + 1 for k in ends.get(slot.name, ())]])
        found: list[Match] = []
        if is_going_on(sentence.mentions, at):
            again, accepts = _regex(compiled.again), self._accepts(slot)
            for told, other in going_on(at, again, sentence.mentions, sentence.string, accepts):
                own = {name: k for name, k in ends.items() if name not in other.re.groupindex}
                found += self._told(compiled, sentence, [trigger, other], verb, {**own, slot.name: told})
        return found

    def _verbal(self, compiled: Compiled, sentence: Written, at: int, right: re.Match[str]) -> list[Match]:
        found, start = [right], at
        if compiled.left:
            left = _regex(compiled.left).search(sentence.string, 0, at)
            if not left:
                return []
            found.append(left)
            start = left.start()
        ends: dict[str, tuple[int, ...]] = {}
        if compiled.subject is not None:
            subject = sentence.end(find_subject, at, self._filler(compiled.subject))
            if subject is None:
                return []
            start = min((*subject, at))
            ends[compiled.subject.name] = subject
        return self._finish(compiled, sentence, found, start, right.end(), at, ends)

    def _finish(
        self,
        compiled: Compiled,
        sentence: Written,
        found: list[re.Match[str]],
        start: int,
        end: int,
        verb: int | None,
        ends: Mapping[str, tuple[int, ...]],
    ) -> list[Match]:
        """A match with its adjuncts, unless "ex" stands before it, or a word of ``unless`` before or in it."""
        rule, slots, mentions = compiled.rule, compiled.slots, sentence.mentions
        if start and mentions[start - 1].symbol == "ex":
            return []
        if rule.unless_next and _is_undone_by(rule.unless_next, mentions, end):
            return []
        for name, indices in ends.items():
            if indices == DROPPED and name not in LEFT_OUT:
                return []
        spans: dict[str, tuple[int, int]] = {}
        for one in found:
            spans.update(_spans(one))
        if adjuncts := [a for a in compiled.adjuncts if sentence.shows(a[0])]:
            start, end = _take_adjuncts(compiled, adjuncts, sentence, spans, start, end, verb)
            if rule.unless_next and _is_undone_by(rule.unless_next, mentions, end):
                return []
        if rule.unless:
            said = [m.lemma for m in mentions[_reach(mentions, start) : end]]
            if not compiled.unless.isdisjoint(said):
                return []
        texts: dict[str, tuple[int, int]] = {}
        arguments: dict[str, tuple[int, ...]] = {}
        for name, span in spans.items():
            if slots[name].classes == _CLAUSE:
                texts[name] = span
            elif indices := self._fill(compiled, sentence, name, span):
                arguments[name] = indices
            elif name in _NEEDED:
                return []
        arguments.update(ends)
        if "title" in arguments and _speaks_of_two(
            mentions, arguments["title"], arguments.get("subject", ())
        ):
            return []
        match = Match(rule, mentions, arguments, texts, start, end, verb)
        if not tells_figure(match):
            return [match]
        told = respective(match)
        if not told:
            told = [match]
            if (rule.id, end) not in sentence.continued:  # else a series that came by has gone on from there
                told += series(match, lambda name, m: self._accepts(slots[name])(m))
                sentence.continued.update([(rule.id, m.end) for m in told[1:]])
        return [*told, *chain.from_iterable(map(sequels, told))] if "period" in slots else told

    def _fill(
        self, compiled: Compiled, sentence: Written, name: str, span: tuple[int, int]
    ) -> tuple[int, ...]:
        """The mentions of a span that fill a slot: one, or the members of a list."""
        slot, mentions, string = compiled.slots[name], sentence.mentions, sentence.string
        chars = self._filler(slot).chars
        first, stop = span
        indices = tuple(
            [
                k
                for k in range(first, stop)
                if string[k] in chars and (mentions[k].value is None or _in_role(name, mentions, k))
            ]
        )
        if name in compiled.introduced:
            one_noun = len({mentions[k].end for k in indices}) == 1  # "le due case tedesche"
            if not (one_noun or (slot.classes != ("Epithet",) and _is_plural(mentions, stop))):
                return indices[-1:]  # "Stellantis e Catl, colosso cinese": only the last is one
        if not first:
            return indices
        before = mentions[first - 1]
        if name in compiled.attributed and before.sense is not None and before.sense.number == "s":
            return indices[:1]  # "la cinese Geely e Mercedes"
        return _until_preposition(mentions, indices) if before.role == "t" else indices


def _until_preposition(mentions: Sequence[Mention], indices: tuple[int, ...]) -> tuple[int, ...]:
    """The names that bear a title: not the second of "il presidente John Elkann e di Olivier François"."""
    for at, (left, right) in enumerate(pairwise(indices), start=1):
        if any(m.role == "p" for m in mentions[left + 1 : right]):
            return indices[:at]
    return indices


def _speaks_of_two(mentions: Sequence[Mention], title: Sequence[int], bearer: Sequence[int]) -> bool:
    """Whether a title of somebody else begins between a title and its bearer: "Ola Källenius, e il presidente di Bmw"."""
    if not title or not bearer:
        return False
    first, last = sorted((title[0], bearer[0]))
    others = (k for k in range(first + 1, last + 1) if mentions[k].role == "t" and mentions[k].determiner)
    return any(
        mentions[k - 1].symbol == "&" or (k != title[0] and mentions[k - 1].symbol == ",") for k in others
    )


def _is_undone_by(words: Collection[str], mentions: Sequence[Mention], end: int) -> bool:
    """Whether what follows a match is one of its ``unless_next``: a word, two words, a kind of mention."""
    if not words:
        return False
    told = [m for m in mentions[end : end + 3] if m.role != "d"][:2]  # "si è dimesso oggi da…"
    if not told:
        return False
    return not {told[0].lemma, told[0].symbol, " ".join(m.lemma for m in told)}.isdisjoint(words)


def _reach(mentions: Sequence[Mention], start: int) -> int:
    """How far before a match the words of ``unless`` undo it: three mentions, within its part of the sentence."""
    first = start
    while first and first > start - 3 and mentions[first - 1].role != ";":
        first -= 1
    return first


def _take_adjuncts(
    compiled: Compiled,
    adjuncts: Sequence[tuple[str, bool]],
    sentence: Written,
    spans: dict[str, tuple[int, int]],
    start: int,
    end: int,
    verb: int | None,
) -> tuple[int, int]:
    """Add to ``spans`` what qualifies the deed in its clause; the bounds of the match with it."""
    mentions, string = sentence.mentions, sentence.string
    first, stop = clause(mentions, start, end)
    words = [i for name, (i, _) in spans.items() if compiled.slots[name].classes == ("Clause",)]
    ahead = min((end if verb is None else verb + 1, *words))  # what qualifies a clause may stand inside it
    for pattern, backwards in adjuncts:
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
    if is_compared(mentions, k):
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


def _overlapping(pattern: re.Pattern[str], string: str) -> Iterator[re.Match[str]]:
    """Where a pattern stands that takes the first of a list, also within one: "la cinese BYD e la coreana Kia"."""
    found = pattern.search(string)
    while found:
        yield found
        found = pattern.search(string, found.start() + 1)


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@cache
def _role(pattern: str, bare: str, needed: bool) -> Role:
    return Role(_regex(pattern), _regex(bare), needed)


def _spans(match: re.Match[str]) -> list[tuple[str, tuple[int, int]]]:
    regs = match.regs
    return [(name, regs[k]) for name, k in match.re.groupindex.items() if regs[k][0] >= 0]
