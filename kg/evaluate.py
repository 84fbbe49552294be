"""How well facts agree with gold annotations: precision, recall, and how well the rest was told.

Both sides are facts as JSON objects (:mod:`kg.facts`). Two facts agree when
relation, subject and object do; only then are their factuality, qualifiers and
evidence held against each other. Where the text names a thing two people write
the same label, and labels must be equal but for case, accents, spaces and
punctuation. What it only describes ("sei nuovi modelli", a joint venture, a
prediction) no two people cut out alike: such labels agree when they share half
of their words, articles and prepositions aside, and tell no other number.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from kg.facts import Json
from kg.model import Factuality, SourceError
from kg.statements import SYMMETRIC

Fact = Mapping[str, Json]
LiesIn = Callable[[str, str], bool]

_TOLERANCE = 0.02
_SHARED = 0.5
_HALF = 0.5
#: Pairs of relations that tell nearly the same and score one half.
_NEAR = frozenset({frozenset({"plans", "considers"}), frozenset({"ceoOf", "executiveOf"})})
#: What a figure says beside its value; told well or ill like a qualifier.
_DETAILS = ("period", "bound")
_WORD = re.compile(r"[^\W_]+")
#: Words that every description has, and that make none like another.
_EMPTY = frozenset(
    _WORD.findall(
        "a ad ai al alla alle allo che con d da dai dal dall dalla dalle de degli dei del dell della delle di e ed"
        " fra gli i il in l la le lo nei nel nell nella nelle per piu su sui sul sull sulla sulle tra un una uno"
    )
)
_NUMERALS = frozenset(_WORD.findall("due tre quattro cinque sei sette otto nove dieci dodici venti trenta"))
_RANGE = re.compile(r"([+-]?\d+(?:\.\d+)?)(?:-([+-]?\d+(?:\.\d+)?))?")
_AMOUNT = re.compile(r"([+-]?\d+(?:\.\d+)?) (\S+)")
_KINDS: dict[str, type | tuple[type, ...]] = {
    "p": str,
    "s": (str, dict),
    "o": (str, dict),
    "q": dict,
    "f": str,
    "quote": str,
    "optional": bool,
}


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """What careful readers found in one text: ``id`` names the text, ``published`` its day if known."""

    id: str
    published: date | None
    facts: tuple[Fact, ...]


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


def read_gold(path: Path) -> list[GoldDocument]:
    """Gold annotations, one document a line.

    Raises:
        SourceError: with file and line of the first that is no gold line.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")  # a quote may hold other breaks of lines
    except FileNotFoundError as exc:
        raise SourceError(f"{path}: does not exist; check the path") from exc
    except UnicodeDecodeError as exc:
        raise SourceError(f"{path}: is not UTF-8 text; name a file of gold annotations") from exc
    except OSError as exc:
        raise SourceError(f"{path}: cannot be read ({exc.strerror}); check the path") from exc
    documents: dict[str, GoldDocument] = {}
    for number, line in enumerate(lines, start=1):
        if line.strip():
            document = _gold_document(line, f"{path}:{number}")
            if document.id in documents:
                raise SourceError(
                    f"{path}:{number}: document {document.id!r} has a line above; merge the two"
                )
            documents[document.id] = document
    return list(documents.values())


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
        seen = {_key(facts[j]) for _, j, _ in answers}
        for fact in facts:
            again = _key(fact) in seen or any(agreement(wanted[i], fact, lies_in) == 1 for i in answered)
            seen.add(_key(fact))
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
        _sum_tallies(_qualifiers(p.gold, p.found) for p in pairs),
        _sum(Share(_verbatim(p.found, sources[p.document]), 1) for p in pairs if p.document in sources),
        _sum(Share(_quoted(p.gold, p.found) >= _SHARED, 1) for p in pairs if p.gold.get("quote")),
        tuple(pairs),
        tuple(misses),
        tuple(extras),
    )


def agreement(one: Fact, other: Fact, lies_in: LiesIn = lambda _, __: False) -> float:
    """How far two facts tell the same: 1, or 0.5 for relations that are near each other, or 0."""
    p, q = str(one["p"]), str(other["p"])
    score = 1.0 if p == q else _HALF if frozenset((p, q)) in _NEAR else 0.0
    if not score:
        return 0.0
    s, o, t, u = one["s"], _placed(one), other["s"], _placed(other)
    same = _same(s, t, lies_in) and _same(o, u, lies_in)
    crossed = p in SYMMETRIC and _same(s, u, lies_in) and _same(o, t, lies_in)
    return score if same or crossed else 0.0


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


# ------------------------------------------------------------------ things that agree


def _placed(fact: Fact) -> Json:
    """The object of a fact; a facility whose place only a qualifier tells lies there."""
    thing, q = fact["o"], fact.get("q")
    if isinstance(thing, dict) and "class" in thing and isinstance(q, dict) and "place" in q:
        return {"in": q["place"], **thing}
    return thing


def _same(one: Json, other: Json, lies_in: LiesIn) -> bool:
    """Whether two things are one: names, figures, facilities, or things that are only described."""
    if isinstance(one, dict) and isinstance(other, dict):
        if "metric" in one or "metric" in other:
            return one.get("metric") == other.get("metric") and _same_figure(one, other)
        return one.get("class") == other.get("class") and _same_unnamed(one, other, lies_in)
    if isinstance(one, dict):
        one, other = other, one
    if not isinstance(other, dict):
        return _fold(str(one)) == _fold(str(other))
    if "label" in other:
        return _alike(str(one), str(other["label"]))
    return any(_called(str(one), name) for name in _names(other))


def _same_unnamed(one: Mapping[str, Json], other: Mapping[str, Json], lies_in: LiesIn) -> bool:
    """Whether two things of one class are described alike, or go by one name or one place."""
    if "label" in one or "label" in other:
        return "label" in one and "label" in other and _alike(str(one["label"]), str(other["label"]))
    ours, theirs = _names(one), _names(other)
    if not ours or not theirs:
        return ours == theirs
    return any(_called(a, b) or lies_in(a, b) or lies_in(b, a) for a in ours for b in theirs)


def _names(facility: Mapping[str, Json]) -> list[str]:
    """What a facility goes by: its name and its place, which is often its name ("lo stabilimento di Melfi")."""
    return [str(facility[key]) for key in ("name", "in") if facility.get(key)]


def _called(one: str, other: str) -> bool:
    """Whether two names of a facility are equal, or one says more ("Gigafactory Nevada", "Nevada")."""
    a, b = _words(one), _words(other)
    return _fold(one) == _fold(other) or bool(a and b and (a <= b or b <= a))


def _alike(one: str, other: str) -> bool:
    """Whether two descriptions share half of their words, and no number of one is missing in the other's."""
    a, b = _words(one), _words(other)
    ours, theirs = ({w for w in words if w.isdecimal() or w in _NUMERALS} for words in (a, b))
    told_apart = ours - theirs and theirs - ours
    return _fold(one) == _fold(other) or (
        not told_apart and 2 * len(a & b) >= _SHARED * (len(a) + len(b)) > 0
    )


def _same_figure(one: Mapping[str, Json], other: Mapping[str, Json]) -> bool:
    """The same value in the same unit; or the same change, where one of them tells no more."""
    if "value" in one and "value" in other:
        return _same_number(one["value"], other["value"]) and one.get("unit", "") == other.get("unit", "")
    if "change" not in one or "change" not in other:
        return False
    units = {str(f.get("unit") or "%") for f in (one, other) if "value" not in f}
    return len(units) == 1 and _same_number(one["change"], other["change"])


def _same_number(one: Json, other: Json) -> bool:
    """Whether two numbers, or both ends of two ranges ("4-6"), lie within the tolerance."""
    a, b = _range(one), _range(other)
    return len(a) == len(b) > 0 and all(
        abs(x - y) <= _TOLERANCE * max(abs(x), abs(y)) for x, y in zip(a, b, strict=True)
    )


def _range(value: Json) -> tuple[float, ...]:
    found = _RANGE.fullmatch(str(value))
    return tuple(float(part) for part in found.groups() if part) if found else ()


def _fold(text: str) -> str:
    """A label without case, accents, spaces and punctuation."""
    return "".join(_WORD.findall(_plain(text))) or text.strip()


def _words(text: str) -> set[str]:
    found = set(_WORD.findall(_plain(text)))
    return found - _EMPTY or found


def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c))


# ------------------------------------------------------------------- who answers whom


def _assign(gold: Sequence[Fact], found: Sequence[Fact], lies_in: LiesIn) -> list[tuple[int, int, float]]:
    """As many answers as can be: full ones first, those that are wanted before those that may be left out."""
    edges = sorted(
        (-score, bool(g.get("optional")), -_closeness(g, f), i, j)
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


def _closeness(gold: Fact, found: Fact) -> float:
    """Which of several agreeing facts is meant: the one in the same words, with the same qualifiers."""
    f1 = _qualifiers(gold, found).f1
    return (_key(gold) == _key(found)) + (1.0 if f1 is None else f1) + _quoted(gold, found)


def _key(fact: Fact) -> str:
    """The same text for the same fact; qualifiers and evidence do not make it another."""
    things = [_thing_key(fact["s"]), _thing_key(fact["o"])]
    if fact["p"] in SYMMETRIC:
        things.sort()
    return json.dumps([fact["p"], *things])


def _thing_key(thing: Json) -> str:
    if not isinstance(thing, dict):
        return _fold(str(thing))
    parts = {
        k: _fold(str(v)) if k in ("name", "in", "label") else v for k, v in thing.items() if k != "bound"
    }
    return json.dumps(parts, sort_keys=True)


# ---------------------------------------------------------- what is told beside the fact


def _qualifiers(gold: Fact, found: Fact) -> Tally:
    ours, theirs = _details(gold), _details(found)
    right = sum(_same_qualifier(ours[name], theirs[name]) for name in ours.keys() & theirs.keys())
    return Tally(Share(right, len(theirs)), Share(right, len(ours)))


def _details(fact: Fact) -> dict[str, Json]:
    q, o = fact.get("q"), fact["o"]
    details = dict(q) if isinstance(q, dict) else {}
    if fact["p"] == "ceoOf":
        details.pop("title", None)
    if isinstance(o, dict) and "metric" in o:
        details |= {name: o[name] for name in _DETAILS if o.get(name)}
    return details


def _same_qualifier(one: Json, other: Json) -> bool:
    """Numbers and amounts within the tolerance, dates exactly, words as descriptions agree."""
    a, b = str(one), str(other)
    if not (isinstance(one, str) and isinstance(other, str)):
        return _same_number(one, other)
    amount, its = _AMOUNT.fullmatch(a), _AMOUNT.fullmatch(b)
    if amount and its:
        return amount[2] == its[2] and _same_number(amount[1], its[1])
    return a == b if a[:1].isdecimal() or b[:1].isdecimal() else _alike(a, b)


def _verbatim(found: Fact, text: str) -> bool:
    start, end = found.get("start", 0), found.get("end")
    return isinstance(start, int) and isinstance(end, int) and text[start:end] == found.get("quote")


def _quoted(gold: Fact, found: Fact) -> float:
    """How much of the shorter quote stands in the other, by its words."""
    a, b = (set(_WORD.findall(_plain(str(f.get("quote", ""))))) for f in (gold, found))
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


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


# ----------------------------------------------------------------------------- reading


def _gold_document(line: str, place: str) -> GoldDocument:
    try:
        told = json.loads(line)
    except ValueError as exc:
        raise SourceError(f"{place}: is not JSON; write one object a line ({exc})") from exc
    name, facts = (told.get("id"), told.get("facts")) if isinstance(told, dict) else ("", ())
    if not isinstance(name, str) or not name or not isinstance(facts, list):
        raise SourceError(f'{place}: is no gold line; write {{"id": ..., "date": ..., "facts": [...]}}')
    for number, fact in enumerate(facts, start=1):
        if fault := _fault(fact):
            raise SourceError(f"{place}: fact {number} of {name!r} {fault}")
    day = told.get("date")
    try:
        published = date.fromisoformat(day) if day else None
    except (TypeError, ValueError) as exc:
        raise SourceError(f"{place}: the date {day!r} of {name!r} is no day; write YYYY-MM-DD") from exc
    return GoldDocument(name, published, tuple(facts))


def _fault(fact: object) -> str:
    """What makes an object no fact, in words; empty for a fact."""
    if not isinstance(fact, dict):
        return 'is no object; write {"p": ..., "s": ..., "o": ..., "f": ...}'
    if missing := [key for key in ("p", "s", "o", "f") if not fact.get(key)]:
        return f"lacks {', '.join(missing)}"
    if wrong := [key for key, kind in _KINDS.items() if key in fact and not isinstance(fact[key], kind)]:
        return f"has a {wrong[0]!r} of another kind than the facts format gives it"
    if fact["f"] not in set(Factuality):
        return f"has the factuality {fact['f']!r}; write one of {', '.join(Factuality)}"
    for thing in (fact["s"], fact["o"]):
        if isinstance(thing, dict) and not ("class" in thing or "metric" in thing):
            return "has an argument that is neither a label nor an object with a class or a metric"
        if isinstance(thing, dict) and "metric" in thing:
            numbers = [thing[key] for key in ("value", "change") if key in thing]
            if not numbers or not all(map(_range, numbers)):
                return 'has a figure without a number; give a value, a range such as "4-6", or a change'
    return ""
