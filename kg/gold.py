"""Gold annotations: what careful readers found in a text, one document a line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kg.agreement import Fact, ends_of
from kg.model import Factuality, SourceError

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
            if not numbers or not all(map(ends_of, numbers)):
                return 'has a figure without a number; give a value, a range such as "4-6", or a change'
    return ""
