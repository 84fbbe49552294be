"""Rules held to their examples: a rule is right when it reads them as it says it does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from kg.facts import describe
from kg.model import Document, Sentence, Source
from kg.mutants import Mutant, options, without_elements, without_patterns
from kg.pipeline import Reader
from kg.reading import Reading
from kg.rules import Rule
from kg.segment import segment
from kg.statements import SYMMETRIC

#: The day on which the examples are taken to be published: "lo scorso settembre" is that of 2024.
PUBLISHED = date(2025, 6, 16)


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that does not come out as written; ``kind`` is ``yields``, ``silent`` or ``todo``.

    ``want`` and ``got`` are facts in the notation of :func:`kg.facts.describe`, sorted. A ``todo``
    fails when it comes out right: it has to move to ``yields``.
    """

    rule: Rule
    kind: str
    text: str
    want: tuple[str, ...]
    got: tuple[str, ...]


def check(reader: Reader, rule: Rule) -> list[Failure]:
    """Every example of the rule that fails, read by the rule alone as of 16 June 2025.

    A rule that speaks of a plan told by other rules is read among all rules, and only what it
    finds itself is looked at.
    """
    chosen = _chosen(reader, rule, rule)
    return [
        Failure(rule, e.kind, e.text, e.want, got)
        for e in map(_understood(reader), _examples(rule))
        if (_either_way(got := _found(chosen, rule, e)) == _either_way(e.want)) is (e.kind == "todo")
    ]


def unneeded(reader: Reader, rule: Rule) -> Iterator[Mutant]:
    """The patterns, and the elements of patterns, without which every example still comes out as written.

    Of a pattern that no example needs the elements are not told one by one, and what may be
    missing in a pattern is the matter of :func:`unneeded_options`.
    """
    examples = _held(reader, rule)
    idle = {m.pattern: m for m in without_patterns(rule) if _all_hold(reader, rule, m.rule, examples)}
    yield from idle.values()
    for mutant in without_elements(rule):
        if mutant.pattern not in idle and _all_hold(reader, rule, mutant.rule, examples):
            yield mutant


def unneeded_options(reader: Reader, rules: Iterable[Rule]) -> Iterator[Mutant]:
    """What may be missing in the patterns of ``rules`` and no example of any of them needs.

    Rules of one family share their qualifiers, in the same words: there one example is enough.
    """
    shared: defaultdict[tuple[str, str], list[tuple[Rule, Rule]]] = defaultdict(list)
    for rule in rules:
        for option, left_out, less in options(rule):
            shared[option, left_out].append((rule, less))
    examples = {rule.id: _held(reader, rule) for rule in rules}
    for (option, left_out), pairs in shared.items():
        if all(_all_hold(reader, rule, less, examples[rule.id]) for rule, less in pairs):
            yield Mutant(pairs[0][0], option, left_out)


def count(rule: Rule) -> int:
    """How many examples the rule has."""
    return len(rule.yields) + len(rule.silent) + len(rule.todo)


@dataclass(frozen=True, slots=True)
class _Example:
    """An example, read once: whatever rules are tried on it, its mentions stay the same."""

    kind: str
    text: str
    want: tuple[str, ...]
    sentences: Sequence[Sentence]
    reading: Reading

    @property
    def document(self) -> Document:
        return _document(self.text)


def _document(text: str) -> Document:
    return Document(Source("example", published=PUBLISHED), text)


def _examples(rule: Rule) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for text, *facts in rule.yields:
        yield "yields", text, tuple(sorted(set(facts)))
    for text in rule.silent:
        yield "silent", text, ()
    for text, *facts in rule.todo:
        yield "todo", text, tuple(sorted(set(facts)))


def _understood(reader: Reader) -> Callable[[tuple[str, str, tuple[str, ...]]], _Example]:
    def read(example: tuple[str, str, tuple[str, ...]]) -> _Example:
        document = _document(example[1])
        sentences = segment(document)
        return _Example(*example, sentences, reader.understand(document, sentences))

    return read


def _chosen(reader: Reader, rule: Rule, instead: Rule) -> Reader:
    """The reader for the examples of a rule, or of ``instead`` in its place: alone, or among all rules."""
    if {"deed", "holder", "site", "doer"} & set(dict(rule.implied).values()):
        return reader.with_rules([instead if r is rule else r for r in reader.rules])
    return reader.only(instead)


def _held(reader: Reader, rule: Rule) -> list[_Example]:
    return [e for e in map(_understood(reader), _examples(rule)) if e.kind != "todo"]


def _all_hold(reader: Reader, rule: Rule, instead: Rule, examples: Sequence[_Example]) -> bool:
    chosen = _chosen(reader, rule, instead)
    return all(_either_way(_found(chosen, rule, e)) == _either_way(e.want) for e in examples)


def _found(reader: Reader, rule: Rule, example: _Example) -> tuple[str, ...]:
    found = reader.interpret(example.document, example.sentences, example.reading).found
    return tuple(sorted({describe(claim, e.factuality) for claim, e in found if e.rule == rule.id}))


def _either_way(facts: tuple[str, ...]) -> list[str]:
    """The facts with the ends of symmetric relations in order: the curator may write either first."""
    found = []
    for fact in facts:
        head, bar, tail = fact.partition(" | ")
        relation = next((r for r in SYMMETRIC if f" {r} " in head), "")
        ends = sorted(head.split(f" {relation} ")) if relation else [head]
        found.append(f" {relation} ".join(ends) + bar + tail)
    return sorted(found)
