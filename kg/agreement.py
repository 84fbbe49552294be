"""Whether two facts tell the same, and how well one tells what stands beside it.

Where the text names a thing two people write the same label, and labels must be equal but for case, accents,
spaces and punctuation. What it only describes ("sei nuovi modelli", a joint venture, a prediction) no two
people cut out alike: such labels agree when they share half of their words, articles and prepositions aside,
and tell no other number.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping

from kg.facts import Json
from kg.statements import SYMMETRIC

Fact = Mapping[str, Json]
LiesIn = Callable[[str, str], bool]

_TOLERANCE = 0.02
#: How much of two descriptions, or of two quotes, must be the same.
SHARED = 0.5
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


def closeness(gold: Fact, found: Fact) -> float:
    """Which of several agreeing facts is meant: the one in the same words, with the same qualifiers."""
    right, ours, theirs = qualifiers(gold, found)
    share = 2 * right / (ours + theirs) if ours + theirs else 1.0
    return (key(gold) == key(found)) + share + overlap(gold, found)


def key(fact: Fact) -> str:
    """The same text for the same fact; qualifiers and evidence do not make it another."""
    things = [_thingkey(fact["s"]), _thingkey(fact["o"])]
    if fact["p"] in SYMMETRIC:
        things.sort()
    return json.dumps([fact["p"], *things])


def _thingkey(thing: Json) -> str:
    if not isinstance(thing, dict):
        return _fold(str(thing))
    parts = {
        k: _fold(str(v)) if k in ("name", "in", "label") else v for k, v in thing.items() if k != "bound"
    }
    return json.dumps(parts, sort_keys=True)


# ---------------------------------------------------------- what is told beside the fact


def qualifiers(gold: Fact, found: Fact) -> tuple[int, int, int]:
    """How many qualifiers agree, of how many in the gold and of how many found."""
    ours, theirs = _details(gold), _details(found)
    right = sum(_same_qualifier(ours[name], theirs[name]) for name in ours.keys() & theirs.keys())
    return right, len(ours), len(theirs)


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


def is_verbatim(found: Fact, text: str) -> bool:
    """Whether the quote is the text at its offsets."""
    start, end = found.get("start", 0), found.get("end")
    return isinstance(start, int) and isinstance(end, int) and text[start:end] == found.get("quote")


def overlap(gold: Fact, found: Fact) -> float:
    """How much of the shorter quote stands in the other, by its words."""
    a, b = (set(_WORD.findall(_plain(str(f.get("quote", ""))))) for f in (gold, found))
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


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
    return _fold(one) == _fold(other) or (not told_apart and 2 * len(a & b) >= SHARED * (len(a) + len(b)) > 0)


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
    a, b = ends_of(one), ends_of(other)
    return len(a) == len(b) > 0 and all(
        abs(x - y) <= _TOLERANCE * max(abs(x), abs(y)) for x, y in zip(a, b, strict=True)
    )


def ends_of(value: Json) -> tuple[float, ...]:
    """A number, or both ends of a range; empty for what is neither."""
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
