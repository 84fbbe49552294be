"""Matching: rules compiled to regular expressions over a string of one character a mention.

Pure, and without a word of cars: symbols, classes and rules come from outside.
A pattern that begins with a slot and a verb finds its subject by the clause
(dropped, relative, shared by two verbs); its passive and relative forms are made here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from kg.clauses import DROPPED, clause, find_subject
from kg.model import Mention
from kg.rules import KINDS, Comma, Element, Gap, Group, Match, Rule, Slot, Verb, Word, walk

_FIRST = 0x4E00  # symbols are written in a block without regex metacharacters
_PREPOSITIONS = ("di", "a", "da", "in", "con", "su", "per", "tra")
_VALUES = frozenset(symbol for symbols in KINDS.values() for symbol in symbols)
_DATE_ROLES = {
    "by": ("by", "at"),
    "since": ("since", "at"),
    "until": ("until", "by"),
    "period": ("at", "since", "by"),
    "date": ("at", "by", "since"),
}


@dataclass(frozen=True, slots=True)
class _Compiled:
    """One pattern of one rule as regular expressions; ``gate`` are the symbols one of which must be there.

    They are compiled when a sentence first opens the gate: most rules never meet most texts.
    """

    rule: Rule
    gate: str
    verbal: bool
    body: str
    subject: Slot | None = None
    left: str = ""
    adjuncts: tuple[tuple[str, bool], ...] = ()
    slots: dict[str, Slot] = field(default_factory=dict)


class Matcher:
    """All rules, compiled for an alphabet of symbols and a hierarchy of classes."""

    __slots__ = ("_alphabet", "_by_gate", "_charsets", "_classes", "_is_a", "_preposition", "_skip", "_words")

    def __init__(
        self,
        rules: Sequence[Rule],
        symbols: Iterable[str],
        classes: Iterable[str],
        is_a: Callable[[str, str], bool],
        words: Callable[[str], str],
    ) -> None:
        """Compile ``rules``.

        ``symbols`` is every symbol that a mention can have, ``words`` gives the
        symbol of a word of a pattern, ``is_a`` the hierarchy of ``classes``.
        """
        self._classes, self._is_a, self._words = tuple(classes), is_a, words
        self._alphabet = {s: chr(_FIRST + i) for i, s in enumerate(sorted(set(symbols), key=_in_kinds))}
        alphabet = self._alphabet
        passed_over = ("word", "Nationality", "cue")
        skipped = (s for s in alphabet if s in passed_over or s.startswith(("word:", "Descriptor=")))
        self._charsets: dict[tuple[str, ...], str] = {}
        self._skip = f"[{self._set(tuple(skipped))}]{{0,2}}?"
        self._preposition = self._set(_PREPOSITIONS)
        self._by_gate: dict[str, list[_Compiled]] = defaultdict(list)
        for rule in rules:
            for elements in rule.elements:
                for variant in _variants(elements, passive=rule.passive):
                    compiled = self._compile(rule, variant)
                    for char in compiled.gate:
                        self._by_gate[char].append(compiled)

    # ------------------------------------------------------------------- running

    def matches(self, mentions: Sequence[Mention]) -> Iterator[Match]:
        """Every match of every rule in one sentence."""
        alphabet, other = self._alphabet, self._alphabet["word"]
        string = "".join([alphabet.get(_symbol(m), other) for m in mentions])
        for char in dict.fromkeys(string):
            for compiled in self._by_gate.get(char, ()):
                if compiled.verbal:
                    at = string.find(char)
                    while at >= 0:
                        yield from self._verbal(compiled, mentions, string, at)
                        at = string.find(char, at + 1)
                else:
                    for found in _regex(compiled.body).finditer(string):
                        yield from self._finish(
                            compiled, mentions, string, [found], found.start(), found.end(), None
                        )

    def accepts(self, mention: Mention, slot: Slot) -> bool:
        """Whether a mention can stand in a slot."""
        char = self._alphabet.get(_symbol(mention))
        return char is not None and char in self._chars(self._expand(slot.classes))

    def _verbal(
        self, compiled: _Compiled, mentions: Sequence[Mention], string: str, at: int
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
        elif compiled.subject is not None:
            slot = compiled.subject
            subject = find_subject(mentions, at, lambda m: self.accepts(m, slot))
            if subject is None:
                return
            start = min((*subject, at))
        yield from self._finish(compiled, mentions, string, found, start, right.end(), at, subject)

    def _finish(
        self,
        compiled: _Compiled,
        mentions: Sequence[Mention],
        string: str,
        found: list[re.Match[str]],
        start: int,
        end: int,
        verb: int | None,
        subject: tuple[int, ...] | None = None,
    ) -> Iterator[Match]:
        """A match with its adjuncts, unless a word of ``unless`` stands before it."""
        if start and mentions[start - 1].symbol == "ex":
            return
        spans = {name: span for m in found for name, span in _spans(m)}
        first, stop = clause(mentions, start, end)
        words = [i for name, (i, _) in spans.items() if compiled.slots[name].classes == ("Clause",)]
        ahead = min(
            (end if verb is None else verb + 1, *words)
        )  # what qualifies a clause may stand inside it
        for pattern, backwards in compiled.adjuncts:
            taken = [span for span in spans.values() if span[0] not in words]
            areas = [(ahead, max(stop, end))] + ([(first, start)] if backwards else [])
            extra = next(
                (
                    e
                    for a, b in areas
                    for e in _regex(pattern).finditer(string, a, b)
                    if _free(e, spans, taken)
                ),
                None,
            )
            if extra:
                spans.update(_spans(extra))
                start, end_ = min(start, extra.start()), max(end, extra.end())
                end = end_
        arguments: dict[str, tuple[int, ...]] = {}
        texts: dict[str, tuple[int, int]] = {}
        for name, (i, j) in spans.items():
            slot = compiled.slots[name]
            if slot.classes == ("Clause",):
                texts[name] = (i, j)
                continue
            indices = tuple(
                k for k in range(i, j) if self.accepts(mentions[k], slot) and _in_role(name, mentions[k])
            )
            if not indices:
                if name in ("subject", "object", "value", "change", "fall"):
                    return
                continue
            arguments[name] = indices
        if compiled.subject is not None:
            arguments[compiled.subject.name] = DROPPED if subject is None else subject
        if any(
            word in compiled.rule.unless for m in mentions[max(0, start - 3) : start] for word in (m.lemma,)
        ):
            return
        yield Match(compiled.rule, mentions, arguments, texts, start, end, verb)

    # ----------------------------------------------------------------- compiling

    def _compile(self, rule: Rule, elements: tuple[Element, ...]) -> _Compiled:
        core, adjuncts = _split_adjuncts(elements)
        slots = {e.name: e for e in walk(elements) if isinstance(e, Slot)}
        extra = tuple((self._sequence(a, lead=False), _is_date(a)) for a in adjuncts)
        at = next((i for i, e in enumerate(core) if isinstance(e, Verb)), None)
        if at is None:
            return _Compiled(
                rule, self._gate(core), False, self._sequence(core, lead=False), None, "", extra, slots
            )
        verb, before, after = core[at], core[:at], core[at + 1 :]
        assert isinstance(verb, Verb)
        gate = self._chars(tuple(_verb_symbol(lemma, verb.voice) for lemma in verb.lemmas))
        body = self._sequence(after, lead=True, after_verb=True)
        subject, left = None, ""
        if len(before) == 1 and isinstance(before[0], Slot):
            subject = before[0]
        elif before:
            left = self._sequence(before, lead=False) + self._insertion() + self._skip + r"\Z"
        return _Compiled(rule, gate, True, body, subject, left, extra, slots)

    def _sequence(self, elements: Sequence[Element], *, lead: bool, after_verb: bool = False) -> str:
        parts: list[str] = []
        for i, element in enumerate(elements):
            between = i > 0 or lead
            if between and after_verb:
                parts.append(self._adjunct_between())
            right_after = after_verb
            may_be_missing = isinstance(element, Group) and element.optional
            after_verb = isinstance(element, Verb) or (right_after and may_be_missing)
            if between and not isinstance(element, Comma | Gap):
                if i and isinstance(elements[i - 1], Slot):
                    parts.append(self._insertion())
                prepositional = isinstance(element, Word) and element.forms[0] in _PREPOSITIONS
                if not may_be_missing and not (right_after and prepositional):
                    parts.append(self._skip)
            parts.append(self._element(element))
        return "".join(parts)

    def _element(self, element: Element) -> str:
        match element:
            case Slot(name, ("Clause",)):
                return f"(?P<{name}>[^{self._set((';',))}]+)"
            case Slot(name, classes):
                return f"(?P<{name}>{self._slot(classes)})"
            case Verb(lemmas, voice):
                return f"[{self._set(tuple(_verb_symbol(lemma, voice) for lemma in lemmas))}]"
            case Word(forms):
                return f"[{self._set(self._word_symbols(forms))}]"
            case Gap(length):
                return f"[^{self._set((';', ':', 'relative', 'subordinator'))}]{{0,{length}}}?"
            case Comma(mark):
                return f"[{self._set((mark,))}]"
            case Group(branches, optional):
                inside = "|".join(self._sequence(b, lead=optional) for b in branches)
                return f"(?:{inside}){'?' if optional else ''}"

    def _slot(self, classes: tuple[str, ...]) -> str:
        one = f"[{self._slot_set(classes)}]"
        if all(s in _VALUES or s.startswith("Metric=") for s in self._expand(classes)):
            return one
        comma, and_, skip = self._set((",",)), self._set(("&",)), self._skip
        preposition = f"[{self._preposition}]?"
        more = f"{skip}[{comma}]{preposition}{skip}{one}"
        last = f"{skip}[{comma}]?[{and_}]{preposition}{skip}{one}"
        return f"{one}(?:(?:{more}){{0,12}}{last}(?![{self._verbs()}]))?"

    def _slot_set(self, classes: tuple[str, ...]) -> str:
        return self._set(self._expand(classes))

    def _expand(self, classes: tuple[str, ...]) -> tuple[str, ...]:
        symbols: list[str] = []
        for cls in classes:
            if cls == "Epithet":
                symbols.extend(f"{c}:described" for c in self._classes)
            elif cls == "Descriptor":
                symbols.extend(s for s in self._alphabet if s.startswith(("Descriptor=", "Common=")))
            elif cls == "Metric":
                symbols.extend(s for s in self._alphabet if s.startswith("Metric="))
            elif f"Metric={cls}" in self._alphabet:
                symbols.append(f"Metric={cls}")
            elif cls in KINDS:
                symbols.extend(KINDS[cls])
            else:
                symbols.extend(s for c in self._classes if self._is_a(c, cls) for s in (c, f"{c}:described"))
                if cls in ("Place", "Authority"):
                    symbols.append("Power")
        return tuple(symbols)

    def _chars(self, symbols: tuple[str, ...]) -> str:
        if symbols not in self._charsets:
            self._charsets[symbols] = "".join(
                sorted({self._alphabet[s] for s in symbols if s in self._alphabet})
            )
        return self._charsets[symbols]

    def _set(self, symbols: tuple[str, ...]) -> str:
        """The inside of a character class, neighbours written as ranges: a class of a thousand is read at once."""
        codes = [ord(c) for c in self._chars(symbols)]
        known = set(codes)
        firsts = (c for c in codes if c - 1 not in known)
        lasts = (c for c in codes if c + 1 not in known)
        return "".join(chr(a) if a == b else f"{chr(a)}-{chr(b)}" for a, b in zip(firsts, lasts, strict=True))

    def _verbs(self) -> str:
        return self._set(tuple(s for s in self._alphabet if s.startswith("verb:") and s.endswith(":active")))

    def _insertion(self) -> str:
        """A short apposition between commas: ", startup cinese,"."""
        comma, hard = self._set((",",)), self._set((",", ";")) + self._verbs()
        return f"(?:[{comma}][^{hard}]{{1,8}}[{comma}])??"

    def _adjunct_between(self) -> str:
        """When or where, between a verb and its object: "realizzerà, entro il 2026, in Ungheria un…"."""
        comma, where = self._set((",",)), self._set(("Date", "Place", "Power"))
        return f"(?:[{comma}]?[{self._preposition}]?{self._skip}[{where}][{comma}]?){{0,2}}?"

    def _gate(self, elements: Sequence[Element]) -> str:
        """The symbols of the most telling element: a word, else a value, else the first slot."""
        words = [e for e in elements if isinstance(e, Word) and not self._is_function(e)]
        if words:
            return self._chars(self._word_symbols(words[0].forms))
        slots = [e for e in elements if isinstance(e, Slot)]
        telling = [
            s for s in slots if all(x in _VALUES or x.startswith("Metric=") for x in self._expand(s.classes))
        ] or slots
        return self._chars(self._expand(telling[0].classes))

    def _word_symbols(self, forms: Iterable[str]) -> tuple[str, ...]:
        symbols = [self._words(form) for form in forms]
        common = [s.replace("Descriptor=", "Common=") for s in symbols if s.startswith("Descriptor=")]
        return (*symbols, *common)

    def _is_function(self, word: Word) -> bool:
        return any(":" not in self._words(form) and "=" not in self._words(form) for form in word.forms)


# --------------------------------------------------------------------------- variants


def _variants(elements: tuple[Element, ...], *, passive: bool) -> Iterator[tuple[Element, ...]]:
    """A pattern, and what Italian makes of it: the passive and the relative clause.

    "{A} <V> {B} rest" is also "{B} <V:passive> rest da {A}", "{B} che {A} <V> rest", and
    "{A} <V> in {B}" is also "{B} in cui {A} <V>".
    """
    yield elements
    core, adjuncts = _split_adjuncts(elements)
    if not passive or len(core) < 3 or not isinstance(core[0], Slot) or not isinstance(core[1], Verb):
        return
    agent, verb, rest = core[0], core[1], core[2:]
    ending = tuple(Group((a,), True) for a in adjuncts)
    if verb.voice != "active":
        return
    if isinstance(rest[0], Slot) and rest[0].classes != ("Clause",):
        cut = _end_of_direct_object(rest)
        direct, after = rest[:cut], rest[cut:]
        by = (Word(("da",)), agent)
        done = Verb(verb.lemmas, "passive")
        yield (*direct, done, *by, *after, *ending)
        if after:
            yield (*direct, done, *after, *by, *ending)
        yield (*direct, Word(("che",)), agent, verb, *after, *ending)
    elif len(rest) == 2 and isinstance(rest[0], Word) and isinstance(rest[1], Slot):
        yield (rest[1], rest[0], Word(("cui",)), agent, verb, *ending)


def _end_of_direct_object(rest: tuple[Element, ...]) -> int:
    """How many elements the direct object takes: up to a preposition other than "di"."""
    for i, element in enumerate(rest):
        if (
            i
            and not (isinstance(element, Word) and element.forms == ("di",))
            and not (isinstance(element, Slot) and isinstance(rest[i - 1], Word))
        ):
            return i
    return len(rest)


def _split_adjuncts(elements: tuple[Element, ...]) -> tuple[tuple[Element, ...], list[tuple[Element, ...]]]:
    """The obligatory part, and the optional groups at the end."""
    stop = len(elements)
    while stop > 1:
        last = elements[stop - 1]
        if not (isinstance(last, Group) and last.optional and len(last.branches) == 1):
            break
        stop -= 1
    groups = [e for e in elements[stop:] if isinstance(e, Group)]
    return elements[:stop], [g.branches[0] for g in groups]


def _is_date(elements: tuple[Element, ...]) -> bool:
    return all(isinstance(e, Slot) and e.classes == ("Date",) for e in elements)


def _in_role(name: str, mention: Mention) -> bool:
    """Whether a date is tied to the deed as its slot says ("entro": by)."""
    if mention.value is None or mention.value.kind != "Date":
        return True
    return mention.value.role in _DATE_ROLES.get(name, (mention.value.role,))


def _free(found: re.Match[str], spans: dict[str, tuple[int, int]], taken: list[tuple[int, int]]) -> bool:
    """Whether an adjunct adds something: slots of its own, in words that no other slot has."""
    new = [s for name, s in _spans(found) if name not in spans]
    return len(new) > 0 and all(b <= i or j <= a for a, b in new for i, j in taken)


def _symbol(mention: Mention) -> str:
    """A descriptor is also the word that it is, a metric which one it is, so that a pattern can name it."""
    return (
        f"{mention.symbol}={mention.lemma}" if mention.symbol in ("Descriptor", "Common", "Metric") else mention.symbol
    )


def _verb_symbol(lemma: str, voice: str) -> str:
    return f"verb:{lemma}:reflexive" if lemma.endswith("si") else f"verb:{lemma}:{voice}"


def _in_kinds(symbol: str) -> tuple[str, ...]:
    """Symbols of one kind are neighbours in the alphabet: verbs by voice, words, descriptors."""
    return tuple(reversed(symbol.split(":"))) if symbol.startswith("verb:") else (symbol,)


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _spans(match: re.Match[str]) -> Iterator[tuple[str, tuple[int, int]]]:
    return ((name, match.span(name)) for name in match.groupdict() if match.start(name) >= 0)
