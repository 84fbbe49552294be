"""How well what was found agrees with the gold: precision, recall, and how well the rest was told.

Both sides are facts as JSON objects (:mod:`kg.facts`). Only where two facts agree (:mod:`kg.agreement`) are
their factuality, qualifiers and evidence held against each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from kg.agreement import SHARED, Fact, LiesIn, agreement, closeness, is_verbatim, key, overlap, qualifiers
from kg.facts import Json
from kg.gold import GoldDocument


class Pair(NamedTuple):
    """A fact of the gold and the found fact that answers it, with a score of 1 or 0.5."""

    document: str
    gold: Fact
    found: Fact
    score: float


class Remark(NamedTuple):
    """A fact that stands alone in its document: missed, or found in excess."""

    document: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many; half points are possible."""

    right: float = 0
    of: int = 0

    @property
    def value(self) -> float | None:
        """Between 0 and 1; none of nothing."""
        return self.right / self.of if self.of else None

    def __add__(self, other: Share) -> Share:
        return Share(self.right + other.right, self.of + other.of)


@dataclass(frozen=True, slots=True)
class Tally:
    """Precision over the found facts, recall over the wanted ones."""

    precision: Share = field(default_factory=Share)
    recall: Share = field(default_factory=Share)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both; none where nothing was wanted and nothing found."""
        if not (self.precision.of or self.recall.of):
            return None
        p, r = self.precision.value or 0, self.recall.value or 0
        return 2 * p * r / (p + r) if p + r else 0.0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came of holding found facts against the gold.

    ``rules`` is the precision of each rule. What is told beside the facts is
    scored over the pairs that agree, optional ones too: the factuality; the
    qualifiers, with the period and the bound of a figure, but for the title of
    a ``ceoOf``, which the relation tells; whether the quote is the text at its
    offsets; and whether the shorter of the two quotes has half of its words in
    the other.
    """

    documents: int
    overall: Tally
    relations: Mapping[str, Tally]
    rules: Mapping[str, Share]
    factuality: Share
    qualifiers: Tally
    verbatim: Share
    quotes: Share
    pairs: tuple[Pair, ...]
    misses: tuple[Remark, ...]
    extras: tuple[Remark, ...]


class Table(NamedTuple):
    """Rows to be drawn under heads."""

    title: str
    heads: tuple[str, ...]
    rows: list[tuple[str, ...]]


def evaluate(
    gold: Iterable[GoldDocument],
    found: Mapping[str, Sequence[Fact]],
    *,
    lies_in: LiesIn = lambda _, __: False,
    texts: Mapping[str, str] | None = None,
) -> Evaluation:
    """Hold what was found in each document, by id, against the gold; documents without gold do not count.

    ``lies_in(place, region)`` knows places and facilities by label; ``texts`` are the sources, by id,
    that offsets count in: without them no quote is checked to be verbatim. Gold facts that are optional,
    and what answers them, count neither way; so does what tells an answered fact once more.
    """
    documents = list(gold)
    pairs: list[Pair] = []
    misses: list[Remark] = []
    extras: list[Remark] = []
    for document in documents:
        wanted, facts = document.facts, found.get(document.id, ())
        answers = _assign(wanted, facts, lies_in)
        answered = {i for i, _, _ in answers}
        pairs += [Pair(document.id, wanted[i], facts[j], score) for i, j, score in answers]
        misses += [
            Remark(document.id, g)
            for i, g in enumerate(wanted)
            if i not in answered and not g.get("optional")
        ]
        seen = {key(facts[j]) for _, j, _ in answers}
        for fact in facts:
            again = key(fact) in seen or any(agreement(wanted[i], fact, lies_in) == 1 for i in answered)
            seen.add(key(fact))
            if not again:
                extras.append(Remark(document.id, fact))
    relations, rules = _count(pairs, misses, extras)
    sources = texts or {}
    return Evaluation(
        len(documents),
        _sum_tallies(relations.values()),
        relations,
        rules,
        _sum(Share(p.gold["f"] == p.found["f"], 1) for p in pairs),
        _sum_tallies(_told(p.gold, p.found) for p in pairs),
        _sum(Share(is_verbatim(p.found, sources[p.document]), 1) for p in pairs if p.document in sources),
        _sum(Share(overlap(p.gold, p.found) >= SHARED, 1) for p in pairs if p.gold.get("quote")),
        tuple(pairs),
        tuple(misses),
        tuple(extras),
    )


def report(evaluation: Evaluation) -> list[Table]:
    """The figures as tables: relations, rules with their precision, and what is told beside the facts."""
    tallies = [("all", evaluation.overall), *evaluation.relations.items()]
    beside = [
        ("factuality as in the gold", evaluation.factuality),
        ("qualifiers of the gold that were found", evaluation.qualifiers.recall),
        ("qualifiers found that the gold has", evaluation.qualifiers.precision),
        ("quotes that overlap the gold quote", evaluation.quotes),
        ("quotes that are the text at their offsets", evaluation.verbatim),
    ]
    heads = ("relation", "precision", "recall", "F1", "right", "found", "wanted")
    return [
        Table("Facts", heads, [(name, *_tally_cells(tally)) for name, tally in tallies]),
        Table(
            "Rules",
            ("rule", "precision", "right", "found"),
            [(name, *_share_cells(share)) for name, share in evaluation.rules.items()],
        ),
        Table(
            "Beside the facts that agree",
            ("what", "share", "right", "of"),
            [(name, *_share_cells(share)) for name, share in beside],
        ),
    ]


def line(fact: Fact) -> str:
    """A fact of the format in one line, for a person to read."""

    def spell(thing: Json) -> str:
        return " ".join(f"{k} {v}" for k, v in thing.items()) if isinstance(thing, Mapping) else str(thing)

    qualifiers = fact.get("q")
    told = (
        [f"{name} {value}" for name, value in qualifiers.items()] if isinstance(qualifiers, Mapping) else []
    )
    return " | ".join([f"{spell(fact['s'])} {fact['p']} {spell(fact['o'])}", *told, str(fact.get("f", ""))])


def to_json(evaluation: Evaluation) -> dict[str, object]:
    """The same figures for programs, with each miss and each extra; shares are between 0 and 1."""
    e = evaluation
    return {
        "documents": e.documents,
        "all": _tally_json(e.overall),
        "relations": {name: _tally_json(tally) for name, tally in e.relations.items()},
        "rules": {name: _share_json(share) for name, share in e.rules.items()},
        "factuality": _share_json(e.factuality),
        "qualifiers": _tally_json(e.qualifiers),
        "quotes": _share_json(e.quotes),
        "verbatim": _share_json(e.verbatim),
        "misses": [{**miss.fact, "document": miss.document} for miss in e.misses],
        "extras": [{**extra.fact, "document": extra.document} for extra in e.extras],
    }


# ------------------------------------------------------------------- who answers whom


def _assign(gold: Sequence[Fact], found: Sequence[Fact], lies_in: LiesIn) -> list[tuple[int, int, float]]:
    """As many answers as can be: full ones first, those that are wanted before those that may be left out."""
    edges = sorted(
        (-score, bool(g.get("optional")), -closeness(g, f), i, j)
        for i, g in enumerate(gold)
        for j, f in enumerate(found)
        if (score := agreement(g, f, lies_in))
    )
    answers: dict[int, int] = {}
    scores: dict[int, float] = {}
    for (score, _), stage in groupby(edges, key=lambda edge: edge[:2]):
        taken = set(answers.values())
        open_edges = [(i, j) for *_, i, j in stage if i not in answers and j not in taken]
        matched = _match(open_edges)
        answers |= matched
        scores |= dict.fromkeys(matched, -score)
    return [(i, j, scores[i]) for i, j in sorted(answers.items())]


def _match(edges: Sequence[tuple[int, int]]) -> dict[int, int]:
    """A maximum matching that begins with the edges that come first (augmenting paths)."""
    owner: dict[int, int] = {}
    choices: dict[int, list[int]] = defaultdict(list)
    for i, j in edges:
        choices[i].append(j)
        if j not in owner and i not in owner.values():
            owner[j] = i

    def place(i: int, seen: set[int]) -> bool:
        for j in choices[i]:
            if j not in seen:
                seen.add(j)
                if j not in owner or place(owner[j], seen):
                    owner[j] = i
                    return True
        return False

    for i in choices:
        if i not in owner.values():
            place(i, set())
    return {i: j for j, i in owner.items()}


# ---------------------------------------------------------------------------- counting


def _count(
    pairs: Iterable[Pair], misses: Iterable[Remark], extras: Iterable[Remark]
) -> tuple[dict[str, Tally], dict[str, Share]]:
    """Each relation and each rule with its share; pairs of optional facts count neither way."""
    precision: dict[str, Share] = defaultdict(Share)
    recall: dict[str, Share] = defaultdict(Share)
    rules: dict[str, Share] = defaultdict(Share)

    def find(fact: Fact, score: float) -> None:
        precision[str(fact["p"])] += Share(score, 1)
        rules[str(fact.get("rule", ""))] += Share(score, 1)

    for pair in pairs:
        if not pair.gold.get("optional"):
            find(pair.found, pair.score)
            recall[str(pair.gold["p"])] += Share(pair.score, 1)
    for miss in misses:
        recall[str(miss.fact["p"])] += Share(0, 1)
    for extra in extras:
        find(extra.fact, 0)
    names = sorted(precision.keys() | recall.keys())
    return {n: Tally(precision[n], recall[n]) for n in names}, dict(sorted(rules.items()))


def _told(gold: Fact, found: Fact) -> Tally:
    right, ours, theirs = qualifiers(gold, found)
    return Tally(Share(right, theirs), Share(right, ours))


def _sum(shares: Iterable[Share]) -> Share:
    return sum(shares, Share())


def _sum_tallies(tallies: Iterable[Tally]) -> Tally:
    each = list(tallies)
    return Tally(_sum(tally.precision for tally in each), _sum(tally.recall for tally in each))


def _tally_cells(tally: Tally) -> Iterator[str]:
    yield from (_percent(tally.precision.value), _percent(tally.recall.value), _percent(tally.f1))
    yield from (f"{tally.recall.right:g}", str(tally.precision.of), str(tally.recall.of))


def _share_cells(share: Share) -> tuple[str, str, str]:
    return _percent(share.value), f"{share.right:g}", str(share.of)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}"


def _tally_json(tally: Tally) -> dict[str, float | int | None]:
    p, r = tally.precision, tally.recall
    return {
        "precision": p.value,
        "recall": r.value,
        "f1": tally.f1,
        "right": r.right,
        "found": p.of,
        "wanted": r.of,
    }


def _share_json(share: Share) -> dict[str, float | int | None]:
    return {"share": share.value, "right": share.right, "of": share.of}
