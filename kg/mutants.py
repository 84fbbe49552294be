"""Rules with one element left out: to find what no example needs, and what a sentence lacked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kg.rules import (
    REFLEXIVE,
    Comma,
    Element,
    Gap,
    Group,
    Plus,
    Rule,
    Slot,
    Verb,
    Word,
    missing_arguments,
    walk,
)

_SHOWN = 3


Elements = tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A rule of one pattern or one element less; ``left_out`` is that, as it is written."""

    rule: Rule
    pattern: str
    left_out: str


def without_patterns(rule: Rule) -> Iterator[Mutant]:
    """The rule without each of its patterns, if it has several."""
    for i, pattern in enumerate(rule.patterns if len(rule.patterns) > 1 else ()):
        less = replace(
            rule,
            patterns=(*rule.patterns[:i], *rule.patterns[i + 1 :]),
            elements=(*rule.elements[:i], *rule.elements[i + 1 :]),
        )
        yield Mutant(less, pattern, pattern)


def without_elements(rule: Rule) -> Iterator[Mutant]:
    """The rule without each element that a pattern insists on, but for those without which it claims nothing."""
    for i, (pattern, elements) in enumerate(zip(rule.patterns, rule.elements, strict=True)):
        for left_out, rest in _without(elements):
            less = replace(rule, elements=(*rule.elements[:i], rest, *rule.elements[i + 1 :]))
            telling = any(isinstance(e, Slot | Verb | Word) for e in walk(rest))
            if telling and not any(missing_arguments(less)):
                yield Mutant(less, pattern, left_out)


def options(rule: Rule) -> Iterator[tuple[str, str, Rule]]:
    """What may be missing in the patterns of a rule, bit by bit.

    Yields each bit with the option it stands in, and the rule without it. An option that several
    patterns have in the same words is one: it goes from all of them.
    """
    found = {e: None for elements in rule.elements for e in elements if isinstance(e, Group) and e.optional}
    for option in found:
        whole = written(option)
        yield whole, whole, _replaced(rule, option, ())
        for i, branch in enumerate(option.branches):
            for left_out, rest in _without(branch):
                branches = tuple(rest if i == j else b for j, b in enumerate(option.branches))
                if rest:
                    yield whole, left_out, _replaced(rule, option, (Group(branches, optional=True),))


def _replaced(rule: Rule, old: Element, new: Elements) -> Rule:
    changed = (tuple(x for e in elements for x in (new if e == old else (e,))) for elements in rule.elements)
    return replace(rule, elements=tuple(changed))


def _without(elements: Elements) -> Iterator[tuple[str, Elements]]:
    """The elements without each one that is not optional, with how that is written."""
    for i, element in enumerate(elements):
        before, after = elements[:i], elements[i + 1 :]
        if isinstance(element, Plus):
            continue
        if not isinstance(element, Group):
            yield written(element), (*before, *after)
            continue
        if element.optional:
            continue
        for j, branch in enumerate(element.branches):
            others = (element.branches[:j], element.branches[j + 1 :])
            if any(others):
                left = Group((*others[0], *others[1]))
                yield " ".join(map(written, branch)), (*before, left, *after)
            for left_out, rest in _without(branch):
                if rest:
                    yield left_out, (*before, Group((*others[0], rest, *others[1])), *after)


def written(element: Element) -> str:
    """An element as a pattern has it; long lists of words are cut short."""
    match element:
        case Slot(name, classes):
            return f"{{{name}:{'|'.join(classes)}}}"
        case Verb(lemmas, voice):
            named = _some([lemma.replace(f"e{REFLEXIVE}", "si") for lemma in lemmas])
            return f"<{named}{'' if voice == 'active' else f':{voice}'}>"
        case Word(forms):
            return forms[0] if len(forms) == 1 else f"({_some(forms)})"
        case Gap(length):
            return f"...{length}"
        case Comma(mark):
            return "/" if mark == "(" else mark
        case Plus():
            return "+"
        case Group(branches, optional):
            inside = " | ".join(" ".join(map(written, branch)) for branch in branches)
            return f"[{inside}]" if optional else f"({inside})"


def _some(forms: tuple[str, ...] | list[str]) -> str:
    return "|".join(forms[:_SHOWN]) + ("|…" if len(forms) > _SHOWN else "")
