"""What one graph says and another does not: facts and triples gained and lost, whatever blank nodes are called."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kg.facts import Json, describe, to_fact
from kg.model import Claim, Evidence, QueryError
from kg.names import RES
from kg.store import Terms, open_store, read_quads, triples, written

FORMATS: Final = ("text", "json", "trig", "patch")
#: Relative IRIs in two files mean the same thing, wherever the files lie.
_BASE = "file:///"

_Told = tuple[tuple[str, tuple[Claim, Evidence]], ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """The quads that only the second graph has, those that only the first has, and the facts alike.

    A fact is its words with its factuality (:func:`kg.facts.describe`), and stands with the first evidence
    that tells it so; other evidence for the same fact is a difference of triples alone.
    """

    gained: tuple[Terms, ...]
    lost: tuple[Terms, ...]
    facts_gained: _Told
    facts_lost: _Told

    def __bool__(self) -> bool:
        return bool(self.gained or self.lost)


def diff(before: Sequence[Path], after: Sequence[Path]) -> Difference:
    """What came and what went from one graph to another, each RDF files or folders.

    Blank nodes are compared by their names under RDFC-1.0, literals as they are written.

    Raises:
        QueryError: for a graph that cannot be read.
    """
    old, new = (frozenset(read_quads(paths, base=_BASE)) for paths in (before, after))
    told, tells = _facts(before), _facts(after)
    return Difference(
        tuple(sorted(new - old)),
        tuple(sorted(old - new)),
        tuple((line, fact) for line, fact in tells.items() if line not in told),
        tuple((line, fact) for line, fact in told.items() if line not in tells),
    )


def _facts(paths: Sequence[Path]) -> dict[str, tuple[Claim, Evidence]]:
    from kg.restore import statements

    try:
        found = statements(triples(open_store(paths)))
    except QueryError:  # evidence without the facts, or no graph of ours: triples are all there is to compare
        return {}
    told: dict[str, tuple[Claim, Evidence]] = {}
    for statement in found:
        for evidence in statement.evidence:
            told.setdefault(describe(statement.claim, evidence.factuality), (statement.claim, evidence))
    return told


def render(difference: Difference, fmt: str, *, every: bool = False) -> str:
    """The difference in one of :data:`FORMATS`, empty where there is none.

    ``text`` has a line for each fact, and for each triple where no fact differs or ``every`` is true;
    ``json`` one object with both; ``trig`` the triples in two named graphs, which drops what graph they
    stood in; ``patch`` is RDF Patch, which makes of the first graph the second where no node is blank.
    """
    if not difference:
        return ""
    if fmt == "json":
        return json.dumps(_json(difference), ensure_ascii=False, indent=1) + "\n"
    if fmt == "trig":
        return written(_graphs(difference), "trig")
    if fmt == "patch":
        return "".join(f"{line}\n" for line in _patch(difference))
    return "".join(f"{line}\n" for line in _lines(difference, every=every))


def _lines(difference: Difference, *, every: bool) -> Iterator[str]:
    facts = [
        *(("-", line) for line, _ in difference.facts_lost),
        *(("+", line) for line, _ in difference.facts_gained),
    ]
    for sign, line in sorted(facts, key=lambda fact: (fact[1], fact[0])):
        yield f"{sign} {line}"
    if every or not facts:
        changes = [*(("-", quad) for quad in difference.lost), *(("+", quad) for quad in difference.gained)]
        for sign, quad in sorted(changes, key=lambda change: (change[1], change[0])):
            yield f"{sign} {_line(quad)}"


def _line(quad: Terms) -> str:
    return " ".join([*filter(None, quad), "."])


def _json(difference: Difference) -> dict[str, dict[str, list[dict[str, Json]] | list[str]]]:
    return {
        "facts": {
            "gained": [to_fact(*fact) for _, fact in difference.facts_gained],
            "lost": [to_fact(*fact) for _, fact in difference.facts_lost],
        },
        "triples": {
            "gained": [_line(quad) for quad in difference.gained],
            "lost": [_line(quad) for quad in difference.lost],
        },
    }


def _apart(term: str, side: str) -> str:
    """A blank node of one side under a name that the other side does not have."""
    return f"_:{side}{term[2:]}" if term.startswith("_:") else term


def _graphs(difference: Difference) -> Iterator[Terms]:
    for name, side, quads in (("gained", "b", difference.gained), ("lost", "a", difference.lost)):
        for subject, predicate, value, _ in quads:
            yield _apart(subject, side), predicate, _apart(value, side), f"<{RES}diff/{name}>"


def _patch(difference: Difference) -> Iterator[str]:
    yield "TX ."
    for sign, side, quads in (("D", "a", difference.lost), ("A", "b", difference.gained)):
        for quad in quads:
            subject, predicate, value, graph = (_apart(term, side) for term in quad)
            yield f"{sign} {_line((subject, predicate, value, graph))}"
    yield "TC ."
