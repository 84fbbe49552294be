"""Patterns compiled: each becomes regular expressions over a string of one character a mention.

Pure, and without a word of cars: symbols, classes and rules come from outside.
The passive and the relative forms of a pattern are made here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import chain, pairwise

from kg.calls import Needs
from kg.model import Mention, Value
from kg.rules import (
    KINDS,
    MEASURES,
    REFLEXIVE,
    VOICES,
    Comma,
    Element,
    Gap,
    Group,
    Plus,
    Rule,
    Slot,
    Verb,
    Word,
    parts_of,
    walk,
)

#: Symbols are written where no metacharacter is, and past the first plane: there the regular
#: expressions compile without a bitmap of 65,536 characters for each class.
_FIRST = 0x20000
#: A comma, a dash or a bracket; the bracket that opens is also known for itself.
_COMMAS, _OPENING = (",", "("), ("(", "[")
_PREPOSITIONS = ("di", "a", "da", "by", "in", "con", "su", "per", "tra")
_PASSED_OVER = ("word", "Nationality", "Demonym", "cue", "ne", "here", "clitic")
#: Symbols that go together in all patterns.
_BLOCKS = (_PREPOSITIONS, (*_COMMAS, "&"), ("Place", "Power"))
_EVERYDAY = ("&", ":", ";", "relative", "Date", "Nationality", "word")
_MEASURED = frozenset(unit for units in MEASURES.values() for unit in units)
_HUNDRED = 100
_CAR_PRICES = (4_000, 4_000_000)  # what cars cost, in any of the currencies that they are priced in
#: The voice of a verb that is the trigger of a frame.
ANY = "any"
_VALUES = frozenset(symbol for symbols in KINDS.values() for symbol in symbols)
Accepts = Callable[[Mention], bool]
#: What a clause may leave out, and the text still tells.
LEFT_OUT = ("subject", "object", "successor")
#: The words that variants have beside those of their pattern.
WORDS = ("da", "che", "cui")
#: A role of a frame, the same without its preposition, and whether it must be there.
_Role = tuple[tuple[Element, ...], tuple[Element, ...], bool]


@dataclass(frozen=True)
class Compiled:
    """One pattern of one rule as regular expressions; ``gate`` are the symbols one of which must be there.

    They are compiled when a sentence first opens the gate: most rules never meet most texts. A frame
    has its trigger as ``body``, what its deed is done to as ``patient``, and ``roles``: each with and
    without its preposition, and whether it must be there; ``again`` is what is said of others without the verb.
    """

    rule: Rule
    gate: frozenset[str]
    verbal: bool
    body: str
    subject: Slot | None = None
    left: str = ""
    adjuncts: tuple[tuple[str, bool], ...] = ()
    slots: dict[str, Slot] = field(default_factory=dict)
    introduced: frozenset[str] = frozenset()
    framed: bool = False
    patient: Slot | None = None
    roles: tuple[tuple[str, str, bool], ...] = ()
    again: str = ""
    attributed: frozenset[str] = frozenset()

    @cached_property
    def unless(self) -> frozenset[str]:
        """The words that undo a match of the rule."""
        return frozenset(self.rule.unless)


class Compiler:
    """Writes patterns in an alphabet of symbols, one character each."""

    def __init__(
        self,
        symbols: Iterable[str],
        parents: Mapping[str, str],
        words: Mapping[str, tuple[str, ...]],
    ) -> None:
        """An alphabet of ``symbols``, which are all that a mention can have.

        ``parents`` is the hierarchy of classes, ``words`` gives the symbols of each word of a pattern.
        """
        self._lines = {cls: _line(cls, parents) for cls in parents}
        self._words = words
        in_order = sorted(set(symbols), key=lambda s: _in_kinds(s, self._lines))
        self._alphabet = {s: chr(_FIRST + i) for i, s in enumerate(in_order)}
        self._plain = {s: char for s, char in self._alphabet.items() if s not in _SEVERAL}
        self._charsets: dict[tuple[str, ...], str] = {}
        self._expanded: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._preposition = self._set(_PREPOSITIONS)

    def write(self, mentions: Sequence[Mention]) -> str:
        """A sentence as patterns see it."""
        plain, char = self._plain.get, self._char
        return "".join([plain(m.symbol) or char(m) for m in mentions])

    def _char(self, mention: Mention) -> str:
        """How a mention is written whose symbol does not tell."""
        return self._alphabet.get(_symbol(mention), self._alphabet["word"])

    def acceptance(self, slot: Slot) -> Accepts:
        """What tells whether a mention can stand in a slot."""
        symbols = self._expand(slot.classes)
        return partial(_is_one_of, frozenset(s for s in symbols if s in self._alphabet))

    @property
    def everyday(self) -> str:
        """The symbols of marks, prepositions and the like, which most sentences have."""
        return self._chars((*_PREPOSITIONS, *_COMMAS, *_EVERYDAY))

    def gate(self, elements: Sequence[Element]) -> str:
        """The symbols one of which a sentence must have: of the first verb, else of the most telling element."""
        core = trigger_of(elements) if is_frame(elements) else _split_adjuncts(tuple(elements))[0]
        verb = next((e for e in core if isinstance(e, Verb)), None)
        if verb is not None:
            return self._chars(tuple(_verb_symbols(verb)))
        return self._gate(core)

    def needs(self, elements: tuple[Element, ...]) -> Needs:
        """What a sentence must show of a pattern; the subject before its verb and what it is done to may be left out."""
        if is_frame(elements):
            subject, patient, roles = self._parts(elements)
            trigger = trigger_of(elements)
            ends = [slot for slot in (subject, patient) if slot is not None and slot.name not in LEFT_OUT]
            if not any(isinstance(e, Verb) for e in trigger):
                ends = []  # they are of a verb alone
            told = chain(trigger, ends, *(bare for _, bare, needed in roles if needed))
            return Needs(tuple(self._needed(told)), ordered=False)
        core, _ = _split_adjuncts(elements)
        return Needs(tuple(self._needed(core[1:] if _is_clausal(core) else core)), ordered=True)

    def _needed(self, elements: Iterable[Element]) -> Iterator[str]:
        """Of each element that cannot be missing the symbols that it can be; of a choice what each branch begins with."""
        for element in elements:
            match element:
                case Slot(_, ("Clause",)) | Gap() | Plus() | Group(_, True):
                    continue
                case Group(branches):
                    firsts = [next(self._needed(branch), None) for branch in branches]
                    if None not in firsts:
                        yield "".join(sorted(set().union(*filter(None, firsts))))
                case Comma(mark):
                    yield self._chars(_marks(mark))
                case Verb():
                    yield self._chars(tuple(_verb_symbols(element)))
                case _:
                    yield self.symbols(element)

    def symbols(self, element: Slot | Verb | Word) -> str:
        """Every character that the element can be; of a verb, in any voice."""
        match element:
            case Slot(_, ("Clause",)):
                return "".join(self._alphabet.values())
            case Slot(_, classes):
                return self._chars(self._expand(classes))
            case Verb(lemmas):
                return self._chars(tuple(_verb_symbols(Verb(lemmas, ANY))))
            case Word(forms):
                return self._chars(self._word_symbols(forms))

    def compile(self, rule: Rule, elements: tuple[Element, ...]) -> Compiled:
        """One variant of one pattern of a rule."""
        if is_frame(elements):
            return self._frame(rule, elements)
        core, adjuncts = _split_adjuncts(elements)
        slots = {e.name: e for e in walk(elements) if isinstance(e, Slot)}
        extra = tuple((self._sequence(a, lead=False), _may_precede(a)) for a in adjuncts)
        at = next((i for i, e in enumerate(core) if isinstance(e, Verb)), None)
        pairs = pairwise(core)
        introduced = frozenset(a.name for a, b in pairs if isinstance(a, Slot) and _modifies_last(a, b))
        attributed = frozenset(
            b.name
            for a, b in pairwise(core)
            if isinstance(b, Slot) and isinstance(a, Slot) and _is_adjective(a)
        )
        if at is None:
            return Compiled(
                rule,
                frozenset(self._gate(core)),
                False,
                self._sequence(core, lead=False),
                None,
                "",
                extra,
                slots,
                introduced,
                attributed=attributed,
            )
        verb, before, after = core[at], core[:at], core[at + 1 :]
        assert isinstance(verb, Verb)
        gate = frozenset(self._chars(tuple(_verb_symbols(verb))))
        body = self._sequence(after, lead=True, after_verb=True)
        subject, left = None, ""
        if _is_clausal(core):
            assert isinstance(before[0], Slot)
            subject = before[0]
            left = self._sequence(before[1:], lead=False) + self._skip + r"\Z" if before[1:] else ""
        elif before:
            left = self._sequence(before, lead=False) + self._insertion + self._skip + r"\Z"
        return Compiled(
            rule, gate, True, body, subject, left, extra, slots, introduced, attributed=attributed
        )

    def _parts(self, elements: tuple[Element, ...]) -> tuple[Slot | None, Slot | None, list[_Role]]:
        """Who does the deed of a frame, what it is done to, and the roles around it."""
        parts, trigger = parts_of(elements), trigger_of(elements)
        subject = parts[0][0] if len(parts[0]) == 1 and isinstance(parts[0][0], Slot) else None
        patient: Slot | None = None
        roles: list[_Role] = []
        for part in parts[1 if subject is None else 2 :]:
            alone = part[0] if len(part) == 1 and isinstance(part[0], Slot) else None
            is_thing = alone is not None and not set(alone.classes) <= KINDS.keys()
            if is_thing and patient is None and len(trigger) == 1 and isinstance(trigger[0], Verb):
                patient = alone
                continue
            needed = not all(isinstance(e, Group) and e.optional for e in part)
            inside = (
                part[0].branches[0] if len(part) == 1 and isinstance(part[0], Group) and not needed else part
            )
            head = next((i for i, e in enumerate(inside) if not (isinstance(e, Group) and e.optional)), 0)
            first = inside[head]
            governs = isinstance(first, Word) and self.is_function(first)
            bare = inside[head + 1 :] if governs else inside
            roles.append((inside, bare or inside, needed))
        return subject, patient, roles

    def _frame(self, rule: Rule, elements: tuple[Element, ...]) -> Compiled:
        subject, patient, parts = self._parts(elements)
        roles = [
            (self._sequence(inside, lead=False), self._sequence(bare, lead=False), needed)
            for inside, bare, needed in parts
        ]
        again = next((pattern for pattern, _, needed in roles if needed), "")
        if not again and subject is not None and patient is not None:
            again = self._element(subject)
        return Compiled(
            rule,
            frozenset(self.gate(elements)),
            False,
            self._sequence(trigger_of(elements), lead=False),
            subject,
            slots={e.name: e for e in walk(elements) if isinstance(e, Slot)},
            framed=True,
            patient=patient,
            roles=tuple(sorted(roles, key=lambda r: not r[2])),
            again=again,
        )

    def _sequence(self, elements: Sequence[Element], *, lead: bool, after_verb: bool = False) -> str:
        parts: list[str] = []
        for i, element in enumerate(elements):
            between = i > 0 or lead
            if between and after_verb:
                parts.append(self._adjunct_between + self._aside)
            right_after = after_verb
            may_be_missing = isinstance(element, Group) and element.optional
            after_verb = isinstance(element, Verb) or (right_after and may_be_missing)
            if between and not isinstance(element, Comma | Gap):
                if i and isinstance(elements[i - 1], Slot):
                    parts.append(self._home + self._insertion)
                prepositional = isinstance(element, Word) and element.forms[0] in _PREPOSITIONS
                if not may_be_missing and not (right_after and prepositional):
                    parts.append(self._skip)
            parts.append(self._element(element, guarded=lead))
        return "".join(parts)

    def _element(self, element: Element, *, guarded: bool = False) -> str:
        match element:
            case Slot(name, ("Clause",)):
                return f"(?P<{name}>[^{self._set((';',))}]+)"
            case Slot(name, classes):
                return f"(?P<{name}>{self._slot(classes, guarded=guarded)})"
            case Verb():
                return f"[{self._set(tuple(_verb_symbols(element)))}]"
            case Word(forms):
                return f"[{self._set(self._word_symbols(forms))}]"
            case Gap(length):
                return f"[^{self._set((';', ':', 'relative', 'subordinator'))}]{{0,{length}}}?"
            case Comma(mark):
                return f"[{self._set(_marks(mark))}]"
            case Plus():
                return ""
            case Group(branches, optional):
                inside = "|".join(self._sequence(b, lead=optional) for b in branches)
                return f"(?:{inside}){'?' if optional else ''}"

    def _slot(self, classes: tuple[str, ...], *, guarded: bool) -> str:
        """One of the classes or a list of them; a ``guarded`` list does not run into the next clause's subject."""
        one = f"[{self._slot_set(classes)}]"
        if all(s in _VALUES or s.startswith("Metric=") for s in self._expand(classes)):
            return one
        comma, and_, skip = self._set(_COMMAS), self._set(("&",)), self._skip
        preposition = f"[{self._preposition}]?"
        if classes == ("Driver",):
            skip, aside = self._between_drivers
        else:
            aside = ""
        # "Geely con il 14% e Mercedes"
        share = f"(?:[{self._set(('con', 'a'))}][{self._set(('Percent',))}])?"
        more = f"{share}{aside}{skip}[{comma}{and_}]{preposition}{skip}{one}"
        last = f"{share}{aside}{skip}[{comma}]?[{and_}]{preposition}{skip}{one}"
        guard = f"(?![{self._verbs}{self._set(('Percent',))}])" if guarded else ""  # "e Mercedes il 9%"
        return f"{one}(?:(?:{more}){{0,12}}{last}{guard})?"

    def _slot_set(self, classes: tuple[str, ...]) -> str:
        return self._set(self._expand(classes))

    def _expand(self, classes: tuple[str, ...]) -> tuple[str, ...]:
        if classes not in self._expanded:
            self._expanded[classes] = self._symbols_of(classes)
        return self._expanded[classes]

    def _symbols_of(self, classes: tuple[str, ...]) -> tuple[str, ...]:
        symbols: list[str] = []
        for cls in classes:
            if cls == "Epithet":
                symbols.extend(f"{c}:described" for c in self._lines)
            elif cls == "Descriptor":
                symbols.extend(s for s in self._alphabet if s.startswith(("Descriptor=", "Common=")))
            elif cls == "Metric":
                symbols.extend(s for s in self._alphabet if s.startswith("Metric="))
            elif f"Metric={cls}" in self._alphabet:
                symbols.append(f"Metric={cls}")
            elif cls in KINDS:
                symbols.extend(KINDS[cls])
            else:
                kin = [c for c, line in self._lines.items() if cls in line]
                symbols.extend(s for c in kin for s in (c, f"{c}:described"))
                if cls in ("Place", "Authority"):
                    symbols.append("Power")
        return tuple(symbols)

    @cached_property
    def _skip(self) -> str:
        """Up to two words that a pattern passes over."""
        return f"[{self._set(tuple(filter(_is_passed_over, self._alphabet)))}]{{0,2}}?"

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

    @cached_property
    def _between_drivers(self) -> tuple[str, str]:
        """What is passed over in a crew: "il brasiliano", and in commas "tre volte vincitore a Le Mans"."""
        over = (*filter(_is_passed_over, self._alphabet), "Demonym", "Nationality")
        hard = self._set((*_COMMAS, ";", ":", "relative", "Driver", "Manager")) + self._verbs
        return (
            f"[{self._set(over)}]{{0,2}}?",
            f"(?:[{self._set(_COMMAS)}][^{hard}]{{1,9}}(?=[{self._set(_COMMAS)}]))??",
        )

    @cached_property
    def _verbs(self) -> str:
        return self._set(tuple(s for s in self._alphabet if s.startswith("verb:") and s.endswith(":active")))

    @cached_property
    def _insertion(self) -> str:
        """A short apposition between commas: ", startup cinese,", or a relative clause: ", che ha sede a Torino,"."""
        comma, hard = self._set(_COMMAS), self._set((*_COMMAS, ";")) + self._verbs
        relative = (
            f"[{self._preposition}]?[{self._set(('relative',))}][^{self._set((',', ';', ':'))}]{{1,12}}"
        )
        # "i costruttori asiatici, e Leasys, joint venture": another clause
        apart = f"(?![{self._set(('&',))}])"
        return f"(?:[{comma}](?:{apart}[^{hard}]{{1,8}}|{relative})[{comma}])??"

    @cached_property
    def _aside(self) -> str:
        """What stands between commas after a verb: "hanno annunciato, a poche ore di distanza, un accordo"."""
        comma, hard = self._set(_COMMAS), self._set((*_COMMAS, ";", "relative")) + self._verbs
        return f"(?:[{comma}][^{hard}]{{1,12}}[{comma}])??"

    @cached_property
    def _home(self) -> str:
        """The town that only tells which: "la casa di Maranello, di cui…"."""
        described = self._set(tuple(s for s in self._alphabet if s.endswith(":described")))
        return f"(?:(?<=[{described}])[{self._set(('di',))}][{self._set(('Place', 'Power'))}])??"

    @cached_property
    def _adjunct_between(self) -> str:
        """When or where, between a verb and its object: "realizzerà, entro il 2026, in Ungheria un…"."""
        comma, where = self._set(_COMMAS), self._set(("Date", "Place", "Power"))
        return f"(?:[{comma}]?[{self._preposition}]?{self._skip}[{where}][{comma}]?){{0,2}}?"

    def _gate(self, elements: Sequence[Element]) -> str:
        """The symbols of the most telling element: a word, else a value, else the first slot."""
        words = [e for e in elements if isinstance(e, Word) and not self.is_function(e)]
        if words:
            return self._chars(self._word_symbols(words[0].forms))
        slots = [e for e in elements if isinstance(e, Slot) and e.classes != ("Clause",)]
        telling = [
            s for s in slots if all(x in _VALUES or x.startswith("Metric=") for x in self._expand(s.classes))
        ] or slots
        return self._chars(self._expand(telling[0].classes)) if telling else ""

    def _word_symbols(self, forms: Iterable[str]) -> tuple[str, ...]:
        symbols = [symbol for form in forms for symbol in self._words[form]]
        common = [s.replace("Descriptor=", "Common=") for s in symbols if s.startswith("Descriptor=")]
        return (*symbols, *common)

    def is_function(self, word: Word) -> bool:
        """Whether a word of a pattern is a preposition or the like."""
        return any(
            ":" not in symbol and "=" not in symbol for form in word.forms for symbol in self._words[form]
        )


# --------------------------------------------------------------------------- variants


def variants(elements: tuple[Element, ...], *, passive: bool) -> Iterator[tuple[Element, ...]]:
    """A pattern, and what Italian makes of it: the passive and the relative clause.

    "{A} <V> {B} rest" is also "{B} <V:passive> rest da {A}", "{B} che {A} <V> rest", and
    "{A} <V> in {B}" is also "{B} in cui {A} <V>".
    """
    yield elements
    if is_frame(elements):
        return
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


def _is_clausal(core: Sequence[Element]) -> bool:
    """Whether a pattern begins with the subject of its verb, which the clause may leave out or hide."""
    clitic = len(core) > 2 and isinstance(core[1], Word) and core[1].forms == ("ne",)
    return isinstance(core[0], Slot) and len(core) > 1 and isinstance(core[1 + clitic], Verb)


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


def _may_precede(elements: tuple[Element, ...]) -> bool:
    """Whether an adjunct may also stand before: a date, or a place that opens the clause ("In Ungheria BYD…")."""
    if len(elements) > 2 and isinstance(elements[0], Group):
        return _may_precede(elements[1:])
    first, rest = elements[0], elements[1:]
    if isinstance(first, Slot):
        return first.classes == ("Date",) and not rest
    where = rest[0] if rest else None
    if not isinstance(first, Word) or not isinstance(where, Slot):
        return False
    return where.classes == ("Date",) or set(where.classes) <= {"Place", "Facility"}


def _modifies_last(slot: Slot, following: Element) -> bool:
    """Whether what follows a list goes with its last member: an apposition, a nationality, the town of a "casa"."""
    nationality = isinstance(following, Slot) and following.classes == ("Nationality",)
    return isinstance(following, Comma) or nationality or slot.classes == ("Epithet",)


def is_frame(elements: Iterable[Element]) -> bool:
    """Whether a pattern is a frame: a trigger and roles in any order."""
    return any(isinstance(e, Plus) for e in elements)


def trigger_of(elements: Iterable[Element]) -> tuple[Element, ...]:
    """The trigger of a frame, its verb in any voice but one that is written."""
    first, *others = parts_of(elements)
    has_subject = len(first) == 1 and isinstance(first[0], Slot) and others and isinstance(others[0][0], Verb)
    chosen = others[0] if has_subject else first
    return tuple(Verb(e.lemmas, ANY) if isinstance(e, Verb) and e.voice == "active" else e for e in chosen)


def _verb_symbols(verb: Verb) -> Iterator[str]:
    voices = VOICES if verb.voice == ANY else (verb.voice,)
    return (_verb_symbol(lemma, voice) for lemma in verb.lemmas for voice in voices)


def _is_adjective(slot: Slot) -> bool:
    """Whether a slot is of nationality words, which go with the first name of a list if they are of one."""
    return slot.classes in (("Nationality",), ("Demonym",))


def _verb_symbol(lemma: str, voice: str) -> str:
    if lemma.endswith(REFLEXIVE):
        return f"verb:{lemma.removesuffix(REFLEXIVE)}:reflexive"
    return f"verb:{lemma}:{voice}"


def _line(cls: str, parents: Mapping[str, str]) -> tuple[str, ...]:
    """A class after all that it is one of, the widest first."""
    return (*(_line(above, parents) if (above := parents.get(cls, "")) else ()), cls)


def _in_kinds(symbol: str, lines: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Symbols of one kind are neighbours in the alphabet: verbs by voice, words to pass over, a class and all that are of it.

    So what stands between two elements or in a slot is a range or two, quick to compile and to search.
    """
    if symbol.startswith("verb:"):
        return ("verb", *reversed(symbol.split(":")))
    if _is_passed_over(symbol):
        return "passed over", symbol
    block = next((k for k, block in enumerate(_BLOCKS) if symbol in block), None)
    if block is not None:
        return f"block {block}", symbol
    cls, _, described = symbol.partition(":")
    return ("class", described, *lines[cls]) if cls in lines else ("other", symbol)


def _is_passed_over(symbol: str) -> bool:
    """Whether a pattern may pass over it between two elements: an adjective, a word that no class knows."""
    return symbol in _PASSED_OVER or symbol.startswith(("word:", "Descriptor="))


def _marks(mark: str) -> tuple[str, ...]:
    return _COMMAS if mark == "," else (mark,)


def _is_one_of(symbols: frozenset[str], mention: Mention) -> bool:
    symbol = mention.symbol
    return (symbol if symbol not in _SEVERAL else _symbol(mention)) in symbols


#: What :func:`_symbol` tells apart further.
_SEVERAL = frozenset({",", "Descriptor", "Common", "Metric", "Quantity", "Money", "Percent"})


def _symbol(mention: Mention) -> str:
    """A descriptor is also the word that it is, a metric which one it is, a quantity what it measures."""
    if mention.symbol == "," and mention.lemma in _OPENING:
        return "("
    if mention.symbol in ("Descriptor", "Common", "Metric"):
        return f"{mention.symbol}={mention.lemma}"
    return mention.symbol if mention.value is None else _value_symbol(mention.symbol, mention.value)


def _value_symbol(symbol: str, value: Value) -> str:
    if symbol == "Quantity" and value.unit in _MEASURED:
        return f"Quantity={value.unit}"
    if symbol == "Money" and value.number is not None and _CAR_PRICES[0] <= value.number < _CAR_PRICES[1]:
        return "Money=car"
    if symbol == "Percent" and value.number == _HUNDRED:
        return "Percent=whole"
    return symbol
