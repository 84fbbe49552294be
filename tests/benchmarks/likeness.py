"""kg's entities and rules as other engines can be asked for them: names by label, patterns as plain sequences.

The names are those of kg's own lexicon, and the patterns are translated from its own rules, element by
element, so that a rule that is written tomorrow is measured tomorrow. What the peers get:

* a slot is a name with one of its classes or their subclasses, or a figure as its tokens (a number and ``%``,
  a number and a currency, a number and a unit, a month or a year)
* a verb is each of its simple forms; a preposition also with its articles ("del"); a word is itself
* the members of an optional group may each be missing; an alternative is one branch, up to :data:`READINGS`
  sequences a pattern, the barest and the fullest
* an article or an auxiliary ("ha acquisito il 5%") may stand before any element, since kg's patterns do not see these
* a gap is up to its length in words without punctuation, and what parts the roles of a frame up to five words

What they do not get, and kg does beside finding: the passive and relative variants of each pattern, roles in
another order, the two words that may stand between any two elements, lists ("A, B e C"), sentences, who is
meant by "la casa tedesca", factuality, evidence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from typing import TypeVar

from kg import verbs
from kg.pipeline import Reader
from kg.rules import KINDS, REFLEXIVE, Comma, Element, Gap, Group, Plus, Rule, Slot, Verb, Word

#: How many sequences a pattern with alternatives is written out to.
READINGS = 4
#: The words that may part two roles of a frame, and those of a slot that takes a clause.
BETWEEN_ROLES, CLAUSE = 5, 12
MONTHS = (
    *("gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno"),
    *("luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"),
)
CURRENCIES = ("€", "$", "euro", "dollari", "sterline", "yuan", "yen")
POWERS_OF_TEN = ("mila", "milione", "milioni", "miliardo", "miliardi")
UNITS = {
    "Horsepower": ("cv", "cavalli"),
    "Kilowatts": ("kw",),
    "Energy": ("kwh",),
    "Torque": ("nm",),
    "Distance": ("km", "chilometri"),
    "Speed": ("km/h",),
    "Volume": ("litri",),
    "Length": ("metri", "cm", "mm"),
    "Seconds": ("s", "secondi"),
    "Minutes": ("minuti", "ore"),
    "Vehicles": ("auto", "vetture", "veicoli", "unità"),
    "Jobs": ("posti", "dipendenti"),
    "People": ("persone", "visitatori"),
}  # fmt: skip
_MARKS = {",": (",", "-", "–", "—", "(", ")"), ":": (":",), "(": ("(",)}


@dataclass(frozen=True, slots=True)
class Name:
    """A name, or a noun of the lexicon, with one of the labels."""

    labels: tuple[str, ...]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """One of these words, in lower case."""

    forms: tuple[str, ...]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, then one of the words if any; ``scaled`` lets "milioni di" stand between them."""

    after: tuple[str, ...] = ()
    scaled: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Anything:
    """Up to so many words, but no punctuation."""

    most: int
    least: int = 0
    optional: bool = False


Item = Name | Words | Figure | Anything
_Items = TypeVar("_Items", bound=Sequence[Item])


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sequence that tells of a rule."""

    rule: str
    items: tuple[Item, ...]


# ------------------------------------------------------------------------- names


def names(reader: Reader) -> dict[str, str]:
    """Every form of the lexicon that a slot can ask for, in lower case, with one label each.

    A form of several things goes by the first that is a proper name.
    """
    wanted = {"Power", "Metric", "Nationality", "ChiefTitle", "ExecutiveTitle", "Descriptor"}
    wanted |= set(reader.lexicon.parents)
    found: dict[str, str] = {}
    for form, senses in reader.lexicon.forms.items():
        named = [s for s in senses if s.symbol in wanted]
        if named:
            best = next((s for s in named if s.proper), named[0])
            found[" ".join(form.split())] = f"Metric={best.lemma}" if best.symbol == "Metric" else best.symbol
    return found


# ------------------------------------------------------------------------- rules


def patterns(reader: Reader, rules: Iterable[Rule]) -> list[Pattern]:
    """Each pattern of the rules as one sequence or as up to :data:`READINGS`, none twice."""
    translator = _Translator(reader)
    found = (
        Pattern(rule.id, tuple(translator.apart(sequence)))
        for rule in rules
        for elements in rule.elements
        for sequence in translator.sequences(elements)
    )
    return list(dict.fromkeys(found))


def one_each(found: Iterable[Pattern]) -> list[Pattern]:
    """The first pattern of each rule."""
    first: dict[str, Pattern] = {}
    for pattern in found:
        first.setdefault(pattern.rule, pattern)
    return list(first.values())


def _ends(sequences: list[_Items]) -> list[_Items]:
    """The barest and the fullest, if there are more than :data:`READINGS`."""
    if len(sequences) <= READINGS:
        return sequences
    ordered = sorted(sequences, key=len)
    return [*ordered[: READINGS // 2], *ordered[-READINGS // 2 :]]


class _Translator:
    """The elements of a pattern as items."""

    def __init__(self, reader: Reader) -> None:
        self.is_a = reader.lexicon.is_a
        self.labels = frozenset(names(reader).values())
        self.same: dict[str, set[str]] = defaultdict(set)
        for form, senses in reader.lexicon.forms.items():
            if " " not in form:
                elided = (form + mark for mark in "'’" if form.endswith("ll") or form == "d")
                for sense in senses:
                    self.same[sense.symbol] |= {form, *elided}
        articles = {"l'", "l’", "un'", "un’"} | self.same["definite"] | self.same["indefinite"]
        self.unseen = Words(tuple(sorted(articles | _forms("avere") | _forms("essere"))), optional=True)

    def apart(self, items: Sequence[Item]) -> Iterator[Item]:
        """The items with room for an article or an auxiliary before each but the first, and gaps side by side as one."""
        before: Item | None = None
        for gap, neighbours in groupby(items, key=lambda item: isinstance(item, Anything)):
            if gap:
                gaps = [item for item in neighbours if isinstance(item, Anything)]
                before = Anything(sum(g.most for g in gaps), sum(g.least for g in gaps))
                yield before
                continue
            for item in neighbours:
                if before is not None and not isinstance(before, Anything):
                    yield self.unseen
                yield (before := item)

    def sequences(self, elements: Sequence[Element]) -> list[list[Item]]:
        found: list[list[Item]] = [[]]
        for element in elements:
            branches = list(self.branches(element))
            found = _ends([[*s, *b] for s in found for b in branches])
        return found

    def branches(self, element: Element) -> Iterator[Sequence[Item]]:
        match element:
            case Slot(_, ("Clause",)):
                yield [Anything(CLAUSE, least=1)]
            case Slot(_, classes):
                named = tuple(sorted(label for label in self.labels if self.names_one(label, classes)))
                yield [Name(named)] if named else _figure(classes[0])
            case Verb(lemmas):
                yield [Words(tuple(sorted({f for lemma in lemmas for f in _forms(lemma)})))]
            case Word(forms):
                single = {w for f in forms if " " not in f for w in self.written(f)}
                if single:
                    yield [Words(tuple(sorted(single)))]
                for form in forms:
                    if " " in form:
                        yield [Words(self.written(word)) for word in form.replace("'", "' ").split()]
            case Gap(length):
                yield [Anything(length)]
            case Plus():
                yield [Anything(BETWEEN_ROLES)]
            case Comma(mark):
                yield [Words(_MARKS[mark])]
            case Group(inner, optional):
                for branch in inner:
                    for sequence in self.sequences(branch):
                        yield [replace(i, optional=True) for i in sequence] if optional else sequence

    def names_one(self, label: str, classes: Collection[str]) -> bool:
        """Whether what is so labelled is of one of the classes that a slot names."""
        kind, _, metric = label.partition("=")
        if metric:
            return kind in classes or metric in classes
        if label == "Power" and "Authority" in classes:
            return True
        cls = "Place" if label == "Power" else label
        return any(
            label in KINDS[c] or (c == "Epithet" and label == "Descriptor")
            if c in KINDS
            else self.is_a(cls, c)
            for c in classes
        )

    def written(self, word: str) -> tuple[str, ...]:
        """A word with what stands for it: "di" is also "del", "dell'" and "d'"."""
        return tuple(sorted({word} | self.same.get(word, set())))


def _figure(kind: str) -> Sequence[Item]:
    match kind:
        case "Percent" | "Share" | "Whole" | "Change":
            return [Figure(("%", "per"))]
        case "Money" | "CarPrice":
            return [Figure(CURRENCIES, scaled=True)]
        case "Quantity":
            return [Figure(tuple(sorted({word for words in UNITS.values() for word in words})))]
        case "Date":  # "il 3" settembre 2025
            years = (str(year) for year in range(1990, 2051))
            return [Anything(1), Words((*MONTHS, *years))]
        case _:
            return [Figure(UNITS.get(kind, ()))]


@cache
def _forms(lemma: str) -> frozenset[str]:
    return frozenset(form.text for form in verbs.forms(lemma.removesuffix(REFLEXIVE)))
