"""Rules held to their examples: a rule is right when it reads them as it says it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kg.facts import describe
from kg.model import Document, Source
from kg.pipeline import Reader
from kg.rules import Rule
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
    among_others = "deed" in dict(rule.implied).values()
    chosen = reader if among_others else reader.only(rule)
    return [
        Failure(rule, kind, text, want, got)
        for kind, text, want in _examples(rule)
        if (_either_way(got := _read(chosen, rule, text)) == _either_way(want)) is (kind == "todo")
    ]


def count(rule: Rule) -> int:
    """How many examples the rule has."""
    return len(rule.yields) + len(rule.silent) + len(rule.todo)


def _examples(rule: Rule) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for text, *facts in rule.yields:
        yield "yields", text, tuple(sorted(set(facts)))
    for text in rule.silent:
        yield "silent", text, ()
    for text, *facts in rule.todo:
        yield "todo", text, tuple(sorted(set(facts)))


def _either_way(facts: tuple[str, ...]) -> list[str]:
    """The facts with the ends of symmetric relations in order: the curator may write either first."""
    found = []
    for fact in facts:
        head, bar, tail = fact.partition(" | ")
        relation = next((r for r in SYMMETRIC if f" {r} " in head), "")
        ends = sorted(head.split(f" {relation} ")) if relation else [head]
        found.append(f" {relation} ".join(ends) + bar + tail)
    return sorted(found)


def _read(reader: Reader, rule: Rule, text: str) -> tuple[str, ...]:
    found = reader.read(Document(Source("example", published=PUBLISHED), text)).found
    return tuple(sorted({describe(claim, e.factuality) for claim, e in found if e.rule == rule.id}))
